//! Periods that should have been split: a boundary inside that would change a price.
//!
//! A CPO starts a period at every moment that matters for cost (CDRs / ChargingPeriod). Where it
//! did not, the period is priced as reported, and this finds it out (SEMANTICS 3.4; I-27); `parts`
//! prices it cut there, where the policy says so.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use domain::{Decimal, Instant, Restrictions, Tariff};

use crate::clock::wall_clock;
use crate::horizon::clock_times;
use crate::lookup::{Lookup, Row, Seek, Wanted};
use crate::number::{Exact, add, div, mul, sub};
use crate::restriction::Moment;
use crate::timeline::instant_at;

/// How many days of one period are looked at; a session of years is odd for other reasons.
const MOST_DAYS: usize = 366;

/// A period, or what is left of it, under scrutiny.
#[derive(Clone, Copy)]
pub(crate) struct Stretch<'m> {
    /// Its start, to the millisecond.
    pub start_at: Instant,
    /// Its length in milliseconds.
    pub millis: i64,
    /// What flows in it, in kWh, evenly.
    pub energy: Decimal,
    /// Milliseconds from where durations count to its start.
    pub since_millis: i64,
    /// What is known at its start.
    pub moment: &'m Moment<'m>,
    /// The zone of the location's wall clock.
    pub zone: Option<Tz>,
    /// An instant, in milliseconds from 1970, up to which that clock surely runs evenly from the
    /// start on.
    pub even_until: i64,
}

impl Stretch<'_> {
    /// Its end, in milliseconds from 1970.
    pub fn end_millis(&self) -> i64 {
        self.start_at.timestamp_millis() + self.millis
    }
}

/// Where in a stretch another price begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    /// Milliseconds from the start of the stretch.
    pub millis: i64,
    /// kWh from its start, where a threshold of energy is the reason.
    pub energy: Option<Decimal>,
}

impl Cut {
    /// A cut in time.
    fn at(millis: i64) -> Self {
        Cut {
            millis,
            energy: None,
        }
    }
}

/// A stretch and how its wall clock runs.
struct Inside<'m> {
    stretch: Stretch<'m>,
    /// Whether the wall clock runs evenly through the period; `None` where nobody looks at it.
    steady_clock: Option<bool>,
    last_date: NaiveDate,
    /// Milliseconds to where the clock is changed, if it is.
    clock_change: Option<i64>,
    /// Only what comes before this is of interest: the first cut found so far, or the end.
    until: i64,
}

impl<'m> Inside<'m> {
    fn new(stretch: Stretch<'m>) -> Self {
        let Stretch {
            start_at,
            millis,
            moment,
            zone,
            ..
        } = stretch;
        let Some((zone, from)) = zone.zip(moment.local) else {
            return Inside {
                steady_clock: None,
                last_date: NaiveDate::MIN,
                clock_change: None,
                until: millis,
                stretch,
            };
        };
        if stretch.end_millis() <= stretch.even_until {
            return Inside {
                steady_clock: Some(true),
                last_date: NaiveDate::MIN,
                clock_change: None,
                until: millis,
                stretch,
            };
        }
        let end = instant_at(start_at, millis).map(|end| wall_clock(end, zone));
        let shown = |end: NaiveDateTime| end.signed_duration_since(from).num_milliseconds();
        Inside {
            steady_clock: end.map(|end| shown(end) == millis),
            last_date: end.map_or(NaiveDate::MIN, |end| end.date()),
            clock_change: clock_change(start_at, millis, zone),
            until: millis,
            stretch,
        }
    }
}

/// The first boundary strictly inside the stretch that brings another price, if there is one.
pub(crate) fn change_inside(
    lookup: &mut Lookup,
    tariff: &Tariff,
    wanted: Wanted,
    at_start: &Row<'_>,
    stretch: Stretch<'_>,
) -> Exact<Option<Cut>> {
    if stretch.millis <= 0 {
        return Ok(None);
    }
    let mut inside = Inside::new(stretch);
    let mut first = None;
    for (place, element) in tariff.elements.iter().enumerate() {
        let (r, brief) = (&element.restrictions, lookup.outline.brief(place, element));
        if !brief.of_use || !lookup.looks_at(brief, wanted) {
            continue;
        }
        let mut differs = |after: Moment<'_>| {
            let known = lookup.unknown;
            let row = lookup.row(tariff, Seek::Use, wanted, &after);
            lookup.unknown = known;
            other_price(at_start, &row)
        };
        if brief.course {
            inside.energy_boundaries(r, &mut differs, &mut first)?;
            if let Some(millis) = inside.duration_boundaries(r, &mut differs)? {
                inside.found(Cut::at(millis), &mut first);
            }
        }
        if brief.clock
            && let Some(millis) = inside.clock_boundaries(r, &mut differs)?
        {
            inside.found(Cut::at(millis), &mut first);
        }
    }
    Ok(first)
}

/// Whether two rows would bill differently.
fn other_price(before: &Row<'_>, after: &Row<'_>) -> bool {
    before.iter().zip(after).any(|pair| match pair {
        (None, None) => false,
        (Some(a), Some(b)) => a.price != b.price,
        (Some(a), None) | (None, Some(a)) => !a.price.price.is_zero(),
    })
}

/// Each of these gives the milliseconds into the stretch at which the price would first change.
impl Inside<'_> {
    fn found(&mut self, cut: Cut, first: &mut Option<Cut>) {
        self.until = cut.millis;
        *first = Some(cut);
    }

    fn energy_boundaries(
        &mut self,
        r: &Restrictions,
        differs: &mut impl FnMut(Moment<'_>) -> bool,
        first: &mut Option<Cut>,
    ) -> Exact<()> {
        let Stretch { millis, energy, .. } = self.stretch;
        for bound in [r.min_kwh, r.max_kwh].into_iter().flatten() {
            // A threshold farther off than any figure is not in the stretch.
            let Ok(used) = sub(bound.0, self.stretch.moment.energy_kwh) else {
                continue;
            };
            if used <= Decimal::ZERO || used >= energy {
                continue;
            }
            let share = div(mul(Decimal::from(millis), used)?, energy)?;
            let millis = i64::try_from(share.trunc()).unwrap_or(millis);
            // Of two thresholds in one millisecond the lower comes first.
            let lower = first.is_some_and(|cut| {
                cut.millis == millis && cut.energy.is_some_and(|known| used < known)
            });
            if millis >= self.until && !lower {
                continue;
            }
            let after = Moment {
                energy_kwh: bound.0,
                ..self.at(millis)?
            };
            if differs(after) {
                let energy = Some(used);
                self.found(Cut { millis, energy }, first);
            }
        }
        Ok(())
    }

    fn duration_boundaries(
        &self,
        r: &Restrictions,
        differs: &mut impl FnMut(Moment<'_>) -> bool,
    ) -> Exact<Option<i64>> {
        let mut bounds = [r.min_duration_s, r.max_duration_s];
        bounds.sort_unstable();
        for bound in bounds.into_iter().flatten() {
            let millis = i64::from(bound) * 1000 - self.stretch.since_millis;
            if 0 < millis && millis < self.until && differs(self.at(millis)?) {
                return Ok(Some(millis));
            }
        }
        Ok(None)
    }

    /// Times of day on every local date the period touches, and midnights for dates and weekdays.
    fn clock_boundaries(
        &mut self,
        r: &Restrictions,
        differs: &mut impl FnMut(Moment<'_>) -> bool,
    ) -> Exact<Option<i64>> {
        let times = clock_times(r);
        let mut first = None;
        // A jump of the clock may end a window whose end the clock never shows, or begin one.
        let any = times.iter().any(Option::is_some);
        if let Some(millis) = self.clock_change.filter(|_| any)
            && 0 < millis
            && millis < self.until
            && differs(self.at(millis)?)
        {
            self.until = millis;
            first = Some(millis);
        }
        for time in times.into_iter().flatten() {
            let changed = match self.steady_clock {
                Some(true) => self.on_steady_clock(time, differs)?,
                Some(false) => self.on_changing_clock(time, differs)?,
                None => None,
            };
            if let Some(millis) = changed {
                self.until = millis;
                first = changed;
            }
        }
        Ok(first)
    }

    /// A time of day comes round every 24 hours while the clock is not changed.
    fn on_steady_clock(
        &self,
        time: NaiveTime,
        differs: &mut impl FnMut(Moment<'_>) -> bool,
    ) -> Exact<Option<i64>> {
        const DAY: i64 = 86_400_000;
        let Some(from) = self.stretch.moment.local else {
            return Ok(None);
        };
        let first = time
            .signed_duration_since(from.time())
            .num_milliseconds()
            .rem_euclid(DAY);
        let mut millis = if first == 0 { DAY } else { first };
        for _ in 0..MOST_DAYS {
            if millis >= self.until {
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
        let (Some(zone), Some(from)) = (self.stretch.zone, self.stretch.moment.local) else {
            return Ok(None);
        };
        for date in from.date().iter_days().take(MOST_DAYS) {
            for at in instants(date.and_time(time), zone) {
                let millis = at
                    .signed_duration_since(self.stretch.start_at)
                    .num_milliseconds();
                if 0 < millis && millis < self.until && differs(self.at(millis)?) {
                    return Ok(Some(millis));
                }
            }
            if date >= self.last_date {
                break;
            }
        }
        Ok(None)
    }

    /// The moment a while into the stretch; energy flows evenly.
    fn at(&self, millis: i64) -> Exact<Moment<'_>> {
        let Stretch {
            start_at,
            energy,
            since_millis,
            moment,
            zone,
            ..
        } = self.stretch;
        let share = div(
            mul(energy, Decimal::from(millis))?,
            Decimal::from(self.stretch.millis),
        )?;
        let local = match (zone, instant_at(start_at, millis), moment.local) {
            (Some(_), Some(_), Some(local)) if self.steady_clock == Some(true) => {
                local.checked_add_signed(TimeDelta::milliseconds(millis))
            }
            (Some(zone), Some(at), Some(_)) => Some(wall_clock(at, zone)),
            _ => moment.local,
        };
        Ok(Moment {
            local,
            energy_kwh: add(moment.energy_kwh, share)?,
            seconds: (since_millis + millis).div_euclid(1000),
            ..*moment
        })
    }
}

/// Milliseconds to where the clock of a zone is changed between two instants, if it is.
fn clock_change(start_at: Instant, millis: i64, zone: Tz) -> Option<i64> {
    let offset = |after: i64| {
        let at = instant_at(start_at, after)?;
        Some(wall_clock(at, zone).signed_duration_since(at.naive_utc()))
    };
    let (first, last) = (offset(0)?, offset(millis)?);
    if first == last {
        return None;
    }
    let (mut before, mut after) = (0, millis);
    while after - before > 1 {
        let middle = before.midpoint(after);
        if offset(middle)? == first {
            before = middle;
        } else {
            after = middle;
        }
    }
    Some(after)
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
                let later = wall + TimeDelta::minutes(15 * quarters);
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
