//! Versions of tariffs, locations and tokens: every one that was received is kept.

use domain::time::Instant;
use domain::{PartyKey, Tz};
use rusqlite::{Row, ToSql, params_from_iter};

use crate::book::instant;
use crate::cdr::{Identity, Source, form_number, source};
use crate::row::{ImportRow, LocationRow, PartyRow, TariffRow, TokenRow};
use crate::{Book, Error, Result};

/// A version to be stored, as far as the three kinds have it in common.
#[derive(Clone, Debug)]
pub struct NewVersion<'a> {
    /// Where it came from.
    pub source: Source,
    /// Its owner.
    pub partner: PartyRow,
    /// Its hashes.
    pub identity: Identity,
    /// The owner's id for it.
    pub ocpi_id: &'a str,
    /// When the owner last changed it.
    pub updated_at: Option<Instant>,
}

/// A stored tariff version.
#[derive(Clone, Copy, Debug)]
pub struct TariffVersion {
    /// Its row.
    pub row: TariffRow,
    /// Where it came from.
    pub source: Source,
    /// When its owner last changed it.
    pub updated_at: Option<Instant>,
}

/// A stored location version.
#[derive(Clone, Debug)]
pub struct LocationVersion {
    /// Its row.
    pub row: LocationRow,
    /// Where it came from.
    pub source: Source,
    /// Its zone.
    pub time_zone: Option<Tz>,
}

/// Which of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionKind {
    /// Tariffs.
    Tariff,
    /// Locations.
    Location,
    /// Tokens.
    Token,
    /// Invoice reconciliation records.
    Record,
}

/// Content hashes of the versions under a key, and the imports that brought them.
pub fn contents(book: &Book, kind: VersionKind, key: i64) -> Result<Vec<(i64, ImportRow)>> {
    let sql = match kind {
        VersionKind::Tariff => "SELECT content, import FROM tariff WHERE key = ?1",
        VersionKind::Location => "SELECT content, import FROM location WHERE key = ?1",
        VersionKind::Token => "SELECT content, import FROM token WHERE key = ?1",
        VersionKind::Record => "SELECT content, import FROM record WHERE key = ?1",
    };
    let mut query = book.sql().prepare_cached(sql)?;
    let rows = query.query_map([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Stores a version; `insert` takes the columns that all kinds have as `?1` to `?11`, and `more`
/// from `?12` on.
pub(crate) fn insert(
    book: &Book,
    insert: &str,
    new: &NewVersion<'_>,
    more: &[&dyn ToSql],
) -> Result<i64> {
    let form = form_number(new.source.form);
    let updated = new.updated_at.map(|at| at.timestamp_millis());
    let common: [&dyn ToSql; 11] = [
        &new.source.import,
        &new.source.number,
        &new.source.range.block,
        &new.source.range.start,
        &new.source.range.length,
        &form,
        &new.partner,
        &new.identity.key,
        &new.identity.content,
        &new.ocpi_id,
        &updated,
    ];
    let values = common.iter().chain(more);
    Ok(book
        .sql()
        .prepare_cached(insert)?
        .insert(params_from_iter(values))?)
}

/// Stores a tariff version.
pub fn insert_tariff(book: &Book, new: &NewVersion<'_>) -> Result<TariffRow> {
    let row = insert(
        book,
        "INSERT INTO tariff_row (import, number, block, start, length, form, partner, key, content,
                             ocpi_id, updated_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        new,
        &[],
    )?;
    Ok(TariffRow(row))
}

/// Stores a location version.
pub fn insert_location(
    book: &Book,
    new: &NewVersion<'_>,
    time_zone: Option<Tz>,
) -> Result<LocationRow> {
    let row = insert(
        book,
        "INSERT INTO location_row (import, number, block, start, length, form, partner, key,
                               content, ocpi_id, updated_ms, time_zone)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        new,
        &[&time_zone.map(Tz::name)],
    )?;
    Ok(LocationRow(row))
}

/// Stores a token version.
pub fn insert_token(
    book: &Book,
    new: &NewVersion<'_>,
    contract: &str,
    valid: bool,
) -> Result<TokenRow> {
    let row = insert(
        book,
        "INSERT INTO token_row (import, number, block, start, length, form, partner, key, content,
                            ocpi_id, updated_ms, contract, valid)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        new,
        &[&contract, &valid],
    )?;
    Ok(TokenRow(row))
}

/// The versions of an owner's tariff, in the order they were received.
pub fn tariffs(book: &Book, key: i64, owner: &PartyKey, id: &str) -> Result<Vec<TariffVersion>> {
    let mut query = book.sql().prepare_cached(
        "SELECT t.id, t.import, t.number, t.block, t.start, t.length, t.form, t.updated_ms
         FROM tariff t JOIN party p ON p.id = t.partner
         WHERE t.key = ?1 AND p.key = ?2 AND t.ocpi_id = ?3 COLLATE NOCASE ORDER BY t.id",
    )?;
    let rows = query.query_map((key, owner.to_string(), id), |row| Ok(tariff_version(row)))?;
    rows.map(|row| row?).collect()
}

fn tariff_version(row: &Row<'_>) -> Result<TariffVersion> {
    let updated: Option<i64> = row.get(7)?;
    Ok(TariffVersion {
        row: row.get(0)?,
        source: source(row, 1)?,
        updated_at: updated.map(instant).transpose()?,
    })
}

/// Every stored tariff version of an owner, by id, then in the order they were received.
pub fn tariffs_of(book: &Book, owner: PartyRow) -> Result<Vec<TariffVersion>> {
    let mut query = book.sql().prepare_cached(
        "SELECT id, import, number, block, start, length, form, updated_ms
         FROM tariff WHERE partner = ?1 ORDER BY ocpi_id COLLATE NOCASE, id",
    )?;
    let rows = query.query_map([owner], |row| Ok(tariff_version(row)))?;
    rows.map(|row| row?).collect()
}

/// A token as lookups by its uid need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFigures {
    /// Its uid as spelled.
    pub uid: String,
    /// Its contract.
    pub contract: String,
    /// Who issued it.
    pub provider: PartyKey,
}

/// Every token, the newest version of each last.
pub fn tokens(book: &Book) -> Result<Vec<TokenFigures>> {
    let mut query = book.sql().prepare_cached(
        "SELECT t.ocpi_id, t.contract, p.key FROM token t JOIN party p ON p.id = t.partner
         ORDER BY coalesce(t.updated_ms, 0), t.id",
    )?;
    let mut rows = query.query([])?;
    let mut tokens = Vec::new();
    while let Some(row) = rows.next()? {
        let provider: String = row.get(2)?;
        tokens.push(TokenFigures {
            uid: row.get(0)?,
            contract: row.get(1)?,
            provider: provider
                .parse()
                .map_err(|_| Error::Damaged(format!("party {provider:?}")))?,
        });
    }
    Ok(tokens)
}

/// What a token is looked up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenBy {
    /// The contract: `contract_id`, in 2.1.1 `auth_id`.
    Contract,
    /// The token's own id.
    Uid,
}

/// The tokens with an id, upper or lower case: of each the newest version that has it, with its
/// owner.
pub fn tokens_by(book: &Book, by: TokenBy, id: &str) -> Result<Vec<(PartyRow, Source)>> {
    let sql = match by {
        TokenBy::Contract => {
            "SELECT partner, import, number, block, start, length, form FROM token t
             WHERE contract = ?1 COLLATE NOCASE
               AND NOT EXISTS (SELECT 1 FROM token n WHERE n.key = t.key
                               AND n.contract = t.contract COLLATE NOCASE
                               AND (coalesce(n.updated_ms, 0), n.id)
                                 > (coalesce(t.updated_ms, 0), t.id))"
        }
        TokenBy::Uid => {
            "SELECT partner, import, number, block, start, length, form FROM token t
             WHERE ocpi_id = ?1 COLLATE NOCASE
               AND NOT EXISTS (SELECT 1 FROM token n WHERE n.key = t.key
                               AND (coalesce(n.updated_ms, 0), n.id)
                                 > (coalesce(t.updated_ms, 0), t.id))"
        }
    };
    let mut query = book.sql().prepare_cached(sql)?;
    let mut rows = query.query([id])?;
    let mut tokens = Vec::new();
    while let Some(row) = rows.next()? {
        tokens.push((row.get(0)?, source(row, 1)?));
    }
    Ok(tokens)
}

/// The newest version of an owner's location.
pub fn location(
    book: &Book,
    key: i64,
    owner: &PartyKey,
    id: &str,
) -> Result<Option<LocationVersion>> {
    let mut query = book.sql().prepare_cached(
        "SELECT l.id, l.import, l.number, l.block, l.start, l.length, l.form, l.time_zone
         FROM location l JOIN party p ON p.id = l.partner
         WHERE l.key = ?1 AND p.key = ?2 AND l.ocpi_id = ?3 COLLATE NOCASE
         ORDER BY coalesce(l.updated_ms, 0) DESC, l.id DESC LIMIT 1",
    )?;
    let mut rows = query.query((key, owner.to_string(), id))?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let zone: Option<String> = row.get(7)?;
    Ok(Some(LocationVersion {
        row: row.get(0)?,
        source: source(row, 1)?,
        time_zone: zone.and_then(|name| name.parse().ok()),
    }))
}

/// The owner of a stored tariff version and where its record lies.
pub fn tariff(book: &Book, tariff: TariffRow) -> Result<Option<(PartyRow, Source)>> {
    let mut query = book.sql().prepare_cached(
        "SELECT partner, import, number, block, start, length, form FROM tariff WHERE id = ?1",
    )?;
    let mut rows = query.query([tariff])?;
    rows.next()?
        .map(|row| Ok((row.get(0)?, source(row, 1)?)))
        .transpose()
}

/// How many tariffs, locations and undone imports the book has seen: it grows with each, so while
/// it stays the same no look for a tariff or a location finds another one.
pub fn seen(book: &Book) -> Result<i64> {
    let mut query = book.sql().prepare_cached(
        "SELECT coalesce((SELECT max(id) FROM tariff_row), 0)
              + coalesce((SELECT max(id) FROM location_row), 0)
              + (SELECT count(*) FROM import_undone)",
    )?;
    Ok(query.query_row([], |row| row.get(0))?)
}
