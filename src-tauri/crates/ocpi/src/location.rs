//! Locations with EVSEs and connectors (Locations module), and the place as a CDR shows it.

use domain::{
    CdrLocation, Connector, Coordinates, Evse, FindingCode, Location, OcpiId, OcpiVersion,
    Severity, Tz,
};

use crate::fields::{Members, fields};
use crate::json::Value;
use crate::owner;
use crate::path::Path;
use crate::report::Report;
use crate::take::Need;

fields! {
    /// Location, and CdrLocation, which flattens one EVSE and one connector into it.
    LOCATION: LocationField {
        CountryCode = "country_code",
        PartyId = "party_id",
        Id = "id",
        Publish = "publish",
        Name = "name",
        Address = "address",
        City = "city",
        PostalCode = "postal_code",
        Country = "country",
        Coordinates = "coordinates",
        TimeZone = "time_zone",
        Evses = "evses",
        EvseUid = "evse_uid",
        EvseId = "evse_id",
        ConnectorId = "connector_id",
        ConnectorStandard = "connector_standard",
        ConnectorFormat = "connector_format",
        ConnectorPowerType = "connector_power_type",
        LastUpdated = "last_updated",
    }
}

fields! {
    /// EVSE.
    EVSE: EvseField {
        Uid = "uid",
        EvseId = "evse_id",
        Status = "status",
        Connectors = "connectors",
    }
}

fields! {
    /// Connector.
    CONNECTOR: ConnectorField {
        Id = "id",
        Standard = "standard",
        Format = "format",
        PowerType = "power_type",
        Voltage = "voltage",
        MaxVoltage = "max_voltage",
        Amperage = "amperage",
        MaxAmperage = "max_amperage",
        MaxElectricPower = "max_electric_power",
        TariffId = "tariff_id",
        TariffIds = "tariff_ids",
    }
}

fields! {
    /// GeoLocation.
    COORDINATES: CoordinatesField {
        Latitude = "latitude",
        Longitude = "longitude",
    }
}

/// Reads a Location.
pub(crate) fn location(value: Value<'_>, report: &mut Report) -> Option<Location> {
    use LocationField as Field;
    let value = report.object(value, Need::Key, Path::Record)?;
    let members = Members::of(value, &LOCATION, Path::Record, report);
    let modern = report.version >= OcpiVersion::V221;
    let party = owner::optional(&members, report, Field::CountryCode, Field::PartyId);
    let id = members.id(report, Field::Id, if modern { 36 } else { 39 }, Need::Key);
    let publish = if modern {
        members.flag(report, Field::Publish, Need::Must)
    } else {
        None
    };
    let name = members.string(report, Field::Name, 255, Need::May);
    // The errata of 2026-05 lengthened the address from 45 to 255 characters.
    let address = members.string(report, Field::Address, 255, Need::Must);
    let city = members.string(report, Field::City, 45, Need::Must);
    let postal_code = members.string(report, Field::PostalCode, 10, Need::must_if(!modern));
    let country = country(&members, report);
    let coordinates = coordinates(&members, report);
    let time_zone = time_zone(&members, report, Need::must_if(modern));
    let evses = evses(&members, report);
    let last_updated = members.instant(report, Field::LastUpdated, Need::Must);
    Some(Location {
        party,
        id: id?,
        name,
        address,
        city,
        postal_code,
        country,
        coordinates,
        publish,
        time_zone,
        evses,
        last_updated,
    })
}

/// An alpha-3 country code; others (`BE`) are kept and noted.
fn country<const N: usize>(members: &Members<'_, '_, N>, report: &mut Report) -> Option<String> {
    let text = members.string(report, LocationField::Country, 3, Need::Must)?;
    if text.len() < 3 || !text.bytes().all(|b| b.is_ascii_uppercase()) {
        report.unknown_value(&text, members.path(LocationField::Country));
    }
    Some(text)
}

/// Where the place is, if both halves are there. They stay the texts that were sent. Nothing is
/// priced by them, so whatever is odd about them is no more than a warning.
fn coordinates<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
) -> Option<Coordinates> {
    let value = members.due(report, LocationField::Coordinates, Need::Must)?;
    let path = members.path(LocationField::Coordinates);
    let value = report.object(value, Need::May, path)?;
    let members = Members::of(value, &COORDINATES, path, report);
    let mut half = |field, max| {
        let text = members.string(report, field, max, Need::May);
        if text.is_none() {
            members.missing(report, field, Need::Must);
        }
        text
    };
    let (latitude, longitude) = (
        half(CoordinatesField::Latitude, 10),
        half(CoordinatesField::Longitude, 11),
    );
    Some(Coordinates {
        latitude: latitude?,
        longitude: longitude?,
    })
}

/// A text about the plug, by which nothing is priced either.
fn plug<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    field: impl Into<usize>,
) -> Option<String> {
    let field = field.into();
    let due = members.due(report, field, Need::Must).is_some();
    due.then(|| members.string(report, field, 255, Need::May))
        .flatten()
}

/// An IANA zone name.
fn time_zone<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    need: Need,
) -> Option<Tz> {
    let text = members.text(report, LocationField::TimeZone, 255, need)?;
    let zone = text.parse::<Tz>().ok();
    if zone.is_none() {
        report.unknown_value(&text, members.path(LocationField::TimeZone));
    }
    zone
}

fn evses<const N: usize>(members: &Members<'_, '_, N>, report: &mut Report) -> Vec<Evse> {
    let path = members.path(LocationField::Evses);
    let mut evses = Vec::new();
    for (index, value) in members
        .list(report, LocationField::Evses, Need::May)
        .enumerate()
    {
        evses.extend(evse(value, report, path.item(index)));
    }
    evses
}

fn evse(value: Value<'_>, report: &mut Report, path: Path<'_>) -> Option<Evse> {
    let value = report.object(value, Need::Must, path)?;
    let members = Members::of(value, &EVSE, path, report);
    let uid = members.id(report, EvseField::Uid, 39, Need::Must);
    let evse_id = members.id(report, EvseField::EvseId, 48, Need::May);
    members.due(report, EvseField::Status, Need::Must);
    let path = members.path(EvseField::Connectors);
    let mut connectors = Vec::new();
    for (index, value) in members
        .list(report, EvseField::Connectors, Need::Must)
        .enumerate()
    {
        connectors.extend(connector(value, report, path.item(index)));
    }
    Some(Evse {
        uid: uid?,
        evse_id,
        connectors,
    })
}

fn connector(value: Value<'_>, report: &mut Report, path: Path<'_>) -> Option<Connector> {
    use ConnectorField as Field;
    let value = report.object(value, Need::Must, path)?;
    let members = Members::of(value, &CONNECTOR, path, report);
    let id = members.id(report, Field::Id, 36, Need::Must);
    let standard = plug(&members, report, Field::Standard);
    let format = plug(&members, report, Field::Format);
    let power_type = power_type(&members, report, Field::PowerType);
    let (old, new) = (
        (Field::Voltage, Field::Amperage),
        (Field::MaxVoltage, Field::MaxAmperage),
    );
    let (due, other) = match report.version {
        OcpiVersion::V211 => (old, new),
        OcpiVersion::V221 | OcpiVersion::V230 => (new, old),
    };
    let volts = members.either(report, due.0, other.0);
    let amps = members.either(report, due.1, other.1);
    let voltage = members.count(report, volts, Need::Must);
    let amperage = members.count(report, amps, Need::Must);
    let max_power = members.count(report, Field::MaxElectricPower, Need::May);
    let list = members.path(Field::TariffIds);
    let mut tariff_ids = Vec::new();
    for (index, value) in members
        .list(report, Field::TariffIds, Need::May)
        .enumerate()
    {
        let text = report.text(value, 36, Need::May, list.item(index));
        tariff_ids.extend(text.map(|text| OcpiId(text.into_owned())));
    }
    tariff_ids.extend(members.id(report, Field::TariffId, 36, Need::May));
    Some(Connector {
        id: id?,
        standard,
        format,
        tariff_ids,
        voltage,
        amperage,
        power_type,
        max_power,
    })
}

/// The names of ConnectorType in a version. In 2.3.0 the list is open.
pub(crate) fn standards(version: OcpiVersion) -> Option<&'static [&'static str]> {
    // The first 25 are those of 2.1.1.
    const ALL: [&str; 40] = [
        "CHADEMO",
        "DOMESTIC_A",
        "DOMESTIC_B",
        "DOMESTIC_C",
        "DOMESTIC_D",
        "DOMESTIC_E",
        "DOMESTIC_F",
        "DOMESTIC_G",
        "DOMESTIC_H",
        "DOMESTIC_I",
        "DOMESTIC_J",
        "DOMESTIC_K",
        "DOMESTIC_L",
        "IEC_60309_2_single_16",
        "IEC_60309_2_three_16",
        "IEC_60309_2_three_32",
        "IEC_60309_2_three_64",
        "IEC_62196_T1",
        "IEC_62196_T1_COMBO",
        "IEC_62196_T2",
        "IEC_62196_T2_COMBO",
        "IEC_62196_T3A",
        "IEC_62196_T3C",
        "TESLA_R",
        "TESLA_S",
        "CHAOJI",
        "DOMESTIC_M",
        "DOMESTIC_N",
        "DOMESTIC_O",
        "GBT_AC",
        "GBT_DC",
        "NEMA_5_20",
        "NEMA_6_30",
        "NEMA_6_50",
        "NEMA_10_30",
        "NEMA_10_50",
        "NEMA_14_30",
        "NEMA_14_50",
        "PANTOGRAPH_BOTTOM_UP",
        "PANTOGRAPH_TOP_DOWN",
    ];
    match version {
        OcpiVersion::V211 => Some(&ALL[..25]),
        OcpiVersion::V221 => Some(&ALL),
        OcpiVersion::V230 => None,
    }
}

/// The names of ConnectorFormat.
pub(crate) const FORMATS: [&str; 2] = ["SOCKET", "CABLE"];

/// The names of PowerType in a version.
pub(crate) fn power_types(version: OcpiVersion) -> &'static [&'static str] {
    match version {
        OcpiVersion::V211 => &["AC_3_PHASE", "AC_1_PHASE", "DC"],
        OcpiVersion::V221 | OcpiVersion::V230 => &[
            "AC_3_PHASE",
            "AC_1_PHASE",
            "DC",
            "AC_2_PHASE",
            "AC_2_PHASE_SPLIT",
        ],
    }
}

/// PowerType, under whatever name the object has it.
fn power_type<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    field: impl Into<usize>,
) -> Option<String> {
    let known = power_types(report.version);
    members.one_of(report, field, known, Need::Must)
}

/// The place of a 2.2+ CDR: a CdrLocation. It has no time zone in the standard; one that is sent
/// all the same is read.
pub(crate) fn of_cdr(value: Value<'_>, report: &mut Report, path: Path<'_>) -> CdrLocation {
    use LocationField as Field;
    let Some(value) = report.object(value, Need::Must, path) else {
        return CdrLocation::default();
    };
    let members = Members::of(value, &LOCATION, path, report);
    let at = &members;
    CdrLocation {
        id: at.id(report, Field::Id, 36, Need::Must),
        name: at.string(report, Field::Name, 255, Need::May),
        address: at.string(report, Field::Address, 45, Need::Must),
        city: at.string(report, Field::City, 45, Need::Must),
        postal_code: at.string(report, Field::PostalCode, 10, Need::May),
        country: country(at, report),
        coordinates: coordinates(at, report),
        evse_uid: at.id(report, Field::EvseUid, 36, Need::Must),
        evse_id: at.id(report, Field::EvseId, 48, Need::Must),
        connector_id: at.id(report, Field::ConnectorId, 36, Need::Must),
        power_type: power_type(at, report, Field::ConnectorPowerType),
        connector_standard: plug(at, report, Field::ConnectorStandard),
        connector_format: plug(at, report, Field::ConnectorFormat),
        voltage: None,
        amperage: None,
        time_zone: time_zone(at, report, Need::May),
    }
}

/// The place of a 2.1.1 CDR or session: a Location reduced to one EVSE with one connector. Where
/// more came, the first of each counts, with a finding.
pub(crate) fn reduced(value: Value<'_>, report: &mut Report, path: Path<'_>) -> CdrLocation {
    use LocationField as Field;
    let Some(value) = report.object(value, Need::Must, path) else {
        return CdrLocation::default();
    };
    let members = Members::of(value, &LOCATION, path, report);
    let at = &members;
    let mut place = CdrLocation {
        id: at.id(report, Field::Id, 39, Need::Must),
        name: at.string(report, Field::Name, 255, Need::May),
        address: at.string(report, Field::Address, 255, Need::Must),
        city: at.string(report, Field::City, 45, Need::Must),
        postal_code: at.string(report, Field::PostalCode, 10, Need::May),
        country: country(at, report),
        coordinates: coordinates(at, report),
        time_zone: time_zone(at, report, Need::May),
        ..CdrLocation::default()
    };
    let evses = evses(at, report);
    if evses.is_empty() && !at.has(Field::Evses) {
        at.missing(report, Field::Evses, Need::Must);
    }
    let connectors = evses.first().map_or(0, |evse| evse.connectors.len());
    if evses.len() > 1 || connectors > 1 {
        report
            .raise(FindingCode::SchemaLength, at.path(Field::Evses))
            .with_severity(Severity::Warning)
            .param("evses", evses.len())
            .param("connectors", connectors);
    }
    if let Some(evse) = evses.into_iter().next() {
        place.evse_uid = Some(evse.uid);
        place.evse_id = evse.evse_id;
        if let Some(connector) = evse.connectors.into_iter().next() {
            place.connector_id = Some(connector.id);
            place.connector_standard = connector.standard;
            place.connector_format = connector.format;
            place.power_type = connector.power_type;
            place.voltage = connector.voltage;
            place.amperage = connector.amperage;
        }
    }
    place
}
