//! Counts and sums per bucket: the month totals that screens show.

use std::collections::BTreeMap;

use domain::{Bucket, Currency, Decimal, Money, MoneyError, Totals};

use super::facts::{CdrFact, Outcome, Subject};
use super::hash::NumberMap;

/// How much stands in one bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BucketTotal {
    /// CDRs and sessions.
    pub count: u64,
    /// Sum of what the CDRs state, net.
    pub stated: Totals,
    /// Sum of stated − replayed, where both are known.
    pub difference: Totals,
}

/// Totals of every bucket, empty ones included.
///
/// # Errors
/// When a sum does not fit 28 digits.
pub fn summarize(
    outcomes: &[Outcome],
    cdrs: &[CdrFact],
) -> Result<BTreeMap<Bucket, BucketTotal>, MoneyError> {
    let by_row: NumberMap<i64, &CdrFact> = cdrs.iter().map(|cdr| (cdr.row, cdr)).collect();
    let mut counts: BTreeMap<Bucket, u64> = BTreeMap::new();
    let mut sums: BTreeMap<(Bucket, Currency), (i128, i128)> = BTreeMap::new();
    for outcome in outcomes {
        *counts.entry(outcome.bucket).or_default() += 1;
        let cdr = match outcome.subject {
            Subject::Cdr(row) => by_row.get(&row),
            Subject::Session(_) => None,
        };
        if let Some(cdr) = cdr {
            let (stated, difference) = sums.entry((outcome.bucket, cdr.currency)).or_default();
            *stated += i128::from(cdr.stated_e6.unwrap_or(0));
            *difference += i128::from(cdr.difference_e6.unwrap_or(0));
        }
    }
    let mut totals: BTreeMap<Bucket, BucketTotal> = Bucket::ALL
        .iter()
        .map(|&bucket| {
            let count = counts.get(&bucket).copied().unwrap_or(0);
            (
                bucket,
                BucketTotal {
                    count,
                    ..BucketTotal::default()
                },
            )
        })
        .collect();
    for ((bucket, currency), (stated, difference)) in sums {
        let total = totals.entry(bucket).or_default();
        total.stated.add(Money::new(from_e6(stated)?, currency))?;
        total
            .difference
            .add(Money::new(from_e6(difference)?, currency))?;
    }
    Ok(totals)
}

fn from_e6(millionths: i128) -> Result<Decimal, MoneyError> {
    Decimal::try_from_i128_with_scale(millionths, 6)
        .map(|amount| amount.normalize())
        .map_err(|_| MoneyError::OutOfRange)
}
