//! From a partner's file to verdict, fields, causes, reports; and our sample read back.

use std::path::PathBuf;

use calamine::{Data, Reader, Xlsx};

use super::*;
use crate::api::{CheckedCdr, ImportRequest, SampleRequest};
use crate::partner_sample;
use crate::tests::{cdr, desk_in, energy, import_text, version};

/// A book with five CDRs of September and a file that the partner wrote.
fn checked(month: Option<&str>, file: &str, text: &str) -> (PartnerCheck, usize) {
    let folder = tempfile::tempdir().unwrap();
    let desk = book(folder.path());
    let path = folder.path().join(file);
    std::fs::write(&path, text).unwrap();
    let before = crate::intake::list(&desk).unwrap().len();
    let found = run(&desk, &mut Job::quiet(), &request(month), &path).unwrap();
    let after = crate::intake::list(&desk).unwrap().len();
    (found, after - before)
}

fn book(folder: &Path) -> Desk {
    let desk = desk_in(folder);
    let all: Vec<String> = (1..=5).map(cdr).collect();
    import_text(&desk, folder, "ours.ndjson", &all.join("\n"));
    desk
}

fn request(month: Option<&str>) -> PartnerCheckRequest {
    PartnerCheckRequest {
        file: ImportRequest {
            partner: Some("NL-ABC".to_owned()),
            ..ImportRequest::default()
        },
        month: month.map(str::to_owned),
        limit: 100,
        equal_fields: false,
    }
}

fn counts(found: &PartnerCheck) -> Vec<u32> {
    found.counts.iter().map(|one| one.count).collect()
}

fn of<'a>(found: &'a PartnerCheck, id: &str) -> &'a CheckedCdr {
    found
        .cdrs
        .iter()
        .find(|one| one.id == id)
        .expect("it is listed")
}

fn field_names(cdr: &CheckedCdr) -> Vec<&str> {
    cdr.fields.iter().map(|one| one.field.as_str()).collect()
}

#[test]
fn the_same_records_agree_in_every_field_and_nothing_is_kept() {
    let text = [cdr(1), cdr(2)].join("\n");
    let (found, kept) = checked(None, "theirs.ndjson", &text);
    assert_eq!((found.verdict.as_str(), kept), ("equal", 0));
    assert_eq!(counts(&found), [0, 0, 0, 0, 0, 2], "a sample lacks nothing");
    let total = &found.totals[0];
    let net = |amount: &Option<crate::api::AmountDto>| {
        amount.as_ref().and_then(|amount| amount.excl_vat.clone())
    };
    assert_eq!((total.group.as_str(), total.cdrs), ("compared", 2));
    assert_eq!(net(&total.reported).as_deref(), Some("6"));
    assert_eq!(net(&total.difference).as_deref(), Some("0"));
    assert!(
        found.fields.iter().all(|one| one.differing == 0),
        "{:?}",
        found.fields
    );
}

#[test]
fn what_differs_is_named_with_its_cause_and_what_is_missing_listed() {
    // Other energy, and a total that follows from it.
    let more = cdr(1)
        .replace("\"volume\":10}", "\"volume\":12}")
        .replace("\"total_energy\":10", "\"total_energy\":12")
        .replace("3.00,\"incl_vat\":3.63", "3.60,\"incl_vat\":4.356");
    // The price of another tariff, which the record carries.
    let dearer = cdr(2)
        .replace("\"price\":0.30", "\"price\":0.41")
        .replace("3.00,\"incl_vat\":3.63", "4.10,\"incl_vat\":4.961");
    // A total that nothing gives.
    let odd = cdr(3).replace("3.00,\"incl_vat\":3.63", "3.77,\"incl_vat\":4.01");
    // The total agrees, the time does not.
    let longer = cdr(4).replace("\"total_time\":1,", "\"total_time\":1.5,");
    let stray = cdr(9).replace("2026-09-01T", "2026-09-20T");
    let text = [more, dearer, odd, longer, stray].join("\n");
    let (found, _) = checked(Some("2026-09"), "theirs.ndjson", &text);
    assert_eq!(found.verdict, "differs");
    assert_eq!(counts(&found), [3, 1, 0, 1, 1, 0]);
    let order: Vec<&str> = found.cdrs.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(
        order,
        ["CDR-2", "CDR-3", "CDR-1", "CDR-4", "CDR-9", "CDR-5"]
    );
    let why = |id: &str| of(&found, id).cause.clone().expect("its total differs");
    assert_eq!(why("CDR-1").code, "facts");
    assert!(
        why("CDR-1").text.contains("total_energy"),
        "{}",
        why("CDR-1").text
    );
    assert_eq!(why("CDR-2").code, "tariff");
    assert_eq!(why("CDR-3").code, "unexplained", "{}", why("CDR-3").text);
    assert_eq!(field_names(of(&found, "CDR-4")), ["total_time"]);
    let difference = of(&found, "CDR-2").difference.clone().unwrap();
    assert_eq!(difference.excl_vat.as_deref(), Some("1.1"));
    assert_eq!(found.causes.iter().map(|one| one.count).sum::<u32>(), 3);
    let net = found
        .fields
        .iter()
        .find(|one| one.field == "total_cost.excl_vat")
        .unwrap();
    assert_eq!((net.compared, net.equal, net.differing), (4, 1, 3));
    assert_eq!(net.largest.as_deref(), Some("1.1"));
}

#[test]
fn equal_fields_are_named_where_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let desk = book(folder.path());
    let longer = cdr(4).replace("\"total_time\":1,", "\"total_time\":1.5,");
    let path = folder.path().join("theirs.ndjson");
    std::fs::write(&path, [cdr(1), longer].join("\n")).unwrap();
    let asked = |limit| PartnerCheckRequest {
        limit,
        equal_fields: true,
        ..request(None)
    };
    let found = run(&desk, &mut Job::quiet(), &asked(100), &path).unwrap();
    let standing = |id: &str, field: &str| {
        let fields = &of(&found, id).fields;
        let one = fields.iter().find(|one| one.field == field);
        one.map(|one| one.standing.clone())
    };
    assert_eq!(standing("CDR-4", "total_time").as_deref(), Some("differs"));
    assert_eq!(standing("CDR-4", "currency").as_deref(), Some("equal"));
    assert_eq!(standing("CDR-1", "total_time").as_deref(), Some("equal"));
    let first = run(&desk, &mut Job::quiet(), &asked(1), &path).unwrap();
    assert_eq!((first.cdrs.len(), first.total), (1, 2));
}

#[test]
fn another_version_of_the_tariff_is_found_among_those_of_the_book() {
    let folder = tempfile::tempdir().unwrap();
    let desk = book(folder.path());
    let newer = version("T1", "02-01", &energy("0.41"));
    import_text(&desk, folder.path(), "t1.json", &newer);
    let path = folder.path().join("theirs.csv");
    let text = "CDR ID,Start (UTC),End (UTC),Energy (kWh),Net,Gross,Currency\n\
                cdr-1,2026-09-01 08:01:00,2026-09-01 09:01:00,10.0,4.10,4.961,EUR\n\
                CDR-2,2026-09-01 08:02:00,2026-09-01 09:02:00,10.0,3.00,3.63,EUR\n";
    std::fs::write(&path, text).unwrap();
    let found = run(&desk, &mut Job::quiet(), &request(None), &path).unwrap();
    assert_eq!(
        (found.format.as_str(), counts(&found)),
        ("csv", vec![1, 0, 0, 0, 0, 1])
    );
    let cause = of(&found, "CDR-1").cause.clone().unwrap();
    assert_eq!(cause.code, "reading", "{}", cause.text);
    assert_eq!(of(&found, "CDR-1").by.as_deref(), Some("id"));
}

#[test]
fn records_that_cannot_be_read_are_named_and_a_file_without_cdrs_refused() {
    let text = cdr(1) + "\n{\"id\":\"X\",\"curr\n";
    let (found, _) = checked(None, "theirs.ndjson", &text);
    assert_eq!(
        (found.verdict.as_str(), found.rejected_total),
        ("differs", 1)
    );
    assert_eq!(found.rejected[0].number, 2);

    let folder = tempfile::tempdir().unwrap();
    let desk = book(folder.path());
    let path = folder.path().join("tariff.json");
    std::fs::write(&path, crate::tests::tariff()).unwrap();
    let refused = run(&desk, &mut Job::quiet(), &request(None), &path);
    assert!(
        matches!(refused, Err(Error::Unreadable { .. })),
        "it holds a tariff"
    );
    let nobody = PartnerCheckRequest::default();
    let refused = run(&desk, &mut Job::quiet(), &nobody, &path);
    assert!(matches!(
        refused,
        Err(Error::BadRequest {
            field: "partner",
            ..
        })
    ));
}

#[test]
fn both_reports_hold_what_was_found() {
    let folder = tempfile::tempdir().unwrap();
    let desk = book(folder.path());
    let dearer = cdr(2).replace("3.00,\"incl_vat\":3.63", "3.77,\"incl_vat\":4.01");
    let path = folder.path().join("theirs.ndjson");
    std::fs::write(&path, [cdr(1), dearer].join("\n")).unwrap();
    let request = request(Some("2026-09"));
    let keep = std::env::var_os("PARTNER_CHECK_OUT").map(PathBuf::from);
    let at = keep.unwrap_or_else(|| folder.path().to_owned());
    let write = |format: &str| {
        let name = file_name(&request, format).unwrap();
        assert_eq!(name, format!("partner-check-NL-ABC-2026-09.{format}"));
        let out = at.join(name);
        let saved = save(&desk, &mut Job::quiet(), (&request, &path), (format, &out)).unwrap();
        assert_eq!(
            saved.bytes,
            std::fs::metadata(&out).unwrap().len().to_string()
        );
        out
    };
    let pdf = std::fs::read(write("pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let mut book: Xlsx<_> = calamine::open_workbook(write("xlsx")).unwrap();
    let sheets = ["Summary", "Totals", "Summary per field", "Fields", "CDRs"];
    assert_eq!(book.sheet_names(), sheets);
    let cdrs = book.worksheet_range("CDRs").unwrap();
    assert_eq!(cdrs.height(), 6, "headings, two compared and three missing");
    let first: Vec<String> = cdrs
        .rows()
        .nth(1)
        .unwrap()
        .iter()
        .map(Data::to_string)
        .collect();
    assert_eq!(
        (&*first[0], &*first[1], &*first[7]),
        ("CDR-2", "differs", "0.77")
    );
    let fields = book.worksheet_range("Fields").unwrap();
    assert!(fields.rows().skip(1).all(|row| row[0] == "CDR-2"));
    assert!(fields.height() > 1);
    assert!(file_name(&request, "odt").is_err());
}

#[test]
fn our_sample_read_as_a_partners_file_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let desk = book(folder.path());
    for (format, ocpi) in [
        ("json", Some("2.2.1")),
        ("json", Some("2.3.0")),
        ("xlsx", None),
    ] {
        let asked = SampleRequest {
            partner: "NL-ABC".to_owned(),
            month: "2026-09".to_owned(),
            count: 3,
            format: format.to_owned(),
            ocpi: ocpi.map(str::to_owned),
        };
        let name = partner_sample::file_name(&asked).unwrap();
        assert!(name.starts_with("sample-NL-ABC-2026-09-replayed"), "{name}");
        let out = folder.path().join(name);
        let done = partner_sample::run(&desk, &mut Job::quiet(), &asked, &out).unwrap();
        assert_eq!((done.written, done.of), (3, 5));
        let found = run(&desk, &mut Job::quiet(), &request(None), &out).unwrap();
        assert_eq!(counts(&found)[5], 3, "{format} {ocpi:?}: {found:?}");
        assert_eq!(found.verdict, "equal");
        let ids: Vec<&str> = found.cdrs.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["CDR-1", "CDR-2", "CDR-4"], "spread over the month");
    }
}

#[test]
fn a_sample_states_our_replay_where_the_record_states_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let wrong = cdr(1).replace("3.00,\"incl_vat\":3.63", "9.99,\"incl_vat\":9.99");
    import_text(&desk, folder.path(), "ours.ndjson", &wrong);
    let asked = SampleRequest {
        partner: "NL-ABC".to_owned(),
        month: "2026-09".to_owned(),
        count: 10,
        format: "json".to_owned(),
        ocpi: Some("2.2.1".to_owned()),
    };
    let out = folder.path().join("sample.json");
    partner_sample::run(&desk, &mut Job::quiet(), &asked, &out).unwrap();
    let text = std::fs::read_to_string(&out).unwrap();
    let list: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        list[0]["total_cost"]["excl_vat"].to_string().parse(),
        Ok(Decimal::from(3))
    );
    assert!(list[0]["remark"].as_str().unwrap().contains("as replayed"));
    let empty = SampleRequest {
        month: "2026-07".to_owned(),
        ..asked.clone()
    };
    // 2.1.1 requires the connector's voltage, and no location of the book tells it.
    let old = SampleRequest {
        ocpi: Some("2.1.1".to_owned()),
        ..asked
    };
    for asked in [empty, old] {
        let refused = partner_sample::run(&desk, &mut Job::quiet(), &asked, &out);
        let Err(Error::Refused { code, .. }) = refused else {
            panic!("{asked:?}")
        };
        assert_eq!(code, "nothing_to_sample");
    }
}
