//! The session in time order: where each period begins and ends, and what it measured.
//!
//! A period has no end of its own: it ends where the next one starts, the last where the session
//! ends (CDRs / ChargingPeriod). Periods outside the session are cut to it.

use chrono::{DateTime, TimeDelta};
use domain::policy::{HourVolume, PeriodOrder};
use domain::{ChargingPeriod, Decimal, DimensionKind, Instant};

use crate::input::ReplayInput;
use crate::number::{Exact, OutOfRange, SECONDS_PER_HOUR, add, mul, power_of_ten, small, sub};
use crate::sum::Sum;

/// The periods of a session in time order.
pub(crate) struct Timeline<'a> {
    periods: &'a [ChargingPeriod],
    /// Places in `periods` by start; `None` where they came sorted or count as they came.
    order: Option<Vec<usize>>,
    start_at: Instant,
    end_at: Option<Instant>,
}

/// One period with its bounds.
#[derive(Clone, Copy)]
pub(crate) struct Span<'a> {
    /// The period.
    pub period: &'a ChargingPeriod,
    /// Its place in the record as sent.
    pub sent_index: usize,
    /// Its start, cut to the session.
    pub start_at: Instant,
    /// Its end; unknown in the last period of a session without an end.
    pub end_at: Option<Instant>,
    /// Whether it lay outside the session and was cut.
    pub cut: bool,
}

impl Span<'_> {
    /// Its length in milliseconds, if the end is known.
    pub fn millis(&self) -> Option<i64> {
        let end = self.end_at?;
        Some(end.signed_duration_since(self.start_at).num_milliseconds())
    }
}

/// 1970-01-01T00:00:00Z means "unknown by agreement" (SEMANTICS ch. 1, rule 5).
fn known(at: Instant) -> Option<Instant> {
    (at != DateTime::UNIX_EPOCH).then_some(at)
}

impl<'a> Timeline<'a> {
    /// Puts the periods in order; equal starts keep the order sent. As given, a period whose next
    /// one starts before it has no length (I-33).
    pub fn new(input: &ReplayInput<'a>) -> Self {
        let periods = input.periods;
        let sorted = match input.policy.period_order {
            PeriodOrder::AsGiven => true,
            PeriodOrder::SortedByStart => {
                periods.windows(2).all(|p| p[0].start_at <= p[1].start_at)
            }
        };
        let order = (!sorted).then(|| {
            let mut order: Vec<usize> = (0..periods.len()).collect();
            order.sort_by_key(|&index| periods[index].start_at);
            order
        });
        let first = order.as_ref().map_or(0, |order| order[0]);
        let first_start = periods.get(first).map_or(input.start_at, |p| p.start_at);
        let start_at = known(input.start_at).unwrap_or(first_start);
        let end_at = input.end_at.and_then(known).filter(|end| *end >= start_at);
        Timeline {
            periods,
            order,
            start_at,
            end_at,
        }
    }

    /// How many periods there are.
    pub fn len(&self) -> usize {
        self.periods.len()
    }

    /// Start of the session.
    pub fn start_at(&self) -> Instant {
        self.start_at
    }

    /// The period at a place and its end, where the periods are as sent and nothing of it is cut.
    #[inline]
    pub fn uncut(&self, place: usize) -> Option<(&'a ChargingPeriod, Instant)> {
        if self.order.is_some() {
            return None;
        }
        let period = &self.periods[place];
        let end_at = match self.periods.get(place + 1) {
            Some(next) => next.start_at,
            None => self.end_at?,
        };
        let inside = self.start_at <= period.start_at
            && period.start_at <= end_at
            && self.end_at.is_none_or(|last| end_at <= last);
        inside.then_some((period, end_at))
    }

    /// The period at a place in time order.
    pub fn span(&self, place: usize) -> Span<'a> {
        let sent_index = self.sent_index(place);
        let period = &self.periods[sent_index];
        let start_at = self.cut(period.start_at);
        let end_at = if place + 1 < self.len() {
            let next = &self.periods[self.sent_index(place + 1)];
            Some(self.cut(next.start_at).max(start_at))
        } else {
            self.end_at.map(|end| end.max(start_at))
        };
        Span {
            period,
            sent_index,
            start_at,
            end_at,
            cut: start_at != period.start_at,
        }
    }

    fn sent_index(&self, place: usize) -> usize {
        self.order.as_ref().map_or(place, |order| order[place])
    }

    fn cut(&self, at: Instant) -> Instant {
        let at = at.max(self.start_at);
        self.end_at.map_or(at, |end| at.min(end))
    }
}

/// The volumes of one period that pricing looks at. Hours and kWh as sent.
#[derive(Clone, Copy, Default)]
pub(crate) struct Measured {
    pub energy: Option<Decimal>,
    pub time: Option<Decimal>,
    pub parking: Option<Decimal>,
    pub reservation: Option<Decimal>,
    pub flat: bool,
    pub min_current: Option<Decimal>,
    pub max_current: Option<Decimal>,
    pub current: Option<Decimal>,
    pub min_power: Option<Decimal>,
    pub max_power: Option<Decimal>,
    pub power: Option<Decimal>,
    /// Whether `time` is not as sent but taken from the clock (I-30).
    pub from_clock: bool,
    /// Whether its volumes were turned round.
    pub turned: bool,
}

/// Whether a volume of this kind can be billed, so that a mirrored credit negates it.
pub(crate) fn is_billed(kind: DimensionKind) -> bool {
    matches!(
        kind,
        DimensionKind::Energy
            | DimensionKind::Time
            | DimensionKind::ParkingTime
            | DimensionKind::ReservationTime
    )
}

impl Measured {
    /// Reads a period once. A repeated dimension counts with its sum; the volumes of a mirrored
    /// credit are turned round, and power and current are as the charging was: not negative (I-24).
    pub fn of(period: &ChargingPeriod, mirrored: bool) -> Exact<Self> {
        let mut measured = Measured::default();
        measured.read(period, mirrored)?;
        Ok(measured)
    }

    /// Fills one in which nothing is set.
    pub fn read(&mut self, period: &ChargingPeriod, mirrored: bool) -> Exact<()> {
        let measured = self;
        measured.turned = mirrored;
        for dimension in &period.dimensions {
            let slot = match dimension.kind {
                DimensionKind::Energy => &mut measured.energy,
                DimensionKind::Time => &mut measured.time,
                DimensionKind::ParkingTime => &mut measured.parking,
                DimensionKind::ReservationTime => &mut measured.reservation,
                DimensionKind::MaxCurrent => &mut measured.max_current,
                DimensionKind::MinCurrent => &mut measured.min_current,
                DimensionKind::Current => &mut measured.current,
                DimensionKind::MaxPower => &mut measured.max_power,
                DimensionKind::MinPower => &mut measured.min_power,
                DimensionKind::Power => &mut measured.power,
                DimensionKind::Flat => {
                    measured.flat = true;
                    continue;
                }
                DimensionKind::EnergyImport
                | DimensionKind::EnergyExport
                | DimensionKind::StateOfCharge
                | DimensionKind::ReservationExpires
                | DimensionKind::ReservationOvertime
                | DimensionKind::Unknown => continue,
            };
            let volume = match (mirrored, is_billed(dimension.kind)) {
                (false, _) => dimension.volume,
                (true, true) => -dimension.volume,
                (true, false) => dimension.volume.abs(),
            };
            *slot = Some(match *slot {
                None => volume,
                Some(sum) => sum.checked_add(volume).ok_or(OutOfRange)?,
            });
        }
        Ok(())
    }

    /// Takes the charging time of a period from its length, where nothing else is said of time
    /// (SEMANTICS 3.1; I-30).
    pub fn infer_time(&mut self, millis: Option<i64>) {
        let reserves = self.reservation.is_some();
        let Some(millis) = millis.filter(|_| self.is_use() && !reserves) else {
            return;
        };
        // In hours as they would be written; the seconds are those of the length.
        let hours = (Decimal::from(millis) / MILLIS_PER_HOUR).round_dp(4);
        let negative = self.turned && self.energy.is_some_and(|kwh| kwh < Decimal::ZERO);
        self.time = Some(if negative { -hours } else { hours });
        self.from_clock = true;
    }

    /// Whether the period belongs to the use of the connector, not to a reservation alone.
    pub fn is_use(&self) -> bool {
        self.energy.is_some()
            || self.time.is_some()
            || self.parking.is_some()
            || self.flat
            || self.reservation.is_none()
    }

    /// Hours as they were sent, where they were turned round: the clock knows no sign.
    fn turned_back(&self) -> Measured {
        let back = |hours: Option<Decimal>| hours.map(|hours| -hours);
        Measured {
            time: back(self.time),
            parking: back(self.parking),
            reservation: back(self.reservation),
            turned: false,
            ..*self
        }
    }

    fn hours(&self) -> impl Iterator<Item = Decimal> {
        [self.time, self.parking, self.reservation]
            .into_iter()
            .flatten()
    }
}

/// Milliseconds of an hour.
const MILLIS_PER_HOUR: Decimal = Decimal::from_parts(3_600_000, 0, 0, false, 0);

/// Seconds of one hour volume, and whether they disagree with the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seconds {
    pub seconds: Decimal,
    pub disagrees: bool,
}

/// Whether the seconds behind an hour volume are those of its period's length, told at a glance: it
/// is the only one there, read so, and says what the clock says. Nearly all are so.
pub(crate) fn is_length(
    hours: Decimal,
    measured: &Measured,
    millis: i64,
    hour_volume: HourVolume,
) -> bool {
    let alone = [&measured.time, &measured.parking, &measured.reservation]
        .into_iter()
        .filter(|hours| hours.is_some())
        .count()
        == 1;
    alone && !measured.turned && hour_volume == HourVolume::SnapToPeriod && fits(hours, millis)
}

/// Restores the seconds behind an hour volume (SEMANTICS 1.1; I-03).
///
/// Hours are written with few decimals: 0.6667 h is 40 minutes, not 2400.12 s. Where the period's
/// own length is within what those decimals can say, that length counts. Read as stated, the
/// product counts whatever the clock says.
pub(crate) fn restore_seconds(
    volume: Decimal,
    measured: &Measured,
    millis: Option<i64>,
    hour_volume: HourVolume,
) -> Exact<Seconds> {
    let restored = if measured.turned && volume < Decimal::ZERO {
        let snapped = snapped_seconds(-volume, &measured.turned_back(), millis)?;
        Seconds {
            seconds: -snapped.seconds,
            ..snapped
        }
    } else {
        snapped_seconds(volume, measured, millis)?
    };
    match hour_volume {
        HourVolume::AsStated if !measured.from_clock => Ok(Seconds {
            seconds: mul(volume, SECONDS_PER_HOUR)?,
            ..restored
        }),
        HourVolume::AsStated | HourVolume::SnapToPeriod => Ok(restored),
    }
}

fn snapped_seconds(volume: Decimal, measured: &Measured, millis: Option<i64>) -> Exact<Seconds> {
    let Some(millis) = millis else {
        return stated_seconds(volume, false);
    };
    let hours = match (measured.time, measured.parking, measured.reservation) {
        (Some(hours), None, None) | (None, Some(hours), None) | (None, None, Some(hours)) => hours,
        (None, None, None) => volume,
        _ => return stated_seconds(volume, !fits_together(measured, millis)?),
    };
    if fits(hours, millis) {
        Ok(Seconds {
            seconds: length_seconds(millis),
            disagrees: false,
        })
    } else {
        stated_seconds(volume, true)
    }
}

/// The volume as it stands; from four decimals on it names the second.
fn stated_seconds(volume: Decimal, disagrees: bool) -> Exact<Seconds> {
    let product = mul(volume, SECONDS_PER_HOUR)?;
    let seconds = if volume.scale() >= 4 {
        round_half_up(product)
    } else {
        product
    };
    Ok(Seconds { seconds, disagrees })
}

/// Whether hours and a length agree to half a unit of the last decimal and a second.
///
/// In whole numbers, multiplied by 1000 for the milliseconds and by 10 to the number of decimals;
/// what does not fit those numbers agrees with nothing.
pub(crate) fn fits(hours: Decimal, millis: i64) -> bool {
    let short = small(hours).and_then(|(units, scale)| Some((units, power_of_ten(scale)?)));
    if let Some((units, unit)) = short {
        let (units, unit) = (i128::from(units), i128::from(unit));
        let off = units * 3_600_000 - i128::from(millis) * unit;
        return off.unsigned_abs() <= (unit * 1000 + 1_800_000).unsigned_abs();
    }
    let compared = || {
        let unit = 10_i128.checked_pow(hours.scale())?;
        let stated = hours.mantissa().checked_mul(3_600_000)?;
        let off = stated.checked_sub(i128::from(millis).checked_mul(unit)?)?;
        let slack = unit.checked_mul(1000)?.checked_add(1_800_000)?;
        Some(off.unsigned_abs() <= slack.unsigned_abs())
    };
    compared().unwrap_or(false)
}

/// The same for several volumes that share a period, by their sum.
fn fits_together(measured: &Measured, millis: i64) -> Exact<bool> {
    let (mut all, mut slack) = (Decimal::ZERO, Decimal::ONE);
    for hours in measured.hours() {
        all = add(all, mul(hours, SECONDS_PER_HOUR)?)?;
        slack = add(slack, Decimal::from_i128_with_scale(1800, hours.scale()))?;
    }
    Ok(sub(all, length_seconds(millis))?.abs() <= slack)
}

fn round_half_up(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
}

/// A length as seconds; whole where it is whole.
pub(crate) fn length_seconds(millis: i64) -> Decimal {
    Sum::seconds(millis).value()
}

/// The instant `part`/`whole` of the way through a period.
pub(crate) fn instant_at(start: Instant, millis: i64) -> Option<Instant> {
    start.checked_add_signed(TimeDelta::try_milliseconds(millis)?)
}

#[cfg(test)]
mod tests;
