//! Each supposition about the data is found where it is the cause.

use domain::replay::{Amount, Parts};
use domain::{
    Cdr, Decimal, DimensionKind, Policy, PriceLimit, Tariff, TariffDimension, TaxIncluded, Tz,
};
use rust_decimal::dec;
use tallywatt_tariff::{
    Candidates, Causes, Change, Explanation, Fit, Neighbours, Question, ReplayInput, find_cause,
    price,
};

use crate::make::{cdr, component, element, input, instant, period, stating, tariff};

/// Two evening hours in Amsterdam, 17:00 to 19:00, then 40 minutes of parking. A tariff with a day
/// price until 18:00, a flat fee and a maximum.
fn evening() -> Cdr {
    use TariffDimension as Dim;
    let mut day = element(vec![component(Dim::Energy, dec!(0.61), 1)]);
    day.restrictions.end_time = chrono::NaiveTime::from_hms_opt(18, 0, 0);
    let rest = element(vec![
        component(Dim::Flat, dec!(0.85), 1),
        component(Dim::Energy, dec!(0.37), 1),
        component(Dim::Time, dec!(1.20), 1),
        component(Dim::ParkingTime, dec!(3.10), 1),
    ]);
    let start = 15 * 3600;
    let used = |kwh, hours| [(DimensionKind::Energy, kwh), (DimensionKind::Time, hours)];
    cdr(
        vec![tariff("EVENING", vec![day, rest])],
        vec![
            period(instant(start), &used(dec!(11.25), dec!(1.0000))),
            period(instant(start + 3600), &used(dec!(7.125), dec!(1.0000))),
            period(
                instant(start + 7200),
                &[(DimensionKind::ParkingTime, dec!(0.6667))],
            ),
        ],
        instant(start + 9600),
    )
}

fn standard(cdr: &Cdr) -> ReplayInput<'_> {
    const STANDARD: Policy = Policy::STANDARD;
    input(cdr, &STANDARD)
}

/// Asks what explains the figures that an input gives as those of a CDR.
fn ask(plain: &Cdr, theirs: &Parts<Option<Amount>>, others: Neighbours<'_>) -> Causes {
    let stated = stating(plain, theirs, true).expect("a priced session");
    find_cause(&Question {
        cdr: &stated,
        input: standard(&stated),
        tolerance: Decimal::ZERO,
        others,
    })
}

fn first(causes: &Causes) -> (&Change, String) {
    let first = causes.explanations.first().expect("an explanation");
    assert_eq!(first.fit, Fit::Every);
    assert_eq!(first.changes.len(), 1);
    (&first.changes[0], first.text())
}

/// Checks that a partner who prices the changed CDR is found out.
fn check(plain: &Cdr, edit: impl Fn(&mut Cdr), wanted: &Change, text: &str) {
    let mut changed = plain.clone();
    edit(&mut changed);
    let theirs = price(&standard(&changed)).totals;
    let causes = ask(plain, &theirs, Neighbours::default());
    assert_eq!(first(&causes), (wanted, text.to_owned()));
    assert_eq!(causes.explanations[0].reproduced, theirs);
}

fn each_component(cdr: &mut Cdr, edit: impl Fn(&mut domain::PriceComponent)) {
    let elements = cdr
        .tariffs
        .iter_mut()
        .flat_map(|tariff| &mut tariff.elements);
    elements
        .flat_map(|element| &mut element.components)
        .for_each(edit);
}

fn limit(tariff: &mut Tariff, most: Decimal) {
    tariff.max_price = Some(PriceLimit {
        excl_vat: most,
        incl_vat: None,
    });
}

#[test]
fn the_clock_is_found() {
    let plain = evening();
    let mut theirs = standard(&plain);
    theirs.zone = Some(Tz::UTC);
    let causes = ask(&plain, &price(&theirs).totals, Neighbours::default());
    let (change, text) = first(&causes);
    assert!(matches!(change, Change::ClockUtc), "{change:?}");
    assert_eq!(
        text,
        "matches if times of day are read in UTC, not in local time"
    );
    let hour = chrono::TimeDelta::hours(1);
    check(
        &plain,
        |cdr| {
            cdr.start_at += hour;
            cdr.end_at += hour;
            cdr.periods
                .iter_mut()
                .for_each(|period| period.start_at += hour);
        },
        &Change::ClockShifted { hours: 1 },
        "matches if all times lie 1 hour later",
    );
}

#[test]
fn tax_is_found() {
    let plain = evening();
    let ours = price(&standard(&plain)).totals;
    let swap = |amount: Option<Amount>| {
        amount.map(|amount| Amount {
            excl_vat: amount.incl_vat,
            incl_vat: amount.excl_vat,
        })
    };
    let theirs = Parts {
        total: swap(ours.total),
        fixed: swap(ours.fixed),
        energy: swap(ours.energy),
        time: swap(ours.time),
        parking: swap(ours.parking),
        reservation: None,
    };
    let causes = ask(&plain, &theirs, Neighbours::default());
    let swapped = (
        &Change::NetGrossSwapped,
        "matches if net and gross are swapped".to_owned(),
    );
    assert_eq!(first(&causes), swapped);
    check(
        &plain,
        |cdr| cdr.tariffs[0].tax_included = TaxIncluded::Yes,
        &Change::PricesWithTax,
        "matches if the tariff's prices contain tax",
    );
    let mut abroad = plain.clone();
    each_component(&mut abroad, |component| component.vat = Some(dec!(25.5)));
    let theirs = price(&standard(&abroad)).totals;
    let others = Neighbours {
        other_vat_rates: &[dec!(19), dec!(25.5)],
        ..Neighbours::default()
    };
    let causes = ask(&plain, &theirs, others);
    let percent = dec!(25.5);
    let wanted = (
        &Change::VatRate { percent },
        "matches if VAT is 25.5 % on everything".to_owned(),
    );
    assert_eq!(first(&causes), wanted);
}

#[test]
fn units_are_found() {
    let plain = evening();
    let sixty = Decimal::from(60);
    let dimension = TariffDimension::ParkingTime;
    check(
        &plain,
        |cdr| {
            each_component(cdr, |component| {
                if component.dimension == dimension {
                    component.price *= sixty;
                }
            });
        },
        &Change::MinutePrices { dimension },
        "matches if the price of parking is per minute",
    );
    let hours = |dimension: &DimensionKind| {
        matches!(dimension, DimensionKind::Time | DimensionKind::ParkingTime)
    };
    check(
        &plain,
        |cdr| {
            each_component(cdr, |component| match component.dimension {
                TariffDimension::Time | TariffDimension::ParkingTime => component.price /= sixty,
                TariffDimension::Flat | TariffDimension::Energy => {}
            });
            assert!(
                cdr.periods
                    .iter()
                    .flat_map(|p| &p.dimensions)
                    .any(|d| hours(&d.kind))
            );
        },
        &Change::HoursAsMinutes,
        "matches if hours are taken for minutes",
    );
    let mut watts = plain.clone();
    let energy = |cdr: &mut Cdr, factor: Decimal| {
        for dimension in cdr.periods.iter_mut().flat_map(|p| &mut p.dimensions) {
            if dimension.kind == DimensionKind::Energy {
                dimension.volume *= factor;
            }
        }
    };
    energy(&mut watts, dec!(1000));
    check(
        &watts,
        |cdr| energy(cdr, dec!(0.001)),
        &Change::WattHours,
        "matches if the energy of the periods is in watt-hours",
    );
}

#[test]
fn what_is_left_out_or_doubled_is_found() {
    let plain = evening();
    let flat = |cdr: &mut Cdr, times: Decimal| {
        each_component(cdr, |component| {
            if component.dimension == TariffDimension::Flat {
                component.price *= times;
            }
        });
    };
    check(
        &plain,
        |cdr| flat(cdr, dec!(2)),
        &Change::FlatTwice,
        "matches if the flat fee is charged twice",
    );
    check(
        &plain,
        |cdr| flat(cdr, dec!(0)),
        &Change::FlatMissing,
        "matches if the flat fee is left out",
    );
    let mut capped = plain.clone();
    limit(&mut capped.tariffs[0], dec!(9));
    check(
        &capped,
        |cdr| cdr.tariffs[0].max_price = None,
        &Change::LimitsIgnored,
        "matches if minimum and maximum price are left out",
    );
}

#[test]
fn parking_as_charging_is_found() {
    let mut plain = evening();
    // The vehicle asks for power while it parks: no reading of `station_pause` has the say.
    plain.tariffs[0].elements[1].components[2].step = domain::StepSize(1800);
    let mut charged = plain.clone();
    charged.periods[2].dimensions[0].kind = DimensionKind::Time;
    let theirs = price(&standard(&charged)).totals;
    let causes = ask(&plain, &theirs, Neighbours::default());
    let found = causes
        .explanations
        .iter()
        .find(|one| one.changes == [Change::ParkingAsCharging]);
    let found = found.expect("the supposition is among the causes");
    assert_eq!(found.fit, Fit::Every);
    assert_eq!(
        found.text(),
        "matches if parking time is charged as charging time"
    );
}

#[test]
fn another_tariff_is_found() {
    let plain = evening();
    let mut earlier = plain.tariffs[0].clone();
    earlier.elements[1].components[1].price = dec!(0.43);
    earlier.last_updated = Some(instant(-86_400));
    let mut neighbour = earlier.clone();
    neighbour.id = "NIGHT".into();
    neighbour.elements.remove(0);
    let (versions, connector) = ([&plain.tariffs[0], &earlier], [&neighbour]);
    let others = Neighbours {
        versions: &versions,
        connector: &connector,
        ..Neighbours::default()
    };
    for (tariff, wanted, text) in [
        (
            &earlier,
            Change::TariffVersion {
                place: 1,
                tariff: "EVENING".into(),
                last_updated: earlier.last_updated,
            },
            "matches if tariff EVENING is taken in its version of 2026-09-30 00:00 UTC",
        ),
        (
            &neighbour,
            Change::NeighbourTariff {
                place: 0,
                tariff: "NIGHT".into(),
            },
            "matches if tariff NIGHT of the same connector is taken",
        ),
    ] {
        let mut theirs = standard(&plain);
        theirs.tariffs = Candidates::Chosen(std::slice::from_ref(&tariff));
        let causes = ask(&plain, &price(&theirs).totals, others);
        assert_eq!(first(&causes), (&wanted, text.to_owned()));
    }
}

#[test]
fn two_readings_together_are_found() {
    let plain = evening();
    let policy = Policy::STANDARD
        .with("time_price_unit", "minute")
        .and_then(|policy| policy.with("rounding", "per_total,2,down"))
        .expect("readings");
    let theirs = price(&input(&plain, &policy)).totals;
    let causes = ask(&plain, &theirs, Neighbours::default());
    let found = &causes.explanations[0];
    assert_eq!(found.changes.len(), 2);
    assert_eq!(
        found.text(),
        "matches if prices of time are per minute and only totals are rounded to 2 decimals, \
         always down"
    );
}

#[test]
fn a_total_rounded_by_a_rule_of_its_own_is_told() {
    let plain = evening();
    let mut theirs = price(&standard(&plain)).totals;
    let cut = |amount: Option<Decimal>| amount.map(|amount| amount.trunc_with_scale(2));
    let ours = theirs.total.expect("a price");
    theirs.total = Some(Amount {
        excl_vat: cut(ours.excl_vat),
        incl_vat: cut(ours.incl_vat),
    });
    assert_ne!(
        theirs.total,
        Some(ours),
        "the total has more than two decimals"
    );
    let causes = ask(&plain, &theirs, Neighbours::default());
    let texts: Vec<String> = causes.explanations.iter().map(Explanation::text).collect();
    let wanted = "matches if the total alone is rounded to 2 decimals, always down";
    assert!(texts.iter().any(|text| text == wanted), "{texts:?}");
    assert!(texts[0].contains("the total alone is rounded"), "{texts:?}");
}

#[test]
fn what_nothing_explains_has_no_cause() {
    let plain = evening();
    let given = price(&standard(&plain)).totals;
    let nobody = Some(Amount {
        excl_vat: Some(dec!(123.4567)),
        incl_vat: Some(dec!(99.9999)),
    });
    let total_off = Parts {
        total: nobody,
        ..given.clone()
    };
    let all_off = Parts {
        total: nobody,
        energy: nobody,
        ..given
    };
    for (theirs, pairs) in [(total_off, false), (all_off, true)] {
        let causes = ask(&plain, &theirs, Neighbours::default());
        assert!(causes.explanations.is_empty(), "{:?}", causes.explanations);
        assert_eq!(causes.equally_simple, 0);
        let much = causes.tried > 60;
        assert_eq!(much, pairs, "{} prices, parts right or not", causes.tried);
    }
}
