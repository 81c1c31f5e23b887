//! Which policy is proposed for a partner.

use proptest::prelude::*;

use super::{any_month, cdr, key};
use crate::causes::{CauseKind, DifferingCdr, Terms, propose};

/// CDRs of rows `from..to`, explained alike.
fn alike(from: i64, to: i64, explanations: &str) -> Vec<DifferingCdr> {
    (from..to).map(|row| cdr(row, explanations)).collect()
}

/// Names of the proposals where each cause breaks the given number of CDRs, from row 1000 on.
fn names(cdrs: &[DifferingCdr], broken: &[(&str, i64)]) -> Vec<String> {
    let breaks = |cause: &crate::causes::CauseKey| {
        let mine = broken.iter().find(|(name, _)| key(name) == *cause);
        (1_000..1_000 + mine.map_or(0, |(_, count)| *count)).collect()
    };
    let proposals = propose(cdrs, Terms::USUAL, breaks);
    proposals
        .iter()
        .map(|proposal| proposal.cause.name.to_string())
        .collect()
}

#[test]
fn a_policy_is_proposed_from_four_in_five_and_twenty_cdrs_on() {
    for (explained, others, proposed, why) in [
        (80, 20, true, "four in five"),
        (79, 20, false, "just less"),
        (79, 19, true, "just more"),
        (20, 0, true, "twenty"),
        (19, 0, false, "nineteen prove little"),
        (0, 30, false, "nothing is explained"),
    ] {
        let mut cdrs = alike(0, explained, "step=off:1");
        cdrs.extend(alike(500, 500 + others, ""));
        assert_eq!(!names(&cdrs, &[]).is_empty(), proposed, "{why}");
    }
}

#[test]
fn data_is_no_policy_and_no_cdr_no_reason() {
    assert_eq!(names(&alike(0, 50, "clock:1"), &[]), [""; 0]);
    assert_eq!(names(&[], &[]), [""; 0]);
    let any = Terms {
        share_percent: 0,
        count: 0,
    };
    assert_eq!(propose(&[], any, |_| Vec::new()), []);
}

#[test]
fn a_proposal_counts_all_it_explains_whichever_group_they_are_in() {
    let mut cdrs = alike(0, 30, "clock:1 step=off:2");
    cdrs.extend(alike(30, 40, "step=off:2 step=off:3 tax=line:2"));
    cdrs.extend(alike(40, 45, "clock:1"));
    let proposals = propose(&cdrs, Terms::USUAL, |_| vec![902, 901, 902]);
    let [proposal] = &proposals[..] else {
        panic!("one policy explains enough: {proposals:?}");
    };
    assert_eq!(proposal.cause, key("step=off"));
    assert_eq!((proposal.explains.count(), proposal.of), (40, 45));
    assert_eq!(
        proposal.ambiguous, 40,
        "a clock is simpler, a tax stage as simple"
    );
    assert_eq!(proposal.breaks, [901, 902], "each row once");
}

#[test]
fn the_best_explains_most_beyond_what_it_breaks() {
    let both = alike(0, 50, "a=1:2 b=1:1");
    let mut more_of_a = both.clone();
    more_of_a.extend(alike(50, 55, "a=1:2"));
    let mut more_of_b = both.clone();
    more_of_b.extend(alike(50, 55, "b=1:1"));
    for (cdrs, broken, expected, why) in [
        (&both, &[][..], &["b=1", "a=1"][..], "the simpler of equals"),
        (&both, &[("b=1", 1)], &["a=1", "b=1"], "it breaks less"),
        (&more_of_a, &[], &["a=1", "b=1"], "it explains more"),
        (
            &more_of_a,
            &[("a=1", 6)],
            &["b=1", "a=1"],
            "it breaks more than it adds",
        ),
        (
            &more_of_b,
            &[("b=1", 5)],
            &["a=1", "b=1"],
            "of equal gain the one that breaks less",
        ),
        (
            &both,
            &[("a=1", 50)],
            &["b=1"],
            "what breaks as many as it explains is none",
        ),
        (
            &both,
            &[("a=1", 51), ("b=1", 49)],
            &["b=1"],
            "one more is enough",
        ),
    ] {
        assert_eq!(names(cdrs, broken), expected, "{why}");
    }
    let equal = alike(0, 50, "b=1:1 a=1:1");
    assert_eq!(
        names(&equal, &[]),
        ["a=1", "b=1"],
        "the first name of equals"
    );
}

#[test]
fn only_what_meets_the_terms_is_asked_what_it_breaks() {
    let mut cdrs = alike(0, 50, "a=1:1");
    cdrs.extend(alike(50, 60, "b=1:1"));
    let mut asked = Vec::new();
    propose(&cdrs, Terms::USUAL, |cause| {
        asked.push(cause.clone());
        Vec::new()
    });
    assert_eq!(asked, [key("a=1")]);
}

#[test]
#[should_panic(expected = "only what matches can be broken")]
fn what_differs_cannot_be_broken() {
    propose(&alike(0, 50, "a=1:1"), Terms::USUAL, |_| vec![900, 7]);
}

proptest! {
    #[test]
    fn proposals_meet_the_terms_in_any_order(
        (cdrs, shuffled) in any_month()
            .prop_flat_map(|month| (Just(month.clone()), Just(month).prop_shuffle())),
        share_percent in 0..101_u8,
        broken in 0..5_i64,
    ) {
        let terms = Terms { share_percent, count: 2 };
        let breaks = || (1_000..1_000 + broken).collect::<Vec<i64>>();
        let proposals = propose(&cdrs, terms, |_| breaks());
        prop_assert_eq!(&proposals, &propose(&shuffled, terms, |_| breaks()));
        for proposal in &proposals {
            let explained = cdrs.iter().filter(|cdr| cdr.cost_of(&proposal.cause).is_some());
            let explained = u64::try_from(explained.count()).unwrap();
            prop_assert_eq!(proposal.cause.kind, CauseKind::Policy);
            prop_assert_eq!(proposal.explains.count(), explained);
            prop_assert!(explained >= 2 && explained > u64::try_from(broken).unwrap());
            prop_assert!(explained * 100 >= proposal.of * u64::from(share_percent));
        }
    }
}
