//! The cells of one worksheet.

use quick_xml::events::{BytesStart, Event};

use super::part::{Part, add_text, damaged, unescaped};
use super::{Known, attribute};
use crate::cell::{self, Cell};
use crate::error::Error;
use crate::grid::{Grids, Packed, within};
use crate::limits;

/// Reads the cells into the sheet last begun. Formulas are passed over: the value that was kept
/// beside one when the file was saved is the cell's.
pub(super) fn read(mut part: Part<'_>, known: &Known, grids: &mut Grids) -> Result<(), Error> {
    let mut walk = Walk::default();
    let (mut rows, mut blanks) = (0, 0);
    loop {
        let event = part.next()?;
        let mut is_whole = false;
        match &event {
            Event::Start(tag) => walk.open(tag)?,
            Event::End(tag) => match tag.local_name().as_ref() {
                "c" if walk.is_cell => {
                    walk.is_cell = false;
                    let packed = walk.value(known, grids)?;
                    match packed {
                        Some(packed) => grids.place(walk.row, walk.column, packed)?,
                        None => blanks += 1,
                    }
                    within(blanks, limits::BLANK_CELLS, "empty cells")?;
                    walk.column = walk.column.saturating_add(1);
                    is_whole = true;
                }
                "row" => {
                    within(rows, limits::ROWS as usize, "rows")?;
                    rows += 1;
                    walk.row = walk.row.saturating_add(1);
                    is_whole = true;
                }
                "v" | "t" => walk.is_text = false,
                "rPh" => walk.is_aside = false,
                "sheetData" => return Ok(()),
                _ => {}
            },
            Event::Eof => return Ok(()),
            other if walk.is_text => add_text(&mut walk.text, other)?,
            _ => {}
        }
        if is_whole {
            part.earn();
        }
    }
}

/// Where the reader is.
#[derive(Default)]
struct Walk {
    row: u32,
    column: u32,
    is_cell: bool,
    is_text: bool,
    is_aside: bool,
    /// The cell's type and format as written, and its text so far.
    kind: String,
    format: Option<usize>,
    text: String,
}

impl Walk {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), Error> {
        match tag.local_name().as_ref() {
            "row" => {
                if let Some(number) = attribute(tag, "r")? {
                    let number: Option<u32> = number.parse().ok();
                    let row = number.and_then(|number| number.checked_sub(1));
                    self.row = row.ok_or_else(|| damaged("a row has no number"))?;
                }
                self.column = 0;
            }
            "c" => self.cell(tag)?,
            "v" => self.is_text = self.is_cell,
            "t" => self.is_text = self.is_cell && !self.is_aside,
            "rPh" => self.is_aside = true,
            _ => {}
        }
        Ok(())
    }

    fn cell(&mut self, tag: &BytesStart<'_>) -> Result<(), Error> {
        self.is_cell = true;
        self.text.clear();
        self.kind.clear();
        self.format = None;
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| damaged(error.to_string()))?;
            let value = &attribute.value;
            match attribute.key.as_ref() {
                "r" => {
                    let place = place(value);
                    (self.row, self.column) =
                        place.ok_or_else(|| damaged("a cell has no place"))?;
                }
                "s" => self.format = value.parse().ok(),
                "t" => self.kind.push_str(value),
                _ => {}
            }
        }
        Ok(())
    }

    /// The value of the cell that was just closed.
    fn value(&mut self, known: &Known, grids: &mut Grids) -> Result<Option<Packed>, Error> {
        let text = self.text.as_str();
        if text.trim().is_empty() {
            return Ok(None);
        }
        match self.kind.as_str() {
            "s" => {
                let index: Option<usize> = text.trim().parse().ok();
                let found = index.and_then(|index| known.shared.get(index));
                let missing = || damaged("a cell refers to a text that is not there");
                found.copied().ok_or_else(missing)
            }
            "b" => grids.cell(&Cell::Bool(matches!(text.trim(), "1" | "true"))),
            "e" => Ok(Some(Grids::fault(text))),
            "n" | "" => {
                let form = self.format.and_then(|index| known.formats.get(index));
                let form = form.copied().unwrap_or_default();
                match cell::number_in(text, form.dated, grids.is_1904) {
                    Some(cell) => {
                        let packed = grids.cell(&cell)?;
                        Ok(packed.map(|packed| packed.in_currency(form.currency)))
                    }
                    None => grids.text(text),
                }
            }
            _ => grids.text(&unescaped(text)),
        }
    }
}

/// `AB12` as row and column, counted from 0.
fn place(text: &str) -> Option<(u32, u32)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, row) = text.split_at(letters);
    let mut column: u32 = 0;
    for letter in letters.bytes() {
        let digit = u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        column = column.checked_mul(26)?.checked_add(digit)?;
    }
    let row: u32 = row.parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn cells_are_placed_by_letter_and_number() {
        for (text, expected) in [
            ("A1", Some((0, 0))),
            ("ab12", Some((11, 27))),
            ("XFD1048576", Some((1_048_575, 16_383))),
            ("A0", None),
            ("12", None),
            ("AAAAAAAAAA1", None),
            ("A-1", None),
        ] {
            assert_eq!(place(text), expected, "{text}");
        }
    }
}
