//! Locations with EVSEs and connectors, and the place as CDRs and sessions show it.
//!
//! The domain keeps of a location what billing needs and what a CDR must show of it. The status of
//! an EVSE and the kind of place are not among that, and `UNKNOWN` is a value of both.

use domain::{
    CdrLocation, Connector, Coordinates, Evse, Instant, Location, OcpiId, OcpiVersion, Tz,
};

use super::lack::Why;
use super::out::{Need, Object, says_something};
use crate::location::{FORMATS, power_types, standards};

/// What is written of a location wherever it stands.
struct Spot<'a> {
    name: Option<&'a str>,
    street: Option<&'a str>,
    city: Option<&'a str>,
    postal_code: Option<&'a str>,
    country: Option<&'a str>,
    coordinates: Option<&'a Coordinates>,
}

impl<'a> From<&'a CdrLocation> for Spot<'a> {
    fn from(place: &'a CdrLocation) -> Self {
        Spot {
            name: place.name.as_deref(),
            street: place.address.as_deref(),
            city: place.city.as_deref(),
            postal_code: place.postal_code.as_deref(),
            country: place.country.as_deref(),
            coordinates: place.coordinates.as_ref(),
        }
    }
}

impl<'a> From<&'a Location> for Spot<'a> {
    fn from(place: &'a Location) -> Self {
        Spot {
            name: place.name.as_deref(),
            street: place.address.as_deref(),
            city: place.city.as_deref(),
            postal_code: place.postal_code.as_deref(),
            country: place.country.as_deref(),
            coordinates: place.coordinates.as_ref(),
        }
    }
}

/// Writes name, street, city and country.
fn spot(object: &mut Object<'_, '_>, spot: &Spot<'_>, street_max: usize) {
    object.text("name", spot.name, 255, Need::May);
    object.text("address", spot.street, street_max, Need::Must);
    object.text("city", spot.city, 45, Need::Must);
    let code_due = Need::must_if(!object.modern());
    object.text("postal_code", spot.postal_code, 10, code_due);
    country(object, spot.country);
    coordinates(object, spot.coordinates);
}

/// Where it is, in as many decimals as the version wants; half a pair is none.
fn coordinates(object: &mut Object<'_, '_>, at: Option<&Coordinates>) {
    let whole = |at: &&Coordinates| says_something(&at.latitude) && says_something(&at.longitude);
    let Some(at) = at.filter(whole) else {
        return object.unknown("coordinates");
    };
    object.object("coordinates", |object| {
        degrees(object, "latitude", &at.latitude, LENGTHS.0);
        degrees(object, "longitude", &at.longitude, LENGTHS.1);
    });
}

/// Longest latitude and longitude.
const LENGTHS: (usize, usize) = (10, 11);

/// Half a pair. What is no decimal is written as it is.
fn degrees(object: &mut Object<'_, '_>, name: &'static str, text: &str, max: usize) {
    let Some((fitted, is_cut)) = fitted(text, object.version(), max) else {
        return object.text(name, Some(text), max, Need::Must);
    };
    if is_cut {
        object.note(name, Why::TooFine, None);
    }
    object.text(name, Some(&fitted), max, Need::Must);
}

/// Half a pair with the decimals that a version wants (six in 2.1.1, from 2.2.1 on five to seven,
/// as many as its length allows), and whether any had to be cut.
fn fitted(text: &str, version: OcpiVersion, max: usize) -> Option<(String, bool)> {
    let (least, most) = match version {
        OcpiVersion::V211 => (6, 6),
        OcpiVersion::V221 | OcpiVersion::V230 => (5, 7),
    };
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole.trim_start_matches('-')) || !plain(digits) {
        return None;
    }
    let most = most.min(max.saturating_sub(whole.len() + 1)).max(least);
    let cut = digits.get(most..).unwrap_or_default();
    let is_cut = cut.bytes().any(|digit| digit != b'0');
    let kept = digits.get(..most).unwrap_or(digits);
    Some((format!("{whole}.{kept:0<least$}"), is_cut))
}

/// Whether a pair has the decimals that a version wants.
pub(crate) fn fits(at: &Coordinates, version: OcpiVersion) -> bool {
    let same = |text: &str, max| fitted(text, version, max).is_none_or(|(it, _)| it == text);
    same(&at.latitude, LENGTHS.0) && same(&at.longitude, LENGTHS.1)
}

/// An alpha-3 code; what was read as another is written as it is.
fn country(object: &mut Object<'_, '_>, code: Option<&str>) {
    let plain = |code: &str| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
    match code.filter(|code| says_something(code) && !plain(code)) {
        Some(other) => {
            object.note("country", Why::NotInList, Some(other));
            object.word("country", other);
        }
        None => object.text("country", code, 3, Need::Must),
    }
}

/// Longest address. The errata of 2026-05 lengthened it from 2.2.1 on, though not in a CDR.
fn street_max(version: OcpiVersion) -> usize {
    match version {
        OcpiVersion::V211 => 45,
        OcpiVersion::V221 | OcpiVersion::V230 => 255,
    }
}

/// Writes a location.
pub(super) fn location(object: &mut Object<'_, '_>, location: &Location) {
    let modern = object.modern();
    if modern {
        object.party(location.party.as_ref());
        object.id("id", Some(&location.id), 36, Need::Must);
        match location.publish {
            Some(publish) => object.flag("publish", publish),
            None => object.unknown("publish"),
        }
    } else {
        object.id("id", Some(&location.id), 39, Need::Must);
        object.lost_if(location.publish.is_some(), "publish");
        unknown_type(object);
    }
    let longest = street_max(object.version());
    spot(object, &Spot::from(location), longest);
    time_zone(object, location.time_zone, Need::must_if(modern));
    let evses = location.evses.iter().enumerate();
    object.objects("evses", evses, Need::May, |object, station| {
        evse(object, &Station::from(station), None);
    });
    object.instant("last_updated", location.last_updated, Need::Must);
}

/// LocationType is required in 2.1.1, and UNKNOWN is one of its values.
fn unknown_type(object: &mut Object<'_, '_>) {
    object.note("type", Why::WrittenUnknown, None);
    object.word("type", "UNKNOWN");
}

fn time_zone(object: &mut Object<'_, '_>, zone: Option<Tz>, need: Need) {
    object.text("time_zone", zone.map(Tz::name), 255, need);
}

/// An EVSE, of a location or of the place in a CDR.
struct Station<'a> {
    uid: Option<&'a OcpiId>,
    evse_id: Option<&'a OcpiId>,
    plugs: Vec<Plug<'a>>,
}

/// A connector, likewise.
#[derive(Clone, Copy)]
struct Plug<'a> {
    id: Option<&'a OcpiId>,
    standard: Option<&'a str>,
    format: Option<&'a str>,
    tariff_ids: &'a [OcpiId],
    voltage: Option<u32>,
    amperage: Option<u32>,
    power_type: Option<&'a str>,
    max_power: Option<u32>,
}

impl<'a> From<&'a Evse> for Station<'a> {
    fn from(evse: &'a Evse) -> Self {
        Station {
            uid: Some(&evse.uid),
            evse_id: evse.evse_id.as_ref(),
            plugs: evse.connectors.iter().map(Plug::from).collect(),
        }
    }
}

impl<'a> From<&'a Connector> for Plug<'a> {
    fn from(connector: &'a Connector) -> Self {
        Plug {
            id: Some(&connector.id),
            standard: connector.standard.as_deref(),
            format: connector.format.as_deref(),
            tariff_ids: &connector.tariff_ids,
            voltage: connector.voltage,
            amperage: connector.amperage,
            power_type: connector.power_type.as_deref(),
            max_power: connector.max_power,
        }
    }
}

/// The EVSE and connector that a CDR's place names, if it names any.
fn station(place: &CdrLocation) -> Option<Station<'_>> {
    let plug = Plug {
        id: place.connector_id.as_ref(),
        standard: place.connector_standard.as_deref(),
        format: place.connector_format.as_deref(),
        tariff_ids: &[],
        voltage: place.voltage,
        amperage: place.amperage,
        power_type: place.power_type.as_deref(),
        max_power: None,
    };
    let texts = [plug.standard, plug.format, plug.power_type];
    let figures = [plug.voltage, plug.amperage];
    let has_plug = plug.id.is_some()
        || texts.iter().any(Option::is_some)
        || figures.iter().any(Option::is_some);
    let station = Station {
        uid: place.evse_uid.as_ref(),
        evse_id: place.evse_id.as_ref(),
        plugs: has_plug.then_some(plug).into_iter().collect(),
    };
    let known = station.uid.is_some() || station.evse_id.is_some() || has_plug;
    known.then_some(station)
}

/// Writes an EVSE; `updated` is when the record it is a part of was last changed.
fn evse(object: &mut Object<'_, '_>, station: &Station<'_>, updated: Option<Instant>) {
    let uid_max = if object.modern() { 36 } else { 39 };
    object.id("uid", station.uid, uid_max, Need::Must);
    object.id("evse_id", station.evse_id, 48, Need::May);
    object.note("status", Why::WrittenUnknown, None);
    object.word("status", "UNKNOWN");
    let plugs = station.plugs.iter().enumerate();
    object.objects("connectors", plugs, Need::Must, |object, plug| {
        connector(object, *plug, updated);
    });
    part_updated(object, updated);
}

/// When a part was last changed. Of the parts of a CDR or session nobody knows; a 2.1.1 text needs
/// it, and the record's own is the last moment it can have been (I-41).
fn part_updated(object: &mut Object<'_, '_>, updated: Option<Instant>) {
    if updated.is_some() {
        object.note("last_updated", Why::WrittenRecords, None);
    }
    object.instant("last_updated", updated, Need::Must);
}

/// ConnectorType.
fn standard(object: &mut Object<'_, '_>, name: &'static str, standard: Option<&str>) {
    match (
        standard.filter(|text| says_something(text)),
        standards(object.version()),
    ) {
        (standard, Some(known)) => object.one_of(name, standard, known, Need::Must),
        (Some(any), None) => object.word(name, any),
        (None, None) => object.unknown(name),
    }
}

fn connector(object: &mut Object<'_, '_>, plug: Plug<'_>, updated: Option<Instant>) {
    object.id("id", plug.id, 36, Need::Must);
    standard(object, "standard", plug.standard);
    object.one_of("format", plug.format, &FORMATS, Need::Must);
    let known = power_types(object.version());
    object.one_of("power_type", plug.power_type, known, Need::Must);
    let ids = plug.tariff_ids.iter().map(OcpiId::as_str);
    if object.modern() {
        object.count("max_voltage", plug.voltage, Need::Must);
        object.count("max_amperage", plug.amperage, Need::Must);
        object.count("max_electric_power", plug.max_power, Need::May);
        object.texts("tariff_ids", ids, 36, Need::May);
    } else {
        object.count("voltage", plug.voltage, Need::Must);
        object.count("amperage", plug.amperage, Need::Must);
        object.lost_if(plug.max_power.is_some(), "max_electric_power");
        object.id("tariff_id", plug.tariff_ids.first(), 36, Need::May);
        for (index, id) in ids.enumerate().skip(1) {
            object.note_item("tariff_ids", index, Why::NotInVersion, Some(id));
        }
    }
    part_updated(object, updated);
}

/// Writes the place of a CDR: `cdr_location` from 2.2.1 on, in 2.1.1 a Location reduced to one EVSE
/// with one connector.
pub(super) fn of_cdr(owner: &mut Object<'_, '_>, place: &CdrLocation, updated: Option<Instant>) {
    if !owner.modern() {
        return reduced(owner, place, updated);
    }
    owner.object("cdr_location", |object| {
        object.id("id", place.id.as_ref(), 36, Need::Must);
        spot(object, &Spot::from(place), 45);
        object.id("evse_uid", place.evse_uid.as_ref(), 36, Need::Must);
        object.id("evse_id", place.evse_id.as_ref(), 48, Need::Must);
        object.id("connector_id", place.connector_id.as_ref(), 36, Need::Must);
        let plug = place.connector_standard.as_deref();
        standard(object, "connector_standard", plug);
        let format = place.connector_format.as_deref();
        object.one_of("connector_format", format, &FORMATS, Need::Must);
        let known = power_types(object.version());
        let power = place.power_type.as_deref();
        object.one_of("connector_power_type", power, known, Need::Must);
        object.lost_if(place.voltage.is_some(), "voltage");
        object.lost_if(place.amperage.is_some(), "amperage");
        object.lost_if(place.time_zone.is_some(), "time_zone");
    });
}

/// Writes the place of a session: ids only from 2.2.1 on, in 2.1.1 as in a CDR.
pub(super) fn of_session(
    owner: &mut Object<'_, '_>,
    place: &CdrLocation,
    updated: Option<Instant>,
) {
    if !owner.modern() {
        return reduced(owner, place, updated);
    }
    owner.id("location_id", place.id.as_ref(), 36, Need::Must);
    owner.id("evse_uid", place.evse_uid.as_ref(), 36, Need::Must);
    owner.id("connector_id", place.connector_id.as_ref(), 36, Need::Must);
    for (held, name) in [
        (place.name.is_some(), "name"),
        (place.address.is_some(), "address"),
        (place.city.is_some(), "city"),
        (place.postal_code.is_some(), "postal_code"),
        (place.country.is_some(), "country"),
        (place.coordinates.is_some(), "coordinates"),
        (place.evse_id.is_some(), "evse_id"),
        (place.connector_standard.is_some(), "standard"),
        (place.connector_format.is_some(), "format"),
        (place.power_type.is_some(), "power_type"),
        (place.voltage.is_some(), "voltage"),
        (place.amperage.is_some(), "amperage"),
        (place.time_zone.is_some(), "time_zone"),
    ] {
        owner.lost_inside(held, "location", name);
    }
}

fn reduced(owner: &mut Object<'_, '_>, place: &CdrLocation, updated: Option<Instant>) {
    owner.object("location", |object| {
        object.id("id", place.id.as_ref(), 39, Need::Must);
        unknown_type(object);
        let longest = street_max(object.version());
        spot(object, &Spot::from(place), longest);
        time_zone(object, place.time_zone, Need::May);
        let stations = station(place).into_iter().enumerate();
        object.objects("evses", stations, Need::Must, |object, station| {
            evse(object, &station, updated);
        });
        part_updated(object, updated);
    });
}
