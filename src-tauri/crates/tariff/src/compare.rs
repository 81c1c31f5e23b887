//! Stated beside replayed: whether they agree, and where they first do not.
//!
//! The difference is always stated − replayed. A partner who prints two decimals is compared at two
//! (SEMANTICS 3.12); what may still differ is half a unit of the last digit for each rounding that
//! the policy makes, and what the agreement tolerates.

use domain::cdr::Form;
use domain::policy::CreditSign;
use domain::replay::{Amount, Parts, Verdict};
use domain::{
    Cdr, Decimal, Finding, FindingCode, FindingLocation, OcpiVersion, Policy, Price, Rounding,
    RoundingMode, RoundingStage,
};

use crate::number::HUNDRED;

/// One of the six figures of a CDR's cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartName {
    /// `total_cost`.
    Total,
    /// `total_fixed_cost`.
    Fixed,
    /// `total_energy_cost`.
    Energy,
    /// `total_time_cost`.
    Time,
    /// `total_parking_cost`.
    Parking,
    /// `total_reservation_cost`.
    Reservation,
}

impl PartName {
    /// All six, in the order they are compared.
    pub const ALL: [PartName; 6] = [
        PartName::Total,
        PartName::Fixed,
        PartName::Energy,
        PartName::Time,
        PartName::Parking,
        PartName::Reservation,
    ];

    /// The field's name in a CDR.
    pub fn field(self) -> &'static str {
        match self {
            PartName::Total => "total_cost",
            PartName::Fixed => "total_fixed_cost",
            PartName::Energy => "total_energy_cost",
            PartName::Time => "total_time_cost",
            PartName::Parking => "total_parking_cost",
            PartName::Reservation => "total_reservation_cost",
        }
    }

    fn stated(self, cdr: &Cdr) -> Option<&Price> {
        match self {
            PartName::Total => cdr.totals.cost.as_ref(),
            PartName::Fixed => cdr.totals.fixed_cost.as_ref(),
            PartName::Energy => cdr.totals.energy_cost.as_ref(),
            PartName::Time => cdr.totals.time_cost.as_ref(),
            PartName::Parking => cdr.totals.parking_cost.as_ref(),
            PartName::Reservation => cdr.totals.reservation_cost.as_ref(),
        }
    }

    fn of<T>(self, parts: &Parts<T>) -> &T {
        match self {
            PartName::Total => &parts.total,
            PartName::Fixed => &parts.fixed,
            PartName::Energy => &parts.energy,
            PartName::Time => &parts.time,
            PartName::Parking => &parts.parking,
            PartName::Reservation => &parts.reservation,
        }
    }

    fn of_mut<T>(self, parts: &mut Parts<T>) -> &mut T {
        match self {
            PartName::Total => &mut parts.total,
            PartName::Fixed => &mut parts.fixed,
            PartName::Energy => &mut parts.energy,
            PartName::Time => &mut parts.time,
            PartName::Parking => &mut parts.parking,
            PartName::Reservation => &mut parts.reservation,
        }
    }
}

/// How a CDR's figures stand to the replayed ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// By the total; a part that differs alone is a finding, not a verdict (I-23).
    pub verdict: Verdict,
    /// Stated − replayed, at the digits compared; `None` where either is unknown.
    pub difference: Parts<Option<Amount>>,
    /// The first figure outside tolerance, in the order of [`PartName::ALL`].
    pub first_disagreeing: Option<PartName>,
    /// `total_mismatch`, `tax_rate_unexpected`, `part_mismatch`, `price_may_be_outside_elements`,
    /// `price_missing`.
    pub findings: Vec<Finding>,
    /// How far two figures may be apart and still agree, in the CDR's currency: what rounding
    /// explains, and the tolerance.
    pub slack: Decimal,
}

/// Compares what a CDR states with what a replay gave.
///
/// `totals` and `exact` are those of one [`crate::Priced`] or [`domain::Replay`] made under
/// `policy`; `tolerance` is the agreement's, in the CDR's currency, beside what rounding explains.
pub fn compare(
    cdr: &Cdr,
    totals: &Parts<Option<Amount>>,
    exact: &Parts<Option<Amount>>,
    policy: &Policy,
    tolerance: Decimal,
) -> Comparison {
    let scales = Scales::of(cdr, *policy, tolerance);
    let mut comparison = Comparison {
        verdict: Verdict::Matches,
        difference: Parts::default(),
        first_disagreeing: None,
        findings: Vec::new(),
        slack: scales.slack,
    };
    if totals.total.is_none() {
        comparison.verdict = Verdict::NotPriced;
        return comparison;
    }
    if cdr.totals.cost.is_none() {
        comparison.verdict = Verdict::Differs;
        let at = FindingLocation::Path(PartName::Total.field().to_owned());
        comparison
            .findings
            .push(Finding::new(FindingCode::PriceMissing, at));
    }
    // Where the policy turns the volumes of every credit round, the replay is negative (I-32).
    let net = totals.total.and_then(|total| total.excl_vat);
    let already_negative = match policy.credit_sign {
        CreditSign::AsStated => false,
        CreditSign::Negated => net.is_some_and(|net| net < Decimal::ZERO),
    };
    for part in PartName::ALL {
        let Some(stated) = part.stated(cdr) else {
            continue;
        };
        let replayed = Replayed {
            rounded: *part.of(totals),
            exact: *part.of(exact),
            negated: cdr.credit && stated.excl_vat < Decimal::ZERO && !already_negative,
        };
        let difference = scales.difference(stated, replayed);
        let within = scales.within(difference);
        *part.of_mut(&mut comparison.difference) = Some(difference);
        if !within {
            comparison.disagree(part, stated, difference, cdr);
        }
        if part == PartName::Total
            && let Some(rate) = scales.other_rate(stated, difference)
        {
            // Another rate of tax, and no rounding (I-70).
            let finding = Finding::at_path(FindingCode::TaxRateUnexpected, part.field())
                .with("stated_percent", rate.stated)
                .with("replayed_percent", rate.replayed);
            comparison.findings.push(finding);
        }
    }
    comparison
}

impl Comparison {
    fn disagree(&mut self, part: PartName, stated: &Price, difference: Amount, cdr: &Cdr) {
        self.first_disagreeing.get_or_insert(part);
        let code = match part {
            PartName::Total => FindingCode::TotalMismatch,
            PartName::Fixed
            | PartName::Energy
            | PartName::Time
            | PartName::Parking
            | PartName::Reservation => FindingCode::PartMismatch,
        };
        let mut finding = Finding::at_path(code, part.field()).with("stated", stated.excl_vat);
        if let Some(net) = difference.excl_vat {
            finding = finding.with("difference", net);
        }
        if let Some(gross) = difference.incl_vat {
            finding = finding.with("difference_incl_vat", gross);
        }
        self.findings.push(finding);
        if part == PartName::Total {
            self.verdict = Verdict::Differs;
            if cdr.tariffs.iter().any(|tariff| tariff.has_alternative_text) {
                let code = FindingCode::PriceMayBeOutsideElements;
                self.findings.push(Finding::at_path(code, "tariffs"));
            }
        }
    }
}

/// One replayed figure. A credit CDR states its total negated, some senders every part (I-24).
#[derive(Clone, Copy)]
struct Replayed {
    rounded: Option<Amount>,
    exact: Option<Amount>,
    negated: bool,
}

/// Percentages of tax in a stated and in a replayed gross figure, to one decimal.
struct OtherRate {
    stated: Decimal,
    replayed: Decimal,
}

/// At how many digits figures are compared, and how far apart they may be.
struct Scales {
    digits: u32,
    own_digits: u32,
    rounding: Rounding,
    slack: Decimal,
    form: Form,
}

impl Scales {
    fn of(cdr: &Cdr, policy: Policy, tolerance: Decimal) -> Self {
        let digits = stated_digits(cdr);
        let half_unit = Decimal::new(5, digits + 1);
        let steps = Decimal::from(rounding_steps(cdr, policy.rounding.stage));
        let slack = half_unit
            .checked_mul(steps)
            .and_then(|slack| slack.checked_add(tolerance.abs()))
            .unwrap_or(Decimal::MAX);
        Scales {
            digits,
            own_digits: cdr.currency.minor_digits(),
            rounding: policy.rounding,
            slack,
            form: cdr.form,
        }
    }

    fn difference(&self, stated: &Price, replayed: Replayed) -> Amount {
        let nothing = Amount {
            excl_vat: Some(Decimal::ZERO),
            incl_vat: Some(Decimal::ZERO),
        };
        // A part that nothing prices costs nothing.
        let rounded = replayed.rounded.unwrap_or(nothing);
        let exact = replayed.exact.unwrap_or(nothing);
        let minus = |stated: Option<Decimal>, rounded: Option<Decimal>, exact: Option<Decimal>| {
            let figure = self.at_stated_digits(rounded?, exact?);
            let figure = if replayed.negated { -figure } else { figure };
            stated?.checked_sub(figure)
        };
        let gross = stated
            .incl_vat
            .filter(|_| !self.silent_on_tax(stated, rounded));
        Amount {
            excl_vat: minus(Some(stated.excl_vat), rounded.excl_vat, exact.excl_vat),
            incl_vat: minus(gross, rounded.incl_vat, exact.incl_vat),
        }
    }

    /// Whether a stated price says nothing about tax: all of 2.1.1, and in 2.3.0 an empty list of
    /// taxes, which holds only those relevant to the receiver (I-25). A price whose net the tariff
    /// does not tell is compared by its gross all the same.
    fn silent_on_tax(&self, stated: &Price, replayed: Amount) -> bool {
        match self.form {
            Form::Ocpi(OcpiVersion::V211) => true,
            Form::Ocpi(OcpiVersion::V230) => stated.taxes.is_empty() && replayed.excl_vat.is_some(),
            Form::Ocpi(OcpiVersion::V221) | Form::Sheet => false,
        }
    }

    /// The replayed figure as the partner would print it. Rounded from the exact figure where the
    /// policy rounds totals, so that nothing is rounded twice.
    fn at_stated_digits(&self, rounded: Decimal, exact: Decimal) -> Decimal {
        let finer = u32::from(self.rounding.digits) > self.digits;
        let half_up = Rounding {
            stage: RoundingStage::PerTotal,
            digits: u8::try_from(self.digits).unwrap_or(u8::MAX),
            mode: RoundingMode::HalfUp,
        };
        match self.rounding.stage {
            RoundingStage::None => half_up.apply(exact),
            RoundingStage::PerTotal if finer => half_up.apply(exact),
            RoundingStage::PerLine | RoundingStage::PerPeriod | RoundingStage::PerDimension
                if finer =>
            {
                half_up.apply(rounded)
            }
            RoundingStage::PerTotal
            | RoundingStage::PerLine
            | RoundingStage::PerPeriod
            | RoundingStage::PerDimension => rounded,
        }
    }

    /// The rate a gross figure implies, where net is right and no rounding explains gross: neither
    /// of both figures at the digits compared, nor of gross to the currency's own.
    fn other_rate(&self, stated: &Price, difference: Amount) -> Option<OtherRate> {
        let (net, gross) = (stated.excl_vat, stated.incl_vat?);
        let (net_off, gross_off) = (difference.excl_vat?, difference.incl_vat?);
        let of_rounding = self.slack.checked_mul(Decimal::from(3))?;
        let own_unit = Decimal::new(1, self.own_digits);
        let rounded = gross.normalize().scale() <= self.own_digits && gross_off.abs() < own_unit;
        if net_off.abs() > self.slack || gross_off.abs() <= of_rounding || rounded {
            return None;
        }
        let percent = |gross: Decimal| {
            let rate = gross
                .checked_sub(net)?
                .checked_mul(HUNDRED)?
                .checked_div(net)?;
            Some(rate.round_dp(1).normalize())
        };
        Some(OtherRate {
            stated: percent(gross)?,
            replayed: percent(gross.checked_sub(gross_off)?)?,
        })
    }

    fn within(&self, difference: Amount) -> bool {
        [difference.excl_vat, difference.incl_vat]
            .into_iter()
            .flatten()
            .all(|figure| figure.abs() <= self.slack)
    }
}

/// Decimals the partner prints: the most in any amount of the CDR, at least those of the currency.
///
/// JSON writers drop trailing zeros, so a lone 5.5 says nothing about its digits (I-22).
fn stated_digits(cdr: &Cdr) -> u32 {
    let scale = |price: &Price| {
        let gross = price.incl_vat.map_or(0, |gross| gross.scale());
        price.excl_vat.scale().max(gross)
    };
    PartName::ALL
        .iter()
        .filter_map(|part| part.stated(cdr))
        .map(scale)
        .max()
        .unwrap_or(0)
        .max(cdr.currency.minor_digits())
        .min(10)
}

/// How many roundings lie between exact and rounded under a policy (SEMANTICS 3.12).
fn rounding_steps(cdr: &Cdr, stage: RoundingStage) -> usize {
    let parts = PartName::ALL
        .iter()
        .filter(|part| **part != PartName::Total && part.stated(cdr).is_some())
        .count()
        .max(1);
    match stage {
        RoundingStage::None | RoundingStage::PerTotal => 1,
        RoundingStage::PerDimension => parts,
        RoundingStage::PerPeriod => cdr.periods.len().max(1),
        RoundingStage::PerLine => cdr.periods.len().max(1) * parts,
    }
}
