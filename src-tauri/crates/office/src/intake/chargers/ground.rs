//! What a transaction does not say of itself: where its station stands, whose tag it was, and by
//! which tariff it is priced. All of it from records of ours and of partners in the book.

use std::collections::HashMap;

use domain::{
    CdrLocation, Connector, Evse, Finding, FindingCode, FindingLocation, Kwh, Location, OcpiId,
    PartyKey, SignedData, SourceOrder, Tariff, TokenRef, TruthSource, Tz,
};
use ocpi::{Kind, Object, Reader};
use ocpp::{Origin, Place, Setting, Transaction};
use store::Book;
use store::cdr::Source;
use store::export::{List, Which};

use super::super::prepare::Context;
use crate::error::Result;
use crate::replay::read_stored;
use crate::terms::{Terms, terms};
use crate::truth;

/// Records that transactions are looked up in.
pub(super) struct Ground {
    own: PartyKey,
    /// The partner chosen for the log: of tags that no token in the book has.
    partner: Option<PartyKey>,
    locations: Vec<Location>,
    /// Versions of our tariffs, oldest first.
    tariffs: Vec<Tariff>,
    /// By uid in lower case: uid, contract and provider.
    tokens: HashMap<String, (String, String, PartyKey)>,
    terms: HashMap<PartyKey, Terms>,
    made_at: domain::Instant,
    /// Which source's energy counts for what we make.
    truth: SourceOrder,
}

/// A place of ours.
struct Spot<'a> {
    location: &'a Location,
    evse: &'a Evse,
    connector: Option<&'a Connector>,
}

impl Ground {
    /// Reads what the book holds of it.
    pub fn of(book: &Book, context: &Context) -> Result<Ground> {
        let own = context.own.clone();
        let mut ground = Ground {
            partner: context.partner.clone(),
            locations: Vec::new(),
            tariffs: Vec::new(),
            tokens: HashMap::new(),
            terms: HashMap::new(),
            made_at: context.now,
            truth: truth::own_rule(book)?.0.energy,
            own,
        };
        let mut reader = Reader::new();
        if let Some(row) = store::party::find(book, &ground.own)? {
            let mut read = |source: Source, kind| -> Result<Object> {
                let raw = store::raw::record(book, source.range)?;
                read_stored(&mut reader, (&raw, source), kind, &ground.own)
            };
            let ours = Which {
                partner: Some(row),
                month: None,
            };
            for stored in store::export::list(book, List::Locations, ours, 0, u32::MAX)? {
                if let Object::Location(location) = read(stored.source, Kind::Location)? {
                    ground.locations.push(*location);
                }
            }
            for version in store::version::tariffs_of(book, row)? {
                if let Object::Tariff(tariff) = read(version.source, Kind::Tariff)? {
                    ground.tariffs.push(*tariff);
                }
            }
        }
        for token in store::version::tokens(book)? {
            let held = (token.uid.clone(), token.contract, token.provider);
            ground.tokens.insert(token.uid.to_lowercase(), held);
        }
        let parties: Vec<PartyKey> = ground
            .tokens
            .values()
            .map(|(_, _, of)| of.clone())
            .collect();
        for party in parties.iter().chain(&ground.partner) {
            if !ground.terms.contains_key(party) {
                ground.terms.insert(party.clone(), terms(book, party)?);
            }
        }
        Ok(ground)
    }

    /// Everything that a CDR of a transaction needs, or what is missing.
    pub fn setting(&self, transaction: &Transaction) -> std::result::Result<Setting, Finding> {
        let spot = self.spot(transaction).ok_or_else(|| {
            let looked_for = names(transaction).join(", ");
            missing(
                "station_not_found",
                "no EVSE of our locations goes by any of these names",
            )
            .with("names", looked_for)
        })?;
        let (token, provider) = self.token(transaction)?;
        let terms = self.terms.get(&provider);
        let tariffs = self.tariffs(&spot, transaction)?;
        let currency = tariffs[0].currency;
        let policy = terms.map_or(domain::Policy::STANDARD, |terms| {
            terms.partner.agreement.policy
        });
        let signed = signed_data(transaction);
        let agreed = || terms.map(|terms| terms.partner.agreement.time_zone);
        Ok(Setting {
            party: self.own.clone(),
            zone: spot.location.time_zone.or_else(agreed).unwrap_or(Tz::UTC),
            location: place(&spot),
            token,
            auth_method: Some("WHITELIST".to_owned()),
            tariffs,
            currency,
            policy,
            meter_at: Place::Outlet,
            made_at: Some(self.made_at),
            signed_energy: signed.as_ref().and_then(|signed| self.counting(signed)),
            signed: signed.map(Box::new),
        })
    }

    /// The energy that was signed, where our rule asks for it before the register, and the
    /// signature holds.
    fn counting(&self, signed: &SignedData) -> Option<Kwh> {
        let asked = self.truth.prefers(TruthSource::Signed, TruthSource::Meter);
        let report = asked.then(|| signed::check(signed))?;
        let metered = report.metered.ok();
        let metered = metered.filter(|_| report.verdict == signed::Verdict::Verified);
        metered.map(|metered| metered.energy)
    }

    /// The EVSE that goes by a name of the transaction's, and its connector.
    fn spot(&self, transaction: &Transaction) -> Option<Spot<'_>> {
        let names = names(transaction);
        let evses = || {
            let all = self.locations.iter();
            all.flat_map(|location| location.evses.iter().map(move |evse| (location, evse)))
        };
        let named = names.iter().find_map(|name| {
            let mut found = evses().filter(|(_, evse)| goes_by(evse, name));
            let first = found.next()?;
            // A name of several EVSEs tells none.
            found.next().is_none().then_some(first)
        });
        let number = transaction.connector.or(transaction.evse);
        let (location, evse) = named.or_else(|| {
            let station = plain(&transaction.station);
            let mut at = evses().filter(|(location, evse)| {
                let number = number.map(|number| number.to_string());
                plain(location.id.as_str()) == station
                    && (location.evses.len() == 1 || Some(evse.uid.as_str()) == number.as_deref())
            });
            at.next()
        })?;
        let id = transaction.connector.map(|number| number.to_string());
        let by_id = |one: &&Connector| Some(one.id.as_str()) == id.as_deref();
        let connector = evse.connectors.iter().find(by_id);
        let only = match evse.connectors.as_slice() {
            [only] => Some(only),
            _ => None,
        };
        Some(Spot {
            location,
            evse,
            connector: connector.or(only),
        })
    }

    /// Whose tag it was: by the tokens in the book, else of the partner chosen for the log.
    fn token(
        &self,
        transaction: &Transaction,
    ) -> std::result::Result<(TokenRef, PartyKey), Finding> {
        let tag = transaction.tag.as_deref().unwrap_or_default();
        if let (true, Origin::Table, Some(partner)) =
            (tag.is_empty(), transaction.origin, &self.partner)
        {
            // A table of whose rows none is told whose tag it was: whoever chose the partner knows.
            let token = TokenRef {
                party: Some(partner.clone()),
                ..TokenRef::default()
            };
            return Ok((token, partner.clone()));
        }
        let known = self.tokens.get(&tag.to_lowercase());
        let (uid, contract, provider) = match (known, &self.partner) {
            (Some((uid, contract, provider)), _) => {
                (uid.clone(), Some(contract.clone()), provider.clone())
            }
            (None, Some(partner)) if !tag.is_empty() => (tag.to_owned(), None, partner.clone()),
            (None, _) => {
                let text = "the tag is no token of a partner: import the tokens, or choose whose \
                            it is";
                return Err(missing("tag_unknown", text).with("tag", tag));
            }
        };
        let token = TokenRef {
            party: Some(provider.clone()),
            uid: Some(OcpiId(uid)),
            kind: Some("RFID".to_owned()),
            contract_id: contract.map(OcpiId),
        };
        Ok((token, provider))
    }

    /// The tariffs of the connector, each in the version that was known at the start; where the
    /// connector names none and we have one only, that.
    fn tariffs(
        &self,
        spot: &Spot<'_>,
        transaction: &Transaction,
    ) -> std::result::Result<Vec<Tariff>, Finding> {
        let start = transaction.start.as_ref().map(|start| start.when.at);
        let mut ids: Vec<&OcpiId> = Vec::new();
        for tariff in &self.tariffs {
            if !ids.iter().any(|id| same(id, &tariff.id)) {
                ids.push(&tariff.id);
            }
        }
        let named = spot.connector.map_or(&[][..], |one| &one.tariff_ids);
        if named.is_empty() && ids.len() > 1 {
            let text = "the connector names no tariff, and we have several";
            return Err(missing("no_tariff", text).with("evse", &spot.evse.uid.0));
        }
        let wanted = ids
            .into_iter()
            .filter(|id| named.is_empty() || named.iter().any(|named| same(named, id)));
        let tariffs: Vec<Tariff> = wanted
            .filter_map(|id| {
                let versions = || self.tariffs.iter().filter(|tariff| same(&tariff.id, id));
                let known = |tariff: &&Tariff| tariff.last_updated <= start;
                versions().rfind(known).or_else(|| versions().next())
            })
            .cloned()
            .collect();
        if tariffs.is_empty() {
            let text = "no tariff of ours applies there: import our tariffs and locations";
            return Err(missing("no_tariff", text).with("evse", &spot.evse.uid.0));
        }
        Ok(tariffs)
    }
}

/// What the meter signed of a transaction, as a CDR carries it. Of several meters, methods or keys
/// in one transaction those values go in that hold its end.
fn signed_data(transaction: &Transaction) -> Option<SignedData> {
    let values = transaction.signed.iter();
    let mut groups = signed::of_logged_values(values.map(|value| signed::LoggedValue {
        context: &value.context,
        text: &value.text,
        encoding: value.encoding.as_deref(),
        public_key: value.public_key.as_deref(),
    }));
    let ends = |group: &SignedData| group.values.iter().any(|value| value.nature == "End");
    let at = groups.iter().position(ends).unwrap_or(0);
    (!groups.is_empty()).then(|| groups.swap_remove(at))
}

/// Why no CDR can be made.
fn missing(trouble: &str, text: &str) -> Finding {
    Finding::new(FindingCode::NoCdrMade, FindingLocation::Whole)
        .with("trouble", trouble)
        .with("text", text)
}

fn same(one: &OcpiId, other: &OcpiId) -> bool {
    one.as_str().eq_ignore_ascii_case(other.as_str())
}

/// Names by which an EVSE may go, the most exact first.
fn names(transaction: &Transaction) -> Vec<String> {
    let numbers = [transaction.evse, transaction.connector];
    let mut names: Vec<String> = numbers
        .into_iter()
        .flatten()
        .map(|number| format!("{}*{number}", transaction.station))
        .collect();
    names.push(transaction.station.clone());
    names
}

/// A name in lower case, whatever is written between its parts.
fn plain(name: &str) -> String {
    let parts = name.split(|sign: char| !sign.is_ascii_alphanumeric());
    let parts: Vec<String> = parts
        .filter(|part| !part.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    parts.join("*")
}

fn goes_by(evse: &Evse, name: &str) -> bool {
    let name = plain(name);
    let ids = [Some(&evse.uid), evse.evse_id.as_ref()];
    ids.into_iter()
        .flatten()
        .any(|id| plain(id.as_str()) == name)
}

fn place(spot: &Spot<'_>) -> CdrLocation {
    let Spot {
        location,
        evse,
        connector,
    } = spot;
    CdrLocation {
        id: Some(location.id.clone()),
        name: location.name.clone(),
        address: location.address.clone(),
        city: location.city.clone(),
        postal_code: location.postal_code.clone(),
        country: location.country.clone(),
        coordinates: location.coordinates.clone(),
        evse_uid: Some(evse.uid.clone()),
        evse_id: evse.evse_id.clone(),
        connector_id: connector.map(|one| one.id.clone()),
        power_type: connector.and_then(|one| one.power_type.clone()),
        connector_standard: connector.and_then(|one| one.standard.clone()),
        connector_format: connector.and_then(|one| one.format.clone()),
        voltage: connector.and_then(|one| one.voltage),
        amperage: connector.and_then(|one| one.amperage),
        time_zone: location.time_zone,
    }
}
