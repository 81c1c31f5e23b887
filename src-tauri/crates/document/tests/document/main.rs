//! The documents, read back by other programs than the one that wrote them.

mod csv;
mod pdf;
mod support;
