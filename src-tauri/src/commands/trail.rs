//! Decisions and the log of them.

use office::api::{AcceptDifferences, AuditEntry, AuditRequest, AuditVerdict, Decided};
use office::api::{Problem, UndoRequest};

use super::TheShell;

/// Accepts the differences of the selected CDRs.
#[tauri::command(async)]
#[specta::specta]
pub fn accept_differences(
    shell: TheShell<'_>,
    request: AcceptDifferences,
) -> Result<Decided, Problem> {
    shell.ask(|desk| office::decide::accept_differences(desk, &request))
}

/// Undoes a decision by its opposite.
#[tauri::command(async)]
#[specta::specta]
pub fn undo(shell: TheShell<'_>, request: UndoRequest) -> Result<Decided, Problem> {
    shell.ask(|desk| office::decide::undo(desk, &request))
}

/// A page of the log, newest first.
#[tauri::command(async)]
#[specta::specta]
pub fn audit_list(shell: TheShell<'_>, request: AuditRequest) -> Result<Vec<AuditEntry>, Problem> {
    shell.ask(|desk| office::audit::list(desk, &request))
}

/// Whether every entry still follows from the one before.
#[tauri::command(async)]
#[specta::specta]
pub fn audit_verify(shell: TheShell<'_>) -> Result<AuditVerdict, Problem> {
    shell.ask(|desk| office::audit::verify(desk))
}
