//! How far what a tariff asks of the course of a session stays as it is: up to the next threshold
//! of energy or duration, time of day, date or weekday that an element names.
//!
//! Before it no price can change, so that nothing has to be looked up again and no period can hide
//! a boundary. Sessions have many periods and few such boundaries.

use chrono::{NaiveTime, Timelike};
use domain::{Kwh, Restrictions, Tariff};

use crate::lookup::{Lookup, Wanted};
use crate::sum::Sum;
use crate::unsplit::Stretch;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// A boundary in time and one in energy; whichever is met first ends it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Horizon {
    /// Where it was seen from, in milliseconds from 1970.
    from: i64,
    /// The next boundary in time.
    until: i64,
    /// The next one in energy of the session, kWh.
    energy_kwh: Option<Sum>,
}

impl Horizon {
    /// None at all, seen from an instant in milliseconds from 1970.
    pub fn endless(from: i64) -> Horizon {
        Horizon {
            from,
            until: i64::MAX,
            energy_kwh: None,
        }
    }

    /// Seen from the start of a stretch, by the elements that could give a wanted price.
    pub fn of(tariff: &Tariff, lookup: &Lookup, wanted: Wanted, stretch: &Stretch<'_>) -> Horizon {
        let moment = stretch.moment;
        let mut horizon = Horizon::endless(stretch.start_at.timestamp_millis());
        let energy_kwh = Sum::from(moment.energy_kwh);
        let clock = moment.local.map(|local| millis_of_day(local.time()));
        for (place, element) in tariff.elements.iter().enumerate() {
            let (r, brief) = (&element.restrictions, lookup.outline.brief(place, element));
            if !brief.of_use || !lookup.looks_at(brief, wanted) {
                continue;
            }
            if brief.course && moment.reached.is_none() {
                horizon.see_energy(r.min_kwh, energy_kwh);
                horizon.see_energy(r.max_kwh, energy_kwh);
                horizon.see_duration(r.min_duration_s, stretch.since_millis);
                horizon.see_duration(r.max_duration_s, stretch.since_millis);
            }
            if let Some(clock) = clock.filter(|_| brief.clock) {
                // Where the clock is changed, everything is looked at again.
                horizon.until = horizon.until.min(stretch.even_until);
                for time in clock_times(r) {
                    horizon.see_time(time, clock);
                }
            }
        }
        horizon
    }

    /// Whether a stretch that starts on this side of it ends there too, at an instant in
    /// milliseconds and with this energy in the session by then.
    pub fn reaches(&self, end_millis: i64, energy_kwh: Sum) -> bool {
        end_millis <= self.until
            && self
                .energy_kwh
                .is_none_or(|at| energy_kwh.compare(at).is_le())
    }

    /// Whether a moment lies on this side of it.
    pub fn holds_at(&self, millis: i64, energy_kwh: Sum) -> bool {
        self.from <= millis
            && millis < self.until
            && self
                .energy_kwh
                .is_none_or(|at| energy_kwh.compare(at).is_lt())
    }

    /// A threshold of energy, where it lies ahead.
    fn see_energy(&mut self, bound: Option<Kwh>, now: Sum) {
        let Some(at) = bound.map(|bound| Sum::from(bound.0)) else {
            return;
        };
        let nearer = self
            .energy_kwh
            .is_none_or(|known| at.compare(known).is_lt());
        if nearer && at.compare(now).is_gt() {
            self.energy_kwh = Some(at);
        }
    }

    /// A threshold of duration, where it lies ahead.
    fn see_duration(&mut self, bound_s: Option<u32>, now_millis: i64) {
        if let Some(bound) = bound_s {
            self.see(i64::from(bound) * 1000 - now_millis);
        }
    }

    /// A time of day; seen at that time, the one of the next day.
    fn see_time(&mut self, time: Option<NaiveTime>, now_millis: i64) {
        if let Some(time) = time {
            let ahead = millis_of_day(time) - now_millis;
            self.see(if ahead > 0 { ahead } else { ahead + DAY });
        }
    }

    /// A moment ahead of where it is seen from.
    fn see(&mut self, ahead_millis: i64) {
        if ahead_millis > 0 {
            self.until = self.until.min(self.from.saturating_add(ahead_millis));
        }
    }
}

fn millis_of_day(time: NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight()) * 1000 + i64::from(time.nanosecond() / 1_000_000)
}

/// The times of day at which an element may begin or cease to apply: the ends of its window, and
/// midnight for dates, weekdays and the open side of a window (I-06).
pub(crate) fn clock_times(r: &Restrictions) -> [Option<NaiveTime>; 3] {
    let open = r.start_time.is_some() != r.end_time.is_some();
    let daily = !r.days.is_empty() || r.start_date.is_some() || r.end_date.is_some() || open;
    [r.start_time, r.end_time, daily.then_some(NaiveTime::MIN)]
}
