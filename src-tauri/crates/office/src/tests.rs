//! What tests of several modules share: a desk in a folder, and records written from figures.

use std::path::Path;

use chrono::DateTime;
use store::NewBook;

use crate::api::{ImportRequest, ImportResult};
use crate::{Desk, Job};

/// A desk at a book in the folder, made if there is none yet. Its clock stands in November 2026.
pub(crate) fn desk_in(folder: &Path) -> Desk {
    let path = folder.join("test.book");
    let now = DateTime::from_timestamp(1_795_000_000, 0).expect("a moment in November 2026");
    if path.exists() {
        return Desk::open(&path, now, "test").expect("the book opens");
    }
    let party = "NL-TAL".parse().expect("a party key");
    Desk::create(
        &path,
        &NewBook {
            party,
            demo: false,
            created_at: now,
        },
        "test",
    )
    .expect("a book can be made")
}

/// Imports a text as a file of this name.
pub(crate) fn import_text(desk: &Desk, folder: &Path, name: &str, text: &str) -> ImportResult {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a test file can be written");
    crate::intake::run(desk, &mut Job::quiet(), &ImportRequest::default(), &path)
        .expect("the file imports")
}

/// Imports a spreadsheet of NL-ABC and reconciles what it changed.
pub(crate) fn import_sheet(desk: &Desk, folder: &Path, name: &str, bytes: &[u8]) -> ImportResult {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("a test file can be written");
    let request = ImportRequest {
        partner: Some("NL-ABC".to_owned()),
        ..ImportRequest::default()
    };
    let result = crate::intake::run(desk, &mut Job::quiet(), &request, &path);
    let result = result.expect("the spreadsheet imports");
    crate::reconcile::reconcile_stale(desk, &mut Job::quiet()).expect("it can be reconciled");
    result
}

/// The tariff of [`cdr`]: 0.30 a kWh and 21 % VAT.
pub(crate) fn tariff() -> String {
    "{\"country_code\":\"NL\",\"party_id\":\"ABC\",\"id\":\"T1\",\"currency\":\"EUR\",\
     \"elements\":[{\"price_components\":[{\"type\":\"ENERGY\",\"price\":0.30,\"vat\":21,\
     \"step_size\":1}]}],\"last_updated\":\"2026-01-01T00:00:00Z\"}"
        .to_owned()
}

/// A tariff with these components in one element, last changed on a day of 2026.
pub(crate) fn version(id: &str, day: &str, components: &str) -> String {
    tariff()
        .replace("\"id\":\"T1\"", &format!("\"id\":\"{id}\""))
        .replace(
            "{\"type\":\"ENERGY\",\"price\":0.30,\"vat\":21,\"step_size\":1}",
            components,
        )
        .replace("2026-01-01T", &format!("2026-{day}T"))
}

/// Energy at a price per kWh.
pub(crate) fn energy(price: &str) -> String {
    format!("{{\"type\":\"ENERGY\",\"price\":{price},\"vat\":21,\"step_size\":1}}")
}

/// A good CDR of 2.2.1: an hour on 1 September 2026, 10 kWh for 3.00 net.
pub(crate) fn cdr(number: u32) -> String {
    let minute = number % 60;
    let (start, end) = (
        format!("2026-09-01T08:{minute:02}:00Z"),
        format!("2026-09-01T09:{minute:02}:00Z"),
    );
    let tariff = tariff();
    format!(
        "{{\"country_code\":\"NL\",\"party_id\":\"ABC\",\"id\":\"CDR-{number}\",\
         \"start_date_time\":\"{start}\",\"end_date_time\":\"{end}\",\"session_id\":\"S{number}\",\
         \"cdr_token\":{{\"country_code\":\"NL\",\"party_id\":\"TAL\",\"uid\":\"{number:08X}\",\
         \"type\":\"RFID\",\"contract_id\":\"NL-TAL-C{number:08}-1\"}},\
         \"auth_method\":\"WHITELIST\",\"cdr_location\":{{\"id\":\"LOC1\",\"name\":\"Harbour\",\
         \"address\":\"Quay 1\",\"city\":\"Utrecht\",\"postal_code\":\"3500 AA\",\
         \"country\":\"NLD\",\"coordinates\":{{\"latitude\":\"52.090000\",\
         \"longitude\":\"5.120000\"}},\"evse_uid\":\"E1\",\"evse_id\":\"NL*ABC*E1\",\
         \"connector_id\":\"1\",\"connector_standard\":\"IEC_62196_T2\",\
         \"connector_format\":\"SOCKET\",\"connector_power_type\":\"AC_3_PHASE\"}},\
         \"currency\":\"EUR\",\"tariffs\":[{tariff}],\"charging_periods\":[{{\
         \"start_date_time\":\"{start}\",\"dimensions\":[{{\"type\":\"ENERGY\",\"volume\":10}},\
         {{\"type\":\"TIME\",\"volume\":1}}],\"tariff_id\":\"T1\"}}],\
         \"total_cost\":{{\"excl_vat\":3.00,\"incl_vat\":3.63}},\
         \"total_energy_cost\":{{\"excl_vat\":3.00,\"incl_vat\":3.63}},\
         \"total_energy\":10,\"total_time\":1,\"last_updated\":\"2026-09-01T10:00:00Z\"}}"
    )
}

/// The location of [`cdr`] in this zone, as of a day in 2026.
pub(crate) fn location(zone: &str, day: u64) -> String {
    format!(
        "{{\"country_code\":\"NL\",\"party_id\":\"ABC\",\"id\":\"LOC1\",\"publish\":true,\
         \"address\":\"Quay 1\",\"city\":\"Utrecht\",\"country\":\"NLD\",\
         \"coordinates\":{{\"latitude\":\"52.09\",\"longitude\":\"5.12\"}},\
         \"time_zone\":\"{zone}\",\"evses\":[],\
         \"last_updated\":\"2026-01-{day:02}T00:00:00Z\"}}"
    )
}

/// The session of [`cdr`].
pub(crate) fn session(number: u32) -> String {
    let minute = number % 60;
    format!(
        "{{\"country_code\":\"NL\",\"party_id\":\"ABC\",\"id\":\"S{number}\",\
         \"start_date_time\":\"2026-09-01T08:{minute:02}:00Z\",\
         \"end_date_time\":\"2026-09-01T09:{minute:02}:00Z\",\"kwh\":10,\
         \"cdr_token\":{{\"country_code\":\"NL\",\"party_id\":\"TAL\",\
         \"uid\":\"{number:08X}\",\"type\":\"RFID\",\
         \"contract_id\":\"NL-TAL-C{number:08}-1\"}},\"auth_method\":\"WHITELIST\",\
         \"location_id\":\"LOC1\",\"evse_uid\":\"E1\",\"connector_id\":\"1\",\
         \"currency\":\"EUR\",\"status\":\"COMPLETED\",\
         \"last_updated\":\"2026-09-01T10:00:00Z\"}}"
    )
}

/// [`cdr`] under a tariff of 0.50 a kWh from 10:00 to 12:00 and 0.30 else. It begins at 10:01 in
/// Amsterdam and states what it would cost by the clock of UTC.
pub(crate) fn cdr_by_utc() -> String {
    let late = "\"restrictions\":{\"start_time\":\"10:00\",\"end_time\":\"12:00\"}},";
    let elements = format!(
        "\"elements\":[{{\"price_components\":[{}],{late}{{",
        energy("0.50")
    );
    cdr(1).replace("\"elements\":[{", &elements)
}
