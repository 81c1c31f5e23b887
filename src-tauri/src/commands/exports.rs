//! Writing out what the book holds.

use office::api::{ExportCount, ExportRequest, JobState, Problem};
use tauri::AppHandle;

use super::{TheShell, hear};
use crate::dialog;
use crate::jobs::{Came, Task, start_for};

/// How many records an export would write, and what is to be known before.
#[tauri::command(async)]
#[specta::specta]
pub fn export_count(shell: TheShell<'_>, request: ExportRequest) -> Result<ExportCount, Problem> {
    shell.ask(|desk| office::export::count(desk, &request))
}

/// Asks where to and starts writing; the job's `export` holds what was written. Nothing if the user
/// changed their mind.
#[tauri::command(async)]
#[specta::specta]
pub fn export_run(
    app: AppHandle,
    shell: TheShell<'_>,
    request: ExportRequest,
) -> Result<Option<JobState>, Problem> {
    let name = shell.ask(|desk| office::export::file_name(desk, &request))?;
    let Some(path) = dialog::choose_place(&app, &name) else {
        return Ok(None);
    };
    let label = dialog::name_of(&path);
    let task = Task {
        kind: "export",
        label: &label,
        unit: "records",
    };
    let job = start_for(&shell, task, hear(&app), move |_, desk, job| {
        office::export::run(desk, &request, &path, job).map(Came::Export)
    });
    Ok(Some(job))
}
