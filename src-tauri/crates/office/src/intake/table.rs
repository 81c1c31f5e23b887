//! Spreadsheets: their rows as records, each kept as a line of JSON beside the file itself.

use domain::cdr::Form;
use domain::{Currency, Tz};
use serde_json::{Map, Value};
use sheet::{Hint, Row, RowIs, Template};
use store::Book;
use store::raw::{BlockKind, NewBlock};

use super::chargers;
use super::others;
use super::pipeline::{Give, side_by_side};
use super::prepare::{Context, Prepared, Preparer, What};
use super::reading::Opened;
use super::rows::Rows;
use super::sheet_record::SheetRecord;
use super::source::Source;
use crate::api::ImportRequest;
use crate::error::{Error, Result};
use crate::job::Cancel;
use crate::terms::terms;

/// Bytes of a file kept together in a block.
const BLOCK: usize = 1 << 20;
/// Rows that are prepared together.
const ROWS: usize = 1_000;
/// How the sheet is to be read, as far as the request and the partner tell.
pub(crate) fn hint(book: &Book, request: &ImportRequest, context: &Context) -> Result<Hint> {
    let party = context
        .partner
        .clone()
        .unwrap_or_else(|| context.own.clone());
    let terms = terms(book, &party)?;
    let bad = |field, value: &str| Error::BadRequest {
        field,
        value: value.to_owned(),
    };
    let zone = match request.time_zone.as_deref() {
        Some(name) => name.parse::<Tz>().map_err(|_| bad("time_zone", name))?,
        None => terms.partner.agreement.time_zone,
    };
    let currency = match request.currency.as_deref() {
        Some(code) => code
            .parse::<Currency>()
            .map_err(|_| bad("currency", code))?,
        None => terms.partner.currency,
    };
    Ok(Hint {
        party,
        zone,
        currency,
    })
}

/// A file that cannot be read as a spreadsheet.
pub(crate) fn unreadable(source: &Source<'_>, error: &sheet::Error) -> Error {
    Error::Unreadable {
        name: source.name.clone(),
        why: error.to_string(),
    }
}

/// The bytes of a file in blocks.
pub(crate) fn file_blocks(bytes: &[u8]) -> impl Iterator<Item = Result<NewBlock>> {
    bytes.chunks(BLOCK).enumerate().map(|(index, part)| {
        Ok(NewBlock {
            kind: BlockKind::File,
            first_byte: (index * BLOCK) as u64,
            length: u32::try_from(part.len()).expect("a block is a megabyte"),
            zstd: store::raw::compress(part)?,
        })
    })
}

/// Reads the rows of a sheet; `take` gets them prepared, block by block.
pub(crate) fn run(
    (book, context): (&Book, &Context),
    source: &Source<'_>,
    opened: &Opened<'_>,
    cancel: &Cancel,
    mut take: impl FnMut(Prepared) -> Result<()>,
) -> Result<()> {
    let Opened {
        workbook,
        template,
        hint,
        ..
    } = opened;
    if template.kind == sheet::Kind::Transactions {
        let rows = sheet::records(workbook, template, hint)
            .map_err(|error| unreadable(source, &error))?
            .filter(|row| row.is == RowIs::Data);
        return chargers::rows((book, context), rows, cancel, take);
    }
    if template.kind != sheet::Kind::Cdrs {
        let rows = sheet::records(workbook, template, hint)
            .map_err(|error| unreadable(source, &error))?
            .filter(|row| row.is == RowIs::Data);
        return others::rows((book, context), template, rows, cancel, take);
    }
    let rows = sheet::read(workbook, template, hint)
        .map_err(|error| unreadable(source, &error))?
        .filter(|row| row.is == RowIs::Data);
    let mut first_byte = 0;
    let mut take = |mut prepared: Prepared| {
        prepared.block.first_byte = first_byte;
        first_byte += u64::from(prepared.block.length);
        take(prepared)
    };
    let cut = |give: Give<'_, Vec<Row>>| {
        let mut rows = rows.peekable();
        while rows.peek().is_some() && give(rows.by_ref().take(ROWS).collect()) {}
    };
    let prepare = |preparer: &mut Preparer<'_>, part| prepare(preparer, template, part);
    side_by_side((book, context), cancel, cut, prepare, &mut take)
}

/// Some rows as a block; where it lies among the others is not known here.
fn prepare(preparer: &mut Preparer<'_>, template: &Template, part: Vec<Row>) -> Result<Prepared> {
    let mut lines = Rows::default();
    for row in part {
        add(&mut lines, preparer, template, row)?;
    }
    lines.cut(Vec::new())
}

/// Adds a row of a sheet.
fn add(rows: &mut Rows, preparer: &mut Preparer<'_>, template: &Template, row: Row) -> Result<()> {
    let mut findings = row.record.findings;
    let cells = cells(template, &row.raw);
    let what = match &row.record.value {
        Some(cdr) => preparer.cdr(cdr.clone(), sheet::content(cdr).as_bytes(), &mut findings)?,
        None => What::Reject(row.raw.clone()),
    };
    let record = SheetRecord {
        cells,
        cdr: row.record.value,
        ..SheetRecord::default()
    };
    let line = serde_json::to_vec(&record).map_err(store::Error::from)?;
    rows.push((row.number, Form::Sheet), &line, what, findings);
    Ok(())
}

/// The cells of a row by heading, as written.
pub(super) fn cells(template: &Template, raw: &str) -> Map<String, Value> {
    let mut cells = Map::new();
    for (index, text) in raw
        .split('\t')
        .enumerate()
        .filter(|(_, text)| !text.is_empty())
    {
        let heading = template
            .headings
            .get(index)
            .filter(|heading| !heading.is_empty());
        let mut name = heading.cloned().unwrap_or_else(|| sheet::letter(index));
        if cells.contains_key(&name) {
            name = format!("{name} ({})", sheet::letter(index));
        }
        cells.insert(name, Value::String(text.to_owned()));
    }
    cells
}
