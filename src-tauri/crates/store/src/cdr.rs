//! Charge detail records as they were received. Never changed; a correction is a new row.

use domain::cdr::Form;
use domain::time::Instant;
use domain::{BillingMonth, Currency, OcpiVersion};
use rusqlite::{OptionalExtension, Row};

use crate::book::instant;
use crate::micro::Micro;
use crate::month::Key;
use crate::near::Scope;
use crate::raw::Range;
use crate::row::{CdrRow, ImportRow, PartyRow, PlaceRow};
use crate::{Book, Error, Result};

/// Where a record came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The import.
    pub import: ImportRow,
    /// Row or record number in it, from 1.
    pub number: u32,
    /// Its raw bytes.
    pub range: Range,
    /// What it came as.
    pub form: Form,
}

/// What tells records apart: hashes over owner and id, and over the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// First 64 bits of BLAKE3 over owner and folded id.
    pub key: i64,
    /// First 64 bits of BLAKE3 over the record's bytes without white space, letters folded.
    pub content: i64,
}

/// A CDR to be stored.
#[derive(Clone, Debug)]
pub struct NewCdr<'a> {
    /// Where it came from.
    pub source: Source,
    /// Who it is settled with.
    pub partner: PartyRow,
    /// Whether we are its owner.
    pub own: bool,
    /// Its hashes.
    pub identity: Identity,
    /// First record of the same key, if this is not it.
    pub corrects: Option<CdrRow>,
    /// The place as the record spells it.
    pub place: PlaceRow,
    /// Everything else.
    pub figures: &'a CdrFigures,
}

/// What the book knows of a CDR without reading its raw bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CdrFigures {
    /// The owner's id for it.
    pub ocpi_id: String,
    /// The session it bills.
    pub session: Option<String>,
    /// Reference of the authorisation.
    pub auth_ref: Option<String>,
    /// Contract, or 2.1.1 `auth_id`; empty where none is given.
    pub contract: String,
    /// Uid of the token.
    pub token: Option<String>,
    /// Month of its end in the partner's zone.
    pub month: BillingMonth,
    /// Start of the session.
    pub start_at: Instant,
    /// End of the session.
    pub end_at: Instant,
    /// Currency of its amounts.
    pub currency: Currency,
    /// kWh.
    pub energy: Micro,
    /// Stated net.
    pub stated_excl: Option<Micro>,
    /// Stated gross.
    pub stated_incl: Option<Micro>,
    /// Whether it is a credit CDR.
    pub credit: bool,
    /// Id of the CDR it credits.
    pub credits: Option<String>,
}

/// A stored CDR.
#[derive(Clone, Debug)]
pub struct StoredCdr {
    /// Its row.
    pub row: CdrRow,
    /// Where it came from.
    pub source: Source,
    /// Who it is settled with.
    pub partner: PartyRow,
    /// Whether we are its owner.
    pub own: bool,
    /// Its hashes.
    pub identity: Identity,
    /// First record of the same key, if this is not it.
    pub corrects: Option<CdrRow>,
    /// The place.
    pub place: PlaceRow,
    /// Everything else.
    pub figures: CdrFigures,
}

impl StoredCdr {
    /// It as replaying it again needs it.
    pub fn to_replay(&self) -> CdrSource {
        CdrSource {
            row: self.row,
            source: self.source,
            partner: self.partner,
            own: self.own,
            month: self.figures.month,
        }
    }
}

/// As much of a stored CDR as telling records apart needs.
#[derive(Clone, Debug)]
pub struct KnownCdr {
    /// Its row.
    pub row: CdrRow,
    /// Its content hash.
    pub content: i64,
    /// Its id as spelled.
    pub ocpi_id: String,
    /// Who it is settled with.
    pub partner: PartyRow,
    /// Whether we are its owner.
    pub own: bool,
    /// What brought it.
    pub import: ImportRow,
}

/// A CDR as replaying it again needs it.
#[derive(Clone, Copy, Debug)]
pub struct CdrSource {
    /// Its row.
    pub row: CdrRow,
    /// Where its raw bytes lie.
    pub source: Source,
    /// Who it is settled with.
    pub partner: PartyRow,
    /// Whether we are its owner.
    pub own: bool,
    /// Month it is settled in.
    pub month: BillingMonth,
}

/// The number of a form in the book.
pub(crate) fn form_number(form: Form) -> i64 {
    match form {
        Form::Sheet => 0,
        Form::Ocpi(OcpiVersion::V211) => 211,
        Form::Ocpi(OcpiVersion::V221) => 221,
        Form::Ocpi(OcpiVersion::V230) => 230,
    }
}

/// The form of a number.
pub(crate) fn form(number: i64) -> Result<Form> {
    match number {
        0 => Ok(Form::Sheet),
        211 => Ok(Form::Ocpi(OcpiVersion::V211)),
        221 => Ok(Form::Ocpi(OcpiVersion::V221)),
        230 => Ok(Form::Ocpi(OcpiVersion::V230)),
        other => Err(Error::Damaged(format!("form {other}"))),
    }
}

/// Stores a CDR.
pub fn insert(book: &Book, cdr: &NewCdr<'_>) -> Result<CdrRow> {
    let mut insert = book.sql().prepare_cached(
        "INSERT INTO cdr_row (import, number, block, start, length, form, partner, own, key,
                              content, corrects, ocpi_id, session, auth_ref, place, contract,
                              token, month,
                          start_ms, end_ms, currency, energy_e6, stated_excl_e6, stated_incl_e6,
                          credit, credits)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                 ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)",
    )?;
    let (source, figures) = (&cdr.source, cdr.figures);
    let row = insert.insert(rusqlite::params![
        source.import,
        source.number,
        source.range.block,
        source.range.start,
        source.range.length,
        form_number(source.form),
        cdr.partner,
        cdr.own,
        cdr.identity.key,
        cdr.identity.content,
        cdr.corrects,
        figures.ocpi_id,
        figures.session,
        figures.auth_ref,
        cdr.place,
        figures.contract,
        figures.token,
        figures.month.number(),
        figures.start_at.timestamp_millis(),
        figures.end_at.timestamp_millis(),
        figures.currency.code(),
        figures.energy,
        figures.stated_excl,
        figures.stated_incl,
        figures.credit,
        figures.credits,
    ])?;
    Ok(CdrRow(row))
}

/// Records that may have this key, first the one received first. The caller confirms the id.
pub fn same_key(book: &Book, key: i64) -> Result<Vec<KnownCdr>> {
    let mut query = book.sql().prepare_cached(
        "SELECT id, content, ocpi_id, partner, own, import FROM cdr WHERE key = ?1 ORDER BY id",
    )?;
    let rows = query.query_map([key], |row| {
        Ok(KnownCdr {
            row: row.get(0)?,
            content: row.get(1)?,
            ocpi_id: row.get(2)?,
            partner: row.get(3)?,
            own: row.get(4)?,
            import: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Whether the book holds any CDR.
pub fn any(book: &Book) -> Result<bool> {
    Ok(book
        .sql()
        .query_row("SELECT EXISTS (SELECT 1 FROM cdr)", [], |row| row.get(0))?)
}

/// One CDR.
pub fn get(book: &Book, cdr: CdrRow) -> Result<Option<StoredCdr>> {
    let mut query = book.sql().prepare_cached(
        "SELECT id, import, number, block, start, length, form, partner, own, key, content,
                corrects, place, ocpi_id, session, auth_ref, contract, token, month, start_ms,
                end_ms, currency, energy_e6, stated_excl_e6, stated_incl_e6, credit, credits
         FROM cdr WHERE id = ?1",
    )?;
    query
        .query_row([cdr], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

fn read(row: &Row<'_>) -> Result<StoredCdr> {
    let currency: String = row.get(21)?;
    let month: i64 = row.get(18)?;
    Ok(StoredCdr {
        row: row.get(0)?,
        source: source(row, 1)?,
        partner: row.get(7)?,
        own: row.get(8)?,
        identity: Identity {
            key: row.get(9)?,
            content: row.get(10)?,
        },
        corrects: row.get(11)?,
        place: row.get(12)?,
        figures: CdrFigures {
            ocpi_id: row.get(13)?,
            session: row.get(14)?,
            auth_ref: row.get(15)?,
            contract: row.get(16)?,
            token: row.get(17)?,
            month: month_of(month)?,
            start_at: instant(row.get(19)?)?,
            end_at: instant(row.get(20)?)?,
            currency: currency
                .parse()
                .map_err(|_| Error::Damaged(format!("{currency:?}")))?,
            energy: row.get(22)?,
            stated_excl: row.get(23)?,
            stated_incl: row.get(24)?,
            credit: row.get(25)?,
            credits: row.get(26)?,
        },
    })
}

/// Import, number, block, start, length, form: six columns of a row.
pub(crate) fn source(row: &Row<'_>, first: usize) -> Result<Source> {
    Ok(Source {
        import: row.get(first)?,
        number: row.get(first + 1)?,
        range: Range {
            block: row.get(first + 2)?,
            start: row.get(first + 3)?,
            length: row.get(first + 4)?,
        },
        form: form(row.get(first + 5)?)?,
    })
}

fn month_of(number: i64) -> Result<BillingMonth> {
    BillingMonth::from_number(number).map_err(|error| Error::Damaged(error.to_string()))
}

/// CDRs of a partner-month after a row, in order, at most `limit`.
pub fn of_month(
    book: &Book,
    partner: PartyRow,
    month: BillingMonth,
    after: CdrRow,
    limit: u32,
) -> Result<Vec<CdrSource>> {
    in_scope(book, ((partner, month), &Scope::Month), after, limit)
}

/// CDRs of a partner-month that are in scope, after a row, in order, at most `limit`.
pub fn in_scope(
    book: &Book,
    (key, scope): (Key, &Scope),
    after: CdrRow,
    limit: u32,
) -> Result<Vec<CdrSource>> {
    let (cdrs, wanted, rows) = scope.cdrs();
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT c.id, c.import, c.number, c.block, c.start, c.length, c.form, c.partner, c.own,
                c.month
         FROM {cdrs} WHERE {wanted} AND c.id > ?4 ORDER BY c.id LIMIT ?5"
    ))?;
    let rows = query.query_map((key.0, key.1.number(), rows, after, limit), |row| {
        Ok(cdr_source(row))
    })?;
    rows.map(|row| row?).collect()
}

/// Ten columns of a row.
pub(crate) fn cdr_source(row: &Row<'_>) -> Result<CdrSource> {
    Ok(CdrSource {
        row: row.get(0)?,
        source: source(row, 1)?,
        partner: row.get(7)?,
        own: row.get(8)?,
        month: month_of(row.get(9)?)?,
    })
}
