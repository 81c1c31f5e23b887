//! Imports taken back: what stands in the way, and what has to be forgotten with one. Its facts
//! stay as they were received; they are not seen any more.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::OptionalExtension;

use crate::month::{Key, month};
use crate::row::{CdrRow, DecisionSeq, ImportRow};
use crate::{Book, Result};

/// Notes how many records of an import earlier ones had brought. Belongs into the transaction that
/// read them.
pub fn known_again(
    book: &Book,
    import: ImportRow,
    counts: &BTreeMap<ImportRow, u32>,
) -> Result<()> {
    let mut upsert = book.sql().prepare_cached(
        "INSERT INTO import_known (import, first, count) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET count = count + excluded.count",
    )?;
    for (first, count) in counts {
        upsert.execute((import, first, count))?;
    }
    Ok(())
}

/// The decision that took an import back.
pub fn undone(book: &Book, import: ImportRow) -> Result<Option<DecisionSeq>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT decision FROM import_undone WHERE import = ?1")?;
    Ok(query.query_row([import], |row| row.get(0)).optional()?)
}

/// How many imports were taken back so far: it grows with each.
pub fn count(book: &Book) -> Result<u32> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT count(*) FROM import_undone")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// Later imports that rest on this one, with how many records of it they hold again or correct.
pub fn resting_on(book: &Book, import: ImportRow) -> Result<Vec<(ImportRow, u32)>> {
    let mut query = book.sql().prepare_cached(
        "SELECT import, sum(count) FROM (
             SELECT import, count FROM import_known WHERE first = ?1
             UNION ALL
             SELECT c.import, 1 FROM cdr c JOIN cdr_row f ON f.id = c.corrects
                 WHERE c.corrects IS NOT NULL AND f.import = ?1 AND c.import <> ?1
             UNION ALL
             SELECT s.import, 1 FROM session s JOIN session_row f ON f.id = s.corrects
                 WHERE s.corrects IS NOT NULL AND f.import = ?1 AND s.import <> ?1)
         WHERE import NOT IN (SELECT import FROM import_undone)
         GROUP BY import ORDER BY import",
    )?;
    let rows = query.query_map([import], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Numbers of issued documents that bill CDRs of an import, or CDRs that its tariffs priced.
pub fn issued_with(book: &Book, import: ImportRow) -> Result<Vec<String>> {
    let mut query = book.sql().prepare_cached(
        "SELECT DISTINCT i.number FROM invoice i JOIN invoice_cdr l ON l.invoice = i.id
             JOIN cdr_row c ON c.id = l.cdr LEFT JOIN replay r ON r.cdr = c.id
             LEFT JOIN tariff_row t ON t.id = r.tariff
         WHERE i.state = 'issued' AND (c.import = ?1 OR t.import = ?1) ORDER BY i.id",
    )?;
    let rows = query.query_map([import], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many records of an import were sent to a partner, or may have been.
pub fn sent(book: &Book, import: ImportRow) -> Result<u32> {
    let mut query = book.sql().prepare_cached(
        "SELECT count(DISTINCT p.module || p.record) FROM push p
         WHERE p.state IN ('sending', 'sent', 'unknown') AND (
             (p.module = 'cdrs' AND p.record IN (SELECT id FROM cdr_row WHERE import = ?1))
             OR (p.module = 'sessions'
                 AND p.record IN (SELECT id FROM session_row WHERE import = ?1))
             OR (p.module = 'tariffs'
                 AND p.record IN (SELECT id FROM tariff_row WHERE import = ?1)))",
    )?;
    Ok(query.query_row([import], |row| row.get(0))?)
}

/// Whether an import brought tariffs or locations, by which CDRs of others are priced.
pub fn brought_grounds(book: &Book, import: ImportRow) -> Result<bool> {
    let mut query = book.sql().prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM tariff_row WHERE import = ?1)
             OR EXISTS (SELECT 1 FROM location_row WHERE import = ?1)",
    )?;
    Ok(query.query_row([import], |row| row.get(0))?)
}

/// CDRs of an import that stand on a document.
pub fn on_documents(book: &Book, import: ImportRow) -> Result<Vec<CdrRow>> {
    let mut query = book.sql().prepare_cached(
        "SELECT l.cdr FROM invoice_cdr l JOIN cdr_row c ON c.id = l.cdr
         WHERE c.import = ?1 ORDER BY l.cdr",
    )?;
    let rows = query.query_map([import], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Takes an import back by a decision: what was derived from its records is forgotten, its months
/// have to be reconciled again, and its partner's lists are pulled anew from where pulling began.
/// Returns those months. Belongs into the decision's transaction.
pub fn take_back(book: &Book, import: ImportRow, decision: DecisionSeq) -> Result<BTreeSet<Key>> {
    let mut keys = BTreeSet::new();
    let mut query = book.sql().prepare_cached(
        "SELECT DISTINCT partner, month FROM cdr_row WHERE import = ?1
         UNION SELECT DISTINCT partner, month FROM session_row WHERE import = ?1",
    )?;
    let mut rows = query.query([import])?;
    while let Some(row) = rows.next()? {
        keys.insert((row.get(0)?, month(row.get(1)?)?));
    }
    book.sql()
        .prepare_cached("INSERT INTO import_undone (import, decision) VALUES (?1, ?2)")?
        .execute((import, decision))?;
    for forget in [
        "DELETE FROM replay WHERE cdr IN (SELECT id FROM cdr_row WHERE import = ?1)",
        "DELETE FROM replay_past WHERE cdr IN (SELECT id FROM cdr_row WHERE import = ?1)",
        "DELETE FROM truth WHERE cdr IN (SELECT id FROM cdr_row WHERE import = ?1)",
        "DELETE FROM outcome WHERE cdr IN (SELECT id FROM cdr_row WHERE import = ?1)",
        "DELETE FROM session_outcome
         WHERE session IN (SELECT id FROM session_row WHERE import = ?1)",
        "UPDATE outcome SET session = NULL
         WHERE session IN (SELECT id FROM session_row WHERE import = ?1)",
        "UPDATE pull SET watermark_ms = NULL
         WHERE EXISTS (SELECT 1 FROM exchange WHERE import = ?1)
           AND party = (SELECT party FROM import WHERE id = ?1)",
    ] {
        book.sql().prepare_cached(forget)?.execute([import])?;
    }
    crate::near::touch_by_grounds(book, import)?;
    for key in &keys {
        crate::month::mark_stale(book, *key)?;
        for month in [key.1.previous(), key.1, key.1.next()] {
            crate::near::forget_mark(book, (key.0, month))?;
        }
    }
    Ok(keys)
}

/// Forgets months in which nothing is left.
pub fn forget_empty_months(book: &Book) -> Result<()> {
    book.sql()
        .prepare_cached("DELETE FROM month_state WHERE cdrs = 0 AND sessions = 0")?
        .execute([])?;
    Ok(())
}
