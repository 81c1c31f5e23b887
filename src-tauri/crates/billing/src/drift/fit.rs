//! One series of values over time: constant, line or step, whichever fits best.

use super::median::{div_round, median, prefix_costs};

/// A day in millionths of a second: the divisor of a slope per day.
const DAY_E6: i128 = 86_400 * 1_000_000;

/// The steepest slope taken for drift: a million units a day. Above, times are mixed up.
const STEEPEST_E6: i128 = 1_000_000 * 1_000_000;

/// How many slacks from the fit a value counts; beyond, all outliers weigh the same.
const REACH: i64 = 3;

/// A value (seconds of offset, or millionths of a ratio) at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) at_s: i64,
    pub(super) value: i64,
}

/// What counts as a change and what as support. See [`super::Limits`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) limit: i64,
    pub(super) slack: i64,
    pub(super) min_pairs: usize,
    pub(super) min_side: usize,
    pub(super) support_percent: usize,
    pub(super) slopes: usize,
}

/// How a value goes with time. The unit is the series': seconds, or millionths of a ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The same all the time.
    Constant {
        /// The value.
        level: i64,
    },
    /// Going up or down steadily.
    Drift {
        /// A time in the middle of the series, in Unix seconds.
        at_s: i64,
        /// The value at that time.
        level: i64,
        /// Change per day, in millionths of the unit.
        per_day_e6: i64,
    },
    /// One level, and from some time on another.
    Step {
        /// Start of the first session on the new level, in Unix seconds.
        at_s: i64,
        /// The value before.
        before: i64,
        /// The value from then on.
        after: i64,
    },
}

impl Shape {
    /// The value at a time (Unix seconds).
    ///
    /// # Panics
    /// When the time is none that a calendar has.
    pub fn at(&self, time_s: i64) -> i64 {
        match *self {
            Shape::Constant { level } => level,
            Shape::Drift {
                at_s,
                level,
                per_day_e6,
            } => level + run(i128::from(per_day_e6), at_s, time_s),
            Shape::Step {
                at_s,
                before,
                after,
            } => {
                if time_s < at_s {
                    before
                } else {
                    after
                }
            }
        }
    }
}

/// What a line gains from one time to another.
fn run(per_day_e6: i128, from_s: i64, to_s: i64) -> i64 {
    let seconds = i128::from(to_s) - i128::from(from_s);
    i64::try_from(div_round(per_day_e6 * seconds, DAY_E6))
        .expect("a slope within bounds over a calendar's time fits 64 bits")
}

/// A shape and what speaks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    /// How the value goes with time.
    pub shape: Shape,
    /// Pairs looked at.
    pub pairs: usize,
    /// Pairs that lie within the slack of the shape.
    pub fitting: usize,
}

/// The best supported shape of points in order of time; none if they are few or scattered.
pub(super) fn fit(points: &[Point], rules: &Rules) -> Option<Fit> {
    if points.len() < rules.min_pairs.max(1) {
        return None;
    }
    let level = level_of(points)?;
    let constant = Some(Shape::Constant { level });
    // Values this close to each other change by less than the limit, whatever their order.
    let mut candidates = [constant, None, None];
    if spread(points) >= rules.limit {
        candidates = [constant, drift(points, rules), step(points, level, rules)];
    }
    candidates
        .into_iter()
        .flatten()
        .filter(|shape| is_supported(shape, points, rules))
        .min_by_key(|shape| cost(shape, points, rules)) // of equals the first: the simplest
        .map(|shape| Fit {
            shape,
            pairs: points.len(),
            fitting: fitting(&shape, points, rules),
        })
}

/// From the least value to the largest.
fn spread(points: &[Point]) -> i64 {
    let values = || points.iter().map(|point| point.value);
    let (least, most) = (values().min(), values().max());
    most.zip(least)
        .map_or(0, |(most, least)| most.saturating_sub(least))
}

fn level_of(points: &[Point]) -> Option<i64> {
    let middle = median(points.iter().map(|p| i128::from(p.value)).collect())?;
    Some(i64::try_from(middle).expect("a median lies between its values"))
}

fn distance(shape: &Shape, point: &Point) -> i64 {
    (point.value - shape.at(point.at_s)).abs()
}

fn fitting(shape: &Shape, points: &[Point], rules: &Rules) -> usize {
    points
        .iter()
        .filter(|point| distance(shape, point) <= rules.slack)
        .count()
}

/// Whether enough points lie near the shape; for a step, on each side of it.
fn is_supported(shape: &Shape, points: &[Point], rules: &Rules) -> bool {
    let split = match *shape {
        Shape::Constant { .. } | Shape::Drift { .. } => 0,
        Shape::Step { at_s, .. } => points.partition_point(|p| p.at_s < at_s),
    };
    let (before, after) = points.split_at(split);
    [before, after]
        .iter()
        .all(|part| fitting(shape, part, rules) * 100 >= part.len() * rules.support_percent)
}

/// Sum of distances, each counted up to the reach, so that no outlier decides between shapes.
fn cost(shape: &Shape, points: &[Point], rules: &Rules) -> i128 {
    points
        .iter()
        .map(|point| i128::from(distance(shape, point).min(rules.slack * REACH)))
        .sum()
}

/// The Theil-Sen line, if it changes by more than the limit over the series.
fn drift(points: &[Point], rules: &Rules) -> Option<Shape> {
    let slope = median(slopes(points, rules.slopes))?;
    let at_s = points[points.len() / 2].at_s;
    // The first and last tenth are left out: a single wrong date would stretch the series.
    let tenth = points.len() / 10;
    let (from_s, to_s) = (points[tenth].at_s, points[points.len() - 1 - tenth].at_s);
    if slope.abs() > STEEPEST_E6 || run(slope, from_s, to_s).abs() < rules.limit {
        return None;
    }
    let rest = points
        .iter()
        .map(|p| i128::from(p.value) - i128::from(run(slope, at_s, p.at_s)));
    Some(Shape::Drift {
        at_s,
        level: i64::try_from(median(rest.collect())?).ok()?,
        per_day_e6: i64::try_from(slope).ok()?,
    })
}

/// Slopes per day (millionths) between points: all of them for a short series, else those of
/// points a quarter to three quarters of the series apart, at evenly spaced distances.
fn slopes(points: &[Point], at_most: usize) -> Vec<i128> {
    let count = points.len();
    let strides: Vec<usize> = if count * count.saturating_sub(1) / 2 <= at_most {
        (1..count).collect()
    } else {
        let few = at_most / count + 1;
        (0..few)
            .map(|i| count / 4 + count * (2 * i + 1) / (4 * few))
            .collect()
    };
    strides
        .into_iter()
        .flat_map(|stride| points.iter().zip(&points[stride..]))
        .filter(|(a, b)| a.at_s < b.at_s)
        .map(|(a, b)| {
            let rise = i128::from(b.value) - i128::from(a.value);
            div_round(rise * DAY_E6, i128::from(b.at_s) - i128::from(a.at_s))
        })
        .collect()
}

/// The split with the least distances to the medians of its sides, if these differ by the limit.
///
/// The split is sought on values cut to the reach about the series' median, which keeps a step (its
/// levels lie on either side of the median or on it) and takes the weight from outliers.
fn step(points: &[Point], level: i64, rules: &Rules) -> Option<Shape> {
    let reach = rules.slack * REACH;
    let cut = |point: &Point| point.value.clamp(level - reach, level + reach);
    let before = prefix_costs(points.iter().map(cut));
    let after = prefix_costs(points.iter().rev().map(cut));
    let side = rules.min_side.max(1);
    let last = points.len().checked_sub(side)?;
    let split = (side..=last)
        .filter(|&at| points[at - 1].at_s < points[at].at_s)
        .min_by_key(|&at| before[at] + after[points.len() - at])?;
    let (left, right) = points.split_at(split);
    let (before, after) = (level_of(left)?, level_of(right)?);
    ((after - before).abs() >= rules.limit).then_some(Shape::Step {
        at_s: points[split].at_s,
        before,
        after,
    })
}
