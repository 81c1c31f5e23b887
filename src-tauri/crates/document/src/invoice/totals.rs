//! Tax per category and rate, the totals, the notes and how to pay.

use domain::invoice::{Invoice, InvoiceKind, VatCategory, VatGroup};

use super::{BODY, BODY_BOLD, Flow, HAIR, HEAD, LEFT, RIGHT, SMALL, STRONG, WIDTH};
use crate::format;
use crate::layout::{Faces, Ink, Mark, Style, Um, mm};

/// Right edges of base and tax in the table of VAT groups.
const BASE: Um = mm(88);
const TAX: Um = mm(112);
/// Left edge of the totals.
const TOTALS: Um = mm(122);

/// Left edge of the values in the payment block.
const VALUES: Um = LEFT + mm(38);

const DUE: Style = Style::bold(120, Ink::Text);
const DUE_LABEL: Style = Style::bold(100, Ink::Text);

/// Places tax, totals, notes and payment: one block, never torn apart.
pub(super) fn place(flow: &mut Flow<'_>, invoice: &Invoice) {
    flow.room_for(height(flow.faces(), invoice));
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

/// How much room the block needs.
pub(super) fn height(faces: &Faces, invoice: &Invoice) -> Um {
    let count = |n: usize| Um::try_from(n).expect("a handful of rows");
    let table = HEAD.leading() + mm(2) + count(invoice.vat_groups.len()) * row_height();
    let sums = mm(7) + 2 * row_height() + DUE.leading();
    let notes: usize = invoice
        .notes
        .iter()
        .map(|note| faces.wrap(note, BODY_BOLD, WIDTH).len())
        .sum();
    let payment = payment_height(payment_rows(faces, invoice).len());
    table.max(sums) + mm(13) + count(notes) * BODY_BOLD.leading() + payment
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

/// Labels and values of the payment block; a long value goes on in a row without label.
fn payment_rows(faces: &Faces, invoice: &Invoice) -> Vec<(&'static str, String)> {
    let seller = &invoice.seller;
    if seller.iban.is_empty() {
        return Vec::new();
    }
    let reference = invoice
        .number
        .clone()
        .unwrap_or_else(|| "given at issue".to_owned());
    let values = [
        ("Account holder", seller.name.clone()),
        ("IBAN", format::iban(&seller.iban)),
        ("BIC", seller.bic.clone()),
        ("Payment reference", reference),
    ];
    let mut rows = Vec::new();
    for (label, value) in values {
        for (i, line) in faces
            .wrap(&value, BODY, RIGHT - VALUES - mm(4))
            .into_iter()
            .enumerate()
        {
            rows.push((if i == 0 { label } else { "" }, line));
        }
    }
    rows
}

fn payment_height(rows: usize) -> Um {
    let rows = Um::try_from(rows).expect("a handful of rows");
    mm(6) + BODY_BOLD.leading() + rows * row_height()
}

/// Where and by when to pay, on a quiet ground. Nothing is asked for where nothing is owed.
fn payment(flow: &mut Flow<'_>, invoice: &Invoice) {
    let gross = invoice.gross;
    if gross.is_zero() || gross.is_sign_negative() {
        return;
    }
    let rows = payment_rows(flow.faces(), invoice);
    let height = payment_height(rows.len());
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
        flow.canvas.left(LEFT + mm(5), flow.y, SMALL, label);
        flow.canvas.left(VALUES, flow.y, BODY, &value);
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
