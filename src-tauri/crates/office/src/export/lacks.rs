//! What could not be expressed, counted over all records.

use std::collections::BTreeMap;

use ocpi::write::{Lack, Shortfall};

use crate::api::ExportLack;

/// Ids that are named of each.
const EXAMPLES: usize = 5;

/// Counts by field and reason.
#[derive(Default)]
pub(super) struct Lacks(BTreeMap<(String, &'static str, &'static str), Counted>);

#[derive(Default)]
struct Counted {
    records: u32,
    examples: Vec<String>,
}

/// A path without its indices.
fn plain(path: &str) -> String {
    path.chars()
        .filter(|letter| !letter.is_ascii_digit())
        .collect()
}

impl Lacks {
    /// Counts what a record's text falls short of, each kind once.
    pub(super) fn add_all(&mut self, lacks: &[Lack], id: &str) {
        let mut seen = Vec::new();
        for lack in lacks {
            let severity = match lack.severity {
                Shortfall::Missing => "missing",
                Shortfall::Lost => "lost",
            };
            let kind = (plain(&lack.field), lack.why.as_str(), severity);
            if !seen.contains(&kind) {
                self.add(&kind.0, (kind.1, severity), id);
                seen.push(kind);
            }
        }
    }

    /// Counts one record: the reason as a stable word, and whether it is `lost` or `missing`.
    pub(super) fn add(&mut self, field: &str, why: (&'static str, &'static str), id: &str) {
        let kind = (field.to_owned(), why.0, why.1);
        let counted = self.0.entry(kind).or_default();
        counted.records += 1;
        if counted.examples.len() < EXAMPLES {
            counted.examples.push(id.to_owned());
        }
    }

    /// The list, most frequent first.
    pub(super) fn list(self) -> Vec<ExportLack> {
        let mut list = Vec::with_capacity(self.0.len());
        for ((field, why, severity), counted) in self.0 {
            list.push(ExportLack {
                field,
                why: why.to_owned(),
                severity: severity.to_owned(),
                count: counted.records,
                examples: counted.examples,
            });
        }
        list.sort_by_key(|lack| std::cmp::Reverse(lack.count));
        list
    }
}
