//! Sessions of every version (Sessions / Session object).

use domain::cdr::Form;
use domain::{
    CdrLocation, Decimal, FindingCode, Instant, Kwh, OcpiVersion, Session, SessionStatus,
};

use crate::cdr::auth_methods;
use crate::check;
use crate::fields::{Members, fields};
use crate::json::Value;
use crate::location;
use crate::owner;
use crate::path::Path;
use crate::period::{self, Owner};
use crate::price;
use crate::report::Report;
use crate::take::Need;
use crate::token;

fields! {
    /// Session of every version. 2.1.1 writes the times without the last underscore; some servers
    /// write the energy as its unit is written.
    SESSION: SessionField {
        CountryCode = "country_code",
        PartyId = "party_id",
        Id = "id",
        StartDateTime = "start_date_time",
        StartDatetime = "start_datetime",
        EndDateTime = "end_date_time",
        EndDatetime = "end_datetime",
        Kwh = "kwh",
        KilowattHours = "kWh",
        CdrToken = "cdr_token",
        AuthId = "auth_id",
        AuthMethod = "auth_method",
        AuthorizationReference = "authorization_reference",
        Location = "location",
        LocationId = "location_id",
        EvseUid = "evse_uid",
        ConnectorId = "connector_id",
        Currency = "currency",
        ChargingPeriods = "charging_periods",
        TotalCost = "total_cost",
        Status = "status",
        LastUpdated = "last_updated",
    }
}

/// Reads a session and checks what can be checked with nothing but the record at hand.
pub(crate) fn session(value: Value<'_>, report: &mut Report) -> Option<Session> {
    use SessionField as Field;
    let value = report.object(value, Need::Key, Path::Record)?;
    let members = Members::of(value, &SESSION, Path::Record, report);
    let at = &members;
    let party = owner::needed(at, report, Field::CountryCode, Field::PartyId);
    let id = at.id(report, Field::Id, 36, Need::Key);
    let start_at = start(at, report);
    let end_at = end(at, report);
    let energy = at.either(report, Field::Kwh, Field::KilowattHours);
    let energy = at
        .number(report, energy, Need::Must)
        .unwrap_or(Decimal::ZERO);
    let token = token::reference(at, report, Field::CdrToken, Field::AuthId);
    let auth_method = at.one_of(
        report,
        Field::AuthMethod,
        auth_methods(report.version),
        Need::Must,
    );
    let reference = Field::AuthorizationReference;
    let authorization_reference = at.id(report, reference, 36, Need::May);
    let location = place(at, report);
    let currency = at.currency(report, Field::Currency, Need::Must);
    let periods = period::periods_of(
        at,
        report,
        Field::ChargingPeriods,
        Need::May,
        Owner::Session,
    );
    let cost = price::price_of(at, report, Field::TotalCost, Need::May);
    let status = status(at, report);
    let last_updated = at.instant(report, Field::LastUpdated, Need::Must);
    let session = Session {
        form: Form::Ocpi(report.version),
        party: party?,
        id: id?,
        start_at: start_at?,
        end_at,
        energy: Kwh(energy),
        token,
        auth_method,
        authorization_reference,
        location,
        currency,
        periods,
        cost,
        status,
        last_updated,
    };
    check::session(&session, report);
    Some(session)
}

fn start<const N: usize>(members: &Members<'_, '_, N>, report: &mut Report) -> Option<Instant> {
    let (due, other) = match report.version {
        OcpiVersion::V211 => (SessionField::StartDatetime, SessionField::StartDateTime),
        OcpiVersion::V221 | OcpiVersion::V230 => {
            (SessionField::StartDateTime, SessionField::StartDatetime)
        }
    };
    time(members, report, due, other, Need::Key)
}

fn end<const N: usize>(members: &Members<'_, '_, N>, report: &mut Report) -> Option<Instant> {
    let (due, other) = match report.version {
        OcpiVersion::V211 => (SessionField::EndDatetime, SessionField::EndDateTime),
        OcpiVersion::V221 | OcpiVersion::V230 => {
            (SessionField::EndDateTime, SessionField::EndDatetime)
        }
    };
    time(members, report, due, other, Need::May)
}

/// A DateTime under the version's name or, with a finding, under another's.
fn time<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    due: SessionField,
    other: SessionField,
    need: Need,
) -> Option<Instant> {
    let found = members.either(report, due, other);
    let at = members.instant(report, found, need)?;
    if at == Instant::UNIX_EPOCH {
        report.raise(FindingCode::EpochDate, members.path(found));
    }
    Some(at)
}

/// Ids only from 2.2 on, a whole Location in 2.1.1.
fn place<const N: usize>(members: &Members<'_, '_, N>, report: &mut Report) -> CdrLocation {
    use SessionField as Field;
    let ids_only = report.version >= OcpiVersion::V221;
    if ids_only && (members.has(Field::LocationId) || !members.has(Field::Location)) {
        return CdrLocation {
            id: members.id(report, Field::LocationId, 36, Need::Must),
            evse_uid: members.id(report, Field::EvseUid, 36, Need::Must),
            connector_id: members.id(report, Field::ConnectorId, 36, Need::Must),
            ..CdrLocation::default()
        };
    }
    if ids_only {
        members.instead(report, Field::LocationId, members.name(Field::Location));
    }
    match members.due(report, Field::Location, Need::Must) {
        Some(value) => location::reduced(value, report, members.path(Field::Location)),
        None => CdrLocation::default(),
    }
}

/// RESERVED is the text's word for what the list of values calls RESERVATION; both are taken.
fn status<const N: usize>(members: &Members<'_, '_, N>, report: &mut Report) -> SessionStatus {
    let Some(name) = members.text(report, SessionField::Status, 36, Need::Must) else {
        return SessionStatus::Unknown;
    };
    let modern = report.version >= OcpiVersion::V221;
    match name.as_ref() {
        "ACTIVE" => SessionStatus::Active,
        "COMPLETED" => SessionStatus::Completed,
        "INVALID" => SessionStatus::Invalid,
        "PENDING" => SessionStatus::Pending,
        "RESERVATION" | "RESERVED" if modern => SessionStatus::Reservation,
        _ => {
            report.unknown_value(&name, members.path(SessionField::Status));
            SessionStatus::Unknown
        }
    }
}
