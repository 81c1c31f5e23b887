//! When an element applies: each restriction against one moment of the session (SEMANTICS 3.3).
//!
//! All restrictions of an element must hold. The answer has three values, since power and current
//! are not always known.

use std::cmp::Ordering;

use chrono::{Datelike, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;
use domain::replay::RestrictionField;
use domain::{Decimal, Instant, Restrictions};

use crate::number::SECONDS_PER_HOUR;
use crate::timeline::{Measured, length_seconds};

/// What is known of the session at one moment.
#[derive(Clone, Copy)]
pub(crate) struct Moment<'m> {
    /// The wall clock of the location, where it is needed and its zone is known.
    pub local: Option<NaiveDateTime>,
    /// Energy of the session before it, kWh.
    pub energy_kwh: Decimal,
    /// Seconds of the session before it.
    pub seconds: i64,
    /// What the period it lies in measured.
    pub measured: &'m Measured,
    /// Length of that period.
    pub millis: Option<i64>,
}

/// Whether an element applies at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    Holds,
    Fails(RestrictionField),
    Unknown(RestrictionField),
}

/// The wall clock of a zone at an instant.
pub(crate) fn wall_clock(at: Instant, zone: Tz) -> NaiveDateTime {
    let utc = at.naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix();
    utc.checked_add_offset(offset).unwrap_or(utc)
}

/// Tests every restriction except `reservation`, which decides the phase and not the moment.
///
/// The first that fails is named; an unknown one counts only if none fails.
pub(crate) fn check(r: &Restrictions, moment: &Moment<'_>) -> Check {
    use RestrictionField as Field;
    if let Some(failed) = check_clock(r, moment.local) {
        return failed;
    }
    let energy = moment.energy_kwh;
    if r.min_kwh.is_some_and(|min| energy < min.0) {
        return Check::Fails(Field::MinKwh);
    }
    if r.max_kwh.is_some_and(|max| energy >= max.0) {
        return Check::Fails(Field::MaxKwh);
    }
    let seconds = moment.seconds;
    if r.min_duration_s.is_some_and(|min| seconds < i64::from(min)) {
        return Check::Fails(Field::MinDuration);
    }
    if r.max_duration_s
        .is_some_and(|max| seconds >= i64::from(max))
    {
        return Check::Fails(Field::MaxDuration);
    }
    check_flow(r, moment)
}

/// Time of day, date and weekday. Without a wall clock nothing here can fail; the caller has made
/// sure of a zone where one is needed.
fn check_clock(r: &Restrictions, local: Option<NaiveDateTime>) -> Option<Check> {
    use RestrictionField as Field;
    let local = local?;
    if let Some(field) = outside_window(r.start_time, r.end_time, local.time()) {
        return Some(Check::Fails(field));
    }
    if r.start_date.is_some_and(|start| local.date() < start) {
        return Some(Check::Fails(Field::StartDate));
    }
    if r.end_date.is_some_and(|end| local.date() >= end) {
        return Some(Check::Fails(Field::EndDate));
    }
    // The weekday of the moment itself, also in a window that began the day before (I-07).
    if !r.days.is_empty() && !r.days.contains(local.weekday()) {
        return Some(Check::Fails(Field::DayOfWeek));
    }
    None
}

/// Which end of a daily window keeps a time out of it; `None` inside.
///
/// 00:00 as an end is the end of the day; an end before the start wraps past midnight; equal ends
/// mean the whole day (I-05); a single end leaves the other side of the day open (I-06).
fn outside_window(
    start: Option<NaiveTime>,
    end: Option<NaiveTime>,
    now: NaiveTime,
) -> Option<RestrictionField> {
    use RestrictionField as Field;
    let end = end.filter(|end| *end != NaiveTime::MIN);
    match (start, end) {
        (None, None) => None,
        (Some(start), None) => (now < start).then_some(Field::StartTime),
        (None, Some(end)) => (now >= end).then_some(Field::EndTime),
        (Some(start), Some(end)) => match start.cmp(&end) {
            Ordering::Equal => None,
            Ordering::Less if now < start => Some(Field::StartTime),
            Ordering::Less => (now >= end).then_some(Field::EndTime),
            Ordering::Greater => (now < start && now >= end).then_some(Field::StartTime),
        },
    }
}

/// Current and power, as far as the period states or implies them.
fn check_flow(r: &Restrictions, moment: &Moment<'_>) -> Check {
    use RestrictionField as Field;
    let m = moment.measured;
    let mut unknown = None;
    let current = Flow {
        min: m.min_current,
        max: m.max_current,
        average: m.current,
        energy: None,
        millis: None,
    };
    let power = Flow {
        min: m.min_power,
        max: m.max_power,
        average: m.power,
        energy: m.energy,
        millis: moment.millis.filter(|millis| *millis > 0),
    };
    let bounds = [
        (Field::MinCurrent, r.min_current.map(|a| a.0), &current),
        (Field::MaxCurrent, r.max_current.map(|a| a.0), &current),
        (Field::MinPower, r.min_power.map(|p| p.0), &power),
        (Field::MaxPower, r.max_power.map(|p| p.0), &power),
    ];
    for (field, bound, flow) in bounds {
        let Some(bound) = bound else { continue };
        let lower = matches!(field, Field::MinCurrent | Field::MinPower);
        let reaches = if lower {
            flow.reaches_min(bound)
        } else {
            flow.reaches_max(bound)
        };
        match reaches {
            // A minimum asks that the flow reaches it, a maximum that it does not.
            Some(reached) if reached == lower => {}
            Some(_) => return Check::Fails(field),
            None => unknown = unknown.or(Some(field)),
        }
    }
    unknown.map_or(Check::Holds, Check::Unknown)
}

/// What a period says about its power or its current.
struct Flow {
    min: Option<Decimal>,
    max: Option<Decimal>,
    average: Option<Decimal>,
    energy: Option<Decimal>,
    millis: Option<i64>,
}

impl Flow {
    /// Whether the flow is at least `bound`, judged by its minimum (I-08).
    fn reaches_min(&self, bound: Decimal) -> Option<bool> {
        match (self.min, self.max) {
            (Some(min), _) => Some(min >= bound),
            (None, Some(max)) if max < bound => Some(false),
            (None, _) => self.average_reaches(bound),
        }
    }

    /// Whether the flow is at least `bound`, judged by its maximum (I-08).
    fn reaches_max(&self, bound: Decimal) -> Option<bool> {
        match (self.max, self.min) {
            (Some(max), _) => Some(max >= bound),
            (None, Some(min)) if min >= bound => Some(true),
            (None, _) => self.average_reaches(bound),
        }
    }

    /// By the stated average, else by energy over time; compared without dividing. A figure too
    /// large to compare tells nothing.
    fn average_reaches(&self, bound: Decimal) -> Option<bool> {
        if let Some(average) = self.average {
            return Some(average >= bound);
        }
        let kilowatt_seconds = self.energy?.checked_mul(SECONDS_PER_HOUR)?;
        Some(kilowatt_seconds >= bound.checked_mul(length_seconds(self.millis?))?)
    }
}

/// What a restriction demands and what was found, in words for the trace.
pub(crate) fn describe(
    field: RestrictionField,
    r: &Restrictions,
    moment: &Moment<'_>,
) -> (String, String) {
    use RestrictionField as Field;
    let m = moment.measured;
    let time = || text(moment.local.map(|local| local.format("%H:%M:%S")));
    let date = || text(moment.local.map(|local| local.date()));
    let window = || {
        let side = |time: Option<NaiveTime>| text(time.map(|time| time.format("%H:%M")));
        format!("{}–{}", side(r.start_time), side(r.end_time))
    };
    match field {
        Field::StartTime | Field::EndTime => (window(), time()),
        Field::StartDate => (text(r.start_date), date()),
        Field::EndDate => (text(r.end_date), date()),
        Field::MinKwh => (text(r.min_kwh.map(|kwh| kwh.0)), energy_text(moment)),
        Field::MaxKwh => (text(r.max_kwh.map(|kwh| kwh.0)), energy_text(moment)),
        Field::MinDuration => (text(r.min_duration_s), moment.seconds.to_string()),
        Field::MaxDuration => (text(r.max_duration_s), moment.seconds.to_string()),
        Field::MinCurrent => (
            text(r.min_current.map(|a| a.0)),
            text(m.min_current.or(m.current)),
        ),
        Field::MaxCurrent => (
            text(r.max_current.map(|a| a.0)),
            text(m.max_current.or(m.current)),
        ),
        Field::MinPower => (
            text(r.min_power.map(|p| p.0)),
            power_text(m.min_power, moment),
        ),
        Field::MaxPower => (
            text(r.max_power.map(|p| p.0)),
            power_text(m.max_power, moment),
        ),
        Field::DayOfWeek => (
            days_text(r),
            text(moment.local.map(|local| local.weekday())),
        ),
        Field::Reservation => (reservation_text(r), String::new()),
    }
}

fn text<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(|| "?".to_owned(), |value| value.to_string())
}

fn energy_text(moment: &Moment<'_>) -> String {
    moment.energy_kwh.normalize().to_string()
}

/// The figure a power restriction was judged by.
fn power_text(extreme: Option<Decimal>, moment: &Moment<'_>) -> String {
    let average = || {
        let seconds = length_seconds(moment.millis.filter(|millis| *millis > 0)?);
        let kilowatt_seconds = moment.measured.energy?.checked_mul(SECONDS_PER_HOUR)?;
        Some(
            kilowatt_seconds
                .checked_div(seconds)?
                .round_dp(3)
                .normalize(),
        )
    };
    text(extreme.or(moment.measured.power).or_else(average))
}

fn days_text(r: &Restrictions) -> String {
    use chrono::Weekday;
    [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
        Weekday::Sat,
        Weekday::Sun,
    ]
    .into_iter()
    .filter(|day| r.days.contains(*day))
    .map(|day| day.to_string())
    .collect::<Vec<_>>()
    .join(" ")
}

fn reservation_text(r: &Restrictions) -> String {
    use domain::ReservationRule;
    match r.reservation {
        None => "no reservation".to_owned(),
        Some(ReservationRule::Reservation) => "RESERVATION".to_owned(),
        Some(ReservationRule::ReservationExpires) => "RESERVATION_EXPIRES".to_owned(),
    }
}

#[cfg(test)]
mod tests;
