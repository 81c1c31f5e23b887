//! The system's file dialogs. The page never names a path: it asks, the user answers here.

use std::path::{Path, PathBuf};

use office::api::Problem;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;

use crate::problem::problem;

/// The endings of files we can read.
const READABLE: [&str; 10] = [
    "json", "ndjson", "jsonl", "gz", "csv", "txt", "tsv", "xlsx", "xls", "ods",
];

/// The files the user chooses; none if they close the dialog.
pub fn pick_files(app: &AppHandle) -> Vec<PathBuf> {
    if let Some(paths) = given_by_test("TALLYWATT_PICK_FILES") {
        return paths;
    }
    let dialog = app
        .dialog()
        .file()
        .add_filter("OCPI JSON, csv, xlsx, xls, ods", &READABLE);
    let picked = dialog.blocking_pick_files().unwrap_or_default();
    picked
        .into_iter()
        .filter_map(|file| file.into_path().ok())
        .collect()
}

/// Where the user wants a file of this name; `None` if they close the dialog.
pub fn choose_place(app: &AppHandle, name: &str) -> Option<PathBuf> {
    if let Some(paths) = given_by_test("TALLYWATT_SAVE_FILE") {
        return paths.into_iter().next();
    }
    let dialog = app.dialog().file().set_file_name(name);
    dialog
        .blocking_save_file()
        .and_then(|file| file.into_path().ok())
}

/// Saves bytes where the user says; the file's name, or `None` if they close the dialog.
pub fn save(app: &AppHandle, name: &str, bytes: &[u8]) -> Result<Option<String>, Problem> {
    let Some(path) = choose_place(app, name) else {
        return Ok(None);
    };
    std::fs::write(&path, bytes)
        .map_err(|error| problem("file_not_written", "after_change", error.to_string()))?;
    Ok(Some(name_of(&path)))
}

/// A file's name without folders.
pub fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Paths that stand in for the dialog, which WebDriver cannot see. Only in builds for window
/// tests: a program that people use must not take paths from its environment.
#[cfg(feature = "window-tests")]
fn given_by_test(name: &str) -> Option<Vec<PathBuf>> {
    let list = std::env::var_os(name).filter(|value| !value.is_empty())?;
    Some(std::env::split_paths(&list).collect())
}

#[cfg(not(feature = "window-tests"))]
fn given_by_test(_name: &str) -> Option<Vec<PathBuf>> {
    None
}
