//! Invoice numbers from a pattern (INVOICING §7). The sequence itself belongs to the store, which
//! takes the next one inside the transaction that issues.

use chrono::{Datelike, NaiveDate};
use thiserror::Error;

/// A pattern such as `{YYYY}-{SEQ:6}`. Tokens: `{YYYY}`, `{YY}`, `{MM}`, `{SEQ}`, `{SEQ:n}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberPattern {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Year4,
    Year2,
    Month,
    Seq { width: usize },
}

/// Why a pattern cannot number invoices.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadPattern {
    /// A token that does not exist, or a brace without its partner.
    #[error("unknown token {0:?}; known: {{YYYY}}, {{YY}}, {{MM}}, {{SEQ}}, {{SEQ:6}}")]
    UnknownToken(String),
    /// Without the sequence two invoices would share a number.
    #[error("a number pattern must hold {{SEQ}} exactly once")]
    NeedsOneSequence,
}

impl NumberPattern {
    /// Reads a pattern.
    pub fn parse(pattern: &str) -> Result<Self, BadPattern> {
        let mut parts = Vec::new();
        let mut rest = pattern;
        while let Some(open) = rest.find(['{', '}']) {
            if open > 0 {
                parts.push(Part::Text(rest[..open].to_owned()));
            }
            let unknown = || BadPattern::UnknownToken(rest[open..].to_owned());
            let close = rest[open..]
                .find('}')
                .filter(|&at| at > 0)
                .ok_or_else(unknown)?;
            parts.push(token(&rest[open + 1..open + close]).ok_or_else(unknown)?);
            rest = &rest[open + close + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        match parts
            .iter()
            .filter(|part| matches!(part, Part::Seq { .. }))
            .count()
        {
            1 => Ok(NumberPattern { parts }),
            _ => Err(BadPattern::NeedsOneSequence),
        }
    }

    /// The number of an invoice: its place in the sequence and its date of issue.
    pub fn number(&self, seq: u64, issued_on: NaiveDate) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Year4 => format!("{:04}", issued_on.year()),
                Part::Year2 => format!("{:02}", issued_on.year().rem_euclid(100)),
                Part::Month => format!("{:02}", issued_on.month()),
                Part::Seq { width } => format!("{seq:0width$}"),
            })
            .collect()
    }
}

fn token(name: &str) -> Option<Part> {
    match name {
        "YYYY" => Some(Part::Year4),
        "YY" => Some(Part::Year2),
        "MM" => Some(Part::Month),
        "SEQ" => Some(Part::Seq { width: 1 }),
        other => {
            let width: usize = other.strip_prefix("SEQ:")?.parse().ok()?;
            (1..=12).contains(&width).then_some(Part::Seq { width })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_write_numbers() {
        let on: NaiveDate = "2026-10-05".parse().unwrap();
        for (pattern, number) in [
            ("{YYYY}-{SEQ:6}", "2026-000123"),
            ("INV{YY}{MM}-{SEQ}", "INV2610-123"),
            ("{SEQ:2}", "123"),
            ("R/{SEQ:5}/{YYYY}", "R/00123/2026"),
        ] {
            assert_eq!(
                NumberPattern::parse(pattern).unwrap().number(123, on),
                number
            );
        }
    }

    #[test]
    fn patterns_that_could_repeat_a_number_are_refused() {
        for bad in [
            "2026",
            "{YYYY}",
            "{SEQ}{SEQ}",
            "",
            "{SEQ:0}",
            "{SEQ",
            "SEQ}",
            "{DAY}-{SEQ}",
        ] {
            assert!(
                NumberPattern::parse(bad).is_err(),
                "{bad:?} must be refused"
            );
        }
    }
}
