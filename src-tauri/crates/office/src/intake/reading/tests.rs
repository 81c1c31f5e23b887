//! Files that ask, files that changed, rows that come back repaired.

use std::path::{Path, PathBuf};

use crate::api::{
    ChangeDto, ImportPreview, ImportRequest, ImportResult, QuestionDto, TemplateRequest,
};
use crate::tests::desk_in;
use crate::{Desk, Error, Job, intake, templates};

fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a test file can be written");
    path
}

fn of_partner() -> ImportRequest {
    ImportRequest {
        partner: Some("DE-ABC".into()),
        ..ImportRequest::default()
    }
}

fn change(what: &str, column: &str, value: &str) -> ChangeDto {
    ChangeDto {
        what: what.into(),
        column: Some(column.to_owned()).filter(|name| !name.is_empty()),
        value: value.into(),
        from: None,
    }
}

fn with(changes: &[ChangeDto]) -> ImportRequest {
    ImportRequest {
        changes: changes.to_vec(),
        ..of_partner()
    }
}

fn run(desk: &Desk, request: &ImportRequest, path: &Path) -> ImportResult {
    intake::run(desk, &mut Job::quiet(), request, path).expect("the file imports")
}

fn look(desk: &Desk, request: &ImportRequest, path: &Path) -> ImportPreview {
    intake::preview(desk, request, path).expect("the file can be looked into")
}

/// What a file asks, as `what column`.
fn asked(desk: &Desk, request: &ImportRequest, path: &Path) -> Vec<String> {
    let refused = |questions: &[QuestionDto]| {
        let told = questions.iter().map(|question| {
            let column = question.column.as_deref().unwrap_or_default();
            format!("{} {column}", question.what).trim().to_owned()
        });
        told.collect::<Vec<_>>()
    };
    let shown = look(desk, request, path).sheet.expect("a sheet").questions;
    match intake::check(desk, &mut Job::quiet(), request, path) {
        Ok(_) => assert_eq!(refused(&shown), [""; 0]),
        Err(Error::Unclear { questions, .. }) => assert_eq!(questions, shown),
        Err(other) => panic!("{other}"),
    }
    refused(&shown)
}

fn counts(result: &ImportResult) -> [u32; 4] {
    [result.rows, result.new, result.known, result.rejected]
}

const UNCLEAR: &str = "CDR ID,Start,End,kWh,Net\n\
                       A-1,03/04/2026 08:00,03/04/2026 09:00,10.5,4.20\n\
                       A-2,05/04/2026 08:00,05/04/2026 09:00,1.5,1.20\n";

#[test]
fn an_ambiguous_file_is_not_imported_before_a_person_has_said() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let path = file(folder.path(), "april.csv", UNCLEAR);
    assert_eq!(asked(&desk, &of_partner(), &path), ["date_order Start"]);
    let refused = intake::run(&desk, &mut Job::quiet(), &of_partner(), &path).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "april.csv can be read in more than one way: date_order is day_first or month_first \
         (Start: \"03/04/2026 08:00\")"
    );
    assert!(intake::list(&desk).unwrap().is_empty(), "nothing was begun");
    let answered = with(&[change("date_order", "", "month_first")]);
    assert_eq!(asked(&desk, &answered, &path), [""; 0]);
    let shown = look(&desk, &answered, &path);
    assert_eq!(shown.rows[0].start_at, "2026-03-04T07:00:00Z");
    assert_eq!(counts(&run(&desk, &answered, &path)), [2, 2, 0, 0]);
}

#[test]
fn a_kept_reading_is_chosen_by_the_headings_and_answers_what_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let first = file(folder.path(), "april.csv", UNCLEAR);
    let keeping = ImportRequest {
        keep_as: Some("Monthly".into()),
        ..with(&[change("date_order", "", "month_first")])
    };
    let result = run(&desk, &keeping, &first);
    let used = result.template.unwrap();
    assert_eq!((used.name.as_str(), used.version), ("Monthly", 1));
    let next = "Net,kWh,End,Start,CDR ID\n\
                7.20,2.5,06/05/2026 09:00,06/05/2026 08:00,A-3\n";
    let next = file(folder.path(), "may.csv", next);
    let shown = look(&desk, &of_partner(), &next);
    assert_eq!(shown.rows[0].start_at, "2026-06-05T06:00:00Z");
    assert_eq!(shown.sheet.unwrap().template.unwrap().name, "Monthly");
    assert_eq!(counts(&run(&desk, &of_partner(), &next)), [1, 1, 0, 0]);
    // Another partner's files are another matter.
    let other = ImportRequest {
        partner: Some("DE-XYZ".into()),
        ..ImportRequest::default()
    };
    assert_eq!(asked(&desk, &other, &next), ["date_order Start"]);
    // And a person can do without.
    let anew = ImportRequest {
        template: Some(String::new()),
        ..of_partner()
    };
    assert_eq!(asked(&desk, &anew, &next), ["date_order Start"]);
    let audit = store::decision::before(&desk.book, None, 5).unwrap();
    assert_eq!(
        audit.iter().filter(|d| d.verb == "template_keep").count(),
        1
    );
}

#[test]
fn a_new_or_missing_column_is_said_and_not_guessed_over() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let first = file(folder.path(), "april.csv", UNCLEAR);
    let answer = change("date_order", "", "day_first");
    let keeping = |name: &str, changes: &[ChangeDto]| ImportRequest {
        keep_as: Some(name.to_owned()),
        ..with(changes)
    };
    run(&desk, &keeping("Monthly", &[answer]), &first);
    let drifted = "CDR ID,Start,End,kWh,Net EUR,Service\n\
                   A-3,06/05/2026 08:00,06/05/2026 09:00,2.5,7.20,0.35\n";
    let drifted = file(folder.path(), "may.csv", drifted);
    let open = [
        "new_column Net EUR",
        "new_column Service",
        "gone_column Net",
    ];
    assert_eq!(asked(&desk, &of_partner(), &drifted), open);
    let used = look(&desk, &of_partner(), &drifted).sheet.unwrap().template;
    assert_eq!(used.unwrap().new_columns, ["Net EUR", "Service"]);
    // A renamed column takes the field of the one that is gone.
    let renamed = change("column", "Net EUR", "net");
    let settled = [renamed, change("column", "Service", "")];
    assert_eq!(asked(&desk, &with(&settled), &drifted), [""; 0]);
    let result = run(&desk, &keeping("Monthly", &settled), &drifted);
    assert_eq!(result.totals[0].excl_vat, "7.2");
    assert_eq!(result.template.unwrap().version, 2);
    // What is gone for good can be agreed to; a person who names the template has looked.
    let gone = "CDR ID,Start,End,kWh\nA-4,06/05/2026 08:00,06/05/2026 09:00,2.5\n";
    let gone = file(folder.path(), "june.csv", gone);
    let open = ["gone_column Net EUR"];
    assert_eq!(asked(&desk, &of_partner(), &gone), open);
    let agreed = with(&[change("column", "Net EUR", "")]);
    assert_eq!(asked(&desk, &agreed, &gone), [""; 0]);
    let named = ImportRequest {
        template: Some("monthly".into()),
        ..of_partner()
    };
    let result = run(&desk, &named, &gone);
    assert_eq!(counts(&result), [1, 1, 0, 0]);
    assert_eq!(
        result.template.unwrap().gone_columns,
        ["Net EUR"],
        "and is told"
    );
    let other = file(folder.path(), "other.csv", "a,b\n1,2\n3,4\n");
    let refused = intake::check(&desk, &mut Job::quiet(), &named, &other).unwrap_err();
    assert!(
        matches!(
            refused,
            Error::Refused {
                code: "template_unfit",
                ..
            }
        ),
        "{refused}"
    );
    let unknown = ImportRequest {
        template: Some("yearly".into()),
        ..of_partner()
    };
    let refused = intake::check(&desk, &mut Job::quiet(), &unknown, &gone).unwrap_err();
    assert!(
        matches!(
            refused,
            Error::Refused {
                code: "unknown_template",
                ..
            }
        ),
        "{refused}"
    );
}

#[test]
fn a_template_has_versions_and_can_be_handed_on() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let path = file(folder.path(), "april.csv", UNCLEAR);
    let keep = |order: &str, name: &str| {
        let request = ImportRequest {
            keep_as: Some(name.to_owned()),
            ..with(&[change("date_order", "", order)])
        };
        run(&desk, &request, &path).template.unwrap().version
    };
    assert_eq!(keep("day_first", "Monthly"), 1);
    assert_eq!(
        keep("day_first", "monthly"),
        1,
        "the same again is no version"
    );
    assert_eq!(keep("month_first", "MONTHLY"), 2);
    let ours = TemplateRequest {
        partner: "DE-ABC".into(),
        name: "Monthly".into(),
    };
    let versions = templates::versions(&desk, &ours).unwrap();
    assert_eq!(
        versions.iter().map(|v| v.version).collect::<Vec<_>>(),
        [2, 1]
    );
    assert_eq!(
        versions[0].name, "Monthly",
        "a name is spelled as it was first"
    );
    let exported = templates::export(&desk, &ours).unwrap();
    let text = serde_json::to_string(&exported).unwrap();
    let again: templates::Exported = serde_json::from_str(&text).unwrap();
    let there = templates::put(&desk, "FR-XYZ", &again).unwrap();
    assert_eq!(
        (there.version, &there.fingerprint),
        (1, &versions[0].fingerprint)
    );
    templates::remove(&desk, &ours).unwrap();
    assert!(templates::list(&desk, "DE-ABC").unwrap().is_empty());
    assert!(templates::export(&desk, &ours).is_err());
    assert_eq!(asked(&desk, &of_partner(), &path), ["date_order Start"]);
    assert_eq!(
        keep("day_first", "Monthly"),
        4,
        "the removal was a version, too"
    );
    assert_eq!(
        store::decision::verify(&desk.book).unwrap().first_broken,
        None
    );
}

const BROKEN: &str = "CDR ID;Start;End;kWh;Net\n\
    A-1;13.09.2026 08:00;13.09.2026 09:00;10,5;4,20\n\
    A-2;13.09.2026 10:00;13.09.2026 11:00;unbekannt;1,20\n\
    A-3;14.09.2026 10:00;14.09.2026 11:00;Unbekannt;2,20\n\
    A-4;gestern;14.09.2026 11:00;7,5;3,20\n\
    A-5;15.09.2026 10:00;15.09.2026 11:00;7,5;3,20\n\
    A-6;16.09.2026 10:00;16.09.2026 11:00;8,5;3,30\n";

#[test]
fn a_fix_applies_to_all_rows_of_a_problem() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let path = file(folder.path(), "september.csv", BROKEN);
    let checked = intake::check(&desk, &mut Job::quiet(), &of_partner(), &path).unwrap();
    let groups = checked.groups.iter();
    let groups = groups.map(|g| {
        (
            g.code.as_str(),
            g.column.as_str(),
            g.value.as_str(),
            g.count,
        )
    });
    let expected = [
        ("not_a_number", "kWh", "unbekannt", 1),
        ("not_a_number", "kWh", "Unbekannt", 1),
        ("not_a_date", "Start", "gestern", 1),
    ];
    assert_eq!(groups.collect::<Vec<_>>(), expected);
    assert!(
        checked
            .groups
            .iter()
            .all(|group| group.problem.ends_with('.'))
    );
    let fix = ChangeDto {
        from: Some("unbekannt".into()),
        ..change("replace", "kWh", "0")
    };
    let result = run(&desk, &of_partner(), &path);
    assert_eq!(counts(&result), [6, 3, 0, 3]);
    // The same file again, read otherwise: what was rejected comes in, what was known stays.
    let result = run(&desk, &with(&[fix]), &path);
    assert_eq!(counts(&result), [6, 2, 3, 1]);
}

/// The rows of a workbook, repaired by a person who edits, sorts and keeps the notes.
fn repaired(path: &Path, folder: &Path, repairs: &[(&str, &str)]) -> PathBuf {
    let bytes = std::fs::read(path).unwrap();
    let mut parts = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let out = folder.join("repaired.xlsx");
    let mut new = zip::ZipWriter::new(std::fs::File::create(&out).unwrap());
    for index in 0..parts.len() {
        let mut part = parts.by_index(index).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut part, &mut text).unwrap();
        for (from, to) in repairs {
            text = text.replace(from, to);
        }
        let options = zip::write::SimpleFileOptions::default();
        let name = part.name().unwrap().into_owned();
        new.start_file(name, options).unwrap();
        std::io::Write::write_all(&mut new, text.as_bytes()).unwrap();
    }
    new.finish().unwrap();
    out
}

#[test]
fn rejected_rows_come_back_repaired_and_continue_their_import() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let path = file(folder.path(), "september.csv", BROKEN);
    let first = run(&desk, &of_partner(), &path);
    let out = folder.path().join("rejects.xlsx");
    let saved = intake::save_rejects(&desk, first.id.unwrap(), &out).unwrap();
    assert_eq!(saved.rows, 3);
    let repairs = [
        ("unbekannt", "2,5"),
        ("Unbekannt", "3,5"),
        ("gestern", "14.09.2026 10:00"),
    ];
    let repaired = repaired(&out, folder.path(), &repairs[..2]);
    // It says itself whose it is and how it is read.
    let request = ImportRequest::default();
    let shown = look(&desk, &request, &repaired);
    assert!(!shown.needs_partner);
    let continues = shown.sheet.unwrap().continues.unwrap();
    assert_eq!(
        (continues.import, continues.file.as_str()),
        (1, "september.csv")
    );
    let result = run(&desk, &request, &repaired);
    assert_eq!(counts(&result), [3, 2, 0, 1], "{:?}", result.rejects);
    assert_eq!(
        (result.continues, result.energy_kwh.as_str()),
        (Some(1), "6")
    );
    let told = intake::list(&desk).unwrap();
    assert_eq!((told[1].result.rejected, told[1].result.repaired), (3, 2));
    // What it continues cannot be taken back under it.
    let mut desk = desk;
    let back = |import| crate::api::UndoImport {
        import,
        reason: "wrong month".into(),
    };
    let refused = intake::undo(&mut desk, &mut Job::quiet(), &back(1)).unwrap_err();
    assert!(
        matches!(
            refused,
            Error::Refused {
                code: "import_continued",
                ..
            }
        ),
        "{refused}"
    );
    intake::undo(&mut desk, &mut Job::quiet(), &back(2)).unwrap();
    assert_eq!(intake::list(&desk).unwrap()[1].result.repaired, 0);
    intake::undo(&mut desk, &mut Job::quiet(), &back(1)).unwrap();
    let nothing = intake::save_rejects(&desk, 9, &out).unwrap_err();
    assert!(matches!(nothing, Error::UnknownRow { .. }), "{nothing}");
}

#[test]
fn rejected_json_is_listed_in_a_workbook_with_the_record_itself() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let start = "\"start_date_time\":\"2026-09-01T08:01:00Z\",\"end";
    let broken = crate::tests::cdr(1).replace(start, "\"end");
    let text = format!("{}\n{broken}\n", crate::tests::cdr(2));
    let result = crate::tests::import_text(&desk, folder.path(), "a.ndjson", &text);
    assert_eq!(result.rejected, 1, "{result:?}");
    let out = folder.path().join("rejects.xlsx");
    let saved = intake::save_rejects(&desk, result.id.unwrap(), &out).unwrap();
    assert_eq!(saved.rows, 1);
    let bytes = std::fs::read(&out).unwrap();
    let book = sheet::open(bytes).unwrap();
    let mut rows = book.sheets()[0].rows();
    assert_eq!(rows.next().unwrap().cell(1).shown(), "at");
    let row = rows.next().unwrap();
    assert!(
        row.cell(4).shown().contains("\"CDR-1\""),
        "{}",
        row.cell(4).shown()
    );
    let good = crate::tests::import_text(&desk, folder.path(), "b.ndjson", &crate::tests::cdr(3));
    let nothing = intake::save_rejects(&desk, good.id.unwrap(), &out).unwrap_err();
    assert!(
        matches!(
            nothing,
            Error::Refused {
                code: "no_rejects",
                ..
            }
        ),
        "{nothing}"
    );
}

#[test]
fn what_the_rows_are_is_a_persons_to_say() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let text = "Charger,Start,End,kWh\nS-1,2026-09-01 08:00,2026-09-01 09:00,10.5\n";
    let path = file(folder.path(), "x.csv", text);
    assert_eq!(asked(&desk, &of_partner(), &path), ["kind"]);
    let cdrs = ImportRequest {
        kind: Some("cdrs".into()),
        ..of_partner()
    };
    assert_eq!(asked(&desk, &cdrs, &path), [""; 0]);
    assert_eq!(run(&desk, &cdrs, &path).kind, "cdrs");
    let wrong = ImportRequest {
        kind: Some("tokens".into()),
        ..of_partner()
    };
    let refused = intake::check(&desk, &mut Job::quiet(), &wrong, &path).unwrap_err();
    assert!(matches!(refused, Error::BadRequest { .. }), "{refused}");
}

#[test]
fn a_table_without_records_is_shown_so_that_a_person_can_say_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let text = "Alpha;Beta;Gamma\nA-1;2026.09.01-08h;12,5\nA-2;2026.09.02-08h;7,5\n";
    let path = file(folder.path(), "odd.csv", text);
    let shown = look(&desk, &of_partner(), &path);
    let sheet = shown.sheet.unwrap();
    assert!(!sheet.has_records);
    assert_eq!(sheet.grid[1].cells, ["A-1", "2026.09.01-08h", "12,5"]);
    assert!(sheet.fields.contains(&"start_at".to_owned()));
    let refused = intake::check(&desk, &mut Job::quiet(), &of_partner(), &path).unwrap_err();
    assert!(matches!(refused, Error::Unreadable { .. }), "{refused}");
}
