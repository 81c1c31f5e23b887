//! Suppositions about the data: what each makes of the input, priced under the unchanged policy.
//!
//! In the order in which they are tried: tariffs, clock, tax, units, then what was left out or
//! counted twice.

use chrono::TimeDelta;
use domain::replay::{Amount, Parts};
use domain::{
    ChargingPeriod, Decimal, DimensionKind, PriceComponent, Rounding, Tariff, TariffDimension,
    TaxIncluded, TimePriceUnit, Tz,
};

use super::relevant::Facts;
use super::{Change, Figures, Question, fit};
use crate::input::{Candidates, ReplayInput};
use crate::number::HUNDRED;

/// Minutes of an hour.
const SIXTY: Decimal = Decimal::from_parts(60, 0, 0, false, 0);

impl Change {
    /// Whether the supposition can move the total and leave the parts where they are.
    pub(super) fn moves_total_alone(&self) -> bool {
        match self {
            Change::LimitsIgnored | Change::TotalRounded { .. } => true,
            Change::Policy { .. }
            | Change::TariffVersion { .. }
            | Change::NeighbourTariff { .. }
            | Change::ClockUtc
            | Change::ClockShifted { .. }
            | Change::NetGrossSwapped
            | Change::PricesWithTax
            | Change::VatRate { .. }
            | Change::MinutePrices { .. }
            | Change::HoursAsMinutes
            | Change::WattHours
            | Change::ParkingAsCharging
            | Change::FlatTwice
            | Change::FlatMissing => false,
        }
    }
}

/// The suppositions that can matter for a question, in order.
pub(super) fn changes(question: &Question<'_>, facts: &Facts) -> Vec<Change> {
    let others = question.others;
    let versions = others.versions.iter().enumerate();
    let mut changes: Vec<Change> = versions
        .map(|(place, tariff)| Change::TariffVersion {
            place,
            tariff: tariff.id.clone(),
            last_updated: tariff.last_updated,
        })
        .collect();
    let connector = others.connector.iter().enumerate();
    changes.extend(connector.map(|(place, tariff)| Change::NeighbourTariff {
        place,
        tariff: tariff.id.clone(),
    }));
    if facts.clock {
        changes.extend([
            Change::ClockUtc,
            Change::ClockShifted { hours: 1 },
            Change::ClockShifted { hours: -1 },
        ]);
    }
    changes.push(Change::NetGrossSwapped);
    if facts.taxed {
        changes.push(Change::PricesWithTax);
    }
    let rates = others.other_vat_rates.iter();
    let rates = rates.filter(|percent| could_be_rate(question, **percent));
    changes.extend(rates.map(|percent| Change::VatRate { percent: *percent }));
    if facts.time_priced {
        changes.extend(minute_prices(question));
        changes.push(Change::HoursAsMinutes);
    }
    changes.push(Change::WattHours);
    if facts.parking {
        changes.push(Change::ParkingAsCharging);
    }
    if facts.limited {
        changes.push(Change::LimitsIgnored);
    }
    if facts.flat_priced {
        changes.extend([Change::FlatTwice, Change::FlatMissing]);
    }
    let rules = facts.rules_of_total(question);
    changes.extend(rules.map(|rule| Change::TotalRounded { rule }));
    changes
}

/// Whether the stated total could hold this rate on everything. Each figure may be off by its
/// roundings, of each part and period, and by the tolerance.
fn could_be_rate(question: &Question<'_>, percent: Decimal) -> bool {
    let Some(cost) = &question.cdr.totals.cost else {
        return false;
    };
    let Some(gross) = cost.incl_vat else {
        return false;
    };
    let off = cost
        .excl_vat
        .checked_mul(percent)
        .and_then(|tax| tax.checked_div(HUNDRED))
        .and_then(|tax| gross.checked_sub(cost.excl_vat)?.checked_sub(tax));
    let off = off.map(|off| off.abs());
    let room =
        fit::room(question, question.input.policy).and_then(|room| room.checked_mul(Decimal::TWO));
    off.zip(room).is_none_or(|(off, room)| off <= room)
}

/// One of charging and parking per minute, where both have a price; else it is the reading
/// `time_price_unit` and told as that.
fn minute_prices(question: &Question<'_>) -> Vec<Change> {
    use TariffDimension::{ParkingTime, Time};
    let priced = |dimension| {
        let tariffs = question.input.tariffs;
        let mut components = tariffs.iter().flat_map(components);
        components.any(|component| component.dimension == dimension)
    };
    let hourly = match question.input.policy.time_price_unit {
        TimePriceUnit::Hour => true,
        TimePriceUnit::Minute => false,
    };
    if !hourly || !priced(Time) || !priced(ParkingTime) {
        return Vec::new();
    }
    [Time, ParkingTime]
        .map(|dimension| Change::MinutePrices { dimension })
        .to_vec()
}

fn components(tariff: &Tariff) -> impl Iterator<Item = &PriceComponent> {
    tariff
        .elements
        .iter()
        .flat_map(|element| &element.components)
}

/// The figures under a supposition; `None` where it leaves the range of numbers or times, or says
/// nothing about this session.
pub(super) fn price_with(
    question: &Question<'_>,
    as_it_is: &Figures,
    change: &Change,
) -> Option<Figures> {
    let input = &question.input;
    let figures = match change {
        // Readings are not suppositions; their price is that of another policy.
        Change::Policy { switch, reading } => {
            let policy = input.policy.with(switch, reading).ok()?;
            Figures::of(&question.under(&policy))
        }
        Change::TariffVersion { place, .. } => {
            let version = *question.others.versions.get(*place)?;
            let others = input
                .tariffs
                .iter()
                .filter(|tariff| tariff.id != version.id);
            let tariffs: Vec<&Tariff> = std::iter::once(version).chain(others).collect();
            Figures::of(&input.with_tariffs(&tariffs))
        }
        Change::NeighbourTariff { place, .. } => {
            let neighbour = *question.others.connector.get(*place)?;
            on_periods(input, Some(neighbour), |period| {
                period.tariff_id = None;
                Some(())
            })?
        }
        Change::ClockUtc => Figures::of(&ReplayInput {
            zone: Some(Tz::UTC),
            ..*input
        }),
        Change::ClockShifted { hours } => shifted(input, *hours)?,
        Change::NetGrossSwapped => swapped(as_it_is),
        Change::PricesWithTax => on_tariffs(input, |tariff| {
            tariff.tax_included = TaxIncluded::Yes;
            Some(())
        })?,
        Change::VatRate { percent } => on_components(input, |component| {
            component.vat = Some(*percent);
            Some(())
        })?,
        Change::MinutePrices { dimension } => {
            let priced = |of| of == *dimension;
            on_prices(input, priced, |price| price.checked_mul(SIXTY))?
        }
        Change::HoursAsMinutes => on_prices(input, is_time, |price| price.checked_div(SIXTY))?,
        Change::WattHours => on_energy(input)?,
        Change::ParkingAsCharging => on_periods(input, None, |period| {
            for dimension in &mut period.dimensions {
                if dimension.kind == DimensionKind::ParkingTime {
                    dimension.kind = DimensionKind::Time;
                }
            }
            Some(())
        })?,
        Change::LimitsIgnored => on_tariffs(input, |tariff| {
            tariff.min_price = None;
            tariff.max_price = None;
            Some(())
        })?,
        Change::FlatTwice => on_prices(input, is_flat, |price| price.checked_mul(Decimal::TWO))?,
        Change::FlatMissing => on_prices(input, is_flat, |_| Some(Decimal::ZERO))?,
        Change::TotalRounded { rule } => total_rounded(as_it_is, *rule),
    };
    Some(figures)
}

fn on_tariffs(
    input: &ReplayInput<'_>,
    edit: impl Fn(&mut Tariff) -> Option<()>,
) -> Option<Figures> {
    let mut tariffs: Vec<Tariff> = input.tariffs.iter().cloned().collect();
    for tariff in &mut tariffs {
        edit(tariff)?;
    }
    Some(Figures::of(&ReplayInput {
        tariffs: Candidates::Inside(&tariffs),
        ..*input
    }))
}

fn on_components(
    input: &ReplayInput<'_>,
    edit: impl Fn(&mut PriceComponent) -> Option<()>,
) -> Option<Figures> {
    on_tariffs(input, |tariff| {
        let elements = tariff.elements.iter_mut();
        elements
            .flat_map(|element| &mut element.components)
            .try_for_each(&edit)
    })
}

/// Other prices of some dimensions.
fn on_prices(
    input: &ReplayInput<'_>,
    of: impl Fn(TariffDimension) -> bool,
    price: impl Fn(Decimal) -> Option<Decimal>,
) -> Option<Figures> {
    on_components(input, |component| {
        if of(component.dimension) {
            component.price = price(component.price)?;
        }
        Some(())
    })
}

fn is_flat(dimension: TariffDimension) -> bool {
    dimension == TariffDimension::Flat
}

fn is_time(dimension: TariffDimension) -> bool {
    match dimension {
        TariffDimension::Time | TariffDimension::ParkingTime => true,
        TariffDimension::Flat | TariffDimension::Energy => false,
    }
}

/// Other periods, and another tariff where one is given.
fn on_periods(
    input: &ReplayInput<'_>,
    tariff: Option<&Tariff>,
    edit: impl Fn(&mut ChargingPeriod) -> Option<()>,
) -> Option<Figures> {
    let mut periods = input.periods.to_vec();
    periods.iter_mut().try_for_each(edit)?;
    let chosen: Vec<&Tariff> = tariff.into_iter().collect();
    let tariffs = if chosen.is_empty() {
        input.tariffs
    } else {
        Candidates::Chosen(&chosen)
    };
    Some(Figures::of(&ReplayInput {
        periods: &periods,
        tariffs,
        ..*input
    }))
}

/// Watt-hours as the kilowatt-hours they are.
fn on_energy(input: &ReplayInput<'_>) -> Option<Figures> {
    on_periods(input, None, |period| {
        for dimension in &mut period.dimensions {
            if dimension.kind == DimensionKind::Energy {
                dimension.volume = dimension.volume.checked_div(crate::number::THOUSAND)?;
            }
        }
        Some(())
    })
}

/// Every time of the session moved.
fn shifted(input: &ReplayInput<'_>, hours: i8) -> Option<Figures> {
    let by = TimeDelta::hours(i64::from(hours));
    let mut periods = input.periods.to_vec();
    for period in &mut periods {
        period.start_at = period.start_at.checked_add_signed(by)?;
    }
    let end_at = match input.end_at {
        Some(end) => Some(end.checked_add_signed(by)?),
        None => None,
    };
    Some(Figures::of(&ReplayInput {
        start_at: input.start_at.checked_add_signed(by)?,
        end_at,
        periods: &periods,
        ..*input
    }))
}

/// The total rounded by a rule of its own. What is rounded so is not rounded again to be compared.
fn total_rounded(figures: &Figures, rule: Rounding) -> Figures {
    let mut rounded = figures.rounded_by(rule);
    let total = rounded.totals.total;
    rounded.totals = figures.totals.clone();
    (rounded.totals.total, rounded.exact.total) = (total, total);
    rounded
}

/// Net for gross and gross for net, in every figure.
fn swapped(figures: &Figures) -> Figures {
    let swap = |amount: Option<Amount>| {
        amount.map(|amount| Amount {
            excl_vat: amount.incl_vat,
            incl_vat: amount.excl_vat,
        })
    };
    let all = |parts: &Parts<Option<Amount>>| Parts {
        total: swap(parts.total),
        fixed: swap(parts.fixed),
        energy: swap(parts.energy),
        time: swap(parts.time),
        parking: swap(parts.parking),
        reservation: swap(parts.reservation),
    };
    Figures {
        totals: all(&figures.totals),
        exact: all(&figures.exact),
    }
}
