//! `demo`: a book with fourteen months, closed as far as a clerk would have closed it.

use std::path::Path;

use office::demo::{Made, MonthMade};
use serde_json::json;

use super::{Context, invoice};
use crate::end::{End, Failure};
use crate::{print, progress};

/// Makes the demo book in a folder and says what was done.
pub fn demo(context: &Context<'_>, out: &Path) -> Result<End, Failure> {
    let book = out.join("demo.tallywatt");
    let cancel = progress::cancel_on_ctrl_c();
    let mut job = progress::job("making the demo", &cancel);
    let made = office::demo::make(&book, out, &mut job);
    progress::clear();
    let made = made?;
    if context.json {
        print::json(&document(&made));
    } else {
        text(&made);
    }
    Ok(End::Done)
}

fn document(made: &Made) -> serde_json::Value {
    let months = made.months.iter().map(|month| {
        json!({
            "partner": month.partner,
            "month": month.month,
            "cdrs": month.cdrs,
            "matched": month.matched,
            "accepted": month.accepted,
            "duplicates": month.duplicates,
            "open": month.open,
        })
    });
    let issued = made.issued.iter().map(|issued| {
        json!({
            "number": issued.number,
            "kind": issued.kind,
            "partner": issued.partner.key,
            "month": issued.month,
            "currency": issued.currency,
            "cdrs": issued.cdrs,
            "net": issued.net,
            "gross": issued.gross,
            "issued_on": issued.issued_on,
        })
    });
    json!({
        "book": made.book,
        "files": made.files,
        "records": made.records,
        "months": months.collect::<Vec<_>>(),
        "invoices": issued.collect::<Vec<_>>(),
        "pdfs": made.exported.iter().filter_map(|files| files.pdf.as_ref()).collect::<Vec<_>>(),
        "annexes": made.exported.iter().filter_map(|files| files.annex.as_ref())
            .collect::<Vec<_>>(),
    })
}

fn text(made: &Made) {
    println!(
        "Imported {} records from {} files into {}",
        made.records,
        made.files,
        made.book.display()
    );
    println!();
    let row = |month: &MonthMade| {
        vec![
            month.month.to_string(),
            month.partner.clone(),
            month.cdrs.to_string(),
            month.matched.to_string(),
            month.accepted.to_string(),
            month.duplicates.to_string(),
            month.open.to_string(),
        ]
    };
    let headings = [
        "month",
        "partner",
        ">CDRs",
        ">matched",
        ">accepted",
        ">duplicates",
        ">open",
    ];
    print::table(&headings, &made.months.iter().map(row).collect::<Vec<_>>());
    println!();
    print::table(
        &invoice::HEADINGS,
        &made.issued.iter().map(invoice::row).collect::<Vec<_>>(),
    );
    println!();
    println!("Annexes and invoices of the last closed month:");
    let annexes = made
        .exported
        .iter()
        .filter_map(|files| files.annex.as_ref());
    let pdfs = made.exported.iter().filter_map(|files| files.pdf.as_ref());
    for path in annexes.chain(pdfs) {
        println!("{}", path.display());
    }
}
