//! Records by time: what could belong to a CDR without session, or to a session without CDR.

use domain::Bucket;
use rusqlite::{OptionalExtension, Row};

use crate::micro::Micro;
use crate::row::{CdrRow, PartyRow, SessionRow};
use crate::{Book, Result};

/// Records looked at, at most: a lane full of sessions that never ended costs no more.
const MOST: u32 = 20_000;

/// A CDR or a session as far as it can be compared with the other kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearby {
    /// Its row.
    pub row: i64,
    /// Its OCPI id.
    pub id: String,
    /// Reference of its authorisation; empty where none is given. So are the texts that follow.
    pub authorization: String,
    /// Contract, or the token's uid where none is given.
    pub contract: String,
    /// EVSE id or uid.
    pub evse: String,
    /// Location id.
    pub location: String,
    /// Start, milliseconds since 1970.
    pub start_ms: i64,
    /// End likewise.
    pub end_ms: Option<i64>,
    /// kWh.
    pub energy: Micro,
    /// Status of a session.
    pub status: String,
    /// Whether it has a partner of the other kind already.
    pub taken: bool,
}

fn nearby(row: &Row<'_>) -> rusqlite::Result<Nearby> {
    Ok(Nearby {
        row: row.get(0)?,
        id: row.get(1)?,
        authorization: row.get(2)?,
        contract: row.get(3)?,
        evse: row.get(4)?,
        location: row.get(5)?,
        start_ms: row.get(6)?,
        end_ms: row.get(7)?,
        energy: row.get(8)?,
        status: row.get(9)?,
        taken: row.get(10)?,
    })
}

const SESSION: &str = "SELECT s.id, s.ocpi_id, coalesce(s.auth_ref, ''), s.contract, p.evse,
        p.location, s.start_ms, s.end_ms, s.energy_e6, s.status,
        NOT EXISTS (SELECT 1 FROM session_outcome o WHERE o.session = s.id)
    FROM session s JOIN place p ON p.id = s.place";

const CDR: &str = "SELECT c.id, c.ocpi_id, coalesce(c.auth_ref, ''),
        CASE c.contract WHEN '' THEN coalesce(c.token, '') ELSE c.contract END, p.evse,
        p.location, c.start_ms, c.end_ms, c.energy_e6, '', o.session IS NOT NULL
    FROM cdr c JOIN place p ON p.id = c.place LEFT JOIN outcome o ON o.cdr = c.id";

/// A session.
pub fn session(book: &Book, session: SessionRow) -> Result<Option<Nearby>> {
    let mut query = book
        .sql()
        .prepare_cached(&format!("{SESSION} WHERE s.id = ?1"))?;
    Ok(query.query_row([session], nearby).optional()?)
}

/// A CDR.
pub fn cdr(book: &Book, cdr: CdrRow) -> Result<Option<Nearby>> {
    let mut query = book
        .sql()
        .prepare_cached(&format!("{CDR} WHERE c.id = ?1"))?;
    Ok(query.query_row([cdr], nearby).optional()?)
}

/// A day in milliseconds.
const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// The months that hold a stretch of milliseconds, with a month to spare on each side for zones.
fn months((from_ms, to_ms): (i64, i64)) -> (i64, i64) {
    let month = |ms: i64| {
        let at = domain::Instant::from_timestamp_millis(ms).unwrap_or_default();
        let text = at.format("%Y%m").to_string();
        text.parse::<i64>().unwrap_or_default()
    };
    (month(from_ms - DAY_MS), month(to_ms + DAY_MS))
}

/// The sessions of a partner that start within a stretch, by row.
pub fn sessions(book: &Book, partner: PartyRow, around: (i64, i64)) -> Result<Vec<Nearby>> {
    let (first, last) = months(around);
    let mut query = book.sql().prepare_cached(&format!(
        "{SESSION} WHERE s.partner = ?1 AND s.month BETWEEN ?2 AND ?3
         AND s.start_ms BETWEEN ?4 AND ?5 ORDER BY s.id LIMIT {MOST}"
    ))?;
    let rows = query.query_map((partner, first, last, around.0, around.1), nearby)?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// The CDRs of a partner without session that start within a stretch, by row.
pub fn cdrs(book: &Book, partner: PartyRow, around: (i64, i64)) -> Result<Vec<Nearby>> {
    let (first, last) = months(around);
    let mut query = book.sql().prepare_cached(&format!(
        "{CDR} WHERE c.partner = ?1 AND c.month BETWEEN ?2 AND ?3
         AND c.start_ms BETWEEN ?4 AND ?5 AND o.session IS NULL AND o.bucket <> ?6
         ORDER BY c.id LIMIT {MOST}"
    ))?;
    let duplicate = Bucket::Duplicate.number();
    let rows = query.query_map(
        (partner, first, last, around.0, around.1, duplicate),
        nearby,
    )?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}
