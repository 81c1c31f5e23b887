//! From priced slices to totals: sums per part and rate (SEMANTICS 3.10–3.12, 4); `limit` holds
//! them by minimum and maximum, `early` rounds them.
//!
//! Amounts in here are 3600ths of a currency unit (see `number`) until `Pair::amount` divides.

mod early;
mod limit;

use domain::replay::{Amount, Parts, Phase, RateLine, RoundedFigure};
use domain::{
    Decimal, Policy, PriceComponent, RoundingStage, Tariff, TariffDimension, TimePriceUnit,
};

use self::early::{round_early, round_pair};
pub(crate) use self::limit::Limits;
use self::limit::limit;
use crate::input::Candidates;
use crate::number::{Exact, SECONDS_PER_HOUR, add, div, mul};
use crate::step::Slice;
use crate::tax::{Pair, Tax};
use crate::trace::Trace;

/// What a price per minute is multiplied by to be one per hour.
const MINUTES_PER_HOUR: Decimal = Decimal::from_parts(60, 0, 0, false, 0);

/// The five parts of a CDR's cost, in the order of OCPI's fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Fixed,
    Energy,
    Time,
    Parking,
    Reservation,
}

const PARTS: [Part; 5] = [
    Part::Fixed,
    Part::Energy,
    Part::Time,
    Part::Parking,
    Part::Reservation,
];

impl Part {
    /// Where a slice's cost belongs. A flat fee is a fixed cost, that of a reservation is not
    /// (I-19).
    pub fn of(slice: &Slice<'_>) -> Self {
        match (slice.phase, slice.price.dimension) {
            (Phase::Reservation, _) => Part::Reservation,
            (Phase::Use, TariffDimension::Flat) => Part::Fixed,
            (Phase::Use, TariffDimension::Energy) => Part::Energy,
            (Phase::Use, TariffDimension::Time) => Part::Time,
            (Phase::Use, TariffDimension::ParkingTime) => Part::Parking,
        }
    }

    fn figure(self) -> RoundedFigure {
        match self {
            Part::Fixed => RoundedFigure::Fixed,
            Part::Energy => RoundedFigure::Energy,
            Part::Time => RoundedFigure::Time,
            Part::Parking => RoundedFigure::Parking,
            Part::Reservation => RoundedFigure::Reservation,
        }
    }
}

/// What one part costs at one tax.
struct Sum<'a> {
    part: Part,
    tax: Tax,
    /// The component met last, to know it again at a glance.
    price: &'a PriceComponent,
    /// As the tariff prices it, in 3600ths.
    stated: Decimal,
}

/// A pair for the total and for each part; a part that nothing prices is `None`.
#[derive(Clone, Copy)]
struct Figures {
    total: Pair,
    parts: [Option<Pair>; 5],
}

impl Figures {
    const ZERO: Figures = Figures {
        total: Pair::ZERO,
        parts: [None; 5],
    };

    fn add_part(&mut self, part: Part, pair: Pair) -> Exact<()> {
        let slot = &mut self.parts[part as usize];
        *slot = Some(slot.unwrap_or(Pair::ZERO).plus(pair)?);
        Ok(())
    }

    fn try_map(self, mut each: impl FnMut(RoundedFigure, Pair) -> Exact<Pair>) -> Exact<Figures> {
        let mut mapped = self;
        mapped.total = each(RoundedFigure::Total, self.total)?;
        for part in PARTS {
            if let Some(pair) = self.parts[part as usize] {
                mapped.parts[part as usize] = Some(each(part.figure(), pair)?);
            }
        }
        Ok(mapped)
    }

    fn into_parts(self) -> Parts<Option<Amount>> {
        let part = |part: Part| self.parts[part as usize].map(amount);
        Parts {
            total: Some(amount(self.total)),
            fixed: part(Part::Fixed),
            energy: part(Part::Energy),
            time: part(Part::Time),
            parking: part(Part::Parking),
            reservation: part(Part::Reservation),
        }
    }
}

fn amount(pair: Pair) -> Amount {
    Amount {
        excl_vat: pair.net,
        incl_vat: pair.gross,
    }
}

/// 3600ths to units of the currency.
fn in_currency(pair: Pair) -> Exact<Pair> {
    let divided = |value: Option<Decimal>| match value {
        Some(value) if value.is_zero() => Ok(Some(Decimal::ZERO)),
        Some(value) => div(value, SECONDS_PER_HOUR).map(|value| Some(value.normalize())),
        None => Ok(None),
    };
    Ok(Pair {
        net: divided(pair.net)?,
        gross: divided(pair.gross)?,
    })
}

/// A slice's cost in 3600ths, as its tariff prices it.
fn stated_cost(slice: &Slice<'_>, unit: TimePriceUnit) -> Exact<Decimal> {
    let product = mul(unit_price(slice.price, unit)?, slice.billed)?;
    match slice.price.dimension {
        TariffDimension::Time | TariffDimension::ParkingTime => Ok(product),
        TariffDimension::Flat | TariffDimension::Energy => mul(product, SECONDS_PER_HOUR),
    }
}

/// A price per kWh, hour or once. A price of time may have been meant per minute (SEMANTICS ch. 7).
pub(crate) fn unit_price(price: &PriceComponent, unit: TimePriceUnit) -> Exact<Decimal> {
    match (unit, price.dimension) {
        (TimePriceUnit::Minute, TariffDimension::Time | TariffDimension::ParkingTime) => {
            mul(price.price, MINUTES_PER_HOUR)
        }
        (TimePriceUnit::Minute, TariffDimension::Flat | TariffDimension::Energy)
        | (TimePriceUnit::Hour, _) => Ok(price.price),
    }
}

/// Net and gross of one slice, in units of the currency.
pub(crate) fn slice_amount(
    slice: &Slice<'_>,
    tariffs: Candidates<'_>,
    unit: TimePriceUnit,
) -> Exact<Amount> {
    slice_pair(slice, tariffs, unit).map(amount)
}

/// What a session costs.
pub(crate) struct Costs {
    pub exact: Parts<Option<Amount>>,
    pub totals: Parts<Option<Amount>>,
    pub rates: Vec<RateLine>,
    /// Whether some amount's tax is unknown where the version says it should be known.
    pub tax_unknown: bool,
}

/// Adds up, limits and rounds.
pub(crate) fn settle<T: Trace>(
    slices: &[Slice<'_>],
    tariffs: Candidates<'_>,
    limits: Limits<'_>,
    policy: Policy,
    trace: &mut T,
) -> Exact<Costs> {
    let sums = sum_up(slices, tariffs, policy.time_price_unit)?;
    let mut exact = Figures::ZERO;
    for sum in &sums {
        let pair = sum.tax.split(sum.stated)?;
        exact.add_part(sum.part, pair)?;
        exact.total = exact.total.plus(pair)?;
    }
    let exact = exact.try_map(|_, pair| in_currency(pair))?;
    let limited = Figures {
        total: limit(exact.total, limits, trace)?,
        ..exact
    };
    let rounding = policy.rounding;
    let mut rounded = match rounding.stage {
        RoundingStage::None | RoundingStage::PerTotal => limited,
        RoundingStage::PerLine | RoundingStage::PerPeriod | RoundingStage::PerDimension => {
            let mut staged = round_early(slices, tariffs, &sums, &exact, policy, trace)?;
            staged.total = limit(staged.total, limits, &mut ())?;
            staged
        }
    };
    if rounding.stage != RoundingStage::None {
        rounded =
            rounded.try_map(|figure, pair| Ok(round_pair(pair, rounding, figure, None, trace)))?;
    }
    Ok(Costs {
        exact: limited.into_parts(),
        totals: rounded.into_parts(),
        rates: if T::FULL {
            rates(&sums).unwrap_or_default()
        } else {
            Vec::new()
        },
        tax_unknown: sums
            .iter()
            .any(|sum| !sum.stated.is_zero() && matches!(sum.tax, Tax::NetOnly | Tax::GrossOnly)),
    })
}

/// Sums the slices per part and tax.
fn sum_up<'a>(
    slices: &[Slice<'a>],
    tariffs: Candidates<'_>,
    unit: TimePriceUnit,
) -> Exact<Vec<Sum<'a>>> {
    let mut sums: Vec<Sum<'a>> = Vec::with_capacity(slices.len().min(8));
    for slice in slices {
        let cost = stated_cost(slice, unit)?;
        if let Some(sum) = sums
            .iter_mut()
            .find(|sum| std::ptr::eq(sum.price, slice.price))
        {
            sum.stated = add(sum.stated, cost)?;
            continue;
        }
        let part = Part::of(slice);
        let tax = Tax::of(tariff_of(slice, tariffs), slice.price);
        match sums
            .iter_mut()
            .find(|sum| sum.part == part && sum.tax == tax)
        {
            Some(sum) => {
                sum.stated = add(sum.stated, cost)?;
                sum.price = slice.price;
            }
            None => sums.push(Sum {
                part,
                tax,
                price: slice.price,
                stated: cost,
            }),
        }
    }
    Ok(sums)
}

/// The tariff a slice was priced by.
pub(crate) fn tariff_of<'a>(slice: &Slice<'_>, tariffs: Candidates<'a>) -> &'a Tariff {
    tariffs
        .get(slice.tariff)
        .expect("a slice is made from a candidate, by its place in the list")
}

/// Sums per tax rate, for the trace; none where one leaves the range though the total does not.
fn rates(sums: &[Sum<'_>]) -> Exact<Vec<RateLine>> {
    let mut rates: Vec<(Tax, Pair)> = Vec::new();
    for sum in sums {
        let pair = sum.tax.split(sum.stated)?;
        match rates.iter_mut().find(|(tax, _)| *tax == sum.tax) {
            Some((_, total)) => *total = total.plus(pair)?,
            None => rates.push((sum.tax, pair)),
        }
    }
    let line = |(tax, pair): (Tax, Pair)| {
        let Pair { net, gross } = in_currency(pair)?;
        Ok(RateLine {
            vat: tax.percent(),
            excl_vat: net,
            incl_vat: gross,
        })
    };
    rates.into_iter().map(line).collect()
}

fn slice_pair(slice: &Slice<'_>, tariffs: Candidates<'_>, unit: TimePriceUnit) -> Exact<Pair> {
    let tax = Tax::of(tariff_of(slice, tariffs), slice.price);
    in_currency(tax.split(stated_cost(slice, unit)?)?)
}

fn figures_of(
    slices: &[Slice<'_>],
    tariffs: Candidates<'_>,
    unit: TimePriceUnit,
) -> Exact<Figures> {
    let mut figures = Figures::ZERO;
    for sum in sum_up(slices, tariffs, unit)? {
        let pair = sum.tax.split(sum.stated)?;
        figures.add_part(sum.part, pair)?;
        figures.total = figures.total.plus(pair)?;
    }
    figures.try_map(|_, pair| in_currency(pair))
}
