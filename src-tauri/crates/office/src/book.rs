//! The open book: what it is, and whether it is sound.

use serde::Serialize;
use sha2::{Digest, Sha256};
use store::import::ImportState;

use crate::api::{BookInfo, PartnerRef};
use crate::desk::Desk;
use crate::error::Result;
use crate::job::{Job, Progress};
use crate::partners::{known, named};
use crate::terms::terms;

/// What book is open.
pub fn info(desk: &Desk) -> Result<BookInfo> {
    let book = &desk.book;
    let states = store::month::states(book)?;
    let mut months: Vec<String> = states.iter().map(|state| state.month.to_string()).collect();
    months.dedup();
    let mut partners: Vec<PartnerRef> = Vec::new();
    for (_, key) in known(book)? {
        partners.push(named(&terms(book, &key)?.partner));
    }
    partners.sort_by(|a, b| (&a.name, &a.key).cmp(&(&b.name, &b.key)));
    let own = store::agreement::own(book)?.map(|own| own.value.company.name);
    Ok(BookInfo {
        company: own
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| book.party().to_string()),
        party: book.party().to_string(),
        path: book
            .path()
            .map(|path| path.display().to_string())
            .unwrap_or_default(),
        demo: book.is_demo(),
        months,
        partners,
        cdrs: states.iter().map(|state| state.cdrs).sum(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Whether the book is sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Soundness {
    /// Nothing is wrong.
    pub ok: bool,
    /// What is, in words.
    pub problems: Vec<String>,
}

/// Checks the file, the chain of decisions, the numbering, and every imported file's bytes against
/// its hash. Of packed files only the unpacked bytes are kept, so of them it checks that they can
/// be read.
pub fn check(desk: &Desk, job: &mut Job<'_>) -> Result<Soundness> {
    let mut problems = store::decision::integrity(&desk.book)?;
    if let Some(broken) = store::decision::verify(&desk.book)?.first_broken {
        problems.push(format!(
            "the log of decisions is not what it was from entry {}",
            broken.0
        ));
    }
    for (series, missing) in store::invoice::gaps(&desk.book)? {
        problems.push(format!("series {series} lacks {missing} of its numbers"));
    }
    let imports = store::import::all(&desk.book)?;
    for (done, import) in imports.iter().enumerate() {
        job.check()?;
        let mut hash = Sha256::new();
        for block in store::raw::of_import(&desk.book, import.row)? {
            match store::raw::block(&desk.book, block) {
                Ok(bytes) => hash.update(&bytes),
                Err(error) => problems.push(format!("import {}: {error}", import.row.0)),
            }
        }
        let whole = import.state == ImportState::Finished && !import.format.ends_with("+gzip");
        if whole && hash.finalize().as_slice() != import.sha256 {
            problems.push(format!(
                "the bytes of {} are not what was imported",
                import.file
            ));
        }
        job.tell(Progress {
            done: done as u64 + 1,
            total: imports.len() as u64,
            ..Progress::default()
        });
    }
    Ok(Soundness {
        ok: problems.is_empty(),
        problems,
    })
}
