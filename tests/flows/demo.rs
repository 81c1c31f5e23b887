//! The demo book: everything in it, closed as it says, and right to the cent.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use domain::Decimal;
use office::api::{BoardRequest, CdrFilter, CdrRowDto};
use office::demo::{Made, Oddity, Seeded};
use office::{Desk, Job};

use crate::close::annex_net;

/// One demo for everything here: it takes a while in a debug build.
fn made() -> &'static (tempfile::TempDir, Made) {
    static MADE: OnceLock<(tempfile::TempDir, Made)> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let book = folder.path().join("demo.tallywatt");
        let made = office::demo::make(&book, folder.path(), &mut Job::quiet()).unwrap();
        (folder, made)
    })
}

fn desk() -> Desk {
    let (_, made) = made();
    Desk::open(&made.book, "2026-11-23T08:00:00Z".parse().unwrap(), "test").unwrap()
}

/// Every CDR of the book.
fn all(desk: &Desk) -> Vec<CdrRowDto> {
    let rows = office::explorer::matching(desk, &CdrFilter::default()).unwrap();
    office::explorer::rows_of(desk, &rows).unwrap()
}

/// One test, because the runner gives each test a process, and each would make the book again.
#[test]
fn the_demo_book_is_as_promised() {
    it_holds_what_it_promises();
    what_is_not_odd_on_purpose_matches();
    every_oddity_is_seen_where_it_belongs();
    its_documents_say_the_sum_of_their_cdrs_to_the_cent();
    the_board_shows_twelve_closed_months_and_two_that_wait();
}

fn it_holds_what_it_promises() {
    let desk = desk();
    let info = office::book::info(&desk).unwrap();
    assert!(info.demo);
    assert_eq!(
        (info.cdrs, info.months.len(), info.partners.len()),
        (20_000, 14, 3)
    );
    assert_eq!(info.months[0], "2026-10");
    assert!(office::audit::verify(&desk).unwrap().intact);
    let sound = office::book::check(&desk, &mut Job::quiet()).unwrap();
    assert!(sound.ok, "{:?}", sound.problems);
}

fn what_is_not_odd_on_purpose_matches() {
    let seeded = office::demo::seeded();
    let odd: BTreeSet<String> = seeded
        .iter()
        .map(|one| one.cdr.to_ascii_lowercase())
        .collect();
    let desk = desk();
    let mut honest = 0;
    let mut wrong = Vec::new();
    for row in all(&desk) {
        let id = row.id.to_ascii_lowercase();
        if odd.iter().any(|odd| id.starts_with(odd.as_str())) {
            continue;
        }
        honest += 1;
        let fine = matches!(row.bucket.as_str(), "matched" | "settled");
        let equal = row.difference.as_deref() == Some("0");
        if !fine || !equal || matches!(row.severity.as_str(), "error" | "fatal") {
            wrong.push(format!(
                "{} {} {:?} {}",
                row.id, row.bucket, row.difference, row.severity
            ));
        }
    }
    assert!(honest > 19_000, "{honest} honest CDRs");
    assert_eq!(wrong.len(), 0, "{:#?}", &wrong[..wrong.len().min(20)]);
}

fn every_oddity_is_seen_where_it_belongs() {
    let desk = desk();
    let rows: BTreeMap<String, Vec<CdrRowDto>> =
        all(&desk)
            .into_iter()
            .fold(BTreeMap::new(), |mut rows, row| {
                rows.entry(row.id.to_ascii_lowercase())
                    .or_insert_with(Vec::new)
                    .push(row);
                rows
            });
    let mut misplaced = Vec::new();
    for one in office::demo::seeded().iter().filter(|one| one.month >= 12) {
        let of = |ending: &str| {
            let id = format!("{}{ending}", one.cdr).to_ascii_lowercase();
            rows.get(&id)
                .map_or(Vec::new(), |rows| rows.iter().collect())
        };
        if let Err(why) = place(one, &of) {
            misplaced.push(format!(
                "{:?} {} of {}: {why}",
                one.oddity, one.cdr, one.partner
            ));
        }
    }
    assert_eq!(misplaced, Vec::<String>::new());
}

/// Whether an oddity of an open month is in its bucket.
fn place<'a>(one: &Seeded, of: &dyn Fn(&str) -> Vec<&'a CdrRowDto>) -> Result<(), String> {
    let buckets =
        |ending: &str| -> Vec<&str> { of(ending).iter().map(|row| row.bucket.as_str()).collect() };
    let (found, wanted): (Vec<&str>, Vec<&str>) = match one.oddity {
        Oddity::MissingCdr => (buckets(""), vec![]),
        Oddity::LateCdr | Oddity::DuplicateExact | Oddity::DuplicateIdCase => {
            (buckets(""), vec!["matched"])
        }
        Oddity::MissingSession => (buckets(""), vec!["missing_session"]),
        Oddity::DuplicateNewId => (buckets("-R1"), vec!["duplicate"]),
        Oddity::ChangedAfterIssue => (buckets(""), vec!["matched", "duplicate"]),
        Oddity::UnknownTariff => (buckets(""), vec!["needs_tariff"]),
        Oddity::Credit => (
            [buckets(""), buckets("-C")].concat(),
            vec!["matched", "matched"],
        ),
        Oddity::Correction => (
            [buckets(""), buckets("-C"), buckets("-N")].concat(),
            vec!["matched", "matched", "matched"],
        ),
        Oddity::CreditOrphan => (buckets("-C"), vec!["differs"]),
        Oddity::Overlap if one.partner == "SE-NOR" => (buckets("-OV"), vec!["differs"]),
        Oddity::Overlap => (buckets("-OV"), vec!["missing_session"]),
        Oddity::AlteredTotal
        | Oddity::AlteredAll
        | Oddity::WrongRounding
        | Oddity::OldPrice
        | Oddity::MeterMismatch
        | Oddity::WrongCurrency
        | Oddity::FutureDated
        | Oddity::EndBeforeStart
        | Oddity::UnsplitPeriod => (buckets(""), vec!["differs"]),
        // Seen by rules that come with the comparison of times, taxes, meters and tokens.
        Oddity::VatError
        | Oddity::ClockDrift
        | Oddity::TimezoneShift
        | Oddity::PeriodSum
        | Oddity::ForeignToken
        | Oddity::NegativeEnergy
        | Oddity::NumberAsText
        | Oddity::ZeroEnergy
        | Oddity::DstNight
        | Oddity::MinPrice
        | Oddity::LongStay => return Ok(()),
    };
    if found == wanted {
        Ok(())
    } else {
        Err(format!("{found:?} instead of {wanted:?}"))
    }
}

fn its_documents_say_the_sum_of_their_cdrs_to_the_cent() {
    let (_, made) = made();
    assert!(made.issued.len() >= 36, "three partners, twelve months");
    assert!(
        made.exported.len() >= 3,
        "one document for each partner of the last closed month"
    );
    let of_last = made
        .issued
        .iter()
        .filter(|invoice| invoice.month == "2026-08");
    for (invoice, files) in of_last.zip(&made.exported) {
        let net: Decimal = invoice.net.parse().unwrap();
        let annex = std::fs::read_to_string(files.annex.as_deref().unwrap()).unwrap();
        assert_eq!(annex_net(&annex), net, "{}", invoice.partner.key);
        let text = pages(files.pdf.as_deref().unwrap());
        let printed = |label: &str| {
            let line = text.lines().find(|line| line.trim_start().contains(label));
            line.and_then(|line| line.split_whitespace().last())
                .and_then(|figure| figure.parse::<Decimal>().ok())
                .unwrap_or_else(|| panic!("{label} is not on the page of {}", invoice.partner.key))
        };
        assert_eq!(printed("Net total"), net);
        assert_eq!(
            printed(&format!("Total {}", invoice.currency)).to_string(),
            invoice.gross
        );
        assert!(text.contains(invoice.number.as_deref().unwrap()));
    }
}

/// A PDF's text without separators of thousands.
fn pages(pdf: &Path) -> String {
    testkit::pdf_text(pdf).replace(',', "")
}

fn the_board_shows_twelve_closed_months_and_two_that_wait() {
    let board = office::board::close_board(&desk(), &BoardRequest::default()).unwrap();
    assert_eq!(board.rows.len(), 42, "fourteen months of three partners");
    for row in &board.rows {
        let states: Vec<&str> = row.cells.iter().map(|cell| cell.state.as_str()).collect();
        let issued = row.cells.last().unwrap();
        if row.month.as_str() < "2026-09" {
            let closed = ["done", "done", "done", "done", "done"];
            // What came late for August waits for the next run.
            let late = row.month == "2026-08" && states[..3] == closed[..3];
            assert!(
                late || states == closed,
                "{} {}: {states:?}",
                row.month,
                row.partner.key
            );
            assert!(issued.count >= 1);
        } else {
            assert_eq!(issued.count, 0);
            let blocked = row.cells.iter().flat_map(|cell| &cell.blocked_by).count();
            assert!(blocked > 0, "{} {} shows work", row.month, row.partner.key);
        }
    }
}
