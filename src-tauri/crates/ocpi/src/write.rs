//! Writes domain objects as OCPI JSON of a version: the inverse of the reader.
//!
//! Nothing is made up. What a version requires and the object does not hold is left out or, where
//! the version has a word for "not known" (`#NA`, `UNKNOWN`), written with that word; what the
//! object holds and the version cannot say is dropped. Either is named in [`Written::lacks`], so
//! that whoever sends the text knows what a strict partner will object to and what will not arrive.
//!
//! Figures are written digit by digit as the domain holds them. What is optional and not known is
//! left out, never `null`. The owner of a 2.1.1 object is the connection's party and therefore not
//! named as lost.
//!
//! ```
//! use domain::{OcpiId, OcpiVersion, Token};
//!
//! let token = Token {
//!     party: Some("NL-TAL".parse().unwrap()),
//!     uid: OcpiId::from("04A1"),
//!     kind: Some("RFID".to_owned()),
//!     contract_id: OcpiId::from("NL-TAL-C1"),
//!     issuer: Some("Tally".to_owned()),
//!     valid: true,
//!     whitelist: Some("ALLOWED".to_owned()),
//!     last_updated: Some("2026-01-01T00:00:00Z".parse().unwrap()),
//! };
//! let written = ocpi::write::token(&token, OcpiVersion::V211);
//! assert_eq!(
//!     written.json,
//!     r#"{"uid":"04A1","type":"RFID","auth_id":"NL-TAL-C1","issuer":"Tally","valid":true,"#
//!         .to_owned() + r#""whitelist":"ALLOWED","last_updated":"2026-01-01T00:00:00Z"}"#
//! );
//! assert_eq!(written.lacks, []);
//! ```

mod cdr;
mod lack;
mod out;
mod period;
mod place;
mod price;
mod record;
mod session;
mod tariff;
mod text;
mod token;

pub use lack::{Lack, Shortfall, Why};
pub(crate) use lack::{note_at, unnote};
pub(crate) use place::fits;
pub(crate) use text::push_quoted;

use domain::record::InvoiceRecord;
use domain::{Cdr, Location, OcpiVersion, Session, Tariff, Token};

use out::{Object, Out};

/// An object as text, with what the text falls short of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// One JSON object on one line.
    pub json: String,
    /// What the version requires and the object lacks, and what the version cannot say.
    pub lacks: Vec<Lack>,
}

impl Written {
    /// The first reason why a partner that holds to its standard refuses the text.
    pub fn refused_for(&self) -> Option<&Lack> {
        self.lacks.iter().find(|lack| lack.why.is_refused())
    }
}

/// Writes a CDR. Tariffs inside it are written as of the same version.
pub fn cdr(cdr: &Cdr, version: OcpiVersion) -> Written {
    written(version, |object| cdr::members(object, cdr))
}

/// Writes a session.
pub fn session(session: &Session, version: OcpiVersion) -> Written {
    written(version, |object| session::members(object, session))
}

/// Writes a tariff. Prices that contain tax cannot be said before 2.3.0: the elements are then left
/// out, because a partner would read them as net.
pub fn tariff(tariff: &Tariff, version: OcpiVersion) -> Written {
    written(version, |object| {
        tariff::members(object, tariff, tariff.party.as_ref());
    })
}

/// Writes a token.
pub fn token(token: &Token, version: OcpiVersion) -> Written {
    written(version, |object| token::members(object, token))
}

/// Writes a location, as far as the domain knows it.
pub fn location(location: &Location, version: OcpiVersion) -> Written {
    written(version, |object| place::location(object, location))
}

/// Writes an invoice reconciliation record (2.3.0; sent as a file to partners of every version).
pub fn record(record: &InvoiceRecord) -> Written {
    written(OcpiVersion::V230, |object| record::members(object, record))
}

fn written(version: OcpiVersion, members: impl FnOnce(&mut Object<'_, '_>)) -> Written {
    let mut out = Out::new(version);
    out.record(members);
    out.finish()
}
