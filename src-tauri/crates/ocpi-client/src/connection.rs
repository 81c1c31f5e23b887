//! How a partner is reached, and how much it may ask of us.

use std::time::Duration;

use crate::token::{Encoding, Token};

/// How much a partner may ask of us.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time until a connection stands.
    pub connect: Duration,
    /// Time for one whole answer, however it trickles.
    pub answer: Duration,
    /// Bytes of one answer, unpacked.
    pub bytes: usize,
    /// How often a request is tried again.
    pub retries: u32,
    /// The first pause before that; each further one is about twice as long.
    pub pause: Duration,
    /// The longest pause, also where the server asks for a longer one.
    pub pause_most: Duration,
    /// Time between two requests to one partner.
    pub between: Duration,
    /// Pages of one list.
    pub pages: u32,
}

impl Limits {
    /// What a partner's server may be expected to keep to.
    pub const STANDARD: Limits = Limits {
        connect: Duration::from_secs(15),
        answer: Duration::from_mins(2),
        bytes: 64 * 1024 * 1024,
        retries: 4,
        pause: Duration::from_secs(1),
        pause_most: Duration::from_secs(90),
        between: Duration::from_millis(100),
        pages: 100_000,
    };
}

/// How to reach a partner.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The address of the versions list.
    pub versions_url: String,
    /// The token.
    pub token: Token,
    /// How it is sent.
    pub encoding: Encoding,
    /// Whether plain http is allowed by the user's word.
    pub plain_http: bool,
    /// Other addresses whose hosts the token may go to.
    pub besides: Vec<String>,
    /// Whether the partner is reached inside a private network, by the user's word.
    pub inside: bool,
    /// One more authority that is trusted, as PEM.
    pub authority_pem: Option<Vec<u8>>,
    /// We and they, as `NL-TAL`, for the routing headers of 2.2 and later.
    pub from_to: Option<(domain::PartyKey, domain::PartyKey)>,
}
