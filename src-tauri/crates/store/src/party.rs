//! Parties met in data or entered by hand.

use std::collections::HashMap;

use domain::PartyKey;
use rusqlite::OptionalExtension;

use crate::row::PartyRow;
use crate::{Book, Error, Result};

/// The row of a party, made if it is new.
pub fn intern(book: &Book, key: &PartyKey) -> Result<PartyRow> {
    if let Some(row) = find(book, key)? {
        return Ok(row);
    }
    let mut insert = book
        .sql()
        .prepare_cached("INSERT INTO party (key) VALUES (?1)")?;
    Ok(PartyRow(insert.insert([key.to_string()])?))
}

/// The row of a party, if it is known.
pub fn find(book: &Book, key: &PartyKey) -> Result<Option<PartyRow>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT id FROM party WHERE key = ?1")?;
    Ok(query
        .query_row([key.to_string()], |row| row.get(0))
        .optional()?)
}

/// The key of a party.
pub fn key(book: &Book, party: PartyRow) -> Result<PartyKey> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT key FROM party WHERE id = ?1")?;
    let text: String = query.query_row([party], |row| row.get(0))?;
    text.parse()
        .map_err(|_| Error::Damaged(format!("party {text:?}")))
}

/// Every party, in order of its row.
pub fn all(book: &Book) -> Result<Vec<(PartyRow, PartyKey)>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT id, key FROM party ORDER BY id")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    rows.map(|row| {
        let (id, text) = row?;
        let key = text
            .parse()
            .map_err(|_| Error::Damaged(format!("party {text:?}")))?;
        Ok((id, key))
    })
    .collect()
}

/// Parties seen so far, so that each is looked up once per run.
#[derive(Debug, Default)]
pub struct Parties(HashMap<PartyKey, PartyRow>);

impl Parties {
    /// The row of a party, made if it is new.
    pub fn intern(&mut self, book: &Book, key: &PartyKey) -> Result<PartyRow> {
        if let Some(row) = self.0.get(key) {
            return Ok(*row);
        }
        let row = intern(book, key)?;
        self.0.insert(key.clone(), row);
        Ok(row)
    }
}
