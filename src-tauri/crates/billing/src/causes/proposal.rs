//! The policy behind a month: when one change of policy explains most of what differs, it is
//! likely how the partner reads the tariff.
//!
//! A proposal is advice. Only a person changes a policy (SEMANTICS ch. 8, explain mode).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Amounts, CauseKey, CauseKind, DifferingCdr, in_row_order};

/// When a policy explains enough to be proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Least share of the differing CDRs, in percent.
    pub share_percent: u8,
    /// Least number of CDRs: few prove little.
    pub count: u64,
}

impl Terms {
    /// Four in five, and at least twenty.
    pub const USUAL: Terms = Terms {
        share_percent: 80,
        count: 20,
    };

    fn met(self, explained: u64, of: u64) -> bool {
        let (explained_percent, share) = (u128::from(explained) * 100, self.share_percent);
        explained >= self.count && explained_percent >= u128::from(of) * u128::from(share)
    }
}

/// A change of policy that explains most of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The change.
    pub cause: CauseKey,
    /// The CDRs it explains, whichever group they are in, and their differences.
    pub explains: Amounts,
    /// How many CDRs of the month differ.
    pub of: u64,
    /// How many of the explained ones something else explains as simply, or more simply.
    pub ambiguous: u64,
    /// CDRs that match now and would not under the change, by row.
    pub breaks: Vec<i64>,
}

/// The policies to propose, the best first; often one, or none. More than one means that the month
/// does not tell them apart well.
///
/// `breaks` gives the rows that match now and would not under a cause. It is asked only of causes
/// that meet the terms, since each answer may cost a replay of the month. What breaks at least as
/// many CDRs as it explains is no proposal. The best explains most beyond what it breaks; of
/// equals, breaks fewest, then is the simplest, then has the first key.
///
/// # Panics
/// When two CDRs share a row, or a row of `breaks` differs now: then it cannot be broken.
pub fn propose(
    cdrs: &[DifferingCdr],
    terms: Terms,
    mut breaks: impl FnMut(&CauseKey) -> Vec<i64>,
) -> Vec<Proposal> {
    let cdrs = in_row_order(cdrs);
    let of = u64::try_from(cdrs.len()).expect("counts have at most 64 bits");
    let mut ranked: Vec<_> = by_policy(&cdrs)
        .into_iter()
        .filter(|(_, explained)| terms.met(explained.amounts.count(), of))
        .filter_map(|(cause, explained)| {
            let mut rows = breaks(cause);
            rows.sort_unstable();
            rows.dedup();
            let differs = |row: &i64| cdrs.binary_search_by_key(row, |cdr| cdr.row).is_ok();
            assert!(!rows.iter().any(differs), "only what matches can be broken");
            let broken = u64::try_from(rows.len()).expect("counts have at most 64 bits");
            let gain = explained.amounts.count().checked_sub(broken)?;
            let rank = (Reverse(gain), broken, explained.cost);
            let proposal = Proposal {
                cause: cause.clone(),
                explains: explained.amounts,
                of,
                ambiguous: explained.ambiguous,
                breaks: rows,
            };
            (gain > 0).then_some((rank, proposal))
        })
        .collect();
    // The sort is stable, and the causes come in the order of their keys.
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, proposal)| proposal).collect()
}

/// What one policy explains of the month.
#[derive(Default)]
struct Explained {
    amounts: Amounts,
    ambiguous: u64,
    cost: u64,
}

fn by_policy<'a>(cdrs: &[&'a DifferingCdr]) -> BTreeMap<&'a CauseKey, Explained> {
    let mut found: BTreeMap<&CauseKey, Explained> = BTreeMap::new();
    for cdr in cdrs {
        let causes = cdr.explanations.iter().map(|one| &one.cause);
        let mut policies: Vec<&CauseKey> = causes
            .filter(|cause| cause.kind == CauseKind::Policy)
            .collect();
        policies.sort_unstable();
        policies.dedup();
        for cause in policies {
            let cost = cdr.cost_of(cause).expect("the cause is one of the CDR's");
            let explained = found.entry(cause).or_default();
            explained.amounts.add(cdr);
            explained.ambiguous += u64::from(cdr.is_ambiguous(cause, cost));
            explained.cost += u64::from(cost);
        }
    }
    found
}
