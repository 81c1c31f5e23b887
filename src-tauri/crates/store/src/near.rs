//! Which records have something in common, and what came to a month since it was reconciled.
//!
//! What a record comes to depends on those near it alone: the same key or session id, the same
//! EVSE or token at the same time. Lanes find them. They are a derivation of the facts, filled
//! month by month up to a mark; a record of an import that was taken back stays in its lanes and
//! is left out when it is read ([`signs`]).

use std::collections::BTreeSet;

use domain::BillingMonth;
use rusqlite::{OptionalExtension, Row};

use crate::month::{Key, month};
use crate::row::{CdrRow, ImportRow, PartyRow, SessionRow};
use crate::{Book, Result};

/// Of which records of a partner-month something is read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    Month,
    /// These; rows of other months are passed over.
    Rows(Rows),
}

impl Scope {
    /// CDRs in scope, for a query of which `?1` is the partner, `?2` the month: what it reads `c`
    /// from, its condition, and `?3`.
    pub(crate) fn cdrs(&self) -> (&'static str, &'static str, Option<String>) {
        match self {
            Scope::Month => (
                "cdr c",
                "c.partner = ?1 AND c.month = ?2 AND ?3 IS NULL",
                None,
            ),
            Scope::Rows(rows) => (
                "json_each(?3) q CROSS JOIN cdr c ON c.id = q.value",
                "c.partner = ?1 AND c.month = ?2",
                Some(list(rows.cdrs.iter().map(|row| row.0))),
            ),
        }
    }

    /// Sessions in scope likewise, read from `s`.
    pub(crate) fn sessions(&self) -> (&'static str, &'static str, Option<String>) {
        match self {
            Scope::Month => (
                "session s",
                "s.partner = ?1 AND s.month = ?2 AND ?3 IS NULL",
                None,
            ),
            Scope::Rows(rows) => (
                "json_each(?3) q CROSS JOIN session s ON s.id = q.value",
                "s.partner = ?1 AND s.month = ?2",
                Some(list(rows.sessions.iter().map(|row| row.0))),
            ),
        }
    }
}

/// Rows as a JSON list.
fn list(rows: impl Iterator<Item = i64>) -> String {
    rows.collect::<serde_json::Value>().to_string()
}

/// Some records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// CDRs.
    pub cdrs: BTreeSet<CdrRow>,
    /// Sessions.
    pub sessions: BTreeSet<SessionRow>,
}

/// A record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A CDR.
    Cdr(CdrRow),
    /// A session.
    Session(SessionRow),
}

impl Subject {
    fn number(self) -> i64 {
        match self {
            Subject::Cdr(row) => row.0 * 2,
            Subject::Session(row) => row.0 * 2 + 1,
        }
    }

    fn of_number(number: i64) -> Subject {
        match number % 2 {
            0 => Subject::Cdr(CdrRow(number / 2)),
            _ => Subject::Session(SessionRow(number / 2)),
        }
    }
}

/// A record in a lane. The order is that of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The lane.
    pub lane: i64,
    /// Its start, Unix seconds; 0 where time does not matter.
    pub at_s: i64,
    /// The record.
    pub subject: Subject,
    /// Seconds from there to its end; 0 where time does not matter.
    pub lasts_s: i64,
}

/// By what a record may be near another.
#[derive(Clone, Debug)]
pub struct Signs {
    /// The record.
    pub subject: Subject,
    /// Its month.
    pub month: BillingMonth,
    /// Whether we own the CDR; `false` for a session.
    pub own: bool,
    /// Hash of owner and id.
    pub key: i64,
    /// The owner's id for it.
    pub ocpi_id: String,
    /// The session a CDR says it bills.
    pub session: Option<String>,
    /// Reference of its authorisation.
    pub auth_ref: Option<String>,
    /// EVSE id or uid; empty where none is given.
    pub evse: String,
    /// Contract; empty where none is given.
    pub contract: String,
    /// Uid of a CDR's token.
    pub token: Option<String>,
    /// Start, milliseconds since 1970.
    pub start_ms: i64,
    /// End likewise; `None` while a session runs.
    pub end_ms: Option<i64>,
    /// Id of the CDR that a credit CDR credits.
    pub credits: Option<String>,
}

const CDR_SIGNS: &str =
    "SELECT c.id, c.month, c.own, c.key, c.ocpi_id, c.session, c.auth_ref, p.evse, c.contract,
            c.token, c.start_ms, c.end_ms, CASE WHEN c.credit THEN c.credits END
     FROM cdr c JOIN place p ON p.id = c.place WHERE ";

const SESSION_SIGNS: &str =
    "SELECT s.id, s.month, 0, s.key, s.ocpi_id, NULL, s.auth_ref, p.evse, s.contract, NULL,
            s.start_ms, s.end_ms, NULL
     FROM session s JOIN place p ON p.id = s.place WHERE ";

fn read(row: &Row<'_>, subject: Subject) -> Result<Signs> {
    Ok(Signs {
        subject,
        month: month(row.get(1)?)?,
        own: row.get(2)?,
        key: row.get(3)?,
        ocpi_id: row.get(4)?,
        session: row.get(5)?,
        auth_ref: row.get(6)?,
        evse: row.get(7)?,
        contract: row.get(8)?,
        token: row.get(9)?,
        start_ms: row.get(10)?,
        end_ms: row.get(11)?,
        credits: row.get(12)?,
    })
}

/// The signs of a partner's record; `None` where it is not seen, or somebody else's.
pub fn signs(book: &Book, partner: PartyRow, subject: Subject) -> Result<Option<Signs>> {
    let (text, row) = match subject {
        Subject::Cdr(row) => (format!("{CDR_SIGNS} c.id = ?1 AND c.partner = ?2"), row.0),
        Subject::Session(row) => (
            format!("{SESSION_SIGNS} s.id = ?1 AND s.partner = ?2"),
            row.0,
        ),
    };
    let mut query = book.sql().prepare_cached(&text)?;
    query
        .query_row((row, partner), |row| Ok(read(row, subject)))
        .optional()?
        .transpose()
}

/// The signs of the records that a partner-month got after its lanes were filled last, and notes
/// that they are in the lanes. Belongs into the transaction that puts them there.
pub fn take_unlaned(book: &Book, key: Key) -> Result<Vec<Signs>> {
    let of = (key.0, key.1.number());
    let sql = book.sql();
    sql.prepare_cached("INSERT OR IGNORE INTO month_mark (partner, month) VALUES (?1, ?2)")?
        .execute(of)?;
    let mut found = Vec::new();
    let mark = "(SELECT lane_cdr FROM month_mark WHERE partner = ?1 AND month = ?2)";
    let text = format!("{CDR_SIGNS} c.partner = ?1 AND c.month = ?2 AND c.id > {mark}");
    let mut query = sql.prepare_cached(&text)?;
    let mut rows = query.query(of)?;
    while let Some(row) = rows.next()? {
        found.push(read(row, Subject::Cdr(row.get(0)?))?);
    }
    let mark = "(SELECT lane_session FROM month_mark WHERE partner = ?1 AND month = ?2)";
    let text = format!("{SESSION_SIGNS} s.partner = ?1 AND s.month = ?2 AND s.id > {mark}");
    let mut query = sql.prepare_cached(&text)?;
    let mut rows = query.query(of)?;
    while let Some(row) = rows.next()? {
        found.push(read(row, Subject::Session(row.get(0)?))?);
    }
    if !found.is_empty() {
        sql.prepare_cached(
            "UPDATE month_mark SET lane_cdr = (SELECT coalesce(max(id), 0) FROM cdr_row),
                 lane_session = (SELECT coalesce(max(id), 0) FROM session_row)
             WHERE partner = ?1 AND month = ?2",
        )?
        .execute(of)?;
    }
    Ok(found)
}

/// Puts records into lanes; many are put faster in the order of the table.
pub fn put(book: &Book, entries: &[Entry]) -> Result<()> {
    let mut insert = book.sql().prepare_cached(
        "INSERT OR IGNORE INTO near (lane, at_s, subject, lasts_s) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for entry in entries {
        let subject = entry.subject.number();
        insert.execute((entry.lane, entry.at_s, subject, entry.lasts_s))?;
    }
    Ok(())
}

/// Records of a lane that begin within these seconds and end at `until_s` or later, at most
/// `limit`.
pub fn in_lane(
    book: &Book,
    lane: i64,
    begin_s: std::ops::RangeInclusive<i64>,
    until_s: i64,
    limit: usize,
) -> Result<Vec<Entry>> {
    let mut query = book.sql().prepare_cached(
        "SELECT subject, at_s, lasts_s FROM near WHERE lane = ?1 AND at_s BETWEEN ?2 AND ?3
             AND lasts_s >= ?4 - at_s LIMIT ?5",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let of = (lane, begin_s.start(), begin_s.end(), until_s, limit);
    let rows = query.query_map(of, |row| {
        Ok(Entry {
            lane,
            subject: Subject::of_number(row.get(0)?),
            at_s: row.get(1)?,
            lasts_s: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// CDRs whose owner and id have this hash.
pub fn of_key(book: &Book, key: i64) -> Result<Vec<CdrRow>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT id FROM cdr WHERE key = ?1")?;
    let rows = query.query_map([key], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Up to where a partner-month was reconciled: the highest rows there were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    cdr: i64,
    session: i64,
    touched: i64,
}

/// Up to where a partner-month was reconciled; `None` where it has to be as a whole.
pub fn mark(book: &Book, key: Key) -> Result<Option<Mark>> {
    let mut query = book.sql().prepare_cached(
        "SELECT cdr, session, touched FROM month_mark
         WHERE partner = ?1 AND month = ?2 AND cdr IS NOT NULL",
    )?;
    let found = query.query_row((key.0, key.1.number()), |row| {
        Ok(Mark {
            cdr: row.get(0)?,
            session: row.get(1)?,
            touched: row.get(2)?,
        })
    });
    Ok(found.optional()?)
}

/// What came to a partner-month after a mark.
#[derive(Clone, Debug, Default)]
pub struct Since {
    /// Records that are new, were replayed anew or decided about; some may be named twice.
    pub subjects: Vec<Subject>,
    /// Whether figures of older CDRs may have changed, so that sums cannot be carried on.
    pub replayed: bool,
}

/// What came to a partner-month after a mark, which may be that of the month beside it: at most
/// `limit` records of each kind.
pub fn since(book: &Book, key: Key, mark: Mark, limit: usize) -> Result<Since> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let of = |mark: i64| (key.0, key.1.number(), mark, limit);
    let mut since = Since::default();
    let mut query = book.sql().prepare_cached(
        "SELECT id FROM cdr_row WHERE partner = ?1 AND month = ?2 AND id > ?3 LIMIT ?4",
    )?;
    let mut rows = query.query(of(mark.cdr))?;
    while let Some(row) = rows.next()? {
        since.subjects.push(Subject::Cdr(row.get(0)?));
    }
    let mut query = book.sql().prepare_cached(
        "SELECT id FROM session_row WHERE partner = ?1 AND month = ?2 AND id > ?3 LIMIT ?4",
    )?;
    let mut rows = query.query(of(mark.session))?;
    while let Some(row) = rows.next()? {
        since.subjects.push(Subject::Session(row.get(0)?));
    }
    let mut query = book.sql().prepare_cached(
        "SELECT subject, replayed FROM touched
         WHERE partner = ?1 AND month = ?2 AND id > ?3 LIMIT ?4",
    )?;
    let mut rows = query.query(of(mark.touched))?;
    while let Some(row) = rows.next()? {
        since.subjects.push(Subject::of_number(row.get(0)?));
        since.replayed |= row.get::<_, bool>(1)?;
    }
    Ok(since)
}

/// Notes that where a record stands may not hold any more.
pub fn touch(book: &Book, subject: Subject) -> Result<()> {
    let (table, row) = match subject {
        Subject::Cdr(row) => ("cdr_row", row.0),
        Subject::Session(row) => ("session_row", row.0),
    };
    let insert = format!(
        "INSERT INTO touched (partner, month, subject, replayed)
         SELECT partner, month, ?2, 0 FROM {table} WHERE id = ?1"
    );
    let mut insert = book.sql().prepare_cached(&insert)?;
    insert.execute((row, subject.number()))?;
    let stale = format!(
        "UPDATE month_state SET stale = 1
         WHERE (partner, month) IN (SELECT partner, month FROM {table} WHERE id = ?1)"
    );
    book.sql().prepare_cached(&stale)?.execute([row])?;
    Ok(())
}

/// Notes that CDRs may stand otherwise by tokens and locations that an import brought, or that are
/// taken back with it: tokens that were unknown, and what the power of connectors allows.
pub fn touch_by_grounds(book: &Book, import: ImportRow) -> Result<()> {
    let sql = book.sql();
    let us = book.party().to_string();
    let mut tokens = sql.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM token_row t JOIN party p ON p.id = t.partner
                        WHERE t.import = ?1 AND p.key = ?2),
                EXISTS (SELECT 1 FROM token t JOIN party p ON p.id = t.partner
                        WHERE t.import <> ?1 AND p.key = ?2),
                EXISTS (SELECT 1 FROM import_undone WHERE import = ?1)",
    )?;
    let (brought, others, undone): (bool, bool, bool) = tokens.query_row((import, us), |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    if brought && (undone || !others) {
        return crate::month::mark_all_stale(book);
    }
    let mut last = sql.prepare_cached("SELECT coalesce(max(id), 0) FROM touched")?;
    let last: i64 = last.query_row([], |row| row.get(0))?;
    if brought {
        sql.prepare_cached(
            "INSERT INTO touched (partner, month, subject, replayed)
             SELECT c.partner, c.month, c.id * 2, 0
             FROM oddity o CROSS JOIN cdr c ON c.id = o.cdr WHERE o.code = 'token_unknown'",
        )?
        .execute([])?;
    }
    sql.prepare_cached(
        "INSERT INTO touched (partner, month, subject, replayed)
         SELECT c.partner, c.month, c.id * 2, 0 FROM cdr c JOIN place p ON p.id = c.place
         WHERE EXISTS (SELECT 1 FROM location_row WHERE import = ?1) AND p.location IN
             (SELECT ocpi_id COLLATE NOCASE FROM location_row WHERE import = ?1)",
    )?
    .execute([import])?;
    sql.prepare_cached(
        "UPDATE month_state SET stale = 1 WHERE (partner, month) IN
             (SELECT partner, month FROM touched WHERE id > ?1)",
    )?
    .execute([last])?;
    Ok(())
}

/// The highest CDR row with which a partner-month was reconciled; 0 where it never was.
pub fn seen(book: &Book, key: Key) -> Result<CdrRow> {
    Ok(CdrRow(mark(book, key)?.map_or(0, |mark| mark.cdr)))
}

/// Notes that a partner-month is reconciled with all that the book holds now. Belongs into the
/// transaction that writes the outcomes.
pub fn set_mark(book: &Book, key: Key) -> Result<()> {
    let sql = book.sql();
    let month = key.1.number();
    sql.prepare_cached(
        "INSERT INTO month_mark (partner, month, cdr, session, touched)
         VALUES (?1, ?2, (SELECT coalesce(max(id), 0) FROM cdr_row),
             (SELECT coalesce(max(id), 0) FROM session_row),
             (SELECT coalesce(max(id), 0) FROM touched))
         ON CONFLICT DO UPDATE SET cdr = excluded.cdr, session = excluded.session,
             touched = max(touched, excluded.touched)",
    )?
    .execute((key.0, month))?;
    // What the months that look at it have all seen is not needed any more.
    let mut delete = sql.prepare_cached(
        "DELETE FROM touched WHERE partner = ?1 AND month = ?3 AND id <=
             (SELECT min(touched) FROM month_mark
              WHERE partner = ?1 AND month IN (?2, ?3, ?4) AND cdr IS NOT NULL)",
    )?;
    for of in [key.1.previous(), key.1, key.1.next()] {
        let beside = (of.previous().number(), of.number(), of.next().number());
        delete.execute((key.0, beside.0, beside.1, beside.2))?;
    }
    Ok(())
}

/// Notes that a partner-month has to be reconciled as a whole.
pub fn forget_mark(book: &Book, key: Key) -> Result<()> {
    let mut update = book
        .sql()
        .prepare_cached("UPDATE month_mark SET cdr = NULL WHERE partner = ?1 AND month = ?2")?;
    update.execute((key.0, key.1.number()))?;
    Ok(())
}

/// Notes that every month of a partner, or of all, has to be reconciled as a whole.
pub(crate) fn forget_marks(book: &Book, partner: Option<PartyRow>) -> Result<()> {
    let mut update = book
        .sql()
        .prepare_cached("UPDATE month_mark SET cdr = NULL WHERE ?1 IS NULL OR partner = ?1")?;
    update.execute([partner])?;
    Ok(())
}
