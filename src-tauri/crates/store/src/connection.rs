//! How partners' servers are reached, and what was pulled from them. Tokens are kept elsewhere.

use domain::time::Instant;
use rusqlite::OptionalExtension;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::agreement::{Agreed, newest, set};
use crate::book::instant;
use crate::row::{DecisionSeq, PartyRow};
use crate::{Book, Result};

/// Keeps what a decision set for the connection to a partner. The decision holds the same value as
/// `content` of its details.
pub fn put<T: Serialize>(
    book: &Book,
    decision: DecisionSeq,
    party: PartyRow,
    value: &T,
) -> Result<()> {
    let sql = "INSERT INTO connection (decision, party, content) VALUES (?1, ?2, ?3)";
    set(book, sql, (decision, party), value)
}

/// How a partner is reached, as it was set last.
pub fn get<T: DeserializeOwned>(book: &Book, party: PartyRow) -> Result<Option<Agreed<T>>> {
    newest(
        book,
        "SELECT decision, content FROM connection WHERE party = ?1 ORDER BY decision DESC LIMIT 1",
        party,
    )
}

/// The partners that have a connection.
pub fn parties(book: &Book) -> Result<Vec<PartyRow>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT DISTINCT party FROM connection ORDER BY party")?;
    let parties = query.query_map([], |row| row.get(0))?;
    Ok(parties.collect::<rusqlite::Result<_>>()?)
}

/// How the last pull of a list went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// The list, e.g. `cdrs`.
    pub module: String,
    /// The newest object of the last complete pull.
    pub watermark: Option<Instant>,
    /// When it ended.
    pub ended_at: Instant,
    /// `complete`, `partial` or `failed`.
    pub outcome: String,
    /// Pulls in a row that were not complete.
    pub streak: u32,
    /// Counts, problem and departures, as JSON.
    pub detail: String,
}

/// Writes down how a pull went. Its watermark stays where it was unless a new one is given.
pub fn note(book: &Book, party: PartyRow, pulled: &Pulled) -> Result<()> {
    let mut upsert = book.sql().prepare_cached(
        "INSERT INTO pull (party, module, watermark_ms, ended_ms, outcome, streak, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (party, module) DO UPDATE SET
             watermark_ms = coalesce(excluded.watermark_ms, watermark_ms),
             ended_ms = excluded.ended_ms, outcome = excluded.outcome,
             streak = CASE excluded.outcome WHEN 'complete' THEN 0 ELSE streak + 1 END,
             detail = excluded.detail",
    )?;
    upsert.execute((
        party,
        &pulled.module,
        pulled.watermark.map(|at| at.timestamp_millis()),
        pulled.ended_at.timestamp_millis(),
        &pulled.outcome,
        pulled.streak,
        &pulled.detail,
    ))?;
    Ok(())
}

/// How the pulls of a partner went, by module.
pub fn pulls(book: &Book, party: PartyRow) -> Result<Vec<Pulled>> {
    let mut query = book.sql().prepare_cached(
        "SELECT module, watermark_ms, ended_ms, outcome, streak, detail FROM pull
         WHERE party = ?1 ORDER BY module",
    )?;
    let mut rows = query.query([party])?;
    let mut pulls = Vec::new();
    while let Some(row) = rows.next()? {
        pulls.push(Pulled {
            module: row.get(0)?,
            watermark: row.get::<_, Option<i64>>(1)?.map(instant).transpose()?,
            ended_at: instant(row.get(2)?)?,
            outcome: row.get(3)?,
            streak: row.get(4)?,
            detail: row.get(5)?,
        });
    }
    Ok(pulls)
}

/// The newest object of the last complete pull of a list.
pub fn watermark(book: &Book, party: PartyRow, module: &str) -> Result<Option<Instant>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT watermark_ms FROM pull WHERE party = ?1 AND module = ?2")?;
    let found: Option<Option<i64>> = query
        .query_row((party, module), |row| row.get(0))
        .optional()?;
    found.flatten().map(instant).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact_tests::book;

    #[test]
    fn the_watermark_moves_only_with_a_complete_pull() {
        let book = book();
        let party = crate::party::intern(&book, &"NL-ABC".parse().unwrap()).unwrap();
        let at = |text: &str| text.parse::<Instant>().unwrap();
        let pulled = |outcome: &str, watermark: Option<&str>| Pulled {
            module: "cdrs".to_owned(),
            watermark: watermark.map(at),
            ended_at: at("2026-04-01T03:00:00Z"),
            outcome: outcome.to_owned(),
            streak: u32::from(outcome != "complete"),
            detail: "{}".to_owned(),
        };
        let streak = || pulls(&book, party).unwrap()[0].streak;
        assert_eq!(watermark(&book, party, "cdrs").unwrap(), None);
        note(&book, party, &pulled("failed", None)).unwrap();
        assert_eq!(
            (watermark(&book, party, "cdrs").unwrap(), streak()),
            (None, 1)
        );
        let first = "2026-03-31T10:00:00Z";
        note(&book, party, &pulled("complete", Some(first))).unwrap();
        assert_eq!(streak(), 0);
        note(&book, party, &pulled("partial", None)).unwrap();
        note(&book, party, &pulled("failed", None)).unwrap();
        assert_eq!(streak(), 2);
        assert_eq!(watermark(&book, party, "cdrs").unwrap(), Some(at(first)));
    }
}
