//! Rules about finding codes: each is raised by a test and told to people in every language.

use crate::tidy::rust::{has_word, numbered};
use crate::tidy::tree::{Offence, Tree, is_test_file};

/// Where the codes are declared.
const CODES: &str = "src-tauri/crates/domain/src/finding.rs";
/// Where the sentences lie: one file per language, `findings.en.ts` and so on.
const SENTENCES: &str = "ui/src/i18n/findings.";

/// A declared code: its line, its name in Rust, its stable text.
struct Code {
    line: usize,
    variant: String,
    text: String,
}

/// The lines `Variant = "text", Severity;` of the declaration.
fn codes(tree: &Tree) -> Vec<Code> {
    let text = tree.text(CODES).unwrap_or_default();
    let parse = |(line, written): (usize, &str)| {
        let (variant, rest) = written.trim().split_once(" = \"")?;
        let (text, severity) = rest.split_once("\", ")?;
        let plain = variant.chars().all(char::is_alphanumeric) && severity.ends_with(';');
        plain.then(|| Code {
            line,
            variant: variant.to_owned(),
            text: text.to_owned(),
        })
    };
    let found: Vec<Code> = numbered(text).filter_map(parse).collect();
    assert!(
        tree.text(CODES).is_none() || !found.is_empty(),
        "{CODES} declares codes"
    );
    found
}

/// Each code is named by a test, or by the expectation of a golden case.
pub fn codes_tested(tree: &Tree) -> Vec<Offence> {
    let mut evidence = String::new();
    for (path, file) in tree.files() {
        let Some(text) = &file.text else { continue };
        if let Some(parts) = &file.rust {
            let whole = is_test_file(path);
            for (line, written) in numbered(text) {
                if whole || parts.in_test(line) {
                    evidence.push_str(written);
                    evidence.push('\n');
                }
            }
        } else if path.starts_with("tests/cases/") {
            evidence.push_str(text);
        }
    }
    let named =
        |code: &&Code| !has_word(&evidence, &code.variant) && !has_word(&evidence, &code.text);
    let offence = |code: &Code| Offence {
        file: CODES.to_owned(),
        line: code.line,
        says: format!("no test raises {}", code.text),
    };
    codes(tree).iter().filter(named).map(offence).collect()
}

/// Each code has a sentence in each language, and no sentence is left over.
pub fn codes_told(tree: &Tree) -> Vec<Offence> {
    let codes = codes(tree);
    let mut found = Vec::new();
    let languages = || tree.files().filter(|(path, _)| path.starts_with(SENTENCES));
    if languages().next().is_none() && !codes.is_empty() {
        let says = format!("no language has sentences: {SENTENCES}en.ts is missing");
        return vec![Offence {
            file: CODES.to_owned(),
            line: 0,
            says,
        }];
    }
    for (path, file) in languages() {
        let text = file.text.as_deref().unwrap_or_default();
        for code in &codes {
            if !numbered(text).any(|(_, line)| starts_entry(line, &code.text)) {
                let says = format!("no sentence for {}", code.text);
                found.push(Offence {
                    file: path.to_owned(),
                    line: 0,
                    says,
                });
            }
        }
        for (line, written) in numbered(text) {
            let entry = written.trim().split_once(": say(").map(|(key, _)| key);
            let Some(key) = entry else { continue };
            if !codes.iter().any(|code| code.text == key.trim_matches('\'')) {
                let says = format!("a sentence for {key}, which is no finding code");
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

/// Whether a line of the catalogue starts the entry of `code`.
fn starts_entry(line: &str, code: &str) -> bool {
    let key = line
        .trim()
        .split_once(':')
        .map(|(key, _)| key.trim_matches('\''));
    key == Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECLARED: (&str, &str) = (
        CODES,
        "finding_codes! {\n    /// x\n    EnergyOdd = \"energy_odd\", Error;\n}\n",
    );

    #[test]
    fn a_code_without_a_test_is_caught() {
        let raised = (
            "src-tauri/crates/ocpi/src/a.rs",
            "fn a() { raise(EnergyOdd) }\n",
        );
        let tree = Tree::of(&[DECLARED, raised]);
        assert_eq!(codes_tested(&tree).len(), 1, "raising is not testing");
        let test = "#[cfg(test)]\nmod t {\n assert_eq!(code, FindingCode::EnergyOdd);\n}\n";
        let tested = ("src-tauri/crates/ocpi/src/b.rs", test);
        assert_eq!(codes_tested(&Tree::of(&[DECLARED, raised, tested])), []);
        let golden = ("tests/cases/replay/x/expect.json", "[\"energy_odd\"]");
        assert_eq!(codes_tested(&Tree::of(&[DECLARED, golden])), []);
    }

    #[test]
    fn a_code_without_a_sentence_is_caught() {
        let en = (
            "ui/src/i18n/findings.en.ts",
            "  energy_odd: say('a', 'b'),\n",
        );
        let nl = ("ui/src/i18n/findings.nl.ts", "  energie: say('a', 'b'),\n");
        assert_eq!(codes_told(&Tree::of(&[DECLARED, en])), []);
        let found = codes_told(&Tree::of(&[DECLARED, en, nl]));
        assert_eq!(found.len(), 2, "one missing, one left over: {found:?}");
        assert_eq!(
            codes_told(&Tree::of(&[DECLARED])).len(),
            1,
            "no language at all"
        );
    }
}
