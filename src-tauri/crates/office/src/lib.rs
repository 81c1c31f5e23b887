//! One function per thing a user can do; the only crate that combines the others.
//!
//! Every function takes a [`Desk`]: the open book, the moment, and who acts. Long work takes a
//! [`Job`] too: it asks it whether to stop and tells it how far it is. Requests and answers are
//! declared in [`api`].

pub mod api;
mod desk;
mod error;
pub mod explorer;
mod identity;
pub mod intake;
mod job;
pub mod replay;
pub mod terms;
mod words;
mod zones;

pub use desk::Desk;
pub use error::{Error, Result};
pub use job::{Cancel, Job, Progress};
