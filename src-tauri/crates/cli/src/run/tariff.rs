//! `tariff`: a tariff in words, its faults, a made-up session's price.

use std::path::{Path, PathBuf};

use domain::Policy;
use office::tariffs::{self, TariffWords, TrySession};
use serde_json::json;

use super::Context;
use crate::args::tariff::{Common, Tariff, Try};
use crate::end::{End, Failure};
use crate::{policy, print};

/// Carries one of them out.
pub fn tariff(context: &Context<'_>, what: &Tariff) -> Result<End, Failure> {
    match what {
        Tariff::Explain { files, common } => explain(context, files, common),
        Tariff::Lint { file, common } => lint(context, file, common),
        Tariff::Try(session) => made_up(context, session),
    }
}

fn explain(context: &Context<'_>, files: &[PathBuf], common: &Common) -> Result<End, Failure> {
    let (version, language) = (common.ocpi, common.language.into());
    let (key, told) = match files {
        [before, after] => {
            let told = tariffs::explain_change(before, after, version, language)?;
            ("changes", told)
        }
        [file] => ("tariffs", tariffs::explain_file(file, version, language)?),
        _ => return Err(Failure::usage("give one tariff, or two versions of it")),
    };
    if context.json {
        print::json(&json!({ key: told }));
    } else {
        for (place, TariffWords { text, .. }) in told.iter().enumerate() {
            if place > 0 {
                println!();
            }
            for sentence in text {
                println!("{sentence}");
            }
        }
    }
    Ok(End::Done)
}

fn lint(context: &Context<'_>, file: &Path, common: &Common) -> Result<End, Failure> {
    let language = common.language.into();
    let faults = tariffs::lint_file(file, common.ocpi, common.time_zone, language)?;
    if context.json {
        print::json(&json!({ "tariffs": faults }));
    } else {
        for tariff in &faults {
            println!("{}: {}", tariff.id, tariff.findings.len());
            for fault in &tariff.findings {
                println!("  {}: {} {}", fault.severity, fault.code, fault.at);
                println!("      {}", fault.text);
            }
        }
    }
    Ok(End::needing(
        faults.iter().any(tariffs::TariffFaults::need_a_person),
    ))
}

fn made_up(context: &Context<'_>, args: &Try) -> Result<End, Failure> {
    let session = TrySession {
        start: args.start.clone(),
        end: args.end.clone(),
        minutes: args.minutes,
        parking_minutes: args.parking_minutes,
        kwh: args.kwh,
        power_kw: args.power,
        version: args.common.ocpi,
        time_zone: args.common.time_zone,
        policy: policy::changed(Policy::STANDARD, &args.policy)?,
        language: args.common.language.into(),
        reader: args.reader.into(),
    };
    let tried = tariffs::try_file(&args.file, &session)?;
    if context.json {
        print::json(&json!({ "tries": tried }));
    } else {
        for (place, one) in tried.iter().enumerate() {
            if place > 0 {
                println!();
            }
            println!("{} ({})", one.tariff_id, one.time_zone);
            one.text.iter().for_each(|sentence| println!("{sentence}"));
            for finding in &one.findings {
                println!("  {}: {} {}", finding.severity, finding.code, finding.at);
            }
        }
    }
    Ok(End::Done)
}
