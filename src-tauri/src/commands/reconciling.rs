//! A partner-month as it is reconciled, and what is decided about it.

use office::api::{
    AcceptWithin, DecideRequest, DecisionTarget, LinkRequest, MonthCharts, MonthDecided,
    MonthRequest, PolicyProposal, Problem, ReconcileMonth, ReconcileRows, ReconcileRowsRequest,
    RuleDto, RuleMonth, RuleProposal, RuleRequest, Scatter, ScatterRequest, SideBySide,
    SideRequest, ToleranceEffect, ToleranceRequest,
};
use tauri::AppHandle;

use super::{TheShell, hear};
use crate::jobs::{Task, run};

/// A partner-month: buckets, causes, findings, stations.
#[tauri::command(async)]
#[specta::specta]
pub fn reconcile_month(
    shell: TheShell<'_>,
    request: MonthRequest,
) -> Result<ReconcileMonth, Problem> {
    shell.ask(|desk| office::reconciling::month(desk, &request))
}

/// Rows of a partner-month.
#[tauri::command(async)]
#[specta::specta]
pub fn reconcile_rows(
    shell: TheShell<'_>,
    request: ReconcileRowsRequest,
) -> Result<ReconcileRows, Problem> {
    shell.ask(|desk| office::reconciling::rows(desk, &request))
}

/// One row side by side.
#[tauri::command(async)]
#[specta::specta]
pub fn reconcile_side(shell: TheShell<'_>, request: SideRequest) -> Result<SideBySide, Problem> {
    shell.ask(|desk| office::reconciling::side_by_side(desk, &request))
}

/// A partner-month by day.
#[tauri::command(async)]
#[specta::specta]
pub fn reconcile_charts(
    shell: TheShell<'_>,
    request: MonthRequest,
) -> Result<MonthCharts, Problem> {
    shell.ask(|desk| office::reconciling::charts(desk, &request))
}

/// The CDRs of a station, stated against replayed.
#[tauri::command(async)]
#[specta::specta]
pub fn reconcile_scatter(shell: TheShell<'_>, request: ScatterRequest) -> Result<Scatter, Problem> {
    shell.ask(|desk| office::reconciling::scatter(desk, &request))
}

/// What another tolerance would let through.
#[tauri::command(async)]
#[specta::specta]
pub fn tolerance_effect(
    shell: TheShell<'_>,
    request: ToleranceRequest,
) -> Result<ToleranceEffect, Problem> {
    shell.ask(|desk| office::reconciling::tolerance_effect(desk, &request))
}

/// Accepts what a tolerance lets through.
#[tauri::command(async)]
#[specta::specta]
pub fn accept_within(shell: TheShell<'_>, request: AcceptWithin) -> Result<MonthDecided, Problem> {
    shell.ask(|desk| office::reconciling::accept_within(desk, &request))
}

/// Decides about CDRs and sessions of a partner-month.
#[tauri::command(async)]
#[specta::specta]
pub fn month_decide(shell: TheShell<'_>, request: DecideRequest) -> Result<MonthDecided, Problem> {
    shell.ask(|desk| office::reconciling::decide(desk, &request))
}

/// Ties a CDR to a session, or takes it from the one it has.
#[tauri::command(async)]
#[specta::specta]
pub fn cdr_link(shell: TheShell<'_>, request: LinkRequest) -> Result<MonthDecided, Problem> {
    shell.ask(|desk| office::reconciling::link(desk, &request))
}

/// The narrowest rule that repeats a decision.
#[tauri::command(async)]
#[specta::specta]
pub fn rule_of(
    shell: TheShell<'_>,
    request: DecisionTarget,
) -> Result<Option<RuleProposal>, Problem> {
    shell.ask(|desk| office::reconciling::rule_of(desk, &request))
}

/// What a rule would have caught.
#[tauri::command(async)]
#[specta::specta]
pub fn rule_effect(shell: TheShell<'_>, request: RuleRequest) -> Result<Vec<RuleMonth>, Problem> {
    shell.ask(|desk| office::reconciling::rule_effect(desk, &request))
}

/// Keeps a rule.
#[tauri::command(async)]
#[specta::specta]
pub fn rule_keep(shell: TheShell<'_>, request: RuleRequest) -> Result<RuleDto, Problem> {
    shell.ask(|desk| office::reconciling::rule_keep(desk, &request))
}

/// The rules of a partner that are in force.
#[tauri::command(async)]
#[specta::specta]
pub fn rules_list(shell: TheShell<'_>, partner: String) -> Result<Vec<RuleDto>, Problem> {
    shell.ask(|desk| office::reconciling::rules_list(desk, &partner))
}

/// The policy that explains most of what differs; the tray shows how far it is.
#[tauri::command(async)]
#[specta::specta]
pub fn policy_proposal(
    app: AppHandle,
    shell: TheShell<'_>,
    request: MonthRequest,
) -> Result<Option<PolicyProposal>, Problem> {
    let label = format!("{} {}", request.partner, request.month);
    let task = Task {
        kind: "proposal",
        label: &label,
        unit: "records",
    };
    run(&shell, task, &hear(&app), |desk, job| {
        office::reconciling::proposal(desk, job, &request)
    })
}
