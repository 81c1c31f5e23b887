//! Step sizes (SEMANTICS 3.5).

use domain::TariffDimension;
use domain::policy::{Policy, StepBasis, StepMode};

use crate::exact::{Q, positive, up_to_multiple, whole, zero};
use crate::make::Case;
use crate::price::Line;
use crate::session::Piece;

/// The lines with what step sizes add to them.
pub fn step(case: &Case, policy: &Policy, pieces: &[Piece], mut lines: Vec<Line>) -> Vec<Line> {
    use TariffDimension::{Energy, ParkingTime, Time};
    let times: &[&[TariffDimension]] = match policy.step_mode {
        StepMode::Off => return lines,
        StepMode::PerPeriod => {
            for line in &mut lines {
                let block = line.price(case).step.0;
                line.quantity = stepped(line.dimension, &line.quantity, block);
            }
            return lines;
        }
        StepMode::SessionLast | StepMode::CombinedTime => &[&[Time, ParkingTime]],
        StepMode::PerDimension => &[&[Time], &[ParkingTime]],
    };
    let together = policy.step_mode == StepMode::CombinedTime;
    round_group(case, policy, pieces, &mut lines, false, &[Energy], together);
    for group in times {
        round_group(case, policy, pieces, &mut lines, false, group, together);
    }
    round_group(case, policy, pieces, &mut lines, true, &[Time], together);
    lines
}

/// A quantity up to its next block; what is not above zero stays. Energy is blocked in Wh.
fn stepped(dimension: TariffDimension, quantity: &Q, block: u32) -> Q {
    if block == 0 || !positive(quantity) {
        return quantity.clone();
    }
    match dimension {
        TariffDimension::Flat => quantity.clone(),
        TariffDimension::Energy => up_to_multiple(&(quantity * whole(1000)), block) / whole(1000),
        TariffDimension::Time | TariffDimension::ParkingTime => up_to_multiple(quantity, block),
    }
}

/// Rounds the session total of one group: of its last dimension, or of all together.
fn round_group(
    case: &Case,
    policy: &Policy,
    pieces: &[Piece],
    lines: &mut [Line],
    reservation: bool,
    group: &[TariffDimension],
    together: bool,
) {
    let is_in = |line: &Line| line.reservation == reservation && group.contains(&line.dimension);
    // A quantity of zero does not make its line the last one (I-12).
    let Some(last) = lines
        .iter()
        .rposition(|line| is_in(line) && line.quantity != zero())
    else {
        return;
    };
    let (dimension, tariff) = (lines[last].dimension, lines[last].tariff);
    let counted: Vec<TariffDimension> = if together {
        group.to_vec()
    } else {
        vec![dimension]
    };
    let total: Q = match policy.step_basis {
        StepBasis::Billable => lines
            .iter()
            .filter(|line| {
                is_in(line) && line.tariff == tariff && counted.contains(&line.dimension)
            })
            .map(|line| line.quantity.clone())
            .sum(),
        StepBasis::All => pieces
            .iter()
            .flat_map(|piece| {
                let counts = counted.iter().filter(|_| piece.tariff == Some(tariff));
                counts.filter_map(|d| measured(piece, *d, reservation))
            })
            .sum(),
    };
    let block = lines[last].price(case).step.0;
    lines[last].quantity += stepped(dimension, &total, block) - &total;
}

fn measured(piece: &Piece, dimension: TariffDimension, reservation: bool) -> Option<Q> {
    match (dimension, reservation) {
        (TariffDimension::Time, true) => piece.reservation.clone(),
        (TariffDimension::Flat, _)
        | (TariffDimension::Energy | TariffDimension::ParkingTime, true) => None,
        (TariffDimension::Energy, false) => piece.energy.clone(),
        (TariffDimension::Time, false) => piece.time.clone(),
        (TariffDimension::ParkingTime, false) => piece.parking.clone(),
    }
}
