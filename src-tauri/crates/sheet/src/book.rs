//! A workbook: its sheets, and their rows one by one.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Ods, Reader, Xls, Xlsx};
use chrono::NaiveDateTime;
use csv::StringRecord;
use rust_decimal::Decimal;

use crate::cell::{self, Cell};
use crate::error::Error;
use crate::format::{self, Format};
use crate::text::{Encoding, TextRows, TextSheet};

/// Most rows of a sheet: those of Excel.
const MOST_ROWS: u32 = 1 << 20;
/// Most columns that may hold something.
const MOST_COLUMNS: u32 = 1 << 10;
/// Most filled cells of all sheets together.
const MOST_CELLS: usize = 40_000_000;

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
pub fn open<'a>(bytes: impl Into<Cow<'a, [u8]>>) -> Result<Workbook<'a>, Error> {
    let bytes = bytes.into();
    match format::recognise(&bytes, "") {
        Some(Format::Xlsx) => guarded("xlsx", || Workbook::open_xlsx(&bytes)),
        Some(Format::Xls) if format::is_encrypted(&bytes) => Err(Error::PasswordProtected),
        Some(Format::Xls) => guarded("xls", || Workbook::open_xls(&bytes)),
        Some(Format::Ods) => guarded("ods", || Workbook::open_ods(&bytes)),
        Some(Format::Csv) | None => {
            let body = Body::Text(TextSheet::open(bytes)?);
            let sheets = vec![Sheet {
                name: String::new(),
                body,
            }];
            Ok(Workbook {
                format: Format::Csv,
                sheets,
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

    fn open_xlsx(bytes: &[u8]) -> Result<Workbook<'a>, Error> {
        let damaged = |e: calamine::XlsxError| damaged("xlsx", &e);
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
        let is_1904 = book.has_1904_epoch();
        let mut sheets = Vec::new();
        let mut room = MOST_CELLS;
        for name in worksheets(book.sheets_metadata()) {
            let mut grid = Grid::new(is_1904, room);
            let mut shared = HashMap::new();
            let mut reader = book.worksheet_cells_reader(&name).map_err(damaged)?;
            while let Some(cell) = reader.next_cell().map_err(damaged)? {
                grid.push_ref(cell.get_position(), cell.get_value(), &mut shared)?;
            }
            room -= grid.cells.len();
            sheets.push(Sheet {
                name,
                body: Body::Grid(grid.finish()),
            });
        }
        Ok(Workbook {
            format: Format::Xlsx,
            sheets,
            is_1904,
        })
    }

    fn open_xls(bytes: &[u8]) -> Result<Workbook<'a>, Error> {
        let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|e| damaged("xls", &e))?;
        let is_1904 = book.has_1904_epoch();
        let sheets = ranges(&mut book, is_1904, |e| damaged("xls", &e))?;
        Ok(Workbook {
            format: Format::Xls,
            sheets,
            is_1904,
        })
    }

    fn open_ods(bytes: &[u8]) -> Result<Workbook<'a>, Error> {
        let mut book: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(|e| damaged("ods", &e))?;
        let sheets = ranges(&mut book, false, |e| damaged("ods", &e))?;
        Ok(Workbook {
            format: Format::Ods,
            sheets,
            is_1904: false,
        })
    }
}

/// Runs a reader that may panic on a damaged file, and makes an error of it.
fn guarded<T>(format: &'static str, read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(Error::Damaged {
            format,
            detail: "the reader gave up on it".to_owned(),
        })
    })
}

fn damaged(format: &'static str, error: &impl std::fmt::Display) -> Error {
    Error::Damaged {
        format,
        detail: error.to_string(),
    }
}

/// The names of the sheets that hold cells, in their order.
fn worksheets(sheets: &[calamine::Sheet]) -> Vec<String> {
    let cells = sheets
        .iter()
        .filter(|sheet| sheet.typ == calamine::SheetType::WorkSheet);
    cells.map(|sheet| sheet.name.clone()).collect()
}

/// Reads every sheet of a format that calamine can only read as whole ranges.
fn ranges<'a, B, R>(
    book: &mut B,
    is_1904: bool,
    damaged: impl Fn(B::Error) -> Error,
) -> Result<Vec<Sheet<'a>>, Error>
where
    B: Reader<R>,
    R: std::io::Read + std::io::Seek,
{
    let mut sheets = Vec::new();
    let mut room = MOST_CELLS;
    for name in worksheets(book.sheets_metadata()) {
        let range = book.worksheet_range(&name).map_err(&damaged)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut grid = Grid::new(is_1904, room);
        for (row, column, data) in range.used_cells() {
            let (row, column) = (clamped(row), clamped(column));
            grid.push(row.saturating_add(top), column.saturating_add(left), data)?;
        }
        room -= grid.cells.len();
        sheets.push(Sheet {
            name,
            body: Body::Grid(grid.finish()),
        });
    }
    Ok(sheets)
}

fn clamped(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
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
                let line = *grid.lines.get(*next)?;
                *next += 1;
                let cells = Cells::Grid(grid, &grid.cells[line.start..line.end]);
                Some(Row {
                    number: line.number,
                    cells,
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
    Grid(&'a Grid, &'a [Placed]),
}

impl<'a> Row<'a> {
    /// The cell in a column, counted from 0.
    pub fn cell(&self, column: usize) -> Cell<'a> {
        match self.cells {
            Cells::Text(record) => record.get(column).map_or(Cell::Empty, text_cell),
            Cells::Grid(grid, cells) => {
                let found = cells.binary_search_by_key(&column, |cell| usize::from(cell.column));
                found.map_or(Cell::Empty, |at| grid.cell(&cells[at].value))
            }
        }
    }

    /// One more than the last column that may hold something.
    pub fn width(&self) -> usize {
        match self.cells {
            Cells::Text(record) => record.len(),
            Cells::Grid(_, cells) => cells.last().map_or(0, |cell| usize::from(cell.column) + 1),
        }
    }

    /// The cells that hold something, with their columns.
    pub fn filled(&self) -> impl Iterator<Item = (usize, Cell<'a>)> + use<'a> {
        let row = *self;
        let filled = (0..row.width()).map(move |column| (column, row.cell(column)));
        filled.filter(|(_, cell)| *cell != Cell::Empty)
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

/// Without blanks around it, no-break ones and byte order marks included.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}')
}

/// The cells of a sheet, packed: text in one buffer, everything else in place.
#[derive(Debug)]
struct Grid {
    cells: Vec<Placed>,
    lines: Vec<Line>,
    texts: String,
    is_1904: bool,
    room: usize,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    number: u32,
    start: usize,
    end: usize,
}

#[derive(Clone, Copy, Debug)]
struct Placed {
    row: u32,
    column: u16,
    value: Packed,
}

#[derive(Clone, Copy, Debug)]
enum Packed {
    Text { start: u32, end: u32 },
    Number(Decimal),
    Moment(NaiveDateTime),
    Span(Decimal),
    Bool(bool),
    Fault(u8),
}

/// The failed formulas, by the index under which they are packed.
const FAULTS: [&str; 8] = [
    "#DIV/0!",
    "#N/A",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#REF!",
    "#VALUE!",
    "#GETTING_DATA",
];

impl Grid {
    fn new(is_1904: bool, room: usize) -> Grid {
        Grid {
            cells: Vec::new(),
            lines: Vec::new(),
            texts: String::new(),
            is_1904,
            room,
        }
    }

    fn cell(&self, value: &Packed) -> Cell<'_> {
        match value {
            Packed::Text { start, end } => Cell::Text(&self.texts[*start as usize..*end as usize]),
            Packed::Number(number) => Cell::Number(*number),
            Packed::Moment(at) => Cell::Moment(*at),
            Packed::Span(seconds) => Cell::Span(*seconds),
            Packed::Bool(value) => Cell::Bool(*value),
            Packed::Fault(index) => Cell::Fault(FAULTS[usize::from(*index)]),
        }
    }

    /// Takes a cell of an xlsx; a text that many cells share is kept once.
    fn push_ref(
        &mut self,
        (row, column): (u32, u32),
        data: &DataRef<'_>,
        shared: &mut HashMap<(usize, usize), Packed>,
    ) -> Result<(), Error> {
        let value = match data {
            DataRef::SharedString(text) => {
                let key = (text.as_ptr() as usize, text.len());
                match shared.get(&key) {
                    Some(packed) => Some(*packed),
                    None => self.text(text)?.inspect(|packed| {
                        shared.insert(key, *packed);
                    }),
                }
            }
            DataRef::Int(number) => Some(Packed::Number(Decimal::from(*number))),
            DataRef::Float(float) => self.number(cell::decimal(*float), float)?,
            DataRef::Bool(value) => Some(Packed::Bool(*value)),
            DataRef::DateTime(value) => self.dated(value)?,
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                self.text(text)?
            }
            DataRef::Error(error) => Some(fault(error)),
            DataRef::Empty => None,
        };
        self.place(row, column, value)
    }

    /// Takes a cell of an xls or ods.
    fn push(&mut self, row: u32, column: u32, data: &Data) -> Result<(), Error> {
        let value = match data {
            Data::Int(number) => Some(Packed::Number(Decimal::from(*number))),
            Data::Float(float) => self.number(cell::decimal(*float), float)?,
            Data::Bool(value) => Some(Packed::Bool(*value)),
            Data::DateTime(value) => self.dated(value)?,
            Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
                self.text(text)?
            }
            Data::Error(error) => Some(fault(error)),
            Data::Empty => None,
        };
        self.place(row, column, value)
    }

    fn dated(&mut self, value: &calamine::ExcelDateTime) -> Result<Option<Packed>, Error> {
        Ok(match cell::dated(value, self.is_1904) {
            Some(Cell::Moment(at)) => Some(Packed::Moment(at)),
            Some(Cell::Span(seconds)) => Some(Packed::Span(seconds)),
            Some(
                Cell::Empty | Cell::Text(_) | Cell::Number(_) | Cell::Bool(_) | Cell::Fault(_),
            )
            | None => self.text(&value.as_f64().to_string())?,
        })
    }

    /// A number, or, where it is too large for one, its text.
    fn number(
        &mut self,
        number: Option<Decimal>,
        float: &impl ToString,
    ) -> Result<Option<Packed>, Error> {
        match number {
            Some(number) => Ok(Some(Packed::Number(number))),
            None => self.text(&float.to_string()),
        }
    }

    fn text(&mut self, text: &str) -> Result<Option<Packed>, Error> {
        let text = trimmed(text);
        if text.is_empty() {
            return Ok(None);
        }
        let too_large = |_| Error::TooLarge {
            what: "bytes of text",
            limit: u64::from(u32::MAX),
        };
        let start = u32::try_from(self.texts.len()).map_err(too_large)?;
        self.texts.push_str(text);
        let end = u32::try_from(self.texts.len()).map_err(too_large)?;
        Ok(Some(Packed::Text { start, end }))
    }

    fn place(&mut self, row: u32, column: u32, value: Option<Packed>) -> Result<(), Error> {
        let Some(value) = value else { return Ok(()) };
        let too_large = |what, limit| Err(Error::TooLarge { what, limit });
        if row >= MOST_ROWS {
            return too_large("rows", u64::from(MOST_ROWS));
        }
        let column = match u16::try_from(column) {
            Ok(column) if u32::from(column) < MOST_COLUMNS => column,
            Ok(_) | Err(_) => return too_large("columns", u64::from(MOST_COLUMNS)),
        };
        if self.cells.len() >= self.room {
            return too_large("cells", MOST_CELLS as u64);
        }
        self.cells.push(Placed { row, column, value });
        Ok(())
    }

    /// Puts the cells in order, whatever order the file had, and finds the rows.
    fn finish(mut self) -> Grid {
        if !self.cells.is_sorted_by_key(|cell| (cell.row, cell.column)) {
            self.cells.sort_by_key(|cell| (cell.row, cell.column));
        }
        self.cells.shrink_to_fit();
        let mut start = 0;
        for cells in self.cells.chunk_by(|a, b| a.row == b.row) {
            let end = start + cells.len();
            self.lines.push(Line {
                number: cells[0].row + 1,
                start,
                end,
            });
            start = end;
        }
        self
    }
}

fn fault(error: &calamine::CellErrorType) -> Packed {
    let text = cell::fault(error);
    let index = FAULTS.iter().position(|known| *known == text);
    let index = index.and_then(|index| u8::try_from(index).ok());
    Packed::Fault(index.expect("every failed formula that `cell::fault` names is in the list"))
}
