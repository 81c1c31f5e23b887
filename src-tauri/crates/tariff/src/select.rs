//! Which tariff prices a period (SEMANTICS 3.2; I-28).

use domain::policy::MissingTariffId;
use domain::{Finding, FindingCode, FindingLocation, Instant, Tariff, TariffKind};

use crate::input::{Candidates, ReplayInput};

/// Where the tariff of a period comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// One tariff for the whole session.
    One(usize),
    /// Each period names its own.
    ByPeriod,
}

/// The tariff of one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// A candidate, by its place.
    Tariff(usize),
    /// The period names none although others do, or although it must: no tariff applies, so it is
    /// free (I-02).
    Free,
    /// The period names a tariff that is not among the candidates.
    Missing,
}

/// Decides how tariffs are found for this session; `None` when there is no tariff at all.
pub(crate) fn plan(
    input: &ReplayInput<'_>,
    start: Instant,
    found: &mut Vec<Finding>,
) -> Option<Plan> {
    if input.tariffs.is_empty() {
        found.push(Finding::new(
            FindingCode::TariffMissing,
            FindingLocation::Whole,
        ));
        return None;
    }
    let mut periods = input.periods.iter();
    let by_period = match input.policy.missing_tariff_id {
        MissingTariffId::Free => true,
        MissingTariffId::SingleOrByStart => periods.any(|period| period.tariff_id.is_some()),
    };
    if by_period {
        return Some(Plan::ByPeriod);
    }
    let chosen = choose(input.tariffs, start, found);
    flag_validity(input.tariffs, chosen, start, found);
    Some(Plan::One(chosen))
}

/// The tariff of a period under [`Plan::ByPeriod`].
pub(crate) fn by_period(
    tariffs: Candidates<'_>,
    tariff_id: Option<&domain::OcpiId>,
    start: Instant,
) -> Choice {
    let Some(id) = tariff_id else {
        return Choice::Free;
    };
    let best = tariffs
        .iter()
        .enumerate()
        .filter(|(_, tariff)| tariff.id == *id)
        .max_by_key(|(index, tariff)| (valid_at(tariff, start), recency(tariff, *index, start)));
    best.map_or(Choice::Missing, |(index, _)| Choice::Tariff(index))
}

/// Both bounds are optional and inclusive.
pub(crate) fn valid_at(tariff: &Tariff, at: Instant) -> bool {
    tariff.valid_from.is_none_or(|from| from <= at) && tariff.valid_until.is_none_or(|to| at <= to)
}

/// Flags a tariff that was not valid when the session started.
pub(crate) fn flag_validity(
    tariffs: Candidates<'_>,
    chosen: usize,
    start: Instant,
    found: &mut Vec<Finding>,
) {
    let Some(tariff) = tariffs.get(chosen) else {
        return;
    };
    if !valid_at(tariff, start) {
        let code = FindingCode::TariffNotValidAtStart;
        found.push(Finding::new(code, FindingLocation::Whole).with("tariff", &tariff.id));
    }
}

/// How well a tariff fits a session without a charging preference; higher is better.
///
/// A terminal payment or a charging profile is not visible in a CDR, so those tariffs come last.
fn fit(tariff: &Tariff) -> u8 {
    match tariff.kind {
        Some(TariffKind::Regular) => 2,
        None => 1,
        Some(
            TariffKind::AdHocPayment
            | TariffKind::ProfileCheap
            | TariffKind::ProfileFast
            | TariffKind::ProfileGreen
            | TariffKind::Unknown,
        ) => 0,
    }
}

/// The candidate valid at the start whose type fits best. Of versions under one id the newest that
/// was published by then; of several tariffs the first, with a finding.
fn choose(tariffs: Candidates<'_>, start: Instant, found: &mut Vec<Finding>) -> usize {
    if tariffs.len() == 1 {
        return 0;
    }
    // One version of each tariff; those it replaced are no candidates, whatever their type.
    let age = |index: usize, of: &Tariff| (valid_at(of, start), recency(of, index, start));
    let is_current = |index: usize, tariff: &Tariff| {
        let mut all = tariffs.iter().enumerate();
        all.all(|(rival, of)| of.id != tariff.id || age(rival, of) <= age(index, tariff))
    };
    let current = || {
        tariffs
            .iter()
            .enumerate()
            .filter(|(index, of)| is_current(*index, of))
    };
    let rank = |tariff: &Tariff| (valid_at(tariff, start), fit(tariff));
    let best = current().map(|(_, tariff)| rank(tariff)).max();
    let fitting = || current().filter(|(_, tariff)| Some(rank(tariff)) == best);
    let (first, chosen) = fitting()
        .next()
        .expect("the best rank is the rank of a candidate");
    let rivals = fitting()
        .filter(|(_, rival)| !same_price(rival, chosen))
        .count();
    if rivals > 0 {
        found.push(
            Finding::new(FindingCode::TariffAmbiguous, FindingLocation::Whole)
                .with("chosen", &chosen.id)
                .with("others", rivals),
        );
    }
    first
}

/// Orders versions of a tariff: the newest published by an instant is the greatest, of equal ones
/// the first in the list.
fn recency(
    tariff: &Tariff,
    index: usize,
    at: Instant,
) -> (Option<Instant>, std::cmp::Reverse<usize>) {
    let published = tariff.last_updated.filter(|updated| *updated <= at);
    (published, std::cmp::Reverse(index))
}

/// Whether two tariffs can only give the same price.
fn same_price(a: &Tariff, b: &Tariff) -> bool {
    a.elements == b.elements
        && a.currency == b.currency
        && a.tax_included == b.tax_included
        && a.min_price == b.min_price
        && a.max_price == b.max_price
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::{at, tariff};

    fn chosen(tariffs: &[Tariff]) -> (usize, Vec<FindingCode>) {
        let mut found = Vec::new();
        let index = choose(
            Candidates::Inside(tariffs),
            at("2026-06-01T12:00:00Z"),
            &mut found,
        );
        flag_validity(
            Candidates::Inside(tariffs),
            index,
            at("2026-06-01T12:00:00Z"),
            &mut found,
        );
        (index, found.iter().map(|f| f.code).collect())
    }

    #[test]
    fn validity_decides_before_type() {
        let mut old = tariff("REGULAR-2025", 1);
        old.kind = Some(TariffKind::Regular);
        old.valid_until = Some(at("2025-12-31T23:59:59Z"));
        let current = tariff("ANY-2026", 2);
        assert_eq!(chosen(&[old.clone(), current]), (1, vec![]));
        assert_eq!(
            chosen(&[old]),
            (0, vec![FindingCode::TariffNotValidAtStart])
        );
    }

    #[test]
    fn the_last_instant_of_validity_counts() {
        let mut ends = tariff("T", 1);
        ends.valid_until = Some(at("2026-06-01T12:00:00Z"));
        assert_eq!(chosen(&[ends]), (0, vec![]), "the end is inclusive");
    }

    #[test]
    fn an_exact_type_beats_no_type_and_a_profile_comes_last() {
        let mut cheap = tariff("CHEAP", 1);
        cheap.kind = Some(TariffKind::ProfileCheap);
        let plain = tariff("PLAIN", 2);
        let mut regular = tariff("REGULAR", 3);
        regular.kind = Some(TariffKind::Regular);
        assert_eq!(chosen(&[cheap.clone(), plain.clone()]).0, 1);
        assert_eq!(chosen(&[cheap, plain, regular]).0, 2);
    }

    #[test]
    fn of_versions_the_newest_published_by_the_start_counts() {
        let version = |updated: &str, price| {
            let mut tariff = tariff("T", price);
            tariff.last_updated = Some(at(updated));
            tariff
        };
        let versions = [
            version("2026-01-01T00:00:00Z", 1),
            version("2026-05-01T00:00:00Z", 2),
            version("2026-07-01T00:00:00Z", 3),
        ];
        assert_eq!(
            chosen(&versions),
            (1, vec![]),
            "July came after the session of June"
        );
    }

    #[test]
    fn a_version_that_was_replaced_is_no_candidate() {
        let version = |id: &str, kind, updated: &str, price| {
            let mut tariff = tariff(id, price);
            tariff.kind = kind;
            tariff.last_updated = Some(at(updated));
            tariff
        };
        let (regular, any) = (Some(TariffKind::Regular), None);
        let old = version("T", regular, "2026-01-01T00:00:00Z", 1);
        let new = version("T", any, "2026-05-01T00:00:00Z", 2);
        assert_eq!(
            chosen(&[old.clone(), new]).0,
            1,
            "the old version had a type that fits better"
        );
        let new = version("T", regular, "2026-05-01T00:00:00Z", 2);
        let other = version("U", regular, "2026-02-01T00:00:00Z", 3);
        assert_eq!(
            chosen(&[old, other, new]),
            (1, vec![FindingCode::TariffAmbiguous]),
            "the first of those that are current"
        );
    }

    #[test]
    fn two_that_fit_alike_are_ambiguous_unless_their_prices_agree() {
        let (one, other) = (tariff("A", 1), tariff("B", 2));
        assert_eq!(
            chosen(&[one.clone(), other]),
            (0, vec![FindingCode::TariffAmbiguous])
        );
        let mut twin = one.clone();
        twin.id = "C".into();
        assert_eq!(chosen(&[one, twin]), (0, vec![]));
    }
}
