//! `cargo xtask bench`: a million CDRs through the whole of it, beside what the machine can do.
//!
//! Prints CDRs a second for import with replay and for replay alone, the floor measured in the
//! same run (the same bytes through a bare JSON reader, as many rows into a bare SQLite table),
//! peak memory, and, through the real window, the time to its first useful screen and to the first
//! rows of filters and sorts.

#![allow(clippy::float_arithmetic)] // seconds and rates are no amounts

mod data;
mod floor;
mod window;

use std::path::{Path, PathBuf};
use std::time::Instant;

use office::api::ImportRequest;
use office::{Desk, Job};

/// What is asked for on the command line.
struct Ask {
    /// A folder of `gen_cdrs` or a file of CDRs; none: we write our own.
    from: Option<PathBuf>,
    count: u64,
}

fn main() {
    let ask = read_args(std::env::args().skip(1));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    let files = files(&ask, &folder);
    let book = folder.join("bench.tallywatt");
    let cdrs = import(&book, &files);
    replay(&book, cdrs);
    floor::measure(&folder, &files[files.len() - 1], cdrs);
    window::measure(&folder, &book);
}

/// `--from PATH`, `--count N`; cargo's own `--bench` is passed over.
fn read_args(args: impl Iterator<Item = String>) -> Ask {
    let mut ask = Ask {
        from: None,
        count: 1_000_000,
    };
    let mut args = args.filter(|arg| arg != "--bench");
    while let Some(arg) = args.next() {
        let value = args.next().unwrap_or_else(|| panic!("{arg} needs a value"));
        match arg.as_str() {
            "--from" => ask.from = Some(PathBuf::from(value)),
            "--count" => ask.count = value.parse().expect("--count takes a number"),
            _ => panic!("usage: cargo xtask bench [--from FOLDER|FILE] [--count N]"),
        }
    }
    ask
}

/// The files to import in order, CDRs last.
fn files(ask: &Ask, folder: &Path) -> Vec<PathBuf> {
    match &ask.from {
        None => {
            let file = folder.join("cdrs.ndjson");
            data::write_cdrs(&file, ask.count).expect("the disk has room for a gigabyte");
            vec![file]
        }
        Some(file) if file.is_file() => vec![file.clone()],
        Some(folder) => {
            let names = [
                "locations.json",
                "tariffs.json",
                "sessions.ndjson",
                "cdrs.ndjson",
            ];
            names
                .iter()
                .map(|name| folder.join(name))
                .filter(|file| file.exists())
                .collect()
        }
    }
}

/// Imports the files into a new book; how many CDRs it then holds.
fn import(book: &Path, files: &[PathBuf]) -> u32 {
    let desk = acceptance::new_book(book);
    let mut cdrs = 0;
    for file in files {
        let request = ImportRequest {
            token: "bench".to_owned(),
            ..ImportRequest::default()
        };
        let started = Instant::now();
        let result = office::intake::run(&desk, &mut Job::quiet(), &request, file);
        let result = result.unwrap_or_else(|problem| panic!("{}: {problem}", file.display()));
        let seconds = started.elapsed().as_secs_f64();
        let rate = f64::from(result.rows) / seconds;
        println!(
            "import with replay  {:<16} {:>9} records  {seconds:>7.1} s  {rate:>9.0} a second  \
             {} rejected, peak {} MiB",
            result.file,
            result.rows,
            result.rejected,
            peak_mib()
        );
        if result.kind == "cdrs" {
            cdrs = result.new;
        }
    }
    let started = Instant::now();
    let months = office::reconcile::reconcile_stale(&desk, &mut Job::quiet());
    let months = months.expect("a month just imported can be reconciled");
    println!(
        "reconcile           {months:>16} partner-months  {:>6.1} s  peak {} MiB",
        started.elapsed().as_secs_f64(),
        peak_mib()
    );
    cdrs
}

/// Replays everything again from the stored facts.
fn replay(book: &Path, cdrs: u32) {
    let desk = Desk::open(book, chrono::Utc::now(), "bench").expect("made just now");
    let started = Instant::now();
    office::replay::run(&desk, &mut Job::quiet(), None, None)
        .expect("what was imported can be replayed");
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "replay again        {:<16} {cdrs:>9} CDRs     {seconds:>7.1} s  {:>9.0} a second  \
         peak {} MiB",
        "",
        f64::from(cdrs) / seconds,
        peak_mib()
    );
}

/// The most memory this process ever held, in MiB, as the system says.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}
