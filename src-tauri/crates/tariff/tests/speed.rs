//! How many sessions are priced per second. Not run by default: it asserts nothing about figures
//! and needs an optimised build.
//!
//! `cargo test -p tallywatt-tariff --release --test speed -- --ignored --nocapture`

use std::hint::black_box;
use std::time::{Duration, Instant as Clock};

use domain::cdr::{ChargingPeriod, Dimension, DimensionKind};
use domain::{
    Currency, Decimal, Instant, Kwh, OcpiVersion, Policy, PriceComponent, PriceLimit, Restrictions,
    StepSize, Tariff, TariffDimension, TariffElement, TaxIncluded, Tz,
};
use rust_decimal::dec;
use tallywatt_tariff::{Candidates, ReplayInput, price, replay};

fn at(minutes: i64) -> Instant {
    let start: Instant = "2026-03-06T14:00:00Z".parse().expect("an instant");
    start + chrono::TimeDelta::minutes(minutes)
}

fn component(dimension: TariffDimension, price: Decimal, step: u32) -> PriceComponent {
    PriceComponent {
        dimension,
        price,
        vat: Some(dec!(21.0)),
        step: StepSize(step),
    }
}

fn element(components: Vec<PriceComponent>, restrictions: Restrictions) -> TariffElement {
    TariffElement {
        components,
        restrictions,
    }
}

fn tariff(elements: Vec<TariffElement>) -> Tariff {
    Tariff {
        version: OcpiVersion::V221,
        party: None,
        id: "SPEED".into(),
        currency: Currency::EUR,
        kind: None,
        has_alternative_text: false,
        min_price: None,
        max_price: None,
        elements,
        tax_included: TaxIncluded::No,
        valid_from: None,
        valid_until: None,
        last_updated: None,
    }
}

fn period(minute: i64, dimensions: &[(DimensionKind, Decimal)]) -> ChargingPeriod {
    ChargingPeriod {
        start_at: at(minute),
        dimensions: dimensions
            .iter()
            .map(|&(kind, volume)| Dimension { kind, volume })
            .collect(),
        tariff_id: None,
    }
}

/// One element with a start fee, energy, time and parking; charging, then parking.
fn simple() -> (Tariff, Vec<ChargingPeriod>, i64) {
    use TariffDimension as Dim;
    let components = vec![
        component(Dim::Flat, dec!(0.50), 1),
        component(Dim::Energy, dec!(0.35), 1),
        component(Dim::ParkingTime, dec!(2.00), 60),
    ];
    let periods = vec![
        period(
            0,
            &[
                (DimensionKind::Energy, dec!(21.375)),
                (DimensionKind::Time, dec!(0.6667)),
            ],
        ),
        period(40, &[(DimensionKind::ParkingTime, dec!(0.2500))]),
    ];
    (
        tariff(vec![element(components, Restrictions::default())]),
        periods,
        55,
    )
}

/// Eight elements over twenty periods: flat, time of day, weekday, energy thresholds, two-step time
/// price, idle fee, minimum and maximum, across midnight.
fn realistic() -> (Tariff, Vec<ChargingPeriod>, i64) {
    use TariffDimension as Dim;
    let time = |text: &str| Some(text.parse().expect("a time"));
    let evening = Restrictions {
        start_time: time("18:00:00"),
        end_time: time("06:00:00"),
        ..Restrictions::default()
    };
    let mut weekend = Restrictions::default();
    weekend.days.insert(chrono::Weekday::Sat);
    weekend.days.insert(chrono::Weekday::Sun);
    let after = |kwh: Decimal| Restrictions {
        min_kwh: Some(Kwh(kwh)),
        ..Restrictions::default()
    };
    let long = |seconds| Restrictions {
        min_duration_s: Some(seconds),
        ..Restrictions::default()
    };
    let mut tariff = tariff(vec![
        element(
            vec![component(Dim::Flat, dec!(0.50), 1)],
            Restrictions::default(),
        ),
        element(vec![component(Dim::Energy, dec!(0.29), 1)], weekend),
        element(vec![component(Dim::Energy, dec!(0.31), 1)], after(dec!(60))),
        element(vec![component(Dim::Energy, dec!(0.33), 1)], evening),
        element(
            vec![component(Dim::Energy, dec!(0.39), 1)],
            Restrictions::default(),
        ),
        element(vec![component(Dim::Time, dec!(2.40), 60)], long(14_400)),
        element(
            vec![component(Dim::Time, dec!(0.60), 60)],
            Restrictions::default(),
        ),
        element(
            vec![component(Dim::ParkingTime, dec!(4.00), 300)],
            Restrictions::default(),
        ),
    ]);
    let limit = |excl_vat| PriceLimit {
        excl_vat,
        incl_vat: None,
    };
    tariff.min_price = Some(limit(dec!(1)));
    tariff.max_price = Some(limit(dec!(60)));
    let periods = (0..20)
        .map(|i| {
            if i < 18 {
                let energy = (DimensionKind::Energy, dec!(4.125) + Decimal::new(i, 3));
                period(i * 30, &[energy, (DimensionKind::Time, dec!(0.5000))])
            } else {
                period(i * 30, &[(DimensionKind::ParkingTime, dec!(0.5000))])
            }
        })
        .collect();
    (tariff, periods, 600)
}

/// Time this thread has had the processor; on a busy machine the clock on the wall says little.
fn cpu_time(started: Clock) -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = stat
        .split_whitespace()
        .next()
        .and_then(|nanos| nanos.parse().ok());
    nanos.map_or_else(|| started.elapsed(), Duration::from_nanos)
}

fn per_second(runs: u32, took: Duration) -> u128 {
    u128::from(runs) * 1_000_000_000 / took.as_nanos().max(1)
}

#[test]
#[ignore = "measures; needs an optimised build"]
fn sessions_per_second() {
    let zone: Tz = "Europe/Amsterdam".parse().unwrap();
    for (name, (tariff, periods, minutes), runs) in [
        ("1 element, 2 periods", simple(), 400_000),
        ("8 elements, 20 periods", realistic(), 40_000),
    ] {
        let tariffs = [&tariff];
        let input = ReplayInput {
            start_at: at(0),
            end_at: Some(at(minutes)),
            periods: &periods,
            currency: Some(Currency::EUR),
            session_known: true,
            evse_known: true,
            mirrored: false,
            stated_excl_vat: None,
            tariffs: Candidates::Chosen(&tariffs),
            zone: Some(zone),
            policy: &Policy::STANDARD,
        };
        let priced = price(&input);
        let total = priced
            .totals
            .total
            .and_then(|total| total.excl_vat)
            .unwrap();
        let measure = |runs: u32, once: &dyn Fn()| {
            let started = Clock::now();
            let before = cpu_time(started);
            for _ in 0..runs {
                once();
            }
            cpu_time(started).saturating_sub(before)
        };
        let totals_only = measure(runs, &|| drop(black_box(price(black_box(&input)))));
        let traced = measure(runs / 10, &|| drop(black_box(replay(black_box(&input)))));
        println!(
            "{name}: total {total}, price {}/s ({} ns each), replay {}/s; findings {:?}",
            per_second(runs, totals_only),
            totals_only.as_nanos() / u128::from(runs),
            per_second(runs / 10, traced),
            priced
                .findings
                .iter()
                .map(|f| f.code.as_str())
                .collect::<Vec<_>>(),
        );
    }
}
