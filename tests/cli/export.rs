//! What the book holds comes out again.

use std::path::Path;

use serde_json::{Value, json};

use super::{cdr, folder, json_of, tallywatt};

/// A book with two CDRs, one of which names itself like a formula.
fn book() -> tempfile::TempDir {
    let folder = folder();
    let odd = cdr("C3", "2", "1").replace("\"Markt\"", "\"=1+1\"");
    std::fs::write(folder.path().join("odd.ndjson"), odd).unwrap();
    json_of(folder.path(), 0, &["import", "cdrs.ndjson", "odd.ndjson"]);
    folder
}

fn export(at: &Path, status: i32, args: &[&str]) -> Value {
    let document = json_of(at, status, &[&["export"], args].concat());
    document["export"].clone()
}

#[test]
fn cdrs_go_to_a_file_with_a_summary() {
    let folder = book();
    let at = folder.path();
    let done = export(at, 0, &["cdrs", "--ocpi", "2.2.1", "--out", "out.json"]);
    assert_eq!(
        (&done["written"], &done["format"], &done["energy_kwh"]),
        (&json!(3), &json!("json"), &json!("24.345"))
    );
    assert_eq!(done["totals"]["EUR"]["excl_vat"], "12.9225");
    assert_eq!(
        (&done["left_out"], &done["losses"]),
        (&json!([]), &json!([]))
    );
    let text = std::fs::read_to_string(at.join("out.json")).unwrap();
    let list: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(list.as_array().map(Vec::len), Some(3));
    assert_eq!(
        list[0]["cdr_location"]["coordinates"]["latitude"],
        "50.10000"
    );

    // What came out goes in again, as the same.
    let again = json_of(at, 0, &["import", "out.json", "--dry-run"]);
    assert_eq!(again["imports"][0]["rejected"], 0);
}

#[test]
fn without_a_file_the_records_are_on_standard_output() {
    let folder = book();
    let args = [
        "export",
        "cdrs",
        "--ocpi",
        "2.2.1",
        "--ndjson",
        "--partner",
        "DE-ABC",
    ];
    let output = tallywatt(folder.path(), &args);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 3);
    for line in text.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        assert_eq!(record["party_id"], "ABC");
    }
}

#[test]
fn what_a_version_cannot_say_is_told_and_needs_a_person_where_it_is_left_out() {
    let folder = book();
    let at = folder.path();
    let args = [
        "cdrs", "--ocpi", "2.1.1", "--out", "old.json", "--month", "2026-09",
    ];
    let done = export(at, 1, &args);
    // A 2.1.1 CDR shows a postal code, which these do not have.
    assert_eq!(done["written"], 0);
    let left_out = &done["left_out"][0];
    assert_eq!(
        (&left_out["count"], &left_out["why"]),
        (&json!(3), &json!("unknown"))
    );
    assert_eq!(left_out["field"], "location.postal_code");
}

#[test]
fn a_table_of_what_matches() {
    let folder = book();
    let at = folder.path();
    let args = ["cdrs", "--table", "csv", "--text", "c3", "--out", "out.csv"];
    assert_eq!(export(at, 0, &args)["written"], 1);
    let text = std::fs::read_to_string(at.join("out.csv")).unwrap();
    assert!(text.contains(",'=1+1,"), "{text}");
    let args = [
        "cdrs",
        "--table",
        "xlsx",
        "--verdict",
        "differs",
        "--out",
        "o.xlsx",
    ];
    assert_eq!(export(at, 0, &args)["written"], 1);
    let bytes = std::fs::read(at.join("o.xlsx")).unwrap();
    assert!(bytes.starts_with(b"PK"));
    let nowhere = json_of(at, 2, &["export", "cdrs", "--table", "xlsx"]);
    assert_eq!(nowhere["problem"]["code"], "usage");
}

#[test]
fn names_that_scripts_rely_on() {
    let folder = book();
    let at = folder.path();
    for what in [
        "sessions",
        "tariffs",
        "locations",
        "tokens",
        "reconciliation-record",
    ] {
        let done = export(at, 0, &[what, "--ocpi", "2.3.0", "--out", "out.json"]);
        assert_eq!(done["written"], 0, "{what}");
        let text = std::fs::read_to_string(at.join("out.json")).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!([]));
    }
    let missing = json_of(at, 2, &["export", "tariffs"]);
    assert_eq!(missing["problem"]["code"], "usage");
    let unknown = json_of(
        at,
        2,
        &["export", "cdrs", "--ocpi", "2.2.1", "--partner", "NL-ZZZ"],
    );
    assert_eq!(unknown["problem"]["code"], "unknown_partner");
}
