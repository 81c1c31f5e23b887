//! Keeps connection tokens: in the keychain of the system, or in an encrypted file beside the book.
//!
//! A [`Vault`] holds the secrets of one book under names. [`Vault::open`] picks the place:
//!
//! 1. An encrypted file that is there already: the secrets are in it.
//! 2. The keychain of the system, where one works.
//! 3. A new encrypted file, where there is a passphrase.
//! 4. Otherwise nothing is kept, and [`SecretsError::NoPlace`] says what to do.
//!
//! A [`Secret`] shows itself to whoever asks by [`Secret::expose`] and to nobody else: not in
//! `Debug`, not in an error's text. It leaves no copy in memory when it is dropped.

mod error;
mod file;
mod keychain;
mod seal;
mod secret;
#[cfg(test)]
mod tests;
mod vault;

pub use error::SecretsError;
pub use secret::Secret;
pub use vault::Vault;
