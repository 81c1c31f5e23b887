//! The numbered rules, one by one: what they do to the record, and that each says so.

use domain::{DimensionKind, Kwh, StationPause};
use rust_decimal::dec;
use tallywatt_ocpp::{Place, make};

use super::{codes, cost, log_16, made, only, periods, plain_tariff, setting};

/// Energy, and the codes of what was found, of a session from 10:00 to 12:00.
fn energy(start_wh: &str, samples: &[(&str, &str)], stop_wh: &str) -> (String, Vec<&'static str>) {
    let text = log_16(("10:00:00", start_wh), samples, &[], ("12:00:00", stop_wh));
    let made = made(&only(&text), &setting(plain_tariff()));
    let energy = made.cdr.totals.energy.0.normalize();
    let mut codes = codes(&made.findings);
    codes.retain(|code| *code != "reading_gap" && *code != "parking_from_meter");
    (energy.to_string(), codes)
}

/// Why no record is made of such a session.
fn refused(start: (&str, &str), samples: &[(&str, &str)], stop: (&str, &str)) -> Vec<&'static str> {
    let text = log_16(start, samples, &[], stop);
    let not = make(&only(&text), &setting(plain_tariff())).expect_err("no record is made");
    codes(&not.reasons)
}

/// The same log with the time at which each line came in.
fn received(text: &str, times: &[&str]) -> String {
    let lines = text.lines().zip(times);
    let lines = lines.map(|(line, time)| format!("2026-11-02T{time}Z {line}\n"));
    lines.collect()
}

#[test]
fn rule_1_an_unset_clock_is_moved_by_the_logs_time() {
    let text = log_16(
        ("1970-01-01T00:05:00Z", "0"),
        &[("1970-01-01T00:35:00Z", "5000")],
        &[],
        ("11:00:00", "10000"),
    );
    let times = ["10:00:00", "10:00:01", "10:30:00", "11:00:00"];
    let made = made(&only(&received(&text, &times)), &setting(plain_tariff()));
    assert_eq!(codes(&made.findings), ["clock_shifted"]);
    assert_eq!(periods(&made.cdr), ["10:00:00 kwh 10 time 1"]);
    let not = make(&only(&text), &setting(plain_tariff())).expect_err("the log has no times");
    assert_eq!(codes(&not.reasons), ["clock_unknown"]);
}

#[test]
fn rule_2_an_end_before_the_start_takes_the_logs_time() {
    let text = log_16(("13:00:00", "0"), &[], &[], ("11:00:00", "10000"));
    let moved = received(&text, &["10:00:00", "10:00:01", "11:00:02"]);
    let made = made(&only(&moved), &setting(plain_tariff()));
    assert_eq!(codes(&made.findings), ["clock_set_between"]);
    assert_eq!(periods(&made.cdr), ["10:00:00 kwh 10 time 1"]);
    assert_eq!(
        refused(("13:00:00", "0"), &[], ("11:00:00", "9")),
        ["clock_unknown"]
    );
    assert_eq!(
        refused(("13:00:00", "0"), &[], ("13:00:00", "9")),
        ["end_not_after_start"]
    );
}

#[test]
fn rule_3_values_outside_the_session() {
    let samples = [
        ("09:00:00", "3000"),
        ("11:00:00", "5000"),
        ("13:00:00", "7000"),
    ];
    assert_eq!(
        energy("1000", &samples, "9000"),
        ("8".to_owned(), vec!["outside_session"])
    );
    let begin = r#"{"value":"1000","context":"Transaction.Begin"}"#;
    assert_eq!(
        energy("1000", &[("09:59:59", begin), ("11:00:00", "5000")], "9000"),
        ("8".to_owned(), vec![]),
        "the clock may have moved by a second"
    );
    let text = log_16(
        ("10:00:00", "0"),
        &[("08:30:00", "5000")],
        &[],
        ("11:00:00", "10000"),
    );
    let times = ["10:00:00", "10:00:01", "10:30:00", "11:00:00"];
    let made = made(&only(&received(&text, &times)), &setting(plain_tariff()));
    assert_eq!(codes(&made.findings), ["clock_set_between"]);
}

#[test]
fn rule_4_totals_else_the_sum_of_all_phases() {
    let phases = |at: [&str; 3]| {
        let [a, b, c] = at;
        format!(
            r#"{{"value":"{a}","phase":"L1"}},{{"value":"{b}","phase":"L2"}},
               {{"value":"{c}","phase":"L3"}}"#
        )
        .replace('\n', "")
    };
    let (one, two) = (
        phases(["1000", "1000", "1000"]),
        phases(["2000", "1500", "1500"]),
    );
    let lacking = r#"{"value":"1200","phase":"L1"},{"value":"1200","phase":"L2"}"#;
    let samples = [("11:00:00", two.as_str())];
    assert_eq!(
        energy("3000", &samples, "9000"),
        ("6".to_owned(), vec!["phases_summed"])
    );
    let samples = [
        ("10:30:00", one.as_str()),
        ("10:40:00", lacking),
        ("11:00:00", &two),
    ];
    assert_eq!(
        energy("3000", &samples, "9000").1,
        ["phases_summed", "phase_missing"]
    );
    let both = format!(r#"{{"value":"4.5","unit":"kWh"}},{one}"#);
    assert_eq!(
        energy("3000", &[("10:30:00", &both)], "9000"),
        ("6".to_owned(), vec![]),
        "a total makes phases unnecessary"
    );
    let inlet = r#"{"value":"99999999","location":"Inlet"}"#;
    let text = log_16(
        ("10:00:00", "0"),
        &[("10:30:00", inlet)],
        &[],
        ("11:00:00", "1000"),
    );
    let elsewhere = tallywatt_ocpp::Setting {
        meter_at: Place::Inlet,
        ..setting(plain_tariff())
    };
    let t = only(&text);
    assert_eq!(
        codes(&made(&t, &setting(plain_tariff())).findings),
        Vec::<&str>::new()
    );
    let found = made(&t, &elsewhere).findings;
    assert_eq!(
        codes(&found),
        ["reading_back"],
        "another place is another counter"
    );
}

#[test]
fn rule_5_intervals_are_summed_where_no_register_is() {
    let interval = r#"{"value":"2.5","unit":"kWh","measurand":"Energy.Active.Import.Interval"}"#;
    let samples = [("10:30:00", interval), ("11:00:00", interval)];
    assert_eq!(
        energy("1000", &samples, "9000"),
        ("8".to_owned(), vec!["intervals_summed"])
    );
}

#[test]
fn rule_6_the_first_and_the_last_value_stand_in() {
    let event = |kind: &str, seq: u32, time: &str, value: &str| {
        let sampled = if value.is_empty() {
            String::new()
        } else {
            format!(
                ",\"meterValue\":[{{\"timestamp\":\"2026-11-02T{time}Z\",\
                 \"sampledValue\":[{{\"value\":{value}}}]}}]"
            )
        };
        format!(
            "CS [2,\"{seq}\",\"TransactionEvent\",{{\"eventType\":\"{kind}\",\"seqNo\":{seq},\
             \"timestamp\":\"2026-11-02T{time}Z\",\"triggerReason\":\"Trigger\",\
             \"transactionInfo\":{{\"transactionId\":\"t\"}}{sampled}}}]\n"
        )
    };
    let text = [
        event("Started", 0, "10:00:00", ""),
        event("Updated", 1, "10:10:00", "1000"),
        event("Updated", 2, "11:50:00", "9000"),
        event("Ended", 3, "12:00:00", ""),
    ];
    let made = made(&only(&text.concat()), &setting(plain_tariff()));
    assert_eq!(made.cdr.totals.energy.0, dec!(8));
    let found = codes(&made.findings);
    assert_eq!(
        found,
        ["start_from_sample", "stop_from_sample", "reading_gap"]
    );
    let bare = [&text[0], &text[3]].map(String::as_str).concat();
    let not = make(&only(&bare), &setting(plain_tariff())).expect_err("no meter");
    assert_eq!(codes(&not.reasons), ["no_meter"]);
}

#[test]
fn rule_7_of_values_of_one_second_the_first_counts() {
    let samples = [
        ("11:00:00", "5000"),
        ("11:00:00", "4000"),
        ("12:00:00", "8000"),
    ];
    assert_eq!(
        energy("0", &samples, "9000"),
        ("9".to_owned(), vec!["duplicate_readings"])
    );
}

#[test]
fn rule_8_single_values_out_of_line() {
    let back = [
        ("10:30:00", "3000"),
        ("10:40:00", "2000"),
        ("10:50:00", "4000"),
    ];
    assert_eq!(
        energy("1000", &back, "9000"),
        ("8".to_owned(), vec!["reading_back"])
    );
    let ahead = [
        ("10:30:00", "3000"),
        ("10:40:00", "7000"),
        ("10:50:00", "4000"),
    ];
    assert_eq!(
        energy("1000", &ahead, "9000"),
        ("8".to_owned(), vec!["reading_back"])
    );
    let noise = [("10:30:00", "3000"), ("11:40:00", "9004")];
    assert_eq!(
        energy("1000", &noise, "9000"),
        ("8".to_owned(), vec!["reading_back"])
    );
}

#[test]
fn rule_9_a_counter_rolls_over() {
    let samples = [("10:30:00", "999998000"), ("11:00:00", "1000")];
    assert_eq!(
        energy("999996000", &samples, "4000"),
        ("8".to_owned(), vec!["meter_rollover"])
    );
}

#[test]
fn rule_10_a_counter_begins_anew() {
    let samples = [
        ("10:30:00", "503000"),
        ("11:00:00", "505000"),
        ("11:30:00", "1000"),
    ];
    assert_eq!(
        energy("501000", &samples, "3000"),
        ("7".to_owned(), vec!["meter_reset"])
    );
    let stop_of_zero = [("10:30:00", "503000"), ("11:50:00", "509000")];
    assert_eq!(
        energy("501000", &stop_of_zero, "0"),
        ("8".to_owned(), vec!["meter_reset"])
    );
}

#[test]
fn rule_11_more_than_any_station_gives() {
    let samples = [("10:00:30", "5000000"), ("11:00:00", "5004000")];
    assert_eq!(
        energy("0", &samples, "5008000"),
        ("8".to_owned(), vec!["start_meter_zero"])
    );
    let sudden = [("10:30:00", "2000"), ("10:31:00", "5000000")];
    assert_eq!(
        refused(("10:00:00", "1000"), &sudden, ("12:00:00", "5000000")),
        ["too_much_energy"]
    );
}

#[test]
fn rule_12_a_gap_is_noted() {
    let text = log_16(
        ("10:00:00", "0"),
        &[("11:30:00", "5000")],
        &[],
        ("12:00:00", "6000"),
    );
    let made = made(&only(&text), &setting(plain_tariff()));
    assert_eq!(
        made.findings[0].trouble.to_string(),
        "no reading for 90 minutes"
    );
}

#[test]
fn rule_13_energy_in_a_pause_goes_to_the_charging_beside_it() {
    let states = [("10:00:00", "Charging"), ("11:00:00", "SuspendedEV")];
    let samples = [("11:00:00", "5000"), ("11:30:00", "5040")];
    let text = log_16(("10:00:00", "0"), &samples, &states, ("12:00:00", "5040"));
    let made = made(&only(&text), &setting(plain_tariff()));
    assert_eq!(
        periods(&made.cdr),
        ["10:00:00 kwh 5.04 time 1", "11:00:00 parking 1"]
    );
    assert_eq!(made.findings[0].trouble.to_string().get(..5), Some("40 Wh"));
    let never = [("10:00:00", "SuspendedEV")];
    let text = log_16(("10:00:00", "0"), &samples, &never, ("12:00:00", "6000"));
    let made = super::made(&only(&text), &setting(plain_tariff()));
    assert_eq!(codes(&made.findings), ["states_contradicted"]);
    assert_eq!(periods(&made.cdr), ["10:00:00 kwh 6 time 2"]);
    assert_eq!(
        refused(("10:00:00", "5"), &[], ("12:00:00", "5")),
        ["no_energy"]
    );
}

#[test]
fn rule_14_without_states_a_still_meter_is_parking() {
    let samples = [
        ("10:30:00", "5000"),
        ("11:00:00", "8000"),
        ("11:30:00", "8000"),
    ];
    let text = log_16(("10:00:00", "0"), &samples, &[], ("12:00:00", "8000"));
    let made = made(&only(&text), &setting(plain_tariff()));
    assert_eq!(
        periods(&made.cdr),
        ["10:00:00 kwh 8 time 1", "11:00:00 parking 1"]
    );
    assert_eq!(codes(&made.findings), ["parking_from_meter"]);
}

#[test]
fn rule_15_the_signed_energy_is_the_last_reading() {
    let log = log_16(
        ("10:00:00", "1000"),
        &[("10:30:00", "9000")],
        &[],
        ("11:00:00", "13000"),
    );
    let t = only(&log);
    for (signed, noted, first) in [
        ("12", &[][..], "kwh 8"),
        ("11.9", &["signed_counts"], "kwh 8"),
        ("12.5", &["signed_counts"], "kwh 8"),
        ("7", &["signed_counts"], "kwh 7"),
    ] {
        let signed = Kwh(signed.parse().expect("as a test writes it"));
        let counting = tallywatt_ocpp::Setting {
            signed_energy: Some(signed),
            ..setting(half_hours())
        };
        let made = made(&t, &counting);
        assert_eq!(made.cdr.totals.energy, signed);
        assert_eq!(made.session.energy, signed);
        assert_eq!(made.register, Kwh(dec!(12)), "kept beside it");
        let mut codes = codes(&made.findings);
        codes.retain(|code| *code != "parking_from_meter");
        assert_eq!(codes, noted);
        assert!(
            periods(&made.cdr)[0].contains(first),
            "{:?}",
            periods(&made.cdr)
        );
    }
    let nothing = tallywatt_ocpp::Setting {
        signed_energy: Some(Kwh(dec!(0))),
        ..setting(plain_tariff())
    };
    let not = make(&t, &nothing).expect_err("nothing was charged");
    assert_eq!(codes(&not.reasons), ["no_energy"]);
}

/// Another price from the second half-hour on, so that the record has a period for each.
fn half_hours() -> domain::Tariff {
    super::tariff(
        r#"{"price_components": [{"type": "ENERGY", "price": 0.3, "step_size": 1}],
            "restrictions": {"max_duration": 1800}},
           {"price_components": [{"type": "ENERGY", "price": 0.4, "step_size": 1}]}"#,
    )
}

#[test]
fn a_pause_of_the_station_is_what_the_policy_says() {
    let states = [
        ("10:00:00", "Charging"),
        ("10:30:00", "SuspendedEVSE"),
        ("11:30:00", "Charging"),
    ];
    let samples = [("10:30:00", "4000"), ("11:30:00", "4000")];
    let text = log_16(("10:00:00", "0"), &samples, &states, ("12:00:00", "8000"));
    let t = only(&text);
    for (reading, middle, total) in [
        (StationPause::AsReported, "10:30:00 time 1", dec!(5.8)),
        (StationPause::AsTime, "10:30:00 time 1", dec!(5.8)),
        (StationPause::Free, "10:30:00 kwh 0", dec!(4.6)),
    ] {
        let mut setting = setting(plain_tariff());
        setting.policy.station_pause = reading;
        let made = made(&t, &setting);
        assert_eq!(periods(&made.cdr)[1], middle, "{}", reading.as_str());
        assert_eq!(cost(&made), total, "{}", reading.as_str());
    }
    let mut old = setting(plain_tariff());
    old.tariffs[0].version = domain::OcpiVersion::V211;
    let made = make(&t, &old).expect("a record is made");
    let parked = made.cdr.periods[1].volume(DimensionKind::ParkingTime);
    assert_eq!(
        parked,
        Some(dec!(1)),
        "in 2.1.1 parking is all time not charging"
    );
}

#[test]
fn the_tariff_in_force_at_the_start_counts() {
    let t = only(&log_16(("10:00:00", "0"), &[], &[], ("11:00:00", "10000")));
    let mut old = plain_tariff();
    old.id = "OLD".into();
    old.valid_until = Some(super::at("2026-11-02T09:59:59Z"));
    let mut changing = setting(plain_tariff());
    changing.tariffs.insert(0, old.clone());
    assert_eq!(made(&t, &changing).cdr.tariffs[0].id.as_str(), "T1");
    changing.tariffs[0].valid_until = None;
    let both = made(&t, &changing);
    assert_eq!(both.findings[0].trouble.code(), "tariff_ambiguous");
    let not = make(&t, &setting(old)).expect_err("it is over");
    assert_eq!(codes(&not.reasons), ["no_tariff"]);
    let francs = tallywatt_ocpp::Setting {
        currency: "CHF".parse().expect("as a test writes it"),
        ..setting(plain_tariff())
    };
    let not = make(&t, &francs).expect_err("it is in euro");
    assert_eq!(codes(&not.reasons), ["currency_mismatch"]);
}
