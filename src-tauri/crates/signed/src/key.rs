//! Public keys as CDRs, charge points and labels write them.
//!
//! Read are: a SubjectPublicKeyInfo in DER, as hexadecimal digits, base64 or PEM; a point of SEC1
//! as hexadecimal digits, with or without its first byte 04. OCPP wraps one more time: base64 of
//! such a text, before which `oca:base16:asn1:` may stand. Alfen writes points in base32.

use spki::SubjectPublicKeyInfoRef;
use spki::der::Decode;

use crate::TEXT_MAX;
use crate::curve::{Curve, short};
use crate::letters;
use crate::verdict::{Part, Why};

const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";

/// A public key that can be read; whether it lies on its curve shows when it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// None for a bare point, which is taken to be on the curve of the signature.
    curve: Option<Curve>,
    point: Vec<u8>,
}

impl Key {
    /// Reads a key. An empty text is no key.
    pub fn read(text: &str) -> Result<Option<Key>, Why> {
        if text.len() > TEXT_MAX {
            return Err(Why::TooLong {
                part: Part::Key,
                bytes: text.len(),
                most: TEXT_MAX,
            });
        }
        if text.trim().is_empty() {
            return Ok(None);
        }
        if let Some(point) = of_alfen(text) {
            return Ok(Some(Key { curve: None, point }));
        }
        let no_letters = || Why::KeyUnreadable("it is neither hexadecimal nor base64".to_owned());
        let bytes = unwrapped(text).ok_or_else(no_letters)?;
        // DER starts with 30, a point with 02, 03 or 04; a bare pair of coordinates may start
        // with anything, so DER is tried first.
        match of_der(&bytes) {
            Some(key) => key.map(Some),
            None => Ok(Some(Key {
                curve: None,
                point: bytes,
            })),
        }
    }

    /// The key in the form that the curve of a signature wants.
    pub fn point_on(&self, signature: Curve) -> Result<Vec<u8>, Why> {
        if let Some(key) = self.curve.filter(|curve| *curve != signature) {
            return Err(Why::KeyCurve { key, signature });
        }
        let (size, length) = (signature.size(), self.point.len());
        if length == 2 * size && self.curve.is_none() {
            return Ok([&[4], self.point.as_slice()].concat());
        }
        if length == 2 * size + 1 || length == size + 1 {
            return Ok(self.point.clone());
        }
        let what = format!("{length} bytes are no point on {signature}");
        Err(Why::KeyUnreadable(what))
    }
}

/// A point as Alfen writes it: compressed, in base32. No other key is 40 letters long.
fn of_alfen(text: &str) -> Option<Vec<u8>> {
    letters::base32(text.trim()).filter(|point| point.len() == 25)
}

/// The bytes that are written, out of as many as two layers of letters.
fn unwrapped(text: &str) -> Option<Vec<u8>> {
    let outer = letters_of(text)?;
    // OCPP: base64 around a text that holds hexadecimal digits.
    let inner = std::str::from_utf8(&outer).ok().and_then(letters_of);
    Some(inner.unwrap_or(outer))
}

fn letters_of(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let bare = text.strip_prefix("oca:base16:asn1:").unwrap_or(text);
    let bare = if bare.starts_with("-----BEGIN") {
        pem_body(bare)?
    } else {
        bare
    };
    letters::hex(bare)
        .or_else(|| letters::base64(bare))
        .filter(|bytes| !bytes.is_empty())
}

fn pem_body(text: &str) -> Option<&str> {
    let body = text.strip_prefix("-----BEGIN PUBLIC KEY-----")?;
    let (body, _) = body.split_once("-----END PUBLIC KEY-----")?;
    Some(body)
}

/// None when the bytes are no SubjectPublicKeyInfo.
fn of_der(bytes: &[u8]) -> Option<Result<Key, Why>> {
    let info = SubjectPublicKeyInfoRef::from_der(bytes).ok()?;
    let unreadable = |what: String| Some(Err(Why::KeyUnreadable(what)));
    if info.algorithm.oid.to_string() != EC_PUBLIC_KEY {
        return unreadable(format!("it is no elliptic key ({})", info.algorithm.oid));
    }
    let Ok(oid) = info.algorithm.parameters_oid() else {
        return unreadable("it does not name its curve".to_owned());
    };
    let Some(curve) = Curve::of_oid(oid) else {
        return unreadable(format!(
            "its curve ({}) is unknown",
            short(&oid.to_string())
        ));
    };
    let Some(point) = info.subject_public_key.as_bytes() else {
        return unreadable("its point is not whole bytes".to_owned());
    };
    Some(Ok(Key {
        curve: Some(curve),
        point: point.to_vec(),
    }))
}
