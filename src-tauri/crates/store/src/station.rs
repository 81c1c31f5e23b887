//! Stations whose clock or meter is off, as reconciling found them. A derivation.

use std::collections::BTreeSet;

use rusqlite::Row;

use crate::month::Key;
use crate::row::CdrRow;
use crate::{Book, Result};

/// A station that is off over a stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Station {
    /// EVSE id.
    pub evse: String,
    /// Name of the location, or its id.
    pub location: String,
    /// `clock`, `local_time`, `meter`.
    pub fault: String,
    /// Clock: seconds; local time: hours; meter: ratio in millionths.
    pub off: i64,
    /// Drift per day, in millionths of the unit of `off`.
    pub per_day_e6: i64,
    /// Start of the first session concerned, milliseconds since 1970.
    pub since_ms: i64,
    /// Start of the first one that is right again.
    pub until_ms: Option<i64>,
    /// CDRs that show it.
    pub cdrs: i64,
    /// Money at stake: JSON of amounts per currency.
    pub at_stake: String,
}

/// Replaces what stands for a partner-month: for all its EVSEs, or for those named.
pub fn replace(
    book: &Book,
    key: Key,
    evses: Option<&BTreeSet<String>>,
    stations: &[Station],
) -> Result<()> {
    let named = evses.map(serde_json::to_string).transpose()?;
    let mut delete = book.sql().prepare_cached(
        "DELETE FROM station_off WHERE partner = ?1 AND month = ?2
             AND (?3 IS NULL OR evse COLLATE NOCASE IN (SELECT value FROM json_each(?3)))",
    )?;
    delete.execute((key.0, key.1.number(), named))?;
    let mut insert = book.sql().prepare_cached(
        "INSERT OR REPLACE INTO station_off (partner, month, evse, location, fault, off_e6,
             per_day_e6, since_ms, until_ms, cdrs, at_stake)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    for station in stations {
        insert.execute((
            key.0,
            key.1.number(),
            &station.evse,
            &station.location,
            &station.fault,
            station.off,
            station.per_day_e6,
            station.since_ms,
            station.until_ms,
            station.cdrs,
            &station.at_stake,
        ))?;
    }
    Ok(())
}

/// The stations of a partner-month that are off, most CDRs first.
pub fn of_month(book: &Book, key: Key) -> Result<Vec<Station>> {
    let mut query = book.sql().prepare_cached(
        "SELECT evse, location, fault, off_e6, per_day_e6, since_ms, until_ms, cdrs, at_stake
         FROM station_off WHERE partner = ?1 AND month = ?2 ORDER BY cdrs DESC, evse, fault",
    )?;
    let rows = query.query_map((key.0, key.1.number()), station)?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

fn station(row: &Row<'_>) -> rusqlite::Result<Station> {
    Ok(Station {
        evse: row.get(0)?,
        location: row.get(1)?,
        fault: row.get(2)?,
        off: row.get(3)?,
        per_day_e6: row.get(4)?,
        since_ms: row.get(5)?,
        until_ms: row.get(6)?,
        cdrs: row.get(7)?,
        at_stake: row.get(8)?,
    })
}

/// EVSE id and location of a CDR, by its name or its id.
pub fn of_cdr(book: &Book, cdr: CdrRow) -> Result<(String, String)> {
    let mut query = book.sql().prepare_cached(
        "SELECT p.evse, CASE p.name WHEN '' THEN p.location ELSE p.name END
         FROM cdr_row c JOIN place p ON p.id = c.place WHERE c.id = ?1",
    )?;
    Ok(query.query_row([cdr], |row| Ok((row.get(0)?, row.get(1)?)))?)
}
