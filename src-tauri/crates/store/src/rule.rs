//! Rules: decisions that repeat themselves on later CDRs of a partner.

use crate::row::{DecisionSeq, PartyRow};
use crate::{Book, Result};

/// A rule in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The decision that made it.
    pub decision: DecisionSeq,
    /// Its terms, JSON.
    pub content: String,
}

/// Keeps the terms of a rule. The decision holds the same as `content` of its details. Belongs into
/// its transaction.
pub fn put(book: &Book, decision: DecisionSeq, party: PartyRow, content: &str) -> Result<()> {
    book.sql()
        .prepare_cached("INSERT INTO rule (decision, party, content) VALUES (?1, ?2, ?3)")?
        .execute((decision, party, content))?;
    Ok(())
}

/// Rules of a partner that no undo took back, the oldest first.
pub fn in_force(book: &Book, party: PartyRow) -> Result<Vec<Rule>> {
    let mut query = book.sql().prepare_cached(
        "SELECT decision, content FROM rule r WHERE party = ?1
           AND NOT EXISTS (SELECT 1 FROM decision u WHERE u.undoes = r.decision)
         ORDER BY decision",
    )?;
    let rows = query.query_map([party], |row| {
        Ok(Rule {
            decision: row.get(0)?,
            content: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
