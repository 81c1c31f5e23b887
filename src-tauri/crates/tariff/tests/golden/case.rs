//! One golden case: read it, price it both ways, compare it with what it expects.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use domain::cdr::Cdr;
use domain::{Decimal, Policy, Replay, Tariff, Tz};
use ocpi::Hint;
use serde_json::{Map, Value};
use tallywatt_tariff::{Comparison, ReplayInput, compare, price, replay};

use crate::{figures, render};

/// The inputs of a case.
pub struct Given {
    pub cdr: Cdr,
    pub tariffs: Vec<Tariff>,
    pub zone: Option<Tz>,
    pub policy: Policy,
}

impl Given {
    /// Prices it, and proves on the way that the totals-only path agrees with the traced one.
    pub fn run(&self) -> (Replay, Comparison) {
        let chosen: Vec<&Tariff> = self.tariffs.iter().collect();
        let mut input = ReplayInput::of_cdr(&self.cdr, &chosen, self.zone, &self.policy);
        if !chosen.is_empty() {
            input = input.with_tariffs(&chosen);
        }
        let traced = replay(&input);
        let plain = price(&input);
        assert_eq!(
            plain.totals, traced.totals,
            "price() and replay() share their core"
        );
        assert_eq!(plain.exact, traced.exact);
        assert_eq!(plain.billed, traced.billed);
        let mut findings = traced.findings.clone();
        for finding in &mut findings {
            // What is at stake is worked out with the trace only.
            for figure in ["as_reported", "split"] {
                finding.params.remove(figure);
            }
        }
        assert_eq!(plain.findings, findings);
        let compared = compare(
            &self.cdr,
            &traced.totals,
            &traced.exact,
            &self.policy,
            Decimal::ZERO,
        );
        (traced, compared)
    }
}

/// Checks the case in a folder; `Some` says what is wrong.
pub fn check(folder: &Path, update: bool) -> Option<String> {
    let name = folder
        .file_name()
        .expect("a folder has a name")
        .to_string_lossy()
        .into_owned();
    let path = folder.join("expect.json");
    let text = read(&path);
    let (comments, body) = split_comments(&text);
    let Value::Object(expected) = parse(body, &name) else {
        panic!("{name}: expect.json is an object");
    };
    if comments.trim().is_empty() {
        return Some(format!(
            "{name}: expect.json does not say why the case exists"
        ));
    }
    let given = given(folder, &expected, &name);
    let (replayed, compared) = given.run();
    let mut actual = Map::new();
    for key in ["given", "figures"] {
        if let Some(value) = expected.get(key) {
            actual.insert(key.to_owned(), value.clone());
        }
    }
    actual.extend(render::result(&replayed, &compared));
    if let Some(wrong) = figures::wrong(expected.get("figures"), &replayed) {
        return Some(format!("{name}: {wrong}"));
    }
    if actual == expected {
        return None;
    }
    if update {
        let text = format!("{comments}{}\n", render::layout(&actual));
        fs::write(&path, text).expect("the golden cases are writable when they are updated");
        return None;
    }
    Some(difference(&name, &expected, &actual))
}

/// The inputs in a case's folder.
fn given(folder: &Path, expected: &Map<String, Value>, name: &str) -> Given {
    let given = expected.get("given").unwrap_or(&Value::Null);
    let text = |key: &str| given.get(key).and_then(Value::as_str);
    let hint = Hint {
        version: text("ocpi").map(|version| version.parse().expect("a version we know")),
        kind: None,
        party: Some("NL-TAL".parse().expect("a party key")),
    };
    let cdr = ocpi::read_cdr(read(&folder.join("cdr.json")).as_bytes(), &hint);
    let cdr = cdr
        .value
        .unwrap_or_else(|| panic!("{name}: cdr.json: {:?}", cdr.findings));
    let tariffs = match parse(&read(&folder.join("tariff.json")), name) {
        Value::Array(tariffs) => tariffs,
        one => vec![one],
    };
    let tariffs = tariffs
        .iter()
        .map(|tariff| read_tariff(tariff, &hint, name))
        .collect();
    let policy = given
        .get("policy")
        .map_or(Policy::STANDARD, |policy| policy_of(policy, name));
    Given {
        cdr,
        tariffs,
        zone: text("time_zone").map(|zone| zone.parse().expect("an IANA zone")),
        policy,
    }
}

/// The standard policy with the switches that a case names; rounding also as an object.
fn policy_of(named: &Value, name: &str) -> Policy {
    let switches = named
        .as_object()
        .expect("a policy is an object of switches");
    let mut policy = Policy::STANDARD;
    for (switch, reading) in switches {
        policy = match reading.as_str() {
            Some(reading) => policy.with(switch, reading),
            None if switch == "rounding" => Ok(Policy {
                rounding: serde_json::from_value(reading.clone()).expect("how to round"),
                ..policy
            }),
            None => panic!("{name}: a reading of {switch} is a word"),
        }
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    policy
}

/// Reads one tariff.
pub fn read_tariff(json: &Value, hint: &Hint, name: &str) -> Tariff {
    let tariff = ocpi::read_tariff(json.to_string().as_bytes(), hint);
    tariff
        .value
        .unwrap_or_else(|| panic!("{name}: tariff: {:?}", tariff.findings))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn parse(text: &str, name: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The leading `//` lines and the rest.
fn split_comments(text: &str) -> (&str, &str) {
    let end = text
        .split_inclusive('\n')
        .take_while(|line| line.trim_start().starts_with("//"))
        .map(str::len)
        .sum();
    text.split_at(end)
}

fn difference(name: &str, expected: &Map<String, Value>, actual: &Map<String, Value>) -> String {
    let mut text = format!("{name}:");
    let keys = expected
        .keys()
        .chain(actual.keys().filter(|key| !expected.contains_key(*key)));
    for key in keys {
        let (old, new) = (expected.get(key), actual.get(key));
        if old != new {
            let show = |value: Option<&Value>| value.map_or("absent".to_owned(), Value::to_string);
            write!(
                text,
                "\n  {key}\n    expected {}\n    found    {}",
                show(old),
                show(new)
            )
            .expect("writing to a string cannot fail");
        }
    }
    text
}
