//! The CDR explorer and *Explain this price*.

use office::api::Problem;
use office::api::{CdrDetail, CdrFilter, CdrRowDto, CdrRowsRequest, CdrSort, CdrView, Facets};

use super::TheShell;

/// Freezes a filtered, sorted view and returns its sums and first rows.
#[tauri::command(async)]
#[specta::specta]
pub fn cdrs_open(
    shell: TheShell<'_>,
    filter: CdrFilter,
    sort: CdrSort,
) -> Result<CdrView, Problem> {
    shell.search(|desk| office::explorer::open(desk, &filter, &sort))
}

/// A page of an open view.
#[tauri::command(async)]
#[specta::specta]
pub fn cdrs_rows(shell: TheShell<'_>, request: CdrRowsRequest) -> Result<Vec<CdrRowDto>, Problem> {
    shell.search(|desk| office::explorer::rows(desk, &request))
}

/// How many CDRs fall under each partner, month and bucket.
#[tauri::command(async)]
#[specta::specta]
pub fn cdrs_facets(shell: TheShell<'_>, filter: CdrFilter) -> Result<Facets, Problem> {
    shell.search(|desk| office::explorer::facets(desk, &filter))
}

/// Everything about one CDR, above all why it costs what it costs.
#[tauri::command(async)]
#[specta::specta]
pub fn cdr_detail(shell: TheShell<'_>, row: u32) -> Result<CdrDetail, Problem> {
    shell.ask(|desk| office::detail::cdr(desk, row))
}
