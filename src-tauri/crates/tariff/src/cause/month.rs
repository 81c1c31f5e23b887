//! The one policy behind a month: which reading, or pair of readings, explains most of a partner's
//! CDRs.
//!
//! A CDR is explained where its total comes out at the partner's digits. CDRs that match as they
//! are count too, so that a policy which breaks them loses them.

use std::cmp::Reverse;

use domain::{Cdr, Decimal, Policy};

use super::fit::{self, Fit};
use super::relevant::{Facts, Reading, readings};
use super::{Change, Figures, Neighbours, Question, find_cause};
use crate::input::ReplayInput;

/// One CDR of the month.
#[derive(Clone, Copy, Debug)]
pub struct MonthCdr<'a> {
    /// The CDR with its stated figures.
    pub cdr: &'a Cdr,
    /// What it is replayed from. The policy of the month's first CDR is the one that is changed.
    pub input: ReplayInput<'a>,
    /// The agreement's tolerance, in the CDR's currency.
    pub tolerance: Decimal,
}

/// The policy that explains most of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inferred {
    /// What it reads otherwise: nothing, one switch, or two.
    pub changes: Vec<Change>,
    /// The policy.
    pub policy: Policy,
    /// How many CDRs have their total explained by it.
    pub explained: usize,
    /// How many of those in every stated part.
    pub with_parts: usize,
    /// How many were explained before, without any change.
    pub before: usize,
    /// How many CDRs state a total.
    pub of: usize,
}

impl Inferred {
    /// One sentence in English.
    pub fn text(&self) -> String {
        let (explained, of, before) = (self.explained, self.of, self.before);
        if self.changes.is_empty() {
            return format!("no other reading explains more than the {before} of {of} that match");
        }
        let clauses: Vec<String> = self.changes.iter().map(Change::clause).collect();
        let what = clauses.join(" and ");
        format!("{explained} of {of} match if {what}, {before} as it is")
    }
}

/// How many single readings are tried together with every other.
const SEEDS: usize = 4;
/// How many unexplained CDRs are searched one by one for a pair that explains them.
const SEARCHED: usize = 12;
/// How many of the pairs found so are counted on the whole month.
const PAIRS: usize = 24;

/// Finds the policy that explains most of a month: of equals the one with fewer changes, then the
/// earlier in the order of the switches. Without a CDR the standard policy explains none of none.
///
/// Every reading alone is counted on the whole month. Counted in pairs with every other are those
/// that explain most of what was not explained before, and pairs that explain a single CDR.
pub fn infer_policy(month: &[MonthCdr<'_>]) -> Inferred {
    let base = month
        .first()
        .map_or(Policy::STANDARD, |one| *one.input.policy);
    let month = Month::of(month, base);
    let none = month.count(&[], None);
    let mut best = Candidate {
        readings: Vec::new(),
        count: none.clone(),
    };
    let singles: Vec<Candidate> = month
        .readings()
        .into_iter()
        .map(|reading| month.candidate(vec![reading], &none))
        .collect();
    for single in &singles {
        best.give_way_to(single);
    }
    for pair in month.pairs_from(&singles, &none) {
        best.give_way_to(&pair);
    }
    for readings in month.pairs_searched(&best.count) {
        let count = month.count(&readings, None);
        best.give_way_to(&Candidate { readings, count });
    }
    let Candidate { readings, count } = best;
    Inferred {
        policy: set(base, &readings),
        changes: readings.iter().map(Reading::change).collect(),
        explained: count.explained,
        with_parts: count.with_parts,
        before: none.explained,
        of: month.cdrs.len(),
    }
}

fn set(base: Policy, readings: &[Reading]) -> Policy {
    readings
        .iter()
        .fold(base, |policy, reading| reading.set(policy))
}

/// Readings and how they do on the month.
#[derive(Clone)]
struct Candidate {
    readings: Vec<Reading>,
    count: Count,
}

impl Candidate {
    fn give_way_to(&mut self, other: &Candidate) {
        let rank = |count: &Count| (count.explained, count.with_parts);
        if rank(&other.count) > rank(&self.count) {
            self.clone_from(other);
        }
    }
}

struct Month<'a> {
    cdrs: Vec<(Question<'a>, Facts)>,
    base: Policy,
}

/// How readings do, CDR by CDR.
#[derive(Clone, Default)]
struct Count {
    fits: Vec<Option<Fit>>,
    explained: usize,
    with_parts: usize,
}

impl Count {
    /// How many CDRs are explained that were not before.
    fn gained(&self, before: &Count) -> usize {
        let both = self.fits.iter().zip(&before.fits);
        both.filter(|(now, then)| is_explained(**now) && !is_explained(**then))
            .count()
    }

    fn add(&mut self, fit: Option<Fit>) {
        self.fits.push(fit);
        self.explained += usize::from(is_explained(fit));
        self.with_parts += usize::from(fit == Some(Fit::Every));
    }
}

fn is_explained(fit: Option<Fit>) -> bool {
    fit.is_some_and(Fit::has_total)
}

impl<'a> Month<'a> {
    fn of(month: &[MonthCdr<'a>], base: Policy) -> Self {
        let stated = month.iter().filter(|one| one.cdr.totals.cost.is_some());
        let question = |one: &MonthCdr<'a>| {
            let question = Question {
                cdr: one.cdr,
                input: one.input,
                tolerance: one.tolerance,
                others: Neighbours::default(),
            };
            let facts = Facts::of(&question);
            (question, facts)
        };
        Month {
            cdrs: stated.map(question).collect(),
            base,
        }
    }

    /// Every reading that can matter for some CDR, in order.
    fn readings(&self) -> Vec<Reading> {
        let currency = self.cdrs.first().map(|(question, _)| question.cdr.currency);
        let mut readings = readings(&self.base, currency.map_or(2, |c| c.minor_digits()));
        readings.retain(|reading| {
            self.cdrs
                .iter()
                .any(|(_, facts)| reading.can_explain(facts))
        });
        readings
    }

    /// Pairs of a reading that explains much with every other.
    fn pairs_from(&self, singles: &[Candidate], none: &Count) -> Vec<Candidate> {
        let mut seeds: Vec<&Candidate> = singles.iter().collect();
        // A stable sort: of equals the earlier reading stays first.
        seeds.sort_by_key(|single| Reverse(single.count.gained(none)));
        seeds.retain(|single| single.count.gained(none) > 0);
        seeds.truncate(SEEDS);
        let mut pairs = Vec::new();
        for seed in seeds {
            for other in singles {
                let (first, second) = (&seed.readings[0], &other.readings[0]);
                if first.switch != second.switch {
                    pairs.push(self.candidate(vec![first.clone(), second.clone()], &seed.count));
                }
            }
        }
        pairs
    }

    /// Pairs that explain single CDRs which the best so far leaves open.
    fn pairs_searched(&self, best: &Count) -> Vec<Vec<Reading>> {
        let open = self.cdrs.iter().zip(&best.fits);
        let open = open.filter(|(_, fit)| !is_explained(**fit));
        let mut found: Vec<Vec<Reading>> = Vec::new();
        for ((question, _), _) in open.take(SEARCHED) {
            let causes = find_cause(question).explanations;
            for explanation in causes.iter().filter(|cause| cause.fit.has_total()) {
                let readings: Vec<Reading> =
                    explanation.changes.iter().filter_map(Reading::of).collect();
                let whole = readings.len() == explanation.changes.len();
                if whole && readings.len() == 2 && !found.contains(&readings) {
                    found.push(readings);
                }
            }
        }
        found.truncate(PAIRS);
        found
    }

    /// Counts readings. `before` was counted without the last of them.
    fn candidate(&self, readings: Vec<Reading>, before: &Count) -> Candidate {
        let count = self.count(&readings, Some(before));
        Candidate { readings, count }
    }

    /// Counts readings; where the last of them cannot matter for a CDR, what was found before it
    /// holds.
    fn count(&self, changed: &[Reading], before: Option<&Count>) -> Count {
        let policy = set(self.base, changed);
        let mut count = Count::default();
        for (place, (question, facts)) in self.cdrs.iter().enumerate() {
            let new = changed.last();
            let matters = new.is_none_or(|reading| reading.matters(facts));
            let known = before.filter(|_| !matters).map(|before| before.fits[place]);
            count.add(known.unwrap_or_else(|| {
                let figures = Figures::of(&question.under(&policy));
                fit::of(question, &figures, &policy)
            }));
        }
        count
    }
}
