//! Writes rows as CSV and XLSX, one at a time: cells in, bytes out, with flat memory.
//!
//! What partners sent is text that anybody may have written, and a spreadsheet program runs as a
//! formula what begins with `=`. So no cell of ours is ever a formula: in CSV a text that could be
//! one begins with an apostrophe, in XLSX it is a text cell marked as such.
//!
//! A figure is a number in the file only where the file can hold it exactly; see
//! [`xlsx`](mod@xlsx).

mod text;
mod xlsx;

use std::io::{Seek, Write};
use std::path::Path;

use xlsx::Sheets;

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A text, whoever wrote it.
    Text(&'a str),
    /// A decimal figure of ours, e.g. `-12.3456`. What is none is written as a text.
    Figure(&'a str),
}

/// Why rows could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The same, said by the CSV writer.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// The workbook could not be made.
    #[error(transparent)]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}

/// A table being written.
pub struct Table<W: Write + Seek + Send>(Form<W>);

enum Form<W: Write + Seek + Send> {
    Csv(Box<csv::Writer<W>>),
    Xlsx(Box<Sheets>, W),
}

impl<W: Write + Seek + Send> Table<W> {
    /// A table as comma-separated UTF-8 text with a line of headings (RFC 4180).
    pub fn csv(out: W, headings: &[&str]) -> Result<Self, Error> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(out);
        writer.write_record(headings)?;
        Ok(Table(Form::Csv(Box::new(writer))))
    }

    /// A table as a workbook with a line of headings on each sheet. `scratch` is a folder for the
    /// rows until the table is finished; `created_s` is when, in seconds since 1970.
    pub fn xlsx(
        out: W,
        sheet: &str,
        headings: &[&str],
        (scratch, created_s): (&Path, i64),
    ) -> Result<Self, Error> {
        let sheets = Sheets::new(sheet, headings, scratch, created_s)?;
        Ok(Table(Form::Xlsx(Box::new(sheets), out)))
    }

    /// Begins another sheet of a workbook, with headings of its own; in CSV, an empty line and the
    /// headings. What was written before stays.
    pub fn sheet(&mut self, name: &str, headings: &[&str]) -> Result<(), Error> {
        match &mut self.0 {
            Form::Csv(writer) => {
                writer.write_record([""])?;
                writer.write_record(headings)?;
            }
            Form::Xlsx(sheets, _) => sheets.another(name, headings)?,
        }
        Ok(())
    }

    /// Writes a row.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Error> {
        match &mut self.0 {
            Form::Csv(writer) => {
                for cell in cells {
                    match cell {
                        Cell::Empty => writer.write_field("")?,
                        Cell::Figure(text) if text::is_figure(text) => writer.write_field(text)?,
                        Cell::Figure(text) | Cell::Text(text) => {
                            writer.write_field(text::harmless(text).as_ref())?;
                        }
                    }
                }
                writer.write_record(None::<&[u8]>)?;
            }
            Form::Xlsx(sheets, _) => sheets.row(cells)?,
        }
        Ok(())
    }

    /// Ends the table: only now everything is written.
    pub fn finish(self) -> Result<(), Error> {
        match self.0 {
            Form::Csv(mut writer) => writer.flush()?,
            Form::Xlsx(sheets, out) => sheets.finish(out)?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
