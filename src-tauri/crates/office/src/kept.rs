//! Keeping a what-if: from now on a CDR is priced so, by decision, until that is undone.

#[cfg(test)]
mod tests;

use store::Durability;
use store::decision::NewDecision;
use store::row::CdrRow;

use crate::api::{Decided, KeepWhatIf, KeptDto, WhatIf};
use crate::decide;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::replay::{Explained, KEEP, Kept, Lookups, Supposition, explain, replay_these};
use crate::{reconcile, whatif, words};

/// Keeps what was supposed of a CDR: one decision. It is replayed and put in its bucket at once; a
/// draft that holds it is discarded. What stands on an issued document is not touched.
pub fn keep(desk: &mut Desk, request: &KeepWhatIf) -> Result<Decided> {
    let reason = decide::given(&request.reason)?;
    let supposed = whatif::supposition(&request.what);
    if supposed == Supposition::default() {
        return Err(Error::refused("nothing_supposed", "nothing is supposed"));
    }
    let cdr = CdrRow::from(request.what.cdr);
    let explained = explain(desk, cdr)?;
    // What cannot be supposed is refused before anything is written.
    let record = (&explained.cdr, &explained.chosen);
    let agreed = explained.terms.partner.agreement.policy;
    supposed.ground(&desk.book, &mut Lookups::default(), record, agreed)?;
    let stored = explained.stored;
    let month = (stored.partner, stored.figures.month);
    let (decision, weights) = desk.book.write(Durability::Decisions, |book| {
        if let Some(invoice) = store::invoice::issued_of(book, cdr)? {
            return Err(
                Error::refused("settled", format!("invoice {invoice} holds it"))
                    .with("invoice", invoice),
            );
        }
        decide::discard_drafts(desk, book, &[cdr], "a CDR of it is priced otherwise")?;
        let details = serde_json::to_value(&supposed).map_err(store::Error::from)?;
        let new = NewDecision {
            at: desk.now,
            actor: &desk.actor,
            verb: KEEP,
            object: &stored.figures.ocpi_id,
            reason,
            details: &details,
            undoes: None,
            cdrs: &[cdr],
            sessions: &[],
            seen: &[],
        };
        let decision = store::decision::append(book, &new)?;
        replay_these(book, &[cdr], (desk.now, decision))?;
        reconcile::derive(book, month, desk.now)?;
        let weight = store::month::weight(book, cdr)?;
        Ok((decision, Vec::from_iter(weight)))
    })?;
    decide::decided(desk, decision, 1, &weights)
}

/// What a CDR is priced with by decision, as the screens show it.
pub(crate) fn dto(explained: &Explained) -> Option<KeptDto> {
    let Kept {
        decision,
        supposition,
    } = explained.kept.as_ref()?;
    Some(KeptDto {
        decision: decision.seq.number(),
        actor: decision.actor.clone(),
        at: words::instant(decision.at),
        reason: decision.reason.clone(),
        what: WhatIf {
            cdr: explained.stored.row.number(),
            policy: supposition.policy.clone(),
            time_zone: supposition.time_zone.clone(),
            tariff: supposition.tariff,
        },
    })
}
