//! `export` and `records`: which CDRs an invoice covers, ours and theirs.

use domain::PartyKey;
use office::records::{self, Covered};
use serde_json::json;

use super::Context;
use crate::args::records::Export;
use crate::end::{End, Failure};
use crate::print;

/// Writes what the book holds as OCPI JSON: one list.
pub fn export(context: &Context<'_>, what: &Export) -> Result<End, Failure> {
    let Export::ReconciliationRecord(which) = what;
    let desk = context.desk()?;
    let records = records::export(&desk, which.partner.as_ref(), which.month)?;
    let text = format!("[{}]\n", records.join(","));
    match &which.out {
        None => print!("{text}"),
        Some(path) => std::fs::write(path, text)
            .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?,
    }
    Ok(End::Done)
}

/// Tells a partner's records, each beside the CDRs of the book.
pub fn records(context: &Context<'_>, partner: &PartyKey) -> Result<End, Failure> {
    let covered = records::covered(&context.desk()?, partner)?;
    let missing = covered.iter().any(|record| record.found < record.listed);
    if context.json {
        print::json(&json!({ "records": covered }));
        return Ok(End::needing(missing));
    }
    let row = |record: &Covered| {
        let sums = record.stated.iter();
        let sums: Vec<String> = sums.map(|(code, sum)| format!("{sum} {code}")).collect();
        vec![
            record.invoice.clone(),
            record.listed.to_string(),
            record.found.to_string(),
            sums.join(", "),
            record.missing.join(" "),
        ]
    };
    let rows: Vec<Vec<String>> = covered.iter().map(row).collect();
    let headings = ["invoice", ">CDRs", ">in the book", ">stated", "missing"];
    print::table(&headings, &rows);
    Ok(End::needing(missing))
}
