//! `records`: which CDRs partners' invoices cover.

use domain::PartyKey;
use office::records::{self, Covered};
use serde_json::json;

use super::Context;
use crate::end::{End, Failure};
use crate::print;

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
