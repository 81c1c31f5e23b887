//! The readers of xls and ods, which are not ours: calamine builds each sheet as a whole table.

use std::io::{Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Ods, OdsError, Reader, Xls, XlsError};

use crate::error::Error;
use crate::format::Format;
use crate::grid::{Grids, within};
use crate::limits;

/// Reads an xls or ods in this process.
pub(crate) fn read(format: Format, bytes: &[u8]) -> Result<Grids, Error> {
    within(bytes.len(), limits::OLD_FILE, "bytes")?;
    let name = format.as_str();
    let read = || match format {
        Format::Xls => xls(bytes),
        Format::Ods => ods(bytes),
        Format::Csv | Format::Xlsx => Err(Error::NotASpreadsheet),
    };
    // The readers may panic on a damaged file.
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(Error::Damaged {
            format: name,
            detail: "the reader gave up on it".to_owned(),
        })
    })
}

fn xls(bytes: &[u8]) -> Result<Grids, Error> {
    let failed = |error: XlsError| match error {
        XlsError::Password => Error::PasswordProtected,
        other => damaged("xls", &other),
    };
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(failed)?;
    let is_1904 = book.has_1904_epoch();
    ranges(&mut book, is_1904, failed)
}

fn ods(bytes: &[u8]) -> Result<Grids, Error> {
    let failed = |error: OdsError| match error {
        OdsError::Password => Error::PasswordProtected,
        other => damaged("ods", &other),
    };
    let mut book: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(failed)?;
    ranges(&mut book, false, failed)
}

fn damaged(format: &'static str, error: &impl std::fmt::Display) -> Error {
    Error::Damaged {
        format,
        detail: error.to_string(),
    }
}

fn ranges<B, R>(
    book: &mut B,
    is_1904: bool,
    failed: impl Fn(B::Error) -> Error,
) -> Result<Grids, Error>
where
    B: Reader<R>,
    R: Read + Seek,
{
    let mut grids = Grids::new(is_1904);
    let sheets = book.sheets_metadata().iter();
    let names: Vec<String> = sheets
        .filter(|sheet| sheet.typ == calamine::SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    for name in names {
        let range = book.worksheet_range(&name).map_err(&failed)?;
        let (top, left) = range.start().unwrap_or_default();
        grids.begin(name)?;
        for (row, column, data) in range.used_cells() {
            if let Some(cell) = grids.data(data)? {
                let (row, column) = (clamped(row), clamped(column));
                grids.place(row.saturating_add(top), column.saturating_add(left), cell)?;
            }
        }
    }
    Ok(grids)
}

fn clamped(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
