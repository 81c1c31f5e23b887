//! How much of a file is read at most, so that no file can exhaust the machine.
//!
//! Together the figures keep a reading process below 500 MiB: 80 MiB of cells, 128 MiB of texts,
//! 48 MiB of places of shared texts, and the file itself. And they keep it short: an xlsx costs
//! some hundred nanoseconds per cell, so that even one made to harm is done with in seconds. (A
//! text file of any number of rows is read as it is.)

/// Most rows of a sheet: those of Excel.
pub(crate) const ROWS: u32 = 1 << 20;
/// Most columns that may hold something.
pub(crate) const COLUMNS: u32 = 1 << 10;
/// Most filled cells of all sheets together: 430,000 rows of twelve columns.
pub(crate) const CELLS: usize = 5 << 20;
/// Most cells of a sheet that hold nothing: those a program has only painted.
pub(crate) const BLANK_CELLS: usize = 1 << 22;
/// Most bytes of text of all sheets together.
pub(crate) const TEXTS: usize = 1 << 27;
/// Most texts that cells share.
pub(crate) const SHARED_TEXTS: usize = 1 << 21;
/// Most sheets.
pub(crate) const SHEETS: usize = 256;
/// Most parts of a zipped file.
pub(crate) const PARTS: usize = 10_000;
/// Most cell formats: those of Excel.
pub(crate) const FORMATS: usize = 1 << 16;
/// Most bytes of all parts that are read, unpacked.
pub(crate) const UNPACKED: u64 = 1 << 29;
/// A part may be this many times larger than its packed bytes; sheets are at most 30 times.
pub(crate) const RATIO: u64 = 100;
/// But up to here no ratio is asked for.
pub(crate) const UNPACKED_FREELY: u64 = 1 << 24;
/// Most tags, texts and remarks of a part beside those that rows, cells and shared texts are made
/// of: what means nothing here must not cost time either.
pub(crate) const PIECES: u64 = 1 << 20;
/// How many of them a cell, a row or a shared text may be made of.
pub(crate) const PIECES_EACH: u64 = 12;
/// How deep elements of XML may stand in each other.
pub(crate) const DEPTH: usize = 64;
/// Most bytes of one tag or one text of XML.
pub(crate) const PIECE: usize = 1 << 20;
/// Most bytes of a line of text: a longer one is no row of a table.
pub(crate) const LINE: usize = 1 << 20;
/// Most bytes of a cell in quotes.
pub(crate) const QUOTED: usize = 1 << 20;
/// Most bytes of a text file.
pub(crate) const TEXT_FILE: usize = 400 << 20;
/// Most bytes of a text file that must be converted to UTF-8, before and after.
pub(crate) const CONVERTED: usize = 200 << 20;
/// Most bytes of an xls or ods.
pub(crate) const OLD_FILE: usize = 100 << 20;
/// What the process that reads an xls or ods may ask for, besides its own program.
pub(crate) const CHILD_MEMORY: u64 = 400 << 20;
/// How long that process may take.
pub(crate) const CHILD_SECONDS: u64 = 60;
