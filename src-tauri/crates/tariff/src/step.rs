//! Step size: how the measured volume of a session becomes its billed volume (SEMANTICS 3.5).
//!
//! Once per session for ENERGY, once for TIME and PARKING_TIME together, once for the reservation:
//! only the dimension that came last is rounded up, on its session total, with the step of its last
//! component. What rounding adds is billed at the price of that last slice.

use domain::replay::{Phase, StepLine};
use domain::{Decimal, PriceComponent, TariffDimension};

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

/// The dimensions that are stepped together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Energy,
    Time,
    Reservation,
}

fn group_of(slice: &Slice<'_>) -> Option<Group> {
    match (slice.phase, slice.dimension()) {
        (_, TariffDimension::Flat) | (Phase::Reservation, TariffDimension::Energy) => None,
        (Phase::Use, TariffDimension::Energy) => Some(Group::Energy),
        (Phase::Use, TariffDimension::Time | TariffDimension::ParkingTime) => Some(Group::Time),
        // Reservation time is a group of its own, whatever follows it (I-13).
        (Phase::Reservation, TariffDimension::Time | TariffDimension::ParkingTime) => {
            Some(Group::Reservation)
        }
    }
}

/// Rounds up each group of a session once.
pub(crate) fn apply<T: Trace>(slices: &mut [Slice<'_>], trace: &mut T) -> Exact<()> {
    for group in [Group::Energy, Group::Time, Group::Reservation] {
        step_group(slices, group, trace)?;
    }
    Ok(())
}

fn step_group<T: Trace>(slices: &mut [Slice<'_>], group: Group, trace: &mut T) -> Exact<()> {
    // A volume of 0 is nothing billable, so it does not make its dimension the last one (I-12).
    let billable = |slice: &Slice<'_>| group_of(slice) == Some(group) && !slice.measured.is_zero();
    let Some(last) = slices.iter().rposition(billable) else {
        return Ok(());
    };
    let Slice {
        price,
        phase,
        tariff,
        ..
    } = slices[last];
    let dimension = price.dimension;
    let step = price.step.0;
    if step == 0 {
        return Ok(()); // 0 means: no rounding at all (I-11)
    }
    // Of several tariffs in a session only the last one's volumes are stepped together (I-26).
    let mut total = Decimal::ZERO;
    for slice in slices.iter() {
        let same = group_of(slice) == Some(group)
            && slice.dimension() == dimension
            && slice.tariff == tariff;
        if same {
            total = add(total, slice.measured)?;
        }
    }
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
