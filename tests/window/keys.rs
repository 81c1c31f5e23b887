//! A month with five causes decided by keyboard alone, from the start of the program to the verdict
//! that nothing is left to decide; every press is counted against what UX.md allows.

use std::path::{Path, PathBuf};

use office::api::{AuditEntry, AuditRequest, ImportRequest, MonthRequest, ReconcileMonth};
use office::{Desk, Job};
use serde_json::{Value, json};
use testkit::Window;

use crate::close::cdr;

/// The Enter key, as WebDriver writes it.
const ENTER: &str = "\u{e007}";

/// What UX.md allows: `g r` to the screen, `Enter` opens the month, and "Accept or dispute a whole
/// cause: 2 keys" for each of five.
const ALLOWED: u32 = 2 + 1 + 5 * 2;

/// What is typed in place of the reason offered for the dispute.
const OWN_REASON: &str = "a step is counted once per session";

/// The causes by their keys: how many CDRs or sessions, the verb, and the key that gives it.
const CAUSES: [(&str, u32, &str, &str); 5] = [
    ("policy:rounding=per_total,2,up", 2, "accept", "1"),
    ("policy:step_mode=per_period", 2, "dispute", "2"),
    (
        "data:times_of_day_are_read_in_UTC,_not_in_local_time",
        2,
        "accept",
        "1",
    ),
    ("reason:no_session", 2, "accept", "1"),
    ("reason:no_cdr", 2, "hold", "3"),
];

fn number(text: &str) -> Value {
    serde_json::from_str(text).expect("a number")
}

/// A CDR that differs for one reason only, or for none.
fn records() -> Vec<Value> {
    let mut cdrs = vec![
        cdr(1, "10", "4.50", "5.445"),
        cdr(2, "20", "8.50", "10.285"),
        // Totals rounded up to whole cents; exactly they are 4.5132 and 8.5012 net.
        cdr(3, "10.033", "4.52", "5.47"),
        cdr(4, "20.003", "8.51", "10.29"),
        // Without a session.
        cdr(9, "10", "4.50", "5.445"),
        cdr(10, "20", "8.50", "10.285"),
    ];
    cdrs.extend([
        stepped(5, ("4.3", "5.2"), 11),
        stepped(6, ("7.1", "2.2"), 11),
    ]);
    cdrs.extend([
        by_utc(7, "10", "2.50", "3.025"),
        by_utc(8, "20", "4.50", "5.445"),
    ]);
    cdrs
}

/// Energy in whole kWh, in two periods: the steps of each are rounded up, not those of all.
fn stepped(day: u32, (first, second): (&str, &str), stated_kwh: u32) -> Value {
    let net = domain::Decimal::new(i64::from(stated_kwh) * 40, 2);
    let gross = net * domain::Decimal::new(121, 2);
    let first_kwh: domain::Decimal = first.parse().expect("a number");
    let all = first_kwh + second.parse::<domain::Decimal>().expect("a number");
    let text = |value: domain::Decimal| value.to_string();
    let mut cdr = cdr(day, &text(all), &text(net), &text(gross));
    let tariff = &mut cdr["tariffs"][0];
    tariff["id"] = json!("STEPS");
    tariff["elements"] = json!([{ "price_components": [
        { "type": "ENERGY", "price": 0.40, "vat": 21.0, "step_size": 1000 }
    ] }]);
    let period = |hour: &str, kwh: &str| {
        json!({
            "start_date_time": format!("2026-09-{day:02}T{hour}:00Z"), "tariff_id": "STEPS",
            "dimensions": [{ "type": "ENERGY", "volume": number(kwh) }]
        })
    };
    cdr["charging_periods"] = json!([period("08:00", first), period("08:30", second)]);
    cdr
}

/// After seven in the morning here, not yet six in UTC: its energy stated at the night's price.
fn by_utc(day: u32, kwh: &str, net: &str, gross: &str) -> Value {
    let mut cdr = cdr(day, kwh, net, gross);
    let start = format!("2026-09-{day:02}T05:15:00Z");
    cdr["start_date_time"] = json!(start);
    cdr["charging_periods"][0]["start_date_time"] = json!(start);
    cdr["end_date_time"] = json!(format!("2026-09-{day:02}T05:45:00Z"));
    cdr
}

/// The session of a CDR.
fn session(cdr: &Value) -> Value {
    json!({
        "country_code": "NL", "party_id": "TAL", "id": cdr["session_id"],
        "start_date_time": cdr["start_date_time"], "end_date_time": cdr["end_date_time"],
        "kwh": cdr["total_energy"], "cdr_token": cdr["cdr_token"], "auth_method": "WHITELIST",
        "location_id": "QUAY", "evse_uid": "1", "connector_id": "1", "currency": "EUR",
        "status": "COMPLETED", "last_updated": cdr["end_date_time"]
    })
}

fn desk(book: &Path) -> Desk {
    let now = "2026-11-02T08:00:00Z".parse().expect("an instant");
    Desk::open(book, now, "test").expect("the book opens")
}

/// A book of one partner, whose September has the five causes and two CDRs that fit.
fn five_causes(folder: &Path) -> PathBuf {
    let book = acceptance::small_book(folder);
    let mut desk = desk(&book);
    let mut partner = office::partners::get(&desk, "NL-RYD").expect("the partner");
    partner.sends_sessions = true;
    office::partners::set(&mut desk, &partner).expect("a complete partner");
    let cdrs = records();
    let has_session = |cdr: &&Value| cdr["id"] != "CDR-9" && cdr["id"] != "CDR-10";
    let mut sessions: Vec<Value> = cdrs.iter().filter(has_session).map(session).collect();
    // Without a CDR.
    sessions.extend([15, 16].map(|day| session(&cdr(day, "12", "5.30", "6.413"))));
    for (name, records) in [("cdrs.json", cdrs), ("sessions.json", sessions)] {
        let path = folder.join(name);
        std::fs::write(&path, Value::from(records).to_string()).expect("the folder is ours");
        office::intake::run(&desk, &mut Job::quiet(), &ImportRequest::default(), &path)
            .expect("the file can be imported");
    }
    office::reconcile::reconcile_stale(&desk, &mut Job::quiet()).expect("it can be reconciled");
    book
}

fn month(desk: &Desk) -> ReconcileMonth {
    let request = MonthRequest {
        partner: "NL-RYD".to_owned(),
        month: "2026-09".to_owned(),
    };
    office::reconciling::month(desk, &request).expect("the month is there")
}

/// The decisions of the log, oldest first.
fn decisions(desk: &Desk) -> Vec<AuditEntry> {
    let mut all = office::audit::list(desk, &AuditRequest::default()).expect("the log");
    all.reverse();
    all.retain(|entry| ["accept", "dispute", "hold", "exclude"].contains(&entry.verb.as_str()));
    all
}

/// Hands that have a keyboard and nothing else, and count.
struct Keys<'a> {
    window: &'a Window,
    commands: u32,
    letters: u32,
}

impl Keys<'_> {
    fn press(&mut self, key: &str) {
        self.send(key);
        self.commands += 1;
    }

    /// Types text, which is counted apart.
    fn write(&mut self, text: &str) {
        for letter in text.chars() {
            self.send(&letter.to_string());
            self.letters += 1;
        }
    }

    fn send(&self, key: &str) {
        let pressed = self.window.session().press(&[key]);
        pressed.expect("keys can be pressed");
    }

    /// Waits until the focus is where this selector says.
    fn wait_focus(&self, css: &str) {
        let has = format!("return document.activeElement?.matches('{css}') ?? false");
        let what = format!("the focus on {css}");
        self.window.wait(&what, || {
            (self.window.script(&has) == Value::Bool(true)).then_some(())
        });
    }
}

#[test]
fn a_month_of_five_causes_is_closed_by_keyboard_alone() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let book = five_causes(folder.path());
    let groups = month(&desk(&book)).causes;
    let told: Vec<_> = groups
        .iter()
        .map(|group| (&*group.key, group.count))
        .collect();
    let mut seeded = CAUSES.map(|(key, count, ..)| (key, count)).to_vec();
    seeded.sort_unstable();
    let mut sorted = told.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, seeded, "five causes, each by itself");
    let planned: Vec<_> = told
        .iter()
        .filter_map(|(key, _)| CAUSES.iter().find(|cause| cause.0 == *key))
        .collect();

    let window = acceptance::open(folder.path(), &book, &[]);
    let mut hands = Keys {
        window: &window,
        commands: 0,
        letters: 0,
    };
    window.find("screen-home");
    hands.press("g");
    hands.press("r");
    hands.wait_focus("[data-testid=reconcile-choice-NL-RYD]");
    hands.press(ENTER);
    for (left, (_, _, verb, key)) in (1..=5).rev().zip(&planned) {
        let reasons = if left == 1 { "reason" } else { "reasons" };
        window.wait_text("reconcile-verdict", &format!("{left} {reasons} to decide"));
        hands.press(key);
        hands.wait_focus("[data-testid=decide-reason]");
        if *verb == "dispute" {
            hands.write(OWN_REASON);
        }
        hands.press(ENTER);
    }
    window.wait_text(
        "reconcile-verdict",
        "Nothing is left to decide; 2 reasons disputed or on hold; 2 of 12 match.",
    );
    let (keys, letters) = (hands.commands, hands.letters);
    println!("keys: {keys} (UX.md allows {ALLOWED}), and {letters} letters of a reason");
    assert!(keys <= ALLOWED, "{keys} keys");
    drop(window);
    decided(&desk(&book), &planned);
}

/// The book holds one decision for each cause, with its reason, and one case for the dispute.
fn decided(desk: &Desk, planned: &[&(&str, u32, &str, &str)]) {
    let made = decisions(desk);
    let told: Vec<(&str, &str)> = made
        .iter()
        .map(|entry| (&*entry.details["cause"], &*entry.verb))
        .collect();
    let wanted: Vec<(&str, &str)> = planned.iter().map(|cause| (cause.0, cause.2)).collect();
    assert_eq!(
        told, wanted,
        "one decision for each cause, as the screen lists them"
    );
    assert!(made.iter().all(|entry| !entry.reason.trim().is_empty()));
    let mut left: Vec<_> = month(desk).causes;
    left.sort_by(|a, b| a.bucket.cmp(&b.bucket));
    let left: Vec<_> = left
        .iter()
        .map(|group| (&*group.bucket, group.count))
        .collect();
    assert_eq!(
        left,
        [("disputed", 2), ("on_hold", 2)],
        "what waits for others"
    );
    let cases = office::reconciling::cases(desk).expect("the cases");
    let told: Vec<_> = cases
        .iter()
        .map(|case| {
            (
                case.open,
                case.cause.as_str(),
                case.count,
                case.reason.as_str(),
            )
        })
        .collect();
    assert_eq!(told, [(true, "policy:step_mode=per_period", 2, OWN_REASON)]);
    assert!(office::audit::verify(desk).expect("the log").intact);
}
