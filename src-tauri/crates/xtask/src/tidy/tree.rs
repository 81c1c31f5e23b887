//! The files that the rules look at, and what a rule says about them.

use std::collections::BTreeMap;
use std::fmt;

use crate::shell::{Failure, Step, root};
use crate::tidy::rust::Parts;

/// One thing that is not as it should be.
#[derive(Debug, PartialEq, Eq)]
pub struct Offence {
    /// The file, from the project's top.
    pub file: String,
    /// Line from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong and what to do.
    pub says: String,
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.says)
    }
}

/// A file of the project.
pub struct File {
    /// Text, where it is text.
    pub text: Option<String>,
    /// Size in bytes.
    pub size: u64,
    /// For Rust files: taken apart.
    pub rust: Option<Parts>,
}

/// The project as the rules see it: path from the top → file.
pub struct Tree {
    files: BTreeMap<String, File>,
}

impl Tree {
    /// The project on disk: every file git knows or would take.
    pub fn on_disk() -> Result<Tree, Failure> {
        let listing = Step::new("git")
            .args([
                "ls-files",
                "--cached",
                "--others",
                "--exclude-standard",
                "-z",
            ])
            .output_bytes()?;
        let names = String::from_utf8_lossy(&listing).into_owned();
        let mut files = BTreeMap::new();
        for name in names.split('\0').filter(|name| !name.is_empty()) {
            // A file deleted but not yet committed is still listed.
            if let Ok(bytes) = std::fs::read(root().join(name)) {
                let size = bytes.len() as u64;
                files.insert(
                    name.to_owned(),
                    file(name, String::from_utf8(bytes).ok(), size),
                );
            }
        }
        Ok(Tree { files })
    }

    /// A made-up project, for the rules' own tests.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Tree {
        let one = |&(name, text): &(&str, &str)| {
            (
                name.to_owned(),
                file(name, Some(text.to_owned()), text.len() as u64),
            )
        };
        Tree {
            files: files.iter().map(one).collect(),
        }
    }

    /// Every file with its path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().map(|(name, file)| (name.as_str(), file))
    }

    /// The text of a file, if it is there and is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.files.get(name)?.text.as_deref()
    }

    /// Whether the file is there.
    pub fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// Every Rust file: path, text, parts.
    pub fn rust(&self) -> impl Iterator<Item = (&str, &str, &Parts)> {
        self.files()
            .filter_map(|(name, file)| Some((name, file.text.as_deref()?, file.rust.as_ref()?)))
    }
}

fn file(name: &str, text: Option<String>, size: u64) -> File {
    let rust = text.as_deref().filter(|_| is_rust(name)).map(Parts::of);
    File { text, size, rust }
}

fn is_rust(name: &str) -> bool {
    std::path::Path::new(name)
        .extension()
        .is_some_and(|e| e == "rs")
}

/// The crate a path belongs to: the folder's name below `src-tauri/crates`, `desktop` for the
/// shell, `acceptance` for the top-level tests, `fuzz` and `differential` for those outside the
/// workspace.
pub fn crate_of(path: &str) -> &str {
    let outside = ["fuzz", "differential"];
    if let Some(below) = path.strip_prefix("tests/")
        && let Some(name) = outside
            .into_iter()
            .find(|name| below.split('/').next() == Some(name))
    {
        return name;
    }
    if let Some(below) = path.strip_prefix("src-tauri/crates/") {
        return below.split('/').next().unwrap_or(below);
    }
    if path.starts_with("tests/") {
        "acceptance"
    } else {
        "desktop"
    }
}

/// Whether a path holds only tests: a crate's `tests/`, the top-level ones, or `tests.rs`.
pub fn is_test_file(path: &str) -> bool {
    path.starts_with("tests/")
        || path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.ends_with("_tests.rs")
        || crate_of(path) == "testkit"
}
