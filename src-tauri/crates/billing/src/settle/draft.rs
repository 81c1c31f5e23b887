//! From accepted CDRs to invoice drafts.
//!
//! One invoice per currency and scope of VAT: category O shares no invoice with another category
//! (INVOICING §2) and currencies are never mixed. The period of a document never spans two months;
//! late CDRs of a month that is closed come as lines of their own, each of one month (§3).

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Days, FixedOffset, NaiveDate};
use domain::invoice::{AnnexRow, Invoice, InvoiceKind, InvoiceLine, VatCategory, VatTreatment};
use domain::{BillingMonth, Company, Currency, Decimal, Kwh, MoneyError};
use thiserror::Error;

use super::rates::VatRates;
use super::totals::{net_of_cdr, sum, vat_groups};
use super::vat::{LineKind, VatError, VatOverride, VatQuestion, decide, note_of};

/// One CDR to be billed: matched or accepted, and on no live invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillableCdr {
    /// Its row in the book.
    pub row: i64,
    /// Its month of supply.
    pub month: BillingMonth,
    /// CDR id.
    pub cdr_id: String,
    /// Session id, if any.
    pub session_id: Option<String>,
    /// Contract or token, in full; the draft keeps only its end.
    pub contract: Option<String>,
    /// Start on the wall clock of the location, with its offset.
    pub start_local: DateTime<FixedOffset>,
    /// End likewise. Its date is the day of supply.
    pub end_local: DateTime<FixedOffset>,
    /// What tells its location from others: the id, or the name where it has none.
    pub location_key: String,
    /// Location name, or its address where it has none.
    pub location: String,
    /// City and country of the location, for people.
    pub place: String,
    /// Country of the charge point, alpha-2 or alpha-3; empty where unknown.
    pub country: String,
    /// EVSE id.
    pub evse_id: String,
    /// Energy as the CDR states it: positive in a credit, too (SEMANTICS 4.1).
    pub energy: Kwh,
    /// Agreed net, exact; negative in a credit.
    pub net: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// A credit CDR: its energy counts negative.
    pub credit: bool,
}

/// What drafts are made from. Seller and buyer follow from the agreement's direction.
#[derive(Clone, Copy, Debug)]
pub struct DraftInput<'a> {
    /// Who writes the document.
    pub kind: InvoiceKind,
    /// Who supplies.
    pub seller: &'a Company,
    /// Further countries where the seller is established or registered with VAT duty.
    pub seller_also_in: &'a [String],
    /// The seller's country shifts the tax between resellers of electricity (rule V2).
    pub domestic_reverse_charge: bool,
    /// Who is billed.
    pub buyer: &'a Company,
    /// The partner's key, e.g. `NL-ABC`.
    pub partner_key: &'a str,
    /// The buyer resells electricity.
    pub taxable_dealer: bool,
    /// What the contract sets for VAT, if anything (rule V1).
    pub vat_override: Option<&'a VatOverride>,
    /// Days from issue to due.
    pub due_days: u16,
    /// Rates by country and day.
    pub rates: &'a VatRates,
    /// The month that is invoiced.
    pub month: BillingMonth,
    /// The CDRs of it and late ones of months before, in any order.
    pub cdrs: &'a [BillableCdr],
}

/// A draft and the CDRs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The invoice, without number and dates.
    pub invoice: Invoice,
    /// Rows of its CDRs, in the order of the annex.
    pub cdr_rows: Vec<i64>,
}

/// Why no draft could be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DraftError {
    /// The VAT of a CDR could not be decided.
    #[error("CDR {cdr_id}: {cause}")]
    Vat {
        /// The first such CDR.
        cdr_id: String,
        /// Why.
        cause: VatError,
    },
    /// A CDR came twice; it would be billed twice.
    #[error("CDR {0} is in the selection twice")]
    CdrTwice(String),
    /// A sum does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What splits a selection into invoices.
type Split = (Currency, bool);

/// Drafts for a selection of CDRs, by currency. No CDRs, no drafts.
pub fn draft(input: &DraftInput<'_>) -> Result<Vec<Draft>, DraftError> {
    let mut seen = HashSet::with_capacity(input.cdrs.len());
    let mut splits: BTreeMap<Split, Vec<(&BillableCdr, VatTreatment)>> = BTreeMap::new();
    for cdr in input.cdrs {
        if !seen.insert(cdr.row) {
            return Err(DraftError::CdrTwice(cdr.cdr_id.clone()));
        }
        let vat = decide(&question(input, cdr), input.rates).map_err(|cause| DraftError::Vat {
            cdr_id: cdr.cdr_id.clone(),
            cause,
        })?;
        let outside = vat.category == VatCategory::O;
        splits
            .entry((cdr.currency, outside))
            .or_default()
            .push((cdr, vat));
    }
    splits
        .into_iter()
        .map(|(split, cdrs)| one(input, split, cdrs))
        .collect()
}

/// The draft with its number and dates: what is frozen at issue.
pub fn issue(draft: &Invoice, number: &str, issued_on: NaiveDate) -> Invoice {
    Invoice {
        number: Some(number.to_owned()),
        issued_on: Some(issued_on),
        due_on: issued_on.checked_add_days(Days::new(u64::from(draft.due_days))),
        ..draft.clone()
    }
}

fn question<'a>(input: &DraftInput<'a>, cdr: &'a BillableCdr) -> VatQuestion<'a> {
    VatQuestion {
        seller_country: &input.seller.country,
        seller_also_in: input.seller_also_in,
        buyer_country: &input.buyer.country,
        taxable_dealer: input.taxable_dealer,
        domestic_reverse_charge: input.domestic_reverse_charge,
        charge_point_country: &cdr.country,
        kind: LineKind::Energy,
        supplied_on: cdr.end_local.date_naive(),
        contract: input.vat_override,
    }
}

/// One invoice from the CDRs of one split.
fn one(
    input: &DraftInput<'_>,
    (currency, _): Split,
    mut cdrs: Vec<(&BillableCdr, VatTreatment)>,
) -> Result<Draft, DraftError> {
    cdrs.sort_by(|(a, _), (b, _)| in_time(a).cmp(&in_time(b)));
    let month = input.month;
    let (lines, annex) = lines_and_annex(&cdrs, month, currency)?;
    let vat_groups = vat_groups(&lines, currency)?;
    let net = sum(lines.iter().map(|line| line.net), currency)?;
    let vat = sum(vat_groups.iter().map(|group| group.tax), currency)?;
    let invoice = Invoice {
        kind: input.kind,
        number: None,
        issued_on: None,
        due_on: None,
        due_days: input.due_days,
        seller: input.seller.clone(),
        buyer: input.buyer.clone(),
        partner_key: input.partner_key.to_owned(),
        month,
        period_start: month.first_day(),
        period_end: month.last_day(),
        currency,
        notes: notes(input.kind, &lines),
        lines,
        vat_groups,
        net,
        vat,
        gross: sum([net, vat].into_iter(), currency)?,
        annex,
    };
    Ok(Draft {
        invoice,
        cdr_rows: cdrs.iter().map(|(cdr, _)| cdr.row).collect(),
    })
}

/// The order of the annex: by time, then id, then row.
fn in_time(cdr: &BillableCdr) -> (DateTime<FixedOffset>, &str, i64) {
    (cdr.start_local, &cdr.cdr_id, cdr.row)
}

/// Lines in the order of location name, those of late CDRs after the month's own by month, and the
/// annex rows that point at them.
fn lines_and_annex(
    cdrs: &[(&BillableCdr, VatTreatment)],
    month: BillingMonth,
    currency: Currency,
) -> Result<(Vec<InvoiceLine>, Vec<AnnexRow>), MoneyError> {
    let late_of = |cdr: &BillableCdr| Some(cdr.month).filter(|of| *of != month);
    let key = |cdr: &BillableCdr, vat: &VatTreatment| {
        let place = (cdr.location.clone(), cdr.location_key.clone());
        (late_of(cdr), place, vat.clone())
    };
    let mut lines: BTreeMap<_, InvoiceLine> = BTreeMap::new();
    for (cdr, vat) in cdrs {
        let line = lines.entry(key(cdr, vat)).or_insert_with(|| InvoiceLine {
            position: 0,
            location: cdr.location.clone(),
            place: cdr.place.clone(),
            cdrs: 0,
            energy: Kwh::default(),
            net: sum(std::iter::empty(), currency).unwrap_or_default(),
            vat: vat.clone(),
            late_of: late_of(cdr),
        });
        let energy = line.energy.0.checked_add(signed_energy(cdr).0);
        let net = line.net.checked_add(net_of_cdr(cdr.net, currency));
        line.energy = Kwh(energy.ok_or(MoneyError::OutOfRange)?);
        line.net = net.ok_or(MoneyError::OutOfRange)?;
        line.cdrs += 1;
    }
    for (position, line) in (1..).zip(lines.values_mut()) {
        line.position = position;
    }
    let annex = cdrs
        .iter()
        .map(|(cdr, vat)| annex_row(cdr, vat, lines[&key(cdr, vat)].position, currency))
        .collect();
    Ok((lines.into_values().collect(), annex))
}

fn annex_row(cdr: &BillableCdr, vat: &VatTreatment, line: u32, currency: Currency) -> AnnexRow {
    AnnexRow {
        cdr_id: cdr.cdr_id.clone(),
        session_id: cdr.session_id.clone(),
        token_masked: cdr.contract.as_deref().map(mask).unwrap_or_default(),
        start_local: cdr.start_local,
        end_local: cdr.end_local,
        location: cdr.location.clone(),
        evse_id: cdr.evse_id.clone(),
        energy: signed_energy(cdr),
        net: net_of_cdr(cdr.net, currency),
        vat_rate: vat.rate,
        line,
    }
}

/// A credit keeps its energy positive on the wire; what it takes back counts negative here.
fn signed_energy(cdr: &BillableCdr) -> Kwh {
    if cdr.credit {
        Kwh(-cdr.energy.0)
    } else {
        cdr.energy
    }
}

/// The last four characters of a contract; of a short one, the last two. Personal data stays out.
fn mask(contract: &str) -> String {
    let length = contract.chars().count();
    let shown = if length >= 8 { 4 } else { 2.min(length / 2) };
    let end: String = contract.chars().skip(length - shown).collect();
    format!("…{end}")
}

/// The texts that the kind of document and the treatments on its lines demand, each once.
fn notes(kind: InvoiceKind, lines: &[InvoiceLine]) -> Vec<String> {
    let mut notes: Vec<String> = match kind {
        InvoiceKind::Invoice => Vec::new(),
        // Art. 226 no. 10a demands the word.
        InvoiceKind::SelfBilled => vec!["Self-billing".to_owned()],
    };
    for note in lines.iter().filter_map(|line| note_of(&line.vat)) {
        if !notes.iter().any(|known| known == note) {
            notes.push(note.to_owned());
        }
    }
    notes
}
