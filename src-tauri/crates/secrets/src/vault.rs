//! The place where the secrets of a book are: a keychain or a file, behind one door.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::Result;
use crate::file::{SecretFile, there};
use crate::keychain::{Keychain, flaw};
use crate::seal::Cost;
use crate::{Secret, SecretsError};

/// The secrets of one book, by name.
pub struct Vault(Place);

enum Place {
    Keychain(Keychain),
    File(SecretFile),
    Memory(Mutex<BTreeMap<String, Secret>>),
}

impl Vault {
    /// The secrets of a book in the keychain of this system. Tries it out with an entry that it
    /// removes again; the system may ask its user to unlock the keychain.
    ///
    /// # Errors
    /// [`SecretsError::Keychain`] where none works, [`SecretsError::Unfit`] for an id that is
    /// empty or has a slash or control characters in it.
    pub fn keychain(book_id: &str) -> Result<Vault> {
        Ok(Vault(Place::Keychain(Keychain::of_system(book_id)?)))
    }

    /// Secrets that are forgotten with this value. For tests and trials.
    pub fn in_memory() -> Vault {
        Vault(Place::Memory(Mutex::default()))
    }

    /// The secrets in an encrypted file, which the first [`Vault::put`] makes if there is none.
    ///
    /// # Errors
    /// At once, if the passphrase is empty or does not open the file, or the file is damaged.
    pub fn file(path: &Path, passphrase: Secret) -> Result<Vault> {
        Vault::file_at_cost(path, passphrase, Cost::USUAL)
    }

    /// The secrets of a book wherever they are on this machine: in the file if there is one, else
    /// in the keychain if one works, else in a new file. The passphrase is asked for only if a
    /// file is used; an empty one is none.
    ///
    /// # Errors
    /// [`SecretsError::NoPlace`] where there is neither a keychain nor a passphrase,
    /// [`SecretsError::PassphraseMissing`] where there is a file but no passphrase, and those of
    /// [`Vault::file`].
    pub fn open(
        book_id: &str,
        file_path: &Path,
        passphrase: impl FnOnce() -> Option<Secret>,
    ) -> Result<Vault> {
        let keychain = || Keychain::of_system(book_id);
        Vault::pick(keychain, file_path, passphrase, Cost::USUAL)
    }

    /// The secret of that name, if there is one.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn get(&self, name: &str) -> Result<Option<Secret>> {
        fit(name)?;
        match &self.0 {
            Place::Keychain(keychain) => keychain.get(name),
            Place::File(file) => file.get(name),
            Place::Memory(known) => Ok(open(known).get(name).map(copy)),
        }
    }

    /// Keeps a secret under a name, in place of what was there.
    ///
    /// # Errors
    /// When the place cannot be written; what was there is still there.
    pub fn put(&self, name: &str, secret: &Secret) -> Result<()> {
        fit(name)?;
        match &self.0 {
            Place::Keychain(keychain) => keychain.put(name, secret),
            Place::File(file) => file.put(name, secret),
            Place::Memory(known) => {
                open(known).insert(name.to_owned(), copy(secret));
                Ok(())
            }
        }
    }

    /// Forgets the secret of that name. It is no error if there is none.
    ///
    /// # Errors
    /// When the place cannot be written; what was there is still there.
    pub fn forget(&self, name: &str) -> Result<()> {
        fit(name)?;
        match &self.0 {
            Place::Keychain(keychain) => keychain.forget(name),
            Place::File(file) => file.forget(name),
            Place::Memory(known) => {
                open(known).remove(name);
                Ok(())
            }
        }
    }

    pub(crate) fn file_at_cost(path: &Path, passphrase: Secret, cost: Cost) -> Result<Vault> {
        Ok(Vault(Place::File(SecretFile::open(
            path, passphrase, cost,
        )?)))
    }

    pub(crate) fn pick(
        keychain: impl FnOnce() -> Result<Keychain>,
        path: &Path,
        passphrase: impl FnOnce() -> Option<Secret>,
        cost: Cost,
    ) -> Result<Vault> {
        let passphrase = || passphrase().filter(|given| !given.expose().is_empty());
        if there(path)? {
            let given = passphrase().ok_or_else(|| SecretsError::PassphraseMissing {
                path: path.to_owned(),
            })?;
            return Vault::file_at_cost(path, given, cost);
        }
        let why = match keychain() {
            Ok(keychain) => return Ok(Vault(Place::Keychain(keychain))),
            Err(SecretsError::Keychain { why, .. }) => why,
            // An id that no keychain may take is a mistake here, and a file would hide it.
            Err(error) => return Err(error),
        };
        let given = passphrase().ok_or(SecretsError::NoPlace { keychain: why })?;
        Vault::file_at_cost(path, given, cost)
    }
}

/// What is kept in memory; also after another thread panicked over it.
fn open(known: &Mutex<BTreeMap<String, Secret>>) -> MutexGuard<'_, BTreeMap<String, Secret>> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

fn copy(secret: &Secret) -> Secret {
    Secret::from(secret.expose().to_owned())
}

/// The same names for every place, so that a secret can move from one to the other.
fn fit(name: &str) -> Result<()> {
    match flaw(name) {
        None => Ok(()),
        Some(why) => Err(SecretsError::Unfit {
            what: "the name",
            text: name.to_owned(),
            why,
        }),
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Keychain(_) => f.write_str("Vault(keychain)"),
            Place::File(file) => write!(f, "Vault({})", file.path().display()),
            Place::Memory(_) => f.write_str("Vault(memory)"),
        }
    }
}
