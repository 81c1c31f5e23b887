//! Lines of partners' statements as they were received, and the CDRs they may be about.

use std::ops::RangeInclusive;

use domain::time::Instant;
use domain::{BillingMonth, Currency};
use rusqlite::{Row, Rows};

use crate::book::instant;
use crate::cdr::Identity;
use crate::micro::Micro;
use crate::month::month;
use crate::raw::Range;
use crate::row::{CdrRow, ImportRow, PartyRow, StatementRow};
use crate::{Book, Error, Result};

/// Where a line came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The import.
    pub import: ImportRow,
    /// Its row in the sheet, from 1.
    pub number: u32,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFigures {
    /// The id of the record that was billed.
    pub ocpi_id: Option<String>,
    /// The id of its session.
    pub session: Option<String>,
    /// Month of its start in the partner's zone; `None` without a start.
    pub month: Option<BillingMonth>,
    /// When the session began.
    pub start_at: Option<Instant>,
    /// kWh.
    pub energy: Option<Micro>,
    /// Reported net.
    pub excl: Option<Micro>,
    /// Reported VAT.
    pub vat: Option<Micro>,
    /// Reported gross.
    pub incl: Option<Micro>,
    /// Currency of its amounts.
    pub currency: Currency,
    /// The invoice or booking it belongs to.
    pub reference: Option<String>,
}

/// A line to be stored.
#[derive(Clone, Debug)]
pub struct NewLine<'a> {
    /// Where it came from.
    pub origin: Origin,
    /// Its raw bytes.
    pub range: Range,
    /// Whose statement it is.
    pub partner: PartyRow,
    /// Its hashes.
    pub identity: Identity,
    /// What it says.
    pub figures: &'a LineFigures,
}

/// A stored line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its row.
    pub row: StatementRow,
    /// Where it came from.
    pub origin: Origin,
    /// Its content hash: unlike its row it does not depend on what was imported before.
    pub content: i64,
    /// What it says.
    pub figures: LineFigures,
}

/// A CDR as statements are compared with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Billed {
    /// Its row.
    pub row: CdrRow,
    /// Whether we are its owner.
    pub own: bool,
    /// First 64 bits of BLAKE3 over owner and folded id.
    pub key: i64,
    /// The owner's id for it.
    pub ocpi_id: String,
    /// The session it bills.
    pub session: Option<String>,
    /// Month of its end in the partner's zone.
    pub month: BillingMonth,
    /// Start of the session.
    pub start_at: Instant,
    /// Currency of its amounts.
    pub currency: Currency,
    /// kWh.
    pub energy: Micro,
    /// Stated net.
    pub excl: Option<Micro>,
    /// Stated gross.
    pub incl: Option<Micro>,
}

/// What [`line`] reads.
const LINE: &str = "SELECT id, import, number, content, ocpi_id, session, month, start_ms, \
                    energy_e6, excl_e6, vat_e6, incl_e6, currency, reference FROM statement_line";

/// Stores a line.
pub fn insert(book: &Book, line: &NewLine<'_>) -> Result<StatementRow> {
    let mut insert = book.sql().prepare_cached(
        "INSERT INTO statement_line_row (import, number, block, start, length, partner, key,
                                         content, ocpi_id, session, month, start_ms, energy_e6,
                                         excl_e6, vat_e6, incl_e6, currency, reference)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
    )?;
    let (range, figures) = (line.range, line.figures);
    let row = insert.insert(rusqlite::params![
        line.origin.import,
        line.origin.number,
        range.block,
        range.start,
        range.length,
        line.partner,
        line.identity.key,
        line.identity.content,
        figures.ocpi_id,
        figures.session,
        figures.month.map(BillingMonth::number),
        figures.start_at.map(|at| at.timestamp_millis()),
        figures.energy,
        figures.excl,
        figures.vat,
        figures.incl,
        figures.currency.code(),
        figures.reference,
    ])?;
    Ok(StatementRow(row))
}

/// Content hashes of the lines under a key, and the imports that brought them.
pub fn contents(book: &Book, key: i64) -> Result<Vec<(i64, ImportRow)>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT content, import FROM statement_line WHERE key = ?1 ORDER BY id")?;
    let rows = query.query_map([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A partner's lines that begin in one of these months.
pub fn lines(
    book: &Book,
    partner: PartyRow,
    months: &RangeInclusive<BillingMonth>,
) -> Result<Vec<Line>> {
    let sql = format!("{LINE} WHERE partner = ?1 AND month BETWEEN ?2 AND ?3 ORDER BY id");
    let mut query = book.sql().prepare_cached(&sql)?;
    let rows = query.query((partner, months.start().number(), months.end().number()))?;
    all(rows, line)
}

/// What a partner's statement says of a CDR, by its id or its session's; the newest line counts.
pub fn about(
    book: &Book,
    partner: PartyRow,
    id: &str,
    session: Option<&str>,
) -> Result<Option<LineFigures>> {
    let sql = format!(
        "{LINE} WHERE partner = ?1 AND (ocpi_id = ?2 COLLATE NOCASE OR session = ?3 COLLATE NOCASE)
         ORDER BY id DESC LIMIT 1"
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    let lines = all(query.query((partner, id, session))?, line)?;
    Ok(lines.into_iter().next().map(|line| line.figures))
}

/// A partner's lines that name no start, and so are of no month by themselves.
pub fn undated(book: &Book, partner: PartyRow) -> Result<Vec<Line>> {
    let sql = format!("{LINE} WHERE partner = ?1 AND month IS NULL ORDER BY id");
    let mut query = book.sql().prepare_cached(&sql)?;
    all(query.query([partner])?, line)
}

/// All lines of an import that name a start, by month.
pub fn months_of(book: &Book, import: ImportRow) -> Result<Vec<(BillingMonth, u32)>> {
    let mut query = book.sql().prepare_cached(
        "SELECT month, count(*) FROM statement_line
         WHERE import = ?1 AND month IS NOT NULL GROUP BY month ORDER BY month",
    )?;
    all(query.query([import])?, |row| {
        Ok((month(row.get(0)?)?, row.get(1)?))
    })
}

fn all<T>(mut rows: Rows<'_>, read: impl Fn(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

fn line(row: &Row<'_>) -> Result<Line> {
    Ok(Line {
        row: row.get(0)?,
        origin: Origin {
            import: row.get(1)?,
            number: row.get(2)?,
        },
        content: row.get(3)?,
        figures: LineFigures {
            ocpi_id: row.get(4)?,
            session: row.get(5)?,
            month: row.get::<_, Option<i64>>(6)?.map(month).transpose()?,
            start_at: row.get::<_, Option<i64>>(7)?.map(instant).transpose()?,
            energy: row.get(8)?,
            excl: row.get(9)?,
            vat: row.get(10)?,
            incl: row.get(11)?,
            currency: currency(&row.get::<_, String>(12)?)?,
            reference: row.get(13)?,
        },
    })
}

/// CDRs that are settled with a partner in one of these months, or in any, in the order they came.
pub fn cdrs(
    book: &Book,
    partner: PartyRow,
    months: Option<&RangeInclusive<BillingMonth>>,
) -> Result<Vec<Billed>> {
    let mut query = book.sql().prepare_cached(
        "SELECT id, own, key, ocpi_id, session, month, start_ms, currency, energy_e6,
                stated_excl_e6, stated_incl_e6
         FROM cdr WHERE partner = ?1 AND month BETWEEN ?2 AND ?3 ORDER BY id",
    )?;
    let first = months.map_or(0, |months| months.start().number());
    let last = months.map_or(i64::MAX, |months| months.end().number());
    all(query.query((partner, first, last))?, |row| {
        Ok(Billed {
            row: row.get(0)?,
            own: row.get(1)?,
            key: row.get(2)?,
            ocpi_id: row.get(3)?,
            session: row.get(4)?,
            month: month(row.get(5)?)?,
            start_at: instant(row.get(6)?)?,
            currency: currency(&row.get::<_, String>(7)?)?,
            energy: row.get(8)?,
            excl: row.get(9)?,
            incl: row.get(10)?,
        })
    })
}

fn currency(code: &str) -> Result<Currency> {
    code.parse()
        .map_err(|_| Error::Damaged(format!("currency {code:?}")))
}
