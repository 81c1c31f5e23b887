//! Records that could not be read, as a workbook in which a person repairs them: their original
//! columns, what is wrong, and how to fix it. Imported again, a repaired spreadsheet continues the
//! import that it came from.

use std::io::{Cursor, Write};
use std::path::Path;

use domain::{Finding, FindingLocation, Severity};
use store::finding::Rejected;
use store::row::ImportRow;
use table::{Cell, Table};

use super::remedy::remedy;
use super::tally::Kept;
use crate::api::RejectsSaved;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::export::Whole;
use crate::job::Job;
use crate::words;

/// Writes the rejected records of an import as an xlsx. Refused where there are none.
///
/// # Errors
/// [`Error::UnknownRow`], [`Error::NotWritten`], and a refusal `no_rejects`.
pub fn save_rejects(desk: &Desk, id: u32, path: &Path) -> Result<RejectsSaved> {
    let import = ImportRow::from(id);
    let unknown = || Error::UnknownRow {
        what: "import",
        row: id,
    };
    let found = store::import::get(&desk.book, import)?.ok_or_else(unknown)?;
    let rejected = store::finding::rejected(&desk.book, import)?;
    if rejected.is_empty() {
        let text = format!("every record of import {id} could be read");
        return Err(Error::refused("no_rejects", text));
    }
    let kept: Kept = serde_json::from_str(&found.result).map_err(store::Error::from)?;
    let mut file = Whole::beside(path)?;
    let bytes = match kept.reading {
        Some(template) if !found.sha256.is_empty() => {
            of_sheet(desk, import, &template, (&found.sha256, &rejected))?
        }
        Some(_) | None => of_records(desk, &file, &rejected)?,
    };
    file.write_all(&bytes).map_err(|error| file.failed(error))?;
    file.keep(&Job::quiet())?;
    Ok(RejectsSaved {
        path: path.display().to_string(),
        rows: u32::try_from(rejected.len()).unwrap_or(u32::MAX),
    })
}

/// A name for the file of an import's rejected records.
///
/// # Errors
/// [`Error::UnknownRow`].
pub fn rejects_name(desk: &Desk, id: u32) -> Result<String> {
    let found = store::import::get(&desk.book, ImportRow::from(id))?;
    let found = found.ok_or(Error::UnknownRow {
        what: "import",
        row: id,
    })?;
    let stem = Path::new(&found.file).file_stem().unwrap_or_default();
    Ok(format!("{}-to-repair.xlsx", stem.to_string_lossy()))
}

/// The rows of a spreadsheet as they stood in it.
fn of_sheet(
    desk: &Desk,
    import: ImportRow,
    template: &sheet::Template,
    (sha256, rejected): (&[u8], &[Rejected]),
) -> Result<Vec<u8>> {
    let damaged = |error: sheet::Error| store::Error::Damaged(error.to_string());
    let bytes = store::raw::file(&desk.book, import)?;
    let opened = match &desk.old_sheets {
        Some(reader) => sheet::open_with(bytes, reader),
        None => sheet::open(bytes),
    };
    let rows = rejected.iter().map(|record| {
        let (problem, how_to_fix) = told(&record.findings);
        sheet::Reject {
            row: record.number,
            problem,
            how_to_fix,
        }
    });
    let rows: Vec<sheet::Reject> = rows.collect();
    let workbook = opened.map_err(damaged)?;
    let written = sheet::rejects(&workbook, template, &words::hex(sha256), &rows);
    Ok(written.map_err(damaged)?)
}

/// Records of JSON and of logs: where they stand, what is wrong, and the record itself.
fn of_records(desk: &Desk, file: &Whole, rejected: &[Rejected]) -> Result<Vec<u8>> {
    /// No program keeps more than this in a cell.
    const LONGEST: usize = 32_000;
    let headings = ["record", "at", "problem", "how to fix", "original"];
    let failed = |error: table::Error| file.failed(std::io::Error::other(error));
    let folder = file.folder();
    let made = (folder.as_path(), desk.now.timestamp());
    let mut out = Cursor::new(Vec::new());
    let mut sheet = Table::xlsx(&mut out, "rejects", &headings, made).map_err(failed)?;
    for record in rejected {
        let (problem, how_to_fix) = told(&record.findings);
        let at = worst(&record.findings).map(|finding| words::finding(finding).at);
        let original = store::raw::record(&desk.book, record.range)?;
        let mut original = String::from_utf8_lossy(&original).into_owned();
        if let Some((end, _)) = original.char_indices().nth(LONGEST) {
            original.truncate(end);
        }
        let (number, at) = (record.number.to_string(), at.unwrap_or_default());
        let cells = [
            Cell::Figure(&number),
            Cell::Text(&at),
            Cell::Text(&problem),
            Cell::Text(&how_to_fix),
            Cell::Text(&original),
        ];
        sheet.row(&cells).map_err(failed)?;
    }
    sheet.finish().map_err(failed)?;
    Ok(out.into_inner())
}

/// The finding for which a record was rejected.
fn worst(findings: &[Finding]) -> Option<&Finding> {
    let fatal = findings.iter().find(|f| f.severity == Severity::Fatal);
    fatal.or_else(|| findings.first())
}

/// Problem and remedy of every finding that stands in the way, in words.
fn told(findings: &[Finding]) -> (String, String) {
    let fatal = findings.iter().filter(|f| f.severity == Severity::Fatal);
    let fatal: Vec<&Finding> = fatal.collect();
    let in_the_way = if fatal.is_empty() {
        worst(findings).into_iter().collect()
    } else {
        fatal
    };
    let (mut problems, mut fixes) = (Vec::new(), Vec::<String>::new());
    for finding in in_the_way {
        let (problem, fix) = remedy(finding.code.as_str());
        let at = match &finding.at {
            FindingLocation::Cell { column, .. } if !column.is_empty() => format!("{column}: "),
            FindingLocation::Cell { .. } | FindingLocation::Path(_) | FindingLocation::Whole => {
                String::new()
            }
        };
        let said = finding.params.get("value").or(finding.params.get("text"));
        let said = said.map(|text| format!(" ({text})")).unwrap_or_default();
        problems.push(format!("{at}{problem}{said}"));
        if !fixes.contains(&fix) {
            fixes.push(fix);
        }
    }
    (problems.join(" "), fixes.join(" "))
}
