//! The log of decisions: reading it and proving it.

use std::collections::BTreeMap;

use serde_json::Value;
use store::decision::Decision;
use store::row::{CdrRow, DecisionSeq, SessionRow};

use crate::api::{AuditEntry, AuditRequest, AuditVerdict};
use crate::desk::Desk;
use crate::error::Result;
use crate::words;

/// Most entries of a page.
const PAGE: u32 = 500;

/// A page of the log, newest first.
pub fn list(desk: &Desk, request: &AuditRequest) -> Result<Vec<AuditEntry>> {
    let limit = if request.limit == 0 {
        PAGE
    } else {
        request.limit.min(PAGE)
    };
    let before = request.before.map(DecisionSeq::from);
    let page = store::decision::before(&desk.book, before, limit)?;
    page.iter().map(|decision| entry(desk, decision)).collect()
}

/// Decisions about a CDR, newest first.
pub(crate) fn about(desk: &Desk, cdr: CdrRow) -> Result<Vec<AuditEntry>> {
    let found = store::decision::about(&desk.book, cdr)?;
    found.iter().map(|decision| entry(desk, decision)).collect()
}

/// Decisions about a session, newest first.
pub(crate) fn about_session(desk: &Desk, session: SessionRow) -> Result<Vec<AuditEntry>> {
    let found = store::decision::about_session(&desk.book, session)?;
    found.iter().map(|decision| entry(desk, decision)).collect()
}

/// Walks the hash chain and compares agreements and issued documents with their decisions.
pub fn verify(desk: &Desk) -> Result<AuditVerdict> {
    let verdict = store::decision::verify(&desk.book)?;
    Ok(AuditVerdict {
        entries: verdict.entries,
        intact: verdict.first_broken.is_none(),
        first_broken: verdict.first_broken.map(DecisionSeq::number),
    })
}

fn entry(desk: &Desk, decision: &Decision) -> Result<AuditEntry> {
    Ok(AuditEntry {
        seq: decision.seq.number(),
        at: words::instant(decision.at),
        actor: decision.actor.clone(),
        verb: decision.verb.clone(),
        object: decision.object.clone(),
        reason: decision.reason.clone(),
        details: details(&decision.details)?,
        undoable: crate::decide::why_not_undoable(&desk.book, decision)?.is_none(),
        undone_by: decision.undone_by.map(DecisionSeq::number),
        hash: words::hex(&decision.hash),
    })
}

/// The details as named texts: one level deep, what lies deeper as JSON. The whole content of an
/// agreement is left to the partner's own page.
fn details(json: &str) -> Result<BTreeMap<String, String>> {
    let details: BTreeMap<String, Value> =
        serde_json::from_str(json).map_err(store::Error::from)?;
    let texts = details.into_iter().filter(|(name, _)| name != "content");
    Ok(texts
        .map(|(name, value)| match value {
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        })
        .collect())
}
