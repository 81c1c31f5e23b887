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
    /// Further limits on differences, beside the money per CDR.
    #[serde(default, skip_serializing_if = "Tolerances::is_none")]
    pub tolerances: Tolerances,
    /// From where on something is odd.
    #[serde(default, skip_serializing_if = "Thresholds::are_usual")]
    pub thresholds: Thresholds,
}

/// Limits on differences beside the money per CDR. An absent one is not agreed; all that are must
/// hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tolerances {
    /// Money per stated kWh.
    pub per_kwh: Option<Decimal>,
    /// Money per month: the sum of the differences let through, in each currency.
    pub per_month: Option<Decimal>,
    /// Percent of what a CDR states.
    pub percent: Option<Decimal>,
}

impl Tolerances {
    /// Whether none is agreed.
    pub fn is_none(&self) -> bool {
        *self == Tolerances::default()
    }
}

/// From where on a record of a partner is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Most energy of one session, kWh.
    pub session_kwh: u32,
    /// Most energy of one token within 24 hours, kWh.
    pub day_kwh: u32,
    /// Longest session, hours.
    pub session_hours: u32,
    /// How far a price per kWh may lie from what is usual at its location, percent.
    pub price_percent: u32,
    /// How far a clock may be off, seconds.
    pub clock_s: u32,
    /// How far a meter may be off, percent.
    pub meter_percent: u32,
    /// Days within which a CDR comes for a session; then it is missing.
    pub cdr_days: u32,
}

impl Default for Thresholds {
    /// 250 kWh a session, 500 kWh a day, 24 hours, half the usual price, two minutes, two percent,
    /// three days.
    fn default() -> Self {
        Thresholds {
            session_kwh: 250,
            day_kwh: 500,
            session_hours: 24,
            price_percent: 50,
            clock_s: 120,
            meter_percent: 2,
            cdr_days: 3,
        }
    }
}

impl Thresholds {
    /// Whether nothing else was agreed.
    pub fn are_usual(&self) -> bool {
        *self == Thresholds::default()
    }
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
