//! Random tariffs and sessions.

use chrono::{DateTime, NaiveTime, TimeDelta, Weekday};
use domain::cdr::{ChargingPeriod, Dimension, DimensionKind};
use domain::{
    Ampere, Currency, Decimal, Instant, Kw, Kwh, OcpiVersion, Policy, PriceComponent, PriceLimit,
    ReservationRule, Restrictions, Rounding, RoundingMode, RoundingStage, StepSize, Tariff,
    TariffDimension, TariffElement, TariffKind, TaxIncluded, TaxStage, Tz,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use tallywatt_tariff::{Candidates, ReplayInput};

use super::lookup::lookup_policy;

/// A session with its tariffs, owned.
#[derive(Clone, Debug)]
pub struct Metered {
    pub start_at: Instant,
    pub end_at: Option<Instant>,
    pub periods: Vec<ChargingPeriod>,
    pub tariffs: Vec<Tariff>,
    pub zone: Option<Tz>,
    pub policy: Policy,
    pub session_known: bool,
}

impl Metered {
    /// The engine's view of it.
    pub fn input(&self) -> ReplayInput<'_> {
        ReplayInput {
            start_at: self.start_at,
            end_at: self.end_at,
            periods: &self.periods,
            currency: Some(Currency::EUR),
            session_known: self.session_known,
            evse_known: true,
            mirrored: false,
            stated_excl_vat: None,
            tariffs: Candidates::Inside(&self.tariffs),
            zone: self.zone,
            policy: &self.policy,
        }
    }
}

const KINDS: [DimensionKind; 12] = [
    DimensionKind::Energy,
    DimensionKind::Energy,
    DimensionKind::Time,
    DimensionKind::Time,
    DimensionKind::ParkingTime,
    DimensionKind::ReservationTime,
    DimensionKind::Flat,
    DimensionKind::MinPower,
    DimensionKind::MaxPower,
    DimensionKind::Power,
    DimensionKind::MaxCurrent,
    DimensionKind::StateOfCharge,
];

const DIMENSIONS: [TariffDimension; 4] = [
    TariffDimension::Flat,
    TariffDimension::Energy,
    TariffDimension::Time,
    TariffDimension::ParkingTime,
];

/// Any figure, also those no meter shows.
fn wild() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        6 => (-20_000i64..200_000, 0u32..5).prop_map(|(n, scale)| Decimal::new(n, scale)),
        1 => (any::<i64>(), 0u32..=28).prop_map(|(n, scale)| Decimal::new(n, scale)),
        1 => prop_oneof![Just(Decimal::MAX), Just(Decimal::MIN), Just(Decimal::ZERO)],
    ]
}

/// Prices and volumes as they occur.
fn tame() -> impl Strategy<Value = Decimal> {
    (0i64..100_000, 1u32..5).prop_map(|(n, scale)| Decimal::new(n, scale))
}

fn restrictions() -> impl Strategy<Value = Restrictions> {
    let clock = (
        option::weighted(0.3, 0u32..86_400),
        option::weighted(0.3, 0u32..86_400),
        option::weighted(0.1, 0u64..1000),
        option::weighted(0.1, 0u64..1000),
        vec(0usize..7, 0..3),
    );
    let course = (
        option::weighted(0.2, 0i64..80),
        option::weighted(0.2, 0i64..80),
        option::weighted(0.2, 0u32..20_000),
        option::weighted(0.2, 0u32..20_000),
        option::weighted(0.15, -10i64..60),
        option::weighted(0.15, -10i64..60),
        option::weighted(0.05, 0i64..60),
        option::weighted(0.15, any::<bool>()),
    );
    (clock, course).prop_map(|(clock, course)| {
        let time = |s: u32| NaiveTime::from_num_seconds_from_midnight_opt(s, 0);
        let date = |days: u64| DateTime::UNIX_EPOCH.date_naive() + chrono::Days::new(20_000 + days);
        let mut r = Restrictions {
            start_time: clock.0.and_then(time),
            end_time: clock.1.and_then(time),
            start_date: clock.2.map(date),
            end_date: clock.3.map(date),
            min_kwh: course.0.map(|n| Kwh(n.into())),
            max_kwh: course.1.map(|n| Kwh(n.into())),
            min_duration_s: course.2,
            max_duration_s: course.3,
            min_power: course.4.map(|n| Kw(n.into())),
            max_power: course.5.map(|n| Kw(n.into())),
            max_current: course.6.map(|n| Ampere(n.into())),
            reservation: course.7.map(|expires| {
                if expires {
                    ReservationRule::ReservationExpires
                } else {
                    ReservationRule::Reservation
                }
            }),
            ..Restrictions::default()
        };
        for day in clock.4 {
            r.days
                .insert(Weekday::try_from(u8::try_from(day).expect("0 to 6")).expect("a day"));
        }
        r
    })
}

fn component(figure: BoxedStrategy<Decimal>) -> impl Strategy<Value = PriceComponent> {
    (0usize..4, figure, option::of(0i64..30), 0u32..2000).prop_map(|(kind, price, vat, step)| {
        PriceComponent {
            dimension: DIMENSIONS[kind],
            price,
            vat: vat.map(Decimal::from),
            step: StepSize(step),
        }
    })
}

fn elements(
    figure: BoxedStrategy<Decimal>,
    restrictions: BoxedStrategy<Restrictions>,
) -> impl Strategy<Value = Vec<TariffElement>> {
    let element =
        (vec(component(figure), 1..4), restrictions).prop_map(|(components, restrictions)| {
            TariffElement {
                components,
                restrictions,
            }
        });
    vec(element, 0..7)
}

fn tariff(figure: BoxedStrategy<Decimal>) -> impl Strategy<Value = Tariff> {
    let limit = option::weighted(
        0.2,
        (figure.clone(), option::of(figure.clone()))
            .prop_map(|(excl_vat, incl_vat)| PriceLimit { excl_vat, incl_vat }),
    );
    let tax = prop_oneof![
        Just(TaxIncluded::No),
        Just(TaxIncluded::Yes),
        Just(TaxIncluded::NotApplicable)
    ];
    let version = prop_oneof![
        Just(OcpiVersion::V211),
        Just(OcpiVersion::V221),
        Just(OcpiVersion::V230)
    ];
    let kind = option::of(prop_oneof![
        Just(TariffKind::Regular),
        Just(TariffKind::ProfileFast)
    ]);
    (
        elements(figure, restrictions().boxed()),
        limit.clone(),
        limit,
        tax,
        version,
        kind,
    )
        .prop_map(
            |(elements, min_price, max_price, tax_included, version, kind)| Tariff {
                kind,
                min_price,
                max_price,
                elements,
                tax_included,
                ..plain(version)
            },
        )
}

/// A tariff that prices nothing.
pub fn plain(version: OcpiVersion) -> Tariff {
    Tariff {
        version,
        party: None,
        id: "T".into(),
        currency: Currency::EUR,
        kind: None,
        has_alternative_text: false,
        min_price: None,
        max_price: None,
        elements: Vec::new(),
        tax_included: TaxIncluded::No,
        valid_from: None,
        valid_until: None,
        last_updated: None,
    }
}

fn policy() -> impl Strategy<Value = Policy> {
    let stage = prop_oneof![
        Just(RoundingStage::None),
        Just(RoundingStage::PerPeriod),
        Just(RoundingStage::PerLine),
        Just(RoundingStage::PerDimension),
        Just(RoundingStage::PerTotal)
    ];
    let mode = prop_oneof![
        Just(RoundingMode::HalfUp),
        Just(RoundingMode::HalfEven),
        Just(RoundingMode::Up),
        Just(RoundingMode::Down)
    ];
    let tax = prop_oneof![Just(TaxStage::PerRate), Just(TaxStage::PerLine)];
    (stage, mode, 0u8..6, tax, lookup_policy()).prop_map(
        |(stage, mode, digits, tax_stage, rest)| Policy {
            rounding: Rounding {
                stage,
                digits,
                mode,
            },
            tax_stage,
            ..rest
        },
    )
}

fn zone() -> impl Strategy<Value = Option<Tz>> {
    prop_oneof![
        Just(None),
        Just(Some(Tz::Europe__Berlin)),
        Just(Some(Tz::America__Toronto)),
        Just(Some(Tz::Asia__Kolkata)),
        Just(Some(Tz::Australia__Lord_Howe))
    ]
}

fn periods(
    figure: BoxedStrategy<Decimal>,
    seconds: BoxedStrategy<i64>,
) -> impl Strategy<Value = Vec<ChargingPeriod>> {
    let dimension = (0usize..KINDS.len(), figure).prop_map(|(kind, volume)| Dimension {
        kind: KINDS[kind],
        volume,
    });
    let named = option::weighted(0.1, prop_oneof![Just("t".into()), Just("unknown".into())]);
    let period = (seconds, vec(dimension, 0..4), named).prop_map(|(at, dimensions, tariff_id)| {
        ChargingPeriod {
            start_at: instant(at),
            dimensions,
            tariff_id,
        }
    });
    vec(period, 0..8)
}

/// A second of the Unix clock.
pub fn instant(seconds: i64) -> Instant {
    DateTime::from_timestamp(seconds, 0).expect("the strategies stay within the calendar")
}

fn session(figure: BoxedStrategy<Decimal>, seconds: BoxedStrategy<i64>) -> BoxedStrategy<Metered> {
    (
        seconds.clone(),
        option::weighted(0.9, seconds.clone()),
        periods(figure.clone(), seconds),
        vec(tariff(figure), 0..3),
        zone(),
        policy(),
        any::<bool>(),
    )
        .prop_map(
            |(start, end, periods, tariffs, zone, policy, session_known)| Metered {
                start_at: instant(start),
                end_at: end.map(instant),
                periods,
                tariffs,
                zone,
                policy,
                session_known,
            },
        )
        .boxed()
}

/// Anything that can be written down, sensible or not.
pub fn any_session() -> BoxedStrategy<Metered> {
    let seconds = prop_oneof![
        4 => 1_700_000_000i64..1_800_000_000,
        1 => -60_000_000_000i64..250_000_000_000,
        1 => Just(0i64),
    ];
    session(wild().boxed(), seconds.boxed())
}

/// A session within two days that has a price: figures as they occur, a tariff, a zone.
pub fn plausible_session() -> BoxedStrategy<Metered> {
    let seconds = (1_790_000_000i64..1_790_170_000).boxed();
    (
        session(tame().boxed(), seconds.clone()),
        tariff(tame().boxed()),
        seconds,
        tame(),
    )
        .prop_map(|(mut session, tariff, at, kwh)| {
            session.tariffs.push(tariff);
            session.zone = session.zone.or(Some(Tz::Europe__Berlin));
            session
                .periods
                .push(period(instant(at), DimensionKind::Time, 5_000, kwh));
            for period in &mut session.periods {
                period.tariff_id = period.tariff_id.take().map(|_| "t".into());
            }
            session
        })
        .boxed()
}

/// Charging and parking in whole hours under restrictions that change at whole hours only: no
/// boundary can lie inside a period, so no split can matter.
pub fn hourly_session() -> BoxedStrategy<Metered> {
    let hour = option::weighted(0.3, 0u32..24);
    let restrictions = (
        hour.clone(),
        hour,
        vec(0usize..7, 0..3),
        option::weighted(0.3, 0u32..6),
        option::weighted(0.3, 0u32..6),
        option::weighted(0.2, 0i64..40),
        option::weighted(0.2, 0i64..40),
    )
        .prop_map(
            |(from, to, days, min_hours, max_hours, min_power, max_power)| {
                let time = |hour: u32| NaiveTime::from_hms_opt(hour, 0, 0);
                let mut r = Restrictions {
                    start_time: from.and_then(time),
                    end_time: to.and_then(time),
                    min_duration_s: min_hours.map(|hours| hours * 3600),
                    max_duration_s: max_hours.map(|hours| hours * 3600),
                    min_power: min_power.map(|n| Kw(n.into())),
                    max_power: max_power.map(|n| Kw(n.into())),
                    ..Restrictions::default()
                };
                for day in days {
                    r.days
                        .insert(Weekday::try_from(u8::try_from(day).expect("0–6")).expect("a day"));
                }
                r
            },
        );
    let hours = vec((any::<bool>(), 0i64..50), 1..8);
    let elements = elements(tame().boxed(), restrictions.boxed());
    (
        elements,
        hours,
        0i64..200,
        prop_oneof![Just(Tz::Europe__Berlin), Just(Tz::America__Toronto)],
    )
        .prop_map(|(elements, hours, start, zone)| {
            let start_at = instant(1_790_000_000 - 1_790_000_000 % 3600 + start * 3600);
            let periods: Vec<ChargingPeriod> = hours
                .iter()
                .enumerate()
                .map(|(index, (charging, kwh))| {
                    let kwh = Decimal::from(if *charging { *kwh } else { 0 });
                    let time = if *charging {
                        DimensionKind::Time
                    } else {
                        DimensionKind::ParkingTime
                    };
                    let index = i64::try_from(index).expect("few periods");
                    period(start_at + TimeDelta::hours(index), time, 10_000, kwh)
                })
                .collect();
            let length = i64::try_from(periods.len()).expect("few periods");
            Metered {
                start_at,
                end_at: Some(start_at + TimeDelta::hours(length)),
                periods,
                tariffs: vec![Tariff {
                    elements,
                    ..plain(OcpiVersion::V221)
                }],
                zone: Some(zone),
                policy: Policy::STANDARD,
                session_known: true,
            }
        })
        .boxed()
}

/// A period of so many ten-thousandths of an hour and so many kWh.
pub fn period(
    start_at: Instant,
    time: DimensionKind,
    hours_e4: i64,
    kwh: Decimal,
) -> ChargingPeriod {
    let volume = |kind, volume| Dimension { kind, volume };
    ChargingPeriod {
        start_at,
        dimensions: vec![
            volume(time, Decimal::new(hours_e4, 4)),
            volume(DimensionKind::Energy, kwh),
        ],
        tariff_id: None,
    }
}
