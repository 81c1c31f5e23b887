//! Elliptic curves, and whether a signature on one of them holds.
//!
//! The arithmetic is RustCrypto's; here is only which curve is meant, and how a signature is
//! packed. Every method hashes with SHA-256, on the longer curves too (OCMF 1.2, table 22).

use std::fmt;

use ecdsa::signature::hazmat::PrehashVerifier;
use sha2::{Digest, Sha256};
use spki::ObjectIdentifier;
use spki::der::asn1::UintRef;
use spki::der::{Decode, Reader, SliceReader};

use crate::verdict::{Gap, Part, Verdict, Why, damaged};

/// A curve that meters sign on (OCMF 1.2, table 23).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// NIST P-192; Alfen's.
    Secp192r1,
    /// Named by OCMF; there is no library for it.
    Secp192k1,
    /// NIST P-256; what OCMF means when it names none.
    Secp256r1,
    /// Koblitz, 256 bits.
    Secp256k1,
    /// NIST P-384.
    Secp384r1,
    /// brainpoolP256r1 (RFC 5639).
    Brainpool256r1,
    /// brainpoolP384r1 (RFC 5639).
    Brainpool384r1,
}

const ALL: [(Curve, &str, &str); 7] = [
    (Curve::Secp192r1, "secp192r1", "1.2.840.10045.3.1.1"),
    (Curve::Secp192k1, "secp192k1", "1.3.132.0.31"),
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

impl Curve {
    /// The curve of an OCMF algorithm such as `ECDSA-secp256r1-SHA256`. Meters of NZR write
    /// `brainpoolP256r1`, with the P of RFC 5639.
    pub(crate) fn of_algorithm(text: &str) -> Result<Curve, Gap> {
        let folded = text.trim().to_ascii_lowercase();
        let name = folded
            .strip_prefix("ecdsa-")
            .and_then(|rest| rest.strip_suffix("-sha256"))
            .map(|name| name.replace("brainpoolp", "brainpool"));
        ALL.iter()
            .find(|(_, known, _)| name.as_deref() == Some(*known))
            .map(|(curve, ..)| *curve)
            .ok_or_else(|| Gap::Algorithm(short(text)))
    }

    /// The curve that a key names.
    pub(crate) fn of_oid(oid: ObjectIdentifier) -> Option<Curve> {
        let oid = oid.to_string();
        let found = ALL.iter().find(|(_, _, known)| *known == oid);
        found.map(|(curve, ..)| *curve)
    }

    /// Bytes of one coordinate.
    pub(crate) fn size(self) -> usize {
        match self {
            Curve::Secp192r1 | Curve::Secp192k1 => 24,
            Curve::Secp256r1 | Curve::Secp256k1 | Curve::Brainpool256r1 => 32,
            Curve::Secp384r1 | Curve::Brainpool384r1 => 48,
        }
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = ALL.iter().find(|(curve, ..)| curve == self);
        f.write_str(name.map_or("unknown", |(_, name, _)| name))
    }
}

/// What of a stranger's text is shown in a sentence.
pub(crate) fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Checks a signature over `signed`. `point` is a SEC1 point; `rs` the two numbers of a
/// signature, each as long as a coordinate.
pub(crate) fn verify(curve: Curve, point: &[u8], signed: &[u8], rs: &[u8]) -> Verdict {
    // A signature may come with either of two numbers s that both hold; the library takes only
    // the lower one for some curves, meters send both.
    macro_rules! verify_with {
        ($curve:ty) => {{
            let Ok(key) = ecdsa::VerifyingKey::<$curve>::from_sec1_bytes(point) else {
                return Why::KeyUnreadable(format!("it is no point on {curve}")).into();
            };
            let Ok(signature) = ecdsa::Signature::<$curve>::from_slice(rs) else {
                return damaged(Part::Signature, None, "its numbers are out of range").into();
            };
            let hash = Sha256::digest(signed);
            key.verify_prehash(&hash, &signature.normalize_s()).is_ok()
        }};
    }
    let holds = match curve {
        Curve::Secp192r1 => verify_with!(p192::NistP192),
        Curve::Secp256r1 => verify_with!(p256::NistP256),
        Curve::Secp256k1 => verify_with!(k256::Secp256k1),
        Curve::Secp384r1 => verify_with!(p384::NistP384),
        Curve::Brainpool256r1 => verify_with!(bp256::BrainpoolP256r1),
        Curve::Brainpool384r1 => verify_with!(bp384::BrainpoolP384r1),
        Curve::Secp192k1 => return Gap::Curve(curve).into(),
    };
    if holds {
        Verdict::Verified
    } else {
        Why::SignatureMismatch.into()
    }
}

/// The two numbers of a signature: from DER, or as they are, one after the other.
pub(crate) fn numbers(curve: Curve, signature: &[u8]) -> Result<Vec<u8>, Why> {
    let size = curve.size();
    let mut joined = Vec::with_capacity(2 * size);
    if let Ok((r, s)) = of_der(signature) {
        for number in [r, s] {
            let zeros = size.checked_sub(number.len()).ok_or_else(|| {
                damaged(Part::Signature, None, format!("it is too long for {curve}"))
            })?;
            joined.extend(std::iter::repeat_n(0, zeros));
            joined.extend(number);
        }
        return Ok(joined);
    }
    if signature.len() == 2 * size {
        joined.extend(signature);
        return Ok(joined);
    }
    let what = format!(
        "{} bytes, neither in DER nor the {} of two numbers on {curve}",
        signature.len(),
        2 * size
    );
    Err(damaged(Part::Signature, None, what))
}

fn of_der(bytes: &[u8]) -> spki::der::Result<(&[u8], &[u8])> {
    let mut reader = SliceReader::new(bytes)?;
    let numbers = reader.sequence(|inner| {
        let (r, s) = (UintRef::decode(inner)?, UintRef::decode(inner)?);
        spki::der::Result::Ok((r.as_bytes(), s.as_bytes()))
    })?;
    reader.finish()?;
    Ok(numbers)
}
