//! A partner's server that registers: it looks at the other side before it answers, hands out a
//! token of its own making, and knows which tokens hold.

use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::call::call;
use crate::peer::{Asked, Peer, Reply};

/// The server.
pub struct Registrar {
    /// Where it is; its versions list is at `/ocpi/versions`.
    pub peer: Peer,
    tokens: Arc<Mutex<Tokens>>,
}

/// Which tokens hold.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    /// The one for registering, until somebody did.
    pub first: Option<String>,
    /// The one that we gave the other side.
    pub ours: Option<String>,
    /// The one that the other side gave us.
    pub theirs: Option<String>,
    made: u32,
}

impl Registrar {
    /// The server of a party such as `NL-ABC`, at which one can register with `token`; what else it
    /// serves, it is told by `lists`.
    pub fn new(
        (party, token): (&'static str, &str),
        lists: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> Registrar {
        let tokens = Arc::new(Mutex::new(Tokens {
            first: Some(token.to_owned()),
            ..Tokens::default()
        }));
        let known = Arc::clone(&tokens);
        let peer = Peer::new(move |asked, _| {
            let may = |token: &Option<String>| token.as_ref().is_some_and(|one| holds(asked, one));
            let (first, ours) = {
                let known = open(&known);
                (may(&known.first), may(&known.ours))
            };
            match asked.path.as_str() {
                _ if !first && !ours => Reply::body(401, ""),
                "/ocpi/versions" => {
                    Reply::data(&json!([{"version": "2.2.1", "url": "/ocpi/2.2.1"}]))
                }
                "/ocpi/2.2.1" => Reply::data(&json!({
                    "version": "2.2.1",
                    "endpoints": endpoints(ours),
                })),
                "/ocpi/credentials" => credentials(party, asked, &known, ours),
                _ if ours => lists(asked),
                _ => Reply::body(401, ""),
            }
        });
        Registrar { peer, tokens }
    }

    /// Which tokens hold now.
    pub fn tokens(&self) -> Tokens {
        open(&self.tokens).clone()
    }
}

/// Who has not registered yet can do that and nothing else.
fn endpoints(registered: bool) -> Vec<Value> {
    let credentials =
        json!({"identifier": "credentials", "role": "RECEIVER", "url": "/ocpi/credentials"});
    let cdrs = json!({"identifier": "cdrs", "role": "SENDER", "url": "/cdrs"});
    let all = [(true, credentials), (registered, cdrs)];
    all.into_iter()
        .filter_map(|(shown, one)| shown.then_some(one))
        .collect()
}

fn open(tokens: &Mutex<Tokens>) -> MutexGuard<'_, Tokens> {
    tokens.lock().expect("no test panics while it holds this")
}

/// Whether a token came, as it is or in base64.
fn holds(asked: &Asked, token: &str) -> bool {
    let came = asked.token.strip_prefix("Token ").unwrap_or_default();
    came == token || came == STANDARD.encode(token)
}

fn credentials(party: &str, asked: &Asked, tokens: &Mutex<Tokens>, registered: bool) -> Reply {
    match (asked.method.as_str(), registered) {
        ("GET", true) => {
            let token = open(tokens).ours.clone().unwrap_or_default();
            Reply::data(&ours(party, asked, &token))
        }
        ("POST", false) | ("PUT", true) => handshake(party, asked, tokens),
        ("DELETE", true) => {
            *open(tokens) = Tokens::default();
            Reply::data(&Value::Null)
        }
        _ => Reply::body(405, ""),
    }
}

/// Looks at the other side with the token that it gave, and hands out a new one.
fn handshake(party: &str, asked: &Asked, tokens: &Mutex<Tokens>) -> Reply {
    let given = asked.json();
    let text = |name: &str| given[name].as_str().unwrap_or_default().to_owned();
    let (token, url) = (text("token"), text("url"));
    let authorization = format!("Token {}", STANDARD.encode(&token));
    let seen = |url: &str| {
        let (status, body) = call("GET", url, &authorization).ok()?;
        let answer: Value = serde_json::from_str(&body).ok()?;
        (status == 200).then(|| answer["data"].clone())
    };
    let details = seen(&url).and_then(|versions| {
        let version = versions
            .as_array()?
            .iter()
            .find(|one| one["version"] == "2.2.1")?;
        seen(version["url"].as_str()?)
    });
    if details.is_none_or(|details| !details["endpoints"].is_array()) {
        return Reply::body(
            200,
            r#"{"status_code":3001,"status_message":"no answer from your side"}"#,
        );
    }
    let mut tokens = open(tokens);
    tokens.made += 1;
    let made = format!("handed-out-{}", tokens.made);
    (tokens.first, tokens.theirs, tokens.ours) = (None, Some(token), Some(made.clone()));
    Reply::data(&ours(party, asked, &made))
}

fn ours(party: &str, asked: &Asked, token: &str) -> Value {
    let (country, id) = party.split_once('-').unwrap_or_default();
    let host = asked.headers.get("host").map_or("", String::as_str);
    json!({
        "token": token, "url": format!("http://{host}/ocpi/versions"),
        "roles": [{"role": "CPO", "country_code": country, "party_id": id,
            "business_details": {"name": "A partner"}}],
    })
}
