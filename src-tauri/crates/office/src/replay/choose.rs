//! Which tariff, which zone, whose agreement: looked up in the book, remembered for the run.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{
    Cdr, Finding, FindingCode, Instant, Location, OcpiId, PartyKey, Severity, Tariff, Tz,
};
use ocpi::{Hint, Kind, Object, Reader};
use store::Book;
use store::cdr::Source;
use store::raw::Blocks;
use store::row::TariffRow;
use store::version::LocationVersion;

use super::published::differing;
use crate::error::Result;
use crate::identity;
use crate::terms::{Terms, terms};
use crate::zones;

/// How many lookups of a kind are remembered before the memory starts anew.
const REMEMBERED: usize = 100_000;

/// Where the zone of a CDR comes from, surest first (SEMANTICS 3.14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneSource {
    /// The stored location.
    Location,
    /// The record itself.
    Record,
    /// The partner's agreement.
    Partner,
    /// A country with one zone.
    Country,
    /// Nowhere.
    Unknown,
}

impl ZoneSource {
    /// The stable text form.
    pub fn as_str(self) -> &'static str {
        match self {
            ZoneSource::Location => "location",
            ZoneSource::Record => "record",
            ZoneSource::Partner => "partner",
            ZoneSource::Country => "country",
            ZoneSource::Unknown => "unknown",
        }
    }
}

/// What a CDR is replayed with.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Who it is settled with.
    pub partner: PartyKey,
    /// Stored tariffs that stand in where the CDR carries none.
    pub tariffs: Vec<Arc<Tariff>>,
    /// Their rows.
    pub tariff_rows: Vec<TariffRow>,
    /// Published versions in place of those the CDR carries, where they say other prices.
    pub published: Vec<Version>,
    /// The provider that issued the token of a CDR that a partner sent us, where it is not us.
    pub foreign_token: Option<PartyKey>,
    /// The zone restrictions are read in.
    pub zone: Option<Tz>,
    /// Where it comes from.
    pub zone_source: ZoneSource,
}

/// A stored version of a tariff.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its row.
    pub row: TariffRow,
    /// When its owner last changed it.
    pub updated_at: Option<Instant>,
    /// What it says.
    pub tariff: Arc<Tariff>,
}

type Name = (PartyKey, OcpiId);

/// What was looked up so far in a run.
#[derive(Default)]
pub struct Lookups {
    seen: Option<i64>,
    terms: HashMap<PartyKey, Arc<Terms>>,
    zones: HashMap<Name, Option<Tz>>,
    locations: HashMap<Name, Option<Arc<Location>>>,
    tariffs: HashMap<Name, Arc<[Version]>>,
    blocks: Blocks,
    reader: Reader,
}

/// The provider of a token that is not ours, in a CDR that we did not issue ourselves.
fn foreign_token(us: &PartyKey, cdr: &Cdr) -> Option<PartyKey> {
    let provider = cdr.token.party.as_ref().filter(|_| cdr.party != *us)?;
    (provider != us).then(|| provider.clone())
}

impl Chosen {
    /// That the token of the CDR is another provider's, if it is. Whether that matters is known
    /// only beside our own tokens: reconciling says so.
    pub(crate) fn token_finding(&self) -> Option<Finding> {
        let provider = self.foreign_token.as_ref()?;
        let finding = Finding::at_path(FindingCode::TokenNotOurs, "cdr_token");
        let told = finding.with("provider", provider);
        Some(told.with_severity(Severity::Info))
    }
}

impl Lookups {
    /// The terms of a party.
    pub fn terms(&mut self, book: &Book, key: &PartyKey) -> Result<Arc<Terms>> {
        if let Some(terms) = self.terms.get(key) {
            return Ok(Arc::clone(terms));
        }
        let terms = Arc::new(terms(book, key)?);
        self.terms.insert(key.clone(), Arc::clone(&terms));
        Ok(terms)
    }

    /// How many tariffs and locations the book had seen before the first of them was looked up:
    /// what came later may not be known here.
    pub(crate) fn seen(&mut self, book: &Book) -> Result<i64> {
        match self.seen {
            Some(seen) => Ok(seen),
            None => Ok(*self.seen.insert(store::version::seen(book)?)),
        }
    }

    /// Chooses what a CDR is replayed with.
    pub fn choose(&mut self, book: &Book, cdr: &Cdr, partner: &PartyKey) -> Result<Chosen> {
        self.seen(book)?;
        let (zone, zone_source) = self.zone(book, cdr, partner)?;
        let versions = if cdr.tariffs.is_empty() {
            self.stored_tariffs(book, cdr)?
        } else {
            Vec::new()
        };
        let mut published = Vec::new();
        for carried in &cdr.tariffs {
            let versions = self.versions(book, &cdr.party, &carried.id)?;
            published.extend(differing(carried, &versions, cdr.start_at));
        }
        Ok(Chosen {
            partner: partner.clone(),
            published,
            foreign_token: foreign_token(book.party(), cdr),
            tariff_rows: versions.iter().map(|version| version.row).collect(),
            tariffs: versions.into_iter().map(|version| version.tariff).collect(),
            zone,
            zone_source,
        })
    }

    /// The zone of a CDR's location and where it comes from.
    fn zone(
        &mut self,
        book: &Book,
        cdr: &Cdr,
        partner: &PartyKey,
    ) -> Result<(Option<Tz>, ZoneSource)> {
        if let Some(id) = &cdr.location.id
            && let Some(zone) = self.location_zone(book, &cdr.party, id)?
        {
            return Ok((Some(zone), ZoneSource::Location));
        }
        if let Some(zone) = cdr.location.time_zone {
            return Ok((Some(zone), ZoneSource::Record));
        }
        let terms = self.terms(book, partner)?;
        if terms.is_agreed() {
            return Ok((Some(terms.partner.agreement.time_zone), ZoneSource::Partner));
        }
        let country = cdr.location.country.as_deref();
        let single = country.map_or_else(|| zones::single(cdr.party.country()), zones::single);
        let source = single.map_or(ZoneSource::Unknown, |_| ZoneSource::Country);
        Ok((single, source))
    }

    /// The zone of a stored location.
    pub fn location_zone(
        &mut self,
        book: &Book,
        owner: &PartyKey,
        id: &OcpiId,
    ) -> Result<Option<Tz>> {
        let name = (owner.clone(), id.clone());
        if let Some(zone) = self.zones.get(&name) {
            return Ok(*zone);
        }
        let zone = stored_location(book, owner, id)?.and_then(|version| version.time_zone);
        remember(&mut self.zones, name, zone);
        Ok(zone)
    }

    /// Stored tariffs for a CDR that carries none: those its periods name, else those of its
    /// connector; of each the version that was valid when the session started.
    fn stored_tariffs(&mut self, book: &Book, cdr: &Cdr) -> Result<Vec<Version>> {
        let mut ids: Vec<OcpiId> = Vec::new();
        for id in cdr
            .periods
            .iter()
            .filter_map(|period| period.tariff_id.as_ref())
        {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        if ids.is_empty() {
            ids = self.connector_tariffs(book, cdr)?;
        }
        let mut found = Vec::new();
        for id in ids {
            let versions = self.versions(book, &cdr.party, &id)?;
            found.extend(valid_at(&versions, cdr.start_at).cloned());
        }
        Ok(found)
    }

    /// Every stored version of the tariffs that a CDR carries, names, or finds at its connector.
    pub fn candidates(&mut self, book: &Book, cdr: &Cdr) -> Result<Vec<Version>> {
        let carried = cdr.tariffs.iter().map(|tariff| tariff.id.clone());
        let named = cdr
            .periods
            .iter()
            .filter_map(|period| period.tariff_id.clone());
        let mut ids: Vec<OcpiId> = Vec::new();
        for id in carried
            .chain(named)
            .chain(self.connector_tariffs(book, cdr)?)
        {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let mut found = Vec::new();
        for id in ids {
            found.extend(self.versions(book, &cdr.party, &id)?.iter().cloned());
        }
        Ok(found)
    }

    /// The most power that an EVSE gives, watts: of its connectors the strongest. Where a connector
    /// does not state it, voltage times current for each phase.
    pub(crate) fn power_w(
        &mut self,
        book: &Book,
        owner: &PartyKey,
        id: &OcpiId,
        evse: &str,
    ) -> Result<Option<u32>> {
        let Some(location) = self.location(book, owner, id)? else {
            return Ok(None);
        };
        let is = |id: &OcpiId| id.as_str().eq_ignore_ascii_case(evse);
        let mut evses = location.evses.iter();
        let evse = evses.find(|it| is(&it.uid) || it.evse_id.as_ref().is_some_and(is));
        let connectors = evse.map_or(&[][..], |evse| &evse.connectors);
        let powers: Option<Vec<u32>> = connectors.iter().map(domain::Connector::power_w).collect();
        Ok(powers.and_then(|powers| powers.into_iter().max()))
    }

    /// Uid and EVSE id of the EVSE of a location that has one of them; none where it knows no such.
    pub(crate) fn evse_names(
        &mut self,
        book: &Book,
        owner: &PartyKey,
        id: &OcpiId,
        evse: &str,
    ) -> Result<Vec<String>> {
        let location = self.location(book, owner, id)?;
        let evses = location.iter().flat_map(|location| &location.evses);
        let names = |it: &domain::Evse| [Some(it.uid.clone()), it.evse_id.clone()];
        let found = evses.map(names).find(|names| {
            let mut names = names.iter().flatten();
            names.any(|name| name.as_str().eq_ignore_ascii_case(evse))
        });
        let names = found.into_iter().flatten().flatten();
        Ok(names.map(|name| name.0).collect())
    }

    /// The tariffs of the connector that a CDR names.
    fn connector_tariffs(&mut self, book: &Book, cdr: &Cdr) -> Result<Vec<OcpiId>> {
        let Some(id) = &cdr.location.id else {
            return Ok(Vec::new());
        };
        let Some(location) = self.location(book, &cdr.party, id)? else {
            return Ok(Vec::new());
        };
        let place = &cdr.location;
        let evse = location.evses.iter().find(|evse| {
            place.evse_uid.as_ref() == Some(&evse.uid)
                || (place.evse_id.is_some() && place.evse_id == evse.evse_id)
        });
        let connector = evse.and_then(|evse| {
            evse.connectors
                .iter()
                .find(|connector| place.connector_id.as_ref() == Some(&connector.id))
                .or_else(|| {
                    evse.connectors
                        .first()
                        .filter(|_| evse.connectors.len() == 1)
                })
        });
        Ok(connector.map_or_else(Vec::new, |connector| connector.tariff_ids.clone()))
    }

    fn location(
        &mut self,
        book: &Book,
        owner: &PartyKey,
        id: &OcpiId,
    ) -> Result<Option<Arc<Location>>> {
        let name = (owner.clone(), id.clone());
        if let Some(location) = self.locations.get(&name) {
            return Ok(location.clone());
        }
        let location = match stored_location(book, owner, id)? {
            Some(version) => match self.read(book, version.source, owner, Kind::Location)? {
                Some(Object::Location(location)) => Some(Arc::new(*location)),
                _ => None,
            },
            None => None,
        };
        remember(&mut self.locations, name, location.clone());
        Ok(location)
    }

    fn versions(&mut self, book: &Book, owner: &PartyKey, id: &OcpiId) -> Result<Arc<[Version]>> {
        let name = (owner.clone(), id.clone());
        if let Some(versions) = self.tariffs.get(&name) {
            return Ok(Arc::clone(versions));
        }
        let key = identity::key(owner, id.as_str());
        let mut versions = Vec::new();
        for stored in store::version::tariffs(book, key, owner, id.as_str())? {
            if let Some(tariff) = self.tariff(book, stored.source, owner)? {
                versions.push(Version {
                    row: stored.row,
                    updated_at: stored.updated_at,
                    tariff,
                });
            }
        }
        let versions: Arc<[Version]> = versions.into();
        remember(&mut self.tariffs, name, Arc::clone(&versions));
        Ok(versions)
    }

    /// Reads a stored tariff again.
    pub(crate) fn tariff(
        &mut self,
        book: &Book,
        source: Source,
        owner: &PartyKey,
    ) -> Result<Option<Arc<Tariff>>> {
        Ok(match self.read(book, source, owner, Kind::Tariff)? {
            Some(Object::Tariff(tariff)) => Some(Arc::new(*tariff)),
            Some(Object::Cdr(_) | Object::Session(_) | Object::Location(_) | Object::Token(_))
            | None => None,
        })
    }

    /// Reads a stored record again.
    fn read(
        &mut self,
        book: &Book,
        source: Source,
        owner: &PartyKey,
        kind: Kind,
    ) -> Result<Option<Object>> {
        let bytes = self.blocks.record(book, source.range)?;
        let version = match source.form {
            domain::cdr::Form::Ocpi(version) => Some(version),
            domain::cdr::Form::Sheet => None,
        };
        let hint = Hint {
            version,
            kind: Some(kind),
            party: Some(owner.clone()),
        };
        Ok(self.reader.read(bytes, &hint).object)
    }
}

fn stored_location(book: &Book, owner: &PartyKey, id: &OcpiId) -> Result<Option<LocationVersion>> {
    let key = identity::key(owner, id.as_str());
    Ok(store::version::location(book, key, owner, id.as_str())?)
}

/// The version in force at a moment: of those whose dates allow it the last that was published
/// before it; if all were published later, the first.
pub(super) fn valid_at(versions: &[Version], at: Instant) -> Option<&Version> {
    let allowed = || {
        versions.iter().filter(|version| {
            version.tariff.valid_from.is_none_or(|from| from <= at)
                && version.tariff.valid_until.is_none_or(|until| at <= until)
        })
    };
    let published = allowed()
        .filter(|version| version.updated_at.is_none_or(|updated| updated <= at))
        .max_by_key(|version| (version.updated_at, version.row));
    published.or_else(|| allowed().min_by_key(|version| (version.updated_at, version.row)))
}

fn remember<V>(memory: &mut HashMap<Name, V>, name: Name, value: V) {
    if memory.len() >= REMEMBERED {
        memory.clear();
    }
    memory.insert(name, value);
}
