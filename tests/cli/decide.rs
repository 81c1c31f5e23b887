//! `dispute`, `hold`, `exclude`, `link`, `unlink`: by id or by cause, and taken back by `undo`.

use std::path::Path;

use serde_json::{Value, json};

use crate::{folder, json_of, tallywatt};

fn bucket(at: &Path, status: i32, bucket: &str) -> Value {
    let sums = json_of(at, status, &["reconcile", "DE-ABC", "2026-09"]);
    sums["buckets"][bucket]["count"].clone()
}

#[test]
fn cdrs_are_disputed_held_and_excluded_and_all_of_it_is_taken_back() {
    let folder = folder();
    let at = folder.path();
    json_of(at, 0, &["import", "cdrs.ndjson"]);
    json_of(at, 1, &["reconcile", "DE-ABC", "2026-09"]);
    assert_eq!(json_of(at, 0, &["dispute", "list"]), json!({ "cases": [] }));
    let by_cause = ["--cause", "unexplained", "--reason", "no such step"];
    let open = [&["dispute", "open", "DE-ABC", "2026-09"], &by_cause[..]].concat();
    let opened = json_of(at, 0, &open);
    let expected = json!({
        "decision": opened["decision"], "count": 1, "unchanged": 0,
        "difference": { "EUR": "0.75" }, "case": 1,
    });
    assert_eq!(opened, expected);
    assert_eq!(bucket(at, 1, "disputed"), 1);
    assert_eq!(
        json_of(at, 2, &open)["problem"]["code"],
        "nothing_to_decide"
    );
    let case = &json_of(at, 0, &["dispute", "list"])["cases"][0];
    assert_eq!((&case["case"], &case["state"]), (&json!(1), &json!("open")));
    assert_eq!(
        (&case["cause"], &case["count"]),
        (&json!("unexplained"), &json!(1))
    );
    let said = tallywatt(at, &["dispute", "list"]);
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("0.75 EUR") && said.contains("open"), "{said}");
    json_of(at, 0, &["undo", &opened["decision"].to_string()]);
    let case = &json_of(at, 0, &["dispute", "list"])["cases"][0];
    assert_eq!(case["state"], "closed");

    let of = ["DE-ABC", "2026-09", "--cdr", "c1", "--reason", "is asked"];
    let until = |day| [&["hold"], &of[..], &["--until", day]].concat();
    assert_eq!(
        json_of(at, 2, &until("2026-10-01"))["problem"]["code"],
        "hold_over"
    );
    let held = json_of(at, 0, &until("2026-10-20"));
    assert_eq!((&held["count"], &held["case"]), (&json!(1), &Value::Null));
    assert_eq!(bucket(at, 1, "on_hold"), 1);
    json_of(at, 0, &["undo", &held["decision"].to_string()]);
    assert_eq!(bucket(at, 1, "matched"), 1);
    let excluded = json_of(at, 0, &[&["exclude"], &of[..]].concat());
    assert_eq!(bucket(at, 1, "on_hold"), 1);
    json_of(at, 0, &["undo", &excluded["decision"].to_string()]);
    assert_eq!(json_of(at, 0, &["audit", "verify"])["intact"], true);

    for wrong in [
        &["exclude", "DE-ABC", "2026-09", "--reason", "x"][..],
        &["hold", "DE-ABC", "2026-09", "--cdr", "C9", "--reason", "x"],
        &[
            "link",
            "DE-ABC",
            "--cdr",
            "C1",
            "--session",
            "S9",
            "--reason",
            "x",
        ],
    ] {
        assert_eq!(tallywatt(at, wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn a_cdr_is_tied_to_a_session_and_taken_from_it() {
    let folder = folder();
    let at = folder.path();
    json_of(at, 0, &["import", "cdrs.ndjson"]);
    let session = json!({
        "country_code": "DE", "party_id": "ABC", "id": "S1",
        "start_date_time": "2026-09-04T10:00:00Z", "end_date_time": "2026-09-04T11:00:00Z",
        "kwh": 12.345, "auth_method": "WHITELIST", "location_id": "L1", "evse_uid": "E7",
        "connector_id": "1", "currency": "EUR", "status": "COMPLETED",
        "cdr_token": {"country_code": "NL", "party_id": "TAL", "uid": "U7", "type": "RFID",
            "contract_id": "NL-TAL-C7"},
        "last_updated": "2026-09-04T11:00:00Z",
    });
    std::fs::write(at.join("sessions.ndjson"), session.to_string()).unwrap();
    json_of(at, 0, &["import", "sessions.ndjson", "--kind", "sessions"]);
    let of = ["DE-ABC", "--cdr", "c1", "--reason", "the driver says so"];
    let unlink = [&["unlink"], &of[..]].concat();
    assert_eq!(json_of(at, 2, &unlink)["problem"]["code"], "not_linked");
    let link = [&["link"], &of[..], &["--session", "s1"]].concat();
    let linked = json_of(at, 0, &link);
    assert_eq!(linked["count"], 1);
    assert_eq!(json_of(at, 2, &link)["problem"]["code"], "linked_already");
    json_of(at, 0, &unlink);
    json_of(at, 0, &["undo", &linked["decision"].to_string()]);
    assert_eq!(json_of(at, 0, &["audit", "verify"])["intact"], true);
}
