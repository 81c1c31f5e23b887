//! Reconciling a partner-month as people work on it: what it waits for by cause, its rows and
//! pictures, and what is decided about them.

pub mod cases;
pub mod charts;
pub mod decide;
pub mod effects;
pub mod link;
pub mod month;
pub(crate) mod odd;
pub mod rows;
pub mod rules;
pub(crate) mod search;
pub mod side;
pub(crate) mod stations;
pub mod tolerance;

pub use cases::cases;
pub use charts::{charts, scatter};
pub use decide::{accept_within, decide};
pub use effects::{proposal, rule_effect, rule_of};
pub use link::link;
pub use month::month;
pub use rows::rows;
pub use rules::{rule_keep, rules_list};
pub use side::side_by_side;
pub use tolerance::effect as tolerance_effect;
