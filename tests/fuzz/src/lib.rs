//! What must hold whatever comes in. Each target in `targets/` is one call into here.
//!
//! `cargo xtask fuzz` runs all targets for a bounded time, from the seeds in `seeds/` and what
//! earlier runs kept under `target/fuzz`.

pub mod price;
pub mod record;
pub mod sheets;
pub mod stream;
