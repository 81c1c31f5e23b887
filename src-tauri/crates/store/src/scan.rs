//! Reading CDRs in bulk, for whoever keeps the searchable part of them in memory, and single rows
//! as lists show them.

use rusqlite::{OptionalExtension, Row};

use crate::micro::Micro;
use crate::place::Place;
use crate::row::{CdrRow, ImportRow, InvoiceRow, PartyRow, PlaceRow};
use crate::{Book, Result};

/// The searchable part of a CDR as it was received.
#[derive(Clone, Copy, Debug)]
pub struct NarrowCdr<'r> {
    /// Its row.
    pub row: CdrRow,
    /// Who it is settled with.
    pub partner: PartyRow,
    /// Month, as year · 100 + month.
    pub month: i64,
    /// The place.
    pub place: PlaceRow,
    /// Start, milliseconds since 1970.
    pub start_ms: i64,
    /// End.
    pub end_ms: i64,
    /// Currency.
    pub currency: &'r str,
    /// kWh.
    pub energy: Micro,
    /// Stated net.
    pub stated: Option<Micro>,
    /// Whether it is a credit CDR.
    pub credit: bool,
    /// The import it came with.
    pub import: ImportRow,
    /// The owner's id for it.
    pub ocpi_id: &'r str,
    /// The session it bills.
    pub session: &'r str,
    /// Contract.
    pub contract: &'r str,
}

/// What was derived and decided about a CDR so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct CdrState<'r> {
    /// Verdict of its replay.
    pub verdict: Option<i64>,
    /// Replayed net.
    pub replayed: Option<Micro>,
    /// Stated − replayed.
    pub difference: Option<Micro>,
    /// Worst severity; −1 is none.
    pub severity: i64,
    /// Finding codes of the replay and of whose figures count.
    pub codes: &'r str,
    /// Its bucket.
    pub bucket: Option<i64>,
    /// The invoice or draft it stands on.
    pub invoice: Option<InvoiceRow>,
}

/// The text of a column, not copied.
fn text<'r>(row: &'r Row<'_>, column: usize) -> rusqlite::Result<&'r str> {
    Ok(row.get_ref(column)?.as_str()?)
}

/// Tells `each` every CDR after a row, in order.
pub fn cdrs(book: &Book, after: CdrRow, mut each: impl FnMut(&NarrowCdr<'_>)) -> Result<()> {
    let mut query = book.sql().prepare_cached(
        "SELECT id, partner, month, place, start_ms, end_ms, currency, energy_e6, stated_excl_e6,
                credit, import, ocpi_id, coalesce(session, ''), contract
         FROM cdr WHERE id > ?1 ORDER BY id",
    )?;
    let mut rows = query.query([after])?;
    while let Some(row) = rows.next()? {
        each(&NarrowCdr {
            row: row.get(0)?,
            partner: row.get(1)?,
            month: row.get(2)?,
            place: row.get(3)?,
            start_ms: row.get(4)?,
            end_ms: row.get(5)?,
            currency: text(row, 6)?,
            energy: row.get(7)?,
            stated: row.get(8)?,
            credit: row.get(9)?,
            import: row.get(10)?,
            ocpi_id: text(row, 11)?,
            session: text(row, 12)?,
            contract: text(row, 13)?,
        });
    }
    Ok(())
}

/// Tells `each` the replay of every CDR after a row, in order; bucket and invoice are left out.
pub fn replays(
    book: &Book,
    after: CdrRow,
    mut each: impl FnMut(CdrRow, &CdrState<'_>),
) -> Result<()> {
    let mut query = book.sql().prepare_cached(
        "SELECT cdr, verdict, excl_e6, difference_e6, severity, codes FROM replay
         WHERE cdr > ?1 ORDER BY cdr",
    )?;
    let mut rows = query.query([after])?;
    while let Some(row) = rows.next()? {
        let state = CdrState {
            verdict: row.get(1)?,
            replayed: row.get(2)?,
            difference: row.get(3)?,
            severity: row.get(4)?,
            codes: text(row, 5)?,
            bucket: None,
            invoice: None,
        };
        each(row.get(0)?, &state);
    }
    Ok(())
}

/// Tells `each` the bucket of every CDR after a row, in order.
pub fn buckets(book: &Book, after: CdrRow, mut each: impl FnMut(CdrRow, i64)) -> Result<()> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT cdr, bucket FROM outcome WHERE cdr > ?1 ORDER BY cdr")?;
    let mut rows = query.query([after])?;
    while let Some(row) = rows.next()? {
        each(row.get(0)?, row.get(1)?);
    }
    Ok(())
}

/// Tells `each` the invoice or draft of every CDR after a row that stands on one, in order.
pub fn invoiced(
    book: &Book,
    after: CdrRow,
    mut each: impl FnMut(CdrRow, InvoiceRow),
) -> Result<()> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT cdr, invoice FROM invoice_cdr WHERE cdr > ?1 ORDER BY cdr")?;
    let mut rows = query.query([after])?;
    while let Some(row) = rows.next()? {
        each(row.get(0)?, row.get(1)?);
    }
    Ok(())
}

/// Tells `each` the codes of reading findings of every CDR after a row, in order.
pub fn found(book: &Book, after: CdrRow, mut each: impl FnMut(CdrRow, &str)) -> Result<()> {
    let mut query = book.sql().prepare_cached(
        "SELECT record, code FROM finding WHERE kind = 'cdr' AND record > ?1 ORDER BY record",
    )?;
    let mut rows = query.query([after])?;
    while let Some(row) = rows.next()? {
        each(row.get(0)?, text(row, 1)?);
    }
    Ok(())
}

/// Tells `each` the finding codes of whose figures count, and of reconciling, for every CDR after a
/// row, in order; a CDR may come several times.
pub fn truths(book: &Book, after: CdrRow, mut each: impl FnMut(CdrRow, &str)) -> Result<()> {
    let mut query = book.sql().prepare_cached(
        "SELECT cdr, codes FROM truth WHERE cdr > ?1 AND codes <> ''
         UNION ALL SELECT cdr, code FROM oddity WHERE cdr > ?1 ORDER BY cdr",
    )?;
    let mut rows = query.query([after])?;
    while let Some(row) = rows.next()? {
        each(row.get(0)?, text(row, 1)?);
    }
    Ok(())
}

const STATE: &str = "r.verdict, r.excl_e6, r.difference_e6,
                     max(coalesce(r.severity, -1), coalesce(w.severity, -1),
                         coalesce((SELECT max(y.severity) FROM oddity y WHERE y.cdr = c.id), -1)),
                     coalesce(r.codes, '') || ' ' || coalesce(w.codes, '') || ' '
                     || coalesce((SELECT group_concat(y.code, ' ') FROM oddity y
                                  WHERE y.cdr = c.id), ''), o.bucket, i.invoice";
const STATE_OF: &str =
    "cdr c LEFT JOIN replay r ON r.cdr = c.id LEFT JOIN outcome o ON o.cdr = c.id
                        LEFT JOIN invoice_cdr i ON i.cdr = c.id
                        LEFT JOIN truth w ON w.cdr = c.id";

fn state<'r>(row: &'r Row<'_>, first: usize) -> rusqlite::Result<CdrState<'r>> {
    Ok(CdrState {
        verdict: row.get(first)?,
        replayed: row.get(first + 1)?,
        difference: row.get(first + 2)?,
        severity: row.get(first + 3)?,
        codes: text(row, first + 4)?,
        bucket: row.get(first + 5)?,
        invoice: row.get(first + 6)?,
    })
}

/// Tells `each` the state of every CDR of a partner-month.
pub fn states_of_month(
    book: &Book,
    partner: PartyRow,
    month: i64,
    mut each: impl FnMut(CdrRow, &CdrState<'_>),
) -> Result<()> {
    let sql = format!("SELECT c.id, {STATE} FROM {STATE_OF} WHERE c.partner = ?1 AND c.month = ?2");
    let mut query = book.sql().prepare_cached(&sql)?;
    let mut rows = query.query((partner, month))?;
    while let Some(row) = rows.next()? {
        each(row.get(0)?, &state(row, 1)?);
    }
    Ok(())
}

/// Tells `each` the state of some CDRs.
pub fn states(
    book: &Book,
    cdrs: &[CdrRow],
    mut each: impl FnMut(CdrRow, &CdrState<'_>),
) -> Result<()> {
    let sql = format!("SELECT {STATE} FROM {STATE_OF} WHERE c.id = ?1");
    let mut query = book.sql().prepare_cached(&sql)?;
    for cdr in cdrs {
        let mut rows = query.query([cdr])?;
        while let Some(row) = rows.next()? {
            each(*cdr, &state(row, 0)?);
        }
    }
    Ok(())
}

/// A CDR as lists show it.
#[derive(Clone, Debug)]
pub struct ShownCdr {
    /// The owner's id for it.
    pub ocpi_id: String,
    /// Key of the partner.
    pub partner: String,
    /// Whether we are its owner.
    pub own: bool,
    /// Start, milliseconds since 1970.
    pub start_ms: i64,
    /// End.
    pub end_ms: i64,
    /// Contract.
    pub contract: String,
    /// Currency.
    pub currency: String,
    /// kWh.
    pub energy: Micro,
    /// Stated net.
    pub stated: Option<Micro>,
    /// Whether it is a credit CDR.
    pub credit: bool,
    /// The place.
    pub place: Place,
    /// Verdict of its replay.
    pub verdict: Option<i64>,
    /// Replayed net.
    pub replayed: Option<Micro>,
    /// Stated − replayed.
    pub difference: Option<Micro>,
    /// Worst severity; −1 is none.
    pub severity: i64,
    /// Its bucket.
    pub bucket: Option<i64>,
}

/// One CDR as lists show it.
pub fn shown(book: &Book, cdr: CdrRow) -> Result<Option<ShownCdr>> {
    let sql = format!(
        "SELECT c.ocpi_id, y.key, c.own, c.start_ms, c.end_ms, c.contract, c.currency,
                c.energy_e6, c.stated_excl_e6, c.credit, p.location, p.name, p.city, p.country,
                p.evse, {STATE}
         FROM {STATE_OF} JOIN place p ON p.id = c.place JOIN party y ON y.id = c.partner
         WHERE c.id = ?1"
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    let found = query.query_row([cdr], |row| {
        let state = state(row, 15)?;
        Ok(ShownCdr {
            ocpi_id: row.get(0)?,
            partner: row.get(1)?,
            own: row.get(2)?,
            start_ms: row.get(3)?,
            end_ms: row.get(4)?,
            contract: row.get(5)?,
            currency: row.get(6)?,
            energy: row.get(7)?,
            stated: row.get(8)?,
            credit: row.get(9)?,
            place: crate::place::read(row, 10)?,
            verdict: state.verdict,
            replayed: state.replayed,
            difference: state.difference,
            severity: state.severity,
            bucket: state.bucket,
        })
    });
    Ok(found.optional()?)
}

/// The newest CDR's row.
pub fn last(book: &Book) -> Result<CdrRow> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT coalesce(max(id), 0) FROM cdr")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// Tells `each` the codes of reading findings of a partner-month's CDRs.
pub fn found_in_month(
    book: &Book,
    partner: PartyRow,
    month: i64,
    mut each: impl FnMut(CdrRow, &str),
) -> Result<()> {
    let mut query = book.sql().prepare_cached(
        "SELECT f.record, f.code FROM finding f JOIN cdr c ON c.id = f.record
         WHERE f.kind = 'cdr' AND c.partner = ?1 AND c.month = ?2",
    )?;
    let mut rows = query.query((partner, month))?;
    while let Some(row) = rows.next()? {
        each(row.get(0)?, text(row, 1)?);
    }
    Ok(())
}
