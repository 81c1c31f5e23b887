//! A file as a stream: its bytes unpacked, its hash and size as it came.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

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
    /// Its size; 0 where it still grows.
    pub(crate) bytes: u64,
    growth: Option<Arc<Growth>>,
}

/// A file that another thread still writes: how much of it can be read, and whether more comes.
#[derive(Debug, Default)]
pub(crate) struct Growth {
    grown: Mutex<Grown>,
    news: Condvar,
}

#[derive(Clone, Copy, Debug, Default)]
struct Grown {
    bytes: u64,
    ended: bool,
}

impl Growth {
    /// So much can be read now.
    pub(crate) fn up_to(&self, bytes: u64) {
        self.open().bytes = bytes;
        self.news.notify_all();
    }

    /// Nothing more comes.
    pub(crate) fn end(&self) {
        self.open().ended = true;
        self.news.notify_all();
    }

    /// Waits until there is something behind `read`: how much can be read. `None` at the end.
    pub(crate) fn behind(&self, read: u64) -> Option<u64> {
        let waiting = |grown: &mut Grown| grown.bytes <= read && !grown.ended;
        let grown = self
            .news
            .wait_while(self.open(), waiting)
            .unwrap_or_else(PoisonError::into_inner);
        (grown.bytes > read).then_some(grown.bytes)
    }

    fn open(&self) -> MutexGuard<'_, Grown> {
        self.grown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a file is once all of it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    /// SHA-256 of the file as it came.
    pub(crate) sha256: [u8; 32],
    /// Its size.
    pub(crate) bytes: u64,
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
            growth: None,
        })
    }

    /// The file at a path while another thread still writes it.
    pub(crate) fn growing(path: &'a Path, growth: Arc<Growth>) -> Result<Self> {
        Ok(Source {
            bytes: 0,
            growth: Some(growth),
            ..Source::new(path)?
        })
    }

    /// Whether it still grows, so that it cannot be a file that was read before.
    pub(crate) fn grows(&self) -> bool {
        self.growth.is_some()
    }

    /// Opens it; bytes read are counted in `progress`.
    pub(crate) fn open(&self, progress: Arc<AtomicU64>) -> Result<Unpacked> {
        let file = File::open(self.path).map_err(|error| self.error(error))?;
        let hashing = Hashing {
            file,
            sha256: Sha256::new(),
            progress,
            read: 0,
            growth: self.growth.clone(),
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
            read: 0,
            growth: self.growth.clone(),
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
    read: u64,
    growth: Option<Arc<Growth>>,
}

impl Hashing {
    fn fingerprint(self) -> Fingerprint {
        Fingerprint {
            sha256: self.sha256.finalize().into(),
            bytes: self.read,
        }
    }

    /// How much may be read now, at most; nothing at the end of a file that grew.
    fn room(&self, most: usize) -> usize {
        let Some(growth) = &self.growth else {
            return most;
        };
        let there = growth.behind(self.read).unwrap_or(self.read);
        usize::try_from(there - self.read).map_or(most, |room| room.min(most))
    }
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = self.room(buffer.len());
        let count = self.file.read(&mut buffer[..room])?;
        self.read += count as u64;
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
    fn a_file_that_grows_is_read_as_it_comes_and_no_further() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pages.json");
        let mut file = File::create(&path).unwrap();
        file.write_all(b"one\ntwo\nhalf").unwrap();
        let growth = Arc::new(Growth::default());
        growth.up_to(4);
        let source = Source::growing(&path, Arc::clone(&growth)).unwrap();
        let mut stream = source.open(Arc::default()).unwrap();
        let mut begun = [0; 4];
        stream.read_exact(&mut begun).unwrap();
        assert_eq!(&begun, b"one\n");
        let rest = std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut rest = Vec::new();
                stream.read_to_end(&mut rest).unwrap();
                (rest, stream.finish().unwrap())
            });
            growth.up_to(8);
            growth.end();
            reader.join().unwrap()
        });
        let sha256: [u8; 32] = Sha256::digest(b"one\ntwo\n").into();
        assert_eq!(rest, (b"two\n".to_vec(), Fingerprint { sha256, bytes: 8 }));
    }

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
