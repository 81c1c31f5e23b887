//! The desktop shell: a window over `office`.
//!
//! No rule of the trade lives here. The page asks by command, the answer comes from `office`, and
//! long work runs as a job beside the window. Paths, panics and the clock stay on this side.

mod commands;
mod dialog;
mod events;
mod files;
mod ipc;
mod jobs;
mod place;
mod problem;
mod pulls;
mod shell;
mod trials;

use std::sync::Arc;

use tauri::{DragDropEvent, Manager, Window, WindowEvent};
use tauri_specta::Event;

use crate::events::FilesDropped;
use crate::shell::Shell;

/// Opens the window and stays until it is closed.
///
/// # Panics
/// When there is no display, or the web view cannot start.
pub fn run() {
    problem::note_places();
    let book = place::book(std::env::args_os().skip(1), |name| std::env::var_os(name));
    let shell = Arc::new(Shell::new(
        book,
        office::place::user(|name| std::env::var_os(name)),
    ));
    let ipc = ipc::ipc();
    tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .manage(Arc::clone(&shell))
        .invoke_handler(ipc.invoke_handler())
        .on_window_event(on_window_event)
        .setup(move |app| {
            ipc.mount_events(app);
            pulls::keep_schedule(&shell, &commands::hear(app.handle()));
            Ok(())
        })
        .run(tauri::generate_context!())
        .expect("a window needs a display and WebKitGTK");
}

/// Takes in files that are dropped on the window.
fn on_window_event(window: &Window, event: &WindowEvent) {
    if let WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) = event {
        let files = window.state::<Arc<Shell>>().files.take(paths);
        // The window may be closing; then nobody needs to hear.
        let _ = FilesDropped(files).emit(window);
    }
}
