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

/// Where long work reports to. The caller thins progress out to one tick per 100 ms.
pub struct Job<'a> {
    cancel: Arc<AtomicBool>,
    tell: Box<dyn FnMut(Progress) + Send + 'a>,
}

impl<'a> Job<'a> {
    /// A job that stops when `cancel` becomes true and tells `tell` how far it is.
    pub fn new(cancel: Arc<AtomicBool>, tell: impl FnMut(Progress) + Send + 'a) -> Self {
        Job {
            cancel,
            tell: Box::new(tell),
        }
    }

    /// A job that nobody watches and nobody stops.
    pub fn quiet() -> Self {
        Job::new(Arc::new(AtomicBool::new(false)), |_| ())
    }

    /// Whether somebody asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    /// Goes on, or stops with [`Error::Cancelled`]. To be called at least every 50 ms.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() {
            Err(Error::Cancelled)
        } else {
            Ok(())
        }
    }

    /// Says how far it is.
    pub fn tell(&mut self, progress: Progress) {
        (self.tell)(progress);
    }
}
