//! Settle: from accepted CDRs to invoices.
//!
//! [`draft()`] groups the CDRs of a month into lines per location and VAT treatment, [`check`] says
//! what stands in the way of issuing, [`recheck`] proves the figures once more from the CDRs, and
//! [`issue`] puts number and dates on a draft. The caller keeps the result; nothing here moves an
//! invoice that was issued.
//!
//! # Rounding (INVOICING §4)
//! A CDR's net is rounded once, half away from zero, to the currency's minor unit (at most two
//! decimals, A2 and A3), so that the annex adds up to the lines exactly. Tax is computed once per
//! document and VAT group (A5), never per line.

mod check;
mod draft;
mod number;
mod rates;
#[cfg(test)]
mod tests;
mod totals;
mod vat;

pub use check::check;
pub use check::{Check, recheck};
pub use draft::{BillableCdr, Draft, DraftError, DraftInput, draft, issue};
pub use number::{BadPattern, NumberPattern};
pub use rates::{VatRates, country_alpha2, in_eu};
pub use totals::{net_of_cdr, vat_groups};
pub use vat::{LineKind, VatError, VatOverride, VatQuestion, decide, note_of};
