//! Properties: a random table in a random style reads back as what was written, and no bytes,
//! however broken, make the reader panic.
#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use chrono::{DateTime, TimeZone, Utc};
use domain::{Currency, Decimal, Tz};
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
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
}

/// How a partner writes its files.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a habit of its own
struct Style {
    separator: u8,
    comma: bool,
    thousands: usize,
    date: usize,
    language: usize,
    titles: bool,
    totals: bool,
    empty_rows: bool,
    encoding: usize,
    currency: usize,
    trailing_minus: bool,
    reversed: bool,
}

const HEADINGS: [[&str; 8]; 4] = [
    [
        "CDR ID",
        "Start",
        "End",
        "Location",
        "Energy (kWh)",
        "Net amount",
        "Gross amount",
        "Currency",
    ],
    [
        "Belegnummer",
        "Beginn",
        "Ende",
        "Standort",
        "Menge kWh",
        "Netto",
        "Brutto",
        "Währung",
    ],
    [
        "Transactie ID",
        "Starttijd",
        "Eindtijd",
        "Locatie",
        "Verbruik kWh",
        "Bedrag excl. btw",
        "Bedrag incl. btw",
        "Valuta",
    ],
    [
        "Numéro",
        "Début",
        "Fin",
        "Lieu",
        "Énergie kWh",
        "Montant HT",
        "Montant TTC",
        "Devise",
    ],
];

fn style() -> impl Strategy<Value = Style> {
    let flags = (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    );
    let choices = (
        0_usize..4,
        0_usize..3,
        0_usize..6,
        0_usize..4,
        0_usize..4,
        0_usize..3,
    );
    (flags, choices, any::<bool>()).prop_map(|(flags, choices, reversed)| {
        let (comma, titles, totals, empty_rows, trailing_minus) = flags;
        let (separator, thousands, date, language, encoding, currency) = choices;
        let separator = b";\t|,"[separator];
        Style {
            separator,
            comma,
            thousands,
            date,
            language,
            titles,
            totals,
            empty_rows,
            encoding,
            currency,
            trailing_minus,
            reversed,
        }
    })
}

fn table() -> impl Strategy<Value = Vec<Facts>> {
    let record = (
        0_i64..200_000,
        60_i64..40_000,
        1_i64..90_000,
        -500_000_i64..2_000_000,
    );
    proptest::collection::vec(record, 6..25).prop_map(|records| {
        let facts = |(index, (minute, seconds, wh, cents)): (usize, (i64, i64, i64, i64))| {
            let start_at = Utc.timestamp_opt(1_767_225_600 + minute * 60, 0).unwrap();
            Facts {
                id: format!("R-{}", index + 7),
                start_at,
                end_at: start_at + chrono::Duration::seconds(seconds / 60 * 60),
                kwh: Decimal::new(if cents < 0 { -wh } else { wh }, 3),
                net: Decimal::new(cents, 2),
                gross: Decimal::new(cents * 119 / 100, 2),
                currency: "EUR".parse().unwrap(),
            }
        };
        records.into_iter().enumerate().map(facts).collect()
    })
}

impl Style {
    fn figure(self, value: Decimal) -> String {
        let text = value.abs().to_string();
        let (whole, fraction) = text.split_once('.').unwrap();
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
        out.push(if self.comma { ',' } else { '.' });
        out.push_str(fraction);
        match (value.is_sign_negative(), self.trailing_minus) {
            (false, _) => out,
            (true, true) => format!("{out}-"),
            (true, false) => format!("-{out}"),
        }
    }

    fn date(self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&Tz::Europe__Berlin);
        match self.date {
            0 => at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            1 => local.format("%d.%m.%Y %H:%M").to_string(),
            2 => local.format("%d/%m/%y %H:%M:%S").to_string(),
            3 => local.format("%m/%d/%Y %I:%M %p").to_string(),
            4 => local.format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            _ => local.format("%d-%m-%Y %H:%M").to_string(),
        }
    }

    fn write(self, table: &[Facts]) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.separator)
            .flexible(true)
            .from_writer(Vec::new());
        let mut put = |mut cells: Vec<String>| {
            if self.reversed {
                cells.reverse();
            }
            writer.write_record(&cells).unwrap();
        };
        if self.titles {
            put(["Statement", "", "", "", "", "", "", ""]
                .map(str::to_owned)
                .to_vec());
        }
        put(HEADINGS[self.language]
            .map(|text| self.heading(text))
            .to_vec());
        let mut sums = [Decimal::ZERO; 3];
        for (index, facts) in table.iter().enumerate() {
            if self.empty_rows && index % 5 == 4 {
                put(vec![String::new(); 8]);
            }
            for (sum, value) in sums.iter_mut().zip([facts.kwh, facts.net, facts.gross]) {
                *sum += value;
            }
            put(self.cells(facts));
        }
        if self.totals {
            let [kwh, net, gross] = sums.map(|sum| self.figure(sum));
            let empty = String::new;
            put(vec![
                "Total".to_owned(),
                empty(),
                empty(),
                empty(),
                kwh,
                net,
                gross,
                empty(),
            ]);
        }
        self.encode(&String::from_utf8(writer.into_inner().unwrap()).unwrap())
    }

    fn heading(self, text: &str) -> String {
        let is_amount = HEADINGS[self.language][5..7].contains(&text);
        if is_amount && self.currency == 1 {
            format!("{text} (EUR)")
        } else {
            text.to_owned()
        }
    }

    fn cells(self, facts: &Facts) -> Vec<String> {
        let amount = |value| match self.currency {
            2 => format!("€ {}", self.figure(value)),
            _ => self.figure(value),
        };
        vec![
            facts.id.clone(),
            self.date(facts.start_at),
            self.date(facts.end_at),
            "Am Markt 1, \"Süd\"; Halle|2".to_owned(),
            self.figure(facts.kwh),
            amount(facts.net),
            amount(facts.gross),
            if self.currency == 0 {
                "EUR".to_owned()
            } else {
                String::new()
            },
        ]
    }

    fn encode(self, text: &str) -> Vec<u8> {
        match self.encoding {
            0 => text.as_bytes().to_vec(),
            1 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            2 => [0xFEFF]
                .into_iter()
                .chain(text.encode_utf16())
                .flat_map(u16::to_le_bytes)
                .collect(),
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
    fn a_table_in_any_style_reads_back_as_it_was_written(table in table(), style in style()) {
        let bytes = style.write(&table);
        if let Some(found) = read_back(&bytes) {
            prop_assert_eq!(found, table, "{}", String::from_utf8_lossy(&bytes));
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
