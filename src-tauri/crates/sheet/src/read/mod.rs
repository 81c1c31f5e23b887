//! Reads a sheet under a template: row by row, the CDRs they are.

mod kind;
mod period;
mod record;
mod times;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

use domain::{Cdr, Checked, Finding, FindingCode, FindingLocation, Severity};

use crate::book::{Rows, Workbook};
use crate::error::Error;
use crate::template::{Hint, Template};

pub use kind::{RowIs, Skipped};
pub use record::{content, content_id};

/// One row of the sheet and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number as spreadsheet programs count, from 1.
    pub number: u32,
    /// Whether it is a record, or why it is none.
    pub is: RowIs,
    /// The record. `None` for rows that are none, and for those with a fatal finding.
    pub record: Checked<Option<Cdr>>,
    /// Its cells as written, divided by tabs (tabs and breaks inside a cell become blanks).
    pub raw: String,
}

impl Row {
    /// A record that cannot be used: its fatal findings say why.
    pub fn is_rejected(&self) -> bool {
        self.is == RowIs::Data && self.record.value.is_none()
    }
}

/// Reads the template's sheet from the top. Rows without any cell are left out.
///
/// # Errors
/// [`Error::NoSuchSheet`] where the workbook has no sheet of the template's name.
pub fn read<'a>(
    book: &'a Workbook<'_>,
    template: &'a Template,
    hint: &'a Hint,
) -> Result<Reader<'a>, Error> {
    let sheet = book.sheet(&template.sheet)?;
    let mut plan = record::Plan::new(template, hint, book.is_1904());
    plan.period = period::Period::of(sheet, &plan);
    Ok(Reader {
        rows: sheet.rows(),
        plan,
        sorter: kind::Sorter::default(),
        seen: HashMap::new(),
    })
}

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
pub struct Reader<'a> {
    rows: Rows<'a>,
    plan: record::Plan<'a>,
    sorter: kind::Sorter,
    /// What was read, by hash, to name the first of equal rows.
    seen: HashMap<u64, u32>,
}

impl Iterator for Reader<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let row = self.rows.next()?;
        let is = self.sorter.sort(&self.plan, &row);
        let raw = raw(&row);
        let mut record = match is {
            RowIs::Data => self.plan.record(&row),
            RowIs::Skipped(_) => Checked {
                value: None,
                findings: Vec::new(),
            },
        };
        let number = row.number;
        let cdr = record.value.as_ref();
        if let Some(first) = cdr.and_then(|cdr| repeated(&mut self.seen, cdr, number)) {
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
fn repeated(seen: &mut HashMap<u64, u32>, cdr: &Cdr, number: u32) -> Option<u32> {
    let mut hasher = DefaultHasher::new();
    hasher.write(record::facts(cdr).as_bytes());
    hasher.write(cdr.id.folded().as_bytes());
    let first = *seen.entry(hasher.finish()).or_insert(number);
    (first != number).then_some(first)
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
