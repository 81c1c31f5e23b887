//! Why the CDRs of a partner-month differ: each one's cause, of those that explain many.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use billing::causes;
use billing::reconcile::{Cause, Outcome, Subject};
use domain::Bucket;
use store::Book;
use store::month::Key;
use store::near::Scope;
use store::row::{CdrRow, DecisionSeq};

use crate::error::Result;
use crate::reconciling::search::Explained;
use crate::reconciling::{effects, rules};

/// Groups what differs by its cause: the key of each CDR's cause. What was decided stays in its
/// group, so that a decision on one cause moves no other. What a rule catches is accepted by it.
///
/// Which cause explains a CDR depends on how many others it explains: of CDRs out of scope, those
/// whose cause is another one now get it here. Belongs into a transaction.
pub(super) fn by_cause(
    book: &Book,
    key: Key,
    scope: &Scope,
    (outcomes, rules): (&mut [Outcome], &[(DecisionSeq, String)]),
) -> Result<BTreeMap<i64, Arc<str>>> {
    let mut explained = Explained::of_month(book, key)?;
    let beside = beside(&explained, scope);
    let mut grouped: BTreeMap<i64, &mut Outcome> = BTreeMap::new();
    for outcome in outcomes {
        if let (Subject::Cdr(row), true) = (outcome.subject, is_grouped(outcome.cause)) {
            grouped.insert(row, outcome);
        }
    }
    explained
        .cdrs
        .retain(|cdr| grouped.contains_key(&cdr.row) || beside.contains_key(&cdr.row));
    for (_, content) in rules {
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
    for (cdr, known) in beside {
        let now = causes.get(&cdr).map(|key| &**key);
        if now != known.as_deref() {
            store::outcome::put_cause(book, CdrRow(cdr), now)?;
        }
    }
    Ok(causes)
}

/// The CDRs out of scope that have a cause, or could have one.
fn beside(explained: &Explained, scope: &Scope) -> HashMap<i64, Option<String>> {
    let Scope::Rows(rows) = scope else {
        return HashMap::new();
    };
    let grouped = |reason: &str| GROUPED.iter().any(|cause| cause.as_str() == reason);
    explained
        .stands
        .iter()
        .filter(|(cdr, (reason, _))| !rows.cdrs.contains(&CdrRow(**cdr)) && grouped(reason))
        .map(|(cdr, (_, cause))| (*cdr, cause.clone()))
        .collect()
}

/// Why a CDR is where it is, if its difference has a cause.
const GROUPED: [Cause; 7] = [
    Cause::TotalDiffers,
    Cause::AcceptedByRule,
    Cause::Accepted,
    Cause::Disputed,
    Cause::Held,
    Cause::Excluded,
    Cause::Settled,
];

fn is_grouped(why: Cause) -> bool {
    GROUPED.contains(&why)
}
