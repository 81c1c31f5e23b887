//! What the CDRs of one token show together.

use super::{Fact, Limits, Odd, Oddity};
use crate::reconcile::overlap::{Stay, clashes};

/// A day is the 24 hours up to a start: no time zone is asked, and midnight splits no evening.
const DAY_S: i64 = 24 * 3_600;

/// Adds the CDRs with which a token goes above the energy of a day.
pub(super) fn days(facts: &[&Fact], limits: &Limits, odd: &mut Vec<Odd>) {
    let mut by_token: Vec<&Fact> = facts
        .iter()
        .filter(|fact| fact.token.is_some() && fact.session_s().is_some())
        .copied()
        .collect();
    by_token.sort_unstable_by_key(|fact| (fact.token, fact.start_s, fact.row));
    for of_token in by_token.chunk_by(|a, b| a.token == b.token) {
        let mut first = 0;
        let mut energy_e6 = 0;
        for (i, fact) in of_token.iter().enumerate() {
            energy_e6 += i128::from(fact.energy_e6);
            while fact.start_s.saturating_sub(of_token[first].start_s) >= DAY_S {
                energy_e6 -= i128::from(of_token[first].energy_e6);
                first += 1;
            }
            if energy_e6 > i128::from(limits.day_e6) {
                let oddity = Oddity::EnergyAboveDay {
                    energy_e6,
                    most_e6: limits.day_e6,
                    cdrs: i + 1 - first,
                    first: of_token[first].row,
                };
                odd.push(Odd {
                    row: fact.row,
                    oddity,
                });
            }
        }
    }
}

/// Adds the CDRs whose token was at another place at the same time.
pub(super) fn places(facts: &[&Fact], limits: &Limits, odd: &mut Vec<Odd>) {
    let stays = facts.iter().enumerate().filter_map(|(position, fact)| {
        fact.session_s()?;
        Some(Stay {
            lane: fact.token?,
            spot: fact.place?,
            start_s: fact.start_s,
            end_s: fact.end_s,
            position,
        })
    });
    let mut found = vec![None; facts.len()];
    clashes(stays.collect(), limits.slack_s, |first, later, shared_s| {
        found[later].get_or_insert((first, shared_s));
    });
    for (later, clash) in found.into_iter().enumerate() {
        let Some((first, shared_s)) = clash else {
            continue;
        };
        let known = "only CDRs with a place were compared";
        let oddity = Oddity::TwoPlaces {
            shared_s,
            most_s: limits.slack_s,
            place: facts[later].place.expect(known),
            other: facts[first].row,
            other_place: facts[first].place.expect(known),
        };
        odd.push(Odd {
            row: facts[later].row,
            oddity,
        });
    }
}
