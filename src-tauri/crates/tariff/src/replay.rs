//! The two front doors: the price with its whole trace, and the price alone.

use domain::replay::{Amount, Billed, Line, Parts, Replay};
use domain::{Currency, Decimal, Finding, FindingCode, OcpiId, PeriodSplit, Policy};
use rust_decimal::RoundingStrategy;

use crate::input::ReplayInput;
use crate::lookup::Assume;
use crate::run::{Outcome, run};
use crate::step::{Slice, in_units};
use crate::total::{slice_amount, unit_price};
use crate::trace::{FullTrace, Trace};

/// A price without its trace. The figures are those of [`replay`] on the same input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Priced {
    /// Totals as the policy rounds them; all `None` where no price can be computed.
    pub totals: Parts<Option<Amount>>,
    /// Totals after limits, before rounding.
    pub exact: Parts<Option<Amount>>,
    /// Billed quantities.
    pub billed: Billed,
    /// What was odd or unclear.
    pub findings: Vec<Finding>,
}

/// Prices a session, totals only.
pub fn price(input: &ReplayInput<'_>) -> Priced {
    let (outcome, ()) = run_both(input);
    Priced {
        totals: outcome.totals,
        exact: outcome.exact,
        billed: outcome.billed,
        findings: outcome.findings,
    }
}

/// Prices a session and keeps every step: each slice, each element with its reason, each rounding.
///
/// Where no price can be computed, all totals are `None` and a finding says why.
pub fn replay(input: &ReplayInput<'_>) -> Replay {
    let (outcome, mut trace) = run_both::<FullTrace>(input);
    if outcome.totals.total.is_none() {
        trace.forget_price();
    }
    let lines = lines_of(input, &outcome.slices, &mut trace);
    let tariff_ids = trace
        .tariffs
        .iter()
        .filter_map(|index| input.tariffs.get(*index))
        .map(|tariff| tariff.id.clone())
        .collect::<Vec<OcpiId>>();
    Replay {
        currency: currency_of(input),
        zone: input.zone,
        policy: *input.policy,
        tariff_ids,
        periods: trace.periods,
        lines,
        steps: trace.steps,
        rates: outcome.rates,
        limits: trace.limits,
        roundings: trace.roundings,
        billed: outcome.billed,
        exact: outcome.exact,
        totals: outcome.totals,
        findings: outcome.findings,
    }
}

/// Runs once; where a power or current was unknown and mattered, once more with the other
/// assumption, and keeps the one that gives the stated total, else the one in which the
/// restricted element does not apply (I-08).
fn run_both<'a, T: Trace + Default>(input: &ReplayInput<'a>) -> (Outcome<'a>, T) {
    let mut trace = T::default();
    let mut inactive = run(input, Assume::Inactive, &mut trace);
    let Some((period, field)) = inactive.unknown else {
        put_at_stake(input, Assume::Inactive, &mut inactive);
        return (inactive, trace);
    };
    let mut other_trace = T::default();
    let active = run(input, Assume::Active, &mut other_trace);
    let (if_inactive, if_active) = (net(&inactive.totals), net(&active.totals));
    let take_active = is_stated(input, &active) && !is_stated(input, &inactive);
    let at = format!("charging_periods[{period}]");
    let finding = Finding::at_path(FindingCode::PowerUnknown, at)
        .with("restriction", field.as_str())
        .with("if_not_active", words(if_inactive))
        .with("if_active", words(if_active))
        .with("assumed", if take_active { "active" } else { "not_active" });
    let (assume, mut outcome, trace) = if take_active {
        (Assume::Active, active, other_trace)
    } else {
        (Assume::Inactive, inactive, trace)
    };
    put_at_stake(input, assume, &mut outcome);
    if if_active != if_inactive {
        outcome.findings.push(finding);
    }
    (outcome, trace)
}

/// Where a period was not split, adds the money at stake to the finding: the net total as reported,
/// and with the period split (SEMANTICS 3.4; I-37).
fn put_at_stake(input: &ReplayInput<'_>, assume: Assume, outcome: &mut Outcome<'_>) {
    let unsplit = |finding: &&mut Finding| finding.code == FindingCode::PeriodNotSplit;
    let Some(finding) = outcome.findings.iter_mut().find(unsplit) else {
        return;
    };
    let split = match input.policy.period_split {
        PeriodSplit::AsReported => PeriodSplit::SplitLinear,
        PeriodSplit::SplitLinear => PeriodSplit::AsReported,
    };
    let policy = Policy {
        period_split: split,
        ..*input.policy
    };
    let other = ReplayInput {
        policy: &policy,
        ..*input
    };
    let here = words(net(&outcome.totals));
    let there = words(net(&run(&other, assume, &mut ()).totals));
    let (as_reported, split) = match input.policy.period_split {
        PeriodSplit::AsReported => (here, there),
        PeriodSplit::SplitLinear => (there, here),
    };
    finding.params.insert("as_reported".to_owned(), as_reported);
    finding.params.insert("split".to_owned(), split);
}

/// A total in a finding.
fn words(total: Option<Decimal>) -> String {
    total.map_or_else(|| "?".to_owned(), |total| total.normalize().to_string())
}

/// Whether a run gives the stated total, at the digits in which it is stated.
fn is_stated(input: &ReplayInput<'_>, outcome: &Outcome<'_>) -> bool {
    let half_up = RoundingStrategy::MidpointAwayFromZero;
    match (input.stated_excl_vat, net(&outcome.exact)) {
        (Some(stated), Some(exact)) => {
            let digits = stated.scale().max(2);
            stated == exact.round_dp_with_strategy(digits, half_up)
        }
        _ => false,
    }
}

fn net(totals: &Parts<Option<Amount>>) -> Option<Decimal> {
    totals.total.and_then(|total| total.excl_vat)
}

/// The currency of the amounts; a code that ISO 4217 leaves unassigned where neither record nor
/// tariff names one.
fn currency_of(input: &ReplayInput<'_>) -> Currency {
    input
        .currency
        .or_else(|| input.tariffs.get(0).map(|tariff| tariff.currency))
        .unwrap_or_else(|| "ZZZ".parse().expect("three letters are a currency code"))
}

fn lines_of(input: &ReplayInput<'_>, slices: &[Slice<'_>], trace: &mut FullTrace) -> Vec<Line> {
    let unit = input.policy.time_price_unit;
    let line = |slice: &Slice<'_>| {
        let tariff = trace.place_of(slice.tariff);
        let period = &trace.periods[slice.period];
        let dimension = slice.price.dimension;
        Line {
            period: slice.period,
            start_at: period.start_at,
            end_at: period.end_at,
            phase: slice.phase,
            tariff,
            element: slice.element,
            component: slice.component,
            dimension,
            measured: in_units(dimension, slice.measured),
            billed: in_units(dimension, slice.billed),
            unit_price: unit_price(slice.price, unit).unwrap_or(slice.price.price),
            vat: slice.price.vat,
            // Unknown where one line leaves the range of 28 digits although the total does not.
            amount: slice_amount(slice, input.tariffs, unit).unwrap_or_default(),
        }
    };
    slices.iter().map(line).collect()
}
