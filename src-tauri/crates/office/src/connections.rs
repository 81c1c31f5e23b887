//! Partners' servers: how each is reached, whether it can be, and what was pulled from it.
//!
//! A connection is a decision; its token is not in it and not in the book, but in the [`Vault`].
//! What is pulled goes the way of every file: same findings, same idempotence, and the raw answers
//! kept.

mod health;
mod pull;
mod spool;
#[cfg(test)]
pub(crate) mod tests;
mod trial;

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::{Instant, OcpiVersion, PartyKey};
use ocpi_client::{Client, Connection, Encoding, Token};
pub use ocpi_client::{Limits, Module};
pub use secrets::{Secret, Vault};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::decision::NewDecision;
use store::{Book, Durability};

pub use health::{due, get, schedule};
pub use pull::{Outcome, PullRequest, Pulled, Trouble, pull};

pub(crate) use spool::Hold;
pub use trial::{Tried, day, keep_tried, remove, renew, try_out};

use crate::api::VaultDto;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::partners;

/// How a partner's server is reached. Holds no token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The address of the versions list.
    pub versions_url: String,
    /// The version that is spoken.
    pub version: OcpiVersion,
    /// How the token is sent.
    pub encoding: SentAs,
    /// Whether plain http is allowed by the user's word.
    #[serde(default)]
    pub plain_http: bool,
    /// Other addresses whose hosts the token may go to.
    #[serde(default)]
    pub besides: Vec<String>,
    /// One more authority that is trusted for this partner, as PEM.
    #[serde(default)]
    pub authority_pem: Option<String>,
    /// Whether addresses inside a private network are allowed by the user's word.
    #[serde(default)]
    pub inside: bool,
    /// Whether the addresses were given by hand, not by the versions list.
    #[serde(default)]
    pub by_hand: bool,
    /// The lists that can be pulled, by module.
    pub lists: BTreeMap<String, String>,
    /// Where the partner takes objects from us, by module.
    #[serde(default)]
    pub receivers: BTreeMap<String, String>,
    /// Where our registration is changed and ended, if we registered.
    #[serde(default)]
    pub credentials: Option<String>,
    /// Whose objects the partner may send, as it says itself; empty where it did not say.
    #[serde(default)]
    pub roles: Vec<PartyKey>,
    /// Hours between pulls; `None` for pulls by hand only.
    #[serde(default)]
    pub every_hours: Option<u32>,
    /// Where pulling begins if nothing was pulled yet.
    #[serde(default)]
    pub since: Option<Instant>,
}

/// How a token is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SentAs {
    /// As the version says, else the other way.
    #[default]
    Auto,
    /// As it is.
    Plain,
    /// In base64.
    Base64,
}

impl SentAs {
    /// From its stable name.
    pub fn from_text(text: &str) -> Option<SentAs> {
        [SentAs::Auto, SentAs::Plain, SentAs::Base64]
            .into_iter()
            .find(|way| way.as_str() == text)
    }

    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            SentAs::Auto => "auto",
            SentAs::Plain => "plain",
            SentAs::Base64 => "base64",
        }
    }

    fn encoding(self) -> Encoding {
        match self {
            SentAs::Auto => Encoding::Auto,
            SentAs::Plain => Encoding::Plain,
            SentAs::Base64 => Encoding::Base64,
        }
    }
}

impl Settings {
    /// With the token, ready to be used.
    fn with_token(&self, token: &Secret, from_to: (PartyKey, PartyKey)) -> Result<Connection> {
        Ok(Connection {
            versions_url: self.versions_url.clone(),
            token: Token::new(token.expose())?,
            encoding: self.encoding.encoding(),
            plain_http: self.plain_http,
            besides: self.besides.clone(),
            inside: self.inside,
            authority_pem: self.authority_pem.clone().map(String::into_bytes),
            from_to: Some(from_to),
        })
    }
}

/// Opens the place where this book's tokens are kept: the system's keychain, or else the encrypted
/// file beside the book. The passphrase is asked for only where that file is used.
pub fn vault(desk: &Desk, passphrase: impl FnOnce() -> Option<Secret>) -> Result<Vault> {
    let book = &desk.book;
    let id = format!("{} {}", book.party(), book.created_at().timestamp_millis());
    Ok(Vault::open(&id, &beside(book, "secrets")?, passphrase)?)
}

/// Where tokens of this book are kept on this machine, and whether they are `open` to us now.
pub fn vault_place(desk: &Desk, open: bool) -> Result<VaultDto> {
    let file = beside(&desk.book, "secrets")?.exists();
    let place = if file {
        "file"
    } else if open {
        "keychain"
    } else {
        "new_file"
    };
    Ok(VaultDto {
        place: place.to_owned(),
        open,
    })
}

/// A partner by its key.
pub fn partner(desk: &Desk, key: &str) -> Result<PartyKey> {
    partners::partner_key(&desk.book, key)
}

/// The name of a partner's token in the vault.
fn token_name(partner: &PartyKey) -> String {
    format!("{partner} token")
}

/// A file or folder beside the book: `BOOK.d/name`.
fn beside(book: &Book, name: &str) -> Result<PathBuf> {
    let path = book.path().ok_or_else(|| {
        Error::refused("book_in_memory", "a book in memory has nothing beside it")
    })?;
    let mut folder = path.as_os_str().to_owned();
    folder.push(".d");
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder).map_err(|source| Error::File {
        name: folder.display().to_string(),
        source,
    })?;
    Ok(folder.join(name))
}

/// How a partner is reached, if it was set.
pub fn settings(desk: &Desk, partner: &PartyKey) -> Result<Option<Settings>> {
    let Some(row) = store::party::find(&desk.book, partner)? else {
        return Ok(None);
    };
    let set = store::connection::get::<Option<Settings>>(&desk.book, row)?;
    Ok(set.and_then(|set| set.value))
}

/// The partners that can be pulled from.
pub fn partners(desk: &Desk) -> Result<Vec<PartyKey>> {
    let mut partners = Vec::new();
    for row in store::connection::parties(&desk.book)? {
        let key = store::party::key(&desk.book, row)?;
        if settings(desk, &key)?.is_some() {
            partners.push(key);
        }
    }
    Ok(partners)
}

/// Keeps how a partner is reached: one decision, unless nothing changed.
pub(crate) fn keep(desk: &Desk, partner: &PartyKey, settings: &Settings) -> Result<()> {
    if *partner == *desk.book.party() {
        return Err(Error::refused("own_party", "we are no partner of our own"));
    }
    if self::settings(desk, partner)?.as_ref() == Some(settings) {
        return Ok(());
    }
    decide(desk, "connect", partner, Some(settings))
}

fn decide(desk: &Desk, verb: &str, partner: &PartyKey, settings: Option<&Settings>) -> Result<()> {
    let content = serde_json::to_value(settings).map_err(store::Error::from)?;
    desk.book
        .write(Durability::Decisions, |book| -> Result<()> {
            let party = store::party::intern(book, partner)?;
            let decision = store::decision::append(
                book,
                &NewDecision {
                    at: desk.now,
                    actor: &desk.actor,
                    verb,
                    object: &partner.to_string(),
                    reason: "",
                    details: &json!({ "content": content }),
                    undoes: None,
                    cdrs: &[],
                    sessions: &[],
                    seen: &[],
                },
            )?;
            Ok(store::connection::put(book, decision, party, &settings)?)
        })
}

/// A client for a partner, with the token that is kept.
pub(crate) fn client(
    desk: &Desk,
    vault: &Vault,
    partner: &PartyKey,
    limits: Limits,
) -> Result<Client> {
    let settings = known(desk, partner)?;
    let token = vault.get(&token_name(partner))?.ok_or_else(|| {
        let text = format!("the token of {partner} is not kept here; connect again with it");
        Error::refused("token_missing", text).with("partner", partner)
    })?;
    let from_to = (desk.book.party().clone(), partner.clone());
    Ok(Client::new(settings.with_token(&token, from_to)?, limits)?.0)
}

/// How a partner is reached; an error that says what to do where nobody set it.
pub(crate) fn known(desk: &Desk, partner: &PartyKey) -> Result<Settings> {
    partners::row(&desk.book, partner)?;
    settings(desk, partner)?.ok_or_else(|| {
        Error::refused(
            "not_connected",
            format!("{partner} has no connection yet; make one with connect"),
        )
        .with("partner", partner)
    })
}
