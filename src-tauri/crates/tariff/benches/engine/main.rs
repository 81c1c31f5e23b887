//! `cargo xtask bench engine`: how many sessions are priced per second of processor time, on one
//! thread, all in one run on the same inputs.
//!
//! The yardstick is a typed parse of the same bytes by serde, with exact decimals and nothing else
//! done to them. Beside it: from the same bytes to the price, the price alone, the price with its
//! trace, and the search for the cause of a difference. In the end, what one period more costs in a
//! short and in a very long session.

mod inputs;
mod typed;

use std::hint::black_box;
use std::time::{Duration, Instant as Clock};

use domain::{Cdr, Decimal, Policy, TimePriceUnit, Tz};
use ocpi::{Hint, Kind};
use tallywatt_tariff::{Causes, Neighbours, Question, ReplayInput, find_cause, price, replay};

/// How long a figure is measured in one round.
const WHILE: Duration = Duration::from_millis(500);
/// Rounds; the best counts, for what else the machine does only slows one down.
const ROUNDS: u32 = 3;

fn main() {
    let zone: Tz = "Europe/Amsterdam".parse().expect("a zone");
    for (name, json) in inputs::all() {
        measure(name, json.as_bytes(), zone);
    }
    println!("price only, by the length of a session");
    for periods in [50, 500, 5_000] {
        let cdr = read(inputs::long(periods).as_bytes());
        let alone = rate(|| drop(black_box(price(black_box(&input(&cdr, zone))))));
        let nanos = 1_000_000_000 / (alone * u64::from(periods)).max(1);
        println!("  {periods:>5} periods: {nanos} ns for each");
    }
}

fn read(json: &[u8]) -> Cdr {
    let hint = Hint {
        version: None,
        kind: Some(Kind::Cdr),
        party: None,
    };
    let checked = ocpi::read_cdr(json, &hint);
    checked.value.expect("the bench's records can be read")
}

/// Prints what becomes of one record.
fn measure(name: &str, json: &[u8], zone: Tz) {
    let cdr = read(json);
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
        let cdr = read(json);
        drop(black_box(price(&input(&cdr, zone))));
    });
    say("JSON in and priced", whole, Some((whole, typed)));
    let reading = rate(|| drop(black_box(read(json))));
    say("  of it reading", reading, None);
    let alone = rate(|| drop(black_box(price(black_box(&input(&cdr, zone))))));
    say("price only", alone, Some((alone, typed)));
    let traced = rate(|| drop(black_box(replay(black_box(&input(&cdr, zone))))));
    say("price with trace", traced, Some((traced, typed)));
    let by_the_minute = Policy {
        time_price_unit: TimePriceUnit::Minute,
        ..Policy::STANDARD
    };
    for (what, theirs) in [("explained", Some(by_the_minute)), ("not explained", None)] {
        let asked = stating(&cdr, theirs, zone);
        let tried = search(&asked, zone).tried;
        if tried == 1 {
            continue; // nothing is priced by time, so that there is nothing to explain
        }
        let searched = rate(|| drop(black_box(search(black_box(&asked), zone))));
        say(&format!("cause, {what}"), searched, Some((searched, typed)));
        println!("    {tried} prices looked at");
    }
}

/// The CDR as a partner states it who reads it by another policy; or who states what no reading
/// gives, so that all are tried.
fn stating(cdr: &Cdr, theirs: Option<Policy>, zone: Tz) -> Cdr {
    let mut cdr = cdr.clone();
    let total = theirs.and_then(|policy| {
        let input = ReplayInput::of_cdr(&cdr, &[], Some(zone), &policy);
        price(&input).totals.total
    });
    if let Some(cost) = &mut cdr.totals.cost {
        let nobody = Decimal::new(987_654_321, 2);
        cost.excl_vat = total.and_then(|total| total.excl_vat).unwrap_or(nobody);
        cost.incl_vat = total.and_then(|total| total.incl_vat);
    }
    cdr
}

fn search(cdr: &Cdr, zone: Tz) -> Causes {
    find_cause(&Question {
        cdr,
        input: input(cdr, zone),
        tolerance: Decimal::ZERO,
        others: Neighbours::default(),
    })
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

/// How often `once` runs per second of this thread's processor time, in the best of the rounds.
fn rate(mut once: impl FnMut()) -> u64 {
    let mut round = |_| {
        let (started, mut runs, mut batch) = (Clock::now(), 0_u64, 1);
        let before = cpu_time(started);
        while started.elapsed() < WHILE {
            for _ in 0..batch {
                once();
            }
            runs += batch;
            batch = (batch * 2).min(1000);
        }
        let nanos = cpu_time(started).saturating_sub(before).as_nanos().max(1);
        u64::try_from(u128::from(runs) * 1_000_000_000 / nanos).unwrap_or(u64::MAX)
    };
    (0..ROUNDS).map(&mut round).max().unwrap_or_default()
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
