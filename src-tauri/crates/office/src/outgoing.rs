//! A stored record as it goes out to others, in a file or to a partner's server.
//!
//! What came in the version that is asked for goes out as it came; all else is completed from other
//! records of the book and written anew, with all that the version has a field for. What it falls
//! short of is named; whether it goes out all the same is for the caller to say.

mod complete;

use domain::cdr::Form;
use domain::{CdrLocation, OcpiVersion, PartyKey, TokenRef};
use ocpi::write::Written;
use ocpi::{Hint, Kind, Object, Reader, rewrite};
use store::cdr::Source;

use crate::desk::Desk;
use crate::error::Result;
use crate::replay::read_stored;
use crate::zones;
use complete::{Known, complete};

/// Writes records of a book in one version.
pub(crate) struct Outgoing<'d> {
    desk: &'d Desk,
    reader: Reader,
    known: Known,
    version: OcpiVersion,
    publish: Option<bool>,
}

impl<'d> Outgoing<'d> {
    /// `publish` is for locations that do not say whether they are public, as in 2.1.1.
    pub(crate) fn new(desk: &'d Desk, version: OcpiVersion, publish: Option<bool>) -> Self {
        Outgoing {
            desk,
            reader: Reader::new(),
            known: Known::default(),
            version,
            publish,
        }
    }

    /// A record in the version: its bytes and where they are from, what it is and whose.
    pub(crate) fn written(
        &mut self,
        (raw, source): (&[u8], Source),
        kind: Kind,
        owner: &PartyKey,
    ) -> Result<Written> {
        let Form::Ocpi(from) = source.form else {
            let object = read_stored(&mut self.reader, (raw, source), kind, owner)?;
            return Ok(self.completed(object, source)?.written(self.version));
        };
        let hint = Hint {
            version: Some(from),
            kind: Some(kind),
            party: Some(owner.clone()),
        };
        let mut read = self.reader.read(raw, &hint);
        if from != self.version
            && let Some(object) = read.object.take()
        {
            read.object = Some(self.completed(object, source)?);
        }
        let damaged = || {
            let number = source.number;
            store::Error::Damaged(format!("record {number} cannot be read again"))
        };
        Ok(rewrite::record(raw, &read, self.version).ok_or_else(damaged)?)
    }

    /// An object that is not as its record says, written anew in the version.
    pub(crate) fn anew(&mut self, object: Object, source: Source) -> Result<Written> {
        Ok(self.completed(object, source)?.written(self.version))
    }

    /// An object with what the version wants to know of it and other records tell.
    fn completed(&mut self, object: Object, source: Source) -> Result<Object> {
        let stated = stated(&object);
        let mut object = complete(self.desk, &mut self.known, object, source)?;
        forget(&mut object, stated, self.version);
        if let Object::Location(location) = &mut object {
            location.publish = location.publish.or(self.publish);
            let country = location.country.as_deref().and_then(zones::single);
            location.time_zone = location.time_zone.or(country);
        }
        Ok(object)
    }
}

/// The token and the place that a record names itself.
fn stated(object: &Object) -> (TokenRef, CdrLocation) {
    match object {
        Object::Cdr(cdr) => (cdr.token.clone(), cdr.location.clone()),
        Object::Session(session) => (session.token.clone(), session.location.clone()),
        Object::Tariff(_) | Object::Location(_) | Object::Token(_) => Default::default(),
    }
}

/// Forgets of what was completed that which only other versions show: it would be named as lost,
/// and the record never stated it.
fn forget(object: &mut Object, (token, stated): (TokenRef, CdrLocation), version: OcpiVersion) {
    let is_old = version == OcpiVersion::V211;
    let old = |known: &mut TokenRef| {
        let contract_id = known.contract_id.take();
        *known = TokenRef {
            contract_id,
            ..token.clone()
        };
    };
    match object {
        Object::Cdr(cdr) if is_old => old(&mut cdr.token),
        Object::Session(session) if is_old => old(&mut session.token),
        Object::Cdr(cdr) => {
            let place = &mut cdr.location;
            place.voltage = stated.voltage;
            place.amperage = stated.amperage;
            place.time_zone = stated.time_zone;
        }
        Object::Session(session) => {
            let known = std::mem::take(&mut session.location);
            session.location = CdrLocation {
                evse_uid: known.evse_uid,
                connector_id: known.connector_id,
                ..stated
            };
        }
        Object::Tariff(_) | Object::Location(_) | Object::Token(_) => {}
    }
}
