//! A row of a spreadsheet as the book keeps it: one line of JSON with its cells and what they were
//! read as. The file itself is kept too; this is so that a row can be shown and replayed alone.

use domain::{Cdr, Session};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sheet::StatementLine;

/// The cells of a row by heading, in the order of the sheet, and what they were read as: at most
/// one record, none where they could not be read.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct SheetRecord {
    /// Heading and text of each cell that is not empty.
    pub(crate) cells: Map<String, Value>,
    /// The CDR.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cdr: Option<Cdr>,
    /// The session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) session: Option<Session>,
    /// The line of a partner's statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) statement: Option<StatementLine>,
}

/// The CDR of a kept row.
pub(crate) fn read(line: &[u8]) -> serde_json::Result<Cdr> {
    let record: SheetRecord = serde_json::from_slice(line)?;
    record
        .cdr
        .ok_or_else(|| serde::de::Error::missing_field("cdr"))
}

/// The session of a kept row.
pub(crate) fn session(line: &[u8]) -> serde_json::Result<Session> {
    let record: SheetRecord = serde_json::from_slice(line)?;
    record
        .session
        .ok_or_else(|| serde::de::Error::missing_field("session"))
}
