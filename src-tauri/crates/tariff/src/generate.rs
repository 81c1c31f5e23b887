//! The CPO's side: from a tariff and a metered session to charging periods and a priced CDR.
//!
//! A CPO starts a period at every moment that matters for the cost (CDRs / ChargingPeriod;
//! SEMANTICS 3.4): where charging becomes parking, where a time of day, a date, a weekday, a
//! changed clock, a duration or an amount of energy makes another element apply. Energy between
//! two readings flows evenly.

mod boundary;
mod curve;
mod price;

use std::fmt;

use chrono_tz::Tz;
use domain::cdr::Form;
use domain::replay::PeriodTrace;
use domain::{
    Cdr, CdrLocation, CdrTotals, ChargingPeriod, Decimal, Dimension, DimensionKind, FindingCode,
    Instant, Kwh, OcpiId, OcpiVersion, PartyKey, Policy, Replay, Tariff, TariffDimension, TokenRef,
};
use rust_decimal::RoundingStrategy;

use self::curve::Curve;
use crate::input::ReplayInput;
use crate::number::{OutOfRange, add, sub};
use crate::replay::replay;

/// The meter at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// When it was read.
    pub at: Instant,
    /// What it showed, kWh. The counter may begin anywhere.
    pub kwh: Kwh,
}

/// A session as it was metered.
#[derive(Clone, Copy, Debug)]
pub struct Metered<'a> {
    /// When it began.
    pub start_at: Instant,
    /// When the vehicle left.
    pub end_at: Instant,
    /// When charging stopped and parking began; `None` where the vehicle charged to the end.
    pub charged_until: Option<Instant>,
    /// Readings in time order. Before the first and after the last nothing flows.
    pub readings: &'a [Reading],
    /// The zone of the connector's wall clock.
    pub zone: Tz,
}

/// What a stretch of a session is, and so which dimensions its periods state (SEMANTICS 3.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// Energy flows: ENERGY and TIME.
    Charging,
    /// The vehicle takes nothing: `PARKING_TIME`.
    Parking,
    /// The station gives nothing, and its time counts as charging: TIME.
    Held,
    /// Time that nobody is billed for: ENERGY 0 alone.
    Uncounted,
}

/// A moment from which on a session takes a course, until the next turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// From when on.
    pub at: Instant,
    /// What it is from then on.
    pub course: Course,
}

/// What a CDR says beside its periods and prices.
#[derive(Clone, Debug)]
pub struct Header {
    /// Who it belongs to.
    pub party: PartyKey,
    /// The owner's id for it.
    pub id: OcpiId,
    /// The session it bills.
    pub session_id: Option<OcpiId>,
    /// The driver's token.
    pub token: TokenRef,
    /// AUTH_REQUEST, WHITELIST, COMMAND.
    pub auth_method: Option<String>,
    /// Where it took place.
    pub location: CdrLocation,
    /// The meter's name.
    pub meter_id: Option<String>,
    /// When it is made.
    pub made_at: Option<Instant>,
}

/// A CDR with the replay its prices come from.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The record.
    pub cdr: Cdr,
    /// How it was priced, under the policy asked for.
    pub replay: Replay,
}

/// Why no CDR can be made of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotGenerated {
    /// The session does not end after it began.
    EndNotAfterStart,
    /// Charging stopped outside the session.
    StopOutsideSession,
    /// The readings are not in time order.
    ReadingsOutOfOrder,
    /// The turns are not in time order, do not begin at the start or lie outside the session.
    TurnsOutOfOrder,
    /// The session is longer than a year.
    TooLong,
    /// The tariff gives no net price: gross prices without a rate, or another currency.
    NoPrice,
    /// A figure does not fit 28 digits.
    OutOfRange,
}

impl fmt::Display for NotGenerated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NotGenerated::EndNotAfterStart => "the session does not end after it began",
            NotGenerated::StopOutsideSession => "charging stopped outside the session",
            NotGenerated::ReadingsOutOfOrder => "the meter readings are not in time order",
            NotGenerated::TurnsOutOfOrder => "the turns of the session are not in time order",
            NotGenerated::TooLong => "the session is longer than a year",
            NotGenerated::NoPrice => "the tariff gives this session no net price",
            NotGenerated::OutOfRange => "a figure has more than 28 digits",
        })
    }
}

impl std::error::Error for NotGenerated {}

impl From<OutOfRange> for NotGenerated {
    fn from(_: OutOfRange) -> Self {
        NotGenerated::OutOfRange
    }
}

/// Charging periods of a session, split at every moment at which its price changes under `tariff`.
pub fn generate_periods(
    tariff: &Tariff,
    metered: &Metered<'_>,
) -> Result<Vec<ChargingPeriod>, NotGenerated> {
    periods_of(tariff, metered, &charge_then_park(metered))
}

/// A CDR of a session, priced by `tariff` under `policy`, with the tariff inside.
pub fn generate_cdr(
    tariff: &Tariff,
    metered: &Metered<'_>,
    header: Header,
    policy: &Policy,
) -> Result<Generated, NotGenerated> {
    let turns = charge_then_park(metered);
    let periods = periods_of(tariff, metered, &turns)?;
    let cdr = unpriced(tariff, metered, &turns, header, periods)?;
    priced(tariff, metered, cdr, policy)
}

/// The same of a session that paused and went on: the turns say from when on it was what.
///
/// The first turn is the start. Readings should be level where nothing flows; `charged_until` is
/// not looked at. A stretch of charging in which no energy flowed states its TIME alone, since
/// ENERGY 0 beside it would contradict it.
pub fn generate_cdr_with_turns(
    tariff: &Tariff,
    metered: &Metered<'_>,
    turns: &[Turn],
    header: Header,
    policy: &Policy,
) -> Result<Generated, NotGenerated> {
    let metered = &Metered {
        charged_until: None,
        ..*metered
    };
    let inside = |turn: &Turn| turn.at >= metered.start_at && turn.at <= metered.end_at;
    let in_order = turns.windows(2).all(|pair| pair[0].at <= pair[1].at);
    let first = turns.first().map(|turn| turn.at);
    if !in_order || !turns.iter().all(inside) || first != Some(metered.start_at) {
        return Err(NotGenerated::TurnsOutOfOrder);
    }
    let mut periods = periods_of(tariff, metered, turns)?;
    for period in &mut periods {
        if period.volume(DimensionKind::Time).is_some() {
            period
                .dimensions
                .retain(|d| d.kind != DimensionKind::Energy || !d.volume.is_zero());
        }
    }
    let cdr = unpriced(tariff, metered, turns, header, periods)?;
    priced(tariff, metered, cdr, policy)
}

/// The turns of a session that charges until it parks.
fn charge_then_park(metered: &Metered<'_>) -> Vec<Turn> {
    let turn = |at, course| Turn { at, course };
    let parks = metered
        .charged_until
        .map(|stop| turn(stop, Course::Parking));
    let charges = turn(metered.start_at, Course::Charging);
    std::iter::once(charges).chain(parks).collect()
}

/// What a session is at a moment.
fn course_at(turns: &[Turn], at: Instant) -> Course {
    let after = turns.partition_point(|turn| turn.at <= at);
    let turn = turns.get(after.saturating_sub(1));
    turn.map_or(Course::Charging, |turn| turn.course)
}

fn periods_of(
    tariff: &Tariff,
    metered: &Metered<'_>,
    turns: &[Turn],
) -> Result<Vec<ChargingPeriod>, NotGenerated> {
    let curve = Curve::new(metered)?;
    let every = every_period(tariff, metered, turns, &curve)?;
    let fewest = merged(tariff, metered, turns, &every)?;
    // Where energy flows unevenly, a long period may look as if a boundary lay inside.
    let unclear = seen(tariff, metered, &fewest)
        .findings
        .iter()
        .any(|finding| finding.code == FindingCode::PeriodNotSplit);
    Ok(if unclear { every } else { fewest })
}

/// The record with its costs, as its replay gives them.
fn priced(
    tariff: &Tariff,
    metered: &Metered<'_>,
    mut cdr: Cdr,
    policy: &Policy,
) -> Result<Generated, NotGenerated> {
    let input = ReplayInput::of_cdr(&cdr, &[], Some(metered.zone), policy);
    let replay = replay(&input);
    price::fill(&mut cdr.totals, &replay, tariff.version)?;
    Ok(Generated { cdr, replay })
}

/// One period from every boundary to the next.
fn every_period(
    tariff: &Tariff,
    metered: &Metered<'_>,
    turns: &[Turn],
    curve: &Curve,
) -> Result<Vec<ChargingPeriod>, NotGenerated> {
    let splits = boundary::splits(tariff, metered, turns, curve)?;
    let with_power = boundary::restricts_power(tariff) && tariff.version != OcpiVersion::V211;
    let mut periods = Vec::with_capacity(splits.len());
    for pair in splits.windows(2) {
        let (from, until) = (pair[0], pair[1]);
        let energy = sub(until.kwh, from.kwh)?;
        let length = until.at.signed_duration_since(from.at).num_milliseconds();
        let mut dimensions = measured(course_at(turns, from.at), energy, hours(length));
        if let Some(power) = curve.power_at(from.at)?.filter(|_| with_power) {
            dimensions.push(volume(DimensionKind::MinPower, power));
            dimensions.push(volume(DimensionKind::MaxPower, power));
        }
        periods.push(ChargingPeriod {
            start_at: from.at,
            dimensions,
            tariff_id: (tariff.version != OcpiVersion::V211).then(|| tariff.id.clone()),
        });
    }
    Ok(periods)
}

/// What a period of a course states.
fn measured(course: Course, energy: Decimal, hours: Decimal) -> Vec<Dimension> {
    let (states_energy, time) = match course {
        Course::Charging => (true, Some(DimensionKind::Time)),
        Course::Parking => (false, Some(DimensionKind::ParkingTime)),
        Course::Held => (false, Some(DimensionKind::Time)),
        Course::Uncounted => (true, None),
    };
    let energy = (states_energy || !energy.is_zero()).then_some(energy);
    let energy = energy.map(|energy| volume(DimensionKind::Energy, energy));
    let time = time.map(|kind| volume(kind, hours));
    energy.into_iter().chain(time).collect()
}

fn volume(kind: DimensionKind, volume: Decimal) -> Dimension {
    Dimension { kind, volume }
}

/// Milliseconds as hours with the four decimals that name every second (SEMANTICS 1.1).
fn hours(millis: i64) -> Decimal {
    let exact = Decimal::from(millis) / Decimal::from(3_600_000);
    let mut hours = exact.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero);
    hours.rescale(4);
    hours
}

/// A bare record of these periods, replayed for what the engine sees in them.
fn seen(tariff: &Tariff, metered: &Metered<'_>, periods: &[ChargingPeriod]) -> Replay {
    let policy = Policy::STANDARD;
    let chosen = [tariff];
    replay(&ReplayInput {
        start_at: metered.start_at,
        end_at: Some(metered.end_at),
        periods,
        currency: Some(tariff.currency),
        session_known: true,
        evse_known: true,
        mirrored: false,
        stated_excl_vat: None,
        tariffs: crate::input::Candidates::Chosen(&chosen),
        zone: Some(metered.zone),
        policy: &policy,
    })
}

/// The same session with periods joined over boundaries at which no other element begins to apply.
fn merged(
    tariff: &Tariff,
    metered: &Metered<'_>,
    turns: &[Turn],
    every: &[ChargingPeriod],
) -> Result<Vec<ChargingPeriod>, NotGenerated> {
    let replay = seen(tariff, metered, every);
    let mut fewest: Vec<ChargingPeriod> = Vec::new();
    for (place, period) in every.iter().enumerate() {
        let same = place > 0
            && state(turns, &every[place - 1]) == state(turns, period)
            && same_choices(&replay.periods, place);
        match fewest.last_mut().filter(|_| same) {
            Some(longer) => join(longer, period)?,
            None => fewest.push(period.clone()),
        }
    }
    // Hours of a joined period are those of its whole length, not a sum of rounded parts.
    for place in 0..fewest.len() {
        let next = fewest.get(place + 1).map(|period| period.start_at);
        let until = next.unwrap_or(metered.end_at);
        let period = &mut fewest[place];
        let length = until.signed_duration_since(period.start_at);
        for dimension in &mut period.dimensions {
            if matches!(
                dimension.kind,
                DimensionKind::Time | DimensionKind::ParkingTime
            ) {
                dimension.volume = hours(length.num_milliseconds());
            }
        }
    }
    Ok(fewest)
}

/// Charging or parking, and at which power where that is told.
fn state(turns: &[Turn], period: &ChargingPeriod) -> (Course, Option<Decimal>) {
    let course = course_at(turns, period.start_at);
    (course, period.volume(DimensionKind::MaxPower))
}

/// Whether a period is priced by the same elements as the one before it.
fn same_choices(periods: &[PeriodTrace], place: usize) -> bool {
    let elements = |place: usize| -> Option<Vec<(TariffDimension, Option<usize>)>> {
        let choices = &periods.get(place)?.choices;
        Some(choices.iter().map(|c| (c.dimension, c.element)).collect())
    };
    let (before, now) = (elements(place - 1), elements(place));
    before.is_some() && before == now
}

/// Adds the energy of a period to the one before it.
fn join(longer: &mut ChargingPeriod, period: &ChargingPeriod) -> Result<(), NotGenerated> {
    let Some(more) = period.volume(DimensionKind::Energy) else {
        return Ok(());
    };
    let mut dimensions = longer.dimensions.iter_mut();
    match dimensions.find(|dimension| dimension.kind == DimensionKind::Energy) {
        Some(energy) => energy.volume = add(energy.volume, more)?,
        None => longer
            .dimensions
            .insert(0, volume(DimensionKind::Energy, more)),
    }
    Ok(())
}

/// The CDR without its costs.
fn unpriced(
    tariff: &Tariff,
    metered: &Metered<'_>,
    turns: &[Turn],
    header: Header,
    periods: Vec<ChargingPeriod>,
) -> Result<Cdr, NotGenerated> {
    let mut volumes = periods
        .iter()
        .filter_map(|period| period.volume(DimensionKind::Energy));
    let energy = volumes.try_fold(Decimal::ZERO, add)?;
    let length =
        |from: Instant, until: Instant| hours(until.signed_duration_since(from).num_milliseconds());
    let parks = turns.iter().any(|turn| turn.course == Course::Parking);
    let parked = if parks {
        hours(parked_millis(turns, metered.end_at))
    } else {
        Decimal::ZERO
    };
    Ok(Cdr {
        form: Form::Ocpi(tariff.version),
        party: header.party,
        id: header.id,
        start_at: metered.start_at,
        end_at: metered.end_at,
        session_id: header.session_id,
        token: header.token,
        auth_method: header.auth_method,
        authorization_reference: None,
        location: CdrLocation {
            time_zone: Some(metered.zone),
            ..header.location
        },
        meter_id: header.meter_id,
        currency: tariff.currency,
        tariffs: vec![tariff.clone()],
        periods,
        totals: CdrTotals {
            energy: Kwh(energy),
            time_h: Some(length(metered.start_at, metered.end_at)),
            parking_h: Some(parked),
            ..CdrTotals::default()
        },
        remark: None,
        invoice_reference_id: None,
        credit: false,
        credit_reference_id: None,
        home_charging_compensation: false,
        signed_data: None,
        last_updated: header.made_at,
    })
}

/// How long a session parked in all.
fn parked_millis(turns: &[Turn], end: Instant) -> i64 {
    let ends = turns.iter().skip(1).map(|turn| turn.at);
    let stretches = turns.iter().zip(ends.chain(std::iter::once(end)));
    stretches
        .filter(|(turn, _)| turn.course == Course::Parking)
        .map(|(turn, until)| until.signed_duration_since(turn.at).num_milliseconds())
        .sum()
}
