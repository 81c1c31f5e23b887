//! Partners and their agreements.

use office::api::{PartnerDto, Problem};

use super::TheShell;

/// Every partner, by name.
#[tauri::command(async)]
#[specta::specta]
pub fn partners_list(shell: TheShell<'_>) -> Result<Vec<PartnerDto>, Problem> {
    shell.ask(|desk| office::partners::list(desk))
}

/// One partner.
#[tauri::command(async)]
#[specta::specta]
pub fn partner_get(shell: TheShell<'_>, key: String) -> Result<PartnerDto, Problem> {
    shell.ask(|desk| office::partners::get(desk, &key))
}

/// Adds or changes a partner. What its agreement decides follows at once.
#[tauri::command(async)]
#[specta::specta]
pub fn partner_set(shell: TheShell<'_>, partner: PartnerDto) -> Result<PartnerDto, Problem> {
    shell.ask(|desk| {
        let kept = office::partners::set(desk, &partner)?;
        office::reconcile::reconcile_stale(desk, &mut office::Job::quiet())?;
        Ok(kept)
    })
}
