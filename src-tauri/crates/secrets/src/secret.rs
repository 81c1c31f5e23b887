//! A text that is shown on request only and wiped from memory when dropped.

use std::fmt;

use zeroize::Zeroizing;

/// A token or passphrase.
///
/// It cannot be printed, compared, cloned or serialised by accident.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The content. Hand it on to what needs it, and keep no copy.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Secret {
        Secret(Zeroizing::new(text))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
