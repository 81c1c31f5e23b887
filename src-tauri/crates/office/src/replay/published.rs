//! The price in a CDR beside the price published: a CDR is priced with the tariff inside it, and
//! where the version published by its start gives another price, that is a question to the partner
//! (SEMANTICS 3.2).

use std::sync::Arc;

use domain::{Cdr, Decimal, Finding, FindingCode, Instant, Tariff};
use tariff::Priced;

use super::Ground;
use super::choose::{Chosen, Version, valid_at};

/// The published versions that price otherwise than the tariffs a CDR carries, as far as their
/// texts tell. Asked with all stored versions of a carried tariff's id.
pub(super) fn differing(
    carried: &Tariff,
    versions: &[Version],
    at: Instant,
) -> Option<Arc<Tariff>> {
    let published = valid_at(versions, at)?;
    // Published after the start: not known then.
    let late = published.updated_at.is_some_and(|updated| updated > at);
    // The carried one is newer than all we were sent: its publication may be on its way.
    let newer = carried.last_updated > published.updated_at;
    let same = prices_alike(carried, &published.tariff);
    (!late && !newer && !same).then(|| Arc::clone(&published.tariff))
}

/// Whether two tariffs say the same about prices.
fn prices_alike(a: &Tariff, b: &Tariff) -> bool {
    a.currency == b.currency
        && a.elements == b.elements
        && (a.min_price, a.max_price) == (b.min_price, b.max_price)
        && a.tax_included == b.tax_included
}

/// The finding that the published tariffs give another net price than `priced`. None where a person
/// decided which tariff counts, or where either gives no price.
pub(super) fn check(
    (cdr, chosen): (&Cdr, &Chosen),
    ground: &Ground,
    stated_by: Option<Decimal>,
    tolerance: Decimal,
) -> Option<Finding> {
    if chosen.published.is_empty() || ground.version.is_some() {
        return None;
    }
    let instead = |carried: &Tariff| -> Option<&Tariff> {
        let mut published = chosen.published.iter().map(AsRef::as_ref);
        published.find(|version: &&Tariff| version.id == carried.id)
    };
    let tariffs: Vec<&Tariff> = cdr
        .tariffs
        .iter()
        .map(|carried| instead(carried).unwrap_or(carried))
        .collect();
    let input = tariff::ReplayInput::of_cdr(cdr, &[], ground.zone, &ground.policy);
    let published = net(&tariff::price(&input.with_tariffs(&tariffs)))?;
    let by_carried = stated_by?;
    let apart = by_carried.checked_sub(published)?;
    (apart.abs() > tolerance.abs()).then(|| {
        Finding::at_path(FindingCode::TariffDiffersFromLocation, "tariffs")
            .with("tariff", &chosen.published[0].id)
            .with("in_cdr", by_carried.normalize())
            .with("published", published.normalize())
    })
}

/// The net total of a price.
fn net(priced: &Priced) -> Option<Decimal> {
    priced.totals.total?.excl_vat
}
