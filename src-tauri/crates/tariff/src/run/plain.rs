//! The short way, for periods that are plain: kWh and hours as the clock says, nothing odd, nothing
//! to look at twice. Nearly all are.
//!
//! Sessions have many periods and few moments at which a price begins or ends. As long as none
//! comes, the components found for one period price the next as well, and none of these periods
//! hides a boundary. Whatever is not plain is priced on the long way; it gives the same.

use chrono::Timelike;
use domain::policy::HourVolume;
use domain::replay::Phase;
use domain::{
    ChargingPeriod, Decimal, DimensionKind, FlatMode, Instant, StationPause, Tariff,
    TariffDimension,
};

use super::{Run, Stop};
use crate::horizon::Horizon;
use crate::input::ReplayInput;
use crate::lookup::{Row, Seek, slot};
use crate::number::Exact;
use crate::outline::Needs;
use crate::restriction::{Moment, Rules};
use crate::select::Plan;
use crate::sum::Sum;
use crate::timeline::{Measured, fits};
use crate::unsplit::Stretch;

/// The components that price the use, and how far they do.
pub(super) struct Steady<'a> {
    /// The place of the tariff among the candidates.
    index: usize,
    row: Row<'a>,
    /// The places of their tallies, once they are known.
    tallies: [Option<usize>; 4],
    horizon: Horizon,
}

/// Whether the readings of a policy, and a session as a whole, leave plain periods plain.
pub(super) fn reads_plainly(input: &ReplayInput<'_>) -> bool {
    !input.mirrored
        && input.policy.hour_volume == HourVolume::SnapToPeriod
        && input.policy.station_pause == StationPause::AsReported
        && input.policy.flat_mode != FlatMode::OncePerPeriod
}

/// What a plain period measured.
#[derive(Default)]
struct Plain<'a> {
    energy: Option<&'a Decimal>,
    hours: Option<(TariffDimension, &'a Decimal)>,
}

impl<'a> Plain<'a> {
    /// Reads a period, if it is plain.
    fn of(period: &'a ChargingPeriod) -> Option<Self> {
        use DimensionKind as Kind;
        let mut plain = Plain::default();
        for dimension in &period.dimensions {
            match dimension.kind {
                Kind::Energy if plain.energy.is_none() => {
                    plain.energy = Some(&dimension.volume);
                }
                Kind::Time if plain.hours.is_none() => {
                    plain.hours = Some((TariffDimension::Time, &dimension.volume));
                }
                Kind::ParkingTime if plain.hours.is_none() => {
                    plain.hours = Some((TariffDimension::ParkingTime, &dimension.volume));
                }
                Kind::Energy
                | Kind::Time
                | Kind::ParkingTime
                | Kind::ReservationTime
                | Kind::Flat => return None,
                Kind::MaxCurrent
                | Kind::MinCurrent
                | Kind::Current
                | Kind::MaxPower
                | Kind::MinPower
                | Kind::Power
                | Kind::EnergyImport
                | Kind::EnergyExport
                | Kind::StateOfCharge
                | Kind::ReservationExpires
                | Kind::ReservationOvertime
                | Kind::Unknown => {}
            }
        }
        // Energy while parked, or none while charging, is worth a second look.
        let odd = match (plain.energy, plain.hours) {
            (Some(_), Some((TariffDimension::ParkingTime, _))) => true,
            (Some(energy), _) => energy.is_zero() || energy.is_sign_negative(),
            (None, _) => false,
        };
        (!odd).then_some(plain)
    }
}

/// Milliseconds from 1970, where an instant lies on a whole one.
fn whole_millis(at: Instant) -> Option<i64> {
    let whole = at.timestamp_subsec_nanos().is_multiple_of(1_000_000);
    whole.then(|| at.timestamp_millis())
}

/// The same, counted on from an earlier instant; nearly always one of the same day.
fn counted_on(at: Instant, (known_at, known): (Instant, i64)) -> Option<i64> {
    let (now, then) = (at.naive_utc(), known_at.naive_utc());
    if now.date() != then.date() {
        return whole_millis(at);
    }
    let (now, then) = (now.time(), then.time());
    let nanos = i64::from(now.nanosecond()) - i64::from(then.nanosecond());
    let seconds = now.num_seconds_from_midnight() - then.num_seconds_from_midnight();
    (nanos % 1_000_000 == 0).then(|| known + i64::from(seconds) * 1000 + nanos / 1_000_000)
}

/// How a period runs: from start to end in milliseconds from 1970.
#[derive(Clone, Copy)]
struct Course<'a> {
    period: &'a ChargingPeriod,
    start: i64,
    end: i64,
    end_at: Instant,
}

impl<'a> Run<'_, 'a> {
    /// Prices a period on the short way; whether it is plain, and nothing inside it changes a
    /// price. Otherwise nothing is done.
    pub(super) fn price_plain(&mut self, place: usize, plan: Plan) -> Result<bool, Stop> {
        let Some((plain, course)) = self.plain_at(place) else {
            return Ok(false);
        };
        let Some((index, tariff, needs)) = self.plain_tariff(course.period, place, plan)? else {
            return Ok(false);
        };
        let energy = plain.energy.map(|energy| Sum::from(*energy));
        let mut energy_kwh = self.energy_kwh;
        if let Some(energy) = energy {
            energy_kwh.add(energy)?;
        }
        let known = self.steady.as_ref().is_some_and(|steady| {
            steady.index == index && steady.horizon.holds_at(course.start, self.energy_kwh)
        });
        if !known && !self.renew(course, (index, tariff, needs)) {
            return Ok(false);
        }
        let reaches = |steady: &Steady<'_>| steady.horizon.reaches(course.end, energy_kwh);
        if !self.steady.as_ref().is_some_and(reaches) {
            return Ok(false);
        }
        self.plain_until = Some((course.end_at, course.end));
        self.enter_steady_flat(needs, course.period)?;
        if let Some(energy) = energy {
            self.enter_steady(TariffDimension::Energy, energy)?;
        }
        if let Some((dimension, _)) = plain.hours {
            self.enter_steady(dimension, Sum::seconds(course.end - course.start))?;
        }
        self.part += 1;
        self.energy_kwh = energy_kwh;
        Ok(true)
    }

    /// The period at a place, if it is plain.
    #[inline]
    fn plain_at(&self, place: usize) -> Option<(Plain<'a>, Course<'a>)> {
        let (period, end_at) = self.timeline.uncut(place).filter(|_| self.reads_plainly)?;
        let start = match self.plain_until {
            Some((at, millis)) if at == period.start_at => millis,
            Some(_) | None => whole_millis(period.start_at)?,
        };
        let end = counted_on(end_at, (period.start_at, start))?;
        let plain = Plain::of(period)?;
        if let Some((_, hours)) = plain.hours
            && !fits(*hours, end - start)
        {
            return None;
        }
        let course = Course {
            period,
            start,
            end,
            end_at,
        };
        Some((plain, course))
    }

    /// The tariff of a plain period; `None` where that needs a second look.
    #[inline]
    fn plain_tariff(
        &mut self,
        period: &ChargingPeriod,
        place: usize,
        plan: Plan,
    ) -> Result<Option<(usize, &'a Tariff, Needs)>, Stop> {
        match (plan, self.tariff) {
            (Plan::One(_), Some(known)) => Ok(Some(known)),
            (Plan::ByPeriod, _) if period.tariff_id.is_none() => Ok(None),
            (Plan::One(_) | Plan::ByPeriod, _) => self.tariff_of(&self.timeline.span(place), plan),
        }
    }

    /// Looks up what prices the use from the start of a period on, and how far it does; whether
    /// that can be told without what the period measured.
    fn renew(
        &mut self,
        course: Course<'_>,
        (index, tariff, needs): (usize, &'a Tariff, Needs),
    ) -> bool {
        self.steady = None;
        if needs.flow || needs.repeated {
            return false;
        }
        let (session_start, start_at) = (self.timeline.start_at(), course.period.start_at);
        let Some(since) = whole_millis(session_start) else {
            return false;
        };
        let (local, even_until) = match &mut self.clock {
            _ if !needs.clock => (None, i64::MAX),
            Some(clock) => {
                let local = clock.at(start_at);
                (Some(local), clock.even_until(start_at) * 1000)
            }
            None => return false,
        };
        self.use_start_at.get_or_insert(session_start);
        // What restrictions see that do not ask for current or power.
        let nothing = Measured::default();
        let moment = Moment {
            local,
            energy_kwh: self.energy_kwh.value(),
            seconds: (course.start - since) / 1000,
            measured: &nothing,
            millis: Some(course.end - course.start),
            reached: self.reached.map(|[_, used]| used),
            rules: Rules::of(self.input.policy),
        };
        let wanted = self.wanted(needs, &nothing).and(self.carries.wanted());
        let row = self.lookup.row(tariff, Seek::Use, wanted, &moment);
        self.note_missing(&row);
        let stretch = Stretch {
            start_at,
            millis: course.end - course.start,
            energy: Decimal::ZERO,
            since_millis: course.start - since,
            moment: &moment,
            zone: self.input.zone,
            even_until,
        };
        let horizon = if needs.boundaries {
            Horizon::of(tariff, &self.lookup, wanted, &stretch)
        } else {
            Horizon::endless(course.start)
        };
        self.steady = Some(Steady {
            index,
            row,
            tallies: [None; 4],
            horizon,
        });
        true
    }

    /// Enters the flat fee, where one may be due.
    fn enter_steady_flat(&mut self, needs: Needs, period: &ChargingPeriod) -> Exact<()> {
        let Some(steady) = &self.steady else {
            return Ok(());
        };
        match steady.row[slot(TariffDimension::Flat)] {
            Some(flat) if !self.flat_is_done(needs) => self.enter_flat(steady.index, flat, period),
            Some(_) | None => Ok(()),
        }
    }

    /// Enters a volume under the price that holds.
    fn enter_steady(&mut self, dimension: TariffDimension, quantity: Sum) -> Exact<()> {
        let place = slot(dimension);
        let Some(steady) = &mut self.steady else {
            return Ok(());
        };
        let ledger = &mut self.ledger;
        if let Some(tally) = steady.tallies[place] {
            return ledger.add(tally, quantity);
        }
        let (index, active) = (steady.index, steady.row[place]);
        if let Some(active) = active.filter(|_| !ledger.keeps_lines()) {
            let tally = ledger.tally_of(index, Phase::Use, active.price);
            steady.tallies[place] = Some(tally);
        }
        self.enter_volume(index, active, dimension, quantity)
    }
}
