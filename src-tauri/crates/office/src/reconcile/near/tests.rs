//! What follows from few records is what follows from the whole month.

use chrono::{DateTime, TimeDelta};
use domain::cdr::Form;
use domain::{
    BillingMonth, Bucket, Currency, Decimal, Finding, FindingCode, FindingLocation, Instant,
    OcpiVersion, SessionStatus, Severity, Verdict,
};
use store::cdr::{CdrFigures, Identity, NewCdr, Source};
use store::decision::NewDecision;
use store::finding::About;
use store::import::NewImport;
use store::micro::Micro;
use store::near::Scope;
use store::outcome::{CdrOutcome, SessionOutcome};
use store::place::{Place, Places};
use store::raw::{BlockKind, NewBlock, Range};
use store::replay::Replayed;
use store::row::{BlockRow, CdrRow, DecisionSeq, ImportRow, PartyRow, SessionRow};
use store::session::{NewSession, SessionFigures};
use store::{Book, Durability, NewBook};

use super::super::{Ground, derive, due_of};
use crate::error::{Error, Result};
use crate::{identity, terms};

/// Repeatable chance.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed >> 33) % end as u64).unwrap()
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.below(texts.len())]
    }

    fn maybe(&mut self, count: usize, texts: &[&str]) -> Option<String> {
        self.one_in(count).then(|| self.of(texts).to_owned())
    }
}

fn at(text: &str) -> Instant {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

/// A book in which little happens, all of it close together.
struct World {
    book: Book,
    chance: Chance,
    partners: Vec<PartyRow>,
    import: ImportRow,
    block: BlockRow,
    ids: usize,
    cdrs: Vec<CdrRow>,
    accepted: Vec<DecisionSeq>,
}

type Key = (PartyRow, BillingMonth);

impl World {
    fn new(seed: u64) -> World {
        let created_at = at("2026-11-01T00:00:00Z");
        let book = Book::in_memory(&NewBook {
            party: "NL-TAL".parse().unwrap(),
            demo: false,
            created_at,
        });
        let book = book.unwrap();
        let partner = |key: &str| store::party::intern(&book, &key.parse().unwrap()).unwrap();
        let partners = vec![partner("NL-ABC"), partner("DE-XYZ")];
        let mut world = World {
            import: ImportRow(0),
            block: BlockRow(0),
            book,
            chance: Chance(seed),
            partners,
            ids: 12,
            cdrs: Vec::new(),
            accepted: Vec::new(),
        };
        world.ids += world.chance.below(40);
        world.begin();
        world
    }

    fn begin(&mut self) {
        let new = NewImport {
            file: "a.json",
            bytes: 1,
            format: "ocpi_json",
            kind: "cdrs",
            party: None,
            actor: "test",
            started_at: self.book.created_at(),
        };
        self.import = store::import::begin(&self.book, &new, "{}").unwrap();
        let block = NewBlock {
            kind: BlockKind::File,
            first_byte: 0,
            length: 1,
            zstd: store::raw::compress(b"0").unwrap(),
        };
        self.block = store::raw::insert(&self.book, self.import, &block).unwrap();
    }

    fn source(&self) -> Source {
        Source {
            import: self.import,
            number: 1,
            range: Range {
                block: self.block,
                start: 0,
                length: 1,
            },
            form: Form::Ocpi(OcpiVersion::V221),
        }
    }

    /// Start, end and month: mostly around the end of September, mostly an hour or so.
    fn times(&mut self) -> (Instant, Instant, BillingMonth) {
        let wide = if self.chance.one_in(4) {
            60 * 24 * 40
        } else {
            60 * 30
        };
        let begin = at("2026-09-30T06:00:00Z") - TimeDelta::minutes(wide / 2);
        let minutes = i64::try_from(self.chance.below(usize::try_from(wide).unwrap())).unwrap();
        let start = begin + TimeDelta::minutes(minutes);
        let lasts = match self.chance.below(12) {
            0 => -30,
            1 => 0,
            2 | 3 => 60 * 24 * 5,
            n => i64::try_from(n).unwrap() * 15,
        };
        let end = start + TimeDelta::minutes(lasts);
        let month = BillingMonth::of(end, domain::Tz::Europe__Amsterdam);
        let month = match self.chance.below(30) {
            0 => month.previous(),
            1 => month.next(),
            _ => month,
        };
        (start, end, month)
    }

    fn id(&mut self, kind: &str) -> String {
        let number = self.chance.below(self.ids);
        let id = format!("{kind}{number}");
        if self.chance.one_in(5) {
            id.to_lowercase()
        } else {
            id
        }
    }

    fn place(&mut self) -> store::row::PlaceRow {
        let place = Place {
            name: self.chance.of(&["one", "two"]).to_owned(),
            evse: self
                .chance
                .of(&["", "E1", "E2", "e2", "E3", "E4"])
                .to_owned(),
            ..Place::default()
        };
        Places::default().intern(&self.book, &place).unwrap()
    }

    fn cdr(&mut self) {
        let partner = self.partners[self.chance.below(2)];
        let (start_at, end_at, month) = self.times();
        let credit = self.chance.one_in(5);
        let own = self.chance.one_in(4);
        let figures = CdrFigures {
            ocpi_id: self.id("C"),
            session: (!self.chance.one_in(3)).then(|| self.id("S")),
            auth_ref: self.chance.maybe(4, &["", "A1", "A2", "a2", "A3", "A4"]),
            contract: self
                .chance
                .of(&["", "K1", "K2", "k2", "K3", "K4"])
                .to_owned(),
            token: self.chance.maybe(2, &["", "T1", "T2", "t2", "T3", "K4"]),
            month,
            start_at,
            end_at,
            currency: if self.chance.one_in(9) {
                "USD".parse().unwrap()
            } else {
                Currency::EUR
            },
            energy: Micro(10_000_000 * i64::try_from(self.chance.below(3)).unwrap()),
            stated_excl: (!self.chance.one_in(9)).then_some(Micro(if credit {
                -3_000_000
            } else {
                3_000_000
            })),
            stated_incl: None,
            credit,
            credits: credit.then(|| self.id("C")),
        };
        let owner = if own {
            self.book.party().clone()
        } else {
            store::party::key(&self.book, partner).unwrap()
        };
        let identity = Identity {
            key: identity::key(&owner, &figures.ocpi_id),
            content: 1,
        };
        let new = NewCdr {
            source: self.source(),
            partner,
            own,
            identity,
            corrects: None,
            place: self.place(),
            figures: &figures,
        };
        let row = store::cdr::insert(&self.book, &new).unwrap();
        self.cdrs.push(row);
        if self.chance.one_in(8) {
            let finding = Finding::new(FindingCode::EnergyMismatch, FindingLocation::Whole)
                .with_severity(Severity::Error);
            store::finding::insert(&self.book, self.import, About::Cdr(row.0), &finding).unwrap();
        }
        self.replay(row);
        store::month::came_in(&self.book, (partner, month), 1, 0, 1).unwrap();
    }

    fn session(&mut self) {
        let partner = self.partners[self.chance.below(2)];
        let (start_at, end_at, month) = self.times();
        let status = match self.chance.below(6) {
            0 => SessionStatus::Active,
            1 => SessionStatus::Invalid,
            _ => SessionStatus::Completed,
        };
        let figures = SessionFigures {
            ocpi_id: self.id("S"),
            auth_ref: self.chance.maybe(4, &["", "A1", "A2", "a2", "A3", "A4"]),
            contract: self
                .chance
                .of(&["", "K1", "K2", "k2", "K3", "T1"])
                .to_owned(),
            month,
            start_at,
            end_at: (!self.chance.one_in(6)).then_some(end_at),
            energy: Micro(10_000_000),
            status,
            updated_at: None,
        };
        let new = NewSession {
            source: self.source(),
            partner,
            identity: Identity { key: 1, content: 1 },
            corrects: None,
            place: self.place(),
            figures: &figures,
        };
        store::session::insert(&self.book, &new).unwrap();
        store::month::came_in(&self.book, (partner, month), 0, 1, 0).unwrap();
    }

    fn replay(&mut self, row: CdrRow) {
        let verdict = match self.chance.below(4) {
            0 => Verdict::NotPriced,
            1 => Verdict::Differs,
            _ => Verdict::Matches,
        };
        let (severity, codes) = match verdict {
            Verdict::NotPriced => (Some(Severity::Error), FindingCode::TariffMissing.as_str()),
            Verdict::Differs | Verdict::Matches if self.chance.one_in(5) => {
                (Some(Severity::Error), FindingCode::EnergyMismatch.as_str())
            }
            Verdict::Differs | Verdict::Matches => (None, ""),
        };
        let difference = Micro(i64::try_from(self.chance.below(3)).unwrap() * 100_000);
        let replayed = Replayed {
            kept: None,
            engine: 1,
            agreement: DecisionSeq(0),
            tariff: None,
            verdict,
            excl: None,
            incl: None,
            difference: (verdict == Verdict::Differs).then_some(difference),
            zone: None,
            severity,
            codes: codes.to_owned(),
            ground: None,
            seen: None,
        };
        store::replay::put(&self.book, row, &replayed).unwrap();
    }

    fn decide(&mut self, verb: &str, undoes: Option<DecisionSeq>, cdrs: &[CdrRow]) -> DecisionSeq {
        let new = NewDecision {
            at: self.book.created_at(),
            actor: "test",
            verb,
            object: "",
            reason: "",
            details: &serde_json::json!({}),
            undoes,
            cdrs,
        };
        store::decision::append(&self.book, &new).unwrap()
    }

    fn accept(&mut self) {
        let row = self.cdrs[self.chance.below(self.cdrs.len())];
        let Some(weight) = store::month::weight(&self.book, row).unwrap() else {
            return;
        };
        let seq = self.decide("accept", None, &[row]);
        store::month::shift(&self.book, &[weight], Bucket::Accepted, "accepted").unwrap();
        self.accepted.push(seq);
    }

    fn agree(&mut self) {
        let partner = self.partners[self.chance.below(2)];
        let key = store::party::key(&self.book, partner).unwrap();
        let mut agreed = terms::unset(&key);
        agreed.agreement.sends_sessions = self.chance.one_in(2);
        agreed.agreement.tolerance = Decimal::new(i64::try_from(self.chance.below(3)).unwrap(), 1);
        let seq = self.decide("partner_set", None, &[]);
        store::agreement::put(&self.book, seq, partner, &agreed).unwrap();
        store::month::mark_partner_stale(&self.book, partner).unwrap();
    }

    /// Something happens.
    fn step(&mut self) {
        match self.chance.below(30) {
            0..3 if !self.cdrs.is_empty() => {
                let row = self.cdrs[self.chance.below(self.cdrs.len())];
                if store::cdr::get(&self.book, row).unwrap().is_some() {
                    self.replay(row);
                }
            }
            3..6 if !self.cdrs.is_empty() => self.accept(),
            6 => {
                if let Some(seq) = self.accepted.pop() {
                    let rows = store::decision::cdrs(&self.book, seq).unwrap();
                    self.decide("undo", Some(seq), &rows);
                }
            }
            7 => {
                let seq = self.decide("import_undo", None, &[]);
                store::undo::take_back(&self.book, self.import, seq).unwrap();
                self.begin();
            }
            8 => self.agree(),
            9 => self.begin(),
            _ => {
                for _ in 0..=self.chance.below(4) {
                    if self.chance.one_in(2) {
                        self.cdr();
                    } else {
                        self.session();
                    }
                }
            }
        }
    }

    fn months(&self) -> Vec<Key> {
        let states = store::month::states(&self.book).unwrap();
        states
            .iter()
            .map(|state| (state.partner, state.month))
            .collect()
    }
}

/// All that reconciling a month writes.
#[derive(Debug, PartialEq, Eq)]
struct Written {
    cdrs: Vec<(CdrRow, CdrOutcome)>,
    sessions: Vec<(SessionRow, SessionOutcome)>,
    totals: Vec<store::month::Total>,
    state: Option<store::month::State>,
}

fn written(book: &Book, key: Key) -> Result<Written> {
    let mut cdrs: Vec<_> = store::outcome::standing(book, key, &Scope::Month)?
        .into_iter()
        .collect();
    cdrs.sort_by_key(|(row, _)| *row);
    let sessions = store::outcome::standing_sessions(book, key, &Scope::Month)?;
    let mut sessions: Vec<_> = sessions.into_iter().collect();
    sessions.sort_by_key(|(row, _)| *row);
    let states = store::month::states(book)?;
    Ok(Written {
        cdrs,
        sessions,
        totals: store::month::totals(book, Some(key))?,
        state: states
            .into_iter()
            .find(|state| (state.partner, state.month) == key),
    })
}

/// What reconciling the month as a whole would write; it is taken back.
fn as_a_whole(book: &Book, key: Key) -> Written {
    let mut whole = None;
    let taken_back = book.write(Durability::Facts, |book| -> Result<()> {
        store::near::forget_mark(book, key)?;
        derive(book, key)?;
        whole = Some(written(book, key)?);
        Err(Error::Cancelled)
    });
    assert!(
        matches!(taken_back, Err(Error::Cancelled)),
        "{taken_back:?}"
    );
    whole.unwrap()
}

#[test]
fn few_records_come_to_what_the_whole_month_comes_to() {
    let (mut by_rows, mut left_out, mut outcomes) = (0, 0, 0);
    for seed in 0..50 {
        let mut world = World::new(seed);
        for step in 0..36 {
            world.step();
            let mut months = world.months();
            while !months.is_empty() && !world.chance.one_in(12) {
                let key = months.swap_remove(world.chance.below(months.len()));
                let (book, mut rows) = (&world.book, None);
                book.write(Durability::Facts, |book| -> Result<()> {
                    let ground = Ground::of(book, key)?;
                    if let Scope::Rows(found) = due_of(book, &ground)?.scope {
                        rows = Some(found.cdrs.len());
                    }
                    derive(book, key)
                })
                .unwrap();
                let came = written(book, key).unwrap();
                assert_eq!(
                    came,
                    as_a_whole(book, key),
                    "seed {seed}, step {step}, {key:?}"
                );
                if let Some(rows) = rows {
                    by_rows += 1;
                    left_out += usize::from(rows < came.cdrs.len());
                    outcomes += came.cdrs.len();
                }
            }
        }
    }
    assert!(
        by_rows > 2_000 && left_out > 800 && outcomes > 8_000,
        "months are reconciled by rows, {by_rows} {left_out} {outcomes}"
    );
}
