//! Files that lie outside any book: their bytes, and the OCPI objects in them.

use std::path::Path;

use domain::{Finding, OcpiVersion, PartyKey};
use ocpi::stream::{Piece, Splitter};
use ocpi::{Hint, Kind, Object, Reader};

use crate::error::{Error, Result};

/// An object, `None` where it could not be read, and what was odd about it.
pub(crate) type Found = (Option<Object>, Vec<Finding>);

/// The objects of a text: one, several, a list, or a response.
pub(crate) fn objects(text: &[u8], version: Option<OcpiVersion>, kind: Option<Kind>) -> Vec<Found> {
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
pub(crate) fn each_piece(text: &[u8], mut take: impl FnMut(Piece<'_>)) {
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

/// The bytes of a file.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>> {
    let name = path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    );
    std::fs::read(path).map_err(|source| Error::File { name, source })
}

/// The refusal of a file, with its reason.
pub(crate) fn unreadable(path: &Path, why: &str) -> Error {
    Error::Unreadable {
        name: path.display().to_string(),
        why: why.to_owned(),
    }
}
