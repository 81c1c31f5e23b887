//! What reconciling finds odd about the CDRs of a partner-month, kept beside what reading and
//! replay found.

use std::collections::{BTreeMap, HashSet};

use billing::plausible::{self, Fact, Limits};
use billing::reconcile::{Cause, Noted, Outcome, Subject};
use domain::finding::Location;
use domain::{Agreement, Bucket, Finding, FindingCode};
use store::Book;
use store::micro::Micro;
use store::month::Key;
use store::oddity::Kept;
use store::row::CdrRow;

use crate::error::Result;

/// Findings by CDR and code, each once.
pub(crate) struct Oddities(BTreeMap<(CdrRow, String), Kept>);

impl Oddities {
    /// What is odd about the CDRs that have an outcome. `facts` may hold CDRs of the months beside.
    pub(crate) fn of(
        book: &Book,
        key: Key,
        outcomes: &[Outcome],
        facts: &[Fact],
        agreement: &Agreement,
    ) -> Result<Self> {
        let mut odd = Oddities(BTreeMap::new());
        let mut of_month: HashSet<i64> = HashSet::new();
        let mut bills_nothing: HashSet<i64> = HashSet::new();
        for outcome in outcomes {
            let Subject::Cdr(row) = outcome.subject else {
                continue;
            };
            of_month.insert(row);
            let out = matches!(outcome.cause, Cause::Credited | Cause::Excluded);
            if out || outcome.bucket == Bucket::Duplicate {
                bills_nothing.insert(row);
            }
            if outcome.cause == Cause::Finding(FindingCode::TokenNotOurs) {
                odd.add(row, &whole(FindingCode::TokenNotOurs))?;
            }
            for noted in &outcome.findings {
                odd.add(row, &told(noted))?;
            }
        }
        let billing: Vec<Fact> = facts
            .iter()
            .filter(|fact| !bills_nothing.contains(&fact.row))
            .copied()
            .collect();
        for found in plausible::oddities(&billing, &limits(agreement)) {
            if of_month.contains(&found.row) {
                odd.add(found.row, &found.oddity.finding())?;
            }
        }
        for cdr in store::oddity::unknown_tokens(book, key)? {
            odd.add(cdr.0, &whole(FindingCode::TokenUnknown))?;
        }
        for (cdr, invoice) in store::oddity::late(book, key)? {
            let late = whole(FindingCode::LateCdr).with("invoice", invoice);
            odd.add(cdr.0, &late)?;
        }
        Ok(odd)
    }

    fn add(&mut self, row: i64, finding: &Finding) -> Result<()> {
        let params = serde_json::to_string(&finding.params).map_err(store::Error::from)?;
        let code = finding.code.as_str().to_owned();
        // What reconciling noted itself stands before what is plausible.
        self.0
            .entry((CdrRow(row), code))
            .or_insert((finding.severity, params));
        Ok(())
    }

    /// Keeps them in the place of what stands for the month. Belongs into a transaction.
    pub(crate) fn keep(&self, book: &Book, key: Key) -> Result<()> {
        let standing = store::oddity::of_month(book, key)?;
        let mut changed = false;
        for ((cdr, code), kept) in &self.0 {
            if standing.get(&(*cdr, code.clone())) != Some(kept) {
                store::oddity::put(book, *cdr, code, kept)?;
                changed = true;
            }
        }
        for (cdr, code) in standing.keys() {
            if !self.0.contains_key(&(*cdr, code.clone())) {
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
