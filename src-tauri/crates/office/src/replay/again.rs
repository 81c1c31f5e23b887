//! Replaying CDRs that are in the book already: a month on request, or those that lacked a tariff.

use std::collections::{BTreeSet, HashSet};

use domain::{BillingMonth, PartyKey};
use ocpi::Reader;
use store::cdr::CdrSource;
use store::finding::About;
use store::raw::Blocks;
use store::replay::Replayed;
use store::row::{CdrRow, ImportRow, PartyRow};
use store::{Book, Durability};

use super::choose::Lookups;
use super::explain::read_source;
use super::{Ground, KEEP, on_ground};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::{Job, Progress};

/// CDRs per transaction.
const BATCH: u32 = 1_000;

/// Partner-months in which something changed.
pub type Touched = BTreeSet<(PartyRow, BillingMonth)>;

/// Replays every CDR of a partner-month with today's facts and agreement.
pub fn replay_month(
    desk: &Desk,
    job: &mut Job<'_>,
    partner: &PartyKey,
    month: BillingMonth,
) -> Result<Touched> {
    let row = store::party::find(&desk.book, partner)?
        .ok_or_else(|| Error::UnknownPartner(partner.to_string()))?;
    in_batches(desk, job, |book, after| {
        Ok(store::cdr::of_month(book, row, month, after, BATCH)?)
    })
}

/// Replays the CDRs whose price another tariff or location could change: those without a price,
/// those priced with a stored tariff, and those whose tariff reads the local clock.
pub fn replay_open(desk: &Desk, job: &mut Job<'_>) -> Result<Touched> {
    in_batches(desk, job, |book, after| {
        Ok(store::cdr::open_to_change(book, after, BATCH)?)
    })
}

/// Replays the CDRs that carry a tariff of their own, beside which those of an import can be put.
pub(crate) fn replay_beside(desk: &Desk, job: &mut Job<'_>, import: ImportRow) -> Result<Touched> {
    in_batches(desk, job, |book, after| {
        Ok(store::cdr::beside_tariffs(book, import, after, BATCH)?)
    })
}

/// Replays these CDRs, inside a transaction of the caller.
pub(crate) fn replay_these(book: &Book, cdrs: &[CdrRow]) -> Result<()> {
    let mut again = Again::default();
    again.look_for_kept(book)?;
    for row in cdrs {
        let Some(stored) = store::cdr::get(book, *row)? else {
            continue;
        };
        let source = CdrSource {
            row: stored.row,
            source: stored.source,
            partner: stored.partner,
            own: stored.own,
            month: stored.figures.month,
        };
        let replayed = again.replay(book, source)?;
        store::replay::put(book, *row, &replayed)?;
        store::replay::touch_month(book, source.partner, source.month)?;
    }
    Ok(())
}

fn in_batches(
    desk: &Desk,
    job: &mut Job<'_>,
    batch: impl Fn(&Book, CdrRow) -> Result<Vec<CdrSource>>,
) -> Result<Touched> {
    let book = &desk.book;
    let mut again = Again::default();
    let mut touched = Touched::new();
    let mut after = CdrRow(0);
    let mut records = 0;
    loop {
        let sources = batch(book, after)?;
        let Some(last) = sources.last() else {
            return Ok(touched);
        };
        after = last.row;
        again.look_for_kept(book)?;
        let mut changed = Vec::new();
        for source in &sources {
            job.check()?;
            let replayed = again.replay(book, *source)?;
            if store::replay::get(book, source.row)?.as_ref() != Some(&replayed) {
                changed.push((*source, replayed));
            }
        }
        book.write(Durability::Facts, |book| -> Result<()> {
            let months: Touched = changed
                .iter()
                .map(|(of, _)| (of.partner, of.month))
                .collect();
            for (source, replayed) in &changed {
                store::replay::put(book, source.row, replayed)?;
            }
            for (partner, month) in &months {
                store::replay::touch_month(book, *partner, *month)?;
            }
            touched.extend(months);
            Ok(())
        })?;
        records += sources.len() as u64;
        job.tell(Progress {
            done: records,
            records,
            ..Progress::default()
        });
    }
}

/// What is used again from one CDR to the next.
#[derive(Default)]
struct Again {
    lookups: Lookups,
    blocks: Blocks,
    reader: Reader,
    /// CDRs that are priced otherwise by decision: few, so that most need no look into the log.
    kept: HashSet<CdrRow>,
}

impl Again {
    /// Looks which CDRs are priced otherwise by decision; once a batch, since one may be decided
    /// meanwhile.
    fn look_for_kept(&mut self, book: &Book) -> Result<()> {
        self.kept = store::decision::all_in_force(book, KEEP)?
            .into_iter()
            .collect();
        Ok(())
    }

    fn replay(&mut self, book: &Book, source: CdrSource) -> Result<Replayed> {
        let (cdr, partner) = read_source(book, &mut self.reader, &mut self.blocks, &source)?;
        let chosen = self.lookups.choose(book, &cdr, &partner)?;
        let read = store::finding::worst(book, About::Cdr(source.row.0))?;
        let terms = self.lookups.terms(book, &chosen.partner)?;
        let (record, agreed) = ((&cdr, &chosen), terms.partner.agreement.policy);
        let (ground, kept) = if self.kept.contains(&source.row) {
            Ground::of(book, &mut self.lookups, source.row, record, agreed)?
        } else {
            (Ground::agreed(&chosen, agreed), None)
        };
        Ok(Replayed {
            kept: kept.map(|kept| kept.decision.seq),
            ..on_ground(record, &ground, &terms, read)
        })
    }
}
