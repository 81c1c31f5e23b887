//! `cargo xtask bench engine`: how many sessions are priced per second of processor time, on one
//! thread, all in one run on the same inputs.
//!
//! The yardstick is a typed parse of the same bytes by serde, with exact decimals and nothing else
//! done to them. Beside it: from the same bytes to the price, the price alone, the price with its
//! trace, and the search for the cause of a difference.

mod inputs;
mod typed;

use std::hint::black_box;
use std::time::{Duration, Instant as Clock};

use domain::{Cdr, Policy, Tz};
use ocpi::{Hint, Kind};
use tallywatt_tariff::{ReplayInput, price, replay};

/// How long each figure is measured.
const WHILE: Duration = Duration::from_millis(1500);

fn main() {
    let zone: Tz = "Europe/Amsterdam".parse().expect("a zone");
    for (name, json) in inputs::all() {
        measure(name, json.as_bytes(), zone);
    }
}

/// Prints what becomes of one record.
fn measure(name: &str, json: &[u8], zone: Tz) {
    let hint = Hint {
        version: None,
        kind: Some(Kind::Cdr),
        party: None,
    };
    let read = || -> Cdr {
        let checked = ocpi::read_cdr(json, &hint);
        checked.value.expect("the bench's records can be read")
    };
    let cdr = read();
    let total = price(&input(&cdr, zone)).totals.total;
    let total = total.and_then(|total| total.excl_vat);
    println!(
        "{name}: {} bytes, {} periods, total {}",
        json.len(),
        cdr.periods.len(),
        total.expect("the bench's records have a price")
    );
    let typed = rate(|| drop(black_box(typed::parse(black_box(json)))));
    say("typed parse by serde", typed, None);
    let whole = rate(|| {
        let cdr = read();
        drop(black_box(price(&input(&cdr, zone))));
    });
    say("JSON in and priced", whole, Some((whole, typed)));
    let reading = rate(|| drop(black_box(read())));
    say("  of it reading", reading, None);
    let alone = rate(|| drop(black_box(price(black_box(&input(&cdr, zone))))));
    say("price only", alone, Some((alone, typed)));
    let traced = rate(|| drop(black_box(replay(black_box(&input(&cdr, zone))))));
    say("price with trace", traced, Some((traced, typed)));
}

fn input(cdr: &Cdr, zone: Tz) -> ReplayInput<'_> {
    ReplayInput::of_cdr(cdr, &[], Some(zone), &Policy::STANDARD)
}

fn say(what: &str, rate: u64, share: Option<(u64, u64)>) {
    let share = share.map_or_else(String::new, |(ours, typed)| {
        format!(" = {} % of the typed parse", ours * 100 / typed.max(1))
    });
    println!("  {what:<24} {rate:>9} per CPU second{share}");
}

/// How often `once` runs per second of this thread's processor time.
fn rate(mut once: impl FnMut()) -> u64 {
    for _ in 0..100 {
        once();
    }
    let started = Clock::now();
    let before = cpu_time(started);
    let mut runs = 0_u64;
    while started.elapsed() < WHILE {
        for _ in 0..100 {
            once();
        }
        runs += 100;
    }
    let nanos = cpu_time(started).saturating_sub(before).as_nanos().max(1);
    u64::try_from(u128::from(runs) * 1_000_000_000 / nanos).unwrap_or(u64::MAX)
}

/// Time this thread has had the processor; on a busy machine the clock on the wall says little.
fn cpu_time(started: Clock) -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = stat
        .split_whitespace()
        .next()
        .and_then(|nanos| nanos.parse().ok());
    nanos.map_or_else(|| started.elapsed(), Duration::from_nanos)
}
