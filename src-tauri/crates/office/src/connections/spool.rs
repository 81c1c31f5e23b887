//! Pages on their way into the book: kept in a file, with where the crawl stands, after each page.
//!
//! However a program ends, the next one goes on behind the last page that was kept: a page that was
//! half written is cut off again, and pages that were imported already are known. Where the power
//! went before the disk had all of it, the crawl begins anew.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use domain::{Instant, OcpiVersion, PartyKey};
use ocpi_client::{Module, Standing};
use serde::{Deserialize, Serialize};
use store::Book;

use super::beside;
use crate::error::{Error, Result};

/// Where a crawl stands, with what of it is on disk.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    pub version: OcpiVersion,
    pub standing: Standing,
    /// Bytes of the pages file that are whole.
    bytes: u64,
    /// Pages in it.
    pub pages: u32,
    /// Objects in it.
    pub objects: u64,
    /// When the crawl began.
    pub began_at: Instant,
}

impl Kept {
    /// A crawl that begins.
    pub fn begin(version: OcpiVersion, standing: Standing, now: Instant) -> Kept {
        Kept {
            version,
            standing,
            bytes: 0,
            pages: 0,
            objects: 0,
            began_at: now,
        }
    }
}

/// The pages of one crawl. One program holds it at a time.
pub(super) struct Spool {
    folder: PathBuf,
    name: String,
    _lock: File,
}

impl Spool {
    /// Takes hold of a partner's list; refused while another program pulls from that partner.
    pub fn hold(book: &Book, partner: &PartyKey, module: Module) -> Result<Spool> {
        let folder = beside(book, "pulls")?;
        fs::create_dir_all(&folder).map_err(|error| failed(&folder, error))?;
        let path = folder.join(format!("{partner}.lock"));
        let lock = File::create(&path).map_err(|error| failed(&path, error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let text =
                    format!("{partner} is being pulled from already; try again when it ends");
                return Err(Error::refused("pull_running", text).with("partner", partner));
            }
            Err(TryLockError::Error(error)) => return Err(failed(&path, error)),
        }
        Ok(Spool {
            folder,
            name: format!("{partner} {}", module.as_str()),
            _lock: lock,
        })
    }

    /// The file of pages, as it is imported.
    pub fn pages(&self) -> PathBuf {
        self.folder.join(format!("{}.json", self.name))
    }

    fn standing(&self) -> PathBuf {
        self.folder.join(format!("{}.standing", self.name))
    }

    /// The crawl that was left, if there is one; its file ends behind the last whole page.
    pub fn left(&self) -> Result<Option<Kept>> {
        let path = self.standing();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                self.empty()?;
                return Ok(None);
            }
            Err(error) => return Err(failed(&path, error)),
        };
        // Written whole or not at all; what cannot be read comes from another version.
        let Ok(kept) = serde_json::from_slice::<Kept>(&text) else {
            self.forget()?;
            return Ok(None);
        };
        let pages = self.pages();
        let cut = || -> std::io::Result<bool> {
            let file = OpenOptions::new().create(true).append(true).open(&pages)?;
            let whole = file.metadata()?.len() >= kept.bytes;
            file.set_len(kept.bytes)?;
            Ok(whole)
        };
        if cut().map_err(|error| failed(&pages, error))? {
            return Ok(Some(kept));
        }
        self.forget()?;
        Ok(None)
    }

    /// Keeps a page, and then that the crawl stands behind it.
    pub fn keep(&self, kept: &mut Kept, page: &[u8], objects: usize, now: Standing) -> Result<()> {
        let path = self.pages();
        let written = || -> std::io::Result<u64> {
            let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
            file.write_all(page)?;
            file.write_all(b"\n")?;
            file.seek(SeekFrom::End(0))
        };
        kept.bytes = written().map_err(|error| failed(&path, error))?;
        kept.pages += 1;
        kept.objects += objects as u64;
        kept.standing = now;
        self.write(kept)
    }

    /// The pages are in the book: the crawl stands where it stood, with an empty file.
    pub fn imported(&self, kept: &mut Kept) -> Result<()> {
        (kept.bytes, kept.pages, kept.objects) = (0, 0, 0);
        self.write(kept)?;
        self.empty()
    }

    /// The crawl came to its end.
    pub fn forget(&self) -> Result<()> {
        remove(&self.standing())?;
        self.empty()
    }

    fn empty(&self) -> Result<()> {
        remove(&self.pages())
    }

    fn write(&self, kept: &Kept) -> Result<()> {
        let (path, new) = (
            self.standing(),
            self.folder.join(format!("{}.new", self.name)),
        );
        let text = serde_json::to_vec(kept).map_err(store::Error::from)?;
        let written = || -> std::io::Result<()> {
            let mut file = File::create(&new)?;
            file.write_all(&text)?;
            fs::rename(&new, &path)
        };
        written().map_err(|error| failed(&path, error))
    }
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(path, error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn failed(path: &Path, source: std::io::Error) -> Error {
    Error::File {
        name: path.display().to_string(),
        source,
    }
}
