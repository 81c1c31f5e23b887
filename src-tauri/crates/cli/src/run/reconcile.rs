//! `reconcile`: one bucket for every CDR and session of a partner-month.

use domain::Bucket;
use office::Desk;
use office::api::{CauseGroup, MonthRequest, ReconcileMonth};
use office::reconcile::{BucketSum, Listed, Reconciled};
use serde_json::{Map, Value, json};

use super::Context;
use crate::args::PartnerMonth;
use crate::end::{End, Failure};
use crate::print;

/// Puts every CDR and session of a partner-month in its bucket.
pub fn reconcile(context: &Context<'_>, of: &PartnerMonth, list: bool) -> Result<End, Failure> {
    let desk = context.desk()?;
    let sums = office::reconcile::partner_month(&desk, &of.partner, of.month)?;
    let outcomes = if list {
        Some(office::reconcile::list(&desk, &of.partner, of.month)?)
    } else {
        None
    };
    if context.json {
        let mut document = json!({
            "partner": of.partner.to_string(),
            "month": of.month.to_string(),
            "buckets": buckets(&sums),
            "causes": month(&desk, of)?.causes.iter().map(cause).collect::<Vec<_>>(),
        });
        if let Some(outcomes) = &outcomes {
            document["outcomes"] = outcomes.iter().map(outcome).collect();
        }
        print::json(&document);
    } else {
        text(&sums);
        why(&month(&desk, of)?);
        if let Some(outcomes) = &outcomes {
            println!();
            listed(outcomes);
        }
    }
    Ok(End::needing(sums.needs_a_person()))
}

/// The month as it waits for a person.
fn month(desk: &Desk, of: &PartnerMonth) -> Result<ReconcileMonth, Failure> {
    let request = MonthRequest {
        partner: of.partner.to_string(),
        month: of.month.to_string(),
    };
    Ok(office::reconciling::month(desk, &request)?)
}

fn cause(group: &CauseGroup) -> Value {
    let difference = group.difference.iter();
    let difference: Map<String, Value> = difference
        .map(|money| (money.currency.clone(), money.amount.clone().into()))
        .collect();
    json!({
        "cause": group.key,
        "kind": group.kind,
        "text": group.text,
        "bucket": group.bucket,
        "policy": group.policy,
        "count": group.count,
        "difference": difference,
    })
}

/// Every bucket with its count and sums.
pub(super) fn buckets(sums: &Reconciled) -> Map<String, Value> {
    let bucket = |(bucket, sum): (Bucket, BucketSum)| {
        let BucketSum {
            count,
            stated,
            difference,
        } = sum;
        let sum = json!({ "count": count, "stated": stated, "difference": difference });
        (bucket.as_str().to_owned(), sum)
    };
    sums.buckets().into_iter().map(bucket).collect()
}

fn outcome(listed: &Listed) -> Value {
    json!({
        "cdr": listed.cdr,
        "session": listed.session,
        "bucket": listed.bucket.as_str(),
        "cause": listed.cause,
        "difference": listed.difference.map(|difference| difference.to_string()),
        "findings": listed.findings,
        "reason": listed.reason,
    })
}

/// The buckets that hold something, as a table.
pub(super) fn text(sums: &Reconciled) {
    println!("{} {}", sums.partner, sums.month);
    let words = |sums: &std::collections::BTreeMap<String, String>| {
        let each = sums
            .iter()
            .map(|(currency, sum)| format!("{sum} {currency}"));
        each.collect::<Vec<_>>().join(", ")
    };
    let held = sums.buckets().into_iter().filter(|(_, sum)| sum.count > 0);
    let rows: Vec<Vec<String>> = held
        .map(|(bucket, sum)| {
            vec![
                bucket.as_str().replace('_', " "),
                sum.count.to_string(),
                words(&sum.stated),
                words(&sum.difference),
            ]
        })
        .collect();
    print::table(&["bucket", ">count", ">stated net", ">difference"], &rows);
}

/// What waits for a person, by cause, as a table.
fn why(month: &ReconcileMonth) {
    if month.causes.is_empty() {
        return;
    }
    let row = |group: &CauseGroup| {
        let sums = group
            .difference
            .iter()
            .map(|money| format!("{} {}", money.amount, money.currency));
        let said = match group.text.as_str() {
            "" => group.key.replace('_', " "),
            text => format!("matches if {text}"),
        };
        vec![
            said,
            group.bucket.replace('_', " "),
            group.count.to_string(),
            sums.collect::<Vec<_>>().join(", "),
        ]
    };
    let rows: Vec<Vec<String>> = month.causes.iter().map(row).collect();
    println!();
    print::table(&["why", "bucket", ">count", ">difference"], &rows);
}

fn listed(outcomes: &[Listed]) {
    let row = |listed: &Listed| {
        vec![
            listed.cdr.clone().unwrap_or_default(),
            listed.session.clone().unwrap_or_default(),
            listed.bucket.as_str().to_owned(),
            listed.reason.clone(),
            listed
                .difference
                .map(|difference| difference.to_string())
                .unwrap_or_default(),
            listed.findings.join(", "),
        ]
    };
    let rows: Vec<_> = outcomes.iter().map(row).collect();
    print::table(
        &["cdr", "session", "bucket", "why", ">difference", "findings"],
        &rows,
    );
}
