//! Importing files into a book, with replay.

use std::path::Path;
use std::time::Instant;

use store::NewBook;

use crate::Figures;
use crate::office::api::ImportRequest;
use crate::office::intake;
use crate::office::{Desk, Job};

/// Imports the files one after the other.
pub fn measure(book: &Path, files: &[&str]) -> Figures {
    let now = chrono::DateTime::from_timestamp(1_795_000_000, 0).expect("a moment in 2026");
    let desk = if book.exists() {
        Desk::open(book, now, "bench").expect("the book opens")
    } else {
        let party = "NL-OUR".parse().expect("a party key");
        Desk::create(
            book,
            &NewBook {
                party,
                demo: false,
                created_at: now,
            },
            "bench",
        )
        .expect("a book can be made")
    };
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
