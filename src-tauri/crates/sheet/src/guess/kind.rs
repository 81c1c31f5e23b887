//! What the rows are: CDRs, sessions, lines of a statement, or transactions of a charger.
//!
//! Prices make a CDR or a statement, and a statement says which invoice, or does not say when
//! sessions ended. Without prices, meter readings and the words of OCPP make transactions, the
//! word session makes sessions. Where a file could be two of these, that is said.

use crate::evidence::{Because, Evidence, Topic};
use crate::field::Field;
use crate::guess::Guess;
use crate::guess::decide::settle;
use crate::heading::words;
use crate::record::Kind;
use crate::template::Template;

/// Decides what the rows are.
pub(super) fn decide(guess: &mut Guess) {
    let (kind, because, heading, other) = look(&guess.template);
    guess.template.kind = kind;
    let mut evidence = Evidence::new(Topic::Kind, kind.as_str(), because);
    if let Some(heading) = heading {
        evidence = evidence.in_column(&heading);
    }
    settle(guess, evidence, other.map(|kind| kind.as_str().to_owned()));
}

type Look = (Kind, Because, Option<String>, Option<Kind>);

fn look(template: &Template) -> Look {
    let heading = |field| template.column(field).map(|column| column.heading.clone());
    let first = |fields: &[Field]| fields.iter().find_map(|&field| heading(field));
    let amount = first(&[Field::Net, Field::Gross, Field::Amount]);
    let end = first(&[Field::EndAt, Field::EndTime, Field::Duration]);
    let by_charger = charger_words(template);
    let Some(amount) = amount else {
        return without_amounts(template, by_charger);
    };
    let named = heading(Field::Id).filter(|text| words(text).iter().any(|word| word == "cdr"));
    let reference = heading(Field::Reference);
    match (end, named, reference) {
        (None, _, Some(text)) => (Kind::Statement, Because::Heading, Some(text), None),
        (None, _, None) => {
            // Without a start no row can be a CDR.
            let other = template.column(Field::StartAt).map(|_| Kind::Cdrs);
            (Kind::Statement, Because::NoEnds, None, other)
        }
        (Some(_), None, Some(text)) => {
            let other = Some(Kind::Cdrs);
            (Kind::Statement, Because::Heading, Some(text), other)
        }
        (Some(_), Some(text), _) => (Kind::Cdrs, Because::Heading, Some(text), None),
        (Some(_), None, None) => {
            let other = by_charger.map(|_| Kind::Transactions);
            (Kind::Cdrs, Because::Heading, Some(amount), other)
        }
    }
}

fn without_amounts(template: &Template, by_charger: Option<String>) -> Look {
    let heading = |field| template.column(field).map(|column| column.heading.clone());
    let named = heading(Field::Id).filter(|text| words(text).iter().any(|word| word == "cdr"));
    let session = heading(Field::SessionId).or_else(|| heading(Field::Status));
    let is_placed = [Field::Evse, Field::LocationName, Field::LocationId];
    let is_placed = is_placed
        .iter()
        .any(|&field| template.column(field).is_some());
    match (named, by_charger, session) {
        (Some(text), None, _) => (Kind::Cdrs, Because::Heading, Some(text), None),
        (Some(text), Some(_), _) => {
            let other = Some(Kind::Transactions);
            (Kind::Cdrs, Because::Heading, Some(text), other)
        }
        (None, Some(text), None) => (Kind::Transactions, Because::Heading, Some(text), None),
        (None, Some(text), Some(_)) => {
            let other = Some(Kind::Sessions);
            (Kind::Transactions, Because::Heading, Some(text), other)
        }
        (None, None, Some(text)) => (Kind::Sessions, Because::Heading, Some(text), None),
        (None, None, None) => {
            let (kind, other) = if is_placed {
                (Kind::Transactions, Kind::Sessions)
            } else {
                (Kind::Sessions, Kind::Transactions)
            };
            (kind, Because::NoAmounts, None, Some(other))
        }
    }
}

/// A heading that only a charger's own record has: readings at start and stop, why it stopped,
/// or the words of OCPP.
fn charger_words(template: &Template) -> Option<String> {
    let column = |field| template.column(field);
    if let (Some(start), Some(_)) = (column(Field::MeterStart), column(Field::MeterEnd)) {
        return Some(start.heading.clone());
    }
    if let Some(reason) = column(Field::StopReason) {
        return Some(reason.heading.clone());
    }
    let is_ocpp = |heading: &&String| {
        let squashed = words(heading).concat();
        let known = ["ocpp", "chargebox", "idtag"];
        known.iter().any(|word| squashed.contains(word))
    };
    template.headings.iter().find(is_ocpp).cloned()
}
