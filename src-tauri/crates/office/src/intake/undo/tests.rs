//! An import that is taken back leaves a book as if it had never come.

use std::path::Path;

use super::*;
use crate::api::{AuditRequest, CdrFilter, CdrSort};
use crate::intake::list;
use crate::tests::{cdr, desk_in, energy, import_text, session, tariff, version};

fn take_back(desk: &mut Desk, import: u32) -> Result<ImportUndone> {
    let request = UndoImport {
        import,
        reason: "wrong month".to_owned(),
    };
    undo(desk, &mut Job::quiet(), &request)
}

fn refused(desk: &mut Desk, import: u32) -> String {
    match take_back(desk, import) {
        Err(Error::Refused { code, .. }) => code.to_owned(),
        other => panic!("it should be refused: {other:?}"),
    }
}

fn lines(numbers: std::ops::Range<u32>) -> String {
    numbers.map(|number| cdr(number) + "\n").collect()
}

fn bring(desk: &Desk, folder: &Path, name: &str, text: &str) -> u32 {
    let id = import_text(desk, folder, name, text).id;
    crate::reconcile::reconcile_stale(desk, &mut Job::quiet()).expect("it can be reconciled");
    id.expect("an import has an id")
}

/// What a person sees of a book: its CDRs with their prices and buckets, its sums, its board.
fn seen(desk: &Desk) -> String {
    let by = CdrSort {
        column: "id".to_owned(),
        descending: false,
    };
    let view = crate::explorer::open(desk, &CdrFilter::default(), &by).expect("a list");
    let rows: Vec<_> = view
        .rows
        .iter()
        .map(|row| {
            format!(
                "{} {} {:?} {:?}\n",
                row.id, row.bucket, row.stated, row.replayed
            )
        })
        .collect();
    let facets = crate::explorer::facets(desk, &CdrFilter::default()).expect("facets");
    let totals = store::month::totals(&desk.book, None).expect("sums");
    let months = store::month::states(&desk.book).expect("months");
    format!(
        "{}\n{:?}\n{facets:?}\n{totals:?}\n{months:?}",
        rows.concat(),
        view.sums
    )
}

#[test]
fn the_book_is_as_if_it_had_never_come() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    bring(&desk, folder.path(), "first.ndjson", &lines(0..30));
    let before = seen(&desk);
    let sessions: String = (0..50).map(|number| session(number) + "\n").collect();
    let text = lines(30..60) + &sessions;
    let second = bring(&desk, folder.path(), "second.ndjson", &text);
    let with = seen(&desk);
    assert_ne!(with, before);

    let undone = take_back(&mut desk, second).unwrap();
    assert_eq!(
        (undone.records, undone.file.as_str()),
        (80, "second.ndjson")
    );
    assert_eq!(seen(&desk), before);
    let history = list(&desk).unwrap();
    assert_eq!(history[0].result.state, "undone", "it stays in the history");
    let request = AuditRequest {
        before: None,
        limit: 5,
    };
    let told = crate::audit::list(&desk, &request).unwrap();
    assert_eq!(told[0].verb, "import_undo");
    assert_eq!(refused(&mut desk, second), "import_undone");

    let again = bring(&desk, folder.path(), "second.ndjson", &text);
    assert_ne!(again, second, "the file comes in anew");
    assert_eq!(seen(&desk), with);
    let verified = crate::audit::verify(&desk).unwrap();
    assert!(verified.intact, "{verified:?}");
}

#[test]
fn a_book_whose_only_import_is_taken_back_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    let empty = seen(&desk);
    let only = bring(&desk, folder.path(), "only.ndjson", &lines(0..5));
    take_back(&mut desk, only).unwrap();
    assert_eq!(seen(&desk), empty);
}

#[test]
fn what_later_imports_rest_on_stays_until_they_are_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    let first = bring(&desk, folder.path(), "first.ndjson", &lines(0..10));
    let as_first = seen(&desk);
    let overlap = bring(&desk, folder.path(), "overlap.ndjson", &lines(5..15));
    assert_eq!(refused(&mut desk, first), "import_known_again");
    take_back(&mut desk, overlap).unwrap();
    assert_eq!(seen(&desk), as_first);

    let corrected = cdr(3).replace("\"excl_vat\":3.00", "\"excl_vat\":3.10");
    let correction = bring(&desk, folder.path(), "correction.ndjson", &corrected);
    assert_ne!(seen(&desk), as_first);
    assert_eq!(refused(&mut desk, first), "import_known_again");
    take_back(&mut desk, correction).unwrap();
    assert_eq!(seen(&desk), as_first, "the first version counts again");
    take_back(&mut desk, first).unwrap();
}

#[test]
fn cdrs_lose_the_price_of_a_tariff_that_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    let without = cdr(1).replace(&format!("\"tariffs\":[{}],", tariff()), "");
    assert!(!without.contains("elements"));
    bring(&desk, folder.path(), "cdrs.json", &without);
    let unpriced = seen(&desk);
    let old = bring(&desk, folder.path(), "tariff.json", &tariff());
    let priced = seen(&desk);
    assert_ne!(priced, unpriced);
    let newer = version("T1", "06-01", &energy("0.25"));
    let newer = bring(&desk, folder.path(), "newer.json", &newer);
    assert_ne!(seen(&desk), priced);
    take_back(&mut desk, newer).unwrap();
    assert_eq!(seen(&desk), priced);
    take_back(&mut desk, old).unwrap();
    assert_eq!(seen(&desk), unpriced);
}

#[test]
fn an_import_that_never_was_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    let error = take_back(&mut desk, 7).unwrap_err();
    assert!(
        matches!(error, Error::UnknownRow { row: 7, .. }),
        "{error:?}"
    );
}
