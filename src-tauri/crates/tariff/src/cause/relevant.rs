//! Which readings can matter for a session at all, so that the others need not be priced.
//!
//! Each test errs on the safe side: it may let a reading through that changes nothing, never hold
//! back one that does.

use chrono::NaiveTime;
use domain::{
    ChargingPeriod, CreditSign, Decimal, DimensionKind, ElementLookup, EqualWindow, FlatMode,
    HourVolume, InferMissingTime, LimitsScope, LimitsTax, LoneMidnightEnd, MissingTariffId,
    OneSidedExtreme, PeriodOrder, PeriodSplit, Policy, PowerSource, Restrictions, Rounding,
    RoundingMode, RoundingStage, StationPause, StepBasis, StepMode, Tariff, TariffDimension,
    TaxStage, TierMode, TimePriceUnit, WrapWeekday,
};

use super::{Change, Question};
use crate::input::Candidates;
use crate::timeline::length_seconds;

/// One other reading of one switch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// The switch.
    pub switch: &'static str,
    /// Its reading.
    pub name: String,
}

impl Reading {
    /// The policy with this reading.
    pub fn set(&self, policy: Policy) -> Policy {
        policy
            .with(self.switch, &self.name)
            .expect("readings are made from the switches themselves")
    }

    /// The reading a change is, if it is one.
    pub fn of(change: &Change) -> Option<Self> {
        if let Change::Policy { switch, reading } = change {
            let name = reading.clone();
            Some(Reading { switch, name })
        } else {
            None
        }
    }

    /// As a change.
    pub fn change(&self) -> Change {
        Change::Policy {
            switch: self.switch,
            reading: self.name.clone(),
        }
    }

    /// Whether it sets the rounding.
    pub fn is_rounding(&self) -> bool {
        self.switch == ROUNDING
    }

    /// Whether it can change the price of a session.
    pub fn matters(&self, facts: &Facts) -> bool {
        self.is_rounding() || facts.matters(self.switch)
    }

    /// Whether it can move the total and leave the parts where they are.
    pub fn moves_total_alone(&self) -> bool {
        let readings = [
            LimitsScope::NAME,
            LimitsTax::NAME,
            TaxStage::NAME,
            CreditSign::NAME,
        ];
        self.is_rounding() || readings.contains(&self.switch)
    }

    /// Whether it can change the price of a session to the stated figures.
    pub fn can_explain(&self, facts: &Facts) -> bool {
        match self.name.parse() {
            Ok(rule) if self.is_rounding() => facts.could_round(rule),
            Ok(_) | Err(_) => facts.matters(self.switch),
        }
    }
}

const ROUNDING: &str = "rounding";

/// The other readings of every switch, in the order of the switches; rounding rules come last, the
/// likeliest first.
pub(super) fn readings(base: &Policy, minor_digits: u32) -> Vec<Reading> {
    let mut readings = Vec::new();
    for (switch, (_, now)) in Policy::SWITCHES.iter().zip(base.settings()) {
        let others = switch.readings.iter().filter(|name| **name != now);
        readings.extend(others.map(|name| Reading {
            switch: switch.name,
            name: (*name).to_owned(),
        }));
    }
    let rules = rounding_rules(digits(minor_digits)).filter(|rule| *rule != base.rounding);
    readings.extend(rules.map(|rule| Reading {
        switch: ROUNDING,
        name: rule.to_string(),
    }));
    readings
}

/// The rounding rules that occur: the currency's own digits before others, half up before other
/// modes, totals before what lies below them (SEMANTICS 3.12).
fn rounding_rules(minor_digits: u8) -> impl Iterator<Item = Rounding> {
    const STAGES: [RoundingStage; 4] = [
        RoundingStage::PerTotal,
        RoundingStage::PerDimension,
        RoundingStage::PerPeriod,
        RoundingStage::PerLine,
    ];
    const MODES: [RoundingMode; 4] = [
        RoundingMode::HalfUp,
        RoundingMode::HalfEven,
        RoundingMode::Down,
        RoundingMode::Up,
    ];
    let digits = [2, 3, 4]
        .into_iter()
        .filter(move |digits| *digits != minor_digits);
    std::iter::once(minor_digits)
        .chain(digits)
        .flat_map(|digits| {
            MODES.into_iter().flat_map(move |mode| {
                STAGES.into_iter().map(move |stage| Rounding {
                    stage,
                    digits,
                    mode,
                })
            })
        })
}

/// What of a session and its tariffs the readings depend on.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // independent facts, not states
pub(super) struct Facts {
    several_elements: bool,
    pub time_priced: bool,
    pub flat_priced: bool,
    pub taxed: bool,
    pub limited: bool,
    stepped: bool,
    /// Time of day, date or weekday.
    pub clock: bool,
    /// Energy or duration so far.
    course: bool,
    /// Power or current.
    flow: bool,
    weekday_window: bool,
    equal_window: bool,
    lone_midnight: bool,
    one_sided: bool,
    several_periods: bool,
    flat_reported: bool,
    unsorted: bool,
    unnamed_tariff: bool,
    pub parking: bool,
    reservation: bool,
    odd_hours: bool,
    turned: bool,
    stated_digits: u8,
    printed_digits: u8,
}

impl Facts {
    /// Looks at a question once.
    pub fn of(question: &Question<'_>) -> Self {
        let input = &question.input;
        let mut facts = Facts {
            turned: question.cdr.credit || input.mirrored,
            several_periods: input.periods.len() > 1,
            unsorted: input
                .periods
                .windows(2)
                .any(|p| p[0].start_at > p[1].start_at),
            ..Facts::default()
        };
        facts.note_digits(question);
        facts.note_tariffs(input.tariffs);
        for period in input.periods {
            facts.note_period(period);
        }
        facts.odd_hours = has_odd_hours(question);
        facts
    }

    /// Whether another reading of a switch can change the price.
    pub fn matters(&self, switch: &str) -> bool {
        match switch {
            ElementLookup::NAME => self.several_elements,
            InferMissingTime::NAME | TimePriceUnit::NAME => self.time_priced,
            MissingTariffId::NAME => self.unnamed_tariff,
            WrapWeekday::NAME => self.weekday_window,
            PowerSource::NAME => self.flow,
            OneSidedExtreme::NAME => self.flow && self.one_sided,
            EqualWindow::NAME => self.equal_window,
            LoneMidnightEnd::NAME => self.lone_midnight,
            PeriodSplit::NAME => self.clock || self.course,
            PeriodOrder::NAME => self.unsorted,
            HourVolume::NAME => self.time_priced && self.odd_hours,
            StepMode::NAME | StepBasis::NAME => self.stepped,
            FlatMode::NAME => self.flat_priced && (self.several_periods || self.flat_reported),
            StationPause::NAME => self.parking,
            LimitsScope::NAME => self.limited && self.reservation,
            LimitsTax::NAME => self.limited,
            TierMode::NAME => self.course,
            CreditSign::NAME => self.turned,
            TaxStage::NAME => self.taxed,
            _ => true,
        }
    }

    /// Whether a rounding rule could have made the stated figures: not with fewer digits than they
    /// have, and totals not with more than are printed.
    fn could_round(&self, rule: Rounding) -> bool {
        let finer_totals =
            rule.stage == RoundingStage::PerTotal && rule.digits > self.printed_digits;
        rule.digits >= self.stated_digits && !finer_totals
    }

    /// Other rules by which the stated total can be rounded, where its parts are stated, too: the
    /// likeliest first.
    pub fn rules_of_total(&self, question: &Question<'_>) -> impl Iterator<Item = Rounding> {
        let totals = &question.cdr.totals;
        let cost = totals.cost.as_ref();
        let figures = cost.map(|cost| [Some(cost.excl_vat), cost.incl_vat]);
        let scales = figures.into_iter().flatten().flatten();
        let stated = scales.map(|figure| figure.normalize().scale()).max();
        let (base, least) = (question.input.policy.rounding, digits(stated.unwrap_or(0)));
        let minor_digits = digits(question.cdr.currency.minor_digits());
        let printed = self.printed_digits;
        rounding_rules(minor_digits).filter(move |rule| {
            let of_totals = rule.stage == RoundingStage::PerTotal && *rule != base;
            of_totals && (least..=printed).contains(&rule.digits)
        })
    }

    fn note_digits(&mut self, question: &Question<'_>) {
        let totals = &question.cdr.totals;
        let stated = [
            &totals.cost,
            &totals.fixed_cost,
            &totals.energy_cost,
            &totals.time_cost,
            &totals.parking_cost,
            &totals.reservation_cost,
        ];
        let figures = stated
            .into_iter()
            .flatten()
            .flat_map(|price| [Some(price.excl_vat), price.incl_vat])
            .flatten();
        for figure in figures {
            self.stated_digits = self.stated_digits.max(digits(figure.normalize().scale()));
            self.printed_digits = self.printed_digits.max(digits(figure.scale()));
        }
        let minor_digits = digits(question.cdr.currency.minor_digits());
        self.printed_digits = self.printed_digits.max(minor_digits);
    }

    fn note_tariffs(&mut self, tariffs: Candidates<'_>) {
        for tariff in tariffs.iter() {
            self.limited |= tariff.min_price.is_some() || tariff.max_price.is_some();
            self.several_elements |= tariff.elements.len() > 1;
            self.note_components(tariff);
            for element in &tariff.elements {
                self.note_restrictions(&element.restrictions);
            }
        }
    }

    fn note_components(&mut self, tariff: &Tariff) {
        for component in tariff.elements.iter().flat_map(|e| &e.components) {
            self.taxed |= component.vat.is_some();
            match component.dimension {
                TariffDimension::Flat => self.flat_priced = true,
                TariffDimension::Energy => self.stepped |= component.step.0 > 0,
                TariffDimension::Time | TariffDimension::ParkingTime => {
                    self.time_priced = true;
                    self.stepped |= component.step.0 > 0;
                }
            }
        }
    }

    fn note_restrictions(&mut self, r: &Restrictions) {
        let window = r.start_time.is_some() || r.end_time.is_some();
        self.clock |=
            window || r.start_date.is_some() || r.end_date.is_some() || !r.days.is_empty();
        self.course |= r.min_kwh.is_some()
            || r.max_kwh.is_some()
            || r.min_duration_s.is_some()
            || r.max_duration_s.is_some();
        self.flow |= r.min_power.is_some()
            || r.max_power.is_some()
            || r.min_current.is_some()
            || r.max_current.is_some();
        self.weekday_window |= window && !r.days.is_empty();
        self.equal_window |= r.start_time.is_some() && r.start_time == r.end_time;
        self.lone_midnight |= r.start_time.is_none() && r.end_time == Some(NaiveTime::MIN);
    }

    fn note_period(&mut self, period: &ChargingPeriod) {
        use DimensionKind as Kind;
        let has = |kind| {
            period
                .dimensions
                .iter()
                .any(|dimension| dimension.kind == kind)
        };
        self.unnamed_tariff |= period.tariff_id.is_none();
        self.flat_reported |= has(Kind::Flat);
        self.parking |= has(Kind::ParkingTime);
        self.reservation |= has(Kind::ReservationTime);
        self.one_sided |= has(Kind::MinPower) != has(Kind::MaxPower)
            || has(Kind::MinCurrent) != has(Kind::MaxCurrent);
    }
}

fn digits(scale: u32) -> u8 {
    u8::try_from(scale).unwrap_or(u8::MAX)
}

/// Whether an hour volume, multiplied out, is anything but the length of its period.
fn has_odd_hours(question: &Question<'_>) -> bool {
    use DimensionKind as Kind;
    let periods = question.input.periods;
    periods.iter().enumerate().any(|(place, period)| {
        let end = periods.get(place + 1).map(|next| next.start_at);
        let end = end.or(question.input.end_at);
        let length = end.map(|end| (end - period.start_at).num_milliseconds());
        let length = length.map(length_seconds);
        period
            .dimensions
            .iter()
            .any(|dimension| match dimension.kind {
                Kind::Time | Kind::ParkingTime | Kind::ReservationTime => {
                    let stated = dimension.volume.abs().checked_mul(Decimal::from(3600));
                    stated.is_none() || stated != length
                }
                Kind::Energy
                | Kind::Flat
                | Kind::MaxCurrent
                | Kind::MinCurrent
                | Kind::MaxPower
                | Kind::MinPower
                | Kind::Current
                | Kind::Power
                | Kind::EnergyImport
                | Kind::EnergyExport
                | Kind::StateOfCharge
                | Kind::ReservationExpires
                | Kind::ReservationOvertime
                | Kind::Unknown => false,
            })
    })
}
