//! The energy of a session over time: straight lines between readings.

use domain::{Decimal, Instant};
use rust_decimal::RoundingStrategy;

use super::{Metered, NotGenerated};
use crate::number::{Exact, SECONDS_PER_HOUR, THOUSAND, add, div, mul, sub};

/// How much of the meter's value lies between two moments.
const DIGITS: u32 = 4;

/// Energy since the start of the session, kWh, as a line through knots. The first lies at the
/// start, the last at the end.
pub(super) struct Curve {
    knots: Vec<(Instant, Decimal)>,
}

impl Curve {
    /// Checks a metered session and draws its line.
    ///
    /// A reading after charging stopped tells what had flowed by the stop: nothing flows after.
    pub fn new(metered: &Metered<'_>) -> Result<Self, NotGenerated> {
        let (start, end) = (metered.start_at, metered.end_at);
        if end <= start {
            return Err(NotGenerated::EndNotAfterStart);
        }
        if end.signed_duration_since(start).num_days() > 366 {
            return Err(NotGenerated::TooLong);
        }
        let readings = metered.readings;
        if readings.windows(2).any(|pair| pair[0].at >= pair[1].at) {
            return Err(NotGenerated::ReadingsOutOfOrder);
        }
        let mut raw: Vec<(Instant, Decimal)> = readings
            .iter()
            .map(|reading| (reading.at, reading.kwh.0))
            .collect();
        if let Some(stop) = metered.charged_until {
            if stop < start || stop > end {
                return Err(NotGenerated::StopOutsideSession);
            }
            let next = raw.partition_point(|(at, _)| *at < stop);
            let known = raw
                .get(next)
                .filter(|(at, _)| *at > stop && next > 0)
                .copied();
            if let Some((_, kwh)) = known {
                raw.insert(next, (stop, kwh));
            }
        }
        let raw = Curve { knots: raw };
        let base = raw.at(start)?;
        let mut knots = vec![(start, Decimal::ZERO)];
        for (at, kwh) in &raw.knots {
            if *at > start && *at < end {
                knots.push((*at, sub(*kwh, base)?));
            }
        }
        knots.push((end, sub(raw.at(end)?, base)?));
        Ok(Curve { knots })
    }

    /// The knots' moments.
    pub fn instants(&self) -> impl Iterator<Item = Instant> {
        self.knots.iter().map(|(at, _)| *at)
    }

    /// The value at a moment, to four decimals between two knots; level before the first and after
    /// the last.
    pub fn at(&self, at: Instant) -> Exact<Decimal> {
        let next = self.knots.partition_point(|(knot, _)| *knot <= at);
        let (Some(before), Some(after)) = (
            next.checked_sub(1).and_then(|place| self.knots.get(place)),
            self.knots.get(next),
        ) else {
            let nearest = if next == 0 {
                self.knots.first()
            } else {
                self.knots.last()
            };
            return Ok(nearest.map_or(Decimal::ZERO, |(_, kwh)| *kwh));
        };
        let part = Decimal::from(millis(before.0, at));
        let whole = Decimal::from(millis(before.0, after.0));
        let share = div(mul(sub(after.1, before.1)?, part)?, whole)?;
        if part.is_zero() {
            return Ok(before.1);
        }
        let half_up = RoundingStrategy::MidpointAwayFromZero;
        add(before.1, share.round_dp_with_strategy(DIGITS, half_up))
    }

    /// The moments at which the line passes a value, to the millisecond.
    pub fn crossings(&self, value: Decimal) -> Exact<Vec<Instant>> {
        let mut found = Vec::new();
        for pair in self.knots.windows(2) {
            let (from, until) = (pair[0], pair[1]);
            let inside = from.1.min(until.1) < value && value < from.1.max(until.1);
            if inside {
                let whole = Decimal::from(millis(from.0, until.0));
                let part = div(mul(whole, sub(value, from.1)?)?, sub(until.1, from.1)?)?;
                let part = i64::try_from(part.trunc()).unwrap_or_default();
                let at = crate::timeline::instant_at(from.0, part);
                found.push(at.unwrap_or(until.0));
            } else if until.1 == value && from.1 != value {
                found.push(until.0);
            }
        }
        Ok(found)
    }

    /// The average power, kW, between the two readings around a moment; three decimals.
    pub fn power_at(&self, at: Instant) -> Exact<Option<Decimal>> {
        let next = self.knots.partition_point(|(knot, _)| *knot <= at);
        let (Some(before), Some(after)) = (
            next.checked_sub(1).and_then(|place| self.knots.get(place)),
            self.knots.get(next),
        ) else {
            return Ok(None);
        };
        let kilowatt_seconds = mul(sub(after.1, before.1)?, SECONDS_PER_HOUR)?;
        let millis = Decimal::from(millis(before.0, after.0));
        let power = div(mul(kilowatt_seconds, THOUSAND)?, millis)?;
        Ok(Some(power.round_dp(3).normalize()))
    }
}

fn millis(from: Instant, until: Instant) -> i64 {
    until.signed_duration_since(from).num_milliseconds()
}
