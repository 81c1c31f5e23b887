//! What has to be reconciled again when something came to a partner-month: the records that are
//! new, and those whose outcome could change by them.
//!
//! `billing::reconcile` judges a record by others of the same key, session id or authorisation
//! reference, by a credit and its original, by a tie that a person made, and by others at the same
//! EVSE, with the same token or of the same driver at the same time. Whatever is not tied to a new
//! record by a chain of such ties comes to what it came to before. So a rule in
//! `billing::reconcile` that looks at records that are tied otherwise needs a lane here; the test
//! compares with the whole month.
//!
//! What is seen only in many records is kept beside: prices by place (`store::price`), pairs of CDR
//! and session by EVSE (`store::pair`), and the day of a token by its lane ([`Due::mates`]).

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::rc::Rc;

use domain::{Currency, Instant, PartyKey};
use store::month::Key;
use store::near::{Entry, Rows, Scope, Signs, Subject};
use store::row::{CdrRow, ImportRow, PartyRow};
use store::{Book, Durability};

use crate::error::Result;
use crate::identity;

/// A record that lasts longer lies in a lane of its own, so that whoever looks for what overlaps a
/// moment looks back no further than this in the lane of the others. A day.
const LONG_S: i64 = 24 * 3600;

/// The end of a session that still runs.
const NEVER_S: i64 = 1 << 48;

/// As few records as these are always looked at one by one.
const FEW: usize = 1_000;

/// One in so many records of a month: where more are tied to what is new, reading the whole month
/// is faster.
const SHARE: usize = 4;

/// Puts the records that a partner-month got since into their lanes.
fn fill_lanes(book: &Book, key: Key) -> Result<()> {
    let mut entries: Vec<Entry> = Vec::new();
    for signs in store::near::take_unlaned(book, key)? {
        lanes(key.0, &signs, |entry| entries.push(entry));
    }
    entries.sort_unstable();
    Ok(store::near::put(book, &entries)?)
}

/// What of a partner-month has to be looked at.
#[derive(Debug)]
pub(crate) struct Due {
    /// These records.
    pub scope: Scope,
    /// Whether sums can be carried on by what changes; else they are computed anew.
    pub carried: bool,
    /// Other CDRs whose tokens charged within a day of these: what a token takes in a day is seen
    /// in all of them. None where the scope is the month.
    pub mates: Rows,
    /// Those of the mates that started after one of these, so that its day counts for theirs.
    pub after: BTreeSet<CdrRow>,
    /// EVSEs at which something is looked at, is beside that, or came to the months beside; in
    /// lower case.
    pub evses: BTreeSet<String>,
}

impl Due {
    /// Whether nothing has to be looked at.
    pub fn is_nothing(&self) -> bool {
        let nothing = matches!(&self.scope, Scope::Rows(rows) if *rows == Rows::default());
        self.carried && nothing && self.evses.is_empty()
    }
}

/// What of a partner-month has to be looked at to bring its outcomes up to date. `counts` says
/// which records have a part in the month, `late` are those that time alone moves. Fills the
/// lanes: belongs into a transaction.
pub(super) fn due(
    book: &Book,
    key: Key,
    late: Vec<Subject>,
    counts: impl Fn(&Signs) -> bool,
) -> Result<Due> {
    let whole = Due {
        scope: Scope::Month,
        carried: false,
        mates: Rows::default(),
        after: BTreeSet::new(),
        evses: BTreeSet::new(),
    };
    fill_lanes(book, key)?;
    let Some(mark) = store::near::mark(book, key)? else {
        return Ok(whole);
    };
    let limit = limit(book, key)?;
    let mut new = BTreeSet::from_iter(late);
    let mut carried = true;
    for month in [key.1.previous(), key.1, key.1.next()] {
        let beside = (key.0, month);
        fill_lanes(book, beside)?;
        let since = store::near::since(book, beside, mark, limit)?;
        carried &= !since.replayed;
        new.extend(since.subjects);
        if new.len() >= limit {
            return Ok(whole);
        }
    }
    let search = Search {
        book,
        partner: (key.0, store::party::key(book, key.0)?),
        counts,
        limit,
        any_by_hand: store::decided::any_tied(book)?,
        met: HashMap::new(),
        tied: Rows::default(),
        open: Vec::new(),
        too_much: false,
    };
    Ok(search
        .around(new)?
        .map_or(whole, |near| Due { carried, ..near }))
}

/// How many records are looked at one by one.
fn limit(book: &Book, key: Key) -> Result<usize> {
    let states = store::month::states(book)?;
    let held = states
        .iter()
        .find(|state| (state.partner, state.month) == key)
        .map_or(0, |state| state.cdrs.saturating_add(state.sessions));
    Ok(FEW.max(usize::try_from(held).unwrap_or(usize::MAX) / SHARE))
}

/// A search for all that is tied to some records.
struct Search<'a, C> {
    book: &'a Book,
    partner: (PartyRow, PartyKey),
    counts: C,
    limit: usize,
    /// Whether people tied CDRs to sessions.
    any_by_hand: bool,
    /// Records that were read; `None` for those that are not seen.
    met: HashMap<Subject, Option<Rc<Signs>>>,
    /// Records that are tied to those it began with.
    tied: Rows,
    /// Those of them whose own ties were not followed yet.
    open: Vec<Rc<Signs>>,
    /// Whether it met more than it may.
    too_much: bool,
}

impl<C: Fn(&Signs) -> bool> Search<'_, C> {
    /// The records, and all that is tied to them; `None` where that is too much.
    fn around(mut self, from: BTreeSet<Subject>) -> Result<Option<Due>> {
        for subject in from {
            self.meet(subject, |_| true)?;
        }
        while let Some(signs) = self.open.pop() {
            match signs.subject {
                Subject::Cdr(_) => self.follow_cdr(&signs)?,
                Subject::Session(_) => self.follow_session(&signs)?,
            }
            self.too_much |= self.met.len() > self.limit;
            if self.too_much {
                return Ok(None);
            }
        }
        let (mates, after) = self.mates()?;
        let met = self.met.values().flatten().map(|signs| &signs.evse);
        let mut evses: BTreeSet<String> = met.map(|evse| evse.to_ascii_lowercase()).collect();
        evses.remove("");
        Ok((!self.too_much).then_some(Due {
            scope: Scope::Rows(self.tied),
            carried: false,
            mates,
            after,
            evses,
        }))
    }

    /// CDRs beside the tied ones that charged with the token of one of them within a day, and those
    /// of them that started after it.
    fn mates(&mut self) -> Result<(Rows, BTreeSet<CdrRow>)> {
        let (mut mates, mut after) = (Rows::default(), BTreeSet::new());
        for cdr in self.tied.cdrs.clone() {
            let Some(Some(signs)) = self.met.get(&Subject::Cdr(cdr)).cloned() else {
                continue;
            };
            let Some(card) = token(&signs) else {
                continue;
            };
            let start_s = start_s(&signs);
            let day_s = start_s.saturating_sub(LONG_S)..=start_s.saturating_add(LONG_S);
            for kind in [Kind::Token, Kind::TokenLong] {
                let lane = lane(self.partner.0, kind, card);
                let from_s = *day_s.start();
                for mate in self.found(lane, day_s.clone(), from_s)? {
                    let Some(other) = self.read(mate)? else {
                        continue;
                    };
                    let Subject::Cdr(row) = mate else { continue };
                    let same = token(&other).is_some_and(|text| text.eq_ignore_ascii_case(card));
                    if same && !self.tied.cdrs.contains(&row) {
                        mates.cdrs.insert(row);
                        if self::start_s(&other) >= start_s {
                            after.insert(row);
                        }
                    }
                }
            }
        }
        Ok((mates, after))
    }

    /// Follows what ties a CDR to others.
    fn follow_cdr(&mut self, cdr: &Signs) -> Result<()> {
        let owner = if cdr.own {
            self.book.party()
        } else {
            &self.partner.1
        };
        let credited = cdr.credits.as_deref().map(|id| identity::key(owner, id));
        for key in std::iter::once(cdr.key).chain(credited) {
            for row in store::near::of_key(self.book, key)? {
                self.meet(Subject::Cdr(row), |_| true)?;
            }
        }
        self.all_of(Kind::Session, cdr.session.as_deref())?;
        self.all_of(Kind::Authorization, cdr.auth_ref.as_deref())?;
        self.all_of(Kind::Credited, Some(&owned(cdr.own, &cdr.ocpi_id)))?;
        self.by_hand(cdr)?;
        self.meanwhile([Kind::Evse, Kind::EvseLong], &cdr.evse, cdr, |_| true)?;
        let token = token(cdr).unwrap_or_default();
        self.meanwhile([Kind::Token, Kind::TokenLong], token, cdr, |_| true)?;
        // A session may name the same EVSE otherwise, so the driver alone ties them.
        let is_session = |other: &Signs| matches!(other.subject, Subject::Session(_));
        let driver = contract(cdr).unwrap_or_default();
        self.meanwhile([Kind::Driver, Kind::DriverLong], driver, cdr, |other| {
            is_session(other) && same_contract(cdr, other)
        })
    }

    /// Follows what ties a session to others.
    fn follow_session(&mut self, session: &Signs) -> Result<()> {
        self.all_of(Kind::Session, Some(&session.ocpi_id))?;
        self.all_of(Kind::Authorization, session.auth_ref.as_deref())?;
        self.by_hand(session)?;
        let driver = contract(session).unwrap_or_default();
        self.meanwhile([Kind::Driver, Kind::DriverLong], driver, session, |other| {
            same_contract(session, other)
        })
    }

    /// Meets what a person tied a record to.
    fn by_hand(&mut self, signs: &Signs) -> Result<()> {
        if self.any_by_hand {
            for subject in store::decided::tied(self.book, signs.subject)? {
                self.meet(subject, |_| true)?;
            }
        }
        Ok(())
    }

    /// Meets all records with this value.
    fn all_of(&mut self, kind: Kind, value: Option<&str>) -> Result<()> {
        let Some(value) = named(value) else {
            return Ok(());
        };
        self.in_lane(kind, value, (0..=0, 0), |_| true)
    }

    /// Meets the tied ones of the records with this value that overlap the time of one.
    fn meanwhile(
        &mut self,
        [short, long]: [Kind; 2],
        value: &str,
        around: &Signs,
        tied: impl Fn(&Signs) -> bool,
    ) -> Result<()> {
        if value.is_empty() {
            return Ok(());
        }
        let (first_s, last_s) = span(around).into_inner();
        let begin_s = first_s.saturating_sub(LONG_S)..=last_s;
        self.in_lane(short, value, (begin_s, first_s), &tied)?;
        self.in_lane(long, value, (i64::MIN..=last_s, first_s), &tied)
    }

    /// Meets the tied ones of the records of a lane that begin within some seconds and end at a
    /// moment or later.
    fn in_lane(
        &mut self,
        kind: Kind,
        value: &str,
        (begin_s, until_s): (RangeInclusive<i64>, i64),
        tied: impl Fn(&Signs) -> bool,
    ) -> Result<()> {
        let lane = lane(self.partner.0, kind, value);
        for subject in self.found(lane, begin_s, until_s)? {
            self.meet(subject, &tied)?;
        }
        Ok(())
    }

    /// The records of a lane that begin within some seconds and end at a moment or later.
    fn found(
        &mut self,
        lane: i64,
        begin_s: RangeInclusive<i64>,
        until_s: i64,
    ) -> Result<Vec<Subject>> {
        let found = store::near::in_lane(self.book, lane, begin_s, until_s, self.limit)?;
        self.too_much |= found.len() >= self.limit;
        Ok(found.into_iter().map(|entry| entry.subject).collect())
    }

    /// The signs of a record, if it has a part in the month.
    fn read(&mut self, subject: Subject) -> Result<Option<Rc<Signs>>> {
        if let Some(known) = self.met.get(&subject) {
            return Ok(self.counted(known.clone()));
        }
        let read = store::near::signs(self.book, self.partner.0, subject)?.map(Rc::new);
        self.met.insert(subject, read.clone());
        Ok(self.counted(read))
    }

    fn counted(&self, read: Option<Rc<Signs>>) -> Option<Rc<Signs>> {
        read.filter(|signs| (self.counts)(signs))
    }

    /// Meets a record. Where it is tied, its own ties are followed later.
    fn meet(&mut self, subject: Subject, tied: impl Fn(&Signs) -> bool) -> Result<()> {
        let signs = self.read(subject)?;
        let Some(signs) = signs.filter(|signs| tied(signs)) else {
            return Ok(());
        };
        let is_new = match subject {
            Subject::Cdr(row) => self.tied.cdrs.insert(row),
            Subject::Session(row) => self.tied.sessions.insert(row),
        };
        if is_new {
            self.open.push(signs);
        }
        Ok(())
    }
}

/// What a lane's records have in common.
#[derive(Clone, Copy)]
enum Kind {
    Session = 1,
    Authorization,
    Credited,
    Evse,
    EvseLong,
    Token,
    TokenLong,
    Driver,
    DriverLong,
    Place,
}

/// The lane of a partner's records with a value in common, without regard to case. Two values may
/// share one: that costs time, and changes no outcome.
fn lane(partner: PartyRow, kind: Kind, value: &str) -> i64 {
    // FNV-1a: a book keeps the hash, so it must be the same in every version of the program.
    let bytes = std::iter::once(kind as u8).chain(value.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)
    });
    ((partner.0 & 0x7fff) << 48) | (hash >> 16).cast_signed()
}

/// The number of a location and a currency, under which a partner's prices there are compared; of
/// no location there is none. Two places share one by a chance of one in 10^14.
pub(super) fn place(partner: PartyRow, location: &str, currency: Currency) -> Option<i64> {
    let text = format!("{}{location}", currency.code());
    (!location.is_empty()).then(|| lane(partner, Kind::Place, &text))
}

/// Notes that sessions of other months may stand otherwise now: CDRs name them that came to months
/// in which nobody charged, because their dates cannot be right.
pub(super) fn touch_named(book: &Book, now: Instant) -> Result<()> {
    for key in store::month::stale(book, now)? {
        let seen = store::near::seen(book, key)?;
        let named = store::outcome::misdated_name(book, key, seen)?;
        if !named.is_empty() {
            book.write(Durability::Facts, |book| -> Result<()> {
                named
                    .iter()
                    .try_for_each(|id| touch_session(book, key.0, id))
            })?;
        }
    }
    Ok(())
}

/// Notes the same of the CDRs of an import that is taken back. Belongs into a transaction.
pub(crate) fn touch_named_by(book: &Book, import: ImportRow) -> Result<()> {
    for (partner, id) in store::outcome::misdated_of(book, import)? {
        touch_session(book, partner, &id)?;
    }
    Ok(())
}

fn touch_session(book: &Book, partner: PartyRow, id: &str) -> Result<()> {
    let lane = lane(partner, Kind::Session, id);
    for entry in store::near::in_lane(book, lane, 0..=0, 0, FEW)? {
        store::near::touch(book, entry.subject)?;
    }
    Ok(())
}

/// The number of an EVSE, under which its CDRs are found; of none there is none.
pub(crate) fn evse(partner: PartyRow, evse: &str) -> Option<i64> {
    (!evse.is_empty()).then(|| lane(partner, Kind::Evse, evse))
}

/// The lanes a record lies in.
fn lanes(partner: PartyRow, signs: &Signs, mut add: impl FnMut(Entry)) {
    let (first_s, last_s) = span(signs).into_inner();
    let lasts_s = last_s - first_s;
    let mut put = |kind, value: Option<&str>, at_s, lasts_s| {
        if let Some(value) = named(value) {
            let (lane, subject) = (lane(partner, kind, value), signs.subject);
            add(Entry {
                lane,
                at_s,
                subject,
                lasts_s,
            });
        }
    };
    let (session, token) = match signs.subject {
        Subject::Cdr(_) => (signs.session.as_deref(), token(signs)),
        Subject::Session(_) => (Some(signs.ocpi_id.as_str()), None),
    };
    let credited = signs.credits.as_deref().map(|id| owned(signs.own, id));
    put(Kind::Session, session, 0, 0);
    put(Kind::Authorization, signs.auth_ref.as_deref(), 0, 0);
    put(Kind::Credited, credited.as_deref(), 0, 0);
    let [at_evse, with_token, of_driver] = if lasts_s > LONG_S {
        [Kind::EvseLong, Kind::TokenLong, Kind::DriverLong]
    } else {
        [Kind::Evse, Kind::Token, Kind::Driver]
    };
    if let Subject::Cdr(_) = signs.subject {
        put(at_evse, Some(&signs.evse), first_s, lasts_s);
    }
    put(with_token, token, first_s, lasts_s);
    put(of_driver, contract(signs), first_s, lasts_s);
}

/// The seconds from a record's first moment to its last, whichever it calls its start.
fn span(signs: &Signs) -> RangeInclusive<i64> {
    let start = signs.start_ms.div_euclid(1000);
    let end = signs.end_ms.map_or(NEVER_S, |ms| ms.div_euclid(1000));
    start.min(end)..=start.max(end)
}

/// When a record says it starts.
fn start_s(signs: &Signs) -> i64 {
    signs.start_ms.div_euclid(1000)
}

/// A text that names something.
fn named(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// The contract, or a CDR's token where none is known.
fn contract(signs: &Signs) -> Option<&str> {
    named(Some(&signs.contract)).or(named(signs.token.as_deref()))
}

fn same_contract(a: &Signs, b: &Signs) -> bool {
    match (contract(a), contract(b)) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        (None, _) | (_, None) => false,
    }
}

/// A CDR's token, or its contract where none is known.
fn token(signs: &Signs) -> Option<&str> {
    named(signs.token.as_deref()).or(named(Some(&signs.contract)))
}

/// Owner and id of a CDR as one.
fn owned(own: bool, id: &str) -> String {
    format!("{}{id}", if own { '+' } else { '-' })
}
