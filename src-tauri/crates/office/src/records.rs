//! Invoice reconciliation records (SEMANTICS 2.7): which CDRs an invoice covers. We write them for
//! the invoices that we issue; of those that partners send, the CDRs are added up.

use std::collections::BTreeMap;

use chrono::NaiveTime;
use domain::{BillingMonth, InvoiceRecord, OcpiId, PartyKey};
use serde::Serialize;
use store::invoice::Head;
use store::row::{InvoiceRow, PartyRow};

use crate::desk::Desk;
use crate::error::{Error, Result};

/// Ids that are listed as missing.
const LISTED: usize = 100;

/// A partner's record beside what the book holds of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// The record's id.
    pub id: String,
    /// The invoice it is about.
    pub invoice: String,
    /// CDRs that it lists.
    pub listed: u32,
    /// Of these in the book.
    pub found: u32,
    /// Stated net sums of those, by currency.
    pub stated: BTreeMap<String, String>,
    /// CDRs that are not in the book; at most 100.
    pub missing: Vec<String>,
}

/// The invoices of ours that records are written for.
pub(crate) fn issued(
    desk: &Desk,
    partner: Option<PartyRow>,
    month: Option<BillingMonth>,
) -> Result<Vec<Head>> {
    let all = store::invoice::list(&desk.book, partner, month)?;
    let heads = all.into_iter().map(|(head, _)| head);
    let mut issued: Vec<Head> = heads.filter(|head| head.issued).collect();
    issued.sort_by_key(|head| head.row);
    Ok(issued)
}

/// The record of an issued invoice.
pub(crate) fn of_invoice(desk: &Desk, invoice: InvoiceRow) -> Result<InvoiceRecord> {
    let unknown = || Error::UnknownRow {
        what: "invoice",
        row: invoice.number(),
    };
    let (head, _) = store::invoice::get(&desk.book, invoice)?.ok_or_else(unknown)?;
    let (number, day) = head.number.zip(head.issued_on).ok_or_else(unknown)?;
    let items = store::invoice::items(&desk.book, invoice)?;
    Ok(InvoiceRecord {
        party: desk.book.party().clone(),
        id: OcpiId(number.clone()),
        invoice_id: number,
        cdrs: items.into_iter().map(|item| OcpiId(item.ocpi_id)).collect(),
        last_updated: day.and_time(NaiveTime::MIN).and_utc(),
    })
}

/// A partner's records, each beside the CDRs of the book that it lists.
pub fn covered(desk: &Desk, partner: &PartyKey) -> Result<Vec<Covered>> {
    let row = crate::partners::row(&desk.book, partner)?;
    let mut covered = Vec::new();
    for record in store::record::of_partner(&desk.book, row)? {
        let mut sums: BTreeMap<String, i128> = BTreeMap::new();
        let (mut found, mut missing) = (0, Vec::new());
        for (id, cdr) in store::record::cdrs(&desk.book, record.row, row)? {
            let stored = cdr
                .map(|cdr| store::cdr::get(&desk.book, cdr))
                .transpose()?;
            let Some(stored) = stored.flatten() else {
                missing.push(id);
                continue;
            };
            found += 1;
            if let Some(excl) = stored.figures.stated_excl {
                let sum = sums.entry(stored.figures.currency.to_string()).or_default();
                *sum += i128::from(excl.0);
            }
        }
        missing.truncate(LISTED);
        covered.push(Covered {
            id: record.ocpi_id,
            invoice: record.invoice,
            listed: record.listed,
            found,
            stated: sums
                .into_iter()
                .map(|(currency, sum)| (currency, store::micro::text(sum)))
                .collect(),
            missing,
        });
    }
    Ok(covered)
}

#[cfg(test)]
mod tests;
