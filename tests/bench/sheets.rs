//! Spreadsheets: a csv into a book beside the floor of the same file, and an xlsx read to its end
//! beside calamine reading the same range alone. The files are made here.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Cursor};
use std::path::Path;
use std::time::Instant;

use calamine::Reader as _;
use office::api::ImportRequest;
use office::{Job, intake};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use crate::floor::{self, BATCH};
use crate::{Figures, import, part, say};

const CSV_ROWS: &str = "1000000";
const XLSX_ROWS: &str = "100000";
/// How often ours and the other take turns; the middle of the shares counts.
const ROUNDS: usize = 3;
const PARTNER: &str = "DE-ABC";

const HEADINGS: [&str; 12] = [
    "CDR ID",
    "Start (UTC)",
    "End (UTC)",
    "EVSE ID",
    "Location",
    "Contract ID",
    "Energy (kWh)",
    "Net",
    "VAT",
    "Gross",
    "Currency",
    "Remark",
];

/// Makes both files and measures them by turns.
pub fn bench(folder: &Path) {
    let path = |name: &str| folder.join(name).display().to_string();
    let (csv, xlsx) = (path("cdrs.csv"), path("cdrs.xlsx"));
    part(&["sheet-file", &csv, CSV_ROWS]);
    let shares: Vec<u128> = (0..ROUNDS)
        .map(|round| {
            let (rows, book) = (
                path(&format!("floor-{round}.sqlite")),
                path(&format!("sheet-{round}.book")),
            );
            let floor = part(&["sheet-floor", &rows, &csv]);
            say("floor: bare csv reader + bare insert of CDR rows", &floor);
            let ours = part(&["sheet-import", &book, &csv]);
            say("import of the csv", &ours);
            remove(&[&rows, &book]);
            ours.per_second() * 100 / floor.per_second().max(1)
        })
        .collect();
    let share = middle(&shares);
    println!("  = {share} % of the floor, of {shares:?} (target: at least 33 %)");
    part(&["sheet-file", &xlsx, XLSX_ROWS]);
    let shares: Vec<u128> = (0..ROUNDS)
        .map(|_| {
            let theirs = part(&["sheet-calamine", &xlsx]);
            say("calamine reads the range", &theirs);
            let ours = part(&["sheet-read", &xlsx]);
            say("xlsx opened, guessed and read", &ours);
            ours.took.as_micros() * 100 / theirs.took.as_micros().max(1)
        })
        .collect();
    let share = middle(&shares);
    println!("  = {share} % of the time of calamine, of {shares:?} (target: at most 200 %)");
}

fn middle(shares: &[u128]) -> u128 {
    let mut sorted = shares.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

/// The books of a round go before the next one, or they fill a small disk.
fn remove(books: &[&str]) {
    for book in books {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{book}{end}"));
        }
    }
}

/// Writes a file of so many CDRs, as its name says: csv or xlsx.
pub fn write(file: &Path, rows: usize) -> Figures {
    let rows = u32::try_from(rows).expect("a sheet has fewer rows");
    let is_csv = file.extension().is_some_and(|end| end == "csv");
    let out = BufWriter::new(File::create(file).expect("the file can be made"));
    if is_csv {
        csv(out, rows).expect("the csv can be written");
    } else {
        xlsx(out, rows).expect("the xlsx can be written");
    }
    Figures {
        records: u64::from(rows),
        ..Figures::default()
    }
}

/// What a row says, of its number: texts, two moments, and figures in thousandths or cents.
struct Cdr {
    id: String,
    day: u32,
    hour: u32,
    minute: u32,
    texts: [String; 3],
    wh: u32,
    cents: [u32; 3],
}

fn cdr(row: u32) -> Cdr {
    let net = row % 3_000;
    let vat = net / 5;
    Cdr {
        id: format!("CDR-{row:07}"),
        day: row % 28 + 1,
        hour: row % 22,
        minute: row % 60,
        texts: [
            format!("DE*ABC*E{}*1", row % 500),
            format!("Standort {}", row % 200),
            format!("DE-8AA-C{:06}-1", row % 5_000),
        ],
        wh: row % 60_000,
        cents: [net, vat, net + vat],
    }
}

fn csv(mut out: impl std::io::Write, rows: u32) -> std::io::Result<()> {
    out.write_all(HEADINGS.join(";").as_bytes())?;
    let mut line = String::new();
    for row in 1..=rows {
        let cdr = cdr(row);
        line.clear();
        let _ = write!(line, "\n{}", cdr.id);
        for hour in [cdr.hour, cdr.hour + 1] {
            let (day, minute) = (cdr.day, cdr.minute);
            let _ = write!(line, ";2026-09-{day:02}T{hour:02}:{minute:02}:00Z");
        }
        let _ = write!(line, ";{}", cdr.texts.join(";"));
        let _ = write!(line, ";{},{:03}", cdr.wh / 1_000, cdr.wh % 1_000);
        for cents in cdr.cents {
            let _ = write!(line, ";{},{:02}", cents / 100, cents % 100);
        }
        line.push_str(";EUR;");
        out.write_all(line.as_bytes())?;
    }
    out.flush()
}

type Failure = Box<dyn std::error::Error>;

fn xlsx(mut out: impl std::io::Write, rows: u32) -> Result<(), Failure> {
    let mut book = Workbook::new();
    let dated = Format::new().set_num_format("dd.mm.yyyy hh:mm");
    let sheet = book.add_worksheet();
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write(0, column, heading)?;
    }
    for row in 1..=rows {
        let cdr = cdr(row);
        sheet.write(row, 0, cdr.id)?;
        for (column, hour) in [(1, cdr.hour), (2, cdr.hour + 1)] {
            let at = format!("2026-09-{}T{hour}:{}", cdr.day, cdr.minute);
            sheet.write_with_format(row, column, ExcelDateTime::parse_from_str(&at)?, &dated)?;
        }
        for (column, text) in (3..).zip(cdr.texts) {
            sheet.write(row, column, text)?;
        }
        sheet.write_number(row, 6, figure(cdr.wh, 3)?)?;
        for (column, cents) in (7..).zip(cdr.cents) {
            sheet.write_number(row, column, figure(cents, 2)?)?;
        }
        sheet.write(row, 10, "EUR")?;
    }
    out.write_all(&book.save_to_buffer()?)?;
    Ok(out.flush()?)
}

/// A figure with so many decimals as a spreadsheet keeps it.
fn figure(digits: u32, decimals: u32) -> Result<f64, std::num::ParseFloatError> {
    format!("{digits}e-{decimals}").parse()
}

/// Reads each row with the bare csv reader and inserts it into the book's own table of CDRs, with
/// its indices and rules: the least that storing a CDR can be. What it inserts is no CDR that can
/// be used: its key is the row's number spread over all keys, and nothing is read or judged.
pub fn bare(path: &Path, file: &Path) -> Figures {
    drop(import::desk(path));
    let book = floor::open(path);
    book.execute_batch(
        "PRAGMA foreign_keys = OFF; PRAGMA cache_size = -262144; PRAGMA wal_autocheckpoint = 65536;
         INSERT INTO party (key) VALUES ('DE-ABC');
         INSERT INTO import (file, sha256, bytes, format, kind, actor, started_ms, state, result)
         VALUES ('', x'', 0, '', '', '', 0, 'running', '{}')",
    )
    .expect("a party and an import can be made");
    let began = Instant::now();
    let mut insert = book
        .prepare(
            "INSERT INTO cdr_row (import, number, block, start, length, form, partner, own, key,
                 content, ocpi_id, place, contract, month, start_ms, end_ms, currency, energy_e6,
                 stated_excl_e6, stated_incl_e6, credit)
             VALUES (1, ?1, 1, ?1, 200, 0, 1, 0, ?2, ?2, ?3, ?4, ?5, 24320, ?1, ?1, ?6, ?7, ?8,
                 ?9, 0)",
        )
        .expect("an insert can be prepared");
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.delimiter(b';').from_path(file).expect("it opens");
    let (mut record, mut records) = (csv::StringRecord::new(), 0_u64);
    while reader.read_record(&mut record).expect("the file reads") {
        if records % BATCH == 0 {
            let end = if records > 0 {
                "COMMIT; BEGIN"
            } else {
                "BEGIN"
            };
            book.execute_batch(end).expect("a transaction begins");
        }
        let figure = |column: usize| digits(&record[column]);
        // As hashes are: one key is as likely as another.
        let key = records.wrapping_mul(0x9e37_79b9_7f4a_7c15).cast_signed();
        let row = rusqlite::params![
            records.cast_signed(),
            key,
            &record[0],
            figure(3) % 500,
            &record[5],
            &record[10],
            figure(6),
            figure(7),
            figure(9),
        ];
        insert.execute(row).expect("a row is inserted");
        records += 1;
    }
    book.execute_batch("COMMIT")
        .expect("the last transaction ends");
    measured(began, records)
}

fn digits(text: &str) -> i64 {
    let digits = text.bytes().filter(u8::is_ascii_digit);
    digits.fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
}

/// Imports the csv into a new book as a person would, with the partner chosen.
pub fn import(book: &Path, file: &Path) -> Figures {
    let desk = import::desk(book);
    let request = ImportRequest {
        partner: Some(PARTNER.to_owned()),
        ..ImportRequest::default()
    };
    let began = Instant::now();
    let result = intake::run(&desk, &mut Job::quiet(), &request, file).expect("the file imports");
    assert_eq!(
        (result.new, result.rejected),
        (result.rows, 0),
        "every row is a new CDR: {:?}",
        result.rejects
    );
    let mut figures = measured(began, u64::from(result.rows));
    figures
        .notes
        .push(format!("findings {:?}", result.findings));
    figures
}

/// Builds the range of the first sheet by calamine.
pub fn calamine(file: &Path) -> Figures {
    let bytes = std::fs::read(file).expect("the file reads");
    let began = Instant::now();
    let mut book = calamine::Xlsx::new(Cursor::new(bytes)).expect("the workbook opens");
    let range = book.worksheet_range_at(0).expect("there is a sheet");
    let rows = range.expect("the sheet reads").height() - 1;
    measured(began, rows as u64)
}

/// Opens a workbook, guesses how it is to be read, and reads it to its end.
pub fn read(file: &Path) -> Figures {
    let bytes = std::fs::read(file).expect("the file reads");
    let hint = sheet::Hint {
        party: PARTNER.parse().expect("a party key"),
        zone: domain::Tz::UTC,
        currency: domain::Currency::EUR,
    };
    let began = Instant::now();
    let book = sheet::open(bytes).expect("the workbook opens");
    let opened = began.elapsed();
    let guess = sheet::guess(&book, &hint).expect("the sheet is known");
    let guessed = began.elapsed();
    let rows = sheet::read(&book, &guess.template, &hint).expect("the sheet is there");
    let records = rows.filter(|row| row.record.value.is_some()).count();
    let mut figures = measured(began, records as u64);
    figures.notes.push(format!(
        "opened after {} ms, guessed after {} ms",
        opened.as_millis(),
        guessed.as_millis()
    ));
    figures
}

fn measured(began: Instant, records: u64) -> Figures {
    Figures {
        records,
        took: began.elapsed(),
        ..Figures::default()
    }
}
