//! What a session was when, and where its energy flowed (rules 13 and 14).

use chrono::TimeDelta;
use domain::{Decimal, Instant, Kwh};
use rust_decimal::RoundingStrategy;
use tariff::{Course, Reading, Turn};

use crate::clock::Timed;
use crate::series::{Point, shown};
use crate::transaction::State;
use crate::trouble::Trouble;

/// A still meter for less than this is no parking.
const STILL_MIN: TimeDelta = TimeDelta::minutes(15);

/// The course of a session, and its meter, level wherever nothing flows.
pub(crate) struct Flow {
    pub turns: Vec<Turn>,
    pub readings: Vec<Reading>,
}

/// Puts states and meter together. `pause` is what a pause of the station counts as.
pub(crate) fn flow(
    timed: &Timed<'_>,
    points: &[Point],
    pause: Course,
    odd: &mut Vec<Trouble>,
) -> Flow {
    let turns = if timed.states.is_empty() {
        from_meter(timed, points, odd)
    } else {
        from_states(timed, pause)
    };
    let charging = vec![Turn {
        at: timed.start_at,
        course: Course::Charging,
    }];
    if let Some(readings) = shared(timed, points, &turns, odd) {
        return Flow { turns, readings };
    }
    odd.push(Trouble::StatesContradicted);
    let readings = shared(timed, points, &charging, odd).unwrap_or_default();
    Flow {
        turns: charging,
        readings,
    }
}

fn from_states(timed: &Timed<'_>, pause: Course) -> Vec<Turn> {
    let mut turns = vec![Turn {
        at: timed.start_at,
        course: Course::Charging,
    }];
    let mut charged = false;
    for (at, state) in &timed.states {
        charged |= *state == State::Charging;
        let course = match state {
            State::Charging => Course::Charging,
            State::SuspendedByStation => pause,
            State::Connected if !charged => pause,
            State::Connected | State::SuspendedByVehicle | State::Finished => Course::Parking,
        };
        turns.push(Turn { at: *at, course });
    }
    joined(&turns)
}

/// Of several turns in one second the last counts; a turn into the same course is none.
fn joined(turns: &[Turn]) -> Vec<Turn> {
    let mut kept: Vec<Turn> = Vec::with_capacity(turns.len());
    for (place, turn) in turns.iter().enumerate() {
        let overtaken = turns.get(place + 1).is_some_and(|next| next.at == turn.at);
        let same = kept.last().is_some_and(|last| last.course == turn.course);
        if !overtaken && !same {
            kept.push(*turn);
        }
    }
    kept
}

/// Without any state: parking begins when the meter stands still for good (rule 14).
fn from_meter(timed: &Timed<'_>, points: &[Point], odd: &mut Vec<Trouble>) -> Vec<Turn> {
    let turn = |at, course| Turn { at, course };
    let mut turns = vec![turn(timed.start_at, Course::Charging)];
    let rose = points.windows(2).rev().find(|pair| pair[1].wh > pair[0].wh);
    if let Some([_, last]) = rose {
        let still = timed.stop_at - last.at;
        if still >= STILL_MIN {
            turns.push(turn(last.at, Course::Parking));
            odd.push(Trouble::ParkingFromMeter {
                minutes: still.num_minutes(),
            });
        }
    }
    turns
}

/// A stretch of charging between two readings, and what flowed in it.
struct Stretch {
    from: Instant,
    until: Instant,
    wh: Decimal,
}

/// Readings at the ends of every stretch of charging. Energy between two readings is shared over
/// the charging between them; where there is none, it counts to the charging before, else to the
/// next. `None` where energy flowed and nothing is charging.
fn shared(
    timed: &Timed<'_>,
    points: &[Point],
    turns: &[Turn],
    odd: &mut Vec<Trouble>,
) -> Option<Vec<Reading>> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let (mut owed, mut misplaced) = (Decimal::ZERO, Decimal::ZERO);
    let mut first_turn = 0;
    for pair in points.windows(2) {
        let energy = pair[1].wh - pair[0].wh;
        while turns
            .get(first_turn + 1)
            .is_some_and(|next| next.at <= pair[0].at)
        {
            first_turn += 1;
        }
        let mut between = charging_between(timed, &turns[first_turn..], pair[0].at, pair[1].at);
        if between.is_empty() {
            misplaced += energy;
            match stretches.last_mut() {
                Some(last) => last.wh += energy,
                None => owed += energy,
            }
            continue;
        }
        share(energy, &mut between);
        between[0].wh += owed;
        owed = Decimal::ZERO;
        stretches.append(&mut between);
    }
    if owed > Decimal::ZERO {
        return None;
    }
    if misplaced > Decimal::ZERO {
        odd.push(Trouble::EnergyInPause {
            wh: shown(misplaced),
        });
    }
    Some(as_readings(timed, &stretches))
}

/// The stretches of charging between two moments. The turns begin with the one at `from`.
fn charging_between(
    timed: &Timed<'_>,
    turns: &[Turn],
    from: Instant,
    until: Instant,
) -> Vec<Stretch> {
    let mut found = Vec::new();
    for (place, turn) in turns.iter().enumerate() {
        if turn.at >= until {
            break;
        }
        let end = turns.get(place + 1).map_or(timed.stop_at, |next| next.at);
        let (begin, end) = (turn.at.max(from), end.min(until));
        if turn.course == Course::Charging && begin < end {
            found.push(Stretch {
                from: begin,
                until: end,
                wh: Decimal::ZERO,
            });
        }
    }
    found
}

/// Shares energy over stretches by their length, to a tenth of a Wh; the last takes the rest.
fn share(energy: Decimal, stretches: &mut [Stretch]) {
    let length = |stretch: &Stretch| (stretch.until - stretch.from).num_seconds();
    let whole: i64 = stretches.iter().map(length).sum();
    let mut rest = energy;
    let last = stretches.len() - 1;
    for (place, stretch) in stretches.iter_mut().enumerate() {
        let part = Decimal::from(length(stretch)) * energy / Decimal::from(whole.max(1));
        let part = part.round_dp_with_strategy(1, RoundingStrategy::ToZero);
        let part = if place == last { rest } else { part };
        stretch.wh += part;
        rest -= part;
    }
}

fn as_readings(timed: &Timed<'_>, stretches: &[Stretch]) -> Vec<Reading> {
    let mut wh = Decimal::ZERO;
    let mut readings: Vec<Reading> = Vec::with_capacity(stretches.len() + 2);
    let mut put = |at: Instant, wh: Decimal| {
        if readings.last().is_none_or(|last| last.at < at) {
            readings.push(Reading {
                at,
                kwh: Kwh(wh / Decimal::ONE_THOUSAND),
            });
        }
    };
    put(timed.start_at, wh);
    for stretch in stretches {
        put(stretch.from, wh);
        wh += stretch.wh;
        put(stretch.until, wh);
    }
    put(timed.stop_at, wh);
    readings
}
