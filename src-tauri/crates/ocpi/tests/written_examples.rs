//! The specification's own examples, where they lie beside the project, written again: what is
//! written says the same as the example in every member, and nothing besides.

use std::fs;
use std::path::PathBuf;

use domain::OcpiVersion;
use ocpi::write::{self, Written};
use ocpi::{Hint, Object, Reader};
use serde_json::Value;

/// Words the writer has for what it does not know; an example may say more there.
const NOT_KNOWN: [&str; 2] = ["UNKNOWN", "#NA"];

/// Where an example is not as its own standard wants it, and the writer is.
const DEFECTS: [&str; 5] = [
    // What a CDR shows of its place is dated as the CDR itself (I-41).
    "2.1.1 cdr_example.json.location.evses[0].connectors[0].last_updated: \
     2015-06-29T22:01:13Z against 2015-06-29T21:39:01Z",
    "2.1.1 cdr_example.json.location.evses[0].last_updated: \
     2015-06-29T22:01:13Z against 2015-06-29T21:39:01Z",
    "2.1.1 cdr_example.json.location.last_updated: \
     2015-06-29T22:01:13Z against 2015-06-29T21:39:01Z",
    "2.1.1 cdr_example.json.tariffs[0].elements[0].price_components[0].price: 2.0 against \"2.00\"",
    "2.3.0 cdr_example.json.tariffs[0].tax_included: \"NO\" against nothing",
];

fn examples(version: &str, folder: &str) -> Vec<PathBuf> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"));
    let path = root.join("../../../../shared/ocpi/examples");
    let Ok(files) = fs::read_dir(path.join(version).join(folder)) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
    files.retain(|path| path.extension().is_some_and(|kind| kind == "json"));
    files.sort();
    files
}

fn write(object: &Object, version: OcpiVersion) -> Written {
    match object {
        Object::Cdr(cdr) => write::cdr(cdr, version),
        Object::Session(session) => write::session(session, version),
        Object::Tariff(tariff) => write::tariff(tariff, version),
        Object::Location(location) => write::location(location, version),
        Object::Token(token) => write::token(token, version),
    }
}

/// Whether two texts name one instant.
fn one_instant(one: &str, other: &str) -> bool {
    let instant = |text: &str| {
        let zoned = format!("{}Z", text.trim_end_matches('Z'));
        zoned.parse::<domain::Instant>().ok()
    };
    instant(one).is_some() && instant(one) == instant(other)
}

/// Each place where `written` says what `example` does not.
fn differences(written: &Value, example: &Value, path: &str, found: &mut Vec<String>) {
    match (written, example) {
        (Value::Object(members), Value::Object(theirs)) => {
            for (name, member) in members {
                let path = format!("{path}.{name}");
                match theirs.get(name) {
                    Some(their) => differences(member, their, &path, found),
                    None if member
                        .as_str()
                        .is_some_and(|text| NOT_KNOWN.contains(&text)) => {}
                    None => found.push(format!("{path}: {member} against nothing")),
                }
            }
        }
        (Value::Array(items), Value::Array(theirs)) if items.len() == theirs.len() => {
            for (index, (item, their)) in items.iter().zip(theirs).enumerate() {
                differences(item, their, &format!("{path}[{index}]"), found);
            }
        }
        (Value::String(text), Value::String(their)) => {
            let known = !NOT_KNOWN.contains(&text.as_str());
            if known && text != their && !one_instant(text, their) {
                found.push(format!("{path}: {text} against {their}"));
            }
        }
        (Value::Number(number), Value::Number(their)) => {
            if number.as_f64() != their.as_f64() {
                found.push(format!("{path}: {number} against {their}"));
            }
        }
        (one, other) if one == other => {}
        (one, other) => found.push(format!("{path}: {one} against {other}")),
    }
}

#[test]
fn every_example_is_written_as_it_was() {
    let mut written_files = 0;
    let mut found = Vec::new();
    for version in ["2.1.1", "2.2.1", "2.3.0"] {
        let as_version: OcpiVersion = version.parse().expect("a version");
        let hint = Hint {
            version: Some(as_version),
            kind: None,
            party: Some("NL-ABC".parse().expect("a party key")),
        };
        for folder in ["cdrs", "sessions", "tariffs", "locations", "tokens"] {
            for path in examples(version, folder) {
                let example = fs::read(&path).expect("the example can be read");
                let read = Reader::new().read(&example, &hint);
                let Some(object) = read.object else {
                    continue;
                };
                let written = write(&object, as_version);
                let again = Reader::new().read(written.json.as_bytes(), &hint);
                assert_eq!(again.recognised, read.recognised, "{}", path.display());
                let ours = serde_json::from_str(&written.json).expect("JSON");
                let theirs = serde_json::from_slice(&example).expect("JSON");
                let file = path.file_name().expect("a file").to_string_lossy();
                differences(&ours, &theirs, &format!("{version} {file}"), &mut found);
                written_files += 1;
            }
        }
    }
    if written_files == 0 {
        println!("shared/ is absent: not run");
        return;
    }
    assert!(written_files > 70, "{written_files} examples written again");
    assert_eq!(found, DEFECTS);
}
