//! Pairs are one to one whatever the order; every field says how it stands and by how much.

use domain::cdr::{CdrLocation, CdrTotals, Form, TokenRef};
use domain::replay::{Amount, Parts};
use domain::{
    Cdr, ChargingPeriod, Currency, Decimal, Dimension, DimensionKind, Kwh, OcpiId, OcpiVersion,
};
use proptest::prelude::*;
use rust_decimal::dec;

use super::*;

fn key(id: &str, start_min: i64) -> Key {
    Key {
        id: id.to_owned(),
        session: Some(format!("S-{id}")),
        contract: Some("NL-TAL-C1".to_owned()),
        evse: Some("NL*ABC*E1".to_owned()),
        start_ms: start_min * 60_000,
        end_ms: (start_min + 30) * 60_000,
        credit: false,
    }
}

#[test]
fn pairs_are_found_by_id_then_session_then_place_and_time() {
    let held = [key("A", 0), key("B", 100), key("C", 200), key("D", 300)];
    let by_session = Key {
        id: "x1".into(),
        session: Some("s-b".into()),
        ..key("B", 100)
    };
    let by_overlap = Key {
        id: "x2".into(),
        session: None,
        contract: Some("nltalc1".into()),
        evse: Some("NLABCE1".into()),
        ..key("C", 210)
    };
    let late = Key {
        session: None,
        ..key("x3", 330)
    };
    let reported = [by_overlap, by_session, key("a", 0), late];
    let paired = pair(&reported, &held);
    let found: Vec<_> = paired
        .pairs
        .iter()
        .map(|one| (one.reported, one.held, one.by))
        .collect();
    assert_eq!(
        found,
        [(0, 2, By::Overlap), (1, 1, By::Session), (2, 0, By::Id)]
    );
    assert_eq!((paired.only_reported, paired.only_held), (vec![3], vec![3]));
}

#[test]
fn a_credit_never_pairs_with_its_charge_and_a_repeat_finds_nothing() {
    let held = [key("A", 0)];
    let credit = Key {
        credit: true,
        ..key("A", 0)
    };
    let paired = pair(&[credit, key("A", 0), key("A", 5)], &held);
    assert_eq!(
        (paired.pairs[0].reported, paired.pairs.len()),
        (1, 1),
        "the nearest in time"
    );
    assert_eq!(paired.only_reported, [0, 2]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pairs_do_not_depend_on_the_order(
        starts in prop::collection::vec((0_i64..200, 0_usize..4), 1..12),
        turn in 0_usize..12,
    ) {
        let all: Vec<Key> = starts.iter().enumerate().map(|(n, (start, kind))| match kind {
            0 => key("same", *start),
            1 => Key { session: Some("s".into()), ..key(&format!("r{n}"), *start) },
            _ => Key { session: None, ..key(&format!("r{n}"), *start) },
        }).collect();
        let held: Vec<Key> = all.iter().map(|one| Key { start_ms: one.start_ms + 1, ..one.clone() })
            .collect();
        let mut turned = all.clone();
        turned.rotate_left(turn % all.len());
        let names = |reported: &[Key], held: &[Key]| {
            let paired = pair(reported, held);
            let name = |key: &Key| format!("{}@{}", key.id, key.start_ms);
            let mut names: Vec<String> = paired.pairs.iter()
                .map(|one| format!("{} {}", name(&reported[one.reported]), name(&held[one.held])))
                .collect();
            names.sort();
            prop_assert_eq!(paired.pairs.len() + paired.only_reported.len(), reported.len());
            prop_assert_eq!(paired.pairs.len() + paired.only_held.len(), held.len());
            Ok(names)
        };
        prop_assert_eq!(names(&all, &held)?, names(&turned, &held)?);
    }
}

fn cdr() -> Cdr {
    let at = |text: &str| text.parse().unwrap();
    let dimension = |kind, volume| Dimension { kind, volume };
    Cdr {
        form: Form::Ocpi(OcpiVersion::V221),
        party: "NL-ABC".parse().unwrap(),
        id: OcpiId::from("CDR-1"),
        start_at: at("2026-09-01T08:00:00Z"),
        end_at: at("2026-09-01T09:00:00Z"),
        session_id: Some(OcpiId::from("S1")),
        token: TokenRef {
            contract_id: Some(OcpiId::from("NL-TAL-C1")),
            ..TokenRef::default()
        },
        auth_method: None,
        authorization_reference: None,
        location: CdrLocation {
            evse_id: Some(OcpiId::from("NL*ABC*E1")),
            ..CdrLocation::default()
        },
        meter_id: None,
        currency: Currency::EUR,
        tariffs: Vec::new(),
        periods: vec![ChargingPeriod {
            start_at: at("2026-09-01T08:00:00Z"),
            dimensions: vec![
                dimension(DimensionKind::Energy, dec!(10.1234)),
                dimension(DimensionKind::Time, dec!(1)),
            ],
            tariff_id: Some(OcpiId::from("T1")),
        }],
        signed_data: None,
        totals: CdrTotals {
            energy: Kwh(dec!(10.1234)),
            time_h: Some(dec!(1)),
            ..CdrTotals::default()
        },
        remark: None,
        invoice_reference_id: None,
        credit: false,
        credit_reference_id: None,
        home_charging_compensation: false,
        last_updated: None,
    }
}

fn amount(net: Decimal, gross: Option<Decimal>) -> Amount {
    Amount {
        excl_vat: Some(net),
        incl_vat: gross,
    }
}

fn totals(reported: impl Into<Option<Amount>>, held: impl Into<Option<Amount>>) -> Amounts {
    let total = |total| Parts {
        total,
        ..Parts::default()
    };
    Amounts {
        reported: total(reported.into()),
        held: total(held.into()),
        slack: dec!(0.01),
    }
}

fn of(found: &[Compared], field: Field) -> &Compared {
    found
        .iter()
        .find(|one| one.field == field)
        .expect("it was compared")
}

#[test]
fn a_record_beside_itself_is_equal_in_every_field() {
    let same = totals(
        amount(dec!(3), Some(dec!(3.63))),
        amount(dec!(3.00), Some(dec!(3.63))),
    );
    let found = compare(&cdr(), &cdr(), &same);
    assert!(
        found.iter().all(|one| one.standing == Standing::Equal),
        "{found:?}"
    );
    let names: Vec<String> = found.iter().map(|one| one.field.name()).collect();
    for name in [
        "id",
        "total_energy",
        "total_cost.incl_vat",
        "charging_periods.ENERGY",
    ] {
        assert!(names.contains(&name.to_owned()), "{name}: {names:?}");
    }
}

#[test]
fn what_differs_says_by_how_much_and_what_is_rounded_is_within() {
    let mut reported = cdr();
    reported.id = OcpiId::from("cdr-1");
    reported.session_id = None;
    reported.authorization_reference = Some(OcpiId::from("R1"));
    reported.location.evse_id = Some(OcpiId::from("nlabce1"));
    reported.token.contract_id = Some(OcpiId::from("NL-TAL-C2"));
    reported.start_at += chrono::Duration::seconds(90);
    reported.totals.energy = Kwh(dec!(10.12));
    reported.totals.time_h = Some(dec!(0.9));
    reported.periods[0].dimensions[0].volume = dec!(11);
    reported.periods[0].tariff_id = Some(OcpiId::from("T2"));
    let amounts = totals(amount(dec!(3.02), None), amount(dec!(3), Some(dec!(3.63))));
    let found = compare(&reported, &cdr(), &amounts);
    for (field, standing, difference) in [
        (Field::Id, Standing::Equal, None),
        (Field::SessionId, Standing::OnlyHeld, None),
        (Field::AuthorizationReference, Standing::OnlyReported, None),
        (Field::EvseId, Standing::Equal, None),
        (Field::ContractId, Standing::Differs, None),
        (Field::StartAt, Standing::Differs, Some(dec!(90))),
        (Field::EnergyKwh, Standing::Within, Some(dec!(-0.0034))),
        (Field::TimeH, Standing::Differs, Some(dec!(-0.1))),
        (Field::Net(Part::Total), Standing::Differs, Some(dec!(0.02))),
        (Field::Gross(Part::Total), Standing::OnlyHeld, None),
        (Field::TariffIds, Standing::Differs, None),
        (
            Field::Volume(DimensionKind::Energy),
            Standing::Differs,
            Some(dec!(0.8766)),
        ),
    ] {
        let one = of(&found, field);
        assert_eq!(
            (one.standing, one.difference),
            (standing, difference),
            "{}",
            field.name()
        );
    }
    let energy = of(&found, Field::EnergyKwh);
    let values = (energy.reported.as_deref(), energy.held.as_deref());
    assert_eq!(values, (Some("10.12"), Some("10.1234")));
}

#[test]
fn amounts_of_two_currencies_are_not_subtracted() {
    let mut reported = cdr();
    reported.currency = "SEK".parse().unwrap();
    let amounts = totals(amount(dec!(3), None), amount(dec!(3), None));
    let found = compare(&reported, &cdr(), &amounts);
    let net = of(&found, Field::Net(Part::Total));
    assert_eq!((net.standing, net.difference), (Standing::Differs, None));
    assert_eq!(of(&found, Field::Currency).standing, Standing::Differs);
}

#[test]
fn minutes_of_a_spreadsheet_are_no_difference_and_of_ocpi_they_are() {
    for (form, standing) in [
        (Form::Sheet, Standing::Within),
        (Form::Ocpi(OcpiVersion::V221), Standing::Differs),
    ] {
        let mut held = cdr();
        held.start_at += chrono::Duration::seconds(42);
        let reported = Cdr { form, ..cdr() };
        let found = compare(&reported, &held, &Amounts::default());
        assert_eq!(of(&found, Field::StartAt).standing, standing, "{form:?}");
    }
}

#[test]
fn other_periods_are_compared_where_they_begin_together() {
    let mut reported = cdr();
    let mut second = reported.periods[0].clone();
    second.start_at += chrono::Duration::minutes(30);
    reported.periods.push(second);
    let found = compare(&reported, &cdr(), &Amounts::default());
    let count = of(&found, Field::Periods);
    assert_eq!(
        (count.standing, count.difference),
        (Standing::Differs, Some(dec!(1)))
    );
    let volumes = found
        .iter()
        .filter(|one| matches!(one.field, Field::Volume(_)));
    assert_eq!(
        volumes.map(|one| one.period).collect::<Vec<_>>(),
        [Some(0), Some(0)]
    );
}

#[test]
fn a_tally_counts_each_field_once_a_pair_and_keeps_the_largest_difference() {
    let mut tally = Tally::default();
    for net in [dec!(3), dec!(3.005), dec!(2.5), dec!(3.4)] {
        let amounts = totals(amount(net, None), amount(dec!(3), None));
        tally.add(&compare(&cdr(), &cdr(), &amounts));
    }
    let amounts = totals(None, amount(dec!(3), None));
    tally.add(&compare(&cdr(), &cdr(), &amounts));
    let net = tally.0[&Field::Net(Part::Total)];
    assert_eq!(
        (net.compared, net.equal, net.within, net.differing),
        (4, 1, 1, 2)
    );
    assert_eq!((net.only_held, net.largest), (1, Some(dec!(-0.5))));
}
