//! Companies, partners and what was agreed with them.

use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::identity::PartyKey;
use crate::money::Currency;
use crate::outcome::Direction;
use crate::policy::Policy;
use crate::truth::TruthRule;

/// A company as it stands on an invoice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Legal name.
    pub name: String,
    /// Street and number.
    pub street: String,
    /// City.
    pub city: String,
    /// Postal code.
    pub postal_code: String,
    /// ISO 3166 alpha-2 country.
    pub country: String,
    /// VAT id with its country prefix; empty where there is none.
    pub vat_id: String,
    /// E-mail for questions.
    pub email: String,
    /// Account for payments; empty where none is printed.
    pub iban: String,
    /// Its bank.
    pub bic: String,
}

/// What was agreed with a partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// Who bills whom.
    pub direction: Direction,
    /// The readings its CDRs are replayed under.
    pub policy: Policy,
    /// Zone of its months, and of its locations where they name none.
    pub time_zone: Tz,
    /// Largest difference per CDR that counts as equal, beside rounding; in the CDR's currency.
    pub tolerance: Decimal,
    /// Days from issue to due.
    pub due_days: u16,
    /// The buyer resells electricity (VAT Directive Art. 38).
    pub taxable_dealer: bool,
    /// Whether it sends sessions, so that a CDR without one is odd.
    pub sends_sessions: bool,
    /// Whose figures count where charger, session and CDR disagree.
    #[serde(default, skip_serializing_if = "TruthRule::is_as_stated")]
    pub truth: TruthRule,
}

/// A party we settle with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    /// Its key on the network.
    pub key: PartyKey,
    /// Its company data.
    pub company: Company,
    /// Currency its CDRs are usually in.
    pub currency: Currency,
    /// What was agreed.
    pub agreement: Agreement,
}
