//! From logs to records: golden logs, rules one by one, a simulator, hostile bytes.

mod golden;
mod hostile;
mod rules;
mod simulate;
mod troubles;

use std::fmt::Write;

use domain::replay::Verdict;
use domain::{Cdr, CdrLocation, Currency, Decimal, DimensionKind, OcpiVersion, Policy, Tariff};
use domain::{Coordinates, Instant, TokenRef, Tz};
use ocpi::write::{Shortfall, Why};
use tallywatt_ocpp::{Found, Hint, Log, Made, Place, Setting, Transaction, make, read_all};
use tariff::{ReplayInput, compare, replay};

const ZONE: Tz = Tz::Europe__Berlin;

/// A log that can be read.
fn log(text: &str) -> Log {
    read_all(text.as_bytes(), &Hint::default()).expect("a slice can be read")
}

/// The one transaction of a log, complete.
fn only(text: &str) -> Transaction {
    let log = log(text);
    assert_eq!(log.review, [], "everything is complete");
    assert_eq!(
        log.transactions.len(),
        1,
        "one transaction: {:?}",
        log.troubles
    );
    log.transactions.into_iter().next().expect("there is one")
}

/// A 2.2.1 tariff with these elements.
fn tariff(elements: &str) -> Tariff {
    let text = format!(
        r#"{{"country_code": "DE", "party_id": "TAL", "id": "T1", "currency": "EUR",
        "elements": [{elements}], "last_updated": "2026-01-01T00:00:00Z"}}"#
    );
    let hint = ocpi::Hint {
        version: Some(OcpiVersion::V221),
        ..ocpi::Hint::default()
    };
    let read = ocpi::read_tariff(text.as_bytes(), &hint);
    assert_eq!(read.findings, [], "the tariff is as the standard wants it");
    read.value.expect("it is a tariff")
}

fn component(kind: &str, price: &str) -> String {
    format!(r#"{{"type": "{kind}", "price": {price}, "step_size": 1}}"#)
}

/// The same as a tariff of another version; from 2.2 on with VAT.
fn of_version(mut tariff: Tariff, version: OcpiVersion) -> Tariff {
    tariff.version = version;
    for component in &mut tariff.elements[0].components {
        let taxed = version != OcpiVersion::V211;
        component.vat = taxed.then(|| Decimal::from(19));
    }
    tariff
}

/// 0.30 per kWh, 1.20 per hour, 6.00 per hour parking, 1.00 once.
fn plain_tariff() -> Tariff {
    let components = [
        component("FLAT", "1.00"),
        component("ENERGY", "0.30"),
        component("TIME", "1.20"),
        component("PARKING_TIME", "6.00"),
    ];
    tariff(&format!(
        r#"{{"price_components": [{}]}}"#,
        components.join(",")
    ))
}

fn setting(tariff: Tariff) -> Setting {
    Setting {
        party: "DE-TAL".parse().expect("as a test writes it"),
        location: CdrLocation {
            id: Some("LOC1".into()),
            address: Some("Hauptstr. 1".to_owned()),
            city: Some("Berlin".to_owned()),
            postal_code: Some("10115".to_owned()),
            country: Some("DEU".to_owned()),
            coordinates: Some(Coordinates {
                latitude: "52.520008".to_owned(),
                longitude: "13.404954".to_owned(),
            }),
            evse_uid: Some("E1".into()),
            evse_id: Some("DE*TAL*E1".into()),
            connector_id: Some("1".into()),
            power_type: Some("AC_3_PHASE".to_owned()),
            connector_standard: Some("IEC_62196_T2".to_owned()),
            connector_format: Some("SOCKET".to_owned()),
            ..CdrLocation::default()
        },
        zone: ZONE,
        token: TokenRef {
            party: Some("NL-EMS".parse().expect("as a test writes it")),
            uid: Some("04A1".into()),
            kind: Some("RFID".to_owned()),
            contract_id: Some("NL-EMS-C1".into()),
        },
        auth_method: Some("WHITELIST".to_owned()),
        tariffs: vec![tariff],
        currency: Currency::EUR,
        policy: Policy::STANDARD,
        meter_at: Place::Outlet,
        made_at: Some("2026-12-31T00:00:00Z".parse().expect("as a test writes it")),
        signed: None,
        signed_energy: None,
    }
}

/// Makes a record, and checks that a partner who reads it comes to its total with nothing to find.
fn made(t: &Transaction, setting: &Setting) -> Made {
    let made = make(t, setting).unwrap_or_else(|not| panic!("a record is made: {not:?}"));
    replays_to_itself(&made.cdr, &setting.policy);
    made
}

fn replays_to_itself(cdr: &Cdr, policy: &Policy) {
    let domain::cdr::Form::Ocpi(version) = cdr.form else {
        panic!("it has the form of an OCPI version");
    };
    let written = ocpi::write::cdr(cdr, version);
    // A 2.1.1 record holds a whole location, of which a CDR knows no state; it says so.
    let said = |why: Why| matches!(why, Why::WrittenUnknown | Why::WrittenRecords);
    let missing = written
        .lacks
        .iter()
        .filter(|lack| lack.severity == Shortfall::Missing && !said(lack.why));
    assert_eq!(missing.count(), 0, "{:?}", written.lacks);
    let hint = ocpi::Hint {
        version: Some(version),
        party: Some(cdr.party.clone()),
        ..ocpi::Hint::default()
    };
    let read = ocpi::read_cdr(written.json.as_bytes(), &hint);
    assert_eq!(read.findings, [], "nothing is odd in {}", written.json);
    let read = read.value.expect("it is a CDR");
    assert_eq!((&read.periods, &read.totals), (&cdr.periods, &cdr.totals));
    let input = ReplayInput::of_cdr(&read, &[], Some(ZONE), policy);
    let replayed = replay(&input);
    assert_eq!(
        replayed.findings,
        [],
        "nothing is found in {}",
        written.json
    );
    let compared = compare(
        &read,
        &replayed.totals,
        &replayed.exact,
        policy,
        Decimal::ZERO,
    );
    assert_eq!(compared.verdict, Verdict::Matches, "{}", written.json);
    assert_eq!(compared.findings, [], "{}", written.json);
    let stated = read.totals.cost.map(|price| price.excl_vat);
    let total = replayed.totals.total.and_then(|amount| amount.excl_vat);
    assert_eq!(stated, total, "to the last digit: {}", written.json);
}

/// Periods as `hh:mm:ss energy time|parking hours`, in UTC.
fn periods(cdr: &Cdr) -> Vec<String> {
    let line = |period: &domain::ChargingPeriod| {
        let mut text = period.start_at.format("%H:%M:%S").to_string();
        for (kind, word) in [
            (DimensionKind::Energy, "kwh"),
            (DimensionKind::Time, "time"),
            (DimensionKind::ParkingTime, "parking"),
        ] {
            if let Some(volume) = period.volume(kind) {
                write!(text, " {word} {}", volume.normalize()).expect("a String takes everything");
            }
        }
        text
    };
    cdr.periods.iter().map(line).collect()
}

fn cost(made: &Made) -> Decimal {
    made.cdr
        .totals
        .cost
        .as_ref()
        .expect("it is priced")
        .excl_vat
}

/// The codes of troubles.
fn codes(found: &[Found]) -> Vec<&'static str> {
    found.iter().map(|found| found.trouble.code()).collect()
}

fn at(text: &str) -> Instant {
    text.parse().expect("a time")
}

/// A log of one station in OCPP 1.6 on 2 November 2026: times of the day in UTC and Wh.
fn log_16(
    start: (&str, &str),
    samples: &[(&str, &str)],
    states: &[(&str, &str)],
    stop: (&str, &str),
) -> String {
    let time = |text: &str| {
        if text.len() > 8 {
            text.to_owned()
        } else {
            format!("2026-11-02T{text}Z")
        }
    };
    let mut lines = vec![format!(
        "CP1 [2,\"a\",\"StartTransaction\",{{\"connectorId\":1,\"idTag\":\"TAG\",\
         \"meterStart\":{},\"timestamp\":\"{}\"}}]\n\
         CP1 [3,\"a\",{{\"transactionId\":7,\"idTagInfo\":{{\"status\":\"Accepted\"}}}}]\n",
        start.1,
        time(start.0)
    )];
    for (place, (at, status)) in states.iter().enumerate() {
        lines.push(format!(
            "CP1 [2,\"s{place}\",\"StatusNotification\",{{\"connectorId\":1,\
             \"errorCode\":\"NoError\",\"status\":\"{status}\",\"timestamp\":\"{}\"}}]\n",
            time(at)
        ));
    }
    for (place, (at, value)) in samples.iter().enumerate() {
        let value = if value.starts_with('{') {
            (*value).to_owned()
        } else {
            format!("{{\"value\":\"{value}\"}}")
        };
        lines.push(format!(
            "CP1 [2,\"m{place}\",\"MeterValues\",{{\"connectorId\":1,\"transactionId\":7,\
             \"meterValue\":[{{\"timestamp\":\"{}\",\"sampledValue\":[{value}]}}]}}]\n",
            time(at)
        ));
    }
    lines.push(format!(
        "CP1 [2,\"z\",\"StopTransaction\",{{\"transactionId\":7,\"meterStop\":{},\
         \"timestamp\":\"{}\",\"reason\":\"Local\"}}]\n",
        stop.1,
        time(stop.0)
    ));
    lines.concat()
}
