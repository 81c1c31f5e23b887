//! A small server of our own, open while a partner registers us: during that request the partner
//! asks for our versions and modules (SEMANTICS 5.3). It shows nothing to anybody without the
//! token, reads no bodies, and closes when it is dropped.
//!
//! It speaks plain HTTP: encryption is the business of the tunnel or proxy in front of it.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Instant as Clock;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use chrono::{SecondsFormat, TimeDelta};
use domain::Instant;
use serde::Serialize;
use serde_json::{Value, json};

use crate::door::{Door, From};
use crate::ours::{Ours, pages, path_of};
use crate::problem::{Code, Problem, Result};
use crate::spoken::Mask;
use crate::token::Token;

/// Requests that are remembered.
const REMEMBERED: usize = 256;
/// A path beyond this is none of ours.
const PATH_BYTES: usize = 1024;
/// A body that a question may come with; it is not read.
const BODY_BYTES: u64 = 64 * 1024;

/// What somebody asked of us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Called {
    /// GET and others.
    pub method: String,
    /// The path.
    pub path: String,
    /// What we answered.
    pub status: u16,
    /// From where; behind a tunnel that is the tunnel's end.
    pub from: Option<IpAddr>,
}

/// The server. It is gone when it is dropped.
pub struct Listener {
    address: SocketAddr,
    served: Arc<Served>,
    _runtime: tokio::runtime::Runtime,
}

struct Served {
    our_url: String,
    token: Token,
    mask: Mask,
    pages: BTreeMap<String, Value>,
    called: Mutex<Vec<Called>>,
    opened: (Instant, Clock),
}

impl Listener {
    /// Listens at an address of this machine for what reaches `our_url`, whose path it serves.
    /// Its answers tell the time from `now` on.
    pub fn open(
        listen: SocketAddr,
        (our_url, token_b): (&str, &Token),
        ours: &Ours,
        now: Instant,
    ) -> Result<Self> {
        let served = Arc::new(Served {
            our_url: our_url.to_owned(),
            token: token_b.clone(),
            mask: Mask::of(token_b),
            pages: pages(ours, our_url, token_b)?.into_iter().collect(),
            called: Mutex::new(Vec::new()),
            opened: (now, Clock::now()),
        });
        let failed = |error: std::io::Error| {
            let text = format!(
                "Nothing can listen at {listen}: {error}. Does another program use that port?"
            );
            Problem::new(Code::CannotListen, text)
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("ocpi-listener")
            .enable_all()
            .build()
            .map_err(failed)?;
        let socket = runtime
            .block_on(tokio::net::TcpListener::bind(listen))
            .map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        let shared = Arc::clone(&served);
        let app = axum::Router::new().fallback(move |request: Request| {
            let served = Arc::clone(&shared);
            async move { served.answer(&request) }
        });
        let app = app.into_make_service_with_connect_info::<From>();
        runtime.spawn(async move { axum::serve(Door::new(socket), app).await });
        Ok(Listener {
            address,
            served,
            _runtime: runtime,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What was asked of it so far, the last few hundred.
    pub fn asked(&self) -> Vec<Called> {
        let called = self.served.called.lock();
        called.map(|called| called.clone()).unwrap_or_default()
    }

    /// Why a handshake failed, with what was seen of it here: a partner that fails without a single
    /// call to us most likely could not reach us, whatever number it gives that (OCPI has 3001).
    pub fn seen(&self, problem: Problem) -> Problem {
        let failed = problem.status.is_some_and(|status| status >= 3000);
        if problem.code != Code::OcpiStatus || !failed || !self.asked().is_empty() {
            return problem;
        }
        problem.with_code(Code::NoCallback).and(&format!(
            "No call of the partner's arrived here meanwhile. Can {} be reached from outside? Is \
             its port forwarded to this computer, and does no firewall stand in between?",
            self.served.our_url
        ))
    }
}

impl Served {
    fn answer(&self, request: &Request) -> Response<Body> {
        let (status, mut envelope) = self.judge(request);
        envelope["timestamp"] = json!(self.now().to_rfc3339_opts(SecondsFormat::Secs, true));
        let from = request.extensions().get::<ConnectInfo<From>>();
        let path: String = request.uri().path().chars().take(PATH_BYTES).collect();
        if let Ok(mut called) = self.called.lock() {
            if called.len() == REMEMBERED {
                called.remove(0);
            }
            called.push(Called {
                method: request.method().to_string(),
                path: self.mask.text(&path),
                status: status.as_u16(),
                from: from.map(|ConnectInfo(From(address))| address.ip()),
            });
        }
        let mut response = Response::new(Body::from(envelope.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        let json = axum::http::HeaderValue::from_static("application/json");
        headers.insert(CONTENT_TYPE, json);
        for name in ["x-request-id", "x-correlation-id"] {
            let id = request.headers().get(name);
            if let Some(id) = id.filter(|id| id.len() <= 128) {
                headers.insert(name, id.clone());
            }
        }
        response
    }

    fn now(&self) -> Instant {
        let (at, since) = self.opened;
        let passed = TimeDelta::from_std(since.elapsed()).unwrap_or_default();
        at + passed
    }

    /// Whoever has no token learns nothing, not even which paths there are.
    fn judge(&self, request: &Request) -> (StatusCode, Value) {
        let path = request.uri().path();
        if path.len() > PATH_BYTES {
            return refused(StatusCode::URI_TOO_LONG, "The path is too long.");
        }
        if announced(request.headers()) > BODY_BYTES {
            return refused(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large.");
        }
        let authorization = request.headers().get(AUTHORIZATION);
        let authorization = authorization.and_then(|value| value.to_str().ok());
        if !authorization.is_some_and(|value| self.token.is_in(value)) {
            return refused(StatusCode::UNAUTHORIZED, "The token is missing or unknown.");
        }
        let Some(page) = self.pages.get(&path_of(path)) else {
            return refused(StatusCode::NOT_FOUND, "There is nothing here.");
        };
        if request.method() != Method::GET {
            return refused(StatusCode::METHOD_NOT_ALLOWED, "Only GET is served here.");
        }
        (StatusCode::OK, envelope(1000, "Success", Some(page)))
    }
}

/// The length of a body, as far as it is announced.
fn announced(headers: &HeaderMap) -> u64 {
    let length = headers.get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

fn refused(status: StatusCode, why: &str) -> (StatusCode, Value) {
    (status, envelope(2000, why, None))
}

fn envelope(status: u32, message: &str, data: Option<&Value>) -> Value {
    let mut envelope = json!({"status_code": status, "status_message": message});
    if let Some(data) = data {
        envelope["data"] = data.clone();
    }
    envelope
}
