//! The cause of a difference in the book, and that asking it as a what-if gives the stated figure.

use crate::api::CausesDto;
use crate::tests::{cdr, cdr_by_utc, desk_in, energy, import_text, version};
use crate::{Desk, whatif};

use super::*;

/// Asks the first explanation as a what-if.
fn tried(desk: &Desk, causes: &CausesDto) -> String {
    let question = causes.causes[0].whatif.as_ref().expect("it can be asked");
    whatif::replay(desk, question).unwrap().verdict
}

#[test]
fn a_matching_cdr_has_nothing_to_explain() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    import_text(&desk, folder.path(), "one.json", &cdr(1));
    let found = of_cdr(&desk, 1).unwrap();
    assert_eq!((found.causes.len(), found.equally_simple), (0, 0));
}

#[test]
fn hours_read_in_utc_are_named_and_asked_as_a_zone() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    import_text(&desk, folder.path(), "one.json", &cdr_by_utc());
    let found = of_cdr(&desk, 1).unwrap();
    let in_utc = |cause: &&CauseDto| cause.text.contains("read in UTC");
    let first = found
        .causes
        .iter()
        .take(found.equally_simple as usize)
        .find(in_utc);
    let first = first.expect("among the equally simple");
    assert_eq!(first.fit, "every");
    let question = first.whatif.as_ref().expect("a zone can be asked");
    assert_eq!(question.time_zone.as_deref(), Some("UTC"));
    assert_eq!(whatif::replay(&desk, question).unwrap().verdict, "matches");
}

#[test]
fn another_stored_version_is_named_by_its_row() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let record = cdr(1).replace("3.00,\"incl_vat\":3.63", "4.10,\"incl_vat\":4.961");
    import_text(&desk, folder.path(), "one.json", &record);
    let newer = version("T1", "02-01", &energy("0.41"));
    import_text(&desk, folder.path(), "t1a.json", &newer);
    let found = of_cdr(&desk, 1).unwrap();
    let question = found.causes[0]
        .whatif
        .as_ref()
        .expect("a version can be asked");
    let known = whatif::versions(&desk, 1).unwrap();
    assert_eq!(
        question.tariff,
        Some(known[0].row),
        "{}",
        found.causes[0].text
    );
    assert_eq!(tried(&desk, &found), "matches");
    assert_eq!(found.equally_simple, 1);
}
