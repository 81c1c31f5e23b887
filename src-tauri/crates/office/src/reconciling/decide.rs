//! Deciding about CDRs and sessions of a partner-month: accept, dispute, hold, exclude.
//!
//! # What a verb makes sense for
//!
//! | verb | CDRs | sessions without CDR |
//! |---|---|---|
//! | `accept` | that differ, lack their session, or have no tariff, and state a price | missing |
//! | `dispute` | all but those disputed or settled | likewise |
//! | `hold`, `exclude` | all but those on hold, disputed, or settled | likewise |
//!
//! Accepting means: we settle what the CDR states, although it could not be shown to be right; of
//! a session: no CDR is expected. It changes nothing about a duplicate (it would be paid twice) or
//! about what is right anyway. A stronger decision stands before a weaker one: what was accepted
//! can be put aside, what is put aside can be disputed. All else is counted as unchanged.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{Bucket, PartyKey, time};
use serde_json::{Value, json};
use store::chosen::Wanted;
use store::decided::Verb;
use store::decision::NewDecision;
use store::month::{Key, SessionWeight, Weight};
use store::row::{CdrRow, DecisionSeq, SessionRow};
use store::{Book, Durability, Micro};

use super::tolerance;
use crate::api::{AcceptWithin, DecideRequest, DecisionTarget, MonthDecided};
use crate::decide::{differences, discard_drafts, given, money, sums};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::terms::terms;
use crate::words::index;
use crate::{explorer, partners, reconcile};

/// Decides about what a target names: one decision, one transaction.
pub fn decide(desk: &mut Desk, request: &DecideRequest) -> Result<MonthDecided> {
    let reason = given(&request.reason)?;
    let verb = Verb::from_text(&request.verb).ok_or_else(|| Error::BadRequest {
        field: "verb",
        value: request.verb.clone(),
    })?;
    let (partner, month) = reconcile::parse(desk, &request.target.partner, &request.target.month)?;
    let key = (partners::row(&desk.book, &partner)?, month);
    let mut details = json!({ "partner": partner, "month": month, "cause": cause(request) });
    if let Some(end) = until(desk, verb, request.until.as_deref(), &partner)? {
        details["until"] = request.until.as_deref().into();
        details["until_ms"] = end.timestamp_millis().into();
    }
    let (chosen, decision, case) = desk.book.write(Durability::Decisions, |book| {
        let chosen = Chosen::of(book, key, &request.target, verb)?;
        if chosen.is_empty() {
            let text = format!("none of them can be decided about by {}", verb.as_str());
            return Err(Error::refused("nothing_to_decide", text).with("verb", verb.as_str()));
        }
        let case = match verb {
            Verb::Dispute => Some(store::case::next(book)?),
            Verb::Accept | Verb::Hold | Verb::Exclude => None,
        };
        if let Some(case) = case {
            details["case"] = case.into();
        }
        let act = Act {
            verb,
            reason,
            cdrs: &chosen.cdrs,
            sessions: &chosen.sessions,
            details,
        };
        let decision = write(desk, book, act)?;
        if let Some(case) = case {
            store::case::put(book, (case, decision), key, cause(request))?;
        }
        Ok((chosen, decision, case))
    })?;
    tell_explorer(desk, verb, &chosen.cdrs)?;
    Ok(MonthDecided {
        decision: decision.number(),
        count: index(chosen.cdrs.len() + chosen.sessions.len()),
        unchanged: chosen.unchanged,
        difference: money(&differences(&chosen.cdrs)?),
        case,
    })
}

/// Accepts what a tolerance lets through of what differs: one decision.
pub fn accept_within(desk: &mut Desk, request: &AcceptWithin) -> Result<MonthDecided> {
    let (partner, month) = reconcile::parse(desk, &request.of.partner, &request.of.month)?;
    let key = (partners::row(&desk.book, &partner)?, month);
    let rows = tolerance::passing(desk, key, &request.of.tolerance)?;
    if rows.is_empty() {
        return Err(Error::refused(
            "nothing_to_decide",
            "nothing lies within the tolerance",
        ));
    }
    let target = DecisionTarget {
        partner: request.of.partner.clone(),
        month: request.of.month.clone(),
        cdrs: rows.into_iter().map(|row| CdrRow(row).number()).collect(),
        ..DecisionTarget::default()
    };
    let all = DecideRequest {
        verb: Verb::Accept.as_str().to_owned(),
        target,
        reason: request.reason.clone(),
        until: None,
    };
    decide(desk, &all)
}

/// The group of causes a request is about, if it is about one.
fn cause(request: &DecideRequest) -> &str {
    match request.target.causes.as_slice() {
        [one] => one,
        _ => "",
    }
}

/// When a hold ends: when its day begins at the partner.
fn until(
    desk: &Desk,
    verb: Verb,
    day: Option<&str>,
    partner: &PartyKey,
) -> Result<Option<time::Instant>> {
    let Some(day) = day else {
        return Ok(None);
    };
    let date = day.parse::<NaiveDate>().ok().filter(|_| verb == Verb::Hold);
    let date = date.ok_or_else(|| Error::BadRequest {
        field: "until",
        value: day.to_owned(),
    })?;
    let zone = terms(&desk.book, partner)?.partner.agreement.time_zone;
    let end = time::midnight(date, zone);
    if end <= desk.now {
        let text = format!("{day} has begun already");
        return Err(Error::refused("hold_over", text).with("until", day));
    }
    Ok(Some(end))
}

/// What a decision will change.
struct Chosen {
    cdrs: Vec<Weight>,
    sessions: Vec<SessionWeight>,
    unchanged: u32,
}

impl Chosen {
    fn of(book: &Book, key: Key, target: &DecisionTarget, verb: Verb) -> Result<Chosen> {
        let buckets = target.buckets.iter().map(|text| bucket(text));
        let buckets = buckets.collect::<Result<Vec<Bucket>>>()?;
        let wanted = Wanted {
            causes: &target.causes,
            buckets: &buckets,
            finding: target.finding.as_deref(),
        };
        let named_cdrs: BTreeSet<CdrRow> = target.cdrs.iter().map(|row| (*row).into()).collect();
        let named: BTreeSet<SessionRow> = target.sessions.iter().map(|row| (*row).into()).collect();
        let (mut cdrs, mut sessions) = (Vec::new(), Vec::new());
        if !named_cdrs.is_empty() || named.is_empty() {
            let among: Vec<CdrRow> = named_cdrs.iter().copied().collect();
            cdrs = store::chosen::cdrs(book, key, &wanted, &among)?;
        }
        if !named.is_empty() || named_cdrs.is_empty() {
            let among: Vec<SessionRow> = named.iter().copied().collect();
            sessions = store::chosen::sessions(book, key, &wanted, &among)?;
        }
        // What is named and not found in the month stays as it is, too.
        let all = (cdrs.len() + sessions.len()).max(named_cdrs.len() + named.len());
        cdrs.retain(|weight| means_something(verb, weight));
        sessions.retain(|weight| touches(verb, weight.bucket));
        let unchanged = index(all - cdrs.len() - sessions.len());
        Ok(Chosen {
            cdrs,
            sessions,
            unchanged,
        })
    }

    fn is_empty(&self) -> bool {
        self.cdrs.is_empty() && self.sessions.is_empty()
    }
}

fn bucket(text: &str) -> Result<Bucket> {
    let found = Bucket::ALL.iter().find(|bucket| bucket.as_str() == text);
    found.copied().ok_or_else(|| Error::BadRequest {
        field: "buckets",
        value: text.to_owned(),
    })
}

/// Whether a verb makes sense for a CDR, as the module says.
pub(crate) fn means_something(verb: Verb, weight: &Weight) -> bool {
    touches(verb, weight.bucket) && (verb != Verb::Accept || weight.stated.is_some())
}

fn touches(verb: Verb, bucket: Bucket) -> bool {
    match bucket {
        Bucket::Differs | Bucket::MissingSession | Bucket::NeedsTariff | Bucket::MissingCdr => true,
        Bucket::Matched | Bucket::Duplicate | Bucket::Accepted => verb != Verb::Accept,
        Bucket::OnHold => verb == Verb::Dispute,
        Bucket::Disputed | Bucket::Settled => false,
    }
}

/// A decision to be written down and carried out.
pub(crate) struct Act<'a> {
    /// What is decided.
    pub verb: Verb,
    /// Why.
    pub reason: &'a str,
    /// About which CDRs, by row.
    pub cdrs: &'a [Weight],
    /// About which sessions, by row.
    pub sessions: &'a [SessionWeight],
    /// What it fixes beside how many it is about and their differences: a JSON object.
    pub details: Value,
}

/// Writes a decision down and moves what it is about. Drafts that would bill what is not billed
/// now are discarded. Belongs into a transaction.
pub(crate) fn write(desk: &Desk, book: &Book, act: Act<'_>) -> Result<DecisionSeq> {
    let cdrs: Vec<CdrRow> = act.cdrs.iter().map(|weight| weight.cdr).collect();
    let sessions: Vec<SessionRow> = act.sessions.iter().map(|weight| weight.session).collect();
    let seen: Vec<Option<Micro>> = act.cdrs.iter().map(|weight| weight.difference).collect();
    if act.verb != Verb::Accept {
        discard_drafts(desk, book, &cdrs, "a CDR of it is not billed now")?;
    }
    let mut details = act.details;
    details["count"] = (cdrs.len() + sessions.len()).into();
    details["difference"] = sums(&differences(act.cdrs)?);
    let new = NewDecision {
        at: desk.now,
        actor: &desk.actor,
        verb: act.verb.as_str(),
        object: &object(book, &cdrs, sessions.len())?,
        reason: act.reason,
        details: &details,
        undoes: None,
        cdrs: &cdrs,
        sessions: &sessions,
        seen: &seen,
    };
    let decision = store::decision::append(book, &new)?;
    if moves_others(act.verb, act.cdrs) {
        let cdrs = act.cdrs.iter().map(|weight| weight.key);
        let months: BTreeSet<Key> = cdrs
            .chain(act.sessions.iter().map(|weight| weight.key))
            .collect();
        for month in months {
            reconcile::derive(book, month, desk.now)?;
        }
    } else {
        let (to, why) = stands_in(act.verb);
        store::month::shift(book, act.cdrs, to, why)?;
        store::month::shift_sessions(book, act.sessions, to, why)?;
    }
    Ok(decision)
}

/// Whether other CDRs and sessions can move with these: what is excluded frees its session and is
/// nobody's original; credits follow what they credit; what was accepted came before its
/// duplicates.
fn moves_others(verb: Verb, cdrs: &[Weight]) -> bool {
    let alone = |weight: &Weight| match weight.bucket {
        Bucket::Accepted | Bucket::OnHold => false,
        Bucket::Matched
        | Bucket::Differs
        | Bucket::MissingCdr
        | Bucket::MissingSession
        | Bucket::Duplicate
        | Bucket::NeedsTariff
        | Bucket::Disputed
        | Bucket::Settled => !weight.reason.starts_with("credit"),
    };
    match verb {
        Verb::Accept => false,
        Verb::Exclude => !cdrs.is_empty(),
        Verb::Dispute | Verb::Hold => !cdrs.iter().all(alone),
    }
}

/// Where a decision puts what it is about, and the word for why.
fn stands_in(verb: Verb) -> (Bucket, &'static str) {
    match verb {
        Verb::Accept => (Bucket::Accepted, "accepted"),
        Verb::Dispute => (Bucket::Disputed, "disputed"),
        Verb::Hold => (Bucket::OnHold, "held"),
        Verb::Exclude => (Bucket::OnHold, "excluded"),
    }
}

/// Tells the list of CDRs what moved. Where others may have moved too it reads the month again by
/// itself.
fn tell_explorer(desk: &Desk, verb: Verb, cdrs: &[Weight]) -> Result<()> {
    if moves_others(verb, cdrs) {
        return Ok(());
    }
    let rows: Vec<CdrRow> = cdrs.iter().map(|weight| weight.cdr).collect();
    explorer::refresh(desk, &rows)
}

/// One CDR by its id, several by their number.
pub(super) fn object(book: &Book, cdrs: &[CdrRow], sessions: usize) -> Result<String> {
    if let ([one], 0) = (cdrs, sessions) {
        return Ok(store::cdr::get(book, *one)?
            .map_or_else(|| one.0.to_string(), |cdr| cdr.figures.ocpi_id));
    }
    let some = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        several => Some(format!("{several} {one}s")),
    };
    let parts = [some(cdrs.len(), "CDR"), some(sessions, "session")];
    Ok(parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}
