//! Records beside the CDRs that they list.

use super::*;
use crate::api::ImportRequest;
use crate::tests::{cdr, desk_in, import_text};

fn record(cdrs: &str, day: &str) -> String {
    format!(
        "{{\"country_code\":\"NL\",\"party_id\":\"ABC\",\"id\":\"R1\",\
         \"invoice_id\":\"2026-0042\",\"cdrs\":[{cdrs}],\
         \"last_updated\":\"2026-10-{day}T08:00:00Z\"}}"
    )
}

#[test]
fn a_partners_record_is_added_up_from_the_cdrs_it_lists() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let cdrs = format!("[{},{},{}]", cdr(1), cdr(2), cdr(3));
    import_text(&desk, folder.path(), "cdrs.json", &cdrs);
    let first = record("\"CDR-1\",\"cdr-2\",\"CDR-9\"", "05");
    let import = import_text(&desk, folder.path(), "record.json", &first);
    assert_eq!(
        (import.new, import.rejected, import.kind.as_str()),
        (1, 0, "records")
    );
    let again = import_text(&desk, folder.path(), "copy.json", &format!("[{first}]"));
    assert_eq!((again.new, again.known), (0, 1));
    let partner = "NL-ABC".parse().unwrap();
    let expected = Covered {
        id: "R1".to_owned(),
        invoice: "2026-0042".to_owned(),
        listed: 3,
        found: 2,
        stated: BTreeMap::from([("EUR".to_owned(), "6".to_owned())]),
        missing: vec!["CDR-9".to_owned()],
    };
    assert_eq!(covered(&desk, &partner).unwrap(), [expected]);

    let mended = record("\"CDR-1\",\"CDR-2\",\"CDR-3\"", "06");
    import_text(&desk, folder.path(), "mended.json", &mended);
    let now = covered(&desk, &partner).unwrap();
    assert_eq!(now.len(), 1, "the newer version counts");
    assert_eq!((now[0].found, now[0].missing.len()), (3, 0));
    assert_eq!(now[0].stated["EUR"], "9");
}

#[test]
fn a_record_that_cannot_be_read_is_kept_as_a_document() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let broken = record("\"CDR-1\"", "05").replace("2026-10-05T08:00:00Z", "soon");
    let path = folder.path().join("record.json");
    std::fs::write(&path, broken).unwrap();
    let request = ImportRequest::default();
    let mut job = crate::Job::quiet();
    let import = crate::intake::run(&desk, &mut job, &request, &path).unwrap();
    assert_eq!((import.new, import.rejected), (0, 1));
}
