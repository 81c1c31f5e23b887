//! One request at a time to a partner's server, within limits that end by themselves.
//!
//! Redirects are followed by hand, so that the token never leaves the partner's hosts. What can
//! pass (429, 503, a lost connection) is tried again with growing pauses.

use std::collections::BTreeMap;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Clock};

use domain::OcpiVersion;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{StatusCode, Url};

use crate::address::{Reach, shown};
use crate::problem::{Code, Problem, Result};
use crate::token::{Encoding, Token, is_base64};

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
    /// One more authority that is trusted, as PEM.
    pub authority_pem: Option<Vec<u8>>,
    /// We and they, as `NL-TAL`, for the routing headers of 2.2 and later.
    pub from_to: Option<(domain::PartyKey, domain::PartyKey)>,
}

/// What was said in one exchange; kept as evidence with what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The address asked for.
    pub url: String,
    /// Ours, new for each request.
    pub request_id: String,
    /// Ours, one for all requests of a run.
    pub correlation_id: String,
    /// HTTP status.
    pub status: u16,
    /// Headers of the answer.
    pub headers: BTreeMap<String, String>,
}

impl Exchange {
    /// A header of the answer; names have no case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// An answer: what was said, and its body unpacked.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The exchange.
    pub exchange: Exchange,
    /// The body.
    pub body: Vec<u8>,
}

/// Whether to stop; asked between pieces of an answer and during pauses.
pub type Stop<'s> = &'s (dyn Fn() -> bool + Sync);

/// Asks a partner's server.
pub struct Client {
    http: reqwest::Client,
    runtime: tokio::runtime::Runtime,
    reach: Reach,
    connection: Connection,
    limits: Limits,
    correlation_id: String,
    /// Whether `Auto` found that the token must be sent the other way.
    other_way: AtomicBool,
    last: std::sync::Mutex<Option<Clock>>,
}

/// Headers that would take a megabyte are refused.
const HEADER_BYTES: usize = 64 * 1024;
/// Redirects of one request, at most.
const REDIRECTS: usize = 5;

impl Client {
    /// A client for one partner and one run.
    pub fn new(connection: Connection, limits: Limits) -> Result<(Self, Url)> {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            // Fails only where one is installed already, which then serves as well.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let besides = &connection.besides;
        let (reach, versions) =
            Reach::new(&connection.versions_url, besides, connection.plain_http)?;
        let mut http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limits.connect)
            .no_proxy()
            .user_agent(concat!("Tallywatt/", env!("CARGO_PKG_VERSION")));
        if let Some(pem) = &connection.authority_pem {
            let known = reqwest::Certificate::from_pem_bundle(pem).map_err(|_| {
                Problem::new(Code::Tls, "The authority's file holds no PEM certificate.")
            })?;
            http = http.tls_certs_merge(known);
        }
        let failed = |why: String| Problem::new(Code::Tls, why);
        let http = http.build().map_err(|error| {
            failed(format!(
                "No encrypted connection can be made here: {error}."
            ))
        })?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| failed(format!("No network can be used here: {error}.")))?;
        let client = Client {
            http,
            runtime,
            reach,
            connection,
            limits,
            correlation_id: uuid::Uuid::new_v4().to_string(),
            other_way: AtomicBool::new(false),
            last: std::sync::Mutex::new(None),
        };
        Ok((client, versions))
    }

    /// The limits it keeps to.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Where the token may go.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Asks for an address, and again where that may help. Any answer with an HTTP status of
    /// success is handed back.
    pub fn get(&self, url: &Url, version: Option<OcpiVersion>, stop: Stop<'_>) -> Result<Answer> {
        let mut tried = 0;
        loop {
            let failed = match self.get_once(url, version, stop) {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            let again = match failed.again {
                Again::Later if tried < self.limits.retries => None,
                Again::After(asked) if tried < self.limits.retries => Some(asked),
                Again::No | Again::Later | Again::After(_) => return Err(failed.problem),
            };
            wait(self.pause(tried, again), stop)?;
            tried += 1;
        }
    }

    /// The pause before trying again: as long as asked for, else doubling, with a random part so
    /// that many clients do not come back at once.
    fn pause(&self, tried: u32, asked: Option<Duration>) -> Duration {
        let doubled = self.limits.pause.saturating_mul(1 << tried.min(10));
        let most = u64::try_from(doubled.as_millis() / 2).unwrap_or(u64::MAX);
        let jitter = Duration::from_millis(fastrand::u64(0..=most));
        asked
            .unwrap_or_else(|| doubled.saturating_add(jitter))
            .min(self.limits.pause_most)
    }

    /// One try: redirects within the partner's hosts, and the other way of sending the token.
    fn get_once(
        &self,
        url: &Url,
        version: Option<OcpiVersion>,
        stop: Stop<'_>,
    ) -> std::result::Result<Answer, Failed> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            self.reach.check(&url)?;
            let since = self
                .last
                .lock()
                .ok()
                .and_then(|mut last| last.replace(Clock::now()));
            if let Some(since) = since {
                wait(self.limits.between.saturating_sub(since.elapsed()), stop)?;
            }
            let answer = match self.send(&url, version, stop) {
                Err(failed) if self.may_try_other_way(&failed) => {
                    self.other_way.fetch_xor(true, Ordering::Relaxed);
                    let Ok(answer) = self.send(&url, version, stop) else {
                        self.other_way.fetch_xor(true, Ordering::Relaxed);
                        return Err(failed);
                    };
                    answer
                }
                sent => sent?,
            };
            if !StatusCode::from_u16(answer.exchange.status).is_ok_and(|s| s.is_redirection()) {
                return Ok(answer);
            }
            let to = answer
                .exchange
                .header(LOCATION.as_str())
                .unwrap_or_default();
            url = self.reach.follow(&url, to)?;
        }
        let text = format!("{} redirects more than {REDIRECTS} times.", shown(&url));
        Err(Problem::new(Code::TooMany, text).into())
    }

    /// A token in the wrong form is refused with 401, by some with 403 or 500.
    fn may_try_other_way(&self, failed: &Failed) -> bool {
        self.connection.encoding == Encoding::Auto && failed.refused
    }

    fn send(
        &self,
        url: &Url,
        version: Option<OcpiVersion>,
        stop: Stop<'_>,
    ) -> std::result::Result<Answer, Failed> {
        let request_id = uuid::Uuid::new_v4().to_string();
        let base64 =
            is_base64(self.connection.encoding, version) != self.other_way.load(Ordering::Relaxed);
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, self.connection.token.header(base64));
        insert(&mut headers, "x-request-id", &request_id);
        insert(&mut headers, "x-correlation-id", &self.correlation_id);
        if version.is_some_and(|version| version > OcpiVersion::V211)
            && let Some((from, to)) = &self.connection.from_to
        {
            insert(&mut headers, "ocpi-from-country-code", from.country());
            insert(&mut headers, "ocpi-from-party-id", from.party());
            insert(&mut headers, "ocpi-to-country-code", to.country());
            insert(&mut headers, "ocpi-to-party-id", to.party());
        }
        let exchange = |status: u16, headers: BTreeMap<String, String>| Exchange {
            url: url.to_string(),
            request_id: request_id.clone(),
            correlation_id: self.correlation_id.clone(),
            status,
            headers,
        };
        let request = self.http.get(url.clone()).headers(headers).send();
        let (status, headers, body) = self.runtime.block_on(async {
            let whole = async { self.receive(url, request, stop).await };
            match tokio::time::timeout(self.limits.answer, whole).await {
                Ok(received) => received,
                Err(_) => Err(self.too_slow(url)),
            }
        })?;
        if status.is_success() || status.is_redirection() {
            let exchange = exchange(status.as_u16(), headers);
            return Ok(Answer { exchange, body });
        }
        Err(refusal(url, status, &headers, &body))
    }

    async fn receive(
        &self,
        url: &Url,
        request: impl Future<Output = reqwest::Result<reqwest::Response>>,
        stop: Stop<'_>,
    ) -> std::result::Result<(StatusCode, BTreeMap<String, String>, Vec<u8>), Failed> {
        let mut response = request.await.map_err(|error| no_connection(url, &error))?;
        let status = response.status();
        let headers = kept(response.headers());
        if headers.values().map(String::len).sum::<usize>() > HEADER_BYTES {
            let text = format!("{} answers with headers beyond 64 KiB.", shown(url));
            return Err(Problem::new(Code::TooLarge, text).into());
        }
        let mut body = Vec::new();
        loop {
            if stop() {
                return Err(cancelled().into());
            }
            let piece = response.chunk().await.map_err(|_| cut_off(url))?;
            let Some(piece) = piece else { break };
            if body.len() + piece.len() > self.limits.bytes {
                let most = self.limits.bytes / (1024 * 1024);
                let text = format!("{} sends more than {most} MiB in one answer.", shown(url));
                return Err(Problem::new(Code::TooLarge, text).into());
            }
            body.extend_from_slice(&piece);
        }
        Ok((status, headers, body))
    }

    fn too_slow(&self, url: &Url) -> Failed {
        let seconds = self.limits.answer.as_secs();
        let text = format!("{} gave no whole answer within {seconds} s.", shown(url));
        Failed::again(Problem::new(Code::Timeout, text))
    }
}

/// Sleeps, unless somebody asks to stop.
fn wait(pause: Duration, stop: Stop<'_>) -> Result<()> {
    let until = Clock::now() + pause;
    while Clock::now() < until {
        if stop() {
            return Err(cancelled());
        }
        let rest = until.saturating_duration_since(Clock::now());
        std::thread::sleep(rest.min(Duration::from_millis(50)));
    }
    Ok(())
}

/// Whether a failed try may be tried again.
#[derive(Clone, Copy)]
enum Again {
    No,
    /// After a pause of our own.
    Later,
    /// After as long as the server says.
    After(Duration),
}

/// A failed try.
struct Failed {
    problem: Problem,
    /// Whether to try again.
    again: Again,
    /// Whether the token may have been refused.
    refused: bool,
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Failed {
            problem,
            again: Again::No,
            refused: false,
        }
    }
}

impl Failed {
    fn again(problem: Problem) -> Self {
        Failed {
            problem,
            again: Again::Later,
            refused: false,
        }
    }
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    let value = HeaderValue::from_str(value).expect("our own ids and party codes are ASCII");
    headers.insert(HeaderName::from_static(name), value);
}

/// The headers as texts; of one that comes twice, both.
fn kept(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut kept: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        let known = kept.entry(name.as_str().to_owned()).or_default();
        if !known.is_empty() {
            known.push_str(", ");
        }
        known.push_str(&value);
    }
    kept
}

fn cancelled() -> Problem {
    Problem::new(Code::Cancelled, "Stopped. What was received is kept.")
}

fn cut_off(url: &Url) -> Failed {
    let text = format!("{} broke off inside its answer.", shown(url));
    Failed::again(Problem::new(Code::CutOff, text))
}

fn no_connection(url: &Url, error: &reqwest::Error) -> Failed {
    let mut causes = Vec::new();
    let mut source: Option<&dyn std::error::Error> = Some(error);
    while let Some(cause) = source {
        causes.push(cause.to_string());
        source = cause.source();
    }
    let reason = causes.last().cloned().unwrap_or_default();
    let all = causes.join(": ").to_lowercase();
    let host = shown(url);
    if all.contains("certificate") || all.contains("invalid peer") {
        let text = format!(
            "The certificate of {host} cannot be trusted: {reason}. Ask the partner, or give the \
             authority that issued it."
        );
        return Problem::new(Code::Tls, text).into();
    }
    if error.is_timeout() {
        let text = format!("{host} cannot be reached in time.");
        return Failed::again(Problem::new(Code::Timeout, text));
    }
    if error.is_connect() {
        let text = format!("{host} cannot be reached: {reason}.");
        return Failed::again(Problem::new(Code::Unreachable, text));
    }
    cut_off(url)
}

/// What an HTTP status that is no success means.
fn refusal(
    url: &Url,
    status: StatusCode,
    headers: &BTreeMap<String, String>,
    body: &[u8],
) -> Failed {
    let host = shown(url);
    let said = crate::envelope::said(body).unwrap_or_default();
    let number = status.as_u16();
    let (code, text, passes) = match number {
        401 | 403 => {
            let text = format!("{host} refuses the token (HTTP {number}{said}).");
            (Code::Unauthorized, text, false)
        }
        429 => {
            let text = format!("{host} is asked too often (HTTP 429{said}).");
            (Code::RateLimited, text, true)
        }
        502..=504 => {
            let text = format!("{host} cannot answer now (HTTP {number}{said}).");
            (Code::HttpStatus, text, true)
        }
        _ => {
            let text = format!("{host} answers with HTTP {number}{said}.");
            (Code::HttpStatus, text, false)
        }
    };
    let asked = headers.get(RETRY_AFTER.as_str());
    let asked = asked.and_then(|value| value.trim().parse().ok());
    Failed {
        problem: Problem::new(code, text).with_status(u32::from(number)),
        again: match asked.map(Duration::from_secs) {
            _ if !passes => Again::No,
            Some(asked) => Again::After(asked),
            None => Again::Later,
        },
        refused: matches!(number, 401 | 403 | 500),
    }
}
