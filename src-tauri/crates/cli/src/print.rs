//! Text for people: aligned tables. JSON for programs: one document.

use std::io::{IsTerminal, stdout};

use serde::Serialize;

/// Prints a JSON document.
pub fn json(document: &impl Serialize) {
    println!(
        "{}",
        serde_json::to_string(document).expect("answers are plain data")
    );
}

/// A table with headings; columns marked `>` are aligned to the right.
pub fn table(headings: &[&str], rows: &[Vec<String>]) {
    let bold = stdout().is_terminal();
    for (number, line) in aligned(headings, rows).into_iter().enumerate() {
        if number == 0 && bold {
            println!("\x1b[1m{line}\x1b[0m");
        } else {
            println!("{line}");
        }
    }
}

/// The lines of a table.
fn aligned(headings: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let right: Vec<bool> = headings
        .iter()
        .map(|heading| heading.starts_with('>'))
        .collect();
    let head = headings
        .iter()
        .map(|heading| heading.trim_start_matches('>').to_owned())
        .collect();
    let all: Vec<&Vec<String>> = std::iter::once(&head).chain(rows).collect();
    let width = |column: usize| {
        let widths = all
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        widths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let line = |row: &&Vec<String>| {
        let cells = row
            .iter()
            .zip(&widths)
            .zip(&right)
            .map(|((cell, width), right)| {
                if *right {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:<width$}")
                }
            });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    all.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [
            vec!["NL-ABC".to_owned(), "7".to_owned()],
            vec!["Köln".into(), "1200".into()],
        ];
        let lines = aligned(&["partner", ">cdrs"], &rows);
        assert_eq!(lines, ["partner  cdrs", "NL-ABC      7", "Köln     1200"]);
    }
}
