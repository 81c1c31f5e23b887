//! Issuing: numbers without gaps or repeats, figures that cannot move.

use std::collections::BTreeSet;

use office::api::{DraftRequest, IssueRequest, IssueResult};
use office::{Desk, Job};

use crate::record::{Record, cdr_file, desk, import, session_file};

/// Drafts of DE-ABC, one a month: the book's CDRs are moved into the months by their ends.
fn drafts(desk: &Desk, folder: &std::path::Path, months: u32) -> Vec<u32> {
    let mut drafts = Vec::new();
    for month in 1..=months {
        let name = |what: &str| format!("{what}-{month}.ndjson");
        let records: Vec<Record> = (1..=5)
            .map(|n| Record::new(month * 100 + n, 9_000))
            .collect();
        for path in [
            cdr_file(folder, &name("cdrs"), &records),
            session_file(folder, &name("sessions"), &records),
        ] {
            let text = std::fs::read_to_string(&path).unwrap();
            let dated = text.replace("2026-09-", &format!("2026-{month:02}-"));
            std::fs::write(&path, dated).unwrap();
            import(desk, &path);
        }
        let request = DraftRequest {
            partner: None,
            month: format!("2026-{month:02}"),
        };
        let made = office::settle::draft(desk, &mut Job::quiet(), &request).unwrap();
        drafts.extend(made.iter().map(|draft| draft.id));
    }
    drafts
}

fn issue(desk: &Desk, invoices: &[u32]) -> IssueResult {
    let request = IssueRequest {
        invoices: invoices.to_vec(),
    };
    office::settle::issue(desk, &mut Job::quiet(), &request).unwrap()
}

#[test]
fn two_programs_issue_at_once_without_gap_or_repeat() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let drafts = drafts(&desk, folder.path(), 8);
    assert_eq!(drafts.len(), 8);
    let path = desk.book.path().unwrap().to_owned();
    let now = desk.now;
    let results: Vec<IssueResult> = std::thread::scope(|scope| {
        // Both try all of them, from both ends: most are fought over.
        let tries = [drafts.clone(), drafts.iter().rev().copied().collect()];
        let running: Vec<_> = tries
            .into_iter()
            .map(|drafts: Vec<u32>| {
                let path = path.clone();
                scope.spawn(move || issue(&Desk::open(&path, now, "other").unwrap(), &drafts))
            })
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let issued: Vec<String> = results
        .iter()
        .flat_map(|result| &result.issued)
        .map(|invoice| invoice.number.clone().unwrap())
        .collect();
    let numbers: BTreeSet<String> = issued.iter().cloned().collect();
    let expected: BTreeSet<String> = (1..=8).map(|n| format!("2026-{n:06}")).collect();
    assert_eq!(numbers, expected, "every number once, none left out");
    assert_eq!(issued.len(), 8, "no draft was issued twice");
    for failure in results.iter().flat_map(|result| &result.failed) {
        assert_eq!(failure.problem.code, "issued_already");
    }
    assert!(office::audit::verify(&desk).unwrap().intact);
}

#[test]
fn one_that_fails_takes_no_number_and_leaves_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let drafts = drafts(&desk, folder.path(), 3);
    let result = issue(&desk, &[drafts[0], 999, drafts[1]]);
    assert_eq!(result.issued.len(), 2);
    assert_eq!(result.failed[0].invoice, 999);
    assert_eq!(result.issued[1].number.as_deref(), Some("2026-000002"));
    // Dates of issue never go backwards within a series.
    desk.now = "2026-10-04T08:00:00Z".parse().unwrap();
    let early = issue(&desk, &drafts[2..]);
    assert_eq!(early.failed[0].problem.code, "date_before_last");
    desk.now = "2026-10-06T08:00:00Z".parse().unwrap();
    assert_eq!(
        issue(&desk, &drafts[2..]).issued[0].number.as_deref(),
        Some("2026-000003")
    );
}

#[test]
fn drafting_again_replaces_and_a_cdr_is_on_one_document_only() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let first = drafts(&desk, folder.path(), 1);
    let request = DraftRequest {
        partner: None,
        month: "2026-01".into(),
    };
    let again = office::settle::draft(&desk, &mut Job::quiet(), &request).unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!(
        office::settle::list(&desk, None, None).unwrap().len(),
        1,
        "not one beside {first:?}"
    );
    issue(&desk, &[again[0].id]);
    let rest = office::settle::draft(&desk, &mut Job::quiet(), &request).unwrap();
    assert_eq!(rest, [], "what is settled is not offered again");
}

#[test]
fn what_lacks_an_address_is_not_issued_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let mut partner = office::partners::get(&desk, "DE-ABC").unwrap();
    partner.company.street.clear();
    office::partners::set(&mut desk, &partner).unwrap();
    let drafts = drafts(&desk, folder.path(), 1);
    let result = issue(&desk, &drafts);
    assert_eq!(result.failed[0].problem.code, "checks_failed");
    assert_eq!(
        result.failed[0].problem.params["check"],
        "companies_complete"
    );
    let detail = office::settle::invoice(&desk, drafts[0]).unwrap();
    assert_eq!(detail.summary.blocking, 1);
}

#[test]
fn an_issued_document_cannot_be_changed_unnoticed() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let drafts = drafts(&desk, folder.path(), 1);
    issue(&desk, &drafts);
    let raw = rusqlite::Connection::open(desk.book.path().unwrap()).unwrap();
    for change in [
        "UPDATE invoice SET gross_e6 = 0",
        "DELETE FROM invoice",
        "UPDATE invoice_file SET bytes = x'00'",
        "DELETE FROM invoice_cdr",
    ] {
        assert!(raw.execute(change, []).is_err(), "{change} must be refused");
    }
    raw.execute_batch("DROP TRIGGER invoice_file_frozen; UPDATE invoice_file SET bytes = x'00'")
        .unwrap();
    let verdict = office::audit::verify(&desk).unwrap();
    assert!(!verdict.intact);
    let broken = verdict.first_broken.unwrap();
    let log = office::audit::list(&desk, &office::api::AuditRequest::default()).unwrap();
    let entry = log.iter().find(|entry| entry.seq == broken).unwrap();
    assert_eq!(
        entry.verb, "issue",
        "the entry that fixed the file's hash is named"
    );
}
