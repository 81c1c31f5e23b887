//! What crosses for replaying a month again.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::PartnerRef;

/// Which partner-month would be replayed again. `office::replay::trial`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReplayRequest {
    /// The partner.
    pub partner: String,
    /// The month.
    pub month: String,
}

/// Replays a partner-month again and keeps what changed: one decision. `office::replay::adopt`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AdoptReplay {
    /// The partner.
    pub partner: String,
    /// The month.
    pub month: String,
    /// Why.
    pub reason: String,
    /// [`ReplayTrial::sha256`] of what was shown; refused where today it would be something else.
    pub shown: Option<String>,
}

/// What replaying a partner-month with today's facts and agreement changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReplayTrial {
    /// The partner.
    pub partner: PartnerRef,
    /// The month.
    pub month: String,
    /// CDRs of the month.
    pub looked: u32,
    /// Of these not priced again, since nothing that their price rests on changed.
    pub skipped: u32,
    /// Priced again.
    pub priced: u32,
    /// Of these with other figures.
    pub changed: u32,
    /// Of the changed ones on an issued document, which stays as it is.
    pub settled: u32,
    /// Of the changed ones accepted, disputed or put on hold.
    pub decided: u32,
    /// How many of the changed ones go from one verdict to another, or keep theirs.
    pub moves: Vec<ReplayMove>,
    /// Sums over the changed ones, one per currency.
    pub sums: Vec<ReplaySum>,
    /// SHA-256 over every change, hexadecimal.
    pub sha256: String,
    /// The changes, the largest amount first; at most 1,000.
    pub rows: Vec<ReplayChange>,
}

/// Changed CDRs that go from one verdict to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReplayMove {
    /// `matches`, `differs`, `not_priced`.
    pub from: String,
    /// As [`ReplayMove::from`].
    pub to: String,
    /// CDRs.
    pub count: u32,
}

/// Net sums over changed CDRs of one currency; a CDR without a price counts as nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReplaySum {
    /// ISO 4217.
    pub currency: String,
    /// CDRs.
    pub count: u32,
    /// Replayed as it stands.
    pub before: String,
    /// Replayed again.
    pub after: String,
    /// After − before.
    pub change: String,
    /// Stated − replayed as it stands.
    pub difference_before: String,
    /// Stated − replayed again.
    pub difference_after: String,
}

/// A CDR whose figures change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReplayChange {
    /// Its row.
    pub cdr: u32,
    /// Its OCPI id.
    pub id: String,
    /// Start, UTC.
    pub start_at: String,
    /// ISO 4217.
    pub currency: String,
    /// The bucket it is in; empty where it was not reconciled.
    pub bucket: String,
    /// Stated net.
    pub stated: Option<String>,
    /// As it stands.
    pub before: ReplayFigures,
    /// Replayed again.
    pub after: ReplayFigures,
    /// Net after − before; `None` where one of them has no price.
    pub change: Option<String>,
}

/// What a replay came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReplayFigures {
    /// `matches`, `differs`, `not_priced`.
    pub verdict: String,
    /// Net.
    pub excl_vat: Option<String>,
    /// Gross.
    pub incl_vat: Option<String>,
    /// Stated − replayed, net.
    pub difference: Option<String>,
    /// Row of the stored tariff version it was priced with.
    pub tariff: Option<u32>,
    /// Zone its restrictions were read in.
    pub time_zone: Option<String>,
    /// Decision by which it is priced otherwise than agreed.
    pub kept: Option<u32>,
}

/// What replaying a month again came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReplayAdopted {
    /// The decision; undo it to put the earlier results back. `None` where no figure changed.
    pub decision: Option<u32>,
    /// What changed.
    pub trial: ReplayTrial,
}

/// A result of a CDR's replay that another one replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct EarlierPrice {
    /// When another took its place.
    pub replaced_at: String,
    /// By which decision; `None` where it followed from new facts.
    pub decision: Option<u32>,
    /// What it came to.
    pub was: ReplayFigures,
}
