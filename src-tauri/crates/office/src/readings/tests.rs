//! Finding the readings of a month.

use super::*;
use crate::tests::{cdr, desk_in, import_text};

#[test]
fn every_switch_names_its_readings() {
    let switches = switches();
    assert_eq!(switches.len(), Policy::SWITCHES.len());
    let step = switches
        .iter()
        .find(|switch| switch.name == "step_mode")
        .unwrap();
    assert_eq!(step.readings[0], "session_last");
}

#[test]
fn the_reading_behind_a_month_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    // Steps of 1 kWh: 10.5 kWh are 11, but the partner bills what was measured.
    let record = |number| {
        let record = cdr(number).replace("\"volume\":10}", "\"volume\":10.5}");
        let record = record.replace("\"step_size\":1}", "\"step_size\":1000}");
        record.replace("3.00,\"incl_vat\":3.63", "3.15,\"incl_vat\":3.8115")
    };
    let text: String = (1..=5).map(|number| record(number) + "\n").collect();
    import_text(&desk, folder.path(), "month.ndjson", &text);
    let request = InferRequest {
        partner: "NL-ABC".to_owned(),
        month: "2026-09".to_owned(),
    };
    let found = infer(&desk, &mut Job::quiet(), &request).unwrap();
    assert_eq!(
        found.changes,
        [("step_mode".to_owned(), "off".to_owned())].into()
    );
    assert_eq!(found.policy, found.changes);
    let counts = [
        found.before,
        found.explained,
        found.with_parts,
        found.of,
        found.held,
    ];
    assert_eq!(counts, [0, 5, 5, 5, 5]);
    let elsewhere = InferRequest {
        month: "2026-08".to_owned(),
        ..request
    };
    let nothing = infer(&desk, &mut Job::quiet(), &elsewhere).unwrap();
    assert_eq!((nothing.of, nothing.changes.len()), (0, 0));
}
