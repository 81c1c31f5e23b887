//! Prices and tariffs in plain sentences, in English, Dutch, German and French.
//!
//! [`explain`] tells a replay to a driver (short), a partner (which element, why no other, steps,
//! roundings) or an auditor (every figure unrounded). [`explain_tariff`] puts a tariff in words,
//! [`explain_change`] what changed between two versions. The sentences of each language stand in a
//! module of its own; here and in the modules beside it is only what is said when.
//!
//! Elements are counted from 1, as people count.

mod change;
mod conditions;
mod de;
mod en;
mod fr;
mod nl;
mod session;
mod tariff;
mod words;

use std::fmt;
use std::str::FromStr;

pub use change::explain_change;
pub(crate) use conditions::days;
pub use session::explain;
pub use tariff::explain_tariff;
pub(crate) use words::{Words, fill};

/// A language the engine speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, `en`.
    #[default]
    English,
    /// Dutch, `nl`.
    Dutch,
    /// German, `de`.
    German,
    /// French, `fr`.
    French,
}

impl Language {
    /// Every language.
    pub const ALL: [Language; 4] = [
        Language::English,
        Language::Dutch,
        Language::German,
        Language::French,
    ];

    /// The ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Dutch => "nl",
            Language::German => "de",
            Language::French => "fr",
        }
    }

    /// Its sentences.
    pub(crate) fn words(self) -> &'static Words {
        match self {
            Language::English => &en::WORDS,
            Language::Dutch => &nl::WORDS,
            Language::German => &de::WORDS,
            Language::French => &fr::WORDS,
        }
    }
}

/// The text names no language the engine speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLanguage(pub String);

impl fmt::Display for UnknownLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no language {:?}; write one of en, nl, de, fr", self.0)
    }
}

impl std::error::Error for UnknownLanguage {}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        Language::ALL
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| UnknownLanguage(text.to_owned()))
    }
}

/// Who an explanation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reader {
    /// Wants to know what was paid for: one line per price, amounts in whole cents.
    Driver,
    /// Wants to know why: elements and why no other applied, steps, limits, roundings.
    Partner,
    /// Wants to compute it again: every figure unrounded.
    Auditor,
}
