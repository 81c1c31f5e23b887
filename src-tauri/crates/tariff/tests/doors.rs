//! The doors of the engine: sessions beside CDRs, tariffs that stand in, tolerance, and what
//! cannot be priced.

use domain::replay::Verdict;
use domain::{
    Cdr, Decimal, FindingCode, Policy, Rounding, RoundingMode, RoundingStage, Session, Tariff,
};
use ocpi::Hint;
use rust_decimal::dec;
use tallywatt_tariff::{PartName, Priced, ReplayInput, compare, price};

fn tariff(components: &str) -> Tariff {
    let json = format!(
        r#"{{"country_code": "NL", "party_id": "TAL", "id": "T", "currency": "EUR",
            "elements": {components}, "last_updated": "2026-01-01T00:00:00Z"}}"#
    );
    let read = ocpi::read_tariff(json.as_bytes(), &Hint::default());
    read.value.unwrap_or_else(|| panic!("{:?}", read.findings))
}

fn per_hour(price: &str) -> Tariff {
    tariff(&format!(
        r#"[{{"price_components": [{{"type": "TIME", "price": {price}, "step_size": 1}}]}}]"#
    ))
}

fn reservation() -> Tariff {
    tariff(
        r#"[{"price_components": [{"type": "FLAT", "price": 4, "step_size": 1}],
             "restrictions": {"reservation": "RESERVATION_EXPIRES"}},
            {"price_components": [{"type": "TIME", "price": 2, "step_size": 1}],
             "restrictions": {"reservation": "RESERVATION"}}]"#,
    )
}

/// A CDR of 2026-02-25 from 09:00, ending and costing as told, its periods as JSON.
fn cdr(end: &str, cost: &str, periods: &str) -> Cdr {
    let json = format!(
        r#"{{"country_code": "NL", "party_id": "TAL", "id": "C",
            "start_date_time": "2026-02-25T09:00:00Z", "end_date_time": "{end}",
            "session_id": "S", "auth_method": "WHITELIST",
            "cdr_token": {{"country_code": "NL", "party_id": "TAL", "uid": "1", "type": "RFID",
                "contract_id": "C1"}},
            "cdr_location": {{"id": "L", "address": "A", "city": "B", "country": "NLD",
                "coordinates": {{"latitude": "52.0", "longitude": "5.0"}}, "evse_uid": "E",
                "evse_id": "NL*TAL*E", "connector_id": "1",
                "connector_standard": "IEC_62196_T2", "connector_format": "SOCKET",
                "connector_power_type": "AC_3_PHASE"}},
            "currency": "EUR", "charging_periods": {periods},
            "total_cost": {{"excl_vat": {cost}}}, "total_energy": 1, "total_time": 1,
            "last_updated": "2026-02-25T12:00:00Z"}}"#
    );
    let read = ocpi::read_cdr(json.as_bytes(), &Hint::default());
    read.value.unwrap_or_else(|| panic!("{:?}", read.findings))
}

/// A session of 2026-02-25 from 09:00, its end and periods as JSON.
fn session(end: &str, kwh: &str, periods: &str) -> Session {
    let json = format!(
        r#"{{"country_code": "NL", "party_id": "TAL", "id": "S",
            "start_date_time": "2026-02-25T09:00:00Z" {end}, "kwh": {kwh},
            "cdr_token": {{"country_code": "NL", "party_id": "TAL", "uid": "1", "type": "RFID",
                "contract_id": "C1"}},
            "auth_method": "WHITELIST", "location_id": "L", "evse_uid": "E", "connector_id": "1",
            "currency": "EUR", "charging_periods": {periods}, "status": "COMPLETED",
            "last_updated": "2026-02-25T12:00:00Z"}}"#
    );
    let read = ocpi::read_session(json.as_bytes(), &Hint::default());
    read.value.unwrap_or_else(|| panic!("{:?}", read.findings))
}

const FORTY_MINUTES: &str = r#"[{"start_date_time": "2026-02-25T09:00:00Z",
    "dimensions": [{"type": "TIME", "volume": 0.6667}]}]"#;

fn price_cdr(cdr: &Cdr, tariff: &Tariff) -> Priced {
    price(&ReplayInput::of_cdr(
        cdr,
        &[tariff],
        None,
        &Policy::STANDARD,
    ))
}

fn net(priced: &Priced) -> Option<Decimal> {
    priced.totals.total.and_then(|total| total.excl_vat)
}

fn codes(priced: &Priced) -> Vec<FindingCode> {
    priced.findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn a_session_is_priced_like_its_cdr() {
    let tariff = per_hour("60.00");
    let session = session(
        r#", "end_date_time": "2026-02-25T09:40:00Z""#,
        "1",
        FORTY_MINUTES,
    );
    let chosen = [&tariff];
    let of_session = ReplayInput::of_session(&session, &chosen, None, &Policy::STANDARD);
    let of_cdr = price_cdr(&cdr("2026-02-25T09:40:00Z", "40", FORTY_MINUTES), &tariff);
    assert_eq!(net(&price(&of_session)), Some(dec!(40)));
    assert_eq!(price(&of_session).totals, of_cdr.totals);
}

#[test]
fn a_running_session_is_priced_by_what_it_states() {
    let tariff = per_hour("60.00");
    let session = session("", "1", FORTY_MINUTES);
    let chosen = [&tariff];
    let input = ReplayInput::of_session(&session, &chosen, None, &Policy::STANDARD);
    let priced = price(&input);
    assert_eq!(
        net(&priced),
        Some(dec!(40)),
        "0.6667 h names its second without a length"
    );
    assert_eq!(codes(&priced), []);
}

#[test]
fn a_completed_session_without_energy_was_a_reservation_that_expired() {
    let tariff = reservation();
    let periods = r#"[{"start_date_time": "2026-02-25T09:00:00Z",
        "dimensions": [{"type": "RESERVATION_TIME", "volume": 0.5}]}]"#;
    let end = r#", "end_date_time": "2026-02-25T09:30:00Z""#;
    let price_of = |kwh: &str| {
        let session = session(end, kwh, periods);
        net(&price(&ReplayInput::of_session(
            &session,
            &[&tariff],
            None,
            &Policy::STANDARD,
        )))
    };
    assert_eq!(
        price_of("0"),
        Some(dec!(5)),
        "4.00 for the expiry and 1.00 for its time"
    );
    assert_eq!(
        price_of("7"),
        Some(dec!(1)),
        "it was used, so only its time counts"
    );
}

#[test]
fn chosen_tariffs_stand_in_only_where_told() {
    let mut cdr = cdr("2026-02-25T09:40:00Z", "40", FORTY_MINUTES);
    cdr.tariffs = vec![per_hour("60.00")];
    let other = per_hour("30.00");
    let chosen = [&other];
    let inside = ReplayInput::of_cdr(&cdr, &chosen, None, &Policy::STANDARD);
    assert_eq!(
        net(&price(&inside)),
        Some(dec!(40)),
        "a CDR's own tariff comes first"
    );
    assert_eq!(net(&price(&inside.with_tariffs(&chosen))), Some(dec!(20)));
}

#[test]
fn an_unknown_end_gives_no_lengths() {
    let cdr = cdr("1970-01-01T00:00:00Z", "40", FORTY_MINUTES);
    let priced = price_cdr(&cdr, &per_hour("60.00"));
    assert_eq!(net(&priced), Some(dec!(40)));
    assert_eq!(
        codes(&priced),
        [],
        "1970 means unknown: nothing disagrees with it"
    );
}

#[test]
fn an_end_before_the_start_gives_no_lengths() {
    let cdr = cdr("2026-02-25T08:00:00Z", "40", FORTY_MINUTES);
    let priced = price_cdr(&cdr, &per_hour("60.00"));
    assert_eq!(net(&priced), Some(dec!(40)));
}

#[test]
fn what_does_not_fit_28_digits_has_no_price() {
    let mut tariff = per_hour("1");
    tariff.elements[0].components[0].price = Decimal::MAX;
    let priced = price_cdr(&cdr("2026-02-25T09:40:00Z", "40", FORTY_MINUTES), &tariff);
    assert_eq!(priced.totals.total, None);
    assert_eq!(codes(&priced), [FindingCode::OutOfRange]);
}

#[test]
fn a_threshold_beyond_all_figures_is_not_reached() {
    let tariff = tariff(
        r#"[{"price_components": [{"type": "ENERGY", "price": 1, "step_size": 1}],
             "restrictions": {"max_kwh": 1}}]"#,
    );
    let energy = |minute: &str| {
        format!(
            r#"{{"start_date_time": "2026-02-25T09:{minute}:00Z",
                "dimensions": [{{"type": "ENERGY", "volume": 0}}]}}"#
        )
    };
    let periods = format!("[{}]", ["00", "20"].map(energy).join(", "));
    let mut cdr = cdr("2026-02-25T09:40:00Z", "0", &periods);
    cdr.periods[0].dimensions[0].volume = Decimal::MIN;
    assert_eq!(net(&price_cdr(&cdr, &tariff)), Some(Decimal::MIN));
}

fn compared(stated: &str, policy: Policy, tolerance: Decimal) -> (Verdict, Option<PartName>) {
    let five_minutes = |minute: &str| {
        format!(
            r#"{{"start_date_time": "2026-02-25T09:{minute}:00Z",
                "dimensions": [{{"type": "TIME", "volume": 0.0833}}]}}"#
        )
    };
    let periods = format!("[{}]", ["00", "05", "10"].map(five_minutes).join(", "));
    let cdr = cdr("2026-02-25T09:15:00Z", stated, &periods);
    let tariff = per_hour("1.00");
    let priced = price(&ReplayInput::of_cdr(&cdr, &[&tariff], None, &policy));
    let found = compare(&cdr, &priced.totals, &priced.exact, &policy, tolerance);
    (found.verdict, found.first_disagreeing)
}

#[test]
fn a_cent_differs_unless_the_agreement_or_the_roundings_allow_it() {
    let at = |stage| Policy {
        rounding: Rounding {
            stage,
            digits: 2,
            mode: RoundingMode::HalfUp,
        },
        ..Policy::STANDARD
    };
    let differs = (Verdict::Differs, Some(PartName::Total));
    let matches = (Verdict::Matches, None);
    for (stated, stage, tolerance, expected, why) in [
        ("0.25", RoundingStage::PerTotal, dec!(0), matches, "exactly"),
        (
            "0.24",
            RoundingStage::PerTotal,
            dec!(0),
            differs,
            "one rounding: half a cent at most",
        ),
        (
            "0.24",
            RoundingStage::PerTotal,
            dec!(0.01),
            matches,
            "the agreement allows a cent",
        ),
        (
            "0.23",
            RoundingStage::PerTotal,
            dec!(0.01),
            differs,
            "but not two",
        ),
        (
            "0.24",
            RoundingStage::PerPeriod,
            dec!(0),
            matches,
            "0.08 three times",
        ),
        (
            "0.25",
            RoundingStage::PerPeriod,
            dec!(0),
            matches,
            "three roundings: 1.5 cents",
        ),
        (
            "0.22",
            RoundingStage::PerPeriod,
            dec!(0),
            differs,
            "not two cents",
        ),
    ] {
        assert_eq!(
            compared(stated, at(stage), tolerance),
            expected,
            "{stated}: {why}"
        );
    }
}

#[test]
fn a_cdr_that_states_nothing_has_nothing_to_match() {
    let mut cdr = cdr("2026-02-25T09:40:00Z", "40", FORTY_MINUTES);
    cdr.totals.cost = None;
    let priced = price_cdr(&cdr, &per_hour("60.00"));
    let found = compare(
        &cdr,
        &priced.totals,
        &priced.exact,
        &Policy::STANDARD,
        dec!(0),
    );
    assert_eq!(found.verdict, Verdict::Differs);
    assert_eq!(found.findings[0].code, FindingCode::PriceMissing);
}

#[test]
fn another_rate_of_tax_is_told_apart_from_rounding() {
    let price_of = r#"[{"price_components": [
        {"type": "TIME", "price": 60.00, "vat": 21, "step_size": 1}]}]"#;
    let tariff = tariff(price_of);
    let plain = cdr("2026-02-25T09:40:00Z", "40", FORTY_MINUTES);
    for (net, gross, rate, why) in [
        (dec!(40), dec!(48.40), None, "as the tariff says"),
        (dec!(40), dec!(43.60), Some("9"), "9 % instead of 21 %"),
        (dec!(40), dec!(40), Some("0"), "no tax"),
        (dec!(40), dec!(48.41), None, "a cent of rounding"),
        (
            dec!(41),
            dec!(44.69),
            None,
            "net is off, too: nothing is known of the rate",
        ),
    ] {
        let mut cdr = plain.clone();
        let cost = cdr.totals.cost.as_mut().expect("a stated cost");
        (cost.excl_vat, cost.incl_vat) = (net, Some(gross));
        let priced = price_cdr(&cdr, &tariff);
        let (totals, exact) = (&priced.totals, &priced.exact);
        let compared = compare(&cdr, totals, exact, &Policy::STANDARD, Decimal::ZERO);
        let code = FindingCode::TaxRateUnexpected;
        let found = compared
            .findings
            .iter()
            .find(|finding| finding.code == code);
        let stated = found.map(|finding| finding.params["stated_percent"].as_str());
        assert_eq!(stated, rate, "{why}");
        let replayed = found.map(|finding| finding.params["replayed_percent"].as_str());
        assert_eq!(replayed, rate.map(|_| "21"), "{why}");
    }
}
