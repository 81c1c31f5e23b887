//! The tariff versions of a partner that the book knows: those its owner published, and those that
//! came inside CDRs.

use std::sync::Arc;

use domain::cdr::Form;
use domain::{Cdr, Instant, OcpiId, PartyKey, Tariff};
use ocpi::Reader;
use store::raw::Blocks;
use store::row::{CdrRow, PartyRow, TariffRow};

use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::partners;
use crate::replay::{Lookups, explain, read_source};

/// CDRs that are looked at in each month.
const PER_MONTH: u32 = 200;
/// Months that are looked at, the newest first.
const MONTHS: usize = 24;

/// Where a version is found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handle {
    /// Published by its owner.
    Stored(TariffRow),
    /// Inside a CDR, at this place of its list.
    Carried(CdrRow, usize),
}

impl std::fmt::Display for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Handle::Stored(row) => write!(f, "stored:{}", row.0),
            Handle::Carried(cdr, place) => write!(f, "carried:{}:{place}", cdr.0),
        }
    }
}

impl std::str::FromStr for Handle {
    type Err = Error;

    fn from_str(text: &str) -> Result<Handle> {
        let bad = || Error::BadRequest {
            field: "version",
            value: text.to_owned(),
        };
        let number = |text: &str| text.parse::<u32>().map_err(|_| bad());
        match text.split(':').collect::<Vec<_>>().as_slice() {
            ["stored", row] => Ok(Handle::Stored(TariffRow::from(number(row)?))),
            ["carried", cdr, place] => {
                let place = usize::try_from(number(place)?).expect("32 bits fit");
                Ok(Handle::Carried(CdrRow::from(number(cdr)?), place))
            }
            _ => Err(bad()),
        }
    }
}

/// A version and what it priced.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub handle: Handle,
    pub tariff: Arc<Tariff>,
    pub updated_at: Option<Instant>,
    /// CDRs looked at that it priced.
    pub cdrs: u32,
    /// First and last start of them.
    pub between: Option<(Instant, Instant)>,
    /// Whether there are more CDRs than were looked at.
    pub more: bool,
}

impl Known {
    fn used_by(&mut self, cdr: &Cdr) {
        let at = cdr.start_at;
        self.cdrs += 1;
        self.between = Some(match self.between {
            Some((first, last)) => (first.min(at), last.max(at)),
            None => (at, at),
        });
    }

    /// What versions are put in order by.
    fn since(&self) -> Option<Instant> {
        let first = self.between.map(|(first, _)| first);
        self.updated_at.or(self.tariff.valid_from).or(first)
    }
}

/// Every version, by tariff id, of each the oldest first.
pub(super) fn versions(desk: &Desk, partner: &PartyKey) -> Result<Vec<Known>> {
    let row = partners::row(&desk.book, partner)?;
    let mut known = stored(desk, partner, row, row)?;
    known.extend(ours(desk, row)?);
    carried(desk, row, &mut known)?;
    known.sort_by_cached_key(|one| (one.tariff.id.as_str().to_ascii_lowercase(), one.since()));
    Ok(known)
}

/// One version.
pub(super) fn version(desk: &Desk, handle: &str) -> Result<Arc<Tariff>> {
    let unknown = |row: u32| Error::UnknownRow {
        what: "tariff",
        row,
    };
    match handle.parse()? {
        Handle::Carried(cdr, place) => {
            let tariffs = explain(desk, cdr)?.cdr.tariffs;
            let found = tariffs.into_iter().nth(place);
            found.map(Arc::new).ok_or_else(|| unknown(cdr.number()))
        }
        Handle::Stored(row) => {
            let (owner, source) =
                store::version::tariff(&desk.book, row)?.ok_or_else(|| unknown(row.number()))?;
            let owner = store::party::key(&desk.book, owner)?;
            let read = Lookups::default().tariff(&desk.book, source, &owner)?;
            read.ok_or_else(|| unknown(row.number()))
        }
    }
}

/// Our own published versions, as far as they priced CDRs that we bill the partner.
fn ours(desk: &Desk, partner: PartyRow) -> Result<Vec<Known>> {
    let own = desk.book.party();
    let Some(row) = store::party::find(&desk.book, own)? else {
        return Ok(Vec::new());
    };
    let mut known = stored(desk, own, row, partner)?;
    known.retain(|one| one.cdrs > 0);
    Ok(known)
}

/// The published versions of an owner, with the CDRs of a partner that they priced.
fn stored(desk: &Desk, owner: &PartyKey, row: PartyRow, partner: PartyRow) -> Result<Vec<Known>> {
    let mut lookups = Lookups::default();
    let mut known = Vec::new();
    for version in store::version::tariffs_of(&desk.book, row)? {
        let Some(tariff) = lookups.tariff(&desk.book, version.source, owner)? else {
            continue;
        };
        let priced = store::replay::priced_with(&desk.book, version.row, partner)?;
        known.push(Known {
            handle: Handle::Stored(version.row),
            tariff,
            updated_at: version.updated_at,
            cdrs: priced.count,
            between: priced.between,
            more: false,
        });
    }
    Ok(known)
}

/// Adds the versions inside CDRs, the first CDRs of each month; one that is published too is
/// counted there.
fn carried(desk: &Desk, partner: PartyRow, known: &mut Vec<Known>) -> Result<()> {
    let states = store::month::states(&desk.book)?;
    let months = states.iter().filter(|state| state.partner == partner);
    let (mut blocks, mut reader) = (Blocks::default(), Reader::new());
    for state in months.take(MONTHS) {
        let first = CdrRow(0);
        let looked = store::cdr::of_month(&desk.book, partner, state.month, first, PER_MONTH)?;
        for source in &looked {
            if let Form::Sheet = source.source.form {
                continue;
            }
            let cdr = read_source(&desk.book, &mut reader, &mut blocks, source)?.0;
            for (place, tariff) in cdr.tariffs.iter().enumerate() {
                let more = state.cdrs > PER_MONTH;
                let one = meet(known, tariff, Handle::Carried(source.row, place));
                one.more |= more;
                one.used_by(&cdr);
            }
        }
    }
    Ok(())
}

/// The version that says the same, added where there is none yet.
fn meet<'a>(known: &'a mut Vec<Known>, tariff: &Tariff, handle: Handle) -> &'a mut Known {
    let place = known.iter().position(|one| *one.tariff == *tariff);
    let place = place.unwrap_or_else(|| {
        known.push(Known {
            handle,
            tariff: Arc::new(tariff.clone()),
            updated_at: tariff.last_updated,
            cdrs: 0,
            between: None,
            more: false,
        });
        known.len() - 1
    });
    &mut known[place]
}

/// The versions of one tariff.
pub(super) fn of_tariff(desk: &Desk, partner: &PartyKey, id: &OcpiId) -> Result<Vec<Known>> {
    let mut known = versions(desk, partner)?;
    known.retain(|one| one.tariff.id == *id);
    Ok(known)
}
