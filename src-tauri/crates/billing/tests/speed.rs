//! How long a large month takes. Not run by default: `cargo test --release -p tallywatt-billing
//! --test speed -- --ignored --nocapture`.

use std::collections::BTreeMap;
use std::time::Instant;

use billing::causes::{
    CauseKey, DifferingCdr, Explanation, Terms, Tolerance, group, propose, what_if,
};
use billing::reconcile::{CdrFact, Input, SessionFact, Subject, UtcOffset, reconcile, summarize};
use billing::{Interner, Sym};
use domain::{BillingMonth, Bucket, Currency, SessionStatus, Verdict};
use tallywatt_billing as billing;

const COUNT: i64 = 1_000_000;

fn month() -> BillingMonth {
    "2026-09".parse().expect("a month")
}

fn sym(ids: &mut Interner, prefix: &str, n: i64) -> Sym {
    ids.sym(&format!("{prefix}{n:012}"))
}

/// Every seventh CDR names no session, every hundredth is a second bill of the one before, every
/// thousandth the credit of the one before the one before.
fn cdr(ids: &mut Interner, row: i64) -> CdrFact {
    let credit = row % 1_000 == 550;
    let of = match row % 100 {
        99 => row - 1,
        _ if credit => row - 2,
        _ => row,
    };
    let contract = sym(ids, "contract", of % 50_000);
    CdrFact {
        row,
        month: month(),
        key: sym(ids, "cdr", row),
        session: (row % 7 != 0).then(|| sym(ids, "session", of)),
        authorization: None,
        contract: Some(contract),
        token: Some(contract),
        evse: Some(sym(ids, "evse", of % 20_011)),
        connector: Some(sym(ids, "connector", of % 20_011)),
        start_s: of * 5_000,
        end_s: of * 5_000 + 3_600,
        currency: Currency::EUR,
        energy_e6: 20_000_000,
        stated_e6: Some(if credit { -9_800_000 } else { 9_800_000 }),
        verdict: if row % 50 == 0 {
            Verdict::Differs
        } else {
            Verdict::Matches
        },
        difference_e6: Some(if row % 50 == 0 { 120_000 } else { 0 }),
        errors: Vec::new(),
        credit,
        credits: credit.then(|| sym(ids, "cdr", of)),
        content: u64::try_from(row).ok(),
    }
}

fn session(ids: &mut Interner, row: i64) -> SessionFact {
    SessionFact {
        row,
        month: month(),
        id: sym(ids, "session", row),
        authorization: None,
        contract: Some(sym(ids, "contract", row % 50_000)),
        evse: Some(sym(ids, "evse", row % 20_011)),
        status: SessionStatus::Completed,
        start_s: row * 5_000,
        end_s: Some(row * 5_000 + 3_600),
        energy_e6: 20_000_000,
    }
}

#[test]
#[ignore = "a measurement, not a check"]
fn a_million_cdrs_and_sessions() {
    let mut ids = Interner::new();
    let started = Instant::now();
    let cdrs: Vec<CdrFact> = (1..=COUNT).map(|row| cdr(&mut ids, row)).collect();
    let sessions: Vec<SessionFact> = (1..=COUNT).map(|row| session(&mut ids, row)).collect();
    println!("facts made, ids interned: {:?}", started.elapsed());
    let started = Instant::now();
    let outcomes = reconcile(&Input {
        month: month(),
        cdrs: &cdrs,
        sessions: &sessions,
        stands: &[],
        session_stands: &[],
        links: &[],
        changed: &[],
        billed_elsewhere: &[],
        due_s: None,
        tolerance: Tolerance {
            per_cdr_e6: Some(10_000),
            ..Tolerance::default()
        },
        utc_offset_s: UtcOffset(&|_| 7_200),
        sends_sessions: true,
    });
    println!("reconciled: {:?}", started.elapsed());
    let started = Instant::now();
    let totals = summarize(&outcomes, &cdrs).expect("a million amounts fit");
    println!("summed: {:?}", started.elapsed());
    for (bucket, total) in &totals {
        println!("{:16} {:>9}", bucket.as_str(), total.count);
    }
    assert_eq!(
        totals[&Bucket::Duplicate].count,
        10_000,
        "the second bills, and no others"
    );
    assert_eq!(
        totals[&Bucket::MissingCdr].count,
        11_000,
        "of second bills and of credits"
    );
    let of_cdrs = outcomes
        .iter()
        .filter(|o| matches!(o.subject, Subject::Cdr(_)))
        .count();
    assert_eq!(i64::try_from(of_cdrs), Ok(COUNT));
}

/// Each CDR has one of ten policies, another of 97 and one of 9973 causes in the data, so that many
/// choices between causes are made. Every twentieth has none.
fn differing(row: i64, policies: &[CauseKey], data: &[CauseKey]) -> DifferingCdr {
    let one = |keys: &[CauseKey], step: i64, cost| {
        let at = usize::try_from(row / step).expect("rows are positive") % keys.len();
        Explanation {
            cause: keys[at].clone(),
            cost,
        }
    };
    let explanations = if row % 20 == 0 {
        Vec::new()
    } else {
        vec![
            one(&policies[..10], 3, 2),
            one(policies, 7, 1),
            one(data, 1, 3),
        ]
    };
    DifferingCdr {
        row,
        currency: Currency::EUR,
        stated_e6: 9_800_000,
        difference_e6: row % 200_001 - 100_000,
        end_s: row * 3,
        place: u32::try_from(row % 20_011).ok().map(Sym),
        tariff: u32::try_from(row % 211).ok().map(Sym),
        energy_e6: 20_000_000,
        explanations,
    }
}

#[test]
#[ignore = "a measurement, not a check"]
fn a_million_differences_by_cause() {
    let keys = |count: u32, key: fn(&str) -> CauseKey, prefix: &str| -> Vec<CauseKey> {
        (0..count).map(|n| key(&format!("{prefix}{n}"))).collect()
    };
    let policies = keys(97, CauseKey::policy, "switch=");
    let data = keys(9_973, CauseKey::data, "tariff_version ");
    let tolerance = Tolerance {
        per_cdr_e6: Some(50_000),
        percent_e6: Some(1_000_000),
        ..Tolerance::default()
    };
    let terms = Terms {
        share_percent: 5,
        ..Terms::USUAL
    };
    for count in [COUNT / 4, COUNT / 2, COUNT] {
        let cdrs: Vec<DifferingCdr> = (1..=count)
            .map(|row| differing(row, &policies, &data))
            .collect();
        let started = Instant::now();
        let month = group(&cdrs);
        let grouped = started.elapsed();
        let started = Instant::now();
        let proposals = propose(&cdrs, terms, |_| Vec::new());
        let proposed = started.elapsed();
        let started = Instant::now();
        let effect = what_if(&cdrs, &tolerance, &BTreeMap::new());
        let judged = started.elapsed();
        println!("{count}: grouped {grouped:?}, proposed {proposed:?}, tolerance {judged:?}");
        let rows = |groups: &[billing::causes::Group]| -> usize {
            groups.iter().map(|group| group.rows.len()).sum()
        };
        let none = month.unexplained.as_slice();
        assert_eq!(i64::try_from(rows(none)), Ok(count / 20));
        assert_eq!(i64::try_from(rows(&month.groups)), Ok(count - count / 20));
        assert_eq!(proposals.len(), 10, "each of the ten explains a tenth");
        assert!(effect.passing().count() > 0, "half are below five cents");
    }
}
