//! Medians in whole numbers, and the cost of each prefix about its own median.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Quotient rounded to the nearest whole number, halves away from zero. The divisor is above zero.
pub(super) fn div_round(value: i128, by: i128) -> i128 {
    assert!(by > 0, "only positive divisors are asked for");
    let half = by / 2;
    if value < 0 {
        -((-value + half) / by)
    } else {
        (value + half) / by
    }
}

/// The median; of an even number the middle of the two middle ones, rounded down.
pub(super) fn median(mut values: Vec<i128>) -> Option<i128> {
    let mid = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let even = values.len().is_multiple_of(2);
    let (below, &mut upper, _) = values.select_nth_unstable(mid);
    if !even {
        return Some(upper);
    }
    let lower = *below.iter().max().expect("an even count has a lower half");
    Some((lower + upper).div_euclid(2))
}

/// For each prefix, from the empty one to all: the sum of distances to the prefix's median.
pub(super) fn prefix_costs(values: impl ExactSizeIterator<Item = i64>) -> Vec<i128> {
    let mut costs = Vec::with_capacity(values.len() + 1);
    let mut running = Running::default();
    costs.push(0);
    for value in values {
        running.push(value);
        costs.push(running.cost());
    }
    costs
}

/// The lower half of the values seen, with the median on top, and the upper half.
#[derive(Default)]
struct Running {
    low: BinaryHeap<i64>,
    high: BinaryHeap<Reverse<i64>>,
    /// Sum of the lower half.
    low_sum: i128,
    /// Sum of the upper half.
    high_sum: i128,
}

impl Running {
    fn push(&mut self, value: i64) {
        self.low.push(value);
        self.low_sum += i128::from(value);
        let largest = self.low.pop().expect("a value was just pushed");
        self.low_sum -= i128::from(largest);
        self.high.push(Reverse(largest));
        self.high_sum += i128::from(largest);
        if self.high.len() > self.low.len() {
            let Reverse(least) = self.high.pop().expect("the larger half is not empty");
            self.high_sum -= i128::from(least);
            self.low.push(least);
            self.low_sum += i128::from(least);
        }
    }

    fn cost(&self) -> i128 {
        let odd = self.low.len() != self.high.len();
        let median = i128::from(*self.low.peek().expect("the lower half is the larger"));
        self.high_sum - self.low_sum + if odd { median } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_round_halves_away_from_zero() {
        let rounded = [5, 4, -5, -4, 0].map(|v| div_round(v, 10));
        assert_eq!(rounded, [1, 0, -1, 0, 0]);
    }

    #[test]
    fn an_even_count_takes_the_middle() {
        assert_eq!(median(vec![9, 1, 5]), Some(5));
        assert_eq!(median(vec![9, 1, 5, 2]), Some(3), "halves round down");
        assert_eq!(median(vec![-1, -2]), Some(-2), "below zero too");
        assert_eq!(median(vec![]), None);
    }

    #[test]
    fn prefix_costs_equal_those_reckoned_one_by_one() {
        let values = [7_i64, -3, 7, 100, 0, 0, 12, -50, 8];
        let slow: Vec<i128> = (0..=values.len())
            .map(|n| {
                let mut part = values[..n].to_vec();
                part.sort_unstable();
                let mid = part.get(n.saturating_sub(1) / 2).copied().unwrap_or(0);
                part.iter().map(|v| i128::from((v - mid).abs())).sum()
            })
            .collect();
        assert_eq!(prefix_costs(values.into_iter()), slow);
    }
}
