//! When things happened: the station's times, put right where its clock was off (rules 1 to 3).

use chrono::{Datelike, TimeDelta};
use domain::Instant;

use crate::transaction::{Sample, Stamp, State, Transaction};
use crate::trouble::Trouble;

/// A clock that says a year before this one was never set: OCPP 1.6 is of 2015.
const FIRST_YEAR: i32 = 2010;
/// Messages need less than this from a station to the log.
const ON_THE_WAY: TimeDelta = TimeDelta::seconds(60);

/// A transaction with its times put right.
#[derive(Debug)]
pub(crate) struct Timed<'a> {
    pub start_at: Instant,
    pub stop_at: Instant,
    /// In time order, from start to stop.
    pub samples: Vec<(Instant, &'a Sample)>,
    /// In time order; those before the start lie at it.
    pub states: Vec<(Instant, State)>,
}

/// Puts the times of a transaction right. What is odd goes to `odd`.
///
/// # Errors
/// Why they cannot be put right.
pub(crate) fn settle<'a>(
    t: &'a Transaction,
    odd: &mut Vec<Trouble>,
) -> Result<Timed<'a>, Vec<Trouble>> {
    let (start, stop) = match (&t.start, &t.stop) {
        (Some(start), Some(stop)) => (start.when, stop.when),
        (start, stop) => {
            let start = start.is_none().then_some(Trouble::StartNotInLog);
            let stop = stop.is_none().then_some(Trouble::StopNotInLog);
            return Err(start.into_iter().chain(stop).collect());
        }
    };
    let unset = Unset::of(t);
    let at = |when: Stamp| unset.right(when).ok_or(vec![Trouble::ClockUnknown]);
    let (start_at, stop_at) = in_order((start, at(start)?), (stop, at(stop)?), odd)?;
    let mut timed = Timed {
        start_at,
        stop_at,
        samples: Vec::with_capacity(t.samples.len()),
        states: Vec::with_capacity(t.states.len()),
    };
    let (mut moved, mut outside) = (None, 0);
    for sample in &t.samples {
        match unset
            .right(sample.when)
            .and_then(|at| timed.inside(at, sample))
        {
            Some((at, shift)) => {
                moved = moved.or(shift);
                timed.samples.push((at, sample));
            }
            None => outside += 1,
        }
    }
    timed.samples.sort_by_key(|(at, _)| *at);
    for change in &t.states {
        if let Some(at) = unset.right(change.when).filter(|at| *at < stop_at) {
            timed.states.push((at, change.state));
        }
    }
    timed.states.sort_by_key(|(at, _)| *at);
    for (at, _) in &mut timed.states {
        *at = (*at).max(start_at);
    }
    let seconds = unset.used(t).map(|shift| shift.num_seconds());
    odd.extend(seconds.map(|seconds| Trouble::ClockShifted { seconds }));
    odd.extend(moved.map(|shift: TimeDelta| Trouble::ClockSetBetween {
        seconds: shift.num_seconds(),
    }));
    if outside > 0 {
        odd.push(Trouble::OutsideSession { count: outside });
    }
    Ok(timed)
}

impl Timed<'_> {
    /// Where a sample lies in the session, and by how much it was moved for that (rule 3).
    fn inside(&self, at: Instant, sample: &Sample) -> Option<(Instant, Option<TimeDelta>)> {
        let within = |at: Instant| at >= self.start_at && at <= self.stop_at;
        if within(at) {
            return Some((at, None));
        }
        let near = |edge: Instant| (at - edge).abs() <= ON_THE_WAY;
        match sample.context.as_str() {
            "Transaction.Begin" if near(self.start_at) => return Some((self.start_at, None)),
            "Transaction.End" if near(self.stop_at) => return Some((self.stop_at, None)),
            _ => {}
        }
        let received_at = sample
            .when
            .received_at
            .filter(|received| within(*received))?;
        let shift = received_at - at;
        (shift.abs() > ON_THE_WAY).then_some((received_at, Some(shift)))
    }
}

/// By how much an unset clock was off, where the log tells (rule 1).
struct Unset {
    shift: Option<TimeDelta>,
}

impl Unset {
    fn of(t: &Transaction) -> Self {
        let edges = [&t.start, &t.stop].into_iter().flatten();
        let edges = edges.map(|edge| edge.when);
        let states = t.states.iter().map(|change| change.when);
        let samples = t.samples.iter().map(|sample| sample.when);
        let shift = edges.chain(states).chain(samples).find_map(|when| {
            let received_at = when.received_at.filter(|at| !is_unset(*at));
            received_at
                .filter(|_| is_unset(when.at))
                .map(|received_at| received_at - when.at)
        });
        Unset { shift }
    }

    /// The time put right; `None` where nothing says how.
    fn right(&self, when: Stamp) -> Option<Instant> {
        if is_unset(when.at) {
            when.at.checked_add_signed(self.shift?)
        } else {
            Some(when.at)
        }
    }

    /// The shift, where start or end needed it.
    fn used(&self, t: &Transaction) -> Option<TimeDelta> {
        let mut edges = [&t.start, &t.stop].into_iter().flatten();
        let needed = edges.any(|edge| is_unset(edge.when.at));
        let sampled = || t.samples.iter().any(|sample| is_unset(sample.when.at));
        self.shift.filter(|_| needed || sampled())
    }
}

fn is_unset(at: Instant) -> bool {
    at.year() < FIRST_YEAR
}

/// Start and end in order; where they are not, by when the log received them (rule 2).
fn in_order(
    (start, start_at): (Stamp, Instant),
    (stop, stop_at): (Stamp, Instant),
    odd: &mut Vec<Trouble>,
) -> Result<(Instant, Instant), Vec<Trouble>> {
    if start_at < stop_at {
        return Ok((start_at, stop_at));
    }
    let (Some(started), Some(stopped)) = (start.received_at, stop.received_at) else {
        let same = start_at == stop_at;
        return Err(vec![if same {
            Trouble::EndNotAfterStart
        } else {
            Trouble::ClockUnknown
        }]);
    };
    let right = |at: Instant, received_at: Instant| {
        let off = received_at - at;
        if off.abs() > ON_THE_WAY {
            (received_at, Some(off))
        } else {
            (at, None)
        }
    };
    let (start_at, start_off) = right(start_at, started);
    let (stop_at, stop_off) = right(stop_at, stopped);
    if start_at >= stop_at {
        return Err(vec![Trouble::EndNotAfterStart]);
    }
    for off in [start_off, stop_off].into_iter().flatten() {
        let seconds = off.num_seconds();
        odd.push(Trouble::ClockSetBetween { seconds });
    }
    Ok((start_at, stop_at))
}
