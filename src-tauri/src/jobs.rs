//! Long work on its own thread and its own desk: progress, cancel, what it came to.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use office::api::{ImportResult, JobState, Problem};
use office::{Desk, Job, Progress};

use crate::problem::{caught, problem};
use crate::shell::Shell;

/// The least time between two reports of one job.
const TICK: Duration = Duration::from_millis(100);
/// How many ended jobs the tray can still show.
const KEPT: usize = 20;

/// What is asked of a job.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// See [`JobState::kind`].
    pub kind: &'a str,
    /// See [`JobState::label`].
    pub label: &'a str,
    /// See [`JobState::unit`].
    pub unit: &'a str,
}

/// Who hears of every change of a job.
pub type Hear = Arc<dyn Fn(&JobState) + Send + Sync>;

/// The jobs of this run, the ended ones for a while.
#[derive(Default)]
pub struct Jobs {
    all: Mutex<BTreeMap<u32, Entry>>,
}

struct Entry {
    state: JobState,
    cancel: Arc<AtomicBool>,
}

impl Jobs {
    /// Every job that runs or ended lately, oldest first.
    pub fn list(&self) -> Vec<JobState> {
        self.lock()
            .values()
            .map(|entry| entry.state.clone())
            .collect()
    }

    /// Asks a job to stop; it does so within its next few records.
    pub fn cancel(&self, id: u32) -> Result<(), Problem> {
        let all = self.lock();
        let entry = all
            .get(&id)
            .ok_or_else(|| problem("unknown_job", "no", id.to_string()))?;
        entry.cancel.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, Entry>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, task: Task<'_>) -> (JobState, Arc<AtomicBool>) {
        let mut all = self.lock();
        let ended: Vec<u32> = all
            .values()
            .map(|e| &e.state)
            .filter(|s| s.state != "running")
            .map(|s| s.id)
            .collect();
        for id in ended.iter().take(ended.len().saturating_sub(KEPT)) {
            all.remove(id);
        }
        let state = JobState {
            id: all.keys().next_back().map_or(1, |last| last + 1),
            kind: task.kind.to_owned(),
            label: task.label.to_owned(),
            done: 0,
            total: 0,
            unit: task.unit.to_owned(),
            findings: 0,
            state: "running".to_owned(),
            problem: None,
            import: None,
        };
        let cancel = Arc::new(AtomicBool::new(false));
        all.insert(
            state.id,
            Entry {
                state: state.clone(),
                cancel: Arc::clone(&cancel),
            },
        );
        (state, cancel)
    }

    /// Changes a job's state and says so.
    fn report(&self, id: u32, hear: &Hear, change: impl FnOnce(&mut JobState)) {
        let mut all = self.lock();
        let Some(entry) = all.get_mut(&id) else {
            return;
        };
        change(&mut entry.state);
        let state = entry.state.clone();
        drop(all);
        hear(&state);
    }
}

/// Runs a job here and now; its answer is the work's answer. The tray sees it like any other.
pub fn run<T>(
    shell: &Shell,
    task: Task<'_>,
    hear: &Hear,
    work: impl FnOnce(&mut Desk, &mut Job<'_>) -> office::Result<T>,
) -> Result<T, Problem> {
    let (state, cancel) = shell.jobs.begin(task);
    hear(&state);
    let answer = carry_out(shell, &state, cancel, hear, work);
    shell
        .jobs
        .report(state.id, hear, |state| end(state, &answer, None));
    answer
}

/// Starts an import or a check on its own thread and returns at once.
pub fn start<W>(shell: &Arc<Shell>, task: Task<'_>, hear: Hear, work: W) -> JobState
where
    W: FnOnce(&mut Desk, &mut Job<'_>) -> office::Result<Option<ImportResult>>,
    W: Send + 'static,
{
    let (state, cancel) = shell.jobs.begin(task);
    hear(&state);
    let (shell, started) = (Arc::clone(shell), state.clone());
    std::thread::spawn(move || {
        let answer = carry_out(&shell, &started, cancel, &hear, work);
        let import = answer.as_ref().ok().cloned().flatten();
        shell
            .jobs
            .report(started.id, &hear, |state| end(state, &answer, import));
    });
    state
}

fn carry_out<T>(
    shell: &Shell,
    state: &JobState,
    cancel: Arc<AtomicBool>,
    hear: &Hear,
    work: impl FnOnce(&mut Desk, &mut Job<'_>) -> office::Result<T>,
) -> Result<T, Problem> {
    caught(|| {
        let mut desk = shell.new_desk()?;
        let mut last = Instant::now();
        let mut job = Job::new(cancel, |progress| {
            if last.elapsed() >= TICK {
                last = Instant::now();
                shell
                    .jobs
                    .report(state.id, hear, |state| go_on(state, progress));
            }
        });
        work(&mut desk, &mut job).map_err(Problem::from)
    })
}

/// Takes progress over into the state, in the state's unit.
fn go_on(state: &mut JobState, progress: Progress) {
    let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    let Progress {
        done,
        total,
        findings,
        records: _,
    } = progress;
    state.findings = small(findings);
    if state.unit == "percent" {
        state.total = if total == 0 { 0 } else { 100 };
        state.done = small((done.min(total) * 100).checked_div(total).unwrap_or(0));
    } else {
        (state.done, state.total) = (small(done), small(total));
    }
}

fn end<T>(state: &mut JobState, answer: &Result<T, Problem>, import: Option<ImportResult>) {
    state.import = import;
    match answer {
        Ok(_) => {
            let cancelled = state
                .import
                .as_ref()
                .is_some_and(|i| i.state == "cancelled");
            state.state = if cancelled { "cancelled" } else { "finished" }.to_owned();
            state.done = state.total;
        }
        Err(problem) if problem.code == "cancelled" => "cancelled".clone_into(&mut state.state),
        Err(problem) => {
            "failed".clone_into(&mut state.state);
            state.problem = Some(problem.clone());
        }
    }
}
