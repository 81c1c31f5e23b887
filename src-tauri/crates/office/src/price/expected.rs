//! What a team expects of a sample, and whether the replay gives it to the cent.

use std::collections::BTreeMap;

use domain::replay::{Amount, Parts};
use domain::{
    Decimal, Finding, FindingCode, Replay, Rounding, RoundingMode, RoundingStage, Severity,
};
use serde::Serialize;
use serde_json::value::RawValue;

/// An expected figure that the replay does not give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unmet {
    /// The figure, e.g. `total.excl_vat`.
    pub at: String,
    /// What is expected, in its own digits.
    pub expected: String,
    /// What the replay gives at those digits; `None` where it gives none.
    pub replayed: Option<String>,
}

/// Expected figures. Without any there is no expectation.
#[derive(Clone, Debug, Default)]
pub(super) struct Expected {
    figures: Vec<Figure>,
}

#[derive(Clone, Copy, Debug)]
struct Figure {
    part: Part,
    gross: bool,
    amount: Decimal,
}

/// One of the six parts: the name the command line gives it, and where a replay has it.
#[derive(Clone, Copy, Debug)]
struct Part {
    name: &'static str,
    of: fn(&Parts<Option<Amount>>) -> Option<Amount>,
}

const PARTS: [Part; 6] = [
    Part {
        name: "total",
        of: |parts| parts.total,
    },
    Part {
        name: "fixed",
        of: |parts| parts.fixed,
    },
    Part {
        name: "energy",
        of: |parts| parts.energy,
    },
    Part {
        name: "time",
        of: |parts| parts.time,
    },
    Part {
        name: "parking",
        of: |parts| parts.parking,
    },
    Part {
        name: "reservation",
        of: |parts| parts.reservation,
    },
];

impl Expected {
    /// Reads the parts that are expected; `null` says nothing (SEMANTICS ch. 1). What is no part
    /// or no figure is an error: it would never be checked.
    pub fn read(text: &str) -> (Expected, Vec<Finding>) {
        let (mut expected, mut findings) = (Expected::default(), Vec::new());
        let Some(parts) = members(text) else {
            findings.push(odd(FindingCode::SchemaWrongType, "expected", text));
            return (expected, findings);
        };
        for (name, part) in parts {
            let at = format!("expected.{name}");
            let known = PARTS.into_iter().find(|part| part.name == name);
            match (known, part) {
                (None, _) => findings.push(odd(FindingCode::SchemaEnum, &at, &name)),
                (Some(_), None) => {}
                (Some(known), Some(part)) => {
                    expected.take(known, &at, part, &mut findings);
                }
            }
        }
        (expected, findings)
    }

    /// Reads net and gross of one part.
    fn take(&mut self, known: Part, at: &str, part: &RawValue, findings: &mut Vec<Finding>) {
        let Some(figures) = members(part.get()) else {
            findings.push(odd(FindingCode::SchemaWrongType, at, part.get()));
            return;
        };
        for (name, figure) in figures {
            let at = format!("{at}.{name}");
            let gross = name == "incl_vat";
            if !gross && name != "excl_vat" {
                findings.push(odd(FindingCode::SchemaEnum, &at, &name));
                continue;
            }
            let Some(figure) = figure else { continue };
            match decimal(figure.get()) {
                Some(amount) => self.figures.push(Figure {
                    part: known,
                    gross,
                    amount,
                }),
                None => findings.push(odd(FindingCode::SchemaWrongType, &at, figure.get())),
            }
        }
    }

    /// Whether nothing is expected.
    pub fn is_empty(&self) -> bool {
        self.figures.is_empty()
    }

    /// The figures that a replay does not give; all of them where there is no price.
    pub fn unmet(&self, replay: Option<&Replay>) -> Vec<Unmet> {
        let figures = self.figures.iter();
        figures.filter_map(|figure| figure.unmet(replay)).collect()
    }
}

/// A replayed figure at the digits of an expected one.
#[derive(Clone, Copy)]
struct Given {
    /// As the policy prints it.
    printed: Decimal,
    /// From the exact figure, where that may be what is meant.
    exact: Option<Decimal>,
}

impl Figure {
    fn unmet(&self, replay: Option<&Replay>) -> Option<Unmet> {
        let given = replay.and_then(|replay| self.given(replay));
        let met = given
            .is_some_and(|given| given.printed == self.amount || given.exact == Some(self.amount));
        let kind = if self.gross { "incl_vat" } else { "excl_vat" };
        (!met).then(|| Unmet {
            at: format!("{}.{kind}", self.part.name),
            expected: self.amount.to_string(),
            replayed: given.map(|given| given.exact.unwrap_or(given.printed).to_string()),
        })
    }

    /// The replayed figure at the digits of the expected one, at least those of the currency
    /// (I-22). Where the policy rounds totals only, from the exact figure, so that nothing is
    /// rounded twice (SEMANTICS 3.12); finer than the policy, what it prints will do as well.
    fn given(&self, replay: &Replay) -> Option<Given> {
        replay.totals.total?;
        let digits = self.amount.scale().max(replay.currency.minor_digits());
        let half_up = Rounding {
            stage: RoundingStage::PerTotal,
            digits: u8::try_from(digits).unwrap_or(u8::MAX),
            mode: RoundingMode::HalfUp,
        };
        let printed = half_up.apply(self.of(&replay.totals)?);
        let exact = half_up.apply(self.of(&replay.exact)?);
        let rounding = replay.policy.rounding;
        let policy_digits = u32::from(rounding.digits);
        Some(match rounding.stage {
            RoundingStage::PerTotal if digits > policy_digits => Given {
                printed,
                exact: Some(exact),
            },
            RoundingStage::PerTotal if digits == policy_digits => Given {
                printed,
                exact: None,
            },
            RoundingStage::None | RoundingStage::PerTotal => Given {
                printed: exact,
                exact: None,
            },
            RoundingStage::PerPeriod | RoundingStage::PerLine | RoundingStage::PerDimension => {
                Given {
                    printed,
                    exact: None,
                }
            }
        })
    }

    /// One figure of a replay. A part that nothing prices costs nothing.
    fn of(&self, parts: &Parts<Option<Amount>>) -> Option<Decimal> {
        match (self.part.of)(parts) {
            None => Some(Decimal::ZERO),
            Some(amount) if self.gross => amount.incl_vat,
            Some(amount) => amount.excl_vat,
        }
    }
}

/// The members of a JSON object, by name; `None` where it is none.
fn members(text: &str) -> Option<BTreeMap<String, Option<&RawValue>>> {
    serde_json::from_str(text).ok()
}

/// A decimal, written as a number or as text, digit by digit.
fn decimal(text: &str) -> Option<Decimal> {
    let quoted = serde_json::from_str::<String>(text).ok();
    let digits = quoted.as_deref().unwrap_or(text).trim();
    let plain = Decimal::from_str_exact(digits).ok();
    plain.or_else(|| Decimal::from_scientific(digits).ok())
}

fn odd(code: FindingCode, at: &str, found: &str) -> Finding {
    Finding::at_path(code, at)
        .with_severity(Severity::Error)
        .with("found", found)
}
