//! Faults of the tariff as a whole: validity, limits, VAT, zone.

use chrono::offset::LocalResult;
use chrono::{Datelike, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;
use domain::{Decimal, PriceLimit, Tariff, TaxIncluded};

use super::{LintCode, LintFinding};

/// The year whose clock changes stand for all where a tariff names none.
const SAMPLE_YEAR: i32 = 2026;

pub(super) fn check(tariff: &Tariff, zone: Option<Tz>, findings: &mut Vec<LintFinding>) {
    if tariff.elements.is_empty() {
        findings.push(LintFinding::new(LintCode::NoElements, "elements"));
    }
    if let (Some(from), Some(until)) = (tariff.valid_from, tariff.valid_until)
        && until < from
    {
        let finding = LintFinding::new(LintCode::ValidityCrossed, "end_date_time");
        findings.push(finding.with("from", from).with("until", until));
    }
    price_limits(tariff, findings);
    vat(tariff, findings);
    clock(tariff, zone, findings);
}

fn price_limits(tariff: &Tariff, findings: &mut Vec<LintFinding>) {
    if let (Some(min), Some(max)) = (tariff.min_price, tariff.max_price) {
        let crossed = |a: Option<Decimal>, b: Option<Decimal>| a.zip(b).is_some_and(|(a, b)| b < a);
        if max.excl_vat < min.excl_vat || crossed(min.incl_vat, max.incl_vat) {
            let finding = LintFinding::new(LintCode::PriceLimitsCrossed, "max_price");
            let finding = finding.with("min", min.excl_vat.normalize());
            findings.push(finding.with("max", max.excl_vat.normalize()));
        }
    }
    let named = [
        ("min_price", tariff.min_price),
        ("max_price", tariff.max_price),
    ];
    for (path, limit) in named {
        let below = |limit: &PriceLimit| limit.incl_vat.is_some_and(|gross| gross < limit.excl_vat);
        if limit.as_ref().is_some_and(below) {
            findings.push(LintFinding::new(LintCode::GrossBelowNet, path));
        }
    }
}

fn vat(tariff: &Tariff, findings: &mut Vec<LintFinding>) {
    let components = || {
        tariff
            .elements
            .iter()
            .flat_map(|element| &element.components)
    };
    let with = components()
        .filter(|component| component.vat.is_some())
        .count();
    let without: Vec<String> = tariff
        .elements
        .iter()
        .enumerate()
        .flat_map(|(place, element)| {
            let bare = element.components.iter().enumerate();
            bare.filter(|(_, component)| component.vat.is_none())
                .map(move |(at, _)| format!("elements[{place}].price_components[{at}]"))
        })
        .collect();
    let code = match tariff.tax_included {
        TaxIncluded::Yes if !without.is_empty() => LintCode::VatMissing,
        TaxIncluded::No if with > 0 && !without.is_empty() => LintCode::VatPartial,
        TaxIncluded::Yes | TaxIncluded::No | TaxIncluded::NotApplicable => return,
    };
    let all = without.join(", ");
    let first = without.into_iter().next().unwrap_or_default();
    findings.push(LintFinding::new(code, first).with("where", all));
}

/// Whether a zone is needed, and times of day that a change of the clock makes unclear.
fn clock(tariff: &Tariff, zone: Option<Tz>, findings: &mut Vec<LintFinding>) {
    let restrictions = || tariff.elements.iter().map(|element| &element.restrictions);
    let needed = restrictions().any(|r| {
        r.start_time.is_some()
            || r.end_time.is_some()
            || r.start_date.is_some()
            || r.end_date.is_some()
            || !r.days.is_empty()
    });
    let Some(zone) = zone else {
        if needed {
            findings.push(LintFinding::new(LintCode::ZoneNeeded, "elements"));
        }
        return;
    };
    let year = tariff
        .valid_from
        .or(tariff.last_updated)
        .map_or(SAMPLE_YEAR, |at| at.year());
    for (place, r) in restrictions().enumerate() {
        for (field, time) in [("start_time", r.start_time), ("end_time", r.end_time)] {
            if let Some(date) = time.and_then(|time| unclear_date(time, zone, year)) {
                let path = format!("elements[{place}].restrictions.{field}");
                let finding = LintFinding::new(LintCode::ClockChange, path);
                findings.push(finding.with("date", date).with("zone", zone.name()));
            }
        }
    }
}

/// The first day of a year on which a time of day occurs twice or not at all.
fn unclear_date(time: NaiveTime, zone: Tz, year: i32) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
    first
        .iter_days()
        .take_while(|date| date.year() == year)
        .find(|date| {
            match zone.from_local_datetime(&date.and_time(time)) {
                LocalResult::Single(_) => false,
                // The hour begins again at its first minute: that minute itself is clear.
                LocalResult::None | LocalResult::Ambiguous(..) => true,
            }
        })
}
