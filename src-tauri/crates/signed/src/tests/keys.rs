//! Every curve, every way to write a key or a signature.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{CURVES, SESSION, data, ocmf, sign};
use crate::letters::to_hex;
use crate::{Curve, Verdict, check};

fn verdict(key: Option<&str>, text: &str) -> Verdict {
    let report = check(&data("OCMF", key, &[text]));
    assert_eq!(
        report.verdict, report.values[0].verdict,
        "one value speaks for all"
    );
    report.verdict
}

#[test]
fn a_signature_on_every_curve_holds_however_it_is_packed() {
    for (curve, name, oid) in CURVES {
        let signed = sign(curve, SESSION.as_bytes());
        let key = to_hex(&signed.key(oid));
        for signature in [signed.der(), signed.raw.clone()] {
            let text = ocmf(SESSION, name, &signature);
            assert_eq!(verdict(Some(&key), &text), Verdict::Verified, "{name}");
            assert_eq!(verdict(None, &text), Verdict::KeyUnknown, "{name}");
            assert_eq!(verdict(Some(" "), &text), Verdict::KeyUnknown, "{name}");
        }
        let other = ocmf(&SESSION.replace("2965", "2966"), name, &signed.der());
        let said = verdict(Some(&key), &other).to_string();
        let says = "not verified: the signature does not match the text and the key";
        assert_eq!(said, says, "{name}");
    }
}

#[test]
fn both_numbers_that_make_a_signature_hold() {
    // n − s holds as s does; k256 alone would refuse the higher one.
    for payload in ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":4}"] {
        let signed = sign(Curve::Secp256k1, payload.as_bytes());
        let key = to_hex(&signed.point);
        let low = ecdsa::Signature::<k256::Secp256k1>::from_slice(&signed.raw).unwrap();
        let (r, s) = low.split_scalars();
        let turned = ecdsa::Signature::<k256::Secp256k1>::from_scalars(r, -s).unwrap();
        for numbers in [signed.raw.clone(), turned.to_bytes().to_vec()] {
            let text = ocmf(payload, "secp256k1", &numbers);
            assert_eq!(verdict(Some(&key), &text), Verdict::Verified, "{payload}");
        }
    }
}

#[test]
fn a_key_is_read_in_every_way_it_is_written() {
    let (curve, name, oid) = CURVES[1];
    let signed = sign(curve, SESSION.as_bytes());
    let text = ocmf(SESSION, name, &signed.der());
    let der = signed.key(oid);
    let (hex, base64) = (to_hex(&der), STANDARD.encode(&der));
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n{}\n-----END PUBLIC KEY-----\n",
        &base64[..64],
        &base64[64..]
    );
    let pairs: Vec<String> = der.iter().map(|byte| format!("{byte:02x}")).collect();
    let oca = STANDARD.encode(format!("oca:base16:asn1:{hex}"));
    let compressed = [&[2 + (signed.point[64] & 1)], &signed.point[1..33]].concat();
    for key in [
        hex.clone(),
        hex.to_lowercase(),
        pairs.join(" "),
        base64.clone(),
        base64.trim_end_matches('=').to_owned(),
        base64.replace('+', "-").replace('/', "_"),
        pem,
        oca,
        STANDARD.encode(&hex),
        to_hex(&signed.point),
        to_hex(&signed.point[1..]),
        to_hex(&compressed),
    ] {
        assert_eq!(verdict(Some(&key), &text), Verdict::Verified, "{key}");
    }
}

#[test]
fn a_signature_is_read_in_hexadecimal_and_base64() {
    let (curve, _, oid) = CURVES[1];
    let signed = sign(curve, SESSION.as_bytes());
    let key = to_hex(&signed.key(oid));
    let (hex, base64) = (to_hex(&signed.der()), STANDARD.encode(signed.der()));
    let with = |signature: &str| verdict(Some(&key), &format!("OCMF|{SESSION}|{signature}"));
    for signature in [
        format!(r#"{{"SD":"{hex}"}}"#),
        format!(
            r#" {{ "SD" : "{}", "SE":"HEX", "XV":1 }} "#,
            hex.to_lowercase()
        ),
        format!(r#"{{"SE":"base64","SM":"application/x-der","SD":"{base64}"}}"#),
        format!(
            r#"{{"SA":null,"SE":"base64","SD":"{}"}}"#,
            base64.trim_end_matches('=')
        ),
    ] {
        assert_eq!(with(&signature), Verdict::Verified, "{signature}");
    }
    // What is outside the sections is no part of anything; what is inside is.
    let text = format!("\n  OCMF|{SESSION}|{{\"SD\":\"{hex}\"}}\n");
    assert_eq!(verdict(Some(&key), &text), Verdict::Verified);
    let spaced = text.replace("OCMF|", "OCMF| ");
    assert_ne!(
        verdict(Some(&key), &spaced),
        Verdict::Verified,
        "a space was added"
    );
}

#[test]
fn the_signed_text_is_found_however_it_is_sent() {
    let (curve, name, oid) = CURVES[1];
    let signed = sign(curve, SESSION.as_bytes());
    let key = to_hex(&signed.key(oid));
    let text = ocmf(SESSION, name, &signed.der());
    for sent in [
        text.clone(),
        STANDARD.encode(&text),
        to_hex(text.as_bytes()),
    ] {
        for method in ["OCMF", "ocmf", " Ocmf ", "", "something"] {
            let report = check(&data(method, Some(&key), &[&sent]));
            assert_eq!(report.verdict, Verdict::Verified, "{method} {sent}");
        }
    }
    let mut plain = data("OCMF", Some(&key), &[&to_hex(&signed.der())]);
    plain.values[0].plain_data = text;
    assert_eq!(check(&plain).verdict, Verdict::Verified, "as plain data");
}

/// The session, signed on secp256r1, and its key.
fn session() -> (String, String) {
    let (curve, name, oid) = CURVES[1];
    let signed = sign(curve, SESSION.as_bytes());
    (ocmf(SESSION, name, &signed.der()), to_hex(&signed.key(oid)))
}

#[test]
fn a_key_that_cannot_be_used_is_said_in_words() {
    let (text, key) = session();
    let rsa = "301C300D06092A864886F70D0101010500030B003008020300C0DE020103";
    let no_curve = "301F300B06072A8648CE3D02010500031000040404040404040404040404040404";
    let other = key.replace("2A8648CE3D030107", "2A8648CE3D030106");
    let cases = [
        ("12 z!", "it is neither hexadecimal nor base64"),
        ("0102", "2 bytes are no point on secp256r1"),
        (
            "-----BEGIN KEY-----",
            "it is neither hexadecimal nor base64",
        ),
        (rsa, "it is no elliptic key (1.2.840.113549.1.1.1)"),
        (no_curve, "it does not name its curve"),
        (&other, "its curve (1.2.840.10045.3.1.6) is unknown"),
        (&"04".repeat(65), "it is no point on secp256r1"),
    ];
    for (key, says) in cases {
        let said = verdict(Some(key), &text).to_string();
        let start = "not verified: the public key cannot be read: ";
        assert_eq!(said.strip_prefix(start), Some(says), "{key}");
    }
    let said = verdict(Some(&key), &text.replace("256r1", "256k1")).to_string();
    let says = "not verified: the key is on the curve secp256r1, the signature on secp256k1";
    assert_eq!(said, says);
}

#[test]
fn a_damaged_text_is_said_in_words() {
    let (text, key) = session();
    let no_der = "the signature is damaged: 70 bytes, neither in DER nor the 64 of two numbers \
        on secp256r1";
    let zero = ocmf(SESSION, "secp256r1", &[0; 64]);
    let out_of_range = "the signature is damaged: its numbers are out of range";
    assert_eq!(
        verdict(Some(&key), &zero).to_string(),
        format!("not verified: {out_of_range}")
    );
    let no_pipe = "the signed text is damaged at byte 512: no pipe between payload and signature";
    let no_header = "the signed text is damaged at byte 0: it does not begin with OCMF|";
    let cases = [
        ("\"SD\":\"30", "\"SD\":\"31", no_der),
        (
            "\"SD\":\"30",
            "\"SD\":\"3x",
            "the signature is damaged: its data (SD) is not hex",
        ),
        (
            "\"SD\"",
            "\"Sd\"",
            "the signature is damaged: it has no data (SD)",
        ),
        (
            "|{\"SA\"",
            "|{SA\"",
            "the signature is damaged at byte 334: not JSON",
        ),
        ("|{\"SA\"", " {\"SA\"", no_pipe),
        ("OCMF|", "OCMF;", no_header),
    ];
    for (from, to, says) in cases {
        let said = verdict(Some(&key), &text.replace(from, to)).to_string();
        assert_eq!(said.strip_prefix("not verified: "), Some(says), "{to}");
    }
}

#[test]
fn what_is_not_supported_is_said_in_words() {
    let (text, key) = session();
    let sha512 = "the signature algorithm \"ECDSA-secp256r1-SHA512\" is unknown";
    let secp192k1 = "signatures on the curve secp192k1 cannot be checked";
    let base58 = "the signature format \"base58\" is unknown";
    let plain = "the signature format \"text/plain\" is unknown";
    let gaps = [
        ("256r1-SHA256", "256r1-SHA512", sha512),
        ("secp256r1", "secp192k1", secp192k1),
        ("\"SD\"", "\"SE\":\"base58\",\"SD\"", base58),
        ("\"SD\"", "\"SM\":\"text/plain\",\"SD\"", plain),
    ];
    for (from, to, says) in gaps {
        for key in [None, Some(key.as_str())] {
            let said = verdict(key, &text.replace(from, to)).to_string();
            assert_eq!(said.strip_prefix("not supported: "), Some(says));
        }
    }
}
