//! What is written is read back as the same object, but for what the version cannot say; and what
//! the reader then misses, the writer has named.

mod objects;

use domain::cdr::Form;
use domain::{
    Cdr, CdrLocation, ChargingPeriod, Coordinates, Decimal, DimensionKind, Finding, FindingCode,
    FindingLocation, Location, OcpiVersion, PartyKey, Price, Restrictions, Session, SessionStatus,
    Tariff, TaxAmount, TaxIncluded, Token, TokenRef,
};
use objects::{VERSIONS, any};
use ocpi::write::{self, Shortfall, Why, Written};
use ocpi::{Hint, Kind};
use proptest::prelude::*;
use serde::Serialize;

/// The party of the connection where the object names none.
fn connection() -> PartyKey {
    "NL-CON".parse().expect("a party key")
}

fn hint(version: OcpiVersion, party: &PartyKey) -> Hint {
    Hint {
        version: Some(version),
        kind: None,
        party: Some(party.clone()),
    }
}

/// Every figure with its decimals and every id in its spelling; `==` overlooks both.
fn exact(object: &impl Serialize) -> String {
    serde_json::to_string_pretty(object).expect("domain objects can be serialised")
}

/// A path without its indices.
fn plain(path: &str) -> String {
    path.replace(|c: char| c.is_ascii_digit(), "")
}

/// Whether a finding is about the form of the record and not about its figures.
fn about_form(finding: &Finding) -> bool {
    use FindingCode as Code;
    matches!(
        finding.code,
        Code::SchemaMissingField
            | Code::SchemaWrongType
            | Code::SchemaLength
            | Code::SchemaEnum
            | Code::SchemaDatetime
            | Code::NotJson
            | Code::UnknownObject
            | Code::PartyUnknown
            | Code::DimensionNotAllowed
            | Code::TaxIncludedMissing
            | Code::TooManyDecimals
            | Code::OutOfRange
    )
}

/// Each finding about the form is at a place that the writer named as missing, and what the writer
/// found too long the reader finds too long.
fn named(findings: &[Finding], written: &Written) {
    let too_long = |path: &str| {
        findings.iter().any(|finding| {
            let long = finding.code == FindingCode::SchemaLength;
            long && plain(&finding.at.to_string()) == plain(path)
        })
    };
    for lack in written.lacks.iter().filter(|lack| lack.why == Why::TooLong) {
        // Of these the reader allows every version the longest that any of them has.
        let lenient = ["address", "].uid"];
        let lenient = lenient.iter().any(|field| lack.field.ends_with(field));
        assert!(lenient || too_long(&lack.field), "{lack}: {findings:#?}");
    }
    for finding in findings.iter().filter(|finding| about_form(finding)) {
        let FindingLocation::Path(path) = &finding.at else {
            panic!("{finding:?} in {}", written.json);
        };
        let known = written
            .lacks
            .iter()
            .any(|lack| lack.severity == Shortfall::Missing && plain(&lack.field) == plain(path));
        assert!(known, "{finding:?} is not among {:#?}", written.lacks);
    }
}

/// A price as a version says it.
fn price(price: &Price, version: OcpiVersion) -> Price {
    let net = price.excl_vat;
    match version {
        OcpiVersion::V211 => Price::net(net),
        OcpiVersion::V221 => Price {
            taxes: Vec::new(),
            ..price.clone()
        },
        OcpiVersion::V230 => {
            let vat = price.incl_vat.map(|gross| gross - net);
            let taxes = match vat {
                Some(vat) if price.taxes.is_empty() && !vat.is_zero() => vec![TaxAmount {
                    name: "VAT".to_owned(),
                    percentage: None,
                    amount: vat,
                }],
                Some(_) | None => price.taxes.clone(),
            };
            let sum = taxes.iter().fold(net, |sum, tax| sum + tax.amount);
            Price {
                excl_vat: net,
                incl_vat: price.incl_vat.map(|_| sum),
                taxes,
            }
        }
    }
}

fn token_kind(kind: Option<&String>, version: OcpiVersion) -> Option<String> {
    let known: &[&str] = match version {
        OcpiVersion::V211 => &["RFID", "OTHER"],
        OcpiVersion::V221 => &["RFID", "OTHER", "APP_USER", "AD_HOC_USER"],
        OcpiVersion::V230 => return kind.cloned(),
    };
    kind.map(|kind| {
        let known = known.contains(&kind.as_str());
        if known {
            kind.clone()
        } else {
            "OTHER".to_owned()
        }
    })
}

fn token_ref(token: &TokenRef, version: OcpiVersion) -> TokenRef {
    match version {
        OcpiVersion::V211 => TokenRef {
            contract_id: token.contract_id.clone(),
            ..TokenRef::default()
        },
        OcpiVersion::V221 | OcpiVersion::V230 => TokenRef {
            kind: token_kind(token.kind.as_ref(), version),
            ..token.clone()
        },
    }
}

/// Half a pair of coordinates with as many decimals as a version has room for.
fn degrees(text: &str, version: OcpiVersion, length: usize) -> String {
    let (whole, digits) = text.split_once('.').expect("a decimal");
    let most = match version {
        OcpiVersion::V211 => 6,
        OcpiVersion::V221 | OcpiVersion::V230 => 7.min(length - whole.len() - 1),
    };
    let kept = &digits[..digits.len().min(most)];
    let least = if version == OcpiVersion::V211 { 6 } else { 5 };
    format!("{whole}.{kept:0<least$}")
}

fn coordinates(at: Option<Coordinates>, version: OcpiVersion) -> Option<Coordinates> {
    at.map(|at| Coordinates {
        latitude: degrees(&at.latitude, version, 10),
        longitude: degrees(&at.longitude, version, 11),
    })
}

/// The place; without its uid a 2.1.1 EVSE cannot be told from another and is not read.
fn place(place: &CdrLocation, version: OcpiVersion) -> CdrLocation {
    let mut place = place.clone();
    place.coordinates = coordinates(place.coordinates, version);
    match version {
        OcpiVersion::V211 => {
            if place.evse_uid.is_none() {
                (place.evse_id, place.connector_id) = (None, None);
            }
            if place.connector_id.is_none() {
                (place.power_type, place.connector_standard) = (None, None);
                (place.connector_format, place.voltage, place.amperage) = (None, None, None);
            }
        }
        OcpiVersion::V221 | OcpiVersion::V230 => {
            (place.voltage, place.amperage, place.time_zone) = (None, None, None);
        }
    }
    place
}

/// Whether the place as written is read whole, so that writing it again gives the same text.
fn stays(place: &CdrLocation, version: OcpiVersion) -> bool {
    version != OcpiVersion::V211 || (place.evse_uid.is_some() && place.connector_id.is_some())
}

fn periods(periods: &[ChargingPeriod], version: OcpiVersion, session: bool) -> Vec<ChargingPeriod> {
    use DimensionKind as Kind;
    let old = [
        Kind::Energy,
        Kind::Time,
        Kind::ParkingTime,
        Kind::MaxCurrent,
        Kind::MinCurrent,
    ];
    let new = [Kind::ReservationTime, Kind::MaxPower, Kind::MinPower];
    let bookings = [Kind::ReservationExpires, Kind::ReservationOvertime];
    let live = [
        Kind::Current,
        Kind::Power,
        Kind::EnergyImport,
        Kind::EnergyExport,
        Kind::StateOfCharge,
    ];
    let said = |kind: Kind| match version {
        OcpiVersion::V211 => old.contains(&kind) || kind == Kind::Flat,
        OcpiVersion::V221 | OcpiVersion::V230 => {
            old.contains(&kind)
                || new.contains(&kind)
                || (version == OcpiVersion::V230 && bookings.contains(&kind))
                || (session && live.contains(&kind))
        }
    };
    let mut periods = periods.to_vec();
    for period in &mut periods {
        period.dimensions.retain(|dimension| said(dimension.kind));
        if version == OcpiVersion::V211 {
            period.tariff_id = None;
        }
    }
    periods
}

/// A tariff as a version says it; `None` where it would price otherwise than it does.
fn tariff(tariff: &Tariff, version: OcpiVersion, connection: &PartyKey) -> Option<Tariff> {
    use domain::TariffKind::Unknown;
    let mut tariff = Tariff {
        version,
        has_alternative_text: false,
        kind: tariff.kind.filter(|kind| *kind != Unknown),
        ..tariff.clone()
    };
    if version < OcpiVersion::V230 {
        if tariff.tax_included == TaxIncluded::Yes {
            return None;
        }
        tariff.tax_included = TaxIncluded::No;
    }
    if version == OcpiVersion::V211 {
        (tariff.kind, tariff.party) = (None, None);
        (tariff.min_price, tariff.max_price) = (None, None);
        (tariff.valid_from, tariff.valid_until) = (None, None);
        let fits = |r: &Restrictions| {
            r.reservation.is_none() && r.min_current.is_none() && r.max_current.is_none()
        };
        tariff
            .elements
            .retain(|element| fits(&element.restrictions));
        let components = tariff.elements.iter_mut().flat_map(|e| &mut e.components);
        components.for_each(|component| component.vat = None);
    }
    tariff.party = Some(tariff.party.unwrap_or_else(|| connection.clone()));
    Some(tariff)
}

fn cdr(cdr: &Cdr, version: OcpiVersion) -> Cdr {
    let mut cdr = cdr.clone();
    let owner = &cdr.party;
    cdr.form = Form::Ocpi(version);
    cdr.tariffs = cdr
        .tariffs
        .iter()
        .filter_map(|inside| tariff(inside, version, owner))
        .collect();
    cdr.token = token_ref(&cdr.token, version);
    cdr.location = place(&cdr.location, version);
    cdr.periods = periods(&cdr.periods, version, false);
    let totals = &mut cdr.totals;
    let parts = [
        &mut totals.fixed_cost,
        &mut totals.energy_cost,
        &mut totals.time_cost,
        &mut totals.parking_cost,
        &mut totals.reservation_cost,
    ];
    for part in parts {
        *part = match version {
            OcpiVersion::V211 => None,
            OcpiVersion::V221 | OcpiVersion::V230 => part.as_ref().map(|p| price(p, version)),
        };
    }
    totals.cost = totals.cost.as_ref().map(|cost| price(cost, version));
    if version == OcpiVersion::V211 {
        (cdr.session_id, cdr.authorization_reference) = (None, None);
        (cdr.invoice_reference_id, cdr.credit_reference_id) = (None, None);
        (cdr.credit, cdr.home_charging_compensation) = (false, false);
    }
    cdr
}

fn session(session: &Session, version: OcpiVersion) -> Session {
    let mut session = session.clone();
    session.form = Form::Ocpi(version);
    session.token = token_ref(&session.token, version);
    session.location = match version {
        OcpiVersion::V211 => place(&session.location, version),
        OcpiVersion::V221 | OcpiVersion::V230 => CdrLocation {
            id: session.location.id,
            evse_uid: session.location.evse_uid,
            connector_id: session.location.connector_id,
            ..CdrLocation::default()
        },
    };
    session.periods = periods(&session.periods, version, true);
    session.cost = session.cost.as_ref().map(|cost| price(cost, version));
    if version == OcpiVersion::V211 {
        session.authorization_reference = None;
        if session.status == SessionStatus::Reservation {
            session.status = SessionStatus::Unknown;
        }
    }
    session
}

fn token(token: &Token, version: OcpiVersion) -> Token {
    let party = token.party.clone().filter(|_| version > OcpiVersion::V211);
    Token {
        party: Some(party.unwrap_or_else(connection)),
        kind: token_kind(token.kind.as_ref(), version),
        ..token.clone()
    }
}

fn location(location: &Location, version: OcpiVersion) -> Location {
    let mut location = location.clone();
    location.coordinates = coordinates(location.coordinates, version);
    let party = location.party.filter(|_| version > OcpiVersion::V211);
    location.party = Some(party.unwrap_or_else(connection));
    if version == OcpiVersion::V211 {
        location.publish = None;
        let connectors = location.evses.iter_mut().flat_map(|e| &mut e.connectors);
        connectors.for_each(|connector| connector.tariff_ids.truncate(1));
    }
    location
}

/// A record that is read without being told what it is.
fn recognised(written: &Written, hint: &Hint, kind: Kind) {
    let seen = ocpi::recognise(written.json.as_bytes(), hint);
    assert_eq!(seen.map(|seen| seen.kind), Some(kind), "{}", written.json);
}

proptest! {
    #[test]
    fn cdrs(object in any::cdr()) {
        for version in VERSIONS {
            let hint = hint(version, &object.party);
            let written = write::cdr(&object, version);
            recognised(&written, &hint, Kind::Cdr);
            let read = ocpi::read_cdr(written.json.as_bytes(), &hint);
            named(&read.findings, &written);
            let read = read.value.expect("a CDR");
            prop_assert_eq!(exact(&read), exact(&cdr(&object, version)));
            let again = write::cdr(&read, version).json;
            prop_assert!(!stays(&object.location, version) || again == written.json);
        }
    }

    #[test]
    fn sessions(object in any::session()) {
        for version in VERSIONS {
            let hint = hint(version, &object.party);
            let written = write::session(&object, version);
            recognised(&written, &hint, Kind::Session);
            let read = ocpi::read_session(written.json.as_bytes(), &hint);
            named(&read.findings, &written);
            let read = read.value.expect("a session");
            prop_assert_eq!(exact(&read), exact(&session(&object, version)));
            let again = write::session(&read, version).json;
            let stays = stays(&object.location, version) && read.status == object.status;
            prop_assert!(!stays || again == written.json);
        }
    }

    #[test]
    fn tariffs(object in any::tariff()) {
        for version in VERSIONS {
            let hint = hint(version, &connection());
            let written = write::tariff(&object, version);
            let read = ocpi::read_tariff(written.json.as_bytes(), &hint);
            named(&read.findings, &written);
            let expected = tariff(&object, version, &connection());
            let expected = expected.filter(|tariff| !tariff.elements.is_empty());
            prop_assert_eq!(read.value.as_ref().map(exact), expected.as_ref().map(exact));
            let again = read.value.map(|tariff| write::tariff(&tariff, version).json);
            let named_owner = object.party.is_some() || version == OcpiVersion::V211;
            prop_assert!(!named_owner || again.is_none_or(|again| again == written.json));
        }
    }

    #[test]
    fn tokens(object in any::token()) {
        for version in VERSIONS {
            let hint = hint(version, &connection());
            let written = write::token(&object, version);
            recognised(&written, &hint, Kind::Token);
            let read = ocpi::read_token(written.json.as_bytes(), &hint);
            named(&read.findings, &written);
            prop_assert_eq!(exact(&read.value), exact(&Some(token(&object, version))));
        }
    }

    #[test]
    fn locations(object in any::location()) {
        for version in VERSIONS {
            let hint = hint(version, &connection());
            let written = write::location(&object, version);
            let read = ocpi::read_location(written.json.as_bytes(), &hint);
            named(&read.findings, &written);
            prop_assert_eq!(exact(&read.value), exact(&Some(location(&object, version))));
        }
    }

    #[test]
    fn no_figure_is_a_float_on_its_way(mantissa in any::<i64>(), scale in 0_u32..19) {
        let figure = Decimal::new(mantissa, scale);
        let mut object = objects::cdr();
        object.totals.energy.0 = figure;
        for version in VERSIONS {
            let json = write::cdr(&object, version).json;
            let member = format!("\"total_energy\":{figure}");
            prop_assert!(json.contains(&member), "{member} in {json}");
        }
    }
}
