//! The tariffs of a partner.

use office::api::{Problem, TariffRequest, TariffSummary, TariffView, TryAnswer, TryRequest};

use super::TheShell;

/// The tariffs of a partner, by id.
#[tauri::command(async)]
#[specta::specta]
pub fn tariffs_list(shell: TheShell<'_>, partner: String) -> Result<Vec<TariffSummary>, Problem> {
    shell.ask(|desk| office::tariffs::list(desk, &partner))
}

/// A tariff with its versions: in words, what changed, what is wrong with it.
#[tauri::command(async)]
#[specta::specta]
pub fn tariff_view(shell: TheShell<'_>, request: TariffRequest) -> Result<TariffView, Problem> {
    shell.ask(|desk| office::tariffs::view(desk, &request))
}

/// The price of a made-up session.
#[tauri::command(async)]
#[specta::specta]
pub fn tariff_try(shell: TheShell<'_>, request: TryRequest) -> Result<TryAnswer, Problem> {
    shell.ask(|desk| office::tariffs::try_version(desk, &request))
}
