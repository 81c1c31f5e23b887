//! Pairing the partner's records with ours, and what each pair comes to.

use std::collections::BTreeSet;

use billing::partner_check::{
    Amounts, By, Compared, Field, Key, Part, Standing, Tally, compare, pair,
};
use domain::replay::{Amount, Parts};
use domain::{BillingMonth, Cdr, Decimal, PartyKey};
use store::row::CdrRow;

use super::held::{Held, HeldCdr, Prices};
use super::{Row, Verdict, apart, stated};
use crate::desk::Desk;
use crate::error::Result;
use crate::job::{Job, Progress};

/// All records, and how their fields stand.
pub(super) struct Judged {
    pub(super) list: Vec<Row>,
    pub(super) tally: Tally,
}

/// Pairs and compares. CDRs that the file lacks are listed where it is said to cover a month.
pub(super) fn rows(
    desk: &Desk,
    job: &mut Job<'_>,
    (partner, month): (&PartyKey, Option<BillingMonth>),
    reported: &[Cdr],
) -> Result<Judged> {
    let book = &desk.book;
    let held = Held::read(book, (partner, month), reported)?;
    let keys: Vec<Key> = reported.iter().map(key).collect();
    let paired = pair(&keys, &held.keys);
    let mut prices = Prices::new(book)?;
    let (mut list, mut tally) = (Vec::new(), Tally::default());
    let total = paired.pairs.len() as u64;
    for (done, one) in (1..).zip(&paired.pairs) {
        job.check()?;
        let row = held.rows[one.held];
        let (ours, _) = prices.of(book, row)?;
        let theirs = &reported[one.reported];
        let fields = compare(theirs, &ours.cdr, &amounts(theirs, &ours));
        tally.add(&fields);
        list.push(both((one.reported, theirs), (row, &ours), (one.by, fields)));
        job.tell(Progress {
            done,
            total,
            records: done,
            findings: 0,
        });
    }
    for index in paired.only_reported {
        list.push(only_reported(index, &reported[index]));
    }
    // A file is about records of the partner, or about ours: about those it names.
    let owns: BTreeSet<bool> = paired.pairs.iter().map(|one| held.own[one.held]).collect();
    for index in paired.only_held {
        let covered = owns.is_empty() || owns.contains(&held.own[index]);
        if covered && Some(held.months[index]) == month {
            job.check()?;
            let row = held.rows[index];
            let (ours, _) = prices.of(book, row)?;
            list.push(only_held(row, &ours));
        }
    }
    Ok(Judged { list, tally })
}

/// Gives the first `limit` rows the fields that are equal, too: of a whole month they would fill
/// the memory.
pub(super) fn add_equal_fields(
    desk: &Desk,
    job: &mut Job<'_>,
    (rows, limit): (&mut [Row], usize),
    reported: &[Cdr],
) -> Result<()> {
    let mut prices = Prices::new(&desk.book)?;
    for row in rows.iter_mut().take(limit) {
        job.check()?;
        if let (Some(held), Some(place)) = (row.held, row.place) {
            let (ours, _) = prices.of(&desk.book, held)?;
            let theirs = &reported[place];
            row.fields = compare(theirs, &ours.cdr, &amounts(theirs, &ours));
        }
    }
    Ok(())
}

fn key(cdr: &Cdr) -> Key {
    let text = |id: &Option<domain::OcpiId>| {
        let text = id.as_ref().map(|id| id.0.clone());
        text.filter(|text| !text.is_empty())
    };
    let (token, place) = (&cdr.token, &cdr.location);
    Key {
        id: cdr.id.0.clone(),
        session: text(&cdr.session_id),
        contract: text(&token.contract_id).or_else(|| text(&token.uid)),
        evse: text(&place.evse_id).or_else(|| text(&place.evse_uid)),
        start_ms: cdr.start_at.timestamp_millis(),
        end_ms: cdr.end_at.timestamp_millis(),
        credit: cdr.credit,
    }
}

/// Their amounts beside our replay, judged as a replay of their record would be: at their digits,
/// of a credit with its sign, without gross where their form is silent on tax.
pub(super) fn amounts(theirs: &Cdr, ours: &HeldCdr) -> Amounts {
    let (totals, exact) = (&ours.priced.totals, &ours.priced.exact);
    let judged = tariff::compare(theirs, totals, exact, &ours.policy, ours.tolerance);
    let mut amounts = Amounts {
        reported: stated(theirs),
        held: Parts::default(),
        slack: judged.slack,
    };
    for part in Part::ALL {
        let difference = *part.of(&judged.difference);
        let reported = *part.of(&amounts.reported);
        let held = match (reported, difference) {
            (Some(figure), Some(by)) => {
                let minus = |one: Option<Decimal>, other: Option<Decimal>| one?.checked_sub(other?);
                let gross = minus(figure.incl_vat, by.incl_vat);
                if by.incl_vat.is_none() {
                    part.of_mut(&mut amounts.reported)
                        .get_or_insert_default()
                        .incl_vat = None;
                }
                Some(Amount {
                    excl_vat: minus(figure.excl_vat, by.excl_vat),
                    incl_vat: gross,
                })
            }
            (Some(_), None) => None,
            (None, _) => part
                .of(totals)
                .filter(|amount| part == Part::Total || is_some(*amount)),
        };
        *part.of_mut(&mut amounts.held) = held;
    }
    amounts
}

/// Whether an amount is more than nothing.
fn is_some(amount: Amount) -> bool {
    let figures = [amount.excl_vat, amount.incl_vat];
    figures
        .into_iter()
        .flatten()
        .any(|figure| !figure.is_zero())
}

fn both(
    (place, theirs): (usize, &Cdr),
    (row, ours): (CdrRow, &HeldCdr),
    (by, mut fields): (By, Vec<Compared>),
) -> Row {
    let judged = amounts(theirs, ours);
    let apart = apart(Part::Total, &judged.reported, &judged.held);
    let known = apart.excl_vat.is_some() || apart.incl_vat.is_some();
    let comparable = known && theirs.currency == ours.cdr.currency;
    let off = |wanted: fn(Field) -> bool| {
        let mut all = fields.iter();
        all.any(|one| one.standing == Standing::Differs && wanted(one.field))
    };
    let in_total = |field| matches!(field, Field::Net(Part::Total) | Field::Gross(Part::Total));
    let verdict = if off(in_total) {
        Verdict::Differs
    } else if !known {
        Verdict::NotCompared
    } else if off(|_| true) {
        Verdict::FieldsDiffer
    } else {
        Verdict::Agrees
    };
    fields.retain(|one| one.standing != Standing::Equal);
    Row {
        verdict,
        by: Some(by.as_str()),
        held: Some(row),
        place: Some(place),
        id: ours.cdr.id.0.clone(),
        start_at: ours.cdr.start_at,
        currency: ours.cdr.currency,
        reported_kwh: Some(theirs.totals.energy.0),
        held_kwh: Some(ours.cdr.totals.energy.0),
        reported: judged.reported,
        replayed: judged.held,
        stated: stated(&ours.cdr),
        difference: comparable.then_some(apart),
        fields,
        why: None,
    }
}

fn only_reported(place: usize, theirs: &Cdr) -> Row {
    Row {
        verdict: Verdict::OnlyReported,
        by: None,
        held: None,
        place: Some(place),
        id: theirs.id.0.clone(),
        start_at: theirs.start_at,
        currency: theirs.currency,
        reported_kwh: Some(theirs.totals.energy.0),
        held_kwh: None,
        reported: stated(theirs),
        replayed: Parts::default(),
        stated: Parts::default(),
        difference: None,
        fields: Vec::new(),
        why: None,
    }
}

fn only_held(row: CdrRow, ours: &HeldCdr) -> Row {
    Row {
        verdict: Verdict::OnlyHeld,
        by: None,
        held: Some(row),
        place: None,
        id: ours.cdr.id.0.clone(),
        start_at: ours.cdr.start_at,
        currency: ours.cdr.currency,
        reported_kwh: None,
        held_kwh: Some(ours.cdr.totals.energy.0),
        reported: Parts::default(),
        replayed: ours.priced.totals.clone(),
        stated: stated(&ours.cdr),
        difference: None,
        fields: Vec::new(),
        why: None,
    }
}
