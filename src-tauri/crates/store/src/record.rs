//! Invoice reconciliation records: which CDRs an invoice covers, as its issuer says.

use domain::time::Instant;

use crate::book::instant;
use crate::row::{CdrRow, PartyRow};
use crate::version::{self, NewVersion};
use crate::{Book, Result};

/// A stored record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its row.
    pub row: i64,
    /// Its issuer's id for it.
    pub ocpi_id: String,
    /// The invoice.
    pub invoice: String,
    /// When its issuer last changed it.
    pub updated_at: Option<Instant>,
    /// How many CDRs it lists.
    pub listed: u32,
}

/// Stores a record with the ids of the CDRs that it lists.
pub fn insert(book: &Book, new: &NewVersion<'_>, invoice: &str, cdrs: &[String]) -> Result<()> {
    let row = version::insert(
        book,
        "INSERT INTO record_row (import, number, block, start, length, form, partner, key, content,
                             ocpi_id, updated_ms, invoice)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        new,
        &[&invoice],
    )?;
    let mut insert = book
        .sql()
        .prepare_cached("INSERT OR IGNORE INTO record_cdr (record, ocpi_id) VALUES (?1, ?2)")?;
    for cdr in cdrs {
        insert.execute((row, cdr))?;
    }
    Ok(())
}

/// The records of an issuer, of each the newest version, in the order they came.
pub fn of_partner(book: &Book, partner: PartyRow) -> Result<Vec<Record>> {
    let mut query = book.sql().prepare_cached(
        "SELECT id, ocpi_id, invoice, updated_ms,
                (SELECT count(*) FROM record_cdr c WHERE c.record = record.id)
         FROM record WHERE id IN (SELECT max(id) FROM record WHERE partner = ?1 GROUP BY key)
         ORDER BY id",
    )?;
    let mut rows = query.query([partner])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Record {
            row: row.get(0)?,
            ocpi_id: row.get(1)?,
            invoice: row.get(2)?,
            updated_at: row.get::<_, Option<i64>>(3)?.map(instant).transpose()?,
            listed: row.get(4)?,
        });
    }
    Ok(found)
}

/// The CDRs of a partner that a record lists: of each id the newest, with those of a key that came
/// first; ids that the book does not hold have none.
pub fn cdrs(book: &Book, record: i64, partner: PartyRow) -> Result<Vec<(String, Option<CdrRow>)>> {
    let mut query = book.sql().prepare_cached(
        "SELECT r.ocpi_id, (SELECT max(c.id) FROM cdr c
                            WHERE c.partner = ?2 AND c.ocpi_id = r.ocpi_id COLLATE NOCASE)
         FROM record_cdr r WHERE r.record = ?1 ORDER BY r.ocpi_id",
    )?;
    let rows = query.query_map((record, partner), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
