//! `tallywatt`: every use case from a terminal.
//!
//! What it prints and how it ends is relied on by scripts: with `--json` exactly one JSON document
//! on standard output (or one per line where a command says so), status 0 when all is done, 1 when
//! something needs a person, 2 when nothing was done, 3 when it stopped part-way.

mod args;
mod end;
mod policy;
mod print;
mod progress;
mod run;

use std::process::ExitCode;

use clap::Parser;

use args::Args;
use end::{End, Failure};

fn main() -> ExitCode {
    if let Some(done) = office::old_sheets::run_if_asked() {
        return done;
    }
    let json = std::env::args_os().skip(1).any(|arg| arg == "--json");
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return usage(&error, json),
    };
    match run::run(&args) {
        Ok(end) => end.into(),
        Err(failure) => failure.tell(args.json),
    }
}

/// Help and version are answers; anything else clap says is a usage error.
fn usage(error: &clap::Error, json: bool) -> ExitCode {
    if !error.use_stderr() {
        // Nobody listens any more: nothing is lost.
        let _ = error.print();
        return End::Done.into();
    }
    if json {
        let text = error.to_string();
        let text = text.strip_prefix("error: ").unwrap_or(&text);
        return Failure::usage(text.trim_end()).tell(true);
    }
    let _ = error.print();
    ExitCode::from(2)
}
