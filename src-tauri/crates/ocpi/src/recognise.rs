//! Telling what a record is, and of which version, by its fields alone.
//!
//! Each object has fields that no other has, and needs several of them, so that the fragments of a
//! PATCH (`{"total_cost": …}`) are not taken for whole objects. Where versions look the same
//! (tokens, locations, sessions without a cost), the caller's hint decides, else 2.2.1.

use domain::OcpiVersion;

use crate::fields::{Members, fields};
use crate::json::{Kind, Value};
use crate::path::Path;
use crate::report::Report;
use crate::{Hint, Kind as ObjectKind, Recognised};

fields! {
    /// Top-level fields that tell objects and versions apart.
    SIGNS: Sign {
        CountryCode = "country_code",
        PartyId = "party_id",
        Id = "id",
        StartDateTime = "start_date_time",
        StartDatetime = "start_datetime",
        EndDateTime = "end_date_time",
        StopDateTime = "stop_date_time",
        CdrToken = "cdr_token",
        CdrLocation = "cdr_location",
        AuthId = "auth_id",
        Location = "location",
        LocationId = "location_id",
        ChargingPeriods = "charging_periods",
        TotalCost = "total_cost",
        TotalEnergy = "total_energy",
        TotalTime = "total_time",
        Kwh = "kwh",
        Status = "status",
        BookingId = "booking_id",
        Elements = "elements",
        Currency = "currency",
        TaxIncluded = "tax_included",
        MinPrice = "min_price",
        MaxPrice = "max_price",
        Preauthorize = "preauthorize_amount",
        Evses = "evses",
        Coordinates = "coordinates",
        Address = "address",
        City = "city",
        Country = "country",
        Publish = "publish",
        TimeZone = "time_zone",
        ParkingPlaces = "parking_places",
        HelpPhone = "help_phone",
        Uid = "uid",
        Type = "type",
        ContractId = "contract_id",
        Valid = "valid",
        Whitelist = "whitelist",
        Issuer = "issuer",
        Connectors = "connectors",
    }
}

type Signs<'d> = Members<'d, 'static, { Sign::Connectors as usize + 1 }>;

/// What the value is. A kind in the hint is taken at its word; only the version is looked for.
pub(crate) fn recognise(value: Value<'_>, hint: &Hint) -> Option<Recognised> {
    if value.kind() != Kind::Object {
        return None;
    }
    // Repeated names are noted when the object is read; here they do not matter.
    let mut unheard = Report::new(OcpiVersion::V221, None);
    let signs = Members::of(value, &SIGNS, Path::Record, &mut unheard);
    let kind = hint.kind.or_else(|| kind(&signs))?;
    let version = match kind {
        ObjectKind::Cdr => cdr_version(&signs, hint),
        ObjectKind::Session => session_version(&signs, hint),
        ObjectKind::Tariff => tariff_version(&signs, hint),
        ObjectKind::Location => location_version(&signs, hint),
        ObjectKind::Token => token_version(&signs, hint),
    };
    Some(Recognised { kind, version })
}

/// How many of the fields are there.
fn count(signs: &Signs<'_>, fields: &[Sign]) -> usize {
    fields.iter().filter(|field| signs.has(**field)).count()
}

fn kind(signs: &Signs<'_>) -> Option<ObjectKind> {
    use Sign::{
        Address, AuthId, CdrLocation, CdrToken, ChargingPeriods, City, Connectors, ContractId,
        Coordinates, Country, Currency, Elements, EndDateTime, Evses, Id, Issuer, Kwh, LocationId,
        Publish, StartDateTime, StartDatetime, Status, StopDateTime, TimeZone, TotalCost,
        TotalEnergy, TotalTime, Uid, Valid, Whitelist,
    };
    if signs.has(Kwh) || signs.has(LocationId) {
        let whose = [
            Id,
            StartDateTime,
            StartDatetime,
            CdrToken,
            AuthId,
            LocationId,
            Status,
        ];
        return (count(signs, &whose) >= 2).then_some(ObjectKind::Session);
    }
    let billed = [
        TotalEnergy,
        TotalTime,
        CdrLocation,
        StopDateTime,
        EndDateTime,
        CdrToken,
        AuthId,
    ];
    let priced = signs.has(TotalCost) || signs.has(ChargingPeriods) || signs.has(TotalEnergy);
    if priced && count(signs, &billed) >= 2 {
        return Some(ObjectKind::Cdr);
    }
    if signs.has(Elements) && (signs.has(Currency) || signs.has(Id)) {
        return Some(ObjectKind::Tariff);
    }
    let token = [Whitelist, Valid, ContractId, AuthId, Issuer];
    if signs.has(Uid) && !signs.has(Connectors) && count(signs, &token) >= 2 {
        return Some(ObjectKind::Token);
    }
    let place = [
        Evses,
        Coordinates,
        Address,
        City,
        Country,
        Publish,
        TimeZone,
    ];
    (count(signs, &place) >= 3).then_some(ObjectKind::Location)
}

/// The version when content says no more than "2.2 or later".
fn modern(hint: &Hint) -> OcpiVersion {
    match hint.version {
        Some(OcpiVersion::V230) => OcpiVersion::V230,
        Some(OcpiVersion::V211 | OcpiVersion::V221) | None => OcpiVersion::V221,
    }
}

/// The version when content names no owner: 2.1.1, unless the hint knows better.
fn without_owner(hint: &Hint) -> OcpiVersion {
    hint.version.unwrap_or(OcpiVersion::V211)
}

/// Whether an object member has a member of its own of this name.
fn has_inside(value: Option<Value<'_>>, name: &str) -> bool {
    value.is_some_and(|value| value.members().any(|(found, _)| found.text() == name))
}

/// The version a Price shows: `before_taxes` is 2.3.0's, an object 2.2's, a number 2.1.1's.
fn priced_as(price: Option<Value<'_>>) -> Option<OcpiVersion> {
    let price = price?;
    match price.kind() {
        Kind::Object if has_inside(Some(price), "before_taxes") => Some(OcpiVersion::V230),
        Kind::Object if has_inside(Some(price), "excl_vat") => Some(OcpiVersion::V221),
        Kind::Number | Kind::Text => Some(OcpiVersion::V211),
        Kind::Null | Kind::True | Kind::False | Kind::Object | Kind::Array => None,
    }
}

/// The version of a record with times, token, place and cost: most signs win.
fn billed_version(signs: &Signs<'_>, hint: &Hint, old: &[Sign], new: &[Sign]) -> OcpiVersion {
    let (old, new) = (count(signs, old), count(signs, new));
    let price = priced_as(signs.get(Sign::TotalCost));
    let is_old = match old.cmp(&new) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => price.or(hint.version) == Some(OcpiVersion::V211),
    };
    match price {
        _ if is_old => OcpiVersion::V211,
        Some(OcpiVersion::V230) => OcpiVersion::V230,
        Some(OcpiVersion::V221) => OcpiVersion::V221,
        Some(OcpiVersion::V211) | None if signs.has(Sign::BookingId) => OcpiVersion::V230,
        Some(OcpiVersion::V211) | None => modern(hint),
    }
}

fn cdr_version(signs: &Signs<'_>, hint: &Hint) -> OcpiVersion {
    let old = [Sign::StopDateTime, Sign::AuthId, Sign::Location];
    let new = [
        Sign::EndDateTime,
        Sign::CdrToken,
        Sign::CdrLocation,
        Sign::CountryCode,
    ];
    billed_version(signs, hint, &old, &new)
}

fn session_version(signs: &Signs<'_>, hint: &Hint) -> OcpiVersion {
    let old = [Sign::StartDatetime, Sign::AuthId, Sign::Location];
    let new = [
        Sign::StartDateTime,
        Sign::CdrToken,
        Sign::LocationId,
        Sign::CountryCode,
    ];
    billed_version(signs, hint, &old, &new)
}

fn tariff_version(signs: &Signs<'_>, hint: &Hint) -> OcpiVersion {
    let limit = |field| has_inside(signs.get(field), "before_taxes");
    let taxed = signs.has(Sign::TaxIncluded) || signs.has(Sign::Preauthorize);
    if taxed || limit(Sign::MinPrice) || limit(Sign::MaxPrice) {
        OcpiVersion::V230
    } else if signs.has(Sign::CountryCode) || signs.has(Sign::PartyId) {
        modern(hint)
    } else {
        without_owner(hint)
    }
}

fn location_version(signs: &Signs<'_>, hint: &Hint) -> OcpiVersion {
    let parking = signs.get(Sign::Evses).is_some_and(|evses| {
        evses.items().any(|evse| {
            has_inside(Some(evse), "parking")
                || has_inside(Some(evse), "accepted_service_providers")
        })
    });
    if parking || signs.has(Sign::ParkingPlaces) || signs.has(Sign::HelpPhone) {
        OcpiVersion::V230
    } else if signs.has(Sign::CountryCode) || signs.has(Sign::Publish) {
        modern(hint)
    } else {
        without_owner(hint)
    }
}

fn token_version(signs: &Signs<'_>, hint: &Hint) -> OcpiVersion {
    let emaid = signs
        .get(Sign::Type)
        .is_some_and(|kind| kind.text() == "EMAID");
    if emaid {
        OcpiVersion::V230
    } else if signs.has(Sign::ContractId) || signs.has(Sign::CountryCode) {
        modern(hint)
    } else {
        without_owner(hint)
    }
}
