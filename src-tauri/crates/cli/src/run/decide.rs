//! `accept`, `dispute`, `hold`, `exclude`, `link`, `unlink` and `undo`: decisions.

use office::Desk;
use office::api::{
    AcceptDifferences, CaseDto, CdrFilter, DecideRequest, DecisionTarget, LinkRequest, MoneyDto,
    MonthDecided, Selection, UndoRequest,
};
use serde_json::{Map, Value, json};

use super::Context;
use crate::args::Accept;
use crate::args::decide::{Decide, Dispute, Hold, Link, Unlink};
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
        Selection::Rows(rows(&desk, &of, &args.cdr)?)
    };
    let request = AcceptDifferences {
        selection,
        reason: args.reason.clone(),
    };
    let decided = office::decide::accept_differences(&mut desk, &request)?;
    let document = document(
        (decided.decision, decided.count, decided.unchanged),
        &decided.difference,
    );
    tell(context, &document);
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
    let document = document(
        (decided.decision, decided.count, decided.unchanged),
        &decided.difference,
    );
    tell(context, &document);
    Ok(End::Done)
}

/// Opens a case, or lists the cases.
pub fn dispute(context: &Context<'_>, what: &Dispute) -> Result<End, Failure> {
    match what {
        Dispute::Open(what) => decide(context, "dispute", what, None),
        Dispute::List => {
            let desk = context.desk()?;
            let cases = office::reconciling::cases(&desk)?;
            if context.json {
                let cases: Vec<Value> = cases.iter().map(case).collect();
                print::json(&json!({ "cases": cases }));
            } else {
                list(&cases);
            }
            Ok(End::Done)
        }
    }
}

/// Puts aside.
pub fn hold(context: &Context<'_>, hold: &Hold) -> Result<End, Failure> {
    decide(context, "hold", &hold.what, hold.until.as_deref())
}

/// Rules out.
pub fn exclude(context: &Context<'_>, what: &Decide) -> Result<End, Failure> {
    decide(context, "exclude", what, None)
}

fn decide(
    context: &Context<'_>,
    verb: &str,
    what: &Decide,
    until: Option<&str>,
) -> Result<End, Failure> {
    let mut desk = context.desk()?;
    let (partner, month) = (what.of.partner.to_string(), what.of.month.to_string());
    let of = CdrFilter {
        partners: vec![partner.clone()],
        months: vec![month.clone()],
        ..CdrFilter::default()
    };
    let target = DecisionTarget {
        partner,
        month,
        causes: what.cause.clone(),
        cdrs: rows(&desk, &of, &what.cdr)?,
        ..DecisionTarget::default()
    };
    let request = DecideRequest {
        verb: verb.to_owned(),
        target,
        reason: what.reason.clone(),
        until: until.map(str::to_owned),
    };
    let decided = office::reconciling::decide(&mut desk, &request)?;
    tell_month(context, &decided);
    Ok(End::Done)
}

/// Ties a CDR to a session.
pub fn link(context: &Context<'_>, link: &Link) -> Result<End, Failure> {
    let mut desk = context.desk()?;
    let partner = link.what.partner.to_string();
    let session = office::reconciling::link::session_named(&desk, &partner, &link.session)?;
    let unknown = || Failure::usage(format!("--session {}: there is no such one", link.session));
    let session = session.ok_or_else(unknown)?;
    tie(context, &mut desk, &link.what, Some(session))
}

/// Says that a CDR belongs to no session of ours.
pub fn unlink(context: &Context<'_>, unlink: &Unlink) -> Result<End, Failure> {
    tie(context, &mut context.desk()?, unlink, None)
}

fn tie(
    context: &Context<'_>,
    desk: &mut Desk,
    what: &Unlink,
    session: Option<u32>,
) -> Result<End, Failure> {
    let of = CdrFilter {
        partners: vec![what.partner.to_string()],
        ..CdrFilter::default()
    };
    let [cdr] = rows(desk, &of, std::slice::from_ref(&what.cdr))?[..] else {
        let text = format!("--cdr {}: several CDRs have this id", what.cdr);
        return Err(Failure::usage(text));
    };
    let request = LinkRequest {
        cdr,
        session,
        reason: what.reason.clone(),
    };
    tell_month(context, &office::reconciling::link(desk, &request)?);
    Ok(End::Done)
}

/// Rows of the CDRs with these ids; all that have one, where several do.
fn rows(desk: &Desk, of: &CdrFilter, ids: &[String]) -> Result<Vec<u32>, Failure> {
    let mut rows = Vec::new();
    for id in ids {
        let named = CdrFilter {
            text: Some(id.clone()),
            ..of.clone()
        };
        let found = office::explorer::matching(desk, &named)?;
        let found = office::explorer::rows_of(desk, &found)?;
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
    Ok(rows)
}

/// What a decision did, as every command prints it: its number, how many changed and did not.
fn document((decision, count, unchanged): (u32, u32, u32), difference: &[MoneyDto]) -> Value {
    json!({
        "decision": decision,
        "count": count,
        "unchanged": unchanged,
        "difference": sums(difference),
    })
}

fn sums(money: &[MoneyDto]) -> Map<String, Value> {
    let each = money
        .iter()
        .map(|money| (money.currency.clone(), money.amount.clone().into()));
    each.collect()
}

fn tell_month(context: &Context<'_>, decided: &MonthDecided) {
    let counts = (decided.decision, decided.count, decided.unchanged);
    let mut document = document(counts, &decided.difference);
    if let Some(case) = decided.case {
        document["case"] = case.into();
    }
    tell(context, &document);
}

fn tell(context: &Context<'_>, document: &Value) {
    if context.json {
        print::json(document);
        return;
    }
    if let Some(case) = document.get("case") {
        print!("Case {case}: ");
    }
    println!(
        "Decision {}: {} CDRs changed, {} stay as they are; difference {}",
        document["decision"],
        document["count"],
        document["unchanged"],
        words(document["difference"].as_object())
    );
}

fn words(sums: Option<&Map<String, Value>>) -> String {
    let each = sums.into_iter().flatten();
    let each = each.map(|(code, sum)| format!("{} {code}", sum.as_str().unwrap_or_default()));
    each.collect::<Vec<_>>().join(", ")
}

fn case(case: &CaseDto) -> Value {
    json!({
        "case": case.number,
        "decision": case.decision,
        "partner": case.partner,
        "month": case.month,
        "cause": case.cause,
        "count": case.count,
        "difference": sums(&case.difference),
        "state": state(case),
        "opened_at": case.opened_at,
        "actor": case.actor,
        "reason": case.reason,
    })
}

fn state(case: &CaseDto) -> &'static str {
    if case.open { "open" } else { "closed" }
}

fn list(cases: &[CaseDto]) {
    let row = |case: &CaseDto| {
        vec![
            case.number.to_string(),
            case.partner.clone(),
            case.month.clone(),
            case.cause.clone(),
            case.count.to_string(),
            words(Some(&sums(&case.difference))),
            state(case).to_owned(),
        ]
    };
    let rows: Vec<_> = cases.iter().map(row).collect();
    print::table(
        &[
            ">case",
            "partner",
            "month",
            "cause",
            ">count",
            ">difference",
            "state",
        ],
        &rows,
    );
}
