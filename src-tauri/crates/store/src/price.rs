//! What CDRs bill at a place: what is usual there is seen in all of them. A derivation of facts and
//! outcomes.

use crate::month::Key;
use crate::row::CdrRow;
use crate::{Book, Result};

/// A CDR that bills something at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Priced {
    /// Number of the place and the currency.
    pub place: i64,
    /// The CDR.
    pub cdr: CdrRow,
    /// kWh, millionths.
    pub energy_e6: i64,
    /// Stated net, millionths.
    pub stated_e6: i64,
    /// Whether its price was found to be out of line.
    pub odd: bool,
}

/// Replaces all that stands for a partner-month. Given in the order of place and CDR it is fastest.
pub fn replace(book: &Book, key: Key, all: &[Priced]) -> Result<()> {
    let mut delete = book
        .sql()
        .prepare_cached("DELETE FROM place_price WHERE partner = ?1 AND month = ?2")?;
    delete.execute((key.0, key.1.number()))?;
    for priced in all {
        put(book, key, priced)?;
    }
    Ok(())
}

/// Writes what a CDR bills.
pub fn put(book: &Book, key: Key, priced: &Priced) -> Result<()> {
    let mut insert = book.sql().prepare_cached(
        "INSERT OR REPLACE INTO place_price (partner, month, place, cdr, energy_e6, stated_e6,
                                             odd)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    insert.execute((
        key.0,
        key.1.number(),
        priced.place,
        priced.cdr,
        priced.energy_e6,
        priced.stated_e6,
        priced.odd,
    ))?;
    Ok(())
}

/// Forgets what a CDR billed at a place, if it did.
pub fn forget(book: &Book, key: Key, place: i64, cdr: CdrRow) -> Result<()> {
    let mut delete = book.sql().prepare_cached(
        "DELETE FROM place_price WHERE partner = ?1 AND month = ?2 AND place = ?3 AND cdr = ?4",
    )?;
    delete.execute((key.0, key.1.number(), place, cdr))?;
    Ok(())
}

/// Adds what the CDRs of a partner-month bill at a place, by CDR.
pub fn at_place(book: &Book, key: Key, place: i64, all: &mut Vec<Priced>) -> Result<()> {
    let mut query = book.sql().prepare_cached(
        "SELECT cdr, energy_e6, stated_e6, odd FROM place_price
         WHERE partner = ?1 AND month = ?2 AND place = ?3",
    )?;
    let mut rows = query.query((key.0, key.1.number(), place))?;
    while let Some(row) = rows.next()? {
        all.push(Priced {
            place,
            cdr: row.get(0)?,
            energy_e6: row.get(1)?,
            stated_e6: row.get(2)?,
            odd: row.get(3)?,
        });
    }
    Ok(())
}
