//! `cargo xtask fuzz` and `cargo xtask differential`: checks outside the workspace, run on demand.
//!
//! Both have workspaces and lock files of their own, so that nothing they need binds the product;
//! what they build lies under `target/`.

use std::path::PathBuf;

use crate::shell::{Failure, Step, root};

/// How long one target is fuzzed without `--seconds`.
const SECONDS: u64 = 60;
/// The fuzzer's driver; this version was seen to work with the toolchain at hand.
const CARGO_FUZZ: &str = "cargo-fuzz@0.13.2";

/// Runs every target for a bounded time: `[--seconds N] [TARGET ...]`.
pub fn fuzz(args: &[String]) -> Result<(), Failure> {
    let (seconds, named) = arguments(args)?;
    let listed = targets()?;
    let unknown = named.iter().find(|name| !listed.contains(name));
    if let Some(name) = unknown {
        let known = listed.join(", ");
        return Err(Failure(format!("no target {name}; there are {known}")));
    }
    let chosen = if named.is_empty() { listed } else { named };
    let tool = driver()?;
    for target in &chosen {
        step(&tool, "build", target).run()?;
    }
    let mut bad = Vec::new();
    for target in &chosen {
        println!("━━ {target}: {seconds} s");
        if let Err(failure) = run(&tool, target, seconds) {
            println!("━━ {failure}");
            bad.push(target.as_str());
        }
    }
    if bad.is_empty() {
        println!("{} targets, {seconds} s each: clean", chosen.len());
        return Ok(());
    }
    let found = "what they found lies in target/fuzz/found";
    Err(Failure(format!("failed: {}; {found}", bad.join(", "))))
}

/// Seconds per target, and the targets named.
fn arguments(args: &[String]) -> Result<(u64, Vec<String>), Failure> {
    let mut seconds = SECONDS;
    let mut named = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg != "--seconds" {
            named.push(arg.clone());
            continue;
        }
        let value = args.next().and_then(|value| value.parse().ok());
        seconds = value.ok_or_else(|| Failure("--seconds needs a whole number".to_owned()))?;
    }
    Ok((seconds, named))
}

/// The targets, by the files that hold them.
fn targets() -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root().join("tests/fuzz/targets"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        found.extend(name.strip_suffix(".rs").map(str::to_owned));
    }
    found.sort();
    Ok(found)
}

/// cargo-fuzz under `target/`, installed where it is missing.
fn driver() -> Result<PathBuf, Failure> {
    let home = root().join("target/tools");
    let tool = home.join("bin/cargo-fuzz");
    if !tool.exists() {
        Step::cargo(["install", CARGO_FUZZ, "--locked", "--root"])
            .arg(home.to_string_lossy())
            .run()?;
    }
    Ok(tool)
}

/// cargo-fuzz on one target. Our code forbids `unsafe`, so no sanitizer slows it down; the
/// coverage it steers by needs flags that the stable compiler only takes when told so.
fn step(tool: &std::path::Path, verb: &str, target: &str) -> Step {
    Step::new(tool.to_string_lossy())
        .args(["fuzz", verb, "--fuzz-dir", "tests/fuzz", "-s", "none"])
        .arg(target)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", within("target/fuzz/build"))
}

fn run(tool: &std::path::Path, target: &str, seconds: u64) -> Result<(), Failure> {
    let kept = format!("target/fuzz/corpus/{target}");
    let found = format!("target/fuzz/found/{target}");
    for folder in [&kept, &found] {
        std::fs::create_dir_all(root().join(folder))?;
    }
    let run = step(tool, "run", target)
        .arg(within(&kept))
        .arg(within(&format!("tests/fuzz/seeds/{target}")))
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", within(&found)))
        .args(["-timeout=60", "-max_len=16384", "-verbosity=0"])
        .args(["-print_final_stats=1"]);
    let json = !target.starts_with("sheet") && target != "replay_pairs";
    let words = format!("-dict={}", within("tests/fuzz/json.dict"));
    if json {
        run.arg(words).run()
    } else {
        run.run()
    }
}

fn within(path: &str) -> String {
    root().join(path).to_string_lossy().into_owned()
}

/// Prices the same made-up sessions with our engine and a public one, and both for speed.
pub fn differential(args: &[String]) -> Result<(), Failure> {
    let target = within("target/differential");
    for folder in ["tests/differential/peer", "tests/differential"] {
        Step::cargo(["build", "--release", "--locked"])
            .within(folder)
            .env("CARGO_TARGET_DIR", target.as_str())
            .run()?;
    }
    Step::cargo(["test", "--release", "--locked"])
        .within("tests/differential")
        .env("CARGO_TARGET_DIR", target.as_str())
        .run()?;
    Step::new(format!("{target}/release/differential"))
        .arg(format!("{target}/release/peer"))
        .args(args.iter().map(String::as_str))
        .run()
}

#[cfg(test)]
mod tests {
    use super::{SECONDS, arguments, targets};

    #[test]
    fn a_time_and_targets_can_be_named() {
        let read = |line: &str| {
            let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            arguments(&args).map_err(|failure| failure.0)
        };
        assert_eq!(read(""), Ok((SECONDS, Vec::new())));
        assert_eq!(
            read("stream --seconds 5"),
            Ok((5, vec!["stream".to_owned()]))
        );
        assert!(read("--seconds soon").is_err());
    }

    #[test]
    fn every_target_has_seeds() {
        let all = targets().expect("the targets are in the repository");
        assert!(all.contains(&"replay_json".to_owned()), "{all:?}");
        for target in all {
            let seeds = super::root().join(format!("tests/fuzz/seeds/{target}"));
            let count = std::fs::read_dir(seeds).map_or(0, Iterator::count);
            assert!(count > 0, "{target} starts from nothing");
        }
    }
}
