//! What the shell tells the page without being asked.

use office::api::{JobState, PickedFile};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri_specta::Event;

/// A job went on, or ended.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
pub struct JobChanged(pub JobState);

/// Files were dropped on the window.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
pub struct FilesDropped(pub Vec<PickedFile>);
