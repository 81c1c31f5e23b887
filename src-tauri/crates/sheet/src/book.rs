//! A workbook: its sheets, and their rows one by one.

use std::borrow::Cow;

use csv::StringRecord;

use crate::cell::Cell;
use crate::child::Spawn;
use crate::error::Error;
use crate::format::{self, Format};
use crate::grid::{Grid, Grids, Money, Packed, trimmed};
use crate::text::{Encoding, TextRows, TextSheet};
use crate::{child, old, xlsx};

/// An opened spreadsheet.
#[derive(Debug)]
pub struct Workbook<'a> {
    format: Format,
    sheets: Vec<Sheet<'a>>,
    is_1904: bool,
}

/// One sheet of it. A text file has one, without a name.
#[derive(Debug)]
pub struct Sheet<'a> {
    name: String,
    body: Body<'a>,
}

#[derive(Debug)]
enum Body<'a> {
    Text(TextSheet<'a>),
    Grid(Grid),
}

/// Opens a spreadsheet. The bytes may be borrowed or owned; text in UTF-8 is not copied.
///
/// Text and xlsx are read under limits of our own, whatever the file says. The readers of xls and
/// ods are not ours and build whole tables in memory: here they run in this process, which a
/// hostile file can therefore make abort for want of memory. A program that opens files of
/// strangers calls [`open_with`] instead.
pub fn open<'a>(bytes: impl Into<Cow<'a, [u8]>>) -> Result<Workbook<'a>, Error> {
    open_by(bytes.into(), old::read)
}

/// Opens a spreadsheet as [`open`] does, but reads xls and ods in a process of its own, with
/// limits on memory and time: a hostile file is an error there, and nothing else.
///
/// # Errors
/// Those of [`open`], and [`Error::TooMuchMemory`], [`Error::TooSlow`], [`Error::NoReader`].
pub fn open_with<'a>(
    bytes: impl Into<Cow<'a, [u8]>>,
    spawn: &Spawn,
) -> Result<Workbook<'a>, Error> {
    open_by(bytes.into(), |format, bytes| {
        child::ask(spawn, format, bytes)
    })
}

fn open_by(
    bytes: Cow<'_, [u8]>,
    old: impl FnOnce(Format, &[u8]) -> Result<Grids, Error>,
) -> Result<Workbook<'_>, Error> {
    match format::recognise(&bytes, "") {
        Some(Format::Xlsx) => Ok(Workbook::of(Format::Xlsx, xlsx::read(&bytes)?)),
        Some(Format::Xls) if format::is_encrypted(&bytes) => Err(Error::PasswordProtected),
        Some(format @ (Format::Xls | Format::Ods)) => {
            Ok(Workbook::of(format, old(format, &bytes)?))
        }
        None if format::is_zip(&bytes) => Err(Error::NotASpreadsheet),
        Some(Format::Csv) | None => {
            let body = Body::Text(TextSheet::open(bytes)?);
            let name = String::new();
            Ok(Workbook {
                format: Format::Csv,
                sheets: vec![Sheet { name, body }],
                is_1904: false,
            })
        }
    }
}

impl<'a> Workbook<'a> {
    /// What it came as.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Its sheets, in their order.
    pub fn sheets(&self) -> &[Sheet<'a>] {
        &self.sheets
    }

    /// The sheet of that name.
    pub fn sheet(&self, name: &str) -> Result<&Sheet<'a>, Error> {
        let found = self.sheets.iter().find(|sheet| sheet.name == name);
        found.ok_or_else(|| Error::NoSuchSheet(name.to_owned()))
    }

    /// Whether dates count from 1904 (workbooks of old Macintosh programs) and not from 1900.
    pub fn is_1904(&self) -> bool {
        self.is_1904
    }

    fn of(format: Format, grids: Grids) -> Workbook<'a> {
        let is_1904 = grids.is_1904;
        let sheets = grids.finish().into_iter().map(|(name, grid)| Sheet {
            name,
            body: Body::Grid(grid),
        });
        Workbook {
            format,
            sheets: sheets.collect(),
            is_1904,
        }
    }
}

impl Sheet<'_> {
    /// Its name; empty for a text file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its rows from the top. Rows without any cell are left out, numbers are not.
    pub fn rows(&self) -> Rows<'_> {
        Rows(match &self.body {
            Body::Text(text) => Source::Text(text.rows()),
            Body::Grid(grid) => Source::Grid { grid, next: 0 },
        })
    }

    /// How a text file is written: encoding, whether it has a byte order mark, separator.
    pub fn text_style(&self) -> Option<(Encoding, bool, char)> {
        match &self.body {
            Body::Text(text) => Some((text.encoding, text.has_mark, char::from(text.separator))),
            Body::Grid(_) => None,
        }
    }
}

/// The rows of a sheet. Each row borrows from here, so it is gone when the next one is read.
#[derive(Debug)]
pub struct Rows<'a>(Source<'a>);

#[derive(Debug)]
enum Source<'a> {
    Text(TextRows<'a>),
    Grid { grid: &'a Grid, next: usize },
}

impl Rows<'_> {
    /// The next row.
    #[allow(clippy::should_implement_trait)] // a row borrows from here: no Iterator can say that
    pub fn next(&mut self) -> Option<Row<'_>> {
        match &mut self.0 {
            Source::Text(rows) => {
                let (number, record) = rows.next()?;
                Some(Row {
                    number,
                    cells: Cells::Text(record),
                })
            }
            Source::Grid { grid, next } => {
                let line = grid.line(*next)?;
                *next += 1;
                Some(Row {
                    number: line.first()?.row() + 1,
                    cells: Cells::Grid(grid, line),
                })
            }
        }
    }
}

/// One row of a sheet.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Its number as spreadsheet programs count, from 1.
    pub number: u32,
    cells: Cells<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Cells<'a> {
    Text(&'a StringRecord),
    Grid(&'a Grid, &'a [Packed]),
}

impl<'a> Row<'a> {
    /// The cell in a column, counted from 0.
    pub fn cell(&self, column: usize) -> Cell<'a> {
        match self.cells {
            Cells::Text(record) => record.get(column).map_or(Cell::Empty, text_cell),
            Cells::Grid(grid, cells) => {
                let found = cells.binary_search_by_key(&column, |cell| cell.column());
                found.map_or(Cell::Empty, |at| grid.cell(&cells[at]))
            }
        }
    }

    /// The currency that the format of a number shows beside it.
    pub(crate) fn money(&self, column: usize) -> Money {
        match self.cells {
            Cells::Text(_) => Money::default(),
            Cells::Grid(_, cells) => {
                let found = cells.binary_search_by_key(&column, |cell| cell.column());
                found.map_or(Money::default(), |at| cells[at].money())
            }
        }
    }

    /// One more than the last column that may hold something.
    pub fn width(&self) -> usize {
        match self.cells {
            Cells::Text(record) => record.len(),
            Cells::Grid(_, cells) => cells.last().map_or(0, |cell| cell.column() + 1),
        }
    }

    /// The cells that hold something, with their columns.
    pub fn filled(&self) -> impl Iterator<Item = (usize, Cell<'a>)> + use<'a> {
        let (text, grid) = match self.cells {
            Cells::Text(record) => (Some(record.iter().map(text_cell).enumerate()), None),
            Cells::Grid(grid, cells) => {
                let cell = move |cell: &Packed| (cell.column(), grid.cell(cell));
                (None, Some(cells.iter().map(cell)))
            }
        };
        let all = text.into_iter().flatten().chain(grid.into_iter().flatten());
        all.filter(|(_, cell)| *cell != Cell::Empty)
    }
}

fn text_cell(text: &str) -> Cell<'_> {
    let text = trimmed(text);
    if text.is_empty() {
        Cell::Empty
    } else {
        Cell::Text(text)
    }
}
