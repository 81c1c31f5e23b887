//! How a price is computed where OCPI leaves it open: per partner, stored with every result.
//!
//! Each open point is a switch with named readings; the first reading of each is the default
//! (SEMANTICS ch. 8). [`Policy::settings`] and [`Policy::with`] speak of them by name.

mod rounding;
mod switch;

use serde::{Deserialize, Serialize};

pub use rounding::{Rounding, RoundingMode, RoundingStage};
use switch::reading;
pub use switch::{Switch, UnknownReading};

reading! {
    /// How elements give prices (SEMANTICS 3.1).
    ElementLookup = "element_lookup" {
        /// Per dimension, the first element that has it and applies.
        PerDimension = "per_dimension",
        /// The first element that applies gives every dimension.
        SingleElement = "single_element",
    }
}
reading! {
    /// What to do where time is priced and not reported (SEMANTICS 3.1).
    InferMissingTime = "infer_missing_time" {
        /// Nothing: what is not reported is not billed.
        Off = "off",
        /// Time is taken from the clock.
        FromTimestamps = "from_timestamps",
    }
}
reading! {
    /// What a period without a tariff means where others name one (SEMANTICS 3.2).
    MissingTariffId = "missing_tariff_id" {
        /// The literal reading where some name one; else the one tariff, or by its validity.
        SingleOrByStart = "single_or_by_start",
        /// No tariff: free, also where no period names one.
        Free = "free",
    }
}
reading! {
    /// Which day a window past midnight belongs to (SEMANTICS 3.3).
    WrapWeekday = "wrap_weekday" {
        /// The day of the moment itself.
        Instant = "instant",
        /// The day the window began.
        WindowStart = "window_start",
    }
}
reading! {
    /// Where power and current are taken from (SEMANTICS 3.3).
    PowerSource = "power_source" {
        /// The stated extremes, else the average, else energy over time.
        ExtremesThenAverageThenEnergy = "extremes_then_average_then_energy",
        /// Stated extremes only; a restriction on an unstated figure holds.
        TreatUnknownAsMatch = "treat_unknown_as_match",
        /// Stated extremes only; a restriction on an unstated figure fails.
        TreatUnknownAsNoMatch = "treat_unknown_as_no_match",
    }
}
reading! {
    /// What one stated extreme says of the other (SEMANTICS 3.3).
    OneSidedExtreme = "one_sided_extreme" {
        /// Only what follows from it.
        MissingSideUnknown = "missing_side_unknown",
        /// It stands for both.
        StatedSideServesBoth = "stated_side_serves_both",
    }
}
reading! {
    /// What a window with equal ends means (SEMANTICS 3.3).
    EqualWindow = "equal_window" {
        /// The whole day.
        WholeDay = "whole_day",
        /// Never.
        Never = "never",
    }
}
reading! {
    /// What an end at 00:00 without a start means (SEMANTICS 3.3).
    LoneMidnightEnd = "lone_midnight_end" {
        /// The end of the day.
        EndOfDay = "end_of_day",
        /// Never.
        Never = "never",
    }
}
reading! {
    /// What to do with a period that should have been split (SEMANTICS 3.4).
    PeriodSplit = "period_split" {
        /// It is priced as reported.
        AsReported = "as_reported",
        /// It is split, energy shared evenly over its time.
        SplitLinear = "split_linear",
    }
}
reading! {
    /// The order of periods (SEMANTICS 2.1).
    PeriodOrder = "period_order" {
        /// By their start.
        SortedByStart = "sorted_by_start",
        /// As sent.
        AsGiven = "as_given",
    }
}
reading! {
    /// How volumes in hours are read (SEMANTICS 1.1).
    HourVolume = "hour_volume" {
        /// Restored to the seconds they were.
        SnapToPeriod = "snap_to_period",
        /// As stated.
        AsStated = "as_stated",
    }
}
reading! {
    /// How step size rounds (SEMANTICS 3.5).
    StepMode = "step_mode" {
        /// Session totals; of charging and parking only the last.
        SessionLast = "session_last",
        /// Each dimension on its own session total.
        PerDimension = "per_dimension",
        /// Charging and parking together.
        CombinedTime = "combined_time",
        /// Every period.
        PerPeriod = "per_period",
        /// Never.
        Off = "off",
    }
}
reading! {
    /// Which volumes the total counts that is rounded up (SEMANTICS 3.5).
    StepBasis = "step_basis" {
        /// Those with a price component.
        Billable = "billable",
        /// All of the dimension.
        All = "all",
    }
}
reading! {
    /// How often a flat fee is due (SEMANTICS 3.7).
    FlatMode = "flat_mode" {
        /// Once per session.
        OncePerSession = "once_per_session",
        /// Once per component.
        OncePerComponent = "once_per_component",
        /// In every period.
        OncePerPeriod = "once_per_period",
    }
}
reading! {
    /// What parking time with the vehicle asking for power is (SEMANTICS 3.8).
    StationPause = "station_pause" {
        /// As reported.
        AsReported = "as_reported",
        /// Charging time.
        AsTime = "as_time",
        /// Free.
        Free = "free",
    }
}
reading! {
    /// Where minimum and maximum price apply (SEMANTICS 3.11).
    LimitsScope = "limits_scope" {
        /// To charging sessions.
        ChargingSession = "charging_session",
        /// To every CDR, also of a reservation alone.
        AnyCdr = "any_cdr",
    }
}
reading! {
    /// What happens to gross where a limit moved net (SEMANTICS 3.11).
    LimitsTax = "limits_tax" {
        /// Each is held by its own limit.
        Separate = "separate",
        /// Gross moves with net.
        Proportional = "proportional",
    }
}
reading! {
    /// What a price of time is per (SEMANTICS ch. 7).
    TimePriceUnit = "time_price_unit" {
        /// Per hour.
        Hour = "hour",
        /// Per minute.
        Minute = "minute",
    }
}
reading! {
    /// What a step in energy or duration prices (SEMANTICS ch. 7).
    TierMode = "tier_mode" {
        /// What lies beyond it.
        Marginal = "marginal",
        /// The whole session, once it is reached.
        Whole = "whole",
    }
}
reading! {
    /// The sign of volumes in a credit (SEMANTICS 4.1).
    CreditSign = "credit_sign" {
        /// As stated.
        AsStated = "as_stated",
        /// Turned round.
        Negated = "negated",
    }
}
reading! {
    /// On what tax is computed (SEMANTICS 3.10).
    TaxStage = "tax_stage" {
        /// Net is summed per rate, then taxed.
        PerRate = "per_rate",
        /// Each line is taxed.
        PerLine = "per_line",
    }
}

/// The readings a partner's CDRs are replayed under. What an older book leaves out is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// How elements give prices (SEMANTICS 3.1).
    pub element_lookup: ElementLookup,
    /// What to do where time is priced and not reported (SEMANTICS 3.1).
    pub infer_missing_time: InferMissingTime,
    /// What a period without a tariff means where others name one (SEMANTICS 3.2).
    pub missing_tariff_id: MissingTariffId,
    /// Which day a window past midnight belongs to (SEMANTICS 3.3).
    pub wrap_weekday: WrapWeekday,
    /// Where power and current are taken from (SEMANTICS 3.3).
    pub power_source: PowerSource,
    /// What one stated extreme says of the other (SEMANTICS 3.3).
    pub one_sided_extreme: OneSidedExtreme,
    /// What a window with equal ends means (SEMANTICS 3.3).
    pub equal_window: EqualWindow,
    /// What an end at 00:00 without a start means (SEMANTICS 3.3).
    pub lone_midnight_end: LoneMidnightEnd,
    /// What to do with a period that should have been split (SEMANTICS 3.4).
    pub period_split: PeriodSplit,
    /// The order of periods (SEMANTICS 2.1).
    pub period_order: PeriodOrder,
    /// How volumes in hours are read (SEMANTICS 1.1).
    pub hour_volume: HourVolume,
    /// How step size rounds (SEMANTICS 3.5).
    pub step_mode: StepMode,
    /// Which volumes the total counts that is rounded up (SEMANTICS 3.5).
    pub step_basis: StepBasis,
    /// How often a flat fee is due (SEMANTICS 3.7).
    pub flat_mode: FlatMode,
    /// What parking time with the vehicle asking for power is (SEMANTICS 3.8).
    pub station_pause: StationPause,
    /// Where minimum and maximum price apply (SEMANTICS 3.11).
    pub limits_scope: LimitsScope,
    /// What happens to gross where a limit moved net (SEMANTICS 3.11).
    pub limits_tax: LimitsTax,
    /// What a price of time is per (SEMANTICS ch. 7).
    pub time_price_unit: TimePriceUnit,
    /// What a step in energy or duration prices (SEMANTICS ch. 7).
    pub tier_mode: TierMode,
    /// The sign of volumes in a credit (SEMANTICS 4.1).
    pub credit_sign: CreditSign,
    /// Where and how amounts are rounded.
    pub rounding: Rounding,
    /// On what tax is computed.
    pub tax_stage: TaxStage,
}

impl Policy {
    /// The default reading (SEMANTICS ch. 8, first values): totals to four decimals, half up.
    pub const STANDARD: Policy = Policy {
        element_lookup: ElementLookup::ALL[0],
        infer_missing_time: InferMissingTime::ALL[0],
        missing_tariff_id: MissingTariffId::ALL[0],
        wrap_weekday: WrapWeekday::ALL[0],
        power_source: PowerSource::ALL[0],
        one_sided_extreme: OneSidedExtreme::ALL[0],
        equal_window: EqualWindow::ALL[0],
        lone_midnight_end: LoneMidnightEnd::ALL[0],
        period_split: PeriodSplit::ALL[0],
        period_order: PeriodOrder::ALL[0],
        hour_volume: HourVolume::ALL[0],
        step_mode: StepMode::ALL[0],
        step_basis: StepBasis::ALL[0],
        flat_mode: FlatMode::ALL[0],
        station_pause: StationPause::ALL[0],
        limits_scope: LimitsScope::ALL[0],
        limits_tax: LimitsTax::ALL[0],
        time_price_unit: TimePriceUnit::ALL[0],
        tier_mode: TierMode::ALL[0],
        credit_sign: CreditSign::ALL[0],
        rounding: Rounding::STANDARD,
        tax_stage: TaxStage::ALL[0],
    };

    /// Every switch, in the order of the semantics; `rounding` is the last but one.
    pub const SWITCHES: [Switch; 22] = [
        Switch {
            name: ElementLookup::NAME,
            readings: ElementLookup::NAMES,
        },
        Switch {
            name: InferMissingTime::NAME,
            readings: InferMissingTime::NAMES,
        },
        Switch {
            name: MissingTariffId::NAME,
            readings: MissingTariffId::NAMES,
        },
        Switch {
            name: WrapWeekday::NAME,
            readings: WrapWeekday::NAMES,
        },
        Switch {
            name: PowerSource::NAME,
            readings: PowerSource::NAMES,
        },
        Switch {
            name: OneSidedExtreme::NAME,
            readings: OneSidedExtreme::NAMES,
        },
        Switch {
            name: EqualWindow::NAME,
            readings: EqualWindow::NAMES,
        },
        Switch {
            name: LoneMidnightEnd::NAME,
            readings: LoneMidnightEnd::NAMES,
        },
        Switch {
            name: PeriodSplit::NAME,
            readings: PeriodSplit::NAMES,
        },
        Switch {
            name: PeriodOrder::NAME,
            readings: PeriodOrder::NAMES,
        },
        Switch {
            name: HourVolume::NAME,
            readings: HourVolume::NAMES,
        },
        Switch {
            name: StepMode::NAME,
            readings: StepMode::NAMES,
        },
        Switch {
            name: StepBasis::NAME,
            readings: StepBasis::NAMES,
        },
        Switch {
            name: FlatMode::NAME,
            readings: FlatMode::NAMES,
        },
        Switch {
            name: StationPause::NAME,
            readings: StationPause::NAMES,
        },
        Switch {
            name: LimitsScope::NAME,
            readings: LimitsScope::NAMES,
        },
        Switch {
            name: LimitsTax::NAME,
            readings: LimitsTax::NAMES,
        },
        Switch {
            name: TimePriceUnit::NAME,
            readings: TimePriceUnit::NAMES,
        },
        Switch {
            name: TierMode::NAME,
            readings: TierMode::NAMES,
        },
        Switch {
            name: CreditSign::NAME,
            readings: CreditSign::NAMES,
        },
        Switch {
            name: "rounding",
            readings: &[],
        },
        Switch {
            name: TaxStage::NAME,
            readings: TaxStage::NAMES,
        },
    ];

    /// The reading of each switch by name, in the order of [`Policy::SWITCHES`].
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let name = str::to_owned;
        vec![
            (ElementLookup::NAME, name(self.element_lookup.as_str())),
            (
                InferMissingTime::NAME,
                name(self.infer_missing_time.as_str()),
            ),
            (MissingTariffId::NAME, name(self.missing_tariff_id.as_str())),
            (WrapWeekday::NAME, name(self.wrap_weekday.as_str())),
            (PowerSource::NAME, name(self.power_source.as_str())),
            (OneSidedExtreme::NAME, name(self.one_sided_extreme.as_str())),
            (EqualWindow::NAME, name(self.equal_window.as_str())),
            (LoneMidnightEnd::NAME, name(self.lone_midnight_end.as_str())),
            (PeriodSplit::NAME, name(self.period_split.as_str())),
            (PeriodOrder::NAME, name(self.period_order.as_str())),
            (HourVolume::NAME, name(self.hour_volume.as_str())),
            (StepMode::NAME, name(self.step_mode.as_str())),
            (StepBasis::NAME, name(self.step_basis.as_str())),
            (FlatMode::NAME, name(self.flat_mode.as_str())),
            (StationPause::NAME, name(self.station_pause.as_str())),
            (LimitsScope::NAME, name(self.limits_scope.as_str())),
            (LimitsTax::NAME, name(self.limits_tax.as_str())),
            (TimePriceUnit::NAME, name(self.time_price_unit.as_str())),
            (TierMode::NAME, name(self.tier_mode.as_str())),
            (CreditSign::NAME, name(self.credit_sign.as_str())),
            ("rounding", self.rounding.to_string()),
            (TaxStage::NAME, name(self.tax_stage.as_str())),
        ]
    }

    /// What this policy reads otherwise than another: switch and own reading.
    pub fn changes_from(&self, other: &Policy) -> Vec<(&'static str, String)> {
        let mine = self.settings().into_iter();
        let pairs = mine.zip(other.settings());
        let changed = pairs.filter(|(mine, theirs)| mine != theirs);
        changed.map(|(mine, _)| mine).collect()
    }

    /// The policy with one switch set: `with("step_mode", "per_period")`, or
    /// `with("rounding", "per_line,2,half_up")`.
    pub fn with(self, switch: &str, reading: &str) -> Result<Policy, UnknownReading> {
        let mut policy = self;
        match switch {
            ElementLookup::NAME => policy.element_lookup = reading.parse()?,
            InferMissingTime::NAME => policy.infer_missing_time = reading.parse()?,
            MissingTariffId::NAME => policy.missing_tariff_id = reading.parse()?,
            WrapWeekday::NAME => policy.wrap_weekday = reading.parse()?,
            PowerSource::NAME => policy.power_source = reading.parse()?,
            OneSidedExtreme::NAME => policy.one_sided_extreme = reading.parse()?,
            EqualWindow::NAME => policy.equal_window = reading.parse()?,
            LoneMidnightEnd::NAME => policy.lone_midnight_end = reading.parse()?,
            PeriodSplit::NAME => policy.period_split = reading.parse()?,
            PeriodOrder::NAME => policy.period_order = reading.parse()?,
            HourVolume::NAME => policy.hour_volume = reading.parse()?,
            StepMode::NAME => policy.step_mode = reading.parse()?,
            StepBasis::NAME => policy.step_basis = reading.parse()?,
            FlatMode::NAME => policy.flat_mode = reading.parse()?,
            StationPause::NAME => policy.station_pause = reading.parse()?,
            LimitsScope::NAME => policy.limits_scope = reading.parse()?,
            LimitsTax::NAME => policy.limits_tax = reading.parse()?,
            TimePriceUnit::NAME => policy.time_price_unit = reading.parse()?,
            TierMode::NAME => policy.tier_mode = reading.parse()?,
            CreditSign::NAME => policy.credit_sign = reading.parse()?,
            "rounding" => policy.rounding = reading.parse()?,
            TaxStage::NAME => policy.tax_stage = reading.parse()?,
            other => return Err(UnknownReading::switch(other)),
        }
        Ok(policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reading_is_reached_by_name_and_told_by_it() {
        assert_eq!(Policy::default(), Policy::STANDARD);
        assert!(Policy::STANDARD.changes_from(&Policy::STANDARD).is_empty());
        let mut readings = 0;
        for (switch, (name, first)) in Policy::SWITCHES.iter().zip(Policy::STANDARD.settings()) {
            assert_eq!(switch.name, name);
            if switch.name == "rounding" {
                continue;
            }
            assert_eq!(
                switch.readings[0], first,
                "{name}: the first is the default"
            );
            for reading in &switch.readings[1..] {
                let policy = Policy::STANDARD.with(name, reading).unwrap();
                let told = [(name, (*reading).to_owned())];
                assert_eq!(policy.changes_from(&Policy::STANDARD), told);
                readings += 1;
            }
        }
        assert_eq!(readings, 27);
    }

    #[test]
    fn rounding_is_named_in_three_words() {
        for text in [
            "per_line,2,half_even",
            "{per_line, 2, half_even}",
            "per_line/2/half_even",
        ] {
            let policy = Policy::STANDARD.with("rounding", text).unwrap();
            assert_eq!(policy.rounding.to_string(), "per_line,2,half_even");
        }
        for bad in [
            "",
            "4",
            "per_total,9,half_up",
            "per_total,2,bankers",
            "per_day,2,up",
        ] {
            assert!(Policy::STANDARD.with("rounding", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_not_known_is_refused_with_what_is() {
        let refused = Policy::STANDARD.with("step_mode", "sometimes").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "step_mode cannot be \"sometimes\"; write one of session_last, per_dimension, \
             combined_time, per_period, off"
        );
        let refused = Policy::STANDARD.with("step", "off").unwrap_err();
        assert!(refused.to_string().contains("element_lookup"), "{refused}");
    }

    #[test]
    fn a_policy_kept_by_an_older_version_reads_with_defaults() {
        let old = r#"{"rounding":{"stage":"per_line","digits":2,"mode":"up"},
                      "tax_stage":"per_line"}"#;
        let policy: Policy = serde_json::from_str(old).unwrap();
        assert_eq!(policy.rounding.to_string(), "per_line,2,up");
        assert_eq!(policy.tax_stage, TaxStage::PerLine);
        assert_eq!(policy.step_mode, StepMode::SessionLast);
        let again: Policy = serde_json::from_str(&serde_json::to_string(&policy).unwrap()).unwrap();
        assert_eq!(again, policy);
    }
}
