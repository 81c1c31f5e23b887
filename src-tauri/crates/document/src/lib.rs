//! Documents as bytes: the invoice as an A4 PDF, its CDR annex as CSV, the report of a partner
//! check.
//!
//! A frozen [`Invoice`](domain::invoice::Invoice) goes in, bytes come out: the same bytes for the
//! same invoice, every time, on every machine. Pages are laid out first and drawn afterwards
//! (`layout`), because "page 1 of 4" needs the count; nothing but `layout::pdf` knows the library
//! that writes the file.

mod csv;
mod flow;
mod format;
mod invoice;
mod layout;
mod partner_check;

use domain::invoice::Invoice;
use thiserror::Error;

pub use partner_check::{PartnerCheck, PartnerCheckRow, PartnerCheckTable};

/// How an invoice is printed. Nothing here changes an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Most CDRs the PDF lists; beyond that a sentence points to the CSV, which holds them all.
    pub annex_rows: usize,
}

impl Default for Options {
    /// 2,000 CDRs: some 40 pages.
    fn default() -> Self {
        Options { annex_rows: 2_000 }
    }
}

/// Why a document could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// The document's font cannot show a character; a blank or a box would falsify the text.
    #[error("the document's font has no sign for {character:?} (U+{:04X}), needed in {text:?}",
            *character as u32)]
    MissingGlyph {
        /// The first such character.
        character: char,
        /// The text it stands in.
        text: String,
    },
    /// The PDF library refused.
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
}

/// The invoice as an A4 PDF: letter, lines, totals, payment data, then the CDRs.
///
/// A draft (no number) carries DRAFT across every page. The same invoice gives the same bytes.
pub fn render_invoice(invoice: &Invoice, options: &Options) -> Result<Vec<u8>, Error> {
    let faces = layout::faces();
    let pages = invoice::pages(faces, invoice, *options);
    layout::pdf::write(faces, &pages, &invoice::properties(invoice))
}

/// Every CDR of the invoice as CSV (UTF-8, comma, CR LF), for the receiver's own checks.
///
/// Times are given on the location's wall clock with offset and in UTC. A text that a spreadsheet
/// would run as a formula is given a leading apostrophe.
pub fn render_annex_csv(invoice: &Invoice) -> Vec<u8> {
    csv::annex(invoice)
}

/// The report of a partner check as an A4 PDF. The same report gives the same bytes.
pub fn render_partner_check(check: &PartnerCheck) -> Result<Vec<u8>, Error> {
    let faces = layout::faces();
    let pages = partner_check::pages(faces, check);
    layout::pdf::write(faces, &pages, &partner_check::properties(check))
}
