//! `check-partner`: a partner's own figures beside ours. `sample`: ours for the partner.

use std::path::Path;

use office::api::{
    AmountDto, CheckField, CheckedCdr, ImportRequest, MoneyDto, PartnerCheck, PartnerCheckRequest,
    SampleRequest,
};
use office::{partner_check, partner_sample};
use serde_json::json;

use super::Context;
use super::import::change;
use crate::args::check::{CheckPartner, Sample};
use crate::end::{End, Failure};
use crate::{print, progress};

/// Most CDRs that are printed as text; `--json` and the workbook name all.
const SHOWN: usize = 20;
/// Most fields of a CDR that are printed as text.
const NAMED: usize = 3;

/// Compares, writes the reports that were asked for, and says how it stands.
pub fn check(context: &Context<'_>, what: &CheckPartner) -> Result<End, Failure> {
    let changes = what.set.iter().map(|text| change(text));
    let request = PartnerCheckRequest {
        file: ImportRequest {
            partner: Some(what.partner.to_string()),
            template: what.template.clone(),
            changes: changes.collect::<Result<_, _>>()?,
            ..ImportRequest::default()
        },
        month: what.month.map(|month| month.to_string()),
        limit: u32::MAX,
        equal_fields: false,
    };
    let asked = [("xlsx", what.xlsx.as_deref()), ("pdf", what.pdf.as_deref())];
    let reports: Vec<(&str, &Path)> = (asked.into_iter())
        .filter_map(|(format, out)| Some((format, out?)))
        .collect();
    for (_, out) in &reports {
        is_free(out)?;
    }
    let desk = context.desk()?;
    let cancel = progress::cancel_on_ctrl_c();
    let mut job = progress::job("comparing", &cancel);
    let found = partner_check::run_and_save(&desk, &mut job, (&request, &what.file), &reports);
    progress::clear();
    let found = found?;
    if context.json {
        let place = |out: Option<&Path>| out.map(|out| out.display().to_string());
        print::json(&json!({
            "partner_check": found,
            "files": {
                "xlsx": place(what.xlsx.as_deref()),
                "pdf": place(what.pdf.as_deref()),
            },
        }));
    } else {
        text(&found);
        for (_, out) in &reports {
            println!("written: {}", out.display());
        }
    }
    Ok(End::needing(found.verdict != "equal"))
}

/// Writes CDRs with our totals.
pub fn sample(context: &Context<'_>, what: &Sample) -> Result<End, Failure> {
    let ending = what.out.extension().unwrap_or_default();
    let is_table = ending.eq_ignore_ascii_case("xlsx");
    if is_table && what.ocpi.is_some() {
        return Err(Failure::usage(
            "a workbook has no version: leave out --ocpi",
        ));
    }
    is_free(&what.out)?;
    let version = what.ocpi.unwrap_or(domain::OcpiVersion::V221);
    let request = SampleRequest {
        partner: what.of.partner.to_string(),
        month: what.of.month.to_string(),
        count: what.count,
        format: if is_table { "xlsx" } else { "json" }.to_owned(),
        ocpi: (!is_table).then(|| version.as_str().to_owned()),
    };
    let desk = context.desk()?;
    let cancel = progress::cancel_on_ctrl_c();
    let mut job = progress::job("writing", &cancel);
    let done = partner_sample::run(&desk, &mut job, &request, &what.out);
    progress::clear();
    let done = done?;
    if context.json {
        print::json(&json!({ "sample": {
            "file": what.out.display().to_string(),
            "format": request.format,
            "ocpi": request.ocpi,
            "bytes": done.saved.bytes,
            "sha256": done.saved.sha256,
            "written": done.written,
            "of": done.of,
        } }));
    } else {
        let (path, written, of) = (what.out.display(), done.written, done.of);
        println!("{path}: {written} of {of} priced CDRs, with our totals");
    }
    Ok(End::Done)
}

/// A report never takes the place of a file.
fn is_free(out: &Path) -> Result<(), Failure> {
    if out.exists() {
        let text = format!("{} is there already: name another file", out.display());
        return Err(Failure::nothing("output_exists", text));
    }
    Ok(())
}

fn text(found: &PartnerCheck) {
    let PartnerCheck { partner, file, .. } = found;
    let scope = found.month.as_deref().unwrap_or("a sample");
    println!("{partner}, {scope}: {file} beside ours");
    let held = found.counts.iter().filter(|one| one.count > 0);
    let mut rows: Vec<Vec<String>> = held
        .map(|one| vec![words(&one.verdict), one.count.to_string()])
        .collect();
    if found.rejected_total > 0 {
        rows.push(vec![
            "not readable".to_owned(),
            found.rejected_total.to_string(),
        ]);
    }
    print::table(&["result", ">cdrs"], &rows);
    totals(found);
    causes(found);
    fields(found);
    cdrs(found);
}

fn totals(found: &PartnerCheck) {
    let rows = found.totals.iter().map(|total| {
        let currency = &total.currency;
        vec![
            words(&total.group),
            total.cdrs.to_string(),
            net(total.reported.as_ref(), currency),
            net(total.replayed.as_ref(), currency),
            net(total.difference.as_ref(), currency),
        ]
    });
    println!();
    let headings = ["totals", ">cdrs", ">theirs net", ">ours net", ">difference"];
    print::table(&headings, &rows.collect::<Vec<_>>());
}

fn causes(found: &PartnerCheck) {
    if found.causes.is_empty() {
        return;
    }
    let worth = |sums: &[MoneyDto]| {
        let each = sums.iter();
        let each = each.map(|sum| format!("{} {}", sum.amount, sum.currency));
        each.collect::<Vec<_>>().join(", ")
    };
    let rows = found.causes.iter().map(|cause| {
        vec![
            cause.text.clone(),
            cause.count.to_string(),
            worth(&cause.difference),
        ]
    });
    println!();
    print::table(
        &["why totals differ", ">cdrs", ">worth net"],
        &rows.collect::<Vec<_>>(),
    );
}

/// The fields that are not the same everywhere.
fn fields(found: &PartnerCheck) {
    let alone = |field: &CheckField| field.only_held + field.only_reported;
    let uneven = (found.fields.iter()).filter(|field| field.differing + alone(field) > 0);
    let rows: Vec<Vec<String>> = uneven
        .map(|field| {
            let counts = [field.compared, field.equal, field.within, field.differing];
            let mut row = vec![field.field.clone()];
            row.extend(counts.map(|count| count.to_string()));
            row.push(alone(field).to_string());
            row.push(field.largest.clone().unwrap_or_default());
            row
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    println!();
    let headings = [
        "field",
        ">compared",
        ">equal",
        ">rounding",
        ">differ",
        ">one side",
        ">largest",
    ];
    print::table(&headings, &rows);
}

/// The CDRs that do not agree, the largest differences first.
fn cdrs(found: &PartnerCheck) {
    let off = |cdr: &&CheckedCdr| cdr.verdict != "agrees";
    let rows: Vec<Vec<String>> = (found.cdrs.iter().filter(off).take(SHOWN))
        .map(shown)
        .collect();
    if rows.is_empty() {
        return;
    }
    println!();
    let headings = [
        "cdr",
        "result",
        "start",
        ">theirs net",
        ">ours net",
        ">difference",
        "differs in",
    ];
    print::table(&headings, &rows);
    let all = found.cdrs.iter().filter(off).count();
    if all > SHOWN {
        println!("{SHOWN} of {all} shown; --xlsx OUT or --json names all");
    }
}

fn shown(cdr: &CheckedCdr) -> Vec<String> {
    let (theirs, ours) = (cdr.reported.total.as_ref(), cdr.replayed.total.as_ref());
    let differing = cdr
        .fields
        .iter()
        .filter(|field| field.standing == "differs");
    let names: Vec<&str> = differing.map(|field| field.field.as_str()).collect();
    let more = names.len().saturating_sub(NAMED);
    let mut named = names[..names.len() - more].join(", ");
    if more > 0 {
        named = format!("{named} and {more} more");
    }
    vec![
        cdr.id.clone(),
        words(&cdr.verdict),
        cdr.start_at.clone(),
        net(theirs, &cdr.currency),
        net(ours, &cdr.currency),
        net(cdr.difference.as_ref(), &cdr.currency),
        named,
    ]
}

fn net(amount: Option<&AmountDto>, currency: &str) -> String {
    let figure = amount.and_then(|amount| amount.excl_vat.as_ref());
    figure.map_or_else(String::new, |figure| format!("{figure} {currency}"))
}

fn words(code: &str) -> String {
    code.replace('_', " ")
}
