//! Reconciling and settling: where each record stands, who owes which VAT, what is invoiced.
//!
//! [`reconcile`] puts every CDR and every completed session of a partner-month in exactly one
//! bucket; [`causes`] groups what differs by why it does, and says what a policy, a tolerance or a
//! rule would change; [`plausible`] says which CDRs claim what cannot well be; [`drift`] tells from
//! CDRs and their sessions which stations have a clock or a meter that is off, since when and by
//! how much; [`partner_check`] compares a partner's CDRs with those of the book, field by field;
//! [`settle`] turns the accepted CDRs of a month into invoice drafts and says what still
//! stands in the way of issuing them. All are pure functions of facts and decisions: they read no
//! file, know no SQL and ask no clock.

pub mod causes;
pub mod drift;
pub mod intern;
pub mod partner_check;
pub mod plausible;
pub mod reconcile;
pub mod settle;
pub mod suggest;
pub mod truth;

pub use intern::{Interner, Sym};
