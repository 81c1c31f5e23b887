//! A row of a spreadsheet as the book keeps it: one line of JSON with its cells and what they were
//! read as. The file itself is kept too; this is so that a row can be shown and replayed alone.

use domain::{Cdr, Instant, Kwh, Session};
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

/// What a charger's register told of a transaction, kept beside the CDR made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Register {
    /// From its reading at the start to that at the end, kWh.
    pub(crate) energy: Kwh,
    /// When it was read at the start.
    pub(crate) start_at: Instant,
    /// When it was read at the end.
    pub(crate) end_at: Instant,
}

/// A transaction as the book keeps it: as a row is kept, and what its register told.
#[derive(Debug, Serialize)]
pub(crate) struct ChargerRecord {
    #[serde(flatten)]
    pub(crate) row: SheetRecord,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) register: Option<Register>,
}

/// What the register told, if the kept row is a transaction of which a CDR was made.
pub(crate) fn register(line: &[u8]) -> Option<Register> {
    #[derive(Deserialize)]
    struct Line {
        register: Option<Register>,
    }
    serde_json::from_slice::<Line>(line).ok()?.register
}
