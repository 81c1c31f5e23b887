//! A file as a stream: its bytes unpacked, its hash and size as it came.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A file that is to be read in.
#[derive(Clone, Debug)]
pub(crate) struct Source<'a> {
    path: &'a Path,
    /// File name without folders.
    pub(crate) name: String,
    /// Its size.
    pub(crate) bytes: u64,
}

/// What a file is once all of it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    /// SHA-256 of the file as it came.
    pub(crate) sha256: [u8; 32],
}

impl<'a> Source<'a> {
    /// The file at a path.
    pub(crate) fn new(path: &'a Path) -> Result<Self> {
        let name = path.file_name().map_or_else(
            || path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
        let about = std::fs::metadata(path).map_err(|source| Error::File {
            name: name.clone(),
            source,
        })?;
        if !about.is_file() {
            return Err(Error::Unreadable {
                name,
                why: "it is no file".into(),
            });
        }
        Ok(Source {
            path,
            name,
            bytes: about.len(),
        })
    }

    /// Opens it; bytes read are counted in `progress`.
    pub(crate) fn open(&self, progress: Arc<AtomicU64>) -> Result<Unpacked> {
        let file = File::open(self.path).map_err(|error| self.error(error))?;
        let hashing = Hashing {
            file,
            sha256: Sha256::new(),
            progress,
        };
        let mut buffered = BufReader::with_capacity(64 << 10, hashing);
        let packed = io::BufRead::fill_buf(&mut buffered).map_err(|error| self.error(error))?;
        Ok(if packed.starts_with(&GZIP) {
            Unpacked::Gzip(Box::new(MultiGzDecoder::new(buffered)))
        } else {
            Unpacked::Plain(buffered)
        })
    }

    /// Its hash, without keeping anything.
    pub(crate) fn fingerprint(&self) -> Result<Fingerprint> {
        let file = File::open(self.path).map_err(|error| self.error(error))?;
        let mut hashing = Hashing {
            file,
            sha256: Sha256::new(),
            progress: Arc::default(),
        };
        io::copy(&mut hashing, &mut io::sink()).map_err(|error| self.error(error))?;
        Ok(hashing.fingerprint())
    }

    /// The file's whole content, unpacked.
    pub(crate) fn read_all(&self) -> Result<(Vec<u8>, Fingerprint)> {
        let mut unpacked = self.open(Arc::default())?;
        let mut bytes = Vec::new();
        unpacked
            .read_to_end(&mut bytes)
            .map_err(|error| self.error(error))?;
        let fingerprint = unpacked.finish().map_err(|error| self.error(error))?;
        Ok((bytes, fingerprint))
    }

    /// An error of reading it.
    pub(crate) fn error(&self, source: io::Error) -> Error {
        Error::File {
            name: self.name.clone(),
            source,
        }
    }
}

/// The bytes of a file, unpacked where it is packed.
pub(crate) enum Unpacked {
    /// As they are.
    Plain(BufReader<Hashing>),
    /// Out of gzip.
    Gzip(Box<MultiGzDecoder<BufReader<Hashing>>>),
}

impl Unpacked {
    /// Whether the file is packed.
    pub(crate) fn is_packed(&self) -> bool {
        match self {
            Unpacked::Plain(_) => false,
            Unpacked::Gzip(_) => true,
        }
    }

    /// Reads what is left of the file and gives its hash.
    pub(crate) fn finish(self) -> io::Result<Fingerprint> {
        let mut rest = match self {
            Unpacked::Plain(file) => file,
            Unpacked::Gzip(decoder) => decoder.into_inner(),
        };
        io::copy(&mut rest, &mut io::sink())?;
        Ok(rest.into_inner().fingerprint())
    }
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Unpacked::Plain(file) => file.read(buffer),
            Unpacked::Gzip(decoder) => decoder.read(buffer),
        }
    }
}

/// A file that is hashed while it is read.
pub(crate) struct Hashing {
    file: File,
    sha256: Sha256,
    progress: Arc<AtomicU64>,
}

impl Hashing {
    fn fingerprint(self) -> Fingerprint {
        Fingerprint {
            sha256: self.sha256.finalize().into(),
        }
    }
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.sha256.update(&buffer[..count]);
        self.progress.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn packed_and_plain_give_the_same_bytes_and_their_own_hash() {
        let folder = tempfile::tempdir().unwrap();
        let (plain, packed) = (
            folder.path().join("a.json"),
            folder.path().join("a.json.gz"),
        );
        std::fs::write(&plain, b"{}\n{}\n").unwrap();
        let mut gzip = flate2::write::GzEncoder::new(
            File::create(&packed).unwrap(),
            flate2::Compression::default(),
        );
        gzip.write_all(b"{}\n{}\n").unwrap();
        gzip.finish().unwrap();
        for path in [&plain, &packed] {
            let source = Source::new(path).unwrap();
            let (bytes, fingerprint) = source.read_all().unwrap();
            assert_eq!(bytes, b"{}\n{}\n");
            assert_eq!(fingerprint, source.fingerprint().unwrap());
            let raw: [u8; 32] = Sha256::digest(std::fs::read(path).unwrap()).into();
            assert_eq!(fingerprint.sha256, raw, "of the file as it came");
        }
    }
}
