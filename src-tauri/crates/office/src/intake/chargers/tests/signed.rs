//! What the meter signed in a log goes into the CDR made of it, and counts where our rule says so.

use domain::{Company, Currency, TruthRule};
use serde_json::{Value, json};

use super::{import, stocked};
use crate::api::{CdrDetail, ExportRequest};
use crate::partners::{Own, set_own};
use crate::truth::vectors::{BEGIN, END, KEY, KEY_BASE64};
use crate::{Desk, detail};

fn line(at: &str, frame: &Value) -> String {
    json!({"timestamp": at, "chargeBoxId": "CB1", "message": frame}).to_string() + "\n"
}

/// The object of OCPP 2.0.1, with the key or none.
fn object(text: &str, key: &str) -> Value {
    json!({
        "signedMeterData": text, "signingMethod": "", "encodingMethod": "OCMF", "publicKey": key
    })
}

/// A log of OCPP 1.6 over 12 kWh, in which 11.9 were signed; `value` writes a signed text.
fn log_16(value: impl Fn(&str) -> String) -> String {
    let signed = |at: &str, context: &str, text: &str| {
        json!({"timestamp": at, "sampledValue": [
            {"value": value(text), "format": "SignedData", "context": context}
        ]})
    };
    let (start, stop) = ("2026-09-01T19:00:00Z", "2026-09-01T21:00:00Z");
    let begin = signed(start, "Transaction.Begin", BEGIN);
    let both = [begin.clone(), signed(stop, "Transaction.End", END)];
    [
        line(
            start,
            &json!([2, "a", "StartTransaction", {
                "connectorId": 1, "idTag": "04A1B2", "meterStart": 1000, "timestamp": start
            }]),
        ),
        line(
            start,
            &json!([3, "a", {
                "transactionId": 7, "idTagInfo": {"status": "Accepted"}
            }]),
        ),
        line(
            start,
            &json!([2, "b", "MeterValues", {
                "connectorId": 1, "transactionId": 7, "meterValue": [begin]
            }]),
        ),
        line(
            stop,
            &json!([2, "z", "StopTransaction", {
                "transactionId": 7, "meterStop": 13000, "timestamp": stop, "transactionData": both
            }]),
        ),
    ]
    .concat()
}

/// The same session in OCPP 2.0.1.
fn log_201() -> String {
    let event = |kind: &str, at: &str, seq: u32, context: &str, kwh: &str, signed: &Value| {
        let kwh: Value = serde_json::from_str(kwh).expect("a number");
        line(
            at,
            &json!([2, format!("e{seq}"), "TransactionEvent", {
                "eventType": kind, "timestamp": at, "seqNo": seq, "triggerReason": "Authorized",
                "transactionInfo": {"transactionId": "T-7", "chargingState": "Charging"},
                "idToken": {"idToken": "04A1B2", "type": "ISO14443"},
                "evse": {"id": 1, "connectorId": 1},
                "meterValue": [{"timestamp": at, "sampledValue": [{
                    "value": kwh, "context": context,
                    "measurand": "Energy.Active.Import.Register",
                    "unitOfMeasure": {"unit": "kWh"}, "signedMeterValue": signed
                }]}]
            }]),
        )
    };
    let (begin, end) = (object(BEGIN, ""), object(END, KEY_BASE64));
    let (start, stop) = ("2026-09-01T19:00:00Z", "2026-09-01T21:00:00Z");
    [
        event("Started", start, 0, "Transaction.Begin", "1", &begin),
        event("Ended", stop, 1, "Transaction.End", "13", &end),
    ]
    .concat()
}

fn with_rule(folder: &std::path::Path, energy: &str) -> Desk {
    let mut desk = stocked(folder);
    let own = Own {
        company: Company::default(),
        role: "cpo".to_owned(),
        currency: Currency::EUR,
        truth: TruthRule::default().with("energy", energy).expect("a rule"),
    };
    set_own(&mut desk, &own).expect("our own company can be set");
    desk
}

fn made(desk: &Desk, folder: &std::path::Path, log: &str) -> CdrDetail {
    let result = import(desk, folder, "signed.log", log);
    assert_eq!(
        (result.new, result.rejected),
        (2, 0),
        "{:?}",
        result.rejects
    );
    detail::cdr(desk, 1).expect("the CDR that was made")
}

fn told(detail: &CdrDetail, source: usize) -> Option<&str> {
    detail.truth[0].sources[source].told.as_deref()
}

#[test]
fn signed_values_of_a_log_go_into_the_cdr() {
    for (log, verdict) in [
        (log_16(|text| object(text, KEY).to_string()), "verified"),
        (log_16(str::to_owned), "key_unknown"),
        (log_201(), "verified"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let desk = stocked(folder.path());
        let detail = made(&desk, folder.path(), &log);
        let signed = detail.signed.as_ref().expect("it carries what was signed");
        assert_eq!(signed.verdict, verdict, "{}", signed.text);
        assert_eq!(signed.method, "OCMF");
        assert_eq!(signed.energy_kwh.as_deref(), Some("11.9"));
        assert_eq!(signed.differs_kwh.as_deref(), Some("0.1"));
        // By default the register is what the CDR states.
        assert_eq!(detail.row.energy_kwh, "12");
        assert_eq!(
            [told(&detail, 0), told(&detail, 1)],
            [Some("11.9"), Some("12")]
        );
        assert_eq!(detail.row.bucket, "matched");

        let path = folder.path().join("out.jsonl");
        let wanted = ExportRequest {
            what: "cdrs".to_owned(),
            format: "ndjson".to_owned(),
            ocpi: Some("2.2.1".to_owned()),
            ..ExportRequest::default()
        };
        crate::export::run(&desk, &wanted, &path, &mut crate::Job::quiet()).expect("a file");
        let text = std::fs::read_to_string(&path).expect("it was written");
        let out: Value = serde_json::from_str(text.trim()).expect("one CDR");
        let data = &out["signed_data"];
        assert_eq!(data["encoding_method"], "OCMF");
        assert_eq!(data.get("public_key").is_some(), verdict == "verified");
        let values = data["signed_values"].as_array().expect("values");
        let natures: Vec<&Value> = values.iter().map(|value| &value["nature"]).collect();
        assert_eq!(natures, ["Start", "End"], "each text once");
        assert_eq!(values[1]["signed_data"], END);
    }
}

#[test]
fn the_signed_energy_counts_for_what_we_make_where_our_rule_says_so() {
    let verified = log_16(|text| object(text, KEY).to_string());
    let changed = verified.replace("12.900", "12.901");
    for (rule, log, states, counts) in [
        ("signed,meter", &verified, "11.9", "signed"),
        ("meter,signed", &verified, "12", "meter"),
        ("signed,meter", &log_16(str::to_owned), "12", "meter"),
        ("signed,meter", &changed, "12", "meter"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let desk = with_rule(folder.path(), rule);
        let detail = made(&desk, folder.path(), log);
        assert_eq!(detail.row.energy_kwh, states, "{rule}");
        assert_eq!(detail.truth[0].counts, counts, "{rule}");
        assert!(!detail.truth[0].differs, "the CDR states what counts");
        assert_eq!(told(&detail, 1), Some("12"), "the register is kept");
        let mut troubles = detail
            .findings
            .iter()
            .map(|found| found.params.get("trouble"));
        let noted = troubles.any(|trouble| trouble.is_some_and(|code| code == "signed_counts"));
        assert_eq!(noted, states == "11.9");
        assert_eq!(detail.verdict, "matches", "it replays to its own total");
        assert_eq!(detail.row.bucket, "matched");
    }
}
