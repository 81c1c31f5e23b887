//! `push`: our records on their way to a partner.

use office::api::{PushQuestion, PushRequest, PushRow};
use office::connections::Limits;
use office::push::{self, Pushed};
use serde_json::json;

use super::Context;
use super::connect::vault;
use crate::args::connect::Push;
use crate::end::{End, Failure};
use crate::{print, progress};

/// Sends our records of a month, or says how far each is.
pub fn push(context: &Context<'_>, args: &Push) -> Result<End, Failure> {
    let desk = context.desk()?;
    if args.list {
        return list(context, args);
    }
    let vault = vault(&desk)?;
    let cancel = progress::cancel_on_ctrl_c();
    let label = format!("sending to {}", args.partner);
    let mut job = progress::job(&label, &cancel);
    let request = PushRequest {
        partner: args.partner.to_string(),
        month: args.month.clone(),
        refused_again: args.resend,
    };
    let ends = (Limits::STANDARD, &mut job);
    let done = push::run(&desk, &vault, &request, &args.modules, ends);
    progress::clear();
    let done = done?;
    if context.json {
        print::json(&json!({ "pushes": done }));
    } else {
        let rows: Vec<Vec<String>> = done.iter().map(row).collect();
        let headings = [
            "list",
            ">sent",
            ">sent before",
            ">refused",
            ">unknown",
            ">left",
        ];
        print::table(&headings, &rows);
    }
    let trouble = done.iter().find_map(|list| list.problem.as_ref());
    if let Some(trouble) = trouble {
        return Err(Failure::told(&trouble.code, trouble.text.clone()));
    }
    Ok(End::needing(!done.iter().all(Pushed::is_complete)))
}

fn row(pushed: &Pushed) -> Vec<String> {
    let counts = [
        pushed.sent,
        pushed.known,
        pushed.refused,
        pushed.unknown,
        pushed.left,
    ];
    let mut row = vec![pushed.module.to_owned()];
    row.extend(counts.iter().map(u32::to_string));
    row
}

/// How far each CDR is.
fn list(context: &Context<'_>, args: &Push) -> Result<End, Failure> {
    let question = PushQuestion {
        partner: args.partner.to_string(),
        month: args.month.clone(),
    };
    let queue = push::queue(&context.desk()?, &question)?;
    let needs = queue.refused + queue.unknown > 0;
    if context.json {
        print::json(&queue);
        return Ok(End::needing(needs));
    }
    let row = |row: &PushRow| {
        let why = row.problem.as_ref().map(|why| why.text.clone());
        let place = row.location.clone();
        vec![
            row.id.clone(),
            row.state.clone(),
            why.or(place).unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = queue.rows.iter().map(row).collect();
    print::table(&["CDR", "", "where, or why not"], &rows);
    Ok(End::needing(needs))
}
