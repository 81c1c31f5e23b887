//! Rows that could not be read, as a workbook to repair them in.
//!
//! It has the original columns, what is wrong with each row, how to fix it, and the row's number in
//! the original, which stays with it when a person sorts the rows. A hidden sheet says of which
//! file the rows are, so that the repaired workbook continues the same import.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook as NewBook, Worksheet, XlsxError};
use serde::{Deserialize, Serialize};

use crate::book::{Row, Sheet, Workbook};
use crate::cell::{self, Cell};
use crate::error::Error;
use crate::template::Template;

/// The heading of the column that says what is wrong.
pub const PROBLEM: &str = "problem";
/// The heading of the column that says what to do.
pub const HOW_TO_FIX: &str = "how to fix";
/// The heading of the column with the row's number in the original.
pub const ORIGINAL_ROW: &str = "original row";

/// The columns that are ours, behind those of the original.
pub(crate) const OURS: [&str; 3] = [PROBLEM, HOW_TO_FIX, ORIGINAL_ROW];

/// The name of the hidden sheet, and what its first cell says.
const MARKER: &str = "tallywatt-rejects";
const VERSION: &str = "tallywatt-rejects/2";
/// The name of the sheet with the rows, where the original had none that can be used.
const ROWS: &str = "rows";
/// A source's hash is not longer.
const LONGEST_HASH: usize = 200;

/// A row that could not be read, in words for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Its number in the workbook.
    pub row: u32,
    /// What is wrong with it.
    pub problem: String,
    /// What to do about it.
    pub how_to_fix: String,
}

/// Where the rows of a repaired workbook come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejects {
    /// The hash of the original file, as it was given to [`rejects`].
    pub source: String,
    /// Of each row of the repaired workbook that came from the original, by its number here: its
    /// number there. A row that a person added has none.
    pub rows: BTreeMap<u32, u32>,
}

/// Writes an xlsx of these rows of a workbook, in the order of the original.
///
/// Text stays text, whatever it begins with: no cell becomes a formula. Figures and dates that were
/// typed cells stay so; text that looks like one stays text, so that it is read by the template as
/// it was. Where the workbook is itself one of rejected rows, each row keeps the number of the
/// first original.
///
/// # Errors
/// [`Error::NoSuchSheet`] where the template is of another workbook; [`Error::CannotWrite`].
pub fn rejects(
    book: &Workbook<'_>,
    template: &Template,
    source: &str,
    rows: &[Reject],
) -> Result<Vec<u8>, Error> {
    let failed = |error: XlsxError| Error::CannotWrite(error.to_string());
    let sheet = book.sheet(&template.sheet)?;
    let mut wanted: Vec<&Reject> = rows.iter().collect();
    wanted.sort_by_key(|reject| reject.row);
    wanted.dedup_by_key(|reject| reject.row);
    let mut out = NewBook::new();
    let styles = Styles::new();
    let page = out.add_worksheet();
    if page.set_name(&template.sheet).is_err() {
        page.set_name(ROWS).map_err(failed)?;
    }
    let before = rejects_of(book);
    let ours = |heading: &String| before.is_some() && OURS.contains(&heading.as_str());
    let own = template
        .headings
        .iter()
        .take_while(|heading| !ours(heading));
    let own: Vec<&str> = own.map(String::as_str).collect();
    let width = headings(page, &own, &styles).map_err(failed)?;
    let mut originals = sheet.rows();
    let mut written = Vec::new();
    let mut left = wanted.into_iter().peekable();
    while let Some(row) = originals.next() {
        while left.next_if(|reject| reject.row < row.number).is_some() {}
        let Some(reject) = left.next_if(|reject| reject.row == row.number) else {
            continue;
        };
        let line = u32::try_from(written.len() + 1).unwrap_or(u32::MAX);
        write_row(page, line, (row, width), reject, &styles).map_err(failed)?;
        let original = match &before {
            Some(before) => before.rows.get(&reject.row).copied(),
            None => Some(reject.row),
        };
        if let Some(original) = original {
            let column = width + 2;
            page.write_number_with_format(line, column, original, &styles.note)
                .map_err(failed)?;
        }
        written.push(original.unwrap_or(0));
    }
    mark(&mut out, source, &written).map_err(failed)?;
    out.save_to_buffer().map_err(failed)
}

/// Of which file a workbook holds rejected rows; `None` where it is no such workbook.
pub fn rejects_of(book: &Workbook<'_>) -> Option<Rejects> {
    let mut rows = book.sheet(MARKER).ok()?.rows();
    let says = rows.next()?.cell(0).text()? == VERSION;
    let source = rows.next()?.cell(0).text()?.to_owned();
    if !says || source.is_empty() || source.len() > LONGEST_HASH {
        return None;
    }
    let mut written = BTreeSet::new();
    while let Some(row) = rows.next() {
        written.insert(whole(&row.cell(0))?);
    }
    let numbers = book.sheets().iter().find_map(numbered);
    let mut numbers = numbers.unwrap_or_default();
    // A number that was never written was typed by a person.
    numbers.retain(|_, original| *original > 0 && written.contains(original));
    Some(Rejects {
        source,
        rows: numbers,
    })
}

/// What stands under [`ORIGINAL_ROW`], by the numbers of the rows; `None` where no heading says so.
fn numbered(sheet: &Sheet<'_>) -> Option<BTreeMap<u32, u32>> {
    let mut rows = sheet.rows();
    let column = loop {
        let row = rows.next()?;
        let mut filled = row.filled();
        if let Some((column, _)) = filled.find(|(_, cell)| cell.text() == Some(ORIGINAL_ROW)) {
            break column;
        }
    };
    let mut numbers = BTreeMap::new();
    while let Some(row) = rows.next() {
        if let Some(original) = whole(&row.cell(column)) {
            numbers.insert(row.number, original);
        }
    }
    Some(numbers)
}

/// The number of a row, also where a program has kept it as text.
fn whole(cell: &Cell<'_>) -> Option<u32> {
    match cell {
        Cell::Number(number) if number.is_integer() => u32::try_from(*number).ok(),
        Cell::Text(text) => text.parse().ok(),
        Cell::Empty
        | Cell::Number(_)
        | Cell::Moment(_)
        | Cell::Span(_)
        | Cell::Bool(_)
        | Cell::Fault(_) => None,
    }
}

/// How cells look.
struct Styles {
    heading: Format,
    note: Format,
    /// Text that a spreadsheet program must not take for a figure, date or formula when it is
    /// edited.
    text: Format,
    guarded: Format,
    moment: Format,
    span: Format,
}

impl Styles {
    fn new() -> Styles {
        let yellow = Color::RGB(0xFF_F2_CC);
        Styles {
            heading: Format::new().set_bold(),
            note: Format::new()
                .set_background_color(yellow)
                .set_text_wrap()
                .set_align(FormatAlign::Top),
            text: Format::new().set_num_format("@"),
            guarded: Format::new().set_num_format("@").set_quote_prefix(),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            span: Format::new().set_num_format("[h]:mm:ss"),
        }
    }
}

/// Writes the headings, and says how many columns the original has.
fn headings(page: &mut Worksheet, own: &[&str], styles: &Styles) -> Result<u16, XlsxError> {
    let mut width = 0;
    for heading in own.iter().chain(&OURS) {
        page.write_string_with_format(0, width, *heading, &styles.heading)?;
        width += 1;
    }
    let width = width - 3;
    page.set_column_width(width, 40)?;
    page.set_column_width(width + 1, 40)?;
    page.set_freeze_panes(1, 0)?;
    Ok(width)
}

fn write_row(
    page: &mut Worksheet,
    line: u32,
    (row, width): (Row<'_>, u16),
    reject: &Reject,
    styles: &Styles,
) -> Result<(), XlsxError> {
    for (column, cell) in row.filled() {
        let Some(column) = u16::try_from(column).ok().filter(|&column| column < width) else {
            continue;
        };
        write_cell(page, (line, column), &cell, styles)?;
    }
    page.write_string_with_format(line, width, &reject.problem, &styles.note)?;
    page.write_string_with_format(line, width + 1, &reject.how_to_fix, &styles.note)?;
    Ok(())
}

fn write_cell(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell<'_>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let dated = match cell {
        Cell::Moment(at) => cell::serial_of(*at).map(|days| (days, &styles.moment)),
        Cell::Span(seconds) => cell::days_of(*seconds).map(|days| (days, &styles.span)),
        Cell::Number(_) | Cell::Empty | Cell::Text(_) | Cell::Bool(_) | Cell::Fault(_) => None,
    };
    if let Some((days, format)) = dated {
        page.write_number_with_format(row, column, days, format)?;
        return Ok(());
    }
    match cell {
        Cell::Empty => {}
        Cell::Bool(value) => {
            page.write_boolean(row, column, *value)?;
        }
        Cell::Number(number) => match cell::float(*number) {
            Some(number) => {
                page.write_number(row, column, number)?;
            }
            None => write_text(page, (row, column), &number.to_string(), styles)?,
        },
        Cell::Text(_) | Cell::Fault(_) | Cell::Moment(_) | Cell::Span(_) => {
            write_text(page, (row, column), &cell.shown(), styles)?;
        }
    }
    Ok(())
}

fn write_text(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    styles: &Styles,
) -> Result<(), XlsxError> {
    /// What a spreadsheet program may take for the beginning of a formula.
    const BEGINNINGS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
    let is_guarded = text.starts_with(BEGINNINGS);
    let format = if is_guarded {
        &styles.guarded
    } else {
        &styles.text
    };
    // No program keeps more than this in a cell.
    let end = text
        .char_indices()
        .nth(32_767)
        .map_or(text.len(), |(at, _)| at);
    page.write_string_with_format(row, column, &text[..end], format)?;
    Ok(())
}

/// The hidden sheet: what this is, of which file, and which rows.
fn mark(out: &mut NewBook, source: &str, rows: &[u32]) -> Result<(), XlsxError> {
    let page = out.add_worksheet();
    page.set_name(MARKER)?;
    page.set_very_hidden(true);
    page.write_string(0, 0, VERSION)?;
    page.write_string(1, 0, source)?;
    for (line, row) in (2..).zip(rows) {
        page.write_number(line, 0, *row)?;
    }
    Ok(())
}
