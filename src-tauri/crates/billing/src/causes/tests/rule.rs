//! What a rule would have caught.

use domain::Currency;
use proptest::prelude::*;

use super::{any_month, cdr, key, sek};
use crate::causes::{Caught, DifferingCdr, Rule, caught, group};
use crate::intern::Sym;

/// A rule on `a=1` that nothing narrows.
fn wide() -> Rule {
    Rule {
        cause: key("a=1"),
        place: None,
        tariff: None,
        currency: None,
        at_most_e6: u64::MAX,
    }
}

#[test]
fn each_condition_narrows() {
    let history = [
        cdr(4, "a=1:1"),
        DifferingCdr {
            place: Some(Sym(2)),
            ..cdr(3, "b=1:1 a=1:1")
        },
        DifferingCdr {
            tariff: None,
            difference_e6: -100_001,
            ..cdr(2, "a=1:1")
        },
        DifferingCdr {
            currency: sek(),
            ..cdr(1, "a=1:1 b=1:2")
        },
        cdr(5, "b=1:1"),
    ];
    let (place, tariff) = (Some(Sym(1)), Some(Sym(1)));
    let currency = Some(Currency::EUR);
    let at_most_e6 = 100_000;
    for (rule, rows, why) in [
        (wide(), &[1, 2, 3, 4][..], "the cause alone"),
        (Rule { place, ..wide() }, &[1, 2, 4], "at one place"),
        (
            Rule { tariff, ..wide() },
            &[1, 3, 4],
            "an unknown tariff is not this one",
        ),
        (Rule { currency, ..wide() }, &[2, 3, 4], "in euros"),
        (
            Rule {
                at_most_e6,
                ..wide()
            },
            &[1, 3, 4],
            "a refund counts by its size",
        ),
    ] {
        assert_eq!(caught(&rule, &history).rows, rows, "{why}");
    }
    let all = caught(&wide(), &history);
    assert_eq!(all.ambiguous, 1, "only row 3 has another cause as simple");
    assert_eq!(all.amounts.0[&Currency::EUR].difference_e6, 99_999);
    assert_eq!(all.amounts.0[&sek()].count, 1);
    assert_eq!(caught(&wide(), &[]), Caught::default());
}

#[test]
fn a_rule_is_no_wider_than_its_decision() {
    let here = cdr(1, "a=1:1");
    let dearer = DifferingCdr {
        difference_e6: -200_000,
        tariff: Some(Sym(7)),
        ..cdr(2, "a=1:1")
    };
    let rule = Rule::of_decision(&key("a=1"), &[&here, &dearer]);
    let expected = Rule {
        place: Some(Sym(1)),
        currency: Some(Currency::EUR),
        at_most_e6: 200_000,
        ..wide()
    };
    assert_eq!(
        rule,
        Some(expected),
        "the tariffs differ, so the rule names none"
    );
    let other = cdr(3, "b=1:1");
    assert_eq!(
        Rule::of_decision(&key("a=1"), &[&here, &other]),
        None,
        "b is another cause"
    );
    assert_eq!(
        Rule::of_decision(&key("a=1"), &[]),
        None,
        "nothing was decided"
    );
}

proptest! {
    #[test]
    fn the_rule_of_a_group_catches_all_of_the_group(
        (cdrs, shuffled) in any_month()
            .prop_flat_map(|month| (Just(month.clone()), Just(month).prop_shuffle())),
    ) {
        for group in group(&cdrs).groups {
            let decided: Vec<&DifferingCdr> =
                cdrs.iter().filter(|cdr| group.rows.contains(&cdr.row)).collect();
            let rule = Rule::of_decision(&group.cause.unwrap(), &decided).unwrap();
            let found = caught(&rule, &cdrs);
            prop_assert!(group.rows.iter().all(|row| found.rows.contains(row)));
            prop_assert_eq!(found.amounts.count(), u64::try_from(found.rows.len()).unwrap());
            prop_assert_eq!(found, caught(&rule, &shuffled));
        }
    }
}
