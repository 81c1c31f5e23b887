//! Text in columns: which encoding, which separator, and its rows one by one.
//!
//! A text file is never held as cells: the decoded text stays as it is, and rows are read from it
//! on the fly, so that a million rows cost no more than the file.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::grid::within;
use crate::limits;

/// How the bytes of a text file are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// The Western European code page of Windows.
    Windows1252,
}

/// How much of the text is looked at to find the separator.
const GLANCE: usize = 64 * 1024;

/// A decoded text and the sign between its columns.
#[derive(Debug)]
pub(crate) struct TextSheet<'a> {
    text: Cow<'a, str>,
    pub(crate) separator: u8,
    pub(crate) encoding: Encoding,
    pub(crate) has_mark: bool,
}

impl<'a> TextSheet<'a> {
    /// Decodes the bytes and finds the separator.
    pub(crate) fn open(bytes: Cow<'a, [u8]>) -> Result<Self, Error> {
        within(bytes.len(), limits::TEXT_FILE, "bytes")?;
        let (encoding, mark) = encoding(&bytes);
        if !is_text(&bytes, encoding) {
            return Err(Error::NotASpreadsheet);
        }
        check_lines(&bytes, encoding)?;
        let text = decode(bytes, encoding, mark)?;
        if memchr::memchr(0, text.as_bytes()).is_some() {
            return Err(Error::NotASpreadsheet);
        }
        let separator = separator(&text).ok_or(Error::NoColumns)?;
        check_cells(text.as_bytes(), separator)?;
        Ok(TextSheet {
            text,
            separator,
            encoding,
            has_mark: mark > 0,
        })
    }

    /// Its rows from the top.
    pub(crate) fn rows(&self) -> TextRows<'_> {
        let said = said_separator(&self.text).map_or(0, |(_, len)| len);
        TextRows {
            reader: reader(&self.text.as_bytes()[said..], self.separator),
            record: StringRecord::new(),
            next_number: if said > 0 { 2 } else { 1 },
        }
    }
}

/// The rows of a text; each is valid until the next one is read.
#[derive(Debug)]
pub(crate) struct TextRows<'a> {
    reader: csv::Reader<&'a [u8]>,
    record: StringRecord,
    next_number: u32,
}

impl TextRows<'_> {
    /// The next row that has any sign in it, with its number counted as a spreadsheet program
    /// counts: blank lines count, line breaks inside quotes do not.
    pub(crate) fn next(&mut self) -> Option<(u32, &StringRecord)> {
        let before = self.reader.position().line();
        // The text is valid UTF-8 and records may differ in length, so no error is left.
        if !self.reader.read_record(&mut self.record).unwrap_or(false) {
            return None;
        }
        let lines = self.reader.position().line().saturating_sub(before);
        if lines > 1 {
            let inside = self
                .record
                .iter()
                .map(|f| f.matches('\n').count())
                .sum::<usize>();
            let blank = lines.saturating_sub(1).saturating_sub(inside as u64);
            self.next_number = self
                .next_number
                .saturating_add(u32::try_from(blank).unwrap_or(0));
        }
        let number = self.next_number;
        self.next_number = number.saturating_add(1);
        Some((number, &self.record))
    }
}

fn reader(text: &[u8], separator: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text)
}

/// The encoding, and the length of the byte order mark.
///
/// Without a mark: UTF-16 where every other byte is zero, UTF-8 where the bytes are valid as such,
/// else Windows-1252, which every byte sequence is.
fn encoding(bytes: &[u8]) -> (Encoding, usize) {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => return (Encoding::Utf8, 3),
        [0xFF, 0xFE, ..] => return (Encoding::Utf16Le, 2),
        [0xFE, 0xFF, ..] => return (Encoding::Utf16Be, 2),
        _ => {}
    }
    let start = &bytes[..bytes.len().min(1024) & !1];
    let zeros = |offset: usize| {
        start
            .iter()
            .skip(offset)
            .step_by(2)
            .filter(|&&b| b == 0)
            .count()
    };
    let (even, odd, pairs) = (zeros(0), zeros(1), start.len() / 2);
    if pairs > 0 && odd * 4 > pairs * 3 && even == 0 {
        (Encoding::Utf16Le, 0)
    } else if pairs > 0 && even * 4 > pairs * 3 && odd == 0 {
        (Encoding::Utf16Be, 0)
    } else if std::str::from_utf8(bytes).is_ok() {
        (Encoding::Utf8, 0)
    } else {
        (Encoding::Windows1252, 0)
    }
}

/// Whether the bytes are text at all, as far as a glance tells: control signs are none.
fn is_text(bytes: &[u8], encoding: Encoding) -> bool {
    let start = &bytes[..bytes.len().min(GLANCE)];
    let is_control = |b: &u8| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0C | 0x1A);
    match encoding {
        Encoding::Utf16Le | Encoding::Utf16Be => true,
        Encoding::Utf8 | Encoding::Windows1252 => {
            let controls = start.iter().filter(|b| is_control(b)).count();
            memchr::memchr(0, bytes).is_none() && controls * 200 <= start.len()
        }
    }
}

/// Whether each line could be a row, before anything is made of the bytes.
fn check_lines(bytes: &[u8], encoding: Encoding) -> Result<(), Error> {
    let width = match encoding {
        Encoding::Utf8 | Encoding::Windows1252 => 1,
        Encoding::Utf16Le | Encoding::Utf16Be => 2,
    };
    let mut start = 0;
    for end in memchr::memchr2_iter(b'\n', b'\r', bytes).chain([bytes.len()]) {
        within((end - start) / width, limits::LINE + 1, "bytes in one line").map_err(|_| {
            Error::TooLarge {
                what: "bytes in one line",
                limit: limits::LINE as u64,
            }
        })?;
        start = end;
    }
    Ok(())
}

/// Whether each cell and each row has a size that a table's could have. A quote that is never
/// closed would make one cell of the rest of the file.
fn check_cells(text: &[u8], separator: u8) -> Result<(), Error> {
    let most = limits::COLUMNS as usize;
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text).chain([text.len()]) {
        if end - start > most {
            let separators = memchr::memchr_iter(separator, &text[start..end]).take(most);
            within(separators.count(), most, "columns")?;
        }
        start = end;
    }
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'"', &text[from..]).map(|at| from + at) {
        from = at + 1;
        let before = at.checked_sub(1).map(|before| text[before]);
        let begins_a_cell = |b: u8| b == separator || matches!(b, b'\n' | b'\r');
        if before.is_none_or(begins_a_cell) {
            from = closing_quote(text, from);
            within(from - at, limits::QUOTED, "bytes in one cell")?;
        }
    }
    Ok(())
}

/// Where the text goes on after the quote that closes a cell; two quotes stand for one sign.
fn closing_quote(text: &[u8], mut from: usize) -> usize {
    while let Some(at) = memchr::memchr(b'"', &text[from..]).map(|at| from + at) {
        if text.get(at + 1) != Some(&b'"') {
            return at + 1;
        }
        from = at + 2;
    }
    text.len()
}

fn decode(bytes: Cow<'_, [u8]>, encoding: Encoding, mark: usize) -> Result<Cow<'_, str>, Error> {
    let codec = match encoding {
        Encoding::Utf8 => return Ok(utf8(bytes, mark)),
        Encoding::Utf16Le => encoding_rs::UTF_16LE,
        Encoding::Utf16Be => encoding_rs::UTF_16BE,
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252,
    };
    within(bytes.len(), limits::CONVERTED, "bytes to convert to UTF-8")?;
    // Piece by piece: a buffer for the worst case would be three times the file.
    let mut decoder = codec.new_decoder_without_bom_handling();
    let mut text = String::new();
    let mut pieces = bytes[mark..].chunks(1 << 20).peekable();
    while let Some(piece) = pieces.next() {
        let is_last = pieces.peek().is_none();
        text.reserve(decoder.max_utf8_buffer_length(piece.len()).unwrap_or(0));
        // What cannot be decoded becomes a sign that says so.
        let _ = decoder.decode_to_string(piece, &mut text, is_last);
        within(text.len(), limits::CONVERTED, "bytes to convert to UTF-8")?;
    }
    Ok(Cow::Owned(text))
}

fn utf8(bytes: Cow<'_, [u8]>, mark: usize) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(&bytes[mark..]),
        Cow::Owned(mut bytes) => {
            bytes.drain(..mark);
            Cow::Owned(
                String::from_utf8(bytes)
                    .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
            )
        }
    }
}

/// The first part of the text of some bytes; `None` where they are no text.
pub(crate) fn glance(bytes: &[u8], most: usize) -> Option<String> {
    let mut start = &bytes[..bytes.len().min(most)];
    // A character may be cut at the end: drop its first bytes.
    while start.len() + 4 > most && !start.is_empty() && start[start.len() - 1] >= 0x80 {
        start = &start[..start.len() - 1];
    }
    let (encoding, mark) = encoding(start);
    let text = decode(Cow::Borrowed(start), encoding, mark)
        .ok()?
        .into_owned();
    (!text.is_empty() && !text.contains('\0')).then_some(text)
}

/// `sep=;` in the first line, as Excel writes and reads it: the sign and the line's length.
fn said_separator(text: &str) -> Option<(u8, usize)> {
    let line_end = text.find('\n').map_or(text.len(), |at| at + 1);
    let line = text[..line_end].trim_end().trim_matches('"');
    let sign = line
        .strip_prefix("sep=")
        .or_else(|| line.strip_prefix("SEP="))?;
    let said = if sign.is_empty() && text.starts_with("sep=\t") {
        "\t"
    } else {
        sign
    };
    match said.as_bytes() {
        [sign] => Some((*sign, line_end)),
        _ => None,
    }
}

/// The sign that divides most lines into the same number of columns.
///
/// Where several do, the one that rarely stands for anything else wins: tab, semicolon, bar,
/// and the comma, which may be a decimal sign, last.
pub(crate) fn separator(text: &str) -> Option<u8> {
    if let Some((sign, _)) = said_separator(text) {
        return Some(sign);
    }
    let mut end = text.len().min(GLANCE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let scored = b"\t;|,".map(|sign| (sign, evenness(&text.as_bytes()[..end], sign)));
    let best = scored
        .iter()
        .map(|(_, even)| even.share)
        .max()
        .filter(|&share| share > 0)?;
    let mut even = scored
        .into_iter()
        .filter(|(_, even)| even.share * 10 >= best * 9);
    let first = even.next()?;
    // A text in every line may hold one such sign; the true one makes far more columns.
    let wider = even.filter(|(_, even)| even.width >= 2 * first.1.width);
    Some(wider.max_by_key(|(_, even)| even.width).unwrap_or(first).0)
}

/// How evenly a sign divides the lines.
struct Evenness {
    /// In how many of 1,000 lines it makes the commonest number of columns; 0 for one column.
    share: usize,
    /// That number.
    width: usize,
}

fn evenness(text: &[u8], sign: u8) -> Evenness {
    let mut reader = reader(text, sign);
    let mut record = csv::ByteRecord::new();
    let mut by_width = std::collections::BTreeMap::<usize, usize>::new();
    let mut lines = 0;
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        lines += 1;
        *by_width.entry(record.len()).or_default() += 1;
    }
    let divided = by_width.into_iter().filter(|&(width, _)| width > 1);
    let (width, count) = divided.max_by_key(|&(_, count)| count).unwrap_or((1, 0));
    Evenness {
        share: count * 1000 / lines.max(1),
        width,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(bytes: &[u8]) -> (Encoding, char, Vec<(u32, Vec<String>)>) {
        let sheet = TextSheet::open(Cow::Borrowed(bytes)).unwrap();
        let mut rows = sheet.rows();
        let mut all = Vec::new();
        while let Some((number, record)) = rows.next() {
            all.push((number, record.iter().map(str::to_owned).collect()));
        }
        (sheet.encoding, char::from(sheet.separator), all)
    }

    #[test]
    fn encodings_are_told_apart() {
        let utf16 = |text: &str| text.encode_utf16().collect::<Vec<_>>();
        let le: Vec<u8> = utf16("Größe\tkWh\n1\t2")
            .iter()
            .flat_map(|u| u.to_le_bytes())
            .collect();
        let be: Vec<u8> = utf16("Größe\tkWh\n1\t2")
            .iter()
            .flat_map(|u| u.to_be_bytes())
            .collect();
        let marked = [&[0xFF, 0xFE], le.as_slice()].concat();
        for (bytes, encoding) in [
            ("Größe\tkWh\n1\t2".as_bytes(), Encoding::Utf8),
            ("\u{feff}Größe\tkWh\n1\t2".as_bytes(), Encoding::Utf8),
            (b"Gr\xF6\xDFe\tkWh\n1\t2", Encoding::Windows1252),
            (&marked, Encoding::Utf16Le),
            (&le, Encoding::Utf16Le),
            (&be, Encoding::Utf16Be),
        ] {
            let (found, separator, rows) = open(bytes);
            assert_eq!(found, encoding);
            assert_eq!(separator, '\t');
            assert_eq!(rows[0].1[0], "Größe", "{encoding:?}");
        }
    }

    #[test]
    fn separators_are_told_apart() {
        for (text, sign) in [
            ("a;b\n1,5;2,5\n3,5;4,5", ';'),
            ("a,b,c\n1,2,3", ','),
            ("a|b\nx, y|2", '|'),
            ("Title\n\na;b;c\n1;\"x, y\";3,5\n2;z;4,5\n", ';'),
            ("sep=,\na,b\n1;2;3,2", ','),
            ("a,b,c,d\n1,2,3,x;y\n1,2,3,y;z", ','),
            ("name,at\n\"a;b\",1\n\"c;d\",2", ','),
        ] {
            assert_eq!(char::from(separator(text).unwrap()), sign, "{text:?}");
        }
        assert_eq!(separator("one column\nonly"), None);
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_program_shows_them() {
        let (_, _, rows) = open(b"a,b\r\n\r\n1,\"two\r\nlines\"\r\n\r\n\r\n3,4");
        let numbers: Vec<u32> = rows.iter().map(|(number, _)| *number).collect();
        assert_eq!(
            numbers,
            [1, 3, 6],
            "blank lines count, breaks inside quotes do not"
        );
        assert_eq!(rows[1].1[1], "two\r\nlines");
        let (_, _, rows) = open(b"sep=;\na;b\n1;2\n");
        assert_eq!(rows[0], (2, vec!["a".to_owned(), "b".to_owned()]));
    }

    #[test]
    fn what_is_no_table_is_said() {
        let long = format!("a,b\n{}", "x".repeat(limits::LINE + 1));
        for (bytes, error) in [
            (&b"a,b\n\x00\x01"[..], Error::NotASpreadsheet),
            (b"words only", Error::NoColumns),
            (
                long.as_bytes(),
                Error::TooLarge {
                    what: "bytes in one line",
                    limit: limits::LINE as u64,
                },
            ),
        ] {
            assert_eq!(TextSheet::open(Cow::Borrowed(bytes)).unwrap_err(), error);
        }
    }
}
