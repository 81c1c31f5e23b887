//! Dates and times written as text: ISO, `23.08.17 12:45`, `07/11/2017 09:01 AM`, `3 août 2017`.
//!
//! Which of `07/11` is the day cannot be told from the cell. A [`Stamp`] keeps both readings
//! open; the column decides the [`DateOrder`]. Times are wall-clock times unless a zone stands
//! beside them.

use chrono::{Duration, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use crate::scan::Scan;
use crate::zone::Zone;

/// Which of the two small numbers in a date is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// `31/12/2026`
    DayFirst,
    /// `12/31/2026`
    MonthFirst,
}

/// The date of a [`Stamp`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Date {
    /// Written so that it can be read in one way only.
    Known(NaiveDate),
    /// Two small numbers and a year.
    Numeric {
        /// The first number.
        first: u32,
        /// The second number.
        second: u32,
        /// The year, in four digits.
        year: i32,
    },
}

impl Date {
    /// The date under an order; `None` where the calendar has none such.
    pub fn resolve(self, order: DateOrder) -> Option<NaiveDate> {
        match (self, order) {
            (Date::Known(date), _) => Some(date),
            (
                Date::Numeric {
                    first,
                    second,
                    year,
                },
                DateOrder::DayFirst,
            ) => NaiveDate::from_ymd_opt(year, second, first),
            (
                Date::Numeric {
                    first,
                    second,
                    year,
                },
                DateOrder::MonthFirst,
            ) => NaiveDate::from_ymd_opt(year, first, second),
        }
    }

    /// The order it proves: only one of them gives a date.
    pub fn proves(self) -> Option<DateOrder> {
        let day = self.resolve(DateOrder::DayFirst);
        let month = self.resolve(DateOrder::MonthFirst);
        match (self, day, month) {
            (Date::Numeric { .. }, Some(_), None) => Some(DateOrder::DayFirst),
            (Date::Numeric { .. }, None, Some(_)) => Some(DateOrder::MonthFirst),
            (Date::Numeric { .. } | Date::Known(_), _, _) => None,
        }
    }
}

/// A date, a time of day, or both, as far as the text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The date, if one is written.
    pub date: Option<Date>,
    /// Milliseconds since midnight, if a time is written; up to 24:00.
    pub time: Option<u32>,
    /// The zone beside it.
    pub zone: Option<Zone>,
}

impl Stamp {
    /// The wall-clock moment under an order, midnight where no time is written.
    pub fn moment(&self, order: DateOrder) -> Option<NaiveDateTime> {
        let date = self.date?.resolve(order)?;
        at(date, self.time.unwrap_or(0))
    }
}

/// A date and milliseconds since midnight.
pub(crate) fn at(date: NaiveDate, millis: u32) -> Option<NaiveDateTime> {
    date.and_hms_opt(0, 0, 0)?
        .checked_add_signed(Duration::milliseconds(millis.into()))
}

/// Years in which charging records may lie; others are misread or damaged.
const YEARS: std::ops::RangeInclusive<i32> = 1950..=2150;

/// Reads a text that is a date, a time or both, and nothing else.
pub fn parse(text: &str) -> Option<Stamp> {
    if let Some(stamp) = iso(text.as_bytes()) {
        return Some(stamp);
    }
    let mut scan = Scan::new(text);
    scan.blanks();
    skip_weekday(&mut scan);
    let date = date(&mut scan);
    if date.is_some() {
        joint(&mut scan);
    }
    let time = time(&mut scan, date.is_some());
    let zone = time.and_then(|_| zone(&mut scan));
    scan.blanks();
    (scan.is_done() && (date.is_some() || time.is_some())).then_some(Stamp { date, time, zone })
}

/// `2026-09-01T08:00:00Z`, with or without the `Z`, or a blank in place of the `T`: most files are
/// written so, and a million rows are read faster if these are not scanned sign by sign.
fn iso(text: &[u8]) -> Option<Stamp> {
    let (text, zone) = match text.split_last() {
        Some((b'Z', rest)) => (rest, Some(Zone::UTC)),
        _ => (text, None),
    };
    let form = b"0000-00-00T00:00:00";
    let fits = |(byte, form): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b' '),
        sign => byte == sign,
    };
    if text.len() != form.len() || !text.iter().zip(form).all(fits) {
        return None;
    }
    let part = |from: usize, to: usize| {
        let digits = text[from..to].iter();
        digits.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
    };
    let year = i32::try_from(part(0, 4)).ok()?;
    let date = known(year, part(5, 7), part(8, 10))?;
    let (hour, rest) = within_hour(part(11, 13), part(14, 16), part(17, 19), 0)?;
    let millis = hour * 3_600_000 + rest;
    (millis <= 86_400_000).then_some(Stamp {
        date: Some(date),
        time: Some(millis),
        zone,
    })
}

/// `Mo., ` or `Wednesday ` before a date.
fn skip_weekday(scan: &mut Scan<'_>) {
    let before = *scan;
    let Some(word) = scan.word() else { return };
    scan.any(&['.', ',']);
    scan.any(&['.', ',']);
    scan.blanks();
    if month_of(word).is_some() || !(2..=10).contains(&word.len()) || scan.peek_digit().is_none() {
        *scan = before;
    }
}

/// What may stand between date and time.
fn joint(scan: &mut Scan<'_>) {
    scan.any(&[',']);
    let blank = scan.blanks();
    let before = *scan;
    if scan.any(&['T', 't']).is_some() {
        if scan.peek_digit().is_none() {
            *scan = before;
        }
    } else if blank {
        scan.any(&['-', '–', '|', '@']);
        let joins = |word: &str| matches!(word, "um" | "at" | "om" | "à" | "a");
        if scan.word().is_some_and(|word| !joins(&word.to_lowercase())) {
            *scan = before;
        }
        scan.blanks();
    }
}

fn date(scan: &mut Scan<'_>) -> Option<Date> {
    let before = *scan;
    let found = if scan.peek_digit().is_some() {
        digits_first(scan)
    } else {
        month_first(scan)
    };
    if found.is_none() {
        *scan = before;
    }
    found
}

fn known(year: i32, month: u32, day: u32) -> Option<Date> {
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    YEARS.contains(&year).then_some(Date::Known(date))
}

/// A date that begins with a number.
fn digits_first(scan: &mut Scan<'_>) -> Option<Date> {
    let before = *scan;
    let (first, len) = scan.number()?;
    match len {
        8 | 12 | 14 => {
            *scan = before;
            let (year, month, day) = (scan.exactly(4)?, scan.exactly(2)?, scan.exactly(2)?);
            known(i32::try_from(year).ok()?, month, day)
        }
        4 => {
            let sign = scan.any(&['-', '/', '.'])?;
            let (month, _) = scan.number().filter(|&(_, len)| len <= 2)?;
            scan.any(&[sign])?;
            let (day, _) = scan.number().filter(|&(_, len)| len <= 2)?;
            known(i32::try_from(first).ok()?, month, day)
        }
        1 | 2 => small_number_first(scan, first),
        _ => None,
    }
}

/// A date that begins with a day, or with a month as a number.
fn small_number_first(scan: &mut Scan<'_>, first: u32) -> Option<Date> {
    let sign = scan.any(&['-', '/', '.']);
    if scan.peek_digit().is_some() {
        let (second, _) = scan.number().filter(|&(_, len)| len <= 2)?;
        scan.any(&[sign?])?;
        let year = year(scan)?;
        let date = Date::Numeric {
            first,
            second,
            year,
        };
        let exists = [DateOrder::DayFirst, DateOrder::MonthFirst]
            .into_iter()
            .any(|order| date.resolve(order).is_some());
        return exists.then_some(date);
    }
    scan.blanks();
    let month = month_of(scan.word()?)?;
    scan.any(&['.', '-', '/', ',']);
    scan.blanks();
    known(year(scan)?, month, first)
}

/// `Jan 12, 2017`.
fn month_first(scan: &mut Scan<'_>) -> Option<Date> {
    let month = month_of(scan.word()?)?;
    scan.any(&['.', '-']);
    scan.blanks();
    let (day, _) = scan.number().filter(|&(_, len)| len <= 2)?;
    if let Some(word) = scan.word() {
        matches!(word, "st" | "nd" | "rd" | "th").then_some(())?;
    }
    scan.any(&[',', '-']);
    scan.blanks();
    known(year(scan)?, month, day)
}

/// A year of four digits, or of two, which mean 1970 to 2069.
fn year(scan: &mut Scan<'_>) -> Option<i32> {
    let (year, len) = scan.number()?;
    let year = i32::try_from(year).ok()?;
    match len {
        2 if year < 70 => Some(2000 + year),
        2 => Some(1900 + year),
        4 if YEARS.contains(&year) => Some(year),
        _ => None,
    }
}

/// Milliseconds since midnight.
fn time(scan: &mut Scan<'_>, after_date: bool) -> Option<u32> {
    let before = *scan;
    let found = clock(scan, after_date).and_then(|(hour, rest)| {
        let hour = match half_of_day(scan) {
            None => hour,
            Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
            Some(_) => return None,
        };
        let millis = hour * 3_600_000 + rest;
        (millis <= 86_400_000).then_some(millis)
    });
    if found.is_none() {
        *scan = before;
    }
    found
}

/// The hour, and the milliseconds within it.
fn clock(scan: &mut Scan<'_>, after_date: bool) -> Option<(u32, u32)> {
    let before = *scan;
    let (hour, len) = scan.number()?;
    if after_date && matches!(len, 4 | 6) {
        *scan = before;
        let (hour, minute) = (scan.exactly(2)?, scan.exactly(2)?);
        let second = if len == 6 { scan.exactly(2)? } else { 0 };
        return within_hour(hour, minute, second, 0);
    }
    let signs: &[char] = if after_date {
        &[':', '.', 'h']
    } else {
        &[':', 'h']
    };
    let sign = scan.any(signs).filter(|_| len <= 2)?;
    let minute = scan.exactly(2)?;
    let (mut second, mut millis) = (0, 0);
    let seconds_follow = *scan;
    if sign != 'h' && scan.any(&[sign]).is_some() {
        match scan.exactly(2) {
            Some(found) => {
                second = found;
                millis = fraction(scan);
            }
            None => *scan = seconds_follow,
        }
    }
    within_hour(hour, minute, second, millis)
}

fn within_hour(hour: u32, minute: u32, second: u32, millis: u32) -> Option<(u32, u32)> {
    let fits = hour <= 24 && minute < 60 && second <= 60;
    fits.then_some((hour, (minute * 60 + second) * 1000 + millis))
}

/// The fraction of a second, to the millisecond; later digits are dropped.
fn fraction(scan: &mut Scan<'_>) -> u32 {
    let before = *scan;
    if scan.any(&['.', ',']).is_none() {
        return 0;
    }
    let digits = scan.digits();
    if digits.is_empty() {
        *scan = before;
        return 0;
    }
    let three = digits.bytes().chain([b'0'; 3]).take(3);
    three.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
}

/// 0 for a.m., 12 for p.m.; words that only say "o'clock" are passed over.
fn half_of_day(scan: &mut Scan<'_>) -> Option<u32> {
    let before = *scan;
    scan.blanks();
    let word = scan.word().unwrap_or_default().to_ascii_lowercase();
    let half = match word.as_str() {
        "am" => Some(0),
        "pm" => Some(12),
        "a" | "p" if scan.any(&['.']).is_some() && scan.word().is_some_and(is_m) => {
            scan.any(&['.']);
            Some(if word == "p" { 12 } else { 0 })
        }
        "uhr" | "uur" | "h" => return None,
        _ => None,
    };
    if half.is_none() {
        *scan = before;
    }
    half
}

fn is_m(word: &str) -> bool {
    word.eq_ignore_ascii_case("m")
}

/// `Z`, `+01:00`, ` CET`, ` (UTC)`, `[Europe/Oslo]` up to the end of the text.
fn zone(scan: &mut Scan<'_>) -> Option<Zone> {
    let rest = scan.rest().trim().trim_matches(['(', ')', '[', ']']);
    let found = Zone::of(rest)?;
    scan.finish();
    Some(found)
}

/// The number of a month's name or short name in English, German, Dutch or French.
fn month_of(word: &str) -> Option<u32> {
    const NAMES: [&[&str]; 12] = [
        &[
            "january", "januar", "jänner", "januari", "janvier", "jan", "janv",
        ],
        &[
            "february", "februar", "februari", "février", "fevrier", "feb", "févr", "fevr", "fév",
        ],
        &[
            "march", "märz", "maerz", "maart", "mars", "mar", "mär", "mrz", "mrt",
        ],
        &["april", "avril", "apr", "avr"],
        &["may", "mai", "mei"],
        &["june", "juni", "juin", "jun"],
        &["july", "juli", "juillet", "jul", "juil"],
        &["august", "augustus", "août", "aout", "aug"],
        &["september", "septembre", "sep", "sept"],
        &["october", "oktober", "octobre", "oct", "okt"],
        &["november", "novembre", "nov"],
        &[
            "december",
            "dezember",
            "décembre",
            "decembre",
            "dec",
            "dez",
            "déc",
        ],
    ];
    let word = word.to_lowercase();
    let index = NAMES
        .iter()
        .position(|names| names.contains(&word.as_str()))?;
    u32::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str, order: DateOrder) -> String {
        let Some(stamp) = parse(text) else {
            return "-".to_owned();
        };
        let zone = stamp.zone.map_or(String::new(), |zone| format!(" {zone}"));
        match (stamp.date, stamp.moment(order)) {
            (None, _) => format!("{} ms{zone}", stamp.time.unwrap()),
            (Some(_), None) => "no such day".to_owned(),
            (Some(_), Some(at)) => format!("{}{zone}", at.format("%Y-%m-%d %H:%M:%S%.f")),
        }
    }

    #[test]
    fn stamps_read_in_many_forms() {
        let table = "
            | 2017-08-31T22:12:00Z       | 2017-08-31 22:12:00 +00:00 |
            | 2017-04-08T13:16:00+01:00  | 2017-04-08 13:16:00 +01:00 |
            | 2017-08-31T22:12:00.250Z   | 2017-08-31 22:12:00.250 +00:00 |
            | 2018/01/12 15:54:00+00     | 2018-01-12 15:54:00 +00:00 |
            | 2017-08-31T00:00:00        | 2017-08-31 00:00:00        |
            | 2017-08-31                 | 2017-08-31 00:00:00        |
            | 20170831T221200Z           | 2017-08-31 22:12:00 +00:00 |
            | 20170831                   | 2017-08-31 00:00:00        |
            | 20170831221205             | 2017-08-31 22:12:05        |
            | 23.08.2017 12:45           | 2017-08-23 12:45:00        |
            | 16.08.17 23:32:00          | 2017-08-16 23:32:00        |
            | 1.2.2017 7:05              | 2017-02-01 07:05:00        |
            | 07/11/2017 09:01 AM        | 2017-11-07 09:01:00        |
            | 07/11/2017 12:01 AM        | 2017-11-07 00:01:00        |
            | 07/11/2017 12:01 PM        | 2017-11-07 12:01:00        |
            | 07/11/2017 2:11 p.m.       | 2017-11-07 14:11:00        |
            | 23-08-2017 12.45           | 2017-08-23 12:45:00        |
            | 23. August 2017, 12:45 Uhr | 2017-08-23 12:45:00        |
            | Mi., 23. Aug. 2017 um 12:45| 2017-08-23 12:45:00        |
            | 3 août 2017 à 8h05         | 2017-08-03 08:05:00        |
            | 12-Jan-17                  | 2017-01-12 00:00:00        |
            | Jan 12, 2017 3:54 PM       | 2017-01-12 15:54:00        |
            | 31.12.2017 24:00           | 2018-01-01 00:00:00        |
            | 31.12.2017 23:59 CET       | 2017-12-31 23:59:00 +01:00 |
            | 31.12.2017 23:59 (UTC)     | 2017-12-31 23:59:00 +00:00 |
            | 31.12.2017 23:59 [Europe/Oslo] | 2017-12-31 23:59:00 Europe/Oslo |
            | 31.12.2017 23:59 UTC+2     | 2017-12-31 23:59:00 +02:00 |
            | 22:12                      | 79920000 ms                |
            | 7:05:09                    | 25509000 ms                |
            | 02/30/2017                 | -                          |
            | 31/12/2017                 | 2017-12-31 00:00:00        |
            | 12/31/2017                 | no such day                |
            | 2017-02-30                 | -                          |
            | 0014-03-02                 | -                          |
            | 12.34                      | -                          |
            | 12,34                      | -                          |
            | 25:00                      | -                          |
            | 12:60                      | -                          |
            | 13:05 PM                   | -                          |
            | DE-8AA-C0079               | -                          |
            | PKC-000001                 | -                          |
            | 1.2.3                      | -                          |
            | May                        | -                          |
            | NA                         | -                          |
        ";
        for line in table.lines().filter(|line| line.contains('|')) {
            let cells: Vec<&str> = line.trim().trim_matches('|').split('|').collect();
            let [text, expected] = cells[..] else {
                panic!("two columns: {line}")
            };
            assert_eq!(
                shown(text.trim(), DateOrder::DayFirst),
                expected.trim(),
                "{text}"
            );
        }
        assert_eq!(
            shown("07/11/2017", DateOrder::MonthFirst),
            "2017-07-11 00:00:00"
        );
    }

    #[test]
    fn dates_say_which_order_they_prove() {
        let proves = |text| parse(text).unwrap().date.unwrap().proves();
        assert_eq!(proves("13/05/2017"), Some(DateOrder::DayFirst));
        assert_eq!(proves("05/13/2017"), Some(DateOrder::MonthFirst));
        assert_eq!(proves("05/06/2017"), None, "both readings exist");
        assert_eq!(proves("2017-05-13"), None, "year first has one reading");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,24}", digits in "[0-9./:TZ +-]{0,24}") {
            let _ = (parse(&text), parse(&digits));
        }

        #[test]
        fn a_written_stamp_reads_back_equal(
            seconds in 0_i64..4_000_000_000, form in 0_usize..6,
        ) {
            let at = chrono::DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
            let (form, order) = [
                ("%Y-%m-%dT%H:%M:%SZ", DateOrder::DayFirst),
                ("%d.%m.%Y %H:%M:%S", DateOrder::DayFirst),
                ("%m/%d/%Y %I:%M:%S %p", DateOrder::MonthFirst),
                ("%d-%b-%Y %H:%M:%S", DateOrder::MonthFirst),
                ("%Y%m%d%H%M%S", DateOrder::DayFirst),
                ("%A, %e. %B %Y, %H:%M:%S", DateOrder::MonthFirst),
            ][form];
            let text = at.format(form).to_string();
            prop_assert_eq!(parse(&text).unwrap().moment(order).unwrap(), at, "{}", text);
        }
    }
}
