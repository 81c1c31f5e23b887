//! Rules: a decision on a cause, repeated on later CDRs.
//!
//! A rule is no wider than the decision it is made from, until a person widens it; before it is
//! kept, it is shown with what it would have caught.

use domain::Currency;

use super::{Amounts, CauseKey, DifferingCdr, in_row_order};
use crate::intern::Sym;

/// Which differing CDRs a decision is repeated on. What is absent does not narrow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The cause that must explain the CDR.
    pub cause: CauseKey,
    /// Only at this place.
    pub place: Option<Sym>,
    /// Only under this tariff.
    pub tariff: Option<Sym>,
    /// Only in this currency.
    pub currency: Option<Currency>,
    /// The largest difference, up or down, millionths of the CDR's currency.
    pub at_most_e6: u64,
}

impl Rule {
    /// The narrowest rule that catches all CDRs of a decision on a cause: place, tariff and
    /// currency where all share one, and no larger difference than theirs. None where nothing was
    /// decided or the cause does not explain all of it.
    pub fn of_decision(cause: &CauseKey, decided: &[&DifferingCdr]) -> Option<Rule> {
        let explains = |cdr: &&DifferingCdr| cdr.cost_of(cause).is_some();
        if !decided.iter().all(explains) {
            return None;
        }
        let differences = decided.iter().map(|cdr| cdr.difference_e6.unsigned_abs());
        Some(Rule {
            cause: cause.clone(),
            place: shared(decided, |cdr| cdr.place),
            tariff: shared(decided, |cdr| cdr.tariff),
            currency: shared(decided, |cdr| Some(cdr.currency)),
            at_most_e6: differences.max()?,
        })
    }

    /// Whether it catches a CDR. That other causes explain the CDR too does not matter: a decision
    /// on a group holds for all of the group, ambiguous or not.
    pub fn catches(&self, cdr: &DifferingCdr) -> bool {
        self.place.is_none_or(|place| cdr.place == Some(place))
            && self.tariff.is_none_or(|tariff| cdr.tariff == Some(tariff))
            && self
                .currency
                .is_none_or(|currency| cdr.currency == currency)
            && cdr.difference_e6.unsigned_abs() <= self.at_most_e6
            && cdr.cost_of(&self.cause).is_some()
    }
}

/// What all CDRs share, if they do.
fn shared<T: PartialEq>(
    cdrs: &[&DifferingCdr],
    of: impl Fn(&DifferingCdr) -> Option<T>,
) -> Option<T> {
    let first = of(cdrs.first()?)?;
    let same = |cdr: &&DifferingCdr| of(cdr).as_ref() == Some(&first);
    cdrs.iter().all(same).then_some(first)
}

/// What a rule would have caught.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caught {
    /// The CDRs, by row.
    pub rows: Vec<i64>,
    /// Count and differences per currency.
    pub amounts: Amounts,
    /// How many of them something else explains as simply, or more simply.
    pub ambiguous: u64,
}

/// Which of the differing CDRs of past months a rule would have caught.
///
/// # Panics
/// When two CDRs share a row: rows are identities.
pub fn caught(rule: &Rule, history: &[DifferingCdr]) -> Caught {
    let mut caught = Caught::default();
    for cdr in in_row_order(history) {
        if let Some(cost) = cdr.cost_of(&rule.cause)
            && rule.catches(cdr)
        {
            caught.rows.push(cdr.row);
            caught.amounts.add(cdr);
            caught.ambiguous += u64::from(cdr.is_ambiguous(&rule.cause, cost));
        }
    }
    caught
}
