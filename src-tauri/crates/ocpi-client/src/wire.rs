//! Down at the wire: connections, headers, and waiting for a server that may never answer.

use std::collections::BTreeMap;
use std::sync::{Arc, Once};
use std::time::{Duration, Instant as Clock};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::client::Stop;
use crate::connection::{Connection, Limits};
use crate::failure::{Failed, cancelled};
use crate::guard::{Guard, Lookup};
use crate::problem::{Code, Problem, Result};

/// How long a connection is kept for the next request: less than servers do. On one that a server
/// closes at the same moment, nobody could tell whether a request arrived.
const IDLE: Duration = Duration::from_secs(2);

/// What speaks HTTP and TLS.
pub(crate) fn http(
    connection: &Connection,
    limits: &Limits,
    lookup: Lookup,
) -> Result<reqwest::Client> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Fails only where one is installed already, which then serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let guard = Guard {
        lookup,
        inside: connection.inside,
    };
    let mut http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(limits.connect)
        .pool_idle_timeout(IDLE)
        .dns_resolver(Arc::new(guard))
        .no_proxy()
        .user_agent(concat!("Tallywatt/", env!("CARGO_PKG_VERSION")));
    if let Some(pem) = &connection.authority_pem {
        let known = reqwest::Certificate::from_pem_bundle(pem).map_err(|_| {
            Problem::new(Code::Tls, "The authority's file holds no PEM certificate.")
        })?;
        http = http.tls_certs_merge(known);
    }
    http.build().map_err(|error| {
        let text = format!("No encrypted connection can be made here: {error}.");
        Problem::new(Code::Tls, text)
    })
}

/// How often somebody who wants to stop is heard.
const HEED: Duration = Duration::from_millis(50);

/// Waits for a server, unless somebody asks to stop.
pub(crate) async fn heed<T>(
    stop: Stop<'_>,
    awaited: impl Future<Output = T>,
) -> std::result::Result<T, Failed> {
    let mut awaited = std::pin::pin!(awaited);
    loop {
        match tokio::time::timeout(HEED, awaited.as_mut()).await {
            Ok(came) => return Ok(came),
            Err(_) if stop() => return Err(Failed::from(cancelled()).after_sending()),
            Err(_) => {}
        }
    }
}

/// Sleeps, unless somebody asks to stop.
pub(crate) fn wait(pause: Duration, stop: Stop<'_>) -> Result<()> {
    let until = Clock::now() + pause;
    while Clock::now() < until {
        if stop() {
            return Err(cancelled());
        }
        let rest = until.saturating_duration_since(Clock::now());
        std::thread::sleep(rest.min(HEED));
    }
    Ok(())
}

pub(crate) fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    let value = HeaderValue::from_str(value).expect("our own ids and party codes are ASCII");
    headers.insert(HeaderName::from_static(name), value);
}

/// The headers as texts; of one that comes twice, both.
pub(crate) fn kept(headers: &HeaderMap) -> BTreeMap<String, String> {
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
