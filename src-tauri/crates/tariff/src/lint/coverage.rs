//! Gaps, and elements that nothing reaches.
//!
//! Every figure that occurs in a restriction cuts its axis (weekday, time of day, date, energy,
//! duration, power, current) in two. Within a cell between such cuts nothing changes, so one point
//! of each cell tells everything: which element is first for a dimension, or that there is none.
//! The axes are taken as independent of each other: what is called unreachable is so for certain.

use chrono::{NaiveDate, NaiveTime, Timelike, Weekday};
use domain::{DaySet, Decimal, ReservationRule, Restrictions, Severity, Tariff, TariffDimension};

use super::{LintCode, LintFinding, OpenHours};
use crate::lookup::{DIMENSIONS, component_of, slot};

/// More cells than this are not looked through.
const MOST_CELLS: usize = 200_000;

pub(super) fn check(tariff: &Tariff, findings: &mut Vec<LintFinding>) {
    let axes = Axes::of(tariff);
    if axes.cells().is_none_or(|cells| cells > MOST_CELLS) {
        findings.push(LintFinding::new(LintCode::TooManyLimits, "elements"));
        return;
    }
    unreachable_elements(tariff, &axes, findings);
    for dimension in [
        TariffDimension::Energy,
        TariffDimension::Time,
        TariffDimension::ParkingTime,
    ] {
        gaps(tariff, &axes, dimension, findings);
    }
}

/// One point of a cell.
#[derive(Clone, Copy)]
struct Point {
    day: Weekday,
    /// Place of its time on the time axis.
    slot: usize,
    time: NaiveTime,
    date: Option<NaiveDate>,
    kwh: Decimal,
    seconds: Decimal,
    power: Decimal,
    current: Decimal,
}

/// The cuts of each axis, each the first point of a stretch.
struct Axes {
    times: Vec<NaiveTime>,
    dates: Vec<Option<NaiveDate>>,
    kwh: Vec<Decimal>,
    seconds: Vec<Decimal>,
    power: Vec<Decimal>,
    current: Vec<Decimal>,
}

impl Axes {
    fn of(tariff: &Tariff) -> Axes {
        let all = || tariff.elements.iter().map(|element| &element.restrictions);
        let axis = |cuts: Vec<Decimal>| {
            let mut cuts: Vec<Decimal> = cuts
                .into_iter()
                .filter(|cut| *cut > Decimal::ZERO)
                .collect();
            cuts.push(Decimal::ZERO);
            cuts.sort_unstable();
            cuts.dedup();
            cuts
        };
        let mut times: Vec<NaiveTime> = all()
            .flat_map(|r| [r.start_time, r.end_time])
            .flatten()
            .collect();
        times.push(NaiveTime::MIN);
        times.sort_unstable();
        times.dedup();
        let dates = all().flat_map(|r| [r.start_date, r.end_date]).flatten();
        let mut dates: Vec<Option<NaiveDate>> = dates.map(Some).collect();
        // Before the first date of all.
        dates.push(None);
        dates.sort_unstable();
        dates.dedup();
        let both = |min: Option<Decimal>, max: Option<Decimal>| [min, max].into_iter().flatten();
        Axes {
            times,
            dates,
            kwh: axis(
                all()
                    .flat_map(|r| both(r.min_kwh.map(|v| v.0), r.max_kwh.map(|v| v.0)))
                    .collect(),
            ),
            seconds: axis(
                all()
                    .flat_map(|r| {
                        both(
                            r.min_duration_s.map(Into::into),
                            r.max_duration_s.map(Into::into),
                        )
                    })
                    .collect(),
            ),
            power: axis(
                all()
                    .flat_map(|r| both(r.min_power.map(|v| v.0), r.max_power.map(|v| v.0)))
                    .collect(),
            ),
            current: axis(
                all()
                    .flat_map(|r| both(r.min_current.map(|v| v.0), r.max_current.map(|v| v.0)))
                    .collect(),
            ),
        }
    }

    /// How many cells there are.
    fn cells(&self) -> Option<usize> {
        let lengths = [self.times.len(), self.dates.len(), self.flows().len()];
        lengths
            .iter()
            .try_fold(DaySet::WEEK.len(), |cells, length| {
                cells.checked_mul(*length)
            })
    }

    /// Every combination of energy, duration, power and current; none where there are too many.
    fn flows(&self) -> Vec<[Decimal; 4]> {
        let lengths = [&self.kwh, &self.seconds, &self.power, &self.current];
        let count = lengths
            .iter()
            .try_fold(1_usize, |all, axis| all.checked_mul(axis.len()));
        let mut flows = vec![[Decimal::ZERO; 4]];
        if count.is_none_or(|count| count > MOST_CELLS) {
            // One more than may be looked at, so that the count says no.
            flows.resize(MOST_CELLS + 1, [Decimal::ZERO; 4]);
            return flows;
        }
        for (place, axis) in lengths.into_iter().enumerate() {
            flows = flows
                .iter()
                .flat_map(|flow| {
                    axis.iter().map(move |cut| {
                        let mut flow = *flow;
                        flow[place] = *cut;
                        flow
                    })
                })
                .collect();
        }
        flows
    }

    /// The points of the hours of a week on one date, hour by hour.
    fn week(&self, date: Option<NaiveDate>) -> impl Iterator<Item = Point> {
        DaySet::WEEK.into_iter().flat_map(move |day| {
            self.times
                .iter()
                .enumerate()
                .map(move |(slot, time)| Point {
                    day,
                    slot,
                    time: *time,
                    date,
                    kwh: Decimal::ZERO,
                    seconds: Decimal::ZERO,
                    power: Decimal::ZERO,
                    current: Decimal::ZERO,
                })
        })
    }
}

impl Point {
    fn with(self, [kwh, seconds, power, current]: [Decimal; 4]) -> Point {
        Point {
            kwh,
            seconds,
            power,
            current,
            ..self
        }
    }
}

/// Whether an element applies at a point (SEMANTICS 3.3).
fn holds(r: &Restrictions, point: &Point) -> bool {
    let above = |min: Option<Decimal>, value: Decimal| min.is_none_or(|min| value >= min);
    let below = |max: Option<Decimal>, value: Decimal| max.is_none_or(|max| value < max);
    let within = |min, max, value| above(min, value) && below(max, value);
    in_window(r, point.time)
        && (r.days.is_empty() || r.days.contains(point.day))
        && r.start_date
            .is_none_or(|from| point.date.is_some_and(|date| date >= from))
        && r.end_date
            .is_none_or(|until| point.date.is_none_or(|date| date < until))
        && within(r.min_kwh.map(|v| v.0), r.max_kwh.map(|v| v.0), point.kwh)
        && within(
            r.min_power.map(|v| v.0),
            r.max_power.map(|v| v.0),
            point.power,
        )
        && within(
            r.min_current.map(|v| v.0),
            r.max_current.map(|v| v.0),
            point.current,
        )
        && within(
            r.min_duration_s.map(Into::into),
            r.max_duration_s.map(Into::into),
            point.seconds,
        )
}

fn in_window(r: &Restrictions, time: NaiveTime) -> bool {
    let until = r.end_time.filter(|until| *until != NaiveTime::MIN);
    match (r.start_time, until) {
        (None, None) => true,
        (Some(from), None) => time >= from,
        (None, Some(until)) => time < until,
        (Some(from), Some(until)) if from == until => true,
        (Some(from), Some(until)) if from < until => from <= time && time < until,
        (Some(from), Some(until)) => time >= from || time < until,
    }
}

/// Elements, or single prices of them, that no point reaches although the element can apply.
fn unreachable_elements(tariff: &Tariff, axes: &Axes, findings: &mut Vec<LintFinding>) {
    let flows = axes.flows();
    let mut applies = vec![false; tariff.elements.len()];
    let mut first = vec![[false; 4]; tariff.elements.len()];
    let phases = [
        None,
        Some(ReservationRule::Reservation),
        Some(ReservationRule::ReservationExpires),
    ];
    for date in &axes.dates {
        for point in axes
            .week(*date)
            .flat_map(|point| flows.iter().map(move |f| point.with(*f)))
        {
            for phase in phases {
                let mut open = [true; 4];
                for (place, element) in tariff.elements.iter().enumerate() {
                    let r = &element.restrictions;
                    if r.reservation != phase || !holds(r, &point) {
                        continue;
                    }
                    applies[place] = true;
                    for component in &element.components {
                        let slot = slot(component.dimension);
                        first[place][slot] |= open[slot];
                        open[slot] = false;
                    }
                }
            }
        }
    }
    for (place, element) in tariff.elements.iter().enumerate() {
        let lost: Vec<&str> = DIMENSIONS
            .into_iter()
            .filter(|dimension| component_of(element, *dimension).is_some())
            .filter(|dimension| !first[place][slot(*dimension)])
            .map(TariffDimension::as_str)
            .collect();
        if applies[place] && !lost.is_empty() {
            let finding = LintFinding::new(LintCode::Unreachable, format!("elements[{place}]"));
            findings.push(
                finding
                    .with("n", place + 1)
                    .with("dimensions", lost.join(", ")),
            );
        }
    }
}

/// Hours, and combinations of limits, in which a dimension that has a price somewhere has none.
fn gaps(tariff: &Tariff, axes: &Axes, dimension: TariffDimension, findings: &mut Vec<LintFinding>) {
    let pricing: Vec<&Restrictions> = tariff
        .elements
        .iter()
        .filter(|element| element.restrictions.reservation.is_none())
        .filter(|element| component_of(element, dimension).is_some())
        .map(|element| &element.restrictions)
        .collect();
    if pricing.is_empty() {
        return;
    }
    let flows = axes.flows();
    let mut partly: Option<Point> = None;
    for (place, date) in axes.dates.iter().enumerate() {
        let mut empty = Vec::new();
        for hour in axes.week(*date) {
            let priced = |point: &Point| pricing.iter().any(|r| holds(r, point));
            let mut unpriced = flows
                .iter()
                .map(|flow| hour.with(*flow))
                .filter(|p| !priced(p));
            let Some(example) = unpriced.next() else {
                continue;
            };
            if 1 + unpriced.count() == flows.len() {
                empty.push(hour);
            } else {
                partly = partly.or(Some(example));
            }
        }
        if !empty.is_empty() {
            let mut finding = LintFinding::new(LintCode::GapInWeek, "elements");
            // Before the first and after the last date a tariff may well be silent.
            let outside = axes.dates.len() > 1 && (place == 0 || place + 1 == axes.dates.len());
            if dimension != TariffDimension::Energy || outside {
                finding.severity = Severity::Info;
            }
            finding.hours = hours(&empty, &axes.times);
            let dates = stretch(&axes.dates, place);
            findings.push(
                finding
                    .with("dimension", dimension.as_str())
                    .with("dates", dates),
            );
        }
    }
    if let Some(point) = partly {
        let finding = LintFinding::new(LintCode::GapInLimits, "elements");
        let finding = finding.with("dimension", dimension.as_str());
        findings.push(finding.with("example", example(&point, axes)));
    }
}

/// The dates of a stretch, e.g. ` (2026-03-01 – 2026-06-01)`; nothing where no date is named.
fn stretch(dates: &[Option<NaiveDate>], place: usize) -> String {
    if dates.len() == 1 {
        return String::new();
    }
    let text = |date: Option<&Option<NaiveDate>>| match date {
        Some(Some(date)) => date.to_string(),
        Some(None) | None => "…".to_owned(),
    };
    format!(
        " ({} – {})",
        text(dates.get(place)),
        text(dates.get(place + 1))
    )
}

/// The limits that are used, at one point.
fn example(point: &Point, axes: &Axes) -> String {
    let figures = [
        (&axes.kwh, point.kwh, "kWh"),
        (&axes.seconds, point.seconds, "s"),
        (&axes.power, point.power, "kW"),
        (&axes.current, point.current, "A"),
    ];
    let used = figures.into_iter().filter(|(axis, ..)| axis.len() > 1);
    used.map(|(_, value, unit)| format!("{} {unit}", value.normalize()))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Points of a week as hours: adjoining stretches joined, days with the same hours together.
fn hours(points: &[Point], times: &[NaiveTime]) -> Vec<OpenHours> {
    let minute = |time: NaiveTime| time.num_seconds_from_midnight() / 60;
    let mut all: Vec<OpenHours> = Vec::new();
    for day in DaySet::WEEK {
        let mut minutes: Vec<(u32, u32)> = Vec::new();
        for point in points.iter().filter(|point| point.day == day) {
            let until = times
                .get(point.slot + 1)
                .map_or(24 * 60, |time| minute(*time));
            let from = minute(point.time);
            match minutes.last_mut().filter(|(_, last)| *last == from) {
                Some((_, last)) => *last = until,
                None => minutes.push((from, until)),
            }
        }
        if minutes.is_empty() {
            continue;
        }
        if let Some(same) = all.iter_mut().find(|open| open.minutes == minutes) {
            same.days.insert(day);
        } else {
            let mut days = DaySet::default();
            days.insert(day);
            all.push(OpenHours { days, minutes });
        }
    }
    all
}
