//! `replay`: a partner-month priced again, with what changes.

use office::Job;
use office::api::{AdoptReplay, ReplayChange, ReplayRequest, ReplayTrial};
use serde_json::{Value, json};

use super::Context;
use super::reconcile::{buckets, text};
use crate::args::Replay;
use crate::end::{End, Failure};
use crate::{print, progress};

/// Most changes that are printed as text; `--json` and `--changes` say more.
const SHOWN: usize = 20;

/// Prices a partner-month again, keeps what changed unless it is a dry run, and says what.
pub fn replay(context: &Context<'_>, asked: &Replay) -> Result<End, Failure> {
    let mut desk = context.desk()?;
    let request = ReplayRequest {
        partner: asked.of.partner.to_string(),
        month: asked.of.month.to_string(),
    };
    let cancel = progress::cancel_on_ctrl_c();
    let mut job = progress::job("replaying", &cancel);
    let written = match &asked.changes {
        Some(path) => office::replay::save_changes(&desk, &mut job, &request, path).map(Some),
        None => Ok(None),
    };
    let told = written.and_then(|written| match written {
        Some(trial) if asked.dry_run => Ok((trial, None)),
        None if asked.dry_run => {
            office::replay::trial(&desk, &mut job, &request).map(|trial| (trial, None))
        }
        written => {
            let adoption = AdoptReplay {
                partner: request.partner.clone(),
                month: request.month.clone(),
                reason: asked.reason.clone(),
                shown: written.map(|trial| trial.sha256),
            };
            let adopted = office::replay::adopt(&mut desk, &mut job, &adoption)?;
            Ok((adopted.trial, adopted.decision))
        }
    });
    progress::clear();
    let (trial, decision) = told?;
    let mut document = changes(&trial, &asked.reason, decision);
    if !context.json {
        summary(&trial, asked.dry_run);
    }
    let needed = if asked.dry_run {
        trial.changed > 0
    } else {
        office::reconcile::reconcile_stale(&desk, &mut Job::quiet())?;
        let sums = office::reconcile::partner_month(&desk, &asked.of.partner, asked.of.month)?;
        document["buckets"] = buckets(&sums).into();
        if !context.json {
            println!();
            text(&sums);
        }
        sums.needs_a_person()
    };
    if context.json {
        print::json(&document);
    }
    Ok(End::needing(needed))
}

/// The JSON document, without the buckets, which only a replay that was kept has.
fn changes(trial: &ReplayTrial, reason: &str, decision: Option<u32>) -> Value {
    json!({
        "partner": trial.partner.key,
        "month": trial.month,
        "reason": reason,
        "decision": decision,
        "looked": trial.looked,
        "skipped": trial.skipped,
        "priced": trial.priced,
        "changed": trial.changed,
        "settled": trial.settled,
        "decided": trial.decided,
        "moves": trial.moves,
        "sums": trial.sums,
        "sha256": trial.sha256,
        "changes": trial.rows.iter().map(change).collect::<Vec<_>>(),
    })
}

fn change(of: &ReplayChange) -> Value {
    json!({
        "cdr": of.id,
        "currency": of.currency,
        "bucket": of.bucket,
        "stated": of.stated,
        "before": of.before,
        "after": of.after,
        "change": of.change,
    })
}

fn summary(trial: &ReplayTrial, dry_run: bool) {
    let would = if dry_run { "would change" } else { "changed" };
    println!(
        "{} {}: {} CDRs, {} priced again, {} {would}",
        trial.partner.key, trial.month, trial.looked, trial.priced, trial.changed
    );
    if trial.settled > 0 {
        println!(
            "already settled, and their documents stay: {}",
            trial.settled
        );
    }
    if trial.decided > 0 {
        println!("decided before, and worth another look: {}", trial.decided);
    }
    if trial.changed == 0 {
        return;
    }
    let moves = trial.moves.iter();
    let moves: Vec<Vec<String>> = moves
        .map(|to| {
            let words = [&to.from, &to.to].map(|verdict| verdict.replace('_', " "));
            vec![words[0].clone(), words[1].clone(), to.count.to_string()]
        })
        .collect();
    println!();
    print::table(&["before", "after", ">count"], &moves);
    let sums = trial.sums.iter();
    let sums: Vec<Vec<String>> = sums
        .map(|sum| {
            let sum = sum.clone();
            vec![sum.currency, sum.before, sum.after, sum.change]
        })
        .collect();
    println!();
    print::table(&["currency", ">before", ">after", ">change"], &sums);
    println!();
    let rows = trial.rows.iter().take(SHOWN);
    let rows: Vec<Vec<String>> = rows
        .map(|row| {
            let figure = |figure: &Option<String>| figure.clone().unwrap_or_else(|| "–".into());
            let figures = [&row.before.excl_vat, &row.after.excl_vat, &row.change];
            let mut cells = vec![row.id.clone()];
            cells.extend(figures.map(figure));
            cells
        })
        .collect();
    print::table(&["cdr", ">before", ">after", ">change"], &rows);
    let more = (trial.changed as usize).saturating_sub(SHOWN);
    if more > 0 {
        println!("and {more} more: see --changes OUT.xlsx");
    }
}
