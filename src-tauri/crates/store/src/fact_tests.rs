//! Facts do not change, raw bytes come back as they were, and what serves a screen uses an index.

use std::sync::{Arc, Mutex};

use chrono::DateTime;
use domain::cdr::Form;
use domain::{BillingMonth, Currency, FindingCode, OcpiVersion, Verdict};
use rusqlite::trace::{TraceEvent, TraceEventCodes};

use crate::cdr::{CdrFigures, Identity, NewCdr, Source};
use crate::finding::About;
use crate::import::NewImport;
use crate::micro::Micro;
use crate::near::{Rows, Scope, Subject};
use crate::place::{Place, Places};
use crate::raw::{BlockKind, NewBlock, Range};
use crate::replay::Replayed;
use crate::row::{CdrRow, DecisionSeq, ImportRow, PartyRow, SessionRow};
use crate::statement::{LineFigures, NewLine, Origin};
use crate::version::TokenBy;
use crate::{
    Book, NewBook, cdr, finding, import, month, near, party, past, place, raw, replay, scan,
    statement,
};

pub(crate) fn book() -> Book {
    let created_at = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    Book::in_memory(&NewBook {
        party: "NL-TAL".parse().unwrap(),
        demo: false,
        created_at,
    })
    .unwrap()
}

pub(crate) fn begin(book: &Book) -> ImportRow {
    let new = NewImport {
        file: "a.json",
        bytes: 7,
        format: "ocpi_json",
        kind: "cdrs",
        party: None,
        actor: "test",
        started_at: book.created_at(),
    };
    import::begin(book, &new, "{}").unwrap()
}

fn store_cdr(book: &Book) -> CdrRow {
    let import = begin(book);
    let bytes = b"[{\"id\": 1}, {\"id\": 2}]";
    let block = NewBlock {
        kind: BlockKind::File,
        first_byte: 0,
        length: u32::try_from(bytes.len()).unwrap(),
        zstd: raw::compress(bytes).unwrap(),
    };
    let block = raw::insert(book, import, &block).unwrap();
    let range = Range {
        block,
        start: 12,
        length: 9,
    };
    let figures = CdrFigures {
        ocpi_id: "CDR-1".into(),
        session: Some("S1".into()),
        auth_ref: None,
        contract: "NL-TAL-C1".into(),
        token: None,
        month: "2026-09".parse().unwrap(),
        start_at: book.created_at(),
        end_at: book.created_at(),
        currency: Currency::EUR,
        energy: Micro(10_000_000),
        stated_excl: Some(Micro(3_000_000)),
        stated_incl: None,
        credit: false,
        credits: None,
    };
    let new = NewCdr {
        source: Source {
            import,
            number: 2,
            range,
            form: Form::Ocpi(OcpiVersion::V221),
        },
        partner: party::intern(book, &"NL-ABC".parse().unwrap()).unwrap(),
        own: false,
        identity: Identity {
            key: 17,
            content: 18,
        },
        corrects: None,
        place: Places::default().intern(book, &Place::default()).unwrap(),
        figures: &figures,
    };
    let row = cdr::insert(book, &new).unwrap();
    let stored = cdr::get(book, row).unwrap().unwrap();
    assert_eq!(stored.figures, figures, "what was stored is what is read");
    assert_eq!(stored.source, new.source);
    row
}

#[test]
fn a_record_is_a_range_of_its_block() {
    let book = book();
    let row = store_cdr(&book);
    let stored = cdr::get(&book, row).unwrap().unwrap();
    assert_eq!(
        raw::record(&book, stored.source.range).unwrap(),
        b"{\"id\": 2}"
    );
    let beyond = Range {
        start: 20,
        length: 100,
        ..stored.source.range
    };
    assert!(raw::record(&book, beyond).is_err(), "no bytes are made up");
}

#[test]
fn facts_are_never_changed() {
    let book = book();
    store_cdr(&book);
    for change in [
        "UPDATE cdr_row SET energy_e6 = 0",
        "UPDATE raw_block SET zstd = x''",
        "UPDATE cdr_row SET stated_excl_e6 = NULL",
    ] {
        let refused = book.sql().execute(change, []).unwrap_err();
        assert!(
            refused.to_string().contains("never changed"),
            "{change}: {refused}"
        );
    }
}

fn unpriced() -> Replayed {
    Replayed {
        kept: None,
        engine: 1,
        agreement: DecisionSeq(0),
        tariff: None,
        verdict: Verdict::NotPriced,
        excl: None,
        incl: None,
        difference: None,
        zone: Some(domain::Tz::Europe__Amsterdam),
        severity: None,
        codes: "tariff_missing".into(),
        ground: Some(-7),
        seen: Some(3),
    }
}

/// A decision about a CDR.
fn decide(book: &Book, cdr: CdrRow) -> DecisionSeq {
    let new = crate::decision::NewDecision {
        at: book.created_at(),
        actor: "anna",
        verb: "replay",
        object: "NL-ABC 2026-09",
        reason: "",
        details: &serde_json::json!({}),
        undoes: None,
        cdrs: &[cdr],
        sessions: &[],
        seen: &[],
    };
    crate::decision::append(book, &new).unwrap()
}

#[test]
fn a_result_that_another_replaces_is_kept_only_where_figures_change() {
    let book = book();
    let row = store_cdr(&book);
    let at = book.created_at();
    let first = unpriced();
    past::replace(&book, row, &first, (at, None)).unwrap();
    assert_eq!(past::of_cdr(&book, row).unwrap(), [], "a first result");
    let restamped = Replayed {
        engine: 2,
        seen: Some(9),
        ..first.clone()
    };
    past::replace(&book, row, &restamped, (at, None)).unwrap();
    assert_eq!(past::of_cdr(&book, row).unwrap(), [], "the same figures");
    assert_eq!(replay::get(&book, row).unwrap().as_ref(), Some(&restamped));
    let decision = decide(&book, row);
    let priced = |cents: i64| Replayed {
        verdict: Verdict::Matches,
        excl: Some(Micro(cents * 10_000)),
        ..first.clone()
    };
    past::replace(&book, row, &priced(300), (at, Some(decision))).unwrap();
    let kept = past::of_cdr(&book, row).unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].replayed, restamped, "whole, as it stood");
    assert_eq!(kept[0].decision, Some(decision));
    assert_eq!(
        past::replaced_by(&book, decision).unwrap(),
        [(row, restamped)]
    );
}

#[test]
fn what_a_decision_put_in_place_moves_on_and_comes_back() {
    let book = book();
    let row = store_cdr(&book);
    let at = book.created_at();
    let priced = |cents: i64| Replayed {
        verdict: Verdict::Matches,
        excl: Some(Micro(cents * 10_000)),
        ..unpriced()
    };
    replay::put(&book, row, &priced(300)).unwrap();
    let decision = decide(&book, row);
    past::replace(&book, row, &priced(310), (at, Some(decision))).unwrap();
    assert_eq!(past::moved_on(&book, decision).unwrap(), None);
    past::replace(&book, row, &priced(320), (at, None)).unwrap();
    assert_eq!(past::moved_on(&book, decision).unwrap(), Some(row));
    past::replace(&book, row, &priced(310), (at, None)).unwrap();
    assert_eq!(past::moved_on(&book, decision).unwrap(), None);
    let told: Vec<_> = past::of_cdr(&book, row).unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|past| past.replayed.excl.unwrap().0)
        .collect();
    assert_eq!(told, [3_200_000, 3_100_000, 3_000_000], "newest first");
}

#[test]
fn a_replay_takes_the_place_of_the_one_before() {
    let book = book();
    let row = store_cdr(&book);
    let mut replayed = unpriced();
    replay::put(&book, row, &replayed).unwrap();
    assert_eq!(replay::get(&book, row).unwrap().as_ref(), Some(&replayed));
    assert_eq!(
        replay::open_to_change(&book, CdrRow(0), 10).unwrap().len(),
        1
    );
    replayed.verdict = Verdict::Matches;
    replayed.zone = None;
    replay::put(&book, row, &replayed).unwrap();
    assert_eq!(replay::get(&book, row).unwrap(), Some(replayed));
    assert!(
        replay::open_to_change(&book, CdrRow(0), 10)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn changed_months_count_up() {
    let book = book();
    store_cdr(&book);
    let (partner, september) = (PartyRow(1), "2026-09".parse().unwrap());
    replay::touch_month(&book, partner, september).unwrap();
    replay::touch_month(&book, partner, september).unwrap();
    assert_eq!(
        replay::month_versions(&book).unwrap(),
        [(partner, 202_609, 2)]
    );
}

#[test]
fn a_line_of_a_statement_stays_as_it_came() {
    let book = book();
    let row = store_cdr(&book);
    let stored = cdr::get(&book, row).unwrap().unwrap();
    let (import, range) = (stored.source.import, stored.source.range);
    let figures = LineFigures {
        ocpi_id: Some("C1".into()),
        session: None,
        month: Some("2026-09".parse().unwrap()),
        start_at: DateTime::from_timestamp(1_790_000_000, 0),
        energy: Some(Micro(10_000_000)),
        excl: Some(Micro(3_000_000)),
        vat: None,
        incl: None,
        currency: Currency::EUR,
        reference: Some("R-7".into()),
    };
    let (key, content) = (17, 18);
    let line = NewLine {
        origin: Origin { import, number: 2 },
        range,
        partner: stored.partner,
        identity: Identity { key, content },
        figures: &figures,
    };
    let row = statement::insert(&book, &line).unwrap();
    let month = "2026-09".parse().unwrap();
    let lines = statement::lines(&book, line.partner, &(month..=month)).unwrap();
    assert_eq!((lines[0].row, &lines[0].figures), (row, &figures));
    assert_eq!(statement::contents(&book, 17).unwrap(), [(18, import)]);
    assert_eq!(statement::months_of(&book, import).unwrap(), [(month, 1)]);
    assert_eq!(statement::undated(&book, line.partner).unwrap(), []);
    for change in [
        "UPDATE statement_line_row SET excl_e6 = 0",
        "DELETE FROM statement_line_row",
    ] {
        let refused = book.sql().execute(change, []).unwrap_err();
        assert!(refused.to_string().contains("a fact is never"), "{refused}");
    }
}

/// Runs the queries of screens and gives the SQL they ran.
fn traced(book: &mut Book, work: impl FnOnce(&Book)) -> Vec<String> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&seen);
    let listen = move |event: TraceEvent<'_>| {
        if let TraceEvent::Profile(statement, _) = event {
            note.lock().unwrap().push(statement.sql().into_owned());
        }
    };
    let profile = TraceEventCodes::SQLITE_TRACE_PROFILE;
    book.sql_mut().trace_v2(profile, Some(listen)).unwrap();
    work(book);
    book.sql_mut()
        .trace_v2(TraceEventCodes::empty(), None::<fn(TraceEvent<'_>)>)
        .unwrap();
    let seen = seen.lock().unwrap();
    seen.clone()
}

/// What looking at one CDR again asks.
fn near_of(book: &Book, key: month::Key, row: CdrRow) {
    let session = SessionRow(1);
    for subject in [Subject::Cdr(row), Subject::Session(session)] {
        near::signs(book, key.0, subject).unwrap();
    }
    near::take_unlaned(book, key).unwrap();
    near::in_lane(book, 1, 0..=9, 5, 10).unwrap();
    near::of_key(book, 17).unwrap();
    near::set_mark(book, key).unwrap();
    let mark = near::mark(book, key).unwrap().unwrap();
    near::since(book, key, mark, 10).unwrap();
    let scope = Scope::Rows(Rows {
        cdrs: [row].into(),
        sessions: [session].into(),
    });
    crate::outcome::cdr_facts(book, key, &scope, |_| Ok::<_, crate::Error>(())).unwrap();
    crate::outcome::session_facts(book, key, &scope).unwrap();
    crate::outcome::reading_errors(book, key, &scope).unwrap();
    crate::outcome::standing(book, key, &scope).unwrap();
    crate::outcome::standing_sessions(book, key, &scope).unwrap();
    crate::truth::standing(book, key, &scope).unwrap();
    crate::invoice::settled(book, key, &scope).unwrap();
    cdr::in_scope(book, (key, &scope), CdrRow(0), 10).unwrap();
}

#[test]
fn queries_of_screens_use_an_index() {
    let mut book = book();
    let row = store_cdr(&book);
    let statements = traced(&mut book, |book| {
        let (abc, import) = (PartyRow(1), ImportRow(1));
        let september: BillingMonth = "2026-09".parse().unwrap();
        let owner = "NL-ABC".parse().unwrap();
        scan::shown(book, row).unwrap();
        scan::last(book).unwrap();
        scan::states(book, &[row], |_, _| ()).unwrap();
        scan::states_of_month(book, abc, 202_609, |_, _| ()).unwrap();
        scan::found_in_month(book, abc, 202_609, |_, _| ()).unwrap();
        cdr::same_key(book, 17).unwrap();
        near_of(book, (abc, september), row);
        cdr::of_month(book, abc, september, CdrRow(0), 10).unwrap();
        replay::of_month(book, abc, september, CdrRow(0), 10).unwrap();
        replay::open_to_change(book, CdrRow(0), 10).unwrap();
        past::of_cdr(book, row).unwrap();
        past::replaced_by(book, DecisionSeq(1)).unwrap();
        past::moved_on(book, DecisionSeq(1)).unwrap();
        crate::invoice::issued_after(book, DecisionSeq(1)).unwrap();
        crate::invoice::settled(book, (abc, september), &Scope::Month).unwrap();
        crate::invoice::free(book, (abc, september)).unwrap();
        crate::decision::about_session(book, SessionRow(1)).unwrap();
        crate::decided::link_of(book, row).unwrap();
        crate::rule::in_force(book, abc).unwrap();
        crate::session::same_key(book, 17).unwrap();
        crate::version::tariffs(book, 17, &owner, "T1").unwrap();
        crate::version::location(book, 17, &owner, "L1").unwrap();
        for by in [TokenBy::Contract, TokenBy::Uid] {
            crate::version::tokens_by(book, by, "NL-TAL-C1").unwrap();
        }
        finding::of(book, About::Cdr(1)).unwrap();
        finding::exists(book, About::Cdr(1), FindingCode::CdrChanged).unwrap();
        finding::by_code(book, import).unwrap();
        finding::samples(book, import, FindingCode::CdrChanged, 5).unwrap();
        replay::codes_of_import(book, import, CdrRow(1), CdrRow(9)).unwrap();
        import::get(book, import).unwrap();
        import::finished_of_size(book, 7).unwrap();
        raw::of_import(book, import).unwrap();
        place::get(book, crate::row::PlaceRow(1)).unwrap();
        month::came_in(book, (abc, september), 1, 0, 1).unwrap();
        let months = september.previous()..=september;
        statement::contents(book, 17).unwrap();
        statement::lines(book, abc, &months).unwrap();
        statement::undated(book, abc).unwrap();
        statement::months_of(book, import).unwrap();
        statement::cdrs(book, abc, Some(&months)).unwrap();
    });
    assert!(
        statements.len() >= 20,
        "the statements were seen: {statements:?}"
    );
    for sql in statements {
        let mut plan = book
            .sql()
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        let mut steps = plan.raw_query();
        while let Some(step) = steps.next().unwrap() {
            let step: String = step.get(3).unwrap();
            let scans =
                step.starts_with("SCAN") && !step.contains("INDEX") && step != "SCAN CONSTANT ROW";
            assert!(!scans, "{sql}\nreads the whole table: {step}");
        }
    }
}
