//! The specification's own examples, where they lie beside the project. They are read, never
//! copied; their known defects must appear as findings.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use domain::{OcpiVersion, Severity};
use ocpi::stream::{Piece, Splitter};
use ocpi::{Hint, Kind, Object, Reader};

/// A folder beside the project, or a plain word that it is not there.
fn shared(name: &str) -> Option<PathBuf> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"))
        .join("../../../../shared");
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("shared/ is absent: not run");
    None
}

/// The files of one folder that hold CDRs, sessions and so on.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder can be listed")
        .map(|entry| entry.expect("the folder can be listed").path())
        .collect();
    files.sort();
    files
}

/// Everything found in a file: codes of findings with their severity, and what was read.
struct Outcome {
    objects: Vec<Object>,
    findings: BTreeSet<String>,
    fatal: bool,
    version: Option<OcpiVersion>,
}

fn read(path: &Path, version: OcpiVersion) -> Outcome {
    let hint = Hint {
        version: Some(version),
        kind: None,
        party: Some("NL-ABC".parse().expect("a party key")),
    };
    let bytes = fs::read(path).expect("the example can be read");
    let mut outcome = Outcome {
        objects: Vec::new(),
        findings: BTreeSet::new(),
        fatal: false,
        version: None,
    };
    let (mut splitter, mut reader) = (Splitter::new(), Reader::new());
    let mut drain = |pieces: &mut ocpi::stream::Pieces<'_>| {
        while let Some(piece) = pieces.next() {
            let findings = match piece {
                Piece::Record(raw) => {
                    let read = reader.read(raw.bytes, &hint);
                    outcome.version = read.recognised.map(|recognised| recognised.version);
                    outcome.objects.extend(read.object);
                    read.findings
                }
                Piece::Broken(_, finding) | Piece::Note(finding) => vec![finding],
            };
            for finding in findings {
                outcome.fatal |= finding.severity == Severity::Fatal;
                outcome
                    .findings
                    .insert(format!("{} at {}", finding.code, finding.at));
            }
        }
    };
    drain(&mut splitter.feed(&bytes));
    drain(&mut splitter.finish());
    outcome
}

/// Whether a file holds only a part of an object: a PATCH body, an EVSE, opening hours.
fn is_fragment(name: &str) -> bool {
    [
        "patch",
        "energymix",
        "opening_times",
        "put_evse",
        "put_example_add_evse",
        "_hours_",
    ]
    .iter()
    .any(|part| name.contains(part))
        || name.contains("regularhours")
}

fn kind_of(folder: &str) -> Kind {
    match folder {
        "cdrs" => Kind::Cdr,
        "sessions" => Kind::Session,
        "tariffs" => Kind::Tariff,
        "locations" => Kind::Location,
        "tokens" => Kind::Token,
        other => panic!("{other} holds no objects of ours"),
    }
}

fn is(object: &Object, kind: Kind) -> bool {
    match object {
        Object::Cdr(_) => kind == Kind::Cdr,
        Object::Session(_) => kind == Kind::Session,
        Object::Tariff(_) => kind == Kind::Tariff,
        Object::Location(_) => kind == Kind::Location,
        Object::Token(_) => kind == Kind::Token,
    }
}

/// Defects that the examples are known to have, each with a file and where it must show.
const DEFECTS: &[(&str, &str)] = &[
    (
        "2.1.1/cdrs/cdr_example.json",
        "schema_wrong_type at tariffs[0].elements[0].price_components[0].price",
    ),
    (
        "2.1.1/cdrs/cdr_example.json",
        "schema_enum at location.country",
    ),
    (
        "2.1.1/cdrs/cdr_example.json",
        "last_updated_before_end at last_updated",
    ),
    (
        "2.2/cdrs/cdr_example.json",
        "last_updated_before_end at last_updated",
    ),
    (
        "2.2.1/cdrs/cdr_example.json",
        "last_updated_before_end at last_updated",
    ),
    (
        "2.3.0/cdrs/cdr_example.json",
        "tax_included_missing at tariffs[0].tax_included",
    ),
    (
        "2.1.1/sessions/session_example_2_short_finished.json",
        "energy_unit_suspect at kwh",
    ),
    (
        "2.2/sessions/session_example_2_short_finished.json",
        "energy_unit_suspect at kwh",
    ),
    (
        "2.2.1/sessions/session_example_2_short_finished.json",
        "energy_unit_suspect at kwh",
    ),
    (
        "2.3.0/sessions/session_example_2_short_finished.json",
        "energy_unit_suspect at kwh",
    ),
    (
        "2.1.1/tariffs/tariff_put_example.json",
        "schema_missing_field at last_updated",
    ),
    (
        "2.2.1/tariffs/tariff_put_example.json",
        "schema_missing_field at last_updated",
    ),
    (
        "2.3.0/tariffs/tariff_put_example.json",
        "schema_missing_field at last_updated",
    ),
];

#[test]
fn every_example_is_read_in_its_version() {
    let Some(examples) = shared("ocpi/examples") else {
        return;
    };
    let mut read_files = 0;
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for version in ["2.1.1", "2.2", "2.2.1", "2.3.0"] {
        for folder in ["cdrs", "sessions", "tariffs", "locations", "tokens"] {
            for path in files(&examples.join(version).join(folder)) {
                let name = path
                    .file_name()
                    .expect("a file")
                    .to_string_lossy()
                    .into_owned();
                if path.extension().is_none_or(|extension| extension != "json") {
                    continue;
                }
                let as_version: OcpiVersion = version.parse().expect("a version");
                let outcome = read(&path, as_version);
                let what = format!("{version}/{folder}/{name}");
                if is_fragment(&name) {
                    assert!(outcome.objects.is_empty(), "{what} is not a whole object");
                    let only = BTreeSet::from(["unknown_object at record".to_owned()]);
                    assert_eq!(outcome.findings, only, "{what}");
                } else {
                    assert!(!outcome.fatal, "{what}: {:?}", outcome.findings);
                    assert_eq!(outcome.objects.len(), 1, "{what}");
                    assert!(is(&outcome.objects[0], kind_of(folder)), "{what}");
                    assert_eq!(outcome.version, Some(as_version), "{what}");
                }
                seen.insert(what, outcome.findings);
                read_files += 1;
            }
        }
    }
    assert!(read_files > 100, "{read_files} examples were read");
    for (file, defect) in DEFECTS {
        assert!(
            seen[*file].contains(*defect),
            "{file} shows {defect}: {:?}",
            seen[*file]
        );
    }
    let faulty = seen.iter().filter(|(file, findings)| {
        !findings.is_empty() && !findings.contains("unknown_object at record") && {
            println!("{file}: {findings:?}");
            true
        }
    });
    println!(
        "{read_files} examples read, {} with findings",
        faulty.count()
    );
}

#[test]
fn text_that_is_not_quite_json_is_read_as_far_as_it_makes_sense() {
    let Some(examples) = shared("ocpi/examples") else {
        return;
    };
    let path = examples.join("2.1.1/cdrs/cdr_example.tag-2.1.1-d2.raw.txt");
    let outcome = read(&path, OcpiVersion::V211);
    assert!(
        matches!(outcome.objects[..], [Object::Cdr(_)]),
        "a comma too many costs no CDR"
    );
    assert!(
        outcome.findings.contains("not_json at record"),
        "{:?}",
        outcome.findings
    );
    for name in [
        "energymix_complete",
        "energymix_provider",
        "energymix_simple",
        "opening_times",
    ] {
        let path = examples.join(format!("2.1.1/locations/{name}.raw.txt"));
        let outcome = read(&path, OcpiVersion::V211);
        assert!(
            outcome.objects.is_empty(),
            "{name}: a bare member is no object"
        );
        assert!(
            outcome.fatal && outcome.findings.contains("not_json at record"),
            "{name}"
        );
    }
}

#[test]
fn response_envelopes_give_their_data() {
    let Some(examples) = shared("ocpi/examples") else {
        return;
    };
    for (file, tokens) in [
        ("2.1.1/transport/token_response.json", 1),
        ("2.1.1/transport/token_list_response.json", 3),
        (
            "2.2.1/transport/transport_and_format_get_token_example.json",
            1,
        ),
        (
            "2.2.1/transport/transport_and_format_get_token_list_example.json",
            3,
        ),
    ] {
        let outcome = read(&examples.join(file), OcpiVersion::V221);
        assert_eq!(
            outcome.objects.len(),
            tokens,
            "{file}: {:?}",
            outcome.findings
        );
        assert!(
            outcome.objects.iter().all(|object| is(object, Kind::Token)),
            "{file}"
        );
    }
    let outcome = read(
        &examples.join("2.1.1/transport/error_response.json"),
        OcpiVersion::V211,
    );
    assert!(
        outcome.objects.is_empty() && !outcome.fatal,
        "{:?}",
        outcome.findings
    );
}
