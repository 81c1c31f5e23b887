//! Searching the book: how long the first rows of any filter and order take.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::Figures;
use office::api::{CdrFilter, CdrRowsRequest, CdrSort};
use office::{Desk, explorer};

/// Views that are opened.
const VIEWS: usize = 400;
const COLUMNS: [&str; 13] = [
    "start",
    "end",
    "id",
    "partner",
    "location",
    "evse",
    "contract",
    "energy",
    "stated",
    "replayed",
    "difference",
    "bucket",
    "duration",
];

/// Opens views with pseudo-random filters and orders.
pub fn measure(book: &Path) -> Figures {
    let now = chrono::DateTime::from_timestamp(1_795_000_000, 0).expect("a moment in 2026");
    let desk = Desk::open(book, now, "bench").expect("the book opens");
    let began = Instant::now();
    let everything = CdrFilter::default();
    let all = explorer::open(&desk, &everything, &sort("start", true)).expect("a view opens");
    let loaded = began.elapsed();
    let facets = explorer::facets(&desk, &everything).expect("facets count");
    let mut dice = Dice(42);
    let (mut opened, mut jumped, mut counted) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..VIEWS {
        let filter = filter(&mut dice, &facets.partners[0].value);
        let column = COLUMNS[dice.below(COLUMNS.len())];
        let sort = sort(column, dice.below(2) == 0);
        let at = Instant::now();
        let view = explorer::open(&desk, &filter, &sort).expect("a view opens");
        opened.push((
            at.elapsed(),
            format!("{column} {} rows {filter:?}", view.count),
        ));
        if dice.below(4) == 0 && view.count > 400 {
            let at = Instant::now();
            let page = CdrRowsRequest {
                view: view.view,
                start: view.count - 200,
                len: 200,
            };
            explorer::rows(&desk, &page).expect("a page reads");
            jumped.push((at.elapsed(), String::new()));
        }
        if dice.below(8) == 0 {
            let at = Instant::now();
            explorer::facets(&desk, &filter).expect("facets count");
            counted.push((at.elapsed(), String::new()));
        }
    }
    let slowest = opened
        .iter()
        .max()
        .map_or("", |(_, what)| what.as_str())
        .to_owned();
    let notes = vec![
        line(
            "first rows of a filter and order (target: p95 below 100 ms)",
            &mut opened,
        ),
        line("jump to the last page", &mut jumped),
        line("facets", &mut counted),
        format!("index: {} MiB", explorer::memory(&desk) >> 20),
        format!("slowest: {slowest}"),
    ];
    Figures {
        records: u64::from(all.count),
        took: loaded,
        notes,
        ..Figures::default()
    }
}

fn line(what: &str, times: &mut [(Duration, String)]) -> String {
    times.sort();
    let at = |share: usize| {
        let index = (times.len() * share / 100).min(times.len().saturating_sub(1));
        times.get(index).map_or(Duration::ZERO, |(time, _)| *time)
    };
    let last = times.last().map_or(Duration::ZERO, |(time, _)| *time);
    format!(
        "{what}: {} times, p50 {:?}, p95 {:?}, most {last:?}",
        times.len(),
        at(50),
        at(95)
    )
}

fn sort(column: &str, descending: bool) -> CdrSort {
    CdrSort {
        column: column.to_owned(),
        descending,
    }
}

fn filter(dice: &mut Dice, partner: &str) -> CdrFilter {
    let mut filter = CdrFilter::default();
    for _ in 0..dice.below(3) {
        match dice.below(9) {
            0 => filter.partners = vec![partner.to_owned()],
            1 => filter.verdicts = vec!["differs".to_owned()],
            2 => filter.difference_above = Some("0.05".to_owned()),
            3 => filter.stated_min = Some(dice.below(20).to_string()),
            4 => filter.energy_max = Some(dice.below(40).to_string()),
            5 => filter.longer_than_h = Some(dice.below(10).to_string()),
            6 => filter.evse = Some(format!("*{}", dice.below(1_000))),
            7 => filter.text = Some(format!("{}", dice.below(10_000))),
            _ => filter.credit = Some(false),
        }
    }
    filter
}

/// Numbers that look random and are the same every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % most
    }
}
