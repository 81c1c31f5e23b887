//! A row of a spreadsheet as the book keeps it: one line of JSON with its cells and what they were
//! read as. The file itself is kept too; this is so that a row can be shown and replayed alone.

use domain::Cdr;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The cells of a row by heading, in the order of the sheet, and the CDR they were read as.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SheetRecord {
    /// Heading and text of each cell that is not empty.
    pub(crate) cells: Map<String, Value>,
    /// What they were read as; absent when they could not be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cdr: Option<Cdr>,
}

/// The CDR of a kept row.
pub(crate) fn read(line: &[u8]) -> serde_json::Result<Cdr> {
    let record: SheetRecord = serde_json::from_slice(line)?;
    record
        .cdr
        .ok_or_else(|| serde::de::Error::missing_field("cdr"))
}
