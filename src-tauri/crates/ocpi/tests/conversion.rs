//! From version to version and back: what is lost on the way, and that everything lost is named.

mod fixtures;
mod objects;

use domain::OcpiVersion;
use ocpi::write::{self, Shortfall, Written};
use ocpi::{Hint, Object, Read, Reader};

fn write(object: &Object, version: OcpiVersion) -> Written {
    match object {
        Object::Cdr(cdr) => write::cdr(cdr, version),
        Object::Session(session) => write::session(session, version),
        Object::Tariff(tariff) => write::tariff(tariff, version),
        Object::Location(location) => write::location(location, version),
        Object::Token(token) => write::token(token, version),
    }
}

fn read(written: &Written, version: OcpiVersion) -> Read {
    let hint = Hint {
        version: Some(version),
        ..fixtures::connection()
    };
    Reader::new().read(written.json.as_bytes(), &hint)
}

/// Sends an object from version to version. A version stands on a line of its own, and below it
/// what is lost in writing it.
fn check(object: Object, steps: &str) -> Object {
    let mut object = object;
    let mut told = Vec::new();
    for line in steps.lines() {
        let Ok(version) = line.trim().parse::<OcpiVersion>() else {
            continue;
        };
        let written = write(&object, version);
        told.push(version.to_string());
        let lost = written
            .lacks
            .iter()
            .filter(|lack| lack.severity == Shortfall::Lost);
        told.extend(lost.map(|lack| lack.to_string().replacen("lost ", "", 1)));
        let read = read(&written, version);
        object = read.object.unwrap_or_else(|| panic!("{:?}", read.findings));
    }
    let expected: Vec<&str> = steps.trim().lines().map(str::trim).collect();
    assert_eq!(told, expected);
    object
}

fn fixture(record: &str) -> Object {
    fixtures::read(record).object.expect("a faultless record")
}

/// The same object but for what tells its version.
fn same(one: Object, other: Object) {
    let neutral = |object| match object {
        Object::Cdr(mut cdr) => {
            cdr.form = domain::cdr::Form::Sheet;
            for tariff in &mut cdr.tariffs {
                tariff.version = OcpiVersion::V211;
            }
            Object::Cdr(cdr)
        }
        Object::Tariff(mut tariff) => {
            tariff.version = OcpiVersion::V211;
            Object::Tariff(tariff)
        }
        Object::Session(_) | Object::Location(_) | Object::Token(_) => object,
    };
    assert_eq!(neutral(one), neutral(other));
}

#[test]
fn a_cdr_of_211_goes_round_but_for_its_time_zone_and_its_connectors_figures() {
    let start = fixture(fixtures::CDR_211);
    let steps = "
        2.2.1
        cdr_location.voltage: not_in_version
        cdr_location.amperage: not_in_version
        cdr_location.time_zone: not_in_version
        2.3.0
        2.1.1
    ";
    let end = check(start.clone(), steps);
    let Object::Cdr(mut cdr) = start else {
        panic!("a CDR")
    };
    cdr.location.time_zone = None;
    (cdr.location.voltage, cdr.location.amperage) = (None, None);
    same(Object::Cdr(cdr), end);
}

#[test]
fn a_cdr_of_221_goes_to_230_whole_and_to_211_in_part() {
    let start = fixture(fixtures::CDR_221);
    // 2.3.0 needs a name for each tax; going back, 2.2.1 has no place for it.
    let steps = "
        2.3.0
        2.2.1
        total_cost.taxes: not_in_version
        total_fixed_cost.taxes: not_in_version
        total_energy_cost.taxes: not_in_version
        total_parking_cost.taxes: not_in_version
        2.1.1
        cdr_token.country_code: not_in_version
        cdr_token.party_id: not_in_version
        cdr_token.uid: not_in_version
        cdr_token.type: not_in_version
        tariffs[0].type: not_in_version
        tariffs[0].elements[0].price_components[0].vat: not_in_version, 3 times
        charging_periods[0].tariff_id: not_in_version, 2 times
        total_cost.incl_vat: not_in_version
        total_fixed_cost: not_in_version
        total_energy_cost: not_in_version
        total_parking_cost: not_in_version
        session_id: not_in_version
        authorization_reference: not_in_version
        invoice_reference_id: not_in_version
    ";
    check(start, steps);
}

#[test]
fn a_cdr_of_221_is_the_same_after_230() {
    let start = fixture(fixtures::CDR_221);
    let there = write(&start, OcpiVersion::V230);
    let there = read(&there, OcpiVersion::V230).object.expect("a CDR");
    let back = write(&there, OcpiVersion::V221);
    same(start, read(&back, OcpiVersion::V221).object.expect("a CDR"));
}

#[test]
fn a_cdr_of_230_loses_the_names_of_its_taxes() {
    let steps = "
        2.2.1
        total_cost.taxes: not_in_version
        total_energy_cost.taxes: not_in_version
        2.1.1
        cdr_token.country_code: not_in_version
        cdr_token.party_id: not_in_version
        cdr_token.uid: not_in_version
        cdr_token.type: not_in_version
        charging_periods[0].dimensions[1]: not_in_version (MAX_POWER)
        total_cost.incl_vat: not_in_version
        total_energy_cost: not_in_version
        2.2.1
        2.3.0
        2.1.1
    ";
    check(fixture(fixtures::CDR_230), steps);
}

#[test]
fn a_credit_cdr_loses_its_flag_in_211() {
    let steps = "
        2.1.1
        credit: not_in_version
        credit_reference_id: not_in_version
    ";
    let mut cdr = objects::bare_cdr();
    cdr.credit = true;
    cdr.credit_reference_id = Some("K-1".into());
    check(Object::Cdr(Box::new(cdr)), steps);
}

#[test]
fn sessions() {
    let steps = "
        2.2.1
        location.address: not_in_version
        location.city: not_in_version
        location.postal_code: not_in_version
        location.country: not_in_version
        location.coordinates: not_in_version
        location.standard: not_in_version
        location.format: not_in_version
        location.power_type: not_in_version
        location.voltage: not_in_version
        location.amperage: not_in_version
        2.3.0
        2.1.1
    ";
    check(fixture(fixtures::SESSION_211), steps);
    let steps = "
        2.3.0
        2.1.1
        cdr_token.country_code: not_in_version
        cdr_token.party_id: not_in_version
        cdr_token.uid: not_in_version
        cdr_token.type: not_in_version
        authorization_reference: not_in_version
        charging_periods[0].dimensions[1]: not_in_version (POWER)
    ";
    check(fixture(fixtures::SESSION_221), steps);
}

#[test]
fn tariffs() {
    let steps = "
        2.2.1
        tariff_alt_text: not_kept
        2.3.0
        2.1.1
    ";
    check(fixture(fixtures::TARIFF_211), steps);
    let start = fixture(fixtures::TARIFF_221);
    let end = check(start.clone(), "2.3.0\n2.2.1");
    same(start, end);
}

#[test]
fn a_tariff_that_211_cannot_say_prices_nothing_there() {
    // Both elements of the tariff have a restriction that 2.1.1 lacks.
    let written = write(&fixture(fixtures::TARIFF_221), OcpiVersion::V211);
    let told: Vec<String> = written.lacks.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "lost type: not_in_version",
            "lost min_price: not_in_version",
            "lost max_price: not_in_version",
            "lost elements[0]: not_in_version (min_current)",
            "lost elements[1]: not_in_version (reservation)",
            "missing elements: empty",
            "lost start_date_time: not_in_version",
            "lost end_date_time: not_in_version",
        ]
    );
    assert!(
        written.json.contains(r#""elements":[]"#),
        "{}",
        written.json
    );
}

#[test]
fn gross_prices_are_never_written_where_they_would_be_read_as_net() {
    for version in [OcpiVersion::V211, OcpiVersion::V221] {
        let written = write(&fixture(fixtures::TARIFF_230), version);
        let told: Vec<String> = written.lacks.iter().map(ToString::to_string).collect();
        assert!(
            told.contains(&"lost elements: gross_prices".to_owned()),
            "{told:?}"
        );
        assert!(!written.json.contains("0.4840"), "{}", written.json);
    }
}

#[test]
fn locations_and_tokens() {
    let start = fixture(fixtures::LOCATION_211);
    same(start.clone(), check(start, "2.2.1\n2.3.0\n2.1.1"));
    let steps = "
        2.3.0
        2.1.1
        publish: not_in_version
        evses[0].connectors[0].tariff_ids[1]: not_in_version (T2)
    ";
    check(fixture(fixtures::LOCATION_221), steps);
    let start = fixture(fixtures::TOKEN_211);
    same(start.clone(), check(start, "2.2.1\n2.3.0\n2.1.1"));
    let steps = "
        2.2.1
        2.1.1
        type: written_other (APP_USER)
    ";
    check(Object::Token(objects::token()), steps);
}
