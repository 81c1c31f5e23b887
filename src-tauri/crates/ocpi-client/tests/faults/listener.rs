//! Our own server during a registration: strangers learn nothing, and it is gone afterwards.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::Value;
use tallywatt_ocpi_client::{Code, Listener, Token};

use crate::handshake::{listen, now, ours};

fn token() -> Token {
    Token::new("token-b").expect("a token")
}

/// Says something, and reads to the end what comes back: the status, the head and the body.
fn say(to: SocketAddr, request: &str) -> (u16, String, Value) {
    let mut stream = TcpStream::connect(to).expect("it listens");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let body = serde_json::from_str(body).unwrap_or_default();
    (status.expect("a status"), head.to_lowercase(), body)
}

fn request(method: &str, path: &str, token: &str, more: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: us\r\nconnection: close\r\n\
         authorization: Token {token}\r\n{more}\r\n"
    )
}

#[test]
fn our_versions_lead_to_our_credentials() {
    let (listener, url) = listen(&token());
    let to = listener.address();
    for path in ["/ours/versions", "/ours/versions/", "/ours/versions?x=1"] {
        let (status, _, body) = say(to, &request("GET", path, "token-b", ""));
        assert_eq!(status, 200, "{path}");
        assert_eq!(body["status_code"], 1000);
        let timestamp = body["timestamp"].as_str().expect("a timestamp");
        assert!(timestamp.starts_with("2026-04-01T00:"), "{timestamp}");
        let versions = body["data"].as_array().expect("a list");
        let names: Vec<_> = versions.iter().map(|one| &one["version"]).collect();
        assert_eq!(names, ["2.1.1", "2.2.1", "2.3.0"]);
        assert_eq!(versions[1]["url"], format!("{url}/2.2.1"));
    }
    let (_, _, body) = say(to, &request("GET", "/ours/versions/2.2.1", "token-b", ""));
    let endpoints = body["data"]["endpoints"].as_array().expect("a list");
    assert_eq!(endpoints.len(), 1, "credentials and nothing else");
    assert_eq!(endpoints[0]["identifier"], "credentials");
    assert!(endpoints[0]["role"].is_string());
    let (_, _, body) = say(to, &request("GET", "/ours/versions/2.1.1", "token-b", ""));
    assert!(
        body["data"]["endpoints"][0].get("role").is_none(),
        "2.1.1 has no roles"
    );
}

#[test]
fn ids_are_handed_back() {
    let (listener, _) = listen(&token());
    let more = "X-Request-ID: r-1\r\nX-Correlation-ID: c-1\r\n";
    let asked = request("GET", "/ours/versions", "token-b", more);
    let (_, head, _) = say(listener.address(), &asked);
    assert!(head.contains("x-request-id: r-1"), "{head}");
    assert!(head.contains("x-correlation-id: c-1"), "{head}");
}

#[test]
fn whoever_asks_wrongly_learns_nothing() {
    let (listener, _) = listen(&token());
    let endless = format!("/{}", "x".repeat(4000));
    for (method, path, token, more, status) in [
        ("GET", "/ours/versions", "token-c", "", 401),
        ("GET", "/ours/versions", "", "", 401),
        ("GET", "/nothing", "token-c", "", 401),
        ("POST", "/ours/versions", "token-c", "", 401),
        ("GET", "/nothing", "token-b", "", 404),
        ("GET", "/ours", "token-b", "", 404),
        ("GET", "/ours/versions/../../etc", "token-b", "", 404),
        ("GET", endless.as_str(), "token-b", "", 414),
        ("POST", "/ours/versions", "token-b", "", 405),
        (
            "DELETE",
            "/ours/versions/2.2.1/credentials",
            "token-b",
            "",
            405,
        ),
        (
            "POST",
            "/ours/versions",
            "token-b",
            "content-length: 8000000000\r\n",
            413,
        ),
    ] {
        let (answered, _, body) = say(listener.address(), &request(method, path, token, more));
        assert_eq!(answered, status, "{method} {path} {token}");
        assert_eq!(body["status_code"], 2000, "an envelope");
        assert!(body.get("data").is_none());
    }
    let statuses: Vec<u16> = listener
        .asked()
        .iter()
        .map(|called| called.status)
        .collect();
    assert_eq!(
        statuses,
        [401, 401, 401, 401, 404, 404, 404, 414, 405, 405, 413]
    );
    assert!(!format!("{:?}", listener.asked()).contains("token-b"));
    let (good, _, _) = say(
        listener.address(),
        &request("GET", "/ours/versions", "token-b", ""),
    );
    assert_eq!(good, 200, "it is still there");
}

#[test]
fn guests_that_ask_nothing_use_nothing_up() {
    let (listener, _) = listen(&token());
    let to = listener.address();
    let silent = |_| TcpStream::connect(to).expect("it listens");
    let mut idle: Vec<TcpStream> = (0..65).map(silent).collect();
    let mut last = idle.pop().expect("one more than may stay");
    let mut said = Vec::new();
    // An end or a reset, without a word: it was hung up on.
    let _ = last.read_to_end(&mut said);
    assert_eq!(said, b"");
}

#[test]
fn a_port_that_is_taken_is_said() {
    let (listener, url) = listen(&token());
    let second = Listener::open(listener.address(), (&url, &token()), &ours(), now());
    let problem = second.err().expect("the port is taken");
    assert_eq!(problem.code, Code::CannotListen);
    assert!(problem.text.contains("another program"), "{problem}");
}

#[test]
fn after_the_registration_nobody_listens() {
    let (listener, _) = listen(&token());
    let to = listener.address();
    let mut open = TcpStream::connect(to).expect("it listens");
    drop(listener);
    assert!(TcpStream::connect(to).is_err(), "the port is closed");
    let _ = open.write_all(request("GET", "/ours/versions", "token-b", "").as_bytes());
    let mut answer = Vec::new();
    let _ = open.read_to_end(&mut answer);
    assert_eq!(answer, b"", "connections end with it");
}
