//! Minimum and maximum price of a session (SEMANTICS 3.11).

use domain::replay::LimitLine;
use domain::{Decimal, LimitsTax, PriceLimit, Tariff};

use crate::number::{Exact, div, mul};
use crate::tax::{Pair, Tax, with_tax};
use crate::trace::Trace;

/// Minimum and maximum of a session's price, and the rate they fall back to.
#[derive(Clone, Copy)]
pub(crate) struct Limits<'a> {
    pub tariff: Option<&'a Tariff>,
    /// Not applied to a reservation that never became a session, unless the policy says so (I-15).
    pub apply: bool,
    /// What happens to gross where the net moved.
    pub tax: LimitsTax,
}

/// Clamps net by the net limits and gross by the gross limits, independently (SEMANTICS 3.11).
///
/// Where a limit moved the net and states no gross, gross moves by the same factor (I-16). The
/// minimum comes first, so that of two contradicting limits the maximum counts (I-17).
pub(super) fn limit<T: Trace>(total: Pair, limits: Limits<'_>, trace: &mut T) -> Exact<Pair> {
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
