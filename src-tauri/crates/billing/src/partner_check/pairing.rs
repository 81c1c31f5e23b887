//! Which records are of the same session.

use std::collections::HashMap;

/// What a record is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// The CDR's id.
    pub id: String,
    /// The session it bills.
    pub session: Option<String>,
    /// The contract, else the token.
    pub contract: Option<String>,
    /// EVSE id or uid.
    pub evse: Option<String>,
    /// Start, milliseconds since 1970.
    pub start_ms: i64,
    /// End likewise.
    pub end_ms: i64,
    /// Whether it is a credit: never of the same session as a charge.
    pub credit: bool,
}

/// How a pair was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Both have the same id.
    Id,
    /// Both bill the same session.
    Session,
    /// Contract and EVSE are the same and the times overlap.
    Overlap,
}

impl By {
    /// The stable text.
    pub fn as_str(self) -> &'static str {
        match self {
            By::Id => "id",
            By::Session => "session",
            By::Overlap => "overlap",
        }
    }
}

/// Two records of one session, by their places in the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// In the partner's file.
    pub reported: usize,
    /// In the book.
    pub held: usize,
    /// How it was found.
    pub by: By,
}

/// All pairs, and what is left on either side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paired {
    /// By their place in the partner's file.
    pub pairs: Vec<Pair>,
    /// Records of the file that the book does not hold, or whose counterpart another one took.
    pub only_reported: Vec<usize>,
    /// Records of the book that the file lacks.
    pub only_held: Vec<usize>,
}

/// Pairs records one to one: by id, else by session, else by contract, EVSE and overlapping time.
/// Which ones pair does not depend on their order.
pub fn pair(reported: &[Key], held: &[Key]) -> Paired {
    let mut work = Work {
        reported,
        held,
        taken: vec![None; reported.len()],
        used: vec![false; held.len()],
    };
    work.by(By::Id, |key| Some(folded(&key.id)));
    work.by(By::Session, |key| key.session.as_deref().map(folded));
    work.by(By::Overlap, |key| {
        let (contract, evse) = (key.contract.as_deref()?, key.evse.as_deref()?);
        Some(format!("{}|{}", plain(contract), plain(evse)))
    });
    let mut paired = Paired::default();
    for (index, taken) in work.taken.into_iter().enumerate() {
        match taken {
            Some((held, by)) => paired.pairs.push(Pair {
                reported: index,
                held,
                by,
            }),
            None => paired.only_reported.push(index),
        }
    }
    let unused = work.used.iter().enumerate().filter(|(_, used)| !**used);
    paired.only_held.extend(unused.map(|(index, _)| index));
    paired
}

/// A name without regard to case and blanks around it.
fn folded(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

/// Letters and digits alone: separators of EVSE ids and contracts are optional (eMI3).
pub(super) fn plain(text: &str) -> String {
    let signs = text.chars().filter(|sign| sign.is_alphanumeric());
    signs.map(|sign| sign.to_ascii_lowercase()).collect()
}

struct Work<'a> {
    reported: &'a [Key],
    held: &'a [Key],
    taken: Vec<Option<(usize, By)>>,
    used: Vec<bool>,
}

impl Work<'_> {
    /// Pairs what is free and has the same name, the nearest in time first.
    fn by(&mut self, by: By, name: impl Fn(&Key) -> Option<String>) {
        let named = |key: &Key| name(key).filter(|name| !name.is_empty());
        let mut free: HashMap<(bool, String), Vec<usize>> = HashMap::new();
        for (index, key) in self.held.iter().enumerate() {
            if let Some(name) = named(key).filter(|_| !self.used[index]) {
                free.entry((key.credit, name)).or_default().push(index);
            }
        }
        let mut candidates = Vec::new();
        for (index, key) in self.reported.iter().enumerate() {
            let Some(name) = named(key).filter(|_| self.taken[index].is_none()) else {
                continue;
            };
            for held in free.get(&(key.credit, name)).into_iter().flatten() {
                if by != By::Overlap || overlap(key, &self.held[*held]) {
                    candidates.push((index, *held));
                }
            }
        }
        // Of equals what is written decides, so that the order of the lists does not.
        candidates.sort_by_key(|(reported, held)| {
            let (one, other) = (&self.reported[*reported], &self.held[*held]);
            let apart = one.start_ms.abs_diff(other.start_ms) + one.end_ms.abs_diff(other.end_ms);
            (apart, folded(&one.id), folded(&other.id), one.start_ms)
        });
        for (reported, held) in candidates {
            if self.taken[reported].is_none() && !self.used[held] {
                self.taken[reported] = Some((held, by));
                self.used[held] = true;
            }
        }
    }
}

/// Whether two records share a moment; one without length counts as a moment.
fn overlap(one: &Key, other: &Key) -> bool {
    let until = |key: &Key| key.end_ms.max(key.start_ms + 1);
    one.start_ms < until(other) && other.start_ms < until(one)
}
