//! What decisions fix of their items, and what is in force.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::*;
use crate::decision::{append, verify};
use crate::row::PartyRow;
use crate::{Durability, NewBook, case};

/// A book whose CDRs 1 to 3 and sessions 1 to 3 are of one partner-month; CDR 9 is of another.
fn book() -> (Book, Key) {
    let at: DateTime<Utc> = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    let party = "NL-TAL".parse().unwrap();
    let book = Book::in_memory(&NewBook {
        party,
        demo: false,
        created_at: at,
    })
    .unwrap();
    book.sql()
        .pragma_update(None, "foreign_keys", false)
        .unwrap();
    let partner = crate::party::intern(&book, &"DE-ABC".parse().unwrap()).unwrap();
    let mut cdr = book
        .sql()
        .prepare(
            "INSERT INTO cdr_row (id, import, number, block, start, length, form, partner, own,
                 key, content, ocpi_id, place, contract, month, start_ms, end_ms, currency,
                 energy_e6, credit)
             VALUES (?1, 1, 1, 1, 0, 0, 221, ?2, 0, ?1, ?1, ?1, 1, '', ?3, 0, 0, 'EUR', 0, 0)",
        )
        .unwrap();
    for (row, month) in [(1, 202_609), (2, 202_609), (3, 202_609), (9, 202_610)] {
        cdr.execute((row, partner, month)).unwrap();
    }
    let mut session = book
        .sql()
        .prepare(
            "INSERT INTO session_row (id, import, number, block, start, length, form, partner, key,
                 content, ocpi_id, place, contract, month, start_ms, energy_e6, status)
             VALUES (?1, 1, 1, 1, 0, 0, 221, ?2, ?1, ?1, ?1, 1, '', 202609, 0, 0, 'COMPLETED')",
        )
        .unwrap();
    for row in 1..=3 {
        session.execute((row, partner)).unwrap();
    }
    drop((cdr, session));
    (book, (partner, "2026-09".parse().unwrap()))
}

fn decide(
    book: &Book,
    verb: &str,
    (cdrs, sessions): (&[i64], &[i64]),
    seen: &[Option<Micro>],
    undoes: Option<DecisionSeq>,
) -> DecisionSeq {
    let cdrs: Vec<CdrRow> = cdrs.iter().map(|row| CdrRow(*row)).collect();
    let sessions: Vec<SessionRow> = sessions.iter().map(|row| SessionRow(*row)).collect();
    let new = NewDecision {
        at: book.created_at(),
        actor: "anna",
        verb,
        object: "some",
        reason: "agreed",
        details: &json!({
            "until_ms": 5, "case": 1, "partner": "DE-ABC", "month": "2026-09", "cause": "data:x",
            "content": {"cause": "data:x"},
        }),
        undoes,
        cdrs: &cdrs,
        sessions: &sessions,
        seen,
    };
    book.write(Durability::Decisions, |book| append(book, &new))
        .unwrap()
}

#[test]
fn sessions_differences_cases_and_rules_are_part_of_the_proof() {
    let fill = || {
        let (book, key) = book();
        decide(&book, "accept", (&[], &[]), &[], None);
        let seen = [Some(Micro(750_000)), None];
        let dispute = decide(&book, "dispute", (&[1, 2], &[1, 3]), &seen, None);
        case::put(&book, (1, dispute), key, "data:x").unwrap();
        let rule = decide(&book, "rule", (&[], &[]), &[], None);
        rule::put(&book, rule, key.0, r#"{"cause":"data:x"}"#).unwrap();
        book
    };
    assert_eq!(verify(&fill()).unwrap().first_broken, None);
    for (change, broken) in [
        ("UPDATE decision_cdr SET seen = '750001' WHERE cdr = 1", 2),
        ("UPDATE decision_cdr SET seen = '' WHERE cdr = 1", 2),
        ("UPDATE decision_cdr SET seen = NULL", 2),
        ("UPDATE decision_cdr SET seen = NULL WHERE cdr = 2", 2),
        (
            "UPDATE decision_session SET session = 2 WHERE session = 3",
            2,
        ),
        ("DELETE FROM decision_session", 2),
        ("INSERT INTO decision_session VALUES (1, 2)", 1),
        ("UPDATE dispute SET number = 2", 2),
        ("UPDATE dispute SET cause = ''", 2),
        ("UPDATE dispute SET month = 202610", 2),
        ("UPDATE dispute SET opened_ms = 0", 2),
        ("UPDATE dispute SET decision = 1", 2),
        ("DELETE FROM dispute", 2),
        (r#"UPDATE rule SET content = '{"cause":"data:y"}'"#, 3),
    ] {
        let book = fill();
        for table in ["decision_session", "dispute", "rule"] {
            for change in [
                format!("UPDATE {table} SET decision = decision"),
                format!("DELETE FROM {table}"),
            ] {
                assert!(
                    book.sql().execute_batch(&change).is_err(),
                    "{change} is refused"
                );
            }
        }
        book.sql()
            .execute_batch(
                "DROP TRIGGER decision_cdr_fixed; DROP TRIGGER decision_session_fixed;
                 DROP TRIGGER decision_session_kept; DROP TRIGGER dispute_fixed;
                 DROP TRIGGER dispute_kept; DROP TRIGGER rule_fixed",
            )
            .unwrap();
        book.sql().execute_batch(change).unwrap();
        let found = verify(&book).unwrap().first_broken;
        assert_eq!(found, Some(DecisionSeq(broken)), "{change}");
    }
}

#[test]
fn what_is_in_force_is_what_nobody_took_back() {
    let (book, key) = book();
    let seen = [Some(Micro(-5)), None, Some(Micro(7))];
    let accept = decide(&book, "accept", (&[1, 2, 9], &[2]), &seen, None);
    let hold = decide(&book, "hold", (&[2], &[]), &[], None);
    let undone = decide(&book, "exclude", (&[3], &[1]), &[None], None);
    decide(&book, "undo", (&[3], &[1]), &[], Some(undone));
    decide(&book, "unlink", (&[1], &[]), &[], None);
    let link = decide(&book, "link", (&[1], &[3]), &[], None);
    let decided = of_month(&book, key, &Scope::Month).unwrap();
    let stand = |cdr, verb, seen, until_ms, decision| CdrStand {
        cdr: CdrRow(cdr),
        verb,
        seen,
        until_ms,
        decision,
    };
    assert_eq!(
        decided.stands,
        [
            stand(1, Verb::Accept, Some(Some(Micro(-5))), None, accept),
            stand(2, Verb::Accept, Some(None), None, accept),
            stand(2, Verb::Hold, None, Some(5), hold),
        ]
    );
    let session = SessionStand {
        session: SessionRow(2),
        verb: Verb::Accept,
        until_ms: None,
        decision: accept,
    };
    assert_eq!(decided.session_stands, [session]);
    assert_eq!(
        decided.links,
        [(CdrRow(1), Some(SessionRow(3)))],
        "the newest"
    );
    decide(&book, "undo", (&[1], &[3]), &[], Some(link));
    let links = of_month(&book, key, &Scope::Month).unwrap().links;
    assert_eq!(links, [(CdrRow(1), None)], "the one before is back");
    assert_eq!(link_of(&book, CdrRow(1)).unwrap(), Some(None));
    assert_eq!(link_of(&book, CdrRow(2)).unwrap(), None);
    let about = crate::decision::about_session(&book, SessionRow(3)).unwrap();
    assert_eq!(about.len(), 2, "the link and its undo");
    let other = (PartyRow(key.0.0 + 1), key.1);
    assert_eq!(
        of_month(&book, other, &Scope::Month).unwrap(),
        Decided::default()
    );
}

#[test]
fn a_rule_is_in_force_until_it_is_taken_back_and_cases_are_counted_without_gaps() {
    let (book, key) = book();
    let terms = r#"{"cause":"data:x"}"#;
    let rule = decide(&book, "rule", (&[], &[]), &[], None);
    rule::put(&book, rule, key.0, terms).unwrap();
    let rules = || of_month(&book, key, &Scope::Month).unwrap().rules;
    assert_eq!(rules(), [(rule, terms.to_owned())]);
    decide(&book, "undo", (&[], &[]), &[], Some(rule));
    assert_eq!(rules(), []);
    let dispute = decide(&book, "dispute", (&[1], &[]), &[None], None);
    assert_eq!(case::next(&book).unwrap(), 1);
    case::put(&book, (1, dispute), key, "data:x").unwrap();
    assert_eq!(case::next(&book).unwrap(), 2);
    assert!(case::list(&book).unwrap()[0].open);
    decide(&book, "undo", (&[1], &[]), &[], Some(dispute));
    assert!(
        !case::list(&book).unwrap()[0].open,
        "taken back, it is closed"
    );
    assert_eq!(
        case::next(&book).unwrap(),
        2,
        "its number is not given again"
    );
}
