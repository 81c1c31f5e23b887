//! What must hold for every session and every tariff.

mod lookup;
mod make;
mod quantity;

use chrono::TimeDelta;
use domain::replay::{Amount, Parts, Verdict};
use domain::{Decimal, FindingCode, Kwh, Replay, RoundingStage};
use proptest::prelude::*;
use tallywatt_tariff::{compare, price, replay};

use make::{Metered, any_session, hourly_session, period, plausible_session};

/// Sums of figures cut at 28 digits differ in the last of them.
fn near(a: Decimal, b: Decimal) -> bool {
    (a - b).abs() <= Decimal::new(1, 18)
}

fn same_totals(a: &Replay, b: &Replay) -> bool {
    let figures = |parts: &Parts<Option<Amount>>| {
        [
            parts.total,
            parts.fixed,
            parts.energy,
            parts.time,
            parts.parking,
            parts.reservation,
        ]
        .map(Option::unwrap_or_default)
    };
    let equal = |a: Option<Decimal>, b: Option<Decimal>| match (a, b) {
        (Some(a), Some(b)) => near(a, b),
        (a, b) => a.unwrap_or_default() == b.unwrap_or_default(),
    };
    figures(&a.exact)
        .iter()
        .zip(figures(&b.exact))
        .all(|(a, b)| equal(a.excl_vat, b.excl_vat) && equal(a.incl_vat, b.incl_vat))
}

/// Lines add up to what a limit starts from.
fn without_limits(mut session: Metered) -> Metered {
    for tariff in &mut session.tariffs {
        tariff.min_price = None;
        tariff.max_price = None;
    }
    session
}

/// The session with one period cut in two at a hundredth of an hour, volumes in proportion.
fn split(session: &Metered, which: usize, hundredths: i64) -> Metered {
    let mut cut = session.clone();
    let index = which % session.periods.len();
    let whole = &session.periods[index];
    let time = whole.dimensions[0].kind;
    let kwh = whole.dimensions[1].volume;
    let share = kwh * Decimal::new(hundredths, 2);
    let later = whole.start_at + TimeDelta::seconds(36 * hundredths);
    let halves = [
        period(whole.start_at, time, 100 * hundredths, share),
        period(later, time, 10_000 - 100 * hundredths, kwh - share),
    ];
    cut.periods.splice(index..=index, halves);
    cut
}

proptest! {
    #[test]
    fn nothing_panics_and_both_doors_agree(session in any_session()) {
        let input = session.input();
        let traced = replay(&input);
        let plain = price(&input);
        prop_assert_eq!(&plain.totals, &traced.totals);
        prop_assert_eq!(&plain.exact, &traced.exact);
        prop_assert_eq!(&plain.billed, &traced.billed);
        let mut findings = traced.findings.clone();
        for finding in &mut findings {
            // What is at stake is worked out with the trace only.
            finding.params.retain(|name, _| name != "as_reported" && name != "split");
        }
        prop_assert_eq!(&plain.findings, &findings);
        prop_assert_eq!(replay(&input), traced, "the same input gives the same replay");
    }

    #[test]
    fn what_has_no_price_says_why(session in any_session()) {
        let priced = price(&session.input());
        let reasons = [
            FindingCode::TariffMissing,
            FindingCode::CurrencyMismatch,
            FindingCode::ZoneUnknown,
            FindingCode::OutOfRange,
            FindingCode::DimensionMissing,
        ];
        let said = priced.findings.iter().any(|finding| reasons.contains(&finding.code));
        prop_assert!(priced.totals.total.is_some() || said, "{:?}", priced.findings);
    }

    #[test]
    fn lines_add_up_to_the_total(session in plausible_session()) {
        let session = without_limits(session);
        let replayed = replay(&session.input());
        if let Some(total) = replayed.exact.total {
            let sum = |of: fn(&Amount) -> Option<Decimal>| {
                replayed.lines.iter().map(|line| of(&line.amount)).sum::<Option<Decimal>>()
            };
            for (total, sum) in [
                (total.excl_vat, sum(|amount| amount.excl_vat)),
                (total.incl_vat, sum(|amount| amount.incl_vat)),
            ] {
                prop_assert_eq!(total.is_some(), sum.is_some());
                if let (Some(total), Some(sum)) = (total, sum) {
                    prop_assert!(near(total, sum), "{} is not {}", total, sum);
                }
            }
        }
    }

    #[test]
    fn parts_add_up_to_the_total(session in plausible_session()) {
        let session = without_limits(session);
        let replayed = replay(&session.input());
        let exact = &replayed.exact;
        let parts = [exact.fixed, exact.energy, exact.time, exact.parking, exact.reservation];
        if let Some(total) = exact.total.and_then(|total| total.excl_vat) {
            let sum: Decimal = parts.iter().flatten().filter_map(|part| part.excl_vat).sum();
            prop_assert!(near(total, sum));
        }
    }

    #[test]
    fn steps_only_raise_what_is_billed(session in plausible_session()) {
        let replayed = replay(&session.input());
        for line in &replayed.lines {
            prop_assert!(line.billed >= line.measured);
        }
        for step in &replayed.steps {
            prop_assert!(step.after > step.before);
        }
    }

    #[test]
    fn a_split_without_a_boundary_changes_nothing(
        session in hourly_session(),
        which in 0usize..8,
        hundredths in 1i64..100,
    ) {
        let whole = replay(&session.input());
        let cut = split(&session, which, hundredths);
        let cut = replay(&cut.input());
        prop_assert!(whole.findings.iter().all(|f| f.code != FindingCode::PeriodNotSplit));
        prop_assert!(same_totals(&whole, &cut), "{:?}\n{:?}", whole.exact, cut.exact);
    }

    #[test]
    fn the_order_of_periods_does_not_matter(session in hourly_session()) {
        let mut turned = session.clone();
        turned.periods.reverse();
        prop_assert_eq!(replay(&session.input()).totals, replay(&turned.input()).totals);
    }

    #[test]
    fn an_element_that_cannot_apply_changes_nothing(session in hourly_session()) {
        let mut more = session.clone();
        let tariff = &mut more.tariffs[0];
        if let Some(element) = tariff.elements.last().cloned() {
            let mut never = element;
            never.restrictions.min_kwh = Some(Kwh(Decimal::from(1_000_000)));
            tariff.elements.insert(0, never);
        }
        prop_assert_eq!(replay(&session.input()).totals, replay(&more.input()).totals);
    }

    #[test]
    fn a_cdr_that_states_the_replay_matches_it(session in plausible_session()) {
        let replayed = replay(&session.input());
        let net_known = replayed.totals.total.is_some_and(|total| total.excl_vat.is_some());
        if !net_known || session.policy.rounding.stage == RoundingStage::None {
            return Ok(()); // a CDR must state a net figure, and prints no endless digits
        }
        let cdr = stating(&session, &replayed.totals);
        let compared =
            compare(&cdr, &replayed.totals, &replayed.exact, &session.policy, Decimal::ZERO);
        prop_assert_eq!(compared.verdict, Verdict::Matches, "{:?}", compared);
        prop_assert!(compared.findings.is_empty(), "{:?}", compared.findings);
    }
}

/// A 2.2.1 CDR of the session that states these totals.
fn stating(session: &Metered, totals: &Parts<Option<Amount>>) -> domain::Cdr {
    use domain::cdr::{CdrTotals, Form};
    let stated = |amount: &Option<Amount>| {
        amount.as_ref().and_then(|amount| {
            Some(domain::Price {
                incl_vat: amount.incl_vat,
                ..domain::Price::net(amount.excl_vat?)
            })
        })
    };
    domain::Cdr {
        form: Form::Ocpi(domain::OcpiVersion::V221),
        party: "NL-TAL".parse().expect("a party key"),
        id: "CDR".into(),
        start_at: session.start_at,
        end_at: session.end_at.unwrap_or(session.start_at),
        session_id: None,
        token: domain::TokenRef::default(),
        auth_method: None,
        authorization_reference: None,
        location: domain::CdrLocation::default(),
        meter_id: None,
        currency: domain::Currency::EUR,
        tariffs: Vec::new(),
        periods: session.periods.clone(),
        totals: CdrTotals {
            cost: stated(&totals.total),
            fixed_cost: stated(&totals.fixed),
            energy_cost: stated(&totals.energy),
            time_cost: stated(&totals.time),
            parking_cost: stated(&totals.parking),
            reservation_cost: stated(&totals.reservation),
            ..CdrTotals::default()
        },
        remark: None,
        invoice_reference_id: None,
        credit: false,
        credit_reference_id: None,
        home_charging_compensation: false,
        signed_data: None,
        last_updated: None,
    }
}
