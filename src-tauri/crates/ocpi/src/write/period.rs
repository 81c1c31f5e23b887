//! Charging periods and their dimensions (CDRs / ChargingPeriod).

use domain::{ChargingPeriod, Dimension, DimensionKind};

use super::lack::Why;
use super::out::{Need, Object};
use crate::period::{Owner, allowed};

/// Writes the periods of a CDR or session. What an owner's version has no dimension for is dropped:
/// written under another name it would be another measurement.
pub(super) fn periods(
    owner: &mut Object<'_, '_>,
    periods: &[ChargingPeriod],
    whose: Owner,
    need: Need,
) {
    let periods = periods.iter().enumerate();
    owner.objects("charging_periods", periods, need, |object, period| {
        object.instant("start_date_time", Some(period.start_at), Need::Must);
        dimensions(object, &period.dimensions, whose);
        if object.modern() {
            object.id("tariff_id", period.tariff_id.as_ref(), 36, Need::May);
        } else {
            object.lost_if(period.tariff_id.is_some(), "tariff_id");
        }
    });
}

fn dimensions(object: &mut Object<'_, '_>, dimensions: &[Dimension], whose: Owner) {
    let mut kept = Vec::with_capacity(dimensions.len());
    for (index, dimension) in dimensions.iter().enumerate() {
        match name_of(dimension.kind) {
            Some(name) if allowed(dimension.kind, object.version(), whose) => {
                kept.push((index, (name, dimension.volume)));
            }
            Some(name) => {
                object.note_item("dimensions", index, Why::NotInVersion, Some(name));
            }
            None => object.note_item("dimensions", index, Why::NotKept, None),
        }
    }
    object.objects("dimensions", kept, Need::Must, |object, (name, volume)| {
        object.word("type", name);
        object.number("volume", Some(volume), Need::Must);
    });
}

/// The name of a CdrDimensionType; of one we do not know none was kept.
fn name_of(kind: DimensionKind) -> Option<&'static str> {
    Some(match kind {
        DimensionKind::Energy => "ENERGY",
        DimensionKind::Time => "TIME",
        DimensionKind::ParkingTime => "PARKING_TIME",
        DimensionKind::ReservationTime => "RESERVATION_TIME",
        DimensionKind::Flat => "FLAT",
        DimensionKind::MaxCurrent => "MAX_CURRENT",
        DimensionKind::MinCurrent => "MIN_CURRENT",
        DimensionKind::MaxPower => "MAX_POWER",
        DimensionKind::MinPower => "MIN_POWER",
        DimensionKind::Current => "CURRENT",
        DimensionKind::Power => "POWER",
        DimensionKind::EnergyImport => "ENERGY_IMPORT",
        DimensionKind::EnergyExport => "ENERGY_EXPORT",
        DimensionKind::StateOfCharge => "STATE_OF_CHARGE",
        DimensionKind::ReservationExpires => "RESERVATION_EXPIRES",
        DimensionKind::ReservationOvertime => "RESERVATION_OVERTIME",
        DimensionKind::Unknown => return None,
    })
}
