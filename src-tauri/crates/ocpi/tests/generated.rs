//! Records from the generator beside the project, with faults planted and listed. Those that show
//! in the record alone must be found, and faultless records must raise nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use domain::Severity;
use ocpi::stream::{Piece, Splitter};
use ocpi::{Hint, Object, Reader};
use serde_json::Value;

/// Faults that a reader of single records must see, with the findings that show them (any will do).
const SEEN: &[(&str, &[&str])] = &[
    ("number_as_text", &["schema_wrong_type"]),
    ("end_before_start", &["end_before_start"]),
    ("negative_energy", &["negative_energy"]),
    ("period_sum", &["energy_mismatch"]),
    ("zero_energy", &["zero_energy_with_cost"]),
];

/// Faults that may show in the record, depending on their size.
const MAY_SHOW: &[&str] = &[
    "altered_total",
    "altered_all",
    "vat_error",
    "wrong_rounding",
];

/// Runs the generator into a folder, or says that it is not there.
fn generate(out: &Path, version: &str) -> bool {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"))
        .join("../../../../shared");
    let script = root.join("tools/gen_cdrs/gen_cdrs.py");
    if !script.is_file() {
        println!("shared/ is absent: not run");
        return false;
    }
    let made = Command::new("python3")
        .arg(script)
        .args([
            "--count",
            "3000",
            "--seed",
            "7",
            "--faults",
            "x3",
            "--version",
            version,
        ])
        .arg("--out")
        .arg(out)
        .output();
    match made {
        Ok(output) if output.status.success() => true,
        Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => {
            println!("python3 cannot be run ({error}): not run");
            false
        }
    }
}

/// The codes found per CDR id (folded), and how many CDRs there were.
fn codes(file: &Path) -> (BTreeMap<String, BTreeSet<String>>, usize) {
    let hint = Hint {
        party: Some("NL-ABC".parse().expect("a party key")),
        ..Hint::default()
    };
    let bytes = fs::read(file).expect("the generator wrote it");
    let (mut splitter, mut reader) = (Splitter::new(), Reader::new());
    let (mut codes, mut count) = (BTreeMap::<_, BTreeSet<String>>::new(), 0);
    for block in bytes.chunks(10_000) {
        let mut pieces = splitter.feed(block);
        while let Some(piece) = pieces.next() {
            let Piece::Record(raw) = piece else {
                panic!("{piece:?}")
            };
            let read = reader.read(raw.bytes, &hint);
            let Some(Object::Cdr(cdr)) = read.object else {
                panic!("{read:?}")
            };
            assert!(
                read.findings
                    .iter()
                    .all(|finding| finding.severity < Severity::Fatal)
            );
            let found = read.findings.iter().map(|finding| finding.code.to_string());
            codes.entry(cdr.id.folded()).or_default().extend(found);
            count += 1;
        }
    }
    assert!(splitter.finish().next().is_none(), "every line is complete");
    (codes, count)
}

fn check(version: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    if !generate(folder.path(), version) {
        return;
    }
    let (mut codes, count) = codes(&folder.path().join(version).join("cdrs.ndjson"));
    let truth = fs::read(folder.path().join("truth.json")).expect("the generator wrote it");
    let truth: Value = serde_json::from_slice(&truth).expect("the truth is JSON");
    let lines =
        fs::read_to_string(folder.path().join(version).join("cdrs.ndjson")).expect("it is there");
    assert_eq!(count, lines.lines().count(), "one CDR per line");

    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for fault in truth["faults"].as_array().expect("a list") {
        let name = fault["fault"].as_str().expect("a name");
        let mut found = BTreeSet::new();
        for id in ["cdr_id", "also_cdr_id"] {
            let id = fault[id].as_str().unwrap_or_default().to_ascii_lowercase();
            found.extend(codes.remove(&id).unwrap_or_default());
        }
        // Without energy some tariffs charge nothing, and then nothing is odd.
        let free = name == "zero_energy" && fault["delivered_excl_vat"] == "0";
        if free {
            assert!(found.is_empty(), "free of charge without energy: {found:?}");
        } else if let Some((_, due)) = SEEN.iter().find(|(fault, _)| *fault == name) {
            let hit = due.iter().any(|code| found.contains(*code));
            assert!(hit, "{name} of {} must show: {found:?}", fault["cdr_id"]);
            *seen.entry(name).or_default() += 1;
        } else if MAY_SHOW.contains(&name) && !found.is_empty() {
            *seen.entry(name).or_default() += 1;
        }
    }
    for (name, _) in SEEN {
        assert!(
            seen.contains_key(name),
            "the generator planted {name}: {seen:?}"
        );
    }
    let loud: Vec<_> = codes
        .iter()
        .filter(|(_, codes)| !codes.is_empty())
        .collect();
    assert!(loud.is_empty(), "faultless records raise nothing: {loud:?}");
    println!(
        "{version}: {count} CDRs, {} faultless, faults seen {seen:?}",
        codes.len()
    );
}

#[test]
fn planted_faults_of_2_2_1_are_found_and_nothing_else() {
    check("2.2.1");
}

#[test]
fn planted_faults_of_2_1_1_are_found_and_nothing_else() {
    check("2.1.1");
}
