//! Home.

use office::api::{BoardRequest, CloseBoard, Problem};

use super::TheShell;

/// What stands between us and closed months.
#[tauri::command(async)]
#[specta::specta]
pub fn close_board(shell: TheShell<'_>, request: BoardRequest) -> Result<CloseBoard, Problem> {
    shell.ask(|desk| office::board::close_board(desk, &request))
}
