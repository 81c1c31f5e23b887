//! What else gives the figures that a CDR states: another reading, or another view of its data.

use std::collections::BTreeMap;

use domain::{Cdr, Decimal, Replay, Tariff};
use rust_decimal::dec;
use serde::Serialize;
use tariff::{Change, Explanation, Neighbours, Question, ReplayInput};

/// Standard rates of VAT in Europe, percent, each once.
const VAT_RATES: [Decimal; 12] = [
    dec!(21),
    dec!(19),
    dec!(20),
    dec!(25),
    dec!(23),
    dec!(22),
    dec!(24),
    dec!(17),
    dec!(18),
    dec!(25.5),
    dec!(27),
    dec!(8.1),
];

/// One explanation of the stated figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PricedCause {
    /// The readings that change, by the names of their switches; none where it is the data that
    /// are taken otherwise.
    pub policy: BTreeMap<String, String>,
    /// One sentence in English.
    pub text: String,
}

/// The explanations of a CDR's figures, the simplest first. Tariffs at hand that the replay did
/// not use are tried as well: those of the same id as other versions, the rest as neighbours.
pub(super) fn causes(cdr: &Cdr, input: ReplayInput<'_>, replay: &Replay) -> Vec<PricedCause> {
    let mut at_hand: Vec<&Tariff> = Vec::new();
    for tariff in input.tariffs.iter().chain(&cdr.tariffs) {
        if !at_hand.contains(&tariff) {
            at_hand.push(tariff);
        }
    }
    let used = |tariff: &Tariff| replay.tariff_ids.contains(&tariff.id);
    let (versions, connector): (Vec<&Tariff>, Vec<&Tariff>) =
        at_hand.into_iter().partition(|tariff| used(tariff));
    let question = Question {
        cdr,
        input,
        tolerance: Decimal::ZERO,
        others: Neighbours {
            versions: &versions,
            connector: &connector,
            other_vat_rates: &VAT_RATES,
        },
    };
    let causes = tariff::find_cause(&question);
    causes.explanations.iter().map(cause).collect()
}

fn cause(explanation: &Explanation) -> PricedCause {
    let mut policy = BTreeMap::new();
    for change in &explanation.changes {
        if let Change::Policy { switch, reading } = change {
            policy.insert((*switch).to_owned(), reading.clone());
        }
    }
    PricedCause {
        policy,
        text: explanation.text(),
    }
}
