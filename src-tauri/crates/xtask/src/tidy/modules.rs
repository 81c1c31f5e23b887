//! Rules about files as such: reachable, and of a size a repository can carry.

use std::collections::BTreeSet;

use crate::tidy::rust::numbered;
use crate::tidy::tree::{Offence, Tree};

/// The largest file a clone should carry.
const LIMIT: u64 = 1 << 20;

/// No file above 1 MiB.
pub fn huge_files(tree: &Tree) -> Vec<Offence> {
    let says = |size: u64| format!("{size} bytes; keep files below 1 MiB");
    tree.files()
        .filter(|(_, file)| file.size > LIMIT)
        .map(|(path, file)| Offence {
            file: path.to_owned(),
            line: 0,
            says: says(file.size),
        })
        .collect()
}

/// Every Rust file is part of a crate, and every migration is embedded.
pub fn dead_files(tree: &Tree) -> Vec<Offence> {
    let mut alive: BTreeSet<String> = BTreeSet::new();
    let mut to_read: Vec<String> = roots(tree);
    while let Some(path) = to_read.pop() {
        if let Some(text) = tree.text(&path)
            && alive.insert(path.clone())
        {
            to_read.extend(declared(tree, &path, text));
        }
    }
    let dead = |path: &&str| !alive.contains(*path);
    let offence = |path: &str, says: &str| Offence {
        file: path.to_owned(),
        line: 0,
        says: says.to_owned(),
    };
    let rust = tree.rust().map(|(path, ..)| path).filter(dead);
    let mut found: Vec<Offence> = rust
        .map(|path| offence(path, "no module declares this file"))
        .collect();
    let embedded = |name: &str| {
        tree.rust()
            .any(|(path, text, _)| path.contains("/store/") && text.contains(name))
    };
    for (path, _) in tree.files() {
        if let Some(name) = path.strip_prefix("migrations/")
            && !embedded(name)
        {
            found.push(offence(path, "the store does not embed this migration"));
        }
    }
    found
}

/// Files that cargo compiles without being told by a `mod`.
fn roots(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, file) in tree.files() {
        let Some((folder, "Cargo.toml")) = path.rsplit_once('/').or(Some(("", path))) else {
            continue;
        };
        let below = |rest: &str| {
            if folder.is_empty() {
                rest.to_owned()
            } else {
                format!("{folder}/{rest}")
            }
        };
        found.extend(["src/lib.rs", "src/main.rs", "build.rs"].map(below));
        // `path = "…"` of targets, and `build = "…"`; paths of dependencies are folders.
        for (_, line) in numbered(file.text.as_deref().unwrap_or_default()) {
            let quoted = line
                .split_once("path = \"")
                .or_else(|| line.split_once("build = \""));
            let value = quoted.and_then(|(_, rest)| rest.split('"').next());
            found.extend(
                value
                    .filter(|v| v.contains(".rs"))
                    .map(|v| clean(&below(v))),
            );
        }
        // Folders in which every file, or every `main.rs` one level down, is a root.
        for kind in ["src/bin/", "tests/", "benches/", "examples/"].map(below) {
            let inside = |p: &&str| {
                let rest = p.strip_prefix(kind.as_str());
                rest.is_some_and(|r| !r.contains('/') || r.ends_with("/main.rs"))
            };
            if !folder.is_empty() {
                found.extend(
                    tree.rust()
                        .map(|(p, ..)| p)
                        .filter(inside)
                        .map(str::to_owned),
                );
            }
        }
    }
    found
}

/// The files that the `mod x;` lines of a file point at.
fn declared(tree: &Tree, path: &str, text: &str) -> Vec<String> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.trim_end_matches(".rs");
    let is_root = ["lib", "main", "mod", "build"].contains(&stem) || roots_hold(tree, path);
    let home = if is_root {
        folder.to_owned()
    } else {
        format!("{folder}/{stem}")
    };
    let mut found = Vec::new();
    let mut given_path = None;
    for (_, line) in numbered(text) {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("#[path = \"") {
            given_path = rest
                .split('"')
                .next()
                .map(|p| clean(&format!("{folder}/{p}")));
        }
        let declaration = line.trim_end_matches(';');
        if declaration.len() == line.len() || line.starts_with("//") {
            continue;
        }
        let Some((before, name)) = declaration.rsplit_once("mod ") else {
            continue;
        };
        if before.is_empty() || before.starts_with("pub") || before.ends_with("] ") {
            found.push(format!("{home}/{name}.rs"));
            found.push(format!("{home}/{name}/mod.rs"));
            found.extend(given_path.take());
        }
    }
    found
}

/// Whether a file is a root of its own (a test or a program), whose modules lie beside it.
fn roots_hold(tree: &Tree, path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let crate_tests = ["/tests", "/benches", "/examples", "/bin"];
    crate_tests.iter().any(|end| folder.ends_with(end))
        && tree.has(&format!(
            "{}/Cargo.toml",
            folder.rsplit_once('/').map_or("", |(up, _)| up)
        ))
}

/// A path without `x/../`.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            ".." => {
                parts.pop();
            }
            "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dead(files: &[(&str, &str)]) -> Vec<String> {
        dead_files(&Tree::of(files))
            .into_iter()
            .map(|offence| offence.file)
            .collect()
    }

    #[test]
    fn a_file_that_no_module_declares_is_caught() {
        let toml = ("a/Cargo.toml", "[package]\n");
        let lib = ("a/src/lib.rs", "pub mod used;\n");
        let used = ("a/src/used.rs", "#[cfg(test)]\nmod tests;\n");
        let tests = ("a/src/used/tests.rs", "");
        let stray = ("a/src/stray.rs", "");
        assert_eq!(dead(&[toml, lib, used, tests, stray]), ["a/src/stray.rs"]);
        assert_eq!(dead(&[toml, lib, used, tests]), [""; 0]);
    }

    #[test]
    fn targets_named_in_the_manifest_are_alive() {
        let toml = ("tests/Cargo.toml", "[lib]\npath = \"support/lib.rs\"\n");
        let lib = ("tests/support/lib.rs", "mod more;\n");
        let more = ("tests/support/more.rs", "");
        let test = (
            "b/tests/whole.rs",
            "#[path = \"../x/shared.rs\"]\nmod shared;\n",
        );
        let shared = ("b/x/shared.rs", "");
        assert_eq!(
            dead(&[toml, lib, more, ("b/Cargo.toml", ""), test, shared]),
            [""; 0]
        );
    }

    #[test]
    fn a_migration_left_out_is_caught() {
        let file = ("migrations/0002_more.sql", "");
        assert_eq!(dead(&[file]), ["migrations/0002_more.sql"]);
    }

    #[test]
    fn a_huge_file_is_caught() {
        let big = "x".repeat((1 << 20) + 1);
        assert_eq!(huge_files(&Tree::of(&[("a.txt", &big)])).len(), 1);
        assert_eq!(huge_files(&Tree::of(&[("a.txt", &big[1..])])), []);
    }
}
