//! Every restriction at its bounds, in columns. The default moment is Wednesday 2026-02-25 12:00
//! local, at the start of the session, in a period of 30 minutes that measures nothing.

use chrono::Weekday;
use domain::{Ampere, Kw, Kwh};

use super::*;

/// Checks a table: what the moment is, what the element demands, whether it applies.
fn check_restrictions(table: &str) {
    check_under(Policy::STANDARD, table);
}

/// Checks a table under other readings than the standard ones, named `switch=reading`.
fn check_reading(readings: &str, table: &str) {
    let with = |policy: Policy, (switch, reading)| policy.with(switch, reading).expect("a reading");
    check_under(pairs(readings).fold(Policy::STANDARD, with), table);
}

fn check_under(policy: Policy, table: &str) {
    let rules = Rules::of(&policy);
    let mut rows = 0;
    for line in table
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with('|'))
    {
        let (row, why) = line.rsplit_once('|').expect("a row ends with a bar");
        let cells: Vec<&str> = row
            .trim_start_matches('|')
            .split('|')
            .map(str::trim)
            .collect();
        let [moment, element, active] = cells[..] else {
            panic!("three columns: {line}");
        };
        if moment == "moment" {
            continue;
        }
        rows += 1;
        let restrictions = restrictions(element);
        let found = match with_moment(moment, rules, |moment| check(&restrictions, moment)) {
            Check::Holds => "yes",
            Check::Fails(_) => "no",
            Check::Unknown(_) => "unknown",
        };
        assert_eq!(found, active, "{line}: {why}");
    }
    assert!(rows > 0, "a table has rows");
}

fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split_whitespace()
        .map(|pair| pair.split_once('=').expect("key=value"))
}

fn number(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn restrictions(text: &str) -> Restrictions {
    let mut r = Restrictions::default();
    for (key, value) in pairs(text) {
        let seconds = || value.parse().expect("seconds");
        match key {
            "from" => r.start_time = Some(value.parse().expect("a time")),
            "to" => r.end_time = Some(value.parse().expect("a time")),
            "start_date" => r.start_date = Some(value.parse().expect("a date")),
            "end_date" => r.end_date = Some(value.parse().expect("a date")),
            "min_kwh" => r.min_kwh = Some(Kwh(number(value))),
            "max_kwh" => r.max_kwh = Some(Kwh(number(value))),
            "min_current" => r.min_current = Some(Ampere(number(value))),
            "max_current" => r.max_current = Some(Ampere(number(value))),
            "min_power" => r.min_power = Some(Kw(number(value))),
            "max_power" => r.max_power = Some(Kw(number(value))),
            "min_duration" => r.min_duration_s = Some(seconds()),
            "max_duration" => r.max_duration_s = Some(seconds()),
            "days" => value
                .split(',')
                .map(|day| day.parse::<Weekday>().expect("a weekday"))
                .for_each(|day| r.days.insert(day)),
            other => panic!("unknown restriction {other}"),
        }
    }
    r
}

fn with_moment<T>(text: &str, rules: Rules, look: impl FnOnce(&Moment<'_>) -> T) -> T {
    let mut measured = Measured::default();
    let mut local: NaiveDateTime = "2026-02-25T12:00:00".parse().expect("a wall clock");
    let (mut energy_kwh, mut seconds, mut millis) = (Decimal::ZERO, 0, Some(1_800_000));
    let mut reached = None;
    for (key, value) in pairs(text) {
        match key {
            "time" => local = local.date().and_time(value.parse().expect("a time")),
            "date" => {
                let date: chrono::NaiveDate = value.parse().expect("a date");
                local = date.and_time(local.time());
            }
            "all_kwh" => at_the_end(&mut reached).energy_kwh = number(value),
            "all_s" => at_the_end(&mut reached).seconds = value.parse().expect("seconds"),
            "kwh" => energy_kwh = number(value),
            "s" => seconds = value.parse().expect("seconds"),
            "length" => millis = value.parse::<i64>().ok().map(|s| s * 1000),
            "MIN_POWER" => measured.min_power = Some(number(value)),
            "MAX_POWER" => measured.max_power = Some(number(value)),
            "POWER" => measured.power = Some(number(value)),
            "MIN_CURRENT" => measured.min_current = Some(number(value)),
            "MAX_CURRENT" => measured.max_current = Some(number(value)),
            "CURRENT" => measured.current = Some(number(value)),
            "ENERGY" => measured.energy = Some(number(value)),
            other => panic!("unknown in a moment: {other}"),
        }
    }
    look(&Moment {
        local: Some(local),
        energy_kwh,
        seconds,
        measured: &measured,
        millis,
        reached,
        rules,
    })
}

fn at_the_end(reached: &mut Option<Reached>) -> &mut Reached {
    reached.get_or_insert(Reached {
        energy_kwh: Decimal::ZERO,
        seconds: 0,
    })
}

#[test]
fn time_of_day() {
    check_restrictions(
        "
        | moment            | element                   | active |
        | time=08:59:59     | from=09:00:00 to=17:00:00 | no     |
        | time=09:00:00     | from=09:00:00 to=17:00:00 | yes    | the start is inclusive
        | time=16:59:59     | from=09:00:00 to=17:00:00 | yes    |
        | time=17:00:00     | from=09:00:00 to=17:00:00 | no     | the end is exclusive
        | time=23:59:59     | from=20:00:00 to=00:00:00 | yes    | 00:00 is the end of the day
        | time=00:00:00     | from=20:00:00 to=00:00:00 | no     |
        | time=19:59:59     | from=20:00:00 to=00:00:00 | no     |
        | time=22:00:00     | from=22:00:00 to=06:00:00 | yes    | wraps past midnight
        | time=05:59:59     | from=22:00:00 to=06:00:00 | yes    |
        | time=06:00:00     | from=22:00:00 to=06:00:00 | no     |
        | time=21:59:59     | from=22:00:00 to=06:00:00 | no     |
        | time=03:00:00     | from=08:00:00 to=08:00:00 | yes    | equal ends: the whole day (I-05)
        | time=08:00:00     | from=08:00:00 to=08:00:00 | yes    |
        | time=00:00:00     | from=00:00:00 to=00:00:00 | yes    | the whole day
        | time=19:59:59     | from=20:00:00             | no     | no end: until midnight (I-06)
        | time=23:59:59     | from=20:00:00             | yes    |
        | time=00:00:00     | to=06:00:00               | yes    | no start: from midnight (I-06)
        | time=06:00:00     | to=06:00:00               | no     |
        | time=12:00:00     | to=00:00:00               | yes    | the end of the day: always
        ",
    );
}

#[test]
fn dates_and_weekdays() {
    check_restrictions(
        "
        | moment          | element                                   | active |
        | date=2026-02-24 | start_date=2026-02-25                     | no     |
        | date=2026-02-25 | start_date=2026-02-25                     | yes    | inclusive
        | date=2026-02-25 | end_date=2026-02-25                       | no     | exclusive
        | date=2026-02-24 | end_date=2026-02-25                       | yes    |
        | date=2026-02-25 | start_date=2026-02-25 end_date=2026-02-25 | no     | an empty span
        | date=2026-02-25 | days=Wed                                  | yes    |
        | date=2026-02-25 | days=Mon,Tue,Thu,Fri,Sat,Sun              | no     |
        | date=2026-02-28 | days=Fri                                  | no     |
        ",
    );
}

#[test]
fn the_weekday_is_that_of_the_moment_also_after_midnight() {
    check_restrictions(
        "
        | moment                        | element                            | active |
        | date=2026-02-27 time=23:00:00 | days=Fri from=20:00:00 to=06:00:00 | yes    | on Friday
        | date=2026-02-28 time=02:00:00 | days=Fri from=20:00:00 to=06:00:00 | no     | I-07
        | date=2026-02-27 time=02:00:00 | days=Fri from=20:00:00 to=06:00:00 | yes    | earlier
        ",
    );
}

#[test]
fn energy_and_duration() {
    check_restrictions(
        "
        | moment     | element           | active |
        | kwh=9.9999 | min_kwh=10        | no     |
        | kwh=10     | min_kwh=10        | yes    | inclusive
        | kwh=10     | max_kwh=10        | no     | exclusive
        | kwh=9.9999 | max_kwh=10        | yes    |
        | kwh=-1     | min_kwh=0         | no     | energy fed back counts as it is
        | s=1799     | min_duration=1800 | no     |
        | s=1800     | min_duration=1800 | yes    | inclusive
        | s=1800     | max_duration=1800 | no     | exclusive
        | s=1799     | max_duration=1800 | yes    |
        | s=0        | max_duration=0    | no     |
        ",
    );
}

#[test]
fn power_by_extremes_then_average_then_energy() {
    check_restrictions(
        "
        | moment                    | element                   | active  |
        | MIN_POWER=16              | min_power=16              | yes     | inclusive
        | MIN_POWER=15.9            | min_power=16              | no      |
        | MAX_POWER=16              | max_power=16              | no      | exclusive
        | MAX_POWER=15.9            | max_power=16              | yes     |
        | MAX_POWER=15              | min_power=16              | no      | never reached it
        | MAX_POWER=17              | min_power=16              | unknown | may have been below
        | MIN_POWER=16              | max_power=16              | no      | always above
        | MIN_POWER=15              | max_power=16              | unknown |
        | MAX_POWER=17 POWER=16     | min_power=16              | yes     | then the average
        | MIN_POWER=15 POWER=16     | max_power=16              | no      |
        | POWER=11                  | max_power=16              | yes     |
        | ENERGY=8                  | min_power=16              | yes     | 8 kWh in 30 min: 16 kW
        | ENERGY=8                  | max_power=16              | no      |
        | ENERGY=7.9999             | max_power=16              | yes     |
        | ENERGY=8 length=0         | max_power=16              | unknown | no length, no power
        | ENERGY=8 length=?         | max_power=16              | unknown | the session goes on
        | length=1800               | min_power=16              | unknown |
        | MIN_POWER=20 MAX_POWER=30 | min_power=16 max_power=32 | yes     |
        | MIN_POWER=20 MAX_POWER=32 | min_power=16 max_power=32 | no      |
        | MIN_POWER=-11             | min_power=-12             | yes     | discharging
        ",
    );
}

#[test]
fn current_is_never_derived_from_energy() {
    check_restrictions(
        "
        | moment         | element        | active  |
        | MIN_CURRENT=32 | min_current=32 | yes     | inclusive
        | MAX_CURRENT=32 | max_current=32 | no      | exclusive
        | MAX_CURRENT=16 | max_current=32 | yes     |
        | CURRENT=31.9   | max_current=32 | yes     |
        | ENERGY=8       | max_current=32 | unknown |
        | ENERGY=8       | min_current=32 | unknown |
        ",
    );
}

#[test]
fn all_restrictions_must_hold_and_a_failed_one_beats_an_unknown() {
    check_restrictions(
        "
        | moment             | element                              | active  |
        | time=10:00:00      | from=09:00:00 to=17:00:00 min_kwh=1  | no      |
        | kwh=1              | from=09:00:00 to=17:00:00 min_kwh=1  | yes     |
        | s=60               | max_current=32 min_duration=61       | no      |
        | s=61               | max_current=32 min_duration=61       | unknown |
        | MIN_POWER=10       | max_current=32 min_power=16          | no      |
        | kwh=0              |                                      | yes     | none at all
        ",
    );
}

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
