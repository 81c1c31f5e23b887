//! What stands in the way of issuing an invoice, and the proof of its figures.

use std::collections::BTreeMap;
use std::fmt::Display;

use domain::invoice::{Invoice, VatCategory, VatGroup};
use domain::{Company, Decimal};
use thiserror::Error;

use super::draft::BillableCdr;
use super::totals::{net_of_cdr, sum, vat_groups};

/// One thing found at review. The text is for people; programs use the variant.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Check {
    /// There is nothing on it.
    #[error("the invoice has no lines")]
    Empty,
    /// What is credited exceeds what is billed.
    #[error("the total is negative ({0}): this has to go out as a credit note")]
    NegativeTotal(Decimal),
    /// Category S needs the seller's VAT id, AE both (BR-S-02, BR-AE-02).
    #[error("the VAT id of {0} is missing")]
    VatIdMissing(&'static str),
    /// Category O stands alone (BR-O-11).
    #[error("lines outside the scope of VAT share the invoice with others")]
    MixedScope,
    /// A party's name or address lacks a part (Art. 226 no. 5).
    #[error("{whose} has no {part}")]
    AddressIncomplete {
        /// `the seller` or `the buyer`.
        whose: &'static str,
        /// Which part.
        part: &'static str,
    },
    /// Nobody could pay it.
    #[error("the seller has no IBAN to pay to")]
    NoIban,
    /// A figure does not follow from the CDRs (A11).
    #[error("{what} is {found} but the CDRs give {expected}")]
    Figure {
        /// Which figure.
        what: String,
        /// On the invoice.
        found: String,
        /// Recomputed.
        expected: String,
    },
}

impl Check {
    /// Whether the invoice must not be issued like this. The rest is worth a look.
    pub fn blocks(&self) -> bool {
        match self {
            Check::NoIban => false,
            Check::Empty
            | Check::NegativeTotal(_)
            | Check::VatIdMissing(_)
            | Check::MixedScope
            | Check::AddressIncomplete { .. }
            | Check::Figure { .. } => true,
        }
    }

    /// The stable text form.
    pub fn code(&self) -> &'static str {
        match self {
            Check::Empty => "empty",
            Check::NegativeTotal(_) => "negative_total",
            Check::VatIdMissing(_) => "vat_id_missing",
            Check::MixedScope => "mixed_scope",
            Check::AddressIncomplete { .. } => "address_incomplete",
            Check::NoIban => "no_iban",
            Check::Figure { .. } => "figure",
        }
    }
}

/// Everything that is wrong or odd about a draft; its own figures are recomputed, too.
pub fn check(invoice: &Invoice) -> Vec<Check> {
    let mut found = Vec::new();
    if invoice.lines.is_empty() {
        found.push(Check::Empty);
    }
    if invoice.gross.is_sign_negative() && !invoice.gross.is_zero() {
        found.push(Check::NegativeTotal(invoice.gross));
    }
    let has = |category| {
        invoice
            .vat_groups
            .iter()
            .any(|group| group.category == category)
    };
    let (standard, shifted) = (has(VatCategory::S), has(VatCategory::AE));
    if (standard || shifted) && blank(&invoice.seller.vat_id) {
        found.push(Check::VatIdMissing("the seller"));
    }
    if shifted && blank(&invoice.buyer.vat_id) {
        found.push(Check::VatIdMissing("the buyer"));
    }
    if has(VatCategory::O) && (standard || shifted) {
        found.push(Check::MixedScope);
    }
    found.extend(address_gaps(&invoice.seller, "the seller"));
    found.extend(address_gaps(&invoice.buyer, "the buyer"));
    if blank(&invoice.seller.iban) {
        found.push(Check::NoIban);
    }
    found.extend(own_figures(invoice));
    found
}

/// Recomputes an invoice from the CDRs it was made from, as the book holds them now (A11).
///
/// `cdrs` are those of the draft's `cdr_rows`, in that order. Empty means every figure agrees.
pub fn recheck(invoice: &Invoice, cdrs: &[BillableCdr]) -> Vec<Check> {
    let mut figures = Figures::default();
    figures.compare("the number of CDRs", &invoice.annex.len(), &cdrs.len());
    for (row, cdr) in invoice.annex.iter().zip(cdrs) {
        figures.compare("the CDR of a row", &row.cdr_id, &cdr.cdr_id);
        let energy = if cdr.credit {
            -cdr.energy.0
        } else {
            cdr.energy.0
        };
        figures.compare(
            &format!("the energy of {}", cdr.cdr_id),
            &row.energy.0,
            &energy,
        );
        let net = net_of_cdr(cdr.net, invoice.currency);
        figures.compare(&format!("the net of {}", cdr.cdr_id), &row.net, &net);
        figures.compare("the currency", &invoice.currency, &cdr.currency);
        let line = invoice.lines.iter().find(|line| line.position == row.line);
        let month = line.and_then(|line| line.late_of);
        figures.compare(
            &format!("the month of {}", cdr.cdr_id),
            &month.unwrap_or(invoice.month),
            &cdr.month,
        );
    }
    figures.found.extend(own_figures(invoice));
    figures.found
}

/// Whether lines follow from the annex, groups from the lines, and totals from the groups.
fn own_figures(invoice: &Invoice) -> Vec<Check> {
    let mut figures = Figures::default();
    let mut per_line: BTreeMap<u32, (u32, Decimal, Decimal)> = BTreeMap::new();
    for row in &invoice.annex {
        let (count, energy, net) = per_line.entry(row.line).or_default();
        *count += 1;
        *energy = energy.checked_add(row.energy.0).unwrap_or(Decimal::MAX);
        *net = net.checked_add(row.net).unwrap_or(Decimal::MAX);
    }
    for line in &invoice.lines {
        let (count, energy, net) = per_line.remove(&line.position).unwrap_or_default();
        let what = |figure: &str| format!("{figure} of line {}", line.position);
        figures.compare(&what("the number of CDRs"), &line.cdrs, &count);
        figures.compare(&what("the energy"), &line.energy.0, &energy);
        figures.compare(&what("the net"), &line.net, &net);
    }
    figures.compare("the number of rows without a line", &per_line.len(), &0);
    own_groups(invoice, &mut figures);
    let net = sum(invoice.lines.iter().map(|line| line.net), invoice.currency);
    let vat = sum(
        invoice.vat_groups.iter().map(|group| group.tax),
        invoice.currency,
    );
    if let (Ok(net), Ok(vat)) = (net, vat) {
        figures.compare("the net total", &invoice.net, &net);
        figures.compare("the VAT total", &invoice.vat, &vat);
        let gross = net.checked_add(vat).unwrap_or(Decimal::MAX);
        figures.compare("the gross total", &invoice.gross, &gross);
    }
    figures.found
}

/// Whether base and tax of every VAT group follow from the lines.
fn own_groups(invoice: &Invoice, figures: &mut Figures) {
    let Ok(groups) = vat_groups(&invoice.lines, invoice.currency) else {
        let found = "too large to compute".to_owned();
        figures.compare("the tax", &found, &String::new());
        return;
    };
    figures.compare(
        "the number of VAT groups",
        &invoice.vat_groups.len(),
        &groups.len(),
    );
    for (found, expected) in invoice.vat_groups.iter().zip(&groups) {
        let name = |group: &VatGroup| format!("{} {} %", group.category.as_str(), group.rate);
        figures.compare("a VAT group", &name(found), &name(expected));
        figures.compare(
            &format!("the base of {}", name(found)),
            &found.base,
            &expected.base,
        );
        figures.compare(
            &format!("the tax of {}", name(found)),
            &found.tax,
            &expected.tax,
        );
    }
}

/// Collects what does not agree.
#[derive(Default)]
struct Figures {
    found: Vec<Check>,
}

impl Figures {
    fn compare<T: PartialEq + Display>(&mut self, what: &str, found: &T, expected: &T) {
        if found != expected {
            self.found.push(Check::Figure {
                what: what.to_owned(),
                found: found.to_string(),
                expected: expected.to_string(),
            });
        }
    }
}

fn address_gaps(company: &Company, whose: &'static str) -> impl Iterator<Item = Check> {
    let parts = [
        ("name", &company.name),
        ("street", &company.street),
        ("city", &company.city),
        ("postal code", &company.postal_code),
        ("country", &company.country),
    ];
    parts
        .into_iter()
        .filter(|(_, value)| blank(value))
        .map(move |(part, _)| Check::AddressIncomplete { whose, part })
        .collect::<Vec<_>>()
        .into_iter()
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}
