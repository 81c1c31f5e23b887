//! `connect` and `pull`: partners' servers.

use std::io::{BufRead, IsTerminal, stderr, stdin};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::PartyKey;
use office::connections::{self, Asked, Limits, Outcome, PullRequest, Pulled, Secret, Vault};
use office::{Desk, Error};
use serde_json::{Value, json};

use super::Context;
use crate::args::connect::{Connect, Pull};
use crate::end::{End, Failure};
use crate::{print, progress};

/// Checks a connection step by step, and keeps it if the partner's lists can be read.
pub fn connect(context: &Context<'_>, args: &Connect) -> Result<End, Failure> {
    let desk = context.desk()?;
    let token = token(args)?;
    let asked = Asked {
        versions_url: args.url.clone(),
        version: args.ocpi,
        encoding: args.token_as,
        plain_http: args.allow_http,
        besides: args.allow_host.clone(),
        authority_pem: args.ca.as_deref().map(read_pem).transpose()?,
    };
    let vault = vault(&desk)?;
    let cancel = progress::cancel_on_ctrl_c();
    let job = progress::job("connecting", &cancel);
    let of = (&args.partner, &asked, &token);
    let checked = connections::connect(&desk, &vault, of, Limits::STANDARD, &job)?;
    if context.json {
        print::json(&checked);
    } else {
        let rows: Vec<Vec<String>> = checked
            .checks
            .iter()
            .map(|check| {
                let ok = if check.ok { "ok" } else { "FAILED" };
                vec![ok.to_owned(), check.check.clone(), check.text.clone()]
            })
            .collect();
        print::table(&["", "step", "what was found"], &rows);
        let partner = &checked.partner;
        if checked.connected {
            println!("{partner} is connected. Pull with: tallywatt pull {partner}");
        } else {
            println!("{partner} is not connected: see the step that failed.");
        }
    }
    let all_well = checked.connected && checked.checks.iter().all(|check| check.ok);
    Ok(End::needing(!all_well))
}

/// Pulls from partners one after the other, and reconciles what came.
pub fn pull(context: &Context<'_>, args: &Pull) -> Result<End, Failure> {
    let desk = context.desk()?;
    let partners = if args.partners.is_empty() {
        connections::partners(&desk)?
    } else {
        args.partners.clone()
    };
    if partners.is_empty() {
        let text = "no partner is connected yet; make a connection with connect";
        return Err(Failure::nothing("not_connected", text.to_owned()));
    }
    let vault = vault(&desk)?;
    let cancel = progress::cancel_on_ctrl_c();
    let mut done: Vec<Pulled> = Vec::new();
    for partner in partners {
        match pull_one(&desk, &vault, (partner, args), &cancel) {
            Ok(pulled) => done.extend(pulled),
            Err(error) if done.is_empty() => return Err(error.into()),
            Err(error) => return Err(Failure::part_way(error, document(&done))),
        }
        if done.iter().any(|pulled| is(pulled, "cancelled")) {
            return Err(Failure::part_way(Error::Cancelled, document(&done)));
        }
    }
    let mut job = progress::job("reconciling", &cancel);
    let reconciled = office::reconcile::reconcile_stale(&desk, &mut job);
    progress::clear();
    reconciled.map_err(|error| Failure::part_way(error, document(&done)))?;
    tell(context, &done);
    if let Some(unfinished) = done.iter().find(|one| one.outcome != Outcome::Complete) {
        let why = unfinished
            .problem
            .as_ref()
            .map_or("", |problem| &problem.text);
        let code = unfinished
            .problem
            .as_ref()
            .map_or("partial", |problem| &problem.code);
        let text = format!("{} {}: {why}", unfinished.partner, unfinished.module);
        return Err(Failure::told(code, text));
    }
    Ok(End::needing(done.iter().any(|pulled| pulled.rejected > 0)))
}

fn pull_one(
    desk: &Desk,
    vault: &Vault,
    (partner, args): (PartyKey, &Pull),
    cancel: &Arc<AtomicBool>,
) -> office::Result<Vec<Pulled>> {
    let label = format!("pulling from {partner}");
    let mut job = progress::job(&label, cancel);
    let request = PullRequest {
        partner,
        modules: args.modules.clone(),
        since: args.since,
    };
    let pulled = connections::pull(desk, vault, &request, Limits::STANDARD, &mut job);
    progress::clear();
    pulled
}

fn is(pulled: &Pulled, code: &str) -> bool {
    pulled
        .problem
        .as_ref()
        .is_some_and(|problem| problem.code == code)
}

/// The shape scripts rely on.
fn document(pulls: &[Pulled]) -> Value {
    json!({ "pulls": pulls })
}

fn tell(context: &Context<'_>, pulls: &[Pulled]) {
    if context.json {
        print::json(&document(pulls));
        return;
    }
    let row = |pulled: &Pulled| {
        let outcome = match pulled.outcome {
            Outcome::Complete => "complete",
            Outcome::Partial => "partial",
            Outcome::Failed => "FAILED",
        };
        vec![
            pulled.partner.clone(),
            pulled.module.to_owned(),
            outcome.to_owned(),
            pulled.received.to_string(),
            pulled.new.to_string(),
            pulled.known.to_string(),
            pulled.corrections.to_string(),
            pulled.rejected.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = pulls.iter().map(row).collect();
    let headings = [
        "partner",
        "list",
        "",
        ">received",
        ">new",
        ">known",
        ">corrections",
        ">rejected",
    ];
    print::table(&headings, &rows);
}

/// The token, from where the user put it. It is never an argument: others could read it there.
fn token(args: &Connect) -> Result<Secret, Failure> {
    let text = if let Some(name) = &args.token_env {
        let none = || Failure::usage(format!("the environment variable {name} holds no token"));
        std::env::var(name).map_err(|_| none())?
    } else {
        let mut line = String::new();
        let read = stdin().lock().read_line(&mut line);
        read.map_err(|error| Failure::usage(format!("standard input: {error}")))?;
        line
    };
    let token = text.trim();
    if token.is_empty() {
        return Err(Failure::usage("no token was given"));
    }
    Ok(Secret::from(token.to_owned()))
}

fn read_pem(path: &std::path::Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}

/// Where tokens are kept. A passphrase comes from the environment, or from a person.
fn vault(desk: &Desk) -> Result<Vault, Failure> {
    Ok(connections::vault(desk, || {
        let given = std::env::var("TALLYWATT_PASSPHRASE").ok();
        let given = given.filter(|given| !given.is_empty());
        given.or_else(ask).map(Secret::from)
    })?)
}

/// Asks a person at a terminal for the passphrase.
fn ask() -> Option<String> {
    if !stdin().is_terminal() || !stderr().is_terminal() {
        return None;
    }
    let given = rpassword::prompt_password("Passphrase for the tokens of this book: ").ok()?;
    (!given.is_empty()).then_some(given)
}
