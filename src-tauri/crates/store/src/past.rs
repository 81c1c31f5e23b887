//! Results of replays whose figures another result replaced: kept, so that before and after can be
//! told, and put back.

use domain::Instant;
use rusqlite::OptionalExtension;

use crate::book::instant;
use crate::replay::{self, Replayed};
use crate::row::{CdrRow, DecisionSeq};
use crate::{Book, Result};

/// A result that another one replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// What it said.
    pub replayed: Replayed,
    /// When the next result took its place.
    pub replaced_at: Instant,
    /// The decision by which; `None` where it followed from new facts.
    pub decision: Option<DecisionSeq>,
}

/// Keeps a result in the place of the one that stands. Where the figures change, the earlier one is
/// kept as past.
pub fn replace(
    book: &Book,
    cdr: CdrRow,
    new: &Replayed,
    (at, by): (Instant, Option<DecisionSeq>),
) -> Result<()> {
    let stands = replay::get(book, cdr)?;
    if stands.is_some_and(|stands| !stands.same_figures(new)) {
        let mut insert = book.sql().prepare_cached(
            "INSERT INTO replay_past (cdr, seq, engine, agreement, tariff, verdict, excl_e6,
                                      incl_e6, difference_e6, zone, severity, codes, kept, ground,
                                      seen, replaced_ms, decision)
             SELECT cdr, 1 + coalesce((SELECT max(seq) FROM replay_past WHERE cdr = ?1), 0), engine,
                    agreement, tariff, verdict, excl_e6, incl_e6, difference_e6, zone, severity,
                    codes, kept, ground, seen, ?2, ?3
             FROM replay WHERE cdr = ?1",
        )?;
        insert.execute((cdr, at.timestamp_millis(), by))?;
    }
    replay::put(book, cdr, new)
}

/// The earlier results of a CDR, newest first.
pub fn of_cdr(book: &Book, cdr: CdrRow) -> Result<Vec<Past>> {
    let mut query = book.sql().prepare_cached(
        "SELECT engine, agreement, tariff, verdict, excl_e6, incl_e6, difference_e6, zone, severity,
                codes, kept, ground, seen, replaced_ms, decision
         FROM replay_past WHERE cdr = ?1 ORDER BY seq DESC",
    )?;
    let mut rows = query.query([cdr])?;
    let mut past = Vec::new();
    while let Some(row) = rows.next()? {
        past.push(Past {
            replayed: replay::read(row, 0)?,
            replaced_at: instant(row.get(13)?)?,
            decision: row.get(14)?,
        });
    }
    Ok(past)
}

/// What stood before a decision replaced it: each CDR with its earlier result.
pub fn replaced_by(book: &Book, decision: DecisionSeq) -> Result<Vec<(CdrRow, Replayed)>> {
    let mut query = book.sql().prepare_cached(
        "SELECT engine, agreement, tariff, verdict, excl_e6, incl_e6, difference_e6, zone, severity,
                codes, kept, ground, seen, cdr
         FROM replay_past WHERE decision = ?1 ORDER BY cdr",
    )?;
    let rows = query.query_map([decision], |row| {
        let cdr = row.get(13)?;
        Ok(replay::read(row, 0).map(|replayed| (cdr, replayed)))
    })?;
    rows.map(|row| row?).collect()
}

/// The first CDR of which what a decision put in place does not stand any more.
pub fn moved_on(book: &Book, decision: DecisionSeq) -> Result<Option<CdrRow>> {
    // What it put in place is the next past result, or it stands.
    let mut query = book.sql().prepare_cached(
        "SELECT p.cdr FROM replay_past p
         JOIN replay_past n ON n.cdr = p.cdr AND n.seq = p.seq + 1
         JOIN replay r ON r.cdr = p.cdr
         WHERE p.decision = ?1
           AND (n.verdict IS NOT r.verdict OR n.excl_e6 IS NOT r.excl_e6
                OR n.incl_e6 IS NOT r.incl_e6 OR n.difference_e6 IS NOT r.difference_e6
                OR n.tariff IS NOT r.tariff OR n.zone IS NOT r.zone OR n.kept IS NOT r.kept)
         LIMIT 1",
    )?;
    Ok(query.query_row([decision], |row| row.get(0)).optional()?)
}
