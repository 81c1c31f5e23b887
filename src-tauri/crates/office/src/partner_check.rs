//! The go-live test with a partner: its own computed figures of the same sessions beside ours,
//! every field and every total, with causes.
//!
//! The partner's file is read as an import would read it, and nothing of it is kept. Amounts are
//! compared with our *replay*, all other fields with our record. Of a total that differs the cause
//! is searched: other facts in their record, the tariff it carries, else another reading.

mod dto;
mod held;
mod judge;
mod save;
mod sums;
#[cfg(test)]
mod tests;
mod why;

use std::collections::BTreeMap;
use std::path::Path;

use billing::partner_check::{Compared, Part, Tally};
use domain::replay::{Amount, Parts};
use domain::{BillingMonth, Cdr, Currency, Decimal, Instant, PartyKey};
use store::row::CdrRow;

use crate::api::{PartnerCheck, PartnerCheckRequest};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::intake::{CdrsRead, read_cdrs};
use crate::job::Job;
use crate::{partners, reconcile};
use sums::Sums;
use why::Why;

pub(crate) use held::Prices;
pub(crate) use save::name_of;
pub use save::{file_name, save};

/// Compares a partner's file with the book.
///
/// # Errors
/// When the file cannot be read, or partner or month is none.
pub fn run(
    desk: &Desk,
    job: &mut Job<'_>,
    request: &PartnerCheckRequest,
    path: &Path,
) -> Result<PartnerCheck> {
    run_and_save(desk, job, (request, path), &[])
}

/// Compares a partner's file with the book, and writes reports of it: of each its format, `xlsx` or
/// `pdf`, and its place.
///
/// # Errors
/// As of [`run`], and when a report cannot be written; those before it are there then.
pub fn run_and_save(
    desk: &Desk,
    job: &mut Job<'_>,
    (request, path): (&PartnerCheckRequest, &Path),
    reports: &[(&str, &Path)],
) -> Result<PartnerCheck> {
    let mut checked = check(desk, job, request, path)?;
    for report in reports {
        save::write(desk, job, &checked, *report)?;
    }
    let limit = request.limit as usize;
    if request.equal_fields {
        judge::add_equal_fields(desk, job, (&mut checked.rows, limit), &checked.read.cdrs)?;
    }
    dto::partner_check(&checked, limit)
}

/// What the check came to.
pub(crate) struct Checked {
    partner: PartyKey,
    own: PartyKey,
    month: Option<BillingMonth>,
    read: CdrsRead,
    rows: Vec<Row>,
    tally: Tally,
    totals: BTreeMap<(Group, Currency), Sums>,
}

/// How a record stands; in the order they are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Differs,
    FieldsDiffer,
    NotCompared,
    OnlyReported,
    OnlyHeld,
    Agrees,
}

impl Verdict {
    const ALL: [Verdict; 6] = [
        Verdict::Differs,
        Verdict::FieldsDiffer,
        Verdict::NotCompared,
        Verdict::OnlyReported,
        Verdict::OnlyHeld,
        Verdict::Agrees,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Verdict::Differs => "differs",
            Verdict::FieldsDiffer => "fields_differ",
            Verdict::NotCompared => "not_compared",
            Verdict::OnlyReported => "only_reported",
            Verdict::OnlyHeld => "only_held",
            Verdict::Agrees => "agrees",
        }
    }
}

/// Records that are summed together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    Compared,
    NotCompared,
    OnlyReported,
    OnlyHeld,
}

impl Group {
    fn as_str(self) -> &'static str {
        match self {
            Group::Compared => "compared",
            Group::NotCompared => "not_compared",
            Group::OnlyReported => "only_reported",
            Group::OnlyHeld => "only_held",
        }
    }
}

/// A record of either side, or both.
pub(crate) struct Row {
    verdict: Verdict,
    by: Option<&'static str>,
    held: Option<CdrRow>,
    /// Place in the partner's file.
    place: Option<usize>,
    id: String,
    start_at: Instant,
    currency: Currency,
    reported_kwh: Option<Decimal>,
    held_kwh: Option<Decimal>,
    reported: Parts<Option<Amount>>,
    replayed: Parts<Option<Amount>>,
    stated: Parts<Option<Amount>>,
    /// Of the totals, reported − replayed.
    difference: Option<Amount>,
    /// Fields that are not equal.
    fields: Vec<Compared>,
    why: Option<Why>,
}

impl Row {
    /// The size of its difference, net where it is known.
    fn size(&self) -> Decimal {
        let amount = self.difference.unwrap_or_default();
        let figure = amount.excl_vat.or(amount.incl_vat);
        figure.unwrap_or_default().abs()
    }

    fn group(&self) -> Group {
        match self.verdict {
            Verdict::OnlyReported => Group::OnlyReported,
            Verdict::OnlyHeld => Group::OnlyHeld,
            Verdict::NotCompared => Group::NotCompared,
            Verdict::Differs | Verdict::FieldsDiffer | Verdict::Agrees => {
                if self.difference.is_some() {
                    Group::Compared
                } else {
                    Group::NotCompared
                }
            }
        }
    }
}

impl Checked {
    fn is_equal(&self) -> bool {
        let agrees = |row: &Row| row.verdict == Verdict::Agrees;
        self.read.rejected.is_empty() && self.rows.iter().all(agrees)
    }
}

/// The figures a CDR states.
fn stated(cdr: &Cdr) -> Parts<Option<Amount>> {
    let totals = &cdr.totals;
    let amount = |price: &Option<domain::Price>| {
        price.as_ref().map(|price| Amount {
            excl_vat: Some(price.excl_vat),
            incl_vat: price.incl_vat,
        })
    };
    Parts {
        total: amount(&totals.cost),
        fixed: amount(&totals.fixed_cost),
        energy: amount(&totals.energy_cost),
        time: amount(&totals.time_cost),
        parking: amount(&totals.parking_cost),
        reservation: amount(&totals.reservation_cost),
    }
}

/// Reported − replayed, of one part.
fn apart(part: Part, reported: &Parts<Option<Amount>>, held: &Parts<Option<Amount>>) -> Amount {
    let (one, other) = (part.of(reported), part.of(held));
    let (one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
    let minus = |one: Option<Decimal>, other: Option<Decimal>| one?.checked_sub(other?);
    Amount {
        excl_vat: minus(one.excl_vat, other.excl_vat),
        incl_vat: minus(one.incl_vat, other.incl_vat),
    }
}

/// Reads the file and compares it.
pub(crate) fn check(
    desk: &Desk,
    job: &mut Job<'_>,
    request: &PartnerCheckRequest,
    path: &Path,
) -> Result<Checked> {
    let partner = request.file.partner.as_deref().unwrap_or_default();
    if partner.is_empty() {
        return Err(Error::BadRequest {
            field: "partner",
            value: String::new(),
        });
    }
    let partner = partners::partner_key(&desk.book, partner)?;
    let month = request.month.as_deref().map(reconcile::read_month);
    let month = month.transpose()?;
    let read = read_cdrs(desk, job, &request.file, path)?;
    let mut rows = judge::rows(desk, job, (&partner, month), &read.cdrs)?;
    rows.list.sort_by(|one, other| {
        let key = |row: &Row| (row.verdict, std::cmp::Reverse(row.size()), row.start_at);
        key(one)
            .cmp(&key(other))
            .then_with(|| one.id.cmp(&other.id))
    });
    why::explain_all(desk, job, (&read.cdrs, &mut rows.list))?;
    let totals = sums::of(&rows.list)?;
    Ok(Checked {
        own: desk.book.party().clone(),
        partner,
        month,
        read,
        totals,
        rows: rows.list,
        tally: rows.tally,
    })
}
