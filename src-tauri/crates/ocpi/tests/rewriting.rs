//! Records written again: nothing is lost that the version can say, and what is lost is named.

mod fixtures;
mod objects;
mod schema;

use std::path::PathBuf;

use domain::OcpiVersion;
use objects::VERSIONS;
use ocpi::rewrite;
use ocpi::write::Written;
use ocpi::{Hint, Read, Reader};
use schema::Schemas;
use serde_json::Value;

use OcpiVersion::{V211, V221, V230};

fn read(record: &str, version: OcpiVersion) -> Read {
    let hint = Hint {
        version: Some(version),
        ..fixtures::connection()
    };
    Reader::new().read(record.as_bytes(), &hint)
}

fn rewritten(record: &str, from: OcpiVersion, to: OcpiVersion) -> Written {
    let read = read(record, from);
    rewrite::record(record.as_bytes(), &read, to).expect("a record that could be read")
}

fn told(written: &Written) -> Vec<String> {
    written.lacks.iter().map(ToString::to_string).collect()
}

/// Without its blanks.
fn dense(record: &str) -> String {
    let value: &serde_json::value::RawValue = serde_json::from_str(record).expect("JSON");
    let mut dense = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for letter in value.get().chars() {
        if quoted || !letter.is_whitespace() {
            dense.push(letter);
        }
        let opens = letter == '"' && !escaped;
        escaped = quoted && letter == '\\' && !escaped;
        quoted ^= opens;
    }
    dense
}

#[test]
fn in_its_own_version_a_faultless_record_goes_out_as_it_came() {
    let all = fixtures::ALL.map(|(name, json)| (name, json.to_owned()));
    let places = [
        ("Location 2.1.1", fixtures::full_location(V211)),
        ("Location 2.2.1", fixtures::full_location(V221)),
    ];
    for (name, json) in all.into_iter().chain(places) {
        let version = name.split(' ').next_back().expect("a version");
        let version = version.parse().expect("a version");
        let written = rewritten(&json, version, version);
        assert_eq!(told(&written), [""; 0], "{name}");
        assert_eq!(written.json, dense(&json), "{name}");
    }
}

#[test]
fn nulls_and_blanks_go_and_what_no_standard_has_stays() {
    let record = fixtures::TOKEN_221.replace(
        "\"valid\": true",
        "\"valid\": true, \"visual_number\": null, \"x_own\": {\"a\": [1.50, null]}",
    );
    let written = rewritten(&record, V221, V221);
    let expected = dense(&record).replace("\"visual_number\":null,", "");
    assert_eq!(written.json, expected);
    let newer = rewritten(&record, V221, V211);
    assert_eq!(told(&newer), ["lost x_own: not_in_version"]);
}

#[test]
fn a_fault_of_form_is_mended_and_nothing_else_is_touched() {
    let record =
        fixtures::full_location(V221).replace("\"publish\": true", "\"publish\": \"true\"");
    let record = record.replace("\"facilities\"", "\"x_own\": 1.0, \"facilities\"");
    let written = rewritten(&record, V221, V221);
    assert_eq!(told(&written), [""; 0]);
    let ours: Value = serde_json::from_str(&written.json).expect("JSON");
    let mut theirs: Value = serde_json::from_str(&record).expect("JSON");
    theirs["publish"] = Value::Bool(true);
    assert_eq!(ours, theirs);
    assert!(
        written.json.contains("\"percentage\":6.30"),
        "digit by digit"
    );

    let tariff = fixtures::TARIFF_221.replace("\"vat\": 21", "\"vat\": \"21\"");
    let tariff = tariff.replace(
        "\"currency\": \"EUR\"",
        "\"currency\": \"EUR\", \"tariff_alt_url\": \"https://a.example\"",
    );
    let written = rewritten(&tariff, V221, V221);
    assert_eq!(told(&written), [""; 0]);
    Schemas::default().accept("tariff", V221, &written.json);
    assert!(
        written.json.contains("https://a.example"),
        "{}",
        written.json
    );
}

#[test]
fn coordinates_get_the_digits_that_the_standard_wants() {
    let short = fixtures::CDR_221.replace("52.010000", "52.01");
    let written = rewritten(&short, V221, V221);
    Schemas::default().accept("cdr", V221, &written.json);
    assert!(
        written.json.contains("\"latitude\":\"52.01000\""),
        "{}",
        written.json
    );
    let fine = fixtures::LOCATION_221.replace("4.360000", "4.12345678");
    let written = rewritten(&fine, V221, V221);
    assert_eq!(told(&written), ["lost coordinates.longitude: too_fine"]);
    Schemas::default().accept("location", V221, &written.json);
}

#[test]
fn a_location_goes_to_every_version_with_all_that_the_version_has() {
    let mut schemas = Schemas::default();
    let newer = rewritten(&fixtures::full_location(V221), V221, V230);
    assert_eq!(told(&newer), [""; 0]);
    schemas.accept("location", V230, &newer.json);
    let same: Value = serde_json::from_str(&newer.json).expect("JSON");
    let came: Value = serde_json::from_str(&fixtures::full_location(V221)).expect("JSON");
    assert_eq!(same, came);

    let older = rewritten(&fixtures::full_location(V221), V221, V211);
    assert_eq!(
        told(&older),
        [
            "lost publish: not_in_version",
            "missing type: written_unknown",
            "lost evses[0].connectors[0].tariff_ids[1]: not_in_version (T2)",
            "lost evses[0].capabilities[1]: not_in_version (CHIP_CARD_SUPPORT)",
        ]
    );
    schemas.accept("location", V211, &older.json);
    for kept in [
        "CHARGING",
        "\"source\":\"NUCLEAR_WASTE\"",
        "regular_hours",
        "Stad",
    ] {
        assert!(older.json.contains(kept), "{kept} in {}", older.json);
    }
}

#[test]
fn the_kind_of_place_has_another_name_and_fewer_words_in_211() {
    let kind = |word: &str| format!("\"parking_type\": \"{word}\", \"name\": \"Quay\"");
    let with = |word| fixtures::LOCATION_221.replace("\"name\": \"Quay\"", &kind(word));
    let older = rewritten(&with("ON_STREET"), V221, V211);
    assert!(
        older.json.contains("\"type\":\"ON_STREET\""),
        "{}",
        older.json
    );
    assert!(!told(&older).iter().any(|lack| lack.contains("type:")));
    let older = rewritten(&with("ON_DRIVEWAY"), V221, V211);
    assert!(older.json.contains("\"type\":\"OTHER\""), "{}", older.json);
    assert!(told(&older).contains(&"lost type: written_other (ON_DRIVEWAY)".to_owned()));
    let newer = rewritten(fixtures::LOCATION_211, V211, V221);
    assert!(
        newer.json.contains("\"parking_type\":\"ON_STREET\""),
        "{}",
        newer.json
    );
    assert_eq!(
        told(&newer),
        ["missing publish: unknown", "missing time_zone: written_na"]
    );
}

#[test]
fn opening_times_of_211_say_in_later_versions_that_they_are_not_around_the_clock() {
    let record = fixtures::full_location(V211).replace("\"twentyfourseven\": false, ", "");
    let newer = rewritten(&record, V211, V230);
    let hours = "\"period_end\":\"20:00\"}],\"twentyfourseven\":false}";
    assert!(newer.json.contains(hours), "{}", newer.json);
    assert!(newer.json.contains("\"category\":\"NUCLEAR_WASTE\""));
    assert!(
        newer
            .json
            .contains("\"energy_sources\":[{\"source\":\"GAS\"")
    );
}

#[test]
fn what_a_cdr_carries_besides_its_price_is_carried_on() {
    let cdr = fixtures::full_cdr();
    let newer = rewritten(&cdr, V221, V230);
    assert_eq!(told(&newer), [""; 0]);
    Schemas::default().accept("cdr", V230, &newer.json);
    for kept in ["OCMF|{}|{}", "\"state\":\"ZH\"", "tariff_alt_text"] {
        assert!(newer.json.contains(kept), "{kept} in {}", newer.json);
    }
    let older = told(&rewritten(&cdr, V221, V211));
    for lost in [
        "lost signed_data: not_in_version",
        "lost cdr_location.state: not_in_version",
    ] {
        assert!(older.contains(&lost.to_owned()), "{lost} in {older:#?}");
    }
    assert!(
        !older.iter().any(|lack| lack.contains("alt_text")),
        "{older:#?}"
    );
}

#[test]
fn the_place_in_a_cdr_of_211_is_named_where_it_is_lost() {
    let cdr = fixtures::changed(
        fixtures::CDR_211,
        "\"name\": \"Quay\"",
        "\"name\": \"Quay\", \"operator\": {\"name\": \"Kade\"}",
    );
    let newer = told(&rewritten(&cdr, V211, V221));
    for lost in [
        "lost location.operator: not_in_version",
        "lost location.type: not_in_version",
    ] {
        assert!(newer.contains(&lost.to_owned()), "{lost} in {newer:#?}");
    }
    // Mended in its own version, all of it stays, dates too.
    let faulty = cdr.replace("\"total_cost\": 3.375", "\"total_cost\": \"3.375\"");
    let mended = rewritten(&faulty, V211, V211);
    assert_eq!(told(&mended), [""; 0]);
    let ours: Value = serde_json::from_str(&mended.json).expect("JSON");
    let theirs: Value = serde_json::from_str(&cdr).expect("JSON");
    assert_eq!(ours, theirs);
}

#[test]
fn tokens_and_sessions_keep_what_the_domain_does_not() {
    let token = fixtures::changed(
        fixtures::TOKEN_221,
        "\"valid\": true",
        "\"valid\": true, \"visual_number\": \"7-7\", \"group_id\": \"G1\"",
    );
    assert_eq!(told(&rewritten(&token, V221, V230)), [""; 0]);
    let older = rewritten(&token, V221, V211);
    assert_eq!(told(&older), ["lost group_id: not_in_version"]);
    assert!(older.json.contains("\"visual_number\":\"7-7\""));
    let session = fixtures::changed(
        fixtures::SESSION_221,
        "\"kwh\": 5.5",
        "\"kwh\": 5.5, \"meter_id\": \"M7\"",
    );
    let newer = rewritten(&session, V221, V230);
    assert!(newer.json.contains("\"meter_id\":\"M7\""), "{}", newer.json);
}

/// The specification's own examples in every version: what nobody would refuse, no schema refuses.
#[test]
fn every_example_in_every_version_is_accepted_unless_the_writer_says_why_not() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"));
    let root = root.join("../../../../shared/ocpi/examples");
    if !root.is_dir() {
        println!("shared/ is absent: not run");
        return;
    }
    let mut schemas = Schemas::default();
    let (mut same, mut other) = (0, 0);
    for from in VERSIONS {
        for folder in ["cdrs", "sessions", "tariffs", "locations", "tokens"] {
            let files = std::fs::read_dir(root.join(from.as_str()).join(folder));
            let files = files.expect("the folder can be listed").flatten();
            let is_json = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "json");
            for path in files.map(|file| file.path()).filter(is_json) {
                let record = std::fs::read_to_string(&path).expect("an example");
                let seen = read(&record, from);
                let Some(object) = &seen.object else {
                    continue;
                };
                let kind = schema::kind(object);
                for to in VERSIONS {
                    let written = rewrite::record(record.as_bytes(), &seen, to).expect("read");
                    if written.refused_for().is_some() {
                        continue;
                    }
                    schemas.accept(kind, to, &written.json);
                    if from != to {
                        other += 1;
                        continue;
                    }
                    same += 1;
                    if seen.findings.is_empty() {
                        let ours: Value = serde_json::from_str(&written.json).expect("JSON");
                        let theirs: Value = serde_json::from_str(&record).expect("JSON");
                        assert_eq!(ours, theirs, "{}", path.display());
                    }
                }
            }
        }
    }
    println!("{same} examples in their own version, {other} in another");
    assert!(same > 60 && other > 90, "{same} and {other}");
}

/// A location with every word of the lists that the domain does not keep.
fn wordy(version: OcpiVersion) -> String {
    let record = fixtures::LOCATION_221.replace(
        "\"name\": \"Quay\"",
        r#""name": "Quay", "facilities": ["HOTEL", "RESTAURANT", "CAFE", "MALL", "SUPERMARKET",
        "SPORT", "RECREATION_AREA", "NATURE", "MUSEUM", "BUS_STOP", "TAXI_STAND", "TRAIN_STATION",
        "AIRPORT", "CARPOOL_PARKING", "FUEL_STATION", "WIFI", "BIKE_SHARING", "TRAM_STOP",
        "METRO_STATION", "PARKING_LOT"], "images": [@IMAGES@], "energy_mix": {"is_green_energy":
        false, "energy_sources": [@SOURCES@]}"#,
    );
    let image = |category: &&str| {
        format!(
            r#"{{"url": "https://a.example/{category}", "category": "{category}", "type": "png"}}"#
        )
    };
    let source = |name: &&str| format!(r#"{{"source": "{name}", "percentage": 10}}"#);
    let mut categories = vec![
        "CHARGER", "ENTRANCE", "LOCATION", "NETWORK", "OPERATOR", "OTHER", "OWNER",
    ];
    let mut sources = vec![
        "NUCLEAR",
        "GENERAL_FOSSIL",
        "COAL",
        "GAS",
        "GENERAL_GREEN",
        "SOLAR",
        "WIND",
        "WATER",
    ];
    if version == V230 {
        categories.push("CANOPY");
        sources.push("GEOTHERMAL");
    }
    let images: Vec<String> = categories.iter().map(image).collect();
    let sources: Vec<String> = sources.iter().map(source).collect();
    record
        .replace("@IMAGES@", &images.join(", "))
        .replace("@SOURCES@", &sources.join(", "))
}

/// Facility has 16 words in 2.1.1 and 20 in 2.2.1; ImageCategory 7 and EnergySourceCategory 8 in
/// both (Locations / data types).
#[test]
fn words_that_a_version_does_not_have_stay_out_of_it() {
    let mut schemas = Schemas::default();
    let facility =
        |at: usize, word: &str| format!("lost facilities[{at}]: not_in_version ({word})");
    let later = [
        facility(16, "BIKE_SHARING"),
        facility(17, "TRAM_STOP"),
        facility(18, "METRO_STATION"),
        facility(19, "PARKING_LOT"),
    ];
    let older = rewritten(&wordy(V221), V221, V211);
    let of_words = |written: &Written| -> Vec<String> {
        let parts = ["facilities", "images", "energy_mix"];
        let told = told(written).into_iter();
        told.filter(|lack| parts.iter().any(|part| lack.contains(part)))
            .collect()
    };
    assert_eq!(of_words(&older), later);
    schemas.accept("location", V211, &older.json);
    let newer = rewritten(&wordy(V221), V221, V230);
    assert_eq!(of_words(&newer), [""; 0]);
    schemas.accept("location", V230, &newer.json);

    let odd = [
        "lost images[7].category: written_other (CANOPY)".to_owned(),
        "lost energy_mix.energy_sources[8].source: not_in_version (GEOTHERMAL)".to_owned(),
    ];
    let older = rewritten(&wordy(V230), V230, V221);
    assert_eq!(of_words(&older), odd);
    schemas.accept("location", V221, &older.json);
    assert!(
        older
            .json
            .contains(r#"CANOPY","category":"OTHER","type":"png""#)
    );
    assert!(!older.json.contains("GEOTHERMAL") && older.json.contains("WATER"));
    let oldest = rewritten(&wordy(V230), V230, V211);
    assert_eq!(of_words(&oldest), [&later[..], &odd[..]].concat());
    schemas.accept("location", V211, &oldest.json);
}

/// Capability has 6 words in 2.1.1 and 13 in 2.2.1, ParkingRestriction 5 in both, and both lists
/// are open in 2.3.0; Status has 9 in all.
#[test]
fn what_a_station_can_do_is_said_in_the_words_of_the_version() {
    const SINCE_221: [&str; 7] = [
        "CHARGING_PREFERENCES_CAPABLE",
        "CHIP_CARD_SUPPORT",
        "CONTACTLESS_CARD_SUPPORT",
        "DEBIT_CARD_PAYABLE",
        "PED_TERMINAL",
        "START_SESSION_CONNECTOR_REQUIRED",
        "TOKEN_GROUP_CAPABLE",
    ];
    let station = |more: &str, restriction: &str| {
        format!(
            r#""status": "OUTOFORDER", "capabilities": ["CHARGING_PROFILE_CAPABLE",
            "CREDIT_CARD_PAYABLE", "REMOTE_START_STOP_CAPABLE", "RESERVABLE", "RFID_READER",
            "UNLOCK_CAPABLE", "{}"{more}], "parking_restrictions": ["EV_ONLY", "PLUGGED",
            "DISABLED", "CUSTOMERS", "MOTORCYCLES"{restriction}]"#,
            SINCE_221.join("\", \"")
        )
    };
    let with = |more: &str, restriction: &str| {
        let ours = station(more, restriction);
        fixtures::LOCATION_221.replace("\"status\": \"AVAILABLE\"", &ours)
    };
    let mut schemas = Schemas::default();
    let lost = |written: &Written| -> Vec<String> {
        let lost = written.lacks.iter().filter(|lack| {
            lack.field.contains("capabilities") || lack.field.contains("restrictions")
        });
        lost.filter_map(|lack| lack.value.clone()).collect()
    };
    let older = rewritten(&with("", ""), V221, V211);
    assert_eq!(lost(&older), SINCE_221);
    schemas.accept("location", V211, &older.json);
    let newer = rewritten(&with("", ""), V221, V230);
    assert_eq!(lost(&newer), [""; 0]);
    schemas.accept("location", V230, &newer.json);
    let open = with(", \"ISO_15118_2_PLUG_AND_CHARGE\"", ", \"TAXIS\"");
    let older = rewritten(&open, V230, V221);
    assert_eq!(lost(&older), ["ISO_15118_2_PLUG_AND_CHARGE", "TAXIS"]);
    assert!(older.json.contains("\"status\":\"OUTOFORDER\""));
    schemas.accept("location", V221, &older.json);
}

/// ConnectorType has 25 names in 2.1.1 and 40 in 2.2.1, PowerType 3 and 5, AuthMethod 2 and 3,
/// TokenType 2 and 4, SessionStatus 4 and 5; of 2.3.0 the names of plugs and tokens are open.
#[test]
fn a_name_that_billing_reads_and_the_version_has_not_makes_it_refuse_the_record() {
    let refused = |record: &str, name: &str, to: OcpiVersion| -> bool {
        let written = rewritten(record, V230, to);
        let why = written.lacks.iter().filter(|lack| lack.why.is_refused());
        why.into_iter()
            .any(|lack| lack.value.as_deref() == Some(name))
    };
    let place = |of: &str, name: &str| fixtures::LOCATION_221.replace(of, name);
    let cases = [
        ("IEC_62196_T2", "TESLA_S", [false, false]),
        ("IEC_62196_T2", "IEC_60309_2_three_64", [false, false]),
        ("IEC_62196_T2", "CHAOJI", [true, false]),
        ("IEC_62196_T2", "GBT_DC", [true, false]),
        ("IEC_62196_T2", "NEMA_14_50", [true, false]),
        ("IEC_62196_T2", "DOMESTIC_O", [true, false]),
        ("IEC_62196_T2", "PANTOGRAPH_TOP_DOWN", [true, false]),
        ("IEC_62196_T2", "MCS", [true, true]),
        ("IEC_62196_T2", "SAE_J3400", [true, true]),
        ("AC_3_PHASE", "DC", [false, false]),
        ("AC_3_PHASE", "AC_2_PHASE", [true, false]),
        ("AC_3_PHASE", "AC_2_PHASE_SPLIT", [true, false]),
    ];
    for (of, name, expected) in cases {
        let record = place(of, name);
        let seen = [V211, V221].map(|to| refused(&record, name, to));
        assert_eq!(seen, expected, "{name}");
        assert!(!refused(&record, name, V230), "{name}");
    }
    let command = fixtures::CDR_230;
    let seen = [V211, V221, V230].map(|to| refused(command, "COMMAND", to));
    assert_eq!(seen, [true, false, false]);
    let session = fixtures::SESSION_221.replace("\"ACTIVE\"", "\"RESERVATION\"");
    let seen = [V211, V221, V230].map(|to| refused(&session, "RESERVATION", to));
    assert_eq!(seen, [true, false, false]);
}

/// A kind of token that an older version has not is one of its OTHER.
#[test]
fn a_later_kind_of_token_is_other_in_an_older_version() {
    let kind = |name: &str, to: OcpiVersion| {
        let record = fixtures::TOKEN_221.replace("\"RFID\"", &format!("\"{name}\""));
        let written: Value =
            serde_json::from_str(&rewritten(&record, V230, to).json).expect("JSON");
        written["type"].as_str().expect("a kind").to_owned()
    };
    for (name, in_211, in_221) in [
        ("RFID", "RFID", "RFID"),
        ("OTHER", "OTHER", "OTHER"),
        ("APP_USER", "OTHER", "APP_USER"),
        ("AD_HOC_USER", "OTHER", "AD_HOC_USER"),
        ("EMAID", "OTHER", "OTHER"),
    ] {
        let seen = [V211, V221, V230].map(|to| kind(name, to));
        assert_eq!(seen, [in_211, in_221, name]);
    }
}
