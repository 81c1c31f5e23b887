//! The pages of an invoice: letter, lines, totals, payment, annex.
//!
//! Laid out top to bottom with [`Flow`]; a draft carries the word DRAFT behind everything
//! (INVOICING S5).

mod annex;
mod letter;
mod lines;
mod totals;

use domain::invoice::{Invoice, InvoiceKind};

use crate::Options;
use crate::flow::{
    BODY, BODY_BOLD, Flow, HAIR, HEAD, LEFT, RIGHT, SECTION, SMALL, STRONG, TOP, WIDTH,
};
use crate::format;
use crate::layout::pdf::Properties;
use crate::layout::{Faces, Page, mm};

/// Lays out the whole document.
pub fn pages(faces: &Faces, invoice: &Invoice, options: Options) -> Vec<Page> {
    let mut flow = Flow::new(faces, (invoice.seller.name.clone(), name(invoice)));
    letter::place(&mut flow, invoice, options.annex_rows);
    lines::place(&mut flow, invoice, totals::height(faces, invoice) + mm(4));
    totals::place(&mut flow, invoice);
    annex::place(&mut flow, invoice, options.annex_rows);
    flow.finish(&foot_text(invoice), invoice.number.is_none())
}

/// Title, author, date and identity of the file.
pub fn properties(invoice: &Invoice) -> Properties {
    let day = invoice.issued_on.unwrap_or(invoice.period_end);
    let number = invoice.number.as_deref().unwrap_or("draft");
    Properties {
        title: name(invoice),
        author: invoice.seller.name.clone(),
        dated: day.format("D:%Y%m%d000000Z").to_string(),
        identity: format!(
            "{}|{}|{}|{}|{}|{}",
            invoice.seller.vat_id,
            number,
            invoice.partner_key,
            invoice.month,
            invoice.currency,
            invoice.gross
        ),
    }
}

/// What kind of document it is.
fn title(invoice: &Invoice) -> &'static str {
    match invoice.kind {
        InvoiceKind::Invoice => "Invoice",
        InvoiceKind::SelfBilled => "Self-billed invoice",
    }
}

/// The document's name on its pages and in its properties.
fn name(invoice: &Invoice) -> String {
    match &invoice.number {
        Some(number) => format!("{} {number}", title(invoice)),
        None => format!(
            "{} draft {} {}",
            title(invoice),
            invoice.partner_key,
            format::month(invoice.month)
        ),
    }
}

fn foot_text(invoice: &Invoice) -> String {
    let seller = &invoice.seller;
    let vat_id = Some(format!("VAT ID {}", seller.vat_id)).filter(|_| !seller.vat_id.is_empty());
    let email = Some(seller.email.clone()).filter(|email| !email.is_empty());
    let parts: Vec<String> = [Some(seller.name.clone()), vat_id, email]
        .into_iter()
        .flatten()
        .collect();
    parts.join("  ·  ")
}
