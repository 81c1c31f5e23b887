//! The check as it crosses to the screens.

use std::collections::BTreeMap;

use billing::partner_check::{Compared, Field, FieldTally};
use domain::{Currency, Decimal};

use super::sums::{Known, Sums};
use super::{Checked, Group, Row, Verdict, Why};
use crate::api::{
    CheckCause, CheckCount, CheckField, CheckReject, CheckTotal, CheckWhy, CheckedCdr,
    CheckedField, MoneyDto, PartnerCheck,
};
use crate::detail::{amount_dto, decimal, parts};
use crate::error::Result;
use crate::words;

/// Records that are named of those that cannot be read.
const REJECTS: usize = 100;

pub(super) fn partner_check(checked: &Checked, limit: usize) -> Result<PartnerCheck> {
    let read = &checked.read;
    let count = |verdict: Verdict| CheckCount {
        verdict: verdict.as_str().to_owned(),
        count: words::index(
            checked
                .rows
                .iter()
                .filter(|row| row.verdict == verdict)
                .count(),
        ),
    };
    Ok(PartnerCheck {
        partner: checked.partner.to_string(),
        own: checked.own.to_string(),
        month: checked.month.map(|month| month.to_string()),
        file: read.file.clone(),
        sha256: words::hex(&read.sha256),
        format: read.format.clone(),
        verdict: if checked.is_equal() {
            "equal"
        } else {
            "differs"
        }
        .to_owned(),
        counts: Verdict::ALL.into_iter().map(count).collect(),
        rejected: rejected(checked),
        rejected_total: words::index(read.rejected.len()),
        fields: fields(checked),
        totals: checked.totals.iter().map(total).collect(),
        causes: causes(&checked.rows)?,
        cdrs: checked.rows.iter().take(limit).map(cdr).collect(),
        total: words::index(checked.rows.len()),
    })
}

fn rejected(checked: &Checked) -> Vec<CheckReject> {
    let first = checked.read.rejected.iter().take(REJECTS);
    let dto = |(number, findings): &(u32, Vec<domain::Finding>)| CheckReject {
        number: *number,
        codes: (findings.iter())
            .map(|found| found.code.as_str().to_owned())
            .collect(),
    };
    first.map(dto).collect()
}

pub(super) fn fields(checked: &Checked) -> Vec<CheckField> {
    let dto = |(field, tally): (&Field, &FieldTally)| CheckField {
        field: field.name(),
        compared: tally.compared,
        equal: tally.equal,
        within: tally.within,
        differing: tally.differing,
        only_held: tally.only_held,
        only_reported: tally.only_reported,
        largest: tally.largest.map(decimal),
    };
    checked.tally.0.iter().map(dto).collect()
}

pub(super) fn total(((group, currency), sums): (&(Group, Currency), &Sums)) -> CheckTotal {
    CheckTotal {
        group: group.as_str().to_owned(),
        currency: currency.to_string(),
        cdrs: sums.cdrs,
        reported: sums.reported.amount().map(amount_dto),
        replayed: sums.replayed.amount().map(amount_dto),
        stated: sums.stated.amount().map(amount_dto),
        difference: sums.difference.amount().map(amount_dto),
        reported_kwh: sums.reported_kwh.figure().map(decimal),
        held_kwh: sums.held_kwh.figure().map(decimal),
    }
}

/// Causes with what they are worth, the most first.
pub(super) fn causes(rows: &[Row]) -> Result<Vec<CheckCause>> {
    let mut found: BTreeMap<&Why, (u32, BTreeMap<Currency, Known>)> = BTreeMap::new();
    for row in rows {
        let Some(why) = &row.why else { continue };
        let (count, worth) = found.entry(why).or_default();
        *count += 1;
        if let Some(net) = row.difference.and_then(|apart| apart.excl_vat) {
            worth.entry(row.currency).or_default().add(Some(net))?;
        }
    }
    let mut causes: Vec<(Decimal, CheckCause)> = Vec::with_capacity(found.len());
    for (why, (count, worth)) in found {
        let worth: Vec<(Currency, Decimal)> = worth
            .into_iter()
            .filter_map(|(currency, sum)| Some((currency, sum.figure()?)))
            .collect();
        let size = worth.iter().map(|(_, sum)| sum.abs()).max();
        let size = size.unwrap_or_default();
        let money = |(currency, sum): (Currency, Decimal)| MoneyDto {
            amount: decimal(sum),
            currency: currency.to_string(),
        };
        let cause = CheckCause {
            code: why.code.to_owned(),
            text: why.text.clone(),
            count,
            difference: worth.into_iter().map(money).collect(),
        };
        causes.push((size, cause));
    }
    causes.sort_by_key(|(size, cause)| (std::cmp::Reverse(*size), std::cmp::Reverse(cause.count)));
    Ok(causes.into_iter().map(|(_, cause)| cause).collect())
}

fn cdr(row: &Row) -> CheckedCdr {
    CheckedCdr {
        verdict: row.verdict.as_str().to_owned(),
        by: row.by.map(str::to_owned),
        row: row.held.map(store::row::CdrRow::number),
        id: row.id.clone(),
        start_at: words::instant(row.start_at),
        currency: row.currency.to_string(),
        reported: parts(&row.reported),
        replayed: parts(&row.replayed),
        stated: parts(&row.stated),
        difference: row.difference.map(amount_dto),
        cause: row.why.as_ref().map(|why| CheckWhy {
            code: why.code.to_owned(),
            text: why.text.clone(),
        }),
        fields: row.fields.iter().map(field).collect(),
    }
}

pub(super) fn field(one: &Compared) -> CheckedField {
    CheckedField {
        field: one.field.name(),
        period: one.period.map(words::index),
        standing: one.standing.as_str().to_owned(),
        reported: one.reported.clone(),
        held: one.held.clone(),
        difference: one.difference.map(decimal),
    }
}
