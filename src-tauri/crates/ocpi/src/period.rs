//! Charging periods and their dimensions, in CDRs and sessions (CDRs / ChargingPeriod).

use domain::{ChargingPeriod, Dimension, DimensionKind, FindingCode, OcpiVersion};

use crate::fields::{Members, fields};
use crate::json::Value;
use crate::path::Path;
use crate::report::Report;
use crate::take::Need;

fields! {
    /// ChargingPeriod.
    PERIOD: PeriodField {
        StartDateTime = "start_date_time",
        Dimensions = "dimensions",
        TariffId = "tariff_id",
    }
}

fields! {
    /// CdrDimension.
    DIMENSION: DimensionField {
        Type = "type",
        Volume = "volume",
    }
}

/// What the periods belong to: some dimensions are for sessions only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Cdr,
    Session,
}

/// The periods in the order sent. One without a start cannot be placed and is left out.
pub(crate) fn periods_of<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    field: impl Into<usize>,
    need: Need,
    owner: Owner,
) -> Vec<ChargingPeriod> {
    let field = field.into();
    let path = members.path(field);
    let mut periods = Vec::with_capacity(members.length(field));
    for (index, value) in members.list(report, field, need).enumerate() {
        periods.extend(period(value, report, owner, path.item(index)));
    }
    periods
}

fn period(
    value: Value<'_>,
    report: &mut Report,
    owner: Owner,
    path: Path<'_>,
) -> Option<ChargingPeriod> {
    let value = report.object(value, Need::Must, path)?;
    let members = Members::of(value, &PERIOD, path, report);
    let start_at = members.instant(report, PeriodField::StartDateTime, Need::Must);
    let tariff_id = members.id(report, PeriodField::TariffId, 36, Need::May);
    let path = members.path(PeriodField::Dimensions);
    let mut dimensions = Vec::with_capacity(members.length(PeriodField::Dimensions));
    for (index, value) in members
        .list(report, PeriodField::Dimensions, Need::Must)
        .enumerate()
    {
        dimensions.extend(dimension(value, report, owner, path.item(index)));
    }
    Some(ChargingPeriod {
        start_at: start_at?,
        dimensions,
        tariff_id,
    })
}

fn dimension(
    value: Value<'_>,
    report: &mut Report,
    owner: Owner,
    path: Path<'_>,
) -> Option<Dimension> {
    let value = report.object(value, Need::Must, path)?;
    let members = Members::of(value, &DIMENSION, path, report);
    let name = members.text(report, DimensionField::Type, 36, Need::Must);
    let volume = members.number(report, DimensionField::Volume, Need::Must);
    let kind = name.as_deref().map_or(DimensionKind::Unknown, kind_of);
    match name {
        Some(name) if kind == DimensionKind::Unknown => {
            report.unknown_value(&name, members.path(DimensionField::Type));
        }
        Some(name) if !allowed(kind, report.version, owner) => {
            report
                .raise(
                    FindingCode::DimensionNotAllowed,
                    members.path(DimensionField::Type),
                )
                .param("value", name);
        }
        Some(_) | None => {}
    }
    Some(Dimension {
        kind,
        volume: volume?,
    })
}

/// CdrDimensionType by its name.
fn kind_of(name: &str) -> DimensionKind {
    match name {
        "ENERGY" => DimensionKind::Energy,
        "TIME" => DimensionKind::Time,
        "PARKING_TIME" => DimensionKind::ParkingTime,
        "RESERVATION_TIME" => DimensionKind::ReservationTime,
        "FLAT" => DimensionKind::Flat,
        "MAX_CURRENT" => DimensionKind::MaxCurrent,
        "MIN_CURRENT" => DimensionKind::MinCurrent,
        "MAX_POWER" => DimensionKind::MaxPower,
        "MIN_POWER" => DimensionKind::MinPower,
        "CURRENT" => DimensionKind::Current,
        "POWER" => DimensionKind::Power,
        "ENERGY_IMPORT" => DimensionKind::EnergyImport,
        "ENERGY_EXPORT" => DimensionKind::EnergyExport,
        "STATE_OF_CHARGE" => DimensionKind::StateOfCharge,
        "RESERVATION_EXPIRES" => DimensionKind::ReservationExpires,
        "RESERVATION_OVERTIME" => DimensionKind::ReservationOvertime,
        _ => DimensionKind::Unknown,
    }
}

/// Whether a version allows the dimension there (SEMANTICS 2.1, CdrDimensionType).
pub(crate) fn allowed(kind: DimensionKind, version: OcpiVersion, owner: Owner) -> bool {
    match kind {
        DimensionKind::Energy
        | DimensionKind::Time
        | DimensionKind::ParkingTime
        | DimensionKind::MaxCurrent
        | DimensionKind::MinCurrent
        | DimensionKind::Unknown => true,
        DimensionKind::Flat => version == OcpiVersion::V211,
        DimensionKind::ReservationTime | DimensionKind::MaxPower | DimensionKind::MinPower => {
            version >= OcpiVersion::V221
        }
        DimensionKind::Current
        | DimensionKind::Power
        | DimensionKind::EnergyImport
        | DimensionKind::EnergyExport
        | DimensionKind::StateOfCharge => version >= OcpiVersion::V221 && owner == Owner::Session,
        DimensionKind::ReservationExpires | DimensionKind::ReservationOvertime => {
            version >= OcpiVersion::V230
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_has_its_dimensions() {
        let table = "
            | dimension           | 2.1.1 | 2.2.1 | 2.3.0 | session |
            | ENERGY              | yes   | yes   | yes   | yes     |
            | PARKING_TIME        | yes   | yes   | yes   | yes     |
            | RESERVATION_TIME    | no    | yes   | yes   | yes     |
            | FLAT                | yes   | no    | no    | no      |
            | MAX_POWER           | no    | yes   | yes   | yes     |
            | POWER               | no    | no    | no    | yes     |
            | ENERGY_IMPORT       | no    | no    | no    | yes     |
            | STATE_OF_CHARGE     | no    | no    | no    | yes     |
            | RESERVATION_EXPIRES | no    | no    | yes   | no      |
        ";
        for row in table.trim().lines().skip(1) {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let kind = kind_of(cells[1]);
            assert_ne!(kind, DimensionKind::Unknown, "{row}");
            for (cell, version, owner) in [
                (cells[2], OcpiVersion::V211, Owner::Cdr),
                (cells[3], OcpiVersion::V221, Owner::Cdr),
                (cells[4], OcpiVersion::V230, Owner::Cdr),
                (cells[5], OcpiVersion::V221, Owner::Session),
            ] {
                assert_eq!(
                    allowed(kind, version, owner),
                    cell == "yes",
                    "{row}, {version}"
                );
            }
        }
        assert_eq!(
            kind_of("energy"),
            DimensionKind::Unknown,
            "values are case-sensitive"
        );
    }
}
