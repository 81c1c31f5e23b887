//! Writing out what a book holds: it streams, so that memory does not grow with the book.

use std::path::Path;
use std::time::Instant;

use office::Job;
use office::api::ExportRequest;

use crate::Figures;
use crate::import::open;

/// Writes every CDR of the book as `xlsx` or `csv`, or as JSON of a version: `ndjson 2.3.0`.
pub fn measure(book: &Path, form: &[&str]) -> Figures {
    let desk = open(book);
    let (format, ocpi) = match form {
        [format] => (*format, None),
        [format, version, ..] => (*format, Some((*version).to_owned())),
        [] => ("ndjson", Some("2.2.1".to_owned())),
    };
    let request = ExportRequest {
        what: "cdrs".to_owned(),
        format: format.to_owned(),
        ocpi,
        ..ExportRequest::default()
    };
    let path = book.with_extension(format);
    let began = Instant::now();
    let done = office::export::run(&desk, &request, &path, &mut Job::quiet());
    let done = done.expect("the CDRs can be written");
    let took = began.elapsed();
    std::fs::remove_file(&path).expect("the file was written");
    Figures {
        records: u64::from(done.written),
        took,
        notes: vec![format!("{} bytes, {} kWh", done.bytes, done.energy_kwh)],
        ..Figures::default()
    }
}
