//! Figures known from elsewhere: the standard's printed results, or a calculation by hand.

use std::collections::BTreeMap;

use domain::replay::{Amount, Phase};
use domain::{Decimal, Replay, TariffDimension};
use serde_json::Value;

/// Figures that do not end are cut off at 28 digits.
const NEARLY: Decimal = Decimal::from_parts(1, 0, 0, false, 9);

/// The figures of a replay under the names the cases use.
pub fn of(replay: &Replay) -> BTreeMap<String, Decimal> {
    let mut figures = BTreeMap::new();
    let mut amount = |name: &str, amount: Option<Amount>| {
        let amount = amount.unwrap_or_default();
        for (suffix, figure) in [("excl_vat", amount.excl_vat), ("incl_vat", amount.incl_vat)] {
            if let Some(figure) = figure {
                figures.insert(format!("{name}_{suffix}"), figure);
            }
        }
    };
    let exact = &replay.exact;
    amount("total", exact.total);
    amount("fixed_cost", exact.fixed);
    amount("energy_cost", exact.energy);
    amount("time_cost", exact.time);
    amount("parking_cost", exact.parking);
    amount("reservation_cost", exact.reservation);
    for line in &replay.lines {
        let (name, unit) = match (line.phase, line.dimension) {
            (_, TariffDimension::Flat) => continue,
            (Phase::Reservation, _) => ("RES_TIME_s", 3600),
            (Phase::Use, TariffDimension::Energy) => ("ENERGY_wh", 1000),
            (Phase::Use, TariffDimension::Time) => ("TIME_s", 3600),
            (Phase::Use, TariffDimension::ParkingTime) => ("PARKING_TIME_s", 3600),
        };
        *figures.entry(format!("billed_{name}")).or_default() += line.billed * Decimal::from(unit);
    }
    figures
}

/// What a replay got wrong; `None` where every figure fits.
pub fn wrong(expected: Option<&Value>, replay: &Replay) -> Option<String> {
    let expected = expected?.as_object().expect("figures are an object");
    let found = of(replay);
    let mut wrong = Vec::new();
    for (name, value) in expected {
        let known = value.as_str().expect("figures are decimal texts");
        match found.get(name) {
            Some(figure) if fits(known, *figure) => {}
            Some(figure) => wrong.push(format!("{name} is {known}, the replay gives {figure}")),
            None if value == "unknown" => {}
            None => wrong.push(format!("{name} is {known}, the replay gives none")),
        }
    }
    (!wrong.is_empty()).then(|| wrong.join("; "))
}

/// A figure fits what is printed if it is that figure, or rounds half up to it at its digits.
pub fn fits(printed: &str, figure: Decimal) -> bool {
    let Ok(known) = printed.parse::<Decimal>() else {
        return false;
    };
    let half_up = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    let cut = printed
        .split_once('.')
        .map_or(0, |(_, digits)| digits.len())
        > 9;
    if cut {
        return (figure - known).abs() <= NEARLY;
    }
    figure
        .round_dp_with_strategy(15, half_up)
        .round_dp_with_strategy(known.scale(), half_up)
        == known
}
