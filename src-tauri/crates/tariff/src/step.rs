//! Step size: how the measured volume of a session becomes its billed volume (SEMANTICS 3.5).
//!
//! By the standard reading once per session for ENERGY, once for TIME and PARKING_TIME together,
//! once for the reservation: only the dimension that came last is rounded up, on its session total,
//! with the step of its last component. What rounding adds is billed at the price of that last
//! volume. The other readings round each dimension, both times as one, every volume, or nothing.

use domain::replay::{Phase, StepLine};
use domain::{Decimal, StepMode, TariffDimension};

use crate::ledger::{Ledger, Tally};
use crate::number::{Exact, SECONDS_PER_HOUR, THOUSAND, ceil_to, div, mul, sub};
use crate::sum::Sum;
use crate::trace::Trace;

/// A volume that no component priced; it counts under `step_basis = all` only (I-35).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unpriced {
    /// Place of the tariff among the candidates.
    pub tariff: usize,
    pub phase: Phase,
    pub dimension: TariffDimension,
    /// Energy in kWh, time in seconds.
    pub quantity: Decimal,
}

/// The dimensions that are stepped together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Energy,
    Time,
    Reservation,
}

fn group_of(phase: Phase, dimension: TariffDimension) -> Option<Group> {
    match (phase, dimension) {
        (_, TariffDimension::Flat) | (Phase::Reservation, TariffDimension::Energy) => None,
        (Phase::Use, TariffDimension::Energy) => Some(Group::Energy),
        (Phase::Use, TariffDimension::Time | TariffDimension::ParkingTime) => Some(Group::Time),
        // Reservation time is a group of its own, whatever follows it (I-13).
        (Phase::Reservation, TariffDimension::Time | TariffDimension::ParkingTime) => {
            Some(Group::Reservation)
        }
    }
}

/// Rounds up what a session measured. `unpriced` is empty unless it is to count. Rounding each
/// volume by itself needs a ledger with lines.
pub(crate) fn apply<T: Trace>(
    ledger: &mut Ledger<'_>,
    mode: StepMode,
    unpriced: &[Unpriced],
    trace: &mut T,
) -> Exact<()> {
    match mode {
        StepMode::SessionLast | StepMode::CombinedTime => {
            for group in [Group::Energy, Group::Time, Group::Reservation] {
                let last = last_billable(ledger.tallies(), |phase, dimension| {
                    group_of(phase, dimension) == Some(group)
                });
                if let Some(last) = last {
                    let one = mode == StepMode::SessionLast;
                    let dimension = ledger.tallies()[last.tally].price.dimension;
                    let counts = |of_phase: Phase, of: TariffDimension| {
                        group_of(of_phase, of) == Some(group) && (of == dimension || !one)
                    };
                    step_total(ledger, last, counts, unpriced, trace)?;
                }
            }
        }
        StepMode::PerDimension => {
            for (phase, dimension) in [
                (Phase::Use, TariffDimension::Energy),
                (Phase::Use, TariffDimension::Time),
                (Phase::Use, TariffDimension::ParkingTime),
                (Phase::Reservation, TariffDimension::Time),
            ] {
                let counts = |of_phase, of| of_phase == phase && of == dimension;
                if let Some(last) = last_billable(ledger.tallies(), counts) {
                    step_total(ledger, last, counts, unpriced, trace)?;
                }
            }
        }
        StepMode::PerPeriod => {
            for line in 0..ledger.lines().len() {
                let of = ledger.lines()[line];
                if group_of(of.phase, of.price.dimension).is_some() {
                    let tally = ledger.tally_of(of.tariff, of.phase, of.price);
                    step_up(ledger, Last { tally, line }, of.measured.into(), trace)?;
                }
            }
        }
        StepMode::Off => {}
    }
    Ok(())
}

/// Where a step is taken: a tally, and its line.
#[derive(Clone, Copy)]
struct Last {
    tally: usize,
    line: usize,
}

/// What brings the step. A volume of 0 is nothing billable, so it does not make its dimension the
/// last one (I-12).
fn last_billable(
    tallies: &[Tally<'_>],
    counts: impl Fn(Phase, TariffDimension) -> bool,
) -> Option<Last> {
    let counted = tallies
        .iter()
        .enumerate()
        .filter(|(_, tally)| counts(tally.phase, tally.price.dimension));
    let last = counted.filter_map(|(tally, of)| of.last.map(|line| Last { tally, line }));
    last.max_by_key(|last| last.line)
}

/// Rounds up what counts of the tariff of the last volume: of several tariffs in a session only the
/// last one's volumes are stepped together (I-26).
fn step_total<T: Trace>(
    ledger: &mut Ledger<'_>,
    last: Last,
    counts: impl Fn(Phase, TariffDimension) -> bool,
    unpriced: &[Unpriced],
    trace: &mut T,
) -> Exact<()> {
    let tariff = ledger.tallies()[last.tally].tariff;
    let mut total = Sum::ZERO;
    for tally in ledger.tallies() {
        if tally.tariff == tariff && counts(tally.phase, tally.price.dimension) {
            total.add(tally.measured)?;
        }
    }
    for volume in unpriced {
        if volume.tariff == tariff && counts(volume.phase, volume.dimension) {
            total.add(volume.quantity.into())?;
        }
    }
    step_up(ledger, last, total, trace)
}

/// Rounds a total up to the step of a price, and bills there what rounding adds.
fn step_up<T: Trace>(ledger: &mut Ledger<'_>, last: Last, total: Sum, trace: &mut T) -> Exact<()> {
    let Tally { price, phase, .. } = ledger.tallies()[last.tally];
    let dimension = price.dimension;
    let step = price.step.0;
    let parts = match dimension {
        TariffDimension::Energy => 1000,
        TariffDimension::Flat | TariffDimension::Time | TariffDimension::ParkingTime => 1,
    };
    // 0 means: no rounding at all (I-11)
    if step == 0 || total.is_multiple_of(step, parts) {
        return Ok(());
    }
    let total = total.value();
    if total <= Decimal::ZERO {
        return Ok(());
    }
    let billed = match dimension {
        TariffDimension::Energy => div(
            ceil_to(mul(total, THOUSAND)?, Decimal::from(step))?,
            THOUSAND,
        )?,
        TariffDimension::Flat | TariffDimension::Time | TariffDimension::ParkingTime => {
            ceil_to(total, Decimal::from(step))?
        }
    };
    let extra = sub(billed, total)?;
    if extra.is_zero() {
        return Ok(());
    }
    ledger.bill_more(last.tally, last.line, extra)?;
    trace.stepped(|| StepLine {
        dimension,
        phase,
        line: last.line,
        step,
        before: in_units(dimension, total),
        after: in_units(dimension, billed),
    });
    Ok(())
}

/// A quantity in the unit of its price: kWh, hours, or once.
pub(crate) fn in_units(dimension: TariffDimension, quantity: Decimal) -> Decimal {
    match dimension {
        TariffDimension::Energy | TariffDimension::Flat => quantity,
        TariffDimension::Time | TariffDimension::ParkingTime => quantity / SECONDS_PER_HOUR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Line;
    use crate::lookup::Active;
    use domain::{PriceComponent, StepSize};
    use rust_decimal::dec;

    /// Energy in kWh and times in minutes as `E4.3 E1.1`, `T21 P7`; lower case has no price.
    fn billed(mode: StepMode, step: u32, session: &str) -> String {
        let price = |dimension| PriceComponent {
            dimension,
            price: dec!(1),
            vat: None,
            step: StepSize(step),
        };
        let [energy, time, parking] = [
            price(TariffDimension::Energy),
            price(TariffDimension::Time),
            price(TariffDimension::ParkingTime),
        ];
        let (mut ledger, mut unpriced) = (Ledger::new(true), Vec::new());
        for (period, word) in session.split_whitespace().enumerate() {
            let (letter, volume) = word.split_at(1);
            let volume: Decimal = volume.parse().unwrap();
            let (price, quantity) = match letter.to_ascii_uppercase().as_str() {
                "E" => (&energy, volume),
                "T" => (&time, volume * dec!(60)),
                "P" => (&parking, volume * dec!(60)),
                other => panic!("{other}"),
            };
            if letter.chars().all(char::is_lowercase) {
                unpriced.push(Unpriced {
                    tariff: 0,
                    phase: Phase::Use,
                    dimension: price.dimension,
                    quantity,
                });
                continue;
            }
            let active = Active {
                element: 0,
                component: 0,
                price,
            };
            let key = (period, 0, Phase::Use);
            ledger.enter(key, active, quantity.into()).unwrap();
        }
        apply(&mut ledger, mode, &unpriced, &mut ()).unwrap();
        let word = |line: &Line<'_>| match line.price.dimension {
            TariffDimension::Energy => format!("E{}", line.billed.normalize()),
            TariffDimension::Time => format!("T{}", (line.billed / dec!(60)).normalize()),
            TariffDimension::ParkingTime => format!("P{}", (line.billed / dec!(60)).normalize()),
            TariffDimension::Flat => panic!("no flat fee in these sessions"),
        };
        for tally in ledger.tallies() {
            let same = |line: &&Line<'_>| std::ptr::eq(line.price, tally.price);
            let sum: Decimal = ledger
                .lines()
                .iter()
                .filter(same)
                .map(|line| line.billed)
                .sum();
            assert_eq!(
                tally.billed(),
                Ok(sum),
                "a tally is what its lines add up to"
            );
        }
        ledger
            .lines()
            .iter()
            .map(word)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn each_mode_rounds_what_it_says() {
        use StepMode::{CombinedTime, Off, PerDimension, PerPeriod, SessionLast};
        let modes = [SessionLast, PerDimension, CombinedTime, PerPeriod, Off];
        #[rustfmt::skip]
        let table = [
            //   session        last         dimension     combined     period        off
            (300, "T21 P7",    ["T21 P10",   "T25 P10",    "T21 P9",    "T25 P10",    "T21 P7"]),
            (600, "T21 P16",   ["T21 P20",   "T30 P20",    "T21 P19",   "T30 P20",    "T21 P16"]),
            (500, "E4.3 E1.1", ["E4.3 E1.2", "E4.3 E1.2",  "E4.3 E1.2", "E4.5 E1.5",  "E4.3 E1.1"]),
            (600, "T6 T22",    ["T6 T24",    "T6 T24",     "T6 T24",    "T10 T30",    "T6 T22"]),
            (300, "T21 P7 T3", ["T21 P7 T4", "T21 P10 T4", "T21 P7 T7", "T25 P10 T5", "T21 P7 T3"]),
            (300, "T21 P0",    ["T25 P0",    "T25 P0",     "T25 P0",    "T25 P0",     "T21 P0"]),
            (900, "P8 p12",    ["P18",       "P18",        "P18",       "P15",        "P8"]),
            (900, "t4 P8",     ["P15",       "P15",        "P11",       "P15",        "P8"]),
            (0,   "T21 E1.1",  ["T21 E1.1"; 5]),
            (500, "E-2.3",     ["E-2.3"; 5]),
        ];
        for (step, session, expected) in table {
            for (mode, expected) in modes.into_iter().zip(expected) {
                assert_eq!(
                    billed(mode, step, session),
                    expected,
                    "{session} at {step} {mode:?}"
                );
            }
        }
    }

    #[test]
    fn without_steps_nothing_is_billed_that_was_not_measured() {
        for session in ["E4.3 E1.1 T21 P7", "T0.5", "P3 T1 P2 E0.0001"] {
            assert_eq!(billed(StepMode::Off, 7, session), session);
        }
    }
}
