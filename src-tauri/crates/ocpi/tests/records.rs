//! Invoice reconciliation records: read, written, recognised, and their faults.

mod fixtures;
mod objects;

use domain::{Checked, InvoiceRecord, OcpiId};
use fixtures::{changed, connection, shown};
use ocpi::{is_record, read_record, write};
use proptest::prelude::*;

const RECORD: &str = r#"{
  "country_code": "SE", "party_id": "ELV", "id": "avst-2026-05", "invoice_id": "F-77/2026",
  "cdrs": ["K-2026-117", "K-2026-118"], "last_updated": "2026-06-01T08:00:00Z"
}"#;

fn read(record: &str) -> Checked<Option<InvoiceRecord>> {
    read_record(record.as_bytes(), &connection())
}

/// Changes one place of the record and compares the findings and the CDRs that are read.
fn check(from: &str, to: &str, findings: &[&str], cdrs: Option<&[&str]>) {
    let read = read(&changed(RECORD, from, to));
    let found: Vec<String> = read.findings.iter().map(shown).collect();
    assert_eq!(found, findings, "{from} → {to}");
    let ids = read.value.as_ref().map(|record| {
        let ids = record.cdrs.iter().map(OcpiId::as_str);
        ids.collect::<Vec<_>>()
    });
    assert_eq!(ids.as_deref(), cdrs, "{from} → {to}");
}

#[test]
fn a_faultless_record_is_read() {
    let read = read(RECORD);
    assert_eq!(read.findings, []);
    assert_eq!(read.value, Some(objects::record()));
}

#[test]
fn the_list_of_cdrs() {
    let list = r#"["K-2026-117", "K-2026-118"]"#;
    let missing = ["warning schema_missing_field at cdrs"];
    check(list, "[]", &missing, Some(&[]));
    check(list, "null", &missing, Some(&[]));
    check(
        list,
        r#"["A", "B", "a", "C", "A"]"#,
        &[
            "warning duplicate_cdr at cdrs[2]",
            "warning duplicate_cdr at cdrs[4]",
        ],
        Some(&["A", "B", "C"]),
    );
    check(
        list,
        r#"["A", "", {"id": "B"}, 17]"#,
        &[
            "warning schema_missing_field at cdrs[1]",
            "error schema_wrong_type at cdrs[2]",
            "warning schema_wrong_type at cdrs[3]",
        ],
        Some(&["A", "17"]),
    );
    check(
        list,
        r#""A""#,
        &["warning schema_wrong_type at cdrs"],
        Some(&["A"]),
    );
    let (long, longest) = ("K".repeat(37), "K".repeat(36));
    check(
        list,
        &format!(r#"["{longest}", "{long}"]"#),
        &["info schema_length at cdrs[1]"],
        Some(&[&longest, &long]),
    );
}

#[test]
fn what_the_record_cannot_do_without() {
    for field in ["id", "invoice_id", "last_updated"] {
        let finding = format!("fatal schema_missing_field at {field}");
        check(&format!("\"{field}\""), "\"x\"", &[&finding], None);
    }
    let all: &[&str] = &["K-2026-117", "K-2026-118"];
    // The connection stands in for the owner.
    let owner = ["warning schema_missing_field at party_id"];
    check("\"party_id\": \"ELV\",", "", &owner, Some(all));
    let nobody = ocpi::Hint::default();
    let read = read_record(
        changed(RECORD, "\"party_id\": \"ELV\",", "").as_bytes(),
        &nobody,
    );
    assert_eq!(read.value, None, "it belongs to nobody");
    let invoice = format!("\"{}\"", "F".repeat(256));
    let long = ["info schema_length at invoice_id"];
    check("\"F-77/2026\"", &invoice, &long, Some(all));
    check("{\n", "[\n", &["fatal not_json at record"], None);
    check(
        "\"F-77/2026\",",
        "\"F\", \"x\": \"a\tb\",",
        &["warning not_json at record"],
        Some(all),
    );
}

#[test]
fn a_record_is_told_from_everything_else() {
    assert!(is_record(RECORD.as_bytes()));
    assert_eq!(ocpi::recognise(RECORD.as_bytes(), &connection()), None);
    for (what, object) in fixtures::ALL {
        assert!(!is_record(object.as_bytes()), "{what}");
    }
    for other in ["", "[]", "{}", r#"{"invoice_id": "F"}"#, r#"{"cdrs": []}"#] {
        assert!(!is_record(other.as_bytes()), "{other}");
    }
}

#[test]
fn what_a_record_to_be_written_falls_short_of() {
    let empty = InvoiceRecord {
        id: OcpiId("i".repeat(37)),
        invoice_id: String::new(),
        cdrs: Vec::new(),
        ..objects::record()
    };
    let told: Vec<String> = write::record(&empty)
        .lacks
        .iter()
        .map(ToString::to_string)
        .collect();
    let expected = [
        "missing id: too_long",
        "missing invoice_id: written_na",
        "missing cdrs: empty",
    ];
    assert_eq!(told, expected);
    let long = InvoiceRecord {
        cdrs: vec![OcpiId("K".repeat(39)), OcpiId("C".repeat(36))],
        ..objects::record()
    };
    let lacks = write::record(&long).lacks;
    assert_eq!(
        lacks.len(),
        1,
        "a credit CDR's id may have 39 characters, but not here"
    );
    assert_eq!(lacks[0].to_string(), "missing cdrs[0]: too_long");
}

proptest! {
    #[test]
    fn a_record_that_is_written_is_read_back(
        id in "[A-Za-z0-9*-]{1,36}",
        invoice_id in "[A-Za-z0-9][ -~åäö]{0,254}",
        numbers in prop::collection::btree_set("[a-z0-9]{1,36}", 1..20),
        seconds in 0_i64..4_000_000_000,
    ) {
        let record = InvoiceRecord {
            id: OcpiId(id),
            invoice_id,
            cdrs: numbers.into_iter().map(OcpiId).collect(),
            last_updated: domain::Instant::from_timestamp(seconds, 0).expect("an instant"),
            ..objects::record()
        };
        let written = write::record(&record);
        prop_assert_eq!(&written.lacks, &[]);
        prop_assert!(is_record(written.json.as_bytes()));
        let read = read(&written.json);
        prop_assert_eq!(read.findings, []);
        let read = read.value.expect("a record");
        prop_assert_eq!(read.cdrs.iter().map(OcpiId::as_str).collect::<Vec<_>>(),
            record.cdrs.iter().map(OcpiId::as_str).collect::<Vec<_>>());
        prop_assert_eq!(read, record);
    }

    #[test]
    fn any_bytes_are_read_as_a_record_without_panic(
        at in any::<prop::sample::Index>(),
        length in 0_usize..30,
        with in prop::sample::select(vec!["", "\"", "{", "]", "null", "1", "\"#NA\"", "[[]]", "é"]),
    ) {
        let record = RECORD.as_bytes();
        let start = at.index(record.len());
        let end = (start + length).min(record.len());
        let damaged = [&record[..start], with.as_bytes(), &record[end..]].concat();
        let read = read_record(&damaged, &connection());
        let fatal = read.findings.iter().any(|f| f.severity == domain::Severity::Fatal);
        prop_assert_eq!(read.value.is_none(), fatal);
    }
}
