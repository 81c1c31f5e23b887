//! Splitting a stream of JSON into records, in blocks, without reading the records.
//!
//! Taken are a single object, objects one after the other (with or without newlines between them,
//! so NDJSON too, with blank lines, CRLF or a byte order mark), arrays of objects, OCPI's response
//! envelope (whose `data` is a list or an object), and any mixture of these: pages pasted together,
//! arrays of pages, one envelope per line.
//!
//! The caller reads and unpacks; the splitter is fed block by block and hands out each record as a
//! slice of the block, copied only where it spans blocks. Memory is bounded by one record and one
//! block. What is no record is handed out as well, so that no byte is lost unseen.
//!
//! # After an error
//! A line that breaks off does not take the next one with it: a line that begins with `{` starts
//! a new record when the one before cannot go on there, or when every record so far had a line of
//! its own and this one is not indented. In an array the elements are told apart by
//! their brackets, so a malformed element costs its neighbours nothing as long as its brackets and
//! quotes are paired.
//!
//! ```
//! use ocpi::stream::{Piece, Splitter};
//!
//! let mut splitter = Splitter::new();
//! let mut records = Vec::new();
//! for block in [&br#"{"data": [{"id": "1"}, {"i"#[..], br#"d": "2"}], "status_code": 1000}"#] {
//!     let mut pieces = splitter.feed(block);
//!     while let Some(piece) = pieces.next() {
//!         match piece {
//!             Piece::Record(raw) => records.push((raw.offset, raw.bytes.to_vec())),
//!             Piece::Broken(_, finding) | Piece::Note(finding) => panic!("{finding:?}"),
//!         }
//!     }
//! }
//! assert!(splitter.finish().next().is_none(), "nothing is left open");
//! assert_eq!(records, [(10, br#"{"id": "1"}"#.to_vec()), (23, br#"{"id": "2"}"#.to_vec())]);
//! ```

mod scan;

use domain::{Finding, FindingCode, FindingLocation, Severity};
use memchr::memchr;
use scan::Scan;

/// Largest record by default: 16 MiB.
pub const RECORD_MAX: usize = 16 << 20;

/// Containers around records, at most: an array of envelopes of lists needs three.
const CONTEXTS_MAX: usize = 16;

/// The byte order mark that some programs put before UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Notes about commas and the like, at most per stream.
const NOTES_MAX: u32 = 100;

/// Names that an envelope's first member can have, and no record's.
const ENVELOPE: [&[u8]; 4] = [b"data", b"status_code", b"status_message", b"timestamp"];

/// A stretch of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'a> {
    /// Its first byte, counted from the first byte that was fed.
    pub offset: u64,
    /// Its length in the stream. More than `bytes.len()` only for what exceeds the largest record.
    pub length: u64,
    /// Its bytes, or of what is too large the first so many.
    pub bytes: &'a [u8],
}

/// What the splitter hands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A record: from a `{` to the bracket that closes it. Whether it is JSON inside is for
    /// [`Reader::read`](crate::Reader::read) to say.
    Record(Raw<'a>),
    /// Bytes that are no record: cut off, too large, or something else than an object. The finding
    /// is a fatal `not_json` with the figures `problem` and `offset`.
    Broken(Raw<'a>, Finding),
    /// Something off between the records; none is lost by it. The finding is a `not_json` (or, for
    /// an envelope without data, `unknown_object`) warning with `problem` and `offset`.
    Note(Finding),
}

/// The form a stream turned out to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One object or several after one another.
    Objects,
    /// One object per line.
    Lines,
    /// An array.
    Array,
    /// OCPI's response envelope.
    Envelope,
}

/// What stands around the records at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Context {
    envelope: bool,
    last: Last,
    /// An envelope whose `data` has been met.
    data: bool,
}

/// What came last in a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    Opening,
    Comma,
    Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before a value, a comma or the end of a container.
    Between,
    /// Behind the `{` of what may be a record or an envelope.
    Head,
    /// In the first name behind that `{`.
    Name,
    /// In a record.
    Record,
    /// In something else than an object.
    Junk,
    /// In an envelope member's name.
    Member,
    /// Between name and value of an envelope's member.
    Colon,
    /// In an envelope's member that is not needed: a container or text; a plain word or number.
    SkipNested,
    SkipWord,
}

/// Finds the records in a stream fed block by block.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // each is one fact about the position, all independent
pub struct Splitter {
    record_max: usize,
    /// Bytes fed in earlier blocks.
    fed: u64,
    state: State,
    contexts: Vec<Context>,
    /// Offset of the piece at hand.
    start: u64,
    /// The part of the piece at hand that came in earlier blocks, as far as it is kept.
    carry: Vec<u8>,
    /// The carry was handed out and is to be emptied.
    carry_out: bool,
    scan: Scan,
    /// The name being read in `Name` and `Member`.
    name: Vec<u8>,
    /// The member being read is an envelope's `data`.
    is_data: bool,
    /// The record at hand has a newline inside.
    multi_line: bool,
    /// Records have so far ended on the line they began on.
    lines: bool,
    /// A newline was passed in a top-level record; if the next solid byte is a `{`, cut.
    cut: bool,
    /// The same, but only if that byte stands at the very beginning of a line.
    cut_unindented: bool,
    /// A newline was passed and only blanks since.
    line_start: bool,
    shape: Option<Shape>,
    notes: u32,
    finished: bool,
}

impl Default for Splitter {
    fn default() -> Self {
        Splitter::with_record_max(RECORD_MAX)
    }
}

/// What a step found; the piece at hand reaches up to the position in the block.
#[derive(Clone, Copy)]
enum Found {
    Record,
    Broken(&'static str),
    Note(&'static str),
}

impl Splitter {
    /// A splitter for records up to [`RECORD_MAX`] bytes.
    pub fn new() -> Self {
        Splitter::default()
    }

    /// A splitter for records up to `record_max` bytes.
    pub fn with_record_max(record_max: usize) -> Self {
        Splitter {
            record_max,
            fed: 0,
            state: State::Between,
            contexts: Vec::new(),
            start: 0,
            carry: Vec::new(),
            carry_out: false,
            scan: Scan::default(),
            name: Vec::new(),
            is_data: false,
            multi_line: false,
            lines: false,
            cut: false,
            cut_unindented: false,
            line_start: false,
            shape: None,
            notes: 0,
            finished: false,
        }
    }

    /// Takes the next block. All pieces must be drawn before the next call; a [`Pieces`] that is
    /// dropped earlier leaves the rest of the block unread.
    pub fn feed<'s>(&'s mut self, block: &'s [u8]) -> Pieces<'s> {
        Pieces {
            splitter: self,
            block,
            at: 0,
            from: 0,
            ended: false,
        }
    }

    /// Ends the stream: hands out what was left open, as broken.
    pub fn finish(&mut self) -> Pieces<'_> {
        self.finished = true;
        Pieces {
            splitter: self,
            block: &[],
            at: 0,
            from: 0,
            ended: false,
        }
    }

    /// The form of the stream so far; `None` before the first record or container.
    pub fn shape(&self) -> Option<Shape> {
        self.shape
    }

    /// Bytes fed so far.
    pub fn fed(&self) -> u64 {
        self.fed
    }

    fn in_piece(&self) -> bool {
        match self.state {
            State::Head | State::Name | State::Record | State::Junk => true,
            State::Between | State::Member | State::Colon | State::SkipNested | State::SkipWord => {
                false
            }
        }
    }

    /// A value of the container around was met. Two without a comma are worth a note.
    fn value_met(&mut self) -> Option<Found> {
        let context = self.contexts.last_mut()?;
        let before = std::mem::replace(&mut context.last, Last::Value);
        (before == Last::Value).then_some(Found::Note("no_comma"))
    }

    fn open(&mut self, envelope: bool) {
        let shape = if envelope {
            Shape::Envelope
        } else {
            Shape::Array
        };
        match self.shape {
            None | Some(Shape::Objects) if self.contexts.is_empty() => self.shape = Some(shape),
            None | Some(_) => {}
        }
        self.contexts.push(Context {
            envelope,
            last: Last::Opening,
            data: false,
        });
    }

    /// A record ended in order.
    fn record_ended(&mut self) {
        self.state = State::Between;
        if self.contexts.is_empty() {
            self.lines = !self.multi_line;
            match self.shape {
                None => self.shape = Some(Shape::Objects),
                Some(Shape::Objects) if self.lines => self.shape = Some(Shape::Lines),
                Some(_) => {}
            }
        }
    }
}

/// The pieces of one block. Not an [`Iterator`], because a piece may borrow the splitter's memory.
#[derive(Debug)]
pub struct Pieces<'s> {
    splitter: &'s mut Splitter,
    block: &'s [u8],
    /// Next byte to look at.
    at: usize,
    /// Where in this block the piece at hand begins (0 if in an earlier one).
    from: usize,
    ended: bool,
}

impl Pieces<'_> {
    /// The next piece, or `None` when the block is used up.
    #[allow(clippy::should_implement_trait)] // a lending iterator, which the trait cannot be
    pub fn next(&mut self) -> Option<Piece<'_>> {
        if std::mem::take(&mut self.splitter.carry_out) {
            self.splitter.carry.clear();
        }
        if self.ended {
            return None;
        }
        let found = self.found();
        if found.is_none() {
            self.ended = true;
            self.keep_rest();
        }
        found.map(|found| self.piece(found))
    }

    /// Goes on until something is found or the block is used up.
    fn found(&mut self) -> Option<Found> {
        if self.splitter.finished {
            return self.left_open();
        }
        while let Some(byte) = self.block.get(self.at).copied() {
            let found = match self.splitter.state {
                State::Between => self.between(byte),
                State::Head => self.head(byte),
                State::Name => self.name(byte),
                State::Record => self.record(),
                State::Junk => self.junk(byte),
                State::Member => self.member(byte),
                State::Colon => self.colon(byte),
                State::SkipNested => self.skip_nested(),
                State::SkipWord => self.skip_word(byte),
            };
            match found {
                Some(Found::Note(_)) if self.splitter.notes >= NOTES_MAX => {}
                Some(_) => return found,
                None => {}
            }
        }
        None
    }

    /// What is open when the stream ends: a piece, then the containers around it.
    fn left_open(&mut self) -> Option<Found> {
        let splitter = &mut *self.splitter;
        if splitter.in_piece() {
            let junk = splitter.state == State::Junk;
            splitter.state = State::Between;
            return Some(Found::Broken(if junk { "no_object" } else { "cut_off" }));
        }
        if splitter.contexts.is_empty() {
            return None;
        }
        splitter.contexts.clear();
        splitter.notes = 0;
        Some(Found::Note("cut_off"))
    }

    /// Begins a piece at the current byte.
    fn begin(&mut self, state: State) {
        self.splitter.state = state;
        self.splitter.start = self.splitter.fed + self.at as u64;
        self.splitter.cut = false;
        self.splitter.line_start = false;
        self.splitter.multi_line = false;
        self.from = self.at;
    }

    /// Between values.
    fn between(&mut self, byte: u8) -> Option<Found> {
        let mark = usize::try_from(self.splitter.fed)
            .ok()
            .and_then(|fed| BOM.get(fed + self.at));
        if byte.is_ascii_whitespace() || mark == Some(&byte) {
            self.at += 1;
            return None;
        }
        let context = self.splitter.contexts.last().copied();
        let envelope = context.is_some_and(|context| context.envelope);
        match byte {
            b',' => self.comma(),
            b']' if context.is_some_and(|context| !context.envelope) => self.closing(),
            b'}' if envelope => self.closing(),
            b'"' if envelope => {
                self.splitter.state = State::Member;
                self.splitter.name.clear();
                self.at += 1;
                self.splitter.value_met()
            }
            b'{' if !envelope => {
                self.begin(State::Head);
                self.at += 1;
                self.splitter.value_met()
            }
            b'[' if !envelope && self.splitter.contexts.len() < CONTEXTS_MAX => {
                let found = self.splitter.value_met();
                self.splitter.open(false);
                self.at += 1;
                found
            }
            _ => {
                self.begin(State::Junk);
                self.splitter.scan = Scan {
                    in_text: byte == b'"',
                    ..Scan::default()
                };
                self.at += 1;
                self.splitter.value_met()
            }
        }
    }

    fn comma(&mut self) -> Option<Found> {
        self.at += 1;
        match self.splitter.contexts.last_mut() {
            Some(context) => {
                let before = std::mem::replace(&mut context.last, Last::Comma);
                (before != Last::Value).then_some(Found::Note("extra_comma"))
            }
            None => Some(Found::Note("extra_comma")),
        }
    }

    /// The end of a list or envelope.
    fn closing(&mut self) -> Option<Found> {
        self.at += 1;
        let closed = self.splitter.contexts.pop()?;
        if closed.last == Last::Comma {
            return Some(Found::Note("trailing_comma"));
        }
        (closed.envelope && !closed.data).then_some(Found::Note("no_data"))
    }

    /// Behind the brace that opens a record or an envelope.
    fn head(&mut self, byte: u8) -> Option<Found> {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                self.at += 1;
                self.splitter.multi_line |= byte == b'\n';
            }
            b'"' => {
                self.at += 1;
                self.splitter.name.clear();
                self.splitter.state = State::Name;
            }
            b'{' if self.splitter.contexts.is_empty() && self.splitter.multi_line => {
                self.splitter.state = State::Between;
                return Some(Found::Broken("cut_off"));
            }
            _ => {
                self.splitter.state = State::Record;
                self.splitter.scan = Scan::opened();
            }
        }
        None
    }

    /// In the first member's name: an envelope's, or a record's?
    fn name(&mut self, byte: u8) -> Option<Found> {
        let splitter = &mut *self.splitter;
        if byte != b'"' {
            splitter.name.push(byte);
            let prefix = splitter.name.as_slice();
            if ENVELOPE.iter().any(|name| name.starts_with(prefix)) {
                self.at += 1;
            } else {
                splitter.state = State::Record;
                splitter.scan = Scan {
                    in_text: true,
                    ..Scan::opened()
                };
            }
            return None;
        }
        self.at += 1;
        let room = splitter.contexts.len() < CONTEXTS_MAX;
        if room && ENVELOPE.contains(&splitter.name.as_slice()) {
            splitter.carry.clear();
            splitter.open(true);
            splitter.contexts.last_mut().expect("just opened").last = Last::Value;
            self.name_read();
        } else {
            splitter.state = State::Record;
            splitter.scan = Scan::opened();
        }
        None
    }

    /// An envelope's member has its name.
    fn name_read(&mut self) {
        let splitter = &mut *self.splitter;
        splitter.is_data = splitter.name == b"data";
        splitter.state = State::Colon;
        if let Some(context) = splitter.contexts.last_mut() {
            context.data |= splitter.is_data;
        }
    }

    /// In a record: to its closing bracket. At the top, newlines are watched for broken lines.
    fn record(&mut self) -> Option<Found> {
        if !self.splitter.contexts.is_empty() {
            return self.scan_to(self.block.len());
        }
        if self.splitter.line_start {
            return self.next_line();
        }
        let newline = memchr(b'\n', &self.block[self.at..]).map(|index| self.at + index);
        let found = self.scan_to(newline.unwrap_or(self.block.len()));
        if found.is_none() && newline.is_some() {
            self.passed_newline();
        }
        found
    }

    /// Goes on to the record's end, but not beyond `end`.
    #[inline]
    fn scan_to(&mut self, end: usize) -> Option<Found> {
        let Some(index) = self.splitter.scan.run(&self.block[self.at..end]) else {
            self.at = end;
            return None;
        };
        self.at += index + 1;
        self.splitter.record_ended();
        Some(Found::Record)
    }

    /// At a newline inside a top-level record. If a `{` comes next, it begins a new record when a
    /// text is open or nothing before allows a value here; where lines have been records so far,
    /// also when it is not indented.
    #[cold]
    fn passed_newline(&mut self) {
        let here = self.block[self.from..self.at].trim_ascii_end();
        let before = here
            .last()
            .or(self.splitter.carry.trim_ascii_end().last())
            .copied();
        let splitter = &mut *self.splitter;
        let open = matches!(before, Some(b'[' | b',' | b':'));
        splitter.cut = splitter.scan.in_text || !open;
        splitter.cut_unindented = splitter.lines;
        splitter.line_start = true;
        splitter.multi_line = true;
        splitter.scan.escaping = false;
        self.at += 1;
    }

    /// At the beginning of a line inside a top-level record.
    fn next_line(&mut self) -> Option<Found> {
        let rest = &self.block[self.at..];
        let blanks = &rest[..rest.len() - rest.trim_ascii_start().len()];
        self.at += blanks.len();
        if let Some(last) = blanks.last() {
            self.splitter.cut_unindented = self.splitter.lines && *last == b'\n';
        }
        let byte = self.block.get(self.at).copied()?;
        self.splitter.line_start = false;
        if byte == b'{' && (self.splitter.cut || self.splitter.cut_unindented) {
            self.splitter.state = State::Between;
            return Some(Found::Broken("cut_off"));
        }
        None
    }

    /// In something that is no object. At the top it ends where a line begins with a bracket; in a
    /// container at a comma, at the container's end, or where an object begins.
    fn junk(&mut self, byte: u8) -> Option<Found> {
        let splitter = &mut *self.splitter;
        let ends = if splitter.contexts.is_empty() {
            let ends = splitter.line_start && matches!(byte, b'{' | b'[');
            splitter.line_start =
                byte == b'\n' || (splitter.line_start && byte.is_ascii_whitespace());
            ends
        } else if splitter.scan.in_text {
            if splitter.scan.escaping {
                splitter.scan.escaping = false;
            } else if byte == b'\\' {
                splitter.scan.escaping = true;
            } else if byte == b'"' {
                splitter.scan.in_text = false;
            }
            false
        } else {
            splitter.scan.in_text = byte == b'"';
            matches!(byte, b',' | b']' | b'}' | b'{')
        };
        if ends {
            splitter.state = State::Between;
            return Some(Found::Broken("no_object"));
        }
        self.at += 1;
        None
    }

    /// In the name of an envelope's member. Names that matter are short and without escapes.
    fn member(&mut self, byte: u8) -> Option<Found> {
        self.at += 1;
        if byte == b'"' {
            self.name_read();
        } else if self.splitter.name.len() < 32 {
            self.splitter.name.push(byte);
        }
        None
    }

    /// Before the value of an envelope's member.
    fn colon(&mut self, byte: u8) -> Option<Found> {
        let splitter = &mut *self.splitter;
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b':' => self.at += 1,
            b'{' if splitter.is_data => {
                self.begin(State::Head);
                self.at += 1;
            }
            b'[' if splitter.is_data && splitter.contexts.len() < CONTEXTS_MAX => {
                splitter.open(false);
                splitter.state = State::Between;
                self.at += 1;
            }
            b'{' | b'[' => {
                splitter.scan = Scan::opened();
                splitter.state = State::SkipNested;
                self.at += 1;
            }
            b'"' => {
                splitter.scan = Scan {
                    in_text: true,
                    ..Scan::default()
                };
                splitter.state = State::SkipWord;
                self.at += 1;
            }
            _ => splitter.state = State::SkipWord,
        }
        None
    }

    fn skip_nested(&mut self) -> Option<Found> {
        match self.splitter.scan.run(&self.block[self.at..]) {
            Some(index) => {
                self.at += index + 1;
                self.splitter.state = State::Between;
            }
            None => self.at = self.block.len(),
        }
        None
    }

    /// In a text, number or word of an envelope.
    fn skip_word(&mut self, byte: u8) -> Option<Found> {
        let scan = &mut self.splitter.scan;
        if scan.in_text {
            if scan.escaping {
                scan.escaping = false;
            } else if byte == b'\\' {
                scan.escaping = true;
            } else if byte == b'"' {
                scan.in_text = false;
            }
        } else if matches!(byte, b',' | b'}') {
            self.splitter.state = State::Between;
            return None;
        }
        self.at += 1;
        None
    }

    /// At the end of a block inside a piece: keeps what belongs to it, up to the largest record.
    fn keep_rest(&mut self) {
        let splitter = &mut *self.splitter;
        if splitter.in_piece() {
            let room = splitter.record_max.saturating_sub(splitter.carry.len());
            let part = &self.block[self.from..];
            splitter
                .carry
                .extend_from_slice(&part[..part.len().min(room)]);
        }
        splitter.fed += self.block.len() as u64;
    }

    /// Makes a piece of what was found; it reaches up to the current byte.
    fn piece(&mut self, found: Found) -> Piece<'_> {
        let broken = match found {
            Found::Note(problem) => return self.note(problem),
            Found::Record => None,
            Found::Broken(problem) => Some(problem),
        };
        let offset = self.splitter.start;
        let mut length = self.splitter.fed + self.at as u64 - offset;
        let part = &self.block[self.from..self.at];
        let spans = offset < self.splitter.fed;
        if spans {
            let room = self
                .splitter
                .record_max
                .saturating_sub(self.splitter.carry.len());
            self.splitter
                .carry
                .extend_from_slice(&part[..part.len().min(room)]);
            self.splitter.carry_out = true;
        }
        let all = if spans {
            &self.splitter.carry[..]
        } else {
            part
        };
        let too_large = length > self.splitter.record_max as u64;
        let mut bytes = &all[..all.len().min(self.splitter.record_max)];
        if broken.is_some() && !too_large {
            bytes = bytes.trim_ascii_end();
            length = bytes.len() as u64;
        }
        let raw = Raw {
            offset,
            length,
            bytes,
        };
        let problem = if too_large { Some("too_large") } else { broken };
        match problem {
            None => Piece::Record(raw),
            Some(problem) => Piece::Broken(
                raw,
                Finding::new(FindingCode::NotJson, FindingLocation::Whole)
                    .with("problem", problem)
                    .with("offset", offset),
            ),
        }
    }

    fn note(&mut self, problem: &'static str) -> Piece<'static> {
        self.splitter.notes += 1;
        let code = match problem {
            "no_data" => FindingCode::UnknownObject,
            _ => FindingCode::NotJson,
        };
        Piece::Note(
            Finding::new(code, FindingLocation::Whole)
                .with_severity(Severity::Warning)
                .with("problem", problem)
                .with("offset", self.splitter.fed + self.at as u64),
        )
    }
}
