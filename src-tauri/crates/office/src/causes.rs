//! What gives the figure that a CDR states, where it is not the replayed one.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use domain::{Cdr, Decimal, Replay, Tariff};
use rust_decimal::dec;
use store::row::CdrRow;
use tariff::{Causes, Change, Explanation, Fit, Neighbours, Question, ReplayInput};

use crate::api::{CauseDto, CausesDto, WhatIf};
use crate::desk::Desk;
use crate::detail;
use crate::error::Result;
use crate::replay::{Explained, Lookups, Supposition, Version, explain};

/// Rates of VAT in Europe, percent, each once: standard rates, then reduced ones. Only those are
/// tried that the stated figures could hold.
const VAT_RATES: [Decimal; 24] = [
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
    dec!(9),
    dec!(7),
    dec!(5.5),
    dec!(12),
    dec!(10),
    dec!(6),
    dec!(13),
    dec!(13.5),
    dec!(5),
    dec!(7.7),
    dec!(15),
    dec!(0),
];

/// A tariff that could have priced a CDR; its row where it is a stored version.
pub(crate) type AtHand<'a> = (Option<u32>, &'a Tariff);

/// The tariffs at hand, as the search tries them.
pub(crate) struct Others<'a> {
    versions: Vec<AtHand<'a>>,
    connector: Vec<AtHand<'a>>,
}

impl<'a> Others<'a> {
    /// Those of an id that the replay used are tried as other versions, the rest as neighbours.
    /// Each is tried once.
    pub(crate) fn of(at_hand: impl Iterator<Item = AtHand<'a>>, replay: &Replay) -> Self {
        Others::split(at_hand, |tariff| replay.tariff_ids.contains(&tariff.id))
    }

    /// The same, where it is known which ids are used.
    pub(crate) fn split(
        at_hand: impl Iterator<Item = AtHand<'a>>,
        used: impl Fn(&Tariff) -> bool,
    ) -> Self {
        let mut seen: Vec<AtHand<'a>> = Vec::new();
        for (row, tariff) in at_hand {
            if !seen.iter().any(|(_, other)| *other == tariff) {
                seen.push((row, tariff));
            }
        }
        let (versions, connector) = seen.into_iter().partition(|(_, tariff)| used(tariff));
        Others {
            versions,
            connector,
        }
    }

    /// The explanations of a CDR's figures, the simplest first.
    pub(crate) fn search(&self, cdr: &Cdr, input: ReplayInput<'_>, tolerance: Decimal) -> Causes {
        let tariffs = |list: &[AtHand<'a>]| -> Vec<&'a Tariff> {
            list.iter().map(|(_, tariff)| *tariff).collect()
        };
        tariff::find_cause(&Question {
            cdr,
            input,
            tolerance,
            others: Neighbours {
                versions: &tariffs(&self.versions),
                connector: &tariffs(&self.connector),
                other_vat_rates: &VAT_RATES,
            },
        })
    }

    /// The row of the stored version that a change takes.
    fn row(&self, change: &Change) -> Option<u32> {
        match change {
            Change::TariffVersion { place, .. } => self.versions.get(*place)?.0,
            Change::NeighbourTariff { place, .. } => self.connector.get(*place)?.0,
            Change::Policy { .. }
            | Change::ClockUtc
            | Change::ClockShifted { .. }
            | Change::NetGrossSwapped
            | Change::PricesWithTax
            | Change::VatRate { .. }
            | Change::MinutePrices { .. }
            | Change::HoursAsMinutes
            | Change::WattHours
            | Change::ParkingAsCharging
            | Change::LimitsIgnored
            | Change::FlatTwice
            | Change::FlatMissing
            | Change::TotalRounded { .. } => None,
        }
    }
}

/// The readings among changes, by the names of their switches.
pub(crate) fn readings(changes: &[Change]) -> BTreeMap<String, String> {
    let mut readings = BTreeMap::new();
    for change in changes {
        if let Change::Policy { switch, reading } = change {
            readings.insert((*switch).to_owned(), reading.clone());
        }
    }
    readings
}

/// Searches what gives the figure that a CDR of the book states. Every stored version of its
/// tariffs and of those at its connector is tried.
pub fn of_cdr(desk: &Desk, row: u32) -> Result<CausesDto> {
    let explained = explain(desk, CdrRow::from(row))?;
    let kept = explained.kept.as_ref();
    let kept = kept.map_or_else(Supposition::default, |kept| kept.supposition.clone());
    searched(desk, &explained, &explained.cdr, |others, causes| {
        let dto = |explanation: &Explanation| CauseDto {
            text: explanation.text(),
            fit: fit(explanation.fit).to_owned(),
            reproduced: detail::parts(&explanation.reproduced),
            whatif: question(row, &kept, explanation, others),
        };
        CausesDto {
            causes: causes.explanations.iter().map(dto).collect(),
            equally_simple: u32::try_from(causes.equally_simple).unwrap_or(u32::MAX),
            tried: causes.tried,
        }
    })
}

/// Searches what gives the figures of `stating`, which is the explained CDR with other totals.
pub(crate) fn searched<T>(
    desk: &Desk,
    explained: &Explained,
    stating: &Cdr,
    then: impl FnOnce(&Others<'_>, Causes) -> T,
) -> Result<T> {
    let cdr = &explained.cdr;
    let stored = Lookups::default().candidates(&desk.book, cdr)?;
    let of_book = |version: &'_ Version| Some(version.row.number());
    let stand = explained.ground.stand(cdr, &explained.chosen);
    let known = |tariff: &Tariff| stored.iter().find(|version| *version.tariff == *tariff);
    let used = stand.tariffs.iter().copied();
    let used = used.map(|tariff| (known(tariff).and_then(of_book), tariff));
    let versions = stored
        .iter()
        .map(|version| (of_book(version), &*version.tariff));
    let others = Others::of(used.chain(versions), &explained.replay);
    let tolerance = explained.terms.partner.agreement.tolerance;
    let input = stand.input(cdr, &explained.ground);
    let causes = others.search(stating, input, tolerance);
    Ok(then(&others, causes))
}

/// An explanation as a what-if, on top of what is kept already; `None` where a change supposes
/// something that a what-if cannot.
fn question(
    cdr: u32,
    kept: &Supposition,
    explanation: &Explanation,
    others: &Others<'_>,
) -> Option<WhatIf> {
    let mut what = WhatIf {
        cdr,
        policy: kept.policy.clone(),
        time_zone: kept.time_zone.clone(),
        tariff: kept.tariff,
    };
    for change in &explanation.changes {
        match (change, others.row(change)) {
            (Change::Policy { switch, reading }, _) => {
                what.policy.insert((*switch).to_owned(), reading.clone());
            }
            (Change::ClockUtc, _) => what.time_zone = Some("UTC".to_owned()),
            (_, Some(row)) => what.tariff = Some(row),
            (_, None) => return None,
        }
    }
    Some(what)
}

fn fit(fit: Fit) -> &'static str {
    match fit {
        Fit::Every => "every",
        Fit::Parts => "parts",
        Fit::Nearly => "nearly",
        Fit::Total => "total",
        Fit::TotalNearly => "total_nearly",
    }
}
