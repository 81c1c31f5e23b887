//! What the rule of whose figures count came to for each CDR. A derivation: replaced whenever it is
//! computed anew. CDRs whose own figures count by rule have none.

use std::collections::HashMap;

use domain::Severity;

use crate::finding::{severity, severity_number};
use crate::month::Key;
use crate::near::Scope;
use crate::row::{CdrRow, DecisionSeq, SessionRow};
use crate::{Book, Result};

/// What a CDR's figures were judged from, and the findings of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Version of how sources are read.
    pub version: i64,
    /// The decision that set the rule.
    pub agreement: DecisionSeq,
    /// The session that belongs to it.
    pub session: Option<SessionRow>,
    /// The worst finding.
    pub severity: Option<Severity>,
    /// Finding codes, space separated.
    pub codes: String,
}

/// What stands for a partner-month's CDRs in scope.
pub fn standing(book: &Book, key: Key, scope: &Scope) -> Result<HashMap<CdrRow, Judged>> {
    let (cdrs, wanted, rows) = scope.cdrs();
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT t.cdr, t.version, t.agreement, t.session, t.severity, t.codes
         FROM {cdrs} JOIN truth t ON t.cdr = c.id WHERE {wanted}"
    ))?;
    let mut rows = query.query((key.0, key.1.number(), rows))?;
    let mut found = HashMap::new();
    while let Some(row) = rows.next()? {
        let judged = Judged {
            version: row.get(1)?,
            agreement: row.get(2)?,
            session: row.get(3)?,
            severity: severity(row.get(4)?)?,
            codes: row.get(5)?,
        };
        found.insert(row.get(0)?, judged);
    }
    Ok(found)
}

/// Keeps what a CDR was judged to in the place of any earlier judgement.
pub fn put(book: &Book, cdr: CdrRow, judged: &Judged) -> Result<()> {
    let mut insert = book.sql().prepare_cached(
        "INSERT OR REPLACE INTO truth (cdr, version, agreement, session, severity, codes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    insert.execute((
        cdr,
        judged.version,
        judged.agreement,
        judged.session,
        judged.severity.map_or(-1, severity_number),
        &judged.codes,
    ))?;
    Ok(())
}

/// Forgets what stands for a CDR.
pub fn forget(book: &Book, cdr: CdrRow) -> Result<()> {
    let mut delete = book
        .sql()
        .prepare_cached("DELETE FROM truth WHERE cdr = ?1")?;
    delete.execute([cdr])?;
    Ok(())
}
