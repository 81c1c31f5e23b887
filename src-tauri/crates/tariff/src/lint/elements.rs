//! Faults of one element, and of two beside each other: windows, limits, dates.

use chrono::NaiveTime;
use domain::{Decimal, OcpiVersion, Restrictions, Tariff, TariffDimension, TariffElement};

use super::{LintCode, LintFinding};

/// Amperes of usual fuses and cables that are unusual as kilowatts.
const FUSES: [u32; 10] = [6, 10, 13, 16, 20, 25, 32, 40, 63, 80];

pub(super) fn check(tariff: &Tariff, findings: &mut Vec<LintFinding>) {
    for (place, element) in tariff.elements.iter().enumerate() {
        let path = format!("elements[{place}].restrictions");
        components(place, element, findings);
        window(&element.restrictions, &path, findings);
        limits(&element.restrictions, &path, findings);
        ampere(tariff.version, &element.restrictions, &path, findings);
    }
    overlapping_dates(tariff, findings);
    start_fees(tariff, findings);
}

fn components(place: usize, element: &TariffElement, findings: &mut Vec<LintFinding>) {
    if element.components.is_empty() {
        let path = format!("elements[{place}].price_components");
        findings.push(LintFinding::new(LintCode::ElementEmpty, path));
    }
    for (at, component) in element.components.iter().enumerate() {
        let path = || format!("elements[{place}].price_components[{at}]");
        let dimension = component.dimension;
        if element.components[..at]
            .iter()
            .any(|before| before.dimension == dimension)
        {
            let finding = LintFinding::new(LintCode::ComponentRepeated, path());
            findings.push(finding.with("dimension", dimension.as_str()));
        }
        let reserved = element.restrictions.reservation.is_some();
        if reserved
            && matches!(
                dimension,
                TariffDimension::Energy | TariffDimension::ParkingTime
            )
        {
            let finding = LintFinding::new(LintCode::ReservationComponent, path());
            findings.push(finding.with("dimension", dimension.as_str()));
        }
    }
}

fn window(r: &Restrictions, path: &str, findings: &mut Vec<LintFinding>) {
    let last_minute = NaiveTime::from_hms_opt(23, 59, 0).expect("23:59 is a time of day");
    let code = match (r.start_time, r.end_time) {
        (Some(from), Some(until)) if from == until && until != NaiveTime::MIN => {
            Some(LintCode::WindowEqual)
        }
        (Some(_), None) | (None, Some(_)) if r.end_time != Some(NaiveTime::MIN) => {
            Some(LintCode::WindowOneSided)
        }
        (Some(from), Some(until))
            if until < from && until != NaiveTime::MIN && !r.days.is_empty() =>
        {
            Some(LintCode::WrapWithDays)
        }
        (Some(_) | None, Some(_) | None) => None,
    };
    let text = |time: Option<NaiveTime>| {
        time.map_or_else(|| "…".to_owned(), |time| time.format("%H:%M").to_string())
    };
    if let Some(code) = code {
        let finding = LintFinding::new(code, path).with("from", text(r.start_time));
        findings.push(finding.with("until", text(r.end_time)));
    }
    if r.end_time.is_some_and(|until| until >= last_minute) {
        let path = format!("{path}.end_time");
        let finding = LintFinding::new(LintCode::WindowEndsEarly, path);
        findings.push(finding.with("until", text(r.end_time)));
    }
}

/// Minimum and maximum pairs that leave nothing between them.
fn limits(r: &Restrictions, path: &str, findings: &mut Vec<LintFinding>) {
    let pairs: [(&str, Option<Decimal>, Option<Decimal>); 4] = [
        ("kwh", r.min_kwh.map(|v| v.0), r.max_kwh.map(|v| v.0)),
        (
            "current",
            r.min_current.map(|v| v.0),
            r.max_current.map(|v| v.0),
        ),
        ("power", r.min_power.map(|v| v.0), r.max_power.map(|v| v.0)),
        (
            "duration",
            r.min_duration_s.map(Into::into),
            r.max_duration_s.map(Into::into),
        ),
    ];
    for (field, min, max) in pairs {
        if let (Some(min), Some(max)) = (min, max)
            && min >= max
        {
            let finding = LintFinding::new(LintCode::LimitsContradict, path).with("field", field);
            findings.push(
                finding
                    .with("min", min.normalize())
                    .with("max", max.normalize()),
            );
        }
    }
    if let (Some(from), Some(until)) = (r.start_date, r.end_date)
        && from >= until
    {
        let finding = LintFinding::new(LintCode::DatesContradict, path).with("from", from);
        findings.push(finding.with("until", until));
    }
}

/// In 2.1.1 many wrote amperes into the power fields, as its own example did.
fn ampere(version: OcpiVersion, r: &Restrictions, path: &str, findings: &mut Vec<LintFinding>) {
    let fields = [("min_power", r.min_power), ("max_power", r.max_power)];
    for (field, power) in fields {
        let Some(power) = power else { continue };
        if FUSES.iter().any(|fuse| Decimal::from(*fuse) == power.0) {
            let path = format!("{path}.{field}");
            let mut finding = LintFinding::new(LintCode::PerhapsAmpere, path);
            if version == OcpiVersion::V211 {
                finding.severity = domain::Severity::Warning;
            }
            findings.push(finding.with("power", power.0.normalize()));
        }
    }
}

/// Elements that differ in nothing but dates, and whose dates overlap.
fn overlapping_dates(tariff: &Tariff, findings: &mut Vec<LintFinding>) {
    let undated = |r: &Restrictions| Restrictions {
        start_date: None,
        end_date: None,
        ..*r
    };
    let dated = |r: &Restrictions| r.start_date.is_some() && r.end_date.is_some();
    for (place, later) in tariff.elements.iter().enumerate() {
        for (first, earlier) in tariff.elements[..place].iter().enumerate() {
            let (a, b) = (&earlier.restrictions, &later.restrictions);
            let shared = later.components.iter().any(|component| {
                earlier
                    .components
                    .iter()
                    .any(|other| other.dimension == component.dimension)
            });
            let overlap = a.start_date < b.end_date && b.start_date < a.end_date;
            if shared && dated(a) && dated(b) && overlap && undated(a) == undated(b) {
                let path = format!("elements[{place}].restrictions");
                let finding = LintFinding::new(LintCode::DatesOverlap, path);
                findings.push(finding.with("first", first + 1).with("second", place + 1));
            }
        }
    }
}

fn start_fees(tariff: &Tariff, findings: &mut Vec<LintFinding>) {
    let with_fee = |element: &TariffElement| {
        let fee =
            |c: &domain::PriceComponent| c.dimension == TariffDimension::Flat && !c.price.is_zero();
        element.restrictions.reservation.is_none() && element.components.iter().any(fee)
    };
    let fees: Vec<usize> = (0..tariff.elements.len())
        .filter(|place| with_fee(&tariff.elements[*place]))
        .collect();
    if let [_, second, ..] = fees.as_slice() {
        let finding = LintFinding::new(LintCode::FlatRepeated, format!("elements[{second}]"));
        findings.push(finding.with("count", fees.len()));
    }
}
