//! `connect` and `pull`: partners' servers.

use std::io::{BufRead, IsTerminal, stderr, stdin};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::PartyKey;
use office::api::RegisterRequest;
use office::api::{ConnectCheck, ConnectKeep, ConnectRequest, ConnectTrial, DryRunCdr, MoneyDto};
use office::connections::{self, Limits, Outcome, PullRequest, Pulled, Secret, Vault};
use office::{Desk, Error};
use serde_json::{Value, json};

use super::Context;
use crate::args::connect::{Connect, Disconnect, Pull};
use crate::end::{End, Failure};
use crate::{print, progress};

/// Checks a connection step by step, and keeps it if the partner's lists can be read.
pub fn connect(context: &Context<'_>, args: &Connect) -> Result<End, Failure> {
    let mut desk = context.desk()?;
    let vault = vault(&desk)?;
    let cancel = progress::cancel_on_ctrl_c();
    let job = progress::job("connecting", &cancel);
    if args.renew {
        let (partner, register) = (args.partner.to_string(), register(args));
        let of = (partner.as_str(), &register);
        connections::renew(&mut desk, &vault, of, (Limits::STANDARD, &job))?;
        return Ok(told(context, &partner, "is registered anew"));
    }
    let request = request(args)?;
    let ends = (Limits::STANDARD, &job);
    let tried = connections::try_out(&desk, Some(&vault), &request, ends, |_| ())?;
    let view = &tried.view;
    let connected = view.state == "good";
    if connected {
        let keeping = ConnectKeep {
            job: 0,
            every_hours: (args.every > 0).then_some(args.every),
            since: args.since.clone(),
        };
        connections::keep_tried(&desk, &vault, &tried, &keeping)?;
    }
    if context.json {
        print::json(&checked(view, connected));
    } else {
        tell_checks(view, connected);
    }
    let all_well = connected && view.checks.iter().all(|check| check.state != "bad");
    Ok(End::needing(!all_well))
}

/// Ends a connection.
pub fn disconnect(context: &Context<'_>, args: &Disconnect) -> Result<End, Failure> {
    let mut desk = context.desk()?;
    let vault = vault(&desk)?;
    let cancel = progress::cancel_on_ctrl_c();
    let job = progress::job("disconnecting", &cancel);
    let partner = args.partner.to_string();
    let ends = (Limits::STANDARD, &job);
    connections::remove(&mut desk, &vault, (&partner, args.forget), ends)?;
    Ok(told(
        context,
        &partner,
        "is no longer connected; what was pulled stays",
    ))
}

fn told(context: &Context<'_>, partner: &str, what: &str) -> End {
    if context.json {
        print::json(&json!({ "partner": partner, "done": what }));
    } else {
        println!("{partner} {what}.");
    }
    End::needing(false)
}

fn register(args: &Connect) -> RegisterRequest {
    RegisterRequest {
        our_url: args.our_url.clone().unwrap_or_default(),
        listen: args.listen.clone(),
    }
}

fn request(args: &Connect) -> Result<ConnectRequest, Failure> {
    Ok(ConnectRequest {
        partner: args.partner.to_string(),
        url: args.url.clone(),
        token: token(args)?.expose().to_owned(),
        version: args.ocpi.map(|version| version.as_str().to_owned()),
        sent_as: args.token_as.clone(),
        plain_http: args.allow_http,
        inside: args.allow_private,
        besides: args.allow_host.clone(),
        authority_pem: args.ca.as_deref().map(read_pem).transpose()?,
        lists: args.endpoint.iter().cloned().collect(),
        register: args.register.then(|| register(args)),
    })
}

/// How the steps went, as scripts read it.
fn checked(view: &ConnectTrial, connected: bool) -> Value {
    let check = |check: &ConnectCheck| {
        let ids: Vec<&str> = check
            .spoken
            .iter()
            .map(|spoken| spoken.request_id.as_str())
            .collect();
        json!({
            "check": check.check,
            "ok": check.state != "bad",
            "state": check.state,
            "text": check.text,
            "code": check.code,
            "request_ids": ids,
        })
    };
    json!({
        "partner": view.partner,
        "connected": connected,
        "version": view.version,
        "checks": view.checks.iter().map(check).collect::<Vec<_>>(),
        "dry_run": view.dry_run,
    })
}

fn tell_checks(view: &ConnectTrial, connected: bool) {
    let row = |check: &ConnectCheck| {
        let state = match check.state.as_str() {
            "good" => "ok",
            "odd" => "note",
            _ => "FAILED",
        };
        vec![state.to_owned(), check.check.clone(), check.text.clone()]
    };
    let rows: Vec<Vec<String>> = view.checks.iter().map(row).collect();
    print::table(&["", "step", "what was found"], &rows);
    if !view.dry_run.is_empty() {
        println!();
        let headings = ["CDR", "", ">stated", ">computed", "likely cause"];
        let rows: Vec<Vec<String>> = view.dry_run.iter().map(dry_row).collect();
        print::table(&headings, &rows);
    }
    println!();
    let partner = &view.partner;
    if connected {
        println!("{partner} is connected. Pull with: tallywatt pull {partner}");
    } else {
        println!("{partner} is not connected: see the step that failed.");
    }
}

fn dry_row(cdr: &DryRunCdr) -> Vec<String> {
    let money = |money: &Option<MoneyDto>| {
        let text = |money: &MoneyDto| format!("{} {}", money.amount, money.currency);
        money.as_ref().map(text).unwrap_or_default()
    };
    vec![
        cdr.id.clone(),
        cdr.verdict.clone(),
        money(&cdr.stated),
        money(&cdr.replayed),
        cdr.cause.clone().unwrap_or_default(),
    ]
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
/// Empty for the one that is kept.
fn token(args: &Connect) -> Result<Secret, Failure> {
    if args.token_env.is_none() && !args.token_stdin {
        return Ok(Secret::from(String::new()));
    }
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
pub(super) fn vault(desk: &Desk) -> Result<Vault, Failure> {
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
