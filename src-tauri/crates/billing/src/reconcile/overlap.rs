//! One card at two places at once, or two bills for one connector at one time.
//!
//! Of two CDRs that overlap, the one that arrived later is the odd one.

use super::facts::{Cause, CdrFact};
use crate::intern::Sym;

/// Clocks of chargers are not exact: so many seconds of overlap are no overlap.
const SLACK_S: i64 = 60;

/// For each live CDR that overlaps an earlier arrival: that one's position.
pub(super) fn find(
    cdrs: &[&CdrFact],
    live: &[bool],
    doubles: &[Option<(usize, Cause)>],
) -> Vec<Option<usize>> {
    let mut found = vec![None; cdrs.len()];
    let plain: Vec<usize> = (0..cdrs.len())
        .filter(|&i| live[i] && doubles[i].is_none())
        .collect();
    sweep(cdrs, &plain, |cdr| cdr.token, &mut found);
    sweep(cdrs, &plain, |cdr| cdr.connector, &mut found);
    found
}

/// Marks overlaps among the CDRs that share what `by` names.
fn sweep(
    cdrs: &[&CdrFact],
    plain: &[usize],
    by: impl Fn(&CdrFact) -> Option<Sym>,
    found: &mut [Option<usize>],
) {
    let mut lane: Vec<(Sym, i64, usize)> = plain
        .iter()
        .filter_map(|&i| Some((by(cdrs[i])?, cdrs[i].start_s, i)))
        .collect();
    lane.sort_unstable();
    let mut longest: Option<(Sym, usize)> = None;
    for (key, start_s, i) in lane {
        match longest {
            Some((held_key, held)) if held_key == key => {
                let shared_until = cdrs[held].end_s.min(cdrs[i].end_s);
                if shared_until.saturating_sub(start_s) > SLACK_S {
                    let (first, later) = (held.min(i), held.max(i));
                    found[later].get_or_insert(first);
                }
                if cdrs[i].end_s > cdrs[held].end_s {
                    longest = Some((key, i));
                }
            }
            Some(_) | None => longest = Some((key, i)),
        }
    }
}
