//! How the files of a partner are read: templates as decisions fixed them, each name with its
//! versions. The decision holds the same value as `content` of its details.

use domain::time::Instant;
use rusqlite::Row;

use crate::book::instant;
use crate::row::{DecisionSeq, PartyRow};
use crate::{Book, Result};

/// A template to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewTemplate<'a> {
    /// The decision that keeps it.
    pub decision: DecisionSeq,
    /// Whose files it reads.
    pub party: PartyRow,
    /// Its name; one name has many versions, one after the other.
    pub name: &'a str,
    /// Names its headings.
    pub fingerprint: &'a str,
    /// JSON; `None` where the name is not used any more.
    pub content: Option<&'a str>,
}

/// A version of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The decision that keeps it.
    pub decision: DecisionSeq,
    /// Its name.
    pub name: String,
    /// From 1 for each name.
    pub version: u32,
    /// Names its headings.
    pub fingerprint: String,
    /// JSON.
    pub content: String,
    /// When it was kept.
    pub at: Instant,
    /// Who kept it.
    pub actor: String,
}

/// Keeps the next version of a template, and says which that is. Belongs into the decision's
/// transaction.
pub fn put(book: &Book, new: &NewTemplate<'_>) -> Result<u32> {
    let mut last = book.sql().prepare_cached(
        "SELECT coalesce(max(version), 0) FROM template
         WHERE party = ?1 AND name = ?2 COLLATE NOCASE",
    )?;
    let version: u32 = last.query_row((new.party, new.name), |row| row.get(0))?;
    let mut insert = book.sql().prepare_cached(
        "INSERT INTO template (decision, party, name, version, fingerprint, content)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    insert.execute((
        new.decision,
        new.party,
        new.name,
        version + 1,
        new.fingerprint,
        new.content,
    ))?;
    Ok(version + 1)
}

const COLUMNS: &str = "t.decision, t.name, t.version, t.fingerprint, t.content, d.at_ms, d.actor
                       FROM template t JOIN decision d ON d.seq = t.decision";

/// The newest version of each template of a partner, the one kept last first. Names that are not
/// used any more are left out.
pub fn of_partner(book: &Book, party: PartyRow) -> Result<Vec<Template>> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE t.party = ?1 AND t.content IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM template n WHERE n.party = t.party
             AND n.name = t.name COLLATE NOCASE AND n.version > t.version)
         ORDER BY t.decision DESC"
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    query
        .query_map([party], |row| Ok(read(row)))?
        .map(|row| row?)
        .collect()
}

/// The newest version of one template of a partner; `None` also where its name is not used any
/// more.
pub fn find(book: &Book, party: PartyRow, name: &str) -> Result<Option<Template>> {
    let found = of_partner(book, party)?;
    Ok(found
        .into_iter()
        .find(|template| template.name.eq_ignore_ascii_case(name)))
}

/// Every version of one template of a partner, the newest first.
pub fn versions(book: &Book, party: PartyRow, name: &str) -> Result<Vec<Template>> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE t.party = ?1 AND t.name = ?2 COLLATE NOCASE
             AND t.content IS NOT NULL ORDER BY t.version DESC"
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    query
        .query_map((party, name), |row| Ok(read(row)))?
        .map(|row| row?)
        .collect()
}

fn read(row: &Row<'_>) -> Result<Template> {
    Ok(Template {
        decision: row.get(0)?,
        name: row.get(1)?,
        version: row.get(2)?,
        fingerprint: row.get(3)?,
        content: row.get(4)?,
        at: instant(row.get(5)?)?,
        actor: row.get(6)?,
    })
}
