//! One oddity at a time in an object that is otherwise whole: what is written of it, and what the
//! writer says of it.

mod objects;

use domain::{
    Cdr, DimensionKind, OcpiVersion, Price, SessionStatus, TariffElement, TariffKind, TaxIncluded,
};
use objects::figure;
use ocpi::write::{self, Written};

const V211: OcpiVersion = OcpiVersion::V211;
const V221: OcpiVersion = OcpiVersion::V221;
const V230: OcpiVersion = OcpiVersion::V230;

/// What is said of a text that is not said of `whole`.
fn besides(written: &Written, whole: &Written) -> Vec<String> {
    let known: Vec<String> = whole.lacks.iter().map(ToString::to_string).collect();
    let said = written.lacks.iter().map(ToString::to_string);
    said.filter(|lack| !known.contains(lack)).collect()
}

/// Changes the full CDR and compares what is said besides, and a part of the text.
fn check(version: OcpiVersion, change: impl FnOnce(&mut Cdr), says: &[&str], part: &str) {
    let mut cdr = objects::cdr();
    let whole = write::cdr(&cdr, version);
    change(&mut cdr);
    let written = write::cdr(&cdr, version);
    assert_eq!(besides(&written, &whole), says, "{}", written.json);
    assert!(written.json.contains(part), "{part} in {}", written.json);
}

#[test]
fn values_outside_the_versions_list_are_written_and_named() {
    check(
        V221,
        |cdr| cdr.auth_method = Some("REMOTE".to_owned()),
        &["missing auth_method: not_in_list (REMOTE)"],
        r#""auth_method":"REMOTE""#,
    );
    check(
        V221,
        |cdr| cdr.location.country = Some("SE".to_owned()),
        &["missing cdr_location.country: not_in_list (SE)"],
        r#""country":"SE""#,
    );
    check(
        V221,
        |cdr| cdr.location.power_type = Some("AC".to_owned()),
        &["missing cdr_location.connector_power_type: not_in_list (AC)"],
        r#""connector_power_type":"AC""#,
    );
}

#[test]
fn a_plug_that_the_version_does_not_know_is_written_and_named() {
    let plug = |cdr: &mut Cdr| cdr.location.connector_standard = Some("GBT_AC".to_owned());
    let says = ["missing location.evses[0].connectors[0].standard: not_in_list (GBT_AC)"];
    check(V211, plug, &says, r#""standard":"GBT_AC""#);
    check(V221, plug, &[], r#""connector_standard":"GBT_AC""#);
    let plug = |cdr: &mut Cdr| cdr.location.connector_standard = Some("MCS".to_owned());
    let says = ["missing cdr_location.connector_standard: not_in_list (MCS)"];
    check(V221, plug, &says, "");
    // The list of 2.3.0 is open.
    check(V230, plug, &[], r#""connector_standard":"MCS""#);
}

#[test]
fn half_a_pair_of_coordinates_is_none() {
    let half = |cdr: &mut Cdr| {
        let at = cdr.location.coordinates.as_mut().expect("a whole pair");
        at.longitude = " ".to_owned();
    };
    let says = ["missing cdr_location.coordinates: unknown"];
    check(V221, half, &says, r#""country":"SWE","evse_uid""#);
}

#[test]
fn a_kind_of_token_that_came_later_is_another_kind() {
    let kind = |kind: &'static str| move |cdr: &mut Cdr| cdr.token.kind = Some(kind.to_owned());
    check(
        V221,
        kind("EMAID"),
        &["lost cdr_token.type: written_other (EMAID)"],
        r#""type":"OTHER","contract_id""#,
    );
    check(V230, kind("EMAID"), &[], r#""type":"EMAID""#);
    // The list of 2.3.0 is open: a value of anybody's is in order there, and only there.
    check(V230, kind("CARD"), &[], r#""type":"CARD""#);
    check(
        V221,
        kind("CARD"),
        &["missing cdr_token.type: not_in_list (CARD)"],
        r#""type":"CARD""#,
    );
    check(V230, kind(" "), &["missing cdr_token.type: unknown"], "");
}

#[test]
fn not_available_in_the_object_is_not_known() {
    let na = |cdr: &mut Cdr| {
        cdr.location.evse_uid = Some("#NA".into());
        cdr.location.name = Some("#NA".to_owned());
    };
    let says = ["missing cdr_location.evse_uid: written_na"];
    check(V221, na, &says, r##""evse_uid":"#NA""##);
    check(
        V221,
        na,
        &says,
        r#""cdr_location":{"id":"hamn-4","address""#,
    );
    // 2.1.1 has no such word.
    let says = ["missing location.evses[0].uid: unknown"];
    check(V211, na, &says, r#""evses":[{"evse_id""#);
}

#[test]
fn an_instant_finer_than_25_characters_is_cut() {
    check(
        V230,
        |cdr| cdr.end_at = objects::at("2026-05-08T19:25:30.123456Z"),
        &["lost end_date_time: too_fine"],
        r#""end_date_time":"2026-05-08T19:25:30.1234Z""#,
    );
}

#[test]
fn taxes_in_230() {
    let cost = |price: Price| move |cdr: &mut Cdr| cdr.totals.cost = Some(price);
    let net = Price::net(figure("8.00"));
    let gross = |amount: &str| Price {
        incl_vat: Some(figure(amount)),
        ..net.clone()
    };
    for (price, part) in [
        (net.clone(), r#""total_cost":{"before_taxes":8.00}"#),
        (
            gross("8"),
            r#""total_cost":{"before_taxes":8.00,"taxes":[]}"#,
        ),
        (
            gross("10.0"),
            r#""total_cost":{"before_taxes":8.00,"taxes":[{"name":"VAT","amount":2.00}]}"#,
        ),
        (
            gross("7.5"),
            r#""total_cost":{"before_taxes":8.00,"taxes":[{"name":"VAT","amount":-0.50}]}"#,
        ),
    ] {
        check(V230, cost(price), &[], part);
    }
    // A gross amount that the taxes do not explain has no field of its own.
    let full = objects::cdr().totals.cost.expect("a cost");
    let odd = Price {
        incl_vat: Some(figure("-46.00")),
        ..full
    };
    check(
        V230,
        cost(odd),
        &["lost total_cost.incl_vat: not_in_version"],
        "-41.20",
    );
}

#[test]
fn a_tariff_of_somebody_else_inside_a_cdr() {
    let sold_on = |cdr: &mut Cdr| cdr.tariffs[0].party = Some(objects::party("DK-XYZ"));
    let says = ["lost tariffs[0].party_id: not_in_version"];
    check(V211, sold_on, &says, "");
    check(
        V221,
        sold_on,
        &[],
        r#""tariffs":[{"country_code":"DK","party_id":"XYZ""#,
    );
    // Of nobody it is the CDR's owner's.
    let nobodys = |cdr: &mut Cdr| cdr.tariffs[0].party = None;
    check(V211, nobodys, &[], "");
    check(
        V221,
        nobodys,
        &[],
        r#""tariffs":[{"country_code":"SE","party_id":"ELV""#,
    );
}

#[test]
fn what_was_not_kept_of_an_unknown_value_cannot_be_written() {
    let mut tariff = objects::tariff(TaxIncluded::No);
    let whole = write::tariff(&tariff, V221);
    tariff.kind = Some(TariffKind::Unknown);
    let written = write::tariff(&tariff, V221);
    assert_eq!(besides(&written, &whole), ["lost type: not_kept"]);
    let mut session = objects::session();
    let whole = write::session(&session, V221);
    session.status = SessionStatus::Unknown;
    let written = write::session(&session, V221);
    assert_eq!(besides(&written, &whole), ["missing status: unknown"]);
    let unknown = |cdr: &mut Cdr| {
        cdr.periods.truncate(1);
        cdr.periods[0].dimensions.truncate(1);
        cdr.periods[0].dimensions[0].kind = DimensionKind::Unknown;
    };
    let says = [
        "lost charging_periods[0].dimensions[0]: not_kept",
        "missing charging_periods[0].dimensions: empty",
    ];
    check(V221, unknown, &says, r#""dimensions":[]"#);
}

#[test]
fn a_time_of_day_has_no_seconds() {
    let mut tariff = objects::tariff(TaxIncluded::NotApplicable);
    let whole = write::tariff(&tariff, V230);
    tariff.elements[0].restrictions.start_time = chrono::NaiveTime::from_hms_opt(21, 30, 30);
    let written = write::tariff(&tariff, V230);
    let says = ["lost elements[0].restrictions.start_time: too_fine"];
    assert_eq!(besides(&written, &whole), says);
    assert!(
        written.json.contains(r#""start_time":"21:30""#),
        "{}",
        written.json
    );
    assert!(
        written.json.contains(r#""tax_included":"N/A""#),
        "{}",
        written.json
    );
}

#[test]
fn an_element_without_prices_is_named() {
    let mut tariff = objects::tariff(TaxIncluded::No);
    tariff.elements = vec![TariffElement {
        components: Vec::new(),
        restrictions: tariff.elements[4].restrictions,
    }];
    let written = write::tariff(&tariff, V221);
    let says = [
        "lost tariff_alt_text: not_kept",
        "missing elements[0].price_components: empty",
    ];
    let said: Vec<String> = written.lacks.iter().map(ToString::to_string).collect();
    assert_eq!(said, says);
    assert!(
        written
            .json
            .contains(r#""elements":[{"price_components":[]}]"#)
    );
}
