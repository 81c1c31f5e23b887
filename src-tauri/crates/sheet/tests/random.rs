//! Properties: a random table in a random style reads back as what was written, and no bytes,
//! however broken, make the reader panic. `PROPTEST_CASES=10000` for more rounds than usual.
#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use chrono::{DateTime, TimeZone, Utc};
use domain::{Currency, Decimal, Tz};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use tallywatt_sheet::{Hint, RowIs, Topic, guess, open, preview, read, recognise};

fn hint() -> Hint {
    Hint {
        party: "DE-ABC".parse().unwrap(),
        zone: Tz::Europe__Berlin,
        currency: "EUR".parse().unwrap(),
    }
}

/// What a record says, however it is written.
#[derive(Clone, Debug, PartialEq)]
struct Facts {
    id: String,
    start_at: DateTime<Utc>,
    end_at: DateTime<Utc>,
    kwh: Decimal,
    net: Decimal,
    gross: Decimal,
    currency: Currency,
    time_h: Option<Decimal>,
}

/// How a partner writes its files: of each habit, which one.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a habit of its own
struct Style {
    book: Book,
    separator: u8,
    comma: bool,
    thousands: usize,
    date: usize,
    language: usize,
    titles: usize,
    two_lines: bool,
    totals: bool,
    empty_rows: bool,
    encoding: usize,
    currency: InPlace,
    unit: InPlace,
    watt_hours: bool,
    duration: Span,
    named_unit: bool,
    trailing_minus: bool,
    reversed: bool,
}

/// What the file is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Book {
    Csv,
    /// A workbook of texts only.
    Texts,
    /// A workbook of figures, dates and durations.
    Typed,
}

/// Where a currency or a unit stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum InPlace {
    /// In a column of its own; a unit nowhere.
    Apart,
    Heading,
    Cell,
}

/// How a duration is written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Span {
    Absent,
    Clock,
    Minutes,
    Hours,
}

const WIDTH: usize = 9;
const DURATION: usize = 3;
const ENERGY: usize = 5;
const AMOUNTS: std::ops::Range<usize> = 6..8;

/// English, German, Dutch, French: the line above the headings, and the headings.
const HEADINGS: [[[&str; WIDTH]; 2]; 4] = [
    [
        [
            "Record", "Session", "Session", "Session", "Place", "Supply", "Billing", "Billing",
            "Billing",
        ],
        [
            "CDR ID",
            "Start",
            "End",
            "Duration",
            "Location",
            "Energy",
            "Net amount",
            "Gross amount",
            "Currency",
        ],
    ],
    [
        [
            "Beleg",
            "Ladung",
            "Ladung",
            "Ladung",
            "Platz",
            "Strom",
            "Abrechnung",
            "Abrechnung",
            "Abrechnung",
        ],
        [
            "Belegnummer",
            "Beginn",
            "Ende",
            "Dauer",
            "Standort",
            "Menge",
            "Netto",
            "Brutto",
            "Währung",
        ],
    ],
    [
        [
            "Boeking",
            "Laadbeurt",
            "Laadbeurt",
            "Laadbeurt",
            "Plek",
            "Stroom",
            "Facturatie",
            "Facturatie",
            "Facturatie",
        ],
        [
            "Transactie ID",
            "Starttijd",
            "Eindtijd",
            "Duur",
            "Locatie",
            "Verbruik",
            "Bedrag excl. btw",
            "Bedrag incl. btw",
            "Valuta",
        ],
    ],
    [
        [
            "Dossier",
            "Recharge",
            "Recharge",
            "Recharge",
            "Endroit",
            "Courant",
            "Facturation",
            "Facturation",
            "Facturation",
        ],
        [
            "Numéro",
            "Début",
            "Fin",
            "Durée",
            "Lieu",
            "Énergie",
            "Montant HT",
            "Montant TTC",
            "Devise",
        ],
    ],
];

/// How many there are of each habit, in the order in which [`style`] takes them.
const HABITS: [usize; 18] = [3, 4, 2, 3, 7, 4, 3, 2, 2, 2, 5, 3, 3, 2, 4, 2, 2, 2];

fn style() -> impl Strategy<Value = Style> {
    HABITS.map(|count| 0..count).prop_map(|habits| {
        let mut habits = habits.into_iter();
        let mut next = || habits.next().unwrap();
        let place = [InPlace::Apart, InPlace::Heading, InPlace::Cell];
        Style {
            book: [Book::Csv, Book::Texts, Book::Typed][next()],
            separator: b";\t|,"[next()],
            comma: next() == 1,
            thousands: next(),
            date: next(),
            language: next(),
            titles: next(),
            two_lines: next() == 1,
            totals: next() == 1,
            empty_rows: next() == 1,
            encoding: next(),
            currency: place[next()],
            unit: place[next()],
            watt_hours: next() == 1,
            duration: [Span::Absent, Span::Clock, Span::Minutes, Span::Hours][next()],
            named_unit: next() == 1,
            trailing_minus: next() == 1,
            reversed: next() == 1,
        }
    })
}

/// Minutes since 2026, seconds, Wh and cents of some sessions.
type Drawn = Vec<(i64, i64, i64, i64)>;

/// Sessions last a quarter of an hour and draw half a kWh at least: a file of shorter ones says
/// nothing of its units.
fn table() -> impl Strategy<Value = Drawn> {
    let record = (
        0_i64..200_000,
        900_i64..40_000,
        500_i64..90_000,
        -500_000_i64..2_000_000,
    );
    proptest::collection::vec(record, 6..25)
}

/// A cell before it is written.
enum Value {
    Nothing,
    Text(String),
    /// What is written, and what a typed cell holds: digits, scale, and the format.
    Figure(String, Decimal, &'static str),
    /// What is written, and the wall clock of a typed cell.
    Moment(String, chrono::NaiveDateTime),
    /// What is written, and seconds.
    Span(String, i64),
}

impl Value {
    fn text(&self) -> &str {
        match self {
            Value::Nothing => "",
            Value::Text(text)
            | Value::Figure(text, ..)
            | Value::Moment(text, _)
            | Value::Span(text, _) => text,
        }
    }
}

impl Style {
    fn facts(self, drawn: &Drawn) -> Vec<Facts> {
        let facts = |(index, &(minute, seconds, wh, cents)): (usize, &(i64, i64, i64, i64))| {
            let start_at = Utc.timestamp_opt(1_767_225_600 + minute * 60, 0).unwrap();
            let seconds = seconds / 60 * 60;
            let hours = Decimal::from(seconds) / Decimal::from(3600);
            let time_h = match self.duration {
                Span::Absent => None,
                Span::Clock | Span::Minutes => Some(hours.round_dp(6)),
                Span::Hours => Some(hours.round_dp(4)),
            };
            Facts {
                id: format!("R-{}", index + 7),
                start_at,
                end_at: start_at + chrono::Duration::seconds(seconds),
                kwh: Decimal::new(if cents < 0 { -wh } else { wh }, 3),
                net: Decimal::new(cents, 2),
                gross: Decimal::new(cents * 119 / 100, 2),
                currency: "EUR".parse().unwrap(),
                time_h: time_h.map(|hours| hours.normalize()),
            }
        };
        drawn.iter().enumerate().map(facts).collect()
    }

    fn figure(self, value: Decimal) -> String {
        let text = value.abs().to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mark = match self.thousands {
            0 => "",
            1 if self.comma => ".",
            1 => ",",
            _ => "'",
        };
        let mut out = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                out.push_str(mark);
            }
            out.push(digit);
        }
        if !fraction.is_empty() {
            out.push(if self.comma { ',' } else { '.' });
            out.push_str(fraction);
        }
        match (value.is_sign_negative(), self.trailing_minus) {
            (false, _) => out,
            (true, true) => format!("{out}-"),
            (true, false) => format!("-{out}"),
        }
    }

    fn date(self, at: DateTime<Utc>) -> Value {
        let local = at.with_timezone(&Tz::Europe__Berlin);
        let form = match self.date {
            0 => return Value::Text(at.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
            1 => return Value::Text(local.format("%Y-%m-%dT%H:%M:%S%:z").to_string()),
            2 => "%d.%m.%Y %H:%M",
            3 => "%d/%m/%y %H:%M:%S",
            4 => "%m/%d/%Y %I:%M %p",
            5 => "%Y/%m/%d %H:%M",
            _ => "%d-%m-%Y %H:%M",
        };
        Value::Moment(local.format(form).to_string(), local.naive_local())
    }

    fn duration(self, hours: Option<Decimal>, seconds: i64) -> Value {
        let minutes = seconds / 60;
        match self.duration {
            Span::Absent => Value::Nothing,
            Span::Clock => Value::Span(format!("{}:{:02}:00", minutes / 60, minutes % 60), seconds),
            Span::Minutes => Value::Figure(self.figure(minutes.into()), minutes.into(), "0"),
            Span::Hours => {
                let mut hours = hours.unwrap();
                hours.rescale(4);
                Value::Figure(self.figure(hours), hours, "0.0000")
            }
        }
    }

    fn energy(self, kwh: Decimal) -> Value {
        let (value, unit) = if self.watt_hours {
            ((kwh * Decimal::ONE_THOUSAND).trunc(), "Wh")
        } else {
            (kwh, "kWh")
        };
        let text = self.figure(value);
        match self.unit {
            // Beside a unit no minus stands behind.
            InPlace::Cell if text.ends_with('-') => {
                Value::Text(format!("-{} {unit}", text.trim_end_matches('-')))
            }
            InPlace::Cell => Value::Text(format!("{text} {unit}")),
            InPlace::Apart | InPlace::Heading => Value::Figure(text, value, "0.000"),
        }
    }

    fn amount(self, value: Decimal) -> Value {
        let text = self.figure(value);
        match self.currency {
            InPlace::Cell => Value::Figure(format!("€ {text}"), value, "[$€-407] #,##0.00"),
            InPlace::Apart | InPlace::Heading => Value::Figure(text, value, "#,##0.00"),
        }
    }

    fn heading(self, column: usize) -> String {
        let text = HEADINGS[self.language][1][column];
        let energy = if self.watt_hours { "Wh" } else { "kWh" };
        let unit = match column {
            ENERGY if self.unit == InPlace::Heading => energy,
            DURATION if self.named_unit && self.duration == Span::Minutes => "min",
            DURATION if self.named_unit && self.duration == Span::Hours => "h",
            _ if AMOUNTS.contains(&column) && self.currency == InPlace::Heading => "EUR",
            _ => return text.to_owned(),
        };
        format!("{text} ({unit})")
    }

    fn cells(self, facts: &Facts) -> Vec<Value> {
        let seconds = (facts.end_at - facts.start_at).num_seconds();
        vec![
            Value::Text(facts.id.clone()),
            self.date(facts.start_at),
            self.date(facts.end_at),
            self.duration(facts.time_h, seconds),
            Value::Text("Am Markt 1, \"Süd\"; Halle|2".to_owned()),
            self.energy(facts.kwh),
            self.amount(facts.net),
            self.amount(facts.gross),
            match self.currency {
                InPlace::Apart => Value::Text("EUR".to_owned()),
                InPlace::Heading | InPlace::Cell => Value::Nothing,
            },
        ]
    }

    fn columns(self) -> Vec<usize> {
        let mut columns: Vec<usize> = (0..WIDTH)
            .filter(|&column| column != DURATION || self.duration != Span::Absent)
            .collect();
        if self.reversed {
            columns.reverse();
        }
        columns
    }

    /// All rows of the file, from the top.
    fn rows(self, table: &[Facts]) -> Vec<Vec<Value>> {
        let nothing = || (0..WIDTH).map(|_| Value::Nothing).collect::<Vec<Value>>();
        let text = |text: &str| Value::Text(text.to_owned());
        let mut rows = Vec::new();
        for title in ["Statement", "Period 2026-01-01 to 2026-05-31"]
            .iter()
            .take(self.titles)
        {
            let mut row = nothing();
            row[if self.reversed { WIDTH - 1 } else { 0 }] = text(title);
            rows.push(row);
        }
        if self.two_lines {
            rows.push(HEADINGS[self.language][0].map(text).into());
        }
        rows.push(
            (0..WIDTH)
                .map(|column| Value::Text(self.heading(column)))
                .collect(),
        );
        let mut sums = [Decimal::ZERO; 3];
        for (index, facts) in table.iter().enumerate() {
            if self.empty_rows && index % 5 == 4 {
                rows.push(nothing());
            }
            for (sum, value) in sums.iter_mut().zip([facts.kwh, facts.net, facts.gross]) {
                *sum += value;
            }
            rows.push(self.cells(facts));
        }
        if self.totals {
            let mut row = nothing();
            row[0] = text(["Total", "Summe", "Totaal", "Total"][self.language]);
            row[ENERGY] = self.energy(sums[0]);
            row[AMOUNTS.start] = self.amount(sums[1]);
            row[AMOUNTS.start + 1] = self.amount(sums[2]);
            rows.push(row);
        }
        rows
    }

    fn write(self, table: &[Facts]) -> Vec<u8> {
        let columns = self.columns();
        let mut rows = self.rows(table);
        if self.two_lines {
            // The name of a group stands over its first column, as in a merged cell.
            let upper = &mut rows[self.titles];
            for pair in columns.windows(2).rev() {
                if upper[pair[0]].text() == upper[pair[1]].text() {
                    upper[pair[1]] = Value::Nothing;
                }
            }
        }
        match self.book {
            Book::Csv => self.csv(&columns, &rows),
            Book::Texts | Book::Typed => self.xlsx(&columns, &rows),
        }
    }

    fn csv(self, columns: &[usize], rows: &[Vec<Value>]) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.separator)
            .from_writer(Vec::new());
        for row in rows {
            let texts = columns.iter().map(|&column| row[column].text());
            writer.write_record(texts).unwrap();
        }
        self.encode(&String::from_utf8(writer.into_inner().unwrap()).unwrap())
    }

    fn xlsx(self, columns: &[usize], rows: &[Vec<Value>]) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (line, row) in (0..).zip(rows) {
            for (place, &column) in (0..).zip(columns) {
                self.put(sheet, (line, place), &row[column]);
            }
        }
        book.save_to_buffer().unwrap()
    }

    fn put(self, sheet: &mut Worksheet, (row, column): (u32, u16), value: &Value) {
        let number = |value: Decimal| value.to_string().parse::<f64>().unwrap();
        let form = |form: &str| Format::new().set_num_format(form);
        let done = match value {
            Value::Nothing => return,
            Value::Figure(_, value, code) if self.book == Book::Typed => {
                sheet.write_with_format(row, column, number(*value), &form(code))
            }
            Value::Moment(_, at) if self.book == Book::Typed => {
                let at = at.format("%Y-%m-%dT%H:%M:%S").to_string();
                let at = ExcelDateTime::parse_from_str(&at).unwrap();
                sheet.write_with_format(row, column, at, &form("dd/mm/yyyy hh:mm:ss"))
            }
            Value::Span(_, seconds) if self.book == Book::Typed => {
                let days = number(Decimal::from(*seconds) / Decimal::from(86_400));
                sheet.write_with_format(row, column, days, &form("[h]:mm:ss"))
            }
            other => sheet.write(row, column, other.text()),
        };
        done.unwrap();
    }

    fn encode(self, text: &str) -> Vec<u8> {
        let units = || [0xFEFF].into_iter().chain(text.encode_utf16());
        match self.encoding {
            0 => text.as_bytes().to_vec(),
            1 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            2 => units().flat_map(u16::to_le_bytes).collect(),
            3 => units().flat_map(u16::to_be_bytes).collect(),
            _ => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        }
    }
}

/// What is read, or `None` where the file itself leaves a question open.
fn read_back(bytes: &[u8]) -> Option<Vec<Facts>> {
    let (book, hint) = (open(bytes).unwrap(), hint());
    let guess = guess(&book, &hint).unwrap();
    let open_questions = [Topic::DateOrder, Topic::DecimalSign];
    if guess
        .ambiguities
        .iter()
        .any(|a| open_questions.contains(&a.chosen.what))
    {
        return None;
    }
    let rows = read(&book, &guess.template, &hint).unwrap();
    let facts = rows.filter(|row| row.is == RowIs::Data).map(|row| {
        let cdr = row.record.value.unwrap_or_else(|| {
            panic!(
                "{:?} {:?} under {:?}",
                row.raw, row.record.findings, guess.template
            )
        });
        let cost = cdr.totals.cost.unwrap();
        Facts {
            id: cdr.id.to_string(),
            start_at: cdr.start_at,
            end_at: cdr.end_at,
            kwh: cdr.totals.energy.0,
            net: cost.excl_vat,
            gross: cost.incl_vat.unwrap(),
            currency: cdr.currency,
            time_h: cdr.totals.time_h,
        }
    });
    Some(facts.collect())
}

fn config() -> ProptestConfig {
    ProptestConfig {
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Default::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_table_in_any_style_reads_back_as_it_was_written(drawn in table(), style in style()) {
        let table = style.facts(&drawn);
        let bytes = style.write(&table);
        if let Some(found) = read_back(&bytes) {
            prop_assert_eq!(found, table);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..400), start in 0_usize..5,
    ) {
        let starts: [&[u8]; 5] = [
            b"", b"PK\x03\x04", &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1],
            b"Start;End;kWh\n2026-09-01;2026-09-02;", &[0xFF, 0xFE],
        ];
        try_all(&[starts[start], &bytes].concat());
    }

    #[test]
    fn no_text_makes_it_panic(text in "[ -~\n;,\t\"€ü]{0,300}") {
        try_all(text.as_bytes());
        let row = "1;2026-09-01;2026-09-02;3,4;5";
        try_all(format!("Id;Start;End;kWh;Net\n{text}\n{row}\n").as_bytes());
    }

    #[test]
    fn no_damage_makes_it_panic(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = workbook();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        try_all(&bytes);
        try_all(&bytes[..cut.index(bytes.len())]);
    }
}

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in (0..).zip(["Id", "Start", "End", "kWh"]) {
        sheet.write(0, column, text).unwrap();
    }
    sheet
        .write(1, 0, "A")
        .unwrap()
        .write(1, 1, 46_000.5)
        .unwrap();
    sheet
        .write(1, 2, 46_000.75)
        .unwrap()
        .write(1, 3, 7.25)
        .unwrap();
    book.save_to_buffer().unwrap()
}

fn try_all(bytes: &[u8]) {
    let _ = recognise(bytes, "a.csv");
    let Ok(book) = open(bytes) else { return };
    let Ok(guess) = guess(&book, &hint()) else {
        return;
    };
    let rows = read(&book, &guess.template, &hint()).unwrap().count();
    let shown = preview(&book, &guess.template, &hint(), 5).unwrap().len();
    assert!(shown <= rows, "a preview shows rows that are there");
}
