//! What is read from a faultless record of each object and version.

mod fixtures;

use domain::cdr::Form;
use domain::{
    Cdr, DimensionKind, OcpiVersion, Price, ReservationRule, SessionStatus, TariffDimension,
    TariffKind, TaxIncluded,
};
use fixtures::{ALL, connection, read};
use ocpi::{Hint, Kind, Object, recognise};

fn cdr(record: &str) -> Cdr {
    match read(record).object {
        Some(Object::Cdr(cdr)) => *cdr,
        other => panic!("{other:?} is no CDR"),
    }
}

#[test]
fn each_record_is_recognised_and_read_without_a_finding() {
    for (what, record) in ALL {
        let read = read(record);
        let recognised = read.recognised.expect(what);
        assert_eq!(
            format!("{:?} {}", recognised.kind, recognised.version),
            what
        );
        assert_eq!(read.findings, [], "{what} has no fault");
        assert!(read.object.is_some(), "{what} can be used");
        assert_eq!(
            recognise(record.as_bytes(), &connection()),
            Some(recognised),
            "{what}"
        );
    }
}

#[test]
fn the_hint_decides_only_what_content_leaves_open() {
    let as_230 = Hint {
        version: Some(OcpiVersion::V230),
        ..connection()
    };
    let as_211 = Hint {
        version: Some(OcpiVersion::V211),
        ..connection()
    };
    for (what, record) in ALL {
        let open = matches!(what, "Location 2.2.1" | "Token 2.2.1" | "Tariff 2.2.1");
        let plain = recognise(record.as_bytes(), &connection()).expect(what);
        let version = recognise(record.as_bytes(), &as_230).expect(what).version;
        let unowned = matches!(what, "Location 2.1.1" | "Token 2.1.1" | "Tariff 2.1.1");
        if open || unowned {
            assert_eq!(
                version,
                OcpiVersion::V230,
                "{what}: nothing in it speaks against 2.3.0"
            );
        } else {
            assert_eq!(version, plain.version, "{what}: its content tells");
        }
        let version = recognise(record.as_bytes(), &as_211).expect(what).version;
        assert_eq!(
            version, plain.version,
            "{what}: content tells 2.1.1 from later versions"
        );
    }
}

#[test]
fn fragments_and_strangers_are_not_taken_for_objects() {
    for record in [
        r#"{"total_cost": 0.60}"#,
        r#"{"total_cost": {"excl_vat": 0.6}, "last_updated": "2026-01-01T00:00:00Z"}"#,
        r#"{"kwh": 15, "charging_periods": [], "total_cost": {"excl_vat": 0.8}}"#,
        r#"{"elements": []}"#,
        r#"{"valid": false, "last_updated": "2026-01-01T00:00:00Z"}"#,
        r#"{"name": "New name", "last_updated": "2026-01-01T00:00:00Z"}"#,
        r#"{"uid": "E7", "status": "AVAILABLE", "connectors": []}"#,
        r#"{"tariff_ids": ["15"]}"#,
        r#"{"versions": []}"#,
        "{}",
        "[]",
        "7",
    ] {
        assert_eq!(
            recognise(record.as_bytes(), &connection()),
            None,
            "{record}"
        );
        let read = read(record);
        assert_eq!(read.object, None);
        assert_eq!(read.findings.len(), 1, "{record}");
        assert_eq!(
            fixtures::shown(&read.findings[0]),
            "fatal unknown_object at record"
        );
    }
}

#[test]
fn a_2_1_1_cdr_has_net_numbers_and_the_connections_party() {
    let cdr = cdr(fixtures::CDR_211);
    assert_eq!(cdr.form, Form::Ocpi(OcpiVersion::V211));
    assert_eq!(
        cdr.party.to_string(),
        "NL-ABC",
        "the version names no owner"
    );
    assert_eq!(cdr.end_at.to_rfc3339(), "2026-03-02T09:30:00+00:00");
    assert_eq!(
        cdr.token.contract_id.as_ref().unwrap().as_str(),
        "NL-TAL-C0001"
    );
    assert_eq!(cdr.token.uid, None);
    assert_eq!(cdr.location.evse_id.as_ref().unwrap().as_str(), "NL*ABC*E7");
    assert_eq!(cdr.location.connector_id.as_ref().unwrap().as_str(), "1");
    assert_eq!(cdr.location.power_type.as_deref(), Some("AC_3_PHASE"));
    assert_eq!(cdr.location.time_zone.unwrap().name(), "Europe/Amsterdam");
    assert_eq!(cdr.totals.cost, Some(Price::net("3.375".parse().unwrap())));
    assert_eq!(cdr.totals.energy_cost, None);
    assert_eq!(cdr.tariffs[0].tax_included, TaxIncluded::No);
    assert_eq!(cdr.tariffs[0].elements[0].components[0].vat, None);
}

#[test]
fn a_2_2_1_cdr_keeps_every_figure_as_written() {
    let cdr = cdr(fixtures::CDR_221);
    assert_eq!(cdr.key().party.to_string(), "NL-ABC");
    assert_eq!(cdr.session_id.as_ref().unwrap().as_str(), "S-1");
    assert_eq!(cdr.token.party.as_ref().unwrap().to_string(), "NL-TAL");
    assert_eq!(cdr.periods.len(), 2);
    let parked = cdr.periods[1].volume(DimensionKind::ParkingTime).unwrap();
    assert_eq!(
        parked.to_string(),
        "0.6667",
        "the number of decimals decides how hours are read"
    );
    let cost = cdr.totals.cost.as_ref().unwrap();
    assert_eq!(cost.excl_vat.to_string(), "10.70");
    assert_eq!(cost.incl_vat.unwrap().to_string(), "12.947");
    assert_eq!(cdr.totals.time_cost, None, "absent is unknown, not zero");
    assert_eq!(cdr.invoice_reference_id.as_ref().unwrap().as_str(), "INV-1");
    let parts = &cdr.tariffs[0].elements[0].components;
    assert_eq!(parts[2].dimension, TariffDimension::ParkingTime);
    assert_eq!(parts[2].step.0, 60);
    assert_eq!(parts[2].vat.unwrap().to_string(), "21.0");
}

#[test]
fn a_2_3_0_price_is_its_net_amount_and_its_taxes() {
    let cdr = cdr(fixtures::CDR_230);
    let cost = cdr.totals.cost.as_ref().unwrap();
    assert_eq!(cost.excl_vat.to_string(), "20.00");
    assert_eq!(
        cost.incl_vat.unwrap().to_string(),
        "22.995",
        "net plus both taxes"
    );
    let names: Vec<&str> = cost.taxes.iter().map(|tax| tax.name.as_str()).collect();
    assert_eq!(names, ["GST", "QST"]);
    assert_eq!(cost.taxes[1].percentage.unwrap().to_string(), "9.975");

    let untaxed = |taxes: &str| {
        let (from, to) = (fixtures::CDR_230.find(r#", "taxes""#).unwrap(), "1.995}]}");
        let end = from + fixtures::CDR_230[from..].find(to).unwrap() + to.len() - 1;
        let record = [&fixtures::CDR_230[..from], taxes, &fixtures::CDR_230[end..]].concat();
        let Some(Object::Cdr(cdr)) = read(&record).object else {
            panic!("still a CDR")
        };
        cdr.totals
            .cost
            .unwrap()
            .incl_vat
            .map(|gross| gross.to_string())
    };
    assert_eq!(untaxed(""), None, "no word on tax: gross is unknown");
    assert_eq!(
        untaxed(r#", "taxes": []"#).as_deref(),
        Some("20.00"),
        "no tax: gross is net"
    );
}

#[test]
fn tariffs_keep_every_restriction() {
    let Some(Object::Tariff(tariff)) = read(fixtures::TARIFF_221).object else {
        panic!("a tariff")
    };
    assert_eq!(tariff.kind, Some(TariffKind::ProfileFast));
    assert_eq!(
        tariff.min_price.unwrap().incl_vat.unwrap().to_string(),
        "0.605"
    );
    assert_eq!(tariff.max_price.unwrap().incl_vat, None);
    assert_eq!(
        tariff.valid_until.unwrap().to_rfc3339(),
        "2026-12-31T23:59:59+00:00"
    );
    assert!(!tariff.has_alternative_text);
    let first = tariff.elements[0].restrictions;
    assert_eq!(first.start_time.unwrap().to_string(), "07:00:00");
    assert_eq!(first.end_time.unwrap().to_string(), "00:00:00");
    assert_eq!(first.start_date.unwrap().to_string(), "2026-01-01");
    assert_eq!(first.end_date.unwrap().to_string(), "2027-01-01");
    assert_eq!(first.max_kwh.unwrap().0.to_string(), "50.5");
    assert_eq!(first.min_current.unwrap().0.to_string(), "6");
    assert_eq!(first.max_power.unwrap().0.to_string(), "22");
    assert_eq!(
        (first.min_duration_s, first.max_duration_s),
        (Some(60), Some(7200))
    );
    assert!(
        first.days.contains(chrono::Weekday::Sun) && !first.days.contains(chrono::Weekday::Mon)
    );
    let second = tariff.elements[1].restrictions;
    assert_eq!(second.reservation, Some(ReservationRule::Reservation));

    let Some(Object::Tariff(gross)) = read(fixtures::TARIFF_230).object else {
        panic!("a tariff")
    };
    assert_eq!(gross.tax_included, TaxIncluded::Yes);
    assert_eq!(
        gross.max_price.unwrap().incl_vat.unwrap().to_string(),
        "12.10"
    );
    let Some(Object::Tariff(old)) = read(fixtures::TARIFF_211).object else {
        panic!("a tariff")
    };
    assert!(old.has_alternative_text);
    assert_eq!(old.party.unwrap().to_string(), "NL-ABC");
}

#[test]
fn sessions_locations_and_tokens_are_read_in_both_forms() {
    for (record, ended) in [
        (fixtures::SESSION_211, true),
        (fixtures::SESSION_221, false),
    ] {
        let Some(Object::Session(session)) = read(record).object else {
            panic!("a session")
        };
        assert_eq!(session.end_at.is_some(), ended);
        assert_eq!(session.location.evse_uid.as_ref().unwrap().as_str(), "E7");
        assert_eq!(session.cost.as_ref().unwrap().incl_vat, None);
        let status = if ended {
            SessionStatus::Completed
        } else {
            SessionStatus::Active
        };
        assert_eq!(session.status, status);
    }
    for (record, tariffs) in [(fixtures::LOCATION_211, 1), (fixtures::LOCATION_221, 2)] {
        let Some(Object::Location(location)) = read(record).object else {
            panic!("a location")
        };
        let connector = &location.evses[0].connectors[0];
        assert_eq!(connector.tariff_ids.len(), tariffs);
        assert_eq!(
            (connector.voltage, connector.amperage),
            (Some(230), Some(32))
        );
    }
    for record in [fixtures::TOKEN_211, fixtures::TOKEN_221] {
        let Some(Object::Token(token)) = read(record).object else {
            panic!("a token")
        };
        assert_eq!(token.contract_id.as_str(), "NL-TAL-C0001");
        assert!(token.valid);
    }
}

#[test]
fn a_kind_in_the_hint_is_taken_at_its_word() {
    let hint = Hint {
        kind: Some(Kind::Cdr),
        ..connection()
    };
    let checked = ocpi::read_cdr(fixtures::TOKEN_221.as_bytes(), &connection());
    assert_eq!(checked.value, None, "a token is no usable CDR");
    let read = ocpi::Reader::new().read(fixtures::CDR_221.as_bytes(), &hint);
    assert!(matches!(read.object, Some(Object::Cdr(_))));
    assert!(
        ocpi::read_session(fixtures::SESSION_221.as_bytes(), &hint)
            .value
            .is_some()
    );
    assert!(
        ocpi::read_tariff(fixtures::TARIFF_221.as_bytes(), &hint)
            .value
            .is_some()
    );
    assert!(
        ocpi::read_location(fixtures::LOCATION_221.as_bytes(), &hint)
            .value
            .is_some()
    );
    assert!(
        ocpi::read_token(fixtures::TOKEN_221.as_bytes(), &hint)
            .value
            .is_some()
    );
}
