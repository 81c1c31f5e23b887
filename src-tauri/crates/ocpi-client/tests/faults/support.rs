//! What every case needs: a client that is quick to give up, and a list received to its end.

use std::time::Duration;

use domain::OcpiVersion;
use serde_json::Value;
use tallywatt_ocpi_client::{
    Client, Connection, Crawl, Encoding, Limits, Problem, Speaking, Standing, Token, Url, Window,
    parse_address,
};

use testkit::peer::Peer;

pub const QUICK: Limits = Limits {
    connect: Duration::from_secs(2),
    answer: Duration::from_millis(1500),
    bytes: 1 << 20,
    retries: 2,
    pause: Duration::from_millis(5),
    pause_most: Duration::from_millis(50),
    between: Duration::ZERO,
    pages: 60,
};

pub fn go_on() -> bool {
    false
}

pub fn connection(url: &str) -> Connection {
    Connection {
        versions_url: url.to_owned(),
        token: Token::new("example-token").expect("a token"),
        encoding: Encoding::Auto,
        plain_http: false,
        besides: Vec::new(),
        inside: false,
        authority_pem: None,
        from_to: None,
    }
}

pub fn client(peer: &Peer) -> Client {
    Client::new(connection(&peer.url), QUICK)
        .expect("a client")
        .0
}

/// A connection that says who speaks with whom.
pub fn routed(url: &str) -> Connection {
    let party = |text: &str| text.parse().expect("a party");
    Connection {
        from_to: Some((party("NL-TAL"), party("DE-PEE"))),
        ..connection(url)
    }
}

pub fn routed_client(peer: &Peer) -> Client {
    Client::new(routed(&peer.url), QUICK).expect("a client").0
}

/// An address on a peer.
pub fn at(peer: &Peer, path: &str) -> Url {
    parse_address(&format!("{}{path}", peer.url)).expect("an address")
}

/// How a module of 2.2.1 is spoken to.
pub fn module() -> Speaking {
    Speaking::module(OcpiVersion::V221)
}

pub fn list(peer: &Peer) -> Url {
    parse_address(&format!("{}/ocpi/2.2.1/cdrs", peer.url)).expect("an address")
}

/// What was received, in order, and how it ended.
pub struct Received {
    pub ids: Vec<String>,
    pub standing: Standing,
    pub complete: bool,
    pub problem: Option<Problem>,
}

impl Received {
    /// Whether each of so many objects is there; some may be there twice.
    pub fn holds_all(&self, count: usize) -> bool {
        (0..count).all(|nth| self.ids.contains(&format!("CDR{nth}")))
    }
}

pub fn receive(peer: &Peer) -> Received {
    receive_with(&client(peer), peer, None)
}

/// A list received from its begin, or from where it was left.
pub fn receive_with(client: &Client, peer: &Peer, left: Option<Standing>) -> Received {
    let now = "2026-04-01T00:00:00Z".parse().expect("an instant");
    let version = OcpiVersion::V221;
    let mut crawl = match left {
        Some(at) => Crawl::resume(client, version, at, now).expect("the same partner"),
        None => Crawl::begin(client, (version, &list(peer)), Window::default(), (10, now)),
    };
    let mut ids = Vec::new();
    let problem = loop {
        match crawl.next(&go_on) {
            Ok(Some(page)) => ids.extend(ids_of(&page.body)),
            Ok(None) => break None,
            Err(problem) => break Some(problem),
        }
    };
    Received {
        ids,
        complete: problem.is_none() && crawl.is_complete(),
        standing: crawl.standing().clone(),
        problem,
    }
}

fn ids_of(body: &[u8]) -> Vec<String> {
    let body = body.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(body);
    let envelope: Value = serde_json::from_slice(body).expect("what is handed on is JSON");
    let data = envelope["data"].as_array().cloned().unwrap_or_default();
    let id = |object: &Value| object["id"].as_str().map(str::to_owned);
    data.iter().filter_map(id).collect()
}
