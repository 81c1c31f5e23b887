//! Reconcile: where every CDR and every completed session of a partner-month stands.
//!
//! [`reconcile`] gives exactly one [`Outcome`] for each CDR of the month and one for each completed
//! session of the month that no CDR bills. A session that is billed shares the outcome of its CDR.
//! Facts of other months may be handed in as context (a credit of last month's CDR, a session that
//! ended just before midnight); they are matched against, but get no outcome.
//!
//! # Which rule wins
//! Several can apply to one CDR. The first of this list decides:
//!
//! 1. what a person or an invoice decided: settled, disputed, held, excluded, accepted; what was
//!    accepted and was replayed otherwise since stands apart;
//! 2. the same key again ([`Cause::SameKey`], [`Cause::ChangedUnderSameKey`]);
//! 3. credits: a credit CDR is judged against its original and nothing else, and an original that
//!    was credited in order needs no other judgement (SEMANTICS 4.1);
//! 4. another CDR bills the same session, or has the same content under another id;
//! 5. no session, where the partner sends sessions;
//! 6. no tariff;
//! 7. what the replay or a finding of error severity says against it;
//! 8. nothing: matched.
//!
//! # Who is first
//! Of several CDRs that bill the same thing, the one that counts is the one already settled, else
//! the one accepted, else the one that arrived first (lowest row). A CDR that was excluded or
//! credited bills nothing, so it makes no other CDR a duplicate.
//!
//! The result does not depend on the order of the input. Time grows with n log n at worst, from
//! sorting; the joins are by hash.

mod credits;
mod doubles;
mod facts;
mod hash;
mod judge;
mod log;
pub(crate) mod overlap;
mod pairing;
mod shift;
mod summary;
#[cfg(test)]
mod tests;

use domain::BillingMonth;

use crate::causes::Tolerance;

pub use facts::{Cause, CdrFact, MatchedBy, Noted, Outcome, SessionFact, Stand, Subject};
pub use log::{Act, Entry, in_force};
pub use summary::{BucketTotal, summarize};

/// What one partner-month is reconciled from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The month whose records get an outcome.
    pub month: BillingMonth,
    /// CDRs of the month, and of other months as context. Rows are unique.
    pub cdrs: &'a [CdrFact],
    /// Sessions likewise. Of several with one id the highest row counts: it was sent last.
    pub sessions: &'a [SessionFact],
    /// Decisions in force, as `(CDR row, stand)`. Of several for one row the strongest counts,
    /// in the order of [`Stand`].
    pub stands: &'a [(i64, Stand)],
    /// Decisions in force about sessions without CDR, as `(session row, stand)`, likewise. Here and
    /// in `links`, the row of any report of a session stands for its last one.
    pub session_stands: &'a [(i64, Stand)],
    /// Which session a CDR belongs to by a person's word, as rows; `None`: to none of these. Each
    /// CDR at most once.
    pub links: &'a [(i64, Option<i64>)],
    /// CDRs that were accepted and whose replay gives another figure since. They have no stand.
    pub changed: &'a [i64],
    /// Sessions that a CDR beyond what is handed in bills: they lack none.
    pub billed_elsewhere: &'a [i64],
    /// The moment, Unix seconds, up to which sessions must have ended to lack a CDR; later ones are
    /// waited for. Absent: none is waited for.
    pub due_s: Option<i64>,
    /// Which differences count as equal.
    pub tolerance: Tolerance,
    /// Whether a CDR without session is odd (`Agreement::sends_sessions`).
    pub sends_sessions: bool,
}

/// One outcome per CDR and per unbilled completed session of the month: CDRs first, both by row.
///
/// # Panics
/// When two CDRs or two sessions share a row: rows are identities.
pub fn reconcile(input: &Input<'_>) -> Vec<Outcome> {
    let cdrs = in_row_order(input.cdrs, |cdr| cdr.row);
    let sessions = pairing::latest_by_id(in_row_order(input.sessions, |session| session.row));
    let stands = facts::stands_by_cdr(&cdrs, input.stands);
    let linked = input.links.iter().filter_map(|(_, session)| *session);
    let decided = input.session_stands.iter().map(|(session, _)| *session);
    let named = pairing::named_by_hand(input.sessions, &sessions, linked.chain(decided));
    let tied = pairing::by_hand(&cdrs, &named, input.links);

    let same_key = doubles::by_key(&cdrs, &stands);
    let credits = credits::tie(&cdrs, &stands, &same_key);
    let live: Vec<bool> = (0..cdrs.len())
        .map(|i| {
            !cdrs[i].credit
                && same_key[i].is_none()
                && credits.credited_by[i].is_none()
                && stands[i] != Some(Stand::Excluded)
        })
        .collect();
    let pairs = pairing::pair(&cdrs, &sessions, &live, &credits, &tied);
    let doubles = doubles::by_session_and_content(&cdrs, &stands, &live, &pairs);
    let shifts = shift::find(&cdrs, &sessions, &pairs);
    let overlaps = overlap::find(&cdrs, &live, &doubles, |i| match pairs.session_of[i] {
        None => overlap::Trust::NoSession,
        Some(_) if shifts[i].is_some() => overlap::Trust::Shifted,
        Some(_) => overlap::Trust::Good,
    });

    let bench = judge::Bench {
        input,
        cdrs: &cdrs,
        sessions: &sessions,
        stands: &stands,
        session_stands: &facts::stands_by_session(&named, input.session_stands),
        changed: &input.changed.iter().copied().collect(),
        billed_elsewhere: &input.billed_elsewhere.iter().copied().collect(),
        shifts: &shifts,
        same_key: &same_key,
        credits: &credits,
        pairs: &pairs,
        doubles: &doubles,
        overlaps: &overlaps,
    };
    let mut outcomes: Vec<Outcome> = (0..cdrs.len())
        .filter(|&i| cdrs[i].month == input.month)
        .map(|i| bench.cdr(i))
        .collect();
    outcomes.extend((0..sessions.len()).filter_map(|s| bench.session(s)));
    bench.bound_by_month(&mut outcomes);
    outcomes
}

/// References in the order of their rows.
pub(crate) fn in_row_order<T>(facts: &[T], row: impl Fn(&T) -> i64) -> Vec<&T> {
    let mut sorted: Vec<&T> = facts.iter().collect();
    sorted.sort_unstable_by_key(|fact| row(fact));
    assert!(
        sorted.windows(2).all(|pair| row(pair[0]) < row(pair[1])),
        "a row is an identity: no two facts may share one"
    );
    sorted
}
