//! Partners' statements beside the CDRs of the book.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{MoneyDto, StatedSum};

/// Which rows of a partner-month's statement are wanted. `office::statements::compare`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StatementRequest {
    /// The partner.
    pub partner: String,
    /// The month.
    pub month: String,
    /// Only rows of this verdict.
    pub verdict: Option<String>,
    /// At most so many rows; counts and sums are always over all.
    pub limit: u32,
}

/// What a partner says it billed (or will pay) in a month, beside the CDRs of the book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StatementMonth {
    /// The partner.
    pub partner: String,
    /// The month.
    pub month: String,
    /// Lines that belong to the month. Without any, nothing is missing on a statement.
    pub lines: u32,
    /// The files they came in.
    pub files: Vec<StatementFile>,
    /// Counts and sums by verdict, in the order of [`StatementRow::verdict`]; all are listed.
    pub buckets: Vec<StatementBucket>,
    /// Rows of the verdict that was asked for, by start, as many as asked for.
    pub rows: Vec<StatementRow>,
    /// How many there are.
    pub total: u32,
}

/// A file that brought lines of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StatementFile {
    /// Its import.
    pub import: u32,
    /// Its name.
    pub file: String,
    /// Lines of the month.
    pub lines: u32,
}

/// Counts and sums of a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StatementBucket {
    /// See [`StatementRow::verdict`].
    pub verdict: String,
    /// Rows.
    pub count: u32,
    /// What the lines report, one per currency.
    pub reported: Vec<StatedSum>,
    /// What the CDRs state, one per currency; a CDR that is billed twice is not counted again.
    pub stated: Vec<StatedSum>,
    /// Net differences, reported − stated, one per currency.
    pub difference: Vec<MoneyDto>,
}

/// A line of a statement, a CDR, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StatementRow {
    /// `agrees`; `differs` in a figure; `no_cdr` of ours for the line; `not_on_statement`: a CDR
    /// that no line is about; `billed_twice`: another line took the CDR; `month_differs`: it agrees
    /// and is in another month.
    pub verdict: String,
    /// How the line was matched: `id`, `session`, `start` (with the energy); `None` if it was not.
    pub by: Option<String>,
    /// The line.
    pub line: Option<ReportedLine>,
    /// The CDR.
    pub cdr: Option<ReportedCdr>,
    /// What differs: `excl_vat`, `vat`, `incl_vat`, `energy`, `currency`, or `amount` where line
    /// and CDR have no amount in common.
    pub differs_in: Vec<String>,
    /// By how much, reported − stated; only figures that differ.
    pub difference: ReportedFigures,
}

/// A line of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReportedLine {
    /// The import that brought it.
    pub import: u32,
    /// Its row in the sheet.
    pub number: u32,
    /// The id it bills; empty where it names none.
    pub id: String,
    /// The session it bills; empty where it names none.
    pub session: String,
    /// When the session began; empty where it does not say.
    pub start_at: String,
    /// The same by the partner's clock.
    pub start_local: String,
    /// Month it belongs to: of its start; without one, of its CDR, else of most lines of its file.
    pub month: String,
    /// What it says.
    pub figures: ReportedFigures,
    /// ISO 4217.
    pub currency: String,
    /// Invoice or booking; empty where it names none.
    pub reference: String,
}

/// A CDR beside a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReportedCdr {
    /// Its row.
    pub row: u32,
    /// Its id.
    pub id: String,
    /// When the session began.
    pub start_at: String,
    /// The same by the partner's clock.
    pub start_local: String,
    /// Month of its end.
    pub month: String,
    /// What it states.
    pub figures: ReportedFigures,
    /// ISO 4217.
    pub currency: String,
}

/// Figures as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReportedFigures {
    /// Net.
    pub excl_vat: Option<String>,
    /// VAT.
    pub vat: Option<String>,
    /// Gross.
    pub incl_vat: Option<String>,
    /// kWh.
    pub energy_kwh: Option<String>,
}
