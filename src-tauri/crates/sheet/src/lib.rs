//! Reads spreadsheets of charging records and normalises their rows into the domain.
//!
//! Bytes of a csv, tsv, txt, xlsx, xls or ods go in, CDRs come out, in four steps:
//!
//! 1. [`recognise`] tells the format by content; [`open`] makes rows of typed cells of it, under
//!    limits that no file can pass. [`open_with`] reads xls and ods in a process of its own.
//! 2. [`guess`] finds sheet, headings, columns, decimal sign, date order, zone, units and currency,
//!    each with its [`Evidence`]; where two readings fit, an [`Ambiguity`] says so.
//! 3. A person may [`Change`] what was guessed: [`guess_with`] guesses the rest anew, [`revised`]
//!    changes a kept [`Template`].
//! 4. [`read`] walks over the rows: each is a record (a CDR with findings, or rejected by a fatal
//!    one) or skipped for a reason: titles, empty rows, totals and footers are no records.
//!
//! Besides CDRs a sheet may hold sessions, lines of a partner's statement, or what chargers
//! recorded: the template's [`Kind`] says which, and [`records`] reads them.
//!
//! When a partner's next file comes, [`fit`] says whether a stored template still fits, or what has
//! drifted. [`rejects`] writes the rows that failed into a workbook to repair them in, and
//! [`rejects_of`] knows it when it comes back.
//!
//! Nothing is lost and nothing is guessed twice: a cell that cannot be read under the template is
//! a finding with sheet, row, column and value, never a default.

mod book;
mod cell;
pub mod child;
mod date;
mod error;
mod evidence;
mod field;
mod fit;
mod format;
mod grid;
mod guess;
mod heading;
mod limits;
mod money_sign;
mod number;
mod old;
mod read;
mod record;
mod rejects;
mod scan;
mod span;
mod template;
mod text;
mod wire;
mod xlsx;
mod zone;

pub use book::{Row as SheetRow, Rows, Sheet, Workbook, open, open_with};
pub use cell::Cell;
pub use child::Spawn;
pub use date::{Date, DateOrder, Stamp};
pub use error::Error;
pub use evidence::{Ambiguity, Because, Evidence, Topic};
pub use field::Field;
pub use fit::{Fit, fit, moved};
pub use format::{Format, recognise};
pub use guess::{Change, Guess, guess, guess_with, lay_out, revised, told};
pub use number::{DecimalSign, Unit};
pub use read::{Reader, Row, RowIs, Skipped, content, content_id, preview, read, records};
pub use record::{Kind, Record, StatementLine, Transaction, session_content};
pub use rejects::{HOW_TO_FIX, ORIGINAL_ROW, PROBLEM, Reject, Rejects, rejects, rejects_of};
pub use template::{
    Column, Header, Hint, IdRule, Instead, Replacement, Template, ZoneRule, letter,
};
pub use text::Encoding;
pub use zone::{Placed, Zone};
