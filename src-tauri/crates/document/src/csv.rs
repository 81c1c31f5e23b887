//! The CDR annex as CSV (INVOICING §19): one row per CDR, figures without thousands separators.

use std::fmt::Write;

use chrono::Utc;
use domain::Decimal;
use domain::invoice::{AnnexRow, Invoice};

const COLUMNS: [&str; 16] = [
    "invoice",
    "line",
    "cdr_id",
    "session_id",
    "token_masked",
    "start_local",
    "end_local",
    "start_utc",
    "end_utc",
    "location",
    "evse_id",
    "energy_kwh",
    "net",
    "currency",
    "vat_category",
    "vat_rate",
];

pub(crate) fn annex(invoice: &Invoice) -> Vec<u8> {
    let mut out = COLUMNS.join(",");
    out.push_str("\r\n");
    for row in &invoice.annex {
        let fields = fields(invoice, row).map(|field| quoted(&field));
        out.push_str(&fields.join(","));
        out.push_str("\r\n");
    }
    out.into_bytes()
}

fn fields(invoice: &Invoice, row: &AnnexRow) -> [String; 16] {
    let line = invoice.lines.iter().find(|line| line.position == row.line);
    let utc = |at: chrono::DateTime<chrono::FixedOffset>| {
        at.with_timezone(&Utc)
            .format("%Y-%m-%dT%H:%M:%SZ")
            .to_string()
    };
    [
        invoice.number.as_deref().map(text).unwrap_or_default(),
        row.line.to_string(),
        text(&row.cdr_id),
        row.session_id.as_deref().map(text).unwrap_or_default(),
        text(&row.token_masked),
        row.start_local.format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        row.end_local.format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        utc(row.start_local),
        utc(row.end_local),
        text(&row.location),
        text(&row.evse_id),
        figure(row.energy.0),
        figure(row.net),
        invoice.currency.to_string(),
        line.map(|line| line.vat.category.as_str().to_owned())
            .unwrap_or_default(),
        figure(row.vat_rate.normalize()),
    ]
}

/// A number as it is; a leading minus is no formula.
fn figure(number: Decimal) -> String {
    number.to_string()
}

/// A text from outside: what a spreadsheet would take for a formula is made a text.
fn text(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Quoted where it must be (RFC 4180).
fn quoted(field: &str) -> String {
    if !field.contains(['"', ',', '\r', '\n']) {
        return field.to_owned();
    }
    let mut out = String::with_capacity(field.len() + 2);
    write!(out, "\"{}\"", field.replace('"', "\"\"")).expect("writing to a string cannot fail");
    out
}
