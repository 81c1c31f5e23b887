//! Talks OCPI with a partner's server: the only crate that knows the network.
//!
//! A [`Client`] asks for one address at a time, within limits that end by themselves, and never
//! sends the token to another host, scheme or port than the partner's. [`versions`], [`choose`] and
//! [`details`] find a module's list, a [`Crawl`] receives it page by page, as it came. What a page
//! holds is read by whoever reads files: here it is only counted. [`post_cdr`] and [`put_object`]
//! push. [`register`] exchanges tokens with a partner, while a [`Listener`] answers its questions.
//!
//! Partners' servers are slow, wrong and sometimes hostile. What they can do is a [`Problem`] with
//! a plain reason, or a [`Departure`] that was survived.

mod address;
mod client;
mod connection;
mod crawl;
mod credentials;
mod door;
mod envelope;
mod exchange;
mod failure;
mod guard;
mod listener;
mod ours;
mod problem;
mod push;
mod spoken;
mod token;
mod versions;
mod wire;

pub use address::{Origin, Reach, parse as parse_address};
pub use client::{Client, Stop};
pub use connection::{Connection, Limits};
pub use crawl::{Crawl, Departure, Page, Standing, Window};
pub use credentials::{Registered, TheirRole, register, renew, their_roles, unregister};
pub use exchange::{Answer, Exchange, Failure, Speaking};
pub use listener::{Called, Listener};
pub use ours::{Ours, Role};
pub use problem::{Code, Problem, Result};
pub use push::{Sent, fetch, object_url, post_cdr, put_object};
pub use reqwest::{Method, Url};
pub use spoken::Spoken;
pub use token::{Encoding, Token};
pub use versions::{Details, Module, Offered, choose, details, versions};
