//! Which tariff prices which period (SEMANTICS 3.2; I-02, I-28).

use domain::policy::{MissingTariffId, Policy};
use domain::{Instant, OcpiId, Tariff, TariffKind};

use crate::make::Case;

/// What a period is priced by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// This tariff of the case.
    Tariff(usize),
    /// Nothing: it is free.
    Free,
    /// A tariff that is not there: no price can be computed.
    Missing,
}

/// The tariff of each period, in the order sent.
pub fn choose(case: &Case, policy: &Policy) -> Vec<Chosen> {
    let some_named = case.periods.iter().any(|period| period.tariff_id.is_some());
    let unnamed = match (some_named, policy.missing_tariff_id) {
        (true, _) | (false, MissingTariffId::Free) => Chosen::Free,
        (false, MissingTariffId::SingleOrByStart) => by_start(case),
    };
    let of = |id: &Option<OcpiId>| match id {
        None => unnamed,
        Some(id) => version(case, id).map_or(Chosen::Missing, Chosen::Tariff),
    };
    case.periods
        .iter()
        .map(|period| of(&period.tariff_id))
        .collect()
}

/// The one that is valid at the start of the session and fits best; of several the first.
fn by_start(case: &Case) -> Chosen {
    let mut ids: Vec<&OcpiId> = Vec::new();
    for tariff in &case.tariffs {
        if !ids.contains(&&tariff.id) {
            ids.push(&tariff.id);
        }
    }
    let versions = ids.iter().filter_map(|id| version(case, id));
    let best = versions.min_by_key(|index| {
        let tariff = &case.tariffs[*index];
        (!is_valid(tariff, case.start_at), rank(tariff.kind), *index)
    });
    best.map_or(Chosen::Missing, Chosen::Tariff)
}

/// Of the versions under one id, the newest valid one that had been published by the start. Of
/// several that fit alike the first, also of those published later.
fn version(case: &Case, id: &OcpiId) -> Option<usize> {
    let all = (0..case.tariffs.len()).filter(|index| case.tariffs[*index].id == *id);
    let key = |index: &usize| {
        let tariff = &case.tariffs[*index];
        let updated = tariff.last_updated.map_or(i64::MIN, |at| at.timestamp());
        let published = updated <= case.start_at.timestamp();
        let order = if published { updated } else { 0 };
        (is_valid(tariff, case.start_at), published, order)
    };
    // `max_by_key` gives the last of equals, and the first is wanted.
    all.rev().max_by_key(key)
}

fn is_valid(tariff: &Tariff, at: Instant) -> bool {
    tariff.valid_from.is_none_or(|from| from <= at)
        && tariff.valid_until.is_none_or(|until| at <= until)
}

fn rank(kind: Option<TariffKind>) -> u8 {
    match kind {
        Some(TariffKind::Regular) => 0,
        None => 1,
        Some(
            TariffKind::AdHocPayment
            | TariffKind::ProfileCheap
            | TariffKind::ProfileFast
            | TariffKind::ProfileGreen
            | TariffKind::Unknown,
        ) => 2,
    }
}
