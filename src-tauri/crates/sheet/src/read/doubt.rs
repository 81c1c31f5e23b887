//! Damage that is known from real files, and the reading that was perhaps meant.
//!
//! Nothing here is ever read in place of what is written: it goes into findings, beside it.

use chrono::NaiveDate;
use domain::Decimal;

use crate::cell::Cell;
use crate::date::{self, Date, DateOrder};

/// No session lasts longer, in hours: more than a year.
pub(super) const LONGEST_HOURS: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);
/// No session draws more, in kWh: a lorry takes some hundreds.
pub(super) const MOST_KWH: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);

/// The digits of `136,666,667`: groups of three with one sign between all of them.
///
/// A spreadsheet writes so what was 0.136666667, when it takes the decimal dot for a mark of
/// thousands: dot and leading zeros are lost. A plain number of that size is the same, typed.
pub(super) fn lost_decimals(cell: &Cell<'_>) -> Option<Decimal> {
    let digits = match cell {
        Cell::Number(number) if number.is_integer() => number.normalize().to_string(),
        Cell::Text(text) => in_groups(text)?,
        Cell::Empty
        | Cell::Number(_)
        | Cell::Moment(_)
        | Cell::Span(_)
        | Cell::Bool(_)
        | Cell::Fault(_) => return None,
    };
    let fits = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| digits.parse().ok()).flatten()
}

fn in_groups(text: &str) -> Option<String> {
    let sign = text.chars().find(|c| matches!(c, ',' | '.'))?;
    let groups: Vec<&str> = text.trim().split(sign).collect();
    let (first, rest) = groups.split_first()?;
    let fits = (1..=3).contains(&first.len()) && rest.len() > 1;
    (fits && rest.iter().all(|group| group.len() == 3)).then(|| groups.concat())
}

/// Where the decimal sign stood, such that the duration is the one that the clocks show.
pub(super) fn by_clocks(digits: Decimal, unit_seconds: Decimal, clocks_s: i64) -> Option<Decimal> {
    let near = |seconds: Decimal| (seconds - Decimal::from(clocks_s)).abs() <= Decimal::from(120);
    (3..=14)
        .filter_map(|places| digits.checked_mul(Decimal::new(1, places)))
        .find(|figure| figure.checked_mul(unit_seconds).is_some_and(near))
        .map(|figure| figure.normalize())
}

/// With nine decimals, as many as programs mostly write: `136,666,667` as 0.136666667.
pub(super) fn with_nine_decimals(digits: Decimal) -> Option<Decimal> {
    digits
        .checked_mul(Decimal::new(1, 9))
        .map(|figure| figure.normalize())
}

/// The date that a text was perhaps meant to be, which is none as it stands: `0014-03-02` and
/// `02.03.0014`, whose year lost its century, and `05/13/2017` where the day comes first.
pub(super) fn meant_date(text: &str, order: DateOrder) -> Option<String> {
    let swapped = || {
        let date = date::parse(text)?.date?;
        date.resolve(other(order)).map(|day| day.to_string())
    };
    with_century(text).or_else(swapped)
}

fn with_century(text: &str) -> Option<String> {
    let text = text.trim();
    let is_digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let years = text.match_indices("00").map(|(at, _)| at).filter(|&at| {
        let alone = at == 0 || !is_digit(at - 1);
        alone && is_digit(at + 2) && is_digit(at + 3) && !is_digit(at + 4)
    });
    let mut mended = years.map(|at| format!("{}20{}", &text[..at], &text[at + 2..]));
    mended.find(|mended| date::parse(mended).is_some())
}

/// The same date read in the other order, where it is another day.
pub(super) fn other_order(cell: &Cell<'_>, order: DateOrder) -> Option<NaiveDate> {
    let date = date::parse(cell.text()?)?.date?;
    match date {
        Date::Known(_) => None,
        Date::Numeric { first, second, .. } if first == second => None,
        Date::Numeric { .. } => date.resolve(other(order)),
    }
}

fn other(order: DateOrder) -> DateOrder {
    match order {
        DateOrder::DayFirst => DateOrder::MonthFirst,
        DateOrder::MonthFirst => DateOrder::DayFirst,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_decimals_are_known_by_their_groups() {
        for (text, digits) in [
            ("136,666,667", Some("136666667")),
            ("4.066.666.667", Some("4066666667")),
            ("1,234", None),
            ("1,234.567", None),
            ("1,23,456", None),
            ("1,234,567 kWh", None),
            ("12345678", None),
        ] {
            let found = lost_decimals(&Cell::Text(text)).map(|digits| digits.to_string());
            assert_eq!(found.as_deref(), digits, "{text}");
        }
        let hour = Decimal::from(3600);
        let meant = |digits: i64, clocks| by_clocks(digits.into(), hour, clocks);
        assert_eq!(
            meant(136_666_667, 8 * 60).unwrap().to_string(),
            "0.136666667"
        );
        assert_eq!(
            meant(136_666_667, 49_200).unwrap().to_string(),
            "13.6666667"
        );
        assert_eq!(
            meant(136_666_667, 20_000),
            None,
            "the clocks show something else"
        );
    }

    #[test]
    fn dates_that_are_none_have_a_meant_one() {
        use DateOrder::{DayFirst, MonthFirst};
        for (text, order, meant) in [
            ("0014-03-02", DayFirst, Some("2014-03-02")),
            (
                "0014-03-02T08:00:00Z",
                DayFirst,
                Some("2014-03-02T08:00:00Z"),
            ),
            ("02.03.0014 08:00", DayFirst, Some("02.03.2014 08:00")),
            ("05/13/2017", DayFirst, Some("2017-05-13")),
            ("13/05/2017", MonthFirst, Some("2017-05-13")),
            ("2017-02-30", DayFirst, None),
            ("soon", DayFirst, None),
        ] {
            assert_eq!(meant_date(text, order).as_deref(), meant, "{text}");
        }
    }
}
