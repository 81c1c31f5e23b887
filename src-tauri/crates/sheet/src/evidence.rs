//! Why a file is read as it is: structured, so that a person can be told in their language.

use serde::{Deserialize, Serialize};

/// What a guess is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names say it
pub enum Topic {
    Encoding,
    Separator,
    Sheet,
    Kind,
    Header,
    Column,
    DecimalSign,
    DateOrder,
    DateSystem,
    Zone,
    EnergyUnit,
    DurationUnit,
    Currency,
    VatRate,
    Amount,
    RecordId,
    Replace,
    Instead,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Topic; 18] = [
        Topic::Encoding,
        Topic::Separator,
        Topic::Sheet,
        Topic::Kind,
        Topic::Header,
        Topic::Column,
        Topic::DecimalSign,
        Topic::DateOrder,
        Topic::DateSystem,
        Topic::Zone,
        Topic::EnergyUnit,
        Topic::DurationUnit,
        Topic::Currency,
        Topic::VatRate,
        Topic::Amount,
        Topic::RecordId,
        Topic::Replace,
        Topic::Instead,
    ];

    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Topic::Encoding => "encoding",
            Topic::Separator => "separator",
            Topic::Sheet => "sheet",
            Topic::Kind => "kind",
            Topic::Header => "header",
            Topic::Column => "column",
            Topic::DecimalSign => "decimal_sign",
            Topic::DateOrder => "date_order",
            Topic::DateSystem => "date_system",
            Topic::Zone => "zone",
            Topic::EnergyUnit => "energy_unit",
            Topic::DurationUnit => "duration_unit",
            Topic::Currency => "currency",
            Topic::VatRate => "vat_rate",
            Topic::Amount => "amount",
            Topic::RecordId => "record_id",
            Topic::Replace => "replace",
            Topic::Instead => "instead",
        }
    }
}

/// What the guess rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The file begins with a byte order mark.
    ByteOrderMark,
    /// The bytes are valid in no other encoding that is tried before.
    ValidBytes,
    /// It divides the lines most evenly.
    EvenColumns,
    /// This sheet has the most columns of a charging record.
    MostFields,
    /// These rows name the most columns.
    MostNames,
    /// The heading names it.
    Heading,
    /// The cells look like it.
    Cells,
    /// A cell that can be read in this way only.
    OnlyReading,
    /// Other columns of the file are written so.
    OtherColumns,
    /// Cells of both ways exist; most are of this one.
    Majority,
    /// Years come first, or months are words: no second reading.
    NoSecondReading,
    /// Dots between the figures are written only where the day comes first.
    DotsBetween,
    /// Sessions would end before they start, or last for weeks, otherwise.
    SessionsFit,
    /// All figures fit both readings; this one is usual where this currency or zone is.
    UsualThere,
    /// The workbook says so.
    Workbook,
    /// Every time carries its zone.
    ZoneInText,
    /// A column names the zone.
    ZoneColumn,
    /// Times carry `+00`, but a zone column names another zone.
    OffsetContradictsColumn,
    /// Times carry `+00`, but their heading says that they are local, or names another zone.
    OffsetContradictsHeading,
    /// The figures are too large for the other unit.
    Magnitude,
    /// Nothing in the file tells; it is the partner's.
    Partner,
    /// The column counts the rows of this file: 1, 2, 3, …
    CountsRows,
    /// No column identifies the record.
    NoColumn,
    /// No column holds an amount.
    NoAmounts,
    /// There are amounts, but no column says when a session ended.
    NoEnds,
    /// A person decided it.
    Person,
    /// A kept template says so.
    Kept,
}

/// One thing that was found out, and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it is about.
    pub what: Topic,
    /// What was found, in a stable short form: `semicolon`, `day_first`, `kwh`, a field's name.
    pub value: String,
    /// What it rests on.
    pub because: Because,
    /// The row that shows it, where one does.
    pub row: Option<u32>,
    /// The heading of the column it is about.
    pub column: Option<String>,
    /// The text that shows it.
    pub sample: Option<String>,
}

impl Evidence {
    pub(crate) fn new(what: Topic, value: impl Into<String>, because: Because) -> Evidence {
        Evidence {
            what,
            value: value.into(),
            because,
            row: None,
            column: None,
            sample: None,
        }
    }

    pub(crate) fn in_column(mut self, heading: &str) -> Evidence {
        self.column = Some(heading.to_owned());
        self
    }

    pub(crate) fn at(mut self, row: u32) -> Evidence {
        self.row = Some(row);
        self
    }

    pub(crate) fn showing(mut self, sample: impl Into<String>) -> Evidence {
        self.sample = Some(sample.into());
        self
    }
}

/// Two readings fit. One was taken; a person should say which is right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ambiguity {
    /// What was taken, and what speaks for it.
    pub chosen: Evidence,
    /// The other reading, in the same short form.
    pub other: String,
}
