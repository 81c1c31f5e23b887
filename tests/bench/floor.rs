//! The floor: the same bytes through a bare JSON reader, and as many bare inserts.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Instant;

use rusqlite::Connection;

use crate::Figures;

/// Rows per transaction.
pub const BATCH: u64 = 5_000;

/// A database that keeps its rows as the book does.
pub fn open(file: &Path) -> Connection {
    let book = Connection::open(file).expect("a file can be made");
    book.pragma_update(None, "journal_mode", "WAL")
        .expect("WAL");
    book.pragma_update(None, "synchronous", "NORMAL")
        .expect("synchronous");
    book
}

/// Reads each line as a JSON value and inserts its id and length: the least a row can be.
pub fn measure(folder: &Path, file: &Path) -> Figures {
    let began = Instant::now();
    let book = open(&folder.join("floor.sqlite"));
    book.execute_batch("CREATE TABLE record (id INTEGER PRIMARY KEY, key TEXT, bytes INTEGER)")
        .expect("a table can be made");
    let mut insert = book
        .prepare("INSERT INTO record (key, bytes) VALUES (?1, ?2)")
        .expect("an insert can be prepared");
    let mut reader = BufReader::with_capacity(1 << 20, File::open(file).expect("the file opens"));
    let (mut line, mut records) = (String::new(), 0);
    while reader.read_line(&mut line).expect("the file reads") > 0 {
        if records % BATCH == 0 {
            let end = if records > 0 {
                "COMMIT; BEGIN"
            } else {
                "BEGIN"
            };
            book.execute_batch(end).expect("a transaction begins");
        }
        let value: serde_json::Value = serde_json::from_str(&line).expect("a record per line");
        let id = value["id"].as_str().expect("a record has an id");
        let length = i64::try_from(line.trim_end().len()).expect("a record fits in memory");
        insert.execute((id, length)).expect("a row is inserted");
        records += 1;
        line.clear();
    }
    book.execute_batch("COMMIT")
        .expect("the last transaction ends");
    Figures {
        records,
        took: began.elapsed(),
        ..Figures::default()
    }
}
