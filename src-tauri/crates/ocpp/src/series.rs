//! The meter of a session as energy over time (rules 4 to 12).

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::{Decimal, Instant, Kwh};
use rust_decimal::RoundingStrategy;

use crate::clock::Timed;
use crate::transaction::{Measurand, Place, Sample, Transaction};
use crate::trouble::Trouble;

/// Wh beyond which no meter counts.
const WH_MAX: i64 = 1_000_000_000_000;
/// Wh a counter may fall by noise.
const NOISE_WH: i64 = 10;
/// W that no connector gives.
const POWER_MAX_W: i64 = 1_000_000;
/// Seconds between readings, at least, when their power is judged.
const SECONDS_MIN: i64 = 60;
/// Wh at which the smallest counter rolls over.
const ROLLOVER_MIN_WH: i64 = 1_000_000;
/// A gap between readings worth a word.
const GAP: TimeDelta = TimeDelta::hours(1);

/// The meter at a moment, Wh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Point {
    pub at: Instant,
    pub wh: Decimal,
}

/// Energy since the start, Wh, at every reading from start to end; it never falls.
pub(crate) fn series(
    t: &Transaction,
    timed: &Timed<'_>,
    place: Place,
    odd: &mut Vec<Trouble>,
) -> Result<Vec<Point>, Trouble> {
    let start_wh = t.start.as_ref().and_then(|start| start.meter_wh);
    let stop_wh = t.stop.as_ref().and_then(|stop| stop.meter_wh);
    for wh in [start_wh, stop_wh].into_iter().flatten() {
        if !is_countable(wh) {
            return Err(Trouble::TooMuchEnergy { wh: shown(wh) });
        }
    }
    let mut points = registers(timed, place, odd);
    let mut start_wh = start_wh.map(tenths);
    if points.is_empty() {
        points = intervals(timed, place, start_wh.unwrap_or_default(), odd);
        if !points.is_empty() {
            start_wh = start_wh.or(Some(Decimal::ZERO));
        }
    }
    let points = with_ends(timed, points, start_wh, stop_wh.map(tenths), odd)?;
    let points = without_zero_start(points, odd);
    let points = without_outliers(&points, odd);
    let points = counted_on(&points, odd)?;
    for pair in points.windows(2) {
        let gap = pair[1].at - pair[0].at;
        if gap > GAP && pair[1].wh > pair[0].wh {
            odd.push(Trouble::ReadingGap {
                minutes: gap.num_minutes(),
            });
        }
    }
    Ok(points)
}

/// The series with the signed energy as its last reading; none before it shows more (rule 15).
pub(crate) fn as_signed(
    mut points: Vec<Point>,
    signed: Kwh,
    odd: &mut Vec<Trouble>,
) -> Result<Vec<Point>, Trouble> {
    let wh = signed.0.checked_mul(Decimal::ONE_THOUSAND);
    let wh = wh.filter(|wh| is_countable(*wh)).map(tenths);
    let wh = wh.ok_or_else(|| Trouble::TooMuchEnergy {
        wh: format!("{}000", shown(signed.0)),
    })?;
    let Some(last) = points.last_mut() else {
        return Ok(points);
    };
    if last.wh != wh {
        odd.push(Trouble::SignedCounts {
            register_wh: shown(last.wh),
            signed_wh: shown(wh),
        });
    }
    last.wh = wh;
    for point in &mut points {
        point.wh = point.wh.min(wh);
    }
    Ok(points)
}

/// Whether a counter can show it, so that sums of many fit.
pub(crate) fn is_countable(wh: Decimal) -> bool {
    wh.abs() <= Decimal::from(WH_MAX)
}

/// A tenth of a Wh is the fourth decimal of a kWh, the last that OCPI writes.
fn tenths(wh: Decimal) -> Decimal {
    wh.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero)
}

/// Readings of the counter: totals, else sums over the phases (rule 4).
fn registers(timed: &Timed<'_>, place: Place, odd: &mut Vec<Trouble>) -> Vec<Point> {
    let read = timed
        .samples
        .iter()
        .filter(|(_, s)| is_told(s, &Measurand::Register, place));
    let totals: Vec<Point> = read
        .clone()
        .filter(|(_, sample)| sample.phase.is_none())
        .map(|(at, sample)| Point {
            at: *at,
            wh: tenths(sample.value),
        })
        .collect();
    if !totals.is_empty() {
        return totals;
    }
    let mut by_time: BTreeMap<Instant, BTreeMap<&str, Decimal>> = BTreeMap::new();
    for (at, sample) in read {
        let phase = sample.phase.as_deref().unwrap_or_default();
        by_time.entry(*at).or_default().insert(phase, sample.value);
    }
    let phases: BTreeSet<&str> = by_time.values().flat_map(BTreeMap::keys).copied().collect();
    let all = by_time.len();
    let sums: Vec<Point> = by_time
        .into_iter()
        .filter(|(_, values)| values.len() == phases.len())
        .map(|(at, values)| Point {
            at,
            wh: tenths(values.values().sum()),
        })
        .collect();
    if all > 0 {
        odd.push(Trouble::PhasesSummed);
    }
    if all > sums.len() {
        odd.push(Trouble::PhaseMissing {
            count: all - sums.len(),
        });
    }
    sums
}

fn is_told(sample: &Sample, measurand: &Measurand, place: Place) -> bool {
    sample.measurand == *measurand && sample.place == place && is_countable(sample.value)
}

/// Energy of intervals as a counter that begins at `from_wh` (rule 5).
fn intervals(
    timed: &Timed<'_>,
    place: Place,
    from_wh: Decimal,
    odd: &mut Vec<Trouble>,
) -> Vec<Point> {
    let told: Vec<_> = timed
        .samples
        .iter()
        .filter(|(_, s)| is_told(s, &Measurand::Interval, place))
        .collect();
    let by_phase = told.iter().all(|(_, sample)| sample.phase.is_some());
    let mut points: Vec<Point> = Vec::new();
    let mut wh = from_wh;
    for (at, sample) in told {
        if by_phase || sample.phase.is_none() {
            wh += tenths(sample.value);
            match points.last_mut().filter(|last| by_phase && last.at == *at) {
                Some(last) => last.wh = wh,
                None => points.push(Point { at: *at, wh }),
            }
        }
    }
    if !points.is_empty() {
        odd.push(Trouble::IntervalsSummed);
    }
    points
}

/// The readings with those of start and end (rule 6), one for each second (rule 7).
fn with_ends(
    timed: &Timed<'_>,
    readings: Vec<Point>,
    start_wh: Option<Decimal>,
    stop_wh: Option<Decimal>,
    odd: &mut Vec<Trouble>,
) -> Result<Vec<Point>, Trouble> {
    let (first, last) = (readings.first().copied(), readings.last().copied());
    let at_start = |wh| Point {
        at: timed.start_at,
        wh,
    };
    let at_stop = |wh| Point {
        at: timed.stop_at,
        wh,
    };
    let start = start_wh.map(at_start).or(first).ok_or(Trouble::NoMeter)?;
    let stop = stop_wh.map(at_stop).or(last).ok_or(Trouble::NoMeter)?;
    if stop_wh.is_none() && readings.is_empty() {
        return Err(Trouble::NoMeter);
    }
    if start.at > timed.start_at {
        odd.push(Trouble::StartFromSample);
    }
    if stop.at < timed.stop_at {
        odd.push(Trouble::StopFromSample);
    }
    let stop = at_stop(stop.wh);
    let mut points = vec![at_start(start.wh)];
    let mut twice = 0;
    for point in readings {
        let end = [points[0], stop].into_iter().find(|end| end.at == point.at);
        let same = points.last().filter(|before| before.at == point.at);
        match end.or(same.copied()) {
            Some(counts) => twice += usize::from(end.is_none() || counts.wh != point.wh),
            None => points.push(point),
        }
    }
    points.push(stop);
    if twice > 0 {
        odd.push(Trouble::DuplicateReadings { count: twice });
    }
    Ok(points)
}

/// Whether so much energy can have flowed between two moments.
fn is_plausible(wh: Decimal, from: Instant, until: Instant) -> bool {
    let seconds = (until - from).num_seconds().max(SECONDS_MIN);
    wh * Decimal::from(3_600) <= Decimal::from(POWER_MAX_W) * Decimal::from(seconds)
}

/// A start of zero before a counter that stands elsewhere was no reading (rule 11).
fn without_zero_start(mut points: Vec<Point>, odd: &mut Vec<Trouble>) -> Vec<Point> {
    if let [first, second, .., last] = points.as_mut_slice()
        && first.wh.is_zero()
        && last.wh >= second.wh
        && !is_plausible(second.wh, first.at, second.at)
    {
        first.wh = second.wh;
        odd.push(Trouble::StartMeterZero);
    }
    points
}

/// Leaves out single readings that the ones around them contradict (rule 8).
fn without_outliers(points: &[Point], odd: &mut Vec<Trouble>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::with_capacity(points.len());
    let mut drop = |point: Point| {
        odd.push(Trouble::ReadingBack {
            wh: shown(point.wh),
        });
    };
    for (place, point) in points.iter().enumerate() {
        let Some(before) = kept.last().copied().filter(|before| point.wh < before.wh) else {
            kept.push(*point);
            continue;
        };
        let next = points.get(place + 1);
        let noise = before.wh - point.wh <= Decimal::from(NOISE_WH);
        let fits_before_last = kept.len() >= 2 && kept[kept.len() - 2].wh <= point.wh;
        if next.is_some_and(|next| next.wh >= before.wh || noise) {
            drop(*point); // it alone goes back
        } else if fits_before_last {
            drop(before); // it alone goes ahead
            kept.pop();
            kept.push(*point);
        } else if noise {
            drop(*point);
            kept.push(Point {
                at: point.at,
                wh: before.wh,
            });
        } else {
            kept.push(*point); // the counter fell and counts on from there
        }
    }
    kept
}

/// Energy since the first reading, over every fall of the counter (rules 9 and 10).
fn counted_on(points: &[Point], odd: &mut Vec<Trouble>) -> Result<Vec<Point>, Trouble> {
    let mut flowed = Decimal::ZERO;
    let mut counted: Vec<Point> = Vec::with_capacity(points.len());
    let mut before: Option<Point> = None;
    for point in points {
        if let Some(before) = before {
            let more = if point.wh >= before.wh {
                point.wh - before.wh
            } else {
                after_fall(before, *point, odd)
            };
            if !is_plausible(more, before.at, point.at) {
                return Err(Trouble::TooMuchEnergy { wh: shown(more) });
            }
            flowed += more;
        }
        counted.push(Point {
            at: point.at,
            wh: flowed,
        });
        before = Some(*point);
    }
    Ok(counted)
}

/// What flowed between two readings of which the second is lower.
fn after_fall(before: Point, after: Point, odd: &mut Vec<Trouble>) -> Decimal {
    let mut size = Decimal::from(ROLLOVER_MIN_WH);
    while size <= before.wh {
        size *= Decimal::TEN;
    }
    let near_the_end = before.wh * Decimal::from(20) >= size * Decimal::from(19);
    let rolled = size - before.wh + after.wh;
    if near_the_end && after.wh >= Decimal::ZERO && is_plausible(rolled, before.at, after.at) {
        odd.push(Trouble::MeterRollover { at_wh: shown(size) });
        return rolled;
    }
    odd.push(Trouble::MeterReset {
        from_wh: shown(before.wh),
        to_wh: shown(after.wh),
    });
    after.wh.max(Decimal::ZERO)
}

pub(crate) fn shown(wh: Decimal) -> String {
    wh.normalize().to_string()
}
