//! Which session a CDR bills (SEMANTICS 4.2): by session id, else by authorisation reference, else
//! by contract, EVSE and overlapping time.

use std::collections::{BTreeMap, BTreeSet};

use super::credits::Credits;
use super::facts::{CdrFact, MatchedBy, SessionFact};
use super::hash::NumberMap;
use crate::intern::Sym;

/// How many sessions of one lane are looked at, from the latest start backwards. Sessions that
/// never ended overlap everything after them; this keeps a lane full of them from costing more
/// than time in proportion to the records.
const NEAREST: usize = 64;

/// The session of each CDR and whether a session has one, by position.
pub(super) struct Pairs {
    /// For each CDR: its session and how it was found.
    pub session_of: Vec<Option<(usize, MatchedBy)>>,
    /// For each session: whether any CDR belongs to it.
    pub billed: Vec<bool>,
}

/// Of sessions in row order, the last of each id.
pub(super) fn latest_by_id(sessions: Vec<&SessionFact>) -> Vec<&SessionFact> {
    let last: NumberMap<Sym, i64> = sessions.iter().map(|s| (s.id, s.row)).collect();
    if last.len() == sessions.len() {
        return sessions;
    }
    sessions
        .into_iter()
        .filter(|s| last.get(&s.id) == Some(&s.row))
        .collect()
}

/// Rows of sessions that people named, with the position of what was sent last under its id: what
/// they said of a session holds when it is sent again.
pub(super) fn named_by_hand(
    all: &[SessionFact],
    latest: &[&SessionFact],
    rows: impl Iterator<Item = i64>,
) -> BTreeMap<i64, usize> {
    let rows: BTreeSet<i64> = rows.collect();
    if rows.is_empty() {
        return BTreeMap::new();
    }
    let by_id = by_id(latest);
    let named = all.iter().filter(|session| rows.contains(&session.row));
    named
        .filter_map(|session| Some((session.row, *by_id.get(&session.id)?)))
        .collect()
}

/// The position of each session by its id.
fn by_id(sessions: &[&SessionFact]) -> NumberMap<Sym, usize> {
    let positions = sessions.iter().enumerate();
    positions.map(|(s, fact)| (fact.id, s)).collect()
}

/// Finds the session of every CDR. `tied` is what a person tied, by position; a tie to nothing
/// leaves the CDR without a session.
///
/// The weaker joins prefer a session that no live CDR has claimed yet; where only a claimed one
/// fits, it is taken all the same, and the CDR shows up as a second bill for it. What a person gave
/// to a live CDR they leave alone.
pub(super) fn pair(
    cdrs: &[&CdrFact],
    sessions: &[&SessionFact],
    live: &[bool],
    credits: &Credits,
    tied: &BTreeMap<usize, Option<usize>>,
) -> Pairs {
    let mut session_of: Vec<Option<(usize, MatchedBy)>> = vec![None; cdrs.len()];
    let mut claimed = vec![false; sessions.len()];
    for (&i, tie) in tied {
        if let Some(s) = *tie {
            session_of[i] = Some((s, MatchedBy::ByHand));
            claimed[s] |= live[i];
        }
    }
    let given = claimed.clone();
    let by_id = by_id(sessions);
    for (i, cdr) in cdrs.iter().enumerate() {
        if tied.contains_key(&i) {
            continue;
        }
        if let Some(&s) = cdr.session.and_then(|id| by_id.get(&id)) {
            session_of[i] = Some((s, MatchedBy::SessionId));
            claimed[s] |= live[i];
        }
    }
    let by_authorization = Lanes::new(sessions, &given, |s| s.authorization);
    let by_place = Lanes::new(sessions, &given, |s| Some((s.contract?, s.evse?)));
    for (i, cdr) in cdrs.iter().enumerate() {
        let settled = session_of[i].is_some() || tied.contains_key(&i);
        if settled || credits.original_of[i].is_some() {
            continue;
        }
        let authorized = cdr.authorization.and_then(|key| {
            by_authorization
                .overlapping(key, cdr, &claimed)
                .or(by_authorization.only(key, &claimed))
        });
        let found = authorized
            .map(|s| (s, MatchedBy::Authorization))
            .or_else(|| {
                let key = (cdr.contract?, cdr.evse?);
                let s = by_place.overlapping(key, cdr, &claimed)?;
                Some((s, MatchedBy::ContractEvseTime))
            });
        if let Some((s, _)) = found {
            claimed[s] |= live[i];
        }
        session_of[i] = found;
    }
    for (i, original) in credits.original_of.iter().enumerate() {
        if let (None, Some(original)) = (session_of[i], original)
            && !tied.contains_key(&i)
        {
            session_of[i] = session_of[*original].map(|(s, _)| (s, MatchedBy::Original));
        }
    }
    let mut billed = vec![false; sessions.len()];
    for (s, _) in session_of.iter().flatten() {
        billed[*s] = true;
    }
    Pairs { session_of, billed }
}

/// Which session a person tied a CDR to, or to none, by position. A tie to a session that is not
/// among the named ones is one to none.
pub(super) fn by_hand(
    cdrs: &[&CdrFact],
    named: &BTreeMap<i64, usize>,
    links: &[(i64, Option<i64>)],
) -> BTreeMap<usize, Option<usize>> {
    let tie = |(cdr, session): &(i64, Option<i64>)| {
        let i = cdrs.binary_search_by_key(cdr, |fact| fact.row).ok()?;
        Some((i, session.and_then(|row| named.get(&row).copied())))
    };
    links.iter().filter_map(tie).collect()
}

/// Sessions in lanes of equal key, each lane in the order of start: one sorted list.
struct Lanes<K> {
    spans: Vec<Span<K>>,
}

/// One session in its lane.
struct Span<K> {
    key: K,
    start_s: i64,
    session: usize,
    end_s: i64,
    /// The latest end of this and all earlier spans of the lane: before it, nothing can overlap.
    latest_end_s: i64,
}

impl<K: Ord + Copy> Lanes<K> {
    /// The lanes of all sessions but those given away.
    fn new(
        sessions: &[&SessionFact],
        given: &[bool],
        key: impl Fn(&SessionFact) -> Option<K>,
    ) -> Self {
        let span = |(session, fact): (usize, &&SessionFact)| {
            if given[session] {
                return None;
            }
            let end_s = fact.end_s.unwrap_or(i64::MAX);
            let key = key(fact)?;
            Some(Span {
                key,
                start_s: fact.start_s,
                session,
                end_s,
                latest_end_s: end_s,
            })
        };
        let mut spans: Vec<Span<K>> = sessions.iter().enumerate().filter_map(span).collect();
        spans.sort_unstable_by_key(|span| (span.key, span.start_s, span.session));
        for i in 1..spans.len() {
            if spans[i].key == spans[i - 1].key {
                spans[i].latest_end_s = spans[i].end_s.max(spans[i - 1].latest_end_s);
            }
        }
        Lanes { spans }
    }

    /// The spans of one key.
    fn lane(&self, key: K) -> &[Span<K>] {
        let from = self.spans.partition_point(|span| span.key < key);
        let lane = &self.spans[from..];
        &lane[..lane.partition_point(|span| span.key == key)]
    }

    /// The session of a lane that overlaps the CDR: an unclaimed one before a claimed one, then
    /// the one whose start is nearest, then the one that came first.
    fn overlapping(&self, key: K, cdr: &CdrFact, claimed: &[bool]) -> Option<usize> {
        let lane = self.lane(key);
        // A session and a CDR of no length overlap where they touch.
        let begun = lane.partition_point(|span| span.start_s <= cdr.end_s);
        lane[..begun]
            .iter()
            .rev()
            .take_while(|span| span.latest_end_s >= cdr.start_s)
            .take(NEAREST)
            .filter(|span| span.end_s >= cdr.start_s)
            .min_by_key(|span| {
                let apart = span.start_s.abs_diff(cdr.start_s);
                (claimed[span.session], apart, span.session)
            })
            .map(|span| span.session)
    }

    /// The only session of a lane, if no CDR has claimed it: a reference may serve again later.
    fn only(&self, key: K, claimed: &[bool]) -> Option<usize> {
        match self.lane(key) {
            [span] if !claimed[span.session] => Some(span.session),
            _ => None,
        }
    }
}
