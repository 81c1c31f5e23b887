//! Places as CDRs and sessions name them, each spelling once.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Row};

use crate::row::PlaceRow;
use crate::{Book, Result};

/// How many places are remembered during a run before the memory starts anew.
const REMEMBERED: usize = 100_000;

/// Where a session took place, as its record spells it; what is not given is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// Location id.
    pub location: String,
    /// Name.
    pub name: String,
    /// City.
    pub city: String,
    /// Country as sent.
    pub country: String,
    /// EVSE id, or its uid where it has none.
    pub evse: String,
}

/// Places seen so far, so that each is looked up once per run.
#[derive(Debug, Default)]
pub struct Places(HashMap<Place, PlaceRow>);

impl Places {
    /// The row of a place, made if it is new.
    pub fn intern(&mut self, book: &Book, place: &Place) -> Result<PlaceRow> {
        if let Some(row) = self.0.get(place) {
            return Ok(*row);
        }
        let row = intern(book, place)?;
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        self.0.insert(place.clone(), row);
        Ok(row)
    }

    /// Forgets rows that a transaction took back.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}

fn intern(book: &Book, place: &Place) -> Result<PlaceRow> {
    let fields = (
        &place.location,
        &place.name,
        &place.city,
        &place.country,
        &place.evse,
    );
    let found = book
        .sql()
        .prepare_cached(
            "SELECT id FROM place
             WHERE location = ?1 AND name = ?2 AND city = ?3 AND country = ?4 AND evse = ?5",
        )?
        .query_row(fields, |row| row.get(0))
        .optional()?;
    if let Some(row) = found {
        return Ok(row);
    }
    let mut insert = book.sql().prepare_cached(
        "INSERT INTO place (location, name, city, country, evse) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    Ok(PlaceRow(insert.insert(fields)?))
}

/// Every place from a row on, in order of its row.
pub fn after(book: &Book, after: PlaceRow) -> Result<Vec<(PlaceRow, Place)>> {
    let mut query = book.sql().prepare_cached(
        "SELECT id, location, name, city, country, evse FROM place WHERE id > ?1 ORDER BY id",
    )?;
    let rows = query.query_map([after], |row| Ok((row.get(0)?, read(row, 1)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// One place.
pub fn get(book: &Book, place: PlaceRow) -> Result<Place> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT location, name, city, country, evse FROM place WHERE id = ?1")?;
    Ok(query.query_row([place], |row| read(row, 0))?)
}

/// A place from five columns of a row.
pub(crate) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Place> {
    Ok(Place {
        location: row.get(first)?,
        name: row.get(first + 1)?,
        city: row.get(first + 2)?,
        country: row.get(first + 3)?,
        evse: row.get(first + 4)?,
    })
}
