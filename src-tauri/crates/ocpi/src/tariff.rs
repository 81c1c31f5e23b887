//! Tariffs, on their own or inside a CDR (Tariffs / Tariff object).
//!
//! What cannot be represented must not price anything: a component of an unknown dimension and an
//! element under a restriction we do not know are left out, with an error.

use chrono::{NaiveDate, NaiveTime, Weekday};
use domain::{
    Ampere, DaySet, FindingCode, Kw, Kwh, OcpiVersion, PriceComponent, ReservationRule,
    Restrictions, Severity, StepSize, Tariff, TariffDimension, TariffElement, TariffKind,
    TaxIncluded,
};

use crate::fields::{Members, fields};
use crate::json::Value;
use crate::owner;
use crate::path::Path;
use crate::price;
use crate::report::Report;
use crate::take::Need;

fields! {
    /// Tariff.
    TARIFF: TariffField {
        CountryCode = "country_code",
        PartyId = "party_id",
        Id = "id",
        Currency = "currency",
        Type = "type",
        AltText = "tariff_alt_text",
        AltUrl = "tariff_alt_url",
        MinPrice = "min_price",
        MaxPrice = "max_price",
        Elements = "elements",
        TaxIncluded = "tax_included",
        StartDateTime = "start_date_time",
        StartDatetime = "start_datetime",
        EndDateTime = "end_date_time",
        EndDatetime = "end_datetime",
        LastUpdated = "last_updated",
    }
}

fields! {
    /// TariffElement.
    ELEMENT: ElementField {
        PriceComponents = "price_components",
        Restrictions = "restrictions",
    }
}

fields! {
    /// PriceComponent.
    COMPONENT: ComponentField {
        Type = "type",
        Price = "price",
        Vat = "vat",
        StepSize = "step_size",
    }
}

fields! {
    /// TariffRestrictions.
    RESTRICTIONS: RestrictionField {
        StartTime = "start_time",
        EndTime = "end_time",
        StartDate = "start_date",
        EndDate = "end_date",
        MinKwh = "min_kwh",
        MaxKwh = "max_kwh",
        MinCurrent = "min_current",
        MaxCurrent = "max_current",
        MinPower = "min_power",
        MaxPower = "max_power",
        MinDuration = "min_duration",
        MaxDuration = "max_duration",
        DayOfWeek = "day_of_week",
        Reservation = "reservation",
        Booking = "booking",
    }
}

/// Reads a tariff. Its version is the report's.
pub(crate) fn tariff(value: Value<'_>, report: &mut Report, path: Path<'_>) -> Option<Tariff> {
    let inside_cdr = !path.is_record();
    let key = if inside_cdr { Need::Must } else { Need::Key };
    let value = report.object(value, key, path)?;
    let members = Members::of(value, &TARIFF, path, report);
    let modern = report.version >= OcpiVersion::V221;
    let party = owner::optional(
        &members,
        report,
        TariffField::CountryCode,
        TariffField::PartyId,
    );
    let id = members.id(report, TariffField::Id, 36, key);
    let currency = members.currency(report, TariffField::Currency, key);
    let kind = if modern { kind(&members, report) } else { None };
    let (min_price, max_price) = if modern {
        let min = price::limit_of(&members, report, TariffField::MinPrice);
        (
            min,
            price::limit_of(&members, report, TariffField::MaxPrice),
        )
    } else {
        (None, None)
    };
    let elements = elements(&members, report, key);
    let tax_included = tax_included(&members, report);
    let valid_from = validity(
        &members,
        report,
        TariffField::StartDateTime,
        TariffField::StartDatetime,
    );
    let valid_until = validity(
        &members,
        report,
        TariffField::EndDateTime,
        TariffField::EndDatetime,
    );
    let last_updated = members.instant(report, TariffField::LastUpdated, Need::Must);
    Some(Tariff {
        version: report.version,
        party,
        id: id?,
        currency: currency?,
        kind,
        has_alternative_text: members.has(TariffField::AltText) || members.has(TariffField::AltUrl),
        min_price,
        max_price,
        elements,
        tax_included,
        valid_from,
        valid_until,
        last_updated,
    })
}

fn kind<const N: usize>(members: &Members<'_, '_, N>, report: &mut Report) -> Option<TariffKind> {
    let name = members.text(report, TariffField::Type, 36, Need::May)?;
    Some(match name.as_ref() {
        "REGULAR" => TariffKind::Regular,
        "AD_HOC_PAYMENT" => TariffKind::AdHocPayment,
        "PROFILE_CHEAP" => TariffKind::ProfileCheap,
        "PROFILE_FAST" => TariffKind::ProfileFast,
        "PROFILE_GREEN" => TariffKind::ProfileGreen,
        _ => {
            report.unknown_value(&name, members.path(TariffField::Type));
            TariffKind::Unknown
        }
    })
}

/// Net unless 2.3.0 says otherwise; there, silence is a finding (SEMANTICS 3.10).
fn tax_included<const N: usize>(members: &Members<'_, '_, N>, report: &mut Report) -> TaxIncluded {
    if report.version < OcpiVersion::V230 {
        return TaxIncluded::No;
    }
    let Some(text) = members.text(report, TariffField::TaxIncluded, 3, Need::May) else {
        report.raise(
            FindingCode::TaxIncludedMissing,
            members.path(TariffField::TaxIncluded),
        );
        return TaxIncluded::No;
    };
    match text.as_ref() {
        "YES" => TaxIncluded::Yes,
        "NO" => TaxIncluded::No,
        "N/A" => TaxIncluded::NotApplicable,
        _ => {
            report
                .raise(
                    FindingCode::SchemaEnum,
                    members.path(TariffField::TaxIncluded),
                )
                .with_severity(Severity::Error)
                .param("value", text);
            TaxIncluded::No
        }
    }
}

/// A bound of validity. 2.1.1 knows none; what partners send there is read, under either name.
fn validity<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    due: TariffField,
    other: TariffField,
) -> Option<domain::Instant> {
    let found = if members.has(due) { due } else { other };
    if !members.has(found) {
        return None;
    }
    if found == other {
        members.instead(report, due, members.name(other));
    }
    members.instant(report, found, Need::Must)
}

fn elements<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    key: Need,
) -> Vec<TariffElement> {
    let path = members.path(TariffField::Elements);
    let mut elements = Vec::with_capacity(members.length(TariffField::Elements));
    for (index, value) in members.list(report, TariffField::Elements, key).enumerate() {
        elements.extend(element(value, report, path.item(index)));
    }
    elements
}

fn element(value: Value<'_>, report: &mut Report, path: Path<'_>) -> Option<TariffElement> {
    let value = report.object(value, Need::Must, path)?;
    let members = Members::of(value, &ELEMENT, path, report);
    let list = members.path(ElementField::PriceComponents);
    let mut components = Vec::with_capacity(members.length(ElementField::PriceComponents));
    for (index, value) in members
        .list(report, ElementField::PriceComponents, Need::Must)
        .enumerate()
    {
        components.extend(component(value, report, list.item(index)));
    }
    let restrictions = match members.get(ElementField::Restrictions) {
        None => Restrictions::default(),
        Some(value) => restrictions(value, report, members.path(ElementField::Restrictions))?,
    };
    Some(TariffElement {
        components,
        restrictions,
    })
}

fn component(value: Value<'_>, report: &mut Report, path: Path<'_>) -> Option<PriceComponent> {
    let value = report.object(value, Need::Must, path)?;
    let members = Members::of(value, &COMPONENT, path, report);
    let name = members.text(report, ComponentField::Type, 36, Need::Must);
    let price = members.number(report, ComponentField::Price, Need::Must);
    let vat = if report.version >= OcpiVersion::V221 {
        members.number(report, ComponentField::Vat, Need::May)
    } else {
        None
    };
    let step = members
        .count(report, ComponentField::StepSize, Need::Must)
        .unwrap_or(0);
    let name = name?;
    let dimension = match name.as_ref() {
        "ENERGY" => TariffDimension::Energy,
        "FLAT" => TariffDimension::Flat,
        "TIME" => TariffDimension::Time,
        "PARKING_TIME" => TariffDimension::ParkingTime,
        _ => {
            report
                .raise(FindingCode::SchemaEnum, members.path(ComponentField::Type))
                .with_severity(Severity::Error)
                .param("value", name);
            return None;
        }
    };
    Some(PriceComponent {
        dimension,
        price: price?,
        vat,
        step: StepSize(step),
    })
}

/// The restrictions of an element; `None` where one of them is beyond what we can represent, so
/// that the element must not apply.
fn restrictions(value: Value<'_>, report: &mut Report, path: Path<'_>) -> Option<Restrictions> {
    use RestrictionField as Field;
    let value = report.object(value, Need::Must, path)?;
    let members = Members::of(value, &RESTRICTIONS, path, report);
    let at = &members;
    if at.has(Field::Booking) {
        report
            .raise(FindingCode::SchemaEnum, at.path(Field::Booking))
            .with_severity(Severity::Error);
        return None;
    }
    let read = Restrictions {
        start_time: time_of_day(at, report, Field::StartTime),
        end_time: time_of_day(at, report, Field::EndTime),
        start_date: date(at, report, Field::StartDate),
        end_date: date(at, report, Field::EndDate),
        min_kwh: at.number(report, Field::MinKwh, Need::May).map(Kwh),
        max_kwh: at.number(report, Field::MaxKwh, Need::May).map(Kwh),
        min_current: at.number(report, Field::MinCurrent, Need::May).map(Ampere),
        max_current: at.number(report, Field::MaxCurrent, Need::May).map(Ampere),
        min_power: at.number(report, Field::MinPower, Need::May).map(Kw),
        max_power: at.number(report, Field::MaxPower, Need::May).map(Kw),
        min_duration_s: at.count(report, Field::MinDuration, Need::May),
        max_duration_s: at.count(report, Field::MaxDuration, Need::May),
        days: days(at, report)?,
        reservation: reservation(at, report)?,
    };
    let complete = [
        (Field::StartTime, read.start_time.is_some()),
        (Field::EndTime, read.end_time.is_some()),
        (Field::StartDate, read.start_date.is_some()),
        (Field::EndDate, read.end_date.is_some()),
        (Field::MinKwh, read.min_kwh.is_some()),
        (Field::MaxKwh, read.max_kwh.is_some()),
        (Field::MinCurrent, read.min_current.is_some()),
        (Field::MaxCurrent, read.max_current.is_some()),
        (Field::MinPower, read.min_power.is_some()),
        (Field::MaxPower, read.max_power.is_some()),
        (Field::MinDuration, read.min_duration_s.is_some()),
        (Field::MaxDuration, read.max_duration_s.is_some()),
    ];
    if complete
        .into_iter()
        .all(|(field, there)| there || !at.has(field))
    {
        return Some(read);
    }
    report
        .raise(FindingCode::SchemaWrongType, path)
        .with_severity(Severity::Error)
        .param("problem", "element_left_out");
    None
}

/// `HH:MM`. `24:00` is read as 00:00, which as an end means the end of the day.
fn time_of_day<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    field: RestrictionField,
) -> Option<NaiveTime> {
    let text = members.text(report, field, 255, Need::May)?;
    let (clean, time) = match text.as_bytes() {
        [b'0'..=b'9', b'0'..=b'9', b':', b'0'..=b'9', b'0'..=b'9'] if text != "24:00" => {
            (true, NaiveTime::parse_from_str(&text, "%H:%M").ok())
        }
        _ if text == "24:00" || text == "24:00:00" => (false, Some(NaiveTime::MIN)),
        _ => {
            let short = NaiveTime::parse_from_str(text.trim(), "%H:%M");
            let long = NaiveTime::parse_from_str(text.trim(), "%H:%M:%S");
            (false, short.or(long).ok())
        }
    };
    if !clean || time.is_none() {
        let severity = if time.is_none() {
            Severity::Error
        } else {
            Severity::Warning
        };
        report
            .raise(FindingCode::SchemaDatetime, members.path(field))
            .with_severity(severity)
            .param("value", text);
    }
    time
}

/// `YYYY-MM-DD`; a time behind it is cut with a finding.
fn date<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    field: RestrictionField,
) -> Option<NaiveDate> {
    let text = members.text(report, field, 255, Need::May)?;
    let date = text
        .get(..10)
        .and_then(|date| NaiveDate::parse_from_str(date, "%Y-%m-%d").ok());
    let marked = text
        .as_bytes()
        .get(10)
        .is_none_or(|mark| matches!(mark, b'T' | b' '));
    let date = date.filter(|_| marked);
    if date.is_none() || text.len() != 10 {
        let severity = if date.is_none() {
            Severity::Error
        } else {
            Severity::Warning
        };
        report
            .raise(FindingCode::SchemaDatetime, members.path(field))
            .with_severity(severity)
            .param("value", text);
    }
    date
}

/// The weekdays; `None` when some are named and none of them can be read.
fn days<const N: usize>(members: &Members<'_, '_, N>, report: &mut Report) -> Option<DaySet> {
    let path = members.path(RestrictionField::DayOfWeek);
    let mut days = DaySet::default();
    let mut named = false;
    for (index, value) in members
        .list(report, RestrictionField::DayOfWeek, Need::May)
        .enumerate()
    {
        named = true;
        let path = path.item(index);
        let Some(name) = report.text(value, 36, Need::Must, path) else {
            continue;
        };
        let Some(day) = weekday(&name.to_ascii_uppercase()) else {
            report
                .raise(FindingCode::SchemaEnum, path)
                .with_severity(Severity::Error)
                .param("value", name);
            continue;
        };
        days.insert(day);
        if name.bytes().any(|b| b.is_ascii_lowercase()) {
            report.unknown_value(&name, path);
        }
    }
    (!named || !days.is_empty()).then_some(days)
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "MONDAY" => Weekday::Mon,
        "TUESDAY" => Weekday::Tue,
        "WEDNESDAY" => Weekday::Wed,
        "THURSDAY" => Weekday::Thu,
        "FRIDAY" => Weekday::Fri,
        "SATURDAY" => Weekday::Sat,
        "SUNDAY" => Weekday::Sun,
        _ => return None,
    })
}

/// The reservation rule, if any; `None` for a rule we do not know.
#[allow(clippy::option_option)] // outer: can be represented; inner: is there
fn reservation<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
) -> Option<Option<ReservationRule>> {
    let Some(name) = members.text(report, RestrictionField::Reservation, 36, Need::May) else {
        return Some(None);
    };
    match name.as_ref() {
        "RESERVATION" => Some(Some(ReservationRule::Reservation)),
        "RESERVATION_EXPIRES" => Some(Some(ReservationRule::ReservationExpires)),
        _ => {
            report
                .raise(
                    FindingCode::SchemaEnum,
                    members.path(RestrictionField::Reservation),
                )
                .with_severity(Severity::Error)
                .param("value", name);
            None
        }
    }
}
