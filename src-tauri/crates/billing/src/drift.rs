//! Clocks and meters: which stations are off, since when, by how much, and what it costs.
//!
//! A CDR and its session describe the same charge twice. Where they differ by the same amount again
//! and again at one EVSE, it is the station and no dispute about one charge. [`estimate`] says what
//! each EVSE's clock and meter do, [`off`] names those that are off, and [`explains`] tells for one
//! CDR whether its difference is only what its station always does.
//!
//! # How
//! - The **offset** of a pair is what both times are shifted by, CDR minus session: the middle of
//!   the shifts of start and end where these agree, else the smaller, for a clock moves both. A
//!   pair whose times are shifted apart has none.
//! - The **ratio** of a pair is CDR energy over session energy, where the session has enough of it.
//! - Either series is fitted by a constant (its median), a line (Theil-Sen) and a step (the split
//!   with the least distance to the medians of its sides). The best that most pairs support stands.
//!   Where none is supported, nothing is said: scatter is no clock.
//! - An offset of whole hours is local time written as UTC, not a clock: see [`Fault::LocalTime`].
//!
//! One step or one line is found per series; a clock that went off and was repaired within the same
//! input shows the larger of its two steps.
//!
//! The result does not depend on the order of the input. Time grows with n log n.

mod fit;
mod median;
mod named;
#[cfg(test)]
mod tests;

use crate::Sym;
use domain::Currency;
use fit::{Point, Rules};
use median::div_round;

pub use fit::{Fit, Shape};
pub use named::{Fault, Off, off};

/// A ratio of 1, in millionths.
const ONE_E6: i64 = 1_000_000;

/// A CDR and the session it bills. One pair per CDR; a credit CDR is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// The EVSE both took place at.
    pub evse: Sym,
    /// When the session began, in Unix seconds.
    pub session_start_s: i64,
    /// When the session ended, in Unix seconds.
    pub session_end_s: i64,
    /// When the charge began by the CDR, in Unix seconds.
    pub cdr_start_s: i64,
    /// When the charge ended by the CDR, in Unix seconds.
    pub cdr_end_s: i64,
    /// Energy of the CDR, in millionths of a kWh.
    pub cdr_energy_e6: i64,
    /// Energy of the session, in millionths of a kWh.
    pub session_energy_e6: i64,
    /// The net total the CDR states, in millionths of its currency.
    pub stated_net_e6: i64,
    /// Currency of the stated total.
    pub currency: Currency,
    /// Row of the CDR.
    pub row: i64,
}

/// From where on a station counts as off, and how much must speak for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest offset of a good clock in seconds, and the least change that counts as drift or
    /// step. Default 120: a delivery delay of a minute or two is no clock.
    pub clock_limit_s: i64,
    /// How far times may lie from the estimate and still fit it, in seconds. Default 60.
    pub clock_slack_s: i64,
    /// Largest deviation of a good meter's ratio from 1, in millionths, and the least change that
    /// counts as drift or step. Default 20 000: two figures of one charge, each a percent off.
    pub meter_limit_e6: i64,
    /// How far a ratio may lie from the estimate and still fit it, in millionths. Default 10 000.
    pub meter_slack_e6: i64,
    /// Least session energy whose ratio is looked at, in millionths of a kWh. Default 2 kWh: below,
    /// the rounding of either figure weighs more than the meter.
    pub min_energy_e6: i64,
    /// Fewest pairs before anything is said of a clock or meter. Default 20.
    pub min_pairs: usize,
    /// Fewest pairs on either side of a step. Default 10.
    pub min_side: usize,
    /// Share of pairs that must fit, in percent; for a step on each side. Default 60.
    pub support_percent: usize,
    /// About how many slopes a Theil-Sen line is the median of (never fewer than half the pairs).
    /// Default 20 000.
    pub slopes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            clock_limit_s: 120,
            clock_slack_s: 60,
            meter_limit_e6: 20_000,
            meter_slack_e6: 10_000,
            min_energy_e6: 2_000_000,
            min_pairs: 20,
            min_side: 10,
            support_percent: 60,
            slopes: 20_000,
        }
    }
}

impl Limits {
    fn rules(&self, limit: i64, slack: i64) -> Rules {
        Rules {
            limit,
            slack,
            min_pairs: self.min_pairs,
            min_side: self.min_side,
            support_percent: self.support_percent,
            slopes: self.slopes,
        }
    }
}

/// What one EVSE's clock and meter do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// The EVSE.
    pub evse: Sym,
    /// Offset of the clock in seconds, CDR minus session. `None`: too few pairs, or no estimate
    /// that most of them support.
    pub clock: Option<Fit>,
    /// Ratio of CDR to session energy in millionths. `None` likewise.
    pub meter: Option<Fit>,
    /// How far times may lie from the estimate and still fit it ([`Limits::clock_slack_s`]).
    pub clock_slack_s: i64,
    /// How far ratios may lie from the estimate and still fit it ([`Limits::meter_slack_e6`]).
    pub meter_slack_e6: i64,
}

/// One estimate per EVSE, by EVSE.
///
/// # Panics
/// When a time is none that a calendar has (beyond ±2^43 seconds).
pub fn estimate(pairs: &[Pair], limits: &Limits) -> Vec<Estimate> {
    let clock = limits.rules(limits.clock_limit_s, limits.clock_slack_s);
    let meter = limits.rules(limits.meter_limit_e6, limits.meter_slack_e6);
    in_order(pairs)
        .chunk_by(|a, b| a.evse == b.evse)
        .map(|of_evse| {
            let offsets: Vec<Point> = of_evse.iter().filter_map(|p| p.offset(limits)).collect();
            let ratios: Vec<Point> = of_evse.iter().filter_map(|p| p.ratio(limits)).collect();
            Estimate {
                evse: of_evse[0].evse,
                clock: fit::fit(&offsets, &clock),
                meter: fit::fit(&ratios, &meter),
                clock_slack_s: limits.clock_slack_s,
                meter_slack_e6: limits.meter_slack_e6,
            }
        })
        .collect()
}

/// Whether the pair differs, and in nothing but what its station's estimate predicts: then it is
/// the clock or the meter, not a dispute. A pair without difference has nothing to explain.
///
/// # Panics
/// When the estimate is another EVSE's, or a time is none that a calendar has.
pub fn explains(estimate: &Estimate, pair: &Pair) -> bool {
    assert_eq!(
        estimate.evse, pair.evse,
        "an estimate speaks of its own EVSE"
    );
    let times = pair.times_differ(estimate.clock_slack_s);
    let energy = pair.energy_differs(ONE_E6, estimate.meter_slack_e6);
    (times || energy)
        && (!times || explains_times(estimate, pair))
        && (!energy || explains_energy(estimate, pair))
}

/// Both times of the CDR lie where the clock puts them.
fn explains_times(estimate: &Estimate, pair: &Pair) -> bool {
    let fits = |shape: &Shape, session_s: i64, cdr_s: i64| {
        (cdr_s - session_s - shape.at(session_s)).abs() <= estimate.clock_slack_s
    };
    estimate.clock.is_some_and(|clock| {
        fits(&clock.shape, pair.session_start_s, pair.cdr_start_s)
            && fits(&clock.shape, pair.session_end_s, pair.cdr_end_s)
    })
}

/// The energy of the CDR is what the meter makes of the session's.
fn explains_energy(estimate: &Estimate, pair: &Pair) -> bool {
    estimate.meter.is_some_and(|meter| {
        let ratio = meter.shape.at(pair.session_start_s);
        !pair.energy_differs(ratio, estimate.meter_slack_e6)
    })
}

/// By EVSE, then time. Every field takes part, so that the order of the input never shows.
fn in_order(pairs: &[Pair]) -> Vec<&Pair> {
    let mut sorted: Vec<&Pair> = pairs.iter().collect();
    sorted.sort_unstable();
    sorted
}

impl Pair {
    /// By how much start and end of the CDR lie behind those of the session, in seconds.
    fn shifts(&self) -> (i64, i64) {
        let behind = |cdr_s: i64, session_s: i64| calendar(cdr_s) - calendar(session_s);
        (
            behind(self.cdr_start_s, self.session_start_s),
            behind(self.cdr_end_s, self.session_end_s),
        )
    }

    /// What both times are shifted by. Where they are shifted apart, they say nothing of a clock;
    /// taking that for "no offset" would hide a clock that has just gone off.
    fn offset(&self, limits: &Limits) -> Option<Point> {
        let (start, end) = self.shifts();
        let smaller = if start.abs() <= end.abs() { start } else { end };
        let value = if (start - end).abs() <= limits.clock_slack_s {
            (start + end).div_euclid(2)
        } else if start.signum() == end.signum() || smaller.abs() <= limits.clock_slack_s {
            smaller
        } else {
            return None;
        };
        Some(Point {
            at_s: self.session_start_s,
            value,
        })
    }

    /// CDR energy over session energy, in millionths. Energy that is missing on either side says
    /// nothing of a meter, and neither does a ratio above a million.
    fn ratio(&self, limits: &Limits) -> Option<Point> {
        if self.cdr_energy_e6 <= 0 || self.session_energy_e6 < limits.min_energy_e6.max(1) {
            return None;
        }
        let scaled = i128::from(self.cdr_energy_e6) * i128::from(ONE_E6);
        let value = i64::try_from(div_round(scaled, i128::from(self.session_energy_e6))).ok()?;
        (value <= ONE_E6 * ONE_E6).then_some(Point {
            at_s: self.session_start_s,
            value,
        })
    }

    fn times_differ(&self, slack_s: i64) -> bool {
        let (start, end) = self.shifts();
        start.abs() > slack_s || end.abs() > slack_s
    }

    /// Whether the CDR's energy is farther from `ratio_e6` times the session's than the slack.
    fn energy_differs(&self, ratio_e6: i64, slack_e6: i64) -> bool {
        let session = i128::from(self.session_energy_e6);
        let expected = session * i128::from(ratio_e6);
        let stated = i128::from(self.cdr_energy_e6) * i128::from(ONE_E6);
        (stated - expected).abs() > session.abs() * i128::from(slack_e6)
    }
}

/// The same time, known to be small enough to reckon with.
fn calendar(time_s: i64) -> i64 {
    assert!(
        time_s.unsigned_abs() <= 1 << 43,
        "a time read from a document lies within the calendar"
    );
    time_s
}
