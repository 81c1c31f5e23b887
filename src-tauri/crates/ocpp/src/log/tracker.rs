//! Which message belongs to which transaction.
//!
//! Memory is bounded: so many transactions are open, so many closed ones wait for late messages,
//! and so many messages are remembered to know them again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Item;
use super::frame::Frame;
use super::prefix::Head;
use crate::transaction::{Origin, StateChange, Transaction};
use crate::trouble::{About, Found, Trouble};

/// Transactions that may be open at once.
const OPEN_MAX: usize = 10_000;
/// Closed transactions that wait for late messages.
const WAITING_MAX: usize = 1_000;
/// Messages, and handed out transactions, that are remembered.
const REMEMBERED_MAX: usize = 100_000;

/// A transaction in the making.
pub(super) struct Open {
    pub t: Transaction,
    /// Ids of the messages that started it (1.6): a station may send a start again.
    pub asked: Vec<String>,
    /// Sequence numbers seen (2.0.1).
    pub seqs: BTreeSet<i64>,
}

/// A station with the name of something of it.
pub(super) type Of<T> = (String, T);

/// Everything known while a log is read.
pub(super) struct Tracker<'s> {
    sink: &'s mut dyn FnMut(Item),
    pub open: BTreeMap<u64, Open>,
    next: u64,
    pub by_id: HashMap<Of<String>, u64>,
    pub by_start: HashMap<Of<String>, u64>,
    pub by_connector: HashMap<Of<u32>, u64>,
    pub of_station: HashMap<String, BTreeSet<u64>>,
    pub states: HashMap<Of<u32>, StateChange>,
    waiting: VecDeque<u64>,
    gone: Remembered,
    seen: Remembered,
}

/// What was met before, the newest so many.
#[derive(Default)]
struct Remembered {
    known: HashSet<u64>,
    order: VecDeque<u64>,
}

impl Remembered {
    /// Remembers it; says whether it is new.
    fn is_new(&mut self, hash: u64) -> bool {
        if !self.known.insert(hash) {
            return false;
        }
        self.order.push_back(hash);
        if self.order.len() > REMEMBERED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

fn hashed(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// A message's surroundings, once its station is known.
pub(super) struct Context<'a> {
    pub station: &'a str,
    pub head: &'a Head,
    pub line: u64,
}

impl<'s> Tracker<'s> {
    pub fn new(sink: &'s mut dyn FnMut(Item)) -> Self {
        Tracker {
            sink,
            open: BTreeMap::new(),
            next: 0,
            by_id: HashMap::new(),
            by_start: HashMap::new(),
            by_connector: HashMap::new(),
            of_station: HashMap::new(),
            states: HashMap::new(),
            waiting: VecDeque::new(),
            gone: Remembered::default(),
            seen: Remembered::default(),
        }
    }

    /// Notes a trouble of a line.
    pub fn note(&mut self, line: u64, about: Option<About>, trouble: Trouble) {
        let line = Some(line);
        (self.sink)(Item::Trouble(Found {
            trouble,
            line,
            about,
        }));
    }

    /// Notes a trouble of a transaction.
    pub fn note_of(&mut self, serial: u64, line: u64, trouble: Trouble) {
        let about = self.open.get(&serial).map(|open| about(&open.t));
        self.note(line, about, trouble);
    }

    /// Takes one message.
    pub fn message(&mut self, cx: &Context<'_>, frame: Frame<'_>) {
        match frame {
            Frame::Call {
                id,
                action,
                payload,
            } => {
                let known = (cx.station, &id, &action, payload.raw());
                if !id.is_empty() && !self.seen.is_new(hashed(known)) {
                    self.note(cx.line, None, Trouble::DuplicateMessage { id });
                    return;
                }
                let members = payload.members();
                match action.as_str() {
                    "StartTransaction" => self.start(cx, &id, &members),
                    "StopTransaction" => self.stop(cx, &members),
                    "MeterValues" => self.meter(cx, &members),
                    "StatusNotification" => self.status(cx, &members),
                    "BootNotification" => self.boot(cx),
                    "TransactionEvent" => self.event(cx, &members),
                    _ => {}
                }
            }
            Frame::Answer {
                id,
                action,
                payload,
            } => {
                if action.is_none_or(|action| action == "StartTransaction") {
                    self.answer(cx, &id, &payload.members());
                }
            }
            Frame::Refusal { id } => self.refused(cx, &id),
        }
    }

    /// Opens a transaction and makes it known under its id, if it has one.
    pub fn begin(&mut self, origin: Origin, cx: &Context<'_>, id: &str) -> u64 {
        while self.open.len() >= OPEN_MAX + WAITING_MAX {
            let Some(oldest) = self.open.keys().next().copied() else {
                break;
            };
            self.note_of(oldest, cx.line, Trouble::TooManyOpen);
            self.finish(oldest);
        }
        let serial = self.next;
        self.next += 1;
        let open = Open {
            t: Transaction::empty(origin, cx.station, id),
            asked: Vec::new(),
            seqs: BTreeSet::new(),
        };
        self.open.insert(serial, open);
        let of_station = self.of_station.entry(cx.station.to_owned());
        of_station.or_default().insert(serial);
        if !id.is_empty() {
            self.name(serial, cx, id);
        }
        serial
    }

    /// Gives a transaction its id.
    pub fn name(&mut self, serial: u64, cx: &Context<'_>, id: &str) {
        if let Some(open) = self.open.get_mut(&serial) {
            id.clone_into(&mut open.t.id);
        }
        let before = self
            .by_id
            .insert((cx.station.to_owned(), id.to_owned()), serial);
        if let Some(before) = before.filter(|before| *before != serial)
            && self.is_running(before)
        {
            self.note_of(before, cx.line, Trouble::Replaced);
        }
    }

    /// The transaction of an id.
    pub fn of_id(&self, station: &str, id: &str) -> Option<u64> {
        let key = (station.to_owned(), id.to_owned());
        self.by_id.get(&key).copied()
    }

    /// The latest transaction of a connector.
    pub fn on_connector(&self, station: &str, connector: u32) -> Option<u64> {
        let key = (station.to_owned(), connector);
        self.by_connector.get(&key).copied()
    }

    /// Whether a transaction has no end yet.
    pub fn is_running(&self, serial: u64) -> bool {
        self.open
            .get(&serial)
            .is_some_and(|open| open.t.stop.is_none())
    }

    /// Whether a transaction of this id was handed out before.
    pub fn is_gone(&self, station: &str, id: &str) -> bool {
        self.gone.known.contains(&hashed((station, id)))
    }

    /// A transaction has its end: it waits for late messages.
    pub fn close(&mut self, serial: u64) {
        self.waiting.push_back(serial);
        if self.waiting.len() > WAITING_MAX
            && let Some(oldest) = self.waiting.pop_front()
        {
            self.finish(oldest);
        }
    }

    /// Remembers the state of a connector.
    pub fn remember_state(&mut self, key: Of<u32>, change: Option<StateChange>) {
        if self.states.len() > REMEMBERED_MAX {
            self.states.clear();
        }
        match change {
            Some(change) => {
                self.states.insert(key, change);
            }
            None => {
                self.states.remove(&key);
            }
        }
    }

    /// Takes a transaction out, to be joined with another.
    pub fn take_out(&mut self, serial: u64) -> Option<Transaction> {
        let open = self.open.remove(&serial)?;
        let key = (open.t.station.clone(), open.t.id.clone());
        forget(&mut self.by_id, &key, serial);
        if let Some(serials) = self.of_station.get_mut(&open.t.station) {
            serials.remove(&serial);
        }
        Some(open.t)
    }

    /// Hands out everything that is left.
    pub fn end(&mut self) {
        while let Some(serial) = self.open.keys().next().copied() {
            self.finish(serial);
        }
    }

    /// Hands out a transaction and forgets it.
    fn finish(&mut self, serial: u64) {
        let Some(Open { t, asked, seqs }) = self.open.remove(&serial) else {
            return;
        };
        self.gone
            .is_new(hashed((t.station.as_str(), t.id.as_str())));
        let of = |id: &str| (t.station.clone(), id.to_owned());
        forget(&mut self.by_id, &of(&t.id), serial);
        for id in &asked {
            forget(&mut self.by_start, &of(id), serial);
        }
        if let Some(connector) = t.connector {
            forget(
                &mut self.by_connector,
                &(t.station.clone(), connector),
                serial,
            );
        }
        if let Some(serials) = self.of_station.get_mut(&t.station) {
            serials.remove(&serial);
            if serials.is_empty() {
                self.of_station.remove(&t.station);
            }
        }
        let line = t.first_line().unwrap_or_default();
        let numbers: Vec<i64> = seqs.into_iter().collect();
        for pair in numbers.windows(2) {
            let (after, before) = (pair[0], pair[1]);
            if before.saturating_sub(after) > 1 {
                self.note(
                    line,
                    Some(about(&t)),
                    Trouble::SequenceGap { after, before },
                );
            }
        }
        let lacks = match (&t.start, &t.stop) {
            (None, _) => Some(Trouble::StartNotInLog),
            (Some(_), None) => Some(Trouble::StopNotInLog),
            (Some(_), Some(_)) => None,
        };
        let t = Box::new(t);
        (self.sink)(match lacks {
            Some(why) => Item::Review(t, why),
            None => Item::Transaction(t),
        });
    }
}

/// Which transaction it is.
pub(super) fn about(t: &Transaction) -> About {
    About {
        station: t.station.clone(),
        transaction: t.id.clone(),
    }
}

/// Drops an entry that still leads to this transaction.
fn forget<K: Hash + Eq>(map: &mut HashMap<K, u64>, key: &K, serial: u64) {
    if map.get(key) == Some(&serial) {
        map.remove(key);
    }
}
