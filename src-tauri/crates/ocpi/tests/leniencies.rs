//! Every liberty the reader takes, with the finding it raises: one fault at a time is put into a
//! faultless record.

mod fixtures;

use std::collections::BTreeSet;

use fixtures::{
    CDR_211, CDR_221, CDR_230, LOCATION_221, SESSION_211, SESSION_221, TARIFF_221, TARIFF_230,
    TOKEN_221, changed, read, shown,
};
use ocpi::{Hint, Object, Reader};

/// Changes one place of the record per row and compares the findings. A row reads
/// `this → becomes that ⇒ these findings + and these`; `∅` stands for nothing, `␊` for a newline
/// inside a text, and a line that begins with an arrow or a plus goes on with the row above.
fn check(record: &str, table: &str) {
    let record = record.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rows: Vec<String> = Vec::new();
    for line in table.trim().lines().map(str::trim) {
        match rows.last_mut() {
            Some(row) if line.starts_with(['→', '⇒', '+']) => *row = format!("{row} {line}"),
            Some(_) | None => rows.push(line.to_owned()),
        }
    }
    for row in rows {
        let (from, rest) = row.split_once(" → ").expect("a row has an arrow");
        let (to, findings) = rest.split_once(" ⇒ ").expect("a row has findings, or -");
        let to = if to == "∅" { "" } else { to };
        let read = read(&changed(&record, from, &to.replace('␊', "\n")));
        let found: BTreeSet<String> = read.findings.iter().map(shown).collect();
        let expected: BTreeSet<String> = findings
            .split(" + ")
            .filter(|text| *text != "-")
            .map(str::to_owned)
            .collect();
        assert_eq!(found, expected, "{row}");
        let fatal = findings.contains("fatal");
        assert_eq!(
            read.object.is_none(),
            fatal,
            "used unless a finding is fatal: {row}"
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
fn coordinates_and_plugs() {
    check(
        CDR_221,
        r#"
        "latitude": "52.010000" → "latitude": 52.010000
          ⇒ warning schema_wrong_type at cdr_location.coordinates.latitude
        "latitude": "52.010000" → "latitude": "52.0100000001"
          ⇒ info schema_length at cdr_location.coordinates.latitude
        "latitude": "52.010000", → ∅
          ⇒ warning schema_missing_field at cdr_location.coordinates.latitude
        {"latitude": "52.010000", "longitude": "4.360000"} → "52.01, 4.36"
          ⇒ warning schema_wrong_type at cdr_location.coordinates
        "connector_standard": "IEC_62196_T2" → "connector_standard": {}
          ⇒ warning schema_wrong_type at cdr_location.connector_standard
        "connector_format": "SOCKET", → ∅
          ⇒ warning schema_missing_field at cdr_location.connector_format
        "#,
    );
    let digits = cdr(&changed(CDR_221, r#""52.010000""#, "52.010000"));
    let at = digits.location.coordinates.expect("coordinates");
    assert_eq!(at.latitude, "52.010000", "every digit that was sent");
    let half = changed(CDR_221, r#""latitude": "52.010000","#, "");
    assert_eq!(cdr(&half).location.coordinates, None);
    let modern = cdr(CDR_221).location;
    let plug = cdr(CDR_211).location;
    assert_eq!((plug.voltage, plug.amperage), (Some(230), Some(32)));
    assert_eq!(plug.connector_standard.as_deref(), Some("IEC_62196_T2"));
    assert_eq!(plug.connector_format, modern.connector_format);
    assert_eq!(plug.coordinates, modern.coordinates);
}

#[test]
fn numbers() {
    check(
        CDR_221,
        r#"
        "total_energy": 20.5 → "total_energy": "20.5" ⇒ warning schema_wrong_type at total_energy
        "excl_vat": 10.70 → "excl_vat": "10.70" ⇒ warning schema_wrong_type at total_cost.excl_vat
        "total_energy": 20.5 → "total_energy": 2.05e1 ⇒ -
        "total_energy": 20.5 → "total_energy": 20.500000000000004
            ⇒ info too_many_decimals at total_energy
        "total_energy": 20.5 → "total_energy": "n/a" ⇒ error schema_wrong_type at total_energy
        "total_energy": 20.5 → "total_energy": "20,5" ⇒ error schema_wrong_type at total_energy
        "total_energy": 20.5 → "total_energy": true ⇒ error schema_wrong_type at total_energy
        "total_energy": 20.5, → ∅ ⇒ error schema_missing_field at total_energy
        "total_energy": 20.5 → "total_energy": null ⇒ error schema_missing_field at total_energy
        "total_energy": 20.5 → "total_energy": 1e60 ⇒ fatal out_of_range at total_energy
        "total_energy": 20.5 → "total_energy": NaN ⇒ fatal not_json at record
        "excl_vat": 10.70 → "excl_vat": 99999999999999 ⇒ fatal out_of_range at total_cost.excl_vat
        "step_size": 60 → "step_size": 60.0
            ⇒ warning schema_wrong_type at tariffs[0].elements[0].price_components[2].step_size
        "volume": 20.5 → "volume": "20.5"
            ⇒ warning schema_wrong_type at charging_periods[0].dimensions[0].volume
        "excl_vat": 0.50, "incl_vat": 0.605 → "excl_vat": 0.50, "incl_vat": null ⇒ -
    "#,
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
    let end = "2026-03-02T09:40:00Z";
    for row in "
        2026-03-02T09:40:00            ⇒ -
        2026-03-02T09:40:00.000Z       ⇒ -
        2026-03-02t09:40:00z           ⇒ -
        2026-03-02T09:40:00+00:00      ⇒ warning schema_datetime at end_date_time
        2026-03-02T11:40:00+02:00      ⇒ warning schema_datetime at end_date_time
        2026-03-02 09:40:00            ⇒ warning schema_datetime at end_date_time
        2026-03-02T09:40Z              ⇒ warning schema_datetime at end_date_time
        2026-03-02T09:40:00.000000000Z ⇒ info schema_length at end_date_time
        1970-01-01T00:00:00Z           ⇒ warning epoch_date at end_date_time
        02.03.2026 09:40               ⇒ fatal schema_datetime at end_date_time
        yesterday                      ⇒ fatal schema_datetime at end_date_time
    "
    .trim()
    .lines()
    {
        let (text, findings) = row.split_once('⇒').expect("a row has findings, or -");
        let text = text.trim();
        check(CDR_221, &format!("{end} → {text} ⇒ {}", findings.trim()));
        if !findings.contains("fatal") && !findings.contains("epoch") {
            let read = cdr(&changed(CDR_221, end, text)).end_at;
            assert_eq!(read.to_rfc3339(), "2026-03-02T09:40:00+00:00", "{text}");
        }
    }
    check(
        CDR_221,
        r#""2026-03-02T09:40:00Z" → 1772444400 ⇒ fatal schema_wrong_type at end_date_time"#,
    );
}

#[test]
fn names_of_other_versions() {
    check(
        CDR_221,
        r#"
        end_date_time → stop_date_time ⇒ info schema_missing_field at end_date_time
        "id": "CDR-1", "start_date_time" → "id": "CDR-1", "start_datetime"
            ⇒ info schema_missing_field at start_date_time
        {"excl_vat": 10.70, "incl_vat": 12.947} → 10.70 ⇒ warning schema_wrong_type at total_cost
        "excl_vat": 8.20 → "before_taxes": 8.20
            ⇒ info schema_missing_field at total_energy_cost.excl_vat
    "#,
    );
    check(
        CDR_211,
        r#"
        stop_date_time → end_date_time ⇒ info schema_missing_field at stop_date_time
        "total_cost": 3.375 → "total_cost": {"excl_vat": 3.375}
            ⇒ warning schema_wrong_type at total_cost
        "total_cost": 3.375 → "total_cost": "3.375" ⇒ warning schema_wrong_type at total_cost
        "id": "T1", "currency" → "id": "T1", "start_datetime": "2026-01-01T00:00:00Z", "currency"
            ⇒ info schema_missing_field at tariffs[0].start_date_time
        "price": 0.30 → "price": 0.30, "vat": 21 ⇒ -
    "#,
    );
    check(
        SESSION_211,
        "
        start_datetime → start_date_time ⇒ info schema_missing_field at start_datetime
        end_datetime → end_date_time ⇒ info schema_missing_field at end_datetime
    ",
    );
    check(
        SESSION_221,
        r#"
        "kwh": 5.5 → "kWh": 5.5 ⇒ info schema_missing_field at kwh
    "#,
    );
    check(
        TOKEN_221,
        r#"
        contract_id → auth_id ⇒ info schema_missing_field at contract_id
        "valid": true → "valid": "true" ⇒ warning schema_wrong_type at valid
        "valid": true → "valid": 1 ⇒ warning schema_wrong_type at valid
        "valid": true → "valid": "maybe" ⇒ error schema_wrong_type at valid
    "#,
    );
}

#[test]
fn texts() {
    check(
        CDR_221,
        r##"
        "session_id": "S-1" → "session_id": 17 ⇒ warning schema_wrong_type at session_id
        "session_id": "S-1" → "session_id": {} ⇒ warning schema_wrong_type at session_id
        "evse_uid": "E7" → "evse_uid": "#NA" ⇒ info schema_missing_field at cdr_location.evse_uid
        "city": "Delft" → "city": " " ⇒ warning schema_missing_field at cdr_location.city
        "country": "NLD" → "country": "NL" ⇒ warning schema_enum at cdr_location.country
        "auth_method": "WHITELIST" → "auth_method": "MAGIC" ⇒ warning schema_enum at auth_method
        "type": "RFID" → "type": "EMAID" ⇒ warning schema_enum at cdr_token.type
        "AC_3_PHASE" → "AC_9_PHASE" ⇒ warning schema_enum at cdr_location.connector_power_type
        "type": "TIME" → "type": "LOITERING"
            ⇒ warning schema_enum at charging_periods[0].dimensions[1].type
        "currency": "EUR", "tariffs" → "currency": "eur", "tariffs"
            ⇒ warning schema_enum at currency
        "remark": "thank you" → "remark": "two␊lines" ⇒ warning not_json at record
    "##,
    );
    for (field, text, fits) in [
        (r#""session_id": "S-1""#, "x".repeat(36), true),
        (r#""session_id": "S-1""#, "x".repeat(37), false),
        (r#""remark": "thank you""#, "ü".repeat(255), true),
        (r#""remark": "thank you""#, "ü".repeat(256), false),
    ] {
        let name = field.split('"').nth(1).expect("a field has a name");
        let findings = read(&changed(CDR_221, field, &format!(r#""{name}": "{text}""#))).findings;
        let found: Vec<String> = findings.iter().map(shown).collect();
        let expected = format!("info schema_length at {name}");
        assert_eq!(found, if fits { vec![] } else { vec![expected] }, "{text}");
    }
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
        r##"
        "id": "CDR-1" → "ID": "CDR-1" ⇒ fatal schema_missing_field at id
        "id": "CDR-1" → "id": "#NA" ⇒ fatal schema_missing_field at id
        "id": "CDR-1", "start_date_time" → "id": "CDR-1", "started"
            ⇒ fatal schema_missing_field at start_date_time
        end_date_time → ended ⇒ fatal schema_missing_field at end_date_time
        "currency": "EUR", "tariffs" → "currency": "euros", "tariffs"
            ⇒ fatal schema_enum at currency + info schema_length at currency
        "remark": "thank you", → "remark": "thank you" ⇒ fatal not_json at record
        "remark": "thank you" → "remark": "thank \you" ⇒ fatal not_json at record
    "##,
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
        r#"
        "country_code": "NL", "party_id": "ABC", "id": "CDR-1"
            → "id": "CDR-1"
            ⇒ warning schema_missing_field at country_code
            + warning schema_missing_field at party_id
        "country_code": "NL", "party_id": "ABC", "id": "CDR-1"
            → "country_code": "Netherlands", "party_id": "ABC", "id": "CDR-1"
            ⇒ info schema_length at country_code
            + error party_unknown at party_id
    "#,
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
        r#"
        "connector_power_type": "AC_3_PHASE"} → "connector_power_type": "AC_3_PHASE",}
            ⇒ warning not_json at record
        "remark": "thank you" → "session_id": "S-2" ⇒ error schema_wrong_type at session_id
        "remark": "thank you" → "from_the_future": {"a": [1, {"b": null}]} ⇒ -
        "coordinates": {"latitude": "52.010000", "longitude": "4.360000"}, → ∅
            ⇒ warning schema_missing_field at cdr_location.coordinates
        "last_updated": "2026-03-02T09:41:00Z" → "noted": 1
            ⇒ warning schema_missing_field at last_updated
        "auth_method": "WHITELIST", → ∅ ⇒ warning schema_missing_field at auth_method
    "#,
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
        r#"
        "type": "TIME" → "type": "FLAT"
            ⇒ warning dimension_not_allowed at charging_periods[0].dimensions[1].type
        "type": "TIME" → "type": "STATE_OF_CHARGE"
            ⇒ warning dimension_not_allowed at charging_periods[0].dimensions[1].type
        "volume": 20.5 → "volume": 20500 ⇒ error energy_unit_suspect at total_energy
        "volume": 20.5 → "volume": 20.4 ⇒ error energy_mismatch at total_energy
        "volume": 20.5 → "volume": 20.504 ⇒ -
        "volume": 20.5 → "volume": 20.506 ⇒ error energy_mismatch at total_energy
    "#,
    );
    check(
        SESSION_221,
        r#"
        "volume": 5.5 → "volume": 5500 ⇒ error energy_unit_suspect at kwh
        "status": "ACTIVE" → "status": "RESERVED" ⇒ -
        "status": "ACTIVE" → "status": "ASLEEP" ⇒ warning schema_enum at status
    "#,
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
        r#"
        "tax_included": "YES", → "preauthorize_amount": 20,
            ⇒ warning tax_included_missing at tax_included
        "tax_included": "YES" → "tax_included": "maybe"
            ⇒ info schema_length at tax_included + error schema_enum at tax_included
        after_taxes → incl_vat ⇒ info schema_missing_field at max_price.after_taxes
    "#,
    );
    check(
        TARIFF_221,
        r#"
        "type": "PROFILE_FAST" → "type": "PROFILE_SLOW" ⇒ warning schema_enum at type
        "start_time": "07:00" → "start_time": "7:00"
            ⇒ warning schema_datetime at elements[0].restrictions.start_time
        "start_time": "07:00" → "start_time": "07:00:00"
            ⇒ warning schema_datetime at elements[0].restrictions.start_time
        "end_time": "00:00" → "end_time": "24:00"
            ⇒ warning schema_datetime at elements[0].restrictions.end_time
        "start_time": "07:00"
            → "start_time": "seven"
            ⇒ error schema_datetime at elements[0].restrictions.start_time
            + error schema_wrong_type at elements[0].restrictions
        "start_date": "2026-01-01" → "start_date": "2026-01-01T00:00:00Z"
            ⇒ warning schema_datetime at elements[0].restrictions.start_date
        ["SATURDAY", "SUNDAY"] → ["Saturday", "SUNDAY"]
            ⇒ warning schema_enum at elements[0].restrictions.day_of_week[0]
        ["SATURDAY", "SUNDAY"] → ["SATURDAY", "HOLIDAY"]
            ⇒ error schema_enum at elements[0].restrictions.day_of_week[1]
        ["SATURDAY", "SUNDAY"] → "SUNDAY"
            ⇒ warning schema_wrong_type at elements[0].restrictions.day_of_week
        "reservation": "RESERVATION" → "reservation": "RESERVATION_DREAMT"
            ⇒ error schema_enum at elements[1].restrictions.reservation
        "reservation": "RESERVATION" → "booking": "BOOKING"
            ⇒ error schema_enum at elements[1].restrictions.booking
        "type": "TIME" → "type": "DISTANCE"
            ⇒ error schema_enum at elements[1].price_components[0].type
        "step_size": 100 → "step_size": 0 ⇒ -
        , "step_size": 100 → ∅
            ⇒ warning schema_missing_field at elements[0].price_components[0].step_size
        "excl_vat": 50 → "before_tax": 50 ⇒ warning schema_missing_field at max_price.excl_vat
        "last_updated" → "updated" ⇒ warning schema_missing_field at last_updated
        "id": "T2", "currency": "EUR" → "id": "T2" ⇒ fatal schema_missing_field at currency
    "#,
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
        r#"
        "time_zone": "Europe/Amsterdam", → ∅ ⇒ warning schema_missing_field at time_zone
        Europe/Amsterdam → Europe/Delft ⇒ warning schema_enum at time_zone
        "publish": true, → ∅ ⇒ warning schema_missing_field at publish
        "max_voltage": 230, → ∅
            ⇒ warning schema_missing_field at evses[0].connectors[0].max_voltage
        "max_voltage": 230 → "max_voltage": "230"
            ⇒ warning schema_wrong_type at evses[0].connectors[0].max_voltage
        "evses": [{"uid": "E7", → "evses": [7, {"uid": "E7", ⇒ error schema_wrong_type at evses[0]
    "#,
    );
    let two = r#""evses": [{"uid": "E6", "status": "CHARGING", "connectors": []}, {"uid": "E7","#;
    let two = changed(CDR_211, r#""evses": [{"uid": "E7","#, two);
    let found: Vec<String> = read(&two).findings.iter().map(shown).collect();
    let expected = [
        "warning schema_missing_field at location.evses[0].connectors",
        "warning schema_length at location.evses",
    ];
    assert_eq!(
        found, expected,
        "a 2.1.1 CDR shows one EVSE; of more the first counts"
    );
}

#[test]
fn plausibility() {
    check(
        CDR_221,
        r#"
        "end_date_time": "2026-03-02T09:40:00Z" → "end_date_time": "2026-03-02T07:40:00Z"
            ⇒ error end_before_start at record
        "last_updated": "2026-03-02T09:41:00Z" → "last_updated": "2026-03-02T09:39:00Z"
            ⇒ info last_updated_before_end at last_updated
        {"start_date_time": "2026-03-02T09:00:00Z" → {"start_date_time": "2026-03-02T10:00:00Z"
            ⇒ warning period_out_of_session at charging_periods[1].start_date_time
        {"start_date_time": "2026-03-02T08:00:00Z" → {"start_date_time": "2026-03-02T07:59:59Z"
            ⇒ warning period_out_of_session at charging_periods[0].start_date_time
        "total_time": 1.6667 → "total_time": 1.6 ⇒ warning time_mismatch at total_time
        "total_time": 1.6667 → "total_time": 1.67 ⇒ -
        "total_parking_time": 0.6667 → "total_parking_time": 0.7
            ⇒ warning time_mismatch at total_parking_time
        "excl_vat": 10.70 → "excl_vat": 10.80 ⇒ warning parts_do_not_sum at total_cost
        "incl_vat": 12.947 → "incl_vat": 12.84 ⇒ warning tax_sum_mismatch at total_cost
        "id": "CDR-1" → "id": "CDR-1", "credit": true
            ⇒ error credit_without_original at credit_reference_id
        "id": "CDR-1" → "id": "CDR-1", "credit_reference_id": "CDR-0"
            ⇒ error credit_without_original at credit
    "#,
    );
    check(
        CDR_211,
        r#"
        "total_energy": 11.25 → "total_energy": -11.25
            ⇒ error energy_mismatch at total_energy + warning negative_energy at total_energy
    "#,
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
