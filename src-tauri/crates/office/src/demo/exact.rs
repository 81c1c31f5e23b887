//! Amounts of the demo data in whole numbers, so that they depend on no pricing engine.
//!
//! Prices have four decimals, energy is in whole watt-hours and time in whole seconds. In units of
//! 1/90,000,000,000 of the currency every product of them is a whole number.

use std::ops::Add;

/// Units of an [`Exact`] per currency unit: 9 × 10¹⁰ holds 1/3600 of 10⁻⁴ and 1/1000 of it.
const UNIT: i128 = 90_000_000_000;

/// An exact amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Exact(i128);

/// How a sender rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Half away from zero.
    HalfUp,
    /// Toward zero.
    Cut,
}

impl Exact {
    /// Nothing.
    pub(super) const ZERO: Exact = Exact(0);

    /// A price charged once.
    pub(super) fn once(price_e4: i64) -> Self {
        Exact(i128::from(price_e4) * (UNIT / 10_000))
    }

    /// A price per kWh on watt-hours.
    pub(super) fn energy(price_e4: i64, wh: i64) -> Self {
        Exact(i128::from(price_e4) * i128::from(wh) * (UNIT / 10_000_000))
    }

    /// A price per hour on seconds.
    pub(super) fn time(price_e4: i64, seconds: i64) -> Self {
        Exact(i128::from(price_e4) * i128::from(seconds) * (UNIT / 36_000_000))
    }

    /// This many percent of it; what does not divide is cut.
    pub(super) fn percent(self, percent: i64) -> Self {
        Exact(self.0 * i128::from(percent) / 100)
    }

    /// The same with the sign turned.
    pub(super) fn negated(self) -> Self {
        Exact(-self.0)
    }

    /// The net amount as JSON number text with at most `digits` decimals.
    pub(super) fn net(self, digits: u32, how: How) -> String {
        text(round(self.0, UNIT, digits, how), digits)
    }

    /// The gross amount, computed from the exact net, likewise.
    pub(super) fn gross(self, vat_permille: i64, digits: u32, how: How) -> String {
        let taxed = self.0 * i128::from(1000 + vat_permille);
        text(round(taxed, UNIT * 1000, digits, how), digits)
    }

    /// Rounded gross less rounded net: the tax as it is stated beside the two.
    pub(super) fn tax(self, vat_permille: i64, digits: u32, how: How) -> String {
        let taxed = self.0 * i128::from(1000 + vat_permille);
        let gross = round(taxed, UNIT * 1000, digits, how);
        text(gross - round(self.0, UNIT, digits, how), digits)
    }
}

impl Add for Exact {
    type Output = Exact;

    fn add(self, other: Exact) -> Exact {
        Exact(self.0 + other.0)
    }
}

impl std::iter::Sum for Exact {
    fn sum<I: Iterator<Item = Exact>>(amounts: I) -> Exact {
        amounts.fold(Exact::ZERO, Add::add)
    }
}

/// `units / scale` as a whole number of 10^-`digits`.
fn round(units: i128, scale: i128, digits: u32, how: How) -> i128 {
    let scaled = units.abs() * 10_i128.pow(digits);
    let up = match how {
        How::HalfUp => scaled % scale * 2 >= scale,
        How::Cut => false,
    };
    (scaled / scale + i128::from(up)) * units.signum()
}

/// A whole number of 10^-`digits` as decimal text without needless zeros.
pub(super) fn text(value: i128, digits: u32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let one = 10_u128.pow(digits);
    let (whole, part) = (value.unsigned_abs() / one, value.unsigned_abs() % one);
    let padded = format!("{part:0width$}", width = digits as usize);
    match padded.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        decimals => format!("{sign}{whole}.{decimals}"),
    }
}

/// Watt-hours as kWh.
pub(super) fn kwh(wh: i64) -> String {
    text(i128::from(wh), 3)
}

/// Seconds as hours with four decimals, as OCPI writes volumes.
pub(super) fn hours(seconds: i64) -> String {
    text(round(i128::from(seconds), 3600, 4, How::HalfUp), 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_come_out_to_the_last_digit() {
        let sum = Exact::energy(4900, 9_871) + Exact::time(24_750, 600) + Exact::once(5000);
        assert_eq!(sum.net(7, How::HalfUp), "5.74929");
        assert_eq!(sum.net(4, How::HalfUp), "5.7493");
        assert_eq!(sum.net(2, How::Cut), "5.74");
        assert_eq!(
            sum.gross(190, 2, How::HalfUp),
            "6.84",
            "5.74929 × 1.19 = 6.8416551"
        );
        assert_eq!(sum.tax(190, 2, How::HalfUp), "1.09", "6.84 − 5.75");
        assert_eq!(sum.negated().net(2, How::HalfUp), "-5.75");
    }

    #[test]
    fn texts_have_no_needless_zeros() {
        let cases = [
            (0, 3, "0"),
            (1500, 3, "1.5"),
            (-20, 2, "-0.2"),
            (7, 4, "0.0007"),
            (12, 0, "12"),
        ];
        for (value, digits, expected) in cases {
            assert_eq!(text(value, digits), expected);
        }
        assert_eq!(kwh(81_729), "81.729");
        assert_eq!(hours(2400), "0.6667");
    }
}
