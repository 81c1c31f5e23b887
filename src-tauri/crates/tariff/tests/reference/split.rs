//! Periods split where a price changes inside them (SEMANTICS 3.4; I-37).

use chrono::{Days, NaiveTime, TimeDelta, TimeZone, Utc};
use domain::policy::FlatMode;
use domain::{PriceComponent, TariffDimension, Tz};

use crate::course::{Course, energy_before, instant};
use crate::exact::{Q, exact, positive, whole, zero};
use crate::session::{Piece, seconds_of};

/// The pieces with every piece cut at the boundaries that change one of its prices.
pub fn split(course: &Course<'_>, pieces: &[Piece]) -> Vec<Piece> {
    let mut parts = Vec::new();
    let mut charged = false;
    for (piece, energy) in pieces.iter().zip(energy_before(pieces)) {
        parts.extend(cut(course, piece, &energy, &mut charged));
    }
    parts
}

/// A piece cut. `charged` says whether the fee of the session is, so that it changes no more.
fn cut(course: &Course<'_>, piece: &Piece, energy: &Q, charged: &mut bool) -> Vec<Piece> {
    let once = course.policy.flat_mode == FlatMode::OncePerSession;
    let mut known = |prices: &[Option<PriceComponent>]| {
        *charged |= prices[0].is_some() && piece.is_use();
        once && *charged
    };
    // A period with a reservation, without a known length or of none is priced as it is (I-37).
    let mut now = prices(course, piece, energy);
    let mut fee = known(&now);
    if piece.reservation.is_some() || !piece.length().is_some_and(|length| positive(&length)) {
        return vec![piece.clone()];
    }
    let mut cuts = cuts(course, piece, energy);
    cuts.retain(|share| positive(share) && *share < whole(1));
    cuts.sort();
    cuts.dedup();
    let mut starts = vec![zero()];
    for share in cuts {
        let rest = part(piece, &share, &whole(1));
        let drawn = piece
            .energy
            .as_ref()
            .map_or(zero(), |volume| volume * &share);
        let later = prices(course, &rest, &(energy + drawn));
        if differ(&now, &later, fee) {
            starts.push(share);
            fee = known(&later);
            now = later;
        }
    }
    let ends = starts[1..]
        .iter()
        .cloned()
        .chain([whole(1)])
        .collect::<Vec<Q>>();
    starts
        .iter()
        .zip(&ends)
        .map(|(from, to)| part(piece, from, to))
        .collect()
}

/// A piece from one share of it to another.
fn part(piece: &Piece, from: &Q, to: &Q) -> Piece {
    let share = |volume: &Option<Q>| volume.as_ref().map(|volume| volume * (to - from));
    let at = |share: &Q| {
        piece
            .length()
            .map_or(piece.start.clone(), |l| &piece.start + l * share)
    };
    Piece {
        start: at(from),
        end: piece.end.as_ref().map(|_| at(to)),
        energy: share(&piece.energy),
        time: share(&piece.time),
        parking: share(&piece.parking),
        reservation: share(&piece.reservation),
        ..piece.clone()
    }
}

/// The prices of everything a piece has; none and one of 0 are the same (I-37).
fn prices(course: &Course<'_>, piece: &Piece, energy: &Q) -> Vec<Option<PriceComponent>> {
    use TariffDimension::{Energy, Flat, ParkingTime, Time};
    let has = |dimension| match dimension {
        Flat => true,
        Energy => piece.energy.is_some(),
        Time => piece.time.is_some(),
        ParkingTime => piece.parking.is_some(),
    };
    let present = [Flat, Energy, Time, ParkingTime]
        .into_iter()
        .filter(|d| has(*d));
    let price = |dimension| {
        let (element, component) = course.charging(piece, energy, dimension)?;
        Some(course.case.tariffs[piece.tariff?].elements[element].components[component])
    };
    present.map(price).collect()
}

/// Whether two moments have other prices; a fee that is charged already is none, and comes first.
fn differ(before: &[Option<PriceComponent>], after: &[Option<PriceComponent>], fee: bool) -> bool {
    before
        .iter()
        .zip(after)
        .skip(usize::from(fee))
        .any(|pair| match pair {
            (None, None) => false,
            (Some(before), Some(after)) => before != after,
            (Some(only), None) | (None, Some(only)) => !only.price.is_zero(),
        })
}

/// The shares of a piece at which any restriction of its tariff may change.
fn cuts(course: &Course<'_>, piece: &Piece, energy: &Q) -> Vec<Q> {
    let Some(tariff) = piece.tariff.map(|index| &course.case.tariffs[index]) else {
        return Vec::new();
    };
    let length = piece.length().filter(positive);
    let volume = piece.energy.as_ref().filter(|volume| positive(volume));
    let mut shares = Vec::new();
    let mut clocks = vec![NaiveTime::MIN];
    for r in tariff.elements.iter().map(|element| &element.restrictions) {
        for limit in [r.min_kwh, r.max_kwh].into_iter().flatten() {
            shares.extend(volume.map(|volume| (exact(limit.0) - energy) / volume));
        }
        let since = course.since(false);
        for limit in [r.min_duration_s, r.max_duration_s].into_iter().flatten() {
            let at = since + whole(i64::from(limit));
            shares.extend(length.as_ref().map(|length| (at - &piece.start) / length));
        }
        clocks.extend([r.start_time, r.end_time].into_iter().flatten());
    }
    if let (Some(length), Some(zone), Some(end)) = (length, course.case.zone, &piece.end) {
        for at in local_boundaries(zone, &piece.start, end, &clocks) {
            shares.push((at - &piece.start) / &length);
        }
    }
    shares
}

/// Every instant at which the wall clock shows one of these times, or is put forward or back.
fn local_boundaries(zone: Tz, start: &Q, end: &Q, clocks: &[NaiveTime]) -> Vec<Q> {
    let (start, end) = (instant(start), instant(end));
    let mut found = Vec::new();
    let mut day = start.with_timezone(&zone).date_naive() - Days::new(1);
    while day <= end.with_timezone(&zone).date_naive() + Days::new(1) {
        for clock in clocks {
            let local = zone.from_local_datetime(&day.and_time(*clock));
            let both = [local.earliest(), local.latest()].into_iter().flatten();
            found.extend(both.map(|at| seconds_of(at.with_timezone(&Utc))));
        }
        day = day + Days::new(1);
    }
    // Clocks are put forward and back at whole quarters of an hour.
    let offset = |at: domain::Instant| at.with_timezone(&zone).naive_local() - at.naive_utc();
    let mut at = instant(&whole(start.timestamp() / 900 * 900));
    while at < end {
        let next = at + TimeDelta::minutes(15);
        if offset(at) != offset(next) {
            found.push(seconds_of(next));
        }
        at = next;
    }
    found
}
