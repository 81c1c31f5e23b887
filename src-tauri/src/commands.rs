//! The commands: each takes the page's request to `office` and its answer back.
#![allow(clippy::needless_pass_by_value)] // Tauri hands commands their arguments by value
#![allow(clippy::unnecessary_wraps)] // the page unwraps every answer the same way

pub mod board;
pub mod book;
pub mod cdrs;
pub mod connections;
pub mod exports;
pub mod intake;
pub mod jobs;
pub mod partner_checks;
pub mod partners;
pub mod pricing;
pub mod reconciling;
pub mod settle;
pub mod statements;
pub mod tariffs;
pub mod trail;

use std::sync::Arc;

use tauri::{AppHandle, State};
use tauri_specta::Event;

use crate::events::JobChanged;
use crate::jobs::Hear;
use crate::shell::Shell;

/// The shell as commands get it.
type TheShell<'a> = State<'a, Arc<Shell>>;

/// Tells the page of every change of a job.
pub fn hear(app: &AppHandle) -> Hear {
    let app = app.clone();
    Arc::new(move |state| {
        // The window may be closing; then nobody needs to hear.
        let _ = JobChanged(state.clone()).emit(&app);
    })
}
