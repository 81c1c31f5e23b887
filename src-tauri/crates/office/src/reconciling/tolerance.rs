//! What counts as equal: the tolerance agreed, and what another one would let through.

use std::collections::{BTreeMap, HashSet};

use billing::causes::{Amounts, DifferingCdr, Judged, Tolerance, what_if};
use domain::{Agreement, Bucket, Currency, Decimal, Tolerances};
use store::micro::{self, Micro};
use store::month::Key;

use super::search::Explained;
use crate::api::{FurtherLimitsDto, ToleranceDto, ToleranceEffect, ToleranceRequest, WithinDto};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::{partners, reconcile};

/// The tolerance of an agreement, as billing judges by it. A CDR's own limit of zero is none where
/// others are agreed.
pub(crate) fn agreed(agreement: &Agreement) -> Tolerance {
    let more = &agreement.tolerances;
    let alone = *more == Tolerances::default();
    let per_cdr = Some(agreement.tolerance).filter(|limit| alone || !limit.is_zero());
    Tolerance {
        per_cdr_e6: per_cdr.and_then(e6),
        per_kwh_e6: more.per_kwh.and_then(e6),
        per_month_e6: more.per_month.and_then(e6),
        percent_e6: more.percent.and_then(e6),
    }
}

fn e6(limit: Decimal) -> Option<u64> {
    u64::try_from(Micro::from_decimal(limit)?.0).ok()
}

/// The tolerance of an agreement for the screens.
pub(crate) fn dto(agreement: &Agreement) -> ToleranceDto {
    let FurtherLimitsDto {
        per_kwh,
        per_month,
        percent,
    } = further(agreement);
    ToleranceDto {
        per_cdr: Some(agreement.tolerance)
            .filter(|limit| !limit.is_zero())
            .map(|limit| limit.normalize().to_string()),
        per_kwh,
        per_month,
        percent,
    }
}

/// The limits of an agreement beside the one per CDR.
pub(crate) fn further(agreement: &Agreement) -> FurtherLimitsDto {
    let text = |limit: Option<Decimal>| limit.map(|limit| limit.normalize().to_string());
    let more = &agreement.tolerances;
    FurtherLimitsDto {
        per_kwh: text(more.per_kwh),
        per_month: text(more.per_month),
        percent: text(more.percent),
    }
}

/// A limit as a person gave it.
pub(crate) fn limit(field: &'static str, text: Option<&str>) -> Result<Option<Decimal>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let bad = || Error::BadRequest {
        field,
        value: text.to_owned(),
    };
    let limit: Decimal = text.parse().map_err(|_| bad())?;
    if limit.is_sign_negative() || Micro::from_decimal(limit).is_none() {
        return Err(bad());
    }
    Ok(Some(limit))
}

fn supposed(dto: &ToleranceDto) -> Result<Tolerance> {
    let limit = |field, text: &Option<String>| -> Result<Option<u64>> {
        Ok(limit(field, text.as_deref())?.and_then(e6))
    };
    Ok(Tolerance {
        per_cdr_e6: limit("per_cdr", &dto.per_cdr)?,
        per_kwh_e6: limit("per_kwh", &dto.per_kwh)?,
        per_month_e6: limit("per_month", &dto.per_month)?,
        percent_e6: limit("percent", &dto.percent)?,
    })
}

/// The CDRs of a partner-month that differ in their total and wait for a person.
pub(super) fn open(desk: &Desk, key: Key) -> Result<Explained> {
    let waiting: HashSet<i64> = store::outcome::in_bucket(&desk.book, key, Bucket::Differs)?
        .into_iter()
        .map(|row| row.0)
        .collect();
    let mut explained = Explained::of_month(&desk.book, key)?;
    explained.cdrs.retain(|cdr| waiting.contains(&cdr.row));
    Ok(explained)
}

/// What another tolerance would let through of what differs now. Nothing is stored.
pub fn effect(desk: &Desk, request: &ToleranceRequest) -> Result<ToleranceEffect> {
    let (partner, month) = reconcile::parse(desk, &request.partner, &request.month)?;
    let key = (partners::row(&desk.book, &partner)?, month);
    let tolerance = supposed(&request.tolerance)?;
    let cdrs = open(desk, key)?.cdrs;
    let effect = what_if(&cdrs, &tolerance, &passed(desk, key)?);
    let passing = effect.passing();
    let within = effect.within.iter().map(|(currency, effect)| WithinDto {
        currency: currency.to_string(),
        count: count(effect.amount.count),
        difference: micro::text(effect.amount.difference_e6),
        month_holds: effect.month == Judged::Within,
    });
    let beyond = effect.beyond.iter();
    Ok(ToleranceEffect {
        within: within.collect(),
        beyond: beyond
            .map(|(limit, of)| (limit.as_str().to_owned(), count(*of)))
            .collect(),
        passing: count(passing.count()),
    })
}

/// The CDRs that a tolerance lets through.
pub(super) fn passing(desk: &Desk, key: Key, dto: &ToleranceDto) -> Result<Vec<i64>> {
    let tolerance = supposed(dto)?;
    let cdrs = open(desk, key)?.cdrs;
    let Amounts(passing) = what_if(&cdrs, &tolerance, &passed(desk, key)?).passing();
    let passes = |cdr: &&DifferingCdr| {
        let judged = tolerance.judge(cdr.difference_e6, cdr.stated_e6, cdr.energy_e6);
        judged == Judged::Within && passing.contains_key(&cdr.currency)
    };
    Ok(cdrs.iter().filter(passes).map(|cdr| cdr.row).collect())
}

/// The sums of differences of a month that need no decision any more.
fn passed(desk: &Desk, key: Key) -> Result<BTreeMap<Currency, i128>> {
    let mut passed = BTreeMap::new();
    for total in store::month::totals(&desk.book, Some(key))? {
        if let (Bucket::Matched, Some(currency)) = (total.bucket, total.currency) {
            *passed.entry(currency).or_default() += i128::from(total.difference.0);
        }
    }
    Ok(passed)
}

pub(super) fn count(of: u64) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
