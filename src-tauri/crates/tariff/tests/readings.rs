//! `docs/interpretation.md` and the code speak of the same readings, and each is pinned: those of
//! prices by replay cases, those of writing by a text as it is written, all others by tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"))
        .join("../../..")
        .canonicalize()
        .expect("the crate lies three folders below the root")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every `I-nn` in a text.
fn cited(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("I-").filter_map(|(at, _)| {
        let number = text.get(at..at + 4)?;
        let before = text[..at].chars().next_back();
        let alone = !before.is_some_and(char::is_alphanumeric);
        (alone && number[2..].bytes().all(|b| b.is_ascii_digit())).then_some(number)
    })
}

/// The crates that read what others sent, or judge it.
const CRATES: [&str; 7] = [
    "billing", "domain", "ocpi", "ocpp", "office", "signed", "tariff",
];

/// Names of the tests in a file.
fn tests_in(text: &str) -> impl Iterator<Item = &str> {
    let after = text.split("#[test]\n").skip(1);
    after.filter_map(|after| after.trim_start().strip_prefix("fn ")?.split('(').next())
}

/// The readings by number, each with its text.
fn readings(document: &str) -> BTreeMap<&str, &str> {
    document
        .split("\n### ")
        .skip(1)
        .map(|section| (&section[..4], section))
        .collect()
}

fn files_below(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            files_below(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}

#[test]
fn every_reading_is_cited_and_pinned() {
    let root = root();
    let document = read(&root.join("docs/interpretation.md"));
    let readings = readings(&document);
    assert!(readings.len() > 20, "the document was not understood");
    let mut files = Vec::new();
    for krate in CRATES {
        let folder = root.join("src-tauri/crates").join(krate);
        files_below(&folder, ".rs", &mut files);
    }
    let mut in_code = Vec::new();
    let mut tests = BTreeSet::new();
    for file in &files {
        let text = read(file);
        tests.extend(tests_in(&text).map(str::to_owned));
        let is_code = file.components().any(|part| part.as_os_str() == "src");
        if is_code {
            in_code.extend(cited(&text).map(str::to_owned));
        }
    }
    for number in &in_code {
        assert!(
            readings.contains_key(number.as_str()),
            "the code cites {number}, unknown"
        );
    }
    for (number, text) in &readings {
        assert!(
            in_code.iter().any(|cited| cited == number),
            "no code cites {number}"
        );
        let pinned = text.split("Pinned by:").nth(1).unwrap_or_default();
        let cases: Vec<&str> = pinned.split('`').skip(1).step_by(2).collect();
        assert!(!cases.is_empty(), "{number} names no case that pins it");
        for case in cases {
            let folder = root.join("tests/cases/replay").join(case);
            let text = root.join("src-tauri/crates/ocpi/tests/written").join(case);
            assert!(
                folder.is_dir() || text.is_file() || tests.contains(case),
                "{number} names the case {case}, which does not exist"
            );
        }
    }
}

#[test]
fn every_case_cites_readings_that_exist() {
    let root = root();
    let document = read(&root.join("docs/interpretation.md"));
    let readings = readings(&document);
    let mut files = Vec::new();
    files_below(&root.join("tests/cases/replay"), "expect.json", &mut files);
    for file in files {
        for number in cited(&read(&file)) {
            assert!(
                readings.contains_key(number),
                "{} cites {number}",
                file.display()
            );
        }
    }
}
