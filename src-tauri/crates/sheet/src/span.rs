//! Durations written as text: `1:23:45`, `26:03`, `1h 28m`, `PT1H30M`, `90 min`, `0,05`.

use domain::Decimal;

use crate::cell::Cell;
use crate::number::{self, DecimalSign, Unit};
use crate::scan::Scan;

/// The seconds of a duration cell. A figure without a unit of its own is in `unit`.
pub(crate) fn seconds(cell: &Cell<'_>, sign: DecimalSign, unit: Unit) -> Option<Decimal> {
    match cell {
        Cell::Span(seconds) => Some(*seconds),
        Cell::Number(figure) => of_unit(*figure, unit),
        Cell::Text(text) => parse(text, sign, unit),
        Cell::Empty | Cell::Moment(_) | Cell::Bool(_) | Cell::Fault(_) => None,
    }
}

/// Seconds as hours, to the sixth decimal (3.6 ms).
pub(crate) fn hours(seconds: Decimal) -> Decimal {
    (seconds / Decimal::from(3600)).round_dp(6).normalize()
}

/// A figure of a unit in seconds; `None` for what is no unit of time.
pub(crate) fn of_unit(figure: Decimal, unit: Unit) -> Option<Decimal> {
    let factor = match unit {
        Unit::Second => 1,
        Unit::Minute => 60,
        Unit::Hour => 3600,
        Unit::WattHour | Unit::KilowattHour | Unit::MegawattHour | Unit::Percent => return None,
    };
    figure.checked_mul(Decimal::from(factor))
}

fn parse(text: &str, sign: DecimalSign, unit: Unit) -> Option<Decimal> {
    if let Ok(figure) = number::parse(text, sign) {
        return of_unit(figure.value, figure.unit.unwrap_or(unit));
    }
    colons(text).or_else(|| words(text)).map(Decimal::from)
}

/// `h:mm`, `h:mm:ss` or `d.hh:mm:ss`, hours without limit.
fn colons(text: &str) -> Option<u64> {
    let mut scan = Scan::new(text.trim());
    let (mut hours, _) = scan.number()?;
    if scan.any(&['.']).is_some() {
        hours = hours
            .checked_mul(24)?
            .checked_add(scan.number().filter(|n| n.0 < 24)?.0)?;
    }
    scan.any(&[':'])?;
    let minutes = scan.exactly(2).filter(|&m| m < 60)?;
    let seconds = match scan.any(&[':']) {
        Some(_) => scan.exactly(2).filter(|&s| s < 60)?,
        None => 0,
    };
    if scan.any(&['.']).is_some() {
        scan.digits();
    }
    let whole = u64::from(hours) * 3600 + u64::from(minutes) * 60 + u64::from(seconds);
    scan.is_done().then_some(whole)
}

/// `1h 28m 23s`, `2 Std. 5 Min.`, `PT1H30M`: figures, each with its unit.
fn words(text: &str) -> Option<u64> {
    let text = text.trim();
    let iso = text.strip_prefix(['P', 'p']);
    let mut scan = Scan::new(iso.unwrap_or(text));
    let mut sum: u64 = 0;
    let mut any = false;
    while !scan.is_done() {
        scan.any(&['T', 't', ',']);
        scan.blanks();
        let (figure, _) = scan.number()?;
        scan.blanks();
        let word = if iso.is_some() {
            scan.letter()?
        } else {
            scan.word()?
        };
        let factor = match (Unit::of(word), word.to_ascii_lowercase().as_str()) {
            (Some(Unit::Hour), _) => 3600,
            (Some(Unit::Minute), _) | (None, "m") => 60,
            (Some(Unit::Second), _) => 1,
            (None, "d" | "day" | "days" | "tage" | "tag") => 86_400,
            (Some(_) | None, _) => return None,
        };
        scan.any(&['.']);
        scan.blanks();
        sum = sum.checked_add(u64::from(figure).checked_mul(factor)?)?;
        any = true;
    }
    any.then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_in_many_forms() {
        let cases = [
            ("1:28:23", Some("5303")),
            ("103:05:00", Some("371100")),
            ("0:05", Some("300")),
            ("1.02:03:04", Some("93784")),
            ("1h 28m 23s", Some("5303")),
            ("2 Std. 5 Min.", Some("7500")),
            ("PT1H30M", Some("5400")),
            ("P1DT1H", Some("90000")),
            ("90 min", Some("5400")),
            ("0,05", Some("180.00")),
            ("136,666,667", None),
            ("1:75", None),
            ("NA", None),
        ];
        for (text, expected) in cases {
            let found = parse(text, DecimalSign::Comma, Unit::Hour).map(|s| s.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
        assert_eq!(hours(Decimal::from(5303)).to_string(), "1.473056");
    }
}
