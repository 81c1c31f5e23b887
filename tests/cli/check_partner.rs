//! A partner's own figures beside ours, and a sample of ours, from the command line.

use std::path::Path;

use serde_json::{Value, json};

use super::{cdr, folder, json_of, tallywatt};

/// A book with C1 and C2, and the partner's file: C1 is the same, C2 is measured and priced
/// otherwise, C9 is none of ours.
fn checked() -> tempfile::TempDir {
    let folder = folder();
    let at = folder.path();
    json_of(at, 0, &["import", "cdrs.ndjson"]);
    let theirs = [
        cdr("C1", "12.345", "6.1725"),
        cdr("C2", "11", "5.5"),
        cdr("C9", "4", "2"),
    ];
    std::fs::write(at.join("theirs.ndjson"), theirs.join("\n")).unwrap();
    folder
}

/// What the command line is relied on for. `UPDATE_EXPECT=1` writes it anew; the difference is
/// reviewed like code.
fn golden(name: &str, told: &Value) {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = crate_folder.join("../../../tests/cli/golden").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let text = serde_json::to_string_pretty(told).unwrap() + "\n";
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    assert_eq!(*told, expected, "{name}; UPDATE_EXPECT=1 writes it anew");
}

#[test]
fn a_partners_file_is_compared_and_reported() {
    let folder = checked();
    let at = folder.path();
    let args = [
        "check-partner",
        "de-abc",
        "theirs.ndjson",
        "--month",
        "2026-09",
        "--xlsx",
        "report.xlsx",
        "--pdf",
        "report.pdf",
    ];
    let told = json_of(at, 1, &args);
    golden("check_partner.json", &told);
    let pdf = std::fs::read(at.join("report.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let workbook = std::fs::read(at.join("report.xlsx")).unwrap();
    assert!(workbook.starts_with(b"PK"));
    let import = json_of(at, 0, &["import", "theirs.ndjson", "--dry-run"]);
    assert_eq!(import["imports"][0]["new"], 1, "C9 is not in the book");

    let text = tallywatt(at, &args[..5]);
    let text = String::from_utf8(text.stdout).unwrap();
    let has = |what: &str| assert!(text.contains(what), "{what}: {text}");
    has("DE-ABC, 2026-09: theirs.ndjson beside ours");
    let stray = ["only", "reported", "1"];
    let mut lines = text.lines();
    assert!(
        lines.any(|line| line.split_whitespace().eq(stray)),
        "{text}"
    );
    has("matches if priced from their record: total_energy");
    has("total_cost.excl_vat");
}

#[test]
fn what_stands_in_the_way_of_a_check_is_said() {
    let folder = checked();
    let at = folder.path();
    std::fs::write(at.join("notes.txt"), "no records here").unwrap();
    let problem = |args: &[&str], code: &str, names: &str| {
        let told = json_of(at, 2, args);
        let text = told["problem"]["text"].as_str().unwrap();
        assert_eq!(told["problem"]["code"], code, "{text}");
        assert!(text.contains(names), "{text}");
    };
    let check = ["check-partner", "DE-ABC"];
    let with = |more: &[&'static str]| [&check[..], more].concat();
    problem(&with(&["none.json"]), "file_not_read", "none.json");
    problem(&with(&["notes.txt"]), "file_not_understood", "notes.txt");
    let stranger = ["check-partner", "FR-XYZ", "theirs.ndjson"];
    problem(&stranger, "unknown_partner", "FR-XYZ");
    let taken = with(&["theirs.ndjson", "--pdf", "cdrs.ndjson"]);
    problem(&taken, "output_exists", "cdrs.ndjson");
    let kept = std::fs::read_to_string(at.join("cdrs.ndjson")).unwrap();
    assert!(kept.starts_with('{'), "the file that was there is whole");
    let sample = ["sample", "DE-ABC", "2026-09", "--out"];
    let taken = [&sample[..], &["cdrs.ndjson"]].concat();
    problem(&taken, "output_exists", "cdrs.ndjson");
    let both = [&sample[..], &["s.xlsx", "--ocpi", "2.2.1"]].concat();
    problem(&both, "usage", "--ocpi");
    let empty = ["sample", "DE-ABC", "2026-07", "--out", "s.json"];
    problem(&empty, "nothing_to_sample", "2026-07");
    assert!(!at.join("s.json").exists());
    let none = tallywatt(
        at,
        &[
            "sample", "DE-ABC", "2026-09", "--out", "s.json", "--count", "0",
        ],
    );
    assert_eq!(none.status.code(), Some(2));
}

#[test]
fn our_sample_agrees_with_us() {
    let folder = checked();
    let at = folder.path();
    for out in ["s.json", "s.xlsx"] {
        let args = ["sample", "DE-ABC", "2026-09", "--out", out, "--count", "1"];
        let told = json_of(at, 0, &args);
        assert_eq!(
            (&told["sample"]["written"], &told["sample"]["of"]),
            (&json!(1), &json!(2))
        );
        let check = json_of(at, 0, &["check-partner", "DE-ABC", out]);
        assert_eq!(check["partner_check"]["verdict"], "equal");
        assert_eq!(check["files"], json!({"xlsx": null, "pdf": null}));
    }
    let text = tallywatt(at, &["sample", "DE-ABC", "2026-09", "--out", "all.json"]);
    let text = String::from_utf8(text.stdout).unwrap();
    assert_eq!(text, "all.json: 2 of 2 priced CDRs, with our totals\n");
}
