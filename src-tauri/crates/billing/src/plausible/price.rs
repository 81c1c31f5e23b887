//! What is usual at a place, and who charges something else.
//!
//! Median and median absolute deviation, because they stay where they are while up to half of the
//! CDRs are wrong; a mean would follow the very prices that are looked for.

use super::{Fact, Limits, Odd, Oddity};

/// What a CDR bills at a place, as far as its price per kWh is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priced {
    /// Its row in the book.
    pub row: i64,
    /// Number of the place and the currency: prices in another one are compared with others.
    pub place: i64,
    /// `total_energy` as stated, millionths of a kWh; above zero.
    pub energy_e6: i64,
    /// `total_cost` net as stated, millionths.
    pub stated_e6: i64,
}

impl Priced {
    /// A CDR at a place, if it has a price per kWh: it states a cost, and energy.
    pub fn of(fact: &Fact, place: i64) -> Option<Priced> {
        let stated_e6 = fact.stated_e6?;
        (!fact.credit && fact.energy_e6 > 0).then_some(Priced {
            row: fact.row,
            place,
            energy_e6: fact.energy_e6,
            stated_e6,
        })
    }

    /// Net cost by energy, millionths of the currency per kWh, rounded down; none on too little
    /// energy.
    fn price_e6(&self, limits: &Limits) -> Option<i128> {
        let least_e6 = limits.price_least_energy_e6.max(1);
        let stated_e12 = i128::from(self.stated_e6) * 1_000_000;
        (self.energy_e6 >= least_e6).then(|| stated_e12.div_euclid(i128::from(self.energy_e6)))
    }
}

/// The CDRs whose price per kWh lies far from the median of their place and currency, by row.
/// All CDRs of a place have to be handed in, each once and in any order.
pub fn prices(cdrs: &[Priced], limits: &Limits) -> Vec<Odd> {
    let mut odd = Vec::new();
    let mut priced: Vec<(&Priced, i128)> = cdrs
        .iter()
        .filter_map(|cdr| Some((cdr, cdr.price_e6(limits)?)))
        .collect();
    priced.sort_unstable_by_key(|(cdr, price_e6)| (cdr.place, *price_e6, cdr.row));
    for of_place in priced.chunk_by(|a, b| a.0.place == b.0.place) {
        if u32::try_from(of_place.len()).is_ok_and(|cdrs| cdrs < limits.price_least_cdrs) {
            continue;
        }
        let prices: Vec<i128> = of_place.iter().map(|&(_, price_e6)| price_e6).collect();
        let median_e6 = median(&prices);
        let most_off_e6 = most_off_e6(&prices, median_e6, limits);
        for &(cdr, price_e6) in of_place {
            if (price_e6 - median_e6).abs() > most_off_e6 {
                let oddity = Oddity::PriceOutOfLine {
                    price_e6,
                    median_e6,
                    most_off_e6,
                    cdrs: of_place.len(),
                };
                odd.push(Odd {
                    row: cdr.row,
                    oddity,
                });
            }
        }
    }
    odd.sort_unstable();
    odd
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
