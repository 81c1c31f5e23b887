//! Any bytes as a sheet, and any text as a figure or a date in one of its cells.

use std::sync::LazyLock;

use domain::{Currency, PartyKey, Severity, Tz};
use sheet::{DateOrder, DecimalSign, Hint, RowIs, Template};

fn hint() -> Hint {
    Hint {
        party: PartyKey::new("NL", "TAL").expect("two and three letters"),
        zone: Tz::Europe__Amsterdam,
        currency: "EUR".parse::<Currency>().expect("three letters"),
    }
}

/// Any bytes as a csv: guessed and read, and the same twice.
pub fn csv(bytes: &[u8]) {
    let Ok(book) = sheet::open(bytes) else {
        return;
    };
    let hint = hint();
    let Ok(guess) = sheet::guess(&book, &hint) else {
        return;
    };
    assert_eq!(
        sheet::guess(&book, &hint).as_ref(),
        Ok(&guess),
        "a guess is the same twice"
    );
    rows(bytes, &guess.template);
}

/// Any text as the energy and the price of a row, under both decimal signs.
pub fn number(bytes: &[u8]) {
    for (text, template) in cell(bytes, "2026-09-07 12:00:00", |cell| [cell, "12.5"]) {
        rows(text.as_bytes(), &template);
    }
}

/// Any text as start and end of a row, under both orders of day and month.
pub fn date(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for (text, template) in cell(bytes, text, |_| ["12.5", "4.5"]) {
        rows(text.as_bytes(), &template);
    }
}

/// A sheet of one sound row and one with the text in it, with every template to read it by.
fn cell<'a>(
    bytes: &'a [u8],
    start: &str,
    figures: impl Fn(&'a str) -> [&'a str; 2],
) -> Vec<(String, Template)> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Vec::new();
    };
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let [energy, cost] = figures(text).map(quoted);
    let start = quoted(start);
    let text = format!("{SOUND}S2;{start};2026-09-07 13:00:00;{energy};{cost};EUR\n");
    let mut all = Vec::new();
    for (sign, dates) in [
        (DecimalSign::Dot, DateOrder::DayFirst),
        (DecimalSign::Comma, DateOrder::MonthFirst),
    ] {
        let mut template = template().clone();
        template.dates = dates;
        for column in &mut template.columns {
            column.sign = sign;
        }
        all.push((text.clone(), template));
    }
    all
}

/// A sheet with one row.
const SOUND: &str = "session id;start date;end date;kWh;total cost excl vat;currency\n\
    S1;2026-09-07 10:00:00;2026-09-07 11:00:00;12.5;4.5;EUR\n";

/// How that sheet is read.
fn template() -> &'static Template {
    static GUESSED: LazyLock<Template> = LazyLock::new(|| {
        let book = sheet::open(SOUND.as_bytes()).expect("it is a csv");
        let guess = sheet::guess(&book, &hint()).expect("the sound row can be guessed");
        guess.template
    });
    &GUESSED
}

/// Reads the rows: each is a record, rejected for a reason, or no record at all.
fn rows(bytes: &[u8], template: &Template) {
    let Ok(book) = sheet::open(bytes) else {
        return;
    };
    let hint = hint();
    let Ok(reader) = sheet::read(&book, template, &hint) else {
        return;
    };
    let rows: Vec<sheet::Row> = reader.collect();
    for row in &rows {
        let fatal = row
            .record
            .findings
            .iter()
            .any(|finding| finding.severity == Severity::Fatal);
        match row.is {
            RowIs::Data => assert_eq!(row.record.value.is_none(), fatal, "{row:?}"),
            RowIs::Skipped(_) => assert!(row.record.value.is_none(), "{row:?}"),
        }
    }
    let again = sheet::read(&book, template, &hint).map(Iterator::collect::<Vec<_>>);
    assert_eq!(again.as_ref(), Ok(&rows), "a sheet reads the same twice");
}
