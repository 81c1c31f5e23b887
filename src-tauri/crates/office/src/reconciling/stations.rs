//! Stations whose clock or meter is off, from the pairs of CDR and session of a partner's last
//! months.

use std::collections::BTreeMap;

use billing::Sym;
use billing::drift::{self, Fault, Limits, Pair};
use domain::Agreement;
use store::Book;
use store::month::Key;
use store::near::Scope;
use store::station::{Paired, Station};

use super::search::Words;
use crate::desk::Desk;
use crate::error::Result;
use crate::reconcile::{self, Due};
use crate::terms::terms;

/// How many months, this one included, are looked at: a station needs many charges before anything
/// can be said of it.
const MONTHS: usize = 3;

/// Estimates the stations of a partner-month anew: all of them, or those at which something came.
/// Belongs into the transaction that wrote its outcomes.
pub(crate) fn derive(book: &Book, key: Key, agreement: &Agreement, due: &Due) -> Result<()> {
    let (scope, evses) = match due.scope {
        Scope::Month => (Scope::Month, None),
        Scope::Rows(_) => {
            let rows = reconcile::cdrs_at(book, key.0, &due.evses)?;
            (Scope::Rows(rows), Some(&due.evses))
        }
    };
    let mut paired = Vec::new();
    let before = std::iter::successors(Some(key.1), |month| Some(month.previous()));
    for month in before.take(MONTHS) {
        paired.extend(store::station::paired(book, (key.0, month), &scope)?);
    }
    let (pairs, known) = pairs(&paired);
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
        let (evse, location) = &known[&off.evse];
        stations.push(Station {
            evse: evse.clone(),
            location: location.clone(),
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

/// Pairs as they are estimated from, and EVSE and location by their symbols.
pub(super) fn pairs(paired: &[Paired]) -> (Vec<Pair>, BTreeMap<Sym, (String, String)>) {
    let mut words = Words::default();
    let mut evses = BTreeMap::new();
    let mut pairs = Vec::with_capacity(paired.len());
    for of in paired {
        let (Some(evse), Ok(currency)) = (words.optional(Some(&of.evse)), of.currency.parse())
        else {
            continue;
        };
        evses
            .entry(evse)
            .or_insert_with(|| (of.evse.clone(), of.location.clone()));
        let s = |ms: i64| ms.div_euclid(1_000);
        pairs.push(Pair {
            evse,
            session_start_s: s(of.session_ms.0),
            session_end_s: s(of.session_ms.1),
            cdr_start_s: s(of.cdr_ms.0),
            cdr_end_s: s(of.cdr_ms.1),
            cdr_energy_e6: of.energy_e6.0,
            session_energy_e6: of.energy_e6.1,
            stated_net_e6: of.stated_e6,
            currency,
            row: of.cdr,
        });
    }
    (pairs, evses)
}
