//! The one policy behind a month.

use domain::{Cdr, Decimal, Policy, Verdict};
use tallywatt_tariff::{Change, Inferred, MonthCdr, compare, infer_policy, price};

use crate::make::{Dice, any_cdr, input, stating};

const STANDARD: Policy = Policy::STANDARD;

fn policy(readings: &[(&str, &str)]) -> Policy {
    readings.iter().fold(STANDARD, |policy, (switch, reading)| {
        policy.with(switch, reading).expect("a reading")
    })
}

/// A month of a partner who reads everything under one policy.
fn month_of(seed: u64, len: usize, policy: &Policy) -> Vec<Cdr> {
    let mut dice = Dice::new(seed);
    let mut month = Vec::new();
    while month.len() < len {
        let plain = any_cdr(&mut dice);
        month.extend(stating(&plain, &price(&input(&plain, policy)).totals, true));
    }
    month
}

fn infer(month: &[Cdr]) -> Inferred {
    let cdrs: Vec<MonthCdr<'_>> = month
        .iter()
        .map(|cdr| MonthCdr {
            cdr,
            input: input(cdr, &STANDARD),
            tolerance: Decimal::ZERO,
        })
        .collect();
    infer_policy(&cdrs)
}

fn matching(month: &[Cdr], policy: &Policy) -> usize {
    let matches = |cdr: &&Cdr| {
        let priced = price(&input(cdr, policy));
        let compared = compare(cdr, &priced.totals, &priced.exact, policy, Decimal::ZERO);
        compared.verdict == Verdict::Matches
    };
    month.iter().filter(matches).count()
}

fn told(inferred: &Inferred) -> Vec<(&str, &str)> {
    inferred
        .changes
        .iter()
        .map(|change| match change {
            Change::Policy { switch, reading } => (*switch, reading.as_str()),
            other => panic!("{other:?} is not a reading"),
        })
        .collect()
}

#[test]
fn one_reading_behind_a_month_is_found() {
    let wanted = [("rounding", "per_line,2,up")];
    let month = month_of(1, 120, &policy(&wanted));
    let inferred = infer(&month);
    assert_eq!(told(&inferred), wanted);
    assert_eq!((inferred.explained, inferred.of), (120, 120));
    assert_eq!(inferred.policy, policy(&wanted));
    assert_eq!(inferred.before, matching(&month, &STANDARD));
    let text = inferred.text();
    assert!(
        text.starts_with("120 of 120 match if every priced line is rounded"),
        "{text}"
    );
}

#[test]
fn two_readings_behind_a_month_are_found() {
    let wanted = [
        ("time_price_unit", "minute"),
        ("rounding", "per_total,2,down"),
    ];
    let inferred = infer(&month_of(2, 80, &policy(&wanted)));
    assert_eq!(inferred.policy, policy(&wanted), "{inferred:?}");
    assert_eq!((inferred.explained, inferred.of), (80, 80));
}

#[test]
fn a_policy_that_breaks_what_matches_loses() {
    let mut month = month_of(3, 60, &STANDARD);
    month.extend(month_of(4, 12, &policy(&[("time_price_unit", "minute")])));
    let inferred = infer(&month);
    assert!(inferred.changes.is_empty(), "{inferred:?}");
    assert_eq!(inferred.explained, inferred.before);
    assert!(inferred.before >= 60);
    assert!(
        inferred
            .text()
            .starts_with("no other reading explains more")
    );
}

#[test]
fn a_month_without_cdrs_has_no_policy_of_its_own() {
    let inferred = infer(&[]);
    assert_eq!(inferred.policy, STANDARD);
    assert_eq!((inferred.explained, inferred.of), (0, 0));
}
