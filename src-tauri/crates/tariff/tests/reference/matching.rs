//! Whether an element's restrictions hold (SEMANTICS 3.3).

use chrono::{Datelike, NaiveDateTime, NaiveTime};
use domain::policy::{
    EqualWindow, LoneMidnightEnd, OneSidedExtreme, Policy, PowerSource, WrapWeekday,
};
use domain::{Decimal, Restrictions};

use crate::exact::{Q, exact, whole};
use crate::session::{Momentary, Piece};

/// What is known at the start of a piece.
pub struct Moment<'a> {
    /// The wall clock of the location; absent only where no restriction asks for it.
    pub local: Option<NaiveDateTime>,
    /// Energy of the session before, kWh.
    pub energy: Q,
    /// Seconds since the session or reservation began.
    pub seconds: Q,
    pub piece: &'a Piece,
    /// What a restriction on a figure that nobody knows is taken for.
    pub unknown: bool,
    pub policy: &'a Policy,
}

/// Whether a tariff's restrictions ask for the wall clock.
pub fn asks_clock(r: &Restrictions) -> bool {
    r.start_time.is_some()
        || r.end_time.is_some()
        || r.start_date.is_some()
        || r.end_date.is_some()
        || !r.days.is_empty()
}

/// Whether all restrictions hold, `reservation` aside.
pub fn holds(r: &Restrictions, at: &Moment<'_>) -> bool {
    let clock =
        !asks_clock(r) || clock_holds(r, at.local.expect("a clock was asked for"), at.policy);
    let energy = r.min_kwh.is_none_or(|min| at.energy >= exact(min.0))
        && r.max_kwh.is_none_or(|max| at.energy < exact(max.0));
    let duration = r
        .min_duration_s
        .is_none_or(|min| at.seconds >= whole(i64::from(min)))
        && r.max_duration_s
            .is_none_or(|max| at.seconds < whole(i64::from(max)));
    let current = figures_hold(
        r.min_current.map(|limit| limit.0),
        r.max_current.map(|limit| limit.0),
        &at.piece.current,
        None,
        at,
    );
    let power = figures_hold(
        r.min_power.map(|limit| limit.0),
        r.max_power.map(|limit| limit.0),
        &at.piece.power,
        at.piece.drawn.clone(),
        at,
    );
    clock && energy && duration && current && power
}

fn clock_holds(r: &Restrictions, local: NaiveDateTime, policy: &Policy) -> bool {
    let (date, time) = (local.date(), local.time());
    let dates =
        r.start_date.is_none_or(|start| start <= date) && r.end_date.is_none_or(|end| date < end);
    let mut weekday = date.weekday();
    if let (Some(start), Some(end)) = (r.start_time, r.end_time) {
        let wraps = end < start && end != NaiveTime::MIN;
        if policy.wrap_weekday == WrapWeekday::WindowStart && wraps && time < end {
            weekday = weekday.pred();
        }
    }
    let days = r.days.is_empty() || r.days.contains(weekday);
    dates && days && window_holds(r.start_time, r.end_time, time, policy)
}

fn window_holds(
    start: Option<NaiveTime>,
    end: Option<NaiveTime>,
    time: NaiveTime,
    policy: &Policy,
) -> bool {
    let midnight = NaiveTime::MIN;
    match (start, end) {
        (None, None) => true,
        (Some(start), None) => time >= start,
        (None, Some(end)) if end == midnight => {
            policy.lone_midnight_end == LoneMidnightEnd::EndOfDay
        }
        (None, Some(end)) => time < end,
        // An end at 00:00 is the end of the day by the text itself, also from 00:00.
        (Some(start), Some(end)) if end == midnight => time >= start,
        (Some(start), Some(end)) if start == end => policy.equal_window == EqualWindow::WholeDay,
        (Some(start), Some(end)) if start < end => start <= time && time < end,
        (Some(start), Some(end)) => time >= start || time < end,
    }
}

fn figures_hold(
    min: Option<Decimal>,
    max: Option<Decimal>,
    stated: &Momentary,
    derived: Option<Q>,
    at: &Moment<'_>,
) -> bool {
    let both = at.policy.one_sided_extreme == OneSidedExtreme::StatedSideServesBoth;
    let least = stated
        .least
        .clone()
        .or(stated.most.clone().filter(|_| both));
    let most = stated
        .most
        .clone()
        .or(stated.least.clone().filter(|_| both));
    let (average, unknown) = match at.policy.power_source {
        PowerSource::ExtremesThenAverageThenEnergy => {
            (stated.average.clone().or(derived), at.unknown)
        }
        PowerSource::TreatUnknownAsMatch => (None, true),
        PowerSource::TreatUnknownAsNoMatch => (None, false),
    };
    let min_holds = min.is_none_or(|min| {
        let min = exact(min);
        match (&least, &most, &average) {
            (Some(least), _, _) => *least >= min,
            (None, Some(most), _) if *most < min => false,
            (None, _, Some(average)) => *average >= min,
            (None, _, None) => unknown,
        }
    });
    let max_holds = max.is_none_or(|max| {
        let max = exact(max);
        match (&most, &least, &average) {
            (Some(most), _, _) => *most < max,
            (None, Some(least), _) if *least >= max => false,
            (None, _, Some(average)) => *average < max,
            (None, _, None) => unknown,
        }
    });
    min_holds && max_holds
}
