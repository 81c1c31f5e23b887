//! `price --samples`: a team's kept sessions, and `--policy` for partners.

use std::path::Path;

use serde_json::{Value, json};

use super::{cdr, folder, json_of, number, tallywatt};

/// 0.50 a kWh and 3.00 an hour in steps of five minutes, 21 % VAT.
fn tariff(id: &str) -> Value {
    json!({"country_code": "DE", "party_id": "ABC", "id": id, "currency": "EUR",
        "elements": [{"price_components": [
            {"type": "ENERGY", "price": number("0.50"), "vat": number("21.0"), "step_size": 1},
            {"type": "TIME", "price": number("3.00"), "vat": number("21.0"), "step_size": 300}]}],
        "last_updated": "2026-01-01T00:00:00Z"})
}

/// A CDR without tariffs: 4 kWh in 7 and 8 minutes; it states what the standard policy gives.
fn timed(id: &str, net: &str) -> Value {
    let mut record: Value = serde_json::from_str(&cdr(id, "4", net)).unwrap();
    let period = |start: &str, kwh: &str, hours: &str| {
        json!({"start_date_time": start, "dimensions": [
            {"type": "ENERGY", "volume": number(kwh)},
            {"type": "TIME", "volume": number(hours)}]})
    };
    record["tariffs"] = json!([]);
    record["end_date_time"] = json!("2026-09-03T10:15:00Z");
    record["total_time"] = number("0.25");
    record["charging_periods"] = json!([
        period("2026-09-03T10:00:00Z", "1.5", "0.1167"),
        period("2026-09-03T10:07:00Z", "2.5", "0.1333"),
    ]);
    record
}

fn write(at: &Path, name: &str, text: &impl ToString) {
    let path = at.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text.to_string()).unwrap();
}

/// The results of a file of samples, by sample.
fn priced(at: &Path, status: i32, samples: &Value) -> Vec<Value> {
    write(at, "kept/samples.json", &samples);
    let document = json_of(at, status, &["price", "--samples", "kept/samples.json"]);
    document["cdrs"].as_array().unwrap().clone()
}

#[test]
fn samples_are_priced_each_under_its_own_tariffs_zone_and_policy() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write(at, "kept/tariffs/t1.json", &tariff("T1"));
    write(at, "kept/two.json", &timed("S2", "2.75"));
    let own: Value = serde_json::from_str(&cdr("S4", "4", "2")).unwrap();
    // 2.00 for energy and 15 minutes at 3.00 an hour.
    let samples = json!([
        {"id": "inline", "ocpi": "2.2.1", "cdr": timed("S1", "2.75"), "tariffs": [tariff("T1")],
         "expected": {"total": {"excl_vat": "2.75", "incl_vat": "3.33"}}},
        {"id": "paths", "time_zone": "Europe/London", "cdr": "two.json",
         "tariffs": ["tariffs/t1.json"], "policy": {},
         "expected": {"time": {"excl_vat": number("0.75")}, "parking": {"excl_vat": "0.00"}}},
        {"id": "rounded", "cdr": timed("S3", "2.8"), "tariffs": ["tariffs/t1.json"],
         "policy": {"rounding": "per_total,1,half_up"},
         "expected": {"total": {"excl_vat": "2.8"}, "energy": {"excl_vat": "2.00"}}},
        {"id": "no expectation", "cdr": own,
         "expected": {"total": null, "time": {"excl_vat": null}}},
    ]);
    let results = priced(at, 0, &samples);
    let told = |name: &str| {
        results
            .iter()
            .map(|one| one[name].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told("sample"),
        ["inline", "paths", "rounded", "no expectation"]
    );
    assert_eq!(
        told("as_expected"),
        [json!(true), json!(true), json!(true), Value::Null]
    );
    assert_eq!(told("id"), ["S1", "S2", "S3", "S4"]);
    assert_eq!(told("time_zone")[1], "Europe/London");
    assert_eq!(results[2]["replayed"]["total"]["excl_vat"], "2.8");
    assert_eq!(results[0]["unmet"], json!([]));
    assert_eq!(results[3]["lines"][0]["tariff_id"], "T1", "its own tariff");
}

#[test]
fn what_is_not_as_expected_is_named_and_ends_with_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let wrong = json!({"total": {"excl_vat": "2.76", "incl_vat": "3.3275"},
        "fixed": {"excl_vat": "1.00"}});
    let samples = json!([
        {"id": 7, "cdr": timed("S1", "2.75"), "tariffs": tariff("T1"), "expected": wrong},
        {"id": "right", "cdr": timed("S2", "2.75"), "tariffs": tariff("T1"),
         "expected": {"total": {"excl_vat": "2.75"}}},
    ]);
    let results = priced(at, 1, &samples);
    assert_eq!(results[0]["sample"], "7");
    assert_eq!(
        (&results[0]["as_expected"], &results[0]["verdict"]),
        (&json!(false), &json!("matches")),
        "the partner's figure is right, the expectation is not"
    );
    assert_eq!(
        results[0]["unmet"],
        json!([
            {"at": "fixed.excl_vat", "expected": "1.00", "replayed": "0"},
            {"at": "total.excl_vat", "expected": "2.76", "replayed": "2.75"},
        ])
    );
    assert_eq!(results[1]["as_expected"], true);
    // A stated figure that differs needs a person, though nothing is expected.
    let differs = json!([{"id": "d", "cdr": timed("S1", "2.70"), "tariffs": [tariff("T1")]}]);
    let results = priced(at, 1, &differs);
    assert_eq!(
        (&results[0]["as_expected"], &results[0]["verdict"]),
        (&Value::Null, &json!("differs"))
    );
}

#[test]
fn expected_figures_are_compared_at_their_own_digits() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    // 0.01 kWh at 0.50 is 0.005; with 21 % VAT 0.00605.
    let record: Value = serde_json::from_str(&cdr("S1", "0.01", "0.005")).unwrap();
    let table = [
        (r#""0.01""#, json!({}), true),
        (r#""0.005""#, json!({}), true),
        (r#""0.0050""#, json!({}), true),
        ("0.005", json!({}), true),
        ("5e-3", json!({}), true),
        // No float has these digits.
        ("0.0050000000000000001", json!({}), false),
        (r#""0.00""#, json!({}), false),
        ("0", json!({}), false),
        (r#""0.00""#, json!({"rounding": "per_total,2,down"}), true),
        (r#""0.01""#, json!({"rounding": "per_total,2,down"}), false),
        (
            r#""0.00""#,
            json!({"rounding": {"digits": 2, "mode": "half_even"}}),
            true,
        ),
        (
            r#""0.01""#,
            json!({"rounding": ["per_line", 2, "half_up"]}),
            true,
        ),
        (
            r#""0.005""#,
            json!({"rounding": ["per_line", 2, "half_up"]}),
            false,
        ),
    ];
    for (figure, policy, met) in table {
        let expected = format!(
            r#"[{{"id":"x","cdr":{record},"policy":{policy},
                "expected":{{"total":{{"excl_vat":{figure}}}}}}}]"#
        );
        write(at, "samples.json", &expected);
        let output = tallywatt(at, &["price", "--samples", "samples.json", "--json"]);
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            document["cdrs"][0]["as_expected"],
            json!(met),
            "{figure} under {policy}: {document}"
        );
    }
}

#[test]
fn a_broken_sample_is_told_and_stops_none_of_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let good = timed("S1", "2.75");
    let t1 = tariff("T1");
    write(at, "kept/two.json", &json!([good, good]));
    write(at, "kept/nothing.json", &"[]");
    let expected = json!({"total": {"excl_vat": "2.75"}});
    let broken = [
        (json!({"id": "no cdr"}), "schema_missing_field", "cdr"),
        (json!({"cdr": "gone.json"}), "file_not_read", "cdr"),
        (json!({"cdr": "two.json"}), "unknown_object", "cdr"),
        (json!({"cdr": "nothing.json"}), "unknown_object", "cdr"),
        (json!({"cdr": 7}), "schema_wrong_type", "cdr"),
        (
            json!({"cdr": t1}),
            "schema_missing_field",
            "cdr.start_date_time",
        ),
        (
            json!({"cdr": good, "tariffs": [t1, "gone.json"]}),
            "file_not_read",
            "tariffs[1]",
        ),
        (
            json!({"cdr": good, "tariffs": [good]}),
            "schema_missing_field",
            "tariffs[0].elements",
        ),
        (
            json!({"cdr": good, "policy": {"step_mode": "no"}}),
            "schema_enum",
            "policy.step_mode",
        ),
        (
            json!({"cdr": good, "policy": {"steps": "off"}}),
            "schema_enum",
            "policy.steps",
        ),
        (
            json!({"cdr": good, "policy": {"step_mode": true}}),
            "schema_wrong_type",
            "policy.step_mode",
        ),
        (
            json!({"cdr": good, "policy": []}),
            "schema_wrong_type",
            "policy",
        ),
        (
            json!({"cdr": good, "time_zone": "Mars/Base"}),
            "schema_enum",
            "time_zone",
        ),
        (json!({"cdr": good, "ocpi": "9.9"}), "schema_enum", "ocpi"),
        (json!({"cdr": good, "id": {}}), "schema_wrong_type", "id"),
    ];
    let mut lines = Vec::new();
    for (sample, _, _) in &broken {
        let mut sample = sample.clone();
        sample["expected"] = expected.clone();
        lines.push(sample.to_string());
    }
    lines.push("{\"id\": \"cut off\", \"cdr\": {".to_owned());
    lines.push(
        json!({"id": "last", "cdr": good, "tariffs": [t1], "expected": expected}).to_string(),
    );
    write(at, "kept/samples.ndjson", &lines.join("\n"));
    let output = tallywatt(
        at,
        &["price", "--samples", "kept/samples.ndjson", "--ndjson"],
    );
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    let results: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(results.len(), broken.len() + 2, "{text}");
    for ((sample, code, place), result) in broken.iter().zip(&results) {
        let findings = result["findings"].as_array().unwrap();
        assert!(
            findings.iter().any(|found| found["code"] == *code
                && found["at"] == *place
                && found["severity"] == "fatal"),
            "{sample}: {result}"
        );
        assert_eq!(result["verdict"], "not_priced", "{sample}");
        assert_eq!(result["as_expected"], false, "{sample}");
        assert_eq!(result["unmet"][0]["replayed"], Value::Null);
    }
    let cut = &results[broken.len()];
    assert_eq!(
        (&cut["sample"], &cut["findings"][0]["code"]),
        (&Value::Null, &json!("not_json"))
    );
    let last = results.last().unwrap();
    assert_eq!(
        (&last["sample"], &last["as_expected"]),
        (&json!("last"), &json!(true))
    );
}

#[test]
fn an_expectation_that_cannot_be_checked_needs_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let cdr = timed("S1", "2.75");
    for (expected, place) in [
        (json!({"totl": {"excl_vat": "2.75"}}), "expected.totl"),
        (json!({"total": {"net": "2.75"}}), "expected.total.net"),
        (
            json!({"total": {"excl_vat": "2,75"}}),
            "expected.total.excl_vat",
        ),
        (json!({"total": "2.75"}), "expected.total"),
        (json!("2.75"), "expected"),
    ] {
        let sample =
            json!([{"id": "x", "cdr": cdr, "tariffs": tariff("T1"), "expected": expected}]);
        let result = priced(at, 1, &sample).remove(0);
        assert_eq!(result["as_expected"], Value::Null, "{expected}");
        assert_eq!(result["verdict"], "matches");
        let findings = result["findings"].as_array().unwrap();
        assert!(
            findings.iter().any(|found| found["at"] == place),
            "{expected}: {findings:?}"
        );
    }
}

#[test]
fn a_file_without_samples_ends_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write(at, "empty.json", &"[]");
    for (args, code) in [
        (&["price", "--samples", "gone.json"][..], "file_not_read"),
        (&["price", "--samples", "empty.json"], "file_not_understood"),
        (&["price"], "usage"),
        (
            &["price", "--samples", "empty.json", "--cdr", "x.json"],
            "usage",
        ),
        (
            &["price", "--samples", "empty.json", "--tariff", "x.json"],
            "usage",
        ),
    ] {
        assert_eq!(json_of(at, 2, args)["problem"]["code"], code, "{args:?}");
    }
}

#[test]
fn samples_for_people_name_each_and_count() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let samples = json!([
        {"id": "kept", "cdr": timed("S1", "2.75"), "tariffs": tariff("T1"),
         "expected": {"total": {"excl_vat": "2.80"}}},
        {"id": "lost", "cdr": "gone.json"},
    ]);
    write(at, "samples.json", &samples);
    let output = tallywatt(at, &["price", "--samples", "samples.json"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    for line in [
        "kept: not as expected",
        "  total.excl_vat: expected 2.80, replayed 2.75",
        "lost: no expectation",
        "2 samples: 0 as expected, 1 not, 1 without expectation",
    ] {
        assert!(
            text.lines().any(|told| told == line),
            "{line:?} in:\n{text}"
        );
    }
    assert!(
        text.contains("fatal: file_not_read cdr file=gone.json"),
        "{text}"
    );
}

#[test]
fn a_figure_of_another_reading_names_that_reading() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    // 7 and 8 minutes in steps of five: 15 in all, or 10 and 10.
    let tariffs = json!([tariff("T1")]);
    let samples = json!([
        {"id": "agrees", "cdr": timed("S1", "2.75"), "tariffs": tariffs},
        {"id": "per period", "cdr": timed("S2", "3.00"), "tariffs": tariffs},
        {"id": "agreed", "cdr": timed("S2", "3.00"), "tariffs": tariffs,
         "policy": {"step_mode": "per_period"}},
        {"id": "unexplained", "cdr": timed("S3", "2.7183"), "tariffs": tariffs},
    ]);
    let results = priced(at, 1, &samples);
    let told = |index: usize, name: &str| results[index][name].clone();
    for silent in [0, 2, 3] {
        assert_eq!(told(silent, "cause"), Value::Null, "{}", results[silent]);
        assert_eq!(told(silent, "alternatives"), json!([]));
    }
    assert_eq!(told(2, "verdict"), "matches");
    assert_eq!(told(3, "verdict"), "differs");
    let cause = told(1, "cause");
    assert_eq!(
        cause["policy"],
        json!({"step_mode": "per_period"}),
        "{}",
        results[1]
    );
    let text = cause["text"].as_str().unwrap();
    assert!(text.starts_with("matches if "), "{text}");
    // The reading found is the reading that makes it match.
    let set = format!(
        "step_mode={}",
        cause["policy"]["step_mode"].as_str().unwrap()
    );
    write(at, "cdr.json", &timed("S2", "3.00"));
    write(at, "tariff.json", &tariff("T1"));
    let price = ["price", "--cdr", "cdr.json", "--tariff", "tariff.json"];
    json_of(at, 1, &price);
    json_of(at, 0, &[&price[..], &["--policy", &set]].concat());
    let output = tallywatt(at, &price);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(text), "{said}");
}

#[test]
fn data_taken_otherwise_is_a_cause_without_a_reading() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    // Ten kWh at 0.50; the other tariff at hand asks for 0.4321.
    let mut second = tariff("T2");
    let other = json!({"type": "ENERGY", "price": number("0.4321"), "vat": number("21.0"),
        "step_size": 1});
    second["elements"][0]["price_components"] = json!([other]);
    let mut record: Value = serde_json::from_str(&cdr("S1", "10", "4.321")).unwrap();
    record["tariffs"].as_array_mut().unwrap().push(second);
    let results = priced(at, 1, &json!([{"id": "x", "cdr": record}]));
    let cause = &results[0]["cause"];
    assert_eq!(cause["policy"], json!({}), "{}", results[0]);
    assert!(cause["text"].as_str().unwrap().contains("T2"), "{cause}");
    let others = results[0]["alternatives"].as_array().unwrap();
    assert!(!others.contains(cause), "told once: {others:?}");
}

#[test]
fn the_command_line_sets_and_shows_every_reading_of_a_partner() {
    let folder = folder();
    let at = folder.path();
    let set = json_of(
        at,
        0,
        &[
            "partner",
            "set",
            "DE-ABC",
            "--policy",
            "step_mode=per_period",
            "tax_stage=per_line",
        ],
    );
    let agreed = json!({"step_mode": "per_period", "tax_stage": "per_line"});
    assert_eq!(set["partners"][0]["policy"], agreed);
    json_of(at, 0, &["partner", "set", "DE-ABC", "--due-days", "21"]);
    let shown = json_of(at, 0, &["partner", "show", "DE-ABC"]);
    assert_eq!(shown["partners"][0]["policy"], agreed);
    let output = tallywatt(at, &["partner", "show", "DE-ABC"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("step_mode=per_period tax_stage=per_line"),
        "{text}"
    );
    json_of(
        at,
        0,
        &[
            "partner",
            "set",
            "DE-ABC",
            "--policy",
            "step_mode=session_last",
        ],
    );
    let shown = json_of(at, 0, &["partner", "show", "DE-ABC"]);
    assert_eq!(
        shown["partners"][0]["policy"],
        json!({"tax_stage": "per_line"})
    );
}
