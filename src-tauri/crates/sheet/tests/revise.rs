//! What a person decides about how a sheet is read: questions answered, guesses corrected, cells
//! of all rows read otherwise.
#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use domain::{Cdr, Severity, Tz};
use tallywatt_sheet::{
    Because, Change, Error, Field, Hint, Kind, RowIs, Template, Topic, Workbook, guess, guess_with,
    lay_out, moved, open, read, revised,
};

fn hint() -> Hint {
    Hint {
        party: "DE-ABC".parse().unwrap(),
        zone: Tz::Europe__Berlin,
        currency: "EUR".parse().unwrap(),
    }
}

fn change(what: Topic, column: &str, value: &str) -> Change {
    Change {
        what,
        column: Some(column.to_owned()).filter(|name| !name.is_empty()),
        value: value.to_owned(),
        from: None,
    }
}

fn replace(column: &str, from: &str, to: &str) -> Change {
    Change {
        from: Some(from.to_owned()),
        ..change(Topic::Replace, column, to)
    }
}

/// What a row is read as, or the codes of what stands in its way.
fn rows(book: &Workbook<'_>, template: &Template) -> Vec<Result<Cdr, Vec<String>>> {
    let hint = hint();
    let rows = read(book, template, &hint).unwrap();
    let rows = rows.filter(|row| row.is == RowIs::Data);
    rows.map(|row| {
        let codes = row.record.findings.iter();
        let codes = codes.filter(|finding| finding.severity == Severity::Fatal);
        let codes = codes.map(|finding| finding.code.as_str().to_owned());
        row.record.value.ok_or_else(|| codes.collect())
    })
    .collect()
}

const UNCLEAR: &str = "CDR ID,Start,End,kWh,Amount\n\
                       A-1,03/04/2026 08:00,03/04/2026 09:00,10.5,1.234\n\
                       A-2,05/04/2026 08:00,05/04/2026 09:00,1.5,2.345\n";

#[test]
fn an_answer_settles_its_question_and_no_other() {
    let book = open(UNCLEAR.as_bytes()).unwrap();
    let open_topics = |changes: &[Change]| {
        let guess = guess_with(&book, &hint(), changes).unwrap();
        let open = guess.ambiguities.iter().map(|open| open.chosen.what);
        open.collect::<Vec<_>>()
    };
    assert_eq!(open_topics(&[]), [Topic::DateOrder, Topic::Amount]);
    let answer = change(Topic::DateOrder, "", "month_first");
    assert_eq!(open_topics(std::slice::from_ref(&answer)), [Topic::Amount]);
    let rate = change(Topic::VatRate, "", "20");
    let both = [answer, change(Topic::Amount, "", "gross"), rate];
    assert_eq!(open_topics(&both), []);
    let guess = guess_with(&book, &hint(), &both).unwrap();
    let dates = guess.evidence.iter().find(|e| e.what == Topic::DateOrder);
    assert_eq!(dates.unwrap().value, "month_first");
    assert_eq!(dates.unwrap().because, Because::Person);
    let first = rows(&book, &guess.template)[0].clone().unwrap();
    assert_eq!(first.start_at.to_rfc3339(), "2026-03-04T07:00:00+00:00");
    assert_eq!(
        first.totals.cost.unwrap().incl_vat,
        Some("1.234".parse().unwrap())
    );
}

#[test]
fn a_sign_is_set_for_its_column_or_for_all() {
    let text = "CDR ID;Start;End;kWh;Net;Gross\n\
                A-1;01.09.2026 08:00;01.09.2026 09:00;10.500;1.234;2.345\n";
    let book = open(text.as_bytes()).unwrap();
    let net_and_gross = |changes: &[Change]| {
        let template = guess_with(&book, &hint(), changes).unwrap().template;
        let cost = rows(&book, &template)[0]
            .clone()
            .unwrap()
            .totals
            .cost
            .unwrap();
        (
            cost.excl_vat.to_string(),
            cost.incl_vat.unwrap().to_string(),
        )
    };
    let comma = |column| change(Topic::DecimalSign, column, "comma");
    let both = |net: &str, gross: &str| (net.to_owned(), gross.to_owned());
    assert_eq!(net_and_gross(&[comma("Net")]).0, "1234");
    assert_eq!(net_and_gross(&[comma("")]), both("1234", "2345"));
    let dot = change(Topic::DecimalSign, "", "dot");
    assert_eq!(net_and_gross(&[dot]), both("1.234", "2.345"));
}

#[test]
fn sheet_headings_columns_and_kind_are_a_persons_to_say() {
    let book = open("wer,wann\nA-1,gestern\nA-2,heute\n".as_bytes()).unwrap();
    assert_eq!(guess(&book, &hint()).unwrap_err(), Error::NoRecords);
    let draft = lay_out(&book, &hint(), &[]).unwrap();
    assert!(!draft.template.has_records());
    assert_eq!(draft.template.headings.len(), 2);
    let text = "Export of,September,,\n\
                wer,wann,bis,wieviel\n\
                A-1,2026-09-01 08:00,2026-09-01 09:00,10.5\n\
                A-2,2026-09-02 08:00,2026-09-02 09:00,1.5\n";
    let book = open(text.as_bytes()).unwrap();
    let changes = [
        change(Topic::Header, "", "2"),
        change(Topic::Column, "wer", "id"),
        change(Topic::Column, "wann", "start_at"),
        change(Topic::Column, "C", "end_at"),
        change(Topic::Column, "wieviel", "energy"),
        change(Topic::Kind, "", "cdrs"),
        change(Topic::EnergyUnit, "wieviel", "kwh"),
    ];
    let guess = guess_with(&book, &hint(), &changes).unwrap();
    assert_eq!(guess.template.kind, Kind::Cdrs);
    assert_eq!(guess.template.header.unwrap().first, 2);
    let read = rows(&book, &guess.template);
    assert_eq!(read.len(), 2);
    let first = read[0].clone().unwrap();
    assert_eq!(
        (
            first.id.0.as_str(),
            first.totals.energy.0.to_string().as_str()
        ),
        ("A-1", "10.5")
    );
    assert_eq!(first.end_at.to_rfc3339(), "2026-09-01T07:00:00+00:00");
    // A column that is taken from a field gives it to the other one.
    let moved = change(Topic::Column, "wann", "end_at");
    let guess = guess_with(&book, &hint(), &[&changes[..], &[moved]].concat());
    assert_eq!(guess.unwrap_err(), Error::NoRecords);
}

#[test]
fn a_text_of_a_column_is_read_as_another_in_all_rows() {
    let text = "CDR ID,Start,End,kWh,Net,Second kWh\n\
                A-1,2026-09-01 08:00,2026-09-01 09:00,free,1.10,7.5\n\
                A-2,2026-09-02 08:00,2026-09-02 09:00,FREE,2.20,8.5\n\
                A-3,2026-09-03 08:00,2026-09-03 09:00,3.5,free,\n";
    let book = open(text.as_bytes()).unwrap();
    let energies = |changes: &[Change]| {
        let template = guess_with(&book, &hint(), changes).unwrap().template;
        let rows = rows(&book, &template).into_iter();
        let energy = |row: Result<Cdr, Vec<String>>| match row {
            Ok(cdr) => cdr.totals.energy.0.to_string(),
            Err(codes) => codes.join(" "),
        };
        rows.map(energy).collect::<Vec<_>>()
    };
    let fixed = change(Topic::Column, "kWh", "energy");
    let base = [fixed, change(Topic::Column, "Net", "net")];
    let with = |more: &[Change]| energies(&[&base[..], more].concat());
    assert_eq!(with(&[]), ["not_a_number", "not_a_number", "not_a_number"]);
    assert_eq!(
        with(&[replace("kWh", "free", "0")]),
        ["0", "0", "not_a_number"]
    );
    let instead = change(Topic::Instead, "Second kWh", "energy");
    let other = [
        replace("kWh", "free", ""),
        replace("Net", "free", "0"),
        instead,
    ];
    assert_eq!(with(&other), ["7.5", "8.5", "3.5"]);
}

#[test]
fn changes_that_cannot_be_made_say_why() {
    let book = open(UNCLEAR.as_bytes()).unwrap();
    for (wrong, words) in [
        (change(Topic::Column, "Nothing", "net"), "no such column"),
        (change(Topic::Column, "Amount", "price"), "no such field"),
        (
            change(Topic::DateOrder, "", "sideways"),
            "none of the values",
        ),
        (change(Topic::Header, "", "3-9"), "neither a row"),
        (change(Topic::Zone, "", "Mars/Base"), "no zone"),
        (change(Topic::Currency, "", "EURO"), "no currency"),
        (change(Topic::VatRate, "", "much"), "no rate"),
        (change(Topic::Encoding, "", "utf-8"), "matter of the file"),
        (change(Topic::Replace, "kWh", "0"), "stands for is missing"),
        (change(Topic::Instead, "kWh", "energy"), "beside this one"),
    ] {
        let said = guess_with(&book, &hint(), std::slice::from_ref(&wrong)).unwrap_err();
        assert!(said.to_string().contains(words), "{wrong:?}: {said}");
    }
    let said = guess_with(&book, &hint(), &[change(Topic::Sheet, "", "X")]).unwrap_err();
    assert_eq!(said, Error::NoSuchSheet("X".to_owned()));
}

#[test]
fn a_kept_template_takes_changes_and_follows_its_columns() {
    let first = "CDR ID;Start;End;kWh;Net\n\
                 A-1;01.09.2026 08:00;01.09.2026 09:00;n.b.;4,20\n";
    let book = open(first.as_bytes()).unwrap();
    let changes = [
        change(Topic::Column, "kWh", "energy"),
        replace("kWh", "n.b.", "0"),
    ];
    let kept = guess_with(&book, &hint(), &changes).unwrap().template;
    let next = "Gross;Net;kWh;End;Start;CDR ID\n\
                5,25;4,20;N.B.;01.10.2026 09:00;01.10.2026 08:00;A-2\n";
    let book = open(next.as_bytes()).unwrap();
    let template = moved(&kept, &book).unwrap();
    assert!(
        template.column(Field::Gross).is_none(),
        "a new column is not read by itself"
    );
    let gross = change(Topic::Column, "Gross", "gross");
    let template = revised(&template, &book, &hint(), &[gross]).unwrap();
    let cdr = rows(&book, &template)[0].clone().unwrap();
    assert_eq!(cdr.totals.energy.0.to_string(), "0");
    let cost = cdr.totals.cost.unwrap();
    assert_eq!(
        cost.incl_vat.unwrap().to_string(),
        "5.25",
        "the sign of a new column is guessed"
    );
    let sheet = change(Topic::Sheet, "", "other");
    assert!(matches!(
        revised(&template, &book, &hint(), &[sheet]).unwrap_err(),
        Error::BadChange { .. }
    ));
    let none = change(Topic::Column, "Start", "");
    let ids = change(Topic::Column, "CDR ID", "");
    let said = revised(&template, &book, &hint(), &[none, ids]).unwrap_err();
    assert_eq!(said, Error::NoRecords);
}
