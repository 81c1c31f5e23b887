//! Invoices.

use office::api::{DocumentBytes, DraftRequest, InvoiceDetail, InvoiceSummary, IssueRequest};
use office::api::{IssueResult, Problem, SettleOverview, SettleRequest};
use tauri::AppHandle;

use super::{TheShell, hear};
use crate::dialog;
use crate::jobs::{Task, run};

/// What can be drafted, what is drafted, what is issued.
#[tauri::command(async)]
#[specta::specta]
pub fn settle_overview(
    shell: TheShell<'_>,
    request: SettleRequest,
) -> Result<SettleOverview, Problem> {
    shell.ask(|desk| office::settle::overview(desk, &request))
}

/// One invoice with its lines and checks.
#[tauri::command(async)]
#[specta::specta]
pub fn invoice_get(shell: TheShell<'_>, invoice: u32) -> Result<InvoiceDetail, Problem> {
    shell.ask(|desk| office::settle::invoice(desk, invoice))
}

/// The invoice's PDF: the issued document, or what a draft would become.
#[tauri::command(async)]
#[specta::specta]
pub fn invoice_pdf(shell: TheShell<'_>, invoice: u32) -> Result<DocumentBytes, Problem> {
    shell.ask(|desk| office::settle::pdf(desk, invoice))
}

/// Saves the invoice's PDF where the user says; the file's name, or nothing if they changed
/// their mind.
#[tauri::command(async)]
#[specta::specta]
pub fn invoice_save(
    app: AppHandle,
    shell: TheShell<'_>,
    invoice: u32,
) -> Result<Option<String>, Problem> {
    let (name, bytes) = shell.ask(|desk| office::settle::pdf_file(desk, invoice))?;
    dialog::save(&app, &name, &bytes)
}

/// Makes drafts; the tray shows how far it is.
#[tauri::command(async)]
#[specta::specta]
pub fn settle_draft(
    app: AppHandle,
    shell: TheShell<'_>,
    request: DraftRequest,
) -> Result<Vec<InvoiceSummary>, Problem> {
    let task = Task {
        kind: "draft",
        label: &request.month,
        unit: "invoices",
    };
    run(&shell, task, &hear(&app), |desk, job| {
        office::settle::draft(desk, job, &request)
    })
}

/// Issues drafts: numbers in order, figures frozen; the tray shows how far it is.
#[tauri::command(async)]
#[specta::specta]
pub fn settle_issue(
    app: AppHandle,
    shell: TheShell<'_>,
    request: IssueRequest,
) -> Result<IssueResult, Problem> {
    let label = request.invoices.len().to_string();
    let task = Task {
        kind: "issue",
        label: &label,
        unit: "invoices",
    };
    run(&shell, task, &hear(&app), |desk, job| {
        office::settle::issue(desk, job, &request)
    })
}
