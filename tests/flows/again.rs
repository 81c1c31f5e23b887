//! A month replayed again between import and invoice: drafts follow, issued documents stay.

use std::path::Path;

use office::api::{
    AdoptReplay, DraftRequest, InvoiceSummary, IssueRequest, Problem, ReplayAdopted, ReplayRequest,
    ReplayTrial, UndoRequest,
};
use office::{Desk, Job};

use crate::record::{Record, cdr_file, desk, import, session_file, standing};

/// Three right CDRs with their sessions; two cost 6.1725, one 4.00.
fn month(folder: &Path) -> Desk {
    let desk = desk(folder);
    let records = [12_345, 8_000, 12_345];
    let records: Vec<Record> = (1..)
        .zip(records)
        .map(|(n, wh)| Record::new(n, wh))
        .collect();
    import(&desk, &cdr_file(folder, "cdrs.ndjson", &records));
    import(&desk, &session_file(folder, "sessions.ndjson", &records));
    desk
}

/// From now on totals are rounded to cents, and a cent more or less is no matter.
fn round(desk: &mut Desk) {
    let mut partner = office::partners::get(desk, "DE-ABC").unwrap();
    let rounding = "per_total,2,half_up".to_owned();
    partner.policy.insert("rounding".into(), rounding);
    partner.tolerance = "0.01".into();
    office::partners::set(desk, &partner).unwrap();
}

fn trial(desk: &Desk) -> ReplayTrial {
    let request = ReplayRequest {
        partner: "DE-ABC".into(),
        month: "2026-09".into(),
    };
    office::replay::trial(desk, &mut Job::quiet(), &request).unwrap()
}

fn adopt(desk: &mut Desk) -> ReplayAdopted {
    let request = AdoptReplay {
        partner: "DE-ABC".into(),
        month: "2026-09".into(),
        reason: "the contract rounds".into(),
        shown: None,
    };
    office::replay::adopt(desk, &mut Job::quiet(), &request).unwrap()
}

fn undo(desk: &mut Desk, decision: u32) -> office::Result<office::api::Decided> {
    let reason = "by mistake".into();
    office::decide::undo(desk, &UndoRequest { decision, reason })
}

fn draft(desk: &Desk) -> Vec<InvoiceSummary> {
    let request = DraftRequest {
        partner: None,
        month: "2026-09".into(),
    };
    office::settle::draft(desk, &mut Job::quiet(), &request).unwrap()
}

fn issue(desk: &Desk) -> u32 {
    let invoices = vec![draft(desk)[0].id];
    let issued = office::settle::issue(desk, &mut Job::quiet(), &IssueRequest { invoices });
    let issued = issued.unwrap();
    assert!(issued.failed.is_empty(), "{issued:?}");
    issued.issued[0].id
}

#[test]
fn a_draft_follows_what_is_adopted_and_the_undo_leaves_all_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = month(folder.path());
    let stood = standing(&desk);
    assert_eq!(draft(&desk).len(), 1);
    round(&mut desk);
    let shown = trial(&desk);
    assert_eq!((shown.looked, shown.priced, shown.changed), (3, 3, 2));
    let rows: Vec<&str> = shown.rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(rows, ["CDR-0001", "CDR-0003"]);
    let adopted = adopt(&mut desk);
    assert!(
        office::settle::list(&desk, None, None).unwrap().is_empty(),
        "the draft is gone"
    );
    undo(&mut desk, adopted.decision.unwrap()).unwrap();
    assert_eq!(standing(&desk), stood);
    assert_eq!(trial(&desk).sha256, shown.sha256);
    assert!(office::audit::verify(&desk).unwrap().intact);
}

#[test]
fn an_issued_document_stays_and_the_summary_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = month(folder.path());
    let invoice = issue(&desk);
    let before = office::settle::invoice(&desk, invoice).unwrap();
    round(&mut desk);
    let shown = trial(&desk);
    assert_eq!((shown.changed, shown.settled), (2, 2));
    let adopted = adopt(&mut desk);
    assert_eq!(office::settle::invoice(&desk, invoice).unwrap(), before);
    undo(&mut desk, adopted.decision.unwrap()).unwrap();
    assert_eq!(office::settle::invoice(&desk, invoice).unwrap(), before);
    assert!(office::audit::verify(&desk).unwrap().intact);
}

#[test]
fn what_was_billed_after_a_replay_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = month(folder.path());
    round(&mut desk);
    let adopted = adopt(&mut desk);
    issue(&desk);
    let refused = undo(&mut desk, adopted.decision.unwrap()).unwrap_err();
    assert_eq!(Problem::from(refused).code, "settled");
}
