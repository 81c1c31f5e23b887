//! Spreadsheets: their rows as records, each kept as a line of JSON beside the file itself.

use domain::cdr::Form;
use domain::{Currency, Tz};
use serde_json::{Map, Value};
use sheet::{Guess, Hint, Row, RowIs, Template, Workbook};
use store::Book;
use store::raw::{BlockKind, NewBlock};

use super::chargers;
use super::others;
use super::prepare::{Context, Prepared, Preparer, What};
use super::rows::Rows;
use super::sheet_record::SheetRecord;
use super::source::Source;
use crate::api::ImportRequest;
use crate::error::{Error, Result};
use crate::job::Cancel;
use crate::terms::terms;

/// Bytes of a file kept together in a block.
const BLOCK: usize = 1 << 20;

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

/// What the rows are, where the request says it.
pub(crate) fn kind(request: &ImportRequest) -> Result<Option<sheet::Kind>> {
    let Some(text) = request.kind.as_deref() else {
        return Ok(None);
    };
    let found = sheet::Kind::ALL.iter().find(|kind| kind.as_str() == text);
    found.copied().map(Some).ok_or_else(|| Error::BadRequest {
        field: "kind",
        value: text.to_owned(),
    })
}

/// Opens a spreadsheet and guesses how it is to be read.
pub(crate) fn open<'a>(
    source: &Source<'_>,
    bytes: &'a [u8],
    hint: &Hint,
    context: &Context,
) -> Result<(Workbook<'a>, Guess)> {
    let opened = match &context.old_sheets {
        Some(reader) => sheet::open_with(bytes, reader),
        None => sheet::open(bytes),
    };
    let workbook = opened.map_err(|error| unreadable(source, &error))?;
    let mut guess = sheet::guess(&workbook, hint).map_err(|error| unreadable(source, &error))?;
    guess.template.currency.get_or_insert(hint.currency);
    if let Some(kind) = context.kind {
        let is_kind = |evidence: &sheet::Evidence| evidence.what == sheet::Topic::Kind;
        guess.template.kind = kind;
        guess.evidence.retain(|evidence| !is_kind(evidence));
        guess.ambiguities.retain(|doubt| !is_kind(&doubt.chosen));
    }
    Ok((workbook, guess))
}

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
    book: &Book,
    context: &Context,
    source: &Source<'_>,
    bytes: &[u8],
    hint: &Hint,
    cancel: &Cancel,
    mut take: impl FnMut(Prepared) -> Result<()>,
) -> Result<()> {
    let (workbook, guess) = open(source, bytes, hint, context)?;
    let template = &guess.template;
    if template.kind == sheet::Kind::Transactions {
        let rows = sheet::records(&workbook, template, hint)
            .map_err(|error| unreadable(source, &error))?
            .filter(|row| row.is == RowIs::Data);
        return chargers::rows((book, context), rows, cancel, take);
    }
    if template.kind != sheet::Kind::Cdrs {
        let rows = sheet::records(&workbook, template, hint)
            .map_err(|error| unreadable(source, &error))?
            .filter(|row| row.is == RowIs::Data);
        return others::rows((book, context), template, rows, cancel, take);
    }
    let rows = sheet::read(&workbook, template, hint)
        .map_err(|error| unreadable(source, &error))?
        .filter(|row| row.is == RowIs::Data);
    let mut preparer = Preparer::new(book, context);
    let mut lines = Rows::default();
    for row in rows {
        cancel.check()?;
        add(&mut lines, &mut preparer, template, row)?;
        if lines.is_full() {
            take(lines.cut(Vec::new())?)?;
        }
    }
    if lines.is_empty() {
        Ok(())
    } else {
        take(lines.cut(Vec::new())?)
    }
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
