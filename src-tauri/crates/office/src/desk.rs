//! The desk: an open book, the moment, and who sits at it.

use std::path::Path;

use domain::time::Instant;
use store::Book;
pub use store::NewBook;

use crate::error::Result;
use crate::explorer::Shelf;

/// What every use case works with.
#[derive(Debug)]
pub struct Desk {
    /// The open book.
    pub book: Book,
    /// The moment of this request, as the caller's clock has it.
    pub now: Instant,
    /// Who acts.
    pub actor: String,
    /// The process that reads xls and ods files; without one they are read in this process.
    pub old_sheets: Option<sheet::Spawn>,
    /// What this desk keeps for searching.
    pub(crate) shelf: Shelf,
}

impl Desk {
    /// Sits down at a book that exists.
    pub fn open(path: &Path, now: Instant, actor: &str) -> Result<Desk> {
        Ok(Desk::at(Book::open(path)?, now, actor))
    }

    /// Makes a book and sits down at it.
    pub fn create(path: &Path, new: &NewBook, actor: &str) -> Result<Desk> {
        Ok(Desk::at(Book::create(path, new)?, new.created_at, actor))
    }

    /// A desk with a book in memory. For tests and trials.
    pub fn in_memory(new: &NewBook, actor: &str) -> Result<Desk> {
        Ok(Desk::at(Book::in_memory(new)?, new.created_at, actor))
    }

    fn at(book: Book, now: Instant, actor: &str) -> Desk {
        Desk {
            book,
            now,
            actor: actor.to_owned(),
            old_sheets: None,
            shelf: Shelf::default(),
        }
    }

    /// A second desk at the same book, for another thread. `None` for a book in memory.
    pub fn again(&self, now: Instant) -> Result<Option<Desk>> {
        let desk = |book| Desk {
            old_sheets: self.old_sheets.clone(),
            ..Desk::at(book, now, &self.actor)
        };
        Ok(self.book.again()?.map(desk))
    }
}
