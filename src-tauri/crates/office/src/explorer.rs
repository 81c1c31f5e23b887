//! Searching CDRs: frozen views of what matches a filter, in any order, with sums.
//!
//! The searchable part of every CDR is kept in memory, column by column, so that the first rows of
//! any filter and order are there within a blink whatever the size of the book. It is read once
//! ([`warm`] does so in the background), grows with imports, and follows decisions: those made at
//! this desk by [`refresh`], others by the versions the book keeps per partner-month.

mod columns;
mod filter;
mod order;
mod show;
#[cfg(test)]
mod tests;
mod views;

pub(crate) use show::masked;
pub use show::rows_of;

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use domain::BillingMonth;
use store::Book;
use store::micro;
use store::row::CdrRow;

use crate::api::{
    CdrFilter, CdrRowDto, CdrRowsRequest, CdrSort, CdrSums, CdrView, FacetCount, Facets,
};
use crate::desk::Desk;
use crate::error::{Error, Result};
use columns::{Columns, NONE, bucket_text};
use filter::{Facet, Mask};
use order::{Ranks, SortColumn, keys};
use views::{View, Views};

/// Rows that come with a view.
const FIRST: usize = 200;
/// Rows of a page, at most.
const PAGE: u32 = 1_000;

/// What a desk keeps for searching.
#[derive(Debug, Default)]
pub(crate) struct Shelf(RefCell<State>);

#[derive(Debug, Default)]
struct State {
    loading: Option<Loading>,
    index: Option<Index>,
    views: Views,
}

/// The thread that reads the book, and the sign that it is through.
#[derive(Debug)]
struct Loading {
    thread: JoinHandle<Result<Index>>,
    through: Arc<OnceLock<()>>,
}

/// Gives the sign when it goes, so also when reading the book fails or panics.
struct Through(Arc<OnceLock<()>>);

impl Drop for Through {
    fn drop(&mut self) {
        self.0.get_or_init(|| ());
    }
}

/// Everything searchable, and how far it follows the book.
#[derive(Debug, Default)]
struct Index {
    columns: Columns,
    ranks: Ranks,
    versions: HashMap<(i64, i64), i64>,
    /// Imports that were taken back so far: with one more, everything is read again.
    undone: u32,
}

impl Index {
    fn load(book: &Book) -> Result<Index> {
        let mut index = Index {
            versions: versions(book)?,
            undone: store::undo::count(book)?,
            ..Index::default()
        };
        index.columns.grow(book)?;
        index.columns.shrink();
        index.ranks = Ranks::of(&index.columns);
        Ok(index)
    }

    /// Takes in what changed in the book since the last question. Says whether CDRs stand at
    /// other positions now.
    fn follow(&mut self, book: &Book) -> Result<bool> {
        if store::undo::count(book)? != self.undone {
            *self = Index::load(book)?;
            return Ok(true);
        }
        let now = versions(book)?;
        let changed: Vec<(i64, i64)> = now
            .iter()
            .filter(|(month, version)| self.versions.get(*month) != Some(*version))
            .map(|(month, _)| *month)
            .collect();
        self.columns.grow(book)?;
        // Beyond a few months one pass over everything is quicker than looking up row by row.
        if changed.len() > 3 {
            self.columns.read_states(book, CdrRow(0))?;
        } else {
            for (partner, month) in changed {
                let columns = &mut self.columns;
                let partner = store::row::PartyRow(partner);
                store::scan::states_of_month(book, partner, month, |row, state| {
                    columns.set_state(row, state);
                })?;
                store::scan::found_in_month(book, partner, month, |row, code| {
                    columns.add_read_code(row, code);
                })?;
            }
        }
        self.versions = now;
        Ok(false)
    }
}

fn versions(book: &Book) -> Result<HashMap<(i64, i64), i64>> {
    let versions = store::replay::month_versions(book)?;
    Ok(versions
        .into_iter()
        .map(|(party, month, version)| ((party.0, month), version))
        .collect())
}

/// Starts reading the book in the background, so that the first search need not wait for it.
pub fn warm(desk: &Desk) -> Result<()> {
    let mut state = desk.shelf.0.borrow_mut();
    if state.index.is_none()
        && state.loading.is_none()
        && let Some(book) = desk.book.again()?
    {
        let through = Arc::new(OnceLock::new());
        let sign = Through(Arc::clone(&through));
        let thread = std::thread::spawn(move || {
            let _sign = sign;
            Index::load(&book)
        });
        state.loading = Some(Loading { thread, through });
    }
    Ok(())
}

/// The sign to wait for before a search, while the book is still being read in the background.
/// Whoever shares a desk waits for it without holding the desk.
pub fn loading(desk: &Desk) -> Option<Arc<OnceLock<()>>> {
    let state = desk.shelf.0.borrow();
    state.loading.as_ref().map(|it| Arc::clone(&it.through))
}

/// Asks the index, once it has caught up with the book.
fn ask<T>(desk: &Desk, question: impl FnOnce(&mut Index, &mut Views) -> Result<T>) -> Result<T> {
    let mut state = desk.shelf.0.borrow_mut();
    let state = &mut *state;
    if let Some(loading) = state.loading.take() {
        let loaded = loading
            .thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        state.index = Some(loaded?);
    }
    if state.index.is_none() {
        state.index = Some(Index::load(&desk.book)?);
    }
    let index = state.index.as_mut().expect("loaded just now");
    if index.follow(&desk.book)? {
        state.views.close();
    }
    question(index, &mut state.views)
}

/// Freezes what matches a filter, in an order; gives its sums and first rows.
pub fn open(desk: &Desk, filter: &CdrFilter, sort: &CdrSort) -> Result<CdrView> {
    let column = SortColumn::of(&sort.column)?;
    let (view, found, first) = ask(desk, |index, views| {
        let positions = positions(&index.columns, filter)?;
        if !index.ranks.covers(&index.columns) {
            index.ranks = Ranks::of(&index.columns);
        }
        let found = sums(&index.columns, &positions);
        let keys = keys(
            &index.columns,
            &index.ranks,
            column,
            sort.descending,
            &positions,
        );
        let view = View::new(keys, FIRST);
        let row = |at: usize| CdrRow::from(index.columns.row[at]);
        let first = view.first().map(row).collect::<Vec<CdrRow>>();
        Ok((views.add(view), found, first))
    })?;
    Ok(CdrView {
        view,
        count: found.count,
        energy_kwh: micro::text(found.energy_e6),
        sums: found.sums,
        rows: rows_of(desk, &first)?,
    })
}

/// A page of an open view.
pub fn rows(desk: &Desk, request: &CdrRowsRequest) -> Result<Vec<CdrRowDto>> {
    let rows: Vec<CdrRow> = ask(desk, |index, views| {
        let view = views
            .get(request.view)
            .ok_or(Error::UnknownView(request.view))?;
        let page = view.page(request.start as usize, request.len.min(PAGE) as usize);
        Ok(page.map(|at| CdrRow::from(index.columns.row[at])).collect())
    })?;
    rows_of(desk, &rows)
}

/// How many CDRs fall under each partner, month and bucket. Each leaves its own condition out, so
/// that the other values can be seen and chosen.
pub fn facets(desk: &Desk, filter: &CdrFilter) -> Result<Facets> {
    ask(desk, |index, _| {
        let columns = &index.columns;
        let base = filter::base(columns, filter)?;
        let counted = |facet| -> Result<Vec<u32>> {
            let mut mask = Mask(base.0.clone());
            filter::narrow(columns, filter, &mut mask, Some(facet))?;
            Ok(match facet {
                Facet::Partner => count(&mask, &columns.partner, columns.parties.len()),
                Facet::Month => count(&mask, &columns.month, columns.months.len()),
                Facet::Bucket => count(&mask, &columns.bucket, usize::from(u8::MAX) + 1),
            })
        };
        let values = |counts: Vec<u32>, name: &dyn Fn(usize) -> String| {
            let mut found: Vec<FacetCount> = counts
                .into_iter()
                .enumerate()
                .filter(|(_, count)| *count > 0)
                .map(|(at, count)| FacetCount {
                    value: name(at),
                    count,
                })
                .collect();
            found.sort_by(|one, other| one.value.cmp(&other.value));
            found
        };
        let month = |at: usize| {
            BillingMonth::from_number(columns.months[at])
                .map_or_else(|bad| bad.0, |month| month.to_string())
        };
        let bucket = |at: usize| bucket_text(u8::try_from(at).expect("256 buckets")).to_owned();
        Ok(Facets {
            partners: values(counted(Facet::Partner)?, &|at| {
                columns.parties[at].1.clone()
            }),
            months: values(counted(Facet::Month)?, &month),
            buckets: values(counted(Facet::Bucket)?, &bucket),
        })
    })
}

/// The rows that match a filter, in order of their ids.
pub fn matching(desk: &Desk, filter: &CdrFilter) -> Result<Vec<CdrRow>> {
    ask(desk, |index, _| {
        let positions = positions(&index.columns, filter)?;
        Ok(positions
            .iter()
            .map(|at| CdrRow::from(index.columns.row[*at as usize]))
            .collect())
    })
}

/// Takes over what a decision at this desk changed about some CDRs. Call it after the transaction.
pub fn refresh(desk: &Desk, cdrs: &[CdrRow]) -> Result<()> {
    let mut state = desk.shelf.0.borrow_mut();
    let Some(index) = state.index.as_mut() else {
        return Ok(());
    };
    let now = versions(&desk.book)?;
    let columns = &mut index.columns;
    store::scan::states(&desk.book, cdrs, |row, state| columns.set_state(row, state))?;
    for position in cdrs.iter().filter_map(|row| columns.position(*row)) {
        let partner = columns.parties[usize::from(columns.partner[position])].0;
        let month = columns.months[usize::from(columns.month[position])];
        if let Some(version) = now.get(&(partner.0, month)) {
            index.versions.insert((partner.0, month), *version);
        }
    }
    Ok(())
}

/// Bytes the index takes; 0 while it is not loaded.
pub fn memory(desk: &Desk) -> usize {
    let state = desk.shelf.0.borrow();
    let index = state.index.as_ref();
    index.map_or(0, |index| index.columns.bytes() + index.columns.len() * 8)
}

fn positions(columns: &Columns, filter: &CdrFilter) -> Result<Vec<u32>> {
    let mut mask = filter::base(columns, filter)?;
    filter::narrow(columns, filter, &mut mask, None)?;
    Ok(mask.positions())
}

fn count<T: Copy + Into<usize>>(mask: &Mask, column: &[T], values: usize) -> Vec<u32> {
    let mut counts = vec![0; values];
    for (mask, value) in mask.0.iter().zip(column) {
        counts[(*value).into()] += u32::from(*mask);
    }
    counts
}

/// What a view comes to.
struct Found {
    count: u32,
    energy_e6: i128,
    sums: Vec<CdrSums>,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    count: u32,
    stated: i128,
    replayed: i128,
    difference: i128,
}

fn sums(columns: &Columns, positions: &[u32]) -> Found {
    let mut energy_e6 = 0;
    let mut sums = vec![Sum::default(); columns.currencies.len()];
    let amount = |value: i64| if value == NONE { 0 } else { i128::from(value) };
    for at in positions.iter().map(|at| *at as usize) {
        energy_e6 += i128::from(columns.energy[at]);
        let sum = &mut sums[usize::from(columns.currency[at])];
        sum.count += 1;
        sum.stated += amount(columns.stated[at]);
        sum.replayed += amount(columns.replayed[at]);
        sum.difference += amount(columns.difference[at]);
    }
    let named = sums
        .iter()
        .zip(&columns.currencies)
        .filter(|(sum, _)| sum.count > 0);
    let mut sums: Vec<CdrSums> = named
        .map(|(sum, currency)| CdrSums {
            currency: currency.clone(),
            count: sum.count,
            stated: micro::text(sum.stated),
            replayed: micro::text(sum.replayed),
            difference: micro::text(sum.difference),
        })
        .collect();
    sums.sort_by(|one, other| one.currency.cmp(&other.currency));
    let count = u32::try_from(positions.len()).expect("positions fit 32 bits");
    Found {
        count,
        energy_e6,
        sums,
    }
}
