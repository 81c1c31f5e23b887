//! Any tariff, any session: the generated CDR is worth what it states, and every split it needs
//! is there.

use domain::replay::Verdict;
use domain::{Decimal, DimensionKind, FindingCode, Kwh, Policy, Tariff};
use proptest::prelude::*;
use tallywatt_tariff::{
    Language, LintFinding, Metered, Reader, Reading, ReplayInput, compare, explain, explain_change,
    explain_tariff, generate_cdr, lint, replay,
};

use crate::{ZONE, at, header, tariff};

/// One restriction or two, as JSON.
fn restriction() -> impl Strategy<Value = String> {
    let hour = 0..24_u32;
    prop_oneof![
        Just(String::new()),
        (hour.clone(), hour, prop_oneof![Just(0), Just(30)]).prop_map(|(from, until, minute)| {
            format!(r#""start_time": "{from:02}:{minute:02}", "end_time": "{until:02}:00""#)
        }),
        (0..7_usize).prop_map(|day| {
            let days = [
                "MONDAY",
                "TUESDAY",
                "WEDNESDAY",
                "THURSDAY",
                "FRIDAY",
                "SATURDAY",
            ];
            format!(r#""day_of_week": ["{}", "SUNDAY"]"#, days[day % 6])
        }),
        (0..40_u32, 1..40_u32)
            .prop_map(|(min, more)| format!(r#""min_kwh": {min}, "max_kwh": {}"#, min + more)),
        (0..9000_u32).prop_map(|seconds| format!(r#""min_duration": {seconds}"#)),
        (1..9000_u32).prop_map(|seconds| format!(r#""max_duration": {seconds}"#)),
        (1..50_u32).prop_map(|power| format!(r#""max_power": {power}"#)),
        (20..30_u32).prop_map(|day| format!(r#""start_date": "2026-10-{day}""#)),
    ]
}

fn element() -> impl Strategy<Value = String> {
    let kind = prop_oneof![
        Just("ENERGY"),
        Just("TIME"),
        Just("PARKING_TIME"),
        Just("FLAT")
    ];
    let step = prop_oneof![Just(1), Just(60), Just(500), Just(900)];
    let component = (kind, 0..900_u32, step).prop_map(|(kind, price, step)| {
        format!(r#"{{"type": "{kind}", "price": 0.{price:03}, "vat": 21, "step_size": {step}}}"#)
    });
    let components = prop::collection::vec(component, 1..4);
    (components, restriction(), restriction()).prop_map(|(components, one, two)| {
        let same = two.is_empty() || one.is_empty() || one[..6] == two[..6];
        let both = if same {
            format!("{one}{}", if one.is_empty() { &two } else { "" })
        } else {
            format!("{one}, {two}")
        };
        let components = components.join(", ");
        format!(r#"{{"price_components": [{components}], "restrictions": {{{both}}}}}"#)
    })
}

fn any_tariff() -> impl Strategy<Value = Tariff> {
    prop::collection::vec(element(), 1..6)
        .prop_map(|elements| tariff(&format!(r#""elements": [{}]"#, elements.join(", "))))
}

/// A session around the night of the clock change: minute it starts, minutes it charges and parks,
/// Wh of each quarter of the charging.
type Session = (i64, i64, i64, [u32; 4]);

fn any_session() -> impl Strategy<Value = Session> {
    let watt_hours = prop::array::uniform4(0..20_000_u32);
    (0..4000_i64, 5..1500_i64, 0..600_i64, watt_hours)
}

fn meter(session: &Session) -> Vec<Reading> {
    let (start, charging, _, watt_hours) = session;
    let mut kwh = Decimal::new(123_456, 3);
    let mut shown = Vec::new();
    for quarter in 0..=4_i64 {
        let seconds = (start * 60) + charging * 60 * quarter / 4;
        let at = at("10-23 12:00") + chrono::TimeDelta::seconds(seconds);
        shown.push(Reading { at, kwh: Kwh(kwh) });
        let place = usize::try_from(quarter).expect("quarters are counted from 0");
        kwh += Decimal::new(watt_hours.get(place).copied().unwrap_or(0).into(), 3);
    }
    shown
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_generated_cdr_replays_to_its_own_totals(
        tariff in any_tariff(),
        session in any_session(),
    ) {
        let readings = meter(&session);
        let (start, charging, parking, watt_hours) = session;
        let after = |minutes: i64| at("10-23 12:00") + chrono::TimeDelta::minutes(minutes);
        let metered = Metered {
            start_at: after(start),
            end_at: after(start + charging + parking),
            charged_until: Some(after(start + charging)),
            readings: &readings,
            zone: ZONE,
        };
        let policy = Policy::STANDARD;
        let made = generate_cdr(&tariff, &metered, header(), &policy);
        let priced = made.as_ref().is_ok();
        // A session that no element prices has no cost to state.
        prop_assert!(priced, "{:?}", made.err());
        let cdr = made.expect("it was priced").cdr;
        let again = replay(&ReplayInput::of_cdr(&cdr, &[], None, &policy));
        let found = compare(&cdr, &again.totals, &again.exact, &policy, Decimal::ZERO);
        prop_assert_eq!(found.verdict, Verdict::Matches);
        let unsplit = again.findings.iter().find(|f| f.code == FindingCode::PeriodNotSplit);
        prop_assert!(unsplit.is_none(), "{:?} in {:?}", unsplit, cdr.periods);
        let energy: Decimal =
            cdr.periods.iter().filter_map(|p| p.volume(DimensionKind::Energy)).sum();
        let metered_kwh = Decimal::new(watt_hours.iter().copied().map(i64::from).sum(), 3);
        prop_assert_eq!(energy, metered_kwh, "every watt-hour lies in one period");
        prop_assert_eq!(cdr.totals.energy.0, energy);
        prop_assert!(cdr.periods.windows(2).all(|pair| pair[0].start_at <= pair[1].start_at));
        for language in Language::ALL {
            for reader in [Reader::Driver, Reader::Partner, Reader::Auditor] {
                let told = explain(&again, language, reader);
                prop_assert!(told.iter().all(|s| !s.contains('{')), "{:?}", told);
            }
        }
    }

    #[test]
    fn any_tariff_is_told_and_looked_over(before in any_tariff(), after in any_tariff()) {
        let findings: Vec<LintFinding> = lint(&before, Some(ZONE));
        for language in Language::ALL {
            for finding in &findings {
                let text = finding.text(language);
                prop_assert!(!text.contains('{') && !text.contains("  "), "{}", text);
            }
            prop_assert!(explain_tariff(&before, language).len() > before.elements.len());
            let same = explain_change(&before, &before.clone(), language);
            prop_assert_eq!(same.len(), 2, "nothing has changed: {:?}", same);
            let told = explain_change(&before, &after, language);
            prop_assert!(told.iter().all(|s| !s.contains('{')), "{:?}", told);
        }
    }
}
