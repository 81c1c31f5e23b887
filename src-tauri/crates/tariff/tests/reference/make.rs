//! Random sessions: what a station may have measured, on ordinary days and on DST nights.

use chrono::{DateTime, TimeDelta};
use domain::cdr::{ChargingPeriod, Dimension, DimensionKind};
use domain::{Currency, Decimal, Instant, OcpiVersion, Policy, Tariff, Tz};
use tallywatt_tariff::{Candidates, ReplayInput};

use crate::dice::Dice;
use crate::tariffs::tariffs;

/// A session with its tariffs, owned.
#[derive(Clone, Debug)]
pub struct Case {
    pub version: OcpiVersion,
    pub start_at: Instant,
    pub end_at: Option<Instant>,
    pub periods: Vec<ChargingPeriod>,
    pub tariffs: Vec<Tariff>,
    pub currency: Option<Currency>,
    pub zone: Option<Tz>,
    pub session_known: bool,
    pub evse_known: bool,
    pub mirrored: bool,
    pub stated: Option<Decimal>,
}

impl Case {
    /// The engine's view of it.
    pub fn input<'a>(&'a self, policy: &'a Policy) -> ReplayInput<'a> {
        ReplayInput {
            start_at: self.start_at,
            end_at: self.end_at,
            periods: &self.periods,
            currency: self.currency,
            session_known: self.session_known,
            evse_known: self.evse_known,
            mirrored: self.mirrored,
            stated_excl_vat: self.stated,
            tariffs: Candidates::Inside(&self.tariffs),
            zone: self.zone,
            policy,
        }
    }
}

/// Zones with the instants at which their clocks change in 2026.
const ZONES: [(Tz, [&str; 2]); 4] = [
    (
        Tz::Europe__Berlin,
        ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"],
    ),
    (
        Tz::America__Toronto,
        ["2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z"],
    ),
    (
        Tz::Australia__Lord_Howe,
        ["2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z"],
    ),
    (
        Tz::Asia__Kolkata,
        ["2026-05-31T18:30:00Z", "2026-12-31T18:30:00Z"],
    ),
];

/// One pair of tariffs and session.
pub fn case(dice: &mut Dice) -> Case {
    let version = dice.one_of(&[OcpiVersion::V211, OcpiVersion::V221, OcpiVersion::V230]);
    let (zone, changes) = dice.one_of(&ZONES);
    let start_at = start(dice, changes);
    let mut periods = Vec::new();
    let mut at = start_at;
    let later = version != OcpiVersion::V211;
    let reserved = later && dice.percent(12);
    if reserved {
        for _ in 0..dice.between(1, 2) {
            let end = at + length(dice);
            periods.push(reservation(dice, at, end));
            at = end;
        }
    }
    if !reserved || dice.percent(60) {
        for _ in 0..dice.between(1, 7) {
            let end = at + length(dice);
            periods.push(charging(dice, at, end, version));
            at = end;
        }
    }
    let tariffs = tariffs(dice, version, start_at, zone);
    name_tariffs(dice, version, &tariffs, &mut periods);
    let mut case = Case {
        version,
        start_at,
        end_at: Some(at),
        periods,
        tariffs,
        currency: Some(Currency::EUR),
        zone: Some(zone),
        session_known: dice.percent(70),
        evse_known: dice.percent(80),
        mirrored: false,
        stated: None,
    };
    disturb(dice, &mut case);
    case
}

fn start(dice: &mut Dice, changes: [&str; 2]) -> Instant {
    let near: Instant = dice.one_of(&changes).parse().expect("an instant");
    if dice.percent(40) {
        return near - TimeDelta::minutes(15 * dice.between(0, 40));
    }
    let year = DateTime::from_timestamp(1_767_225_600, 0).expect("in range");
    let start = year + TimeDelta::minutes(15 * dice.between(0, 35_000));
    if dice.percent(30) {
        start + TimeDelta::seconds(dice.between(1, 899))
    } else {
        start
    }
}

fn length(dice: &mut Dice) -> TimeDelta {
    match dice.between(0, 9) {
        0 => TimeDelta::zero(),
        1 => TimeDelta::seconds(dice.between(1, 4000)),
        2 => TimeDelta::minutes(dice.between(1, 90)),
        3..=6 => TimeDelta::minutes(15 * dice.between(1, 8)),
        7 | 8 => TimeDelta::hours(dice.between(1, 6)),
        _ => TimeDelta::hours(dice.between(6, 40)),
    }
}

fn decimal(figure: i64, digits: u32) -> Decimal {
    Decimal::new(figure, digits)
}

/// Hours as a sender writes them, sometimes wrong.
fn hours(dice: &mut Dice, start: Instant, end: Instant) -> Decimal {
    let mut seconds = (end - start).num_seconds();
    if dice.percent(6) {
        seconds += dice.between(0, 600);
    }
    let digits = dice.one_of(&[4_u32, 4, 4, 4, 3, 2, 5, 6, 0]);
    let scaled = seconds * 10_i64.pow(digits);
    decimal((scaled + 1800) / 3600, digits)
}

fn reservation(dice: &mut Dice, start: Instant, end: Instant) -> ChargingPeriod {
    let volume = hours(dice, start, end);
    period(start, vec![(DimensionKind::ReservationTime, volume)])
}

fn period(start_at: Instant, volumes: Vec<(DimensionKind, Decimal)>) -> ChargingPeriod {
    let dimensions = volumes
        .into_iter()
        .map(|(kind, volume)| Dimension { kind, volume });
    ChargingPeriod {
        start_at,
        dimensions: dimensions.collect(),
        tariff_id: None,
    }
}

fn charging(dice: &mut Dice, start: Instant, end: Instant, version: OcpiVersion) -> ChargingPeriod {
    use DimensionKind::{Current, Energy, Flat, MaxCurrent, MaxPower, MinCurrent};
    use DimensionKind::{MinPower, ParkingTime, Power, StateOfCharge, Time};
    let later = version != OcpiVersion::V211;
    let kind = dice.between(0, 9);
    let mut volumes = Vec::new();
    if kind != 9 && (kind < 7 || dice.percent(20)) {
        let energy = match dice.between(0, 9) {
            0 => decimal(0, 0),
            1..=4 => decimal(5 * dice.between(0, 8), 0),
            5..=8 => decimal(dice.between(0, 200_000), 4),
            _ if later => decimal(dice.between(-8000, 0), 3),
            _ => decimal(dice.between(0, 30), 0),
        };
        volumes.push((Energy, energy));
    }
    if kind < 6 || kind == 9 && dice.percent(50) {
        volumes.push((Time, hours(dice, start, end)));
    }
    if kind == 7 || kind == 8 || kind == 5 && dice.percent(30) {
        volumes.push((ParkingTime, hours(dice, start, end)));
    }
    if !later && dice.percent(10) {
        volumes.push((Flat, decimal(dice.between(1, 2), 0)));
    }
    if later && dice.percent(5) {
        volumes.push((StateOfCharge, decimal(dice.between(0, 100), 0)));
    }
    let low = dice.between(0, 30);
    let high = low + dice.between(0, 30);
    let middle = i64::midpoint(low, high);
    if dice.percent(35) {
        volumes.push((MaxCurrent, decimal(high, 0)));
    }
    if dice.percent(35) {
        volumes.push((MinCurrent, decimal(low, 0)));
    }
    if later {
        for (kind, figure, chance) in [
            (MaxPower, high, 35),
            (MinPower, low, 35),
            (Power, middle, 15),
            (Current, middle, 15),
        ] {
            if dice.percent(chance) {
                volumes.push((kind, decimal(figure, 0)));
            }
        }
    }
    period(start, volumes)
}

/// Lets some records name tariffs in their periods, some of them only in part.
fn name_tariffs(
    dice: &mut Dice,
    version: OcpiVersion,
    tariffs: &[Tariff],
    periods: &mut [ChargingPeriod],
) {
    if version == OcpiVersion::V211 || !dice.percent(25) {
        return;
    }
    for period in periods {
        if dice.percent(90) {
            period.tariff_id = Some(dice.one_of(tariffs).id);
        }
    }
}

/// What goes wrong in records: order, ends, zones, currencies, signs.
fn disturb(dice: &mut Dice, case: &mut Case) {
    if dice.percent(8) {
        case.periods.reverse();
    }
    if dice.percent(4) {
        let from = case
            .periods
            .first()
            .map_or(case.start_at, |period| period.start_at);
        let by = TimeDelta::minutes(dice.between(-90, 90));
        case.periods[0].start_at = from + by;
    }
    if dice.percent(4) {
        case.end_at = None;
    }
    if dice.percent(2) {
        case.currency = None;
    }
    if dice.percent(1) {
        case.currency = Some("SEK".parse().expect("a currency"));
    }
    if dice.percent(4) {
        case.zone = None;
        if dice.percent(80) {
            for element in case
                .tariffs
                .iter_mut()
                .flat_map(|tariff| &mut tariff.elements)
            {
                let r = &mut element.restrictions;
                (r.start_time, r.end_time, r.start_date, r.end_date) = (None, None, None, None);
                r.days = domain::DaySet::default();
            }
        }
    }
    if case.version != OcpiVersion::V211 && dice.percent(3) {
        case.mirrored = true;
        for dimension in case
            .periods
            .iter_mut()
            .flat_map(|period| &mut period.dimensions)
        {
            use DimensionKind::{Energy, ParkingTime, ReservationTime, Time};
            if [Energy, Time, ParkingTime, ReservationTime].contains(&dimension.kind) {
                dimension.volume = -dimension.volume;
            }
        }
    }
}
