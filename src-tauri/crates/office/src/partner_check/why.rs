//! Why a partner's total is not ours.

use billing::partner_check::{Field, Standing};
use domain::{Cdr, CdrTotals, ChargingPeriod, Dimension, DimensionKind, Tariff, Verdict as Match};
use tariff::ReplayInput;

use super::{Row, Verdict};
use crate::causes;
use crate::desk::Desk;
use crate::error::Result;
use crate::job::Job;
use crate::replay::{Explained, explain};

/// How many totals are searched, the largest differences first: each may take thousands of prices.
const SEARCHED: usize = 300;

/// A cause.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Why {
    /// See [`crate::api::CheckCause::code`].
    pub(crate) code: &'static str,
    /// In English.
    pub(crate) text: String,
}

fn why(code: &'static str, text: impl Into<String>) -> Why {
    let text = text.into();
    Why { code, text }
}

/// Says of each total that differs why; the rows come with the largest differences first.
pub(super) fn explain_all(
    desk: &Desk,
    job: &mut Job<'_>,
    (reported, rows): (&[Cdr], &mut [Row]),
) -> Result<()> {
    let mut searched = 0;
    for row in rows
        .iter_mut()
        .filter(|row| row.verdict == Verdict::Differs)
    {
        job.check()?;
        let (Some(held), Some(place)) = (row.held, row.place) else {
            continue;
        };
        row.why = Some(if row.difference.is_none() {
            why("unexplained", "the amounts are in two currencies")
        } else if searched >= SEARCHED {
            why("not_searched", "not searched: the largest differences are")
        } else {
            searched += 1;
            let explained = explain(desk, held)?;
            of(desk, &explained, (&reported[place], row))?
        });
    }
    Ok(())
}

fn of(desk: &Desk, explained: &Explained, (theirs, row): (&Cdr, &Row)) -> Result<Why> {
    if let Some(names) = other_facts(row)
        && gives(explained, theirs, true)
    {
        let text = format!("matches if priced from their record: {names}");
        return Ok(why("facts", text));
    }
    if !theirs.tariffs.is_empty() && gives(explained, theirs, false) {
        let text = "matches if priced with the tariff that their record carries";
        return Ok(why("tariff", text));
    }
    let held = &explained.cdr;
    let stating = Cdr {
        form: theirs.form,
        totals: CdrTotals {
            energy: held.totals.energy,
            time_h: held.totals.time_h,
            parking_h: held.totals.parking_h,
            ..theirs.totals.clone()
        },
        ..held.clone()
    };
    causes::searched(desk, explained, &stating, |_, causes| {
        match causes.explanations.first() {
            Some(first) => why("reading", first.text()),
            None => why("unexplained", "no change of reading gives their total"),
        }
    })
}

/// The measured fields in which their record is another one, at most three by name.
fn other_facts(row: &Row) -> Option<String> {
    let is_fact = |field: Field| match field {
        Field::StartAt
        | Field::EndAt
        | Field::EnergyKwh
        | Field::TimeH
        | Field::ParkingH
        | Field::Periods
        | Field::PeriodStart
        | Field::Volume(_) => true,
        Field::Id
        | Field::SessionId
        | Field::AuthorizationReference
        | Field::Currency
        | Field::LocationId
        | Field::EvseUid
        | Field::EvseId
        | Field::ConnectorId
        | Field::ContractId
        | Field::TokenUid
        | Field::Net(_)
        | Field::Gross(_)
        | Field::TariffIds => false,
    };
    let mut names: Vec<String> = Vec::new();
    for one in &row.fields {
        let differs = one.standing == Standing::Differs && is_fact(one.field);
        let name = one.field.name();
        if differs && !names.contains(&name) {
            names.push(name);
        }
    }
    names.truncate(3);
    (!names.is_empty()).then(|| names.join(", "))
}

/// Whether their total follows from their record, under our tariffs or those it carries.
fn gives(explained: &Explained, theirs: &Cdr, our_tariffs: bool) -> bool {
    let ground = &explained.ground;
    let stand = ground.stand(&explained.cdr, &explained.chosen);
    let tariffs: Vec<&Tariff> = if our_tariffs {
        stand.tariffs.clone()
    } else {
        theirs.tariffs.iter().collect()
    };
    let mut cdr = theirs.clone();
    if cdr.periods.is_empty() {
        cdr.periods = vec![one_period(theirs)];
    }
    // Their periods may name the tariff by another id.
    if let [only] = tariffs.as_slice() {
        for period in &mut cdr.periods {
            period.tariff_id = Some(only.id.clone());
        }
    }
    let input = ReplayInput::of_cdr(&cdr, &tariffs, ground.zone, &ground.policy);
    let priced = tariff::price(&input.with_tariffs(&tariffs));
    let tolerance = explained.terms.partner.agreement.tolerance;
    let (totals, exact) = (&priced.totals, &priced.exact);
    let judged = tariff::compare(theirs, totals, exact, &ground.policy, tolerance);
    judged.verdict == Match::Matches
}

/// A record without periods as one period, as far as its totals tell.
fn one_period(cdr: &Cdr) -> ChargingPeriod {
    let volume = |kind, volume| Dimension { kind, volume };
    let totals = &cdr.totals;
    let mut dimensions = vec![volume(DimensionKind::Energy, totals.energy.0)];
    if let Some(time) = totals.time_h {
        let charging = totals
            .parking_h
            .and_then(|parking| time.checked_sub(parking));
        dimensions.push(volume(DimensionKind::Time, charging.unwrap_or(time)));
    }
    if let Some(parking) = totals.parking_h {
        dimensions.push(volume(DimensionKind::ParkingTime, parking));
    }
    ChargingPeriod {
        start_at: cdr.start_at,
        dimensions,
        tariff_id: None,
    }
}
