//! The command line as scripts meet it: names, JSON, exit status.

#![allow(clippy::unwrap_used)] // every function here is part of a test

mod check_partner;
mod connect;
mod decide;
mod export;
mod pull;
mod push;
mod replay;
mod samples;
mod statement;
mod tariff;

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

/// The program on a book in `folder`, at a fixed time and by a fixed name.
fn tallywatt(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tallywatt"))
        .args(args)
        .args(["--now", "2026-10-05T08:00:00Z", "--actor", "anna"])
        .env("TALLYWATT_BOOK", folder.join("book.tallywatt"))
        .env_remove("XDG_DATA_HOME")
        .current_dir(folder)
        .output()
        .expect("the program was built for this test")
}

/// Runs with `--json`, demands the exit status, gives the one document.
fn json_of(folder: &Path, status: i32, args: &[&str]) -> Value {
    let output = tallywatt(folder, &[args, &["--json"]].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{args:?}: {text}{said}");
    serde_json::from_str(&text)
        .unwrap_or_else(|e| panic!("{args:?} is no one document: {e}\n{text}"))
}

/// A JSON number with exactly these digits.
fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A CDR of 0.50 per kWh and 21 % VAT that states `net`.
fn cdr(id: &str, kwh: &str, net: &str) -> String {
    json!({
        "country_code": "DE", "party_id": "ABC", "id": id,
        "start_date_time": "2026-09-03T10:00:00Z", "end_date_time": "2026-09-03T11:00:00Z",
        "cdr_token": {"country_code": "NL", "party_id": "TAL", "uid": format!("U{id}"),
            "type": "RFID", "contract_id": format!("NL-TAL-{id}")},
        "auth_method": "WHITELIST",
        "cdr_location": {"id": "L1", "name": "Markt", "address": "Markt 1", "city": "Köln",
            "country": "DEU", "coordinates": {"latitude": "50.1", "longitude": "8.6"},
            "evse_uid": format!("E{id}"), "evse_id": format!("DE*ABC*E{id}"), "connector_id": "1",
            "connector_standard": "IEC_62196_T2", "connector_format": "SOCKET",
            "connector_power_type": "AC_3_PHASE"},
        "currency": "EUR",
        "tariffs": [{"country_code": "DE", "party_id": "ABC", "id": "T1", "currency": "EUR",
            "elements": [{"price_components": [
                {"type": "ENERGY", "price": 0.5, "vat": 21.0, "step_size": 1}]}],
            "last_updated": "2026-01-01T00:00:00Z"}],
        "charging_periods": [{"start_date_time": "2026-09-03T10:00:00Z", "tariff_id": "T1",
            "dimensions": [{"type": "ENERGY", "volume": number(kwh)}]}],
        "total_cost": {"excl_vat": number(net)},
        "total_energy": number(kwh), "total_time": 1.0,
        "last_updated": "2026-09-03T11:05:00Z",
    })
    .to_string()
}

/// A folder with a book, the partner DE-ABC, and a file of two CDRs: one right, one 0.75 too high.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let made = json_of(
        at,
        0,
        &[
            "init",
            "--party",
            "nl-tal",
            "--role",
            "emsp",
            "--name",
            "Tally Charging BV",
            "--currency",
            "EUR",
            "--vat-id",
            "NL123456782B90",
            "--address",
            "Kade 1, 3511 AA Utrecht",
        ],
    );
    assert_eq!(made["party"], "NL-TAL");
    let added = json_of(
        at,
        0,
        &[
            "partner",
            "add",
            "DE-ABC",
            "--name",
            "Abrechnung GmbH",
            "--role",
            "cpo",
            "--vat-id",
            "DE123456789",
            "--address",
            "Straße 1, 50667 Köln",
            "--iban",
            "DE89370400440532013000",
            "--sends-sessions",
            "false",
            "--due-days",
            "14",
        ],
    );
    assert_eq!(added["partners"][0]["direction"], "payable");
    assert_eq!(added["partners"][0]["missing"], json!([]));
    let lines = [cdr("C1", "12.345", "6.1725"), cdr("C2", "10", "5.75")].join("\n");
    std::fs::write(at.join("cdrs.ndjson"), lines).unwrap();
    folder
}

#[test]
fn a_month_from_import_to_invoice() {
    let folder = folder();
    let at = folder.path();
    let dry = json_of(at, 0, &["import", "cdrs.ndjson", "--dry-run"]);
    assert_eq!(
        dry["imports"][0]["id"],
        Value::Null,
        "a dry run stores nothing"
    );
    let import = json_of(at, 0, &["import", "cdrs.ndjson", "--kind", "cdrs"]);
    let first = &import["imports"][0];
    assert_eq!(
        (&first["rows"], &first["new"], &first["rejected"]),
        (&json!(2), &json!(2), &json!(0))
    );
    assert_eq!(first["partner"], "DE-ABC");
    assert_eq!(first["energy_kwh"], "22.345");
    assert_eq!(first["totals"]["EUR"]["excl_vat"], "11.9225");
    let again = json_of(at, 0, &["import", "cdrs.ndjson"]);
    assert_eq!(
        (&again["imports"][0]["new"], &again["imports"][0]["known"]),
        (&json!(0), &json!(2))
    );

    let sums = json_of(at, 1, &["reconcile", "de-abc", "2026-09", "--list"]);
    assert_eq!(sums["buckets"]["matched"]["count"], 1);
    assert_eq!(
        sums["buckets"]["differs"]["difference"],
        json!({"EUR": "0.75"})
    );
    assert_eq!(
        sums["buckets"]["settled"]["count"], 0,
        "every bucket is named"
    );
    let cause = &sums["causes"][0];
    assert_eq!(
        (&cause["cause"], &cause["count"], &cause["difference"]),
        (&json!("unexplained"), &json!(1), &json!({"EUR": "0.75"}))
    );
    let second = &sums["outcomes"][1];
    assert_eq!(
        (&second["cdr"], &second["session"]),
        (&json!("C2"), &Value::Null)
    );
    assert_eq!(
        (&second["bucket"], &second["difference"]),
        (&json!("differs"), &json!("0.75"))
    );

    let accepted = json_of(
        at,
        0,
        &["accept", "DE-ABC", "2026-09", "--reason", "agreed by phone"],
    );
    assert_eq!(
        (&accepted["count"], &accepted["difference"]),
        (&json!(1), &json!({"EUR": "0.75"}))
    );
    let number = accepted["decision"].to_string();
    json_of(at, 0, &["undo", &number, "--reason", "wrong month"]);
    json_of(at, 1, &["reconcile", "DE-ABC", "2026-09"]);
    json_of(
        at,
        0,
        &[
            "accept", "DE-ABC", "2026-09", "--cdr", "c2", "--reason", "agreed",
        ],
    );
    json_of(at, 0, &["reconcile", "DE-ABC", "2026-09"]);

    let draft = json_of(at, 0, &["invoice", "draft", "DE-ABC", "2026-09"]);
    assert_eq!(
        (
            &draft["invoices"][0]["state"],
            &draft["invoices"][0]["number"]
        ),
        (&json!("draft"), &Value::Null)
    );
    json_of(at, 0, &["invoice", "issue", "DE-ABC", "2026-09"]);
    let export = json_of(
        at,
        0,
        &["invoice", "export", "DE-ABC", "2026-09", "--out", "out"],
    );
    let invoice = &export["invoices"][0];
    assert_eq!(invoice["number"], "2026-000001");
    assert_eq!(
        (&invoice["net"], &invoice["gross"]),
        (&json!("11.92"), &json!("11.92"))
    );
    assert_eq!(invoice["taxes"][0]["category"], "AE");
    assert_eq!(invoice["due_on"], "2026-10-19");
    assert_eq!(
        (&invoice["paid"], &invoice["files"]["xml"]),
        (&json!("0.00"), &Value::Null)
    );
    for file in ["pdf", "annex"] {
        assert!(
            at.join(invoice["files"][file].as_str().unwrap()).exists(),
            "{file} is there"
        );
    }
    let sums = json_of(at, 0, &["reconcile", "DE-ABC", "2026-09"]);
    assert_eq!(sums["buckets"]["settled"]["count"], 2);
    let verdict = json_of(at, 0, &["audit", "verify"]);
    assert_eq!(
        (&verdict["intact"], &verdict["first_broken"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(
        json_of(at, 0, &["check"]),
        json!({"ok": true, "problems": []})
    );
    let log = json_of(at, 0, &["audit", "list", "--limit", "1"]);
    assert_eq!(
        (&log["entries"][0]["verb"], &log["entries"][0]["actor"]),
        (&json!("issue"), &json!("anna"))
    );
}

#[test]
fn an_import_is_taken_back_until_it_is_billed() {
    let folder = folder();
    let at = folder.path();
    let import = json_of(at, 0, &["import", "cdrs.ndjson"]);
    let id = import["imports"][0]["id"].to_string();
    let undone = json_of(at, 0, &["import", "undo", &id, "--reason", "wrong file"]);
    assert_eq!(
        undone,
        json!({"undone": {"id": 1, "file": "cdrs.ndjson", "records": 2}})
    );
    let again = json_of(at, 2, &["import", "undo", &id]);
    assert_eq!(again["problem"]["code"], "import_undone");

    let anew = json_of(at, 0, &["import", "cdrs.ndjson"]);
    assert_eq!(
        anew["imports"][0]["new"], 2,
        "it comes in as if it were new"
    );
    let draft = |status| json_of(at, status, &["invoice", "draft", "DE-ABC", "2026-09"]);
    json_of(
        at,
        0,
        &["accept", "DE-ABC", "2026-09", "--reason", "agreed"],
    );
    draft(0);
    let id = anew["imports"][0]["id"].to_string();
    json_of(at, 0, &["import", "undo", &id]);
    let gone = json_of(at, 0, &["invoice", "list", "DE-ABC", "2026-09"]);
    assert_eq!(gone["invoices"], json!([]), "the draft went with its CDRs");

    let last = json_of(at, 0, &["import", "cdrs.ndjson"]);
    json_of(
        at,
        0,
        &["accept", "DE-ABC", "2026-09", "--reason", "agreed"],
    );
    draft(0);
    json_of(at, 0, &["invoice", "issue", "DE-ABC", "2026-09"]);
    let id = last["imports"][0]["id"].to_string();
    let refused = json_of(at, 2, &["import", "undo", &id]);
    assert_eq!(refused["problem"]["code"], "import_billed");
    let text = refused["problem"]["text"].as_str().unwrap();
    assert!(text.contains("2026-000001"), "{text}");
    assert_eq!(json_of(at, 0, &["audit", "verify"])["intact"], true);
}

#[test]
fn an_ambiguous_spreadsheet_says_what_it_leaves_open_and_a_template_decides() {
    let folder = folder();
    let at = folder.path();
    let headings = "CDR ID,Start,End,kWh,Net\n";
    let row = |id: &str, day: &str, kwh: &str| {
        format!("{id},{day}/2026 08:00,{day}/2026 09:00,{kwh},4.20\n")
    };
    let rows = [row("A-1", "03/04", "10.5"), row("A-2", "05/04", "1.5")];
    std::fs::write(at.join("april.csv"), headings.to_owned() + &rows.concat()).unwrap();
    let import = |status, file: &str, more: &[&str]| {
        let args = [&["import", file, "--partner", "DE-ABC"], more].concat();
        json_of(at, status, &args)
    };
    let open = import(2, "april.csv", &[]);
    assert_eq!(open["problem"]["code"], "file_unclear");
    let text = open["problem"]["text"].as_str().unwrap();
    assert!(
        text.contains("date_order is day_first or month_first"),
        "{text}"
    );
    let answered = [
        "--set",
        "date_order=day_first",
        "--keep-template",
        "Monthly",
    ];
    let done = import(0, "april.csv", &answered);
    assert_eq!(done["imports"][0]["new"], 2);
    assert_eq!(done["imports"][0]["template"]["name"], "Monthly");

    let more = [row("A-3", "06/05", "7.5"), row("A-4", "07/05", "n.b.")];
    let more = more.concat() + &row("A-5", "08/05", "2.5");
    std::fs::write(at.join("may.csv"), headings.to_owned() + &more).unwrap();
    let done = import(1, "may.csv", &["--rejects", "repair.xlsx"]);
    assert_eq!(done["imports"][0]["rejected"], 1);
    assert_eq!(done["imports"][0]["groups"][0]["value"], "n.b.");
    assert!(at.join("repair.xlsx").exists());
    let fixed = import(0, "may.csv", &["--set", "replace@kWh=n.b.=>0"]);
    assert_eq!(fixed["imports"][0]["new"], 1, "{fixed}");

    let drifted = format!("Site,{headings}Quay,{}", row("A-6", "09/06", "3.5"));
    std::fs::write(at.join("june.csv"), drifted).unwrap();
    let said = import(2, "june.csv", &[]);
    let text = said["problem"]["text"].as_str().unwrap();
    assert!(text.contains("column \"Site\" is new"), "{text}");
    let named = import(0, "june.csv", &["--template", "monthly"]);
    assert_eq!(
        named["imports"][0]["template"]["new_columns"],
        json!(["Site"])
    );

    let list = json_of(at, 0, &["template", "list", "DE-ABC"]);
    assert_eq!(list["templates"][0]["version"], 1);
    let shown = json_of(at, 0, &["template", "show", "DE-ABC", "Monthly"]);
    std::fs::write(at.join("monthly.json"), shown.to_string()).unwrap();
    let put = json_of(at, 0, &["template", "put", "FR-XYZ", "monthly.json"]);
    assert_eq!(put["templates"][0]["name"], "Monthly");
    json_of(at, 0, &["template", "remove", "DE-ABC", "Monthly"]);
    let gone = json_of(at, 2, &["template", "show", "DE-ABC", "Monthly"]);
    assert_eq!(gone["problem"]["code"], "unknown_template");
    let usage = import(2, "june.csv", &["--set", "nonsense"]);
    assert_eq!(usage["problem"]["code"], "usage");
}

#[test]
fn a_price_without_a_book() {
    let folder = folder();
    let at = folder.path();
    let document = json_of(at, 1, &["price", "--cdr", "cdrs.ndjson"]);
    let [right, wrong] = &document["cdrs"].as_array().unwrap()[..] else {
        panic!("{document}")
    };
    assert_eq!(
        (&right["id"], &right["ocpi"], &right["verdict"]),
        (&json!("C1"), &json!("2.2.1"), &json!("matches"))
    );
    assert_eq!(right["time_zone"], "Europe/Berlin");
    assert_eq!(
        right["replayed"]["total"],
        json!({"excl_vat": "6.1725", "incl_vat": "7.4687"})
    );
    assert_eq!(right["replayed"]["time"], Value::Null);
    assert_eq!(right["billed"]["energy_kwh"], "12.345");
    let line = &right["lines"][0];
    assert_eq!(
        (&line["tariff_id"], &line["dimension"]),
        (&json!("T1"), &json!("ENERGY"))
    );
    assert_eq!(
        (&line["unit_price"], &line["excl_vat"]),
        (&json!("0.5"), &json!("6.1725"))
    );
    assert_eq!(
        (&right["cause"], &right["alternatives"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(wrong["verdict"], "differs");
    assert_eq!(wrong["difference"]["total"]["excl_vat"], "0.75");

    let rounded = json_of(
        at,
        1,
        &[
            "price",
            "--cdr",
            "cdrs.ndjson",
            "--policy",
            "rounding=per_total,2,half_up",
        ],
    );
    assert_eq!(rounded["cdrs"][0]["replayed"]["total"]["excl_vat"], "6.17");
    let output = tallywatt(at, &["price", "--cdr", "cdrs.ndjson", "--ndjson"]);
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(lines.lines().count(), 2, "one document a line");
    let refused = json_of(
        at,
        2,
        &["price", "--cdr", "cdrs.ndjson", "--policy", "step_mode=no"],
    );
    assert_eq!(refused["problem"]["code"], "usage");

    let tariff = r#"{"country_code":"DE","party_id":"ABC","id":"T2","currency":"EUR","elements":
        [{"price_components":[{"type":"ENERGY","price":0.575,"vat":21.0,"step_size":1}]}],
        "last_updated":"2026-01-01T00:00:00Z"}"#;
    std::fs::write(at.join("tariff.json"), tariff).unwrap();
    std::fs::write(
        at.join("one.json"),
        cdr("C2", "10", "5.75").replace("\"tariff_id\":\"T1\",", ""),
    )
    .unwrap();
    let stand_in = json_of(
        at,
        0,
        &["price", "--cdr", "one.json", "--tariff", "tariff.json"],
    );
    assert_eq!(stand_in["cdrs"][0]["lines"][0]["tariff_id"], "T2");
}

#[test]
fn a_session_is_priced_by_the_tariffs_given() {
    let folder = folder();
    let at = folder.path();
    let dimensions = r#"[{"type":"ENERGY","volume":10},{"type":"TIME","volume":1}]"#;
    let session = |end: &str, status: &str, net: &str| {
        format!(
            r#"{{"country_code":"DE","party_id":"ABC","id":"S7",
            "start_date_time":"2026-09-03T10:00:00Z",{end}"kwh":10,
            "cdr_token":{{"country_code":"NL","party_id":"TAL","uid":"01","type":"RFID",
            "contract_id":"NL-TAL-C1"}},"auth_method":"WHITELIST","location_id":"L1",
            "evse_uid":"E1","connector_id":"1","currency":"EUR","charging_periods":[
            {{"start_date_time":"2026-09-03T10:00:00Z","dimensions":{dimensions}}}],
            "total_cost":{{"excl_vat":{net}}},"status":"{status}",
            "last_updated":"2026-09-03T11:00:00Z"}}"#
        )
    };
    let end = r#""end_date_time":"2026-09-03T11:00:00Z","#;
    std::fs::write(at.join("done.json"), session(end, "COMPLETED", "7.00")).unwrap();
    std::fs::write(at.join("runs.json"), session("", "ACTIVE", "8.00")).unwrap();
    let tariff = r#"{"country_code":"DE","party_id":"ABC","id":"T3","currency":"EUR","elements":
        [{"price_components":[{"type":"ENERGY","price":0.5,"vat":19.0,"step_size":1},
        {"type":"TIME","price":2.0,"vat":19.0,"step_size":60}]}],
        "last_updated":"2026-01-01T00:00:00Z"}"#;
    std::fs::write(at.join("t3.json"), tariff).unwrap();
    let price = |status: i32, file: &str| {
        let args = ["price", "--cdr", file, "--tariff", "t3.json"];
        json_of(at, status, &args)["cdrs"][0].clone()
    };
    let done = price(0, "done.json");
    assert_eq!(
        (&done["id"], &done["verdict"]),
        (&json!("S7"), &json!("matches"))
    );
    let net = json!({"excl_vat": "7", "incl_vat": "8.33"});
    assert_eq!(done["replayed"]["total"], net);
    let runs = price(1, "runs.json");
    assert_eq!(runs["replayed"]["total"], net, "what it would cost so far");
    assert_eq!(runs["difference"]["total"]["excl_vat"], "1");
    let alone = json_of(at, 1, &["price", "--cdr", "done.json"]);
    assert_eq!(
        alone["cdrs"][0]["verdict"], "not_priced",
        "it carries no tariff"
    );
}

#[test]
fn what_cannot_be_done_says_why_and_ends_with_two() {
    let folder = folder();
    let at = folder.path();
    for (args, code) in [
        (&["reconcile", "NL-ZZZ", "2026-09"][..], "unknown_partner"),
        (&["import", "nowhere.json"], "file_not_read"),
        (
            &["import", "cdrs.ndjson", "--kind", "tokens"],
            "file_not_understood",
        ),
        (
            &["accept", "DE-ABC", "2026-09", "--reason", " "],
            "reason_missing",
        ),
        (
            &["accept", "DE-ABC", "2026-09", "--reason", "x"],
            "nothing_to_accept",
        ),
        (&["undo", "99"], "unknown_row"),
        (
            &["invoice", "issue", "DE-ABC", "2026-09"],
            "nothing_to_issue",
        ),
        (
            &[
                "init",
                "--party",
                "NL-TAL",
                "--role",
                "cpo",
                "--name",
                "x",
                "--currency",
                "EUR",
            ],
            "book_exists",
        ),
        (&["reconcile", "DE-ABC", "September"], "usage"),
        (&["dispute", "open"], "usage"),
    ] {
        let answer = json_of(at, 2, args);
        let problem = &answer["problem"];
        assert_eq!(problem["code"], code, "{args:?}: {answer}");
        assert!(problem["text"].is_string() && problem["retry"].is_string());
        assert_eq!(
            answer.as_object().unwrap().len(),
            1,
            "nothing but the problem"
        );
    }
    let plain = tallywatt(at, &["reconcile", "NL-ZZZ", "2026-09"]);
    assert_eq!(plain.status.code(), Some(2));
    assert!(plain.stdout.is_empty());
    assert_eq!(
        String::from_utf8(plain.stderr).unwrap(),
        "tallywatt: no partner NL-ZZZ\n"
    );
    let elsewhere = tallywatt(at, &["--book", "none.tallywatt", "audit", "verify"]);
    assert_eq!(elsewhere.status.code(), Some(2));
}

#[test]
fn a_rejected_row_ends_with_one_and_is_named() {
    let folder = folder();
    let at = folder.path();
    std::fs::write(
        at.join("bad.ndjson"),
        cdr("C9", "1", "0.5") + "\n{\"id\": \"C10\", \"curr\n",
    )
    .unwrap();
    let import = json_of(at, 1, &["import", "bad.ndjson", "--partner", "DE-ABC"]);
    let import = &import["imports"][0];
    assert_eq!(
        (&import["new"], &import["rejected"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(import["rejects"][0]["row"], 2);
    assert_eq!(import["rejects"][0]["code"], "not_json");
}

#[test]
fn a_tampered_log_is_named_and_ends_with_one() {
    let folder = folder();
    let at = folder.path();
    let raw = rusqlite::Connection::open(at.join("book.tallywatt")).unwrap();
    raw.execute_batch(
        "DROP TRIGGER decision_fixed; UPDATE decision SET actor = 'eve' WHERE seq = 2",
    )
    .unwrap();
    drop(raw);
    let verdict = json_of(at, 1, &["audit", "verify"]);
    assert_eq!(
        (&verdict["intact"], &verdict["first_broken"]),
        (&json!(false), &json!(2))
    );
    let sound = json_of(at, 1, &["check"]);
    assert_eq!(
        (&sound["ok"], sound["problems"].as_array().unwrap().len()),
        (&json!(false), 1)
    );
}

#[test]
fn help_is_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&["--help"][..], &["invoice", "--help"], &["--version"]] {
        let output = tallywatt(folder.path(), args);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(!output.stdout.is_empty());
    }
}
