//! Damage that real files show. It is never read over: each is a finding that says what is written
//! and what was perhaps meant.
#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use domain::{Finding, FindingCode, Severity, Tz};
use rust_xlsxwriter::Workbook as NewBook;
use tallywatt_sheet::{Hint, Kind, Row, guess, open, read, records};

fn hint() -> Hint {
    Hint {
        party: "DE-ABC".parse().unwrap(),
        zone: Tz::Europe__Berlin,
        currency: "EUR".parse().unwrap(),
    }
}

fn rows(bytes: &[u8]) -> Vec<Row> {
    let book = open(bytes).unwrap();
    let guess = guess(&book, &hint()).unwrap();
    read(&book, &guess.template, &hint()).unwrap().collect()
}

/// The finding of a code in a row of the file, with its figures.
fn finding(rows: &[Row], number: u32, code: FindingCode) -> &Finding {
    let row = rows.iter().find(|row| row.number == number).unwrap();
    let found = row
        .record
        .findings
        .iter()
        .find(|finding| finding.code == code);
    found.unwrap_or_else(|| panic!("no {code} in row {number}: {:?}", row.record.findings))
}

fn has(rows: &[Row], number: u32, code: FindingCode) -> bool {
    let row = rows.iter().find(|row| row.number == number).unwrap();
    row.record
        .findings
        .iter()
        .any(|finding| finding.code == code)
}

fn param<'a>(finding: &'a Finding, name: &str) -> Option<&'a str> {
    finding.params.get(name).map(String::as_str)
}

const LOST: &str = "session_ID,Start_plugin,End_plugout,El_kWh,Duration_hours\n\
    1,21.12.2018 10:20,21.12.2018 10:23,\"0,3\",\"0,05\"\n\
    2,21.12.2018 10:24,21.12.2018 10:32,\"0,87\",\"136,666,667\"\n\
    3,21.12.2018 10:24,22.12.2018 00:04,\"29,87\",\"136,666,667\"\n\
    4,21.12.2018 10:24,21.12.2018 22:04,\"9,87\",\"136,666,667\"\n";

#[test]
fn a_duration_that_lost_its_decimal_sign_is_not_read() {
    let rows = rows(LOST.as_bytes());
    for (number, perhaps) in [(3, "0.136666667"), (4, "13.6666667"), (5, "0.136666667")] {
        let found = finding(&rows, number, FindingCode::NotANumber);
        assert_eq!(
            found.severity,
            Severity::Warning,
            "the record stands without it"
        );
        assert_eq!(param(found, "value"), Some("136,666,667"));
        assert_eq!(param(found, "as_written"), Some("136666667"));
        assert_eq!(param(found, "perhaps"), Some(perhaps), "row {number}");
        let row = rows.iter().find(|row| row.number == number).unwrap();
        assert_eq!(row.record.value.as_ref().unwrap().totals.time_h, None);
    }
    let book = open(LOST.as_bytes()).unwrap();
    let mut template = guess(&book, &hint()).unwrap().template;
    for kind in [Kind::Sessions, Kind::Transactions] {
        template.kind = kind;
        let hint = hint();
        let mut all = records(&book, &template, &hint).unwrap();
        let codes = all.nth(2).unwrap().record.findings;
        let said = codes
            .iter()
            .any(|finding| finding.code == FindingCode::NotANumber);
        assert!(said, "{kind:?} say it, too");
    }
}

#[test]
fn a_duration_that_no_session_has_is_not_read_either() {
    let rows = rows(
        b"Start,End,kWh,Hours duration,Net\n\
          2018-12-21 10:24,2018-12-21 10:32,0.87,\"136,666,667\",1.20\n\
          2018-12-22 10:24,2018-12-22 11:24,0.87,1.00,1.20\n",
    );
    let found = finding(&rows, 2, FindingCode::OutOfRange);
    assert_eq!(found.severity, Severity::Warning);
    assert_eq!(param(found, "as_written"), Some("136666667"));
    assert_eq!(param(found, "perhaps"), Some("0.136666667"));
    assert!(!rows[1].is_rejected());
    let mut book = NewBook::new();
    let page = book.add_worksheet();
    for (column, text) in (0..).zip(["Start", "End", "kWh", "Duration (h)"]) {
        page.write(0, column, text).unwrap();
    }
    page.write(1, 0, "2018-12-21 10:24").unwrap();
    page.write(1, 1, "2018-12-21 10:32").unwrap();
    page.write(1, 2, 0.87)
        .unwrap()
        .write(1, 3, 136_666_667)
        .unwrap();
    let rows = self::rows(&book.save_to_buffer().unwrap());
    let found = finding(&rows, 2, FindingCode::OutOfRange);
    assert_eq!(
        param(found, "perhaps"),
        Some("0.136666667"),
        "typed cells are the same"
    );
}

#[test]
fn an_energy_that_no_session_draws_is_kept_and_said() {
    let rows = rows(
        b"CDR ID,Start,End,Energy (kWh),Net\n\
          1,2018-12-21 10:24,2018-12-21 10:32,\"870,000,000\",1.20\n\
          2,2018-12-22 10:24,2018-12-22 11:24,12500,1.20\n\
          3,2018-12-23 10:24,2018-12-23 11:24,8.25,1.20\n\
          4,2018-12-24 10:24,2018-12-24 11:24,9.25,1.20\n",
    );
    for (number, read_as, other) in [(2, "870000000", "0.87"), (3, "12500", "12.5")] {
        let found = finding(&rows, number, FindingCode::EnergyUnitSuspect);
        assert_eq!(found.severity, Severity::Error, "somebody must look");
        let readings = (param(found, "read_as"), param(found, "other"));
        assert_eq!(readings, (Some(read_as), Some(other)));
    }
    assert!(!has(&rows, 4, FindingCode::EnergyUnitSuspect));
}

#[test]
fn a_unit_in_the_cell_holds_and_the_other_reading_is_said() {
    let rows = rows(
        b"CDR ID,Start,End,Energy (kWh),Net\n\
          1,2018-12-21 10:24,2018-12-21 10:32,3.2 kWh,1.20\n\
          2,2018-12-22 10:24,2018-12-22 11:24,3200 Wh,1.20\n\
          3,2018-12-23 10:24,2018-12-23 11:24,3.2 miles,1.20\n",
    );
    let energy = |row: &Row| {
        row.record
            .value
            .as_ref()
            .map(|cdr| cdr.totals.energy.0.normalize())
    };
    assert_eq!(energy(&rows[1]), Some("3.2".parse().unwrap()));
    assert!(
        !has(&rows, 2, FindingCode::EnergyUnitSuspect),
        "as the heading says"
    );
    assert_eq!(energy(&rows[2]), Some("3.2".parse().unwrap()));
    let found = finding(&rows, 3, FindingCode::EnergyUnitSuspect);
    let readings = (param(found, "read_as"), param(found, "other"));
    assert_eq!(readings, (Some("3.2"), Some("3200")));
    assert!(rows[3].is_rejected(), "miles are no energy");
    assert_eq!(
        param(finding(&rows, 4, FindingCode::NotANumber), "value"),
        Some("3.2 miles")
    );
}

#[test]
fn a_year_that_lost_its_century_is_no_date() {
    let rows = rows(
        b"CDR ID;Start;End;kWh;Net\n\
          1;02.03.0014 08:00;02.03.2014 09:00;3,2;1,20\n\
          2;13.03.2014 08:00;0014-03-13 09:00;3,2;1,20\n\
          3;14.03.2014 08:00;14.03.2014 09:00;3,2;1,20\n",
    );
    for (number, perhaps) in [(2, "02.03.2014 08:00"), (3, "2014-03-13 09:00")] {
        let found = finding(&rows, number, FindingCode::NotADate);
        assert_eq!(
            (found.severity, param(found, "perhaps")),
            (Severity::Fatal, Some(perhaps))
        );
    }
    assert!(rows[1].is_rejected() && rows[2].is_rejected() && !rows[3].is_rejected());
}

#[test]
fn day_and_month_swapped_within_a_file_are_said_with_both_readings() {
    // Dates of both orders in one file: each that fits both is in doubt, none is skipped.
    let rows = rows(
        b"CDR ID,Start,End,kWh,Net\n\
          1,13/05/2017 08:00,13/05/2017 09:00,3.2,1.20\n\
          2,14/05/2017 08:00,14/05/2017 09:00,3.2,1.20\n\
          3,05/15/2017 08:00,05/15/2017 09:00,3.2,1.20\n\
          4,06/05/2017 08:00,06/05/2017 09:00,3.2,1.20\n\
          5,05/05/2017 08:00,05/05/2017 09:00,3.2,1.20\n",
    );
    let found = finding(&rows, 4, FindingCode::NotADate);
    assert_eq!(param(found, "perhaps"), Some("2017-05-15"));
    let found = finding(&rows, 5, FindingCode::DateOrderSuspect);
    let readings = (param(found, "read_as"), param(found, "other"));
    assert_eq!(readings, (Some("2017-05-06"), Some("2017-06-05")));
    assert!(
        !has(&rows, 6, FindingCode::DateOrderSuspect),
        "both readings are one day"
    );
    // A program that read day first as month first, and wrote years first: only the end of one row.
    let rows = self::rows(
        b"CDR ID,Start,End,kWh,Net\n\
          1,2017-05-13 08:00,2017-05-13 09:00,3.2,1.20\n\
          2,2017-05-10 08:00,2017-10-05 09:00,3.2,1.20\n\
          3,2017-10-05 08:00,2017-10-05 09:00,3.2,1.20\n",
    );
    let found = finding(&rows, 3, FindingCode::DateOrderSuspect);
    assert_eq!(
        (param(found, "read_as"), param(found, "other")),
        (Some("2017-10-05"), Some("2017-05-10"),)
    );
    assert!(
        has(&rows, 4, FindingCode::DateOrderSuspect),
        "outside the file's days"
    );
}

#[test]
fn local_times_marked_as_utc_are_said_with_both() {
    let rows = rows(
        b"CDR ID,Start,Time zone,End,kWh,Net\n\
          1,2018/01/12 15:54:00+00,MST,2018/01/12 17:22:00+00,6.7,1.20\n",
    );
    let found = finding(&rows, 2, FindingCode::LocalTimeAssumed);
    let zones = (param(found, "zone"), param(found, "written"));
    assert_eq!(zones, (Some("-07:00"), Some("+00:00")));
    let cdr = rows[1].record.value.as_ref().unwrap();
    assert_eq!(cdr.start_at.to_rfc3339(), "2018-01-12T22:54:00+00:00");
}

#[test]
fn a_heading_that_says_local_beats_an_offset_of_nothing() {
    for (heading, start, written) in [
        (
            "Start (local time)",
            "2026-07-01T06:00:00+00:00",
            Some("+00:00"),
        ),
        ("Start (MESZ)", "2026-07-01T06:00:00+00:00", Some("+00:00")),
        ("Start (UTC)", "2026-07-01T08:00:00+00:00", None),
        ("Start", "2026-07-01T08:00:00+00:00", None),
    ] {
        let text = format!(
            "CDR ID,{heading},End,kWh,Net\n1,2026-07-01T08:00:00Z,2026-07-01T09:00:00Z,6.7,1.20\n"
        );
        let book = open(text.as_bytes()).unwrap();
        let ambiguities = guess(&book, &hint()).unwrap().ambiguities;
        let is_open = ambiguities.iter().any(|open| open.other == "in_text");
        assert_eq!(
            is_open,
            written.is_some(),
            "{heading}: the other reading is said"
        );
        let rows = rows(text.as_bytes());
        let cdr = rows[1].record.value.as_ref().unwrap();
        assert_eq!(cdr.start_at.to_rfc3339(), start, "{heading}");
        if written.is_some() {
            let found = finding(&rows, 2, FindingCode::LocalTimeAssumed);
            assert_eq!(param(found, "written"), written, "{heading}");
        }
    }
}
