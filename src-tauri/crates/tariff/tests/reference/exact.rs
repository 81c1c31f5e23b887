//! Exact rationals and the few operations the reference needs on them.

use domain::{Decimal, RoundingMode};
use num_bigint::BigInt;
use num_rational::BigRational;

/// An exact figure.
pub type Q = BigRational;

/// A whole number.
pub fn whole(n: i64) -> Q {
    Q::from_integer(BigInt::from(n))
}

/// A fraction of whole numbers.
pub fn ratio(above: i64, below: i64) -> Q {
    Q::new(BigInt::from(above), BigInt::from(below))
}

/// A decimal, exactly.
pub fn exact(figure: Decimal) -> Q {
    Q::new(
        BigInt::from(figure.mantissa()),
        power_of_ten(figure.scale()),
    )
}

fn power_of_ten(digits: u32) -> BigInt {
    BigInt::from(10).pow(digits)
}

/// Zero.
pub fn zero() -> Q {
    whole(0)
}

/// Whether a figure is above zero.
pub fn positive(figure: &Q) -> bool {
    *figure > zero()
}

/// The distance of two figures.
pub fn distance(a: &Q, b: &Q) -> Q {
    let difference = a - b;
    if positive(&difference) {
        difference
    } else {
        -difference
    }
}

/// Up to the next multiple of a step; a multiple stays.
pub fn up_to_multiple(figure: &Q, step: u32) -> Q {
    let step = whole(i64::from(step));
    (figure / &step).ceil() * step
}

/// Rounds to so many decimals. `Up` is away from zero and `Down` toward it.
pub fn round(figure: &Q, digits: u32, mode: RoundingMode) -> Q {
    let unit = Q::from_integer(power_of_ten(digits));
    let scaled = figure * &unit;
    let down = scaled.trunc();
    let rest = distance(&scaled, &down);
    let half = ratio(1, 2);
    let is_odd = (&down / whole(2)).fract() != zero();
    let away = match mode {
        RoundingMode::HalfUp => rest >= half,
        RoundingMode::HalfEven => rest > half || (rest == half && is_odd),
        RoundingMode::Up => positive(&rest),
        RoundingMode::Down => false,
    };
    let sign = if scaled < zero() { -1 } else { 1 };
    let rounded = if away { down + whole(sign) } else { down };
    rounded / unit
}
