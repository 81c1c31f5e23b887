//! What was measured: periods in time order, their ends and quantities (SEMANTICS 1.1, 2.1).

use domain::cdr::{ChargingPeriod, DimensionKind};
use domain::policy::{HourVolume, InferMissingTime, PeriodOrder, Policy, StationPause};
use domain::{Decimal, Instant};

use crate::exact::{Q, distance, exact, positive, ratio, round, whole, zero};
use crate::make::Case;

/// A figure's extremes and its average within a period, as far as stated.
#[derive(Clone)]
pub struct Momentary {
    pub least: Option<Q>,
    pub most: Option<Q>,
    pub average: Option<Q>,
}

/// A period, or a part of one. Times are seconds of the Unix clock.
#[derive(Clone)]
pub struct Piece {
    pub start: Q,
    /// Unknown only for the last period of a session that still runs.
    pub end: Option<Q>,
    /// kWh.
    pub energy: Option<Q>,
    /// Seconds of charging.
    pub time: Option<Q>,
    /// Seconds of parking.
    pub parking: Option<Q>,
    /// Seconds of reservation.
    pub reservation: Option<Q>,
    /// The volume of a FLAT dimension (2.1.1).
    pub flat: Option<Q>,
    /// A, summed over the phases.
    pub current: Momentary,
    /// kW.
    pub power: Momentary,
    /// kW as energy over time, of the whole period.
    pub drawn: Option<Q>,
    /// The place of its period in the record as sent.
    pub sent: usize,
    /// The tariff that prices it; none where it is free.
    pub tariff: Option<usize>,
}

impl Piece {
    /// Seconds from start to end.
    pub fn length(&self) -> Option<Q> {
        let length = self.end.as_ref()? - &self.start;
        Some(if length < zero() { zero() } else { length })
    }

    /// Whether anything but a reservation is measured.
    pub fn has_use(&self) -> bool {
        self.energy.is_some() || self.time.is_some() || self.parking.is_some()
    }

    /// Whether it is a part of the charging session: all but a bare reservation.
    pub fn is_use(&self) -> bool {
        self.has_use() || self.reservation.is_none()
    }
}

/// Seconds of the Unix clock.
pub fn seconds_of(at: Instant) -> Q {
    whole(at.timestamp())
}

/// The periods of a session.
pub fn pieces(case: &Case, policy: &Policy) -> Vec<Piece> {
    let mut order: Vec<usize> = (0..case.periods.len()).collect();
    if policy.period_order == PeriodOrder::SortedByStart {
        order.sort_by_key(|index| case.periods[*index].start_at);
    }
    let within = |at: Instant| {
        let at = at.max(case.start_at);
        seconds_of(case.end_at.map_or(at, |end| at.min(end)))
    };
    let starts: Vec<Q> = order
        .iter()
        .map(|index| within(case.periods[*index].start_at))
        .collect();
    let mut pieces = Vec::new();
    for (place, sent) in order.iter().enumerate() {
        let start = starts[place].clone();
        let end = starts
            .get(place + 1)
            .cloned()
            .or(case.end_at.map(seconds_of));
        pieces.push(piece(
            &case.periods[*sent],
            *sent,
            start,
            end,
            case.mirrored,
            policy,
        ));
    }
    if policy.infer_missing_time == InferMissingTime::FromTimestamps {
        infer(&mut pieces);
    }
    pieces
}

/// Least, most, average.
const CURRENT: [DimensionKind; 3] = [
    DimensionKind::MinCurrent,
    DimensionKind::MaxCurrent,
    DimensionKind::Current,
];
/// The same of power.
const POWER: [DimensionKind; 3] = [
    DimensionKind::MinPower,
    DimensionKind::MaxPower,
    DimensionKind::Power,
];

/// A volume as stated. A mirrored credit is priced like its original, whose power was none below
/// zero (I-24).
fn volume_of(period: &ChargingPeriod, kind: DimensionKind, mirrored: bool) -> Option<Decimal> {
    let volume = period.volume(kind)?;
    let billed = [
        DimensionKind::Energy,
        DimensionKind::Time,
        DimensionKind::ParkingTime,
        DimensionKind::ReservationTime,
    ];
    Some(match (mirrored, billed.contains(&kind)) {
        (false, _) => volume,
        (true, true) => -volume,
        (true, false) => volume.abs(),
    })
}

fn piece(
    period: &ChargingPeriod,
    sent: usize,
    start: Q,
    end: Option<Q>,
    mirrored: bool,
    policy: &Policy,
) -> Piece {
    let stated = |kind| volume_of(period, kind, mirrored);
    let (charging, parking) = paused(
        policy,
        stated(DimensionKind::Energy),
        stated(DimensionKind::Time),
        stated(DimensionKind::ParkingTime),
    );
    // A pause that is charging time adds to it; one that is free was reported all the same.
    let read = |kind| match (kind, policy.station_pause) {
        (DimensionKind::Time, StationPause::AsTime) => charging,
        (DimensionKind::ParkingTime, StationPause::AsTime) => parking,
        (other, _) => stated(other),
    };
    let clocks = [
        DimensionKind::Time,
        DimensionKind::ParkingTime,
        DimensionKind::ReservationTime,
    ];
    let is_alone = clocks.iter().filter(|kind| read(**kind).is_some()).count() == 1;
    let stated = |kind| match kind {
        DimensionKind::Time => charging,
        DimensionKind::ParkingTime => parking,
        other => stated(other),
    };
    let length = end.as_ref().map(|end| {
        let length = end - &start;
        if length < zero() { zero() } else { length }
    });
    let seconds = |kind| {
        let known = length.clone().filter(|_| is_alone);
        stated(kind).map(|volume| seconds(volume, known, policy))
    };
    let figure = |kind| stated(kind).map(exact);
    let momentary = |[least, most, average]: [DimensionKind; 3]| Momentary {
        least: figure(least),
        most: figure(most),
        average: figure(average),
    };
    Piece {
        energy: figure(DimensionKind::Energy),
        time: seconds(DimensionKind::Time),
        parking: seconds(DimensionKind::ParkingTime),
        reservation: seconds(DimensionKind::ReservationTime),
        flat: figure(DimensionKind::Flat),
        current: momentary(CURRENT),
        power: momentary(POWER),
        drawn: match (figure(DimensionKind::Energy), length) {
            (Some(energy), Some(length)) if positive(&length) => {
                Some(energy * whole(3600) / length)
            }
            _ => None,
        },
        start,
        end,
        sent,
        tariff: None,
    }
}

/// Charging and parking, in hours, as the policy reads parking while energy flows (I-38).
fn paused(
    policy: &Policy,
    energy: Option<Decimal>,
    charging: Option<Decimal>,
    parking: Option<Decimal>,
) -> (Option<Decimal>, Option<Decimal>) {
    let above = |volume: Option<Decimal>| volume.filter(|volume| *volume > Decimal::ZERO);
    match (policy.station_pause, above(energy), above(parking)) {
        (StationPause::AsReported, _, _) | (_, None, _) | (_, _, None) => (charging, parking),
        (StationPause::Free, Some(_), Some(_)) => (charging, None),
        (StationPause::AsTime, Some(_), Some(pause)) => {
            (Some(charging.unwrap_or_default() + pause), None)
        }
    }
}

/// Charging time from the clock, where the session reports no time at all (I-30).
fn infer(pieces: &mut [Piece]) {
    if pieces
        .iter()
        .any(|piece| piece.time.is_some() || piece.parking.is_some())
    {
        return;
    }
    for piece in pieces
        .iter_mut()
        .filter(|piece| piece.reservation.is_none())
    {
        piece.time = piece.length();
    }
}

/// The seconds that a volume in hours stands for (SEMANTICS 1.1; I-03). `length` is that of the
/// period, where it is known and the period has no other volume in hours.
fn seconds(volume: Decimal, length: Option<Q>, policy: &Policy) -> Q {
    let stated = exact(volume) * whole(3600);
    if policy.hour_volume == HourVolume::AsStated {
        return stated;
    }
    let digits = volume.scale();
    let last_digit = ratio(1, 10_i64.pow(digits));
    let tolerance = ratio(3600, 2) * last_digit + whole(1);
    match length {
        Some(length) if distance(&stated, &length) <= tolerance => length,
        _ if digits >= 4 => round(&stated, 0, domain::RoundingMode::HalfUp),
        _ => stated,
    }
}
