//! Orders: every column that can be sorted by, as one whole number per CDR.

use super::columns::{Columns, NONE};
use crate::error::{Error, Result};

/// What can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum SortColumn {
    Start,
    End,
    Id,
    Partner,
    Location,
    Evse,
    Contract,
    Energy,
    Stated,
    Replayed,
    Difference,
    Bucket,
    Duration,
}

impl SortColumn {
    /// The column of a name, as screens send it.
    pub(super) fn of(name: &str) -> Result<SortColumn> {
        Ok(match name {
            "start" | "" => SortColumn::Start,
            "end" => SortColumn::End,
            "id" => SortColumn::Id,
            "partner" => SortColumn::Partner,
            "location" => SortColumn::Location,
            "evse" => SortColumn::Evse,
            "contract" => SortColumn::Contract,
            "energy" => SortColumn::Energy,
            "stated" => SortColumn::Stated,
            "replayed" => SortColumn::Replayed,
            "difference" => SortColumn::Difference,
            "bucket" => SortColumn::Bucket,
            "duration" => SortColumn::Duration,
            other => {
                return Err(Error::BadRequest {
                    field: "column",
                    value: other.to_owned(),
                });
            }
        })
    }
}

/// Places of texts in their alphabetical order, so that sorting compares numbers.
#[derive(Debug, Default)]
pub(super) struct Ranks {
    id: Vec<u32>,
    contract: Vec<u32>,
    partner: Vec<u32>,
    location: Vec<u32>,
    evse: Vec<u32>,
}

impl Ranks {
    /// Ranks all texts.
    pub(super) fn of(columns: &Columns) -> Ranks {
        let count = columns.len();
        let (id, contract) = std::thread::scope(|scope| {
            let id = scope.spawn(|| ranked(count, |at| columns.id(at)));
            let contract = ranked(count, |at| columns.contract(at));
            let id = id
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (id, contract)
        });
        let mut partners: Vec<(&str, usize)> = columns
            .parties
            .iter()
            .enumerate()
            .map(|(at, (_, key))| (key.as_str(), at))
            .collect();
        partners.sort_unstable();
        let mut partner = vec![0; partners.len()];
        for (rank, (_, at)) in partners.iter().enumerate() {
            partner[*at] = small(rank);
        }
        Ranks {
            id,
            contract,
            partner,
            location: of_places(columns, |place| &place.name),
            evse: of_places(columns, |place| &place.evse),
        }
    }

    /// Whether every CDR has its rank.
    pub(super) fn covers(&self, columns: &Columns) -> bool {
        self.id.len() == columns.len()
    }
}

fn small(rank: usize) -> u32 {
    u32::try_from(rank).expect("ranks are positions, which fit 32 bits")
}

/// The rank of each text among all; equal texts share one.
fn ranked<'a>(count: usize, text: impl Fn(usize) -> &'a [u8]) -> Vec<u32> {
    let head = |text: &[u8]| {
        let mut head = [0; 16];
        let length = text.len().min(16);
        head[..length].copy_from_slice(&text[..length]);
        u128::from_be_bytes(head)
    };
    let mut order: Vec<(u128, u32)> = (0..count).map(|at| (head(text(at)), small(at))).collect();
    order.sort_unstable_by(|one, other| {
        one.0
            .cmp(&other.0)
            .then_with(|| text(one.1 as usize).cmp(text(other.1 as usize)))
    });
    let mut ranks = vec![0; count];
    let mut rank = 0;
    for (index, (_, at)) in order.iter().enumerate() {
        let before = index
            .checked_sub(1)
            .map(|before| text(order[before].1 as usize));
        if before.is_some_and(|before| before != text(*at as usize)) {
            rank = small(index);
        }
        ranks[*at as usize] = rank;
    }
    ranks
}

fn of_places<'a>(
    columns: &'a Columns,
    text: impl Fn(&'a super::columns::SearchPlace) -> &'a String,
) -> Vec<u32> {
    ranked(columns.places.len(), |row| {
        text(&columns.places[row]).as_bytes()
    })
}

/// What a CDR is sorted by, and its position for ties. Always sorted from small to large.
pub(super) type Key = (i64, u32);

/// The keys of some CDRs.
pub(super) fn keys(
    columns: &Columns,
    ranks: &Ranks,
    column: SortColumn,
    descending: bool,
    positions: &[u32],
) -> Vec<Key> {
    let by = |value: &dyn Fn(usize) -> i64| -> Vec<Key> {
        let key = |position: &u32| {
            let value = value(*position as usize);
            // What is absent comes last in either direction.
            let absent = value == NONE;
            let key = if descending { !value } else { value };
            (if absent { i64::MAX } else { key }, *position)
        };
        positions.iter().map(key).collect()
    };
    let place = |ranks: &[u32], at: usize| i64::from(ranks[columns.place[at] as usize]);
    match column {
        SortColumn::Start => by(&|at| columns.start_ms[at]),
        SortColumn::End => by(&|at| end_s(columns, at)),
        SortColumn::Id => by(&|at| i64::from(ranks.id[at])),
        SortColumn::Partner => by(&|at| i64::from(ranks.partner[usize::from(columns.partner[at])])),
        SortColumn::Location => by(&|at| place(&ranks.location, at)),
        SortColumn::Evse => by(&|at| place(&ranks.evse, at)),
        SortColumn::Contract => by(&|at| i64::from(ranks.contract[at])),
        SortColumn::Energy => by(&|at| columns.energy[at]),
        SortColumn::Stated => by(&|at| columns.stated[at]),
        SortColumn::Replayed => by(&|at| columns.replayed[at]),
        SortColumn::Difference => by(&|at| columns.difference[at]),
        SortColumn::Bucket => by(&|at| i64::from(columns.bucket[at])),
        SortColumn::Duration => by(&|at| i64::from(columns.duration_s[at])),
    }
}

fn end_s(columns: &Columns, at: usize) -> i64 {
    columns.start_ms[at] + i64::from(columns.duration_s[at]) * 1_000
}
