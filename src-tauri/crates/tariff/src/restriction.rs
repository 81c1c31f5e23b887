//! When an element applies: each restriction against one moment of the session (SEMANTICS 3.3).
//!
//! All restrictions of an element must hold. The answer has three values, since power and current
//! are not always known.

mod flow;

use std::cmp::Ordering;

use chrono::{Datelike, NaiveDateTime, NaiveTime, Weekday};
use domain::policy::{
    EqualWindow, LoneMidnightEnd, OneSidedExtreme, PowerSource, TierMode, WrapWeekday,
};
use domain::replay::RestrictionField;
use domain::{Decimal, Instant, Policy, Restrictions};

use self::flow::Flow;
use crate::number::{Exact, add};
use crate::timeline::{Measured, Timeline};

/// How restrictions are read where OCPI leaves it open: the part of a policy they ask for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// Which day a window past midnight belongs to.
    pub wrap_weekday: WrapWeekday,
    /// Where power and current are taken from.
    pub power_source: PowerSource,
    /// What one stated extreme says of the other.
    pub one_sided_extreme: OneSidedExtreme,
    /// What a window with equal ends means.
    pub equal_window: EqualWindow,
    /// What an end at 00:00 without a start means.
    pub lone_midnight_end: LoneMidnightEnd,
}

impl Rules {
    /// Those of a policy.
    pub fn of(policy: &Policy) -> Self {
        Rules {
            wrap_weekday: policy.wrap_weekday,
            power_source: policy.power_source,
            one_sided_extreme: policy.one_sided_extreme,
            equal_window: policy.equal_window,
            lone_midnight_end: policy.lone_midnight_end,
        }
    }
}

/// How far a session or its reservation came in the end: what a tier of the whole session is
/// tested against (SEMANTICS ch. 7, `tier_mode`; I-31).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reached {
    /// kWh.
    pub energy_kwh: Decimal,
    /// Seconds.
    pub seconds: i64,
}

impl Reached {
    /// What each phase came to, where the policy prices the whole session by the tier it reached:
    /// of its reservation and of its use.
    pub fn at_the_end(
        timeline: &Timeline<'_>,
        mirrored: bool,
        reserved: bool,
        tier_mode: TierMode,
    ) -> Exact<Option<[Reached; 2]>> {
        match tier_mode {
            TierMode::Marginal => return Ok(None),
            TierMode::Whole => {}
        }
        let start_at = timeline.start_at();
        let (mut energy_kwh, mut use_start_at, mut end_at) = (Decimal::ZERO, None, start_at);
        for place in 0..timeline.len() {
            let span = timeline.span(place);
            let measured = Measured::of(span.period, mirrored)?;
            energy_kwh = add(energy_kwh, measured.energy.unwrap_or_default())?;
            if measured.is_use() {
                use_start_at.get_or_insert(span.start_at);
            }
            end_at = end_at.max(span.end_at.unwrap_or(span.start_at));
        }
        let seconds = |from: Instant, to: Instant| to.signed_duration_since(from).num_seconds();
        let reservation_end = use_start_at.unwrap_or(end_at);
        let since = use_start_at.filter(|_| reserved).unwrap_or(start_at);
        let reservation = Reached {
            energy_kwh: Decimal::ZERO,
            seconds: seconds(start_at, reservation_end),
        };
        let used = Reached {
            energy_kwh,
            seconds: seconds(since, end_at),
        };
        Ok(Some([reservation, used]))
    }
}

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
    /// How far it all came, where that decides the tier.
    pub reached: Option<Reached>,
    /// How restrictions are read.
    pub rules: Rules,
}

impl Moment<'_> {
    /// The energy that `min_kwh` and `max_kwh` are tested against.
    fn tier_kwh(&self) -> Decimal {
        self.reached
            .map_or(self.energy_kwh, |reached| reached.energy_kwh)
    }

    /// The duration that `min_duration` and `max_duration` are tested against.
    fn tier_seconds(&self) -> i64 {
        self.reached.map_or(self.seconds, |reached| reached.seconds)
    }
}

/// Whether an element applies at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    Holds,
    Fails(RestrictionField),
    Unknown(RestrictionField),
}

/// Tests every restriction except `reservation`, which decides the phase and not the moment.
///
/// The first that fails is named; an unknown one counts only if none fails.
pub(crate) fn check(r: &Restrictions, moment: &Moment<'_>) -> Check {
    use RestrictionField as Field;
    if let Some(failed) = check_clock(r, moment.local, moment.rules) {
        return failed;
    }
    let energy = moment.tier_kwh();
    if r.min_kwh.is_some_and(|min| energy < min.0) {
        return Check::Fails(Field::MinKwh);
    }
    if r.max_kwh.is_some_and(|max| energy >= max.0) {
        return Check::Fails(Field::MaxKwh);
    }
    let seconds = moment.tier_seconds();
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
fn check_clock(r: &Restrictions, local: Option<NaiveDateTime>, rules: Rules) -> Option<Check> {
    use RestrictionField as Field;
    let local = local?;
    if let Some(field) = outside_window(r.start_time, r.end_time, local.time(), rules) {
        return Some(Check::Fails(field));
    }
    if r.start_date.is_some_and(|start| local.date() < start) {
        return Some(Check::Fails(Field::StartDate));
    }
    if r.end_date.is_some_and(|end| local.date() >= end) {
        return Some(Check::Fails(Field::EndDate));
    }
    if !r.days.is_empty() && !r.days.contains(weekday(r, local, rules)) {
        return Some(Check::Fails(Field::DayOfWeek));
    }
    None
}

/// The weekday of the moment itself, also in a window that began the day before (I-07); or, of
/// such a window, the day it began.
fn weekday(r: &Restrictions, local: NaiveDateTime, rules: Rules) -> Weekday {
    let today = local.weekday();
    match rules.wrap_weekday {
        WrapWeekday::Instant => today,
        WrapWeekday::WindowStart => match (r.start_time, r.end_time) {
            (Some(start), Some(end)) if end < start && local.time() < end => today.pred(),
            _ => today,
        },
    }
}

/// Which end of a daily window keeps a time out of it; `None` inside.
///
/// 00:00 as an end is the end of the day; an end before the start wraps past midnight; equal ends
/// mean the whole day or never (I-05); a single end leaves the other side of the day open, and if
/// it is 00:00 the whole day, or none of it (I-06).
fn outside_window(
    start: Option<NaiveTime>,
    end: Option<NaiveTime>,
    now: NaiveTime,
    rules: Rules,
) -> Option<RestrictionField> {
    use RestrictionField as Field;
    let until_midnight = end == Some(NaiveTime::MIN);
    let end = end.filter(|_| !until_midnight);
    match (start, end) {
        (None, None) => match rules.lone_midnight_end {
            LoneMidnightEnd::EndOfDay => None,
            LoneMidnightEnd::Never => until_midnight.then_some(Field::EndTime),
        },
        (Some(start), None) => (now < start).then_some(Field::StartTime),
        (None, Some(end)) => (now >= end).then_some(Field::EndTime),
        (Some(start), Some(end)) => match start.cmp(&end) {
            Ordering::Equal => match rules.equal_window {
                EqualWindow::WholeDay => None,
                EqualWindow::Never => Some(Field::StartTime),
            },
            Ordering::Less if now < start => Some(Field::StartTime),
            Ordering::Less => (now >= end).then_some(Field::EndTime),
            Ordering::Greater => (now < start && now >= end).then_some(Field::StartTime),
        },
    }
}

/// Current and power, as far as the period states or implies them.
fn check_flow(r: &Restrictions, moment: &Moment<'_>) -> Check {
    use RestrictionField as Field;
    if !r.read_flow() {
        return Check::Holds;
    }
    let m = moment.measured;
    let mut unknown = None;
    let (current, power) = (Flow::current(m, moment.rules), Flow::power(moment));
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
            None => match moment.rules.power_source {
                PowerSource::ExtremesThenAverageThenEnergy => unknown = unknown.or(Some(field)),
                PowerSource::TreatUnknownAsMatch => {}
                PowerSource::TreatUnknownAsNoMatch => return Check::Fails(field),
            },
        }
    }
    unknown.map_or(Check::Holds, Check::Unknown)
}

/// What a restriction demands and what was found, in words for the trace.
pub(crate) fn describe(
    field: RestrictionField,
    r: &Restrictions,
    moment: &Moment<'_>,
) -> (String, String) {
    use RestrictionField as Field;
    let time = || text(moment.local.map(|local| local.format("%H:%M:%S")));
    let date = || text(moment.local.map(|local| local.date()));
    let window = || {
        let side = |time: Option<NaiveTime>| text(time.map(|time| time.format("%H:%M")));
        format!("{}–{}", side(r.start_time), side(r.end_time))
    };
    let current = || Flow::current(moment.measured, moment.rules);
    let power = || Flow::power(moment);
    match field {
        Field::StartTime | Field::EndTime => (window(), time()),
        Field::StartDate => (text(r.start_date), date()),
        Field::EndDate => (text(r.end_date), date()),
        Field::MinKwh => (text(r.min_kwh.map(|kwh| kwh.0)), energy_text(moment)),
        Field::MaxKwh => (text(r.max_kwh.map(|kwh| kwh.0)), energy_text(moment)),
        Field::MinDuration => (text(r.min_duration_s), moment.tier_seconds().to_string()),
        Field::MaxDuration => (text(r.max_duration_s), moment.tier_seconds().to_string()),
        Field::MinCurrent => {
            let bound = r.min_current.map(|a| a.0);
            (text(bound), current().found_for_min(bound))
        }
        Field::MaxCurrent => {
            let bound = r.max_current.map(|a| a.0);
            (text(bound), current().found_for_max(bound))
        }
        Field::MinPower => {
            let bound = r.min_power.map(|p| p.0);
            (text(bound), power().found_for_min(bound))
        }
        Field::MaxPower => {
            let bound = r.max_power.map(|p| p.0);
            (text(bound), power().found_for_max(bound))
        }
        Field::DayOfWeek => {
            let day = |local| weekday(r, local, moment.rules);
            (days_text(r), text(moment.local.map(day)))
        }
        Field::Reservation => (reservation_text(r), String::new()),
    }
}

fn text<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(|| "?".to_owned(), |value| value.to_string())
}

fn energy_text(moment: &Moment<'_>) -> String {
    moment.tier_kwh().normalize().to_string()
}

fn days_text(r: &Restrictions) -> String {
    r.days
        .days()
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
