//! Reconciling partner-months of the book: facts and decisions in, outcomes and sums out.
//!
//! A month is reconciled as a whole, or, where little came to it, for the records [`near`] that.

mod facts;
mod near;
mod why;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;
use std::sync::Arc;

use billing::reconcile::{Cause, Input, Outcome, Subject};
use billing::{Sym, reconcile};
use domain::{Agreement, BillingMonth, Bucket, FindingCode, Instant, PartyKey};
use store::month::{Key, Moves, Total};
use store::near::Scope;
pub use store::outcome::Listed;
use store::outcome::{CdrOutcome, SessionOutcome};
use store::row::{CdrRow, SessionRow};
use store::{Book, Durability};

use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::evses::{self, Evses};
use crate::job::{Job, Progress};
pub(crate) use crate::reconcile::facts::{Claim, Facts};
pub(crate) use crate::reconcile::near::{Due, evse, touch_named_by};
use crate::reconciling::odd::{self, Oddities};
use crate::reconciling::{search, stations, tolerance};
use crate::terms::terms;
use crate::{partners, truth};

/// Facts of the months beside a month count when they end this close to it: clocks drift and local
/// time is written as UTC, so a session and its CDR may fall in different months.
const EDGE_MS: i64 = 3 * 24 * 3600 * 1000;

/// What reconciling a partner-month came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciled {
    /// The partner.
    pub partner: PartyKey,
    /// The month.
    pub month: BillingMonth,
    /// Sums per bucket and currency; a bucket that holds nothing has none.
    pub totals: Vec<Total>,
}

/// Reconciles a partner-month as a whole, searches what explains its differences, and keeps the
/// result.
pub fn partner_month(desk: &Desk, partner: &PartyKey, month: BillingMonth) -> Result<Reconciled> {
    let key = (partners::row(&desk.book, partner)?, month);
    search::search(desk, &mut Job::quiet(), key)?;
    desk.book.write(Durability::Facts, |book| {
        store::near::forget_mark(book, key)?;
        derive(book, key, desk.now)
    })?;
    let totals = store::month::totals(&desk.book, Some(key))?;
    Ok(Reconciled {
        partner: partner.clone(),
        month,
        totals,
    })
}

/// Every outcome of a partner-month as it stands.
pub fn list(desk: &Desk, partner: &PartyKey, month: BillingMonth) -> Result<Vec<Listed>> {
    let key = (partners::row(&desk.book, partner)?, month);
    Ok(store::outcome::list(&desk.book, key)?)
}

/// Reconciles every partner-month to which something came since it was last reconciled, and the
/// months beside it, whose records may belong to what came. Returns how many.
pub fn reconcile_stale(desk: &Desk, job: &mut Job<'_>) -> Result<usize> {
    let held: BTreeSet<Key> = store::month::states(&desk.book)?
        .into_iter()
        .map(|state| (state.partner, state.month))
        .collect();
    near::touch_named(&desk.book, desk.now)?;
    let stale = store::month::stale(&desk.book, desk.now)?;
    let wide: BTreeSet<Key> = stale
        .into_iter()
        .flat_map(|(partner, month)| {
            [month.previous(), month, month.next()].map(|month| (partner, month))
        })
        .filter(|key| held.contains(key))
        .collect();
    if wide.is_empty() {
        return Ok(0);
    }
    desk.book.expect_much(true)?;
    let reconciled = each_month(desk, job, &wide);
    desk.book.expect_much(false)?;
    reconciled?;
    Ok(wide.len())
}

fn each_month(desk: &Desk, job: &mut Job<'_>, months: &BTreeSet<Key>) -> Result<()> {
    for (done, key) in months.iter().enumerate() {
        job.check()?;
        search::search(desk, job, *key)?;
        desk.book
            .write(Durability::Facts, |book| derive(book, *key, desk.now))?;
        job.tell(Progress {
            done: done as u64 + 1,
            total: months.len() as u64,
            ..Progress::default()
        });
    }
    Ok(())
}

/// Brings the outcomes and sums of a partner-month up to date with its facts and decisions, as they
/// are at a moment: for all its records, or for those that what came since could change. Belongs
/// into a transaction. CDRs of which nobody searched what explains them stay unexplained.
pub(crate) fn derive(book: &Book, key: Key, now: Instant) -> Result<()> {
    let ground = Ground::of(book, key, now)?;
    let due = ground.due(book)?;
    if due.is_nothing() {
        store::month::note_reconciled(book, key)?;
        return ground.note(book);
    }
    let mut facts = ground.facts(book, &due.scope)?;
    let mut outcomes = ground.judge(book, &mut facts)?;
    by_truth(book, key, &due.scope, &mut outcomes)?;
    let causes = why::by_cause(book, key, &due.scope, (&mut outcomes, &facts.rules))?;
    let mates = ground.mates(book, &due, &mut facts)?;
    let asked = odd::Asked {
        key,
        due: &due,
        outcomes: &outcomes,
        facts: &facts.claims,
        mates: &mates,
        agreement: &ground.agreement,
    };
    Oddities::of(book, &asked)?.keep(book, key)?;
    keep(book, key, &due, (&facts, &outcomes, &causes))?;
    stations::keep_pairs(book, key, &due, (&facts, &outcomes))?;
    stations::derive(book, key, &ground.agreement, &due)?;
    ground.note(book)
}

/// Writes the outcomes that are not what stands, and the sums that follow.
fn keep(
    book: &Book,
    key: Key,
    due: &Due,
    (facts, outcomes, causes): (&Facts, &[Outcome], &BTreeMap<i64, Arc<str>>),
) -> Result<()> {
    let mut standing = store::outcome::standing(book, key, &due.scope)?;
    let mut sessions = store::outcome::standing_sessions(book, key, &due.scope)?;
    let weights = due.carried.then(|| facts.weights());
    let mut moves = Moves::default();
    let mut moved = |subject, from, to| match weights.as_ref().map(|weights| weights[&subject]) {
        Some((currency, figures)) => moves.add((key, currency), (from, to), figures),
        None => Ok(()),
    };
    for outcome in outcomes {
        let reason = outcome.cause.as_str().to_owned();
        let bucket = outcome.bucket;
        match outcome.subject {
            Subject::Cdr(row) => {
                let new = CdrOutcome {
                    bucket,
                    session: outcome.session.map(SessionRow),
                    reason,
                    matched_by: outcome.matched_by.map(|how| how.as_str().to_owned()),
                    other: outcome.other.map(CdrRow),
                    cause: causes.get(&row).map(|key| (**key).to_owned()),
                };
                let old = standing.remove(&CdrRow(row));
                if old.as_ref() != Some(&new) {
                    store::outcome::put(book, CdrRow(row), &new)?;
                    moved(outcome.subject, old.map(|old| old.bucket), Some(bucket))?;
                }
            }
            Subject::Session(row) => {
                let new = SessionOutcome { bucket, reason };
                let old = sessions.remove(&SessionRow(row));
                if old.as_ref() != Some(&new) {
                    store::outcome::put_session(book, SessionRow(row), &new)?;
                    moved(outcome.subject, old.map(|old| old.bucket), Some(bucket))?;
                }
            }
        }
    }
    for (row, old) in sessions {
        store::outcome::forget_session(book, row)?;
        moved(Subject::Session(row.0), Some(old.bucket), None)?;
    }
    if due.carried {
        store::month::carry(book, key, &moves)?;
    } else {
        store::month::sum_up(book, key)?;
    }
    Ok(())
}

/// Judges whose figures count. A CDR of which all else is right differs where the energy that
/// counts by the rule agreed is not the one it states.
fn by_truth(book: &Book, key: Key, scope: &Scope, outcomes: &mut [Outcome]) -> Result<()> {
    let sessions = outcomes.iter().filter_map(|outcome| match outcome.subject {
        Subject::Cdr(row) => Some((CdrRow(row), outcome.session.map(SessionRow))),
        Subject::Session(_) => None,
    });
    let wrong = truth::derive(book, key, scope, &sessions.collect())?;
    for outcome in outcomes {
        let is_wrong = match outcome.subject {
            Subject::Cdr(row) => wrong.contains(&CdrRow(row)),
            Subject::Session(_) => false,
        };
        if is_wrong && matches!(outcome.cause, Cause::Equal | Cause::WithinTolerance) {
            outcome.bucket = Bucket::Differs;
            outcome.cause = Cause::Finding(FindingCode::TruthEnergy);
        }
    }
    Ok(())
}

/// What a partner-month is reconciled by, beside its facts.
struct Ground {
    key: Key,
    now: Instant,
    partner: PartyKey,
    agreement: Agreement,
    /// When facts of the months beside it have to end to count.
    edges: Range<i64>,
}

impl Ground {
    fn of(book: &Book, key: Key, now: Instant) -> Result<Ground> {
        let partner = store::party::key(book, key.0)?;
        let agreement = terms(book, &partner)?.partner.agreement;
        let range = key.1.range(agreement.time_zone);
        let edges =
            range.start.timestamp_millis() - EDGE_MS..range.end.timestamp_millis() + EDGE_MS;
        Ok(Ground {
            key,
            now,
            partner,
            agreement,
            edges,
        })
    }

    /// Notes up to where the month is reconciled, and when time alone moves something.
    fn note(&self, book: &Book) -> Result<()> {
        let next_ms = store::month::waits(book, self.key, self.now, self.wait_ms())?;
        store::month::note_next(book, self.key, next_ms)?;
        Ok(store::near::set_mark(book, self.key)?)
    }

    /// How long a session waits for its CDR.
    fn wait_ms(&self) -> i64 {
        i64::from(self.agreement.thresholds.cdr_days) * 24 * 3_600_000
    }

    /// What of the month has to be looked at.
    fn due(&self, book: &Book) -> Result<Due> {
        // The sum of what passes decides about all that passes.
        if tolerance::agreed(&self.agreement).per_month_e6.is_some() {
            store::near::forget_mark(book, self.key)?;
        }
        let late = store::month::no_longer_waits(book, self.key, self.now, self.wait_ms())?;
        near::due(book, self.key, late, |signs| {
            self.counts(signs.month, signs.end_ms.unwrap_or(signs.start_ms))
        })
    }

    /// The months whose facts count.
    fn months(&self) -> [BillingMonth; 3] {
        [self.key.1.previous(), self.key.1, self.key.1.next()]
    }

    /// Whether a fact of a month that ends then has a part in this one.
    fn counts(&self, month: BillingMonth, end_ms: i64) -> bool {
        month == self.key.1 || self.months().contains(&month) && self.edges.contains(&end_ms)
    }

    /// The facts and the decisions in force.
    fn facts(&self, book: &Book, scope: &Scope) -> Result<Facts> {
        let mut facts = Facts::at(book, self.now)?;
        self.read(book, scope, &mut facts)?;
        Ok(facts)
    }

    fn read(&self, book: &Book, scope: &Scope, facts: &mut Facts) -> Result<()> {
        for month in self.months() {
            facts.read(
                book,
                (&self.partner, (self.key.0, month)),
                scope,
                |end_ms| self.counts(month, end_ms),
            )?;
        }
        Ok(())
    }

    /// CDRs of the same tokens within a day of what is looked at, where that is not the month.
    fn mates(&self, book: &Book, due: &Due, facts: &mut Facts) -> Result<odd::Mates> {
        let scope = Scope::Rows(due.mates.clone());
        let mut read = Facts::at(book, self.now)?;
        // The same token has the same number in both.
        std::mem::swap(&mut read.ids, &mut facts.ids);
        self.read(book, &scope, &mut read)?;
        std::mem::swap(&mut read.ids, &mut facts.ids);
        Ok(odd::Mates {
            facts: read.claims.into_iter().map(|claim| claim.fact).collect(),
            standing: store::outcome::standing(book, self.key, &scope)?,
        })
    }

    /// The outcomes that follow from facts.
    fn judge(&self, book: &Book, facts: &mut Facts) -> Result<Vec<Outcome>> {
        let due_s = (self.now.timestamp_millis() - self.wait_ms()).div_euclid(1000);
        let mut evses = Evses::new(book, &self.partner, &mut facts.lookups);
        let (ids, sessions) = (&mut facts.ids, &mut facts.sessions);
        evses::align(&mut evses, ids, &facts.cdrs, sessions)?;
        let named = store::outcome::named_by_misdated(book, self.key)?;
        let named: HashSet<Sym> = named.iter().map(|id| facts.ids.sym(id)).collect();
        let sessions = facts.sessions.iter();
        let billed_elsewhere: Vec<i64> = sessions
            .filter(|session| named.contains(&session.id))
            .map(|session| session.row)
            .collect();
        Ok(reconcile::reconcile(&Input {
            month: self.key.1,
            cdrs: &facts.cdrs,
            sessions: &facts.sessions,
            stands: &facts.stands,
            session_stands: &facts.session_stands,
            links: &facts.links,
            changed: &facts.changed,
            billed_elsewhere: &billed_elsewhere,
            due_s: Some(due_s),
            tolerance: tolerance::agreed(&self.agreement),
            sends_sessions: self.agreement.sends_sessions,
        }))
    }
}

/// Count, stated and difference of a bucket per currency, as sums of its totals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BucketSum {
    /// CDRs and sessions.
    pub count: u32,
    /// Stated net per currency.
    pub stated: BTreeMap<String, String>,
    /// Stated − replayed per currency.
    pub difference: BTreeMap<String, String>,
}

impl Reconciled {
    /// Every bucket, empty ones included, in the order screens show them.
    pub fn buckets(&self) -> Vec<(Bucket, BucketSum)> {
        let sum = |bucket: &Bucket| {
            let mut sum = BucketSum::default();
            for total in self.totals.iter().filter(|total| total.bucket == *bucket) {
                sum.count += total.count;
                if let Some(currency) = total.currency {
                    sum.stated
                        .insert(currency.to_string(), total.stated.to_string());
                    sum.difference
                        .insert(currency.to_string(), total.difference.to_string());
                }
            }
            (*bucket, sum)
        };
        Bucket::ALL.iter().map(sum).collect()
    }

    /// Whether anything of the month needs a person.
    pub fn needs_a_person(&self) -> bool {
        self.totals
            .iter()
            .any(|total| total.bucket.needs_a_person() && total.count > 0)
    }
}

/// A partner-month by its texts.
pub fn parse(desk: &Desk, partner: &str, month: &str) -> Result<(PartyKey, BillingMonth)> {
    let key = partners::partner_key(&desk.book, partner)?;
    Ok((key, read_month(month)?))
}

/// A month by its text.
pub(crate) fn read_month(text: &str) -> Result<BillingMonth> {
    text.parse().map_err(|_| Error::BadRequest {
        field: "month",
        value: text.to_owned(),
    })
}
