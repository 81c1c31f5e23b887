//! Taking an import back: what it brought counts no more, and the months stand as if it had never
//! come. The file stays in the history, and can be imported again.

#[cfg(test)]
mod tests;

use serde_json::json;
use store::decision::NewDecision;
use store::row::ImportRow;
use store::{Book, Durability};

use super::tally::Kept;
use crate::api::{ImportUndone, UndoImport};
use crate::decide::discard_drafts;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::Job;

/// Takes an import back. Refused, with the reason, where something that cannot change rests on it:
/// an issued document, a later import, what was sent to a partner. Drafts with its CDRs are
/// discarded.
pub fn undo(desk: &mut Desk, job: &mut Job<'_>, request: &UndoImport) -> Result<ImportUndone> {
    let import = ImportRow::from(request.import);
    let kept = desk.book.write(Durability::Decisions, |book| {
        let found = store::import::get(book, import)?.ok_or(Error::UnknownRow {
            what: "import",
            row: request.import,
        })?;
        refuse(book, import)?;
        let cdrs = store::undo::on_documents(book, import)?;
        discard_drafts(desk, book, &cdrs, "an import was taken back")?;
        let kept: Kept = serde_json::from_str(&found.result).map_err(store::Error::from)?;
        let details = json!({
            "import": request.import,
            "file": found.file,
            "sha256": crate::words::hex(&found.sha256),
            "new": kept.result.new,
            "corrections": kept.result.corrections,
        });
        let new = NewDecision {
            at: desk.now,
            actor: &desk.actor,
            verb: "import_undo",
            object: &format!("{} ({})", request.import, found.file),
            reason: request.reason.trim(),
            details: &details,
            undoes: None,
            cdrs: &[],
            sessions: &[],
            seen: &[],
        };
        let decision = store::decision::append(book, &new)?;
        crate::reconcile::touch_named_by(book, import)?;
        store::undo::take_back(book, import, decision)?;
        Ok::<_, Error>(kept.result)
    })?;
    settle(desk, job, import)?;
    Ok(ImportUndone {
        import: request.import,
        file: kept.file,
        records: kept.new + kept.corrections,
    })
}

/// Why an import has to stay, as an error.
fn refuse(book: &Book, import: ImportRow) -> Result<()> {
    let number = import.number();
    if store::undo::undone(book, import)?.is_some() {
        let text = format!("import {number} was taken back before");
        return Err(Error::refused("import_undone", text));
    }
    let issued = store::undo::issued_with(book, import)?;
    if !issued.is_empty() {
        let text = format!(
            "CDRs of import {number}, or priced with its tariffs, are on issued documents: {}",
            issued.join(", ")
        );
        return Err(Error::refused("import_billed", text).with("documents", issued.join(", ")));
    }
    let sent = store::undo::sent(book, import)?;
    if sent > 0 {
        let text = format!("{sent} records of import {number} were sent to a partner");
        return Err(Error::refused("import_sent", text).with("count", sent));
    }
    let continued = store::import::continuations(book, import)?;
    if let Some(last) = continued.last() {
        let text = format!(
            "import {} brought repaired rows of import {number}: take that back first",
            last.number()
        );
        return Err(Error::refused("import_continued", text).with("imports", last.number()));
    }
    let later = store::undo::resting_on(book, import)?;
    if let Some((last, _)) = later.last() {
        let told = |(later, count): &(ImportRow, u32)| format!("{} ({count})", later.number());
        let told: Vec<String> = later.iter().map(told).collect();
        let text = format!(
            "later imports hold records of import {number} again, or correct them: {}; take those \
             back first, beginning with {}",
            told.join(", "),
            last.number()
        );
        return Err(Error::refused("import_known_again", text).with("imports", told.join(", ")));
    }
    Ok(())
}

/// Prices and reconciles anew what the import had a part in.
fn settle(desk: &Desk, job: &mut Job<'_>, import: ImportRow) -> Result<()> {
    if store::undo::brought_grounds(&desk.book, import)? {
        super::price_open(desk, job, Some(import))?;
    }
    crate::reconcile::reconcile_stale(desk, job)?;
    desk.book.write(Durability::Facts, |book| -> Result<()> {
        Ok(store::undo::forget_empty_months(book)?)
    })
}
