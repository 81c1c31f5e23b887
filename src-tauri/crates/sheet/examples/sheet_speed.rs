//! Measures opening, guessing and reading of large sheets made here:
//! `cargo run --release -p tallywatt-sheet --example sheet_speed [xlsx rows] [csv rows]`.

use std::error::Error;
use std::fmt::Write as _;
use std::time::Instant;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::Value;
use tallywatt_sheet::{Hint, RowIs, guess, open, preview, read};

const HEADINGS: [&str; 12] = [
    "CDR ID", "Start", "End", "EVSE", "Location", "Contract", "kWh", "Net", "VAT", "Gross",
    "Currency", "Remark",
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut counts = std::env::args().skip(1).map(|text| text.parse::<u32>());
    let xlsx_rows = counts.next().transpose()?.unwrap_or(100_000);
    let csv_rows = counts.next().transpose()?.unwrap_or(1_000_000);
    let bytes = xlsx(xlsx_rows)?;
    measure("xlsx", xlsx_rows, &bytes)?;
    drop(bytes);
    let bytes = csv(csv_rows)?;
    measure("csv", csv_rows, bytes.as_bytes())?;
    println!("peak memory of this process: {} MiB", peak_mib());
    Ok(())
}

fn measure(what: &str, rows: u32, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let hint = Hint {
        party: "DE-ABC".parse()?,
        zone: "Europe/Berlin".parse()?,
        currency: domain::Currency::EUR,
    };
    let begin = Clock::now();
    let book = open(bytes)?;
    let opened = begin.elapsed();
    let guess = guess(&book, &hint)?;
    let guessed = begin.elapsed();
    let first = preview(&book, &guess.template, &hint, 100)?;
    let previewed = begin.elapsed();
    let mut read_rows = 0_u32;
    for row in read(&book, &guess.template, &hint)? {
        read_rows += u32::from(row.is == RowIs::Data && row.record.value.is_some());
    }
    let done = begin.elapsed();
    assert_eq!(read_rows, rows, "every row is a record");
    println!(
        "{what}: {rows} rows, {} MiB; since the start: opened {}, guessed {}, \
         preview of {} {}, all rows {}",
        bytes.len() >> 20,
        opened,
        guessed,
        first.len(),
        previewed,
        done,
    );
    Ok(())
}

/// Since a moment: milliseconds by the wall clock, and those this process was running.
struct Clock(Instant, u64);

impl Clock {
    fn now() -> Clock {
        Clock(Instant::now(), cpu_ms())
    }

    fn elapsed(&self) -> String {
        let wall = self.0.elapsed().as_millis();
        format!("{wall} ms ({} ms running)", cpu_ms() - self.1)
    }
}

/// The processor time of this process, from the kernel's ticks of 10 ms; 0 where it does not tell.
fn cpu_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|tick| tick.parse::<u64>().ok())
        .sum::<u64>()
        * 10
}

fn xlsx(rows: u32) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut book = Workbook::new();
    let dated = Format::new().set_num_format("dd.mm.yyyy hh:mm");
    let sheet = book.add_worksheet();
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write(0, column, heading)?;
    }
    for row in 1..=rows {
        let (day, hour, minute) = (row % 28 + 1, row % 22, row % 60);
        let at = |hour| ExcelDateTime::parse_from_str(&format!("2026-09-{day}T{hour}:{minute}"));
        sheet.write(row, 0, format!("CDR-{row:07}"))?;
        sheet.write_with_format(row, 1, at(hour)?, &dated)?;
        sheet.write_with_format(row, 2, at(hour + 1)?, &dated)?;
        sheet.write(row, 3, format!("DE*ABC*E{}*1", row % 500))?;
        sheet.write(row, 4, format!("Standort {}", row % 200))?;
        sheet.write(row, 5, format!("DE-8AA-C{:06}-1", row % 5000))?;
        let (net, vat) = (row % 3000, row % 570);
        let figures = [(row % 60_000, 3), (net, 2), (vat, 2), (net + vat, 2)];
        for (column, (units, digits)) in (6..).zip(figures) {
            let figure: Value = serde_json::from_str(&format!("{units}e-{digits}"))?;
            sheet.write_number(row, column, figure.as_f64().unwrap_or_default())?;
        }
        sheet.write(row, 10, "EUR")?;
    }
    Ok(book.save_to_buffer()?)
}

fn csv(rows: u32) -> Result<String, Box<dyn Error>> {
    let mut text = HEADINGS.join(";");
    for row in 1..=rows {
        let (day, hour, minute) = (row % 28 + 1, row % 22, row % 60);
        let (net, vat) = (row % 3000, row % 570);
        write!(
            text,
            "\nCDR-{row:07};{day:02}.09.2026 {hour:02}:{minute:02};{day:02}.09.2026 \
             {:02}:{minute:02};DE*ABC*E{}*1;Standort {};DE-8AA-C{:06}-1;{},{:03};{},{:02};\
             {},{:02};{},{:02};EUR;",
            hour + 1,
            row % 500,
            row % 200,
            row % 5000,
            row % 60,
            row % 1000,
            net / 100,
            net % 100,
            vat / 100,
            vat % 100,
            (net + vat) / 100,
            (net + vat) % 100,
        )?;
    }
    Ok(text)
}

/// The most memory this process ever had in use, from the kernel; 0 where it does not tell.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}
