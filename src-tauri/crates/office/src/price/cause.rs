//! What else gives the figures that a CDR without a book states.

use std::collections::BTreeMap;

use domain::{Cdr, Decimal, Replay};
use serde::Serialize;
use tariff::{Explanation, ReplayInput};

use crate::causes::{self, Others};

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
/// not use are tried as well.
pub(super) fn causes(cdr: &Cdr, input: ReplayInput<'_>, replay: &Replay) -> Vec<PricedCause> {
    let at_hand = input.tariffs.iter().chain(&cdr.tariffs);
    let others = Others::of(at_hand.map(|tariff| (None, tariff)), replay);
    let causes = others.search(cdr, input, Decimal::ZERO);
    let cause = |explanation: &Explanation| PricedCause {
        policy: causes::readings(&explanation.changes),
        text: explanation.text(),
    };
    causes.explanations.iter().map(cause).collect()
}
