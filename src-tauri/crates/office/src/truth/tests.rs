//! Whose figures count: by the rule of whoever owns the CDR, anew whenever rule or session change.

use serde_json::{Value, json};
use store::row::{CdrRow, SessionRow};

use super::vectors::{KEY, NINE_AND_A_HALF, TEN, UNSET};
use super::*;
use crate::api::{AuditRequest, CdrDetail, CdrFilter, CdrSort, TruthDto, TruthRuleDto};
use crate::tests::{cdr, desk_in, import_text, session as session_of};
use crate::{Desk, Job, audit, detail, explorer, partners, reconcile};

/// The CDR of 10 kWh with this text of the meter's, and the key if it came along.
fn signed_cdr(text: &str, key: Option<&str>) -> String {
    let mut record: Value = serde_json::from_str(&cdr(1)).expect("a test's own record");
    record["signed_data"] = json!({
        "encoding_method": "OCMF",
        "signed_values": [{"nature": "End", "plain_data": "", "signed_data": text}]
    });
    if let Some(key) = key {
        record["signed_data"]["public_key"] = json!(key);
    }
    record.to_string()
}

/// Agrees with NL-ABC on whose figures count, and lets it follow.
fn agree(desk: &mut Desk, energy: &str, start: &str, end: &str) {
    let mut partner = partners::get(desk, "NL-ABC").expect("a partner of the data");
    partner.company.name = "Abacus BV".to_owned();
    partner.truth = TruthRuleDto {
        energy: energy.to_owned(),
        start: start.to_owned(),
        end: end.to_owned(),
    };
    partners::set(desk, &partner).expect("a rule can be agreed");
    follow(desk);
}

fn follow(desk: &Desk) {
    reconcile::reconcile_stale(desk, &mut Job::quiet()).expect("it can be reconciled");
}

fn shown(desk: &Desk) -> CdrDetail {
    detail::cdr(desk, 1).expect("the first CDR")
}

fn figure<'a>(detail: &'a CdrDetail, name: &str) -> &'a TruthDto {
    let mut figures = detail.truth.iter();
    figures
        .find(|truth| truth.figure == name)
        .expect("a figure")
}

fn found(detail: &CdrDetail) -> Vec<&str> {
    let codes = detail.findings.iter().map(|finding| finding.code.as_str());
    codes.filter(|code| code.starts_with("truth_")).collect()
}

/// How many CDRs the explorer finds by a finding.
fn listed(desk: &Desk, code: &str) -> usize {
    let filter = CdrFilter {
        finding: Some(code.to_owned()),
        ..CdrFilter::default()
    };
    let by = CdrSort {
        column: "id".to_owned(),
        descending: false,
    };
    explorer::open(desk, &filter, &by)
        .expect("a list")
        .rows
        .len()
}

#[test]
fn by_default_the_cdr_states_it() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let text = signed_cdr(NINE_AND_A_HALF, Some(KEY));
    import_text(&desk, folder.path(), "c.json", &text);
    import_text(&desk, folder.path(), "s.json", &session_of(1));
    follow(&desk);
    let detail = shown(&desk);
    let energy = figure(&detail, "energy");
    assert_eq!((energy.counts.as_str(), energy.differs), ("cdr", false));
    assert_eq!(energy.order, "cdr");
    let told: Vec<_> = energy.sources.iter().map(|it| it.told.as_deref()).collect();
    assert_eq!(told, [Some("9.5"), None, Some("10"), Some("10")]);
    assert_eq!(energy.sources[1].unfit.as_deref(), Some("no_register"));
    assert_eq!(found(&detail), [""; 0]);
    assert_eq!(detail.row.bucket, "matched");
}

#[test]
fn a_verified_reading_that_counts_and_differs_needs_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    let text = signed_cdr(NINE_AND_A_HALF, Some(KEY));
    import_text(&desk, folder.path(), "c.json", &text);
    import_text(&desk, folder.path(), "s.json", &session_of(1));
    agree(&mut desk, "signed,meter,cdr", "signed", "session");
    let detail = shown(&desk);
    let energy = figure(&detail, "energy");
    assert_eq!((energy.counts.as_str(), energy.differs), ("signed", true));
    assert_eq!(energy.difference.as_deref(), Some("0.5"));
    let start = figure(&detail, "start");
    assert_eq!((start.counts.as_str(), start.differs), ("signed", false));
    assert_eq!(figure(&detail, "end").counts, "session");
    assert_eq!(found(&detail), ["truth_energy"]);
    assert_eq!(detail.row.bucket, "differs");
    assert_eq!(detail.row.severity, "error");
    assert_eq!(listed(&desk, "truth_energy"), 1);
    assert_eq!(listed(&desk, "truth_time"), 0);

    // The rule is taken back: what followed from it goes.
    agree(&mut desk, "cdr", "cdr", "cdr");
    assert_eq!(shown(&desk).row.bucket, "matched");
    assert_eq!(listed(&desk, "truth_energy"), 0);
}

#[test]
fn a_signature_that_was_not_verified_is_passed_over() {
    for (text, key, why) in [
        (NINE_AND_A_HALF.to_owned(), None, "key_unknown"),
        (
            NINE_AND_A_HALF.replace("109.5", "109.6"),
            Some(KEY),
            "not_verified",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk_in(folder.path());
        import_text(&desk, folder.path(), "c.json", &signed_cdr(&text, key));
        import_text(&desk, folder.path(), "s.json", &session_of(1));
        agree(&mut desk, "signed,session", "signed", "signed");
        let detail = shown(&desk);
        let energy = figure(&detail, "energy");
        assert_eq!(energy.sources[0].unfit.as_deref(), Some(why));
        assert!(energy.sources[0].told.is_some(), "shown all the same");
        assert_eq!(energy.counts, "session");
        assert_eq!(figure(&detail, "start").counts, "cdr");
        assert_eq!(found(&detail), [""; 0]);
    }
}

#[test]
fn times_of_a_clock_that_was_not_set_do_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    import_text(
        &desk,
        folder.path(),
        "c.json",
        &signed_cdr(UNSET, Some(KEY)),
    );
    agree(&mut desk, "signed", "signed", "signed");
    let detail = shown(&desk);
    assert_eq!(figure(&detail, "energy").counts, "signed");
    let start = figure(&detail, "start");
    assert_eq!(start.counts, "cdr");
    assert_eq!(start.sources[0].unfit.as_deref(), Some("clock_not_set"));
}

#[test]
fn a_session_that_comes_later_is_asked_then() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    import_text(&desk, folder.path(), "c.json", &signed_cdr(TEN, Some(KEY)));
    agree(&mut desk, "session", "session", "session");
    let before = shown(&desk);
    let energy = figure(&before, "energy");
    assert_eq!(energy.counts, "cdr");
    assert_eq!(energy.sources[2].unfit.as_deref(), Some("no_session"));
    assert_eq!(listed(&desk, "truth_time"), 0);
    let late = session_of(1).replace("T08:01:00Z", "T08:00:30Z");
    import_text(&desk, folder.path(), "s.json", &late);
    follow(&desk);
    let after = shown(&desk);
    assert_eq!(figure(&after, "start").difference.as_deref(), Some("30"));
    assert_eq!(found(&after), ["truth_time"]);
    assert_eq!(after.row.bucket, "matched", "a time does not bill anything");
    assert_eq!(after.row.severity, "warning");
    assert_eq!(listed(&desk, "truth_time"), 1);
}

#[test]
fn what_stands_is_not_judged_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    import_text(&desk, folder.path(), "c.json", &signed_cdr(TEN, Some(KEY)));
    agree(&mut desk, "signed", "cdr", "cdr");
    let partner = "NL-ABC".parse().expect("a party");
    let month = "2026-09".parse().expect("a month");
    let key = (partners::row(&desk.book, &partner).expect("known"), month);
    let standing = store::truth::standing(&desk.book, key, &Scope::Month).expect("one");
    let marked = Judged {
        codes: "truth_energy".to_owned(),
        ..standing[&CdrRow(1)].clone()
    };
    let derived = |session: Option<SessionRow>| {
        let write = store::Durability::Facts;
        let sessions = HashMap::from([(CdrRow(1), session)]);
        desk.book
            .write(write, |book| derive(book, key, &Scope::Month, &sessions))
            .expect("it can be derived")
    };
    let write = store::Durability::Facts;
    desk.book
        .write(write, |book| store::truth::put(book, CdrRow(1), &marked))
        .expect("it can be kept");
    assert_eq!(derived(None).len(), 1, "what stands is taken as it is");
    let other = Some(SessionRow(99));
    assert_eq!(derived(other).len(), 0, "another session: looked at anew");
}

#[test]
fn a_change_of_the_rule_is_a_decision_with_before_and_after() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    import_text(&desk, folder.path(), "c.json", &cdr(1));
    agree(&mut desk, "signed,cdr", "cdr", "cdr");
    agree(&mut desk, "session", "cdr", "cdr");
    let log = audit::list(
        &desk,
        &AuditRequest {
            before: None,
            limit: 1,
        },
    );
    let entry = log.expect("a log").remove(0);
    assert_eq!(entry.verb, "partner_set");
    let was = "energy=signed,cdr start=cdr end=cdr";
    assert_eq!(entry.details["truth_before"], was);
    let is = "energy=session,cdr start=cdr end=cdr";
    assert_eq!(entry.details["truth_after"], is);
    assert!(audit::verify(&desk).expect("it can be walked").intact);
    let mut wrong = partners::get(&desk, "NL-ABC").expect("a partner");
    wrong.truth.energy = "cdr,signed".to_owned();
    assert!(partners::set(&mut desk, &wrong).is_err());
}

#[test]
fn an_import_that_is_told_of_a_register_is_read_as_a_share_or_not_at_all() {
    let periods = |volumes: &[&str]| -> Vec<ChargingPeriod> {
        let at: Instant = "2026-09-01T08:00:00Z".parse().expect("an instant");
        let period = |volume: &&str| ChargingPeriod {
            start_at: at,
            dimensions: vec![domain::Dimension {
                kind: DimensionKind::EnergyImport,
                volume: volume.parse().expect("a decimal"),
            }],
            tariff_id: None,
        };
        volumes.iter().map(period).collect()
    };
    let kwh = |text: &str| Some(Ok(Kwh(text.parse().expect("a decimal"))));
    for (volumes, told) in [
        (&[][..], None),
        (&["7.5"], kwh("7.5")),
        (&["0", "7.5"], kwh("7.5")),
        (&["4", "3", "1"], kwh("8")),
        (&["4", "7"], Some(Err(Unfit::RegisterUnclear))),
    ] {
        assert_eq!(imported(&periods(volumes)), told, "{volumes:?}");
    }
}
