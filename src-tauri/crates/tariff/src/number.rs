//! Exact arithmetic: multiply first, divide once (SEMANTICS 3.6).
//!
//! A price per hour times seconds has no finite decimal form in hours. So amounts are kept as
//! 3600ths of a currency unit until they leave the engine: every product is then exact, and three
//! times five minutes at 1.00 per hour is 0.25 and not 0.2499….

use domain::Decimal;

/// A figure left the range of 28 decimal digits, or was divided by zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutOfRange;

/// The result of exact arithmetic.
pub(crate) type Exact<T> = Result<T, OutOfRange>;

/// Parts of an hour that make amounts of time prices whole.
pub(crate) const SECONDS_PER_HOUR: Decimal = Decimal::from_parts(3600, 0, 0, false, 0);
/// Watt-hours of a kilowatt-hour.
pub(crate) const THOUSAND: Decimal = Decimal::from_parts(1000, 0, 0, false, 0);
/// A percentage of the whole.
pub(crate) const HUNDRED: Decimal = Decimal::from_parts(100, 0, 0, false, 0);

/// The figure as a whole number of its last decimal place, where 64 bits hold it: nearly always.
/// Such figures are added and multiplied as whole numbers, which is as exact and takes less time.
#[inline]
pub(crate) fn small(value: Decimal) -> Option<(i64, u32)> {
    let parts = value.unpack();
    let units = (u64::from(parts.mid) << 32) | u64::from(parts.lo);
    let units = i64::try_from(units).ok().filter(|_| parts.hi == 0)?;
    Some((if parts.negative { -units } else { units }, parts.scale))
}

/// The sum.
#[inline]
pub(crate) fn add(a: Decimal, b: Decimal) -> Exact<Decimal> {
    if a.is_zero() {
        return Ok(b);
    }
    if b.is_zero() {
        return Ok(a);
    }
    if let (Some((units, scale)), Some((others, of_others))) = (small(a), small(b)) {
        let finer = scale.max(of_others);
        let sum = lifted(units, finer - scale)
            .zip(lifted(others, finer - of_others))
            .and_then(|(units, others)| units.checked_add(others));
        if let Some(sum) = sum {
            return Ok(Decimal::new(sum, finer));
        }
    }
    a.checked_add(b).ok_or(OutOfRange)
}

/// So many units as units of a decimal place further down, where they still fit.
#[inline]
pub(crate) fn lifted(units: i64, places: u32) -> Option<i64> {
    if places == 0 {
        Some(units)
    } else {
        units.checked_mul(power_of_ten(places)?)
    }
}

/// Ten to the power of its place.
const POWERS: [i64; 19] = {
    let mut powers = [1; 19];
    let mut place = 1;
    while place < powers.len() {
        powers[place] = powers[place - 1] * 10;
        place += 1;
    }
    powers
};

/// Ten to a power that a whole number of 64 bits holds.
pub(crate) fn power_of_ten(exponent: u32) -> Option<i64> {
    POWERS.get(exponent as usize).copied()
}

/// The difference.
pub(crate) fn sub(a: Decimal, b: Decimal) -> Exact<Decimal> {
    a.checked_sub(b).ok_or(OutOfRange)
}

/// The product.
#[inline]
pub(crate) fn mul(a: Decimal, b: Decimal) -> Exact<Decimal> {
    let product = small(a).zip(small(b)).and_then(|((a, of_a), (b, of_b))| {
        let product = a.checked_mul(b).filter(|product| *product != 0)?;
        (of_a + of_b <= 28).then(|| Decimal::new(product, of_a + of_b))
    });
    match product {
        Some(product) => Ok(product),
        None => a.checked_mul(b).ok_or(OutOfRange),
    }
}

/// The quotient, to 28 digits.
pub(crate) fn div(a: Decimal, b: Decimal) -> Exact<Decimal> {
    a.checked_div(b).ok_or(OutOfRange)
}

/// A 3600th of a figure, without trailing zeros: seconds as hours, and what is paid for them.
///
/// 3600 is 9 times 400, and a 400th is 25 ten-thousandths: what 9 divides has a short 3600th.
pub(crate) fn hours_of(value: Decimal) -> Exact<Decimal> {
    let short = small(value).filter(|(units, scale)| units % 9 == 0 && *scale <= 24);
    let short = short.and_then(|(units, scale)| Some(((units / 9).checked_mul(25)?, scale + 4)));
    match short {
        Some((units, scale)) => Ok(trimmed_small(units, scale)),
        None => div(value, SECONDS_PER_HOUR).map(|hours| hours.normalize()),
    }
}

/// The same figure without trailing zeros.
pub(crate) fn trimmed(value: Decimal) -> Decimal {
    match small(value) {
        Some((units, scale)) => trimmed_small(units, scale),
        None => value.normalize(),
    }
}

fn trimmed_small(mut units: i64, mut scale: u32) -> Decimal {
    if units == 0 {
        return Decimal::ZERO;
    }
    for (zeros, power) in [(4, 10_000), (1, 10)] {
        while scale >= zeros && units % power == 0 {
            (units, scale) = (units / power, scale - zeros);
        }
    }
    Decimal::new(units, scale)
}

/// The sum of two figures of which either may be unknown; then so is the sum.
pub(crate) fn add_known(a: Option<Decimal>, b: Option<Decimal>) -> Exact<Option<Decimal>> {
    match (a, b) {
        (Some(a), Some(b)) => add(a, b).map(Some),
        _ => Ok(None),
    }
}

/// `value` rounded up to the next multiple of `step`.
pub(crate) fn ceil_to(value: Decimal, step: Decimal) -> Exact<Decimal> {
    let rest = value.checked_rem(step).ok_or(OutOfRange)?;
    if rest.is_zero() {
        Ok(value)
    } else {
        add(sub(value, rest)?, step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::figure;
    use proptest::prelude::*;
    use rust_decimal::dec;

    #[test]
    fn a_step_never_lowers_and_lands_on_a_multiple() {
        for (value, step, up) in [
            (dec!(2520), dec!(300), dec!(2700)),
            (dec!(2700), dec!(300), dec!(2700)),
            (dec!(115.2), dec!(1), dec!(116)),
            (dec!(0.0001), dec!(500), dec!(500)),
        ] {
            assert_eq!(
                ceil_to(value, step),
                Ok(up),
                "{value} in blocks of {step} is {up}"
            );
        }
    }

    #[test]
    fn a_sum_with_an_unknown_is_unknown() {
        assert_eq!(add_known(Some(dec!(1)), None), Ok(None));
        assert_eq!(add_known(Some(dec!(1)), Some(dec!(2))), Ok(Some(dec!(3))));
    }

    #[test]
    fn a_3600th_is_what_division_gives() {
        let (mut units, mut scale) = (1_i64, 0);
        for round in 0..4_000 {
            let value = Decimal::new(units, scale);
            let divided = (value / SECONDS_PER_HOUR).normalize();
            assert_eq!(hours_of(value), Ok(divided), "{value}");
            let shown = hours_of(value).map(|hours| hours.to_string());
            assert_eq!(shown, Ok(divided.to_string()), "without trailing zeros");
            let plain = value.normalize();
            assert_eq!(trimmed(value).to_string(), plain.to_string(), "{value}");
            units = units.wrapping_mul(-7_046_029_254_386_353_131) >> (round % 50);
            units -= units % [1, 9, 36, 3600][round % 4];
            scale = (scale + 5) % 29;
        }
    }

    proptest! {
        #[test]
        fn sums_and_products_are_those_of_decimals(a in figure(), b in figure()) {
            prop_assert_eq!(add(a, b), a.checked_add(b).ok_or(OutOfRange));
            prop_assert_eq!(mul(a, b), a.checked_mul(b).ok_or(OutOfRange));
            let shown = |figure: Exact<Decimal>| figure.map(|figure| figure.to_string());
            prop_assert_eq!(shown(add(a, b)), shown(a.checked_add(b).ok_or(OutOfRange)));
        }
    }

    #[test]
    fn what_does_not_fit_is_said_not_hidden() {
        assert_eq!(add(Decimal::MAX, Decimal::MAX), Err(OutOfRange));
        assert_eq!(mul(Decimal::MAX, dec!(2)), Err(OutOfRange));
        assert_eq!(div(dec!(1), dec!(0)), Err(OutOfRange));
        assert_eq!(ceil_to(dec!(1), dec!(0)), Err(OutOfRange));
    }
}
