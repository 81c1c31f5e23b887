//! Issuing: a number, dates, frozen figures, files — all in one transaction, or nothing.

use billing::settle::NumberPattern;
use chrono::NaiveDate;
use document::Options;
use domain::Bucket;
use domain::invoice::{Invoice, InvoiceKind};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::decision::{NewDecision, file_detail, sha256_hex};
use store::invoice::{File, Issue, Series};
use store::row::{CdrRow, InvoiceRow};
use store::{Book, Durability};

use super::{CSV, PDF, checks, file_stem, summary};
use crate::api::{InvoiceSummary, IssueFailure, IssueRequest, IssueResult, Problem};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::{Job, Progress};
use crate::zones;

/// How numbers are written unless a series says otherwise.
const PATTERN: &str = "{YYYY}-{SEQ:6}";

/// Issues drafts, each in its own transaction: one that fails takes no number and leaves the
/// others as they are.
pub fn issue(desk: &Desk, job: &mut Job<'_>, request: &IssueRequest) -> Result<IssueResult> {
    let mut result = IssueResult {
        issued: Vec::new(),
        failed: Vec::new(),
    };
    for (done, invoice) in request.invoices.iter().enumerate() {
        job.check()?;
        match one(desk, *invoice) {
            Ok(summary) => result.issued.push(summary),
            Err(error) => {
                result.failed.push(IssueFailure {
                    invoice: *invoice,
                    problem: Problem::from(error),
                });
            }
        }
        job.tell(Progress {
            done: done as u64 + 1,
            total: request.invoices.len() as u64,
            ..Progress::default()
        });
    }
    Ok(result)
}

/// Issues one draft.
fn one(desk: &Desk, invoice: u32) -> Result<InvoiceSummary> {
    let row = InvoiceRow::from(invoice);
    desk.book
        .write(Durability::Decisions, |book| issue_in(desk, book, row))?;
    let (head, content) = super::get(desk, invoice)?;
    summary(desk, &head, &content)
}

/// What issuing does, inside its transaction. The draft is read here again: another program may
/// have issued or replaced it meanwhile.
fn issue_in(desk: &Desk, book: &Book, row: InvoiceRow) -> Result<()> {
    let unknown = Error::UnknownRow {
        what: "invoice",
        row: row.number(),
    };
    let (head, draft) = store::invoice::get(book, row)?.ok_or(unknown)?;
    if head.issued {
        return Err(
            Error::refused("issued_already", "it is issued already").with("invoice", row.number())
        );
    }
    let checks = checks::of(desk, &head, &draft)?;
    if let Some(check) = checks::blocking(&checks) {
        let why = check
            .params
            .get("why")
            .cloned()
            .unwrap_or_else(|| check.code.clone());
        return Err(Error::refused("checks_failed", why)
            .with("invoice", row.number())
            .with("check", &check.code));
    }
    let series = store::invoice::series(book, &series_code(&draft), PATTERN)?;
    let today = today(desk);
    let (seq, number) = next(&series, today)?;
    let invoice = billing::settle::issue(&draft, &number, today);
    let content = serde_json::to_string(&invoice).map_err(store::Error::from)?;
    let files = files(&invoice)?;
    let rows: Vec<CdrRow> = store::invoice::items(book, row)?
        .iter()
        .map(|item| item.row)
        .collect();
    let decision = store::decision::append(
        book,
        &NewDecision {
            at: desk.now,
            actor: &desk.actor,
            verb: "issue",
            object: &number,
            reason: "",
            details: &details(&invoice, &content, &files),
            undoes: None,
            cdrs: &rows,
            sessions: &[],
            seen: &[],
        },
    )?;
    let issue = Issue {
        row,
        series: series.row,
        seq,
        content: &content,
        invoice: &invoice,
        files: &files,
        decision,
    };
    store::invoice::issue(book, &issue)?;
    let mut weights = Vec::new();
    for row in &rows {
        weights.extend(store::month::weight(book, *row)?);
    }
    Ok(store::month::shift(
        book,
        &weights,
        Bucket::Settled,
        "settled",
    )?)
}

/// The day it is at our company.
fn today(desk: &Desk) -> NaiveDate {
    let zone = zones::capital(desk.book.party().country()).unwrap_or(domain::Tz::UTC);
    desk.now.with_timezone(&zone).date_naive()
}

/// Our own invoices share a series; what we write in a supplier's name has one per supplier.
fn series_code(invoice: &Invoice) -> String {
    match invoice.kind {
        InvoiceKind::Invoice => "invoice".to_owned(),
        InvoiceKind::SelfBilled => format!("self_billed:{}", invoice.partner_key),
    }
}

/// The next number of a series. Dates of issue never go backwards within it.
fn next(series: &Series, today: NaiveDate) -> Result<(u32, String)> {
    if let Some(last) = series.last_day.filter(|last| *last > today) {
        return Err(Error::refused(
            "date_before_last",
            format!("the series has a document of {last}, so none can be dated {today}"),
        )
        .with("last", last)
        .with("date", today));
    }
    let pattern = NumberPattern::parse(&series.pattern)
        .map_err(|error| store::Error::Damaged(error.to_string()))?;
    let seq = series
        .last_seq
        .checked_add(1)
        .ok_or_else(|| store::Error::OutOfRange("the number of an invoice".into()))?;
    Ok((seq, pattern.number(u64::from(seq), today)))
}

/// The document and its annex, with their hashes.
fn files(invoice: &Invoice) -> Result<Vec<File>> {
    let stem = file_stem(invoice);
    let file = |ending: &str, media: &str, bytes: Vec<u8>| File {
        name: format!("{stem}.{ending}"),
        media: media.to_owned(),
        sha256: Sha256::digest(&bytes).into(),
        bytes,
    };
    let annex = document::render_annex_csv(invoice);
    Ok(vec![
        file("pdf", PDF, render(invoice)?),
        file("csv", CSV, annex),
    ])
}

/// The PDF of a draft or an issued document.
pub(super) fn render(invoice: &Invoice) -> Result<Vec<u8>> {
    Ok(document::render_invoice(invoice, &Options::default())?)
}

/// What the decision fixes: the figures, and hashes of content and files, which
/// [`store::decision::verify`] compares.
fn details(invoice: &Invoice, content: &str, files: &[File]) -> serde_json::Value {
    let mut details = json!({
        "partner": invoice.partner_key,
        "month": invoice.month,
        "kind": super::kind(invoice.kind),
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on,
        "currency": invoice.currency,
        "cdrs": invoice.annex.len(),
        "net": invoice.net,
        "vat": invoice.vat,
        "gross": invoice.gross,
        "program": env!("CARGO_PKG_VERSION"),
        "content_sha256": sha256_hex(content.as_bytes()),
    });
    for file in files {
        details[file_detail(&file.media)] = sha256_hex(&file.bytes).into();
    }
    details
}
