//! CDRs with the session each bills, as clocks and meters of EVSEs are estimated from them. A
//! derivation of facts and outcomes.

use domain::Currency;
use rusqlite::Row;

use crate::month::{Key, currency};
use crate::row::CdrRow;
use crate::{Book, Error, Result};

/// A CDR and the session it bills. Times in Unix seconds, energy and money in millionths.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// Number of the EVSE.
    pub evse: i64,
    /// The CDR.
    pub cdr: CdrRow,
    /// Start and end of the session.
    pub session_s: (i64, i64),
    /// Start and end of the CDR.
    pub cdr_s: (i64, i64),
    /// kWh of the CDR and of the session.
    pub energy_e6: (i64, i64),
    /// Stated net.
    pub stated_e6: i64,
    /// Currency of it.
    pub currency: Currency,
}

/// Replaces all that stands for a partner-month. Given in the order of EVSE and CDR it is fastest.
pub fn replace(book: &Book, key: Key, all: &[Pair]) -> Result<()> {
    let mut delete = book
        .sql()
        .prepare_cached("DELETE FROM pair WHERE partner = ?1 AND month = ?2")?;
    delete.execute((key.0, key.1.number()))?;
    for pair in all {
        put(book, key, pair)?;
    }
    Ok(())
}

/// Writes the pair of a CDR.
pub fn put(book: &Book, key: Key, pair: &Pair) -> Result<()> {
    let mut insert = book.sql().prepare_cached(
        "INSERT OR REPLACE INTO pair (partner, month, evse, cdr, session_start_s, session_end_s,
             cdr_start_s, cdr_end_s, cdr_energy_e6, session_energy_e6, stated_e6, currency)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    insert.execute((
        key.0,
        key.1.number(),
        pair.evse,
        pair.cdr,
        pair.session_s.0,
        pair.session_s.1,
        pair.cdr_s.0,
        pair.cdr_s.1,
        pair.energy_e6.0,
        pair.energy_e6.1,
        pair.stated_e6,
        pair.currency.code(),
    ))?;
    Ok(())
}

/// Forgets the pair of a CDR at an EVSE, if there was one.
pub fn forget(book: &Book, key: Key, evse: i64, cdr: CdrRow) -> Result<()> {
    let mut delete = book.sql().prepare_cached(
        "DELETE FROM pair WHERE partner = ?1 AND month = ?2 AND evse = ?3 AND cdr = ?4",
    )?;
    delete.execute((key.0, key.1.number(), evse, cdr))?;
    Ok(())
}

const PAIRS: &str = "SELECT evse, cdr, session_start_s, session_end_s, cdr_start_s, cdr_end_s,
     cdr_energy_e6, session_energy_e6, stated_e6, currency FROM pair
     WHERE partner = ?1 AND month = ?2";

/// Adds the pairs of a partner-month, by EVSE and CDR; of one EVSE if one is named.
pub fn read(book: &Book, key: Key, evse: Option<i64>, all: &mut Vec<Pair>) -> Result<()> {
    let (partner, month) = (key.0, key.1.number());
    let Some(evse) = evse else {
        let mut query = book.sql().prepare_cached(PAIRS)?;
        return collect(query.query((partner, month))?, all);
    };
    let mut query = book
        .sql()
        .prepare_cached(&format!("{PAIRS} AND evse = ?3"))?;
    collect(query.query((partner, month, evse))?, all)
}

fn collect(mut rows: rusqlite::Rows<'_>, all: &mut Vec<Pair>) -> Result<()> {
    while let Some(row) = rows.next()? {
        all.push(pair(row)?);
    }
    Ok(())
}

fn pair(row: &Row<'_>) -> Result<Pair> {
    let code: String = row.get(9)?;
    Ok(Pair {
        evse: row.get(0)?,
        cdr: row.get(1)?,
        session_s: (row.get(2)?, row.get(3)?),
        cdr_s: (row.get(4)?, row.get(5)?),
        energy_e6: (row.get(6)?, row.get(7)?),
        stated_e6: row.get(8)?,
        currency: currency(&code)?
            .ok_or_else(|| Error::Damaged("a pair without currency".into()))?,
    })
}
