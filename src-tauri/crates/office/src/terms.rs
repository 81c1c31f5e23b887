//! What was agreed with a party, or what holds until something is.

use domain::{
    Agreement, Company, Currency, Decimal, Direction, Partner, PartyKey, Policy, Thresholds,
    Tolerances, TruthRule, Tz,
};
use store::Book;
use store::row::DecisionSeq;

use crate::error::Result;
use crate::{identity, zones};

/// A partner with its agreement, and the decision that set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The partner.
    pub partner: Partner,
    /// The decision; 0 while nobody has set anything.
    pub decision: DecisionSeq,
    /// Hash of what prices depend on: policy and tolerance.
    pub(crate) pricing: i64,
}

impl Terms {
    /// A partner as a decision set it; 0 = as nobody has.
    pub(crate) fn new(partner: Partner, decision: DecisionSeq) -> Terms {
        let agreement = &partner.agreement;
        let tolerance = agreement.tolerance.normalize();
        let pricing = (&agreement.policy, tolerance.to_string());
        let text = serde_json::to_vec(&pricing).expect("a policy is plain data");
        Terms {
            pricing: identity::hash(&text),
            partner,
            decision,
        }
    }

    /// Whether somebody set the agreement.
    pub fn is_agreed(&self) -> bool {
        self.decision.0 > 0
    }
}

/// The terms of a party: the last that were set, else the defaults.
pub fn terms(book: &Book, key: &PartyKey) -> Result<Terms> {
    let agreed = match store::party::find(book, key)? {
        Some(row) if key != book.party() => store::agreement::partner(book, row)?,
        Some(_) | None => None,
    };
    Ok(match agreed {
        Some(agreed) => Terms::new(agreed.value, agreed.decision),
        None => Terms::new(unset(key), DecisionSeq(0)),
    })
}

/// What holds for a party nobody has set anything for: it bills us, under the standard policy,
/// in the zone and currency of its country.
pub fn unset(key: &PartyKey) -> Partner {
    Partner {
        key: key.clone(),
        company: Company {
            country: key.country().to_owned(),
            ..Company::default()
        },
        currency: currency_of(key.country()),
        agreement: Agreement {
            direction: Direction::Payable,
            policy: Policy::STANDARD,
            time_zone: zones::capital(key.country()).unwrap_or(Tz::UTC),
            tolerance: Decimal::ZERO,
            due_days: 30,
            taxable_dealer: true,
            sends_sessions: true,
            truth: TruthRule::default(),
            tolerances: Tolerances::default(),
            thresholds: Thresholds::default(),
        },
    }
}

fn currency_of(country: &str) -> Currency {
    let code = match country {
        "GB" => "GBP",
        "CH" | "LI" => "CHF",
        "SE" => "SEK",
        "NO" => "NOK",
        "DK" => "DKK",
        "PL" => "PLN",
        "CZ" => "CZK",
        "HU" => "HUF",
        "RO" => "RON",
        "US" => "USD",
        _ => return Currency::EUR,
    };
    code.parse().expect("three letters are a currency code")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_partner_has_the_defaults_of_its_country() {
        let swedish = unset(&"SE-XYZ".parse().unwrap());
        assert_eq!(swedish.currency.code(), "SEK");
        assert_eq!(swedish.agreement.time_zone, Tz::Europe__Stockholm);
        assert_eq!(
            unset(&"XX-XYZ".parse().unwrap()).agreement.time_zone,
            Tz::UTC
        );
    }
}
