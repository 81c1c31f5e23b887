//! Which rows are records, and which only look like some: titles, totals, footers.

use domain::Decimal;
use serde::{Deserialize, Serialize};

use crate::book::Row;
use crate::cell::Cell;
use crate::field::Field;
use crate::guess::could_be_date;
use crate::heading::words;
use crate::number;
use crate::read::record::Plan;

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowIs {
    /// A record, read or rejected.
    Data,
    /// No record.
    Skipped(Skipped),
}

/// Why a row is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skipped {
    /// Stands above the records.
    Title,
    /// Holds the headings, at the top or again on a later page.
    Header,
    /// Holds nothing.
    Empty,
    /// Adds up some of the rows above.
    Subtotal,
    /// Adds up all rows above.
    Total,
    /// Stands below the records.
    Footer,
}

/// Words that begin a row of sums, folded.
const SUMS: [&str; 22] = [
    "total",
    "totals",
    "totaal",
    "totale",
    "totaux",
    "gesamt",
    "gesamtsumme",
    "summe",
    "summen",
    "sum",
    "som",
    "somme",
    "endsumme",
    "eindtotaal",
    "saldo",
    "subtotal",
    "subtotals",
    "zwischensumme",
    "subtotaal",
    "tussentotaal",
    "uebertrag",
    "teilsumme",
];
/// Those that mark a sum over some rows only.
const PARTIAL: [&str; 6] = [
    "subtotal",
    "subtotals",
    "zwischensumme",
    "subtotaal",
    "tussentotaal",
    "teilsumme",
];

/// Sorts rows one after the other; keeps running sums to know totals without a name.
#[derive(Debug, Default)]
pub(super) struct Sorter {
    /// Sums per summed column over all records, and since the last row of sums.
    all: Vec<(usize, Decimal)>,
    part: Vec<(usize, Decimal)>,
    records: usize,
}

impl Sorter {
    pub(super) fn sort(&mut self, plan: &Plan<'_>, row: &Row<'_>) -> RowIs {
        let is = self.look(plan, row);
        match is {
            RowIs::Data => {
                self.records += 1;
                add(&mut self.all, plan, row);
                add(&mut self.part, plan, row);
            }
            RowIs::Skipped(Skipped::Subtotal | Skipped::Total) => self.part.clear(),
            RowIs::Skipped(Skipped::Title | Skipped::Header | Skipped::Empty | Skipped::Footer) => {
            }
        }
        is
    }

    fn look(&self, plan: &Plan<'_>, row: &Row<'_>) -> RowIs {
        if row.filled().next().is_none() {
            return RowIs::Skipped(Skipped::Empty);
        }
        if let Some(header) = plan.template.header {
            if row.number < header.first {
                return RowIs::Skipped(Skipped::Title);
            }
            if row.number <= header.last || repeats_headings(plan, row) {
                return RowIs::Skipped(Skipped::Header);
            }
        }
        let starts = plan.cell(row, Field::StartAt);
        if could_be_date(&starts, plan.is_1904) {
            return RowIs::Data;
        }
        let ends = could_be_date(&plan.cell(row, Field::EndAt), plan.is_1904);
        let id = plan.cell(row, Field::Id);
        let id_sums = id.text().and_then(sums_in);
        if ends && !id.is_absent() && id_sums.is_none() {
            // A damaged start makes no total of it, whatever a remark begins with.
            return RowIs::Data;
        }
        if let Some(sums) = named_sums(row) {
            return RowIs::Skipped(sums);
        }
        self.unnamed(plan, row)
    }

    /// A row without a start and without a name for sums.
    fn unnamed(&self, plan: &Plan<'_>, row: &Row<'_>) -> RowIs {
        let named = [
            Field::StartAt,
            Field::EndAt,
            Field::Id,
            Field::SessionId,
            Field::Evse,
        ];
        let is_named = named.iter().any(|&field| {
            plan.template.column(field).is_some() && !plan.cell(row, field).is_absent()
        });
        let figures: Vec<(usize, Decimal)> = figures(plan, row).collect();
        if !is_named && self.records > 1 && !figures.is_empty() {
            if figures.iter().all(|figure| self.all.contains(figure)) {
                return RowIs::Skipped(Skipped::Total);
            }
            if figures.iter().all(|figure| self.part.contains(figure)) {
                return RowIs::Skipped(Skipped::Subtotal);
            }
        }
        let few = row.filled().take(4).count() < 4;
        if figures.is_empty() && few && self.is_aside(plan, row) {
            let place = if self.records == 0 {
                Skipped::Title
            } else {
                Skipped::Footer
            };
            return RowIs::Skipped(place);
        }
        RowIs::Data
    }

    /// Words that stand beside the table: nothing where a start, an end or an energy would be.
    fn is_aside(&self, plan: &Plan<'_>, row: &Row<'_>) -> bool {
        let is_empty = |field| plan.cell(row, field) == Cell::Empty;
        is_empty(Field::Energy) && is_empty(Field::EndAt) && {
            // In the start column only prose is aside; a damaged date is a record.
            match plan.cell(row, Field::StartAt) {
                Cell::Empty => true,
                Cell::Text(text) => !text.bytes().any(|b| b.is_ascii_digit()) && self.records > 0,
                Cell::Number(_)
                | Cell::Moment(_)
                | Cell::Span(_)
                | Cell::Bool(_)
                | Cell::Fault(_) => false,
            }
        }
    }
}

/// The headings again, as on each page of a printed list.
fn repeats_headings(plan: &Plan<'_>, row: &Row<'_>) -> bool {
    let columns = &plan.template.columns;
    let same = columns.iter().filter(|column| {
        let cell = row.cell(column.index);
        cell.text().is_some_and(|text| {
            text == column.heading || column.heading.ends_with(&format!(" {text}"))
        })
    });
    let same = same.count();
    same > 1 && same * 2 > columns.len()
}

/// A row that begins with a word for sums.
fn named_sums(row: &Row<'_>) -> Option<Skipped> {
    row.filled().find_map(|(_, cell)| match cell {
        Cell::Text(text) if text.len() <= 60 => sums_in(text),
        Cell::Empty
        | Cell::Text(_)
        | Cell::Number(_)
        | Cell::Moment(_)
        | Cell::Span(_)
        | Cell::Bool(_)
        | Cell::Fault(_) => None,
    })
}

fn sums_in(text: &str) -> Option<Skipped> {
    if text.starts_with('Σ') || text.starts_with('∑') {
        return Some(Skipped::Total);
    }
    let words = words(&text.to_lowercase());
    let first = words.first()?.as_str();
    let second = words.get(1).map_or("", String::as_str);
    let joined = format!("{first}{second}");
    let partial = |word: &str| PARTIAL.contains(&word);
    if partial(first) || partial(&joined) || joined == "soustotal" {
        Some(Skipped::Subtotal)
    } else if SUMS.contains(&first) || (first == "grand" && second == "total") {
        Some(Skipped::Total)
    } else {
        None
    }
}

/// The figures of the summed columns of a row, as they stand.
fn figures<'a>(
    plan: &'a Plan<'_>,
    row: &'a Row<'_>,
) -> impl Iterator<Item = (usize, Decimal)> + 'a {
    let summed = plan
        .template
        .columns
        .iter()
        .filter(|column| column.field.is_summed());
    summed.filter_map(|column| {
        let value = match row.cell(column.index) {
            Cell::Number(number) => number,
            Cell::Text(text) => number::parse(text, column.sign).ok()?.value,
            Cell::Empty | Cell::Moment(_) | Cell::Span(_) | Cell::Bool(_) | Cell::Fault(_) => {
                return None;
            }
        };
        Some((column.index, value))
    })
}

fn add(sums: &mut Vec<(usize, Decimal)>, plan: &Plan<'_>, row: &Row<'_>) {
    for (column, value) in figures(plan, row) {
        match sums.iter_mut().find(|(summed, _)| *summed == column) {
            Some((_, sum)) => *sum = sum.checked_add(value).unwrap_or(*sum),
            None => sums.push((column, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_sums_are_known_by_their_first_word() {
        for (text, expected) in [
            ("TOTAL", Some(Skipped::Total)),
            ("Summe:", Some(Skipped::Total)),
            ("Gesamt (320 Zeilen)", Some(Skipped::Total)),
            ("Grand total", Some(Skipped::Total)),
            ("Sub-total", Some(Skipped::Subtotal)),
            ("Sub total 07/2017", Some(Skipped::Subtotal)),
            ("Zwischensumme", Some(Skipped::Subtotal)),
            ("Sous-total", Some(Skipped::Subtotal)),
            ("Σ", Some(Skipped::Total)),
            ("TotalEnergies Perth", None),
            ("PKC-1", None),
        ] {
            assert_eq!(sums_in(text), expected, "{text}");
        }
    }
}
