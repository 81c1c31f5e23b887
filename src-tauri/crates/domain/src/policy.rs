//! How a price is computed where OCPI leaves it open: per partner, stored with every result.
//!
//! The readings named here are those of the default policy; a further reading becomes a field when
//! the engine can compute it.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// Where in the computation amounts are rounded (SEMANTICS 3.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundingStage {
    /// Never.
    None,
    /// Each period's cost.
    PerPeriod,
    /// Each priced line.
    PerLine,
    /// Each dimension's sum.
    PerDimension,
    /// The totals only.
    PerTotal,
}

/// How a half is rounded. `HalfUp` is away from zero: 0.005 → 0.01, −0.005 → −0.01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundingMode {
    /// Half away from zero.
    HalfUp,
    /// Half to the even digit.
    HalfEven,
    /// Away from zero.
    Up,
    /// Toward zero.
    Down,
}

/// One rounding rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rounding {
    /// Where.
    pub stage: RoundingStage,
    /// To how many decimals.
    pub digits: u8,
    /// How a half goes.
    pub mode: RoundingMode,
}

impl Rounding {
    /// Rounds one amount. The only place where an amount of a replay loses digits.
    pub fn apply(self, amount: Decimal) -> Decimal {
        let strategy = match self.mode {
            RoundingMode::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            RoundingMode::HalfEven => RoundingStrategy::MidpointNearestEven,
            RoundingMode::Up => RoundingStrategy::AwayFromZero,
            RoundingMode::Down => RoundingStrategy::ToZero,
        };
        amount.round_dp_with_strategy(u32::from(self.digits), strategy)
    }
}

/// On what tax is computed (SEMANTICS 3.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxStage {
    /// Net is summed per rate, then taxed.
    PerRate,
    /// Each line is taxed.
    PerLine,
}

/// The readings a partner's CDRs are replayed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Policy {
    /// Where and how amounts are rounded.
    pub rounding: Rounding,
    /// On what tax is computed.
    pub tax_stage: TaxStage,
}

impl Policy {
    /// The default reading (SEMANTICS ch. 8, first values): totals to four decimals, half up.
    pub const STANDARD: Policy = Policy {
        rounding: Rounding {
            stage: RoundingStage::PerTotal,
            digits: 4,
            mode: RoundingMode::HalfUp,
        },
        tax_stage: TaxStage::PerRate,
    };
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
