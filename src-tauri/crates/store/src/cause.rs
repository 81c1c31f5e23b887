//! What explains the total of a CDR that is not the replayed one. A derivation: valid for one state
//! of the replay and of the tariffs, searched again when either moved.

use std::collections::BTreeMap;

use domain::Currency;
use rusqlite::OptionalExtension;

use crate::micro::Micro;
use crate::month::{Key, currency};
use crate::row::CdrRow;
use crate::{Book, Error, Result};

/// What is found out about a cause once: many CDRs share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CauseName {
    /// Names it in every month, e.g. `policy:step_mode=per_period`.
    pub key: String,
    /// The clause after "matches if".
    pub text: String,
    /// The readings it changes, by switch; empty where it supposes something of the data.
    pub policy: BTreeMap<String, String>,
}

/// A CDR whose replayed total is not the stated one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differing {
    /// Its row.
    pub cdr: CdrRow,
    /// Explanations that the last search found; none where it was not searched.
    pub explanations: Option<String>,
    /// Currency of its amounts.
    pub currency: Currency,
    /// Stated net.
    pub stated: Micro,
    /// Stated − replayed.
    pub difference: Micro,
    /// kWh.
    pub energy: Micro,
    /// End, milliseconds since 1970.
    pub end_ms: i64,
    /// Name of the location, or its id.
    pub location: String,
    /// Id of the stored tariff that priced it.
    pub tariff: Option<String>,
    /// Why it is where it stands, and the cause of its difference by then; none where it was not
    /// reconciled.
    pub stands: Option<(String, Option<String>)>,
}

/// A CDR whose replayed total is not the stated one, as far as it says whether its search still
/// holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Searched {
    /// Its row.
    pub cdr: CdrRow,
    /// Names what its replay rests on and the figures it gave.
    pub state: (Option<i64>, i64, Option<i64>),
    /// Stated net.
    pub stated: Micro,
    /// Stated − replayed.
    pub difference: Micro,
    /// Version and stamp of the last search.
    pub known: Option<(i64, i64)>,
}

/// The CDRs of a partner-month whose totals differ by their replay, by row, to be searched.
pub fn searched(book: &Book, key: Key) -> Result<Vec<Searched>> {
    let mut query = book.sql().prepare_cached(
        "SELECT c.id, r.ground, r.engine, r.kept, c.stated_excl_e6, r.difference_e6, x.version,
                x.stamp
         FROM differed d CROSS JOIN cdr c ON c.id = d.cdr
         JOIN replay r ON r.cdr = c.id AND r.verdict = 1 LEFT JOIN cause x ON x.cdr = c.id
         WHERE d.partner = ?1 AND d.month = ?2 AND c.stated_excl_e6 IS NOT NULL
           AND r.difference_e6 IS NOT NULL
         ORDER BY d.cdr",
    )?;
    let mut rows = query.query((key.0, key.1.number()))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let version: Option<i64> = row.get(6)?;
        found.push(Searched {
            cdr: row.get(0)?,
            state: (row.get(1)?, row.get(2)?, row.get(3)?),
            stated: row.get(4)?,
            difference: row.get(5)?,
            known: match version {
                Some(version) => Some((version, row.get(7)?)),
                None => None,
            },
        });
    }
    Ok(found)
}

/// The CDRs of a partner-month whose totals differ by their replay, by row.
pub fn differing(book: &Book, key: Key) -> Result<Vec<Differing>> {
    let mut query = book.sql().prepare_cached(
        "SELECT c.id, x.explanations, c.currency, c.stated_excl_e6, r.difference_e6, c.energy_e6,
                c.end_ms, CASE p.name WHEN '' THEN p.location ELSE p.name END, t.ocpi_id, o.reason,
                o.cause
         FROM differed d CROSS JOIN cdr c ON c.id = d.cdr
         JOIN replay r ON r.cdr = c.id AND r.verdict = 1
         JOIN place p ON p.id = c.place LEFT JOIN outcome o ON o.cdr = c.id
         LEFT JOIN cause x ON x.cdr = c.id LEFT JOIN tariff_row t ON t.id = r.tariff
         WHERE d.partner = ?1 AND d.month = ?2 AND c.stated_excl_e6 IS NOT NULL
           AND r.difference_e6 IS NOT NULL
         ORDER BY d.cdr",
    )?;
    let mut rows = query.query((key.0, key.1.number()))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let code: String = row.get(2)?;
        found.push(Differing {
            cdr: row.get(0)?,
            explanations: row.get(1)?,
            currency: currency(&code)?
                .ok_or_else(|| Error::Damaged("a CDR without currency".into()))?,
            stated: row.get(3)?,
            difference: row.get(4)?,
            energy: row.get(5)?,
            end_ms: row.get(6)?,
            location: row.get(7)?,
            tariff: row.get(8)?,
            stands: match row.get(9)? {
                Some(reason) => Some((reason, row.get(10)?)),
                None => None,
            },
        });
    }
    Ok(found)
}

/// Keeps what a search found for a CDR.
pub fn put(book: &Book, cdr: CdrRow, version: i64, stamp: i64, explanations: &str) -> Result<()> {
    let mut insert = book.sql().prepare_cached(
        "INSERT OR REPLACE INTO cause (cdr, version, stamp, explanations) VALUES (?1, ?2, ?3, ?4)",
    )?;
    insert.execute((cdr, version, stamp, explanations))?;
    Ok(())
}

/// The number of a cause; it gets one the first time.
pub fn number(book: &Book, name: &CauseName) -> Result<i64> {
    let sql = book.sql();
    let mut find = sql.prepare_cached("SELECT id FROM cause_name WHERE key = ?1")?;
    if let Some(id) = find.query_row([&name.key], |row| row.get(0)).optional()? {
        return Ok(id);
    }
    let kind = name.key.split(':').next().unwrap_or_default();
    let policy = serde_json::to_string(&name.policy)?;
    let mut insert = sql.prepare_cached(
        "INSERT INTO cause_name (key, kind, text, policy) VALUES (?1, ?2, ?3, ?4)",
    )?;
    Ok(insert.insert((&name.key, kind, &name.text, policy))?)
}

/// Every cause that was ever found, by its number.
pub fn names(book: &Book) -> Result<BTreeMap<i64, CauseName>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT id, key, text, policy FROM cause_name")?;
    let mut rows = query.query([])?;
    let mut names = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let policy: String = row.get(3)?;
        let name = CauseName {
            key: row.get(1)?,
            text: row.get(2)?,
            policy: serde_json::from_str(&policy)?,
        };
        names.insert(row.get(0)?, name);
    }
    Ok(names)
}
