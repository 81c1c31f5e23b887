//! Replaying CDRs that are in the book already: a month on request, or those that lacked a tariff.
//!
//! Only what can have changed is priced. A result says what it rests on: the engine, the agreement,
//! a kept reading, and which tariffs and locations had come. While those stand the record is not
//! even read. Where they do not, it is read and its tariffs and zone are looked up, and it is
//! priced only if that gives another [`Replayed::ground`].

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::{BillingMonth, PartyKey};
use ocpi::Reader;
use store::cdr::CdrSource;
use store::finding::About;
use store::past::replace;
use store::raw::Blocks;
use store::replay::{Replayed, Standing};
use store::row::{CdrRow, DecisionSeq, ImportRow, PartyRow};
use store::{Book, Durability};

use super::choose::Lookups;
use super::explain::read_source;
use super::{Basis, ENGINE, Ground, KEEP};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::{Job, Progress};
use crate::terms::{Terms, unset};

/// CDRs per transaction.
const BATCH: u32 = 1_000;

/// Partner-months in which something changed.
pub type Touched = BTreeSet<(PartyRow, BillingMonth)>;

/// Replays every CDR of a partner-month with today's facts and agreement, as far as they may have
/// changed its price.
pub fn replay_month(
    desk: &Desk,
    job: &mut Job<'_>,
    partner: &PartyKey,
    month: BillingMonth,
) -> Result<Touched> {
    let row = party(&desk.book, partner)?;
    keep_all(desk, job, |book, after| {
        Ok(store::replay::of_month(book, row, month, after, BATCH)?)
    })
}

/// Replays the CDRs whose price another tariff or location could change: those without a price,
/// those priced with a stored tariff, and those whose tariff reads the local clock.
pub fn replay_open(desk: &Desk, job: &mut Job<'_>) -> Result<Touched> {
    keep_all(desk, job, |book, after| {
        Ok(store::replay::open_to_change(book, after, BATCH)?)
    })
}

/// Notes that months have to be reconciled anew.
pub(crate) fn mark_stale(desk: &Desk, months: Touched) -> Result<()> {
    if months.is_empty() {
        return Ok(());
    }
    desk.book.write(Durability::Facts, |book| -> Result<()> {
        for month in months {
            store::month::mark_stale(book, month)?;
        }
        Ok(())
    })
}

/// Replays the CDRs that carry a tariff of their own, beside which those of an import can be put.
pub(crate) fn replay_beside(desk: &Desk, job: &mut Job<'_>, import: ImportRow) -> Result<Touched> {
    keep_all(desk, job, |book, after| {
        Ok(store::replay::beside_tariffs(book, import, after, BATCH)?)
    })
}

/// The row of a party that the book knows.
pub(super) fn party(book: &Book, partner: &PartyKey) -> Result<PartyRow> {
    store::party::find(book, partner)?.ok_or_else(|| Error::UnknownPartner(partner.to_string()))
}

/// Replays these CDRs by a decision, inside its transaction.
pub(crate) fn replay_these(
    book: &Book,
    cdrs: &[CdrRow],
    (at, decision): (domain::Instant, DecisionSeq),
) -> Result<()> {
    let mut pricer = Pricer::default();
    pricer.look_for_kept(book)?;
    for row in cdrs {
        let Some(stored) = store::cdr::get(book, *row)? else {
            continue;
        };
        let source = stored.to_replay();
        if let Now::Priced(replayed) = pricer.price(book, source, None)? {
            replace(book, *row, &replayed, (at, Some(decision)))?;
        }
        store::replay::touch_month(book, source.partner, source.month)?;
    }
    Ok(())
}

/// Keeps what changed, batch after batch.
fn keep_all(
    desk: &Desk,
    job: &mut Job<'_>,
    page: impl Fn(&Book, CdrRow) -> Result<Vec<Standing>>,
) -> Result<Touched> {
    let mut touched = Touched::new();
    sweep(desk, job, page, |batch| {
        if batch.iter().all(|looked| looked.now == Now::Untouched) {
            return Ok(());
        }
        desk.book.write(Durability::Facts, |book| -> Result<()> {
            let mut months = Touched::new();
            for looked in batch {
                if looked.keep(book, (desk.now, None))? {
                    months.insert((looked.source.partner, looked.source.month));
                }
            }
            for (partner, month) in &months {
                store::replay::touch_month(book, *partner, *month)?;
            }
            touched.extend(months);
            Ok(())
        })
    })?;
    Ok(touched)
}

/// Looks at page after page of CDRs and hands each to `take`. Nothing is written.
pub(super) fn sweep(
    desk: &Desk,
    job: &mut Job<'_>,
    page: impl Fn(&Book, CdrRow) -> Result<Vec<Standing>>,
    mut take: impl FnMut(Vec<Looked>) -> Result<()>,
) -> Result<()> {
    let book = &desk.book;
    let mut pricer = Pricer::default();
    let mut after = CdrRow(0);
    let mut records = 0;
    loop {
        let standing = page(book, after)?;
        let Some((last, _)) = standing.last() else {
            return Ok(());
        };
        after = last.row;
        records += standing.len() as u64;
        pricer.look_for_kept(book)?;
        let mut looked = Vec::with_capacity(standing.len());
        for (source, before) in standing {
            job.check()?;
            looked.push(pricer.look(book, source, before)?);
        }
        take(looked)?;
        job.tell(Progress {
            done: records,
            records,
            ..Progress::default()
        });
    }
}

/// A CDR that was looked at again.
pub(super) struct Looked {
    pub source: CdrSource,
    /// The result that stands.
    pub before: Option<Replayed>,
    pub now: Now,
}

/// What looking at a CDR again came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Now {
    /// Nothing that it rests on moved.
    Untouched,
    /// Tariffs or locations came, as this count of them says, and none of them matters to it.
    Unchanged(i64),
    /// It was priced again.
    Priced(Replayed),
}

impl Looked {
    /// The new result, where its figures are others than those that stand.
    pub(super) fn changed(&self) -> Option<(&Replayed, &Replayed)> {
        match (&self.before, &self.now) {
            (Some(before), Now::Priced(now)) if !before.same_figures(now) => Some((before, now)),
            (_, Now::Untouched | Now::Unchanged(_) | Now::Priced(_)) => None,
        }
    }

    /// Keeps what it came to, inside a transaction of the caller. Says whether the result changed.
    pub(super) fn keep(
        &self,
        book: &Book,
        by: (domain::Instant, Option<DecisionSeq>),
    ) -> Result<bool> {
        let row = self.source.row;
        match &self.now {
            Now::Untouched => Ok(false),
            Now::Unchanged(seen) => {
                store::replay::note_seen(book, row, *seen)?;
                Ok(false)
            }
            Now::Priced(now) => {
                replace(book, row, now, by)?;
                let before = self.before.as_ref();
                Ok(!before.is_some_and(|before| before.same_result(now)))
            }
        }
    }
}

/// What is used again from one CDR to the next.
#[derive(Default)]
pub(super) struct Pricer {
    lookups: Lookups,
    blocks: Blocks,
    reader: Reader,
    /// CDRs that are priced otherwise by decision: few, so that most need no look into the log.
    kept: HashSet<CdrRow>,
    /// Whether what an agreement of then says of prices, and of zones, is what is agreed today.
    agreed: HashMap<(PartyRow, DecisionSeq), (bool, bool)>,
}

impl Pricer {
    /// Looks which CDRs are priced otherwise by decision; once a batch, since one may be decided
    /// meanwhile.
    pub(super) fn look_for_kept(&mut self, book: &Book) -> Result<()> {
        self.kept = store::decision::all_in_force(book, KEEP)?
            .into_iter()
            .collect();
        Ok(())
    }

    /// Looks at a CDR again, and no closer than needed.
    fn look(&mut self, book: &Book, source: CdrSource, before: Option<Replayed>) -> Result<Looked> {
        let rests = match &before {
            Some(before) => self.rests(book, &source, before)?,
            None => false,
        };
        let now = if rests {
            Now::Untouched
        } else {
            self.price(book, source, before.as_ref())?
        };
        Ok(Looked {
            source,
            before,
            now,
        })
    }

    /// Whether nothing that a result rests on moved since. It may have where this says no.
    fn rests(&mut self, book: &Book, source: &CdrSource, before: &Replayed) -> Result<bool> {
        if before.engine != ENGINE
            || before.ground.is_none()
            || before.kept.is_some()
            || self.kept.contains(&source.row)
        {
            return Ok(false);
        }
        let (prices, zones) = self.agreed(book, source.partner, before.agreement)?;
        let looked_up = match before.seen {
            None => true,
            Some(seen) => zones && seen == self.lookups.seen(book)?,
        };
        Ok(prices && looked_up)
    }

    fn agreed(
        &mut self,
        book: &Book,
        partner: PartyRow,
        decision: DecisionSeq,
    ) -> Result<(bool, bool)> {
        if let Some(agreed) = self.agreed.get(&(partner, decision)) {
            return Ok(*agreed);
        }
        let key = store::party::key(book, partner)?;
        let today = self.lookups.terms(book, &key)?;
        let then = match decision {
            DecisionSeq(0) => Some(unset(&key)),
            set => store::agreement::by_decision(book, set)?,
        };
        let agreed = then.map_or((false, false), |then| {
            let then = Terms::new(then, decision);
            let zone = |terms: &Terms| (terms.is_agreed(), terms.partner.agreement.time_zone);
            (then.pricing == today.pricing, zone(&then) == zone(&today))
        });
        self.agreed.insert((partner, decision), agreed);
        Ok(agreed)
    }

    /// Prices a CDR again, unless it stands on the same ground as the result `before`.
    pub(super) fn price(
        &mut self,
        book: &Book,
        source: CdrSource,
        before: Option<&Replayed>,
    ) -> Result<Now> {
        let (cdr, partner) = read_source(book, &mut self.reader, &mut self.blocks, &source)?;
        let chosen = self.lookups.choose(book, &cdr, &partner)?;
        let terms = self.lookups.terms(book, &chosen.partner)?;
        let (record, agreed) = ((&cdr, &chosen), terms.partner.agreement.policy);
        let (ground, kept) = if self.kept.contains(&source.row) {
            Ground::of(book, &mut self.lookups, source.row, record, agreed)?
        } else {
            (Ground::agreed(&chosen, agreed), None)
        };
        let basis = Basis {
            record,
            ground: &ground,
            kept: kept.map(|kept| kept.decision.seq),
            terms: &terms,
            seen: self.lookups.seen(book)?,
        };
        let stand = ground.stand(&cdr, &chosen);
        let same = |before: &&Replayed| {
            before.engine == ENGINE && before.ground == Some(basis.stamp(&stand))
        };
        let Some(before) = before.filter(same) else {
            let read = store::finding::worst(book, About::Cdr(source.row.0))?;
            return Ok(Now::Priced(basis.price(&stand, read)));
        };
        let seen = Some(basis.seen).filter(|seen| before.seen != Some(*seen));
        Ok(seen.map_or(Now::Untouched, Now::Unchanged))
    }
}
