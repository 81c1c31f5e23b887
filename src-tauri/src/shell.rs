//! What lives as long as the window: the desk, the jobs, the chosen files, the opened tokens.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Utc;
use office::Desk;
use office::api::{Problem, VaultDto};
use office::connections::{self, Secret, Vault};
use office::old_sheets::Spawn;

use crate::files::Files;
use crate::jobs::Jobs;
use crate::problem::caught;
use crate::trials::Trials;

/// The state behind every command.
pub struct Shell {
    book: PathBuf,
    actor: String,
    desk: Mutex<Option<Desk>>,
    vault: Mutex<Option<Arc<Vault>>>,
    /// Connections that are tried.
    pub trials: Trials,
    /// Long work.
    pub jobs: Jobs,
    /// Files the user chose.
    pub files: Files,
}

impl Shell {
    /// A shell for the book at `book`, which is opened when it is first needed.
    pub fn new(book: PathBuf, actor: String) -> Shell {
        Shell {
            book,
            actor,
            desk: Mutex::default(),
            vault: Mutex::default(),
            trials: Trials::default(),
            jobs: Jobs::default(),
            files: Files::default(),
        }
    }

    /// The tokens, opened now if that needs nothing from the user.
    pub fn vault(&self) -> Result<Arc<Vault>, Problem> {
        let mut open = self.vault.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(vault) = &*open {
            return Ok(Arc::clone(vault));
        }
        let given = || std::env::var("TALLYWATT_PASSPHRASE").ok();
        let vault = self.ask(|desk| connections::vault(desk, || given().map(Secret::from)));
        let vault = Arc::new(vault.map_err(|why| Problem {
            code: "vault_locked".to_owned(),
            ..why
        })?);
        *open = Some(Arc::clone(&vault));
        Ok(vault)
    }

    /// Opens the file of tokens with its passphrase, or makes it.
    pub fn open_vault(&self, passphrase: Secret) -> Result<(), Problem> {
        let vault = self.ask(|desk| connections::vault(desk, || Some(passphrase)))?;
        let mut open = self.vault.lock().unwrap_or_else(PoisonError::into_inner);
        *open = Some(Arc::new(vault));
        Ok(())
    }

    /// Where tokens are kept, and whether they can be read now.
    pub fn vault_state(&self) -> Result<VaultDto, Problem> {
        let open = self.vault().is_ok();
        self.ask(|desk| connections::vault_place(desk, open))
    }

    /// A desk of its own, for work on another thread.
    pub fn new_desk(&self) -> Result<Desk, Problem> {
        let mut desk = Desk::open(&self.book, Utc::now(), &self.actor)?;
        // Where this program cannot be found again, old spreadsheets are read in this process.
        desk.old_sheets = Spawn::this_program().ok();
        Ok(desk)
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
