//! The golden cases of the engine: `cdr.json`, `tariff.json` and `expect.json` in each folder of
//! `tests/cases/replay/`.
//!
//! `expect.json` begins with `//` lines: why the case exists and which clause it pins. Its `given`
//! is input (version, zone, policy); its `figures` are known from elsewhere (the standard's text or
//! a calculation by hand) and are never rewritten; the rest is what the engine gives.
//! `UPDATE_EXPECT=1 cargo test -p tallywatt-tariff --test golden` rewrites that rest.

mod case;
mod figures;
mod render;
mod standard;

use std::fs;
use std::path::PathBuf;

/// The root of the repository.
fn root() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"))
        .join("../../..")
        .canonicalize()
        .expect("the crate lies three folders below the root")
}

#[test]
fn every_case_gives_what_it_expects() {
    let folder = root().join("tests/cases/replay");
    let mut names: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the golden cases are part of the repository")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    names.sort();
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let wrong: Vec<String> = names
        .iter()
        .filter_map(|path| case::check(path, update))
        .collect();
    println!("{} golden cases", names.len());
    assert!(
        wrong.is_empty(),
        "{} of {} golden cases differ:\n{}",
        wrong.len(),
        names.len(),
        wrong.join("\n")
    );
}
