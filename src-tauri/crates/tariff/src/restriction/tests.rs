//! Every restriction at its bounds, in columns. The default moment is Wednesday 2026-02-25 12:00
//! local, at the start of the session, in a period of 30 minutes that measures nothing.

use chrono::Weekday;
use domain::{Ampere, Kw, Kwh};

use super::*;

mod readings;

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
