//! Signed values made here, published ones, and hostile ones.

mod alfen;
mod hostile;
mod keys;
mod messages;
mod published;
mod readings;

use ecdsa::elliptic_curve::NonZeroScalar;
use sha2::{Digest, Sha256};
use spki::ObjectIdentifier;

use crate::letters::to_hex;
use crate::{Curve, Report, SignedData, SignedValue, check};

/// Every curve that is checked, as OCMF names it, with its object identifier.
const CURVES: [(Curve, &str, &str); 6] = [
    (Curve::Secp192r1, "secp192r1", "1.2.840.10045.3.1.1"),
    (Curve::Secp256r1, "secp256r1", "1.2.840.10045.3.1.7"),
    (Curve::Secp256k1, "secp256k1", "1.3.132.0.10"),
    (Curve::Secp384r1, "secp384r1", "1.3.132.0.34"),
    (
        Curve::Brainpool256r1,
        "brainpool256r1",
        "1.3.36.3.3.2.8.1.1.7",
    ),
    (
        Curve::Brainpool384r1,
        "brainpool384r1",
        "1.3.36.3.3.2.8.1.1.11",
    ),
];

/// A payload, signed with a key that is always the same.
struct Signed {
    /// SEC1 point, with its 04.
    point: Vec<u8>,
    /// The two numbers.
    raw: Vec<u8>,
}

fn sign(curve: Curve, payload: &[u8]) -> Signed {
    // Never for real: a nonce made of the payload gives the key away to who knows the payload.
    let hash = Sha256::digest(payload);
    let nonce = Sha256::digest([hash.as_slice(), b"nonce"].concat());
    macro_rules! sign_with {
        ($curve:ty) => {{
            let mut secret = vec![0x42; curve.size()];
            secret[0] = 0;
            let key = ecdsa::SigningKey::<$curve>::from_slice(&secret).unwrap();
            let mut k = vec![0; curve.size()];
            for (k, byte) in k.iter_mut().rev().zip(&nonce[1..24]) {
                *k = *byte;
            }
            let k = NonZeroScalar::<$curve>::try_from(k.as_slice()).unwrap();
            let scalar = key.as_nonzero_scalar();
            let (signature, _) = ecdsa::hazmat::sign_prehashed(scalar, &k, &hash).unwrap();
            Signed {
                point: key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
                raw: signature.to_bytes().to_vec(),
            }
        }};
    }
    match curve {
        Curve::Secp192r1 => sign_with!(p192::NistP192),
        Curve::Secp256r1 => sign_with!(p256::NistP256),
        Curve::Secp256k1 => sign_with!(k256::Secp256k1),
        Curve::Secp384r1 => sign_with!(p384::NistP384),
        Curve::Brainpool256r1 => sign_with!(bp256::BrainpoolP256r1),
        Curve::Brainpool384r1 => sign_with!(bp384::BrainpoolP384r1),
        Curve::Secp192k1 => unreachable!("no library signs on it"),
    }
}

/// One item of DER.
fn item(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap();
    let header = if length < 128 {
        vec![tag, length]
    } else {
        vec![tag, 0x81, length]
    };
    [header.as_slice(), content].concat()
}

fn integer(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let number = &number[zeros..];
    let sign: &[u8] = if number[0] >= 128 { &[0] } else { &[] };
    item(2, &[sign, number].concat())
}

impl Signed {
    fn der(&self) -> Vec<u8> {
        let (r, s) = self.raw.split_at(self.raw.len() / 2);
        item(0x30, &[integer(r), integer(s)].concat())
    }

    fn key(&self, oid: &str) -> Vec<u8> {
        let id = |oid: &str| item(6, ObjectIdentifier::new(oid).unwrap().as_bytes());
        let algorithm = item(0x30, &[id("1.2.840.10045.2.1"), id(oid)].concat());
        let point = item(3, &[&[0], self.point.as_slice()].concat());
        item(0x30, &[algorithm, point].concat())
    }
}

fn ocmf(payload: &str, algorithm: &str, signature: &[u8]) -> String {
    let sd = to_hex(signature);
    format!("OCMF|{payload}|{{\"SA\":\"ECDSA-{algorithm}-SHA256\",\"SD\":\"{sd}\"}}")
}

fn data(method: &str, key: Option<&str>, texts: &[&str]) -> SignedData {
    let value = |text: &&str| SignedValue {
        nature: "Start".to_owned(),
        plain_data: String::new(),
        signed_data: (*text).to_owned(),
    };
    SignedData {
        encoding_method: method.to_owned(),
        public_key: key.map(str::to_owned),
        values: texts.iter().map(value).collect(),
        ..SignedData::default()
    }
}

/// Signs payloads on secp256r1 and checks them together.
fn check_payloads(payloads: &[&str]) -> Report {
    let texts: Vec<String> = payloads
        .iter()
        .map(|payload| {
            ocmf(
                payload,
                "secp256r1",
                &sign(Curve::Secp256r1, payload.as_bytes()).der(),
            )
        })
        .collect();
    let key = to_hex(&sign(Curve::Secp256r1, b"").key("1.2.840.10045.3.1.7"));
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    check(&data("OCMF", Some(&key), &texts))
}

fn readings(rd: &str) -> String {
    format!(r#"{{"FV":"1.0","GS":"G1","PG":"T1","MS":"M1","IS":true,"RD":[{rd}]}}"#)
}

const SESSION: &str = r#"{"FV":"1.0","GI":"Box | 7","GS":"808829900001","PG":"T12","MS":"BQ27",
 "IS":true,"IT":"ISO14443","ID":"1F2D3A4F","CT":"EVSEID","CI":"DE*ABC*E1","RD":[
 {"TM":"2018-07-24T13:22:04,000+0200 S","TX":"B","RV":2935.6,"RI":"1-b:1.8.0","RU":"kWh",
  "EF":"","ST":"G"},
 {"TM":"2018-07-24T13:26:04,000+0200 S","TX":"E","RV":2965.12}]}"#;
