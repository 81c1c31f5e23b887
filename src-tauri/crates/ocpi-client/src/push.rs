//! Objects that we push to a partner (SEMANTICS 5.5): a CDR by POST, anything else by PUT.
//!
//! A CDR that was sent twice may be billed twice. So what a partner certainly stored, what it
//! certainly did not, and what nobody knows are three outcomes.

use domain::{OcpiVersion, PartyKey};
use reqwest::header::LOCATION;
use reqwest::{Method, Url};

use crate::address::{parse, shown};
use crate::client::{Client, Stop};
use crate::envelope;
use crate::exchange::{Answer, Exchange, Failure, Speaking};
use crate::problem::{Code, Problem, Result};

/// What came of an object that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The partner has it.
    Stored {
        /// Where it can be fetched back, if the partner said so.
        location: Option<String>,
        /// What was said.
        exchange: Exchange,
    },
    /// The partner does not have it.
    Refused {
        /// Why.
        problem: Problem,
    },
    /// The partner may have it or not. It must not be sent again before that is known.
    Unknown {
        /// What stood in the way of an answer.
        problem: Problem,
    },
}

/// Sends a CDR. The address is that of the receiver, opaque and complete.
pub fn post_cdr(
    client: &Client,
    version: OcpiVersion,
    receiver: &Url,
    body: &[u8],
    stop: Stop<'_>,
) -> Sent {
    let speaking = Speaking::module(version);
    let sent = client.send(Method::POST, receiver, body, speaking, stop);
    outcome(client, sent)
}

/// Puts an object at its own address, which [`object_url`] makes.
pub fn put_object(
    client: &Client,
    version: OcpiVersion,
    url: &Url,
    body: &[u8],
    stop: Stop<'_>,
) -> Sent {
    let speaking = Speaking::module(version);
    let sent = client.send(Method::PUT, url, body, speaking, stop);
    outcome(client, sent)
}

/// Where an object of ours is at a receiver: below its address by country, party and id.
pub fn object_url(receiver: &Url, owner: &PartyKey, id: &str) -> Result<Url> {
    let bad = || {
        let text = format!(
            "{id:?} cannot be part of an address below {}.",
            shown(receiver)
        );
        Problem::new(Code::BadAddress, text)
    };
    // Dots alone would name another place.
    if matches!(id, "" | "." | "..") {
        return Err(bad());
    }
    let mut url = receiver.clone();
    url.path_segments_mut()
        .map_err(|()| bad())?
        .pop_if_empty()
        .extend([owner.country(), owner.party(), id]);
    Ok(url)
}

/// Fetches an object back from where the partner said that it is; `None` where the partner says
/// that there is no such object.
pub fn fetch(
    client: &Client,
    version: OcpiVersion,
    location: &str,
    stop: Stop<'_>,
) -> Result<Option<Vec<u8>>> {
    let url = parse(location)?;
    client.reach().check(&url)?;
    let answer = match client.get(&url, Speaking::module(version), stop) {
        Ok(answer) => answer,
        Err(problem) if problem.status == Some(404) => return Ok(None),
        Err(problem) => return Err(problem),
    };
    if says_unknown(&answer.body) {
        return Ok(None);
    }
    let data = client.told(envelope::success(&answer.body, &shown(&url)))?;
    let there = data.filter(|data| data.get() != "null");
    Ok(there.map(|data| data.get().as_bytes().to_vec()))
}

/// Whether an answer says that there is no such object, by its status or in words.
fn says_unknown(body: &[u8]) -> bool {
    match envelope::status(body) {
        Some(2003 | 2004) => true,
        Some(2000..=2999) => {
            let said = envelope::said(body).unwrap_or_default().to_lowercase();
            let words = ["unknown", "not found", "no such", "not exist"];
            words.iter().any(|word| said.contains(word))
        }
        Some(_) | None => false,
    }
}

fn outcome(client: &Client, sent: std::result::Result<Answer, Failure>) -> Sent {
    let answer = match sent {
        Ok(answer) => answer,
        Err(Failure {
            problem,
            unknown,
            ocpi,
        }) => {
            // An answer that blames the request is a refusal, whatever its HTTP status.
            let blames_us = ocpi.is_some_and(|status| (2000..3000).contains(&status));
            return if unknown && !blames_us {
                Sent::Unknown {
                    problem: unknown_whether(problem),
                }
            } else {
                Sent::Refused { problem }
            };
        }
    };
    let location = location(&answer.exchange);
    let success = envelope::success(&answer.body, &answer.exchange.url);
    let problem = match client.told(success) {
        Ok(_) => None,
        // Some servers say it by HTTP alone: created, and where.
        Err(_) if answer.exchange.status == 201 && location.is_some() && is_blank(&answer) => None,
        Err(problem) => Some(problem),
    };
    let Some(problem) = problem else {
        let exchange = answer.exchange;
        return Sent::Stored { location, exchange };
    };
    match (problem.code, problem.status) {
        // What a hub says of a receiver that it passed the object on to, except that it knows none.
        (Code::OcpiStatus, Some(4000 | 4002..)) => Sent::Unknown {
            problem: unknown_whether(problem),
        },
        (Code::OcpiStatus, _) => Sent::Refused { problem },
        _ => Sent::Unknown {
            problem: unknown_whether(problem),
        },
    }
}

fn is_blank(answer: &Answer) -> bool {
    answer.body.iter().all(u8::is_ascii_whitespace)
}

/// The address in the answer's header, made absolute where it can be.
fn location(exchange: &Exchange) -> Option<String> {
    let said = exchange.header(LOCATION.as_str())?.trim();
    if said.is_empty() {
        return None;
    }
    let asked = Url::parse(&exchange.url).ok();
    let absolute = asked.and_then(|asked| asked.join(said).ok());
    Some(absolute.map_or_else(|| said.to_owned(), String::from))
}

fn unknown_whether(problem: Problem) -> Problem {
    problem.and(
        "Whether the partner stored it is not known: ask, or fetch it back, before it is sent \
         again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_objects_address_is_below_the_receivers() {
        let owner: PartyKey = "NL-TAL".parse().expect("a party");
        let of = |receiver: &str, id: &str| {
            let receiver = Url::parse(receiver).expect("an address");
            object_url(&receiver, &owner, id).map(String::from)
        };
        for receiver in ["https://a.example/sessions", "https://a.example/sessions/"] {
            assert_eq!(
                of(receiver, "S1").as_deref(),
                Ok("https://a.example/sessions/NL/TAL/S1")
            );
        }
        assert_eq!(
            of("https://a.example/s?key=1", "a/b ?#%é").as_deref(),
            Ok("https://a.example/s/NL/TAL/a%2Fb%20%3F%23%25%C3%A9?key=1")
        );
        assert_eq!(
            of("https://a.example", "S1").as_deref(),
            Ok("https://a.example/NL/TAL/S1")
        );
        for id in ["", ".", ".."] {
            assert!(of("https://a.example/s", id).is_err(), "{id:?}");
        }
    }
}
