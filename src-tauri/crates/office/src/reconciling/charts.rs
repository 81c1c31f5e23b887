//! A partner-month in pictures: by day, by cause and day, and a station's CDRs.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{Bucket, Tz};
use store::standing::Wanted;

use super::month::{Sums, at};
use super::rows::days;
use crate::api::{
    CauseDay, DayDto, MonthCharts, MonthRequest, NamedCount, Scatter, ScatterPoint, ScatterRequest,
};
use crate::desk::Desk;
use crate::error::Result;
use crate::terms::terms;
use crate::{partners, reconcile, words};

/// Stations to choose from.
const STATIONS: u32 = 50;
/// Points of a plot.
const POINTS: u32 = 5_000;

/// The days of a partner-month, by the partner's zone.
pub fn charts(desk: &Desk, request: &MonthRequest) -> Result<MonthCharts> {
    let (partner, month) = reconcile::parse(desk, &request.partner, &request.month)?;
    let key = (partners::row(&desk.book, &partner)?, month);
    let zone = terms(&desk.book, &partner)?.partner.agreement.time_zone;
    let mut by_day: BTreeMap<NaiveDate, DayDto> = BTreeMap::new();
    for day in days(month) {
        by_day.insert(day, empty(day));
    }
    let mut by_cause: BTreeMap<(NaiveDate, String), (u32, Sums)> = BTreeMap::new();
    store::standing::ends(&desk.book, key, |end_ms, waiting, currency, difference| {
        let Some(day) = day_of(end_ms, zone) else {
            return Ok(());
        };
        // What ended outside the month and is settled in it counts where it ended.
        let counts = by_day.entry(day).or_insert_with(|| empty(day));
        counts.cdrs += 1;
        counts.missing_sessions += u32::from(waiting.bucket == Bucket::MissingSession);
        counts.differs += u32::from(waiting.bucket == Bucket::Differs);
        let cause = waiting.group.clone();
        if let Some(cause) = cause.filter(|_| waiting.bucket == Bucket::Differs) {
            let (count, sums) = by_cause.entry((day, cause)).or_default();
            *count += 1;
            sums.add_code(currency, difference);
        }
        Ok(())
    })?;
    store::standing::session_ends(&desk.book, key, |end_ms, missing| {
        if let Some(day) = day_of(end_ms, zone) {
            let counts = by_day.entry(day).or_insert_with(|| empty(day));
            counts.sessions += 1;
            counts.missing_cdrs += u32::from(missing);
        }
    })?;
    let causes = by_cause.into_iter();
    let causes = causes.map(|((day, cause), (count, sums))| CauseDay {
        day: day.to_string(),
        cause,
        count,
        difference: sums.dto(),
    });
    Ok(MonthCharts {
        days: by_day.into_values().collect(),
        causes: causes.collect(),
    })
}

fn empty(day: NaiveDate) -> DayDto {
    DayDto {
        day: day.to_string(),
        cdrs: 0,
        sessions: 0,
        missing_cdrs: 0,
        missing_sessions: 0,
        differs: 0,
    }
}

fn day_of(ms: i64, zone: Tz) -> Option<NaiveDate> {
    let moment = domain::Instant::from_timestamp_millis(ms)?;
    Some(moment.with_timezone(&zone).date_naive())
}

/// The CDRs of a station, stated against replayed.
pub fn scatter(desk: &Desk, request: &ScatterRequest) -> Result<Scatter> {
    let (partner, month) = reconcile::parse(desk, &request.partner, &request.month)?;
    let key = (partners::row(&desk.book, &partner)?, month);
    let stations = store::standing::differing_evses(&desk.book, key, STATIONS)?;
    let chosen = request.evse.clone();
    let evse = chosen.or_else(|| stations.first().map(|(evse, _)| evse.clone()));
    let mut points = Vec::new();
    if let Some(evse) = &evse {
        let wanted = Wanted {
            evse: Some(evse.clone()),
            ..Wanted::default()
        };
        for cdr in store::standing::cdrs(&desk.book, key, &wanted, 0, POINTS)? {
            let (Some(row), Some(stated), Some(replayed)) = (cdr.cdr, cdr.stated, cdr.replayed)
            else {
                continue;
            };
            points.push(ScatterPoint {
                cdr: row.number(),
                id: cdr.id,
                start_at: words::instant(at(cdr.start_ms)?),
                currency: cdr.currency,
                stated: stated.to_string(),
                replayed: replayed.to_string(),
                bucket: cdr.waiting.bucket.as_str().to_owned(),
            });
        }
        points.sort_by(|one, other| one.start_at.cmp(&other.start_at));
    }
    let evses = stations.into_iter();
    Ok(Scatter {
        evse: evse.unwrap_or_default(),
        evses: evses
            .map(|(name, count)| NamedCount { name, count })
            .collect(),
        points,
    })
}
