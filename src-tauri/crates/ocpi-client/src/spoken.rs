//! What was really said, for people who look why a partner's server cannot be connected. Off
//! unless asked for. Secrets are masked before anything is kept.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use reqwest::Url;
use reqwest::header::AUTHORIZATION;
use serde::Serialize;

use crate::problem::Problem;
use crate::token::Token;

/// What stands in the place of a secret.
const HIDDEN: &str = "•••";
/// So much of a body is kept.
const BODY_KEPT: usize = 16 * 1024;
/// So much of a body is searched for secrets.
const BODY_SEARCHED: usize = 64 * 1024;
/// So many exchanges are kept; the oldest go first.
const MOST: usize = 256;

/// One request and what came back, without secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Spoken {
    /// GET, POST, PUT or DELETE.
    pub method: String,
    /// The address asked for.
    pub url: String,
    /// Ours, new for each request.
    pub request_id: String,
    /// Ours, one for all requests of a run.
    pub correlation_id: String,
    /// The headers that were sent, in order.
    pub sent: Vec<(String, String)>,
    /// The body that was sent.
    pub sent_body: Option<String>,
    /// HTTP status, where an answer began.
    pub status: Option<u16>,
    /// Headers of the answer.
    pub headers: BTreeMap<String, String>,
    /// The begin of the answer's body, unpacked.
    pub body: String,
    /// How long that body is in all.
    pub body_bytes: u64,
    /// How long it took.
    pub millis: u64,
    /// What stood in the way.
    pub problem: Option<String>,
}

/// What of an answer arrived, even where the rest did not.
#[derive(Default)]
pub(crate) struct Heard {
    pub status: Option<reqwest::StatusCode>,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

/// Keeps what is said, once it is switched on.
#[derive(Default)]
pub(crate) struct Recorder(Mutex<Option<Vec<Spoken>>>);

impl Recorder {
    pub fn switch_on(&self) {
        if let Ok(mut kept) = self.0.lock() {
            kept.get_or_insert_default();
        }
    }

    pub fn take(&self) -> Vec<Spoken> {
        let kept = self.0.lock();
        let taken = kept
            .ok()
            .and_then(|mut kept| kept.as_mut().map(std::mem::take));
        taken.unwrap_or_default()
    }

    /// The request as it will be shown, if anybody wants to see it.
    pub fn begin(
        &self,
        request: &reqwest::Request,
        body: Option<&[u8]>,
        mask: &Mask,
    ) -> Option<Spoken> {
        if !self.0.lock().is_ok_and(|kept| kept.is_some()) {
            return None;
        }
        let text = |value: &reqwest::header::HeaderValue| {
            mask.text(&String::from_utf8_lossy(value.as_bytes()))
        };
        let sent = request.headers().iter().map(|(name, value)| {
            let value = if name == AUTHORIZATION {
                format!("Token {HIDDEN}")
            } else {
                text(value)
            };
            (name.to_string(), value)
        });
        let id = |name: &str| request.headers().get(name).map(text).unwrap_or_default();
        Some(Spoken {
            method: request.method().to_string(),
            url: mask.url(request.url()),
            request_id: id("x-request-id"),
            correlation_id: id("x-correlation-id"),
            sent: sent.collect(),
            sent_body: body.map(|body| mask.body(body)),
            status: None,
            headers: BTreeMap::new(),
            body: String::new(),
            body_bytes: 0,
            millis: 0,
            problem: None,
        })
    }

    /// Keeps what came of it.
    pub fn end(
        &self,
        begun: Spoken,
        heard: &Heard,
        (took, problem): (Duration, Option<&Problem>),
        mask: &Mask,
    ) {
        let header = |(name, value): (&String, &String)| {
            let shown = if name == "set-cookie" {
                HIDDEN.to_owned()
            } else {
                mask.text(value)
            };
            (name.clone(), shown)
        };
        let spoken = Spoken {
            status: heard.status.map(|status| status.as_u16()),
            headers: heard.headers.iter().map(header).collect(),
            body: mask.body(&heard.body),
            body_bytes: heard.body.len() as u64,
            millis: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            problem: problem.map(|problem| mask.text(&problem.text)),
            ..begun
        };
        if let Ok(mut kept) = self.0.lock()
            && let Some(kept) = kept.as_mut()
        {
            if kept.len() == MOST {
                kept.remove(0);
            }
            kept.push(spoken);
        }
    }
}

/// Hides tokens in all their forms, and whatever JSON calls a token.
pub(crate) struct Mask {
    /// The longest first, so that no part of one is left over.
    secrets: RwLock<Vec<String>>,
}

impl Mask {
    pub fn of(token: &Token) -> Self {
        let mask = Mask {
            secrets: RwLock::default(),
        };
        mask.also(token);
        mask
    }

    /// Hides one more.
    pub fn also(&self, token: &Token) {
        let mut secrets = self.secrets.write().unwrap_or_else(PoisonError::into_inner);
        secrets.extend(token.forms());
        secrets.sort_by_key(|secret| Reverse(secret.len()));
        secrets.dedup();
    }

    fn secrets(&self) -> RwLockReadGuard<'_, Vec<String>> {
        self.secrets.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a text holds a secret.
    fn is_in(&self, text: &str) -> bool {
        self.secrets().iter().any(|secret| text.contains(secret))
    }

    /// Any text.
    pub fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in self.secrets().iter() {
            if text.contains(secret) {
                text = text.replace(secret, HIDDEN);
            }
        }
        text
    }

    /// A problem's text, which may hold what a server said.
    pub fn problem(&self, mut problem: Problem) -> Problem {
        problem.text = self.text(&problem.text);
        problem
    }

    /// An address: values of its query may be written with percent signs.
    fn url(&self, url: &Url) -> String {
        let mut bare = url.clone();
        bare.set_query(None);
        let mut shown = self.text(bare.as_str());
        let Some(query) = url.query() else {
            return shown;
        };
        let pairs = query.split('&').zip(url.query_pairs());
        let pairs = pairs.map(|(written, (name, value))| {
            if self.is_in(&value) {
                format!("{name}={HIDDEN}")
            } else {
                self.text(written)
            }
        });
        shown.push('?');
        shown.push_str(&pairs.collect::<Vec<_>>().join("&"));
        shown
    }

    /// The begin of a body.
    fn body(&self, body: &[u8]) -> String {
        let searched = &body[..body.len().min(BODY_SEARCHED)];
        let mut shown = self.json(&String::from_utf8_lossy(searched));
        if searched.len() < body.len() {
            // The cut may have gone through a secret.
            let longest = self.secrets().first().map_or(0, String::len);
            shown.truncate(shown.floor_char_boundary(shown.len().saturating_sub(longest)));
        }
        shown.truncate(shown.floor_char_boundary(BODY_KEPT));
        shown
    }

    /// JSON, whole or not: each text in it is read as JSON reads it.
    fn json(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        let mut key_is_token = false;
        while let Some(open) = rest.find('"') {
            let (between, from) = rest.split_at(open);
            let literal = &from[..literal_len(from)];
            let inner: Option<String> = serde_json::from_str(literal).ok();
            let inner = inner.unwrap_or_else(|| literal.to_owned());
            let is_value = key_is_token && between.trim() == ":";
            shown.push_str(between);
            if is_value || self.is_in(&inner) {
                shown.push('"');
                shown.push_str(HIDDEN);
                shown.push('"');
            } else {
                shown.push_str(literal);
            }
            key_is_token = inner.eq_ignore_ascii_case("token");
            rest = &from[literal.len()..];
        }
        shown.push_str(rest);
        self.text(&shown)
    }
}

/// The length of the JSON text that a text begins with, to its closing quote or the end.
fn literal_len(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return at + 1,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask() -> Mask {
        Mask::of(&Token::new("example-token").expect("a token"))
    }

    #[test]
    fn a_token_is_hidden_in_every_form() {
        let mask = mask();
        for (said, shown) in [
            ("who is example-token?", "who is •••?"),
            ("ZXhhbXBsZS10b2tlbg==", "•••"),
            ("ZXhhbXBsZS10b2tlbg", "•••"),
            (r#"{"token":"C"}"#, r#"{"token":"•••"}"#),
            (r#"{"token" : "C\"D","x":1}"#, r#"{"token" : "•••","x":1}"#),
            (r#"{"TOKEN":"C"}"#, r#"{"TOKEN":"•••"}"#),
            (r#"{"\u0074oken":"C"}"#, r#"{"\u0074oken":"•••"}"#),
            (r#"{"m":"\u0065xample-token"}"#, r#"{"m":"•••"}"#),
            (r#"{"token":{"uid":"U"}}"#, r#"{"token":{"uid":"U"}}"#),
            (r#"{"a":"token","b":"c"}"#, r#"{"a":"token","b":"c"}"#),
            (r#"{"token":"cut o"#, r#"{"token":"•••""#),
            ("<html lang=\"en\">", "<html lang=\"en\">"),
        ] {
            assert_eq!(mask.body(said.as_bytes()), shown, "{said}");
        }
    }

    #[test]
    fn a_token_in_an_address_is_hidden() {
        let hidden = |url: &str| mask().url(&Url::parse(url).expect("an address"));
        assert_eq!(
            hidden("https://a.example/x?a=1&key=example-token&b=%2F"),
            "https://a.example/x?a=1&key=•••&b=%2F"
        );
        assert_eq!(
            hidden("https://a.example/?key=ZXhhbXBsZS10b2tlbg%3D%3D"),
            "https://a.example/?key=•••"
        );
        assert_eq!(
            hidden("https://a.example/example-token/x"),
            "https://a.example/•••/x"
        );
    }

    #[test]
    fn of_a_long_body_the_begin_is_kept() {
        let long = "é".repeat(BODY_SEARCHED);
        let shown = mask().body(long.as_bytes());
        assert!(shown.len() <= BODY_KEPT && shown.len() > BODY_KEPT - 4);
    }
}
