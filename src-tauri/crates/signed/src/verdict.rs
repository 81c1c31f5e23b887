//! What can be said about a signature, and the sentences for it.

use domain::{Decimal, Instant};
use thiserror::Error;

use crate::curve::Curve;
use crate::dataset::MeterStatus;

/// What is known about a signed value, or about all of a CDR.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Verdict {
    /// The signature belongs to the key that came along, and the meter reports no trouble.
    #[error("verified: the signature matches the key that came along")]
    Verified,
    /// Something is wrong, with the signature or with what was signed.
    #[error("not verified: {0}")]
    NotVerified(Why),
    /// There is no key to check with.
    #[error("key unknown: the signature can be checked once the meter's public key is known")]
    KeyUnknown,
    /// This program cannot check it.
    #[error("not supported: {0}")]
    NotSupported(Gap),
}

/// Why a signed value is not to be relied on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Why {
    /// Text, signature and key can be read, and do not belong together.
    #[error("the signature does not match the text and the key")]
    SignatureMismatch,
    /// Something cannot be read.
    #[error("{part} is damaged{}: {what}", place(*at))]
    Damaged {
        /// Which part.
        part: Part,
        /// Where in the signed text, in bytes from its start, if that is known.
        at: Option<usize>,
        /// What is wrong there.
        what: String,
    },
    /// The key is on another curve than the one the signature names.
    #[error("the key is on the curve {key}, the signature on {signature}")]
    KeyCurve {
        /// Curve of the key.
        key: Curve,
        /// Curve of the signature.
        signature: Curve,
    },
    /// The key is no key.
    #[error("the public key cannot be read: {0}")]
    KeyUnreadable(String),
    /// The signed text brings a key of its own, which differs from the one beside it.
    #[error("the key inside the signed text differs from the key that came along")]
    KeysDiffer,
    /// The values of one CDR come from more than one meter.
    #[error("the values come from several meters: {first} and {other}")]
    SeveralMeters {
        /// Serial number in the first value.
        first: String,
        /// The first serial number that differs.
        other: String,
    },
    /// The values of one CDR belong to more than one charging session.
    #[error("the values belong to several sessions of the meter: {first} and {other}")]
    SeveralSessions {
        /// Session in the first value.
        first: String,
        /// The first session that differs.
        other: String,
    },
    /// The register reads less at the end than at the beginning. Both in kWh.
    #[error("the meter reads more at the beginning ({begin} kWh) than at the end ({end} kWh)")]
    BeginAboveEnd {
        /// Reading at the beginning, in kWh.
        begin: Decimal,
        /// Reading at the end, in kWh.
        end: Decimal,
    },
    /// A reading is older than the one before it.
    #[error("the readings are not in order of time: {later} comes before {earlier}")]
    TimeOrder {
        /// Time of the reading that comes first.
        later: Instant,
        /// Time of the reading that comes after it, although it is older.
        earlier: Instant,
    },
    /// The meter did not work as it should.
    #[error("the meter's status is not good: {0}")]
    StatusNotGood(MeterStatus),
    /// The meter says that a quantity is not to be billed.
    #[error("the meter flags errors ({0}; E is energy, t is time)")]
    ErrorFlags(String),
    /// From this reading on energy or time is no longer usable.
    #[error("the meter reports an exception during charging")]
    Exception,
    /// The text is longer than what is read.
    #[error("{part} is too long: {bytes} bytes, at most {most} are read")]
    TooLong {
        /// Which text.
        part: Part,
        /// How long it is, in bytes.
        bytes: usize,
        /// How much is read, in bytes.
        most: usize,
    },
    /// There are more signed values than are read.
    #[error("there are too many signed values: {0}, at most 1000 are read")]
    TooMany(usize),
    /// There is no signed value at all.
    #[error("there is no signed value")]
    Empty,
}

fn place(at: Option<usize>) -> String {
    at.map(|at| format!(" at byte {at}")).unwrap_or_default()
}

/// A part of what is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Part {
    /// The signed text as a whole.
    #[error("the signed text")]
    Text,
    /// The texts of all values of a CDR.
    #[error("the text of all signed values")]
    AllTexts,
    /// What was signed.
    #[error("the payload")]
    Payload,
    /// The signature and what describes it.
    #[error("the signature")]
    Signature,
    /// The public key.
    #[error("the public key")]
    Key,
}

/// What this program cannot check.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Gap {
    /// The encoding method is none that OCPI or its users know.
    #[error("the encoding method {0:?} is unknown")]
    Method(String),
    /// The bytes that such a meter signs are not in the text as they are: they have to be put
    /// together from an SML message, or from Mennekes' XML.
    #[error(
        "the signed bytes of {0} have to be put together from an SML message or XML, which this \
         program does not do; the transparency software of S.A.F.E. e.V. does"
    )]
    Edl40(&'static str),
    /// The signature is made in a way that is not known here.
    #[error("the signature algorithm {0:?} is unknown")]
    Algorithm(String),
    /// No library computes on this curve.
    #[error("signatures on the curve {0} cannot be checked")]
    Curve(Curve),
    /// The signature is packed in a way that is not known here.
    #[error("the signature format {0:?} is unknown")]
    SignatureFormat(String),
    /// A later layout of Alfen's data set, or another one.
    #[error("the Alfen data set is of a kind ({0}) whose layout is not known")]
    AlfenLayout(String),
}

/// Shorthand for damage.
pub(crate) fn damaged(part: Part, at: Option<usize>, what: impl Into<String>) -> Why {
    let what = what.into();
    Why::Damaged { part, at, what }
}

impl From<Why> for Verdict {
    fn from(why: Why) -> Verdict {
        Verdict::NotVerified(why)
    }
}

impl From<Gap> for Verdict {
    fn from(gap: Gap) -> Verdict {
        Verdict::NotSupported(gap)
    }
}
