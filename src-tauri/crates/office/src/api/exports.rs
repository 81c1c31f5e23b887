//! Writing out what the book holds.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{CdrFilter, StatedSum};

/// What is written out, and how. `office::export::run` (job).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExportRequest {
    /// `cdrs`, `sessions`, `tariffs`, `locations`, `tokens` or `reconciliation_records`.
    pub what: String,
    /// `json` (one list), `ndjson`; for CDRs also `csv` and `xlsx`.
    pub format: String,
    /// OCPI version, for `json` and `ndjson`.
    pub ocpi: Option<String>,
    /// Only of this partner, or of ourselves.
    pub partner: Option<String>,
    /// Only of this month; for CDRs, sessions and reconciliation records.
    pub month: Option<String>,
    /// Only CDRs that match.
    pub filter: Option<CdrFilter>,
    /// Whether locations are published where their record does not say, as 2.1.1 does not and later
    /// versions must. Without it such locations are left out.
    pub publish: Option<bool>,
}

/// What an export would be, before it is run. `office::export::count`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExportCount {
    /// Records that go out. One that came in another version may still be left out and named, if it
    /// lacks what the chosen version requires.
    pub records: u32,
    /// CDRs that were corrected later: in OCPI only the correction goes out.
    pub superseded: u32,
    /// Credit CDRs, which OCPI 2.1.1 cannot say.
    pub credits: u32,
    /// Locations that do not say whether they are public, as the chosen version must.
    pub publish_unsaid: u32,
    /// A name for the file.
    pub file: String,
}

/// What was written out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExportDone {
    /// See [`ExportRequest::what`].
    pub what: String,
    /// See [`ExportRequest::format`].
    pub format: String,
    /// See [`ExportRequest::ocpi`].
    pub ocpi: Option<String>,
    /// Size of the file in bytes as decimal text (may exceed 32 bits).
    pub bytes: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Records written.
    pub written: u32,
    /// CDRs that were corrected later: in OCPI only the correction is written.
    pub superseded: u32,
    /// kWh of the CDRs written; empty for other lists.
    pub energy_kwh: String,
    /// Stated sums of the CDRs written, one per currency.
    pub totals: Vec<StatedSum>,
    /// Records that are not written, because a partner that holds to its standard refuses them.
    pub left_out: Vec<ExportLack>,
    /// What is written, and less than the book holds or the version wants.
    pub losses: Vec<ExportLack>,
}

/// One thing that could not be expressed, over all records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExportLack {
    /// JSON path without indices, e.g. `charging_periods[].tariff_id`; empty for the whole record.
    pub field: String,
    /// Why, as a stable word, e.g. `not_in_version`, `unknown`, `written_na`, `gross_prices`,
    /// `credit_before_2_2`.
    pub why: String,
    /// `lost` (held, and cannot be said) or `missing` (required, and not known).
    pub severity: String,
    /// How many records.
    pub count: u32,
    /// OCPI ids of some of them, at most five.
    pub examples: Vec<String>,
}
