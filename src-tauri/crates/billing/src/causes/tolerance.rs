//! Tolerance: which differences are too small to argue about.
//!
//! Every limit that is agreed must hold, so another limit can only make a tolerance stricter. A
//! CDR's own limits are judged first; the month's limit then bounds what all of them let through
//! together, since many small differences in one direction are a large one.

use std::collections::BTreeMap;

use domain::Currency;

use super::{Amount, Amounts, DifferingCdr};

/// One millionth counts one.
const E6: u128 = 1_000_000;

/// The limits agreed with a partner. An absent one is not agreed and holds for anything. Limits of
/// money count in the CDR's own currency, and the month's in each currency on its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tolerance {
    /// Money per CDR, millionths.
    pub per_cdr_e6: Option<u64>,
    /// Money per stated kWh, millionths: at 0 kWh only an equal figure is within.
    pub per_kwh_e6: Option<u64>,
    /// Money per month, millionths: the sum of the differences let through, signs kept.
    pub per_month_e6: Option<u64>,
    /// Percent of what the CDR states, millionths: 1 % is 1 000 000.
    pub percent_e6: Option<u64>,
}

/// Whether a difference may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Every limit holds.
    Within,
    /// This limit does not hold; of several the first in the order of [`Limit`].
    Beyond(Limit),
}

/// A limit of a tolerance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// No limit per CDR is agreed, so that only an equal figure is within.
    NotAgreed,
    /// Money per CDR.
    PerCdr,
    /// Money per kWh.
    PerKwh,
    /// Percent of what is stated.
    Percent,
    /// Money per month.
    PerMonth,
}

impl Limit {
    /// The stable text form.
    pub fn as_str(self) -> &'static str {
        match self {
            Limit::NotAgreed => "not_agreed",
            Limit::PerCdr => "per_cdr",
            Limit::PerKwh => "per_kwh",
            Limit::Percent => "percent",
            Limit::PerMonth => "per_month",
        }
    }
}

impl Tolerance {
    /// Judges one CDR by its own limits: difference and stated total in millionths of its
    /// currency, energy in millionths of a kWh. Signs do not matter. The month's limit is not
    /// asked; [`Tolerance::judge_month`] does.
    pub fn judge(&self, difference_e6: i64, stated_e6: i64, energy_e6: i64) -> Judged {
        let difference = u128::from(difference_e6.unsigned_abs());
        let stated = u128::from(stated_e6.unsigned_abs());
        let energy = u128::from(energy_e6.unsigned_abs());
        // Both sides are multiplied out, so that nothing is rounded; the largest is below 2^128.
        let per_cdr = |limit| difference <= limit;
        let per_kwh = |limit| difference * E6 <= limit * energy;
        let percent = |limit| difference * 100 * E6 <= limit * stated;
        let holds = |limit: Option<u64>, within: &dyn Fn(u128) -> bool| {
            limit.is_none_or(|limit| within(u128::from(limit)))
        };
        let agreed = [self.per_cdr_e6, self.per_kwh_e6, self.percent_e6];
        if difference == 0 {
            Judged::Within
        } else if agreed.iter().all(Option::is_none) {
            Judged::Beyond(Limit::NotAgreed)
        } else if !holds(self.per_cdr_e6, &per_cdr) {
            Judged::Beyond(Limit::PerCdr)
        } else if !holds(self.per_kwh_e6, &per_kwh) {
            Judged::Beyond(Limit::PerKwh)
        } else if !holds(self.percent_e6, &percent) {
            Judged::Beyond(Limit::Percent)
        } else {
            Judged::Within
        }
    }

    /// Judges the sum of the differences that a month lets through in one currency, millionths.
    pub fn judge_month(&self, sum_e6: i128) -> Judged {
        match self.per_month_e6 {
            Some(limit) if sum_e6.unsigned_abs() > u128::from(limit) => {
                Judged::Beyond(Limit::PerMonth)
            }
            Some(_) | None => Judged::Within,
        }
    }
}

/// What a tolerance would let through of the CDRs that differ now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhatIf {
    /// Per currency, what is within its own limits.
    pub within: BTreeMap<Currency, Effect>,
    /// How many CDRs are beyond which of their own limits.
    pub beyond: BTreeMap<Limit, u64>,
}

/// What is within its own limits in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Count and differences.
    pub amount: Amount,
    /// Whether the month's limit holds when all of it passes. If not, none of it passes by itself.
    pub month: Judged,
}

impl WhatIf {
    /// What would newly pass: within its own limits, in a currency whose month holds.
    pub fn passing(&self) -> Amounts {
        let holds = |(_, effect): &(&Currency, &Effect)| effect.month == Judged::Within;
        let effects = self.within.iter().filter(holds);
        Amounts(
            effects
                .map(|(&currency, effect)| (currency, effect.amount))
                .collect(),
        )
    }
}

/// What a tolerance would let through, beside what passed before: `passed_e6` is the month's sum of
/// differences per currency that need no decision any more. One pass, for a slider.
pub fn what_if(
    cdrs: &[DifferingCdr],
    tolerance: &Tolerance,
    passed_e6: &BTreeMap<Currency, i128>,
) -> WhatIf {
    let mut within = Amounts::default();
    let mut beyond: BTreeMap<Limit, u64> = BTreeMap::new();
    for cdr in cdrs {
        match tolerance.judge(cdr.difference_e6, cdr.stated_e6, cdr.energy_e6) {
            Judged::Within => within.add(cdr),
            Judged::Beyond(limit) => *beyond.entry(limit).or_default() += 1,
        }
    }
    let effect = |(currency, amount): (Currency, Amount)| {
        let before = passed_e6.get(&currency).copied().unwrap_or(0);
        // A sum past 128 bits is past any limit as well.
        let sum = before.saturating_add(amount.difference_e6);
        let month = tolerance.judge_month(sum);
        (currency, Effect { amount, month })
    };
    WhatIf {
        within: within.0.into_iter().map(effect).collect(),
        beyond,
    }
}
