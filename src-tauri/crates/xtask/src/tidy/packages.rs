//! Rules about packages: who may depend on whom, what lies at the top, which licences come in.

use crate::shell::Step;
use crate::tidy::rust::numbered;
use crate::tidy::tree::{Offence, Tree, crate_of};

/// What each crate may use of ours, and which outside libraries belong to it alone.
const MAY_USE: [(&str, &[&str]); 20] = [
    ("domain", &[]),
    ("ocpi", &["domain"]),
    ("sheet", &["domain"]),
    ("tariff", &["domain"]),
    ("ocpp", &["domain", "tariff", "ocpi"]),
    ("billing", &["domain"]),
    ("document", &["domain"]),
    ("table", &[]),
    ("store", &["domain"]),
    ("ocpi-client", &["domain", "ocpi", "testkit"]),
    ("secrets", &[]),
    ("signed", &["domain"]),
    (
        "office",
        &[
            "domain",
            "ocpi",
            "ocpp",
            "sheet",
            "tariff",
            "billing",
            "document",
            "table",
            "store",
            "ocpi-client",
            "testkit",
            "secrets",
            "signed",
        ],
    ),
    ("cli", &["office", "domain", "store", "testkit"]),
    ("desktop", &["office", "domain"]),
    ("testkit", &[]),
    ("xtask", &[]),
    // Acceptance tests also look into the book from outside, and break it.
    ("acceptance", &["office", "domain", "store", "testkit"]),
    // Workspaces of their own, run on demand.
    (
        "fuzz",
        &["domain", "ocpi", "sheet", "tariff", "differential"],
    ),
    ("differential", &["domain", "ocpi", "tariff"]),
];

/// Outside libraries that only some crates may use: networks, databases, windows, runtimes.
const RESERVED: [(&str, &[&str]); 10] = [
    ("rusqlite", &["store", "acceptance"]),
    ("reqwest", &["ocpi-client"]),
    ("tokio", &["ocpi-client", "testkit"]),
    ("axum", &["ocpi-client", "testkit"]),
    ("tauri", &["desktop"]),
    ("tauri-specta", &["desktop"]),
    ("tauri-plugin-dialog", &["desktop"]),
    ("rust_xlsxwriter", &["sheet", "table"]),
    ("rand", &[]),
    ("clap", &["cli"]),
];

/// Everything that may lie at the top.
const TOP: [&str; 21] = [
    ".cargo",
    ".ci",
    ".gitattributes",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "clippy.toml",
    "docs",
    "icons",
    "migrations",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "src-tauri",
    "tauri.conf.json",
    "tests",
    "ui",
];

/// What must lie at the top, as the design has it.
const TOP_NEEDED: [&str; 8] = [
    "Cargo.toml",
    "README.md",
    "icons",
    "migrations",
    "src-tauri",
    "tauri.conf.json",
    "tests",
    "ui",
];

/// Licences whose terms a permissive program can keep.
const LICENCES: [&str; 16] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Dependencies between crates point one way.
pub fn directions(tree: &Tree) -> Vec<Offence> {
    let mut found = Vec::new();
    for (path, file) in tree.files().filter(|(path, _)| is_manifest(path)) {
        let user = crate_of(path);
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == user) else {
            let says = format!("{user} is a new crate: say in xtask what it may use");
            found.push(Offence {
                file: path.to_owned(),
                line: 0,
                says,
            });
            continue;
        };
        for (line, name) in dependencies(file.text.as_deref().unwrap_or_default()) {
            let ours = MAY_USE.iter().any(|(crate_name, _)| *crate_name == name);
            let reserved = RESERVED.iter().find(|(library, _)| *library == name);
            let wrong = (ours && !allowed.contains(&name))
                || reserved.is_some_and(|(_, owners)| !owners.contains(&user));
            if wrong {
                let says = format!("{user} must not use {name}");
                found.push(Offence {
                    file: path.to_owned(),
                    line,
                    says,
                });
            }
        }
    }
    found
}

fn is_manifest(path: &str) -> bool {
    path == "Cargo.toml" || path.ends_with("/Cargo.toml")
}

/// The names under `[dependencies]` (not those of tests and build scripts), with their lines.
fn dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut inside = false;
    let mut found = Vec::new();
    for (line, written) in numbered(manifest) {
        let written = written.trim();
        if let Some(section) = written.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            inside = section == "dependencies"
                || (section.starts_with("target.") && section.ends_with(".dependencies"));
            continue;
        }
        let name = written.split(['=', '.', ' ']).next().unwrap_or_default();
        if inside && !name.is_empty() && !name.starts_with('#') {
            found.push((line, name));
        }
    }
    found
}

/// The top folder holds what the design says and nothing else.
pub fn top_level(tree: &Tree) -> Vec<Offence> {
    let mut names: Vec<&str> = tree
        .files()
        .filter_map(|(path, _)| path.split('/').next())
        .collect();
    names.dedup();
    let offence = |name: &str, says: &str| Offence {
        file: name.to_owned(),
        line: 0,
        says: says.to_owned(),
    };
    let strange = names.iter().filter(|name| !TOP.contains(name));
    let missing = TOP_NEEDED.iter().filter(|name| !names.contains(name));
    strange
        .map(|name| offence(name, "does not belong at the top"))
        .chain(missing.map(|name| offence(name, "is missing at the top")))
        .collect()
}

/// Every library that is compiled into the programs comes under a licence we can keep.
pub fn licences(tree: &Tree) -> Vec<Offence> {
    if !tree.has("Cargo.lock") {
        return Vec::new();
    }
    let listing = Step::cargo([
        "tree",
        "--workspace",
        "--edges",
        "normal",
        "--prefix",
        "none",
    ])
    .args(["--format", "{p}|{l}", "--target", "all", "--quiet"])
    .output_bytes();
    match listing {
        Ok(bytes) => strange_licences(&String::from_utf8_lossy(&bytes)),
        Err(problem) => {
            vec![Offence {
                file: "Cargo.lock".to_owned(),
                line: 0,
                says: problem.to_string(),
            }]
        }
    }
}

/// Lines `package v1.0.0|licence` whose licence leaves no choice we accept.
fn strange_licences(listing: &str) -> Vec<Offence> {
    let mut found: Vec<Offence> = Vec::new();
    for (package, licence) in listing.lines().filter_map(|line| line.split_once('|')) {
        // `(*)` marks a package that was listed before.
        let licence = licence.trim_end_matches("(*)").trim();
        if acceptable(licence) {
            continue;
        }
        let says = format!("{package}: licence {licence:?}");
        let offence = Offence {
            file: "Cargo.lock".to_owned(),
            line: 0,
            says,
        };
        if !found.contains(&offence) {
            found.push(offence);
        }
    }
    found
}

/// Whether an SPDX expression can be met with our list: one side of each OR, all parts of AND.
fn acceptable(expression: &str) -> bool {
    let plain = expression.replace('/', " OR ").replace(['(', ')'], "");
    plain.split(" AND ").all(|part| {
        part.split(" OR ")
            .any(|licence| LICENCES.contains(&licence.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_against_the_stream_is_caught() {
        let good = (
            "src-tauri/crates/tariff/Cargo.toml",
            "[dependencies]\ndomain.workspace = true\n",
        );
        assert_eq!(directions(&Tree::of(&[good])), []);
        let bad = "[dependencies]\ndomain.workspace = true\nocpi.workspace = true\n";
        let found = directions(&Tree::of(&[("src-tauri/crates/tariff/Cargo.toml", bad)]));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].line, 3);
        let test_only = "[dev-dependencies]\nocpi.workspace = true\n";
        assert_eq!(
            directions(&Tree::of(&[(
                "src-tauri/crates/tariff/Cargo.toml",
                test_only
            )])),
            []
        );
    }

    #[test]
    fn a_reserved_library_is_caught() {
        let sql = "[dependencies]\nrusqlite = \"1\"\n";
        assert_eq!(
            directions(&Tree::of(&[("src-tauri/crates/store/Cargo.toml", sql)])),
            []
        );
        assert_eq!(
            directions(&Tree::of(&[("src-tauri/crates/office/Cargo.toml", sql)])).len(),
            1
        );
        let window = "[dependencies]\ntauri = { version = \"2\" }\n";
        assert_eq!(directions(&Tree::of(&[("Cargo.toml", window)])), []);
        assert_eq!(
            directions(&Tree::of(&[("src-tauri/crates/cli/Cargo.toml", window)])).len(),
            1
        );
    }

    #[test]
    fn a_stranger_at_the_top_is_caught() {
        let mut files: Vec<(String, &str)> = TOP_NEEDED
            .iter()
            .map(|name| (format!("{name}/x"), ""))
            .collect();
        let borrowed = |files: &[(String, &'static str)]| {
            let pairs: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), *t)).collect();
            top_level(&Tree::of(&pairs))
        };
        assert_eq!(borrowed(&files), []);
        files.push(("notes.txt".to_owned(), ""));
        assert_eq!(borrowed(&files).len(), 1, "a stranger");
        files.remove(0);
        assert_eq!(borrowed(&files).len(), 2, "a stranger and a gap");
    }

    #[test]
    fn a_licence_that_binds_us_is_caught() {
        let listing = "a v1|MIT OR GPL-3.0\nb v1|MIT AND (ISC OR X)\nc v1|MIT/ISC (*)\n";
        assert_eq!(strange_licences(listing), []);
        let found = strange_licences("d v1|GPL-3.0\nd v1|GPL-3.0 (*)\ne v1|\n");
        assert_eq!(found.len(), 2, "said once each: {found:?}");
    }
}
