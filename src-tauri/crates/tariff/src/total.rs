//! From the ledger to totals: sums per part and rate (SEMANTICS 3.10–3.12, 4); `limit` holds
//! them by minimum and maximum, `early` rounds them.
//!
//! Amounts in here are 3600ths of a currency unit (see `number`), unless nothing is priced by the
//! hour, until [`Share::in_currency`] divides them.

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
use crate::ledger::{Ledger, Line, Tally};
use crate::number::{Exact, SECONDS_PER_HOUR, add, hours_of, mul, trimmed};
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
    /// Where a cost belongs. A flat fee is a fixed cost, that of a reservation is not (I-19).
    fn of(charge: &Charge<'_>) -> Self {
        match (charge.phase, charge.price.dimension) {
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

/// What is charged for: a quantity at a price.
struct Charge<'a> {
    tariff: usize,
    phase: Phase,
    price: &'a PriceComponent,
    quantity: Decimal,
}

impl<'a> Charge<'a> {
    fn of(tally: &Tally<'a>) -> Exact<Self> {
        Ok(Charge {
            tariff: tally.tariff,
            phase: tally.phase,
            price: tally.price,
            quantity: tally.billed()?,
        })
    }
}

impl<'a> From<&Line<'a>> for Charge<'a> {
    fn from(line: &Line<'a>) -> Self {
        Charge {
            tariff: line.tariff,
            phase: line.phase,
            price: line.price,
            quantity: line.billed,
        }
    }
}

/// What one part costs at one tax.
struct Sum {
    part: Part,
    tax: Tax,
    /// As the tariff prices it.
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
        *slot = Some(match *slot {
            None => pair,
            Some(sum) => sum.plus(pair)?,
        });
        Ok(())
    }

    /// The parts of some sums and their total.
    fn of(sums: &[Sum], share: Share) -> Exact<Figures> {
        let mut figures = Figures::ZERO;
        for (place, sum) in sums.iter().enumerate() {
            let pair = sum.tax.split(sum.stated)?;
            figures.add_part(sum.part, pair)?;
            figures.total = match place {
                0 => pair,
                _ => figures.total.plus(pair)?,
            };
        }
        figures.in_currency(share)
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

    /// Whether some figure has more decimals than these.
    fn has_digits_beyond(&self, digits: u8) -> bool {
        let beyond = |value: Option<Decimal>| value.is_some_and(|v| v.scale() > u32::from(digits));
        let pair = |pair: &Pair| beyond(pair.net) || beyond(pair.gross);
        pair(&self.total) || self.parts.iter().flatten().any(pair)
    }

    fn in_currency(self, share: Share) -> Exact<Figures> {
        let total = share.in_currency(self.total)?;
        let mut divided = Figures { total, ..self };
        for part in divided.parts.iter_mut().flatten() {
            // Of many a session one part is all of it.
            *part = if *part == self.total {
                total
            } else {
                share.in_currency(*part)?
            };
        }
        Ok(divided)
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

/// What amounts are counted in until they leave the engine.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Share {
    /// 3600ths of the currency unit, so that a price per hour gives whole ones for each second.
    Of3600,
    /// The unit itself, where nothing is priced by the hour.
    Whole,
}

impl Share {
    /// The one that a session needs.
    fn of(ledger: &Ledger<'_>) -> Self {
        let by_the_hour = |tally: &Tally<'_>| is_time(tally.price.dimension);
        if ledger.tallies().iter().any(by_the_hour) {
            Share::Of3600
        } else {
            Share::Whole
        }
    }

    /// Amounts in units of the currency, without trailing zeros.
    fn in_currency(self, pair: Pair) -> Exact<Pair> {
        let divided = |value: Option<Decimal>| match (self, value) {
            (_, None) => Ok(None),
            (Share::Of3600, Some(value)) => hours_of(value).map(Some),
            (Share::Whole, Some(value)) => Ok(Some(trimmed(value))),
        };
        Ok(Pair {
            net: divided(pair.net)?,
            gross: divided(pair.gross)?,
        })
    }

    /// A cost as its tariff prices it.
    fn of_cost(self, charge: &Charge<'_>, unit: TimePriceUnit) -> Exact<Decimal> {
        let product = mul(unit_price(charge.price, unit)?, charge.quantity)?;
        if self == Share::Whole || is_time(charge.price.dimension) {
            Ok(product)
        } else {
            mul(product, SECONDS_PER_HOUR)
        }
    }
}

/// Whether it is priced by the hour.
fn is_time(dimension: TariffDimension) -> bool {
    match dimension {
        TariffDimension::Time | TariffDimension::ParkingTime => true,
        TariffDimension::Flat | TariffDimension::Energy => false,
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

/// Net and gross of one line, in units of the currency.
pub(crate) fn line_amount(
    line: &Line<'_>,
    tariffs: Candidates<'_>,
    unit: TimePriceUnit,
) -> Exact<Amount> {
    pair_of(&line.into(), tariffs, unit).map(amount)
}

/// What a session costs.
#[derive(Default)]
pub(crate) struct Costs {
    pub exact: Parts<Option<Amount>>,
    pub totals: Parts<Option<Amount>>,
    pub rates: Vec<RateLine>,
    /// Whether some amount's tax is unknown where the version says it should be known.
    pub tax_unknown: bool,
}

/// Adds up, limits and rounds.
pub(crate) fn settle<T: Trace>(
    ledger: &Ledger<'_>,
    tariffs: Candidates<'_>,
    limits: Limits<'_>,
    policy: Policy,
    trace: &mut T,
    costs: &mut Costs,
) -> Exact<()> {
    let charges = ledger.tallies().iter().map(Charge::of);
    let share = Share::of(ledger);
    let sums = sum_up(charges, tariffs, policy.time_price_unit, share)?;
    let mut figures = Figures::of(&sums, share)?;
    figures.total = limit(figures.total, limits, trace)?;
    costs.exact = figures.into_parts();
    let rounding = policy.rounding;
    match rounding.stage {
        RoundingStage::None | RoundingStage::PerTotal => {}
        RoundingStage::PerLine | RoundingStage::PerPeriod | RoundingStage::PerDimension => {
            let sums = (&sums[..], share);
            figures = round_early(ledger.lines(), tariffs, sums, &figures, policy, trace)?;
            figures.total = limit(figures.total, limits, &mut ())?;
        }
    }
    if rounding.stage != RoundingStage::None && figures.has_digits_beyond(rounding.digits) {
        figures =
            figures.try_map(|figure, pair| Ok(round_pair(pair, rounding, figure, None, trace)))?;
    }
    costs.totals = figures.into_parts();
    if T::FULL {
        costs.rates = rates(&sums, share).unwrap_or_default();
    }
    costs.tax_unknown = sums
        .iter()
        .any(|sum| !sum.stated.is_zero() && matches!(sum.tax, Tax::NetOnly | Tax::GrossOnly));
    Ok(())
}

/// Sums charges per part and tax.
fn sum_up<'a>(
    charges: impl Iterator<Item = Exact<Charge<'a>>>,
    tariffs: Candidates<'_>,
    unit: TimePriceUnit,
    share: Share,
) -> Exact<Vec<Sum>> {
    let mut sums = Vec::with_capacity(4);
    for charge in charges {
        let charge = charge?;
        let cost = share.of_cost(&charge, unit)?;
        let part = Part::of(&charge);
        let tax = Tax::of(tariff_at(charge.tariff, tariffs), charge.price);
        let known = |sum: &&mut Sum| sum.part == part && sum.tax == tax;
        match sums.iter_mut().find(known) {
            Some(sum) => sum.stated = add(sum.stated, cost)?,
            None => sums.push(Sum {
                part,
                tax,
                stated: cost,
            }),
        }
    }
    Ok(sums)
}

/// The tariff that priced something, by its place among the candidates.
pub(crate) fn tariff_at(place: usize, tariffs: Candidates<'_>) -> &Tariff {
    tariffs
        .get(place)
        .expect("what is priced is priced by a candidate, known by its place in the list")
}

/// Sums per tax rate, for the trace; none where one leaves the range though the total does not.
fn rates(sums: &[Sum], share: Share) -> Exact<Vec<RateLine>> {
    let mut rates: Vec<(Tax, Pair)> = Vec::new();
    for sum in sums {
        let pair = sum.tax.split(sum.stated)?;
        match rates.iter_mut().find(|(tax, _)| *tax == sum.tax) {
            Some((_, total)) => *total = total.plus(pair)?,
            None => rates.push((sum.tax, pair)),
        }
    }
    let line = |(tax, pair): (Tax, Pair)| {
        let Pair { net, gross } = share.in_currency(pair)?;
        Ok(RateLine {
            vat: tax.percent(),
            excl_vat: net,
            incl_vat: gross,
        })
    };
    rates.into_iter().map(line).collect()
}

fn pair_of(charge: &Charge<'_>, tariffs: Candidates<'_>, unit: TimePriceUnit) -> Exact<Pair> {
    let tax = Tax::of(tariff_at(charge.tariff, tariffs), charge.price);
    let share = Share::Of3600;
    share.in_currency(tax.split(share.of_cost(charge, unit)?)?)
}

fn figures_of(lines: &[Line<'_>], tariffs: Candidates<'_>, unit: TimePriceUnit) -> Exact<Figures> {
    let charges = lines.iter().map(|line| Ok(line.into()));
    let share = Share::Of3600;
    Figures::of(&sum_up(charges, tariffs, unit, share)?, share)
}
