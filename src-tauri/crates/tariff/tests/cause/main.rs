//! The cause finder: what was changed is found again.

mod make;
mod month;
mod special;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::replay::{Amount, Parts};
use domain::{Cdr, Decimal, Policy, Rounding, RoundingMode, RoundingStage, Verdict};
use tallywatt_tariff::{
    Causes, Change, Explanation, Neighbours, Question, compare, find_cause, price,
};

use make::{Dice, any_cdr, input, stating};

/// How many random sessions are asked about; fewer without optimisation.
const SESSIONS: usize = if cfg!(debug_assertions) { 1000 } else { 5000 };

/// Every other reading of every switch, and the rounding rules, as switch and reading.
fn readings() -> Vec<(&'static str, String)> {
    let mut readings = Vec::new();
    for switch in Policy::SWITCHES {
        let others = switch.readings.iter().skip(1);
        readings.extend(others.map(|reading| (switch.name, (*reading).to_owned())));
    }
    for stage in RoundingStage::ALL {
        for mode in RoundingMode::ALL {
            for digits in 2..=4 {
                let rule = Rounding {
                    stage: *stage,
                    digits,
                    mode: *mode,
                };
                // Unrounded figures have no end that could be printed.
                if rule != Rounding::STANDARD && *stage != RoundingStage::None {
                    readings.push(("rounding", rule.to_string()));
                }
            }
        }
    }
    readings
}

/// What a partner who reads a CDR otherwise states, where that is another figure.
fn as_partner(plain: &Cdr, policy: &Policy, with_parts: bool) -> Option<Cdr> {
    let theirs = price(&input(plain, policy));
    let cdr = stating(plain, &theirs.totals, with_parts)?;
    let standard = Policy::STANDARD;
    let ours = price(&input(&cdr, &standard));
    let compared = compare(&cdr, &ours.totals, &ours.exact, &standard, Decimal::ZERO);
    (compared.verdict == Verdict::Differs).then_some(cdr)
}

fn ask(cdr: &Cdr) -> Causes {
    let standard = Policy::STANDARD;
    find_cause(&Question {
        cdr,
        input: input(cdr, &standard),
        tolerance: Decimal::ZERO,
        others: Neighbours::default(),
    })
}

/// The figures of an explanation that the partner states, too: all, or the total alone.
fn figures_of(found: &Explanation, cdr: &Cdr) -> Parts<Option<Amount>> {
    let total = found.reproduced.total;
    let alone = Parts {
        total,
        ..Parts::default()
    };
    let totals = &cdr.totals;
    let parts = [&totals.fixed_cost, &totals.energy_cost, &totals.time_cost];
    let more = [&totals.parking_cost, &totals.reservation_cost];
    let has_parts = parts.into_iter().chain(more).any(Option::is_some);
    if has_parts {
        found.reproduced.clone()
    } else {
        alone
    }
}

/// The place of a cause, where explanations that give the same figures share one; 0 is the first.
fn place_of(causes: &Causes, wanted: &Change, cdr: &Cdr) -> Option<usize> {
    let is_it = |found: &&Explanation| found.changes == [wanted.clone()];
    let right = figures_of(causes.explanations.iter().find(is_it)?, cdr);
    let mut before = Vec::new();
    for found in &causes.explanations {
        let figures = figures_of(found, cdr);
        if figures == right {
            return Some(before.len());
        }
        if !before.contains(&figures) {
            before.push(figures);
        }
    }
    None
}

#[derive(Default)]
struct Tally {
    asked: usize,
    first: usize,
    among_three: usize,
    alone: usize,
}

impl Tally {
    fn add(&mut self, causes: &Causes, place: Option<usize>) {
        self.asked += 1;
        self.first += usize::from(place == Some(0));
        self.among_three += usize::from(place.is_some_and(|place| place < 3));
        self.alone += usize::from(place == Some(0) && causes.equally_simple == 1);
    }
}

/// How many sessions in a row may show no difference before a switch loses its turn.
const MISSES_MAX: u32 = 4000;

/// The switches in turn; each keeps its turn until a session shows a difference.
struct Turns {
    switches: Vec<&'static str>,
    now: usize,
    misses: u32,
}

impl Turns {
    fn new() -> Self {
        Turns {
            switches: Policy::SWITCHES.map(|switch| switch.name).to_vec(),
            now: 0,
            misses: 0,
        }
    }

    fn now(&self) -> &'static str {
        self.switches[self.now]
    }

    fn hit(&mut self) {
        self.misses = 0;
        self.now = (self.now + 1) % self.switches.len();
    }

    fn miss(&mut self) {
        self.misses += 1;
        if self.misses == MISSES_MAX {
            self.misses = 0;
            self.switches.remove(self.now);
            assert!(
                !self.switches.is_empty(),
                "no session depends on any reading"
            );
            self.now %= self.switches.len();
        }
    }
}

/// Asks about `SESSIONS` sessions priced under another reading; every switch gets its turn.
fn ask_all(seed: u64, with_parts: impl Fn(&mut Dice) -> bool) -> BTreeMap<String, Tally> {
    let mut dice = Dice::new(seed);
    let readings = readings();
    let mut turns = Turns::new();
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut spent = Duration::ZERO;
    let (mut tried, mut asked, mut drawn) = (0, 0, 0);
    while asked < SESSIONS {
        drawn += 1;
        let switch = turns.now();
        let of_switch = readings.iter().filter(|(name, _)| *name == switch);
        let of_switch: Vec<_> = of_switch.collect();
        let (switch, reading) = dice.pick(&of_switch);
        let policy = Policy::STANDARD.with(switch, reading).expect("a reading");
        let parts = with_parts(&mut dice);
        let Some(cdr) = as_partner(&any_cdr(&mut dice), &policy, parts) else {
            turns.miss();
            continue;
        };
        turns.hit();
        asked += 1;
        let began = Instant::now();
        let causes = ask(&cdr);
        spent += began.elapsed();
        tried += causes.tried as usize;
        let wanted = Change::Policy {
            switch,
            reading: reading.clone(),
        };
        let tally = tallies.entry((*switch).to_owned()).or_default();
        tally.add(&causes, place_of(&causes, &wanted, &cdr));
    }
    let (each, prices) = (spent / u32::try_from(asked).expect("few"), tried / asked);
    println!("{asked} searches: {each:?} and {prices} prices each, of {drawn} sessions drawn");
    tallies
}

fn total(tallies: &BTreeMap<String, Tally>) -> Tally {
    tallies.values().fold(Tally::default(), |sum, one| Tally {
        asked: sum.asked + one.asked,
        first: sum.first + one.first,
        among_three: sum.among_three + one.among_three,
        alone: sum.alone + one.alone,
    })
}

fn print(tallies: &BTreeMap<String, Tally>) {
    let line = |name: &str, t: &Tally| {
        let Tally {
            asked,
            first,
            among_three,
            alone,
        } = t;
        println!(
            "{name:20} asked {asked:5} first {first:5} among 3 {among_three:5} alone {alone:5}"
        );
    };
    for (name, tally) in tallies {
        line(name, tally);
    }
    line("all", &total(tallies));
}

#[test]
fn the_right_cause_comes_first() {
    let tallies = ask_all(20_261_123, |dice| dice.percent(50));
    print(&tallies);
    let all = total(&tallies);
    assert_eq!(all.asked, SESSIONS);
    assert!(
        all.first * 100 >= all.asked * 95,
        "first in {} of {}",
        all.first,
        all.asked
    );
    assert!(
        all.among_three * 100 >= all.asked * 99,
        "among three in {}",
        all.among_three
    );
    for switch in Policy::SWITCHES {
        // Tax per line differs only where lines are rounded: in pairs with a rounding rule.
        let alone = switch.name != "tax_stage";
        let asked = tallies.contains_key(switch.name);
        assert_eq!(asked, alone, "{}", switch.name);
    }
}

#[test]
fn the_same_question_has_the_same_answer() {
    let mut dice = Dice::new(7);
    let policy = Policy::STANDARD
        .with("rounding", "per_line,2,up")
        .expect("a reading");
    let mut asked = 0;
    while asked < 50 {
        if let Some(cdr) = as_partner(&any_cdr(&mut dice), &policy, true) {
            assert_eq!(ask(&cdr), ask(&cdr));
            asked += 1;
        }
    }
}

#[test]
fn a_cdr_that_matches_has_no_cause() {
    let mut dice = Dice::new(8);
    let standard = Policy::STANDARD;
    for _ in 0..200 {
        let plain = any_cdr(&mut dice);
        let ours = price(&input(&plain, &standard));
        if let Some(cdr) = stating(&plain, &ours.totals, true) {
            let causes = ask(&cdr);
            assert!(causes.explanations.is_empty(), "{:?}", causes.explanations);
            assert_eq!(causes.tried, 1);
        }
    }
}
