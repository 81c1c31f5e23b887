//! Figures written as text: decimal signs, thousands marks, currency signs, units, minus signs.
//!
//! Whether `1.234` is a thousand or a little more than one cannot be told from the cell. The
//! column decides ([`evidence`] of its cells), and here a text is read under that decision,
//! strictly: groups must have three digits, or the text is no number. Nothing is guessed twice.

use domain::{Currency, Decimal};
use serde::{Deserialize, Serialize};

use crate::money_sign::currency_of;

/// The sign between whole and fraction. The other one, blanks and apostrophes mark thousands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalSign {
    /// `1,234.56`
    Dot,
    /// `1.234,56`
    Comma,
}

impl DecimalSign {
    /// The sign itself.
    pub fn as_char(self) -> char {
        match self {
            DecimalSign::Dot => '.',
            DecimalSign::Comma => ',',
        }
    }

    /// The other sign.
    pub fn other(self) -> DecimalSign {
        match self {
            DecimalSign::Dot => DecimalSign::Comma,
            DecimalSign::Comma => DecimalSign::Dot,
        }
    }
}

/// What a figure is of, where its cell or heading says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are the units
pub enum Unit {
    WattHour,
    KilowattHour,
    MegawattHour,
    Second,
    Minute,
    Hour,
    Percent,
}

impl Unit {
    /// The unit of a word such as `kWh`, `Std.` or `minuten`; case matters for no unit.
    pub fn of(word: &str) -> Option<Unit> {
        let word = word.trim().trim_end_matches('.').to_lowercase();
        Some(match word.as_str() {
            "wh" | "watt hours" | "wattstunden" => Unit::WattHour,
            "kwh" | "kilowattstunden" | "kilowatt hours" => Unit::KilowattHour,
            "mwh" => Unit::MegawattHour,
            "s" | "sec" | "secs" | "sek" | "second" | "seconds" | "sekunden" | "seconden"
            | "secondes" => Unit::Second,
            "min" | "mins" | "minute" | "minutes" | "minuten" | "minuut" => Unit::Minute,
            "h" | "hr" | "hrs" | "hour" | "hours" | "std" | "stunde" | "stunden" | "uur"
            | "uren" | "heure" | "heures" => Unit::Hour,
            "%" | "percent" | "prozent" | "procent" | "pourcent" => Unit::Percent,
            _ => return None,
        })
    }
}

impl Unit {
    /// Its stable short name.
    pub fn name(self) -> &'static str {
        match self {
            Unit::WattHour => "wh",
            Unit::KilowattHour => "kwh",
            Unit::MegawattHour => "mwh",
            Unit::Second => "second",
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Percent => "percent",
        }
    }
}

/// A figure read from text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// The figure, with as many decimals as were written.
    pub value: Decimal,
    /// The currency beside it, if any.
    pub currency: Option<Currency>,
    /// The unit beside it, if any.
    pub unit: Option<Unit>,
}

/// Why a text is no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotANumber {
    /// It does not have the form of one under this decimal sign.
    Form,
    /// More digits than can be kept exactly (28).
    TooLong,
}

/// Whether a text has only digits and signs between them: no unit or currency stands in it.
pub(crate) fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_digit() || b == b'.' || b == b',')
}

/// A short figure without marks of thousands, minus or words, as most are.
fn short(text: &str, sign: DecimalSign) -> Option<Decimal> {
    /// With fewer digits, a figure fits the number that it is gathered in.
    const MOST: usize = 18;
    let mut digits: i64 = 0;
    let mut decimals = None;
    if text.len() > MOST || !text.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    for byte in text.bytes() {
        if byte.is_ascii_digit() {
            digits = digits * 10 + i64::from(byte - b'0');
            decimals = decimals.map(|count: u32| count + 1);
        } else if char::from(byte) == sign.as_char() && decimals.is_none() {
            decimals = Some(0);
        } else {
            return None;
        }
    }
    let decimals = decimals.unwrap_or(0);
    let ends_in_digit = text.as_bytes().last().is_some_and(u8::is_ascii_digit);
    ends_in_digit.then(|| Decimal::new(digits, decimals))
}

/// Reads a figure: `1.234,56`, `12,34-`, `(3.50)`, `€ -1'000.–`, `12.5 kWh`, `19 %`.
pub fn parse(text: &str, sign: DecimalSign) -> Result<Number, NotANumber> {
    if let Some(value) = short(text, sign) {
        return Ok(Number {
            value,
            currency: None,
            unit: None,
        });
    }
    let parts = Parts::of(text).ok_or(NotANumber::Form)?;
    let mut plain = String::with_capacity(parts.core.len() + 1);
    if parts.negative {
        plain.push('-');
    }
    plain_digits(parts.core, sign, &mut plain).ok_or(NotANumber::Form)?;
    let value = match plain.split_once('E') {
        None => Decimal::from_str_exact(&plain),
        Some(_) => Decimal::from_scientific(&plain),
    };
    let value = value.map_err(|_| NotANumber::TooLong)?;
    Ok(Number {
        value,
        currency: parts.currency,
        unit: parts.unit,
    })
}

/// A text taken apart: the digits with their signs, and what stands around them.
struct Parts<'a> {
    core: &'a str,
    negative: bool,
    currency: Option<Currency>,
    unit: Option<Unit>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Parts<'a>> {
        let first = text.find(|c: char| c.is_ascii_digit())?;
        let last = text.rfind(|c: char| c.is_ascii_digit())?;
        let begins = text[..first]
            .chars()
            .next_back()
            .is_some_and(|c| matches!(c, '.' | ','));
        let start = if begins { first - 1 } else { first };
        let core = &text[start..=last];
        let before = Around::of(&text[..start])?;
        let after = Around::of(without_dash_for_cents(&text[last + 1..]))?;
        let minuses = before.minuses + after.minuses;
        let brackets = before.opened && after.closed;
        if minuses + usize::from(brackets) > 1 || before.closed || after.opened {
            return None;
        }
        if before.opened != after.closed || (before.currency.is_some() && after.currency.is_some())
        {
            return None;
        }
        Some(Parts {
            core,
            negative: minuses == 1 || brackets,
            currency: before.currency.or(after.currency),
            unit: after.unit,
        })
    }
}

/// `12,-` and `12.–`: a dash in the place of cents means none.
fn without_dash_for_cents(after: &str) -> &str {
    let Some(rest) = after.strip_prefix([',', '.']) else {
        return after;
    };
    let dashes = rest.trim_start_matches(['-', '–', '—']);
    if dashes.len() < rest.len() || rest.trim().is_empty() {
        dashes
    } else {
        after
    }
}

/// What stands before or after the digits.
#[derive(Default)]
struct Around {
    minuses: usize,
    opened: bool,
    closed: bool,
    currency: Option<Currency>,
    unit: Option<Unit>,
}

impl Around {
    /// Understands the text beside a figure; `None` where a part of it has no meaning there.
    fn of(text: &str) -> Option<Around> {
        let mut around = Around::default();
        let mut word_start = None;
        for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
            let is_sign = matches!(c, '-' | '−' | '–' | '+' | '(' | ')') || c.is_whitespace();
            if !is_sign {
                word_start = word_start.or(Some(at));
                continue;
            }
            if let Some(start) = word_start.take() {
                around.word(&text[start..at])?;
            }
            match c {
                '-' | '−' | '–' => around.minuses += 1,
                '(' => around.opened = true,
                ')' => around.closed = true,
                _ => {} // plus and blanks say nothing
            }
        }
        Some(around)
    }

    fn word(&mut self, word: &str) -> Option<()> {
        if let Some(unit) = Unit::of(word).filter(|_| self.unit.is_none()) {
            self.unit = Some(unit);
            return Some(());
        }
        let currency = currency_of(word).filter(|_| self.currency.is_none())?;
        self.currency = Some(currency);
        Some(())
    }
}

/// Writes the digits without thousands marks and with a dot; `None` where groups are wrong.
fn plain_digits(core: &str, sign: DecimalSign, out: &mut String) -> Option<()> {
    let (mantissa, exponent) = match core.find(['e', 'E']) {
        Some(at) => (&core[..at], Some(&core[at + 1..])),
        None => (core, None),
    };
    let (whole, fraction) = match mantissa.rsplit_once(sign.as_char()) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    whole_digits(whole, sign.other().as_char(), out)?;
    if let Some(fraction) = fraction {
        let digits = fraction.bytes().all(|b| b.is_ascii_digit()) && !fraction.is_empty();
        out.push('.');
        out.push_str(digits.then_some(fraction)?);
    }
    if let Some(exponent) = exponent {
        exponent.parse::<i8>().ok()?;
        out.push('E');
        out.push_str(exponent);
    }
    Some(())
}

/// The part before the decimal sign: digits, or groups of three after the first.
fn whole_digits(whole: &str, thousands: char, out: &mut String) -> Option<()> {
    if whole.is_empty() {
        out.push('0');
        return Some(());
    }
    let is_mark = |c: char| {
        c == thousands || matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’')
    };
    let mark = whole.chars().find(|&c| is_mark(c));
    let Some(mark) = mark else {
        out.push_str(whole.bytes().all(|b| b.is_ascii_digit()).then_some(whole)?);
        return Some(());
    };
    for (index, group) in whole.split(mark).enumerate() {
        let fits = if index == 0 {
            (1..=3).contains(&group.len())
        } else {
            group.len() == 3
        };
        let digits = group.bytes().all(|b| b.is_ascii_digit());
        out.push_str((fits && digits).then_some(group)?);
    }
    Some(())
}

/// What a figure tells about the decimal sign of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignHint {
    /// It can be read under this sign only.
    Only(DecimalSign),
    /// `1.234` or `1,234`: the sign it has may mark a decimal or thousands.
    Either,
}

/// What the text tells; `None` for a figure without any sign, and for what is no figure.
pub fn evidence(text: &str) -> Option<SignHint> {
    if !text.contains(['.', ',']) {
        return None;
    }
    let dot = parse(text, DecimalSign::Dot).is_ok();
    let comma = parse(text, DecimalSign::Comma).is_ok();
    match (dot, comma) {
        (true, false) => Some(SignHint::Only(DecimalSign::Dot)),
        (false, true) => Some(SignHint::Only(DecimalSign::Comma)),
        (true, true) if leads_with_zero(text) => {
            let sign = if text.contains(',') {
                DecimalSign::Comma
            } else {
                DecimalSign::Dot
            };
            Some(SignHint::Only(sign))
        }
        (true, true) => Some(SignHint::Either),
        (false, false) => None,
    }
}

/// `0,218`: nobody marks thousands of nothing.
fn leads_with_zero(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    digits.starts_with("0.") || digits.starts_with("0,")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn both(text: &str) -> (String, String) {
        let read = |sign| match parse(text, sign) {
            Ok(number) => number.value.to_string(),
            Err(NotANumber::Form) => "-".to_owned(),
            Err(NotANumber::TooLong) => "too long".to_owned(),
        };
        (read(DecimalSign::Dot), read(DecimalSign::Comma))
    }

    #[test]
    fn figures_read_under_each_sign() {
        let table = "
            | text               | dot        | comma      |
            | 12                 | 12         | 12         |
            | 12.34              | 12.34      | -          |
            | 12,34              | -          | 12.34      |
            | 6,00               | -          | 6.00       |
            | 1,234              | 1234       | 1.234      |
            | 1.234              | 1.234      | 1234       |
            | 0,218              | 218        | 0.218      |
            | 1.234,56           | -          | 1234.56    |
            | 1,234.56           | 1234.56    | -          |
            | 12.345.678,9       | -          | 12345678.9 |
            | 136,666,667        | 136666667  | -          |
            | 1'234.50           | 1234.50    | -          |
            | 1 234,50           | -          | 1234.50    |
            | 1\u{202f}234,5     | -          | 1234.5     |
            | 12,34-             | -          | -12.34     |
            | -12.34             | -12.34     | -          |
            | −12.34             | -12.34     | -          |
            | +12.34             | 12.34      | -          |
            | (3.50)             | -3.50      | -          |
            | £6.89              | 6.89       | -          |
            | -£6.89             | -6.89      | -          |
            | £-6.89             | -6.89      | -          |
            | € 1.290,03         | -          | 1290.03    |
            | 12,50 €            | -          | 12.50      |
            | EUR 12,50-         | -          | -12.50     |
            | CHF 12.-           | 12         | 12         |
            | 12,–               | 12         | 12         |
            | 12.5 kWh           | 12.5       | -          |
            | 19 %               | 19         | 19         |
            | .5                 | 0.5        | -          |
            | ,5                 | -          | 0.5        |
            | 1.5E+3             | 1500       | -          |
            | 1,5E-2             | -          | 0.015      |
            | 12,34,56           | -          | -          |
            | 1.23.45            | -          | -          |
            | 12.34.5678         | -          | -          |
            | 1-2                | -          | -          |
            | --5                | -          | -          |
            | (5                 | -          | -          |
            | -(5)               | -          | -          |
            | 5 apples           | -          | -          |
            | 12h30              | -          | -          |
            | n/a                | -          | -          |
            | 2017-08-31         | -          | -          |
            | 10:24              | -          | -          |
            | € 5 EUR            | -          | -          |
            | 79228162514264337593543950336 | too long | too long |
        ";
        for line in table.lines().filter(|line| line.contains('|')).skip(1) {
            let cells: Vec<&str> = line.trim().trim_matches('|').split('|').collect();
            let [text, dot, comma] = cells[..] else {
                panic!("three columns: {line}")
            };
            let (found_dot, found_comma) = both(text.trim_matches(' '));
            let (dot, comma) = (dot.trim(), comma.trim());
            assert_eq!(found_dot, dot, "{text} with a decimal dot");
            assert_eq!(found_comma, comma, "{text} with a decimal comma");
        }
    }

    #[test]
    fn signs_and_units_beside_a_figure_are_kept() {
        let number = parse("£ 6.89", DecimalSign::Dot).unwrap();
        assert_eq!(number.currency.unwrap().code(), "GBP");
        assert_eq!(
            parse("12500 Wh", DecimalSign::Dot).unwrap().unit,
            Some(Unit::WattHour)
        );
        assert_eq!(
            parse("19%", DecimalSign::Dot).unwrap().unit,
            Some(Unit::Percent)
        );
        assert_eq!(
            parse("45 Min.", DecimalSign::Comma).unwrap().unit,
            Some(Unit::Minute)
        );
    }

    #[test]
    fn figures_say_what_they_prove() {
        use DecimalSign::{Comma, Dot};
        for (text, hint) in [
            ("12", None),
            ("n/a", None),
            ("12,34", Some(SignHint::Only(Comma))),
            ("12.3", Some(SignHint::Only(Dot))),
            ("1.234", Some(SignHint::Either)),
            ("1,234", Some(SignHint::Either)),
            ("0,218", Some(SignHint::Only(Comma))),
            ("1.234,5", Some(SignHint::Only(Comma))),
            ("1,234,567", Some(SignHint::Only(Dot))),
            ("1234,567", Some(SignHint::Only(Comma))),
            ("12.34.56", None),
        ] {
            assert_eq!(evidence(text), hint, "{text}");
        }
    }

    /// Writes a figure as people do, to read it back.
    fn written(value: Decimal, sign: DecimalSign, mark: &str, style: u8) -> String {
        let text = value.abs().to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push_str(mark);
            }
            grouped.push(digit);
        }
        if !fraction.is_empty() {
            grouped.push(sign.as_char());
            grouped.push_str(fraction);
        }
        match (value.is_sign_negative(), style % 5) {
            (false, 0) => format!("€ {grouped}"),
            (false, 1) => format!("{grouped} EUR"),
            (false, _) => grouped,
            (true, 0) => format!("{grouped}-"),
            (true, 1) => format!("({grouped})"),
            (true, 2) => format!("€ -{grouped}"),
            (true, 3) => format!("−{grouped} kWh"),
            (true, _) => format!("-{grouped}"),
        }
    }

    proptest! {
        #[test]
        fn a_written_figure_reads_back_equal(
            units in -1_000_000_000_000_i64..1_000_000_000_000, scale in 0_u32..7,
            comma: bool, mark in 0_usize..4, style: u8,
        ) {
            let value = Decimal::new(units, scale);
            let sign = if comma { DecimalSign::Comma } else { DecimalSign::Dot };
            let other = sign.other().as_char().to_string();
            let mark = ["", other.as_str(), " ", "'"][mark];
            let text = written(value, sign, mark, style);
            let read = parse(&text, sign).unwrap();
            prop_assert_eq!(read.value, value, "{}", text);
            prop_assert_eq!(read.value.scale(), scale, "decimals are kept: {}", text);
            if let Some(SignHint::Only(proved)) = evidence(&text) {
                prop_assert_eq!(proved, sign, "{} proves the sign it was written with", text);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,24}") {
            let _ = (parse(&text, DecimalSign::Dot), parse(&text, DecimalSign::Comma));
            let _ = evidence(&text);
        }
    }
}
