//! Periods that should have been split: a boundary inside that would change a price.
//!
//! A CPO starts a period at every moment that matters for cost (CDRs / ChargingPeriod). Where it
//! did not, the period is priced as reported, and this finds it out (SEMANTICS 3.4; I-27).

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use domain::{Decimal, Instant, Restrictions, Tariff};

use crate::lookup::{Lookup, Row, Seek, Wanted};
use crate::number::{Exact, add, div, mul, sub};
use crate::restriction::{Moment, wall_clock};
use crate::timeline::instant_at;

/// How many days of one period are looked at; a session of years is odd for other reasons.
const MOST_DAYS: usize = 366;

/// A period under scrutiny.
struct Inside<'m> {
    start_at: Instant,
    millis: i64,
    zone: Option<Tz>,
    moment: &'m Moment<'m>,
    energy: Decimal,
    /// Whether the wall clock runs evenly through the period; `None` where nobody looks at it.
    steady_clock: Option<bool>,
    last_date: NaiveDate,
}

impl<'m> Inside<'m> {
    fn new(start_at: Instant, millis: i64, moment: &'m Moment<'m>, zone: Option<Tz>) -> Self {
        let end = zone
            .filter(|_| moment.local.is_some())
            .and_then(|zone| Some(wall_clock(instant_at(start_at, millis)?, zone)));
        let steady = |from: NaiveDateTime, until: NaiveDateTime| {
            until.signed_duration_since(from).num_milliseconds() == millis
        };
        Inside {
            start_at,
            millis,
            zone,
            moment,
            energy: moment.measured.energy.unwrap_or_default(),
            steady_clock: moment
                .local
                .zip(end)
                .map(|(from, until)| steady(from, until)),
            last_date: end.map_or(NaiveDate::MIN, |end| end.date()),
        }
    }
}

/// A boundary strictly inside the period that would bring another price, if there is one.
pub(crate) fn change_inside(
    lookup: &mut Lookup,
    tariff: &Tariff,
    wanted: Wanted,
    at_start: &Row<'_>,
    start_at: Instant,
    moment: &Moment<'_>,
    zone: Option<Tz>,
) -> Exact<Option<Instant>> {
    let Some(millis) = moment.millis.filter(|millis| *millis > 0) else {
        return Ok(None);
    };
    let inside = Inside::new(start_at, millis, moment, zone);
    for element in &tariff.elements {
        let r = &element.restrictions;
        if r.reservation.is_some() {
            continue;
        }
        let mut differs = |after: Moment<'_>| {
            let known = lookup.unknown;
            let row = lookup.row(tariff, Seek::Use, wanted, &after);
            lookup.unknown = known;
            other_price(at_start, &row)
        };
        let mut found = inside.energy_boundaries(r, &mut differs)?;
        if found.is_none() {
            found = inside.duration_boundaries(r, &mut differs)?;
        }
        if found.is_none() {
            found = inside.clock_boundaries(r, &mut differs)?;
        }
        if let Some(millis) = found {
            return Ok(instant_at(start_at, millis));
        }
    }
    Ok(None)
}

/// Whether two rows would bill differently.
fn other_price(before: &Row<'_>, after: &Row<'_>) -> bool {
    before.iter().zip(after).any(|pair| match pair {
        (None, None) => false,
        (Some(a), Some(b)) => a.price != b.price,
        (Some(a), None) | (None, Some(a)) => !a.price.price.is_zero(),
    })
}

/// Each of these gives the milliseconds into the period at which the price would change.
impl Inside<'_> {
    fn energy_boundaries(
        &self,
        r: &Restrictions,
        differs: &mut impl FnMut(Moment<'_>) -> bool,
    ) -> Exact<Option<i64>> {
        for bound in [r.min_kwh, r.max_kwh].into_iter().flatten() {
            let used = sub(bound.0, self.moment.energy_kwh)?;
            if used <= Decimal::ZERO || used >= self.energy {
                continue;
            }
            let share = div(mul(Decimal::from(self.millis), used)?, self.energy)?;
            let millis = i64::try_from(share.trunc()).unwrap_or(self.millis);
            let after = Moment {
                energy_kwh: bound.0,
                ..self.at(millis)?
            };
            if differs(after) {
                return Ok(Some(millis));
            }
        }
        Ok(None)
    }

    fn duration_boundaries(
        &self,
        r: &Restrictions,
        differs: &mut impl FnMut(Moment<'_>) -> bool,
    ) -> Exact<Option<i64>> {
        for bound in [r.min_duration_s, r.max_duration_s].into_iter().flatten() {
            let millis = (i64::from(bound) - self.moment.seconds).saturating_mul(1000);
            if 0 < millis && millis < self.millis && differs(self.at(millis)?) {
                return Ok(Some(millis));
            }
        }
        Ok(None)
    }

    /// Times of day on every local date the period touches, and midnights for dates and weekdays.
    fn clock_boundaries(
        &self,
        r: &Restrictions,
        differs: &mut impl FnMut(Moment<'_>) -> bool,
    ) -> Exact<Option<i64>> {
        let daily = !r.days.is_empty() || r.start_date.is_some() || r.end_date.is_some();
        let midnight = daily.then_some(NaiveTime::MIN);
        for time in [r.start_time, r.end_time, midnight].into_iter().flatten() {
            let changed = match self.steady_clock {
                Some(true) => self.on_steady_clock(time, differs)?,
                Some(false) => self.on_changing_clock(time, differs)?,
                None => None,
            };
            if changed.is_some() {
                return Ok(changed);
            }
        }
        Ok(None)
    }

    /// A time of day comes round every 24 hours while the clock is not changed.
    fn on_steady_clock(
        &self,
        time: NaiveTime,
        differs: &mut impl FnMut(Moment<'_>) -> bool,
    ) -> Exact<Option<i64>> {
        const DAY: i64 = 86_400_000;
        let Some(from) = self.moment.local else {
            return Ok(None);
        };
        let first = time
            .signed_duration_since(from.time())
            .num_milliseconds()
            .rem_euclid(DAY);
        let mut millis = if first == 0 { DAY } else { first };
        for _ in 0..MOST_DAYS {
            if millis >= self.millis {
                break;
            }
            if differs(self.at(millis)?) {
                return Ok(Some(millis));
            }
            millis += DAY;
        }
        Ok(None)
    }

    /// Where the clock is changed in between, each local date is looked at by itself.
    fn on_changing_clock(
        &self,
        time: NaiveTime,
        differs: &mut impl FnMut(Moment<'_>) -> bool,
    ) -> Exact<Option<i64>> {
        let (Some(zone), Some(from)) = (self.zone, self.moment.local) else {
            return Ok(None);
        };
        for date in from.date().iter_days().take(MOST_DAYS) {
            for at in instants(date.and_time(time), zone) {
                let millis = at.signed_duration_since(self.start_at).num_milliseconds();
                if 0 < millis && millis < self.millis && differs(self.at(millis)?) {
                    return Ok(Some(millis));
                }
            }
            if date >= self.last_date {
                break;
            }
        }
        Ok(None)
    }

    /// The moment a while into the period; energy flows evenly.
    fn at(&self, millis: i64) -> Exact<Moment<'_>> {
        let share = div(
            mul(self.energy, Decimal::from(millis))?,
            Decimal::from(self.millis),
        )?;
        let local = match (self.zone, instant_at(self.start_at, millis)) {
            (Some(zone), Some(at)) if self.moment.local.is_some() => Some(wall_clock(at, zone)),
            _ => self.moment.local,
        };
        Ok(Moment {
            local,
            energy_kwh: add(self.moment.energy_kwh, share)?,
            seconds: self.moment.seconds + millis / 1000,
            ..*self.moment
        })
    }
}

/// The instants at which a wall clock shows a time: none, one, or two in the night the clock is
/// set back. Where the clock skips it, the first instant after the gap.
fn instants(wall: NaiveDateTime, zone: Tz) -> impl Iterator<Item = Instant> {
    use chrono::offset::LocalResult;
    let (first, second) = match zone.from_local_datetime(&wall) {
        LocalResult::Single(at) => (Some(at), None),
        LocalResult::Ambiguous(early, late) => (Some(early), Some(late)),
        LocalResult::None => {
            let after_gap = (1..=8).find_map(|quarters| {
                let later = wall + chrono::TimeDelta::minutes(15 * quarters);
                zone.from_local_datetime(&later).earliest()
            });
            (after_gap, None)
        }
    };
    [first, second]
        .into_iter()
        .flatten()
        .map(|at| at.with_timezone(&Utc))
}
