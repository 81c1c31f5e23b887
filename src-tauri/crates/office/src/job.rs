//! Long work: whether to stop, and how far it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};

/// How far long work is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Done so far, in the work's own unit (bytes, records, invoices).
    pub done: u64,
    /// In all; 0 while unknown.
    pub total: u64,
    /// Findings so far.
    pub findings: u64,
    /// Records so far.
    pub records: u64,
}

/// Whether somebody asked to stop. Copies ask the same flag.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Goes on, or stops with [`Error::Cancelled`]. To be called at least every 50 ms.
    pub fn check(&self) -> Result<()> {
        if self.0.load(Ordering::Relaxed) {
            Err(Error::Cancelled)
        } else {
            Ok(())
        }
    }
}

/// Where long work reports to. The caller thins progress out to one tick per 100 ms.
pub struct Job<'a> {
    cancel: Cancel,
    tell: Box<dyn FnMut(Progress) + Send + 'a>,
}

impl<'a> Job<'a> {
    /// A job that stops when `cancel` becomes true and tells `tell` how far it is.
    pub fn new(cancel: Arc<AtomicBool>, tell: impl FnMut(Progress) + Send + 'a) -> Self {
        Job {
            cancel: Cancel(cancel),
            tell: Box::new(tell),
        }
    }

    /// A part of another job: it stops with it, and tells `tell`.
    pub fn under(flag: &Cancel, tell: impl FnMut(Progress) + Send + 'a) -> Self {
        Job {
            cancel: flag.clone(),
            tell: Box::new(tell),
        }
    }

    /// A job that nobody watches and nobody stops.
    pub fn quiet() -> Self {
        Job::new(Arc::new(AtomicBool::new(false)), |_| ())
    }

    /// The flag, for work on other threads.
    pub fn flag(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Goes on, or stops with [`Error::Cancelled`]. To be called at least every 50 ms.
    pub fn check(&self) -> Result<()> {
        self.cancel.check()
    }

    /// Says how far it is.
    pub fn tell(&mut self, progress: Progress) {
        (self.tell)(progress);
    }
}
