//! Pages on their way into the book: kept in a file, with where the crawl stands, after each page.
//!
//! However a program ends, the next one goes on behind the last page that was kept: a page that was
//! half written is cut off again, and pages that were imported already are known. Where the power
//! went before the disk had all of it, the crawl begins anew.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use domain::{Instant, OcpiVersion, PartyKey};
use ocpi_client::{Exchange, Module, Page, Standing};
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
    pub bytes: u64,
    /// The same of the file of exchanges.
    said: u64,
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
            said: 0,
            pages: 0,
            objects: 0,
            began_at: now,
        }
    }
}

/// What was said for a page.
#[derive(Serialize, Deserialize)]
struct Said {
    /// Number of the page's first object.
    first: u32,
    exchange: Exchange,
}

/// Headers of an answer that are kept: who answered what and when. Others may hold secrets.
const EVIDENCE: [&str; 7] = [
    "date",
    "link",
    "server",
    "x-correlation-id",
    "x-limit",
    "x-request-id",
    "x-total-count",
];

/// A partner that one program works with at a time; let go when it is dropped, or the program ends.
pub(crate) struct Hold {
    _lock: File,
}

impl Hold {
    /// Takes hold of a partner for `pull` or `push`; refused while another program has it.
    pub fn of(book: &Book, partner: &PartyKey, what: &'static str) -> Result<Hold> {
        let name = match what {
            "pull" => format!("{partner}.lock"),
            other => format!("{partner} {other}.lock"),
        };
        let path = folder(book)?.join(name);
        let lock = File::create(&path).map_err(|error| failed(&path, error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Hold { _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                let text = format!("a {what} with {partner} runs already; try again when it ends");
                Err(Error::refused("pull_running", text).with("partner", partner))
            }
            Err(TryLockError::Error(error)) => Err(failed(&path, error)),
        }
    }
}

/// Where pages and locks are: `BOOK.d/pulls`.
fn folder(book: &Book) -> Result<PathBuf> {
    let folder = beside(book, "pulls")?;
    fs::create_dir_all(&folder).map_err(|error| failed(&folder, error))?;
    Ok(folder)
}

/// The pages of one crawl. One program holds it at a time.
pub(super) struct Spool {
    folder: PathBuf,
    name: String,
    _held: Hold,
}

impl Spool {
    /// Takes hold of a partner's list; refused while another program pulls from that partner.
    pub fn hold(book: &Book, partner: &PartyKey, module: Module) -> Result<Spool> {
        let held = Hold::of(book, partner, "pull")?;
        Ok(Spool {
            folder: folder(book)?,
            name: format!("{partner} {}", module.as_str()),
            _held: held,
        })
    }

    /// The file of pages, as it is imported.
    pub fn pages(&self) -> PathBuf {
        self.folder.join(format!("{}.json", self.name))
    }

    fn standing(&self) -> PathBuf {
        self.folder.join(format!("{}.standing", self.name))
    }

    fn exchanges(&self) -> PathBuf {
        self.folder.join(format!("{}.exchanges", self.name))
    }

    /// What was said for each page that is kept, as evidence.
    pub fn said(&self) -> Result<Vec<store::exchange::Exchange>> {
        let path = self.exchanges();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(failed(&path, error)),
        };
        let mut said = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let Said { first, exchange } =
                serde_json::from_str(line).map_err(store::Error::from)?;
            let headers = serde_json::to_string(&exchange.headers).map_err(store::Error::from)?;
            said.push(store::exchange::Exchange {
                number,
                first,
                url: exchange.url,
                request_id: exchange.request_id,
                correlation_id: exchange.correlation_id,
                status: exchange.status,
                headers,
            });
        }
        Ok(said)
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
        let whole = cut(&self.pages(), kept.bytes)? && cut(&self.exchanges(), kept.said)?;
        if whole {
            return Ok(Some(kept));
        }
        self.forget()?;
        Ok(None)
    }

    /// Keeps a page with what was said for it, and then that the crawl stands behind it.
    pub fn keep(&self, kept: &mut Kept, page: &Page, now: Standing) -> Result<()> {
        let mut exchange = page.exchange.clone();
        exchange
            .headers
            .retain(|name, _| EVIDENCE.contains(&name.as_str()));
        let first = u32::try_from(kept.objects + 1).unwrap_or(u32::MAX);
        let said = serde_json::to_vec(&Said { first, exchange }).map_err(store::Error::from)?;
        kept.said = append(&self.exchanges(), &said)?;
        kept.bytes = append(&self.pages(), &page.body)?;
        kept.pages += 1;
        kept.objects += page.objects as u64;
        kept.standing = now;
        self.write(kept)
    }

    /// The pages are in the book: the crawl stands where it stood, with an empty file.
    pub fn imported(&self, kept: &mut Kept) -> Result<()> {
        (kept.bytes, kept.said, kept.pages, kept.objects) = (0, 0, 0, 0);
        self.write(kept)?;
        self.empty()
    }

    /// The crawl came to its end.
    pub fn forget(&self) -> Result<()> {
        remove(&self.standing())?;
        self.empty()
    }

    fn empty(&self) -> Result<()> {
        remove(&self.exchanges())?;
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

/// Cuts a file off behind what is whole; whether that much is there.
fn cut(path: &Path, whole: u64) -> Result<bool> {
    let cut = || -> std::io::Result<bool> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let is_there = file.metadata()?.len() >= whole;
        file.set_len(whole)?;
        Ok(is_there)
    };
    cut().map_err(|error| failed(path, error))
}

/// Puts a line at the end of a file: how long it is then.
fn append(path: &Path, line: &[u8]) -> Result<u64> {
    let written = || -> std::io::Result<u64> {
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        file.write_all(line)?;
        file.write_all(b"\n")?;
        file.seek(SeekFrom::End(0))
    };
    written().map_err(|error| failed(path, error))
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
