//! Why a spreadsheet could not be opened at all. What is odd *inside* it is a finding instead.

use thiserror::Error;

/// The operation failed; nothing was read.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// Neither text in columns nor one of the spreadsheet formats.
    #[error("not a spreadsheet: neither text in columns nor xlsx, xls or ods")]
    NotASpreadsheet,
    /// Text, but without columns.
    #[error("the text has no columns: none of tab, semicolon, bar or comma divides its lines")]
    NoColumns,
    /// Encrypted with a password.
    #[error("the file is protected by a password; save a copy without one")]
    PasswordProtected,
    /// The file is damaged or cut off; the text says what the reader met.
    #[error("the {format} file cannot be read: {detail}")]
    Damaged {
        /// `xlsx`, `xls` or `ods`.
        format: &'static str,
        /// The reader's own words.
        detail: String,
    },
    /// Larger than a sheet of charging records can be.
    #[error("the file is too large: more than {limit} {what}")]
    TooLarge {
        /// Rows, columns, cells, …
        what: &'static str,
        /// The largest number that is read.
        limit: u64,
    },
    /// The process that reads an xls or ods would have needed more memory than it may have.
    #[error("reading the {format} file takes more than {mib} MiB of memory; save it as xlsx")]
    TooMuchMemory {
        /// `xls` or `ods`.
        format: &'static str,
        /// What it may have.
        mib: u64,
    },
    /// The process that reads an xls or ods took too long and was ended.
    #[error("reading the {format} file takes more than {seconds} seconds; save it as xlsx")]
    TooSlow {
        /// `xls` or `ods`.
        format: &'static str,
        /// How long it may take.
        seconds: u64,
    },
    /// The process that reads xls and ods could not be started, or answered nonsense.
    #[error("the reader of old spreadsheets failed: {0}")]
    NoReader(String),
    /// A workbook could not be written.
    #[error("the workbook cannot be written: {0}")]
    CannotWrite(String),
    /// No sheet of that name.
    #[error("there is no sheet {0:?}")]
    NoSuchSheet(String),
    /// A person's change that cannot be made: no such column, or no such value for it.
    #[error("{what}: {value:?} cannot be set: {why}")]
    BadChange {
        /// What it is about, as [`Topic`](crate::Topic) names it.
        what: &'static str,
        /// What it should be.
        value: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// No sheet has a column of dates that could be when sessions began.
    #[error("no sheet has columns that look like charging records (a start at least)")]
    NoRecords,
}
