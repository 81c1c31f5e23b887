//! Partner-months: what came in, whether it was reconciled since, and the sums per bucket.
//!
//! Sums are a derivation of outcomes: [`sum_up`] computes them anew, [`shift`] moves rows from one
//! bucket to another without reading the rest.

use std::collections::BTreeMap;

use domain::{BillingMonth, Bucket, Currency, Instant};
use rusqlite::Row;

use crate::micro::Micro;
use crate::near::Subject;
use crate::row::{CdrRow, PartyRow, SessionRow};
use crate::{Book, Error, Result};

/// A partner-month.
pub type Key = (PartyRow, BillingMonth);

/// What came in for a partner-month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Whose.
    pub partner: PartyRow,
    /// Which month.
    pub month: BillingMonth,
    /// CDRs.
    pub cdrs: u32,
    /// Sessions.
    pub sessions: u32,
    /// CDRs with a replay.
    pub replayed: u32,
    /// Whether something came in, or was replayed anew, since it was reconciled.
    pub stale: bool,
    /// When time alone changes where something stands, milliseconds since 1970.
    pub next_ms: Option<i64>,
}

/// Sums of one bucket and currency of a partner-month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// Whose.
    pub partner: PartyRow,
    /// Which month.
    pub month: BillingMonth,
    /// Which bucket.
    pub bucket: Bucket,
    /// Currency; `None` for sessions, which name no amount.
    pub currency: Option<Currency>,
    /// CDRs or sessions.
    pub count: u32,
    /// kWh.
    pub energy: Micro,
    /// Stated net.
    pub stated: Micro,
    /// Stated − replayed.
    pub difference: Micro,
}

/// Notes that so many CDRs and sessions came in, so that the month has to be reconciled again.
/// Belongs into the transaction that stores them.
pub fn came_in(book: &Book, key: Key, cdrs: u32, sessions: u32, replayed: u32) -> Result<()> {
    let mut upsert = book.sql().prepare_cached(
        "INSERT INTO month_state (partner, month, cdrs, sessions, replayed, stale)
         VALUES (?1, ?2, ?3, ?4, ?5, 1)
         ON CONFLICT DO UPDATE SET cdrs = cdrs + excluded.cdrs,
             sessions = sessions + excluded.sessions,
             replayed = replayed + excluded.replayed, stale = 1",
    )?;
    upsert.execute((key.0, key.1.number(), cdrs, sessions, replayed))?;
    Ok(())
}

/// Notes that a month has to be reconciled again, if it holds anything.
pub fn mark_stale(book: &Book, key: Key) -> Result<()> {
    let mut update = book
        .sql()
        .prepare_cached("UPDATE month_state SET stale = 1 WHERE partner = ?1 AND month = ?2")?;
    update.execute((key.0, key.1.number()))?;
    Ok(())
}

/// Notes that every month of a partner has to be reconciled again, as a whole.
pub fn mark_partner_stale(book: &Book, partner: PartyRow) -> Result<()> {
    let mut update = book
        .sql()
        .prepare_cached("UPDATE month_state SET stale = 1 WHERE partner = ?1")?;
    update.execute([partner])?;
    crate::near::forget_marks(book, Some(partner))
}

/// Notes that every month has to be reconciled again, as a whole.
pub fn mark_all_stale(book: &Book) -> Result<()> {
    book.sql()
        .prepare_cached("UPDATE month_state SET stale = 1")?
        .execute([])?;
    crate::near::forget_marks(book, None)
}

/// Notes when time alone changes where something of a month stands, milliseconds since 1970.
pub fn note_next(book: &Book, key: Key, next_ms: Option<i64>) -> Result<()> {
    let mut update = book
        .sql()
        .prepare_cached("UPDATE month_state SET next_ms = ?3 WHERE partner = ?1 AND month = ?2")?;
    update.execute((key.0, key.1.number(), next_ms))?;
    Ok(())
}

/// Sessions of a partner-month that wait for their CDR no longer, and what holds held, at a moment:
/// what time alone moves.
pub fn no_longer_waits(book: &Book, key: Key, now: Instant, wait_ms: i64) -> Result<Vec<Subject>> {
    let now_ms = now.timestamp_millis();
    let mut query = book.sql().prepare_cached(
        "SELECT s.id FROM session_outcome o CROSS JOIN session s ON s.id = o.session
         WHERE o.reason = 'cdr_not_due' AND s.partner = ?1 AND s.month = ?2
           AND coalesce(s.end_ms, s.start_ms) / 1000 * 1000 <= ?3",
    )?;
    let rows = query.query_map((key.0, key.1.number(), now_ms - wait_ms), |row| row.get(0))?;
    let mut over = rows
        .map(|row| Ok(Subject::Session(row?)))
        .collect::<Result<Vec<_>>>()?;
    let mut held = book.sql().prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM outcome WHERE cdr = ?1 AND reason = 'held')
             OR EXISTS (SELECT 1 FROM session_row a
                        JOIN session_row b ON b.key = a.key AND b.partner = a.partner
                        JOIN session_outcome o ON o.session = b.id AND o.reason = 'held'
                        WHERE a.id = ?2)",
    )?;
    for (until_ms, subject) in crate::decided::holds(book, key)? {
        let of = match subject {
            Subject::Cdr(row) => (Some(row.0), None),
            Subject::Session(row) => (None, Some(row.0)),
        };
        if until_ms <= now_ms && held.query_row(of, |row| row.get(0))? {
            over.push(subject);
        }
    }
    Ok(over)
}

/// When time alone moves something of a partner-month next, after a moment; milliseconds since
/// 1970.
pub fn waits(book: &Book, key: Key, now: Instant, wait_ms: i64) -> Result<Option<i64>> {
    let mut query = book.sql().prepare_cached(
        "SELECT min(coalesce(s.end_ms, s.start_ms) / 1000 * 1000)
         FROM session_outcome o CROSS JOIN session s ON s.id = o.session
         WHERE o.reason = 'cdr_not_due' AND s.partner = ?1 AND s.month = ?2",
    )?;
    let of = (key.0, key.1.number());
    let waits: Option<i64> = query.query_row(of, |row| row.get(0))?;
    let holds = crate::decided::holds(book, key)?.into_iter();
    let ends = holds.map(|(until_ms, _)| until_ms);
    let later = ends.filter(|until_ms| *until_ms > now.timestamp_millis());
    Ok(later.chain(waits.map(|end_ms| end_ms + wait_ms)).min())
}

/// Every partner-month, newest month first.
pub fn states(book: &Book) -> Result<Vec<State>> {
    let mut query = book.sql().prepare_cached(
        "SELECT partner, month, cdrs, sessions, replayed, stale, next_ms FROM month_state
         ORDER BY month DESC, partner",
    )?;
    let mut rows = query.query([])?;
    let mut states = Vec::new();
    while let Some(row) = rows.next()? {
        states.push(State {
            partner: row.get(0)?,
            month: month(row.get(1)?)?,
            cdrs: row.get(2)?,
            sessions: row.get(3)?,
            replayed: row.get(4)?,
            stale: row.get(5)?,
            next_ms: row.get(6)?,
        });
    }
    Ok(states)
}

/// Partner-months that have to be reconciled, oldest first: something came in, or time alone moved
/// something.
pub fn stale(book: &Book, now: Instant) -> Result<Vec<Key>> {
    let mut query = book.sql().prepare_cached(
        "SELECT partner, month FROM month_state WHERE stale = 1 OR next_ms <= ?1
         ORDER BY month, partner",
    )?;
    let rows = query.query_map([now.timestamp_millis()], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    rows.map(|row| {
        let (partner, number) = row?;
        Ok((partner, month(number)?))
    })
    .collect()
}

/// Sums of every bucket of the partner-months, or of one.
pub fn totals(book: &Book, of: Option<Key>) -> Result<Vec<Total>> {
    let mut query = book.sql().prepare_cached(
        "SELECT partner, month, bucket, currency, count, energy_e6, stated_e6, difference_e6
         FROM month_total
         WHERE (?1 IS NULL OR partner = ?1) AND (?2 IS NULL OR month = ?2)
         ORDER BY month DESC, partner, bucket, currency",
    )?;
    let mut rows = query.query((of.map(|key| key.0), of.map(|key| key.1.number())))?;
    let mut totals = Vec::new();
    while let Some(row) = rows.next()? {
        totals.push(Total {
            partner: row.get(0)?,
            month: month(row.get(1)?)?,
            bucket: bucket(row.get(2)?)?,
            currency: currency(&row.get::<_, String>(3)?)?,
            count: row.get(4)?,
            energy: row.get(5)?,
            stated: row.get(6)?,
            difference: row.get(7)?,
        });
    }
    Ok(totals)
}

/// Computes counts and sums of a partner-month from its facts and outcomes, and notes that it is
/// reconciled. Belongs into the transaction that writes the outcomes.
pub fn sum_up(book: &Book, key: Key) -> Result<()> {
    let of = (key.0, key.1.number());
    let sql = book.sql();
    sql.prepare_cached("DELETE FROM month_total WHERE partner = ?1 AND month = ?2")?
        .execute(of)?;
    sql.prepare_cached(
        "INSERT INTO month_total (partner, month, bucket, currency, count, energy_e6, stated_e6,
                                  difference_e6)
         SELECT ?1, ?2, o.bucket, c.currency, count(*), sum(c.energy_e6),
                sum(coalesce(c.stated_excl_e6, 0)), sum(coalesce(r.difference_e6, 0))
         FROM cdr c JOIN outcome o ON o.cdr = c.id LEFT JOIN replay r ON r.cdr = c.id
         WHERE c.partner = ?1 AND c.month = ?2 GROUP BY o.bucket, c.currency",
    )?
    .execute(of)?;
    sql.prepare_cached(
        "INSERT INTO month_total (partner, month, bucket, currency, count, energy_e6, stated_e6,
                                  difference_e6)
         SELECT ?1, ?2, o.bucket, '', count(*), sum(s.energy_e6), 0, 0
         FROM session s JOIN session_outcome o ON o.session = s.id
         WHERE s.partner = ?1 AND s.month = ?2 GROUP BY o.bucket",
    )?
    .execute(of)?;
    sql.prepare_cached(
        "INSERT OR REPLACE INTO month_state (partner, month, cdrs, sessions, replayed, stale)
         SELECT ?1, ?2,
             (SELECT count(*) FROM cdr WHERE partner = ?1 AND month = ?2),
             (SELECT count(*) FROM session WHERE partner = ?1 AND month = ?2),
             (SELECT count(*) FROM cdr c JOIN replay r ON r.cdr = c.id
              WHERE c.partner = ?1 AND c.month = ?2), 0",
    )?
    .execute(of)?;
    Ok(())
}

/// A CDR as far as sums know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weight {
    /// The CDR.
    pub cdr: CdrRow,
    /// Its partner-month.
    pub key: Key,
    /// The bucket it is in.
    pub bucket: Bucket,
    /// Why.
    pub reason: String,
    /// Its currency.
    pub currency: Currency,
    /// kWh.
    pub energy: Micro,
    /// Stated net.
    pub stated: Option<Micro>,
    /// Stated − replayed.
    pub difference: Option<Micro>,
}

/// A session without CDR as far as sums know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionWeight {
    /// The session.
    pub session: SessionRow,
    /// Its partner-month.
    pub key: Key,
    /// The bucket it is in.
    pub bucket: Bucket,
    /// kWh.
    pub energy: Micro,
}

/// What sums know of a CDR; `None` where it was not reconciled.
pub fn weight(book: &Book, cdr: CdrRow) -> Result<Option<Weight>> {
    let mut query = book.sql().prepare_cached(
        "SELECT c.id, c.partner, c.month, o.bucket, o.reason, c.currency, c.energy_e6,
                c.stated_excl_e6, r.difference_e6
         FROM cdr c JOIN outcome o ON o.cdr = c.id LEFT JOIN replay r ON r.cdr = c.id
         WHERE c.id = ?1",
    )?;
    let mut rows = query.query([cdr])?;
    rows.next()?.map(weight_of).transpose()
}

/// A weight from its columns, in the order of [`weight`].
pub(crate) fn weight_of(row: &Row<'_>) -> Result<Weight> {
    let code: String = row.get(5)?;
    Ok(Weight {
        cdr: row.get(0)?,
        key: (row.get(1)?, month(row.get(2)?)?),
        bucket: bucket(row.get(3)?)?,
        reason: row.get(4)?,
        currency: currency(&code)?.ok_or_else(|| Error::Damaged(format!("{code:?}")))?,
        energy: row.get(6)?,
        stated: row.get(7)?,
        difference: row.get(8)?,
    })
}

/// Moves CDRs to another bucket, outcome and sums alike. They must be where `weights` says.
pub fn shift(book: &Book, weights: &[Weight], to: Bucket, reason: &str) -> Result<()> {
    let mut moves = Moves::default();
    let mut update = book
        .sql()
        .prepare_cached("UPDATE outcome SET bucket = ?2, reason = ?3 WHERE cdr = ?1")?;
    for weight in weights {
        update.execute((weight.cdr, to.number(), reason))?;
        let figures = [
            1,
            weight.energy.0,
            weight.stated.unwrap_or_default().0,
            weight.difference.unwrap_or_default().0,
        ];
        moves.add(
            (weight.key, weight.currency.code()),
            (Some(weight.bucket), Some(to)),
            figures,
        )?;
    }
    moves.write(book)
}

/// Moves sessions without CDR likewise.
pub fn shift_sessions(
    book: &Book,
    weights: &[SessionWeight],
    to: Bucket,
    reason: &str,
) -> Result<()> {
    let mut moves = Moves::default();
    let mut update = book
        .sql()
        .prepare_cached("UPDATE session_outcome SET bucket = ?2, reason = ?3 WHERE session = ?1")?;
    for weight in weights {
        update.execute((weight.session, to.number(), reason))?;
        let figures = [1, weight.energy.0, 0, 0];
        moves.add((weight.key, ""), (Some(weight.bucket), Some(to)), figures)?;
    }
    moves.write(book)
}

/// What sums change by: count, energy, stated and difference, by bucket and currency.
#[derive(Debug, Default)]
pub struct Moves<'a>(BTreeMap<(Key, Bucket, &'a str), [i64; 4]>);

impl<'a> Moves<'a> {
    /// Moves something from one bucket to another, from nowhere or to nowhere: its count, energy,
    /// stated and difference. The currency of a session is empty.
    pub fn add(
        &mut self,
        (key, currency): (Key, &'a str),
        (from, to): (Option<Bucket>, Option<Bucket>),
        figures: [i64; 4],
    ) -> Result<()> {
        for (bucket, sign) in [(from, -1), (to, 1)] {
            let Some(bucket) = bucket else { continue };
            let sums = self.0.entry((key, bucket, currency)).or_default();
            for (sum, figure) in sums.iter_mut().zip(figures) {
                *sum = sum
                    .checked_add(sign * figure)
                    .ok_or_else(|| Error::OutOfRange("a month's sum".into()))?;
            }
        }
        Ok(())
    }

    fn write(&self, book: &Book) -> Result<()> {
        let mut upsert = book.sql().prepare_cached(
            "INSERT INTO month_total (partner, month, bucket, currency, count, energy_e6,
                                      stated_e6, difference_e6)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT DO UPDATE SET count = count + excluded.count,
                 energy_e6 = energy_e6 + excluded.energy_e6,
                 stated_e6 = stated_e6 + excluded.stated_e6,
                 difference_e6 = difference_e6 + excluded.difference_e6",
        )?;
        let mut empty = book.sql().prepare_cached(
            "DELETE FROM month_total WHERE partner = ?1 AND month = ?2 AND count = 0",
        )?;
        for ((key, bucket, currency), [count, energy, stated, difference]) in &self.0 {
            let month = key.1.number();
            let bucket = bucket.number();
            upsert.execute((
                key.0, month, bucket, currency, count, energy, stated, difference,
            ))?;
        }
        for (key, _, _) in self.0.keys() {
            empty.execute((key.0, key.1.number()))?;
        }
        Ok(())
    }
}

/// Carries the sums of a partner-month on by what changed, and notes that it is reconciled. Comes
/// to what [`sum_up`] does, if the sums were right before. Belongs into the transaction that
/// writes the outcomes.
pub fn carry(book: &Book, key: Key, moves: &Moves<'_>) -> Result<()> {
    moves.write(book)?;
    note_reconciled(book, key)
}

/// Notes that a partner-month is reconciled.
pub fn note_reconciled(book: &Book, key: Key) -> Result<()> {
    let mut update = book
        .sql()
        .prepare_cached("UPDATE month_state SET stale = 0 WHERE partner = ?1 AND month = ?2")?;
    update.execute((key.0, key.1.number()))?;
    Ok(())
}

/// The month of a number in the book.
pub(crate) fn month(number: i64) -> Result<BillingMonth> {
    BillingMonth::from_number(number).map_err(|error| Error::Damaged(error.to_string()))
}

/// The bucket of a number in the book.
pub(crate) fn bucket(number: u8) -> Result<Bucket> {
    Bucket::from_number(number).ok_or_else(|| Error::Damaged(format!("bucket {number}")))
}

/// The currency of a code in the book; empty is none.
pub(crate) fn currency(code: &str) -> Result<Option<Currency>> {
    if code.is_empty() {
        return Ok(None);
    }
    code.parse()
        .map(Some)
        .map_err(|_| Error::Damaged(format!("currency {code:?}")))
}
