//! Reading what test runners say about themselves.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;
use std::sync::Mutex;

use crate::shell::{Failure, Step};

/// What all runners together said.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed.
    pub failed: u32,
    /// The runners' own summary lines.
    pub summaries: Vec<String>,
}

impl Counts {
    /// Takes a line of a runner's output in, if it is a summary.
    fn read(&mut self, line: &str) {
        let plain = without_colour(line);
        // Indented, it is a part of what nextest shows of a failed test, which it counts itself.
        let own_words = plain.starts_with("test result: ");
        let plain = plain.trim();
        let is_summary = own_words
            || (plain.starts_with("Summary [") && plain.contains(" run: "))
            || (plain.starts_with("Tests ") && plain.ends_with(')'));
        if !is_summary {
            return;
        }
        let (passed, failed) = (before(plain, "passed"), before(plain, "failed"));
        self.passed += passed;
        self.failed += failed + before(plain, "timed out");
        if passed + failed > 0 {
            self.summaries.push(plain.to_owned());
        }
    }
}

/// The number that stands before a word: `12` in `12 passed`.
fn before(line: &str, word: &str) -> u32 {
    let Some((left, _)) = line.split_once(word) else {
        return 0;
    };
    let number = left.trim_end().rsplit(|c: char| !c.is_ascii_digit()).next();
    number.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// The line without terminal colours.
fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(c) = letters.next() {
        if c == '\u{1b}' {
            // A colour ends with its first letter.
            letters.find(char::is_ascii_alphabetic);
        } else {
            plain.push(c);
        }
    }
    plain
}

/// Runs a test runner, showing its output as it comes and counting what it reports.
pub fn run_counting(step: &Step, counts: &mut Counts) -> Result<(), Failure> {
    run_reading(step, |line| {
        show(line);
        counts.read(line);
    })
}

/// Runs a test runner beside other work, keeping its output for later.
pub fn run_quietly(step: &Step) -> (Vec<String>, Result<(), Failure>) {
    let mut lines = Vec::new();
    let end = run_reading(step, |line| lines.push(line.to_owned()));
    (lines, end)
}

/// Shows what a runner wrote while it ran beside other work, and counts what it reports.
pub fn show_counting(lines: &[String], counts: &mut Counts) {
    for line in lines {
        show(line);
        counts.read(line);
    }
}

fn show(line: &str) {
    // A closed terminal must not stop the tests.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Runs a step and hands over each line it writes.
fn run_reading(step: &Step, hear: impl FnMut(&str) + Send) -> Result<(), Failure> {
    let mut child = step.spawn(Stdio::piped(), Stdio::piped())?;
    let shared = Mutex::new(hear);
    let (out, err) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        scope.spawn(|| out.map(|pipe| pass_on(pipe, &shared)));
        scope.spawn(|| err.map(|pipe| pass_on(pipe, &shared)));
    });
    let status = child.wait()?;
    if status.success() {
        return Ok(());
    }
    Err(Failure(format!("{} ended with {status}", step.shown())))
}

/// Hands lines over as they come.
fn pass_on(pipe: impl Read, hear: &Mutex<impl FnMut(&str)>) {
    for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
        let mut hear = hear.lock().expect("no reader panics");
        hear(&String::from_utf8_lossy(&line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> (u32, u32) {
        let mut counts = Counts::default();
        for line in lines {
            counts.read(line);
        }
        (counts.passed, counts.failed)
    }

    #[test]
    fn each_runner_is_understood() {
        let cargo = "test result: FAILED. 12 passed; 1 failed; 3 ignored; 0 measured";
        assert_eq!(read(&[cargo]), (12, 1));
        let nextest = "  Summary [ 4.5s] 120 tests run: 117 passed (2 slow), 3 failed, 9 skipped";
        assert_eq!(read(&[nextest]), (117, 3));
        let vitest = "\u{1b}[2m   Tests \u{1b}[22m \u{1b}[31m2 failed\u{1b}[39m | 44 passed (46)";
        assert_eq!(read(&[vitest]), (44, 2));
        assert_eq!(read(&[cargo, nextest, vitest]), (173, 6), "they add up");
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(
            read(&["test a ... ok", "3 passed", " Test Files  4 passed (4)"]),
            (0, 0)
        );
    }

    #[test]
    fn a_runner_that_ran_nothing_has_no_summary() {
        let mut counts = Counts::default();
        counts.read("test result: ok. 0 passed; 0 failed; 0 ignored");
        assert_eq!(counts, Counts::default());
    }
}
