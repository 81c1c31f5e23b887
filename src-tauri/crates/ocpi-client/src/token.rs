//! The `Authorization` header (SEMANTICS 5.1): the token as it is, or in base64.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
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

/// A token. It is never shown.
#[derive(Clone, PartialEq, Eq)]
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

    /// A new secret for a partner to call us with.
    pub fn random() -> Result<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| {
            let text = format!("This computer gives no random bytes for a token: {error}.");
            Problem::new(Code::Unauthorized, text)
        })?;
        Ok(Token(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The secret itself, for the vault where tokens are kept. It is for nothing else: not for
    /// logs, texts or files.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether an `Authorization` header holds it, as it is or in base64. How long that takes
    /// says nothing about how much of it is right.
    pub(crate) fn is_in(&self, header: &str) -> bool {
        let Some((scheme, said)) = header.trim().split_once(' ') else {
            return false;
        };
        let said = said.trim();
        let bare = said.trim_end_matches('=');
        let decoded = STANDARD_NO_PAD.decode(bare);
        let decoded = decoded.or_else(|_| URL_SAFE_NO_PAD.decode(bare));
        let decoded = decoded.unwrap_or_default();
        let as_is = self.is_same(said.as_bytes());
        let encoded = self.is_same(decoded.trim_ascii());
        scheme.eq_ignore_ascii_case("token") && (as_is | encoded)
    }

    fn is_same(&self, other: &[u8]) -> bool {
        let own = self.0.as_bytes();
        let pairs = own.iter().zip(other);
        let differs = pairs.fold(0, |differs, (one, two)| differs | (one ^ two));
        own.len() == other.len() && std::hint::black_box(differs) == 0
    }

    /// All forms in which it may turn up.
    pub(crate) fn forms(&self) -> Vec<String> {
        let mut forms = vec![self.0.clone()];
        for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
            let form = engine.encode(&self.0);
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        forms
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
    fn a_token_is_recognised_as_it_is_and_in_base64() {
        let token = Token::new("example-token").expect("a token");
        for (header, known) in [
            ("Token example-token", true),
            ("token  example-token ", true),
            ("Token ZXhhbXBsZS10b2tlbg==", true),
            ("Token ZXhhbXBsZS10b2tlbg", true),
            ("Token ZXhhbXBsZS10b2tlbgo=", true), // with a line feed, as in the standard's example
            ("Token example-toke", false),
            ("Token example-tokens", false),
            ("Bearer example-token", false),
            ("example-token", false),
            ("Token ", false),
            ("", false),
        ] {
            assert_eq!(token.is_in(header), known, "{header}");
        }
    }

    #[test]
    fn a_token_of_ours_is_long_new_and_fits_the_field() {
        let (one, other) = (Token::random(), Token::random());
        let (one, other) = (one.expect("random bytes"), other.expect("random bytes"));
        assert_ne!(one, other);
        assert!((43..=64).contains(&one.expose().len()), "32 bytes as text");
        assert!(Token::new(one.expose()).is_ok());
    }

    #[test]
    fn a_token_is_never_shown() {
        let token = Token::new("s3cret").expect("a token");
        assert!(!format!("{token:?} {:?}", token.header(false)).contains("s3cret"));
        assert!(Token::new("two words").is_err());
    }
}
