//! Bringing data in: what a file holds, what importing it would do, doing it, and what was odd.

mod chargers;
mod history;
mod keep;
mod others;
mod pipeline;
mod prepare;
mod preview;
mod reading;
mod recognise;
mod rejects;
mod remedy;
mod rows;
mod sample;
pub(crate) mod sheet_record;
mod source;
mod split;
mod table;
mod tally;
#[cfg(test)]
mod tests;
mod undo;

pub use history::{list, problems};
pub use preview::preview;
pub use rejects::{rejects_name, save_rejects};
pub use undo::undo;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::PartyKey;
use store::import::{ImportState, NewImport};
use store::row::ImportRow;
use store::{Book, Durability};

use crate::api::{ImportRequest, ImportResult, TemplateUse};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::{Job, Progress};
use keep::Keeper;
use prepare::{Context, Prepared};
use reading::Opened;
use recognise::{Holds, Recognised, recognise};
pub(crate) use sample::{CdrsRead, read_cdrs};
pub(crate) use source::Growth;
use source::{Fingerprint, Source};
use tally::{Kept, RecordKind};

/// Records per transaction, at least, unless the file ends.
const BATCH: usize = 2_000;

/// Says what importing a file would do, without doing it.
pub fn check(
    desk: &Desk,
    job: &mut Job<'_>,
    request: &ImportRequest,
    path: &Path,
) -> Result<ImportResult> {
    let source = Source::new(path)?;
    let recognised = recognise(&source)?;
    let (context, opened) = understand(desk, request, (&source, &recognised))?;
    let mut keeper = Keeper::new(&desk.book, None)?;
    let file = (&source, &recognised, opened.as_ref());
    let mut run = Run::new(&desk.book, file, &mut keeper, job);
    run.read(&context, request)?;
    Ok(run.result("finished"))
}

/// Imports a file: every record exactly once, however often it is tried.
pub fn run(
    desk: &Desk,
    job: &mut Job<'_>,
    request: &ImportRequest,
    path: &Path,
) -> Result<ImportResult> {
    run_source(desk, job, (request, &[]), &Source::new(path)?)
}

/// Imports a partner's pages while another thread still writes them. Records of others than the
/// parties in `roles` are not taken over; none are left out where there are no roles.
pub(crate) fn run_growing(
    desk: &Desk,
    job: &mut Job<'_>,
    (partner, roles): (&PartyKey, &[PartyKey]),
    (path, growth): (&Path, Arc<Growth>),
) -> Result<ImportResult> {
    let request = ImportRequest {
        partner: Some(partner.to_string()),
        ..ImportRequest::default()
    };
    let source = Source::growing(path, growth)?;
    run_source(desk, job, (&request, roles), &source)
}

fn run_source(
    desk: &Desk,
    job: &mut Job<'_>,
    (request, roles): (&ImportRequest, &[PartyKey]),
    source: &Source<'_>,
) -> Result<ImportResult> {
    let recognised = recognise(source)?;
    let (context, opened) = understand(desk, request, (source, &recognised))?;
    let context = Context {
        roles: roles.to_vec(),
        ..context
    };
    let reading = opened.as_ref().map(|opened| &opened.template);
    let known = known_file(&desk.book, source, reading)?;
    let template = keep_reading(desk, request, opened.as_ref())?;
    if let Some(known) = known {
        return Ok(ImportResult { template, ..known });
    }
    let book = &desk.book;
    let party = context.partner.as_ref();
    let import = book.write(Durability::Facts, |book| -> Result<ImportRow> {
        let party = party
            .map(|key| store::party::intern(book, key))
            .transpose()?;
        let new = NewImport {
            file: &source.name,
            bytes: source.bytes,
            format: recognised.format.as_str(),
            kind: "",
            party,
            actor: &desk.actor,
            started_at: desk.now,
        };
        let begun = Kept {
            reading: reading.cloned(),
            ..Kept::default()
        };
        let import = store::import::begin(book, &new, &text(&begun)?)?;
        if let Some((first, _)) = opened.as_ref().and_then(|o| o.continues.as_ref()) {
            store::import::continues(book, import, *first)?;
        }
        Ok(import)
    })?;
    let mut keeper = Keeper::new(book, Some(import))?;
    let file = (source, &recognised, opened.as_ref());
    let mut run = Run::new(book, file, &mut keeper, job);
    run.template = template;
    book.expect_much(true)?;
    let ended = run.read(&context, request).and_then(|fingerprint| {
        follow_up(desk, &mut run)?;
        Ok(fingerprint)
    });
    book.expect_much(false)?;
    close(desk, &mut run, import, ended)
}

/// What stands in the way of an import, found out before it begins.
fn understand<'a>(
    desk: &Desk,
    request: &ImportRequest,
    (source, recognised): (&Source<'_>, &'a Recognised),
) -> Result<(Context, Option<Opened<'a>>)> {
    let (context, opened) = look(desk, request, (source, recognised))?;
    if recognised.needs_partner && context.partner.is_none() {
        return Err(Error::PartnerNeeded(source.name.clone()));
    }
    if let Some(opened) = &opened {
        opened.settled(source)?;
    }
    Ok((context, opened))
}

/// Whose a file is, and how it is read if it is a spreadsheet.
fn look<'a>(
    desk: &Desk,
    request: &ImportRequest,
    (source, recognised): (&Source<'_>, &'a Recognised),
) -> Result<(Context, Option<Opened<'a>>)> {
    let partner = request
        .partner
        .as_deref()
        .map(|key| {
            key.parse::<PartyKey>().map_err(|_| Error::BadRequest {
                field: "partner",
                value: key.to_owned(),
            })
        })
        .transpose()?;
    let mut context = Context {
        own: desk.book.party().clone(),
        partner,
        now: desk.now,
        roles: Vec::new(),
        old_sheets: desk.old_sheets.clone(),
    };
    let opened = match recognised.holds {
        Holds::Sheet => {
            let file = (source, recognised.head.as_slice());
            Some(reading::open(&desk.book, file, request, &mut context)?)
        }
        Holds::Ocpi | Holds::Transactions => None,
    };
    Ok((context, opened))
}

/// Keeps how a spreadsheet is read as a template, where a name was given; which template it is
/// then.
fn keep_reading(
    desk: &Desk,
    request: &ImportRequest,
    opened: Option<&Opened<'_>>,
) -> Result<Option<TemplateUse>> {
    let Some(opened) = opened else {
        return Ok(None);
    };
    let Some(name) = request.keep_as.as_deref() else {
        return Ok(opened.used.clone());
    };
    let party = &opened.hint.party;
    let (name, version) = crate::templates::keep(desk, party, name, &opened.template)?;
    let drift = opened.used.clone();
    Ok(Some(TemplateUse {
        name,
        version,
        ..drift.unwrap_or_default()
    }))
}

/// If this very file was imported to its end before: that everything in it is known. A spreadsheet
/// that is read in another way is not the same again.
fn known_file(
    book: &Book,
    source: &Source<'_>,
    reading: Option<&sheet::Template>,
) -> Result<Option<ImportResult>> {
    if source.grows() {
        return Ok(None);
    }
    let same_size = store::import::finished_of_size(book, source.bytes)?;
    if same_size.is_empty() {
        return Ok(None);
    }
    let fingerprint = source.fingerprint()?;
    let same = same_size
        .into_iter()
        .filter(|import| import.sha256 == fingerprint.sha256);
    for first in same {
        let kept: Kept = serde_json::from_str(&first.result).map_err(store::Error::from)?;
        // Imports from before readings were kept count as read in the same way.
        let read_so = kept
            .reading
            .as_ref()
            .is_none_or(|kept| Some(kept) == reading);
        if read_so {
            let result = kept.result;
            return Ok(Some(ImportResult {
                id: Some(first.row.number()),
                known: result.rows - result.rejected,
                new: 0,
                corrections: 0,
                ..result
            }));
        }
    }
    Ok(None)
}

/// What other facts of the book follow from what came in.
fn follow_up(desk: &Desk, run: &mut Run<'_, '_>) -> Result<()> {
    let tally = &run.keeper.tally;
    let grounds = [RecordKind::Token, RecordKind::Location].map(|kind| tally.has(kind));
    if let (Some(import), true) = (run.import, grounds.contains(&true)) {
        desk.book.write(Durability::Facts, |book| -> Result<()> {
            Ok(store::near::touch_by_grounds(book, import)?)
        })?;
    }
    if tally.has(RecordKind::Tariff) || tally.has(RecordKind::Location) {
        price_open(desk, run.job, run.import)?;
    }
    Ok(())
}

/// Prices anew what the tariffs or locations of an import may change, and says so of its months.
fn price_open(desk: &Desk, job: &mut Job<'_>, import: Option<ImportRow>) -> Result<()> {
    let mut months = crate::replay::replay_open(desk, job)?;
    if let Some(import) = import {
        months.extend(crate::replay::replay_beside(desk, job, import)?);
    }
    crate::replay::mark_stale(desk, months)
}

/// Closes the import's row and says how it ended. What was stored stays, whatever happened.
fn close(
    desk: &Desk,
    run: &mut Run<'_, '_>,
    import: ImportRow,
    ended: Result<Fingerprint>,
) -> Result<ImportResult> {
    let (state, whole, failure) = match ended {
        Ok(fingerprint) => (ImportState::Finished, Some(fingerprint), None),
        Err(Error::Cancelled) => (ImportState::Cancelled, None, None),
        Err(error) => (ImportState::Failed, None, Some(error)),
    };
    let mut result = run.result(state.as_str());
    result.id = Some(import.number());
    let kept = Kept {
        result: result.clone(),
        ..kept(run.keeper, run.opened)
    };
    desk.book
        .write(Durability::Decisions, |book| -> Result<()> {
            store::import::progress(book, import, &result.kind, &text(&kept)?)?;
            let whole = whole.as_ref().map(|file| (&file.sha256, file.bytes));
            Ok(store::import::end(book, import, state, whole, desk.now)?)
        })?;
    failure.map_or(Ok(result), Err)
}

/// What the book keeps of an import so far.
fn kept(keeper: &Keeper, opened: Option<&Opened<'_>>) -> Kept {
    Kept {
        result: keeper.tally.result(),
        cdrs: keeper.stored_cdrs,
        reading: opened.map(|opened| opened.template.clone()),
    }
}

fn text(kept: &Kept) -> Result<String> {
    Ok(serde_json::to_string(kept).map_err(store::Error::from)?)
}

/// A file on its way into the book, or being counted.
struct Run<'a, 'j> {
    book: &'a Book,
    source: &'a Source<'a>,
    recognised: &'a Recognised,
    opened: Option<&'a Opened<'a>>,
    /// The template it is read by.
    template: Option<TemplateUse>,
    keeper: &'a mut Keeper,
    job: &'a mut Job<'j>,
    waiting: Vec<Prepared>,
    records: usize,
    import: Option<ImportRow>,
    read: Arc<AtomicU64>,
}

impl<'a, 'j> Run<'a, 'j> {
    fn new(
        book: &'a Book,
        (source, recognised, opened): (&'a Source<'a>, &'a Recognised, Option<&'a Opened<'a>>),
        keeper: &'a mut Keeper,
        job: &'a mut Job<'j>,
    ) -> Self {
        let import = keeper.import();
        let (waiting, records, read) = (Vec::new(), 0, Arc::default());
        Run {
            book,
            source,
            recognised,
            opened,
            template: opened.and_then(|opened| opened.used.clone()),
            keeper,
            job,
            waiting,
            records,
            import,
            read,
        }
    }

    /// Reads the whole file, storing batch after batch.
    fn read(&mut self, context: &Context, request: &ImportRequest) -> Result<Fingerprint> {
        let (book, source, read) = (self.book, self.source, Arc::clone(&self.read));
        let cancel = self.job.flag();
        let fingerprint = if self.recognised.holds == Holds::Transactions {
            let (bytes, fingerprint) = source.read_all()?;
            self.keep_file(&bytes)?;
            let log = (source, bytes.as_slice());
            chargers::run(book, context, log, request, &cancel, |made| self.take(made))?;
            fingerprint
        } else if let Some(opened) = self.opened {
            self.keep_file(&self.recognised.head)?;
            table::run((book, context), source, opened, &cancel, |rows| {
                self.take(rows)
            })?;
            source.fingerprint()?
        } else {
            pipeline::run((book, context), source, &cancel, &read, |block| {
                self.take(block)
            })?
        };
        self.flush()?;
        Ok(fingerprint)
    }

    fn take(&mut self, prepared: Prepared) -> Result<()> {
        self.records += prepared.records.len();
        self.waiting.push(prepared);
        if self.records >= BATCH {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Keeps the bytes of a spreadsheet, whose rows are kept on their own.
    fn keep_file(&self, bytes: &[u8]) -> Result<()> {
        let Some(import) = self.import else {
            return Ok(());
        };
        self.book.write(Durability::Facts, |book| {
            for block in table::file_blocks(bytes) {
                store::raw::insert(book, import, &block?)?;
            }
            Ok(())
        })
    }

    /// Stores what is waiting in one transaction.
    fn flush(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        self.records = 0;
        let opened = self.opened;
        let (keeper, job) = (&mut *self.keeper, &mut *self.job);
        match self.import {
            Some(import) => self.book.write(Durability::Facts, |book| -> Result<()> {
                for prepared in &waiting {
                    job.check()?;
                    keeper.block(book, prepared)?;
                }
                keeper.settle(book)?;
                let kept = kept(keeper, opened);
                Ok(store::import::progress(
                    book,
                    import,
                    keeper.tally.kind(),
                    &text(&kept)?,
                )?)
            })?,
            None => {
                for prepared in &waiting {
                    job.check()?;
                    keeper.block(self.book, prepared)?;
                }
            }
        }
        self.job.tell(Progress {
            done: self.read.load(Ordering::Relaxed),
            total: self.source.bytes,
            findings: self.keeper.tally.findings(),
            records: u64::from(self.keeper.tally.rows()),
        });
        Ok(())
    }

    fn result(&self, state: &str) -> ImportResult {
        let continues = self.opened.and_then(|opened| opened.continues.as_ref());
        ImportResult {
            id: None,
            file: self.source.name.clone(),
            format: self.recognised.format.clone(),
            rejects: self.keeper.tally.rejects().to_vec(),
            groups: self.keeper.tally.groups(),
            template: self.template.clone(),
            continues: continues.map(|(import, _)| import.number()),
            state: state.to_owned(),
            ..self.keeper.tally.result()
        }
    }
}
