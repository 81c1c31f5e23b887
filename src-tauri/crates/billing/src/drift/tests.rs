//! Synthetic stations whose faults are known, with noise and every fifth CDR an outlier.

use super::*;
use domain::{Decimal, Totals};
use std::collections::BTreeMap;

const DAY_S: i64 = 86_400;
const BEGIN_S: i64 = 1_780_000_000;
const HOUR_S: i64 = 3_600;

/// A xorshift generator: small, seeded, the same everywhere.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number from `low` to `high`, both included.
    fn within(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).unwrap();
        low + i64::try_from((self.next() >> 11) % span).unwrap()
    }

    fn shuffle(&mut self, pairs: &mut [Pair]) {
        for i in (1..pairs.len()).rev() {
            let other = self.within(0, i64::try_from(i).unwrap());
            pairs.swap(i, usize::try_from(other).unwrap());
        }
    }
}

/// A station whose offset (s) and ratio (millionths) are functions of the seconds since `BEGIN_S`.
struct Station<O, R> {
    evse: u32,
    count: i64,
    days: i64,
    offset: O,
    ratio: R,
}

impl<O: Fn(i64) -> i64, R: Fn(i64) -> i64> Station<O, R> {
    /// Noise of 20 s on each time and 0.3 % on energy; about every fifth pair is an outlier, with
    /// both times and the energy far off, each on its own.
    fn pairs(&self, seed: u64) -> Vec<Pair> {
        let mut random = Random::new(seed);
        (0..self.count)
            .map(|i| {
                let after = self.days * DAY_S * i / self.count + random.within(0, HOUR_S);
                let end = after + random.within(20 * 60, 3 * HOUR_S);
                let outlier = random.within(1, 5) == 1;
                let mut shift = |time: i64| {
                    let noise = if outlier { 3 * HOUR_S } else { 20 };
                    BEGIN_S + time + (self.offset)(time) + random.within(-noise, noise)
                };
                let (cdr_start_s, cdr_end_s) = (shift(after), shift(end));
                let session_energy_e6 = random.within(3_000_000, 60_000_000);
                let noise = if outlier { 700_000 } else { 3_000 };
                let ratio = (self.ratio)(after) + random.within(-noise, noise);
                Pair {
                    evse: Sym(self.evse),
                    session_start_s: BEGIN_S + after,
                    session_end_s: BEGIN_S + end,
                    cdr_start_s,
                    cdr_end_s,
                    cdr_energy_e6: session_energy_e6 * ratio / ONE_E6,
                    session_energy_e6,
                    stated_net_e6: session_energy_e6 / 2,
                    currency: Currency::EUR,
                    row: i64::from(self.evse) * 1_000_000 + i,
                }
            })
            .collect()
    }
}

fn clock(offset: impl Fn(i64) -> i64, seed: u64) -> Vec<Pair> {
    let station = Station {
        evse: 7,
        count: 150,
        days: 120,
        offset,
        ratio: |_| ONE_E6,
    };
    station.pairs(seed)
}

fn meter(ratio: impl Fn(i64) -> i64, seed: u64) -> Vec<Pair> {
    let station = Station {
        evse: 7,
        count: 150,
        days: 120,
        offset: |_| 0,
        ratio,
    };
    station.pairs(seed)
}

fn named(pairs: &[Pair]) -> (Estimate, Vec<Off>) {
    let limits = Limits::default();
    let estimates = estimate(pairs, &limits);
    assert_eq!(estimates.len(), 1, "one EVSE, one estimate");
    (estimates[0], off(pairs, &estimates, &limits))
}

fn near(found: i64, wanted: i64, within: i64) {
    assert!(
        (found - wanted).abs() <= within,
        "{found} is not within {within} of {wanted}"
    );
}

/// A pair at one time after `BEGIN_S`, of 10 kWh for 10.00.
fn exact(after_s: i64, offset_s: i64, ratio_e6: i64) -> Pair {
    let start = BEGIN_S + after_s;
    Pair {
        evse: Sym(7),
        session_start_s: start,
        session_end_s: start + HOUR_S,
        cdr_start_s: start + offset_s,
        cdr_end_s: start + HOUR_S + offset_s,
        cdr_energy_e6: 10 * ratio_e6,
        session_energy_e6: 10_000_000,
        stated_net_e6: 10_000_000,
        currency: Currency::EUR,
        row: after_s,
    }
}

#[test]
fn a_constant_offset_is_recovered() {
    for seed in 1..=20 {
        for wanted in [300, -200, 5_000] {
            let pairs = clock(|_| wanted, seed);
            let (estimate, off) = named(&pairs);
            let Shape::Constant { level } = estimate.clock.unwrap().shape else {
                panic!("neither drift nor step: {estimate:?}");
            };
            near(level, wanted, 6);
            assert_eq!(off.len(), 1, "the clock and nothing else: {off:?}");
            near(off[0].since_s, BEGIN_S, 10 * DAY_S);
            assert_eq!(off[0].until_s, None, "still off");
            near(i64::try_from(off[0].cdrs).unwrap(), 120, 20);
            assert!(matches!(off[0].fault, Fault::Clock { per_day_e6: 0, .. }));
        }
    }
}

#[test]
fn a_drifting_clock_is_recovered_with_the_day_it_left_the_limit() {
    for seed in 1..=20 {
        let (estimate, off) = named(&clock(|t| 8 * t / DAY_S, seed));
        let Shape::Drift { per_day_e6, .. } = estimate.clock.unwrap().shape else {
            panic!("no drift: {estimate:?}");
        };
        near(per_day_e6, 8_000_000, 200_000);
        assert_eq!(off.len(), 1, "the clock and nothing else: {off:?}");
        near(off[0].since_s, BEGIN_S + 15 * DAY_S, 6 * DAY_S);
        let Fault::Clock { offset_s, .. } = off[0].fault else {
            panic!("a drift that passes no whole hour is a clock: {off:?}");
        };
        near(offset_s, 8 * 120, 40);
    }
}

#[test]
fn a_step_is_recovered_with_its_time() {
    for seed in 1..=20 {
        for day in [20, 60, 100] {
            let (estimate, off) = named(&clock(|t| 400 * i64::from(t >= day * DAY_S), seed));
            let Shape::Step {
                at_s,
                before,
                after,
            } = estimate.clock.unwrap().shape
            else {
                panic!("no step: {estimate:?}");
            };
            near(at_s, BEGIN_S + day * DAY_S, 5 * DAY_S);
            near(before, 0, 12);
            near(after, 400, 12);
            assert_eq!(off.len(), 1, "the level before is right: {off:?}");
            near(off[0].since_s, BEGIN_S + day * DAY_S, 5 * DAY_S);
        }
    }
}

#[test]
fn a_repaired_clock_is_off_until_then() {
    let (_, off) = named(&clock(|t| 400 * i64::from(t < 60 * DAY_S), 3));
    assert_eq!(off.len(), 1, "the level after is right: {off:?}");
    near(
        off[0].until_s.expect("repaired"),
        BEGIN_S + 60 * DAY_S,
        5 * DAY_S,
    );
}

#[test]
fn a_clock_off_by_another_amount_after_a_step_is_named_twice() {
    let pairs = clock(|t| if t < 60 * DAY_S { -500 } else { 400 }, 4);
    let (_, off) = named(&pairs);
    let offsets: Vec<i64> = off
        .iter()
        .map(|o| match o.fault {
            Fault::Clock { offset_s, .. } => offset_s,
            Fault::LocalTime { .. } | Fault::Meter { .. } => panic!("a clock: {o:?}"),
        })
        .collect();
    assert_eq!(offsets.len(), 2, "one for each level: {off:?}");
    near(offsets[0], -500, 12);
    near(offsets[1], 400, 12);
    assert_eq!(
        off[0].until_s,
        Some(off[1].since_s),
        "one begins where the other ends"
    );
}

#[test]
fn a_meter_is_recovered_as_level_drift_and_step() {
    for seed in 1..=20 {
        for wanted in [1_050_000, 930_000] {
            let (estimate, off) = named(&meter(|_| wanted, seed));
            let Shape::Constant { level } = estimate.meter.unwrap().shape else {
                panic!("neither drift nor step: {estimate:?}");
            };
            near(level, wanted, 1_000);
            assert_eq!(off.len(), 1, "the meter and nothing else: {off:?}");
        }

        let (drifting, _) = named(&meter(|t| ONE_E6 + 1_000 * t / DAY_S, seed));
        let Shape::Drift { per_day_e6, .. } = drifting.meter.unwrap().shape else {
            panic!("no drift: {drifting:?}");
        };
        near(per_day_e6, 1_000_000_000, 30_000_000);

        let (stepped, off) = named(&meter(
            |t| ONE_E6 + 60_000 * i64::from(t >= 70 * DAY_S),
            seed,
        ));
        let Shape::Step { at_s, after, .. } = stepped.meter.unwrap().shape else {
            panic!("no step: {stepped:?}");
        };
        near(at_s, BEGIN_S + 70 * DAY_S, 5 * DAY_S);
        near(after, 1_060_000, 1_500);
        assert_eq!(off.len(), 1, "the level before is right: {off:?}");
    }
}

#[test]
fn money_at_stake_is_kept_by_currency_and_to_the_millionth() {
    let sek: Currency = "SEK".parse().unwrap();
    let mut pairs: Vec<Pair> = (0..24).map(|i| exact(i * DAY_S, 0, 1_250_000)).collect();
    for pair in &mut pairs[..4] {
        pair.currency = sek;
    }
    pairs[23].cdr_energy_e6 *= 2; // another kind of trouble: not the meter's
    let (_, off) = named(&pairs);
    let wanted = Totals(BTreeMap::from([
        (Currency::EUR, Decimal::new(38, 0)),
        (sek, Decimal::new(8, 0)),
    ]));
    assert_eq!(off.len(), 1);
    assert_eq!(
        off[0].fault,
        Fault::Meter {
            ratio_e6: 1_250_000,
            per_day_e6: 0
        }
    );
    assert_eq!(off[0].cdrs, 23, "the CDR that does not fit is not counted");
    assert_eq!(
        off[0].at_stake, wanted,
        "10.00 x (1 - 1 / 1.25) = 2.00 each"
    );

    let low: Vec<Pair> = (0..20).map(|i| exact(i * DAY_S, 0, 800_000)).collect();
    let (_, off) = named(&low);
    assert_eq!(
        off[0].at_stake.0[&Currency::EUR],
        Decimal::new(-50, 0),
        "a meter that counts too little left out 2.50 each"
    );
}

#[test]
fn whole_hours_are_local_time_and_not_a_clock() {
    let faults = |offset: fn(i64) -> i64| -> Vec<Fault> {
        named(&clock(offset, 11))
            .1
            .iter()
            .map(|o| o.fault)
            .collect()
    };
    assert_eq!(faults(|_| 3_600), [Fault::LocalTime { hours: 1 }]);
    assert_eq!(faults(|_| -18_000), [Fault::LocalTime { hours: -5 }]);
    assert_eq!(
        faults(|t| if t < 50 * DAY_S { 3_600 } else { 7_200 }),
        [Fault::LocalTime { hours: 1 }, Fault::LocalTime { hours: 2 }],
        "winter and summer time"
    );
    assert!(
        matches!(faults(|_| 3_900)[..], [Fault::Clock { .. }]),
        "an hour and five minutes is no zone"
    );
    assert!(
        matches!(faults(|_| 15 * 3_600)[..], [Fault::Clock { .. }]),
        "no zone lies 15 hours from UTC"
    );
    assert!(
        matches!(faults(|t| 60 * t / DAY_S)[..], [Fault::Clock { .. }]),
        "a clock that drifts past two hours is a clock"
    );
}

#[test]
fn a_good_station_is_never_named() {
    let limits = Limits::default();
    let mut random = Random::new(99);
    let mut judged = 0;
    for evse in 0..1_000 {
        let (offset, ratio) = (random.within(-60, 60), random.within(992_000, 1_008_000));
        let station = Station {
            evse,
            count: random.within(1, 250),
            days: random.within(5, 300),
            offset: |_| offset,
            ratio: |_| ratio,
        };
        let pairs = station.pairs(random.next());
        let estimates = estimate(&pairs, &limits);
        judged += usize::from(estimates[0].clock.is_some());
        let off = off(&pairs, &estimates, &limits);
        assert!(off.is_empty(), "station {evse} is good: {off:?}");
    }
    assert!(
        judged > 850,
        "only short series go without a word: {judged}"
    );
}

#[test]
fn the_order_of_the_input_does_not_matter() {
    let limits = Limits::default();
    let mut pairs = clock(|t| 400 * i64::from(t >= 60 * DAY_S), 5);
    pairs.extend(meter(|_| 1_040_000, 6).iter().map(|pair| Pair {
        evse: Sym(3),
        ..*pair
    }));
    // Several pairs at one time, so that ties are put to the test too.
    for i in (0..pairs.len() - 1).step_by(2) {
        pairs[i + 1].session_start_s = pairs[i].session_start_s;
    }
    let estimates = estimate(&pairs, &limits);
    let named = off(&pairs, &estimates, &limits);
    assert!(named.len() >= 2, "both stations are off: {named:?}");
    let mut random = Random::new(8);
    for _ in 0..20 {
        random.shuffle(&mut pairs);
        assert_eq!(estimate(&pairs, &limits), estimates);
        assert_eq!(off(&pairs, &estimates, &limits), named);
    }
}

#[test]
fn a_hundred_thousand_pairs_in_one_long_and_many_short_series() {
    let limits = Limits::default();
    let long = Station {
        evse: 0,
        count: 50_000,
        days: 600,
        offset: |t| t / DAY_S,
        ratio: |_| ONE_E6,
    };
    let mut pairs = long.pairs(1);
    for evse in 1..=500 {
        let short = Station {
            evse,
            count: 100,
            days: 60,
            offset: |_| if evse % 50 == 0 { 240 } else { 0 },
            ratio: |_| ONE_E6,
        };
        pairs.extend(short.pairs(u64::from(evse) + 1));
    }
    assert_eq!(pairs.len(), 100_000);
    let estimates = estimate(&pairs, &limits);
    let Shape::Drift { per_day_e6, .. } = estimates[0].clock.unwrap().shape else {
        panic!("no drift: {:?}", estimates[0]);
    };
    near(per_day_e6, 1_000_000, 5_000);
    let named: Vec<u32> = off(&pairs, &estimates, &limits)
        .iter()
        .map(|o| o.evse.0)
        .collect();
    let wanted: Vec<u32> = (0..=500).step_by(50).collect();
    assert_eq!(named, wanted, "the drifting one and every fiftieth");
}

#[test]
fn an_estimate_tells_the_clock_from_a_dispute() {
    let pairs: Vec<Pair> = (0..30).map(|i| exact(i * DAY_S, 300, 1_100_000)).collect();
    let (estimate, _) = named(&pairs);
    let is_explained = |offset, ratio| explains(&estimate, &exact(5, offset, ratio));
    assert!(is_explained(300, 1_100_000), "both as predicted");
    assert!(is_explained(330, 1_105_000), "within the slack");
    assert!(is_explained(300, 1_000_000), "its energy does not differ");
    assert!(!is_explained(0, 1_000_000), "there is nothing to explain");
    assert!(!is_explained(300, 1_300_000), "the meter adds less");
    assert!(!is_explained(900, 1_100_000), "the clock is off by less");
    assert!(!is_explained(-300, 1_100_000), "and the other way");

    let mut longer = exact(5, 300, 1_000_000);
    longer.cdr_end_s += 1_200;
    assert!(
        !explains(&estimate, &longer),
        "a clock does not make a charge longer"
    );
    let mut nothing = exact(5, 300, 1_000_000);
    nothing.session_energy_e6 = 0;
    assert!(
        !explains(&estimate, &nothing),
        "energy out of nothing is no meter's ratio"
    );

    let silent = Estimate {
        clock: None,
        meter: None,
        ..estimate
    };
    assert!(
        !explains(&silent, &pairs[0]),
        "where nothing is known nothing is explained"
    );
}

#[test]
#[should_panic(expected = "an estimate speaks of its own EVSE")]
fn an_estimate_of_another_station_explains_nothing() {
    let pairs: Vec<Pair> = (0..30).map(|i| exact(i * DAY_S, 300, ONE_E6)).collect();
    let (estimate, _) = named(&pairs);
    let elsewhere = Pair {
        evse: Sym(8),
        ..pairs[0]
    };
    explains(&estimate, &elsewhere);
}

#[test]
fn too_few_pairs_and_scatter_say_nothing() {
    let few: Vec<Pair> = (0..19).map(|i| exact(i * DAY_S, 300, 1_100_000)).collect();
    let (estimate, off) = named(&few);
    assert_eq!((estimate.clock, estimate.meter), (None, None));
    assert!(off.is_empty(), "19 pairs are one too few: {off:?}");

    let mut random = Random::new(12);
    let scattered: Vec<Pair> = (0..100)
        .map(|i| {
            let ratio = random.within(500_000, 2_000_000);
            exact(i * DAY_S, random.within(0, HOUR_S), ratio)
        })
        .collect();
    let (estimate, off) = named(&scattered);
    assert_eq!((estimate.clock, estimate.meter), (None, None));
    assert!(off.is_empty(), "half an hour on average is no clock");
}

#[test]
fn small_and_missing_energy_says_nothing_of_the_meter() {
    let pairs: Vec<Pair> = (0..40)
        .map(|i| {
            let pair = exact(i * DAY_S, 0, 1_200_000);
            match i % 4 {
                0 => Pair {
                    session_energy_e6: 0,
                    ..pair
                },
                1 => Pair {
                    cdr_energy_e6: 0,
                    ..pair
                },
                2 => Pair {
                    session_energy_e6: 1_999_999,
                    ..pair
                },
                _ => pair,
            }
        })
        .collect();
    let (estimate, _) = named(&pairs);
    assert_eq!(estimate.meter, None, "ten pairs are left of forty");
    assert_eq!(estimate.clock.unwrap().pairs, 40, "their times are good");
}

#[test]
fn a_late_start_alone_is_no_clock() {
    let pairs: Vec<Pair> = (0..40)
        .map(|i| {
            let pair = exact(i * DAY_S, 0, ONE_E6);
            Pair {
                cdr_start_s: pair.cdr_start_s + 600,
                ..pair
            }
        })
        .collect();
    let (estimate, off) = named(&pairs);
    let clock = estimate.clock.unwrap();
    assert_eq!(clock.shape, Shape::Constant { level: 0 });
    assert!(off.is_empty(), "a clock moves start and end: {off:?}");

    let later: Vec<Pair> = (0..40)
        .map(|i| {
            let pair = exact(i * DAY_S, 300, ONE_E6);
            Pair {
                cdr_end_s: pair.cdr_end_s + 2 * HOUR_S,
                ..pair
            }
        })
        .collect();
    let (estimate, _) = named(&later);
    let clock = estimate.clock.unwrap();
    assert_eq!(
        clock.shape,
        Shape::Constant { level: 300 },
        "the end is two hours of idle time later"
    );

    let apart: Vec<Pair> = (0..40)
        .map(|i| {
            let pair = exact(i * DAY_S, 300, ONE_E6);
            Pair {
                cdr_end_s: pair.cdr_end_s - 900,
                ..pair
            }
        })
        .collect();
    let (estimate, _) = named(&apart);
    assert_eq!(
        estimate.clock, None,
        "later start and earlier end contradict each other"
    );
}

#[test]
fn one_wrong_date_does_not_make_a_drift() {
    let mut pairs: Vec<Pair> = (0..40).map(|i| exact(i * DAY_S, 30, ONE_E6)).collect();
    pairs.push(exact(-BEGIN_S, BEGIN_S, ONE_E6));
    let (estimate, off) = named(&pairs);
    let clock = estimate.clock.unwrap();
    assert_eq!(clock.shape, Shape::Constant { level: 30 });
    assert!(off.is_empty(), "a session of 1970 is one outlier: {off:?}");
}

#[test]
#[should_panic(expected = "within the calendar")]
fn a_time_beyond_the_calendar_is_our_mistake() {
    estimate(&[exact(i64::MAX / 2, 0, ONE_E6)], &Limits::default());
}
