//! What we sent to partners and what came of it: an entry before a request goes out, one after.
//! Entries are never changed; the newest of a record counts.

use domain::BillingMonth;
use domain::time::Instant;
use rusqlite::{OptionalExtension, Row};

use crate::book::instant;
use crate::cdr::{Source, source};
use crate::row::{CdrRow, PartyRow};
use crate::{Book, Error, Result};

/// How far a record is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushState {
    /// The request went out, or was about to: it may have arrived.
    Sending,
    /// It arrived.
    Sent,
    /// The partner did not take it.
    Refused,
    /// Nobody knows whether it arrived.
    Unknown,
    /// It certainly did not arrive, and not for its own sake: there was no connection, say.
    Unsent,
}

impl PushState {
    const ALL: [PushState; 5] = [
        PushState::Sending,
        PushState::Sent,
        PushState::Refused,
        PushState::Unknown,
        PushState::Unsent,
    ];

    /// The stable text form.
    pub fn as_str(self) -> &'static str {
        match self {
            PushState::Sending => "sending",
            PushState::Sent => "sent",
            PushState::Refused => "refused",
            PushState::Unknown => "unknown",
            PushState::Unsent => "unsent",
        }
    }

    fn from_text(text: &str) -> Result<PushState> {
        PushState::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| Error::Damaged(format!("push state {text:?}")))
    }
}

/// A record that is sent: of which list, and its row there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// To whom.
    pub party: PartyRow,
    /// `cdrs`, `sessions`, `tariffs`.
    pub module: &'static str,
    /// Its row.
    pub record: i64,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// How far it is.
    pub state: PushState,
    /// Since when.
    pub at: Instant,
    /// Where it was sent.
    pub url: String,
    /// SHA-256 of the JSON that was sent.
    pub sha256: [u8; 32],
    /// Where the partner says it is.
    pub location: Option<String>,
    /// Our id of the request.
    pub request_id: Option<String>,
    /// JSON: why not.
    pub problem: Option<String>,
}

const COLUMNS: &str = "state, at_ms, url, sha256, location, request_id, problem";

/// Writes an entry down.
pub fn append(book: &Book, of: Pushed, entry: &Entry) -> Result<()> {
    let mut insert = book.sql().prepare_cached(
        "INSERT INTO push (party, module, record, state, at_ms, url, sha256, location, request_id,
                           problem)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    insert.execute((
        of.party,
        of.module,
        of.record,
        entry.state.as_str(),
        entry.at.timestamp_millis(),
        &entry.url,
        entry.sha256,
        &entry.location,
        &entry.request_id,
        &entry.problem,
    ))?;
    Ok(())
}

/// The newest entry of a record.
pub fn newest(book: &Book, of: Pushed) -> Result<Option<Entry>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM push WHERE party = ?1 AND module = ?2 AND record = ?3
         ORDER BY id DESC LIMIT 1"
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    query
        .query_row((of.party, of.module, of.record), |row| Ok(read(row)))
        .optional()?
        .transpose()
}

fn read(row: &Row<'_>) -> Result<Entry> {
    Ok(Entry {
        state: PushState::from_text(&row.get::<_, String>(0)?)?,
        at: instant(row.get(1)?)?,
        url: row.get(2)?,
        sha256: row.get(3)?,
        location: row.get(4)?,
        request_id: row.get(5)?,
        problem: row.get(6)?,
    })
}

/// Our own CDRs of a partner-month: of each the first record of its key, and the newest.
pub fn own_cdrs(
    book: &Book,
    partner: PartyRow,
    month: BillingMonth,
) -> Result<Vec<(CdrRow, CdrRow)>> {
    let mut query = book.sql().prepare_cached(
        "SELECT coalesce(corrects, id) AS first, max(id) FROM cdr
         WHERE partner = ?1 AND month = ?2 AND own = 1 GROUP BY first ORDER BY first",
    )?;
    let rows = query.query_map((partner, month.number()), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether another version of a CDR may have arrived, than its newest.
pub fn sent_before(
    book: &Book,
    party: PartyRow,
    (first, newest): (CdrRow, CdrRow),
) -> Result<bool> {
    let mut query = book.sql().prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM cdr c JOIN push p ON p.record = c.id
                        WHERE (c.id = ?2 OR c.corrects = ?2) AND c.id != ?3 AND c.partner = ?1
                          AND p.party = ?1 AND p.module = 'cdrs'
                          AND p.state IN ('sending', 'sent', 'unknown'))",
    )?;
    Ok(query.query_row((party, first, newest), |row| row.get(0))?)
}

/// A session or tariff version: its row and where its bytes are.
#[derive(Clone, Copy, Debug)]
pub struct Stored {
    /// Its row.
    pub row: i64,
    /// Where it came from.
    pub source: Source,
}

/// Sessions of a partner-month as they were reported last.
pub fn sessions(book: &Book, partner: PartyRow, month: BillingMonth) -> Result<Vec<Stored>> {
    let mut query = book.sql().prepare_cached(
        "SELECT id, import, number, block, start, length, form FROM session
         WHERE id IN (SELECT max(id) FROM session WHERE partner = ?1 AND month = ?2
                      GROUP BY coalesce(corrects, id))
         ORDER BY id",
    )?;
    let rows = query.query_map((partner, month.number()), |row| Ok(stored(row)))?;
    rows.map(|row| row?).collect()
}

/// The newest version of each tariff of an owner.
pub fn tariffs(book: &Book, owner: PartyRow) -> Result<Vec<Stored>> {
    let mut query = book.sql().prepare_cached(
        "SELECT id, import, number, block, start, length, form FROM tariff
         WHERE id IN (SELECT max(id) FROM tariff WHERE partner = ?1
                      GROUP BY ocpi_id COLLATE NOCASE)
         ORDER BY id",
    )?;
    let rows = query.query_map([owner], |row| Ok(stored(row)))?;
    rows.map(|row| row?).collect()
}

fn stored(row: &Row<'_>) -> Result<Stored> {
    Ok(Stored {
        row: row.get(0)?,
        source: source(row, 1)?,
    })
}

/// Some of the addresses that a partner gave for what it took, newest first, each with the record.
pub fn locations(book: &Book, party: PartyRow, module: &str) -> Result<Vec<(i64, String)>> {
    let mut query = book.sql().prepare_cached(
        "SELECT record, location FROM push
         WHERE party = ?1 AND module = ?2 AND location IS NOT NULL ORDER BY id DESC LIMIT 20",
    )?;
    let rows = query.query_map((party, module), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact_tests::book;

    #[test]
    fn the_newest_entry_counts_and_none_is_changed() {
        let book = book();
        let party = crate::party::intern(&book, &"NL-EMS".parse().unwrap()).unwrap();
        let of = Pushed {
            party,
            module: "cdrs",
            record: 7,
        };
        let entry = |state| Entry {
            state,
            at: book.created_at(),
            url: "https://a.example/cdrs".to_owned(),
            sha256: [7; 32],
            location: None,
            request_id: Some("r1".to_owned()),
            problem: None,
        };
        assert_eq!(newest(&book, of).unwrap(), None);
        for state in [PushState::Sending, PushState::Unknown, PushState::Sent] {
            append(&book, of, &entry(state)).unwrap();
            assert_eq!(newest(&book, of).unwrap(), Some(entry(state)));
        }
        let other = Pushed { record: 8, ..of };
        assert_eq!(newest(&book, other).unwrap(), None);
        let changed = book.sql().execute("UPDATE push SET state = 'sent'", []);
        assert!(changed.is_err(), "what was sent is never changed");
    }
}
