//! Reconciling a partner-month: what is decided about it.

pub mod cases;
pub mod decide;
pub mod link;
pub mod rules;

pub use cases::cases;
pub use decide::decide;
pub use link::link;
pub use rules::{rule_keep, rules_list};
