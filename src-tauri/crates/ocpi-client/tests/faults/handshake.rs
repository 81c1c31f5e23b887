//! Registering with a partner: what it may answer, and what then is left of the tokens.

use std::net::TcpListener;

use domain::OcpiVersion;
use serde_json::{Value, json};
use tallywatt_ocpi_client::{
    Client, Code, Connection, Details, Encoding, Listener, Ours, Problem, Registered, Role, Token,
    choose, details, register, renew, unregister, versions,
};

use crate::support::{QUICK, connection, go_on, routed};
use testkit::peer::{Asked, Peer, Reply, Sent};

pub fn ours() -> Ours {
    Ours {
        name: "Tally".to_owned(),
        website: Some("https://tally.example".to_owned()),
        roles: vec![(Role::Emsp, "NL-TAL".parse().expect("a party"))],
    }
}

pub fn now() -> domain::Instant {
    "2026-04-01T00:00:00Z".parse().expect("an instant")
}

/// A server of ours at a free port, and its address.
pub fn listen(token_b: &Token) -> (Listener, String) {
    loop {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let url = format!("http://{address}/ours/versions");
        // Another test may be quicker to take the port.
        if let Ok(listener) = Listener::open(address, (&url, token_b), &ours(), now()) {
            return (listener, url);
        }
    }
}

/// A partner of one version whose credentials answer as a test says.
fn partner(
    version: OcpiVersion,
    credentials: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> Peer {
    Peer::new(move |asked, _| match &*asked.path {
        "/" => Reply::data(&json!([{"version": version.as_str(), "url": "/v"}])),
        "/v" => Reply::data(&json!({"endpoints": [
            {"identifier": "credentials", "role": "RECEIVER", "url": "/v/credentials"},
        ]})),
        _ => credentials(asked),
    })
}

fn credentials_of(version: OcpiVersion, token: &str) -> Value {
    if version == OcpiVersion::V211 {
        return json!({"token": token, "url": "/", "party_id": "PEE", "country_code": "DE",
            "business_details": {"name": "Peer"}});
    }
    json!({"token": token, "url": "/", "roles": [
        {"role": "CPO", "party_id": "PEE", "country_code": "DE",
            "business_details": {"name": "Peer"}},
        {"role": 7},
    ]})
}

/// As a partner calls back: versions, details and credentials, from a thread of its own.
fn calls_back(asked: &Asked, version: OcpiVersion, encoding: Encoding) -> Option<Value> {
    let body = asked.json();
    let back = Connection {
        encoding,
        token: Token::new(body["token"].as_str()?).ok()?,
        ..connection(body["url"].as_str()?)
    };
    let called = std::thread::spawn(move || {
        let (client, url) = Client::new(back, QUICK).ok()?;
        let (offered, _) = versions(&client, &url, &go_on).ok()?;
        let chosen = choose(&offered, Some(version)).ok()?;
        let (details, _) = details(&client, &url, chosen, &go_on).ok()?;
        let url = tallywatt_ocpi_client::parse_address(details.credentials()?).ok()?;
        let speaking = tallywatt_ocpi_client::Speaking::configuration(Some(version));
        let answer = client.get(&url, speaking, &go_on).ok()?;
        serde_json::from_slice(&answer.body).ok()
    });
    called.join().ok()?
}

fn begin(peer: &Peer) -> (Client, Details) {
    let (client, url) = Client::new(routed(&peer.url), QUICK).expect("a client");
    let (offered, _) = versions(&client, &url, &go_on).expect("versions");
    let chosen = choose(&offered, None).expect("one in common");
    let (details, _) = details(&client, &url, chosen, &go_on).expect("details");
    (client, details)
}

type Handshake = fn(
    &Client,
    &Details,
    &Ours,
    (&str, &Token),
    tallywatt_ocpi_client::Stop<'_>,
) -> Result<Registered, Problem>;

fn shake(peer: &Peer, how: Handshake) -> Result<Registered, Problem> {
    let (client, details) = begin(peer);
    let token_b = Token::new("token-b").expect("a token");
    let our_url = ("http://127.0.0.1:1/versions", &token_b);
    how(&client, &details, &ours(), our_url, &go_on)
}

fn asked_by(peer: &Peer, method: &str) -> Vec<Asked> {
    let asked = peer.asked().into_iter();
    asked
        .filter(|asked| asked.path == "/v/credentials" && asked.method == method)
        .collect()
}

#[test]
fn tokens_are_exchanged_in_every_version_and_either_encoding() {
    for version in [OcpiVersion::V211, OcpiVersion::V221, OcpiVersion::V230] {
        for encoding in [Encoding::Plain, Encoding::Base64] {
            let peer = partner(version, move |asked| {
                match calls_back(asked, version, encoding) {
                    Some(seen) if seen["data"] == asked.json() => {
                        Reply::data(&credentials_of(version, "token-c"))
                    }
                    _ => Reply::body(200, r#"{"status_code":3001}"#),
                }
            });
            let token_b = Token::random().expect("random bytes");
            let (listener, our_url) = listen(&token_b);
            let (client, details) = begin(&peer);
            let done = register(&client, &details, &ours(), (&our_url, &token_b), &go_on);
            let done = done.expect("registered");
            assert_eq!(done.token.expose(), "token-c");
            assert_eq!(
                done.their_url.map(String::from),
                Ok(format!("{}/", peer.url))
            );
            let role = done.their_roles.first().expect("a role");
            assert_eq!(role.party, "DE-PEE".parse().ok());
            assert_eq!(role.name.as_deref(), Some("Peer"));
            let is_211 = version == OcpiVersion::V211;
            assert_eq!(role.role.as_deref(), (!is_211).then_some("CPO"));
            let statuses: Vec<u16> = listener
                .asked()
                .iter()
                .map(|called| called.status)
                .collect();
            assert_eq!(statuses, [200, 200, 200], "versions, details, credentials");
            let sent = asked_by(&peer, "POST").pop().expect("one POST");
            assert_eq!(
                sent.json()["token"],
                token_b.expose(),
                "as it is, not in base64"
            );
            assert_eq!(sent.json().get("party_id").is_some(), is_211);
            assert!(sent.headers.keys().all(|name| !name.starts_with("ocpi-")));
        }
    }
}

#[test]
fn a_partner_that_cannot_call_back_is_told_with_what_to_do() {
    let version = OcpiVersion::V221;
    let peer = partner(version, move |asked| {
        let called = calls_back(asked, version, Encoding::Auto);
        assert_eq!(called, None, "nobody listens");
        Reply::body(200, r#"{"status_code":3001,"status_message":"no route"}"#)
    });
    let problem = shake(&peer, register).expect_err("nobody listens");
    assert_eq!(problem.code, Code::NoCallback);
    for words in [
        "OCPI 3001: no route",
        "http://127.0.0.1:1/versions",
        "port forwarded",
    ] {
        assert!(problem.text.contains(words), "{words}: {problem}");
    }
}

#[test]
fn statuses_of_the_handshake_are_told_whatever_http_says() {
    for http in [200, 400, 500] {
        for (ocpi, code) in [
            (3001, Code::NoCallback),
            (3002, Code::NoVersion),
            (3003, Code::NoEndpoint),
        ] {
            let peer = partner(OcpiVersion::V221, move |_| {
                Reply::body(http, json!({"status_code": ocpi}).to_string())
            });
            let problem = shake(&peer, register).expect_err("refused");
            assert_eq!(problem.code, code, "HTTP {http}, OCPI {ocpi}: {problem}");
            assert_eq!(asked_by(&peer, "POST").len(), 1);
        }
    }
}

#[test]
fn credentials_at_the_wrong_time_are_405() {
    let peer = partner(OcpiVersion::V221, |_| Reply::body(405, ""));
    let problem = shake(&peer, register).expect_err("registered already");
    assert_eq!(problem.code, Code::AlreadyRegistered);
    assert!(problem.text.contains("new token A"), "{problem}");
    let problem = shake(&peer, renew).expect_err("not registered");
    assert_eq!(problem.code, Code::NotRegistered);
    let (client, details) = begin(&peer);
    let problem = unregister(&client, &details, &go_on).expect_err("not registered");
    assert_eq!(problem.code, Code::NotRegistered);
}

/// Answers that leave open what the server did.
fn lost_answers() -> [fn() -> Reply; 4] {
    [
        || Reply::body(500, "oops"),
        || Reply {
            status: 200,
            headers: Vec::new(),
            body: Sent::Cut(vec![b' '; 100], 10),
        },
        || Reply::body(200, "<html>"),
        || Reply::data(&json!({"token": "two words"})),
    ]
}

#[test]
fn a_registration_whose_answer_is_lost_must_be_reset() {
    for lost in lost_answers() {
        let peer = partner(OcpiVersion::V221, move |_| lost());
        let problem = shake(&peer, register).expect_err("no token");
        assert_eq!(problem.code, Code::OutcomeUnknown, "{problem}");
        assert!(problem.text.contains("reset"), "{problem}");
        assert_eq!(asked_by(&peer, "POST").len(), 1, "never a second time");
    }
}

#[test]
fn a_renewal_gives_a_new_token() {
    let peer = partner(OcpiVersion::V230, |asked| match &*asked.method {
        "PUT" => Reply::data(&credentials_of(OcpiVersion::V230, "token-d")),
        _ => Reply::body(405, ""),
    });
    let done = shake(&peer, renew).expect("renewed");
    assert_eq!(done.token.expose(), "token-d");
}

#[test]
fn a_renewal_whose_answer_is_lost_is_settled_by_the_old_token() {
    for lost in lost_answers() {
        let peer = partner(OcpiVersion::V221, move |asked| match &*asked.method {
            "PUT" => lost(),
            _ => Reply::data(&credentials_of(OcpiVersion::V221, "token-b-of-old")),
        });
        let problem = shake(&peer, renew).expect_err("no new token");
        assert!(problem.text.contains("stands as it was"), "{problem}");
        assert_eq!(asked_by(&peer, "PUT").len(), 1);

        let peer = partner(OcpiVersion::V221, move |asked| match &*asked.method {
            "PUT" => lost(),
            _ => Reply::body(401, ""),
        });
        let problem = shake(&peer, renew).expect_err("no new token");
        assert_eq!(problem.code, Code::TokenLost);
        assert!(problem.text.contains("new token A"), "{problem}");

        let peer = partner(OcpiVersion::V221, move |asked| match &*asked.method {
            "PUT" => lost(),
            _ => Reply::body(502, ""),
        });
        let problem = shake(&peer, renew).expect_err("no new token");
        assert_eq!(problem.code, Code::OutcomeUnknown, "{problem}");
    }
}

#[test]
fn a_renewal_that_cannot_call_back_leaves_the_registration() {
    let peer = partner(OcpiVersion::V221, |asked| match &*asked.method {
        "PUT" => Reply::body(200, r#"{"status_code":3001}"#),
        _ => Reply::data(&credentials_of(OcpiVersion::V221, "token-b-of-old")),
    });
    let problem = shake(&peer, renew).expect_err("nobody listens");
    assert_eq!(problem.code, Code::NoCallback);
    assert!(problem.text.contains("stands as it was"), "{problem}");
}

#[test]
fn a_registration_is_given_back_even_where_the_answer_is_lost() {
    let peer = partner(OcpiVersion::V221, |_| {
        Reply::body(200, r#"{"status_code":1000}"#)
    });
    let (client, details) = begin(&peer);
    assert_eq!(unregister(&client, &details, &go_on), Ok(()));
    for refusal in [401, 403] {
        let peer = partner(OcpiVersion::V221, move |asked| match &*asked.method {
            "DELETE" => Reply::body(500, ""),
            _ => Reply::body(refusal, ""),
        });
        let (client, details) = begin(&peer);
        assert_eq!(
            unregister(&client, &details, &go_on),
            Ok(()),
            "the token is gone"
        );
    }
    let peer = partner(OcpiVersion::V221, |asked| match &*asked.method {
        "DELETE" => Reply::body(500, ""),
        _ => Reply::data(&json!({})),
    });
    let (client, details) = begin(&peer);
    let problem = unregister(&client, &details, &go_on).expect_err("it stands");
    assert!(problem.text.contains("stands as it was"), "{problem}");
}

#[test]
fn an_address_on_another_host_is_told_and_the_token_kept() {
    let peer = partner(OcpiVersion::V221, |_| {
        Reply::data(&json!({"token": "token-c", "url": "https://elsewhere.example/", "roles": []}))
    });
    let done = shake(&peer, register).expect("registered");
    assert_eq!(done.token.expose(), "token-c");
    let problem = done.their_url.expect_err("another host");
    assert_eq!(problem.code, Code::OtherHost);
}

#[test]
fn odd_credentials_cost_no_token() {
    for odd in [
        json!({"token": "token-c", "url": 7, "roles": {"role": "CPO"}}),
        json!({"token": "token-c", "roles": [null, 7, "CPO"]}),
        json!({"token": "token-c", "party_id": 7, "business_details": null}),
    ] {
        let peer = partner(OcpiVersion::V221, move |_| Reply::data(&odd));
        let done = shake(&peer, register).expect("registered");
        assert_eq!(done.token.expose(), "token-c");
        assert!(done.their_url.is_err());
    }
}

#[test]
fn neither_token_is_told_or_recorded() {
    let peer = partner(OcpiVersion::V221, |_| {
        let words = "token-b answers with 401";
        Reply::body(
            200,
            json!({"status_code": 3001, "status_message": words}).to_string(),
        )
    });
    let (client, details) = begin(&peer);
    client.record();
    let token_b = Token::new("token-b").expect("a token");
    let our_url = ("http://127.0.0.1:1/versions", &token_b);
    let problem = register(&client, &details, &ours(), our_url, &go_on).expect_err("refused");
    assert!(problem.text.contains("••• answers with 401"), "{problem}");
    let record = serde_json::to_string(&client.spoken()).expect("JSON");
    assert!(!record.contains("token-b"), "{record}");
}

#[test]
fn a_partner_that_fails_without_calling_us_is_told_our_address() {
    for (calls, code) in [(false, Code::NoCallback), (true, Code::OcpiStatus)] {
        let peer = partner(OcpiVersion::V221, move |asked| {
            if calls {
                calls_back(asked, OcpiVersion::V221, Encoding::Plain);
            }
            Reply::body(200, r#"{"status_code":3000}"#)
        });
        let token_b = Token::random().expect("random bytes");
        let (listener, our_url) = listen(&token_b);
        let (client, details) = begin(&peer);
        let done = register(&client, &details, &ours(), (&our_url, &token_b), &go_on);
        let problem = listener.seen(done.expect_err("it failed"));
        assert_eq!(problem.code, code, "{problem}");
        assert_eq!(problem.text.contains(&our_url), !calls, "{problem}");
    }
}

#[test]
fn without_credentials_nobody_can_be_registered() {
    let peer = Peer::new(|asked, _| match &*asked.path {
        "/" => Reply::data(&json!([{"version": "2.2.1", "url": "/v"}])),
        _ => Reply::data(&json!({"endpoints": []})),
    });
    let problem = shake(&peer, register).expect_err("no credentials");
    assert_eq!(problem.code, Code::NoEndpoint);
    assert!(problem.text.contains("fixed token"), "{problem}");
}
