//! Bringing data in.

use office::api::{ImportPreview, ImportRequest, ImportSummary, JobState, PickedFile};
use office::api::{ImportUndone, Problem, ProblemKind, RejectsSaved, UndoImport};
use office::api::{TemplateRequest, TemplateSummary};
use office::{Desk, Job};
use tauri::AppHandle;

use super::{TheShell, hear};
use crate::dialog;
use crate::jobs::{Task, run, start};

/// Lets the user choose files. The page gets names and tokens, never paths.
#[tauri::command(async)]
#[specta::specta]
pub fn pick_files(app: AppHandle, shell: TheShell<'_>) -> Result<Vec<PickedFile>, Problem> {
    Ok(shell.files.take(&dialog::pick_files(&app)))
}

/// The beginning of a file, as what it becomes.
#[tauri::command(async)]
#[specta::specta]
pub fn import_preview(
    shell: TheShell<'_>,
    request: ImportRequest,
) -> Result<ImportPreview, Problem> {
    let path = shell.files.path(&request.token)?;
    shell.ask(|desk| office::intake::preview(desk, &request, &path))
}

/// Starts counting what importing a file would do; the job's `import` holds the answer.
#[tauri::command(async)]
#[specta::specta]
pub fn import_check(
    app: AppHandle,
    shell: TheShell<'_>,
    request: ImportRequest,
) -> Result<JobState, Problem> {
    let path = shell.files.path(&request.token)?;
    let label = shell.files.name(&request.token)?;
    let task = Task {
        kind: "check",
        label: &label,
        unit: "percent",
    };
    let work = move |desk: &mut Desk, job: &mut Job<'_>| {
        office::intake::check(desk, job, &request, &path).map(Some)
    };
    Ok(start(&shell, task, hear(&app), work))
}

/// Starts importing a file and sorting what came in; the job's `import` holds what it came to.
#[tauri::command(async)]
#[specta::specta]
pub fn import_run(
    app: AppHandle,
    shell: TheShell<'_>,
    request: ImportRequest,
) -> Result<JobState, Problem> {
    let path = shell.files.path(&request.token)?;
    let label = shell.files.name(&request.token)?;
    let task = Task {
        kind: "import",
        label: &label,
        unit: "percent",
    };
    let work = move |desk: &mut Desk, job: &mut Job<'_>| {
        let result = office::intake::run(desk, job, &request, &path)?;
        office::reconcile::reconcile_stale(desk, job)?;
        Ok(Some(result))
    };
    Ok(start(&shell, task, hear(&app), work))
}

/// Takes an import back; the tray shows how far it is.
#[tauri::command(async)]
#[specta::specta]
pub fn import_undo(
    app: AppHandle,
    shell: TheShell<'_>,
    request: UndoImport,
) -> Result<ImportUndone, Problem> {
    let label = request.import.to_string();
    let task = Task {
        kind: "import_undo",
        label: &label,
        unit: "records",
    };
    run(&shell, task, &hear(&app), |desk, job| {
        office::intake::undo(desk, job, &request)
    })
}

/// Writes the records of an import that could not be read where the user says, to be repaired.
/// `None`: the user changed their mind.
#[tauri::command(async)]
#[specta::specta]
pub fn import_rejects(
    app: AppHandle,
    shell: TheShell<'_>,
    id: u32,
) -> Result<Option<RejectsSaved>, Problem> {
    let name = shell.ask(|desk| office::intake::rejects_name(desk, id))?;
    let Some(path) = dialog::choose_place(&app, &name) else {
        return Ok(None);
    };
    let saved = shell.ask(|desk| office::intake::save_rejects(desk, id, &path))?;
    Ok(Some(saved))
}

/// The templates by which files of a partner are read.
#[tauri::command(async)]
#[specta::specta]
pub fn templates_list(
    shell: TheShell<'_>,
    partner: String,
) -> Result<Vec<TemplateSummary>, Problem> {
    shell.ask(|desk| office::templates::list(desk, &partner))
}

/// Gives up the name of a template.
#[tauri::command(async)]
#[specta::specta]
pub fn template_remove(shell: TheShell<'_>, request: TemplateRequest) -> Result<(), Problem> {
    shell.ask(|desk| office::templates::remove(desk, &request))
}

/// Every import, newest first.
#[tauri::command(async)]
#[specta::specta]
pub fn import_list(shell: TheShell<'_>) -> Result<Vec<ImportSummary>, Problem> {
    shell.ask(|desk| office::intake::list(desk))
}

/// What was odd in an import, by kind.
#[tauri::command(async)]
#[specta::specta]
pub fn import_problems(shell: TheShell<'_>, id: u32) -> Result<Vec<ProblemKind>, Problem> {
    shell.ask(|desk| office::intake::problems(desk, id))
}
