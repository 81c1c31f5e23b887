//! Findings of reading records, and records that could not be used.

use domain::finding::Location;
use domain::{Finding, FindingCode, Severity};
use rusqlite::{OptionalExtension, Row};

use crate::raw::Range;
use crate::row::{BlockRow, CdrRow, ImportRow, RejectRow};
use crate::{Book, Error, Result};

/// What a finding is about: a row of one of these tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum About {
    /// A file as a whole: an import.
    Import(i64),
    /// A CDR.
    Cdr(i64),
    /// A session.
    Session(i64),
    /// A tariff version.
    Tariff(i64),
    /// A location version.
    Location(i64),
    /// A token version.
    Token(i64),
    /// A record that could not be used.
    Reject(i64),
}

impl About {
    fn parts(self) -> (&'static str, i64) {
        match self {
            About::Import(row) => ("import", row),
            About::Cdr(row) => ("cdr", row),
            About::Session(row) => ("session", row),
            About::Tariff(row) => ("tariff", row),
            About::Location(row) => ("location", row),
            About::Token(row) => ("token", row),
            About::Reject(row) => ("reject", row),
        }
    }
}

/// The number of a severity in the book.
pub fn severity_number(severity: Severity) -> i64 {
    match severity {
        Severity::Info => 0,
        Severity::Warning => 1,
        Severity::Error => 2,
        Severity::Fatal => 3,
    }
}

/// The severity of a number; −1 is none.
pub fn severity(number: i64) -> Result<Option<Severity>> {
    match number {
        -1 => Ok(None),
        0 => Ok(Some(Severity::Info)),
        1 => Ok(Some(Severity::Warning)),
        2 => Ok(Some(Severity::Error)),
        3 => Ok(Some(Severity::Fatal)),
        other => Err(Error::Damaged(format!("severity {other}"))),
    }
}

/// Stores a finding.
pub fn insert(book: &Book, import: ImportRow, about: About, finding: &Finding) -> Result<()> {
    let mut insert = book.sql().prepare_cached(
        "INSERT INTO finding (import, kind, record, code, severity, place, params)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let (kind, record) = about.parts();
    insert.execute((
        import,
        kind,
        record,
        finding.code.as_str(),
        severity_number(finding.severity),
        serde_json::to_string(&finding.at)?,
        serde_json::to_string(&finding.params)?,
    ))?;
    Ok(())
}

/// Whether a record has a finding of this code already.
pub fn exists(book: &Book, about: About, code: FindingCode) -> Result<bool> {
    let mut query = book.sql().prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM finding WHERE kind = ?1 AND record = ?2 AND code = ?3)",
    )?;
    let (kind, record) = about.parts();
    Ok(query.query_row((kind, record, code.as_str()), |row| row.get(0))?)
}

/// The worst finding of a record.
pub fn worst(book: &Book, about: About) -> Result<Option<Severity>> {
    let mut query = book.sql().prepare_cached(
        "SELECT coalesce(max(severity), -1) FROM finding WHERE kind = ?1 AND record = ?2",
    )?;
    severity(query.query_row(about.parts(), |row| row.get(0))?)
}

/// The findings of a record, in the order they were made.
pub fn of(book: &Book, about: About) -> Result<Vec<Finding>> {
    let mut query = book.sql().prepare_cached(
        "SELECT code, severity, place, params FROM finding
         WHERE kind = ?1 AND record = ?2 ORDER BY id",
    )?;
    let rows = query.query_map(about.parts(), |row| Ok(read(row, 0)))?;
    rows.map(|row| row?).collect()
}

fn read(row: &Row<'_>, first: usize) -> Result<Finding> {
    let code: String = row.get(first)?;
    let at: String = row.get(first + 2)?;
    let params: String = row.get(first + 3)?;
    Ok(Finding {
        code: code_of(&code)?,
        severity: severity(row.get(first + 1)?)?
            .ok_or_else(|| Error::Damaged("a finding without severity".into()))?,
        at: serde_json::from_str::<Location>(&at)?,
        params: serde_json::from_str(&params)?,
    })
}

fn code_of(text: &str) -> Result<FindingCode> {
    FindingCode::from_text(text).ok_or_else(|| Error::Damaged(format!("finding {text:?}")))
}

/// How often a code occurs in an import, and how bad it was at worst.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeCount {
    /// The code.
    pub code: FindingCode,
    /// Worst severity.
    pub severity: Severity,
    /// Findings.
    pub count: u32,
}

/// Findings of an import by code.
pub fn by_code(book: &Book, import: ImportRow) -> Result<Vec<CodeCount>> {
    let mut query = book.sql().prepare_cached(
        "SELECT code, max(severity), count(*) FROM finding WHERE import = ?1
         GROUP BY code ORDER BY code",
    )?;
    let rows = query.query_map([import], |row| {
        Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))
    })?;
    rows.map(|row| {
        let (code, worst, count) = row?;
        let severity =
            severity(worst)?.ok_or_else(|| Error::Damaged("a finding without severity".into()))?;
        Ok(CodeCount {
            code: code_of(&code)?,
            severity,
            count,
        })
    })
    .collect()
}

/// A record with a finding, as lists of problems show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Row or record number in the import.
    pub number: u32,
    /// The CDR, if it is one.
    pub cdr: Option<CdrRow>,
    /// Its id; empty for rejects.
    pub id: String,
    /// The finding.
    pub finding: Finding,
}

/// The first records of an import with a finding of this code.
pub fn samples(
    book: &Book,
    import: ImportRow,
    code: FindingCode,
    limit: u32,
) -> Result<Vec<Sample>> {
    let mut query = book.sql().prepare_cached(
        "SELECT f.kind, f.record, f.code, f.severity, f.place, f.params,
                coalesce(c.number, s.number, t.number, l.number, k.number, r.number),
                coalesce(c.ocpi_id, s.ocpi_id, t.ocpi_id, l.ocpi_id, k.ocpi_id, '')
         FROM finding f
         LEFT JOIN cdr_row c ON f.kind = 'cdr' AND c.id = f.record
         LEFT JOIN session_row s ON f.kind = 'session' AND s.id = f.record
         LEFT JOIN tariff_row t ON f.kind = 'tariff' AND t.id = f.record
         LEFT JOIN location_row l ON f.kind = 'location' AND l.id = f.record
         LEFT JOIN token_row k ON f.kind = 'token' AND k.id = f.record
         LEFT JOIN reject r ON f.kind = 'reject' AND r.id = f.record
         WHERE f.import = ?1 AND f.code = ?2 ORDER BY f.id LIMIT ?3",
    )?;
    let rows = query.query_map((import, code.as_str(), limit), |row| {
        let (kind, record): (String, i64) = (row.get(0)?, row.get(1)?);
        let cdr = (kind == "cdr").then_some(CdrRow(record));
        Ok((
            cdr,
            read(row, 2),
            row.get::<_, Option<u32>>(6)?,
            row.get(7)?,
        ))
    })?;
    rows.map(|row| {
        let (cdr, finding, number, id) = row?;
        Ok(Sample {
            number: number.unwrap_or(0),
            cdr,
            id,
            finding: finding?,
        })
    })
    .collect()
}

/// Keeps a record that could not be used.
pub fn insert_reject(
    book: &Book,
    import: ImportRow,
    number: u32,
    range: Range,
) -> Result<RejectRow> {
    let mut insert = book.sql().prepare_cached(
        "INSERT INTO reject (import, number, block, start, length)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let fields = (import, number, range.block, range.start, range.length);
    Ok(RejectRow(insert.insert(fields)?))
}

/// A record that could not be used.
#[derive(Clone, Debug)]
pub struct Reject {
    /// Its row.
    pub row: RejectRow,
    /// Row or record number in the import.
    pub number: u32,
    /// Its raw bytes.
    pub range: Range,
}

/// One record that could not be used.
pub fn reject(book: &Book, reject: RejectRow) -> Result<Option<Reject>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT id, number, block, start, length FROM reject WHERE id = ?1")?;
    let found = query.query_row([reject], |row| {
        let block: BlockRow = row.get(2)?;
        let range = Range {
            block,
            start: row.get(3)?,
            length: row.get(4)?,
        };
        Ok(Reject {
            row: row.get(0)?,
            number: row.get(1)?,
            range,
        })
    });
    Ok(found.optional()?)
}

/// A record of an import that could not be used, with what was found.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// Number of the record in its file.
    pub number: u32,
    /// Where its bytes lie.
    pub range: Range,
    /// What was found, in the order it was.
    pub findings: Vec<Finding>,
}

/// The records of an import that could not be used, in the order of the file.
pub fn rejected(book: &Book, import: ImportRow) -> Result<Vec<Rejected>> {
    let mut query = book.sql().prepare_cached(
        "SELECT id, number, block, start, length FROM reject WHERE import = ?1
         ORDER BY number, id",
    )?;
    let mut rows = query.query([import])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Rejected {
            number: row.get(1)?,
            range: Range {
                block: row.get(2)?,
                start: row.get(3)?,
                length: row.get(4)?,
            },
            findings: of(book, About::Reject(row.get(0)?))?,
        });
    }
    Ok(found)
}
