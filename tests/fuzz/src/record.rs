//! Any bytes as an OCPI record: read or refused with a reason, the same every time.

use domain::{OcpiVersion, PartyKey, Severity};
use ocpi::{Hint, Kind, Reader};

/// Reads the bytes as one kind of object under every version and without one.
pub fn any(kind: Kind, bytes: &[u8]) {
    let mut reader = Reader::new();
    let party = PartyKey::new("NL", "TAL").expect("two and three letters");
    let versions = [
        None,
        Some(OcpiVersion::V211),
        Some(OcpiVersion::V221),
        Some(OcpiVersion::V230),
    ];
    for version in versions {
        let hint = Hint {
            version,
            kind: Some(kind),
            party: Some(party.clone()),
        };
        let read = reader.read(bytes, &hint);
        let fatal = read
            .findings
            .iter()
            .any(|finding| finding.severity == Severity::Fatal);
        assert_eq!(
            read.object.is_none(),
            fatal,
            "an object is missing exactly where a finding is fatal"
        );
        assert_eq!(
            reader.read(bytes, &hint),
            read,
            "used memory leaves no trace"
        );
    }
    let hint = Hint::default();
    let recognised = reader.recognise(bytes, &hint);
    let read = reader.read(bytes, &hint);
    assert_eq!(
        recognised, read.recognised,
        "recognising alone says what reading says"
    );
}
