//! Which VAT a line bears (INVOICING §2, rules V1 to V10; the first that fits decides).

use chrono::NaiveDate;
use domain::Decimal;
use domain::invoice::{VatCategory, VatTreatment};
use thiserror::Error;

use super::rates::{VatRates, country_alpha2, in_eu};

/// What is supplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// Charging: a supply of electricity, idle and session fees included.
    Energy,
    /// A fee owed even when nobody charges.
    Service,
}

/// A treatment the contract sets (V1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VatOverride {
    /// Category.
    pub category: VatCategory,
    /// Percent; must be 0 for AE and O.
    pub rate: Decimal,
}

/// Everything the decision depends on.
#[derive(Clone, Copy, Debug)]
pub struct VatQuestion<'a> {
    /// Country of the seller's VAT registration, alpha-2.
    pub seller_country: &'a str,
    /// Further countries where the seller is established or registered with VAT duty.
    pub seller_also_in: &'a [String],
    /// The buyer's country, alpha-2.
    pub buyer_country: &'a str,
    /// The buyer resells electricity (Art. 38).
    pub taxable_dealer: bool,
    /// The seller's country shifts the tax between two resellers of electricity (V2).
    pub domestic_reverse_charge: bool,
    /// Country of the charge point, alpha-2 or alpha-3.
    pub charge_point_country: &'a str,
    /// What is supplied.
    pub kind: LineKind,
    /// Day of supply: the end of the session.
    pub supplied_on: NaiveDate,
    /// What the contract sets.
    pub contract: Option<&'a VatOverride>,
}

/// Why no treatment could be decided.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VatError {
    /// The rate table has no entry.
    #[error("no VAT rate is known for {country:?} on {on}")]
    NoRate {
        /// The country.
        country: String,
        /// The day of supply.
        on: NaiveDate,
    },
    /// V7 needs a registration where the electricity is used.
    #[error("the seller has no VAT registration in {country:?}, where the charge point stands")]
    NotRegistered {
        /// The charge point's country.
        country: String,
    },
    /// The contract sets a rate for a category without one.
    #[error("the contract sets a rate of {rate} % for category {category}, which bears none")]
    RateOnUntaxed {
        /// `AE` or `O`.
        category: &'static str,
        /// The rate set.
        rate: Decimal,
    },
}

/// Decides the treatment of one line.
pub fn decide(question: &VatQuestion<'_>, rates: &VatRates) -> Result<VatTreatment, VatError> {
    if let Some(contract) = question.contract {
        return by_contract(contract);
    }
    let same_country = same(question.seller_country, question.buyer_country);
    let buyer_in_eu = in_eu(question.buyer_country);
    let rate_of = |country: &str| rate_on(rates, country, question.supplied_on);
    match (question.kind, question.taxable_dealer) {
        (LineKind::Energy, true) if same_country && question.domestic_reverse_charge => {
            Ok(untaxed(VatCategory::AE, "V2"))
        }
        (LineKind::Energy, true) if same_country => {
            Ok(standard(rate_of(question.seller_country)?, "V3"))
        }
        (LineKind::Energy, true) if registered(question, question.buyer_country) => {
            Ok(standard(rate_of(question.buyer_country)?, "V5"))
        }
        (LineKind::Energy, true) if buyer_in_eu => Ok(untaxed(VatCategory::AE, "V4")),
        (LineKind::Energy, true) => Ok(untaxed(VatCategory::O, "V6")),
        (LineKind::Energy, false) => {
            let country = question.charge_point_country;
            if !registered(question, country) {
                return Err(VatError::NotRegistered {
                    country: country.to_owned(),
                });
            }
            Ok(standard(rate_of(country)?, "V7"))
        }
        (LineKind::Service, _) if same_country => {
            Ok(standard(rate_of(question.seller_country)?, "V9"))
        }
        (LineKind::Service, _) if buyer_in_eu => Ok(untaxed(VatCategory::AE, "V8")),
        (LineKind::Service, _) => Ok(untaxed(VatCategory::O, "V10")),
    }
}

/// The text that a treatment obliges the invoice to carry.
pub fn note_of(treatment: &VatTreatment) -> Option<&'static str> {
    match (treatment.category, treatment.rule.as_str()) {
        (VatCategory::S, _) => None,
        (VatCategory::AE, "V4") => {
            Some("Reverse charge: VAT is due from the recipient (Directive 2006/112/EC, Art. 195).")
        }
        (VatCategory::AE, "V8") => {
            Some("Reverse charge: VAT is due from the recipient (Directive 2006/112/EC, Art. 196).")
        }
        (VatCategory::AE, _) => Some("Reverse charge: VAT is due from the recipient."),
        (VatCategory::O, _) => Some("Outside the scope of EU VAT."),
    }
}

fn by_contract(contract: &VatOverride) -> Result<VatTreatment, VatError> {
    match contract.category {
        VatCategory::S => Ok(standard(contract.rate, "V1")),
        category @ (VatCategory::AE | VatCategory::O) if contract.rate.is_zero() => {
            Ok(untaxed(category, "V1"))
        }
        category @ (VatCategory::AE | VatCategory::O) => Err(VatError::RateOnUntaxed {
            category: category.as_str(),
            rate: contract.rate,
        }),
    }
}

fn rate_on(rates: &VatRates, country: &str, on: NaiveDate) -> Result<Decimal, VatError> {
    let missing = || VatError::NoRate {
        country: country.to_owned(),
        on,
    };
    rates.on(country, on).ok_or_else(missing)
}

fn registered(question: &VatQuestion<'_>, country: &str) -> bool {
    same(question.seller_country, country)
        || question
            .seller_also_in
            .iter()
            .any(|also| same(also, country))
}

/// Whether two codes name one country; alpha-2 and alpha-3 are one.
fn same(a: &str, b: &str) -> bool {
    match (country_alpha2(a), country_alpha2(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a.trim().eq_ignore_ascii_case(b.trim()),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn standard(rate: Decimal, rule: &str) -> VatTreatment {
    VatTreatment {
        category: VatCategory::S,
        rate: rate.normalize(),
        rule: rule.to_owned(),
    }
}

fn untaxed(category: VatCategory, rule: &str) -> VatTreatment {
    VatTreatment {
        category,
        rate: Decimal::ZERO,
        rule: rule.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    fn yes(word: &str) -> bool {
        match word {
            "yes" => true,
            "no" => false,
            other => panic!("yes or no, not {other:?}"),
        }
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let table = "
            | kind    | S  | also | B  | dealer | drc | C   | expected     |
            | energy  | DE | -    | DE | yes    | no  | DEU | S 19 V3      |
            | energy  | DE | -    | DE | yes    | no  | FRA | S 19 V3      |  // Art. 38
            | energy  | DE | -    | DE | yes    | yes | DEU | AE 0 V2      |
            | energy  | DE | -    | HU | yes    | no  | DEU | AE 0 V4      |
            | energy  | DE | -    | HU | yes    | yes | DEU | AE 0 V4      |
            | energy  | DE | HU   | HU | yes    | no  | DEU | S 27 V5      |
            | energy  | NL | -    | GB | yes    | no  | NLD | O 0 V6       |
            | energy  | GB | -    | GB | yes    | no  | GBR | S 20 V3      |
            | energy  | NL | -    | US | yes    | no  | NLD | O 0 V6       |
            | energy  | NL | -    | BE | no     | no  | NLD | S 21 V7      |  // Art. 39
            | energy  | NL | -    | BE | no     | no  | DEU | not registered |
            | energy  | NL | DE   | BE | no     | no  | DEU | S 19 V7      |
            | service | NL | -    | NL | no     | no  | NLD | S 21 V9      |
            | service | NL | -    | DE | no     | no  | NLD | AE 0 V8      |
            | service | NL | -    | CH | yes    | no  | NLD | O 0 V10      |
        ";
        for row in table
            .lines()
            .map(str::trim)
            .filter(|l| l.starts_with('|'))
            .skip(1)
        {
            let row = row.split("//").next().unwrap();
            let cells: Vec<&str> = row
                .trim()
                .trim_matches('|')
                .split('|')
                .map(str::trim)
                .collect();
            assert_eq!(decided(&cells[..7]), cells[7], "{row}");
        }
    }

    /// Category, rate and rule for the first seven columns of the table.
    fn decided(cells: &[&str]) -> String {
        let also: Vec<String> = cells[2]
            .split('-')
            .filter(|a| !a.is_empty())
            .map(str::to_owned)
            .collect();
        let question = VatQuestion {
            seller_country: cells[1],
            seller_also_in: &also,
            buyer_country: cells[3],
            taxable_dealer: yes(cells[4]),
            domestic_reverse_charge: yes(cells[5]),
            charge_point_country: cells[6],
            kind: if cells[0] == "energy" {
                LineKind::Energy
            } else {
                LineKind::Service
            },
            supplied_on: "2026-09-30".parse().unwrap(),
            contract: None,
        };
        match decide(&question, &VatRates::standard()) {
            Ok(t) => format!("{} {} {}", t.category.as_str(), t.rate, t.rule),
            Err(VatError::NotRegistered { .. }) => "not registered".to_owned(),
            Err(other) => panic!("{cells:?}: {other}"),
        }
    }

    #[test]
    fn a_contract_overrides_everything_but_cannot_tax_the_untaxed() {
        let question = |contract| VatQuestion {
            seller_country: "DE",
            seller_also_in: &[],
            buyer_country: "DE",
            taxable_dealer: true,
            domestic_reverse_charge: false,
            charge_point_country: "DEU",
            kind: LineKind::Energy,
            supplied_on: "2026-09-30".parse().unwrap(),
            contract,
        };
        let seven = VatOverride {
            category: VatCategory::S,
            rate: dec!(7),
        };
        let decided = decide(&question(Some(&seven)), &VatRates::standard()).unwrap();
        assert_eq!((decided.rate, decided.rule.as_str()), (dec!(7), "V1"));
        let wrong = VatOverride {
            category: VatCategory::AE,
            rate: dec!(7),
        };
        assert!(matches!(
            decide(&question(Some(&wrong)), &VatRates::standard()),
            Err(VatError::RateOnUntaxed { .. })
        ));
    }

    #[test]
    fn reverse_charge_and_out_of_scope_say_so() {
        let note = |category, rule| note_of(&untaxed(category, rule)).unwrap();
        assert!(note(VatCategory::AE, "V4").starts_with("Reverse charge"));
        assert!(note(VatCategory::AE, "V1").starts_with("Reverse charge"));
        assert!(note(VatCategory::O, "V6").starts_with("Outside the scope of EU VAT"));
        assert_eq!(note_of(&standard(dec!(19), "V3")), None);
    }
}
