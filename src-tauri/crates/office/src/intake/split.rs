//! Cutting a stream into blocks at record borders. Blocks put together are the stream.

use std::io::{self, Read};

use domain::Finding;
use ocpi::stream::{Piece, RECORD_MAX, Splitter};

/// Bytes read at once.
const CHUNK: usize = 256 << 10;
/// A block is cut once it holds this much.
const BLOCK: usize = 512 << 10;
/// A block without a border is cut anyway once it holds this much.
const BLOCK_MAX: usize = RECORD_MAX + (1 << 20);

/// A stretch of the stream with the records that begin in it.
#[derive(Debug, Default)]
pub(crate) struct RawBlock {
    /// Where it begins in the stream.
    pub(crate) first_byte: u64,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// Its records, in order.
    pub(crate) pieces: Vec<RawPiece>,
    /// What was off between records.
    pub(crate) notes: Vec<Finding>,
}

/// A record, or bytes that are none.
#[derive(Debug)]
pub(crate) struct RawPiece {
    /// Number in the stream, from 1.
    pub(crate) number: u32,
    /// Offset in the block.
    pub(crate) start: u32,
    /// Length; clipped to the block for what is too large to be a record.
    pub(crate) length: u32,
    /// Why it is no record.
    pub(crate) broken: Option<Finding>,
}

/// Cuts a stream into blocks.
pub(crate) struct Blocks<R> {
    stream: R,
    splitter: Splitter,
    block: RawBlock,
    number: u32,
    ended: bool,
}

impl<R: Read> Blocks<R> {
    pub(crate) fn new(stream: R) -> Self {
        let splitter = Splitter::new();
        Blocks {
            stream,
            splitter,
            block: RawBlock::default(),
            number: 0,
            ended: false,
        }
    }

    /// The next block; `None` after the last.
    pub(crate) fn next(&mut self) -> io::Result<Option<RawBlock>> {
        while !self.ended {
            let old = self.block.bytes.len();
            self.block.bytes.resize(old + CHUNK, 0);
            let read = read_full(&mut self.stream, &mut self.block.bytes[old..]);
            let count = *read.as_ref().unwrap_or(&0);
            self.block.bytes.truncate(old + count);
            read?;
            if count == 0 {
                self.ended = true;
                self.take_pieces(None);
                let rest = std::mem::take(&mut self.block);
                let empty =
                    rest.bytes.is_empty() && rest.pieces.is_empty() && rest.notes.is_empty();
                return Ok((!empty).then_some(rest));
            }
            self.take_pieces(Some(old));
            if let Some(block) = self.cut() {
                return Ok(Some(block));
            }
        }
        Ok(None)
    }

    /// Ends the reading and gives the stream back.
    pub(crate) fn into_inner(self) -> R {
        self.stream
    }

    /// Notes the records that the bytes from `from` on complete; `None` at the end of the stream.
    fn take_pieces(&mut self, from: Option<usize>) {
        let RawBlock {
            first_byte,
            bytes,
            pieces: found,
            notes,
        } = &mut self.block;
        let mut pieces = match from {
            Some(from) => self.splitter.feed(&bytes[from..]),
            None => self.splitter.finish(),
        };
        while let Some(piece) = pieces.next() {
            let (raw, broken) = match piece {
                Piece::Record(raw) => (raw, None),
                Piece::Broken(raw, finding) => (raw, Some(finding)),
                Piece::Note(finding) => {
                    notes.push(finding);
                    continue;
                }
            };
            self.number += 1;
            let start = raw.offset.saturating_sub(*first_byte);
            let end = (raw.offset + raw.length).saturating_sub(*first_byte);
            found.push(RawPiece {
                number: self.number,
                start: small(start),
                length: small(end - start),
                broken,
            });
        }
    }

    /// Cuts the block behind its last record once it is large enough.
    fn cut(&mut self) -> Option<RawBlock> {
        let held = self.block.bytes.len();
        if held < BLOCK {
            return None;
        }
        let border = match self.block.pieces.last() {
            Some(last) => (last.start + last.length) as usize,
            None if held >= BLOCK_MAX => held,
            None => return None,
        };
        let rest = self.block.bytes.split_off(border);
        let next = RawBlock {
            first_byte: self.block.first_byte + border as u64,
            bytes: rest,
            ..RawBlock::default()
        };
        Some(std::mem::replace(&mut self.block, next))
    }
}

/// Offsets in a block stay far below 4 GiB: a block is cut at 17 MiB at the latest.
fn small(offset: u64) -> u32 {
    u32::try_from(offset).expect("a block is cut long before 4 GiB")
}

/// Fills the buffer as far as the stream goes.
fn read_full(stream: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(bytes: &[u8]) -> Vec<RawBlock> {
        let mut blocks = Blocks::new(bytes);
        let mut found = Vec::new();
        while let Some(block) = blocks.next().unwrap() {
            found.push(block);
        }
        found
    }

    #[test]
    fn blocks_put_together_are_the_stream_and_pieces_are_its_records() {
        let mut stream = b"[\n".to_vec();
        for number in 0..20_000 {
            let record = format!(
                "{{\"id\": \"{number}\", \"text\": \"{}\"}},\n",
                "x".repeat(80)
            );
            stream.extend_from_slice(record.as_bytes());
        }
        stream.extend_from_slice(b"{\"id\": \"last\"}]\n\n");
        let blocks = blocks(&stream);
        assert!(blocks.len() > 2, "{} blocks", blocks.len());
        let joined: Vec<u8> = blocks
            .iter()
            .flat_map(|block| block.bytes.clone())
            .collect();
        assert!(joined == stream, "no byte is lost or moved");
        let mut numbers = 0;
        for block in &blocks {
            for piece in &block.pieces {
                numbers += 1;
                assert_eq!(piece.number, numbers);
                let (start, end) = (piece.start as usize, (piece.start + piece.length) as usize);
                let record = &block.bytes[start..end];
                assert!(
                    record.starts_with(b"{") && record.ends_with(b"}"),
                    "{piece:?}"
                );
            }
        }
        assert_eq!(numbers, 20_001);
        let sizes = blocks[..blocks.len() - 1]
            .iter()
            .map(|block| block.bytes.len());
        assert!(
            sizes.clone().all(|size| size >= BLOCK / 2),
            "{:?}",
            sizes.collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_flood_without_records_is_cut_and_counted_once() {
        let mut stream = b"{\"id\": \"".to_vec();
        stream.resize(BLOCK_MAX * 2, b'x');
        let blocks = blocks(&stream);
        assert!(
            blocks
                .iter()
                .all(|block| block.bytes.len() <= BLOCK_MAX + CHUNK)
        );
        let pieces: Vec<_> = blocks.iter().flat_map(|block| &block.pieces).collect();
        assert_eq!(pieces.len(), 1);
        assert!(pieces[0].broken.is_some(), "what is too large is no record");
        let total: usize = blocks.iter().map(|block| block.bytes.len()).sum();
        assert_eq!(total, stream.len());
    }

    #[test]
    fn an_empty_file_has_no_blocks() {
        assert!(blocks(b"").is_empty());
    }
}
