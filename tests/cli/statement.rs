//! What a partner says it billed, from file to `reconcile --statement`.

use serde_json::json;

use super::{folder, json_of, tallywatt};

#[test]
fn a_statement_is_imported_and_compared() {
    let folder = folder();
    let at = folder.path();
    // C1 is billed as its CDR states; C2 with more, and C9 has no CDR.
    let csv = "Rechnungsnummer;CDR ID;Startzeit;Energie kWh;Netto;Währung\n\
               R-7;C1;2026-09-03 12:00;12,3450;6,17;EUR\n\
               R-7;C2;2026-09-03 12:00;10,0000;6,00;EUR\n\
               R-7;C9;2026-09-04 12:00;1,0000;0,50;EUR\n\
               Summe;;;23,3450;12,67;\n";
    std::fs::write(at.join("rechnung.csv"), csv).unwrap();
    let import = [
        "import",
        "rechnung.csv",
        "--partner",
        "DE-ABC",
        "--kind",
        "statement",
    ];
    let done = &json_of(at, 0, &import)["imports"][0];
    assert_eq!(
        (&done["kind"], &done["new"], &done["energy_kwh"]),
        (&json!("statement"), &json!(3), &json!("23.345"))
    );
    assert_eq!(done["totals"]["EUR"]["excl_vat"], "12.67");
    json_of(at, 0, &["import", "cdrs.ndjson"]);

    let compare = ["reconcile", "DE-ABC", "2026-09", "--statement"];
    let compared = json_of(at, 1, &compare);
    assert_eq!(
        (&compared["partner"], &compared["month"]),
        (&json!("DE-ABC"), &json!("2026-09"))
    );
    let found = &compared["statement"];
    assert_eq!(
        found["differs"],
        json!({"count": 1, "reported": {"EUR": "6"}, "stated": {"EUR": "5.75"},
               "difference": {"EUR": "0.25"}})
    );
    let counts = [
        "agrees",
        "no_cdr",
        "not_on_statement",
        "billed_twice",
        "month_differs",
    ]
    .map(|verdict| found[verdict]["count"].clone());
    assert_eq!(counts, [1, 1, 0, 0, 0], "{found}");
    let rows = compared["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    let differing = rows.iter().find(|row| row["verdict"] == "differs").unwrap();
    assert_eq!(differing["cdr"]["id"], "C2");
    assert_eq!(differing["line"]["reference"], "R-7");
    assert_eq!(differing["differs_in"], json!(["excl_vat"]));
    assert_eq!(differing["difference"]["excl_vat"], "0.25");

    let text = tallywatt(at, &compare);
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("no cdr"), "{text}");
    let none = tallywatt(at, &["reconcile", "DE-ABC", "2026-07", "--statement"]);
    assert_eq!(none.status.code(), Some(0));
    let text = String::from_utf8(none.stdout).unwrap();
    assert!(text.contains("no statement"), "{text}");
}

#[test]
fn a_file_that_holds_something_else_is_refused() {
    let folder = folder();
    let refused = json_of(
        folder.path(),
        2,
        &["import", "cdrs.ndjson", "--kind", "statement"],
    );
    assert_eq!(
        refused["problem"]["code"], "file_not_understood",
        "{refused}"
    );
}
