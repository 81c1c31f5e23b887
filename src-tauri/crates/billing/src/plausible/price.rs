//! What is usual at a place, and who charges something else.
//!
//! Median and median absolute deviation, because they stay where they are while up to half of the
//! CDRs are wrong; a mean would follow the very prices that are looked for.

use super::{Fact, Limits, Odd, Oddity};

/// Adds the CDRs whose price per kWh lies far from the median of their place and currency.
pub(super) fn find(facts: &[&Fact], limits: &Limits, odd: &mut Vec<Odd>) {
    let mut priced: Vec<(&Fact, i128)> = facts
        .iter()
        .filter(|fact| fact.place.is_some())
        .filter_map(|fact| Some((*fact, price_e6(fact, limits)?)))
        .collect();
    priced.sort_unstable_by_key(|(fact, price_e6)| (fact.place, fact.currency, *price_e6));
    let alike = |a: &(&Fact, i128), b: &(&Fact, i128)| {
        a.0.place == b.0.place && a.0.currency == b.0.currency
    };
    for of_place in priced.chunk_by(alike) {
        if u32::try_from(of_place.len()).is_ok_and(|cdrs| cdrs < limits.price_least_cdrs) {
            continue;
        }
        let prices: Vec<i128> = of_place.iter().map(|&(_, price_e6)| price_e6).collect();
        let median_e6 = median(&prices);
        let most_off_e6 = most_off_e6(&prices, median_e6, limits);
        for &(fact, price_e6) in of_place {
            if (price_e6 - median_e6).abs() > most_off_e6 {
                let oddity = Oddity::PriceOutOfLine {
                    price_e6,
                    median_e6,
                    most_off_e6,
                    cdrs: of_place.len(),
                };
                odd.push(Odd {
                    row: fact.row,
                    oddity,
                });
            }
        }
    }
}

/// Net cost by energy, millionths of the currency per kWh, rounded down.
fn price_e6(fact: &Fact, limits: &Limits) -> Option<i128> {
    let least_e6 = limits.price_least_energy_e6.max(1);
    let energy_e6 = Some(fact.energy_e6).filter(|&energy_e6| energy_e6 >= least_e6)?;
    let stated_e12 = i128::from(fact.stated_e6?) * 1_000_000;
    Some(stated_e12.div_euclid(i128::from(energy_e6)))
}

/// How far a price may lie from the median: by the deviation of the others, or by the margin,
/// whichever is more.
fn most_off_e6(prices: &[i128], median_e6: i128, limits: &Limits) -> i128 {
    let mut off: Vec<i128> = prices
        .iter()
        .map(|price| (price - median_e6).abs())
        .collect();
    off.sort_unstable();
    let by_deviation = median(&off) * i128::from(limits.price_deviations);
    let by_margin = median_e6.abs() * i128::from(limits.price_margin_permille) / 1_000;
    by_deviation.max(by_margin)
}

/// The middle one, or half-way between the middle two, rounded down. Sorted, and not empty.
fn median(sorted: &[i128]) -> i128 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        (sorted[middle - 1] + sorted[middle]).div_euclid(2)
    }
}
