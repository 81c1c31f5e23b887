//! The moments of a session at which another element of its tariff may begin to apply.

use chrono::offset::LocalResult;
use chrono::{NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use domain::{Decimal, Instant, Tariff};

use super::curve::Curve;
use super::{Course, Metered, NotGenerated, Turn};
use crate::clock::wall_clock;

/// A moment, and the energy of the session up to it, kWh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Split {
    pub at: Instant,
    pub kwh: Decimal,
}

/// Every boundary of a session, its start and its end included, in time order.
///
/// A threshold of energy is placed on the second in which it is passed, and the energy up to there
/// is the threshold exactly, so that no period holds kWh of two prices.
pub(super) fn splits(
    tariff: &Tariff,
    metered: &Metered<'_>,
    turns: &[Turn],
    curve: &Curve,
) -> Result<Vec<Split>, NotGenerated> {
    let (start, end) = (metered.start_at, metered.end_at);
    let mut moments = vec![start, end];
    moments.extend(turns.iter().map(|turn| turn.at));
    moments.extend(durations(tariff, start));
    moments.extend(on_the_clock(tariff, metered));
    if restricts_power(tariff) {
        moments.extend(curve.instants());
    }
    moments.retain(|at| *at >= start && *at <= end);
    moments.sort_unstable();
    moments.dedup();
    let thresholds = thresholds(tariff, turns, curve, (&moments, end))?;
    let mut splits = Vec::with_capacity(moments.len() + thresholds.len());
    for at in moments {
        let passed = thresholds.iter().any(|split| split.at == at);
        if !passed || at == start || at == end {
            let kwh = curve.at(at)?;
            splits.push(Split { at, kwh });
        }
    }
    // Of a threshold on the last moment nothing is left to price.
    splits.extend(thresholds.into_iter().filter(|split| split.at < end));
    splits.sort_by_key(|split| split.at);
    Ok(splits)
}

/// Whether power or current decides over an element.
pub(super) fn restricts_power(tariff: &Tariff) -> bool {
    tariff
        .elements
        .iter()
        .map(|element| &element.restrictions)
        .any(|r| {
            r.min_power.is_some()
                || r.max_power.is_some()
                || r.min_current.is_some()
                || r.max_current.is_some()
        })
}

fn durations(tariff: &Tariff, start: Instant) -> impl Iterator<Item = Instant> {
    let limits = tariff.elements.iter().flat_map(|element| {
        [
            element.restrictions.min_duration_s,
            element.restrictions.max_duration_s,
        ]
    });
    limits
        .flatten()
        .filter_map(move |seconds| start.checked_add_signed(TimeDelta::seconds(seconds.into())))
}

/// Where the energy of the session passes a limit: the second, or a boundary within it. In the
/// second in which charging goes on, that is the next one: what flowed belongs to the charging.
fn thresholds(
    tariff: &Tariff,
    turns: &[Turn],
    curve: &Curve,
    (moments, end): (&[Instant], Instant),
) -> Result<Vec<Split>, NotGenerated> {
    let mut limits: Vec<Decimal> = tariff
        .elements
        .iter()
        .flat_map(|element| [element.restrictions.min_kwh, element.restrictions.max_kwh])
        .flatten()
        .map(|limit| limit.0)
        .filter(|limit| !limit.is_zero())
        .collect();
    limits.sort_unstable();
    limits.dedup();
    let mut splits = Vec::new();
    for kwh in limits {
        for passed in curve.crossings(kwh)? {
            let second = passed.with_nanosecond(0).unwrap_or(passed);
            let before = moments.partition_point(|at| *at <= passed);
            let boundary = before.checked_sub(1).and_then(|place| moments.get(place));
            let at = boundary.map_or(second, |boundary| second.max(*boundary));
            let next = at + TimeDelta::seconds(1);
            let at = if next < end && begins_to_flow(turns, at) && flows_at(turns, next) {
                next
            } else {
                at
            };
            splits.push(Split { at, kwh });
        }
    }
    splits.sort_by_key(|split| split.at);
    Ok(splits)
}

/// Whether energy flows at a moment.
fn flows_at(turns: &[Turn], at: Instant) -> bool {
    flows(super::course_at(turns, at))
}

fn flows(course: Course) -> bool {
    match course {
        Course::Charging | Course::Uncounted => true,
        Course::Parking | Course::Held => false,
    }
}

/// Whether energy flows from a moment on and did not before it.
fn begins_to_flow(turns: &[Turn], at: Instant) -> bool {
    turns
        .windows(2)
        .any(|pair| pair[1].at == at && flows(pair[1].course) && !flows(pair[0].course))
}

/// Times of day on every local date, midnights for dates and weekdays, and changes of the clock.
fn on_the_clock(tariff: &Tariff, metered: &Metered<'_>) -> Vec<Instant> {
    let mut times: Vec<NaiveTime> = Vec::new();
    for r in tariff.elements.iter().map(|element| &element.restrictions) {
        times.extend([r.start_time, r.end_time].into_iter().flatten());
        if !r.days.is_empty() || r.start_date.is_some() || r.end_date.is_some() {
            times.push(NaiveTime::MIN);
        }
    }
    times.sort_unstable();
    times.dedup();
    if times.is_empty() {
        return Vec::new();
    }
    let zone = metered.zone;
    let last = wall_clock(metered.end_at, zone).date();
    let mut found = changes_of_the_clock(metered);
    for date in wall_clock(metered.start_at, zone).date().iter_days() {
        if date > last {
            break;
        }
        for time in &times {
            found.extend(instants(date.and_time(*time), zone).into_iter().flatten());
        }
    }
    found
}

/// The instants at which a wall clock shows a time: one, none in the hour it skips (there the
/// change itself is the boundary), two in the hour it repeats (SEMANTICS 3.14).
fn instants(wall: NaiveDateTime, zone: Tz) -> [Option<Instant>; 2] {
    match zone.from_local_datetime(&wall) {
        LocalResult::None => [None, None],
        LocalResult::Single(at) => [Some(at.with_timezone(&Utc)), None],
        LocalResult::Ambiguous(early, late) => [
            Some(early.with_timezone(&Utc)),
            Some(late.with_timezone(&Utc)),
        ],
    }
}

/// The seconds at which the clock is set forward or back during the session.
fn changes_of_the_clock(metered: &Metered<'_>) -> Vec<Instant> {
    let offset = |at: Instant| {
        let local = metered.zone.offset_from_utc_datetime(&at.naive_utc());
        local.fix().local_minus_utc()
    };
    let mut found = Vec::new();
    let mut from = metered.start_at;
    while from < metered.end_at {
        let until = (from + TimeDelta::hours(6)).min(metered.end_at);
        if offset(from) != offset(until) {
            let (mut before, mut after) = (from.timestamp(), until.timestamp());
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                let at = chrono::DateTime::from_timestamp(middle, 0);
                if at.is_some_and(|at| offset(at) == offset(from)) {
                    before = middle;
                } else {
                    after = middle;
                }
            }
            found.extend(chrono::DateTime::from_timestamp(after, 0));
        }
        from = until;
    }
    found
}
