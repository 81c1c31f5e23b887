//! What follows from few records is what follows from the whole month.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta};
use domain::cdr::Form;
use domain::{
    BillingMonth, Bucket, Currency, Decimal, Finding, FindingCode, FindingLocation, Instant,
    OcpiVersion, SessionStatus, Severity, Verdict,
};
use serde_json::json;
use store::cause::CauseName;
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

use super::super::{Ground, derive};
use super::{touch_named, touch_named_by};
use crate::api::RuleTerms;
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

/// What every CDR reads like; where it was and who charged are in its figures.
fn record() -> String {
    crate::tests::cdr(1).replace("\"evse_uid\":\"E1\",\"evse_id\":\"NL*ABC*E1\",", "")
}

const CAUSES: [&str; 3] = ["data:one", "data:two", "policy:step_mode=x"];

/// A book in which little happens, all of it close together.
struct World {
    book: Book,
    chance: Chance,
    partners: Vec<PartyRow>,
    import: ImportRow,
    block: BlockRow,
    ids: usize,
    cdrs: Vec<(PartyRow, CdrRow)>,
    sessions: Vec<(PartyRow, SessionRow)>,
    decided: Vec<DecisionSeq>,
    now: Instant,
}

type Key = (PartyRow, BillingMonth);

impl World {
    fn new(seed: u64) -> World {
        let created_at = at("2026-09-01T00:00:00Z");
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
            ids: 20,
            cdrs: Vec::new(),
            sessions: Vec::new(),
            decided: Vec::new(),
            now: at("2026-10-01T00:00:00Z"),
        };
        world.ids += world.chance.below(40);
        world.begin();
        // Enough to see what is usual at a place.
        let begun = if world.chance.one_in(6) { 140 } else { 0 };
        world.ids += 3 * begun;
        (0..begun).for_each(|_| world.cdr());
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
            length: u32::try_from(record().len()).unwrap(),
            zstd: store::raw::compress(record().as_bytes()).unwrap(),
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
                length: u32::try_from(record().len()).unwrap(),
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
            name: "a place".to_owned(),
            location: self.chance.of(&["one", "one", "one", "two"]).to_owned(),
            evse: self
                .chance
                .of(&["", "E1", "E2", "e2", "E3", "E4"])
                .to_owned(),
            ..Place::default()
        };
        Places::default().intern(&self.book, &place).unwrap()
    }

    /// Mostly the first one.
    fn partner(&mut self) -> PartyRow {
        self.partners[usize::from(self.chance.one_in(4))]
    }

    fn cdr(&mut self) {
        let partner = self.partner();
        let (start_at, end_at, mut month) = self.times();
        let misdated = self.chance.one_in(25);
        if misdated {
            month = BillingMonth::of(at("2031-01-05T00:00:00Z"), domain::Tz::UTC);
        }
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
        self.cdrs.push((partner, row));
        if misdated {
            let finding = Finding::new(FindingCode::FutureDate, FindingLocation::Whole);
            store::finding::insert(&self.book, self.import, About::Cdr(row.0), &finding).unwrap();
        }
        if self.chance.one_in(8) {
            let finding = Finding::new(FindingCode::EnergyMismatch, FindingLocation::Whole)
                .with_severity(Severity::Error);
            store::finding::insert(&self.book, self.import, About::Cdr(row.0), &finding).unwrap();
        }
        self.replay(row);
        store::month::came_in(&self.book, (partner, month), 1, 0, 1).unwrap();
    }

    fn session(&mut self) {
        let partner = self.partner();
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
        let row = store::session::insert(&self.book, &new).unwrap();
        self.sessions.push((partner, row));
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
        // What explains it: of three causes some, which others may share.
        let mut found = Vec::new();
        for key in CAUSES {
            let name = CauseName {
                key: key.to_owned(),
                text: key.to_owned(),
                policy: BTreeMap::new(),
            };
            let number = store::cause::number(&self.book, &name).unwrap();
            if self.chance.one_in(2) {
                found.push(format!("{number}:{}", self.chance.below(3)));
            }
        }
        store::cause::put(&self.book, row, 1, 1, &found.join(" ")).unwrap();
    }

    fn decide(
        &mut self,
        verb: &str,
        undoes: Option<DecisionSeq>,
        (cdrs, sessions): (&[CdrRow], &[SessionRow]),
        details: &serde_json::Value,
    ) -> DecisionSeq {
        let new = NewDecision {
            at: self.now,
            actor: "test",
            verb,
            object: "",
            reason: "",
            details,
            undoes,
            cdrs,
            sessions,
            seen: &[],
        };
        store::decision::append(&self.book, &new).unwrap()
    }

    fn a_cdr(&mut self) -> CdrRow {
        self.cdrs[self.chance.below(self.cdrs.len())].1
    }

    /// Accepts a CDR and moves it at once, as the screens do.
    fn accept(&mut self) {
        let row = self.a_cdr();
        let Some(weight) = store::month::weight(&self.book, row).unwrap() else {
            return;
        };
        let seq = self.decide("accept", None, (&[row], &[]), &json!({}));
        store::month::shift(&self.book, &[weight], Bucket::Accepted, "accepted").unwrap();
        self.decided.push(seq);
    }

    /// Decides about a CDR or a session, for a time perhaps.
    fn stand(&mut self) {
        let verb = self
            .chance
            .of(&["accept", "dispute", "hold", "hold", "exclude"]);
        let hours = i64::try_from(self.chance.below(72)).unwrap();
        let until = self.now + TimeDelta::hours(hours);
        let details = match self.chance.below(3) {
            0 => json!({}),
            _ => json!({ "until_ms": until.timestamp_millis() }),
        };
        let seq = if self.sessions.is_empty() || self.chance.one_in(2) {
            let row = self.a_cdr();
            self.decide(verb, None, (&[row], &[]), &details)
        } else {
            let row = self.sessions[self.chance.below(self.sessions.len())].1;
            self.decide(verb, None, (&[], &[row]), &details)
        };
        self.decided.push(seq);
    }

    /// Ties a CDR to a session of its partner, or to none.
    fn link(&mut self) {
        let (partner, cdr) = self.cdrs[self.chance.below(self.cdrs.len())];
        let sessions: Vec<SessionRow> = self
            .sessions
            .iter()
            .filter(|(of, _)| *of == partner)
            .map(|(_, row)| *row)
            .collect();
        let seq = if sessions.is_empty() || self.chance.one_in(4) {
            self.decide("unlink", None, (&[cdr], &[]), &json!({}))
        } else {
            let session = sessions[self.chance.below(sessions.len())];
            self.decide("link", None, (&[cdr], &[session]), &json!({}))
        };
        self.decided.push(seq);
    }

    /// Keeps a rule.
    fn rule(&mut self) {
        let partner = self.partner();
        let terms = RuleTerms {
            cause: self.chance.of(&CAUSES).to_owned(),
            text: String::new(),
            location: None,
            tariff: None,
            currency: None,
            at_most: "1".to_owned(),
        };
        let content = serde_json::to_string(&terms).unwrap();
        let seq = self.decide("rule", None, (&[], &[]), &json!({}));
        store::rule::put(&self.book, seq, partner, &content).unwrap();
        store::month::mark_partner_stale(&self.book, partner).unwrap();
    }

    fn agree(&mut self) {
        let partner = self.partner();
        let key = store::party::key(&self.book, partner).unwrap();
        let mut agreed = terms::unset(&key);
        agreed.agreement.sends_sessions = self.chance.one_in(2);
        agreed.agreement.tolerance = Decimal::new(i64::try_from(self.chance.below(3)).unwrap(), 1);
        agreed.agreement.thresholds.day_kwh = 30;
        if self.chance.one_in(8) {
            agreed.agreement.tolerances.per_month = Some(Decimal::new(2, 1));
        }
        let seq = self.decide("partner_set", None, (&[], &[]), &json!({}));
        store::agreement::put(&self.book, seq, partner, &agreed).unwrap();
        store::month::mark_partner_stale(&self.book, partner).unwrap();
    }

    /// Something happens.
    fn step(&mut self) {
        match self.chance.below(40) {
            0..3 if !self.cdrs.is_empty() => {
                let row = self.a_cdr();
                if store::cdr::get(&self.book, row).unwrap().is_some() {
                    self.replay(row);
                }
            }
            3..6 if !self.cdrs.is_empty() => self.accept(),
            6 => {
                if let Some(seq) = self.decided.pop() {
                    let rows = store::decision::cdrs(&self.book, seq).unwrap();
                    let sessions = store::decision::sessions(&self.book, seq).unwrap();
                    self.decide("undo", Some(seq), (&rows, &sessions), &json!({}));
                }
            }
            7 => {
                let seq = self.decide("import_undo", None, (&[], &[]), &json!({}));
                touch_named_by(&self.book, self.import).unwrap();
                store::undo::take_back(&self.book, self.import, seq).unwrap();
                self.begin();
            }
            8 => self.agree(),
            9 => self.begin(),
            10..14 if !self.cdrs.is_empty() => self.stand(),
            14..16 if !self.cdrs.is_empty() => self.link(),
            16 => self.rule(),
            17..19 => {
                let hours = i64::try_from(self.chance.below(36)).unwrap();
                self.now += TimeDelta::hours(hours);
            }
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
    odd: BTreeMap<(CdrRow, String), (Severity, String)>,
    priced: Vec<store::price::Priced>,
    pairs: Vec<store::pair::Pair>,
    stations: Vec<store::station::Station>,
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
    let currencies = [Currency::EUR, "USD".parse().unwrap()];
    let mut priced = Vec::new();
    for place in ["one", "two"] {
        for currency in currencies {
            let place = super::place(key.0, place, currency).unwrap();
            store::price::at_place(book, key, place, &mut priced)?;
        }
    }
    let mut pairs = Vec::new();
    store::pair::read(book, key, None, &mut pairs)?;
    Ok(Written {
        cdrs,
        pairs,
        stations: store::station::of_month(book, key)?,
        odd: store::oddity::standing(book, key, &Scope::Month)?,
        priced,
        sessions,
        totals: store::month::totals(book, Some(key))?,
        state: states
            .into_iter()
            .find(|state| (state.partner, state.month) == key),
    })
}

impl Written {
    /// Why things stand where they do, and what is odd.
    fn words(&self) -> impl Iterator<Item = String> {
        let cdrs = self.cdrs.iter().map(|(_, outcome)| &outcome.reason);
        let sessions = self.sessions.iter().map(|(_, outcome)| &outcome.reason);
        let odd = self.odd.keys().map(|(_, code)| code);
        let causes = self.cdrs.iter().filter_map(|(_, it)| it.cause.as_ref());
        cdrs.chain(sessions).chain(odd).chain(causes).cloned()
    }
}

/// What reconciling the month as a whole would write; it is taken back.
fn as_a_whole(book: &Book, key: Key, now: Instant) -> Written {
    let mut whole = None;
    let taken_back = book.write(Durability::Facts, |book| -> Result<()> {
        store::near::forget_mark(book, key)?;
        derive(book, key, now)?;
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
    let mut met: BTreeSet<String> = BTreeSet::new();
    for seed in 0..24 {
        let mut world = World::new(seed);
        for step in 0..36 {
            world.step();
            touch_named(&world.book, world.now).unwrap();
            let mut months = world.months();
            while !months.is_empty() && !world.chance.one_in(12) {
                let key = months.swap_remove(world.chance.below(months.len()));
                let (book, now, mut rows) = (&world.book, world.now, None);
                book.write(Durability::Facts, |book| -> Result<()> {
                    let ground = Ground::of(book, key, now)?;
                    if let Scope::Rows(found) = ground.due(book)?.scope {
                        rows = Some(found.cdrs.len());
                    }
                    derive(book, key, now)
                })
                .unwrap();
                let came = written(book, key).unwrap();
                assert_eq!(
                    came,
                    as_a_whole(book, key, now),
                    "seed {seed}, step {step}, {key:?}"
                );
                if let Some(rows) = rows {
                    by_rows += 1;
                    met.extend(came.words());
                    left_out += usize::from(rows < came.cdrs.len());
                    outcomes += came.cdrs.len();
                }
            }
        }
    }
    assert!(
        by_rows > 900 && left_out > 400 && outcomes > 4_000,
        "months are reconciled by rows, {by_rows} {left_out} {outcomes}"
    );
    let missing: Vec<&str> = MUST_BE_MET
        .into_iter()
        .filter(|word| !met.contains(*word))
        .collect();
    assert_eq!(missing, [""; 0], "of {met:?}");
}

/// What follows from few records in some of these books.
const MUST_BE_MET: [&str; 16] = [
    "accepted",
    "accepted_by_rule",
    "cdr_not_due",
    "credit_without_original",
    "data:one",
    "data:two",
    "disputed",
    "duplicate_cdr",
    "energy_above_day",
    "excluded",
    "held",
    "no_cdr",
    "price_out_of_line",
    "session_overlap",
    "total_differs",
    "within_tolerance",
];
