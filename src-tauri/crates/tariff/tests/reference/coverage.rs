//! What the random pairs exercised, so that no feature goes untried.

use std::collections::BTreeMap;
use std::fmt;

use domain::cdr::DimensionKind;
use domain::{ReservationRule, TaxIncluded};

use crate::make::Case;
use crate::money::Figures;

/// How many pairs had a feature, by version.
#[derive(Default)]
pub struct Coverage(BTreeMap<&'static str, BTreeMap<&'static str, u32>>);

/// Features that 2.1.1 does not have.
const LATER: [&str; 18] = [
    "min_current",
    "max_current",
    "reservation",
    "reservation expired",
    "reservation time",
    "reservation only",
    "minimum price",
    "maximum price",
    "a limit moved the total",
    "limit without gross",
    "tariff named by period",
    "some periods without tariff",
    "mirrored credit",
    "negative energy",
    "average power",
    "average current",
    "no vat",
    "vat",
];

/// Features of 2.3.0 alone.
const LAST: [&str; 2] = ["gross prices", "no tax applicable"];

const ALL: [&str; 29] = [
    "priced",
    "not priced",
    "start_time",
    "end_time",
    "window past midnight",
    "equal window",
    "end at 00:00",
    "start_date",
    "end_date",
    "min_kwh",
    "max_kwh",
    "min_power",
    "max_power",
    "min_duration",
    "max_duration",
    "day_of_week",
    "step size above 1",
    "step size 0",
    "flat",
    "energy",
    "time",
    "parking",
    "several tariffs",
    "periods out of order",
    "clocks go back",
    "clocks go forward",
    "over a day long",
    "still running",
    "no zone",
];

impl Coverage {
    /// Counts what a pair exercised.
    pub fn count(&mut self, case: &Case, figures: Option<&Figures>) {
        let counts = self.0.entry(case.version.as_str()).or_default();
        let mut seen: Vec<&'static str> = vec![];
        seen.push(if figures.is_some() {
            "priced"
        } else {
            "not priced"
        });
        if figures.is_some_and(|figures| figures.limited) {
            seen.push("a limit moved the total");
        }
        restrictions(case, &mut seen);
        tariffs(case, &mut seen);
        sessions(case, &mut seen);
        seen.sort_unstable();
        seen.dedup();
        for feature in seen {
            *counts.entry(feature).or_default() += 1;
        }
    }

    /// Fails where a feature was never tried.
    pub fn assert_complete(&self) {
        for (version, counts) in &self.0 {
            let later = LATER.iter().filter(|_| *version != "2.1.1");
            let last = LAST.iter().filter(|_| *version == "2.3.0");
            for feature in ALL.iter().chain(later).chain(last) {
                assert!(
                    counts.contains_key(feature),
                    "no {version} pair has: {feature}"
                );
            }
        }
        assert_eq!(self.0.len(), 3, "all versions were tried");
    }
}

fn restrictions(case: &Case, seen: &mut Vec<&'static str>) {
    let elements = case.tariffs.iter().flat_map(|tariff| &tariff.elements);
    for r in elements.map(|element| &element.restrictions) {
        let midnight = chrono::NaiveTime::MIN;
        let window = r.start_time.zip(r.end_time);
        for (has, feature) in [
            (r.start_time.is_some(), "start_time"),
            (r.end_time.is_some(), "end_time"),
            (
                window.is_some_and(|(s, e)| e < s && e != midnight),
                "window past midnight",
            ),
            (window.is_some_and(|(s, e)| s == e), "equal window"),
            (r.end_time == Some(midnight), "end at 00:00"),
            (r.start_date.is_some(), "start_date"),
            (r.end_date.is_some(), "end_date"),
            (r.min_kwh.is_some(), "min_kwh"),
            (r.max_kwh.is_some(), "max_kwh"),
            (r.min_current.is_some(), "min_current"),
            (r.max_current.is_some(), "max_current"),
            (r.min_power.is_some(), "min_power"),
            (r.max_power.is_some(), "max_power"),
            (r.min_duration_s.is_some(), "min_duration"),
            (r.max_duration_s.is_some(), "max_duration"),
            (!r.days.is_empty(), "day_of_week"),
            (
                r.reservation == Some(ReservationRule::Reservation),
                "reservation",
            ),
            (
                r.reservation == Some(ReservationRule::ReservationExpires),
                "reservation expired",
            ),
        ] {
            if has {
                seen.push(feature);
            }
        }
    }
}

fn tariffs(case: &Case, seen: &mut Vec<&'static str>) {
    if case.tariffs.len() > 1 {
        seen.push("several tariffs");
    }
    for tariff in &case.tariffs {
        let limits = [tariff.min_price, tariff.max_price];
        let lone = limits
            .iter()
            .flatten()
            .any(|limit| limit.incl_vat.is_none());
        for (has, feature) in [
            (tariff.min_price.is_some(), "minimum price"),
            (tariff.max_price.is_some(), "maximum price"),
            (lone, "limit without gross"),
            (tariff.tax_included == TaxIncluded::Yes, "gross prices"),
            (
                tariff.tax_included == TaxIncluded::NotApplicable,
                "no tax applicable",
            ),
        ] {
            if has {
                seen.push(feature);
            }
        }
        for component in tariff
            .elements
            .iter()
            .flat_map(|element| &element.components)
        {
            seen.push(if component.vat.is_some() {
                "vat"
            } else {
                "no vat"
            });
            match component.step.0 {
                0 => seen.push("step size 0"),
                1 => {}
                _ => seen.push("step size above 1"),
            }
            seen.push(match component.dimension {
                domain::TariffDimension::Flat => "flat",
                domain::TariffDimension::Energy => "energy",
                domain::TariffDimension::Time => "time",
                domain::TariffDimension::ParkingTime => "parking",
            });
        }
    }
}

fn sessions(case: &Case, seen: &mut Vec<&'static str>) {
    let starts: Vec<_> = case.periods.iter().map(|period| period.start_at).collect();
    let named = case
        .periods
        .iter()
        .filter(|period| period.tariff_id.is_some())
        .count();
    let volumes = || case.periods.iter().flat_map(|period| &period.dimensions);
    let has = |kind| volumes().any(|volume| volume.kind == kind);
    let used = [
        DimensionKind::Energy,
        DimensionKind::Time,
        DimensionKind::ParkingTime,
    ];
    let reserved = has(DimensionKind::ReservationTime);
    let offset = |at: domain::Instant| {
        use chrono::Offset;
        case.zone.map_or(0, |zone| {
            at.with_timezone(&zone).offset().fix().local_minus_utc()
        })
    };
    let end = case.end_at.unwrap_or(case.start_at);
    let negative = volumes().any(|volume| {
        volume.kind == DimensionKind::Energy && volume.volume < domain::Decimal::ZERO
    });
    for (has, feature) in [
        (named > 0, "tariff named by period"),
        (
            named > 0 && named < case.periods.len(),
            "some periods without tariff",
        ),
        (reserved, "reservation time"),
        (
            reserved && !used.iter().any(|kind| has(*kind)),
            "reservation only",
        ),
        (!starts.is_sorted(), "periods out of order"),
        (offset(end) < offset(case.start_at), "clocks go back"),
        (offset(end) > offset(case.start_at), "clocks go forward"),
        ((end - case.start_at).num_hours() >= 24, "over a day long"),
        (case.end_at.is_none(), "still running"),
        (case.zone.is_none(), "no zone"),
        (case.mirrored, "mirrored credit"),
        (negative && !case.mirrored, "negative energy"),
        (has(DimensionKind::Power), "average power"),
        (has(DimensionKind::Current), "average current"),
    ] {
        if has {
            seen.push(feature);
        }
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (version, counts) in &self.0 {
            writeln!(f, "{version}:")?;
            for (feature, count) in counts {
                writeln!(f, "  {count:>7}  {feature}")?;
            }
        }
        Ok(())
    }
}
