//! `invoice`: drafts, issued documents, their files.

use std::collections::HashMap;
use std::path::Path;

use office::Desk;
use office::api::{DraftRequest, InvoiceDetail, InvoiceSummary, IssueRequest, IssueResult};
use office::settle::Exported;
use serde_json::{Value, json};

use super::Context;
use crate::args::{Invoice, PartnerMonth};
use crate::end::{End, Failure};
use crate::{print, progress};

/// Carries out a command about invoices.
pub fn invoice(context: &Context<'_>, command: &Invoice) -> Result<End, Failure> {
    let desk = context.desk()?;
    match command {
        Invoice::Draft(of) => draft(context, &desk, of),
        Invoice::List(of) => {
            let partner = of.partner.as_ref().map(ToString::to_string);
            let month = of.month.map(|month| month.to_string());
            let all = office::settle::list(&desk, partner.as_deref(), month.as_deref())?;
            tell(context, &all, &HashMap::new());
            Ok(End::Done)
        }
        Invoice::Show(of) => show(context, &desk, of),
        Invoice::Issue(of) => issue(context, &desk, of),
        Invoice::Export { of, out } => export(context, &desk, of, out),
    }
}

fn of_month(desk: &Desk, of: &PartnerMonth) -> Result<Vec<InvoiceSummary>, Failure> {
    let (partner, month) = (of.partner.to_string(), of.month.to_string());
    Ok(office::settle::list(desk, Some(&partner), Some(&month))?)
}

fn draft(context: &Context<'_>, desk: &Desk, of: &PartnerMonth) -> Result<End, Failure> {
    let request = DraftRequest {
        partner: Some(of.partner.to_string()),
        month: of.month.to_string(),
    };
    let cancel = progress::cancel_on_ctrl_c();
    let mut job = progress::job("drafting", &cancel);
    let drafts = office::settle::draft(desk, &mut job, &request);
    progress::clear();
    let drafts = drafts?;
    tell(context, &drafts, &HashMap::new());
    Ok(End::needing(drafts.iter().any(|draft| draft.blocking > 0)))
}

fn issue(context: &Context<'_>, desk: &Desk, of: &PartnerMonth) -> Result<End, Failure> {
    let drafts = of_month(desk, of)?
        .into_iter()
        .filter(|invoice| invoice.state == "draft");
    let request = IssueRequest {
        invoices: drafts.map(|draft| draft.id).collect(),
    };
    if request.invoices.is_empty() {
        let text = format!("{} {} has no draft: make one first", of.partner, of.month);
        return Err(Failure::nothing("nothing_to_issue", text));
    }
    let cancel = progress::cancel_on_ctrl_c();
    let mut job = progress::job("issuing", &cancel);
    let result = office::settle::issue(desk, &mut job, &request);
    progress::clear();
    let result = result?;
    if result.issued.is_empty()
        && let Some(first) = result.failed.first()
    {
        return Err(Failure::of(first.problem.clone()));
    }
    tell_issued(context, &result);
    Ok(End::needing(!result.failed.is_empty()))
}

fn tell_issued(context: &Context<'_>, result: &IssueResult) {
    if context.json {
        let mut document = document(&result.issued, &HashMap::new());
        if !result.failed.is_empty() {
            let failed = result.failed.iter().map(|failure| {
                let problem = &failure.problem;
                json!({ "code": problem.code, "text": problem.text, "retry": problem.retry })
            });
            document["problems"] = failed.collect();
        }
        print::json(&document);
        return;
    }
    tell(context, &result.issued, &HashMap::new());
    for failure in &result.failed {
        println!("not issued: {}", failure.problem.text);
    }
}

fn export(
    context: &Context<'_>,
    desk: &Desk,
    of: &PartnerMonth,
    out: &Path,
) -> Result<End, Failure> {
    let mut issued = of_month(desk, of)?;
    issued.retain(|invoice| invoice.state == "issued");
    if issued.is_empty() {
        let text = format!("{} {} has no issued document", of.partner, of.month);
        return Err(Failure::nothing("nothing_to_export", text));
    }
    let mut files = HashMap::new();
    for invoice in &issued {
        files.insert(invoice.id, office::settle::export(desk, invoice.id, out)?);
    }
    tell(context, &issued, &files);
    Ok(End::Done)
}

fn show(context: &Context<'_>, desk: &Desk, of: &PartnerMonth) -> Result<End, Failure> {
    let summaries = of_month(desk, of)?;
    let mut details = Vec::new();
    for summary in &summaries {
        details.push(office::settle::invoice(desk, summary.id)?);
    }
    if context.json {
        let shown = details.iter().map(|detail| {
            let mut shown = one(&detail.summary, None);
            shown["seller"] = json!(detail.seller);
            shown["buyer"] = json!(detail.buyer);
            shown["lines"] = json!(detail.lines);
            shown["notes"] = json!(detail.notes);
            shown["checks"] = json!(detail.checks);
            shown
        });
        print::json(&json!({ "invoices": shown.collect::<Vec<_>>() }));
        return Ok(End::Done);
    }
    for detail in &details {
        text(detail);
    }
    Ok(End::Done)
}

fn text(detail: &InvoiceDetail) {
    let summary = &detail.summary;
    println!(
        "{} {} {} {}",
        summary.number.as_deref().unwrap_or("(draft)"),
        summary.kind,
        summary.partner.name,
        summary.month
    );
    println!("from {} to {}", detail.seller.name, detail.buyer.name);
    let row = |line: &office::api::InvoiceLineDto| {
        vec![
            line.position.to_string(),
            match &line.late_of {
                Some(month) => format!("{} (late, {month})", line.location),
                None => line.location.clone(),
            },
            line.cdrs.to_string(),
            line.energy_kwh.clone(),
            format!("{} {} %", line.category, line.rate),
            line.net.clone(),
        ]
    };
    let rows: Vec<_> = detail.lines.iter().map(row).collect();
    print::table(
        &[">line", "location", ">CDRs", ">kWh", "VAT", ">net"],
        &rows,
    );
    let (net, gross, currency) = (&summary.net, &summary.gross, &summary.currency);
    println!("net {net}  gross {gross} {currency}");
    for late in &summary.late {
        let net: Vec<&str> = late.net.iter().map(|net| net.amount.as_str()).collect();
        let (cdrs, month, net) = (late.cdrs, &late.month, net.join(" "));
        println!("late: {cdrs} CDRs of {month}, {net} {currency}");
    }
    for check in detail.checks.iter().filter(|check| !check.passed) {
        let why = check
            .params
            .get("why")
            .map_or(check.code.as_str(), String::as_str);
        println!("{}: {why}", if check.blocking { "blocks" } else { "look" });
    }
}

fn document(invoices: &[InvoiceSummary], files: &HashMap<u32, Exported>) -> Value {
    let shown = invoices
        .iter()
        .map(|invoice| one(invoice, files.get(&invoice.id)));
    json!({ "invoices": shown.collect::<Vec<_>>() })
}

/// The shape scripts rely on. Payments and e-invoices come later: nothing is paid, no XML is made.
fn one(invoice: &InvoiceSummary, files: Option<&Exported>) -> Value {
    json!({
        "number": invoice.number,
        "state": invoice.state,
        "kind": invoice.kind,
        "partner": invoice.partner.key,
        "month": invoice.month,
        "currency": invoice.currency,
        "cdrs": invoice.cdrs,
        "energy_kwh": invoice.energy_kwh,
        "net": invoice.net,
        "taxes": invoice.taxes,
        "gross": invoice.gross,
        "late": invoice.late,
        "paid": "0.00",
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on,
        "files": {
            "pdf": files.and_then(|files| files.pdf.as_ref()),
            "xml": null,
            "annex": files.and_then(|files| files.annex.as_ref()),
        },
    })
}

fn tell(context: &Context<'_>, invoices: &[InvoiceSummary], files: &HashMap<u32, Exported>) {
    if context.json {
        print::json(&document(invoices, files));
        return;
    }
    print::table(&HEADINGS, &invoices.iter().map(row).collect::<Vec<_>>());
    for exported in invoices.iter().filter_map(|invoice| files.get(&invoice.id)) {
        for path in [&exported.pdf, &exported.annex].into_iter().flatten() {
            println!("{}", path.display());
        }
    }
}

/// Headings of a table of documents.
pub const HEADINGS: [&str; 9] = [
    "number", "state", "kind", "partner", "month", ">CDRs", ">net", ">gross", "due",
];

/// A document as a row under [`HEADINGS`].
pub fn row(invoice: &InvoiceSummary) -> Vec<String> {
    vec![
        invoice.number.clone().unwrap_or_default(),
        invoice.state.clone(),
        invoice.kind.clone(),
        invoice.partner.key.clone(),
        invoice.month.clone(),
        invoice.cdrs.to_string(),
        format!("{} {}", invoice.net, invoice.currency),
        format!("{} {}", invoice.gross, invoice.currency),
        invoice.due_on.clone().unwrap_or_default(),
    ]
}
