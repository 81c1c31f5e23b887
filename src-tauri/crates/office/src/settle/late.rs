//! Late CDRs: what comes, or is agreed, for a month that is closed goes to the next document.
//!
//! A month is closed for a partner when a document of it is issued and none is a draft. Its late
//! CDRs stand on the document of whichever later month is drafted next, on lines of their own
//! (INVOICING §3). A month that is not closed keeps its CDRs.

use std::collections::{BTreeMap, BTreeSet};

use domain::invoice::{Invoice, InvoiceKind};
use domain::{BillingMonth, Bucket, Direction, Money, Totals};
use store::Book;
use store::invoice::Billable;
use store::month::{Key, State};
use store::row::PartyRow;

use crate::api::LateDto;
use crate::decide::money;
use crate::desk::Desk;
use crate::error::Result;
use crate::reconcile;
use crate::terms::terms;

/// What can be drafted for a partner-month.
#[derive(Default)]
pub(crate) struct Ready {
    /// How many CDRs, late ones among them.
    pub(crate) count: u32,
    /// Their stated net.
    pub(crate) net: Totals,
    /// The late ones by their month.
    pub(crate) late: BTreeMap<BillingMonth, Late>,
}

/// Late CDRs of one month.
#[derive(Default)]
pub(crate) struct Late {
    count: u32,
    net: Totals,
}

/// Whose document a direction makes.
pub(super) fn kind(direction: Direction) -> InvoiceKind {
    match direction {
        Direction::Receivable => InvoiceKind::Invoice,
        Direction::Payable => InvoiceKind::SelfBilled,
    }
}

/// What can be drafted, by the partner-month whose document it would stand on. Late CDRs are with
/// the first month after theirs that holds something and is not closed; where there is none, with
/// the first one that is not closed.
pub(crate) fn ready(book: &Book) -> Result<BTreeMap<Key, Ready>> {
    let held: BTreeSet<Key> = store::month::states(book)?
        .iter()
        .map(|state| (state.partner, state.month))
        .collect();
    let closed = store::invoice::closed(book, None)?;
    let mut closed_of: BTreeMap<PartyRow, BTreeSet<BillingMonth>> = BTreeMap::new();
    let mut ready: BTreeMap<Key, Ready> = BTreeMap::new();
    for ((partner, month), currency, count, net) in store::invoice::free_totals(book)? {
        if let std::collections::btree_map::Entry::Vacant(new) = closed_of.entry(partner) {
            let of = terms(book, &store::party::key(book, partner)?)?;
            let kind = kind(of.partner.agreement.direction);
            let months = closed
                .iter()
                .filter(|(whose, of, _)| (*whose, *of) == (partner, kind));
            new.insert(months.map(|(_, _, month)| *month).collect());
        }
        let is_closed = |month: BillingMonth| closed_of[&partner].contains(&month);
        let target = if is_closed(month) {
            let later = held.range((partner, month.next())..);
            let mut later = later.take_while(|key| key.0 == partner).map(|key| key.1);
            let held = later.find(|month| !is_closed(*month));
            held.unwrap_or_else(|| {
                let after = std::iter::successors(Some(month), |month| Some(month.next()));
                let mut open = after.filter(|month| !is_closed(*month));
                open.next().expect("a book closes finitely many months")
            })
        } else {
            month
        };
        let amount = Money::new(net.to_decimal(), currency);
        let one = ready.entry((partner, target)).or_default();
        one.count += count;
        sum(&mut one.net, amount)?;
        if target != month {
            let late = one.late.entry(month).or_default();
            late.count += count;
            sum(&mut late.net, amount)?;
        }
    }
    Ok(ready)
}

fn sum(sums: &mut Totals, amount: Money) -> Result<()> {
    let too_large = |_| store::Error::OutOfRange("a month's sum".into());
    Ok(sums.add(amount).map_err(too_large)?)
}

/// The closed months of a partner with whom we settle in this direction.
fn closed(book: &Book, partner: PartyRow, direction: Direction) -> Result<BTreeSet<BillingMonth>> {
    let kind = kind(direction);
    let closed = store::invoice::closed(book, Some(partner))?.into_iter();
    let of_kind = closed.filter(|(_, of, _)| *of == kind);
    Ok(of_kind.map(|(_, _, month)| month).collect())
}

/// Whether a partner-month is closed.
pub(super) fn is_closed(book: &Book, key: Key, direction: Direction) -> Result<bool> {
    Ok(closed(book, key.0, direction)?.contains(&key.1))
}

/// What a draft of a partner-month that is not closed takes: its own free CDRs and the late ones of
/// closed months before it. Belongs into a transaction; months to which something came since they
/// were reconciled are reconciled first.
pub(super) fn free(
    desk: &Desk,
    book: &Book,
    key: Key,
    direction: Direction,
) -> Result<Vec<Billable>> {
    let closed = closed(book, key.0, direction)?;
    let stale: BTreeSet<BillingMonth> = store::month::states(book)?
        .iter()
        .filter(|state| state.partner == key.0 && state.stale)
        .map(|state| state.month)
        .collect();
    let months = closed.range(..key.1).chain([&key.1]);
    let mut free = Vec::new();
    for month in months {
        if stale.contains(month) {
            reconcile::derive(book, (key.0, *month), desk.now)?;
        }
        // Nothing of a closed month is read but its sums, unless something of it is agreed.
        let totals = store::month::totals(book, Some((key.0, *month)))?;
        let agreed = |bucket| matches!(bucket, Bucket::Matched | Bucket::Accepted);
        if totals.iter().any(|total| agreed(total.bucket)) {
            free.extend(store::invoice::free(book, (key.0, *month))?);
        }
    }
    Ok(free)
}

/// The partners for whom a month can be drafted: those of whom the book holds something of it, and
/// those of whom it holds late CDRs of months before.
pub(super) fn partners(book: &Book, month: BillingMonth) -> Result<Vec<PartyRow>> {
    let states = store::month::states(book)?;
    let of_month = |state: &&State| state.month == month;
    let mut partners: Vec<PartyRow> = states
        .iter()
        .filter(of_month)
        .map(|state| state.partner)
        .collect();
    for ((partner, target), ready) in ready(book)? {
        let late_before = ready.late.keys().any(|of| *of < month);
        if target <= month && late_before && !partners.contains(&partner) {
            partners.push(partner);
        }
    }
    Ok(partners)
}

/// Late CDRs of what can be drafted, by month, as screens show them.
pub(super) fn of_ready(ready: &Ready) -> Vec<LateDto> {
    let each = ready.late.iter().map(|(month, late)| LateDto {
        month: month.to_string(),
        cdrs: late.count,
        net: money(&late.net),
    });
    each.collect()
}

/// Late CDRs of a document, by month, as its lines sum them.
pub(super) fn of_invoice(invoice: &Invoice) -> Result<Vec<LateDto>> {
    let mut months: BTreeMap<BillingMonth, Late> = BTreeMap::new();
    for line in &invoice.lines {
        if let Some(month) = line.late_of {
            let late = months.entry(month).or_default();
            late.count += line.cdrs;
            sum(&mut late.net, Money::new(line.net, invoice.currency))?;
        }
    }
    let of = Ready {
        late: months,
        ..Ready::default()
    };
    Ok(of_ready(&of))
}
