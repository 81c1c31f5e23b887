//! A file that is there as a whole or not at all.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::error::{Error, Result};
use crate::job::Job;
use crate::words;

/// A file being written, under another name in the folder where it will be. It is gone when it is
/// dropped.
pub(crate) struct Whole {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

/// A file that was kept.
pub(crate) struct Kept {
    pub bytes: u64,
    pub sha256: String,
}

impl Whole {
    /// Begins the file that will be at `path`.
    pub(crate) fn beside(path: &Path) -> Result<Whole> {
        let mut temporary = tempfile::Builder::new();
        temporary.prefix(".").suffix(".part");
        #[cfg(unix)]
        let everybody = {
            use std::os::unix::fs::PermissionsExt;
            // As any other file that the user writes; the user's mask applies.
            std::fs::Permissions::from_mode(0o666)
        };
        #[cfg(unix)]
        temporary.permissions(everybody);
        let file = temporary.tempfile_in(folder(path));
        Ok(Whole {
            path: path.to_owned(),
            file: BufWriter::new(file.map_err(|error| not_written(path, error))?),
        })
    }

    /// The folder it lies in.
    pub(crate) fn folder(&self) -> PathBuf {
        folder(&self.path).to_owned()
    }

    /// What a failure to write it is.
    pub(crate) fn failed(&self, error: std::io::Error) -> Error {
        not_written(&self.path, error)
    }

    /// Gives the file its name.
    pub(crate) fn keep(self, job: &Job<'_>) -> Result<Kept> {
        let Whole { path, file } = self;
        let failed = |error| not_written(&path, error);
        let mut file = file
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        let kept = measure(file.as_file_mut(), job, &failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        Ok(kept)
    }
}

/// Size and hash of what was written.
fn measure(
    file: &mut File,
    job: &Job<'_>,
    failed: &impl Fn(std::io::Error) -> Error,
) -> Result<Kept> {
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let (mut hash, mut bytes, mut part) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        job.check()?;
        let read = file.read(&mut part).map_err(failed)?;
        if read == 0 {
            break;
        }
        hash.update(&part[..read]);
        bytes += read as u64;
    }
    let sha256 = words::hex(&hash.finalize());
    Ok(Kept { bytes, sha256 })
}

/// The folder of a path; for a bare name the one we are in.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        Some(_) | None => Path::new("."),
    }
}

fn not_written(path: &Path, source: std::io::Error) -> Error {
    let name = path.file_name().unwrap_or_default();
    Error::NotWritten {
        name: name.to_string_lossy().into_owned(),
        source,
    }
}

impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Whole {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}
