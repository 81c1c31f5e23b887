//! Measures splitting, reading and writing a file of OCPI JSON beside parsing it with `serde_json`.
//!
//! `cargo run --release -p tallywatt-ocpi --example ocpi_speed -- cdrs.ndjson`
//!
//! The file is worked through in batches, each several times; a batch counts with its best time, so
//! that other work on the machine shows as little as possible.

use std::error::Error;
use std::hint::black_box;
use std::ops::Range;
use std::time::{Duration, Instant};

use domain::OcpiVersion;
use ocpi::stream::{Piece, Splitter};
use ocpi::{Hint, Object, Reader};

const ROUNDS: usize = 9;
const BATCH: usize = 1_000;
const BLOCK: usize = 1 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let bytes = std::fs::read(path)?;
    let ranges = records(&bytes);
    let batches: Vec<&[Range<usize>]> = ranges.chunks(BATCH).collect();
    println!("{} records, {} bytes", ranges.len(), bytes.len());

    report("split", &batches, |batch| {
        let end = batch.last().map_or(0, |range| range.end);
        let all = batch.first().map_or(0, |range| range.start)..end;
        black_box(records(&bytes[all]).len());
    });
    let (mut reader, hint) = (Reader::new(), Hint::default());
    report("recognise", &batches, |batch| {
        for range in batch {
            black_box(reader.recognise(&bytes[range.clone()], &hint));
        }
    });
    report("recognise and read", &batches, |batch| {
        for range in batch {
            black_box(reader.read(&bytes[range.clone()], &hint));
        }
    });
    report("read and write", &batches, |batch| {
        for range in batch {
            if let Some(Object::Cdr(cdr)) = reader.read(&bytes[range.clone()], &hint).object {
                black_box(ocpi::write::cdr(&cdr, OcpiVersion::V221));
            }
        }
    });
    report("serde_json::Value", &batches, |batch| {
        for range in batch {
            let value: Result<serde_json::Value, _> = serde_json::from_slice(&bytes[range.clone()]);
            black_box(value.is_ok());
        }
    });
    Ok(())
}

/// Where the records are.
fn records(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut splitter = Splitter::new();
    let mut ranges = Vec::new();
    for block in bytes.chunks(BLOCK) {
        let mut pieces = splitter.feed(block);
        while let Some(piece) = pieces.next() {
            if let Piece::Record(raw) = piece {
                let start = usize::try_from(raw.offset).expect("the file is in memory");
                ranges.push(start..start + raw.bytes.len());
            }
        }
    }
    ranges
}

/// Runs `work` on every batch several times and prints what the best times add up to.
fn report(what: &str, batches: &[&[Range<usize>]], mut work: impl FnMut(&[Range<usize>])) {
    let mut best = Duration::ZERO;
    for batch in batches {
        let rounds = (0..ROUNDS).map(|_| {
            let start = Instant::now();
            work(batch);
            start.elapsed()
        });
        best += rounds.min().unwrap_or(Duration::MAX);
    }
    let per_second = |count: usize| count as u128 * 1_000_000_000 / best.as_nanos().max(1);
    let records = batches.iter().map(|batch| batch.len()).sum();
    let bytes = batches.iter().copied().flatten().map(Range::len).sum();
    println!(
        "{what:>20}: {:>9} records/s {:>6} MB/s",
        per_second(records),
        per_second(bytes) / 1_000_000
    );
}
