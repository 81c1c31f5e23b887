//! Workbooks, whose rows go to a temporary file as they are written.
//!
//! A workbook's numbers are binary floats of which a spreadsheet program shows fifteen digits. A
//! figure is therefore a number only if it has at most fifteen digits and the float nearest to it
//! has no shorter or other decimal text; then what is shown, to the last decimal, is what we hold,
//! and it can be summed. Any other figure is a text: it looks the same, and is not changed.

use std::collections::BTreeMap;
use std::io::{Seek, Write};
use std::path::Path;

use rust_decimal::Decimal;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use crate::{Cell, text};

/// Rows of a sheet, headings included.
const ROWS: u32 = 1_048_576;
/// Characters of a cell.
const LETTERS: usize = 32_767;
/// Digits that a spreadsheet program keeps.
const DIGITS: usize = 15;

/// A workbook with as many sheets as its rows need.
pub(crate) struct Sheets {
    book: Workbook,
    name: String,
    headings: Vec<String>,
    /// Sheets so far, those of this name, and the next row of the last one.
    all: usize,
    count: usize,
    next: u32,
    /// A format per number of decimals.
    decimals: BTreeMap<usize, Format>,
    quoted: Format,
    bold: Format,
}

impl Sheets {
    /// A workbook without rows.
    pub(crate) fn new(
        name: &str,
        headings: &[&str],
        scratch: &Path,
        created_s: i64,
    ) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        book.set_tempdir(scratch)?;
        let created = ExcelDateTime::from_timestamp(created_s)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&created));
        let mut sheets = Sheets {
            book,
            name: name.to_owned(),
            headings: owned(headings),
            all: 0,
            count: 0,
            next: 0,
            decimals: BTreeMap::new(),
            quoted: Format::new().set_quote_prefix(),
            bold: Format::new().set_bold(),
        };
        sheets.begin()?;
        Ok(sheets)
    }

    /// Begins a sheet of another name with headings of its own.
    pub(crate) fn another(&mut self, name: &str, headings: &[&str]) -> Result<(), XlsxError> {
        name.clone_into(&mut self.name);
        self.headings = owned(headings);
        self.count = 0;
        self.begin()
    }

    /// Begins a sheet with its headings, which stay in sight.
    fn begin(&mut self) -> Result<(), XlsxError> {
        self.all += 1;
        self.count += 1;
        let name = match self.count {
            1 => self.name.clone(),
            number => format!("{} {number}", self.name),
        };
        let sheet = self.book.add_worksheet_with_constant_memory();
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        for (column, heading) in (0..).zip(&self.headings) {
            sheet.set_column_width(column, 18)?;
            sheet.write_string_with_format(0, column, heading, &self.bold)?;
        }
        self.next = 1;
        Ok(())
    }

    /// Writes a row.
    pub(crate) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        if self.next == ROWS {
            self.begin()?;
        }
        let (at, last) = (self.next, self.all - 1);
        self.next += 1;
        for cell in cells {
            if let Some((_, places)) = number(cell) {
                self.decimals.entry(places).or_insert_with(|| shown(places));
            }
        }
        let sheet = self.book.worksheet_from_index(last)?;
        for (column, cell) in (0..).zip(cells) {
            match (cell, number(cell)) {
                (Cell::Empty, _) => {}
                (_, Some((number, places))) => {
                    let format = &self.decimals[&places];
                    sheet.write_number_with_format(at, column, number, format)?;
                }
                (Cell::Text(text) | Cell::Figure(text), None) => {
                    string(sheet, (at, column), text, &self.quoted)?;
                }
            }
        }
        Ok(())
    }

    /// Puts the workbook together.
    pub(crate) fn finish<W: Write + Seek + Send>(mut self, out: W) -> Result<(), XlsxError> {
        self.book.save_to_writer(out)
    }
}

fn owned(headings: &[&str]) -> Vec<String> {
    headings.iter().map(|it| (*it).to_owned()).collect()
}

/// Writes a text. It is never a formula; one that looks like it stays a text when it is edited.
fn string(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    quoted: &Format,
) -> Result<(), XlsxError> {
    let short: String;
    let text = if text.chars().nth(LETTERS).is_some() {
        short = text.chars().take(LETTERS - 1).chain(['…']).collect();
        &short
    } else {
        text
    };
    if text::is_dangerous(text) {
        sheet.write_string_with_format(row, column, text, quoted)?;
    } else {
        sheet.write_string(row, column, text)?;
    }
    Ok(())
}

/// A format that shows so many decimals.
fn shown(places: usize) -> Format {
    let format = match places {
        0 => "0".to_owned(),
        places => format!("0.{}", "0".repeat(places)),
    };
    Format::new()
        .set_num_format(format)
        .set_align(FormatAlign::Right)
}

/// The number of a figure with its decimals, if the file can hold exactly this figure.
fn number(cell: &Cell<'_>) -> Option<(f64, usize)> {
    let Cell::Figure(text) = cell else {
        return None;
    };
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !text::is_figure(text) || digits > DIGITS {
        return None;
    }
    let exact: Decimal = text.parse().ok()?;
    let number: f64 = text.parse().ok()?;
    // The shortest text that gives this float again is the figure itself.
    let shortest: Decimal = number.to_string().parse().ok()?;
    let places = text.split_once('.').map_or(0, |(_, digits)| digits.len());
    (shortest == exact).then_some((number, places))
}
