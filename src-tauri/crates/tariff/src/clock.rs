//! The wall clock of a location.
//!
//! A zone's offset is found by searching its history. It hardly ever changes, so a [`Clock`] keeps
//! the one it found for as long as it surely holds.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;
use domain::Instant;

/// Seconds that the clock is looked ahead. No zone changes its clock twice within these.
const AHEAD: i64 = 86_400;

/// The wall clock of a zone at an instant.
pub(crate) fn wall_clock(at: Instant, zone: Tz) -> NaiveDateTime {
    shown(at, offset(at, zone))
}

fn offset(at: Instant, zone: Tz) -> FixedOffset {
    zone.offset_from_utc_datetime(&at.naive_utc()).fix()
}

fn shown(at: Instant, offset: FixedOffset) -> NaiveDateTime {
    let utc = at.naive_utc();
    utc.checked_add_offset(offset).unwrap_or(utc)
}

/// A wall clock that is read again and again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    zone: Tz,
    /// The first and the last second, counted from 1970, at which the offset holds.
    known: Option<(i64, i64)>,
    offset: FixedOffset,
}

impl Clock {
    /// One that was not read yet.
    pub fn new(zone: Tz) -> Self {
        let offset = FixedOffset::east_opt(0).expect("UTC is an offset");
        Clock {
            zone,
            known: None,
            offset,
        }
    }

    /// What it shows.
    pub fn at(&mut self, at: Instant) -> NaiveDateTime {
        self.look(at);
        shown(at, self.offset)
    }

    /// The second up to which it runs evenly from an instant on: it is changed at a later one.
    pub fn even_until(&mut self, at: Instant) -> i64 {
        self.look(at).1
    }

    /// Finds the offset at an instant, and from when until when it surely holds.
    fn look(&mut self, at: Instant) -> (i64, i64) {
        let second = at.timestamp();
        if let Some(known) = self.known
            && (known.0..=known.1).contains(&second)
        {
            return known;
        }
        self.offset = offset(at, self.zone);
        let known = (second, self.last_alike(second));
        self.known = Some(known);
        known
    }

    /// The last second within a day that has the offset at hand.
    fn last_alike(&self, second: i64) -> i64 {
        let alike = |at: i64| {
            DateTime::from_timestamp(at, 0).is_some_and(|at| offset(at, self.zone) == self.offset)
        };
        if alike(second + AHEAD) {
            return second + AHEAD;
        }
        let (mut last, mut other) = (second, second + AHEAD);
        while other - last > 1 {
            let middle = last.midpoint(other);
            if alike(middle) {
                last = middle;
            } else {
                other = middle;
            }
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::at;
    use chrono::{TimeDelta, Utc};

    #[test]
    fn it_shows_what_the_zone_shows_also_in_the_nights_of_change() {
        for zone in [
            chrono_tz::Europe::Amsterdam,
            chrono_tz::Australia::Lord_Howe,
        ] {
            let mut clock = Clock::new(zone);
            for start in [
                "2026-03-28T20:00:00Z",
                "2026-04-04T09:00:00Z",
                "2026-10-24T20:00:00Z",
            ] {
                for minutes in (0..1440).step_by(7) {
                    let at = at(start) + TimeDelta::minutes(minutes);
                    assert_eq!(clock.at(at), wall_clock(at, zone), "{at} in {zone}");
                }
            }
        }
    }

    #[test]
    fn it_runs_evenly_up_to_the_second_before_a_change() {
        let mut clock = Clock::new(chrono_tz::Europe::Amsterdam);
        let last = clock.even_until(at("2026-03-29T00:00:00Z"));
        assert_eq!(
            DateTime::<Utc>::from_timestamp(last, 0),
            Some(at("2026-03-29T00:59:59Z"))
        );
        let later = clock.even_until(at("2026-03-29T01:00:00Z"));
        assert_eq!(
            DateTime::<Utc>::from_timestamp(later, 0),
            Some(at("2026-03-30T01:00:00Z"))
        );
    }

    /// Looked at every six hours. [`Clock`] relies on it.
    #[test]
    fn no_zone_changes_its_clock_twice_within_a_day() {
        let (from, until) = (at("2015-01-01T00:00:00Z"), at("2035-01-01T00:00:00Z"));
        for zone in chrono_tz::TZ_VARIANTS {
            let (mut now, mut before, mut unchanged) = (from, offset(from, zone), AHEAD);
            while now < until {
                now += TimeDelta::hours(6);
                unchanged += 6 * 3600;
                let after = offset(now, zone);
                if after != before {
                    assert!(unchanged > AHEAD, "{zone} around {now}");
                    (before, unchanged) = (after, 0);
                }
            }
        }
    }
}
