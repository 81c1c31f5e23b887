//! A second pricer, written from the standard's semantics alone, beside the engine.
//!
//! Both price the same random pairs of tariffs and session. They share no code but the types of
//! `domain`: the reference computes in exact rationals and as plainly as possible.

mod choose;
mod coverage;
mod dice;
mod exact;
mod make;
mod matching;
mod money;
mod price;
mod session;
mod step;
mod tariffs;

use domain::Policy;
use domain::replay::{Amount, Parts};
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
fn difference(engine: &Priced, reference: Option<&Figures>) -> Option<String> {
    let Some(reference) = reference else {
        let total = engine.totals.total;
        return total.map(|total| format!("the engine prices what has no price: {total:?}"));
    };
    if engine.totals.total.is_none() {
        return Some(format!("the engine gives no price: {:?}", engine.findings));
    }
    let last_digit = exact("0.00000000000000000001".parse().expect("a figure"));
    let exacts = parts(&engine.exact);
    let rounded = parts(&engine.totals);
    for which in 0..6 {
        let name = NAMES[which];
        if let Some(said) = differs(exacts[which], &reference.exact[which], &last_digit) {
            return Some(format!("exact {name}: {said}"));
        }
        let none = exact::zero();
        if let Some(said) = differs(rounded[which], &reference.rounded[which], &none) {
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
        if distance(&exact(*engine), reference) > last_digit {
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
    difference(&engine, reference.as_ref())
}

#[test]
fn the_engine_agrees_with_the_reference() {
    let pairs = std::env::var("REFERENCE_PAIRS").ok();
    let pairs = pairs.map_or(PAIRS, |pairs| {
        pairs.parse().expect("REFERENCE_PAIRS is a number")
    });
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
