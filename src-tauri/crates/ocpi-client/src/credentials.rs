//! The handshake: tokens are exchanged for a registration, renewed, and given back (SEMANTICS 5.3).
//!
//! None of these requests is sent a second time once the partner may have done it: a second answer
//! would hold another token. Where the first answer is lost, the old token is tried: whether it
//! still works says what the partner did.

use domain::{OcpiVersion, PartyKey};
use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::address::shown;
use crate::client::{Client, Stop};
use crate::envelope;
use crate::exchange::{Answer, Exchange, Failure, Speaking};
use crate::ours::Ours;
use crate::problem::{Code, Problem, Result};
use crate::token::Token;
use crate::versions::Details;

/// What a partner says of itself in its credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TheirRole {
    /// As the partner writes it; 2.1.1 knows none.
    pub role: Option<String>,
    /// Who it is, if that can be read.
    pub party: Option<PartyKey>,
    /// Its name.
    pub name: Option<String>,
}

/// A registration.
#[derive(Debug)]
pub struct Registered {
    /// The token for everything from now on.
    pub token: Token,
    /// Whom it connects us with.
    pub their_roles: Vec<TheirRole>,
    /// The partner's versions address. One on another host is not followed: the reason why stands
    /// in its place, since the token must not be lost for it.
    pub their_url: Result<Url>,
    /// What was said.
    pub exchange: Exchange,
}

/// Where and how credentials are exchanged.
struct Desk<'a> {
    client: &'a Client,
    url: Url,
    version: OcpiVersion,
    stop: Stop<'a>,
}

/// Registers us, with a client that has token A. While it waits, the partner calls `our_url` with
/// token B: a [`crate::Listener`] must be open there.
pub fn register(
    client: &Client,
    details: &Details,
    ours: &Ours,
    (our_url, token_b): (&str, &Token),
    stop: Stop<'_>,
) -> Result<Registered> {
    let desk = Desk::of(client, details, stop)?;
    let body = ours.credentials(desk.version, our_url, token_b)?;
    client.hide(token_b);
    desk.exchange(Method::POST, body.to_string().as_bytes())
        .map_err(|failure| {
            if failure.problem.status == Some(405) {
                let problem = failure.problem.with_code(Code::AlreadyRegistered);
                return problem.and(
                    "The partner has a registration of ours already. Renew that one with its \
                     token, or ask the partner to reset it and to give a new token A.",
                );
            }
            let unknown = failure.unknown;
            match explained(failure, our_url) {
                Err(problem) if unknown => reset(problem),
                Ok(problem) | Err(problem) => problem,
            }
        })
}

/// Renews a registration, with a client that has the token C of now: both sides get new tokens,
/// and the partner asks for our versions again.
pub fn renew(
    client: &Client,
    details: &Details,
    ours: &Ours,
    (our_url, token_b): (&str, &Token),
    stop: Stop<'_>,
) -> Result<Registered> {
    let desk = Desk::of(client, details, stop)?;
    let body = ours.credentials(desk.version, our_url, token_b)?;
    client.hide(token_b);
    desk.exchange(Method::PUT, body.to_string().as_bytes())
        .map_err(|failure| {
            if failure.problem.status == Some(405) {
                return not_registered(failure.problem);
            }
            let server_failed = failure.ocpi.is_some_and(|status| status >= 3000);
            if !failure.unknown && !server_failed {
                return failure.problem;
            }
            let problem = explained(failure, our_url).unwrap_or_else(|problem| problem);
            match desk.standing() {
                Standing::Holds => {
                    problem.and("The registration stands as it was, with the old tokens.")
                }
                Standing::Gone => lost(problem),
                Standing::Unknown => problem.with_code(Code::OutcomeUnknown).and(
                    "Whether the partner changed the token is not known: try again later with the \
                     old one. Where that is refused, the partner must give a new token A.",
                ),
            }
        })
}

/// Gives a registration back: the partner forgets both tokens.
pub fn unregister(client: &Client, details: &Details, stop: Stop<'_>) -> Result<()> {
    let desk = Desk::of(client, details, stop)?;
    let Err(failure) = desk.send(Method::DELETE, b"") else {
        return Ok(());
    };
    let problem = failure.problem;
    if problem.status == Some(405) {
        return Err(not_registered(problem));
    }
    if !failure.unknown {
        return Err(problem);
    }
    match desk.standing() {
        Standing::Gone => Ok(()),
        Standing::Holds => Err(problem.and("The registration stands as it was.")),
        Standing::Unknown => Err(problem
            .with_code(Code::OutcomeUnknown)
            .and("Whether the partner ended the registration is not known: try again later.")),
    }
}

/// Asks a partner who it is, with a token that holds.
pub fn their_roles(client: &Client, details: &Details, stop: Stop<'_>) -> Result<Vec<TheirRole>> {
    let desk = Desk::of(client, details, stop)?;
    let answer = client.get(&desk.url, desk.speaking(), stop)?;
    let whose = shown(&desk.url);
    let data = client.told(envelope::data(&answer.body, &whose))?;
    let theirs: Theirs<'_> = serde_json::from_str(data.get()).map_err(|_| {
        let text = format!("{whose} answers with something that is no credentials.");
        Problem::new(Code::NotOcpi, text)
    })?;
    Ok(roles(data, theirs.roles))
}

/// What is left of a registration after an answer was lost.
enum Standing {
    Holds,
    Gone,
    Unknown,
}

impl<'a> Desk<'a> {
    fn of(client: &'a Client, details: &Details, stop: Stop<'a>) -> Result<Self> {
        let version = details.version;
        let url = details.credentials().ok_or_else(|| {
            let text = format!(
                "{} lists no credentials, so that nobody can be registered there. Ask the partner \
                 for a fixed token.",
                shown(&details.url)
            );
            Problem::new(Code::NoEndpoint, text)
        })?;
        let url = client.reach().follow(&details.url, url)?;
        Ok(Desk {
            client,
            url,
            version,
            stop,
        })
    }

    fn speaking(&self) -> Speaking {
        Speaking::configuration(Some(self.version))
    }

    /// Sends, and takes an OCPI failure inside an HTTP success for what it is.
    fn send(&self, method: Method, body: &[u8]) -> std::result::Result<Answer, Failure> {
        let speaking = self.speaking();
        let sent = self
            .client
            .send_once(method, &self.url, body, speaking, self.stop);
        let answer = sent?;
        let success = envelope::success(&answer.body, &shown(&self.url)).map(|_| ());
        match self.client.told(success) {
            Ok(()) => Ok(answer),
            Err(problem) => Err(Failure {
                // Something that is no OCPI may come from anything on the way.
                unknown: problem.code != Code::OcpiStatus,
                ocpi: problem.status,
                problem,
            }),
        }
    }

    /// Sends our credentials for theirs.
    fn exchange(&self, method: Method, body: &[u8]) -> std::result::Result<Registered, Failure> {
        let answer = self.send(method, body)?;
        self.read(answer).map_err(|problem| Failure {
            problem,
            unknown: true,
            ocpi: None,
        })
    }

    fn read(&self, answer: Answer) -> Result<Registered> {
        let whose = shown(&self.url);
        let bad = |why: &str| {
            let text = format!("{whose} answers that all is well, but {why}.");
            Problem::new(Code::NotOcpi, text)
        };
        let data = envelope::data(&answer.body, &whose)?;
        let theirs: Theirs<'_> =
            serde_json::from_str(data.get()).map_err(|_| bad("its answer holds no credentials"))?;
        let token = theirs.token.and_then(envelope::text).unwrap_or_default();
        let token = Token::new(&token).map_err(|_| bad("its token is no word that can be sent"))?;
        let their_url = match theirs.url.and_then(envelope::text) {
            Some(url) => self.client.reach().follow(&self.url, &url),
            None => Err(bad("its credentials name no versions address")),
        };
        Ok(Registered {
            token,
            their_roles: roles(data, theirs.roles),
            their_url,
            exchange: answer.exchange,
        })
    }

    /// Whether the token that we have still works.
    fn standing(&self) -> Standing {
        let answer = self.client.get(&self.url, self.speaking(), self.stop);
        match answer {
            Ok(answer) if envelope::success(&answer.body, "").is_ok() => Standing::Holds,
            // 401 is due; public servers answer 403.
            Err(problem) if problem.code == Code::Unauthorized => Standing::Gone,
            Ok(_) | Err(_) => Standing::Unknown,
        }
    }
}

/// Credentials as partners write them, of any version. Nothing that is odd about the rest may cost
/// the token.
#[derive(Deserialize)]
struct Theirs<'a> {
    #[serde(borrow, default)]
    token: Option<&'a RawValue>,
    #[serde(borrow, default)]
    url: Option<&'a RawValue>,
    #[serde(borrow, default)]
    roles: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct OneRole<'a> {
    #[serde(borrow, default)]
    role: Option<&'a RawValue>,
    #[serde(borrow, default)]
    business_details: Option<&'a RawValue>,
    #[serde(borrow, default)]
    party_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    country_code: Option<&'a RawValue>,
}

/// The roles that can be read; in 2.1.1 the credentials themselves are the one there is.
fn roles(credentials: &RawValue, listed: Option<&RawValue>) -> Vec<TheirRole> {
    let Some(listed) = listed else {
        return role(credentials).into_iter().collect();
    };
    let roles: Vec<&RawValue> = serde_json::from_str(listed.get()).unwrap_or_default();
    roles.into_iter().filter_map(role).collect()
}

fn role(raw: &RawValue) -> Option<TheirRole> {
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    let one: OneRole<'_> = serde_json::from_str(raw.get()).ok()?;
    let text = |raw: Option<&RawValue>| raw.and_then(envelope::text);
    let country = text(one.country_code).unwrap_or_default();
    let party = text(one.party_id).unwrap_or_default();
    let details = one.business_details.map_or("", RawValue::get);
    Some(TheirRole {
        role: text(one.role),
        party: PartyKey::new(country.trim(), party.trim()).ok(),
        name: serde_json::from_str(details)
            .ok()
            .map(|Named { name }| name),
    })
}

/// A failure that OCPI has a number for, with what to do; any other as it is.
fn explained(failure: Failure, our_url: &str) -> Result<Problem> {
    let (code, what) = match failure.ocpi {
        Some(3001) => (
            Code::NoCallback,
            format!(
                "It could not call us back at {our_url}. Can that address be reached from \
                 outside? Is its port forwarded to this computer, and does no firewall stand in \
                 between?"
            ),
        ),
        Some(3002) => (
            Code::NoVersion,
            format!(
                "It found no version at {our_url} that it speaks. Choose another version, or ask \
                 the partner which one it expects."
            ),
        ),
        Some(3003) => (
            Code::NoEndpoint,
            format!(
                "It misses modules at {our_url}: we pull and push, and serve none. Ask the \
                 partner to accept that, or for a fixed token."
            ),
        ),
        Some(_) | None => return Err(failure.problem),
    };
    Ok(failure.problem.with_code(code).and(&what))
}

fn not_registered(problem: Problem) -> Problem {
    problem
        .with_code(Code::NotRegistered)
        .and("The partner has no registration of ours. Register with a token A of the partner.")
}

/// A token that may have been given and did not arrive: only the partner can begin anew.
fn reset(problem: Problem) -> Problem {
    problem.with_code(Code::OutcomeUnknown).and(
        "Whether the partner registered us is not known, and its token is lost. The partner must \
         reset the registration and give a new token A.",
    )
}

/// A token that was changed and did not arrive.
fn lost(problem: Problem) -> Problem {
    problem.with_code(Code::TokenLost).and(
        "The partner changed the token: the old one is refused, and the new one is lost. The \
         partner must reset the registration and give a new token A.",
    )
}
