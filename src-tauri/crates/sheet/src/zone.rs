//! Time zones in cells, and from the wall clock to an instant.

use std::fmt;

use chrono::{FixedOffset, LocalResult, NaiveDateTime, TimeZone, Utc};
use domain::{Instant, Tz};
use serde::{Deserialize, Serialize};

use crate::scan::Scan;

/// A zone as a cell names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Zone {
    /// Seconds east of UTC, and the region that uses a name like `MST`, where only one does.
    Offset {
        /// Seconds east.
        seconds: i32,
        /// The region, where the name tells it.
        region: Option<Tz>,
    },
    /// A region with its own rules of summer time.
    Region(Tz),
}

/// Names that stand for one offset: hours east and, where it is certain, the region.
const NAMES: [(&str, i32, Option<Tz>); 34] = [
    ("Z", 0, Some(Tz::UTC)),
    ("UTC", 0, Some(Tz::UTC)),
    ("GMT", 0, None),
    ("WET", 0, None),
    ("WEST", 1, None),
    ("BST", 1, Some(Tz::Europe__London)),
    ("CET", 1, None),
    ("MEZ", 1, None),
    ("CEST", 2, None),
    ("MESZ", 2, None),
    ("EET", 2, None),
    ("OEZ", 2, None),
    ("EEST", 3, None),
    ("OESZ", 3, None),
    ("MSK", 3, Some(Tz::Europe__Moscow)),
    ("TRT", 3, Some(Tz::Europe__Istanbul)),
    ("NST", -3, None),
    ("AST", -4, Some(Tz::America__Halifax)),
    ("ADT", -3, Some(Tz::America__Halifax)),
    ("EST", -5, Some(Tz::America__New_York)),
    ("EDT", -4, Some(Tz::America__New_York)),
    ("CST", -6, Some(Tz::America__Chicago)),
    ("CDT", -5, Some(Tz::America__Chicago)),
    ("MST", -7, Some(Tz::America__Denver)),
    ("MDT", -6, Some(Tz::America__Denver)),
    ("PST", -8, Some(Tz::America__Los_Angeles)),
    ("PDT", -7, Some(Tz::America__Los_Angeles)),
    ("AKST", -9, Some(Tz::America__Anchorage)),
    ("AKDT", -8, Some(Tz::America__Anchorage)),
    ("HST", -10, Some(Tz::Pacific__Honolulu)),
    ("AEST", 10, Some(Tz::Australia__Sydney)),
    ("AEDT", 11, Some(Tz::Australia__Sydney)),
    ("NZST", 12, Some(Tz::Pacific__Auckland)),
    ("NZDT", 13, Some(Tz::Pacific__Auckland)),
];

impl Zone {
    /// UTC itself.
    pub const UTC: Zone = Zone::Offset {
        seconds: 0,
        region: Some(Tz::UTC),
    };

    /// The zone of a text: `Z`, `+01:00`, `UTC-5`, `MDT`, `Europe/Oslo`.
    pub fn of(text: &str) -> Option<Zone> {
        let text = text.trim();
        if text.is_empty() || text.len() > 40 {
            return None;
        }
        if let Some((_, hours, region)) = NAMES
            .iter()
            .find(|(name, ..)| name.eq_ignore_ascii_case(text))
        {
            // Newfoundland is the one that is half an hour off.
            let half = if text.eq_ignore_ascii_case("NST") {
                1800
            } else {
                0
            };
            return Some(Zone::Offset {
                seconds: hours * 3600 - half,
                region: *region,
            });
        }
        let after = text
            .strip_prefix("UTC")
            .or_else(|| text.strip_prefix("GMT"))
            .unwrap_or(text);
        if let Some(seconds) = offset(after) {
            return Some(Zone::Offset {
                seconds,
                region: None,
            });
        }
        let is_region = text.contains('/');
        is_region.then(|| region(text)).flatten().map(Zone::Region)
    }

    /// Whether it is an offset of nothing that names no region: `Z`, `UTC`, `+00`.
    pub fn is_zero(self) -> bool {
        match self {
            Zone::Offset { seconds, .. } => seconds == 0,
            Zone::Region(region) => region == Tz::UTC,
        }
    }

    /// The region, where the zone tells it.
    pub fn region(self) -> Option<Tz> {
        match self {
            Zone::Offset { region, .. } => region,
            Zone::Region(region) => Some(region),
        }
    }

    /// The instant of a wall-clock moment.
    pub fn instant(self, wall: NaiveDateTime) -> Placed {
        match self {
            Zone::Region(region) => region_instant(wall, region),
            Zone::Offset { seconds, .. } => {
                let offset = FixedOffset::east_opt(seconds)
                    .and_then(|offset| offset.from_local_datetime(&wall).single());
                Placed::Once(offset.map_or(wall.and_utc(), |at| at.with_timezone(&Utc)))
            }
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Zone::Region(region) => write!(f, "{region}"),
            Zone::Offset { seconds, .. } => {
                let sign = if *seconds < 0 { '-' } else { '+' };
                let minutes = seconds.unsigned_abs() / 60;
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

/// A region by its name in the time zone database, whatever its case.
fn region(name: &str) -> Option<Tz> {
    let any_case = || {
        chrono_tz::TZ_VARIANTS
            .iter()
            .find(|z| z.name().eq_ignore_ascii_case(name))
    };
    name.parse().ok().or_else(|| any_case().copied())
}

/// Where a wall-clock moment lies in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// At one instant.
    Once(Instant),
    /// The clock was put back: it showed this moment twice.
    Twice(Instant, Instant),
    /// The clock was put forward over it: read as if it had not been.
    Never(Instant),
}

fn region_instant(wall: NaiveDateTime, region: Tz) -> Placed {
    let utc = |at: chrono::DateTime<Tz>| at.with_timezone(&Utc);
    match region.from_local_datetime(&wall) {
        LocalResult::Single(at) => Placed::Once(utc(at)),
        LocalResult::Ambiguous(first, second) => Placed::Twice(utc(first), utc(second)),
        LocalResult::None => {
            // No gap is longer than a day; the clock of the day before tells the offset.
            let day = chrono::Duration::days(1);
            let before = region.from_local_datetime(&(wall - day)).earliest();
            Placed::Never(before.map_or(wall.and_utc(), |at| utc(at) + day))
        }
    }
}

/// `+01:00`, `-0530`, `+00`: seconds east.
fn offset(text: &str) -> Option<i32> {
    let mut scan = Scan::new(text);
    let east = match scan.any(&['+', '-', '−'])? {
        '+' => 1,
        _ => -1,
    };
    let (first, len) = scan.number()?;
    let (hours, minutes) = match len {
        4 => (first / 100, first % 100),
        1 | 2 if scan.any(&[':']).is_some() => (first, scan.exactly(2)?),
        1 | 2 => (first, 0),
        _ => return None,
    };
    let fits = scan.is_done() && hours <= 14 && minutes < 60;
    fits.then(|| i32::try_from(hours * 3600 + minutes * 60).ok())
        .flatten()
        .map(|s| s * east)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn zones_are_read_in_many_forms() {
        for (text, shown) in [
            ("Z", Some("+00:00")),
            ("+01:00", Some("+01:00")),
            ("+00", Some("+00:00")),
            ("-0530", Some("-05:30")),
            ("UTC+2", Some("+02:00")),
            ("mdt", Some("-06:00")),
            ("CEST", Some("+02:00")),
            ("Europe/Oslo", Some("Europe/Oslo")),
            ("europe/oslo", Some("Europe/Oslo")),
            ("NST", Some("-03:30")),
            ("Oslo", None),
            ("+99", None),
            ("Perth", None),
            ("", None),
        ] {
            assert_eq!(
                Zone::of(text).map(|zone| zone.to_string()).as_deref(),
                shown,
                "{text}"
            );
        }
        assert_eq!(Zone::of("MST").unwrap().region(), Some(Tz::America__Denver));
        assert_eq!(
            Zone::of("CET").unwrap().region(),
            None,
            "many countries use it"
        );
    }

    #[test]
    fn the_wall_clock_leads_to_an_instant() {
        let wall = |month, day, hour| {
            NaiveDate::from_ymd_opt(2026, month, day)
                .unwrap()
                .and_hms_opt(hour, 30, 0)
                .unwrap()
        };
        let oslo = Zone::Region(Tz::Europe__Oslo);
        let once = oslo.instant(wall(7, 1, 12));
        assert!(matches!(once, Placed::Once(at) if at.to_rfc3339() == "2026-07-01T10:30:00+00:00"));
        let Placed::Twice(first, second) = oslo.instant(wall(10, 25, 2)) else {
            panic!("the clock shows 02:30 twice on that day")
        };
        assert_eq!((second - first).num_minutes(), 60);
        let Placed::Never(at) = oslo.instant(wall(3, 29, 2)) else {
            panic!("the clock never shows 02:30 on that day")
        };
        assert_eq!(
            at.to_rfc3339(),
            "2026-03-29T01:30:00+00:00",
            "read with the old offset"
        );
    }
}
