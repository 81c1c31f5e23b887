//! Tying a CDR to a session by hand, and saying that it belongs to none of ours.
//!
//! Of several links of a CDR the newest counts. Taking one back brings the one before it back.

use std::collections::BTreeSet;

use serde_json::json;
use store::decided::{LINK, UNLINK};
use store::decision::NewDecision;
use store::row::{CdrRow, SessionRow};
use store::{Book, Durability};

use crate::api::{LinkRequest, MonthDecided};
use crate::decide::{differences, discard_drafts, given, money};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::{partners, reconcile};

/// Ties a CDR to a session, or takes it from the one it has: one decision. Its month, and that of
/// the session, are reconciled anew.
pub fn link(desk: &mut Desk, request: &LinkRequest) -> Result<MonthDecided> {
    let reason = given(&request.reason)?;
    let cdr = CdrRow::from(request.cdr);
    let session = request.session.map(SessionRow::from);
    let (decision, weights) = desk.book.write(Durability::Decisions, |book| {
        let stored = store::cdr::get(book, cdr)?.ok_or(Error::UnknownRow {
            what: "cdr",
            row: request.cdr,
        })?;
        let mut months = BTreeSet::from([(stored.partner, stored.figures.month)]);
        if let Some(row) = session {
            let key = store::session::key(book, row)?.ok_or(Error::UnknownRow {
                what: "session",
                row: row.number(),
            })?;
            if key.0 != stored.partner {
                let text = "the session is another partner's";
                return Err(Error::refused("session_of_other", text));
            }
            months.insert(key);
        }
        if let Some(why) = why_not(book, cdr, session)? {
            return Err(why);
        }
        let weights = Vec::from_iter(store::month::weight(book, cdr)?);
        discard_drafts(
            desk,
            book,
            &[cdr],
            "a CDR of it was tied to another session",
        )?;
        let new = NewDecision {
            at: desk.now,
            actor: &desk.actor,
            verb: session.map_or(UNLINK, |_| LINK),
            object: &stored.figures.ocpi_id,
            reason,
            details: &json!({ "cdr": request.cdr, "session": request.session }),
            undoes: None,
            cdrs: &[cdr],
            sessions: &Vec::from_iter(session),
            seen: &[],
        };
        let decision = store::decision::append(book, &new)?;
        for month in months {
            reconcile::derive(book, month, desk.now)?;
        }
        Ok((decision, weights))
    })?;
    Ok(MonthDecided {
        decision: decision.number(),
        count: 1,
        unchanged: 0,
        difference: money(&differences(&weights)?),
        case: None,
    })
}

/// Why a CDR cannot be tied to a session (or to none), if it cannot.
fn why_not(book: &Book, cdr: CdrRow, session: Option<SessionRow>) -> Result<Option<Error>> {
    if let Some(invoice) = store::invoice::issued_of(book, cdr)? {
        let refused = Error::refused("settled", format!("invoice {invoice} holds it"));
        return Ok(Some(refused.with("invoice", invoice)));
    }
    let by_hand = store::decided::link_of(book, cdr)?;
    let found = store::outcome::get(book, cdr)?.and_then(|outcome| outcome.session);
    let has = by_hand.unwrap_or(found);
    Ok(match session {
        None if has.is_none() => Some(Error::refused(
            "not_linked",
            "it belongs to no session of ours already",
        )),
        Some(_) if by_hand == Some(session) => Some(Error::refused(
            "linked_already",
            "it is tied to this session already",
        )),
        None | Some(_) => None,
    })
}

/// The newest report of a partner's session, by its OCPI id.
pub fn session_named(desk: &Desk, partner: &str, id: &str) -> Result<Option<u32>> {
    let partner = partners::partner_key(&desk.book, partner)?;
    let row = partners::row(&desk.book, &partner)?;
    Ok(store::session::by_id(&desk.book, row, id)?.map(SessionRow::number))
}
