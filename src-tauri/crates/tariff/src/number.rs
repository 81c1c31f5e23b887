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

/// The sum.
pub(crate) fn add(a: Decimal, b: Decimal) -> Exact<Decimal> {
    a.checked_add(b).ok_or(OutOfRange)
}

/// The difference.
pub(crate) fn sub(a: Decimal, b: Decimal) -> Exact<Decimal> {
    a.checked_sub(b).ok_or(OutOfRange)
}

/// The product.
pub(crate) fn mul(a: Decimal, b: Decimal) -> Exact<Decimal> {
    a.checked_mul(b).ok_or(OutOfRange)
}

/// The quotient, to 28 digits.
pub(crate) fn div(a: Decimal, b: Decimal) -> Exact<Decimal> {
    a.checked_div(b).ok_or(OutOfRange)
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
    fn what_does_not_fit_is_said_not_hidden() {
        assert_eq!(add(Decimal::MAX, Decimal::MAX), Err(OutOfRange));
        assert_eq!(mul(Decimal::MAX, dec!(2)), Err(OutOfRange));
        assert_eq!(div(dec!(1), dec!(0)), Err(OutOfRange));
        assert_eq!(ceil_to(dec!(1), dec!(0)), Err(OutOfRange));
    }
}
