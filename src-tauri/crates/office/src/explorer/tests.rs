//! Filters, orders, sums and facets over a small book whose every CDR is known.

use crate::Desk;
use crate::api::{AcceptDifferences, CdrFilter, CdrSort, CdrView, Selection};
use crate::explorer::{facets, loading, matching, open, warm};
use crate::tests::{cdr, desk_in, import_text, session};

/// Six CDRs: 0 and 1 plain, 2 of another partner, 3 overcharged, 4 long, 5 elsewhere and small.
fn desk(folder: &std::path::Path) -> Desk {
    let desk = desk_in(folder);
    let other = cdr(2).replace("\"ABC\"", "\"XYZ\"");
    let dear = cdr(3).replace(
        "\"total_cost\":{\"excl_vat\":3.00,\"incl_vat\":3.63}",
        "\"total_cost\":{\"excl_vat\":4.25,\"incl_vat\":5.14}",
    );
    let long = cdr(4)
        .replace("2026-09-01T09:04:00Z", "2026-09-02T09:04:00Z")
        .replace("\"total_time\":1", "\"total_time\":25");
    let elsewhere = cdr(5)
        .replace("NL*ABC*E1", "NL*ABC*E2")
        .replace("Harbour", "Zoo")
        .replace("\"volume\":10", "\"volume\":2")
        .replace("\"total_energy\":10", "\"total_energy\":2")
        .replace("3.00", "0.60")
        .replace("3.63", "0.73");
    let records = [cdr(0), cdr(1), other, dear, long, elsewhere];
    let result = import_text(&desk, folder, "six.ndjson", &records.join("\n"));
    assert_eq!((result.new, result.rejected), (6, 0), "{result:?}");
    desk
}

fn view(desk: &Desk, filter: &CdrFilter, column: &str, descending: bool) -> CdrView {
    let sort = CdrSort {
        column: column.into(),
        descending,
    };
    open(desk, filter, &sort).expect("a view opens")
}

fn ids(view: &CdrView) -> Vec<&str> {
    view.rows.iter().map(|row| row.id.as_str()).collect()
}

#[test]
fn each_condition_lets_through_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let all = CdrFilter::default;
    let cases: [(CdrFilter, &[u32]); 15] = [
        (all(), &[0, 1, 2, 3, 4, 5]),
        (
            CdrFilter {
                partners: vec!["nl-xyz".into()],
                ..all()
            },
            &[2],
        ),
        (
            CdrFilter {
                partners: vec!["NL-ZZZ".into()],
                ..all()
            },
            &[],
        ),
        (
            CdrFilter {
                months: vec!["2026-09".into()],
                ..all()
            },
            &[0, 1, 2, 3, 4, 5],
        ),
        (
            CdrFilter {
                months: vec!["2026-08".into()],
                ..all()
            },
            &[],
        ),
        (
            CdrFilter {
                verdicts: vec!["differs".into()],
                ..all()
            },
            &[3],
        ),
        (
            CdrFilter {
                difference_above: Some("1.2499".into()),
                ..all()
            },
            &[3],
        ),
        (
            CdrFilter {
                difference_above: Some("1.25".into()),
                ..all()
            },
            &[],
        ),
        (
            CdrFilter {
                stated_max: Some("0.60".into()),
                ..all()
            },
            &[5],
        ),
        (
            CdrFilter {
                energy_min: Some("10".into()),
                ..all()
            },
            &[0, 1, 2, 3, 4],
        ),
        (
            CdrFilter {
                longer_than_h: Some("1".into()),
                ..all()
            },
            &[4],
        ),
        (
            CdrFilter {
                evse: Some("*e2".into()),
                ..all()
            },
            &[5],
        ),
        (
            CdrFilter {
                finding: Some("total_mismatch".into()),
                ..all()
            },
            &[3],
        ),
        (
            CdrFilter {
                text: Some("ZOO".into()),
                ..all()
            },
            &[5],
        ),
        (
            CdrFilter {
                text: Some("cdr-1".into()),
                currency: Some("EUR".into()),
                ..all()
            },
            &[1],
        ),
    ];
    for (filter, expected) in cases {
        let expected: Vec<String> = expected.iter().map(|n| format!("CDR-{n}")).collect();
        assert_eq!(
            ids(&view(&desk, &filter, "id", false)),
            expected,
            "{filter:?}"
        );
        assert_eq!(
            matching(&desk, &filter).unwrap().len(),
            expected.len(),
            "{filter:?}"
        );
    }
}

#[test]
fn what_is_no_condition_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    for filter in [
        CdrFilter {
            stated_min: Some("a lot".into()),
            ..CdrFilter::default()
        },
        CdrFilter {
            months: vec!["September".into()],
            ..CdrFilter::default()
        },
        CdrFilter {
            buckets: vec!["lost".into()],
            ..CdrFilter::default()
        },
    ] {
        assert!(matching(&desk, &filter).is_err(), "{filter:?}");
    }
    let sort = CdrSort {
        column: "colour".into(),
        descending: false,
    };
    assert!(open(&desk, &CdrFilter::default(), &sort).is_err());
}

#[test]
fn orders_break_ties_by_row_and_put_what_is_absent_last() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let first = |column: &str, descending| {
        let found = view(&desk, &CdrFilter::default(), column, descending);
        ids(&found)[..2]
            .iter()
            .map(|id| (*id).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(first("start", false), ["CDR-0", "CDR-1"]);
    assert_eq!(first("start", true), ["CDR-5", "CDR-4"]);
    assert_eq!(
        first("partner", true),
        ["CDR-2", "CDR-0"],
        "ties by row, also downward"
    );
    assert_eq!(first("stated", true), ["CDR-3", "CDR-0"]);
    assert_eq!(first("energy", false), ["CDR-5", "CDR-0"]);
    assert_eq!(first("difference", true), ["CDR-3", "CDR-0"]);
    assert_eq!(first("duration", true), ["CDR-4", "CDR-0"]);
    assert_eq!(first("evse", true), ["CDR-5", "CDR-0"], "E2 comes after E1");
    assert_eq!(
        first("location", true),
        ["CDR-5", "CDR-0"],
        "Zoo comes after Harbour"
    );
}

#[test]
fn sums_are_exact_and_facets_leave_their_own_condition_out() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let everything = view(&desk, &CdrFilter::default(), "start", false);
    let sum = &everything.sums[0];
    assert_eq!(
        (everything.count, everything.energy_kwh.as_str()),
        (6, "52")
    );
    assert_eq!(
        (sum.stated.as_str(), sum.replayed.as_str()),
        ("16.85", "15.6")
    );
    assert_eq!(sum.difference, "1.25");
    assert_eq!(
        everything.rows[0].start_local, "2026-09-01T10:00:00+02:00",
        "summer in Utrecht"
    );
    assert_eq!(
        everything.rows[0].contract, "NL-TAL•••-1",
        "nobody's contract is shown whole"
    );

    let only = CdrFilter {
        partners: vec!["NL-XYZ".into()],
        ..CdrFilter::default()
    };
    let found = facets(&desk, &only).unwrap();
    let partners: Vec<_> = found
        .partners
        .iter()
        .map(|f| (f.value.as_str(), f.count))
        .collect();
    assert_eq!(
        partners,
        [("NL-ABC", 5), ("NL-XYZ", 1)],
        "the others can still be chosen"
    );
    assert_eq!(found.months.iter().map(|facet| facet.count).sum::<u32>(), 1);
}

#[test]
fn buckets_follow_what_happens_at_this_desk_and_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let matched = CdrFilter {
        buckets: vec!["matched".into()],
        ..CdrFilter::default()
    };
    assert_eq!(
        view(&desk, &matched, "id", false).count,
        0,
        "nothing was reconciled yet"
    );
    let sessions: Vec<String> = (0..6).map(session).collect();
    import_text(
        &desk,
        folder.path(),
        "sessions.ndjson",
        &sessions.join("\n"),
    );
    let elsewhere = desk.again(desk.now).unwrap().expect("a book in a file");
    crate::reconcile::reconcile_stale(&elsewhere, &mut crate::Job::quiet()).unwrap();
    let buckets = facets(&desk, &CdrFilter::default()).unwrap().buckets;
    assert_eq!(buckets.iter().map(|facet| facet.count).sum::<u32>(), 6);
    assert!(
        buckets.iter().all(|facet| !facet.value.is_empty()),
        "{buckets:?}"
    );
    let differs = CdrFilter {
        buckets: vec!["differs".into()],
        ..CdrFilter::default()
    };
    let is_listed = |desk: &Desk| ids(&view(desk, &differs, "id", false)).contains(&"CDR-3");
    assert!(is_listed(&desk), "another desk's work is seen");

    let accept = AcceptDifferences {
        selection: Selection::Rows(vec![4]),
        reason: "agreed by telephone".into(),
    };
    let decided = crate::decide::accept_differences(&mut desk, &accept).unwrap();
    assert_eq!(decided.count, 1);
    assert!(!is_listed(&desk), "this desk's too");
}

#[test]
fn whoever_shares_a_desk_can_wait_for_the_explorer_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    assert!(loading(&desk).is_none(), "nobody asked for it yet");
    warm(&desk).unwrap();
    let sign = loading(&desk).expect("the book is being read, or was and nobody asked yet");
    sign.wait();
    let found = view(&desk, &CdrFilter::default(), "start", false);
    assert_eq!(found.count, 6);
    assert!(loading(&desk).is_none(), "nothing is left to wait for");
    warm(&desk).unwrap();
    assert!(loading(&desk).is_none(), "it is read once");
}
