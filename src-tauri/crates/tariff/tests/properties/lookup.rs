//! What must hold for the readings that decide which component is active and what is measured.

use domain::policy::{ElementLookup, PeriodOrder, Policy, Switch, TierMode};
use domain::replay::{Choice, Line, Reason};
use domain::{FindingCode, Kwh};
use proptest::collection::vec;
use proptest::prelude::*;
use tallywatt_tariff::{price, replay};

use super::make::{hourly_session, plausible_session};
use super::{same_totals, split};

/// Any readings of what decides which component is active and what is measured.
pub fn lookup_policy() -> impl Strategy<Value = Policy> {
    let switches: Vec<&Switch> = Policy::SWITCHES
        .iter()
        .filter(|switch| LOOKUP.contains(&switch.name))
        .collect();
    assert_eq!(
        switches.len(),
        LOOKUP.len(),
        "every name is that of a switch"
    );
    vec(0usize..6, switches.len()).prop_map(move |picks| {
        let with = |policy: Policy, (switch, pick): (&&Switch, usize)| {
            // Half of the time the standard reading.
            let reading = switch.readings.get(pick).unwrap_or(&switch.readings[0]);
            policy
                .with(switch.name, reading)
                .expect("a reading by its name")
        };
        switches.iter().zip(picks).fold(Policy::STANDARD, with)
    })
}

/// The switches of [`lookup_policy`].
const LOOKUP: [&str; 12] = [
    "element_lookup",
    "infer_missing_time",
    "missing_tariff_id",
    "wrap_weekday",
    "power_source",
    "one_sided_extreme",
    "equal_window",
    "lone_midnight_end",
    "period_order",
    "hour_volume",
    "tier_mode",
    "credit_sign",
];

/// The choice that a line was made by.
fn choice_of<'r>(replayed: &'r domain::Replay, line: &Line) -> &'r Choice {
    let choices = &replayed.periods[line.period].choices;
    choices
        .iter()
        .find(|choice| (choice.dimension, choice.phase) == (line.dimension, line.phase))
        .expect("every line was chosen")
}

proptest! {
    #[test]
    fn every_line_is_of_the_element_the_trace_names(session in plausible_session()) {
        let replayed = replay(&session.input());
        for line in &replayed.lines {
            prop_assert_eq!(choice_of(&replayed, line).element, Some(line.element));
        }
    }

    #[test]
    fn every_element_is_chosen_or_has_a_reason(session in plausible_session()) {
        let replayed = replay(&session.input());
        for period in &replayed.periods {
            let Some(tariff) = period.tariff else { continue };
            let id = &replayed.tariff_ids[tariff];
            let used = session.tariffs.iter().filter(|tariff| tariff.id == *id);
            let lengths: Vec<usize> = used.map(|tariff| tariff.elements.len()).collect();
            for choice in &period.choices {
                let named = choice.passed.len() + usize::from(choice.element.is_some());
                prop_assert!(lengths.contains(&named), "{:?}", choice);
                for passed in &choice.passed {
                    prop_assert!(Some(passed.element) != choice.element);
                    if let Reason::EarlierElement { element } = passed.reason {
                        prop_assert!(element != passed.element);
                        let priced = choice.element.is_some();
                        let unit = session.policy.element_lookup == ElementLookup::SingleElement;
                        prop_assert!(priced || unit, "only a unit leaves a dimension free");
                    }
                }
            }
        }
    }

    #[test]
    fn a_split_without_a_boundary_changes_nothing_under_any_lookup(
        mut session in hourly_session(),
        policy in lookup_policy(),
        which in 0usize..8,
        hundredths in 1i64..100,
    ) {
        session.policy = policy;
        let whole = replay(&session.input());
        let cut = split(&session, which, hundredths);
        let cut = replay(&cut.input());
        prop_assert!(whole.findings.iter().all(|f| f.code != FindingCode::PeriodNotSplit));
        prop_assert!(same_totals(&whole, &cut), "{:?}\n{:?}", whole.exact, cut.exact);
    }

    #[test]
    fn an_element_that_cannot_apply_changes_nothing_under_any_lookup(
        mut session in hourly_session(),
        policy in lookup_policy(),
    ) {
        session.policy = policy;
        let mut more = session.clone();
        let tariff = &mut more.tariffs[0];
        if let Some(element) = tariff.elements.last().cloned() {
            let mut never = element;
            never.restrictions.min_kwh = Some(Kwh(1_000_000.into()));
            tariff.elements.insert(0, never);
        }
        prop_assert_eq!(replay(&session.input()).totals, replay(&more.input()).totals);
    }

    #[test]
    fn periods_in_order_are_in_order_as_given(
        mut session in hourly_session(),
        policy in lookup_policy(),
    ) {
        session.policy = policy;
        session.policy.period_order = PeriodOrder::SortedByStart;
        let sorted = price(&session.input());
        session.policy.period_order = PeriodOrder::AsGiven;
        prop_assert_eq!(sorted, price(&session.input()));
    }

    #[test]
    fn without_tiers_whole_and_marginal_agree(
        mut session in plausible_session(),
        policy in lookup_policy(),
    ) {
        for element in session.tariffs.iter_mut().flat_map(|tariff| &mut tariff.elements) {
            let r = &mut element.restrictions;
            (r.min_kwh, r.max_kwh, r.min_duration_s, r.max_duration_s) = (None, None, None, None);
        }
        let under = |tier_mode| {
            let mut session = session.clone();
            session.policy = Policy { tier_mode, ..policy };
            price(&session.input())
        };
        prop_assert_eq!(under(TierMode::Marginal), under(TierMode::Whole));
    }
}
