//! `import`: files into the book.

use std::path::Path;

use office::Error;
use office::api::{ChangeDto, ImportRequest, ImportResult, ImportUndone, UndoImport};
use serde_json::{Map, Value, json};

use super::Context;
use crate::args::{Import, ImportAct, Kind};
use crate::end::{End, Failure};
use crate::{print, progress};

/// Imports files in the order given and reconciles what they changed.
pub fn import(context: &Context<'_>, args: &Import) -> Result<End, Failure> {
    if let Some(ImportAct::Undo { id, reason }) = &args.act {
        return undo(context, *id, reason);
    }
    let desk = context.desk()?;
    let request = request(args)?;
    let cancel = progress::cancel_on_ctrl_c();
    let mut done: Vec<ImportResult> = Vec::new();
    for file in &args.files {
        let label = file.display().to_string();
        let mut job = progress::job(&label, &cancel);
        let result = expected(&desk, file, args.kind, &request).and_then(|()| {
            if args.dry_run {
                office::intake::check(&desk, &mut job, &request, file)
            } else {
                office::intake::run(&desk, &mut job, &request, file)
            }
        });
        progress::clear();
        match result {
            Ok(result) if result.state == "cancelled" => {
                done.push(result);
                return Err(Failure::part_way(Error::Cancelled, document(&done)));
            }
            Ok(result) => done.push(result),
            Err(error) if done.is_empty() && !stopped(&error) => {
                return Err(error.into());
            }
            Err(error) => return Err(Failure::part_way(error, document(&done))),
        }
    }
    if let Some(out) = &args.rejects {
        let saved = save_rejects(&desk, &mut done, out);
        saved.map_err(|error| Failure::part_way(error, document(&done)))?;
    }
    if !args.dry_run {
        let mut job = progress::job("reconciling", &cancel);
        let reconciled = office::reconcile::reconcile_stale(&desk, &mut job);
        progress::clear();
        reconciled.map_err(|error| Failure::part_way(error, document(&done)))?;
    }
    tell(context, &done);
    Ok(End::needing(done.iter().any(|result| result.rejected > 0)))
}

fn request(args: &Import) -> Result<ImportRequest, Failure> {
    let changes = args.set.iter().map(|text| change(text));
    Ok(ImportRequest {
        partner: args.partner.as_ref().map(ToString::to_string),
        kind: of_sheet(args.kind),
        template: args.template.clone(),
        changes: changes.collect::<Result<_, _>>()?,
        keep_as: args.keep_template.clone(),
        ..ImportRequest::default()
    })
}

/// `WHAT[@COLUMN]=VALUE`; a text that stands for another is `replace@COLUMN=FROM=>TO`.
pub(super) fn change(text: &str) -> Result<ChangeDto, Failure> {
    let usage = || Failure::usage(format!("--set {text:?}: WHAT[@COLUMN]=VALUE is expected"));
    let (name, value) = text.split_once('=').ok_or_else(usage)?;
    let (what, column) = match name.split_once('@') {
        Some((what, column)) => (what, Some(column.to_owned())),
        None => (name, None),
    };
    let (from, value) = match value.split_once("=>").filter(|_| what == "replace") {
        Some((from, to)) => (Some(from.to_owned()), to),
        None => (None, value),
    };
    Ok(ChangeDto {
        what: what.to_owned(),
        column,
        value: value.to_owned(),
        from,
    })
}

/// Writes the records that could not be read: to this file; of several imports each to one with
/// the number of its import in its name.
fn save_rejects(desk: &office::Desk, done: &mut [ImportResult], out: &Path) -> office::Result<()> {
    let has_rejects = |result: &&mut ImportResult| result.rejected > 0;
    let many = done.iter_mut().filter(has_rejects).count() > 1;
    for result in done.iter_mut().filter(has_rejects) {
        let Some(id) = result.id else { continue };
        let stem = out.file_stem().unwrap_or_default().to_string_lossy();
        let path = if many {
            out.with_file_name(format!("{stem}-{id}.xlsx"))
        } else {
            out.to_owned()
        };
        let saved = office::intake::save_rejects(desk, id, &path)?;
        result.rejects_file = Some(saved.path);
    }
    Ok(())
}

/// Takes an import back, and prices and reconciles anew what it had a part in.
fn undo(context: &Context<'_>, id: u32, reason: &str) -> Result<End, Failure> {
    let mut desk = context.desk()?;
    let request = UndoImport {
        import: id,
        reason: reason.to_owned(),
    };
    let cancel = progress::cancel_on_ctrl_c();
    let mut job = progress::job("taking back", &cancel);
    let undone = office::intake::undo(&mut desk, &mut job, &request);
    progress::clear();
    let ImportUndone { file, records, .. } = undone?;
    if context.json {
        print::json(&json!({"undone": {"id": id, "file": file, "records": records}}));
    } else {
        println!("import {id} ({file}) is taken back: {records} records count no more");
    }
    Ok(End::Done)
}

/// Whether an import may have begun before this happened: cancelled, or the disk is full.
fn stopped(error: &Error) -> bool {
    matches!(error, Error::Cancelled | Error::Book(_))
}

/// What the rows of a spreadsheet are, if that was said.
fn of_sheet(kind: Kind) -> Option<String> {
    match kind {
        Kind::Cdrs | Kind::Sessions | Kind::Statement | Kind::Transactions => {
            Some(kind.as_str().to_owned())
        }
        Kind::Auto | Kind::Tariffs | Kind::Locations | Kind::Tokens => None,
    }
}

/// Refuses a file that holds something else than was asked for.
fn expected(
    desk: &office::Desk,
    file: &Path,
    kind: Kind,
    request: &ImportRequest,
) -> office::Result<()> {
    if kind == Kind::Auto {
        return Ok(());
    }
    let found = office::intake::preview(desk, request, file)?.kind;
    if found == kind.as_str() {
        return Ok(());
    }
    Err(Error::Unreadable {
        name: file.display().to_string(),
        why: format!("it holds {found}, not {}", kind.as_str()),
    })
}

/// The shape scripts rely on.
fn document(imports: &[ImportResult]) -> Value {
    json!({ "imports": imports.iter().map(one).collect::<Vec<_>>() })
}

fn one(result: &ImportResult) -> Value {
    let totals: Map<String, Value> = result
        .totals
        .iter()
        .map(|sum| {
            let sums = json!({ "excl_vat": sum.excl_vat, "incl_vat": sum.incl_vat });
            (sum.currency.clone(), sums)
        })
        .collect();
    json!({
        "id": result.id,
        "file": result.file,
        "kind": result.kind,
        "format": result.format,
        "partner": result.partner,
        "rows": result.rows,
        "new": result.new,
        "known": result.known,
        "corrections": result.corrections,
        "rejected": result.rejected,
        "energy_kwh": result.energy_kwh,
        "totals": totals,
        "findings": result.findings,
        "rejects": result.rejects,
        "groups": result.groups,
        "rejects_file": result.rejects_file,
        "template": result.template,
        "continues": result.continues,
        "state": result.state,
    })
}

fn tell(context: &Context<'_>, done: &[ImportResult]) {
    if context.json {
        print::json(&document(done));
        return;
    }
    let row = |result: &ImportResult| {
        let sums = result
            .totals
            .iter()
            .map(|sum| format!("{} {}", sum.excl_vat, sum.currency));
        vec![
            result.file.clone(),
            result.kind.clone(),
            result.partner.clone().unwrap_or_default(),
            result.rows.to_string(),
            result.new.to_string(),
            result.known.to_string(),
            result.corrections.to_string(),
            result.rejected.to_string(),
            result.energy_kwh.clone(),
            sums.collect::<Vec<_>>().join(", "),
        ]
    };
    let headings = [
        "file",
        "kind",
        "partner",
        ">rows",
        ">new",
        ">known",
        ">corrections",
        ">rejected",
        ">kWh",
        "stated net",
    ];
    print::table(&headings, &done.iter().map(row).collect::<Vec<_>>());
    for result in done {
        for (code, count) in &result.findings {
            println!("{}: {code} {count} times", result.file);
        }
        if let Some(template) = &result.template {
            let name = format!("{} version {}", template.name, template.version);
            println!("{}: read by template {name}", result.file);
            for column in &template.new_columns {
                println!(
                    "{}: column {column:?} is new and was not asked for",
                    result.file
                );
            }
            for column in &template.gone_columns {
                println!("{}: column {column:?} is missing", result.file);
            }
        }
        if let Some(path) = &result.rejects_file {
            println!(
                "{}: {} records to repair in {path}",
                result.file, result.rejected
            );
        }
        for reject in &result.rejects {
            let sheet = if reject.sheet.is_empty() { "" } else { " of " };
            println!(
                "{}: row {}{sheet}{}, {}: {} {:?}",
                result.file, reject.row, reject.sheet, reject.column, reject.code, reject.value
            );
        }
    }
}
