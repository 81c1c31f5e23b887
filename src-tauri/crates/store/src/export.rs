//! Records to be written out again: page by page, in the order they came, of each only the newest.

use std::collections::BTreeSet;

use domain::BillingMonth;
use rusqlite::Row;

use crate::cdr::{Source, source};
use crate::row::{CdrRow, PartyRow};
use crate::{Book, Result};

/// A stored record.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its row.
    pub row: i64,
    /// Its owner, or who it is settled with.
    pub partner: PartyRow,
    /// First 64 bits of BLAKE3 over owner and folded id.
    pub key: i64,
    /// The owner's id for it.
    pub ocpi_id: String,
    /// Where it came from.
    pub source: Source,
}

/// Which records. Nothing given is every record.
#[derive(Clone, Copy, Debug, Default)]
pub struct Which {
    /// Only of this partner.
    pub partner: Option<PartyRow>,
    /// Only of this month; tariffs, locations and tokens are of none.
    pub month: Option<BillingMonth>,
}

/// The lists that can be written out beside CDRs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Sessions as they were reported last.
    Sessions,
    /// The newest version of each tariff.
    Tariffs,
    /// The newest version of each location.
    Locations,
    /// The newest version of each token.
    Tokens,
}

/// CDRs after a row, in order, at most `limit`.
pub fn cdrs(book: &Book, which: Which, after: CdrRow, limit: u32) -> Result<Vec<CdrRow>> {
    let mut query = book.sql().prepare_cached(
        "SELECT id FROM cdr
         WHERE id > ?1 AND (?2 IS NULL OR partner = ?2) AND (?3 IS NULL OR month = ?3)
         ORDER BY id LIMIT ?4",
    )?;
    let month = which.month.map(BillingMonth::number);
    let rows = query.query_map((after, which.partner, month, limit), |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many CDRs there are.
pub fn count(book: &Book, which: Which) -> Result<u64> {
    let mut query = book.sql().prepare_cached(
        "SELECT count(*) FROM cdr
         WHERE (?1 IS NULL OR partner = ?1) AND (?2 IS NULL OR month = ?2)",
    )?;
    let month = which.month.map(BillingMonth::number);
    let count: i64 = query.query_row((which.partner, month), |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The CDRs that were corrected by ones that came later: few, so that they are read at once.
pub fn superseded(book: &Book) -> Result<BTreeSet<CdrRow>> {
    rows(
        book,
        "SELECT c.id FROM cdr n JOIN cdr c ON c.key = n.key AND c.id < n.id
         WHERE n.corrects IS NOT NULL AND c.partner = n.partner
           AND c.ocpi_id = n.ocpi_id COLLATE NOCASE",
    )
}

/// The credit CDRs.
pub fn credits(book: &Book) -> Result<BTreeSet<CdrRow>> {
    rows(book, "SELECT id FROM cdr WHERE credit = 1")
}

fn rows(book: &Book, sql: &str) -> Result<BTreeSet<CdrRow>> {
    let mut query = book.sql().prepare_cached(sql)?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Records of a list after a row, in order, at most `limit`: of each key the newest.
pub fn list(book: &Book, list: List, which: Which, after: i64, limit: u32) -> Result<Vec<Stored>> {
    let sql = match list {
        List::Sessions => {
            "SELECT id, partner, key, ocpi_id, import, number, block, start, length, form
             FROM session r
             WHERE id > ?1 AND (?2 IS NULL OR partner = ?2) AND (?3 IS NULL OR month = ?3)
               AND NOT EXISTS (SELECT 1 FROM session n WHERE n.key = r.key
                               AND n.ocpi_id = r.ocpi_id COLLATE NOCASE
                               AND (coalesce(n.updated_ms, 0), n.id)
                                 > (coalesce(r.updated_ms, 0), r.id))
             ORDER BY id LIMIT ?4"
        }
        List::Tariffs => {
            "SELECT id, partner, key, ocpi_id, import, number, block, start, length, form
             FROM tariff r
             WHERE id > ?1 AND (?2 IS NULL OR partner = ?2) AND ?3 IS NULL
               AND NOT EXISTS (SELECT 1 FROM tariff n WHERE n.key = r.key
                               AND n.partner = r.partner
                               AND n.ocpi_id = r.ocpi_id COLLATE NOCASE
                               AND (coalesce(n.updated_ms, 0), n.id)
                                 > (coalesce(r.updated_ms, 0), r.id))
             ORDER BY id LIMIT ?4"
        }
        List::Locations => {
            "SELECT id, partner, key, ocpi_id, import, number, block, start, length, form
             FROM location r
             WHERE id > ?1 AND (?2 IS NULL OR partner = ?2) AND ?3 IS NULL
               AND NOT EXISTS (SELECT 1 FROM location n WHERE n.key = r.key
                               AND n.partner = r.partner
                               AND n.ocpi_id = r.ocpi_id COLLATE NOCASE
                               AND (coalesce(n.updated_ms, 0), n.id)
                                 > (coalesce(r.updated_ms, 0), r.id))
             ORDER BY id LIMIT ?4"
        }
        List::Tokens => {
            "SELECT id, partner, key, ocpi_id, import, number, block, start, length, form
             FROM token r
             WHERE id > ?1 AND (?2 IS NULL OR partner = ?2) AND ?3 IS NULL
               AND NOT EXISTS (SELECT 1 FROM token n WHERE n.key = r.key
                               AND n.partner = r.partner
                               AND n.ocpi_id = r.ocpi_id COLLATE NOCASE
                               AND (coalesce(n.updated_ms, 0), n.id)
                                 > (coalesce(r.updated_ms, 0), r.id))
             ORDER BY id LIMIT ?4"
        }
    };
    let mut query = book.sql().prepare_cached(sql)?;
    let month = which.month.map(BillingMonth::number);
    let rows = query.query_map((after, which.partner, month, limit), |row| Ok(stored(row)))?;
    rows.map(|row| row?).collect()
}

fn stored(row: &Row<'_>) -> Result<Stored> {
    Ok(Stored {
        row: row.get(0)?,
        partner: row.get(1)?,
        key: row.get(2)?,
        ocpi_id: row.get(3)?,
        source: source(row, 4)?,
    })
}
