//! What decisions say about CDRs and sessions: what each is about, and what is in force.
//!
//! Two of a decision's items are outside its hash and therefore stand in its details as SHA-256:
//!
//! - `sessions_sha256`, over the row numbers of its sessions, ascending, as 64-bit numbers, most
//!   significant byte first;
//! - `seen_sha256`, over the differences that whoever decided saw, by CDR ascending: each in
//!   millionths as decimal text (nothing where it was not priced) and a line feed.
//!
//! A decision without sessions, or that notes no differences, has no such detail.

use rusqlite::OptionalExtension;
use serde_json::Value;

use crate::decision::{NewDecision, sha256_hex};
use crate::micro::Micro;
use crate::month::Key;
use crate::near::{Scope, Subject};
use crate::row::{CdrRow, DecisionSeq, SessionRow};
use crate::{Book, Error, Result, rule};

/// What can be decided about where a CDR or session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// We settle what it states; of a session: no CDR is expected.
    Accept,
    /// It is in an open case.
    Dispute,
    /// It is put aside, until a moment or until that is taken back.
    Hold,
    /// It bills nothing.
    Exclude,
}

impl Verb {
    /// All of them.
    pub const ALL: [Verb; 4] = [Verb::Accept, Verb::Dispute, Verb::Hold, Verb::Exclude];

    /// The stable text form, as the log has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Accept => "accept",
            Verb::Dispute => "dispute",
            Verb::Hold => "hold",
            Verb::Exclude => "exclude",
        }
    }

    /// The verb of a text.
    pub fn from_text(text: &str) -> Option<Verb> {
        Verb::ALL.into_iter().find(|verb| verb.as_str() == text)
    }
}

/// Verb of tying a CDR to a session.
pub const LINK: &str = "link";
/// Verb of saying that a CDR belongs to no session of ours.
pub const UNLINK: &str = "unlink";

/// A decision in force about a CDR. Several may be in force for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CdrStand {
    /// The CDR.
    pub cdr: CdrRow,
    /// What was decided.
    pub verb: Verb,
    /// The difference that was seen; `Some(None)` where it was not priced, `None` where nothing
    /// was noted.
    pub seen: Option<Option<Micro>>,
    /// When it ends by itself, milliseconds since 1970: of `hold` only.
    pub until_ms: Option<i64>,
    /// The decision.
    pub decision: DecisionSeq,
}

/// A decision in force about a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionStand {
    /// The session.
    pub session: SessionRow,
    /// What was decided.
    pub verb: Verb,
    /// When it ends by itself, milliseconds since 1970: of `hold` only.
    pub until_ms: Option<i64>,
    /// The decision.
    pub decision: DecisionSeq,
}

/// The decisions in force that a partner-month is reconciled by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// About its CDRs, by row, then in the order they were made.
    pub stands: Vec<CdrStand>,
    /// About its sessions likewise.
    pub session_stands: Vec<SessionStand>,
    /// Which session its CDRs belong to by hand, `None`: to none of ours. Each CDR once, by row:
    /// of several links the newest is in force.
    pub links: Vec<(CdrRow, Option<SessionRow>)>,
    /// Rules of the partner with their terms as JSON, the oldest first.
    pub rules: Vec<(DecisionSeq, String)>,
}

/// What is in force for the records of a partner-month in scope: what was decided and not taken
/// back. A hold whose time is over is among it.
pub fn of_month(book: &Book, key: Key, scope: &Scope) -> Result<Decided> {
    Ok(Decided {
        stands: stands(book, key, scope)?,
        session_stands: session_stands(book, key, scope)?,
        links: links(book, key, scope)?,
        rules: rule::in_force(book, key.0)?
            .into_iter()
            .map(|rule| (rule.decision, rule.content))
            .collect(),
    })
}

/// Decisions `d` and CDRs in scope that they are about, for a query as in [`Scope::cdrs`]: of a
/// month from the few decisions to their CDRs, else from the few CDRs to their decisions.
fn about_cdrs(scope: &Scope) -> (String, &'static str, Option<String>) {
    let (cdrs, wanted, rows) = scope.cdrs();
    let from = match scope {
        Scope::Month => "decision d CROSS JOIN decision_cdr i ON i.decision = d.seq
                         CROSS JOIN cdr c ON c.id = i.cdr"
            .to_owned(),
        Scope::Rows(_) => format!(
            "{cdrs} CROSS JOIN decision_cdr i ON i.cdr = c.id
             CROSS JOIN decision d ON d.seq = i.decision"
        ),
    };
    (from, wanted, rows)
}

/// Decisions and sessions likewise.
fn about_sessions(scope: &Scope) -> (String, &'static str, Option<String>) {
    let (sessions, wanted, rows) = scope.sessions();
    let from = match scope {
        Scope::Month => "decision d CROSS JOIN decision_session i ON i.decision = d.seq
                         CROSS JOIN session s ON s.id = i.session"
            .to_owned(),
        Scope::Rows(_) => format!(
            "{sessions} CROSS JOIN decision_session i ON i.session = s.id
             CROSS JOIN decision d ON d.seq = i.decision"
        ),
    };
    (from, wanted, rows)
}

fn stands(book: &Book, key: Key, scope: &Scope) -> Result<Vec<CdrStand>> {
    let (from, wanted, rows) = about_cdrs(scope);
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT c.id, d.verb, i.seen,
                CASE d.verb WHEN 'hold' THEN json_extract(d.details, '$.until_ms') END, d.seq
         FROM {from}
         WHERE d.verb IN ('accept', 'dispute', 'hold', 'exclude') AND {wanted}
           AND NOT EXISTS (SELECT 1 FROM decision u WHERE u.undoes = d.seq)
         ORDER BY c.id, d.seq",
    ))?;
    let mut rows = query.query((key.0, key.1.number(), rows))?;
    let mut stands = Vec::new();
    while let Some(row) = rows.next()? {
        let seen: Option<String> = row.get(2)?;
        stands.push(CdrStand {
            cdr: row.get(0)?,
            verb: verb(&row.get::<_, String>(1)?)?,
            seen: seen.as_deref().map(difference).transpose()?,
            until_ms: row.get(3)?,
            decision: row.get(4)?,
        });
    }
    Ok(stands)
}

fn session_stands(book: &Book, key: Key, scope: &Scope) -> Result<Vec<SessionStand>> {
    let (from, wanted, rows) = about_sessions(scope);
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT s.id, d.verb,
                CASE d.verb WHEN 'hold' THEN json_extract(d.details, '$.until_ms') END, d.seq
         FROM {from}
         WHERE d.verb IN ('accept', 'dispute', 'hold', 'exclude') AND {wanted}
           AND NOT EXISTS (SELECT 1 FROM decision u WHERE u.undoes = d.seq)
         ORDER BY s.id, d.seq",
    ))?;
    let mut rows = query.query((key.0, key.1.number(), rows))?;
    let mut stands = Vec::new();
    while let Some(row) = rows.next()? {
        stands.push(SessionStand {
            session: row.get(0)?,
            verb: verb(&row.get::<_, String>(1)?)?,
            until_ms: row.get(2)?,
            decision: row.get(3)?,
        });
    }
    Ok(stands)
}

fn links(book: &Book, key: Key, scope: &Scope) -> Result<Vec<(CdrRow, Option<SessionRow>)>> {
    let (from, wanted, rows) = about_cdrs(scope);
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT c.id, s.session
         FROM {from} LEFT JOIN decision_session s ON s.decision = d.seq
         WHERE d.verb IN ('link', 'unlink') AND {wanted}
           AND NOT EXISTS (SELECT 1 FROM decision u WHERE u.undoes = d.seq)
         ORDER BY c.id, d.seq DESC",
    ))?;
    let rows = query.query_map((key.0, key.1.number(), rows), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    let mut links = rows.collect::<rusqlite::Result<Vec<(CdrRow, Option<SessionRow>)>>>()?;
    links.dedup_by_key(|link| link.0);
    Ok(links)
}

/// CDRs that were ever tied to a session by hand, and sessions that a CDR was: whether that is in
/// force or not.
pub fn tied(book: &Book, of: Subject) -> Result<Vec<Subject>> {
    let (sql, row) = match of {
        Subject::Cdr(row) => (
            "SELECT s.session FROM decision_cdr i JOIN decision d ON d.seq = i.decision
             JOIN decision_session s ON s.decision = d.seq
             WHERE i.cdr = ?1 AND d.verb = 'link'",
            row.0,
        ),
        Subject::Session(row) => (
            "SELECT i.cdr FROM decision_session s JOIN decision d ON d.seq = s.decision
             JOIN decision_cdr i ON i.decision = d.seq
             WHERE s.session = ?1 AND d.verb = 'link'",
            row.0,
        ),
    };
    let mut query = book.sql().prepare_cached(sql)?;
    let rows = query.query_map([row], |row| row.get(0))?;
    let subject = |row: i64| match of {
        Subject::Cdr(_) => Subject::Session(SessionRow(row)),
        Subject::Session(_) => Subject::Cdr(CdrRow(row)),
    };
    rows.map(|row| Ok(subject(row?))).collect()
}

/// When holds of a partner-month end that are in force, milliseconds since 1970, and of what.
pub fn holds(book: &Book, key: Key) -> Result<Vec<(i64, Subject)>> {
    let mut holds = Vec::new();
    for (items, records) in [("decision_cdr", "cdr"), ("decision_session", "session")] {
        let mut query = book.sql().prepare_cached(&format!(
            "SELECT json_extract(d.details, '$.until_ms'), r.id
             FROM decision d CROSS JOIN {items} i ON i.decision = d.seq
             CROSS JOIN {records} r ON r.id = i.{records}
             WHERE d.verb = 'hold' AND json_extract(d.details, '$.until_ms') IS NOT NULL
               AND r.partner = ?1 AND r.month = ?2
               AND NOT EXISTS (SELECT 1 FROM decision u WHERE u.undoes = d.seq)"
        ))?;
        let mut rows = query.query((key.0, key.1.number()))?;
        while let Some(row) = rows.next()? {
            let subject = match records {
                "cdr" => Subject::Cdr(row.get(1)?),
                _ => Subject::Session(row.get(1)?),
            };
            holds.push((row.get(0)?, subject));
        }
    }
    Ok(holds)
}

/// Whether any CDR was ever tied to a session by hand.
pub fn any_tied(book: &Book) -> Result<bool> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM decision WHERE verb = 'link')")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// The link of a CDR that is in force: to a session, or to none of ours.
pub fn link_of(book: &Book, cdr: CdrRow) -> Result<Option<Option<SessionRow>>> {
    let mut query = book.sql().prepare_cached(
        "SELECT s.session
         FROM decision_cdr i JOIN decision d ON d.seq = i.decision
         LEFT JOIN decision_session s ON s.decision = d.seq
         WHERE i.cdr = ?1 AND d.verb IN ('link', 'unlink')
           AND NOT EXISTS (SELECT 1 FROM decision u WHERE u.undoes = d.seq)
         ORDER BY d.seq DESC LIMIT 1",
    )?;
    Ok(query.query_row([cdr], |row| row.get(0)).optional()?)
}

fn verb(text: &str) -> Result<Verb> {
    Verb::from_text(text).ok_or_else(|| Error::Damaged(format!("verb {text:?}")))
}

/// A difference as `seen` has it.
fn difference(text: &str) -> Result<Option<Micro>> {
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.parse();
    number
        .map(|number| Some(Micro(number)))
        .map_err(|_| Error::Damaged(format!("a difference seen, {text:?}")))
}

fn text(seen: Option<Micro>) -> String {
    seen.map(|seen| seen.0.to_string()).unwrap_or_default()
}

/// The details of a decision with what they fix of its items.
pub(crate) fn details(new: &NewDecision<'_>) -> Value {
    let mut details = new.details.clone();
    let sessions = new.sessions.iter().map(|session| session.0);
    if let Some(hash) = sessions_sha256(sessions) {
        details[SESSIONS] = hash.into();
    }
    if let Some(hash) = seen_sha256(new.seen.iter().map(|seen| Some(text(*seen)))) {
        details[SEEN] = hash.into();
    }
    details
}

const SESSIONS: &str = "sessions_sha256";
const SEEN: &str = "seen_sha256";

fn sessions_sha256(sessions: impl Iterator<Item = i64>) -> Option<String> {
    let bytes: Vec<u8> = sessions.flat_map(i64::to_be_bytes).collect();
    (!bytes.is_empty()).then(|| sha256_hex(&bytes))
}

/// None where no difference is noted. One that is missing among others is a text of its own.
fn seen_sha256(seen: impl Iterator<Item = Option<String>>) -> Option<String> {
    let mut noted = false;
    let mut lines = String::new();
    for text in seen {
        noted |= text.is_some();
        lines.push_str(text.as_deref().unwrap_or("?"));
        lines.push('\n');
    }
    noted.then(|| sha256_hex(lines.as_bytes()))
}

/// Writes down what a decision is about.
pub(crate) fn put_items(book: &Book, seq: DecisionSeq, new: &NewDecision<'_>) -> Result<()> {
    assert!(
        new.seen.is_empty() || new.seen.len() == new.cdrs.len(),
        "a difference is seen of each CDR or of none"
    );
    assert!(
        new.sessions.windows(2).all(|pair| pair[0] < pair[1]),
        "the hash covers sessions in ascending order, each once"
    );
    let mut insert = book
        .sql()
        .prepare_cached("INSERT INTO decision_cdr (decision, cdr, seen) VALUES (?1, ?2, ?3)")?;
    for (at, cdr) in new.cdrs.iter().enumerate() {
        insert.execute((seq, cdr, new.seen.get(at).map(|seen| text(*seen))))?;
    }
    let mut insert = book
        .sql()
        .prepare_cached("INSERT INTO decision_session (decision, session) VALUES (?1, ?2)")?;
    for session in new.sessions {
        insert.execute((seq, session))?;
    }
    Ok(())
}

/// The first decision whose sessions or differences are not what its details fixed.
pub(crate) fn broken_item(book: &Book) -> Result<Option<i64>> {
    let mut decisions = book
        .sql()
        .prepare("SELECT seq, details FROM decision ORDER BY seq")?;
    let mut sessions = book
        .sql()
        .prepare("SELECT session FROM decision_session WHERE decision = ?1 ORDER BY session")?;
    let mut seen = book
        .sql()
        .prepare("SELECT seen FROM decision_cdr WHERE decision = ?1 ORDER BY cdr")?;
    let mut rows = decisions.query([])?;
    while let Some(row) = rows.next()? {
        let (seq, details): (i64, String) = (row.get(0)?, row.get(1)?);
        let fixed = serde_json::from_str::<Value>(&details).unwrap_or_default();
        let about = sessions.query_map([seq], |row| row.get(0))?;
        let about = about.collect::<rusqlite::Result<Vec<i64>>>()?;
        let noted = seen.query_map([seq], |row| row.get(0))?;
        let noted = noted.collect::<rusqlite::Result<Vec<Option<String>>>>()?;
        let stands = [
            (SESSIONS, sessions_sha256(about.into_iter())),
            (SEEN, seen_sha256(noted.into_iter())),
        ];
        let differs = |(name, hash): &(&str, Option<String>)| {
            fixed.get(name).and_then(Value::as_str) != hash.as_deref()
        };
        if stands.iter().any(differs) {
            return Ok(Some(seq));
        }
    }
    Ok(None)
}

/// The first decision whose case is not what the decision fixed.
pub(crate) fn broken_case(book: &Book) -> Result<Option<i64>> {
    let mut query = book.sql().prepare(
        "SELECT d.seq, d.at_ms, d.details, c.number, c.opened_ms, c.month, c.cause, p.key
         FROM decision d LEFT JOIN dispute c ON c.decision = d.seq
         LEFT JOIN party p ON p.id = c.partner
         WHERE d.verb = 'dispute' OR c.number IS NOT NULL ORDER BY d.seq",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let details: String = row.get(2)?;
        let fixed = serde_json::from_str::<Value>(&details).unwrap_or_default();
        let number: Option<i64> = row.get(3)?;
        let (opened, month): (Option<i64>, Option<i64>) = (row.get(4)?, row.get(5)?);
        let (cause, partner): (Option<String>, Option<String>) = (row.get(6)?, row.get(7)?);
        let month = month.map(crate::month::month).transpose()?;
        let texts = [
            ("partner", partner),
            ("month", month.map(|month| month.to_string())),
            ("cause", cause),
        ];
        let as_fixed = texts
            .iter()
            .all(|(name, text)| fixed.get(name).and_then(Value::as_str) == text.as_deref());
        if !as_fixed
            || fixed.get("case").and_then(Value::as_i64) != number
            || opened != row.get(1)?
        {
            return Ok(Some(row.get(0)?));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
