//! Import → reconcile → accept → draft → issue → PDF, and that order and repetition change nothing.

use domain::Decimal;
use office::Job;
use office::api::{AcceptDifferences, CdrFilter, DraftRequest, IssueRequest, Selection};

use crate::record::{Record, cdr_file, desk, import, session_file, standing};

fn records() -> Vec<Record> {
    let right = (1..=40).map(|n| Record::new(n, 7_333 + u64::from(n) * 611));
    let raised = (41..=43).map(|n| Record::new(n, 20_000).raised(12_345));
    right.chain(raised).collect()
}

#[test]
fn a_month_closes_and_the_pdf_says_the_sum_of_its_cdrs_to_the_cent() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let records = records();
    import(&desk, &cdr_file(folder.path(), "cdrs.ndjson", &records));
    import(
        &desk,
        &session_file(folder.path(), "sessions.ndjson", &records),
    );
    let differs = CdrFilter {
        buckets: vec!["differs".into()],
        ..CdrFilter::default()
    };
    let accept = AcceptDifferences {
        selection: Selection::Matching(differs),
        reason: "Their tariff changed on the first".into(),
    };
    let decided = office::decide::accept_differences(&mut desk, &accept).unwrap();
    assert_eq!(decided.count, 3, "exactly the three raised ones differ");
    assert_eq!(decided.difference[0].amount, "3.7035");
    let request = DraftRequest {
        partner: None,
        month: "2026-09".into(),
    };
    let drafts = office::settle::draft(&desk, &mut Job::quiet(), &request).unwrap();
    assert_eq!(
        (drafts.len(), drafts[0].cdrs, drafts[0].blocking),
        (1, 43, 0)
    );
    let request = IssueRequest {
        invoices: vec![drafts[0].id],
    };
    let result = office::settle::issue(&desk, &mut Job::quiet(), &request).unwrap();
    assert_eq!(result.failed, [], "nothing stands in the way");
    let invoice = &result.issued[0];
    assert_eq!(invoice.number.as_deref(), Some("2026-000001"));
    assert_eq!(
        (invoice.kind.as_str(), invoice.due_on.as_deref()),
        ("self_billed", Some("2026-11-04"))
    );

    // Each CDR's net is rounded once, half up, to cents; the invoice is their sum.
    let cents: u64 = records
        .iter()
        .map(|record| (record.net_e4 + 50) / 100)
        .sum();
    let net = Decimal::new(i64::try_from(cents).unwrap(), 2);
    assert_eq!(invoice.net, net.to_string());
    let files = office::settle::export(&desk, invoice.id, folder.path()).unwrap();
    let text = testkit::pdf_text(files.pdf.as_deref().unwrap()).replace(',', "");
    assert!(
        text.contains(&net.to_string()),
        "{net} is not on the page:\n{text}"
    );
    for wanted in [
        "2026-000001",
        "Self-billing",
        "Reverse charge",
        "Abrechnung & Söhne GmbH",
        "Tally Charging BV",
        "DE123456789",
        "NL123456782B90",
        "Łódź",
    ] {
        assert!(
            text.contains(wanted),
            "{wanted} is not on the page:\n{text}"
        );
    }
    let annex = std::fs::read_to_string(files.annex.unwrap()).unwrap();
    assert_eq!(annex_net(&annex), net, "the annex adds up to the invoice");
    let verdict = office::audit::verify(&desk).unwrap();
    assert!(verdict.intact, "{verdict:?}");
    let sound = office::book::check(&desk, &mut Job::quiet()).unwrap();
    assert!(sound.ok, "{:?}", sound.problems);
}

/// Sum of the column `net` of an annex. No cell of these tests holds a comma.
pub fn annex_net(annex: &str) -> Decimal {
    let mut lines = annex.lines();
    let place = lines
        .next()
        .unwrap()
        .split(',')
        .position(|name| name == "net")
        .unwrap();
    lines
        .map(|line| {
            line.split(',')
                .nth(place)
                .unwrap()
                .parse::<Decimal>()
                .unwrap()
        })
        .sum()
}

#[test]
fn the_order_of_files_and_importing_them_twice_change_nothing() {
    let mut seen = Vec::new();
    let records = records();
    let (first, second) = records.split_at(17);
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(folder.path());
        let files = [
            cdr_file(folder.path(), "a.ndjson", first),
            cdr_file(folder.path(), "b.ndjson", second),
            session_file(folder.path(), "c.ndjson", first),
            session_file(folder.path(), "d.ndjson", second),
        ];
        for file in order {
            import(&desk, &files[file]);
        }
        let once = standing(&desk);
        for file in order {
            let again = import(&desk, &files[file]);
            assert_eq!(
                (again.new, again.corrections),
                (0, 0),
                "a file adds nothing twice"
            );
        }
        assert_eq!(standing(&desk), once);
        seen.push(once);
    }
    assert!(
        seen.windows(2).all(|pair| pair[0] == pair[1]),
        "every order ends the same"
    );
}
