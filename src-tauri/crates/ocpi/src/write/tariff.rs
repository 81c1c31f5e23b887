//! Tariffs, on their own or inside a CDR (Tariffs / Tariff object).
//!
//! A tariff that is written must not price anything otherwise than it did. An element under a
//! restriction that the version lacks is therefore left out as a whole: without the restriction it
//! would apply everywhere.

use chrono::{NaiveTime, Timelike, Weekday};
use domain::{
    OcpiVersion, PartyKey, PriceComponent, ReservationRule, Restrictions, Tariff, TariffElement,
    TariffKind, TaxIncluded,
};

use super::lack::Why;
use super::out::{Need, Object};
use super::price;

/// Writes a tariff that belongs to `owner`.
pub(super) fn members(object: &mut Object<'_, '_>, tariff: &Tariff, owner: Option<&PartyKey>) {
    let modern = object.modern();
    if modern {
        object.party(owner);
    }
    object.id("id", Some(&tariff.id), 36, Need::Must);
    object.currency("currency", Some(tariff.currency));
    kind(object, tariff.kind);
    if tariff.has_alternative_text {
        object.note("tariff_alt_text", Why::NotKept, None);
    }
    price::limit(object, "min_price", tariff.min_price);
    price::limit(object, "max_price", tariff.max_price);
    elements(object, tariff);
    if object.version() == OcpiVersion::V230 {
        object.word("tax_included", tax_included(tariff.tax_included));
    }
    if modern {
        object.instant("start_date_time", tariff.valid_from, Need::May);
        object.instant("end_date_time", tariff.valid_until, Need::May);
    } else {
        object.lost_if(tariff.valid_from.is_some(), "start_date_time");
        object.lost_if(tariff.valid_until.is_some(), "end_date_time");
    }
    object.instant("last_updated", tariff.last_updated, Need::Must);
}

fn kind(object: &mut Object<'_, '_>, kind: Option<TariffKind>) {
    let name = match kind {
        None => return,
        Some(TariffKind::Regular) => "REGULAR",
        Some(TariffKind::AdHocPayment) => "AD_HOC_PAYMENT",
        Some(TariffKind::ProfileCheap) => "PROFILE_CHEAP",
        Some(TariffKind::ProfileFast) => "PROFILE_FAST",
        Some(TariffKind::ProfileGreen) => "PROFILE_GREEN",
        Some(TariffKind::Unknown) => return object.note("type", Why::NotKept, None),
    };
    if object.modern() {
        object.word("type", name);
    } else {
        object.lost_if(true, "type");
    }
}

/// The word of TaxIncluded.
fn tax_included(tax: TaxIncluded) -> &'static str {
    match tax {
        TaxIncluded::Yes => "YES",
        TaxIncluded::No => "NO",
        TaxIncluded::NotApplicable => "N/A",
    }
}

/// The elements, unless the version would read their gross prices as net ones.
fn elements(object: &mut Object<'_, '_>, tariff: &Tariff) {
    let has_field = object.version() == OcpiVersion::V230;
    match tariff.tax_included {
        TaxIncluded::Yes if !has_field => {
            object.note("elements", Why::GrossPrices, None);
            return object.unknown("elements");
        }
        TaxIncluded::NotApplicable if !has_field => {
            object.note("tax_included", Why::NotInVersion, Some("N/A"));
        }
        TaxIncluded::Yes | TaxIncluded::No | TaxIncluded::NotApplicable => {}
    }
    let mut kept = Vec::with_capacity(tariff.elements.len());
    for (index, element) in tariff.elements.iter().enumerate() {
        match unsayable(object.version(), &element.restrictions) {
            Some(name) => object.note_item("elements", index, Why::NotInVersion, Some(name)),
            None => kept.push((index, element)),
        }
    }
    object.objects("elements", kept, Need::Must, element);
}

/// A restriction that the version does not have.
fn unsayable(version: OcpiVersion, restrictions: &Restrictions) -> Option<&'static str> {
    match version {
        OcpiVersion::V211 => [
            ("min_current", restrictions.min_current.is_some()),
            ("max_current", restrictions.max_current.is_some()),
            ("reservation", restrictions.reservation.is_some()),
        ]
        .into_iter()
        .find_map(|(name, there)| there.then_some(name)),
        OcpiVersion::V221 | OcpiVersion::V230 => None,
    }
}

fn element(object: &mut Object<'_, '_>, element: &TariffElement) {
    let components = element.components.iter().enumerate();
    object.objects("price_components", components, Need::Must, component);
    if element.restrictions != Restrictions::default() {
        object.object("restrictions", |object| {
            restrictions(object, &element.restrictions);
        });
    }
}

fn component(object: &mut Object<'_, '_>, component: &PriceComponent) {
    object.word("type", component.dimension.as_str());
    object.number("price", Some(component.price), Need::Must);
    if object.modern() {
        object.number("vat", component.vat, Need::May);
    } else {
        object.lost_if(component.vat.is_some(), "vat");
    }
    object.count("step_size", Some(component.step.0), Need::Must);
}

fn restrictions(object: &mut Object<'_, '_>, when: &Restrictions) {
    time_of_day(object, "start_time", when.start_time);
    time_of_day(object, "end_time", when.end_time);
    for (name, date) in [("start_date", when.start_date), ("end_date", when.end_date)] {
        if let Some(date) = date {
            object.word(name, &date.format("%Y-%m-%d").to_string());
        }
    }
    for (name, bound) in [
        ("min_kwh", when.min_kwh.map(|bound| bound.0)),
        ("max_kwh", when.max_kwh.map(|bound| bound.0)),
        ("min_current", when.min_current.map(|bound| bound.0)),
        ("max_current", when.max_current.map(|bound| bound.0)),
        ("min_power", when.min_power.map(|bound| bound.0)),
        ("max_power", when.max_power.map(|bound| bound.0)),
    ] {
        object.number(name, bound, Need::May);
    }
    object.count("min_duration", when.min_duration_s, Need::May);
    object.count("max_duration", when.max_duration_s, Need::May);
    object.texts("day_of_week", when.days.days().map(weekday), 9, Need::May);
    match when.reservation {
        None => {}
        Some(ReservationRule::Reservation) => object.word("reservation", "RESERVATION"),
        Some(ReservationRule::ReservationExpires) => {
            object.word("reservation", "RESERVATION_EXPIRES");
        }
    }
}

/// `HH:MM`; there are no seconds in it.
fn time_of_day(object: &mut Object<'_, '_>, name: &'static str, time: Option<NaiveTime>) {
    let Some(time) = time else {
        return;
    };
    if time.second() > 0 || time.nanosecond() > 0 {
        object.note(name, Why::TooFine, None);
    }
    object.word(name, &time.format("%H:%M").to_string());
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "MONDAY",
        Weekday::Tue => "TUESDAY",
        Weekday::Wed => "WEDNESDAY",
        Weekday::Thu => "THURSDAY",
        Weekday::Fri => "FRIDAY",
        Weekday::Sat => "SATURDAY",
        Weekday::Sun => "SUNDAY",
    }
}
