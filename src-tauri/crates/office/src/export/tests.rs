//! What was written out is what the book holds, in a form that others read.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use calamine::{Data, Reader, Xlsx};
use domain::Decimal;
use jsonschema::Validator;
use serde_json::Value;

use crate::api::{CdrFilter, CdrSort, ExportDone, ExportLack, ExportRequest};
use crate::tests::{cdr, desk_in, import_text, session, tariff};
use crate::{Desk, Job, explorer, export};

const VERSIONS: [&str; 3] = ["2.1.1", "2.2.1", "2.3.0"];
const LISTS: [(&str, &str); 5] = [
    ("cdrs", "cdr"),
    ("sessions", "session"),
    ("tariffs", "tariff"),
    ("locations", "location"),
    ("tokens", "token"),
];

fn request(what: &str, ocpi: &str) -> ExportRequest {
    ExportRequest {
        what: what.to_owned(),
        format: "ndjson".to_owned(),
        ocpi: Some(ocpi.to_owned()),
        ..ExportRequest::default()
    }
}

fn run(desk: &Desk, request: &ExportRequest, path: &Path) -> ExportDone {
    export::run(desk, request, path, &mut Job::quiet()).expect("it can be written")
}

/// The schema of our own making for an object.
fn schema(kind: &str, version: &str) -> Validator {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/ocpi-schemas");
    let text = std::fs::read(root.join(version).join(format!("{kind}.json"))).unwrap();
    jsonschema::draft202012::new(&serde_json::from_slice(&text).unwrap()).unwrap()
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn judge(kind: &str, version: &str, path: &Path) -> usize {
    let schema = schema(kind, version);
    let records = lines(path);
    for record in &records {
        let faults: Vec<String> = schema
            .iter_errors(record)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(faults, [""; 0], "{kind} {version}: {record}");
    }
    records.len()
}

/// A location of the tests' CDRs, with what the domain does not keep of it.
fn location() -> String {
    "{\"country_code\":\"NL\",\"party_id\":\"ABC\",\"id\":\"LOC1\",\"publish\":true,\
     \"name\":\"Harbour\",\"address\":\"Quay 1\",\"city\":\"Utrecht\",\
     \"postal_code\":\"3500 AA\",\"country\":\"NLD\",\"coordinates\":{\"latitude\":\"52.090000\",\
     \"longitude\":\"5.120000\"},\"operator\":{\"name\":\"Kade\"},\
     \"opening_times\":{\"twentyfourseven\":true},\"evses\":[{\"uid\":\"E1\",\
     \"evse_id\":\"NL*ABC*E1\",\"status\":\"AVAILABLE\",\"connectors\":[{\"id\":\"1\",\
     \"standard\":\"IEC_62196_T2\",\"format\":\"SOCKET\",\"power_type\":\"AC_3_PHASE\",\
     \"max_voltage\":230,\"max_amperage\":32,\"last_updated\":\"2026-01-01T00:00:00Z\"}],\
     \"last_updated\":\"2026-01-01T00:00:00Z\"}],\"time_zone\":\"Europe/Amsterdam\",\
     \"last_updated\":\"2026-01-01T00:00:00Z\"}"
        .to_owned()
}

fn credit() -> String {
    cdr(7).replacen(
        "\"last_updated\":\"2026-09",
        "\"credit\":true,\"credit_reference_id\":\"CDR-1\",\"last_updated\":\"2026-09",
        1,
    )
}

/// Five CDRs, one corrected and one a credit, five sessions, a tariff and a location.
fn desk(folder: &Path) -> Desk {
    let desk = desk_in(folder);
    let mut records: Vec<String> = (0..4).map(cdr).collect();
    records.push(credit().replace("\"CDR-7\"", "\"CDR-7C\""));
    records.extend((0..5).map(session));
    records.extend([tariff(), location()]);
    let kept = import_text(&desk, folder, "all.ndjson", &records.join("\n"));
    assert_eq!((kept.new, kept.rejected), (12, 0), "{kept:?}");
    let corrected = cdr(2).replace("\"total_time\":1,", "\"total_time\":1.0,");
    let kept = import_text(&desk, folder, "again.ndjson", &corrected);
    assert_eq!(kept.corrections, 1, "{kept:?}");
    desk
}

#[test]
fn every_list_of_the_demo_book_is_accepted_in_every_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.tallywatt");
    crate::demo::make(&path, folder.path(), &mut Job::quiet()).unwrap();
    let now = chrono::DateTime::from_timestamp(1_795_000_000, 0).unwrap();
    let desk = Desk::open(&path, now, "test").unwrap();
    let out = folder.path().join("out.ndjson");
    for version in VERSIONS {
        for (what, kind) in LISTS {
            let dated = matches!(what, "cdrs" | "sessions");
            let request = ExportRequest {
                month: dated.then(|| "2026-09".to_owned()),
                ..request(what, version)
            };
            let done = run(&desk, &request, &out);
            let left_out: u32 = done.left_out.iter().map(|lack| lack.count).sum();
            println!(
                "{version} {what}: {} written, {left_out} left out, {:?}",
                done.written, done.left_out
            );
            assert_eq!(judge(kind, version, &out), done.written as usize);
            if what == "cdrs" && version == "2.2.1" {
                assert!(done.written > 100, "{done:?}");
            }
        }
        let done = run(&desk, &request("reconciliation_records", version), &out);
        assert!(done.written > 0, "the demo issues invoices");
        judge("invoice_reconciliation_record", "2.3.0", &out);
    }
}

#[test]
fn what_came_in_a_version_goes_out_in_it_as_it_came() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let out = folder.path().join("out.ndjson");
    let done = run(&desk, &request("cdrs", "2.2.1"), &out);
    assert_eq!((done.written, done.superseded), (5, 1), "{done:?}");
    assert_eq!((done.left_out.len(), done.losses.len()), (0, 0), "{done:?}");
    assert_eq!(done.energy_kwh, "50");
    assert_eq!(done.totals[0].excl_vat, "15");
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.lines().any(|line| line == cdr(0)), "{text}");
    assert_eq!(done.bytes, text.len().to_string());
    let done = run(&desk, &request("locations", "2.2.1"), &out);
    assert_eq!(done.written, 1);
    let text = std::fs::read_to_string(&out).unwrap();
    assert_eq!(text.trim_end(), location());

    // Another book takes it in and holds the same.
    let other = tempfile::tempdir().unwrap();
    let desk_there = desk_in(other.path());
    run(&desk, &request("cdrs", "2.2.1"), &out);
    let text = std::fs::read_to_string(&out).unwrap();
    let kept = import_text(&desk_there, other.path(), "back.ndjson", &text);
    assert_eq!((kept.new, kept.energy_kwh.as_str()), (5, "50"), "{kept:?}");
}

#[test]
fn other_versions_are_completed_and_their_losses_counted() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let out = folder.path().join("out.ndjson");
    let done = run(&desk, &request("cdrs", "2.1.1"), &out);
    assert_eq!((done.written, judge("cdr", "2.1.1", &out)), (4, 4));
    let credit = &done.left_out[0];
    assert_eq!(
        (
            credit.why.as_str(),
            credit.count,
            credit.examples.as_slice()
        ),
        ("credit_before_2_2", 1, &["CDR-7C".to_owned()][..])
    );
    let lost = done.losses.iter();
    let lost = lost
        .clone()
        .find(|lack| lack.field == "charging_periods[].tariff_id");
    assert_eq!(
        lost.map(|lack| (lack.count, lack.examples.len())),
        Some((4, 4))
    );

    for what in ["cdrs", "sessions"] {
        let done = run(&desk, &request(what, "2.3.0"), &out);
        assert_eq!((done.written, done.losses.len()), (5, 0), "{done:?}");
    }

    // A 2.1.1 session shows its place, which only the location knows.
    let done = run(&desk, &request("sessions", "2.1.1"), &out);
    assert_eq!((done.written, judge("session", "2.1.1", &out)), (5, 5));
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.contains("\"address\":\"Quay 1\""), "{text}");
    let done = run(&desk, &request("locations", "2.1.1"), &out);
    assert_eq!((done.written, judge("location", "2.1.1", &out)), (1, 1));
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.contains("\"operator\":{\"name\":\"Kade\"}"), "{text}");
}

#[test]
fn whether_a_location_of_211_is_published_is_asked_and_not_made_up() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let out = folder.path().join("out.ndjson");
    run(&desk, &request("locations", "2.1.1"), &out);
    let old = std::fs::read_to_string(&out).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let there = desk_in(elsewhere.path());
    let path = elsewhere.path().join("old.ndjson");
    std::fs::write(&path, old).unwrap();
    let whose = crate::api::ImportRequest {
        partner: Some("NL-ABC".to_owned()),
        ..crate::api::ImportRequest::default()
    };
    crate::intake::run(&there, &mut Job::quiet(), &whose, &path).unwrap();
    let count = export::count(&there, &request("locations", "2.3.0")).unwrap();
    assert_eq!((count.records, count.publish_unsaid), (1, 1));
    let done = run(&there, &request("locations", "2.3.0"), &out);
    assert_eq!(
        (done.written, done.left_out[0].field.as_str()),
        (0, "publish")
    );
    let asked = ExportRequest {
        publish: Some(false),
        ..request("locations", "2.3.0")
    };
    let done = run(&there, &asked, &out);
    assert_eq!(
        (done.written, judge("location", "2.3.0", &out)),
        (1, 1),
        "{done:?}"
    );
}

#[test]
fn a_list_is_one_json_document_also_when_it_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let out = folder.path().join("out.json");
    let list = |what: &str, partner: Option<&str>| ExportRequest {
        format: "json".to_owned(),
        partner: partner.map(str::to_owned),
        ..request(what, "2.3.0")
    };
    for (request, count) in [
        (list("cdrs", Some("nl-abc")), 5),
        (list("sessions", None), 5),
        (list("tokens", None), 0),
    ] {
        run(&desk, &request, &out);
        let document: Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
        assert_eq!(
            document.as_array().map(Vec::len),
            Some(count),
            "{request:?}"
        );
    }
}

#[test]
fn a_table_holds_what_the_list_shows_and_adds_up_to_its_sums() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let evil = cdr(9).replace("Harbour", "=HYPERLINK(\\\"https://a.example\\\")");
    import_text(&desk, folder.path(), "evil.ndjson", &evil);
    let filter = CdrFilter {
        credit: Some(false),
        ..CdrFilter::default()
    };
    let table = |format: &str| ExportRequest {
        what: "cdrs".to_owned(),
        format: format.to_owned(),
        filter: Some(filter.clone()),
        month: Some("2026-09".to_owned()),
        ..ExportRequest::default()
    };
    let sort = CdrSort {
        column: "id".to_owned(),
        descending: false,
    };
    let view = explorer::open(&desk, &filter, &sort).unwrap();
    let out = folder.path().join("out.xlsx");
    let done = run(&desk, &table("xlsx"), &out);
    assert_eq!(
        (done.written, &done.energy_kwh),
        (view.count, &view.energy_kwh)
    );
    assert_eq!(done.totals[0].excl_vat, view.sums[0].stated);
    let mut book: Xlsx<_> = calamine::open_workbook(&out).unwrap();
    assert!(book.worksheet_formula("CDRs").unwrap().is_empty());
    let sheet = book.worksheet_range("CDRs").unwrap();
    let column = |name: &str| {
        let heading = Data::String(name.to_owned());
        sheet
            .rows()
            .next()
            .unwrap()
            .iter()
            .position(|it| *it == heading)
            .unwrap()
    };
    let sum = |name: &str| -> Decimal {
        let figures = sheet
            .rows()
            .skip(1)
            .map(|row| row[column(name)].to_string());
        figures.map(|text| text.parse::<Decimal>().unwrap()).sum()
    };
    assert_eq!(sum("energy_kwh"), view.energy_kwh.parse().unwrap());
    assert_eq!(sum("stated_excl_vat"), view.sums[0].stated.parse().unwrap());
    assert_eq!(
        sum("replayed_excl_vat"),
        view.sums[0].replayed.parse().unwrap()
    );

    let out = folder.path().join("out.csv");
    run(&desk, &table("csv"), &out);
    let text = std::fs::read_to_string(&out).unwrap();
    assert_eq!(text.lines().count(), view.count as usize + 1);
    assert!(text.contains("\"'=HYPERLINK("), "{text}");
    assert!(!text.contains(",=") && !text.contains("\"="), "{text}");
}

#[test]
fn a_file_is_there_as_a_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out.json");
    std::fs::write(&out, "before").unwrap();
    let stopped = &mut Job::new(Arc::new(AtomicBool::new(true)), |_| ());
    for request in [
        request("cdrs", "2.2.1"),
        request("sessions", "2.2.1"),
        ExportRequest {
            what: "cdrs".to_owned(),
            format: "xlsx".to_owned(),
            ..ExportRequest::default()
        },
    ] {
        let refused = export::run(&desk, &request, &out, stopped);
        assert!(
            matches!(refused, Err(crate::Error::Cancelled)),
            "{refused:?}"
        );
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "before");
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1);
    }
    let nowhere = place.path().join("none/out.json");
    let refused = export::run(
        &desk,
        &request("cdrs", "2.2.1"),
        &nowhere,
        &mut Job::quiet(),
    );
    let Err(crate::Error::NotWritten { name, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(name, "out.json");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let plain = request("cdrs", "2.2.1");
    let cases = [
        (
            "what",
            ExportRequest {
                what: "cars".into(),
                ..plain.clone()
            },
        ),
        (
            "format",
            ExportRequest {
                format: "pdf".into(),
                ..plain.clone()
            },
        ),
        (
            "format",
            ExportRequest {
                format: "csv".into(),
                ..request("tariffs", "2.2.1")
            },
        ),
        ("ocpi", request("cdrs", "1.0")),
        (
            "ocpi",
            ExportRequest {
                ocpi: None,
                ..plain.clone()
            },
        ),
        (
            "ocpi",
            ExportRequest {
                format: "csv".into(),
                ..plain.clone()
            },
        ),
        (
            "month",
            ExportRequest {
                month: Some("2026-09".into()),
                ..request("tariffs", "2.2.1")
            },
        ),
        (
            "filter",
            ExportRequest {
                filter: Some(CdrFilter::default()),
                ..request("sessions", "2.2.1")
            },
        ),
    ];
    for (field, request) in cases {
        let refused = export::run(&desk, &request, Path::new("none"), &mut Job::quiet());
        let Err(crate::Error::BadRequest { field: named, .. }) = refused else {
            panic!("{field}: {refused:?}")
        };
        assert_eq!(named, field);
    }
}

/// What a CDR of [`desk`] is as 2.1.1, with the card it was charged with if there is one.
fn old_book(folder: &Path, cards: &[(&str, &str)]) -> Desk {
    let there = tempfile::tempdir().unwrap();
    let out = there.path().join("old.ndjson");
    run(&desk(there.path()), &request("cdrs", "2.1.1"), &out);
    let desk = desk_in(folder);
    let whose = crate::api::ImportRequest {
        partner: Some("NL-ABC".to_owned()),
        ..crate::api::ImportRequest::default()
    };
    let kept = crate::intake::run(&desk, &mut Job::quiet(), &whose, &out).unwrap();
    assert_eq!(kept.new, 4, "{kept:?}");
    for (index, (contract, uid)) in cards.iter().enumerate() {
        let card = format!(
            "{{\"country_code\":\"NL\",\"party_id\":\"TAL\",\"uid\":\"{uid}\",\
             \"type\":\"RFID\",\"contract_id\":\"{contract}\",\"issuer\":\"Tally\",\
             \"valid\":true,\"whitelist\":\"ALLOWED\",\
             \"last_updated\":\"2026-01-01T00:00:00Z\"}}"
        );
        import_text(&desk, folder, &format!("card{index}.json"), &card);
    }
    desk
}

#[test]
fn a_cdr_of_211_is_completed_from_its_card_and_left_out_without() {
    for version in ["2.2.1", "2.3.0"] {
        let folder = tempfile::tempdir().unwrap();
        let cards = [
            ("NL-TAL-C00000000-1", "04A0"),
            ("nl-tal-c00000001-1", "04A1"),
            ("NL-TAL-C00000002-1", "04A2"),
            ("NL-TAL-C00000002-1", "04B2"),
        ];
        let desk = old_book(folder.path(), &cards);
        let out = folder.path().join("out.ndjson");
        let done = run(&desk, &request("cdrs", version), &out);
        assert_eq!(
            (done.written, judge("cdr", version, &out)),
            (3, 3),
            "{done:?}"
        );
        let token = |at: usize| lines(&out)[at]["cdr_token"].clone();
        assert_eq!(
            token(0),
            serde_json::json!({"country_code": "NL", "party_id": "TAL", "uid": "04A0",
                "type": "RFID", "contract_id": "NL-TAL-C00000000-1"})
        );
        assert_eq!(
            token(1)["contract_id"],
            "NL-TAL-C00000001-1",
            "as it was stated"
        );
        // Of one contract no card is known; another has two, and nobody knows which was used.
        let of = |lack: &ExportLack| (lack.field.clone(), lack.why.clone(), lack.examples.clone());
        let lack = |field: &str, why: &str, id: &str| {
            (field.to_owned(), why.to_owned(), vec![id.to_owned()])
        };
        let left_out: Vec<_> = done.left_out.iter().map(of).collect();
        let expected = [lack("cdr_token.country_code", "unknown", "CDR-3")];
        assert_eq!(left_out, expected);
        let stood = done.losses.iter().filter(|lack| lack.severity == "missing");
        let expected = [lack("cdr_token.uid", "written_na", "CDR-2")];
        assert_eq!(stood.map(of).collect::<Vec<_>>(), expected);
        assert_eq!(token(2)["uid"], "#NA");
    }
}

#[test]
fn what_is_exported_as_json_is_exactly_what_the_filter_shows() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let out = folder.path().join("out.ndjson");
    let filter = CdrFilter {
        text: Some("C00000001".to_owned()),
        ..CdrFilter::default()
    };
    for version in VERSIONS {
        let asked = ExportRequest {
            filter: Some(filter.clone()),
            ..request("cdrs", version)
        };
        let count = export::count(&desk, &asked).unwrap();
        let done = run(&desk, &asked, &out);
        assert_eq!(
            (done.written, judge("cdr", version, &out)),
            (1, 1),
            "{done:?}"
        );
        assert_eq!(
            (count.records, lines(&out)[0]["id"].as_str()),
            (1, Some("CDR-1"))
        );
        assert_eq!((&*done.energy_kwh, &*done.totals[0].excl_vat), ("10", "3"));
    }
}

#[test]
fn how_many_records_go_out_is_known_before() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let out = folder.path().join("out");
    for (version, credits) in [("2.1.1", 1), ("2.2.1", 0), ("2.3.0", 0)] {
        let asked = request("cdrs", version);
        let count = export::count(&desk, &asked).unwrap();
        let done = run(&desk, &asked, &out);
        assert_eq!((count.records, count.credits), (done.written, credits));
        assert_eq!((count.superseded, done.superseded), (1, 1));
        assert_eq!(count.file, format!("cdrs-ocpi-{version}.ndjson"));
    }
    for (what, records) in [
        ("sessions", 5),
        ("tariffs", 1),
        ("locations", 1),
        ("tokens", 0),
    ] {
        let count = export::count(&desk, &request(what, "2.3.0")).unwrap();
        assert_eq!(
            (count.records, count.publish_unsaid),
            (records, 0),
            "{what}"
        );
    }
    let table = ExportRequest {
        what: "cdrs".to_owned(),
        format: "xlsx".to_owned(),
        filter: Some(CdrFilter {
            partners: vec!["NL-ABC".to_owned()],
            months: vec!["2026-09".to_owned()],
            ..CdrFilter::default()
        }),
        ..ExportRequest::default()
    };
    let count = export::count(&desk, &table).unwrap();
    assert_eq!(
        (count.records, &*count.file),
        (6, "cdrs-NL-ABC-2026-09.xlsx")
    );
    assert_eq!(
        run(&desk, &table, &out).written,
        6,
        "a list shows every CDR"
    );
    let records = request("reconciliation_records", "2.2.1");
    let count = export::count(&desk, &records).unwrap();
    let name = "reconciliation-records-ocpi-2.2.1.ndjson";
    assert_eq!((count.records, &*count.file), (0, name));
}
