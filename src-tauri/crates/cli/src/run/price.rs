//! `price`: replays CDRs without a book.

use std::io::{BufWriter, Write, stdout};
use std::path::Path;

use domain::Policy;
use office::price::samples::{PricedSample, price_samples};
use office::price::{PriceRequest, PricedCdr, price_file};
use serde::Serialize;
use serde_json::json;

use super::Context;
use crate::args::Price;
use crate::end::{End, Failure};
use crate::{policy, print};

/// Prices every CDR of a file, or every sample session.
pub fn price(context: &Context<'_>, args: &Price) -> Result<End, Failure> {
    let request = PriceRequest {
        version: args.ocpi,
        time_zone: args.time_zone,
        policy: policy::changed(Policy::STANDARD, &args.policy)?,
    };
    if let Some(file) = &args.samples {
        return samples(context, file, args.ndjson, &request);
    }
    let tariffs: Vec<&Path> = args.tariff.iter().map(AsRef::as_ref).collect();
    let cdr = args.cdr.as_deref();
    let cdr = cdr.ok_or_else(|| Failure::usage("--cdr or --samples: name a file"))?;
    let priced = price_file(cdr, &tariffs, &request)?;
    if args.ndjson {
        lines(&priced);
    } else if context.json {
        print::json(&json!({ "cdrs": priced }));
    } else {
        priced.iter().for_each(text);
    }
    Ok(End::needing(
        priced.iter().any(|cdr| cdr.verdict != "matches"),
    ))
}

/// Prices every sample and says which are as expected.
fn samples(
    context: &Context<'_>,
    file: &Path,
    ndjson: bool,
    request: &PriceRequest,
) -> Result<End, Failure> {
    let priced = price_samples(file, request)?;
    if ndjson {
        lines(&priced);
    } else if context.json {
        print::json(&json!({ "cdrs": priced }));
    } else {
        priced.iter().for_each(sample_text);
        let count = |found: Option<bool>| {
            let found = priced.iter().filter(|sample| sample.as_expected == found);
            found.count()
        };
        println!(
            "{} samples: {} as expected, {} not, {} without expectation",
            priced.len(),
            count(Some(true)),
            count(Some(false)),
            count(None),
        );
    }
    let needed = priced.iter().any(PricedSample::needs_a_person);
    Ok(End::needing(needed))
}

/// One document per line; nobody who listens any more loses anything.
fn lines(documents: &[impl Serialize]) {
    let mut out = BufWriter::new(stdout().lock());
    for document in documents {
        let line = serde_json::to_string(document).expect("answers are plain data");
        if writeln!(out, "{line}").is_err() {
            return;
        }
    }
    let _ = out.flush();
}

fn sample_text(sample: &PricedSample) {
    let verdict = match sample.as_expected {
        Some(true) => "as expected",
        Some(false) => "not as expected",
        None => "no expectation",
    };
    let name = sample.sample.as_deref().unwrap_or("(no id)");
    println!("{name}: {verdict}");
    for unmet in &sample.unmet {
        println!(
            "  {}: expected {}, replayed {}",
            unmet.at,
            unmet.expected,
            unmet.replayed.as_deref().unwrap_or("–"),
        );
    }
    text(&sample.priced);
}

fn text(cdr: &PricedCdr) {
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
    for cause in cdr.cause.iter().chain(&cdr.alternatives) {
        println!("  {}", cause.text);
    }
    for finding in &cdr.findings {
        let figures = finding.params.iter();
        let figures: Vec<_> = figures.map(|(name, is)| format!("{name}={is}")).collect();
        let told = format!("{}: {} {}", finding.severity, finding.code, finding.at);
        println!("  {} {}", told.trim_end(), figures.join(" "));
    }
}
