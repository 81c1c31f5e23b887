//! Sheets of other things than CDRs: sessions, lines of a statement, transactions of chargers.
#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use domain::{FindingCode, SessionStatus, Severity, Tz};
use tallywatt_sheet::{
    Because, Error, Guess, Hint, Kind, Record, Row, StatementLine, Template, Topic, Transaction,
    guess, open, records,
};

fn hint() -> Hint {
    Hint {
        party: "DE-ABC".parse().unwrap(),
        zone: Tz::Europe__Berlin,
        currency: "EUR".parse().unwrap(),
    }
}

fn read(text: &str) -> (Guess, Vec<Row<Record>>) {
    let book = open(text.as_bytes()).unwrap();
    let guess = guess(&book, &hint()).unwrap();
    let rows = records(&book, &guess.template, &hint()).unwrap().collect();
    (guess, rows)
}

/// The kind, why, and the other one that fits.
fn kind(headings: &str) -> (Kind, Because, Option<String>) {
    let cells: Vec<&str> = headings
        .split(',')
        .map(|heading| match heading.to_lowercase() {
            text if text.contains("start val") || text.contains("meter start") => "1000",
            text if text.contains("stop val") || text.contains("meter stop") => "12340",
            text if text.contains("start") || text.contains("stop ti") => "2026-09-01T08:00:00Z",
            text if text.contains("end") || text.contains("ended") => "2026-09-01T09:00:00Z",
            text if text.contains("kwh") || text.contains("amount") => "12.34",
            text if text.contains("net") || text.contains("gross") => "5.20",
            _ => "A-17",
        })
        .collect();
    let (guess, _) = read(&format!("{headings}\n{}\n", cells.join(",")));
    let of_kind = |what: Topic| what == Topic::Kind;
    let found = guess.evidence.iter().find(|e| of_kind(e.what)).unwrap();
    assert_eq!(found.value, guess.template.kind.as_str());
    let other = guess.ambiguities.iter().find(|a| of_kind(a.chosen.what));
    (
        guess.template.kind,
        found.because,
        other.map(|a| a.other.clone()),
    )
}

#[test]
fn the_kind_is_told_by_the_headings() {
    use Because::{Heading, NoAmounts, NoEnds};
    use Kind::{Cdrs, Sessions, Statement, Transactions};
    for (headings, expected, because, other) in [
        ("CDR ID,Start,End,kWh,Net", Cdrs, Heading, None),
        ("Start,End,EVSE,kWh,Gross amount", Cdrs, Heading, None),
        ("CDR ID,Start,End,EVSE,kWh", Cdrs, Heading, None),
        (
            "Session ID,Start,End,EVSE,kWh,Status",
            Sessions,
            Heading,
            None,
        ),
        ("Start,End,kWh", Sessions, NoAmounts, Some("transactions")),
        (
            "Start,End,EVSE,kWh",
            Transactions,
            NoAmounts,
            Some("sessions"),
        ),
        (
            "Transaction ID,ChargeBox ID,Start,End,kWh",
            Transactions,
            Heading,
            None,
        ),
        (
            "Station,Connector,Start,Meter start,End,Meter stop",
            Transactions,
            Heading,
            None,
        ),
        (
            "Session ID,ChargeBox,Start,Meter start,End,Meter stop",
            Transactions,
            Heading,
            Some("sessions"),
        ),
        (
            "Station,Start,Start value,End,Stop value,Net",
            Cdrs,
            Heading,
            Some("transactions"),
        ),
        (
            "Invoice number,CDR ID,Start,kWh,Net",
            Statement,
            Heading,
            None,
        ),
        ("CDR ID,Start,kWh,Net", Statement, NoEnds, Some("cdrs")),
        (
            "Session ID,Start,End,kWh,Net,Invoice number",
            Statement,
            Heading,
            Some("cdrs"),
        ),
        ("CDR ID,Net,Gross", Statement, NoEnds, None),
    ] {
        let found = kind(headings);
        let expected = (expected, because, other.map(str::to_owned));
        assert_eq!(found, expected, "{headings}");
    }
    let ids = open(b"CDR ID,Place\n1,a\n2,b\n".as_slice()).unwrap();
    assert_eq!(
        guess(&ids, &hint()).unwrap_err(),
        Error::NoRecords,
        "nothing is billed"
    );
}

fn transactions(rows: &[Row<Record>]) -> Vec<&Transaction> {
    fn of(record: &Record) -> &Transaction {
        match record {
            Record::Transaction(transaction) => transaction,
            other => panic!("no transaction: {other:?}"),
        }
    }
    let records = rows.iter().filter_map(|row| row.record.value.as_ref());
    records.map(of).collect()
}

fn codes<T>(row: &Row<T>) -> Vec<FindingCode> {
    row.record
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

const STEVE: &str = "Transaction ID,ChargeBox ID,Connector ID,OCPP ID Tag,Start Timestamp,\
                     Start Value,Stop Timestamp,Stop Value,Stop Reason\n";

#[test]
fn the_export_of_steve_is_read_as_transactions() {
    let (guess, rows) = read(&format!(
        "{STEVE}\
         4711,CB-01,1,04A2B3,2026-09-01T08:00:00.000Z,1203400,2026-09-01T09:00:00Z,1215740,Local\n\
         4712,CB-02,2,04A2B4,2026-09-01T08:30:00.000Z,900,,,\n\
         4713,CB-02,2,04A2B4,2026-09-02T08:30:00.000Z,91000,2026-09-02T09:00:00Z,90000,Remote\n"
    ));
    assert_eq!(guess.template.kind, Kind::Transactions);
    let read = transactions(&rows);
    let (first, running, back) = (read[0], read[1], read[2]);
    assert_eq!(first.id.as_str(), "4711");
    assert_eq!(first.station.as_ref().unwrap().as_str(), "CB-01");
    assert_eq!(first.connector.as_ref().unwrap().as_str(), "1");
    assert_eq!(first.tag.as_ref().unwrap().as_str(), "04A2B3");
    let kwh = |kwh: Option<domain::Kwh>| kwh.map(|kwh| kwh.0.normalize().to_string());
    assert_eq!(
        kwh(first.meter_start).as_deref(),
        Some("1203.4"),
        "OCPP counts in Wh"
    );
    assert_eq!(kwh(first.energy).as_deref(), Some("12.34"));
    assert_eq!(first.stop_reason.as_deref(), Some("Local"));
    assert_eq!(
        (running.end_at, running.energy),
        (None, None),
        "it still runs"
    );
    assert!(
        codes(&rows[2]).is_empty(),
        "which is nothing odd: {:?}",
        rows[2]
    );
    assert_eq!(kwh(back.energy).as_deref(), Some("-1"));
    assert_eq!(
        codes(&rows[3]),
        [FindingCode::NegativeEnergy],
        "the meter ran backwards"
    );
}

#[test]
fn a_meter_in_kwh_is_told_by_how_far_it_moves() {
    let headings = "Station,Start,End,Meter start,Meter end\n";
    let row = |start: &str, end: &str| {
        format!("{headings}S1,2026-09-01T08:00:00Z,2026-09-01T09:00:00Z,{start},{end}\n")
    };
    let unit = |text: &str| {
        let (guess, rows) = read(text);
        let is_open = guess
            .ambiguities
            .iter()
            .any(|a| a.chosen.what == Topic::EnergyUnit);
        let energy = transactions(&rows)[0].energy.unwrap().0.normalize();
        (energy.to_string(), is_open)
    };
    assert_eq!(
        unit(&row("81234.5", "81246.75")),
        ("12.25".to_owned(), false)
    );
    assert_eq!(
        unit(&row("81234500", "81246750")),
        ("12.25".to_owned(), false)
    );
    assert_eq!(
        unit(&row("81234", "81534")),
        ("300".to_owned(), true),
        "both readings are said"
    );
}

#[test]
fn stated_energy_and_meter_are_compared() {
    let (_, rows) = read(
        "Transaction,Station,Start,End,Meter start kWh,Meter end kWh,Energy kWh\n\
         1,S1,2026-09-01T08:00:00Z,2026-09-01T09:00:00Z,100.0,110.0,10.004\n\
         2,S1,2026-09-02T08:00:00Z,2026-09-02T09:00:00Z,110.0,121.5,11.0\n",
    );
    assert!(codes(&rows[1]).is_empty());
    assert_eq!(codes(&rows[2]), [FindingCode::EnergyMismatch]);
    let params = &rows[2].record.findings[0].params;
    assert_eq!(
        (params["stated"].as_str(), params["by_meter"].as_str()),
        ("11", "11.5")
    );
    let stated = transactions(&rows)[1]
        .energy
        .unwrap()
        .0
        .normalize()
        .to_string();
    assert_eq!(stated, "11", "what is stated is kept");
}

#[test]
fn sessions_are_read() {
    use SessionStatus::{Active, Completed, Unknown};
    let (guess, rows) = read(
        "Session ID,Status,Start,End,EVSE ID,Token UID,kWh\n\
         S-1,completed,2026-09-01T08:00:00Z,2026-09-01T09:00:00Z,DE*ABC*E1,04A2,10.5\n\
         S-2,,2026-09-01T10:00:00Z,,DE*ABC*E1,04A3,0.4\n\
         S-3,odd,2026-09-01T12:00:00Z,2026-09-01T13:00:00Z,DE*ABC*E1,04A4,1\n\
         S-1,completed,2026-09-01T08:00:00Z,2026-09-01T09:00:00Z,DE*ABC*E1,04A2,10.5\n",
    );
    assert_eq!(guess.template.kind, Kind::Sessions);
    let sessions: Vec<_> = rows
        .iter()
        .filter_map(|row| match row.record.value.as_ref()? {
            Record::Session(session) => Some(session),
            other => panic!("no session: {other:?}"),
        })
        .collect();
    assert_eq!(sessions[0].id.as_str(), "S-1");
    assert_eq!(sessions[0].energy.0.to_string(), "10.5");
    assert_eq!(
        (sessions[0].currency, &sessions[0].cost),
        (None, &None),
        "nothing is priced"
    );
    assert_eq!(sessions[1].end_at, None);
    let states = sessions
        .iter()
        .map(|session| session.status)
        .collect::<Vec<_>>();
    assert_eq!(states, [Completed, Active, Unknown, Completed]);
    assert_eq!(codes(&rows[3]), [FindingCode::SchemaEnum]);
    assert_eq!(codes(&rows[4]), [FindingCode::DuplicateRow]);
}

#[test]
fn lines_of_a_statement_are_kept_as_stated() {
    let (guess, rows) = read(
        "Invoice number;CDR ID;Session ID;Start;kWh;Net;VAT;Gross;Currency\n\
         R-7;C-1;S-1;2026-09-01T08:00:00Z;10,5;4,20;0,80;5,00;EUR\n\
         R-7;C-2;;;;3,00;;;EUR\n\
         R-7;C-3;S-3;2026-09-01T08:00:00Z;1,5;4,20;0,80;9,99;EUR\n\
         R-7;C-4;S-4;2026-09-01T08:00:00Z;1,5;;;;EUR\n\
         Summe;;;;13,5;15,60;1,60;20,01;EUR\n",
    );
    assert_eq!(guess.template.kind, Kind::Statement);
    let lines: Vec<&StatementLine> = rows
        .iter()
        .filter_map(|row| match row.record.value.as_ref()? {
            Record::Statement(line) => Some(&**line),
            other => panic!("no line: {other:?}"),
        })
        .collect();
    let text = |amount: Option<domain::Decimal>| amount.map(|amount| amount.to_string());
    assert_eq!(
        lines.len(),
        3,
        "a total is no line, and one without amounts is rejected"
    );
    assert_eq!(lines[0].reference.as_deref(), Some("R-7"));
    assert_eq!(text(lines[0].excl_vat).as_deref(), Some("4.20"));
    assert_eq!(text(lines[0].incl_vat).as_deref(), Some("5.00"));
    assert_eq!(lines[1].incl_vat, None, "gross is not made up");
    assert_eq!(lines[1].start_at, None);
    let missing = &rows[2].record.findings[0];
    assert_eq!(
        (missing.code, missing.severity),
        (FindingCode::MissingValue, Severity::Warning)
    );
    assert!(codes(&rows[3]).contains(&FindingCode::TaxSumMismatch));
    assert!(rows[4].is_rejected());
}

#[test]
fn a_statement_needs_no_times() {
    let (guess, rows) = read("CDR ID;Betrag netto\nC-1;1.234,50\nC-2;2,25\n");
    assert_eq!(guess.template.kind, Kind::Statement);
    let amounts: Vec<String> = rows
        .iter()
        .filter_map(|row| match row.record.value.as_ref()? {
            Record::Statement(line) => line.excl_vat.map(|net| net.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(amounts, ["1234.50", "2.25"]);
}

#[test]
fn a_template_from_before_there_were_kinds_is_of_cdrs() {
    let (guess, _) = read("CDR ID,Start,End,kWh,Net\nA,2026-09-01,2026-09-02,1.5,2\n");
    let mut stored = serde_json::to_value(&guess.template).unwrap();
    stored.as_object_mut().unwrap().remove("kind").unwrap();
    let template: Template = serde_json::from_value(stored).unwrap();
    assert_eq!(template, guess.template);
}
