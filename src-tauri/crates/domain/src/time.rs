//! Instants and billing months.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A moment in UTC. Local rules take a [`Tz`] beside it.
pub type Instant = DateTime<Utc>;

/// A calendar month, the unit of settlement. Text form `2026-09`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BillingMonth {
    year: i32,
    month: u8,
}

/// The text is no month of the form `2026-09`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a month like 2026-09: {0:?}")]
pub struct NotAMonth(pub String);

impl BillingMonth {
    /// A month; `month` counts from 1.
    ///
    /// # Errors
    /// When the month is not 1 to 12 or the year not 1 to 9999.
    pub fn new(year: i32, month: u8) -> Result<Self, NotAMonth> {
        if (1..=12).contains(&month) && (1..=9999).contains(&year) {
            Ok(BillingMonth { year, month })
        } else {
            Err(NotAMonth(format!("{year}-{month}")))
        }
    }

    /// The month in which an instant lies, read on the wall clock of `zone`.
    pub fn of(at: Instant, zone: Tz) -> Self {
        let local = at.with_timezone(&zone);
        let month = u8::try_from(local.month()).expect("chrono months are 1 to 12");
        BillingMonth {
            year: local.year().clamp(1, 9999),
            month,
        }
    }

    /// Calendar year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// Month of the year, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The month after this one; December 9999 stays.
    pub fn next(self) -> Self {
        match (self.year, self.month) {
            (9999, 12) => self,
            (year, 12) => BillingMonth {
                year: year + 1,
                month: 1,
            },
            (year, month) => BillingMonth {
                year,
                month: month + 1,
            },
        }
    }

    /// The month before this one; January of year 1 stays.
    pub fn previous(self) -> Self {
        match (self.year, self.month) {
            (1, 1) => self,
            (year, 1) => BillingMonth {
                year: year - 1,
                month: 12,
            },
            (year, month) => BillingMonth {
                year,
                month: month - 1,
            },
        }
    }

    /// First day of the month.
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, u32::from(self.month), 1)
            .expect("a billing month is a valid calendar month")
    }

    /// Last day of the month.
    pub fn last_day(self) -> NaiveDate {
        self.next()
            .first_day()
            .pred_opt()
            .unwrap_or_else(|| self.first_day())
    }

    /// The instants of the month on the wall clock of `zone`, end excluded.
    pub fn range(self, zone: Tz) -> Range<Instant> {
        midnight(self.first_day(), zone)..midnight(self.next().first_day(), zone)
    }

    /// `year * 100 + month`: the form kept in the book, e.g. 202609.
    pub fn number(self) -> i64 {
        i64::from(self.year) * 100 + i64::from(self.month)
    }

    /// The month of a [`number`](Self::number).
    pub fn from_number(number: i64) -> Result<Self, NotAMonth> {
        let bad = || NotAMonth(number.to_string());
        let year = i32::try_from(number.div_euclid(100)).map_err(|_| bad())?;
        let month = u8::try_from(number.rem_euclid(100)).map_err(|_| bad())?;
        BillingMonth::new(year, month)
    }
}

/// The first instant of a local day; where the clock skips midnight, the first after the gap.
pub fn midnight(day: NaiveDate, zone: Tz) -> Instant {
    let mut wall = day
        .and_hms_opt(0, 0, 0)
        .expect("midnight is a valid time of day");
    loop {
        if let Some(at) = zone.from_local_datetime(&wall).earliest() {
            return at.with_timezone(&Utc);
        }
        wall += chrono::Duration::minutes(15);
    }
}

impl fmt::Display for BillingMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for BillingMonth {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let bad = || NotAMonth(text.to_owned());
        let (year, month) = text.trim().split_once('-').ok_or_else(bad)?;
        if year.len() != 4 || month.len() != 2 {
            return Err(bad());
        }
        BillingMonth::new(
            year.parse().map_err(|_| bad())?,
            month.parse().map_err(|_| bad())?,
        )
    }
}

impl TryFrom<String> for BillingMonth {
    type Error = NotAMonth;

    fn try_from(text: String) -> Result<Self, NotAMonth> {
        text.parse()
    }
}

impl From<BillingMonth> for String {
    fn from(month: BillingMonth) -> String {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_on_the_local_wall_clock() {
        let zone: Tz = "Europe/Amsterdam".parse().unwrap();
        let month: BillingMonth = "2026-03".parse().unwrap();
        let range = month.range(zone);
        assert_eq!(range.start.to_rfc3339(), "2026-02-28T23:00:00+00:00");
        assert_eq!(
            range.end.to_rfc3339(),
            "2026-03-31T22:00:00+00:00",
            "summer time began"
        );
        assert_eq!(BillingMonth::of(range.start, zone), month);
        assert_eq!(BillingMonth::of(range.end, zone), month.next());
    }

    #[test]
    fn months_read_print_and_count() {
        for bad in ["2026", "2026-13", "26-09", "2026-9", "x"] {
            assert!(bad.parse::<BillingMonth>().is_err(), "{bad:?} is no month");
        }
        let december: BillingMonth = "2026-12".parse().unwrap();
        assert_eq!(december.next().to_string(), "2027-01");
        assert_eq!(december.next().previous(), december);
        assert_eq!(
            BillingMonth::from_number(december.number()).unwrap(),
            december
        );
        assert_eq!(december.last_day().to_string(), "2026-12-31");
    }
}
