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

mod pieces;
mod scan;

pub use pieces::Pieces;

use domain::Finding;
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
    /// The last solid byte of that part, kept or not.
    last_kept: Option<u8>,
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
            last_kept: None,
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
        Pieces::new(self, block)
    }

    /// Ends the stream: hands out what was left open, as broken.
    pub fn finish(&mut self) -> Pieces<'_> {
        self.finished = true;
        Pieces::new(self, &[])
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
