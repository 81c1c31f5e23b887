//! Connecting and pulling, against a server on this machine that has our test CDRs.

mod faults;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use store::row::CdrRow;
use testkit::peer::{Asked as Request, Peer, Reply, Sent, page};

use super::*;
use crate::Job;
use crate::api::{ConnectKeep, ConnectRequest};
use crate::tests::{cdr, desk_in, tariff};

/// Asked for when a test has connected: from then on it changes answers.
const CONNECTED: &str = "/connected";

pub(super) const QUICK: Limits = Limits {
    answer: Duration::from_millis(1500),
    bytes: 4 << 20,
    retries: 1,
    pause: Duration::from_millis(1),
    pause_most: Duration::from_millis(5),
    between: Duration::ZERO,
    ..Limits::STANDARD
};

/// Test CDRs as JSON, ids `CDR1` on, each updated a minute after the one before.
pub(super) fn cdrs(count: u32) -> Vec<Value> {
    let one = |number: u32| {
        let mut cdr: Value = serde_json::from_str(&cdr(number)).expect("test CDRs are JSON");
        let (hour, minute) = (number / 60 % 24, number % 60);
        cdr["last_updated"] = json!(format!("2026-10-15T{hour:02}:{minute:02}:00Z"));
        cdr
    };
    (1..=count).map(one).collect()
}

/// A server that offers tariffs and CDRs; a test changes what it answers for CDRs, by how often it
/// was asked for them since it was connected.
pub(super) fn server(
    all: Vec<Value>,
    change: impl Fn(&Request, usize, Reply) -> Reply + Send + Sync + 'static,
) -> Peer {
    let tariff: Value = serde_json::from_str(&tariff()).expect("the test tariff is JSON");
    let (times, is_connected) = (AtomicUsize::new(0), AtomicBool::new(false));
    Peer::new(move |asked, _| match asked.path.as_str() {
        "/" => Reply::data(&json!([{"version": "2.2.1", "url": "/2.2.1"}])),
        "/2.2.1" => Reply::data(&json!({"version": "2.2.1", "endpoints": [
            {"identifier": "tariffs", "role": "SENDER", "url": "/tariffs"},
            {"identifier": "cdrs", "role": "SENDER", "url": "/cdrs"},
        ]})),
        "/tariffs" => page("", asked, std::slice::from_ref(&tariff), 100),
        "/cdrs" => {
            let from = asked.query.get("date_from").cloned().unwrap_or_default();
            let newer = |cdr: &&Value| cdr["last_updated"].as_str() >= Some(from.as_str());
            let all: Vec<Value> = all.iter().filter(newer).cloned().collect();
            let reply = page("", asked, &all, 10);
            if is_connected.load(Ordering::Relaxed) {
                change(asked, times.fetch_add(1, Ordering::Relaxed), reply)
            } else {
                reply
            }
        }
        CONNECTED => {
            is_connected.store(true, Ordering::Relaxed);
            Reply::body(204, "")
        }
        _ => Reply::body(404, ""),
    })
}

pub(super) fn good(count: u32) -> Peer {
    server(cdrs(count), |_, _, reply| reply)
}

pub(super) fn partner() -> PartyKey {
    "NL-ABC".parse().expect("a party key")
}

/// Tokens in the encrypted file.
fn vault_in_file(desk: &Desk) -> Vault {
    let path = beside(&desk.book, "secrets").expect("a folder");
    Vault::file(&path, Secret::from("a passphrase".to_owned())).expect("a vault")
}

pub(crate) fn asked(peer: &Peer) -> ConnectRequest {
    ConnectRequest {
        partner: partner().to_string(),
        url: peer.url.clone(),
        token: "s3cret-token".to_owned(),
        version: None,
        sent_as: "auto".to_owned(),
        plain_http: false,
        inside: false,
        besides: Vec::new(),
        authority_pem: None,
        lists: BTreeMap::new(),
        register: None,
    }
}

pub(super) fn connected(desk: &Desk, peer: &Peer) -> Vault {
    connected_with(desk, peer, Vault::in_memory())
}

fn connected_with(desk: &Desk, peer: &Peer, vault: Vault) -> Vault {
    let tried = tried(desk, &vault, &asked(peer));
    assert_eq!(tried.view.state, "good", "{:?}", tried.view.checks);
    let keeping = ConnectKeep {
        job: 0,
        every_hours: Some(24),
        since: None,
    };
    keep_tried(desk, &vault, &tried, &keeping).expect("it can be kept");
    peer.get(CONNECTED);
    vault
}

pub(super) fn tried(desk: &Desk, vault: &Vault, request: &ConnectRequest) -> Tried {
    let tried = try_out(desk, Some(vault), request, (QUICK, &Job::quiet()), |_| ());
    tried.expect("the steps can be tried")
}

pub(super) fn pull_cdrs(desk: &Desk, vault: &Vault) -> Pulled {
    let request = PullRequest {
        partner: partner(),
        modules: vec![Module::Cdrs],
        since: None,
    };
    let pulled = pull(desk, vault, &request, QUICK, &mut Job::quiet());
    pulled.expect("it can be pulled").remove(0)
}

pub(super) fn ids(desk: &Desk) -> Vec<String> {
    let mut ids = Vec::new();
    store::scan::cdrs(&desk.book, CdrRow(0), |cdr| {
        ids.push(cdr.ocpi_id.to_string());
    })
    .expect("the book can be read");
    ids.sort();
    ids
}

pub(super) fn expected(count: u32) -> Vec<String> {
    let mut ids: Vec<String> = cdrs(count)
        .iter()
        .filter_map(|cdr| Some(cdr["id"].as_str()?.to_owned()))
        .collect();
    ids.sort();
    ids
}

#[test]
fn a_month_is_pulled_and_the_next_pull_brings_only_what_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let peer = good(34);
    let vault = connected(&desk, &peer);
    let request = PullRequest {
        partner: partner(),
        modules: Vec::new(),
        since: None,
    };
    let pulled = pull(&desk, &vault, &request, QUICK, &mut Job::quiet()).unwrap();
    let told: Vec<_> = pulled
        .iter()
        .map(|one| (one.module, one.pages, one.received, one.new, one.outcome))
        .collect();
    let complete = Outcome::Complete;
    assert_eq!(
        told,
        [
            ("tariffs", 1, 1, 1, complete),
            ("cdrs", 4, 34, 34, complete)
        ]
    );
    assert_eq!(ids(&desk), expected(34));
    let watermark = pulled[1].watermark.expect("CDRs are dated").to_rfc3339();
    assert_eq!(watermark, "2026-10-15T00:34:00+00:00");

    let later = good(40);
    let mut settings = settings(&desk, &partner()).unwrap().unwrap();
    settings.versions_url.clone_from(&later.url);
    settings
        .lists
        .insert("cdrs".to_owned(), format!("{}/cdrs", later.url));
    keep(&desk, &partner(), &settings).unwrap();
    let again = pull_cdrs(&desk, &vault);
    assert_eq!(
        (again.new, again.known),
        (6, 16),
        "a quarter of an hour overlaps"
    );
    assert_eq!(ids(&desk), expected(40));
}

#[test]
fn a_pull_that_breaks_off_at_any_page_goes_on_there() {
    for broken in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk_in(folder.path());
        let peer = server(cdrs(34), move |_, times, reply| {
            if (broken..broken + 2).contains(&times) {
                Reply::body(503, "")
            } else {
                reply
            }
        });
        let vault = connected(&desk, &peer);
        let pulled = pull_cdrs(&desk, &vault);
        let outcome = if broken == 0 {
            Outcome::Failed
        } else {
            Outcome::Partial
        };
        assert_eq!(pulled.outcome, outcome, "page {broken}");
        assert_eq!(pulled.watermark, None);
        let problem = pulled.problem.expect("it broke off");
        assert_eq!(
            (problem.code.as_str(), problem.retry.as_str()),
            ("http_status", "later")
        );
        let kept = u64::try_from(ids(&desk).len()).unwrap();
        assert_eq!(kept, pulled.received, "what came is in the book");
        let rest = pull_cdrs(&desk, &vault);
        assert_eq!(rest.outcome, Outcome::Complete);
        assert_eq!((rest.received + kept, rest.known), (34, 0), "page {broken}");
        assert_eq!(ids(&desk), expected(34));
    }
}

#[test]
fn a_page_that_was_half_written_is_cut_off_and_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let peer = server(cdrs(34), |asked, _, reply| match asked.number("offset") {
        Some(20) => Reply::body(503, ""),
        _ => reply,
    });
    let vault = connected(&desk, &peer);
    assert_eq!(pull_cdrs(&desk, &vault).outcome, Outcome::Partial);
    // As a program leaves it that is killed while it writes the third page.
    let pages = folder.path().join("test.book.d/pulls/NL-ABC cdrs.json");
    std::fs::write(&pages, "{\"data\":[{\"id\":\"half a pa").unwrap();
    let whole = good(34);
    move_to(&desk, &whole, folder.path(), &peer.url);
    let rest = pull_cdrs(&desk, &vault);
    assert_eq!((rest.outcome, rest.rejected), (Outcome::Complete, 0));
    assert_eq!(ids(&desk), expected(34));
}

#[test]
fn pages_that_the_disk_lost_are_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let peer = server(cdrs(34), |_, _, reply| reply);
    let vault = connected(&desk, &peer);
    let spool = spool::Spool::hold(&desk.book, &partner(), Module::Cdrs).unwrap();
    let list = ocpi_client::parse_address(&format!("{}/cdrs", peer.url)).unwrap();
    let settings = settings(&desk, &partner()).unwrap().unwrap();
    let connection = settings
        .with_token(
            &Secret::from("s3cret-token".to_owned()),
            (partner(), partner()),
        )
        .unwrap();
    let (client, _) = Client::new(connection, QUICK).unwrap();
    let window = ocpi_client::Window::default();
    let of = (OcpiVersion::V221, &list);
    let mut crawl = ocpi_client::Crawl::begin(&client, of, window, (100, desk.now));
    let first = spool::Kept::begin(OcpiVersion::V221, crawl.standing().clone(), desk.now);
    let mut kept = first;
    let page = crawl.next(&|| false).unwrap().unwrap();
    let now = crawl.standing().clone();
    spool.keep(&mut kept, &page, now).unwrap();
    drop(spool);
    // As after a power cut: where the crawl stands is on the disk, its page is not.
    std::fs::write(folder.path().join("test.book.d/pulls/NL-ABC cdrs.json"), "").unwrap();
    assert_eq!(pull_cdrs(&desk, &vault).received, 34);
    assert_eq!(ids(&desk), expected(34));
}

/// The partner's server at another address, also for the crawl that was left.
fn move_to(desk: &Desk, peer: &Peer, folder: &Path, before: &str) {
    let mut settings = settings(desk, &partner()).unwrap().unwrap();
    settings.versions_url.clone_from(&peer.url);
    settings
        .lists
        .insert("cdrs".to_owned(), format!("{}/cdrs", peer.url));
    keep(desk, &partner(), &settings).unwrap();
    let standing = folder.join("test.book.d/pulls/NL-ABC cdrs.standing");
    let text = std::fs::read_to_string(&standing).unwrap();
    std::fs::write(&standing, text.replace(before, &peer.url)).unwrap();
}

#[test]
fn a_failing_month_is_no_empty_month() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let peer = server(cdrs(3), |_, _, _| {
        Reply::body(
            200,
            r#"{"data":[],"status_code":3000,"status_message":"down"}"#,
        )
    });
    let vault = connected(&desk, &peer);
    for streak in 1..=2 {
        let pulled = pull_cdrs(&desk, &vault);
        assert_eq!(pulled.outcome, Outcome::Failed);
        assert_eq!(
            pulled.problem.expect("3000 is an error").code,
            "ocpi_status"
        );
        let row = store::party::find(&desk.book, &partner()).unwrap().unwrap();
        assert_eq!(
            store::connection::pulls(&desk.book, row).unwrap()[0].streak,
            streak
        );
    }
    assert_eq!(ids(&desk), Vec::<String>::new());
}

#[test]
fn an_object_that_the_server_cannot_give_keeps_the_period_open() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let peer = server(cdrs(40), |asked, _, reply| {
        let (offset, limit) = (asked.number("offset").unwrap_or(0), asked.number("limit"));
        if (offset..offset + limit.unwrap_or(10)).contains(&17) && offset > 0 {
            return Reply::data(&json!([])).with("x-total-count", 40);
        }
        reply
    });
    let vault = connected(&desk, &peer);
    let pulled = pull_cdrs(&desk, &vault);
    assert_eq!((pulled.outcome, pulled.new), (Outcome::Partial, 39));
    assert_eq!(pulled.watermark, None, "the period is asked for again");
    let problem = pulled.problem.expect("a hole");
    assert!(problem.text.contains("at 17 of 40"), "{problem:?}");
}

#[test]
fn records_that_cannot_be_read_are_counted_and_the_others_kept() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let mut all = cdrs(5);
    all[2] = json!({"id": 7, "last_updated": "2026-10-15T00:03:00Z"});
    let peer = server(all, |_, _, reply| reply);
    let vault = connected(&desk, &peer);
    let pulled = pull_cdrs(&desk, &vault);
    assert_eq!((pulled.received, pulled.new, pulled.rejected), (5, 4, 1));
}

#[test]
fn one_program_at_a_time_pulls_from_a_partner() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let peer = good(3);
    let vault = connected(&desk, &peer);
    let held = spool::Spool::hold(&desk.book, &partner(), Module::Cdrs).unwrap();
    let request = PullRequest {
        partner: partner(),
        modules: Vec::new(),
        since: None,
    };
    let refused = pull(&desk, &vault, &request, QUICK, &mut Job::quiet()).unwrap_err();
    assert!(refused.to_string().contains("runs already"), "{refused}");
    drop(held);
    assert_eq!(pull_cdrs(&desk, &vault).outcome, Outcome::Complete);
}

#[test]
fn a_stop_keeps_what_came_and_the_next_pull_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let peer = server(cdrs(34), |_, times, mut reply| {
        if times == 2
            && let Sent::Whole(bytes) = reply.body
        {
            reply.body = Sent::Trickle(bytes, 2);
        }
        reply
    });
    let vault = connected(&desk, &peer);
    let cancel = std::sync::Arc::new(AtomicBool::new(false));
    let flag = std::sync::Arc::clone(&cancel);
    let mut job = Job::new(cancel, move |progress| {
        if progress.done >= 20 {
            flag.store(true, Ordering::Relaxed);
        }
    });
    let request = PullRequest {
        partner: partner(),
        modules: vec![Module::Cdrs],
        since: None,
    };
    let stopped = pull(&desk, &vault, &request, QUICK, &mut job)
        .unwrap()
        .remove(0);
    assert_eq!(
        stopped.problem.map(|problem| problem.code),
        Some("cancelled".to_owned())
    );
    assert_eq!((stopped.received, ids(&desk).len()), (20, 20));
    assert_eq!(pull_cdrs(&desk, &vault).received, 14);
    assert_eq!(ids(&desk), expected(34));
}

#[test]
fn what_cannot_be_reached_is_told_step_by_step_and_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let vault = Vault::in_memory();
    let peer = Peer::new(|asked, _| match asked.path.as_str() {
        "/" => Reply::data(&json!([{"version": "2.2.1", "url": "/2.2.1"}])),
        _ => Reply::body(401, ""),
    });
    let view = tried(&desk, &vault, &asked(&peer)).view;
    let steps: Vec<_> = view
        .checks
        .iter()
        .map(|one| (one.check.as_str(), one.state.as_str()))
        .collect();
    assert_eq!(
        steps,
        [
            ("reachable", "good"),
            ("tls", "odd"),
            ("versions", "good"),
            ("clock", "odd"),
            ("version", "bad")
        ]
    );
    let last = &view.checks[4];
    assert!(last.text.contains("refuses the token"), "{last:?}");
    assert_eq!(last.code.as_deref(), Some("unauthorized"));
    let statuses: Vec<_> = last.spoken.iter().map(|said| said.status).collect();
    assert_eq!(statuses, [Some(401), Some(401)], "tried in both forms");
    assert_eq!(view.state, "bad");
    assert_eq!(settings(&desk, &partner()).unwrap(), None);
    assert_eq!(vault.get("NL-ABC token").unwrap().map(|_| ()), None);
}

#[test]
fn a_token_is_nowhere_but_in_the_vault() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let peer = good(3);
    let vault = connected_with(&desk, &peer, vault_in_file(&desk));
    pull_cdrs(&desk, &vault);
    let log = store::decision::before(&desk.book, None, 10).unwrap();
    assert!(log.iter().any(|decision| decision.verb == "connect"));
    drop(desk);
    let mut files = vec![folder.path().to_owned()];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(
                std::fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let shown = String::from_utf8_lossy(&bytes);
        for form in ["s3cret-token", "czNjcmV0LXRva2Vu"] {
            assert!(!shown.contains(form), "{form} in {}", path.display());
        }
    }
}

#[test]
fn a_connection_that_is_changed_keeps_its_registration_unless_the_token_changes() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let peer = good(1);
    let vault = connected(&desk, &peer);
    let mut settings = known(&desk, &partner()).unwrap();
    settings.credentials = Some(format!("{}/credentials", peer.url));
    for (token, holds) in [("", true), ("another-token", false)] {
        keep(&desk, &partner(), &settings).unwrap();
        let request = ConnectRequest {
            token: token.to_owned(),
            ..asked(&peer)
        };
        let tried = tried(&desk, &vault, &request);
        let keeping = ConnectKeep {
            job: 0,
            every_hours: None,
            since: None,
        };
        let kept = keep_tried(&desk, &vault, &tried, &keeping).unwrap();
        assert_eq!(kept.registered, holds, "with the token {token:?}");
    }
}

#[test]
fn what_was_given_by_hand_is_told_again() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let peer = good(1);
    let request = ConnectRequest {
        version: Some("2.2.1".to_owned()),
        lists: [("cdrs".to_owned(), format!("{}/cdrs", peer.url))].into(),
        ..asked(&peer)
    };
    let tried = tried(&desk, &Vault::in_memory(), &request);
    assert_eq!(tried.view.state, "good", "{:?}", tried.view.checks);
    let keeping = ConnectKeep {
        job: 0,
        every_hours: None,
        since: None,
    };
    let kept = keep_tried(&desk, &Vault::in_memory(), &tried, &keeping).unwrap();
    assert!(kept.by_hand);
    assert_eq!(kept.lists.len(), 1);
}
