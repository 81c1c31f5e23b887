//! Spreadsheets: their rows as records, each kept as a line of JSON beside the file itself. Rows
//! are read on one thread, prepared side by side, and stored in order; queues are short, so memory
//! does not grow with the file.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use domain::cdr::Form;
use domain::{Currency, Tz};
use serde_json::{Map, Value};
use sheet::{Hint, Row, RowIs, Template};
use store::Book;
use store::raw::{BlockKind, NewBlock};

use super::chargers;
use super::others;
use super::prepare::{Context, Prepared, Preparer, What};
use super::reading::Opened;
use super::rows::Rows;
use super::sheet_record::SheetRecord;
use super::source::Source;
use crate::api::ImportRequest;
use crate::error::{Error, Result};
use crate::job::Cancel;
use crate::terms::terms;

/// Bytes of a file kept together in a block.
const BLOCK: usize = 1 << 20;
/// Rows that are prepared together.
const ROWS: usize = 1_000;
/// Parts of the sheet that wait between two stages.
const QUEUE: usize = 3;

/// A part on its way: where its prepared form will arrive.
type Coming = Receiver<Result<Prepared>>;
/// Rows to be prepared, and where their prepared form goes.
type Order = (Vec<Row>, SyncSender<Result<Prepared>>);

/// How the sheet is to be read, as far as the request and the partner tell.
pub(crate) fn hint(book: &Book, request: &ImportRequest, context: &Context) -> Result<Hint> {
    let party = context
        .partner
        .clone()
        .unwrap_or_else(|| context.own.clone());
    let terms = terms(book, &party)?;
    let bad = |field, value: &str| Error::BadRequest {
        field,
        value: value.to_owned(),
    };
    let zone = match request.time_zone.as_deref() {
        Some(name) => name.parse::<Tz>().map_err(|_| bad("time_zone", name))?,
        None => terms.partner.agreement.time_zone,
    };
    let currency = match request.currency.as_deref() {
        Some(code) => code
            .parse::<Currency>()
            .map_err(|_| bad("currency", code))?,
        None => terms.partner.currency,
    };
    Ok(Hint {
        party,
        zone,
        currency,
    })
}

/// A file that cannot be read as a spreadsheet.
pub(crate) fn unreadable(source: &Source<'_>, error: &sheet::Error) -> Error {
    Error::Unreadable {
        name: source.name.clone(),
        why: error.to_string(),
    }
}

/// The bytes of a file in blocks.
pub(crate) fn file_blocks(bytes: &[u8]) -> impl Iterator<Item = Result<NewBlock>> {
    bytes.chunks(BLOCK).enumerate().map(|(index, part)| {
        Ok(NewBlock {
            kind: BlockKind::File,
            first_byte: (index * BLOCK) as u64,
            length: u32::try_from(part.len()).expect("a block is a megabyte"),
            zstd: store::raw::compress(part)?,
        })
    })
}

/// Reads the rows of a sheet; `take` gets them prepared, block by block.
pub(crate) fn run(
    (book, context): (&Book, &Context),
    source: &Source<'_>,
    opened: &Opened<'_>,
    cancel: &Cancel,
    mut take: impl FnMut(Prepared) -> Result<()>,
) -> Result<()> {
    let Opened {
        workbook,
        template,
        hint,
        ..
    } = opened;
    if template.kind == sheet::Kind::Transactions {
        let rows = sheet::records(workbook, template, hint)
            .map_err(|error| unreadable(source, &error))?
            .filter(|row| row.is == RowIs::Data);
        return chargers::rows((book, context), rows, cancel, take);
    }
    if template.kind != sheet::Kind::Cdrs {
        let rows = sheet::records(workbook, template, hint)
            .map_err(|error| unreadable(source, &error))?
            .filter(|row| row.is == RowIs::Data);
        return others::rows((book, context), template, rows, cancel, take);
    }
    let rows = sheet::read(workbook, template, hint)
        .map_err(|error| unreadable(source, &error))?
        .filter(|row| row.is == RowIs::Data);
    let mut first_byte = 0;
    let mut take = |mut prepared: Prepared| {
        prepared.block.first_byte = first_byte;
        first_byte += u64::from(prepared.block.length);
        take(prepared)
    };
    let workers = thread::available_parallelism().map_or(1, |count| count.get().min(8));
    let books: Vec<Book> = (0..workers)
        .filter_map(|_| book.again().transpose())
        .collect::<store::Result<_>>()?;
    if books.is_empty() {
        // Other threads cannot open this book.
        let mut preparer = Preparer::new(book, context);
        let mut rows = rows.peekable();
        while rows.peek().is_some() {
            cancel.check()?;
            let part = rows.by_ref().take(ROWS).collect();
            take(prepare(&mut preparer, template, part)?)?;
        }
        return Ok(());
    }
    thread::scope(|scope| {
        let (to_work, work) = sync_channel::<Order>(QUEUE);
        let (to_come, come) = sync_channel::<Coming>(QUEUE + workers);
        let work = Arc::new(Mutex::new(work));
        for book in books {
            let work = Arc::clone(&work);
            scope.spawn(move || prepare_all(&mut Preparer::new(&book, context), template, &work));
        }
        drop(work);
        scope.spawn(move || hand_out(rows, &to_work, &to_come));
        for coming in come {
            cancel.check()?;
            // A worker that is gone has panicked; the scope passes that on.
            if let Ok(prepared) = coming.recv() {
                take(prepared?)?;
            }
        }
        Ok(())
    })
}

/// Hands the rows out in parts until they end or nobody wants more.
fn hand_out(
    rows: impl Iterator<Item = Row>,
    to_work: &SyncSender<Order>,
    to_come: &SyncSender<Coming>,
) {
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let part = rows.by_ref().take(ROWS).collect();
        let (done, coming) = sync_channel(1);
        if to_work.send((part, done)).is_err() || to_come.send(coming).is_err() {
            return;
        }
    }
}

/// Prepares parts as long as there are any.
fn prepare_all(preparer: &mut Preparer<'_>, template: &Template, work: &Mutex<Receiver<Order>>) {
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((part, done)) = next else { return };
        if done.send(prepare(preparer, template, part)).is_err() {
            return;
        }
    }
}

/// Some rows as a block; where it lies among the others is not known here.
fn prepare(preparer: &mut Preparer<'_>, template: &Template, part: Vec<Row>) -> Result<Prepared> {
    let mut lines = Rows::default();
    for row in part {
        add(&mut lines, preparer, template, row)?;
    }
    lines.cut(Vec::new())
}

/// Adds a row of a sheet.
fn add(rows: &mut Rows, preparer: &mut Preparer<'_>, template: &Template, row: Row) -> Result<()> {
    let mut findings = row.record.findings;
    let cells = cells(template, &row.raw);
    let what = match &row.record.value {
        Some(cdr) => preparer.cdr(cdr.clone(), sheet::content(cdr).as_bytes(), &mut findings)?,
        None => What::Reject(row.raw.clone()),
    };
    let record = SheetRecord {
        cells,
        cdr: row.record.value,
        ..SheetRecord::default()
    };
    let line = serde_json::to_vec(&record).map_err(store::Error::from)?;
    rows.push((row.number, Form::Sheet), &line, what, findings);
    Ok(())
}

/// The cells of a row by heading, as written.
pub(super) fn cells(template: &Template, raw: &str) -> Map<String, Value> {
    let mut cells = Map::new();
    for (index, text) in raw
        .split('\t')
        .enumerate()
        .filter(|(_, text)| !text.is_empty())
    {
        let heading = template
            .headings
            .get(index)
            .filter(|heading| !heading.is_empty());
        let mut name = heading.cloned().unwrap_or_else(|| sheet::letter(index));
        if cells.contains_key(&name) {
            name = format!("{name} ({})", sheet::letter(index));
        }
        cells.insert(name, Value::String(text.to_owned()));
    }
    cells
}
