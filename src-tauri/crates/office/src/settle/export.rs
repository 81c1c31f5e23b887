//! Issued documents as files in a folder.

use std::path::{Path, PathBuf};

use super::{CSV, PDF};
use crate::desk::Desk;
use crate::error::{Error, Result};

/// Where the files of a document were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// The document.
    pub pdf: Option<PathBuf>,
    /// The CDR annex.
    pub annex: Option<PathBuf>,
}

/// Writes the files of an issued document, as they were handed out, to a folder.
pub fn export(desk: &Desk, invoice: u32, folder: &Path) -> Result<Exported> {
    let (head, _) = super::get(desk, invoice)?;
    if !head.issued {
        return Err(
            Error::refused("not_issued", "a draft has no files to hand out")
                .with("invoice", invoice),
        );
    }
    let named = |path: &Path, source| Error::File {
        name: path.display().to_string(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(|source| named(folder, source))?;
    let mut exported = Exported::default();
    for file in store::invoice::files(&desk.book, head.row)? {
        let path = folder.join(&file.name);
        std::fs::write(&path, &file.bytes).map_err(|source| named(&path, source))?;
        match file.media.as_str() {
            PDF => exported.pdf = Some(path),
            CSV => exported.annex = Some(path),
            other => {
                return Err(store::Error::Damaged(format!("a file of kind {other:?}")).into());
            }
        }
    }
    Ok(exported)
}
