//! What if: a CDR replayed under another policy, zone or tariff version, beside what it is now.
//! Nothing is stored.

#[cfg(test)]
mod tests;

use domain::replay::{Amount, Line, Parts, Phase};
use domain::{Decimal, Instant, Replay, TariffDimension, Tz};
use store::row::CdrRow;

use crate::api::{AmountDto, PartsDto, TariffVersionDto, WhatIf, WhatIfAnswer, WhatIfLine};
use crate::desk::Desk;
use crate::error::Result;
use crate::replay::{Lookups, Supposition, Version, explain};
use crate::{detail, partners, words};

/// The stored tariff versions that a CDR could be replayed with: of the tariffs it carries or
/// names and of those at its connector, in the order they were received.
pub fn versions(desk: &Desk, cdr: u32) -> Result<Vec<TariffVersionDto>> {
    let explained = explain(desk, CdrRow::from(cdr))?;
    let versions = Lookups::default().candidates(&desk.book, &explained.cdr)?;
    Ok(versions.iter().map(version_dto).collect())
}

fn version_dto(version: &Version) -> TariffVersionDto {
    TariffVersionDto {
        row: version.row.number(),
        id: version.tariff.id.to_string(),
        updated_at: version.updated_at.map(words::instant),
        valid_from: version.tariff.valid_from.map(words::instant),
        valid_until: version.tariff.valid_until.map(words::instant),
    }
}

/// Replays a CDR as supposed and says what would change. What is not supposed stays as it is.
pub fn replay(desk: &Desk, question: &WhatIf) -> Result<WhatIfAnswer> {
    let explained = explain(desk, CdrRow::from(question.cdr))?;
    let agreement = &explained.terms.partner.agreement;
    let record = (&explained.cdr, &explained.chosen);
    let mut lookups = Lookups::default();
    let ground =
        supposition(question).ground(&desk.book, &mut lookups, record, agreement.policy)?;
    let policy = ground.policy;
    let stand = ground.stand(&explained.cdr, &explained.chosen);
    let replay = tariff::replay(&stand.input(&explained.cdr, &ground));
    let comparison = tariff::compare(
        &explained.cdr,
        &replay.totals,
        &replay.exact,
        &policy,
        agreement.tolerance,
    );
    let findings = replay.findings.iter().chain(&comparison.findings);
    Ok(WhatIfAnswer {
        policy: partners::readings(&policy),
        time_zone: replay
            .zone
            .map_or_else(String::new, |zone| zone.name().to_owned()),
        tariff_ids: replay.tariff_ids.iter().map(ToString::to_string).collect(),
        now: detail::parts(&explained.replay.totals),
        supposed: detail::parts(&replay.totals),
        change: change(&explained.replay.totals, &replay.totals),
        difference: detail::parts(&comparison.difference),
        verdict: detail::verdict(comparison.verdict).to_owned(),
        lines: lines(&explained.replay, &replay),
        findings: findings.map(words::finding).collect(),
    })
}

/// The question as the engine's ground is made from.
pub(crate) fn supposition(question: &WhatIf) -> Supposition {
    Supposition {
        policy: question.policy.clone(),
        time_zone: question.time_zone.clone(),
        tariff: question.tariff,
    }
}

/// Supposed − now, part by part.
fn change(now: &Parts<Option<Amount>>, supposed: &Parts<Option<Amount>>) -> PartsDto {
    let priced = now.total.is_some() && supposed.total.is_some();
    let part = |now: Option<Amount>, supposed: Option<Amount>| {
        let either = priced && (now.is_some() || supposed.is_some());
        either.then(|| minus(supposed, now))
    };
    PartsDto {
        total: part(now.total, supposed.total),
        fixed: part(now.fixed, supposed.fixed),
        energy: part(now.energy, supposed.energy),
        time: part(now.time, supposed.time),
        parking: part(now.parking, supposed.parking),
        reservation: part(now.reservation, supposed.reservation),
    }
}

/// What is not priced costs nothing; what is unknown stays unknown.
fn minus(supposed: Option<Amount>, now: Option<Amount>) -> AmountDto {
    let nothing = Amount {
        excl_vat: Some(Decimal::ZERO),
        incl_vat: Some(Decimal::ZERO),
    };
    let (supposed, now) = (supposed.unwrap_or(nothing), now.unwrap_or(nothing));
    let minus = |left: Option<Decimal>, right: Option<Decimal>| left?.checked_sub(right?);
    detail::amount_dto(Amount {
        excl_vat: minus(supposed.excl_vat, now.excl_vat),
        incl_vat: minus(supposed.incl_vat, now.incl_vat),
    })
}

/// What tells which line of one replay is which of the other.
fn place(line: &Line) -> (Instant, Phase, TariffDimension) {
    (line.start_at, line.phase, line.dimension)
}

/// The lines of both, those of the same moment and dimension side by side.
fn lines(now: &Replay, supposed: &Replay) -> Vec<WhatIfLine> {
    let mut left: Vec<&Line> = supposed.lines.iter().collect();
    let mut pairs: Vec<(Option<&Line>, Option<&Line>)> = Vec::new();
    for line in &now.lines {
        let same = left.iter().position(|other| place(other) == place(line));
        pairs.push((Some(line), same.map(|index| left.remove(index))));
    }
    pairs.extend(left.into_iter().map(|line| (None, Some(line))));
    // Stable: what is new comes behind what was there at the same moment.
    pairs.sort_by_key(|(now, supposed)| now.or(*supposed).map(|line| line.start_at));
    let dto = |line: Option<&Line>, replay: &Replay| {
        line.map(|line| detail::line_dto(line, replay.zone.unwrap_or(Tz::UTC)))
    };
    let pair = |(before, after): (Option<&Line>, Option<&Line>)| WhatIfLine {
        now: dto(before, now),
        supposed: dto(after, supposed),
        change: minus(
            after.map(|line| line.amount),
            before.map(|line| line.amount),
        ),
    };
    pairs.into_iter().map(pair).collect()
}
