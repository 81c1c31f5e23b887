//! How spreadsheets are read: questions, a person's changes, templates, and rows that failed.

use serde::{Deserialize, Serialize};
use specta::Type;

/// One decision of a person about how a sheet is read; answers to [`QuestionDto`] are such, too.
/// What `what`, `column` and `value` can be, [`sheet::Change`] says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ChangeDto {
    /// `sheet`, `header`, `kind`, `column`, `decimal_sign`, `date_order`, `zone`, …
    pub what: String,
    /// The column's heading, or its letter.
    pub column: Option<String>,
    /// What it is set to.
    pub value: String,
    /// The text that `replace` is about.
    pub from: Option<String>,
}

/// What a file leaves open: nothing is imported before a person has said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct QuestionDto {
    /// What it is about: as in [`ChangeDto::what`]; or `new_column` and `gone_column`, where the
    /// file of a known template has changed: both are answered by a change of that `column`.
    pub what: String,
    /// The column it is about.
    pub column: Option<String>,
    /// What would be taken, then what fits, too. Empty for columns.
    pub choices: Vec<String>,
    /// What speaks for the first, as a stable word.
    pub because: String,
    /// Where, from 1.
    pub row: Option<u32>,
    /// The text that shows it.
    pub sample: Option<String>,
}

/// The template that a file is read by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TemplateUse {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// Headings of the file that it does not know.
    pub new_columns: Vec<String>,
    /// Headings of columns it reads that the file does not have.
    pub gone_columns: Vec<String>,
}

/// A template in lists. `office::templates::list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TemplateSummary {
    /// Its name.
    pub name: String,
    /// Its version, from 1.
    pub version: u32,
    /// Names its headings, whatever their order.
    pub fingerprint: String,
    /// `cdrs`, `sessions`, `statement`, `transactions`.
    pub kind: String,
    /// The headings it reads, each with its field.
    pub columns: Vec<TemplateColumn>,
    /// When it was kept.
    pub at: String,
    /// Who kept it.
    pub actor: String,
}

/// A column that a template reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TemplateColumn {
    /// Its heading.
    pub heading: String,
    /// The field it fills.
    pub field: String,
}

/// Gives up a template's name, or keeps one that was exported. `office::templates`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TemplateRequest {
    /// Whose files it reads.
    pub partner: String,
    /// Its name.
    pub name: String,
}

/// A row of a sheet as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GridRow {
    /// Its number, from 1.
    pub number: u32,
    /// Its cells.
    pub cells: Vec<String>,
}

/// A file of repaired rows, and what it continues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Continues {
    /// The import that rejected the rows.
    pub import: u32,
    /// Its file.
    pub file: String,
}

/// Rejected rows with one problem in common. A fix is a [`ChangeDto`] for all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RejectGroup {
    /// Finding code.
    pub code: String,
    /// Column or JSON path; empty where it is about the whole row.
    pub column: String,
    /// The text that stood there in all of them, or why no CDR can be made of them; empty where
    /// they differ or it is missing.
    pub value: String,
    /// How many rows.
    pub count: u32,
    /// The first of them.
    pub row: u32,
    /// What is wrong, in English.
    pub problem: String,
    /// What to do, in English.
    pub how_to_fix: String,
}

/// Rows that failed, as a workbook. `office::intake::save_rejects`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RejectsSaved {
    /// Where it was written.
    pub path: String,
    /// How many rows it has.
    pub rows: u32,
}
