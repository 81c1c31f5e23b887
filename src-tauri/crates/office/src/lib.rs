//! One function per thing a user can do; the only crate that combines the others.

pub mod api;
