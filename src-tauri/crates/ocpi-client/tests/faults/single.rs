//! One answer: what is too slow, too large, no OCPI, or somewhere else.

use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::json;
use tallywatt_ocpi_client::{Client, Code, Encoding, Speaking};

use crate::support::{QUICK, client, connection, go_on, list, module, receive};
use testkit::peer::{Peer, Reply, Sent, objects, page};

fn code_of(peer: &Peer) -> Option<Code> {
    receive(peer).problem.map(|problem| problem.code)
}

fn answers(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Peer {
    Peer::new(move |_, _| reply())
}

#[test]
fn html_and_other_things_that_are_no_ocpi_are_said() {
    for body in [
        "<html><body>Login</body></html>",
        "",
        "[]",
        "{\"data\":[]}",
        "{\"data\":[{",
    ] {
        let peer = answers(move || Reply::body(200, body));
        assert_eq!(code_of(&peer), Some(Code::NotOcpi), "{body:?}");
    }
}

#[test]
fn a_byte_order_mark_and_a_status_in_quotes_are_read_over() {
    let body = "\u{FEFF}{\"data\":[{\"id\":\"CDR0\"}],\"status_code\":\"1000\"}";
    let peer = answers(move || Reply::body(200, body));
    assert_eq!(code_of(&peer), None);
}

#[test]
fn an_answer_that_breaks_off_is_tried_again() {
    let all = objects(5);
    let peer = Peer::new(move |asked, before| {
        let mut reply = page("", asked, &all, 10);
        if before == 0
            && let Sent::Whole(bytes) = reply.body
        {
            reply.body = Sent::Cut(bytes, 30);
        }
        reply
    });
    assert!(receive(&peer).complete);
    assert_eq!(peer.asked().len(), 2);
}

#[test]
fn an_answer_without_end_is_refused_and_not_kept() {
    let peer = answers(|| Reply {
        status: 200,
        headers: Vec::new(),
        body: Sent::Endless,
    });
    assert_eq!(code_of(&peer), Some(Code::TooLarge));
}

#[test]
fn an_answer_announced_as_two_gibibytes_is_refused_unread() {
    let peer = answers(|| Reply {
        status: 200,
        headers: Vec::new(),
        body: Sent::Announced(2 << 30),
    });
    // No byte of it ever comes: waiting for one would be a timeout.
    assert_eq!(code_of(&peer), Some(Code::TooLarge));
    assert_eq!(peer.asked().len(), 1);
}

#[test]
fn an_error_in_plain_words_is_an_error_with_its_status() {
    let peer = answers(|| Reply::body(400, "Bad Request: date_from"));
    let problem = receive(&peer).problem.expect("refused");
    assert_eq!(
        (problem.code, problem.status),
        (Code::HttpStatus, Some(400))
    );
    assert!(
        problem.text.ends_with("answers with HTTP 400."),
        "{problem}"
    );
}

#[test]
fn a_small_answer_that_unpacks_to_a_huge_one_is_refused() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![b' '; 64 << 20]).expect("memory");
    let packed = packed.finish().expect("memory");
    assert!(packed.len() < 100_000);
    let peer = answers(move || Reply::body(200, packed.clone()).with("content-encoding", "gzip"));
    assert_eq!(code_of(&peer), Some(Code::TooLarge));
}

#[test]
fn a_packed_answer_is_unpacked() {
    let body = json!({"data": [{"id": "CDR0"}], "status_code": 1000}).to_string();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(body.as_bytes()).expect("memory");
    let packed = packed.finish().expect("memory");
    let peer = answers(move || Reply::body(200, packed.clone()).with("content-encoding", "gzip"));
    assert_eq!(receive(&peer).ids, ["CDR0"]);
}

#[test]
fn bytes_that_trickle_do_not_hold_us_up_for_ever() {
    let peer = answers(|| Reply {
        status: 200,
        headers: Vec::new(),
        body: Sent::Trickle(vec![b' '; 10_000], 20),
    });
    let (client, _) = Client::new(
        connection(&peer.url),
        tallywatt_ocpi_client::Limits {
            retries: 0,
            ..QUICK
        },
    )
    .expect("a client");
    let began = Instant::now();
    let problem = client
        .get(&list(&peer), module(), &go_on)
        .expect_err("it never ends");
    assert_eq!(problem.code, Code::Timeout);
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "the bytes would take 200 s"
    );
}

#[test]
fn too_many_requests_are_spaced_as_the_server_asks() {
    let all = objects(5);
    let peer = Peer::new(move |asked, before| match before {
        0 => Reply::body(429, "").with("retry-after", 0),
        1 => Reply::body(503, ""),
        _ => page("", asked, &all, 10),
    });
    assert!(receive(&peer).complete);
    assert_eq!(peer.asked().len(), 3);
}

#[test]
fn a_server_that_stays_busy_is_left_alone_after_some_tries() {
    let peer = answers(|| Reply::body(429, "").with("retry-after", 0));
    assert_eq!(code_of(&peer), Some(Code::RateLimited));
    assert_eq!(peer.asked().len(), 3);
}

#[test]
fn the_token_is_sent_the_other_way_where_the_first_is_refused() {
    for refusal in [401, 403, 500] {
        let all = objects(25);
        let peer = Peer::new(move |asked, _| {
            if asked.token == "Token example-token" {
                page("", asked, &all, 10)
            } else {
                Reply::body(refusal, "")
            }
        });
        let received = receive(&peer);
        assert!(received.complete, "{:?}", received.problem);
        let refused = peer
            .asked()
            .iter()
            .filter(|asked| asked.token.contains('='))
            .count();
        assert_eq!(refused, 1, "it is remembered");
    }
}

#[test]
fn a_token_that_is_refused_both_ways_is_said_and_not_shown() {
    let peer = answers(|| Reply::body(401, r#"{"status_code":2001,"status_message":"who?"}"#));
    let problem = receive(&peer).problem.expect("refused");
    assert_eq!(problem.code, Code::Unauthorized);
    assert!(problem.text.contains("OCPI 2001: who?"), "{problem}");
    assert!(!format!("{problem:?}").contains("example-token"));
    let tokens: Vec<String> = peer.asked().into_iter().map(|asked| asked.token).collect();
    assert_eq!(
        tokens,
        ["Token ZXhhbXBsZS10b2tlbg==", "Token example-token"]
    );
}

#[test]
fn a_token_refused_inside_an_answer_of_success_is_sent_the_other_way() {
    let all = objects(25);
    let peer = Peer::new(move |asked, _| {
        if asked.token == "Token example-token" {
            page("", asked, &all, 10)
        } else {
            Reply::body(200, r#"{"status_code":3000,"data":[]}"#)
        }
    });
    let received = receive(&peer);
    assert!(received.complete, "{:?}", received.problem);
    assert_eq!(
        peer.asked().len(),
        4,
        "once the other way, then three pages"
    );
}

#[test]
fn a_token_refused_one_way_and_failing_the_other_is_refused() {
    for due in [true, false] {
        let peer = Peer::new(move |asked, _| {
            if asked.token.contains('=') == due {
                Reply::body(401, "")
            } else {
                let words = r#"{"status_code":3000,"status_message":"Generic server error"}"#;
                Reply::body(200, words)
            }
        });
        let problem = receive(&peer).problem.expect("refused");
        assert_eq!(problem.code, Code::Unauthorized);
        assert!(problem.text.contains("HTTP 401"), "{problem}");
        assert!(
            problem.text.contains("OCPI 3000: Generic server error"),
            "{problem}"
        );
        assert_eq!(peer.asked().len(), 2);
    }
}

#[test]
fn a_fixed_way_of_sending_the_token_is_kept() {
    let peer = answers(|| Reply::body(401, ""));
    let fixed = tallywatt_ocpi_client::Connection {
        encoding: Encoding::Plain,
        ..connection(&peer.url)
    };
    let (client, _) = Client::new(fixed, QUICK).expect("a client");
    assert!(client.get(&list(&peer), module(), &go_on).is_err());
    assert_eq!(peer.asked().len(), 1);
}

#[test]
fn a_redirect_to_the_same_address_with_a_slash_is_followed() {
    let all = objects(25);
    let peer = Peer::new(move |asked, _| {
        if asked.path.ends_with('/') {
            return page("", asked, &all, 10);
        }
        let query: Vec<String> = asked
            .query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let to = format!("{}/?{}", asked.path, query.join("&"));
        Reply::body(307, "").with("location", to)
    });
    assert!(receive(&peer).complete);
}

#[test]
fn a_redirect_to_another_host_never_gets_the_token() {
    let thief = Peer::new(|_, _| Reply::data(&json!([])));
    let to = thief.url.clone();
    let peer = answers(move || Reply::body(302, "").with("location", &to));
    assert_eq!(code_of(&peer), Some(Code::OtherHost));
    assert_eq!(thief.asked().len(), 0);
}

#[test]
fn redirects_in_a_circle_end() {
    let peer = answers(|| Reply::body(302, "").with("location", "/ocpi/2.2.1/cdrs"));
    assert_eq!(code_of(&peer), Some(Code::TooMany));
    assert!(peer.asked().len() < 10);
}

#[test]
fn a_host_that_does_not_answer_is_said() {
    // A port of the system's, so that no server of another test comes to be there.
    let (client, versions) =
        Client::new(connection("http://127.0.0.1:1/"), QUICK).expect("a client");
    let problem = client
        .get(&versions, Speaking::configuration(None), &go_on)
        .expect_err("nobody is there");
    assert_eq!(problem.code, Code::Unreachable);
}

#[test]
fn a_server_without_encryption_where_it_is_due_is_a_tls_or_connection_problem() {
    let peer = Peer::new(|_, _| Reply::body(200, ""));
    let url = peer.url.replace("http://", "https://");
    let (client, versions) = Client::new(connection(&url), QUICK).expect("a client");
    let problem = client
        .get(&versions, Speaking::configuration(None), &go_on)
        .expect_err("no TLS there");
    assert!(
        matches!(problem.code, Code::Tls | Code::Unreachable),
        "{problem:?}"
    );
}

#[test]
fn a_stop_is_heeded_during_a_long_answer() {
    let peer = answers(|| Reply {
        status: 200,
        headers: Vec::new(),
        body: Sent::Trickle(vec![b' '; 10_000], 5),
    });
    let began = Instant::now();
    let stop = move || began.elapsed() > Duration::from_millis(100);
    let client = client(&peer);
    let problem = client
        .get(&list(&peer), module(), &stop)
        .expect_err("stopped");
    assert_eq!(problem.code, Code::Cancelled);
}

#[test]
fn requests_carry_ids_that_are_kept_as_evidence() {
    let peer = answers(|| Reply::data(&json!([])).with("x-request-id", "theirs"));
    let client = client(&peer);
    let first = client
        .get(&list(&peer), module(), &go_on)
        .expect("an answer")
        .exchange;
    let second = client
        .get(&list(&peer), module(), &go_on)
        .expect("an answer")
        .exchange;
    assert_ne!(first.request_id, second.request_id);
    assert_eq!(first.correlation_id, second.correlation_id);
    assert_eq!(first.header("x-request-id"), Some("theirs"));
}
