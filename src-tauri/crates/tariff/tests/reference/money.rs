//! From lines to money: tax, limits, rounding (SEMANTICS 3.10 to 3.12; I-16 to I-20).

use domain::policy::{LimitsScope, LimitsTax, Policy, TaxStage};
use domain::{
    Decimal, OcpiVersion, PriceLimit, RoundingStage, Tariff, TariffDimension, TaxIncluded,
};

use crate::exact::{Q, exact, round, whole, zero};
use crate::make::Case;
use crate::price::Line;
use crate::session::Piece;

/// Net and gross, each as far as known.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    pub net: Option<Q>,
    pub gross: Option<Q>,
}

/// Everything a price says. Six figures each: total, fixed, energy, time, parking, reservation.
pub struct Figures {
    pub exact: [Pair; 6],
    pub rounded: [Pair; 6],
    /// kWh and hours of charging, parking and reservation.
    pub billed: [Q; 4],
    /// Whether a limit moved the total.
    pub limited: bool,
}

impl Pair {
    fn nothing() -> Pair {
        Pair {
            net: Some(zero()),
            gross: Some(zero()),
        }
    }

    fn plus(&self, other: &Pair) -> Pair {
        let add = |a: &Option<Q>, b: &Option<Q>| Some(a.as_ref()? + b.as_ref()?);
        Pair {
            net: add(&self.net, &other.net),
            gross: add(&self.gross, &other.gross),
        }
    }

    fn map(&self, change: impl Fn(&Q) -> Q) -> Pair {
        Pair {
            net: self.net.as_ref().map(&change),
            gross: self.gross.as_ref().map(&change),
        }
    }
}

fn sum<'a>(pairs: impl Iterator<Item = &'a Pair>) -> Pair {
    pairs.fold(Pair::nothing(), |sum, pair| sum.plus(pair))
}

/// Which of the five parts a line belongs to: 1 fixed, 2 energy, 3 time, 4 parking, 5 reservation.
fn part(line: &Line) -> usize {
    match (line.reservation, line.dimension) {
        (true, _) => 5,
        (false, TariffDimension::Flat) => 1,
        (false, TariffDimension::Energy) => 2,
        (false, TariffDimension::Time) => 3,
        (false, TariffDimension::ParkingTime) => 4,
    }
}

/// What an amount in a tariff's own terms is without and with tax.
fn taxed(tariff: &Tariff, vat: Option<Decimal>, amount: &Q) -> Pair {
    let factor = vat.map(|vat| whole(1) + exact(vat) / whole(100));
    let known = Some(amount.clone());
    if *amount == zero() {
        return Pair::nothing(); // the tax on nothing is nothing
    }
    match (tariff.version, tariff.tax_included, factor) {
        (OcpiVersion::V211, _, _) | (OcpiVersion::V230, TaxIncluded::No, None) => Pair {
            net: known,
            gross: None,
        },
        (OcpiVersion::V221, _, None) | (OcpiVersion::V230, TaxIncluded::NotApplicable, _) => Pair {
            net: known.clone(),
            gross: known,
        },
        (OcpiVersion::V221, _, Some(factor))
        | (OcpiVersion::V230, TaxIncluded::No, Some(factor)) => Pair {
            net: known,
            gross: Some(amount * factor),
        },
        (OcpiVersion::V230, TaxIncluded::Yes, None) => Pair {
            net: None,
            gross: known,
        },
        (OcpiVersion::V230, TaxIncluded::Yes, Some(factor)) => Pair {
            net: Some(amount / factor),
            gross: known,
        },
    }
}

/// Sums, limits and rounding. `first` is the first tariff of the session.
pub fn total(
    case: &Case,
    policy: &Policy,
    pieces: &[Piece],
    lines: &[Line],
    first: Option<usize>,
) -> Figures {
    let amounts: Vec<Pair> = lines
        .iter()
        .map(|line| {
            taxed(
                line.tariff(case),
                line.price(case).vat,
                &line.amount(case, policy),
            )
        })
        .collect();
    let figure = |which: usize| {
        let mine = lines
            .iter()
            .zip(&amounts)
            .filter(|(line, _)| which == 0 || part(line) == which);
        sum(mine.map(|(_, amount)| amount))
    };
    let raw: [Pair; 6] = std::array::from_fn(figure);
    let early = early(case, policy, lines, &amounts, &raw);
    let is_reserved = pieces.iter().any(|piece| piece.reservation.is_some());
    let is_charging = pieces.iter().any(Piece::has_use) || !is_reserved;
    let limits = first
        .map(|index| &case.tariffs[index])
        .filter(|_| is_charging || policy.limits_scope == LimitsScope::AnyCdr);
    let mut exact = raw.clone();
    let mut rounded = early;
    if let Some(tariff) = limits {
        exact[0] = limited(policy, tariff, &exact[0]);
        rounded[0] = limited(policy, tariff, &rounded[0]);
    }
    let rule = policy.rounding;
    let last = |figure: &Q| round(figure, u32::from(rule.digits), rule.mode);
    match rule.stage {
        RoundingStage::None => {}
        RoundingStage::PerTotal => rounded = rounded.map(|pair| pair.map(last)),
        RoundingStage::PerPeriod | RoundingStage::PerLine | RoundingStage::PerDimension => {
            rounded[0] = rounded[0].map(last);
        }
    }
    let quantity = |which: usize, unit: i64| {
        let mine = lines.iter().filter(|line| part(line) == which);
        let priced = mine.filter(|line| line.dimension != TariffDimension::Flat);
        priced.map(|line| line.quantity.clone()).sum::<Q>() / whole(unit)
    };
    Figures {
        limited: exact[0] != raw[0],
        exact,
        rounded,
        billed: [
            quantity(2, 1),
            quantity(3, 3600),
            quantity(4, 3600),
            quantity(5, 3600),
        ],
    }
}

/// The figures where amounts are rounded before the total (I-20); else as they are.
fn early(
    case: &Case,
    policy: &Policy,
    lines: &[Line],
    amounts: &[Pair],
    raw: &[Pair; 6],
) -> [Pair; 6] {
    let rule = policy.rounding;
    let cut = |figure: &Q| round(figure, u32::from(rule.digits), rule.mode);
    // What is rounded as one: the groups of lines within a figure.
    let group_of = |place: usize| match rule.stage {
        RoundingStage::PerPeriod => lines[place].piece,
        RoundingStage::PerLine => place,
        RoundingStage::PerDimension => part(&lines[place]),
        RoundingStage::None | RoundingStage::PerTotal => 0,
    };
    if matches!(rule.stage, RoundingStage::None | RoundingStage::PerTotal) {
        return raw.clone();
    }
    std::array::from_fn(|which| {
        let mine: Vec<usize> = (0..lines.len())
            .filter(|at| which == 0 || part(&lines[*at]) == which)
            .collect();
        let mut groups: Vec<usize> = mine.iter().map(|at| group_of(*at)).collect();
        groups.sort_unstable();
        groups.dedup();
        let rounded = groups.iter().map(|group| {
            let members = mine.iter().filter(|at| group_of(**at) == *group);
            sum(members.map(|at| &amounts[*at])).map(cut)
        });
        let rounded: Vec<Pair> = rounded.collect();
        let mut figure = sum(rounded.iter());
        if policy.tax_stage == TaxStage::PerRate {
            let tax = tax_by_rate(case, lines, amounts, &mine, &cut);
            figure.gross = match (&figure.net, tax) {
                (Some(net), Some(tax)) => Some(net + tax),
                (None, _) | (_, None) => figure.gross.filter(|_| figure.net.is_none()),
            };
        }
        figure
    })
}

/// The tax of each rate on its unrounded net, each rounded once.
fn tax_by_rate(
    case: &Case,
    lines: &[Line],
    amounts: &[Pair],
    mine: &[usize],
    cut: &dyn Fn(&Q) -> Q,
) -> Option<Q> {
    let mut rates: Vec<(Option<Decimal>, Q)> = Vec::new();
    for at in mine {
        let tax = amounts[*at].gross.as_ref()? - amounts[*at].net.as_ref()?;
        let rate = lines[*at].price(case).vat;
        match rates.iter_mut().find(|(known, _)| *known == rate) {
            Some((_, sum)) => *sum += tax,
            None => rates.push((rate, tax)),
        }
    }
    Some(rates.iter().map(|(_, tax)| cut(tax)).sum())
}

/// A total within the minimum and then the maximum price.
fn limited(policy: &Policy, tariff: &Tariff, total: &Pair) -> Pair {
    let mut now = total.clone();
    for (limit, is_minimum) in [(tariff.min_price, true), (tariff.max_price, false)] {
        if let Some(limit) = limit {
            now = bounded(policy, tariff, limit, is_minimum, &now);
        }
    }
    now
}

fn bounded(
    policy: &Policy,
    tariff: &Tariff,
    limit: PriceLimit,
    is_minimum: bool,
    before: &Pair,
) -> Pair {
    let bound = |figure: &Q, limit: Decimal| {
        let limit = exact(limit);
        if is_minimum {
            figure.clone().max(limit)
        } else {
            figure.clone().min(limit)
        }
    };
    let net = before.net.as_ref().map(|net| bound(net, limit.excl_vat));
    // Where gross moves with net, its own limit has no say, unless the net is unknown (I-36).
    let separate = policy.limits_tax == LimitsTax::Separate || before.net.is_none();
    let gross = match (&before.gross, limit.incl_vat.filter(|_| separate)) {
        (Some(gross), Some(limit)) => Some(bound(gross, limit)),
        (Some(gross), None) => match (&before.net, &net) {
            (Some(raw), Some(net)) if raw == net => Some(gross.clone()),
            (Some(raw), Some(net)) if *raw == zero() => first_rate(tariff, net),
            (Some(raw), Some(net)) => Some(gross * net / raw),
            (None, _) | (_, None) => Some(gross.clone()),
        },
        (None, _) => None,
    };
    Pair { net, gross }
}

/// The gross amount of a net one at the rate of the tariff's first component.
fn first_rate(tariff: &Tariff, net: &Q) -> Option<Q> {
    let vat = tariff.elements.first()?.components.first()?.vat;
    let net_prices = Tariff {
        tax_included: TaxIncluded::No,
        ..tariff.clone()
    };
    match tariff.tax_included {
        TaxIncluded::NotApplicable => Some(net.clone()),
        TaxIncluded::No | TaxIncluded::Yes => taxed(&net_prices, vat, net).gross,
    }
}
