//! What a CDR is priced on: what was agreed, or what is supposed in its place, for a moment or by
//! decision.

use std::collections::BTreeMap;

use domain::{Cdr, ChargingPeriod, Policy, Tariff, Tz};
use serde::{Deserialize, Serialize};
use store::Book;
use store::decision::Decision;
use store::row::{CdrRow, TariffRow};
use tariff::ReplayInput;

use super::choose::{Chosen, Lookups, Version};
use crate::error::{Error, Result};
use crate::partners;

/// Verb of the decision that keeps a supposition.
pub(crate) const KEEP: &str = "keep_reading";

/// What is supposed of a CDR; what is not supposed is as agreed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Supposition {
    /// Readings on top of those agreed, by the names of their switches.
    pub policy: BTreeMap<String, String>,
    /// IANA zone in place of the location's.
    pub time_zone: Option<String>,
    /// Row of the stored tariff version that stands in.
    pub tariff: Option<u32>,
}

impl Supposition {
    /// What a decision keeps for a CDR, where one stands.
    fn kept(book: &Book, cdr: CdrRow) -> Result<Option<Kept>> {
        let Some(decision) = store::decision::standing(book, KEEP, cdr)? else {
            return Ok(None);
        };
        let supposition = serde_json::from_str(&decision.details).map_err(store::Error::from)?;
        Ok(Some(Kept {
            decision,
            supposition,
        }))
    }

    /// The ground it makes of what was agreed.
    pub(crate) fn ground(
        &self,
        book: &Book,
        lookups: &mut Lookups,
        (cdr, chosen): (&Cdr, &Chosen),
        agreed: Policy,
    ) -> Result<Ground> {
        Ok(Ground {
            policy: partners::with(agreed, &self.policy)?,
            zone: match &self.time_zone {
                Some(name) => Some(zone(name)?),
                None => chosen.zone,
            },
            version: match self.tariff {
                Some(row) => Some(version(book, lookups, cdr, row)?),
                None => None,
            },
        })
    }
}

fn zone(name: &str) -> Result<Tz> {
    name.parse().map_err(|_| Error::BadRequest {
        field: "time_zone",
        value: name.to_owned(),
    })
}

fn version(book: &Book, lookups: &mut Lookups, cdr: &Cdr, row: u32) -> Result<Version> {
    let mut versions = lookups.candidates(book, cdr)?.into_iter();
    let unknown = Error::UnknownRow {
        what: "tariff",
        row,
    };
    versions
        .find(|version| version.row == TariffRow::from(row))
        .ok_or(unknown)
}

/// A supposition and the decision that keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub decision: Decision,
    pub supposition: Supposition,
}

/// Policy, zone, and a tariff version that stands in.
#[derive(Clone, Debug)]
pub struct Ground {
    pub(crate) policy: Policy,
    pub(crate) zone: Option<Tz>,
    pub(crate) version: Option<Version>,
}

impl Ground {
    /// What a stored CDR is priced on, and what was kept for it, if it is not as agreed.
    pub(crate) fn of(
        book: &Book,
        lookups: &mut Lookups,
        cdr: CdrRow,
        record: (&Cdr, &Chosen),
        agreed: Policy,
    ) -> Result<(Ground, Option<Kept>)> {
        let kept = Supposition::kept(book, cdr)?;
        let ground = match &kept {
            None => Ground::agreed(record.1, agreed),
            Some(kept) => kept.supposition.ground(book, lookups, record, agreed)?,
        };
        Ok((ground, kept))
    }

    /// As agreed.
    pub(crate) fn agreed(chosen: &Chosen, policy: Policy) -> Ground {
        Ground {
            policy,
            zone: chosen.zone,
            version: None,
        }
    }

    /// The tariffs in question, and the periods under them. A version stands in for those of the
    /// same id; of another tariff it stands in for all, also where a period names the tariff that
    /// it replaces.
    pub(crate) fn stand<'a>(&'a self, cdr: &'a Cdr, chosen: &'a Chosen) -> Stand<'a> {
        let mut tariffs: Vec<&Tariff> = if cdr.tariffs.is_empty() {
            chosen.tariffs.iter().map(AsRef::as_ref).collect()
        } else {
            cdr.tariffs.iter().collect()
        };
        let mut periods = None;
        if let Some(version) = &self.version {
            let stand_in: &Tariff = &version.tariff;
            if tariffs.iter().any(|tariff| tariff.id == stand_in.id) {
                tariffs.retain(|tariff| tariff.id != stand_in.id);
            } else {
                tariffs.clear();
                let mut renamed = cdr.periods.clone();
                let names = renamed.iter_mut();
                for named in names.filter_map(|period| period.tariff_id.as_mut()) {
                    stand_in.id.clone_into(named);
                }
                periods = Some(renamed);
            }
            tariffs.insert(0, stand_in);
        }
        Stand { tariffs, periods }
    }
}

/// A CDR's tariffs and periods on a ground.
pub(crate) struct Stand<'a> {
    pub(crate) tariffs: Vec<&'a Tariff>,
    periods: Option<Vec<ChargingPeriod>>,
}

impl Stand<'_> {
    /// Whether a price under the tariffs, or under those published beside them, can depend on the
    /// local clock or calendar.
    pub(crate) fn reads_local_time(&self, chosen: &Chosen) -> bool {
        let published = chosen.published.iter().map(|version| &*version.tariff);
        let all = self.tariffs.iter().copied().chain(published);
        let mut elements = all.flat_map(|tariff| &tariff.elements);
        elements.any(|element| element.restrictions.read_clock())
    }

    /// What the engine takes.
    pub(crate) fn input<'a>(&'a self, cdr: &'a Cdr, ground: &'a Ground) -> ReplayInput<'a> {
        let input = ReplayInput::of_cdr(cdr, &self.tariffs, ground.zone, &ground.policy);
        ReplayInput {
            periods: self.periods.as_deref().unwrap_or(&cdr.periods),
            ..input.with_tariffs(&self.tariffs)
        }
    }
}
