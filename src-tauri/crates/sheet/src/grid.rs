//! The cells of a workbook, packed into 16 bytes each; all texts in one buffer.

use std::sync::Arc;

use calamine::Data;
use chrono::{DateTime, NaiveDateTime};
use domain::Currency;
use rust_decimal::Decimal;

use crate::cell::{self, Cell};
use crate::error::Error;
use crate::limits;
use crate::money_sign::currency_of;

/// One filled cell and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Packed {
    /// Of a text its start and length in the buffer; of a number its digits; of a moment the
    /// milliseconds since 1970.
    payload: u64,
    /// Row and column, counted from 0: the column in the last ten bits.
    place: u32,
    kind: Kind,
    /// Decimals of a number; negative for zeros before the decimal sign.
    scale: i8,
    /// The currency that the format of a number shows.
    money: Money,
}

/// A currency in two bytes, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Money(u16);

impl Money {
    /// A `$`, of which it is not said whose: no code has this number.
    const DOLLAR: Money = Money(1);

    /// The currency of a sign; `None` where it means none.
    pub(crate) fn of_sign(sign: &str) -> Option<Money> {
        if sign.trim() == "$" {
            return Some(Money::DOLLAR);
        }
        let letter = |number: u16, byte: u8| number * 32 + u16::from(byte & 31);
        let code = |currency: Currency| currency.code().bytes().fold(0, letter);
        Some(Money(code(currency_of(sign)?)))
    }

    pub(crate) fn is_dollar(self) -> bool {
        self == Money::DOLLAR
    }

    /// The currency; of a `$` the one of the United States.
    pub(crate) fn currency(self) -> Option<Currency> {
        if self.is_dollar() {
            return currency_of("$");
        }
        let letter = |shift: u16| char::from(b'@' + (self.0 >> shift & 31).to_le_bytes()[0]);
        let code: String = [letter(10), letter(5), letter(0)].iter().collect();
        code.parse().ok().filter(|_| self.0 > 0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Moment,
    Span,
    Bool,
    Fault,
}

const KINDS: [Kind; 6] = [
    Kind::Text,
    Kind::Number,
    Kind::Moment,
    Kind::Span,
    Kind::Bool,
    Kind::Fault,
];

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
/// The one that stands for those we do not know.
const UNKNOWN_FAULT: usize = 6;

impl Packed {
    /// The bytes of a cell on the wire.
    pub(crate) const BYTES: usize = 16;

    fn new(kind: Kind, payload: u64) -> Packed {
        Packed {
            payload,
            place: 0,
            kind,
            scale: 0,
            money: Money::default(),
        }
    }

    /// With the currency that its format shows.
    pub(crate) fn in_currency(self, money: Money) -> Packed {
        Packed { money, ..self }
    }

    /// The currency that its format shows.
    pub(crate) fn money(self) -> Money {
        self.money
    }

    /// A decimal as digits and scale; `None` for more than 18 digits.
    fn figure(kind: Kind, value: Decimal) -> Option<Packed> {
        let mut digits = value.mantissa();
        let mut scale = i8::try_from(value.scale()).ok()?;
        while i64::try_from(digits).is_err() && digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
        }
        let digits = i64::try_from(digits).ok()?;
        Some(Packed {
            scale,
            ..Packed::new(kind, digits.cast_unsigned())
        })
    }

    fn decimal(self) -> Option<Decimal> {
        let digits = i128::from(self.payload.cast_signed());
        if let Ok(scale) = u32::try_from(self.scale) {
            return Decimal::try_from_i128_with_scale(digits, scale).ok();
        }
        let factor = 10_i128.checked_pow(u32::from(self.scale.unsigned_abs()))?;
        Decimal::try_from_i128_with_scale(digits.checked_mul(factor)?, 0).ok()
    }

    fn moment(self) -> Option<NaiveDateTime> {
        DateTime::from_timestamp_millis(self.payload.cast_signed()).map(|at| at.naive_utc())
    }

    fn range(self) -> (usize, usize) {
        let part = |bits: u64| usize::try_from(bits & 0xFFFF_FFFF).unwrap_or(usize::MAX);
        let start = part(self.payload >> 32);
        (start, start.saturating_add(part(self.payload)))
    }

    pub(crate) fn row(self) -> u32 {
        self.place >> 10
    }

    pub(crate) fn column(self) -> usize {
        (self.place & 0x3FF) as usize
    }

    /// The cell as sent from one process to another.
    pub(crate) fn to_bytes(self) -> [u8; Packed::BYTES] {
        let mut bytes = [0; Packed::BYTES];
        bytes[..8].copy_from_slice(&self.payload.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.place.to_le_bytes());
        bytes[12] = self.kind as u8;
        bytes[13] = self.scale.to_le_bytes()[0];
        bytes
    }

    /// A cell that another process sent; `None` where it is none, or points outside the texts.
    pub(crate) fn from_bytes(bytes: &[u8; Packed::BYTES], texts: &str) -> Option<Packed> {
        let packed = Packed {
            payload: u64::from_le_bytes(bytes[..8].try_into().ok()?),
            place: u32::from_le_bytes(bytes[8..12].try_into().ok()?),
            kind: *KINDS.get(usize::from(bytes[12]))?,
            scale: i8::from_le_bytes([bytes[13]]),
            // The readers of old workbooks do not tell the formats.
            money: Money::default(),
        };
        let (start, end) = packed.range();
        let fits = packed.row() < limits::ROWS
            && match packed.kind {
                Kind::Text => texts.get(start..end).is_some(),
                Kind::Number | Kind::Span => packed.decimal().is_some(),
                Kind::Moment => packed.moment().is_some(),
                Kind::Bool => packed.payload < 2,
                Kind::Fault => end < FAULTS.len(),
            };
        fits.then_some(packed)
    }
}

/// One sheet of cells, in the order of rows and columns.
#[derive(Debug)]
pub(crate) struct Grid {
    cells: Vec<Packed>,
    /// Where each row that holds something starts.
    lines: Vec<u32>,
    texts: Arc<String>,
}

impl Grid {
    /// The cells of the n-th row that holds something.
    pub(crate) fn line(&self, index: usize) -> Option<&[Packed]> {
        let start = *self.lines.get(index)? as usize;
        let end = self.lines.get(index + 1).map(|&end| end as usize);
        self.cells.get(start..end.unwrap_or(self.cells.len()))
    }

    pub(crate) fn cells(&self) -> &[Packed] {
        &self.cells
    }

    pub(crate) fn texts(&self) -> &str {
        &self.texts
    }

    pub(crate) fn cell(&self, packed: &Packed) -> Cell<'_> {
        let checked = "a packed cell is made of a value, or was checked when it came in";
        match packed.kind {
            Kind::Text => {
                let (start, end) = packed.range();
                Cell::Text(&self.texts[start..end])
            }
            Kind::Number => Cell::Number(packed.decimal().expect(checked)),
            Kind::Moment => Cell::Moment(packed.moment().expect(checked)),
            Kind::Span => Cell::Span(packed.decimal().expect(checked)),
            Kind::Bool => Cell::Bool(packed.payload == 1),
            Kind::Fault => Cell::Fault(FAULTS[packed.range().1]),
        }
    }

    fn of(mut cells: Vec<Packed>, texts: Arc<String>) -> Grid {
        // Some programs write cells out of order. (A stable sort would need half as much again.)
        if !cells.is_sorted_by_key(|cell| cell.place) {
            cells.sort_unstable_by_key(|cell| cell.place);
        }
        let mut lines = Vec::new();
        let mut start = 0;
        for line in cells.chunk_by(|a, b| a.row() == b.row()) {
            lines.push(start);
            start += u32::try_from(line.len()).expect("cells are limited to 23 bits");
        }
        Grid {
            cells,
            lines,
            texts,
        }
    }
}

/// Sheets while they are read, under the limits of [`limits`].
#[derive(Debug)]
pub(crate) struct Grids {
    pub(crate) is_1904: bool,
    texts: String,
    sheets: Vec<(String, Vec<Packed>)>,
    count: usize,
}

impl Grids {
    pub(crate) fn new(is_1904: bool) -> Grids {
        Grids {
            is_1904,
            texts: String::new(),
            sheets: Vec::new(),
            count: 0,
        }
    }

    /// Begins the next sheet.
    pub(crate) fn begin(&mut self, name: String) -> Result<(), Error> {
        within(self.sheets.len(), limits::SHEETS, "sheets")?;
        self.sheets.push((name, Vec::new()));
        Ok(())
    }

    /// The sheets, all with the same texts.
    pub(crate) fn finish(mut self) -> Vec<(String, Grid)> {
        self.texts.shrink_to_fit();
        let texts = Arc::new(self.texts);
        let sheets = self.sheets.into_iter();
        sheets
            .map(|(name, cells)| (name, Grid::of(cells, Arc::clone(&texts))))
            .collect()
    }

    /// Takes the texts of another process. Its cells point into them.
    pub(crate) fn take_texts(&mut self, texts: String) {
        assert!(self.texts.is_empty(), "the texts come before the cells");
        self.texts = texts;
    }

    pub(crate) fn texts(&self) -> &str {
        &self.texts
    }

    /// A cell of an xls or ods.
    pub(crate) fn data(&mut self, data: &Data) -> Result<Option<Packed>, Error> {
        match data {
            Data::Int(number) => Ok(Packed::figure(Kind::Number, Decimal::from(*number))),
            Data::Float(float) => match cell::decimal(*float) {
                Some(number) => self.cell(&Cell::Number(number)),
                None => self.text(&float.to_string()),
            },
            Data::Bool(value) => self.cell(&Cell::Bool(*value)),
            Data::DateTime(value) => match cell::dated(value, self.is_1904) {
                Some(cell) => self.cell(&cell),
                None => self.text(&value.as_f64().to_string()),
            },
            Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
                self.text(text)
            }
            Data::Error(error) => self.cell(&Cell::Fault(cell::fault(error))),
            Data::Empty => Ok(None),
        }
    }

    /// Packs a cell, not yet in its place.
    pub(crate) fn cell(&mut self, cell: &Cell<'_>) -> Result<Option<Packed>, Error> {
        let packed = match cell {
            Cell::Empty => None,
            Cell::Text(text) => self.text(text)?,
            Cell::Number(number) => match Packed::figure(Kind::Number, *number) {
                Some(packed) => Some(packed),
                None => self.text(&number.to_string())?,
            },
            Cell::Moment(at) => {
                let millis = at.and_utc().timestamp_millis();
                Some(Packed::new(Kind::Moment, millis.cast_unsigned()))
            }
            Cell::Span(seconds) => Packed::figure(Kind::Span, *seconds),
            Cell::Bool(value) => Some(Packed::new(Kind::Bool, u64::from(*value))),
            Cell::Fault(text) => {
                let known = FAULTS.iter().position(|known| known == text);
                let index = known.unwrap_or(UNKNOWN_FAULT);
                Some(Packed::new(Kind::Fault, index as u64))
            }
        };
        Ok(packed)
    }

    /// A failed formula by the text it shows.
    pub(crate) fn fault(text: &str) -> Packed {
        let known = FAULTS.iter().position(|known| *known == text.trim());
        Packed::new(Kind::Fault, known.unwrap_or(UNKNOWN_FAULT) as u64)
    }

    /// Keeps a text without the blanks around it; `None` where nothing is left.
    pub(crate) fn text(&mut self, text: &str) -> Result<Option<Packed>, Error> {
        let text = trimmed(text);
        if text.is_empty() {
            return Ok(None);
        }
        within(
            self.texts.len() + text.len(),
            limits::TEXTS,
            "bytes of text",
        )?;
        let start = self.texts.len() as u64;
        self.texts.push_str(text);
        let payload = start << 32 | text.len() as u64;
        Ok(Some(Packed::new(Kind::Text, payload)))
    }

    /// Puts a cell in its place in the sheet last begun.
    pub(crate) fn place(&mut self, row: u32, column: u32, cell: Packed) -> Result<(), Error> {
        within(row as usize, limits::ROWS as usize, "rows")?;
        within(column as usize, limits::COLUMNS as usize, "columns")?;
        let place = row << 10 | column;
        self.push(Packed { place, ..cell })
    }

    /// Takes a cell that has its place.
    pub(crate) fn push(&mut self, cell: Packed) -> Result<(), Error> {
        within(self.count, limits::CELLS, "cells")?;
        self.count += 1;
        let (_, cells) = self.sheets.last_mut().expect("a sheet is begun before");
        cells.push(cell);
        Ok(())
    }
}

/// Whether there is room for one more.
pub(crate) fn within(count: usize, limit: usize, what: &'static str) -> Result<(), Error> {
    if count < limit {
        return Ok(());
    }
    let limit = limit as u64;
    Err(Error::TooLarge { what, limit })
}

/// Without blanks around it, no-break ones and byte order marks included.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_out_as_they_went_in_and_travel_as_bytes() {
        assert_eq!(
            size_of::<Packed>(),
            Packed::BYTES,
            "a million rows must fit"
        );
        let at = DateTime::from_timestamp_millis(1_788_000_000_250).unwrap();
        let figures = [
            "0",
            "-12.42",
            "123456789012.345",
            "0.0000001",
            "1e20",
            "-7e28",
        ];
        let numbers = figures.map(|text| {
            let value = text.parse().or_else(|_| Decimal::from_scientific(text));
            Cell::Number(value.unwrap())
        });
        let others = [
            Cell::Text("Größe"),
            Cell::Moment(at.naive_utc()),
            Cell::Span("-90.5".parse().unwrap()),
            Cell::Bool(true),
            Cell::Fault("#REF!"),
        ];
        let all: Vec<Cell<'_>> = numbers.into_iter().chain(others).collect();
        let mut grids = Grids::new(false);
        grids.begin("S".to_owned()).unwrap();
        for (column, cell) in (0..).zip(&all) {
            let packed = grids.cell(cell).unwrap().unwrap();
            grids.place(1_048_575, column, packed).unwrap();
        }
        let (_, grid) = grids.finish().pop().unwrap();
        let line = grid.line(0).unwrap();
        for (cell, packed) in all.iter().zip(line) {
            assert_eq!(grid.cell(packed), *cell);
            let again = Packed::from_bytes(&packed.to_bytes(), grid.texts());
            assert_eq!(again, Some(*packed));
        }
        assert_eq!((line[3].row(), line[3].column()), (1_048_575, 3));
        assert!(grid.line(1).is_none());
    }

    #[test]
    fn a_currency_fits_two_bytes() {
        for code in ["EUR", "ZAR", "AED"] {
            let money = Money::of_sign(code).unwrap();
            assert_eq!(money.currency(), code.parse().ok(), "{code}");
        }
        assert!(Money::of_sign("$").unwrap().is_dollar());
        assert_eq!(Money::of_sign("kWh"), None);
        assert_eq!(Money::default().currency(), None);
    }

    #[test]
    fn bytes_that_are_no_cell_are_refused() {
        let mut bytes = [0_u8; 16];
        bytes[0] = 5;
        assert_eq!(
            Packed::from_bytes(&bytes, "four"),
            None,
            "outside the texts"
        );
        assert!(Packed::from_bytes(&bytes, "fives").is_some());
        bytes[12] = 6;
        assert_eq!(Packed::from_bytes(&bytes, "fives"), None, "no such kind");
        bytes[12] = 5;
        bytes[0] = 8;
        assert_eq!(Packed::from_bytes(&bytes, ""), None, "no such fault");
        bytes[12] = 1;
        bytes[13] = 127;
        assert_eq!(Packed::from_bytes(&bytes, ""), None, "no such scale");
    }
}
