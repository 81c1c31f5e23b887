//! What an import has come to so far: counts, sums, findings, rejects.

use std::collections::BTreeMap;

use domain::{Currency, Finding, FindingCode, FindingLocation, PartyKey, Severity};
use serde::{Deserialize, Serialize};
use store::cdr::CdrFigures;
use store::micro::{self, Micro};
use store::statement::LineFigures;

use super::remedy::remedy;
use crate::api::{ImportResult, RejectDto, RejectGroup, StatedSum};

/// Rejects listed in a result.
const REJECTS_LISTED: usize = 1_000;

/// Kinds of problems told apart by their texts.
const GROUPS: usize = 200;

/// The kinds of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum RecordKind {
    /// CDRs.
    Cdr,
    /// Sessions.
    Session,
    /// Tariffs.
    Tariff,
    /// Locations.
    Location,
    /// Tokens.
    Token,
    /// Invoice reconciliation records.
    Record,
    /// Lines of a partner's statement.
    Statement,
}

impl RecordKind {
    /// The stable text of a file that holds only these.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            RecordKind::Cdr => "cdrs",
            RecordKind::Session => "sessions",
            RecordKind::Tariff => "tariffs",
            RecordKind::Location => "locations",
            RecordKind::Token => "tokens",
            RecordKind::Record => "records",
            RecordKind::Statement => "statement",
        }
    }
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Not seen before.
    New,
    /// Seen before with the same content.
    Known,
    /// Known key, other content.
    Correction,
}

/// What an import has come to.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    rows: u32,
    new: u32,
    known: u32,
    corrections: u32,
    rejected: u32,
    energy_e6: i128,
    sessions_e6: i128,
    stated_e6: BTreeMap<Currency, (i128, i128)>,
    findings: BTreeMap<FindingCode, u32>,
    kinds: BTreeMap<RecordKind, u32>,
    partners: BTreeMap<PartyKey, u32>,
    rejects: Vec<RejectDto>,
    groups: Groups,
}

/// Rejected records by code, column and text: how many, and the first of them.
type Groups = BTreeMap<(String, String, String), (u32, u32)>;

/// What the book keeps of an import's result.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The result.
    pub(crate) result: ImportResult,
    /// First and last CDR it stored.
    pub(crate) cdrs: Option<(i64, i64)>,
    /// How its spreadsheet was read.
    #[serde(default)]
    pub(crate) reading: Option<sheet::Template>,
}

impl Tally {
    /// Counts a record that could be read.
    pub(crate) fn count(&mut self, kind: RecordKind, partner: &PartyKey, fate: Fate) {
        self.rows += 1;
        *self.kinds.entry(kind).or_default() += 1;
        match self.partners.get_mut(partner) {
            Some(count) => *count += 1,
            None => {
                self.partners.insert(partner.clone(), 1);
            }
        }
        match fate {
            Fate::New => self.new += 1,
            Fate::Known => self.known += 1,
            Fate::Correction => self.corrections += 1,
        }
    }

    /// Adds the figures of a CDR to the sums.
    pub(crate) fn add(&mut self, figures: &CdrFigures) {
        self.energy_e6 += i128::from(figures.energy.0);
        if let Some(excl) = figures.stated_excl {
            let sums = self.stated_e6.entry(figures.currency).or_default();
            sums.0 += i128::from(excl.0);
            sums.1 += i128::from(figures.stated_incl.unwrap_or(Micro::ZERO).0);
        }
    }

    /// Adds the energy of a session: it counts in a file that holds nothing that bills it.
    pub(crate) fn add_session(&mut self, energy: Micro) {
        self.sessions_e6 += i128::from(energy.0);
    }

    /// Adds what a line of a statement says to the sums.
    pub(crate) fn add_line(&mut self, line: &LineFigures) {
        let figure = |figure: Option<Micro>| i128::from(figure.unwrap_or(Micro::ZERO).0);
        self.energy_e6 += figure(line.energy);
        let sums = self.stated_e6.entry(line.currency).or_default();
        sums.0 += figure(line.excl);
        sums.1 += figure(line.incl);
    }

    /// Counts a finding.
    pub(crate) fn found(&mut self, code: FindingCode) {
        *self.findings.entry(code).or_default() += 1;
    }

    /// Counts the findings of a replay.
    pub(crate) fn found_codes(&mut self, codes: &str) {
        for code in codes.split(' ').filter_map(FindingCode::from_text) {
            self.found(code);
        }
    }

    /// Counts a record that could not be used.
    pub(crate) fn reject(&mut self, number: u32, findings: &[Finding], value: &str) {
        self.rows += 1;
        self.rejected += 1;
        let reject = reject(number, findings, value);
        self.group(&reject, findings);
        if self.rejects.len() < REJECTS_LISTED {
            self.rejects.push(reject);
        }
    }

    /// Counts a rejected record to those with the same problem. Texts that differ from record to
    /// record would make a group each: those beyond the first are counted together.
    fn group(&mut self, reject: &RejectDto, findings: &[Finding]) {
        let has_value = |finding: &Finding| finding.params.contains_key("value");
        let unmade = findings.iter().find(|f| f.code == FindingCode::NoCdrMade);
        let value = match unmade.and_then(|finding| finding.params.get("text")) {
            // Transactions without a CDR are told apart by the reason.
            Some(reason) => reason.clone(),
            None if findings.iter().any(has_value) => reject.value.clone(),
            None => String::new(),
        };
        let mut key = (reject.code.clone(), reject.column.clone(), value);
        if !self.groups.contains_key(&key) && self.groups.len() >= GROUPS {
            key.2.clear();
        }
        self.groups.entry(key).or_insert((0, reject.row)).0 += 1;
    }

    /// The rejected records by what is wrong with them, most first.
    pub(crate) fn groups(&self) -> Vec<RejectGroup> {
        let groups = self
            .groups
            .iter()
            .map(|((code, column, value), (count, row))| {
                let (problem, how_to_fix) = remedy(code);
                RejectGroup {
                    code: code.clone(),
                    column: column.clone(),
                    value: value.clone(),
                    count: *count,
                    row: *row,
                    problem,
                    how_to_fix,
                }
            });
        let mut groups: Vec<RejectGroup> = groups.collect();
        groups.sort_by_key(|group| (std::cmp::Reverse(group.count), group.row));
        groups
    }

    /// Records read so far.
    pub(crate) fn rows(&self) -> u32 {
        self.rows
    }

    /// Findings so far.
    pub(crate) fn findings(&self) -> u64 {
        self.findings.values().map(|count| u64::from(*count)).sum()
    }

    /// Whether records of this kind were read.
    pub(crate) fn has(&self, kind: RecordKind) -> bool {
        self.kinds.contains_key(&kind)
    }

    /// `cdrs`, `sessions`, … or `mixed`; empty while nothing was read.
    pub(crate) fn kind(&self) -> &'static str {
        let mut kinds = self.kinds.keys();
        match (kinds.next(), kinds.next()) {
            (Some(kind), None) => kind.plural(),
            (None, _) => "",
            (Some(_), Some(_)) => "mixed",
        }
    }

    /// The result so far, without the list of rejects.
    pub(crate) fn result(&self) -> ImportResult {
        let mut partners = self.partners.keys();
        let partner = match (partners.next(), partners.next()) {
            (Some(only), None) => Some(only.to_string()),
            (None, _) | (Some(_), Some(_)) => None,
        };
        let energy_e6 = if self.has(RecordKind::Cdr) || self.has(RecordKind::Statement) {
            self.energy_e6
        } else {
            self.sessions_e6
        };
        ImportResult {
            kind: self.kind().to_owned(),
            partner,
            rows: self.rows,
            new: self.new,
            known: self.known,
            corrections: self.corrections,
            rejected: self.rejected,
            energy_kwh: micro::text(energy_e6),
            totals: self
                .stated_e6
                .iter()
                .map(|(currency, (excl, incl))| StatedSum {
                    currency: currency.to_string(),
                    excl_vat: micro::text(*excl),
                    incl_vat: micro::text(*incl),
                })
                .collect(),
            findings: self
                .findings
                .iter()
                .map(|(code, count)| (code.as_str().to_owned(), *count))
                .collect(),
            ..ImportResult::default()
        }
    }

    /// The rejects listed so far.
    pub(crate) fn rejects(&self) -> &[RejectDto] {
        &self.rejects
    }
}

/// A rejected record as lists show it: its worst finding, and what stood there.
fn reject(number: u32, findings: &[Finding], value: &str) -> RejectDto {
    let fatal = findings
        .iter()
        .find(|finding| finding.severity == Severity::Fatal)
        .or_else(|| findings.first());
    let stood = |finding: &Finding| finding.params.get("value").cloned();
    let (sheet, row, column) = match fatal.map(|finding| &finding.at) {
        Some(FindingLocation::Cell { sheet, row, column }) => (sheet.clone(), *row, column.clone()),
        Some(FindingLocation::Path(path)) => (String::new(), number, path.clone()),
        Some(FindingLocation::Whole) | None => (String::new(), number, String::new()),
    };
    RejectDto {
        sheet,
        row,
        column,
        code: fatal.map_or_else(String::new, |finding| finding.code.as_str().to_owned()),
        value: fatal.and_then(stood).unwrap_or_else(|| value.to_owned()),
    }
}
