//! What was planted in generated data beside what we found: generating, classifying by our outputs
//! alone, and the table of both.
//!
//! The generator lies beside the project; nothing of it is copied here.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use domain::{BillingMonth, Decimal, PartyKey};
use office::api::{CdrFilter, ImportRequest};
use office::{Desk, Job};
use serde_json::Value;
use store::outcome::Listed;

/// Kinds that need what compares a whole month: the times, tokens and overlaps of CDRs beside their
/// sessions. They are measured, and not yet asserted.
pub const PENDING: &[&str] = &[];

/// No fault.
const GOOD: &str = "(none)";

/// A record as our outputs tell of it.
struct Seen<'a> {
    listed: &'a Listed,
    /// How its parts differ, where the total and some part do.
    parts: Option<PartsOff>,
}

/// Whether the same share was added to every part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PartsOff {
    /// To every part that is large enough to show it.
    Alike,
    /// To some, while others are right.
    Some,
}

impl Seen<'_> {
    fn has(&self, code: &str) -> bool {
        self.listed.findings.iter().any(|found| found == code)
    }

    /// Found by comparing with the rest of the month.
    fn has_of_month(&self, code: &str) -> bool {
        self.listed.month_findings.iter().any(|found| found == code)
    }

    fn because(&self, reason: &str) -> bool {
        self.listed.reason == reason
    }

    fn in_bucket(&self, bucket: &str) -> bool {
        self.listed.bucket.as_str() == bucket
    }

    /// Stated − replayed, without sign, is at most a cent.
    fn by_a_cent(&self) -> bool {
        let cent = Decimal::new(1, 2);
        let difference = self.listed.difference.map(store::micro::Micro::to_decimal);
        difference.is_some_and(|difference| difference.abs() <= cent)
    }
}

type Rule = (&'static str, fn(&Seen<'_>) -> bool);

/// Which fault our outputs speak of; the first rule that holds.
const RULES: &[Rule] = &[
    ("credit_orphan", |s| s.because("credit_without_original")),
    ("credit", |s| {
        s.because("credited") || s.because("credit_of")
    }),
    ("changed_after_issue", |s| {
        s.because("changed_under_same_key")
    }),
    ("duplicate_new_id", |s| {
        s.because("same_session") || s.because("same_content")
    }),
    ("duplicate_exact", |s| {
        s.because("same_key") || s.has("duplicate_cdr")
    }),
    ("missing_cdr", |s| s.in_bucket("missing_cdr")),
    ("future_dated", |s| s.has("future_date")),
    ("end_before_start", |s| s.has("end_before_start")),
    ("negative_energy", |s| s.has("negative_energy")),
    ("number_as_text", |s| s.has("schema_wrong_type")),
    ("foreign_token", |s| s.has("token_not_ours")),
    ("wrong_currency", |s| s.has("currency_mismatch")),
    ("unknown_tariff", |s| s.has("tariff_missing")),
    ("timezone_shift", |s| s.has("local_time_as_utc")),
    ("clock_drift", |s| s.has("clock_differs")),
    ("overlap", |s| {
        s.has("session_overlap") && s.in_bucket("missing_session")
    }),
    ("missing_session", |s| s.in_bucket("missing_session")),
    ("zero_energy", |s| s.has("zero_energy_with_cost")),
    ("meter_mismatch", |s| s.has_of_month("energy_mismatch")),
    ("period_sum", |s| s.has("energy_mismatch")),
    ("old_price", |s| s.has("tariff_differs_from_location")),
    ("vat_error", |s| s.has("tax_rate_unexpected")),
    ("wrong_rounding", |s| {
        s.has("total_mismatch") && s.by_a_cent()
    }),
    ("old_price", |s| {
        s.has("total_mismatch") && s.parts == Some(PartsOff::Some)
    }),
    ("altered_all", |s| {
        s.has("total_mismatch") && s.parts == Some(PartsOff::Alike)
    }),
    ("altered_total", |s| s.has("total_mismatch")),
    // Any other error or doubt about the price is a false alarm.
    ("(other)", |s| {
        s.in_bucket("differs") || s.in_bucket("needs_tariff")
    }),
];

fn classify(seen: &Seen<'_>) -> &'static str {
    let rule = RULES.iter().find(|(_, holds)| holds(seen));
    rule.map_or(GOOD, |(kind, _)| kind)
}

/// The generator, if it lies beside the project.
pub fn generator() -> Option<PathBuf> {
    let tests = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR")?);
    let script = tests.join("../../shared/tools/gen_cdrs/gen_cdrs.py");
    script.exists().then_some(script)
}

/// Lets the generator write so many charging events, its faults in their own shares; `None` where
/// the generator is absent.
///
/// # Panics
/// When the generator fails.
pub fn generate(folder: &Path, count: u32, seed: u32) -> Option<()> {
    let made = Command::new("python3")
        .arg(generator()?)
        .args(["--count", &count.to_string(), "--seed", &seed.to_string()])
        .arg("--out")
        .arg(folder)
        .output()
        .expect("python3 runs");
    let told = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{told}");
    Some(())
}

/// The truth about generated data.
///
/// # Panics
/// When the folder holds none.
pub fn truth(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("truth.json")).expect("truth.json");
    serde_json::from_str(&text).expect("JSON")
}

/// A book of the tokens' provider, its partners with the rounding that the truth names, with all
/// that was generated in it, reconciled.
///
/// # Panics
/// When the book cannot be made or a file cannot be imported.
pub fn book(folder: &Path, truth: &Value) -> Desk {
    let new = store::NewBook {
        party: "NL-OUR".parse().expect("a party"),
        demo: false,
        created_at: "2026-02-20T08:00:00Z".parse().expect("an instant"),
    };
    let path = folder.join("book.tallywatt");
    let mut desk = Desk::create(&path, &new, "test").expect("a new book");
    for (key, partner) in truth["partners"].as_object().expect("partners") {
        let key = key.replace('*', "-");
        let mut dto = office::partners::defaults(&desk, &key).expect("defaults");
        let digits = &partner["rounding_decimals"];
        let mode = partner["rounding_mode"].as_str().unwrap_or("half_up");
        let rounding = format!("per_total,{digits},{mode}");
        dto.policy.insert("rounding".to_owned(), rounding);
        office::partners::set(&mut desk, &dto).expect("a partner");
    }
    for name in [
        "tariffs.json",
        "locations.json",
        "tokens.json",
        "cdrs.ndjson",
        "sessions.ndjson",
    ] {
        let path = folder.join("2.2.1").join(name);
        let request = ImportRequest::default();
        office::intake::run(&desk, &mut Job::quiet(), &request, &path).expect("it imports");
    }
    office::reconcile::reconcile_stale(&desk, &mut Job::quiet()).expect("it reconciles");
    desk
}

/// What was planted, by the id of the CDR or session that shows it. Faults that leave the same
/// traces are one kind here.
struct Planted {
    kinds: HashMap<String, String>,
    /// A fault that the data do not show at all.
    invisible: u32,
}

impl Planted {
    fn of(folder: &Path, truth: &Value) -> Planted {
        let faults = truth["faults"].as_array().expect("faults");
        let stated = stated_parts(folder, faults);
        let mut planted = Planted {
            kinds: HashMap::new(),
            invisible: 0,
        };
        for fault in faults {
            let text = |name: &str| fault[name].as_str().unwrap_or_default();
            let kind = text("fault");
            let ids: &[&str] = match kind {
                "missing_cdr" => &["session_id"],
                "overlap" | "credit_orphan" | "duplicate_new_id" => &["also_cdr_id"],
                "credit" => &["cdr_id", "also_cdr_id"],
                _ => &["cdr_id"],
            };
            let kind = match kind {
                // The book knows an id in any letter case, so it is the same record again.
                "duplicate_id_case" => "duplicate_exact",
                // No energy, no fee: nothing is wrong.
                "zero_energy" if text("expected_excl_vat") == "0" => {
                    planted.invisible += 1;
                    continue;
                }
                // Nobody says which price was used, and nothing beside it is charged: a higher
                // price and a higher total are the same.
                "old_price" if is_alone(fault, &stated) => "altered_all",
                _ => kind,
            };
            for id in ids {
                planted.kinds.insert(folded(text(id)), kind.to_owned());
            }
        }
        planted
    }
}

/// Each part of CDRs with another price, as delivered, where no tariff is embedded.
type StatedParts = HashMap<String, BTreeMap<String, f64>>;

fn stated_parts(folder: &Path, faults: &[Value]) -> StatedParts {
    let wanted: BTreeSet<&str> = faults
        .iter()
        .filter(|fault| fault["fault"] == "old_price")
        .filter_map(|fault| fault["cdr_id"].as_str())
        .collect();
    let text = std::fs::read_to_string(folder.join("2.2.1/cdrs.ndjson")).expect("CDRs");
    let mut stated = StatedParts::new();
    for line in text.lines() {
        let id = line
            .split("\"id\":\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let Some(id) = id.filter(|id| wanted.contains(id)) else {
            continue;
        };
        let cdr: Value = serde_json::from_str(line).expect("JSON");
        if cdr.get("tariffs").is_some() {
            continue;
        }
        let part = |name: &str| cdr[format!("total_{name}_cost")]["excl_vat"].as_f64();
        let parts = ["fixed", "energy", "time", "parking"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), part(name)?)));
        stated.insert(id.to_owned(), parts.collect());
    }
    stated
}

/// Whether a CDR with another price charges nothing else on which a tenth more would show.
fn is_alone(fault: &Value, stated: &StatedParts) -> bool {
    let Some(parts) = stated.get(fault["cdr_id"].as_str().unwrap_or_default()) else {
        return false;
    };
    let component = match fault["note"]["component"].as_str().unwrap_or_default() {
        "flat" => "fixed",
        other => other,
    };
    let others = parts.iter().filter(|(name, _)| *name != component);
    others.into_iter().all(|(_, amount)| *amount < 0.11)
}

fn folded(id: &str) -> String {
    id.to_ascii_lowercase()
}

/// Planted by found, and whether every record is in one bucket.
pub struct Table {
    cells: BTreeMap<(String, String), u32>,
    invisible: u32,
    /// What was found wrongly: planted, found, id.
    wrong: Vec<(String, String, String)>,
    /// What contradicts that each record is in exactly one bucket.
    pub unsorted: Vec<String>,
}

/// Recall and precision of a kind.
struct Score {
    /// The kind.
    kind: String,
    /// How many were planted.
    planted: u32,
    /// How many of them were found as this kind.
    right: u32,
    /// How many were found as this kind in all.
    found: u32,
}

impl Score {
    /// Whether so many hundredths of those planted were found, and of those found were right.
    fn reaches(&self, percent: u32) -> bool {
        self.right * 100 >= self.planted * percent && self.right * 100 >= self.found * percent
    }
}

/// Classifies every record of the book by our outputs and holds it against what was planted.
///
/// # Panics
/// When the book cannot be read.
pub fn table(desk: &Desk, folder: &Path, truth: &Value) -> Table {
    let planted = Planted::of(folder, truth);
    let mut all = Vec::new();
    for (partner, month) in partner_months(desk) {
        all.extend(office::reconcile::list(desk, &partner, month).expect("a reconciled month"));
    }
    let rows = rows_by_id(desk);
    let mut found: BTreeMap<String, (&'static str, &str)> = BTreeMap::new();
    for listed in &all {
        let id = listed
            .cdr
            .as_ref()
            .or(listed.session.as_ref())
            .expect("a record has an id");
        let odd = listed.findings.iter().any(|code| code == "part_mismatch")
            && listed.findings.iter().any(|code| code == "total_mismatch");
        let parts = odd.then(|| parts_off(desk, rows[id.as_str()]));
        let kind = classify(&Seen { listed, parts });
        let known = found.entry(folded(id)).or_insert((kind, &listed.reason));
        if known.0 == GOOD {
            *known = (kind, &listed.reason);
        }
    }
    let mut table = Table {
        cells: BTreeMap::new(),
        invisible: planted.invisible,
        wrong: Vec::new(),
        unsorted: unsorted(&all, rows.len(), folder),
    };
    for id in found
        .keys()
        .cloned()
        .chain(planted.kinds.keys().cloned())
        .collect::<BTreeSet<_>>()
    {
        let truth = planted.kinds.get(&id).map_or(GOOD, String::as_str);
        let (ours, reason) = found.get(&id).copied().unwrap_or(("(absent)", ""));
        let cell = (truth.to_owned(), ours.to_owned());
        *table.cells.entry(cell.clone()).or_default() += 1;
        if truth != ours {
            table
                .wrong
                .push((cell.0, cell.1, format!("{id} ({reason})")));
        }
    }
    table
}

/// Every partner-month that holds a CDR or a session.
fn partner_months(desk: &Desk) -> Vec<(PartyKey, BillingMonth)> {
    let states = store::month::states(&desk.book).expect("months");
    let key = |row| store::party::key(&desk.book, row).expect("a partner");
    states
        .into_iter()
        .map(|state| (key(state.partner), state.month))
        .collect()
}

/// Rows of CDRs by their id; of several with one id the last.
fn rows_by_id(desk: &Desk) -> HashMap<String, u32> {
    let rows = office::explorer::matching(desk, &CdrFilter::default()).expect("all CDRs");
    let mut by_id = HashMap::new();
    for chunk in rows.chunks(1_000) {
        for row in office::explorer::rows_of(desk, chunk).expect("rows") {
            by_id.insert(row.id, row.row);
        }
    }
    by_id
}

/// How the parts of a CDR differ from the replayed ones.
fn parts_off(desk: &Desk, row: u32) -> PartsOff {
    let explained = office::replay::explain(desk, row.into()).expect("a CDR can be explained");
    let totals = &explained.cdr.totals;
    let differences = &explained.comparison.difference;
    let pairs = [
        (&totals.fixed_cost, differences.fixed),
        (&totals.energy_cost, differences.energy),
        (&totals.time_cost, differences.time),
        (&totals.parking_cost, differences.parking),
    ];
    let parts: Vec<(Decimal, Decimal)> = pairs
        .into_iter()
        .filter_map(|(stated, off)| Some((stated.as_ref()?.excl_vat, off?.excl_vat?)))
        .collect();
    let largest = parts.iter().max_by_key(|(_, off)| off.abs());
    let Some(&(stated, off)) = largest.filter(|(stated, off)| stated != off) else {
        return PartsOff::Alike;
    };
    let share = off / (stated - off);
    let unit = Decimal::new(11, 3);
    let alike = parts
        .iter()
        .all(|(stated, off)| ((stated - off) * share - off).abs() <= unit);
    if alike {
        PartsOff::Alike
    } else {
        PartsOff::Some
    }
}

/// Records that are in no bucket, or in two.
fn unsorted(all: &[Listed], cdrs_known: usize, folder: &Path) -> Vec<String> {
    let mut wrong = Vec::new();
    let cdrs: Vec<&str> = all
        .iter()
        .filter_map(|listed| listed.cdr.as_deref())
        .collect();
    let distinct: BTreeSet<&str> = cdrs.iter().copied().collect();
    if distinct.len() != cdrs_known {
        wrong.push(format!(
            "{} CDR ids have a bucket of {cdrs_known}",
            distinct.len()
        ));
    }
    let mut alone: BTreeMap<&str, u32> = BTreeMap::new();
    let mut billed: BTreeSet<&str> = BTreeSet::new();
    for listed in all {
        let Some(session) = listed.session.as_deref() else {
            continue;
        };
        if listed.cdr.is_none() {
            *alone.entry(session).or_default() += 1;
        } else {
            billed.insert(session);
        }
    }
    let twice = alone.iter().filter(|(_, times)| **times > 1);
    wrong.extend(twice.map(|(session, times)| format!("session {session} stands {times} times")));
    let both = alone.keys().filter(|session| billed.contains(*session));
    wrong.extend(both.map(|session| format!("session {session} is billed and misses its CDR")));
    let text = std::fs::read_to_string(folder.join("2.2.1/sessions.ndjson")).expect("sessions");
    for line in text.lines() {
        let id = line
            .split("\"id\":\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let id = id.expect("a session has an id");
        if !alone.contains_key(id) && !billed.contains(id) {
            wrong.push(format!("session {id} is in no bucket"));
        }
    }
    wrong
}

/// How often the cause that was planted is the first one named, by kind.
#[derive(Debug, Default)]
pub struct Causes {
    by_kind: BTreeMap<String, Named>,
    /// What was named instead.
    wrong: Vec<String>,
    took: Duration,
}

/// The causes of one kind of fault.
#[derive(Clone, Copy, Debug, Default)]
struct Named {
    asked: u32,
    right: u32,
    tried: u32,
}

/// Asks for the cause of every CDR whose figures were falsified in a way that a replay shows. What
/// was only raised has no cause, and none must be named.
///
/// # Panics
/// When a CDR cannot be explained.
pub fn causes(desk: &Desk, folder: &Path, truth: &Value) -> Causes {
    let planted = Planted::of(folder, truth);
    let mut causes = Causes::default();
    let rows: BTreeMap<String, u32> = rows_by_id(desk).into_iter().collect();
    let began = Instant::now();
    for (id, row) in rows {
        let Some(kind) = planted.kinds.get(&folded(&id)) else {
            continue;
        };
        let word = match kind.as_str() {
            "altered_total" | "altered_all" => None,
            "wrong_rounding" => Some("rounded"),
            "vat_error" => Some("VAT is"),
            _ => continue,
        };
        let found = office::causes::of_cdr(desk, row).expect("a cause can be asked for");
        let first = found.causes.first().map(|cause| cause.text.as_str());
        let right = match (first, word) {
            (None, None) => true,
            (Some(text), Some(word)) => text.contains(word),
            (None, Some(_)) | (Some(_), None) => false,
        };
        if !right {
            let first = first.unwrap_or("unexplained");
            causes.wrong.push(format!("{kind} {id}: {first}"));
        }
        let named = causes.by_kind.entry(kind.clone()).or_default();
        named.asked += 1;
        named.right += u32::from(right);
        named.tried += found.tried;
    }
    causes.took = began.elapsed();
    causes
}

impl Causes {
    /// Kinds of which fewer hundredths have the right cause first.
    pub fn below(&self, percent: u32) -> Vec<String> {
        let below = |named: &Named| named.right * 100 < named.asked * percent;
        let kinds = self.by_kind.iter().filter(|(_, named)| below(named));
        kinds.map(|(kind, _)| kind.clone()).collect()
    }

    /// The figures as text, and the first wrong ones.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut asked = 0;
        for (kind, named) in &self.by_kind {
            let tried = named.tried / named.asked.max(1);
            let Named {
                asked: of, right, ..
            } = named;
            asked += of;
            let _ = writeln!(
                text,
                "{kind:<20} cause right {right} of {of}, {tried} prices each"
            );
        }
        let each = self.took / asked.max(1);
        let _ = writeln!(text, "{asked} searches, {each:?} each with all reading");
        for line in self.wrong.iter().take(20) {
            let _ = writeln!(text, "{line}");
        }
        text
    }
}

impl Table {
    /// False alarms: what is good and was taken for something else.
    pub fn of_good(&self) -> Vec<&(String, String, String)> {
        self.wrong
            .iter()
            .filter(|(planted, ..)| planted == GOOD)
            .collect()
    }

    /// Recall and precision of every kind that was planted or found.
    fn scores(&self) -> Vec<Score> {
        let kinds: BTreeSet<&String> = self
            .cells
            .keys()
            .flat_map(|(truth, ours)| [truth, ours])
            .collect();
        let sum = |which: &dyn Fn(&(String, String)) -> bool| {
            let cells = self.cells.iter().filter(|(cell, _)| which(cell));
            cells.map(|(_, count)| count).sum()
        };
        let score = |kind: &String| Score {
            kind: kind.clone(),
            planted: sum(&|(truth, _)| truth == kind),
            right: sum(&|(truth, ours)| truth == kind && ours == kind),
            found: sum(&|(_, ours)| ours == kind),
        };
        kinds.into_iter().map(score).collect()
    }

    /// Kinds of which fewer hundredths than these were found, or were right when found.
    pub fn short(&self, percent: u32) -> Vec<String> {
        let scores = self.scores().into_iter();
        let short = scores.filter(|score| !score.reaches(percent));
        short.map(|score| score.kind).collect()
    }

    /// The table as text: what was planted, how much of it was found, and what else it was taken
    /// for.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{:<20} {:>7} {:>7} {:>8} {:>9}  taken for\n",
            "planted", "number", "found", "recall %", "precis. %"
        );
        let percent = |part: u32, whole: u32| {
            let part = Decimal::from(part * 100);
            let share = part.checked_div(Decimal::from(whole));
            share.map_or_else(
                || "-".to_owned(),
                |share| format!("{:.2}", share.round_dp(2)),
            )
        };
        for score in self.scores() {
            let Score {
                kind,
                planted,
                right,
                found,
            } = &score;
            let others: Vec<String> = self
                .cells
                .iter()
                .filter(|((truth, ours), _)| truth == kind && ours != kind)
                .map(|((_, ours), count)| format!("{ours} {count}"))
                .collect();
            let (recall, precision) = (percent(*right, *planted), percent(*right, *found));
            let others = others.join(", ");
            let _ = writeln!(
                text,
                "{kind:<20} {planted:>7} {right:>7} {recall:>8} {precision:>9}  {others}"
            );
        }
        let _ = writeln!(
            text,
            "zero_energy without any fee, nothing wrong: {}",
            self.invisible
        );
        text
    }
}
