//! Our prices beside those of the newest public engine that builds here.
//!
//! The peer (`peer/`) is a program and a workspace of its own, since it pins another version of
//! the decimal library than we do. Both price the same made-up pairs, and where they part, a cause
//! must explain it: a numbered reading of `docs/interpretation.md`. A disagreement without one is
//! a failure. `cargo xtask differential` builds and runs both.

pub mod cause;
pub mod choose;
pub mod make;
pub mod peer;
pub mod speed;
