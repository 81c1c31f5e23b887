//! The price of each CDR as replayed. A derivation: replaced whenever it is computed anew.

use domain::{BillingMonth, Instant, Severity, Tz, Verdict};
use rusqlite::{OptionalExtension, Row};

use crate::book::instant;
use crate::cdr::{CdrSource, cdr_source};
use crate::finding::{severity, severity_number};
use crate::micro::Micro;
use crate::row::{CdrRow, DecisionSeq, ImportRow, PartyRow, TariffRow};
use crate::{Book, Error, Result};

/// What replaying a CDR came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// Version of the engine's results.
    pub engine: i64,
    /// Decision that set the partner's agreement; 0 = the defaults.
    pub agreement: DecisionSeq,
    /// Decision by which it is priced otherwise than agreed; `None` = as agreed.
    pub kept: Option<DecisionSeq>,
    /// The stored tariff it was priced with; `None` = those inside the CDR, or none.
    pub tariff: Option<TariffRow>,
    /// Whether stated and replayed agree.
    pub verdict: Verdict,
    /// Replayed net.
    pub excl: Option<Micro>,
    /// Replayed gross.
    pub incl: Option<Micro>,
    /// Stated net − replayed net.
    pub difference: Option<Micro>,
    /// The zone its restrictions were read in; `None` where no restriction needs one.
    pub zone: Option<Tz>,
    /// Worst of reading and replaying.
    pub severity: Option<Severity>,
    /// Finding codes of the replay, space separated.
    pub codes: String,
    /// Hash of everything that can make the price another one; `None` = nobody knows any more.
    pub ground: Option<i64>,
    /// [`crate::version::seen`] when tariffs and location were looked up; `None` for a result of
    /// before that was noted.
    pub seen: Option<i64>,
}

impl Replayed {
    /// Whether another result says the same of the price: verdict, amounts, tariff, zone, kept
    /// reading.
    pub fn same_figures(&self, other: &Replayed) -> bool {
        let figures = |of: &Replayed| {
            let amounts = (of.excl, of.incl, of.difference);
            (of.verdict, amounts, of.tariff, of.zone, of.kept)
        };
        figures(self) == figures(other)
    }

    /// Whether another result is the same but for what the book had seen when it was computed.
    pub fn same_result(&self, other: &Replayed) -> bool {
        let seen = other.seen;
        Replayed {
            seen,
            ..self.clone()
        } == *other
    }
}

/// The number of a verdict in the book.
pub fn verdict_number(verdict: Verdict) -> i64 {
    match verdict {
        Verdict::Matches => 0,
        Verdict::Differs => 1,
        Verdict::NotPriced => 2,
    }
}

/// The verdict of a number.
pub fn verdict(number: i64) -> Result<Verdict> {
    match number {
        0 => Ok(Verdict::Matches),
        1 => Ok(Verdict::Differs),
        2 => Ok(Verdict::NotPriced),
        other => Err(Error::Damaged(format!("verdict {other}"))),
    }
}

/// Keeps the result of a replay in the place of any earlier one.
pub fn put(book: &Book, cdr: CdrRow, replayed: &Replayed) -> Result<()> {
    let mut insert = book.sql().prepare_cached(
        "INSERT OR REPLACE INTO replay (cdr, engine, agreement, tariff, verdict, excl_e6, incl_e6,
                                        difference_e6, zone, severity, codes, kept, ground, seen)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?;
    insert.execute((
        cdr,
        replayed.engine,
        replayed.agreement,
        replayed.tariff,
        verdict_number(replayed.verdict),
        replayed.excl,
        replayed.incl,
        replayed.difference,
        replayed.zone.map(Tz::name),
        replayed.severity.map_or(-1, severity_number),
        &replayed.codes,
        replayed.kept,
        replayed.ground,
        replayed.seen,
    ))?;
    Ok(())
}

/// The result of a CDR's replay, if it was replayed.
pub fn get(book: &Book, cdr: CdrRow) -> Result<Option<Replayed>> {
    let mut query = book.sql().prepare_cached(
        "SELECT engine, agreement, tariff, verdict, excl_e6, incl_e6, difference_e6, zone,
                severity, codes, kept, ground, seen
         FROM replay WHERE cdr = ?1",
    )?;
    query
        .query_row([cdr], |row| Ok(read(row, 0)))
        .optional()?
        .transpose()
}

/// A result from the columns engine, agreement, tariff, verdict, `excl_e6`, `incl_e6`,
/// `difference_e6`, zone, severity, codes, kept, ground, seen; the first of them is column `at`.
pub(crate) fn read(row: &Row<'_>, at: usize) -> Result<Replayed> {
    let zone: Option<String> = row.get(at + 7)?;
    Ok(Replayed {
        engine: row.get(at)?,
        agreement: row.get(at + 1)?,
        tariff: row.get(at + 2)?,
        verdict: verdict(row.get(at + 3)?)?,
        excl: row.get(at + 4)?,
        incl: row.get(at + 5)?,
        difference: row.get(at + 6)?,
        zone: zone.and_then(|name| name.parse().ok()),
        severity: severity(row.get(at + 8)?)?,
        codes: row.get(at + 9)?,
        kept: row.get(at + 10)?,
        ground: row.get(at + 11)?,
        seen: row.get(at + 12)?,
    })
}

/// A CDR as replaying it again needs it, with the result that stands.
pub type Standing = (CdrSource, Option<Replayed>);

/// Columns of a [`Standing`].
const STANDING: &str = "c.id, c.import, c.number, c.block, c.start, c.length, c.form, c.partner,
    c.own, c.month, r.engine, r.agreement, r.tariff, r.verdict, r.excl_e6, r.incl_e6,
    r.difference_e6, r.zone, r.severity, r.codes, r.kept, r.ground, r.seen";

/// CDRs of a partner-month after a row with their results, in order, at most `limit`.
pub fn of_month(
    book: &Book,
    partner: PartyRow,
    month: BillingMonth,
    after: CdrRow,
    limit: u32,
) -> Result<Vec<Standing>> {
    let sql = format!(
        "SELECT {STANDING}
         FROM cdr c LEFT JOIN replay r ON r.cdr = c.id
         WHERE c.partner = ?1 AND c.month = ?2 AND c.id > ?3 ORDER BY c.id LIMIT ?4"
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    let rows = query.query_map((partner, month.number(), after, limit), |row| {
        Ok(standing(row))
    })?;
    rows.map(|row| row?).collect()
}

/// CDRs whose price another tariff or location could change, after a row, with their results, at
/// most `limit`.
pub fn open_to_change(book: &Book, after: CdrRow, limit: u32) -> Result<Vec<Standing>> {
    let sql = format!(
        "SELECT {STANDING}
         FROM replay r JOIN cdr c ON c.id = r.cdr
         WHERE (r.verdict = 2 OR r.tariff IS NOT NULL OR r.zone IS NOT NULL) AND r.cdr > ?1
         ORDER BY r.cdr LIMIT ?2"
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    let rows = query.query_map((after, limit), |row| Ok(standing(row)))?;
    rows.map(|row| row?).collect()
}

/// CDRs that were priced with a tariff of their own, beside which a tariff of an import can be put:
/// those of its owner that start after it was published. After a row, at most `limit`. An import
/// that was taken back counts, too.
pub fn beside_tariffs(
    book: &Book,
    import: ImportRow,
    after: CdrRow,
    limit: u32,
) -> Result<Vec<Standing>> {
    let sql = format!(
        "WITH t AS MATERIALIZED (SELECT partner, min(coalesce(updated_ms, 0)) AS from_ms
                                 FROM tariff_row WHERE import = ?1 GROUP BY partner)
         SELECT {STANDING}
         FROM replay r CROSS JOIN cdr c ON c.id = r.cdr
         WHERE (SELECT count(*) FROM t) > 0 AND r.cdr > ?2
           AND r.verdict <> 2 AND r.tariff IS NULL AND r.zone IS NULL
           AND EXISTS (SELECT 1 FROM t
                       WHERE (t.partner = c.partner OR c.own) AND t.from_ms <= c.start_ms)
         ORDER BY r.cdr LIMIT ?3"
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    let rows = query.query_map((import, after, limit), |row| Ok(standing(row)))?;
    rows.map(|row| row?).collect()
}

fn standing(row: &Row<'_>) -> Result<Standing> {
    let replayed = match row.get::<_, Option<i64>>(10)? {
        Some(_) => Some(read(row, 10)?),
        None => None,
    };
    Ok((cdr_source(row)?, replayed))
}

/// Notes what the book had seen when a result was found to stand.
pub fn note_seen(book: &Book, cdr: CdrRow, seen: i64) -> Result<()> {
    let mut update = book
        .sql()
        .prepare_cached("UPDATE replay SET seen = ?2 WHERE cdr = ?1")?;
    update.execute((cdr, seen))?;
    Ok(())
}

/// Lifts the severity of a replayed CDR to at least this.
pub fn raise(book: &Book, cdr: CdrRow, at_least: Severity) -> Result<()> {
    let mut update = book
        .sql()
        .prepare_cached("UPDATE replay SET severity = max(severity, ?2) WHERE cdr = ?1")?;
    update.execute((cdr, severity_number(at_least)))?;
    Ok(())
}

/// Replay findings of an import's CDRs, which lie in rows `from` to `to`: the row and its codes.
pub fn codes_of_import(
    book: &Book,
    import: ImportRow,
    from: CdrRow,
    to: CdrRow,
) -> Result<Vec<(CdrRow, String)>> {
    let mut query = book.sql().prepare_cached(
        "SELECT r.cdr, r.codes FROM replay r JOIN cdr c ON c.id = r.cdr
         WHERE r.cdr BETWEEN ?2 AND ?3 AND r.codes <> '' AND c.import = ?1 ORDER BY r.cdr",
    )?;
    let rows = query.query_map((import, from, to), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Says that something about a partner-month's CDRs changed, for whoever keeps them in memory.
pub fn touch_month(book: &Book, partner: PartyRow, month: BillingMonth) -> Result<()> {
    let mut upsert = book.sql().prepare_cached(
        "INSERT INTO month_version (partner, month, version) VALUES (?1, ?2, 1)
         ON CONFLICT DO UPDATE SET version = version + 1",
    )?;
    upsert.execute((partner, month.number()))?;
    Ok(())
}

/// How often each partner-month changed so far: partner, month number, version.
pub fn month_versions(book: &Book) -> Result<Vec<(PartyRow, i64, i64)>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT partner, month, version FROM month_version")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// CDRs priced with a stored tariff version: how many, and the first and last start of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priced {
    /// How many.
    pub count: u32,
    /// First and last start; `None` without any.
    pub between: Option<(Instant, Instant)>,
}

/// Which CDRs of a partner a stored tariff version priced.
pub fn priced_with(book: &Book, tariff: TariffRow, partner: PartyRow) -> Result<Priced> {
    let mut query = book.sql().prepare_cached(
        "SELECT count(*), min(c.start_ms), max(c.start_ms)
         FROM replay r JOIN cdr c ON c.id = r.cdr
         WHERE r.tariff = ?1 AND c.partner = ?2",
    )?;
    let (count, first, last): (u32, Option<i64>, Option<i64>) = query
        .query_row((tariff, partner), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    let between = match (first, last) {
        (Some(first), Some(last)) => Some((instant(first)?, instant(last)?)),
        (None, _) | (_, None) => None,
    };
    Ok(Priced { count, between })
}
