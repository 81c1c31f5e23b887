//! The tariff engine: replays the price of a charging session and explains it.
//!
//! [`replay`] gives the price with every step that led to it, [`price`] the totals alone. Both run
//! the same code; what differs is who listens, and that [`price`] takes a short way through periods
//! that are plain. [`compare`] puts a CDR's stated figures beside the replayed ones.
//!
//! The engine is pure: the same input gives the same result, always. Where OCPI is silent or
//! contradicts itself, a comment names the numbered reading (I-01, …) of `docs/interpretation.md`.
//!
//! Reading order: `run` (what happens in which order), `lookup` and `restriction` (which component
//! is active), `timeline` (periods and their seconds), `ledger` (what is billed), `step`, `total`,
//! `tax`. What makes it fast: `run::plain`, `horizon` (until when no price changes), `outline` (a
//! tariff at a glance), `clock`, `sum`.

mod cause;
mod clock;
mod compare;
mod explain;
mod generate;
mod horizon;
mod input;
mod ledger;
mod lint;
mod lookup;
mod number;
mod outline;
mod replay;
mod restriction;
mod run;
mod select;
mod step;
mod sum;
mod tax;
mod timeline;
mod total;
mod trace;
mod unsplit;

#[cfg(test)]
mod build;

pub use cause::{
    Causes, Change, Explanation, Fit, Inferred, MonthCdr, Neighbours, Question, find_cause,
    infer_policy,
};
pub use compare::{Comparison, PartName, compare};
pub use explain::{Language, Reader, UnknownLanguage, explain, explain_change, explain_tariff};
pub use generate::{
    Course, Generated, Header, Metered, NotGenerated, Reading, Turn, generate_cdr,
    generate_cdr_with_turns, generate_periods,
};
pub use input::{Candidates, ReplayInput};
pub use lint::{LintCode, LintFinding, OpenHours, lint};
pub use replay::{Priced, price, replay};
