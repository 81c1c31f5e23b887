//! Reads a sheet under a template: row by row, the CDRs they are.

mod doubt;
mod kind;
mod money;
mod others;
mod period;
mod record;
mod times;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

use domain::{Cdr, Checked, Finding, FindingCode, FindingLocation, Severity};

use crate::book::{Rows, Workbook};
use crate::error::Error;
use crate::read::record::Plan;
use crate::record::Record;
use crate::template::{Hint, Template};

pub use kind::{RowIs, Skipped};
pub use record::{content, content_id};

/// One row of the sheet and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<T = Cdr> {
    /// Its number as spreadsheet programs count, from 1.
    pub number: u32,
    /// Whether it is a record, or why it is none.
    pub is: RowIs,
    /// The record. `None` for rows that are none, and for those with a fatal finding.
    pub record: Checked<Option<T>>,
    /// Its cells as written, divided by tabs (tabs and breaks inside a cell become blanks).
    pub raw: String,
}

impl<T> Row<T> {
    /// A record that cannot be used: its fatal findings say why.
    pub fn is_rejected(&self) -> bool {
        self.is == RowIs::Data && self.record.value.is_none()
    }
}

/// Reads the template's sheet from the top, each row as a CDR, whatever kind the template says.
/// Rows without any cell are left out.
///
/// # Errors
/// [`Error::NoSuchSheet`] where the workbook has no sheet of the template's name.
pub fn read<'a>(
    book: &'a Workbook<'_>,
    template: &'a Template,
    hint: &'a Hint,
) -> Result<Reader<'a>, Error> {
    walk(book, template, hint, as_cdr, facts_and_id)
}

fn as_cdr(plan: &Plan<'_>, row: &crate::book::Row<'_>) -> Checked<Option<Cdr>> {
    let mut reading = plan.reading(row);
    let value = reading.cdr();
    reading.done(value)
}

fn as_record(plan: &Plan<'_>, row: &crate::book::Row<'_>) -> Checked<Option<Record>> {
    let mut reading = plan.reading(row);
    let value = reading.of_kind();
    reading.done(value)
}

/// Reads the template's sheet from the top, each row as a record of the template's kind.
///
/// # Errors
/// [`Error::NoSuchSheet`] where the workbook has no sheet of the template's name.
pub fn records<'a>(
    book: &'a Workbook<'_>,
    template: &'a Template,
    hint: &'a Hint,
) -> Result<Reader<'a, Record>, Error> {
    walk(book, template, hint, as_record, Record::facts)
}

fn walk<'a, T>(
    book: &'a Workbook<'_>,
    template: &'a Template,
    hint: &'a Hint,
    make: Make<T>,
    facts: fn(&T) -> String,
) -> Result<Reader<'a, T>, Error> {
    let sheet = book.sheet(&template.sheet)?;
    let mut plan = Plan::new(template, hint, book.is_1904());
    plan.period = period::Period::of(sheet, &plan);
    Ok(Reader {
        rows: sheet.rows(),
        plan,
        sorter: kind::Sorter::default(),
        seen: HashMap::new(),
        make,
        facts,
    })
}

/// How a row becomes a record.
type Make<T> = fn(&Plan<'_>, &crate::book::Row<'_>) -> Checked<Option<T>>;

/// The first records of a sheet as they would be imported, problem cells in their findings.
pub fn preview(
    book: &Workbook<'_>,
    template: &Template,
    hint: &Hint,
    most: usize,
) -> Result<Vec<Row>, Error> {
    let records = read(book, template, hint)?.filter(|row| row.is == RowIs::Data);
    Ok(records.take(most).collect())
}

/// The rows of a sheet, read one by one.
#[derive(Debug)]
pub struct Reader<'a, T = Cdr> {
    rows: Rows<'a>,
    plan: Plan<'a>,
    sorter: kind::Sorter,
    /// What was read, by hash, to name the first of equal rows.
    seen: HashMap<u64, u32>,
    make: Make<T>,
    facts: fn(&T) -> String,
}

impl<T> Iterator for Reader<'_, T> {
    type Item = Row<T>;

    fn next(&mut self) -> Option<Row<T>> {
        let row = self.rows.next()?;
        let is = self.sorter.sort(&self.plan, &row);
        let raw = raw(&row);
        let mut record = match is {
            RowIs::Data => (self.make)(&self.plan, &row),
            RowIs::Skipped(_) => Checked {
                value: None,
                findings: Vec::new(),
            },
        };
        let number = row.number;
        let facts = record.value.as_ref().map(self.facts);
        if let Some(first) = facts.and_then(|facts| repeated(&mut self.seen, &facts, number)) {
            let at = FindingLocation::Cell {
                sheet: self.plan.template.sheet.clone(),
                row: number,
                column: String::new(),
            };
            let finding = Finding::new(FindingCode::DuplicateRow, at);
            record.findings.push(finding.with("first_row", first));
        }
        if record
            .findings
            .iter()
            .any(|finding| finding.severity == Severity::Fatal)
        {
            record.value = None;
        }
        Some(Row {
            number,
            is,
            record,
            raw,
        })
    }
}

/// The row that said the same before, if one did.
fn repeated(seen: &mut HashMap<u64, u32>, facts: &str, number: u32) -> Option<u32> {
    let mut hasher = DefaultHasher::new();
    hasher.write(facts.as_bytes());
    let first = *seen.entry(hasher.finish()).or_insert(number);
    (first != number).then_some(first)
}

/// What a CDR says, in one line, its id included.
pub(crate) fn facts_and_id(cdr: &Cdr) -> String {
    format!("{}\u{1f}{}", record::facts(cdr), cdr.id.folded())
}

fn raw(row: &crate::book::Row<'_>) -> String {
    let mut raw = String::with_capacity(128);
    for column in 0..row.width() {
        if column > 0 {
            raw.push('\t');
        }
        let cell = row.cell(column);
        match cell.text() {
            Some(text) if text.contains(['\t', '\n', '\r']) => {
                raw.push_str(&text.replace(['\t', '\n', '\r'], " "));
            }
            Some(text) => raw.push_str(text),
            None => raw.push_str(&cell.shown()),
        }
    }
    raw
}
