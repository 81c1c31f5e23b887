//! Raw bytes: what files held, in compressed blocks, and the records as ranges of them.

use rusqlite::OptionalExtension;

use crate::row::{BlockRow, ImportRow};
use crate::{Book, Error, Result};

/// Compression level: fast, and JSON still shrinks to a tenth.
const LEVEL: i32 = 3;

/// What a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// Bytes of the file itself.
    File,
    /// Rows of a spreadsheet, one JSON text per line.
    Rows,
}

impl BlockKind {
    fn number(self) -> i64 {
        match self {
            BlockKind::File => 0,
            BlockKind::Rows => 1,
        }
    }
}

/// A block before it is stored.
#[derive(Clone, Debug)]
pub struct NewBlock {
    /// What it holds.
    pub kind: BlockKind,
    /// Where it begins among the unpacked bytes of its kind.
    pub first_byte: u64,
    /// How many bytes it holds.
    pub length: u32,
    /// Those bytes, compressed by [`compress`].
    pub zstd: Vec<u8>,
}

/// Where a record's bytes lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The block.
    pub block: BlockRow,
    /// Offset in the unpacked block.
    pub start: u32,
    /// How many bytes.
    pub length: u32,
}

/// Compresses the bytes of a block.
pub fn compress(bytes: &[u8]) -> Result<Vec<u8>> {
    zstd::bulk::compress(bytes, LEVEL).map_err(|source| Error::File {
        path: "block".into(),
        source,
    })
}

/// Stores a block.
pub fn insert(book: &Book, import: ImportRow, block: &NewBlock) -> Result<BlockRow> {
    let mut insert = book.sql().prepare_cached(
        "INSERT INTO raw_block (import, kind, first_byte, length, zstd)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let first_byte = i64::try_from(block.first_byte)
        .map_err(|_| Error::OutOfRange(block.first_byte.to_string()))?;
    let fields = (
        import,
        block.kind.number(),
        first_byte,
        block.length,
        &block.zstd,
    );
    Ok(BlockRow(insert.insert(fields)?))
}

/// The unpacked bytes of a block.
pub fn block(book: &Book, block: BlockRow) -> Result<Vec<u8>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT length, zstd FROM raw_block WHERE id = ?1")?;
    let found = query
        .query_row([block], |row| {
            let length: u32 = row.get(0)?;
            let packed = row.get_ref(1)?.as_blob()?;
            Ok(unpack(packed, length))
        })
        .optional()?;
    found.ok_or_else(|| Error::Damaged(format!("raw block {} is missing", block.0)))?
}

fn unpack(packed: &[u8], length: u32) -> Result<Vec<u8>> {
    let length = usize::try_from(length).expect("32 bits fit");
    match zstd::bulk::decompress(packed, length) {
        Ok(bytes) if bytes.len() == length => Ok(bytes),
        Ok(bytes) => Err(Error::Damaged(format!(
            "raw block of {} bytes",
            bytes.len()
        ))),
        Err(error) => Err(Error::Damaged(format!("raw block: {error}"))),
    }
}

/// The bytes of one record.
pub fn record(book: &Book, range: Range) -> Result<Vec<u8>> {
    Blocks::default().record(book, range).map(<[u8]>::to_vec)
}

/// The blocks of an import's file, in order.
pub fn of_import(book: &Book, import: ImportRow) -> Result<Vec<BlockRow>> {
    let mut query = book.sql().prepare_cached(
        "SELECT id FROM raw_block WHERE import = ?1 AND kind = 0 ORDER BY first_byte",
    )?;
    let rows = query.query_map([import], |row| row.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// The bytes of an import's file, as far as they were stored.
pub fn file(book: &Book, import: ImportRow) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for row in of_import(book, import)? {
        bytes.extend(block(book, row)?);
    }
    Ok(bytes)
}

/// Reads many records and unpacks a block once while they lie together.
#[derive(Debug, Default)]
pub struct Blocks {
    last: Option<(BlockRow, Vec<u8>)>,
}

impl Blocks {
    /// The bytes of one record.
    pub fn record(&mut self, book: &Book, range: Range) -> Result<&[u8]> {
        if self
            .last
            .as_ref()
            .is_none_or(|(row, _)| *row != range.block)
        {
            self.last = Some((range.block, block(book, range.block)?));
        }
        let bytes = self.last.as_ref().map_or(&[][..], |(_, bytes)| bytes);
        let start = usize::try_from(range.start).expect("32 bits fit");
        let length = usize::try_from(range.length).expect("32 bits fit");
        bytes
            .get(start..start + length)
            .ok_or_else(|| Error::Damaged(format!("raw block {} is too short", range.block.0)))
    }
}
