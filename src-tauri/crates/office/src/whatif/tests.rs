//! What a supposition changes, line by line, and that nothing of it stays.

use super::*;
use crate::tests::{cdr, cdr_by_utc, desk_in, energy, import_text, version};

fn net(amount: Option<&AmountDto>) -> Option<&str> {
    amount?.excl_vat.as_deref()
}

fn ask(desk: &Desk, change: impl FnOnce(&mut WhatIf)) -> WhatIfAnswer {
    let mut question = WhatIf {
        cdr: 1,
        ..WhatIf::default()
    };
    change(&mut question);
    replay(desk, &question).expect("the supposition can be priced")
}

#[test]
fn nothing_supposed_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    import_text(&desk, folder.path(), "one.json", &cdr(1));
    let same = ask(&desk, |_| {});
    assert_eq!(same.now, same.supposed);
    assert_eq!(net(same.change.total.as_ref()), Some("0"));
    assert_eq!((same.verdict.as_str(), same.lines.len()), ("matches", 1));
    assert_eq!(same.lines[0].now, same.lines[0].supposed);
    assert_eq!(same.time_zone, "Europe/Amsterdam");
    assert_eq!(same.tariff_ids, ["T1"]);
    assert!(same.policy.is_empty());
}

#[test]
fn another_reading_is_taken_on_top_of_those_agreed() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    let mut partner = partners::defaults(&desk, "NL-ABC").unwrap();
    let step = ("step_mode".to_owned(), "off".to_owned());
    partner.policy.extend([step.clone()]);
    partners::set(&mut desk, &partner).unwrap();
    let record = cdr(1).replace("\"volume\":10}", "\"volume\":10.42}");
    import_text(&desk, folder.path(), "one.json", &record);
    let rounding = ("rounding".to_owned(), "per_total,1,half_up".to_owned());
    let answer = ask(&desk, |what| what.policy.extend([rounding.clone()]));
    assert_eq!(answer.policy, [rounding, step].into());
    // 10.42 kWh at 0.30 is 3.126; the lines stay unrounded.
    assert_eq!(net(answer.now.total.as_ref()), Some("3.126"));
    assert_eq!(net(answer.supposed.total.as_ref()), Some("3.1"));
    assert_eq!(net(answer.change.total.as_ref()), Some("-0.026"));
    assert_eq!(net(Some(&answer.lines[0].change)), Some("0"));
}

#[test]
fn another_zone_reads_the_hours_of_the_day_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    import_text(&desk, folder.path(), "one.json", &cdr_by_utc());
    let answer = ask(&desk, |what| what.time_zone = Some("UTC".to_owned()));
    assert_eq!(answer.time_zone, "UTC");
    // 08:00 UTC is 10:00 in Amsterdam.
    assert_eq!(net(answer.now.energy.as_ref()), Some("5"));
    assert_eq!(net(answer.supposed.energy.as_ref()), Some("3"));
    assert_eq!(net(answer.change.energy.as_ref()), Some("-2"));
    assert_eq!(answer.change.time, None, "priced in neither");
    let line = &answer.lines[0];
    let element = |line: &Option<crate::api::LineDto>| line.as_ref().unwrap().element;
    assert_eq!((element(&line.now), element(&line.supposed)), (0, 1));
    assert_eq!(line.change.incl_vat.as_deref(), Some("-2.42"));
    assert_eq!(answer.verdict, "matches", "3.00 is what the partner states");
}

#[test]
fn another_version_of_the_tariff_stands_in_and_new_lines_stand_alone() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let time = "{\"type\":\"TIME\",\"price\":1.20,\"vat\":21,\"step_size\":1}";
    let components = format!("{},{time}", energy("0.25"));
    import_text(&desk, folder.path(), "one.json", &cdr(1));
    import_text(
        &desk,
        folder.path(),
        "t1a.json",
        &version("T1", "02-01", &energy("0.40")),
    );
    import_text(
        &desk,
        folder.path(),
        "t1b.json",
        &version("T1", "03-01", &components),
    );
    let known = versions(&desk, 1).unwrap();
    let told: Vec<_> = known
        .iter()
        .map(|one| (one.id.as_str(), one.updated_at.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("T1", Some("2026-02-01T00:00:00Z")),
            ("T1", Some("2026-03-01T00:00:00Z"))
        ]
    );
    let answer = ask(&desk, |what| what.tariff = Some(known[0].row));
    assert_eq!(net(answer.supposed.total.as_ref()), Some("4"));
    assert_eq!(net(answer.difference.total.as_ref()), Some("-1"));
    assert_eq!(answer.verdict, "differs");
    let answer = ask(&desk, |what| what.tariff = Some(known[1].row));
    assert_eq!(net(answer.change.time.as_ref()), Some("1.2"));
    assert_eq!(net(answer.change.total.as_ref()), Some("0.7"));
    let changes: Vec<_> = answer
        .lines
        .iter()
        .map(|line| (line.now.is_some(), net(Some(&line.change)).unwrap()))
        .collect();
    assert_eq!(changes, [(true, "-0.5"), (false, "1.2")]);
}

#[test]
fn another_tariff_of_the_connector_stands_in_though_periods_name_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    let location = "{\"country_code\":\"NL\",\"party_id\":\"ABC\",\"id\":\"LOC1\",\"publish\":true,\
        \"address\":\"Quay 1\",\"city\":\"Utrecht\",\"country\":\"NLD\",\"coordinates\":\
        {\"latitude\":\"52.090000\",\"longitude\":\"5.120000\"},\"evses\":[{\"uid\":\"E1\",\
        \"evse_id\":\"NL*ABC*E1\",\"status\":\"AVAILABLE\",\"connectors\":[{\"id\":\"1\",\
        \"standard\":\"IEC_62196_T2\",\"format\":\"SOCKET\",\"power_type\":\"AC_3_PHASE\",\
        \"max_voltage\":230,\"max_amperage\":32,\"tariff_ids\":[\"T1\",\"T2\"],\
        \"last_updated\":\"2026-01-01T00:00:00Z\"}],\"last_updated\":\"2026-01-01T00:00:00Z\"}],\
        \"time_zone\":\"Europe/Amsterdam\",\"last_updated\":\"2026-01-01T00:00:00Z\"}";
    import_text(&desk, folder.path(), "location.json", location);
    import_text(
        &desk,
        folder.path(),
        "t2.json",
        &version("T2", "02-01", &energy("0.45")),
    );
    import_text(&desk, folder.path(), "one.json", &cdr(1));
    let known = versions(&desk, 1).unwrap();
    assert_eq!(known.len(), 1, "T1 is inside the CDR only");
    let answer = ask(&desk, |what| what.tariff = Some(known[0].row));
    assert_eq!(answer.tariff_ids, ["T2"]);
    assert_eq!(net(answer.change.total.as_ref()), Some("1.5"));
}

#[test]
fn nothing_of_a_supposition_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    import_text(&desk, folder.path(), "one.json", &cdr(1));
    let kept = |desk: &Desk| {
        let stored = store::replay::get(&desk.book, CdrRow::from(1)).unwrap();
        let log = store::decision::before(&desk.book, None, 10).unwrap();
        (stored, log.len(), detail::cdr(desk, 1).unwrap())
    };
    let before = kept(&desk);
    let answer = ask(&desk, |what| {
        let rounding = ("rounding".to_owned(), "per_total,0,up".to_owned());
        what.policy.extend([rounding]);
        what.time_zone = Some("Asia/Tokyo".to_owned());
    });
    assert_eq!(net(answer.supposed.total.as_ref()), Some("3"));
    assert_eq!(
        answer.supposed.total.unwrap().incl_vat.as_deref(),
        Some("4")
    );
    assert_eq!(kept(&desk), before);
}

#[test]
fn what_cannot_be_supposed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    import_text(&desk, folder.path(), "one.json", &cdr(1));
    let refused = |change: &dyn Fn(&mut WhatIf)| {
        let mut question = WhatIf {
            cdr: 1,
            ..WhatIf::default()
        };
        change(&mut question);
        replay(&desk, &question).unwrap_err().to_string()
    };
    let reading = ("step_mode".to_owned(), "sometimes".to_owned());
    assert_eq!(
        refused(&|what| what.policy.extend([reading.clone()])),
        "policy: \"step_mode=sometimes\" is not understood"
    );
    assert_eq!(
        refused(&|what| what.time_zone = Some("Mars/Base".to_owned())),
        "time_zone: \"Mars/Base\" is not understood"
    );
    assert_eq!(refused(&|what| what.tariff = Some(9)), "no tariff 9");
    assert_eq!(refused(&|what| what.cdr = 9), "no cdr 9");
}
