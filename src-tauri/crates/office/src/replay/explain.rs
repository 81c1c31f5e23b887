//! One CDR's price with everything that led to it, computed afresh from the raw record.

use domain::cdr::Form;
use domain::{Cdr, Finding, OcpiId, PartyKey, Replay, Tariff};
use ocpi::{Hint, Kind, Object, Reader};
use store::Book;
use store::cdr::{CdrSource, Source, StoredCdr};
use store::finding::About;
use store::raw::Blocks;
use store::row::CdrRow;
use tariff::Comparison;

use super::choose::{Chosen, Lookups};
use super::{Ground, Kept, published};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::intake::sheet_record;
use crate::terms::Terms;

/// A CDR with its price explained.
#[derive(Clone, Debug)]
pub struct Explained {
    /// As the book keeps it.
    pub stored: StoredCdr,
    /// Its raw record: JSON text.
    pub raw: Vec<u8>,
    /// As it was read.
    pub cdr: Cdr,
    /// What it was replayed with.
    pub chosen: Chosen,
    /// The terms it was replayed under.
    pub terms: Terms,
    /// The price with its trace.
    pub replay: Replay,
    /// Stated beside replayed.
    pub comparison: Comparison,
    /// What it is priced on.
    pub ground: Ground,
    /// The decision by which that is not what was agreed.
    pub(crate) kept: Option<Kept>,
    /// What was odd about reading it, as kept at the import.
    pub findings: Vec<Finding>,
}

impl Explained {
    /// The tariffs it was replayed with, in the order of [`Replay::tariff_ids`].
    pub fn tariffs(&self) -> Vec<&Tariff> {
        let all = self.ground.stand(&self.cdr, &self.chosen).tariffs;
        let named = |id: &OcpiId| all.iter().copied().find(|tariff| tariff.id == *id);
        self.replay.tariff_ids.iter().filter_map(named).collect()
    }
}

/// Explains the price of a CDR.
pub fn explain(desk: &Desk, row: CdrRow) -> Result<Explained> {
    let book = &desk.book;
    let stored = store::cdr::get(book, row)?.ok_or(Error::UnknownRow {
        what: "cdr",
        row: row.number(),
    })?;
    let partner = store::party::key(book, stored.partner)?;
    let raw = store::raw::record(book, stored.source.range)?;
    let owner = if stored.own { book.party() } else { &partner };
    let cdr = read_again(&mut Reader::new(), &raw, stored.source, owner)?;
    let mut lookups = Lookups::default();
    let chosen = lookups.choose(book, &cdr, &partner)?;
    let terms = Terms::clone(&*lookups.terms(book, &partner)?);
    let agreement = &terms.partner.agreement;
    let (ground, kept) = Ground::of(book, &mut lookups, row, (&cdr, &chosen), agreement.policy)?;
    let replay = tariff::replay(&ground.stand(&cdr, &chosen).input(&cdr, &ground));
    let mut comparison = tariff::compare(
        &cdr,
        &replay.totals,
        &replay.exact,
        &ground.policy,
        agreement.tolerance,
    );
    let total = replay.totals.total.unwrap_or_default();
    let (record, tolerance) = ((&cdr, &chosen), agreement.tolerance);
    let other = published::check(record, &ground, total.excl_vat, tolerance);
    comparison.findings.extend(other);
    comparison.findings.extend(chosen.token_finding());
    let findings = store::finding::of(book, About::Cdr(row.0))?;
    Ok(Explained {
        stored,
        raw,
        cdr,
        chosen,
        terms,
        replay,
        comparison,
        ground,
        kept,
        findings,
    })
}

/// A stored CDR read again, and who it is settled with.
pub(crate) fn read_source(
    book: &Book,
    reader: &mut Reader,
    blocks: &mut Blocks,
    source: &CdrSource,
) -> Result<(Cdr, PartyKey)> {
    let partner = store::party::key(book, source.partner)?;
    let raw = blocks.record(book, source.source.range)?;
    let owner = if source.own { book.party() } else { &partner };
    let cdr = read_again(reader, raw, source.source, owner)?;
    Ok((cdr, partner))
}

/// Reads a stored CDR again. It could be read when it was stored, so it can be now.
fn read_again(reader: &mut Reader, raw: &[u8], source: Source, owner: &PartyKey) -> Result<Cdr> {
    match read_stored(reader, (raw, source), Kind::Cdr, owner)? {
        Object::Cdr(cdr) => Ok(*cdr),
        _ => Err(damaged(source)),
    }
}

/// Reads a stored record of any kind again; a row of a spreadsheet is a CDR or a session.
pub(crate) fn read_stored(
    reader: &mut Reader,
    (raw, source): (&[u8], Source),
    kind: Kind,
    owner: &PartyKey,
) -> Result<Object> {
    let version = match source.form {
        Form::Ocpi(version) => version,
        Form::Sheet => {
            let read = match kind {
                Kind::Session => sheet_record::session(raw)
                    .map(Box::new)
                    .map(Object::Session),
                Kind::Cdr | Kind::Tariff | Kind::Location | Kind::Token => {
                    sheet_record::read(raw).map(Box::new).map(Object::Cdr)
                }
            };
            return read.map_err(|_| damaged(source));
        }
    };
    let hint = Hint {
        version: Some(version),
        kind: Some(kind),
        party: Some(owner.clone()),
    };
    let read = reader.read(raw, &hint).object;
    read.ok_or_else(|| damaged(source))
}

fn damaged(source: Source) -> Error {
    store::Error::Damaged(format!("record {} cannot be read again", source.number)).into()
}
