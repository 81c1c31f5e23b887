//! Flipped bits, random bytes, endless texts.

use proptest::prelude::*;

use super::{CURVES, SESSION, check_payloads, data, ocmf, readings, sign};
use crate::letters::{base32, base64, hex, to_hex};
use crate::{
    NoEnergy, SignedData, SignedValue, TEXT_MAX, VALUES_MAX, Verdict, check, in_sampled_values,
};

fn verdict(key: &[u8], text: &str) -> Verdict {
    check(&data("OCMF", Some(&to_hex(key)), &[text])).verdict
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let index = bit / 8 % bytes.len();
    bytes[index] ^= 1 << (bit % 8);
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_flipped_bit_anywhere_is_noticed(which in 0..CURVES.len(), bit: u16) {
        let bit = usize::from(bit);
        let (curve, name, oid) = CURVES[which];
        let signed = sign(curve, SESSION.as_bytes());
        let (der, key) = (signed.der(), signed.key(oid));
        prop_assert_eq!(verdict(&key, &ocmf(SESSION, name, &der)), Verdict::Verified);
        let fails = |verdict: Verdict| matches!(verdict, Verdict::NotVerified(_));
        // The highest bit of a letter would make it no letter any more.
        let payload = flipped(SESSION.as_bytes(), if bit % 8 == 7 { bit - 1 } else { bit });
        let payload = String::from_utf8(payload).unwrap();
        prop_assert!(fails(verdict(&key, &ocmf(&payload, name, &der))), "payload {}", payload);
        for signature in [&der, &signed.raw] {
            let text = ocmf(SESSION, name, &flipped(signature, bit));
            prop_assert!(fails(verdict(&key, &text)), "signature, bit {}", bit);
        }
        for key in [&key, &signed.point] {
            let verdict = verdict(&flipped(key, bit), &ocmf(SESSION, name, &der));
            prop_assert!(fails(verdict), "key, bit {}", bit);
        }
    }
}

fn method() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("OCMF".to_owned()),
        Just("Alfen Eichrecht".to_owned()),
        Just("EDL40 Mennekes".to_owned()),
        ".{0,40}",
    ]
}

/// Random text, and text that is nearly right.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,200}",
        any::<Vec<u8>>().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        any::<Vec<u8>>().prop_map(|bytes| to_hex(&bytes)),
        "AP;[0-9]?;[0-9]?;[A-Z2-7]{0,40};[A-Z2-7]{0,140}=*;[A-Z2-7]{0,80}=*;?",
        r#"OCMF\|[{}\[\]",:|\\a-zA-Z0-9. ]{0,80}\|[{}":SADE0-9a-f]{0,40}"#,
        (
            "[-+.eE0-9]{0,40}",
            "[-0-9T:,+ SU]{0,40}",
            "[0-9a-fA-F:.*-]{0,20}",
            "[A-Z]?"
        )
            .prop_map(|(value, time, register, reason)| format!(
                r#"OCMF|{{"RD":[{{"TM":"2026-01-01T00:00:00,000+0000 S","TX":"B","RV":"{value}",
                "RI":"{register}","RU":"Wh","ST":"G"}},{{"TX":"E","RV":"{value}0"}},
                {{"TM":"{time}","TX":"{reason}"}}]}}|{{"SD":"00"}}"#
            )),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn no_text_makes_it_panic(
        method in method(),
        key in proptest::option::of(text()),
        values in proptest::collection::vec((text(), text()), 0..3),
    ) {
        let values = values
            .into_iter()
            .map(|(plain_data, signed_data)| SignedValue {
                nature: String::new(),
                plain_data,
                signed_data,
            })
            .collect();
        let report = check(&SignedData {
            encoding_method: method,
            public_key: key,
            values,
            ..SignedData::default()
        });
        prop_assert_ne!(&report.verdict, &Verdict::Verified);
        prop_assert!(!report.verdict.to_string().is_empty());
    }

    #[test]
    fn no_message_makes_it_panic(text in text()) {
        let _ = in_sampled_values(&text);
        let quoted = serde_json::to_string(&text).unwrap();
        let message = format!(r#"[{{"format":"SignedData","value":{quoted}}},
            {{"signedMeterValue":{{"signedMeterData":{quoted},"publicKey":{quoted}}}}}]"#);
        for data in in_sampled_values(&message).unwrap() {
            prop_assert_ne!(check(&data).verdict, Verdict::Verified);
        }
    }

    #[test]
    fn letters_and_bytes_are_one(bytes: Vec<u8>, text in ".{0,60}") {
        prop_assert_eq!(hex(&to_hex(&bytes)), Some(bytes.clone()));
        let _ = (hex(&text), base64(&text), base32(&text));
    }
}

#[test]
fn base32_has_one_text_for_each_content() {
    // The examples of RFC 4648.
    for (text, bytes) in [("", ""), ("MY======", "f"), ("MZXW6YTBOI======", "foobar")] {
        assert_eq!(base32(text), Some(bytes.as_bytes().to_vec()));
        assert_eq!(
            base32(text.trim_end_matches('=')),
            Some(bytes.as_bytes().to_vec())
        );
    }
    for bad in ["MZ======", "M", "MY1", "my"] {
        assert_eq!(base32(bad), None, "{bad}");
    }
}

#[test]
fn what_is_too_long_is_not_read() {
    let long = "x".repeat(TEXT_MAX + 1);
    let said = |data: &SignedData| check(data).verdict.to_string();
    let key = "not verified: the public key is too long: 65537 bytes, at most 65536 are read";
    let signed = sign(CURVES[1].0, b"{}");
    let text = ocmf("{}", "secp256r1", &signed.der());
    assert_eq!(said(&data("OCMF", Some(&long), &[&text])), key);
    let text = "not verified: the signed text is too long: 65537 bytes, at most 65536 are read";
    assert_eq!(said(&data("OCMF", None, &[&long])), text);
    let mut plain = data("OCMF", None, &["x"]);
    plain.values[0].plain_data = long;
    assert_eq!(said(&plain), text);
    let quarter = "x".repeat(TEXT_MAX);
    let all = "not verified: the text of all signed values is too long: 1114112 bytes, at most \
        1048576 are read";
    assert_eq!(said(&data("OCMF", None, &vec![&*quarter; 17])), all);
    let many = "not verified: there are too many signed values: 1001, at most 1000 are read";
    assert_eq!(said(&data("OCMF", None, &vec!["x"; VALUES_MAX + 1])), many);
    assert_eq!(
        said(&data("OCMF", None, &[])),
        "not verified: there is no signed value"
    );
    let deep = format!("OCMF|{}|{{}}", "[".repeat(60_000));
    assert_eq!(
        said(&data("OCMF", None, &[&deep])),
        "not verified: the signature is damaged: it has no data (SD)",
        "no end of the stack"
    );
}

#[test]
fn what_repeats_itself_does_not_fill_the_memory() {
    let said = |rd: &str| check_payloads(&[&readings(rd)]).verdict.to_string();
    let begin = |ri: &str| {
        format!(r#"{{"TM":"2026-05-01T10:00:00,000Z S","TX":"B","RV":1,"RI":"{ri}","ST":"G"}}"#)
    };
    let long = begin(&"1".repeat(50_000)) + &",{}".repeat(900);
    let says = "not verified: the payload is damaged: reading 1: a field is longer than 64 bytes";
    assert_eq!(said(&long), says);
    let many = begin("1-0:1.8.0") + &",{}".repeat(1_000);
    let says = "not verified: the payload is damaged: 1001 readings, at most 1000 are read";
    assert_eq!(said(&many), says);
    let registers = (0..200).map(|tariff| {
        let register = format!("1-0:1.8.{tariff:X}");
        begin(&register).replace("\"ST\"", "\"RU\":\"kWh\",\"ST\"")
    });
    let report = check_payloads(&[&readings(&registers.collect::<Vec<_>>().join(","))]);
    assert_eq!(
        report.metered,
        Err(NoEnergy::SeveralRegisters),
        "no meter has 200"
    );
}
