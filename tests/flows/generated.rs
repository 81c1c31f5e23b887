//! A thousand generated CDRs with planted faults, from the generator beside the project. Nothing of
//! it is copied here; where it is absent, that is said and nothing is checked.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use acceptance::confusion::{book, generator, truth};
use office::api::CdrFilter;

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
    let truth = truth(folder.path());
    let desk = book(folder.path(), &truth);

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
