//! Reads, recognises and writes OCPI JSON of every version, to and from the domain.
//!
//! Bytes in, domain out: the caller reads files and sockets, unpacks gzip and keeps the raw bytes;
//! this crate finds the records in a stream ([`stream::Splitter`]), says what each one is and reads
//! it ([`Reader::read`], or [`read_cdr`] and its sisters where the kind is known).
//!
//! The reader is tolerant and its report strict: whatever can be understood without guessing is
//! read, and each liberty taken is a [`Finding`] at its JSON path. A record that cannot be used
//! gives no value and at least one finding of [`Severity::Fatal`](domain::Severity::Fatal); a
//! record with a value has none. Nothing here ever fails as a whole, and no bytes make it panic.
//!
//! Numbers go from their text to [`Decimal`](domain::Decimal) without a float in between, and keep
//! the number of decimals the sender wrote. [`write`](mod@write) is the inverse, and [`rewrite`]
//! writes a record again with what the domain does not keep of it.
//!
//! ```
//! use domain::FindingCode;
//! use ocpi::{Hint, Object, Reader};
//!
//! let mut reader = Reader::new();
//! let token = br#"{"country_code": "NL", "party_id": "TAL", "uid": "04A1", "type": "RFID",
//!     "contract_id": "NL-TAL-C1", "issuer": "Tally", "valid": "true", "whitelist": "ALLOWED",
//!     "last_updated": "2026-01-01T00:00:00Z"}"#;
//! let read = reader.read(token, &Hint::default());
//! assert!(matches!(read.object, Some(Object::Token(token)) if token.valid));
//! assert_eq!(read.findings[0].code, FindingCode::SchemaWrongType); // "true" is a text
//! ```

mod cdr;
mod check;
mod fields;
mod instant;
mod json;
mod location;
mod owner;
mod path;
mod period;
mod price;
mod reader;
mod recognise;
mod record;
mod report;
pub mod rewrite;
mod session;
mod signed;
pub mod stream;
mod take;
mod tariff;
mod token;
pub mod write;

pub use reader::{Object, Read, Reader};

use domain::{
    Cdr, Checked, Finding, InvoiceRecord, Location, OcpiVersion, PartyKey, Session, Tariff, Token,
};

/// The objects we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A charge detail record.
    Cdr,
    /// A charging session.
    Session,
    /// A tariff.
    Tariff,
    /// A location with its EVSEs.
    Location,
    /// A driver's token.
    Token,
}

/// What a record is by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Recognised {
    /// Which object.
    pub kind: Kind,
    /// Of which version. 2.2 counts as 2.2.1.
    pub version: OcpiVersion,
}

/// What the caller knows about where a record came from. All of it is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hint {
    /// The connection's version. It decides only where content does not: most tokens, locations
    /// and sessions look the same in 2.2.1 and 2.3.0.
    pub version: Option<OcpiVersion>,
    /// What the record is; taken at its word. Without it content decides.
    pub kind: Option<Kind>,
    /// The connection's party. 2.1.1 objects name no owner: without it a 2.1.1 CDR or session
    /// cannot be used. From 2.2 on it stands in where the owner's fields are missing.
    pub party: Option<PartyKey>,
}

/// Says what a record is, or `None` if it is none of the objects we know, only a fragment of one
/// (as PATCH sends), or not JSON. Of the hint only the version is looked at. [`Reader::read`] does
/// this and reads the record in one go.
pub fn recognise(record: &[u8], hint: &Hint) -> Option<Recognised> {
    Reader::new().recognise(record, hint)
}

/// Reads a CDR of the version its content shows.
pub fn read_cdr(record: &[u8], hint: &Hint) -> Checked<Option<Cdr>> {
    let (object, findings) = read_as(record, hint, Kind::Cdr);
    let value = match object {
        Some(Object::Cdr(cdr)) => Some(*cdr),
        _ => None,
    };
    Checked { value, findings }
}

/// Reads a session of the version its content shows.
pub fn read_session(record: &[u8], hint: &Hint) -> Checked<Option<Session>> {
    let (object, findings) = read_as(record, hint, Kind::Session);
    let value = match object {
        Some(Object::Session(session)) => Some(*session),
        _ => None,
    };
    Checked { value, findings }
}

/// Reads a tariff of the version its content shows.
pub fn read_tariff(record: &[u8], hint: &Hint) -> Checked<Option<Tariff>> {
    let (object, findings) = read_as(record, hint, Kind::Tariff);
    let value = match object {
        Some(Object::Tariff(tariff)) => Some(*tariff),
        _ => None,
    };
    Checked { value, findings }
}

/// Reads a location of the version its content shows.
pub fn read_location(record: &[u8], hint: &Hint) -> Checked<Option<Location>> {
    let (object, findings) = read_as(record, hint, Kind::Location);
    let value = match object {
        Some(Object::Location(location)) => Some(*location),
        _ => None,
    };
    Checked { value, findings }
}

/// Reads a token of the version its content shows.
pub fn read_token(record: &[u8], hint: &Hint) -> Checked<Option<Token>> {
    let (object, findings) = read_as(record, hint, Kind::Token);
    let value = match object {
        Some(Object::Token(token)) => Some(token),
        _ => None,
    };
    Checked { value, findings }
}

/// Whether a record is an invoice reconciliation record (2.3.0). [`recognise`] does not know it,
/// because it is no object of billing: it only lists CDRs.
pub fn is_record(record: &[u8]) -> bool {
    Reader::new().is_record(record)
}

/// Reads an invoice reconciliation record (2.3.0; partners of earlier versions send it as a file).
pub fn read_record(record: &[u8], hint: &Hint) -> Checked<Option<InvoiceRecord>> {
    Reader::new().read_record(record, hint)
}

fn read_as(record: &[u8], hint: &Hint, kind: Kind) -> (Option<Object>, Vec<Finding>) {
    let hint = Hint {
        kind: Some(kind),
        ..hint.clone()
    };
    let read = Reader::new().read(record, &hint);
    (read.object, read.findings)
}
