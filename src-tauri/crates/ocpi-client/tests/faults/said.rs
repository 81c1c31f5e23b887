//! What is recorded of a conversation, and that it holds no secret.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tallywatt_ocpi_client::{Method, Speaking};

use crate::support::{at, client, go_on, module};
use testkit::peer::{Peer, Reply};

#[test]
fn nothing_is_recorded_unless_asked_for() {
    let peer = Peer::new(|_, _| Reply::data(&json!([])));
    let client = client(&peer);
    let url = at(&peer, "/");
    assert!(client.get(&url, module(), &go_on).is_ok());
    assert_eq!(client.spoken(), []);
    client.record();
    assert!(client.get(&url, module(), &go_on).is_ok());
    assert_eq!(client.spoken().len(), 1);
    assert_eq!(client.spoken(), [], "what was taken out is gone");
}

#[test]
fn every_try_is_recorded_with_what_was_said() {
    let peer = Peer::new(|_, before| match before {
        0 => Reply::body(503, "busy"),
        _ => Reply::data(&json!(null)).with("x-request-id", "theirs"),
    });
    let client = client(&peer);
    client.record();
    let url = at(&peer, "/cdrs");
    let answer = client.send(Method::PUT, &url, b"{\"id\":1}", module(), &go_on);
    let exchange = answer.expect("the second try").exchange;
    assert_eq!(exchange.answered_request_id(), Some("theirs"));
    assert_eq!(exchange.answered_correlation_id(), None);
    let spoken = client.spoken();
    assert_eq!(spoken.len(), 2);
    assert_eq!((&*spoken[0].method, spoken[0].status), ("PUT", Some(503)));
    assert_eq!(spoken[0].body, "busy");
    let problem = spoken[0].problem.as_deref().expect("a problem");
    assert!(problem.contains("HTTP 503"), "{problem}");
    let second = &spoken[1];
    assert_eq!((second.status, &second.problem), (Some(200), &None));
    assert_eq!(second.request_id, exchange.request_id);
    assert_eq!(second.correlation_id, exchange.correlation_id);
    assert_eq!(second.sent_body.as_deref(), Some("{\"id\":1}"));
    assert_eq!(second.headers["x-request-id"], "theirs");
    assert_eq!(second.body_bytes, second.body.len() as u64);
}

#[test]
fn a_record_holds_no_token_however_it_was_said() {
    let base64 = STANDARD.encode("example-token");
    let echo = base64.clone();
    let peer = Peer::new(move |_, _| {
        Reply::body(
            400,
            json!({
                "status_code": 2001,
                "status_message": format!("example-token or {echo} is unknown"),
                "data": {"token": "the-new-one"},
            })
            .to_string(),
        )
        .with("x-echo", &echo)
        .with("set-cookie", "session=1234567")
    });
    let client = client(&peer);
    client.record();
    let url = at(&peer, "/credentials?key=example-token");
    let body = json!({"token": "token-of-ours", "url": "https://us.example"}).to_string();
    let speaking = Speaking::configuration(None);
    let failure = client.send(Method::POST, &url, body.as_bytes(), speaking, &go_on);
    let failure = failure.expect_err("refused");
    let record = serde_json::to_string(&client.spoken()).expect("JSON");
    let told = format!("{record} {failure:?}");
    for secret in [
        "example-token",
        &base64,
        "token-of-ours",
        "the-new-one",
        "1234567",
    ] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
    assert!(
        record.contains(r#"["authorization","Token •••"]"#),
        "{record}"
    );
    assert!(failure.problem.text.contains("••• or ••• is unknown"));
}

#[test]
fn a_record_of_no_answer_says_why() {
    let peer = Peer::new(|_, _| Reply::body(200, ""));
    let (client, url) = (client(&peer), at(&peer, "/"));
    drop(peer);
    client.record();
    assert!(client.get(&url, module(), &go_on).is_err());
    let spoken = client.spoken().pop().expect("a try");
    assert_eq!(spoken.status, None);
    let problem = spoken.problem.expect("nobody is there");
    assert!(problem.contains("cannot be reached"), "{problem}");
}
