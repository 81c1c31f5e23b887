//! `export`: what the book holds, as OCPI JSON or as a table of CDRs.
//!
//! With `--out` the summary is on standard output. Without, the records are, and what could not be
//! expressed is told on standard error.

use std::fs::File;
use std::io::stdout;
use std::path::Path;

use office::Error;
use office::api::{CdrFilter, ExportDone, ExportLack, ExportRequest};
use serde_json::{Value, json};

use super::Context;
use crate::args::records::{Cdrs, Export, Filter, Table, To, Undated, Which};
use crate::end::{End, Failure};
use crate::{print, progress};

/// Writes what is asked for.
pub fn export(context: &Context<'_>, what: &Export) -> Result<End, Failure> {
    let (request, to) = match what {
        Export::Cdrs(which) => cdrs(which),
        Export::Sessions(which) => (dated("sessions", which), &which.to),
        Export::Tariffs(which) => (undated("tariffs", which), &which.to),
        Export::Tokens(which) => (undated("tokens", which), &which.to),
        Export::Locations(which) => {
            let publish = which.publish;
            let of = &which.of;
            let request = undated("locations", of);
            (ExportRequest { publish, ..request }, &of.to)
        }
        Export::ReconciliationRecord(which) => (dated("reconciliation_records", which), &which.to),
    };
    match &to.out {
        Some(path) => {
            let done = run(context, &request, path)?;
            tell(context, path, &done);
            Ok(End::needing(!done.left_out.is_empty()))
        }
        None if request.format == "xlsx" => {
            Err(Failure::usage("a workbook goes to a file: --out FILE"))
        }
        None => show(context, &request),
    }
}

fn text(value: Option<&impl ToString>) -> Option<String> {
    value.map(ToString::to_string)
}

fn json_format(to: &To) -> String {
    if to.ndjson { "ndjson" } else { "json" }.to_owned()
}

fn dated(what: &str, which: &Which) -> ExportRequest {
    ExportRequest {
        what: what.to_owned(),
        format: json_format(&which.to),
        ocpi: Some(which.ocpi.as_str().to_owned()),
        partner: text(which.partner.as_ref()),
        month: text(which.month.as_ref()),
        ..ExportRequest::default()
    }
}

fn undated(what: &str, which: &Undated) -> ExportRequest {
    ExportRequest {
        what: what.to_owned(),
        format: json_format(&which.to),
        ocpi: Some(which.ocpi.as_str().to_owned()),
        partner: text(which.partner.as_ref()),
        ..ExportRequest::default()
    }
}

fn cdrs(which: &Cdrs) -> (ExportRequest, &To) {
    let format = match which.table {
        None => json_format(&which.to),
        Some(Table::Csv) => "csv".to_owned(),
        Some(Table::Xlsx) => "xlsx".to_owned(),
    };
    let request = ExportRequest {
        what: "cdrs".to_owned(),
        format,
        ocpi: which.ocpi.map(|version| version.as_str().to_owned()),
        partner: text(which.partner.as_ref()),
        month: text(which.month.as_ref()),
        filter: Some(filter(&which.filter)),
        publish: None,
    };
    (request, &which.to)
}

fn filter(filter: &Filter) -> CdrFilter {
    CdrFilter {
        buckets: filter.bucket.clone(),
        verdicts: filter.verdict.clone(),
        difference_above: filter.difference_above.clone(),
        finding: filter.finding.clone(),
        evse: filter.evse.clone(),
        currency: filter.currency.clone(),
        credit: filter.credit,
        import: filter.import,
        text: filter.text.clone(),
        ..CdrFilter::default()
    }
}

fn run(context: &Context<'_>, request: &ExportRequest, path: &Path) -> Result<ExportDone, Failure> {
    let desk = context.desk()?;
    let cancel = progress::cancel_on_ctrl_c();
    let label = format!("exporting {}", request.what);
    let mut job = progress::job(&label, &cancel);
    let done = office::export::run(&desk, request, path, &mut job);
    progress::clear();
    Ok(done?)
}

/// Writes the records to standard output, once they are whole.
fn show(context: &Context<'_>, request: &ExportRequest) -> Result<End, Failure> {
    let name = format!("tallywatt-{}.export", std::process::id());
    let path = std::env::temp_dir().join(name);
    let done = run(context, request, &path)?;
    let shown = File::open(&path).and_then(|mut file| std::io::copy(&mut file, &mut stdout()));
    // Whoever reads it has it; what lies in the folder for such files goes sooner or later.
    let _ = std::fs::remove_file(&path);
    shown.map_err(|source| {
        let name = "standard output".to_owned();
        Failure::from(Error::NotWritten { name, source })
    })?;
    for line in lacks(&done) {
        eprintln!("tallywatt: {line}");
    }
    Ok(End::needing(!done.left_out.is_empty()))
}

/// What could not be expressed, a line each.
fn lacks(done: &ExportDone) -> Vec<String> {
    let line = |what: &str, lack: &ExportLack| {
        let field = if lack.field.is_empty() {
            String::new()
        } else {
            format!("{} ", lack.field)
        };
        let (count, why, ids) = (lack.count, &lack.why, lack.examples.join(", "));
        format!("{what} in {count}: {field}{why}, e.g. {ids}")
    };
    let left_out = done.left_out.iter().map(|lack| line("left out", lack));
    let losses = done.losses.iter().map(|lack| line(&lack.severity, lack));
    left_out.chain(losses).collect()
}

/// The summary: the shape scripts rely on.
fn document(path: &Path, done: &ExportDone) -> Value {
    let totals = done.totals.iter().map(|sum| {
        let sums = json!({ "excl_vat": sum.excl_vat, "incl_vat": sum.incl_vat });
        (sum.currency.clone(), sums)
    });
    json!({ "export": {
        "file": path.display().to_string(),
        "what": done.what,
        "format": done.format,
        "ocpi": done.ocpi,
        "bytes": done.bytes,
        "sha256": done.sha256,
        "written": done.written,
        "superseded": done.superseded,
        "energy_kwh": done.energy_kwh,
        "totals": totals.collect::<serde_json::Map<_, _>>(),
        "left_out": done.left_out,
        "losses": done.losses,
    } })
}

fn tell(context: &Context<'_>, path: &Path, done: &ExportDone) {
    if context.json {
        return print::json(&document(path, done));
    }
    println!("{}: {} {}", path.display(), done.written, done.what);
    if done.superseded > 0 {
        println!("{} corrected later and not written", done.superseded);
    }
    for line in lacks(done) {
        println!("{line}");
    }
}
