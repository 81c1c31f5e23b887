//! Millionths: the form in which amounts, kWh and their sums stand in the book.

use std::fmt;

use domain::Decimal;
use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};

/// A whole number of millionths of a unit (euro, kWh).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Micro(pub i64);

impl Micro {
    /// Nothing.
    pub const ZERO: Micro = Micro(0);

    /// The nearest millionth, halves away from zero; `None` beyond ±9.2 · 10¹² units. Reading
    /// reports more than six decimals as `too_many_decimals`; the record's own text is kept.
    pub fn from_decimal(value: Decimal) -> Option<Micro> {
        let strategy = domain::policy::Rounding {
            stage: domain::RoundingStage::PerTotal,
            digits: 6,
            mode: domain::RoundingMode::HalfUp,
        };
        let rounded = if value.scale() > 6 {
            strategy.apply(value)
        } else {
            value
        };
        let factor = 10_i128.pow(6 - rounded.scale().min(6));
        i64::try_from(rounded.mantissa().checked_mul(factor)?)
            .ok()
            .map(Micro)
    }

    /// The exact value.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 6)
    }
}

impl fmt::Display for Micro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(i128::from(self.0)))
    }
}

impl ToSql for Micro {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.into())
    }
}

impl FromSql for Micro {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Micro)
    }
}

/// Decimal text of a sum of millionths: no trailing zeros, at least the digits before the point.
pub fn text(sum_e6: i128) -> String {
    let (sign, size) = (if sum_e6 < 0 { "-" } else { "" }, sum_e6.unsigned_abs());
    let (whole, rest) = (size / 1_000_000, size % 1_000_000);
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{rest:06}");
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millionths_are_exact_and_print_as_people_write() {
        for (decimal, e6, printed) in [
            ("0", 0, "0"),
            ("-0.5", -500_000, "-0.5"),
            ("12.3456", 12_345_600, "12.3456"),
            ("1.0000005", 1_000_001, "1.000001"),
            ("-1.0000005", -1_000_001, "-1.000001"),
            ("9223372036854.775807", i64::MAX, "9223372036854.775807"),
        ] {
            let micro = Micro::from_decimal(decimal.parse().unwrap()).unwrap();
            assert_eq!(
                (micro.0, micro.to_string().as_str()),
                (e6, printed),
                "{decimal}"
            );
        }
        assert_eq!(
            Micro::from_decimal("9223372036854.775808".parse().unwrap()),
            None
        );
    }
}
