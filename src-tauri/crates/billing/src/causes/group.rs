//! The groups of a month: each differing CDR under one cause, or openly under none.

use std::cmp::Reverse;

use super::cover::{Pick, cover};
use super::{Amounts, CauseKey, DifferingCdr, in_row_order};
use crate::intern::Sym;

/// How many places and tariffs a group names.
const NAMED: usize = 5;

/// The differing CDRs of a month by cause. Each CDR is in exactly one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MonthCauses {
    /// One group per chosen cause, in the order they were chosen: never fewer CDRs before more.
    pub groups: Vec<Group>,
    /// What no cause explains; absent where all is explained.
    pub unexplained: Option<Group>,
}

/// CDRs that differ for one reason. There is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The reason; absent for what nothing explains.
    pub cause: Option<CauseKey>,
    /// The CDRs, by row.
    pub rows: Vec<i64>,
    /// Count and differences per currency.
    pub amounts: Amounts,
    /// Earliest end, Unix seconds.
    pub first_end_s: i64,
    /// Latest end, Unix seconds.
    pub last_end_s: i64,
    /// Where it happens.
    pub places: Concerned,
    /// Under which tariffs it happens.
    pub tariffs: Concerned,
    /// How many of the CDRs another cause explains as simply, or more simply: for these the choice
    /// rests on the rest of the month alone.
    pub ambiguous: u64,
}

/// Which places or tariffs a group concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concerned {
    /// The few with most CDRs, each with how many; of equals the lower number first.
    pub most: Vec<(Sym, u64)>,
    /// How many different ones there are.
    pub distinct: u64,
    /// CDRs of which it is not known.
    pub unknown: u64,
}

/// Groups the differing CDRs of a month by cause.
///
/// The cause that explains most CDRs is chosen first and keeps all of them; of equally many the
/// one with more money apart, then the simplest, then the first key; and so on with what is left.
/// A CDR that nothing explains changes no group but the unexplained one.
///
/// # Panics
/// When two CDRs share a row: rows are identities.
pub fn group(cdrs: &[DifferingCdr]) -> MonthCauses {
    let cdrs = in_row_order(cdrs);
    let picks = cover(&cdrs);
    let nothing = cdrs.iter().copied();
    let unexplained: Vec<&DifferingCdr> =
        nothing.filter(|cdr| cdr.explanations.is_empty()).collect();
    MonthCauses {
        groups: picks.iter().map(explained).collect(),
        unexplained: (!unexplained.is_empty()).then(|| gathered(None, &unexplained, 0)),
    }
}

fn explained(pick: &Pick<'_>) -> Group {
    let ambiguous = pick.cdrs.iter().filter(|cdr| {
        let cost = cdr.cost_of(pick.cause);
        cdr.is_ambiguous(
            pick.cause,
            cost.expect("a cause is chosen for what it explains"),
        )
    });
    gathered(Some(pick.cause), &pick.cdrs, count(ambiguous))
}

/// A group of CDRs in row order, at least one.
fn gathered(cause: Option<&CauseKey>, cdrs: &[&DifferingCdr], ambiguous: u64) -> Group {
    let ends = || cdrs.iter().map(|cdr| cdr.end_s);
    let some = "a group has at least one CDR";
    Group {
        cause: cause.cloned(),
        rows: cdrs.iter().map(|cdr| cdr.row).collect(),
        amounts: Amounts::of(cdrs.iter().copied()),
        first_end_s: ends().min().expect(some),
        last_end_s: ends().max().expect(some),
        places: concerned(cdrs, |cdr| cdr.place),
        tariffs: concerned(cdrs, |cdr| cdr.tariff),
        ambiguous,
    }
}

fn concerned(cdrs: &[&DifferingCdr], of: impl Fn(&DifferingCdr) -> Option<Sym>) -> Concerned {
    let mut known: Vec<Sym> = cdrs.iter().filter_map(|cdr| of(cdr)).collect();
    known.sort_unstable();
    let runs = known.chunk_by(|one, other| one == other);
    let mut most: Vec<(Sym, u64)> = runs.map(|run| (run[0], count(run.iter()))).collect();
    let distinct = count(most.iter());
    most.sort_unstable_by_key(|&(sym, count)| (Reverse(count), sym));
    most.truncate(NAMED);
    Concerned {
        most,
        distinct,
        unknown: count(cdrs.iter().filter(|cdr| of(cdr).is_none())),
    }
}

/// How many there are.
fn count<T>(items: impl Iterator<Item = T>) -> u64 {
    items.map(|_| 1).sum()
}
