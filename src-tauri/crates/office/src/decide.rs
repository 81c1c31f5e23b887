//! Decisions about selected CDRs: accept differences, and take a decision back.
//!
//! What accepting means stands in [`crate::reconciling::decide`].

use domain::{Money, Totals};
use serde_json::json;
use store::decided::{LINK, UNLINK, Verb};
use store::decision::{Decision, NewDecision};
use store::month::Weight;
use store::row::{CdrRow, DecisionSeq};
use store::{Book, Durability};

use crate::api::{AcceptDifferences, Decided, MoneyDto, Selection, UndoRequest};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::reconciling::decide::{Act, means_something, write};
use crate::reconciling::rules::{self, RULE};
use crate::replay::{KEEP, REPLAY, put_back, replay_these, why_not_put_back};
use crate::{explorer, reconcile, words};

/// Most rows an answer carries.
const ROWS: usize = 1_000;

/// Accepts the differences of the selected CDRs: one decision, one transaction.
pub fn accept_differences(desk: &mut Desk, request: &AcceptDifferences) -> Result<Decided> {
    let reason = given(&request.reason)?;
    let selected = selected(desk, &request.selection)?;
    let (decision, accepted) = desk.book.write(Durability::Decisions, |book| {
        let mut accepted = Vec::new();
        for cdr in &selected {
            accepted.extend(store::month::weight(book, *cdr)?);
        }
        accepted.retain(|weight| means_something(Verb::Accept, weight));
        if accepted.is_empty() {
            return Err(
                Error::refused("nothing_to_accept", "none of them can be accepted")
                    .with("count", selected.len()),
            );
        }
        let act = Act {
            verb: Verb::Accept,
            reason,
            cdrs: &accepted,
            sessions: &[],
            details: json!({}),
        };
        let decision = write(desk, book, act)?;
        Ok((decision, accepted))
    })?;
    decided(desk, decision, selected.len(), &accepted)
}

/// Takes a decision back by its opposite. The CDRs stand where they would stand had it never been
/// made. Drafts that hold one of them are discarded, since they would bill it.
pub fn undo(desk: &mut Desk, request: &UndoRequest) -> Result<Decided> {
    let seq = DecisionSeq::from(request.decision);
    let (decision, weights, sessions) = desk.book.write(Durability::Decisions, |book| {
        let undone = store::decision::get(book, seq)?.ok_or(Error::UnknownRow {
            what: "decision",
            row: request.decision,
        })?;
        if let Some(why) = why_not_undoable(book, &undone)? {
            return Err(why);
        }
        let rows = store::decision::cdrs(book, seq)?;
        let sessions = store::decision::sessions(book, seq)?;
        discard_drafts(desk, book, &rows, "a decision about it was taken back")?;
        let new = NewDecision {
            at: desk.now,
            actor: &desk.actor,
            verb: "undo",
            object: &undone.object,
            reason: request.reason.trim(),
            details: &json!({ "decision": request.decision, "verb": undone.verb }),
            undoes: Some(seq),
            cdrs: &rows,
            sessions: &sessions,
            seen: &[],
        };
        let decision = store::decision::append(book, &new)?;
        match undone.verb.as_str() {
            KEEP => replay_these(book, &rows, (desk.now, decision))?,
            REPLAY => put_back(book, seq, (desk.now, decision))?,
            RULE => rules::taken_back(book, &undone, desk.now)?,
            _ => {}
        }
        let (weights, months) = store::chosen::of_decision(book, seq)?;
        for month in months {
            reconcile::derive(book, month, desk.now)?;
        }
        Ok::<_, Error>((decision, weights, sessions.len()))
    })?;
    let mut undone = decided(desk, decision, weights.len(), &weights)?;
    undone.count += words::index(sessions);
    Ok(undone)
}

/// Why a decision cannot be taken back, if it cannot.
pub(crate) fn why_not_undoable(book: &Book, decision: &Decision) -> Result<Option<Error>> {
    let number = decision.seq.number();
    let verb = decision.verb.as_str();
    let stands = [KEEP, REPLAY, RULE, LINK, UNLINK].contains(&verb);
    if !stands && Verb::from_text(verb).is_none() {
        return Ok(Some(
            Error::refused(
                "not_undoable",
                format!("a decision of kind {} stays", decision.verb),
            )
            .with("decision", number),
        ));
    }
    if let Some(by) = decision.undone_by {
        return Ok(Some(
            Error::refused("undone_already", format!("decision {} took it back", by.0))
                .with("decision", number),
        ));
    }
    if decision.verb == REPLAY {
        return why_not_put_back(book, decision.seq);
    }
    if let Some(invoice) = store::invoice::issued_with(book, decision.seq)? {
        return Ok(Some(
            Error::refused("settled", format!("invoice {invoice} holds its CDRs"))
                .with("decision", number)
                .with("invoice", invoice),
        ));
    }
    Ok(None)
}

/// Discards the drafts that hold one of these CDRs; what is issued stays.
pub(crate) fn discard_drafts(desk: &Desk, book: &Book, rows: &[CdrRow], why: &str) -> Result<()> {
    let mut drafts = Vec::new();
    for row in rows {
        if store::invoice::issued_of(book, *row)?.is_none() {
            drafts.extend(store::invoice::of_cdr(book, *row)?);
        }
    }
    drafts.sort_unstable();
    drafts.dedup();
    for draft in drafts {
        crate::settle::discard(desk, book, draft, why)?;
    }
    Ok(())
}

/// The CDRs of a selection, ascending, each once.
fn selected(desk: &Desk, selection: &Selection) -> Result<Vec<CdrRow>> {
    let mut rows = match selection {
        Selection::Rows(rows) => rows.iter().copied().map(CdrRow::from).collect(),
        Selection::Matching(filter) => explorer::matching(desk, filter)?,
    };
    rows.sort_unstable();
    rows.dedup();
    Ok(rows)
}

/// A reason that somebody gave.
pub(crate) fn given(reason: &str) -> Result<&str> {
    Some(reason.trim())
        .filter(|reason| !reason.is_empty())
        .ok_or_else(|| Error::refused("reason_missing", "a decision needs a reason"))
}

/// The sum of CDRs' differences.
pub(crate) fn differences(weights: &[Weight]) -> Result<Totals> {
    let mut totals = Totals::default();
    for weight in weights {
        let amount = weight.difference.unwrap_or_default().to_decimal();
        totals
            .add(Money::new(amount, weight.currency))
            .map_err(|_| store::Error::OutOfRange("the sum of differences".into()))?;
    }
    Ok(totals)
}

/// Sums by currency.
pub(crate) fn sums(totals: &Totals) -> serde_json::Value {
    let named = totals.0.iter().map(|(currency, sum)| {
        (
            currency.to_string(),
            serde_json::Value::from(sum.normalize().to_string()),
        )
    });
    named.collect::<serde_json::Map<_, _>>().into()
}

/// What a decision changed, as the screens show it.
pub(crate) fn decided(
    desk: &Desk,
    decision: DecisionSeq,
    selected: usize,
    changed: &[Weight],
) -> Result<Decided> {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let all: Vec<CdrRow> = changed.iter().map(|weight| weight.cdr).collect();
    explorer::refresh(desk, &all)?;
    let rows: Vec<CdrRow> = changed.iter().take(ROWS).map(|weight| weight.cdr).collect();
    Ok(Decided {
        decision: decision.number(),
        count: count(changed.len()),
        unchanged: count(selected - changed.len()),
        difference: money(&differences(changed)?),
        rows: explorer::rows_of(desk, &rows)?,
    })
}

/// Sums as they cross to the screens.
pub(crate) fn money(totals: &Totals) -> Vec<MoneyDto> {
    let each = totals.0.iter().map(|(currency, amount)| MoneyDto {
        amount: amount.normalize().to_string(),
        currency: currency.to_string(),
    });
    each.collect()
}
