//! From priced slices to totals: sums per part and rate, limits, rounding (SEMANTICS 3.10–3.12, 4).
//!
//! Amounts in here are 3600ths of a currency unit (see `number`) until `Pair::amount` divides.

use domain::replay::{Amount, LimitLine, Parts, Phase, RateLine, RoundedFigure, RoundingLine};
use domain::{
    Decimal, LimitsTax, Policy, PriceComponent, PriceLimit, Rounding, RoundingStage, Tariff,
    TariffDimension, TaxStage, TimePriceUnit,
};

use crate::input::Candidates;
use crate::number::{Exact, SECONDS_PER_HOUR, add, div, mul, sub};
use crate::step::Slice;
use crate::tax::{Pair, Tax, with_tax};
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

/// Minimum and maximum of a session's price, and the rate they fall back to.
#[derive(Clone, Copy)]
pub(crate) struct Limits<'a> {
    pub tariff: Option<&'a Tariff>,
    /// Not applied to a reservation that never became a session, unless the policy says so (I-15).
    pub apply: bool,
    /// What happens to gross where the net moved.
    pub tax: LimitsTax,
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

// ---- limits ---------------------------------------------------------------------------------

/// Clamps net by the net limits and gross by the gross limits, independently (SEMANTICS 3.11).
///
/// Where a limit moved the net and states no gross, gross moves by the same factor (I-16). The
/// minimum comes first, so that of two contradicting limits the maximum counts (I-17).
fn limit<T: Trace>(total: Pair, limits: Limits<'_>, trace: &mut T) -> Exact<Pair> {
    let Some(tariff) = limits.tariff.filter(|_| limits.apply) else {
        return Ok(total);
    };
    // Where gross moves with net, its own limit has no say, unless the net is unknown (I-36).
    let held = |bound: PriceLimit, total: Pair| match limits.tax {
        LimitsTax::Proportional if total.net.is_some() => PriceLimit {
            incl_vat: None,
            ..bound
        },
        LimitsTax::Proportional | LimitsTax::Separate => bound,
    };
    let mut total = total;
    if let Some(min) = tariff.min_price {
        total = clamp(total, held(min, total), true, tariff, trace)?;
    }
    if let Some(max) = tariff.max_price {
        total = clamp(total, held(max, total), false, tariff, trace)?;
    }
    Ok(total)
}

fn clamp<T: Trace>(
    total: Pair,
    bound: PriceLimit,
    minimum: bool,
    tariff: &Tariff,
    trace: &mut T,
) -> Exact<Pair> {
    let breaks = |value: Decimal, bound: Decimal| {
        if minimum {
            value < bound
        } else {
            value > bound
        }
    };
    let mut limited = total;
    if let Some(net) = total.net.filter(|net| breaks(*net, bound.excl_vat)) {
        limited.net = Some(bound.excl_vat);
        note(trace, minimum, false, net, bound.excl_vat);
    }
    let gross = match (bound.incl_vat, total.net) {
        (Some(gross_bound), _) => total.gross.map(|gross| {
            if breaks(gross, gross_bound) {
                gross_bound
            } else {
                gross
            }
        }),
        (None, Some(net)) if limited.net != total.net => {
            scaled_gross(total.gross, net, bound.excl_vat, tariff)?
        }
        (None, _) => total.gross,
    };
    if let (Some(before), Some(after)) = (total.gross, gross)
        && before != after
    {
        note(trace, minimum, true, before, after);
    }
    limited.gross = gross;
    Ok(limited)
}

/// Gross after the net moved from `net` to `bound`: each rate keeps its share.
fn scaled_gross(
    gross: Option<Decimal>,
    net: Decimal,
    bound: Decimal,
    tariff: &Tariff,
) -> Exact<Option<Decimal>> {
    let Some(gross) = gross else {
        return Ok(None);
    };
    if !net.is_zero() {
        return div(mul(gross, bound)?, net).map(Some);
    }
    let first = tariff
        .elements
        .iter()
        .flat_map(|element| &element.components)
        .next();
    match first.map(|component| Tax::of(tariff, component)) {
        Some(Tax::Added(vat) | Tax::Contained(vat)) => with_tax(bound, vat).map(Some),
        Some(Tax::Exempt) => Ok(Some(bound)),
        Some(Tax::NetOnly | Tax::GrossOnly) | None => Ok(None),
    }
}

fn note<T: Trace>(trace: &mut T, minimum: bool, gross: bool, before: Decimal, after: Decimal) {
    trace.limited(|| LimitLine {
        minimum,
        gross,
        before,
        after,
    });
}

// ---- rounding -------------------------------------------------------------------------------

/// Rounds a net and a gross figure, leaving a line for each that changed.
fn round_pair<T: Trace>(
    pair: Pair,
    rounding: Rounding,
    figure: RoundedFigure,
    index: Option<usize>,
    trace: &mut T,
) -> Pair {
    let mut one = |value: Option<Decimal>, gross: bool| {
        value.map(|before| {
            let after = rounding.apply(before);
            if after != before {
                trace.rounded(|| RoundingLine {
                    stage: rounding.stage,
                    figure,
                    index,
                    gross,
                    before,
                    after,
                });
            }
            after
        })
    };
    Pair {
        net: one(pair.net, false),
        gross: one(pair.gross, true),
    }
}

/// Rounds lines, periods or parts before they are added (SEMANTICS 3.12; I-20).
///
/// With `per_rate` tax only the net is rounded early; the tax of each rate is rounded once.
fn round_early<T: Trace>(
    slices: &[Slice<'_>],
    tariffs: Candidates<'_>,
    sums: &[Sum<'_>],
    exact: &Figures,
    policy: Policy,
    trace: &mut T,
) -> Exact<Figures> {
    let rounding = policy.rounding;
    let mut staged = Figures::ZERO;
    match rounding.stage {
        RoundingStage::None | RoundingStage::PerTotal => return Ok(*exact),
        RoundingStage::PerLine => {
            for (index, slice) in slices.iter().enumerate() {
                let pair = slice_pair(slice, tariffs, policy.time_price_unit)?;
                let pair = round_pair(pair, rounding, RoundedFigure::Line, Some(index), trace);
                staged.add_part(Part::of(slice), pair)?;
                staged.total = staged.total.plus(pair)?;
            }
        }
        RoundingStage::PerPeriod => {
            for lines in slices.chunk_by(|a, b| a.period == b.period) {
                let period = figures_of(lines, tariffs, policy.time_price_unit)?;
                let index = Some(lines[0].period);
                let period = period.try_map(|figure, pair| {
                    let figure = match figure {
                        RoundedFigure::Total => RoundedFigure::Period,
                        other => other,
                    };
                    Ok(round_pair(pair, rounding, figure, index, trace))
                })?;
                staged.total = staged.total.plus(period.total)?;
                for part in PARTS {
                    if let Some(pair) = period.parts[part as usize] {
                        staged.add_part(part, pair)?;
                    }
                }
            }
        }
        RoundingStage::PerDimension => {
            for part in PARTS {
                if let Some(pair) = exact.parts[part as usize] {
                    let pair = round_pair(pair, rounding, part.figure(), None, trace);
                    staged.add_part(part, pair)?;
                    staged.total = staged.total.plus(pair)?;
                }
            }
        }
    }
    match policy.tax_stage {
        TaxStage::PerLine => Ok(staged),
        TaxStage::PerRate => tax_per_rate(staged, sums, rounding),
    }
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

/// Replaces gross by rounded net plus the tax of each rate, rounded once per rate.
fn tax_per_rate(staged: Figures, sums: &[Sum<'_>], rounding: Rounding) -> Exact<Figures> {
    staged.try_map(|figure, pair| {
        let (Some(net), Some(_)) = (pair.net, pair.gross) else {
            return Ok(pair);
        };
        let of_figure =
            |sum: &&Sum<'_>| figure == RoundedFigure::Total || figure == sum.part.figure();
        let mut taxes: Vec<(Tax, Decimal)> = Vec::new();
        for sum in sums.iter().filter(of_figure) {
            let split = in_currency(sum.tax.split(sum.stated)?)?;
            let (Some(net), Some(gross)) = (split.net, split.gross) else {
                return Ok(pair);
            };
            let tax = sub(gross, net)?;
            match taxes.iter_mut().find(|(rate, _)| *rate == sum.tax) {
                Some((_, total)) => *total = add(*total, tax)?,
                None => taxes.push((sum.tax, tax)),
            }
        }
        let mut gross = net;
        for (_, tax) in taxes {
            gross = add(gross, rounding.apply(tax))?;
        }
        Ok(Pair {
            net: Some(net),
            gross: Some(gross),
        })
    })
}
