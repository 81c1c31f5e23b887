//! Logs as programs write them, by hand, and what must come of each.

use domain::cdr::Form;
use domain::{Kwh, OcpiVersion};
use rust_decimal::dec;
use tallywatt_ocpp::{Hint, Measurand, Origin, Place, Row, State, make, of_row, read_all};

use super::{at, codes, cost, log, made, of_version, only, periods, plain_tariff, setting};

/// Charging until 11:00, the vehicle's pause until 11:30, charging until 12:00.
const PREFIXED: &str = include_str!("logs/v16.log");

#[test]
fn a_log_of_16_with_times_and_stations() {
    let t = only(PREFIXED);
    assert_eq!(
        (t.origin, t.station.as_str(), t.connector),
        (Origin::Ocpp16, "CP1", Some(1))
    );
    assert_eq!((t.id.as_str(), t.tag.as_deref()), ("815", Some("04A1")));
    let stop = t.stop.as_ref().expect("it ended");
    assert_eq!(stop.reason.as_deref(), Some("EVDisconnected"));
    assert_eq!(stop.when.received_at, Some(at("2026-11-02T12:00:02Z")));
    assert_eq!((t.samples.len(), t.signed.len()), (3, 1));
    assert_eq!(
        (t.samples[0].value, t.samples[0].unit.as_str()),
        (dec!(6000), "Wh")
    );
    assert_eq!(t.samples[0].place, Place::Outlet);
    assert_eq!(
        t.samples[1].measurand,
        Measurand::Other("Current.Import".to_owned())
    );
    assert_eq!(t.signed[0].text, "OCMF|{}|{}");
    assert_eq!(
        t.states[0].state,
        State::Connected,
        "what the connector was before counts, too"
    );
    let made = made(&t, &setting(plain_tariff()));
    assert_eq!(
        periods(&made.cdr),
        [
            "10:00:00 kwh 10 time 1",
            "11:00:00 parking 0.5",
            "11:30:00 kwh 5 time 0.5"
        ]
    );
    assert_eq!(
        cost(&made),
        dec!(10.3),
        "1.00 + 15 × 0.30 + 1.5 × 1.20 + 0.5 × 6.00"
    );
    assert_eq!(made.cdr.id.as_str(), "CP1-815");
    assert_eq!(made.session.energy, Kwh(dec!(15)));
    assert_eq!(made.session.cost, made.cdr.totals.cost);
    assert_eq!(made.cdr.totals.time_h, Some(dec!(2)));
    assert_eq!(made.cdr.totals.parking_h, Some(dec!(0.5)));
    assert_eq!(made.findings, []);
}

#[test]
fn a_record_takes_the_version_of_its_tariff() {
    let t = only(PREFIXED);
    for version in [OcpiVersion::V211, OcpiVersion::V221, OcpiVersion::V230] {
        let mut setting = setting(of_version(plain_tariff(), version));
        (setting.location.voltage, setting.location.amperage) = (Some(230), Some(32));
        setting.location.name = Some("Nord".to_owned());
        let made = made(&t, &setting);
        assert_eq!(made.cdr.form, Form::Ocpi(version));
        assert_eq!(cost(&made), dec!(10.3), "{version}");
    }
}

#[test]
fn the_same_log_in_every_wrapping_is_the_same() {
    let same = |text: &str, hint: &Hint, what: &str| {
        let log = read_all(text.as_bytes(), hint).expect("a slice can be read");
        assert_eq!(codes(&log.troubles), Vec::<&str>::new(), "{what}");
        let made = made(&log.transactions[0], &setting(plain_tariff()));
        assert_eq!(cost(&made), dec!(10.3), "{what}");
    };
    let hint = Hint {
        station: Some("CP1".to_owned()),
        zone: None,
    };
    let frames: Vec<&str> = PREFIXED
        .lines()
        .filter_map(|line| Some(&line[line.find('[')?..]))
        .collect();
    same(&frames.join("\n"), &hint, "a frame a line");
    same(
        &format!("\u{feff}{}\r\n", frames.join("\r\n")),
        &hint,
        "as Windows writes it",
    );
    same(
        &format!("[{}]", frames.join(",")),
        &hint,
        "an array on one line",
    );
    same(
        &format!("[\n  {}\n]\n", frames.join(",\n  ")),
        &hint,
        "an array on many lines",
    );
    let spread = frames.join(",").replace(",\"", ",\n    \"");
    same(&format!("[\n{spread}\n]"), &hint, "frames on many lines");
    let objects = |field: &str| -> Vec<String> {
        let object = |frame: &&str| format!(r#"{{"chargePointId": "CP1", "{field}": {frame}}}"#);
        frames.iter().map(object).collect()
    };
    for field in ["message", "payload", "ocppMessage", "ocpp_message"] {
        same(&objects(field).join("\n"), &Hint::default(), field);
    }
    same(
        &format!("[{}]", objects("msg").join(",\n")),
        &Hint::default(),
        "an array of objects",
    );
    let texts: Vec<String> = frames
        .iter()
        .map(|frame| frame.replace('\\', "\\\\").replace('"', "\\\""))
        .map(|frame| format!(r#"{{"station_id":"CP1","ts":1793613600000,"message":"{frame}"}}"#))
        .collect();
    same(&texts.join("\n"), &Hint::default(), "frames as texts");
    let nested: Vec<String> = objects("message")
        .iter()
        .map(|object| format!(r#"{{"data": {object}}}"#))
        .collect();
    same(&nested.join("\n"), &Hint::default(), "objects in objects");
    let bare: Vec<String> = PREFIXED
        .lines()
        .map(|l| l.replace("CP1 ", "| CP1 | "))
        .collect();
    same(&bare.join("\n"), &Hint::default(), "columns");
}

#[test]
fn action_and_payload_spelled_out() {
    let text = include_str!("logs/spelled.ndjson");
    let quoted: Vec<String> = text
        .lines()
        .map(|line| {
            let (before, payload) = line.split_once(r#""payload":"#).expect("each has one");
            let payload = payload[..payload.len() - 1].replace('"', "\\\"");
            format!("{before}\"payload\":\"{payload}\"}}\n")
        })
        .collect();
    let t = only(text);
    assert_eq!(only(&quoted.concat()), t, "a payload may be a text");
    assert_eq!(
        (t.station.as_str(), t.connector, t.id.as_str()),
        ("Nord 1", Some(2), "5")
    );
    let made = made(&t, &setting(plain_tariff()));
    assert_eq!(cost(&made), dec!(5.5), "1.00 + 11 × 0.30 + 1 × 1.20");
    let id = made.cdr.id.as_str();
    assert!(
        id.starts_with("5-") && id.len() <= 36,
        "a blank is no part of an id: {id}"
    );
}

const V201: &str = include_str!("logs/v201.log");

#[test]
fn a_log_of_201() {
    let t = only(V201);
    assert_eq!((t.origin, t.station.as_str()), (Origin::Ocpp201, "CS-9"));
    assert_eq!(
        (t.evse, t.connector, t.tag.as_deref()),
        (Some(2), Some(1), Some("04A1"))
    );
    assert_eq!(
        (t.signed[0].text.as_str(), t.signed[0].encoding.as_deref()),
        ("AbC=", Some("OCMF"))
    );
    let stop = t.stop.as_ref().expect("it ended");
    assert_eq!(
        stop.when.received_at, None,
        "what was sent later tells nothing of the clock"
    );
    let made = made(&t, &setting(plain_tariff()));
    assert_eq!(
        periods(&made.cdr),
        [
            "10:00:00 time 0.1", // connected, and not the vehicle's doing
            "10:06:00 kwh 10.05 time 1",
            "11:06:00 parking 0.5"
        ]
    );
    assert_eq!(
        cost(&made),
        dec!(8.335),
        "1.00 + 10.05 × 0.30 + 1.1 × 1.20 + 0.5 × 6.00"
    );
    assert_eq!(
        made.cdr.id.as_str().len(),
        36,
        "the ids of 2.0.1 leave no room for the station"
    );
    assert_eq!(made.findings, []);
}

#[test]
fn stations_speak_across_each_other() {
    let other = V201.replace("CS-9", "CS-8").replace("5.5,", "4.5,");
    let mut lines: Vec<&str> = PREFIXED
        .lines()
        .chain(V201.lines())
        .chain(other.lines())
        .collect();
    lines.retain(|line| !line.is_empty());
    lines.sort_by_key(|line| line[..19].replace('T', " "));
    let log = log(&lines.join("\n"));
    assert_eq!((log.troubles, log.review), (vec![], vec![]));
    let energy = |station: &str| {
        let mut of_station = log.transactions.iter().filter(|t| t.station == station);
        let t = of_station.next().expect("each has one");
        made(t, &setting(plain_tariff())).session.energy.0
    };
    assert_eq!(
        (energy("CP1"), energy("CS-9"), energy("CS-8")),
        (dec!(15), dec!(10.05), dec!(11.05)),
        "the same id at two stations is two transactions"
    );
}

#[test]
fn rows_of_a_table() {
    let row = Row {
        row: 2,
        station: "CP1".to_owned(),
        connector: Some(1),
        transaction: "12".to_owned(),
        tag: Some("04A1".to_owned()),
        start_at: Some(at("2026-11-02T10:00:00.400Z")),
        stop_at: Some(at("2026-11-02T11:00:00Z")),
        start_wh: Some(dec!(100)),
        stop_wh: Some(dec!(10100)),
        energy: None,
        reason: Some("Local".to_owned()),
    };
    let by_energy = Row {
        start_wh: None,
        stop_wh: None,
        energy: Some(Kwh(dec!(10))),
        ..row.clone()
    };
    let half = Row {
        start_wh: None,
        ..by_energy.clone()
    };
    for row in [row.clone(), by_energy, half] {
        let made = made(&of_row(&row), &setting(plain_tariff()));
        assert_eq!(periods(&made.cdr), ["10:00:00 kwh 10 time 1"]);
        assert_eq!(cost(&made), dec!(5.2), "1.00 + 10 × 0.30 + 1 × 1.20");
    }
    let running = Row {
        stop_at: None,
        ..row.clone()
    };
    let not = make(&of_row(&running), &setting(plain_tariff())).expect_err("it has no end");
    assert_eq!(codes(&not.reasons), ["stop_not_in_log"]);
    let absurd = Row {
        stop_wh: Some(domain::Decimal::MAX),
        ..row
    };
    let not = make(&of_row(&absurd), &setting(plain_tariff())).expect_err("no meter shows that");
    assert_eq!(codes(&not.reasons), ["too_much_energy"]);
}

#[test]
fn a_price_by_power_follows_the_samples() {
    let tariff = super::tariff(
        r#"{"price_components": [{"type": "ENERGY", "price": 0.60, "step_size": 1}],
            "restrictions": {"min_power": 15}},
           {"price_components": [{"type": "ENERGY", "price": 0.40, "step_size": 1}]}"#,
    );
    let samples = [("10:30:00", "10000"), ("11:00:00", "15000")]; // 20 kW, then 10 kW
    let text = super::log_16(("10:00:00", "0"), &samples, &[], ("11:06:00", "16000"));
    let made = made(&only(&text), &setting(tariff));
    assert_eq!(cost(&made), dec!(8.4), "10 × 0.60 + 6 × 0.40");
}
