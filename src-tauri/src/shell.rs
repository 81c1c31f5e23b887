//! What lives as long as the window: the desk, the jobs, the chosen files.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use chrono::Utc;
use office::Desk;
use office::api::Problem;

use crate::files::Files;
use crate::jobs::Jobs;
use crate::problem::caught;

/// The state behind every command.
pub struct Shell {
    book: PathBuf,
    actor: String,
    desk: Mutex<Option<Desk>>,
    /// Long work.
    pub jobs: Jobs,
    /// Files the user chose.
    pub files: Files,
}

impl Shell {
    /// A shell for the book at `book`, which is opened when it is first needed.
    pub fn new(book: PathBuf, actor: String) -> Shell {
        let (desk, jobs, files) = (Mutex::default(), Jobs::default(), Files::default());
        Shell {
            book,
            actor,
            desk,
            jobs,
            files,
        }
    }

    /// A desk of its own, for work on another thread.
    pub fn new_desk(&self) -> Result<Desk, Problem> {
        Desk::open(&self.book, Utc::now(), &self.actor).map_err(Problem::from)
    }

    /// Asks the explorer at the window's desk. While it still reads the book, the desk stays free
    /// for other questions.
    pub fn search<T>(
        &self,
        question: impl FnOnce(&mut Desk) -> office::Result<T>,
    ) -> Result<T, Problem> {
        if let Some(loading) = self.ask(|desk| Ok(office::explorer::loading(desk)))? {
            loading.wait();
        }
        self.ask(question)
    }

    /// Asks at the window's desk, with the clock set to now.
    pub fn ask<T>(
        &self,
        question: impl FnOnce(&mut Desk) -> office::Result<T>,
    ) -> Result<T, Problem> {
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = caught(|| {
            if desk.is_none() {
                let opened = self.new_desk()?;
                // The explorer reads the book while the first screen is drawn.
                office::explorer::warm(&opened)?;
                *desk = Some(opened);
            }
            let desk = desk.as_mut().expect("opened just now");
            desk.now = Utc::now();
            question(desk).map_err(Problem::from)
        });
        if answer.as_ref().is_err_and(|problem| problem.code == "bug") {
            // A panic may have left the desk half way; the next question opens a fresh one.
            *desk = None;
        }
        answer
    }
}
