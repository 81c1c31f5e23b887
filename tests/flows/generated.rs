//! A thousand generated CDRs with planted faults, from the generator beside the project. Nothing of
//! it is copied here; where it is absent, that is said and nothing is checked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use office::Job;
use office::api::{CdrFilter, ImportRequest};

/// The generator, if it lies beside the project.
fn generator() -> Option<PathBuf> {
    let tests = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"));
    let script = tests.join("../../shared/tools/gen_cdrs/gen_cdrs.py");
    script.exists().then_some(script)
}

#[test]
fn good_cdrs_have_no_error_and_faults_land_where_the_rules_put_them() {
    let Some(script) = generator() else {
        println!("shared/ is absent: not run");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new("python3")
        .arg(script)
        .args(["--count", "1000", "--faults", "x3", "--out"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let truth = std::fs::read_to_string(folder.path().join("truth.json")).unwrap();
    let truth: serde_json::Value = serde_json::from_str(&truth).unwrap();
    let desk = book(folder.path(), &truth);
    for name in [
        "tariffs.json",
        "locations.json",
        "tokens.json",
        "cdrs.ndjson",
        "sessions.ndjson",
    ] {
        let path = folder.path().join("2.2.1").join(name);
        let request = ImportRequest::default();
        office::intake::run(&desk, &mut Job::quiet(), &request, &path).unwrap();
    }
    office::reconcile::reconcile_stale(&desk, &mut Job::quiet()).unwrap();

    let faults: BTreeMap<String, String> = truth["faults"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|fault| {
            let kind = fault["fault"].as_str().unwrap().to_owned();
            ["cdr_id", "also_cdr_id"]
                .into_iter()
                .filter_map(move |field| {
                    Some((fault[field].as_str()?.to_ascii_lowercase(), kind.clone()))
                })
        })
        .collect();
    let rows = office::explorer::matching(&desk, &CdrFilter::default()).unwrap();
    let mut table: BTreeMap<&str, BTreeMap<String, u32>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for row in office::explorer::rows_of(&desk, &rows).unwrap() {
        let fault = faults
            .get(&row.id.to_ascii_lowercase())
            .map_or("", String::as_str);
        *table
            .entry(fault)
            .or_default()
            .entry(row.bucket.clone())
            .or_default() += 1;
        let good = row.bucket == "matched" && !matches!(row.severity.as_str(), "error" | "fatal");
        if fault.is_empty() && !good {
            wrong.push(format!("{} {} {}", row.id, row.bucket, row.severity));
        }
    }
    println!("{:<22} buckets", "fault");
    for (fault, buckets) in &table {
        let words: Vec<String> = buckets
            .iter()
            .map(|(name, n)| format!("{name} {n}"))
            .collect();
        let fault = if fault.is_empty() { "(none)" } else { fault };
        println!("{fault:<22} {}", words.join(", "));
    }
    assert_eq!(wrong, Vec::<String>::new(), "CDRs without a fault");
    for (fault, bucket) in [
        ("missing_session", "missing_session"),
        ("altered_total", "differs"),
        ("altered_all", "differs"),
        ("wrong_rounding", "differs"),
        ("unknown_tariff", "needs_tariff"),
        ("wrong_currency", "differs"),
        ("meter_mismatch", "differs"),
    ] {
        let Some(found) = table.get(fault) else {
            continue;
        };
        let buckets: BTreeSet<&str> = found.keys().map(String::as_str).collect();
        assert_eq!(buckets, BTreeSet::from([bucket]), "{fault}");
    }
}

/// A book of the tokens' provider, its partners with the rounding that the truth names.
fn book(folder: &Path, truth: &serde_json::Value) -> office::Desk {
    let new = store::NewBook {
        party: "NL-OUR".parse().unwrap(),
        demo: false,
        created_at: "2026-02-02T08:00:00Z".parse().unwrap(),
    };
    let mut desk = office::Desk::create(&folder.join("book.tallywatt"), &new, "test").unwrap();
    for (key, partner) in truth["partners"].as_object().unwrap() {
        let mut dto = office::partners::defaults(&desk, &key.replace('*', "-")).unwrap();
        let digits = partner["rounding_decimals"].as_u64().unwrap();
        let mode = partner["rounding_mode"].as_str().unwrap_or("half_up");
        let rounding = format!("per_total,{digits},{mode}");
        dto.policy.insert("rounding".to_owned(), rounding);
        office::partners::set(&mut desk, &dto).unwrap();
    }
    desk
}
