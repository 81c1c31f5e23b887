//! Outcomes: which bucket each CDR and each unbilled session is in, and what that is judged from.

use std::collections::HashMap;

use domain::{Bucket, Currency, SessionStatus, Verdict};
use rusqlite::OptionalExtension;

use crate::micro::Micro;
use crate::month::{Key, bucket, currency};
use crate::near::Scope;
use crate::replay::verdict;
use crate::row::{CdrRow, ImportRow, PartyRow, SessionRow};
use crate::{Book, Error, Result};

/// What judging a CDR needs to know of it.
#[derive(Clone, Debug)]
pub struct CdrFacts {
    /// Its row.
    pub row: CdrRow,
    /// Whether we are its owner.
    pub own: bool,
    /// The owner's id for it.
    pub ocpi_id: String,
    /// The session it says it bills.
    pub session: Option<String>,
    /// Reference of its authorisation.
    pub auth_ref: Option<String>,
    /// Contract; empty where none is given.
    pub contract: String,
    /// Uid of the token.
    pub token: Option<String>,
    /// EVSE id or uid; empty where none is given.
    pub evse: String,
    /// Location id; empty where none is given.
    pub location: String,
    /// Start, milliseconds since 1970.
    pub start_ms: i64,
    /// End likewise.
    pub end_ms: i64,
    /// Currency of its amounts.
    pub currency: Currency,
    /// kWh.
    pub energy: Micro,
    /// Stated net.
    pub stated: Option<Micro>,
    /// Whether it is a credit CDR.
    pub credit: bool,
    /// Id of the CDR it credits.
    pub credits: Option<String>,
    /// What the replay says; not priced where there is none.
    pub verdict: Verdict,
    /// Stated − replayed.
    pub difference: Option<Micro>,
    /// Whether reading or replaying it found an error or worse.
    pub has_errors: bool,
    /// Codes of the replay's findings, space separated.
    pub codes: String,
}

/// Tells `each` the CDRs of a partner-month that are in scope, by row.
pub fn cdr_facts<E: From<Error>>(
    book: &Book,
    key: Key,
    scope: &Scope,
    mut each: impl FnMut(CdrFacts) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let (cdrs, wanted, rows) = scope.cdrs();
    let mut query = book
        .sql()
        .prepare_cached(&format!(
            "SELECT c.id, c.own, c.ocpi_id, c.session, c.auth_ref, c.contract, c.token, p.evse,
                    c.start_ms, c.end_ms, c.currency, c.energy_e6, c.stated_excl_e6, c.credit,
                    c.credits, r.verdict, r.difference_e6, coalesce(r.severity, -1) >= 2,
                    coalesce(r.codes, ''), p.location
             FROM {cdrs} JOIN place p ON p.id = c.place LEFT JOIN replay r ON r.cdr = c.id
             WHERE {wanted} ORDER BY c.id",
        ))
        .map_err(Error::from)?;
    let mut rows = query
        .query((key.0, key.1.number(), rows))
        .map_err(Error::from)?;
    while let Some(row) = rows.next().map_err(Error::from)? {
        each(facts(row)?)?;
    }
    Ok(())
}

fn facts(row: &rusqlite::Row<'_>) -> Result<CdrFacts> {
    let code: String = row.get(10)?;
    let replayed: Option<i64> = row.get(15)?;
    Ok(CdrFacts {
        row: row.get(0)?,
        own: row.get(1)?,
        ocpi_id: row.get(2)?,
        session: row.get(3)?,
        auth_ref: row.get(4)?,
        contract: row.get(5)?,
        token: row.get(6)?,
        evse: row.get(7)?,
        start_ms: row.get(8)?,
        end_ms: row.get(9)?,
        currency: currency(&code)?
            .ok_or_else(|| Error::Damaged("a CDR without currency".into()))?,
        energy: row.get(11)?,
        stated: row.get(12)?,
        credit: row.get(13)?,
        credits: row.get(14)?,
        verdict: replayed.map_or(Ok(Verdict::NotPriced), verdict)?,
        difference: row.get(16)?,
        has_errors: row.get(17)?,
        codes: row.get(18)?,
        location: row.get(19)?,
    })
}

/// Codes of the reading findings of error severity or worse of a partner-month's CDRs in scope.
pub fn reading_errors(book: &Book, key: Key, scope: &Scope) -> Result<Vec<(CdrRow, String)>> {
    let (cdrs, wanted, rows) = scope.cdrs();
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT c.id, f.code FROM {cdrs} JOIN replay r ON r.cdr = c.id AND r.severity >= 2
         JOIN finding f ON f.kind = 'cdr' AND f.record = c.id AND f.severity >= 2
         WHERE {wanted} ORDER BY c.id, f.id"
    ))?;
    let rows = query.query_map((key.0, key.1.number(), rows), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// What judging needs to know of a session.
#[derive(Clone, Debug)]
pub struct SessionFacts {
    /// Its row.
    pub row: SessionRow,
    /// The owner's id for it.
    pub ocpi_id: String,
    /// Reference of its authorisation.
    pub auth_ref: Option<String>,
    /// Contract; empty where none is given.
    pub contract: String,
    /// EVSE id or uid; empty where none is given.
    pub evse: String,
    /// Its state.
    pub status: SessionStatus,
    /// Start, milliseconds since 1970.
    pub start_ms: i64,
    /// End likewise.
    pub end_ms: Option<i64>,
    /// kWh.
    pub energy: Micro,
}

/// The sessions of a partner-month that are in scope, by row.
pub fn session_facts(book: &Book, key: Key, scope: &Scope) -> Result<Vec<SessionFacts>> {
    let (sessions, wanted, rows) = scope.sessions();
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT s.id, s.ocpi_id, s.auth_ref, s.contract, p.evse, s.status, s.start_ms, s.end_ms,
                s.energy_e6
         FROM {sessions} JOIN place p ON p.id = s.place WHERE {wanted} ORDER BY s.id"
    ))?;
    let rows = query.query_map((key.0, key.1.number(), rows), |row| {
        Ok(SessionFacts {
            row: row.get(0)?,
            ocpi_id: row.get(1)?,
            auth_ref: row.get(2)?,
            contract: row.get(3)?,
            evse: row.get(4)?,
            status: status(&row.get::<_, String>(5)?),
            start_ms: row.get(6)?,
            end_ms: row.get(7)?,
            energy: row.get(8)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

fn status(text: &str) -> SessionStatus {
    match text {
        "ACTIVE" => SessionStatus::Active,
        "COMPLETED" => SessionStatus::Completed,
        "INVALID" => SessionStatus::Invalid,
        "PENDING" => SessionStatus::Pending,
        "RESERVATION" => SessionStatus::Reservation,
        _ => SessionStatus::Unknown,
    }
}

/// Where a CDR stands and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CdrOutcome {
    /// The bucket.
    pub bucket: Bucket,
    /// The session that belongs to it.
    pub session: Option<SessionRow>,
    /// Why, as a stable word.
    pub reason: String,
    /// How the session was found, as a stable word.
    pub matched_by: Option<String>,
    /// The CDR it repeats, credits or is credited by.
    pub other: Option<CdrRow>,
    /// Key of the cause that explains its difference.
    pub cause: Option<String>,
}

/// Where an unbilled session stands and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOutcome {
    /// The bucket.
    pub bucket: Bucket,
    /// Why, as a stable word.
    pub reason: String,
}

/// The outcomes that stand for a partner-month's CDRs in scope.
pub fn standing(book: &Book, key: Key, scope: &Scope) -> Result<HashMap<CdrRow, CdrOutcome>> {
    let (cdrs, wanted, rows) = scope.cdrs();
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT o.bucket, o.session, o.reason, o.matched_by, o.other, o.cause, o.cdr
         FROM {cdrs} JOIN outcome o ON o.cdr = c.id WHERE {wanted}"
    ))?;
    let mut rows = query.query((key.0, key.1.number(), rows))?;
    let mut standing = HashMap::new();
    while let Some(row) = rows.next()? {
        standing.insert(row.get(6)?, outcome(row)?);
    }
    Ok(standing)
}

/// The outcomes that stand for a partner-month's unbilled sessions in scope.
pub fn standing_sessions(
    book: &Book,
    key: Key,
    scope: &Scope,
) -> Result<HashMap<SessionRow, SessionOutcome>> {
    let (sessions, wanted, rows) = scope.sessions();
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT o.session, o.bucket, o.reason
         FROM {sessions} JOIN session_outcome o ON o.session = s.id WHERE {wanted}"
    ))?;
    let mut rows = query.query((key.0, key.1.number(), rows))?;
    let mut standing = HashMap::new();
    while let Some(row) = rows.next()? {
        let outcome = SessionOutcome {
            bucket: bucket(row.get(1)?)?,
            reason: row.get(2)?,
        };
        standing.insert(row.get(0)?, outcome);
    }
    Ok(standing)
}

fn outcome(row: &rusqlite::Row<'_>) -> Result<CdrOutcome> {
    Ok(CdrOutcome {
        bucket: bucket(row.get(0)?)?,
        session: row.get(1)?,
        reason: row.get(2)?,
        matched_by: row.get(3)?,
        other: row.get(4)?,
        cause: row.get(5)?,
    })
}

/// Writes where a CDR stands.
pub fn put(book: &Book, cdr: CdrRow, outcome: &CdrOutcome) -> Result<()> {
    let mut upsert = book.sql().prepare_cached(
        "INSERT OR REPLACE INTO outcome (cdr, bucket, session, reason, matched_by, other, cause)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    upsert.execute((
        cdr,
        outcome.bucket.number(),
        outcome.session,
        &outcome.reason,
        &outcome.matched_by,
        outcome.other,
        &outcome.cause,
    ))?;
    Ok(())
}

/// Writes the cause of a CDR's difference; all else stands.
pub fn put_cause(book: &Book, cdr: CdrRow, cause: Option<&str>) -> Result<()> {
    let mut update = book
        .sql()
        .prepare_cached("UPDATE outcome SET cause = ?2 WHERE cdr = ?1")?;
    update.execute((cdr, cause))?;
    Ok(())
}

/// The bucket of a CDR and why, if it was reconciled.
pub fn get(book: &Book, cdr: CdrRow) -> Result<Option<CdrOutcome>> {
    let mut query = book.sql().prepare_cached(
        "SELECT bucket, session, reason, matched_by, other, cause FROM outcome WHERE cdr = ?1",
    )?;
    let found = query.query_row([cdr], |row| Ok(outcome(row)));
    found.optional()?.transpose()
}

/// The causes that explain the CDRs of a partner-month, by CDR row, with the bucket it is in.
pub fn causes(book: &Book, key: Key) -> Result<HashMap<i64, (Bucket, String)>> {
    let mut query = book.sql().prepare_cached(
        "SELECT o.cdr, o.bucket, o.cause FROM outcome o JOIN cdr c ON c.id = o.cdr
         WHERE o.bucket <> 0 AND o.cause IS NOT NULL AND c.partner = ?1 AND c.month = ?2",
    )?;
    let mut rows = query.query((key.0, key.1.number()))?;
    let mut causes = HashMap::new();
    while let Some(row) = rows.next()? {
        causes.insert(row.get(0)?, (bucket(row.get(1)?)?, row.get(2)?));
    }
    Ok(causes)
}

/// The CDRs of a partner-month in a bucket, by row.
pub fn in_bucket(book: &Book, key: Key, wanted: Bucket) -> Result<Vec<CdrRow>> {
    let mut query = book.sql().prepare_cached(
        "SELECT c.id FROM cdr c JOIN outcome o ON o.cdr = c.id
         WHERE c.partner = ?1 AND c.month = ?2 AND o.bucket = ?3 ORDER BY c.id",
    )?;
    let rows = query.query_map((key.0, key.1.number(), wanted.number()), |row| row.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Writes where an unbilled session stands.
pub fn put_session(book: &Book, session: SessionRow, outcome: &SessionOutcome) -> Result<()> {
    let mut upsert = book.sql().prepare_cached(
        "INSERT OR REPLACE INTO session_outcome (session, bucket, reason) VALUES (?1, ?2, ?3)",
    )?;
    upsert.execute((session, outcome.bucket.number(), &outcome.reason))?;
    Ok(())
}

/// Forgets where a session stands: it is billed, or another report of it counts.
pub fn forget_session(book: &Book, session: SessionRow) -> Result<()> {
    let mut delete = book
        .sql()
        .prepare_cached("DELETE FROM session_outcome WHERE session = ?1")?;
    delete.execute([session])?;
    Ok(())
}

/// One line of the list of outcomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// OCPI id of the CDR; none for an unbilled session.
    pub cdr: Option<String>,
    /// OCPI id of the session; none where there is none.
    pub session: Option<String>,
    /// The bucket.
    pub bucket: Bucket,
    /// Why, as a stable word.
    pub reason: String,
    /// Stated − replayed.
    pub difference: Option<Micro>,
    /// Key of the cause that explains the difference.
    pub cause: Option<String>,
    /// Finding codes of reading, replay, whose figures count and reconciling, each once.
    pub findings: Vec<String>,
    /// Those of reconciling alone.
    pub month_findings: Vec<String>,
}

/// Every outcome of a partner-month: CDRs by row, then sessions by row.
pub fn list(book: &Book, partner_month: Key) -> Result<Vec<Listed>> {
    let of = (partner_month.0, partner_month.1.number());
    let mut query = book.sql().prepare_cached(
        "SELECT c.ocpi_id, coalesce(s.ocpi_id, c.session), o.bucket, o.reason, r.difference_e6,
                coalesce(r.codes, '') || ' ' || coalesce(w.codes, ''),
                (SELECT group_concat(f.code, ' ') FROM finding f
                 WHERE f.kind = 'cdr' AND f.record = c.id), o.cause,
                (SELECT group_concat(y.code, ' ') FROM oddity y WHERE y.cdr = c.id)
         FROM cdr c JOIN outcome o ON o.cdr = c.id LEFT JOIN session s ON s.id = o.session
         LEFT JOIN replay r ON r.cdr = c.id LEFT JOIN truth w ON w.cdr = c.id
         WHERE c.partner = ?1 AND c.month = ?2 ORDER BY c.id",
    )?;
    let mut rows = query.query(of)?;
    let mut listed = Vec::new();
    while let Some(row) = rows.next()? {
        let (replayed, read): (String, Option<String>) = (row.get(5)?, row.get(6)?);
        let month: Option<String> = row.get(8)?;
        let codes = |text: &str| -> Vec<String> {
            text.split_ascii_whitespace().map(str::to_owned).collect()
        };
        let month_findings = codes(month.as_deref().unwrap_or_default());
        let mut findings = codes(read.as_deref().unwrap_or_default());
        findings.extend(codes(&replayed));
        findings.extend_from_slice(&month_findings);
        findings.sort_unstable();
        findings.dedup();
        listed.push(Listed {
            cdr: row.get(0)?,
            session: row.get(1)?,
            bucket: bucket(row.get(2)?)?,
            reason: row.get(3)?,
            difference: row.get(4)?,
            cause: row.get(7)?,
            findings,
            month_findings,
        });
    }
    let mut query = book.sql().prepare_cached(
        "SELECT s.ocpi_id, o.bucket, o.reason FROM session s
         JOIN session_outcome o ON o.session = s.id
         WHERE s.partner = ?1 AND s.month = ?2 ORDER BY s.id",
    )?;
    let mut rows = query.query(of)?;
    while let Some(row) = rows.next()? {
        listed.push(Listed {
            cdr: None,
            session: row.get(0)?,
            bucket: bucket(row.get(1)?)?,
            reason: row.get(2)?,
            difference: None,
            cause: None,
            findings: Vec::new(),
            month_findings: Vec::new(),
        });
    }
    Ok(listed)
}

/// Ids of sessions that CDRs of a partner name whose dates cannot be right, and which therefore are
/// in a month that is neither this one nor beside it.
pub fn named_by_misdated(book: &Book, key: Key) -> Result<Vec<String>> {
    let mut query = book.sql().prepare_cached(
        "SELECT c.session
         FROM finding f INDEXED BY finding_misdated CROSS JOIN cdr c ON c.id = f.record
         WHERE f.kind = 'cdr' AND f.code IN ('future_date', 'epoch_date') AND c.partner = ?1
           AND c.month NOT IN (?2, ?3, ?4) AND c.session IS NOT NULL AND c.credit = 0
         ORDER BY c.id",
    )?;
    let (month, before, after) = (key.1, key.1.previous(), key.1.next());
    let months = (month.number(), before.number(), after.number());
    let rows = query.query_map((key.0, months.0, months.1, months.2), |row| row.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Ids of sessions that CDRs of a partner-month name whose dates cannot be right, of CDRs after a
/// row.
pub fn misdated_name(book: &Book, key: Key, after: CdrRow) -> Result<Vec<String>> {
    let mut query = book.sql().prepare_cached(
        "SELECT DISTINCT c.session
         FROM finding f INDEXED BY finding_misdated CROSS JOIN cdr c ON c.id = f.record
         WHERE f.kind = 'cdr' AND f.code IN ('future_date', 'epoch_date') AND c.partner = ?1
           AND c.month = ?2 AND c.session IS NOT NULL AND c.credit = 0 AND c.id > ?3",
    )?;
    let rows = query.query_map((key.0, key.1.number(), after), |row| row.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Ids of sessions that such CDRs of an import name, with the partner.
pub fn misdated_of(book: &Book, import: ImportRow) -> Result<Vec<(PartyRow, String)>> {
    let mut query = book.sql().prepare_cached(
        "SELECT DISTINCT c.partner, c.session FROM finding f JOIN cdr_row c ON c.id = f.record
         WHERE f.kind = 'cdr' AND f.import = ?1 AND f.code IN ('future_date', 'epoch_date')
           AND c.session IS NOT NULL AND c.credit = 0",
    )?;
    let rows = query.query_map([import], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// CDRs of a key that is not this row: corrections, duplicates and what they correct.
pub fn siblings(book: &Book, cdr: CdrRow) -> Result<Vec<CdrRow>> {
    let mut query = book.sql().prepare_cached(
        "SELECT b.id FROM cdr a JOIN cdr b ON b.key = a.key AND b.id <> a.id
             AND b.partner = a.partner AND b.ocpi_id = a.ocpi_id COLLATE NOCASE
         WHERE a.id = ?1 ORDER BY b.id",
    )?;
    let rows = query.query_map([cdr], |row| row.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}
