//! The driver's token (Tokens module).

use serde::{Deserialize, Serialize};

use crate::identity::{OcpiId, PartyKey};
use crate::time::Instant;

/// A token that lets a driver charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// The provider that issued it; absent in 2.1.1 where the connection tells.
    pub party: Option<PartyKey>,
    /// Its uid, e.g. the RFID number.
    pub uid: OcpiId,
    /// RFID, APP_USER, … as sent.
    pub kind: Option<String>,
    /// The contract (eMAID) or 2.1.1 `auth_id`.
    pub contract_id: OcpiId,
    /// Issuing company.
    pub issuer: Option<String>,
    /// Whether it may be used.
    pub valid: bool,
    /// ALWAYS, ALLOWED, ALLOWED_OFFLINE, NEVER as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whitelist: Option<String>,
    /// When the owner last changed it.
    pub last_updated: Option<Instant>,
}
