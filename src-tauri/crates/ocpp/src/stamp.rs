//! Times as stations and logs write them.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeZone, Timelike, Utc};
use domain::{Instant, Tz};

/// The years a time may lie in; 1970 is what an unset clock says.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2199;

/// Forms without a zone, read as UTC.
const FORMS: [&str; 4] = [
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S,%f",
    "%Y-%m-%dT%H:%M",
];

/// Reads RFC 3339 (1.6 §3.13: UTC is advised and other offsets occur), or the same without a zone,
/// which is read as UTC. Fractions of a second are cut off.
pub(crate) fn read(text: &str) -> Option<Instant> {
    read_in(text, None)
}

/// The same of a log's own times, which without a zone are those of a wall clock there. Of an hour
/// that the clock shows twice the first is taken.
pub(crate) fn read_in(text: &str, zone: Option<Tz>) -> Option<Instant> {
    let text = text.trim();
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    if text.len() < 16 || text.len() > 40 {
        return None;
    }
    let zoned = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
    let short = || DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z");
    let zoned = zoned.or_else(|_| short().map(|at| at.with_timezone(&Utc)));
    let plain = || {
        FORMS
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
            .and_then(|at| match zone {
                Some(zone) => {
                    let local = zone.from_local_datetime(&at).earliest()?;
                    Some(local.with_timezone(&Utc))
                }
                None => Some(at.and_utc()),
            })
    };
    let at = zoned.ok().or_else(plain)?;
    within(at)
}

/// Reads the milliseconds or seconds since 1970 that some logs write.
pub(crate) fn of_number(number: i64) -> Option<Instant> {
    let at = if number >= 100_000_000_000 {
        DateTime::from_timestamp_millis(number)
    } else if number >= 100_000_000 {
        DateTime::from_timestamp(number, 0)
    } else {
        None
    };
    at.and_then(within)
}

fn within(at: Instant) -> Option<Instant> {
    let at = at.with_nanosecond(0)?;
    YEARS.contains(&at.year()).then_some(at)
}
