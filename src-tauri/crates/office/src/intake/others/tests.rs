//! Sessions from spreadsheets count as those that come as OCPI.

use std::path::Path;

use domain::Bucket;

use crate::api::{ExportRequest, ImportRequest, ImportResult, UndoImport};
use crate::intake::preview;
use crate::tests::{cdr, desk_in, import_sheet, import_text};
use crate::{Desk, Job};

const HEADINGS: &str =
    "Session ID,Session start,Session end,Energy (kWh),EVSE ID,Contract ID,Status";

/// Sessions of the first days of September, of which the last has not ended.
fn sessions() -> String {
    let row = |number: u32| {
        let day = format!("2026-09-0{}T", number + 1);
        format!(
            "S{number},{day}08:0{number}:00Z,{day}09:0{number}:00Z,10,NL*ABC*E1,\
             NL-TAL-C{number:08}-1,COMPLETED\n"
        )
    };
    let rows: String = (0..3).map(row).collect();
    format!("{HEADINGS}\n{rows}S3,2026-09-04T08:03:00Z,,4.5,NL*ABC*E1,NL-TAL-C00000003-1,ACTIVE\n")
}

fn counts(result: &ImportResult) -> [u32; 5] {
    let of = result;
    [of.rows, of.new, of.known, of.corrections, of.rejected]
}

/// CDR, session and bucket of each outcome of September.
fn outcomes(desk: &Desk) -> Vec<(Option<String>, Option<String>, Bucket)> {
    let (partner, month) = crate::reconcile::parse(desk, "NL-ABC", "2026-09").unwrap();
    let list = crate::reconcile::list(desk, &partner, month).unwrap();
    let mut list: Vec<_> = (list.into_iter())
        .map(|listed| (listed.cdr, listed.session, listed.bucket))
        .collect();
    list.sort_by_key(|(cdr, session, _)| (cdr.clone(), session.clone()));
    list
}

fn cdrs(desk: &Desk, folder: &Path) {
    let on_its_day = |number: u32| {
        let day = format!("2026-09-0{}T", number + 1);
        cdr(number).replace("2026-09-01T", &day) + "\n"
    };
    let text: String = (0..2).map(on_its_day).collect();
    import_text(desk, folder, "cdrs.ndjson", &text);
    crate::reconcile::reconcile_stale(desk, &mut Job::quiet()).unwrap();
}

#[test]
fn they_are_matched_to_cdrs_whichever_came_first() {
    let mut seen = Vec::new();
    for sessions_first in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk_in(folder.path());
        if !sessions_first {
            cdrs(&desk, folder.path());
        }
        let csv = sessions();
        let result = import_sheet(&desk, folder.path(), "s.csv", csv.as_bytes());
        assert_eq!(result.kind, "sessions");
        assert_eq!(counts(&result), [4, 4, 0, 0, 0], "{result:?}");
        assert_eq!(result.energy_kwh, "34.5");
        assert_eq!(result.totals, [], "sessions state no price");
        if sessions_first {
            cdrs(&desk, folder.path());
        }
        seen.push(outcomes(&desk));
    }
    let some = |text: &str| Some(text.to_owned());
    let expected = [
        (None, some("S2"), Bucket::MissingCdr),
        (some("CDR-0"), some("S0"), Bucket::Matched),
        (some("CDR-1"), some("S1"), Bucket::Matched),
    ];
    assert_eq!(seen[0], expected, "a session that runs needs no CDR yet");
    assert_eq!(seen[1], seen[0]);
}

#[test]
fn they_are_known_again_corrected_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    cdrs(&desk, folder.path());
    let before = outcomes(&desk);
    let first = import_sheet(&desk, folder.path(), "s.csv", sessions().as_bytes());
    let semicolons = sessions().replace(',', ";");
    let again = import_sheet(&desk, folder.path(), "again.csv", semicolons.as_bytes());
    assert_eq!(
        counts(&again),
        [4, 0, 4, 0, 0],
        "another file, the same sessions"
    );
    let ended = format!(
        "{HEADINGS}\nS3,2026-09-04T08:03:00Z,2026-09-04T09:03:00Z,10,NL*ABC*E1,\
         NL-TAL-C00000003-1,COMPLETED\n"
    );
    let ended = import_sheet(&desk, folder.path(), "ended.csv", ended.as_bytes());
    assert_eq!(counts(&ended), [1, 0, 0, 1, 0]);
    let missing = |desk: &Desk| {
        let all = outcomes(desk);
        all.iter().filter(|one| one.2 == Bucket::MissingCdr).count()
    };
    assert_eq!(missing(&desk), 2, "now it has ended, and has no CDR");
    for import in [ended.id, again.id, first.id] {
        let request = UndoImport {
            import: import.unwrap(),
            reason: String::new(),
        };
        crate::intake::undo(&mut desk, &mut Job::quiet(), &request).unwrap();
    }
    assert_eq!(outcomes(&desk), before, "as if none had come");
}

#[test]
fn they_are_shown_before_and_written_out_after() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let path = folder.path().join("s.csv");
    std::fs::write(&path, sessions()).unwrap();
    let request = ImportRequest {
        partner: Some("NL-ABC".to_owned()),
        ..ImportRequest::default()
    };
    let shown = preview(&desk, &request, &path).unwrap();
    assert_eq!(shown.kind, "sessions");
    assert_eq!(shown.rows.len(), 4);
    let first = &shown.rows[0];
    assert_eq!((first.kind.as_str(), first.id.as_str()), ("session", "S0"));
    assert_eq!(first.energy_kwh.as_deref(), Some("10"));
    assert_eq!(
        first.start_local.as_deref(),
        Some("2026-09-01T10:00:00+02:00"),
        "by the partner's clock"
    );
    assert_eq!(shown.rows[3].end_at, "", "it has not ended");

    import_sheet(&desk, folder.path(), "s.csv", sessions().as_bytes());
    let out = folder.path().join("out.ndjson");
    let wanted = ExportRequest {
        what: "sessions".to_owned(),
        format: "ndjson".to_owned(),
        ocpi: Some("2.2.1".to_owned()),
        ..ExportRequest::default()
    };
    let done = crate::export::run(&desk, &wanted, &out, &mut Job::quiet()).unwrap();
    let left_out: u32 = done
        .left_out
        .iter()
        .map(|lack| lack.count)
        .max()
        .unwrap_or(0);
    assert_eq!(
        done.written + left_out,
        4,
        "each is read again, and written or named: {done:?}"
    );
    let fields: Vec<&str> = done
        .left_out
        .iter()
        .map(|lack| lack.field.as_str())
        .collect();
    assert!(
        !fields.contains(&"last_updated"),
        "it was created when it was imported: {fields:?}"
    );
}

#[test]
fn what_rows_are_can_be_said() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let path = folder.path().join("s.csv");
    std::fs::write(
        &path,
        "ID,Start,End,kWh,Net\nC1,2026-09-14T08:00:00Z,2026-09-14T09:00:00Z,10,3.00\n",
    )
    .unwrap();
    let mut request = ImportRequest {
        partner: Some("NL-ABC".to_owned()),
        ..ImportRequest::default()
    };
    assert_eq!(preview(&desk, &request, &path).unwrap().kind, "cdrs");
    request.kind = Some("statement".to_owned());
    let shown = preview(&desk, &request, &path).unwrap();
    assert_eq!(shown.kind, "statement");
    assert_eq!(shown.rows[0].kind, "statement");
    let kind = shown.evidence.iter().find(|one| one.what == "kind");
    assert_eq!(
        kind.unwrap().because,
        "person",
        "nothing was guessed about it"
    );
    let result = crate::intake::run(&desk, &mut Job::quiet(), &request, &path).unwrap();
    assert_eq!((result.kind.as_str(), result.new), ("statement", 1));
    request.kind = Some("bills".to_owned());
    let refused = preview(&desk, &request, &path).unwrap_err();
    assert!(refused.to_string().contains("bills"), "{refused}");
}
