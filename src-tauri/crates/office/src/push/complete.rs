//! What a record does not say and other records of its owner do, before it is written in another
//! version than it came in.
//!
//! A version may require of a CDR what the one it came in does not have, and a spreadsheet hardly
//! has any of it. The place is completed from the owner's newest location of that id, and a row of
//! a spreadsheet also from the session it names. What the record states is never overwritten, and
//! what no record states stays open: the partner is not sent a guess.

use std::collections::HashMap;

use domain::cdr::Form;
use domain::{Cdr, CdrLocation, Connector, Evse, Instant, Location, OcpiId, PartyKey, Session};
use ocpi::Object;
use ocpi_client::Module;
use store::cdr::Source;

use super::queue::read;
use crate::desk::Desk;
use crate::error::Result;
use crate::identity;

/// Locations that were looked up, by owner and id.
#[derive(Default)]
pub(crate) struct Known(HashMap<(PartyKey, String), Option<Location>>);

/// How many locations are remembered before the memory starts anew.
const REMEMBERED: usize = 10_000;

/// The record with what other records of its owner add to it.
pub(crate) fn complete(
    desk: &Desk,
    known: &mut Known,
    object: Object,
    source: Source,
) -> Result<Object> {
    match object {
        Object::Cdr(mut cdr) => {
            if source.form == Form::Sheet {
                row(desk, &mut cdr, source)?;
            }
            let owner = cdr.party.clone();
            place(desk, known, &owner, &mut cdr.location)?;
            Ok(Object::Cdr(cdr))
        }
        Object::Session(mut session) => {
            if source.form == Form::Sheet && session.last_updated.is_none() {
                session.last_updated = imported_at(desk, source)?;
            }
            let owner = session.party.clone();
            place(desk, known, &owner, &mut session.location)?;
            Ok(Object::Session(session))
        }
        Object::Tariff(_) | Object::Location(_) | Object::Token(_) => Ok(object),
    }
}

/// Fills what is not stated.
fn fill<T: Clone>(stated: &mut Option<T>, known: Option<&T>) {
    if stated.is_none() {
        *stated = known.cloned();
    }
}

fn imported_at(desk: &Desk, source: Source) -> Result<Option<Instant>> {
    let import = store::import::get(&desk.book, source.import)?;
    Ok(import.map(|import| import.started_at))
}

/// Completes a row of a spreadsheet. It was "last updated (or created)" (CDRs / CDR object) when it
/// became a CDR, which is when it was imported.
fn row(desk: &Desk, cdr: &mut Cdr, source: Source) -> Result<()> {
    if cdr.last_updated.is_none() {
        cdr.last_updated = imported_at(desk, source)?;
    }
    let Some(id) = &cdr.session_id else {
        return Ok(());
    };
    if let Some(session) = session(desk, &cdr.party, id)? {
        of_session(cdr, &session);
    }
    Ok(())
}

/// What a session tells of its CDR: how it was authorised, by which token, and where. A session
/// with another contract or token is another one, whatever its id.
fn of_session(cdr: &mut Cdr, session: &Session) {
    let (token, theirs) = (&mut cdr.token, &session.token);
    let same = agree(token.contract_id.as_ref(), theirs.contract_id.as_ref())
        && agree(token.uid.as_ref(), theirs.uid.as_ref())
        && agree(token.party.as_ref(), theirs.party.as_ref());
    if !same {
        return;
    }
    fill(&mut token.party, theirs.party.as_ref());
    fill(&mut token.uid, theirs.uid.as_ref());
    fill(&mut token.kind, theirs.kind.as_ref());
    fill(&mut token.contract_id, theirs.contract_id.as_ref());
    fill(&mut cdr.auth_method, session.auth_method.as_ref());
    let reference = session.authorization_reference.as_ref();
    fill(&mut cdr.authorization_reference, reference);
    let (place, there) = (&mut cdr.location, &session.location);
    let same = agree(place.id.as_ref(), there.id.as_ref())
        && agree(place.evse_uid.as_ref(), there.evse_uid.as_ref())
        && agree(place.connector_id.as_ref(), there.connector_id.as_ref());
    if same {
        fill(&mut place.id, there.id.as_ref());
        fill(&mut place.evse_uid, there.evse_uid.as_ref());
        fill(&mut place.connector_id, there.connector_id.as_ref());
    }
}

/// Whether two statements do not contradict each other.
fn agree<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    one.is_none() || other.is_none() || one == other
}

/// Completes a place from the owner's location of its id.
fn place(desk: &Desk, known: &mut Known, owner: &PartyKey, place: &mut CdrLocation) -> Result<()> {
    let Some(id) = &place.id else {
        return Ok(());
    };
    let key = (owner.clone(), id.as_str().to_ascii_lowercase());
    if !known.0.contains_key(&key) {
        if known.0.len() >= REMEMBERED {
            known.0.clear();
        }
        let location = location(desk, owner, id)?;
        known.0.insert(key.clone(), location);
    }
    if let Some(Some(location)) = known.0.get(&key) {
        of_location(place, location);
    }
    Ok(())
}

fn of_location(place: &mut CdrLocation, location: &Location) {
    fill(&mut place.name, location.name.as_ref());
    fill(&mut place.address, location.address.as_ref());
    fill(&mut place.city, location.city.as_ref());
    fill(&mut place.postal_code, location.postal_code.as_ref());
    fill(&mut place.country, location.country.as_ref());
    fill(&mut place.coordinates, location.coordinates.as_ref());
    fill(&mut place.time_zone, location.time_zone.as_ref());
    let Some(evse) = location.evses.iter().find(|evse| is_named(place, evse)) else {
        return;
    };
    fill(&mut place.evse_uid, Some(&evse.uid));
    fill(&mut place.evse_id, evse.evse_id.as_ref());
    let Some(connector) = connector(place, evse) else {
        return;
    };
    fill(&mut place.connector_id, Some(&connector.id));
    let (standard, format) = (connector.standard.as_ref(), connector.format.as_ref());
    fill(&mut place.connector_standard, standard);
    fill(&mut place.connector_format, format);
    fill(&mut place.power_type, connector.power_type.as_ref());
    fill(&mut place.voltage, connector.voltage.as_ref());
    fill(&mut place.amperage, connector.amperage.as_ref());
}

/// Whether a place names this EVSE, by either of its ids and contradicting neither. One that names
/// none may be of a reservation that never reached one (Transport / No data available).
fn is_named(place: &CdrLocation, evse: &Evse) -> bool {
    let (uid, evse_id) = (place.evse_uid.as_ref(), place.evse_id.as_ref());
    let named = uid.is_some() || (evse_id.is_some() && evse_id == evse.evse_id.as_ref());
    named && agree(uid, Some(&evse.uid)) && agree(evse_id, evse.evse_id.as_ref())
}

/// The connector that a place names, or the only one there is.
fn connector<'e>(place: &CdrLocation, evse: &'e Evse) -> Option<&'e Connector> {
    match (&place.connector_id, evse.connectors.as_slice()) {
        (Some(id), all) => all.iter().find(|connector| connector.id == *id),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

fn location(desk: &Desk, owner: &PartyKey, id: &OcpiId) -> Result<Option<Location>> {
    let book = &desk.book;
    let key = identity::key(owner, id.as_str());
    let Some(version) = store::version::location(book, key, owner, id.as_str())? else {
        return Ok(None);
    };
    let raw = store::raw::record(book, version.source.range)?;
    let read = read(owner, &raw, version.source, Module::Locations)?;
    Ok(match read {
        Object::Location(location) => Some(*location),
        Object::Cdr(_) | Object::Session(_) | Object::Tariff(_) | Object::Token(_) => None,
    })
}

fn session(desk: &Desk, owner: &PartyKey, id: &OcpiId) -> Result<Option<Session>> {
    let book = &desk.book;
    let key = identity::key(owner, id.as_str());
    let Some(source) = store::session::newest(book, key, id.as_str())? else {
        return Ok(None);
    };
    let raw = store::raw::record(book, source.range)?;
    Ok(match read(owner, &raw, source, Module::Sessions)? {
        Object::Session(session) => Some(*session).filter(|session| session.party == *owner),
        Object::Cdr(_) | Object::Tariff(_) | Object::Location(_) | Object::Token(_) => None,
    })
}
