//! A partner-month as people work on it: what it waits for, what links and rules move, what comes
//! back by itself.

use std::path::Path;

use office::api::{
    CauseGroup, DecideRequest, DecisionTarget, LinkRequest, MonthRequest, ReconcileRow,
    ReconcileRowsRequest, RuleRequest, RuleTerms, ScatterRequest, SideRequest, ToleranceDto,
    ToleranceRequest, UndoRequest,
};
use office::reconciling;
use office::{Desk, Job};

use crate::record::{Record, cdr_file, desk, import, session_file, standing};

fn of_month() -> MonthRequest {
    MonthRequest {
        partner: "DE-ABC".into(),
        month: "2026-09".into(),
    }
}

/// Key, bucket and count of what waits.
fn waiting(desk: &Desk) -> Vec<(String, String, u32)> {
    let month = reconciling::month(desk, &of_month()).unwrap();
    let told = |group: &CauseGroup| (group.key.clone(), group.bucket.clone(), group.count);
    month.causes.iter().map(told).collect()
}

fn rows(desk: &Desk, request: ReconcileRowsRequest) -> Vec<ReconcileRow> {
    let request = ReconcileRowsRequest {
        partner: "DE-ABC".into(),
        month: "2026-09".into(),
        len: 100,
        ..request
    };
    let found = reconciling::rows(desk, &request).unwrap();
    assert_eq!(usize::try_from(found.total).unwrap(), found.rows.len());
    found.rows
}

fn all(desk: &Desk) -> Vec<ReconcileRow> {
    rows(desk, ReconcileRowsRequest::default())
}

fn reconcile(desk: &Desk) {
    let (partner, month) = office::reconcile::parse(desk, "DE-ABC", "2026-09").unwrap();
    office::reconcile::partner_month(desk, &partner, month).unwrap();
}

fn undo(desk: &mut Desk, decision: u32) {
    let request = UndoRequest {
        decision,
        reason: "by mistake".into(),
    };
    office::decide::undo(desk, &request).unwrap();
}

/// CDRs 1 to 6, of which 2 and 3 round to whole cents though four digits are agreed, 4 states a
/// total that nothing explains and 6 names no session. Sessions 1 to 6 and one more.
fn book(folder: &Path) -> Desk {
    let desk = desk(folder);
    let mut records: Vec<Record> = (1..=6)
        .map(|n| Record::new(n, 9_001 + u64::from(n)))
        .collect();
    for record in &mut records[1..3] {
        *record = record.clone().in_cents();
    }
    records[3] = records[3].clone().raised(12_345);
    records[5] = Record::new(6, 19_000).nameless();
    import(&desk, &cdr_file(folder, "cdrs.ndjson", &records));
    records.push(Record::new(20, 9_000));
    records[5] = Record::new(16, 19_000);
    import(&desk, &session_file(folder, "sessions.ndjson", &records));
    desk
}

#[test]
fn what_a_month_waits_for_is_told_by_cause() {
    let folder = tempfile::tempdir().unwrap();
    let desk = book(folder.path());
    let month = reconciling::month(&desk, &of_month()).unwrap();
    let told = waiting(&desk);
    assert_eq!(told[0].1, "differs");
    assert_eq!(told[0].2, 2, "both that are rounded to cents: {told:?}");
    let cents = &month.causes[0];
    assert!(cents.text.contains("round"), "{}", cents.text);
    assert_eq!(cents.difference.len(), 1);
    let rest: Vec<_> = told[1..]
        .iter()
        .map(|(key, bucket, n)| (&**key, &**bucket, *n))
        .collect();
    assert_eq!(
        rest,
        [
            ("reason:no_cdr", "missing_cdr", 2),
            ("reason:no_session", "missing_session", 1),
            ("unexplained", "differs", 1),
        ]
    );
    let counted: u32 = month.buckets.iter().map(|bucket| bucket.count).sum();
    assert_eq!(counted, 8, "six CDRs and two sessions without one");
    assert_eq!(month.buckets[0].share, "25.0");
    assert!(
        month
            .findings
            .iter()
            .any(|finding| finding.code == "total_mismatch")
    );

    for group in &month.causes {
        let request = ReconcileRowsRequest {
            bucket: Some(group.bucket.clone()),
            cause: Some(group.key.clone()),
            ..ReconcileRowsRequest::default()
        };
        let found = rows(&desk, request);
        assert_eq!(
            found.len(),
            usize::try_from(group.count).unwrap(),
            "{}",
            group.key
        );
        assert!(
            found
                .iter()
                .all(|row| row.cause.as_ref() == Some(&group.key))
        );
    }
    let by_finding = ReconcileRowsRequest {
        finding: Some("total_mismatch".into()),
        ..ReconcileRowsRequest::default()
    };
    assert_eq!(rows(&desk, by_finding).len(), 3);

    let charts = reconciling::charts(&desk, &of_month()).unwrap();
    assert_eq!(charts.days.len(), 30);
    let sum = |of: fn(&office::api::DayDto) -> u32| charts.days.iter().map(of).sum::<u32>();
    assert_eq!((sum(|day| day.cdrs), sum(|day| day.missing_cdrs)), (6, 2));
    assert_eq!(charts.causes.iter().map(|day| day.count).sum::<u32>(), 3);
    let scatter = ScatterRequest {
        partner: "DE-ABC".into(),
        month: "2026-09".into(),
        evse: None,
    };
    let scatter = reconciling::scatter(&desk, &scatter).unwrap();
    assert_eq!((scatter.evses.len(), scatter.points.len()), (3, 1));
}

#[test]
fn a_link_by_hand_moves_both_sides_and_its_undo_takes_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = book(folder.path());
    let lost = rows(
        &desk,
        ReconcileRowsRequest {
            bucket: Some("missing_session".into()),
            ..ReconcileRowsRequest::default()
        },
    );
    let before = standing(&desk);
    let side = SideRequest {
        cdr: lost[0].cdr,
        session: None,
    };
    let side = reconciling::side_by_side(&desk, &side).unwrap();
    assert!(
        side.fields
            .iter()
            .any(|field| field.field == "energy" && !field.differs)
    );
    let session = all(&desk)
        .into_iter()
        .find(|row| row.id == "S-CDR-0016")
        .unwrap();
    let link = LinkRequest {
        cdr: lost[0].cdr.unwrap(),
        session: session.session,
        reason: "the driver says so".into(),
    };
    let done = reconciling::link(&mut desk, &link).unwrap();
    let linked = all(&desk)
        .into_iter()
        .find(|row| row.cdr == lost[0].cdr)
        .unwrap();
    assert_eq!(linked.matched_by.as_deref(), Some("by_hand"));
    assert_eq!(linked.session, session.session);
    assert!(
        !all(&desk)
            .iter()
            .any(|row| row.cdr.is_none() && row.session == session.session)
    );
    undo(&mut desk, done.decision);
    assert_eq!(standing(&desk), before);
}

#[test]
fn a_rule_accepts_what_it_catches_and_nothing_wider() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = book(folder.path());
    let before = standing(&desk);
    let cause = waiting(&desk)[0].0.clone();
    let target = DecisionTarget {
        partner: "DE-ABC".into(),
        month: "2026-09".into(),
        causes: vec![cause.clone()],
        ..DecisionTarget::default()
    };
    let proposed = reconciling::rule_of(&desk, &target).unwrap().unwrap();
    assert_eq!(proposed.terms.cause, cause);
    assert_eq!(proposed.caught[0].count, 2);
    assert_eq!(proposed.caught.len(), 4, "this month and three before");
    let terms = RuleTerms {
        at_most: "0.000001".into(),
        ..proposed.terms.clone()
    };
    let request = |terms: RuleTerms| RuleRequest {
        partner: "DE-ABC".into(),
        month: "2026-09".into(),
        terms,
        reason: "agreed by mail".into(),
    };
    assert_eq!(
        reconciling::rule_effect(&desk, &request(terms)).unwrap()[0].count,
        0
    );
    let kept = reconciling::rule_keep(&mut desk, &request(proposed.terms)).unwrap();
    assert!(!waiting(&desk).iter().any(|(key, _, _)| *key == cause));
    let accepted = rows(
        &desk,
        ReconcileRowsRequest {
            bucket: Some("accepted".into()),
            ..ReconcileRowsRequest::default()
        },
    );
    let reasons: Vec<&str> = accepted.iter().map(|row| &*row.reason).collect();
    assert_eq!(reasons, ["accepted_by_rule", "accepted_by_rule"]);
    undo(&mut desk, kept.decision);
    assert_eq!(standing(&desk), before);
}

#[test]
fn what_was_accepted_comes_back_when_its_replay_changes() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = book(folder.path());
    let target = DecisionTarget {
        partner: "DE-ABC".into(),
        month: "2026-09".into(),
        causes: vec!["unexplained".into()],
        ..DecisionTarget::default()
    };
    let request = DecideRequest {
        verb: "accept".into(),
        target,
        reason: "small".into(),
        until: None,
    };
    reconciling::decide(&mut desk, &request).unwrap();
    assert!(
        !waiting(&desk)
            .iter()
            .any(|(key, _, _)| key == "unexplained")
    );
    let mut partner = office::partners::get(&desk, "DE-ABC").unwrap();
    partner
        .policy
        .insert("rounding".into(), "per_total,2,half_up".into());
    office::partners::set(&mut desk, &partner).unwrap();
    office::replay::run(&desk, &mut Job::quiet(), Some("DE-ABC"), None).unwrap();
    let told = waiting(&desk);
    let changed = told
        .iter()
        .find(|(key, _, _)| key == "reason:changed_since_decided");
    assert_eq!(
        changed.map(|(_, bucket, count)| (&**bucket, *count)),
        Some(("differs", 1))
    );
    let back = all(&desk).into_iter().filter(|row| row.changed);
    assert_eq!(back.count(), 1);
}

#[test]
fn a_session_is_missing_its_cdr_only_when_that_is_due_and_a_hold_ends_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let session = Record::new(27, 9_000);
    desk.now = "2026-09-30T08:00:00Z".parse().unwrap();
    import(&desk, &session_file(folder.path(), "s.ndjson", &[session]));
    let now = |desk: &Desk| {
        waiting(desk)
            .into_iter()
            .map(|(key, _, _)| key)
            .collect::<Vec<_>>()
    };
    assert_eq!(now(&desk), ["reason:cdr_not_due"]);
    desk.now = "2026-10-02T08:00:00Z".parse().unwrap();
    office::reconcile::reconcile_stale(&desk, &mut Job::quiet()).unwrap();
    assert_eq!(now(&desk), ["reason:no_cdr"], "three days have passed");
    let hold = DecideRequest {
        verb: "hold".into(),
        target: DecisionTarget {
            partner: "DE-ABC".into(),
            month: "2026-09".into(),
            causes: vec!["reason:no_cdr".into()],
            ..DecisionTarget::default()
        },
        reason: "they look for it".into(),
        until: Some("2026-10-10".into()),
    };
    reconciling::decide(&mut desk, &hold).unwrap();
    reconcile(&desk);
    assert_eq!(now(&desk), ["reason:held"]);
    desk.now = "2026-10-10T08:00:00Z".parse().unwrap();
    office::reconcile::reconcile_stale(&desk, &mut Job::quiet()).unwrap();
    assert_eq!(now(&desk), ["reason:no_cdr"], "the day has come");
}

#[test]
fn a_tolerance_shows_what_it_would_let_through_before_it_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = book(folder.path());
    let ask = |per_cdr: &str, per_month: Option<&str>| ToleranceRequest {
        partner: "DE-ABC".into(),
        month: "2026-09".into(),
        tolerance: ToleranceDto {
            per_cdr: Some(per_cdr.into()),
            per_month: per_month.map(str::to_owned),
            ..ToleranceDto::default()
        },
    };
    let effect = reconciling::tolerance_effect(&desk, &ask("0.01", None)).unwrap();
    assert_eq!((effect.passing, effect.beyond["per_cdr"]), (2, 1));
    let effect = reconciling::tolerance_effect(&desk, &ask("0.01", Some("0.000001"))).unwrap();
    assert_eq!((effect.passing, effect.within[0].month_holds), (0, false));
    let mut partner = office::partners::get(&desk, "DE-ABC").unwrap();
    partner.tolerance = "0.01".into();
    office::partners::set(&mut desk, &partner).unwrap();
    office::replay::run(&desk, &mut Job::quiet(), Some("DE-ABC"), None).unwrap();
    let differs = rows(
        &desk,
        ReconcileRowsRequest {
            bucket: Some("differs".into()),
            ..ReconcileRowsRequest::default()
        },
    );
    assert_eq!(differs.len(), 1, "what the effect said");
}

#[test]
fn a_token_that_is_none_of_ours_is_told_once_the_book_holds_ours() {
    let folder = tempfile::tempdir().unwrap();
    let desk = book(folder.path());
    let with = |desk: &Desk| {
        let request = ReconcileRowsRequest {
            finding: Some("token_unknown".into()),
            ..ReconcileRowsRequest::default()
        };
        rows(desk, request).len()
    };
    assert_eq!(with(&desk), 0, "without tokens nothing can be said");
    let token = r#"{"country_code":"NL","party_id":"TAL","uid":"UCDR-0001","type":"RFID",
"contract_id":"NL-TAL-CDR-0001","issuer":"Tallywatt","valid":true,"whitelist":"ALWAYS",
"last_updated":"2026-01-01T00:00:00Z"}"#;
    let path = folder.path().join("tokens.json");
    std::fs::write(&path, token).unwrap();
    import(&desk, &path);
    reconcile(&desk);
    assert_eq!(with(&desk), 5, "all but the one whose token came");
}
