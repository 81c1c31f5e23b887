//! The house rules that a compiler does not check, as something that fails.
//!
//! Each rule has a test with a violation that it must catch: a rule that cannot fail is no rule.

mod lines;
mod modules;
mod packages;
mod rust;
mod texts;
mod tree;

use crate::shell::Failure;
use tree::{Offence, Tree};

/// A rule: its name and what finds its violations.
type Rule = (&'static str, fn(&Tree) -> Vec<Offence>);

/// Every rule, in the order of the report.
const RULES: [Rule; 15] = [
    ("dependencies point one way", packages::directions),
    ("the top level is as drawn", packages::top_level),
    ("licences are permissive", packages::licences),
    ("no floats in money crates", lines::floats),
    ("no SQL outside store", lines::sql),
    ("no Tauri outside the shell", lines::tauri),
    ("no clock inside", lines::clock),
    ("no unfinished work", lines::unfinished),
    ("at most 100 columns", lines::columns),
    ("every module says what it is for", lines::module_docs),
    (
        "functions of at most 70 lines, 120 in tests",
        lines::function_length,
    ),
    ("no dead files", modules::dead_files),
    ("no huge files", modules::huge_files),
    ("every finding code is tested", texts::codes_tested),
    (
        "every finding code has a sentence in each language",
        texts::codes_told,
    ),
];

/// Applies every rule to the project; a violation is a failure.
pub fn tidy() -> Result<(), Failure> {
    let tree = Tree::on_disk()?;
    let mut count = 0;
    for (name, rule) in RULES {
        let offences = rule(&tree);
        let mark = if offences.is_empty() { "ok" } else { "FAILED" };
        println!("{mark:>8}  {name}");
        for offence in &offences {
            println!("          {offence}");
        }
        count += offences.len();
    }
    match count {
        0 => Ok(()),
        1 => Err(Failure("1 violation of the house rules".to_owned())),
        n => Err(Failure(format!("{n} violations of the house rules"))),
    }
}
