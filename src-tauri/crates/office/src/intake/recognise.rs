//! What a file is, seen from its beginning.

use std::io::Read;
use std::sync::Arc;

use domain::OcpiVersion;
use ocpi::stream::{Piece, Shape, Splitter};
use ocpi::{Hint, Reader};

use super::chargers;
use super::source::Source;
use crate::error::{Error, Result};

/// How much of a file is looked at.
const GLANCE: usize = 1 << 20;

/// What a file is.
#[derive(Clone, Debug)]
pub(crate) struct Recognised {
    /// See [`crate::api::ImportPreview::format`].
    pub(crate) format: String,
    /// How it is to be read.
    pub(crate) holds: Holds,
    /// Version of its first record, if it is OCPI.
    pub(crate) version: Option<OcpiVersion>,
    /// Whether a partner must be chosen before it can be imported.
    pub(crate) needs_partner: bool,
    /// The beginning, unpacked; of a spreadsheet all of it.
    pub(crate) head: Vec<u8>,
}

/// How a file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// As OCPI JSON.
    Ocpi,
    /// As a spreadsheet.
    Sheet,
    /// As the log of an OCPP server.
    Transactions,
}

/// Looks at the beginning of a file.
pub(crate) fn recognise(source: &Source<'_>) -> Result<Recognised> {
    let stream = source.open(Arc::default())?;
    let packed = if stream.is_packed() { "+gzip" } else { "" };
    let mut head = Vec::new();
    stream
        .take(GLANCE as u64)
        .read_to_end(&mut head)
        .map_err(|error| source.error(error))?;
    let start = head
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(&head)
        .trim_ascii_start();
    if start.starts_with(b"{") || start.starts_with(b"[") {
        let (shape, version) = first_record(&head);
        if version.is_none() && chargers::recognise(&head) {
            return Ok(transactions(packed, head));
        }
        let form = match shape {
            Some(Shape::Lines) => "ocpi_ndjson",
            Some(Shape::Objects | Shape::Array | Shape::Envelope) | None => "ocpi_json",
        };
        return Ok(Recognised {
            format: format!("{form}{packed}"),
            holds: Holds::Ocpi,
            version,
            needs_partner: version == Some(OcpiVersion::V211),
            head,
        });
    }
    if chargers::recognise(&head) {
        return Ok(transactions(packed, head));
    }
    let whole = if head.len() < GLANCE {
        head
    } else {
        source.read_all()?.0
    };
    let Some(sheet) = sheet::recognise(&whole, &source.name) else {
        let why = "it is neither OCPI JSON nor a spreadsheet".to_owned();
        return Err(Error::Unreadable {
            name: source.name.clone(),
            why,
        });
    };
    Ok(Recognised {
        format: format!("{}{packed}", sheet.as_str()),
        holds: Holds::Sheet,
        version: None,
        needs_partner: true,
        head: whole,
    })
}

/// A log. It says whose tags charged, not whose record it is: that is us.
fn transactions(packed: &str, head: Vec<u8>) -> Recognised {
    Recognised {
        format: format!("ocpp_log{packed}"),
        holds: Holds::Transactions,
        version: None,
        needs_partner: false,
        head,
    }
}

/// Shape of a stream and version of its first record that can be told.
fn first_record(head: &[u8]) -> (Option<Shape>, Option<OcpiVersion>) {
    let mut splitter = Splitter::new();
    let mut reader = Reader::new();
    let mut version = None;
    let mut pieces = splitter.feed(head);
    while let Some(piece) = pieces.next() {
        if let Piece::Record(raw) = piece
            && version.is_none()
        {
            version = reader
                .recognise(raw.bytes, &Hint::default())
                .map(|found| found.version);
        }
    }
    (splitter.shape(), version)
}
