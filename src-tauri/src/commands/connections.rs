//! Partners' servers: connecting, pulling, sending.

use std::sync::Arc;

use office::api::{ConnectKeep, ConnectRequest, ConnectTrial, ConnectionDto, JobState, Problem};
use office::api::{PushQuestion, PushQueue, PushRequest, RegisterRequest, VaultDto};
use office::connections::{self, Limits, Secret};
use office::{Desk, Job};
use tauri::AppHandle;

use super::{TheShell, hear};
use crate::jobs::{Task, start_as};
use crate::problem::caught;
use crate::pulls;

/// Where tokens are kept, and whether that place is open.
#[tauri::command(async)]
#[specta::specta]
pub fn vault_state(shell: TheShell<'_>) -> Result<VaultDto, Problem> {
    shell.vault_state()
}

/// Opens the file of tokens with its passphrase, or makes it.
#[tauri::command(async)]
#[specta::specta]
pub fn vault_open(shell: TheShell<'_>, passphrase: String) -> Result<VaultDto, Problem> {
    shell.open_vault(Secret::from(passphrase))?;
    shell.vault_state()
}

/// A partner's connection and how it is doing.
#[tauri::command(async)]
#[specta::specta]
pub fn connection_get(shell: TheShell<'_>, partner: String) -> Result<ConnectionDto, Problem> {
    shell.ask(|desk| connections::get(desk, &partner))
}

/// Starts trying a connection step by step; `connect_trial` tells how far it is.
#[tauri::command(async)]
#[specta::specta]
pub fn connect_try(
    app: AppHandle,
    shell: TheShell<'_>,
    request: ConnectRequest,
) -> Result<JobState, Problem> {
    let label = request.partner.clone();
    let task = Task {
        kind: "connect",
        label: &label,
        unit: "steps",
    };
    let state = Arc::clone(&shell);
    // A token that is typed in can be tried while those that are kept are locked.
    let vault = shell.vault().ok();
    let work = move |id: u32, desk: &mut Desk, job: &mut Job<'_>| {
        let (vault, tell) = (vault.as_deref(), |view: &ConnectTrial| {
            state.trials.tell(id, view);
        });
        let tried = connections::try_out(desk, vault, &request, (Limits::STANDARD, job), tell)?;
        state.trials.end(id, tried);
        Ok(None)
    };
    Ok(start_as(&shell, task, hear(&app), work))
}

/// A connection being tried, or as it was tried.
#[tauri::command(async)]
#[specta::specta]
pub fn connect_trial(shell: TheShell<'_>, job: u32) -> Result<ConnectTrial, Problem> {
    shell.trials.view(job)
}

/// Keeps a connection that was tried.
#[tauri::command(async)]
#[specta::specta]
pub fn connect_keep(shell: TheShell<'_>, request: ConnectKeep) -> Result<ConnectionDto, Problem> {
    let vault = shell.vault()?;
    let trial = shell.trials.take(request.job)?;
    shell.ask(|desk| connections::keep_tried(desk, &vault, &trial, &request))
}

/// Sets how often a partner is pulled from while the app is open.
#[tauri::command(async)]
#[specta::specta]
pub fn connection_schedule(
    shell: TheShell<'_>,
    partner: String,
    every_hours: Option<u32>,
) -> Result<ConnectionDto, Problem> {
    shell.ask(|desk| connections::schedule(desk, &partner, every_hours))
}

/// Registers again with new tokens, in place of the ones that hold.
#[tauri::command(async)]
#[specta::specta]
pub fn connection_renew(
    shell: TheShell<'_>,
    partner: String,
    register: RegisterRequest,
) -> Result<ConnectionDto, Problem> {
    let (shell, vault) = (Arc::clone(&shell), shell.vault()?);
    aside(move || {
        let (mut desk, job) = (shell.new_desk()?, Job::quiet());
        let (of, ends) = ((partner.as_str(), &register), (Limits::STANDARD, &job));
        Ok(connections::renew(&mut desk, &vault, of, ends)?)
    })
}

/// Ends a connection: the registration, if there is one, and the token.
#[tauri::command(async)]
#[specta::specta]
pub fn connection_remove(shell: TheShell<'_>, partner: String) -> Result<ConnectionDto, Problem> {
    let (shell, vault) = (Arc::clone(&shell), shell.vault()?);
    aside(move || {
        let (mut desk, job) = (shell.new_desk()?, Job::quiet());
        let (of, ends) = ((partner.as_str(), false), (Limits::STANDARD, &job));
        Ok(connections::remove(&mut desk, &vault, of, ends)?)
    })
}

/// Work that talks to a server, on a thread of its own: commands run where other network work is
/// driven, which must not be waited for there.
fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let thread = std::thread::spawn(|| caught(work));
    thread
        .join()
        .expect("a panic of the work is caught inside the thread")
}

/// Starts pulling from one partner, or from all that are connected.
#[tauri::command(async)]
#[specta::specta]
pub fn pull_run(
    app: AppHandle,
    shell: TheShell<'_>,
    partner: Option<String>,
) -> Result<JobState, Problem> {
    pulls::start(&shell, hear(&app), partner)
}

/// Our CDRs of a partner-month and how far each is.
#[tauri::command(async)]
#[specta::specta]
pub fn push_queue(shell: TheShell<'_>, question: PushQuestion) -> Result<PushQueue, Problem> {
    shell.ask(|desk| office::push::queue(desk, &question))
}

/// Starts sending our CDRs of a month to a partner.
#[tauri::command(async)]
#[specta::specta]
pub fn push_run(
    app: AppHandle,
    shell: TheShell<'_>,
    request: PushRequest,
) -> Result<JobState, Problem> {
    let vault = shell.vault()?;
    let label = request.partner.clone();
    let task = Task {
        kind: "push",
        label: &label,
        unit: "records",
    };
    let work = move |_: u32, desk: &mut Desk, job: &mut Job<'_>| {
        let done = office::push::run(desk, &vault, &request, &[], (Limits::STANDARD, job))?;
        match done.into_iter().find_map(|list| list.problem) {
            Some(trouble) => Err(office::Error::Unfinished(trouble)),
            None => Ok(None),
        }
    };
    Ok(start_as(&shell, task, hear(&app), work))
}
