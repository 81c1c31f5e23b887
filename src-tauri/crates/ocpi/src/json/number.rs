//! A JSON number's text as an exact decimal, with as many decimals as the sender wrote.

use rust_decimal::Decimal;

/// Decimals that [`Decimal`] can hold, and digits that surely fit its 96 bits.
const DIGITS_MAX: usize = 28;

/// A number read from its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// The value; its scale is the number of decimals in the text (`0.6667` has 4).
    pub(crate) value: Decimal,
    /// Whether digits beyond the 28th were cut off.
    pub(crate) cut: bool,
}

/// The text is a number, but beyond what a [`Decimal`] holds; or it is no number at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberError {
    TooLarge,
    NoNumber,
}

/// Reads a number as nearly all are written: without an exponent, with at most twelve digits, six
/// of them decimals. Such a number needs no further check.
#[inline]
pub(crate) fn plain(text: &str) -> Option<Decimal> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (mantissa, scale) = if digits.len() <= 13 {
        short(digits)?
    } else {
        return None;
    };
    let fits = mantissa < 1_000_000_000_000 && scale <= 6;
    fits.then(|| Decimal::new(if negative { -mantissa } else { mantissa }, scale))
}

/// Reads a number as JSON writes it; leading zeros and a leading `+` are taken as well, because
/// texts that stand where a number is due are read by this function too.
#[inline]
pub(crate) fn read(text: &str) -> Result<Number, NumberError> {
    let bytes = text.as_bytes();
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    };
    match short(digits) {
        Some((mantissa, scale)) => {
            let mantissa = if negative { -mantissa } else { mantissa };
            Ok(Number {
                value: Decimal::new(mantissa, scale),
                cut: false,
            })
        }
        None => long(negative, digits),
    }
}

/// Up to 18 digits without an exponent: nearly every number there is.
#[inline]
fn short(digits: &[u8]) -> Option<(i64, u32)> {
    if digits.len() > 18 || digits.is_empty() {
        return None;
    }
    let (mut mantissa, mut scale, mut point) = (0_i64, 0, false);
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + i64::from(byte - b'0');
                scale += u32::from(point);
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    (digits[0] != b'.' && (!point || scale > 0)).then_some((mantissa, scale))
}

/// Many digits, or an exponent.
fn long(negative: bool, text: &[u8]) -> Result<Number, NumberError> {
    let (mantissa, exponent) = match text.iter().position(|b| matches!(b, b'e' | b'E')) {
        None => (text, 0),
        Some(at) => (&text[..at], exponent(&text[at + 1..])?),
    };
    let (whole, fraction) = match mantissa.iter().position(|b| *b == b'.') {
        None => (mantissa, &[][..]),
        Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
    };
    let point_needs_digits = mantissa.len() > whole.len() && fraction.is_empty();
    let all_digits = whole.iter().chain(fraction).all(u8::is_ascii_digit);
    if whole.is_empty() || point_needs_digits || !all_digits {
        return Err(NumberError::NoNumber);
    }
    let mut digits: Vec<u8> = whole
        .iter()
        .chain(fraction)
        .copied()
        .skip_while(|b| *b == b'0')
        .collect();
    let mut scale = i64::try_from(fraction.len()).map_err(|_| NumberError::TooLarge)? - exponent;
    if digits.is_empty() {
        let scale = u32::try_from(scale.clamp(0, 28)).expect("clamped to 0..=28");
        return Ok(Number {
            value: Decimal::new(0, scale),
            cut: false,
        });
    }
    while scale < 0 && digits.len() <= DIGITS_MAX {
        digits.push(b'0');
        scale += 1;
    }
    let mut cut = false;
    if usize::try_from(scale).is_ok_and(|scale| scale > DIGITS_MAX + digits.len()) {
        return Ok(Number {
            value: Decimal::new(0, 28),
            cut: true,
        });
    }
    while scale > 0 && (digits.len() > DIGITS_MAX || scale > 28) {
        cut |= digits.pop().is_some_and(|digit| digit != b'0');
        scale -= 1;
    }
    if digits.len() > DIGITS_MAX || scale < 0 {
        return Err(NumberError::TooLarge);
    }
    let value = digits
        .iter()
        .fold(0_i128, |sum, digit| sum * 10 + i128::from(digit - b'0'));
    let value = if negative { -value } else { value };
    let scale = u32::try_from(scale).expect("the loops above leave 0..=28");
    let value = Decimal::try_from_i128_with_scale(value, scale);
    Ok(Number {
        value: value.map_err(|_| NumberError::TooLarge)?,
        cut,
    })
}

fn exponent(text: &[u8]) -> Result<i64, NumberError> {
    let text = std::str::from_utf8(text).map_err(|_| NumberError::NoNumber)?;
    let digits = text.trim_start_matches(['+', '-']);
    let signs = text.len() - digits.len();
    if signs > 1 || digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NumberError::NoNumber);
    }
    // Beyond a million either way every mantissa is out of range or zero.
    Ok(text
        .parse::<i64>()
        .unwrap_or(i64::MAX)
        .clamp(-1_000_000, 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_exact_and_keeps_its_decimals() {
        for (text, printed) in [
            ("0", "0"),
            ("0.6667", "0.6667"),
            ("15.0", "15.0"),
            ("-3.50", "-3.50"),
            ("0.1152", "0.1152"),
            ("1e3", "1000"),
            ("6.667e-1", "0.6667"),
            ("1.50E+1", "15.0"),
            ("123456789012345678.9", "123456789012345678.9"),
            ("0.30000000000000004", "0.30000000000000004"),
            (
                "0.0000000000000000000000000001",
                "0.0000000000000000000000000001",
            ),
            ("-0.0", "0.0"),
            ("0e999999999999999999", "0"),
            ("007", "7"),
            ("+2.5", "2.5"),
        ] {
            let number = read(text).unwrap();
            assert_eq!(number.value.to_string(), printed, "{text}");
            assert!(!number.cut, "{text} fits");
        }
    }

    #[test]
    fn what_does_not_fit_is_cut_or_refused() {
        let third = read("0.33333333333333333333333333333333333").unwrap();
        assert_eq!(third.value.to_string(), "0.3333333333333333333333333333");
        assert!(third.cut, "digits were lost");
        assert_eq!(
            read("1e-40"),
            Ok(Number {
                value: Decimal::new(0, 28),
                cut: true
            })
        );
        for large in ["1e29", "1e999999999999", "99999999999999999999999999999"] {
            assert_eq!(read(large), Err(NumberError::TooLarge), "{large}");
        }
        for none in [
            "", "-", ".", "1.", ".5", "1,5", "1.2.3", "e5", "1e", "1e+-2", "0x1f", "NaN",
        ] {
            assert_eq!(read(none), Err(NumberError::NoNumber), "{none}");
        }
    }
}
