//! In whatever order files come, and however often, a month stands the same.

use std::path::{Path, PathBuf};

use crate::record::{Record, cdr_file, changed, desk, import, session_file, standing};

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// What each file adds that another one changes: sessions of CDRs, a CDR years off that names a
/// session of September, a credit, tokens of ours, the power of a connector, a published price.
fn files(folder: &Path) -> Vec<PathBuf> {
    let plain: Vec<Record> = (1..=6)
        .map(|number| Record::new(number, 10_000 * u64::from(number)))
        .collect();
    let mut billed = plain.clone();
    billed[1] = billed[1].clone().raised(4_000);
    billed[2] = billed[2].clone().nameless();
    // The same CDR again, stating more.
    billed.push(plain[3].clone().raised(100));
    let without_session = Record::new(20, 8_000);
    billed.push(without_session);
    let mut charged = plain.clone();
    charged.push(Record::new(21, 9_000));
    charged.push(Record::new(22, 9_000));
    let years_off = [Record::new(22, 9_000)];
    let credit = [Record::new(5, 50_000)];
    let token = |number: u32| {
        format!(
            r#"{{"country_code":"NL","party_id":"TAL","uid":"UCDR-{number:04}","type":"RFID",
"contract_id":"NL-TAL-CDR-{number:04}","issuer":"Tally","valid":true,"whitelist":"ALWAYS",
"last_updated":"2026-01-01T00:00:00Z"}}"#
        )
    };
    let tokens: Vec<String> = [1, 2, 3, 4, 20, 22].map(token).into();
    // L1: CDR 4 was charged there, at more than its connector gives.
    let location = r#"[{"country_code":"DE","party_id":"ABC","id":"L2","publish":true,
"name":"Straße 2","address":"Straße 1","city":"Łódź","country":"DEU",
"coordinates":{"latitude":"50.1","longitude":"8.6"},"time_zone":"Europe/Berlin",
"evses":[{"uid":"ECDR-0004","evse_id":"DE*ABC*ECDR-0004","status":"AVAILABLE","connectors":[
{"id":"1","standard":"IEC_62196_T2","format":"SOCKET","power_type":"AC_1_PHASE",
"max_voltage":230,"max_amperage":16,"last_updated":"2026-01-01T00:00:00Z"}],
"last_updated":"2026-01-01T00:00:00Z"}],"last_updated":"2026-01-01T00:00:00Z"}]"#;
    let tariff = r#"[{"country_code":"DE","party_id":"ABC","id":"T1","currency":"EUR","elements":[
{"price_components":[{"type":"ENERGY","price":0.45,"vat":21.0,"step_size":1}]}],
"last_updated":"2026-01-01T00:00:00Z"}]"#;
    vec![
        cdr_file(folder, "cdrs.ndjson", &billed),
        session_file(folder, "sessions.ndjson", &charged),
        changed(
            cdr_file(folder, "years_off.ndjson", &years_off),
            &[("\"2026-09-", "\"2031-09-")],
        ),
        changed(
            cdr_file(folder, "credit.ndjson", &credit),
            &[
                (
                    "\"id\":\"CDR-0005\",",
                    "\"id\":\"CREDIT-5\",\"credit\":true,",
                ),
                (
                    "\"total_cost\":{\"excl_vat\":25.0000,\"incl_vat\":30.2500}",
                    "\"credit_reference_id\":\"CDR-0005\",\
                     \"total_cost\":{\"excl_vat\":-25.0000,\"incl_vat\":-30.2500}",
                ),
            ],
        ),
        write(folder, "tokens.json", &format!("[{}]", tokens.join(","))),
        write(folder, "locations.json", location),
        write(folder, "tariffs.json", tariff),
    ]
}

/// As many orders of these as there are, one after the other by its number.
fn order<T: Clone>(of: &[T], mut number: usize) -> Vec<T> {
    let mut left = of.to_vec();
    let mut ordered = Vec::new();
    while !left.is_empty() {
        let at = number % left.len();
        number /= left.len();
        ordered.push(left.remove(at));
    }
    ordered
}

#[test]
fn the_order_of_files_does_not_matter_nor_how_often_they_come() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    let stands = |number: usize| {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(folder.path());
        for file in order(&files, number) {
            import(&desk, &file);
        }
        (desk, folder)
    };
    let (desk, _folder) = stands(0);
    let expected = standing(&desk);
    for word in [
        "total_mismatch",
        "no_session",
        "no_cdr",
        "token_unknown",
        "energy_above_power",
        "tariff_differs_from_location",
        "cdr_changed",
        "credited",
    ] {
        assert!(expected.contains(word), "{word} is in {expected}");
    }
    assert!(
        !expected.contains("S-CDR-0022"),
        "the session that the CDR years off bills waits for none: {expected}"
    );
    for file in files.iter().rev() {
        let again = import(&desk, file);
        assert_eq!((again.new, again.corrections), (0, 0), "{file:?}");
    }
    assert_eq!(standing(&desk), expected, "all of it again");
    // 5 040 orders there are.
    for number in (1..5_040).step_by(419) {
        let (desk, _folder) = stands(number);
        assert_eq!(standing(&desk), expected, "order {number}");
    }
}
