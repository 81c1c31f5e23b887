//! Files that come again: a template that still fits or has drifted, and rejected rows that come
//! back repaired.
#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use std::io::Read as _;

use domain::{Cdr, Tz};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook as NewBook};
use tallywatt_sheet::{
    Field, Fit, HOW_TO_FIX, Hint, ORIGINAL_ROW, PROBLEM, Reject, Template, Workbook, fit, guess,
    moved, open, read, rejects, rejects_of,
};

fn hint() -> Hint {
    Hint {
        party: "DE-ABC".parse().unwrap(),
        zone: Tz::Europe__Berlin,
        currency: "EUR".parse().unwrap(),
    }
}

const FILE: &str = "CDR ID;Start;End;kWh;Net €;Remark\n\
                    A-1;01.09.2026 08:00;01.09.2026 09:00;10,5;4,20;\n\
                    A-2;13.09.2026 08:00;13.09.2026 09:00;1,5;1,20;\n";

fn template(text: &str) -> Template {
    let book = open(text.as_bytes()).unwrap();
    guess(&book, &hint()).unwrap().template
}

fn drifted(new: &[&str], gone: &[&str]) -> Fit {
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Fit::Drifted {
        new: owned(new),
        gone: owned(gone),
    }
}

fn fit_of(template: &Template, text: &str) -> Fit {
    fit(template, &open(text.as_bytes()).unwrap())
}

#[test]
fn a_template_fits_by_names_and_says_what_changed() {
    let template = template(FILE);
    let row = "A-3;14.09.2026 08:00;14.09.2026 09:00;10,5;4,20;";
    for (headings, expected) in [
        ("CDR ID;Start;End;kWh;Net €;Remark", Fit::Same),
        ("Remark;Net €;kWh;End;Start;CDR ID", Fit::Same),
        (
            "September;;;;;\nCDR ID;Start;End;kWh;Net €;Remark",
            Fit::Same,
        ),
        ("cdr id;START;End ; kWh;Net  €;Remark", Fit::Same),
        (
            "CDR ID;Start;End;kWh;Net €;Remark;VAT",
            drifted(&["VAT"], &[]),
        ),
        (
            "CDR ID;Start;End;kWh;Net €;Remark;Remark",
            drifted(&["Remark"], &[]),
        ),
        ("CDR ID;Start;End;kWh;Net €", drifted(&[], &["Remark"])),
        (
            "CDR ID;Start;End;kWh;Net $;Remark",
            drifted(&["Net $"], &["Net €"]),
        ),
        (
            "CDR ID;Start;End;Wh;Net €;Remark",
            drifted(&["Wh"], &["kWh"]),
        ),
        ("CDR ID;Start;Ende;Menge;Betrag;Note", Fit::Other),
        ("Name;Street;City;Start;Phone;Remark", Fit::Other),
    ] {
        let text = format!("{headings}\n{row}\n{row}\n");
        assert_eq!(fit_of(&template, &text), expected, "{headings}");
    }
    let letters = "A-1;2026-09-01 08:00;2026-09-01 09:00;10,5\nA-2;2026-09-02 08:00;\
                   2026-09-02 09:00;1,5\n";
    let without = self::template(letters);
    assert_eq!(without.header, None);
    assert_eq!(
        fit_of(&without, letters),
        Fit::Other,
        "nothing names its columns"
    );
}

#[test]
fn a_fingerprint_knows_no_order() {
    let one = template(FILE).fingerprint();
    let turned = FILE.replace("CDR ID;Start", "cdr id;Start");
    assert_eq!(one, template(&turned).fingerprint());
    assert_ne!(one, template(&FILE.replace("Remark", "Note")).fingerprint());
    assert_eq!(one.len(), 16);
}

fn cdrs(book: &Workbook<'_>, template: &Template) -> Vec<Cdr> {
    let hint = hint();
    let rows = read(book, template, &hint).unwrap();
    rows.filter_map(|row| row.record.value).collect()
}

#[test]
fn a_template_moves_with_its_columns() {
    let known = template(FILE);
    let turned = "Bericht;;;;;;\n\nNeu;Net €;kWh;End;Start;CDR ID;Remark\n\
                  9,99;4,20;10,5;01.09.2026 09:00;01.09.2026 08:00;A-1;\n";
    let book = open(turned.as_bytes()).unwrap();
    assert_eq!(fit(&known, &book), drifted(&["Neu"], &[]));
    let there = moved(&known, &book).unwrap();
    assert_eq!(there.column(Field::Net).unwrap().index, 1);
    let first = open(FILE.as_bytes()).unwrap();
    assert_eq!(
        cdrs(&book, &there)[0],
        cdrs(&first, &known)[0],
        "the same record"
    );
    let gone = "CDR ID;Start;End;kWh\nA-1;01.09.2026 08:00;01.09.2026 09:00;10,5\n";
    let gone = open(gone.as_bytes()).unwrap();
    let there = moved(&known, &gone).unwrap();
    assert_eq!(
        there.column(Field::Net),
        None,
        "what is gone is not read from elsewhere"
    );
    assert_eq!(
        moved(&known, &open(b"a;b\n1;2\n".as_slice()).unwrap()),
        None
    );
}

#[test]
fn a_renamed_sheet_with_two_levels_of_headings_is_followed() {
    let month = |name: &str, title_rows: u32| {
        let mut book = NewBook::new();
        book.add_worksheet().set_name("Cover").unwrap();
        let sheet = book.add_worksheet().set_name(name).unwrap();
        let (top, plain) = (title_rows, Format::new());
        sheet
            .merge_range(top, 1, top, 2, "Session (UTC)", &plain)
            .unwrap();
        sheet
            .merge_range(top, 3, top, 4, "Amount EUR", &plain)
            .unwrap();
        for (column, text) in (0..).zip(["CDR", "Start", "End", "Net", "Gross", "kWh"]) {
            sheet.write(top + 1, column, text).unwrap();
        }
        let row = [
            "A-1",
            "2026-09-01 08:00",
            "2026-09-01 09:00",
            "4.20",
            "5.00",
            "10.5",
        ];
        for (column, text) in (0..).zip(row) {
            sheet.write(top + 2, column, text).unwrap();
        }
        book.save_to_buffer().unwrap()
    };
    let (august, september) = (month("2026-08", 0), month("2026-09", 3));
    let august = open(august).unwrap();
    let known = guess(&august, &hint()).unwrap().template;
    let september = open(september).unwrap();
    assert_eq!(fit(&known, &september), Fit::Same);
    let there = moved(&known, &september).unwrap();
    assert_eq!(
        (there.sheet.as_str(), there.header.unwrap().first),
        ("2026-09", 4)
    );
    assert_eq!(cdrs(&september, &there), cdrs(&august, &known));
}

const BROKEN: &str = "CDR ID;Start;End;kWh;Net;Remark\n\
                      A-1;01.09.2026 08:00;01.09.2026 09:00;10,5;4,20;\n\
                      A-2;13.09.2026 08:00;13.09.2026 09:00;viel;1,20;=1+1\n\
                      A-3;14.09.0026 08:00;14.09.2026 09:00;2,5;-1,20;@SUM(A1)\n\
                      A-4;15.09.2026 08:00;15.09.2026 09:00;3,5;1,20;+49 30 1234\n";

fn refused(book: &Workbook<'_>, template: &Template) -> Vec<Reject> {
    let hint = hint();
    let rows = read(book, template, &hint).unwrap();
    let refused = rows
        .filter(tallywatt_sheet::Row::is_rejected)
        .map(|row| Reject {
            row: row.number,
            problem: row.record.findings[0].code.to_string(),
            how_to_fix: "write a figure".to_owned(),
        });
    refused.collect()
}

/// The parts of a workbook as text.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let parts = (0..archive.len()).map(|index| {
        let mut part = archive.by_index(index).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        (part.name().unwrap().into_owned(), text)
    });
    parts.collect()
}

/// What a person does: the sheet of rows is written anew, with some cells changed, beside the
/// hidden sheet as it was.
fn repaired(bytes: &[u8], repairs: &[(&str, &str)]) -> Vec<u8> {
    let book = open(bytes).unwrap();
    let mut out = NewBook::new();
    for sheet in book.sheets() {
        let page = out.add_worksheet().set_name(sheet.name()).unwrap();
        let mut rows = sheet.rows();
        while let Some(row) = rows.next() {
            for (column, cell) in row.filled() {
                let (line, column) = (row.number - 1, u16::try_from(column).unwrap());
                if let tallywatt_sheet::Cell::Number(number) = cell {
                    let float: f64 = number.to_string().parse().unwrap();
                    page.write(line, column, float).unwrap();
                    continue;
                }
                let text = cell.shown();
                let repair = repairs.iter().find(|(before, _)| *before == text);
                let text = repair.map_or(text.as_str(), |(_, after)| after);
                page.write_string(line, column, text).unwrap();
            }
        }
    }
    out.save_to_buffer().unwrap()
}

#[test]
fn rejected_rows_come_back_repaired_and_continue_the_import() {
    let book = open(BROKEN.as_bytes()).unwrap();
    let known = template(BROKEN);
    let refused = refused(&book, &known);
    assert_eq!(refused.iter().map(|r| r.row).collect::<Vec<_>>(), [3, 4]);
    let bytes = rejects(&book, &known, "blake3:0123", &refused).unwrap();
    let fixed = repaired(
        &bytes,
        &[("viel", "2,25"), ("14.09.0026 08:00", "14.09.2026 08:00")],
    );
    for bytes in [&bytes, &fixed] {
        let again = open(bytes.as_slice()).unwrap();
        let of = rejects_of(&again).unwrap();
        assert_eq!(of.source, "blake3:0123");
        assert_eq!(of.rows, [(2, 3), (3, 4)].into());
        assert_eq!(fit(&known, &again), Fit::Same, "the added columns are ours");
    }
    let again = open(fixed.as_slice()).unwrap();
    let there = moved(&known, &again).unwrap();
    let read = cdrs(&again, &there);
    let ids: Vec<&str> = read.iter().map(|cdr| cdr.id.as_str()).collect();
    assert_eq!(ids, ["A-2", "A-3"]);
    assert_eq!(read[0].totals.energy.0.to_string(), "2.25");
    assert_eq!(
        read[0].remark.as_deref(),
        Some("=1+1"),
        "it is a text, as it was"
    );
    let net = read[1].totals.cost.as_ref().unwrap().excl_vat.to_string();
    assert_eq!(net, "-1.20");
    assert_eq!(rejects_of(&book), None);
}

/// The workbook with its rows as a person left them: those of these numbers, in this order.
/// Where none is given, a row that was added by hand.
fn rearranged(bytes: &[u8], lines: &[Option<usize>]) -> Vec<u8> {
    let mut out = NewBook::new();
    let book = open(bytes).unwrap();
    for sheet in book.sheets() {
        let page = out.add_worksheet().set_name(sheet.name()).unwrap();
        let mut all = Vec::new();
        let mut rows = sheet.rows();
        while let Some(row) = rows.next() {
            let cells = row.filled().map(|(column, cell)| (column, cell.shown()));
            all.push(cells.collect::<Vec<_>>());
        }
        let by_hand = vec![(0, "A-9".to_owned()), (8, "77".to_owned())];
        let kept: Vec<_> = match sheet.name() {
            "tallywatt-rejects" => all,
            _ => [Some(0)]
                .iter()
                .chain(lines)
                .map(|line| line.map_or_else(|| by_hand.clone(), |line| all[line].clone()))
                .collect(),
        };
        for (line, cells) in (0..).zip(kept) {
            for (column, text) in cells {
                let column = u16::try_from(column).unwrap();
                page.write(line, column, text).unwrap();
            }
        }
    }
    out.save_to_buffer().unwrap()
}

#[test]
fn a_row_keeps_its_number_when_a_person_sorts_deletes_and_adds() {
    let book = open(BROKEN.as_bytes()).unwrap();
    let known = template(BROKEN);
    let reject = |row| Reject {
        row,
        problem: "no".to_owned(),
        how_to_fix: String::new(),
    };
    let all: Vec<Reject> = (2..=5).map(reject).collect();
    let bytes = rejects(&book, &known, "x", &all).unwrap();
    let numbers = |lines: &[Option<usize>]| {
        let again = open(rearranged(&bytes, lines)).unwrap();
        assert_eq!(fit(&known, &again), Fit::Same);
        let of = rejects_of(&again).unwrap();
        assert_eq!(of.source, "x");
        of.rows.into_iter().collect::<Vec<_>>()
    };
    let as_written = [Some(1), Some(2), Some(3), Some(4)];
    assert_eq!(numbers(&as_written), [(2, 2), (3, 3), (4, 4), (5, 5)]);
    let sorted = [Some(4), Some(2), Some(1), Some(3)];
    assert_eq!(numbers(&sorted), [(2, 5), (3, 3), (4, 2), (5, 4)]);
    assert_eq!(numbers(&[Some(3)]), [(2, 4)], "the others are deleted");
    let added = [Some(1), None, Some(2)];
    assert_eq!(
        numbers(&added),
        [(2, 2), (4, 3)],
        "a number that was not written is none"
    );
}

#[test]
fn rows_that_fail_again_keep_their_first_number() {
    let book = open(BROKEN.as_bytes()).unwrap();
    let known = template(BROKEN);
    let first = open(rejects(&book, &known, "x", &refused(&book, &known)).unwrap()).unwrap();
    let there = moved(&known, &first).unwrap();
    let one = Reject {
        row: 3,
        problem: "still".to_owned(),
        how_to_fix: String::new(),
    };
    let second = open(rejects(&first, &there, "x", &[one]).unwrap()).unwrap();
    assert_eq!(rejects_of(&second).unwrap().rows, [(2, 4)].into());
    assert_eq!(fit(&known, &second), Fit::Same);
    let mut rows = second.sheets()[0].rows();
    let headings = rows.next().unwrap().filled().count();
    assert_eq!(headings, known.headings.len() + 3, "no column twice");
}

#[test]
fn no_cell_of_the_rejects_is_a_formula() {
    let book = open(BROKEN.as_bytes()).unwrap();
    let known = template(BROKEN);
    let all: Vec<Reject> = (2..=5)
        .map(|row| Reject {
            row,
            problem: "=HYPERLINK(\"http://example.org\")".to_owned(),
            how_to_fix: "@fix".to_owned(),
        })
        .collect();
    let bytes = rejects(&book, &known, "x", &all).unwrap();
    for (name, text) in parts(&bytes) {
        assert!(!text.contains("<f>") && !text.contains("<f "), "{name}");
        assert!(!name.contains("externalLink"), "{name}");
    }
    let (_, styles) = parts(&bytes)
        .into_iter()
        .find(|(n, _)| n == "xl/styles.xml")
        .unwrap();
    assert!(
        styles.contains("quotePrefix=\"1\""),
        "an edited cell stays text"
    );
    let again = open(bytes).unwrap();
    let mut rows = again.sheets()[0].rows();
    let headings: Vec<String> = rows
        .next()
        .unwrap()
        .filled()
        .map(|(_, c)| c.shown())
        .collect();
    assert_eq!(headings[6..], [PROBLEM, HOW_TO_FIX, ORIGINAL_ROW]);
    let first = rows.next().unwrap();
    assert_eq!(
        first.cell(6).text(),
        Some("=HYPERLINK(\"http://example.org\")")
    );
}

#[test]
fn typed_cells_keep_their_values() {
    let mut book = NewBook::new();
    let page = book.add_worksheet().set_name("Ladevorgänge").unwrap();
    let dated = Format::new().set_num_format("dd.mm.yyyy hh:mm");
    let span = Format::new().set_num_format("[h]:mm:ss");
    for (column, text) in (0..).zip(["CDR ID", "Start", "Duration", "kWh", "Net"]) {
        page.write(0, column, text).unwrap();
    }
    let at = ExcelDateTime::parse_from_str("2026-09-14T10:20:30").unwrap();
    page.write(1, 0, "B-1").unwrap();
    page.write_with_format(1, 1, &at, &dated).unwrap();
    page.write_with_format(1, 2, 1.25, &span).unwrap();
    page.write(1, 3, 10.375)
        .unwrap()
        .write(1, 4, 0.1 + 0.2)
        .unwrap();
    let book = open(book.save_to_buffer().unwrap()).unwrap();
    let known = guess(&book, &hint()).unwrap().template;
    let one = Reject {
        row: 2,
        problem: String::new(),
        how_to_fix: String::new(),
    };
    let again = open(rejects(&book, &known, "x", &[one]).unwrap()).unwrap();
    let there = moved(&known, &again).unwrap();
    assert_eq!(there.sheet, "Ladevorgänge");
    let (first, second) = (cdrs(&book, &known), cdrs(&again, &there));
    assert_eq!(first, second);
    assert_eq!(first.len(), 1);
    let cells = |book: &Workbook<'_>| {
        let mut rows = book.sheets()[0].rows();
        rows.next();
        let row = rows.next().unwrap();
        (0..5)
            .map(|column| row.cell(column).shown())
            .collect::<Vec<_>>()
    };
    assert_eq!(cells(&book), cells(&again));
    assert_eq!(cells(&again)[2], "30:00:00");
}

#[test]
fn rows_of_a_file_without_headings_come_back_by_their_letters() {
    let text = "A-1;2026-09-01 08:00;2026-09-01 09:00;10,5\nA-2;2026-09-02 08:00;\
                2026-09-02 09:00;1,5\n";
    let known = template(text);
    let book = open(text.as_bytes()).unwrap();
    let one = Reject {
        row: 2,
        problem: "p".to_owned(),
        how_to_fix: "f".to_owned(),
    };
    let again = open(rejects(&book, &known, "x", &[one]).unwrap()).unwrap();
    assert_eq!(fit(&known, &again), Fit::Same);
    let there = moved(&known, &again).unwrap();
    assert_eq!(cdrs(&again, &there)[..], cdrs(&book, &known)[1..]);
}
