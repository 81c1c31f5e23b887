//! What no station sends: random bytes, deep nesting, huge lines.

use std::io::{BufReader, Read};

use proptest::prelude::*;
use tallywatt_ocpp::{Hint, Item, make, read_all, read_log};

use super::{codes, log, log_16, plain_tariff, setting};

fn hint() -> Hint {
    Hint {
        station: Some("CP1".to_owned()),
        zone: None,
    }
}

fn survives(bytes: &[u8]) {
    let log = read_all(bytes, &hint()).expect("a slice can be read");
    for t in &log.transactions {
        let _ = make(t, &setting(plain_tariff()));
    }
}

/// A log with everything in it.
fn whole_log() -> String {
    let states = [("10:00:00", "Charging"), ("11:00:00", "SuspendedEV")];
    let samples = [("10:30:00", "2500"), ("11:00:00", "5000")];
    log_16(("10:00:00", "0"), &samples, &states, ("12:00:00", "5000"))
}

/// A tariff in which everything matters: power, energy, duration, time of day, steps.
fn tangled_tariff() -> domain::Tariff {
    super::tariff(
        r#"{"price_components": [{"type": "ENERGY", "price": 0.70, "step_size": 500}],
            "restrictions": {"min_power": 20, "start_time": "11:20", "end_time": "12:10"}},
           {"price_components": [{"type": "ENERGY", "price": 0.25, "step_size": 1},
                                 {"type": "TIME", "price": 3.33, "step_size": 60}],
            "restrictions": {"min_kwh": 7.777}},
           {"price_components": [{"type": "ENERGY", "price": 0.35, "step_size": 1}]},
           {"price_components": [{"type": "TIME", "price": 1.11, "step_size": 300}],
            "restrictions": {"max_duration": 3601}},
           {"price_components": [{"type": "PARKING_TIME", "price": 6.67, "step_size": 900}],
            "restrictions": {"min_duration": 1799}}"#,
    )
}

proptest! {
    #[test]
    fn random_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        survives(&bytes);
    }

    #[test]
    fn random_json_does_no_harm(
        text in r#"([\[\]{}:,"\\ 234e.-]|StartTransaction|meterValue|payload){0,80}"#
    ) {
        survives(text.as_bytes());
    }

    #[test]
    fn a_damaged_log_does_no_harm(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)
    ) {
        let mut bytes = whole_log().into_bytes();
        for (place, byte) in cuts {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        survives(&bytes);
    }

    #[test]
    fn any_numbers_do_no_harm(
        wh in prop::collection::vec(any::<i64>(), 4),
        seconds in prop::collection::vec(0_u32..86_400, 3),
        exponent in -400_i32..400,
    ) {
        let time = |s: u32| format!("{:02}:{:02}:{:02}", s / 3_600, s / 60 % 60, s % 60);
        let value = format!(r#"{{"value":"{}e{exponent}"}}"#, wh[2]);
        let numbers = [wh[0].to_string(), wh[1].to_string(), wh[3].to_string()];
        let (one, two) = (time(seconds[0]), time(seconds[1]));
        let samples = [(one.as_str(), value.as_str()), (two.as_str(), numbers[2].as_str())];
        let end = time(seconds[2]);
        let text = log_16(("00:00:00", &numbers[0]), &samples, &[], (&end, &numbers[1]));
        survives(text.as_bytes());
    }

    #[test]
    fn any_plausible_meter_gives_a_record_that_replays(
        wh in prop::collection::vec(-20_i64..9_000, 1..12),
        states in prop::collection::vec((0_u32..7_200, 0_usize..5), 0..8),
    ) {
        let time = |s: u32| format!("{:02}:{:02}:{:02}", 10 + s / 3_600, s / 60 % 60, s % 60);
        let names = ["Charging", "SuspendedEV", "SuspendedEVSE", "Finishing", "Preparing"];
        let mut meter = 100_000;
        let samples: Vec<(String, String)> = (0_u32..).zip(&wh).map(|(place, more)| {
            meter += more;
            (time(place * 600 + 7), meter.to_string())
        }).collect();
        let samples: Vec<(&str, &str)> = samples.iter().map(|(a, b)| (&**a, &**b)).collect();
        let states: Vec<(String, &str)> =
            states.iter().map(|(at, state)| (time(*at), names[*state])).collect();
        let states: Vec<(&str, &str)> = states.iter().map(|(a, b)| (&**a, *b)).collect();
        let stop = meter.to_string();
        let text = log_16(("10:00:00", "100000"), &samples, &states, ("12:00:00", &stop));
        let log = log(&text);
        let _ = make(&log.transactions[0], &setting(tangled_tariff())).map(|made| {
            super::replays_to_itself(&made.cdr, &setting(plain_tariff()).policy);
        });
        if let Ok(made) = make(&log.transactions[0], &setting(plain_tariff())) {
            super::replays_to_itself(&made.cdr, &setting(plain_tariff()).policy);
            if wh.iter().all(|more| *more >= 0) {
                let all: i64 = wh.iter().sum();
                let kwh = rust_decimal::Decimal::new(all, 3);
                prop_assert_eq!(made.cdr.totals.energy.0, kwh, "no Wh is lost or made up");
            }
        }
    }
}

#[test]
fn a_threshold_in_the_second_in_which_charging_goes_on_is_passed_in_charging() {
    let samples = [("10:00:07", "103872"), ("10:10:07", "110055")];
    let states = [("10:09:59", "Charging"), ("10:00:18", "SuspendedEV")];
    let stop = ("12:00:00", "110055");
    let text = log_16(("10:00:00", "100000"), &samples, &states, stop);
    let made = make(&log(&text).transactions[0], &setting(tangled_tariff()));
    let made = made.expect("a record can be made");
    super::replays_to_itself(&made.cdr, &setting(tangled_tariff()).policy);

    // A reading in the very next second.
    let samples = [("10:10:07", "100063"), ("10:20:07", "107778")];
    let states = [("10:00:00", "SuspendedEV"), ("10:20:06", "Charging")];
    let stop = ("12:00:00", "107778");
    let text = log_16(("10:00:00", "100000"), &samples, &states, stop);
    let made = make(&log(&text).transactions[0], &setting(tangled_tariff()));
    let made = made.expect("a record can be made");
    super::replays_to_itself(&made.cdr, &setting(tangled_tariff()).policy);
}

#[test]
fn deep_nesting_is_passed_over() {
    let deep = "[".repeat(1_000_000);
    survives(deep.as_bytes());
    let objects = r#"{"message":"#.repeat(200_000);
    survives(objects.as_bytes());
    let closed = format!("{}{}", "[[".repeat(100_000), "]]".repeat(100_000));
    survives(format!("x {closed}").as_bytes());
    let inside = format!(r#"[2,"1","MeterValues",{{"meterValue":{closed}}}]"#);
    survives(inside.as_bytes());
}

#[test]
fn many_brackets_take_no_time() {
    let line = "[2,{".repeat(500_000);
    survives(format!("CP1 {line}").as_bytes());
}

#[test]
fn a_huge_line_is_skipped_and_the_rest_is_read() {
    let huge = std::iter::repeat_n(b'x', 9 * 1024 * 1024);
    let mut bytes: Vec<u8> = huge.chain(*b"\n").collect();
    bytes.extend(whole_log().bytes());
    let log = read_all(bytes.as_slice(), &Hint::default()).expect("a slice can be read");
    assert_eq!(codes(&log.troubles), ["line_too_long"]);
    assert_eq!((log.transactions.len(), log.troubles[0].line), (1, Some(1)));
    let text = format!(
        "[[\"{}\"],\n[2,\"1\",\"Heartbeat\",{{}}]]",
        "y".repeat(9 * 1024 * 1024)
    );
    let log = read_all(text.as_bytes(), &hint()).expect("a slice can be read");
    assert_eq!(codes(&log.troubles), ["line_too_long"]);
}

#[test]
fn what_was_read_before_an_error_is_handed_out() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let text = whole_log();
    let input = BufReader::new(text.as_bytes().chain(Broken));
    let mut items = Vec::new();
    let outcome = read_log(input, &Hint::default(), &mut |item| items.push(item));
    assert!(outcome.is_err());
    assert!(
        matches!(items.as_slice(), [Item::Transaction(_)]),
        "{items:?}"
    );
}
