//! How far long work is, on standard error, and only where a person looks at it.

use std::io::{IsTerminal, Write, stderr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use office::{Job, Progress};

/// Shortest time between two ticks.
const TICK: Duration = Duration::from_millis(100);

/// A flag that Ctrl-C sets. A second Ctrl-C ends the program as a kill would.
pub fn cancel_on_ctrl_c() -> Arc<AtomicBool> {
    let cancel = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&cancel);
    let set = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(3);
        }
    });
    if let Err(error) = set {
        // Ctrl-C then ends the program at once, which the book survives.
        eprintln!("tallywatt: Ctrl-C cannot be caught: {error}");
    }
    cancel
}

/// A job that draws a bar while it runs, where standard error is a terminal.
pub fn job<'a>(label: &'a str, cancel: &Arc<AtomicBool>) -> Job<'a> {
    let shown = stderr().is_terminal();
    let (begun, mut last) = (Instant::now(), None::<Instant>);
    Job::new(Arc::clone(cancel), move |progress| {
        let due = last.is_none_or(|last| last.elapsed() >= TICK);
        if shown && due {
            last = Some(Instant::now());
            let mut out = stderr();
            // A terminal that went away takes nothing with it.
            let _ = write!(out, "\r\x1b[2K{}", line(label, progress, begun.elapsed()));
            let _ = out.flush();
        }
    })
}

/// Clears what a bar left behind.
pub fn clear() {
    if stderr().is_terminal() {
        let _ = write!(stderr(), "\r\x1b[2K");
    }
}

/// `september.ndjson  [######..............]  31 %  12,400 records, 8,200/s, 3 s left`.
fn line(label: &str, progress: Progress, passed: Duration) -> String {
    let Progress {
        done,
        total,
        records,
        ..
    } = progress;
    let mut parts = vec![label.to_owned()];
    if let Some(percent) = done.min(total).saturating_mul(100).checked_div(total) {
        let full = usize::try_from(percent / 5).expect("at most 20");
        let bar = "#".repeat(full) + &".".repeat(20 - full);
        parts.push(format!("[{bar}] {percent:3} %"));
    }
    let millis = passed.as_millis().max(1);
    if records > 0 {
        let rate = u128::from(records) * 1000 / millis;
        parts.push(format!("{records} records, {rate}/s"));
    }
    if done > 0 && total > done && passed > Duration::from_secs(1) {
        let left = millis * u128::from(total - done) / u128::from(done) / 1000;
        parts.push(format!("{left} s left"));
    }
    parts.join("  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_how_fast_and_how_long_still() {
        let progress = Progress {
            done: 250,
            total: 1_000,
            findings: 0,
            records: 400,
        };
        let text = line("cdrs.json", progress, Duration::from_secs(2));
        assert_eq!(
            text,
            "cdrs.json  [#####...............]  25 %  400 records, 200/s  6 s left"
        );
        let unknown = line("x", Progress::default(), Duration::from_secs(2));
        assert_eq!(unknown, "x", "nothing is known yet");
    }
}
