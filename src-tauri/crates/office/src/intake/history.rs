//! Imports that were run, and what was odd in them.

use std::collections::BTreeMap;

use domain::{Finding, FindingCode, FindingLocation, Severity};
use store::row::{CdrRow, ImportRow};

use super::tally::Kept;
use crate::api::{FindingDto, ImportResult, ImportSummary, ProblemKind, ProblemSample};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::words;

/// Samples per kind of problem.
const SAMPLES: u32 = 5;

/// Every import, newest first.
pub fn list(desk: &Desk) -> Result<Vec<ImportSummary>> {
    store::import::all(&desk.book)?
        .into_iter()
        .map(|import| {
            let kept: Kept = serde_json::from_str(&import.result).map_err(store::Error::from)?;
            let undone = store::undo::undone(&desk.book, import.row)?;
            let mut repaired = 0;
            for later in store::import::continuations(&desk.book, import.row)? {
                let later = store::import::get(&desk.book, later)?;
                let kept = later.map(|later| serde_json::from_str::<Kept>(&later.result));
                let kept = kept
                    .transpose()
                    .map_err(store::Error::from)?
                    .unwrap_or_default();
                repaired += kept.result.rows - kept.result.rejected;
            }
            Ok(ImportSummary {
                id: import.row.number(),
                at: words::instant(import.started_at),
                actor: import.actor,
                result: ImportResult {
                    id: Some(import.row.number()),
                    file: import.file,
                    format: import.format,
                    state: match undone {
                        Some(_) => "undone".to_owned(),
                        None => import.state.as_str().to_owned(),
                    },
                    repaired,
                    ..kept.result
                },
                sha256: words::hex(&import.sha256),
            })
        })
        .collect()
}

/// What was odd in an import, by kind, worst first: findings of reading and of replaying.
pub fn problems(desk: &Desk, id: u32) -> Result<Vec<ProblemKind>> {
    let book = &desk.book;
    let row = ImportRow::from(id);
    let import = store::import::get(book, row)?.ok_or(Error::UnknownRow {
        what: "import",
        row: id,
    })?;
    let kept: Kept = serde_json::from_str(&import.result).map_err(store::Error::from)?;
    let mut kinds = BTreeMap::new();
    for found in store::finding::by_code(book, row)? {
        let samples = store::finding::samples(book, row, found.code, SAMPLES)?
            .into_iter()
            .map(|sample| ProblemSample {
                number: match &sample.finding.at {
                    // What is odd about a line of a statement stands with its import.
                    FindingLocation::Cell { row, .. } if sample.number == 0 => *row,
                    FindingLocation::Cell { .. }
                    | FindingLocation::Path(_)
                    | FindingLocation::Whole => sample.number,
                },
                cdr: sample.cdr.map(CdrRow::number),
                id: sample.id,
                finding: words::finding(&sample.finding),
            })
            .collect();
        kinds.insert(found.code, (found.severity, found.count, samples));
    }
    if let Some((first, last)) = kept.cdrs {
        replay_problems(desk, row, (CdrRow(first), CdrRow(last)), &mut kinds)?;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(code, (severity, count, _))| {
        (
            std::cmp::Reverse(*severity),
            std::cmp::Reverse(*count),
            *code,
        )
    });
    Ok(kinds
        .into_iter()
        .map(|(code, (severity, count, samples))| ProblemKind {
            code: code.as_str().to_owned(),
            severity: words::severity(severity).to_owned(),
            count,
            samples,
        })
        .collect())
}

type Kinds = BTreeMap<FindingCode, (Severity, u32, Vec<ProblemSample>)>;

/// Adds what replaying the import's CDRs found.
fn replay_problems(
    desk: &Desk,
    import: ImportRow,
    (first, last): (CdrRow, CdrRow),
    kinds: &mut Kinds,
) -> Result<()> {
    let mut cdrs: BTreeMap<FindingCode, Vec<CdrRow>> = BTreeMap::new();
    let mut counts: BTreeMap<FindingCode, u32> = BTreeMap::new();
    for (cdr, codes) in store::replay::codes_of_import(&desk.book, import, first, last)? {
        for code in codes.split(' ').filter_map(FindingCode::from_text) {
            *counts.entry(code).or_default() += 1;
            let samples = cdrs.entry(code).or_default();
            if samples.len() < SAMPLES as usize {
                samples.push(cdr);
            }
        }
    }
    for (code, count) in counts {
        let mut samples = Vec::new();
        for cdr in cdrs.remove(&code).unwrap_or_default() {
            samples.extend(replay_sample(desk, cdr, code)?);
        }
        let entry = kinds
            .entry(code)
            .or_insert((code.severity(), 0, Vec::new()));
        entry.1 += count;
        entry.2.extend(samples);
        entry.2.truncate(SAMPLES as usize);
    }
    Ok(())
}

/// A finding of a CDR's replay with its figures.
fn replay_sample(desk: &Desk, cdr: CdrRow, code: FindingCode) -> Result<Option<ProblemSample>> {
    let explained = crate::replay::explain(desk, cdr)?;
    let findings = explained
        .replay
        .findings
        .iter()
        .chain(&explained.comparison.findings);
    let found: Option<&Finding> = findings.into_iter().find(|finding| finding.code == code);
    Ok(found.map(|finding| ProblemSample {
        number: explained.stored.source.number,
        cdr: Some(cdr.number()),
        id: explained.stored.figures.ocpi_id.clone(),
        finding: words::finding(finding),
    }))
}

/// Findings as the screens show them.
pub(crate) fn shown(findings: &[Finding]) -> Vec<FindingDto> {
    findings.iter().map(words::finding).collect()
}
