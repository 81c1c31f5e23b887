//! The stages of reading a file, each on its thread: cut, prepare, store. Parts are prepared side
//! by side and stored in order; queues are short, so memory does not grow with the file.

use std::io;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use store::Book;

use super::prepare::{Context, Prepared, Preparer};
use super::source::{Fingerprint, Source, Unpacked};
use super::split::{Blocks, RawBlock};
use crate::error::Result;
use crate::job::Cancel;

/// Parts that wait between two stages.
const QUEUE: usize = 3;

/// A part on its way: where its prepared form will arrive.
type Coming = Receiver<Result<Prepared>>;
/// A part to be prepared, and where its prepared form goes.
type Order<P> = (P, SyncSender<Result<Prepared>>);
/// Gives a part out; false where nobody wants more.
pub(super) type Give<'a, P> = &'a mut dyn FnMut(P) -> bool;

/// Reads a file through all stages; `take` gets the prepared blocks in order.
pub(crate) fn run(
    at: (&Book, &Context),
    source: &Source<'_>,
    cancel: &Cancel,
    read: &Arc<AtomicU64>,
    take: impl FnMut(Prepared) -> Result<()>,
) -> Result<Fingerprint> {
    let mut blocks = Blocks::new(source.open(Arc::clone(read))?);
    let mut read = Ok(());
    let cut = |give: Give<'_, RawBlock>| {
        read = cut(&mut blocks, give).map_err(|error| source.error(error));
    };
    let prepare = |preparer: &mut Preparer<'_>, block| preparer.block(&block);
    side_by_side(at, cancel, cut, prepare, take)?;
    read?;
    blocks
        .into_inner()
        .finish()
        .map_err(|error| source.error(error))
}

/// Cuts the file into blocks until it ends or nobody wants more.
fn cut(blocks: &mut Blocks<Unpacked>, give: Give<'_, RawBlock>) -> io::Result<()> {
    while let Some(block) = blocks.next()? {
        if !give(block) {
            break;
        }
    }
    Ok(())
}

/// The stages: `cut` gives parts out on a thread of its own, `prepare` makes blocks of them on as
/// many as there are cores, and `take` gets those in the order of the parts. One after the other
/// where other threads cannot open the book.
pub(super) fn side_by_side<P: Send>(
    (book, context): (&Book, &Context),
    cancel: &Cancel,
    cut: impl FnOnce(Give<'_, P>) + Send,
    prepare: impl Fn(&mut Preparer<'_>, P) -> Result<Prepared> + Sync,
    mut take: impl FnMut(Prepared) -> Result<()>,
) -> Result<()> {
    let workers = thread::available_parallelism().map_or(1, |count| count.get().min(8));
    let books: Vec<Book> = (0..workers)
        .filter_map(|_| book.again().transpose())
        .collect::<store::Result<_>>()?;
    if books.is_empty() {
        let mut preparer = Preparer::new(book, context);
        let mut done = Ok(());
        cut(&mut |part| {
            done = cancel
                .check()
                .and_then(|()| take(prepare(&mut preparer, part)?));
            done.is_ok()
        });
        return done;
    }
    let prepare = &prepare;
    thread::scope(|scope| {
        let (to_work, work) = sync_channel::<Order<P>>(QUEUE);
        let (to_come, come) = sync_channel::<Coming>(QUEUE + workers);
        let work = Arc::new(Mutex::new(work));
        for book in books {
            let work = Arc::clone(&work);
            scope.spawn(move || prepare_all(&mut Preparer::new(&book, context), prepare, &work));
        }
        drop(work);
        scope.spawn(move || {
            cut(&mut |part| {
                let (done, coming) = sync_channel(1);
                to_work.send((part, done)).is_ok() && to_come.send(coming).is_ok()
            });
        });
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

/// Prepares parts as long as there are any.
fn prepare_all<P>(
    preparer: &mut Preparer<'_>,
    prepare: &impl Fn(&mut Preparer<'_>, P) -> Result<Prepared>,
    work: &Mutex<Receiver<Order<P>>>,
) {
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((part, done)) = next else { return };
        if done.send(prepare(preparer, part)).is_err() {
            return;
        }
    }
}
