//! Sessions of every version (Sessions / Session object).

use domain::{Session, SessionStatus};

use super::lack::Why;
use super::out::{Need, Object};
use super::{period, place, price, token};
use crate::cdr::auth_methods;
use crate::period::Owner;

/// Writes a session.
pub(super) fn members(object: &mut Object<'_, '_>, session: &Session) {
    let modern = object.modern();
    let (start, end) = if modern {
        ("start_date_time", "end_date_time")
    } else {
        ("start_datetime", "end_datetime")
    };
    if modern {
        object.party(Some(&session.party));
    }
    object.id("id", Some(&session.id), 36, Need::Must);
    object.instant(start, Some(session.start_at), Need::Must);
    object.instant(end, session.end_at, Need::May);
    object.number("kwh", Some(session.energy.0), Need::Must);
    token::reference(object, &session.token);
    let methods = auth_methods(object.version());
    let method = session.auth_method.as_deref();
    object.one_of("auth_method", method, methods, Need::Must);
    let reference = session.authorization_reference.as_ref();
    if modern {
        object.id("authorization_reference", reference, 36, Need::May);
    } else {
        object.lost_if(reference.is_some(), "authorization_reference");
    }
    place::of_session(object, &session.location, session.last_updated);
    object.currency("currency", session.currency);
    period::periods(object, &session.periods, Owner::Session, Need::May);
    price::price(object, "total_cost", session.cost.as_ref(), Need::May);
    status(object, session.status);
    object.instant("last_updated", session.last_updated, Need::Must);
}

fn status(object: &mut Object<'_, '_>, status: SessionStatus) {
    let name = match status {
        SessionStatus::Active => "ACTIVE",
        SessionStatus::Completed => "COMPLETED",
        SessionStatus::Invalid => "INVALID",
        SessionStatus::Pending => "PENDING",
        SessionStatus::Reservation => "RESERVATION",
        SessionStatus::Unknown => return object.unknown("status"),
    };
    if status == SessionStatus::Reservation && !object.modern() {
        object.note("status", Why::NotInList, Some(name));
    }
    object.word("status", name);
}
