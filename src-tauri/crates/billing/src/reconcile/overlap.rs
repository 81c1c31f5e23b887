//! One card at two places at once, or two bills for one connector at one time.
//!
//! Of two CDRs that overlap, the odd one is the one without a session; else the one whose times are
//! shifted against its session's; else the one that arrived later.

use super::facts::{Cause, CdrFact};
use crate::intern::Sym;

/// Clocks of chargers are not exact: so many seconds of overlap are no overlap.
pub(crate) const SLACK_S: u32 = 60;

/// A time spent in a lane that holds one thing at a time: a card, a connector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stay<S> {
    /// The lane.
    pub lane: Sym,
    /// Where in the lane: only stays at different spots are in each other's way.
    pub spot: S,
    /// Start, Unix seconds.
    pub start_s: i64,
    /// End, Unix seconds.
    pub end_s: i64,
    /// The CDR, as its position by arrival.
    pub position: usize,
}

/// How far the times of a CDR can be trusted. The lower, the likelier it is the odd one of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trust {
    /// No session bears them out.
    NoSession,
    /// They are not those of its session.
    Shifted,
    /// Its session bears them out.
    Good,
}

/// For each live CDR that is the odd one of two that overlap: the position of the other.
pub(super) fn find(
    cdrs: &[&CdrFact],
    live: &[bool],
    doubles: &[Option<(usize, Cause)>],
    trust: impl Fn(usize) -> Trust,
) -> Vec<Option<usize>> {
    let mut found = vec![None; cdrs.len()];
    let plain: Vec<usize> = (0..cdrs.len())
        .filter(|&i| live[i] && doubles[i].is_none())
        .collect();
    for by in [|cdr: &CdrFact| cdr.token, |cdr: &CdrFact| cdr.connector] {
        let stays = plain.iter().filter_map(|&i| {
            Some(Stay {
                lane: by(cdrs[i])?,
                spot: i,
                start_s: cdrs[i].start_s,
                end_s: cdrs[i].end_s,
                position: i,
            })
        });
        clashes(stays.collect(), SLACK_S, |first, later, _| {
            let (odd, other) = if trust(first) < trust(later) {
                (first, later)
            } else {
                (later, first)
            };
            found[odd].get_or_insert(other);
        });
    }
    found
}

/// Calls `found(first, later, seconds)` for stays of one lane at different spots that share more
/// than `slack_s`: positions by arrival, and the time shared.
///
/// Each stay is compared with the one before it that lasts longest at another spot, so every stay
/// that overlaps an earlier one is met, if not every pair. A later position may be told twice.
pub(crate) fn clashes<S: Copy + PartialEq>(
    mut stays: Vec<Stay<S>>,
    slack_s: u32,
    mut found: impl FnMut(usize, usize, i64),
) {
    stays.sort_unstable_by_key(|stay| (stay.lane, stay.start_s, stay.position));
    for lane in stays.chunk_by(|a, b| a.lane == b.lane) {
        let mut longest = lane[0];
        let mut elsewhere: Option<Stay<S>> = None;
        for &stay in &lane[1..] {
            let moved = stay.spot != longest.spot;
            if let Some(held) = if moved { Some(longest) } else { elsewhere } {
                let shared_s = held.end_s.min(stay.end_s).saturating_sub(stay.start_s);
                if shared_s > i64::from(slack_s) {
                    let (a, b) = (held.position, stay.position);
                    found(a.min(b), a.max(b), shared_s);
                }
            }
            if stay.end_s > longest.end_s {
                if moved {
                    elsewhere = Some(longest);
                }
                longest = stay;
            } else if moved && elsewhere.is_none_or(|held| stay.end_s > held.end_s) {
                elsewhere = Some(stay);
            }
        }
    }
}
