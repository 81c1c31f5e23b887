//! `audit` and `check`: the log of decisions and the soundness of the book.

use office::api::{AuditEntry, AuditRequest};
use serde_json::json;

use super::Context;
use crate::args::Audit;
use crate::end::{End, Failure};
use crate::{print, progress};

/// Carries out a command about the log.
pub fn audit(context: &Context<'_>, command: &Audit) -> Result<End, Failure> {
    let desk = context.desk()?;
    match command {
        Audit::List { before, limit } => {
            let request = AuditRequest {
                before: *before,
                limit: *limit,
            };
            let entries = office::audit::list(&desk, &request)?;
            if context.json {
                print::json(&json!({ "entries": entries }));
            } else {
                list(&entries);
            }
            Ok(End::Done)
        }
        Audit::Verify => {
            let verdict = office::audit::verify(&desk)?;
            if context.json {
                print::json(&verdict);
            } else if let Some(broken) = verdict.first_broken {
                println!(
                    "Entry {broken} is not as it was written ({} entries)",
                    verdict.entries
                );
            } else {
                println!("{} entries, every link holds", verdict.entries);
            }
            Ok(End::needing(!verdict.intact))
        }
    }
}

/// Checks the book.
pub fn check(context: &Context<'_>) -> Result<End, Failure> {
    let desk = context.desk()?;
    let cancel = progress::cancel_on_ctrl_c();
    let mut job = progress::job("checking", &cancel);
    let found = office::book::check(&desk, &mut job);
    progress::clear();
    let found = found?;
    if context.json {
        print::json(&found);
    } else if found.ok {
        println!("The book is sound");
    } else {
        for problem in &found.problems {
            println!("{problem}");
        }
    }
    Ok(End::needing(!found.ok))
}

fn list(entries: &[AuditEntry]) {
    let row = |entry: &AuditEntry| {
        vec![
            entry.seq.to_string(),
            entry.at.clone(),
            entry.actor.clone(),
            entry.verb.clone(),
            entry.object.clone(),
            entry.reason.clone(),
        ]
    };
    let rows: Vec<_> = entries.iter().map(row).collect();
    print::table(&[">no", "at", "actor", "what", "to what", "why"], &rows);
}
