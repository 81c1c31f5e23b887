//! Every liberty the reader takes, with the finding it raises: one fault at a time is put into a
//! faultless record.

mod fixtures;

use fixtures::{
    CDR_211, CDR_221, CDR_230, LOCATION_221, SESSION_211, SESSION_221, TARIFF_221, TARIFF_230,
    TOKEN_221, changed, read, shown,
};
use ocpi::{Hint, Object, Reader};

/// Changes one place of the record per row and compares the findings. `→ refused` ends a row whose
/// record cannot be used.
fn check(record: &str, rows: &[(&str, &str, &[&str])]) {
    for (from, to, expected) in rows {
        let read = read(&changed(record, from, to));
        let mut found: Vec<String> = read.findings.iter().map(shown).collect();
        found.sort();
        let mut expected: Vec<String> = expected.iter().map(|&text| text.to_owned()).collect();
        expected.sort();
        assert_eq!(found, expected, "{from}  →  {to}");
        let fatal = expected.iter().any(|text| text.starts_with("fatal"));
        assert_eq!(
            read.object.is_none(),
            fatal,
            "used unless a finding is fatal: {to}"
        );
    }
}

fn cdr(record: &str) -> domain::Cdr {
    match read(record).object {
        Some(Object::Cdr(cdr)) => *cdr,
        other => panic!("{other:?} is no CDR"),
    }
}

#[test]
fn numbers() {
    check(
        CDR_221,
        &[
            (
                r#""total_energy": 20.5"#,
                r#""total_energy": "20.5""#,
                &["warning schema_wrong_type at total_energy"],
            ),
            (
                r#""excl_vat": 10.70"#,
                r#""excl_vat": "10.70""#,
                &["warning schema_wrong_type at total_cost.excl_vat"],
            ),
            (r#""total_energy": 20.5"#, r#""total_energy": 2.05e1"#, &[]),
            (
                r#""total_energy": 20.5"#,
                r#""total_energy": 20.500000000000004"#,
                &["info too_many_decimals at total_energy"],
            ),
            (
                r#""total_energy": 20.5"#,
                r#""total_energy": "n/a""#,
                &["error schema_wrong_type at total_energy"],
            ),
            (
                r#""total_energy": 20.5"#,
                r#""total_energy": "20,5""#,
                &["error schema_wrong_type at total_energy"],
            ),
            (
                r#""total_energy": 20.5"#,
                r#""total_energy": true"#,
                &["error schema_wrong_type at total_energy"],
            ),
            (
                r#""total_energy": 20.5, "#,
                "",
                &["error schema_missing_field at total_energy"],
            ),
            (
                r#""total_energy": 20.5"#,
                r#""total_energy": null"#,
                &["error schema_missing_field at total_energy"],
            ),
            (
                r#""total_energy": 20.5"#,
                r#""total_energy": 1e60"#,
                &["fatal out_of_range at total_energy"],
            ),
            (
                r#""total_energy": 20.5"#,
                r#""total_energy": NaN"#,
                &["fatal not_json at record"],
            ),
            (
                r#""excl_vat": 10.70"#,
                r#""excl_vat": 99999999999999"#,
                &["fatal out_of_range at total_cost.excl_vat"],
            ),
            (
                r#""step_size": 60"#,
                r#""step_size": 60.0"#,
                &["warning schema_wrong_type at \
               tariffs[0].elements[0].price_components[2].step_size"],
            ),
            (
                r#""volume": 20.5"#,
                r#""volume": "20.5""#,
                &["warning schema_wrong_type at charging_periods[0].dimensions[0].volume"],
            ),
            (
                r#""excl_vat": 0.50, "incl_vat": 0.605"#,
                r#""excl_vat": 0.50, "incl_vat": null"#,
                &[],
            ),
        ],
    );
    let text = changed(
        CDR_221,
        r#""total_energy": 20.5"#,
        r#""total_energy": "n/a""#,
    );
    let energy = cdr(&text).totals.energy.0;
    assert_eq!(
        energy.to_string(),
        "20.5",
        "what cannot be read is taken from the periods"
    );
}

#[test]
fn times() {
    let end = r#""end_date_time": "2026-03-02T09:40:00Z""#;
    let at = |text: &str| format!(r#""end_date_time": "{text}""#);
    for (text, expected) in [
        ("2026-03-02T09:40:00", &[][..]),
        ("2026-03-02T09:40:00.000Z", &[]),
        ("2026-03-02t09:40:00z", &[]),
        (
            "2026-03-02T09:40:00+00:00",
            &["warning schema_datetime at end_date_time"],
        ),
        (
            "2026-03-02T11:40:00+02:00",
            &["warning schema_datetime at end_date_time"],
        ),
        (
            "2026-03-02 09:40:00",
            &["warning schema_datetime at end_date_time"],
        ),
        (
            "2026-03-02T09:40Z",
            &["warning schema_datetime at end_date_time"],
        ),
        (
            "2026-03-02T09:40:00.000000000Z",
            &["info schema_length at end_date_time"],
        ),
        (
            "1970-01-01T00:00:00Z",
            &["warning epoch_date at end_date_time"],
        ),
        (
            "02.03.2026 09:40",
            &["fatal schema_datetime at end_date_time"],
        ),
        ("", &["fatal schema_datetime at end_date_time"]),
    ] {
        let expected: Vec<&str> = expected.to_vec();
        check(CDR_221, &[(end, &at(text), &expected)]);
        if expected
            .iter()
            .all(|text| !text.starts_with("fatal") && !text.contains("epoch"))
        {
            let end = cdr(&changed(CDR_221, end, &at(text))).end_at;
            assert_eq!(end.to_rfc3339(), "2026-03-02T09:40:00+00:00", "{text}");
        }
    }
    check(
        CDR_221,
        &[(
            end,
            r#""end_date_time": 1772444400"#,
            &["fatal schema_wrong_type at end_date_time"],
        )],
    );
}

#[test]
fn names_of_other_versions() {
    check(
        CDR_221,
        &[
            (
                "end_date_time",
                "stop_date_time",
                &["info schema_missing_field at end_date_time"],
            ),
            (
                r#""id": "CDR-1",
  "start_date_time""#,
                r#""id": "CDR-1",
  "start_datetime""#,
                &["info schema_missing_field at start_date_time"],
            ),
            (
                r#"{"excl_vat": 10.70, "incl_vat": 12.947}"#,
                "10.70",
                &["warning schema_wrong_type at total_cost"],
            ),
            (
                r#""excl_vat": 8.20"#,
                r#""before_taxes": 8.20"#,
                &["info schema_missing_field at total_energy_cost.excl_vat"],
            ),
        ],
    );
    check(
        CDR_211,
        &[
            (
                "stop_date_time",
                "end_date_time",
                &["info schema_missing_field at stop_date_time"],
            ),
            (
                r#""total_cost": 3.375"#,
                r#""total_cost": {"excl_vat": 3.375}"#,
                &["warning schema_wrong_type at total_cost"],
            ),
            (
                r#""total_cost": 3.375"#,
                r#""total_cost": "3.375""#,
                &["warning schema_wrong_type at total_cost"],
            ),
            (
                r#""id": "T1", "currency""#,
                r#""id": "T1", "start_datetime": "2026-01-01T00:00:00Z", "currency""#,
                &["info schema_missing_field at tariffs[0].start_date_time"],
            ),
            (r#""price": 0.30"#, r#""price": 0.30, "vat": 21"#, &[]),
        ],
    );
    check(
        SESSION_211,
        &[
            (
                "start_datetime",
                "start_date_time",
                &["info schema_missing_field at start_datetime"],
            ),
            (
                "end_datetime",
                "end_date_time",
                &["info schema_missing_field at end_datetime"],
            ),
        ],
    );
    check(
        TOKEN_221,
        &[
            (
                "contract_id",
                "auth_id",
                &["info schema_missing_field at contract_id"],
            ),
            (
                r#""valid": true"#,
                r#""valid": "true""#,
                &["warning schema_wrong_type at valid"],
            ),
            (
                r#""valid": true"#,
                r#""valid": 1"#,
                &["warning schema_wrong_type at valid"],
            ),
            (
                r#""valid": true"#,
                r#""valid": "maybe""#,
                &["error schema_wrong_type at valid"],
            ),
        ],
    );
}

#[test]
fn texts() {
    let long = format!(r#""session_id": "{}""#, "x".repeat(37));
    let remark = format!(r#""remark": "{}""#, "ü".repeat(256));
    let remark_fits = format!(r#""remark": "{}""#, "ü".repeat(255));
    check(
        CDR_221,
        &[
            (
                r#""session_id": "S-1""#,
                &long,
                &["info schema_length at session_id"],
            ),
            (
                r#""remark": "thank you""#,
                &remark,
                &["info schema_length at remark"],
            ),
            (r#""remark": "thank you""#, &remark_fits, &[]),
            (
                r#""session_id": "S-1""#,
                r#""session_id": 17"#,
                &["warning schema_wrong_type at session_id"],
            ),
            (
                r#""session_id": "S-1""#,
                r#""session_id": {}"#,
                &["warning schema_wrong_type at session_id"],
            ),
            (
                r#""evse_uid": "E7""#,
                r##""evse_uid": "#NA""##,
                &["info schema_missing_field at cdr_location.evse_uid"],
            ),
            (
                r#""city": "Delft""#,
                r#""city": " ""#,
                &["warning schema_missing_field at cdr_location.city"],
            ),
            (
                r#""country": "NLD""#,
                r#""country": "NL""#,
                &["warning schema_enum at cdr_location.country"],
            ),
            (
                r#""auth_method": "WHITELIST""#,
                r#""auth_method": "MAGIC""#,
                &["warning schema_enum at auth_method"],
            ),
            (
                r#""type": "RFID""#,
                r#""type": "EMAID""#,
                &["warning schema_enum at cdr_token.type"],
            ),
            (
                r#""AC_3_PHASE""#,
                r#""AC_9_PHASE""#,
                &["warning schema_enum at cdr_location.connector_power_type"],
            ),
            (
                r#""type": "TIME""#,
                r#""type": "LOITERING""#,
                &["warning schema_enum at charging_periods[0].dimensions[1].type"],
            ),
            (
                r#""currency": "EUR",
  "tariffs""#,
                r#""currency": "eur",
  "tariffs""#,
                &["warning schema_enum at currency"],
            ),
            (
                r#""remark": "thank you""#,
                "\"remark\": \"two\nlines\"",
                &["warning not_json at record"],
            ),
        ],
    );
    let kept = cdr(&changed(
        CDR_221,
        r#""auth_method": "WHITELIST""#,
        r#""auth_method": "MAGIC""#,
    ));
    assert_eq!(
        kept.auth_method.as_deref(),
        Some("MAGIC"),
        "an unknown value is kept as sent"
    );
    let absent = cdr(&changed(
        CDR_221,
        r#""evse_uid": "E7""#,
        r##""evse_uid": "#NA""##,
    ));
    assert_eq!(absent.location.evse_uid, None);
    let open = changed(CDR_230, r#""type": "APP_USER""#, r#""type": "WATCH""#);
    assert_eq!(
        read(&open).findings,
        [],
        "in 2.3.0 the list of token types is open"
    );
}

#[test]
fn what_cannot_be_used_is_refused() {
    check(
        CDR_221,
        &[
            (
                r#""id": "CDR-1""#,
                r#""ID": "CDR-1""#,
                &["fatal schema_missing_field at id"],
            ),
            (
                r#""id": "CDR-1""#,
                r##""id": "#NA""##,
                &["fatal schema_missing_field at id"],
            ),
            (
                r#""id": "CDR-1",
  "start_date_time""#,
                r#""id": "CDR-1",
  "started""#,
                &["fatal schema_missing_field at start_date_time"],
            ),
            (
                "end_date_time",
                "ended",
                &["fatal schema_missing_field at end_date_time"],
            ),
            (
                r#""currency": "EUR",
  "tariffs""#,
                r#""currency": "euros",
  "tariffs""#,
                &[
                    "fatal schema_enum at currency",
                    "info schema_length at currency",
                ],
            ),
            (
                r#""remark": "thank you","#,
                r#""remark": "thank you""#,
                &["fatal not_json at record"],
            ),
            (
                r#""remark": "thank you""#,
                r#""remark": "thank \you""#,
                &["fatal not_json at record"],
            ),
        ],
    );
    let unconnected = Reader::new().read(CDR_211.as_bytes(), &Hint::default());
    let found: Vec<String> = unconnected.findings.iter().map(shown).collect();
    assert_eq!(
        found,
        ["fatal party_unknown at party_id"],
        "2.1.1 names no owner"
    );
    assert_eq!(unconnected.object, None);
}

#[test]
fn the_connection_stands_in_for_a_missing_owner() {
    check(
        CDR_221,
        &[
            (
                r#""country_code": "NL", "party_id": "ABC", "id": "CDR-1""#,
                r#""id": "CDR-1""#,
                &[
                    "warning schema_missing_field at country_code",
                    "warning schema_missing_field at party_id",
                ],
            ),
            (
                r#""country_code": "NL", "party_id": "ABC", "id": "CDR-1""#,
                r#""country_code": "Netherlands", "party_id": "ABC", "id": "CDR-1""#,
                &[
                    "info schema_length at country_code",
                    "error party_unknown at party_id",
                ],
            ),
        ],
    );
    let lower = changed(
        CDR_221,
        r#""country_code": "NL", "party_id": "ABC", "id": "CDR-1""#,
        r#""country_code": "nl", "party_id": "abc", "id": "CDR-1""#,
    );
    assert_eq!(
        cdr(&lower).party.to_string(),
        "NL-ABC",
        "party keys are case-insensitive"
    );
}

#[test]
fn shapes() {
    check(
        CDR_221,
        &[
            (
                r#""connector_power_type": "AC_3_PHASE"}"#,
                r#""connector_power_type": "AC_3_PHASE",}"#,
                &["warning not_json at record"],
            ),
            (
                r#""remark": "thank you""#,
                r#""session_id": "S-2""#,
                &["error schema_wrong_type at session_id"],
            ),
            (
                r#""remark": "thank you""#,
                r#""from_the_future": {"a": [1, {"b": null}]}"#,
                &[],
            ),
            (
                r#""coordinates": {"latitude": "52.010000", "longitude": "4.360000"},
    "#,
                "",
                &["warning schema_missing_field at cdr_location.coordinates"],
            ),
            (
                r#""last_updated": "2026-03-02T09:41:00Z""#,
                r#""noted": 1"#,
                &["warning schema_missing_field at last_updated"],
            ),
            (
                r#""auth_method": "WHITELIST", "#,
                "",
                &["warning schema_missing_field at auth_method"],
            ),
        ],
    );
    let repeated = changed(
        CDR_221,
        r#""remark": "thank you""#,
        r#""session_id": "S-2""#,
    );
    assert_eq!(
        cdr(&repeated).session_id.unwrap().as_str(),
        "S-2",
        "the last value counts"
    );
    let mut bytes = CDR_221.as_bytes().to_vec();
    let at = CDR_221.find("thank").unwrap();
    bytes[at] = 0xFC;
    let read = Reader::new().read(&bytes, &Hint::default());
    let found: Vec<String> = read.findings.iter().map(shown).collect();
    assert_eq!(
        found,
        ["warning not_json at record"],
        "Latin-1 in a text costs only the character"
    );
    assert!(read.object.is_some());
}

#[test]
fn dimensions_and_units() {
    check(
        CDR_221,
        &[
            (
                r#""type": "TIME""#,
                r#""type": "FLAT""#,
                &["warning dimension_not_allowed at charging_periods[0].dimensions[1].type"],
            ),
            (
                r#""type": "TIME""#,
                r#""type": "STATE_OF_CHARGE""#,
                &["warning dimension_not_allowed at charging_periods[0].dimensions[1].type"],
            ),
            (
                r#""volume": 20.5"#,
                r#""volume": 20500"#,
                &["error energy_unit_suspect at total_energy"],
            ),
            (
                r#""volume": 20.5"#,
                r#""volume": 20.4"#,
                &["error energy_mismatch at total_energy"],
            ),
            (r#""volume": 20.5"#, r#""volume": 20.504"#, &[]),
            (
                r#""volume": 20.5"#,
                r#""volume": 20.506"#,
                &["error energy_mismatch at total_energy"],
            ),
        ],
    );
    check(
        SESSION_221,
        &[
            (
                r#""volume": 5.5"#,
                r#""volume": 5500"#,
                &["error energy_unit_suspect at kwh"],
            ),
            (r#""status": "ACTIVE""#, r#""status": "RESERVED""#, &[]),
            (
                r#""status": "ACTIVE""#,
                r#""status": "ASLEEP""#,
                &["warning schema_enum at status"],
            ),
        ],
    );
    let wh = CDR_221.replace("20.5", "20500");
    let found: Vec<String> = read(&wh).findings.iter().map(shown).collect();
    assert_eq!(
        found,
        ["error energy_unit_suspect at total_energy"],
        "20.5 MWh in 100 minutes"
    );
}

#[test]
fn tariffs() {
    check(
        TARIFF_230,
        &[
            (
                r#""tax_included": "YES", "#,
                r#""preauthorize_amount": 20, "#,
                &["warning tax_included_missing at tax_included"],
            ),
            (
                r#""tax_included": "YES""#,
                r#""tax_included": "maybe""#,
                &[
                    "info schema_length at tax_included",
                    "error schema_enum at tax_included",
                ],
            ),
            (
                "after_taxes",
                "incl_vat",
                &["info schema_missing_field at max_price.after_taxes"],
            ),
        ],
    );
    check(
        TARIFF_221,
        &[
            (
                r#""type": "PROFILE_FAST""#,
                r#""type": "PROFILE_SLOW""#,
                &["warning schema_enum at type"],
            ),
            (
                r#""start_time": "07:00""#,
                r#""start_time": "7:00""#,
                &["warning schema_datetime at elements[0].restrictions.start_time"],
            ),
            (
                r#""start_time": "07:00""#,
                r#""start_time": "07:00:00""#,
                &["warning schema_datetime at elements[0].restrictions.start_time"],
            ),
            (
                r#""end_time": "00:00""#,
                r#""end_time": "24:00""#,
                &["warning schema_datetime at elements[0].restrictions.end_time"],
            ),
            (
                r#""start_time": "07:00""#,
                r#""start_time": "seven""#,
                &[
                    "error schema_datetime at elements[0].restrictions.start_time",
                    "error schema_wrong_type at elements[0].restrictions",
                ],
            ),
            (
                r#""start_date": "2026-01-01""#,
                r#""start_date": "2026-01-01T00:00:00Z""#,
                &["warning schema_datetime at elements[0].restrictions.start_date"],
            ),
            (
                r#"["SATURDAY", "SUNDAY"]"#,
                r#"["Saturday", "SUNDAY"]"#,
                &["warning schema_enum at elements[0].restrictions.day_of_week[0]"],
            ),
            (
                r#"["SATURDAY", "SUNDAY"]"#,
                r#"["SATURDAY", "HOLIDAY"]"#,
                &["error schema_enum at elements[0].restrictions.day_of_week[1]"],
            ),
            (
                r#"["SATURDAY", "SUNDAY"]"#,
                r#""SUNDAY""#,
                &["warning schema_wrong_type at elements[0].restrictions.day_of_week"],
            ),
            (
                r#""reservation": "RESERVATION""#,
                r#""reservation": "RESERVATION_DREAMT""#,
                &["error schema_enum at elements[1].restrictions.reservation"],
            ),
            (
                r#""reservation": "RESERVATION""#,
                r#""booking": "BOOKING""#,
                &["error schema_enum at elements[1].restrictions.booking"],
            ),
            (
                r#""type": "TIME""#,
                r#""type": "DISTANCE""#,
                &["error schema_enum at elements[1].price_components[0].type"],
            ),
            (r#""step_size": 100"#, r#""step_size": 0"#, &[]),
            (
                r#", "step_size": 100"#,
                "",
                &["warning schema_missing_field at elements[0].price_components[0].step_size"],
            ),
            (
                r#""excl_vat": 50"#,
                r#""before_tax": 50"#,
                &["warning schema_missing_field at max_price.excl_vat"],
            ),
            (
                r#""last_updated""#,
                r#""updated""#,
                &["warning schema_missing_field at last_updated"],
            ),
            (
                r#""id": "T2", "currency": "EUR""#,
                r#""id": "T2""#,
                &["fatal schema_missing_field at currency"],
            ),
        ],
    );
    let elements = |record: &str| match read(record).object {
        Some(Object::Tariff(tariff)) => tariff.elements.len(),
        other => panic!("{other:?} is no tariff"),
    };
    for (from, to) in [
        (
            r#""reservation": "RESERVATION""#,
            r#""reservation": "RESERVATION_DREAMT""#,
        ),
        (r#""reservation": "RESERVATION""#, r#""booking": "BOOKING""#),
        (r#""start_time": "07:00""#, r#""start_time": "seven""#),
    ] {
        let left = elements(&changed(TARIFF_221, from, to));
        assert_eq!(
            left, 1,
            "an element under a restriction we cannot test prices nothing: {to}"
        );
    }
}

#[test]
fn locations() {
    check(
        LOCATION_221,
        &[
            (
                r#""time_zone": "Europe/Amsterdam", "#,
                "",
                &["warning schema_missing_field at time_zone"],
            ),
            (
                "Europe/Amsterdam",
                "Europe/Delft",
                &["warning schema_enum at time_zone"],
            ),
            (
                r#""publish": true, "#,
                "",
                &["warning schema_missing_field at publish"],
            ),
            (
                r#""max_voltage": 230, "#,
                "",
                &["warning schema_missing_field at evses[0].connectors[0].max_voltage"],
            ),
            (
                r#""max_voltage": 230"#,
                r#""max_voltage": "230""#,
                &["warning schema_wrong_type at evses[0].connectors[0].max_voltage"],
            ),
            (
                r#""evses": [{"uid": "E7", "#,
                r#""evses": [7, {"uid": "E7", "#,
                &["error schema_wrong_type at evses[0]"],
            ),
        ],
    );
    check(
        CDR_211,
        &[(
            r#""evses": [{"uid": "E7","#,
            r#""evses": [{"uid": "E6", "status": "CHARGING", "connectors": [{"id": "1",
            "standard": "CHADEMO", "format": "CABLE", "power_type": "DC", "voltage": 400,
            "amperage": 125}]}, {"uid": "E7","#,
            &["warning schema_length at location.evses"],
        )],
    );
}

#[test]
fn plausibility() {
    check(
        CDR_221,
        &[
            (
                r#""end_date_time": "2026-03-02T09:40:00Z""#,
                r#""end_date_time": "2026-03-02T07:40:00Z""#,
                &["error end_before_start at record"],
            ),
            (
                r#""last_updated": "2026-03-02T09:41:00Z""#,
                r#""last_updated": "2026-03-02T09:39:00Z""#,
                &["info last_updated_before_end at last_updated"],
            ),
            (
                r#"{"start_date_time": "2026-03-02T09:00:00Z""#,
                r#"{"start_date_time": "2026-03-02T10:00:00Z""#,
                &["warning period_out_of_session at charging_periods[1].start_date_time"],
            ),
            (
                r#"{"start_date_time": "2026-03-02T08:00:00Z""#,
                r#"{"start_date_time": "2026-03-02T07:59:59Z""#,
                &["warning period_out_of_session at charging_periods[0].start_date_time"],
            ),
            (
                r#""total_time": 1.6667"#,
                r#""total_time": 1.6"#,
                &["warning time_mismatch at total_time"],
            ),
            (r#""total_time": 1.6667"#, r#""total_time": 1.67"#, &[]),
            (
                r#""total_parking_time": 0.6667"#,
                r#""total_parking_time": 0.7"#,
                &["warning time_mismatch at total_parking_time"],
            ),
            (
                r#""excl_vat": 10.70"#,
                r#""excl_vat": 10.80"#,
                &["warning parts_do_not_sum at total_cost"],
            ),
            (
                r#""incl_vat": 12.947"#,
                r#""incl_vat": 12.84"#,
                &["warning tax_sum_mismatch at total_cost"],
            ),
        ],
    );
    check(
        CDR_211,
        &[(
            r#""total_energy": 11.25"#,
            r#""total_energy": -11.25"#,
            &[
                "error energy_mismatch at total_energy",
                "warning negative_energy at total_energy",
            ],
        )],
    );
    let none = changed(
        CDR_211,
        r#""total_energy": 11.25"#,
        r#""total_energy": 0.0"#,
    );
    let none = changed(&none, r#""volume": 11.25"#, r#""volume": 0"#);
    let found: Vec<String> = read(&none).findings.iter().map(shown).collect();
    assert_eq!(found, ["warning zero_energy_with_cost at total_energy"]);
}

#[test]
fn limits_credits_and_reservations_explain_a_difference() {
    let limited = changed(
        CDR_221,
        r#""excl_vat": 10.70, "incl_vat": 12.947"#,
        r#""excl_vat": 10.00, "incl_vat": 12.10"#,
    );
    let limit = r#""type": "REGULAR", "max_price": {"excl_vat": 10, "incl_vat": 12.1},"#;
    let limited = changed(&limited, r#""type": "REGULAR","#, limit);
    assert_eq!(
        read(&limited).findings,
        [],
        "a total at its limit need not be the parts' sum"
    );

    let credit = changed(
        CDR_221,
        r#""excl_vat": 10.70, "incl_vat": 12.947"#,
        r#""excl_vat": -10.70, "incl_vat": -12.947"#,
    );
    let credit = changed(
        &credit,
        r#""id": "CDR-1""#,
        r#""id": "CDR-1-C", "credit": true, "credit_reference_id": "CDR-1""#,
    );
    assert_eq!(
        read(&credit).findings,
        [],
        "in a credit CDR only the total is negated"
    );
    assert!(cdr(&credit).credit);
    assert_eq!(cdr(&credit).credit_reference_id.unwrap().as_str(), "CDR-1");

    let reserved = changed(
        CDR_221,
        r#"{"type": "TIME", "volume": 1.0}"#,
        r#"{"type": "TIME", "volume": 1.0}, {"type": "RESERVATION_TIME", "volume": 0.25}"#,
    );
    let reserved = changed(
        &reserved,
        r#""total_time": 1.6667"#,
        r#""total_time": 1.4167"#,
    );
    assert_eq!(
        read(&reserved).findings,
        [],
        "total_time with or without reservation will do"
    );
}
