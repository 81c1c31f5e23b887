//! How closely a price gives the stated figures.

use domain::replay::Amount;
use domain::{Decimal, FindingCode, Policy, Verdict};

use super::{Figures, Question};
use crate::compare::{Comparison, compare};

/// How closely a price gives the stated figures, the closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Every stated figure, at the partner's digits.
    Every,
    /// The total at the partner's digits, the parts within what roundings may leave.
    Parts,
    /// Every stated figure within what the roundings of the policy may leave.
    Nearly,
    /// The total at the partner's digits, while a part differs.
    Total,
    /// The total within what roundings may leave, while a part differs.
    TotalNearly,
}

impl Fit {
    /// Whether the parts agree as well as the total.
    pub fn has_parts(self) -> bool {
        match self {
            Fit::Every | Fit::Parts | Fit::Nearly => true,
            Fit::Total | Fit::TotalNearly => false,
        }
    }

    /// Whether the total is given at the partner's digits.
    pub fn has_total(self) -> bool {
        match self {
            Fit::Every | Fit::Parts | Fit::Total => true,
            Fit::Nearly | Fit::TotalNearly => false,
        }
    }
}

/// Which of the stated figures a price made under `policy` gives, so that it is known what a cause
/// has to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stated {
    /// No part is stated.
    TotalOnly,
    /// Every part that costs something is stated, and all of them are given: the total is off
    /// alone.
    PartsGiven,
    /// Parts are stated, and some is off or left out, or nothing could be priced.
    PartsOff,
}

/// What is stated, and how much of it a price made under `policy` gives.
pub(super) fn stated(question: &Question<'_>, priced: &Figures, policy: &Policy) -> Stated {
    let totals = &question.cdr.totals;
    let (given, exact) = (&priced.totals, &priced.exact);
    let parts = [
        (&totals.fixed_cost, given.fixed),
        (&totals.energy_cost, given.energy),
        (&totals.time_cost, given.time),
        (&totals.parking_cost, given.parking),
        (&totals.reservation_cost, given.reservation),
    ];
    if parts.iter().all(|(stated, _)| stated.is_none()) {
        return Stated::TotalOnly;
    }
    let costs = |amount: Option<Amount>| {
        amount.is_some_and(|amount| amount.excl_vat != Some(Decimal::ZERO))
    };
    let silent = parts
        .iter()
        .any(|(stated, given)| stated.is_none() && costs(*given));
    let compared = compare(question.cdr, given, exact, policy, question.tolerance);
    let mut codes = compared.findings.iter().map(|finding| finding.code);
    let right = codes.all(|code| code != FindingCode::PartMismatch);
    if compared.verdict == Verdict::Differs && right && !silent {
        Stated::PartsGiven
    } else {
        Stated::PartsOff
    }
}

/// How a price made under `policy` fits; `None` where the total differs or there is no price.
pub(super) fn of(question: &Question<'_>, priced: &Figures, policy: &Policy) -> Option<Fit> {
    if is_far_off(question, priced, policy) {
        return None;
    }
    let tolerance = question.tolerance;
    let compared = compare(
        question.cdr,
        &priced.totals,
        &priced.exact,
        policy,
        tolerance,
    );
    (compared.verdict == Verdict::Matches).then(|| grade(&compared, tolerance.abs()))
}

fn grade(compared: &Comparison, tolerance: Decimal) -> Fit {
    let hit = |difference: Option<Amount>| {
        let figures = difference.map_or([None; 2], |d| [d.excl_vat, d.incl_vat]);
        figures.into_iter().flatten().all(|d| d.abs() <= tolerance)
    };
    let d = &compared.difference;
    let parts = [d.fixed, d.energy, d.time, d.parking, d.reservation];
    match (hit(d.total), compared.first_disagreeing.is_none()) {
        (true, true) if parts.into_iter().all(hit) => Fit::Every,
        (true, true) => Fit::Parts,
        (false, true) => Fit::Nearly,
        (true, false) => Fit::Total,
        (false, false) => Fit::TotalNearly,
    }
}

/// A difference no rounding explains, told without putting every figure side by side.
pub(super) fn is_far_off(question: &Question<'_>, priced: &Figures, policy: &Policy) -> bool {
    let stated = question.cdr.totals.cost.as_ref();
    let replayed = priced.totals.total.and_then(|total| total.excl_vat);
    let (Some(stated), Some(replayed)) = (stated, replayed) else {
        return false;
    };
    let distance = stated.excl_vat.abs().checked_sub(replayed.abs());
    match (distance, room(question, policy)) {
        (Some(distance), Some(room)) => distance.abs() > room,
        (None, _) | (_, None) => false,
    }
}

/// How far roundings under a policy, and the tolerance, may move a total.
///
/// A policy rounds at most each part of each period, each by less than a unit of its last digit.
pub(super) fn room(question: &Question<'_>, policy: &Policy) -> Option<Decimal> {
    let digits = u32::from(policy.rounding.digits).min(question.cdr.currency.minor_digits());
    let periods = question.cdr.periods.len();
    let roundings = periods.saturating_add(1).saturating_mul(6);
    Decimal::new(1, digits)
        .checked_mul(Decimal::from(roundings))
        .and_then(|room| room.checked_add(question.tolerance.abs()))
}
