//! The CSV annex: complete, exact and harmless in a spreadsheet.

use crate::support::{awkward, draft, invoice};
use domain::Decimal;
use tallywatt_document::render_annex_csv;

fn rows(csv: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(csv).expect("UTF-8");
    text.split_terminator("\r\n")
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

#[test]
fn it_holds_every_record_and_adds_up() {
    let invoice = invoice(8, 400, true);
    let rows = rows(&render_annex_csv(&invoice));
    let column = |name: &str| {
        rows[0]
            .iter()
            .position(|c| c == name)
            .expect("the column exists")
    };
    let sum = |name: &str| -> Decimal {
        rows[1..]
            .iter()
            .map(|row| row[column(name)].parse::<Decimal>().unwrap())
            .sum()
    };
    assert_eq!(rows.len(), 401);
    assert_eq!(sum("net"), invoice.net);
    assert_eq!(
        sum("energy_kwh"),
        invoice.lines.iter().map(|line| line.energy.0).sum()
    );
    let first = &rows[1];
    assert_eq!(first[column("invoice")], "2026-000123");
    assert_eq!(first[column("start_local")], "2026-09-01T06:10:00+02:00");
    assert_eq!(first[column("start_utc")], "2026-09-01T04:10:00Z");
    assert_eq!(first[column("session_id")], "S000000");
    assert_eq!(
        (
            first[column("vat_category")].as_str(),
            first[column("vat_rate")].as_str()
        ),
        ("S", "19")
    );
    assert_eq!(rows[2][column("vat_category")], "AE");
}

#[test]
fn texts_from_outside_cannot_become_formulas_and_negative_figures_stay_figures() {
    let mut sample = draft(awkward());
    sample.annex[0].location = "=HYPERLINK(\"http://x\",\"pay here\")".into();
    sample.annex[1].cdr_id = "-1+2".into();
    sample.annex[2].session_id = Some("@SUM(A1)".into());
    let csv = String::from_utf8(render_annex_csv(&sample)).unwrap();
    assert!(
        csv.contains("\"'=HYPERLINK(\"\"http://x\"\",\"\"pay here\"\")\""),
        "{csv}"
    );
    assert!(csv.contains(",'-1+2,") && csv.contains(",'@SUM(A1),"));
    assert!(
        csv.contains(",-15.352,-7.52,EUR,"),
        "a credit's figures stay numbers: {csv}"
    );
    assert!(
        csv.lines().nth(1).unwrap().starts_with(",1,"),
        "a draft has no number"
    );
}
