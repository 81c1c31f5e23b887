//! `tariff explain`, `lint` and `try`.

use serde_json::{Value, json};

use crate::{json_of, tallywatt};

/// A folder with two versions of a tariff, and one with faults.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let tariff = |evening: f64, extra: Value| {
        json!({
            "country_code": "NL", "party_id": "TAL", "id": "T1", "currency": "EUR",
            "elements": [
                {"price_components": [
                    {"type": "ENERGY", "price": 0.35, "vat": 21, "step_size": 1}],
                 "restrictions": {"start_time": "08:00", "end_time": "18:00"}},
                {"price_components": [
                    {"type": "ENERGY", "price": evening, "vat": 21, "step_size": 1}]},
                {"price_components": [
                    {"type": "PARKING_TIME", "price": 6.0, "vat": 21, "step_size": 900}],
                 "restrictions": extra}],
            "last_updated": "2026-01-01T00:00:00Z",
        })
        .to_string()
    };
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("tariff.json", tariff(0.45, json!({})));
    write("later.json", tariff(0.5, json!({})));
    write(
        "faulty.json",
        tariff(45.0, json!({"min_duration": 7200, "max_duration": 3600})),
    );
    write("cdr.json", r#"{"id": "C1"}"#.to_owned());
    folder
}

#[test]
fn a_tariff_is_told_in_words() {
    let folder = folder();
    let told = json_of(
        folder.path(),
        0,
        &["tariff", "explain", "tariff.json", "--language", "nl"],
    );
    let text = &told["tariffs"][0]["text"];
    assert_eq!(
        text[0],
        "Tarief T1 van NL-TAL: prijzen in EUR, exclusief btw."
    );
    assert_eq!(
        text[3],
        "Element 2, altijd: energie 0,45 EUR/kWh plus 21 % btw."
    );
    let output = tallywatt(folder.path(), &["tariff", "explain", "tariff.json"]);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        printed.contains("Element 1, from 08:00 to 18:00: energy 0.35 EUR/kWh"),
        "{printed}"
    );
}

#[test]
fn two_versions_are_compared() {
    let folder = folder();
    let told = json_of(
        folder.path(),
        0,
        &["tariff", "explain", "tariff.json", "later.json"],
    );
    let expected = json!([
        "Tariff T1:",
        "energy, always: from 0.45 EUR/kWh to 0.50 EUR/kWh."
    ]);
    assert_eq!(told["changes"][0]["text"], expected);
}

#[test]
fn faults_need_a_person() {
    let folder = folder();
    let sound = json_of(folder.path(), 0, &["tariff", "lint", "tariff.json"]);
    assert_eq!(sound["tariffs"][0]["findings"], json!([]));
    let faulty = json_of(folder.path(), 1, &["tariff", "lint", "faulty.json"]);
    let found = faulty["tariffs"][0]["findings"].as_array().unwrap();
    let places: Vec<_> = found
        .iter()
        .map(|fault| (&fault["code"], &fault["at"]))
        .collect();
    assert!(
        places.contains(&(
            &json!("limits_contradict"),
            &json!("elements[2].restrictions")
        )),
        "{places:?}"
    );
    assert!(
        found.iter().any(|fault| fault["code"] == "perhaps_cents"),
        "{places:?}"
    );
}

#[test]
fn a_made_up_session_is_priced() {
    let folder = folder();
    let args = [
        "tariff",
        "try",
        "tariff.json",
        "--start",
        "2026-09-03T17:30",
        "--minutes",
        "90",
        "--kwh",
        "30",
        "--parking-minutes",
        "20",
    ];
    let tried = json_of(folder.path(), 0, &args);
    let one = &tried["tries"][0];
    assert_eq!(
        one["start"], "2026-09-03T15:30:00Z",
        "the wall clock of the Netherlands"
    );
    assert_eq!(one["end"], "2026-09-03T17:20:00Z");
    assert_eq!(
        one["price"]["total"],
        json!({"excl_vat": "15.5", "incl_vat": "18.755"})
    );
    assert_eq!(
        one["text"][1],
        "18:00–19:00 evening price 0.45 EUR/kWh (element 2; element 1 ends at 18:00), \
         20.000 kWh → 9.00 EUR"
    );
    let dims: Vec<_> = one["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| &l["dimension"])
        .collect();
    assert_eq!(dims, ["ENERGY", "ENERGY", "PARKING_TIME"]);
}

#[test]
fn power_stands_in_for_minutes_or_energy() {
    let folder = folder();
    let price = |more: [&str; 4]| {
        let start = [
            "tariff",
            "try",
            "tariff.json",
            "--start",
            "2026-09-03T10:00:00Z",
        ];
        let tried = json_of(folder.path(), 0, &[&start[..], &more[..]].concat());
        tried["tries"][0]["price"]["total"]["excl_vat"].clone()
    };
    assert_eq!(price(["--kwh", "22", "--power", "11"]), "7.7");
    assert_eq!(price(["--minutes", "120", "--power", "11"]), "7.7");
    assert_eq!(
        price(["--end", "2026-09-03T12:00:00Z", "--kwh", "22"]),
        "7.7"
    );
}

#[test]
fn what_cannot_be_tried_is_said() {
    let folder = folder();
    let start = ["tariff", "try", "tariff.json", "--start"];
    let lone = [&start[..], &["2026-09-03T10:00:00Z", "--kwh", "5"]].concat();
    let refused = json_of(folder.path(), 2, &lone);
    assert_eq!(refused["problem"]["code"], "bad_request");
    let when = [&start[..], &["soon", "--kwh", "5", "--power", "5"]].concat();
    assert_eq!(
        json_of(folder.path(), 2, &when)["problem"]["code"],
        "bad_request"
    );
    let no_tariff = json_of(folder.path(), 2, &["tariff", "lint", "cdr.json"]);
    assert_eq!(no_tariff["problem"]["code"], "file_not_understood");
}
