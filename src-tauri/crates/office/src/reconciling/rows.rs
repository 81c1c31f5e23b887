//! The rows of a partner-month, as many as a screen asks for.

use chrono::{Days, NaiveDate, TimeZone};
use domain::{BillingMonth, Bucket, FindingCode, Tz};
use store::month::Key;
use store::standing::{Standing, Wanted};

use super::month::at;
use crate::api::{ReconcileRow, ReconcileRows, ReconcileRowsRequest};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::terms::terms;
use crate::{partners, reconcile, words};

/// Rows of a page, at most.
const PAGE: u32 = 1_000;

/// Rows of a partner-month that a request asks for.
pub fn rows(desk: &Desk, request: &ReconcileRowsRequest) -> Result<ReconcileRows> {
    let (partner, month) = reconcile::parse(desk, &request.partner, &request.month)?;
    let key = (partners::row(&desk.book, &partner)?, month);
    let zone = terms(&desk.book, &partner)?.partner.agreement.time_zone;
    let wanted = wanted(request, zone)?;
    let (cdrs, sessions) = store::standing::count(&desk.book, key, &wanted)?;
    let len = request.len.min(PAGE);
    let mut found = store::standing::cdrs(&desk.book, key, &wanted, request.start, len)?;
    let rest = len - u32::try_from(found.len()).unwrap_or(len);
    if rest > 0 && sessions > 0 {
        let from = request.start.saturating_sub(cdrs);
        found.extend(store::standing::sessions(
            &desk.book, key, &wanted, from, rest,
        )?);
    }
    Ok(ReconcileRows {
        total: cdrs + sessions,
        rows: found
            .into_iter()
            .map(|standing| row(standing, zone))
            .collect::<Result<_>>()?,
    })
}

fn wanted(request: &ReconcileRowsRequest, zone: Tz) -> Result<Wanted> {
    let bad = |field, value: &str| Error::BadRequest {
        field,
        value: value.to_owned(),
    };
    let bucket = request.bucket.as_deref().map(|text| {
        let all = Bucket::ALL.iter().copied();
        let mut named = all.filter(|bucket| bucket.as_str() == text);
        named.next().ok_or_else(|| bad("bucket", text))
    });
    let ended_ms = request.day.as_deref().map(|text| {
        let day = text.parse::<NaiveDate>().map_err(|_| bad("day", text))?;
        day_ms(day, zone).ok_or_else(|| bad("day", text))
    });
    Ok(Wanted {
        bucket: bucket.transpose()?,
        cause: request.cause.clone(),
        finding: request.finding.clone(),
        evse: request.evse.clone(),
        ended_ms: ended_ms.transpose()?,
        ..Wanted::default()
    })
}

/// A day of a zone in milliseconds since 1970: from its first moment to that of the next.
fn day_ms(day: NaiveDate, zone: Tz) -> Option<(i64, i64)> {
    let first = |day: NaiveDate| {
        let midnight = day.and_hms_opt(0, 0, 0)?;
        // Where clocks jump over midnight, the day begins an hour later.
        let known = zone.from_local_datetime(&midnight).earliest();
        let later = day.and_hms_opt(1, 0, 0)?;
        let moment = known.or_else(|| zone.from_local_datetime(&later).earliest())?;
        Some(moment.timestamp_millis())
    };
    Some((first(day)?, first(day.checked_add_days(Days::new(1))?)?))
}

/// The row of one CDR, or of one session without CDR.
pub(super) fn one(desk: &Desk, key: Key, wanted: &Wanted) -> Result<Option<ReconcileRow>> {
    let partner = store::party::key(&desk.book, key.0)?;
    let zone = terms(&desk.book, &partner)?.partner.agreement.time_zone;
    let found = match wanted.session {
        Some(_) => store::standing::sessions(&desk.book, key, wanted, 0, 1)?,
        None => store::standing::cdrs(&desk.book, key, wanted, 0, 1)?,
    };
    found.into_iter().next().map(|it| row(it, zone)).transpose()
}

fn row(standing: Standing, zone: Tz) -> Result<ReconcileRow> {
    let start = at(standing.start_ms)?;
    let changed = FindingCode::ChangedSinceDecided.as_str();
    let mut findings: Vec<String> = standing
        .codes
        .split_ascii_whitespace()
        .map(str::to_owned)
        .collect();
    findings.sort_unstable();
    findings.dedup();
    Ok(ReconcileRow {
        cdr: standing.cdr.map(store::row::CdrRow::number),
        session: standing.session.map(store::row::SessionRow::number),
        id: standing.id,
        session_id: standing.session_id,
        bucket: standing.waiting.bucket.as_str().to_owned(),
        cause: standing.waiting.group,
        changed: standing.waiting.reason == changed,
        reason: standing.waiting.reason,
        matched_by: standing.matched_by,
        start_at: words::instant(start),
        start_local: words::local(start, zone),
        location: standing.location,
        evse: standing.evse,
        energy_kwh: standing.energy.to_string(),
        currency: standing.currency,
        stated: standing.stated.map(|amount| amount.to_string()),
        replayed: standing.replayed.map(|amount| amount.to_string()),
        difference: standing.difference.map(|amount| amount.to_string()),
        findings,
    })
}

/// The partner-month of a CDR or a session.
pub(super) fn key_of(desk: &Desk, cdr: Option<u32>, session: Option<u32>) -> Result<(Key, Wanted)> {
    let unknown = |what, row| Error::UnknownRow { what, row };
    let (of, wanted, missing) = match (cdr, session) {
        (Some(row), _) => {
            let cdr = store::row::CdrRow::from(row);
            let wanted = Wanted {
                cdr: Some(cdr),
                ..Wanted::default()
            };
            let stored = store::cdr::get(&desk.book, cdr)?;
            let of = stored.map(|stored| (stored.partner, stored.figures.month));
            (of, wanted, unknown("cdr", row))
        }
        (None, Some(row)) => {
            let session = store::row::SessionRow::from(row);
            let wanted = Wanted {
                session: Some(session),
                ..Wanted::default()
            };
            let of = store::session::key(&desk.book, session)?;
            (of, wanted, unknown("session", row))
        }
        (None, None) => return Err(unknown("cdr", 0)),
    };
    Ok((of.ok_or(missing)?, wanted))
}

/// The days of a month.
pub(super) fn days(month: BillingMonth) -> Vec<NaiveDate> {
    let number = month.number();
    let (year, month) = (number / 100, number % 100);
    let year = i32::try_from(year).unwrap_or_default();
    let month = u32::try_from(month).unwrap_or_default();
    let first = NaiveDate::from_ymd_opt(year, month, 1);
    let days = first
        .into_iter()
        .flat_map(|first| first.iter_days().take(31));
    days.filter(|day| chrono::Datelike::month(day) == month)
        .collect()
}
