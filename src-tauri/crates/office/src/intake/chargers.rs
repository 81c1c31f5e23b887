//! Logs of an OCPP server: our chargers' transactions become sessions and CDRs of ours.
//!
//! The log is kept as it came; each transaction is kept as a line of JSON with what it was read
//! from, and the CDR that was made of it. One of which none can be made is listed with the reason,
//! and so is one of which the log has only a part.

mod ground;
#[cfg(test)]
mod tests;

use domain::cdr::Form;
use domain::{Cdr, Decimal, Finding, FindingCode, FindingLocation, Kwh, OcpiVersion};
use ocpp::{Found, Item, Made, NotMade, Transaction};
use serde_json::{Map, Value};
use store::Book;

use self::ground::Ground;
use super::prepare::{Context, Prepared, Preparer, What};
use super::rows::Rows;
use super::sheet_record::{ChargerRecord, Register, SheetRecord};
use super::source::Source;
use crate::api::ImportRequest;
use crate::error::{Error, Result};
use crate::job::Cancel;

/// Whether bytes begin a log of an OCPP server: a transaction begins or ends in it.
pub(crate) fn recognise(head: &[u8]) -> bool {
    let mut any = false;
    let hint = ocpp::Hint::default();
    let read = ocpp::read_log(head, &hint, &mut |item| {
        any |= matches!(item, Item::Transaction(_) | Item::Review(..));
    });
    read.is_ok() && any
}

/// Reads a log; `take` gets sessions and CDRs prepared, block by block.
pub(crate) fn run(
    book: &Book,
    context: &Context,
    (source, bytes): (&Source<'_>, &[u8]),
    request: &ImportRequest,
    cancel: &Cancel,
    mut take: impl FnMut(Prepared) -> Result<()>,
) -> Result<()> {
    let hint = hint(request)?;
    let mut lines = Lines::of(book, context)?;
    let mut outcome = Ok(());
    let read = ocpp::read_log(bytes, &hint, &mut |item| {
        if outcome.is_ok() {
            outcome = cancel
                .check()
                .and_then(|()| lines.item(item))
                .and_then(|()| {
                    if lines.rows.is_full() {
                        take(lines.cut()?)?;
                    }
                    Ok(())
                });
        }
    });
    outcome?;
    read.map_err(|error| source.error(error))?;
    if lines.rows.is_empty() && lines.notes.is_empty() {
        return Ok(());
    }
    take(lines.cut()?)
}

fn hint(request: &ImportRequest) -> Result<ocpp::Hint> {
    let zone = request.time_zone.as_deref().map(|name| {
        name.parse().map_err(|_| Error::BadRequest {
            field: "time_zone",
            value: name.to_owned(),
        })
    });
    Ok(ocpp::Hint {
        station: None,
        zone: zone.transpose()?,
    })
}

/// What a transaction at the beginning of a log would become.
pub(crate) struct First {
    /// Its CDR, if one can be made.
    pub(crate) cdr: Option<Cdr>,
    /// Which rules were used, or why none can be made.
    pub(crate) findings: Vec<Finding>,
}

/// What the first transactions of a log would become.
pub(crate) fn first(
    book: &Book,
    context: &Context,
    head: &[u8],
    request: &ImportRequest,
    most: usize,
) -> Result<Vec<First>> {
    let ground = Ground::of(book, context)?;
    let mut firsts = Vec::new();
    // What lies beyond the beginning that was read counts as missing: those are left out.
    let read = ocpp::read_log(head, &hint(request)?, &mut |item| {
        if let (true, Item::Transaction(transaction)) = (firsts.len() < most, item) {
            firsts.push(become_of(&ground, &transaction, Vec::new()));
        }
    });
    // Bytes in memory can always be read.
    debug_assert!(read.is_ok());
    Ok(firsts)
}

/// What the first rows of a table of transactions would become, each with its number.
pub(crate) fn first_rows(
    book: &Book,
    context: &Context,
    rows: impl Iterator<Item = sheet::Row<sheet::Record>>,
) -> Result<Vec<(u32, First)>> {
    let ground = Ground::of(book, context)?;
    let first = |row: sheet::Row<sheet::Record>| {
        let findings = row.record.findings;
        let first = match row.record.value {
            Some(sheet::Record::Transaction(told)) => {
                become_of(&ground, &of_row(row.number, *told), findings)
            }
            _ => First {
                cdr: None,
                findings,
            },
        };
        (row.number, first)
    };
    Ok(rows.map(first).collect())
}

/// What a transaction would become, beside what was odd about reading it.
fn become_of(ground: &Ground, transaction: &Transaction, mut findings: Vec<Finding>) -> First {
    let cdr = match attempt(ground, transaction) {
        Ok(made) => {
            findings.extend(made.findings.iter().map(odd));
            Some(made.cdr)
        }
        Err(why) => {
            findings.extend(why);
            None
        }
    };
    First { cdr, findings }
}

/// Session and CDR of a transaction; else why there are none, and what else is odd.
fn attempt(ground: &Ground, transaction: &Transaction) -> std::result::Result<Made, Vec<Finding>> {
    let setting = ground.setting(transaction).map_err(|why| vec![why])?;
    ocpp::make(transaction, &setting).map_err(|NotMade { reasons, findings }| {
        let reasons = reasons.iter().map(not_made);
        reasons.chain(findings.iter().map(odd)).collect()
    })
}

/// Reads the rows of a table of transactions; `take` gets sessions and CDRs prepared.
pub(crate) fn rows(
    (book, context): (&Book, &Context),
    rows: impl Iterator<Item = sheet::Row<sheet::Record>>,
    cancel: &Cancel,
    mut take: impl FnMut(Prepared) -> Result<()>,
) -> Result<()> {
    let mut lines = Lines::of(book, context)?;
    for row in rows {
        cancel.check()?;
        lines.row(row)?;
        if lines.rows.is_full() {
            take(lines.cut()?)?;
        }
    }
    if lines.rows.is_empty() {
        return Ok(());
    }
    take(lines.cut()?)
}

/// A row of a table as a transaction.
fn of_row(number: u32, row: sheet::Transaction) -> Transaction {
    let wh = |kwh: Option<Kwh>| kwh.and_then(|kwh| kwh.0.checked_mul(Decimal::ONE_THOUSAND));
    ocpp::of_row(&ocpp::Row {
        row: u64::from(number),
        station: row.station.map(|id| id.0).unwrap_or_default(),
        connector: row.connector.and_then(|id| id.0.parse().ok()),
        transaction: row.id.0,
        tag: row.tag.map(|id| id.0),
        start_at: Some(row.start_at),
        stop_at: row.end_at,
        start_wh: wh(row.meter_start),
        stop_wh: wh(row.meter_stop),
        energy: row.energy,
        reason: row.stop_reason,
    })
}

/// Records on their way into a block.
struct Lines<'a> {
    preparer: Preparer<'a>,
    ground: Ground,
    /// Transactions so far.
    made: u32,
    rows: Rows,
    notes: Vec<Finding>,
}

impl<'a> Lines<'a> {
    fn of(book: &'a Book, context: &'a Context) -> Result<Lines<'a>> {
        Ok(Lines {
            preparer: Preparer::new(book, context),
            ground: Ground::of(book, context)?,
            made: 0,
            rows: Rows::default(),
            notes: Vec::new(),
        })
    }

    /// A row of a table, under its number there.
    fn row(&mut self, row: sheet::Row<sheet::Record>) -> Result<()> {
        self.made = row.number;
        let findings = row.record.findings;
        match row.record.value {
            Some(sheet::Record::Transaction(told)) => {
                let transaction = of_row(row.number, *told);
                self.transaction(&transaction, findings)
            }
            Some(
                sheet::Record::Cdr(_) | sheet::Record::Session(_) | sheet::Record::Statement(_),
            )
            | None => {
                let record = SheetRecord {
                    cells: Map::from_iter([("row".to_owned(), Value::String(row.raw.clone()))]),
                    ..SheetRecord::default()
                };
                let line = serde_json::to_vec(&record).map_err(store::Error::from)?;
                self.push(&line, (Form::Sheet, What::Reject(row.raw)), findings);
                Ok(())
            }
        }
    }

    /// What becomes of a transaction, beside what was odd about reading it.
    fn transaction(&mut self, transaction: &Transaction, mut odd: Vec<Finding>) -> Result<()> {
        match attempt(&self.ground, transaction) {
            Ok(made) => self.made(transaction, made, odd),
            Err(why) => {
                odd.extend(why);
                self.reject(transaction, odd)
            }
        }
    }

    fn item(&mut self, item: Item) -> Result<()> {
        match item {
            Item::Transaction(transaction) => {
                self.made += 1;
                self.transaction(&transaction, Vec::new())
            }
            Item::Review(transaction, why) => {
                self.made += 1;
                let found = Found {
                    trouble: why,
                    line: transaction.first_line(),
                    about: None,
                };
                self.reject(&transaction, vec![not_made(&found)])
            }
            Item::Trouble(found) => {
                self.notes.push(odd(&found));
                Ok(())
            }
        }
    }

    fn made(
        &mut self,
        transaction: &Transaction,
        made: Made,
        mut findings: Vec<Finding>,
    ) -> Result<()> {
        let written = ocpi::write::session(&made.session, OcpiVersion::V221).json;
        let mut odd_about_session = Vec::new();
        let session =
            self.preparer
                .session(made.session, written.as_bytes(), &mut odd_about_session)?;
        let form = Form::Ocpi(OcpiVersion::V221);
        self.push(written.as_bytes(), (form, session), odd_about_session);
        findings.extend(made.findings.iter().map(odd));
        let content = sheet::content(&made.cdr);
        let cdr = made.cdr.clone();
        let what = self.preparer.cdr(cdr, content.as_bytes(), &mut findings)?;
        let line = line(transaction, Some((made.cdr, made.register)))?;
        self.push(&line, (Form::Sheet, what), findings);
        Ok(())
    }

    fn reject(&mut self, transaction: &Transaction, findings: Vec<Finding>) -> Result<()> {
        let line = line(transaction, None)?;
        let name = format!("{} {}", transaction.station, transaction.id);
        self.push(&line, (Form::Sheet, What::Reject(name)), findings);
        Ok(())
    }

    fn push(&mut self, line: &[u8], (form, what): (Form, What), findings: Vec<Finding>) {
        self.rows.push((self.made, form), line, what, findings);
    }

    fn cut(&mut self) -> Result<Prepared> {
        self.rows.cut(std::mem::take(&mut self.notes))
    }
}

/// A rule that was used, or what is odd about the log.
fn odd(found: &Found) -> Finding {
    finding(FindingCode::ChargerLog, found)
}

/// Why no CDR was made.
fn not_made(found: &Found) -> Finding {
    finding(FindingCode::NoCdrMade, found)
}

fn finding(code: FindingCode, found: &Found) -> Finding {
    let finding = Finding::new(code, FindingLocation::Whole)
        .with("trouble", found.trouble.code())
        .with("text", &found.trouble);
    match found.line {
        Some(line) => finding.with("line", line),
        None => finding,
    }
}

/// A transaction as the book keeps it, with the CDR made of it and what its register told.
fn line(transaction: &Transaction, made: Option<(Cdr, Kwh)>) -> Result<Vec<u8>> {
    let register = made.as_ref().map(|(cdr, energy)| Register {
        energy: *energy,
        start_at: cdr.start_at,
        end_at: cdr.end_at,
    });
    let record = ChargerRecord {
        row: SheetRecord {
            cells: cells(transaction),
            cdr: made.map(|(cdr, _)| cdr),
            ..SheetRecord::default()
        },
        register,
    };
    Ok(serde_json::to_vec(&record).map_err(store::Error::from)?)
}

/// What a person looks for in a transaction.
fn cells(transaction: &Transaction) -> Map<String, Value> {
    let edge = |edge: &Option<ocpp::Edge>| {
        let edge = edge.as_ref()?;
        let meter = edge.meter_wh.map(|wh| format!(", meter {wh} Wh"));
        let at = edge
            .when
            .at
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        Some(format!(
            "{at}{} (line {})",
            meter.unwrap_or_default(),
            edge.when.line
        ))
    };
    let reason = transaction.stop.as_ref();
    let cells = [
        ("station", Some(transaction.station.clone())),
        ("connector", transaction.connector.map(|n| n.to_string())),
        ("evse", transaction.evse.map(|n| n.to_string())),
        ("transaction", Some(transaction.id.clone())),
        ("tag", transaction.tag.clone()),
        ("start", edge(&transaction.start)),
        ("stop", edge(&transaction.stop)),
        ("reason", reason.and_then(|stop| stop.reason.clone())),
        ("values", Some(transaction.samples.len().to_string())),
        ("states", Some(transaction.states.len().to_string())),
    ];
    let said = cells
        .into_iter()
        .filter_map(|(name, text)| Some((name, text?)));
    said.map(|(name, text)| (name.to_owned(), Value::String(text)))
        .collect()
}
