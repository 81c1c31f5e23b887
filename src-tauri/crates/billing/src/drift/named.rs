//! The stations that are off, with what a person needs to act: since when, how much, what it costs.

use super::fit::{Fit, Shape};
use super::median::div_round;
use super::{Estimate, Limits, ONE_E6, Pair, in_order};
use crate::Sym;
use domain::{Currency, Decimal, Totals};
use std::collections::BTreeMap;

/// An hour in seconds.
const HOUR_S: i64 = 3_600;

/// The farthest a time zone lies from UTC, in hours.
const FARTHEST_ZONE_H: i64 = 14;

/// What is wrong with a station. Values that drift are those at the last CDR concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The clock is off.
    Clock {
        /// CDR minus session, in seconds.
        offset_s: i64,
        /// Drift per day in millionths of a second; 0 for a constant offset.
        per_day_e6: i64,
    },
    /// The clock is right, but local time is written as UTC.
    LocalTime {
        /// CDR minus session, in hours.
        hours: i64,
    },
    /// The meter counts too much or too little.
    Meter {
        /// CDR over session energy, in millionths.
        ratio_e6: i64,
        /// Drift of the ratio per day, in millionths of a millionth; 0 for a constant ratio.
        per_day_e6: i64,
    },
}

/// A station that is off, over one stretch of time. A step from one wrong level to another gives
/// two of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Off {
    /// The EVSE.
    pub evse: Sym,
    /// What is wrong.
    pub fault: Fault,
    /// Start of the first session concerned, in Unix seconds.
    pub since_s: i64,
    /// Start of the first session that is right again or on another level; `None`: still off.
    pub until_s: Option<i64>,
    /// CDRs that show it. Those that differ otherwise are for a dispute and are not counted.
    pub cdrs: usize,
    /// The money at stake in these CDRs, net, per currency. Meter: what the wrong ratio put on top
    /// (below zero: what it left out) if all of the price went by energy, each CDR's share rounded
    /// to a millionth. Clock and local time: all that is stated, for prices by time of day.
    pub at_stake: Totals,
}

/// The stations that are off, by EVSE, the clock before the meter, then by time. `estimates` are
/// those of [`super::estimate`]; an EVSE without one is left out.
///
/// # Panics
/// When a time is none that a calendar has.
pub fn off(pairs: &[Pair], estimates: &[Estimate], limits: &Limits) -> Vec<Off> {
    let by_evse: BTreeMap<Sym, &Estimate> = estimates.iter().map(|e| (e.evse, e)).collect();
    let mut all = Vec::new();
    for of_evse in in_order(pairs).chunk_by(|a, b| a.evse == b.evse) {
        let Some(estimate) = by_evse.get(&of_evse[0].evse) else {
            continue;
        };
        if let Some(fit) = estimate.clock {
            all.extend(stretches(
                &clock_readings(of_evse, &fit, limits),
                &fit,
                |last| clock_fault(&fit.shape, last, limits),
            ));
        }
        if let Some(fit) = estimate.meter {
            all.extend(stretches(
                &meter_readings(of_evse, &fit, limits),
                &fit,
                |last| Fault::Meter {
                    ratio_e6: last,
                    per_day_e6: per_day(&fit.shape),
                },
            ));
        }
    }
    all
}

/// A pair that fits the estimate, and what that says of it.
struct Reading<'a> {
    pair: &'a Pair,
    /// What the estimate predicts for it.
    predicted: i64,
    /// Whether that is beyond the limit.
    off: bool,
    /// Its money at stake, in millionths.
    stake_e6: i64,
}

fn clock_readings<'a>(pairs: &[&'a Pair], fit: &Fit, limits: &Limits) -> Vec<Reading<'a>> {
    let reading = |&pair: &&'a Pair| {
        let predicted = fit.shape.at(pair.session_start_s);
        let offset = pair.offset(limits)?.value;
        ((offset - predicted).abs() <= limits.clock_slack_s).then_some(Reading {
            pair,
            predicted,
            off: predicted.abs() > limits.clock_limit_s,
            stake_e6: pair.stated_net_e6,
        })
    };
    pairs.iter().filter_map(reading).collect()
}

fn meter_readings<'a>(pairs: &[&'a Pair], fit: &Fit, limits: &Limits) -> Vec<Reading<'a>> {
    let reading = |&pair: &&'a Pair| {
        let predicted = fit.shape.at(pair.session_start_s);
        let ratio = pair.ratio(limits)?.value;
        ((ratio - predicted).abs() <= limits.meter_slack_e6).then_some(Reading {
            pair,
            predicted,
            off: (predicted - ONE_E6).abs() > limits.meter_limit_e6,
            stake_e6: added_by_ratio(pair.stated_net_e6, predicted)?,
        })
    };
    pairs.iter().filter_map(reading).collect()
}

/// The part of a net total that a meter's ratio put on top: `net * (1 - 1 / ratio)`. None where the
/// ratio is not above zero or so near it that the part fits no amount.
fn added_by_ratio(net_e6: i64, ratio_e6: i64) -> Option<i64> {
    if ratio_e6 <= 0 {
        return None;
    }
    let scaled = i128::from(net_e6) * i128::from(ratio_e6 - ONE_E6);
    i64::try_from(div_round(scaled, i128::from(ratio_e6))).ok()
}

/// One [`Off`] for each side of the shape that has readings beyond the limit.
fn stretches(readings: &[Reading<'_>], fit: &Fit, fault: impl Fn(i64) -> Fault) -> Vec<Off> {
    let split = match fit.shape {
        Shape::Constant { .. } | Shape::Drift { .. } => 0,
        Shape::Step { at_s, .. } => readings.partition_point(|r| r.pair.session_start_s < at_s),
    };
    [(0, split), (split, readings.len())]
        .into_iter()
        .filter_map(|(from, to)| {
            let concerned: Vec<&Reading<'_>> =
                readings[from..to].iter().filter(|r| r.off).collect();
            let (first, last) = (concerned.first()?, concerned.last()?);
            let is_later = |r: &&Reading<'_>| r.pair > last.pair;
            Some(Off {
                evse: first.pair.evse,
                fault: fault(last.predicted),
                since_s: first.pair.session_start_s,
                until_s: readings
                    .iter()
                    .find(is_later)
                    .map(|r| r.pair.session_start_s),
                cdrs: concerned.len(),
                at_stake: sum(&concerned),
            })
        })
        .collect()
}

fn sum(readings: &[&Reading<'_>]) -> Totals {
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for reading in readings {
        *sums.entry(reading.pair.currency).or_default() += i128::from(reading.stake_e6);
    }
    let amount = |e6| {
        Decimal::try_from_i128_with_scale(e6, 6)
            .expect("as many 64-bit amounts as fit in memory stay within 96 bits")
    };
    Totals(sums.into_iter().map(|(c, e6)| (c, amount(e6))).collect())
}

fn clock_fault(shape: &Shape, offset_s: i64, limits: &Limits) -> Fault {
    match shape {
        Shape::Constant { .. } | Shape::Step { .. } => whole_hours(offset_s, limits).map_or(
            Fault::Clock {
                offset_s,
                per_day_e6: 0,
            },
            |hours| Fault::LocalTime { hours },
        ),
        Shape::Drift { per_day_e6, .. } => Fault::Clock {
            offset_s,
            per_day_e6: *per_day_e6,
        },
    }
}

/// The hours of an offset that a time zone can have, if what is left over is a good clock's.
fn whole_hours(offset_s: i64, limits: &Limits) -> Option<i64> {
    let hours = (offset_s + HOUR_S / 2).div_euclid(HOUR_S);
    let rest = (offset_s - hours * HOUR_S).abs();
    (hours != 0 && hours.abs() <= FARTHEST_ZONE_H && rest <= limits.clock_limit_s).then_some(hours)
}

fn per_day(shape: &Shape) -> i64 {
    match shape {
        Shape::Constant { .. } | Shape::Step { .. } => 0,
        Shape::Drift { per_day_e6, .. } => *per_day_e6,
    }
}
