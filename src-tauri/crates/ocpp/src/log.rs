//! Reads the log of an OCPP server into transactions.
//!
//! One frame a line, with or without time and station before it; a JSON array of frames; or one
//! object a line with the frame, or action and payload, inside. Stations may be interleaved, and a
//! log may hold both versions. Nothing fails as a whole: what cannot be read is a trouble with its
//! line, and a transaction of which the log has only a part goes on the review list.

mod frame;
mod prefix;
mod sample;
mod split;
mod tracker;
mod v16;
mod v201;

use std::io::{self, BufRead};

use domain::Tz;

use self::prefix::Head;
use self::split::{PIECE_MAX, Piece, Pieces};
use self::tracker::{Context, Tracker};
use crate::transaction::Transaction;
use crate::trouble::{Found, Trouble};

/// What the caller knows about a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hint {
    /// The station it is of, for lines that name none.
    pub station: Option<String>,
    /// The zone of the log's own times, where they name none; without it they are UTC.
    pub zone: Option<Tz>,
}

/// What a log gives, in the order in which it is certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A transaction with start and end.
    Transaction(Box<Transaction>),
    /// One that lacks its start or its end, and which.
    Review(Box<Transaction>, Trouble),
    /// Something odd.
    Trouble(Found),
}

/// Everything a log gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// Transactions with start and end.
    pub transactions: Vec<Transaction>,
    /// Those that lack one of them, with the reason.
    pub review: Vec<(Transaction, Trouble)>,
    /// What is odd.
    pub troubles: Vec<Found>,
}

/// Reads a log item by item. Memory does not grow with the log; lines may have up to 8 MiB.
///
/// # Errors
/// When the input cannot be read. What was read before has been handed out.
pub fn read_log(input: impl BufRead, hint: &Hint, sink: &mut dyn FnMut(Item)) -> io::Result<()> {
    let mut pieces = Pieces::new(input);
    let mut tracker = Tracker::new(sink);
    let mut text = Vec::new();
    let mut outcome = Ok(());
    loop {
        match pieces.next(&mut text) {
            Ok(Some((line, Piece::Text))) => one(&text, line, hint, &mut tracker),
            Ok(Some((line, Piece::TooLong))) => {
                let bytes = PIECE_MAX as u64;
                tracker.note(line, None, Trouble::LineTooLong { bytes });
            }
            Ok(None) => break,
            Err(problem) => {
                outcome = Err(problem);
                break;
            }
        }
    }
    tracker.end();
    outcome
}

/// Reads a whole log.
///
/// # Errors
/// When the input cannot be read.
pub fn read_all(input: impl BufRead, hint: &Hint) -> io::Result<Log> {
    let mut log = Log::default();
    read_log(input, hint, &mut |item| match item {
        Item::Transaction(t) => log.transactions.push(*t),
        Item::Review(t, why) => log.review.push((*t, why)),
        Item::Trouble(found) => log.troubles.push(found),
    })?;
    Ok(log)
}

/// The messages of one piece.
fn one(text: &[u8], line: u64, hint: &Hint, tracker: &mut Tracker<'_>) {
    let text = String::from_utf8_lossy(text);
    if text.trim().is_empty() {
        return;
    }
    let head = Head {
        zone: hint.zone,
        ..Head::default()
    };
    let found = frame::each(&text, &head, &mut |head, frame| match head
        .station
        .as_deref()
        .or(hint.station.as_deref())
    {
        Some(station) => {
            let cx = Context {
                station,
                head,
                line,
            };
            tracker.message(&cx, frame);
        }
        None => tracker.note(line, None, Trouble::StationUnknown),
    });
    if !found {
        tracker.note(line, None, Trouble::NotAMessage);
    }
}
