//! What reconciling found odd about CDRs, beside what reading and replay found. A derivation.

use std::collections::BTreeMap;

use domain::finding::Location;
use domain::{Finding, FindingCode, Severity};
use rusqlite::Rows;

use crate::finding::{severity, severity_number};
use crate::month::Key;
use crate::near::Scope;
use crate::row::CdrRow;
use crate::{Book, Error, Result};

/// A finding as it is kept: its severity and its figures as JSON.
pub type Kept = (Severity, String);

/// What stands for the CDRs of a partner-month in scope, by CDR and code.
pub fn standing(book: &Book, key: Key, scope: &Scope) -> Result<BTreeMap<(CdrRow, String), Kept>> {
    let (cdrs, wanted, rows) = scope.cdrs();
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT o.cdr, o.code, o.severity, o.params FROM {cdrs} JOIN oddity o ON o.cdr = c.id
         WHERE {wanted}",
    ))?;
    collect(query.query((key.0, key.1.number(), rows))?)
}

fn collect(mut rows: Rows<'_>) -> Result<BTreeMap<(CdrRow, String), Kept>> {
    let mut found = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let worst = severity(row.get(2)?)?.unwrap_or(Severity::Info);
        found.insert((row.get(0)?, row.get(1)?), (worst, row.get(3)?));
    }
    Ok(found)
}

/// What stands for a CDR.
pub fn of_cdr(book: &Book, cdr: CdrRow) -> Result<Vec<Finding>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT code, severity, params FROM oddity WHERE cdr = ?1 ORDER BY code")?;
    let mut rows = query.query([cdr])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (code, params): (String, String) = (row.get(0)?, row.get(2)?);
        let code = FindingCode::from_text(&code)
            .ok_or_else(|| Error::Damaged(format!("finding {code:?}")))?;
        found.push(Finding {
            code,
            severity: severity(row.get(1)?)?.unwrap_or(Severity::Info),
            at: Location::Whole,
            params: serde_json::from_str(&params)?,
        });
    }
    Ok(found)
}

/// Keeps a finding of a CDR in the place of an earlier one of the same code.
pub fn put(book: &Book, cdr: CdrRow, code: &str, kept: &Kept) -> Result<()> {
    let mut insert = book.sql().prepare_cached(
        "INSERT OR REPLACE INTO oddity (cdr, code, severity, params) VALUES (?1, ?2, ?3, ?4)",
    )?;
    insert.execute((cdr, code, severity_number(kept.0), &kept.1))?;
    Ok(())
}

/// Forgets a finding that is not found any more.
pub fn forget(book: &Book, cdr: CdrRow, code: &str) -> Result<()> {
    let mut delete = book
        .sql()
        .prepare_cached("DELETE FROM oddity WHERE cdr = ?1 AND code = ?2")?;
    delete.execute((cdr, code))?;
    Ok(())
}

/// Whether the book holds a token that we issued.
pub fn own_tokens(book: &Book) -> Result<bool> {
    let mut query = book.sql().prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM party p CROSS JOIN token t ON t.partner = p.id
                        WHERE p.key = ?1)",
    )?;
    Ok(query.query_row([book.party().to_string()], |row| row.get(0))?)
}

/// CDRs in scope that the partner itself sent, whose token is none of those we hold. Nothing is
/// said while the book holds no token of ours.
pub fn unknown_tokens(book: &Book, key: Key, scope: &Scope) -> Result<Vec<CdrRow>> {
    let (cdrs, wanted, rows) = scope.cdrs();
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT c.id FROM {cdrs}
         WHERE {wanted} AND c.own = 0
           AND EXISTS (SELECT 1 FROM party p CROSS JOIN token t ON t.partner = p.id
                       WHERE p.key = ?4)
           AND (c.contract <> '' OR coalesce(c.token, '') <> '')
           AND NOT EXISTS (SELECT 1 FROM token_row t WHERE t.contract = c.contract COLLATE NOCASE)
           AND NOT EXISTS (SELECT 1 FROM token_row t WHERE t.ocpi_id = c.token COLLATE NOCASE)
           AND NOT EXISTS (SELECT 1 FROM token_row t WHERE t.ocpi_id = c.contract COLLATE NOCASE)
         ORDER BY c.id",
    ))?;
    let us = book.party().to_string();
    let rows = query.query_map((key.0, key.1.number(), rows, us), |row| row.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// CDRs in scope that came after a document of their month was issued, and are on none: with the
/// number of the first one issued.
pub fn late(book: &Book, key: Key, scope: &Scope) -> Result<Vec<(CdrRow, String)>> {
    let (cdrs, wanted, rows) = scope.cdrs();
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT c.id, d.number
         FROM (SELECT i.number, e.at_ms FROM invoice i JOIN decision e ON e.seq = i.decision
               WHERE i.partner = ?1 AND i.month = ?2 AND i.state = 'issued'
               ORDER BY e.at_ms LIMIT 1) d
         CROSS JOIN {cdrs} JOIN import m ON m.id = c.import AND m.started_ms > d.at_ms
         WHERE {wanted}
           AND NOT EXISTS (SELECT 1 FROM invoice_cdr i JOIN invoice o ON o.id = i.invoice
                           WHERE i.cdr = c.id AND o.state = 'issued')
         ORDER BY c.id",
    ))?;
    let rows = query.query_map((key.0, key.1.number(), rows), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// How many CDRs of a partner-month have each finding, of reading, replay, whose figures count and
/// reconciling: code, CDRs.
pub fn counts(book: &Book, key: Key) -> Result<BTreeMap<String, u32>> {
    let of = (key.0, key.1.number());
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut found: Vec<(i64, String)> = Vec::new();
    for sql in [
        "SELECT f.record, f.code FROM cdr c JOIN finding f ON f.kind = 'cdr' AND f.record = c.id
         WHERE c.partner = ?1 AND c.month = ?2",
        "SELECT o.cdr, o.code FROM cdr c JOIN oddity o ON o.cdr = c.id
         WHERE c.partner = ?1 AND c.month = ?2",
        "SELECT r.cdr, r.codes FROM cdr c JOIN replay r ON r.cdr = c.id AND r.codes <> ''
         WHERE c.partner = ?1 AND c.month = ?2",
        "SELECT w.cdr, w.codes FROM cdr c JOIN truth w ON w.cdr = c.id AND w.codes <> ''
         WHERE c.partner = ?1 AND c.month = ?2",
    ] {
        let mut query = book.sql().prepare_cached(sql)?;
        let mut rows = query.query(of)?;
        while let Some(row) = rows.next()? {
            let (cdr, codes): (i64, String) = (row.get(0)?, row.get(1)?);
            found.extend(codes.split(' ').map(|code| (cdr, code.to_owned())));
        }
    }
    found.sort_unstable();
    found.dedup();
    for (_, code) in found {
        *counts.entry(code).or_default() += 1;
    }
    Ok(counts)
}
