//! What this machine can do at best with these bytes: read them as JSON, insert as many rows.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Instant;

use rusqlite::{Connection, params};
use serde_json::Value;

/// Rows per transaction, as many as an import takes.
const BATCH: u32 = 2_000;

/// Measures and prints the floor for a file of CDRs, one a line.
pub fn measure(folder: &Path, file: &Path, rows: u32) {
    let started = Instant::now();
    let bytes = read_json(file);
    let reading = started.elapsed().as_secs_f64();
    let started = Instant::now();
    insert(&folder.join("floor.db"), rows).expect("SQLite can write beside the book");
    let inserting = started.elapsed().as_secs_f64();
    let rate = f64::from(rows) / (reading + inserting);
    println!(
        "floor               {:>9} MB of JSON read in {reading:.1} s, {rows} rows inserted in \
         {inserting:.1} s  {rate:>9.0} a second",
        bytes / 1_000_000
    );
}

/// Every line through the plainest JSON reader there is; how many bytes that was.
fn read_json(file: &Path) -> usize {
    let mut reader = BufReader::with_capacity(1 << 20, File::open(file).expect("just imported"));
    let (mut line, mut bytes) = (Vec::new(), 0);
    while reader
        .read_until(b'\n', &mut line)
        .expect("a readable file")
        > 0
    {
        let value: Value = serde_json::from_slice(&line).unwrap_or_default();
        std::hint::black_box(&value);
        bytes += line.len();
        line.clear();
    }
    bytes
}

/// As many rows as there were CDRs, with the columns a CDR needs at least.
fn insert(file: &Path, rows: u32) -> rusqlite::Result<()> {
    let mut book = Connection::open(file)?;
    book.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
         CREATE TABLE cdr (row INTEGER PRIMARY KEY, id TEXT, session TEXT, start INTEGER,
             end INTEGER, place TEXT, evse TEXT, contract TEXT, energy INTEGER, stated INTEGER);",
    )?;
    for first in (0..rows).step_by(BATCH as usize) {
        let batch = book.transaction()?;
        let mut add = batch.prepare_cached(
            "INSERT INTO cdr (id, session, start, end, place, evse, contract, energy, stated)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for row in first..rows.min(first + BATCH) {
            let (id, session) = (format!("BIG-{row:08}"), format!("S{row:08}"));
            let (place, start) = (format!("Quay {}", row % 4_000), i64::from(row) * 2_600);
            let contract = format!("NL-TAL-C{:08}-X", row % 90_000);
            let end = start + 3_600_000;
            add.execute(params![
                id, session, start, end, place, place, contract, row, row
            ])?;
        }
        drop(add);
        batch.commit()?;
    }
    Ok(())
}
