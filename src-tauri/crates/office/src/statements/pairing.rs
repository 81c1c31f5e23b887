//! Which CDR a line of a statement is about.
//!
//! By its id, else by its session, else by start and energy. The result does not depend on the
//! order in which lines and CDRs came: what is nearest in money is paired first, and ties are
//! broken by content.

use std::collections::HashMap;

use store::micro::Micro;
use store::statement::{Billed, Line};

/// Clocks of two parties may differ by so much.
const CLOCKS_MS: i64 = 60_000;

/// Decimals of energy that count at least: 10 Wh.
const ENERGY_DIGITS: u32 = 2;

/// How a line was matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// It names the CDR's id.
    Id,
    /// It names the CDR's session.
    Session,
    /// Start and energy are the CDR's.
    Start,
}

impl By {
    /// The stable text.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            By::Id => "id",
            By::Session => "session",
            By::Start => "start",
        }
    }
}

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// No CDR of the book.
    Nothing,
    /// A CDR, by its place in the list.
    Cdr(usize, By),
    /// A CDR that another line is about already.
    Again(usize, By),
}

/// Says of each line what it is about, in their order.
pub(super) fn pair(lines: &[Line], cdrs: &[Billed]) -> Vec<About> {
    let mut pairing = Pairing::new(lines, cdrs);
    pairing.by_names();
    pairing.by_start();
    pairing.about
}

struct Pairing<'a> {
    lines: &'a [Line],
    cdrs: &'a [Billed],
    about: Vec<About>,
    taken: Vec<bool>,
    /// Ranks by content, which break ties.
    line_rank: Vec<usize>,
    cdr_rank: Vec<usize>,
}

/// A line and a CDR that may belong together.
struct Candidate {
    far: i64,
    line: usize,
    cdr: usize,
}

impl<'a> Pairing<'a> {
    fn new(lines: &'a [Line], cdrs: &'a [Billed]) -> Self {
        Pairing {
            lines,
            cdrs,
            about: vec![About::Nothing; lines.len()],
            taken: vec![false; cdrs.len()],
            line_rank: ranks(lines, |line| (line.figures.start_at, line.content)),
            cdr_rank: ranks(cdrs, |cdr| (cdr.own, cdr.key)),
        }
    }

    fn by_names(&mut self) {
        let ids = by_name(self.cdrs, |cdr| Some(&cdr.ocpi_id));
        let sessions = by_name(self.cdrs, |cdr| cdr.session.as_ref());
        let found = |names: &Names, name: Option<&String>| {
            name.and_then(|name| names.get(&folded(name)))
                .cloned()
                .unwrap_or_default()
        };
        let named = |line: &Line| found(&ids, line.figures.ocpi_id.as_ref());
        self.assign(By::Id, |line| named(line));
        // Who bills by session may write its id where others write the CDR's.
        self.assign(By::Session, |line| {
            let figures = &line.figures;
            let name = figures.session.as_ref().or(figures.ocpi_id.as_ref());
            found(&sessions, name)
        });
    }

    /// Pairs lines that are about nothing yet with the CDRs that `named` gives for them; lines for
    /// which none is left are about one again.
    fn assign(&mut self, by: By, named: impl Fn(&Line) -> Vec<usize>) {
        let mut candidates = Vec::new();
        for (line, told) in self.lines.iter().enumerate() {
            if self.about[line] != About::Nothing {
                continue;
            }
            for cdr in named(told) {
                let far = apart(told, &self.cdrs[cdr]);
                candidates.push(Candidate { far, line, cdr });
            }
        }
        self.take(&mut candidates, by, |_| true);
    }

    fn by_start(&mut self) {
        let mut starts: Vec<(i64, usize)> = (self.cdrs.iter().enumerate())
            .map(|(index, cdr)| (cdr.start_at.timestamp_millis(), index))
            .collect();
        starts.sort_unstable();
        let mut candidates = Vec::new();
        for (line, told) in self.lines.iter().enumerate() {
            let (Some(at), Some(energy)) = (told.figures.start_at, told.figures.energy) else {
                continue;
            };
            if self.about[line] != About::Nothing {
                continue;
            }
            let at = at.timestamp_millis();
            let first = starts.partition_point(|(start, _)| *start < at - CLOCKS_MS);
            for &(start, cdr) in &starts[first..] {
                if start > at + CLOCKS_MS {
                    break;
                }
                if is_near(energy, self.cdrs[cdr].energy, ENERGY_DIGITS) {
                    let far = (start - at).abs();
                    candidates.push(Candidate { far, line, cdr });
                }
            }
        }
        // A line with an id of its own is about another session that began in the same minute.
        self.take(&mut candidates, By::Start, |line| {
            line.figures.ocpi_id.is_none() && line.figures.session.is_none()
        });
    }

    /// Pairs candidates, the nearest first. Lines for which no CDR is left are about one again,
    /// where `repeats` says so.
    fn take(&mut self, candidates: &mut [Candidate], by: By, repeats: impl Fn(&Line) -> bool) {
        candidates.sort_unstable_by_key(|one| {
            (one.far, self.line_rank[one.line], self.cdr_rank[one.cdr])
        });
        for one in candidates.iter() {
            if self.about[one.line] == About::Nothing && !self.taken[one.cdr] {
                self.about[one.line] = About::Cdr(one.cdr, by);
                self.taken[one.cdr] = true;
            }
        }
        for one in candidates.iter() {
            if self.about[one.line] == About::Nothing && repeats(&self.lines[one.line]) {
                self.about[one.line] = About::Again(one.cdr, by);
            }
        }
    }
}

/// CDRs by a folded name.
type Names = HashMap<String, Vec<usize>>;

fn by_name<'a>(cdrs: &'a [Billed], name: impl Fn(&'a Billed) -> Option<&'a String>) -> Names {
    let mut names = Names::new();
    for (index, cdr) in cdrs.iter().enumerate() {
        if let Some(name) = name(cdr) {
            names.entry(folded(name)).or_default().push(index);
        }
    }
    names
}

fn folded(name: &str) -> String {
    name.trim().to_ascii_lowercase()
}

/// The place of each in the order of its key.
fn ranks<T, K: Ord>(all: &[T], key: impl Fn(&T) -> K) -> Vec<usize> {
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|index| key(&all[*index]));
    let mut ranks = vec![0; all.len()];
    for (rank, index) in order.into_iter().enumerate() {
        ranks[index] = rank;
    }
    ranks
}

/// How far line and CDR are apart in money; what cannot be compared is farthest.
fn apart(line: &Line, cdr: &Billed) -> i64 {
    let figures = &line.figures;
    let gap = |one: Option<Micro>, other: Option<Micro>| {
        one.zip(other).map(|(one, other)| one.0.abs_diff(other.0))
    };
    let gap = gap(figures.excl, cdr.excl).or_else(|| gap(figures.incl, cdr.incl));
    match gap {
        Some(gap) if figures.currency == cdr.currency => i64::try_from(gap).unwrap_or(i64::MAX),
        Some(_) | None => i64::MAX,
    }
}

/// Whether one figure is the other, rounded: they are at most half a unit of the coarser one's last
/// decimal apart, of which `least` count even where they are zeros.
pub(super) fn is_near(one: Micro, other: Micro, least: u32) -> bool {
    let digits = decimals(one).min(decimals(other)).max(least).min(6);
    let unit = 10_u64.pow(6 - digits);
    one.0.abs_diff(other.0) <= unit / 2
}

/// [`is_near`] for kWh.
pub(super) fn is_near_energy(one: Micro, other: Micro) -> bool {
    is_near(one, other, ENERGY_DIGITS)
}

/// Decimals of a figure, without zeros at the end.
fn decimals(figure: Micro) -> u32 {
    let (mut digits, mut rest) = (6, figure.0);
    while digits > 0 && rest % 10 == 0 {
        (digits, rest) = (digits - 1, rest / 10);
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_near_what_rounds_to_it() {
        for (one, other, least, near) in [
            (3_040_000, 3_043_700, 2, true),
            (3_050_000, 3_043_700, 2, false),
            (3_040_000, 3_050_000, 2, false),
            (12_300_000, 12_340_000, 2, false),
            (12_344_000, 12_346_000, 2, false),
            (12_350_000, 12_345_600, 2, true),
            (300_000_000, 300_400_000, 0, true),
            (1_000_001, 1_000_002, 2, false),
            (1_000_001, 1_000_001, 2, true),
            (-3_050_000, -3_043_700, 2, false),
        ] {
            let found = is_near(Micro(one), Micro(other), least);
            assert_eq!(found, near, "{one} and {other}");
            assert_eq!(is_near(Micro(other), Micro(one), least), near, "both ways");
        }
    }
}
