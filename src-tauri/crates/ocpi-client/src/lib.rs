//! Talks OCPI with a partner's server: the only crate that knows the network.
//!
//! A [`Client`] asks for one address at a time, within limits that end by themselves, and never
//! sends the token to another host, scheme or port than the partner's. [`versions`], [`choose`] and
//! [`details`] find a module's list, a [`Crawl`] receives it page by page, as it came. What a page
//! holds is read by whoever reads files: here it is only counted.
//!
//! Partners' servers are slow, wrong and sometimes hostile. What they can do is a [`Problem`] with
//! a plain reason, or a [`Departure`] that was survived.

mod address;
mod client;
mod crawl;
mod envelope;
mod problem;
mod token;
mod versions;

pub use address::{Origin, Reach, parse as parse_address};
pub use client::{Answer, Client, Connection, Exchange, Limits, Stop};
pub use crawl::{Crawl, Departure, Page, Standing, Window};
pub use problem::{Code, Problem, Result};
pub use reqwest::Url;
pub use token::{Encoding, Token};
pub use versions::{Details, Module, Offered, choose, details, versions};
