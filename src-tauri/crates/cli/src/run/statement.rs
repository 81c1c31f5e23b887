//! `reconcile --statement`: what a partner says it billed, beside the CDRs of the book.

use office::api::{
    MoneyDto, ReportedFigures, StatedSum, StatementBucket, StatementMonth, StatementRequest,
    StatementRow,
};
use office::statements::{self, Verdict};
use serde_json::{Map, Value, json};

use super::Context;
use crate::args::PartnerMonth;
use crate::end::{End, Failure};
use crate::print;

/// Compares the statement of a partner-month with its CDRs.
pub fn compare(context: &Context<'_>, of: &PartnerMonth) -> Result<End, Failure> {
    let desk = context.desk()?;
    let request = StatementRequest {
        partner: of.partner.to_string(),
        month: of.month.to_string(),
        verdict: None,
        limit: u32::MAX,
    };
    let compared = statements::compare(&desk, &request)?;
    if context.json {
        print::json(&json!({
            "partner": compared.partner,
            "month": compared.month,
            "lines": compared.lines,
            "statement": buckets(&compared),
            "rows": compared.rows.iter().map(row).collect::<Vec<_>>(),
        }));
    } else {
        text(&compared);
    }
    let agrees = |row: &StatementRow| row.verdict == Verdict::Agrees.as_str();
    Ok(End::needing(!compared.rows.iter().all(agrees)))
}

fn buckets(compared: &StatementMonth) -> Map<String, Value> {
    let net = |sums: &[StatedSum]| -> Map<String, Value> {
        let sum = |sum: &StatedSum| (sum.currency.clone(), json!(sum.excl_vat));
        sums.iter().map(sum).collect()
    };
    let worth = |sums: &[MoneyDto]| -> Map<String, Value> {
        let sum = |sum: &MoneyDto| (sum.currency.clone(), json!(sum.amount));
        sums.iter().map(sum).collect()
    };
    let bucket = |bucket: &StatementBucket| {
        let sums = json!({
            "count": bucket.count,
            "reported": net(&bucket.reported),
            "stated": net(&bucket.stated),
            "difference": worth(&bucket.difference),
        });
        (bucket.verdict.clone(), sums)
    };
    compared.buckets.iter().map(bucket).collect()
}

fn row(row: &StatementRow) -> Value {
    let line = row.line.as_ref().map(|line| {
        json!({
            "import": line.import, "row": line.number, "id": line.id, "session": line.session,
            "start": line.start_at, "month": line.month, "currency": line.currency,
            "reference": line.reference, "figures": figures(&line.figures),
        })
    });
    let cdr = row.cdr.as_ref().map(|cdr| {
        json!({
            "id": cdr.id, "start": cdr.start_at, "month": cdr.month, "currency": cdr.currency,
            "figures": figures(&cdr.figures),
        })
    });
    json!({
        "verdict": row.verdict,
        "by": row.by,
        "line": line,
        "cdr": cdr,
        "differs_in": row.differs_in,
        "difference": figures(&row.difference),
    })
}

fn figures(figures: &ReportedFigures) -> Value {
    json!({
        "excl_vat": figures.excl_vat, "vat": figures.vat, "incl_vat": figures.incl_vat,
        "energy_kwh": figures.energy_kwh,
    })
}

fn text(compared: &StatementMonth) {
    let StatementMonth { partner, month, .. } = compared;
    if compared.rows.is_empty() {
        println!("{partner} {month}: no statement was imported");
        return;
    }
    println!("{partner} {month}: {} lines", compared.lines);
    let net = |sums: &[StatedSum]| {
        let each = sums.iter();
        let each = each.map(|sum| format!("{} {}", sum.excl_vat, sum.currency));
        each.collect::<Vec<_>>().join(", ")
    };
    let worth = |sums: &[MoneyDto]| {
        let each = sums.iter();
        let each = each.map(|sum| format!("{} {}", sum.amount, sum.currency));
        each.collect::<Vec<_>>().join(", ")
    };
    let held = compared.buckets.iter().filter(|bucket| bucket.count > 0);
    let rows: Vec<Vec<String>> = held
        .map(|bucket| {
            vec![
                bucket.verdict.replace('_', " "),
                bucket.count.to_string(),
                net(&bucket.reported),
                net(&bucket.stated),
                worth(&bucket.difference),
            ]
        })
        .collect();
    let headings = [
        "verdict",
        ">rows",
        ">reported net",
        ">stated net",
        ">difference",
    ];
    print::table(&headings, &rows);
    println!();
    let headings = [
        "verdict",
        "line",
        "cdr",
        "start",
        "matched by",
        ">reported net",
        ">stated net",
        "differs in",
    ];
    let rows: Vec<Vec<String>> = compared.rows.iter().map(shown).collect();
    print::table(&headings, &rows);
}

fn shown(row: &StatementRow) -> Vec<String> {
    let (line, cdr) = (row.line.as_ref(), row.cdr.as_ref());
    let net = |figures: &ReportedFigures, currency: &str| {
        let excl = figures.excl_vat.as_ref();
        excl.map_or_else(String::new, |excl| format!("{excl} {currency}"))
    };
    let named = line.map(|line| match (&line.id, &line.session) {
        (id, session) if id.is_empty() && session.is_empty() => format!("row {}", line.number),
        (id, session) if id.is_empty() => session.clone(),
        (id, _) => id.clone(),
    });
    let start = line.map(|line| line.start_local.clone());
    let start = start.filter(|start| !start.is_empty());
    let text = |text: Option<String>| text.unwrap_or_default();
    vec![
        row.verdict.replace('_', " "),
        text(named),
        text(cdr.map(|cdr| cdr.id.clone())),
        text(start.or_else(|| cdr.map(|cdr| cdr.start_local.clone()))),
        text(row.by.clone()),
        text(line.map(|line| net(&line.figures, &line.currency))),
        text(cdr.map(|cdr| net(&cdr.figures, &cdr.currency))),
        row.differs_in.join(", "),
    ]
}
