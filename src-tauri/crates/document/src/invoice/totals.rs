//! Tax per category and rate, the totals, the notes and how to pay.

use domain::invoice::{Invoice, InvoiceKind, VatCategory, VatGroup};

use super::{BODY, BODY_BOLD, Flow, HAIR, HEAD, LEFT, RIGHT, SMALL, STRONG, WIDTH};
use crate::format;
use crate::layout::{Ink, Mark, Style, Um, mm};

/// Right edges of base and tax in the table of VAT groups.
const BASE: Um = mm(88);
const TAX: Um = mm(112);
/// Left edge of the totals.
const TOTALS: Um = mm(122);

const DUE: Style = Style::bold(120, Ink::Text);
const DUE_LABEL: Style = Style::bold(100, Ink::Text);

pub(super) fn place(flow: &mut Flow<'_>, invoice: &Invoice) {
    let groups = Um::try_from(invoice.vat_groups.len()).expect("a handful of VAT groups");
    flow.room_for(mm(34).max(mm(12) + groups * row_height()));
    let top = flow.y;
    vat_table(flow, invoice);
    let table_end = flow.y;
    flow.y = top;
    sums(flow, invoice);
    flow.y = flow.y.max(table_end) + mm(5);
    for note in &invoice.notes {
        flow.paragraph(LEFT, WIDTH, BODY_BOLD, note);
    }
    if !invoice.notes.is_empty() {
        flow.y += mm(4);
    }
    payment(flow, invoice);
}

fn row_height() -> Um {
    BODY.leading() + mm(1)
}

fn vat_table(flow: &mut Flow<'_>, invoice: &Invoice) {
    flow.y += HEAD.leading();
    flow.canvas.left(LEFT, flow.y, HEAD, "VAT");
    flow.canvas
        .right(BASE, flow.y, HEAD, &format!("Net {}", invoice.currency));
    flow.canvas
        .right(TAX, flow.y, HEAD, &format!("VAT {}", invoice.currency));
    flow.y += mm(2);
    flow.canvas
        .line(LEFT, flow.y, TAX - LEFT, HAIR, Ink::Accent);
    for group in &invoice.vat_groups {
        flow.y += row_height();
        flow.canvas.left(LEFT, flow.y, BODY, &group_label(group));
        flow.canvas.right(
            BASE,
            flow.y,
            BODY,
            &format::amount(group.base, invoice.currency),
        );
        flow.canvas.right(
            TAX,
            flow.y,
            BODY,
            &format::amount(group.tax, invoice.currency),
        );
    }
}

fn group_label(group: &VatGroup) -> String {
    match group.category {
        VatCategory::S => format!("Standard rate {}", format::rate(group.rate)),
        VatCategory::AE => format!("Reverse charge {}", format::rate(group.rate)),
        VatCategory::O => "Outside the scope of VAT".to_owned(),
    }
}

fn sums(flow: &mut Flow<'_>, invoice: &Invoice) {
    flow.y += mm(1);
    for (label, figure) in [("Net total", invoice.net), ("VAT total", invoice.vat)] {
        flow.y += row_height();
        flow.canvas.left(TOTALS, flow.y, BODY, label);
        flow.canvas.right(
            RIGHT,
            flow.y,
            BODY,
            &format::amount(figure, invoice.currency),
        );
    }
    flow.y += mm(3);
    flow.canvas
        .line(TOTALS, flow.y, RIGHT - TOTALS, STRONG, Ink::Accent);
    flow.y += DUE.leading() + mm(1);
    let label = format!("Total {}", invoice.currency);
    flow.canvas.left(TOTALS, flow.y, DUE_LABEL, &label);
    flow.canvas.right(
        RIGHT,
        flow.y,
        DUE,
        &format::amount(invoice.gross, invoice.currency),
    );
    flow.y += mm(2);
}

/// Where and by when to pay, on a quiet ground. Nothing is asked for where nothing is owed.
fn payment(flow: &mut Flow<'_>, invoice: &Invoice) {
    let gross = invoice.gross;
    if gross.is_zero() || gross.is_sign_negative() {
        return;
    }
    let mut rows: Vec<(&str, String)> = Vec::new();
    let seller = &invoice.seller;
    if !seller.iban.is_empty() {
        rows.push(("Account holder", seller.name.clone()));
        rows.push(("IBAN", format::iban(&seller.iban)));
        if !seller.bic.is_empty() {
            rows.push(("BIC", seller.bic.clone()));
        }
        let reference = invoice
            .number
            .clone()
            .unwrap_or_else(|| "given at issue".to_owned());
        rows.push(("Payment reference", reference));
    }
    let count = Um::try_from(rows.len()).expect("four rows at most");
    let height = mm(6) + BODY_BOLD.leading() + count * row_height();
    flow.room_for(height);
    let top = flow.y;
    flow.canvas.mark(Mark::Rect {
        x: LEFT,
        y: top,
        width: WIDTH,
        height,
        ink: Ink::Wash,
    });
    flow.canvas.mark(Mark::Rect {
        x: LEFT,
        y: top,
        width: 700,
        height,
        ink: Ink::Accent,
    });
    flow.y += mm(2) + BODY_BOLD.leading();
    flow.canvas
        .left(LEFT + mm(5), flow.y, BODY_BOLD, &request(invoice));
    flow.y += mm(1);
    for (label, value) in rows {
        flow.y += row_height();
        let value = flow.faces().fit_end(&value, BODY, mm(120));
        flow.canvas.left(LEFT + mm(5), flow.y, SMALL, label);
        flow.canvas.left(LEFT + mm(38), flow.y, BODY, &value);
    }
    flow.y = top + height + mm(6);
}

fn request(invoice: &Invoice) -> String {
    let by = match invoice.due_on {
        Some(day) => format!("by {}", format::date(day)),
        None => format!("within {} days of issue", invoice.due_days),
    };
    let amount = format!(
        "{} {}",
        invoice.currency,
        format::amount(invoice.gross, invoice.currency)
    );
    match invoice.kind {
        InvoiceKind::Invoice => format!("Please pay {amount} {by}."),
        InvoiceKind::SelfBilled => format!("The recipient pays {amount} {by}."),
    }
}
