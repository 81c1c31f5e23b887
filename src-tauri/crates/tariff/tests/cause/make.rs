//! Random sessions for the cause finder, from dice that fall the same way every time.
//!
//! Plain enough to be priced, rich enough that every switch finds a session that depends on it.

use chrono::{DateTime, NaiveTime, TimeDelta, Weekday};
use domain::cdr::{CdrTotals, ChargingPeriod, Dimension, DimensionKind, Form};
use domain::replay::{Amount, Parts};
use domain::{
    Cdr, CdrLocation, Currency, Decimal, Instant, Kw, Kwh, OcpiVersion, Policy, Price,
    PriceComponent, PriceLimit, ReservationRule, Restrictions, StepSize, Tariff, TariffDimension,
    TariffElement, TaxIncluded, TokenRef, Tz,
};
use tallywatt_tariff::ReplayInput;

/// Dice with a seed (SplitMix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end)).expect("below a u32")
    }

    /// True so many times of a hundred.
    pub fn percent(&mut self, chance: u32) -> bool {
        self.below(100) < chance
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(u32::try_from(of.len()).expect("few"))).expect("few")]
    }

    fn decimal(&mut self, end: u32, scale: u32) -> Decimal {
        Decimal::new(i64::from(self.below(end)), scale)
    }
}

/// A price component.
pub fn component(dimension: TariffDimension, price: Decimal, step: u32) -> PriceComponent {
    PriceComponent {
        dimension,
        price,
        vat: Some(Decimal::from(20)),
        step: StepSize(step),
    }
}

/// An element that applies always.
pub fn element(components: Vec<PriceComponent>) -> TariffElement {
    TariffElement {
        components,
        restrictions: Restrictions::default(),
    }
}

/// A tariff of 2.2.1 with these elements.
pub fn tariff(id: &str, elements: Vec<TariffElement>) -> Tariff {
    Tariff {
        version: OcpiVersion::V221,
        party: None,
        id: id.into(),
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

/// A period that measured these volumes.
pub fn period(start_at: Instant, volumes: &[(DimensionKind, Decimal)]) -> ChargingPeriod {
    let dimension = |(kind, volume): &(DimensionKind, Decimal)| Dimension {
        kind: *kind,
        volume: *volume,
    };
    ChargingPeriod {
        start_at,
        dimensions: volumes.iter().map(dimension).collect(),
        tariff_id: None,
    }
}

/// A CDR of these periods that states nothing yet.
pub fn cdr(tariffs: Vec<Tariff>, periods: Vec<ChargingPeriod>, end_at: Instant) -> Cdr {
    Cdr {
        form: Form::Ocpi(OcpiVersion::V221),
        party: "NL-TAL".parse().expect("a party key"),
        id: "CDR".into(),
        start_at: periods.iter().map(|p| p.start_at).min().expect("a period"),
        end_at,
        session_id: Some("S".into()),
        token: TokenRef::default(),
        auth_method: None,
        authorization_reference: None,
        location: CdrLocation {
            evse_uid: Some("E".into()),
            time_zone: Some(Tz::Europe__Amsterdam),
            ..CdrLocation::default()
        },
        meter_id: None,
        currency: Currency::EUR,
        tariffs,
        periods,
        totals: CdrTotals::default(),
        remark: None,
        invoice_reference_id: None,
        credit: false,
        credit_reference_id: None,
        home_charging_compensation: false,
        signed_data: None,
        last_updated: None,
    }
}

/// The engine's view of a CDR with its own tariffs.
pub fn input<'a>(cdr: &'a Cdr, policy: &'a Policy) -> ReplayInput<'a> {
    ReplayInput::of_cdr(cdr, &[], None, policy)
}

/// The CDR with these figures as the partner's; the total alone, or with its parts. A credit
/// states a negative total.
pub fn stating(cdr: &Cdr, figures: &Parts<Option<Amount>>, with_parts: bool) -> Option<Cdr> {
    let price = |amount: Option<Amount>, sign: Decimal| {
        let amount = amount?;
        Some(Price {
            incl_vat: amount.incl_vat.map(|gross| gross * sign),
            ..Price::net(amount.excl_vat? * sign)
        })
    };
    let net = figures.total.and_then(|total| total.excl_vat)?;
    let sign = if cdr.credit && net > Decimal::ZERO {
        Decimal::NEGATIVE_ONE
    } else {
        Decimal::ONE
    };
    let part = |amount| price(amount, Decimal::ONE).filter(|_| with_parts);
    let totals = CdrTotals {
        cost: Some(price(figures.total, sign)?),
        fixed_cost: part(figures.fixed),
        energy_cost: part(figures.energy),
        time_cost: part(figures.time),
        parking_cost: part(figures.parking),
        reservation_cost: part(figures.reservation),
        ..CdrTotals::default()
    };
    Some(Cdr {
        totals,
        ..cdr.clone()
    })
}

/// The instant that many seconds after the turn of 1 October 2026, a Thursday.
pub fn instant(seconds: i64) -> Instant {
    DateTime::from_timestamp(1_790_812_800 + seconds, 0).expect("in range")
}

/// A random CDR without figures.
pub fn any_cdr(dice: &mut Dice) -> Cdr {
    let version = dice.pick(&[OcpiVersion::V221, OcpiVersion::V221, OcpiVersion::V230]);
    let mut tariffs = vec![any_tariff(dice, "T", version)];
    let mut start_at = instant(i64::from(dice.below(7 * 1440)) * 60);
    let mut periods = Vec::new();
    let reserved = dice.percent(12);
    if reserved {
        let minutes = i64::from(dice.below(50)) + 3;
        let hours = hours_of(minutes * 60, 4);
        periods.push(period(start_at, &[(DimensionKind::ReservationTime, hours)]));
        start_at += TimeDelta::minutes(minutes);
    }
    let stated_power = dice.below(5);
    if !(reserved && dice.percent(50)) {
        for place in 0..=dice.below(8) {
            let seconds = i64::from(dice.below(3000)) + 40;
            periods.push(any_period(dice, start_at, seconds, stated_power, place));
            start_at += TimeDelta::seconds(seconds);
        }
    }
    if dice.percent(12) && periods.len() > 1 {
        let last = periods.len() - 1;
        periods.swap(0, last);
    }
    if dice.percent(10) {
        tariffs.push(any_tariff(dice, "U", version));
        for one in &mut periods {
            one.tariff_id = dice
                .pick(&[Some("T"), Some("T"), Some("U"), None])
                .map(Into::into);
        }
    }
    let mut cdr = cdr(tariffs, periods, start_at);
    cdr.form = Form::Ocpi(version);
    if dice.percent(6) {
        cdr.credit = true;
        cdr.credit_reference_id = Some("EARLIER".into());
        if dice.percent(70) {
            for dimension in cdr.periods.iter_mut().flat_map(|p| &mut p.dimensions) {
                dimension.volume = -dimension.volume;
            }
        }
    }
    cdr
}

fn hours_of(seconds: i64, digits: u32) -> Decimal {
    let mut hours = (Decimal::from(seconds) / Decimal::from(3600)).round_dp(digits);
    hours.rescale(digits);
    hours
}

fn any_period(
    dice: &mut Dice,
    start_at: Instant,
    seconds: i64,
    stated_power: u32,
    place: u32,
) -> ChargingPeriod {
    use DimensionKind as Kind;
    let charging = place == 0 || dice.percent(70);
    let digits = dice.pick(&[4, 4, 4, 3]);
    let hours = hours_of(seconds, digits);
    let mut volumes = Vec::new();
    let energy = if charging {
        dice.decimal(15_000, 3)
    } else if dice.percent(25) {
        dice.decimal(900, 3)
    } else {
        Decimal::ZERO
    };
    if !energy.is_zero() || dice.percent(50) {
        volumes.push((Kind::Energy, energy));
    }
    let time = if charging {
        Kind::Time
    } else {
        Kind::ParkingTime
    };
    if dice.percent(85) {
        volumes.push((time, hours));
    }
    let mean = (energy * Decimal::from(3600) / Decimal::from(seconds)).round_dp(2);
    let spread = dice.decimal(400, 2);
    match stated_power {
        0 => volumes.extend([
            (Kind::MinPower, mean - spread),
            (Kind::MaxPower, mean + spread),
        ]),
        1 => volumes.push((Kind::MaxPower, mean + spread)),
        2 => volumes.push((Kind::MinPower, mean - spread)),
        3 => volumes.push((Kind::Power, mean)),
        _ => {}
    }
    if volumes.is_empty() {
        volumes.push((time, hours));
    }
    period(start_at, &volumes)
}

fn any_tariff(dice: &mut Dice, id: &str, version: OcpiVersion) -> Tariff {
    use TariffDimension as Dim;
    let mut elements: Vec<TariffElement> = (0..dice.below(5))
        .map(|_| any_element(dice, version))
        .collect();
    let mut last = vec![any_component(dice, Dim::Energy, version)];
    for dimension in [Dim::Flat, Dim::Time, Dim::ParkingTime] {
        if dice.percent(60) {
            last.push(any_component(dice, dimension, version));
        }
    }
    elements.push(element(last));
    if dice.percent(35) {
        let mut reserved = element(vec![any_component(dice, Dim::Time, version)]);
        reserved.restrictions.reservation = Some(dice.pick(&[
            ReservationRule::Reservation,
            ReservationRule::ReservationExpires,
        ]));
        elements.push(reserved);
    }
    let mut tariff = tariff(id, elements);
    tariff.version = version;
    let limit = |dice: &mut Dice, end, least| {
        let net = dice.decimal(end, 2) + Decimal::from(least);
        let gross = dice
            .percent(60)
            .then(|| (net * Decimal::new(115, 2)).round_dp(2));
        PriceLimit {
            excl_vat: net,
            incl_vat: gross,
        }
    };
    tariff.min_price = dice.percent(15).then(|| limit(dice, 1500, 1));
    tariff.max_price = dice.percent(15).then(|| limit(dice, 2000, 3));
    tariff
}

fn any_component(
    dice: &mut Dice,
    dimension: TariffDimension,
    version: OcpiVersion,
) -> PriceComponent {
    let (price, step) = match dimension {
        TariffDimension::Flat => (dice.decimal(300, 2), 1),
        TariffDimension::Energy => (dice.decimal(9000, 4), dice.pick(&[0, 1, 1, 100, 1000])),
        TariffDimension::Time | TariffDimension::ParkingTime => {
            (dice.decimal(900, 2), dice.pick(&[0, 1, 60, 300, 900]))
        }
    };
    let rates: &[Option<i64>] = match version {
        OcpiVersion::V230 => &[Some(21), Some(9)],
        OcpiVersion::V211 | OcpiVersion::V221 => &[Some(21), Some(21), Some(9), None],
    };
    PriceComponent {
        vat: dice.pick(rates).map(Decimal::from),
        ..component(dimension, price, step)
    }
}

fn any_element(dice: &mut Dice, version: OcpiVersion) -> TariffElement {
    let dimensions = [
        TariffDimension::Energy,
        TariffDimension::Energy,
        TariffDimension::Flat,
        TariffDimension::Time,
        TariffDimension::ParkingTime,
    ];
    let components = (0..=dice.below(2))
        .map(|_| {
            let dimension = dice.pick(&dimensions);
            any_component(dice, dimension, version)
        })
        .collect();
    TariffElement {
        components,
        restrictions: any_restrictions(dice),
    }
}

fn any_restrictions(dice: &mut Dice) -> Restrictions {
    let mut r = Restrictions::default();
    let hour = |hour: u32| NaiveTime::from_hms_opt(hour, 0, 0);
    match dice.below(9) {
        0 => {
            r.start_time = hour(dice.below(24));
            r.end_time = hour(dice.below(24));
        }
        1 => {
            r.start_time = hour(12 + dice.below(11));
            r.end_time = hour(1 + dice.below(11));
            for day in [Weekday::Mon, Weekday::Wed, Weekday::Fri, Weekday::Sun] {
                r.days.insert(day);
            }
        }
        2 => {
            r.start_time = hour(dice.below(24));
            r.end_time = r.start_time;
        }
        3 => r.end_time = hour(0),
        4 => r.max_kwh = Some(Kwh(dice.decimal(30, 0))),
        5 => r.min_kwh = Some(Kwh(dice.decimal(30, 0))),
        6 => r.min_duration_s = Some(dice.below(8000)),
        7 => r.min_power = Some(Kw(dice.decimal(40, 0))),
        _ => r.max_power = Some(Kw(dice.decimal(40, 0))),
    }
    r
}
