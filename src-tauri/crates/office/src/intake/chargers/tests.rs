//! A log of our chargers becomes sessions and CDRs of ours that replay to their own totals.

mod open_data;
mod signed;

use std::path::Path;

use serde_json::{Value, json};

use crate::api::{CdrFilter, CdrRowDto, CdrSort, ImportRequest, ImportResult};
use crate::intake::{preview, run};
use crate::tests::{desk_in, import_text};
use crate::{Desk, Job};

fn location() -> Value {
    json!({
        "country_code": "NL", "party_id": "TAL", "id": "QUAY", "publish": true,
        "name": "Quay garage", "address": "Quay 1", "city": "Utrecht", "postal_code": "3511 AA",
        "country": "NLD", "coordinates": {"latitude": "52.090000", "longitude": "5.120000"},
        "time_zone": "Europe/Amsterdam", "last_updated": "2026-01-01T00:00:00Z",
        "evses": [{
            "uid": "CB1-1", "evse_id": "NL*TAL*ECB1*1", "status": "AVAILABLE",
            "last_updated": "2026-01-01T00:00:00Z",
            "connectors": [{
                "id": "1", "standard": "IEC_62196_T2", "format": "SOCKET",
                "power_type": "AC_3_PHASE", "max_voltage": 230, "max_amperage": 16,
                "tariff_ids": ["DAY"], "last_updated": "2026-01-01T00:00:00Z"
            }]
        }]
    })
}

/// 0.40 a kWh by day, 0.30 from 22:00, and 2.40 an hour parked.
fn tariff() -> Value {
    let energy = |price: &str| -> Value {
        let price: Value = serde_json::from_str(price).expect("a number");
        json!({"type": "ENERGY", "price": price, "vat": 21, "step_size": 1})
    };
    json!({
        "country_code": "NL", "party_id": "TAL", "id": "DAY", "currency": "EUR",
        "last_updated": "2026-01-01T00:00:00Z",
        "elements": [
            {"price_components": [energy("0.30")],
             "restrictions": {"start_time": "22:00", "end_time": "06:00"}},
            {"price_components": [energy("0.40")]},
            {"price_components": [
                {"type": "PARKING_TIME", "price": 2.40, "vat": 21, "step_size": 60}]}
        ]
    })
}

fn token() -> Value {
    json!({
        "country_code": "NL", "party_id": "ABC", "uid": "04A1B2", "type": "RFID",
        "contract_id": "NL-ABC-C00000001-1", "issuer": "Abacus", "valid": true,
        "whitelist": "ALWAYS", "last_updated": "2026-01-01T00:00:00Z"
    })
}

/// Our own location and tariff, and a partner's token.
fn stocked(folder: &Path) -> Desk {
    let desk = desk_in(folder);
    for (name, what) in [
        ("l.json", location()),
        ("t.json", tariff()),
        ("k.json", token()),
    ] {
        import_text(&desk, folder, name, &what.to_string());
    }
    desk
}

/// A transaction of station CB1: 12 kWh, of which 8 before 22:00 in Amsterdam.
fn transaction(id: u32, tag: &str) -> String {
    let line = |at: &str, frame: Value| {
        let whole = json!({"timestamp": at, "chargeBoxId": "CB1", "message": frame});
        whole.to_string() + "\n"
    };
    let sample = |at: &str, wh: u32| {
        let value = json!({"value": wh.to_string(), "unit": "Wh"});
        json!([2, format!("m{id}{at}"), "MeterValues", {
            "connectorId": 1, "transactionId": id,
            "meterValue": [{"timestamp": at, "sampledValue": [value]}]
        }])
    };
    [
        line("2026-09-01T19:00:01Z", json!([2, format!("a{id}"), "StartTransaction", {
            "connectorId": 1, "idTag": tag, "meterStart": 1000, "timestamp": "2026-09-01T19:00:00Z"
        }])),
        line("2026-09-01T19:00:02Z", json!([3, format!("a{id}"), {
            "transactionId": id, "idTagInfo": {"status": "Accepted"}
        }])),
        line("2026-09-01T20:00:00Z", sample("2026-09-01T20:00:00Z", 9000)),
        line("2026-09-01T21:00:00Z", sample("2026-09-01T21:00:00Z", 13000)),
        line("2026-09-01T21:00:05Z", json!([2, format!("z{id}"), "StopTransaction", {
            "transactionId": id, "meterStop": 13000, "timestamp": "2026-09-01T21:00:00Z",
            "reason": "EVDisconnected"
        }])),
    ]
    .concat()
}

fn import(desk: &Desk, folder: &Path, name: &str, text: &str) -> ImportResult {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a test file can be written");
    let result = run(desk, &mut Job::quiet(), &ImportRequest::default(), &path);
    let result = result.expect("the log imports");
    crate::reconcile::reconcile_stale(desk, &mut Job::quiet()).expect("it can be reconciled");
    result
}

fn listed(desk: &Desk) -> Vec<CdrRowDto> {
    let by = CdrSort {
        column: "id".to_owned(),
        descending: false,
    };
    crate::explorer::open(desk, &CdrFilter::default(), &by)
        .expect("a list")
        .rows
}

#[test]
fn a_transaction_becomes_a_session_and_a_cdr_that_match() {
    let folder = tempfile::tempdir().unwrap();
    let desk = stocked(folder.path());
    let log = transaction(7, "04a1b2");
    let result = import(&desk, folder.path(), "ocpp.log", &log);
    assert_eq!(result.format, "ocpp_log");
    assert_eq!(
        (result.new, result.rejected),
        (2, 0),
        "{:?}",
        result.rejects
    );
    assert_eq!(result.energy_kwh, "12");
    // 8 kWh at 0.40, and 4 at 0.30: from 20:00 UTC on it is 22:00 in Amsterdam.
    assert_eq!(result.totals[0].excl_vat, "4.4");
    assert_eq!(result.totals[0].incl_vat, "5.324");
    assert_eq!(
        result.partner.as_deref(),
        Some("NL-ABC"),
        "the token's provider"
    );

    let rows = listed(&desk);
    assert_eq!(rows.len(), 1);
    assert_eq!(
        rows[0].bucket, "matched",
        "with its session, and to the cent"
    );

    let again = import(&desk, folder.path(), "again.log", &(log + "\n"));
    assert_eq!((again.new, again.known), (0, 2), "each transaction once");
}

#[test]
fn what_cannot_be_made_is_listed_with_its_reason_and_the_rest_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let desk = stocked(folder.path());
    let elsewhere = transaction(8, "04A1B2").replace("CB1", "CB9");
    let half = transaction(9, "04A1B2").replace("2026-09-01", "2026-09-04");
    let half: String = half
        .lines()
        .take(3)
        .map(|line| line.to_owned() + "\n")
        .collect();
    let unknown = transaction(10, "FFFF").replace("2026-09-01", "2026-09-03");
    let log = [transaction(7, "04A1B2"), unknown, elsewhere, half].concat();
    let result = import(&desk, folder.path(), "ocpp.log", &log);
    assert_eq!(
        (result.new, result.rejected),
        (2, 3),
        "{:?}",
        result.rejects
    );
    let mut reasons: Vec<String> = result
        .rejects
        .iter()
        .map(|reject| {
            assert_eq!(reject.code, "no_cdr_made");
            reject.value.clone()
        })
        .collect();
    reasons.sort();
    assert_eq!(reasons, ["CB1 10", "CB1 9", "CB9 8"]);
    let groups = result.groups.iter();
    let groups: Vec<(&str, u32)> = groups.map(|g| (g.value.as_str(), g.count)).collect();
    assert_eq!(groups.len(), 3, "each reason is told: {groups:?}");
    let told = |(reason, count): &(&str, u32)| reason.contains(' ') && *count == 1;
    assert!(groups.iter().all(told), "in words: {groups:?}");
    assert_eq!(listed(&desk).len(), 1);
}

#[test]
fn a_tag_that_is_no_token_is_of_the_partner_chosen_for_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let desk = stocked(folder.path());
    let path = folder.path().join("ocpp.log");
    std::fs::write(&path, transaction(7, "FFFF")).unwrap();
    let request = ImportRequest {
        partner: Some("DE-XYZ".to_owned()),
        ..ImportRequest::default()
    };
    let result = run(&desk, &mut Job::quiet(), &request, &path).unwrap();
    assert_eq!(
        (result.new, result.rejected),
        (2, 0),
        "{:?}",
        result.rejects
    );
    assert_eq!(result.partner.as_deref(), Some("DE-XYZ"));
}

#[test]
fn the_preview_shows_the_cdrs_that_transactions_become() {
    let folder = tempfile::tempdir().unwrap();
    let desk = stocked(folder.path());
    let path = folder.path().join("ocpp.log");
    let unknown = transaction(10, "FFFF").replace("2026-09-01", "2026-09-03");
    let log = transaction(7, "04A1B2") + &unknown;
    std::fs::write(&path, log).unwrap();
    let shown = preview(&desk, &ImportRequest::default(), &path).unwrap();
    assert_eq!(
        (shown.kind.as_str(), shown.needs_partner),
        ("transactions", false)
    );
    assert_eq!(shown.rows.len(), 2);
    assert_eq!(shown.rows[0].energy_kwh.as_deref(), Some("12"));
    assert_eq!(shown.rows[0].place, "NL*TAL*ECB1*1");
    let why = &shown.rows[1].findings[0];
    assert_eq!(why.code, "no_cdr_made");
    assert_eq!(why.params["trouble"], "tag_unknown");
}

#[test]
fn a_table_of_transactions_becomes_cdrs_too() {
    let folder = tempfile::tempdir().unwrap();
    let desk = stocked(folder.path());
    let table = "Transaction ID;ChargeBox ID;Connector ID;OCPP ID Tag;Start Timestamp;Start Value;\
                 Stop Timestamp;Stop Value;Stop Reason\n\
                 7;CB1;1;04A1B2;2026-09-01T19:00:00Z;1000;2026-09-01T20:00:00Z;9000;Local\n\
                 8;CB1;1;04A1B2;2026-09-02T19:00:00Z;9000;2026-09-02T20:00:00Z;12000;Local\n\
                 9;CB9;1;04A1B2;2026-09-03T19:00:00Z;0;2026-09-03T20:00:00Z;3000;Local\n";
    let path = folder.path().join("transactions.csv");
    std::fs::write(&path, table).unwrap();
    let request = ImportRequest {
        partner: Some("NL-ABC".to_owned()),
        ..ImportRequest::default()
    };
    let result = run(&desk, &mut Job::quiet(), &request, &path).unwrap();
    assert_eq!(
        (result.new, result.rejected),
        (4, 1),
        "{:?}",
        result.rejects
    );
    assert_eq!(result.energy_kwh, "11");
    assert_eq!(
        result.totals[0].excl_vat, "4.4",
        "11 kWh at 0.40, all before 22:00"
    );
    assert_eq!(result.rejects[0].code, "no_cdr_made");
}

#[test]
fn what_is_odd_about_a_log_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let desk = stocked(folder.path());
    let log = transaction(7, "04A1B2");
    let third = log.lines().nth(2).expect("a log of five lines");
    let result = import(
        &desk,
        folder.path(),
        "twice.log",
        &format!("{log}{third}\n"),
    );
    assert_eq!((result.new, result.rejected), (2, 0));
    assert_eq!(
        result.findings.get("charger_log"),
        Some(&1),
        "a message came twice"
    );
}
