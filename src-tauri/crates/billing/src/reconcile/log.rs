//! From the log of decisions to the stands in force.
//!
//! An undo is itself a decision and can be undone, which brings the first one back.

use std::collections::{BTreeMap, HashSet};

use super::facts::Stand;

/// One line of the log of decisions about CDRs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the log.
    pub id: i64,
    /// What was done.
    pub act: Act,
}

/// What a log line does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Gives a CDR (by row) a stand.
    Decide {
        /// Row of the CDR.
        cdr: i64,
        /// Its new stand.
        stand: Stand,
    },
    /// Takes back another line.
    Undo {
        /// Number of that line.
        of: i64,
    },
}

/// The stand of each CDR after the whole log: its last decision that was not taken back.
///
/// `log` is in the order of time. An undo of a line that does not exist does nothing.
pub fn in_force(log: &[Entry]) -> BTreeMap<i64, Stand> {
    let mut void = HashSet::new();
    let mut stands = BTreeMap::new();
    for entry in log
        .iter()
        .rev()
        .filter(|entry| log_line_counts(&mut void, entry))
    {
        if let Act::Decide { cdr, stand } = entry.act {
            stands.entry(cdr).or_insert(stand);
        }
    }
    stands
}

/// Whether nothing later took the line back; a line that counts and is an undo voids its target.
fn log_line_counts(void: &mut HashSet<i64>, entry: &Entry) -> bool {
    let counts = !void.contains(&entry.id);
    match entry.act {
        Act::Undo { of } if counts => {
            void.insert(of);
        }
        Act::Undo { .. } | Act::Decide { .. } => {}
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(id: i64, cdr: i64, stand: Stand) -> Entry {
        Entry {
            id,
            act: Act::Decide { cdr, stand },
        }
    }

    fn undo(id: i64, of: i64) -> Entry {
        Entry {
            id,
            act: Act::Undo { of },
        }
    }

    #[test]
    fn the_last_decision_counts_and_an_undo_brings_the_one_before_back() {
        let mut log = vec![decide(1, 7, Stand::Held), decide(2, 7, Stand::Accepted)];
        assert_eq!(in_force(&log)[&7], Stand::Accepted);
        log.push(undo(3, 2));
        assert_eq!(
            in_force(&log)[&7],
            Stand::Held,
            "the undone one is as if never made"
        );
        log.push(undo(4, 3));
        assert_eq!(in_force(&log)[&7], Stand::Accepted, "the undo was undone");
        log.push(undo(5, 4));
        log.push(undo(6, 1));
        assert!(in_force(&log).is_empty(), "both were taken back");
    }
}
