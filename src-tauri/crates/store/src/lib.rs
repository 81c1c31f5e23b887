//! The book: one SQLite file. The only crate that knows SQL.
//!
//! One module per table (or per few tables that are written together), each with the types that
//! fill it. Row ids are newtypes ([`row`]); money and energy are whole millionths ([`micro`]);
//! instants are milliseconds since 1970. Every function takes a [`Book`]; to do several things at
//! once, do them inside [`Book::write`].

pub mod agreement;
pub mod book;
pub mod case;
pub mod cause;
pub mod cdr;
pub mod chosen;
pub mod connection;
pub mod decided;
pub mod decision;
pub mod exchange;
pub mod export;
pub mod finding;
mod group;
pub mod import;
pub mod invoice;
pub mod micro;
pub mod month;
pub mod near;
pub mod nearby;
pub mod oddity;
pub mod outcome;
pub mod pair;
pub mod party;
pub mod past;
pub mod place;
pub mod price;
pub mod push;
pub mod raw;
pub mod record;
pub mod replay;
pub mod row;
pub mod rule;
pub mod scan;
pub mod session;
pub mod standing;
pub mod statement;
pub mod station;
pub mod template;
pub mod truth;
pub mod undo;
pub mod version;

#[cfg(test)]
mod fact_tests;

pub use book::{Book, Durability, NewBook};
pub use micro::Micro;

/// Why the book could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// SQLite said no.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The file lies elsewhere or cannot be written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is there already and would be overwritten.
    #[error("{0} exists already")]
    Exists(String),
    /// There is no such file.
    #[error("{0} does not exist")]
    Missing(String),
    /// The file is no book of ours.
    #[error("{0} is not a Tallywatt book")]
    NotABook(String),
    /// A newer version of the program wrote the book.
    #[error("the book has form {found}, this version of the program knows up to {known}")]
    Newer {
        /// Form of the file.
        found: i64,
        /// Newest form this program knows.
        known: i64,
    },
    /// What stands in the book is not what this program would have written.
    #[error("the book is damaged: {0}")]
    Damaged(String),
    /// A stored text is not the JSON it should be.
    #[error("the book is damaged: {0}")]
    Json(#[from] serde_json::Error),
    /// An amount or quantity does not fit.
    #[error("{0} does not fit the book")]
    OutOfRange(String),
}

impl Error {
    /// Whether another program holds the book and trying again later can help.
    pub fn is_busy(&self) -> bool {
        match self {
            Error::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
            ),
            Error::File { .. }
            | Error::Exists(_)
            | Error::Missing(_)
            | Error::NotABook(_)
            | Error::Newer { .. }
            | Error::Damaged(_)
            | Error::Json(_)
            | Error::OutOfRange(_) => false,
        }
    }
}

/// The result of asking the book.
pub type Result<T> = std::result::Result<T, Error>;
