//! Carrying a command out: one module per group of commands.

mod audit;
mod check;
mod company;
mod connect;
mod decide;
mod demo;
mod export;
mod import;
mod invoice;
mod partner;
mod price;
mod push;
mod reconcile;
mod records;
mod replay;
mod statement;
mod tariff;
mod template;

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use office::Desk;
use office::old_sheets::Spawn;

use crate::args::{Args, Command};
use crate::end::{End, Failure};
use office::place;

/// What every command works with.
pub struct Context<'a> {
    /// Print JSON.
    pub json: bool,
    args: &'a Args,
}

impl Context<'_> {
    /// Where the book lies.
    fn path(&self) -> PathBuf {
        let env = |name: &str| std::env::var_os(name);
        self.args
            .book
            .clone()
            .unwrap_or_else(|| place::own_book(env))
    }

    /// The clock.
    fn now(&self) -> DateTime<Utc> {
        self.args.now.unwrap_or_else(Utc::now)
    }

    /// Who decides.
    fn actor(&self) -> String {
        let user = || place::user(|name| std::env::var_os(name));
        self.args.actor.clone().unwrap_or_else(user)
    }

    /// Opens the book.
    fn desk(&self) -> Result<Desk, Failure> {
        let mut desk = Desk::open(&self.path(), self.now(), &self.actor())?;
        // Where this program cannot be found again, old spreadsheets are read in this process.
        desk.old_sheets = Spawn::this_program().ok();
        Ok(desk)
    }
}

/// Carries a command out.
pub fn run(args: &Args) -> Result<End, Failure> {
    let context = Context {
        json: args.json,
        args,
    };
    match &args.command {
        Command::Init(init) => company::init(&context, init),
        Command::Demo { out } => demo::demo(&context, out),
        Command::Partner(partner) => partner::partner(&context, partner),
        Command::Import(import) => import::import(&context, import),
        Command::Template(what) => template::template(&context, what),
        Command::Connect(connect) => connect::connect(&context, connect),
        Command::Pull(pull) => connect::pull(&context, pull),
        Command::Export(what) => export::export(&context, what),
        Command::Records { partner } => records::records(&context, partner),
        Command::Push(push) => push::push(&context, push),
        Command::Disconnect(disconnect) => connect::disconnect(&context, disconnect),
        Command::Price(price) => price::price(&context, price),
        Command::Tariff(what) => tariff::tariff(&context, what),
        Command::Replay(replay) => replay::replay(&context, replay),
        Command::Reconcile {
            of,
            statement: true,
            ..
        } => statement::compare(&context, of),
        Command::Reconcile { of, list, .. } => reconcile::reconcile(&context, of, *list),
        Command::CheckPartner(what) => check::check(&context, what),
        Command::Sample(what) => check::sample(&context, what),
        Command::Accept(accept) => decide::accept(&context, accept),
        Command::Dispute(what) => decide::dispute(&context, what),
        Command::Hold(hold) => decide::hold(&context, hold),
        Command::Exclude(what) => decide::exclude(&context, what),
        Command::Link(link) => decide::link(&context, link),
        Command::Unlink(unlink) => decide::unlink(&context, unlink),
        Command::Undo { decision, reason } => decide::undo(&context, *decision, reason),
        Command::Invoice(invoice) => invoice::invoice(&context, invoice),
        Command::Audit(audit) => audit::audit(&context, audit),
        Command::Check => audit::check(&context),
    }
}
