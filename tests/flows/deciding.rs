//! Deciding about a partner-month: what each verb touches, and that undo takes back exactly that.

use std::path::Path;

use office::api::{
    DecideRequest, DecisionTarget, LinkRequest, MonthDecided, Problem, RuleRequest, RuleTerms,
    UndoRequest,
};
use office::reconciling::{cases, decide, link, rule_keep, rules_list};
use office::{Desk, Error, Job};

use crate::record::{Record, cdr_file, desk, import, session_file, standing};

/// CDRs 1 and 2 are right, 3 to 5 differ, 6 has no session; sessions 6 and 7 have no CDR.
fn month(folder: &Path) -> Desk {
    let desk = desk(folder);
    let mut records: Vec<Record> = (1..=6).map(|n| Record::new(n, 9_000)).collect();
    for record in &mut records[2..5] {
        *record = record.clone().raised(5_000);
    }
    import(&desk, &cdr_file(folder, "cdrs.ndjson", &records));
    records.truncate(5);
    records.extend([Record::new(20, 9_000), Record::new(21, 9_000)]);
    import(&desk, &session_file(folder, "sessions.ndjson", &records));
    desk
}

fn target() -> DecisionTarget {
    DecisionTarget {
        partner: "DE-ABC".into(),
        month: "2026-09".into(),
        ..DecisionTarget::default()
    }
}

fn request(verb: &str, target: DecisionTarget) -> DecideRequest {
    DecideRequest {
        verb: verb.into(),
        target,
        reason: "agreed".into(),
        until: None,
    }
}

fn code(error: Error) -> String {
    Problem::from(error).code
}

fn undo(desk: &mut Desk, decision: u32) -> u32 {
    let request = UndoRequest {
        decision,
        reason: "by mistake".into(),
    };
    office::decide::undo(desk, &request).unwrap().count
}

fn again(desk: &Desk) -> String {
    let (partner, month) = office::reconcile::parse(desk, "DE-ABC", "2026-09").unwrap();
    office::reconcile::partner_month(desk, &partner, month).unwrap();
    standing(desk)
}

/// Targets with how many CDRs and sessions each verb changes of them: accept, dispute, hold and
/// exclude.
fn targets() -> Vec<(DecisionTarget, [u32; 4])> {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let cause = |causes: &[&str]| DecisionTarget {
        causes: texts(causes),
        ..target()
    };
    vec![
        (target(), [6, 8, 8, 8]),
        (cause(&["unexplained"]), [3; 4]),
        (cause(&["reason:no_session"]), [1; 4]),
        (cause(&["reason:no_cdr", "unexplained"]), [5; 4]),
        (cause(&["reason:total_differs"]), [0; 4]),
        (cause(&["policy:step_mode=per_period"]), [0; 4]),
        (
            DecisionTarget {
                buckets: texts(&["matched", "missing_cdr"]),
                ..target()
            },
            [2, 4, 4, 4],
        ),
        (
            DecisionTarget {
                finding: Some("total_mismatch".into()),
                ..target()
            },
            [3; 4],
        ),
        (
            DecisionTarget {
                cdrs: vec![6, 3, 1, 3],
                ..target()
            },
            [2, 3, 3, 3],
        ),
        (
            DecisionTarget {
                sessions: vec![6],
                ..target()
            },
            [1; 4],
        ),
        (
            DecisionTarget {
                cdrs: vec![3, 6],
                sessions: vec![7, 1],
                causes: texts(&["unexplained", "reason:no_cdr"]),
                ..target()
            },
            [2; 4],
        ),
    ]
}

#[test]
fn each_verb_and_its_undo_leave_everything_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = month(folder.path());
    let before = standing(&desk);
    for (target, changed) in targets() {
        for (verb, changed) in ["accept", "dispute", "hold", "exclude"].iter().zip(changed) {
            let named = target.cdrs.len() + target.sessions.len();
            let done = match decide(&mut desk, &request(verb, target.clone())) {
                Ok(done) => done,
                Err(error) => {
                    assert_eq!(code(error), "nothing_to_decide");
                    assert_eq!(changed, 0, "{verb} {target:?}");
                    continue;
                }
            };
            assert_eq!(done.count, changed, "{verb} {target:?}");
            if named == 4 {
                // Of CDRs 6, 3, 1, 3 each counts once; session 1 has its CDR.
                assert_eq!(
                    done.count + done.unchanged,
                    3 + u32::from(target.cdrs.len() == 2)
                );
            }
            assert_eq!(done.case.is_some(), *verb == "dispute");
            let decided = standing(&desk);
            assert_ne!(decided, before);
            assert_eq!(
                again(&desk),
                decided,
                "{verb}: what was moved is what follows"
            );
            assert_eq!(undo(&mut desk, done.decision), changed);
            assert_eq!(standing(&desk), before, "{verb} {target:?} taken back");
        }
    }
    assert!(office::audit::verify(&desk).unwrap().intact);
}

#[test]
fn a_stronger_decision_stands_before_a_weaker_one_until_it_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = month(folder.path());
    let cdr = || DecisionTarget {
        cdrs: vec![3],
        ..target()
    };
    let mut stack = vec![standing(&desk)];
    let mut decisions = Vec::new();
    for verb in ["accept", "hold", "dispute"] {
        let done = decide(&mut desk, &request(verb, cdr())).unwrap();
        assert_eq!(done.difference[0].amount, "0.5");
        decisions.push(done.decision);
        stack.push(standing(&desk));
    }
    for verb in ["accept", "hold", "exclude", "dispute"] {
        let refused = decide(&mut desk, &request(verb, cdr())).unwrap_err();
        assert_eq!(
            code(refused),
            "nothing_to_decide",
            "{verb} on what is disputed"
        );
    }
    while let Some(decision) = decisions.pop() {
        assert_eq!(Some(standing(&desk)), stack.pop());
        undo(&mut desk, decision);
    }
    assert_eq!(Some(standing(&desk)), stack.pop());
}

#[test]
fn what_is_held_disputed_or_excluded_leaves_its_draft() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = month(folder.path());
    for verb in ["dispute", "hold", "exclude"] {
        let draft = office::api::DraftRequest {
            partner: None,
            month: "2026-09".into(),
        };
        let drafts = office::settle::draft(&desk, &mut Job::quiet(), &draft).unwrap();
        assert_eq!(drafts.len(), 1, "the matched ones can be billed");
        let matched = DecisionTarget {
            cdrs: vec![1],
            ..target()
        };
        let done = decide(&mut desk, &request(verb, matched)).unwrap();
        assert!(office::settle::list(&desk, None, None).unwrap().is_empty());
        undo(&mut desk, done.decision);
    }
}

#[test]
fn a_decision_needs_a_verb_a_reason_and_a_day_that_is_to_come() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = month(folder.path());
    let hold = |until: &str| DecideRequest {
        until: Some(until.into()),
        ..request("hold", target())
    };
    let mut accept_until = hold("2026-10-15");
    accept_until.verb = "accept".into();
    let mut silent = request("accept", target());
    silent.reason = " ".into();
    let mut bucket = target();
    bucket.buckets = vec!["odd".into()];
    for (request, expected) in [
        (request("issue", target()), "bad_request"),
        (request("accept", bucket), "bad_request"),
        (silent, "reason_missing"),
        (accept_until, "bad_request"),
        (hold("soon"), "bad_request"),
        (hold("2026-10-05"), "hold_over"),
    ] {
        assert_eq!(code(decide(&mut desk, &request).unwrap_err()), expected);
    }
    let done = decide(&mut desk, &hold("2026-10-06")).unwrap();
    let (partner, month) = office::reconcile::parse(&desk, "DE-ABC", "2026-09").unwrap();
    let party = store::party::find(&desk.book, &partner).unwrap().unwrap();
    let decided =
        store::decided::of_month(&desk.book, (party, month), &store::near::Scope::Month).unwrap();
    let midnight = "2026-10-05T22:00:00Z".parse::<chrono::DateTime<chrono::Utc>>();
    let midnight = midnight.unwrap().timestamp_millis();
    assert_eq!(decided.stands[0].until_ms, Some(midnight), "in Berlin");
    assert_eq!(decided.session_stands[0].until_ms, Some(midnight));
    let seen: Vec<_> = decided.stands.iter().map(|stand| stand.seen).collect();
    let raised = Some(Some(store::Micro(500_000)));
    assert_eq!(seen[1..4], [Some(Some(store::Micro(0))), raised, raised]);
    assert_eq!(done.count, 8);
}

#[test]
fn a_case_is_open_until_its_decision_is_undone() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = month(folder.path());
    let unexplained = DecisionTarget {
        causes: vec!["unexplained".into()],
        ..target()
    };
    let dispute = request("dispute", unexplained);
    let first = decide(&mut desk, &dispute).unwrap();
    undo(&mut desk, first.decision);
    let second = decide(&mut desk, &dispute).unwrap();
    assert_eq!((first.case, second.case), (Some(1), Some(2)));
    let cases = cases(&desk).unwrap();
    let told: Vec<_> = cases
        .iter()
        .map(|case| (case.number, case.open, case.count, case.cause.as_str()))
        .collect();
    assert_eq!(
        told,
        [(2, true, 3, "unexplained"), (1, false, 3, "unexplained")]
    );
    assert_eq!(
        (cases[0].partner.as_str(), cases[0].month.as_str()),
        ("DE-ABC", "2026-09")
    );
    assert_eq!(cases[0].difference[0].amount, "1.5");
}

fn tie(desk: &mut Desk, cdr: u32, session: Option<u32>) -> Result<MonthDecided, String> {
    let request = LinkRequest {
        cdr,
        session,
        reason: "driver's photo".into(),
    };
    link(desk, &request).map_err(code)
}

#[test]
fn a_cdr_is_tied_to_a_session_by_hand_and_the_newest_link_counts() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = month(folder.path());
    let before = standing(&desk);
    assert_eq!(tie(&mut desk, 6, None).unwrap_err(), "not_linked");
    assert_eq!(tie(&mut desk, 60, Some(6)).unwrap_err(), "unknown_row");
    assert_eq!(tie(&mut desk, 6, Some(60)).unwrap_err(), "unknown_row");
    let theirs = session_file(folder.path(), "theirs.ndjson", &[Record::new(30, 9_000)]);
    let other = std::fs::read_to_string(&theirs)
        .unwrap()
        .replace("ABC", "XYZ");
    std::fs::write(&theirs, other).unwrap();
    import(&desk, &theirs);
    assert_eq!(tie(&mut desk, 6, Some(8)).unwrap_err(), "session_of_other");
    let done = tie(&mut desk, 6, Some(6)).unwrap();
    assert_eq!((done.count, done.case), (1, None));
    assert_eq!(tie(&mut desk, 6, Some(6)).unwrap_err(), "linked_already");
    let apart = tie(&mut desk, 1, None).unwrap();
    assert_eq!(tie(&mut desk, 1, None).unwrap_err(), "not_linked");
    let (partner, month) = office::reconcile::parse(&desk, "DE-ABC", "2026-09").unwrap();
    let party = store::party::find(&desk.book, &partner).unwrap().unwrap();
    let links = store::decided::of_month(&desk.book, (party, month), &store::near::Scope::Month)
        .unwrap()
        .links;
    let rows: Vec<_> = links
        .iter()
        .map(|(cdr, to)| (cdr.0, to.map(|s| s.0)))
        .collect();
    assert_eq!(rows, [(1, None), (6, Some(6))]);
    for decision in [done.decision, apart.decision] {
        undo(&mut desk, decision);
    }
    assert_eq!(standing(&desk), before);
    assert!(office::audit::verify(&desk).unwrap().intact);
}

#[test]
fn a_rule_keeps_its_terms_until_it_is_undone() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = month(folder.path());
    let before = standing(&desk);
    let terms = RuleTerms {
        cause: "policy:step_mode=per_period".into(),
        text: "steps are counted per charging period".into(),
        currency: Some("EUR".into()),
        at_most: "0.50".into(),
        ..RuleTerms::default()
    };
    let keep = |desk: &mut Desk, terms: &RuleTerms, reason: &str| {
        let request = RuleRequest {
            partner: "DE-ABC".into(),
            month: "2026-09".into(),
            terms: terms.clone(),
            reason: reason.into(),
        };
        rule_keep(desk, &request).map_err(code)
    };
    for (field, bad) in [
        (
            "cause",
            RuleTerms {
                cause: "unexplained".into(),
                ..terms.clone()
            },
        ),
        (
            "at_most",
            RuleTerms {
                at_most: "-1".into(),
                ..terms.clone()
            },
        ),
        (
            "currency",
            RuleTerms {
                currency: Some("euro".into()),
                ..terms.clone()
            },
        ),
    ] {
        assert_eq!(
            keep(&mut desk, &bad, "agreed").unwrap_err(),
            "bad_request",
            "{field}"
        );
    }
    assert_eq!(keep(&mut desk, &terms, "").unwrap_err(), "reason_missing");
    let kept = keep(&mut desk, &terms, "agreed").unwrap();
    assert_eq!(keep(&mut desk, &terms, "agreed").unwrap_err(), "rule_known");
    assert_eq!(kept.terms.at_most, "0.5");
    assert_eq!(
        rules_list(&desk, "DE-ABC").unwrap(),
        std::slice::from_ref(&kept)
    );
    undo(&mut desk, kept.decision);
    assert_eq!(rules_list(&desk, "DE-ABC").unwrap(), []);
    assert_eq!(standing(&desk), before);
    keep(&mut desk, &terms, "after all").unwrap();
    assert!(office::audit::verify(&desk).unwrap().intact);
}

#[test]
fn ten_thousand_are_accepted_by_their_cause() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let records: Vec<Record> = (1..=10_000).map(|n| Record::new(n, 9_000)).collect();
    import(&desk, &cdr_file(folder.path(), "cdrs.ndjson", &records));
    let accept = DecisionTarget {
        causes: vec!["reason:no_session".into()],
        ..target()
    };
    let done = decide(&mut desk, &request("accept", accept)).unwrap();
    assert_eq!((done.count, done.unchanged), (10_000, 0));
    let moved = standing(&desk);
    assert_eq!(
        again(&desk),
        moved,
        "moved sums are those that reconciling computes"
    );
}
