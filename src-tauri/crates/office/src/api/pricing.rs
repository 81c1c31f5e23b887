//! What crosses for causes, what-ifs and tariffs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{AmountDto, FindingDto, LineDto, PartsDto, QuantitiesDto, TariffDto};

/// One open point of the standard and how it can be read. `office::readings::switches`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SwitchDto {
    /// Its name, e.g. `step_mode`.
    pub name: String,
    /// Its readings, the standard one first.
    pub readings: Vec<String>,
}

/// What gives the figure that a CDR states. `office::causes::of_cdr`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CausesDto {
    /// The closest and simplest first; none where nothing explains it.
    pub causes: Vec<CauseDto>,
    /// How many of the first ones explain it equally well.
    pub equally_simple: u32,
    /// How many prices were looked at.
    pub tried: u32,
}

/// One explanation of a stated figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CauseDto {
    /// One sentence: "matches if every period is rounded up to its step".
    pub text: String,
    /// `every`, `parts`, `nearly`, `total`, `total_nearly`: how closely it gives the figures.
    pub fit: String,
    /// The figures under it.
    pub reproduced: PartsDto,
    /// The same as a question for `office::whatif::replay`, where it can be asked there.
    pub whatif: Option<WhatIf>,
}

/// What to replay a CDR with instead, to see what would change. `office::whatif::replay`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WhatIf {
    /// The CDR's row.
    pub cdr: u32,
    /// Readings on top of those agreed, by the names of their switches.
    pub policy: BTreeMap<String, String>,
    /// IANA zone to read restrictions in, in place of the location's.
    pub time_zone: Option<String>,
    /// Row of a stored tariff version that stands in, of those `office::whatif::versions` names.
    pub tariff: Option<u32>,
}

/// What would change. Nothing of it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WhatIfAnswer {
    /// Every reading that is not the standard one, of the policy supposed.
    pub policy: BTreeMap<String, String>,
    /// IANA zone supposed; empty when unknown.
    pub time_zone: String,
    /// Ids of the tariffs used, in the order of their first use.
    pub tariff_ids: Vec<String>,
    /// The figures as they are now, rounded by the agreed policy.
    pub now: PartsDto,
    /// The figures supposed, rounded by the policy supposed.
    pub supposed: PartsDto,
    /// Supposed − now.
    pub change: PartsDto,
    /// Stated − supposed.
    pub difference: PartsDto,
    /// `matches`, `differs`, `not_priced`, under the supposition.
    pub verdict: String,
    /// Every line that is priced in either, in time order.
    pub lines: Vec<WhatIfLine>,
    /// What is odd under the supposition.
    pub findings: Vec<FindingDto>,
}

/// A priced line as it is and as it would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WhatIfLine {
    /// As it is now; `None` where nothing is priced.
    pub now: Option<LineDto>,
    /// As it would be; `None` where nothing would be priced.
    pub supposed: Option<LineDto>,
    /// Supposed − now, unrounded; a line that is not there costs nothing.
    pub change: AmountDto,
}

/// Keeps a what-if for its CDR: from now on it is priced so. `office::kept::keep`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct KeepWhatIf {
    /// What was supposed.
    pub what: WhatIf,
    /// Why. Must not be empty.
    pub reason: String,
}

/// What a CDR is priced with by decision, in place of what was agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct KeptDto {
    /// The decision; undo it to go back.
    pub decision: u32,
    /// Who.
    pub actor: String,
    /// When.
    pub at: String,
    /// Why.
    pub reason: String,
    /// What it supposes.
    pub what: WhatIf,
}

/// A stored version of a tariff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TariffVersionDto {
    /// Its row.
    pub row: u32,
    /// The tariff's id.
    pub id: String,
    /// When its owner last changed it.
    pub updated_at: Option<String>,
    /// First moment it is valid.
    pub valid_from: Option<String>,
    /// Last moment it is valid.
    pub valid_until: Option<String>,
}

/// A price in words. `office::detail::words`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WordsRequest {
    /// The CDR's row.
    pub cdr: u32,
    /// `en`, `nl`, `de`, `fr`.
    pub language: String,
    /// `driver`, `partner`, `auditor`.
    pub reader: String,
}

// ---- Tariffs --------------------------------------------------------------------------------

/// A partner's tariff in the list. `office::tariffs::list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TariffSummary {
    /// The owner's id for it.
    pub id: String,
    /// Currency of its prices.
    pub currency: String,
    /// `REGULAR`, `AD_HOC_PAYMENT`, …; `None` where it says none.
    pub kind: Option<String>,
    /// How many versions are known.
    pub versions: u32,
    /// Prices of the newest version in few words: `0.45 €/kWh · 0.10 €/min`.
    pub prices: String,
    /// When the newest version was last changed.
    pub updated_at: Option<String>,
    /// Faults of the newest version that a person should look at.
    pub faults: u32,
}

/// Which tariff to show. `office::tariffs::view`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TariffRequest {
    /// The partner.
    pub partner: String,
    /// The tariff's id.
    pub id: String,
    /// Language of the sentences: `en`, `nl`, `de`, `fr`.
    pub language: String,
}

/// A tariff with all its versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TariffView {
    /// The owner's id for it.
    pub id: String,
    /// The partner.
    pub partner: String,
    /// IANA zone its hours are read in: that of the partner's agreement.
    pub time_zone: String,
    /// Its versions, the oldest first.
    pub versions: Vec<TariffVersionView>,
}

/// One version of a tariff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TariffVersionView {
    /// Handle for `office::tariffs::try_version`.
    pub version: String,
    /// `published` by the owner, or seen only `in_cdr`.
    pub source: String,
    /// When its owner last changed it.
    pub updated_at: Option<String>,
    /// First moment it is valid.
    pub valid_from: Option<String>,
    /// Last moment it is valid.
    pub valid_until: Option<String>,
    /// The first and the last CDR looked at that carries it or was priced with it, by their start.
    pub used: Option<[String; 2]>,
    /// How many CDRs it priced, of those looked at.
    pub cdrs: u32,
    /// Whether more CDRs may have it than were looked at.
    pub more: bool,
    /// Its elements.
    pub tariff: TariffDto,
    /// The version in sentences.
    pub words: Vec<String>,
    /// What changed since the version before it; empty for the first.
    pub changes: Vec<String>,
    /// Its faults, the most serious first.
    pub faults: Vec<TariffFault>,
}

/// One fault of a tariff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TariffFault {
    /// Stable code.
    pub code: String,
    /// `info`, `warning`, `error`.
    pub severity: String,
    /// Where, e.g. `elements[2].restrictions`.
    pub at: String,
    /// What is wrong and what to do.
    pub text: String,
}

/// A made-up session under a version of a tariff. Of minutes (or end), kwh and power two are given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TryRequest {
    /// The partner, whose agreed readings count.
    pub partner: String,
    /// Handle of the version.
    pub version: String,
    /// When it begins, on the wall clock of the zone: `2026-09-03T18:00`.
    pub start: String,
    /// Minutes of charging, whole.
    pub minutes: Option<u32>,
    /// Minutes of parking after it.
    pub parking_minutes: u32,
    /// Energy, decimal text.
    pub kwh: Option<String>,
    /// Power while charging, kW, decimal text.
    pub power_kw: Option<String>,
    /// IANA zone.
    pub time_zone: String,
    /// Language of the sentences.
    pub language: String,
}

/// What a made-up session would cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TryAnswer {
    /// Currency of all amounts.
    pub currency: String,
    /// Start on the local wall clock.
    pub start_local: String,
    /// End on the local wall clock.
    pub end_local: String,
    /// Energy.
    pub energy_kwh: String,
    /// What it costs, rounded by the policy.
    pub price: PartsDto,
    /// Billed quantities.
    pub billed: QuantitiesDto,
    /// Priced lines, unrounded.
    pub lines: Vec<LineDto>,
    /// How the price comes about.
    pub text: Vec<String>,
    /// What is odd.
    pub findings: Vec<FindingDto>,
}

// ---- Readings of a month --------------------------------------------------------------------

/// Which month to find the one policy of. `office::readings::infer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct InferRequest {
    /// The partner.
    pub partner: String,
    /// The month.
    pub month: String,
}

/// The policy that explains most CDRs of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct InferredDto {
    /// What it reads otherwise than agreed: nothing, one switch, or two.
    pub changes: BTreeMap<String, String>,
    /// All its readings that are not the standard ones.
    pub policy: BTreeMap<String, String>,
    /// How many CDRs it explains.
    pub explained: u32,
    /// How many of them in every stated part.
    pub with_parts: u32,
    /// How many match as agreed.
    pub before: u32,
    /// How many were looked at.
    pub of: u32,
    /// How many the month holds.
    pub held: u32,
    /// One sentence.
    pub text: String,
}
