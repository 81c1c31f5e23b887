//! Where the records of a partner-month stand: sums by what they wait for, and their rows as the
//! screens list them.

use domain::Bucket;
use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use crate::group;
use crate::micro::Micro;
use crate::month::{Key, bucket};
use crate::row::{CdrRow, SessionRow};
use crate::{Book, Result};

/// Where records stand, and what they wait for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waiting {
    /// The bucket.
    pub bucket: Bucket,
    /// Why, as a stable word.
    pub reason: String,
    /// Key of the group of causes they are in: the cause that explains the difference,
    /// `unexplained`, or `reason:` and the word. None where they need no person.
    pub group: Option<String>,
}

/// Sums of the records that wait for one thing, of one currency, at one place, under one tariff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What they wait for.
    pub waiting: Waiting,
    /// Currency; empty for sessions.
    pub currency: String,
    /// Name of the location, or its id.
    pub location: String,
    /// Id of the stored tariff.
    pub tariff: Option<String>,
    /// CDRs or sessions.
    pub count: u32,
    /// Stated net.
    pub stated: Micro,
    /// Stated − replayed.
    pub difference: Micro,
    /// First and last end, milliseconds since 1970.
    pub between_ms: (i64, i64),
}

/// What is not matched of a partner-month: CDRs, then sessions without one.
pub fn parts(book: &Book, key: Key) -> Result<Vec<Part>> {
    let of = (key.0, key.1.number());
    let sql = format!(
        "SELECT o.bucket, o.reason, {}, c.currency,
                CASE p.name WHEN '' THEN p.location ELSE p.name END, t.ocpi_id, count(*),
                sum(coalesce(c.stated_excl_e6, 0)), sum(coalesce(r.difference_e6, 0)),
                min(c.end_ms), max(c.end_ms)
         FROM outcome o JOIN cdr c ON c.id = o.cdr JOIN place p ON p.id = c.place
         LEFT JOIN replay r ON r.cdr = c.id LEFT JOIN tariff_row t ON t.id = r.tariff
         WHERE o.bucket <> 0 AND c.partner = ?1 AND c.month = ?2
         GROUP BY 1, 2, 3, 4, 5, 6",
        group::key("o.cause"),
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    let rows = query.query_map(of, |row| Ok(part(row)))?;
    let mut parts: Vec<Part> = rows.map(|row| row?).collect::<Result<_>>()?;
    let sql = format!(
        "SELECT o.bucket, o.reason, {}, '',
                CASE p.name WHEN '' THEN p.location ELSE p.name END, NULL, count(*), 0, 0,
                min(coalesce(s.end_ms, s.start_ms)), max(coalesce(s.end_ms, s.start_ms))
         FROM session_outcome o JOIN session s ON s.id = o.session JOIN place p ON p.id = s.place
         WHERE s.partner = ?1 AND s.month = ?2 GROUP BY 1, 2, 5",
        group::key("NULL"),
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    let rows = query.query_map(of, |row| Ok(part(row)))?;
    parts.extend(rows.map(|row| row?).collect::<Result<Vec<_>>>()?);
    Ok(parts)
}

fn part(row: &Row<'_>) -> Result<Part> {
    Ok(Part {
        waiting: Waiting {
            bucket: bucket(row.get(0)?)?,
            reason: row.get(1)?,
            group: row.get(2)?,
        },
        currency: row.get(3)?,
        location: row.get(4)?,
        tariff: row.get(5)?,
        count: row.get(6)?,
        stated: row.get(7)?,
        difference: row.get(8)?,
        between_ms: (row.get(9)?, row.get(10)?),
    })
}

/// Which rows of a partner-month are wanted. What is absent does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// In this bucket.
    pub bucket: Option<Bucket>,
    /// Waiting for this, by its key.
    pub cause: Option<String>,
    /// With this finding.
    pub finding: Option<String>,
    /// At this EVSE.
    pub evse: Option<String>,
    /// Ended from the first to before the second, milliseconds since 1970.
    pub ended_ms: Option<(i64, i64)>,
    /// This CDR.
    pub cdr: Option<CdrRow>,
    /// This session.
    pub session: Option<SessionRow>,
}

/// A row of a partner-month: a CDR, or a session without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The CDR.
    pub cdr: Option<CdrRow>,
    /// The session.
    pub session: Option<SessionRow>,
    /// OCPI id of the CDR, else of the session.
    pub id: String,
    /// OCPI id of the session, or what the CDR names.
    pub session_id: Option<String>,
    /// What it waits for.
    pub waiting: Waiting,
    /// How its session was found.
    pub matched_by: Option<String>,
    /// Start, milliseconds since 1970.
    pub start_ms: i64,
    /// End likewise.
    pub end_ms: Option<i64>,
    /// Name of the location, or its id.
    pub location: String,
    /// EVSE id.
    pub evse: String,
    /// kWh.
    pub energy: Micro,
    /// Currency; empty for sessions.
    pub currency: String,
    /// Stated net.
    pub stated: Option<Micro>,
    /// Replayed net.
    pub replayed: Option<Micro>,
    /// Stated − replayed.
    pub difference: Option<Micro>,
    /// Finding codes, space separated; some perhaps twice.
    pub codes: String,
}

/// Conditions on rows and what they are given.
struct Conditions {
    sql: String,
    values: Vec<Value>,
}

impl Conditions {
    fn of(key: Key, alias: char) -> Self {
        Conditions {
            sql: format!("{alias}.partner = ?1 AND {alias}.month = ?2"),
            values: vec![key.0.0.into(), key.1.number().into()],
        }
    }

    /// Adds a condition in which `?` stands for the value, wherever it does.
    fn and(&mut self, sql: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        let number = format!("?{}", self.values.len());
        self.sql.push_str(" AND ");
        self.sql.push_str(&sql.replace('?', &number));
    }

    fn cdrs(key: Key, wanted: &Wanted) -> Self {
        let mut all = Conditions::of(key, 'c');
        if let Some(bucket) = wanted.bucket {
            if bucket != Bucket::Matched {
                all.sql.push_str(" AND o.bucket <> 0");
            }
            all.and("o.bucket = ?", bucket.number());
        }
        if let Some(cause) = &wanted.cause {
            all.sql.push_str(" AND o.bucket <> 0");
            all.and(&format!("{} = ?", group::key("o.cause")), cause.clone());
        }
        if let Some(code) = &wanted.finding {
            all.and(&group::has_finding("?"), code.clone());
        }
        if let Some(evse) = &wanted.evse {
            all.and("p.evse = ? COLLATE NOCASE", evse.clone());
        }
        if let Some((from, to)) = wanted.ended_ms {
            all.and("c.end_ms >= ?", from);
            all.and("c.end_ms < ?", to);
        }
        if let Some(cdr) = wanted.cdr {
            all.and("c.id = ?", cdr.0);
        }
        all
    }

    fn sessions(key: Key, wanted: &Wanted) -> Option<Self> {
        if wanted.finding.is_some() || wanted.cdr.is_some() {
            return None;
        }
        let mut all = Conditions::of(key, 's');
        if let Some(bucket) = wanted.bucket {
            all.and("o.bucket = ?", bucket.number());
        }
        if let Some(cause) = &wanted.cause {
            all.and(&format!("{} = ?", group::key("NULL")), cause.clone());
        }
        if let Some(evse) = &wanted.evse {
            all.and("p.evse = ? COLLATE NOCASE", evse.clone());
        }
        if let Some((from, to)) = wanted.ended_ms {
            all.and("coalesce(s.end_ms, s.start_ms) >= ?", from);
            all.and("coalesce(s.end_ms, s.start_ms) < ?", to);
        }
        if let Some(session) = wanted.session {
            all.and("s.id = ?", session.0);
        }
        Some(all)
    }
}

const CDRS: &str = "FROM cdr c JOIN outcome o ON o.cdr = c.id JOIN place p ON p.id = c.place
    LEFT JOIN session_row s ON s.id = o.session LEFT JOIN replay r ON r.cdr = c.id
    LEFT JOIN truth w ON w.cdr = c.id";

const SESSIONS: &str = "FROM session_outcome o JOIN session s ON s.id = o.session
    JOIN place p ON p.id = s.place";

/// How many CDRs and how many sessions without one are wanted.
pub fn count(book: &Book, key: Key, wanted: &Wanted) -> Result<(u32, u32)> {
    let ask = |from: &str, all: &Conditions| -> Result<u32> {
        let sql = format!("SELECT count(*) {from} WHERE {}", all.sql);
        let mut query = book.sql().prepare_cached(&sql)?;
        Ok(query.query_row(params_from_iter(&all.values), |row| row.get(0))?)
    };
    let cdrs = match wanted.session {
        Some(_) => 0,
        None => ask(CDRS, &Conditions::cdrs(key, wanted))?,
    };
    let sessions = match Conditions::sessions(key, wanted) {
        Some(all) => ask(SESSIONS, &all)?,
        None => 0,
    };
    Ok((cdrs, sessions))
}

/// The CDRs that are wanted, by row: `len` of them from the one at `start` on.
pub fn cdrs(book: &Book, key: Key, wanted: &Wanted, start: u32, len: u32) -> Result<Vec<Standing>> {
    let all = Conditions::cdrs(key, wanted);
    let group = group::key("o.cause");
    let sql = format!(
        "SELECT c.id, o.session, c.ocpi_id, coalesce(s.ocpi_id, c.session), o.bucket, o.reason,
                {group}, o.matched_by, c.start_ms, c.end_ms,
                CASE p.name WHEN '' THEN p.location ELSE p.name END, p.evse, c.energy_e6,
                c.currency, c.stated_excl_e6, r.excl_e6, r.difference_e6,
                coalesce(r.codes, '') || ' ' || coalesce(w.codes, '') || ' '
                || coalesce((SELECT group_concat(f.code, ' ') FROM finding f
                             WHERE f.kind = 'cdr' AND f.record = c.id), '') || ' '
                || coalesce((SELECT group_concat(f.code, ' ') FROM oddity f
                             WHERE f.cdr = c.id), '')
         {CDRS} WHERE {} ORDER BY c.id LIMIT {len} OFFSET {start}",
        all.sql
    );
    read(book, &sql, &all)
}

/// The sessions without CDR that are wanted, likewise.
pub fn sessions(
    book: &Book,
    key: Key,
    wanted: &Wanted,
    start: u32,
    len: u32,
) -> Result<Vec<Standing>> {
    let Some(all) = Conditions::sessions(key, wanted) else {
        return Ok(Vec::new());
    };
    let group = group::key("NULL");
    let sql = format!(
        "SELECT NULL, s.id, s.ocpi_id, s.ocpi_id, o.bucket, o.reason, {group}, NULL, s.start_ms,
                s.end_ms, CASE p.name WHEN '' THEN p.location ELSE p.name END, p.evse, s.energy_e6,
                '', NULL, NULL, NULL, ''
         {SESSIONS} WHERE {} ORDER BY s.id LIMIT {len} OFFSET {start}",
        all.sql
    );
    read(book, &sql, &all)
}

fn read(book: &Book, sql: &str, all: &Conditions) -> Result<Vec<Standing>> {
    let mut query = book.sql().prepare_cached(sql)?;
    let rows = query.query_map(params_from_iter(&all.values), |row| Ok(standing(row)))?;
    rows.map(|row| row?).collect()
}

fn standing(row: &Row<'_>) -> Result<Standing> {
    Ok(Standing {
        cdr: row.get(0)?,
        session: row.get(1)?,
        id: row.get(2)?,
        session_id: row.get(3)?,
        waiting: Waiting {
            bucket: bucket(row.get(4)?)?,
            reason: row.get(5)?,
            group: row.get(6)?,
        },
        matched_by: row.get(7)?,
        start_ms: row.get(8)?,
        end_ms: row.get(9)?,
        location: row.get(10)?,
        evse: row.get(11)?,
        energy: row.get(12)?,
        currency: row.get(13)?,
        stated: row.get(14)?,
        replayed: row.get(15)?,
        difference: row.get(16)?,
        codes: row.get(17)?,
    })
}

/// Figures of a partner-month's CDRs for pictures: end, where it stands, currency, and
/// stated − replayed.
pub fn ends(
    book: &Book,
    key: Key,
    mut each: impl FnMut(i64, &Waiting, &str, Micro) -> Result<()>,
) -> Result<()> {
    let sql = format!(
        "SELECT c.end_ms, o.bucket, o.reason, {}, c.currency, coalesce(r.difference_e6, 0)
         FROM cdr c JOIN outcome o ON o.cdr = c.id LEFT JOIN replay r ON r.cdr = c.id
         WHERE c.partner = ?1 AND c.month = ?2",
        group::key("o.cause"),
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    let mut rows = query.query((key.0, key.1.number()))?;
    while let Some(row) = rows.next()? {
        let waiting = Waiting {
            bucket: bucket(row.get(1)?)?,
            reason: row.get(2)?,
            group: row.get(3)?,
        };
        let code: String = row.get(4)?;
        each(row.get(0)?, &waiting, &code, row.get(5)?)?;
    }
    Ok(())
}

/// Ends of a partner-month's completed sessions, and whether each is without a CDR.
pub fn session_ends(book: &Book, key: Key, mut each: impl FnMut(i64, bool)) -> Result<()> {
    let missing = Bucket::MissingCdr.number();
    let mut query = book.sql().prepare_cached(
        "SELECT coalesce(s.end_ms, s.start_ms), coalesce(o.bucket = ?3, 0)
         FROM session s LEFT JOIN session_outcome o ON o.session = s.id
         WHERE s.partner = ?1 AND s.month = ?2 AND s.status = 'COMPLETED'",
    )?;
    let mut rows = query.query((key.0, key.1.number(), missing))?;
    while let Some(row) = rows.next()? {
        each(row.get(0)?, row.get(1)?);
    }
    Ok(())
}

/// EVSEs of a partner-month by how many of their CDRs differ, the most first.
pub fn differing_evses(book: &Book, key: Key, limit: u32) -> Result<Vec<(String, u32)>> {
    let differs = Bucket::Differs.number();
    let mut query = book.sql().prepare_cached(
        "SELECT p.evse, count(*) FROM outcome o JOIN cdr c ON c.id = o.cdr
         JOIN place p ON p.id = c.place
         WHERE o.bucket <> 0 AND o.bucket = ?3 AND c.partner = ?1 AND c.month = ?2 AND p.evse <> ''
         GROUP BY p.evse ORDER BY count(*) DESC, p.evse LIMIT ?4",
    )?;
    let rows = query.query_map((key.0, key.1.number(), differs, limit), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}
