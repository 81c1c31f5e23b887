//! Whole flows through the office: files in, decisions, documents out.

mod close;
mod decisions;
mod demo;
mod generated;
mod issue;
mod record;
