//! The book: one SQLite file. The only crate that knows SQL.
