//! Which few causes explain most: the greedy cover of the CDRs by their causes.
//!
//! The cause that explains most CDRs comes first, and all it explains is its own; then the one that
//! explains most of the others, and so on. The smallest cover cannot be found in reasonable time;
//! this one is at most a logarithmic factor larger, and a person can follow it.
//!
//! Each explanation is taken from the heap's weights once, and a cause returns to the heap at most
//! once per explanation it lost: n log n.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use domain::Currency;

use super::{CauseKey, DifferingCdr};

/// A cause and the CDRs it was chosen for, at least one.
pub(super) struct Pick<'a> {
    pub cause: &'a CauseKey,
    pub cdrs: Vec<&'a DifferingCdr>,
}

/// How much a cause explains of what is not yet explained. A greater one is chosen first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Weight {
    count: u64,
    /// Differences without sign per currency. Currencies cannot be added, so the commonest of the
    /// month is compared first.
    apart: Vec<u128>,
    cost: Reverse<u64>,
}

/// One explanation of a CDR: the cause's place in the order of keys, and its cost.
#[derive(Clone, Copy)]
struct Choice {
    cause: usize,
    cost: u32,
}

struct Board<'a> {
    /// In the order of their keys, so that of equals the first key wins.
    causes: Vec<&'a CauseKey>,
    /// In the order of rows.
    cdrs: &'a [&'a DifferingCdr],
    /// Per CDR.
    choices: Vec<Vec<Choice>>,
    /// Per cause, the places of the CDRs it explains.
    members: Vec<Vec<usize>>,
    /// Per cause, of what is not yet explained.
    weights: Vec<Weight>,
    currencies: BTreeMap<Currency, usize>,
}

/// The causes in the order they are chosen, each with its CDRs in the order of `cdrs`. A CDR
/// without explanation is in none.
pub(super) fn cover<'a>(cdrs: &'a [&'a DifferingCdr]) -> Vec<Pick<'a>> {
    let mut board = Board::of(cdrs);
    let mut heap: BinaryHeap<(Weight, Reverse<usize>)> = board
        .weights
        .iter()
        .cloned()
        .zip((0..).map(Reverse))
        .collect();
    let mut free = vec![true; cdrs.len()];
    let mut picks = Vec::new();
    while let Some((weight, Reverse(cause))) = heap.pop() {
        let current = &board.weights[cause];
        if current.count == 0 {
            continue;
        }
        if *current != weight {
            heap.push((current.clone(), Reverse(cause)));
            continue;
        }
        picks.push(board.take(cause, &mut free));
    }
    picks
}

impl<'a> Board<'a> {
    fn of(cdrs: &'a [&'a DifferingCdr]) -> Self {
        let mut numbers: BTreeMap<&CauseKey, usize> = BTreeMap::new();
        for explanation in cdrs.iter().flat_map(|cdr| &cdr.explanations) {
            numbers.entry(&explanation.cause).or_default();
        }
        for (number, (_, place)) in numbers.iter_mut().enumerate() {
            *place = number;
        }
        let causes: Vec<&CauseKey> = numbers.keys().copied().collect();
        let currencies = commonest_first(cdrs);
        let nothing = Weight {
            count: 0,
            apart: vec![0; currencies.len()],
            cost: Reverse(0),
        };
        let mut board = Board {
            choices: cdrs.iter().map(|cdr| choices(cdr, &numbers)).collect(),
            members: vec![Vec::new(); causes.len()],
            weights: vec![nothing; causes.len()],
            causes,
            cdrs,
            currencies,
        };
        for (place, cdr) in cdrs.iter().enumerate() {
            for choice in &board.choices[place] {
                let weight = &mut board.weights[choice.cause];
                weight.count += 1;
                weight.apart[board.currencies[&cdr.currency]] += apart(cdr);
                weight.cost.0 += u64::from(choice.cost);
                board.members[choice.cause].push(place);
            }
        }
        board
    }

    /// Gives a cause all it explains that is still free.
    fn take(&mut self, cause: usize, free: &mut [bool]) -> Pick<'a> {
        let mut members = std::mem::take(&mut self.members[cause]);
        members.retain(|&place| std::mem::replace(&mut free[place], false));
        for &place in &members {
            let cdr = self.cdrs[place];
            for choice in &self.choices[place] {
                let weight = &mut self.weights[choice.cause];
                weight.count -= 1;
                weight.apart[self.currencies[&cdr.currency]] -= apart(cdr);
                weight.cost.0 -= u64::from(choice.cost);
            }
        }
        Pick {
            cause: self.causes[cause],
            cdrs: members.iter().map(|&place| self.cdrs[place]).collect(),
        }
    }
}

fn apart(cdr: &DifferingCdr) -> u128 {
    u128::from(cdr.difference_e6.unsigned_abs())
}

/// The explanations of a CDR, one per cause.
fn choices(cdr: &DifferingCdr, numbers: &BTreeMap<&CauseKey, usize>) -> Vec<Choice> {
    let explanations = cdr.explanations.iter();
    let mut choices: Vec<Choice> = explanations
        .map(|one| Choice {
            cause: numbers[&one.cause],
            cost: one.cost,
        })
        .collect();
    choices.sort_unstable_by_key(|choice| (choice.cause, choice.cost));
    choices.dedup_by_key(|choice| choice.cause);
    choices
}

/// The place of each currency among those of the explained CDRs: by how many there are, then by
/// code. Unexplained CDRs have no say, so that they change nothing.
fn commonest_first(cdrs: &[&DifferingCdr]) -> BTreeMap<Currency, usize> {
    let mut counts: BTreeMap<Currency, u64> = BTreeMap::new();
    for cdr in cdrs.iter().filter(|cdr| !cdr.explanations.is_empty()) {
        *counts.entry(cdr.currency).or_default() += 1;
    }
    let mut ranked: Vec<(Reverse<u64>, Currency)> = counts
        .into_iter()
        .map(|(currency, count)| (Reverse(count), currency))
        .collect();
    ranked.sort_unstable();
    let places = ranked.into_iter().map(|(_, currency)| currency);
    places.zip(0..).collect()
}
