//! Why a secret could not be kept or read. No text here ever holds a secret.

use std::path::PathBuf;

use thiserror::Error;

pub(crate) type Result<T> = std::result::Result<T, SecretsError>;

/// The operation failed; what was kept before is still kept.
#[derive(Debug, Error)]
pub enum SecretsError {
    /// Neither a keychain nor a passphrase.
    #[error(
        "there is no place to keep secrets in: the keychain of this system does not work \
         ({keychain}) and there is no passphrase for an encrypted file; start a keychain such as \
         GNOME Keyring, KWallet or KeePassXC, or set TALLYWATT_PASSPHRASE"
    )]
    NoPlace {
        /// What the keychain answered.
        keychain: String,
    },
    /// The secrets are in a file, and nobody said its passphrase.
    #[error(
        "the secrets of this book are kept in {path}, which needs a passphrase; \
         set TALLYWATT_PASSPHRASE"
    )]
    PassphraseMissing {
        /// The encrypted file.
        path: PathBuf,
    },
    /// The file is whole, but encrypted with another passphrase.
    #[error(
        "the passphrase does not open {path}; nothing was changed; \
         try again with the passphrase the file was made with"
    )]
    WrongPassphrase {
        /// The encrypted file.
        path: PathBuf,
    },
    /// The file is not what was once written.
    #[error(
        "the file of secrets {path} cannot be read: {why}; it was left as it is; \
         put a copy from a backup there, or move it away and enter the secrets again"
    )]
    Damaged {
        /// The encrypted file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The file or its folder cannot be read or written.
    #[error("the file of secrets {path} cannot be read or written; check folder, rights and space")]
    File {
        /// The file in question.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The keychain refused.
    #[error(
        "the keychain of this system did not {did} {account:?}: {why}; \
         unlock the keychain and try again"
    )]
    Keychain {
        /// `read`, `keep` or `forget`.
        did: &'static str,
        /// Which entry of the service Tallywatt.
        account: String,
        /// What the keychain answered.
        why: String,
    },
    /// The name of a secret or the id of a book that cannot be kept.
    #[error("{what} {text:?} cannot be used for a secret: {why}")]
    Unfit {
        /// `the name` or `the book's id`.
        what: &'static str,
        /// The text in question.
        text: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The system gave no random numbers, without which nothing can be encrypted.
    #[error("this system gives no random numbers ({why}); nothing was written")]
    Random {
        /// What the system says.
        why: String,
    },
}
