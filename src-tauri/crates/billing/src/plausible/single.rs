//! What one CDR alone shows.

use super::{Fact, Limits, Odd, Oddity};

/// Adds what is odd about each CDR by itself.
pub(super) fn find(facts: &[&Fact], limits: &Limits, odd: &mut Vec<Odd>) {
    for fact in facts {
        let found = [
            above_power(fact, limits),
            above_battery(fact, limits),
            cost_without_energy(fact),
            cost_without_time(fact),
            too_long(fact, limits),
        ];
        odd.extend(found.into_iter().flatten().map(|oddity| Odd {
            row: fact.row,
            oddity,
        }));
    }
}

fn above_power(fact: &Fact, limits: &Limits) -> Option<Oddity> {
    // A connector without power is one whose power nobody entered.
    let power_w = fact.power_w.filter(|&power_w| power_w > 0)?;
    let charging_s = charging_s(fact)?;
    let most_e6 = energy_e6(power_w, charging_s, limits);
    (i128::from(fact.energy_e6) > most_e6).then_some(Oddity::EnergyAbovePower {
        energy_e6: fact.energy_e6,
        most_e6,
        power_w,
        charging_s,
    })
}

/// The time in which energy can have flowed: while it charged, and within the session.
fn charging_s(fact: &Fact) -> Option<i64> {
    let charging_s = fact.charging_s.filter(|&charging_s| charging_s >= 0);
    match (charging_s, fact.session_s()) {
        (Some(charging_s), Some(session_s)) => Some(charging_s.min(session_s)),
        (one, other) => one.or(other),
    }
}

/// The most energy that flows at a power in a time, slack and margin added, in millionths of a
/// kWh, rounded down: a whole figure is above it exactly when it is above the unrounded one.
fn energy_e6(power_w: u32, charging_s: i64, limits: &Limits) -> i128 {
    let seconds = i128::from(charging_s) + i128::from(limits.slack_s);
    let permille = 1_000 + i128::from(limits.power_margin_permille);
    // A millionth of a kWh is 3.6 watt seconds, and the margin is in thousandths.
    i128::from(power_w) * seconds * permille / 3_600
}

fn above_battery(fact: &Fact, limits: &Limits) -> Option<Oddity> {
    (fact.energy_e6 > limits.battery_e6).then_some(Oddity::EnergyAboveBattery {
        energy_e6: fact.energy_e6,
        most_e6: limits.battery_e6,
    })
}

fn cost_without_energy(fact: &Fact) -> Option<Oddity> {
    let stated_e6 = cost(fact)?;
    (fact.energy_e6 == 0).then(|| Oddity::CostWithoutEnergy {
        stated_e6,
        session_s: fact.session_s(),
    })
}

fn cost_without_time(fact: &Fact) -> Option<Oddity> {
    let stated_e6 = cost(fact)?;
    (fact.session_s()? == 0).then_some(Oddity::CostWithoutTime {
        stated_e6,
        at_s: fact.start_s,
    })
}

/// The cost, if it is one: zero asks for nothing, and less gives something back.
fn cost(fact: &Fact) -> Option<i64> {
    fact.stated_e6.filter(|&stated_e6| stated_e6 > 0)
}

fn too_long(fact: &Fact, limits: &Limits) -> Option<Oddity> {
    let session_s = fact.session_s()?;
    (session_s > limits.session_s).then_some(Oddity::TooLong {
        session_s,
        most_s: limits.session_s,
    })
}
