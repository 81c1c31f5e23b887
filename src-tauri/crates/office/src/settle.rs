//! Settling: what can be drafted, drafts, issued documents and their files.

mod checks;
mod draft;
mod export;
mod issue;
mod late;

pub use draft::draft;
pub use export::{Exported, export};
pub use issue::issue;

pub(crate) use draft::discard;
pub(crate) use late::{Ready, ready};

use std::collections::BTreeMap;

use domain::invoice::{Invoice, InvoiceKind};
use store::invoice::Head;
use store::row::InvoiceRow;

use crate::api::{
    DocumentBytes, InvoiceDetail, InvoiceLineDto, InvoiceSummary, ReadyToDraft, SettleOverview,
    SettleRequest, TaxDto,
};
use crate::decide::money;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::partners::{self, company_dto, named};
use crate::reconcile::read_month;
use crate::terms::terms;

/// Media type of the document itself.
pub(crate) const PDF: &str = "application/pdf";
/// Media type of the CDR annex.
pub(crate) const CSV: &str = "text/csv";

/// What can be drafted, what is drafted, what is issued.
pub fn overview(desk: &Desk, request: &SettleRequest) -> Result<SettleOverview> {
    let month = request.month.as_deref().map(read_month).transpose()?;
    let partner = match request.partner.as_deref() {
        Some(key) => {
            let key = partners::partner_key(&desk.book, key)?;
            Some(partners::row(&desk.book, &key)?)
        }
        None => None,
    };
    let mut open = BTreeMap::new();
    for total in store::month::totals(&desk.book, None)? {
        if total.bucket.needs_a_person() {
            *open.entry((total.partner, total.month)).or_default() += total.count;
        }
    }
    let mut ready = Vec::new();
    for (key, free) in late::ready(&desk.book)? {
        if partner.is_some_and(|only| only != key.0) || month.is_some_and(|only| only != key.1) {
            continue;
        }
        let partner = store::party::key(&desk.book, key.0)?;
        ready.push(ReadyToDraft {
            partner: named(&terms(&desk.book, &partner)?.partner),
            month: key.1.to_string(),
            cdrs: free.count,
            net: money(&free.net),
            late: late::of_ready(&free),
            open: open.get(&key).copied().unwrap_or(0),
        });
    }
    ready.sort_by(|a, b| (&b.month, &a.partner.name).cmp(&(&a.month, &b.partner.name)));
    let mut overview = SettleOverview {
        ready,
        drafts: Vec::new(),
        issued: Vec::new(),
    };
    for (head, invoice) in store::invoice::list(&desk.book, partner, month)? {
        let summary = summary(desk, &head, &invoice)?;
        if head.issued {
            overview.issued.push(summary);
        } else {
            overview.drafts.push(summary);
        }
    }
    Ok(overview)
}

/// One document with its lines and checks.
pub fn invoice(desk: &Desk, invoice: u32) -> Result<InvoiceDetail> {
    let (head, content) = get(desk, invoice)?;
    let files = store::invoice::files(&desk.book, head.row)?;
    let pdf = files.iter().find(|file| file.media == PDF);
    Ok(InvoiceDetail {
        summary: summary(desk, &head, &content)?,
        seller: company_dto(&content.seller),
        buyer: company_dto(&content.buyer),
        lines: content.lines.iter().map(line).collect(),
        notes: content.notes.clone(),
        checks: checks::of(desk, &head, &content)?,
        pdf_sha256: pdf.map(|file| crate::words::hex(&file.sha256)),
    })
}

/// The document a CDR stands on.
pub(crate) fn of_cdr(desk: &Desk, cdr: store::row::CdrRow) -> Result<Option<InvoiceSummary>> {
    let Some(row) = store::invoice::of_cdr(&desk.book, cdr)? else {
        return Ok(None);
    };
    let (head, content) = get(desk, row.number())?;
    summary(desk, &head, &content).map(Some)
}

/// The PDF for the preview.
pub fn pdf(desk: &Desk, invoice: u32) -> Result<DocumentBytes> {
    let (name, bytes) = pdf_file(desk, invoice)?;
    Ok(DocumentBytes {
        name,
        base64: base64(&bytes),
    })
}

/// The PDF: the issued document as it was handed out, or what a draft would become.
pub fn pdf_file(desk: &Desk, invoice: u32) -> Result<(String, Vec<u8>)> {
    let (head, content) = get(desk, invoice)?;
    if head.issued {
        let files = store::invoice::files(&desk.book, head.row)?;
        let pdf = files.into_iter().find(|file| file.media == PDF);
        let pdf = pdf.ok_or_else(|| {
            store::Error::Damaged(format!("invoice {invoice} is issued and has no PDF"))
        })?;
        return Ok((pdf.name, pdf.bytes));
    }
    Ok((
        format!("{}.pdf", file_stem(&content)),
        issue::render(&content)?,
    ))
}

/// Documents of a partner, of a month, or all, drafts first.
pub fn list(
    desk: &Desk,
    partner: Option<&str>,
    month: Option<&str>,
) -> Result<Vec<InvoiceSummary>> {
    let request = SettleRequest {
        partner: partner.map(str::to_owned),
        month: month.map(str::to_owned),
    };
    let overview = overview(desk, &request)?;
    Ok(overview.drafts.into_iter().chain(overview.issued).collect())
}

fn get(desk: &Desk, invoice: u32) -> Result<(Head, Invoice)> {
    store::invoice::get(&desk.book, InvoiceRow::from(invoice))?.ok_or(Error::UnknownRow {
        what: "invoice",
        row: invoice,
    })
}

/// A document as lists show it.
fn summary(desk: &Desk, head: &Head, invoice: &Invoice) -> Result<InvoiceSummary> {
    let partner = store::party::key(&desk.book, head.partner)?;
    let energy: domain::Decimal = invoice.lines.iter().map(|line| line.energy.0).sum();
    let checks = if head.issued {
        Vec::new()
    } else {
        checks::quick(desk, head, invoice)?
    };
    let blocking = checks
        .iter()
        .filter(|check| check.blocking && !check.passed)
        .count();
    Ok(InvoiceSummary {
        id: head.row.number(),
        number: head.number.clone(),
        state: if head.issued { "issued" } else { "draft" }.to_owned(),
        kind: kind(invoice.kind).to_owned(),
        partner: named(&terms(&desk.book, &partner)?.partner),
        month: head.month.to_string(),
        currency: head.currency.to_string(),
        cdrs: head.cdrs,
        energy_kwh: energy.normalize().to_string(),
        net: invoice.net.to_string(),
        taxes: invoice
            .vat_groups
            .iter()
            .map(|group| TaxDto {
                category: group.category.as_str().to_owned(),
                rate: group.rate.normalize().to_string(),
                base: group.base.to_string(),
                amount: group.tax.to_string(),
            })
            .collect(),
        gross: invoice.gross.to_string(),
        late: late::of_invoice(invoice)?,
        issued_on: head.issued_on.map(|day| day.to_string()),
        due_on: head.due_on.map(|day| day.to_string()),
        blocking: u32::try_from(blocking).expect("a handful of checks"),
    })
}

fn line(line: &domain::invoice::InvoiceLine) -> InvoiceLineDto {
    InvoiceLineDto {
        position: line.position,
        location: line.location.clone(),
        place: line.place.clone(),
        cdrs: line.cdrs,
        energy_kwh: line.energy.0.normalize().to_string(),
        net: line.net.to_string(),
        category: line.vat.category.as_str().to_owned(),
        rate: line.vat.rate.normalize().to_string(),
        rule: line.vat.rule.clone(),
        late_of: line.late_of.map(|month| month.to_string()),
    }
}

/// The stable text of a kind.
pub(crate) fn kind(kind: InvoiceKind) -> &'static str {
    match kind {
        InvoiceKind::Invoice => "invoice",
        InvoiceKind::SelfBilled => "self_billed",
    }
}

/// The name of a document's files without ending: partner, month, and number or `draft`.
pub(crate) fn file_stem(invoice: &Invoice) -> String {
    let number = invoice.number.as_deref().unwrap_or("draft");
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    let number: String = number.chars().map(safe).collect();
    let kind = match invoice.kind {
        InvoiceKind::Invoice => "invoice",
        InvoiceKind::SelfBilled => "self-billed",
    };
    let (partner, currency) = (&invoice.partner_key, invoice.currency);
    format!("{partner}_{}_{kind}_{number}_{currency}", invoice.month)
}

/// Bytes in base64 (RFC 4648 §4).
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let word = three
            .iter()
            .fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        let word = word << (8 * (3 - three.len()));
        for place in 0..4 {
            let index = (word >> (18 - 6 * place)) & 63;
            let sign = SIGNS[usize::try_from(index).expect("six bits")];
            text.push(if place <= three.len() {
                char::from(sign)
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_reads_as_the_standard_prints_it() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ];
        for (plain, coded) in cases {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
        assert_eq!(base64(&[0xff, 0xfe, 0xfd, 0xfc]), "//79/A==");
    }
}
