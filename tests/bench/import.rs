//! Importing files into a book, with replay; replaying what is in it.

use std::path::Path;
use std::time::Instant;

use store::NewBook;

use crate::Figures;
use office::api::ImportRequest;
use office::intake;
use office::{Desk, Job};

/// Imports the files one after the other.
pub fn measure(book: &Path, files: &[&str]) -> Figures {
    let desk = desk(book);
    let mut figures = Figures::default();
    let began = Instant::now();
    for file in files {
        let request = ImportRequest::default();
        let result = intake::run(&desk, &mut Job::quiet(), &request, Path::new(file))
            .expect("the file imports");
        figures.records += u64::from(result.rows);
        figures.notes.push(format!(
            "{}: {} rows, {} new, {} known, {} corrections, {} rejected, {} kWh, findings {:?}",
            result.file,
            result.rows,
            result.new,
            result.known,
            result.corrections,
            result.rejected,
            result.energy_kwh,
            result.findings
        ));
    }
    figures.took = began.elapsed();
    figures
}

/// A desk at the book, which is made if there is none.
pub fn desk(book: &Path) -> Desk {
    if book.exists() {
        return open(book);
    }
    let party = "NL-OUR".parse().expect("a party key");
    Desk::create(
        book,
        &NewBook {
            party,
            demo: false,
            created_at: now(),
        },
        "bench",
    )
    .expect("a book can be made")
}

/// Prices every CDR of the book again from its bytes.
pub fn replay(book: &Path) -> Figures {
    let desk = open(book);
    let everything = office::explorer::matching(&desk, &office::api::CdrFilter::default());
    let records = everything.expect("the CDRs can be listed").len();
    let began = Instant::now();
    office::replay::run(&desk, &mut Job::quiet(), None, None).expect("the CDRs can be replayed");
    timed(began, records)
}

fn timed(began: Instant, records: usize) -> Figures {
    Figures {
        records: records as u64,
        took: began.elapsed(),
        ..Figures::default()
    }
}

/// A desk at the book that is there.
pub fn open(book: &Path) -> Desk {
    Desk::open(book, now(), "bench").expect("the book opens")
}

fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(1_795_000_000, 0).expect("a moment in 2026")
}
