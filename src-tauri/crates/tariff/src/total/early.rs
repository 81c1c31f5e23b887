//! Rounding of amounts, also before they are added (SEMANTICS 3.12; I-20).

use domain::replay::{RoundedFigure, RoundingLine};
use domain::{Decimal, Policy, Rounding, RoundingStage, TaxStage};

use super::{Charge, Figures, PARTS, Part, Share, Sum, figures_of, pair_of};
use crate::input::Candidates;
use crate::ledger::Line;
use crate::number::{Exact, add, sub};
use crate::tax::{Pair, Tax};
use crate::trace::Trace;

/// Rounds a net and a gross figure, leaving a line for each that changed.
pub(super) fn round_pair<T: Trace>(
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
pub(super) fn round_early<T: Trace>(
    lines: &[Line<'_>],
    tariffs: Candidates<'_>,
    (sums, share): (&[Sum], Share),
    exact: &Figures,
    policy: Policy,
    trace: &mut T,
) -> Exact<Figures> {
    let rounding = policy.rounding;
    let mut staged = Figures::ZERO;
    match rounding.stage {
        RoundingStage::None | RoundingStage::PerTotal => return Ok(*exact),
        RoundingStage::PerLine => {
            for (index, line) in lines.iter().enumerate() {
                let charge = Charge::from(line);
                let pair = pair_of(&charge, tariffs, policy.time_price_unit)?;
                let pair = round_pair(pair, rounding, RoundedFigure::Line, Some(index), trace);
                staged.add_part(Part::of(&charge), pair)?;
                staged.total = staged.total.plus(pair)?;
            }
        }
        RoundingStage::PerPeriod => {
            for lines in lines.chunk_by(|a, b| a.period == b.period) {
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
        TaxStage::PerRate => tax_per_rate(staged, (sums, share), rounding),
    }
}

/// Replaces gross by rounded net plus the tax of each rate, rounded once per rate.
fn tax_per_rate(
    staged: Figures,
    (sums, share): (&[Sum], Share),
    rounding: Rounding,
) -> Exact<Figures> {
    staged.try_map(|figure, pair| {
        let (Some(net), Some(_)) = (pair.net, pair.gross) else {
            return Ok(pair);
        };
        let of_figure = |sum: &&Sum| figure == RoundedFigure::Total || figure == sum.part.figure();
        let mut taxes: Vec<(Tax, Decimal)> = Vec::new();
        for sum in sums.iter().filter(of_figure) {
            let split = share.in_currency(sum.tax.split(sum.stated)?)?;
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
