//! Which days a file is about, and dates that only fit it with day and month swapped.
//!
//! Programs that read `10/05/2017` month first and write it back as `2017-10-05` swap every date
//! whose day is at most 12 and leave the others alone. So dates with a later day are certain, and
//! they bound the file's period. A date outside it whose other reading lies inside is suspect: it
//! is read as it stands, and said with both readings.

use chrono::{Datelike, NaiveDate};

use crate::book::Sheet;
use crate::date::{self, Date, DateOrder};
use crate::field::Field;
use crate::read::record::Plan;

/// The first and the last day of the file, where days after the 12th prove them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Period {
    days: Option<(NaiveDate, NaiveDate)>,
    /// Some dates can only be read day first, and others only month first.
    pub(super) is_mixed: bool,
}

impl Period {
    /// Walks over the starts. The period reaches from the first of the first month to the 12th of
    /// the month after the last one: the days between cannot be proven.
    pub(super) fn of(sheet: &Sheet<'_>, plan: &Plan<'_>) -> Period {
        let Some(column) = plan.column(Field::StartAt) else {
            return Period::default();
        };
        let mut proven: Option<(NaiveDate, NaiveDate)> = None;
        let (mut day_first, mut month_first) = (false, false);
        let mut rows = sheet.rows();
        while let Some(row) = rows.next() {
            let cell = row.cell(column.index);
            let date = cell
                .text()
                .and_then(date::parse)
                .and_then(|stamp| stamp.date);
            match date.and_then(Date::proves) {
                Some(DateOrder::DayFirst) => day_first = true,
                Some(DateOrder::MonthFirst) => month_first = true,
                None => {}
            }
            let Some((at, _)) = plan.moment(&cell) else {
                continue;
            };
            let day = at.date();
            if day.day() > 12 {
                proven = match proven {
                    None => Some((day, day)),
                    Some((first, last)) => Some((first.min(day), last.max(day))),
                };
            }
        }
        let days = proven.and_then(|(first, last)| {
            let month_after = last
                .with_day(1)?
                .checked_add_months(chrono::Months::new(1))?;
            Some((first.with_day(1)?, month_after.with_day(12)?))
        });
        Period {
            days,
            is_mixed: day_first && month_first,
        }
    }

    /// The date with day and month swapped, where only that one lies in the period.
    pub(super) fn other_reading(self, day: NaiveDate) -> Option<NaiveDate> {
        let (first, last) = self.days?;
        let is_inside = |day: NaiveDate| day >= first && day <= last;
        let other = NaiveDate::from_ymd_opt(day.year(), day.day(), day.month())?;
        (!is_inside(day) && is_inside(other)).then_some(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_date_that_fits_swapped_is_suspect() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let period = Period {
            days: Some((day("2016-09-01"), day("2017-09-12"))),
            is_mixed: false,
        };
        for (text, other) in [
            ("2017-10-05", Some("2017-05-10")),
            ("2016-01-09", Some("2016-09-01")),
            ("2017-05-10", None),
            ("2017-09-12", None),
            ("2017-12-12", None),
            ("2019-10-05", None),
            ("2017-10-31", None),
        ] {
            assert_eq!(period.other_reading(day(text)), other.map(day), "{text}");
        }
        assert_eq!(
            Period::default().other_reading(day("2017-10-05")),
            None,
            "nothing is proven"
        );
    }
}
