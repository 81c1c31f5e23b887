//! Rules that look at one file at a time.

use crate::tidy::rust::{Parts, has_word, item_end, numbered};
use crate::tidy::tree::{Offence, Tree, crate_of, is_test_file};

/// Crates in which amounts, energies and times are computed or kept.
const MONEY: [&str; 10] = [
    "domain", "ocpi", "ocpp", "sheet", "tariff", "billing", "document", "signed", "table", "store",
];
/// Where a float may appear in a money crate, and why.
const FLOAT_BORDERS: [(&str, &str); 3] = [
    (
        "src-tauri/crates/sheet/src/cell.rs",
        "a spreadsheet's cell arrives as a float",
    ),
    (
        "src-tauri/crates/table/src/xlsx.rs",
        "a workbook's number is a float; what it would change is written as text",
    ),
    (
        "src-tauri/crates/document/src/layout",
        "coordinates on paper are no amounts",
    ),
];
/// Crates that face the world and may ask it for the time.
const SHELLS: [&str; 5] = ["cli", "desktop", "xtask", "testkit", "acceptance"];
/// What starts an SQL statement, as written here: keywords in capitals.
const SQL: [&str; 7] = [
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "ALTER TABLE ",
    "PRAGMA ",
];
/// Lines of a function; a scenario or table of a test is told in one go and may be longer.
const LONGEST: usize = 70;
const LONGEST_SCENARIO: usize = 120;

/// No `f32` or `f64` where money is computed.
pub fn floats(tree: &Tree) -> Vec<Offence> {
    let border = |path: &str| {
        FLOAT_BORDERS
            .iter()
            .any(|(start, _)| path.starts_with(start))
    };
    in_product(
        tree,
        |path| MONEY.contains(&crate_of(path)) && !border(path),
        |line| {
            let float = ["f32", "f64"]
                .into_iter()
                .find(|word| has_word(line, word))?;
            Some(format!("{float} in a money crate: use Decimal"))
        },
    )
}

/// No `tauri` outside the shell.
pub fn tauri(tree: &Tree) -> Vec<Offence> {
    // xtask names it to check it.
    in_product(
        tree,
        |path| !["desktop", "xtask"].contains(&crate_of(path)),
        |line| {
            let named = ["tauri", "tauri_specta"]
                .into_iter()
                .find(|word| has_word(line, word))?;
            Some(format!("{named} belongs to src-tauri/src only"))
        },
    )
}

/// Only the shells know what time it is.
pub fn clock(tree: &Tree) -> Vec<Offence> {
    in_product(
        tree,
        |path| !SHELLS.contains(&crate_of(path)),
        |line| {
            let clocks = ["Utc::now", "Local::now", "SystemTime::now"];
            let asked = clocks.into_iter().find(|call| line.contains(call))?;
            Some(format!("{asked}: let the caller pass the time in"))
        },
    )
}

/// Lines of product code, in files that `wanted` picks, about which `judge` has something to say.
fn in_product(
    tree: &Tree,
    wanted: impl Fn(&str) -> bool,
    judge: impl Fn(&str) -> Option<String>,
) -> Vec<Offence> {
    let mut found = Vec::new();
    for (path, _, parts) in tree
        .rust()
        .filter(|(path, ..)| wanted(path) && !is_test_file(path))
    {
        for (line, code) in parts.product_lines() {
            if let Some(says) = judge(code) {
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

/// No SQL outside `store`.
pub fn sql(tree: &Tree) -> Vec<Offence> {
    let mut found = Vec::new();
    let outside = |path: &str| !["store", "xtask"].contains(&crate_of(path)) && !is_test_file(path);
    for (path, _, parts) in tree.rust().filter(|(path, ..)| outside(path)) {
        for (line, text) in parts.product_strings() {
            if SQL.iter().any(|start| text.trim_start().starts_with(start)) {
                let says = "SQL belongs to the store".to_owned();
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

/// Nothing that says it is not finished; nothing that stops the program for want of a value.
pub fn unfinished(tree: &Tree) -> Vec<Offence> {
    // Written in two halves, so that this file does not offend against itself.
    let notes = [["TO", "DO"], ["FIX", "ME"]].map(|halves| halves.concat());
    let mut found = Vec::new();
    for (path, file) in tree.files() {
        let Some(text) = file.text.as_deref().filter(|_| is_ours(path)) else {
            continue;
        };
        for (line, written) in numbered(text) {
            if let Some(note) = notes.iter().find(|note| has_word(written, note)) {
                found.push(Offence {
                    file: path.to_owned(),
                    line,
                    says: format!("a {note} note"),
                });
            }
        }
        let Some(parts) = file.rust.as_ref().filter(|_| !is_test_file(path)) else {
            continue;
        };
        for (line, code) in parts.product_lines() {
            let calls = [".unwrap()", "todo!(", "unimplemented!(", "dbg!("];
            if let Some(call) = calls.into_iter().find(|call| code.contains(call)) {
                let says = format!("{call} outside a test");
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

/// Files people write by hand here: sources, configuration, prose.
fn is_ours(path: &str) -> bool {
    let kinds = [
        "rs", "ts", "tsx", "css", "html", "sql", "toml", "md", "json", "sh", "svg",
    ];
    let kind = std::path::Path::new(path)
        .extension()
        .and_then(|e| e.to_str());
    kind.is_some_and(|kind| kinds.contains(&kind)) && !path.ends_with("package-lock.json")
}

/// Lines fit on a screen beside another window.
pub fn columns(tree: &Tree) -> Vec<Offence> {
    let mut found = Vec::new();
    for (path, text, _) in tree.rust() {
        for (line, written) in numbered(text) {
            let columns = written.chars().count();
            if columns > 100 {
                let says = format!("{columns} columns; 100 are the limit");
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

/// Each module starts by saying what it is for.
pub fn module_docs(tree: &Tree) -> Vec<Offence> {
    let silent = |text: &str| !text.trim_start().starts_with("//!");
    let says = || "the file must start with `//!` and say what it is for".to_owned();
    tree.rust()
        .filter(|(_, text, _)| silent(text))
        .map(|(path, ..)| Offence {
            file: path.to_owned(),
            line: 1,
            says: says(),
        })
        .collect()
}

/// A function longer than a screen holds two functions. A test may tell a longer story: whole
/// flows read best from top to bottom.
pub fn function_length(tree: &Tree) -> Vec<Offence> {
    let mut found = Vec::new();
    for (path, _, parts) in tree.rust() {
        for (name, line, length) in functions(parts) {
            let scenario = path.starts_with("tests/") || path.ends_with("/tests.rs");
            if length > (if scenario { LONGEST_SCENARIO } else { LONGEST }) {
                let says = format!("{name} has {length} lines; look for the two functions inside");
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

/// Every function of a file: name, first line, number of lines.
fn functions(parts: &Parts) -> Vec<(String, usize, usize)> {
    let lines: Vec<&str> = parts.code.lines().collect();
    let mut found = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else {
            continue;
        };
        found.push((name, i + 1, item_end(&lines, i) - i + 1));
    }
    found
}

/// The name of the function that a line of code starts, if it starts one.
fn function_name(line: &str) -> Option<String> {
    let trimmed = line.trim_start();
    let at = if trimmed.starts_with("fn ") {
        0
    } else {
        trimmed.find(" fn ")? + 1
    };
    let words = trimmed[..at].split_whitespace();
    let modifiers = |w: &str| w.starts_with("pub") || ["const", "async", "in"].contains(&w);
    if !words.into_iter().all(|w| modifiers(w) || w.ends_with(')')) {
        return None;
    }
    let name: String = trimmed[at + 3..]
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONEY_FILE: &str = "src-tauri/crates/tariff/src/lib.rs";

    fn says(found: &[Offence], line: usize, words: &str) {
        let [offence] = found else {
            panic!("one offence, not {found:?}")
        };
        assert_eq!(offence.line, line, "{offence}");
        assert!(offence.says.contains(words), "{offence}");
    }

    #[test]
    fn a_float_in_a_money_crate_is_caught() {
        let text = "//! f64 in prose\nfn a(x: f64) {}\n#[cfg(test)]\nmod t { fn b(x: f64) {} }\n";
        says(&floats(&Tree::of(&[(MONEY_FILE, text)])), 2, "f64");
        let cell = ("src-tauri/crates/sheet/src/cell.rs", "fn a(x: f64) {}\n");
        let window = ("src-tauri/src/lib.rs", "fn a(x: f64) {}\n");
        assert_eq!(
            floats(&Tree::of(&[cell, window])),
            [],
            "the border and the shell may"
        );
    }

    #[test]
    fn tauri_outside_the_shell_is_caught() {
        let inside = ("src-tauri/src/lib.rs", "use tauri::App;\n");
        let outside = ("src-tauri/crates/office/src/lib.rs", "use tauri::App;\n");
        says(&tauri(&Tree::of(&[inside, outside])), 1, "tauri");
    }

    #[test]
    fn asking_for_the_time_inside_is_caught() {
        let office = (
            "src-tauri/crates/office/src/lib.rs",
            "\nlet t = chrono::Utc::now();\n",
        );
        let cli = (
            "src-tauri/crates/cli/src/main.rs",
            "let t = chrono::Utc::now();\n",
        );
        says(&clock(&Tree::of(&[office, cli])), 2, "Utc::now");
    }

    #[test]
    fn sql_outside_the_store_is_caught() {
        let query = "let q = \"SELECT id FROM cdr\";\n";
        let office = ("src-tauri/crates/office/src/lib.rs", query);
        let store = ("src-tauri/crates/store/src/cdr.rs", query);
        says(&sql(&Tree::of(&[office, store])), 1, "SQL");
        let prose = (
            "src-tauri/crates/office/src/a.rs",
            "let p = \"Please SELECT one\";\n",
        );
        assert_eq!(sql(&Tree::of(&[prose])), [], "a sentence is no statement");
    }

    #[test]
    fn unfinished_work_is_caught() {
        let note = format!("// {}: later\n", ["TO", "DO"].concat());
        says(&unfinished(&Tree::of(&[("ui/src/a.ts", &note)])), 1, "note");
        let text = "fn a() { b().unwrap() }\n#[cfg(test)]\nmod t { fn a() { b().unwrap() } }\n";
        says(&unfinished(&Tree::of(&[(MONEY_FILE, text)])), 1, "unwrap");
    }

    #[test]
    fn a_wide_line_is_caught() {
        let text = format!("//! {}\n", "é".repeat(96));
        assert_eq!(
            columns(&Tree::of(&[(MONEY_FILE, &text)])),
            [],
            "100 letters, not bytes"
        );
        let text = format!("//! {}\n", "x".repeat(97));
        says(&columns(&Tree::of(&[(MONEY_FILE, &text)])), 1, "101");
    }

    #[test]
    fn a_silent_module_is_caught() {
        says(
            &module_docs(&Tree::of(&[(MONEY_FILE, "fn a() {}\n")])),
            1,
            "//!",
        );
    }

    #[test]
    fn a_long_function_is_caught() {
        let body = "    a();\n".repeat(69);
        let long = format!("//! x\npub(crate) async fn long(a: u8) {{\n{body}}}\nfn s() {{}}\n");
        says(
            &function_length(&Tree::of(&[(MONEY_FILE, &long)])),
            2,
            "long has 71 lines",
        );
    }
}
