//! Importing end to end: into a book, again, packed, broken, stopped, killed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::FindingCode;
use store::finding::About;
use store::row::CdrRow;

use super::*;
use crate::api::{CdrFilter, CdrSort};
use crate::tests::{cdr, desk_in, tariff};

fn import(desk: &Desk, path: &Path) -> ImportResult {
    run(desk, &mut Job::quiet(), &ImportRequest::default(), path).expect("the file imports")
}

fn file(folder: &Path, name: &str, content: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).expect("a test file can be written");
    path
}

fn lines(numbers: std::ops::Range<u32>) -> String {
    numbers.map(|number| cdr(number) + "\n").collect()
}

fn counts(result: &ImportResult) -> [u32; 5] {
    [
        result.rows,
        result.new,
        result.known,
        result.corrections,
        result.rejected,
    ]
}

/// Every stored CDR: id, month, stated and replayed net, verdict.
fn stored(desk: &Desk) -> Vec<String> {
    let mut rows = Vec::new();
    store::scan::cdrs(&desk.book, CdrRow(0), |cdr| {
        rows.push((
            cdr.row,
            format!("{} {} {:?}", cdr.ocpi_id, cdr.month, cdr.stated),
        ));
    })
    .unwrap();
    let mut rows: Vec<String> = rows
        .into_iter()
        .map(|(row, text)| {
            let replayed = store::replay::get(&desk.book, row)
                .unwrap()
                .expect("replayed at once");
            format!("{text} {:?} {:?}", replayed.excl, replayed.verdict)
        })
        .collect();
    rows.sort();
    rows
}

#[test]
fn a_file_is_imported_once_with_its_prices_and_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let text = lines(0..3_000);
    let path = file(folder.path(), "cdrs.ndjson", &text);
    let result = import(&desk, &path);
    assert_eq!(counts(&result), [3_000, 3_000, 0, 0, 0]);
    assert_eq!(
        (result.kind.as_str(), result.format.as_str()),
        ("cdrs", "ocpi_ndjson")
    );
    assert_eq!(result.partner.as_deref(), Some("NL-ABC"));
    assert_eq!(result.energy_kwh, "30000", "3,000 times 10 kWh");
    assert_eq!(
        result.totals[0].excl_vat, "9000",
        "3,000 times 10 kWh at 0.30"
    );
    assert_eq!(
        result.findings,
        std::collections::BTreeMap::new(),
        "nothing is odd"
    );

    let book = &desk.book;
    let blocks = store::raw::of_import(book, ImportRow(1)).unwrap();
    assert!(
        blocks.len() > 1,
        "more than one block, so that borders are tested"
    );
    let bytes: Vec<u8> = blocks
        .iter()
        .flat_map(|row| store::raw::block(book, *row).unwrap())
        .collect();
    assert!(bytes == text.as_bytes(), "blocks put together are the file");
    let last = store::cdr::get(book, CdrRow(3_000)).unwrap().unwrap();
    let raw = store::raw::record(book, last.source.range).unwrap();
    assert_eq!(
        String::from_utf8(raw).unwrap(),
        cdr(2_999),
        "a record is a range of a block"
    );
    assert_eq!(last.figures.month.to_string(), "2026-09");
    let replayed = store::replay::get(book, CdrRow(3_000)).unwrap().unwrap();
    assert_eq!(replayed.verdict, domain::Verdict::Matches);

    let again = import(&desk, &path);
    assert_eq!(
        counts(&again),
        [3_000, 0, 3_000, 0, 0],
        "the same file adds nothing"
    );
    assert_eq!(again.id, result.id, "not even an import");
    assert_eq!(list(&desk).unwrap().len(), 1);
    let other = file(folder.path(), "other.ndjson", &lines(2_990..3_010));
    let overlap = import(&desk, &other);
    assert_eq!(
        counts(&overlap),
        [20, 10, 10, 0, 0],
        "another file with known records"
    );
}

#[test]
fn a_check_counts_like_the_import_and_stores_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let changed = cdr(5).replace("\"total_energy\":10", "\"total_energy\":11");
    let text = lines(0..10) + &cdr(3) + "\n" + &changed + "\n{\"broken\": \n" + &cdr(11);
    let path = file(folder.path(), "cdrs.ndjson", &text);
    let checked = check(&desk, &mut Job::quiet(), &ImportRequest::default(), &path).unwrap();
    assert_eq!(counts(&checked), [14, 11, 1, 1, 1]);
    assert!(
        !store::cdr::any(&desk.book).unwrap(),
        "a check stores nothing"
    );
    assert!(list(&desk).unwrap().is_empty());
    let result = import(&desk, &path);
    assert_eq!(
        counts(&result),
        counts(&checked),
        "importing does what the check said"
    );
    assert_eq!(result.findings, checked.findings);
    assert_eq!(result.rejects, checked.rejects);
}

#[test]
fn repeated_and_changed_records_are_raised_on_the_right_rows() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let upper = cdr(2).replace("CDR-2\"", "cdr-2\"");
    assert_ne!(upper, cdr(2), "the id is spelled in another case");
    let changed = cdr(3).replace("\"total_energy\":10", "\"total_energy\":12");
    import(
        &desk,
        &file(folder.path(), "1.json", &format!("[{},{}]", cdr(1), cdr(3))),
    );
    let text = format!("{}\n{upper}\n{changed}\n{}\n", cdr(2), cdr(1));
    let result = import(&desk, &file(folder.path(), "2.ndjson", &text));
    assert_eq!(counts(&result), [4, 1, 2, 1, 0]);
    assert_eq!(
        result.findings["duplicate_cdr"], 1,
        "CDR 2 stands twice in one file"
    );
    assert_eq!(result.findings["cdr_changed"], 1);

    let codes = |row: i64| -> Vec<FindingCode> {
        let findings = store::finding::of(&desk.book, About::Cdr(row)).unwrap();
        findings.iter().map(|finding| finding.code).collect()
    };
    assert_eq!(codes(1), [], "coming again in a later file is nothing odd");
    assert_eq!(codes(3), [FindingCode::DuplicateCdr]);
    assert!(
        codes(4).contains(&FindingCode::CdrChanged),
        "the correction, not the first"
    );
    let correction = store::cdr::get(&desk.book, CdrRow(4)).unwrap().unwrap();
    assert_eq!(
        correction.corrects,
        Some(CdrRow(2)),
        "it points at the first record"
    );
    let replayed = store::replay::get(&desk.book, CdrRow(4)).unwrap().unwrap();
    assert_eq!(
        replayed.severity,
        Some(domain::Severity::Error),
        "somebody must look"
    );
}

#[test]
fn packed_files_and_envelopes_are_read_and_broken_records_kept() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let page = format!(
        "{{\"data\": [{}, {{\"id\": 7}}, {}], \"status_code\": 1000}}",
        cdr(1),
        cdr(2)
    );
    let path = folder.path().join("page.json.gz");
    let mut gzip = flate2::write::GzEncoder::new(
        std::fs::File::create(&path).unwrap(),
        flate2::Compression::fast(),
    );
    gzip.write_all(page.as_bytes()).unwrap();
    gzip.finish().unwrap();
    let result = import(&desk, &path);
    assert_eq!(counts(&result), [3, 2, 0, 0, 1]);
    assert_eq!(result.format, "ocpi_json+gzip");
    assert_eq!(result.rejects[0].code, "unknown_object");
    assert_eq!(
        (result.rejects[0].row, result.rejects[0].value.as_str()),
        (2, "{\"id\": 7}")
    );
    let problems = problems(&desk, 1).unwrap();
    assert_eq!(problems[0].code, "unknown_object");
    assert_eq!(problems[0].samples[0].number, 2);
    let sha = list(&desk).unwrap()[0].sha256.clone();
    let mut hash = Source::new(&path)
        .unwrap()
        .fingerprint()
        .unwrap()
        .sha256
        .to_vec();
    assert_eq!(
        sha,
        crate::words::hex(&hash),
        "the hash is of the file as it came"
    );
    hash.clear();
}

#[test]
fn a_tariff_that_comes_later_prices_what_waited_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let bare = |number: u32| {
        let text = cdr(number);
        let (start, end) = (
            text.find("\"tariffs\"").unwrap(),
            text.find("\"charging_p").unwrap(),
        );
        text[..start].to_owned() + &text[end..]
    };
    let text = bare(1) + "\n" + &bare(2);
    let result = import(&desk, &file(folder.path(), "cdrs.ndjson", &text));
    assert_eq!(result.findings["tariff_missing"], 2);
    let before = store::replay::get(&desk.book, CdrRow(1)).unwrap().unwrap();
    assert_eq!(before.verdict, domain::Verdict::NotPriced);
    import(&desk, &file(folder.path(), "tariffs.json", &tariff()));
    let after = store::replay::get(&desk.book, CdrRow(1)).unwrap().unwrap();
    assert_eq!(
        after.verdict,
        domain::Verdict::Matches,
        "priced when the tariff came"
    );
    assert!(after.tariff.is_some(), "and it says with which version");
    assert_eq!(after.codes, "", "nothing is missing any more");
}

#[test]
fn sessions_in_the_future_are_raised_against_the_clock_passed_in() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let late = cdr(1).replace("2026-09", "2027-01");
    let result = import(&desk, &file(folder.path(), "late.json", &late));
    assert_eq!(result.findings["future_date"], 1);
}

#[test]
fn a_cancelled_import_keeps_what_it_stored_and_can_be_completed() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let path = file(folder.path(), "cdrs.ndjson", &lines(0..9_000));
    let cancel = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&cancel);
    let mut job = Job::new(cancel, move |progress| {
        assert!(
            progress.done > 0 && progress.done <= progress.total,
            "{progress:?}"
        );
        stop.store(true, Ordering::Relaxed);
    });
    let result = run(&desk, &mut job, &ImportRequest::default(), &path).unwrap();
    assert_eq!(result.state, "cancelled");
    assert!(
        result.rows > 0 && result.rows < 9_000,
        "{} rows were stored",
        result.rows
    );
    let rest = import(&desk, &path);
    assert_eq!(
        counts(&rest),
        [9_000, 9_000 - result.rows, result.rows, 0, 0]
    );
    let whole = tempfile::tempdir().unwrap();
    let undisturbed = desk_in(whole.path());
    import(&undisturbed, &path);
    assert_eq!(stored(&desk), stored(&undisturbed));
}

/// Where the child of the test below finds its folder; only that test sets it.
const CHILD: &str = "TALLYWATT_TEST_IMPORT_CHILD";

#[test]
fn child_that_imports_until_it_is_killed() {
    let Some(folder) = std::env::var_os(CHILD) else {
        return;
    };
    let folder = PathBuf::from(folder);
    let desk = desk_in(&folder);
    import(&desk, &folder.join("cdrs.ndjson"));
}

#[test]
fn a_kill_at_any_moment_loses_at_most_the_open_batch() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "cdrs.ndjson", &lines(0..12_000));
    let mut kept = Vec::new();
    for delay_ms in [30, 110, 190, 320, 530, 810] {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "intake::tests::child_that_imports_until_it_is_killed",
                "--exact",
            ])
            .env(CHILD, folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(delay_ms));
        child.kill().unwrap();
        child.wait().unwrap();
        if folder.path().join("test.book").exists() {
            let desk = desk_in(folder.path());
            kept.push(store::scan::last(&desk.book).unwrap().0);
        }
    }
    assert!(kept.is_sorted(), "what was stored stays: {kept:?}");
    let desk = desk_in(folder.path());
    let result = import(&desk, &path);
    assert_eq!(result.rows, 12_000);
    assert_eq!(result.new + result.known, 12_000);
    let imports = list(&desk).unwrap();
    assert_eq!(imports[0].result.state, "finished");
    let interrupted = imports[1..]
        .iter()
        .all(|import| import.result.state == "interrupted");
    assert!(interrupted || imports.len() == 1, "{imports:?}");
    let whole = tempfile::tempdir().unwrap();
    let undisturbed = desk_in(whole.path());
    import(&undisturbed, &path);
    assert_eq!(
        stored(&desk),
        stored(&undisturbed),
        "as if nothing had happened"
    );
}

#[test]
fn spreadsheets_become_rows_that_can_be_shown_and_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let sheet = "Transaction;Start;Ende;kWh;Netto EUR;EVSE-ID;Contract\n\
        T1;01.09.2026 10:00;01.09.2026 11:00;10,5;3,15;DE*ABC*E1;DE-TAL-C1\n\
        T2;13.09.2026 22:30;14.09.2026 01:00;1.020,25;306,08;DE*ABC*E2;DE-TAL-C2\n\
        T3;14.09.2026 08:00;kaputt;7;2,10;DE*ABC*E2;DE-TAL-C3\n";
    let path = file(folder.path(), "September.csv", sheet);
    let request = ImportRequest {
        partner: Some("DE-ABC".into()),
        ..ImportRequest::default()
    };
    let needed = run(&desk, &mut Job::quiet(), &ImportRequest::default(), &path).unwrap_err();
    assert!(matches!(needed, Error::PartnerNeeded(_)), "{needed}");
    let preview = preview(&desk, &request, &path).unwrap();
    assert_eq!((preview.format.as_str(), preview.rows.len()), ("csv", 3));
    assert_eq!(
        preview.rows[0].energy_kwh.as_deref(),
        Some("10.5"),
        "decimal commas"
    );
    assert_eq!(
        preview.rows[0].start_at, "2026-09-01T08:00:00Z",
        "German summer time"
    );
    assert!(preview.columns.iter().any(|column| column.heading == "kWh"));
    assert!(!preview.evidence.is_empty());

    let result = run(&desk, &mut Job::quiet(), &request, &path).unwrap();
    assert_eq!(counts(&result), [3, 2, 0, 0, 1], "{result:?}");
    assert_eq!(result.energy_kwh, "1030.75");
    assert_eq!(
        result.rejects[0].row, 4,
        "as the program that made it counts"
    );
    let explained = crate::replay::explain(&desk, CdrRow(2)).unwrap();
    assert_eq!(explained.cdr.id.as_str(), "T2");
    assert!(
        String::from_utf8_lossy(&explained.raw).contains("1.020,25"),
        "the cell as written"
    );
    let blocks = store::raw::of_import(&desk.book, ImportRow(1)).unwrap();
    let bytes: Vec<u8> = blocks
        .iter()
        .flat_map(|row| store::raw::block(&desk.book, *row).unwrap())
        .collect();
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        sheet,
        "the file itself is kept too"
    );
    let again = run(&desk, &mut Job::quiet(), &request, &path).unwrap();
    assert_eq!(counts(&again), [3, 0, 2, 0, 1]);
}

#[test]
fn the_explorer_sees_what_was_imported() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let sort = CdrSort {
        column: "id".into(),
        descending: true,
    };
    let open = || crate::explorer::open(&desk, &CdrFilter::default(), &sort).unwrap();
    assert_eq!(open().count, 0);
    import(&desk, &file(folder.path(), "a.ndjson", &lines(0..300)));
    let view = open();
    assert_eq!((view.count, view.rows.len()), (300, 200));
    assert_eq!(view.rows[0].id, "CDR-99", "the last in the alphabet");
    assert_eq!(view.sums[0].stated, "900");
    assert_eq!(view.sums[0].difference, "0");
    import(&desk, &file(folder.path(), "b.ndjson", &lines(290..310)));
    assert_eq!(open().count, 310, "it grows with the book");
    let page = crate::api::CdrRowsRequest {
        view: view.view,
        start: 290,
        len: 50,
    };
    assert_eq!(
        crate::explorer::rows(&desk, &page).unwrap().len(),
        10,
        "a view is frozen"
    );
    let text = CdrFilter {
        text: Some("cdr-30".into()),
        ..CdrFilter::default()
    };
    let found = crate::explorer::open(&desk, &text, &sort).unwrap();
    assert_eq!(found.count, 11, "30 and 300 to 309, in any case");
}

#[test]
fn the_settlement_files_beside_the_project_import_to_their_stated_sums() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"))
        .join("../../../../shared/data/spreadsheets");
    let Ok(manifest) = std::fs::read_to_string(root.join("manifest.json")) else {
        println!("shared/ is absent: not run");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let files: Vec<serde_json::Value> = serde_json::from_str(&manifest).unwrap();
    let decimal =
        |value: &serde_json::Value| -> domain::Decimal { value.as_str().unwrap().parse().unwrap() };
    for (index, stated) in files.iter().enumerate() {
        let name = stated["file"].as_str().unwrap();
        let partner = Some(format!("GB-P{index:02}"));
        let mut request = ImportRequest {
            partner,
            ..ImportRequest::default()
        };
        let path = root.join(name);
        // One file has no date that only one order can read: it asks, and the manifest answers.
        if name.starts_with("09-") {
            let open = run(&desk, &mut Job::quiet(), &request, &path).unwrap_err();
            let Error::Unclear { questions, .. } = &open else {
                panic!("{name}: {open}");
            };
            assert_eq!(questions.len(), 1, "{name}: {open}");
            assert_eq!(questions[0].choices, ["day_first", "month_first"], "{name}");
            request.changes.push(crate::api::ChangeDto {
                what: questions[0].what.clone(),
                value: "day_first".into(),
                ..Default::default()
            });
        }
        let result = run(&desk, &mut Job::quiet(), &request, &path).unwrap();
        let rows = u64::from(result.rows - result.rejected);
        assert_eq!(
            Some(rows),
            stated["rows"].as_u64(),
            "{name}: {:?}",
            result.rejects
        );
        let kwh: domain::Decimal = result.energy_kwh.parse().unwrap();
        assert_eq!(kwh, decimal(&stated["kwh"]), "{name}: kWh");
        for sum in &result.totals {
            let net: domain::Decimal = sum.excl_vat.parse().unwrap();
            let expected = decimal(&stated["currencies"][&sum.currency]);
            assert_eq!(
                net.round_dp(2),
                expected.round_dp(2),
                "{name}: net in {}",
                sum.currency
            );
        }
        let count = stated["currencies"].as_object().unwrap().len();
        assert_eq!(result.totals.len(), count, "{name}: currencies");
    }
}
