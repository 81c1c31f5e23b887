//! Causes: why the CDRs of a partner-month differ, so that people decide on causes, not on rows.
//!
//! A cause finder prices each differing CDR again and tells what would explain it: another reading
//! of a policy switch, another tariff version, a clock. Often several explain one CDR equally.
//! Here the month as a whole decides between them:
//!
//! - [`group`] chooses one explanation per CDR so that few causes explain most, and leaves the rest
//!   openly unexplained;
//! - [`propose`] says which policy explains so much of a month that it is likely the partner's, and
//!   what it would break;
//! - [`Tolerance`] judges differences too small to argue about, and [`what_if`] shows what another
//!   tolerance would let through;
//! - [`Rule`] repeats a decision on later CDRs, and [`caught`] shows what it would have caught.
//!
//! All are pure functions of [`DifferingCdr`]s. Money and energy are whole millionths, currencies
//! are never added to each other, and no result depends on the order of the input.

mod cover;
mod group;
mod proposal;
mod rule;
#[cfg(test)]
mod tests;
mod tolerance;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Currency;

use crate::intern::Sym;

pub use group::{Concerned, Group, MonthCauses, group};
pub use proposal::{Proposal, Terms, propose};
pub use rule::{Caught, Rule, caught};
pub use tolerance::{Effect, Judged, Limit, Tolerance, WhatIf, what_if};

/// What a cause supposes to be otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CauseKind {
    /// How the tariff is read: it can become the partner's policy.
    Policy,
    /// The data: another tariff version, another zone, a clock.
    Data,
}

/// A cause by its stable name. Sorted by kind, then by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CauseKey {
    /// What it supposes to be otherwise.
    pub kind: CauseKind,
    /// Its name, equal in every month: `step_mode=per_period`.
    pub name: Arc<str>,
}

impl CauseKey {
    /// A change of policy, named `switch=reading`.
    pub fn policy(name: &str) -> Self {
        CauseKey {
            kind: CauseKind::Policy,
            name: name.into(),
        }
    }

    /// A supposition about the data.
    pub fn data(name: &str) -> Self {
        CauseKey {
            kind: CauseKind::Data,
            name: name.into(),
        }
    }
}

/// One cause under which the replay gives what a CDR states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The cause.
    pub cause: CauseKey,
    /// How much it supposes: the lower, the simpler.
    pub cost: u32,
}

/// What is needed to know of a CDR whose stated total is not the replayed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferingCdr {
    /// Its row in the book.
    pub row: i64,
    /// Currency of its amounts.
    pub currency: Currency,
    /// `total_cost` net as stated, millionths.
    pub stated_e6: i64,
    /// Stated − replayed, millionths.
    pub difference_e6: i64,
    /// End, Unix seconds.
    pub end_s: i64,
    /// The location, where known.
    pub place: Option<Sym>,
    /// The tariff it was replayed with, where known.
    pub tariff: Option<Sym>,
    /// `total_energy` as stated, millionths of a kWh.
    pub energy_e6: i64,
    /// What the cause finder found, in any order. Of several with one cause the cheapest counts.
    pub explanations: Vec<Explanation>,
}

impl DifferingCdr {
    /// The cost of a cause here, if it explains the CDR at all.
    fn cost_of(&self, cause: &CauseKey) -> Option<u32> {
        let by_it = self.explanations.iter().filter(|one| one.cause == *cause);
        by_it.map(|one| one.cost).min()
    }

    /// Whether something else explains it as simply as a cause of this cost, or more simply.
    fn is_ambiguous(&self, cause: &CauseKey, cost: u32) -> bool {
        let mut explanations = self.explanations.iter();
        explanations.any(|one| one.cause != *cause && one.cost <= cost)
    }
}

/// Count and sums of CDRs of one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// CDRs.
    pub count: u64,
    /// Sum of stated − replayed, millionths: what is at stake in the end.
    pub difference_e6: i128,
    /// Sum of the differences without their signs, millionths: differences up and down do not
    /// hide each other.
    pub apart_e6: u128,
}

/// One [`Amount`] per currency that occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amounts(pub BTreeMap<Currency, Amount>);

impl Amounts {
    /// Adds one CDR to the sums of its currency.
    fn add(&mut self, cdr: &DifferingCdr) {
        let amount = self.0.entry(cdr.currency).or_default();
        amount.count += 1;
        amount.difference_e6 += i128::from(cdr.difference_e6);
        amount.apart_e6 += u128::from(cdr.difference_e6.unsigned_abs());
    }

    fn of<'a>(cdrs: impl IntoIterator<Item = &'a DifferingCdr>) -> Self {
        let mut amounts = Amounts::default();
        cdrs.into_iter().for_each(|cdr| amounts.add(cdr));
        amounts
    }

    /// CDRs of all currencies.
    pub fn count(&self) -> u64 {
        self.0.values().map(|amount| amount.count).sum()
    }
}

/// References in the order of their rows.
fn in_row_order(cdrs: &[DifferingCdr]) -> Vec<&DifferingCdr> {
    let mut sorted: Vec<&DifferingCdr> = cdrs.iter().collect();
    sorted.sort_unstable_by_key(|cdr| cdr.row);
    assert!(
        sorted.windows(2).all(|pair| pair[0].row < pair[1].row),
        "a row is an identity: no two CDRs may share one"
    );
    sorted
}
