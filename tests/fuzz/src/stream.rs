//! Any bytes as a stream of records: the same pieces however the stream is cut into blocks.

use domain::Finding;
use ocpi::stream::{Piece, Splitter};

/// The largest record of the test, small enough for a fuzzer to exceed.
const RECORD_MAX: usize = 256;

/// A piece that owns its bytes.
#[derive(Debug, PartialEq, Eq)]
enum Kept {
    Record(u64, u64, Vec<u8>),
    Broken(u64, u64, Vec<u8>, Finding),
    Note(Finding),
}

/// Splits the bytes whole, and in blocks of the size that the first byte says.
pub fn any(bytes: &[u8]) {
    let Some((size, bytes)) = bytes.split_first() else {
        return;
    };
    let whole = pieces(bytes, bytes.len().max(1));
    let blocks = pieces(bytes, usize::from(*size % 64) + 1);
    assert_eq!(whole, blocks, "blocks are not seen in what comes out");
    let mut end = 0;
    for piece in &whole {
        let (offset, length, kept) = match piece {
            Kept::Record(offset, length, kept) | Kept::Broken(offset, length, kept, _) => {
                (*offset, *length, kept)
            }
            Kept::Note(_) => continue,
        };
        assert!(offset >= end, "pieces come in order and do not overlap");
        end = offset + length;
        assert!(end <= bytes.len() as u64, "a piece lies inside the stream");
        let at = usize::try_from(offset).expect("the stream is in memory");
        assert_eq!(
            kept[..],
            bytes[at..at + kept.len()],
            "a piece holds the stream's bytes"
        );
        assert!(kept.len() as u64 <= length && kept.len() <= RECORD_MAX);
    }
}

fn pieces(bytes: &[u8], block: usize) -> Vec<Kept> {
    let mut splitter = Splitter::with_record_max(RECORD_MAX);
    let mut kept = Vec::new();
    for block in bytes.chunks(block) {
        let mut pieces = splitter.feed(block);
        while let Some(piece) = pieces.next() {
            kept.push(keep(piece));
        }
    }
    let mut pieces = splitter.finish();
    while let Some(piece) = pieces.next() {
        kept.push(keep(piece));
    }
    kept
}

fn keep(piece: Piece<'_>) -> Kept {
    match piece {
        Piece::Record(raw) => Kept::Record(raw.offset, raw.length, raw.bytes.to_vec()),
        Piece::Broken(raw, finding) => {
            Kept::Broken(raw.offset, raw.length, raw.bytes.to_vec(), finding)
        }
        Piece::Note(finding) => Kept::Note(finding),
    }
}
