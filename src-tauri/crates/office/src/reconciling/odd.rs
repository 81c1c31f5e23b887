//! What reconciling finds odd about the CDRs of a partner-month, kept beside what reading and
//! replay found.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use billing::plausible::{self, Fact, Limits, Oddity, Priced};
use billing::reconcile::{Cause, Noted, Outcome, Subject};
use domain::finding::Location;
use domain::{Agreement, Bucket, Finding, FindingCode};
use store::Book;
use store::micro::Micro;
use store::month::Key;
use store::near::{Rows, Scope};
use store::oddity::Kept;
use store::outcome::CdrOutcome;
use store::price::Priced as Stored;
use store::row::CdrRow;

use crate::error::Result;
use crate::reconcile::{Claim, Due};

/// What is asked about the CDRs of a partner-month.
pub(crate) struct Asked<'a> {
    /// The partner-month.
    pub key: Key,
    /// Which CDRs are looked at.
    pub due: &'a Due,
    /// What they came to.
    pub outcomes: &'a [Outcome],
    /// They, and perhaps CDRs of the months beside.
    pub facts: &'a [Claim],
    /// CDRs of the same tokens beside them.
    pub mates: &'a Mates,
    /// What limits are agreed.
    pub agreement: &'a Agreement,
}

/// CDRs that are not looked at, and what they came to before.
pub(crate) struct Mates {
    /// The CDRs.
    pub facts: Vec<Fact>,
    /// Where those of the month stand.
    pub standing: HashMap<CdrRow, CdrOutcome>,
}

/// Findings by CDR and code, each once: those found now in the place of those that stand.
pub(crate) struct Oddities {
    found: BTreeMap<(CdrRow, String), Kept>,
    standing: BTreeMap<(CdrRow, String), Kept>,
}

impl Oddities {
    /// What is odd about the CDRs that have an outcome, and what that changes for others: the price
    /// at their places, and the day of their tokens.
    pub(crate) fn of(book: &Book, asked: &Asked<'_>) -> Result<Self> {
        let (key, scope) = (asked.key, &asked.due.scope);
        let mut odd = Oddities {
            found: BTreeMap::new(),
            standing: store::oddity::standing(book, key, scope)?,
        };
        for outcome in asked.outcomes {
            let Subject::Cdr(row) = outcome.subject else {
                continue;
            };
            if outcome.cause == Cause::Finding(FindingCode::TokenNotOurs) {
                odd.add(row, &whole(FindingCode::TokenNotOurs))?;
            }
            for noted in &outcome.findings {
                odd.add(row, &told(noted))?;
            }
        }
        odd.plausible(book, asked)?;
        for cdr in store::oddity::unknown_tokens(book, key, scope)? {
            odd.add(cdr.0, &whole(FindingCode::TokenUnknown))?;
        }
        for (cdr, invoice) in store::oddity::late(book, key, scope)? {
            let late = whole(FindingCode::LateCdr).with("invoice", invoice);
            odd.add(cdr.0, &late)?;
        }
        Ok(odd)
    }

    /// Adds what is not plausible.
    fn plausible(&mut self, book: &Book, asked: &Asked<'_>) -> Result<()> {
        let mut of_month: HashSet<i64> = HashSet::new();
        let mut bills_nothing: HashSet<i64> = HashSet::new();
        for outcome in asked.outcomes {
            if let Subject::Cdr(row) = outcome.subject {
                of_month.insert(row);
                if is_void(outcome.bucket, outcome.cause.as_str()) {
                    bills_nothing.insert(row);
                }
            }
        }
        let limits = limits(asked.agreement);
        let facts = asked.facts.iter().map(|claim| claim.fact);
        let mut billing: Vec<Fact> = facts
            .filter(|fact| !bills_nothing.contains(&fact.row))
            .collect();
        billing.extend(asked.mates.facts.iter().filter(|fact| {
            let stands = asked.mates.standing.get(&CdrRow(fact.row));
            stands.is_none_or(|stands| !is_void(stands.bucket, &stands.reason))
        }));
        for found in plausible::oddities(&billing, &limits) {
            let of_day = matches!(found.oddity, Oddity::EnergyAboveDay { .. });
            let beside = of_day && asked.due.after.contains(&CdrRow(found.row));
            let counts = asked.mates.standing.contains_key(&CdrRow(found.row));
            if of_month.contains(&found.row) || beside && counts {
                self.add(found.row, &found.oddity.finding())?;
            }
        }
        let day = FindingCode::EnergyAboveDay.as_str();
        if let Scope::Rows(_) = asked.due.scope {
            let after = Rows {
                cdrs: asked.due.after.clone(),
                ..Rows::default()
            };
            let mut beside = store::oddity::standing(book, asked.key, &Scope::Rows(after))?;
            beside.retain(|(_, code), _| code == day);
            self.standing.extend(beside);
        }
        let is_billed = |row| of_month.contains(&row) && !bills_nothing.contains(&row);
        self.prices(book, asked, (&of_month, &is_billed), &limits)
    }

    /// Adds the prices that are out of line at the places of what is looked at, and keeps what is
    /// billed there.
    fn prices(
        &mut self,
        book: &Book,
        asked: &Asked<'_>,
        (of_month, is_billed): (&HashSet<i64>, &dyn Fn(i64) -> bool),
        limits: &Limits,
    ) -> Result<()> {
        let key = asked.key;
        let mut all: Vec<Stored> = Vec::new();
        let mut places: BTreeSet<i64> = BTreeSet::new();
        let is_whole = asked.due.scope == Scope::Month;
        for claim in asked.facts {
            let row = claim.fact.row;
            let Some(place) = claim.place.filter(|_| of_month.contains(&row)) else {
                continue;
            };
            let priced = Priced::of(&claim.fact, place).filter(|_| is_billed(row));
            match priced.as_ref().map(stored) {
                Some(priced) if is_whole => all.push(priced),
                Some(priced) => store::price::put(book, key, &priced)?,
                None if is_whole => {}
                None => store::price::forget(book, key, place, CdrRow(row))?,
            }
            places.insert(place);
        }
        if !is_whole {
            for place in &places {
                store::price::at_place(book, key, *place, &mut all)?;
            }
            let odd = all.iter().filter(|priced| priced.odd).map(|odd| odd.cdr);
            self.stands_about_price(book, key, odd.collect())?;
        }
        let priced: Vec<Priced> = all.iter().map(priced).collect();
        let mut odd: HashSet<CdrRow> = HashSet::new();
        for found in plausible::prices(&priced, limits) {
            odd.insert(CdrRow(found.row));
            self.add(found.row, &found.oddity.finding())?;
        }
        for priced in &mut all {
            let is_odd = odd.contains(&priced.cdr);
            if priced.odd != is_odd {
                priced.odd = is_odd;
                if !is_whole {
                    store::price::put(book, key, priced)?;
                }
            }
        }
        if is_whole {
            all.sort_unstable();
            store::price::replace(book, key, &all)?;
        }
        Ok(())
    }

    /// Notes which findings about prices stand for some CDRs.
    fn stands_about_price(&mut self, book: &Book, key: Key, cdrs: BTreeSet<CdrRow>) -> Result<()> {
        let code = FindingCode::PriceOutOfLine.as_str();
        let rows = Rows {
            cdrs,
            ..Rows::default()
        };
        let mut standing = store::oddity::standing(book, key, &Scope::Rows(rows))?;
        standing.retain(|(_, of), _| of == code);
        self.standing.extend(standing);
        Ok(())
    }

    fn add(&mut self, row: i64, finding: &Finding) -> Result<()> {
        let params = serde_json::to_string(&finding.params).map_err(store::Error::from)?;
        let code = finding.code.as_str().to_owned();
        // What reconciling noted itself stands before what is plausible.
        self.found
            .entry((CdrRow(row), code))
            .or_insert((finding.severity, params));
        Ok(())
    }

    /// Keeps them. Belongs into a transaction.
    pub(crate) fn keep(&self, book: &Book, key: Key) -> Result<()> {
        let mut changed = false;
        for ((cdr, code), kept) in &self.found {
            if self.standing.get(&(*cdr, code.clone())) != Some(kept) {
                store::oddity::put(book, *cdr, code, kept)?;
                changed = true;
            }
        }
        for (cdr, code) in self.standing.keys() {
            if !self.found.contains_key(&(*cdr, code.clone())) {
                store::oddity::forget(book, *cdr, code)?;
                changed = true;
            }
        }
        if changed {
            store::replay::touch_month(book, key.0, key.1)?;
        }
        Ok(())
    }
}

/// Whether a CDR bills nothing.
fn is_void(bucket: Bucket, reason: &str) -> bool {
    let out = [Cause::Credited, Cause::Excluded].map(Cause::as_str);
    bucket == Bucket::Duplicate || out.contains(&reason)
}

fn stored(priced: &Priced) -> Stored {
    Stored {
        place: priced.place,
        cdr: CdrRow(priced.row),
        energy_e6: priced.energy_e6,
        stated_e6: priced.stated_e6,
        odd: false,
    }
}

fn priced(stored: &Stored) -> Priced {
    Priced {
        row: stored.cdr.0,
        place: stored.place,
        energy_e6: stored.energy_e6,
        stated_e6: stored.stated_e6,
    }
}

fn whole(code: FindingCode) -> Finding {
    Finding::new(code, Location::Whole)
}

/// A finding of reconciling, its millionths as decimals.
fn told(noted: &Noted) -> Finding {
    let mut finding = whole(noted.code);
    for (name, value) in &noted.params {
        finding = match name.strip_suffix("_e6") {
            Some(name) => finding.with(name, Micro(*value)),
            None => finding.with(name, value),
        };
    }
    finding
}

/// From where on something is odd for a partner.
fn limits(agreement: &Agreement) -> Limits {
    let thresholds = &agreement.thresholds;
    let kwh = |kwh: u32| i64::from(kwh) * 1_000_000;
    let permille = thresholds.price_percent.saturating_mul(10);
    Limits {
        battery_e6: kwh(thresholds.session_kwh),
        day_e6: kwh(thresholds.day_kwh),
        session_s: i64::from(thresholds.session_hours) * 3_600,
        price_margin_permille: u16::try_from(permille).unwrap_or(u16::MAX),
        ..Limits::default()
    }
}
