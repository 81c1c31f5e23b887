//! The CDRs of a file, read as an import reads them and kept nowhere.

use std::sync::Arc;

use domain::{Cdr, Finding};
use ocpi::{Hint, Object, Reader};
use sheet::RowIs;

use super::prepare::Context;
use super::reading::Opened;
use super::recognise::{Holds, recognise};
use super::source::{Fingerprint, Source};
use super::split::Blocks;
use super::table::unreadable;
use super::understand;
use crate::api::ImportRequest;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::{Job, Progress};

/// What a file holds.
pub(crate) struct CdrsRead {
    /// Its name without folders.
    pub(crate) file: String,
    /// See [`crate::api::ImportPreview::format`].
    pub(crate) format: String,
    /// SHA-256 of the file as it came.
    pub(crate) sha256: [u8; 32],
    /// Its CDRs in their order.
    pub(crate) cdrs: Vec<Cdr>,
    /// Records that cannot be read: number in the file, and why.
    pub(crate) rejected: Vec<(u32, Vec<Finding>)>,
    /// Readable records that are no CDRs.
    pub(crate) others: u32,
}

/// Reads the CDRs of a partner's file. Rows of a spreadsheet are taken for CDRs.
pub(crate) fn read_cdrs(
    desk: &Desk,
    job: &mut Job<'_>,
    request: &ImportRequest,
    path: &std::path::Path,
) -> Result<CdrsRead> {
    let source = Source::new(path)?;
    let recognised = recognise(&source)?;
    let kind = request.kind.clone().or_else(|| Some("cdrs".to_owned()));
    let request = &ImportRequest {
        kind: kind.filter(|_| recognised.holds == Holds::Sheet),
        ..request.clone()
    };
    let (context, opened) = understand(desk, request, (&source, &recognised))?;
    let mut read = CdrsRead {
        file: source.name.clone(),
        format: recognised.format.clone(),
        sha256: [0; 32],
        cdrs: Vec::new(),
        rejected: Vec::new(),
        others: 0,
    };
    let fingerprint = match (&opened, recognised.holds) {
        (Some(opened), _) => read.sheet(job, &source, opened)?,
        (None, Holds::Ocpi) => read.ocpi(job, &source, &context)?,
        (None, Holds::Sheet | Holds::Transactions) => return Err(none(&source)),
    };
    if read.cdrs.is_empty() {
        return Err(none(&source));
    }
    read.sha256 = fingerprint.sha256;
    Ok(read)
}

fn none(source: &Source<'_>) -> Error {
    Error::Unreadable {
        name: source.name.clone(),
        why: "it holds no CDR that can be read".to_owned(),
    }
}

impl CdrsRead {
    fn ocpi(
        &mut self,
        job: &mut Job<'_>,
        source: &Source<'_>,
        context: &Context,
    ) -> Result<Fingerprint> {
        let hint = Hint {
            party: context.partner.clone(),
            ..Hint::default()
        };
        let mut reader = Reader::new();
        let mut blocks = Blocks::new(source.open(Arc::default())?);
        while let Some(block) = blocks.next().map_err(|error| source.error(error))? {
            job.check()?;
            for piece in &block.pieces {
                if let Some(finding) = &piece.broken {
                    self.rejected.push((piece.number, vec![finding.clone()]));
                    continue;
                }
                let (start, length) = (piece.start as usize, piece.length as usize);
                let found = reader.read(&block.bytes[start..start + length], &hint);
                match found.object {
                    Some(Object::Cdr(cdr)) => self.cdrs.push(*cdr),
                    Some(_) => self.others += 1,
                    None => self.rejected.push((piece.number, found.findings)),
                }
            }
            let done = block.first_byte + block.bytes.len() as u64;
            self.tell(job, (done, source.bytes));
        }
        let stream = blocks.into_inner();
        stream.finish().map_err(|error| source.error(error))
    }

    fn sheet(
        &mut self,
        job: &mut Job<'_>,
        source: &Source<'_>,
        opened: &Opened<'_>,
    ) -> Result<Fingerprint> {
        let Opened {
            workbook,
            template,
            hint,
            ..
        } = opened;
        let rows = sheet::read(workbook, template, hint);
        let rows = rows.map_err(|error| unreadable(source, &error))?;
        for row in rows.filter(|row| row.is == RowIs::Data) {
            job.check()?;
            match row.record.value {
                Some(cdr) => self.cdrs.push(cdr),
                None => self.rejected.push((row.number, row.record.findings)),
            }
        }
        self.tell(job, (source.bytes, source.bytes));
        source.fingerprint()
    }

    fn tell(&self, job: &mut Job<'_>, (done, total): (u64, u64)) {
        job.tell(Progress {
            done,
            total,
            records: self.cdrs.len() as u64,
            findings: self.rejected.len() as u64,
        });
    }
}
