//! Restrictions under the readings that are not the standard ones, and the figures their reasons
//! name.

use super::*;

#[test]
fn a_window_past_midnight_may_belong_to_the_day_it_began() {
    check_reading(
        "wrap_weekday=window_start",
        "
        | moment                        | element                            | active |
        | date=2026-02-27 time=23:00:00 | days=Fri from=20:00:00 to=06:00:00 | yes    | on Friday
        | date=2026-02-28 time=02:00:00 | days=Fri from=20:00:00 to=06:00:00 | yes    | its window
        | date=2026-02-28 time=05:59:59 | days=Fri from=20:00:00 to=06:00:00 | yes    |
        | date=2026-02-28 time=06:00:00 | days=Fri from=20:00:00 to=06:00:00 | no     | it is over
        | date=2026-02-27 time=02:00:00 | days=Fri from=20:00:00 to=06:00:00 | no     | Thursday's
        | date=2026-02-28 time=20:00:00 | days=Fri from=20:00:00 to=06:00:00 | no     | Saturday's
        | date=2026-03-02 time=01:00:00 | days=Sun from=20:00:00 to=06:00:00 | yes    | over a week
        | date=2026-02-28 time=02:00:00 | days=Fri from=01:00:00 to=06:00:00 | no     | not past it
        | date=2026-02-28 time=00:00:00 | days=Fri from=20:00:00 to=00:00:00 | no     | ends there
        | date=2026-02-28 time=02:00:00 | days=Fri                           | no     | no window
        ",
    );
}

#[test]
fn equal_ends_may_mean_never() {
    check_reading(
        "equal_window=never",
        "
        | moment        | element                   | active |
        | time=03:00:00 | from=08:00:00 to=08:00:00 | no     |
        | time=08:00:00 | from=08:00:00 to=08:00:00 | no     |
        | time=12:00:00 | from=00:00:00 to=00:00:00 | yes    | the text makes it the whole day
        | time=09:00:00 | from=08:00:00 to=10:00:00 | yes    | unequal ends as ever
        ",
    );
}

#[test]
fn a_lone_end_at_midnight_may_mean_never() {
    check_reading(
        "lone_midnight_end=never",
        "
        | moment        | element                   | active |
        | time=12:00:00 | to=00:00:00               | no     |
        | time=00:00:00 | to=00:00:00               | no     |
        | time=05:00:00 | to=06:00:00               | yes    | another lone end
        | time=23:00:00 | from=20:00:00 to=00:00:00 | yes    | with a start it is the day's end
        | time=12:00:00 |                           | yes    | no window at all
        ",
    );
}

#[test]
fn unknown_power_may_match_or_not() {
    for (reading, unknown) in [
        ("power_source=treat_unknown_as_match", "yes"),
        ("power_source=treat_unknown_as_no_match", "no"),
    ] {
        let table = "
        | moment                    | element                   | active |
        | MIN_POWER=16              | min_power=16              | yes    | stated extremes count
        | MAX_POWER=16              | max_power=16              | no     |
        | MAX_POWER=15              | min_power=16              | no     | never reached it
        | MIN_POWER=16              | max_power=16              | no     | always above
        | MAX_POWER=17              | min_power=16              | ?      | may have been below
        | POWER=11                  | max_power=16              | ?      | no average
        | POWER=11                  | min_power=16              | ?      |
        | ENERGY=1                  | min_power=16              | ?      | nothing from energy
        | CURRENT=10                | max_current=16            | ?      |
        | kwh=0                     | max_current=16            | ?      |
        | kwh=0                     | max_current=16 min_kwh=1  | no     | what fails, fails
        | kwh=0                     | min_kwh=0                 | yes    |
        ";
        check_reading(
            reading,
            &table.replace("| ?      |", &format!("| {unknown:<6} |")),
        );
    }
}

#[test]
fn one_stated_extreme_may_serve_for_both() {
    check_reading(
        "one_sided_extreme=stated_side_serves_both",
        "
        | moment                    | element        | active  |
        | MAX_POWER=17              | min_power=16   | yes     | taken for the minimum
        | MAX_POWER=15              | min_power=16   | no      |
        | MIN_POWER=15              | max_power=16   | yes     | taken for the maximum
        | MIN_POWER=16              | max_power=16   | no      |
        | MAX_POWER=17 POWER=15     | min_power=16   | yes     | before the average
        | MIN_POWER=10 MAX_POWER=20 | min_power=16   | no      | both stated: each for itself
        | POWER=17                  | min_power=16   | yes     | none stated: the average
        | MAX_CURRENT=20            | min_current=16 | yes     |
        | kwh=0                     | min_current=16 | unknown |
        ",
    );
}

#[test]
fn a_tier_of_the_whole_session_is_tested_by_its_end() {
    check_restrictions(
        "
        | moment               | element           | active |
        | kwh=0 all_kwh=60     | min_kwh=50        | yes    | reached in the end
        | kwh=0 all_kwh=60     | max_kwh=50        | no     |
        | kwh=0 all_kwh=50     | max_kwh=50        | no     | reached is reached
        | kwh=0 all_kwh=49.9   | max_kwh=50        | yes    |
        | s=0 all_s=3600       | min_duration=3600 | yes    |
        | s=0 all_s=3600       | max_duration=3600 | no     |
        | s=0 all_s=3599       | max_duration=3600 | yes    |
        ",
    );
}

#[test]
fn a_reason_names_the_figure_that_was_judged() {
    use RestrictionField as Field;
    let judged = |moment: &str, field, element: &str, readings: &str| {
        let with =
            |policy: Policy, (switch, reading)| policy.with(switch, reading).expect("a reading");
        let rules = Rules::of(&pairs(readings).fold(Policy::STANDARD, with));
        let restrictions = restrictions(element);
        with_moment(moment, rules, |moment| {
            describe(field, &restrictions, moment).1
        })
    };
    let no_match = "power_source=treat_unknown_as_no_match";
    let both = "one_sided_extreme=stated_side_serves_both";
    let start = "wrap_weekday=window_start";
    let fridays = "days=Fri from=20:00:00 to=06:00:00";
    for (found, moment, field, element, readings) in [
        ("11", "POWER=11", Field::MinPower, "min_power=16", ""),
        ("?", "POWER=11", Field::MinPower, "min_power=16", no_match),
        (
            "?",
            "MAX_POWER=17",
            Field::MinPower,
            "min_power=16",
            no_match,
        ),
        (
            "15",
            "MAX_POWER=15",
            Field::MinPower,
            "min_power=16",
            no_match,
        ),
        ("17", "MIN_POWER=17", Field::MaxPower, "max_power=16", both),
        ("60", "kwh=1 all_kwh=60", Field::MaxKwh, "max_kwh=50", ""),
        (
            "Thu",
            "date=2026-02-27 time=02:00:00",
            Field::DayOfWeek,
            fridays,
            start,
        ),
        (
            "Fri",
            "date=2026-02-27 time=02:00:00",
            Field::DayOfWeek,
            fridays,
            "",
        ),
    ] {
        assert_eq!(
            judged(moment, field, element, readings),
            found,
            "{moment} {readings}"
        );
    }
}
