//! Finds the row, or the two rows, that hold the headings.

use std::collections::BTreeSet;

use crate::book::Sheet;
use crate::cell::Cell;
use crate::date;
use crate::field::Field;
use crate::heading::{Fits, Heading};
use crate::number::{self, DecimalSign};
use crate::template::{Header, letter};

/// In how many rows from the top headings are looked for.
const DEEPEST: usize = 60;
/// A name that fits worse than this names no column.
const NAMED: u32 = 60;

/// The headings of a sheet.
pub(super) struct Found {
    pub(super) header: Option<Header>,
    /// Per column: the upper level, empty where there is one level only.
    upper: Vec<String>,
    /// Per column: the lower or only level.
    lower: Vec<String>,
}

impl Found {
    /// The headings, both levels joined; letters for columns without.
    pub(super) fn full(&self, width: usize) -> Vec<String> {
        let width = width.max(self.lower.len());
        (0..width)
            .map(|column| self.joined(column).unwrap_or_else(|| letter(column)))
            .collect()
    }

    fn joined(&self, column: usize) -> Option<String> {
        let level = |texts: &[String]| texts.get(column).cloned().unwrap_or_default();
        let joined = format!("{} {}", level(&self.upper), level(&self.lower));
        let joined = joined.trim();
        (!joined.is_empty()).then(|| joined.to_owned())
    }

    /// How well the column's headings fit each field: the lower level alone, or both together.
    pub(super) fn fits(&self, column: usize) -> Fits {
        let lower = self.lower.get(column).map_or("", String::as_str);
        let mut fits = Heading::of(lower).fits();
        if self
            .upper
            .get(column)
            .is_some_and(|upper| !upper.is_empty())
        {
            let both = Heading::of(&self.joined(column).unwrap_or_default()).fits();
            for (fit, other) in fits.iter_mut().zip(both) {
                *fit = other.max(*fit);
            }
        }
        fits
    }
}

/// A row from the top of a sheet that could be one of headings.
struct Candidate {
    number: u32,
    texts: Vec<String>,
    /// Cells with figures or dates: headings have none.
    values: usize,
}

/// Looks for the headings: the row, or two, that name the most columns.
pub(super) fn find(sheet: &Sheet<'_>) -> Found {
    let candidates = candidates(sheet);
    let mut best = (
        1,
        Found {
            header: None,
            upper: Vec::new(),
            lower: Vec::new(),
        },
    );
    for (index, row) in candidates.iter().enumerate() {
        if row.values * 2 > row.texts.iter().filter(|text| !text.is_empty()).count() {
            continue;
        }
        let named = names(&row.texts).saturating_sub(row.values);
        if named > best.0 {
            let header = Header {
                first: row.number,
                last: row.number,
            };
            best = (named, found(header, Vec::new(), row.texts.clone()));
        }
        let Some(next) = candidates.get(index + 1) else {
            continue;
        };
        if row.values + next.values > 0 || next.number != row.number + 1 {
            continue;
        }
        let upper = filled_forward(&row.texts, &next.texts);
        let joined: Vec<String> = joined_levels(&upper, &next.texts);
        // The lower level must add names of its own, or it is no heading.
        if names(&joined) > best.0 && names(&joined) > named && names(&next.texts) > 1 {
            let header = Header {
                first: row.number,
                last: next.number,
            };
            best = (names(&joined), found(header, upper, next.texts.clone()));
        }
    }
    best.1
}

/// The headings in the rows that a person named; none where they said that there are none.
pub(super) fn at(sheet: &Sheet<'_>, header: Option<Header>) -> Found {
    let texts = |wanted: u32| {
        let mut rows = sheet.rows();
        let mut texts = Vec::new();
        while let Some(row) = rows.next().filter(|row| row.number <= wanted) {
            if row.number == wanted {
                for (column, cell) in row.filled() {
                    texts.resize(column, String::new());
                    texts.push(cell.shown());
                }
            }
        }
        texts
    };
    let Some(rows) = header else {
        return Found {
            header: None,
            upper: Vec::new(),
            lower: Vec::new(),
        };
    };
    let lower = texts(rows.last);
    let upper = if rows.first == rows.last {
        Vec::new()
    } else {
        filled_forward(&texts(rows.first), &lower)
    };
    found(rows, upper, lower)
}

/// What could be the headings of a sheet, of one level and of two, from the top; columns without
/// one are empty.
pub(crate) fn heading_rows(sheet: &Sheet<'_>) -> Vec<(Header, Vec<String>)> {
    let candidates = candidates(sheet);
    let mut rows = Vec::new();
    for (index, row) in candidates.iter().enumerate() {
        let (first, texts) = (row.number, row.texts.clone());
        rows.push((Header { first, last: first }, texts));
        let next = candidates.get(index + 1);
        if let Some(next) = next.filter(|next| next.number == first + 1) {
            let upper = filled_forward(&row.texts, &next.texts);
            let last = next.number;
            rows.push((Header { first, last }, joined_levels(&upper, &next.texts)));
        }
    }
    rows
}

fn found(header: Header, upper: Vec<String>, lower: Vec<String>) -> Found {
    Found {
        header: Some(header),
        upper,
        lower,
    }
}

fn candidates(sheet: &Sheet<'_>) -> Vec<Candidate> {
    let mut rows = sheet.rows();
    let mut candidates = Vec::new();
    while candidates.len() < DEEPEST {
        let Some(row) = rows.next() else { break };
        let mut candidate = Candidate {
            number: row.number,
            texts: Vec::new(),
            values: 0,
        };
        for (column, cell) in row.filled() {
            candidate.texts.resize(column, String::new());
            candidate.values += usize::from(is_value(&cell));
            candidate.texts.push(cell.shown());
        }
        if candidate.texts.len() > 1 {
            candidates.push(candidate);
        }
    }
    candidates
}

/// A figure or a date, which no heading is.
fn is_value(cell: &Cell<'_>) -> bool {
    match cell {
        Cell::Number(_) | Cell::Moment(_) | Cell::Span(_) | Cell::Bool(_) => true,
        Cell::Text(text) => {
            let figure = |sign| number::parse(text, sign).is_ok();
            date::parse(text).is_some() || figure(DecimalSign::Dot) || figure(DecimalSign::Comma)
        }
        Cell::Empty | Cell::Fault(_) => false,
    }
}

/// A merged cell of the upper level stands over all columns up to the next one.
fn filled_forward(upper: &[String], lower: &[String]) -> Vec<String> {
    let mut filled = Vec::with_capacity(lower.len().max(upper.len()));
    let mut last = String::new();
    for column in 0..lower.len().max(upper.len()) {
        let own = upper.get(column).map_or("", String::as_str);
        let below = lower.get(column).map_or("", String::as_str);
        if !own.is_empty() {
            own.clone_into(&mut last);
        }
        filled.push(if own.is_empty() && below.is_empty() {
            String::new()
        } else {
            last.clone()
        });
    }
    filled
}

fn joined_levels(upper: &[String], lower: &[String]) -> Vec<String> {
    let text = |texts: &[String], column: usize| texts.get(column).cloned().unwrap_or_default();
    let width = upper.len().max(lower.len());
    (0..width)
        .map(|column| {
            format!("{} {}", text(upper, column), text(lower, column))
                .trim()
                .to_owned()
        })
        .collect()
}

/// How many different fields the texts name.
fn names(texts: &[String]) -> usize {
    let mut named = BTreeSet::new();
    for text in texts
        .iter()
        .filter(|text| !text.is_empty() && text.len() <= 80)
    {
        let fits = Heading::of(text).fits();
        let fits = Field::ALL
            .iter()
            .map(|&field| (fits[field as usize], field));
        if let Some((_, field)) = fits.filter(|&(fit, _)| fit >= NAMED).max_by_key(|f| f.0) {
            named.insert(field);
        }
    }
    named.len()
}
