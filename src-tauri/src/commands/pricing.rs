//! Why a CDR costs what it states, and what it would cost otherwise.

use office::api::{
    CausesDto, Decided, InferRequest, InferredDto, KeepWhatIf, Problem, SwitchDto,
    TariffVersionDto, WhatIf, WhatIfAnswer, WordsRequest,
};
use tauri::AppHandle;

use super::{TheShell, hear};
use crate::jobs::{Task, run};

/// Every open point of the standard with its readings.
#[tauri::command(async)]
#[specta::specta]
pub fn switches_list() -> Result<Vec<SwitchDto>, Problem> {
    Ok(office::readings::switches())
}

/// What gives the figure that a CDR states.
#[tauri::command(async)]
#[specta::specta]
pub fn cdr_causes(shell: TheShell<'_>, row: u32) -> Result<CausesDto, Problem> {
    shell.ask(|desk| office::causes::of_cdr(desk, row))
}

/// A CDR's price in sentences.
#[tauri::command(async)]
#[specta::specta]
pub fn cdr_words(shell: TheShell<'_>, request: WordsRequest) -> Result<Vec<String>, Problem> {
    shell.ask(|desk| office::detail::in_words(desk, &request))
}

/// The stored tariff versions that a CDR could be replayed with.
#[tauri::command(async)]
#[specta::specta]
pub fn whatif_versions(shell: TheShell<'_>, cdr: u32) -> Result<Vec<TariffVersionDto>, Problem> {
    shell.ask(|desk| office::whatif::versions(desk, cdr))
}

/// What a CDR would cost under other readings, in another zone, with another tariff version.
#[tauri::command(async)]
#[specta::specta]
pub fn whatif_replay(shell: TheShell<'_>, question: WhatIf) -> Result<WhatIfAnswer, Problem> {
    shell.ask(|desk| office::whatif::replay(desk, &question))
}

/// Prices a CDR so from now on, by decision.
#[tauri::command(async)]
#[specta::specta]
pub fn whatif_keep(shell: TheShell<'_>, request: KeepWhatIf) -> Result<Decided, Problem> {
    shell.ask(|desk| office::kept::keep(desk, &request))
}

/// Finds the policy that explains most CDRs of a month; the tray shows how far it is.
#[tauri::command(async)]
#[specta::specta]
pub fn month_infer(
    app: AppHandle,
    shell: TheShell<'_>,
    request: InferRequest,
) -> Result<InferredDto, Problem> {
    let label = format!("{} {}", request.partner, request.month);
    let task = Task {
        kind: "infer",
        label: &label,
        unit: "records",
    };
    run(&shell, task, &hear(&app), |desk, job| {
        office::readings::infer(desk, job, &request)
    })
}
