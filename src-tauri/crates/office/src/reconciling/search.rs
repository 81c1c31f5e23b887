//! What explains each differing CDR of a partner-month: searched once, kept, and read back as the
//! grouping of causes takes it.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use billing::Sym;
use billing::causes::{CauseKey, DifferingCdr, Explanation};
use domain::{Cdr, Decimal};
use ocpi::Reader;
use store::cause::{CauseName, Searched};
use store::month::Key;
use store::raw::Blocks;
use store::row::CdrRow;
use store::{Book, Durability};
use tariff::{Change, Fit};

use crate::causes::Others;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::{Job, Progress};
use crate::replay::{Chosen, Ground, Lookups, read_source};

/// Version of the search. Counts up when the same CDR may get another explanation.
const VERSION: i64 = 1;

/// CDRs per transaction.
const BATCH: usize = 500;

/// Searches what explains the differing CDRs of a partner-month, where that is not known. What was
/// found is kept batch by batch: a search that is stopped goes on from there.
pub(crate) fn search(desk: &Desk, job: &mut Job<'_>, key: Key) -> Result<usize> {
    let seen = store::version::seen(&desk.book)?;
    let mut open = store::cause::searched(&desk.book, key)?;
    open.retain(|cdr| !is_known(cdr, seen));
    let total = open.len() as u64;
    let mut finder = Finder::default();
    for (batch, cdrs) in open.chunks(BATCH).enumerate() {
        let mut found = Vec::with_capacity(cdrs.len());
        for cdr in cdrs {
            job.check()?;
            found.push((cdr, finder.explain(&desk.book, cdr.cdr)?));
        }
        desk.book.write(Durability::Facts, |book| -> Result<()> {
            for (cdr, names) in &found {
                let mut found = Vec::new();
                for (name, cost) in names {
                    let number = store::cause::number(book, name)?;
                    found.push(format!("{number}:{cost}"));
                }
                let stamp = stamp(cdr, seen);
                store::cause::put(book, cdr.cdr, VERSION, stamp, &found.join(" "))?;
            }
            Ok(())
        })?;
        job.tell(Progress {
            done: ((batch + 1) * BATCH) as u64,
            total,
            ..Progress::default()
        });
    }
    Ok(open.len())
}

/// Names what a search was made from.
fn stamp(cdr: &Searched, seen: i64) -> i64 {
    let mut hash = DefaultHasher::new();
    (cdr.state, cdr.difference.0, cdr.stated.0, seen).hash(&mut hash);
    hash.finish().cast_signed()
}

fn is_known(cdr: &Searched, seen: i64) -> bool {
    cdr.known == Some((VERSION, stamp(cdr, seen)))
}

/// What is used again from one CDR to the next.
#[derive(Default)]
struct Finder {
    lookups: Lookups,
    blocks: Blocks,
    reader: Reader,
}

impl Finder {
    /// The causes that explain a CDR, each with how much it supposes.
    fn explain(&mut self, book: &Book, row: CdrRow) -> Result<Vec<(CauseName, u32)>> {
        let Some(stored) = store::cdr::get(book, row)? else {
            return Ok(Vec::new());
        };
        let source = stored.to_replay();
        let (cdr, partner) = read_source(book, &mut self.reader, &mut self.blocks, &source)?;
        let chosen = self.lookups.choose(book, &cdr, &partner)?;
        let terms = self.lookups.terms(book, &chosen.partner)?;
        let agreement = &terms.partner.agreement;
        let record = (&cdr, &chosen);
        let (ground, _) = Ground::of(book, &mut self.lookups, row, record, agreement.policy)?;
        let stored = self.lookups.candidates(book, &cdr)?;
        let versions = stored.iter().map(|version| &*version.tariff);
        Ok(explanations(record, &ground, versions, agreement.tolerance))
    }
}

/// The causes that explain a CDR on a ground.
fn explanations<'a>(
    (cdr, chosen): (&'a Cdr, &'a Chosen),
    ground: &'a Ground,
    versions: impl Iterator<Item = &'a domain::Tariff>,
    tolerance: Decimal,
) -> Vec<(CauseName, u32)> {
    let stand = ground.stand(cdr, chosen);
    let used: Vec<_> = stand.tariffs.iter().map(|tariff| &tariff.id).collect();
    let at_hand = stand.tariffs.iter().copied().chain(versions);
    let others = Others::split(at_hand.map(|tariff| (None, tariff)), |tariff| {
        used.contains(&&tariff.id)
    });
    let found = others.search(cdr, stand.input(cdr, ground), tolerance);
    let mut causes: Vec<(CauseName, u32)> = Vec::new();
    for one in &found.explanations {
        if !one.fit.has_total() {
            continue;
        }
        let Some(name) = name_of(&one.changes) else {
            continue;
        };
        let cost = cost(one.fit, one.changes.len());
        match causes.iter_mut().find(|(known, _)| known.key == name.key) {
            Some((_, known)) => *known = cost.min(*known),
            None => causes.push((name, cost)),
        }
    }
    causes
}

/// How much an explanation supposes: a closer fit before a simpler change.
fn cost(fit: Fit, changes: usize) -> u32 {
    let fit = match fit {
        Fit::Every => 0,
        Fit::Parts => 1,
        Fit::Nearly => 2,
        Fit::Total => 3,
        Fit::TotalNearly => 4,
    };
    fit * 10 + u32::try_from(changes).unwrap_or(u32::MAX / 20)
}

/// The cause that changes are, by one name in every month. Which version or neighbour of a tariff
/// it is, is a matter of each CDR.
fn name_of(changes: &[Change]) -> Option<CauseName> {
    let mut readings = BTreeMap::new();
    for change in changes {
        if let Change::Policy { switch, reading } = change {
            readings.insert((*switch).to_owned(), reading.clone());
        }
    }
    let clauses: Vec<String> = changes.iter().map(Change::clause).collect();
    if readings.len() == changes.len() {
        let settings = readings.iter().map(|(switch, to)| format!("{switch}={to}"));
        let settings: Vec<String> = settings.collect();
        return Some(CauseName {
            key: format!("policy:{}", settings.join("+")),
            text: clauses.join(" and "),
            policy: readings,
        });
    }
    let [change] = changes else { return None };
    let text = match change {
        Change::TariffVersion { .. } => "another version of its tariff is taken".to_owned(),
        Change::NeighbourTariff { .. } => {
            "another tariff of the same connector is taken".to_owned()
        }
        other => other.clause(),
    };
    Some(CauseName {
        key: format!("data:{}", text.replace(' ', "_")),
        text,
        policy: BTreeMap::new(),
    })
}

/// The differing CDRs of a partner-month as grouping takes them, the names of the causes by key,
/// and of places and tariffs by their symbols.
#[derive(Default)]
pub(crate) struct Explained {
    /// By row.
    pub cdrs: Vec<DifferingCdr>,
    /// Why each of them stands where it does, and the cause of its difference by then.
    pub stands: HashMap<i64, (String, Option<String>)>,
    /// What the causes say, by their keys.
    pub names: BTreeMap<String, CauseName>,
    /// Locations and tariffs.
    pub words: Words,
}

impl Explained {
    /// What is known of a partner-month. A CDR that was not searched yet has no explanation.
    pub(crate) fn of_month(book: &Book, key: Key) -> Result<Explained> {
        let mut explained = Explained::default();
        explained.read(book, key)?;
        Ok(explained)
    }

    /// Adds a partner-month.
    pub(crate) fn read(&mut self, book: &Book, key: Key) -> Result<()> {
        let numbers = store::cause::names(book)?;
        let keys: BTreeMap<i64, CauseKey> = numbers
            .iter()
            .map(|(number, name)| (*number, cause_key(&name.key)))
            .collect();
        for cdr in store::cause::differing(book, key)? {
            let found = cdr.explanations.as_deref().unwrap_or_default();
            let mut explanations = Vec::new();
            for one in found.split_ascii_whitespace() {
                let damaged = || Error::from(store::Error::Damaged(format!("cause {one:?}")));
                let (number, cost) = one.split_once(':').ok_or_else(damaged)?;
                let number: i64 = number.parse().map_err(|_| damaged())?;
                explanations.push(Explanation {
                    cause: keys.get(&number).ok_or_else(damaged)?.clone(),
                    cost: cost.parse().map_err(|_| damaged())?,
                });
            }
            if let Some(stands) = cdr.stands {
                self.stands.insert(cdr.cdr.0, stands);
            }
            let place = Some(cdr.location.as_str()).filter(|text| !text.is_empty());
            self.cdrs.push(DifferingCdr {
                row: cdr.cdr.0,
                currency: cdr.currency,
                stated_e6: cdr.stated.0,
                difference_e6: cdr.difference.0,
                end_s: cdr.end_ms.div_euclid(1_000),
                place: self.words.optional(place),
                tariff: self.words.optional(cdr.tariff.as_deref()),
                energy_e6: cdr.energy.0,
                explanations,
            });
        }
        let named = numbers.into_values().map(|name| (name.key.clone(), name));
        self.names.extend(named);
        Ok(())
    }
}

/// The cause of a stored key.
pub(crate) fn cause_key(key: &str) -> CauseKey {
    if key.starts_with("policy:") {
        CauseKey::policy(key)
    } else {
        CauseKey::data(key)
    }
}

/// Texts by number. Spelled otherwise is another text: locations go by their names.
#[derive(Default)]
pub(crate) struct Words {
    texts: Vec<String>,
    known: HashMap<String, Sym>,
}

impl Words {
    /// The number of a text; an empty or absent one has none.
    pub(crate) fn optional(&mut self, text: Option<&str>) -> Option<Sym> {
        let text = text.filter(|text| !text.is_empty())?;
        if let Some(known) = self.known.get(text) {
            return Some(*known);
        }
        let new = Sym(u32::try_from(self.texts.len()).expect("texts of one month"));
        self.texts.push(text.to_owned());
        self.known.insert(text.to_owned(), new);
        Some(new)
    }

    /// The text of a number that this gave.
    pub(crate) fn text(&self, sym: Sym) -> &str {
        &self.texts[usize::try_from(sym.0).expect("32 bits fit")]
    }
}
