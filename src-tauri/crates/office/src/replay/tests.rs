//! A month replayed again: only what can have changed is priced, what changes is shown first, kept
//! by decision, and put back by its undo.

use std::collections::BTreeMap;

use domain::{BillingMonth, PartyKey};
use store::past::Past;
use store::replay::Replayed;
use store::row::CdrRow;

use super::again::{Now, Pricer};
use super::*;
use crate::api::{AdoptReplay, Decided, Problem, ReplayRequest, ReplayTrial, UndoRequest};
use crate::desk::Desk;
use crate::intake::undo as undo_import;
use crate::tests::{cdr, cdr_by_utc, desk_in, energy, import_text, location, session, version};
use crate::{Job, audit, decide, detail, kept, partners, reconcile};

const MONTH: &str = "2026-09";

/// A CDR that carries no tariff but names one.
fn bare(number: u32, tariff: &str) -> String {
    let text = cdr(number).replace(
        "\"tariff_id\":\"T1\"",
        &format!("\"tariff_id\":\"{tariff}\""),
    );
    let (from, to) = (
        text.find("\"tariffs\":").unwrap(),
        text.find("\"charging_periods\"").unwrap(),
    );
    format!("{}{}", &text[..from], &text[to..])
}

/// Four CDRs: two that carry their tariff (the second reads the clock), two of stored tariffs A and
/// B, each with its session.
fn desk(folder: &std::path::Path) -> Desk {
    let desk = desk_in(folder);
    for (name, day, price) in [("A", "01-01", "0.30"), ("B", "01-02", "0.40")] {
        import_text(
            &desk,
            folder,
            &format!("{name}.json"),
            &version(name, day, &energy(price)),
        );
    }
    let clocked = cdr_by_utc()
        .replace("CDR-1\"", "CDR-2\"")
        .replace("\"S1\"", "\"S2\"");
    let records = [cdr(1), clocked, bare(3, "A"), bare(4, "B")];
    import_text(&desk, folder, "cdrs.ndjson", &records.join("\n"));
    let sessions: Vec<String> = (1..=4).map(session).collect();
    import_text(&desk, folder, "sessions.ndjson", &sessions.join("\n"));
    reconcile::reconcile_stale(&desk, &mut Job::quiet()).unwrap();
    desk
}

fn request() -> ReplayRequest {
    ReplayRequest {
        partner: "NL-ABC".into(),
        month: MONTH.into(),
    }
}

fn adoption(shown: Option<String>) -> AdoptReplay {
    AdoptReplay {
        partner: "NL-ABC".into(),
        month: MONTH.into(),
        reason: " new readings agreed ".into(),
        shown,
    }
}

fn tried(desk: &Desk) -> ReplayTrial {
    trial(desk, &mut Job::quiet(), &request()).unwrap()
}

/// Looked at, priced again, changed.
fn counts(trial: &ReplayTrial) -> [u32; 3] {
    assert_eq!(trial.skipped + trial.priced, trial.looked);
    [trial.looked, trial.priced, trial.changed]
}

fn agree(desk: &mut Desk, change: impl FnOnce(&mut crate::api::PartnerDto)) {
    let mut partner = partners::get(desk, "NL-ABC").unwrap();
    change(&mut partner);
    partners::set(desk, &partner).unwrap();
}

fn round_to(desk: &mut Desk, digits: u8) {
    agree(desk, |partner| {
        let reading = format!("per_total,{digits},half_up");
        partner.policy.insert("rounding".into(), reading);
    });
}

/// Every result and every earlier one, as far as figures go.
fn results(desk: &Desk) -> BTreeMap<i64, (Option<Replayed>, Vec<Past>)> {
    let each = (1..=4).map(|row| {
        let cdr = CdrRow(row);
        let stands = store::replay::get(&desk.book, cdr).unwrap();
        (row, (stands, store::past::of_cdr(&desk.book, cdr).unwrap()))
    });
    each.collect()
}

fn code(error: crate::Error) -> String {
    Problem::from(error).code
}

fn undo(desk: &mut Desk, decision: u32) -> Result<Decided> {
    let request = UndoRequest {
        decision,
        reason: "by mistake".into(),
    };
    decide::undo(desk, &request)
}

#[test]
fn what_nothing_changed_for_is_not_priced() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    assert_eq!(counts(&tried(&desk)), [4, 0, 0]);
    // The first agreement says what the defaults say of prices, so that only zones may matter, and
    // they are the same.
    agree(&mut desk, |partner| partner.due_days = 14);
    assert_eq!(counts(&tried(&desk)), [4, 0, 0]);
    agree(&mut desk, |partner| {
        partner.company.email = "books@abc.example".into();
    });
    assert_eq!(
        counts(&tried(&desk)),
        [4, 0, 0],
        "an address prices nothing"
    );
    agree(&mut desk, |partner| partner.tolerance = "2.5".into());
    assert_eq!(
        counts(&tried(&desk)),
        [4, 4, 2],
        "a tolerance judges every CDR"
    );
}

#[test]
fn another_tariff_prices_only_its_own_cdrs_again() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let before = results(&desk);
    import_text(
        &desk,
        folder.path(),
        "C.json",
        &version("C", "01-01", &energy("9")),
    );
    assert_eq!(counts(&tried(&desk)), [4, 0, 0], "nobody charges by C");
    let text = version("B", "02-01", &energy("0.50"));
    import_text(&desk, folder.path(), "B2.json", &text);
    let after = results(&desk);
    let stood =
        |of: &BTreeMap<i64, (Option<Replayed>, Vec<Past>)>, row| of[&row].0.clone().unwrap();
    assert!(stood(&before, 3).same_result(&stood(&after, 3)));
    let (now, past) = &after[&4];
    assert_ne!(
        now.as_ref().unwrap().excl,
        before[&4].0.as_ref().unwrap().excl
    );
    assert_eq!(past.len(), 1, "an import keeps what it replaces");
    assert_eq!(past[0].decision, None);
    assert_eq!(past[0].replayed.excl, before[&4].0.as_ref().unwrap().excl);
    for row in 1..=3 {
        assert_eq!(after[&row].1, [], "nothing grows where nothing changed");
    }
    assert_eq!(counts(&tried(&desk)), [4, 0, 0], "it was priced at once");
}

#[test]
fn a_trial_keeps_nothing_and_says_what_would_change() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let before = results(&desk);
    agree(&mut desk, |partner| {
        partner
            .policy
            .insert("rounding".into(), "per_total,0,half_up".into());
        partner.tolerance = "0.01".into();
    });
    let shown = tried(&desk);
    assert_eq!(results(&desk), before, "nothing is kept");
    assert_eq!(shown, tried(&desk), "and it is the same twice");
    assert_eq!(
        (shown.partner.key.as_str(), shown.month.as_str()),
        ("NL-ABC", MONTH)
    );
    let moved: u32 = shown.moves.iter().map(|moved| moved.count).sum();
    assert_eq!(moved, shown.changed);
    assert_eq!(shown.rows.len(), shown.changed as usize);
    for row in &shown.rows {
        assert_ne!(row.before, row.after, "{row:?}");
    }
    let sum = &shown.sums[0];
    assert_eq!((sum.currency.as_str(), sum.count), ("EUR", shown.changed));
}

#[test]
fn adopting_keeps_the_earlier_results_and_its_undo_puts_them_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    agree(&mut desk, |partner| partner.due_days = 14);
    let before = results(&desk);
    agree(&mut desk, |partner| partner.tolerance = "2.5".into());
    let shown = tried(&desk);
    let buckets = |desk: &Desk| {
        let key: PartyKey = "NL-ABC".parse().unwrap();
        let month: BillingMonth = MONTH.parse().unwrap();
        reconcile::list(desk, &key, month).unwrap()
    };
    let stood = buckets(&desk);
    let adopted = adopt(
        &mut desk,
        &mut Job::quiet(),
        &adoption(Some(shown.sha256.clone())),
    );
    let adopted = adopted.unwrap();
    assert_eq!(adopted.trial, shown, "what was shown is what is kept");
    let decision = adopted.decision.expect("figures changed");
    assert_eq!(counts(&tried(&desk)), [4, 0, 0], "all of it");

    let log = audit::list(&desk, &crate::api::AuditRequest::default()).unwrap();
    let entry = &log[0];
    assert_eq!(
        (entry.verb.as_str(), entry.object.as_str()),
        ("replay", "NL-ABC 2026-09")
    );
    assert_eq!(entry.reason, "new readings agreed");
    assert_eq!(entry.details["sha256"], shown.sha256);
    assert!(entry.undoable);
    let changed = shown.rows[0].cdr;
    let earlier = detail::cdr(&desk, changed).unwrap().earlier;
    assert_eq!((earlier.len(), earlier[0].decision), (1, Some(decision)));
    assert_eq!(earlier[0].was, shown.rows[0].before);

    undo(&mut desk, decision).unwrap();
    for (row, (stands, _)) in results(&desk) {
        let (was, _) = &before[&row];
        let same = stands
            .as_ref()
            .zip(was.as_ref())
            .is_none_or(|(now, was)| now.same_figures(was));
        assert!(same, "CDR {row}: {stands:?} is not {was:?}");
    }
    assert_eq!(buckets(&desk), stood, "the buckets are back");
    assert_eq!(
        tried(&desk).changed,
        shown.changed,
        "and it can be adopted again"
    );
    assert!(audit::verify(&desk).unwrap().intact);
}

#[test]
fn nothing_is_decided_where_no_figure_changes() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let adopted = adopt(&mut desk, &mut Job::quiet(), &adoption(None)).unwrap();
    assert_eq!((adopted.decision, adopted.trial.changed), (None, 0));
    assert_eq!(audit::verify(&desk).unwrap().entries, 0);
    agree(&mut desk, |partner| partner.tolerance = "0.000001".into());
    let adopted = adopt(&mut desk, &mut Job::quiet(), &adoption(None)).unwrap();
    assert_eq!(counts(&adopted.trial), [4, 4, 0]);
    assert_eq!(adopted.decision, None);
    assert_eq!(
        counts(&tried(&desk)),
        [4, 0, 0],
        "the results name the new agreement"
    );
}

#[test]
fn another_month_than_was_shown_is_not_adopted() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    agree(&mut desk, |partner| partner.tolerance = "2.5".into());
    let shown = tried(&desk).sha256;
    round_to(&mut desk, 0);
    let before = results(&desk);
    let refused = adopt(&mut desk, &mut Job::quiet(), &adoption(Some(shown))).unwrap_err();
    assert_eq!(code(refused), "replay_moved");
    assert_eq!(results(&desk), before);
}

#[test]
fn a_replay_that_another_one_followed_is_undone_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let adopted = |desk: &mut Desk, tolerance: &str| {
        agree(desk, |partner| partner.tolerance = tolerance.into());
        let adopted = adopt(desk, &mut Job::quiet(), &adoption(None)).unwrap();
        adopted.decision.expect("figures changed")
    };
    let first = adopted(&mut desk, "2.5");
    round_to(&mut desk, 0);
    let second = adopted(&mut desk, "0.000001");
    assert_eq!(code(undo(&mut desk, first).unwrap_err()), "replayed_since");
    undo(&mut desk, second).unwrap();
    undo(&mut desk, first).unwrap();
    assert_eq!(code(undo(&mut desk, first).unwrap_err()), "undone_already");
}

#[test]
fn an_import_taken_back_takes_its_earlier_results_along() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    agree(&mut desk, |partner| partner.tolerance = "2.5".into());
    let adopted = adopt(&mut desk, &mut Job::quiet(), &adoption(None)).unwrap();
    // Imports 1 and 2 are the tariffs, 3 the CDRs.
    let request = crate::api::UndoImport {
        import: 3,
        reason: "wrong file".into(),
    };
    undo_import(&mut desk, &mut Job::quiet(), &request).unwrap();
    assert!(
        results(&desk)
            .values()
            .all(|(now, past)| now.is_none() && past.is_empty())
    );
    assert_eq!(counts(&tried(&desk)), [0, 0, 0]);
    undo(&mut desk, adopted.decision.unwrap()).unwrap();
    assert!(
        results(&desk).values().all(|(now, _)| now.is_none()),
        "nothing comes back of it"
    );
}

#[test]
fn every_change_is_written_as_a_workbook() {
    use calamine::{Reader, Xlsx, open_workbook};

    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    agree(&mut desk, |partner| partner.tolerance = "2.5".into());
    let path = folder.path().join("changes.xlsx");
    let shown = save_changes(&desk, &mut Job::quiet(), &request(), &path).unwrap();
    assert_eq!(shown, tried(&desk));
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    let sheet = book.worksheet_range("replay").unwrap();
    assert_eq!(sheet.height(), 1 + shown.changed as usize);
    let ids: Vec<String> = sheet.rows().skip(1).map(|row| row[0].to_string()).collect();
    let told: Vec<&str> = shown.rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, told);
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// One change of facts or policy, whichever the dice say.
fn change(desk: &mut Desk, folder: &std::path::Path, dice: &mut Dice, round: u64) {
    let day = round % 27 + 1;
    let import = |desk: &Desk, text: &str| {
        import_text(desk, folder, &format!("{round}.json"), text);
    };
    match dice.below(8) {
        0 => {
            let name = ["A", "B", "C"][usize::try_from(dice.below(3)).unwrap()];
            let price = format!("0.{}", dice.below(9) + 1);
            let text = version(name, &format!("02-{day:02}"), &energy(&price));
            import(desk, &text);
        }
        1 => {
            let zones = ["Europe/Amsterdam", "UTC", "Asia/Tokyo"];
            let zone = zones[usize::try_from(dice.below(3)).unwrap()];
            import(desk, &location(zone, day));
        }
        2 => {
            let digits = u8::try_from(dice.below(3)).unwrap();
            round_to(desk, digits);
        }
        3 => {
            let (whole, cents) = (dice.below(3), dice.below(90));
            agree(desk, |partner| {
                partner.tolerance = format!("{whole}.{cents:02}");
            });
        }
        4 => agree(desk, |partner| {
            let zones = ["Europe/Amsterdam", "UTC", "Asia/Tokyo"];
            let zone = zones[usize::try_from(round % 3).unwrap()];
            zone.clone_into(&mut partner.time_zone);
        }),
        5 => agree(desk, |partner| {
            partner.company.email = format!("{round}@abc.example");
        }),
        6 => {
            let cdr = u32::try_from(dice.below(4) + 1).unwrap();
            let reading = format!("per_total,{},half_up", dice.below(3));
            let what = crate::api::WhatIf {
                cdr,
                policy: [("rounding".to_owned(), reading)].into(),
                ..crate::api::WhatIf::default()
            };
            let reason = "agreed".to_owned();
            kept::keep(desk, &crate::api::KeepWhatIf { what, reason }).unwrap();
        }
        _ => {
            let log = audit::list(desk, &crate::api::AuditRequest::default()).unwrap();
            if let Some(last) = log.iter().find(|entry| entry.undoable) {
                undo(desk, last.seq).unwrap();
            }
        }
    }
}

#[test]
fn pricing_only_what_changed_gives_what_pricing_everything_gives() {
    for seed in 1..=12 {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path());
        let mut dice = Dice(seed);
        for round in 0..12 {
            for step in 0..=dice.below(2) {
                change(&mut desk, folder.path(), &mut dice, round * 2 + step);
            }
            // Before anything is kept: each CDR that is left alone would come to what stands.
            let month = store::replay::of_month(
                &desk.book,
                store::party::find(&desk.book, &"NL-ABC".parse().unwrap())
                    .unwrap()
                    .unwrap(),
                MONTH.parse().unwrap(),
                CdrRow(0),
                100,
            );
            let shown = tried(&desk);
            let mut full = Pricer::default();
            full.look_for_kept(&desk.book).unwrap();
            let mut changed = Vec::new();
            for (source, before) in month.unwrap() {
                let before = before.unwrap();
                let Now::Priced(now) = full.price(&desk.book, source, None).unwrap() else {
                    panic!("without a result it is priced");
                };
                if !now.same_figures(&before) {
                    changed.push(source.row.number());
                }
            }
            let mut told: Vec<u32> = shown.rows.iter().map(|row| row.cdr).collect();
            told.sort_unstable();
            assert_eq!(told, changed, "seed {seed}, round {round}");
            assert!(shown.priced >= shown.changed);
            if dice.below(2) == 0 {
                adopt(&mut desk, &mut Job::quiet(), &adoption(Some(shown.sha256))).unwrap();
                assert_eq!(tried(&desk).changed, 0, "seed {seed}, round {round}");
            }
        }
        assert!(audit::verify(&desk).unwrap().intact);
    }
}
