//! Objects that we push: stored, refused, or not known.

use domain::OcpiVersion;
use serde_json::json;
use tallywatt_ocpi_client::{Code, Problem, Sent, fetch, object_url, post_cdr, put_object};

use crate::support::{at, client, go_on};
use testkit::peer::{Peer, Reply, Sent as Body};

const V221: OcpiVersion = OcpiVersion::V221;

fn answers(reply: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Peer {
    Peer::new(move |_, before| reply(before))
}

fn post(peer: &Peer) -> Sent {
    let url = at(peer, "/emsp/cdrs");
    post_cdr(&client(peer), V221, &url, b"{\"id\":\"C1\"}", &go_on)
}

fn created() -> Reply {
    Reply {
        status: 201,
        ..Reply::data(&json!(null))
    }
}

fn location(sent: Sent) -> Option<String> {
    match sent {
        Sent::Stored { location, .. } => location,
        other => panic!("not stored: {other:?}"),
    }
}

fn refusal(sent: Sent) -> Problem {
    match sent {
        Sent::Refused { problem } => problem,
        other => panic!("not refused: {other:?}"),
    }
}

fn unknown(sent: Sent) -> Problem {
    match sent {
        Sent::Unknown { problem } => problem,
        other => panic!("known: {other:?}"),
    }
}

#[test]
fn a_cdr_is_stored_where_the_partner_says() {
    for (said, absolute) in [("/emsp/cdrs/1", "/emsp/cdrs/1"), ("1", "/emsp/1"), ("", "")] {
        let peer = answers(move |_| created().with("location", said));
        let expected = (!said.is_empty()).then(|| format!("{}{absolute}", peer.url));
        assert_eq!(location(post(&peer)), expected);
        assert_eq!(peer.asked().len(), 1);
    }
    let peer = answers(|_| Reply::data(&json!(null)));
    assert_eq!(location(post(&peer)), None, "not every partner says where");
    let peer = answers(|_| Reply::body(200, r#"{"status_code":"1000"}"#));
    assert_eq!(location(post(&peer)), None, "and none needs data");
    let peer = answers(|_| Reply::body(201, "").with("location", "/emsp/cdrs/1"));
    assert!(location(post(&peer)).is_some(), "said by HTTP alone");
}

#[test]
fn a_cdr_on_another_host_is_kept_as_text_and_not_followed() {
    let thief = answers(|_| Reply::data(&json!(null)));
    let there = format!("{}/cdrs/1", thief.url);
    let peer = answers(move |_| created().with("location", &there));
    let location = location(post(&peer)).expect("a location");
    let problem = fetch(&client(&peer), V221, &location, &go_on).expect_err("another host");
    assert_eq!(problem.code, Code::OtherHost);
    assert_eq!(thief.asked().len(), 0);
}

#[test]
fn a_refused_cdr_is_told_with_the_partners_words() {
    let body = r#"{"status_code":2001,"status_message":"tariff missing"}"#;
    for http in [200, 400, 500] {
        let peer = answers(move |_| Reply::body(http, body));
        let problem = refusal(post(&peer));
        assert!(
            problem.text.contains("OCPI 2001: tariff missing"),
            "{problem}"
        );
        assert_eq!(peer.asked().len(), 1);
    }
    let peer = answers(|_| Reply::body(400, "Bad Request"));
    assert_eq!(refusal(post(&peer)).status, Some(400));
}

#[test]
fn what_is_not_known_is_neither_stored_nor_refused() {
    let silent = || Reply {
        status: 200,
        headers: Vec::new(),
        body: Body::Announced(10),
    };
    let cases: [(fn() -> Reply, Code); 5] = [
        (silent, Code::Timeout),
        (|| Reply::body(500, ""), Code::HttpStatus),
        (|| Reply::body(200, "<html>"), Code::NotOcpi),
        (|| Reply::body(200, ""), Code::NotOcpi),
        (
            || Reply::body(200, r#"{"status_code":4002}"#),
            Code::OcpiStatus,
        ),
    ];
    for (reply, code) in cases {
        let peer = answers(move |_| reply());
        let problem = unknown(post(&peer));
        assert_eq!(problem.code, code);
        assert!(problem.text.contains("is not known"), "{problem}");
        assert_eq!(peer.asked().len(), 1, "never a second time");
    }
}

#[test]
fn a_cdr_that_never_left_is_tried_again_and_then_refused() {
    let peer = answers(|_| created());
    let (client, url) = (client(&peer), at(&peer, "/emsp/cdrs"));
    drop(peer);
    client.record();
    let problem = refusal(post_cdr(&client, V221, &url, b"{}", &go_on));
    assert_eq!(problem.code, Code::Unreachable);
    assert_eq!(client.spoken().len(), 3, "once, and two more tries");
}

#[test]
fn a_hub_that_knows_no_receiver_passed_nothing_on() {
    let peer = answers(|_| Reply::body(200, r#"{"status_code":4001}"#));
    assert_eq!(refusal(post(&peer)).status, Some(4001));
}

#[test]
fn an_object_is_put_below_the_receivers_address_and_again_after_503() {
    let peer = answers(|before| match before {
        0 => Reply::body(503, ""),
        _ => Reply::data(&json!(null)),
    });
    let owner = "NL-TAL".parse().expect("a party");
    let url = object_url(&at(&peer, "/emsp/tariffs/"), &owner, "T/1").expect("an address");
    let sent = put_object(&client(&peer), V221, &url, b"{}", &go_on);
    assert_eq!(location(sent), None);
    let asked = peer.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(
        (&*asked[1].method, &*asked[1].path),
        ("PUT", "/emsp/tariffs/NL/TAL/T%2F1")
    );
}

#[test]
fn an_object_is_fetched_back_or_not_there() {
    let fetched = |reply: fn() -> Reply| {
        let peer = answers(move |_| reply());
        let url = format!("{}/emsp/cdrs/1", peer.url);
        fetch(&client(&peer), V221, &url, &go_on)
    };
    let there = fetched(|| Reply::data(&json!({"id": "C1"}))).expect("an answer");
    assert_eq!(there.as_deref(), Some(&b"{\"id\":\"C1\"}"[..]));
    let absent: [fn() -> Reply; 5] = [
        || Reply::body(404, ""),
        || Reply::body(404, r#"{"status_code":2003}"#),
        || Reply::body(200, r#"{"status_code":2003}"#),
        || {
            Reply::body(
                200,
                r#"{"status_code":2000,"status_message":"CDR not found"}"#,
            )
        },
        || Reply::data(&json!(null)),
    ];
    for reply in absent {
        assert_eq!(fetched(reply), Ok(None));
    }
    let other = fetched(|| Reply::body(200, r#"{"status_code":2001,"status_message":"id?"}"#));
    assert!(other.is_err(), "a refusal says nothing about the object");
    assert!(fetched(|| Reply::body(500, "")).is_err());
}
