//! A CDR names its EVSE by EVSE id, its session by uid: they are one charge all the same.

use std::path::{Path, PathBuf};

use office::Desk;
use office::api::{ReconcileRow, ReconcileRowsRequest, SideRequest};
use office::reconciling;

use crate::record::{Record, cdr_file, changed, desk, import, session_file};

/// One CDR that names no session, and what the session is called at its charge point.
fn one(folder: &Path, cdr: &[(&str, &str)], session: &[(&str, &str)]) -> Desk {
    let desk = desk(folder);
    let records = [Record::new(1, 10_000).nameless()];
    let cdrs = cdr_file(folder, "cdrs.ndjson", &records);
    import(&desk, &changed(cdrs, cdr));
    let sessions = session_file(folder, "sessions.ndjson", &records);
    import(&desk, &changed(sessions, session));
    desk
}

/// A file with location L1: its EVSE has the uid of the session and the id of the CDR.
fn location(folder: &Path) -> PathBuf {
    let path = folder.join("locations.json");
    let text = r#"[{"country_code":"DE","party_id":"ABC","id":"L1","publish":true,
"name":"Straße 1","address":"Straße 1","city":"Łódź","country":"DEU",
"coordinates":{"latitude":"50.1","longitude":"8.6"},"time_zone":"Europe/Berlin",
"evses":[{"uid":"ECDR-0001","evse_id":"DE*ABC*ECDR-0001","status":"AVAILABLE","connectors":[
{"id":"1","standard":"IEC_62196_T2","format":"SOCKET","power_type":"AC_3_PHASE",
"max_voltage":230,"max_amperage":32,"last_updated":"2026-01-01T00:00:00Z"}],
"last_updated":"2026-01-01T00:00:00Z"}],"last_updated":"2026-01-01T00:00:00Z"}]"#;
    std::fs::write(&path, text).unwrap();
    path
}

fn rows(desk: &Desk) -> Vec<ReconcileRow> {
    let request = ReconcileRowsRequest {
        partner: "DE-ABC".into(),
        month: "2026-09".into(),
        len: 10,
        ..ReconcileRowsRequest::default()
    };
    reconciling::rows(desk, &request).unwrap().rows
}

fn side(desk: &Desk, row: &ReconcileRow) -> office::api::SideBySide {
    let request = SideRequest {
        cdr: row.cdr,
        session: row.session.filter(|_| row.cdr.is_none()),
    };
    reconciling::side_by_side(desk, &request).unwrap()
}

/// That all is one charge, whose EVSE does not differ though both say it in their way.
fn is_one_charge(desk: &Desk, [cdr, session]: [&str; 2]) {
    let rows = rows(desk);
    assert_eq!(rows.len(), 1, "CDR and session are one row: {rows:?}");
    assert_eq!(rows[0].bucket, "matched");
    assert_eq!(rows[0].matched_by.as_deref(), Some("contract_evse_time"));
    let side = side(desk, &rows[0]);
    let evse = side
        .fields
        .iter()
        .find(|field| field.field == "evse")
        .unwrap();
    assert_eq!(
        (evse.cdr.as_deref(), evse.session.as_deref(), evse.differs),
        (Some(cdr), Some(session), false)
    );
}

#[test]
fn the_uid_in_the_cdr_itself_tells_which_evse_the_session_means() {
    let folder = tempfile::tempdir().unwrap();
    let desk = one(folder.path(), &[], &[]);
    is_one_charge(&desk, ["DE*ABC*ECDR-0001", "ECDR-0001"]);
}

#[test]
fn case_does_not_matter_in_names_of_evses() {
    let folder = tempfile::tempdir().unwrap();
    let session = [(r#""evse_uid":"ECDR-0001""#, r#""evse_uid":"ecdr-0001""#)];
    let desk = one(folder.path(), &[], &session);
    is_one_charge(&desk, ["DE*ABC*ECDR-0001", "ecdr-0001"]);
}

/// The CDR writes its EVSE id where its uid belongs.
const NO_UID: [(&str, &str); 1] = [(
    r#""evse_uid":"ECDR-0001""#,
    r#""evse_uid":"DE*ABC*ECDR-0001""#,
)];

#[test]
fn a_location_of_the_book_tells_where_the_cdr_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let desk = one(folder.path(), &NO_UID, &[]);
    assert_eq!(rows(&desk).len(), 2, "nothing ties uid and EVSE id");
    import(&desk, &location(folder.path()));
    let (partner, month) = office::reconcile::parse(&desk, "DE-ABC", "2026-09").unwrap();
    office::reconcile::partner_month(&desk, &partner, month).unwrap();
    is_one_charge(&desk, ["DE*ABC*ECDR-0001", "ECDR-0001"]);
}

#[test]
fn the_evse_of_another_is_another_still() {
    let folder = tempfile::tempdir().unwrap();
    let other = [(r#""evse_uid":"ECDR-0001""#, r#""evse_uid":"ECDR-0002""#)];
    let desk = one(folder.path(), &[], &other);
    import(&desk, &location(folder.path()));
    let rows = rows(&desk);
    assert_eq!(rows.len(), 2, "the CDR's EVSE has another uid: {rows:?}");
}

#[test]
fn a_suggestion_knows_the_evse_from_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    // Another contract: nothing pairs them, a person could.
    let other = [("NL-TAL-CDR-0001", "NL-TAL-OTHER")];
    let desk = one(folder.path(), &[], &other);
    let rows = rows(&desk);
    assert_eq!(rows.len(), 2, "{rows:?}");
    for row in &rows {
        let side = side(&desk, row);
        let reasons = &side.suggestions[0].reasons;
        assert!(reasons.iter().any(|why| why == "same_evse"), "{reasons:?}");
    }
}
