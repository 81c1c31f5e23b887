//! Reconciling partner-months of the book: facts and decisions in, outcomes and sums out.
//!
//! A month is reconciled as a whole, or, where little came to it, for the records [`near`] that.

mod near;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use billing::reconcile::{Cause, CdrFact, Input, Outcome, SessionFact, Stand, Subject};
use billing::{Interner, Sym, reconcile};
use domain::{BillingMonth, Bucket, FindingCode, PartyKey, Severity};
use store::month::{Key, Moves, Total};
use store::near::Scope;
pub use store::outcome::Listed;
use store::outcome::{CdrFacts, CdrOutcome, SessionOutcome};
use store::row::{CdrRow, SessionRow};
use store::{Book, Durability};

use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::{Job, Progress};
use crate::reconcile::near::Due;
use crate::terms::{Terms, terms};
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

/// Reconciles a partner-month as a whole and keeps the result.
pub fn partner_month(desk: &Desk, partner: &PartyKey, month: BillingMonth) -> Result<Reconciled> {
    let key = (partners::row(&desk.book, partner)?, month);
    desk.book.write(Durability::Facts, |book| {
        store::near::forget_mark(book, key)?;
        derive(book, key)
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
    let stale = store::month::stale(&desk.book)?;
    let wide: BTreeSet<Key> = stale
        .into_iter()
        .flat_map(|(partner, month)| {
            [month.previous(), month, month.next()].map(|month| (partner, month))
        })
        .filter(|key| held.contains(key))
        .collect();
    for (done, key) in wide.iter().enumerate() {
        job.check()?;
        desk.book
            .write(Durability::Facts, |book| derive(book, *key))?;
        job.tell(Progress {
            done: done as u64 + 1,
            total: wide.len() as u64,
            ..Progress::default()
        });
    }
    Ok(wide.len())
}

/// Brings the outcomes and sums of a partner-month up to date with its facts and decisions: for all
/// its records, or for those that what came since could change. Belongs into a transaction.
pub(crate) fn derive(book: &Book, key: Key) -> Result<()> {
    let ground = Ground::of(book, key)?;
    let due = due_of(book, &ground)?;
    let facts = ground.facts(book, &due.scope)?;
    let mut outcomes = ground.judge(&facts);
    by_truth(book, key, &due.scope, &mut outcomes)?;
    keep(book, key, &due, (&facts, &outcomes))?;
    Ok(store::near::set_mark(book, key)?)
}

/// What of a partner-month has to be looked at.
fn due_of(book: &Book, ground: &Ground) -> Result<Due> {
    near::due(book, ground.key, |signs| {
        ground.counts(signs.month, signs.end_ms.unwrap_or(signs.start_ms))
    })
}

/// Writes the outcomes that are not what stands, and the sums that follow.
fn keep(book: &Book, key: Key, due: &Due, (facts, outcomes): (&Facts, &[Outcome])) -> Result<()> {
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
                let session = outcome.session.map(SessionRow);
                let new = CdrOutcome {
                    bucket,
                    session,
                    reason,
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
    terms: Terms,
    /// When facts of the months beside it have to end to count.
    edges: Range<i64>,
}

impl Ground {
    fn of(book: &Book, key: Key) -> Result<Ground> {
        let partner = store::party::key(book, key.0)?;
        let terms = terms(book, &partner)?;
        let range = key.1.range(terms.partner.agreement.time_zone);
        let edges =
            range.start.timestamp_millis() - EDGE_MS..range.end.timestamp_millis() + EDGE_MS;
        Ok(Ground { key, terms, edges })
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
        let mut facts = Facts::default();
        for month in self.months() {
            facts.read(book, (self.key.0, month), scope, |end_ms| {
                self.counts(month, end_ms)
            })?;
        }
        Ok(facts)
    }

    /// The outcomes that follow from facts.
    fn judge(&self, facts: &Facts) -> Vec<Outcome> {
        let agreement = &self.terms.partner.agreement;
        reconcile::reconcile(&Input {
            month: self.key.1,
            cdrs: &facts.cdrs,
            sessions: &facts.sessions,
            stands: &facts.stands,
            tolerance: agreement.tolerance,
            sends_sessions: agreement.sends_sessions,
        })
    }
}

/// Facts as reconciling takes them.
#[derive(Default)]
struct Facts {
    ids: Interner,
    cdrs: Vec<CdrFact>,
    sessions: Vec<SessionFact>,
    stands: Vec<(i64, Stand)>,
}

impl Facts {
    /// What sums know of the facts: currency, and count, energy, stated and difference.
    fn weights(&self) -> HashMap<Subject, (&str, [i64; 4])> {
        let cdrs = self.cdrs.iter().map(|cdr| {
            let (stated, difference) = (cdr.stated_e6, cdr.difference_e6);
            let figures = [
                1,
                cdr.energy_e6,
                stated.unwrap_or_default(),
                difference.unwrap_or_default(),
            ];
            (Subject::Cdr(cdr.row), (cdr.currency.code(), figures))
        });
        let sessions = self.sessions.iter().map(|session| {
            let figures = [1, session.energy_e6, 0, 0];
            (Subject::Session(session.row), ("", figures))
        });
        cdrs.chain(sessions).collect()
    }

    /// Reads a partner-month, of it what is in scope and ends when `counts` says.
    fn read(
        &mut self,
        book: &Book,
        key: Key,
        scope: &Scope,
        counts: impl Fn(i64) -> bool,
    ) -> Result<()> {
        let settled = store::invoice::settled(book, key, scope)?;
        let accepted = store::decision::in_force(book, "accept", key.0, key.1)?;
        self.stands
            .extend(settled.into_iter().map(|cdr| (cdr.0, Stand::Settled)));
        self.stands
            .extend(accepted.into_iter().map(|cdr| (cdr.0, Stand::Accepted)));
        let mut errors: HashMap<CdrRow, Vec<FindingCode>> = HashMap::new();
        for (cdr, code) in store::outcome::reading_errors(book, key, scope)? {
            errors
                .entry(cdr)
                .or_default()
                .extend(FindingCode::from_text(&code));
        }
        store::outcome::cdr_facts(book, key, scope, |facts| -> Result<()> {
            if counts(facts.end_ms) {
                let read = errors.remove(&facts.row).unwrap_or_default();
                let fact = self.cdr(&facts, key.1, read);
                self.cdrs.push(fact);
            }
            Ok(())
        })?;
        for facts in store::outcome::session_facts(book, key, scope)? {
            if !counts(facts.end_ms.unwrap_or(facts.start_ms)) {
                continue;
            }
            self.sessions.push(SessionFact {
                row: facts.row.0,
                month: key.1,
                id: self.ids.sym(&facts.ocpi_id),
                authorization: self.ids.optional(facts.auth_ref.as_deref()),
                contract: self.ids.optional(Some(&facts.contract)),
                evse: self.ids.optional(Some(&facts.evse)),
                status: facts.status,
                start_s: facts.start_ms.div_euclid(1000),
                end_s: facts.end_ms.map(|ms| ms.div_euclid(1000)),
                energy_e6: facts.energy.0,
            });
        }
        Ok(())
    }

    fn cdr(
        &mut self,
        facts: &CdrFacts,
        month: BillingMonth,
        mut read: Vec<FindingCode>,
    ) -> CdrFact {
        let owner = if facts.own { "own" } else { "partner" };
        let contract = Some(facts.contract.as_str()).filter(|text| !text.is_empty());
        let token = facts.token.as_deref().filter(|text| !text.is_empty());
        if facts.has_errors {
            let replayed = facts.codes.split(' ').filter_map(FindingCode::from_text);
            read.extend(replayed.filter(|code| code.severity() >= Severity::Error));
        }
        let evse = self.ids.optional(Some(&facts.evse));
        let contract_id = self.ids.optional(contract.or(token));
        CdrFact {
            row: facts.row.0,
            month,
            key: self.ids.joined(&[owner, &facts.ocpi_id]),
            session: self.ids.optional(facts.session.as_deref()),
            authorization: self.ids.optional(facts.auth_ref.as_deref()),
            contract: contract_id,
            token: self.ids.optional(token.or(contract)),
            evse,
            // An EVSE serves one vehicle at a time, whichever connector (Locations / EVSE object).
            connector: evse,
            start_s: facts.start_ms.div_euclid(1000),
            end_s: facts.end_ms.div_euclid(1000),
            currency: facts.currency,
            energy_e6: facts.energy.0,
            stated_e6: facts.stated.map(|stated| stated.0),
            verdict: facts.verdict,
            difference_e6: facts.difference.map(|difference| difference.0),
            errors: read,
            credit: facts.credit,
            credits: facts
                .credits
                .as_deref()
                .map(|id| self.ids.joined(&[owner, id])),
            content: content(facts, evse, contract_id),
        }
    }
}

/// A hash of everything a CDR states but its id. None where it names neither place nor driver.
fn content(facts: &CdrFacts, evse: Option<Sym>, contract: Option<Sym>) -> Option<u64> {
    let (evse, contract) = (evse?, contract?);
    let mut hash = DefaultHasher::new();
    (evse, contract, facts.start_ms, facts.end_ms, facts.currency).hash(&mut hash);
    (
        facts.energy.0,
        facts.stated.map(|stated| stated.0),
        &facts.session,
    )
        .hash(&mut hash);
    (facts.credit, &facts.credits).hash(&mut hash);
    Some(hash.finish())
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
            .any(|total| is_open(total.bucket) && total.count > 0)
    }
}

/// Whether what is in a bucket needs a person before the month is done. A duplicate does not: it
/// stays out of every invoice by itself.
pub(crate) fn is_open(bucket: Bucket) -> bool {
    match bucket {
        Bucket::Differs
        | Bucket::MissingCdr
        | Bucket::MissingSession
        | Bucket::NeedsTariff
        | Bucket::OnHold
        | Bucket::Disputed => true,
        Bucket::Matched | Bucket::Duplicate | Bucket::Accepted | Bucket::Settled => false,
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
