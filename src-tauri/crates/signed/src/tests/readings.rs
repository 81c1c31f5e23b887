//! What is read, which energy lies between, and what makes readings worthless.

use domain::{Decimal, Kwh};

use super::{SESSION, check_payloads, data, ocmf, readings, sign};
use crate::{
    ClockState, Comparison, Curve, MeterStatus, NoEnergy, Reason, Verdict, check, compare,
};

fn kwh(text: &str) -> Kwh {
    Kwh(text.parse().unwrap())
}

/// `12.5 kWh` or why there is none.
fn energy(payloads: &[&str]) -> String {
    match check_payloads(payloads).metered {
        Ok(metered) => format!("{} kWh", metered.energy.0),
        Err(why) => why.to_string(),
    }
}

/// A reading at minute `minute`, with further fields.
fn rd(minute: u8, fields: &str) -> String {
    let time = format!("2026-05-01T10:{minute:02}:00,000+0200 S");
    format!(r#"{{"TM":"{time}","ST":"G",{fields}}}"#)
}

fn one_set(items: &[String]) -> String {
    readings(&items.join(","))
}

#[test]
fn a_data_set_is_read_and_what_it_leaves_out_is_filled_in() {
    let report = check_payloads(&[SESSION]);
    assert_eq!(report.verdict, Verdict::Verified);
    let set = report.values[0].dataset.as_ref().unwrap();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    assert_eq!(
        text(&set.gateway),
        "Box | 7",
        "a pipe in a text ends nothing"
    );
    assert_eq!(text(&set.gateway_serial), "808829900001");
    assert_eq!(text(&set.pagination), "T12");
    assert_eq!(set.serial(), Some("BQ27"));
    assert_eq!(text(&set.identified), "true");
    assert_eq!(text(&set.id_type), "ISO14443");
    assert_eq!(text(&set.id), "1F2D3A4F");
    assert_eq!(text(&set.charge_point_type), "EVSEID");
    assert_eq!(text(&set.charge_point), "DE*ABC*E1");
    let [begin, end] = &set.readings[..] else {
        panic!("two readings")
    };
    assert_eq!(begin.at.to_rfc3339(), "2018-07-24T11:22:04+00:00");
    assert_eq!(begin.clock, ClockState::Synchronised);
    assert_eq!(
        (begin.reason, end.reason),
        (Some(Reason::Begin), Some(Reason::End))
    );
    assert_eq!(end.register.as_deref(), Some("1-b:1.8.0"), "as before");
    assert_eq!(end.unit.as_deref(), Some("kWh"), "as before");
    assert_eq!(end.status, MeterStatus::Good, "as before");
    assert_eq!(end.value.unwrap().to_string(), "2965.12");
    let metered = report.metered.unwrap();
    assert_eq!(
        (metered.begin, metered.end),
        (kwh("2935.6"), kwh("2965.12"))
    );
    assert_eq!(
        metered.energy,
        kwh("29.52"),
        "exactly, where floats say 29.519999999999982"
    );
}

#[test]
fn time_reason_and_value_are_taken_from_the_reading_before() {
    let items = [
        rd(0, r#""TX":"B","RV":1,"RI":"1-0:1.8.0","RU":"kWh""#),
        r#"{"RV":7,"RI":"1-0:2.8.0"}"#.to_owned(),
        rd(9, r#""TX":"C","RV":2,"RI":"1-0:1.8.0""#),
        r#"{"RV":3,"TM":"2026-05-01T10:10:00,000Z R"}"#.to_owned(),
        rd(11, r#""TX":"E""#).replace("+0200", "+0000"),
    ];
    let report = check_payloads(&[&one_set(&items)]);
    assert_eq!(report.verdict, Verdict::Verified);
    let read = &report.values[0].dataset.as_ref().unwrap().readings;
    assert_eq!(
        (read[1].at, read[1].reason),
        (read[0].at, Some(Reason::Begin))
    );
    assert_eq!(
        (read[3].reason, read[3].clock),
        (Some(Reason::Charging), ClockState::Relative)
    );
    assert_eq!(
        read[4].value,
        Some(Decimal::from(3)),
        "a value that stayed is left out"
    );
    assert_eq!(report.metered.unwrap().energy, kwh("2"));
    // A reading that only reports an error has no value to take over.
    let items = [
        rd(0, r#""TX":"B","RV":1,"RU":"kWh""#),
        rd(1, r#""TX":"E""#).replace("\"G\"", "\"T\""),
    ];
    let report = check_payloads(&[&one_set(&items)]);
    assert_eq!(
        report.values[0].dataset.as_ref().unwrap().readings[1].value,
        None
    );
    assert_eq!(
        report.metered.unwrap_err().to_string(),
        "the reading of the end is missing"
    );
}

#[test]
fn energy_is_end_less_begin_of_one_imported_register() {
    let cases: [(&str, &str, &str, &str); 20] = [
        // register, begin, end, energy
        (
            r#""RI":"1-b:1.8.0","RU":"kWh""#,
            "0.2596",
            "0.2597",
            "0.0001 kWh",
        ),
        (r#""RI":"1-b:1.8.e","RU":"kWh""#, "1", "2.50", "1.5 kWh"),
        (r#""RI":"1-0:1.8.0*255","RU":"kWh""#, "1", "1", "0 kWh"),
        (r#""RI":"1-0:1.8.1","RU":"Wh""#, "1833", "2834", "1.001 kWh"),
        (
            r#""RI":"01-00:B0.08.00*FF","RU":"Wh""#,
            "0",
            "0.5",
            "0.0005 kWh",
        ),
        (
            r#""RI":"01-00:B2.08.00*FF","RU":"kWh""#,
            "0.00",
            "12.34",
            "12.34 kWh",
        ),
        (r#""RI":"01-00:B3.08.00*FF","RU":"kwh""#, "0", "1", "1 kWh"),
        (r#""RU":"kWh""#, "0.1", "0.3", "0.2 kWh"),
        (r#""RU":"Wh""#, "1E+3", "2.5e3", "1.5 kWh"),
        (
            r#""RU":"kWh""#,
            "\"00000000.000\"",
            "\"00000010.250\"",
            "10.25 kWh",
        ),
        (
            r#""RU":"kWh""#,
            "999999999999",
            "999999999999.123456789012",
            "0.123456789012 kWh",
        ),
        (r#""RI":"1-0:2.8.0","RU":"kWh""#, "1", "2", NO_REGISTER),
        (
            r#""RI":"01-00:C0.08.00*FF","RU":"kWh""#,
            "1",
            "2",
            NO_REGISTER,
        ),
        (r#""RI":"1-0:1.7.0","RU":"kWh""#, "1", "2", NO_REGISTER),
        (r#""RI":"7-0:1.8.0","RU":"kWh""#, "1", "2", NO_REGISTER),
        (r#""RI":"energy","RU":"kWh""#, "1", "2", NO_REGISTER),
        (r#""RI":"1-0:1.8.0","RU":"kW""#, "1", "2", NO_REGISTER),
        (r#""RI":"1-0:1.8.0","RU":"MWh""#, "1", "2", NO_REGISTER),
        (r#""RI":"1-0:1.8.0""#, "1", "2", NO_REGISTER),
        (r#""RU":"mOhm""#, "1", "2", NO_REGISTER),
    ];
    for (register, begin, end, expected) in cases {
        let begin = rd(0, &format!(r#""TX":"B","RV":{begin},{register}"#));
        let end = rd(1, &format!(r#""TX":"E","RV":{end}"#));
        assert_eq!(
            energy(&[&one_set(&[begin.clone(), end.clone()])]),
            expected,
            "{register}"
        );
        if register.len() < 40 {
            let (begin, end) = (
                one_set(&[begin]),
                end.replace("\"ST\"", &format!("{register},\"ST\"")),
            );
            assert_eq!(
                energy(&[&begin, &one_set(&[end])]),
                expected,
                "two values: {register}"
            );
        }
    }
}

const NO_REGISTER: &str = "no reading is of imported energy in kWh or Wh";

#[test]
fn every_way_to_end_is_an_end() {
    for (letter, expected) in [
        ("E", "1 kWh"),
        ("L", "1 kWh"),
        ("R", "1 kWh"),
        ("A", "1 kWh"),
        ("P", "1 kWh"),
        ("C", "the reading of the end is missing"),
        ("S", "the reading of the end is missing"),
        ("T", "the reading of the end is missing"),
    ] {
        let begin = rd(0, r#""TX":"B","RV":1,"RU":"kWh""#);
        let end = rd(1, &format!(r#""TX":"{letter}","RV":2"#));
        assert_eq!(energy(&[&one_set(&[begin, end])]), expected, "{letter}");
    }
    let end = rd(1, r#""TX":"E","RV":2,"RU":"kWh""#);
    assert_eq!(
        energy(&[&one_set(&[end])]),
        "the reading of the beginning is missing"
    );
    let fiscal = rd(1, r#""RV":2,"RU":"kWh""#);
    assert_eq!(
        energy(&[&one_set(&[fiscal])]),
        "the reading of the beginning is missing"
    );
    assert_eq!(energy(&["{}"]), NO_REGISTER);
    for list in [
        "[]",
        r#"["1.0"]"#,
        "7",
        "",
        r#"{"RD":[["2026-05-01T10:00:00,000Z S","B",1]]}"#,
    ] {
        assert_eq!(
            energy(&[list]),
            "no signed value can be read",
            "not the fields of OCMF"
        );
    }
}

#[test]
fn where_the_meter_does_not_say_begin_and_end_the_nature_of_the_value_does() {
    let sets = [
        rd(0, r#""RV":5,"RU":"kWh""#),
        rd(1, r#""RV":7.5,"RU":"kWh""#),
    ];
    let texts = sets.map(|item| {
        let payload = one_set(&[item]);
        ocmf(
            &payload,
            "secp256r1",
            &sign(Curve::Secp256r1, payload.as_bytes()).der(),
        )
    });
    let mut sent = data("OCMF", None, &[&texts[0], &texts[1]]);
    for (start, end, expected) in [
        ("Start", "End", Ok(kwh("2.5"))),
        ("START", "end", Ok(kwh("2.5"))),
        ("Start", "Start", Err(NoEnergy::Ambiguous)),
        ("End", "Intermediate", Err(NoEnergy::NoBegin)),
        ("Start", "Other", Err(NoEnergy::NoEnd)),
    ] {
        start.clone_into(&mut sent.values[0].nature);
        end.clone_into(&mut sent.values[1].nature);
        let metered = check(&sent).metered;
        assert_eq!(
            metered.map(|metered| metered.energy),
            expected,
            "{start} {end}"
        );
    }
    // What a meter says goes before what the sender says.
    let said = one_set(&[rd(0, r#""TX":"C","RV":5,"RU":"kWh""#)]);
    assert_eq!(energy(&[&said]), "the reading of the beginning is missing");
}

#[test]
fn of_several_registers_the_total_counts() {
    let set = |registers: &[(&str, &str, &str)]| {
        let item = |minute, letter, ri: &str, rv: &str| {
            rd(
                minute,
                &format!(r#""TX":"{letter}","RI":"{ri}","RU":"kWh","RV":{rv}"#),
            )
        };
        let begins = registers
            .iter()
            .map(|(ri, begin, _)| item(0, "B", ri, begin));
        let ends = registers.iter().map(|(ri, _, end)| item(1, "E", ri, end));
        one_set(&begins.chain(ends).collect::<Vec<_>>())
    };
    let tariffs = set(&[
        ("1-0:1.8.1", "1", "2"),
        ("1-0:1.8.0", "5", "8"),
        ("1-0:1.8.2", "4", "6"),
    ]);
    assert_eq!(energy(&[&tariffs]), "3 kWh");
    assert_eq!(
        check_payloads(&[&tariffs]).registers.len(),
        3,
        "all are shown"
    );
    let export = set(&[("1-0:1.8.0", "1", "2"), ("1-0:2.8.0", "1", "9")]);
    assert_eq!(
        energy(&[&export]),
        "1 kWh",
        "what is fed back is another matter"
    );
    let same = set(&[
        ("01-00:B0.08.00*FF", "7", "9"),
        ("01-00:B2.08.00*FF", "0", "2"),
    ]);
    assert_eq!(energy(&[&same]), "2 kWh", "both say the same");
    let unlike = set(&[
        ("01-00:B0.08.00*FF", "7", "9"),
        ("01-00:B1.08.00*FF", "7", "8"),
    ]);
    assert_eq!(
        energy(&[&unlike]),
        "several registers counted different energies"
    );
    let apart = set(&[("1-0:1.8.1", "1", "2"), ("1-0:1.8.2", "1", "3")]);
    assert_eq!(
        energy(&[&apart]),
        "several registers counted different energies"
    );
    // Two spellings of one register are one.
    let begin = rd(0, r#""TX":"B","RI":"1-0:1.8.0","RU":"kWh","RV":1"#);
    let end = rd(1, r#""TX":"E","RI":"01-00:01.08.00*FF","RU":"kWh","RV":2"#);
    assert_eq!(energy(&[&one_set(&[begin, end])]), "1 kWh");
}

#[test]
fn a_begin_that_is_signed_twice_must_be_the_same() {
    let begin = rd(0, r#""TX":"B","RV":1,"RU":"kWh""#);
    let both = |rv: u8| {
        let begin = rd(0, &format!(r#""TX":"B","RV":{rv},"RU":"kWh""#));
        one_set(&[begin, rd(5, r#""TX":"E","RV":9,"RU":"kWh""#)])
    };
    assert_eq!(
        energy(&[&one_set(std::slice::from_ref(&begin)), &both(1)]),
        "8 kWh"
    );
    let differ = "there are several readings of the beginning or of the end, and they differ";
    assert_eq!(energy(&[&one_set(&[begin]), &both(2)]), differ);
}

#[test]
fn trouble_of_the_meter_is_said_in_words() {
    let good = rd(0, r#""TX":"B","RV":1,"RU":"kWh""#);
    let cases = [
        (
            rd(1, r#""TX":"E","RV":0.9"#),
            "the meter reads more at the beginning (1 kWh) than at the end (0.9 kWh)",
        ),
        (
            rd(0, r#""TX":"E","RV":2"#).replace("T10", "T09"),
            "the readings are not in order of time: 2026-05-01 08:00:00 UTC comes before 2026-05-01 07:00:00 UTC",
        ),
        (
            rd(1, r#""TX":"E","RV":2"#).replace("\"G\"", "\"M\""),
            "the meter's status is not good: manipulation was detected (M)",
        ),
        (
            rd(1, r#""TX":"E","RV":2"#).replace("\"G\"", "\"?\""),
            "the meter's status is not good: a status the format does not know (?)",
        ),
        (
            rd(1, r#""TX":"E","RV":2,"EF":"Et""#),
            "the meter flags errors (Et; E is energy, t is time)",
        ),
        (
            rd(1, r#""TX":"X","RV":2"#),
            "the meter reports an exception during charging",
        ),
        (
            rd(1, r#""TX":"Q","RV":2"#),
            "the payload is damaged: reading 2: its reason (TX) \"Q\" is unknown",
        ),
        (
            rd(1, r#""TX":"E","RV":"x""#),
            "the payload is damaged: reading 2: its value (RV) \"x\" is no number that can be kept exactly",
        ),
        (
            rd(1, r#""TX":"E","RV":1e99"#),
            "the payload is damaged: reading 2: its value (RV) \"1e99\" is no number that can be kept exactly",
        ),
        (
            rd(1, r#""TX":"E","RV":0.1234567890123"#),
            "the payload is damaged: reading 2: its value (RV) \"0.1234567890123\" is no number that can be kept exactly",
        ),
        (
            rd(1, r#""TX":"E","RV":2"#).replace("2026-05", "2026-13"),
            "the payload is damaged: reading 2: its time (TM) \"2026-13-01T10:01:00,000+0200 S\" cannot be read",
        ),
        (
            rd(1, r#""TX":"E","RV":2"#).replace("0 S", "0 Q"),
            "the payload is damaged: reading 2: its time (TM) \"2026-05-01T10:01:00,000+0200 Q\" cannot be read",
        ),
        (
            rd(1, r#""TX":"E","TX":"B""#),
            "the payload is damaged at byte 199: not the fields of OCMF",
        ),
        (
            rd(1, r#""TX":"E""#).replace('}', ""),
            "the payload is damaged at byte 195: not JSON",
        ),
    ];
    for (bad, says) in cases {
        let said = check_payloads(&[&one_set(&[good.clone(), bad])])
            .verdict
            .to_string();
        assert_eq!(said.strip_prefix("not verified: "), Some(says));
    }
    let said = |payload: &str| check_payloads(&[payload]).verdict.to_string();
    let timeless = "not verified: the payload is damaged: reading 1: it has no time (TM)";
    assert_eq!(said(&readings(r#"{"ST":"G"}"#)), timeless);
    let unsaid = "not verified: the meter's status is not good: it is not said";
    assert_eq!(
        said(&one_set(&[rd(0, r#""RV":1"#)]).replace("\"G\"", "\"\"")),
        unsaid
    );
}

#[test]
fn values_of_several_meters_do_not_belong_together() {
    let begin = one_set(&[rd(0, r#""TX":"B","RV":1,"RU":"kWh""#)]);
    let end = one_set(&[rd(1, r#""TX":"E","RV":2,"RU":"kWh""#)]);
    let report = check_payloads(&[&begin, &end.replace("M1", "M2")]);
    let says = "not verified: the values come from several meters: M1 and M2";
    assert_eq!(report.verdict.to_string(), says);
    assert!(
        report
            .values
            .iter()
            .all(|value| value.verdict == Verdict::Verified),
        "alone"
    );
    assert_eq!(check_payloads(&[&begin, &end]).verdict, Verdict::Verified);
    let swapped = [end.replace("T10:01", "T09:01"), begin];
    let said = check_payloads(&[&swapped[0], &swapped[1]])
        .verdict
        .to_string();
    assert!(said.contains("not in order of time"), "{said}");
}

#[test]
fn a_cdr_is_compared_with_the_meter() {
    let differs = |by: &str| Comparison::DiffersBy(kwh(by));
    for (stated, metered, tolerance, expected) in [
        ("29.52", "29.52", "0", Comparison::Equal),
        ("29.520", "29.52", "0", Comparison::Equal),
        ("29.53", "29.52", "0.01", Comparison::Equal),
        ("29.51", "29.52", "0.01", Comparison::Equal),
        ("29.531", "29.52", "0.01", differs("0.011")),
        ("29.5", "29.52", "0.01", differs("-0.02")),
        ("1", "2", "-5", differs("-1")),
    ] {
        assert_eq!(
            compare(kwh(stated), kwh(metered), kwh(tolerance)),
            expected,
            "{stated}"
        );
    }
}
