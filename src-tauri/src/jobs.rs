//! Long work on its own thread and its own desk: progress, cancel, what it came to.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use office::api::{ExportDone, ImportResult, JobState, Problem};
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

/// What a job came to, as far as the page reads it from the job.
#[derive(Clone, Debug, Default)]
pub enum Came {
    /// Nothing that is kept here.
    #[default]
    Done,
    /// An import or a check.
    Import(ImportResult),
    /// An export.
    Export(ExportDone),
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
            export: None,
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
        .report(state.id, hear, |state| end(state, &answer, Came::Done));
    answer
}

/// Starts a job on its own thread and returns at once.
pub fn start<W>(shell: &Arc<Shell>, task: Task<'_>, hear: Hear, work: W) -> JobState
where
    W: FnOnce(&mut Desk, &mut Job<'_>) -> office::Result<Option<ImportResult>>,
    W: Send + 'static,
{
    start_as(shell, task, hear, |_, desk, job| work(desk, job))
}

/// Starts a job that knows its own id.
pub fn start_as<W>(shell: &Arc<Shell>, task: Task<'_>, hear: Hear, work: W) -> JobState
where
    W: FnOnce(u32, &mut Desk, &mut Job<'_>) -> office::Result<Option<ImportResult>>,
    W: Send + 'static,
{
    start_for(shell, task, hear, |id, desk, job| {
        Ok(work(id, desk, job)?.map_or(Came::Done, Came::Import))
    })
}

/// Starts a job, whatever it comes to.
pub fn start_for<W>(shell: &Arc<Shell>, task: Task<'_>, hear: Hear, work: W) -> JobState
where
    W: FnOnce(u32, &mut Desk, &mut Job<'_>) -> office::Result<Came>,
    W: Send + 'static,
{
    let (state, cancel) = shell.jobs.begin(task);
    hear(&state);
    let (shell, started) = (Arc::clone(shell), state.clone());
    std::thread::spawn(move || {
        let work = |desk: &mut Desk, job: &mut Job<'_>| work(started.id, desk, job);
        let answer = carry_out(&shell, &started, cancel, &hear, work);
        let came = answer.as_ref().ok().cloned().unwrap_or_default();
        shell
            .jobs
            .report(started.id, &hear, |state| end(state, &answer, came));
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

fn end<T>(state: &mut JobState, answer: &Result<T, Problem>, came: Came) {
    match came {
        Came::Done => {}
        Came::Import(import) => state.import = Some(import),
        Came::Export(export) => state.export = Some(export),
    }
    match answer {
        Ok(_) => {
            let cut_short = state
                .import
                .as_ref()
                .is_some_and(|import| import.state == "cancelled");
            let how = if cut_short { "cancelled" } else { "finished" };
            how.clone_into(&mut state.state);
            state.done = state.total;
        }
        Err(problem) if problem.code == "cancelled" => "cancelled".clone_into(&mut state.state),
        Err(problem) => {
            "failed".clone_into(&mut state.state);
            state.problem = Some(problem.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    const TASK: Task<'static> = Task {
        kind: "import",
        label: "september.json",
        unit: "percent",
    };

    /// A shell on a new book, and everything its page would hear.
    fn shell() -> (
        tempfile::TempDir,
        Arc<Shell>,
        Hear,
        Arc<Mutex<Vec<JobState>>>,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let book: PathBuf = folder.path().join("book.tallywatt");
        let party = "NL-TAL".parse().unwrap();
        let new = store::NewBook {
            party,
            demo: false,
            created_at: chrono::Utc::now(),
        };
        Desk::create(&book, &new, "test").unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let page = Arc::clone(&heard);
        let hear: Hear = Arc::new(move |state: &JobState| page.lock().unwrap().push(state.clone()));
        (
            folder,
            Arc::new(Shell::new(book, "test".to_owned())),
            hear,
            heard,
        )
    }

    #[test]
    fn progress_is_thinned_out_and_told_in_percent() {
        let (_folder, shell, hear, heard) = shell();
        let started = Instant::now();
        let answer = run(&shell, TASK, &hear, |_, job| {
            for done in 0..=200_000 {
                job.tell(Progress {
                    done,
                    total: 200_000,
                    findings: 3,
                    records: done,
                });
            }
            Ok(7)
        });
        let ticks = started.elapsed().as_millis() / TICK.as_millis();
        assert_eq!(answer, Ok(7));
        let heard = heard.lock().unwrap();
        assert!(
            heard.len() as u128 <= ticks + 2,
            "{} reports in {ticks} ticks",
            heard.len()
        );
        assert!(
            heard.iter().all(|state| state.done <= 100),
            "percent end at 100"
        );
        let last = heard.last().unwrap();
        assert_eq!((last.state.as_str(), &last.problem), ("finished", &None));
    }

    #[test]
    fn a_panic_ends_the_job_as_a_bug_and_the_shell_goes_on() {
        let (_folder, shell, hear, heard) = shell();
        let answer = run::<()>(&shell, TASK, &hear, |_, _| {
            panic!("a line without a period")
        });
        assert_eq!(answer.unwrap_err().code, "bug");
        let last = heard.lock().unwrap().last().cloned().unwrap();
        assert_eq!(last.state, "failed");
        assert!(
            last.problem
                .is_some_and(|problem| problem.text.contains("without a period"))
        );
        assert_eq!(
            run(&shell, TASK, &hear, |_, _| Ok(1)),
            Ok(1),
            "the next job runs"
        );
        let ids: Vec<u32> = shell.jobs.list().iter().map(|state| state.id).collect();
        assert_eq!(ids, [1, 2], "both stay in the tray");
    }

    #[test]
    fn a_job_stops_when_asked() {
        let (_folder, shell, hear, heard) = shell();
        let state = start(&shell, TASK, hear, |_, job| {
            loop {
                job.check()?;
            }
        });
        assert_eq!(state.state, "running");
        shell.jobs.cancel(state.id).unwrap();
        let ended = || {
            let last = heard.lock().unwrap().last().cloned().unwrap();
            (last.state != "running").then_some(last)
        };
        let ended = loop {
            if let Some(state) = ended() {
                break state;
            }
            std::thread::yield_now();
        };
        assert_eq!(
            (ended.state.as_str(), ended.problem),
            ("cancelled", None),
            "no problem"
        );
        assert_eq!(shell.jobs.cancel(99).unwrap_err().code, "unknown_job");
    }

    #[test]
    fn old_jobs_leave_the_tray() {
        let (_folder, shell, hear, _) = shell();
        for _ in 0..KEPT + 5 {
            run(&shell, TASK, &hear, |_, _| Ok(())).unwrap();
        }
        assert_eq!(shell.jobs.list().len(), KEPT + 1);
    }
}
