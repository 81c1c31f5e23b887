//! A second pricer, written from the standard's semantics alone, beside the engine.
//!
//! Both price the same random pairs of tariffs and session. They share no code but the types of
//! `domain`: the reference computes in exact rationals and as plainly as possible.

mod choose;
mod course;
mod coverage;
mod dice;
mod exact;
mod make;
mod matching;
mod money;
mod policies;
mod price;
mod session;
mod split;
mod step;
mod tariffs;

use std::collections::BTreeMap;

use domain::policy::PeriodSplit;
use domain::replay::{Amount, Parts};
use domain::{Decimal, Policy, RoundingStage};
use tallywatt_tariff::Priced;

use coverage::Coverage;
use dice::Dice;
use exact::{Q, distance, exact};
use make::{Case, case};
use money::{Figures, Pair};

/// Pairs priced where the environment does not say how many.
const PAIRS: u64 = 20_000;

fn parts(figures: &Parts<Option<Amount>>) -> [Option<Amount>; 6] {
    let parts = figures;
    [
        parts.total,
        parts.fixed,
        parts.energy,
        parts.time,
        parts.parking,
        parts.reservation,
    ]
}

const NAMES: [&str; 6] = ["total", "fixed", "energy", "time", "parking", "reservation"];

/// What differs between engine and reference, in words; nothing where they agree.
///
/// The engine divides once, at 28 digits. Where it splits periods it keeps shares to 15 decimals
/// (I-37), which can turn the last digit of a rounded figure.
fn difference(engine: &Priced, reference: Option<&Figures>, policy: &Policy) -> Option<String> {
    let Some(reference) = reference else {
        let total = engine.totals.total;
        return total.map(|total| format!("the engine prices what has no price: {total:?}"));
    };
    if engine.totals.total.is_none() {
        return Some(format!("the engine gives no price: {:?}", engine.findings));
    }
    let is_split = policy.period_split == PeriodSplit::SplitLinear;
    let near = exact(Decimal::new(1, if is_split { 9 } else { 20 }));
    let rounded_near = match policy.rounding.stage {
        RoundingStage::None => near.clone(),
        _ if is_split => exact(Decimal::new(1, u32::from(policy.rounding.digits))) + &near,
        _ => exact::zero(),
    };
    let exacts = parts(&engine.exact);
    let rounded = parts(&engine.totals);
    for which in 0..6 {
        let name = NAMES[which];
        if let Some(said) = differs(exacts[which], &reference.exact[which], &near) {
            return Some(format!("exact {name}: {said}"));
        }
        if let Some(said) = differs(rounded[which], &reference.rounded[which], &rounded_near) {
            return Some(format!("rounded {name}: {said}"));
        }
    }
    let billed = [
        engine.billed.energy_kwh,
        engine.billed.time_h,
        engine.billed.parking_h,
        engine.billed.reservation_h,
    ];
    for (which, (engine, reference)) in billed.iter().zip(&reference.billed).enumerate() {
        // Whether a cut is made where only a price of 0 begins or ends is left open (I-37).
        if !is_split && distance(&exact(*engine), reference) > near {
            return Some(format!("billed {which}: {engine} is not {reference}"));
        }
    }
    None
}

/// A part that nothing prices is none of it: zero.
fn differs(engine: Option<Amount>, reference: &Pair, tolerance: &Q) -> Option<String> {
    let nothing = Amount {
        excl_vat: Some(0.into()),
        incl_vat: Some(0.into()),
    };
    let engine = engine.unwrap_or(nothing);
    let pairs = [
        (engine.excl_vat, &reference.net),
        (engine.incl_vat, &reference.gross),
    ];
    let same = pairs
        .iter()
        .all(|(engine, reference)| match (engine, reference) {
            (Some(engine), Some(reference)) => distance(&exact(*engine), reference) <= *tolerance,
            (engine, reference) => engine.is_none() && reference.is_none(),
        });
    (!same).then(|| format!("the engine says {engine:?}, the reference {reference:?}"))
}

fn compare_pair(case: &Case, policy: &Policy, coverage: &mut Coverage) -> Option<String> {
    let engine = tallywatt_tariff::price(&case.input(policy));
    let reference = price::price(case, policy);
    coverage.count(case, reference.as_ref());
    difference(&engine, reference.as_ref(), policy)
}

/// How many pairs to price.
fn pairs() -> u64 {
    let pairs = std::env::var("REFERENCE_PAIRS").ok();
    pairs.map_or(PAIRS, |pairs| {
        pairs.parse().expect("REFERENCE_PAIRS is a number")
    })
}

#[test]
fn the_engine_agrees_with_the_reference() {
    let pairs = pairs();
    let mut coverage = Coverage::default();
    let mut wrong = Vec::new();
    for seed in 0..pairs {
        let case = case(&mut Dice::of(seed));
        if let Some(said) = compare_pair(&case, &Policy::STANDARD, &mut coverage) {
            wrong.push((seed, said, case));
        }
    }
    println!("{pairs} pairs (REFERENCE_PAIRS sets how many)");
    println!("{coverage}");
    for (seed, said, _) in wrong.iter().take(30) {
        println!("pair {seed}: {said}");
    }
    if let Some((seed, said, case)) = wrong.first() {
        panic!(
            "{} of {pairs} pairs differ; pair {seed}: {said}\n{case:#?}",
            wrong.len()
        );
    }
    coverage.assert_complete();
}

#[test]
fn the_engine_agrees_with_the_reference_under_other_readings() {
    let mut coverage = Coverage::default();
    let mut by_reading: BTreeMap<String, [u32; 2]> = BTreeMap::new();
    let mut wrong = Vec::new();
    let pairs = pairs();
    for seed in 0..pairs {
        let dice = &mut Dice::of(!seed);
        let case = case(dice);
        let (policy, names) = policies::policy(dice);
        let said = compare_pair(&case, &policy, &mut coverage);
        for name in &names {
            let counts = by_reading.entry(name.clone()).or_default();
            counts[0] += 1;
            counts[1] += u32::from(said.is_some());
        }
        if let Some(said) = said {
            wrong.push((seed, said, names, case));
        }
    }
    for (name, [tried, differ]) in &by_reading {
        println!("{tried:>7} tried {differ:>6} differ  {name}");
    }
    for (seed, said, names, _) in wrong.iter().take(30) {
        println!("pair {seed}, {names:?}: {said}");
    }
    if let Some((seed, said, names, case)) = wrong.first() {
        let count = wrong.len();
        panic!("{count} of {pairs} pairs differ; pair {seed}, {names:?}: {said}\n{case:#?}");
    }
    for switch in Policy::SWITCHES {
        let begins = |name: &String| name.starts_with(switch.name);
        let readings = by_reading.keys().filter(|name| begins(name)).count();
        let wanted = switch.readings.len().saturating_sub(1).max(1);
        assert!(readings >= wanted, "{} was not tried in full", switch.name);
    }
}
