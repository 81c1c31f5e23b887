//! The stages of reading a file, each on its thread: cut, prepare, store. Blocks are prepared side
//! by side and stored in order; queues are short, so memory does not grow with the file.

use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use store::Book;

use super::prepare::{Context, Prepared, Preparer};
use super::source::{Fingerprint, Source, Unpacked};
use super::split::{Blocks, RawBlock};
use crate::error::{Error, Result};
use crate::job::Cancel;

/// Blocks that wait between two stages.
const QUEUE: usize = 3;

/// A block on its way: where its prepared form will arrive.
type Coming = Receiver<Result<Prepared>>;
/// A block to be prepared, and where its prepared form goes.
type Order = (RawBlock, SyncSender<Result<Prepared>>);

/// Reads a file through all stages; `take` gets the prepared blocks in order.
pub(crate) fn run(
    book: &Book,
    context: &Context,
    source: &Source<'_>,
    cancel: &Cancel,
    read: &Arc<AtomicU64>,
    mut take: impl FnMut(Prepared) -> Result<()>,
) -> Result<Fingerprint> {
    let stream = source.open(Arc::clone(read))?;
    let workers = thread::available_parallelism().map_or(1, |count| count.get().min(8));
    let books: Vec<Book> = (0..workers)
        .filter_map(|_| book.again().transpose())
        .collect::<store::Result<_>>()?;
    if books.is_empty() {
        return alone(book, context, source, cancel, stream, take);
    }
    thread::scope(|scope| {
        let (to_work, work) = sync_channel::<Order>(QUEUE);
        let (to_come, come) = sync_channel::<Coming>(QUEUE + workers);
        let work = Arc::new(Mutex::new(work));
        for book in books {
            let work = Arc::clone(&work);
            scope.spawn(move || prepare(&book, context, &work));
        }
        drop(work);
        let reader = scope.spawn(move || cut(source, stream, &to_work, &to_come));
        for coming in come {
            cancel.check()?;
            // A worker that is gone has panicked; the scope passes that on.
            if let Ok(prepared) = coming.recv() {
                take(prepared?)?;
            }
        }
        reader
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Cuts the file into blocks and hands them out until it ends or nobody wants more.
fn cut(
    source: &Source<'_>,
    stream: Unpacked,
    to_work: &SyncSender<Order>,
    to_come: &SyncSender<Coming>,
) -> Result<Fingerprint> {
    let mut blocks = Blocks::new(stream);
    while let Some(block) = blocks.next().map_err(|error| source.error(error))? {
        let (done, coming) = sync_channel(1);
        if to_work.send((block, done)).is_err() || to_come.send(coming).is_err() {
            return Err(Error::Cancelled);
        }
    }
    blocks
        .into_inner()
        .finish()
        .map_err(|error| source.error(error))
}

/// Prepares blocks as long as there are any.
fn prepare(book: &Book, context: &Context, work: &Mutex<Receiver<Order>>) {
    let mut preparer = Preparer::new(book, context);
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((block, done)) = next else { return };
        if done.send(preparer.block(&block)).is_err() {
            return;
        }
    }
}

/// All stages on one thread, for a book that other threads cannot open.
fn alone(
    book: &Book,
    context: &Context,
    source: &Source<'_>,
    cancel: &Cancel,
    stream: Unpacked,
    mut take: impl FnMut(Prepared) -> Result<()>,
) -> Result<Fingerprint> {
    let mut blocks = Blocks::new(stream);
    let mut preparer = Preparer::new(book, context);
    while let Some(block) = blocks.next().map_err(|error| source.error(error))? {
        cancel.check()?;
        take(preparer.block(&block)?)?;
    }
    blocks
        .into_inner()
        .finish()
        .map_err(|error| source.error(error))
}
