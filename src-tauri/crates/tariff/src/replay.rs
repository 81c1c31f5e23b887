//! The two front doors: the price with its whole trace, and the price alone.

use domain::replay::{Amount, Billed, Line, Parts, Replay};
use domain::{Currency, Decimal, Finding, FindingCode, OcpiId, PeriodSplit, Policy};
use rust_decimal::RoundingStrategy;

use crate::input::ReplayInput;
use crate::ledger;
use crate::lookup::Assume;
use crate::run::{Outcome, run};
use crate::step::in_units;
use crate::total::{line_amount, unit_price};
use crate::trace::{FullTrace, Trace};

/// A price without its trace. The figures are those of [`replay`] on the same input, and so are the
/// findings; what is at stake in a period that was not split, only [`replay`] works out.
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
    let mut outcome = Outcome::default();
    let ((), _) = run_both(input, &mut outcome);
    Priced {
        totals: outcome.costs.totals,
        exact: outcome.costs.exact,
        billed: outcome.billed,
        findings: outcome.findings,
    }
}

/// Prices a session and keeps every step: each line, each element with its reason, each rounding.
///
/// Where no price can be computed, all totals are `None` and a finding says why.
pub fn replay(input: &ReplayInput<'_>) -> Replay {
    let mut outcome = Outcome::default();
    let (mut trace, assume) = run_both::<FullTrace>(input, &mut outcome);
    put_at_stake(input, assume, &mut outcome);
    if outcome.costs.totals.total.is_none() {
        trace.forget_price();
    }
    let lines = lines_of(input, &outcome.lines, &mut trace);
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
        rates: outcome.costs.rates,
        limits: trace.limits,
        roundings: trace.roundings,
        billed: outcome.billed,
        exact: outcome.costs.exact,
        totals: outcome.costs.totals,
        findings: outcome.findings,
    }
}

/// Runs once; where a power or current was unknown and mattered, once more with the other
/// assumption, and keeps the one that gives the stated total, else the one in which the
/// restricted element does not apply (I-08).
fn run_both<'a, T: Trace + Default>(
    input: &ReplayInput<'a>,
    outcome: &mut Outcome<'a>,
) -> (T, Assume) {
    let mut trace = T::default();
    run(input, Assume::Inactive, &mut trace, outcome);
    let Some((period, field)) = outcome.unknown else {
        return (trace, Assume::Inactive);
    };
    let (mut active, mut other_trace) = (Outcome::default(), T::default());
    run(input, Assume::Active, &mut other_trace, &mut active);
    let (if_inactive, if_active) = (net(&outcome.costs.totals), net(&active.costs.totals));
    let take_active = is_stated(input, &active) && !is_stated(input, outcome);
    let at = format!("charging_periods[{period}]");
    let finding = Finding::at_path(FindingCode::PowerUnknown, at)
        .with("restriction", field.as_str())
        .with("if_not_active", words(if_inactive))
        .with("if_active", words(if_active))
        .with("assumed", if take_active { "active" } else { "not_active" });
    let mut assume = Assume::Inactive;
    if take_active {
        (*outcome, trace, assume) = (active, other_trace, Assume::Active);
    }
    if if_active != if_inactive {
        outcome.findings.push(finding);
    }
    (trace, assume)
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
    let here = words(net(&outcome.costs.totals));
    let mut split_too = Outcome::default();
    run(&other, assume, &mut (), &mut split_too);
    let there = words(net(&split_too.costs.totals));
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
    match (input.stated_excl_vat, net(&outcome.costs.exact)) {
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

fn lines_of(
    input: &ReplayInput<'_>,
    lines: &[ledger::Line<'_>],
    trace: &mut FullTrace,
) -> Vec<Line> {
    let unit = input.policy.time_price_unit;
    let line = |line: &ledger::Line<'_>| {
        let tariff = trace.place_of(line.tariff);
        let period = &trace.periods[line.period];
        let dimension = line.price.dimension;
        Line {
            period: line.period,
            start_at: period.start_at,
            end_at: period.end_at,
            phase: line.phase,
            tariff,
            element: line.element,
            component: line.component,
            dimension,
            measured: in_units(dimension, line.measured),
            billed: in_units(dimension, line.billed),
            unit_price: unit_price(line.price, unit).unwrap_or(line.price.price),
            vat: line.price.vat,
            // Unknown where one line leaves the range of 28 digits although the total does not.
            amount: line_amount(line, input.tariffs, unit).unwrap_or_default(),
        }
    };
    lines.iter().map(line).collect()
}
