//! Credit CDRs and the CDRs they cancel (SEMANTICS 4.1).
//!
//! A credit repeats its original with `total_cost` negated; then a replacement may follow. A credit
//! may arrive before its original. Only the first credit that is in order counts, and only while no
//! person has put it aside: until then its original is judged as if there were no credit.

use super::facts::{Cause, CdrFact, Stand};
use super::hash::NumberMap;
use crate::intern::Sym;

/// How credits and originals hang together, by position.
pub(super) struct Credits {
    /// For an original credited in order: the credit.
    pub credited_by: Vec<Option<usize>>,
    /// For a credit: what it credits.
    pub original_of: Vec<Option<usize>>,
    /// For a credit that is not in order: why.
    pub fault: Vec<Option<Cause>>,
}

/// Ties each credit to its original.
pub(super) fn tie(
    cdrs: &[&CdrFact],
    stands: &[Option<Stand>],
    same_key: &[Option<usize>],
) -> Credits {
    let mut tied = Credits {
        credited_by: vec![None; cdrs.len()],
        original_of: vec![None; cdrs.len()],
        fault: vec![None; cdrs.len()],
    };
    let counts = |i: &usize| same_key[*i].is_none();
    let credits: Vec<usize> = (0..cdrs.len())
        .filter(|&i| cdrs[i].credit)
        .filter(counts)
        .collect();
    if credits.is_empty() {
        return tied;
    }
    let originals: NumberMap<Sym, usize> = (0..cdrs.len())
        .filter(|&i| !cdrs[i].credit && same_key[i].is_none())
        .map(|i| (cdrs[i].key, i))
        .collect();
    for i in credits {
        let original = cdrs[i].credits.and_then(|key| originals.get(&key).copied());
        tied.original_of[i] = original;
        tied.fault[i] = match original {
            None => Some(Cause::CreditWithoutOriginal),
            Some(o) if tied.credited_by[o].is_some() => Some(Cause::CreditTwice),
            Some(o) => fault_of(cdrs[i], cdrs[o]),
        };
        let in_force = match stands[i] {
            Some(Stand::Disputed | Stand::Held | Stand::Excluded) => false,
            Some(Stand::Settled | Stand::Accepted | Stand::AcceptedByRule) | None => true,
        };
        if let (Some(o), None, true) = (original, tied.fault[i], in_force) {
            tied.credited_by[o] = Some(i);
        }
    }
    tied
}

/// What is wrong with a credit of this original, if anything.
fn fault_of(credit: &CdrFact, original: &CdrFact) -> Option<Cause> {
    if credit.currency != original.currency {
        return Some(Cause::CreditCurrency);
    }
    let negative = original.stated_e6.and_then(i64::checked_neg);
    if negative.is_none() || credit.stated_e6 != negative {
        return Some(Cause::CreditAmount);
    }
    match (credit.session, original.session) {
        (Some(a), Some(b)) if a != b => Some(Cause::CreditSession),
        (Some(_) | None, Some(_) | None) => None,
    }
}
