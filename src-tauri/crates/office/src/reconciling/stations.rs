//! Stations whose clock or meter is off, from the pairs of CDR and session of a partner's last
//! months.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use billing::Sym;
use billing::drift::{self, Fault, Limits, Pair};
use billing::reconcile::{Outcome, SessionFact, Subject};
use domain::{Agreement, Bucket};
use store::Book;
use store::month::Key;
use store::near::Scope;
use store::pair::Pair as Stored;
use store::row::CdrRow;
use store::station::Station;

use crate::desk::Desk;
use crate::error::Result;
use crate::reconcile::{self, Claim, Due, Facts};
use crate::terms::terms;

/// How many months, this one included, are looked at: a station needs many charges before anything
/// can be said of it.
const MONTHS: usize = 3;

/// Keeps the pairs of CDR and session of what is looked at. Belongs into the transaction that
/// writes its outcomes.
pub(crate) fn keep_pairs(
    book: &Book,
    key: Key,
    due: &Due,
    (facts, outcomes): (&Facts, &[Outcome]),
) -> Result<()> {
    let sessions: HashMap<i64, &SessionFact> = facts
        .sessions
        .iter()
        .map(|session| (session.row, session))
        .collect();
    let claims: HashMap<i64, &Claim> = facts
        .claims
        .iter()
        .map(|claim| (claim.fact.row, claim))
        .collect();
    let is_whole = due.scope == Scope::Month;
    let mut all = Vec::new();
    for outcome in outcomes {
        let Subject::Cdr(row) = outcome.subject else {
            continue;
        };
        let claim = claims[&row];
        let Some(evse) = claim.evse else { continue };
        let session = outcome.session.and_then(|row| sessions.get(&row));
        let pair = session.and_then(|session| paired(claim, evse, session));
        match pair.filter(|_| outcome.bucket != Bucket::Duplicate) {
            Some(pair) if is_whole => all.push(pair),
            Some(pair) => store::pair::put(book, key, &pair)?,
            None if is_whole => {}
            None => store::pair::forget(book, key, evse, CdrRow(row))?,
        }
    }
    if is_whole {
        all.sort_unstable();
        store::pair::replace(book, key, &all)?;
    }
    Ok(())
}

/// A CDR and its session, if clocks and meters show in them: no credit, and a session that ended.
fn paired(claim: &Claim, evse: i64, session: &SessionFact) -> Option<Stored> {
    let fact = &claim.fact;
    let end_s = session.end_s.filter(|_| !fact.credit)?;
    Some(Stored {
        evse,
        cdr: CdrRow(fact.row),
        session_s: (session.start_s, end_s),
        cdr_s: (fact.start_s, fact.end_s),
        energy_e6: (fact.energy_e6, session.energy_e6),
        stated_e6: fact.stated_e6.unwrap_or_default(),
        currency: fact.currency,
    })
}

/// Estimates the stations at which somebody charged in a partner-month anew: all of them, or those
/// at which something came. Belongs into the transaction that wrote its pairs.
pub(crate) fn derive(book: &Book, key: Key, agreement: &Agreement, due: &Due) -> Result<()> {
    let evses = (due.scope != Scope::Month).then_some(&due.evses);
    // Which EVSEs had a charge in the month: it says nothing of the others.
    let mut here = Vec::new();
    match evses {
        None => store::pair::read(book, key, None, &mut here)?,
        Some(evses) => {
            for evse in evses.iter().filter_map(|evse| reconcile::evse(key.0, evse)) {
                store::pair::read(book, key, Some(evse), &mut here)?;
            }
        }
    }
    let named: BTreeSet<i64> = here.iter().map(|pair| pair.evse).collect();
    let mut stored = here;
    let before = std::iter::successors(Some(key.1.previous()), |month| Some(month.previous()));
    for month in before.take(MONTHS - 1) {
        for evse in &named {
            store::pair::read(book, (key.0, month), Some(*evse), &mut stored)?;
        }
    }
    let (pairs, known) = pairs(&stored);
    let limits = limits_of(agreement);
    let estimates = drift::estimate(&pairs, &limits);
    let end_s = key.1.range(agreement.time_zone);
    let (from_s, to_s) = (end_s.start.timestamp(), end_s.end.timestamp());
    let mut stations = Vec::new();
    for off in drift::off(&pairs, &estimates, &limits) {
        // What was right again before the month is of no interest to it.
        if off.until_s.is_some_and(|until| until <= from_s) || off.since_s >= to_s {
            continue;
        }
        let (fault, value, per_day_e6) = match off.fault {
            Fault::Clock {
                offset_s,
                per_day_e6,
            } => ("clock", offset_s, per_day_e6),
            Fault::LocalTime { hours } => ("local_time", hours, 0),
            Fault::Meter {
                ratio_e6,
                per_day_e6,
            } => ("meter", ratio_e6, per_day_e6),
        };
        let (evse, location) = store::station::of_cdr(book, known[&off.evse])?;
        stations.push(Station {
            evse,
            location,
            fault: fault.to_owned(),
            off: value,
            per_day_e6,
            since_ms: off.since_s * 1_000,
            until_ms: off.until_s.map(|until| until * 1_000),
            cdrs: i64::try_from(off.cdrs).unwrap_or(i64::MAX),
            at_stake: serde_json::to_string(&off.at_stake).map_err(store::Error::from)?,
        });
    }
    stations.sort();
    Ok(store::station::replace(book, key, evses, &stations)?)
}

/// The limits of a partner's agreement.
pub(super) fn limits(desk: &Desk, key: Key) -> Result<Limits> {
    let partner = store::party::key(&desk.book, key.0)?;
    Ok(limits_of(&terms(&desk.book, &partner)?.partner.agreement))
}

fn limits_of(agreement: &Agreement) -> Limits {
    let thresholds = &agreement.thresholds;
    Limits {
        clock_limit_s: i64::from(thresholds.clock_s),
        meter_limit_e6: i64::from(thresholds.meter_percent) * 10_000,
        ..Limits::default()
    }
}

/// Pairs as they are estimated from, and a CDR of each EVSE by its symbol.
pub(super) fn pairs(stored: &[Stored]) -> (Vec<Pair>, BTreeMap<Sym, CdrRow>) {
    let mut numbers: HashMap<i64, Sym> = HashMap::new();
    let mut first: BTreeMap<Sym, CdrRow> = BTreeMap::new();
    let mut pairs = Vec::with_capacity(stored.len());
    for of in stored {
        let next = u32::try_from(numbers.len()).expect("EVSEs of one partner");
        let evse = *numbers.entry(of.evse).or_insert(Sym(next));
        let known = first.entry(evse).or_insert(of.cdr);
        *known = of.cdr.min(*known);
        pairs.push(Pair {
            evse,
            session_start_s: of.session_s.0,
            session_end_s: of.session_s.1,
            cdr_start_s: of.cdr_s.0,
            cdr_end_s: of.cdr_s.1,
            cdr_energy_e6: of.energy_e6.0,
            session_energy_e6: of.energy_e6.1,
            stated_net_e6: of.stated_e6,
            currency: of.currency,
            row: of.cdr.0,
        });
    }
    (pairs, first)
}
