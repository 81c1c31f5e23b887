//! Late CDRs: what comes for a month that is closed goes to the next document of the partner.

use std::path::Path;

use domain::Decimal;
use office::api::{
    AcceptDifferences, BoardRequest, CdrFilter, DraftRequest, InvoiceSummary, IssueRequest,
    Selection, SettleOverview, SettleRequest, UndoRequest,
};
use office::{Desk, Job};

use crate::close::annex_net;
use crate::record::{Record, cdr_file, desk, import, session_file};

/// Imports CDRs and sessions of a month of 2026, and reconciles.
fn arrive(desk: &Desk, folder: &Path, month: u32, records: &[Record]) {
    let first = &records[0].id;
    let named = |what: &str| format!("{what}-{month}-{first}.ndjson");
    for path in [
        cdr_file(folder, &named("cdrs"), records),
        session_file(folder, &named("sessions"), records),
    ] {
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(
            &path,
            text.replace("2026-09-", &format!("2026-{month:02}-")),
        )
        .unwrap();
        import(desk, &path);
    }
}

/// Records from one number to another, each of 10 kWh at 0.50: net 5.00.
fn records(numbers: std::ops::RangeInclusive<u32>) -> Vec<Record> {
    numbers.map(|number| Record::new(number, 10_000)).collect()
}

fn draft(desk: &Desk, month: &str) -> Vec<InvoiceSummary> {
    let request = DraftRequest {
        partner: None,
        month: month.into(),
    };
    office::settle::draft(desk, &mut Job::quiet(), &request).unwrap()
}

fn issue(desk: &Desk, invoice: u32) -> InvoiceSummary {
    let request = IssueRequest {
        invoices: vec![invoice],
    };
    let result = office::settle::issue(desk, &mut Job::quiet(), &request).unwrap();
    assert_eq!(result.failed, [], "nothing stands in the way");
    result.issued[0].clone()
}

fn overview(desk: &Desk) -> SettleOverview {
    let all = SettleRequest {
        partner: None,
        month: None,
    };
    office::settle::overview(desk, &all).unwrap()
}

/// What is ready, in words: month, CDRs and net, then the late ones among them.
fn ready(desk: &Desk) -> Vec<String> {
    let each = overview(desk).ready.into_iter().map(|one| {
        let own = format!("{}: {} {}", one.month, one.cdrs, one.net[0].amount);
        let late = one
            .late
            .iter()
            .map(|late| format!("of {} {} {}", late.month, late.cdrs, late.net[0].amount));
        let told: Vec<String> = [own].into_iter().chain(late).collect();
        told.join(", ")
    });
    each.collect()
}

/// The states of draft and issued of a month on the close board.
fn board(desk: &Desk, month: &str) -> [String; 2] {
    let request = BoardRequest {
        month: Some(month.into()),
        partner: None,
    };
    let board = office::board::close_board(desk, &request).unwrap();
    let cells = &board.rows[0].cells;
    [3, 4].map(|cell| format!("{} {}", cells[cell].state, cells[cell].count))
}

/// How many CDRs of a month are settled, after it was reconciled anew.
fn settled(desk: &Desk, month: &str) -> u32 {
    let (partner, month) = office::reconcile::parse(desk, "DE-ABC", month).unwrap();
    let derived = office::reconcile::partner_month(desk, &partner, month).unwrap();
    let settled = derived
        .totals
        .iter()
        .filter(|total| total.bucket == domain::Bucket::Settled);
    settled.map(|total| total.count).sum()
}

fn undoing(decision: u32) -> UndoRequest {
    UndoRequest {
        decision,
        reason: "They were wrong".into(),
    }
}

fn late_findings(desk: &Desk, month: &str) -> usize {
    let (partner, month) = office::reconcile::parse(desk, "DE-ABC", month).unwrap();
    let listed = office::reconcile::list(desk, &partner, month).unwrap();
    let is_late = |codes: &Vec<String>| codes.iter().any(|code| code == "late_cdr");
    listed
        .iter()
        .filter(|row| is_late(&row.month_findings))
        .count()
}

/// A book whose August is closed with five CDRs, and to which three came later.
fn closed_august(folder: &Path) -> Desk {
    let mut desk = desk(folder);
    arrive(&desk, folder, 8, &records(1..=5));
    let drafts = draft(&desk, "2026-08");
    assert_eq!(drafts[0].late, [], "nothing is closed yet");
    issue(&desk, drafts[0].id);
    desk.now = "2026-10-06T08:00:00Z".parse().unwrap();
    arrive(&desk, folder, 8, &records(6..=8));
    desk
}

#[test]
fn late_cdrs_of_a_closed_month_go_to_the_next_document_and_count_as_billed() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = closed_august(folder.path());
    arrive(&desk, folder.path(), 7, &records(21..=21));
    arrive(&desk, folder.path(), 9, &records(11..=14));
    assert_eq!(late_findings(&desk, "2026-08"), 3);
    assert_eq!(
        ready(&desk),
        ["2026-09: 7 35, of 2026-08 3 15", "2026-07: 1 5"],
        "July was never invoiced: it keeps its own"
    );
    assert_eq!(
        board(&desk, "2026-08"),
        ["done 0", "done 1"],
        "August stays closed"
    );
    assert_eq!(board(&desk, "2026-09"), ["working 7", "waiting 0"]);
    assert_eq!(
        draft(&desk, "2026-08"),
        [],
        "a closed month gets no second document"
    );

    let drafts = draft(&desk, "2026-09");
    assert_eq!((drafts.len(), drafts[0].cdrs), (1, 7));
    let late = &drafts[0].late[0];
    assert_eq!(
        (late.month.as_str(), late.cdrs, late.net[0].amount.as_str()),
        ("2026-08", 3, "15")
    );
    assert_eq!(ready(&desk), ["2026-07: 1 5"], "a draft takes them");
    let detail = office::settle::invoice(&desk, drafts[0].id).unwrap();
    let failed = detail.checks.iter().filter(|check| !check.passed);
    assert_eq!(failed.count(), 0, "{:?}", detail.checks);
    let net: Decimal = detail
        .lines
        .iter()
        .map(|line| line.net.parse::<Decimal>().unwrap())
        .sum();
    assert_eq!(
        net.to_string(),
        detail.summary.net,
        "lines add up to the draft"
    );
    let of_august = detail
        .lines
        .iter()
        .filter(|line| line.late_of.as_deref() == Some("2026-08"));
    assert_eq!(of_august.map(|line| line.cdrs).sum::<u32>(), 3);

    desk.now = "2026-10-07T08:00:00Z".parse().unwrap();
    let issued = issue(&desk, drafts[0].id);
    assert_eq!(
        (issued.month.as_str(), issued.net.as_str()),
        ("2026-09", "35.00")
    );
    assert_eq!(
        settled(&desk, "2026-08"),
        8,
        "the late ones are billed, in their own month"
    );
    assert_eq!(settled(&desk, "2026-09"), 4);
    assert_eq!(late_findings(&desk, "2026-08"), 0, "they wait no more");
    assert_eq!(ready(&desk), ["2026-07: 1 5"]);
    let files = office::settle::export(&desk, issued.id, folder.path()).unwrap();
    let annex = std::fs::read_to_string(files.annex.unwrap()).unwrap();
    assert_eq!(annex_net(&annex).to_string(), "35.00");
    assert!(
        annex.contains("2026-08-"),
        "late ones with their own dates:\n{annex}"
    );
    let text = testkit::pdf_text(files.pdf.as_deref().unwrap());
    assert!(text.contains("supplied in August 2026"), "{text}");
    assert!(office::audit::verify(&desk).unwrap().intact);
    let sound = office::book::check(&desk, &mut Job::quiet()).unwrap();
    assert!(sound.ok, "{:?}", sound.problems);
}

#[test]
fn the_order_of_drafting_decides_which_document_is_next() {
    let folder = tempfile::tempdir().unwrap();
    let desk = closed_august(folder.path());
    arrive(&desk, folder.path(), 9, &records(11..=14));
    arrive(&desk, folder.path(), 10, &records(31..=32));
    assert_eq!(
        ready(&desk),
        ["2026-10: 2 10", "2026-09: 7 35, of 2026-08 3 15"],
        "they are offered with the first month that is open"
    );
    let october = draft(&desk, "2026-10");
    assert_eq!(
        october[0].cdrs, 5,
        "October is drafted next, so it takes them"
    );
    let september = draft(&desk, "2026-09");
    assert_eq!(
        (september[0].cdrs, september[0].late.len()),
        (4, 0),
        "each is on one document"
    );
    let again = draft(&desk, "2026-10");
    assert_eq!(again[0].cdrs, 5, "drafting anew takes the same");
    assert_eq!(overview(&desk).drafts.len(), 2);
}

#[test]
fn what_is_decided_late_goes_along_and_taking_it_back_frees_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = closed_august(folder.path());
    arrive(
        &desk,
        folder.path(),
        8,
        &[Record::new(9, 10_000).raised(10_000)],
    );
    arrive(&desk, folder.path(), 9, &records(11..=14));
    assert_eq!(
        draft(&desk, "2026-09")[0].late[0].cdrs,
        3,
        "what differs is not agreed"
    );
    let accept = AcceptDifferences {
        selection: Selection::Matching(CdrFilter {
            buckets: vec!["differs".into()],
            ..CdrFilter::default()
        }),
        reason: "They told us late".into(),
    };
    let decided = office::decide::accept_differences(&mut desk, &accept).unwrap();
    assert_eq!(decided.count, 1);
    let with = draft(&desk, "2026-09");
    assert_eq!(
        (with[0].cdrs, with[0].late[0].cdrs),
        (8, 4),
        "agreed late, billed late"
    );
    assert_eq!(with[0].late[0].net[0].amount, "21");

    office::decide::undo(&mut desk, &undoing(decided.decision)).unwrap();
    assert_eq!(overview(&desk).drafts, [], "the draft that held it is gone");
    assert_eq!(
        ready(&desk),
        ["2026-09: 7 35, of 2026-08 3 15"],
        "and all others are free"
    );
    let without = draft(&desk, "2026-09");
    assert_eq!(without[0].cdrs, 7);
    let again = office::decide::accept_differences(&mut desk, &accept).unwrap();
    let with = draft(&desk, "2026-09");
    desk.now = "2026-10-07T08:00:00Z".parse().unwrap();
    issue(&desk, with[0].id);
    let refused = office::decide::undo(&mut desk, &undoing(again.decision)).unwrap_err();
    assert_eq!(
        office::api::Problem::from(refused).code,
        "settled",
        "September's document holds a CDR of August, which stays agreed"
    );
    assert_eq!(settled(&desk, "2026-08"), 9);
}

#[test]
fn late_cdrs_of_a_partner_that_charges_no_more_get_a_document_of_the_month_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let desk = closed_august(folder.path());
    assert_eq!(ready(&desk), ["2026-09: 3 15, of 2026-08 3 15"]);
    assert_eq!(
        draft(&desk, "2026-07"),
        [],
        "never to a month before theirs"
    );
    let drafts = draft(&desk, "2026-10");
    assert_eq!((drafts[0].cdrs, drafts[0].late[0].cdrs), (3, 3));
    issue(&desk, drafts[0].id);
    assert_eq!(ready(&desk), Vec::<String>::new());
    assert_eq!(settled(&desk, "2026-08"), 8);
}

#[test]
fn a_month_with_a_draft_beside_an_issued_document_is_not_closed() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    arrive(&desk, folder.path(), 8, &records(1..=5));
    let path = cdr_file(folder.path(), "sek.ndjson", &records(6..=7));
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.replace("2026-09-", "2026-08-");
    std::fs::write(&path, text.replace("\"EUR\"", "\"SEK\"")).unwrap();
    import(&desk, &path);
    let path = session_file(folder.path(), "sek-sessions.ndjson", &records(6..=7));
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("2026-09-", "2026-08-")).unwrap();
    import(&desk, &path);
    let drafts = draft(&desk, "2026-08");
    assert_eq!(drafts.len(), 2, "one per currency");
    let (euro, krona) = (&drafts[0], &drafts[1]);
    assert_eq!(
        (euro.currency.as_str(), krona.currency.as_str()),
        ("EUR", "SEK")
    );
    issue(&desk, euro.id);
    let again = draft(&desk, "2026-08");
    assert_eq!(
        (again.len(), again[0].cdrs, again[0].late.len()),
        (1, 2, 0),
        "the other currency stays with its month"
    );
    issue(&desk, again[0].id);
    assert_eq!(draft(&desk, "2026-08"), []);
}
