//! Periods by table: where a session is split, and what stands in each period.

use domain::{DimensionKind, Policy};
use rust_decimal::dec;
use tallywatt_tariff::{
    Course, Metered, NotGenerated, Turn, generate_cdr, generate_cdr_with_turns, generate_periods,
};

use crate::{ZONE, at, day_and_evening, header, readings, tariff};

/// Periods as `start energy time-or-parking hours`.
fn shown(tariff: &domain::Tariff, metered: &Metered<'_>) -> Vec<String> {
    let periods = generate_periods(tariff, metered).expect("the session is in order");
    let line = |period: &domain::ChargingPeriod| {
        let energy = period
            .volume(DimensionKind::Energy)
            .unwrap_or_default()
            .normalize();
        let (kind, hours) = match period.volume(DimensionKind::Time) {
            Some(hours) => ("time", hours),
            None => (
                "parking",
                period
                    .volume(DimensionKind::ParkingTime)
                    .unwrap_or_default(),
            ),
        };
        format!(
            "{} {energy} {kind} {hours}",
            period.start_at.format("%dT%H:%M:%S")
        )
    };
    periods.iter().map(line).collect()
}

#[test]
fn a_period_begins_where_the_price_changes() {
    let readings = readings(&[("09-03 15:00", "100"), ("09-03 17:00", "120")]);
    let metered = Metered {
        start_at: at("09-03 15:00"),
        end_at: at("09-03 18:00"),
        charged_until: Some(at("09-03 17:00")),
        readings: &readings,
        zone: ZONE,
    };
    assert_eq!(
        shown(&day_and_evening(), &metered),
        [
            "03T15:00:00 10 time 1.0000",
            "03T16:00:00 10 time 1.0000", // 18:00 in summer
            "03T17:00:00 0 parking 1.0000",
        ]
    );
}

#[test]
fn energy_is_split_at_the_very_threshold() {
    let tariff = tariff(
        r#""elements": [
        {"price_components": [{"type": "ENERGY", "price": 0.30, "step_size": 1}],
         "restrictions": {"max_kwh": 50}},
        {"price_components": [{"type": "ENERGY", "price": 0.25, "step_size": 1}]}]"#,
    );
    let readings = readings(&[("09-03 10:00", "0"), ("09-03 11:10", "70")]);
    let metered = Metered {
        start_at: at("09-03 10:00"),
        end_at: at("09-03 11:10"),
        charged_until: None,
        readings: &readings,
        zone: ZONE,
    };
    let expected = ["03T10:00:00 50 time 0.8333", "03T10:50:00 20 time 0.3333"];
    assert_eq!(shown(&tariff, &metered), expected);
    let made = generate_cdr(&tariff, &metered, header(), &Policy::STANDARD).expect("it is priced");
    let cost = made.cdr.totals.cost.map(|price| price.excl_vat);
    assert_eq!(
        cost,
        Some(dec!(20)),
        "50 × 0.30 + 20 × 0.25, and not 70 × 0.25"
    );
}

#[test]
fn the_night_the_clock_goes_back_has_its_window_twice() {
    let tariff = tariff(
        r#""elements": [
        {"price_components": [{"type": "ENERGY", "price": 0.10, "step_size": 1}],
         "restrictions": {"start_time": "02:30", "end_time": "04:00"}},
        {"price_components": [{"type": "ENERGY", "price": 0.50, "step_size": 1}]}]"#,
    );
    let readings = readings(&[("10-24 23:00", "0"), ("10-25 04:00", "10")]);
    let metered = Metered {
        start_at: at("10-24 23:00"),
        end_at: at("10-25 04:00"),
        charged_until: None,
        readings: &readings,
        zone: ZONE,
    };
    assert_eq!(
        shown(&tariff, &metered),
        [
            "24T23:00:00 3 time 1.5000", // 01:00 in summer time
            "25T00:30:00 1 time 0.5000", // 02:30, the first time
            "25T01:00:00 1 time 0.5000", // the clock goes back to 02:00
            "25T01:30:00 3 time 1.5000", // 02:30, the second time
            "25T03:00:00 2 time 1.0000", // 04:00
        ]
    );
}

#[test]
fn a_price_by_power_follows_the_meter() {
    let tariff = tariff(
        r#""elements": [
        {"price_components": [{"type": "ENERGY", "price": 0.60, "step_size": 1}],
         "restrictions": {"min_power": 50}},
        {"price_components": [{"type": "ENERGY", "price": 0.40, "step_size": 1}]}]"#,
    );
    let readings = readings(&[
        ("09-03 10:00", "5"),
        ("09-03 10:15", "35"), // 120 kW
        ("09-03 10:30", "60"), // 100 kW
        ("09-03 11:00", "70"), // 20 kW
    ]);
    let metered = Metered {
        start_at: at("09-03 10:00"),
        end_at: at("09-03 11:00"),
        charged_until: None,
        readings: &readings,
        zone: ZONE,
    };
    let made = generate_cdr(&tariff, &metered, header(), &Policy::STANDARD).expect("it is priced");
    let cost = made.cdr.totals.cost.map(|price| price.excl_vat);
    assert_eq!(cost, Some(dec!(37)), "55 kWh at 0.60 and 10 kWh at 0.40");
    let powers: Vec<_> = made
        .cdr
        .periods
        .iter()
        .map(|p| p.volume(DimensionKind::MinPower))
        .collect();
    assert_eq!(powers, [Some(dec!(120)), Some(dec!(100)), Some(dec!(20))]);
}

#[test]
fn a_reading_after_the_stop_tells_what_had_flowed_by_then() {
    let readings = readings(&[("09-03 08:00", "0"), ("09-03 10:00", "8")]);
    let metered = Metered {
        start_at: at("09-03 08:00"),
        end_at: at("09-03 10:00"),
        charged_until: Some(at("09-03 09:00")),
        readings: &readings,
        zone: ZONE,
    };
    let expected = ["03T08:00:00 8 time 1.0000", "03T09:00:00 0 parking 1.0000"];
    assert_eq!(shown(&day_and_evening(), &metered), expected);
}

#[test]
fn what_cannot_be_is_said() {
    let disordered = readings(&[("09-03 10:00", "0"), ("09-03 09:00", "8")]);
    let fine = Metered {
        start_at: at("09-03 08:00"),
        end_at: at("09-03 10:00"),
        charged_until: None,
        readings: &[],
        zone: ZONE,
    };
    let end_at = fine.start_at;
    let stop = Some(at("09-03 10:01"));
    let far = at("09-03 08:00") + chrono::TimeDelta::days(400);
    for (metered, why) in [
        (Metered { end_at, ..fine }, NotGenerated::EndNotAfterStart),
        (
            Metered {
                charged_until: stop,
                ..fine
            },
            NotGenerated::StopOutsideSession,
        ),
        (
            Metered {
                readings: &disordered,
                ..fine
            },
            NotGenerated::ReadingsOutOfOrder,
        ),
        (
            Metered {
                end_at: far,
                ..fine
            },
            NotGenerated::TooLong,
        ),
    ] {
        let made = generate_periods(&day_and_evening(), &metered);
        assert_eq!(made.err(), Some(why), "{why}");
    }
    assert!(
        generate_periods(&day_and_evening(), &fine).is_ok(),
        "no energy is no fault"
    );
}

#[test]
fn a_session_pauses_and_goes_on() {
    let readings = readings(&[
        ("09-03 08:00", "0"),
        ("09-03 08:30", "5"),
        ("09-03 09:30", "5"),
        ("09-03 10:00", "8"),
    ]);
    let metered = Metered {
        start_at: at("09-03 08:00"),
        end_at: at("09-03 11:00"),
        charged_until: None,
        readings: &readings,
        zone: ZONE,
    };
    let turns = [
        ("09-03 08:00", Course::Charging),
        ("09-03 08:30", Course::Parking),
        ("09-03 09:00", Course::Held),
        ("09-03 09:30", Course::Charging),
        ("09-03 10:00", Course::Uncounted),
        ("09-03 10:30", Course::Charging),
    ]
    .map(|(moment, course)| Turn {
        at: at(moment),
        course,
    });
    let tariff = tariff(
        r#""elements": [{"price_components": [
            {"type": "ENERGY", "price": 0.50, "step_size": 1},
            {"type": "TIME", "price": 1.00, "step_size": 1},
            {"type": "PARKING_TIME", "price": 6.00, "step_size": 1}]}]"#,
    );
    let made = |turns: &[Turn]| {
        generate_cdr_with_turns(&tariff, &metered, turns, header(), &Policy::STANDARD)
    };
    let cdr = made(&turns).expect("it is priced").cdr;
    let stated: Vec<Vec<(DimensionKind, domain::Decimal)>> = cdr
        .periods
        .iter()
        .map(|period| {
            period
                .dimensions
                .iter()
                .map(|d| (d.kind, d.volume))
                .collect()
        })
        .collect();
    let (energy, time) = (DimensionKind::Energy, DimensionKind::Time);
    assert_eq!(
        stated,
        [
            vec![(energy, dec!(5)), (time, dec!(0.5))],
            vec![(DimensionKind::ParkingTime, dec!(0.5))],
            vec![(time, dec!(0.5))],
            vec![(energy, dec!(3)), (time, dec!(0.5))],
            vec![(energy, dec!(0))],
            vec![(time, dec!(0.5))],
        ]
    );
    assert_eq!(cdr.totals.parking_h, Some(dec!(0.5)));
    let cost = cdr.totals.cost.map(|price| price.excl_vat);
    assert_eq!(cost, Some(dec!(9)), "8 × 0.50 + 2 × 1.00 + 0.5 × 6.00");
    for wrong in [&turns[..0], &turns[1..], &[turns[0], turns[3], turns[2]]] {
        assert_eq!(made(wrong).err(), Some(NotGenerated::TurnsOutOfOrder));
    }
}

#[test]
fn a_record_states_what_its_version_can() {
    let readings = readings(&[("09-03 08:00", "0"), ("09-03 09:00", "10")]);
    let metered = Metered {
        start_at: at("09-03 08:00"),
        end_at: at("09-03 09:00"),
        charged_until: None,
        readings: &readings,
        zone: ZONE,
    };
    for (version, gross, taxes, parts) in [
        (domain::OcpiVersion::V211, None, 0, false),
        (domain::OcpiVersion::V221, Some(dec!(5.445)), 0, true),
        (domain::OcpiVersion::V230, Some(dec!(5.445)), 1, true),
    ] {
        let tariff = domain::Tariff {
            version,
            ..day_and_evening()
        };
        let made = generate_cdr(&tariff, &metered, header(), &Policy::STANDARD);
        let totals = made.expect("it is priced").cdr.totals;
        let cost = totals.cost.expect("a CDR states its cost");
        assert_eq!(cost.excl_vat, dec!(4.5), "10 × 0.35 + 1.00");
        assert_eq!(cost.incl_vat, gross, "{version}");
        assert_eq!(
            (cost.taxes.len(), totals.energy_cost.is_some()),
            (taxes, parts),
            "{version}"
        );
    }
}
