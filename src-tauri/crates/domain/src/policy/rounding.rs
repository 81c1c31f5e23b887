//! Where and how amounts are rounded (SEMANTICS 3.12).

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::switch::{UnknownReading, reading};

reading! {
    /// Where in the computation amounts are rounded. The default is the totals only.
    RoundingStage = "rounding.stage" {
        /// The totals only.
        PerTotal = "per_total",
        /// Never.
        None = "none",
        /// Each period's cost.
        PerPeriod = "per_period",
        /// Each priced line.
        PerLine = "per_line",
        /// Each dimension's sum.
        PerDimension = "per_dimension",
    }
}
reading! {
    /// How a half is rounded. `HalfUp` is away from zero: 0.005 → 0.01, −0.005 → −0.01.
    RoundingMode = "rounding.mode" {
        /// Half away from zero.
        HalfUp = "half_up",
        /// Half to the even digit.
        HalfEven = "half_even",
        /// Away from zero.
        Up = "up",
        /// Toward zero.
        Down = "down",
    }
}

/// One rounding rule; as text `per_total,4,half_up`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rounding {
    /// Where.
    pub stage: RoundingStage,
    /// To how many decimals.
    pub digits: u8,
    /// How a half goes.
    pub mode: RoundingMode,
}

/// Most decimals an amount can be rounded to: those the book keeps.
const DIGITS_MAX: u8 = 6;

impl Rounding {
    /// Totals to four decimals, half up.
    pub const STANDARD: Rounding = Rounding {
        stage: RoundingStage::PerTotal,
        digits: 4,
        mode: RoundingMode::HalfUp,
    };

    /// Rounds one amount. The only place where an amount of a replay loses digits.
    pub fn apply(self, amount: Decimal) -> Decimal {
        if amount.scale() <= u32::from(self.digits) {
            return amount;
        }
        let strategy = match self.mode {
            RoundingMode::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            RoundingMode::HalfEven => RoundingStrategy::MidpointNearestEven,
            RoundingMode::Up => RoundingStrategy::AwayFromZero,
            RoundingMode::Down => RoundingStrategy::ToZero,
        };
        amount.round_dp_with_strategy(u32::from(self.digits), strategy)
    }
}

impl Default for Rounding {
    fn default() -> Self {
        Rounding::STANDARD
    }
}

impl fmt::Display for Rounding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (stage, mode) = (self.stage.as_str(), self.mode.as_str());
        write!(f, "{stage},{},{mode}", self.digits)
    }
}

impl FromStr for Rounding {
    type Err = UnknownReading;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownReading {
            switch: "rounding".to_owned(),
            reading: text.to_owned(),
            known: vec!["stage,digits,mode such as per_total,4,half_up"],
        };
        let plain = text.trim().trim_start_matches('{').trim_end_matches('}');
        let words: Vec<&str> = plain.split([',', '/']).map(str::trim).collect();
        let [stage, digits, mode] = words[..] else {
            return Err(unknown());
        };
        let digits: u8 = digits.parse().map_err(|_| unknown())?;
        if digits > DIGITS_MAX {
            return Err(unknown());
        }
        Ok(Rounding {
            stage: stage.parse()?,
            digits,
            mode: mode.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    #[test]
    fn halves_go_where_the_mode_says() {
        let round = |mode, amount| {
            Rounding {
                stage: RoundingStage::PerTotal,
                digits: 2,
                mode,
            }
            .apply(amount)
        };
        assert_eq!(round(RoundingMode::HalfUp, dec!(5.125)), dec!(5.13));
        assert_eq!(round(RoundingMode::HalfUp, dec!(-0.005)), dec!(-0.01));
        assert_eq!(round(RoundingMode::HalfEven, dec!(5.125)), dec!(5.12));
        assert_eq!(round(RoundingMode::Up, dec!(0.001)), dec!(0.01));
        assert_eq!(round(RoundingMode::Down, dec!(0.019)), dec!(0.01));
    }
}
