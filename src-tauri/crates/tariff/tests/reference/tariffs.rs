//! Random tariffs: every restriction, every dimension, limits and taxes.

use chrono::{Days, NaiveTime, TimeDelta, Weekday};
use domain::{
    Ampere, Currency, Decimal, Instant, Kw, Kwh, OcpiVersion, PriceComponent, PriceLimit,
    ReservationRule, Restrictions, StepSize, Tariff, TariffDimension, TariffElement, TariffKind,
    TaxIncluded, Tz,
};

use crate::dice::Dice;

/// The tariffs of a record: mostly one.
pub fn tariffs(dice: &mut Dice, version: OcpiVersion, start: Instant, zone: Tz) -> Vec<Tariff> {
    let count = if dice.percent(82) {
        1
    } else {
        dice.between(2, 3)
    };
    let tax = match version {
        OcpiVersion::V211 | OcpiVersion::V221 => TaxIncluded::No,
        OcpiVersion::V230 => dice.one_of(&[
            TaxIncluded::No,
            TaxIncluded::Yes,
            TaxIncluded::NotApplicable,
        ]),
    };
    let mut tariffs = Vec::new();
    for place in 0..count {
        let mut tariff = tariff(dice, version, start, zone, tax);
        if count > 1 {
            tariff.id = dice.one_of(&["A", "B", "b", "C"]).into();
            if dice.percent(50) {
                tariff.valid_from = Some(start + TimeDelta::hours(dice.between(-3, 1)));
            }
            if dice.percent(50) {
                tariff.valid_until = Some(start + TimeDelta::hours(dice.between(-1, 3)));
            }
            tariff.kind = dice.one_of(&[
                None,
                None,
                Some(TariffKind::Regular),
                Some(TariffKind::ProfileFast),
            ]);
            // Each its own, so that the newest version is one and no other.
            tariff.last_updated =
                Some(start + TimeDelta::hours(2 * dice.between(-6, 6)) + TimeDelta::minutes(place));
        }
        tariffs.push(tariff);
    }
    tariffs
}

fn tariff(
    dice: &mut Dice,
    version: OcpiVersion,
    start: Instant,
    zone: Tz,
    tax_included: TaxIncluded,
) -> Tariff {
    let later = version != OcpiVersion::V211;
    let elements = (0..dice.between(1, 6))
        .map(|_| element(dice, version, start, zone))
        .collect();
    let limit = |dice: &mut Dice, from: i64, to: i64| {
        if !later || !dice.percent(20) {
            return None;
        }
        let excl_vat = Decimal::new(dice.between(from, to), 2);
        let more = Decimal::new(dice.between(0, 300), 2);
        Some(PriceLimit {
            excl_vat,
            incl_vat: dice.percent(50).then_some(excl_vat + more),
        })
    };
    Tariff {
        version,
        party: None,
        id: "T".into(),
        currency: Currency::EUR,
        kind: None,
        has_alternative_text: false,
        min_price: limit(dice, 0, 900),
        max_price: limit(dice, 300, 3000),
        elements,
        tax_included,
        valid_from: None,
        valid_until: None,
        last_updated: None,
    }
}

fn element(dice: &mut Dice, version: OcpiVersion, start: Instant, zone: Tz) -> TariffElement {
    use TariffDimension::{Energy, Flat, ParkingTime, Time};
    let restrictions = restrictions(dice, version, start, zone);
    let kinds: &[TariffDimension] = match restrictions.reservation {
        Some(_) => &[Flat, Time, Time],
        None => &[Flat, Energy, Energy, Time, ParkingTime],
    };
    let components = (0..dice.between(1, 3)).map(|_| {
        let dimension = dice.one_of(kinds);
        let step = dice.one_of(&[0, 1, 1, 60, 300, 500, 600, 900, 1000, 7]);
        let vat = dice.one_of(&[None, Some(0), Some(10), Some(19), Some(20), Some(21)]);
        PriceComponent {
            dimension,
            price: match dice.between(0, 9) {
                0 => Decimal::ZERO,
                1..=5 => Decimal::new(dice.between(1, 400), 2),
                _ => Decimal::new(dice.between(1, 30_000), 4),
            },
            vat: vat
                .filter(|_| version != OcpiVersion::V211)
                .map(Decimal::from),
            step: StepSize(step),
        }
    });
    TariffElement {
        components: components.collect(),
        restrictions,
    }
}

fn restrictions(dice: &mut Dice, version: OcpiVersion, start: Instant, zone: Tz) -> Restrictions {
    let later = version != OcpiVersion::V211;
    let mut r = Restrictions::default();
    if later && dice.percent(15) {
        r.reservation = Some(dice.one_of(&[
            ReservationRule::Reservation,
            ReservationRule::ReservationExpires,
        ]));
    }
    if dice.percent(30) {
        return r;
    }
    let today = start.with_timezone(&zone).date_naive();
    for _ in 0..dice.between(1, 3) {
        match dice.between(0, 7) {
            0 | 1 => window(dice, &mut r),
            2 => {
                let from = today + Days::new(3) - Days::new(dice.days(5));
                r.start_date = dice.percent(60).then_some(from - Days::new(1));
                r.end_date = dice.percent(60).then_some(from);
            }
            3 => days(dice, &mut r),
            4 => {
                r.min_kwh = dice
                    .percent(60)
                    .then(|| Kwh((5 * dice.between(0, 6)).into()));
                r.max_kwh = dice
                    .percent(60)
                    .then(|| Kwh((5 * dice.between(0, 8)).into()));
            }
            5 => {
                r.min_duration_s = dice.percent(60).then(|| dice.seconds());
                r.max_duration_s = dice.percent(60).then(|| dice.seconds());
            }
            6 => {
                r.min_power = dice.percent(60).then(|| Kw(dice.between(0, 40).into()));
                r.max_power = dice.percent(60).then(|| Kw(dice.between(0, 50).into()));
            }
            _ if later => {
                r.min_current = dice.percent(60).then(|| Ampere(dice.between(0, 40).into()));
                r.max_current = dice.percent(60).then(|| Ampere(dice.between(0, 50).into()));
            }
            _ => r.max_kwh = Some(Kwh(Decimal::new(dice.between(0, 400), 1))),
        }
    }
    r
}

fn window(dice: &mut Dice, r: &mut Restrictions) {
    let mut time = || {
        let minutes = match dice.between(0, 9) {
            0 | 1 => 0,
            2..=4 => 30 * dice.between(2, 7),
            _ => 15 * dice.between(0, 95),
        };
        let seconds = u32::try_from(60 * minutes).expect("within a day");
        NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0)
    };
    let (start, end) = (time(), time());
    match dice.between(0, 9) {
        0 => r.start_time = start,
        1 => r.end_time = end,
        2 => (r.start_time, r.end_time) = (start, start),
        _ => (r.start_time, r.end_time) = (start, end),
    }
}

fn days(dice: &mut Dice, r: &mut Restrictions) {
    for _ in 0..dice.between(1, 5) {
        let number = u8::try_from(dice.between(0, 6)).expect("0 to 6");
        r.days.insert(Weekday::try_from(number).expect("a day"));
    }
}

impl Dice {
    /// A number of days below so many.
    fn days(&mut self, below: i64) -> u64 {
        u64::try_from(self.between(0, below - 1)).expect("not negative")
    }

    /// A duration that periods are likely to start after.
    fn seconds(&mut self) -> u32 {
        u32::try_from(900 * self.between(0, 24)).expect("not negative")
    }
}
