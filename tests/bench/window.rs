//! The million CDRs through the real window: its first useful screen, and first rows.

use std::path::Path;
use std::time::Instant;

use serde_json::json;

/// Filters and sorts a person uses, as the page sends them; each is asked several times.
const FILTERS: [&str; 7] = [
    "{}",
    "{ buckets: ['differs'] }",
    "{ evse: '*E17*' }",
    "{ text: 'quay 21' }",
    "{ energy_min: '30', energy_max: '31' }",
    "{ difference_above: '0.5' }",
    "{ months: ['2026-09'] }",
];
const SORTS: [&str; 5] = ["start", "energy", "stated", "location", "difference"];

/// How often the window is opened after its first time.
const STARTS: usize = 5;

/// Opens the window on the book and prints how long things take in it.
pub fn measure(folder: &Path, book: &Path) {
    let (window, first) = start(folder, book);
    drop(window);
    let mut later: Vec<f64> = (1..STARTS).map(|_| start(folder, book).1).collect();
    let (window, last) = start(folder, book);
    later.push(last);
    later.sort_by(f64::total_cmp);
    println!(
        "window              first useful screen (target: within 1.5 s): median {:.2} s, \
         slowest {:.2} s of {STARTS} starts;",
        later[STARTS / 2],
        later[STARTS - 1]
    );
    println!("                    {first:.2} s the very first time, on an empty profile");
    let mut millis = Vec::new();
    for filter in FILTERS {
        for sort in SORTS {
            millis.push(first_rows(&window, filter, sort));
        }
    }
    millis.sort_unstable();
    let at = |share: usize| millis[(millis.len() - 1) * share / 100];
    println!(
        "explorer            first rows of {} filters and sorts: median {} ms, \
         95th percentile {} ms, slowest {} ms",
        millis.len(),
        at(50),
        at(95),
        at(100)
    );
}

/// Opens the window; how many seconds from starting it (and its driver) to the board's rows.
fn start(folder: &Path, book: &Path) -> (testkit::Window, f64) {
    let started = Instant::now();
    let window = acceptance::open(folder, book, &[]);
    window.find("screen-home");
    window.find_css("[data-testid^=board-row-]");
    (window, started.elapsed().as_secs_f64())
}

/// Milliseconds from the page's question to its answer.
fn first_rows(window: &testkit::Window, filter: &str, sort: &str) -> u64 {
    let empty = json!({
        "partners": [], "months": [], "buckets": [], "verdicts": [],
        "difference_above": null, "stated_min": null, "stated_max": null, "energy_min": null,
        "energy_max": null, "longer_than_h": null, "finding": null, "evse": null,
        "currency": null, "credit": null, "import": null, "invoice": null, "text": null
    });
    let script = format!(
        "const done = arguments[arguments.length - 1];
         const filter = Object.assign({empty}, {filter});
         const sort = {{ column: '{sort}', descending: true }};
         const started = performance.now();
         window.__TAURI_INTERNALS__.invoke('cdrs_open', {{ filter, sort }})
             .then(() => done(Math.ceil(performance.now() - started)),
                   e => done(JSON.stringify(e)));"
    );
    let answer = window
        .session()
        .async_script(&script)
        .expect("the page runs scripts");
    answer
        .as_u64()
        .unwrap_or_else(|| panic!("{filter} by {sort}: {answer}"))
}
