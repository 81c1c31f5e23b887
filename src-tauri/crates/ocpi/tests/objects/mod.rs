//! Domain objects to write: one of each kind with everything in it, and arbitrary ones.
#![allow(dead_code)] // each test file uses some of them

pub mod any;

use domain::cdr::Form;
use domain::{
    Ampere, Cdr, CdrLocation, CdrTotals, ChargingPeriod, Connector, Coordinates, Currency, DaySet,
    Decimal, Dimension, DimensionKind, Evse, Instant, InvoiceRecord, Kw, Kwh, Location, OcpiId,
    OcpiVersion, PartyKey, Price, PriceComponent, PriceLimit, ReservationRule, Restrictions,
    Session, SessionStatus, SignedData, SignedValue, StepSize, Tariff, TariffDimension,
    TariffElement, TariffKind, TaxAmount, TaxIncluded, Token, TokenRef, Tz,
};

/// Every version.
pub const VERSIONS: [OcpiVersion; 3] = [OcpiVersion::V211, OcpiVersion::V221, OcpiVersion::V230];

/// A figure from its text, with the decimals written.
pub fn figure(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// An instant from its text.
pub fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

/// A party key from its text.
pub fn party(text: &str) -> PartyKey {
    text.parse().expect("a party key")
}

fn id(text: &str) -> OcpiId {
    OcpiId::from(text)
}

/// A price with two taxes.
fn taxed(net: &str, city: &str, state: &str) -> Price {
    let tax = |name: &str, percentage: Option<Decimal>, amount: &str| TaxAmount {
        name: name.to_owned(),
        percentage,
        amount: figure(amount),
    };
    let gross = figure(net) + figure(city) + figure(state);
    Price {
        excl_vat: figure(net),
        incl_vat: Some(gross),
        taxes: vec![
            tax("City", Some(figure("1.50")), city),
            tax("State", None, state),
        ],
    }
}

/// A price with VAT.
fn vat(net: &str, gross: &str) -> Price {
    Price {
        incl_vat: Some(figure(gross)),
        ..Price::net(figure(net))
    }
}

/// The token of [`cdr`] and [`session`].
pub fn token_ref() -> TokenRef {
    TokenRef {
        party: Some(party("SE-KOL")),
        uid: Some(id("90EF\"7A")),
        kind: Some("AD_HOC_USER".to_owned()),
        contract_id: Some(id("SE-KOL-C77\\1")),
    }
}

/// Where [`place`] and [`location`] are.
fn coordinates() -> Coordinates {
    Coordinates {
        latitude: "55.604980".to_owned(),
        longitude: "13.0038200".to_owned(),
    }
}

/// The place of [`cdr`] and [`session`].
pub fn place() -> CdrLocation {
    CdrLocation {
        id: Some(id("hamn-4")),
        name: Some("Hamnen \"Södra\"".to_owned()),
        address: Some("Kajgatan 4".to_owned()),
        city: Some("Malmö".to_owned()),
        postal_code: Some("211 20".to_owned()),
        country: Some("SWE".to_owned()),
        coordinates: Some(coordinates()),
        evse_uid: Some(id("hamn-4-b")),
        evse_id: Some(id("SE*ELV*E4B")),
        connector_id: Some(id("2")),
        power_type: Some("AC_2_PHASE".to_owned()),
        connector_standard: Some("IEC_62196_T2".to_owned()),
        connector_format: Some("CABLE".to_owned()),
        voltage: Some(230),
        amperage: Some(32),
        time_zone: Some(Tz::Europe__Stockholm),
    }
}

/// A CDR with everything a CDR can have: it credits another.
pub fn cdr() -> Cdr {
    Cdr {
        form: Form::Sheet,
        party: party("SE-ELV"),
        id: id("K-2026-118"),
        start_at: at("2026-05-08T17:10:00Z"),
        end_at: at("2026-05-08T19:25:30.25Z"),
        session_id: Some(id("s-118")),
        token: token_ref(),
        auth_method: Some("COMMAND".to_owned()),
        authorization_reference: Some(id("ref-118")),
        location: place(),
        meter_id: Some("meter/4b".to_owned()),
        currency: "SEK".parse::<Currency>().expect("a currency"),
        tariffs: vec![tariff(TaxIncluded::No), tariff(TaxIncluded::Yes)],
        periods: periods(),
        totals: CdrTotals {
            cost: Some(taxed("-41.20", "-0.618", "-4.12")),
            fixed_cost: Some(Price::net(figure("5.00"))),
            energy_cost: Some(vat("30.20", "37.75")),
            time_cost: Some(vat("0", "0.00")),
            parking_cost: Some(taxed("4.00", "0.06", "0.40")),
            reservation_cost: Some(vat("2.00", "2.5")),
            energy: Kwh(figure("15.100")),
            time_h: Some(figure("2.2583")),
            parking_h: Some(figure("0.5")),
        },
        remark: Some("credited:\n\twrong place".to_owned()),
        invoice_reference_id: Some(id("F-77")),
        credit: true,
        credit_reference_id: Some(id("K-2026-101")),
        home_charging_compensation: true,
        signed_data: Some(Box::new(SignedData {
            encoding_method: "OCMF".to_owned(),
            encoding_method_version: Some(1),
            public_key: Some("3059A0=".to_owned()),
            values: vec![
                SignedValue {
                    nature: "Start".to_owned(),
                    plain_data: "100 kWh".to_owned(),
                    signed_data: "OCMF|{\"FV\":\"1.0\"}|{}".to_owned(),
                },
                SignedValue {
                    nature: "End".to_owned(),
                    plain_data: "109.5 kWh".to_owned(),
                    signed_data: "b2NtZg==".to_owned(),
                },
            ],
            url: Some("https://meter.example/118".to_owned()),
        })),
        last_updated: Some(at("2026-05-09T06:00:00Z")),
    }
}

fn periods() -> Vec<ChargingPeriod> {
    let dimension = |kind, volume: &str| Dimension {
        kind,
        volume: figure(volume),
    };
    vec![
        ChargingPeriod {
            start_at: at("2026-05-08T17:10:00Z"),
            dimensions: vec![
                dimension(DimensionKind::Flat, "1"),
                dimension(DimensionKind::ReservationTime, "0.25"),
                dimension(DimensionKind::StateOfCharge, "31"),
            ],
            tariff_id: Some(id("natt")),
        },
        ChargingPeriod {
            start_at: at("2026-05-08T17:25:00.5Z"),
            dimensions: vec![
                dimension(DimensionKind::Energy, "15.100"),
                dimension(DimensionKind::Time, "1.5000"),
                dimension(DimensionKind::MaxPower, "11.04"),
                dimension(DimensionKind::MinCurrent, "-6"),
                dimension(DimensionKind::Unknown, "7"),
            ],
            tariff_id: Some(id("natt")),
        },
        ChargingPeriod {
            start_at: at("2026-05-08T18:55:00Z"),
            dimensions: vec![dimension(DimensionKind::ReservationExpires, "0.1")],
            tariff_id: None,
        },
    ]
}

/// A session with everything a session can have.
pub fn session() -> Session {
    Session {
        form: Form::Sheet,
        party: party("SE-ELV"),
        id: id("s-118"),
        start_at: at("2026-05-08T17:10:00Z"),
        end_at: Some(at("2026-05-08T19:25:30Z")),
        energy: Kwh(figure("15.100")),
        token: token_ref(),
        auth_method: Some("COMMAND".to_owned()),
        authorization_reference: Some(id("ref-118")),
        location: place(),
        currency: Some("SEK".parse().expect("a currency")),
        periods: periods(),
        cost: Some(vat("41.20", "51.50")),
        status: SessionStatus::Reservation,
        last_updated: Some(at("2026-05-08T19:30:00Z")),
    }
}

/// A tariff with everything a tariff can have.
pub fn tariff(tax_included: TaxIncluded) -> Tariff {
    Tariff {
        version: OcpiVersion::V230,
        party: Some(party("SE-ELV")),
        id: id("natt"),
        currency: "SEK".parse().expect("a currency"),
        kind: Some(TariffKind::ProfileGreen),
        has_alternative_text: true,
        min_price: Some(PriceLimit {
            excl_vat: figure("1.00"),
            incl_vat: Some(figure("1.25")),
        }),
        max_price: Some(PriceLimit {
            excl_vat: figure("400"),
            incl_vat: None,
        }),
        elements: elements(),
        tax_included,
        valid_from: Some(at("2026-01-01T00:00:00Z")),
        valid_until: Some(at("2026-12-31T22:59:59Z")),
        last_updated: Some(at("2025-12-20T09:00:00Z")),
    }
}

fn elements() -> Vec<TariffElement> {
    let price = |dimension, price: &str, vat: Option<&str>, step| PriceComponent {
        dimension,
        price: figure(price),
        vat: vat.map(figure),
        step: StepSize(step),
    };
    let time = |text: &str| text.parse().ok();
    let mut weekend = DaySet::default();
    weekend.insert(chrono::Weekday::Sun);
    weekend.insert(chrono::Weekday::Sat);
    let night = Restrictions {
        start_time: time("21:30:00"),
        end_time: time("00:00:00"),
        start_date: "2026-03-01".parse().ok(),
        end_date: "2026-11-01".parse().ok(),
        min_kwh: Some(Kwh(figure("0.5"))),
        max_kwh: Some(Kwh(figure("80.00"))),
        min_power: Some(Kw(figure("3.7"))),
        max_power: Some(Kw(figure("22"))),
        min_duration_s: Some(60),
        max_duration_s: Some(7200),
        days: weekend,
        ..Restrictions::default()
    };
    let current = Restrictions {
        min_current: Some(Ampere(figure("6"))),
        max_current: Some(Ampere(figure("32.5"))),
        ..Restrictions::default()
    };
    let reserved = |rule| Restrictions {
        reservation: Some(rule),
        ..Restrictions::default()
    };
    let element = |components, restrictions| TariffElement {
        components,
        restrictions,
    };
    vec![
        element(
            vec![price(TariffDimension::Energy, "2.0", Some("25.0"), 100)],
            night,
        ),
        element(
            vec![price(TariffDimension::Energy, "2.50", None, 1)],
            current,
        ),
        element(
            vec![price(TariffDimension::Time, "8", Some("0"), 60)],
            reserved(ReservationRule::Reservation),
        ),
        element(
            vec![price(TariffDimension::Flat, "20", None, 1)],
            reserved(ReservationRule::ReservationExpires),
        ),
        element(
            vec![
                price(TariffDimension::Flat, "5.00", Some("25"), 1),
                price(TariffDimension::ParkingTime, "8.000", Some("25"), 300),
            ],
            Restrictions::default(),
        ),
    ]
}

/// A token.
pub fn token() -> Token {
    Token {
        party: Some(party("SE-KOL")),
        uid: id("app-5"),
        kind: Some("APP_USER".to_owned()),
        contract_id: id("SE-KOL-C5"),
        issuer: Some("Kollektiv".to_owned()),
        valid: true,
        whitelist: Some("ALLOWED_OFFLINE".to_owned()),
        last_updated: Some(at("2026-02-03T04:05:06Z")),
    }
}

/// A location with two EVSEs.
pub fn location() -> Location {
    let connector = |number: &str, ids: &[&str]| Connector {
        id: id(number),
        standard: Some("IEC_62196_T2_COMBO".to_owned()),
        format: Some("CABLE".to_owned()),
        tariff_ids: ids.iter().map(|name| id(name)).collect(),
        voltage: Some(400),
        amperage: Some(16),
        power_type: Some("AC_3_PHASE".to_owned()),
        max_power: Some(11_000),
    };
    Location {
        party: Some(party("SE-ELV")),
        id: id("hamn-4"),
        name: Some("Hamnen".to_owned()),
        address: Some("Kajgatan 4".to_owned()),
        city: Some("Malmö".to_owned()),
        postal_code: Some("211 20".to_owned()),
        country: Some("SWE".to_owned()),
        coordinates: Some(coordinates()),
        publish: Some(false),
        time_zone: Some(Tz::Europe__Stockholm),
        evses: vec![
            Evse {
                uid: id("hamn-4-a"),
                evse_id: None,
                connectors: vec![connector("1", &[]), connector("2", &["natt"])],
            },
            Evse {
                uid: id("hamn-4-b"),
                evse_id: Some(id("SE*ELV*E4B")),
                connectors: vec![connector("1", &["natt", "dag"])],
            },
        ],
        last_updated: Some(at("2026-02-03T04:05:06Z")),
    }
}

/// An invoice reconciliation record.
pub fn record() -> InvoiceRecord {
    InvoiceRecord {
        party: party("SE-ELV"),
        id: id("avst-2026-05"),
        invoice_id: "F-77/2026".to_owned(),
        cdrs: vec![id("K-2026-117"), id("K-2026-118")],
        last_updated: at("2026-06-01T08:00:00Z"),
    }
}

/// A CDR as a row of a spreadsheet gives it: times, energy and an id.
pub fn bare_cdr() -> Cdr {
    Cdr {
        session_id: None,
        token: TokenRef::default(),
        auth_method: None,
        authorization_reference: None,
        location: CdrLocation::default(),
        meter_id: None,
        tariffs: Vec::new(),
        periods: Vec::new(),
        totals: CdrTotals {
            energy: Kwh(figure("3.2")),
            ..CdrTotals::default()
        },
        remark: None,
        invoice_reference_id: None,
        credit: false,
        credit_reference_id: None,
        home_charging_compensation: false,
        signed_data: None,
        last_updated: None,
        ..cdr()
    }
}

/// A session of which as little is known as can be.
pub fn bare_session() -> Session {
    Session {
        end_at: None,
        token: TokenRef::default(),
        auth_method: None,
        authorization_reference: None,
        location: CdrLocation::default(),
        currency: None,
        periods: Vec::new(),
        cost: None,
        status: SessionStatus::Unknown,
        last_updated: None,
        ..session()
    }
}
