//! From a versions address to a module's list.

use domain::OcpiVersion;
use serde_json::{Value, json};
use tallywatt_ocpi_client::{Code, Details, Module, Problem, choose, details, versions};

use crate::support::{at, client, connection, go_on, receive_with, routed_client};
use testkit::peer::{Peer, Reply};

/// A server whose addresses are all below its own, with slashes at their ends or without.
fn server(slash: &'static str) -> Peer {
    Peer::new(move |asked, _| {
        let details = format!("/ocpi/2.2.1{slash}");
        if asked.path == "/" {
            return Reply::data(&json!([
                {"version": "2.1.1", "url": "/ocpi/2.1.1"},
                {"version": "2.2.1", "url": details},
                {"version": "9.9", "url": "/ocpi/9.9"},
            ]));
        }
        if asked.path == details {
            return Reply::data(&json!({"version": "2.2.1", "endpoints": [
                {"identifier": "credentials", "role": "SENDER", "url": "/ocpi/2.2.1/credentials"},
                {"identifier": "cdrs", "role": "SENDER", "url": format!("/ocpi/2.2.1/cdrs{slash}")},
                {"identifier": "tokens", "role": "RECEIVER", "url": "/ocpi/2.2.1/tokens"},
                {"identifier": "payments", "role": "SENDER", "url": "/ocpi/2.2.1/payments"},
            ]}));
        }
        Reply::body(404, "")
    })
}

#[test]
fn versions_lead_to_details_and_these_to_lists() {
    for slash in ["", "/"] {
        let peer = server(slash);
        let (client, url) =
            tallywatt_ocpi_client::Client::new(connection(&peer.url), crate::support::QUICK)
                .expect("a client");
        let (offered, _) = versions(&client, &url, &go_on).expect("versions");
        let (version, chosen) = choose(&offered, None).expect("one in common");
        assert_eq!(version, OcpiVersion::V221);
        let (details, exchange) =
            details(&client, &url, (version, chosen), &go_on).expect("details");
        assert_eq!(details.modules(), [Module::Cdrs]);
        assert_eq!(
            details.list(Module::Cdrs),
            Some(&*format!("/ocpi/2.2.1/cdrs{slash}"))
        );
        assert_eq!(exchange.status, 200);
    }
}

#[test]
fn an_address_that_lists_no_versions_is_said() {
    let peer = Peer::new(|_, _| Reply::data(&json!({"version": "2.2.1", "endpoints": []})));
    let client = client(&peer);
    let url = tallywatt_ocpi_client::parse_address(&peer.url).expect("an address");
    let problem = versions(&client, &url, &go_on).expect_err("no list of versions");
    assert_eq!(problem.code, Code::NotOcpi);
    assert!(
        problem.text.contains("is it the versions address?"),
        "{problem}"
    );
}

#[test]
fn details_on_another_host_never_get_the_token() {
    let thief = Peer::new(|_, _| Reply::body(200, ""));
    let there = format!("{}/ocpi/2.2.1", thief.url);
    let peer = Peer::new(move |_, _| Reply::data(&json!([{"version": "2.2.1", "url": there}])));
    let client = client(&peer);
    let url = tallywatt_ocpi_client::parse_address(&peer.url).expect("an address");
    let (offered, _) = versions(&client, &url, &go_on).expect("versions");
    let chosen = choose(&offered, None).expect("one in common");
    let problem = details(&client, &url, chosen, &go_on).expect_err("another host");
    assert_eq!(problem.code, Code::OtherHost);
    assert_eq!(thief.asked().len(), 0);
}

/// The details that a partner answers with, envelope and all.
fn details_from(answer: &Value) -> Result<Details, Problem> {
    let answer = answer.to_string();
    let peer = Peer::new(move |asked, _| match &*asked.path {
        "/" => Reply::data(&json!([{"version": "2.2.1", "url": "/v"}])),
        _ => Reply::body(200, answer.as_str()),
    });
    let client = client(&peer);
    let (offered, _) = versions(&client, &at(&peer, "/"), &go_on).expect("versions");
    let chosen = choose(&offered, None).expect("one in common");
    details(&client, &at(&peer, "/"), chosen, &go_on).map(|(details, _)| details)
}

#[test]
fn details_that_are_null_are_said() {
    for data in [json!(null), json!([]), json!({"endpoints": null})] {
        let problem = details_from(&json!({"data": data, "status_code": 1000}));
        let problem = problem.expect_err("no modules");
        assert_eq!(problem.code, Code::NotOcpi);
        assert!(
            problem.text.contains("does not list the modules"),
            "{problem}"
        );
    }
}

#[test]
fn endpoints_nobody_knows_are_read_over() {
    let details = details_from(&json!({"status_code": "1000", "data": {"endpoints": [
        {"identifier": "cdrs", "role": "FOO", "url": "/foo"},
        {"identifier": "teleports", "role": "SENDER", "url": "/teleports"},
        {"identifier": "cdrs", "role": 7, "url": "/seven"},
        {"identifier": "sessions", "role": "SENDER"},
        null,
        {"identifier": "cdrs", "role": "SENDER", "url": "/cdrs", "more": {}},
    ]}}));
    let details = details.expect("the readable ones");
    assert_eq!(details.modules(), [Module::Cdrs]);
    assert_eq!(details.list(Module::Cdrs), Some("/cdrs"));
}

#[test]
fn identifiers_and_roles_have_no_case() {
    let details = details_from(&json!({"status_code": 1000, "data": {"endpoints": [
        {"identifier": "CDRs", "role": "sender", "url": "/s"},
        {"identifier": "cdrs", "role": "Receiver", "url": "/r"},
        {"identifier": "Credentials", "role": "sender", "url": "/c"},
    ]}}));
    let details = details.expect("modules");
    assert_eq!(details.list(Module::Cdrs), Some("/s"));
    assert_eq!(details.receiver(Module::Cdrs), Some("/r"));
    assert_eq!(details.credentials(), Some("/c"));
}

#[test]
fn routing_headers_go_with_modules_and_not_with_versions_and_details() {
    let peer = server("");
    let client = routed_client(&peer);
    let (offered, _) = versions(&client, &at(&peer, "/"), &go_on).expect("versions");
    let chosen = choose(&offered, None).expect("one in common");
    details(&client, &at(&peer, "/"), chosen, &go_on).expect("details");
    receive_with(&client, &peer, None);
    let mut routed: Vec<(String, bool)> = peer
        .asked()
        .into_iter()
        .map(|asked| {
            let routed = asked.headers.contains_key("ocpi-to-party-id");
            (asked.path, routed)
        })
        .collect();
    routed.dedup();
    let expected = [
        ("/", false),
        ("/ocpi/2.2.1", false),
        ("/ocpi/2.2.1/cdrs", true),
    ];
    assert_eq!(
        routed,
        expected.map(|(path, routed)| (path.to_owned(), routed))
    );
}

#[test]
fn a_versions_address_with_a_slash_too_many_or_too_few_is_asked_as_given() {
    for path in ["/ocpi/versions", "/ocpi/versions/"] {
        let peer = Peer::new(move |asked, _| {
            if asked.path == path {
                // Relative to where it was found, as browsers read it.
                return Reply::data(&json!([{"version": "2.2.1", "url": "/ocpi/2.2.1/"}]));
            }
            assert_eq!(asked.path, "/ocpi/2.2.1/", "as the server wrote it");
            Reply::data(&json!({"endpoints": [
                {"identifier": "cdrs", "role": "SENDER", "url": "/ocpi/2.2.1/cdrs/"},
            ]}))
        });
        let client = client(&peer);
        let url = at(&peer, path);
        let (offered, _) = versions(&client, &url, &go_on).expect("versions");
        let chosen = choose(&offered, None).expect("one in common");
        let (details, _) = details(&client, &url, chosen, &go_on).expect("details");
        assert_eq!(details.list(Module::Cdrs), Some("/ocpi/2.2.1/cdrs/"));
    }
}
