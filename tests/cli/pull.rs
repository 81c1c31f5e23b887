//! `connect` and `pull`: a partner's server on this machine, asked by the real program.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use testkit::peer::{Peer, Reply, page};

use crate::{cdr, folder};

/// The program on a book with a partner's server, its tokens in the encrypted file.
pub(crate) fn program(at: &Path, args: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_tallywatt"));
    program
        .args(args)
        .args(["--now", "2026-10-05T08:00:00Z", "--actor", "anna", "--json"])
        .env("TALLYWATT_BOOK", at.join("book.tallywatt"))
        .env("TALLYWATT_PASSPHRASE", "a passphrase")
        .env("PARTNERS_TOKEN", "s3cret-token")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .current_dir(at);
    program
}

pub(crate) fn said(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}{complaint}"))
}

/// A server with so many CDRs, a hundred to a page.
fn server(count: u32) -> Peer {
    let one = |number: u32| -> Value {
        let (day, minute) = (1 + number / 1440 % 28, number % 1440);
        let text = cdr(&format!("P{number}"), "12.5", "6.25");
        let mut cdr: Value = serde_json::from_str(&text).unwrap();
        let at = format!("2026-09-{day:02}T{:02}:{:02}:00Z", minute / 60, minute % 60);
        cdr["last_updated"] = json!(at);
        cdr
    };
    let all: Vec<Value> = (0..count).map(one).collect();
    Peer::new(move |asked, _| match asked.path.as_str() {
        "/versions" => Reply::data(&json!([{"version": "2.2.1", "url": "/2.2.1"}])),
        "/2.2.1" => Reply::data(&json!({"version": "2.2.1", "endpoints": [
            {"identifier": "cdrs", "role": "SENDER", "url": "/cdrs"},
        ]})),
        "/cdrs" => {
            let from = asked.query.get("date_from").cloned().unwrap_or_default();
            let newer = |cdr: &&Value| cdr["last_updated"].as_str() >= Some(from.as_str());
            let all: Vec<Value> = all.iter().filter(newer).cloned().collect();
            // As over a network, so that there is something to break off.
            std::thread::sleep(Duration::from_millis(20));
            page("", asked, &all, 100)
        }
        _ => Reply::body(404, ""),
    })
}

fn connected(at: &Path, peer: &Peer) -> Output {
    let url = format!("{}/versions", peer.url);
    let args = [
        "connect",
        "DE-ABC",
        "--url",
        &url,
        "--token-env",
        "PARTNERS_TOKEN",
    ];
    program(at, &args).output().unwrap()
}

/// How many CDRs of the server are in the book, and how many different ones.
pub(crate) fn stored(at: &Path) -> (u32, u32) {
    let book = rusqlite::Connection::open(at.join("book.tallywatt")).unwrap();
    let sql = "SELECT count(*), count(DISTINCT ocpi_id) FROM cdr WHERE ocpi_id LIKE 'P%'";
    book.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
}

#[test]
fn a_partner_is_connected_and_pulled_from_in_two_commands() {
    let folder = folder();
    let (at, peer) = (folder.path(), server(250));
    let output = connected(at, &peer);
    let checked = said(&output);
    assert_eq!(output.status.code(), Some(0), "{checked}");
    assert_eq!(
        (&checked["connected"], &checked["version"]),
        (&json!(true), &json!("2.2.1"))
    );
    let output = program(at, &["pull"]).output().unwrap();
    let pulls = said(&output);
    assert_eq!(output.status.code(), Some(0), "{pulls}");
    let pulled = json!({
        "partner": "DE-ABC", "module": "cdrs", "pages": 3, "received": 250, "new": 250,
        "known": 0, "corrections": 0, "rejected": 0, "watermark": "2026-09-01T04:09:00Z",
        "outcome": "complete", "problem": null, "departures": [],
    });
    assert_eq!(pulls, json!({ "pulls": [pulled] }));
    assert_eq!(stored(at), (250, 250));
    let output = program(at, &["pull", "DE-ABC", "--modules", "cdrs"])
        .output()
        .unwrap();
    let again = &said(&output)["pulls"][0];
    assert_eq!(
        (&again["new"], &again["known"]),
        (&json!(0), &json!(16)),
        "{again}"
    );
}

#[test]
fn what_cannot_be_done_says_why_and_with_which_status() {
    let folder = folder();
    let at = folder.path();
    let none = program(at, &["pull"]).output().unwrap();
    assert_eq!(none.status.code(), Some(2));
    assert_eq!(said(&none)["problem"]["code"], "not_connected");

    let bare = program(
        at,
        &[
            "connect",
            "DE-ABC",
            "--url",
            "http://a.example/",
            "--token-env",
            "X",
        ],
    )
    .output()
    .unwrap();
    assert_eq!(bare.status.code(), Some(2), "no token is there");

    let args = [
        "connect",
        "DE-ABC",
        "--url",
        "http://a.example/v",
        "--token-env",
        "PARTNERS_TOKEN",
    ];
    let plain = program(at, &args).output().unwrap();
    assert_eq!(plain.status.code(), Some(1));
    let check = &said(&plain)["checks"][0];
    assert!(
        check["text"].as_str().unwrap().contains("is not encrypted"),
        "{check}"
    );

    let peer = server(250);
    connected(at, &peer);
    drop(peer);
    let gone = program(at, &["pull"]).output().unwrap();
    assert_eq!(gone.status.code(), Some(3));
    let pulled = &said(&gone)["pulls"][0];
    assert_eq!(
        (&pulled["outcome"], &pulled["problem"]["retry"]),
        (&json!("failed"), &json!("later"))
    );
    let everything = format!("{gone:?}{plain:?}{none:?}");
    assert!(!everything.contains("s3cret") && !everything.contains("czNjcmV0"));
}

#[test]
fn without_keychain_and_passphrase_no_token_is_kept() {
    let folder = folder();
    let (at, peer) = (folder.path(), server(1));
    let url = format!("{}/versions", peer.url);
    let args = [
        "connect",
        "DE-ABC",
        "--url",
        &url,
        "--token-env",
        "PARTNERS_TOKEN",
    ];
    let output = program(at, &args)
        .env_remove("TALLYWATT_PASSPHRASE")
        .env("XDG_RUNTIME_DIR", at)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = said(&output)["problem"]["text"].to_string();
    assert!(text.contains("TALLYWATT_PASSPHRASE"), "{text}");
}

#[test]
fn killed_at_fifty_moments_a_pull_ends_with_exactly_the_full_set() {
    let folder = folder();
    let (at, peer) = (folder.path(), server(5_000));
    assert_eq!(connected(at, &peer).status.code(), Some(0));
    let start = || -> Child {
        program(at, &["pull"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    // A fixed sequence that looks random: the same moments on every machine of the same speed.
    let (mut seed, mut killed) = (7_u64, 0);
    for _ in 0..50 {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mut child = start();
        std::thread::sleep(Duration::from_millis(60 + (seed >> 33) % 700));
        killed += u32::from(child.try_wait().unwrap().is_none());
        // A program that has ended already cannot be killed.
        let _ = child.kill();
        child.wait().unwrap();
    }
    assert!(killed > 25, "{killed} were still at work");
    let output = program(at, &["pull"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(stored(at), (5_000, 5_000));
    let output = program(at, &["check"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}
