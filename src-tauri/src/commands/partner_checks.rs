//! The field-by-field check with a partner: their file beside ours, the reports, our sample.

use office::api::SampleRequest;
use office::api::{FileSaved, PartnerCheck, PartnerCheckRequest, Problem, SampleDone};
use tauri::AppHandle;

use super::{TheShell, hear};
use crate::dialog;
use crate::jobs::{Task, run};

/// What the tray says while a file is compared.
fn comparing(file: &str) -> Task<'_> {
    Task {
        kind: "partner_check",
        label: file,
        unit: "percent",
    }
}

/// Compares a partner's file with the book; the tray shows how far it is. Nothing of it is kept.
#[tauri::command(async)]
#[specta::specta]
pub fn partner_check_run(
    app: AppHandle,
    shell: TheShell<'_>,
    request: PartnerCheckRequest,
) -> Result<PartnerCheck, Problem> {
    let path = shell.files.path(&request.file.token)?;
    let label = shell.files.name(&request.file.token)?;
    run(&shell, comparing(&label), &hear(&app), |desk, job| {
        office::partner_check::run(desk, job, &request, &path)
    })
}

/// Asks where to and writes the report of a check as `xlsx` or `pdf`; nothing if the user changed
/// their mind.
#[tauri::command(async)]
#[specta::specta]
pub fn partner_check_save(
    app: AppHandle,
    shell: TheShell<'_>,
    request: PartnerCheckRequest,
    format: String,
) -> Result<Option<FileSaved>, Problem> {
    let path = shell.files.path(&request.file.token)?;
    let name = shell.ask(|_| office::partner_check::file_name(&request, &format))?;
    let Some(out) = dialog::choose_place(&app, &name) else {
        return Ok(None);
    };
    let label = dialog::name_of(&out);
    let saved = run(&shell, comparing(&label), &hear(&app), |desk, job| {
        office::partner_check::save(desk, job, (&request, &path), (&format, &out))
    });
    saved.map(Some)
}

/// Asks where to and writes CDRs with our computed totals for the partner; nothing if the user
/// changed their mind.
#[tauri::command(async)]
#[specta::specta]
pub fn partner_sample_save(
    app: AppHandle,
    shell: TheShell<'_>,
    request: SampleRequest,
) -> Result<Option<SampleDone>, Problem> {
    let name = shell.ask(|_| office::partner_sample::file_name(&request))?;
    let Some(out) = dialog::choose_place(&app, &name) else {
        return Ok(None);
    };
    let label = dialog::name_of(&out);
    let task = Task {
        kind: "export",
        label: &label,
        unit: "records",
    };
    let done = run(&shell, task, &hear(&app), |desk, job| {
        office::partner_sample::run(desk, job, &request, &out)
    });
    done.map(Some)
}
