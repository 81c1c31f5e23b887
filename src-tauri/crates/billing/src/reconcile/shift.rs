//! CDRs whose times are not those of their session: a clock that is off, or local time written as
//! UTC.

use std::fmt;

use domain::{FindingCode, SessionStatus};

use super::facts::{CdrFact, Noted, SessionFact};
use super::pairing::Pairs;

/// Times may lie so many seconds apart: messages take their time.
const SLACK_S: i64 = 120;
/// The farthest a zone lies from UTC, hours.
const FARTHEST_H: i64 = 14;
/// An hour in seconds.
const HOUR_S: i64 = 3_600;
/// Times rounded to seconds may lie so far from whole hours.
const ROUNDED_S: u64 = 1;

/// How far a zone's clocks lie before UTC, seconds (negative: behind), at a moment in Unix seconds.
#[derive(Clone, Copy)]
pub struct UtcOffset<'a>(pub &'a dyn Fn(i64) -> i64);

impl fmt::Debug for UtcOffset<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UtcOffset")
    }
}

/// How the times of a CDR lie against its session's, CDR minus session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shift {
    /// By so many seconds.
    Clock { start_s: i64, end_s: i64 },
    /// Both by the whole hours that the zone lies from UTC: the zone was left out.
    LocalTime { hours: i64 },
}

impl Shift {
    /// The finding it is.
    pub fn noted(self) -> Noted {
        match self {
            Shift::Clock { start_s, end_s } => Noted {
                code: FindingCode::ClockDiffers,
                params: vec![("start_s", start_s), ("end_s", end_s)],
            },
            Shift::LocalTime { hours } => Noted {
                code: FindingCode::LocalTimeAsUtc,
                params: vec![("hours", hours)],
            },
        }
    }
}

/// The shift of each CDR that has a completed session, where there is one.
pub(super) fn find(
    cdrs: &[&CdrFact],
    sessions: &[&SessionFact],
    pairs: &Pairs,
    zone: UtcOffset<'_>,
) -> Vec<Option<Shift>> {
    let of = |(cdr, pair): (&&CdrFact, &Option<(usize, super::MatchedBy)>)| {
        let (s, _) = (*pair)?;
        shift(cdr, sessions[s], zone)
    };
    cdrs.iter().zip(&pairs.session_of).map(of).collect()
}

fn shift(cdr: &CdrFact, session: &SessionFact, zone: UtcOffset<'_>) -> Option<Shift> {
    let end_s = session.end_s?;
    if session.status != SessionStatus::Completed {
        return None;
    }
    let start_s = cdr.start_s.saturating_sub(session.start_s);
    let end_s = cdr.end_s.saturating_sub(end_s);
    let apart = start_s.saturating_abs().max(end_s.saturating_abs());
    if apart <= SLACK_S {
        return None;
    }
    let offset_s = (zone.0)(session.start_s);
    let hours = offset_s / HOUR_S;
    let is_whole = offset_s % HOUR_S == 0 && (1..=FARTHEST_H).contains(&hours.abs());
    let by_zone = |shift_s: i64| shift_s.abs_diff(offset_s) <= ROUNDED_S;
    if is_whole && by_zone(start_s) && by_zone(end_s) {
        return Some(Shift::LocalTime { hours });
    }
    Some(Shift::Clock { start_s, end_s })
}
