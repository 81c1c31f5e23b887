//! Requests that change something: what is tried again, and what is not known afterwards.

use serde_json::json;
use tallywatt_ocpi_client::{Answer, Client, Code, Connection, Failure, Method, Speaking};

use crate::support::{QUICK, at, client, connection, go_on, module, routed_client};
use testkit::peer::{Peer, Reply, Sent};

fn answers(reply: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Peer {
    Peer::new(move |_, before| reply(before))
}

fn silent() -> Reply {
    Reply {
        status: 200,
        headers: Vec::new(),
        body: Sent::Announced(10),
    }
}

fn cut() -> Reply {
    Reply {
        status: 200,
        headers: Vec::new(),
        body: Sent::Cut(vec![b' '; 100], 10),
    }
}

fn send(peer: &Peer, method: Method) -> Result<Answer, Failure> {
    send_by(&client(peer), peer, method)
}

fn send_by(client: &Client, peer: &Peer, method: Method) -> Result<Answer, Failure> {
    client.send(method, &at(peer, "/cdrs"), b"{\"id\":1}", module(), &go_on)
}

#[test]
fn a_body_arrives_as_json_with_method_and_headers() {
    let peer = answers(|_| Reply::data(&json!(null)));
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = send_by(&routed_client(&peer), &peer, method.clone());
        assert_eq!(answer.expect("a success").exchange.status, 200);
        let asked = peer.asked().pop().expect("one request");
        assert_eq!(asked.method, method.as_str());
        assert_eq!(asked.json(), json!({"id": 1}));
        assert_eq!(asked.headers["content-type"], "application/json");
        assert_eq!(asked.headers["ocpi-to-party-id"], "PEE");
        assert_eq!(asked.headers["ocpi-to-country-code"], "DE");
        assert_eq!(asked.headers["ocpi-from-party-id"], "TAL");
        assert_eq!(asked.headers["ocpi-from-country-code"], "NL");
    }
}

#[test]
fn an_empty_body_is_none() {
    let peer = answers(|_| Reply::data(&json!(null)));
    let speaking = Speaking::configuration(None);
    let url = at(&peer, "/credentials");
    let answer = client(&peer).send(Method::DELETE, &url, b"", speaking, &go_on);
    assert!(answer.is_ok());
    assert!(!peer.asked()[0].headers.contains_key("content-type"));
}

#[test]
fn a_post_of_unknown_outcome_is_sent_once_and_told_apart() {
    type Case = (fn(usize) -> Reply, Code);
    let cases: [Case; 5] = [
        (|_| silent(), Code::Timeout),
        (|_| cut(), Code::CutOff),
        (|_| Reply::body(500, "oops"), Code::HttpStatus),
        (|_| Reply::body(502, "gateway"), Code::HttpStatus),
        (|_| Reply::body(504, "gateway"), Code::HttpStatus),
    ];
    for (reply, code) in cases {
        let peer = answers(reply);
        let failure = send(&peer, Method::POST).expect_err("no success");
        assert_eq!(failure.problem.code, code);
        assert!(failure.unknown, "it may have been done: {failure:?}");
        assert_eq!(peer.asked().len(), 1, "never a second time: {code}");
    }
}

#[test]
fn a_post_that_was_certainly_not_taken_in_is_sent_again() {
    for status in [429, 503] {
        let peer = answers(move |before| match before {
            0 => Reply::body(status, ""),
            _ => Reply::data(&json!(null)),
        });
        assert!(send(&peer, Method::POST).is_ok(), "{status}");
        assert_eq!(peer.asked().len(), 2);
    }
    let peer = answers(|_| Reply::body(503, ""));
    let failure = send(&peer, Method::POST).expect_err("it stays busy");
    assert!(!failure.unknown, "503 turns away what it does not do");
}

#[test]
fn a_post_without_a_connection_is_tried_again_and_known_to_have_failed() {
    let peer = answers(|_| Reply::body(200, ""));
    let (client, url) = Client::new(connection(&peer.url), QUICK).expect("a client");
    drop(peer);
    client.record();
    let failure = client.send(Method::POST, &url, b"{}", module(), &go_on);
    let failure = failure.expect_err("nobody is there");
    assert_eq!(failure.problem.code, Code::Unreachable);
    assert!(!failure.unknown, "nothing was sent");
    assert_eq!(client.spoken().len(), 3, "once, and two more tries");
}

#[test]
fn a_refused_post_is_refused_and_sent_once() {
    let body = r#"{"status_code":2001,"status_message":"no tariff"}"#;
    let peer = answers(move |_| Reply::body(400, body));
    let failure = send(&peer, Method::POST).expect_err("refused");
    assert_eq!(failure.problem.status, Some(400));
    assert_eq!(failure.ocpi, Some(2001));
    assert!(!failure.unknown);
    assert_eq!(peer.asked().len(), 1);
}

#[test]
fn a_post_goes_the_other_way_with_its_token_only_where_it_was_turned_away() {
    let peer = Peer::new(|asked, _| match &*asked.token {
        "Token example-token" => Reply::data(&json!(null)),
        _ => Reply::body(401, ""),
    });
    assert!(send(&peer, Method::POST).is_ok());
    assert_eq!(peer.asked().len(), 2);
}

#[test]
fn put_and_delete_are_tried_again_like_get() {
    for method in [Method::PUT, Method::DELETE] {
        for first in [|| Reply::body(503, ""), cut, silent] {
            let peer = answers(move |before| match before {
                0 => first(),
                _ => Reply::data(&json!(null)),
            });
            assert!(send(&peer, method.clone()).is_ok());
            assert_eq!(peer.asked().len(), 2);
        }
    }
    let peer = answers(|_| cut());
    let failure = send(&peer, Method::PUT).expect_err("it always breaks off");
    assert!(failure.unknown && failure.problem.code == Code::CutOff);
    assert_eq!(peer.asked().len(), 3);
}

#[test]
fn a_post_is_redirected_only_as_it_is_and_within_the_partners_hosts() {
    for status in [307, 308] {
        let peer = Peer::new(move |asked, _| match &*asked.path {
            "/cdrs" => Reply::body(status, "").with("location", "/new"),
            _ => Reply::data(&json!(null)),
        });
        assert!(send(&peer, Method::POST).is_ok());
        let asked = peer.asked().pop().expect("redirected");
        assert_eq!((&*asked.method, &*asked.path), ("POST", "/new"));
        assert_eq!(asked.json(), json!({"id": 1}), "the body goes with it");
    }
    for (status, unknown) in [(301, false), (302, false), (303, true)] {
        let peer = answers(move |_| Reply::body(status, "").with("location", "/new"));
        let failure = send(&peer, Method::POST).expect_err("not followed");
        assert_eq!(failure.problem.status, Some(status.into()));
        assert_eq!(failure.unknown, unknown, "{status}");
        assert_eq!(peer.asked().len(), 1);
    }
    let thief = answers(|_| Reply::data(&json!(null)));
    let to = thief.url.clone();
    let peer = answers(move |_| Reply::body(307, "").with("location", &to));
    let failure = send(&peer, Method::POST).expect_err("another host");
    assert_eq!(failure.problem.code, Code::OtherHost);
    assert_eq!(thief.asked().len(), 0);
}

#[test]
fn a_stop_while_the_answer_is_awaited_leaves_the_outcome_unknown() {
    let peer = answers(|_| silent());
    let stopped = client(&peer).send(Method::POST, &at(&peer, "/"), b"{}", module(), &|| true);
    let failure = stopped.expect_err("stopped");
    assert_eq!(failure.problem.code, Code::Cancelled);
    assert!(failure.unknown, "it went out");
}

#[test]
fn routing_headers_are_for_modules_from_2_2_on() {
    use domain::OcpiVersion::{V211, V221, V230};
    let peer = answers(|_| Reply::data(&json!(null)));
    let client = routed_client(&peer);
    for (speaking, routed) in [
        (Speaking::configuration(None), false),
        (Speaking::configuration(Some(V221)), false),
        (Speaking::configuration(Some(V230)), false),
        (Speaking::module(V211), false),
        (Speaking::module(V221), true),
        (Speaking::module(V230), true),
    ] {
        let answer = client.get(&at(&peer, "/"), speaking, &go_on);
        assert!(answer.is_ok());
        let headers = peer.asked().pop().expect("one request").headers;
        let named = headers.keys().filter(|name| name.starts_with("ocpi-"));
        assert_eq!(named.count(), if routed { 4 } else { 0 }, "{speaking:?}");
        assert!(headers.contains_key("x-request-id"));
        assert!(headers.contains_key("x-correlation-id"));
    }
}

#[test]
fn a_partner_inside_a_network_is_asked_by_name_only_by_the_users_word() {
    let peer = answers(|_| Reply::data(&json!([])));
    // The name of this machine itself is always allowed.
    let url = peer.url.replace("127.0.0.1", "localhost");
    for inside in [false, true] {
        let connection = Connection {
            inside,
            ..connection(&url)
        };
        let (client, url) = Client::new(connection, QUICK).expect("a client");
        let answer = client.get(&url, Speaking::configuration(None), &go_on);
        assert!(answer.is_ok(), "{answer:?}");
    }
}
