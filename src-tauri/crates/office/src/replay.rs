//! Replaying CDRs of the book: which tariff, which zone, whose agreement; then the engine.

mod again;
mod choose;
mod explain;
mod ground;
mod published;
mod scope;

pub(crate) use again::{replay_beside, replay_these};
pub use again::{replay_month, replay_open};
pub use choose::{Chosen, Lookups, Version, ZoneSource};
pub use explain::{Explained, explain};
pub(crate) use explain::{read_source, read_stored};
pub use ground::Ground;
pub(crate) use ground::{KEEP, Kept, Supposition};
pub use scope::run;

use domain::{Cdr, Finding, Severity, Tariff};
use store::Book;
use store::micro::Micro;
use store::replay::Replayed;
use tariff::Comparison;

use crate::error::Result;
use crate::terms::Terms;

/// Version of the engine's results. Counts up when the same input may give another figure.
pub const ENGINE: i64 = 3;

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
    Ok(on_ground((cdr, chosen), &ground, &terms, read))
}

/// What the book keeps of the price of a CDR on a ground.
fn on_ground(
    (cdr, chosen): (&Cdr, &Chosen),
    ground: &Ground,
    terms: &Terms,
    read: Option<Severity>,
) -> Replayed {
    let stand = ground.stand(cdr, chosen);
    let input = stand.input(cdr, ground);
    let own = chosen.tariff_row.filter(|_| cdr.tariffs.is_empty());
    let priced = tariff::price(&input);
    let tolerance = terms.partner.agreement.tolerance;
    let mut comparison = tariff::compare(
        cdr,
        &priced.totals,
        &priced.exact,
        &ground.policy,
        tolerance,
    );
    let total = priced.totals.total.unwrap_or_default();
    let other = published::check((cdr, chosen), ground, total.excl_vat, tolerance);
    comparison.findings.extend(other);
    let (codes, worst) = codes(&priced.findings, &comparison.findings);
    let local = input.tariffs.iter().any(reads_local_time);
    Replayed {
        engine: ENGINE,
        agreement: terms.decision,
        kept: None,
        tariff: ground.version.as_ref().map(|version| version.row).or(own),
        verdict: comparison.verdict,
        excl: total.excl_vat.and_then(Micro::from_decimal),
        incl: total.incl_vat.and_then(Micro::from_decimal),
        difference: difference(&comparison),
        zone: input.zone.filter(|_| local),
        severity: worst.max(read),
        codes,
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

/// Whether a price under the tariff can depend on the local clock or calendar.
fn reads_local_time(tariff: &Tariff) -> bool {
    let mut elements = tariff.elements.iter();
    elements.any(|element| element.restrictions.read_clock())
}
