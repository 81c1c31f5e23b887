//! Which differences are within a tolerance, and what another one would let through.

use std::collections::BTreeMap;

use domain::Currency;
use proptest::prelude::*;

use super::{any_month, cdr, sek};
use crate::causes::{Amount, DifferingCdr, Judged, Limit, Tolerance, what_if};

const NONE: Tolerance = Tolerance {
    per_cdr_e6: None,
    per_kwh_e6: None,
    per_month_e6: None,
    percent_e6: None,
};

/// Reads `per_cdr=…`, in millionths, and so on.
fn tolerance(limits: &str) -> Tolerance {
    limits.split_whitespace().fold(NONE, |tolerance, one| {
        let (name, limit) = one.split_once('=').unwrap();
        let limit = Some(limit.parse().unwrap());
        match name {
            "per_cdr" => Tolerance {
                per_cdr_e6: limit,
                ..tolerance
            },
            "per_kwh" => Tolerance {
                per_kwh_e6: limit,
                ..tolerance
            },
            "per_month" => Tolerance {
                per_month_e6: limit,
                ..tolerance
            },
            "percent" => Tolerance {
                percent_e6: limit,
                ..tolerance
            },
            _ => panic!("{name} is no limit"),
        }
    })
}

#[test]
fn every_agreed_limit_must_hold() {
    let (within, beyond) = (Judged::Within, Judged::Beyond);
    // A CDR of 10.00 for 20 kWh: 1 % is 0.10, and 0.005 per kWh is 0.10 as well.
    for (limits, difference, expected) in [
        ("", 0, within),
        ("", 1, beyond(Limit::NotAgreed)),
        ("per_month=9000000", 1, beyond(Limit::NotAgreed)),
        ("per_cdr=0", 0, within),
        ("per_cdr=0", 1, beyond(Limit::PerCdr)),
        ("per_cdr=100000", 100_000, within),
        ("per_cdr=100000", -100_000, within),
        ("per_cdr=100000", 100_001, beyond(Limit::PerCdr)),
        ("per_kwh=5000", 100_000, within),
        ("per_kwh=5000", -100_001, beyond(Limit::PerKwh)),
        ("percent=1000000", -100_000, within),
        ("percent=1000000", 100_001, beyond(Limit::Percent)),
        (
            "per_cdr=50000 percent=1000000",
            60_000,
            beyond(Limit::PerCdr),
        ),
        (
            "per_cdr=500000 per_kwh=5000 percent=1",
            60_000,
            beyond(Limit::Percent),
        ),
        (
            "per_cdr=500000 per_kwh=1 percent=1",
            60_000,
            beyond(Limit::PerKwh),
        ),
    ] {
        let judged = tolerance(limits).judge(difference, 10_000_000, 20_000_000);
        assert_eq!(judged, expected, "{difference} by {limits:?}");
    }
}

#[test]
fn nothing_is_rounded_and_nothing_overflows() {
    let per_kwh = tolerance("per_kwh=1");
    assert_eq!(per_kwh.judge(1, 1, 999_999), Judged::Beyond(Limit::PerKwh));
    assert_eq!(per_kwh.judge(1, 1, -1_000_000), Judged::Within);
    assert_eq!(
        per_kwh.judge(1, 1, 0),
        Judged::Beyond(Limit::PerKwh),
        "no kWh, no room"
    );
    let percent = tolerance("percent=100000000");
    assert_eq!(
        percent.judge(5, -5, 0),
        Judged::Within,
        "all of it is a hundred percent"
    );
    assert_eq!(percent.judge(6, -5, 0), Judged::Beyond(Limit::Percent));
    assert_eq!(
        percent.judge(1, 0, 0),
        Judged::Beyond(Limit::Percent),
        "of nothing, nothing"
    );
    let all = format!("per_cdr={0} per_kwh={0} percent={0}", u64::MAX);
    let most = tolerance(&all).judge(i64::MIN, i64::MIN, i64::MIN);
    assert_eq!(most, Judged::Within);
}

#[test]
fn the_month_bounds_what_passes_together() {
    let limit = tolerance("per_month=1000000");
    assert_eq!(limit.judge_month(1_000_000), Judged::Within);
    assert_eq!(
        limit.judge_month(-1_000_001),
        Judged::Beyond(Limit::PerMonth)
    );
    assert_eq!(
        NONE.judge_month(i128::MIN),
        Judged::Within,
        "no limit is agreed"
    );
    assert_eq!(
        limit.judge_month(i128::MIN),
        Judged::Beyond(Limit::PerMonth)
    );
}

#[test]
fn what_if_says_what_would_newly_pass() {
    let cents = |row, currency, cents: i64| DifferingCdr {
        currency,
        difference_e6: cents * 10_000,
        ..cdr(row, "")
    };
    let cdrs = [
        cents(1, Currency::EUR, 4),
        cents(2, Currency::EUR, -1),
        cents(3, Currency::EUR, 6),
        cents(4, sek(), -5),
        cents(5, sek(), 500),
    ];
    let limits = tolerance("per_cdr=50000 per_month=40000");
    let effect = what_if(&cdrs, &limits, &BTreeMap::new());
    let passing = Amount {
        count: 2,
        difference_e6: 30_000,
        apart_e6: 50_000,
    };
    assert_eq!(effect.within[&Currency::EUR].amount, passing);
    assert_eq!(effect.within[&sek()].month, Judged::Beyond(Limit::PerMonth));
    assert_eq!(effect.beyond, BTreeMap::from([(Limit::PerCdr, 2)]));
    assert_eq!(
        effect.passing().0,
        BTreeMap::from([(Currency::EUR, passing)])
    );
    // What passed before counts towards the month, in its own currency.
    let passed = BTreeMap::from([(Currency::EUR, 10_001), (sek(), 10_000)]);
    let effect = what_if(&cdrs, &limits, &passed);
    assert_eq!(
        effect.within[&Currency::EUR].month,
        Judged::Beyond(Limit::PerMonth)
    );
    assert_eq!(effect.passing().count(), 1, "now the krona's month holds");
}

#[test]
fn limits_have_stable_names() {
    let limits = [
        (Limit::NotAgreed, "not_agreed"),
        (Limit::PerCdr, "per_cdr"),
        (Limit::PerKwh, "per_kwh"),
        (Limit::Percent, "percent"),
        (Limit::PerMonth, "per_month"),
    ];
    for (limit, name) in limits {
        assert_eq!(limit.as_str(), name);
    }
}

fn any_tolerance() -> impl Strategy<Value = Tolerance> {
    let limit = |most: u64| prop::option::of(0..most);
    (limit(40_000), limit(2_000), limit(90_000), limit(400_000)).prop_map(
        |(per_cdr_e6, per_kwh_e6, per_month_e6, percent_e6)| Tolerance {
            per_cdr_e6,
            per_kwh_e6,
            per_month_e6,
            percent_e6,
        },
    )
}

proptest! {
    #[test]
    fn each_cdr_is_within_or_beyond_once(
        (cdrs, shuffled) in any_month()
            .prop_flat_map(|month| (Just(month.clone()), Just(month).prop_shuffle())),
        tolerance in any_tolerance(),
    ) {
        let passed = BTreeMap::new();
        let effect = what_if(&cdrs, &tolerance, &passed);
        let within: u64 = effect.within.values().map(|effect| effect.amount.count).sum();
        let beyond: u64 = effect.beyond.values().sum();
        prop_assert_eq!(within + beyond, u64::try_from(cdrs.len()).unwrap());
        prop_assert!(effect.passing().count() <= within);
        prop_assert_eq!(effect, what_if(&shuffled, &tolerance, &passed));
    }

    #[test]
    fn a_wider_limit_lets_no_less_through(cdrs in any_month(), tolerance in any_tolerance()) {
        let within = |tolerance: &Tolerance| -> u64 {
            let effect = what_if(&cdrs, tolerance, &BTreeMap::new());
            effect.within.values().map(|effect| effect.amount.count).sum()
        };
        let widened = |limit: Option<u64>| limit.map(|limit| limit + 5_000);
        let wider = Tolerance {
            per_cdr_e6: widened(tolerance.per_cdr_e6),
            per_kwh_e6: widened(tolerance.per_kwh_e6),
            percent_e6: widened(tolerance.percent_e6),
            ..tolerance
        };
        prop_assert!(within(&wider) >= within(&tolerance));
    }
}
