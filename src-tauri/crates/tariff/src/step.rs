//! Step size: how the measured volume of a session becomes its billed volume (SEMANTICS 3.5).
//!
//! By the standard reading once per session for ENERGY, once for TIME and PARKING_TIME together,
//! once for the reservation: only the dimension that came last is rounded up, on its session total,
//! with the step of its last component. What rounding adds is billed at the price of that last
//! slice. The other readings round each dimension, both times as one, every slice, or nothing.

use domain::replay::{Phase, StepLine};
use domain::{Decimal, PriceComponent, StepMode, TariffDimension};

use crate::number::{Exact, SECONDS_PER_HOUR, THOUSAND, add, ceil_to, div, mul, sub};
use crate::trace::Trace;

/// One priced slice of the session. Energy in kWh, time in seconds, a flat fee is 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slice<'a> {
    /// Place of the period in time order.
    pub period: usize,
    /// Place of the tariff among the candidates.
    pub tariff: usize,
    pub element: usize,
    pub component: usize,
    pub phase: Phase,
    pub price: &'a PriceComponent,
    pub measured: Decimal,
    pub billed: Decimal,
}

impl Slice<'_> {
    fn dimension(&self) -> TariffDimension {
        self.price.dimension
    }
}

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

/// Rounds up the slices of a session, in time order. `unpriced` is empty unless it is to count.
pub(crate) fn apply<T: Trace>(
    slices: &mut [Slice<'_>],
    mode: StepMode,
    unpriced: &[Unpriced],
    trace: &mut T,
) -> Exact<()> {
    match mode {
        StepMode::SessionLast | StepMode::CombinedTime => {
            for group in [Group::Energy, Group::Time, Group::Reservation] {
                let last = last_billable(slices, |phase, dimension| {
                    group_of(phase, dimension) == Some(group)
                });
                if let Some(last) = last {
                    let (phase, dimension) = (slices[last].phase, slices[last].dimension());
                    let one = mode == StepMode::SessionLast;
                    let counts = |of_phase: Phase, of: TariffDimension| {
                        group_of(of_phase, of) == group_of(phase, dimension)
                            && (of == dimension || !one)
                    };
                    step_total(slices, last, counts, unpriced, trace)?;
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
                if let Some(last) = last_billable(slices, counts) {
                    step_total(slices, last, counts, unpriced, trace)?;
                }
            }
        }
        StepMode::PerPeriod => {
            for place in 0..slices.len() {
                let slice = &slices[place];
                if group_of(slice.phase, slice.dimension()).is_some() {
                    step_up(slices, place, slice.measured, trace)?;
                }
            }
        }
        StepMode::Off => {}
    }
    Ok(())
}

/// The slice that brings the step. A volume of 0 is nothing billable, so it does not make its
/// dimension the last one (I-12).
fn last_billable(
    slices: &[Slice<'_>],
    counts: impl Fn(Phase, TariffDimension) -> bool,
) -> Option<usize> {
    let billable =
        |slice: &Slice<'_>| counts(slice.phase, slice.dimension()) && !slice.measured.is_zero();
    slices.iter().rposition(billable)
}

/// Rounds up what counts of the tariff of the last slice: of several tariffs in a session only the
/// last one's volumes are stepped together (I-26).
fn step_total<T: Trace>(
    slices: &mut [Slice<'_>],
    last: usize,
    counts: impl Fn(Phase, TariffDimension) -> bool,
    unpriced: &[Unpriced],
    trace: &mut T,
) -> Exact<()> {
    let tariff = slices[last].tariff;
    let mut total = Decimal::ZERO;
    for slice in slices.iter() {
        if slice.tariff == tariff && counts(slice.phase, slice.dimension()) {
            total = add(total, slice.measured)?;
        }
    }
    for volume in unpriced {
        if volume.tariff == tariff && counts(volume.phase, volume.dimension) {
            total = add(total, volume.quantity)?;
        }
    }
    step_up(slices, last, total, trace)
}

/// Rounds a total up to the step of a slice, and bills there what rounding adds.
fn step_up<T: Trace>(
    slices: &mut [Slice<'_>],
    last: usize,
    total: Decimal,
    trace: &mut T,
) -> Exact<()> {
    let Slice { price, phase, .. } = slices[last];
    let dimension = price.dimension;
    let step = price.step.0;
    // 0 means: no rounding at all (I-11)
    if step == 0 || total <= Decimal::ZERO {
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
    slices[last].billed = add(slices[last].billed, extra)?;
    trace.stepped(|| StepLine {
        dimension,
        phase,
        line: last,
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
    use domain::StepSize;
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
        let (mut slices, mut unpriced) = (Vec::new(), Vec::new());
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
            slices.push(Slice {
                period,
                tariff: 0,
                element: 0,
                component: 0,
                phase: Phase::Use,
                price,
                measured: quantity,
                billed: quantity,
            });
        }
        apply(&mut slices, mode, &unpriced, &mut ()).unwrap();
        let word = |slice: &Slice<'_>| match slice.dimension() {
            TariffDimension::Energy => format!("E{}", slice.billed.normalize()),
            TariffDimension::Time => format!("T{}", (slice.billed / dec!(60)).normalize()),
            TariffDimension::ParkingTime => format!("P{}", (slice.billed / dec!(60)).normalize()),
            TariffDimension::Flat => panic!("no flat fee in these sessions"),
        };
        slices.iter().map(word).collect::<Vec<_>>().join(" ")
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
