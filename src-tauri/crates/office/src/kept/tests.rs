//! A what-if is kept by decision: it prices its CDR until it is undone.

use store::row::DecisionSeq;

use super::*;
use crate::api::{UndoRequest, WhatIf};
use crate::detail;
use crate::tests::{cdr, desk_in, import_text, session};
use crate::{Job, audit, reconcile, replay};

/// A desk with a CDR of 10.42 kWh at 0.30 that states 3.10, and its session.
fn desk(folder: &std::path::Path) -> Desk {
    let desk = desk_in(folder);
    let record = cdr(1)
        .replace("\"volume\":10}", "\"volume\":10.42}")
        .replace("\"total_energy\":10,", "\"total_energy\":10.42,")
        .replace("3.00,\"incl_vat\":3.63", "3.10,\"incl_vat\":3.80");
    import_text(
        &desk,
        folder,
        "session.json",
        &session(1).replace("\"kwh\":10,", "\"kwh\":10.42,"),
    );
    import_text(&desk, folder, "one.json", &record);
    reconcile::reconcile_stale(&desk, &mut Job::quiet()).unwrap();
    desk
}

fn rounded(digits: &str) -> WhatIf {
    let reading = ("rounding".to_owned(), format!("per_total,{digits},half_up"));
    WhatIf {
        cdr: 1,
        policy: [reading].into(),
        ..WhatIf::default()
    }
}

fn request(what: WhatIf) -> KeepWhatIf {
    KeepWhatIf {
        what,
        reason: " agreed by phone ".to_owned(),
    }
}

/// Bucket, replayed net, and the decision that the stored result names.
fn stands(desk: &Desk) -> (String, Option<String>, Option<u32>) {
    let shown = detail::cdr(desk, 1).unwrap();
    let stored = store::replay::get(&desk.book, CdrRow::from(1))
        .unwrap()
        .unwrap();
    let net = shown.replayed.total.and_then(|total| total.excl_vat);
    assert_eq!(
        shown.row.replayed, net,
        "the list shows what the panel shows"
    );
    (shown.row.bucket, net, stored.kept.map(DecisionSeq::number))
}

#[test]
fn what_is_kept_prices_the_cdr_until_it_is_undone() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let before = stands(&desk);
    assert_eq!(
        before,
        ("differs".to_owned(), Some("3.126".to_owned()), None)
    );

    let decided = keep(&mut desk, &request(rounded("1"))).unwrap();
    assert_eq!((decided.count, decided.rows.len()), (1, 1));
    let kept = (
        "matched".to_owned(),
        Some("3.1".to_owned()),
        Some(decided.decision),
    );
    assert_eq!(stands(&desk), kept);
    let shown = detail::cdr(&desk, 1)
        .unwrap()
        .kept
        .expect("the panel says so");
    assert_eq!(
        (shown.reason.as_str(), shown.actor.as_str()),
        ("agreed by phone", "test")
    );
    assert_eq!(shown.what, rounded("1"));

    replay::run(&desk, &mut Job::quiet(), Some("NL-ABC"), None).unwrap();
    assert_eq!(stands(&desk), kept, "a replay of the month keeps it");

    let undo = UndoRequest {
        decision: decided.decision,
        reason: String::new(),
    };
    decide::undo(&mut desk, &undo).unwrap();
    assert_eq!(stands(&desk), before);
    assert_eq!(detail::cdr(&desk, 1).unwrap().kept, None);
    let verdict = audit::verify(&desk).unwrap();
    assert!(verdict.intact && verdict.entries == 2, "{verdict:?}");
}

#[test]
fn the_last_that_was_kept_counts() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    keep(&mut desk, &request(rounded("1"))).unwrap();
    let second = keep(&mut desk, &request(rounded("0"))).unwrap();
    let kept = (
        "differs".to_owned(),
        Some("3".to_owned()),
        Some(second.decision),
    );
    assert_eq!(stands(&desk), kept);
}

#[test]
fn what_cannot_be_kept_is_refused_and_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let before = stands(&desk);
    let nothing = WhatIf {
        cdr: 1,
        ..WhatIf::default()
    };
    let unknown = WhatIf {
        tariff: Some(9),
        ..rounded("1")
    };
    let mut said = |request: &KeepWhatIf| keep(&mut desk, request).unwrap_err().to_string();
    assert_eq!(said(&request(nothing)), "nothing is supposed");
    assert_eq!(said(&request(unknown)), "no tariff 9");
    let silent = KeepWhatIf {
        what: rounded("1"),
        reason: "  ".to_owned(),
    };
    assert_eq!(said(&silent), "a decision needs a reason");
    assert_eq!(stands(&desk), before);
    assert_eq!(audit::verify(&desk).unwrap().entries, 0);
}
