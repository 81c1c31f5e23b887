//! Company data and agreements, as the decisions that set them fixed them. The newest counts.

use domain::{Company, Currency, Partner, TruthRule};
use rusqlite::OptionalExtension;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::row::{DecisionSeq, PartyRow};
use crate::{Book, Result, party};

/// Our own company and what a new partner starts with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    /// The company as it stands on invoices.
    #[serde(flatten)]
    pub company: Company,
    /// `cpo`, `emsp` or `both`.
    pub role: String,
    /// Currency a new partner starts with.
    pub currency: Currency,
    /// Whose figures count for the CDRs that we make, and of those that are ours.
    #[serde(default, skip_serializing_if = "TruthRule::is_as_stated")]
    pub truth: TruthRule,
}

/// A value with the decision that set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed<T> {
    /// The decision.
    pub decision: DecisionSeq,
    /// What it set.
    pub value: T,
}

/// Keeps what a decision set for a party: a [`Partner`], or [`Own`] for ourselves. The decision
/// holds the same value as `content` of its details.
pub fn put<T: Serialize>(
    book: &Book,
    decision: DecisionSeq,
    party: PartyRow,
    value: &T,
) -> Result<()> {
    let sql = "INSERT INTO agreement (decision, party, content) VALUES (?1, ?2, ?3)";
    set(book, sql, (decision, party), value)
}

/// Keeps what a decision set for a party. `sql` inserts the decision, the party, and the value.
pub(crate) fn set<T: Serialize>(
    book: &Book,
    sql: &str,
    (decision, party): (DecisionSeq, PartyRow),
    value: &T,
) -> Result<()> {
    let mut insert = book.sql().prepare_cached(sql)?;
    insert.execute((decision, party, serde_json::to_string(value)?))?;
    Ok(())
}

const AGREED: &str =
    "SELECT decision, content FROM agreement WHERE party = ?1 ORDER BY decision DESC LIMIT 1";

/// What was agreed with a partner last.
pub fn partner(book: &Book, party: PartyRow) -> Result<Option<Agreed<Partner>>> {
    newest(book, AGREED, party)
}

/// What a decision agreed with a partner.
pub fn by_decision(book: &Book, decision: DecisionSeq) -> Result<Option<Partner>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT content FROM agreement WHERE decision = ?1")?;
    let content: Option<String> = query.query_row([decision], |row| row.get(0)).optional()?;
    Ok(content
        .map(|content| serde_json::from_str(&content))
        .transpose()?)
}

/// Our own company as it was set last.
pub fn own(book: &Book) -> Result<Option<Agreed<Own>>> {
    match party::find(book, book.party())? {
        Some(party) => newest(book, AGREED, party),
        None => Ok(None),
    }
}

/// What a decision set last for a party. `sql` finds the decision and its content.
pub(crate) fn newest<T: DeserializeOwned>(
    book: &Book,
    sql: &str,
    party: PartyRow,
) -> Result<Option<Agreed<T>>> {
    let mut query = book.sql().prepare_cached(sql)?;
    let found: Option<(DecisionSeq, String)> = query
        .query_row([party], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    found
        .map(|(decision, content)| {
            Ok(Agreed {
                decision,
                value: serde_json::from_str(&content)?,
            })
        })
        .transpose()
}
