//! Each object with everything in it, written in each version, beside what the text falls short
//! of. `UPDATE_EXPECT=1 cargo test -p tallywatt-ocpi --test golden` writes the files anew; the
//! difference is to be read like code.

mod fixtures;
mod objects;

use std::fs;
use std::path::PathBuf;

use domain::{OcpiVersion, TaxIncluded};
use objects::VERSIONS;
use ocpi::write::{self, Written};
use ocpi::{Hint, Reader, rewrite};

/// The text with one member per line, down to `depth`; figures and texts untouched.
fn spread(json: &str, depth: usize) -> String {
    let (mut out, mut level, mut quoted, mut escaped) = (String::new(), 0, false, false);
    let line = |out: &mut String, level: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(level));
    };
    let mut letters = json.chars().peekable();
    while let Some(letter) = letters.next() {
        let was_escaped = escaped;
        escaped = quoted && letter == '\\' && !was_escaped;
        match letter {
            '"' if !was_escaped => quoted = !quoted,
            '{' | '[' if !quoted => level += 1,
            '}' | ']' if !quoted => {
                level -= 1;
                if level < depth && !out.ends_with(['{', '[']) {
                    line(&mut out, level);
                }
            }
            _ => {}
        }
        out.push(letter);
        let opens = matches!(letter, '{' | '[' | ',') && !quoted;
        let hollow = matches!(letters.peek(), Some('}' | ']'));
        if opens && level > 0 && level <= depth && !hollow {
            line(&mut out, level);
        } else if matches!(letter, ':' | ',') && !quoted {
            out.push(' ');
        }
    }
    out
}

fn check(name: &str, written: &Written) {
    let mut told: Vec<String> = written
        .lacks
        .iter()
        .map(|lack| format!("// {lack}"))
        .collect();
    told.push(spread(&written.json, 6) + "\n");
    let told = told.join("\n");
    let dir = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this");
    let path = PathBuf::from(dir).join("tests/written").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &told).expect("the folder is there");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(told, expected, "{name}; UPDATE_EXPECT=1 writes it anew");
    let bare: String = told
        .lines()
        .filter(|line| !line.starts_with("//"))
        .collect();
    let spread_out: serde_json::Value = serde_json::from_str(&bare).expect("JSON");
    let as_written: serde_json::Value = serde_json::from_str(&written.json).expect("JSON");
    assert_eq!(spread_out, as_written);
}

#[test]
fn cdrs() {
    for version in VERSIONS {
        check(
            &format!("cdr_{version}.json"),
            &write::cdr(&objects::cdr(), version),
        );
        let bare = write::cdr(&objects::bare_cdr(), version);
        check(&format!("cdr_bare_{version}.json"), &bare);
    }
}

#[test]
fn sessions() {
    for version in VERSIONS {
        let written = write::session(&objects::session(), version);
        check(&format!("session_{version}.json"), &written);
    }
}

#[test]
fn tariffs() {
    for version in VERSIONS {
        let net = write::tariff(&objects::tariff(TaxIncluded::No), version);
        check(&format!("tariff_{version}.json"), &net);
        let gross = write::tariff(&objects::tariff(TaxIncluded::Yes), version);
        check(&format!("tariff_gross_{version}.json"), &gross);
    }
}

#[test]
fn tokens_locations_and_records() {
    for version in VERSIONS {
        let token = write::token(&objects::token(), version);
        check(&format!("token_{version}.json"), &token);
        let location = write::location(&objects::location(), version);
        check(&format!("location_{version}.json"), &location);
    }
    check("record.json", &write::record(&objects::record()));
}

/// Records that hold what the domain does not keep, from version to version: what becomes of it.
#[test]
fn records_written_again() {
    use OcpiVersion::{V211, V221, V230};
    for (name, from, record) in [
        ("location", V211, fixtures::full_location(V211)),
        ("location", V221, fixtures::full_location(V221)),
        ("cdr", V211, fixtures::CDR_211.to_owned()),
        ("cdr", V221, fixtures::full_cdr()),
        ("session", V211, fixtures::SESSION_211.to_owned()),
        ("session", V221, fixtures::full_session()),
        ("tariff", V211, fixtures::TARIFF_211.to_owned()),
        ("tariff", V221, fixtures::full_tariff()),
        ("token", V211, fixtures::TOKEN_211.to_owned()),
        ("token", V221, fixtures::full_token()),
        ("location", V230, fixtures::location_230()),
        ("cdr", V230, fixtures::CDR_230.to_owned()),
        ("session", V230, fixtures::session_230()),
        ("tariff", V230, fixtures::TARIFF_230.to_owned()),
        ("token", V230, fixtures::token_230()),
    ] {
        let hint = Hint {
            version: Some(from),
            ..fixtures::connection()
        };
        let read = Reader::new().read(record.as_bytes(), &hint);
        for to in VERSIONS.into_iter().filter(|to| *to != from) {
            let written = rewrite::record(record.as_bytes(), &read, to).expect("it was read");
            check(&format!("again/{name}_{from}_to_{to}.json"), &written);
        }
    }
}
