//! How a workbook travels from the process that reads it to the one that asked: little-endian
//! counts, each checked against its limit before anything is kept.

use std::io::{self, Read, Write};

use crate::error::Error;
use crate::format::Format;
use crate::grid::{Grid, Grids, Packed};
use crate::limits;

/// What every request and answer begins with; the last digit changes with the protocol.
const MARK: &[u8; 8] = b"TWSHEET1";
/// Most bytes of a name or of an error's words.
const WORDS: usize = 4096;

/// Writes what is asked: which format, and the file.
pub(crate) fn send_request(out: &mut impl Write, format: Format, bytes: &[u8]) -> io::Result<()> {
    out.write_all(MARK)?;
    out.write_all(&[u8::from(format == Format::Ods)])?;
    out.write_all(&(bytes.len() as u64).to_le_bytes())?;
    out.write_all(bytes)?;
    out.flush()
}

/// Reads what is asked.
pub(crate) fn take_request(input: &mut impl Read) -> io::Result<(Format, Vec<u8>)> {
    expect_mark(input)?;
    let format = match byte(input)? {
        0 => Format::Xls,
        1 => Format::Ods,
        _ => return Err(nonsense()),
    };
    let len = usize::try_from(u64::from_le_bytes(array(input)?)).map_err(|_| nonsense())?;
    Ok((format, take(input, len, limits::OLD_FILE)?))
}

/// Writes what was read, or why it was not.
pub(crate) fn send_answer(out: &mut impl Write, answer: Result<Grids, Error>) -> io::Result<()> {
    out.write_all(MARK)?;
    let grids = match answer {
        Ok(grids) => grids,
        Err(error) => {
            let (code, detail) = worded(&error);
            out.write_all(&[code])?;
            send_text(out, &detail)?;
            return out.flush();
        }
    };
    out.write_all(&[0, u8::from(grids.is_1904)])?;
    let sheets = grids.finish();
    let texts = sheets.first().map_or("", |(_, grid)| grid.texts());
    send_count(out, texts.len())?;
    out.write_all(texts.as_bytes())?;
    send_count(out, sheets.len())?;
    for (name, grid) in &sheets {
        send_sheet(out, name, grid)?;
    }
    out.flush()
}

fn send_sheet(out: &mut impl Write, name: &str, grid: &Grid) -> io::Result<()> {
    send_text(out, name)?;
    send_count(out, grid.cells().len())?;
    for cell in grid.cells() {
        out.write_all(&cell.to_bytes())?;
    }
    Ok(())
}

/// Reads what another process made of a file. `Err` where it did not keep to the protocol.
pub(crate) fn take_answer(input: &mut impl Read, format: Format) -> io::Result<Answer> {
    expect_mark(input)?;
    let code = byte(input)?;
    if code > 0 {
        let detail = take_text(input)?;
        return Ok(Err(unworded(code, detail, format)));
    }
    let mut grids = Grids::new(byte(input)? == 1);
    let len = count(input)?;
    let texts = take(input, len, limits::TEXTS)?;
    grids.take_texts(String::from_utf8(texts).map_err(|_| nonsense())?);
    let sheets = count(input)?;
    for _ in 0..sheets {
        let name = take_text(input)?;
        grids.begin(name).map_err(|_| nonsense())?;
        for _ in 0..count(input)? {
            let cell = Packed::from_bytes(&array(input)?, grids.texts()).ok_or_else(nonsense)?;
            grids.push(cell).map_err(|_| nonsense())?;
        }
    }
    Ok(Ok(grids))
}

/// What came of reading.
pub(crate) type Answer = Result<Grids, Error>;

/// An error as a code and the words that belong to it.
fn worded(error: &Error) -> (u8, String) {
    match error {
        Error::PasswordProtected => (2, String::new()),
        Error::TooLarge { what, limit } => (3, format!("{limit} {what}")),
        Error::Damaged { detail, .. } => (1, detail.clone()),
        Error::NotASpreadsheet
        | Error::NoColumns
        | Error::TooMuchMemory { .. }
        | Error::TooSlow { .. }
        | Error::NoReader(_)
        | Error::CannotWrite(_)
        | Error::NoSuchSheet(_)
        | Error::BadChange { .. }
        | Error::NoRecords => (1, error.to_string()),
    }
}

fn unworded(code: u8, detail: String, format: Format) -> Error {
    /// What can be too large in an xls or ods.
    const WHATS: [&str; 6] = [
        "rows",
        "columns",
        "cells",
        "bytes",
        "bytes of text",
        "sheets",
    ];
    let format = format.as_str();
    let too_large = |(limit, what): (&str, &str)| {
        let limit = limit.parse().ok()?;
        let what = WHATS.into_iter().find(|known| *known == what)?;
        Some(Error::TooLarge { what, limit })
    };
    let found = match code {
        2 => Some(Error::PasswordProtected),
        3 => detail.split_once(' ').and_then(too_large),
        _ => None,
    };
    found.unwrap_or(Error::Damaged { format, detail })
}

fn nonsense() -> io::Error {
    io::Error::other("it did not answer as agreed")
}

fn expect_mark(input: &mut impl Read) -> io::Result<()> {
    let mark: [u8; 8] = array(input)?;
    if mark == *MARK {
        Ok(())
    } else {
        Err(nonsense())
    }
}

fn array<const N: usize>(input: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn byte(input: &mut impl Read) -> io::Result<u8> {
    array(input).map(|[byte]| byte)
}

fn send_count(out: &mut impl Write, count: usize) -> io::Result<()> {
    let count = u32::try_from(count).map_err(|_| nonsense())?;
    out.write_all(&count.to_le_bytes())
}

fn count(input: &mut impl Read) -> io::Result<usize> {
    Ok(u32::from_le_bytes(array(input)?) as usize)
}

/// So many bytes; they are kept as they come, never on the word of the count alone.
fn take(input: &mut impl Read, len: usize, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if len <= limit {
        input.take(len as u64).read_to_end(&mut bytes)?;
    }
    if bytes.len() == len {
        Ok(bytes)
    } else {
        Err(nonsense())
    }
}

fn send_text(out: &mut impl Write, text: &str) -> io::Result<()> {
    let end = text.floor_char_boundary(WORDS);
    send_count(out, end)?;
    out.write_all(&text.as_bytes()[..end])
}

fn take_text(input: &mut impl Read) -> io::Result<String> {
    let len = count(input)?;
    String::from_utf8(take(input, len, WORDS)?).map_err(|_| nonsense())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Cell;

    fn answer() -> Vec<u8> {
        let mut grids = Grids::new(true);
        grids.begin("Blatt 1".to_owned()).unwrap();
        for (column, cell) in [(0, Cell::Text("Größe")), (3, Cell::Bool(true))] {
            let packed = grids.cell(&cell).unwrap().unwrap();
            grids.place(7, column, packed).unwrap();
        }
        grids.begin("leer".to_owned()).unwrap();
        let mut bytes = Vec::new();
        send_answer(&mut bytes, Ok(grids)).unwrap();
        bytes
    }

    #[test]
    fn a_workbook_arrives_as_it_was_sent() {
        let grids = take_answer(&mut answer().as_slice(), Format::Xls)
            .unwrap()
            .unwrap();
        assert!(grids.is_1904);
        let sheets = grids.finish();
        let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Blatt 1", "leer"]);
        let grid = &sheets[0].1;
        let line = grid.line(0).unwrap();
        assert_eq!((line[0].row(), line[1].column()), (7, 3));
        assert_eq!(grid.cell(&line[0]), Cell::Text("Größe"));
    }

    #[test]
    fn errors_arrive_as_they_were_sent() {
        let damaged = Error::Damaged {
            format: "xls",
            detail: "no such record".to_owned(),
        };
        let (what, limit) = ("columns", 1024);
        for error in [
            damaged,
            Error::PasswordProtected,
            Error::TooLarge { what, limit },
        ] {
            let mut bytes = Vec::new();
            send_answer(&mut bytes, Err(error.clone())).unwrap();
            let came = take_answer(&mut bytes.as_slice(), Format::Xls).unwrap();
            assert_eq!(came.unwrap_err(), error);
        }
    }

    #[test]
    fn what_is_cut_or_lies_about_its_size_is_refused() {
        let whole = answer();
        for len in 0..whole.len() {
            let cut = take_answer(&mut &whole[..len], Format::Xls);
            assert!(cut.is_err(), "cut at {len}");
        }
        let mut lying = whole;
        lying[10..14].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(take_answer(&mut lying.as_slice(), Format::Xls).is_err());
    }
}
