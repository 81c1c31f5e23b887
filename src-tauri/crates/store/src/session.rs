//! Charging sessions as they were received. A later report of the same session is a new row.

use domain::time::Instant;
use domain::{BillingMonth, SessionStatus};
use rusqlite::OptionalExtension;

use crate::cdr::{Identity, Source, form_number, source};
use crate::micro::Micro;
use crate::month::{Key, month};
use crate::row::{ImportRow, PartyRow, PlaceRow, SessionRow};
use crate::{Book, Result};

/// A session to be stored.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    /// Where it came from.
    pub source: Source,
    /// Who it is settled with.
    pub partner: PartyRow,
    /// Its hashes.
    pub identity: Identity,
    /// First report of the same session, if this is not it.
    pub corrects: Option<SessionRow>,
    /// The place.
    pub place: PlaceRow,
    /// Everything else.
    pub figures: &'a SessionFigures,
}

/// What the book knows of a session without reading its raw bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionFigures {
    /// The owner's id for it.
    pub ocpi_id: String,
    /// Reference of the authorisation.
    pub auth_ref: Option<String>,
    /// Contract, or 2.1.1 `auth_id`; empty where none is given.
    pub contract: String,
    /// Month of its end (of its start while it runs) in the partner's zone.
    pub month: BillingMonth,
    /// Start.
    pub start_at: Instant,
    /// End, if it has ended.
    pub end_at: Option<Instant>,
    /// kWh so far.
    pub energy: Micro,
    /// Its state.
    pub status: SessionStatus,
    /// When its owner last changed it.
    pub updated_at: Option<Instant>,
}

/// As much of a stored session as telling reports apart needs.
#[derive(Clone, Debug)]
pub struct KnownSession {
    /// Its row.
    pub row: SessionRow,
    /// Its content hash.
    pub content: i64,
    /// Its id as spelled.
    pub ocpi_id: String,
    /// What brought it.
    pub import: ImportRow,
}

/// The stable text of a status, as OCPI writes it.
pub fn status_text(status: SessionStatus) -> &'static str {
    match status {
        SessionStatus::Active => "ACTIVE",
        SessionStatus::Completed => "COMPLETED",
        SessionStatus::Invalid => "INVALID",
        SessionStatus::Pending => "PENDING",
        SessionStatus::Reservation => "RESERVATION",
        SessionStatus::Unknown => "UNKNOWN",
    }
}

/// Stores a session.
pub fn insert(book: &Book, session: &NewSession<'_>) -> Result<SessionRow> {
    let mut insert = book.sql().prepare_cached(
        "INSERT INTO session_row (import, number, block, start, length, form, partner, key, content,
                              corrects, ocpi_id, auth_ref, place, contract, month, start_ms,
                              end_ms, energy_e6, status, updated_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                 ?19, ?20)",
    )?;
    let (source, figures) = (&session.source, session.figures);
    let row = insert.insert(rusqlite::params![
        source.import,
        source.number,
        source.range.block,
        source.range.start,
        source.range.length,
        form_number(source.form),
        session.partner,
        session.identity.key,
        session.identity.content,
        session.corrects,
        figures.ocpi_id,
        figures.auth_ref,
        session.place,
        figures.contract,
        figures.month.number(),
        figures.start_at.timestamp_millis(),
        figures.end_at.map(|at| at.timestamp_millis()),
        figures.energy,
        status_text(figures.status),
        figures.updated_at.map(|at| at.timestamp_millis()),
    ])?;
    Ok(SessionRow(row))
}

/// Where a session lies.
pub fn place(book: &Book, session: SessionRow) -> Result<Option<Source>> {
    let mut query = book.sql().prepare_cached(
        "SELECT import, number, block, start, length, form FROM session WHERE id = ?1",
    )?;
    let mut rows = query.query([session])?;
    rows.next()?.map(|row| source(row, 0)).transpose()
}

/// Where the newest report of a session lies. The caller confirms the owner.
pub fn newest(book: &Book, key: i64, id: &str) -> Result<Option<Source>> {
    let mut query = book.sql().prepare_cached(
        "SELECT import, number, block, start, length, form FROM session
         WHERE key = ?1 AND ocpi_id = ?2 COLLATE NOCASE
         ORDER BY coalesce(updated_ms, 0) DESC, id DESC LIMIT 1",
    )?;
    let mut rows = query.query((key, id))?;
    rows.next()?.map(|row| source(row, 0)).transpose()
}

/// Reports that may have this key, first the one received first. The caller confirms the id.
pub fn same_key(book: &Book, key: i64) -> Result<Vec<KnownSession>> {
    let mut query = book.sql().prepare_cached(
        "SELECT id, content, ocpi_id, import FROM session WHERE key = ?1 ORDER BY id",
    )?;
    let rows = query.query_map([key], |row| {
        Ok(KnownSession {
            row: row.get(0)?,
            content: row.get(1)?,
            ocpi_id: row.get(2)?,
            import: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// The partner-month of a session.
pub fn key(book: &Book, session: SessionRow) -> Result<Option<Key>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT partner, month FROM session WHERE id = ?1")?;
    let mut rows = query.query([session])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some((row.get(0)?, month(row.get(1)?)?)))
}

/// The newest report of a partner's session, by its id in any case.
pub fn by_id(book: &Book, partner: PartyRow, id: &str) -> Result<Option<SessionRow>> {
    let mut query = book.sql().prepare_cached(
        "SELECT id FROM session WHERE partner = ?1 AND ocpi_id = ?2 COLLATE NOCASE
         ORDER BY id DESC LIMIT 1",
    )?;
    Ok(query
        .query_row((partner, id), |row| row.get(0))
        .optional()?)
}
