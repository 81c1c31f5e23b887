//! Power and current: the figures a period states or implies, and what they say of a bound (I-08).

use domain::Decimal;
use domain::policy::{OneSidedExtreme, PowerSource};

use super::{Moment, Rules, text};
use crate::number::SECONDS_PER_HOUR;
use crate::timeline::{Measured, length_seconds};

/// What a period says about its power or its current.
pub(super) struct Flow {
    min: Option<Decimal>,
    max: Option<Decimal>,
    average: Option<Decimal>,
    energy: Option<Decimal>,
    millis: Option<i64>,
}

impl Flow {
    /// The current of a period.
    pub fn current(m: &Measured, rules: Rules) -> Self {
        let (min, max) = extremes(m.min_current, m.max_current, rules);
        Flow {
            min,
            max,
            average: m.current.filter(|_| judges_by_average(rules)),
            energy: None,
            millis: None,
        }
    }

    /// The power in the period of a moment.
    pub fn power(moment: &Moment<'_>) -> Self {
        let (m, rules) = (moment.measured, moment.rules);
        let (min, max) = extremes(m.min_power, m.max_power, rules);
        let average = judges_by_average(rules);
        Flow {
            min,
            max,
            average: m.power.filter(|_| average),
            energy: m.energy.filter(|_| average),
            millis: moment.millis.filter(|millis| *millis > 0),
        }
    }

    /// Whether the flow is at least `bound`, judged by its minimum (I-08).
    pub fn reaches_min(&self, bound: Decimal) -> Option<bool> {
        match (self.min, self.max) {
            (Some(min), _) => Some(min >= bound),
            (None, Some(max)) if max < bound => Some(false),
            (None, _) => self.average_reaches(bound),
        }
    }

    /// Whether the flow is at least `bound`, judged by its maximum (I-08).
    pub fn reaches_max(&self, bound: Decimal) -> Option<bool> {
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

impl Flow {
    /// The figure a minimum was judged by.
    pub fn found_for_min(&self, bound: Option<Decimal>) -> String {
        let never_reached = self.max.filter(|max| Some(*max) < bound);
        text(self.min.or_else(|| self.average_shown()).or(never_reached))
    }

    /// The figure a maximum was judged by.
    pub fn found_for_max(&self, bound: Option<Decimal>) -> String {
        let always_above = self.min.filter(|min| Some(*min) >= bound);
        text(self.max.or_else(|| self.average_shown()).or(always_above))
    }

    /// The average, stated or derived.
    fn average_shown(&self) -> Option<Decimal> {
        let derived = || {
            let kilowatt_seconds = self.energy?.checked_mul(SECONDS_PER_HOUR)?;
            let average = kilowatt_seconds.checked_div(length_seconds(self.millis?))?;
            Some(average.round_dp(3).normalize())
        };
        self.average.or_else(derived)
    }
}

/// The extremes a flow is judged by: as stated, or one that stands for both.
fn extremes(
    min: Option<Decimal>,
    max: Option<Decimal>,
    rules: Rules,
) -> (Option<Decimal>, Option<Decimal>) {
    match rules.one_sided_extreme {
        OneSidedExtreme::MissingSideUnknown => (min, max),
        OneSidedExtreme::StatedSideServesBoth => (min.or(max), max.or(min)),
    }
}

/// Whether what the extremes leave open is judged by the average, stated or derived from energy.
fn judges_by_average(rules: Rules) -> bool {
    match rules.power_source {
        PowerSource::ExtremesThenAverageThenEnergy => true,
        PowerSource::TreatUnknownAsMatch | PowerSource::TreatUnknownAsNoMatch => false,
    }
}
