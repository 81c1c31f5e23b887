//! Whether a stored template still fits a file: by the names of its headings, never by position.
//!
//! Partners add columns, rename them, move them, and put a new title above. Moving is harmless and
//! followed; every other change is reported instead of guessed over, because a figure read from
//! the wrong column looks like any other figure.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::book::{Sheet, Workbook};
use crate::guess::heading_rows;
use crate::rejects::{OURS, rejects_of};
use crate::template::{Column, Header, Instead, Replacement, Template, letter};

/// How a template fits a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Every heading is there, and no other. They may stand in another order.
    Same,
    /// It is the partner's file, but it has changed. A renamed column is both gone and new.
    Drifted {
        /// Headings that the template does not know, as the file has them.
        new: Vec<String>,
        /// Headings of the template that the file does not have.
        gone: Vec<String>,
    },
    /// Another kind of file.
    Other,
}

/// Compares the headings of a workbook with those of a template.
///
/// It is the same file, or one that drifted, where at least half of the columns that the template
/// reads are there by name, and two at least. A template without headings fits no file: nothing
/// says that its columns are still what they were.
pub fn fit(template: &Template, book: &Workbook<'_>) -> Fit {
    match find(template, book) {
        None => Fit::Other,
        Some(found) if found.new.is_empty() && found.gone.is_empty() => Fit::Same,
        Some(found) => Fit::Drifted {
            new: found.new,
            gone: found.gone,
        },
    }
}

/// The template moved onto a file: its sheet, its heading rows, and each column where its heading
/// stands now. Columns that are gone are left out. `None` where it is another kind of file.
///
/// Where the file has [drifted](Fit::Drifted), a person should have agreed.
pub fn moved(template: &Template, book: &Workbook<'_>) -> Option<Template> {
    let found = find(template, book)?;
    let mut free: Vec<(usize, String)> =
        found.names.iter().map(|n| folded(n)).enumerate().collect();
    let mut columns = Vec::<Column>::new();
    for column in &template.columns {
        let name = folded(&column.heading);
        // Of columns with one name the first is the first, as it was.
        if let Some(at) = free.iter().position(|(_, heading)| *heading == name) {
            let (index, _) = free.remove(at);
            columns.push(Column {
                index,
                heading: found.names[index].clone(),
                ..column.clone()
            });
        }
    }
    columns.sort_by_key(|column| column.index);
    let place = |heading: &str| {
        let wanted = folded(heading);
        found.names.iter().position(|name| folded(name) == wanted)
    };
    let replace = template.replace.iter().filter_map(|old| {
        let heading = found.names[place(&old.heading)?].clone();
        Some(Replacement {
            heading,
            ..old.clone()
        })
    });
    let instead = template.instead.iter().filter_map(|old| {
        let index = place(&old.heading)?;
        Some(Instead {
            index,
            heading: found.names[index].clone(),
            ..old.clone()
        })
    });
    let (replace, instead) = (replace.collect(), instead.collect());
    Some(Template {
        sheet: found.sheet.to_owned(),
        header: Some(found.header),
        headings: found.names,
        columns,
        replace,
        instead,
        ..template.clone()
    })
}

impl Template {
    /// A short name for the headings, whatever their order: files of equal fingerprint are read
    /// by one template. Letters of columns without a heading do not count.
    pub fn fingerprint(&self) -> String {
        let mut names: Vec<String> = known_names(&self.headings, false).collect();
        names.sort_unstable();
        let hash = blake3::hash(names.join("\u{1f}").as_bytes()).to_hex();
        hash[..16].to_owned()
    }
}

/// The place in a file where the headings of a template stand.
struct Found<'b> {
    sheet: &'b str,
    header: Header,
    /// The heading of each column, letters included.
    names: Vec<String>,
    new: Vec<String>,
    gone: Vec<String>,
    /// How many headings are there.
    shared: usize,
}

fn find<'b>(template: &Template, book: &'b Workbook<'_>) -> Option<Found<'b>> {
    let is_ours = rejects_of(book).is_some();
    if template.header.is_none() && !is_ours {
        return None;
    }
    let sheets = book.sheets().iter();
    let found = sheets.filter_map(|sheet| best(template, sheet, is_ours));
    let found = found.max_by_key(|found| (found.shared, found.sheet == template.sheet))?;
    let there: BTreeSet<String> = found.names.iter().map(|name| folded(name)).collect();
    let read = template.columns.iter();
    let read = read.filter(|column| there.contains(&folded(&column.heading)));
    let read = read.count();
    (read >= 2 && read * 2 >= template.columns.len()).then_some(found)
}

/// The rows of a sheet that share the most headings with the template.
fn best<'b>(template: &Template, sheet: &'b Sheet<'_>, is_ours: bool) -> Option<Found<'b>> {
    let compared = heading_rows(sheet).into_iter().map(|(header, mut names)| {
        for (index, name) in names.iter_mut().enumerate() {
            if name.is_empty() {
                *name = letter(index);
            }
        }
        let mut have = counted(known_names(&names, is_ours));
        if is_ours {
            have.retain(|name, _| !OURS.contains(&name.as_str()));
        }
        let want = counted(known_names(&template.headings, is_ours));
        let shared = want
            .iter()
            .map(|(name, count)| (*count).min(have.get(name).copied().unwrap_or(0)));
        Found {
            sheet: sheet.name(),
            header,
            shared: shared.sum(),
            new: beyond(&have, &want, &names),
            gone: beyond(&want, &have, &template.headings),
            names,
        }
    });
    // The first of equal ones: a list may repeat its headings on every page.
    compared.reduce(|best, next| {
        let better = next.shared > best.shared
            || (next.shared == best.shared && next.new.len() < best.new.len());
        if better { next } else { best }
    })
}

/// The headings folded; without the letters that stand for none, unless they are written out.
fn known_names(headings: &[String], with_letters: bool) -> impl Iterator<Item = String> {
    let named = headings.iter().enumerate();
    let named = named.filter(move |(index, name)| with_letters || **name != letter(*index));
    named.map(|(_, name)| folded(name))
}

/// Whatever the case of its letters and the blanks in it. Signs stay: `Net €` is not `Net $`.
fn folded(heading: &str) -> String {
    let words: Vec<&str> = heading.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

fn counted(names: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts
}

/// The names that one side has and the other has not, as they are written, in their order.
fn beyond(
    these: &BTreeMap<String, usize>,
    those: &BTreeMap<String, usize>,
    written: &[String],
) -> Vec<String> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, count) in these {
        let more = count.saturating_sub(those.get(name).copied().unwrap_or(0));
        left.insert(name, more);
    }
    let mut names = Vec::new();
    // Of columns with one name the last are the new ones.
    for name in written.iter().rev() {
        if let Some(count) = left
            .get_mut(folded(name).as_str())
            .filter(|count| **count > 0)
        {
            *count -= 1;
            names.push(name.clone());
        }
    }
    names.reverse();
    names
}
