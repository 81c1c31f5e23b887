//! Files the user chose: the page gets a token and a name, the path stays here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use office::api::{PickedFile, Problem};

use crate::problem::problem;

/// The files of this run, by token.
#[derive(Debug, Default)]
pub struct Files {
    paths: Mutex<BTreeMap<String, PathBuf>>,
}

impl Files {
    /// Takes in files; what is no file (a folder, something that is gone) is left out.
    pub fn take(&self, paths: &[PathBuf]) -> Vec<PickedFile> {
        paths
            .iter()
            .filter_map(|path| self.take_one(path))
            .collect()
    }

    fn take_one(&self, path: &Path) -> Option<PickedFile> {
        let about = std::fs::metadata(path)
            .ok()
            .filter(std::fs::Metadata::is_file)?;
        let name = path.file_name()?.to_string_lossy().into_owned();
        let mut paths = self.paths.lock().unwrap_or_else(PoisonError::into_inner);
        let token = format!("file-{}", paths.len() + 1);
        paths.insert(token.clone(), path.to_owned());
        Some(PickedFile {
            token,
            name,
            bytes: about.len().to_string(),
        })
    }

    /// The file's name without folders.
    pub fn name(&self, token: &str) -> Result<String, Problem> {
        let path = self.path(token)?;
        Ok(path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned())
    }

    /// The path behind a token.
    pub fn path(&self, token: &str) -> Result<PathBuf, Problem> {
        let paths = self.paths.lock().unwrap_or_else(PoisonError::into_inner);
        let unknown = || {
            problem(
                "unknown_file",
                "after_change",
                "no file was chosen under it",
            )
        };
        paths.get(token).cloned().ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_to_its_file_and_nothing_else() {
        let files = Files::default();
        let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"));
        let picked = files.take(&[here.join("Cargo.toml"), here.join("icons"), here.join("no")]);
        assert_eq!(
            picked.len(),
            1,
            "a folder and a missing file are left out: {picked:?}"
        );
        assert_eq!(picked[0].name, "Cargo.toml", "the name has no folders");
        assert!(
            picked[0].bytes.parse::<u64>().is_ok_and(|n| n > 0),
            "the size is known"
        );
        assert_eq!(
            files.path(&picked[0].token).ok(),
            Some(here.join("Cargo.toml"))
        );
        let refused = files.path("/etc/passwd").expect_err("a path is no token");
        assert_eq!(refused.code, "unknown_file");
    }
}
