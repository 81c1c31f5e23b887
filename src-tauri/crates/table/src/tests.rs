//! Tables read back by another library.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::{Cell, Table};

const EVIL: [&str; 8] = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "=HYPERLINK(\"https://a.example\",\"x\")",
];

fn csv(rows: &[Vec<Cell<'_>>]) -> String {
    let mut out = Cursor::new(Vec::new());
    let mut table = Table::csv(&mut out, &["a", "b"]).unwrap();
    for row in rows {
        table.row(row).unwrap();
    }
    table.finish().unwrap();
    String::from_utf8(out.into_inner()).unwrap()
}

fn xlsx(rows: &[Vec<Cell<'_>>]) -> Xlsx<Cursor<Vec<u8>>> {
    let folder = tempfile::tempdir().unwrap();
    let mut out = Cursor::new(Vec::new());
    let made = (folder.path(), 1_795_000_000);
    let mut table = Table::xlsx(&mut out, "CDRs", &["a", "b"], made).unwrap();
    for row in rows {
        table.row(row).unwrap();
    }
    table.finish().unwrap();
    Xlsx::new(Cursor::new(out.into_inner())).unwrap()
}

#[test]
fn a_csv_cell_is_never_a_formula_and_figures_stay_figures() {
    let rows: Vec<Vec<Cell<'_>>> = EVIL
        .iter()
        .map(|text| vec![Cell::Text(text), Cell::Figure("-3.50")])
        .collect();
    let text = csv(&rows);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    for (record, evil) in reader.records().zip(EVIL) {
        let record = record.unwrap();
        assert_eq!(record[0], format!("'{evil}"));
        assert_eq!(&record[1], "-3.50", "a figure is ours, and no formula");
    }
    assert_eq!(
        csv(&[vec![Cell::Figure("-1+1"), Cell::Empty]]),
        "a,b\r\n'-1+1,\r\n"
    );
    assert_eq!(
        csv(&[vec![Cell::Text("a,\"b\""), Cell::Text("c\nd")]]),
        "a,b\r\n\"a,\"\"b\"\"\",\"c\nd\"\r\n"
    );
}

#[test]
fn an_xlsx_cell_is_never_a_formula() {
    let rows: Vec<Vec<Cell<'_>>> = EVIL.iter().map(|text| vec![Cell::Text(text)]).collect();
    let mut book = xlsx(&rows);
    let formulas = book.worksheet_formula("CDRs").unwrap();
    assert!(formulas.used_cells().next().is_none(), "{formulas:?}");
    let range = book.worksheet_range("CDRs").unwrap();
    for (row, evil) in range.rows().skip(1).zip(EVIL) {
        let Data::String(text) = &row[0] else {
            panic!("{row:?} is no text")
        };
        // XML reads a carriage return as a line break.
        assert_eq!(text.replace('\r', "\n"), evil.replace('\r', "\n"));
    }
}

#[test]
fn figures_are_numbers_where_they_can_be_and_texts_where_not() {
    for (figure, is_number) in [
        ("0", true),
        ("-12.3456", true),
        ("0.1", true),
        ("123456789.123456", true),
        ("999999999999999", true),
        ("1234567890123456", false),
        ("1234567890.123456", false),
        ("0.3333333333333333333333333333", false),
        ("1e3", false),
        ("", false),
    ] {
        let mut book = xlsx(&[vec![Cell::Figure(figure), Cell::Text("x")]]);
        let range = book.worksheet_range("CDRs").unwrap();
        match range.get_value((1, 0)) {
            Some(Data::Float(number)) => {
                assert!(is_number, "{figure}");
                let read: Decimal = number.to_string().parse().unwrap();
                assert_eq!(read, figure.parse::<Decimal>().unwrap());
            }
            other => {
                assert!(!is_number, "{figure}: {other:?}");
                assert!(figure.is_empty() || other == Some(&Data::String(figure.to_owned())));
            }
        }
    }
}

#[test]
fn sheets_have_headings_and_rows_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut out = Cursor::new(Vec::new());
    let made = (folder.path(), 1_795_000_000);
    let mut table = Table::xlsx(&mut out, "Summary", &["what"], made).unwrap();
    table.row(&[Cell::Text("first")]).unwrap();
    table.sheet("CDRs", &["id", "net"]).unwrap();
    table
        .row(&[Cell::Text("C1"), Cell::Figure("2.50")])
        .unwrap();
    table.finish().unwrap();
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(out).unwrap();
    assert_eq!(book.sheet_names(), ["Summary", "CDRs"]);
    let text = |data: &Data| data.to_string();
    let rows = |book: &mut Xlsx<_>, name: &str| -> Vec<Vec<String>> {
        let range = book.worksheet_range(name).unwrap();
        range
            .rows()
            .map(|row| row.iter().map(text).collect())
            .collect()
    };
    assert_eq!(rows(&mut book, "Summary"), [["what"], ["first"]]);
    assert_eq!(rows(&mut book, "CDRs"), [["id", "net"], ["C1", "2.5"]]);

    let mut out = Cursor::new(Vec::new());
    let mut table = Table::csv(&mut out, &["what"]).unwrap();
    table.row(&[Cell::Text("first")]).unwrap();
    table.sheet("CDRs", &["id", "net"]).unwrap();
    table
        .row(&[Cell::Text("C1"), Cell::Figure("2.50")])
        .unwrap();
    table.finish().unwrap();
    let text = String::from_utf8(out.into_inner()).unwrap();
    assert_eq!(text, "what\r\nfirst\r\n\"\"\r\nid,net\r\nC1,2.50\r\n");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64,
        ..ProptestConfig::default() })]

    #[test]
    fn no_figure_is_changed(
        figures in proptest::collection::vec((any::<i64>(), 0_u32..12), 1..20)
    ) {
        let texts: Vec<String> = figures
            .iter()
            .map(|(mantissa, scale)| Decimal::new(mantissa >> 12, *scale).to_string())
            .collect();
        let rows: Vec<Vec<Cell<'_>>> = texts.iter().map(|it| vec![Cell::Figure(it)]).collect();
        let mut book = xlsx(&rows);
        let range = book.worksheet_range("CDRs").unwrap();
        for (row, text) in range.rows().skip(1).zip(&texts) {
            let read: Decimal = row[0].to_string().parse().unwrap();
            prop_assert_eq!(read, text.parse::<Decimal>().unwrap());
        }
    }
}
