//! Each fault by an example that has it and one that has not.

use std::collections::BTreeSet;

use tallywatt_tariff::{Language, LintCode, LintFinding, lint};

use crate::{ZONE, day_and_evening, tariff};

fn codes(rest: &str) -> Vec<&'static str> {
    lint(&tariff(rest), Some(ZONE))
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

/// An element: its prices, its restrictions.
fn element(components: &str, restrictions: &str) -> String {
    format!(r#"{{"price_components": [{components}], "restrictions": {{{restrictions}}}}}"#)
}

fn energy(restrictions: &str) -> String {
    element(
        r#"{"type": "ENERGY", "price": 0.4, "step_size": 1}"#,
        restrictions,
    )
}

fn elements(list: &[String]) -> String {
    format!(r#""elements": [{}]"#, list.join(", "))
}

/// One price without restrictions.
fn price(component: &str) -> String {
    elements(&[element(component, "")])
}

/// One price with a step.
fn stepped(kind: &str, amount: &str, step: u32) -> String {
    price(&format!(
        r#"{{"type": "{kind}", "price": {amount}, "step_size": {step}}}"#
    ))
}

const FIFTY: &str = r#""max_kwh": 50"#;
const PAST_FIFTY: &str = r#""min_kwh": 50"#;
const FROM_EIGHT: &str = r#""start_time": "08:00""#;
const NIGHT: &str = r#""start_time": "22:00", "end_time": "06:00""#;
const STARTS: &str = r#""start_date_time": "2026-09-02T00:00:00Z""#;
const FEE: &str = r#"{"type": "FLAT", "price": 1, "step_size": 1}"#;
const TAXED: &str = r#"{"type": "ENERGY", "price": 0.4, "vat": 21, "step_size": 1}"#;

/// Energy under restrictions, then without.
fn limited(restrictions: &str) -> String {
    elements(&[energy(restrictions), energy("")])
}

/// Energy under two restrictions, then without.
fn two(one: &str, other: &str) -> String {
    elements(&[energy(one), energy(other), energy("")])
}

/// A plain price, and more about the tariff.
fn with(rest: &str) -> String {
    format!("{rest}, {}", elements(&[energy("")]))
}

fn time(price: &str, step: u32) -> String {
    stepped("TIME", price, step)
}

fn kwh(price: &str, step: u32) -> String {
    stepped("ENERGY", price, step)
}

/// Code, a tariff that has the fault, a tariff that nearly has it.
type Example = (LintCode, String, String);

fn examples() -> Vec<Example> {
    let mut all = of_elements();
    all.extend(of_prices());
    all
}

/// Faults of elements and their restrictions.
fn of_elements() -> Vec<Example> {
    use LintCode as Code;
    vec![
        (
            Code::ComponentRepeated,
            price(&format!("{FEE}, {FEE}")),
            price(FEE),
        ),
        (Code::Unreachable, two(FIFTY, PAST_FIFTY), limited(FIFTY)),
        (Code::GapInWeek, elements(&[energy(NIGHT)]), limited(NIGHT)),
        (
            Code::GapInLimits,
            elements(&[energy(FIFTY)]),
            limited(FIFTY),
        ),
        (
            Code::WindowEqual,
            limited(r#""start_time": "08:00", "end_time": "08:00""#),
            limited(r#""start_time": "00:00", "end_time": "00:00""#),
        ),
        (Code::WindowOneSided, limited(FROM_EIGHT), limited(NIGHT)),
        (
            Code::WindowEndsEarly,
            limited(r#""start_time": "08:00", "end_time": "23:59""#),
            limited(r#""start_time": "08:00", "end_time": "00:00""#),
        ),
        (
            Code::WrapWithDays,
            limited(&format!(r#"{NIGHT}, "day_of_week": ["FRIDAY"]"#)),
            limited(NIGHT),
        ),
        (
            Code::LimitsContradict,
            limited(r#""min_kwh": 20, "max_kwh": 20"#),
            limited(r#""min_kwh": 19, "max_kwh": 20"#),
        ),
        (
            Code::DatesContradict,
            limited(r#""start_date": "2026-07-01", "end_date": "2026-07-01""#),
            limited(r#""start_date": "2026-07-01", "end_date": "2026-07-02""#),
        ),
        (
            Code::DatesOverlap,
            two(
                r#""start_date": "2026-07-01", "end_date": "2026-08-02""#,
                r#""start_date": "2026-08-01", "end_date": "2026-09-01""#,
            ),
            two(
                r#""start_date": "2026-07-01", "end_date": "2026-08-01""#,
                r#""start_date": "2026-08-01", "end_date": "2026-09-01""#,
            ),
        ),
        (Code::PerhapsPerMinute, time("0.05", 60), time("3.00", 60)),
    ]
}

/// Faults of prices, taxes and the tariff as a whole.
fn of_prices() -> Vec<Example> {
    use LintCode as Code;
    vec![
        (Code::PerhapsCents, kwh("45", 1), kwh("0.45", 1)),
        (
            Code::PerhapsAmpere,
            limited(r#""min_power": 32"#),
            limited(r#""min_power": 50"#),
        ),
        (Code::PriceNegative, kwh("-0.1", 1), kwh("0", 1)),
        (Code::StepZero, kwh("0.4", 0), kwh("0", 0)),
        (Code::StepHuge, kwh("0.4", 10_000), kwh("0.4", 1_000)),
        (
            Code::ReservationComponent,
            elements(&[energy(r#""reservation": "RESERVATION""#), energy("")]),
            elements(&[element(FEE, r#""reservation": "RESERVATION""#), energy("")]),
        ),
        (
            Code::FlatRepeated,
            elements(&[element(FEE, NIGHT), element(FEE, "")]),
            elements(&[element(FEE, "")]),
        ),
        (
            Code::VatPartial,
            price(&format!("{TAXED}, {FEE}")),
            price(TAXED),
        ),
        (
            Code::VatUnlikely,
            price(&TAXED.replace("21", "0.21")),
            price(TAXED),
        ),
        (
            Code::PriceLimitsCrossed,
            with(r#""min_price": {"excl_vat": 5}, "max_price": {"excl_vat": 4}"#),
            with(r#""min_price": {"excl_vat": 4}, "max_price": {"excl_vat": 4}"#),
        ),
        (
            Code::GrossBelowNet,
            with(r#""max_price": {"excl_vat": 5, "incl_vat": 4}"#),
            with(r#""max_price": {"excl_vat": 5, "incl_vat": 5}"#),
        ),
        (
            Code::ValidityCrossed,
            with(&format!(
                r#"{STARTS}, "end_date_time": "2026-09-01T00:00:00Z""#
            )),
            with(STARTS),
        ),
        (
            Code::ClockChange,
            limited(r#""start_time": "02:30", "end_time": "06:00""#),
            limited(NIGHT),
        ),
    ]
}

#[test]
fn each_fault_is_found_and_its_neighbour_is_not() {
    for (code, faulty, sound) in examples() {
        let name = code.as_str();
        let found = codes(&faulty);
        assert!(
            found.contains(&name),
            "{name} not found, but {found:?}: {faulty}"
        );
        let found = codes(&sound);
        assert!(!found.contains(&name), "{name} found in {sound}");
    }
}

/// What JSON cannot say, or only in another version.
fn odd_ones() -> Vec<LintFinding> {
    let mut empty = day_and_evening();
    empty.elements.clear();
    let mut bare = day_and_evening();
    bare.elements[0].components.clear();
    let mut gross = day_and_evening();
    gross.tax_included = domain::TaxIncluded::Yes;
    gross.elements[0].components[0].vat = None;
    let many: Vec<String> = (1..60)
        .map(|n| {
            energy(&format!(
                r#""max_kwh": {n}, "max_duration": {}, "max_power": {n}"#,
                n * 60
            ))
        })
        .collect();
    let mut all = lint(&empty, Some(ZONE));
    all.extend(lint(&bare, Some(ZONE)));
    all.extend(lint(&gross, Some(ZONE)));
    all.extend(lint(&day_and_evening(), None));
    all.extend(lint(&tariff(&elements(&many)), Some(ZONE)));
    all
}

#[test]
fn every_code_has_an_example() {
    let mut known: BTreeSet<LintCode> = examples().into_iter().map(|(code, ..)| code).collect();
    known.extend(odd_ones().iter().map(|finding| finding.code));
    let missing: Vec<_> = LintCode::ALL
        .iter()
        .filter(|code| !known.contains(code))
        .collect();
    assert!(missing.is_empty(), "no example of {missing:?}");
}

#[test]
fn a_sound_tariff_has_no_fault_of_weight() {
    let found = lint(&day_and_evening(), Some(ZONE));
    let heavy = found
        .iter()
        .filter(|f| f.severity >= domain::Severity::Warning)
        .count();
    assert_eq!(heavy, 0, "{found:#?}");
}

#[test]
fn a_gap_is_told_in_hours_of_the_week() {
    let tariff = tariff(&elements(&[energy(
        r#""start_time": "07:00", "end_time": "22:00",
           "day_of_week": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"]"#,
    )]));
    let findings = lint(&tariff, Some(ZONE));
    let gap = findings
        .iter()
        .find(|finding| finding.code == LintCode::GapInWeek);
    let gap = gap.expect("nights and weekends have no price");
    assert_eq!(
        gap.text(Language::English),
        "No price for ENERGY: Monday to Friday 00:00–07:00, 22:00–24:00; \
         Saturday and Sunday 00:00–24:00. It is free then; if that is not meant, add an element \
         without restrictions at the end."
    );
    assert!(
        gap.text(Language::Dutch)
            .contains("maandag tot en met vrijdag 00:00–07:00")
    );
}

#[test]
fn a_path_leads_to_the_place() {
    let tariff = tariff(&elements(&[
        energy(""),
        energy(r#""min_kwh": 9, "max_kwh": 3"#),
    ]));
    let findings = lint(&tariff, Some(ZONE));
    let finding = findings.first().expect("the most serious comes first");
    assert_eq!(finding.code, LintCode::LimitsContradict);
    assert_eq!(finding.path, "elements[1].restrictions");
    assert_eq!(finding.params["min"], "9");
}
