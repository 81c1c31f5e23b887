//! Keeping what replaying a month again changes: one decision, which can be taken back.

use serde_json::{Map, Value, json};
use store::decision::NewDecision;
use store::past::replace;
use store::row::{CdrRow, DecisionSeq};
use store::{Book, Durability};

use super::again::Looked;
use super::trial::tried;
use crate::api::{AdoptReplay, ReplayAdopted, ReplayRequest, ReplaySum, ReplayTrial};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::Job;
use crate::{decide, explorer, partners, reconcile};

/// Verb of the decision.
pub(crate) const REPLAY: &str = "replay";

/// Replays a partner-month with today's facts and agreement and keeps what changed. The results
/// that stood are kept as earlier ones, drafts that hold a CDR with other figures are discarded,
/// what stands on an issued document stays as it is there, and the month is reconciled. Where no
/// figure changes, nothing is decided.
///
/// # Errors
/// As [`super::trial`]; refused as `replay_moved` where it is not what was shown, or where somebody
/// else changed it meanwhile.
pub fn adopt(desk: &mut Desk, job: &mut Job<'_>, request: &AdoptReplay) -> Result<ReplayAdopted> {
    let month = ReplayRequest {
        partner: request.partner.clone(),
        month: request.month.clone(),
    };
    let tried = tried(desk, job, &month)?;
    let (trial, _) = tried.answer(desk)?;
    if request
        .shown
        .as_ref()
        .is_some_and(|shown| *shown != trial.sha256)
    {
        return Err(moved());
    }
    let key = (partners::row(&desk.book, &tried.key)?, tried.month);
    let changed = tried.changed();
    let decision = desk.book.write(Durability::Decisions, |book| {
        let decision = match changed.as_slice() {
            [] => None,
            rows => Some(decided(desk, book, (request, &trial), rows)?),
        };
        for looked in &tried.moved {
            job.check()?;
            still(book, looked)?;
            looked.keep(book, (desk.now, decision))?;
        }
        if !tried.moved.is_empty() {
            store::replay::touch_month(book, key.0, key.1)?;
            store::month::mark_stale(book, key)?;
        }
        Ok::<_, Error>(decision)
    })?;
    reconcile::reconcile_stale(desk, job)?;
    explorer::refresh(desk, &changed)?;
    Ok(ReplayAdopted {
        decision: decision.map(DecisionSeq::number),
        trial,
    })
}

/// Appends the decision.
fn decided(
    desk: &Desk,
    book: &Book,
    (request, trial): (&AdoptReplay, &ReplayTrial),
    changed: &[CdrRow],
) -> Result<DecisionSeq> {
    decide::discard_drafts(desk, book, changed, "a CDR of it is priced again")?;
    let new = NewDecision {
        at: desk.now,
        actor: &desk.actor,
        verb: REPLAY,
        object: &format!("{} {}", trial.partner.key, trial.month),
        reason: request.reason.trim(),
        details: &details(trial),
        undoes: None,
        cdrs: changed,
        sessions: &[],
        seen: &[],
    };
    Ok(store::decision::append(book, &new)?)
}

fn details(trial: &ReplayTrial) -> Value {
    let by_currency = |figure: fn(&ReplaySum) -> &String| {
        let each = trial.sums.iter();
        let named = each.map(|sum| (sum.currency.clone(), json!(figure(sum))));
        named.collect::<Map<_, _>>()
    };
    let moves = trial.moves.iter();
    let moves = moves.map(|to| (format!("{} to {}", to.from, to.to), json!(to.count)));
    json!({
        "looked": trial.looked,
        "priced": trial.priced,
        "changed": trial.changed,
        "settled": trial.settled,
        "decided": trial.decided,
        "moves": moves.collect::<Map<_, _>>(),
        "before": by_currency(|sum| &sum.before),
        "after": by_currency(|sum| &sum.after),
        "difference_before": by_currency(|sum| &sum.difference_before),
        "difference_after": by_currency(|sum| &sum.difference_after),
        "sha256": trial.sha256,
    })
}

/// Refuses where another result stands than was looked at.
fn still(book: &Book, looked: &Looked) -> Result<()> {
    let stands = store::replay::get(book, looked.source.row)?;
    if stands == looked.before {
        Ok(())
    } else {
        Err(moved())
    }
}

fn moved() -> Error {
    Error::refused("replay_moved", "it is not what was shown any more")
}

/// Why what stood before a replay cannot be put back, if it cannot.
pub(crate) fn why_not_put_back(book: &Book, decision: DecisionSeq) -> Result<Option<Error>> {
    let number = decision.number();
    if let Some(invoice) = store::invoice::issued_after(book, decision)? {
        let text = format!("invoice {invoice} holds CDRs of it");
        return Ok(Some(
            Error::refused("settled", text)
                .with("decision", number)
                .with("invoice", invoice),
        ));
    }
    let Some(cdr) = store::past::moved_on(book, decision)? else {
        return Ok(None);
    };
    let id = store::cdr::get(book, cdr)?.map_or_else(String::new, |cdr| cdr.figures.ocpi_id);
    let text = format!("{id} was priced again since");
    Ok(Some(
        Error::refused("replayed_since", text)
            .with("decision", number)
            .with("cdr", id),
    ))
}

/// Puts back what stood before a replay, inside the transaction of the decision that takes it back.
pub(crate) fn put_back(
    book: &Book,
    decision: DecisionSeq,
    (at, by): (domain::Instant, DecisionSeq),
) -> Result<()> {
    for (cdr, earlier) in store::past::replaced_by(book, decision)? {
        replace(book, cdr, &earlier, (at, Some(by)))?;
        if let Some(stored) = store::cdr::get(book, cdr)? {
            store::replay::touch_month(book, stored.partner, stored.figures.month)?;
        }
    }
    Ok(())
}
