//! What a record does not say and other records of its owner do, before it is written in another
//! version than it came in.
//!
//! A version may require of a CDR what the one it came in does not have, and a spreadsheet hardly
//! has any of it. The place is completed from the owner's newest location of that id, and a row of
//! a spreadsheet also from the session it names. Of its token a 2.1.1 record states the contract
//! only; the token's own record tells the rest. What the record states is never overwritten, and
//! what no record states stays open: the partner is not sent a guess.

use std::collections::HashMap;

use domain::cdr::Form;
use domain::{Cdr, CdrLocation, Connector, Evse, Instant, Location, OcpiId, PartyKey, Session};
use domain::{Token, TokenRef};
use ocpi::{Kind, Object, Reader};
use store::cdr::Source;
use store::version::TokenBy;

use crate::desk::Desk;
use crate::error::Result;
use crate::identity;
use crate::replay::read_stored;

/// What was looked up.
#[derive(Default)]
pub(crate) struct Known {
    /// Locations by owner and id.
    locations: HashMap<(PartyKey, String), Option<Location>>,
    /// Tokens by contract and by uid.
    tokens: HashMap<(TokenBy, String), Vec<Token>>,
}

/// How many of each are remembered before the memory starts anew.
const REMEMBERED: usize = 10_000;

/// The record with what other records add to it.
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
            token(desk, known, &mut cdr.token)?;
            let owner = cdr.party.clone();
            place(desk, known, &owner, &mut cdr.location)?;
            Ok(Object::Cdr(cdr))
        }
        Object::Session(mut session) => {
            if source.form == Form::Sheet && session.last_updated.is_none() {
                session.last_updated = imported_at(desk, source)?;
            }
            token(desk, known, &mut session.token)?;
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

/// Completes a token from the records of tokens with its contract, or else with its uid, as far as
/// all of them say the same. A contract may have several cards: which one was used, and of which
/// kind, is then not known.
fn token(desk: &Desk, known: &mut Known, token: &mut TokenRef) -> Result<()> {
    let is_whole = token.party.is_some()
        && token.uid.is_some()
        && token.kind.is_some()
        && token.contract_id.is_some();
    let (by, id) = match (&token.contract_id, &token.uid) {
        (Some(contract), _) => (TokenBy::Contract, contract),
        (None, Some(uid)) => (TokenBy::Uid, uid),
        (None, None) => return Ok(()),
    };
    if is_whole {
        return Ok(());
    }
    let key = (by, id.as_str().to_ascii_lowercase());
    if !known.tokens.contains_key(&key) {
        if known.tokens.len() >= REMEMBERED {
            known.tokens.clear();
        }
        let found = tokens(desk, by, id)?;
        known.tokens.insert(key.clone(), found);
    }
    let all = known.tokens.get(&key).map_or(&[][..], Vec::as_slice);
    let fits = |it: &&Token| {
        agree(token.party.as_ref(), it.party.as_ref())
            && agree(token.uid.as_ref(), Some(&it.uid))
            && agree(token.kind.as_ref(), it.kind.as_ref())
    };
    let meant: Vec<&Token> = all.iter().filter(fits).collect();
    fill(&mut token.party, same(&meant, |it| it.party.as_ref()));
    fill(&mut token.uid, same(&meant, |it| Some(&it.uid)));
    fill(&mut token.kind, same(&meant, |it| it.kind.as_ref()));
    let contract = same(&meant, |it| Some(&it.contract_id));
    fill(&mut token.contract_id, contract);
    Ok(())
}

/// What all of them say.
fn same<'t, T: PartialEq>(
    tokens: &[&'t Token],
    of: impl Fn(&'t Token) -> Option<&'t T>,
) -> Option<&'t T> {
    let first = tokens.first().and_then(|token| of(token));
    let all = tokens.iter().all(|token| of(token) == first);
    first.filter(|_| all)
}

/// Completes a place from the owner's location of its id.
fn place(desk: &Desk, known: &mut Known, owner: &PartyKey, place: &mut CdrLocation) -> Result<()> {
    let Some(id) = &place.id else {
        return Ok(());
    };
    let key = (owner.clone(), id.as_str().to_ascii_lowercase());
    if !known.locations.contains_key(&key) {
        if known.locations.len() >= REMEMBERED {
            known.locations.clear();
        }
        let location = location(desk, owner, id)?;
        known.locations.insert(key.clone(), location);
    }
    if let Some(Some(location)) = known.locations.get(&key) {
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
    let read = again(desk, version.source, (Kind::Location, owner))?;
    Ok(match read {
        Object::Location(location) => Some(*location),
        Object::Cdr(_) | Object::Session(_) | Object::Tariff(_) | Object::Token(_) => None,
    })
}

/// Every token under a contract or uid, of each the newest that has it.
fn tokens(desk: &Desk, by: TokenBy, id: &OcpiId) -> Result<Vec<Token>> {
    let book = &desk.book;
    let mut tokens = Vec::new();
    for (partner, source) in store::version::tokens_by(book, by, id.as_str())? {
        let owner = store::party::key(book, partner)?;
        if let Object::Token(token) = again(desk, source, (Kind::Token, &owner))? {
            tokens.push(token);
        }
    }
    Ok(tokens)
}

/// A stored record read again. It could be read when it was stored, so it can be now.
fn again(desk: &Desk, source: Source, (kind, owner): (Kind, &PartyKey)) -> Result<Object> {
    let raw = store::raw::record(&desk.book, source.range)?;
    read_stored(&mut Reader::new(), (&raw, source), kind, owner)
}

fn session(desk: &Desk, owner: &PartyKey, id: &OcpiId) -> Result<Option<Session>> {
    let book = &desk.book;
    let key = identity::key(owner, id.as_str());
    let Some(source) = store::session::newest(book, key, id.as_str())? else {
        return Ok(None);
    };
    Ok(match again(desk, source, (Kind::Session, owner))? {
        Object::Session(session) => Some(*session).filter(|session| session.party == *owner),
        Object::Cdr(_) | Object::Tariff(_) | Object::Location(_) | Object::Token(_) => None,
    })
}
