//! Golden cases: `tests/cases/sheet/<name>/input.*` read under its hint gives `expect.json`.
//!
//! `expect.json` begins with `//` lines that say why the case exists, and holds the hint.
//! `UPDATE_EXPECT=1` writes what was read; the difference is reviewed like code.
#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use tallywatt_sheet::{Because, Evidence, Guess, Hint, Row, RowIs, guess, open, read};

fn cases() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"))
        .join("../../../tests/cases/sheet")
}

#[test]
fn every_case_reads_as_expected() {
    let mut names: Vec<PathBuf> = std::fs::read_dir(cases())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    assert!(names.len() >= 15, "the cases are there");
    let wrong: Vec<String> = names.iter().filter_map(|case| check(case)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The difference, if there is one.
fn check(case: &Path) -> Option<String> {
    let file = case.join("expect.json");
    let written = std::fs::read_to_string(&file).unwrap();
    let is_comment = |line: &&str| line.trim_start().starts_with("//");
    let (why, rest): (Vec<&str>, Vec<&str>) = written.lines().partition(is_comment);
    assert!(
        !why.is_empty(),
        "{}: a case says why it exists",
        case.display()
    );
    let expected: Value = serde_json::from_str(&rest.join("\n")).unwrap();
    let found = shown(case, &expected["hint"]);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, format!("{}\n{}\n", why.join("\n"), layout(&found))).unwrap();
        return None;
    }
    let name = case.file_name().unwrap().to_string_lossy();
    (found != expected).then(|| format!("{name} reads as\n{}", layout(&found)))
}

/// One line per fact: a list's entries and an object's outer fields get their own lines.
fn layout(value: &Value) -> String {
    let fields = value.as_object().unwrap().iter().map(|(name, value)| {
        let text = match value.as_array().filter(|list| !list.is_empty()) {
            Some(list) => {
                let lines: Vec<String> = list.iter().map(|entry| format!("    {entry}")).collect();
                format!("[\n{}\n  ]", lines.join(",\n"))
            }
            None => value.to_string(),
        };
        format!("  {}: {text}", json!(name))
    });
    format!("{{\n{}\n}}", fields.collect::<Vec<_>>().join(",\n"))
}

fn shown(case: &Path, hint: &Value) -> Value {
    let input = std::fs::read_dir(case)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let input = input
        .into_iter()
        .find(|path| path.file_stem().unwrap() == "input")
        .unwrap();
    let bytes = std::fs::read(input).unwrap();
    let known = Hint {
        party: "NL-ABC".parse().unwrap(),
        zone: hint["zone"].as_str().unwrap().parse().unwrap(),
        currency: hint["currency"].as_str().unwrap().parse().unwrap(),
    };
    let book = open(bytes).unwrap();
    let Guess {
        template,
        evidence,
        ambiguities,
    } = guess(&book, &known).unwrap();
    let decided = evidence
        .iter()
        .filter(|evidence| evidence.because != Because::EvenColumns);
    let rows = read(&book, &template, &known).unwrap();
    json!({
        "hint": hint,
        "evidence": decided.map(evidence_line).collect::<Vec<_>>(),
        "ambiguities": ambiguities
            .iter()
            .map(|open| format!("{}, or {}", evidence_line(&open.chosen), open.other))
            .collect::<Vec<_>>(),
        "rows": rows.map(|row| shown_row(&row)).collect::<Vec<_>>(),
    })
}

fn evidence_line(evidence: &Evidence) -> String {
    let name = |value: Value| value.as_str().unwrap().to_owned();
    let part = |before: &str, text: Option<String>| {
        text.map_or(String::new(), |text| format!("{before}{text}"))
    };
    [
        name(json!(evidence.what)),
        format!(" {} because ", evidence.value),
        name(json!(evidence.because)),
        part(" in ", evidence.column.clone()),
        part(" at row ", evidence.row.map(|row| row.to_string())),
        part(": ", evidence.sample.clone()),
    ]
    .concat()
}

fn shown_row(row: &Row) -> Value {
    if let RowIs::Skipped(reason) = row.is {
        return json!({ "row": row.number, "skipped": reason });
    }
    let mut shown = Map::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            shown.insert(name.to_owned(), Value::String(value));
        }
    };
    match &row.record.value {
        None => put("rejected", Some(row.raw.replace('\t', " | "))),
        Some(cdr) => {
            let place = &cdr.location;
            let text = |id: &Option<domain::OcpiId>| id.as_ref().map(ToString::to_string);
            let cost = cdr.totals.cost.as_ref();
            put("id", Some(cdr.id.to_string()));
            put(
                "start",
                Some(cdr.start_at.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
            );
            put(
                "end",
                Some(cdr.end_at.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
            );
            put("kwh", Some(cdr.totals.energy.0.to_string()));
            put("net", cost.map(|cost| cost.excl_vat.to_string()));
            put(
                "gross",
                cost.and_then(|cost| Some(cost.incl_vat?.to_string())),
            );
            let tax = cost.and_then(|cost| cost.taxes.first());
            put("vat", tax.map(|tax| tax.amount.to_string()));
            put(
                "vat_rate",
                tax.and_then(|tax| Some(tax.percentage?.to_string())),
            );
            put("currency", cost.map(|_| cdr.currency.to_string()));
            put("evse_id", text(&place.evse_id));
            put("evse_uid", text(&place.evse_uid));
            put("location", place.name.clone().or(text(&place.id)));
            put("zone", place.time_zone.map(|zone| zone.to_string()));
            put("contract", text(&cdr.token.contract_id));
            put("token", text(&cdr.token.uid));
            put("session", text(&cdr.session_id));
            put("time_h", cdr.totals.time_h.map(|hours| hours.to_string()));
            let charging = cdr.periods[0].volume(domain::DimensionKind::Time);
            put("charging_h", charging.map(|hours| hours.to_string()));
        }
    }
    let findings: Vec<String> = row.record.findings.iter().map(finding_line).collect();
    let mut line = Map::from_iter([("row".to_owned(), json!(row.number))]);
    line.extend(shown);
    if !findings.is_empty() {
        line.insert("findings".to_owned(), json!(findings));
    }
    Value::Object(line)
}

fn finding_line(finding: &domain::Finding) -> String {
    let place = match &finding.at {
        domain::FindingLocation::Cell { column, .. } => column.clone(),
        other => other.to_string(),
    };
    let params: Vec<String> = finding
        .params
        .iter()
        .map(|(name, value)| format!(" {name}={value}"))
        .collect();
    let severity = json!(finding.severity);
    format!(
        "{} {} {place}{}",
        severity.as_str().unwrap(),
        finding.code,
        params.concat()
    )
}
