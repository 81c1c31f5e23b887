//! Making drafts: from agreed CDRs to documents without a number.

use billing::settle::{BillableCdr, DraftError, DraftInput, VatRates};
use chrono::{DateTime, FixedOffset};
use domain::invoice::Invoice;
use domain::{Company, Direction, OcpiId, PartyKey, Tz};
use serde_json::json;
use store::decision::NewDecision;
use store::invoice::{Billable, Item};
use store::micro::Micro;
use store::month::Key;
use store::row::{CdrRow, InvoiceRow};
use store::{Book, Durability};

use super::{late, summary};
use crate::api::{DraftRequest, InvoiceSummary};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::{Job, Progress};
use crate::reconcile::read_month;
use crate::replay::Lookups;
use crate::terms::terms;
use crate::{partners, zones};

/// Makes drafts of a month for one partner or all: one decision per draft. Drafts of the month
/// that exist already are replaced. Late CDRs of closed months before it come with it; a month that
/// is closed itself gets no further draft.
pub fn draft(
    desk: &Desk,
    job: &mut Job<'_>,
    request: &DraftRequest,
) -> Result<Vec<InvoiceSummary>> {
    let month = read_month(&request.month)?;
    let only = request
        .partner
        .as_deref()
        .map(|key| partners::partner_key(&desk.book, key))
        .transpose()?;
    let mut keys = Vec::new();
    for row in late::partners(&desk.book, month)? {
        let key = store::party::key(&desk.book, row)?;
        if only.as_ref().is_none_or(|only| *only == key) {
            keys.push((key, (row, month)));
        }
    }
    let mut drafts = Vec::new();
    for (done, (partner, key)) in keys.iter().enumerate() {
        job.check()?;
        let made = desk.book.write(Durability::Decisions, |book| {
            partner_month(desk, book, partner, *key)
        })?;
        for row in made {
            let (head, invoice) = super::get(desk, row.number())?;
            drafts.push(summary(desk, &head, &invoice)?);
        }
        job.tell(Progress {
            done: done as u64 + 1,
            total: keys.len() as u64,
            ..Progress::default()
        });
    }
    Ok(drafts)
}

/// Drafts of one partner-month, in place of those it has.
fn partner_month(
    desk: &Desk,
    book: &Book,
    partner: &PartyKey,
    key: Key,
) -> Result<Vec<InvoiceRow>> {
    let terms = terms(book, partner)?;
    let is_closed = late::is_closed(book, key, terms.partner.agreement.direction)?;
    if is_closed {
        return Ok(Vec::new());
    }
    for (head, _) in store::invoice::list(book, Some(key.0), Some(key.1))? {
        if !head.issued {
            discard(desk, book, head.row, "drafted anew")?;
        }
    }
    let mut lookups = Lookups::default();
    let mut cdrs = Vec::new();
    for free in late::free(desk, book, key, terms.partner.agreement.direction)? {
        cdrs.push(billable(book, &mut lookups, partner, &free)?);
    }
    let own = store::agreement::own(book)?;
    let own = located(
        &own.map(|own| own.value.company).unwrap_or_default(),
        book.party(),
    );
    let other = located(&terms.partner.company, partner);
    let agreement = &terms.partner.agreement;
    let (seller, buyer) = sides(agreement.direction, &own, &other);
    let input = DraftInput {
        kind: late::kind(agreement.direction),
        seller,
        seller_also_in: &[],
        domestic_reverse_charge: false,
        buyer,
        partner_key: &partner.to_string(),
        taxable_dealer: agreement.taxable_dealer,
        vat_override: None,
        due_days: agreement.due_days,
        rates: &VatRates::standard(),
        month: key.1,
        cdrs: &cdrs,
    };
    let drafts = billing::settle::draft(&input).map_err(|error| refused(&error, partner))?;
    drafts
        .iter()
        .map(|draft| {
            let rows: Vec<CdrRow> = draft.cdr_rows.iter().copied().map(CdrRow).collect();
            keep(desk, book, key, &draft.invoice, &rows)
        })
        .collect()
}

/// Who supplies, who is billed. Where we are the buyer, we bill ourselves
/// in the partner's name (INVOICING §9).
fn sides<'a>(
    direction: Direction,
    own: &'a Company,
    partner: &'a Company,
) -> (&'a Company, &'a Company) {
    match direction {
        Direction::Receivable => (own, partner),
        Direction::Payable => (partner, own),
    }
}

/// A company with its country: where nobody entered one, that of its key, so that VAT can be
/// decided. What else is missing shows up in the checks.
fn located(company: &Company, key: &PartyKey) -> Company {
    let mut company = company.clone();
    if company.country.is_empty() {
        key.country().clone_into(&mut company.country);
    }
    company
}

fn refused(error: &DraftError, partner: &PartyKey) -> Error {
    let code = match error {
        DraftError::Vat { .. } => "vat_undecided",
        DraftError::CdrTwice(_) => "cdr_twice",
        DraftError::Money(_) => "out_of_range",
    };
    Error::refused(code, error.to_string()).with("partner", partner)
}

/// Keeps a draft with the decision that made it.
fn keep(
    desk: &Desk,
    book: &Book,
    key: Key,
    invoice: &Invoice,
    rows: &[CdrRow],
) -> Result<InvoiceRow> {
    let mut ascending = rows.to_vec();
    ascending.sort_unstable();
    let object = format!("{} {}", invoice.partner_key, invoice.month);
    let late = invoice.lines.iter().filter(|line| line.late_of.is_some());
    let details = json!({
        "cdrs": rows.len(),
        "late": late.map(|line| line.cdrs).sum::<u32>(),
        "currency": invoice.currency,
        "net": invoice.net,
        "gross": invoice.gross,
    });
    let decision = store::decision::append(
        book,
        &NewDecision {
            at: desk.now,
            actor: &desk.actor,
            verb: "draft",
            object: &object,
            reason: "",
            details: &details,
            undoes: None,
            cdrs: &ascending,
            sessions: &[],
            seen: &[],
        },
    )?;
    let items: Vec<Item> = rows
        .iter()
        .zip(&invoice.annex)
        .map(|(cdr, row)| Item {
            cdr: *cdr,
            line: row.line,
            net: Micro::from_decimal(row.net).expect("a CDR's net came from the book"),
        })
        .collect();
    Ok(store::invoice::insert_draft(
        book, key.0, invoice, &items, decision,
    )?)
}

/// Discards a draft and frees its CDRs. Belongs into a transaction.
pub(crate) fn discard(desk: &Desk, book: &Book, draft: InvoiceRow, reason: &str) -> Result<()> {
    let (head, invoice) = store::invoice::get(book, draft)?.ok_or(Error::UnknownRow {
        what: "invoice",
        row: draft.number(),
    })?;
    if head.issued {
        return Err(Error::refused("issued_already", "an issued document stays")
            .with("invoice", draft.number()));
    }
    store::decision::append(
        book,
        &NewDecision {
            at: desk.now,
            actor: &desk.actor,
            verb: "discard_draft",
            object: &format!("{} {}", invoice.partner_key, invoice.month),
            reason,
            details: &json!({ "cdrs": head.cdrs, "net": invoice.net }),
            undoes: None,
            cdrs: &[],
            sessions: &[],
            seen: &[],
        },
    )?;
    Ok(store::invoice::delete_draft(book, draft)?)
}

/// A CDR as billing takes it, on the wall clock of its location.
pub(super) fn billable(
    book: &Book,
    lookups: &mut Lookups,
    partner: &PartyKey,
    cdr: &Billable,
) -> Result<BillableCdr> {
    let zone = zone(book, lookups, partner, cdr)?;
    let place = &cdr.place;
    let words: Vec<&str> = [place.city.as_str(), place.country.as_str()]
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect();
    let named = |texts: [&String; 3]| {
        texts
            .into_iter()
            .find(|text| !text.is_empty())
            .cloned()
            .unwrap_or_default()
    };
    Ok(BillableCdr {
        row: cdr.row.0,
        month: cdr.month,
        cdr_id: cdr.ocpi_id.clone(),
        session_id: cdr.session.clone(),
        contract: Some(cdr.contract.clone())
            .filter(|text| !text.is_empty())
            .or(cdr.token.clone()),
        start_local: local(cdr.start_ms, zone)?,
        end_local: local(cdr.end_ms, zone)?,
        location_key: named([&place.location, &place.name, &place.evse]),
        location: named([&place.name, &place.location, &place.evse]),
        place: words.join(", "),
        country: place.country.clone(),
        evse_id: place.evse.clone(),
        energy: domain::Kwh(cdr.energy.to_decimal().normalize()),
        net: cdr.stated.unwrap_or_default().to_decimal(),
        currency: cdr.currency,
        credit: cdr.credit,
    })
}

/// The zone of a CDR's location: the stored location's, else the agreed one, else the country's.
fn zone(book: &Book, lookups: &mut Lookups, partner: &PartyKey, cdr: &Billable) -> Result<Tz> {
    let owner = if cdr.own { book.party() } else { partner };
    if !cdr.place.location.is_empty() {
        let id = OcpiId(cdr.place.location.clone());
        if let Some(zone) = lookups.location_zone(book, owner, &id)? {
            return Ok(zone);
        }
    }
    let terms = lookups.terms(book, partner)?;
    if terms.is_agreed() {
        return Ok(terms.partner.agreement.time_zone);
    }
    Ok(zones::single(&cdr.place.country).unwrap_or(terms.partner.agreement.time_zone))
}

fn local(ms: i64, zone: Tz) -> Result<DateTime<FixedOffset>> {
    let at = DateTime::from_timestamp_millis(ms)
        .ok_or_else(|| store::Error::Damaged(format!("instant {ms}")))?;
    Ok(at.with_timezone(&zone).fixed_offset())
}
