//! One cell, and the border where a spreadsheet's floats become exact decimals.
//!
//! A spreadsheet keeps numbers as binary floats and shows at most 15 significant digits of them.
//! A figure is read as the shortest decimal text of the float; where that has more than 15 digits
//! (`8.220000000000001`), the rest is noise of binary arithmetic that no spreadsheet program
//! shows, and the figure is read as the 15 digits (`8.22`).

use calamine::{CellErrorType, ExcelDateTime};
use chrono::{Duration, NaiveDate, NaiveDateTime};
use rust_decimal::{Decimal, RoundingStrategy};

/// What stands in a cell. Text is borrowed from the sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing, or only blanks.
    Empty,
    /// Text, as written, without blanks around it. Every filled cell of a text file is text.
    Text(&'a str),
    /// A number.
    Number(Decimal),
    /// A date, with its time of day, on an unnamed wall clock.
    Moment(NaiveDateTime),
    /// A duration or a time of day, in seconds.
    Span(Decimal),
    /// Yes or no.
    Bool(bool),
    /// A formula that failed, e.g. `#N/A`.
    Fault(&'static str),
}

impl Cell<'_> {
    /// The text of a text cell.
    pub fn text(&self) -> Option<&str> {
        match self {
            Cell::Text(text) => Some(text),
            Cell::Empty
            | Cell::Number(_)
            | Cell::Moment(_)
            | Cell::Span(_)
            | Cell::Bool(_)
            | Cell::Fault(_) => None,
        }
    }

    /// The cell as a person would write it down; dates as ISO, durations as h:mm:ss.
    pub fn shown(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) | Cell::Fault(text) => (*text).to_owned(),
            Cell::Number(number) => number.normalize().to_string(),
            // As ISO has it, which is how such a value shows itself for debugging.
            Cell::Moment(at) => format!("{at:?}"),
            Cell::Span(seconds) => shown_span(*seconds),
            Cell::Bool(value) => value.to_string(),
        }
    }

    /// Whether the cell says that there is no value: empty, a failed formula, or a word for it.
    pub fn is_absent(&self) -> bool {
        match self {
            Cell::Empty | Cell::Fault(_) => true,
            Cell::Text(text) => is_no_value(text),
            Cell::Number(_) | Cell::Moment(_) | Cell::Span(_) | Cell::Bool(_) => false,
        }
    }
}

/// Words by which programs say that there is no value.
fn is_no_value(text: &str) -> bool {
    const WORDS: [&str; 14] = [
        "", "na", "n/a", "#n/a", "#na", "null", "none", "nil", "nan", "-", "--", "?", "k.a.",
        "n.v.t.",
    ];
    text.len() <= 6
        && WORDS
            .iter()
            .any(|word| text.trim().eq_ignore_ascii_case(word))
}

fn shown_span(seconds: Decimal) -> String {
    let whole = i64::try_from(seconds.trunc()).unwrap_or(i64::MAX);
    let sign = if seconds.is_sign_negative() { "-" } else { "" };
    let whole = whole.unsigned_abs();
    format!(
        "{sign}{}:{:02}:{:02}",
        whole / 3600,
        whole / 60 % 60,
        whole % 60
    )
}

/// A float as a decimal: its shortest text, at most 15 digits. `None` beyond what fits.
pub(crate) fn decimal(float: f64) -> Option<Decimal> {
    let short = format!("{float:e}");
    let digits = short
        .bytes()
        .take_while(|&b| b != b'e')
        .filter(u8::is_ascii_digit)
        .count();
    let text = if digits > 15 {
        format!("{float:.14e}")
    } else {
        short
    };
    let value = Decimal::from_scientific(&text).ok()?;
    Some(if digits > 15 {
        value.normalize()
    } else {
        value
    })
}

/// The number that an xlsx holds as text: in a date format a moment or duration.
///
/// `None` where it is no number, or one too large for a figure.
pub(crate) fn number_in(text: &str, dated: Option<Dated>, is_1904: bool) -> Option<Cell<'static>> {
    let text = text.trim();
    let Some(dated) = dated else {
        let short = plain_number(text, 15);
        return short
            .or_else(|| decimal(text.parse().ok()?))
            .map(Cell::Number);
    };
    // To the millisecond its digits say what its float says.
    let days = plain_number(text, 18).or_else(|| decimal(text.parse().ok()?))?;
    of_days(days, dated == Dated::Span, is_1904)
}

/// A figure as the float that reads back as that figure; `None` where there is none.
pub(crate) fn float(value: Decimal) -> Option<f64> {
    let float: f64 = value.to_string().parse().ok()?;
    (decimal(float) == Some(value)).then_some(float)
}

/// The serial day number of a moment from March 1900 on, when the calendars agree.
pub(crate) fn serial_of(at: NaiveDateTime) -> Option<f64> {
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_hms_opt(0, 0, 0)?;
    let millis = Decimal::from((at - epoch).num_milliseconds());
    let days = millis.checked_div(Decimal::from(86_400_000))?;
    let is_ours = days >= Decimal::from(61);
    is_ours.then(|| days.to_string().parse().ok()).flatten()
}

/// Seconds as days.
pub(crate) fn days_of(seconds: Decimal) -> Option<f64> {
    let days = seconds.checked_div(Decimal::from(86_400))?;
    days.to_string().parse().ok()
}

/// A number of at most so many digits (18 at most) without an exponent. One of at most 15 is its
/// float's shortest text: no float is needed for it.
fn plain_number(text: &str, most: usize) -> Option<Decimal> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let fraction = fraction.trim_end_matches('0');
    let all = whole.bytes().chain(fraction.bytes());
    let is_number = !whole.is_empty() && whole.len() + fraction.len() <= most;
    if !is_number || !all.clone().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut value = all.fold(0, |value: i64, digit| value * 10 + i64::from(digit - b'0'));
    if value == 0 {
        return None;
    }
    if negative {
        value = -value;
    }
    Some(Decimal::new(value, u32::try_from(fraction.len()).ok()?))
}

/// What the number format of a cell makes of its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dated {
    /// A date, a time of day, or both.
    Moment,
    /// A duration: `[h]:mm`.
    Span,
}

/// A date cell: a moment, or a time of day or duration where the serial has no day.
///
/// Serials count days from 1899-12-30 (from 1904-01-01 in workbooks of the 1904 system). They
/// resolve to microseconds; times are read to the millisecond, and to the second where that is
/// what the serial's last digits try to say.
pub(crate) fn dated(value: &ExcelDateTime, is_1904: bool) -> Option<Cell<'static>> {
    of_days(decimal(value.as_f64())?, value.is_duration(), is_1904)
}

/// The moment or duration of a serial day number.
fn of_days(days: Decimal, is_span: bool, is_1904: bool) -> Option<Cell<'static>> {
    if is_span || (days >= Decimal::ZERO && days < Decimal::ONE) {
        let millis = to_millis(days)?;
        return Some(Cell::Span(Decimal::new(millis, 3).normalize()));
    }
    serial_moment(days, is_1904).map(Cell::Moment)
}

/// The moment of a serial day number.
pub(crate) fn serial_moment(days: Decimal, is_1904: bool) -> Option<NaiveDateTime> {
    let millis = to_millis(days)?;
    let epoch = if is_1904 {
        NaiveDate::from_ymd_opt(1904, 1, 1)
    } else if days < Decimal::from(60) {
        // Before the 29 February 1900 that Excel believes in.
        NaiveDate::from_ymd_opt(1899, 12, 31)
    } else {
        NaiveDate::from_ymd_opt(1899, 12, 30)
    }?;
    let span = Duration::try_milliseconds(millis)?;
    let at = epoch.and_hms_opt(0, 0, 0)?.checked_add_signed(span)?;
    let limits = NaiveDate::from_ymd_opt(1, 1, 1)?..NaiveDate::from_ymd_opt(10_000, 1, 1)?;
    limits.contains(&at.date()).then_some(at)
}

/// Days as whole milliseconds; those within 5 ms of a second as that second.
fn to_millis(days: Decimal) -> Option<i64> {
    let exact = days.checked_mul(Decimal::from(86_400_000))?;
    let millis =
        i64::try_from(exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero))
            .ok()?;
    let rest = millis.rem_euclid(1000);
    Some(match rest {
        0..=5 => millis - rest,
        995..=999 => millis + (1000 - rest),
        _ => millis,
    })
}

/// The sign a failed formula shows.
pub(crate) fn fault(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#GETTING_DATA",
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn floats_become_the_figure_that_was_meant() {
        for (kept, meant) in [
            ("8.220000000000001", "8.22"),
            ("0.07000000000000001", "0.07"),
            ("0.94", "0.94"),
            ("0.9399999999999999", "0.94"),
            ("21.66", "21.66"),
            ("-12.42", "-12.42"),
            ("34", "34"),
            ("0", "0"),
            ("43047.59027777778", "43047.5902777778"),
            ("123456789012.345", "123456789012.345"),
            ("1e-7", "0.0000001"),
        ] {
            let float: f64 = kept.parse().unwrap();
            assert_eq!(decimal(float).unwrap().to_string(), meant, "{kept}");
        }
        for beyond in [f64::NAN, f64::INFINITY, 1e40] {
            assert_eq!(decimal(beyond), None, "{beyond} is no figure");
        }
    }

    #[test]
    fn short_numbers_are_read_as_their_floats_are() {
        for text in [
            "1",
            "100",
            "-12.42",
            "0.5",
            "0.10",
            "123456789012345",
            "12345678901234.5",
            "007",
            "0.00000000000001",
            "34.50",
            "1200.0",
        ] {
            let float: f64 = text.parse().unwrap();
            let (short, long) = (plain_number(text, 15), decimal(float));
            assert_eq!(
                short.map(|n| n.to_string()),
                long.map(|n| n.to_string()),
                "{text}"
            );
        }
        for text in [
            "",
            "-",
            ".",
            ".5",
            "1e5",
            "1.2.3",
            "0",
            "-0.0",
            "1234567890123456",
            "x",
            "٣",
        ] {
            assert_eq!(plain_number(text, 15), None, "{text}");
        }
    }

    #[test]
    fn long_serials_are_read_as_their_floats_are() {
        for minute in 0..5_000 {
            let days = Decimal::from(46_267) + Decimal::from(minute) / Decimal::from(1_440);
            let float: f64 = days.to_string().parse().unwrap();
            let value = ExcelDateTime::new(float, ExcelDateTimeType::DateTime, false);
            let text = format!("{float}");
            let read = number_in(&text, Some(Dated::Moment), false);
            assert_eq!(read, dated(&value, false), "{text}");
        }
    }

    #[test]
    fn serials_become_moments_in_both_date_systems() {
        let at = |days: f64, is_1904| {
            let value = ExcelDateTime::new(days, ExcelDateTimeType::DateTime, is_1904);
            dated(&value, is_1904).unwrap().shown()
        };
        assert_eq!(at(43_047.590_277_777_78, false), "2017-11-08T14:10:00");
        assert_eq!(
            at(41_585.590_277_777_78, true),
            "2017-11-08T14:10:00",
            "1462 days apart"
        );
        assert_eq!(at(1.0, false), "1900-01-01T00:00:00");
        assert_eq!(at(61.0, false), "1900-03-01T00:00:00");
        assert_eq!(
            at(45_943.541, false),
            "2025-10-13T12:59:02.400",
            "milliseconds are kept"
        );
        assert_eq!(
            at(0.5, false),
            "12:00:00",
            "a serial without a day is a time"
        );
        let long = ExcelDateTime::new(1.25, ExcelDateTimeType::TimeDelta, false);
        assert_eq!(
            dated(&long, false).unwrap().shown(),
            "30:00:00",
            "durations pass 24 hours"
        );
    }
}
