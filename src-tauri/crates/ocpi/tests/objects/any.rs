//! Arbitrary objects: every optional field there or not, every list empty or not.

use domain::cdr::Form;
use domain::{
    Ampere, Cdr, CdrLocation, CdrTotals, ChargingPeriod, Connector, Coordinates, Currency, DaySet,
    Decimal, Dimension, DimensionKind, Evse, Instant, Kw, Kwh, Location, OcpiId, OcpiVersion,
    PartyKey, Price, PriceComponent, PriceLimit, ReservationRule, Restrictions, Session,
    SessionStatus, StepSize, Tariff, TariffDimension, TariffElement, TariffKind, TaxAmount,
    TaxIncluded, Token, TokenRef, Tz,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

/// A text that is neither blank nor `#NA`, with whatever needs an escape; now and then too long.
fn text(max: usize) -> impl Strategy<Value = String> {
    let letters = vec![
        'a', 'Z', '7', ' ', '"', '\\', '\n', '\t', '\u{1}', '#', '{', 'é', '😀',
    ];
    let length = prop_oneof![18 => 0..max.min(12) - 1, 1 => Just(max - 1), 1 => max..max + 3];
    let odd = length.prop_flat_map(move |length| vec(select(letters.clone()), length));
    ("[A-Za-z#é]", odd).prop_map(|(first, rest)| first + &rest.iter().collect::<String>())
}

/// An id; now and then too long.
fn id() -> impl Strategy<Value = OcpiId> {
    prop_oneof![
        18 => "[A-Za-z0-9*-]{1,20}",
        1 => "[A-Z]{36}",
        1 => "[A-Z]{37,50}",
    ]
    .prop_map(OcpiId)
}

fn word(words: &[&str]) -> impl Strategy<Value = String> + use<> {
    select(
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>(),
    )
}

fn figure() -> impl Strategy<Value = Decimal> {
    (-9_999_999_999_i64..9_999_999_999, 0_u32..7).prop_map(|(m, scale)| Decimal::new(m, scale))
}

/// Between 2001 and 2065, to a ten-thousandth of a second.
fn instant() -> impl Strategy<Value = Instant> {
    let fraction = prop_oneof![Just(0_u32), 0_u32..10_000];
    (1_000_000_000_i64..3_000_000_000, fraction).prop_map(|(seconds, fraction)| {
        Instant::from_timestamp(seconds, fraction * 100_000).expect("a valid instant")
    })
}

fn party() -> impl Strategy<Value = PartyKey> {
    ("[A-Z]{2}", "[A-Z0-9]{1,3}").prop_map(|(c, p)| PartyKey::new(&c, &p).expect("a party key"))
}

fn currency() -> impl Strategy<Value = Currency> {
    "[A-Z]{3}".prop_map(|code| code.parse().expect("a currency"))
}

fn zone() -> impl Strategy<Value = Tz> {
    select(vec![Tz::Europe__Amsterdam, Tz::America__Toronto, Tz::UTC])
}

fn tax() -> impl Strategy<Value = TaxAmount> {
    (text(20), of(figure()), figure()).prop_map(|(name, percentage, amount)| TaxAmount {
        name,
        percentage,
        amount,
    })
}

fn price() -> impl Strategy<Value = Price> {
    (figure(), of(figure()), any::<bool>(), vec(tax(), 0..3)).prop_map(
        |(excl_vat, gross, untaxed, taxes)| {
            let sum: Decimal = taxes.iter().map(|tax| tax.amount).sum();
            let incl_vat = match (untaxed, taxes.is_empty()) {
                (_, false) => Some(excl_vat + sum),
                (true, true) => Some(excl_vat),
                (false, true) => gross,
            };
            Price {
                excl_vat,
                incl_vat,
                taxes,
            }
        },
    )
}

fn dimension_kind() -> impl Strategy<Value = DimensionKind> {
    use DimensionKind as Kind;
    select(vec![
        Kind::Energy,
        Kind::Time,
        Kind::ParkingTime,
        Kind::ReservationTime,
        Kind::Flat,
        Kind::MaxCurrent,
        Kind::MinCurrent,
        Kind::MaxPower,
        Kind::MinPower,
        Kind::Current,
        Kind::Power,
        Kind::EnergyImport,
        Kind::EnergyExport,
        Kind::StateOfCharge,
        Kind::ReservationExpires,
        Kind::ReservationOvertime,
        Kind::Unknown,
    ])
}

fn period() -> impl Strategy<Value = ChargingPeriod> {
    let dimension =
        (dimension_kind(), figure()).prop_map(|(kind, volume)| Dimension { kind, volume });
    (instant(), vec(dimension, 0..4), of(id())).prop_map(|(start_at, dimensions, tariff_id)| {
        ChargingPeriod {
            start_at,
            dimensions,
            tariff_id,
        }
    })
}

fn token_kind() -> impl Strategy<Value = String> {
    word(&["RFID", "APP_USER", "AD_HOC_USER", "OTHER", "EMAID"])
}

fn token_ref() -> impl Strategy<Value = TokenRef> {
    (of(party()), of(id()), of(token_kind()), of(id())).prop_map(
        |(party, uid, kind, contract_id)| TokenRef {
            party,
            uid,
            kind,
            contract_id,
        },
    )
}

fn power_type() -> impl Strategy<Value = String> {
    word(&["AC_1_PHASE", "AC_3_PHASE", "DC", "AC_2_PHASE"])
}

fn standard() -> impl Strategy<Value = String> {
    word(&["IEC_62196_T2", "CHADEMO", "GBT_AC", "MCS"])
}

fn format() -> impl Strategy<Value = String> {
    word(&["SOCKET", "CABLE"])
}

/// With up to seven decimals, as the standard has it, and now and then more.
fn coordinates() -> impl Strategy<Value = Coordinates> {
    ("-?[0-9]{1,2}\\.[0-9]{5,8}", "-?[0-9]{1,3}\\.[0-9]{5,8}").prop_map(|(latitude, longitude)| {
        Coordinates {
            latitude,
            longitude,
        }
    })
}

fn place() -> impl Strategy<Value = CdrLocation> {
    let address = (
        of(text(255)),
        of(text(45)),
        of(text(45)),
        of(text(10)),
        of("[A-Z]{3}"),
        of(coordinates()),
    );
    let plug = (of(id()), of(id()), of(id()), of(power_type()));
    let more = (
        of(standard()),
        of(format()),
        of(any::<u32>()),
        of(any::<u32>()),
    );
    let plug = (plug, more);
    (of(id()), address, plug, of(zone())).prop_map(|(id, address, plug, time_zone)| CdrLocation {
        id,
        name: address.0,
        address: address.1,
        city: address.2,
        postal_code: address.3,
        country: address.4,
        coordinates: address.5,
        evse_uid: plug.0.0,
        evse_id: plug.0.1,
        connector_id: plug.0.2,
        power_type: plug.0.3,
        connector_standard: plug.1.0,
        connector_format: plug.1.1,
        voltage: plug.1.2,
        amperage: plug.1.3,
        time_zone,
    })
}

fn restrictions() -> impl Strategy<Value = Restrictions> {
    let time = || of((0_u32..24, 0_u32..60).prop_map(|(h, m)| (h, m)));
    let date = || of("20[2-3][0-9]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])");
    let pair = || (of(figure()), of(figure()));
    let clock = (time(), time(), date(), date(), 0_u8..128);
    let flow = (pair(), pair(), pair(), of(any::<u32>()), of(any::<u32>()));
    let rule = of(select(vec![
        ReservationRule::Reservation,
        ReservationRule::ReservationExpires,
    ]));
    (clock, flow, rule).prop_map(|(clock, flow, reservation)| {
        let time = |at: Option<(u32, u32)>| {
            at.and_then(|(hour, minute)| chrono::NaiveTime::from_hms_opt(hour, minute, 0))
        };
        let mut days = DaySet::default();
        for day in DaySet::WEEK {
            if clock.4 & (1 << day.num_days_from_monday()) != 0 {
                days.insert(day);
            }
        }
        Restrictions {
            start_time: time(clock.0),
            end_time: time(clock.1),
            start_date: clock.2.and_then(|date| date.parse().ok()),
            end_date: clock.3.and_then(|date| date.parse().ok()),
            min_kwh: flow.0.0.map(Kwh),
            max_kwh: flow.0.1.map(Kwh),
            min_current: flow.1.0.map(Ampere),
            max_current: flow.1.1.map(Ampere),
            min_power: flow.2.0.map(Kw),
            max_power: flow.2.1.map(Kw),
            min_duration_s: flow.3,
            max_duration_s: flow.4,
            days,
            reservation,
        }
    })
}

fn element() -> impl Strategy<Value = TariffElement> {
    let dimension = select(vec![
        TariffDimension::Flat,
        TariffDimension::Energy,
        TariffDimension::Time,
        TariffDimension::ParkingTime,
    ]);
    let component = (dimension, figure(), of(figure()), any::<u32>()).prop_map(
        |(dimension, price, vat, step)| PriceComponent {
            dimension,
            price,
            vat,
            step: StepSize(step),
        },
    );
    let when = prop_oneof![Just(Restrictions::default()), restrictions()];
    (vec(component, 0..3), when).prop_map(|(components, restrictions)| TariffElement {
        components,
        restrictions,
    })
}

/// A tariff.
pub fn tariff() -> impl Strategy<Value = Tariff> {
    let limit = || {
        of((figure(), of(figure()))
            .prop_map(|(excl_vat, incl_vat)| PriceLimit { excl_vat, incl_vat }))
    };
    let kind = of(select(vec![
        TariffKind::Regular,
        TariffKind::AdHocPayment,
        TariffKind::ProfileCheap,
        TariffKind::ProfileFast,
        TariffKind::ProfileGreen,
        TariffKind::Unknown,
    ]));
    let tax = select(vec![
        TaxIncluded::No,
        TaxIncluded::Yes,
        TaxIncluded::NotApplicable,
    ]);
    let head = (of(party()), id(), currency(), kind, any::<bool>(), tax);
    let times = (of(instant()), of(instant()), of(instant()));
    (head, limit(), limit(), vec(element(), 0..4), times).prop_map(
        |(head, min_price, max_price, elements, times)| Tariff {
            version: OcpiVersion::V221,
            party: head.0,
            id: head.1,
            currency: head.2,
            kind: head.3,
            has_alternative_text: head.4,
            min_price,
            max_price,
            elements,
            tax_included: head.5,
            valid_from: times.0,
            valid_until: times.1,
            last_updated: times.2,
        },
    )
}

fn totals() -> impl Strategy<Value = CdrTotals> {
    let price = || of(price());
    let costs = (price(), price(), price(), price(), price(), price());
    (costs, figure(), of(figure()), of(figure())).prop_map(|(costs, energy, time_h, parking_h)| {
        CdrTotals {
            cost: costs.0,
            fixed_cost: costs.1,
            energy_cost: costs.2,
            time_cost: costs.3,
            parking_cost: costs.4,
            reservation_cost: costs.5,
            energy: Kwh(energy),
            time_h,
            parking_h,
        }
    })
}

/// A CDR.
pub fn cdr() -> impl Strategy<Value = Cdr> {
    let who = (party(), id(), token_ref(), of(id()), of(id()));
    let times = (instant(), instant(), of(instant()));
    let method = of(word(&["AUTH_REQUEST", "WHITELIST", "COMMAND"]));
    let texts = (method, of(text(255)), of(text(255)), of(id()), of(id()));
    let flags = (any::<bool>(), any::<bool>(), currency());
    let lists = (vec(tariff(), 0..3), vec(period(), 0..4));
    (who, times, texts, flags, place(), lists, totals()).prop_map(
        |(who, times, texts, flags, location, lists, totals)| Cdr {
            form: Form::Sheet,
            party: who.0,
            id: who.1,
            start_at: times.0,
            end_at: times.1,
            session_id: who.3,
            token: who.2,
            auth_method: texts.0,
            authorization_reference: who.4,
            location,
            meter_id: texts.1,
            currency: flags.2,
            tariffs: lists.0,
            periods: lists.1,
            totals,
            remark: texts.2,
            invoice_reference_id: texts.3,
            credit: flags.0,
            credit_reference_id: texts.4,
            home_charging_compensation: flags.1,
            signed_data: None,
            last_updated: times.2,
        },
    )
}

/// A session.
pub fn session() -> impl Strategy<Value = Session> {
    let method = of(word(&["AUTH_REQUEST", "WHITELIST", "COMMAND"]));
    let who = (party(), id(), token_ref(), of(id()), method);
    let times = (instant(), of(instant()), of(instant()));
    let status = select(vec![
        SessionStatus::Active,
        SessionStatus::Completed,
        SessionStatus::Invalid,
        SessionStatus::Pending,
        SessionStatus::Reservation,
        SessionStatus::Unknown,
    ]);
    let billed = (figure(), of(currency()), of(price()), status);
    (who, times, billed, place(), vec(period(), 0..4)).prop_map(
        |(who, times, billed, location, periods)| Session {
            form: Form::Sheet,
            party: who.0,
            id: who.1,
            start_at: times.0,
            end_at: times.1,
            energy: Kwh(billed.0),
            token: who.2,
            auth_method: who.4,
            authorization_reference: who.3,
            location,
            currency: billed.1,
            periods,
            cost: billed.2,
            status: billed.3,
            last_updated: times.2,
        },
    )
}

/// A token.
pub fn token() -> impl Strategy<Value = Token> {
    let ids = (of(party()), id(), id());
    let whitelist = of(word(&["ALWAYS", "ALLOWED", "ALLOWED_OFFLINE", "NEVER"]));
    (
        ids,
        of(token_kind()),
        of(text(64)),
        any::<bool>(),
        whitelist,
        of(instant()),
    )
        .prop_map(
            |(ids, kind, issuer, valid, whitelist, last_updated)| Token {
                party: ids.0,
                uid: ids.1,
                kind,
                contract_id: ids.2,
                issuer,
                valid,
                whitelist,
                last_updated,
            },
        )
}

fn evse() -> impl Strategy<Value = Evse> {
    let power = (of(any::<u32>()), of(any::<u32>()), of(power_type()));
    let power = (power, of(standard()), of(format()));
    let connector = (id(), vec(id(), 0..3), power).prop_map(|(id, tariff_ids, power)| Connector {
        id,
        tariff_ids,
        standard: power.1,
        format: power.2,
        voltage: power.0.0,
        amperage: power.0.1,
        power_type: power.0.2,
        max_power: None,
    });
    (id(), of(id()), vec(connector, 0..3)).prop_map(|(uid, evse_id, connectors)| Evse {
        uid,
        evse_id,
        connectors,
    })
}

/// A location.
pub fn location() -> impl Strategy<Value = Location> {
    let seen = (of(instant()), of(any::<bool>()));
    let rest = (of(party()), id(), vec(evse(), 0..3), seen);
    (place(), rest).prop_map(|(place, rest)| Location {
        party: rest.0,
        id: rest.1,
        name: place.name,
        address: place.address,
        city: place.city,
        postal_code: place.postal_code,
        country: place.country,
        coordinates: place.coordinates,
        publish: rest.3.1,
        time_zone: place.time_zone,
        evses: rest.2,
        last_updated: rest.3.0,
    })
}
