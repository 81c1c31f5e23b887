//! What partners' servers do in the field, as the user meets it: what a pull comes to while the
//! server misbehaves, and that the next good pull ends with exactly the right facts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use testkit::peer::{Asked, Peer, Reply, Sent, page};

use super::{QUICK, cdrs, connected, expected, ids, partner, pull_cdrs, server};
use crate::connections::*;
use crate::tests::desk_in;
use crate::words;

/// CDRs that the server has.
const ALL: u32 = 34;

type Fault = fn(&Asked, usize, Reply) -> Reply;

/// A fault, and what a pull comes to under it.
struct Case {
    name: &'static str,
    fault: Fault,
    /// How it ends, and the problem's code where it is not complete.
    ends: std::result::Result<(), &'static str>,
    /// What is told about the server.
    departs: Option<&'static str>,
    /// A part of what the user reads, where something is in the way.
    says: &'static str,
    /// Whether the objects themselves are other ones than those of the mended server, so that both
    /// are kept.
    other: bool,
}

const fn survived(name: &'static str, departs: Option<&'static str>, fault: Fault) -> Case {
    Case {
        name,
        fault,
        ends: Ok(()),
        departs,
        says: "",
        other: false,
    }
}

const fn told(name: &'static str, code: &'static str, says: &'static str, fault: Fault) -> Case {
    Case {
        name,
        fault,
        ends: Err(code),
        departs: None,
        says,
        other: false,
    }
}

/// Objects that are read over what is odd in them.
const fn read_over(name: &'static str, fault: Fault) -> Case {
    Case {
        other: true,
        ..survived(name, None, fault)
    }
}

fn total(reply: Reply, total: u32) -> Reply {
    reply.with("x-total-count", total)
}

/// The answer with its text changed.
fn edited(mut reply: Reply, edit: impl Fn(String) -> String) -> Reply {
    if let Sent::Whole(body) = reply.body {
        let text = String::from_utf8(body).expect("a page is text");
        reply.body = Sent::Whole(edit(text).into_bytes());
    }
    reply
}

fn offset(asked: &Asked) -> usize {
    asked.number("offset").unwrap_or(0)
}

const CASES: &[Case] = &[
    told(
        "link to another host",
        "other_host",
        "points to",
        |asked, _, reply| {
            if offset(asked) == 0 {
                reply.with("link", "<https://evil.example/cdrs>; rel=\"next\"")
            } else {
                reply
            }
        },
    ),
    survived(
        "links in a circle",
        Some("link_circles"),
        |asked, _, reply| {
            if asked.query.contains_key("offset") && offset(asked) > 0 {
                return reply;
            }
            reply.with("link", "</cdrs?cursor=first>; rel=\"next\"")
        },
    ),
    survived("no links", Some("link_missing"), |_, _, reply| {
        reply.without("link")
    }),
    survived("an empty link", Some("link_missing"), |_, _, reply| {
        reply.with("link", "")
    }),
    survived(
        "a link that names https",
        Some("link_broken"),
        |asked, _, reply| {
            let next = offset(asked) + 10;
            reply.with(
                "link",
                format!("<https://127.0.0.1/cdrs?offset={next}>; rel=\"next\""),
            )
        },
    ),
    survived(
        "a link that answers 404",
        Some("link_broken"),
        |asked, _, reply| dead_link(asked, reply, 404),
    ),
    survived(
        "a link that answers 422",
        Some("link_broken"),
        |asked, _, reply| dead_link(asked, reply, 422),
    ),
    survived(
        "a link that counts what was asked for",
        Some("link_miscounts"),
        |asked, _, reply| {
            let next = offset(asked) + 100;
            reply.with(
                "link",
                format!("</cdrs?offset={next}&limit=100>; rel=\"next\""),
            )
        },
    ),
    survived("a page that comes twice", None, |_, times, reply| {
        if times == 1 {
            Reply::data(&json!(cdrs(ALL)[..10])).with("x-total-count", ALL)
        } else {
            reply
        }
    }),
    told(
        "a total that is too high",
        "holes",
        "cannot give",
        |_, _, reply| total(reply, ALL + 7),
    ),
    survived("a total that is too low", None, |_, _, reply| {
        total(reply, 12)
    }),
    survived("a total that is no number", None, |_, _, reply| {
        reply.with("x-total-count", "many")
    }),
    survived("neither total nor links", None, |_, _, reply| {
        reply.without("x-total-count").without("link")
    }),
    told(
        "success with status 3001",
        "ocpi_status",
        "3001",
        |_, _, _| {
            Reply::body(
                200,
                r#"{"data":[],"status_code":3001,"status_message":"our side"}"#,
            )
        },
    ),
    told(
        "success with status 3000 and no data",
        "ocpi_status",
        "3000",
        |_, _, _| Reply::body(200, r#"{"data":[],"status_code":3000}"#),
    ),
    told("a page of HTML", "not_ocpi", "no OCPI", |_, _, _| {
        Reply::body(200, "<html>Please log in</html>")
    }),
    told(
        "JSON without a status",
        "not_ocpi",
        "no OCPI status",
        |_, _, _| Reply::body(200, r#"{"data":[]}"#),
    ),
    told(
        "an error without envelope",
        "http_status",
        "HTTP 400",
        |_, _, _| Reply::body(400, "bad request"),
    ),
    told(
        "a body that breaks off",
        "cut_off",
        "broke off",
        |_, _, mut reply| {
            if let Sent::Whole(body) = reply.body {
                let half = body.len() / 2;
                reply.body = Sent::Cut(body, half);
            }
            reply
        },
    ),
    told(
        "a body without end",
        "too_large",
        "more than",
        |_, _, mut reply| {
            reply.body = Sent::Endless;
            reply
        },
    ),
    told(
        "a packed body that unpacks to gigabytes",
        "too_large",
        "more than",
        |_, _, _| bomb(),
    ),
    told(
        "one byte a second",
        "timeout",
        "no whole answer",
        |_, _, mut reply| {
            if let Sent::Whole(body) = reply.body {
                reply.body = Sent::Trickle(body, 1000);
            }
            reply
        },
    ),
    survived(
        "too many requests, once",
        None,
        |_, times, reply| match times {
            1 => Reply::body(429, "").with("retry-after", 0),
            _ => reply,
        },
    ),
    told(
        "too many requests, for ever",
        "rate_limited",
        "too often",
        |_, _, _| Reply::body(429, "").with("retry-after", 0),
    ),
    told(
        "busy for ever",
        "http_status",
        "cannot answer now",
        |_, _, _| Reply::body(503, ""),
    ),
    told(
        "a token that is refused half way",
        "unauthorized",
        "refuses the token",
        |_, times, reply| {
            if times == 0 {
                reply
            } else {
                Reply::body(401, "")
            }
        },
    ),
    told(
        "a redirect to another host",
        "other_host",
        "points to",
        |_, _, _| Reply::body(302, "").with("location", "https://evil.example/cdrs"),
    ),
    told(
        "a redirect to another port",
        "other_host",
        "points to",
        |_, _, _| Reply::body(302, "").with("location", "http://127.0.0.1:1/cdrs"),
    ),
    told(
        "redirects in a circle",
        "too_many",
        "redirects more",
        |_, _, _| Reply::body(307, "").with("location", "/cdrs"),
    ),
    told(
        "null for data half way",
        "holes",
        "cannot give",
        |asked, _, reply| {
            if offset(asked) == 0 {
                reply
            } else {
                Reply::data(&Value::Null).with("x-total-count", ALL)
            }
        },
    ),
    read_over("unknown words in enumerations", |_, _, reply| {
        edited(reply, |text| text.replace("WHITELIST", "TELEPATHY"))
    }),
    survived("a byte order mark", None, |_, _, reply| {
        edited(reply, |text| format!("\u{FEFF}{text}"))
    }),
    survived("the status in quotes", None, |_, _, reply| {
        edited(reply, |text| {
            text.replace("\"status_code\":1000", "\"status_code\":\"1000\"")
        })
    }),
    read_over("a blank for the T of instants", |_, _, reply| {
        edited(reply, |text| text.replace("T00:", " 00:"))
    }),
    survived(
        "a date_to that must be given",
        Some("date_to_needed"),
        |asked, _, reply| {
            if asked.query.contains_key("date_to") {
                reply
            } else {
                Reply::body(400, r#"{"status_code":2001,"status_message":"date_to"}"#)
            }
        },
    ),
    told(
        "one object that blanks its page",
        "holes",
        "at 17 of 34",
        |asked, _, reply| {
            let (from, limit) = (offset(asked), asked.number("limit").unwrap_or(10).min(10));
            if (from..from + limit).contains(&17) {
                return Reply::data(&json!([])).with("x-total-count", ALL);
            }
            reply
        },
    ),
    survived(
        "pages shorter than the link counts",
        Some("link_miscounts"),
        |asked, _, _| {
            let all = cdrs(ALL);
            let from = offset(asked).min(all.len());
            let end = (from + 4).min(all.len());
            let reply = Reply::data(&json!(all[from..end])).with("x-total-count", ALL);
            let next = from + 10;
            reply.with(
                "link",
                format!("</cdrs?offset={next}&limit=10>; rel=\"next\""),
            )
        },
    ),
];

fn dead_link(asked: &Asked, reply: Reply, status: u16) -> Reply {
    if asked.query.contains_key("cursor") {
        return Reply::body(status, "");
    }
    let next = offset(asked) + 10;
    reply.with("link", format!("</cdrs?cursor={next}>; rel=\"next\""))
}

fn bomb() -> Reply {
    use std::io::Write;
    let blanks = vec![b' '; 1 << 20];
    let packed = Vec::new();
    let mut gzip = flate2::write::GzEncoder::new(packed, flate2::Compression::best());
    for _ in 0..80 {
        gzip.write_all(&blanks).expect("memory takes it");
    }
    let packed = gzip.finish().expect("memory takes it");
    Reply::body(200, packed).with("content-encoding", "gzip")
}

/// A server with a fault until it is mended.
fn faulty(fault: Fault) -> (Peer, Arc<AtomicBool>) {
    let mended = Arc::new(AtomicBool::new(false));
    let is_mended = Arc::clone(&mended);
    let peer = server(cdrs(ALL), move |asked, times, reply| {
        if is_mended.load(Ordering::Relaxed) {
            reply
        } else {
            fault(asked, times, reply)
        }
    });
    (peer, mended)
}

/// What is not as the case says, if anything.
fn flaws(case: &Case) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let desk = desk_in(folder.path());
    let (peer, mended) = faulty(case.fault);
    let vault = connected(&desk, &peer);
    let pulled = pull_cdrs(&desk, &vault);
    let mut flaws = Vec::new();
    let mut must = |holds: bool, what: String| {
        if !holds {
            flaws.push(format!("{}: {what}", case.name));
        }
    };
    let problem = pulled.problem.as_ref();
    let code = problem.map(|why| why.code.as_str());
    let text = problem.map_or("", |why| why.text.as_str());
    must(code == case.ends.err(), format!("ends with {problem:?}"));
    must(text.contains(case.says), format!("says {text:?}"));
    must(!text.contains("s3cret"), "shows the token".to_owned());
    let complete = pulled.outcome == Outcome::Complete;
    must(
        complete == case.ends.is_ok(),
        format!("is {:?}", pulled.outcome),
    );
    must(
        pulled.watermark.is_some() == complete,
        "moves the watermark only at the end".to_owned(),
    );
    must(
        !complete || ids(&desk) == expected(ALL),
        "has it all".to_owned(),
    );
    let departs: Vec<String> = pulled.departures.iter().map(words::stable).collect();
    let told = case
        .departs
        .is_none_or(|departure| departs.contains(&departure.to_owned()));
    must(told, format!("departs by {departs:?}"));
    mended.store(true, Ordering::Relaxed);
    let next = pull_cdrs(&desk, &vault);
    must(
        next.outcome == Outcome::Complete,
        format!("then ends with {:?}", next.problem),
    );
    let mut has = ids(&desk);
    if case.other {
        has.dedup();
    }
    must(has == expected(ALL), format!("then has {has:?}"));
    flaws
}

#[test]
fn each_fault_is_survived_or_told_and_the_next_good_pull_has_it_all() {
    let flaws: Vec<String> = CASES.iter().flat_map(flaws).collect();
    assert!(flaws.is_empty(), "{flaws:#?}");
}

#[test]
fn a_date_from_that_is_ignored_brings_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let ignoring: Fault = |asked, _, _| page("", asked, &cdrs(ALL), 10);
    let (peer, _) = faulty(ignoring);
    let vault = connected(&desk, &peer);
    assert_eq!(pull_cdrs(&desk, &vault).new, ALL);
    let again = pull_cdrs(&desk, &vault);
    assert_eq!(
        (again.outcome, again.new, again.known),
        (Outcome::Complete, 0, ALL)
    );
    assert_eq!(ids(&desk), expected(ALL));
}

#[test]
fn ids_that_come_twice_across_pages_are_stored_once() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let doubled: Fault = |asked, _, _| {
        let mut all = cdrs(ALL);
        all.extend(cdrs(5));
        page("", asked, &all, 10)
    };
    let (peer, _) = faulty(doubled);
    let vault = connected(&desk, &peer);
    let pulled = pull_cdrs(&desk, &vault);
    assert_eq!((pulled.received, pulled.new, pulled.known), (39, ALL, 5));
    assert_eq!(ids(&desk), expected(ALL));
}

#[test]
fn parties_and_ids_in_lower_case_are_the_same_ones() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let lower: Fault = |_, _, reply| {
        edited(reply, |text| {
            text.replace("\"NL\"", "\"nl\"")
                .replace("\"ABC\"", "\"abc\"")
                .replace("\"CDR", "\"cdr")
        })
    };
    let (peer, mended) = faulty(lower);
    let vault = connected(&desk, &peer);
    assert_eq!(pull_cdrs(&desk, &vault).new, ALL);
    mended.store(true, Ordering::Relaxed);
    assert_eq!(
        pull_cdrs(&desk, &vault).new,
        0,
        "the same CDRs in upper case"
    );
    assert_eq!(ids(&desk).len(), usize::try_from(ALL).unwrap());
}

#[test]
fn objects_of_a_party_the_partner_does_not_speak_for_are_not_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let foreign: Fault = |asked, _, _| {
        let mut all = cdrs(ALL);
        all[3]["party_id"] = json!("XYZ");
        page("", asked, &all, 10)
    };
    let (peer, _) = faulty(foreign);
    let vault = connected(&desk, &peer);
    let mut settings = settings(&desk, &partner()).unwrap().unwrap();
    settings.roles = vec![partner()];
    keep(&desk, &partner(), &settings).unwrap();
    let pulled = pull_cdrs(&desk, &vault);
    assert_eq!(
        (pulled.received, pulled.new, pulled.rejected),
        (ALL.into(), ALL - 1, 1)
    );
    assert_eq!(pulled.departures, [ocpi_client::Departure::ForeignObjects]);
    let import = crate::intake::list(&desk).unwrap().remove(0).result;
    assert_eq!(import.findings.get("foreign_party"), Some(&1));
}

#[test]
fn one_object_that_cannot_be_read_is_kept_as_a_document() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let broken: Fault = |asked, _, _| {
        let mut all = cdrs(ALL);
        all[3]["start_date_time"] = json!("yesterday");
        page("", asked, &all, 10)
    };
    let (peer, mended) = faulty(broken);
    let vault = connected(&desk, &peer);
    let pulled = pull_cdrs(&desk, &vault);
    assert_eq!(
        (pulled.outcome, pulled.new, pulled.rejected),
        (Outcome::Complete, ALL - 1, 1)
    );
    mended.store(true, Ordering::Relaxed);
    let request = PullRequest {
        partner: partner(),
        modules: vec![Module::Cdrs],
        since: Some("2026-10-01T00:00:00Z".parse().unwrap()),
    };
    let again = pull(&desk, &vault, &request, QUICK, &mut crate::Job::quiet());
    assert_eq!(
        again.unwrap()[0].new,
        1,
        "mended at the partner's, it comes in"
    );
    assert_eq!(ids(&desk), expected(ALL));
}
