//! The open book.

use office::api::{BookInfo, Problem};

use super::TheShell;

/// What book is open.
#[tauri::command(async)]
#[specta::specta]
pub fn book_info(shell: TheShell<'_>) -> Result<BookInfo, Problem> {
    shell.ask(|desk| office::book::info(desk))
}
