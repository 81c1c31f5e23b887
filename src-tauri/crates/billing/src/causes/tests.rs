//! Examples and properties of causes. Rules, proposals and tolerances have theirs beside.

mod proposal;
mod rule;
mod tolerance;

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn sek() -> Currency {
    "SEK".parse().unwrap()
}

/// A cause by its name: one with `=` changes the policy.
fn key(name: &str) -> CauseKey {
    if name.contains('=') {
        CauseKey::policy(name)
    } else {
        CauseKey::data(name)
    }
}

/// A CDR ten cents too dear, explained by causes written `name:cost`.
fn cdr(row: i64, explanations: &str) -> DifferingCdr {
    let explanations = explanations.split_whitespace().map(|one| {
        let (name, cost) = one.split_once(':').unwrap();
        Explanation {
            cause: key(name),
            cost: cost.parse().unwrap(),
        }
    });
    DifferingCdr {
        row,
        currency: Currency::EUR,
        stated_e6: 9_800_000,
        difference_e6: 100_000,
        end_s: 1_000 + row,
        place: Some(Sym(1)),
        tariff: Some(Sym(1)),
        energy_e6: 20_000_000,
        explanations: explanations.collect(),
    }
}

/// `name rows (ambiguous)` per group, in order.
fn told(cdrs: &[DifferingCdr]) -> Vec<String> {
    let month = group(cdrs);
    let groups = month.groups.iter().chain(&month.unexplained);
    let line = |group: &Group| {
        let name = group.cause.as_ref().map_or("?", |cause| &cause.name);
        format!("{name} {:?} ({})", group.rows, group.ambiguous)
    };
    groups.map(line).collect()
}

#[test]
fn the_cause_that_explains_most_keeps_all_it_explains() {
    let cdrs = [
        cdr(1, "step=off:1 clock:3"),
        cdr(2, "step=off:1 clock:3"),
        cdr(3, "clock:3"),
        cdr(4, "clock:3 tax=line:3"),
        cdr(5, "tax=line:1"),
        cdr(6, ""),
    ];
    // The clock explains four and so takes the first two, for which a step size is simpler.
    assert_eq!(
        told(&cdrs),
        ["clock [1, 2, 3, 4] (3)", "tax=line [5] (0)", "? [6] (0)"]
    );
}

#[test]
fn of_equally_many_money_then_simplicity_then_the_name_decides() {
    let dear = |cdr: DifferingCdr| DifferingCdr {
        difference_e6: -100_001,
        ..cdr
    };
    for (cdrs, expected, why) in [
        (
            vec![cdr(1, "a=1:1"), dear(cdr(2, "b=1:9"))],
            ["b=1 [2] (0)", "a=1 [1] (0)"],
            "more money apart comes first, whatever its sign and cost",
        ),
        (
            vec![cdr(1, "a=1:2"), cdr(2, "b=1:1")],
            ["b=1 [2] (0)", "a=1 [1] (0)"],
            "then the simpler",
        ),
        (
            vec![cdr(1, "b=1:1"), cdr(2, "a=1:1")],
            ["a=1 [2] (0)", "b=1 [1] (0)"],
            "then the first name",
        ),
        (
            vec![cdr(1, "a:1"), cdr(2, "b=1:1")],
            ["b=1 [2] (0)", "a [1] (0)"],
            "policies are named before suppositions about the data",
        ),
    ] {
        assert_eq!(told(&cdrs), expected, "{why}");
    }
}

#[test]
fn one_cdr_with_equal_explanations_is_ambiguous_and_in_one_group() {
    let twice = cdr(1, "a=1:2 b=1:2 a=1:5");
    assert_eq!(
        told(&[twice]),
        ["a=1 [1] (1)"],
        "the same cause again says nothing new"
    );
    assert_eq!(told(&[cdr(1, "a=1:1 b=1:2")]), ["a=1 [1] (0)"]);
}

#[test]
fn currencies_are_not_added_and_the_commonest_is_compared_first() {
    let in_sek = |row, explanations, difference_e6| DifferingCdr {
        currency: sek(),
        difference_e6,
        ..cdr(row, explanations)
    };
    let mut cdrs = vec![
        cdr(1, "a=1:1"),
        in_sek(2, "b=1:1", 90_000_000),
        cdr(3, "c=1:1 d=1:1"),
    ];
    assert_eq!(
        told(&cdrs)[2],
        "b=1 [2] (0)",
        "euros are commonest, and b has none"
    );
    // Kronor that nothing explains do not make the krona the commonest.
    cdrs.extend((4..10).map(|row| in_sek(row, "", 1)));
    assert_eq!(told(&cdrs)[2], "b=1 [2] (0)");
    cdrs.extend((10..13).map(|row| in_sek(row, "e=1:1", 1)));
    let month = group(&cdrs);
    assert_eq!(told(&cdrs)[1], "b=1 [2] (0)", "now kronor are");
    let unexplained = month.unexplained.unwrap();
    assert_eq!(unexplained.cause, None);
    let amount = unexplained.amounts.0[&sek()];
    assert_eq!((amount.count, amount.difference_e6), (6, 6));
}

#[test]
fn a_group_says_how_much_when_and_where() {
    let at = |row, place, tariff, end_s, difference_e6| DifferingCdr {
        difference_e6,
        end_s,
        place,
        tariff,
        ..cdr(row, "a=1:1")
    };
    let mut cdrs = vec![
        at(1, Some(Sym(9)), Some(Sym(1)), 50, 300),
        at(2, Some(Sym(9)), None, 10, -100),
        at(3, Some(Sym(2)), Some(Sym(1)), 90, 0),
        at(4, None, Some(Sym(3)), 20, 5),
    ];
    let only = |cdrs: &[DifferingCdr]| group(cdrs).groups.pop().unwrap();
    let told = only(&cdrs);
    assert_eq!((told.first_end_s, told.last_end_s), (10, 90));
    let amount = Amount {
        count: 4,
        difference_e6: 205,
        apart_e6: 405,
    };
    assert_eq!(told.amounts.0, BTreeMap::from([(Currency::EUR, amount)]));
    let places = Concerned {
        most: vec![(Sym(9), 2), (Sym(2), 1)],
        distinct: 2,
        unknown: 1,
    };
    assert_eq!(told.places, places);
    assert_eq!(told.tariffs.most, [(Sym(1), 2), (Sym(3), 1)]);
    cdrs.extend(
        (5..12).map(|row| at(row, Some(Sym(20 - u32::try_from(row).unwrap())), None, 1, 1)),
    );
    let told = only(&cdrs);
    // 9 has two CDRs of its own and one of these; the others have one each.
    assert_eq!(told.places.distinct, 8);
    let named: Vec<u32> = told.places.most.iter().map(|(sym, _)| sym.0).collect();
    assert_eq!(
        named,
        [9, 2, 10, 11, 12],
        "the most frequent, then the lower number"
    );
}

#[test]
fn an_empty_month_has_no_group() {
    assert_eq!(group(&[]), MonthCauses::default());
}

#[test]
#[should_panic(expected = "a row is an identity")]
fn no_two_cdrs_share_a_row() {
    group(&[cdr(1, ""), cdr(1, "a=1:1")]);
}

#[test]
fn the_largest_amounts_add_up() {
    let most = |row, difference_e6| DifferingCdr {
        difference_e6,
        ..cdr(row, "a=1:4294967295")
    };
    let month = group(&[most(1, i64::MIN), most(2, i64::MIN), most(3, i64::MAX)]);
    let amount = month.groups[0].amounts.0[&Currency::EUR];
    assert_eq!(amount.difference_e6, i128::from(i64::MIN) - 1);
    assert_eq!(amount.apart_e6, 3 * (1 << 63) - 1);
}

/// Differing CDRs in the order of their rows, with few causes, places and currencies so that they
/// often meet.
pub(super) fn any_month() -> impl Strategy<Value = Vec<DifferingCdr>> {
    let explanations = prop::collection::vec((0..6_usize, 1..4_u32), 0..4);
    let one = (explanations, any::<bool>(), -3_i64..4, 0..4_u32, 0..9_i64);
    prop::collection::vec(one, 0..40).prop_map(|month| {
        let names = ["a=1", "b=1", "c=1", "d", "e", "f"];
        let cdrs = (1..).zip(month);
        cdrs.map(
            |(row, (explanations, euro, difference, place, end_s))| DifferingCdr {
                currency: if euro { Currency::EUR } else { sek() },
                difference_e6: difference * 10_000,
                place: (place > 0).then_some(Sym(place)),
                end_s,
                explanations: explanations
                    .iter()
                    .map(|&(cause, cost)| Explanation {
                        cause: key(names[cause]),
                        cost,
                    })
                    .collect(),
                ..cdr(row, "")
            },
        )
        .collect()
    })
}

/// The cover again, counting everything anew for every choice.
fn slow_cover(cdrs: &[DifferingCdr]) -> Vec<(CauseKey, Vec<i64>)> {
    let explained = || cdrs.iter().filter(|cdr| !cdr.explanations.is_empty());
    let of = |currency| explained().filter(|cdr| cdr.currency == currency).count();
    let first = if of(Currency::EUR) >= of(sek()) {
        Currency::EUR
    } else {
        sek()
    };
    let mut left: Vec<&DifferingCdr> = explained().collect();
    let mut picks = Vec::new();
    while !left.is_empty() {
        let explanations = left.iter().flat_map(|cdr| &cdr.explanations);
        let causes: BTreeSet<&CauseKey> = explanations.map(|one| &one.cause).collect();
        let rank = |cause: &CauseKey| {
            let mine = || left.iter().filter(|cdr| cdr.cost_of(cause).is_some());
            let apart = |wanted: bool| -> u64 {
                let some = mine().filter(|cdr| (cdr.currency == first) == wanted);
                some.map(|cdr| cdr.difference_e6.unsigned_abs()).sum()
            };
            let cost: u64 = mine()
                .filter_map(|cdr| cdr.cost_of(cause))
                .map(u64::from)
                .sum();
            (mine().count(), apart(true), apart(false), u64::MAX - cost)
        };
        // Of equals `max_by_key` keeps the last, which is the first key of the reversed order.
        let best = causes.into_iter().rev().max_by_key(|cause| rank(cause));
        let best = best.unwrap().clone();
        let (mine, others) = left.iter().partition(|cdr| cdr.cost_of(&best).is_some());
        left = others;
        let mine: Vec<&DifferingCdr> = mine;
        picks.push((best, mine.iter().map(|cdr| cdr.row).collect()));
    }
    picks
}

proptest! {
    #[test]
    fn groups_are_those_of_the_plain_cover(cdrs in any_month()) {
        let groups = group(&cdrs).groups.into_iter();
        let fast: Vec<_> = groups.map(|group| (group.cause.unwrap(), group.rows)).collect();
        prop_assert_eq!(fast, slow_cover(&cdrs));
    }

    #[test]
    fn groups_partition_the_month_and_add_up(cdrs in any_month()) {
        let month = group(&cdrs);
        let groups = || month.groups.iter().chain(&month.unexplained);
        let mut rows: Vec<i64> = groups().flat_map(|group| group.rows.clone()).collect();
        rows.sort_unstable();
        let all: Vec<i64> = cdrs.iter().map(|cdr| cdr.row).collect();
        prop_assert_eq!(rows, all, "every CDR is in exactly one group");
        let mut sums = Amounts::default();
        for (&currency, amount) in groups().flat_map(|group| &group.amounts.0) {
            let sum = sums.0.entry(currency).or_default();
            sum.count += amount.count;
            sum.difference_e6 += amount.difference_e6;
            sum.apart_e6 += amount.apart_e6;
        }
        prop_assert_eq!(sums, Amounts::of(&cdrs));
        for group in groups() {
            let count = u64::try_from(group.rows.len()).unwrap();
            prop_assert_eq!(group.amounts.count(), count);
            let named: u64 = group.places.most.iter().map(|(_, count)| count).sum();
            prop_assert_eq!(named + group.places.unknown, count, "no more places than are named");
            prop_assert!(group.ambiguous <= count);
        }
    }

    #[test]
    fn a_cdr_is_under_a_cause_that_explains_it(cdrs in any_month()) {
        let month = group(&cdrs);
        for one in &month.groups {
            let cause = one.cause.as_ref().unwrap();
            let mine = cdrs.iter().filter(|cdr| one.rows.contains(&cdr.row));
            let mut ambiguous = 0;
            for cdr in mine {
                let cost = cdr.cost_of(cause);
                prop_assert!(cost.is_some(), "{cause:?} does not explain {cdr:?}");
                let others = cdr.explanations.iter().filter(|other| other.cause != *cause);
                ambiguous += u64::from(others.map(|other| other.cost).min() <= cost
                    && cdr.explanations.iter().any(|other| other.cause != *cause));
            }
            prop_assert_eq!(one.ambiguous, ambiguous);
        }
        let counts: Vec<usize> = month.groups.iter().map(|group| group.rows.len()).collect();
        prop_assert!(counts.is_sorted_by(|more, fewer| more >= fewer), "{counts:?}");
    }

    #[test]
    fn the_order_of_cdrs_and_explanations_does_not_matter(
        (cdrs, shuffled) in any_month()
            .prop_flat_map(|month| (Just(month.clone()), Just(month).prop_shuffle())),
    ) {
        let mut turned = shuffled.clone();
        for cdr in &mut turned {
            cdr.explanations.reverse();
        }
        prop_assert_eq!(group(&cdrs), group(&turned));
        prop_assert_eq!(group(&cdrs), group(&shuffled));
    }

    #[test]
    fn an_unexplained_cdr_changes_no_group(cdrs in any_month(), euro in any::<bool>()) {
        let before = group(&cdrs);
        let mut more = cdrs.clone();
        more.push(DifferingCdr {
            currency: if euro { Currency::EUR } else { sek() },
            difference_e6: 1_000_000_000,
            ..cdr(0, "")
        });
        let after = group(&more);
        prop_assert_eq!(&before.groups, &after.groups);
        let rows = |month: &MonthCauses| {
            month.unexplained.as_ref().map_or(Vec::new(), |group| group.rows.clone())
        };
        prop_assert_eq!(rows(&after), [vec![0], rows(&before)].concat());
    }
}
