//! Long work.

use office::api::{AdoptReplay, JobState, Problem, ReplayAdopted, ReplayRequest, ReplayTrial};
use office::{Desk, Job};
use tauri::AppHandle;

use super::{TheShell, hear};
use crate::jobs::{Task, run, start};

/// Every job that runs or ended lately, oldest first.
#[tauri::command(async)]
#[specta::specta]
pub fn jobs_list(shell: TheShell<'_>) -> Result<Vec<JobState>, Problem> {
    Ok(shell.jobs.list())
}

/// Asks a job to stop. What it did so far is kept.
#[tauri::command(async)]
#[specta::specta]
pub fn job_cancel(shell: TheShell<'_>, job: u32) -> Result<(), Problem> {
    shell.jobs.cancel(job)
}

/// Starts pricing again with today's facts: one partner-month, one partner, one month, or all.
#[tauri::command(async)]
#[specta::specta]
pub fn replay_run(
    app: AppHandle,
    shell: TheShell<'_>,
    partner: Option<String>,
    month: Option<String>,
) -> Result<JobState, Problem> {
    let label = [partner.as_deref(), month.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>();
    let label = label.join(" ");
    let task = replaying(&label);
    let work = move |desk: &mut Desk, job: &mut Job<'_>| {
        office::replay::run(desk, job, partner.as_deref(), month.as_deref()).map(|_| None)
    };
    Ok(start(&shell, task, hear(&app), work))
}

/// What replaying a partner-month again would change; the tray shows how far it is.
#[tauri::command(async)]
#[specta::specta]
pub fn replay_trial(
    app: AppHandle,
    shell: TheShell<'_>,
    request: ReplayRequest,
) -> Result<ReplayTrial, Problem> {
    let label = format!("{} {}", request.partner, request.month);
    run(&shell, replaying(&label), &hear(&app), |desk, job| {
        office::replay::trial(desk, job, &request)
    })
}

/// Replays a partner-month again and keeps what changed; the tray shows how far it is.
#[tauri::command(async)]
#[specta::specta]
pub fn replay_adopt(
    app: AppHandle,
    shell: TheShell<'_>,
    request: AdoptReplay,
) -> Result<ReplayAdopted, Problem> {
    let label = format!("{} {}", request.partner, request.month);
    run(&shell, replaying(&label), &hear(&app), |desk, job| {
        office::replay::adopt(desk, job, &request)
    })
}

fn replaying(label: &str) -> Task<'_> {
    Task {
        kind: "replay",
        label,
        unit: "records",
    }
}
