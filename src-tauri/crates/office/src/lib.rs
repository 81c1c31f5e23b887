//! One function per thing a user can do; the only crate that combines the others.
//!
//! Every function takes a [`Desk`]: the open book, the moment, and who acts. Long work takes a
//! [`Job`] too: it asks it whether to stop and tells it how far it is. Requests and answers are
//! declared in [`api`].

pub mod api;
pub mod audit;
pub mod board;
pub mod book;
pub mod causes;
pub mod connections;
pub mod decide;
pub mod demo;
pub mod desk;
pub mod detail;
mod error;
mod evses;
pub mod explorer;
pub mod export;
mod identity;
pub mod intake;
mod job;
pub mod kept;
mod outgoing;
mod outside;
pub mod partner_check;
pub mod partner_sample;
pub mod partners;
pub mod place;
pub mod price;
pub mod push;
pub mod readings;
pub mod reconcile;
pub mod reconciling;
pub mod records;
pub mod replay;
pub mod settle;
pub mod statements;
pub mod tariffs;
pub mod templates;
pub mod terms;
mod truth;
pub mod whatif;
mod words;
mod zones;

#[cfg(test)]
mod tests;

pub use desk::Desk;
pub use error::{Error, Result};
pub use job::{Cancel, Job, Progress};
pub use sheet::child as old_sheets;
