//! Both engines for speed: prices of a CDR that is already read, per second of CPU on one thread.

use std::fs;
use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Cdr, Policy};
use tariff::{ReplayInput, price};

use crate::make::{self, ZONE};

/// CPU time that one figure is measured over, in nanoseconds.
const MEASURED: u64 = 400_000_000;
/// Rounds of that time; the best counts, for what else the machine does only slows it down.
const ROUNDS: u32 = 5;
/// Prices between two looks at the clock, which takes as long as several prices.
const RUNS: u64 = 1_000;
/// One element, no restriction.
const TRIVIAL: &str = concat!(
    r#"{"country_code":"NL","party_id":"TAL","id":"T1","currency":"EUR","elements":["#,
    r#"{"price_components":[{"type":"ENERGY","price":0.35,"vat":21.0,"step_size":1}]}],"#,
    r#""last_updated":"2026-01-01T00:00:00Z"}"#
);
/// Eight elements: a flat fee, time of day, weekday, energy threshold, two steps of time, idle fee.
const REALISTIC: &str = concat!(
    r#"{"country_code":"NL","party_id":"TAL","id":"T1","currency":"EUR","#,
    r#""min_price":{"excl_vat":0.5,"incl_vat":0.6},"max_price":{"excl_vat":300,"incl_vat":363},"#,
    r#""elements":[{"price_components":[{"type":"FLAT","price":0.5,"vat":21.0,"step_size":1}]},"#,
    r#"{"price_components":[{"type":"ENERGY","price":0.45,"vat":21.0,"step_size":1}],"#,
    r#""restrictions":{"start_time":"17:00","end_time":"20:00","day_of_week":["MONDAY","TUESDAY","#,
    r#""WEDNESDAY","THURSDAY","FRIDAY"]}},"#,
    r#"{"price_components":[{"type":"ENERGY","price":0.22,"vat":21.0,"step_size":1}],"#,
    r#""restrictions":{"start_time":"23:00","end_time":"06:00"}},"#,
    r#"{"price_components":[{"type":"ENERGY","price":0.35,"vat":21.0,"step_size":1}],"#,
    r#""restrictions":{"max_kwh":20}},"#,
    r#"{"price_components":[{"type":"ENERGY","price":0.30,"vat":21.0,"step_size":1}]},"#,
    r#"{"price_components":[{"type":"TIME","price":1.20,"vat":21.0,"step_size":60}],"#,
    r#""restrictions":{"min_duration":7200}},"#,
    r#"{"price_components":[{"type":"TIME","price":0.60,"vat":21.0,"step_size":60}]},"#,
    r#"{"price_components":[{"type":"PARKING_TIME","price":6.00,"vat":21.0,"step_size":300}]}],"#,
    r#""last_updated":"2026-01-01T00:00:00Z"}"#
);

/// One input of the comparison.
pub struct Input {
    /// Its name.
    pub name: &'static str,
    /// A CDR with its tariff inside.
    pub cdr: String,
}

/// Trivial, realistic (20 periods across midnight) and long (500 periods in 41 hours).
pub fn inputs() -> [Input; 3] {
    let session = |name, tariff: &str, periods, seconds| Input {
        name,
        cdr: make::with_tariff(&regular(periods, seconds), tariff),
    };
    [
        session("trivial", TRIVIAL, 1, 3600),
        session("realistic", REALISTIC, 20, 900),
        session("long", REALISTIC, 500, 295),
    ]
}

/// A session of even periods from Monday 19:00 UTC; the last fifth of them is parking.
fn regular(periods: i64, seconds: i64) -> String {
    let start = "2026-06-08T19:00:00Z"
        .parse::<DateTime<Utc>>()
        .expect("an instant");
    let charging = periods - periods / 5;
    let mut sums = [0, periods * seconds, (periods - charging) * seconds];
    let mut all = Vec::new();
    for nth in 0..periods {
        let at = start + TimeDelta::seconds(nth * seconds);
        let measured = if nth < charging {
            let energy = seconds * 11_000 / 3600;
            sums[0] += energy;
            make::charging(energy, seconds)
        } else {
            make::parking(seconds)
        };
        all.push(make::period(at, &measured));
    }
    let end = start + TimeDelta::seconds(periods * seconds);
    make::envelope(start, end, &all.join(","), sums)
}

/// How often we price a CDR in a second of this thread's CPU time: the best of several rounds.
pub fn ours(cdr: &Cdr) -> u64 {
    let policy = Policy::STANDARD;
    let round = |_| {
        let (started, mut count) = (cpu(), 0_u64);
        loop {
            for _ in 0..RUNS {
                let input = ReplayInput::of_cdr(black_box(cdr), &[], Some(ZONE), &policy);
                black_box(price(&input));
            }
            count += RUNS;
            let used = cpu() - started;
            if used > MEASURED {
                return count * 1_000_000 / (used / 1_000);
            }
        }
    };
    (0..ROUNDS).map(round).max().unwrap_or_default()
}

/// CPU time of this thread so far, in nanoseconds.
fn cpu() -> u64 {
    let figures = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = figures
        .split(' ')
        .next()
        .and_then(|first| first.parse().ok());
    first.expect("Linux counts the CPU time of a thread")
}
