//! `push`: our CDRs to a partner that takes them, each exactly once whatever happens on the way.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use testkit::peer::{Peer, Reply};

use crate::pull::{program, said};
use crate::{cdr, folder, json_of};

type Shelf = Arc<Mutex<BTreeMap<String, (u32, Value)>>>;

/// An eMSP's server that takes CDRs, and how often each came.
fn receiver() -> (Peer, Shelf) {
    let shelf = Shelf::default();
    let taken = Arc::clone(&shelf);
    let peer = Peer::new(
        move |asked, _| match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/versions") => Reply::data(&json!([{"version": "2.2.1", "url": "/2.2.1"}])),
            ("GET", "/2.2.1") => Reply::data(&json!({"version": "2.2.1", "endpoints": [
                {"identifier": "cdrs", "role": "RECEIVER", "url": "/cdrs"},
            ]})),
            ("POST", "/cdrs") => {
                let body = asked.json();
                let id = body["id"].as_str().unwrap_or_default().to_owned();
                let place = format!("/cdrs/of/{id}");
                let mut taken = taken.lock().unwrap();
                taken.entry(place.clone()).or_insert((0, body)).0 += 1;
                drop(taken);
                // As over a network: it is stored, and the answer takes a while.
                std::thread::sleep(Duration::from_millis(15));
                Reply::data(&Value::Null).with("location", place)
            }
            (_, path) => match taken.lock().unwrap().get(path) {
                Some((_, body)) => Reply::data(body),
                None => Reply::body(404, ""),
            },
        },
    );
    (peer, shelf)
}

/// A book with so many CDRs of ours for DE-EMS, connected to its server.
fn book(at: &Path, count: u32, peer: &Peer) {
    let ours = |number: u32| {
        let text = cdr(&format!("P{number}"), "12.5", "6.25");
        let mut cdr: Value = serde_json::from_str(&text).unwrap();
        (cdr["country_code"], cdr["party_id"]) = (json!("NL"), json!("TAL"));
        cdr["cdr_token"]["country_code"] = json!("DE");
        cdr["cdr_token"]["party_id"] = json!("EMS");
        cdr
    };
    let all: Vec<Value> = (0..count).map(ours).collect();
    std::fs::write(at.join("ours.json"), json!(all).to_string()).unwrap();
    let imported = json_of(at, 0, &["import", "ours.json"]);
    assert_eq!(imported["imports"][0]["new"], count, "{imported}");
    let url = format!("{}/versions", peer.url);
    let args = [
        "connect",
        "DE-EMS",
        "--url",
        &url,
        "--token-env",
        "PARTNERS_TOKEN",
    ];
    let output = program(at, &args).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

const PUSH: [&str; 4] = ["push", "DE-EMS", "--month", "2026-09"];

#[test]
fn a_month_is_pushed_once_and_listed() {
    let folder = folder();
    let (peer, shelf) = receiver();
    let at = folder.path();
    book(at, 3, &peer);
    let listed = |to_send: u32, sent: u32| {
        let output = program(at, &[&PUSH[..], &["--list"]].concat())
            .output()
            .unwrap();
        let queue = said(&output);
        assert_eq!(
            (&queue["to_send"], &queue["sent"]),
            (&json!(to_send), &json!(sent))
        );
        queue
    };
    listed(3, 0);
    let output = program(at, &PUSH).output().unwrap();
    let pushed = said(&output);
    assert_eq!(output.status.code(), Some(0), "{pushed}");
    let expected = json!({"partner": "DE-EMS", "module": "cdrs", "sent": 3, "known": 0,
        "refused": 0, "unknown": 0, "left": 0, "problem": null});
    assert_eq!(pushed, json!({ "pushes": [expected] }));
    let again = said(&program(at, &PUSH).output().unwrap());
    assert_eq!(
        (&again["pushes"][0]["sent"], &again["pushes"][0]["known"]),
        (&json!(0), &json!(3))
    );
    let queue = listed(0, 3);
    let place = format!("{}/cdrs/of/P0", peer.url);
    assert_eq!(queue["rows"][0]["location"], place);
    assert!(shelf.lock().unwrap().values().all(|(times, _)| *times == 1));
    let verified = json_of(at, 0, &["audit", "verify"]);
    assert_eq!(verified["intact"], true);
}

#[test]
fn killed_at_thirty_moments_every_cdr_arrives_exactly_once() {
    let folder = folder();
    let (peer, shelf) = receiver();
    let at = folder.path();
    book(at, 200, &peer);
    let start = || -> Child {
        let mut program = program(at, &PUSH);
        program
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    // A fixed sequence that looks random: the same moments on every machine of the same speed.
    let (mut seed, mut killed) = (11_u64, 0);
    for _ in 0..30 {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mut child = start();
        std::thread::sleep(Duration::from_millis(80 + (seed >> 33) % 300));
        killed += u32::from(child.try_wait().unwrap().is_none());
        // A program that has ended already cannot be killed.
        let _ = child.kill();
        child.wait().unwrap();
    }
    assert!(killed > 15, "{killed} were still at work");
    // The one that was on its way when the first run was killed may need the addresses of others.
    for _ in 0..2 {
        program(at, &PUSH).output().unwrap();
    }
    let output = program(at, &PUSH).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let shelf = shelf.lock().unwrap();
    assert_eq!(shelf.len(), 200);
    let twice: Vec<_> = shelf.iter().filter(|(_, (times, _))| *times != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
