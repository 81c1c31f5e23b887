//! From a versions address to a module's list.

use domain::OcpiVersion;
use serde_json::json;
use tallywatt_ocpi_client::{Code, Module, choose, details, versions};

use crate::support::{client, connection, go_on};
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
