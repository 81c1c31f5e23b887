//! The charging session as the CPO reported it (Sessions module). Never billing-relevant itself.

use serde::{Deserialize, Serialize};

use crate::cdr::{CdrLocation, ChargingPeriod, Form, Price, TokenRef};
use crate::identity::{OcpiId, PartyKey};
use crate::money::Currency;
use crate::quantity::Kwh;
use crate::time::Instant;

/// State of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the standard's own
pub enum SessionStatus {
    Active,
    Completed,
    Invalid,
    Pending,
    Reservation,
    /// A value we do not know; a finding holds its text.
    Unknown,
}

/// A charging session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// What it came as.
    pub form: Form,
    /// Its owner.
    pub party: PartyKey,
    /// The owner's id for it.
    pub id: OcpiId,
    /// When it became active.
    pub start_at: Instant,
    /// When it ended, if it has.
    pub end_at: Option<Instant>,
    /// Energy so far.
    pub energy: Kwh,
    /// The driver's token.
    pub token: TokenRef,
    /// AUTH_REQUEST, WHITELIST, COMMAND as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_method: Option<String>,
    /// Reference of the authorisation (2.2+).
    pub authorization_reference: Option<OcpiId>,
    /// Where it takes place (in 2.2+ ids only).
    pub location: CdrLocation,
    /// Currency of its amounts.
    pub currency: Option<Currency>,
    /// Periods in the order sent.
    pub periods: Vec<ChargingPeriod>,
    /// Cost so far; absent does not mean free.
    pub cost: Option<Price>,
    /// Its state.
    pub status: SessionStatus,
    /// When the owner last changed it.
    pub last_updated: Option<Instant>,
}
