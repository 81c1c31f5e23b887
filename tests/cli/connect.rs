//! `connect --register`: the whole handshake by the real program, and its end.

use serde_json::{Value, json};
use testkit::peer::{Reply, page};
use testkit::registrar::Registrar;

use crate::pull::{program, said, stored};
use crate::{cdr, folder};

/// A server that registers and has so many CDRs.
fn registrar(count: u32) -> Registrar {
    let one = |number: u32| -> Value {
        let text = cdr(&format!("P{number}"), "12.5", "6.25");
        let mut cdr: Value = serde_json::from_str(&text).unwrap();
        (cdr["country_code"], cdr["party_id"]) = (json!("NL"), json!("ABC"));
        cdr["last_updated"] = json!(format!("2026-09-04T00:{:02}:00Z", number % 60));
        cdr
    };
    let all: Vec<Value> = (0..count).map(one).collect();
    Registrar::new(("NL-ABC", "s3cret-token"), move |asked| {
        match asked.path.as_str() {
            "/cdrs" => page("", asked, &all, 20),
            _ => Reply::body(404, ""),
        }
    })
}

/// A free port on this machine.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[test]
fn a_registration_is_made_used_renewed_and_ended() {
    let folder = folder();
    let (at, server) = (folder.path(), registrar(25));
    let listen = format!("127.0.0.1:{}", free_port());
    let ours = format!("http://{listen}/ocpi/versions");
    let url = format!("{}/ocpi/versions", server.peer.url);
    let register = ["--our-url", &ours, "--listen", &listen];
    let args = [
        "connect",
        "NL-ABC",
        "--url",
        &url,
        "--token-env",
        "PARTNERS_TOKEN",
        "--register",
    ];
    let output = program(at, &[&args[..], &register].concat())
        .output()
        .unwrap();
    let checked = said(&output);
    assert_eq!(output.status.code(), Some(0), "{checked}");
    assert_eq!(checked["connected"], true);
    let steps = checked["checks"].as_array().unwrap();
    let step = |name: &str| steps.iter().find(|step| step["check"] == name);
    assert_eq!(step("register").expect("it registered")["ok"], true);
    assert_eq!(
        checked["dry_run"].as_array().unwrap().len(),
        20,
        "the first CDRs, priced"
    );
    assert_eq!(checked["dry_run"][0]["verdict"], "matches");
    let first = server.tokens();
    assert_eq!(
        (&first.first, first.ours.as_deref()),
        (&None, Some("handed-out-1"))
    );

    let pulled = program(at, &["pull", "NL-ABC"]).output().unwrap();
    assert_eq!(pulled.status.code(), Some(0), "{}", said(&pulled));
    assert_eq!(stored(at), (25, 25));

    let renew = ["connect", "NL-ABC", "--url", &url, "--renew"];
    let renewed = program(at, &[&renew[..], &register].concat())
        .output()
        .unwrap();
    assert_eq!(renewed.status.code(), Some(0), "{}", said(&renewed));
    let second = server.tokens();
    assert_eq!(second.ours.as_deref(), Some("handed-out-2"));
    assert_ne!(first.theirs, second.theirs, "they get a new token too");
    let again = program(at, &["pull", "NL-ABC"]).output().unwrap();
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));

    let ended = program(at, &["disconnect", "NL-ABC"]).output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    assert_eq!(server.tokens().ours, None, "the partner knows");
    let gone = program(at, &["pull", "NL-ABC"]).output().unwrap();
    assert_eq!(said(&gone)["problem"]["code"], "not_connected");
    assert_eq!(stored(at), (25, 25), "what was pulled stays");
    let everything = format!("{output:?}{pulled:?}{renewed:?}{ended:?}");
    for secret in ["s3cret", "czNjcmV0", "handed-out", "aGFuZGVkLW91d"] {
        assert!(!everything.contains(secret), "{secret} is shown");
    }
}

#[test]
fn an_address_the_partner_cannot_reach_is_told_and_nothing_is_kept() {
    let folder = folder();
    let (at, server) = (folder.path(), registrar(1));
    let listen = format!("127.0.0.1:{}", free_port());
    let url = format!("{}/ocpi/versions", server.peer.url);
    let ours = format!("http://127.0.0.1:{}/ocpi/versions", free_port());
    let args = [
        "connect",
        "NL-ABC",
        "--url",
        &url,
        "--token-env",
        "PARTNERS_TOKEN",
        "--register",
    ];
    let output = program(
        at,
        &[&args[..], &["--our-url", &ours, "--listen", &listen]].concat(),
    )
    .output()
    .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let checked = said(&output);
    let steps = checked["checks"].as_array().unwrap();
    let last = steps
        .iter()
        .find(|step| step["check"] == "register")
        .unwrap();
    assert_eq!(
        (&last["ok"], &last["code"]),
        (&json!(false), &json!("no_callback"))
    );
    assert_eq!(
        server.tokens().first.as_deref(),
        Some("s3cret-token"),
        "it still holds"
    );
}
