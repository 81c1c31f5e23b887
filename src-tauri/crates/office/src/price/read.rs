//! The OCPI objects of a text that lies outside any book.

use domain::{Finding, OcpiVersion, PartyKey};
use ocpi::stream::{Piece, Splitter};
use ocpi::{Hint, Kind, Object, Reader};

/// An object, `None` where it could not be read, and what was odd about it.
pub(super) type Found = (Option<Object>, Vec<Finding>);

/// The objects of a text: one, several, a list, or a response.
pub(super) fn objects(text: &[u8], version: Option<OcpiVersion>, kind: Option<Kind>) -> Vec<Found> {
    // Records of 2.1.1 name no owner, and pricing needs none.
    let party = PartyKey::new("ZZ", "ZZZ").expect("letters are a party key");
    let hint = Hint {
        version,
        kind,
        party: Some(party),
    };
    let mut reader = Reader::new();
    let mut objects = Vec::new();
    each_piece(text, |piece| match piece {
        Piece::Record(raw) => {
            let read = reader.read(raw.bytes, &hint);
            objects.push((read.object, read.findings));
        }
        Piece::Broken(_, finding) => objects.push((None, vec![finding])),
        // Something between the records; none is lost by it.
        Piece::Note(_) => {}
    });
    objects
}

/// Takes a text apart into its JSON objects.
pub(super) fn each_piece(text: &[u8], mut take: impl FnMut(Piece<'_>)) {
    let mut splitter = Splitter::new();
    let mut pieces = splitter.feed(text);
    while let Some(piece) = pieces.next() {
        take(piece);
    }
    let mut pieces = splitter.finish();
    while let Some(piece) = pieces.next() {
        take(piece);
    }
}
