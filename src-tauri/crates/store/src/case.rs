//! Cases: what is disputed with a partner. Each is one decision; it is open until that is undone.

use crate::month::{Key, month};
use crate::row::{DecisionSeq, PartyRow};
use crate::{Book, Result};

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its number, from 1 without gaps.
    pub number: u32,
    /// The decision that opened it.
    pub decision: DecisionSeq,
    /// With whom.
    pub partner: PartyRow,
    /// About which month.
    pub month: domain::BillingMonth,
    /// Key of the group of causes it was opened for; empty: of none.
    pub cause: String,
    /// Whether it is open.
    pub open: bool,
}

/// The number the next case gets.
pub fn next(book: &Book) -> Result<u32> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT coalesce(max(number), 0) + 1 FROM dispute")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// Opens a case. The decision's details hold `case`, `partner`, `month` and `cause` too. Belongs
/// into its transaction.
pub fn put(
    book: &Book,
    (number, decision): (u32, DecisionSeq),
    key: Key,
    cause: &str,
) -> Result<()> {
    let mut insert = book.sql().prepare_cached(
        "INSERT INTO dispute (number, decision, partner, month, cause, opened_ms)
         SELECT ?1, seq, ?3, ?4, ?5, at_ms FROM decision WHERE seq = ?2",
    )?;
    insert.execute((number, decision, key.0, key.1.number(), cause))?;
    Ok(())
}

/// Every case, the newest first.
pub fn list(book: &Book) -> Result<Vec<Case>> {
    let mut query = book.sql().prepare_cached(
        "SELECT c.number, c.decision, c.partner, c.month, c.cause,
                NOT EXISTS (SELECT 1 FROM decision u WHERE u.undoes = c.decision)
         FROM dispute c ORDER BY c.number DESC",
    )?;
    let mut rows = query.query([])?;
    let mut cases = Vec::new();
    while let Some(row) = rows.next()? {
        cases.push(Case {
            number: row.get(0)?,
            decision: row.get(1)?,
            partner: row.get(2)?,
            month: month(row.get(3)?)?,
            cause: row.get(4)?,
            open: row.get(5)?,
        });
    }
    Ok(cases)
}
