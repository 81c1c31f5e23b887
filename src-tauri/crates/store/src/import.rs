//! Imports: one row per file or crawl that was read in.

use domain::time::Instant;
use rusqlite::{OptionalExtension, Row};

use crate::book::instant;
use crate::row::{ImportRow, PartyRow};
use crate::{Book, Error, Result};

/// How an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportState {
    /// It runs now.
    Running,
    /// It read the whole file.
    Finished,
    /// Somebody stopped it; what it stored is kept.
    Cancelled,
    /// It failed part-way; what it stored is kept.
    Failed,
    /// The program ended while it ran; importing the file again completes it.
    Interrupted,
}

impl ImportState {
    /// The stable text form.
    pub fn as_str(self) -> &'static str {
        match self {
            ImportState::Running => "running",
            ImportState::Finished => "finished",
            ImportState::Cancelled => "cancelled",
            ImportState::Failed => "failed",
            ImportState::Interrupted => "interrupted",
        }
    }

    fn from_text(text: &str) -> Result<ImportState> {
        [
            ImportState::Running,
            ImportState::Finished,
            ImportState::Cancelled,
            ImportState::Failed,
            ImportState::Interrupted,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
        .ok_or_else(|| Error::Damaged(format!("import state {text:?}")))
    }
}

/// An import as it begins.
#[derive(Clone, Debug)]
pub struct NewImport<'a> {
    /// File name without folders.
    pub file: &'a str,
    /// Size of the file as it came.
    pub bytes: u64,
    /// `ocpi_ndjson`, `xlsx`, …
    pub format: &'a str,
    /// `cdrs`, `sessions`, … or `mixed`.
    pub kind: &'a str,
    /// The partner chosen for it, if one was.
    pub party: Option<PartyRow>,
    /// Who runs it.
    pub actor: &'a str,
    /// When it began.
    pub started_at: Instant,
}

/// An import.
#[derive(Clone, Debug)]
pub struct Import {
    /// Its row.
    pub row: ImportRow,
    /// File name without folders.
    pub file: String,
    /// Of the file as it came; empty until the import has read it all.
    pub sha256: Vec<u8>,
    /// Size of the file as it came.
    pub bytes: u64,
    /// `ocpi_ndjson`, `xlsx`, …
    pub format: String,
    /// When it began.
    pub started_at: Instant,
    /// Who ran it.
    pub actor: String,
    /// How it stands.
    pub state: ImportState,
    /// JSON: counts and sums so far.
    pub result: String,
    /// The partner chosen for it, if one was.
    pub party: Option<PartyRow>,
}

const COLUMNS: &str = "id, file, sha256, bytes, started_ms, actor, state, result, format,
                       party";

/// Begins an import. Earlier ones that still count as running were cut short and say so now.
pub fn begin(book: &Book, new: &NewImport<'_>, result: &str) -> Result<ImportRow> {
    interrupt(book)?;
    let mut insert = book.sql().prepare_cached(
        "INSERT INTO import (file, sha256, bytes, format, kind, party, actor, started_ms, state,
                             result)
         VALUES (?1, x'', ?2, ?3, ?4, ?5, ?6, ?7, 'running', ?8)",
    )?;
    let row = insert.insert((
        new.file,
        i64::try_from(new.bytes).map_err(|_| Error::OutOfRange(new.bytes.to_string()))?,
        new.format,
        new.kind,
        new.party,
        new.actor,
        new.started_at.timestamp_millis(),
        result,
    ))?;
    Ok(ImportRow(row))
}

/// Says of imports that count as running that they were cut short.
pub fn interrupt(book: &Book) -> Result<()> {
    book.sql().execute(
        "UPDATE import SET state = 'interrupted' WHERE state = 'running'",
        [],
    )?;
    Ok(())
}

/// Keeps what an import has come to so far.
pub fn progress(book: &Book, import: ImportRow, kind: &str, result: &str) -> Result<()> {
    let mut update = book
        .sql()
        .prepare_cached("UPDATE import SET kind = ?2, result = ?3 WHERE id = ?1")?;
    update.execute((import, kind, result))?;
    Ok(())
}

/// Closes an import; with the hash and size of its file, if all of it was read.
pub fn end(
    book: &Book,
    import: ImportRow,
    state: ImportState,
    whole: Option<(&[u8; 32], u64)>,
    finished_at: Instant,
) -> Result<()> {
    let mut update = book.sql().prepare_cached(
        "UPDATE import SET state = ?2, sha256 = ?3, finished_ms = ?4,
                           bytes = coalesce(?5, bytes)
         WHERE id = ?1",
    )?;
    let sha256 = whole.map_or(&[][..], |(sha256, _)| sha256);
    update.execute((
        import,
        state.as_str(),
        sha256,
        finished_at.timestamp_millis(),
        whole.map(|(_, bytes)| i64::try_from(bytes).unwrap_or(i64::MAX)),
    ))?;
    Ok(())
}

/// One import.
pub fn get(book: &Book, import: ImportRow) -> Result<Option<Import>> {
    let sql = format!("SELECT {COLUMNS} FROM import WHERE id = ?1");
    let mut query = book.sql().prepare_cached(&sql)?;
    query
        .query_row([import], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// Every import, newest first.
pub fn all(book: &Book) -> Result<Vec<Import>> {
    let sql = format!("SELECT {COLUMNS} FROM import ORDER BY id DESC");
    let mut query = book.sql().prepare_cached(&sql)?;
    query
        .query_map([], |row| Ok(read(row)))?
        .map(|row| row?)
        .collect()
}

/// Finished imports of files of this size: those that may be the same file.
pub fn finished_of_size(book: &Book, bytes: u64) -> Result<Vec<Import>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM import WHERE bytes = ?1 AND state = 'finished'
                 AND id NOT IN (SELECT import FROM import_undone) ORDER BY id"
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    query
        .query_map([bytes], |row| Ok(read(row)))?
        .map(|row| row?)
        .collect()
}

/// The newest import of a file with this hash that was not taken back.
pub fn of_file(book: &Book, sha256: &[u8]) -> Result<Option<Import>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM import WHERE sha256 = ?1
                 AND id NOT IN (SELECT import FROM import_undone) ORDER BY id DESC LIMIT 1"
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    query
        .query_row([sha256], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// Notes that an import brings repaired rows of an earlier one.
pub fn continues(book: &Book, import: ImportRow, first: ImportRow) -> Result<()> {
    book.sql()
        .prepare_cached("INSERT INTO import_continues (import, first) VALUES (?1, ?2)")?
        .execute((import, first))?;
    Ok(())
}

/// The import whose repaired rows this one brings.
pub fn continued(book: &Book, import: ImportRow) -> Result<Option<ImportRow>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT first FROM import_continues WHERE import = ?1")?;
    Ok(query.query_row([import], |row| row.get(0)).optional()?)
}

/// Imports that bring repaired rows of this one and were not taken back, in their order.
pub fn continuations(book: &Book, import: ImportRow) -> Result<Vec<ImportRow>> {
    let mut query = book.sql().prepare_cached(
        "SELECT import FROM import_continues WHERE first = ?1
         AND import NOT IN (SELECT import FROM import_undone) ORDER BY import",
    )?;
    let rows = query.query_map([import], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn read(row: &Row<'_>) -> Result<Import> {
    let bytes: i64 = row.get(3)?;
    Ok(Import {
        row: row.get(0)?,
        file: row.get(1)?,
        sha256: row.get(2)?,
        bytes: u64::try_from(bytes).map_err(|_| Error::Damaged(format!("{bytes} bytes")))?,
        started_at: instant(row.get(4)?)?,
        actor: row.get(5)?,
        state: ImportState::from_text(&row.get::<_, String>(6)?)?,
        result: row.get(7)?,
        format: row.get(8)?,
        party: row.get(9)?,
    })
}
