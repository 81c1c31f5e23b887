//! Reconciling partner-months of the book: facts and decisions in, outcomes and sums out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use billing::reconcile::{Cause, CdrFact, Input, Outcome, SessionFact, Stand, Subject};
use billing::{Interner, Sym, causes, plausible, reconcile};
use domain::{Agreement, BillingMonth, Bucket, FindingCode, Instant, OcpiId, PartyKey, Severity};
use store::decided::{CdrStand, Decided, Verb};
use store::micro::Micro;
use store::month::{Key, Total};
pub use store::outcome::Listed;
use store::outcome::{CdrFacts, CdrOutcome};
use store::row::{CdrRow, DecisionSeq, SessionRow};
use store::{Book, Durability};

use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::evses::{self, Evses};
use crate::job::{Job, Progress};
use crate::reconciling::odd::Oddities;
use crate::reconciling::search::{self, Explained};
use crate::reconciling::{effects, rules, stations, tolerance};
use crate::replay::Lookups;
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

/// Reconciles a partner-month, searches what explains its differences, and keeps the result.
pub fn partner_month(desk: &Desk, partner: &PartyKey, month: BillingMonth) -> Result<Reconciled> {
    let key = (partners::row(&desk.book, partner)?, month);
    search::search(desk, &mut Job::quiet(), key)?;
    desk.book
        .write(Durability::Facts, |book| derive(book, key, desk.now))?;
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
    let stale = store::month::stale(&desk.book, desk.now)?;
    let wide: BTreeSet<Key> = stale
        .into_iter()
        .flat_map(|(partner, month)| {
            [month.previous(), month, month.next()].map(|month| (partner, month))
        })
        .filter(|key| held.contains(key))
        .collect();
    for (done, key) in wide.iter().enumerate() {
        job.check()?;
        search::search(desk, job, *key)?;
        desk.book
            .write(Durability::Facts, |book| derive(book, *key, desk.now))?;
        job.tell(Progress {
            done: done as u64 + 1,
            total: wide.len() as u64,
            ..Progress::default()
        });
    }
    Ok(wide.len())
}

/// Derives the outcomes and sums of a partner-month anew, as they are at a moment. Belongs into a
/// transaction. CDRs of which nobody searched what explains them stay unexplained.
pub(crate) fn derive(book: &Book, key: Key, now: Instant) -> Result<()> {
    let partner = store::party::key(book, key.0)?;
    let agreement = terms(book, &partner)?.partner.agreement;
    let mut month = judge(book, key, &agreement, now)?;
    by_truth(book, key, &mut month.outcomes)?;
    let causes = by_cause(book, key, &mut month)?;
    let mut standing = store::outcome::of_month(book, key)?;
    let mut sessions = Vec::new();
    for outcome in &month.outcomes {
        match outcome.subject {
            Subject::Cdr(row) => {
                let new = CdrOutcome {
                    bucket: outcome.bucket,
                    session: outcome.session.map(SessionRow),
                    reason: outcome.cause.as_str().to_owned(),
                    matched_by: outcome.matched_by.map(|how| how.as_str().to_owned()),
                    other: outcome.other.map(CdrRow),
                    cause: causes.get(&row).map(|key| (**key).to_owned()),
                };
                if standing.remove(&CdrRow(row)).as_ref() != Some(&new) {
                    store::outcome::put(book, CdrRow(row), &new)?;
                }
            }
            Subject::Session(row) => {
                sessions.push((SessionRow(row), outcome.bucket, outcome.cause.as_str()));
            }
        }
    }
    store::outcome::put_sessions(book, key, &sessions)?;
    Oddities::of(book, key, &month.outcomes, &month.plausible, &agreement)?.keep(book, key)?;
    stations::derive(book, key, &agreement)?;
    store::month::sum_up(book, key)?;
    Ok(store::month::note_next(book, key, month.next_ms)?)
}

/// Groups what differs by its cause: the key of each CDR's cause. What was decided stays in its
/// group, so that a decision on one cause moves no other. What a rule catches is accepted by it.
fn by_cause(book: &Book, key: Key, month: &mut Judged) -> Result<BTreeMap<i64, Arc<str>>> {
    let mut explained = Explained::of_month(book, key)?;
    let mut grouped: BTreeMap<i64, &mut Outcome> = BTreeMap::new();
    for outcome in &mut month.outcomes {
        if let (Subject::Cdr(row), true) = (outcome.subject, is_grouped(outcome.cause)) {
            grouped.insert(row, outcome);
        }
    }
    explained.cdrs.retain(|cdr| grouped.contains_key(&cdr.row));
    for (_, content) in &month.rules {
        let rule = effects::rule(&rules::terms(content)?, &mut explained)?;
        for cdr in explained.cdrs.iter().filter(|cdr| rule.catches(cdr)) {
            if let Some(outcome) = grouped.get_mut(&cdr.row)
                && outcome.cause == Cause::TotalDiffers
            {
                (outcome.bucket, outcome.cause) = (Bucket::Accepted, Cause::AcceptedByRule);
            }
        }
    }
    let mut causes = BTreeMap::new();
    for group in causes::group(&explained.cdrs).groups {
        if let Some(cause) = &group.cause {
            let rows = group.rows.iter();
            causes.extend(rows.map(|row| (*row, Arc::clone(&cause.name))));
        }
    }
    Ok(causes)
}

/// Whether a CDR that is where it is for this reason has a cause for its difference.
fn is_grouped(why: Cause) -> bool {
    matches!(
        why,
        Cause::TotalDiffers
            | Cause::Accepted
            | Cause::Disputed
            | Cause::Held
            | Cause::Excluded
            | Cause::Settled
    )
}

/// Judges whose figures count. A CDR of which all else is right differs where the energy that
/// counts by the rule agreed is not the one it states.
fn by_truth(book: &Book, key: Key, outcomes: &mut [Outcome]) -> Result<()> {
    let sessions = outcomes.iter().filter_map(|outcome| match outcome.subject {
        Subject::Cdr(row) => Some((CdrRow(row), outcome.session.map(SessionRow))),
        Subject::Session(_) => None,
    });
    let wrong = truth::derive(book, key, &sessions.collect())?;
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

/// What judging a partner-month came to.
struct Judged {
    outcomes: Vec<Outcome>,
    /// What plausibility asks of its CDRs, and of those of the months beside it.
    plausible: Vec<plausible::Fact>,
    /// Rules of the partner, the oldest first.
    rules: Vec<(DecisionSeq, String)>,
    /// When time alone changes an outcome, milliseconds since 1970.
    next_ms: Option<i64>,
}

/// The outcomes of a partner-month from its facts and the decisions in force.
fn judge(book: &Book, key: Key, agreement: &Agreement, now: Instant) -> Result<Judged> {
    let partner = store::party::key(book, key.0)?;
    let range = key.1.range(agreement.time_zone);
    let edges = range.start.timestamp_millis() - EDGE_MS..range.end.timestamp_millis() + EDGE_MS;
    let mut facts = Facts {
        now_ms: now.timestamp_millis(),
        own_tokens: store::oddity::own_tokens(book)?,
        ..Facts::default()
    };
    for month in [key.1.previous(), key.1, key.1.next()] {
        facts.read(book, &partner, (key.0, month), |end_ms| {
            month == key.1 || edges.contains(&end_ms)
        })?;
    }
    let mut evses = Evses::new(book, &partner, &mut facts.lookups);
    evses::align(&mut evses, &mut facts.ids, &facts.cdrs, &mut facts.sessions)?;
    let wait_s = i64::from(agreement.thresholds.cdr_days) * 24 * 3600;
    let due_s = now.timestamp() - wait_s;
    let mut named: HashSet<Sym> = HashSet::new();
    for id in store::outcome::named_by_misdated(book, key)? {
        named.insert(facts.ids.sym(&id));
    }
    let sessions = facts.sessions.iter();
    let billed_elsewhere: Vec<i64> = sessions
        .filter(|session| named.contains(&session.id))
        .map(|session| session.row)
        .collect();
    let outcomes = reconcile::reconcile(&Input {
        month: key.1,
        cdrs: &facts.cdrs,
        sessions: &facts.sessions,
        stands: &facts.stands,
        session_stands: &facts.session_stands,
        links: &facts.links,
        changed: &facts.changed,
        billed_elsewhere: &billed_elsewhere,
        due_s: Some(due_s),
        tolerance: tolerance::agreed(agreement),
        sends_sessions: agreement.sends_sessions,
    });
    let waited_for: HashSet<i64> = outcomes
        .iter()
        .filter(|outcome| outcome.cause == Cause::CdrNotDue)
        .filter_map(|outcome| outcome.session)
        .collect();
    let waiting = facts.sessions.iter();
    let waiting = waiting.filter(|session| waited_for.contains(&session.row));
    let falls_due = waiting.map(|it| (it.end_s.unwrap_or(it.start_s) + wait_s) * 1000);
    let next_ms = falls_due.chain(facts.holds_end_ms).min();
    Ok(Judged {
        outcomes,
        plausible: facts.plausible,
        rules: facts.rules,
        next_ms,
    })
}

/// Facts as reconciling takes them.
#[derive(Default)]
struct Facts {
    now_ms: i64,
    /// Whether the book holds tokens that we issued: then those of others are not ours to pay.
    own_tokens: bool,
    ids: Interner,
    cdrs: Vec<CdrFact>,
    sessions: Vec<SessionFact>,
    stands: Vec<(i64, Stand)>,
    session_stands: Vec<(i64, Stand)>,
    links: Vec<(i64, Option<i64>)>,
    changed: Vec<i64>,
    rules: Vec<(DecisionSeq, String)>,
    holds_end_ms: Vec<i64>,
    plausible: Vec<plausible::Fact>,
    lookups: Lookups,
    /// The most power at a location and EVSE.
    powers: HashMap<Sym, Option<u32>>,
}

impl Facts {
    /// The most power of the EVSE a CDR names.
    fn power_w(
        &mut self,
        book: &Book,
        partner: &PartyKey,
        facts: &CdrFacts,
    ) -> Result<Option<u32>> {
        if facts.location.is_empty() || facts.evse.is_empty() {
            return Ok(None);
        }
        let place = self.ids.joined(&[&facts.location, &facts.evse]);
        if let Some(known) = self.powers.get(&place) {
            return Ok(*known);
        }
        let owner = if facts.own { book.party() } else { partner };
        let id = OcpiId(facts.location.clone());
        let power_w = self.lookups.power_w(book, owner, &id, &facts.evse)?;
        self.powers.insert(place, power_w);
        Ok(power_w)
    }

    /// Reads a partner-month, of it what ends when `counts` says.
    fn read(
        &mut self,
        book: &Book,
        partner: &PartyKey,
        key: Key,
        counts: impl Fn(i64) -> bool,
    ) -> Result<()> {
        let settled = store::invoice::settled(book, key)?;
        self.stands
            .extend(settled.into_iter().map(|cdr| (cdr.0, Stand::Settled)));
        let accepted = self.decided(store::decided::of_month(book, key)?);
        let mut errors: HashMap<CdrRow, Vec<FindingCode>> = HashMap::new();
        for (cdr, code) in store::outcome::reading_errors(book, key)? {
            errors
                .entry(cdr)
                .or_default()
                .extend(FindingCode::from_text(&code));
        }
        store::outcome::cdr_facts(book, key, |facts| -> Result<()> {
            if counts(facts.end_ms) {
                let read = errors.remove(&facts.row).unwrap_or_default();
                let power_w = self.power_w(book, partner, &facts)?;
                let fact = self.cdr(&facts, key.1, read, power_w);
                if let Some(stand) = accepted.get(&facts.row) {
                    self.accepted(&fact, *stand);
                }
                self.cdrs.push(fact);
            }
            Ok(())
        })?;
        for facts in store::outcome::session_facts(book, key)? {
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

    /// Takes over what people decided of a month. Returns what was accepted, with the difference
    /// that was seen; of several decisions the newest counts.
    fn decided(&mut self, decided: Decided) -> HashMap<CdrRow, CdrStand> {
        let mut accepted = HashMap::new();
        for stand in decided.stands {
            let row = stand.cdr.0;
            match stand.verb {
                Verb::Accept => {
                    accepted.insert(stand.cdr, stand);
                }
                Verb::Dispute => self.stands.push((row, Stand::Disputed)),
                Verb::Exclude => self.stands.push((row, Stand::Excluded)),
                Verb::Hold if self.holds(stand.until_ms) => self.stands.push((row, Stand::Held)),
                Verb::Hold => {}
            }
        }
        for stand in decided.session_stands {
            let row = stand.session.0;
            let of = match stand.verb {
                Verb::Accept => Some(Stand::Accepted),
                Verb::Dispute => Some(Stand::Disputed),
                Verb::Exclude => Some(Stand::Excluded),
                Verb::Hold => self.holds(stand.until_ms).then_some(Stand::Held),
            };
            self.session_stands.extend(of.map(|stand| (row, stand)));
        }
        let links = decided.links.into_iter();
        self.links
            .extend(links.map(|(cdr, session)| (cdr.0, session.map(|session| session.0))));
        self.rules = decided.rules;
        accepted
    }

    /// Whether a hold is not over yet.
    fn holds(&mut self, until_ms: Option<i64>) -> bool {
        let holds = until_ms.is_none_or(|until| until > self.now_ms);
        if holds {
            self.holds_end_ms.extend(until_ms);
        }
        holds
    }

    /// A CDR that a person accepted: it stays so while its difference is the one that was seen.
    fn accepted(&mut self, fact: &CdrFact, stand: CdrStand) {
        let now = fact.difference_e6.map(Micro);
        if stand.seen.is_none_or(|seen| seen == now) {
            self.stands.push((fact.row, Stand::Accepted));
        } else {
            self.changed.push(fact.row);
        }
    }

    fn cdr(
        &mut self,
        facts: &CdrFacts,
        month: BillingMonth,
        mut read: Vec<FindingCode>,
        power_w: Option<u32>,
    ) -> CdrFact {
        let owner = if facts.own { "own" } else { "partner" };
        let contract = Some(facts.contract.as_str()).filter(|text| !text.is_empty());
        let token = facts.token.as_deref().filter(|text| !text.is_empty());
        if facts.has_errors {
            let replayed = facts.codes.split(' ').filter_map(FindingCode::from_text);
            read.extend(replayed.filter(|code| code.severity() >= Severity::Error));
        }
        let foreign = FindingCode::TokenNotOurs;
        if self.own_tokens && facts.codes.split(' ').any(|code| code == foreign.as_str()) {
            read.push(foreign);
        }
        let evse = self.ids.optional(Some(&facts.evse));
        let contract_id = self.ids.optional(contract.or(token));
        let card = self.ids.optional(token.or(contract));
        let (start_s, end_s) = (
            facts.start_ms.div_euclid(1000),
            facts.end_ms.div_euclid(1000),
        );
        self.plausible.push(plausible::Fact {
            row: facts.row.0,
            start_s,
            end_s,
            energy_e6: facts.energy.0,
            stated_e6: facts.stated.map(|stated| stated.0),
            charging_s: None,
            token: card,
            place: self.ids.optional(Some(&facts.location)),
            power_w,
            currency: facts.currency,
            credit: facts.credit,
        });
        CdrFact {
            row: facts.row.0,
            month,
            key: self.ids.joined(&[owner, &facts.ocpi_id]),
            session: self.ids.optional(facts.session.as_deref()),
            authorization: self.ids.optional(facts.auth_ref.as_deref()),
            contract: contract_id,
            token: card,
            evse,
            // An EVSE serves one vehicle at a time, whichever connector (Locations / EVSE object).
            connector: evse,
            start_s,
            end_s,
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
