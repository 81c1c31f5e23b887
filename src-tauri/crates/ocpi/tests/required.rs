//! Which fields each version requires, allows and does not have, held against every text written:
//! what is required is there or named as missing, and nothing is there that the version lacks.

mod fixtures;
mod objects;

use std::collections::BTreeMap;

use domain::{OcpiVersion, TaxIncluded};
use objects::VERSIONS;
use ocpi::write::{self, Shortfall, Written};
use ocpi::{Hint, Object};
use serde_json::Value;

/// `1` required, `?` allowed, `-` not in the version. A name with a colon refers to its own rows;
/// `[]` marks a list.
const TABLE: &str = "
    | object    | field                          | 2.1.1 | 2.2.1 | 2.3.0 |
    | cdr       | country_code                   | -     | 1     | 1     |
    | cdr       | party_id                       | -     | 1     | 1     |
    | cdr       | id                             | 1     | 1     | 1     |
    | cdr       | start_date_time                | 1     | 1     | 1     |
    | cdr       | stop_date_time                 | 1     | -     | -     |
    | cdr       | end_date_time                  | -     | 1     | 1     |
    | cdr       | session_id                     | -     | ?     | ?     |
    | cdr       | auth_id                        | 1     | -     | -     |
    | cdr       | cdr_token:cdr_token            | -     | 1     | 1     |
    | cdr       | auth_method                    | 1     | 1     | 1     |
    | cdr       | authorization_reference        | -     | ?     | ?     |
    | cdr       | location:location              | 1     | -     | -     |
    | cdr       | cdr_location:cdr_location      | -     | 1     | 1     |
    | cdr       | meter_id                       | ?     | ?     | ?     |
    | cdr       | currency                       | 1     | 1     | 1     |
    | cdr       | tariffs[]:tariff               | ?     | ?     | ?     |
    | cdr       | charging_periods[]:period      | 1     | 1     | 1     |
    | cdr       | signed_data:signed_data        | -     | ?     | ?     |
    | cdr       | total_cost:price               | 1     | 1     | 1     |
    | cdr       | total_fixed_cost:price         | -     | ?     | ?     |
    | cdr       | total_energy                   | 1     | 1     | 1     |
    | cdr       | total_energy_cost:price        | -     | ?     | ?     |
    | cdr       | total_time                     | 1     | 1     | 1     |
    | cdr       | total_time_cost:price          | -     | ?     | ?     |
    | cdr       | total_parking_time             | ?     | ?     | ?     |
    | cdr       | total_parking_cost:price       | -     | ?     | ?     |
    | cdr       | total_reservation_cost:price   | -     | ?     | ?     |
    | cdr       | remark                         | ?     | ?     | ?     |
    | cdr       | invoice_reference_id           | -     | ?     | ?     |
    | cdr       | credit                         | -     | ?     | ?     |
    | cdr       | credit_reference_id            | -     | ?     | ?     |
    | cdr       | home_charging_compensation     | -     | ?     | ?     |
    | cdr       | last_updated                   | 1     | 1     | 1     |
    | signed_data | encoding_method                | -     | 1     | 1     |
    | signed_data | encoding_method_version        | -     | ?     | ?     |
    | signed_data | public_key                     | -     | ?     | ?     |
    | signed_data | signed_values[]:signed_value   | -     | 1     | 1     |
    | signed_data | url                            | -     | ?     | ?     |
    | signed_value | nature                         | -     | 1     | 1     |
    | signed_value | plain_data                     | -     | 1     | 1     |
    | signed_value | signed_data                    | -     | 1     | 1     |
    | session   | country_code                   | -     | 1     | 1     |
    | session   | party_id                       | -     | 1     | 1     |
    | session   | id                             | 1     | 1     | 1     |
    | session   | start_datetime                 | 1     | -     | -     |
    | session   | end_datetime                   | ?     | -     | -     |
    | session   | start_date_time                | -     | 1     | 1     |
    | session   | end_date_time                  | -     | ?     | ?     |
    | session   | kwh                            | 1     | 1     | 1     |
    | session   | auth_id                        | 1     | -     | -     |
    | session   | cdr_token:cdr_token            | -     | 1     | 1     |
    | session   | auth_method                    | 1     | 1     | 1     |
    | session   | authorization_reference        | -     | ?     | ?     |
    | session   | location:location              | 1     | -     | -     |
    | session   | location_id                    | -     | 1     | 1     |
    | session   | evse_uid                       | -     | 1     | 1     |
    | session   | connector_id                   | -     | 1     | 1     |
    | session   | meter_id                       | ?     | ?     | ?     |
    | session   | currency                       | 1     | 1     | 1     |
    | session   | charging_periods[]:period      | ?     | ?     | ?     |
    | session   | total_cost:price               | ?     | ?     | ?     |
    | session   | status                         | 1     | 1     | 1     |
    | session   | last_updated                   | 1     | 1     | 1     |
    | tariff    | country_code                   | -     | 1     | 1     |
    | tariff    | party_id                       | -     | 1     | 1     |
    | tariff    | id                             | 1     | 1     | 1     |
    | tariff    | currency                       | 1     | 1     | 1     |
    | tariff    | type                           | -     | ?     | ?     |
    | tariff    | min_price:limit                | -     | ?     | ?     |
    | tariff    | max_price:limit                | -     | ?     | ?     |
    | tariff    | elements[]:element             | 1     | 1     | 1     |
    | tariff    | tax_included                   | -     | -     | 1     |
    | tariff    | start_date_time                | -     | ?     | ?     |
    | tariff    | end_date_time                  | -     | ?     | ?     |
    | tariff    | last_updated                   | 1     | 1     | 1     |
    | element   | price_components[]:component   | 1     | 1     | 1     |
    | element   | restrictions:restrictions      | ?     | ?     | ?     |
    | component | type                           | 1     | 1     | 1     |
    | component | price                          | 1     | 1     | 1     |
    | component | vat                            | -     | ?     | ?     |
    | component | step_size                      | 1     | 1     | 1     |
    | restrictions | start_time                  | ?     | ?     | ?     |
    | restrictions | end_time                    | ?     | ?     | ?     |
    | restrictions | start_date                  | ?     | ?     | ?     |
    | restrictions | end_date                    | ?     | ?     | ?     |
    | restrictions | min_kwh                     | ?     | ?     | ?     |
    | restrictions | max_kwh                     | ?     | ?     | ?     |
    | restrictions | min_current                 | -     | ?     | ?     |
    | restrictions | max_current                 | -     | ?     | ?     |
    | restrictions | min_power                   | ?     | ?     | ?     |
    | restrictions | max_power                   | ?     | ?     | ?     |
    | restrictions | min_duration                | ?     | ?     | ?     |
    | restrictions | max_duration                | ?     | ?     | ?     |
    | restrictions | day_of_week                 | ?     | ?     | ?     |
    | restrictions | reservation                 | -     | ?     | ?     |
    | period    | start_date_time                | 1     | 1     | 1     |
    | period    | dimensions[]:dimension         | 1     | 1     | 1     |
    | period    | tariff_id                      | -     | ?     | ?     |
    | dimension | type                           | 1     | 1     | 1     |
    | dimension | volume                         | 1     | 1     | 1     |
    | price     | excl_vat                       | -     | 1     | -     |
    | price     | incl_vat                       | -     | ?     | -     |
    | price     | before_taxes                   | -     | -     | 1     |
    | price     | taxes[]:tax                    | -     | -     | ?     |
    | tax       | name                           | -     | -     | 1     |
    | tax       | percentage                     | -     | -     | ?     |
    | tax       | amount                         | -     | -     | 1     |
    | limit     | excl_vat                       | -     | 1     | -     |
    | limit     | incl_vat                       | -     | ?     | -     |
    | limit     | before_taxes                   | -     | -     | 1     |
    | limit     | after_taxes                    | -     | -     | ?     |
    | cdr_token | country_code                   | -     | 1     | 1     |
    | cdr_token | party_id                       | -     | 1     | 1     |
    | cdr_token | uid                            | -     | 1     | 1     |
    | cdr_token | type                           | -     | 1     | 1     |
    | cdr_token | contract_id                    | -     | 1     | 1     |
    | token     | country_code                   | -     | 1     | 1     |
    | token     | party_id                       | -     | 1     | 1     |
    | token     | uid                            | 1     | 1     | 1     |
    | token     | type                           | 1     | 1     | 1     |
    | token     | auth_id                        | 1     | -     | -     |
    | token     | contract_id                    | -     | 1     | 1     |
    | token     | issuer                         | 1     | 1     | 1     |
    | token     | valid                          | 1     | 1     | 1     |
    | token     | whitelist                      | 1     | 1     | 1     |
    | token     | last_updated                   | 1     | 1     | 1     |
    | cdr_location | id                          | -     | 1     | 1     |
    | cdr_location | name                        | -     | ?     | ?     |
    | cdr_location | address                     | -     | 1     | 1     |
    | cdr_location | city                        | -     | 1     | 1     |
    | cdr_location | postal_code                 | -     | ?     | ?     |
    | cdr_location | country                     | -     | 1     | 1     |
    | cdr_location | coordinates:geo             | -     | 1     | 1     |
    | cdr_location | evse_uid                    | -     | 1     | 1     |
    | cdr_location | evse_id                     | -     | 1     | 1     |
    | cdr_location | connector_id                | -     | 1     | 1     |
    | cdr_location | connector_standard          | -     | 1     | 1     |
    | cdr_location | connector_format            | -     | 1     | 1     |
    | cdr_location | connector_power_type        | -     | 1     | 1     |
    | location  | country_code                   | -     | 1     | 1     |
    | location  | party_id                       | -     | 1     | 1     |
    | location  | id                             | 1     | 1     | 1     |
    | location  | type                           | 1     | -     | -     |
    | location  | publish                        | -     | 1     | 1     |
    | location  | name                           | ?     | ?     | ?     |
    | location  | address                        | 1     | 1     | 1     |
    | location  | city                           | 1     | 1     | 1     |
    | location  | postal_code                    | 1     | ?     | ?     |
    | location  | country                        | 1     | 1     | 1     |
    | location  | coordinates:geo                | 1     | 1     | 1     |
    | location  | time_zone                      | ?     | 1     | 1     |
    | location  | evses[]:evse                   | ?     | ?     | ?     |
    | location  | last_updated                   | 1     | 1     | 1     |
    | geo       | latitude                       | 1     | 1     | 1     |
    | geo       | longitude                      | 1     | 1     | 1     |
    | evse      | uid                            | 1     | 1     | 1     |
    | evse      | evse_id                        | ?     | ?     | ?     |
    | evse      | status                         | 1     | 1     | 1     |
    | evse      | connectors[]:connector         | 1     | 1     | 1     |
    | evse      | last_updated                   | 1     | 1     | 1     |
    | connector | id                             | 1     | 1     | 1     |
    | connector | standard                       | 1     | 1     | 1     |
    | connector | format                         | 1     | 1     | 1     |
    | connector | power_type                     | 1     | 1     | 1     |
    | connector | voltage                        | 1     | -     | -     |
    | connector | amperage                       | 1     | -     | -     |
    | connector | max_voltage                    | -     | 1     | 1     |
    | connector | max_amperage                   | -     | 1     | 1     |
    | connector | max_electric_power             | -     | ?     | ?     |
    | connector | tariff_id                      | ?     | -     | -     |
    | connector | tariff_ids                     | -     | ?     | ?     |
    | connector | last_updated                   | 1     | 1     | 1     |
    | record    | country_code                   | -     | -     | 1     |
    | record    | party_id                       | -     | -     | 1     |
    | record    | id                             | -     | -     | 1     |
    | record    | invoice_id                     | -     | -     | 1     |
    | record    | cdrs                           | -     | -     | 1     |
    | record    | last_updated                   | -     | -     | 1     |
";

/// One row in one version.
#[derive(Clone, Debug)]
struct Field {
    name: &'static str,
    list: bool,
    kind: Option<&'static str>,
    required: bool,
    allowed: bool,
}

/// The rows of each kind of object, in the order of the table.
fn table(version: OcpiVersion) -> BTreeMap<&'static str, Vec<Field>> {
    let column = match version {
        OcpiVersion::V211 => 3,
        OcpiVersion::V221 => 4,
        OcpiVersion::V230 => 5,
    };
    let mut table: BTreeMap<&str, Vec<Field>> = BTreeMap::new();
    for row in TABLE.trim().lines().skip(1) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let (name, kind) = match cells[2].split_once(':') {
            Some((name, kind)) => (name, Some(kind)),
            None => (cells[2], None),
        };
        table.entry(cells[1]).or_default().push(Field {
            name: name.trim_end_matches("[]"),
            list: name.ends_with("[]"),
            kind,
            required: cells[column] == "1",
            allowed: cells[column] != "-",
        });
    }
    table
}

/// Holds an object of a kind against the table, and what is inside it.
fn holds(written: &Written, value: &Value, kind: &str, path: &str, version: OcpiVersion) {
    let Some(members) = value.as_object() else {
        assert_eq!(
            (kind, version),
            ("price", OcpiVersion::V211),
            "{path}: {value}"
        );
        assert!(value.is_number(), "a 2.1.1 price is a number: {value}");
        return;
    };
    let table = table(version);
    let fields = &table[kind];
    let order: Vec<usize> = members
        .keys()
        .map(|name| {
            let at = fields.iter().position(|field| field.name == name);
            at.unwrap_or_else(|| panic!("{path}{name} is not in the table of {kind}"))
        })
        .collect();
    assert!(order.is_sorted(), "{path}: in the table's order: {value}");
    for field in fields {
        let name = format!("{path}{}", field.name);
        let Some(member) = members.get(field.name) else {
            let named = written.lacks.iter().any(|lack| {
                let plain = lack.field.replace(|c: char| c.is_ascii_digit(), "");
                plain == name && lack.severity == Shortfall::Missing
            });
            assert!(
                named || !field.required,
                "{name} is neither there nor named"
            );
            continue;
        };
        assert!(field.allowed, "{version} has no {name}");
        assert!(!member.is_null(), "{name} is never null");
        match (field.kind, field.list) {
            (None, _) => {}
            (Some(inner), false) => holds(written, member, inner, &format!("{name}."), version),
            (Some(inner), true) => {
                for item in member.as_array().expect("a list") {
                    holds(written, item, inner, &format!("{name}[]."), version);
                }
            }
        }
    }
}

fn check(written: &Written, kind: &str, version: OcpiVersion) {
    let value: Value = serde_json::from_str(&written.json).expect("JSON");
    // The place of a 2.1.1 CDR or session is a Location whose EVSE is required.
    holds(written, &value, kind, "", version);
}

#[test]
fn the_fullest_and_the_barest_objects_in_every_version() {
    for version in VERSIONS {
        for cdr in [objects::cdr(), objects::bare_cdr()] {
            check(&write::cdr(&cdr, version), "cdr", version);
        }
        for session in [objects::session(), objects::bare_session()] {
            check(&write::session(&session, version), "session", version);
        }
        for tax in [
            TaxIncluded::No,
            TaxIncluded::Yes,
            TaxIncluded::NotApplicable,
        ] {
            check(
                &write::tariff(&objects::tariff(tax), version),
                "tariff",
                version,
            );
        }
        check(&write::token(&objects::token(), version), "token", version);
        check(
            &write::location(&objects::location(), version),
            "location",
            version,
        );
    }
    check(
        &write::record(&objects::record()),
        "record",
        OcpiVersion::V230,
    );
}

#[test]
fn every_object_that_partners_send_in_every_version() {
    for (what, record) in fixtures::ALL {
        let object = fixtures::read(record).object.expect(what);
        for version in VERSIONS {
            match &object {
                Object::Cdr(cdr) => check(&write::cdr(cdr, version), "cdr", version),
                Object::Session(session) => {
                    check(&write::session(session, version), "session", version);
                }
                Object::Tariff(tariff) => check(&write::tariff(tariff, version), "tariff", version),
                Object::Location(location) => {
                    check(&write::location(location, version), "location", version);
                }
                Object::Token(token) => check(&write::token(token, version), "token", version),
            }
        }
    }
}

#[test]
fn a_length_beyond_the_version_is_named_and_the_text_kept() {
    let mut cdr = objects::cdr();
    cdr.id = domain::OcpiId("K".repeat(39));
    for (version, credit, fits) in [
        (OcpiVersion::V211, true, false),
        (OcpiVersion::V221, true, true),
        (OcpiVersion::V221, false, false),
    ] {
        cdr.credit = credit;
        let written = write::cdr(&cdr, version);
        let named = written
            .lacks
            .iter()
            .any(|lack| lack.to_string() == "missing id: too_long");
        assert_eq!(named, !fits, "{version}, credit {credit}");
        let read = ocpi::read_cdr(
            written.json.as_bytes(),
            &Hint {
                party: Some(cdr.party.clone()),
                ..Hint::default()
            },
        );
        assert_eq!(read.value.map(|read| read.id), Some(cdr.id.clone()));
    }
}
