//! Connections that are tried in this run: what the page sees of them, and what is kept if the user
//! says so. A trial holds a token, which is gone with the window.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use office::api::{ConnectTrial, Problem};
use office::connections::Tried;

use crate::problem::problem;

/// Trials that are remembered; older ones are forgotten.
const KEPT: usize = 5;

/// The trials, by their job.
#[derive(Default)]
pub struct Trials {
    all: Mutex<BTreeMap<u32, Trial>>,
}

struct Trial {
    view: ConnectTrial,
    tried: Option<Tried>,
}

impl Trials {
    /// A trial went on.
    pub fn tell(&self, job: u32, view: &ConnectTrial) {
        let mut all = self.lock();
        let view = view.clone();
        all.insert(job, Trial { view, tried: None });
        while all.len() > KEPT {
            all.pop_first();
        }
    }

    /// A trial ended.
    pub fn end(&self, job: u32, tried: Tried) {
        let view = tried.view.clone();
        let tried = Some(tried);
        self.lock().insert(job, Trial { view, tried });
    }

    /// What the page sees of a trial.
    pub fn view(&self, job: u32) -> Result<ConnectTrial, Problem> {
        let all = self.lock();
        let trial = all.get(&job).ok_or_else(|| gone(job))?;
        Ok(trial.view.clone())
    }

    /// A trial that ended, to be kept; it is forgotten here.
    pub fn take(&self, job: u32) -> Result<Tried, Problem> {
        let mut all = self.lock();
        let tried = all.get_mut(&job).and_then(|trial| trial.tried.take());
        tried.ok_or_else(|| gone(job))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, Trial>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn gone(job: u32) -> Problem {
    problem("trial_gone", "after_change", format!("no trial {job}"))
}
