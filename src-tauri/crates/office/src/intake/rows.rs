//! Lines of JSON that are kept beside a file: rows of a spreadsheet, transactions of a log.

use domain::Finding;
use domain::cdr::Form;
use store::raw::{BlockKind, NewBlock};

use super::prepare::{Prepared, Record, What};
use crate::error::Result;

/// Records kept together in a block.
const RECORDS: usize = 1_000;

/// Lines on their way into a block.
#[derive(Default)]
pub(super) struct Rows {
    first_byte: u64,
    text: Vec<u8>,
    records: Vec<Record>,
}

impl Rows {
    /// Adds a record as a line of its own.
    pub fn push(
        &mut self,
        (number, form): (u32, Form),
        line: &[u8],
        what: What,
        findings: Vec<Finding>,
    ) {
        let small = |size: usize| u32::try_from(size).expect("a thousand lines fit 4 GiB");
        self.records.push(Record {
            number,
            start: small(self.text.len()),
            length: small(line.len()),
            form,
            what,
            findings,
        });
        self.text.extend_from_slice(line);
        self.text.push(b'\n');
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Whether so many wait that they make a block.
    pub fn is_full(&self) -> bool {
        self.records.len() >= RECORDS
    }

    /// What waits, as a block; `notes` go with it.
    pub fn cut(&mut self, notes: Vec<Finding>) -> Result<Prepared> {
        let text = std::mem::take(&mut self.text);
        let first_byte = self.first_byte;
        self.first_byte += text.len() as u64;
        Ok(Prepared {
            block: NewBlock {
                kind: BlockKind::Rows,
                first_byte,
                length: u32::try_from(text.len()).expect("a thousand lines fit 4 GiB"),
                zstd: store::raw::compress(&text)?,
            },
            records: std::mem::take(&mut self.records),
            notes,
        })
    }
}
