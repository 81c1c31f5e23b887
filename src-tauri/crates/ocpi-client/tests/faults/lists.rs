//! Lists: what servers do with links, counts and pages. After each, every object is there.

use domain::OcpiVersion;
use serde_json::{Value, json};
use tallywatt_ocpi_client::{Code, Crawl, Departure, Window};

use crate::support::{Received, client, go_on, list, receive, receive_with};
use testkit::peer::{Asked, Peer, Reply, Sent, objects, page};

/// A list of so many objects whose answers a test changes.
fn changed(
    count: usize,
    change: impl Fn(&Asked, usize, Reply) -> Reply + Send + Sync + 'static,
) -> Peer {
    let all = objects(count);
    Peer::new(move |asked, before| change(asked, before, page("", asked, &all, 10)))
}

fn whole(received: &Received, count: usize) {
    assert_eq!(received.problem, None);
    assert!(received.holds_all(count), "{:?}", received.ids);
    assert!(received.complete, "{:?}", received.standing);
}

#[test]
fn a_good_server_gives_every_object_once() {
    let peer = changed(34, |_, _, reply| reply);
    let received = receive(&peer);
    whole(&received, 34);
    assert_eq!(received.ids.len(), 34, "none twice");
    assert_eq!(received.standing.pages, 4);
    assert_eq!(received.standing.departures, []);
    let newest = received.standing.newest.expect("objects are dated");
    assert_eq!(newest.to_rfc3339(), "2026-03-01T00:33:00+00:00");
}

#[test]
fn an_empty_list_is_complete() {
    let received = receive(&changed(0, |_, _, reply| reply));
    whole(&received, 0);
    assert_eq!(received.standing.newest, None);
}

#[test]
fn null_is_an_empty_list() {
    let received = receive(&Peer::new(|_, _| Reply::data(&Value::Null)));
    whole(&received, 0);
}

#[test]
fn without_links_rows_are_counted_against_the_total() {
    let peer = changed(25, |_, _, reply| reply.without("link"));
    let received = receive(&peer);
    whole(&received, 25);
    assert_eq!(received.standing.departures, [Departure::LinkMissing]);
}

#[test]
fn without_links_and_total_a_short_page_is_the_last() {
    let peer = changed(25, |_, _, reply| {
        reply.without("link").without("x-total-count")
    });
    whole(&receive(&peer), 25);
}

#[test]
fn a_server_that_ignores_the_offset_ends_the_crawl() {
    let first = objects(10);
    let peer = Peer::new(move |_, _| Reply::data(&json!(first)));
    let received = receive(&peer);
    assert_eq!(received.problem, None);
    assert!(received.holds_all(10));
    assert!(peer.asked().len() < 5, "it is not asked for ever");
}

#[test]
fn a_link_that_leads_nowhere_is_passed_over() {
    for status in [404, 422] {
        let peer = changed(25, move |asked, _, reply| match asked.query.get("cursor") {
            Some(_) => Reply::body(status, "no such page"),
            None => reply.with("link", "</ocpi/2.2.1/cdrs?cursor=x>; rel=\"next\""),
        });
        let received = receive(&peer);
        whole(&received, 25);
        assert!(
            received
                .standing
                .departures
                .contains(&Departure::LinkBroken)
        );
    }
}

#[test]
fn a_link_that_is_empty_is_none() {
    let peer = changed(25, |_, _, reply| reply.with("link", "<>; rel=\"next\""));
    whole(&receive(&peer), 25);
}

#[test]
fn a_link_of_another_scheme_is_not_followed_and_nothing_is_missed() {
    let peer = changed(25, |_, _, reply| {
        reply.with("link", "<https://127.0.0.1:1/cdrs?offset=10>; rel=\"next\"")
    });
    let received = receive(&peer);
    whole(&received, 25);
    assert!(
        received
            .standing
            .departures
            .contains(&Departure::LinkBroken)
    );
}

#[test]
fn a_link_to_another_host_never_gets_the_token() {
    let thief = Peer::new(|_, _| Reply::data(&json!([])));
    let to = format!(
        "<{}/cdrs?offset=10>; rel=\"next\"",
        thief.url.replace("127.0.0.1", "localhost")
    );
    let peer = changed(25, move |_, _, reply| {
        reply.with("link", &to).without("x-total-count")
    });
    let received = receive(&peer);
    assert_eq!(
        received.problem.map(|problem| problem.code),
        Some(Code::OtherHost)
    );
    assert!(!received.complete);
    assert_eq!(thief.asked().len(), 0);
}

#[test]
fn a_link_that_counts_otherwise_than_it_sends_loses_nothing() {
    // It moves by what was asked for, and sends less.
    let all = objects(40);
    let peer = Peer::new(move |asked, _| {
        let offset = asked.number("offset").unwrap_or(0);
        let sent = &all[offset.min(40)..(offset + 4).min(40)];
        let link = format!(
            "</ocpi/2.2.1/cdrs?offset={}&limit=10>; rel=\"next\"",
            offset + 10
        );
        let reply = Reply::data(&json!(sent)).with("x-total-count", 40);
        if offset + 10 < 40 {
            reply.with("link", link)
        } else {
            reply
        }
    });
    let received = receive(&peer);
    whole(&received, 40);
    assert_eq!(received.ids.len(), 40, "none twice");
    assert!(
        received
            .standing
            .departures
            .contains(&Departure::LinkMiscounts)
    );
}

#[test]
fn links_in_a_circle_end() {
    let peer = changed(30, |_, _, reply| {
        reply.with(
            "link",
            "</ocpi/2.2.1/cdrs?offset=10&limit=10>; rel=\"next\"",
        )
    });
    let received = receive(&peer);
    whole(&received, 30);
    assert!(peer.asked().len() < 8);
}

#[test]
fn cursors_are_followed_as_given() {
    let all = objects(25);
    let peer = Peer::new(move |asked, _| {
        let from = asked.number("after").unwrap_or(0);
        let sent = &all[from..(from + 10).min(25)];
        let link = format!("</ocpi/2.2.1/cdrs?after={}>; rel=\"next\"", from + 10);
        let reply = Reply::data(&json!(sent)).with("x-total-count", 25);
        if from + 10 < 25 {
            reply.with("link", link)
        } else {
            reply
        }
    });
    let received = receive(&peer);
    whole(&received, 25);
    assert_eq!(received.standing.departures, []);
}

#[test]
fn a_list_that_shrinks_while_it_is_read_is_read_again_where_it_shrank() {
    let all = objects(30);
    let peer = Peer::new(move |asked, before| {
        // The first object goes away after the first page: the rest moves up.
        let now = if before == 0 { &all[..] } else { &all[1..] };
        page("", asked, now, 10)
    });
    let received = receive(&peer);
    assert_eq!(received.problem, None);
    assert!(received.holds_all(30), "{:?}", received.ids);
}

#[test]
fn a_page_that_comes_twice_is_noticed() {
    let all = objects(30);
    let peer = Peer::new(move |asked, before| {
        let stale = Asked {
            query: [("offset".to_owned(), "0".to_owned())].into(),
            ..asked.clone()
        };
        page("", if before == 1 { &stale } else { asked }, &all, 10)
    });
    let received = receive(&peer);
    assert!(
        received.holds_all(30) || !received.complete,
        "{:?}",
        received.ids
    );
}

#[test]
fn ids_that_come_twice_are_handed_on_as_they_came() {
    let mut all = objects(20);
    all[10] = all[9].clone();
    let peer = Peer::new(move |asked, _| page("", asked, &all, 10));
    let received = receive(&peer);
    assert_eq!(received.ids.len(), 20);
    assert!(received.complete);
}

#[test]
fn a_total_that_is_too_high_is_no_reason_to_ask_for_ever() {
    let peer = changed(15, |_, _, reply| {
        reply.with("x-total-count", 1000).without("link")
    });
    let received = receive(&peer);
    assert!(received.holds_all(15));
    assert!(
        !received.complete,
        "985 objects were announced and never came"
    );
    assert!(peer.asked().len() < 30, "an end is in sight");
}

#[test]
fn a_total_that_is_too_low_hides_nothing_while_links_go_on() {
    let peer = changed(35, |_, _, reply| reply.with("x-total-count", 5));
    whole(&receive(&peer), 35);
}

#[test]
fn status_3000_with_an_empty_list_is_an_error_and_no_empty_month() {
    let body = r#"{"data":[],"status_code":3000,"status_message":"down"}"#;
    let received = receive(&Peer::new(move |_, _| Reply::body(200, body)));
    let problem = received.problem.expect("an error");
    assert_eq!(problem.code, Code::OcpiStatus);
    assert!(problem.text.contains("OCPI 3000: down"), "{problem}");
    assert!(!received.complete);
}

#[test]
fn one_object_that_a_server_cannot_give_is_named_and_the_rest_received() {
    for blank in [true, false] {
        let all = objects(40);
        let peer = Peer::new(move |asked, _| {
            let offset = asked.number("offset").unwrap_or(0);
            let limit = asked.number("limit").unwrap_or(10);
            if (offset..offset + limit).contains(&17) {
                return if blank {
                    Reply::data(&json!([])).with("x-total-count", 40)
                } else {
                    Reply::body(200, r#"{"data":[],"status_code":3000}"#)
                };
            }
            page("", asked, &all, 10)
        });
        let received = receive(&peer);
        assert_eq!(received.problem, None);
        assert_eq!(received.standing.holes, [17]);
        assert!(!received.complete, "a hole is in it");
        let missing: Vec<usize> = (0..40)
            .filter(|nth| !received.ids.contains(&format!("CDR{nth}")))
            .collect();
        assert_eq!(missing, [17]);
    }
}

#[test]
fn a_list_that_must_have_an_end_gets_one() {
    let all = objects(12);
    let peer = Peer::new(move |asked, _| match asked.query.get("date_to") {
        Some(_) => page("", asked, &all, 10),
        None => Reply::body(
            400,
            r#"{"status_code":2001,"status_message":"date_to missing"}"#,
        ),
    });
    let received = receive(&peer);
    assert_eq!(received.problem, None);
    assert!(received.holds_all(10));
    assert!(
        received
            .standing
            .departures
            .contains(&Departure::DateToNeeded)
    );
}

#[test]
fn after_a_lost_connection_at_any_page_the_rest_follows() {
    for broken in 0..4 {
        let all = objects(34);
        let peer = Peer::new(move |asked, before| {
            // Longer than all tries of the first crawl.
            if (broken..broken + 3).contains(&before) {
                let mut reply = page("", asked, &all, 10);
                if let Sent::Whole(bytes) = reply.body {
                    reply.body = Sent::Cut(bytes, 40);
                }
                return reply;
            }
            page("", asked, &all, 10)
        });
        let first = receive(&peer);
        let code = first.problem.as_ref().map(|problem| problem.code);
        assert_eq!(code, Some(Code::CutOff), "page {broken}");
        let rest = receive_with(&client(&peer), &peer, Some(first.standing.clone()));
        assert!(rest.complete, "{:?}", rest.problem);
        let mut ids = first.ids;
        ids.extend(rest.ids);
        assert_eq!(ids.len(), 34, "page {broken}: none lost, none twice");
    }
}

#[test]
fn where_a_crawl_stands_can_be_written_down() {
    let peer = changed(34, |_, before, reply| match before {
        2..=4 => Reply::body(503, ""),
        _ => reply,
    });
    let first = receive(&peer);
    let written = serde_json::to_string(&first.standing).expect("it can be written");
    let read = serde_json::from_str(&written).expect("and read");
    let rest = receive_with(&client(&peer), &peer, Some(read));
    assert_eq!(first.ids.len() + rest.ids.len(), 34);
    assert!(rest.complete);
}

#[test]
fn pages_without_end_end() {
    let peer = Peer::new(|_, before| {
        let object = json!([{"id": format!("X{before}")}]);
        let link = format!("</ocpi/2.2.1/cdrs?page={}>; rel=\"next\"", before + 1);
        Reply::data(&object).with("link", link)
    });
    let received = receive(&peer);
    assert_eq!(
        received.problem.map(|problem| problem.code),
        Some(Code::TooMany)
    );
    assert_eq!(received.ids.len(), 60, "as many pages as are allowed");
}

#[test]
fn a_server_that_ignores_date_from_sends_everything_once() {
    let all = objects(34);
    let peer = Peer::new(move |asked, _| {
        assert!(asked.query.contains_key("date_from"), "it is asked for");
        page("", asked, &all, 10)
    });
    let client = client(&peer);
    let now = "2026-04-01T00:00:00Z".parse().expect("an instant");
    let window = Window {
        from: "2026-03-31T00:00:00Z".parse().ok(),
        until: None,
    };
    let of = (OcpiVersion::V221, &list(&peer));
    let mut crawl = Crawl::begin(&client, of, window, (10, now));
    let mut received = 0;
    while let Some(page) = crawl.next(&go_on).expect("a page") {
        received += page.objects;
    }
    assert_eq!(received, 34, "each once, although all are older");
    assert!(crawl.is_complete());
}

#[test]
fn numbers_written_as_texts_are_read_over() {
    let peer = changed(25, |_, _, reply| {
        let Sent::Whole(body) = reply.body else {
            return reply;
        };
        let body = String::from_utf8(body).expect("JSON");
        Reply {
            body: Sent::Whole(body.replace(":1000", ":\"1000\"").into_bytes()),
            ..reply
        }
    });
    whole(&receive(&peer), 25);
}

#[test]
fn a_smaller_page_than_asked_for_loses_no_rows_where_the_link_skips_them() {
    // Five rows to a page whatever is asked for, and a link that goes on by the ten asked for.
    for with_total in [true, false] {
        let all = objects(33);
        let peer = Peer::new(move |asked, _| {
            let reply = page("", asked, &all, 5);
            let offset = asked.number("offset").unwrap_or(0);
            let reply = if offset + 5 < all.len() {
                let next = offset + asked.number("limit").unwrap_or(10);
                let link = format!("<{}?offset={next}&limit=10>; rel=\"next\"", asked.path);
                reply.with("link", link)
            } else {
                reply
            };
            if with_total {
                reply
            } else {
                reply.without("x-total-count").without("x-limit")
            }
        });
        let received = receive(&peer);
        whole(&received, 33);
        assert!(
            received
                .standing
                .departures
                .contains(&Departure::LinkMiscounts),
            "with a total: {with_total}"
        );
    }
}
