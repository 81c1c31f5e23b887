//! Decisions: what accepting touches, and that undo takes back exactly that.

use office::Error;
use office::Job;
use office::api::{
    AcceptDifferences, AuditRequest, CdrFilter, DraftRequest, IssueRequest, Problem, Selection,
    UndoRequest,
};

use crate::record::{Record, cdr_file, desk, import, session_file, standing};

fn accept(rows: &[u32]) -> AcceptDifferences {
    AcceptDifferences {
        selection: Selection::Rows(rows.to_vec()),
        reason: "agreed".into(),
    }
}

fn code(error: Error) -> String {
    Problem::from(error).code
}

#[test]
fn a_decision_and_its_undo_leave_everything_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    // Two right ones, three that differ, one without a session.
    let mut records: Vec<Record> = (1..=6).map(|n| Record::new(n, 9_000)).collect();
    for record in &mut records[2..5] {
        *record = record.clone().raised(5_000);
    }
    import(&desk, &cdr_file(folder.path(), "cdrs.ndjson", &records));
    import(
        &desk,
        &session_file(folder.path(), "sessions.ndjson", &records[..5]),
    );
    let before = standing(&desk);
    let mut acceptable = 0;
    for choice in 1_u32..64 {
        let rows: Vec<u32> = (0..6)
            .filter(|n| choice & (1 << n) != 0)
            .map(|n| n + 1)
            .collect();
        let decided = match office::decide::accept_differences(&mut desk, &accept(&rows)) {
            Ok(decided) => decided,
            Err(error) => {
                assert_eq!(code(error), "nothing_to_accept");
                assert!(
                    rows.iter().all(|row| *row <= 2),
                    "only what matches cannot be accepted"
                );
                continue;
            }
        };
        acceptable += 1;
        assert_eq!((decided.count + decided.unchanged) as usize, rows.len());
        assert_ne!(standing(&desk), before);
        let undo = UndoRequest {
            decision: decided.decision,
            reason: "by mistake".into(),
        };
        let undone = office::decide::undo(&mut desk, &undo).unwrap();
        assert_eq!(undone.count, decided.count);
        assert_eq!(standing(&desk), before, "after {rows:?}");
        assert_eq!(
            code(office::decide::undo(&mut desk, &undo).unwrap_err()),
            "undone_already"
        );
    }
    assert_eq!(
        acceptable, 60,
        "every choice but the three of matched ones alone"
    );
    assert!(office::audit::verify(&desk).unwrap().intact);
}

#[test]
fn accepting_needs_a_reason_and_says_who_when_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let records = [Record::new(1, 9_000).raised(7_000)];
    import(&desk, &cdr_file(folder.path(), "cdrs.ndjson", &records));
    let mut request = accept(&[1]);
    request.reason = "  ".into();
    let refused = office::decide::accept_differences(&mut desk, &request).unwrap_err();
    assert_eq!(code(refused), "reason_missing");
    request.reason = "meter photo".into();
    office::decide::accept_differences(&mut desk, &request).unwrap();
    let log = office::audit::list(&desk, &AuditRequest::default()).unwrap();
    let entry = &log[0];
    assert_eq!(
        (entry.verb.as_str(), entry.object.as_str()),
        ("accept", "CDR-0001")
    );
    assert_eq!(
        (entry.actor.as_str(), entry.reason.as_str()),
        ("test", "meter photo")
    );
    assert_eq!(entry.at, "2026-10-05T08:00:00Z");
    assert!(entry.undoable);
    assert_eq!(
        office::detail::cdr(&desk, 1).unwrap().history[0].seq,
        entry.seq
    );
}

#[test]
fn an_acceptance_on_an_issued_invoice_stays_and_one_on_a_draft_takes_the_draft_along() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let records = [Record::new(1, 9_000), Record::new(2, 9_000).raised(7_000)];
    import(&desk, &cdr_file(folder.path(), "cdrs.ndjson", &records));
    import(
        &desk,
        &session_file(folder.path(), "sessions.ndjson", &records),
    );
    let draft = DraftRequest {
        partner: None,
        month: "2026-09".into(),
    };
    let first = office::decide::accept_differences(&mut desk, &accept(&[2])).unwrap();
    office::settle::draft(&desk, &mut Job::quiet(), &draft).unwrap();
    let undo = |decision| UndoRequest {
        decision,
        reason: String::new(),
    };
    office::decide::undo(&mut desk, &undo(first.decision)).unwrap();
    assert!(
        office::settle::list(&desk, None, None).unwrap().is_empty(),
        "the draft is gone"
    );

    let second = office::decide::accept_differences(&mut desk, &accept(&[2])).unwrap();
    let drafts = office::settle::draft(&desk, &mut Job::quiet(), &draft).unwrap();
    let issue = IssueRequest {
        invoices: vec![drafts[0].id],
    };
    assert!(
        office::settle::issue(&desk, &mut Job::quiet(), &issue)
            .unwrap()
            .failed
            .is_empty()
    );
    let refused = office::decide::undo(&mut desk, &undo(second.decision)).unwrap_err();
    assert_eq!(code(refused), "settled");
}

#[test]
fn ten_thousand_are_accepted_by_one_decision() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let records: Vec<Record> = (1..=10_000)
        .map(|n| Record::new(n, 9_000).raised(5_000))
        .collect();
    import(&desk, &cdr_file(folder.path(), "cdrs.ndjson", &records));
    let selection = Selection::Matching(CdrFilter {
        buckets: vec!["differs".into(), "missing_session".into()],
        ..CdrFilter::default()
    });
    let request = AcceptDifferences {
        selection,
        reason: "contract of 1 September".into(),
    };
    let decided = office::decide::accept_differences(&mut desk, &request).unwrap();
    assert_eq!((decided.count, decided.rows.len()), (10_000, 1_000));
    assert_eq!(decided.difference[0].amount, "5000");
    let log = office::audit::list(&desk, &AuditRequest::default()).unwrap();
    assert_eq!(log[0].object, "10000 CDRs");
    let shifted = standing(&desk);
    office::reconcile::partner_month(
        &desk,
        &"DE-ABC".parse().unwrap(),
        "2026-09".parse().unwrap(),
    )
    .unwrap();
    assert_eq!(
        standing(&desk),
        shifted,
        "moved sums are those that reconciling computes"
    );
}
