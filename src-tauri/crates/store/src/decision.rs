//! The log of decisions: who did what, when and why. Append only, each entry chained to the last.
//!
//! # What the hash of an entry is
//! SHA-256 over, in this order:
//!
//! 1. the ASCII text `tallywatt decision 1` and a line feed;
//! 2. the 32 bytes of the hash of the entry before, zeros for the first;
//! 3. `seq` and `at_ms` as 64-bit numbers, most significant byte first;
//! 4. `actor`, `verb`, `object`, `reason`, `details`: for each its length in bytes as a 64-bit
//!    number, then its UTF-8 bytes;
//! 5. a byte 0, or a byte 1 and the number of the decision it undoes;
//! 6. how many CDRs it is about, then their row numbers, ascending.
//!
//! So a changed, added or removed field, CDR or entry breaks the chain at the first entry it
//! touches. Entries cut off at the end cannot be seen from the log alone: a copy of the last hash,
//! kept elsewhere, shows them. What a decision fixed in another table stands in `details`, whole
//! (agreements, rules, cases) or as SHA-256 (invoices; its sessions and the differences it rests
//! on, see [`crate::decided`]), and [`verify`] compares those too.

use domain::time::Instant;
use rusqlite::{OptionalExtension, Row};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::book::instant;
use crate::row::{CdrRow, DecisionSeq, SessionRow};
use crate::{Book, Micro, Result, decided};

/// A SHA-256.
pub type Hash = [u8; 32];

/// A decision to be written down.
#[derive(Clone, Debug)]
pub struct NewDecision<'a> {
    /// When it is made.
    pub at: Instant,
    /// Who makes it.
    pub actor: &'a str,
    /// What is done, e.g. `accept`.
    pub verb: &'a str,
    /// What it is done to, in words.
    pub object: &'a str,
    /// Why.
    pub reason: &'a str,
    /// Everything it fixes, as a JSON object.
    pub details: &'a Value,
    /// The decision it takes back.
    pub undoes: Option<DecisionSeq>,
    /// The CDRs it is about, ascending, each once.
    pub cdrs: &'a [CdrRow],
    /// The sessions it is about, ascending, each once.
    pub sessions: &'a [SessionRow],
    /// For each of the CDRs the difference that whoever decides sees, `None` where it is not
    /// priced; empty where the decision does not rest on differences.
    pub seen: &'a [Option<Micro>],
}

/// A decision as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Its number, from 1 without gaps.
    pub seq: DecisionSeq,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: String,
    /// What was done.
    pub verb: String,
    /// To what.
    pub object: String,
    /// Why.
    pub reason: String,
    /// Everything it fixed, JSON.
    pub details: String,
    /// The decision it takes back.
    pub undoes: Option<DecisionSeq>,
    /// The decision that took it back.
    pub undone_by: Option<DecisionSeq>,
    /// Its hash.
    pub hash: Hash,
}

/// Writes a decision down, as the next of the chain. To be called inside [`Book::write`], so that
/// nobody else takes the same number.
pub fn append(book: &Book, new: &NewDecision<'_>) -> Result<DecisionSeq> {
    assert!(
        new.cdrs.windows(2).all(|pair| pair[0] < pair[1]),
        "the hash covers CDRs in ascending order, each once"
    );
    let details = decided::details(new);
    let (last, previous) = last(book)?;
    let link = Link {
        seq: last + 1,
        at_ms: new.at.timestamp_millis(),
        texts: [
            new.actor,
            new.verb,
            new.object,
            new.reason,
            &details.to_string(),
        ],
        undoes: new.undoes.map(|seq| seq.0),
    };
    let hash = link.hash(&previous, new.cdrs.iter().map(|cdr| cdr.0), new.cdrs.len());
    let mut insert = book.sql().prepare_cached(
        "INSERT INTO decision (seq, at_ms, actor, verb, object, reason, details, undoes,
                               previous, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let [actor, verb, object, reason, details] = link.texts;
    insert.execute((
        link.seq,
        link.at_ms,
        actor,
        verb,
        object,
        reason,
        details,
        link.undoes,
        previous.as_slice(),
        hash.as_slice(),
    ))?;
    let seq = DecisionSeq(link.seq);
    decided::put_items(book, seq, new)?;
    Ok(seq)
}

/// Number and hash of the newest entry; 0 and zeros for an empty log.
fn last(book: &Book) -> Result<(i64, Hash)> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT seq, hash FROM decision ORDER BY seq DESC LIMIT 1")?;
    let found = query.query_row([], |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(found.optional()?.unwrap_or((0, [0; 32])))
}

/// The fields of an entry that its hash covers, beside its CDRs.
struct Link<'a> {
    seq: i64,
    at_ms: i64,
    texts: [&'a str; 5],
    undoes: Option<i64>,
}

impl Link<'_> {
    /// The hash as the module describes it.
    fn hash(&self, previous: &[u8], cdrs: impl Iterator<Item = i64>, count: usize) -> Hash {
        let number = |n: usize| {
            u64::try_from(n)
                .expect("a length fits 64 bits")
                .to_be_bytes()
        };
        let mut hash = Sha256::new();
        hash.update(b"tallywatt decision 1\n");
        hash.update(previous);
        hash.update(self.seq.to_be_bytes());
        hash.update(self.at_ms.to_be_bytes());
        for text in self.texts {
            hash.update(number(text.len()));
            hash.update(text.as_bytes());
        }
        match self.undoes {
            None => hash.update([0]),
            Some(seq) => {
                hash.update([1]);
                hash.update(seq.to_be_bytes());
            }
        }
        hash.update(number(count));
        for cdr in cdrs {
            hash.update(cdr.to_be_bytes());
        }
        hash.finalize().into()
    }
}

const COLUMNS: &str = "d.seq, d.at_ms, d.actor, d.verb, d.object, d.reason, d.details, d.undoes,
                       u.seq, d.hash";

fn read(row: &Row<'_>) -> Result<Decision> {
    Ok(Decision {
        seq: row.get(0)?,
        at: instant(row.get(1)?)?,
        actor: row.get(2)?,
        verb: row.get(3)?,
        object: row.get(4)?,
        reason: row.get(5)?,
        details: row.get(6)?,
        undoes: row.get(7)?,
        undone_by: row.get(8)?,
        hash: row.get(9)?,
    })
}

/// One decision.
pub fn get(book: &Book, seq: DecisionSeq) -> Result<Option<Decision>> {
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT {COLUMNS} FROM decision d LEFT JOIN decision u ON u.undoes = d.seq
         WHERE d.seq = ?1"
    ))?;
    query
        .query_row([seq], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// The newest decisions before one (all, where none is named), newest first.
pub fn before(book: &Book, seq: Option<DecisionSeq>, limit: u32) -> Result<Vec<Decision>> {
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT {COLUMNS} FROM decision d LEFT JOIN decision u ON u.undoes = d.seq
         WHERE d.seq < ?1 ORDER BY d.seq DESC LIMIT ?2"
    ))?;
    let rows = query.query_map((seq.map_or(i64::MAX, |seq| seq.0), limit), |row| {
        Ok(read(row))
    })?;
    rows.map(|row| row?).collect()
}

/// Decisions about a CDR, newest first.
pub fn about(book: &Book, cdr: CdrRow) -> Result<Vec<Decision>> {
    through(book, "decision_cdr i", "i.cdr", cdr.0)
}

/// Decisions about a session, newest first.
pub fn about_session(book: &Book, session: SessionRow) -> Result<Vec<Decision>> {
    through(book, "decision_session i", "i.session", session.0)
}

/// Decisions that name a row in a table of items, newest first.
fn through(book: &Book, items: &str, column: &str, row: i64) -> Result<Vec<Decision>> {
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT {COLUMNS} FROM {items} JOIN decision d ON d.seq = i.decision
         LEFT JOIN decision u ON u.undoes = d.seq
         WHERE {column} = ?1 ORDER BY d.seq DESC"
    ))?;
    let rows = query.query_map([row], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

/// The CDRs a decision is about, ascending.
pub fn cdrs(book: &Book, seq: DecisionSeq) -> Result<Vec<CdrRow>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT cdr FROM decision_cdr WHERE decision = ?1 ORDER BY cdr")?;
    let rows = query.query_map([seq], |row| row.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// The sessions a decision is about, ascending.
pub fn sessions(book: &Book, seq: DecisionSeq) -> Result<Vec<SessionRow>> {
    let mut query = book.sql().prepare_cached(
        "SELECT session FROM decision_session WHERE decision = ?1 ORDER BY session",
    )?;
    let rows = query.query_map([seq], |row| row.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// What walking the chain showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Entries in the log.
    pub entries: u32,
    /// The first entry that is not as it was written.
    pub first_broken: Option<DecisionSeq>,
}

/// Walks the whole chain: every hash, and everything that decisions fixed in other tables against
/// what they fixed.
pub fn verify(book: &Book) -> Result<Verdict> {
    let entries = book
        .sql()
        .query_row("SELECT count(*) FROM decision", [], |row| {
            row.get::<_, u32>(0)
        })?;
    let chain = broken_link(book)?;
    let fixed = [
        broken_agreement(book)?,
        broken_invoice(book)?,
        broken_file(book)?,
        decided::broken_item(book)?,
        decided::broken_case(book)?,
    ];
    let first_broken = fixed
        .into_iter()
        .flatten()
        .chain(chain)
        .min()
        .map(DecisionSeq);
    Ok(Verdict {
        entries,
        first_broken,
    })
}

/// The first entry whose number or hash does not follow from the one before it.
fn broken_link(book: &Book) -> Result<Option<i64>> {
    let mut entries = book.sql().prepare(
        "SELECT seq, at_ms, actor, verb, object, reason, details, undoes, previous, hash
         FROM decision ORDER BY seq",
    )?;
    let mut items = book
        .sql()
        .prepare("SELECT cdr FROM decision_cdr WHERE decision = ?1 ORDER BY cdr")?;
    let mut rows = entries.query([])?;
    let (mut expected, mut previous) = (1, vec![0; 32]);
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        let text = |column: usize| row.get::<_, String>(column);
        let texts = [text(2)?, text(3)?, text(4)?, text(5)?, text(6)?];
        let link = Link {
            seq,
            at_ms: row.get(1)?,
            texts: texts.each_ref().map(String::as_str),
            undoes: row.get(7)?,
        };
        let cdrs = items.query_map([seq], |row| row.get(0))?;
        let cdrs = cdrs.collect::<std::result::Result<Vec<i64>, _>>()?;
        let hash = link.hash(&previous, cdrs.iter().copied(), cdrs.len());
        let stored: Vec<u8> = row.get(9)?;
        if seq != expected || row.get::<_, Vec<u8>>(8)? != previous || stored != hash {
            return Ok(Some(expected));
        }
        (expected, previous) = (seq + 1, stored);
    }
    Ok(None)
}

/// The first decision whose agreement, connection, rule or template is not what the decision fixed.
fn broken_agreement(book: &Book) -> Result<Option<i64>> {
    let mut query = book.sql().prepare(
        "SELECT a.decision, a.content, d.details
         FROM (SELECT decision, content FROM agreement
               UNION ALL SELECT decision, content FROM connection
               UNION ALL SELECT decision, content FROM rule
               UNION ALL SELECT decision, coalesce(content, 'null') FROM template) a
         JOIN decision d ON d.seq = a.decision ORDER BY a.decision",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (content, details): (String, String) = (row.get(1)?, row.get(2)?);
        let fixed = serde_json::from_str::<Value>(&details).unwrap_or_default();
        let stands = serde_json::from_str::<Value>(&content).unwrap_or(Value::Bool(false));
        if fixed.get("content") != Some(&stands) {
            return Ok(Some(row.get(0)?));
        }
    }
    Ok(None)
}

/// The first decision whose issued invoice is not what the decision fixed.
fn broken_invoice(book: &Book) -> Result<Option<i64>> {
    let mut query = book.sql().prepare(
        "SELECT i.decision, i.content, d.details FROM invoice i
         JOIN decision d ON d.seq = i.decision WHERE i.state = 'issued' ORDER BY i.decision",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (content, details): (String, String) = (row.get(1)?, row.get(2)?);
        if !fixes(&details, "content_sha256", content.as_bytes()) {
            return Ok(Some(row.get(0)?));
        }
    }
    Ok(None)
}

/// The first decision one of whose files is not what the decision fixed.
fn broken_file(book: &Book) -> Result<Option<i64>> {
    let mut query = book.sql().prepare(
        "SELECT i.decision, f.media, f.bytes, d.details FROM invoice_file f
         JOIN invoice i ON i.id = f.invoice JOIN decision d ON d.seq = i.decision
         ORDER BY i.decision",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (media, details): (String, String) = (row.get(1)?, row.get(3)?);
        let bytes: Vec<u8> = row.get(2)?;
        if !fixes(&details, &file_detail(&media), &bytes) {
            return Ok(Some(row.get(0)?));
        }
    }
    Ok(None)
}

/// The name under which a decision's details hold the SHA-256 of a file of this media type.
pub fn file_detail(media: &str) -> String {
    format!("{}_sha256", media.rsplit('/').next().unwrap_or(media))
}

/// Whether details hold the SHA-256 of these bytes under a name.
fn fixes(details: &str, name: &str, bytes: &[u8]) -> bool {
    let details = serde_json::from_str::<Value>(details).unwrap_or_default();
    details.get(name).and_then(Value::as_str) == Some(sha256_hex(bytes).as_str())
}

/// The SHA-256 of bytes, hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            write!(text, "{byte:02x}").expect("writing to a String cannot fail");
            text
        })
}

/// Every CDR that a decision of this verb stands for and no undo took back.
pub fn all_in_force(book: &Book, verb: &str) -> Result<Vec<CdrRow>> {
    let mut query = book.sql().prepare_cached(
        "SELECT DISTINCT i.cdr FROM decision d
         CROSS JOIN decision_cdr i ON i.decision = d.seq
         WHERE d.verb = ?1
           AND NOT EXISTS (SELECT 1 FROM decision u WHERE u.undoes = d.seq)",
    )?;
    let rows = query.query_map([verb], |row| row.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// The newest decision of a verb about a CDR that no undo took back.
pub fn standing(book: &Book, verb: &str, cdr: CdrRow) -> Result<Option<Decision>> {
    let mut decisions = about(book, cdr)?.into_iter();
    Ok(decisions.find(|decision| decision.verb == verb && decision.undone_by.is_none()))
}

/// A check of the file itself and of every reference in it; empty when all is well.
pub fn integrity(book: &Book) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let mut query = book.sql().prepare("PRAGMA integrity_check")?;
    let rows = query.query_map([], |row| row.get::<_, String>(0))?;
    for row in rows {
        problems.push(row?);
    }
    problems.retain(|line| line != "ok");
    let mut query = book.sql().prepare("PRAGMA foreign_key_check")?;
    let rows = query.query_map([], |row| row.get::<_, String>(0))?;
    for table in rows {
        problems.push(format!("a row of {} points at nothing", table?));
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Durability, NewBook};
    use chrono::{DateTime, Utc};
    use serde_json::json;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + 60 * minute, 0).unwrap()
    }

    /// A book with three decisions; the second is about two CDRs.
    fn book() -> Book {
        let party = "NL-TAL".parse().unwrap();
        let book = Book::in_memory(&NewBook {
            party,
            demo: false,
            created_at: at(0),
        })
        .unwrap();
        // The CDRs' facts do not matter here, only their numbers.
        book.sql()
            .pragma_update(None, "foreign_keys", false)
            .unwrap();
        for (minute, cdrs) in [(1, vec![]), (2, vec![CdrRow(7), CdrRow(9)]), (3, vec![])] {
            decide(&book, minute, &cdrs, None);
        }
        book
    }

    fn decide(
        book: &Book,
        minute: i64,
        cdrs: &[CdrRow],
        undoes: Option<DecisionSeq>,
    ) -> DecisionSeq {
        let new = NewDecision {
            at: at(minute),
            actor: "anna",
            verb: if undoes.is_some() { "undo" } else { "accept" },
            object: "two CDRs",
            reason: "agreed by phone",
            details: &json!({ "count": cdrs.len() }),
            undoes,
            cdrs,
            sessions: &[],
            seen: &[],
        };
        book.write(Durability::Decisions, |book| append(book, &new))
            .unwrap()
    }

    #[test]
    fn an_untouched_log_is_intact_and_numbers_run_without_gaps() {
        let book = book();
        let verdict = verify(&book).unwrap();
        assert_eq!(
            verdict,
            Verdict {
                entries: 3,
                first_broken: None
            }
        );
        let seqs: Vec<i64> = before(&book, None, 10)
            .unwrap()
            .iter()
            .map(|d| d.seq.0)
            .collect();
        assert_eq!(seqs, [3, 2, 1], "newest first");
        assert_eq!(cdrs(&book, DecisionSeq(2)).unwrap(), [CdrRow(7), CdrRow(9)]);
    }

    #[test]
    fn every_kind_of_tampering_is_found_at_the_entry_it_touches() {
        for (change, broken) in [
            ("UPDATE decision SET reason = 'none' WHERE seq = 2", 2),
            ("UPDATE decision SET actor = 'bert' WHERE seq = 1", 1),
            ("UPDATE decision SET at_ms = at_ms + 1 WHERE seq = 3", 3),
            (
                "UPDATE decision SET details = '{\"count\":3}' WHERE seq = 2",
                2,
            ),
            (
                "UPDATE decision SET actor = 'anna ', verb = '' WHERE seq = 2",
                2,
            ),
            ("DELETE FROM decision WHERE seq = 2", 2),
            ("DELETE FROM decision_cdr WHERE cdr = 7", 2),
            ("INSERT INTO decision_cdr (decision, cdr) VALUES (2, 8)", 2),
            ("UPDATE decision SET hash = zeroblob(32) WHERE seq = 3", 3),
        ] {
            let book = book();
            for trigger in ["decision_fixed", "decision_kept", "decision_cdr_kept"] {
                book.sql()
                    .execute_batch(&format!("DROP TRIGGER {trigger}"))
                    .unwrap();
            }
            book.sql().execute_batch(change).unwrap();
            assert_eq!(
                verify(&book).unwrap().first_broken,
                Some(DecisionSeq(broken)),
                "{change}"
            );
        }
    }

    #[test]
    fn the_log_cannot_be_changed_by_accident() {
        let book = book();
        for change in [
            "UPDATE decision SET reason = ''",
            "DELETE FROM decision",
            "UPDATE decision_cdr SET cdr = 1",
            "DELETE FROM decision_cdr",
        ] {
            assert!(
                book.sql().execute_batch(change).is_err(),
                "{change} must be refused"
            );
        }
    }

    #[test]
    fn a_decision_is_taken_back_once_and_stays_in_the_log() {
        let book = book();
        let stands = || standing(&book, "accept", CdrRow(9)).unwrap();
        assert_eq!(stands().map(|decision| decision.seq), Some(DecisionSeq(2)));
        let all = || all_in_force(&book, "accept").unwrap();
        assert!(all().contains(&CdrRow(9)));
        let undo = decide(&book, 4, &[CdrRow(7), CdrRow(9)], Some(DecisionSeq(2)));
        let undone = get(&book, DecisionSeq(2)).unwrap().unwrap();
        assert_eq!(undone.undone_by, Some(undo));
        assert!(stands().is_none());
        assert!(!all().contains(&CdrRow(9)));
        assert_eq!(verify(&book).unwrap().first_broken, None);
        let again = NewDecision {
            at: at(5),
            actor: "anna",
            verb: "undo",
            object: "",
            reason: "",
            details: &json!({}),
            undoes: Some(DecisionSeq(2)),
            cdrs: &[],
            sessions: &[],
            seen: &[],
        };
        let second = book.write(Durability::Decisions, |book| append(book, &again));
        assert!(second.is_err(), "nothing is taken back twice");
    }
}
