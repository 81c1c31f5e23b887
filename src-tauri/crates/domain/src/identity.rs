//! Who and what: party keys, OCPI ids and versions.
//!
//! OCPI ids are case-insensitive (`CiString`), so equality and hashing fold ASCII case; the
//! original spelling is kept for display (Types / CiString).

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An OCPI id. Compares without regard to ASCII case, keeps the sender's spelling.
#[derive(Clone, Debug, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OcpiId(pub String);

impl OcpiId {
    /// The spelling the sender used.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form used in indexes: ASCII lower case.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl From<&str> for OcpiId {
    fn from(text: &str) -> Self {
        OcpiId(text.to_owned())
    }
}

impl PartialEq for OcpiId {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Hash for OcpiId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
        state.write_u8(0xff);
    }
}

impl fmt::Display for OcpiId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A party on the roaming network: ISO country code and party id, both upper case.
///
/// Kept in place, because a million CDRs name three parties each. The id is padded with zeros.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartyKey {
    country: [u8; 2],
    party: [u8; 3],
}

/// The text is no party key of the form `NL-ABC`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a party key like NL-ABC: {0:?}")]
pub struct NotAPartyKey(pub String);

impl PartyKey {
    /// Builds a key from the two OCPI fields, folding case.
    ///
    /// # Errors
    /// When either part is empty or not ASCII alphanumeric.
    pub fn new(country: &str, party: &str) -> Result<Self, NotAPartyKey> {
        let fine = |s: &str| s.bytes().all(|b| b.is_ascii_alphanumeric());
        let code = <[u8; 2]>::try_from(country.as_bytes());
        match (code, party.len()) {
            (Ok(code), 1..=3) if fine(country) && fine(party) => {
                let mut id = [0; 3];
                id[..party.len()].copy_from_slice(party.as_bytes());
                Ok(PartyKey {
                    country: code.map(|b| b.to_ascii_uppercase()),
                    party: id.map(|b| b.to_ascii_uppercase()),
                })
            }
            _ => Err(NotAPartyKey(format!("{country}-{party}"))),
        }
    }

    /// ISO 3166 alpha-2 country code.
    pub fn country(&self) -> &str {
        std::str::from_utf8(&self.country).expect("a party key is built from ASCII only")
    }

    /// Party id, up to three characters.
    pub fn party(&self) -> &str {
        let length = self.party.iter().take_while(|b| **b != 0).count();
        std::str::from_utf8(&self.party[..length]).expect("a party key is built from ASCII only")
    }
}

impl FromStr for PartyKey {
    type Err = NotAPartyKey;

    fn from_str(text: &str) -> Result<Self, NotAPartyKey> {
        let text = text.trim();
        let (country, party) = text
            .split_once(['-', '*'])
            .ok_or_else(|| NotAPartyKey(text.to_owned()))?;
        PartyKey::new(country, party)
    }
}

impl TryFrom<String> for PartyKey {
    type Error = NotAPartyKey;

    fn try_from(text: String) -> Result<Self, NotAPartyKey> {
        text.parse()
    }
}

impl From<PartyKey> for String {
    fn from(key: PartyKey) -> String {
        key.to_string()
    }
}

impl fmt::Display for PartyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.country(), self.party())
    }
}

impl fmt::Debug for PartyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The wire's identity of a CDR: owner and id (CDRs / CDR object).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CdrKey {
    /// Owner of the CDR; in 2.1.1 the party of the connection.
    pub party: PartyKey,
    /// The owner's id for it.
    pub id: OcpiId,
}

/// The protocol versions we read. 2.2 is read as 2.2.1, which replaced it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum OcpiVersion {
    /// 2.1.1: net numbers only, no tax.
    #[serde(rename = "2.1.1")]
    V211,
    /// 2.2 and 2.2.1.
    #[serde(rename = "2.2.1")]
    V221,
    /// 2.3.0.
    #[serde(rename = "2.3.0")]
    V230,
}

impl OcpiVersion {
    /// The version number as OCPI writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            OcpiVersion::V211 => "2.1.1",
            OcpiVersion::V221 => "2.2.1",
            OcpiVersion::V230 => "2.3.0",
        }
    }
}

impl FromStr for OcpiVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "2.1.1" => Ok(OcpiVersion::V211),
            "2.2" | "2.2.1" => Ok(OcpiVersion::V221),
            "2.3" | "2.3.0" => Ok(OcpiVersion::V230),
            other => Err(format!(
                "unknown OCPI version {other:?}; known: 2.1.1, 2.2.1, 2.3.0"
            )),
        }
    }
}

impl fmt::Display for OcpiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_fold_case_but_keep_spelling() {
        let mut set = HashSet::new();
        set.insert(OcpiId::from("Cdr-1"));
        assert!(
            set.contains(&OcpiId::from("CDR-1")),
            "ids are case-insensitive"
        );
        assert_eq!(OcpiId::from("Cdr-1").as_str(), "Cdr-1");
    }

    #[test]
    fn party_keys_read_and_print() {
        assert_eq!("nl-abc".parse::<PartyKey>().unwrap().to_string(), "NL-ABC");
        let short = PartyKey::new("de", "x").unwrap();
        assert_eq!(
            (short.country(), short.party(), short.to_string().as_str()),
            ("DE", "X", "DE-X")
        );
        assert!(
            short < "DE-X1".parse().unwrap(),
            "in the order of their texts"
        );
        for bad in ["", "NL", "NLD-ABC", "NL-", "NL-ABCD", "N!-ABC"] {
            assert!(bad.parse::<PartyKey>().is_err(), "{bad:?} is no party key");
        }
    }
}
