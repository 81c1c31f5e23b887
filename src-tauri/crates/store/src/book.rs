//! Opening, making and bringing up to date the file that is the book.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::DateTime;
use domain::{PartyKey, time::Instant};
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::{Error, Result};

/// Every change to the form of the book, in order; `PRAGMA user_version` counts those done.
const MIGRATIONS: [&str; 14] = [
    include_str!("../../../../migrations/0001_facts.sql"),
    include_str!("../../../../migrations/0002_derivations.sql"),
    include_str!("../../../../migrations/0003_decisions.sql"),
    include_str!("../../../../migrations/0004_kept_readings.sql"),
    include_str!("../../../../migrations/0005_connections.sql"),
    include_str!("../../../../migrations/0006_exchange.sql"),
    include_str!("../../../../migrations/0007_imports.sql"),
    include_str!("../../../../migrations/0008_templates.sql"),
    include_str!("../../../../migrations/0009_statements.sql"),
    include_str!("../../../../migrations/0010_truth.sql"),
    include_str!("../../../../migrations/0011_token_lookup.sql"),
    include_str!("../../../../migrations/0012_reconciling.sql"),
    include_str!("../../../../migrations/0013_replay_again.sql"),
    include_str!("../../../../migrations/0014_near.sql"),
];

/// `PRAGMA application_id` of a book: "TlyW".
const APPLICATION: i64 = 0x546c_7957;

/// How sure a commit must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Facts and derivations: survives a crash of the program; after a power cut the last
    /// transactions may be missing as a whole and importing again brings them back.
    Facts,
    /// Decisions: on the disk before the call returns.
    Decisions,
}

/// What a new book starts with.
#[derive(Clone, Debug)]
pub struct NewBook {
    /// Our own party.
    pub party: PartyKey,
    /// Whether it is the demo.
    pub demo: bool,
    /// When it is made.
    pub created_at: Instant,
}

/// An open book.
#[derive(Debug)]
pub struct Book {
    connection: Connection,
    path: Option<PathBuf>,
    party: PartyKey,
    demo: bool,
    created_at: Instant,
}

impl Book {
    /// Makes a new book.
    ///
    /// # Errors
    /// When the file exists already or cannot be written.
    pub fn create(path: &Path, new: &NewBook) -> Result<Book> {
        if path.exists() {
            return Err(Error::Exists(path.display().to_string()));
        }
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(|source| Error::File {
                path: folder.display().to_string(),
                source,
            })?;
        }
        // Made under another name and renamed when complete: there is a whole book or none.
        let part = beside(path, ".part");
        let file = |source| Error::File {
            path: path.display().to_string(),
            source,
        };
        for left in [part.clone(), beside(&part, "-wal"), beside(&part, "-shm")] {
            if left.exists() {
                std::fs::remove_file(&left).map_err(file)?;
            }
        }
        drop(Book::found(Connection::open(&part)?, None, new)?);
        std::fs::rename(&part, path).map_err(file)?;
        Book::open(path)
    }

    /// Makes a book that lives in memory and is gone when dropped. For tests and trials.
    pub fn in_memory(new: &NewBook) -> Result<Book> {
        Book::found(Connection::open_in_memory()?, None, new)
    }

    /// Opens a book and brings it up to date.
    ///
    /// # Errors
    /// When it is missing, no book, or made by a newer version of the program.
    pub fn open(path: &Path) -> Result<Book> {
        if !path.exists() {
            return Err(Error::Missing(path.display().to_string()));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        let application = connection
            .pragma_query_value(None, "application_id", |row| row.get::<_, i64>(0))
            .map_err(|_| Error::NotABook(path.display().to_string()))?;
        if application != APPLICATION {
            return Err(Error::NotABook(path.display().to_string()));
        }
        prepare(&connection)?;
        migrate(&mut connection)?;
        Book::read(connection, Some(path.to_owned()))
    }

    /// A second connection to the same file, for another thread. `None` for a book in memory.
    pub fn again(&self) -> Result<Option<Book>> {
        self.path.as_deref().map(Book::open).transpose()
    }

    fn found(mut connection: Connection, path: Option<PathBuf>, new: &NewBook) -> Result<Book> {
        prepare(&connection)?;
        migrate(&mut connection)?;
        connection.execute(
            "INSERT INTO book (id, party, demo, created_ms) VALUES (1, ?1, ?2, ?3)",
            (
                new.party.to_string(),
                new.demo,
                new.created_at.timestamp_millis(),
            ),
        )?;
        connection.pragma_update(None, "application_id", APPLICATION)?;
        Book::read(connection, path)
    }

    fn read(connection: Connection, path: Option<PathBuf>) -> Result<Book> {
        let (party, demo, created_ms) = connection
            .query_row(
                "SELECT party, demo, created_ms FROM book WHERE id = 1",
                [],
                |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?
            .ok_or_else(|| Error::Damaged("the book names no company".into()))?;
        let party = party
            .parse()
            .map_err(|_| Error::Damaged(format!("party {party:?}")))?;
        let created_at = instant(created_ms)?;
        Ok(Book {
            connection,
            path,
            party,
            demo,
            created_at,
        })
    }

    /// Our own party.
    pub fn party(&self) -> &PartyKey {
        &self.party
    }

    /// Whether it is the demo.
    pub fn is_demo(&self) -> bool {
        self.demo
    }

    /// When it was made.
    pub fn created_at(&self) -> Instant {
        self.created_at
    }

    /// Where it lies; `None` in memory.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Runs `work` as one transaction: all of it or nothing. Does not nest.
    ///
    /// # Errors
    /// What `work` says, or what the book says when it cannot begin or commit.
    pub fn write<T, E: From<Error>>(
        &self,
        durability: Durability,
        work: impl FnOnce(&Book) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let level = match durability {
            Durability::Facts => "NORMAL",
            Durability::Decisions => "FULL",
        };
        self.connection
            .pragma_update(None, "synchronous", level)
            .map_err(Error::from)?;
        self.connection
            .execute_batch("BEGIN IMMEDIATE")
            .map_err(Error::from)?;
        let mut guard = Rollback {
            connection: &self.connection,
            armed: true,
        };
        let result = work(self)?;
        self.connection
            .execute_batch("COMMIT")
            .map_err(Error::from)?;
        guard.armed = false;
        Ok(result)
    }

    /// Gets ready for writing much at once, or back to normal: keys of a large book come in random
    /// order, so the pages of their index are kept at hand and written back less often.
    pub fn expect_much(&self, much: bool) -> Result<()> {
        let (cache_kib, checkpoint_pages) = if much {
            (98_304, 16_384)
        } else {
            (8_192, 1_000)
        };
        self.connection
            .pragma_update(None, "cache_size", -cache_kib)?;
        self.connection
            .pragma_update(None, "wal_autocheckpoint", checkpoint_pages)?;
        if !much {
            self.connection
                .pragma(None, "wal_checkpoint", "PASSIVE", |_| Ok(()))?;
        }
        Ok(())
    }

    /// The connection, for the modules of this crate.
    pub(crate) fn sql(&self) -> &Connection {
        &self.connection
    }

    /// The connection, for tests that watch it.
    #[cfg(test)]
    pub(crate) fn sql_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

/// The path with an ending added.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Takes a transaction back when its work fails or panics.
struct Rollback<'a> {
    connection: &'a Connection,
    armed: bool,
}

impl Drop for Rollback<'_> {
    fn drop(&mut self) {
        if self.armed && !self.connection.is_autocommit() {
            // A rollback that fails leaves the transaction to die with the connection.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}

/// Settings of every connection.
fn prepare(connection: &Connection) -> Result<()> {
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(())
}

/// Runs the changes that the file has not seen yet, each in its own transaction.
fn migrate(connection: &mut Connection) -> Result<()> {
    let known = i64::try_from(MIGRATIONS.len()).expect("a handful of migrations");
    // A book that is up to date is opened without waiting for whoever writes to it.
    if connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))? == known {
        return Ok(());
    }
    loop {
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let done =
            transaction.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))?;
        if done > known {
            return Err(Error::Newer { found: done, known });
        }
        let Some(next) = usize::try_from(done)
            .ok()
            .and_then(|done| MIGRATIONS.get(done))
        else {
            return Ok(());
        };
        transaction.execute_batch(next)?;
        transaction.pragma_update(None, "user_version", done + 1)?;
        transaction.commit()?;
    }
}

/// The instant of a count of milliseconds.
pub(crate) fn instant(ms: i64) -> Result<Instant> {
    DateTime::from_timestamp_millis(ms).ok_or_else(|| Error::Damaged(format!("instant {ms}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_book() -> NewBook {
        NewBook {
            party: "NL-TAL".parse().unwrap(),
            demo: false,
            created_at: DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
        }
    }

    #[test]
    fn a_book_opens_as_it_was_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/a.book");
        drop(Book::create(&path, &new_book()).unwrap());
        let book = Book::open(&path).unwrap();
        assert_eq!(book.party().to_string(), "NL-TAL");
        assert_eq!(book.created_at(), new_book().created_at);
        assert!(matches!(
            Book::create(&path, &new_book()),
            Err(Error::Exists(_))
        ));
        assert!(
            book.again().unwrap().is_some(),
            "a second thread opens the same file"
        );
    }

    #[test]
    fn a_book_opens_while_another_writes_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.book");
        let writer = Book::create(&path, &new_book()).unwrap();
        let read = writer.write(Durability::Facts, |_| {
            // Waiting for the writer would end in the error that the book is busy.
            let reader = Book::open(&path)?;
            Ok::<_, Error>(reader.party().to_string())
        });
        assert_eq!(read.unwrap(), "NL-TAL");
    }

    #[test]
    fn other_files_and_newer_books_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.book");
        assert!(matches!(Book::open(&path), Err(Error::Missing(_))));
        std::fs::write(
            &path,
            "no database at all, but long enough to look like one",
        )
        .unwrap();
        assert!(matches!(Book::open(&path), Err(Error::NotABook(_))));

        let other = folder.path().join("other.sqlite");
        Connection::open(&other)
            .unwrap()
            .execute_batch("CREATE TABLE t (x)")
            .unwrap();
        assert!(matches!(Book::open(&other), Err(Error::NotABook(_))));

        let newer = folder.path().join("newer.book");
        let book = Book::create(&newer, &new_book()).unwrap();
        book.sql().pragma_update(None, "user_version", 99).unwrap();
        drop(book);
        let refused = Book::open(&newer).unwrap_err();
        let newest = i64::try_from(MIGRATIONS.len()).unwrap();
        assert!(
            matches!(refused, Error::Newer { found: 99, known } if known == newest),
            "{refused}"
        );
    }

    #[test]
    fn an_earlier_book_is_brought_up_to_date_with_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        for form in 1..MIGRATIONS.len() {
            let path = folder.path().join(format!("{form}.book"));
            let earlier = Connection::open(&path).unwrap();
            for migration in &MIGRATIONS[..form] {
                earlier.execute_batch(migration).unwrap();
            }
            let book = "INSERT INTO book (id, party, demo, created_ms) VALUES (1, 'NL-TAL', 0, 7)";
            earlier.execute(book, []).unwrap();
            let party = "INSERT INTO party (key) VALUES ('NL-ABC')";
            earlier.execute(party, []).unwrap();
            earlier
                .pragma_update(None, "application_id", APPLICATION)
                .unwrap();
            earlier
                .pragma_update(None, "user_version", i64::try_from(form).unwrap())
                .unwrap();
            drop(earlier);
            let book = Book::open(&path).expect("it is brought up to date");
            let count = |sql: &str| -> i64 { book.sql().query_row(sql, [], |r| r.get(0)).unwrap() };
            assert_eq!(count("SELECT count(*) FROM party"), 1, "what it held stays");
            assert_eq!(count("SELECT count(kept) FROM replay"), 0, "form {form}");
        }
    }

    #[test]
    fn a_transaction_is_all_or_nothing() {
        let book = Book::in_memory(&new_book()).unwrap();
        let insert = |key: &str| -> Result<()> {
            book.sql()
                .execute("INSERT INTO party (key) VALUES (?1)", [key])?;
            Ok(())
        };
        let count = || -> i64 {
            book.sql()
                .query_row("SELECT count(*) FROM party", [], |row| row.get(0))
                .unwrap()
        };
        let before = count();
        let failed: Result<()> = book.write(Durability::Decisions, |_| {
            insert("NL-ABC")?;
            insert("NL-ABC")
        });
        assert!(failed.is_err(), "the key stands once");
        assert_eq!(count(), before, "the first insert went with the second");
        book.write(Durability::Facts, |_| insert("NL-ABC")).unwrap();
        assert_eq!(count(), before + 1);
    }
}
