//! Random readings: mostly one that is not the standard's, sometimes two.

use domain::policy::{StationPause, StepBasis};
use domain::{Policy, Rounding};

use crate::dice::Dice;

/// A policy, with the names of what it reads otherwise than the standard.
pub fn policy(dice: &mut Dice) -> (Policy, Vec<String>) {
    let mut policy = Policy::STANDARD;
    let count = if dice.percent(70) { 1 } else { 2 };
    for _ in 0..count {
        let switch = dice.one_of(&Policy::SWITCHES);
        if switch.readings.is_empty() {
            policy.rounding = rounding(dice);
        } else {
            let reading = dice.one_of(&switch.readings[1..]);
            policy = policy
                .with(switch.name, reading)
                .expect("a reading by its name");
        }
    }
    if policy.station_pause == StationPause::Free {
        // Whether a free pause counts into the total of all volumes, neither reading says.
        policy.step_basis = StepBasis::Billable;
    }
    let changes = policy.changes_from(&Policy::STANDARD).into_iter();
    let names = changes.map(|(switch, reading)| {
        let stage = reading.split(',').next().unwrap_or_default();
        format!("{switch} = {stage}")
    });
    (policy, names.collect())
}

fn rounding(dice: &mut Dice) -> Rounding {
    let stage = dice.one_of(domain::RoundingStage::ALL);
    let mode = dice.one_of(domain::RoundingMode::ALL);
    let digits = u8::try_from(dice.between(0, 6)).expect("few digits");
    Rounding {
        stage,
        digits,
        mode,
    }
}
