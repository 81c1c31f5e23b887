//! Sums of many figures.
//!
//! Nearly all figures of a session have few digits. As long as they do, they are added as whole
//! numbers of the last digit that any of them has, which takes a fraction of the time and is as
//! exact. What does not fit is added as [`Decimal`].

use std::cmp::Ordering;

use domain::Decimal;

use crate::number::{Exact, add, power_of_ten, small};

/// A sum, or a figure to compare one with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sum {
    /// So many units of the decimal place `scale`.
    Small { units: i64, scale: u32 },
    /// Beyond that.
    Large(Decimal),
}

impl Default for Sum {
    fn default() -> Self {
        Sum::ZERO
    }
}

impl From<Decimal> for Sum {
    #[inline]
    fn from(value: Decimal) -> Self {
        match small(value) {
            Some((units, scale)) => Sum::Small { units, scale },
            None => Sum::Large(value),
        }
    }
}

impl Sum {
    pub const ZERO: Sum = Sum::Small { units: 0, scale: 0 };

    /// The seconds of so many milliseconds; whole where they are whole.
    #[inline]
    pub fn seconds(millis: i64) -> Sum {
        if millis % 1000 == 0 {
            Sum::Small {
                units: millis / 1000,
                scale: 0,
            }
        } else {
            Sum::Small {
                units: millis,
                scale: 3,
            }
        }
    }

    /// Whether it is 0.
    #[inline]
    pub fn is_zero(self) -> bool {
        match self {
            Sum::Small { units, .. } => units == 0,
            Sum::Large(value) => value.is_zero(),
        }
    }

    /// Whether it is surely so many steps of which each unit has so many parts; told at a glance,
    /// so that a large figure is not.
    pub fn is_multiple_of(self, step: u32, parts: i64) -> bool {
        let Sum::Small { units, scale } = self else {
            return false;
        };
        let (units, one) = (units.checked_mul(parts), power_of_ten(scale));
        let step = one.and_then(|one| one.checked_mul(i64::from(step)));
        units
            .zip(step)
            .is_some_and(|(units, step)| units % step == 0)
    }

    /// The figure, with as many decimals as the sum of decimals has.
    #[inline]
    pub fn value(self) -> Decimal {
        match self {
            Sum::Small { units, scale } => Decimal::new(units, scale),
            Sum::Large(value) => value,
        }
    }

    /// Adds a figure.
    #[inline]
    pub fn add(&mut self, value: Sum) -> Exact<()> {
        match (&mut *self, value) {
            (_, Sum::Small { units: 0, .. }) => Ok(()),
            (Sum::Small { units: 0, .. }, _) => {
                *self = value;
                Ok(())
            }
            (
                Sum::Small { units, scale },
                Sum::Small {
                    units: more,
                    scale: of_more,
                },
            ) if *scale == of_more => match units.checked_add(more) {
                Some(sum) => {
                    *units = sum;
                    Ok(())
                }
                None => self.add_unlike(value),
            },
            _ => self.add_unlike(value),
        }
    }

    /// Adds a figure with more or fewer decimals, or beyond the range.
    fn add_unlike(&mut self, value: Sum) -> Exact<()> {
        *self = add(self.value(), value.value())?.into();
        Ok(())
    }

    /// How it compares with a figure.
    #[inline]
    pub fn compare(self, other: Sum) -> Ordering {
        if let (
            Sum::Small { units, scale },
            Sum::Small {
                units: others,
                scale: of_others,
            },
        ) = (self, other)
        {
            if scale == of_others {
                return units.cmp(&others);
            }
            let finer = scale.max(of_others);
            let lifted = |units: i64, scale: u32| {
                let power = power_of_ten(finer - scale)?;
                Some(i128::from(units) * i128::from(power))
            };
            if let Some((ours, theirs)) = lifted(units, scale).zip(lifted(others, of_others)) {
                return ours.cmp(&theirs);
            }
        }
        self.value().cmp(&other.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::figure;
    use crate::number::OutOfRange;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_are_those_of_decimals(figures in prop::collection::vec(figure(), 0..12)) {
            let (mut sum, mut expected) = (Sum::ZERO, Ok(Decimal::ZERO));
            let mut done = Ok(());
            for figure in figures {
                done = done.and_then(|()| sum.add(figure.into()));
                expected = expected.and_then(|before| add(before, figure));
                prop_assert_eq!(done.map(|()| sum.value()), expected);
            }
        }

        #[test]
        fn figures_compare_as_decimals_do(a in figure(), b in figure()) {
            prop_assert_eq!(Sum::from(a).compare(b.into()), a.cmp(&b));
        }
    }

    #[test]
    fn what_leaves_the_range_is_said() {
        let mut sum = Sum::from(Decimal::MAX);
        assert_eq!(sum.add(Decimal::MAX.into()), Err(OutOfRange));
        let mut sum = Sum::from(Decimal::from(i64::MAX));
        assert_eq!(sum.add(Decimal::ONE.into()), Ok(()));
        assert_eq!(sum.value(), Decimal::from(i128::from(i64::MAX) + 1));
    }
}
