//! What partners say they billed.

use office::api::{Problem, StatementMonth, StatementRequest};

use super::TheShell;

/// A partner's statement of a month beside the CDRs of the book.
#[tauri::command(async)]
#[specta::specta]
pub fn statement_compare(
    shell: TheShell<'_>,
    request: StatementRequest,
) -> Result<StatementMonth, Problem> {
    shell.ask(|desk| office::statements::compare(desk, &request))
}
