//! Signed values in messages of OCPP.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{CURVES, SESSION, ocmf, sign};
use crate::letters::to_hex;
use crate::{LoggedValue, Verdict, check, in_sampled_values, of_logged_values};

fn signed() -> (String, String) {
    let (curve, name, oid) = CURVES[1];
    let signed = sign(curve, SESSION.as_bytes());
    (ocmf(SESSION, name, &signed.der()), to_hex(&signed.key(oid)))
}

#[test]
fn ocpp_1_6_has_the_text_as_value() {
    let (text, key) = signed();
    let message = json!([2, "17", "StopTransaction", { "meterStop": 7, "transactionData": [
        { "timestamp": "2026-05-01T10:00:00Z", "sampledValue": [
            { "value": "12", "format": "Raw", "context": "Transaction.Begin" },
            { "value": text, "format": "SignedData", "context": "Transaction.Begin" },
        ] },
        { "sampledValue": [
            { "value": to_hex(text.as_bytes()), "format": "SignedData" },
            { "value": "7", "measurand": "Voltage" },
        ] },
    ] }]);
    let found = in_sampled_values(&message.to_string()).unwrap();
    let [ocmf, hex] = &found[..] else {
        panic!("two ways to write it: {found:?}")
    };
    assert_eq!(ocmf.encoding_method, "OCMF");
    assert_eq!(ocmf.values[0].nature, "Start");
    assert_eq!(ocmf.values[0].signed_data, text);
    assert_eq!(hex.values[0].nature, "Intermediate");
    for mut data in found {
        assert_eq!(
            check(&data).verdict,
            Verdict::KeyUnknown,
            "OCPP 1.6 sends none"
        );
        data.public_key = Some(key.clone());
        assert_eq!(check(&data).verdict, Verdict::Verified);
    }
}

#[test]
fn ocpp_2_0_1_has_an_object_with_the_key() {
    let (text, key) = signed();
    let object = |key: &str| {
        json!({ "signedMeterData": STANDARD.encode(&text), "signingMethod": "",
            "encodingMethod": "OCMF", "publicKey": key })
    };
    let key = STANDARD.encode(format!("oca:base16:asn1:{key}"));
    let message = json!({ "eventType": "Ended", "meterValue": [{ "sampledValue": [
        { "value": 1.5, "context": "Transaction.Begin", "signedMeterValue": object("") },
        { "value": 9.5, "context": "Transaction.End", "signedMeterValue": object(&key) },
        { "value": 9.5, "context": "Sample.Periodic" },
    ] }] });
    let found = in_sampled_values(&message.to_string()).unwrap();
    let [data] = &found[..] else {
        panic!("one method, one key: {found:?}")
    };
    let natures: Vec<&str> = data
        .values
        .iter()
        .map(|value| value.nature.as_str())
        .collect();
    assert_eq!(natures, ["Start", "End"]);
    assert_eq!(check(data).verdict, Verdict::Verified);
    // The Open Charge Alliance's way to send the same in OCPP 1.6.
    let old = json!([{ "format": "SignedData", "value": object(&key).to_string() }]);
    let found = in_sampled_values(&old.to_string()).unwrap();
    assert_eq!(check(&found[0]).verdict, Verdict::Verified);
    // Another key is another matter.
    let both = json!([{ "signedMeterValue": object(&key) }, { "signedMeterValue": object("00") }]);
    assert_eq!(in_sampled_values(&both.to_string()).unwrap().len(), 2);
}

#[test]
fn a_value_sent_twice_is_one() {
    let (text, key) = signed();
    let value = |context, public_key| LoggedValue {
        context,
        text: &text,
        encoding: Some("OCMF"),
        public_key,
    };
    // Once among the values of the session, once more with its end.
    let found = of_logged_values([
        value("Transaction.End", None),
        value("Transaction.End", Some(key.as_str())),
    ]);
    let [data] = &found[..] else {
        panic!("one method, one key: {found:?}")
    };
    assert_eq!(data.values.len(), 1);
    assert_eq!(data.values[0].nature, "End");
    assert_eq!(data.values[0].plain_data, text);
    assert_eq!(check(data).verdict, Verdict::Verified);
    let bare = of_logged_values([LoggedValue {
        encoding: None,
        ..value("Sample.Periodic", None)
    }]);
    assert_eq!(bare[0].encoding_method, "OCMF", "the text says so itself");
    assert_eq!(check(&bare[0]).verdict, Verdict::KeyUnknown);
}

#[test]
fn what_is_no_message_is_said() {
    let said = |text: &str| in_sampled_values(text).unwrap_err().to_string();
    assert_eq!(
        said("{\n x"),
        "the meter values are not JSON (line 2, column 2)"
    );
    let long = " ".repeat(1024 * 1024 + 1);
    let says = "the meter values are too long: 1048577 bytes, at most 1048576 are read";
    assert_eq!(said(&long), says);
    let deep = "[".repeat(100_000);
    assert!(
        said(&deep).starts_with("the meter values are not JSON"),
        "no end of the stack"
    );
    assert_eq!(
        in_sampled_values("[{\"format\":\"SignedData\"}, 7, null]"),
        Ok(Vec::new())
    );
}
