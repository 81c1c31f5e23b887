//! Examples and properties of reconciling.

use domain::{BillingMonth, Bucket, Currency, Decimal, FindingCode, SessionStatus, Verdict};
use proptest::prelude::*;
use rust_decimal::dec;

use super::*;
use crate::intern::Sym;

fn month() -> BillingMonth {
    "2026-09".parse().unwrap()
}

/// A CDR that matches and shares nothing with the CDR of any other row.
fn cdr(row: i64) -> CdrFact {
    let n = u32::try_from(row).unwrap();
    CdrFact {
        row,
        month: month(),
        key: Sym(n),
        session: Some(Sym(1_000 + n)),
        authorization: None,
        contract: Some(Sym(2_000 + n)),
        token: Some(Sym(2_000 + n)),
        evse: Some(Sym(3_000 + n)),
        connector: Some(Sym(4_000 + n)),
        start_s: row * 10_000,
        end_s: row * 10_000 + 3_600,
        currency: Currency::EUR,
        energy_e6: 20_000_000,
        stated_e6: Some(9_800_000),
        verdict: Verdict::Matches,
        difference_e6: Some(0),
        errors: Vec::new(),
        credit: false,
        credits: None,
        content: Some(u64::from(n)),
    }
}

/// The session that the CDR of the same row bills.
fn session(row: i64) -> SessionFact {
    let n = u32::try_from(row).unwrap();
    SessionFact {
        row,
        month: month(),
        id: Sym(1_000 + n),
        authorization: None,
        contract: Some(Sym(2_000 + n)),
        evse: Some(Sym(3_000 + n)),
        status: SessionStatus::Completed,
        start_s: row * 10_000,
        end_s: Some(row * 10_000 + 3_600),
        energy_e6: 20_000_000,
    }
}

/// The credit of a CDR, arriving as `row`.
fn credit_of(original: &CdrFact, row: i64) -> CdrFact {
    CdrFact {
        row,
        key: Sym(500 + u32::try_from(row).unwrap()),
        stated_e6: original.stated_e6.map(|amount| -amount),
        credit: true,
        credits: Some(original.key),
        ..original.clone()
    }
}

/// A cent per CDR, and no decision but stands.
fn input<'a>(
    cdrs: &'a [CdrFact],
    sessions: &'a [SessionFact],
    stands: &'a [(i64, Stand)],
) -> Input<'a> {
    Input {
        month: month(),
        cdrs,
        sessions,
        stands,
        session_stands: &[],
        links: &[],
        changed: &[],
        billed_elsewhere: &[],
        due_s: None,
        tolerance: Tolerance {
            per_cdr_e6: Some(10_000),
            ..Tolerance::default()
        },
        sends_sessions: !sessions.is_empty(),
    }
}

fn run(cdrs: &[CdrFact], sessions: &[SessionFact], stands: &[(i64, Stand)]) -> Vec<Outcome> {
    reconcile(&input(cdrs, sessions, stands))
}

/// The codes found for a CDR.
fn codes(outcome: &Outcome) -> Vec<FindingCode> {
    outcome.findings.iter().map(|noted| noted.code).collect()
}

/// Bucket and cause of the CDR of a row.
fn of(outcomes: &[Outcome], row: i64) -> (Bucket, Cause) {
    let mine: Vec<_> = outcomes
        .iter()
        .filter(|o| o.subject == Subject::Cdr(row))
        .collect();
    assert_eq!(mine.len(), 1, "one outcome for CDR {row}");
    (mine[0].bucket, mine[0].cause)
}

#[test]
fn a_cdr_that_fits_its_session_and_its_price_is_matched() {
    let outcomes = run(&[cdr(1)], &[session(1)], &[]);
    assert_eq!(
        outcomes.len(),
        1,
        "the session shares the outcome of its CDR"
    );
    assert_eq!(of(&outcomes, 1), (Bucket::Matched, Cause::Equal));
    assert_eq!(outcomes[0].session, Some(1));
    assert_eq!(outcomes[0].matched_by, Some(MatchedBy::SessionId));
}

/// Every rule at once; taking the winning one away lets the next of the list decide.
#[test]
fn the_first_rule_of_the_list_decides() {
    let first = CdrFact {
        session: Some(Sym(77)),
        ..cdr(1)
    };
    let mut all = CdrFact {
        key: Sym(1),
        session: Some(Sym(77)),
        content: Some(1),
        verdict: Verdict::NotPriced,
        difference_e6: None,
        errors: vec![FindingCode::TariffMissing, FindingCode::CurrencyMismatch],
        ..cdr(2)
    };
    let ruling = |cdr: &CdrFact, stands: &[(i64, Stand)]| {
        of(
            &run(&[first.clone(), cdr.clone()], &[session(9)], stands),
            2,
        )
    };
    assert_eq!(
        ruling(&all, &[(2, Stand::Accepted)]),
        (Bucket::Accepted, Cause::Accepted)
    );
    assert_eq!(
        ruling(&all, &[]),
        (Bucket::Duplicate, Cause::ChangedUnderSameKey)
    );
    all.key = Sym(2);
    all.credit = true;
    assert_eq!(
        ruling(&all, &[]),
        (Bucket::Differs, Cause::CreditWithoutOriginal)
    );
    all.credit = false;
    assert_eq!(ruling(&all, &[]), (Bucket::Duplicate, Cause::SameSession));
    all.session = Some(Sym(78));
    assert_eq!(ruling(&all, &[]), (Bucket::Duplicate, Cause::SameContent));
    all.content = Some(2);
    assert_eq!(
        ruling(&all, &[]),
        (Bucket::MissingSession, Cause::NoSession)
    );
    all.session = Some(Sym(1_009));
    all.end_s = all.start_s + 60;
    assert_eq!(ruling(&all, &[]), (Bucket::NeedsTariff, Cause::NoTariff));
    all.verdict = Verdict::Differs;
    all.difference_e6 = Some(500_000);
    all.errors.remove(0);
    let finding = Cause::Finding(FindingCode::CurrencyMismatch);
    assert_eq!(ruling(&all, &[]), (Bucket::Differs, finding));
    all.errors.clear();
    assert_eq!(ruling(&all, &[]), (Bucket::Differs, Cause::TotalDiffers));
    all.difference_e6 = Some(-10_000);
    assert_eq!(ruling(&all, &[]), (Bucket::Matched, Cause::WithinTolerance));
}

#[test]
fn the_strongest_of_several_decisions_counts() {
    let order = [
        Stand::Settled,
        Stand::Disputed,
        Stand::Held,
        Stand::Excluded,
        Stand::Accepted,
    ];
    for pair in order.windows(2) {
        let both = [(1, pair[1]), (1, pair[0])];
        let strong = [(1, pair[0])];
        assert_eq!(
            run(&[cdr(1)], &[], &both),
            run(&[cdr(1)], &[], &strong),
            "{pair:?}"
        );
    }
}

#[test]
fn the_same_key_again_is_a_duplicate_and_says_whether_it_changed() {
    let again = CdrFact { row: 2, ..cdr(1) };
    let changed = CdrFact {
        row: 3,
        stated_e6: Some(1),
        content: Some(99),
        ..cdr(1)
    };
    let outcomes = run(&[cdr(1), again, changed], &[], &[]);
    assert_eq!(of(&outcomes, 1), (Bucket::Matched, Cause::Equal));
    assert_eq!(of(&outcomes, 2), (Bucket::Duplicate, Cause::SameKey));
    assert_eq!(
        of(&outcomes, 3),
        (Bucket::Duplicate, Cause::ChangedUnderSameKey)
    );
    assert_eq!(codes(&outcomes[1]), [FindingCode::DuplicateCdr]);
    assert_eq!(codes(&outcomes[2]), [FindingCode::CdrChanged]);
    assert_eq!(outcomes[2].other, Some(1), "it says which one it repeats");
}

#[test]
fn of_two_for_one_session_the_settled_one_counts_whenever_it_arrived() {
    let second = CdrFact {
        session: cdr(1).session,
        ..cdr(2)
    };
    let both = [cdr(1), second];
    let outcomes = run(&both, &[], &[]);
    assert_eq!(of(&outcomes, 2), (Bucket::Duplicate, Cause::SameSession));
    let outcomes = run(&both, &[], &[(2, Stand::Settled)]);
    assert_eq!(
        of(&outcomes, 1),
        (Bucket::Duplicate, Cause::SameSession),
        "2 was billed already"
    );
    let outcomes = run(&both, &[], &[(1, Stand::Excluded)]);
    assert_eq!(of(&outcomes, 1), (Bucket::OnHold, Cause::Excluded));
    assert_eq!(
        of(&outcomes, 2),
        (Bucket::Matched, Cause::Equal),
        "1 bills nothing any more"
    );
}

#[test]
fn a_credited_cdr_its_credit_and_its_replacement_are_fine_in_any_order_of_arrival() {
    let original = CdrFact {
        verdict: Verdict::Differs,
        difference_e6: Some(1_000_000),
        ..cdr(5)
    };
    for credit_row in [1, 6] {
        let credit = credit_of(&original, credit_row);
        let replacement = CdrFact {
            row: 7,
            key: Sym(7),
            ..cdr(5)
        };
        let outcomes = run(&[original.clone(), credit, replacement], &[session(5)], &[]);
        assert_eq!(of(&outcomes, 5), (Bucket::Matched, Cause::Credited));
        assert_eq!(
            of(&outcomes, credit_row),
            (Bucket::Matched, Cause::CreditOf)
        );
        assert_eq!(
            of(&outcomes, 7),
            (Bucket::Matched, Cause::Equal),
            "no duplicate of 5"
        );
        assert_eq!(outcomes.len(), 3, "the session is billed");
    }
}

#[test]
fn a_credit_that_is_not_in_order_differs_and_its_original_stays_billed() {
    type Spoil = fn(&mut CdrFact);
    let faults: [(Spoil, Cause); 5] = [
        (|credit| credit.credits = None, Cause::CreditWithoutOriginal),
        (
            |credit| credit.credits = Some(Sym(99)),
            Cause::CreditWithoutOriginal,
        ),
        (
            |credit| credit.stated_e6 = Some(-9_799_999),
            Cause::CreditAmount,
        ),
        (
            |credit| credit.currency = "SEK".parse().unwrap(),
            Cause::CreditCurrency,
        ),
        (
            |credit| credit.session = Some(Sym(99)),
            Cause::CreditSession,
        ),
    ];
    for (spoil, cause) in faults {
        let mut credit = credit_of(&cdr(1), 2);
        spoil(&mut credit);
        let outcomes = run(&[cdr(1), credit], &[], &[]);
        assert_eq!(of(&outcomes, 2), (Bucket::Differs, cause));
        assert_eq!(
            of(&outcomes, 1),
            (Bucket::Matched, Cause::Equal),
            "{cause:?}"
        );
    }
}

#[test]
fn an_original_is_credited_once() {
    let again = CdrFact {
        key: Sym(700),
        ..credit_of(&cdr(1), 3)
    };
    let outcomes = run(&[cdr(1), credit_of(&cdr(1), 2), again], &[], &[]);
    assert_eq!(of(&outcomes, 2), (Bucket::Matched, Cause::CreditOf));
    assert_eq!(of(&outcomes, 3), (Bucket::Differs, Cause::CreditTwice));
    assert_eq!(codes(&outcomes[2]), [FindingCode::CreditTwice]);
}

#[test]
fn a_credit_waits_with_its_original_but_not_for_a_settled_one() {
    let both = [cdr(1), credit_of(&cdr(1), 2)];
    for (stand, ruling) in [
        (Stand::Held, (Bucket::OnHold, Cause::OriginalWaits)),
        (Stand::Excluded, (Bucket::OnHold, Cause::OriginalWaits)),
        (Stand::Disputed, (Bucket::Disputed, Cause::OriginalWaits)),
        (Stand::Settled, (Bucket::Matched, Cause::CreditOf)),
        (Stand::Accepted, (Bucket::Matched, Cause::CreditOf)),
    ] {
        assert_eq!(of(&run(&both, &[], &[(1, stand)]), 2), ruling, "{stand:?}");
    }
}

#[test]
fn a_credit_that_was_put_aside_leaves_its_original_to_be_judged() {
    let off = CdrFact {
        verdict: Verdict::Differs,
        difference_e6: Some(1_000_000),
        ..cdr(1)
    };
    let replacement = CdrFact {
        row: 3,
        key: Sym(3),
        ..cdr(1)
    };
    let all = [off, credit_of(&cdr(1), 2), replacement];
    for stand in [Stand::Held, Stand::Disputed, Stand::Excluded] {
        let outcomes = run(&all, &[], &[(2, stand)]);
        assert_eq!(
            of(&outcomes, 1),
            (Bucket::Differs, Cause::TotalDiffers),
            "{stand:?}"
        );
        assert_eq!(
            of(&outcomes, 3),
            (Bucket::Duplicate, Cause::SameSession),
            "not billed twice"
        );
    }
}

#[test]
fn a_reference_that_serves_again_makes_no_duplicate() {
    let first = CdrFact {
        session: None,
        authorization: Some(Sym(9)),
        ..cdr(1)
    };
    let second = CdrFact {
        session: None,
        authorization: Some(Sym(9)),
        ..cdr(2)
    };
    let known = SessionFact {
        authorization: Some(Sym(9)),
        ..session(1)
    };
    let outcomes = run(&[first, second], &[known], &[]);
    assert_eq!(of(&outcomes, 1), (Bucket::Matched, Cause::Equal));
    assert_eq!(of(&outcomes, 2), (Bucket::MissingSession, Cause::NoSession));
}

#[test]
fn errors_that_reconciling_decides_itself_are_not_held_against_a_cdr_twice() {
    let errors = vec![FindingCode::TotalMismatch, FindingCode::DuplicateCdr];
    let fine = CdrFact { errors, ..cdr(1) };
    assert_eq!(
        of(&run(&[fine], &[], &[]), 1),
        (Bucket::Matched, Cause::Equal)
    );
}

#[test]
fn the_weaker_joins_find_a_session_when_the_id_does_not() {
    let by_reference = CdrFact {
        session: None,
        authorization: Some(Sym(9)),
        ..cdr(1)
    };
    let referred = SessionFact {
        authorization: Some(Sym(9)),
        evse: None,
        ..session(1)
    };
    let outcomes = run(&[by_reference], &[referred], &[]);
    assert_eq!(outcomes[0].matched_by, Some(MatchedBy::Authorization));

    let by_place = CdrFact {
        session: None,
        ..cdr(1)
    };
    let outcomes = run(std::slice::from_ref(&by_place), &[session(1)], &[]);
    assert_eq!(outcomes[0].matched_by, Some(MatchedBy::ContractEvseTime));

    let later = SessionFact {
        start_s: by_place.end_s + 1,
        end_s: None,
        ..session(1)
    };
    let outcomes = run(std::slice::from_ref(&by_place), &[later], &[]);
    assert_eq!(
        of(&outcomes, 1),
        (Bucket::MissingSession, Cause::NoSession),
        "no overlap"
    );
    assert_eq!(codes(&outcomes[0]), [FindingCode::SessionMissing]);

    let near = SessionFact {
        start_s: by_place.start_s + 30,
        ..session(1)
    };
    let far = SessionFact {
        row: 2,
        id: Sym(1_002),
        start_s: by_place.start_s - 900,
        ..session(1)
    };
    let outcomes = run(std::slice::from_ref(&by_place), &[far, near], &[]);
    assert_eq!(outcomes[0].session, Some(1), "of two, the nearer start");

    let second = CdrFact {
        row: 2,
        key: Sym(2),
        content: None,
        ..by_place.clone()
    };
    let outcomes = run(&[by_place, second], &[session(1)], &[]);
    assert_eq!(
        of(&outcomes, 2),
        (Bucket::Duplicate, Cause::SameSession),
        "2.1.1 has no ids"
    );
}

#[test]
fn a_completed_session_of_the_month_without_cdr_is_missing_one() {
    let active = SessionFact {
        status: SessionStatus::Active,
        ..session(2)
    };
    let august = SessionFact {
        month: month().previous(),
        ..session(3)
    };
    let first_version = SessionFact {
        status: SessionStatus::Active,
        ..session(4)
    };
    let last_version = SessionFact {
        row: 5,
        ..session(4)
    };
    let outcomes = run(
        &[],
        &[session(1), active, august, first_version, last_version],
        &[],
    );
    let missing: Vec<_> = outcomes.iter().map(|o| (o.subject, o.bucket)).collect();
    assert_eq!(
        missing,
        [
            (Subject::Session(1), Bucket::MissingCdr),
            (Subject::Session(5), Bucket::MissingCdr),
        ]
    );
}

#[test]
fn records_of_other_months_are_context_only() {
    let original = CdrFact {
        month: month().previous(),
        ..cdr(1)
    };
    let outcomes = run(
        &[original.clone(), credit_of(&cdr(1), 2)],
        &[session(1)],
        &[],
    );
    assert_eq!(
        outcomes.len(),
        1,
        "neither August's CDR nor its session: {outcomes:?}"
    );
    assert_eq!(of(&outcomes, 2), (Bucket::Matched, Cause::CreditOf));
}

#[test]
fn what_the_session_says_against_the_cdr_counts() {
    let invalid = SessionFact {
        status: SessionStatus::Invalid,
        ..session(1)
    };
    let outcomes = run(&[cdr(1)], &[invalid], &[]);
    let cause = Cause::Finding(FindingCode::SessionInvalid);
    assert_eq!(of(&outcomes, 1), (Bucket::Differs, cause));

    for (energy_e6, differs) in [(20_020_000, false), (20_020_001, true), (2_000_000, true)] {
        let outcomes = run(
            &[cdr(1)],
            &[SessionFact {
                energy_e6,
                ..session(1)
            }],
            &[],
        );
        assert_eq!(
            outcomes[0].bucket == Bucket::Differs,
            differs,
            "{energy_e6}"
        );
    }
    let active = SessionFact {
        status: SessionStatus::Active,
        energy_e6: 0,
        ..session(1)
    };
    assert_eq!(
        of(&run(&[cdr(1)], &[active], &[]), 1),
        (Bucket::Matched, Cause::Equal)
    );
}

#[test]
fn one_card_cannot_charge_at_two_places_at_once() {
    let elsewhere = CdrFact {
        start_s: cdr(1).start_s + 600,
        token: cdr(1).token,
        ..cdr(2)
    };
    let outcomes = run(&[cdr(1), elsewhere], &[], &[]);
    let cause = Cause::Finding(FindingCode::SessionOverlap);
    assert_eq!(of(&outcomes, 1), (Bucket::Matched, Cause::Equal));
    assert_eq!(
        of(&outcomes, 2),
        (Bucket::Differs, cause),
        "the later arrival is the odd one"
    );
    assert_eq!(outcomes[1].other, Some(1));
    let same_plug = CdrFact {
        start_s: cdr(1).start_s + 600,
        connector: cdr(1).connector,
        ..cdr(2)
    };
    assert_eq!(
        of(&run(&[cdr(1), same_plug], &[], &[]), 2),
        (Bucket::Differs, cause)
    );
    let touching = CdrFact {
        start_s: cdr(1).end_s - 60,
        connector: cdr(1).connector,
        ..cdr(2)
    };
    assert_eq!(
        of(&run(&[cdr(1), touching], &[], &[]), 2),
        (Bucket::Matched, Cause::Equal)
    );
}

#[test]
fn a_record_without_price_is_never_matched() {
    let silent = CdrFact {
        stated_e6: None,
        ..cdr(1)
    };
    assert_eq!(
        of(&run(&[silent], &[], &[]), 1),
        (Bucket::Differs, Cause::NothingStated)
    );
    let unpriced = CdrFact {
        verdict: Verdict::NotPriced,
        ..cdr(1)
    };
    assert_eq!(
        of(&run(&[unpriced], &[], &[]), 1),
        (Bucket::Differs, Cause::NotPriced)
    );
}

#[test]
fn totals_add_up_per_bucket_and_currency() {
    let kronor = CdrFact {
        currency: "SEK".parse().unwrap(),
        ..cdr(3)
    };
    let off = CdrFact {
        verdict: Verdict::Differs,
        difference_e6: Some(250_000),
        ..cdr(2)
    };
    let cdrs = [cdr(1), off, kronor];
    let totals = summarize(&run(&cdrs, &[], &[]), &cdrs).unwrap();
    assert_eq!(
        totals.len(),
        Bucket::ALL.len(),
        "empty buckets are shown, too"
    );
    let matched = &totals[&Bucket::Matched];
    assert_eq!(matched.count, 2);
    assert_eq!(matched.stated.0[&Currency::EUR], dec!(9.8));
    assert_eq!(matched.stated.0.len(), 2);
    assert_eq!(
        totals[&Bucket::Differs].difference.0[&Currency::EUR],
        dec!(0.25)
    );
}

/// A CDR from few keys, sessions, places and times, so that everything collides.
fn any_cdr(row: i64) -> impl Strategy<Value = CdrFact> {
    let ids = (
        0..12_u32,
        prop::option::of(0..6_u32),
        prop::option::of(0..4_u32),
    );
    let what = (
        0..3_u32,
        0..8_i64,
        prop::bool::weighted(0.2),
        prop::option::of(0..12_u32),
    );
    let price = (
        prop::sample::select(vec![1_i64, -1]),
        0..3_usize,
        0..5_u64,
        any::<bool>(),
    );
    (ids, what, price).prop_map(move |(ids, what, (sign, verdict, content, here))| CdrFact {
        month: if here { month() } else { month().previous() },
        key: Sym(ids.0),
        session: ids.1.map(|s| Sym(100 + s)),
        authorization: ids.2.map(|a| Sym(200 + a)),
        contract: Some(Sym(300 + what.0)),
        token: Some(Sym(300 + what.0)),
        evse: Some(Sym(400 + what.0)),
        start_s: what.1 * 1_000,
        end_s: what.1 * 1_000 + 2_500,
        stated_e6: Some(sign * 1_000_000),
        verdict: [Verdict::Matches, Verdict::Differs, Verdict::NotPriced][verdict],
        credit: what.2,
        credits: what.3.map(Sym),
        content: Some(content),
        ..cdr(row)
    })
}

fn any_session(row: i64) -> impl Strategy<Value = SessionFact> {
    (
        0..6_u32,
        prop::option::of(0..4_u32),
        0..3_u32,
        0..8_i64,
        any::<bool>(),
    )
        .prop_map(
            move |(id, authorization, place, start, completed)| SessionFact {
                id: Sym(100 + id),
                authorization: authorization.map(|a| Sym(200 + a)),
                contract: Some(Sym(300 + place)),
                evse: Some(Sym(400 + place)),
                status: if completed {
                    SessionStatus::Completed
                } else {
                    SessionStatus::Active
                },
                start_s: start * 1_000,
                end_s: Some(start * 1_000 + 2_000),
                ..session(row)
            },
        )
}

fn any_stand() -> impl Strategy<Value = Stand> {
    prop::sample::select(vec![
        Stand::Settled,
        Stand::Disputed,
        Stand::Held,
        Stand::Excluded,
        Stand::Accepted,
    ])
}

prop_compose! {
    fn any_month()(
        cdrs in (0..14_i64).prop_flat_map(|n| (1..=n).map(any_cdr).collect::<Vec<_>>()),
        sessions in (0..8_i64).prop_flat_map(|n| (1..=n).map(any_session).collect::<Vec<_>>()),
        stands in prop::collection::vec((1..14_i64, any_stand()), 0..4),
    ) -> (Vec<CdrFact>, Vec<SessionFact>, Vec<(i64, Stand)>) {
        (cdrs, sessions, stands)
    }
}

proptest! {
    #[test]
    fn every_record_lands_in_exactly_one_bucket((cdrs, sessions, stands) in any_month()) {
        let outcomes = run(&cdrs, &sessions, &stands);
        for cdr in &cdrs {
            let mine = outcomes.iter().filter(|o| o.subject == Subject::Cdr(cdr.row)).count();
            prop_assert_eq!(mine, usize::from(cdr.month == month()));
        }
        let current = |s: &&SessionFact| !sessions.iter().any(|o| o.id == s.id && o.row > s.row);
        for session in sessions.iter().filter(current) {
            let alone = outcomes.iter().filter(|o| o.subject == Subject::Session(session.row));
            let due = session.status == SessionStatus::Completed;
            let billed_here =
                outcomes.iter().any(|o| o.session == Some(session.row)
                    && o.subject != Subject::Session(session.row));
            let alone = alone.count();
            prop_assert!(alone <= usize::from(due && !billed_here));
            if due && cdrs.iter().all(|cdr| cdr.month == month()) {
                prop_assert_eq!(alone, usize::from(!billed_here), "one or the other");
            }
        }
        let totals = summarize(&outcomes, &cdrs).unwrap();
        let count: u64 = totals.values().map(|total| total.count).sum();
        prop_assert_eq!(count, outcomes.len() as u64);
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(
        (cdrs, sessions, stands) in any_month(),
        session_stands in prop::collection::vec((1..8_i64, any_stand()), 0..6),
        links in prop::collection::btree_map(1..14_i64, prop::option::of(1..8_i64), 0..4),
        turn in 0..20_usize,
    ) {
        let links: Vec<_> = links.into_iter().collect();
        let reconciled = |cdrs: &[_], sessions: &[_], stands: &[_], about: &[_], links: &[_]| {
            let input = Input { session_stands: about, links, ..input(cdrs, sessions, stands) };
            reconcile(&input)
        };
        let expected = reconciled(&cdrs, &sessions, &stands, &session_stands, &links);
        let (mut cdrs, mut sessions, mut stands) = (cdrs, sessions, stands);
        let (mut session_stands, mut links) = (session_stands, links);
        cdrs.reverse();
        sessions.reverse();
        stands.reverse();
        session_stands.reverse();
        links.reverse();
        let at = turn % (cdrs.len() + 1);
        cdrs.rotate_left(at);
        let turned = reconciled(&cdrs, &sessions, &stands, &session_stands, &links);
        prop_assert_eq!(turned, expected);
    }

    #[test]
    fn a_decision_and_its_undo_leave_everything_as_before(
        (cdrs, sessions, stands) in any_month(),
        target in 1..14_i64,
        stand in any_stand(),
    ) {
        let mut log: Vec<Entry> = (1..)
            .zip(&stands)
            .map(|(id, &(cdr, stand))| Entry { id, act: Act::Decide { cdr, stand } })
            .collect();
        let in_force_now = |log: &[Entry]| in_force(log).into_iter().collect::<Vec<_>>();
        let before = run(&cdrs, &sessions, &in_force_now(&log));
        log.push(Entry { id: 90, act: Act::Decide { cdr: target, stand } });
        log.push(Entry { id: 91, act: Act::Undo { of: 90 } });
        prop_assert_eq!(run(&cdrs, &sessions, &in_force_now(&log)), before);
    }

    #[test]
    fn of_one_session_at_most_one_cdr_is_ready_to_bill((cdrs, sessions, _) in any_month()) {
        let outcomes = run(&cdrs, &sessions, &[]);
        let ready = outcomes.iter().filter(|o| {
            o.bucket == Bucket::Matched && !matches!(o.cause, Cause::Credited | Cause::CreditOf)
        });
        let mut seen = std::collections::BTreeSet::new();
        for session in ready.filter_map(|o| o.session) {
            prop_assert!(seen.insert(session), "session {} would be billed twice", session);
        }
    }

    #[test]
    fn credits_and_what_they_credit_cancel_out((cdrs, sessions, _) in any_month()) {
        let everything: Vec<CdrFact> =
            cdrs.into_iter().map(|cdr| CdrFact { month: month(), ..cdr }).collect();
        let outcomes = run(&everything, &sessions, &[]);
        let sum: i64 = outcomes
            .iter()
            .filter(|o| matches!(o.cause, Cause::Credited | Cause::CreditOf))
            .filter_map(|o| everything.iter().find(|cdr| o.subject == Subject::Cdr(cdr.row)))
            .filter_map(|cdr| cdr.stated_e6)
            .sum();
        prop_assert_eq!(sum, 0);
    }
}

#[test]
fn tolerance_is_a_decimal_of_the_currency() {
    let off = CdrFact {
        verdict: Verdict::Differs,
        difference_e6: Some(10_001),
        ..cdr(1)
    };
    assert_eq!(
        of(&run(&[off], &[], &[]), 1).0,
        Bucket::Differs,
        "one millionth too much"
    );
    assert_eq!(Decimal::from_i128_with_scale(10_000, 6), dec!(0.01));
}

#[test]
fn what_a_person_tied_overrides_every_other_tie() {
    let cdrs = [cdr(1), cdr(2)];
    let sessions = [session(1), session(2)];
    let links = [(1, Some(2)), (2, None)];
    let outcomes = reconcile(&Input {
        links: &links,
        ..input(&cdrs, &sessions, &[])
    });
    let first = &outcomes[0];
    assert_eq!(
        (first.session, first.matched_by),
        (Some(2), Some(MatchedBy::ByHand))
    );
    assert_eq!(of(&outcomes, 2), (Bucket::MissingSession, Cause::NoSession));
    let left: Vec<_> = outcomes.iter().map(|o| o.subject).collect();
    assert!(
        left.contains(&Subject::Session(1)),
        "nothing bills the first session now"
    );
    let gone = reconcile(&Input {
        links: &[(1, Some(99))],
        ..input(&cdrs, &sessions, &[])
    });
    assert_eq!(
        of(&gone, 1),
        (Bucket::MissingSession, Cause::NoSession),
        "tied to what is gone"
    );
}

#[test]
fn a_session_waits_for_its_cdr_until_it_is_due() {
    let sessions = [session(1), session(2)];
    let bucket = |due_s, stands: &[(i64, Stand)], elsewhere: &[i64]| -> Vec<(Bucket, Cause)> {
        let outcomes = reconcile(&Input {
            due_s,
            session_stands: stands,
            billed_elsewhere: elsewhere,
            ..input(&[], &sessions, &[])
        });
        outcomes.iter().map(|o| (o.bucket, o.cause)).collect()
    };
    let missing = (Bucket::MissingCdr, Cause::NoCdr);
    let waits = (Bucket::OnHold, Cause::CdrNotDue);
    assert_eq!(bucket(None, &[], &[]), [missing, missing]);
    assert_eq!(
        bucket(Some(13_600), &[], &[]),
        [missing, waits],
        "due at the very second"
    );
    assert_eq!(
        bucket(Some(13_599), &[(1, Stand::Accepted), (2, Stand::Held)], &[]),
        [
            (Bucket::Accepted, Cause::Accepted),
            (Bucket::OnHold, Cause::Held)
        ],
        "a person's word comes first"
    );
    assert_eq!(
        bucket(None, &[], &[2]),
        [missing],
        "a CDR of another month bills the second"
    );
}

#[test]
fn what_was_accepted_and_replayed_otherwise_comes_back() {
    let cdrs = [cdr(1)];
    let outcomes = reconcile(&Input {
        changed: &[1],
        ..input(&cdrs, &[session(1)], &[])
    });
    assert_eq!(
        of(&outcomes, 1),
        (Bucket::Differs, Cause::ChangedSinceDecided)
    );
    assert_eq!(codes(&outcomes[0]), [FindingCode::ChangedSinceDecided]);
    let stands = [(1, Stand::AcceptedByRule)];
    let outcomes = run(&cdrs, &[session(1)], &stands);
    assert_eq!(of(&outcomes, 1), (Bucket::Accepted, Cause::AcceptedByRule));
}

#[test]
fn times_that_are_not_the_sessions_are_told_and_whole_hours_apart() {
    let shifted = |start_s: i64, end_s: i64| {
        let cdr = CdrFact {
            start_s: cdr(1).start_s + start_s,
            end_s: cdr(1).end_s + end_s,
            ..cdr(1)
        };
        let outcomes = run(&[cdr], &[session(1)], &[]);
        let noted = outcomes[0].findings.clone();
        noted
            .into_iter()
            .map(|it| (it.code, it.params))
            .collect::<Vec<_>>()
    };
    assert_eq!(shifted(120, -120), [], "messages take their time");
    let clock = |start, end| {
        (
            FindingCode::ClockDiffers,
            vec![("start_s", start), ("end_s", end)],
        )
    };
    assert_eq!(shifted(121, 0), [clock(121, 0)]);
    assert_eq!(shifted(-3_600, -3_599), [clock(-3_600, -3_599)]);
    let hours = |hours| (FindingCode::LocalTimeAsUtc, vec![("hours", hours)]);
    assert_eq!(shifted(7_200, 7_200), [hours(2)]);
    assert_eq!(shifted(-3_600, -3_600), [hours(-1)]);
    let day = 24 * 3_600;
    assert_eq!(
        shifted(day, day),
        [clock(day, day)],
        "no zone lies so far away"
    );
}

#[test]
fn of_two_that_overlap_the_one_that_no_session_bears_out_is_odd() {
    let stranger = CdrFact {
        row: 1,
        session: None,
        contract: Some(Sym(77)),
        token: Some(Sym(77)),
        ..cdr(2)
    };
    let stranger = CdrFact {
        key: Sym(9_999),
        content: None,
        ..stranger
    };
    let outcomes = run(&[stranger, cdr(2)], &[session(2)], &[]);
    assert_eq!(
        of(&outcomes, 2),
        (Bucket::Matched, Cause::Equal),
        "though it came later"
    );
    let odd = &outcomes[0].findings;
    let overlap = odd
        .iter()
        .find(|noted| noted.code == FindingCode::SessionOverlap);
    assert_eq!(
        overlap.map(|noted| noted.params.clone()),
        Some(vec![("other", 2)])
    );
}

#[test]
fn a_cdr_of_another_month_than_its_session_is_told() {
    let late = CdrFact {
        end_s: session(1).start_s + 40 * 24 * 3_600,
        ..cdr(1)
    };
    let early = SessionFact {
        month: month().previous(),
        ..session(1)
    };
    let outcomes = run(&[late], &[early], &[]);
    assert!(codes(&outcomes[0]).contains(&FindingCode::MonthDiffers));
    let outcomes = run(&[cdr(1)], &[early], &[]);
    assert_eq!(
        codes(&outcomes[0]),
        [],
        "minutes around midnight are nothing"
    );
}

#[test]
fn every_limit_agreed_must_hold_and_the_months_last() {
    let off = |row, difference_e6| CdrFact {
        verdict: Verdict::Differs,
        difference_e6: Some(difference_e6),
        ..cdr(row)
    };
    let judged = |cdrs: &[CdrFact], tolerance| {
        let sessions: Vec<SessionFact> = cdrs.iter().map(|cdr| session(cdr.row)).collect();
        let outcomes = reconcile(&Input {
            tolerance,
            ..input(cdrs, &sessions, &[])
        });
        outcomes.iter().map(|o| o.cause).collect::<Vec<_>>()
    };
    let cents = |per_cdr: u64| Tolerance {
        per_cdr_e6: Some(per_cdr * 10_000),
        ..Tolerance::default()
    };
    assert_eq!(judged(&[off(1, 20_000)], cents(1)), [Cause::TotalDiffers]);
    assert_eq!(
        judged(&[off(1, 20_000)], cents(2)),
        [Cause::WithinTolerance]
    );
    let month = Tolerance {
        per_month_e6: Some(30_000),
        ..cents(2)
    };
    let both = [off(1, 20_000), off(2, 20_000)];
    assert_eq!(
        judged(&both, month),
        [Cause::BeyondMonth, Cause::BeyondMonth]
    );
    assert_eq!(judged(&both[..1], month), [Cause::WithinTolerance]);
    let strict = Tolerance {
        percent_e6: Some(1),
        ..cents(2)
    };
    let within_own = CdrFact {
        difference_e6: Some(10_000),
        ..cdr(1)
    };
    assert_eq!(
        judged(&[within_own], strict),
        [Cause::TotalDiffers],
        "a percent is less"
    );
}

#[test]
fn without_limits_only_an_equal_figure_passes() {
    let off = CdrFact {
        verdict: Verdict::Differs,
        difference_e6: Some(1),
        ..cdr(1)
    };
    let cdrs = [off, cdr(2)];
    let outcomes = reconcile(&Input {
        tolerance: Tolerance::default(),
        ..input(&cdrs, &[], &[])
    });
    assert_eq!(of(&outcomes, 1), (Bucket::Differs, Cause::TotalDiffers));
    assert_eq!(of(&outcomes, 2), (Bucket::Matched, Cause::Equal));
}

#[test]
fn of_two_tied_to_one_session_by_hand_the_later_is_a_double() {
    let cdrs = [cdr(1), cdr(2)];
    let outcomes = reconcile(&Input {
        links: &[(1, Some(2)), (2, Some(2))],
        ..input(&cdrs, &[session(1), session(2)], &[])
    });
    assert_eq!(of(&outcomes, 1), (Bucket::Matched, Cause::Equal));
    assert_eq!(of(&outcomes, 2), (Bucket::Duplicate, Cause::SameSession));
    assert_eq!(outcomes[1].matched_by, Some(MatchedBy::ByHand));
    let noted = Noted {
        code: FindingCode::DuplicateCdr,
        params: vec![("other", 1)],
    };
    assert!(outcomes[1].findings.contains(&noted), "it names the first");
}

#[test]
fn the_weaker_joins_leave_a_session_that_a_person_gave_away() {
    let by = |authorization: bool| CdrFact {
        session: None,
        authorization: authorization.then_some(Sym(5_000)),
        content: None,
        contract: session(1).contract.filter(|_| !authorization),
        ..cdr(1)
    };
    let theirs = SessionFact {
        authorization: Some(Sym(5_000)),
        ..session(1)
    };
    let tied = CdrFact {
        session: None,
        ..cdr(2)
    };
    for authorization in [true, false] {
        let cdrs = [by(authorization), tied.clone()];
        let judged = |links: &[_], stands: &[_]| {
            let outcomes = reconcile(&Input {
                links,
                ..input(&cdrs, &[theirs], stands)
            });
            of(&outcomes, 1)
        };
        let fits = (Bucket::Matched, Cause::Equal);
        assert_eq!(judged(&[], &[]), fits, "it would have fitted");
        assert_eq!(
            judged(&[(2, Some(1))], &[]),
            (Bucket::MissingSession, Cause::NoSession)
        );
        assert_eq!(
            judged(&[(2, Some(1))], &[(2, Stand::Excluded)]),
            fits,
            "what bills nothing takes nothing"
        );
    }
}

#[test]
fn the_strongest_of_several_decisions_about_a_session_counts() {
    let mut stands = [(1, Stand::Disputed), (1, Stand::Accepted), (1, Stand::Held)];
    for _ in 0..stands.len() {
        stands.rotate_left(1);
        let outcomes = reconcile(&Input {
            session_stands: &stands,
            ..input(&[], &[session(1)], &[])
        });
        let found = (outcomes[0].bucket, outcomes[0].cause);
        assert_eq!(found, (Bucket::Disputed, Cause::Disputed), "{stands:?}");
    }
}

/// A session is sent again while it runs and after: each time as another row.
#[test]
fn what_a_person_said_of_a_session_holds_when_it_is_sent_again() {
    let again = SessionFact {
        row: 9,
        ..session(2)
    };
    let sessions = [session(1), session(2), again];
    let cdrs = [cdr(1)];
    let outcomes = reconcile(&Input {
        links: &[(1, Some(2))],
        session_stands: &[(1, Stand::Accepted)],
        ..input(&cdrs, &sessions, &[])
    });
    let tied = (outcomes[0].session, outcomes[0].matched_by);
    assert_eq!(tied, (Some(9), Some(MatchedBy::ByHand)));
    let outcomes = reconcile(&Input {
        session_stands: &[(2, Stand::Accepted)],
        ..input(&cdrs, &sessions, &[])
    });
    let alone = outcomes.iter().find(|o| o.subject == Subject::Session(9));
    assert_eq!(alone.map(|o| o.cause), Some(Cause::Accepted));
}

#[test]
fn of_two_that_overlap_a_shifted_clock_is_odd_and_else_the_later_arrival() {
    // Both at one connector; by their sessions the second follows the first.
    let at = |row: i64, start_s: i64| CdrFact {
        connector: Some(Sym(4_000)),
        start_s,
        end_s: start_s + 3_600,
        ..cdr(row)
    };
    let borne = |row: i64, start_s: i64| SessionFact {
        start_s,
        end_s: Some(start_s + 3_600),
        ..session(row)
    };
    let odd = |cdrs: &[CdrFact], sessions: &[SessionFact]| -> Vec<Vec<Noted>> {
        let outcomes = run(cdrs, sessions, &[]);
        let overlaps = outcomes.into_iter().map(|outcome| {
            let noted = outcome.findings.into_iter();
            noted
                .filter(|it| it.code == FindingCode::SessionOverlap)
                .collect()
        });
        overlaps.collect()
    };
    let other = |row| {
        vec![Noted {
            code: FindingCode::SessionOverlap,
            params: vec![("other", row)],
        }]
    };
    let cdrs = [at(1, 11_800), at(2, 13_600)];
    let first_is_off = [borne(1, 10_000), borne(2, 13_600)];
    assert_eq!(odd(&cdrs, &first_is_off), [other(2), vec![]]);
    let both_stand = [borne(1, 11_800), borne(2, 13_600)];
    assert_eq!(odd(&cdrs, &both_stand), [vec![], other(1)]);
    assert_eq!(odd(&cdrs, &[]), [vec![], other(1)], "no sessions are sent");
}

#[test]
fn energy_against_the_session_is_told_with_both_figures() {
    let more = CdrFact {
        energy_e6: 21_000_000,
        ..cdr(1)
    };
    let outcomes = run(&[more], &[session(1)], &[]);
    let noted = Noted {
        code: FindingCode::EnergyMismatch,
        params: vec![("cdr_e6", 21_000_000), ("session_e6", 20_000_000)],
    };
    assert_eq!(outcomes[0].findings, [noted]);
}
