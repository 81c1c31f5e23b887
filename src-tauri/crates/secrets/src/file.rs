//! The secrets of a book in an encrypted file: for machines on which no keychain runs.
//!
//! The file is never changed in place. A new one is written beside it, brought to the disk and
//! renamed, so at every moment there is the old file or the new one, and never half of one.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::error::Result;
use crate::seal::{self, Cost, Key, Recipe, Sealed};
use crate::{Secret, SecretsError};

type Secrets = BTreeMap<String, Secret>;

/// An encrypted file, there already or not yet.
pub struct SecretFile {
    path: PathBuf,
    passphrase: Secret,
    /// For a file that is not there yet; one that is says its own.
    cost: Cost,
    /// The last key: making one is slow, and it stays the same as long as its recipe does.
    key: Mutex<Option<(Recipe, Key)>>,
}

impl SecretFile {
    /// Opens the file, so that a wrong passphrase is said at once. Makes none if there is none.
    pub fn open(path: &Path, passphrase: Secret, cost: Cost) -> Result<SecretFile> {
        let path = path.to_owned();
        if passphrase.expose().is_empty() {
            return Err(SecretsError::PassphraseMissing { path });
        }
        let file = SecretFile {
            path,
            passphrase,
            cost,
            key: Mutex::new(None),
        };
        file.load()?;
        Ok(file)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn get(&self, name: &str) -> Result<Option<Secret>> {
        Ok(self.load()?.remove(name))
    }

    pub fn put(&self, name: &str, secret: &Secret) -> Result<()> {
        let _lock = self.lock()?;
        let mut secrets = self.load()?;
        let copy = Secret::from(secret.expose().to_owned());
        secrets.insert(name.to_owned(), copy);
        self.save(&secrets)
    }

    pub fn forget(&self, name: &str) -> Result<()> {
        // Without a file there is nothing to forget, and no reason to leave a lock in the folder.
        if !there(&self.path)? {
            return Ok(());
        }
        let _lock = self.lock()?;
        let mut secrets = self.load()?;
        match secrets.remove(name) {
            Some(_) => self.save(&secrets),
            None => Ok(()),
        }
    }

    fn load(&self) -> Result<Secrets> {
        let bytes = match std::fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Secrets::new()),
            Err(error) => return Err(failed(&self.path)(error)),
        };
        let damaged = |why| SecretsError::Damaged {
            path: self.path.clone(),
            why,
        };
        let sealed = Sealed::parse(&bytes).map_err(damaged)?;
        let content = sealed.open(&self.key(&sealed.recipe)).ok_or_else(|| {
            SecretsError::WrongPassphrase {
                path: self.path.clone(),
            }
        })?;
        // The reader's own words may quote the content, so they are left out.
        let texts: BTreeMap<String, String> = serde_json::from_slice(&content)
            .map_err(|_| damaged("its content is no map of secrets"))?;
        let secret = |(name, text)| (name, Secret::from(text));
        Ok(texts.into_iter().map(secret).collect())
    }

    fn save(&self, secrets: &Secrets) -> Result<()> {
        // Taken out first: making a key locks the same place.
        let last = self.cached().clone();
        let (recipe, key) = if let Some(last) = last {
            last
        } else {
            let recipe = Recipe::new(self.cost)?;
            let key = self.key(&recipe);
            (recipe, key)
        };
        let bytes = seal::seal(&recipe, &key, json(secrets))?;
        replace(&self.path, &bytes).map_err(failed(&self.path))
    }

    fn key(&self, recipe: &Recipe) -> Key {
        let mut last = self.cached();
        match &*last {
            Some((known, key)) if known == recipe => key.clone(),
            _ => {
                let key = recipe.key(&self.passphrase);
                *last = Some((recipe.clone(), key.clone()));
                key
            }
        }
    }

    fn cached(&self) -> std::sync::MutexGuard<'_, Option<(Recipe, Key)>> {
        // What is inside is replaced as a whole, so a panic elsewhere cannot have spoilt it.
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps other windows and command lines from writing until it is dropped: of two that read,
    /// change and write at once, one would undo the other. The file itself is replaced, so the
    /// lock has to be on another one, which stays.
    fn lock(&self) -> Result<File> {
        let mut path = self.path.clone().into_os_string();
        path.push(".lock");
        let path = PathBuf::from(path);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failed(&path))?;
        match lock.lock() {
            // Some shared folders know no locks; writing there is still better than refusing.
            Err(error) if error.kind() != ErrorKind::Unsupported => Err(failed(&path)(error)),
            _ => Ok(lock),
        }
    }
}

/// Whether there is a file at the path.
pub fn there(path: &Path) -> Result<bool> {
    path.try_exists().map_err(failed(path))
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> SecretsError + '_ {
    |source| SecretsError::File {
        path: path.to_owned(),
        source,
    }
}

/// The content of a file, before it is encrypted.
fn json(secrets: &Secrets) -> Zeroizing<Vec<u8>> {
    let texts: BTreeMap<&str, &str> = secrets
        .iter()
        .map(|(name, secret)| (name.as_str(), secret.expose()))
        .collect();
    // Room for the worst, every byte as \u0000 with quotes and comma: a list that grows leaves
    // copies of itself in memory.
    let room: usize = texts
        .iter()
        .map(|(name, text)| 6 * (name.len() + text.len()) + 6)
        .sum();
    let mut content = Zeroizing::new(Vec::with_capacity(room + 2 + seal::TAG));
    serde_json::to_writer(&mut *content, &texts).expect("texts can always be written to memory");
    content
}

fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Only its owner may read it: tempfile gives it the mode 0600, and renaming keeps that.
    let mut part = tempfile::Builder::new()
        .prefix(".tallywatt-secrets-")
        .tempfile_in(folder)?;
    part.write_all(bytes)?;
    part.as_file().sync_all()?;
    part.persist(path).map_err(|error| error.error)?;
    // Elsewhere a folder cannot be opened, and needs not be brought to the disk.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}
