//! The `Authorization` header (SEMANTICS 5.1): the token as it is, or in base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::OcpiVersion;
use reqwest::header::HeaderValue;

use crate::problem::{Code, Problem, Result};

/// How a partner wants the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As the version says; where that is refused, the other way.
    Auto,
    /// As it is, as in 2.1.1.
    Plain,
    /// In base64, as from 2.2.1 on.
    Base64,
}

/// A token that was given out of band. It is never shown.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Checks that a text can be a token.
    pub fn new(text: &str) -> Result<Self> {
        let text = text.trim();
        let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || !printable {
            return Err(Problem::new(
                Code::Unauthorized,
                "A token is a word of printable characters without blanks.",
            ));
        }
        Ok(Token(text.to_owned()))
    }

    /// The header, which is kept out of every log.
    pub(crate) fn header(&self, base64: bool) -> HeaderValue {
        let encoded = if base64 {
            STANDARD.encode(&self.0)
        } else {
            self.0.clone()
        };
        let mut value = HeaderValue::from_str(&format!("Token {encoded}"))
            .expect("printable ASCII can stand in a header");
        value.set_sensitive(true);
        value
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Whether a version sends tokens in base64. Before one is chosen, the newest decides.
pub(crate) fn is_base64(encoding: Encoding, version: Option<OcpiVersion>) -> bool {
    match encoding {
        Encoding::Plain => false,
        Encoding::Base64 => true,
        Encoding::Auto => version != Some(OcpiVersion::V211),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_has_its_own_way() {
        let token = Token::new(" example-token\n").expect("a token");
        let header = |encoding, version| {
            let header = token.header(is_base64(encoding, version));
            header.to_str().expect("ASCII").to_owned()
        };
        let (plain, base64) = ("Token example-token", "Token ZXhhbXBsZS10b2tlbg==");
        assert_eq!(header(Encoding::Auto, Some(OcpiVersion::V211)), plain);
        assert_eq!(header(Encoding::Auto, Some(OcpiVersion::V221)), base64);
        assert_eq!(header(Encoding::Auto, Some(OcpiVersion::V230)), base64);
        assert_eq!(header(Encoding::Plain, Some(OcpiVersion::V230)), plain);
        assert_eq!(header(Encoding::Base64, Some(OcpiVersion::V211)), base64);
    }

    #[test]
    fn a_token_is_never_shown() {
        let token = Token::new("s3cret").expect("a token");
        assert!(!format!("{token:?} {:?}", token.header(false)).contains("s3cret"));
        assert!(Token::new("two words").is_err());
    }
}
