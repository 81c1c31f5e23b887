//! A log as pieces of text: its lines, or the elements of one large JSON array.

use std::io::{self, BufRead};

/// Bytes of one line or element, at most.
pub(crate) const PIECE_MAX: usize = 8 * 1024 * 1024;

/// What comes next.
pub(super) enum Piece {
    /// A text, in the buffer handed in.
    Text,
    /// One beyond [`PIECE_MAX`], passed over.
    TooLong,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Undecided,
    Lines,
    Elements,
}

/// The pieces of a log.
pub(super) struct Pieces<R> {
    input: R,
    line: u64,
    mode: Mode,
}

impl<R: BufRead> Pieces<R> {
    pub fn new(input: R) -> Self {
        Pieces {
            input,
            line: 1,
            mode: Mode::Undecided,
        }
    }

    /// Reads the next piece into `text`. Beside it: the line it begins on, from 1.
    pub fn next(&mut self, text: &mut Vec<u8>) -> io::Result<Option<(u64, Piece)>> {
        text.clear();
        if self.mode == Mode::Undecided {
            self.decide(text)?;
        }
        loop {
            match self.mode {
                Mode::Elements => {
                    if let Some(found) = self.element(text)? {
                        return Ok(Some(found));
                    }
                    if self.mode == Mode::Elements {
                        return Ok(None);
                    }
                }
                Mode::Undecided | Mode::Lines => return self.whole_line(text),
            }
        }
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.input.fill_buf() {
                Ok(bytes) => return Ok(bytes.first().copied()),
                Err(problem) if problem.kind() == io::ErrorKind::Interrupted => {}
                Err(problem) => return Err(problem),
            }
        }
    }

    /// Takes the byte that was peeked at.
    fn take(&mut self, byte: u8) {
        self.input.consume(1);
        if byte == b'\n' {
            self.line += 1;
        }
    }

    /// Passes over bytes; gives the first other one.
    fn pass(&mut self, over: fn(u8) -> bool) -> io::Result<Option<u8>> {
        loop {
            match self.peek()? {
                Some(byte) if over(byte) => self.take(byte),
                other => return Ok(other),
            }
        }
    }

    /// An array of arrays or objects is read by elements, everything else by lines.
    fn decide(&mut self, text: &mut Vec<u8>) -> io::Result<()> {
        self.mode = Mode::Lines;
        let blank = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, 0xEF | 0xBB | 0xBF);
        if self.pass(blank)? == Some(b'[') {
            self.take(b'[');
            match self.pass(|byte| byte.is_ascii_whitespace())? {
                Some(b'[' | b'{' | b']') => self.mode = Mode::Elements,
                Some(_) | None => text.push(b'['),
            }
        }
        Ok(())
    }

    fn whole_line(&mut self, text: &mut Vec<u8>) -> io::Result<Option<(u64, Piece)>> {
        let line = self.line;
        let (mut length, mut ended, mut any) = (text.len() as u64, false, !text.is_empty());
        while !ended {
            self.peek()?;
            let bytes = self.input.fill_buf()?;
            if bytes.is_empty() {
                break;
            }
            any = true;
            let end = bytes.iter().position(|byte| *byte == b'\n');
            ended = end.is_some();
            let taken = end.map_or(bytes.len(), |end| end + 1);
            let room = PIECE_MAX.saturating_sub(text.len());
            text.extend_from_slice(&bytes[..taken.min(room)]);
            length += taken as u64;
            self.input.consume(taken);
        }
        if ended {
            self.line += 1;
        }
        Ok(any.then(|| (line, sized(length))))
    }

    /// The next element; `None` at the end of the input, or of the array where no other follows.
    fn element(&mut self, text: &mut Vec<u8>) -> io::Result<Option<(u64, Piece)>> {
        loop {
            match self.pass(|byte| byte.is_ascii_whitespace() || byte == b',')? {
                None => return Ok(None),
                Some(b']') => {
                    self.take(b']');
                    match self.pass(|byte| byte.is_ascii_whitespace())? {
                        None => return Ok(None),
                        Some(b'[') => self.take(b'['),
                        Some(_) => {
                            self.mode = Mode::Lines;
                            return Ok(None);
                        }
                    }
                }
                Some(_) => return self.balanced(text).map(Some),
            }
        }
    }

    /// Everything up to the bracket that closes the first one; without a bracket, up to a comma.
    fn balanced(&mut self, text: &mut Vec<u8>) -> io::Result<(u64, Piece)> {
        let (line, mut length) = (self.line, 0_u64);
        let (mut depth, mut quoted, mut escaped) = (0_u64, false, false);
        while let Some(byte) = self.peek()? {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b'[' | b'{' if !quoted => depth += 1,
                b']' | b',' if !quoted && depth == 0 => break,
                b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.take(byte);
            length += 1;
            if text.len() < PIECE_MAX {
                text.push(byte);
            }
            if depth == 0 && !quoted && matches!(byte, b']' | b'}') {
                break;
            }
        }
        Ok((line, sized(length)))
    }
}

fn sized(length: u64) -> Piece {
    if length > PIECE_MAX as u64 {
        Piece::TooLong
    } else {
        Piece::Text
    }
}
