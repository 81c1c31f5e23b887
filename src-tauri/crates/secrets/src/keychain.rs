//! The secrets of a book in the keychain of the system.
//!
//! Linux: the Secret Service (GNOME Keyring, KWallet, KeePassXC). macOS: the Keychain. Windows:
//! the Credential Manager. Entries belong to the service `Tallywatt`; the account is the book's
//! id, a slash, and the name of the secret.

use keyring::{Entry, Error};
use zeroize::Zeroize;

use crate::error::Result;
use crate::seal::random_name;
use crate::{Secret, SecretsError};

const SERVICE: &str = "Tallywatt";

/// Where entries are kept, by account. The error says why not, without any secret.
pub trait Entries: Send + Sync {
    fn read(&self, account: &str) -> std::result::Result<Option<Secret>, String>;
    fn write(&self, account: &str, secret: &Secret) -> std::result::Result<(), String>;
    fn remove(&self, account: &str) -> std::result::Result<(), String>;
}

/// The entries of one book.
pub struct Keychain {
    book: String,
    entries: Box<dyn Entries>,
}

impl Keychain {
    /// The entries of a book in the keychain of this system, if that works.
    pub fn of_system(book: &str) -> Result<Keychain> {
        Keychain::new(book, Box::new(System))
    }

    /// The entries of a book. Tries writing, reading and removing first: a keychain may run, but
    /// be locked, or have no collection to write to, or forget at once.
    pub fn new(book: &str, entries: Box<dyn Entries>) -> Result<Keychain> {
        // With a slash in it, the account of one book could be that of another.
        let why = if book.contains('/') {
            Some("it has a slash in it")
        } else {
            flaw(book)
        };
        if let Some(why) = why {
            return Err(SecretsError::Unfit {
                what: "the book's id",
                text: book.to_owned(),
                why,
            });
        }
        let keychain = Keychain {
            book: book.to_owned(),
            entries,
        };
        keychain.try_out()?;
        Ok(keychain)
    }

    fn try_out(&self) -> Result<()> {
        // A name of its own, so that two programs that start at once do not disturb each other.
        let name = format!("trial-{}", random_name()?);
        let written = Secret::from(name.clone());
        self.put(&name, &written)?;
        let read = self.get(&name);
        // Removed even if it could not be read.
        self.forget(&name)?;
        match read? {
            Some(read) if read.expose() == written.expose() => Ok(()),
            _ => Err(self.failed("keep", &name, "it forgets what it is given".to_owned())),
        }
    }

    pub fn get(&self, name: &str) -> Result<Option<Secret>> {
        self.entries
            .read(&self.account(name))
            .map_err(|why| self.failed("read", name, why))
    }

    pub fn put(&self, name: &str, secret: &Secret) -> Result<()> {
        self.entries
            .write(&self.account(name), secret)
            .map_err(|why| self.failed("keep", name, why))
    }

    pub fn forget(&self, name: &str) -> Result<()> {
        self.entries
            .remove(&self.account(name))
            .map_err(|why| self.failed("forget", name, why))
    }

    fn account(&self, name: &str) -> String {
        format!("{}/{name}", self.book)
    }

    fn failed(&self, did: &'static str, name: &str, why: String) -> SecretsError {
        SecretsError::Keychain {
            did,
            account: self.account(name),
            why,
        }
    }
}

/// What makes a text unfit for a part of an account. Keychains take an empty account for any, and
/// a zero for the end of the text.
pub fn flaw(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        Some("it is empty")
    } else if text.chars().any(char::is_control) {
        Some("it has control characters in it")
    } else {
        None
    }
}

/// The keychain of this system.
struct System;

impl Entries for System {
    fn read(&self, account: &str) -> std::result::Result<Option<Secret>, String> {
        Entry::new(SERVICE, account)
            .and_then(|entry| read(&entry))
            .map_err(why)
    }

    fn write(&self, account: &str, secret: &Secret) -> std::result::Result<(), String> {
        Entry::new(SERVICE, account)
            .and_then(|entry| entry.set_password(secret.expose()))
            .map_err(why)
    }

    fn remove(&self, account: &str) -> std::result::Result<(), String> {
        Entry::new(SERVICE, account)
            .and_then(|entry| remove(&entry))
            .map_err(why)
    }
}

fn read(entry: &Entry) -> keyring::Result<Option<Secret>> {
    match entry.get_password() {
        Ok(text) => Ok(Some(Secret::from(text))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    }
}

fn remove(entry: &Entry) -> keyring::Result<()> {
    match entry.delete_credential() {
        Err(Error::NoEntry) => Ok(()),
        done => done,
    }
}

/// What a keychain's error says, and nothing of what it carries: that may be the secret itself.
fn why(error: Error) -> String {
    match error {
        Error::BadEncoding(mut bytes) => {
            bytes.zeroize();
            "the entry is no text".to_owned()
        }
        Error::Ambiguous(_) => "there are several such entries".to_owned(),
        Error::NoEntry => "there is no such entry".to_owned(),
        Error::TooLong(what, most) => format!("the {what} is longer than {most} characters"),
        Error::Invalid(what, _) => format!("it does not accept this {what}"),
        Error::PlatformFailure(error) | Error::NoStorageAccess(error) => error.to_string(),
        _ => "it gives no reason".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use keyring::mock::MockCredential;

    use super::*;

    fn entry() -> Entry {
        Entry::new_with_credential(Box::new(MockCredential::default()))
    }

    fn next_fails(entry: &Entry, error: Error) {
        let mock = entry.get_credential().downcast_ref::<MockCredential>();
        mock.unwrap().set_error(error);
    }

    #[test]
    fn an_entry_that_is_not_there_is_no_error() {
        let entry = entry();
        assert!(read(&entry).unwrap().is_none());
        remove(&entry).unwrap();
        entry.set_password("tok-1").unwrap();
        assert_eq!(read(&entry).unwrap().unwrap().expose(), "tok-1");
        remove(&entry).unwrap();
        assert!(read(&entry).unwrap().is_none());
    }

    #[test]
    fn other_errors_are_passed_on() {
        let entry = entry();
        next_fails(&entry, Error::NoStorageAccess("it is locked".into()));
        assert_eq!(why(read(&entry).unwrap_err()), "it is locked");
        next_fails(&entry, Error::PlatformFailure("no bus".into()));
        assert_eq!(why(remove(&entry).unwrap_err()), "no bus");
    }

    #[test]
    fn a_keychains_error_does_not_give_away_what_it_carries() {
        let entry = entry();
        entry.set_password("tok-secret").unwrap();
        let errors = [
            Error::BadEncoding(b"tok-secret".to_vec()),
            Error::Ambiguous(vec![Box::new(MockCredential::default())]),
            Error::Invalid("password".to_owned(), "tok-secret".to_owned()),
            Error::TooLong("password".to_owned(), 2560),
        ];
        for error in errors {
            next_fails(&entry, error);
            let why = why(read(&entry).unwrap_err());
            assert!(!why.is_empty() && !why.contains("tok-secret"), "{why}");
            assert!(!why.contains("116, 111"), "nor as bytes: {why}");
        }
    }
}
