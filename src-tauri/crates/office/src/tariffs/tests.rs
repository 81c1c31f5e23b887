//! A partner's tariffs: published and carried versions, words, what changed, made-up sessions.

use super::*;
use crate::Desk;
use crate::api::{TariffRequest, TariffView, TryRequest};
use crate::tests::{cdr, desk_in, energy, import_text, version};

/// A desk with a CDR that carries T1 at 0.30, and two later published versions.
fn desk(folder: &Path) -> Desk {
    let desk = desk_in(folder);
    import_text(&desk, folder, "one.json", &cdr(1));
    let time = "{\"type\":\"TIME\",\"price\":1.20,\"vat\":21,\"step_size\":1}";
    let newest = version("T1", "03-01", &format!("{},{time}", energy("0.25")));
    import_text(&desk, folder, "t1b.json", &newest);
    import_text(
        &desk,
        folder,
        "t1a.json",
        &version("T1", "02-01", &energy("0.40")),
    );
    desk
}

fn show(desk: &Desk, language: &str) -> TariffView {
    let request = TariffRequest {
        partner: "NL-ABC".to_owned(),
        id: "t1".to_owned(),
        language: language.to_owned(),
    };
    view(desk, &request).unwrap()
}

#[test]
fn the_list_shows_the_newest_version() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let listed = list(&desk, "nl-abc").unwrap();
    assert_eq!(listed.len(), 1);
    let one = &listed[0];
    assert_eq!((one.id.as_str(), one.versions), ("T1", 3));
    assert_eq!(one.prices, "0.25/kWh · 1.20/h");
    assert_eq!(one.updated_at.as_deref(), Some("2026-03-01T00:00:00Z"));
    assert!(list(&desk, "NL-XYZ").is_err(), "nobody knows that partner");
}

#[test]
fn versions_stand_in_order_with_what_changed_and_what_they_priced() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let shown = show(&desk, "en");
    assert_eq!(shown.time_zone, "Europe/Amsterdam");
    let told: Vec<_> = shown
        .versions
        .iter()
        .map(|one| (one.source.as_str(), one.cdrs, one.changes.len()))
        .collect();
    assert_eq!(
        told,
        [("in_cdr", 1, 0), ("published", 0, 1), ("published", 0, 2)]
    );
    let start = "2026-09-01T08:01:00Z".to_owned();
    assert_eq!(shown.versions[0].used, Some([start.clone(), start]));
    let change = &shown.versions[1].changes[0];
    assert!(
        change.contains("0.30") && change.contains("0.40"),
        "{change}"
    );
    assert!(
        shown.versions[2]
            .words
            .iter()
            .any(|text| text.contains("0.25"))
    );
    let german = show(&desk, "de");
    assert_ne!(german.versions[0].words, shown.versions[0].words);
}

#[test]
fn a_version_that_is_published_and_carried_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    import_text(&desk, folder.path(), "one.json", &cdr(1));
    import_text(&desk, folder.path(), "t1.json", &crate::tests::tariff());
    let shown = show(&desk, "en");
    assert_eq!(shown.versions.len(), 1);
    let only = &shown.versions[0];
    assert_eq!(
        (only.source.as_str(), only.cdrs, only.more),
        ("published", 1, false)
    );
}

#[test]
fn a_made_up_session_is_priced_under_any_version() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let shown = show(&desk, "en");
    let request = |version: &str| TryRequest {
        partner: "NL-ABC".to_owned(),
        version: version.to_owned(),
        start: "2026-09-03T18:00".to_owned(),
        minutes: Some(60),
        kwh: Some("20".to_owned()),
        time_zone: "Europe/Amsterdam".to_owned(),
        language: "en".to_owned(),
        ..TryRequest::default()
    };
    let net = |version: &str| {
        let answer = try_version(&desk, &request(version)).unwrap();
        assert_eq!(answer.start_local, "2026-09-03T18:00:00+02:00");
        assert!(!answer.text.is_empty());
        answer.price.total.and_then(|total| total.excl_vat)
    };
    let nets: Vec<_> = shown.versions.iter().map(|one| net(&one.version)).collect();
    // 20 kWh at 0.30, at 0.40, and at 0.25 with an hour at 1.20.
    assert_eq!(nets, ["6", "8", "6.2"].map(|text| Some(text.to_owned())));

    let refused = |change: &dyn Fn(&mut TryRequest)| {
        let mut asked = request(&shown.versions[0].version);
        change(&mut asked);
        try_version(&desk, &asked).unwrap_err().to_string()
    };
    assert_eq!(
        refused(&|asked| asked.kwh = Some("lots".to_owned())),
        "kwh: \"lots\" is not understood"
    );
    assert_eq!(
        refused(&|asked| asked.version = "stored:99".to_owned()),
        "no tariff 99"
    );
    assert_eq!(
        refused(&|asked| asked.version = "latest".to_owned()),
        "version: \"latest\" is not understood"
    );
    assert!(refused(&|asked| asked.minutes = None).contains("two of minutes"));
}
