//! The totals-only path allocates nothing per period: a session of a thousand periods takes as much
//! memory as one of a hundred, and only a few pieces of it.

use allocation_counter::measure;
use chrono::TimeDelta;
use domain::{
    ChargingPeriod, Currency, Decimal, Dimension, DimensionKind, Instant, Kwh, OcpiVersion, Policy,
    PriceComponent, Restrictions, StepSize, Tariff, TariffDimension, TariffElement, TaxIncluded,
};
use tallywatt_tariff::{Candidates, ReplayInput, price};

/// Periods of a minute each; the last tenth of them is parking.
fn periods(count: u32, start: Instant) -> Vec<ChargingPeriod> {
    let volume = |kind, volume: Decimal| Dimension { kind, volume };
    let minute = Decimal::new(167, 4);
    let of = |nth: u32| ChargingPeriod {
        start_at: start + TimeDelta::minutes(i64::from(nth)),
        dimensions: if nth < count - count / 10 {
            let energy = volume(DimensionKind::Energy, Decimal::new(183, 3));
            vec![energy, volume(DimensionKind::Time, minute)]
        } else {
            vec![volume(DimensionKind::ParkingTime, minute)]
        },
        tariff_id: None,
    };
    (0..count).map(of).collect()
}

fn element(dimension: TariffDimension, cents: i64, restrictions: Restrictions) -> TariffElement {
    TariffElement {
        components: vec![PriceComponent {
            dimension,
            price: Decimal::new(cents, 2),
            vat: Some(Decimal::from(21)),
            step: StepSize(60),
        }],
        restrictions,
    }
}

/// By time of day, energy and duration, so that a price changes every few hundred periods.
fn tariff() -> Tariff {
    use TariffDimension as Dim;
    let evening = Restrictions {
        start_time: "17:00:00".parse().ok(),
        end_time: "20:00:00".parse().ok(),
        ..Restrictions::default()
    };
    let little = Restrictions {
        max_kwh: Some(Kwh(Decimal::from(20))),
        ..Restrictions::default()
    };
    let long = Restrictions {
        min_duration_s: Some(7200),
        ..Restrictions::default()
    };
    let always = Restrictions::default();
    Tariff {
        version: OcpiVersion::V221,
        party: None,
        id: "T".into(),
        currency: Currency::EUR,
        kind: None,
        has_alternative_text: false,
        min_price: None,
        max_price: None,
        elements: vec![
            element(Dim::Flat, 50, always),
            element(Dim::Energy, 45, evening),
            element(Dim::Energy, 35, little),
            element(Dim::Energy, 30, always),
            element(Dim::Time, 120, long),
            element(Dim::Time, 60, always),
            element(Dim::ParkingTime, 600, always),
        ],
        tax_included: TaxIncluded::No,
        valid_from: None,
        valid_until: None,
        last_updated: None,
    }
}

/// How often memory is asked for while a session of so many periods is priced.
fn allocations(count: u32, policy: &Policy) -> u64 {
    let start: Instant = "2026-06-08T13:00:00Z".parse().expect("an instant");
    let (periods, tariff) = (periods(count, start), tariff());
    let input = ReplayInput {
        start_at: start,
        end_at: Some(start + TimeDelta::minutes(i64::from(count))),
        periods: &periods,
        currency: Some(Currency::EUR),
        session_known: true,
        evse_known: true,
        mirrored: false,
        stated_excl_vat: None,
        tariffs: Candidates::Chosen(&[&tariff]),
        zone: Some(domain::Tz::Europe__Amsterdam),
        policy,
    };
    let priced = price(&input);
    assert!(priced.totals.total.is_some(), "{:?}", priced.findings);
    measure(|| drop(price(&input))).count_total
}

#[test]
fn a_long_session_allocates_no_more_than_a_short_one() {
    let standard = Policy::STANDARD;
    let (short, long) = (
        allocations(1_000, &standard),
        allocations(10_000, &standard),
    );
    assert_eq!(short, long, "none for a period");
    assert!(short > 0, "something is allocated, or nothing is counted");
    assert!(short <= 16, "{short} pieces of memory for one price");
}

#[test]
fn nor_does_one_whose_periods_are_not_plain() {
    let as_stated = Policy {
        hour_volume: domain::policy::HourVolume::AsStated,
        ..Policy::STANDARD
    };
    assert_eq!(
        allocations(1_000, &as_stated),
        allocations(10_000, &as_stated)
    );
}
