//! A run straight over the standard's own figures, where the reference folder lies beside the
//! project. The golden cases hold the same figures in our own form; this proves them the same.

use std::fs;
use std::path::Path;

use domain::cdr::{ChargingPeriod, Dimension, DimensionKind};
use domain::{Decimal, Instant, Policy, Tariff, Tz};
use ocpi::Hint;
use serde_json::Value;
use tallywatt_tariff::{Candidates, ReplayInput, replay};

use crate::{case, figures, root};

#[test]
fn the_standards_own_figures() {
    let Some(shared) = root().parent().map(|parent| parent.join("shared/ocpi")) else {
        return;
    };
    let Ok(text) = fs::read_to_string(shared.join("price-cases.json")) else {
        println!("shared/ is absent: not run");
        return;
    };
    let file: Value = serde_json::from_str(&text).expect("price-cases.json is JSON");
    let cases = file["cases"].as_array().expect("it holds a list of cases");
    let (mut printed, mut exact, mut wrong) = (0, 0, Vec::new());
    for case in cases {
        match check(case, &shared) {
            Ok(true) => printed += 1,
            Ok(false) => exact += 1,
            Err(why) => wrong.push(why),
        }
    }
    println!("{printed} cases as printed, {exact} by exact value");
    assert!(
        wrong.is_empty(),
        "{} cases differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!((printed, exact), (71, 5), "no case may drop out unseen");
}

/// Whether a case fits as printed (`true`) or, where the print is wrong, by exact value.
fn check(case: &Value, shared: &Path) -> Result<bool, String> {
    let id = case["id"].as_str().expect("a case has an id");
    let hint = Hint {
        version: case["version"]
            .as_str()
            .and_then(|version| version.parse().ok()),
        kind: Some(ocpi::Kind::Tariff),
        party: None,
    };
    let tariff = case::read_tariff(&tariff_of(case, shared), &hint, id);
    let replayed = replay_session(case, &tariff);
    let found = figures::of(&replayed);
    let as_printed = case["verdict"] != "SPEC_NUMBER_WRONG";
    let mut wrong = Vec::new();
    let mut must = |name: String, known: &str| match found.get(&name) {
        Some(figure) if figures::fits(known, *figure) => {}
        other => wrong.push(format!(
            "{id}: {name} is {known}, the replay gives {other:?}"
        )),
    };
    for (name, value) in case["expected"]
        .as_object()
        .expect("a case expects figures")
    {
        match value {
            Value::String(_) if name == "currency" => {}
            Value::String(text) if as_printed => must(name.clone(), text),
            Value::String(_) => {
                if let Some(text) = case["computed_exact"][name].as_str() {
                    must(name.clone(), text);
                }
            }
            Value::Object(billed) if name == "billed" => {
                for (quantity, value) in billed {
                    must(
                        format!("billed_{quantity}"),
                        value.as_str().unwrap_or_default(),
                    );
                }
            }
            _ => {}
        }
    }
    if wrong.is_empty() {
        Ok(as_printed)
    } else {
        Err(wrong.join("\n"))
    }
}

fn tariff_of(case: &Value, shared: &Path) -> Value {
    let read = |file: &Value| -> Value {
        let path = shared.join(file.as_str().expect("a file name"));
        let text = fs::read_to_string(&path).expect("the examples lie beside the cases");
        serde_json::from_str(&text).expect("the examples are JSON")
    };
    if case["tariff_inline"].is_object() {
        case["tariff_inline"].clone()
    } else if case["cdr_file"].is_string() {
        read(&case["cdr_file"])["tariffs"][0].clone()
    } else {
        read(&case["tariff_file"])
    }
}

fn replay_session(case: &Value, tariff: &Tariff) -> domain::Replay {
    let session = &case["session"];
    let at = |value: &Value| -> Instant {
        value
            .as_str()
            .and_then(|text| text.parse().ok())
            .expect("an instant")
    };
    let periods: Vec<ChargingPeriod> = session["periods"]
        .as_array()
        .expect("a session has periods")
        .iter()
        .map(|period| ChargingPeriod {
            start_at: at(&period["start"]),
            dimensions: dimensions(period, at(&period["end"]) - at(&period["start"])),
            tariff_id: None,
        })
        .collect();
    let zone: Tz = session["time_zone"]
        .as_str()
        .and_then(|z| z.parse().ok())
        .expect("a zone");
    let expired = session["reservation_expired"] == true;
    let tariffs = [tariff];
    replay(&ReplayInput {
        start_at: at(&session["start"]),
        end_at: Some(at(&session["end"])),
        periods: &periods,
        currency: None,
        session_known: !expired,
        evse_known: true,
        mirrored: false,
        stated_excl_vat: None,
        tariffs: Candidates::Chosen(&tariffs),
        zone: Some(zone),
        policy: &Policy::STANDARD,
    })
}

fn dimensions(period: &Value, length: chrono::TimeDelta) -> Vec<Dimension> {
    let mut hours = (Decimal::from(length.num_seconds()) / Decimal::from(3600)).round_dp(4);
    hours.rescale(4);
    let state = match period["state"].as_str().expect("a state") {
        "CHARGING" => DimensionKind::Time,
        "PARKING" => DimensionKind::ParkingTime,
        "RESERVATION" => DimensionKind::ReservationTime,
        other => panic!("unknown state {other}"),
    };
    let mut dimensions = vec![Dimension {
        kind: state,
        volume: hours,
    }];
    for (key, kind) in [
        ("energy_kwh", DimensionKind::Energy),
        ("min_current", DimensionKind::MinCurrent),
        ("max_current", DimensionKind::MaxCurrent),
        ("min_power", DimensionKind::MinPower),
        ("max_power", DimensionKind::MaxPower),
    ] {
        let text = match &period[key] {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => continue,
        };
        let volume = text.parse().expect("a decimal");
        dimensions.push(Dimension { kind, volume });
    }
    dimensions
}
