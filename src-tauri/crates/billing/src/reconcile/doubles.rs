//! CDRs that bill something a second time.

use std::collections::hash_map::Entry;
use std::hash::Hash;

use super::facts::{Cause, CdrFact, Stand, seniority};
use super::hash::{NumberMap, map_for};
use super::pairing::Pairs;
use crate::intern::Sym;

/// For each CDR whose key another holds first: that one's position.
pub(super) fn by_key(cdrs: &[&CdrFact], stands: &[Option<Stand>]) -> Vec<Option<usize>> {
    let mut later = vec![None; cdrs.len()];
    let firsts = firsts(cdrs.len(), stands, |i| Some(cdrs[i].key));
    for (i, slot) in later.iter_mut().enumerate() {
        *slot = firsts
            .get(&cdrs[i].key)
            .copied()
            .filter(|&first| first != i);
    }
    later
}

/// What is billed: a session we have, or one that is only named.
#[derive(PartialEq, Eq, Hash)]
enum Billed {
    Known(usize),
    Named(Sym),
}

/// For each live CDR that bills what another bills first: which one, and in what they agree.
pub(super) fn by_session_and_content(
    cdrs: &[&CdrFact],
    stands: &[Option<Stand>],
    live: &[bool],
    pairs: &Pairs,
) -> Vec<Option<(usize, Cause)>> {
    let session = |i: usize| match (pairs.session_of[i], cdrs[i].session) {
        _ if !live[i] => None,
        (Some((known, _)), _) => Some(Billed::Known(known)),
        (None, named) => named.map(Billed::Named),
    };
    let content = |i: usize| cdrs[i].content.filter(|_| live[i]);
    let by_session = firsts(cdrs.len(), stands, session);
    let by_content = firsts(cdrs.len(), stands, content);
    let other = |first: Option<&usize>, i: usize| first.copied().filter(|&first| first != i);
    (0..cdrs.len())
        .map(|i| {
            let same_session = session(i).and_then(|s| other(by_session.get(&s), i));
            let same_content = content(i).and_then(|c| other(by_content.get(&c), i));
            same_session
                .map(|first| (first, Cause::SameSession))
                .or(same_content.map(|first| (first, Cause::SameContent)))
        })
        .collect()
}

/// The senior CDR of each group.
fn firsts<K: Eq + Hash>(
    count: usize,
    stands: &[Option<Stand>],
    group: impl Fn(usize) -> Option<K>,
) -> NumberMap<K, usize> {
    let mut firsts: NumberMap<K, usize> = map_for(count);
    for i in 0..count {
        let Some(key) = group(i) else { continue };
        match firsts.entry(key) {
            Entry::Vacant(vacant) => {
                vacant.insert(i);
            }
            Entry::Occupied(mut known) => {
                let held = *known.get();
                if seniority(stands[i], i) < seniority(stands[held], held) {
                    known.insert(i);
                }
            }
        }
    }
    firsts
}
