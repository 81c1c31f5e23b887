//! Which names mean the same EVSE. A session names its EVSE by the uid its owner gave it, a CDR by
//! its EVSE id as well; a location of the book knows both (OCPI 2.2.1, Sessions / Session object,
//! CDRs / CdrLocation class, Locations / EVSE object).

use std::collections::{BTreeMap, HashMap, HashSet};

use billing::reconcile::{CdrFact, SessionFact};
use billing::{Interner, Sym};
use domain::{OcpiId, PartyKey};
use ocpi::Reader;
use store::Book;
use store::raw::Blocks;
use store::row::{CdrRow, SessionRow};

use crate::error::Result;
use crate::replay::{Lookups, read_source};

/// Reads what an EVSE is called, in CDRs and in locations of a partner or of ours.
pub(crate) struct Evses<'a> {
    book: &'a Book,
    partner: &'a PartyKey,
    lookups: &'a mut Lookups,
    reader: Reader,
    blocks: Blocks,
}

impl<'a> Evses<'a> {
    /// For records that are settled with this partner.
    pub(crate) fn new(book: &'a Book, partner: &'a PartyKey, lookups: &'a mut Lookups) -> Self {
        Evses {
            book,
            partner,
            lookups,
            reader: Reader::new(),
            blocks: Blocks::default(),
        }
    }

    /// The names of a CDR's EVSE: its own first, then those of its location.
    pub(crate) fn of_cdr(&mut self, cdr: CdrRow) -> Result<Vec<String>> {
        let Some(stored) = store::cdr::get(self.book, cdr)? else {
            return Ok(Vec::new());
        };
        let source = stored.to_replay();
        let (cdr, _) = read_source(self.book, &mut self.reader, &mut self.blocks, &source)?;
        let place = cdr.location;
        let own = [place.evse_uid, place.evse_id].into_iter().flatten();
        let mut names: Vec<String> = own.map(|name| name.0).collect();
        if let Some(location) = place.id {
            for name in names.clone() {
                names.extend(self.at(location.as_str(), &name)?);
            }
        }
        Ok(names)
    }

    /// The names that a location gives an EVSE which it knows by this one.
    pub(crate) fn at(&mut self, location: &str, evse: &str) -> Result<Vec<String>> {
        let id = OcpiId(location.to_owned());
        for owner in [self.partner, self.book.party()] {
            let names = self.lookups.evse_names(self.book, owner, &id, evse)?;
            if !names.is_empty() {
                return Ok(names);
            }
        }
        Ok(Vec::new())
    }
}

/// Whether a name is among those of an EVSE; ids are case-insensitive (OCPI 2.2.1, Types).
pub(crate) fn has_name(names: &[String], evse: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(evse))
}

/// Lets sessions name their EVSE as the CDRs do with which they could be paired by contract, EVSE
/// and time. Only EVSEs of such records are looked up, each once: CDRs that name a session which is
/// there need none of it.
pub(crate) fn align(
    evses: &mut Evses<'_>,
    ids: &mut Interner,
    cdrs: &[CdrFact],
    sessions: &mut [SessionFact],
) -> Result<()> {
    let held: HashSet<Sym> = sessions.iter().map(|session| session.id).collect();
    let loose = |cdr: &&CdrFact| !cdr.session.is_some_and(|id| held.contains(&id));
    let mut at_cdrs: HashMap<(Sym, Sym), i64> = HashMap::new();
    for cdr in cdrs.iter().filter(loose) {
        if let (Some(contract), Some(evse)) = (cdr.contract, cdr.evse) {
            at_cdrs.entry((contract, evse)).or_insert(cdr.row);
        }
    }
    if at_cdrs.is_empty() {
        return Ok(());
    }
    let contracts: HashSet<Sym> = at_cdrs.keys().map(|(contract, _)| *contract).collect();
    let mut strange: BTreeMap<Sym, i64> = BTreeMap::new();
    let mut asking: HashSet<Sym> = HashSet::new();
    for session in sessions.iter() {
        if let (Some(contract), Some(evse)) = (session.contract, session.evse)
            && contracts.contains(&contract)
            && !at_cdrs.contains_key(&(contract, evse))
        {
            strange.insert(evse, session.row);
            asking.insert(contract);
        }
    }
    // In the order of rows, so that records that lie together are unpacked together.
    let mut known: HashMap<Sym, i64> = HashMap::new();
    for ((contract, evse), row) in &at_cdrs {
        if asking.contains(contract) {
            let first = known.entry(*evse).or_insert(*row);
            *first = (*first).min(*row);
        }
    }
    let rows: BTreeMap<i64, Sym> = known.iter().map(|(evse, row)| (*row, *evse)).collect();
    let mut called: HashMap<Sym, Option<Sym>> = HashMap::new();
    for (row, evse) in rows {
        for name in evses.of_cdr(CdrRow(row))? {
            let one = called.entry(ids.sym(&name)).or_insert(Some(evse));
            if *one != Some(evse) {
                // A name that means two EVSEs means neither.
                *one = None;
            }
        }
    }
    for (evse, row) in strange {
        if called.contains_key(&evse) {
            continue;
        }
        if let Some(session) = store::nearby::session(evses.book, SessionRow(row))? {
            let names = evses.at(&session.location, &session.evse)?;
            let mut names = names.iter().map(|name| ids.sym(name));
            let same = names.find(|name| known.contains_key(name));
            called.insert(evse, same);
        }
    }
    for session in sessions {
        if let Some(Some(same)) = session.evse.and_then(|evse| called.get(&evse)) {
            session.evse = Some(*same);
        }
    }
    Ok(())
}
