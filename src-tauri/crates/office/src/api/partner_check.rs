//! A partner's own figures of the same sessions beside ours, field by field.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{AmountDto, ImportRequest, MoneyDto, PartsDto};

/// A partner's file to be compared. `office::partner_check::run`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PartnerCheckRequest {
    /// The file and how it is read; its `partner` must be given. Nothing of it is kept.
    pub file: ImportRequest,
    /// The month that the file is said to cover: CDRs of it that the file lacks are listed then.
    /// Without it the file is a sample, and nothing is missing in it.
    pub month: Option<String>,
    /// At most so many CDRs in the answer; counts and sums are always over all.
    pub limit: u32,
    /// Whether the CDRs of the answer name the fields that are equal, too.
    pub equal_fields: bool,
}

/// What a partner computed beside what we replay. Differences are theirs − ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PartnerCheck {
    /// The partner.
    pub partner: String,
    /// Us.
    pub own: String,
    /// The month that was asked for.
    pub month: Option<String>,
    /// The file's name.
    pub file: String,
    /// Its SHA-256.
    pub sha256: String,
    /// See `ImportPreview::format`.
    pub format: String,
    /// `equal`: every record has its counterpart and every field that both have agrees; else
    /// `differs`.
    pub verdict: String,
    /// Records of the file by how they stand, in the order of [`CheckedCdr::verdict`]; all listed.
    pub counts: Vec<CheckCount>,
    /// Records that could not be read: number in the file, and the codes of why. The first 100.
    pub rejected: Vec<CheckReject>,
    /// How many there are.
    pub rejected_total: u32,
    /// Every field that at least one record has.
    pub fields: Vec<CheckField>,
    /// Sums per currency over what could be compared, and over what is left on either side.
    pub totals: Vec<CheckTotal>,
    /// Why totals differ, what is worth most first.
    pub causes: Vec<CheckCause>,
    /// The records: those that differ first, the largest difference first.
    pub cdrs: Vec<CheckedCdr>,
    /// How many there are.
    pub total: u32,
}

/// How many records stand so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CheckCount {
    /// See [`CheckedCdr::verdict`].
    pub verdict: String,
    /// Records.
    pub count: u32,
}

/// A record of the file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CheckReject {
    /// Its number in the file, or its row in the sheet.
    pub number: u32,
    /// Codes of findings.
    pub codes: Vec<String>,
}

/// How a field stands over all pairs; of fields of charging periods, over all periods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CheckField {
    /// OCPI's name, e.g. `total_cost.excl_vat`.
    pub field: String,
    /// Where both have it.
    pub compared: u32,
    /// Of these the same.
    pub equal: u32,
    /// Of these within rounding or tolerance.
    pub within: u32,
    /// Of these different.
    pub differing: u32,
    /// Where only we have it.
    pub only_held: u32,
    /// Where only they have it.
    pub only_reported: u32,
    /// The largest difference: money in its currency, kWh, hours; instants in seconds.
    pub largest: Option<String>,
}

/// Sums of a currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CheckTotal {
    /// `compared`: pairs of which both totals are known; `not_compared`, `only_reported`,
    /// `only_held`.
    pub group: String,
    /// ISO 4217.
    pub currency: String,
    /// Records.
    pub cdrs: u32,
    /// What the partner computed.
    pub reported: Option<AmountDto>,
    /// What our replay gives.
    pub replayed: Option<AmountDto>,
    /// What our records state.
    pub stated: Option<AmountDto>,
    /// Reported − replayed.
    pub difference: Option<AmountDto>,
    /// kWh in the partner's file.
    pub reported_kwh: Option<String>,
    /// kWh in our records.
    pub held_kwh: Option<String>,
}

/// Why totals differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CheckCause {
    /// `facts`: their total follows from other times or energy in their record; `tariff`: from the
    /// tariff their record carries; `reading`: a change of reading gives it; `unexplained`;
    /// `not_searched`: more differ than are searched.
    pub code: String,
    /// In English.
    pub text: String,
    /// CDRs.
    pub count: u32,
    /// What they are worth net, reported − replayed, one per currency.
    pub difference: Vec<MoneyDto>,
}

/// A record of the partner's file, of the book, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CheckedCdr {
    /// `differs` in a total; `fields_differ`: the total agrees, another field does not;
    /// `not_compared`: one side has no total; `only_reported`: no record of ours; `only_held`: the
    /// file lacks it; `agrees`.
    pub verdict: String,
    /// How the pair was found: `id`, `session`, `overlap` (contract, EVSE and time).
    pub by: Option<String>,
    /// Row of our record.
    pub row: Option<u32>,
    /// Its id, else the partner's.
    pub id: String,
    /// Start, UTC.
    pub start_at: String,
    /// Its currency.
    pub currency: String,
    /// What the partner computed.
    pub reported: PartsDto,
    /// What our replay gives, at the partner's digits.
    pub replayed: PartsDto,
    /// What our record states.
    pub stated: PartsDto,
    /// Total, reported − replayed.
    pub difference: Option<AmountDto>,
    /// Why the total differs.
    pub cause: Option<CheckWhy>,
    /// Its fields that are not equal, and the others where they were asked for.
    pub fields: Vec<CheckedField>,
}

/// Why a total differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CheckWhy {
    /// See [`CheckCause::code`].
    pub code: String,
    /// In English.
    pub text: String,
}

/// A field of a pair with both values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CheckedField {
    /// See [`CheckField::field`].
    pub field: String,
    /// The charging period it is of, from 0.
    pub period: Option<u32>,
    /// `equal`, `within`, `differs`, `only_held`, `only_reported`.
    pub standing: String,
    /// What the partner's file says.
    pub reported: Option<String>,
    /// What we hold.
    pub held: Option<String>,
    /// Reported − held; see [`CheckField::largest`].
    pub difference: Option<String>,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FileSaved {
    /// Its name without folders.
    pub file: String,
    /// Size in bytes as decimal text.
    pub bytes: String,
    /// SHA-256.
    pub sha256: String,
}

/// CDRs with our computed totals, for the partner to compare. `office::partner_sample::run`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SampleRequest {
    /// The partner.
    pub partner: String,
    /// The month.
    pub month: String,
    /// How many, spread over the month.
    pub count: u32,
    /// `json` (one OCPI list) or `xlsx`.
    pub format: String,
    /// OCPI version, for `json`.
    pub ocpi: Option<String>,
}

/// What a sample holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SampleDone {
    /// The file.
    pub saved: FileSaved,
    /// CDRs in it.
    pub written: u32,
    /// Priced CDRs of the month.
    pub of: u32,
}
