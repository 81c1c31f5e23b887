//! Signed meter values: does the signature hold, what was read, how much energy lies between.
//!
//! A CDR of OCPI 2.2 and later may carry texts that a meter signed (CDRs / SignedData). Here they
//! are taken apart and checked; what a meter signed is the only figure in a CDR that its sender
//! cannot have changed. Only what is signed is read: `plain_data` is for people, and is used only
//! where the signed text itself lies there.
//!
//! *Verified* says that the signature belongs to the key that came along. Whether that key is the
//! key of this meter must be looked up elsewhere, in a public register or on the charge point.
//!
//! ```
//! use tallywatt_signed::{SignedData, SignedValue, Verdict, check};
//!
//! let text = r#"OCMF|{"MS":"M1","RD":[
//!   {"TM":"2026-05-01T10:00:00,000+0200 S","TX":"B","RV":100.5,"RU":"kWh","ST":"G"},
//!   {"TM":"2026-05-01T11:00:00,000+0200 S","TX":"E","RV":112}]}|{"SD":"3006020101020101"}"#;
//! let value = SignedValue { signed_data: text.to_owned(), ..SignedValue::default() };
//! let report = check(&SignedData {
//!     encoding_method: "OCMF".to_owned(),
//!     public_key: None,
//!     values: vec![value],
//!     ..SignedData::default()
//! });
//! assert_eq!(report.verdict, Verdict::KeyUnknown);
//! assert_eq!(report.metered.map(|metered| metered.energy.0.to_string()), Ok("11.5".to_owned()));
//! ```
//!
//! Read from: OCMF 1.2 (S.A.F.E. e.V.), OCPI 2.3.0 and 2.2.1 (CDRs), OCPP 1.6 and 2.0.1.

mod alfen;
mod curve;
mod dataset;
mod energy;
mod key;
mod letters;
mod ocmf;
mod ocpp;
mod report;
#[cfg(test)]
mod tests;
mod verdict;

pub use curve::Curve;
pub use dataset::{ClockState, Dataset, MeterStatus, Reading, Reason};
pub use domain::{SignedData, SignedValue};
pub use energy::{Comparison, Metered, NoEnergy, compare};
pub use ocpp::{LoggedValue, NotSampledValues, in_sampled_values, of_logged_values};
pub use report::{CheckedValue, EncodingMethod, Report, check};
pub use verdict::{Gap, Part, Verdict, Why};

/// The longest text that is read, in bytes; OCPI allows 5000 characters.
pub const TEXT_MAX: usize = 64 * 1024;

/// The longest text of all values of one CDR that is read, in bytes.
pub const ALL_TEXTS_MAX: usize = 1024 * 1024;

/// The most signed values of one CDR that are read: one a minute for most of a day.
pub const VALUES_MAX: usize = 1_000;
