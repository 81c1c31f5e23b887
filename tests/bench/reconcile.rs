//! Reconciling: the months as a whole, what little came to them, and what screens and decisions
//! take afterwards; beside it, bare SQL over the same tables.

use std::io::{BufRead, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use office::api::{AcceptDifferences, BoardRequest, CdrFilter, CdrSort, Selection};
use office::{Job, board, decide, explorer};

use crate::{Figures, import};

/// Decided about at once.
const BULK: usize = 10_000;

/// Brings every CDR and session of the months to which something came into its bucket.
pub fn measure(book: &Path) -> Figures {
    let desk = import::open(book);
    let (began, cpu) = (Instant::now(), cpu());
    let months = office::reconcile::reconcile_stale(&desk, &mut Job::quiet());
    let months = months.expect("the months can be reconciled");
    let (took, cpu) = (began.elapsed(), cpu_since(cpu));
    let states = store::month::states(&desk.book).expect("the months can be read");
    let sum = |of: fn(&store::month::State) -> u32| -> u64 {
        states.iter().map(|state| u64::from(of(state))).sum()
    };
    let (cdrs, sessions) = (sum(|state| state.cdrs), sum(|state| state.sessions));
    Figures {
        records: cdrs,
        took,
        notes: vec![format!(
            "{months} partner-months of {cdrs} CDRs and {sessions} sessions, {cpu:?} of CPU = {} \
             ns for each record there is",
            cpu.as_nanos() / u128::from(cdrs + sessions).max(1)
        )],
        ..Figures::default()
    }
}

/// The floor: CDRs joined with their replays and, by id, their sessions, in bare SQL; what that
/// gives is written as one row each and summed up. The `+` keeps SQLite from looking partners up
/// instead of ids.
pub fn joins(book: &Path) -> Figures {
    let sql = rusqlite::Connection::open(book).expect("the book opens");
    let (began, cpu) = (Instant::now(), cpu());
    sql.execute_batch(
        "PRAGMA temp_store = FILE;
         CREATE TEMP TABLE joined AS
             SELECT c.id, c.partner, c.month, c.currency, r.verdict, max(s.id) AS session,
                    c.energy_e6, c.stated_excl_e6, r.difference_e6
             FROM cdr_row c JOIN replay r ON r.cdr = c.id
             LEFT JOIN session_row s ON s.ocpi_id = c.session AND +s.partner = c.partner
             GROUP BY c.id;
         CREATE TEMP TABLE unbilled AS
             SELECT s.id, s.partner, s.month, s.energy_e6 FROM session_row s
             LEFT JOIN cdr_row c ON c.session = s.ocpi_id AND +c.partner = s.partner
             WHERE c.id IS NULL;
         CREATE TEMP TABLE sums AS
             SELECT partner, month, verdict, session IS NULL, currency, count(*), sum(energy_e6),
                    sum(stated_excl_e6), sum(difference_e6) FROM joined GROUP BY 1, 2, 3, 4, 5
             UNION ALL SELECT partner, month, 9, 0, '', count(*), sum(energy_e6), 0, 0
             FROM unbilled GROUP BY 1, 2;",
    )
    .expect("the tables join");
    let (took, cpu) = (began.elapsed(), cpu_since(cpu));
    let count = |text: &str| -> u64 {
        let counted = sql.query_row(text, [], |row| row.get::<_, u32>(0));
        counted.expect("rows can be counted").into()
    };
    Figures {
        records: count("SELECT count(*) FROM joined"),
        took,
        notes: vec![format!(
            "{} sessions without CDR, {cpu:?} of CPU",
            count("SELECT count(*) FROM unbilled")
        )],
        ..Figures::default()
    }
}

/// Writes the first records of a file of one record a line.
pub fn first(file: &Path, count: usize, to: &Path) -> Figures {
    each_line(file, to, |at, line| (at < count).then(|| line.to_owned()))
}

/// Writes as many new CDRs, spread over a file of one CDR a line: a CDR of the file under another
/// id and of another session each. So each overlaps one that is there, by EVSE and token.
pub fn few(file: &Path, (count, of): (usize, usize), to: &Path) -> Figures {
    let every = (of / count).max(1);
    each_line(file, to, |at, line| {
        if at % every != every / 2 || at / every >= count {
            return None;
        }
        let mut cdr: serde_json::Value = serde_json::from_str(line).expect("a CDR is JSON");
        cdr["id"] = format!("NEW-{at}").into();
        cdr["session_id"] = format!("NEW-SESSION-{at}").into();
        Some(cdr.to_string())
    })
}

fn each_line(
    file: &Path,
    to: &Path,
    mut write: impl FnMut(usize, &str) -> Option<String>,
) -> Figures {
    let began = Instant::now();
    let from = std::fs::File::open(file).expect("the file of records is there");
    let mut out = BufWriter::new(std::fs::File::create(to).expect("a file can be made"));
    let mut records = 0;
    for (at, line) in BufReader::new(from).lines().enumerate() {
        if let Some(line) = write(at, &line.expect("the records are text")) {
            writeln!(out, "{line}").expect("a file can be written");
            records += 1;
        }
    }
    Figures {
        records,
        took: began.elapsed(),
        ..Figures::default()
    }
}

/// The close board, the first rows of every bucket, and accepting many differences at once.
pub fn screens(book: &Path) -> Figures {
    let mut desk = import::open(book);
    let mut notes = Vec::new();
    let month = store::month::states(&desk.book).expect("the months can be read");
    let busiest = month.iter().max_by_key(|state| state.cdrs);
    let month = busiest.expect("there is a month").month.to_string();
    let asked = BoardRequest {
        month: Some(month),
        partner: None,
    };
    let at = Instant::now();
    board::close_board(&desk, &asked).expect("there is a board");
    notes.push(format!("close board: {:?} (target: 100 ms)", at.elapsed()));
    let sort = CdrSort {
        column: "start".to_owned(),
        descending: true,
    };
    let began = Instant::now();
    explorer::open(&desk, &CdrFilter::default(), &sort).expect("a view opens");
    let took = began.elapsed();
    let mut slowest = Duration::ZERO;
    let mut count = 0;
    for bucket in domain::Bucket::ALL {
        let filter = CdrFilter {
            buckets: vec![bucket.as_str().to_owned()],
            ..CdrFilter::default()
        };
        let at = Instant::now();
        count += explorer::open(&desk, &filter, &sort)
            .expect("a view opens")
            .count;
        slowest = slowest.max(at.elapsed());
    }
    notes.push(format!(
        "first rows of a bucket: {slowest:?} at most (target: 100 ms)"
    ));
    let differs = CdrFilter {
        buckets: vec!["differs".to_owned()],
        ..CdrFilter::default()
    };
    let rows = explorer::matching(&desk, &differs).expect("a bucket can be listed");
    let rows = rows.iter().take(BULK).map(|row| row.number()).collect();
    let request = AcceptDifferences {
        selection: Selection::Rows(rows),
        reason: "as agreed".to_owned(),
    };
    let at = Instant::now();
    let accepted = decide::accept_differences(&mut desk, &request).expect("they can be accepted");
    notes.push(format!(
        "accept of {} at once: {:?} (target: 1 s for {BULK})",
        accepted.count,
        at.elapsed()
    ));
    Figures {
        records: u64::from(count),
        took,
        notes,
        ..Figures::default()
    }
}

/// CPU time of this process so far, all threads, in ticks of 10 ms.
fn cpu() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in brackets; user and system time are fields 14 and 15.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let fields = fields.split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<u64>().ok()).sum()
}

fn cpu_since(before: u64) -> Duration {
    Duration::from_millis((cpu() - before) * 10)
}
