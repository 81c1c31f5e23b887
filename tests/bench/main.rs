//! `cargo xtask bench [--count N] [--data DIR] [--keep DIR] [--pull] [--reconcile] [--sheets]
//! [--confusion]`: the
//! figures of a large book.
//!
//! Import and replay beside the floor of the same run, peak memory, searching, pulling from a
//! server on this machine beside the same pages from disk, and, through the real window, its first
//! useful screen and the first rows of filters and sorts. `--pull` measures the pulling alone,
//! `--reconcile` the reconciling alone, `--sheets` the spreadsheets alone, which need no data.
//! `--confusion` prints what is found of the faults in generated data, three seeds of `--count`
//! events (100 000 unless told otherwise).
//!
//! `--data` names a folder with `2.2.1/cdrs.ndjson` and its fellows (as `shared/tools/gen_cdrs`
//! writes them); without it the generator beside the project makes one. Each part runs in a process
//! of its own, so that its peak of memory is its own.

mod confusion;
mod export;
mod floor;
mod import;
mod pull;
mod reconcile;
mod search;
mod sheets;
mod window;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What one part measured.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Figures {
    /// Records.
    pub records: u64,
    /// How long it took.
    pub took: Duration,
    /// Largest memory of the process so far, in KiB.
    pub peak_kib: u64,
    /// Lines to print.
    pub notes: Vec<String>,
}

impl Figures {
    fn per_second(&self) -> u128 {
        u128::from(self.records) * 1_000_000 / self.took.as_micros().max(1)
    }
}

fn main() {
    // cargo itself adds `--bench`.
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| arg != "--bench")
        .collect();
    let part: Vec<&str> = args.iter().map(String::as_str).collect();
    let figures = match part.as_slice() {
        ["part", "floor", folder, file] => floor::measure(Path::new(folder), Path::new(file)),
        ["part", "import", book, files @ ..] => import::measure(Path::new(book), files),
        ["part", "serve", file, count] => return pull::serve(Path::new(file), number(count)),
        ["part", "pages", file, count, to] => {
            pull::write(Path::new(file), number(count), Path::new(to))
        }
        ["part", "pull", book, url] => pull::measure(Path::new(book), url),
        ["part", "replay", book] => import::replay(Path::new(book)),
        ["part", "reconcile", book] => reconcile::measure(Path::new(book)),
        ["part", "joins", book] => reconcile::joins(Path::new(book)),
        ["part", "first", file, count, to] => {
            reconcile::first(Path::new(file), number(count), Path::new(to))
        }
        ["part", "few", file, count, of, to] => {
            let counts = (number(count), number(of));
            reconcile::few(Path::new(file), counts, Path::new(to))
        }
        ["part", "screens", book] => reconcile::screens(Path::new(book)),
        ["part", "export", book, form @ ..] => export::measure(Path::new(book), form),
        ["part", "search", book] => search::measure(Path::new(book)),
        ["part", "sheet-file", file, rows] => sheets::write(Path::new(file), number(rows)),
        ["part", "sheet-floor", book, file] => sheets::bare(Path::new(book), Path::new(file)),
        ["part", "sheet-import", book, file] => sheets::import(Path::new(book), Path::new(file)),
        ["part", "sheet-calamine", file] => sheets::calamine(Path::new(file)),
        ["part", "sheet-read", file] => sheets::read(Path::new(file)),
        ["part", "window", folder, book] => {
            return window::measure(Path::new(folder), Path::new(book));
        }
        _ => return bench(&args),
    };
    let figures = Figures {
        peak_kib: peak_kib(),
        ..figures
    };
    println!(
        "{}",
        serde_json::to_string(&figures).expect("plain figures")
    );
}

fn number(text: &str) -> usize {
    text.parse().expect("a part is given a number")
}

/// Records that are pulled.
const PULLED: &str = "100000";

/// Imports pages from disk and pulls the same ones from a server, by turns and each time into a
/// new book; told are the runs and, of what pulling reaches of the disk, the middle one.
fn pulling(folder: &Path, cdrs: &str, facts: [&str; 3]) {
    const ROUNDS: usize = 3;
    let path = |name: &str| folder.join(name).display().to_string();
    let (pages, begun) = (path("pages.json"), path("begun.book"));
    part(&["pages", cdrs, PULLED, &pages]);
    let [locations, tariffs, tokens] = facts;
    part(&["import", &begun, locations, tariffs, tokens]);
    let program = std::env::current_exe().expect("this program has a path");
    let mut server = Command::new(program)
        .args(["part", "serve", cdrs, PULLED])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("this program can run itself");
    let mut url = String::new();
    let told = server.stdout.take().expect("its output is piped");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(told), &mut url)
        .expect("the server says where it is");
    let mut shares: Vec<u128> = (0..ROUNDS)
        .map(|round| {
            let book = |name: &str| {
                let book = path(&format!("{name}-{round}.book"));
                std::fs::copy(&begun, &book).expect("the book can be copied");
                book
            };
            let disk = part(&["import", &book("disk"), &pages]);
            say("pages from disk", &disk);
            let pull = part(&["pull", &book("pull"), url.trim()]);
            say("pulled from a server on this machine", &pull);
            pull.per_second() * 100 / disk.per_second().max(1)
        })
        .collect();
    let _ = server.kill();
    let _ = server.wait();
    shares.sort_unstable();
    let share = shares[ROUNDS / 2];
    println!("  = {share} % of the same pages from disk, of {shares:?} (target: at least 80 %)");
}

fn bench(args: &[String]) {
    let option = |name: &str| {
        let at = args.iter().position(|arg| arg == name)?;
        args.get(at + 1).cloned()
    };
    let count: u64 =
        option("--count").map_or(1_000_000, |text| text.parse().expect("--count is a number"));
    let scratch = tempfile::tempdir().expect("a folder for the books");
    if args.iter().any(|arg| arg == "--sheets") {
        return sheets::bench(scratch.path());
    }
    if args.iter().any(|arg| arg == "--confusion") {
        let count = u32::try_from(option("--count").map_or(100_000, |_| count));
        return confusion::bench(scratch.path(), count.expect("--count is a number"));
    }
    let Some(data) = option("--data")
        .map(PathBuf::from)
        .or_else(|| generate(scratch.path(), count))
    else {
        println!("bench: shared/tools/gen_cdrs is absent and --data names no folder: not run");
        return;
    };
    let keep = option("--keep").map_or_else(|| scratch.path().to_owned(), PathBuf::from);
    std::fs::create_dir_all(&keep).expect("the folder for the books can be made");
    let book = keep.join("bench.book");
    for name in [
        "bench.book",
        "bench.book-wal",
        "bench.book-shm",
        "floor.sqlite",
    ] {
        let _ = std::fs::remove_file(keep.join(name));
    }
    let file = |name: &str| data.join("2.2.1").join(name).display().to_string();
    let (book, folder) = (book.display().to_string(), keep.display().to_string());
    let (cdrs, sessions) = (file("cdrs.ndjson"), file("sessions.ndjson"));
    let (tariffs, locations, tokens) = (
        file("tariffs.json"),
        file("locations.json"),
        file("tokens.json"),
    );
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!("bench: {cdrs} on {cores} cores");
    let facts_of: [&str; 3] = [&locations, &tariffs, &tokens];
    let records: [&str; 2] = [&cdrs, &sessions];
    if args.iter().any(|arg| arg == "--reconcile") {
        part(&["import", &book, &locations, &tariffs, &tokens]);
        let ours = part(&["import", &book, &cdrs]);
        part(&["import", &book, &sessions]);
        return reconciling(&keep, &book, (records, facts_of), ours.records);
    }
    pulling(&keep, &cdrs, [&locations, &tariffs, &tokens]);
    if args.iter().any(|arg| arg == "--pull") {
        return;
    }

    let floor = part(&["floor", &folder, &cdrs]);
    say("floor: bare JSON reader + bare SQLite insert", &floor);
    let facts = part(&["import", &book, &locations, &tariffs, &tokens]);
    say("locations, tariffs, tokens", &facts);
    let ours = part(&["import", &book, &cdrs]);
    say("import with replay", &ours);
    let share = ours.per_second() * 100 / floor.per_second().max(1);
    println!("  = {share} % of the floor (target: at least 33 %)");
    println!(
        "  peak memory {} MiB (target: below 400 MiB)",
        ours.peak_kib / 1024
    );
    let search = part(&["search", &book]);
    say("explorer: load", &search);
    say("export as XLSX", &part(&["export", &book, "xlsx"]));
    say(
        "export as it came",
        &part(&["export", &book, "ndjson", "2.2.1"]),
    );
    say(
        "export as OCPI 2.3.0",
        &part(&["export", &book, "ndjson", "2.3.0"]),
    );
    let again = part(&["import", &book, &cdrs]);
    say("the same file again", &again);
    say("sessions", &part(&["import", &book, &sessions]));
    // Before the replay, which reconciles what it changed.
    reconciling(&keep, &book, (records, facts_of), ours.records);
    say("replay alone", &part(&["replay", &book]));
    let bytes = std::fs::metadata(&book).map_or(0, |about| about.len());
    println!("book: {} MiB", bytes >> 20);
    window::measure(&keep, Path::new(&book));
}

/// Reconciles the book as a whole and after few new CDRs, and books of a quarter and half of its
/// records; beside it bare SQL over the same tables.
fn reconciling(folder: &Path, book: &str, files: ([&str; 2], [&str; 3]), count: u64) {
    const NEW: &str = "1000";
    let path = |name: &str| folder.join(name).display().to_string();
    let ([cdrs, sessions], [locations, tariffs, tokens]) = files;
    for share in [4, 2] {
        let (some, part_of) = ((count / share).to_string(), path("part.book"));
        for name in ["part.book", "part.book-wal", "part.book-shm"] {
            let _ = std::fs::remove_file(path(name));
        }
        part(&["import", &part_of, locations, tariffs, tokens]);
        for file in [cdrs, sessions] {
            let first = path("first.ndjson");
            part(&["first", file, &some, &first]);
            part(&["import", &part_of, &first]);
        }
        let what = format!("reconcile 1/{share} of it");
        say(&what, &part(&["reconcile", &part_of]));
    }
    let floor = part(&["joins", book]);
    say("floor: bare SQL joins of the same tables", &floor);
    let whole = part(&["reconcile", book]);
    say("reconcile (target: 60 s of CPU, 1024 MiB)", &whole);
    println!(
        "  = {} % of the floor",
        whole.per_second() * 100 / floor.per_second().max(1)
    );
    let new = path("new.ndjson");
    part(&["few", cdrs, NEW, &count.to_string(), &new]);
    say("new CDRs", &part(&["import", book, &new]));
    let what = format!("reconcile after {NEW} new CDRs (target: 1 s)");
    say(&what, &part(&["reconcile", book]));
    say("explorer: load", &part(&["screens", book]));
}

fn say(what: &str, figures: &Figures) {
    println!(
        "{what}: {} records in {}.{:03} s = {} per second, peak {} MiB",
        figures.records,
        figures.took.as_secs(),
        figures.took.subsec_millis(),
        figures.per_second(),
        figures.peak_kib / 1024
    );
    for note in &figures.notes {
        println!("  {note}");
    }
}

/// Runs a part of the bench in a process of its own.
fn part(args: &[&str]) -> Figures {
    let program = std::env::current_exe().expect("this program has a path");
    let output = Command::new(program)
        .arg("part")
        .args(args)
        .stderr(std::process::Stdio::inherit())
        .output()
        .expect("this program can run itself");
    assert!(output.status.success(), "bench part {args:?} failed");
    serde_json::from_slice(&output.stdout).expect("a part prints its figures")
}

/// Lets the generator beside the project make the records; `None` where it is absent.
fn generate(folder: &Path, count: u64) -> Option<PathBuf> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"))
        .join("../..");
    let script = root.join("shared/tools/gen_cdrs/gen_cdrs.py");
    if !script.exists() {
        return None;
    }
    let out = folder.join("data");
    let done = Command::new("python3")
        .arg(&script)
        .arg("--out")
        .arg(&out)
        .args(["--count", &count.to_string()])
        .stdout(std::process::Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    done.then_some(out)
}

/// Largest resident memory of this process so far.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}
