//! Replaying CDRs of the book: which tariff, which zone, whose agreement; then the engine.

mod adopt;
mod again;
mod choose;
mod explain;
mod ground;
mod published;
mod scope;
#[cfg(test)]
mod tests;
mod trial;

pub use adopt::adopt;
pub(crate) use adopt::{REPLAY, put_back, why_not_put_back};
pub(crate) use again::{mark_stale, replay_beside, replay_these};
pub use again::{replay_month, replay_open};
pub use choose::{Chosen, Lookups, Version, ZoneSource};
pub use explain::{Explained, explain};
pub(crate) use explain::{read_source, read_stored};
pub use ground::Ground;
pub(crate) use ground::{KEEP, Kept, Supposition};
pub use scope::run;
pub(crate) use trial::figures;
pub use trial::{save_changes, trial};

use domain::{Cdr, Finding, Severity, Tz};
use store::Book;
use store::micro::Micro;
use store::replay::Replayed;
use store::row::{DecisionSeq, TariffRow};
use tariff::Comparison;

use crate::error::Result;
use crate::identity;
use crate::terms::Terms;
use ground::Stand;

/// Version of the engine's results. Counts up when the same input may give another figure.
pub const ENGINE: i64 = 4;

/// Prices a CDR in passing, as agreed, and says what the book keeps of it. `read` is the worst
/// finding of reading the record.
pub fn price(
    book: &Book,
    lookups: &mut Lookups,
    cdr: &Cdr,
    chosen: &Chosen,
    read: Option<Severity>,
) -> Result<Replayed> {
    let terms = lookups.terms(book, &chosen.partner)?;
    let ground = Ground::agreed(chosen, terms.partner.agreement.policy);
    let basis = Basis {
        record: (cdr, chosen),
        ground: &ground,
        kept: None,
        terms: &terms,
        seen: lookups.seen(book)?,
    };
    Ok(basis.price(&ground.stand(cdr, chosen), read))
}

/// Everything that the price of a CDR rests on.
struct Basis<'a> {
    record: (&'a Cdr, &'a Chosen),
    ground: &'a Ground,
    /// The decision by which the ground is not what was agreed.
    kept: Option<DecisionSeq>,
    terms: &'a Terms,
    /// What the book had seen when tariffs and location were looked up.
    seen: i64,
}

impl Basis<'_> {
    /// The stored tariffs in question.
    fn tariffs(&self) -> &[TariffRow] {
        let (cdr, chosen) = self.record;
        if cdr.tariffs.is_empty() {
            &chosen.tariff_rows
        } else {
            &[]
        }
    }

    /// Hash of all of it but the record, which never changes, and the engine: while it stays the
    /// same, so does the price.
    fn stamp(&self, stand: &Stand<'_>) -> i64 {
        let zone = self
            .ground
            .zone
            .filter(|_| stand.reads_local_time(self.record.1));
        let kept = self.kept.map_or(0, |kept| kept.0);
        let mut bytes = Vec::with_capacity(64);
        for number in [self.terms.pricing, kept] {
            bytes.extend(number.to_le_bytes());
        }
        let published = self.record.1.published.iter().map(|version| version.row);
        for tariff in self.tariffs().iter().copied().chain(published) {
            bytes.extend(tariff.0.to_le_bytes());
        }
        bytes.extend(zone.map_or("", Tz::name).as_bytes());
        identity::hash(&bytes)
    }

    /// What the book keeps of the price.
    fn price(&self, stand: &Stand<'_>, read: Option<Severity>) -> Replayed {
        let (cdr, ground) = (self.record.0, self.ground);
        let input = stand.input(cdr, ground);
        let priced = tariff::price(&input);
        let tolerance = self.terms.partner.agreement.tolerance;
        let mut comparison = tariff::compare(
            cdr,
            &priced.totals,
            &priced.exact,
            &ground.policy,
            tolerance,
        );
        let total = priced.totals.total.unwrap_or_default();
        let other = published::check(self.record, ground, total.excl_vat, tolerance);
        comparison.findings.extend(other);
        comparison.findings.extend(self.record.1.token_finding());
        let (codes, worst) = codes(&priced.findings, &comparison.findings);
        let stood_in = ground.version.as_ref().map(|version| version.row);
        Replayed {
            engine: ENGINE,
            agreement: self.terms.decision,
            kept: self.kept,
            tariff: stood_in.or(self.tariffs().first().copied()),
            verdict: comparison.verdict,
            excl: total.excl_vat.and_then(Micro::from_decimal),
            incl: total.incl_vat.and_then(Micro::from_decimal),
            difference: difference(&comparison),
            zone: input.zone.filter(|_| stand.reads_local_time(self.record.1)),
            severity: worst.max(read),
            codes,
            ground: Some(self.stamp(stand)),
            seen: Some(self.seen),
        }
    }
}

/// Stated net − replayed net.
fn difference(comparison: &Comparison) -> Option<Micro> {
    let total = comparison.difference.total?;
    Micro::from_decimal(total.excl_vat?)
}

/// The codes of findings, each once, and the worst severity.
fn codes(replay: &[Finding], comparison: &[Finding]) -> (String, Option<Severity>) {
    let mut text = String::new();
    let mut worst = None;
    let mut seen = Vec::new();
    for finding in replay.iter().chain(comparison) {
        worst = worst.max(Some(finding.severity));
        if seen.contains(&finding.code) {
            continue;
        }
        seen.push(finding.code);
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(finding.code.as_str());
    }
    (text, worst)
}
