//! `price`: replays CDRs without a book.

use std::path::Path;

use domain::Policy;
use office::price::{PriceRequest, PricedCdr, price_file};
use serde_json::json;

use super::Context;
use crate::args::Price;
use crate::end::{End, Failure};
use crate::{policy, print};

/// Prices every CDR of a file.
pub fn price(context: &Context<'_>, args: &Price) -> Result<End, Failure> {
    let request = PriceRequest {
        version: args.ocpi,
        time_zone: args.time_zone,
        policy: policy::changed(Policy::STANDARD, &args.policy)?,
    };
    let tariffs: Vec<&Path> = args.tariff.iter().map(AsRef::as_ref).collect();
    let priced = price_file(&args.cdr, &tariffs, &request)?;
    if args.ndjson {
        for cdr in &priced {
            print::json(cdr);
        }
    } else if context.json {
        print::json(&json!({ "cdrs": priced }));
    } else {
        text(&priced);
    }
    Ok(End::needing(
        priced.iter().any(|cdr| cdr.verdict != "matches"),
    ))
}

fn text(priced: &[PricedCdr]) {
    for cdr in priced {
        let part = |part: &Option<office::api::AmountDto>| {
            let net = part.as_ref().and_then(|amount| amount.excl_vat.clone());
            net.unwrap_or_else(|| "–".to_owned())
        };
        println!(
            "{}  {}  stated {}  replayed {}  difference {} {}",
            cdr.id.as_deref().unwrap_or("(unreadable)"),
            cdr.verdict,
            part(&cdr.stated.total),
            part(&cdr.replayed.total),
            part(&cdr.difference.total),
            cdr.currency.as_deref().unwrap_or_default(),
        );
        let row = |line: &office::price::PricedLine| {
            vec![
                line.start.clone(),
                line.dimension.clone(),
                line.measured.clone(),
                line.billed.clone(),
                line.unit_price.clone(),
                line.excl_vat.clone().unwrap_or_default(),
            ]
        };
        if !cdr.lines.is_empty() {
            let rows: Vec<_> = cdr.lines.iter().map(row).collect();
            let headings = [
                "  from",
                "dimension",
                ">measured",
                ">billed",
                ">unit price",
                ">net",
            ];
            print::table(&headings, &rows);
        }
        for finding in &cdr.findings {
            println!("  {}: {} {}", finding.severity, finding.code, finding.at);
        }
    }
}
