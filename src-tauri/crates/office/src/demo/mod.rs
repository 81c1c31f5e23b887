//! The demo book: one company, three partners, fourteen months, everything that goes wrong.
//!
//! Everything is generated, nothing is read from a file, and every run gives the same bytes. The
//! records arrive as the OCPI JSON and the spreadsheets that partners send, through the ordinary
//! import, so nothing in the book is made up for show: it was computed like any other book.

mod dice;
mod exact;
mod json;
mod make;
mod month;
mod oddity;
mod plan;
mod record;
mod sheet;
mod wire;
mod world;

pub use make::{Made, MonthMade, make};
pub use month::Seeded;
pub use oddity::Oddity;

use month::Delivery;
use record::Record;
use world::{FEEDS, MONTHS};

/// Every delivery, month by month, feed by feed.
fn deliveries() -> Vec<Vec<Delivery>> {
    let mut carried: Vec<Vec<Record>> = vec![Vec::new(); FEEDS.len()];
    (0..MONTHS)
        .map(|number| {
            let planned = world::new_cdrs(number);
            let mut left = planned;
            let feeds = FEEDS.iter().enumerate().map(|(index, feed)| {
                let last = index + 1 == FEEDS.len();
                let count = if last {
                    left
                } else {
                    planned * feed.share_permille / 1000
                };
                left -= count;
                let late = std::mem::take(&mut carried[index]);
                let delivery = month::deliver(feed, number, count, late);
                carried[index].clone_from(&delivery.late);
                delivery
            });
            feeds.collect()
        })
        .collect()
}

/// Everything that is odd on purpose, in the order it was made.
pub fn seeded() -> Vec<Seeded> {
    let deliveries = deliveries().into_iter().flatten();
    deliveries.flat_map(|delivery| delivery.seeded).collect()
}

#[cfg(test)]
mod tests {
    use super::month::File;
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::LazyLock;

    /// Made once: it takes seconds in a debug build.
    static MADE: LazyLock<Vec<Vec<Delivery>>> = LazyLock::new(deliveries);

    fn made() -> impl Iterator<Item = &'static Delivery> {
        MADE.iter().flatten()
    }

    fn odd() -> Vec<&'static Seeded> {
        made().flat_map(|delivery| &delivery.seeded).collect()
    }

    fn lines(file: &File) -> usize {
        match file.name.rsplit_once('.') {
            Some((_, "ndjson")) => file.text.lines().count(),
            Some((_, "csv")) => file.text.lines().count() - 1,
            _ => {
                let json: serde_json::Value = serde_json::from_str(&file.text).unwrap();
                let list = json.get("data").unwrap_or(&json);
                list.as_array().unwrap().len()
            }
        }
    }

    #[test]
    fn every_run_gives_the_same_bytes() {
        let again = deliveries();
        let pairs = made().zip(again.iter().flatten());
        for (one, other) in pairs {
            assert!(one.files == other.files, "{} differs", one.files[0].name);
        }
    }

    #[test]
    fn the_book_comes_to_twenty_thousand_cdrs() {
        let delivered: usize = made()
            .flat_map(|delivery| &delivery.files)
            .filter(|file| file.name.contains("cdrs"))
            .map(lines)
            .sum();
        let copies = odd().iter().filter(|one| one.oddity.repeats()).count();
        assert_eq!(
            delivered - copies,
            world::CDRS,
            "an exact copy adds nothing to the book"
        );
    }

    #[test]
    fn every_kind_of_oddity_is_in_the_open_months_and_most_are_rare_before() {
        let mut per_kind: BTreeMap<Oddity, BTreeSet<usize>> = BTreeMap::new();
        for one in odd() {
            per_kind.entry(one.oddity).or_default().insert(one.month);
        }
        for oddity in Oddity::ALL {
            let months = per_kind
                .get(&oddity)
                .unwrap_or_else(|| panic!("{oddity:?} is missing"));
            assert!(
                months.iter().any(|month| *month >= world::CLOSED),
                "{oddity:?} must be where the reader looks first"
            );
        }
        let odd = odd().len();
        assert!((300..1_000).contains(&odd), "{odd} oddities in 20,000 CDRs");
    }

    #[test]
    fn ids_are_unique_but_for_what_repeats_on_purpose() {
        let mut seen = BTreeSet::new();
        let mut again = 0;
        for delivery in made() {
            for file in delivery
                .files
                .iter()
                .filter(|file| file.name.ends_with("cdrs.ndjson"))
            {
                for line in file.text.lines() {
                    let json: serde_json::Value = serde_json::from_str(line).unwrap();
                    let id = json["id"].as_str().unwrap().to_ascii_lowercase();
                    again += usize::from(!seen.insert(id));
                }
            }
        }
        let repeats = odd()
            .iter()
            .filter(|one| one.partner == "DE-RHL")
            .filter(|one| {
                matches!(
                    one.oddity,
                    Oddity::DuplicateExact | Oddity::DuplicateIdCase | Oddity::ChangedAfterIssue
                )
            })
            .count();
        assert_eq!(again, repeats);
    }
}
