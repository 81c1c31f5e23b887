//! Pulling from a server on this machine, beside importing the very same pages from disk.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Instant;

use office::api::{ConnectKeep, ConnectRequest};
use office::connections::{self, Limits, Module, PullRequest, Vault};
use office::{Desk, Job};
use testkit::peer::{Peer, Reply};

use crate::{Figures, import};

/// Objects to a page.
const PAGE: usize = 100;

/// The pages of a file of one record a line, as a server would send them.
fn pages(file: &Path, count: usize) -> Vec<String> {
    let file = std::fs::File::open(file).expect("the file of records is there");
    let lines: Vec<String> = BufReader::new(file)
        .lines()
        .take(count)
        .map(|line| line.expect("the records are text"))
        .collect();
    let page = |records: &[String]| {
        let mut text = String::from("{\"data\":[");
        text.push_str(&records.join(","));
        let _ = write!(
            text,
            "],\"status_code\":1000,\"timestamp\":\"2026-10-01T00:00:00Z\"}}"
        );
        text
    };
    lines.chunks(PAGE).map(page).collect()
}

/// Writes the pages into one file, as they are pulled.
pub fn write(file: &Path, count: usize, to: &Path) -> Figures {
    let all = pages(file, count);
    std::fs::write(to, all.join("\n")).expect("the pages can be written");
    Figures::default()
}

/// Serves the pages until the program is ended, and says where.
pub fn serve(file: &Path, count: usize) {
    let all = pages(file, count);
    let total = all.len() * PAGE;
    let peer = Peer::new(move |asked, _| match asked.path.as_str() {
        "/versions" => Reply::body(
            200,
            r#"{"data":[{"version":"2.2.1","url":"/2.2.1"}],"status_code":1000}"#,
        ),
        "/2.2.1" => Reply::body(
            200,
            concat!(
                r#"{"data":{"version":"2.2.1","endpoints":[{"identifier":"cdrs","#,
                r#""role":"SENDER","url":"/cdrs"}]},"status_code":1000}"#
            ),
        ),
        _ => {
            let place = asked.number("offset").unwrap_or(0) / PAGE;
            let Some(page) = all.get(place) else {
                return Reply::body(200, r#"{"data":[],"status_code":1000}"#);
            };
            let reply = Reply::body(200, page.clone()).with("x-total-count", total);
            if place + 1 == all.len() {
                return reply;
            }
            let next = (place + 1) * PAGE;
            reply.with(
                "link",
                format!("</cdrs?offset={next}&limit={PAGE}>; rel=\"next\""),
            )
        }
    });
    println!("{}", peer.url);
    std::thread::park();
}

/// Pulls from a server into a book.
pub fn measure(book: &Path, url: &str) -> Figures {
    let desk: Desk = import::desk(book);
    let (vault, partner) = (Vault::in_memory(), "NL-CPO".parse().expect("a party key"));
    let asked = ConnectRequest {
        partner: "NL-CPO".to_owned(),
        url: format!("{url}/versions"),
        token: "a-token".to_owned(),
        version: None,
        sent_as: "auto".to_owned(),
        plain_http: false,
        inside: false,
        besides: Vec::new(),
        authority_pem: None,
        lists: BTreeMap::new(),
        register: None,
    };
    let limits = Limits {
        between: std::time::Duration::ZERO,
        ..Limits::STANDARD
    };
    let ends = (limits, &Job::quiet());
    let tried = connections::try_out(&desk, Some(&vault), &asked, ends, |_| ());
    let keeping = ConnectKeep {
        job: 0,
        every_hours: None,
        since: None,
    };
    connections::keep_tried(&desk, &vault, &tried.expect("it can be tried"), &keeping)
        .expect("the server is there");
    let request = PullRequest {
        partner,
        modules: vec![Module::Cdrs],
        since: None,
    };
    let began = Instant::now();
    let pulled = connections::pull(&desk, &vault, &request, limits, &mut Job::quiet())
        .expect("it can be pulled")
        .remove(0);
    Figures {
        records: pulled.received,
        took: began.elapsed(),
        notes: vec![format!(
            "{} pages, {} new, {} known, {} rejected, {:?}",
            pulled.pages, pulled.new, pulled.known, pulled.rejected, pulled.outcome
        )],
        ..Figures::default()
    }
}
