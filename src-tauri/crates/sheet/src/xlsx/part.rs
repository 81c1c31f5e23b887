//! One XML part of an xlsx, read event by event under limits.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use crate::error::Error;
use crate::limits;

/// An error of this format, in our words or the reader's.
pub(super) fn damaged(detail: impl Into<String>) -> Error {
    let (format, detail) = ("xlsx", detail.into());
    Error::Damaged { format, detail }
}

/// A part being read.
pub(super) struct Part<'a> {
    xml: Reader<Metered<'a>>,
    buffer: Vec<u8>,
    depth: usize,
    /// How many more events there may be.
    pieces: u64,
}

impl<'a> Part<'a> {
    /// `most` bytes of this part may be unpacked, and `left` bytes of all parts together.
    pub(super) fn new(packed: impl Read + 'a, most: u64, left: &'a mut u64) -> Part<'a> {
        let mut xml = Reader::from_reader(Metered {
            unpacked: BufReader::with_capacity(1 << 16, Box::new(packed)),
            most,
            left,
            piece: 0,
            exceeded: None,
        });
        xml.config_mut().expand_empty_elements = true;
        Part {
            xml,
            buffer: Vec::new(),
            depth: 0,
            pieces: limits::PIECES,
        }
    }

    /// A cell, a row or a shared text was read: the events that it took are not counted.
    pub(super) fn earn(&mut self) {
        self.pieces += limits::PIECES_EACH;
    }

    /// The next event. The part is over with [`Event::Eof`], and not before all tags are closed.
    pub(super) fn next(&mut self) -> Result<Event<'_>, Error> {
        self.buffer.clear();
        self.xml.get_mut().piece = 0;
        let Some(pieces) = self.pieces.checked_sub(1) else {
            let (what, limit) = ("pieces of XML beside the cells", limits::PIECES);
            return Err(Error::TooLarge { what, limit });
        };
        self.pieces = pieces;
        let event = match self.xml.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(error) => {
                let exceeded = self.xml.get_ref().exceeded;
                return Err(match exceeded {
                    Some((what, limit)) => Error::TooLarge { what, limit },
                    None => damaged(error.to_string()),
                });
            }
        };
        match &event {
            Event::Start(_) => {
                self.depth += 1;
                if self.depth > limits::DEPTH {
                    let (what, limit) = ("levels of XML", limits::DEPTH as u64);
                    return Err(Error::TooLarge { what, limit });
                }
            }
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            // No office program writes one; with entities of its own it could mean anything.
            Event::DocType(_) => return Err(damaged("it declares a document type")),
            Event::Eof if self.depth > 0 => return Err(damaged("a part is cut off")),
            Event::Empty(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::GeneralRef(_)
            | Event::Eof => {}
        }
        Ok(event)
    }
}

/// Adds the text of an event to a cell's text.
pub(super) fn add_text(text: &mut String, event: &Event<'_>) -> Result<(), Error> {
    match event {
        Event::Text(part) => text.push_str(&part.xml10_content()),
        Event::CData(part) => text.push_str(&part.xml10_content()),
        Event::GeneralRef(part) => text.push(sign(part)?),
        _ => {}
    }
    crate::grid::within(text.len(), limits::PIECE, "bytes in one cell")
}

/// `&amp;`, `&#10;`: the sign it stands for.
fn sign(reference: &BytesRef<'_>) -> Result<char, Error> {
    let unknown = || damaged("it uses a sign that it does not define");
    if let Some(sign) = reference.resolve_char_ref().map_err(|_| unknown())? {
        return Ok(sign);
    }
    match reference.xml10_content().as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(unknown()),
    }
}

/// `_x000D_`: a sign that XML cannot hold, as Excel writes it.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        let code = rest
            .get(at + 2..at + 6)
            .filter(|_| rest[at + 6..].starts_with('_'));
        let digits = code.filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
        let sign = digits.and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?));
        let after = if sign.is_some() { at + 7 } else { at + 2 };
        match sign {
            Some(sign) => out.push(sign),
            None => out.push_str("_x"),
        }
        rest = &rest[after..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Unpacks, and stops where a limit is passed.
struct Metered<'a> {
    unpacked: BufReader<Box<dyn Read + 'a>>,
    most: u64,
    left: &'a mut u64,
    /// Bytes since the last event: of one tag, one text or one comment.
    piece: usize,
    exceeded: Option<(&'static str, u64)>,
}

impl Metered<'_> {
    fn stop(&mut self, what: &'static str, limit: u64) -> io::Error {
        self.exceeded = Some((what, limit));
        io::Error::other(what)
    }
}

impl Read for Metered<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let len = available.len().min(out.len());
        out[..len].copy_from_slice(&available[..len]);
        self.consume(len);
        Ok(len)
    }
}

impl BufRead for Metered<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.piece > limits::PIECE {
            return Err(self.stop("bytes in one piece of XML", limits::PIECE as u64));
        }
        if self.most == 0 {
            return Err(self.stop("times as much as was packed", limits::RATIO));
        }
        if *self.left == 0 {
            return Err(self.stop("bytes when unpacked", limits::UNPACKED));
        }
        self.unpacked.fill_buf()
    }

    fn consume(&mut self, len: usize) {
        let bytes = len as u64;
        self.piece = self.piece.saturating_add(len);
        self.most = self.most.saturating_sub(bytes);
        *self.left = self.left.saturating_sub(bytes);
        self.unpacked.consume(len);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_xml_cannot_hold_are_read() {
        for (written, meant) in [
            ("plain", "plain"),
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("a_x00", "a_x00"),
            ("a_xGGGG_", "a_xGGGG_"),
            ("_xé000_", "_xé000_"),
        ] {
            assert_eq!(unescaped(written), meant, "{written}");
        }
    }

    #[test]
    fn a_part_ends_with_its_last_tag() {
        let read = |text: &'static str| {
            let mut left = 1_000;
            let mut part = Part::new(text.as_bytes(), 1_000, &mut left);
            loop {
                match part.next() {
                    Ok(Event::Eof) => return "read".to_owned(),
                    Ok(_) => {}
                    Err(error) => return error.to_string(),
                }
            }
        };
        assert_eq!(read("<a><b/></a>"), "read");
        assert!(read("<a><b/>").contains("a part is cut off"));
        assert!(read("<!DOCTYPE a [<!ENTITY x 'y'>]><a/>").contains("document type"));
        assert!(read("<a></b>").contains("xlsx file cannot be read"));
    }
}
