//! Words, faults and generation: what a tariff says, what is wrong with it, and the CDRs it makes.

mod explained;
mod faults;
mod generated;
mod properties;

use domain::{Instant, Kwh, Tariff, Tz};
use ocpi::Hint;
use tallywatt_tariff::{Header, Reading};

/// The zone of every location here.
const ZONE: Tz = Tz::Europe__Amsterdam;

/// A 2.2.1 tariff in euro; `rest` holds its `elements` and whatever else it says.
fn tariff(rest: &str) -> Tariff {
    let json = format!(
        r#"{{"country_code": "NL", "party_id": "TAL", "id": "T1", "currency": "EUR",
            "last_updated": "2026-01-01T00:00:00Z", {rest}}}"#
    );
    let read = ocpi::read_tariff(json.as_bytes(), &Hint::default());
    read.value
        .unwrap_or_else(|| panic!("{:?}: {json}", read.findings))
}

/// An instant of 2026 from `09-03 16:00`, in UTC.
fn at(text: &str) -> Instant {
    let (date, time) = text.split_once(' ').expect("a date and a time");
    let seconds = if time.len() == 5 { ":00" } else { "" };
    let text = format!("2026-{date}T{time}{seconds}Z");
    text.parse().expect("a test writes valid instants")
}

/// Readings from moments and kWh.
fn readings(shown: &[(&str, &str)]) -> Vec<Reading> {
    let reading = |(moment, kwh): &(&str, &str)| Reading {
        at: at(moment),
        kwh: Kwh(kwh.parse().expect("a decimal")),
    };
    shown.iter().map(reading).collect()
}

/// The rest of a CDR.
fn header() -> Header {
    Header {
        party: "NL-TAL".parse().expect("a party key"),
        id: "C1".into(),
        session_id: Some("S1".into()),
        token: domain::TokenRef::default(),
        auth_method: Some("WHITELIST".to_owned()),
        location: domain::CdrLocation {
            evse_uid: Some("E1".into()),
            ..domain::CdrLocation::default()
        },
        meter_id: None,
        made_at: None,
    }
}

/// Day and evening energy, a start fee, parking after two hours.
fn day_and_evening() -> Tariff {
    tariff(
        r#""elements": [
        {"price_components": [{"type": "ENERGY", "price": 0.35, "vat": 21, "step_size": 1}],
         "restrictions": {"start_time": "08:00", "end_time": "18:00"}},
        {"price_components": [{"type": "ENERGY", "price": 0.45, "vat": 21, "step_size": 1}]},
        {"price_components": [{"type": "FLAT", "price": 1.00, "vat": 21, "step_size": 1}]},
        {"price_components": [{"type": "PARKING_TIME", "price": 6.00, "vat": 21, "step_size": 900}],
         "restrictions": {"min_duration": 7200}}],
        "max_price": {"excl_vat": 40.00, "incl_vat": 48.40}"#,
    )
}
