//! A partner's server on this machine that does what a test tells it to.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Query, Request};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use futures_util::stream;
use serde_json::{Value, json};

/// What was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// GET, POST, PUT or DELETE.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query, by name.
    pub query: BTreeMap<String, String>,
    /// The `Authorization` header.
    pub token: String,
    /// All headers, by their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Asked {
    /// A figure of the query.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.query.get(name)?.parse().ok()
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// What is answered.
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Sent,
}

/// How a body is sent.
pub enum Sent {
    /// At once.
    Whole(Vec<u8>),
    /// Only so many bytes of it, although all were announced.
    Cut(Vec<u8>, usize),
    /// One byte after the other, so many milliseconds apart.
    Trickle(Vec<u8>, u64),
    /// Blanks without end.
    Endless,
    /// The announcement of so many bytes, and then none.
    Announced(u64),
}

impl Reply {
    /// An envelope of success around data.
    pub fn data(data: &Value) -> Reply {
        let envelope = json!({
            "data": data, "status_code": 1000, "timestamp": "2026-03-01T00:00:00Z"
        });
        Reply::body(200, envelope.to_string())
    }

    /// Any status and body.
    pub fn body(status: u16, body: impl Into<Vec<u8>>) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: Sent::Whole(body.into()),
        }
    }

    /// The same with a header.
    #[must_use]
    #[allow(clippy::needless_pass_by_value)] // figures and texts alike, as they are
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Reply {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.to_string()));
        self
    }

    /// The same without a header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Reply {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    fn into_response(self) -> Response<Body> {
        let status = StatusCode::from_u16(self.status).expect("a test's status");
        let mut response = Response::builder().status(status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        let body = match self.body {
            Sent::Whole(bytes) => Body::from(bytes),
            Sent::Cut(bytes, at) => {
                response = response.header("content-length", bytes.len());
                let sent = bytes[..at].to_vec();
                let broken = std::io::Error::other("cut");
                Body::from_stream(stream::iter([Ok(sent), Err(broken)]))
            }
            Sent::Trickle(bytes, millis) => Body::from_stream(stream::unfold(
                bytes.into_iter(),
                move |mut rest| async move {
                    tokio::time::sleep(Duration::from_millis(millis)).await;
                    let byte = rest.next()?;
                    Some((Ok::<_, Infallible>(vec![byte]), rest))
                },
            )),
            Sent::Endless => Body::from_stream(stream::repeat_with(|| {
                Ok::<_, Infallible>(vec![b' '; 1 << 20])
            })),
            Sent::Announced(bytes) => {
                response = response.header("content-length", bytes);
                Body::from_stream(stream::pending::<Result<Vec<u8>, Infallible>>())
            }
        };
        response.body(body).expect("a test's headers")
    }
}

type Script = dyn Fn(&Asked, usize) -> Reply + Send + Sync;

/// The server. It ends with the test.
pub struct Peer {
    /// Its address.
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    _runtime: tokio::runtime::Runtime,
}

impl Peer {
    /// One that answers by a script, which is told how often it was asked before.
    pub fn new(script: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Peer {
        let script: Arc<Script> = Arc::new(script);
        let asked = Arc::new(Mutex::new(Vec::new()));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let seen = Arc::clone(&asked);
        let app = axum::Router::new().fallback(move |request: Request| {
            let (script, seen) = (Arc::clone(&script), Arc::clone(&seen));
            async move {
                let asked = read(request).await;
                let before = {
                    let mut seen = seen.lock().expect("no test panics while it holds this");
                    seen.push(asked.clone());
                    seen.len() - 1
                };
                script(&asked, before).into_response()
            }
        });
        runtime.spawn(async move { axum::serve(listener, app).await });
        Peer {
            url,
            asked,
            _runtime: runtime,
        }
    }

    /// Asks for a path, as somebody who is not the program under test.
    pub fn get(&self, path: &str) {
        crate::call::call("GET", &format!("{}{path}", self.url), "").expect("the server answers");
    }

    /// Everything that was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked
            .lock()
            .expect("no test panics while it holds this")
            .clone()
    }
}

async fn read(request: Request) -> Asked {
    let (parts, body) = request.into_parts();
    let query = Query::<BTreeMap<String, String>>::try_from_uri(&parts.uri);
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let token = parts.headers.get("authorization").map(text);
    let header = |(name, value): (&HeaderName, &HeaderValue)| (name.to_string(), text(value));
    let body = axum::body::to_bytes(body, 16 << 20).await;
    Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: query.map(|Query(query)| query).unwrap_or_default(),
        token: token.unwrap_or_default(),
        headers: parts.headers.iter().map(header).collect(),
        body: body.map(Vec::from).unwrap_or_default(),
    }
}

/// Objects with an id each, updated a minute apart.
pub fn objects(count: usize) -> Vec<Value> {
    (0..count)
        .map(|nth| {
            let (hour, minute) = (nth / 60, nth % 60);
            let at = format!("2026-03-01T{hour:02}:{minute:02}:00Z");
            json!({"id": format!("CDR{nth}"), "last_updated": at})
        })
        .collect()
}

/// A page of a list as OCPI says: rows from the offset on, a link to the next, the total.
pub fn page(base: &str, asked: &Asked, all: &[Value], most: usize) -> Reply {
    let offset = asked.number("offset").unwrap_or(0).min(all.len());
    let limit = asked.number("limit").unwrap_or(most).min(most);
    let end = (offset + limit).min(all.len());
    let reply = Reply::data(&json!(all[offset..end]))
        .with("x-total-count", all.len())
        .with("x-limit", most);
    if end < all.len() {
        let of_page = |name: &str| name == "offset" || name == "limit";
        let kept = asked.query.iter().filter(|(name, _)| !of_page(name));
        let filters: Vec<String> = kept
            .map(|(name, value)| format!("&{name}={value}"))
            .collect();
        let filters = filters.concat();
        let path = &asked.path;
        let link = format!("<{base}{path}?offset={end}&limit={limit}{filters}>; rel=\"next\"");
        return reply.with("link", link);
    }
    reply
}
