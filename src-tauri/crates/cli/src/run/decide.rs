//! `accept` and `undo`: decisions about CDRs.

use office::api::{AcceptDifferences, CdrFilter, Decided, Selection, UndoRequest};
use serde_json::json;

use super::Context;
use crate::args::Accept;
use crate::end::{End, Failure};
use crate::print;

/// Accepts the differences of a partner-month's CDRs, or of some of them.
pub fn accept(context: &Context<'_>, args: &Accept) -> Result<End, Failure> {
    let mut desk = context.desk()?;
    let of = CdrFilter {
        partners: vec![args.of.partner.to_string()],
        months: vec![args.of.month.to_string()],
        ..CdrFilter::default()
    };
    let selection = if args.cdr.is_empty() {
        Selection::Matching(CdrFilter {
            buckets: args.bucket.clone(),
            ..of
        })
    } else {
        let mut rows = Vec::new();
        for id in &args.cdr {
            let named = CdrFilter {
                text: Some(id.clone()),
                ..of.clone()
            };
            let found = office::explorer::matching(&desk, &named)?;
            let found = office::explorer::rows_of(&desk, &found)?;
            let exact: Vec<u32> = found
                .iter()
                .filter(|r| r.id.eq_ignore_ascii_case(id))
                .map(|r| r.row)
                .collect();
            if exact.is_empty() {
                return Err(Failure::usage(format!("--cdr {id}: there is no such CDR")));
            }
            rows.extend(exact);
        }
        Selection::Rows(rows)
    };
    let request = AcceptDifferences {
        selection,
        reason: args.reason.clone(),
    };
    let decided = office::decide::accept_differences(&mut desk, &request)?;
    tell(context, &decided);
    Ok(End::Done)
}

/// Takes a decision back.
pub fn undo(context: &Context<'_>, decision: u32, reason: &str) -> Result<End, Failure> {
    let mut desk = context.desk()?;
    let request = UndoRequest {
        decision,
        reason: reason.to_owned(),
    };
    let decided = office::decide::undo(&mut desk, &request)?;
    tell(context, &decided);
    Ok(End::Done)
}

fn tell(context: &Context<'_>, decided: &Decided) {
    if context.json {
        let difference: serde_json::Map<String, serde_json::Value> = decided
            .difference
            .iter()
            .map(|money| (money.currency.clone(), money.amount.clone().into()))
            .collect();
        print::json(&json!({
            "decision": decided.decision,
            "count": decided.count,
            "unchanged": decided.unchanged,
            "difference": difference,
        }));
        return;
    }
    let sums = decided
        .difference
        .iter()
        .map(|money| format!("{} {}", money.amount, money.currency));
    let sums: Vec<String> = sums.collect();
    println!(
        "Decision {}: {} CDRs changed, {} stay as they are; difference {}",
        decided.decision,
        decided.count,
        decided.unchanged,
        sums.join(", ")
    );
}
