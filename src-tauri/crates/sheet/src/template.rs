//! The decisions under which a sheet is read: made by [`guess`](crate::guess), changed by people.

use std::fmt;

use domain::{Currency, Decimal, PartyKey, Tz};
use serde::{Deserialize, Serialize};

use crate::date::DateOrder;
use crate::field::Field;
use crate::number::{DecimalSign, Unit};
use crate::record::Kind;
use crate::zone::Zone;

/// What is known about a file before it is opened: whose it is, and what holds there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The party the records belong to.
    pub party: PartyKey,
    /// The zone of its clocks.
    pub zone: Tz,
    /// The currency it usually bills in.
    pub currency: Currency,
}

/// The rows that hold the headings, counted from 1; two where headings have two levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The first of them.
    pub first: u32,
    /// The last of them.
    pub last: u32,
}

impl fmt::Display for Header {
    /// `3`, or `3-4` where headings have two levels.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Header { first, last } if first == last => write!(f, "{first}"),
            Header { first, last } => write!(f, "{first}-{last}"),
        }
    }
}

/// One column that is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Counted from 0.
    pub index: usize,
    /// Its heading; two levels are joined by a blank. Its letter where it has none.
    pub heading: String,
    /// What it holds.
    pub field: Field,
    /// The decimal sign of figures written as text.
    pub sign: DecimalSign,
    /// The unit of figures that name none themselves.
    pub unit: Option<Unit>,
}

/// Where the zone of times comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneRule {
    /// Each time names its own (`Z`, `+01:00`); the partner's zone where one does not.
    InText,
    /// The wall clock of the zone in the zone column, whatever offset the text shows.
    ByColumn,
    /// The wall clock of this zone.
    Fixed(Zone),
    /// The wall clock of the partner's zone.
    Partner,
}

/// What makes a row the same record when it comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdRule {
    /// The id column, else the session column.
    Column,
    /// What the row says: a hash over its facts (see [`content_id`](crate::content_id)).
    Content,
}

/// A text that stands for another one: `n/a` for nothing, `ABC12` for `NL*ABC*E12`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// The heading of the column that it is in.
    pub heading: String,
    /// The whole text of a cell, whatever the case of its letters.
    pub from: String,
    /// What it is read as; empty where the cell says nothing.
    pub to: String,
}

/// A column that is looked into where a field's own has nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instead {
    /// The field.
    pub field: Field,
    /// The other column, counted from 0.
    pub index: usize,
    /// Its heading.
    pub heading: String,
}

/// How to read a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// What the rows are; templates from before there were kinds are of CDRs.
    #[serde(default)]
    pub kind: Kind,
    /// The sheet's name; empty for a text file.
    pub sheet: String,
    /// Where the headings are; `None` where there are none.
    pub header: Option<Header>,
    /// The headings of all columns, read or not; letters where there are none.
    pub headings: Vec<String>,
    /// The columns that are read, at most one per field.
    pub columns: Vec<Column>,
    /// Which number in `07/11/2017` is the day.
    pub dates: DateOrder,
    /// Where the zone comes from.
    pub zone: ZoneRule,
    /// The currency where no column and no cell names one; the partner's where this is `None`.
    pub currency: Option<Currency>,
    /// The VAT rate in percent, where no column names one.
    pub vat_rate: Option<Decimal>,
    /// Whether an [`Field::Amount`] column includes VAT.
    pub amount_is_gross: bool,
    /// What identifies a row.
    pub id: IdRule,
    /// Texts that stand for others, before anything else is read from a cell.
    #[serde(default)]
    pub replace: Vec<Replacement>,
    /// Columns that fill in for others, at most one per field.
    #[serde(default)]
    pub instead: Vec<Instead>,
}

impl Template {
    /// Where the headings are, as a [`Change`](crate::Change) says it: `3`, `3-4` or `none`.
    pub fn header_rows(&self) -> String {
        self.header
            .map_or_else(|| "none".to_owned(), |rows| rows.to_string())
    }

    /// Whether records can be told apart and say something under it: a start, or an id beside an
    /// amount.
    pub fn has_records(&self) -> bool {
        has_records(&self.columns)
    }

    /// The column of a field.
    pub fn column(&self, field: Field) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == field)
    }
}

/// Whether columns make records: a start, or an id beside an amount.
pub(crate) fn has_records(columns: &[Column]) -> bool {
    let has = |field| columns.iter().any(|column| column.field == field);
    let has_any = |fields: &[Field]| fields.iter().any(|&field| has(field));
    let billed = [Field::Net, Field::Gross, Field::Amount];
    let is_statement = has_any(&[Field::Id, Field::SessionId]) && has_any(&billed);
    has(Field::StartAt) || is_statement
}

/// The letter of a column as spreadsheet programs name it: A, B, … Z, AA, …
pub fn letter(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        let digit = (rest - 1) % 26;
        letters.push(char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[digit]));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::letter;

    #[test]
    fn columns_have_letters() {
        for (index, expected) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letter(index), expected);
        }
    }
}
