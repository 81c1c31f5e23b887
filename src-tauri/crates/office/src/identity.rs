//! What tells records apart: hashes over owner and id, and over the content.

use domain::PartyKey;
use store::cdr::Identity;

/// The hashes of a record.
pub(crate) fn identity(owner: &PartyKey, id: &str, record: &[u8]) -> Identity {
    Identity {
        key: key(owner, id),
        content: content(record),
    }
}

/// First 64 bits of BLAKE3 over owner and folded id.
pub(crate) fn key(owner: &PartyKey, id: &str) -> i64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(owner.country().as_bytes());
    hasher.update(owner.party().as_bytes());
    hasher.update(b"*");
    hasher.update(id.to_ascii_lowercase().as_bytes());
    first_bits(&hasher.finalize())
}

/// First 64 bits of BLAKE3 over a JSON record without the white space between its parts and with
/// letters folded: the same record printed in another layout, or with its ids in other case, is
/// the same content.
pub(crate) fn content(record: &[u8]) -> i64 {
    let mut folded = Vec::with_capacity(record.len());
    let (mut in_text, mut escaped) = (false, false);
    for byte in record {
        if in_text {
            in_text = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
        } else if byte.is_ascii_whitespace() {
            continue;
        } else {
            in_text = *byte == b'"';
        }
        folded.push(byte.to_ascii_lowercase());
    }
    hash(&folded)
}

/// First 64 bits of BLAKE3 over bytes.
pub(crate) fn hash(bytes: &[u8]) -> i64 {
    first_bits(&blake3::hash(bytes))
}

fn first_bits(hash: &blake3::Hash) -> i64 {
    let bytes = hash
        .as_bytes()
        .first_chunk()
        .expect("BLAKE3 gives 32 bytes");
    i64::from_le_bytes(*bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_keys_without_regard_to_case() {
        let owner: PartyKey = "NL-ABC".parse().unwrap();
        assert_eq!(key(&owner, "Cdr-1"), key(&owner, "CDR-1"));
        assert_ne!(key(&owner, "Cdr-1"), key(&owner, "Cdr-2"));
        assert_ne!(
            key(&owner, "Cdr-1"),
            key(&"NL-ABD".parse().unwrap(), "Cdr-1")
        );
    }

    #[test]
    fn layout_is_no_content_but_spaces_inside_texts_are() {
        let plain = content(br#"{"id":"Cdr 1","kwh":1.50}"#);
        assert_eq!(
            plain,
            content(b"{\n  \"id\": \"CDR 1\",\n  \"kwh\": 1.50\n}")
        );
        assert_ne!(
            plain,
            content(br#"{"id":"Cdr1","kwh":1.50}"#),
            "a space inside a text"
        );
        assert_ne!(
            plain,
            content(br#"{"id":"Cdr 1","kwh":1.5}"#),
            "digits count (SEMANTICS 1.1)"
        );
        let quoted = content(br#"{"id":"a\" b"}"#);
        assert_ne!(
            quoted,
            content(br#"{"id":"a\"b"}"#),
            "an escaped quote ends no text"
        );
    }
}
