//! The developer's commands: `cargo xtask run`, `test`, `bench`, `bindings`, `tidy`, `icons`.

mod counts;
mod fuzz;
mod gate;
mod icons;
mod peers;
mod run;
mod setup;
mod shell;
mod tidy;

use std::process::ExitCode;

use shell::{Failure, Step};

const HELP: &str = "\
Usage: cargo xtask COMMAND

  run         install what is missing, build, open the window on the demo book
  test        install what is missing, run every check and test
  bench       import, replay and search a million CDRs; print the figures
              (`bench engine`: price sessions and print how many a second;
               `bench --reconcile`: only reconciling; `bench --sheets`: only the spreadsheets;
               `bench --confusion`: what is found of generated faults)
  fuzz        any bytes through every parser and the engine [--seconds N] [TARGET ...]
  differential price made-up sessions with a public engine too [--pairs N] [--seed N]
  peers       pull from public OCPI servers, and compare with what they hold
  bindings    write ui/src/api/bindings.ts from the commands in src-tauri
  screenshots write docs/screenshots/ from the running app
  tidy        check the house rules
  icons       render the app icon in every size
  setup       only install what `run` and `test` need";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match args.first().map(String::as_str) {
        Some("run") => run::run(),
        Some("test") => gate::test(),
        Some("bench") => bench(&args[1..]),
        Some("fuzz") => fuzz::fuzz(&args[1..]),
        Some("differential") => fuzz::differential(&args[1..]),
        Some("peers") => peers::peers(),
        Some("bindings") => bindings(),
        Some("screenshots") => gate::screenshots(),
        Some("tidy") => tidy::tidy(),
        Some("icons") => icons::icons(),
        Some("setup") => setup::all(),
        Some("help" | "--help" | "-h") => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(Failure(HELP.to_owned())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// The test that checks the bindings is also what writes them.
fn bindings() -> Result<(), Failure> {
    Step::cargo([
        "test",
        "--quiet",
        "-p",
        "tallywatt-desktop",
        "--lib",
        "typescript_is_current",
    ])
    .env("UPDATE_BINDINGS", "1")
    .run()
}

/// The figures of a large book, built for speed, the window on a display of its own.
fn bench(args: &[String]) -> Result<(), Failure> {
    if args.first().is_some_and(|part| part == "engine") {
        let engine = ["bench", "-p", "tallywatt-tariff", "--bench", "engine"];
        return Step::cargo(engine).run();
    }
    let without_window = ["--sheets", "--confusion", "--reconcile"];
    if args
        .iter()
        .any(|arg| without_window.contains(&arg.as_str()))
    {
        let part = ["bench", "-p", "acceptance", "--bench", "million"];
        let part = Step::cargo(part).args(["--features", "desktop", "--"]);
        return part.args(args.iter().map(String::as_str)).run();
    }
    setup::all()?;
    Step::npm(["run", "--silent", "build"]).run()?;
    // Pulling needs no window.
    if !args.iter().any(|arg| arg == "--pull") {
        let program = ["--features", "window-tests"];
        Step::cargo(["build", "--release"]).args(program).run()?;
    }
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let display = ["-a", "-s", "-screen 0 1440x960x24"];
    let bench = ["bench", "-p", "acceptance", "--bench", "million"];
    Step::new("xvfb-run")
        .args(display)
        .arg(cargo)
        .args(bench)
        .args(["--features", "desktop", "--"])
        .args(args.iter().map(String::as_str))
        .run()
}
