//! Every trouble once, and that none is forgotten.

use std::collections::BTreeSet;
use std::fmt::Write;

use tallywatt_ocpp::{Found, Log, Trouble, make};

use super::{codes, log, log_16, plain_tariff, setting};

const START: &str = concat!(
    r#"CP1 [2,"a","StartTransaction",{"connectorId":1,"idTag":"T","#,
    r#""meterStart":0,"timestamp":"2026-11-02T10:00:00Z"}]"#
);
const ANSWER: &str = r#"CP1 [3,"a",{"transactionId":7,"idTagInfo":{"status":"Accepted"}}]"#;
const STOP: &str = concat!(
    r#"CP1 [2,"z","StopTransaction",{"transactionId":7,"#,
    r#""meterStop":9000,"timestamp":"2026-11-02T11:00:00Z"}]"#
);

/// Everything a log gives, as codes: troubles, then why transactions are not complete.
fn all_codes(log: &Log) -> Vec<&'static str> {
    let review = log.review.iter().map(|(_, why)| why.code());
    codes(&log.troubles).into_iter().chain(review).collect()
}

fn found_in(lines: &[&str]) -> Vec<&'static str> {
    all_codes(&log(&lines.join("\n")))
}

fn meter(id: &str, time: &str, rest: &str) -> String {
    format!(
        "CP1 [2,\"{id}\",\"MeterValues\",{{\"connectorId\":1,\"transactionId\":7,\
         \"meterValue\":[{{\"timestamp\":\"{time}\",\"sampledValue\":[{rest}]}}]}}]"
    )
}

fn event(kind: &str, seq: u32, more: &str) -> String {
    format!(
        "CS [2,\"{kind}{seq}\",\"TransactionEvent\",{{\"eventType\":\"{kind}\",\
         \"timestamp\":\"2026-11-02T1{seq}:00:00Z\",\"triggerReason\":\"Trigger\",\
         \"seqNo\":{seq},\"transactionInfo\":{{\"transactionId\":\"t\"}}{more}}}]"
    )
}

/// Logs in which lines cannot be read.
fn unreadable() -> Vec<(&'static str, Vec<&'static str>)> {
    vec![
        ("not_a_message", found_in(&["CP1 hello"])),
        ("station_unknown", found_in(&[&START[4..]])),
        (
            "field_missing",
            found_in(&[r#"CS [2,"1","TransactionEvent",{"eventType":"Started"}]"#]),
        ),
        (
            "bad_time",
            found_in(&[&START.replace("2026-11-02T10:00:00Z", "yesterday")]),
        ),
        (
            "bad_value",
            found_in(&[
                START,
                ANSWER,
                &meter("m", "2026-11-02T10:30:00Z", r#"{"value":"x"}"#),
                STOP,
            ]),
        ),
        (
            "unknown_unit",
            found_in(&[
                START,
                ANSWER,
                &meter(
                    "m",
                    "2026-11-02T10:30:00Z",
                    r#"{"value":"1","unit":"varh"}"#,
                ),
                STOP,
            ]),
        ),
    ]
}

/// Logs in which messages are doubled, missing or in another order.
fn disordered() -> Vec<(&'static str, Vec<&'static str>)> {
    let again = START.replace("\"a\"", "\"a2\"");
    let other = again.replace("10:00:00", "10:30:00");
    let late = meter("m", "2026-11-02T10:30:00Z", r#"{"value":"5000"}"#);
    let boot = r#"CP1 [2,"b","BootNotification",{"chargePointModel":"M","chargePointVendor":"V"}]"#;
    let (begin, end) = (event("Started", 0, ""), event("Ended", 1, ""));
    let (skipped, doubled) = (event("Ended", 2, ""), begin.replace("Started0", "x"));
    let deauthorized = event("Updated", 1, "").replace("\"Trigger\"", "\"Deauthorized\"");
    vec![
        ("duplicate_message", found_in(&[START, START, ANSWER, STOP])),
        ("duplicate_event", found_in(&[&begin, &doubled, &end])),
        ("sequence_gap", found_in(&[&begin, &skipped])),
        ("repeated_start", found_in(&[START, &again, ANSWER, STOP])),
        (
            "repeated_stop",
            found_in(&[START, ANSWER, STOP, &STOP.replace("\"z\"", "\"z2\"")]),
        ),
        ("answer_missing", found_in(&[START, STOP])),
        (
            "not_accepted",
            found_in(&[START, &ANSWER.replace("Accepted", "Blocked"), STOP]),
        ),
        ("not_accepted", found_in(&[&begin, &deauthorized, &skipped])),
        ("late_message", found_in(&[START, ANSWER, STOP, &late])),
        ("restarted", found_in(&[START, ANSWER, boot, STOP])),
        ("start_not_in_log", found_in(&[&late, STOP])),
        ("start_not_in_log", found_in(&[&end])),
        ("stop_not_in_log", found_in(&[START, ANSWER, &late])),
        ("stop_not_in_log", found_in(&[&begin])),
        (
            "replaced",
            found_in(&[
                START,
                ANSWER,
                &other,
                r#"CP1 [3,"a2",{"transactionId":8,"idTagInfo":{"status":"Accepted"}}]"#,
                &STOP.replace(":7,", ":8,"),
            ]),
        ),
    ]
}

#[test]
fn each_trouble_of_a_log() {
    for (code, found) in unreadable().into_iter().chain(disordered()) {
        // A transaction that another replaces lacks its end, too.
        let beside = (code == "replaced").then_some("stop_not_in_log");
        let expected: Vec<&str> = [code].into_iter().chain(beside).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn what_is_missing_from_a_start_is_told_with_its_line() {
    let log = log(&format!("\n{}", START.replace("\"meterStart\":0,", "")));
    assert_eq!(
        log.troubles[0].to_string(),
        "line 2: StartTransaction has no usable meterStart"
    );
    assert_eq!(log.review[0].1, Trouble::StopNotInLog);
    assert_eq!(log.review[0].0.first_line(), Some(2));
}

#[test]
fn a_number_that_is_no_id_is_none() {
    let zero = meter("m", "2026-11-02T10:30:00Z", r#"{"value":"5000"}"#).replace(":7,", ":0,");
    assert_eq!(
        found_in(&[&zero]),
        Vec::<&str>::new(),
        "no transaction is running"
    );
    let found = log(&[START, &zero, ANSWER, STOP].join("\n"));
    assert_eq!(codes(&found.troubles), Vec::<&str>::new());
    assert_eq!(
        (
            found.transactions[0].id.as_str(),
            found.transactions[0].samples.len()
        ),
        ("7", 1)
    );
    let never_asked = log(&[START, &STOP.replace(":7,", ":-1,")].join("\n"));
    assert_eq!(codes(&never_asked.troubles), ["answer_missing"]);
    let made = make(&never_asked.transactions[0], &setting(plain_tariff())).expect("it is whole");
    assert_eq!(
        made.cdr.id.as_str(),
        "CP1-1793613600",
        "its start tells it from others"
    );
}

#[test]
fn messages_out_of_order_find_their_transaction() {
    let early = meter("m", "2026-11-02T10:30:00Z", r#"{"value":"5000"}"#);
    let log = log(&[early.as_str(), START, ANSWER, STOP].join("\n"));
    assert_eq!(log.review, []);
    assert_eq!(
        log.transactions[0].samples.len(),
        1,
        "values before start and answer count"
    );
    let end_first = [
        event("Ended", 2, ""),
        event("Started", 0, ""),
        event("Updated", 1, ""),
    ];
    let log = super::log(&end_first.join("\n"));
    assert_eq!(log.review, []);
    assert!(log.transactions[0].start.is_some());
}

/// Logs that ask for too much memory.
fn oversized() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut starts = String::new();
    for place in 0..11_002 {
        let start = START.replace("CP1", &format!("CP{place}"));
        writeln!(starts, "{start}").expect("a String takes everything");
    }
    let mut values = vec![r#"{"value":"1"}"#; 100_002].join(",");
    values = meter("m", "2026-11-02T10:30:00Z", &values);
    let values = [START, ANSWER, &values, STOP].join("\n");
    let mut closed = String::new();
    for place in 0..1_100 {
        let station = format!("CP{place}");
        for line in [START, ANSWER, STOP] {
            writeln!(closed, "{}", line.replace("CP1", &station)).expect("as above");
        }
    }
    let late = meter("m", "2026-11-02T10:30:00Z", r#"{"value":"5000"}"#);
    closed += &late.replace("CP1", "CP0");
    vec![
        ("too_many_open", all_codes(&log(&starts))),
        ("too_many_values", all_codes(&log(&values))),
        ("too_late", all_codes(&log(&closed))),
        (
            "line_too_long",
            found_in(&[&"x".repeat(8 * 1024 * 1024 + 1)]),
        ),
    ]
}

#[test]
fn memory_is_bounded() {
    for (code, mut found) in oversized() {
        found.retain(|found| *found != "stop_not_in_log");
        found.dedup();
        assert_eq!(found, [code]);
    }
}

/// Troubles of making, of which the rules have no test.
fn of_making() -> Vec<Found> {
    let year = log_16(
        ("10:00:00", "0"),
        &[],
        &[],
        ("2028-11-02T10:00:00Z", "9000"),
    );
    let t = super::only(&year);
    let not = make(&t, &setting(plain_tariff())).expect_err("a year is too long");
    let flats = super::tariff(
        r#"{"price_components": [{"type": "FLAT", "price": 1, "step_size": 1}],
            "restrictions": {"max_duration": 600}},
           {"price_components": [{"type": "FLAT", "price": 2, "step_size": 1},
                                 {"type": "ENERGY", "price": 0.3, "step_size": 1}]}"#,
    );
    let t = super::only(&log_16(("10:00:00", "0"), &[], &[], ("11:00:00", "9000")));
    let made = make(&t, &setting(flats)).expect("it is priced");
    not.reasons.into_iter().chain(made.findings).collect()
}

#[test]
fn what_the_tariff_engine_says_is_passed_on() {
    let found = of_making();
    assert_eq!(codes(&found), ["not_priced", "replay"]);
    assert_eq!(
        found[1].trouble.params(),
        [("code", "flat_ambiguous".to_owned())]
    );
}

#[test]
fn no_trouble_is_without_a_test() {
    let here = unreadable()
        .into_iter()
        .chain(disordered())
        .chain(oversized());
    let mut tested: BTreeSet<&str> = here.map(|(code, _)| code).collect();
    tested.extend(codes(&of_making()));
    let rules = include_str!("rules.rs");
    for code in Trouble::CODES {
        let by_rule = rules.contains(&format!("\"{code}\""));
        let by_text = ["reading_gap", "energy_in_pause"].contains(code); // by their sentences
        assert!(
            tested.contains(code) || by_rule || by_text,
            "{code} has no test"
        );
    }
    let unique: BTreeSet<&&str> = Trouble::CODES.iter().collect();
    assert_eq!(unique.len(), Trouble::CODES.len(), "codes are unique");
}
