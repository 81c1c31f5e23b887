//! What is read, which energy lies between, and what makes readings worthless.

use domain::{Decimal, Kwh};

use super::{SESSION, check_payloads, data, ocmf, readings, sign};
use crate::letters::to_hex;
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

/// Checks a table of registers: OBIS code, unit, begin, end, energy; `-` leaves a field out.
fn check_registers(table: &str) {
    for line in table
        .lines()
        .filter(|line| line.contains("kWh") || line.contains("| -"))
    {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, register, unit, begin, end, expected, _] = cells[..] else {
            panic!("{line}")
        };
        let field = |name, text| match text {
            "-" => String::new(),
            text => format!(r#","{name}":"{text}""#),
        };
        let register = field("RI", register) + &field("RU", unit);
        let begin = rd(0, &format!(r#""TX":"B","RV":{begin}{register}"#));
        let short = rd(1, &format!(r#""TX":"E","RV":{end}"#));
        let full = rd(1, &format!(r#""TX":"E","RV":{end}{register}"#));
        let expected = if expected == "-" {
            NO_REGISTER
        } else {
            expected
        };
        assert_eq!(
            energy(&[&one_set(&[begin.clone(), short])]),
            expected,
            "one set: {line}"
        );
        let apart = [one_set(&[begin]), one_set(&[full])];
        assert_eq!(
            energy(&[&apart[0], &apart[1]]),
            expected,
            "two values: {line}"
        );
    }
}

const NO_REGISTER: &str = "no reading is of imported energy in kWh or Wh";

#[test]
fn energy_is_end_less_begin_of_one_imported_register() {
    check_registers(
        r#"
        | register          | unit | begin          | end                       | energy       |
        | 1-b:1.8.0         | kWh  | 0.2596         | 0.2597                    | 0.0001 kWh   |
        | 1-b:1.8.e         | kWh  | 1              | 2.50                      | 1.5 kWh      |
        | 1-0:1.8.0*255     | kWh  | 1              | 1                         | 0 kWh        |
        | 1-0:1.8.1         | Wh   | 1833           | 2834                      | 1.001 kWh    |
        | 01-00:B0.08.00*FF | Wh   | 0              | 0.5                       | 0.0005 kWh   |
        | 01-00:B2.08.00*FF | kWh  | 0.00           | 12.34                     | 12.34 kWh    |
        | 01-00:B3.08.00*FF | kwh  | 0              | 1                         | 1 kWh        |
        | -                 | kWh  | 0.1            | 0.3                       | 0.2 kWh      |
        | -                 | Wh   | 1E+3           | 2.5e3                     | 1.5 kWh      |
        | -                 | kWh  | "00000000.000" | "00000010.250"            | 10.25 kWh    |
        | -                 | kWh  | 999999999999   | 999999999999.0001         | 0.0001 kWh   |
        | 1-0:2.8.0         | kWh  | 1              | 2                         | -            |
        | 01-00:C0.08.00*FF | kWh  | 1              | 2                         | -            |
        | 1-0:1.7.0         | kWh  | 1              | 2                         | -            |
        | 7-0:1.8.0         | kWh  | 1              | 2                         | -            |
        | energy            | kWh  | 1              | 2                         | -            |
        | 1-0:1.8.0         | kW   | 1              | 2                         | -            |
        | 1-0:1.8.0         | MWh  | 1              | 2                         | -            |
        | 1-0:1.8.0         | -    | 1              | 2                         | -            |
        | -                 | mOhm | 1              | 2                         | -            |
        "#,
    );
}

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
    let unsaid = rd(1, r#""RV":2,"RU":"kWh""#);
    assert_eq!(
        energy(&[&one_set(&[unsaid])]),
        "the reading of the end is missing",
        "Start"
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

/// What is said about a good begin and a second reading.
fn said_of(second: String) -> String {
    let good = rd(0, r#""TX":"B","RV":1,"RU":"kWh""#);
    let said = check_payloads(&[&one_set(&[good, second])])
        .verdict
        .to_string();
    said.strip_prefix("not verified: ")
        .unwrap_or(&said)
        .to_owned()
}

#[test]
fn trouble_of_the_meter_is_said_in_words() {
    let end = rd(1, r#""TX":"E","RV":2"#);
    let status = |letter| said_of(end.replace("\"G\"", &format!("\"{letter}\"")));
    let manipulated = "the meter's status is not good: manipulation was detected (M)";
    assert_eq!(status("M"), manipulated);
    let unknown = "the meter's status is not good: a status the format does not know (?)";
    assert_eq!(status("?"), unknown);
    assert_eq!(status(""), "the meter's status is not good: it is not said");
    let flags = "the meter flags errors (Et; E is energy, t is time)";
    assert_eq!(said_of(rd(1, r#""TX":"E","RV":2,"EF":"Et""#)), flags);
    let exception = "the meter reports an exception during charging";
    assert_eq!(said_of(rd(1, r#""TX":"X","RV":2"#)), exception);
    let backwards = "the meter reads more at the beginning (1 kWh) than at the end (0.9 kWh)";
    assert_eq!(said_of(rd(1, r#""TX":"E","RV":0.9"#)), backwards);
    let order = "the readings are not in order of time: 2026-05-01 08:00:00 UTC comes before \
        2026-05-01 07:01:00 UTC";
    assert_eq!(said_of(end.replace("T10", "T09")), order);
}

#[test]
fn a_damaged_payload_is_said_in_words() {
    let value = |text| said_of(rd(1, &format!(r#""TX":"E","RV":{text}"#)));
    for text in [
        "\"x\"",
        "1e99",
        "0.1234567890123",
        "1000000000000",
        "true",
        "[1]",
        "{}",
    ] {
        let says = format!(
            "the payload is damaged: reading 2: its value (RV) {:?} is no number that can be kept \
             exactly",
            text.trim_matches('"')
        );
        assert_eq!(value(text), says);
    }
    for (from, to) in [
        ("2026-05", "2026-13"),
        ("0 S", "0 Q"),
        ("+0200", "+9900"),
        (",000", ""),
    ] {
        let bad = rd(1, r#""TX":"E","RV":2"#).replace(from, to);
        let said = said_of(bad);
        if to.is_empty() {
            assert_eq!(
                said,
                "verified: the signature matches the key that came along"
            );
            continue;
        }
        let time = "2026-05-01T10:01:00,000+0200 S".replace(from, to);
        let says = format!("the payload is damaged: reading 2: its time (TM) {time:?}");
        assert_eq!(said, says + " cannot be read");
    }
    let reason = "the payload is damaged: reading 2: its reason (TX) \"Q\" is unknown";
    assert_eq!(said_of(rd(1, r#""TX":"Q","RV":2"#)), reason);
    let twice = "the payload is damaged at byte 199: not the fields of OCMF";
    assert_eq!(said_of(rd(1, r#""TX":"E","TX":"B""#)), twice);
    let open = "the payload is damaged at byte 195: not JSON";
    assert_eq!(said_of(rd(1, r#""TX":"E""#).replace('}', "")), open);
    let said = check_payloads(&[&readings(r#"{"ST":"G"}"#)])
        .verdict
        .to_string();
    let timeless = "not verified: the payload is damaged: reading 1: it has no time (TM)";
    assert_eq!(said, timeless);
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
    let most = Kwh(Decimal::MAX);
    let apart = compare(most, Kwh(Decimal::MIN), kwh("1"));
    assert_eq!(
        apart,
        Comparison::BeyondMeasure,
        "no panic, no wrong figure"
    );
}

#[test]
fn the_verdict_on_all_is_the_worst_of_each() {
    let set = |minute, tx: &str| one_set(&[rd(minute, &format!(r#""TX":"{tx}","RV":1"#))]);
    let text = |payload: &str, algorithm: &str| {
        ocmf(
            payload,
            algorithm,
            &sign(Curve::Secp256r1, payload.as_bytes()).der(),
        )
    };
    let (begin, end) = (set(0, "B"), set(1, "E"));
    let fine = text(&begin, "secp256r1");
    let strange = text(&end, "secp512r9");
    let forged = text(&end, "secp256r1").replace("M1", "M9");
    let key = to_hex(&sign(Curve::Secp256r1, b"").key("1.2.840.10045.3.1.7"));
    let said = |key, texts: &[&str]| check(&data("OCMF", key, texts)).verdict.to_string();
    let starts = |said: String, with: &str| assert!(said.starts_with(with), "{said}");
    starts(said(Some(&key), &[&fine]), "verified");
    starts(said(Some(&key), &[&fine, &strange]), "not supported");
    starts(said(None, &[&fine, &strange]), "not supported");
    starts(
        said(Some(&key), &[&strange, &forged, &fine]),
        "not verified: the signature does not",
    );
    // What does not belong together is said even where no signature could be checked.
    starts(
        said(None, &[&fine, &forged]),
        "not verified: the values come from several meters",
    );
}
