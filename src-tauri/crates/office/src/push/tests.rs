//! Sending, against a receiver on this machine that notes what it was sent.

mod other_versions;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use store::push::{Entry, Pushed as Of};
use testkit::peer::{Asked, Peer, Reply};

use super::*;
use crate::api::{ConnectKeep, ConnectRequest, PushQuestion};
use crate::connections::{keep_tried, try_out};
use crate::tests::{cdr, desk_in, import_text, session, tariff};

const QUICK: Limits = Limits {
    retries: 0,
    answer: Duration::from_millis(400),
    pause: Duration::from_millis(1),
    between: Duration::ZERO,
    ..Limits::STANDARD
};

/// What a receiver was sent: bodies by address, and how often each id came.
#[derive(Default)]
struct Taken {
    posts: BTreeMap<String, u32>,
    stored: BTreeMap<String, Value>,
}

type Shelf = Arc<Mutex<Taken>>;

/// What a receiver does with the n-th CDR it is sent, before or instead of storing it.
type Twist = fn(&Asked, u32, &Shelf) -> Option<Reply>;

/// An eMSP's server: offers tokens, takes CDRs, sessions and tariffs.
fn receiver(twist: Twist) -> (Peer, Shelf) {
    receiver_of("2.2.1", twist)
}

/// One that speaks a version.
fn receiver_of(version: &'static str, twist: Twist) -> (Peer, Shelf) {
    let shelf = Shelf::default();
    let taken = Arc::clone(&shelf);
    let peer = Peer::new(
        move |asked, _| match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/") => Reply::data(&json!([{"version": version, "url": "/details"}])),
            ("GET", "/details") if version == "2.1.1" => {
                Reply::data(&json!({"version": version, "endpoints": [
                    {"identifier": "tokens", "url": "/tokens"},
                    {"identifier": "cdrs", "url": "/in/cdrs"},
                    {"identifier": "sessions", "url": "/in/sessions/"},
                ]}))
            }
            ("GET", "/details") => Reply::data(&json!({"version": version, "endpoints": [
                {"identifier": "tokens", "role": "SENDER", "url": "/tokens"},
                {"identifier": "cdrs", "role": "RECEIVER", "url": "/in/cdrs"},
                {"identifier": "sessions", "role": "RECEIVER", "url": "/in/sessions/"},
                {"identifier": "tariffs", "role": "RECEIVER", "url": "/in/tariffs"},
            ]})),
            ("GET", "/in/cdrs" | "/in/sessions/") => {
                Reply::data(&json!([])).with("x-total-count", 0)
            }
            ("GET", "/tokens") => Reply::data(&json!([])).with("x-total-count", 0),
            ("POST", "/in/cdrs") => {
                let body: Value = serde_json::from_slice(&asked.body).expect("JSON is sent");
                let id = body["id"].as_str().expect("with an id").to_owned();
                let count = {
                    let mut taken = taken.lock().unwrap();
                    *taken.posts.entry(id.clone()).or_default() += 1;
                    taken.posts.values().sum()
                };
                if let Some(reply) = twist(asked, count, &taken) {
                    return reply;
                }
                let place = format!("/there/{id}/x");
                taken.lock().unwrap().stored.insert(place.clone(), body);
                Reply::data(&Value::Null).with("location", place)
            }
            ("PUT", path) => {
                let body = serde_json::from_slice(&asked.body).expect("JSON is sent");
                taken.lock().unwrap().stored.insert(path.to_owned(), body);
                Reply::data(&Value::Null)
            }
            (_, path) => match taken.lock().unwrap().stored.get(path) {
                Some(body) => Reply::data(body),
                None => Reply::body(404, ""),
            },
        },
    );
    (peer, shelf)
}

const TAKES_ALL: Twist = |_, _, _| None;

/// Stores the second CDR, and the answer gets lost.
const LOSES_AN_ANSWER: Twist = |asked, count, shelf| {
    let body: Value = serde_json::from_slice(&asked.body).expect("JSON is sent");
    (count == 2).then(|| {
        let place = format!("/there/{}/x", body["id"].as_str().unwrap_or_default());
        shelf.lock().unwrap().stored.insert(place, body);
        std::thread::sleep(Duration::from_millis(600));
        Reply::body(200, "")
    })
};

/// Loses the second CDR before it is stored.
const LOSES_A_CDR: Twist = |_, count, _| {
    (count == 2).then(|| {
        std::thread::sleep(Duration::from_millis(600));
        Reply::body(200, "")
    })
};

const REFUSES_THE_SECOND: Twist = |_, count, _| {
    (count == 2).then(|| {
        Reply::body(
            200,
            r#"{"status_code":2001,"status_message":"no such token"}"#,
        )
    })
};

fn ours(text: &str) -> String {
    text.replace("\"ABC\"", "\"TAL\"")
        .replace(
            "\"party_id\":\"TAL\",\"uid\"",
            "\"party_id\":\"EMS\",\"uid\"",
        )
        .replace("NL-TAL-C", "NL-EMS-C")
}

/// A desk with so many CDRs of ours for the eMSP, a session and the tariff, connected to it.
fn desk_with(folder: &Path, count: u32, peer: &Peer) -> (Desk, Vault) {
    let desk = desk_in(folder);
    let cdrs: Vec<String> = (1..=count).map(|number| ours(&cdr(number))).collect();
    import_text(&desk, folder, "tariff.json", &ours(&tariff()));
    import_text(&desk, folder, "cdrs.json", &format!("[{}]", cdrs.join(",")));
    import_text(&desk, folder, "sessions.json", &ours(&session(1)));
    let vault = connect(&desk, peer);
    (desk, vault)
}

fn connect(desk: &Desk, peer: &Peer) -> Vault {
    let vault = Vault::in_memory();
    let request = ConnectRequest {
        partner: "NL-EMS".to_owned(),
        ..connections::tests::asked(peer)
    };
    let tried = try_out(desk, Some(&vault), &request, (QUICK, &Job::quiet()), |_| ()).unwrap();
    let keeping = ConnectKeep {
        job: 0,
        every_hours: None,
        since: None,
    };
    keep_tried(desk, &vault, &tried, &keeping).unwrap();
    vault
}

fn send(desk: &Desk, vault: &Vault, refused_again: bool) -> Pushed {
    send_lists(desk, vault, &[], refused_again).remove(0)
}

fn send_lists(desk: &Desk, vault: &Vault, lists: &[Module], refused_again: bool) -> Vec<Pushed> {
    let request = PushRequest {
        partner: "NL-EMS".to_owned(),
        month: "2026-09".to_owned(),
        refused_again,
    };
    run(desk, vault, &request, lists, (QUICK, &mut Job::quiet())).expect("it can be sent")
}

fn figures(pushed: &Pushed) -> [u32; 5] {
    let Pushed {
        sent,
        known,
        refused,
        unknown,
        left,
        ..
    } = *pushed;
    [sent, known, refused, unknown, left]
}

fn states(desk: &Desk) -> Vec<(String, String)> {
    let question = PushQuestion {
        partner: "NL-EMS".to_owned(),
        month: "2026-09".to_owned(),
    };
    let queue = queue(desk, &question).unwrap();
    let mut rows: Vec<_> = queue
        .rows
        .into_iter()
        .map(|row| (row.id, row.state))
        .collect();
    rows.sort();
    rows
}

#[test]
fn each_cdr_is_sent_once_and_its_address_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, shelf) = receiver(TAKES_ALL);
    let (desk, vault) = desk_with(folder.path(), 3, &peer);
    assert_eq!(figures(&send(&desk, &vault, false)), [3, 0, 0, 0, 0]);
    assert_eq!(figures(&send(&desk, &vault, true)), [0, 3, 0, 0, 0]);
    let taken = shelf.lock().unwrap();
    assert!(
        taken.posts.values().all(|times| *times == 1),
        "{:?}",
        taken.posts
    );
    let sent = &taken.stored["/there/CDR-1/x"];
    assert_eq!(sent["cdr_token"]["party_id"], "EMS", "as it came in");
    drop(taken);
    let question = PushQuestion {
        partner: "NL-EMS".to_owned(),
        month: "2026-09".to_owned(),
    };
    let queue = queue(&desk, &question).unwrap();
    assert_eq!((queue.sent, queue.to_send), (3, 0));
    let place = format!("{}/there/CDR-1/x", peer.url);
    assert_eq!(queue.rows[0].location, Some(place));
    let log = store::decision::before(&desk.book, None, 10).unwrap();
    let pushes: Vec<_> = log
        .iter()
        .filter(|decision| decision.verb == "push")
        .collect();
    assert_eq!(pushes.len(), 1, "who sent what is in the log, once");
    assert_eq!(
        store::decision::cdrs(&desk.book, pushes[0].seq)
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn what_is_refused_says_why_and_is_sent_again_only_on_demand() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, shelf) = receiver(REFUSES_THE_SECOND);
    let (desk, vault) = desk_with(folder.path(), 3, &peer);
    assert_eq!(figures(&send(&desk, &vault, false)), [2, 0, 1, 0, 0]);
    let question = PushQuestion {
        partner: "NL-EMS".to_owned(),
        month: "2026-09".to_owned(),
    };
    let first = &queue(&desk, &question).unwrap().rows[0];
    assert_eq!(
        (first.id.as_str(), first.state.as_str()),
        ("CDR-2", "refused")
    );
    let why = first.problem.as_ref().expect("a reason");
    assert!(why.text.contains("no such token"), "{why:?}");
    assert_eq!(figures(&send(&desk, &vault, false)), [0, 2, 1, 0, 0]);
    assert_eq!(figures(&send(&desk, &vault, true)), [1, 2, 0, 0, 0]);
    assert_eq!(shelf.lock().unwrap().posts["CDR-2"], 2);
}

#[test]
fn a_cdr_whose_answer_got_lost_is_looked_for_and_not_sent_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, shelf) = receiver(LOSES_AN_ANSWER);
    let (desk, vault) = desk_with(folder.path(), 4, &peer);
    let first = send(&desk, &vault, false);
    assert_eq!(
        figures(&first),
        [1, 0, 0, 1, 2],
        "the run stops where nobody knows"
    );
    assert_eq!(
        first.problem.map(|why| why.code),
        Some("timeout".to_owned())
    );
    assert_eq!(figures(&send(&desk, &vault, false)), [3, 1, 0, 0, 0]);
    let taken = shelf.lock().unwrap();
    assert!(
        taken.posts.values().all(|times| *times == 1),
        "{:?}",
        taken.posts
    );
}

#[test]
fn a_cdr_that_is_not_where_the_others_are_is_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, shelf) = receiver(LOSES_A_CDR);
    let (desk, vault) = desk_with(folder.path(), 3, &peer);
    assert_eq!(figures(&send(&desk, &vault, false)), [1, 0, 0, 1, 1]);
    assert_eq!(figures(&send(&desk, &vault, false)), [2, 1, 0, 0, 0]);
    assert_eq!(shelf.lock().unwrap().stored.len(), 3);
}

#[test]
fn where_nobody_can_say_the_user_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let first_is_lost: Twist = |_, count, _| {
        (count == 1).then(|| {
            std::thread::sleep(Duration::from_millis(600));
            Reply::body(200, "")
        })
    };
    let (peer, shelf) = receiver(first_is_lost);
    let (desk, vault) = desk_with(folder.path(), 1, &peer);
    assert_eq!(figures(&send(&desk, &vault, false)), [0, 0, 0, 1, 0]);
    assert_eq!(figures(&send(&desk, &vault, false)), [0, 0, 0, 1, 0]);
    assert_eq!(
        shelf.lock().unwrap().posts["CDR-1"],
        1,
        "not sent again by itself"
    );
    assert_eq!(states(&desk), [("CDR-1".to_owned(), "unknown".to_owned())]);
    assert_eq!(figures(&send(&desk, &vault, true)), [1, 0, 0, 0, 0]);
}

#[test]
fn a_cdr_that_was_being_sent_when_the_program_ended_may_have_arrived() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, shelf) = receiver(TAKES_ALL);
    let (desk, vault) = desk_with(folder.path(), 2, &peer);
    let row = store::party::find(&desk.book, &"NL-EMS".parse().unwrap())
        .unwrap()
        .unwrap();
    let of = Of {
        party: row,
        module: "cdrs",
        record: 2,
    };
    let begun = Entry {
        state: PushState::Sending,
        at: desk.now,
        url: format!("{}/in/cdrs", peer.url),
        sha256: [0; 32],
        location: None,
        request_id: None,
        problem: None,
    };
    store::push::append(&desk.book, of, &begun).unwrap();
    let arrived: Value = serde_json::from_str(&ours(&cdr(2))).unwrap();
    let place = "/there/CDR-2/x".to_owned();
    shelf.lock().unwrap().stored.insert(place, arrived);
    assert_eq!(figures(&send(&desk, &vault, false)), [2, 0, 0, 0, 0]);
    assert_eq!(
        shelf.lock().unwrap().posts.get("CDR-2"),
        None,
        "found, not sent"
    );
}

#[test]
fn without_a_connection_nothing_is_refused_and_all_is_sent_later() {
    let folder = tempfile::tempdir().unwrap();
    // Twice: the token is tried in both forms.
    let refuses_us: Twist = |_, count, _| (count <= 2).then(|| Reply::body(401, ""));
    let (peer, shelf) = receiver(refuses_us);
    let (desk, vault) = desk_with(folder.path(), 3, &peer);
    let stopped = send(&desk, &vault, false);
    assert_eq!(figures(&stopped), [0, 0, 0, 0, 3]);
    assert_eq!(
        stopped.problem.map(|why| why.code),
        Some("unauthorized".to_owned())
    );
    assert!(states(&desk).iter().all(|(_, state)| state == "to_send"));
    assert_eq!(figures(&send(&desk, &vault, false)), [3, 0, 0, 0, 0]);
    assert_eq!(shelf.lock().unwrap().stored.len(), 3);
}

#[test]
fn a_cdr_that_was_changed_after_it_was_sent_is_not_sent_over_it() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, shelf) = receiver(TAKES_ALL);
    let (desk, vault) = desk_with(folder.path(), 1, &peer);
    assert_eq!(figures(&send(&desk, &vault, false)), [1, 0, 0, 0, 0]);
    let changed = ours(&cdr(1)).replace("3.00", "4.00");
    import_text(&desk, folder.path(), "again.json", &changed);
    assert_eq!(figures(&send(&desk, &vault, true)), [0, 0, 1, 0, 0]);
    let question = PushQuestion {
        partner: "NL-EMS".to_owned(),
        month: "2026-09".to_owned(),
    };
    let rows = queue(&desk, &question).unwrap().rows;
    let why = rows[0].problem.as_ref().map(|why| why.code.as_str());
    assert_eq!(why, Some("changed_after_sent"));
    assert_eq!(shelf.lock().unwrap().posts["CDR-1"], 1);
}

#[test]
fn sessions_and_tariffs_are_put_where_they_belong() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, shelf) = receiver(TAKES_ALL);
    let (desk, vault) = desk_with(folder.path(), 1, &peer);
    let lists = [Module::Sessions, Module::Tariffs];
    let done = send_lists(&desk, &vault, &lists, false);
    let told: Vec<_> = done.iter().map(|list| (list.module, list.sent)).collect();
    assert_eq!(told, [("tariffs", 1), ("sessions", 1)]);
    let taken = shelf.lock().unwrap();
    let places: Vec<&str> = taken.stored.keys().map(String::as_str).collect();
    assert_eq!(places, ["/in/sessions/NL/TAL/S1", "/in/tariffs/NL/TAL/T1"]);
    drop(taken);
    let again = send_lists(&desk, &vault, &lists, false);
    assert!(
        again.iter().all(|list| (list.sent, list.known) == (0, 1)),
        "{again:?}"
    );
}

#[test]
fn one_that_takes_no_cdrs_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, _) = receiver(TAKES_ALL);
    let (desk, vault) = desk_with(folder.path(), 1, &peer);
    let key: PartyKey = "NL-EMS".parse().unwrap();
    let mut settings = connections::known(&desk, &key).unwrap();
    settings.receivers.clear();
    connections::keep(&desk, &key, &settings).unwrap();
    let request = PushRequest {
        partner: "NL-EMS".to_owned(),
        month: "2026-09".to_owned(),
        refused_again: false,
    };
    let refused = run(&desk, &vault, &request, &[], (QUICK, &mut Job::quiet())).unwrap_err();
    assert!(refused.to_string().contains("takes no cdrs"), "{refused}");
}
