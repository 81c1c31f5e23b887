//! One request at a time to a partner's server, within limits that end by themselves.
//!
//! Redirects are followed by hand, so that the token never leaves the partner's hosts. What can
//! pass (429, 503, a lost connection) is tried again with growing pauses; a request that would do
//! something twice only where the server certainly did not do it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Clock};

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Method, Url};

use crate::address::{Reach, shown};
use crate::connection::{Connection, Limits};
use crate::envelope;
use crate::exchange::{Answer, Exchange, Failure, Speaking};
use crate::failure::{Again, Failed, cancelled, cut_off, elsewhere, no_answer, refusal};
use crate::failure::{neither_way, too_large, too_slow};
use crate::guard::{Lookup, system};
use crate::problem::{Code, Problem, Result};
use crate::spoken::{Heard, Mask, Recorder, Spoken};
use crate::token::{Encoding, Token, is_base64};
use crate::wire::{heed, http, insert, kept, wait};

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
    /// Whether an answer to the token was good. A list of versions may be anybody's to read.
    heard_out: AtomicBool,
    last: Mutex<Option<Clock>>,
    mask: Mask,
    recorder: Recorder,
}

/// Headers that would take a megabyte are refused.
const HEADER_BYTES: usize = 64 * 1024;
/// Redirects of one request, at most.
const REDIRECTS: usize = 5;

/// What is asked.
struct Ask<'a> {
    method: Method,
    body: Option<&'a [u8]>,
    speaking: Speaking,
    /// Whether doing it twice is doing it once.
    repeatable: bool,
}

type Tried = std::result::Result<Answer, Failed>;

impl Client {
    /// A client for one partner and one run.
    pub fn new(connection: Connection, limits: Limits) -> Result<(Self, Url)> {
        Client::with_lookup(connection, limits, system())
    }

    /// One that finds the addresses of names in its own way.
    pub(crate) fn with_lookup(
        connection: Connection,
        limits: Limits,
        lookup: Lookup,
    ) -> Result<(Self, Url)> {
        let besides = &connection.besides;
        let (reach, versions) =
            Reach::new(&connection.versions_url, besides, connection.plain_http)?;
        let http = http(&connection, &limits, lookup)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| {
                Problem::new(Code::Tls, format!("No network can be used here: {error}."))
            })?;
        let client = Client {
            http,
            runtime,
            reach,
            limits,
            correlation_id: uuid::Uuid::new_v4().to_string(),
            other_way: AtomicBool::new(false),
            heard_out: AtomicBool::new(false),
            last: Mutex::new(None),
            mask: Mask::of(&connection.token),
            recorder: Recorder::default(),
            connection,
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

    /// From now on keeps what is said, without secrets.
    pub fn record(&self) {
        self.recorder.switch_on();
    }

    /// Takes out what was said since the recording began, or since this was last asked.
    pub fn spoken(&self) -> Vec<Spoken> {
        self.recorder.take()
    }

    /// Hides one more token in what is recorded and told.
    pub(crate) fn hide(&self, token: &Token) {
        self.mask.also(token);
    }

    /// An outcome whose text may hold what a server said, the token among it.
    pub(crate) fn told<T>(&self, outcome: Result<T>) -> Result<T> {
        outcome.map_err(|problem| self.mask.problem(problem))
    }

    /// Asks for an address, and again where that may help. Any answer with an HTTP status of
    /// success is handed back.
    pub fn get(&self, url: &Url, speaking: Speaking, stop: Stop<'_>) -> Result<Answer> {
        let ask = Ask {
            method: Method::GET,
            body: None,
            speaking,
            repeatable: true,
        };
        self.persist(url, &ask, stop)
            .map_err(|failed| failed.problem)
    }

    /// Sends JSON to an address. PUT and DELETE are tried again like GET, since doing them twice
    /// is doing them once; POST only where the server certainly did not take it in. An empty body
    /// is none.
    pub fn send(
        &self,
        method: Method,
        url: &Url,
        body: &[u8],
        speaking: Speaking,
        stop: Stop<'_>,
    ) -> std::result::Result<Answer, Failure> {
        let ask = Ask {
            repeatable: method != Method::POST,
            method,
            body: (!body.is_empty()).then_some(body),
            speaking,
        };
        self.persist(url, &ask, stop).map_err(Failure::from)
    }

    /// The same, and never again once the server may have done it: for what it would answer
    /// otherwise the second time.
    pub fn send_once(
        &self,
        method: Method,
        url: &Url,
        body: &[u8],
        speaking: Speaking,
        stop: Stop<'_>,
    ) -> std::result::Result<Answer, Failure> {
        let ask = Ask {
            repeatable: false,
            method,
            body: (!body.is_empty()).then_some(body),
            speaking,
        };
        self.persist(url, &ask, stop).map_err(Failure::from)
    }

    /// Tries, and again where that may help.
    fn persist(&self, url: &Url, ask: &Ask<'_>, stop: Stop<'_>) -> Tried {
        let mut tried = 0;
        let mut unknown = false;
        loop {
            let failed = match self.follow(url, ask, stop) {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            // Done by an earlier try, perhaps: unless the server now says what it makes of it.
            unknown = failed.unknown || (unknown && failed.problem.status.is_none());
            let failed = Failed { unknown, ..failed };
            let may_repeat = tried < self.limits.retries && (ask.repeatable || !unknown);
            let pause = match failed.again {
                Again::Later if may_repeat => None,
                Again::After(asked) if may_repeat => Some(asked),
                Again::No | Again::Later | Again::After(_) => return Err(failed),
            };
            if let Err(stopped) = wait(self.pause(tried, pause), stop) {
                return Err(Failed {
                    unknown,
                    ..stopped.into()
                });
            }
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

    /// One try, with its redirects within the partner's hosts.
    fn follow(&self, url: &Url, ask: &Ask<'_>, stop: Stop<'_>) -> Tried {
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
            let answer = self.either_way(&url, ask, stop)?;
            let status = answer.exchange.status;
            if !(300..400).contains(&status) {
                return Ok(answer);
            }
            // Only these two keep the method and the body.
            if ask.method != Method::GET && !matches!(status, 307 | 308) {
                return Err(elsewhere(&url, status));
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

    /// With the token as it should be sent; the other way where that is refused: with 401, by
    /// some servers with 403 or 500, or inside an answer of success.
    fn either_way(&self, url: &Url, ask: &Ask<'_>, stop: Stop<'_>) -> Tried {
        let first = self.exchange(url, ask, stop);
        let refused = match &first {
            Ok(answer) if !failed_inside(answer) => {
                self.note_good(answer, ask);
                return first;
            }
            // Once a token was good, such a failure is about something else.
            Ok(_) => ask.repeatable && !self.heard_out.load(Ordering::Relaxed),
            Err(failed) => failed.refused && (ask.repeatable || !failed.unknown),
        };
        if self.connection.encoding != Encoding::Auto || !refused {
            return first;
        }
        self.other_way.fetch_xor(true, Ordering::Relaxed);
        let second = self.exchange(url, ask, stop);
        let (back, told) = self.better(first, second, ask);
        if back {
            self.other_way.fetch_xor(true, Ordering::Relaxed);
        }
        told
    }

    /// Of two answers, to the token sent as is due and the other way, the one that says more; and
    /// whether the way that is due stays.
    fn better(&self, first: Tried, second: Tried, ask: &Ask<'_>) -> (bool, Tried) {
        match (first, second) {
            (_, Ok(answer)) if !failed_inside(&answer) => {
                self.note_good(&answer, ask);
                (false, Ok(answer))
            }
            (Err(refused), Ok(failed)) | (Ok(failed), Err(refused))
                if ask.repeatable && refused.problem.code == Code::Unauthorized =>
            {
                (true, Err(neither_way(refused, &failed.body)))
            }
            (Err(_), Ok(failed)) => (false, Ok(failed)),
            (Ok(failed), _) => (true, Ok(failed)),
            // Refused both ways: the first answer is to the way that is due.
            (Err(first), Err(second)) if second.refused => {
                let known = ask.repeatable || !second.unknown;
                (true, Err(if known { first } else { second }))
            }
            (Err(_), Err(second)) => (second.problem.status.is_none(), Err(second)),
        }
    }

    fn note_good(&self, answer: &Answer, ask: &Ask<'_>) {
        if answer.exchange.status < 300 && ask.speaking.version.is_some() {
            self.heard_out.store(true, Ordering::Relaxed);
        }
    }

    /// One request and its answer.
    fn exchange(&self, url: &Url, ask: &Ask<'_>, stop: Stop<'_>) -> Tried {
        let request_id = uuid::Uuid::new_v4().to_string();
        let request = self.request(url, ask, &request_id)?;
        let begun = self.recorder.begin(&request, ask.body, &self.mask);
        let began = Clock::now();
        let mut heard = Heard::default();
        let came = self.runtime.block_on(async {
            let whole = self.receive(url, request, &mut heard, stop);
            match tokio::time::timeout(self.limits.answer, whole).await {
                Ok(received) => received,
                Err(_) => Err(too_slow(url, self.limits.answer)),
            }
        });
        let came = came.and_then(|status| {
            if status.is_success() || status.is_redirection() {
                return Ok(status.as_u16());
            }
            Err(refusal(url, status, &heard.headers, &heard.body))
        });
        let came = came.map_err(|failed| Failed {
            problem: self.mask.problem(failed.problem),
            ..failed
        });
        if let Some(begun) = begun {
            let problem = came.as_ref().err().map(|failed| &failed.problem);
            let outcome = (began.elapsed(), problem);
            self.recorder.end(begun, &heard, outcome, &self.mask);
        }
        let exchange = Exchange {
            url: url.to_string(),
            request_id,
            correlation_id: self.correlation_id.clone(),
            status: came?,
            headers: heard.headers,
        };
        let body = heard.body;
        Ok(Answer { exchange, body })
    }

    fn request(&self, url: &Url, ask: &Ask<'_>, request_id: &str) -> Result<reqwest::Request> {
        let Speaking { version, routed } = ask.speaking;
        let base64 =
            is_base64(self.connection.encoding, version) != self.other_way.load(Ordering::Relaxed);
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, self.connection.token.header(base64));
        insert(&mut headers, "x-request-id", request_id);
        insert(&mut headers, "x-correlation-id", &self.correlation_id);
        if routed && let Some((from, to)) = &self.connection.from_to {
            insert(&mut headers, "ocpi-from-country-code", from.country());
            insert(&mut headers, "ocpi-from-party-id", from.party());
            insert(&mut headers, "ocpi-to-country-code", to.country());
            insert(&mut headers, "ocpi-to-party-id", to.party());
        }
        let mut request = self.http.request(ask.method.clone(), url.clone());
        if let Some(body) = ask.body {
            let json = HeaderValue::from_static("application/json");
            headers.insert(CONTENT_TYPE, json);
            request = request.body(body.to_vec());
        }
        request.headers(headers).build().map_err(|_| {
            let text = format!("{} cannot be asked.", shown(url));
            Problem::new(Code::BadAddress, text)
        })
    }

    async fn receive(
        &self,
        url: &Url,
        request: reqwest::Request,
        heard: &mut Heard,
        stop: Stop<'_>,
    ) -> std::result::Result<reqwest::StatusCode, Failed> {
        let answer = heed(stop, self.http.execute(request)).await?;
        let mut response = answer.map_err(|error| no_answer(url, &error))?;
        let status = response.status();
        heard.status = Some(status);
        heard.headers = kept(response.headers());
        if heard.headers.values().map(String::len).sum::<usize>() > HEADER_BYTES {
            heard.headers.clear();
            let text = format!("{} answers with headers beyond 64 KiB.", shown(url));
            return Err(too_large(text));
        }
        let most = self.limits.bytes;
        let beyond = || {
            let most = most / (1024 * 1024);
            too_large(format!(
                "{} sends more than {most} MiB in one answer.",
                shown(url)
            ))
        };
        let announced = response.content_length().unwrap_or(0);
        if usize::try_from(announced).is_ok_and(|bytes| bytes > most) {
            return Err(beyond());
        }
        loop {
            if stop() {
                return Err(Failed::from(cancelled()).after_sending());
            }
            let piece = heed(stop, response.chunk()).await?;
            let Some(piece) = piece.map_err(|_| cut_off(url))? else {
                return Ok(status);
            };
            if heard.body.len() + piece.len() > most {
                return Err(beyond());
            }
            heard.body.extend_from_slice(&piece);
        }
    }
}

/// Whether an HTTP success holds an OCPI failure.
fn failed_inside(answer: &Answer) -> bool {
    envelope::status(&answer.body).is_some_and(|status| status >= 2000)
}
