//! What must hold for the readings that decide how much is billed.

use domain::{
    Decimal, DimensionKind, FindingCode, FlatMode, PeriodSplit, StepMode, TariffDimension,
};
use proptest::prelude::*;
use tallywatt_tariff::{price, replay};

use super::make::{Metered, hourly_session, period, plausible_session};
use super::split;
use domain::Kwh;

/// A session of hours as one period of up to eight, with one kind of time and a threshold of
/// energy inside: nothing in it is split that should be.
fn one_period() -> impl Strategy<Value = Metered> {
    (
        hourly_session(),
        0i64..200,
        proptest::option::of(0i64..200),
        any::<bool>(),
    )
        .prop_map(|(mut session, kwh, threshold, charging)| {
            let hours = i64::try_from(session.periods.len()).expect("few periods");
            let time = if charging {
                DimensionKind::Time
            } else {
                DimensionKind::ParkingTime
            };
            let start_at = session.start_at;
            session.periods = vec![period(start_at, time, 10_000 * hours, Decimal::from(kwh))];
            if let (Some(at), Some(element)) = (threshold, session.tariffs[0].elements.first_mut())
            {
                element.restrictions.max_kwh = Some(Kwh(Decimal::from(at)));
            }
            session.policy.period_split = PeriodSplit::SplitLinear;
            session
        })
}

/// The one period cut in two at hundredths of it, volumes in proportion.
fn cut_in_two(session: &Metered, hundredths: i64) -> Metered {
    let mut cut = session.clone();
    let whole = &session.periods[0];
    let length = session.end_at.expect("an end") - session.start_at;
    let hours = length.num_hours();
    let (time, kwh) = (whole.dimensions[0].kind, whole.dimensions[1].volume);
    let share = kwh * Decimal::new(hundredths, 2);
    cut.periods = vec![
        period(whole.start_at, time, 100 * hundredths * hours, share),
        period(
            whole.start_at + length / 100 * i32::try_from(hundredths).expect("below a hundred"),
            time,
            (10_000 - 100 * hundredths) * hours,
            kwh - share,
        ),
    ];
    cut
}

/// Shares are kept to fifteen decimals.
fn close(a: Option<Decimal>, b: Option<Decimal>) -> bool {
    let far = a.unwrap_or_default() - b.unwrap_or_default();
    a.is_some() == b.is_some() && far.abs() <= Decimal::new(1, 9)
}

proptest! {
    #[test]
    fn under_split_linear_a_period_may_be_cut_anywhere(
        session in one_period(),
        hundredths in 1i64..100,
    ) {
        let (whole, cut) = (session.input(), cut_in_two(&session, hundredths));
        let (whole, cut) = (price(&whole).exact, price(&cut.input()).exact);
        for (whole, cut) in [
            (whole.total, cut.total),
            (whole.fixed, cut.fixed),
            (whole.energy, cut.energy),
            (whole.time, cut.time),
            (whole.parking, cut.parking),
        ] {
            let (whole, cut) = (whole.unwrap_or_default(), cut.unwrap_or_default());
            prop_assert!(close(whole.excl_vat, cut.excl_vat), "{:?} is not {:?}", whole, cut);
            prop_assert!(close(whole.incl_vat, cut.incl_vat), "{:?} is not {:?}", whole, cut);
        }
    }

    #[test]
    fn parts_add_up_to_what_was_measured(session in one_period()) {
        let mut session = session;
        session.policy.step_mode = StepMode::Off;
        let split = replay(&session.input());
        let found = split.findings.iter().any(|f| f.code == FindingCode::PeriodNotSplit);
        prop_assert_eq!(split.periods.len() > 1, found, "what is cut was found unsplit");
        let kwh = session.periods[0].dimensions[1].volume;
        let of_energy = split.lines.iter().filter(|line| line.dimension == TariffDimension::Energy);
        let priced = of_energy.clone().count() == split.periods.len();
        let sum: Decimal = of_energy.map(|line| line.billed).sum();
        prop_assert!(if priced { sum == kwh } else { sum <= kwh }, "{} of {}", sum, kwh);
        for pair in split.periods.windows(2) {
            prop_assert_eq!(pair[0].end_at, pair[1].start_at);
        }
        prop_assert_eq!(split.periods.last().map(|period| period.end_at), session.end_at);
    }

    #[test]
    fn what_was_not_split_says_what_it_costs(session in one_period()) {
        let mut session = session;
        let split = replay(&session.input());
        session.policy.period_split = PeriodSplit::AsReported;
        let reported = replay(&session.input());
        let at_stake = |priced: &domain::replay::Replay| {
            let unsplit = |f: &&domain::Finding| f.code == FindingCode::PeriodNotSplit;
            priced.findings.iter().find(unsplit).map(|finding| {
                ["as_reported", "split"].map(|name| finding.params.get(name).cloned())
            })
        };
        let net = |priced: &domain::replay::Replay| {
            priced.totals.total.and_then(|total| total.excl_vat).map(|net| net.normalize())
        };
        prop_assert_eq!(at_stake(&reported), at_stake(&split), "found under either reading");
        if let Some(stated) = at_stake(&reported) {
            let totals = [net(&reported), net(&split)];
            prop_assert_eq!(stated, totals.map(|net| net.map(|net| net.to_string())));
        } else {
            prop_assert_eq!(net(&reported), net(&split), "nothing was to be split");
        }
    }

    #[test]
    fn without_steps_nothing_is_billed_that_was_not_measured(session in plausible_session()) {
        let mut session = session;
        session.policy.step_mode = StepMode::Off;
        let replayed = replay(&session.input());
        prop_assert!(replayed.steps.is_empty());
        for line in &replayed.lines {
            prop_assert_eq!(line.billed, line.measured);
        }
    }

    #[test]
    fn every_mode_of_stepping_only_raises(session in plausible_session(), mode in 0usize..5) {
        let mut session = session;
        session.policy.step_mode = StepMode::ALL[mode];
        for line in &replay(&session.input()).lines {
            prop_assert!(line.billed >= line.measured);
        }
    }

    #[test]
    fn more_often_is_never_less(session in plausible_session()) {
        let fixed = |mode: FlatMode| {
            let mut session = session.clone();
            session.policy.flat_mode = mode;
            let lines = replay(&session.input()).lines;
            lines.iter().filter(|line| line.dimension == TariffDimension::Flat).count()
        };
        let session_component_period =
            [FlatMode::OncePerSession, FlatMode::OncePerComponent, FlatMode::OncePerPeriod];
        let [session, component, period] = session_component_period.map(fixed);
        prop_assert!(session <= component && component <= period);
    }

    #[test]
    fn cutting_where_no_price_changes_is_the_same_under_both_readings(
        session in hourly_session(),
        which in 0usize..8,
        hundredths in 1i64..100,
    ) {
        let mut cut = split(&session, which, hundredths);
        let reported = price(&cut.input());
        cut.policy.period_split = PeriodSplit::SplitLinear;
        prop_assert_eq!(reported, price(&cut.input()));
    }
}
