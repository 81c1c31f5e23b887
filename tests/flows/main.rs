//! Whole flows through the office: files in, decisions, documents out.

#![allow(clippy::unwrap_used)] // all of it is tests

mod again;
mod close;
mod confusion;
mod deciding;
mod decisions;
mod demo;
mod evses;
mod generated;
mod issue;
mod late;
mod month;
mod order;
mod record;
