//! CDRs of every version (CDRs / CDR object).

use domain::cdr::Form;
use domain::{
    Cdr, CdrLocation, CdrTotals, ChargingPeriod, Decimal, DimensionKind, FindingCode, Instant, Kwh,
    OcpiVersion, Severity, Tariff,
};

use crate::check;
use crate::fields::{Members, fields};
use crate::json::Value;
use crate::location;
use crate::owner;
use crate::path::Path;
use crate::period::{self, Owner};
use crate::price;
use crate::report::Report;
use crate::signed;
use crate::take::Need;
use crate::tariff;
use crate::token;

fields! {
    /// CDR of every version.
    CDR: CdrField {
        CountryCode = "country_code",
        PartyId = "party_id",
        Id = "id",
        StartDateTime = "start_date_time",
        StartDatetime = "start_datetime",
        EndDateTime = "end_date_time",
        StopDateTime = "stop_date_time",
        EndDatetime = "end_datetime",
        SessionId = "session_id",
        CdrToken = "cdr_token",
        AuthId = "auth_id",
        AuthMethod = "auth_method",
        AuthorizationReference = "authorization_reference",
        CdrLocation = "cdr_location",
        Location = "location",
        MeterId = "meter_id",
        SignedData = "signed_data",
        Currency = "currency",
        Tariffs = "tariffs",
        ChargingPeriods = "charging_periods",
        TotalCost = "total_cost",
        TotalFixedCost = "total_fixed_cost",
        TotalEnergy = "total_energy",
        TotalEnergyCost = "total_energy_cost",
        TotalTime = "total_time",
        TotalTimeCost = "total_time_cost",
        TotalParkingTime = "total_parking_time",
        TotalParkingCost = "total_parking_cost",
        TotalReservationCost = "total_reservation_cost",
        Remark = "remark",
        InvoiceReferenceId = "invoice_reference_id",
        Credit = "credit",
        CreditReferenceId = "credit_reference_id",
        HomeChargingCompensation = "home_charging_compensation",
        LastUpdated = "last_updated",
    }
}

/// The names of AuthMethod in a version.
pub(crate) fn auth_methods(version: OcpiVersion) -> &'static [&'static str] {
    match version {
        OcpiVersion::V211 => &["AUTH_REQUEST", "WHITELIST"],
        OcpiVersion::V221 | OcpiVersion::V230 => &["AUTH_REQUEST", "WHITELIST", "COMMAND"],
    }
}

/// Reads a CDR and checks what can be checked with nothing but the record at hand.
pub(crate) fn cdr(value: Value<'_>, report: &mut Report) -> Option<Cdr> {
    use CdrField as Field;
    let value = report.object(value, Need::Key, Path::Record)?;
    let members = Members::of(value, &CDR, Path::Record, report);
    let at = &members;
    let modern = report.version >= OcpiVersion::V221;
    let party = owner::needed(at, report, Field::CountryCode, Field::PartyId);
    let credit = modern && at.flag(report, Field::Credit, Need::May).unwrap_or(false);
    let id_max = if credit { 39 } else { 36 };
    let id = at.id(report, Field::Id, id_max, Need::Key);
    let start_at = start(at, report);
    let end_at = end(at, report);
    let token = token::reference(at, report, Field::CdrToken, Field::AuthId);
    let auth_method = at.one_of(
        report,
        Field::AuthMethod,
        auth_methods(report.version),
        Need::Must,
    );
    let location = place(at, report);
    let meter_id = at.string(report, Field::MeterId, 255, Need::May);
    let currency = at.currency(report, Field::Currency, Need::Key);
    let tariffs = tariffs(at, report);
    let periods = period::periods_of(at, report, Field::ChargingPeriods, Need::Must, Owner::Cdr);
    let totals = totals(at, report, &periods);
    let remark = at.string(report, Field::Remark, 255, Need::May);
    let last_updated = at.instant(report, Field::LastUpdated, Need::Must);
    let mut cdr = Cdr {
        form: Form::Ocpi(report.version),
        party: party?,
        id: id?,
        start_at: start_at?,
        end_at: end_at?,
        session_id: None,
        token,
        auth_method,
        authorization_reference: None,
        location,
        meter_id,
        currency: currency?,
        tariffs,
        periods,
        signed_data: None,
        totals,
        remark,
        invoice_reference_id: None,
        credit,
        credit_reference_id: None,
        home_charging_compensation: false,
        last_updated,
    };
    if modern {
        cdr.session_id = at.id(report, Field::SessionId, 36, Need::May);
        cdr.authorization_reference = at.id(report, Field::AuthorizationReference, 36, Need::May);
        cdr.invoice_reference_id = at.id(report, Field::InvoiceReferenceId, 39, Need::May);
        cdr.credit_reference_id = at.id(report, Field::CreditReferenceId, 39, Need::May);
        cdr.signed_data = at
            .object(report, Field::SignedData, Need::May)
            .map(|value| Box::new(signed::data(value, report, at.path(Field::SignedData))));
        cdr.home_charging_compensation = at
            .flag(report, Field::HomeChargingCompensation, Need::May)
            .unwrap_or(false);
    }
    check::cdr(&cdr, report);
    Some(cdr)
}

/// A DateTime under the version's name or, with a finding, under another's.
fn either<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    due: CdrField,
    others: &[CdrField],
) -> Option<Instant> {
    let other = others.iter().copied().find(|other| members.has(*other));
    let found = match other {
        Some(other) if !members.has(due) => {
            members.instead(report, due, members.name(other));
            other
        }
        Some(_) | None => due,
    };
    let at = members.instant(report, found, Need::Key)?;
    if at == Instant::UNIX_EPOCH {
        report.raise(FindingCode::EpochDate, members.path(found));
    }
    Some(at)
}

fn start<const N: usize>(members: &Members<'_, '_, N>, report: &mut Report) -> Option<Instant> {
    either(
        members,
        report,
        CdrField::StartDateTime,
        &[CdrField::StartDatetime],
    )
}

fn end<const N: usize>(members: &Members<'_, '_, N>, report: &mut Report) -> Option<Instant> {
    use CdrField as Field;
    match report.version {
        OcpiVersion::V211 => either(
            members,
            report,
            Field::StopDateTime,
            &[Field::EndDateTime, Field::EndDatetime],
        ),
        OcpiVersion::V221 | OcpiVersion::V230 => either(
            members,
            report,
            Field::EndDateTime,
            &[Field::StopDateTime, Field::EndDatetime],
        ),
    }
}

fn place<const N: usize>(members: &Members<'_, '_, N>, report: &mut Report) -> CdrLocation {
    use CdrField as Field;
    let (due, other) = match report.version {
        OcpiVersion::V211 => (Field::Location, Field::CdrLocation),
        OcpiVersion::V221 | OcpiVersion::V230 => (Field::CdrLocation, Field::Location),
    };
    let found = members.either(report, due, other);
    let Some(value) = members.due(report, found, Need::Must) else {
        return CdrLocation::default();
    };
    let path = members.path(found);
    if found == Field::CdrLocation {
        location::of_cdr(value, report, path)
    } else {
        location::reduced(value, report, path)
    }
}

fn tariffs<const N: usize>(members: &Members<'_, '_, N>, report: &mut Report) -> Vec<Tariff> {
    let path = members.path(CdrField::Tariffs);
    let mut tariffs = Vec::with_capacity(members.length(CdrField::Tariffs));
    for (index, value) in members
        .list(report, CdrField::Tariffs, Need::May)
        .enumerate()
    {
        tariffs.extend(tariff::tariff(value, report, path.item(index)));
    }
    tariffs
}

fn totals<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    periods: &[ChargingPeriod],
) -> CdrTotals {
    use CdrField as Field;
    let at = members;
    let cost = price::price_of(at, report, Field::TotalCost, Need::Must);
    if !at.has(Field::TotalEnergy) {
        report
            .raise(FindingCode::SchemaMissingField, at.path(Field::TotalEnergy))
            .with_severity(Severity::Error);
    }
    let stated = at
        .get(Field::TotalEnergy)
        .and_then(|value| report.number(value, Need::Must, at.path(Field::TotalEnergy)));
    let energy = stated
        .or_else(|| measured_energy(periods))
        .unwrap_or(Decimal::ZERO);
    let mut totals = CdrTotals {
        cost,
        energy: Kwh(energy),
        time_h: at.number(report, Field::TotalTime, Need::Must),
        parking_h: at.number(report, Field::TotalParkingTime, Need::May),
        ..CdrTotals::default()
    };
    if report.version >= OcpiVersion::V221 {
        let mut part = |field| price::price_of(at, report, field, Need::May);
        totals.fixed_cost = part(Field::TotalFixedCost);
        totals.energy_cost = part(Field::TotalEnergyCost);
        totals.time_cost = part(Field::TotalTimeCost);
        totals.parking_cost = part(Field::TotalParkingCost);
        totals.reservation_cost = part(Field::TotalReservationCost);
    }
    totals
}

/// The periods' energy, if any of them states one and the sum fits.
pub(crate) fn measured_energy(periods: &[ChargingPeriod]) -> Option<Decimal> {
    check::sum_of(periods, DimensionKind::Energy).map(|sum| sum.value)
}
