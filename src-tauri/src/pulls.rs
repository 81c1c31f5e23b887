//! Pulls: by hand, and by the schedule while the window is open. What was due while it was closed
//! is caught up when it opens.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use office::api::{JobState, Problem};
use office::connections::{self, Limits, PullRequest, Trouble};
use office::{Desk, Job};

use crate::jobs::{Hear, Task, start_as};
use crate::shell::Shell;

/// How often the schedule is looked at.
const LOOK: Duration = Duration::from_mins(1);
/// A partner whose pull could not even begin is left alone for so long.
const AGAIN: Duration = Duration::from_mins(15);

/// Starts pulling from one partner, or from all that are connected.
pub fn start(shell: &Arc<Shell>, hear: Hear, partner: Option<String>) -> Result<JobState, Problem> {
    let vault = shell.vault()?;
    let label = partner.clone().unwrap_or_default();
    let task = Task {
        kind: "pull",
        label: &label,
        unit: "records",
    };
    let work = move |_: u32, desk: &mut Desk, job: &mut Job<'_>| {
        let partners = match &partner {
            Some(key) => vec![connections::partner(desk, key)?],
            None => connections::partners(desk)?,
        };
        let mut trouble: Option<Trouble> = None;
        for partner in partners {
            let request = PullRequest {
                partner,
                modules: Vec::new(),
                since: None,
            };
            let pulled = connections::pull(desk, &vault, &request, Limits::STANDARD, job)?;
            let found = pulled.into_iter().find_map(|list| list.problem);
            trouble = trouble.or(found);
            job.check()?;
        }
        office::reconcile::reconcile_stale(desk, job)?;
        match trouble {
            Some(trouble) => Err(office::Error::Unfinished(trouble)),
            None => Ok(None),
        }
    };
    Ok(start_as(shell, task, hear, work))
}

/// Looks for pulls that are due, as long as the program runs. While tokens are locked nothing can
/// be pulled; the partner's page says so.
pub fn keep_schedule(shell: &Arc<Shell>, hear: &Hear) {
    let (shell, hear) = (Arc::clone(shell), Arc::clone(hear));
    std::thread::spawn(move || {
        let mut tried = HashMap::new();
        loop {
            pull_due(&shell, &hear, &mut tried);
            std::thread::sleep(LOOK);
        }
    });
}

/// Starts a pull from the partner that is due longest, unless one runs.
fn pull_due(shell: &Arc<Shell>, hear: &Hear, tried: &mut HashMap<String, Instant>) {
    let jobs = shell.jobs.list();
    let running = |job: &JobState| job.kind == "pull" && job.state == "running";
    if jobs.iter().any(running) {
        return;
    }
    // A book that cannot be opened says so where somebody looks at it.
    let due = shell
        .new_desk()
        .and_then(|desk| Ok(connections::due(&desk)?));
    let mut due = due
        .unwrap_or_default()
        .into_iter()
        .map(|key| key.to_string());
    let fresh = due.find(|partner| {
        tried
            .get(partner)
            .is_none_or(|last| last.elapsed() >= AGAIN)
    });
    if let Some(partner) = fresh
        && start(shell, Arc::clone(hear), Some(partner.clone())).is_ok()
    {
        tried.insert(partner, Instant::now());
    }
}
