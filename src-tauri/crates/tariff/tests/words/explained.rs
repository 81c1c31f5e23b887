//! Sentences, kept as golden texts in `golden/`; `UPDATE_EXPECT=1` rewrites them.

use std::fmt::Write as _;
use std::path::PathBuf;

use domain::{Policy, Rounding, RoundingMode, RoundingStage};
use rust_decimal::dec;
use tallywatt_tariff::{
    Language, Metered, Reader, explain, explain_change, explain_tariff, generate_cdr,
};

use crate::{ZONE, at, day_and_evening, header, readings, tariff};

/// Compares with a golden text, or writes it.
fn golden(name: &str, actual: &str) {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this");
    let path = PathBuf::from(root).join("tests/words/golden").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, actual).expect("the golden texts are writable when updated");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        actual, expected,
        "{name} differs; UPDATE_EXPECT=1 rewrites it"
    );
}

/// The evening session of the handbook: 15 kWh from 18:00 to 19:00, then parking.
fn evening(policy: &Policy) -> domain::Replay {
    let readings = readings(&[
        ("09-03 15:30", "0"),
        ("09-03 16:00", "5"),
        ("09-03 17:00", "20"),
    ]);
    let metered = Metered {
        start_at: at("09-03 15:30"),
        end_at: at("09-03 18:40"),
        charged_until: Some(at("09-03 17:00")),
        readings: &readings,
        zone: ZONE,
    };
    let made = generate_cdr(&day_and_evening(), &metered, header(), policy);
    made.expect("it is priced").replay
}

#[test]
fn a_partner_reads_which_element_and_why_no_other() {
    let told = explain(
        &evening(&Policy::STANDARD),
        Language::English,
        Reader::Partner,
    );
    let line = "18:00–19:00 evening price 0.45 EUR/kWh (element 2; element 1 ends at 18:00), \
                15.000 kWh → 6.75 EUR";
    assert!(told.iter().any(|sentence| sentence == line), "{told:#?}");
}

#[test]
fn a_session_in_every_language_for_every_reader() {
    let rounding = Rounding {
        stage: RoundingStage::PerPeriod,
        digits: 2,
        mode: RoundingMode::HalfUp,
    };
    let mut text = String::new();
    for language in Language::ALL {
        for reader in [Reader::Driver, Reader::Partner, Reader::Auditor] {
            writeln!(text, "# {} {reader:?}", language.code()).expect("a string grows");
            let replay = evening(&Policy {
                rounding,
                ..Policy::STANDARD
            });
            for sentence in explain(&replay, language, reader) {
                writeln!(text, "{sentence}").expect("a string grows");
            }
        }
    }
    golden("session.txt", &text);
}

#[test]
fn a_tariff_in_every_language() {
    let tariff = tariff(
        r#""start_date_time": "2026-09-01T00:00:00Z", "end_date_time": "2026-12-31T22:59:59Z",
        "min_price": {"excl_vat": 0.50, "incl_vat": 0.605},
        "max_price": {"excl_vat": 30.00},
        "tariff_alt_url": "https://example.com/tariff",
        "elements": [
        {"price_components": [{"type": "FLAT", "price": 2.5, "step_size": 1}],
         "restrictions": {"reservation": "RESERVATION_EXPIRES"}},
        {"price_components": [{"type": "ENERGY", "price": 0.30, "vat": 21, "step_size": 100},
            {"type": "PARKING_TIME", "price": 0, "step_size": 1}],
         "restrictions": {"start_time": "22:00", "end_time": "06:00",
            "day_of_week": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"]}},
        {"price_components": [{"type": "TIME", "price": 1.2, "vat": 9, "step_size": 900}],
         "restrictions": {"min_power": 3.7, "max_power": 22, "max_kwh": 50, "min_duration": 5400,
            "start_date": "2026-09-01", "end_date": "2026-10-01",
            "day_of_week": ["SATURDAY", "SUNDAY"], "end_time": "12:00"}},
        {"price_components": [{"type": "ENERGY", "price": 0.455, "vat": 21, "step_size": 1}]}]"#,
    );
    let mut text = String::new();
    for language in Language::ALL {
        writeln!(text, "# {}", language.code()).expect("a string grows");
        for sentence in explain_tariff(&tariff, language) {
            writeln!(text, "{sentence}").expect("a string grows");
        }
    }
    golden("tariff.txt", &text);
}

#[test]
fn a_change_in_every_language() {
    let before = day_and_evening();
    let mut after = day_and_evening();
    after.valid_from = Some(at("10-01 00:00"));
    after.max_price = None;
    after.elements[0].components[0].price = dec!(0.38);
    after.elements[0].components[0].vat = None;
    after.elements[1].components[0].step = domain::StepSize(100);
    after.elements[3].restrictions.min_duration_s = Some(10_800);
    after.elements.swap(2, 3);
    let free = after.elements[0].clone();
    after.elements.push(domain::TariffElement {
        restrictions: domain::Restrictions {
            max_kwh: Some(domain::Kwh(dec!(2))),
            ..domain::Restrictions::default()
        },
        ..free
    });
    let mut text = String::new();
    for language in Language::ALL {
        writeln!(text, "# {}", language.code()).expect("a string grows");
        for sentence in explain_change(&before, &after, language) {
            writeln!(text, "{sentence}").expect("a string grows");
        }
    }
    golden("change.txt", &text);
}

#[test]
fn a_session_without_a_price_says_so() {
    let replay = evening(&Policy::STANDARD);
    let mut unpriced = replay;
    unpriced.totals.total = None;
    let told = explain(&unpriced, Language::German, Reader::Driver);
    assert_eq!(
        told,
        ["Für diese Sitzung konnte kein Preis berechnet werden."]
    );
}

#[test]
fn a_language_goes_by_its_code() {
    assert_eq!("NL".parse(), Ok(Language::Dutch));
    assert!("es".parse::<Language>().is_err(), "Spanish is not spoken");
}
